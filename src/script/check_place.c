/*
 * Names and places: identifiers, members, elements, maps, parameters of the
 * command line.
 *
 * Members. "." and "->" are one: a pointer is followed, and the result is an
 * explicit FIELD of an explicit DEREF. A pointer that is read from memory is a
 * pointer into the same kind of memory, unless BTF tags it as the process's. An
 * array of char reads as a string, by a CAST around the place, which is taken
 * off again where the array itself is wanted (unwrap_array).
 */
#include "script/internal.h"

#include <ctype.h>

Node *unwrap_array(Node *n)
{
	if (n->kind == NODE_CAST && is_string(n->type) && type_bare(n->a->type)->kind == TY_ARRAY)
		return n->a;
	return n;
}

/* ---- members ---- */

/* The kind of memory that a place lies in. */
static AddrSpace place_space(Check *k, const Node *n)
{
	switch (n->kind) {
	case NODE_DEREF:
		return type_bare(n->a->type)->space;
	case NODE_FIELD:
	case NODE_INDEX:
		return place_space(k, n->a);
	default:
		return k->space;
	}
}

/* BTF's type tag "user" on the pointer or its target. */
static bool is_tagged_user(const Type *t)
{
	for (; t; t = t->base) {
		if (t->kind == TY_TYPE_TAG && t->name && strcmp(t->name, "user") == 0)
			return true;
		if (t->kind != TY_PTR && t->kind != TY_TYPEDEF && t->kind != TY_CONST &&
		    t->kind != TY_VOLATILE && t->kind != TY_TYPE_TAG && t->kind != TY_RESTRICT)
			return false;
	}
	return false;
}

/* The type of a pointer that is read from `in`. */
static Type *pointer_from(Check *k, Type *t, const Node *in, bool keep_own)
{
	Type *bare = type_bare(t);
	AddrSpace space = place_space(k, in);

	if (bare->kind != TY_PTR)
		return t;
	if (is_tagged_user(t))
		return type_with_space(k->ts, bare, AS_USER);
	if (keep_own && bare->space != AS_NONE)
		return bare;
	if (space == AS_CTX || space == AS_STACK || space == AS_MAP || space == AS_PACKET)
		space = k->space;
	return type_with_space(k->ts, bare, space);
}

static bool is_from_kernel(const Type *t)
{
	return t->btf || t->is_preserved;
}

static Node *no_such_field(Check *k, Span at, Type *t, const char *name)
{
	const char *near = type_field_nearest(k->ts, t, name);
	Node n = {.at = at};

	if (t->kind == TY_RECORD)
		check_error(k, at, "Record does not contain a field named '%s'", name);
	else if (strncmp(name, "common_", 7) == 0 && k->p && k->p->args == t)
		check_error(k, at, "BPF does not support accessing common tracepoint fields");
	else
		check_error(k, at, "Struct/union of type '%s' does not contain a field named '%s'",
			    type_script_str(k->ts, t), name);
	if (near)
		diag_hint(&k->c->diags, "did you mean %s?", near);
	return check_bad(k, &n);
}

Node *field_of(Check *k, Node *record, const char *name, Span at)
{
	u16 *path = NEW_N(k->c->arena, u16, TYPE_MAX_PATH);
	Node *out = node_new(k->c, NODE_FIELD, at);
	Type *t = type_complete(k->ts, record->type);

	if (t->is_incomplete) {
		check_error(k, at, "Unknown struct/union: '%s'", type_script_str(k->ts, t));
		return check_bad(k, out);
	}
	if (!type_field(k->ts, t, name, &out->field, path, &out->n_path))
		return no_such_field(k, at, t, name);
	out->a = record;
	out->name = name;
	out->path = path;
	out->is_core = is_from_kernel(t) && (record->kind == NODE_DEREF || record->is_core);
	out->type = pointer_from(k, out->field.type, record, k->p && t == k->p->args);
	if (type_is_char_array(out->type) && !type_bare(out->type)->is_flexible)
		return convert(k, out, type_string(k->ts, type_bare(out->type)->count));
	return out;
}

/* args.name of fentry, fexit and raw tracepoints: a slot of the context */
static Node *argument(Check *k, const Node *n, const char *name)
{
	u16 path[TYPE_MAX_PATH];
	u32 n_path;
	Field f;
	Node *out = node_new(k->c, NODE_CALL, n->at);

	if (!type_field(k->ts, k->p->args, name, &f, path, &n_path)) {
		check_error(k, n->at, "Can't find function parameter %s", name);
		const char *near = type_field_nearest(k->ts, k->p->args, name);

		if (near)
			diag_hint(&k->c->diags, "did you mean %s?", near);
		return check_bad(k, n);
	}
	out->builtin = BI_arg;
	out->value = f.bit_offset / 64;
	out->type = type_is_ptr(f.type) && is_tagged_user(f.type)
			    ? type_with_space(k->ts, type_bare(f.type), AS_USER)
			    : f.type;
	return out;
}

static bool needs_args(Check *k, const Node *n)
{
	const char *kind = k->p ? probe_info[k->p->out.kind].name : "fn";

	if (!k->p || !(k->allows & SCRIPT_ALLOW_ARGS)) {
		bool special = k->p && (k->p->out.kind == PROBE_begin || k->p->out.kind == PROBE_end ||
					k->p->out.kind == PROBE_self);

		check_error(k, n->at,
			    "The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, "
			    "and uprobe probes (%s used here)",
			    special ? "special" : kind);
		return false;
	}
	if (args_resolve(k->s, k->p))
		return true;
	if (k->p->out.kind == PROBE_uprobe)
		check_error(k, n->at, "No DWARF debug info found for '%s'",
			    k->p->out.attach.at[0].target ? k->p->out.attach.at[0].target : "");
	else
		check_error(k, n->at, "The arguments of %s are not known: no type information for it",
			    k->p->out.attach.at[0].name);
	return false;
}

static Node *args_record(Check *k, const Node *n)
{
	Node *ctx = node_new(k->c, NODE_CALL, n->at);

	ctx->builtin = BI_ctx;
	ctx->type = type_ptr(k->ts, k->p->args, AS_CTX);
	return deref(k, ctx, n->at);
}

/* args by itself where each argument is a word of the context: a record of all of them. */
static Node *all_arguments(Check *k, const Node *n)
{
	Type *args = k->p->args;
	Node *out = node_new(k->c, NODE_RECORD, n->at);
	Node **items = NEW_N(k->c->arena, Node *, args->n_fields + 1);
	Field *fields = NEW_N(k->c->arena, Field, args->n_fields + 1);

	for (u32 i = 0; i < args->n_fields; i++) {
		items[i] = argument(k, n, args->fields[i].name);
		if (is_bad(items[i]))
			return items[i];
		fields[i] = (Field){.name = args->fields[i].name, .type = items[i]->type};
	}
	node_list(k->c, out, items, args->n_fields);
	out->type = type_record(k->ts, fields, args->n_fields);
	return out;
}

static bool is_args(const Node *n)
{
	return n->kind == NODE_IDENT && n->builtin == BI_args;
}

static Node *tuple_item(Check *k, const Node *n, Node *tuple, Type *t)
{
	Node *out = node_new(k->c, NODE_FIELD, n->at);
	u16 *path = NEW_N(k->c->arena, u16, 1);
	u64 i = 0;

	if (*n->name < '0' || *n->name > '9') {
		check_error(k, n->at, "Can not access field '%s' on expression of type '%s'", n->name,
			    type_script_str(k->ts, t));
		return check_bad(k, n);
	}
	if (!lexer_number((Str){n->name, (u32)strlen(n->name)}, false, &i) || i >= t->n_fields) {
		check_error(k, n->at, "Invalid tuple index: %s. Found %u elements in tuple.", n->name,
			    t->n_fields);
		return check_bad(k, n);
	}
	out->a = tuple;
	out->name = n->name;
	out->field = t->fields[i];
	path[0] = (u16)i;
	out->path = path;
	out->n_path = 1;
	out->type = t->fields[i].type;
	return out;
}

Node *check_field(Check *k, const Node *n)
{
	Node *of;
	Type *t;

	if (is_args(n->a)) {
		if (!needs_args(k, n->a))
			return check_bad(k, n);
		return k->p->args_in_ctx ? field_of(k, args_record(k, n->a), n->name, n->at)
					 : argument(k, n, n->name);
	}
	of = to_value(k, check_expr(k, n->a));
	if (is_bad(of))
		return of;
	t = type_bare(of->type);
	if (t->kind == TY_TUPLE)
		return tuple_item(k, n, of, t);
	if (t->kind == TY_PTR && type_is_record(t->base)) {
		of = deref(k, of, n->at);
		t = type_bare(of->type);
	}
	if (!type_is_record(t) || t->kind == TY_TUPLE) {
		check_error(k, n->at, "Can not access field '%s' on expression of type '%s'", n->name,
			    type_script_str(k->ts, of->type));
		return check_bad(k, n);
	}
	return field_of(k, of, n->name, n->at);
}

/* ---- elements ---- */

static Node *pointer_element(Check *k, const Node *n, Node *ptr, Node *index)
{
	Type *t = type_bare(ptr->type);
	Node *add = node_new(k->c, NODE_PTRADD, n->at), *out;
	u32 size = type_size(k->ts, t->base);

	if (!size) {
		check_error(k, n->at,
			    "The array index operator [] cannot be used on a pointer to an unsized type (%s).",
			    type_script_str(k->ts, ptr->type));
		return check_bad(k, n);
	}
	add->type = ptr->type;
	add->value = size;
	add->a = ptr;
	add->b = convert(k, index, int_type(k, 8, true));
	out = deref(k, add, n->at);
	out->type = pointer_from(k, out->type, out, false);
	return out;
}

static bool in_bounds(Check *k, const Node *n, const Node *index, u32 count)
{
	if (index->kind != NODE_INT)
		return true;
	if (index->value < 0) {
		check_error(k, n->at,
			    "The array index operator [] only accepts non-negative integer indices. Got: %lld",
			    (long long)index->value);
		return false;
	}
	if ((u64)index->value < count)
		return true;
	check_error(k, n->at, "the index %lld is out of bounds for array of size %u",
		    (long long)index->value, count);
	return false;
}

static Node *tuple_element(Check *k, const Node *n, Node *tuple, const Node *index)
{
	Node named = *n;

	if (index->kind != NODE_INT) {
		check_error(k, n->at, "Array-style access for tuples only valid for integer literals");
		return check_bad(k, n);
	}
	named.name = arena_printf(k->c->arena, "%lld", (long long)index->value);
	return tuple_item(k, &named, tuple, type_bare(tuple->type));
}

Node *check_index(Check *k, const Node *n)
{
	Node *of = unwrap_array(to_value(k, check_expr(k, n->a)));
	Node *index = to_value(k, check_expr(k, n->b)), *out;
	Type *t = type_bare(of->type);
	u32 count = t->kind == TY_ARRAY && t->is_flexible ? UINT32_MAX : t->count;

	if (is_bad(of) || is_bad(index))
		return check_bad(k, n);
	if (!is_int(index->type)) {
		check_error(k, n->at, "The array index operator [] only accepts integer indices. Got: %s",
			    type_script_str(k->ts, index->type));
		return check_bad(k, n);
	}
	if (t->kind == TY_TUPLE)
		return tuple_element(k, n, of, index);
	if (t->kind == TY_PTR)
		return pointer_element(k, n, of, to_int64(k, index));
	if (t->kind != TY_ARRAY && t->kind != TY_STRING) {
		check_error(k, n->at,
			    "The array index operator [] can only be used on arrays, pointers, and tuples, "
			    "found %s.",
			    type_script_str(k->ts, of->type));
		return check_bad(k, n);
	}
	if (!in_bounds(k, n, index, count))
		return check_bad(k, n);
	if (of->kind == NODE_STRING && index->kind == NODE_INT && (u64)index->value < of->text.len)
		return node_int(k->c, n->at, int_type(k, 1, true), of->text.at[index->value]);
	out = node_new(k->c, NODE_INDEX, n->at);
	out->a = of;
	out->b = convert(k, to_int64(k, index), int_type(k, 8, true));
	out->type = t->kind == TY_STRING ? int_type(k, 1, true) : pointer_from(k, t->base, of, false);
	return out;
}

/* ---- parameters of the command line ---- */

Node *check_param(Check *k, const Node *n)
{
	const ScriptInput *in = k->s->tree->input;
	u64 value;
	const char *text;

	if (n->value < 0)
		return literal_int(k, n->at, in->n_params);
	if ((u64)n->value > in->n_params) {
		check_remark(k, n->at, "Positional parameter $%lld is empty or not provided. ",
			     (long long)n->value);
		return literal_int(k, n->at, 0);
	}
	text = in->params[n->value - 1];
	if (!lexer_number((Str){text, (u32)strlen(text)}, true, &value))
		return literal_string(k, n->at, text);
	Node *out = literal_int(k, n->at, (i64)value);

	if (*text != '-' && (i64)value < 0)
		out->type = int_type(k, 8, false);
	return out;
}

/* ---- identifiers ---- */

/* arg0 … */
static bool is_arg_name(const char *name, u64 *number)
{
	return strncmp(name, "arg", 3) == 0 && isdigit((unsigned char)name[3]) &&
	       lexer_number((Str){name + 3, (u32)strlen(name + 3)}, false, number) && *number < 1000;
}

static Node *check_arg(Check *k, const Node *n, u64 number)
{
	Node *out = node_new(k->c, NODE_CALL, n->at);

	if (!(k->allows & SCRIPT_ALLOW_ARGN)) {
		check_error(k, n->at,
			    "The %s builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes",
			    n->name);
		return check_bad(k, n);
	}
	for (LoopFrame *f = k->loop; f; f = f->outer)
		if (f->is_map)
			check_error(k, n->at, "The %s builtin can not be used in a for-loop body", n->name);
	out->builtin = BI_arg;
	out->value = (i64)number;
	out->type = int_type(k, 8, false);
	return out;
}

/* An object-like #define: its text is one expression, whatever stands around its use. */
static Node *define_node(Check *k, const char *name)
{
	Node *n = map_get_ptr(&k->defines, name);
	const char *text;
	SourceFile *f;

	if (n)
		return n->kind == NODE_ERROR ? NULL : n;
	text = cpart_macro(k->s, name);
	f = text && *text ? source_add(&k->c->sources, "definitions.h", text, (u32)strlen(text), 0) : NULL;
	n = node_new(k->c, NODE_ERROR, (Span){0});
	if (f) {
		Parser p = {.s = k->s, .c = k->c};
		Diags before = k->c->diags;

		lexer_init(&p.lx, k->c, f);
		parser_advance(&p);
		Node *parsed = parse_expr(&p);

		if (p.tok.kind == TOK_END && k->c->diags.n_errors == before.n_errors)
			n = parsed;
		k->c->diags = before;
	}
	k->defines.arena = k->c->arena;
	map_set_ptr(&k->defines, name, n);
	return n->kind == NODE_ERROR ? NULL : n;
}

static bool move_span(void *user, Node *n)
{
	n->at = *(Span *)user;
	return true;
}

static Node *check_define(Check *k, const Node *n, const Node *define)
{
	Node *copy = node_clone(k->c, define), *out;
	Span at = n->at;

	if (k->depth > 100)
		return check_bad(k, n);
	node_walk(copy, move_span, &at);
	k->depth += 10;
	out = check_expr(k, copy);
	k->depth -= 10;
	return out;
}

static Node *unknown_identifier(Check *k, const Node *n)
{
	NameHint hint = {0};

	check_error(k, n->at, "Unknown identifier: '%s'", n->name);
	for (u32 i = 1; i < BI_COUNT; i++)
		if (builtin_info[i].kind & BUILTIN_VAR && i != BI_arg)
			hint_offer(&hint, n->name, builtin_info[i].name);
	if (hint.best)
		diag_hint(&k->c->diags, "did you mean %s?", hint.best);
	return check_bad(k, n);
}

Node *check_ident(Check *k, const Node *n)
{
	u64 number;
	i64 value;
	Type *t;
	Node *define;

	if (is_args(n)) {
		if (!needs_args(k, n))
			return check_bad(k, n);
		if (k->p->args_in_ctx)
			return args_record(k, n);
		return all_arguments(k, n);
	}
	if (is_arg_name(n->name, &number))
		return check_arg(k, n, number);
	if (n->builtin && builtin_info[n->builtin].kind & BUILTIN_VAR)
		return check_builtin_var(k, n, n->builtin);
	if (n->builtin) {
		check_error(k, n->at, "%s() is a function: it needs parentheses", n->name);
		return check_bad(k, n);
	}
	define = define_node(k, n->name);
	if (define)
		return check_define(k, n, define);
	if (types_find_enumerator(k->ts, n->name, &value, &t)) {
		Node *out = node_int(k->c, n->at, t, value);

		out->is_literal = true;
		return out;
	}
	return unknown_identifier(k, n);
}

/* ---- maps ---- */

/* Messages about a declared map show its first use. */
static void note_first_use(MapState *m, const Node *n)
{
	if (!m->is_used)
		m->at = n->at;
	m->is_used = true;
}

static bool note_use(Check *k, MapState *m, const Node *n, bool keyed)
{
	note_first_use(m, n);
	if (keyed ? m->is_scalar : m->is_keyed) {
		check_error(k, n->at, "%s used as a map %s an explicit key (%s map), previously used %s an "
			    "explicit key (%s map)",
			    m->name, keyed ? "with" : "without", keyed ? "non-scalar" : "scalar",
			    keyed ? "without" : "with", keyed ? "scalar" : "non-scalar");
		return false;
	}
	m->is_keyed |= keyed;
	m->is_scalar |= !keyed;
	return true;
}

static bool is_key_type(Type *t)
{
	TypeKind kind = type_bare(t)->kind;

	return kind != TY_VOID && kind != TY_AGG && kind != TY_MAPREF && kind != TY_TIMESTAMP;
}

Node *check_map_key(Check *k, MapState *m, const Node *n)
{
	Node *key, *stored;

	if (!note_use(k, m, n, n->a != NULL))
		return NULL;
	if (!n->a)
		return NULL;
	key = to_value(k, check_expr(k, n->a));
	if (is_bad(key))
		return NULL;
	if (!is_key_type(key->type)) {
		check_error(k, n->at, "Value '%s' cannot be used as a map key.",
			    type_script_str(k->ts, key->type));
		return NULL;
	}
	stored = convert(k, key, storable(k, key->type));
	if (!guess_grow(k, &m->key, stored)) {
		check_error(k, n->at,
			    "Argument mismatch for %s: trying to access with arguments: '%s' when map "
			    "expects arguments: '%s'",
			    m->name, type_script_str(k->ts, key->type),
			    type_script_str(k->ts, m->key.type));
		return NULL;
	}
	return m->key.type ? convert(k, stored, m->key.type) : NULL;
}

Node *check_map_read(Check *k, const Node *n)
{
	Node *out = node_new(k->c, NODE_MAPGET, n->at), *key;
	MapState *m = map_state(k, n->name, n->at);
	u32 n_errors = k->c->diags.n_errors;

	key = check_map_key(k, m, n);
	if (k->c->diags.n_errors > n_errors || (n->a && !key))
		return check_bad(k, n);
	if (!m->value.type) {
		check_error(k, n->at, "Undefined map: %s", n->name);
		return check_bad(k, n);
	}
	out->name = n->name;
	out->index = m->index;
	out->a = key;
	out->type = m->value.type;
	return out;
}

Node *check_map_ref(Check *k, const Node *n)
{
	Node *out = node_new(k->c, NODE_MAP, n->at);
	MapState *m = map_state(k, n->name, n->at);

	note_first_use(m, n);
	if (!m->value.type) {
		check_error(k, n->at, "Undefined map: %s", n->name);
		return check_bad(k, n);
	}
	out->name = n->name;
	out->index = m->index;
	out->type = type_simple(k->ts, TY_MAPREF);
	return out;
}
