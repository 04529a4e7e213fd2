/*
 * Builtin functions on numbers, and those that only tell the compiler something.
 *
 * Counting bits has no instruction in BPF: population count adds neighbours
 * pairwise, the others are made from it. What is asked of overflow is worked out
 * in 64 bits for narrower types, from signs and carries for 64-bit ones.
 */
#include "lower/c_internal.h"

static Val constant(CLower *x, Cls cls, i64 value)
{
	return ir_const(CB(x), cls, value);
}

static Val op(CLower *x, Op o, Val a, Val b)
{
	return ir_op2(CB(x), o, (Cls)ir_ins(x->f->fn, a)->cls, a, b);
}

static Val op_imm(CLower *x, Op o, Val a, i64 b)
{
	return op(x, o, a, constant(x, (Cls)ir_ins(x->f->fn, a)->cls, b));
}

/* ---- bits ---- */

static Val popcount(CLower *x, Val v)
{
	bool is_long = ir_ins(x->f->fn, v)->cls == CLS_L;
	Val half = op_imm(x, OP_AND, op_imm(x, OP_LSHR, v, 1), 0x5555555555555555);

	v = op(x, OP_SUB, v, half);
	half = op_imm(x, OP_AND, op_imm(x, OP_LSHR, v, 2), 0x3333333333333333);
	v = op(x, OP_ADD, op_imm(x, OP_AND, v, 0x3333333333333333), half);
	v = op(x, OP_ADD, v, op_imm(x, OP_LSHR, v, 4));
	v = op_imm(x, OP_AND, v, 0x0f0f0f0f0f0f0f0f);
	v = op_imm(x, OP_MUL, v, 0x0101010101010101);
	return op_imm(x, OP_LSHR, v, is_long ? 56 : 24);
}

static Val complement(CLower *x, Val v)
{
	return op_imm(x, OP_XOR, v, -1);
}

/* The bits below the lowest one that is set, counted. */
static Val trailing_zeros(CLower *x, Val v)
{
	return popcount(x, op(x, OP_AND, complement(x, v), op_imm(x, OP_SUB, v, 1)));
}

static Val leading_zeros(CLower *x, Val v)
{
	u32 width = ir_ins(x->f->fn, v)->cls == CLS_L ? 64 : 32;

	for (u32 n = 1; n < width; n *= 2)
		v = op(x, OP_OR, v, op_imm(x, OP_LSHR, v, n));
	return popcount(x, complement(x, v));
}

/* One more than the number of trailing zeroes; 0 for 0. */
static Val find_first(CLower *x, Val v)
{
	Val n = ir_to_cls(CB(x), CLS_W, op_imm(x, OP_ADD, trailing_zeros(x, v), 1));

	return op(x, OP_MUL, n, clower_truth(x, v));
}

static Val absolute(CLower *x, Val v)
{
	u32 width = ir_ins(x->f->fn, v)->cls == CLS_L ? 64 : 32;
	Val sign = op_imm(x, OP_ASHR, v, width - 1);

	return op(x, OP_SUB, op(x, OP_XOR, v, sign), sign);
}

static Val lower_bits(CLower *x, CExpr *e)
{
	Val v = clower_value(x, e->args[0]);

	switch (e->builtin) {
	case CBI_CLZ:
	case CBI_CLZLL:
		v = leading_zeros(x, v);
		break;
	case CBI_CTZ:
	case CBI_CTZLL:
		v = trailing_zeros(x, v);
		break;
	case CBI_FFS:
	case CBI_FFSLL:
		v = find_first(x, v);
		break;
	case CBI_PARITY:
		v = op_imm(x, OP_AND, popcount(x, v), 1);
		break;
	default:
		v = popcount(x, v);
	}
	return ir_to_cls(CB(x), CLS_W, v);
}

static Val lower_bswap(CLower *x, CExpr *e)
{
	u32 size = e->builtin == CBI_BSWAP16 ? 2 : e->builtin == CBI_BSWAP32 ? 4 : 8;
	Val v = clower_value(x, e->args[0]);

	return ir_add(CB(x), (Ins){.op = OP_BSWAP,
				   .cls = (u8)(size == 8 ? CLS_L : CLS_W),
				   .size = (u8)size,
				   .a = v});
}

/* ---- overflow ---- */

static Op plain_op(u32 builtin)
{
	return builtin == CBI_ADD_OVERFLOW ? OP_ADD : builtin == CBI_SUB_OVERFLOW ? OP_SUB : OP_MUL;
}

/* a * b / b is not a; where a is 0 or b is -1 on a signed type, asked apart. */
static Val multiply_overflows(CLower *x, Val a, Val b, Val product, bool is_signed)
{
	Val back = op(x, is_signed ? OP_SDIV : OP_UDIV, product, b);
	Val differs = ir_cmp(CB(x), OP_NE, 8, back, a);
	Val counts = clower_truth(x, b);

	if (is_signed) {
		Val lowest = ir_cmp(CB(x), OP_EQ, 8, a, constant(x, CLS_L, INT64_MIN));
		Val minus = ir_cmp(CB(x), OP_EQ, 8, b, constant(x, CLS_L, -1));

		differs = op(x, OP_OR, differs, op(x, OP_AND, lowest, minus));
	}
	return op(x, OP_AND, differs, counts);
}

static Val wide_overflows(CLower *x, u32 builtin, bool is_signed, Val a, Val b, Val result)
{
	Val mixed;

	if (builtin == CBI_MUL_OVERFLOW)
		return multiply_overflows(x, a, b, result, is_signed);
	if (!is_signed && builtin == CBI_ADD_OVERFLOW)
		return ir_cmp(CB(x), OP_ULT, 8, result, a);
	if (!is_signed)
		return ir_cmp(CB(x), OP_ULT, 8, a, b);
	mixed = builtin == CBI_ADD_OVERFLOW ? op(x, OP_XOR, b, result) : op(x, OP_XOR, a, b);
	mixed = op(x, OP_AND, op(x, OP_XOR, a, result), mixed);
	return ir_cmp(CB(x), OP_SLT, 8, mixed, constant(x, CLS_L, 0));
}

/* All three types of up to 4 bytes: 64 bits hold the true result. Else all three must be one type.
 */
static Val lower_overflow(CLower *x, CExpr *e)
{
	Type *ta = e->args[0]->type, *tb = e->args[1]->type;
	Type *to = type_bare(e->args[2]->type)->base, *number = type_int(x->types, 8, true);
	bool is_narrow =
	    clower_size(x, ta) <= 4 && clower_size(x, tb) <= 4 && clower_size(x, to) <= 4;

	if (!is_narrow && !(type_same(ta, tb) && type_same(ta, to)) && clower_size(x, to) <= 8) {
		clower_error(x, e->at, "'%s' of mixed types of 64 bits isn't supported",
			     c_builtin_name((CBuiltin)e->builtin));
		return constant(x, CLS_W, 0);
	}
	Val a = clower_cast(x, clower_value(x, e->args[0]), ta, number);
	Val b = clower_cast(x, clower_value(x, e->args[1]), tb, number);
	Val result = op(x, plain_op(e->builtin), a, b);
	Val stored = clower_cast(x, result, number, to);
	clower_store(x, clower_pointee(x, e->args[2], to), stored);
	if (!is_narrow)
		return wide_overflows(x, e->builtin, type_is_signed(to), a, b, result);
	return ir_cmp(CB(x), OP_NE, 8, clower_cast(x, stored, to, number), result);
}

/* ---- all ---- */

static Val stop(CLower *x, CExpr *e)
{
	ir_add(CB(x), (Ins){.op = OP_UNREACHABLE});
	return type_bare(e->type)->kind == TY_VOID ? 0 : constant(x, clower_cls(x, e->type), 0);
}

static Val refuse(CLower *x, CExpr *e)
{
	clower_error(x, e->at, "'%s' isn't possible in BPF", c_builtin_name((CBuiltin)e->builtin));
	return constant(x, clower_cls(x, e->type), 0);
}

Val clower_builtin(CLower *x, CExpr *e)
{
	i64 value;

	switch (e->builtin) {
	case CBI_MEMCPY ... CBI_STRLEN:
		return clower_memory_builtin(x, e);
	case CBI_BSWAP16 ... CBI_BSWAP64:
		return lower_bswap(x, e);
	case CBI_CLZ ... CBI_PARITY:
		return lower_bits(x, e);
	case CBI_ABS:
	case CBI_LABS:
		return absolute(x, clower_value(x, e->args[0]));
	case CBI_EXPECT:
		return clower_value(x, e->args[0]);
	case CBI_CONSTANT_P:
		return constant(x, CLS_W, clower_const(x, e->args[0], &value));
	case CBI_UNREACHABLE:
	case CBI_TRAP:
		return stop(x, e);
	case CBI_ASSUME:
		return 0;
	case CBI_PREFETCH:
		clower_discard(x, e->args[0]);
		return 0;
	case CBI_ADD_OVERFLOW ... CBI_MUL_OVERFLOW:
		return lower_overflow(x, e);
	case CBI_SYNC_FETCH_ADD ... CBI_ATOMIC_FENCE:
		return clower_atomic(x, e);
	default:
		return refuse(x, e);
	}
}
