/*
 * Types of the language: how they are written, how values of different types
 * meet, and what conversions stand between them.
 *
 * Integers. Same sign: the wider. A literal that is not negative takes the
 * other's sign. Mixed: the signed one if it is wider, else the next wider
 * signed; at 64 bits int64, with a remark. Strings and buffers: the longer.
 * Tuples and records: item by item. Pointers: the same target, or one of them
 * void; where the address spaces differ the result is the one that is
 * readable in both ways.
 */
#include "script/internal.h"

Type *int_type(Check *k, u32 size, bool is_signed)
{
	return type_int(k->ts, size, is_signed);
}

bool is_string(Type *t)
{
	return type_bare(t)->kind == TY_STRING;
}

bool is_castable_agg(Type *t)
{
	t = type_bare(t);
	if (t->kind != TY_AGG)
		return false;
	switch ((AggKind)t->agg) {
	case AGG_COUNT:
	case AGG_SUM:
	case AGG_MIN:
	case AGG_MAX:
	case AGG_AVG:
		return true;
	default:
		return false;
	}
}

const char *kind_word(Type *t)
{
	t = type_bare(t);
	switch (t->kind) {
	case TY_BOOL:
		return "bool";
	case TY_INT:
		return "int";
	case TY_ENUM:
		return "enum";
	case TY_PTR:
		return "pointer";
	case TY_ARRAY:
		return "array";
	case TY_STRING:
		return "string";
	case TY_BUFFER:
		return "buffer";
	case TY_TUPLE:
		return "tuple";
	case TY_RECORD:
	case TY_STRUCT:
	case TY_UNION:
		return "record";
	case TY_KSTACK:
		return "kstack";
	case TY_USTACK:
		return "ustack";
	case TY_KSYM:
		return "ksym_t";
	case TY_USYM:
		return "usym_t";
	case TY_INET:
		return "inet";
	case TY_TIMESTAMP:
		return "timestamp";
	case TY_VOID:
		return "void";
	default:
		return "none";
	}
}

/* ---- types as written ---- */

static const struct {
	const char *name;
	TypeKind kind;
	u8 size;
	bool is_signed;
	u8 agg;
} own_types[] = {
	{"int8", TY_INT, 1, true, 0},	   {"int16", TY_INT, 2, true, 0},
	{"int32", TY_INT, 4, true, 0},	   {"int64", TY_INT, 8, true, 0},
	{"uint8", TY_INT, 1, false, 0},	   {"uint16", TY_INT, 2, false, 0},
	{"uint32", TY_INT, 4, false, 0},   {"uint64", TY_INT, 8, false, 0},
	{"bool", TY_BOOL, 0, 0, 0},	   {"void", TY_VOID, 0, 0, 0},
	{"timestamp", TY_TIMESTAMP, 0, 0, 0}, {"macaddr_t", TY_MAC, 0, 0, 0},
	{"cgroup_path_t", TY_CGROUP_PATH, 0, 0, 0}, {"username_t", TY_USERNAME, 0, 0, 0},
	{"inet", TY_INET, 0, 0, 0},	   {"count_t", TY_AGG, 0, false, AGG_COUNT},
	{"sum_t", TY_AGG, 0, true, AGG_SUM}, {"usum_t", TY_AGG, 0, false, AGG_SUM},
	{"min_t", TY_AGG, 0, true, AGG_MIN}, {"umin_t", TY_AGG, 0, false, AGG_MIN},
	{"max_t", TY_AGG, 0, true, AGG_MAX}, {"umax_t", TY_AGG, 0, false, AGG_MAX},
	{"avg_t", TY_AGG, 0, true, AGG_AVG}, {"uavg_t", TY_AGG, 0, false, AGG_AVG},
	{"stats_t", TY_AGG, 0, true, AGG_STATS}, {"ustats_t", TY_AGG, 0, false, AGG_STATS},
};

static Type *own_type(Check *k, const char *name)
{
	static const i64 no_args[4];

	for (u32 i = 0; i < ARRAY_LEN(own_types); i++) {
		if (strcmp(own_types[i].name, name) != 0)
			continue;
		switch (own_types[i].kind) {
		case TY_INT:
			return int_type(k, own_types[i].size, own_types[i].is_signed);
		case TY_BOOL:
			return type_bool(k->ts);
		case TY_VOID:
			return type_void(k->ts);
		case TY_AGG:
			return type_agg(k->ts, (AggKind)own_types[i].agg, own_types[i].is_signed, no_args);
		default:
			return type_simple(k->ts, own_types[i].kind);
		}
	}
	if (strcmp(name, "string") == 0)
		return type_string(k->ts, (u32)script_config_number(k->s, CONFIG_max_strlen));
	if (strcmp(name, "buffer") == 0)
		return type_buffer(k->ts, (u32)script_config_number(k->s, CONFIG_max_strlen));
	return NULL;
}

static Type *tagged_type(Check *k, const char *name)
{
	static const struct {
		const char *word;
		TypeKind kind;
	} tags[] = {{"struct ", TY_STRUCT}, {"union ", TY_UNION}, {"enum ", TY_ENUM}};

	for (u32 i = 0; i < ARRAY_LEN(tags); i++) {
		size_t len = strlen(tags[i].word);

		if (strncmp(name, tags[i].word, len) == 0)
			return types_find_tag(k->ts, tags[i].kind, intern(&k->c->names, name + len));
	}
	return NULL;
}

/* "struct x": an unknown tag is not declared by its use. */
static bool is_tagged(const char *name)
{
	return strncmp(name, "struct ", 7) == 0 || strncmp(name, "union ", 6) == 0 ||
	       strncmp(name, "enum ", 5) == 0;
}

static Type *named_type(Check *k, const Node *n)
{
	Type *t = own_type(k, n->name);

	if (!t)
		t = strchr(n->name, ' ') ? tagged_type(k, n->name) : types_find_typedef(k->ts, n->name);
	if (!t && !is_tagged(n->name))
		t = cpart_type(k->s, n->name, n->at);
	if (!t && !strchr(n->name, ' ')) {
		t = types_find_tag(k->ts, TY_STRUCT, n->name);
		t = t ? t : types_find_tag(k->ts, TY_ENUM, n->name);
	}
	if (t)
		return t;
	check_error(k, n->at, "Cannot resolve unknown type \"%s\"", n->name);
	const char *near = types_nearest_tag(k->ts, strchr(n->name, ' ') ? strchr(n->name, ' ') + 1 : n->name);

	if (near)
		diag_hint(&k->c->diags, "did you mean %s?", near);
	return type_error(k->ts);
}

/* T[N]; string[N] and buffer[N] are sizes. */
static Type *array_type(Check *k, const Node *n)
{
	Type *of = check_type_node(k, n->a);
	Node *count = n->b ? check_expr(k, n->b) : NULL;
	bool is_text = n->a->kind == NODE_TYPE && n->a->name;

	if (of->kind == TY_ERROR || (count && is_bad(count)))
		return type_error(k->ts);
	if (!count)
		return type_flexible_array(k->ts, of);
	if (count->kind != NODE_INT || count->value < 0 || count->value > 1 << 24) {
		check_error(k, n->b->at, "the size of an array must be a positive integer");
		return type_error(k->ts);
	}
	if (is_text && strcmp(n->a->name, "string") == 0)
		return type_string(k->ts, (u32)count->value);
	if (is_text && strcmp(n->a->name, "buffer") == 0)
		return type_buffer(k->ts, (u32)count->value);
	if (is_text && strcmp(n->a->name, "inet") == 0)
		return of;
	return type_array(k->ts, of, (u32)count->value);
}

Type *check_type_node(Check *k, const Node *n)
{
	if (n->kind == NODE_DEREF) {
		Type *to = check_type_node(k, n->a);

		return to->kind == TY_ERROR ? to : type_ptr(k->ts, to, k->space);
	}
	if (n->kind == NODE_INDEX)
		return array_type(k, n);
	if (n->kind != NODE_TYPE)
		return check_expr(k, n)->type;
	if (n->op) {
		Type **items = NEW_N(k->c->arena, Type *, n->n + 1);

		for (u32 i = 0; i < n->n; i++)
			items[i] = check_type_node(k, n->list[i]);
		return type_tuple(k->ts, items, n->n);
	}
	if (n->a)
		return n->a->kind == NODE_TYPE ? check_type_node(k, n->a) : check_expr(k, n->a)->type;
	return n->name ? named_type(k, n) : type_error(k->ts);
}

/* ---- meeting ---- */

bool is_flexible(const Node *n)
{
	return n->kind == NODE_INT && n->is_literal && n->value >= 0 && n->type->kind == TY_INT &&
	       n->type->is_signed;
}

static Type *merge_ints(Check *k, Type *a, bool a_flexible, Type *b, bool b_flexible, bool *lossy)
{
	bool a_signed = type_is_signed(a), b_signed = type_is_signed(b);
	u32 a_size = type_size(k->ts, a), b_size = type_size(k->ts, b);

	if (a_signed == b_signed)
		return int_type(k, MAX(a_size, b_size), a_signed);
	if (a_signed ? a_flexible : b_flexible)
		return int_type(k, MAX(a_size, b_size), false);
	u32 s = a_signed ? a_size : b_size, u = a_signed ? b_size : a_size;

	if (s > u)
		return int_type(k, s, true);
	*lossy = *lossy || u == 8;
	return int_type(k, MIN(u * 2, 8u), true);
}

static Type *merge_pointers(Check *k, Type *a, Type *b)
{
	AddrSpace space = a->space;

	if (a->space != b->space)
		space = a->space == AS_USER || b->space == AS_USER || a->space == AS_NONE || b->space == AS_NONE
				? AS_NONE
				: AS_KERNEL;
	if (type_same(a->base, b->base) || type_bare(b->base)->kind == TY_VOID)
		return type_with_space(k->ts, a, space);
	return type_bare(a->base)->kind == TY_VOID ? type_with_space(k->ts, b, space) : NULL;
}

static Type *merge_fields(Check *k, Type *a, Type *b, bool *lossy)
{
	Field *fields = NEW_N(k->c->arena, Field, a->n_fields + 1);
	Type **items = NEW_N(k->c->arena, Type *, a->n_fields + 1);

	if (a->n_fields != b->n_fields)
		return NULL;
	for (u32 i = 0; i < a->n_fields; i++) {
		fields[i] = a->fields[i];
		if (a->kind == TY_RECORD && a->fields[i].name != b->fields[i].name)
			return NULL;
		items[i] = type_merge(k, a->fields[i].type, false, b->fields[i].type, false, lossy);
		if (!items[i])
			return NULL;
		fields[i].type = items[i];
	}
	return a->kind == TY_TUPLE ? type_tuple(k->ts, items, a->n_fields)
				   : type_record(k->ts, fields, a->n_fields);
}

Type *type_merge(Check *k, Type *a, bool a_flexible, Type *b, bool b_flexible, bool *lossy)
{
	Type *x = type_bare(a), *y = type_bare(b);

	if (x == y || type_same(x, y))
		return a;
	if (is_int(x) && is_int(y))
		return merge_ints(k, x, a_flexible, y, b_flexible, lossy);
	if (x->kind != y->kind)
		return NULL;
	switch (x->kind) {
	case TY_STRING:
		return type_string(k->ts, MAX(x->count, y->count));
	case TY_BUFFER:
		return type_buffer(k->ts, MAX(x->count, y->count));
	case TY_PTR:
		return merge_pointers(k, x, y);
	case TY_TUPLE:
	case TY_RECORD:
		return merge_fields(k, x, y, lossy);
	case TY_ARRAY:
		return x->count == y->count && type_same(x->base, y->base) ? a : NULL;
	default:
		return NULL;
	}
}

/* A type as maps and variables keep it: no trust in pointers, no enum's or typedef's name lost. */
Type *storable(Check *k, Type *t)
{
	Type *bare = type_bare(t);

	if (bare->kind == TY_PTR && bare->space != AS_KERNEL && bare->space != AS_USER && bare->space != AS_NONE)
		return type_with_space(k->ts, bare, AS_KERNEL);
	return t;
}

bool guess_grow(Check *k, Guess *g, const Node *n)
{
	bool lossy = false;
	Type *merged;

	if (is_bad(n))
		return true;
	if (!g->type) {
		g->type = n->type;
		g->is_flexible = is_flexible(n);
		k->changed = true;
		return true;
	}
	if (g->type->kind == TY_ERROR)
		return true;
	merged = type_merge(k, g->type, g->is_flexible, n->type, is_flexible(n), &lossy);
	if (!merged)
		return false;
	/* a declared integer takes any integer, narrowed; but a literal must fit */
	if (g->is_fixed && is_int(g->type) && is_int(n->type) && !n->is_literal)
		return true;
	if (g->is_fixed)
		return type_same(merged, g->type) || (is_flexible(n) && is_int(g->type) &&
						      type_size(k->ts, n->type) <= type_size(k->ts, g->type));
	if (lossy && !type_is_signed(n->type))
		check_remark(k, n->at,
			     "Expression of type: %s being cast to type: %s. This may cause unexpected "
			     "results. Use an explicit cast to suppress this warning.",
			     type_script_str(k->ts, n->type), type_script_str(k->ts, merged));
	if (!type_same(merged, g->type)) {
		if (k->pass > 30 && is_string(merged))
			merged = type_string(k->ts, (u32)script_config_number(k->s, CONFIG_max_strlen));
		g->type = merged;
		k->changed = true;
	}
	if (g->is_flexible && !is_flexible(n)) {
		g->is_flexible = false;
		k->changed = true;
	}
	return true;
}

/* ---- conversions ---- */

static bool fits(i64 value, Type *t, u32 size)
{
	if (size == 8)
		return type_is_signed(t) || value >= 0;
	if (type_is_signed(t))
		return value >= -(1LL << (size * 8 - 1)) && value < 1LL << (size * 8 - 1);
	return value >= 0 && value < 1LL << (size * 8);
}

/* A tuple or record written out takes the type item by item. */
static Node *convert_items(Check *k, const Node *n, Type *to)
{
	Node *out = node_copy(k->c, n);

	out->type = to;
	node_list(k->c, out, n->list, n->n);
	for (u32 i = 0; i < n->n; i++)
		out->list[i] = convert(k, n->list[i], type_bare(to)->fields[i].type);
	return out;
}

Node *convert(Check *k, Node *n, Type *to)
{
	Node *cast;

	n = type_bare(to)->kind == TY_AGG ? n : to_value(k, n);
	if (is_bad(n) || to->kind == TY_ERROR)
		return n;
	if (type_same(n->type, to)) {
		Type *a = type_bare(n->type), *b = type_bare(to);

		if (a->kind != TY_PTR || a->space == b->space)
			return n;
	}
	if (n->kind == NODE_INT && is_int(to) && type_bare(to)->kind != TY_BOOL && type_bare(n->type)->kind != TY_BOOL &&
	    fits(n->value, to, type_size(k->ts, to))) {
		n = node_copy(k->c, n);
		n->type = to;
		return n;
	}
	if (n->kind == NODE_STRING && is_string(to) && type_bare(to)->count > n->text.len) {
		n = node_copy(k->c, n);
		n->type = to;
		return n;
	}
	if ((n->kind == NODE_TUPLE || n->kind == NODE_RECORD) && type_bare(to)->n_fields == n->n)
		return convert_items(k, n, to);
	cast = node_new(k->c, NODE_CAST, n->at);
	cast->a = n;
	cast->type = to;
	return cast;
}

Node *to_value(Check *k, Node *n)
{
	Type *t = type_bare(n->type);

	if (n->kind != NODE_MAPGET || t->kind != TY_AGG)
		return n;
	if (!is_castable_agg(t)) {
		check_error(k, n->at, "Map value '%s' cannot be read: use print() to show it",
			    type_script_str(k->ts, t));
		return check_bad(k, n);
	}
	n = node_copy(k->c, n);
	n->is_agg = true;
	n->type = int_type(k, 8, t->is_signed);
	return n;
}

Node *to_int64(Check *k, Node *n)
{
	n = to_value(k, n);
	if (is_bad(n))
		return n;
	return convert(k, n, int_type(k, 8, type_is_signed(n->type)));
}

Node *to_bool(Check *k, Node *n)
{
	Type *t;

	n = to_value(k, n);
	t = type_bare(n->type);
	if (t->kind == TY_BOOL || is_bad(n))
		return n;
	if (!type_is_scalar(t) && t->kind != TY_STRING && t->kind != TY_KSYM) {
		check_error(k, n->at, "Invalid condition: %s", type_script_str(k->ts, n->type));
		return check_bad(k, n);
	}
	if (n->kind == NODE_INT)
		return node_int(k->c, n->at, type_bool(k->ts), n->value != 0);
	return convert(k, n, type_bool(k->ts));
}

Node *to_string(Check *k, Node *n, u32 size)
{
	Type *t = type_bare(n->type);
	Node *call;

	if (t->kind == TY_STRING || is_bad(n))
		return n;
	if (t->kind == TY_ARRAY && type_size(k->ts, t->base) == 1)
		return convert(k, n, type_string(k->ts, t->count));
	if (t->kind != TY_PTR || type_size(k->ts, type_bare(t->base)) > 1)
		return NULL;
	call = node_new(k->c, NODE_CALL, n->at);
	call->builtin = BI_str;
	call->type = type_string(k->ts, size);
	node_list(k->c, call, &n, 1);
	return call;
}
