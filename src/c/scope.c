/*
 * Names → symbols. A scope's symbols are linked from their identifiers, the
 * innermost first, so that finding one is a load. What the program does not
 * declare is provided: builtins always; once a virtual header was included,
 * also helpers (tables/helpers.def), the usual integer typedefs, and typedefs,
 * tags, enumerators and kernel functions of BTF. A provided symbol sits at file
 * scope and gives way to any declaration of the program's own.
 */
#include "c/internal.h"

#include "tables/tables.h"

void scope_push(CParser *p)
{
	Scope *s = NEW(p->arena, Scope);

	*s = (Scope){.outer = p->scope, .depth = p->scope ? p->scope->depth + 1 : 0};
	p->scope = s;
}

void scope_pop(CParser *p)
{
	for (Symbol *s = p->scope->first; s; s = s->next) {
		if (s->kind == SYM_TAG)
			s->ident->tag = s->outer;
		else
			s->ident->symbol = s->outer;
	}
	p->scope = p->scope->outer;
}

static Symbol *add(CParser *p, Ident *id, SymbolKind kind, Type *type, Span at)
{
	Symbol *s = NEW(p->arena, Symbol);
	Symbol **slot = kind == SYM_TAG ? &id->tag : &id->symbol;

	*s = (Symbol){.kind = (u8)kind,
		      .depth = p->scope->depth,
		      .ident = id,
		      .type = type,
		      .outer = *slot,
		      .next = p->scope->first,
		      .at = at};
	*slot = s;
	p->scope->first = s;
	return s;
}

Symbol *scope_add(CParser *p, Ident *id, SymbolKind kind, Type *type, Span at)
{
	return add(p, id, kind, type, at);
}

Symbol *scope_add_tag(CParser *p, Ident *id, Type *type, Span at)
{
	return add(p, id, SYM_TAG, type, at);
}

Symbol *scope_here(CParser *p, Ident *id)
{
	Symbol *s = id->symbol;

	return s && s->depth == p->scope->depth && !s->is_provided ? s : NULL;
}

Symbol *scope_tag_here(CParser *p, Ident *id)
{
	Symbol *s = id->tag;

	return s && s->depth == p->scope->depth && !s->is_provided ? s : NULL;
}

/* A symbol at file scope, behind whatever shadows it; only called when there is none. */
static Symbol *provide(CParser *p, Ident *id, SymbolKind kind, Type *type)
{
	Scope *inner = p->scope, *file = inner;

	while (file->outer)
		file = file->outer;
	p->scope = file;
	Symbol *s = add(p, id, kind, type, (Span){0});
	p->scope = inner;
	s->is_provided = true;
	return s;
}

/* ---- provided typedefs ---- */

static const struct {
	const char *name, *base; /* base: a row above, or NULL: size and sign */
	u8 size;
	bool is_signed;
} integer_typedefs[] = {
    {"__u8", NULL, 1, false},  {"__s8", NULL, 1, true},	   {"__u16", NULL, 2, false},
    {"__s16", NULL, 2, true},  {"__u32", NULL, 4, false},  {"__s32", NULL, 4, true},
    {"__u64", NULL, 8, false}, {"__s64", NULL, 8, true},   {"u8", "__u8", 0, 0},
    {"s8", "__s8", 0, 0},      {"u16", "__u16", 0, 0},	   {"s16", "__s16", 0, 0},
    {"u32", "__u32", 0, 0},    {"s32", "__s32", 0, 0},	   {"u64", "__u64", 0, 0},
    {"s64", "__s64", 0, 0},    {"__le16", "__u16", 0, 0},  {"__le32", "__u32", 0, 0},
    {"__le64", "__u64", 0, 0}, {"__be16", "__u16", 0, 0},  {"__be32", "__u32", 0, 0},
    {"__be64", "__u64", 0, 0}, {"__sum16", "__u16", 0, 0}, {"__wsum", "__u32", 0, 0},
    {"uint8_t", "u8", 0, 0},   {"uint16_t", "u16", 0, 0},  {"uint32_t", "u32", 0, 0},
    {"uint64_t", "u64", 0, 0}, {"int8_t", "s8", 0, 0},	   {"int16_t", "s16", 0, 0},
    {"int32_t", "s32", 0, 0},  {"int64_t", "s64", 0, 0},
};

static Type *make_typedef(CParser *p, const char *name)
{
	for (u32 i = 0; i < ARRAY_LEN(integer_typedefs); i++) {
		if (strcmp(integer_typedefs[i].name, name))
			continue;
		Type *base;
		if (integer_typedefs[i].base)
			base = scope_find_type(p, ident_of(&p->pp, integer_typedefs[i].base))->type;
		else
			base = type_int(p->ts, integer_typedefs[i].size,
					integer_typedefs[i].is_signed);
		return type_typedef(p->ts, name, base);
	}
	if (!strcmp(name, "bool"))
		return type_typedef(p->ts, name, p->t_bool);
	if (!strcmp(name, "size_t"))
		return type_typedef(p->ts, name, p->t_ulong);
	return types_find_typedef(p->ts, name);
}

/* ---- look-up ---- */

static Type *helper_type(CParser *p, const BpfHelper *h)
{
	Detour d;
	const char *text = arena_printf(p->arena, "%s(%s)", h->result, h->params);
	bool was_quiet = p->pp.is_quiet, had_failed = p->pp.has_failed;

	p->pp.is_quiet = true;
	c_detour(p, &d, text, (u32)strlen(text), (Span){0});
	Type *t = c_type_name(p);
	c_return(p, &d);
	p->pp.is_quiet = was_quiet;
	p->pp.has_failed = had_failed;
	return t;
}

static Symbol *find_helper(CParser *p, Ident *id)
{
	const BpfHelper *h = bpf_helper_find(id->name, id->len);

	if (!h || strncmp(id->name, "bpf_", 4))
		return NULL;
	Symbol *s = provide(p, id, SYM_HELPER, p->t_error);
	s->number = h->id;
	s->type = helper_type(p, h);
	return s;
}

static Symbol *find_kernel_name(CParser *p, Ident *id)
{
	Type *type;
	i64 value;
	Symbol *s;

	if (types_find_enumerator(p->ts, id->name, &value, &type)) {
		Type *as =
		    value >= INT32_MIN && value <= INT32_MAX ? p->t_int : type_bare(type)->base;
		s = provide(p, id, SYM_ENUMERATOR, as);
		s->value = value;
		return s;
	}
	type = types_find_kernel_func(p->ts, id->name);
	if (!type)
		return NULL;
	s = provide(p, id, SYM_EXTERN, type);
	s->ext = c_extern_new(p, id->name, type, (Span){0});
	s->ext->is_weak = true;
	return s;
}

Symbol *c_scope_find(CParser *p, Ident *id)
{
	if (id->symbol)
		return id->symbol;
	if (id->btf_tried)
		return NULL;
	int row = builtin_row(id->name);
	if (row >= 0) {
		Symbol *s = provide(p, id, SYM_BUILTIN, p->t_error);
		s->number = (u32)row;
		return s;
	}
	if (!p->pp.is_virtual && !p->pp.has_helpers)
		return NULL;
	Symbol *s = find_helper(p, id);
	if (!p->pp.is_virtual)
		return s;
	if (!s)
		s = scope_find_type(p, id);
	if (!s)
		s = find_kernel_name(p, id);
	id->btf_tried = true;
	return s;
}

Symbol *scope_find_type(CParser *p, Ident *id)
{
	if (id->symbol)
		return id->symbol->kind == SYM_TYPEDEF ? id->symbol : NULL;
	if (!p->pp.is_virtual || id->type_tried)
		return NULL;
	id->type_tried = true;
	Type *t = make_typedef(p, id->name);
	return t ? provide(p, id, SYM_TYPEDEF, t) : NULL;
}

Symbol *scope_find_tag(CParser *p, Ident *id, TypeKind kind)
{
	if (id->tag)
		return id->tag;
	if (!p->pp.is_virtual)
		return NULL;
	Type *t = types_find_tag(p->ts, kind, id->name);
	if (!t)
		return NULL;
	if (p->pp.is_vmlinux)
		t->is_preserved = true;
	Scope *inner = p->scope;
	while (p->scope->outer)
		p->scope = p->scope->outer;
	Symbol *s = scope_add_tag(p, id, t, (Span){0});
	p->scope = inner;
	s->is_provided = true;
	return s;
}

const char *scope_nearest(CParser *p, const char *name)
{
	u32 best = strlen(name) <= 3 ? 2 : 3;
	const char *found = NULL;

	for (Scope *s = p->scope; s; s = s->outer) {
		for (Symbol *sym = s->first; sym; sym = sym->next) {
			if (sym->kind == SYM_TAG || sym->kind == SYM_ERROR)
				continue;
			u32 distance = edit_distance(name, sym->ident->name, best - 1);
			if (distance && distance < best) {
				best = distance;
				found = sym->ident->name;
			}
		}
	}
	return found;
}
