/*
 * What file-scope declarations become: global variables with their bytes and
 * relocations, maps, kernel symbols, helper pointers, functions. Also string
 * literals, of which equal ones are one global.
 */
#include "c/internal.h"

CGlobal *c_global_new(CParser *p, const char *name, Type *type, Span at)
{
	CGlobal *g = NEW(p->arena, CGlobal);

	g->name = name;
	g->type = type;
	g->at = at;
	g->index = p->unit->globals.len;
	vec_push(p->arena, &p->unit->globals, g);
	return g;
}

CExtern *c_extern_new(CParser *p, const char *name, Type *type, Span at)
{
	CExtern *x = NEW(p->arena, CExtern);

	x->name = name;
	x->type = type;
	x->at = at;
	x->index = p->unit->externs.len;
	vec_push(p->arena, &p->unit->externs, x);
	return x;
}

static void set_size(CParser *p, CGlobal *g)
{
	g->size = MAX(g->size, type_size(p->ts, g->type));
	g->align = MAX(g->align, MAX(type_align(p->ts, g->type), 1u));
}

CGlobal *c_string_global(CParser *p, CExpr *string)
{
	u64 key = hash_bytes(string->string.at, string->string.len) | 1;
	CGlobal *g = map_get_ptr(&p->strings, key);

	if (g && g->size == string->string.len && !memcmp(g->bytes, string->string.at, g->size) &&
	    type_bare(g->type)->base == type_bare(string->type)->base) {
		g->is_used |= !p->n_unevaluated;
		return g;
	}
	g = c_global_new(p, "", string->type, string->at);
	g->is_string = g->is_static = true;
	g->is_used = !p->n_unevaluated;
	g->section = ".rodata";
	g->bytes = (u8 *)string->string.at;
	g->size = string->string.len;
	g->align = type_align(p->ts, string->type);
	map_set_ptr(&p->strings, key, g);
	return g;
}

/* ---- initial values ---- */

static void put_bits(CGlobal *g, const CInitItem *item, u64 v)
{
	for (u32 i = 0; i < item->bit_width; i++) {
		u32 bit = item->bit_offset + i;
		u8 mask = (u8)(1u << bit % 8);
		g->bytes[bit / 8] = (u8)((g->bytes[bit / 8] & ~mask) | (v >> i & 1 ? mask : 0));
	}
}

static void put_reloc(CParser *p, CGlobal *g, u32 offset, const Address *a)
{
	CReloc r = {.offset = offset,
		    .global = a->global,
		    .func = a->func,
		    .map = a->map,
		    .addend = a->offset};
	u32 i = g->relocs.len;

	if (a->global)
		a->global->is_used = true;
	if (a->func)
		a->func->is_used = a->func->is_address_taken = true;
	vec_push(p->arena, &g->relocs, r);
	for (; i > 0 && g->relocs.at[i - 1].offset > offset; i--) {
		g->relocs.at[i] = g->relocs.at[i - 1];
		g->relocs.at[i - 1] = r;
	}
}

static void put_item(CParser *p, CGlobal *g, const CInitItem *item);

/* The bytes of another constant object: a compound literal. */
static bool put_copy(CParser *p, CGlobal *g, const CInitItem *item)
{
	const CExpr *e = item->value;

	if (e->kind == CX_LOAD && e->a->kind == CX_LITERAL && e->a->var->init) {
		vec_each(inner, &e->a->var->init->items)
		{
			CInitItem copy = *inner;
			copy.offset += item->offset;
			copy.bit_offset += item->offset * 8;
			put_item(p, g, &copy);
		}
		return true;
	}
	if (e->kind != CX_LOAD || e->a->kind != CX_GLOBAL || !e->a->global->is_string)
		return false;
	CGlobal *from = e->a->global;
	if (from->bytes)
		memcpy(g->bytes + item->offset, from->bytes,
		       MIN(from->size, g->size - item->offset));
	vec_each(r, &from->relocs)
	{
		CReloc copy = *r;
		copy.offset += item->offset;
		vec_push(p->arena, &g->relocs, copy);
	}
	return true;
}

static void put_item(CParser *p, CGlobal *g, const CInitItem *item)
{
	Wide v;
	Address a = {0};
	u32 size = type_size(p->ts, item->type);

	if (item->bytes.at) {
		memcpy(g->bytes + item->offset, item->bytes.at, item->bytes.len);
		return;
	}
	if (cx_is_error(item->value))
		return;
	if (fold_int(item->value, &v)) {
		if (item->bit_width)
			put_bits(g, item, (u64)v);
		else
			memcpy(g->bytes + item->offset, &v, MIN(size, 16u));
	} else if (size == 8 && fold_address(p, item->value, &a) && !a.ext) {
		if (a.global || a.func || a.map)
			put_reloc(p, g, item->offset, &a);
		else
			memcpy(g->bytes + item->offset, &a.offset, 8);
	} else if (!put_copy(p, g, item)) {
		c_error(p, item->value->at, "initializer element is not a compile-time constant");
	}
}

void c_global_init(CParser *p, CGlobal *g, CInit *init)
{
	bool is_zero = true;

	set_size(p, g);
	vec_each(item, &init->items)
	{
		u64 bytes = item->bytes.at ? item->bytes.len : type_size(p->ts, item->type);
		g->size = (u32)MAX(g->size, item->bit_width ? 0 : item->offset + bytes);
	}
	g->bytes = arena_alloc(p->arena, g->size + 16);
	vec_each(item, &init->items) put_item(p, g, item);
	for (u32 i = 0; i < g->size && is_zero; i++)
		is_zero = !g->bytes[i];
	if (is_zero)
		g->bytes = NULL;
}

/* ---- declarations ---- */

static bool is_section(const Attrs *a, const char *name)
{
	return a->section && !strcmp(a->section, name);
}

/* `static long (*const f)(…) = (void *)N`: a helper. False if it is something else. */
static bool declare_helper(CParser *p, Declarator *d, const CInit *init)
{
	Type *t = type_bare(d->type);

	if (t->kind != TY_PTR || type_bare(t->base)->kind != TY_FUNC || init->items.len != 1 ||
	    !init->items.at[0].value || init->items.at[0].value->kind != CX_INT)
		return false;
	u64 number = init->items.at[0].value->value;
	if (!number || number > UINT16_MAX)
		return false;
	Symbol *s = scope_add(p, d->name, SYM_HELPER, d->type, d->at);
	s->number = (u32)number;
	return true;
}

static void declare_map(CParser *p, const Specs *s, Declarator *d, const Attrs *a)
{
	CMap *m = c_map_new(p, d->name->name, d->type, d->at);

	m->is_static = s->storage == STO_STATIC;
	m->is_weak = a->is_weak;
	m->is_hidden = a->is_hidden;
	m->index = p->unit->maps.len;
	vec_push(p->arena, &p->unit->maps, m);
	scope_add(p, d->name, SYM_MAP, d->type, d->at)->map = m;
	if (c_accept(p, CT_ASSIGN)) {
		Type *t = d->type;
		c_map_init(p, m, c_init(p, &t));
	}
}

static void declare_extern(CParser *p, Declarator *d, Attrs *a)
{
	Symbol *old = scope_here(p, d->name);

	if (old && old->kind == SYM_EXTERN) {
		old->ext->is_weak |= a->is_weak;
		return;
	}
	CExtern *x = c_extern_new(p, d->name->name, d->type, d->at);
	x->is_weak = a->is_weak;
	vec_each(tag, &a->decl_tags) vec_push(p->arena, &x->decl_tags, *tag);
	scope_add(p, d->name, SYM_EXTERN, d->type, d->at)->ext = x;
}

/* An earlier declaration of the same variable, or NULL; complains when they don't agree. */
static CGlobal *earlier_global(CParser *p, Declarator *d)
{
	Symbol *old = scope_here(p, d->name);

	if (!old || old->kind == SYM_ERROR)
		return NULL;
	if (old->kind != SYM_GLOBAL) {
		c_error(p, d->at, "redefinition of '%s' as different kind of symbol",
			d->name->name);
		c_note(p, old->at, "previous definition is here");
		return NULL;
	}
	if (!type_compatible(old->global->type, d->type)) {
		c_error(p, d->at, "redefinition of '%s' with a different type: %s vs %s",
			d->name->name, c_type_text(p, d->type), c_type_text(p, old->global->type));
		c_note(p, old->at, "previous definition is here");
	}
	return old->global;
}

static void apply_attrs(CParser *p, CGlobal *g, const Specs *s, Attrs *a)
{
	if (a->section)
		g->section = a->section;
	else if (s->attrs.address_space == 1)
		g->section = ".addr_space.1";
	g->is_static |= s->storage == STO_STATIC;
	g->is_weak |= a->is_weak;
	g->is_hidden |= a->is_hidden;
	g->is_used |= a->is_used || a->section;
	g->align = MAX(g->align, a->align);
	vec_each(tag, &a->decl_tags) vec_push(p->arena, &g->decl_tags, *tag);
}

/* The symbol of a local static: "function.name", numbered when the name comes again. */
static const char *global_name(CParser *p, const char *name)
{
	if (!p->func)
		return name;
	const char *full = arena_printf(p->arena, "%s.%s", p->func->name, name);
	u32 n = 0;
	vec_each(g, &p->unit->globals) n += !strncmp((*g)->name, full, strlen(full));
	return n ? arena_printf(p->arena, "%s.%u", full, n) : full;
}

static void declare_variable(CParser *p, const Specs *s, Declarator *d, Attrs *a, CInit *init)
{
	CGlobal *g = p->func && s->storage == STO_STATIC ? NULL : earlier_global(p, d);
	bool is_definition = s->storage != STO_EXTERN || init;

	if (g && g->is_defined && init) {
		c_error(p, d->at, "redefinition of '%s'", d->name->name);
		c_note(p, g->at, "previous definition is here");
	}
	if (!g) {
		g = c_global_new(
		    p, s->storage == STO_STATIC ? global_name(p, d->name->name) : d->name->name,
		    d->type, d->at);
		g->is_extern = true;
		scope_add(p, d->name, SYM_GLOBAL, d->type, d->at)->global = g;
	} else if (type_bare(g->type)->is_flexible) {
		g->type = d->type;
	}
	apply_attrs(p, g, s, a);
	if (is_definition) {
		g->is_extern = false;
		g->at = d->at;
	}
	if (init) {
		g->is_defined = true;
		g->type = d->type;
		c_global_init(p, g, init);
	}
}

void c_global_declare(CParser *p, const Specs *s, Declarator *d, Attrs *a)
{
	CInit *init = NULL;

	if (is_section(a, ".maps")) {
		declare_map(p, s, d, a);
		return;
	}
	if (is_section(a, "maps"))
		c_error(p, d->at,
			"map '%s': struct bpf_map_def in section \"maps\" is no longer loadable; "
			"use SEC(\".maps\")",
			d->name->name);
	if (s->storage == STO_EXTERN && is_section(a, ".ksyms")) {
		declare_extern(p, d, a);
		return;
	}
	if (type_bare(d->type)->kind == TY_VOID) {
		c_error(p, d->at, "variable has incomplete type 'void'");
		d->type = p->t_error;
	}
	Symbol *self = NULL;
	if (p->tok.kind == CT_ASSIGN && !scope_here(p, d->name) && !type_is_ptr(d->type)) {
		/* its own name may stand in its initialiser */
		declare_variable(p, s, d, a, NULL);
		self = scope_here(p, d->name);
	}
	if (c_accept(p, CT_ASSIGN)) {
		init = c_init(p, &d->type);
		if (s->storage == STO_STATIC && declare_helper(p, d, init))
			return;
	}
	if (self) {
		self->global->type = d->type;
		c_global_init(p, self->global, init);
		self->global->is_defined = true;
		self->global->is_extern = false;
		return;
	}
	declare_variable(p, s, d, a, init);
}

/* ---- functions ---- */

static void merge_func(CFunc *f, const Specs *s, const Attrs *a)
{
	if (a->section)
		f->section = a->section;
	f->is_static |= s->storage == STO_STATIC;
	f->is_inline |= s->is_inline;
	f->is_noreturn |= s->is_noreturn || a->is_noreturn;
	f->is_weak |= a->is_weak;
	f->is_hidden |= a->is_hidden;
	f->always_inline |= a->always_inline;
	f->never_inline |= a->noinline;
	f->is_used |= a->is_used || a->section;
}

CFunc *c_func_declare(CParser *p, const Specs *s, Declarator *d, Attrs *a, bool is_definition)
{
	Symbol *old = scope_here(p, d->name);
	CFunc *f = NULL;

	if (!is_definition && is_section(a, ".ksyms")) {
		declare_extern(p, d, a);
		return NULL;
	}
	if (old && old->kind == SYM_FUNC) {
		f = old->func;
		if (is_definition && f->body) {
			c_error(p, d->at, "redefinition of '%s'", d->name->name);
			c_note(p, f->at, "previous definition is here");
		} else if (!type_compatible(f->type, d->type)) {
			c_error(p, d->at, "conflicting types for '%s'", d->name->name);
			c_note(p, f->at, "previous declaration is here");
		}
	} else if (old && old->kind != SYM_ERROR) {
		c_error(p, d->at, "redefinition of '%s' as different kind of symbol",
			d->name->name);
		c_note(p, old->at, "previous definition is here");
	}
	if (!f) {
		f = NEW(p->arena, CFunc);
		f->name = d->name->name;
		f->at = d->at;
		f->type = type_bare(d->type);
		f->index = p->unit->funcs.len;
		vec_push(p->arena, &p->unit->funcs, f);
		scope_add(p, d->name, SYM_FUNC, f->type, d->at)->func = f;
	}
	if (is_definition) {
		f->type = type_bare(d->type);
		f->at = d->at;
	}
	f->is_variadic = f->type->is_variadic;
	merge_func(f, s, a);
	vec_each(tag, &a->decl_tags) vec_push(p->arena, &f->decl_tags, *tag);
	return f;
}

static void declare_params(CParser *p, CFunc *f)
{
	for (u32 i = 0; i < f->type->n_fields; i++) {
		const Field *param = &f->type->fields[i];
		if (!c_is_complete(p, param->type) || type_bare(param->type)->kind == TY_VOID)
			c_error(p, param->at, "variable has incomplete type %s",
				c_type_text(p, param->type));
		CVar *v = c_var_new(p, param->name, param->type, param->at);
		v->is_param = true;
		if (param->name)
			scope_add(p, ident_of(&p->pp, param->name), SYM_VAR, v->type, param->at)
			    ->var = v;
	}
	f->n_params = f->type->n_fields;
}

static void check_labels(CParser *p)
{
	vec_each(entry, &p->labels)
	{
		if (!entry->label->at)
			c_error(p, entry->label->span, "use of undeclared label '%s'",
				entry->label->name);
	}
}

void c_func_body(CParser *p, CFunc *f)
{
	CFunc *outer = p->func;

	f->vars.len = 0;
	p->func = f;
	p->labels.len = 0;
	p->block = NULL;
	p->loop = p->breakable = p->the_switch = NULL;
	if (!c_is_complete(p, f->type->base))
		c_error(p, f->at, "incomplete result type %s in function definition",
			c_type_text(p, f->type->base));
	scope_push(p);
	declare_params(p, f);
	f->body = c_block(p, false);
	f->end = f->body->end;
	scope_pop(p);
	check_labels(p);
	p->func = outer;
	f->is_used |= !f->is_static && !f->is_inline;
}

/* ---- the end ---- */

static const char *default_section(const CGlobal *g)
{
	if (g->is_extern)
		return NULL;
	if (type_is_const(g->type))
		return ".rodata";
	return g->bytes || g->relocs.len ? ".data" : ".bss";
}

static void finish_global(CParser *p, CGlobal *g)
{
	if (type_bare(g->type)->is_flexible && !g->bytes && !g->is_extern)
		g->type = type_array(p->ts, type_bare(g->type)->base, 1);
	if (!g->is_extern && !c_is_complete(p, g->type)) {
		c_error(p, g->at, "tentative definition has type %s that is never completed",
			c_type_text(p, g->type));
		return;
	}
	set_size(p, g);
	if (!g->section)
		g->section = default_section(g);
	if (g->section && !strcmp(g->section, "license") && g->bytes)
		p->unit->license =
		    name_of(p->c, (char *)g->bytes, strnlen((char *)g->bytes, g->size));
	if (g->section && !strcmp(g->section, "version") && g->bytes && g->size >= 4)
		memcpy(&p->unit->version, g->bytes, 4);
	if (g->is_extern && g->is_used && (!g->section || strcmp(g->section, ".kconfig")) &&
	    !p->in.is_declarations)
		c_error(p, g->at, "'%s' is declared extern but not defined here", g->name);
}

void c_unit_finish(CParser *p)
{
	CUnit *u = p->unit;

	for (u32 i = 0; i < u->globals.len; i++)
		finish_global(p, u->globals.at[i]);
	vec_each(f, &u->funcs)
	{
		if (!(*f)->body && (*f)->is_used && !p->in.is_declarations &&
		    builtin_row((*f)->name) < 0)
			c_error(p, (*f)->at, "function '%s' is used but not defined here",
				(*f)->name);
	}
	u->files.at = p->pp.files.at;
	u->files.len = p->pp.files.len;
	u->files.cap = p->pp.files.cap;
}
