/*
 * Values: operators, casts, conditionals, literals, and what is answered by
 * the compiler (sizeof, offsetof, typeof …). Each function takes a node of the
 * source tree and returns a new, checked one; faults give a node of type
 * error, about which nothing more is said.
 */
#include "script/internal.h"

static Node *made(Check *k, const Node *n, NodeKind kind, Type *type)
{
	Node *out = node_new(k->c, kind, n->at);

	out->op = n->op;
	out->type = type;
	return out;
}

/* ---- operators ---- */

static Node *mismatch(Check *k, const Node *n, const Node *a, const Node *b)
{
	const char *at = type_script_str(k->ts, a->type), *bt = type_script_str(k->ts, b->type);

	check_error(k, n->at, "Type mismatch for '%s': comparing %s with %s", script_op_text((ScriptOp)n->op),
		    at, bt);
	diag_note(&k->c->diags, a->at, "ERROR: left (%s)", at);
	diag_note(&k->c->diags, b->at, "ERROR: right (%s)", bt);
	return check_bad(k, n);
}

static Node *bad_operands(Check *k, const Node *n, const Node *a, const Node *b)
{
	check_error(k, n->at, "The %s operator can not be used on expressions of types %s, %s",
		    script_op_text((ScriptOp)n->op), type_script_str(k->ts, a->type),
		    type_script_str(k->ts, b->type));
	return check_bad(k, n);
}

static bool is_text_like(Type *t)
{
	t = type_bare(t);
	return t->kind == TY_STRING || type_is_char_array(t) ||
	       (t->kind == TY_PTR && type_bare(t->base)->kind == TY_INT && type_bare(t->base)->size == 1) ||
	       (t->kind == TY_ARRAY && type_bare(t->base)->kind == TY_INT && type_bare(t->base)->size == 1);
}

/* pointer ± integer → PTRADD */
static Node *pointer_offset(Check *k, const Node *n, Node *ptr, Node *count)
{
	Node *out = made(k, n, NODE_PTRADD, ptr->type);
	u32 size = type_size(k->ts, type_bare(ptr->type)->base);

	out->op = 0;
	out->value = size ? size : 1;
	out->a = ptr;
	out->b = convert(k, to_int64(k, count), int_type(k, 8, true));
	if (n->op == SOP_SUB) {
		Node *negative = made(k, n, NODE_UNARY, out->b->type);

		negative->op = SOP_NEG;
		negative->a = out->b;
		out->b = out->b->kind == NODE_INT ? node_int(k->c, count->at, out->b->type, -out->b->value)
						  : negative;
	}
	return out;
}

/* A comparison of two values of the common type. */
static Node *comparison(Check *k, const Node *n, Node *a, Node *b)
{
	bool lossy = false, ordered = n->op != SOP_EQ && n->op != SOP_NE;
	Node *out = made(k, n, NODE_BINARY, type_bool(k->ts));
	Type *common;

	if (is_text_like(a->type) && is_text_like(b->type) && (is_string(a->type) || is_string(b->type)) &&
	    !ordered) {
		u32 size = is_string(a->type) ? type_bare(a->type)->count : type_bare(b->type)->count;

		a = to_string(k, a, size);
		b = to_string(k, b, size);
	}
	if (type_is_ptr(a->type) && is_int(b->type))
		a = convert(k, a, int_type(k, 8, false));
	else if (is_int(a->type) && type_is_ptr(b->type))
		b = convert(k, b, int_type(k, 8, false));
	if (type_is_ptr(a->type) && type_is_ptr(b->type)) {
		if (!type_same(type_bare(a->type)->base, type_bare(b->type)->base))
			check_remark(k, n->at, "comparison of distinct pointer types: %s, %s",
				     type_script_str(k->ts, a->type), type_script_str(k->ts, b->type));
		a = convert(k, a, int_type(k, 8, false));
		b = convert(k, b, int_type(k, 8, false));
	}
	common = type_merge(k, a->type, is_flexible(a), b->type, is_flexible(b), &lossy);
	if (!common)
		return type_bare(a->type)->kind != type_bare(b->type)->kind ? mismatch(k, n, a, b)
									      : bad_operands(k, n, a, b);
	if (ordered && !type_is_scalar(common))
		return bad_operands(k, n, a, b);
	if (type_bare(common)->kind == TY_VOID)
		return bad_operands(k, n, a, b);
	out->a = convert(k, a, common);
	out->b = convert(k, b, common);
	return out;
}

static void warn_signed(Check *k, const Node *n, Type *t)
{
	if ((n->op == SOP_DIV || n->op == SOP_MOD) && type_is_signed(t))
		check_remark(k, n->at,
			     "signed operands for '%s' can lead to undefined behavior (cast to unsigned to "
			     "silence warning)",
			     script_op_text((ScriptOp)n->op));
}

static Node *arithmetic(Check *k, const Node *n, Node *a, Node *b)
{
	bool is_shift = n->op == SOP_SHL || n->op == SOP_SHR, is_signed;
	Node *out;
	Type *t;

	if (type_is_ptr(a->type) && is_int(b->type) && (n->op == SOP_ADD || n->op == SOP_SUB))
		return pointer_offset(k, n, a, b);
	if (is_int(a->type) && type_is_ptr(b->type) && n->op == SOP_ADD)
		return pointer_offset(k, n, b, a);
	if (!is_int(a->type) || !is_int(b->type))
		return bad_operands(k, n, a, b);
	if (is_shift)
		is_signed = type_is_signed(a->type);
	else
		is_signed = n->op == SOP_SUB || (type_is_signed(a->type) && !is_flexible(a)) ||
			    (type_is_signed(b->type) && !is_flexible(b)) ||
			    (is_flexible(a) && type_is_signed(b->type)) ||
			    (is_flexible(b) && type_is_signed(a->type));
	t = int_type(k, 8, is_signed);
	out = made(k, n, NODE_BINARY, t);
	out->a = convert(k, a, t);
	out->b = convert(k, b, t);
	warn_signed(k, n, t);
	return out;
}

static Node *check_binary(Check *k, const Node *n)
{
	Node *a = to_value(k, check_expr(k, n->a)), *b = to_value(k, check_expr(k, n->b)), *folded;

	if (is_bad(a) || is_bad(b))
		return check_bad(k, n);
	folded = fold_binary(k, n, a, b);
	if (folded)
		return folded;
	if (n->op >= SOP_EQ && n->op <= SOP_GE)
		return comparison(k, n, a, b);
	return arithmetic(k, n, a, b);
}

static Node *check_unary(Check *k, const Node *n)
{
	Node *a = to_value(k, check_expr(k, n->a)), *folded = fold_unary(k, n, a), *out;

	if (folded || is_bad(a))
		return folded ? folded : a;
	if (!(n->op == SOP_NOT ? type_is_scalar(a->type) : is_int(a->type))) {
		check_error(k, n->at, "The %s operator can not be used on expressions of type '%s'",
			    script_op_text((ScriptOp)n->op), type_script_str(k->ts, a->type));
		return check_bad(k, n);
	}
	out = made(k, n, NODE_UNARY, type_bool(k->ts));
	out->a = n->op == SOP_NOT ? to_bool(k, a) : to_int64(k, a);
	if (n->op == SOP_NOT)
		return out;
	out->type = out->a->type;
	/* ~ and - of unsigned integers stay within their width */
	return type_is_signed(a->type) ? out : convert(k, convert(k, out, a->type), out->type);
}

static Node *check_logic(Check *k, const Node *n)
{
	Node *a = to_bool(k, check_expr(k, n->a)), *out;
	bool value;

	if (!is_bad(a) && is_constant(a, &value) && value == (n->kind == NODE_OR)) {
		out = node_int(k->c, n->at, type_bool(k->ts), value);
		out->is_literal = true;
		return out;
	}
	out = made(k, n, n->kind, type_bool(k->ts));
	out->a = a;
	out->b = to_bool(k, check_expr(k, n->b));
	if (is_bad(out->a) || is_bad(out->b))
		return check_bad(k, n);
	if (is_constant(out->a, &value) && is_constant(out->b, &value)) {
		out = node_int(k->c, n->at, type_bool(k->ts), value);
		out->is_literal = true;
	}
	return out;
}

/* ---- conditionals ---- */

static Node *choose(Check *k, const Node *n, Node *cond, Node *a, Node *b)
{
	bool lossy = false;
	Node *out;
	Type *t;

	if (is_bad(a) || is_bad(b) || is_bad(cond))
		return is_bad(a) && !is_bad(cond) ? b : a;
	t = type_merge(k, a->type, is_flexible(a), b->type, is_flexible(b), &lossy);
	if (!t) {
		check_error(k, n->at, "Branches must return the same type or compatible types: have '%s' and '%s'",
			    type_script_str(k->ts, a->type), type_script_str(k->ts, b->type));
		return check_bad(k, n);
	}
	out = made(k, n, NODE_COND, t);
	out->op = 0;
	out->a = cond;
	out->b = convert(k, a, t);
	out->c = convert(k, b, t);
	return out;
}

/* a ? b : c, and a ?: c, where a is the value too and has to be evaluated once */
static Node *check_cond(Check *k, const Node *n)
{
	Node *value = to_value(k, check_expr(k, n->a)), *cond = to_bool(k, value);
	bool known;

	if (!is_bad(cond) && is_constant(cond, &known) && cond->kind == NODE_INT) {
		if (known)
			return n->b ? check_expr(k, n->b) : value;
		return check_expr(k, n->c);
	}
	if (n->b)
		return choose(k, n, cond, to_value(k, check_expr(k, n->b)), to_value(k, check_expr(k, n->c)));
	return choose(k, n, cond, value, to_value(k, check_expr(k, n->c)));
}

static bool is_comptime(const Node *n)
{
	return n->kind == NODE_COMPTIME;
}

/* if … { … } else { … } with a value */
static Node *check_if_value(Check *k, const Node *n)
{
	Node *cond = to_bool(k, check_expr(k, n->a));
	bool known;

	if (!n->c) {
		check_error(k, n->at, "if expression without an else block has no value");
		return check_bad(k, n);
	}
	if (!is_bad(cond) && is_constant(cond, &known) && (is_comptime(n->a) || cond->kind == NODE_INT))
		return check_expr(k, known ? n->b : n->c);
	return choose(k, n, cond, to_value(k, check_expr(k, n->b)), to_value(k, check_expr(k, n->c)));
}

static Node *check_comptime(Check *k, const Node *n)
{
	Node *a = check_expr(k, n->a);
	bool value;

	if (!is_bad(a) && !is_constant(a, &value)) {
		check_error(k, n->at, "Unable to resolve comptime expression");
		return check_bad(k, n);
	}
	return a;
}

/* ---- casts ---- */

static bool is_bytes_array(Check *k, Type *t, u32 size)
{
	t = type_bare(t);
	return t->kind == TY_ARRAY && is_int(t->base) && type_size(k->ts, t) == size;
}

static bool may_cast(Check *k, Type *from, Type *to)
{
	Type *a = type_bare(from), *b = type_bare(to);

	if (type_is_scalar(a) && type_is_scalar(b))
		return true;
	if (a->kind == TY_STRING && (b->kind == TY_STRING || b->kind == TY_BOOL))
		return true;
	if (a->kind == TY_ARRAY && is_int(b))
		return is_bytes_array(k, a, type_size(k->ts, b));
	if (is_int(a) && b->kind == TY_ARRAY)
		return is_bytes_array(k, b, type_size(k->ts, a)) ||
		       (b->is_flexible && type_size(k->ts, b->base));
	if (a->kind == TY_ARRAY && b->kind == TY_STRING)
		return type_size(k->ts, a->base) == 1;
	if ((a->kind == TY_KSYM || a->kind == TY_USYM) && is_int(b))
		return a->kind == TY_KSYM;
	return type_same(a, b) || (a->kind == b->kind && (a->kind == TY_TUPLE || a->kind == TY_RECORD ||
							   a->kind == TY_BUFFER));
}

/* Address space of the pointer that an integer or pointer becomes. */
static AddrSpace cast_space(Check *k, Node *a, Type *to)
{
	Type *target = type_bare(type_bare(to)->base);

	if (type_is_ptr(a->type))
		return type_bare(a->type)->space;
	return type_is_record(target) || target->kind == TY_PTR ? k->space : AS_NONE;
}

static Node *cast_literal(Check *k, const Node *n, Node *a, Type *to)
{
	u32 size = type_size(k->ts, to);
	u64 value = (u64)a->value;

	if (size < 8)
		value &= (1ULL << (size * 8)) - 1;
	if (size < 8 && type_is_signed(to) && value >> (size * 8 - 1))
		value |= ~0ULL << (size * 8);
	return node_int(k->c, n->at, to, (i64)value);
}

static Node *check_cast(Check *k, const Node *n)
{
	Type *to = check_type_node(k, n->b);
	Node *a = check_expr(k, n->a);

	if (to->kind == TY_ERROR || is_bad(a))
		return check_bad(k, n);
	a = is_castable_agg(a->type) && is_int(to) ? to_value(k, a) : a;
	if (type_is_ptr(to))
		to = type_with_space(k->ts, type_bare(to), cast_space(k, a, to));
	if (type_bare(a->type)->kind == TY_STRING && is_int(to) && unwrap_array(a) != a)
		a = unwrap_array(a);
	if (type_bare(to)->kind == TY_ARRAY && type_bare(to)->is_flexible && is_int(a->type))
		to = type_array(k->ts, type_bare(to)->base,
				type_size(k->ts, a->type) / MAX(1u, type_size(k->ts, type_bare(to)->base)));
	if (!may_cast(k, a->type, to)) {
		check_error(k, span_join(n->at, n->b->at), "Cannot cast from \"%s\" to \"%s\"",
			    type_script_str(k->ts, a->type), type_script_str(k->ts, to));
		return check_bad(k, n);
	}
	if (a->kind == NODE_INT && is_int(to) && type_bare(to)->kind != TY_BOOL)
		return cast_literal(k, n, a, to);
	if (type_same(a->type, to) && type_bare(to)->kind != TY_PTR)
		check_remark(k, n->at, "Unnecessary cast: expression is already of type %s",
			     type_script_str(k->ts, to));
	return convert(k, a, to);
}

/* ---- pointers ---- */

Node *deref(Check *k, Node *pointer, Span at)
{
	Type *t = type_bare(pointer->type);
	Node *out = node_new(k->c, NODE_DEREF, at);

	out->a = pointer;
	out->type = t->base;
	return out;
}

static Node *check_deref(Check *k, const Node *n)
{
	Node *a = to_value(k, check_expr(k, n->a));
	Type *t = type_bare(a->type);

	if (is_bad(a))
		return a;
	if (is_int(t)) { /* an address: what lies there is a 64-bit number */
		a = convert(k, to_int64(k, a), type_ptr(k->ts, int_type(k, 8, false), k->space));
		return deref(k, a, n->at);
	}
	if (t->kind != TY_PTR || !type_size(k->ts, t->base)) {
		check_error(k, n->at, "The * operator can not be used on expressions of type '%s'",
			    type_script_str(k->ts, a->type));
		return check_bad(k, n);
	}
	return deref(k, a, n->at);
}

static Node *check_addr(Check *k, const Node *n)
{
	Node *a = n->a->kind == NODE_LOCAL ? check_expr(k, n->a) : check_map_read(k, n->a);
	Node *out;

	if (is_bad(a))
		return a;
	out = made(k, n, NODE_ADDR, type_ptr(k->ts, a->type, a->kind == NODE_LOCAL ? AS_STACK : AS_MAP));
	out->a = a;
	return out;
}

/* ---- tuples and records ---- */

static Node *check_tuple(Check *k, const Node *n)
{
	Type **types = NEW_N(k->c->arena, Type *, n->n + 1);
	Node *out = made(k, n, NODE_TUPLE, NULL);

	node_list(k->c, out, n->list, n->n);
	for (u32 i = 0; i < n->n; i++) {
		Node *item = to_value(k, check_expr(k, n->list[i]));

		if (is_bad(item))
			return check_bad(k, n);
		types[i] = storable(k, item->type);
		out->list[i] = convert(k, item, types[i]);
	}
	out->type = type_tuple(k->ts, types, n->n);
	return out;
}

static Node *check_record(Check *k, const Node *n)
{
	Field *fields = NEW_N(k->c->arena, Field, n->n + 1);
	Node *out = made(k, n, NODE_RECORD, NULL);

	node_list(k->c, out, n->list, n->n);
	for (u32 i = 0; i < n->n; i++) {
		Node *item = to_value(k, check_expr(k, n->list[i]->a));

		if (is_bad(item))
			return check_bad(k, n);
		for (u32 o = 0; o < i; o++)
			if (fields[o].name == n->list[i]->name)
				check_error(k, n->list[i]->at, "Named argument list already contains name: %s",
					    n->list[i]->name);
		fields[i] = (Field){.name = n->list[i]->name, .type = storable(k, item->type)};
		out->list[i] = convert(k, item, fields[i].type);
	}
	out->type = type_record(k->ts, fields, n->n);
	return out;
}

/* ---- literals and variables ---- */

static Node *check_int(Check *k, const Node *n)
{
	Node *out = node_copy(k->c, n);

	if (!out->type)
		out->type = literal_type(k, n->value);
	return out;
}

static Node *check_string_literal(Check *k, const Node *n)
{
	Node *out = node_copy(k->c, n);

	if (n->text.len >= script_config_number(k->s, CONFIG_max_strlen)) {
		check_error(k, n->at, "String is too long (over %llu bytes): %.*s",
			    (unsigned long long)script_config_number(k->s, CONFIG_max_strlen),
			    (int)MIN(n->text.len, 40u), n->text.at);
		return check_bad(k, n);
	}
	out->is_literal = true;
	out->type = type_string(k->ts, n->text.len + 1);
	out->index = check_string(k, n->text);
	return out;
}

static Node *check_local(Check *k, const Node *n)
{
	ScopeVar *v = var_find(k, n->name);
	NameHint hint = {0};

	if (v) {
		if (!v->is_assigned)
			check_remark(k, n->at, "Variable used before it was assigned: %s",
				     plain_name(k, n->name));
		return local_node(k, v, n->at);
	}
	check_error(k, n->at, "Undefined or undeclared variable: %s", plain_name(k, n->name));
	for (u32 i = 0; i < k->scope.len; i++)
		hint_offer(&hint, n->name, k->scope.at[i].name);
	if (hint.best && !strchr(hint.best, '#'))
		diag_hint(&k->c->diags, "did you mean %s?", hint.best);
	return check_bad(k, n);
}

/* A call as a value: aggregations are none. */
static Node *check_value_call(Check *k, const Node *n)
{
	if (!n->builtin || !(builtin_info[n->builtin].kind & BUILTIN_AGG))
		return check_call(k, n);
	check_error(k, n->at, "%s() must be assigned directly to a map", n->name);
	return check_bad(k, n);
}

static Node *check_inner(Check *k, const Node *n)
{
	switch (n->kind) {
	case NODE_INT:
		return check_int(k, n);
	case NODE_STRING:
		return check_string_literal(k, n);
	case NODE_TUPLE:
		return check_tuple(k, n);
	case NODE_RECORD:
		return check_record(k, n);
	case NODE_IDENT:
		return check_ident(k, n);
	case NODE_PARAM:
		return check_param(k, n);
	case NODE_LOCAL:
		return check_local(k, n);
	case NODE_MAPGET:
		return check_map_read(k, n);
	case NODE_UNARY:
		return check_unary(k, n);
	case NODE_DEREF:
		return check_deref(k, n);
	case NODE_ADDR:
		return check_addr(k, n);
	case NODE_BINARY:
		return check_binary(k, n);
	case NODE_AND:
	case NODE_OR:
		return check_logic(k, n);
	case NODE_COND:
		return check_cond(k, n);
	case NODE_CAST:
		return check_cast(k, n);
	case NODE_FIELD:
		return check_field(k, n);
	case NODE_INDEX:
		return check_index(k, n);
	case NODE_CALL:
		return check_value_call(k, n);
	case NODE_SIZEOF:
		return check_sizeof(k, n);
	case NODE_OFFSETOF:
		return check_offsetof(k, n);
	case NODE_TYPEINFO:
		return check_typeinfo(k, n);
	case NODE_COMPTIME:
		return check_comptime(k, n);
	case NODE_IF:
	case NODE_IFVALUE:
		return check_if_value(k, n);
	case NODE_BLOCK:
		return check_block_value(k, n);
	case NODE_UPDATE:
		return check_update(k, n);
	default:
		check_error(k, n->at, "syntax: expected expression");
		return check_bad(k, n);
	}
}

Node *check_expr(Check *k, const Node *n)
{
	Node *out;

	if (++k->depth > 4 * PARSE_MAX_DEPTH) {
		check_error(k, n->at, "expression is nested too deeply");
		out = check_bad(k, n);
	} else {
		out = check_inner(k, n);
	}
	k->depth--;
	return out;
}
