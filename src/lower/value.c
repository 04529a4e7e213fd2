/*
 * Expressions. Scalars become IR values of 64 bits; everything else is written
 * to where it is wanted. The conversions are those listed in script.h under
 * "Casts".
 */
#include "lower/internal.h"

Val lower_const(Lower *l, i64 v)
{
	return ir_const(B(l), CLS_L, v);
}

bool is_memory_type(Type *t)
{
	t = type_bare(t);
	return !type_is_scalar(t) && t->kind != TY_KSYM && t->kind != TY_VOID && t->kind != TY_USERNAME &&
	       t->kind != TY_STRERROR;
}

void store_scalar(Lower *l, Type *t, Val to, i64 offset, Val v)
{
	u32 size = MIN(type_size(l->types, t), 8);

	mem_store(l, to, offset, size, size == 8 ? v : ir_to_cls(B(l), CLS_W, v));
}

Val load_scalar(Lower *l, AddrSpace space, Type *t, Val at, i64 offset)
{
	return mem_load(l, space, at, offset, MIN(type_size(l->types, t), 8), type_is_signed(t));
}

/* v as an integer of size bytes: cut, then extended to 64 bits again. */
static Val narrow(Lower *l, Val v, u32 size, bool is_signed)
{
	if (size >= 8)
		return v;
	if (is_signed)
		return ir_sext(B(l), CLS_L, size, v);
	if (size == 4)
		return ir_to_cls(B(l), CLS_L, ir_to_cls(B(l), CLS_W, v));
	return ir_op2(B(l), OP_AND, CLS_L, v, lower_const(l, (1ll << (size * 8)) - 1));
}

static Val as_bool(Lower *l, Val v)
{
	return ir_to_cls(B(l), CLS_L, ir_cmp(B(l), OP_NE, 8, v, lower_const(l, 0)));
}

/* Integer of the same bytes as an array of 1 to 8. */
static Val cast_from_memory(Lower *l, const Node *n, Type *from)
{
	u32 size = MIN(type_size(l->types, from), 8);
	u32 part = size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1;
	Val at = lower_address(l, n->a, false);

	return mem_load(l, AS_STACK, at, 0, part, type_is_signed(n->type));
}

static Val lower_cast(Lower *l, const Node *n)
{
	Type *from = type_bare(n->a->type), *to = type_bare(n->type);
	u32 size = type_size(l->types, to);
	Val v;

	if (from->kind == TY_STRING && to->kind == TY_BOOL)
		return as_bool(l, mem_load(l, AS_STACK, lower_address(l, n->a, false), 0, 1, false));
	if (is_memory_type(from))
		return cast_from_memory(l, n, from);
	v = lower_value(l, n->a);
	if (to->kind == TY_BOOL)
		return from->kind == TY_BOOL ? v : as_bool(l, v);
	if (type_is_ptr(to) || to->kind == TY_KSYM)
		return v;
	if (type_is_integer(from) && size > type_size(l->types, from))
		return v;
	if (type_is_integer(from) && size == type_size(l->types, from) &&
	    type_is_signed(from) == type_is_signed(to))
		return v;
	return narrow(l, v, size, type_is_signed(to));
}

/* a / b and a % b; 1 where b is 0. */
static Val lower_divide(Lower *l, const Node *n)
{
	bool is_signed = type_is_signed(n->type);
	Op op = n->op == SOP_DIV ? (is_signed ? OP_SDIV : OP_UDIV) : (is_signed ? OP_SMOD : OP_UMOD);
	Val a = lower_value(l, n->a), b = lower_value(l, n->b), result;
	Branch branch;

	if (n->b->kind == NODE_INT && n->b->value)
		return ir_op2(B(l), op, CLS_L, a, b);
	result = mem_temp(l, 8);
	branch = branch_begin(l, b, true);
	mem_store(l, result, 0, 8, ir_op2(B(l), op, CLS_L, a, b));
	branch_else(l, branch);
	mem_store(l, result, 0, 8, lower_const(l, 1));
	lower_runtime_error(l, n->at,
			    "Divide or modulo by 0 detected. This can lead to unexpected "
			    "results. 1 is being used as the result.",
			    NULL, 0);
	branch_end(l, branch);
	return mem_load(l, AS_STACK, result, 0, 8, false);
}

static Val compare(Lower *l, ScriptOp op, bool is_signed, Val a, Val b)
{
	Op less = is_signed ? OP_SLT : OP_ULT, less_equal = is_signed ? OP_SLE : OP_ULE;
	Val v;

	switch (op) {
	case SOP_EQ:
		v = ir_cmp(B(l), OP_EQ, 8, a, b);
		break;
	case SOP_NE:
		v = ir_cmp(B(l), OP_NE, 8, a, b);
		break;
	case SOP_LT:
		v = ir_cmp(B(l), less, 8, a, b);
		break;
	case SOP_LE:
		v = ir_cmp(B(l), less_equal, 8, a, b);
		break;
	case SOP_GT:
		v = ir_cmp(B(l), less, 8, b, a);
		break;
	default:
		v = ir_cmp(B(l), less_equal, 8, b, a);
	}
	return ir_to_cls(B(l), CLS_L, v);
}

/* Size of the words that `left` bytes at offset i are compared by. */
static u32 word_size(u32 left)
{
	return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

Val lower_compare_bytes(Lower *l, Val a, Val b, u32 size)
{
	Val differ = lower_const(l, 0);

	for (u32 i = 0; i < size;) {
		u32 n = word_size(size - i);
		Val x = mem_load(l, AS_STACK, a, i, n, false), y = mem_load(l, AS_STACK, b, i, n, false);

		differ = ir_op2(B(l), OP_OR, CLS_L, differ, ir_op2(B(l), OP_XOR, CLS_L, x, y));
		i += n;
	}
	return ir_cmp(B(l), OP_EQ, 8, differ, lower_const(l, 0));
}

static const Node *literal_under(const Node *n)
{
	while (n->kind == NODE_CAST && type_bare(n->type)->kind == TY_STRING)
		n = n->a;
	return n->kind == NODE_STRING ? n : NULL;
}

/* A text against a literal: the literal's bytes and its final zero, as far as the type has room. */
static Val compare_literal(Lower *l, const Node *text, const Node *literal)
{
	u32 room = type_size(l->types, text->type);
	u32 n = MIN(literal->text.len + 1, room);
	char *bytes = arena_copy(l->c->arena, literal->text.at, literal->text.len);
	Val at = lower_address(l, text, false), differ = 0;

	for (u32 i = 0; i < n;) {
		u32 part = word_size(n - i);
		Val x = mem_load(l, AS_STACK, at, i, part, false);
		u64 want = 0;

		memcpy(&want, bytes + i, part);
		x = ir_op2(B(l), OP_XOR, CLS_L, x, lower_const(l, (i64)want));
		differ = differ ? ir_op2(B(l), OP_OR, CLS_L, differ, x) : x;
		i += part;
	}
	return ir_cmp(B(l), OP_EQ, 8, differ ? differ : lower_const(l, 0), lower_const(l, 0));
}

/* Both texts byte by byte up to the first zero. */
static Val compare_texts(Lower *l, const Node *x, const Node *y)
{
	u32 size = MIN(type_size(l->types, x->type), type_size(l->types, y->type));
	Val a = lower_address(l, x, false), b = lower_address(l, y, false);
	Val equal = mem_temp(l, 8), i = mem_temp(l, 8), ca, cb, at;
	u32 head = block_new(l, "compare"), step = block_new(l, "step"), differ = block_new(l, "differ");
	u32 next = block_new(l, "next"), done = block_new(l, "done");

	mem_store(l, equal, 0, 8, lower_const(l, 1));
	mem_store(l, i, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), head);
	ir_at(B(l), head);
	at = mem_load(l, AS_STACK, i, 0, 8, false);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, at, lower_const(l, size)), step, done);
	ir_at(B(l), step);
	ca = mem_load(l, AS_STACK, ir_op2(B(l), OP_ADD, CLS_L, a, at), 0, 1, false);
	cb = mem_load(l, AS_STACK, ir_op2(B(l), OP_ADD, CLS_L, b, at), 0, 1, false);
	ir_br(B(l), ir_cmp(B(l), OP_EQ, 8, ca, cb), next, differ);
	ir_at(B(l), differ);
	mem_store(l, equal, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), done);
	ir_at(B(l), next);
	mem_store(l, i, 0, 8, ir_op2(B(l), OP_ADD, CLS_L, at, lower_const(l, 1)));
	ir_br(B(l), ca, head, done);
	ir_at(B(l), done);
	return ir_to_cls(B(l), CLS_W, mem_load(l, AS_STACK, equal, 0, 8, false));
}

static Val compare_memory(Lower *l, const Node *n)
{
	Type *t = type_bare(n->a->type);
	const Node *left = literal_under(n->a), *right = literal_under(n->b);

	if (right)
		return compare_literal(l, n->a, right);
	if (left)
		return compare_literal(l, n->b, left);
	if (t->kind == TY_STRING)
		return compare_texts(l, n->a, n->b);
	return lower_compare_bytes(l, lower_address(l, n->a, true), lower_address(l, n->b, true),
				   type_size(l->types, t));
}

static Val lower_comparison(Lower *l, const Node *n)
{
	Val equal, a;

	if (!is_memory_type(n->a->type)) {
		a = lower_value(l, n->a);
		return compare(l, n->op, type_is_signed(n->a->type), a, lower_value(l, n->b));
	}
	equal = ir_to_cls(B(l), CLS_L, compare_memory(l, n));
	return n->op == SOP_EQ ? equal : ir_op2(B(l), OP_XOR, CLS_L, equal, lower_const(l, 1));
}

static Val lower_binary(Lower *l, const Node *n)
{
	static const u8 ops[] = {[SOP_ADD] = OP_ADD, [SOP_SUB] = OP_SUB, [SOP_MUL] = OP_MUL,
				 [SOP_AND] = OP_AND, [SOP_OR] = OP_OR, [SOP_XOR] = OP_XOR,
				 [SOP_SHL] = OP_SHL, [SOP_SHR] = OP_LSHR};
	Op op;
	Val a;

	if (n->op >= SOP_EQ && n->op <= SOP_GE)
		return lower_comparison(l, n);
	if (n->op == SOP_DIV || n->op == SOP_MOD)
		return lower_divide(l, n);
	op = n->op == SOP_SHR && type_is_signed(n->type) ? OP_ASHR : (Op)ops[n->op];
	a = lower_value(l, n->a);
	return narrow(l, ir_op2(B(l), op, CLS_L, a, lower_value(l, n->b)),
		      type_size(l->types, n->type), type_is_signed(n->type));
}

static Val lower_unary(Lower *l, const Node *n)
{
	Val v = lower_value(l, n->a);

	if (n->op == SOP_NOT)
		return ir_op2(B(l), OP_XOR, CLS_L, v, lower_const(l, 1));
	v = n->op == SOP_NEG ? ir_op1(B(l), OP_NEG, CLS_L, v)
			     : ir_op2(B(l), OP_XOR, CLS_L, v, lower_const(l, -1));
	return narrow(l, v, type_size(l->types, n->type), type_is_signed(n->type));
}

/* a && b, a || b: b only where a leaves it open. */
static Val lower_short_circuit(Lower *l, const Node *n)
{
	Val result = mem_temp(l, 8), a = lower_value(l, n->a);
	Branch b;

	mem_store(l, result, 0, 8, a);
	if (n->kind == NODE_OR)
		a = ir_op2(B(l), OP_XOR, CLS_L, a, lower_const(l, 1));
	b = branch_begin(l, a, false);
	mem_store(l, result, 0, 8, lower_value(l, n->b));
	branch_end(l, b);
	return mem_load(l, AS_STACK, result, 0, 8, false);
}

static Val lower_cond(Lower *l, const Node *n)
{
	Val result = mem_temp(l, 8);
	Branch b = branch_begin(l, lower_condition(l, n->a), true);

	mem_store(l, result, 0, 8, lower_value(l, n->b));
	branch_else(l, b);
	mem_store(l, result, 0, 8, lower_value(l, n->c));
	branch_end(l, b);
	return mem_load(l, AS_STACK, result, 0, 8, false);
}

/* $x = $x op b, or ++: computed in 64 bits, narrowed to the local's type. */
static Val lower_update_local(Lower *l, const Node *n)
{
	Type *t = n->a->type;
	Val at = local_address(l, n->a->index);
	Val old = load_scalar(l, AS_STACK, t, at, 0), now, b = lower_value(l, n->b);
	Node op = *n;

	if (type_is_ptr(t))
		b = ir_op2(B(l), OP_MUL, CLS_L, b, lower_const(l, n->value ? n->value : 1));
	op.type = n->extra_type;
	now = lower_update_value(l, &op, old, b);
	store_scalar(l, t, local_address(l, n->a->index), 0, now);
	return n->is_post ? old : narrow(l, now, type_size(l->types, t), type_is_signed(t));
}

/* old op b in the 64-bit type of n->type; division as in expressions. */
Val lower_update_value(Lower *l, const Node *n, Val old, Val b)
{
	Node left = {.kind = NODE_VALUE_HELD, .type = n->type, .index = old};
	Node right = {.kind = NODE_VALUE_HELD, .type = n->type, .index = b};
	Node op = {.kind = NODE_BINARY, .op = n->op, .type = n->type, .a = &left, .b = &right,
		   .at = n->at};

	return lower_binary(l, &op);
}

static void lower_statements(Lower *l, const Node *n)
{
	for (u32 i = 0; i < n->n; i++)
		lower_statement(l, n->list[i]);
}

Val lower_value(Lower *l, const Node *n)
{
	B(l)->loc = n->at.start ? n->at.start : B(l)->loc;
	switch (n->kind) {
	case NODE_VALUE_HELD:
		return n->index;
	case NODE_PLACE_HELD:
		return load_scalar(l, AS_STACK, n->type, n->index, 0);
	case NODE_INT:
		return lower_const(l, n->value);
	case NODE_LOCAL:
		return load_scalar(l, AS_STACK, n->type, local_address(l, n->index), 0);
	case NODE_MAPGET:
		return lower_map_get(l, n);
	case NODE_UNARY:
		return lower_unary(l, n);
	case NODE_DEREF:
	case NODE_FIELD:
	case NODE_INDEX:
		return place_load(l, lower_place(l, n));
	case NODE_ADDR:
		return place_address(l, lower_address_place(l, n->a));
	case NODE_BINARY:
		return lower_binary(l, n);
	case NODE_AND:
	case NODE_OR:
		return lower_short_circuit(l, n);
	case NODE_COND:
		return lower_cond(l, n);
	case NODE_PTRADD: {
		Val a = lower_value(l, n->a);

		return ir_op2(B(l), OP_ADD, CLS_L, a,
			      ir_op2(B(l), OP_MUL, CLS_L, lower_value(l, n->b), lower_const(l, n->value)));
	}
	case NODE_CAST:
		return lower_cast(l, n);
	case NODE_CALL:
		return lower_call(l, n, 0);
	case NODE_CALLF:
		return lower_call_function(l, n);
	case NODE_BLOCKVALUE:
		lower_statements(l, n);
		return lower_value(l, n->a);
	case NODE_UPDATE:
		return n->a->kind == NODE_LOCAL ? lower_update_local(l, n) : lower_map_update(l, n);
	default:
		bug("no scalar value for node %d", n->kind);
	}
}

Val lower_condition(Lower *l, const Node *n)
{
	return lower_value(l, n);
}

/* ---- memory values ---- */

static void literal_into(Lower *l, const Node *n, Val to, bool pad)
{
	u32 size = type_size(l->types, n->type);
	u32 len = MIN(n->text.len + 1, size), words = ALIGN_UP(len, 8u);
	char *bytes = arena_alloc(l->c->arena, MAX(size, words));

	memcpy(bytes, n->text.at, MIN(n->text.len, size));
	if (!pad || size <= words)
		mem_store_bytes(l, to, bytes, MIN(size, words));
	else {
		mem_zero(l, to, size);
		mem_store_bytes(l, to, bytes, len);
	}
}

static void items_into(Lower *l, const Node *n, Val to)
{
	Type *t = type_bare(n->type);

	mem_zero(l, to, type_size(l->types, t));
	for (u32 i = 0; i < n->n; i++) {
		const Field *f = &t->fields[i];

		lower_into(l, n->list[i], ir_offset(B(l), to, f->bit_offset / 8), true);
	}
}

static void convert_items(Lower *l, const Node *n, Val to)
{
	Type *from = type_bare(n->a->type), *t = type_bare(n->type);
	Val at = lower_address(l, n->a, true);

	mem_zero(l, to, type_size(l->types, t));
	for (u32 i = 0; i < t->n_fields; i++) {
		Node item = {.kind = NODE_PLACE_HELD, .type = from->fields[i].type, .at = n->at,
			     .index = ir_offset(B(l), at, from->fields[i].bit_offset / 8)};
		Node cast = {.kind = NODE_CAST, .type = t->fields[i].type, .a = &item, .at = n->at};
		bool same = type_same(item.type, cast.type);

		lower_into(l, same ? &item : &cast, ir_offset(B(l), to, t->fields[i].bit_offset / 8), true);
	}
}

/* min(n, m) bytes, zeroes behind. */
static void convert_string(Lower *l, const Node *n, Val to, bool pad)
{
	u32 from = type_size(l->types, n->a->type), size = type_size(l->types, n->type);
	Node same = *n->a;

	if (n->a->kind == NODE_STRING) {
		same.type = n->type;
		literal_into(l, &same, to, pad);
		return;
	}
	if (size >= from) {
		lower_into(l, n->a, to, pad);
		if (size > from)
			mem_zero(l, ir_offset(B(l), to, from), pad ? size - from : 1);
		return;
	}
	mem_copy(l, to, lower_address(l, n->a, pad), size);
}

static void cast_into(Lower *l, const Node *n, Val to, bool pad)
{
	Type *from = type_bare(n->a->type), *t = type_bare(n->type);
	u32 size = type_size(l->types, t);

	if (t->kind == TY_TUPLE || t->kind == TY_RECORD) {
		convert_items(l, n, to);
	} else if (t->kind == TY_STRING && from->kind == TY_STRING) {
		convert_string(l, n, to, pad);
	} else if (!is_memory_type(from)) {
		mem_store(l, to, 0, size, size == 8 ? lower_value(l, n->a)
						    : ir_to_cls(B(l), CLS_W, lower_value(l, n->a)));
	} else {
		u32 have = type_size(l->types, from);

		mem_copy(l, to, lower_address(l, n->a, pad), MIN(size, have));
		if (size > have)
			mem_zero(l, ir_offset(B(l), to, have), size - have);
	}
}

static void cond_into(Lower *l, const Node *n, Val to, bool pad)
{
	Branch b = branch_begin(l, lower_condition(l, n->a), true);

	lower_into(l, n->b, to, pad);
	branch_else(l, b);
	lower_into(l, n->c, to, pad);
	branch_end(l, b);
}

void lower_into(Lower *l, const Node *n, Val to, bool pad)
{
	B(l)->loc = n->at.start ? n->at.start : B(l)->loc;
	if (!is_memory_type(n->type)) {
		store_scalar(l, n->type, to, 0, lower_value(l, n));
		return;
	}
	switch (n->kind) {
	case NODE_STRING:
		literal_into(l, n, to, pad);
		break;
	case NODE_TUPLE:
	case NODE_RECORD:
		items_into(l, n, to);
		break;
	case NODE_PLACE_HELD:
		mem_copy(l, to, n->index, type_size(l->types, n->type));
		break;
	case NODE_LOCAL:
		mem_copy(l, to, local_address(l, n->index), type_size(l->types, n->type));
		break;
	case NODE_MAPGET:
		lower_map_get_into(l, n, to);
		break;
	case NODE_DEREF:
	case NODE_FIELD:
	case NODE_INDEX:
		place_into(l, lower_place(l, n), to);
		break;
	case NODE_CAST:
		cast_into(l, n, to, pad);
		break;
	case NODE_COND:
		cond_into(l, n, to, pad);
		break;
	case NODE_CALL:
		if (pad)
			mem_zero(l, to, type_size(l->types, n->type));
		lower_call(l, n, to);
		break;
	case NODE_BLOCKVALUE:
		lower_statements(l, n);
		lower_into(l, n->a, to, pad);
		break;
	default:
		bug("no memory value for node %d", n->kind);
	}
}

Val lower_address(Lower *l, const Node *n, bool pad)
{
	Val to;

	if (n->kind == NODE_PLACE_HELD)
		return n->index;
	if (n->kind == NODE_LOCAL)
		return local_address(l, n->index);
	if (n->kind == NODE_FIELD || n->kind == NODE_INDEX) {
		Place p = lower_place(l, n);

		if ((p.space == AS_STACK || p.space == AS_MAP) && !p.field.bit_width)
			return place_address(l, p);
		to = mem_temp(l, type_size(l->types, n->type));
		if (is_memory_type(n->type))
			place_into(l, p, to);
		else
			store_scalar(l, n->type, to, 0, place_load(l, p));
		return to;
	}
	to = mem_temp(l, type_size(l->types, n->type));
	lower_into(l, n, to, pad);
	return to;
}

bool has_side_effects(const Node *n)
{
	if (!n)
		return false;
	if (n->kind == NODE_UPDATE || n->kind == NODE_BLOCKVALUE || n->kind == NODE_CALLF)
		return true;
	if (n->kind == NODE_CALL && (n->builtin == BI_delete || n->builtin == BI_find))
		return true;
	/* a run-time warning is an event of its own, to be sent before */
	if (n->kind == NODE_BINARY && (n->op == SOP_DIV || n->op == SOP_MOD) && n->b->kind != NODE_INT)
		return true;
	for (u32 i = 0; i < n->n; i++)
		if (has_side_effects(n->list[i]))
			return true;
	return has_side_effects(n->a) || has_side_effects(n->b) || has_side_effects(n->c);
}
