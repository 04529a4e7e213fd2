/*
 * Literals: their types, and operations on them that are done at once. What
 * would overflow 64 bits, or divide by zero, is an error.
 */
#include "script/internal.h"

Type *literal_type(Check *k, i64 value)
{
	for (u32 size = 1; size < 8; size *= 2)
		if (value >= -(1LL << (size * 8 - 1)) && value < 1LL << (size * 8 - 1))
			return int_type(k, size, true);
	return int_type(k, 8, true);
}

Node *literal_int(Check *k, Span at, i64 value)
{
	Node *n = node_int(k->c, at, literal_type(k, value), value);

	n->is_literal = true;
	return n;
}

Node *literal_string(Check *k, Span at, const char *text)
{
	Node *n = node_new(k->c, NODE_STRING, at);

	n->text = (Str){text, (u32)strlen(text)};
	n->type = type_string(k->ts, n->text.len + 1);
	n->index = check_string(k, n->text);
	n->is_literal = true;
	return n;
}

bool is_constant(const Node *n, bool *value)
{
	if (n->kind == NODE_CAST && n->a)
		return is_constant(n->a, value);
	if (n->kind == NODE_STRING)
		*value = n->text.len > 0;
	else if (n->kind == NODE_INT)
		*value = n->value != 0;
	else
		return false;
	return true;
}

/* a op b in 64 bits of the sign; false: overflow or division by zero. */
static bool calculate(ScriptOp op, i64 a, i64 b, bool is_signed, i64 *out)
{
	u64 x = (u64)a, y = (u64)b;

	switch (op) {
	case SOP_ADD:
		return is_signed ? !__builtin_add_overflow(a, b, out)
				 : !__builtin_add_overflow(x, y, (u64 *)out);
	case SOP_SUB:
		return is_signed ? !__builtin_sub_overflow(a, b, out)
				 : !__builtin_sub_overflow(x, y, (u64 *)out);
	case SOP_MUL:
		return is_signed ? !__builtin_mul_overflow(a, b, out)
				 : !__builtin_mul_overflow(x, y, (u64 *)out);
	case SOP_DIV:
	case SOP_MOD:
		if (!b || (is_signed && a == INT64_MIN && b == -1))
			return false;
		if (op == SOP_DIV)
			*out = is_signed ? a / b : (i64)(x / y);
		else
			*out = is_signed ? a % b : (i64)(x % y);
		return true;
	case SOP_AND:
		*out = a & b;
		return true;
	case SOP_OR:
		*out = a | b;
		return true;
	case SOP_XOR:
		*out = a ^ b;
		return true;
	case SOP_SHL:
	case SOP_SHR:
		if (y > 63)
			return false;
		*out = op == SOP_SHL ? (i64)(x << y) : is_signed ? a >> y : (i64)(x >> y);
		return true;
	default:
		return false;
	}
}

static bool compare(ScriptOp op, int order)
{
	switch (op) {
	case SOP_EQ:
		return order == 0;
	case SOP_NE:
		return order != 0;
	case SOP_LT:
		return order < 0;
	case SOP_LE:
		return order <= 0;
	case SOP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static Node *bool_node(Check *k, const Node *n, bool value)
{
	Node *result = node_int(k->c, n->at, type_bool(k->ts), value);

	result->is_literal = true;
	return result;
}

static Node *fold_strings(Check *k, const Node *n, const Node *a, const Node *b)
{
	int order = memcmp(a->text.at, b->text.at, MIN(a->text.len, b->text.len));

	if (n->op < SOP_EQ || n->op > SOP_GE)
		return NULL;
	if (!order)
		order = a->text.len < b->text.len ? -1 : a->text.len > b->text.len;
	return bool_node(k, n, compare((ScriptOp)n->op, order));
}

Node *fold_binary(Check *k, const Node *n, Node *a, Node *b)
{
	bool is_signed;
	i64 value = 0;

	if (a->kind == NODE_STRING && b->kind == NODE_STRING)
		return fold_strings(k, n, a, b);
	if (a->kind != NODE_INT || b->kind != NODE_INT || !a->is_literal || !b->is_literal)
		return NULL;
	is_signed = (type_is_signed(a->type) || a->type->kind == TY_BOOL) &&
		    (type_is_signed(b->type) || b->type->kind == TY_BOOL);
	if (n->op >= SOP_EQ && n->op <= SOP_GE) {
		int order = is_signed ? (a->value > b->value) - (a->value < b->value)
				      : ((u64)a->value > (u64)b->value) - ((u64)a->value < (u64)b->value);

		return bool_node(k, n, compare((ScriptOp)n->op, order));
	}
	if (!calculate((ScriptOp)n->op, a->value, b->value, is_signed, &value)) {
		check_error(k, n->at, "unable to fold literals due to overflow or underflow");
		return check_bad(k, n);
	}
	Node *result = literal_int(k, n->at, value);

	if (!is_signed)
		result->type = int_type(k, 8, false);
	return result;
}

Node *fold_unary(Check *k, const Node *n, Node *a)
{
	if (a->kind != NODE_INT || !a->is_literal)
		return NULL;
	if (n->op == SOP_NOT)
		return bool_node(k, n, !a->value);
	if (n->op == SOP_NEG && (u64)a->value > (u64)1 << 63 && a->value < 0 && !type_is_signed(a->type)) {
		check_error(k, n->at, "unable to fold literals due to overflow or underflow");
		return check_bad(k, n);
	}
	return literal_int(k, n->at, n->op == SOP_NEG ? (i64)(0 - (u64)a->value) : ~a->value);
}
