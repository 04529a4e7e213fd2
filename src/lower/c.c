/*
 * A C unit as a module: its programs, functions, maps, data and externs.
 *
 * In: a checked CUnit. Out: a Module with what a linker would keep: all that has
 * a section or external linkage, and whatever that refers to. So functions are
 * lowered from a queue: the roots first, in the order of the source, then the
 * static functions that were called, as they are met. A static function, string
 * or map template that only dead code mentions never comes in.
 */
#include "lower/c_internal.h"

#include <stdarg.h>

void clower_error(CLower *x, Span at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	diag_error(&x->c->diags, at, "%s", arena_vprintf(x->c->arena, fmt, args));
	va_end(args);
}

/* ---- data ---- */

static void add_data_reloc(CLower *x, Global *g, const CReloc *r)
{
	DataReloc out = {.offset = r->offset, .addend = r->addend};

	if (r->func) {
		out.kind = DATA_FUNC;
		out.sym = clower_func_index(x, r->func);
	} else if (r->map) {
		out.kind = DATA_MAP;
		out.sym = clower_map_index(x, r->map);
	} else {
		out.kind = DATA_GLOBAL;
		out.sym = clower_global_index(x, r->global);
	}
	vec_push(x->c->arena, &g->relocs, out);
}

u32 clower_global_index(CLower *x, CGlobal *from)
{
	if (x->globals[from->index])
		return x->globals[from->index] - 1;
	Global *g = NEW(x->c->arena, Global);
	*g = (Global){
	    .name = from->name && *from->name ? from->name : NULL,
	    .section = from->section,
	    .type = from->type,
	    .size = from->size,
	    .align = from->align,
	    .init = from->bytes,
	    .is_static = from->is_static,
	    .is_weak = from->is_weak,
	    .is_hidden = from->is_hidden,
	    .is_extern = from->is_extern,
	    .at = from->at,
	};
	u32 index = ir_global_add(x->m, g);
	x->globals[from->index] = index + 1;
	vec_each(r, &from->relocs) add_data_reloc(x, g, r);
	return index;
}

Val clower_constant(CLower *x, const char *bytes, u32 size)
{
	Global *g = NEW(x->c->arena, Global);

	*g = (Global){
	    .section = ".rodata",
	    .type = type_array(x->types, type_const(x->types, type_char(x->types)), size),
	    .size = size,
	    .align = 8,
	    .init = (u8 *)arena_copy(x->c->arena, bytes, size),
	    .is_static = true,
	};
	return ir_global(CB(x), ir_global_add(x->m, g), 0);
}

/* ---- maps ---- */

static MapDef *map_def(CLower *x, CMap *from)
{
	MapDef *def = x->map_defs[from->index];

	if (def)
		return def;
	def = x->map_defs[from->index] = NEW(x->c->arena, MapDef);
	*def = (MapDef){
	    .name = from->name,
	    .type = from->type,
	    .key = from->key,
	    .value = from->value,
	    .key_size = from->key_size,
	    .value_size = from->value_size,
	    .max_entries = from->max_entries,
	    .flags = from->flags,
	    .extra = from->extra,
	    .pinning = from->pinning,
	    .decl = from->decl,
	    .is_weak = from->is_weak,
	    .is_static = from->is_static,
	    .at = from->at,
	};
	if (from->inner)
		def->inner = map_def(x, from->inner);
	return def;
}

/* The object has the initial values one behind the other from key 0. */
static void add_map_values(CLower *x, CMap *from, MapDef *def)
{
	vec_each(v, &from->values) {
		while (def->values.len < v->key)
			vec_push(x->c->arena, &def->values, NO_VALUE);
		u32 sym = v->map ? clower_map_index(x, v->map) : clower_func_index(x, v->func);
		if (v->key < def->values.len)
			def->values.at[v->key] = sym;
		else
			vec_push(x->c->arena, &def->values, sym);
	}
}

u32 clower_map_index(CLower *x, CMap *from)
{
	if (x->maps[from->index])
		return x->maps[from->index] - 1;
	MapDef *def = map_def(x, from);
	u32 index = ir_map_add(x->m, def);
	x->maps[from->index] = index + 1;
	add_map_values(x, from, def);
	return index;
}

/*
 * libbpf compares a kernel function's prototype with the kernel's, record by
 * record: "func_proto incompatible with kernel". So BTF must hold the prototype's
 * records as records, not as forward declarations.
 */
u32 clower_extern_index(CLower *x, CExtern *ext)
{
	if (!x->externs[ext->index]) {
		x->externs[ext->index] =
		    ir_extern_add(x->m, ext->name, ext->type, ext->is_weak) + 1;
		if (type_bare(ext->type)->kind == TY_FUNC)
			vec_push(x->c->arena, &x->m->extra_types, ext->type);
	}
	return x->externs[ext->index] - 1;
}

/* ---- functions ---- */

static bool is_program(const CFunc *f)
{
	return f->section && strcmp(f->section, ".text") != 0;
}

static FuncKind func_kind(const CFunc *f)
{
	if (is_program(f))
		return FUNC_PROGRAM;
	if (!f->is_static && !f->is_inline)
		return FUNC_GLOBAL;
	return f->is_address_taken ? FUNC_CALLBACK : FUNC_STATIC;
}

u32 clower_func_index(CLower *x, CFunc *from)
{
	u32 index;

	if (x->funcs[from->index])
		return x->funcs[from->index] - 1;
	Func *fn = ir_func_new(x->m, from->name, func_kind(from), &index);
	fn->section = is_program(from) ? from->section : NULL;
	fn->type = from->type;
	fn->is_weak = from->is_weak;
	fn->is_hidden = from->is_hidden;
	fn->always_inline = from->always_inline;
	fn->never_inline = from->never_inline;
	fn->at = from->at;
	x->funcs[from->index] = index + 1;
	vec_push(x->c->arena, &x->queue, from);
	return index;
}

static bool is_root(const CFunc *f)
{
	return f->body && (is_program(f) || (!f->is_static && !f->is_inline));
}

static void add_roots(CLower *x)
{
	vec_each(g, &x->u->globals) if ((*g)->is_used && !(*g)->is_string)
	    clower_global_index(x, *g);
	vec_each(map, &x->u->maps) if ((*map)->name && *(*map)->name) clower_map_index(x, *map);
	vec_each(f, &x->u->funcs) if (is_root(*f)) clower_func_index(x, *f);
}

Module *lower_c(CUnit *u)
{
	Compile *c = u->c;
	u32 errors = c->diags.n_errors;
	CLower x = {
	    .u = u,
	    .c = c,
	    .types = c->types,
	    .m = ir_module_new(c),
	    .funcs = NEW_N(c->arena, u32, u->funcs.len + 1),
	    .globals = NEW_N(c->arena, u32, u->globals.len + 1),
	    .maps = NEW_N(c->arena, u32, u->maps.len + 1),
	    .externs = NEW_N(c->arena, u32, u->externs.len + 1),
	    .map_defs = NEW_N(c->arena, MapDef *, u->maps.len + 1),
	};

	x.m->license = u->license;
	x.m->version = u->version;
	add_roots(&x);
	for (u32 i = 0; i < x.queue.len; i++)
		clower_func(&x, x.queue.at[i]);
	return c->diags.n_errors == errors ? x.m : NULL;
}
