/*
 * __int128 as two 64-bit halves: moves, comparisons, and, or, xor, complement,
 * addition, subtraction, shifts by constants. Multiplication, division and
 * shifts by variables are diagnosed: no program was seen to need them.
 */
#include "lower/c_internal.h"

static Val constant(CLower *x, i64 value)
{
	return ir_const(CB(x), CLS_L, value);
}

static Val op(CLower *x, Op o, Val a, Val b)
{
	return ir_op2(CB(x), o, CLS_L, a, b);
}

static Val flag(CLower *x, Val condition)
{
	return ir_to_cls(CB(x), CLS_L, condition);
}

CWide clower_wide_load(CLower *x, CPlace p)
{
	Type *half = type_int(x->types, 8, false);
	Val low = clower_load(x, clower_place_at(x, p, 0, half));

	return (CWide){low, clower_load(x, clower_place_at(x, p, 8, half))};
}

void clower_wide_store(CLower *x, CPlace p, CWide v)
{
	Type *half = type_int(x->types, 8, false);

	clower_store(x, clower_place_at(x, p, 0, half), v.low);
	clower_store(x, clower_place_at(x, p, 8, half), v.high);
}

static CWide add(CLower *x, CWide a, CWide b)
{
	Val low = op(x, OP_ADD, a.low, b.low);
	Val carry = flag(x, ir_cmp(CB(x), OP_ULT, 8, low, a.low));

	return (CWide){low, op(x, OP_ADD, op(x, OP_ADD, a.high, b.high), carry)};
}

static CWide subtract(CLower *x, CWide a, CWide b)
{
	Val borrow = flag(x, ir_cmp(CB(x), OP_ULT, 8, a.low, b.low));

	return (CWide){op(x, OP_SUB, a.low, b.low),
		       op(x, OP_SUB, op(x, OP_SUB, a.high, b.high), borrow)};
}

static CWide each_half(CLower *x, Op o, CWide a, CWide b)
{
	return (CWide){op(x, o, a.low, b.low), op(x, o, a.high, b.high)};
}

static CWide shift_left(CLower *x, CWide a, u32 n)
{
	if (!n)
		return a;
	if (n >= 64)
		return (CWide){constant(x, 0), op(x, OP_SHL, a.low, constant(x, n - 64))};
	Val carried = op(x, OP_LSHR, a.low, constant(x, 64 - n));
	return (CWide){op(x, OP_SHL, a.low, constant(x, n)),
		       op(x, OP_OR, op(x, OP_SHL, a.high, constant(x, n)), carried)};
}

static CWide shift_right(CLower *x, CWide a, u32 n, bool is_signed)
{
	Op shift = is_signed ? OP_ASHR : OP_LSHR;

	if (!n)
		return a;
	Val fill = is_signed ? op(x, OP_ASHR, a.high, constant(x, 63)) : constant(x, 0);
	if (n >= 64)
		return (CWide){op(x, shift, a.high, constant(x, n - 64)), fill};
	Val carried = op(x, OP_SHL, a.high, constant(x, 64 - n));
	return (CWide){op(x, OP_OR, op(x, OP_LSHR, a.low, constant(x, n)), carried),
		       op(x, shift, a.high, constant(x, n))};
}

static CWide refuse(CLower *x, const CExpr *e, const char *what)
{
	clower_error(x, e->at, "%s of 128-bit integers isn't supported", what);
	return (CWide){constant(x, 0), constant(x, 0)};
}

static CWide operate(CLower *x, const CExpr *e, CWide a, CExpr *b, bool is_signed)
{
	i64 n;

	switch (e->op) {
	case CB_ADD:
		return add(x, a, clower_wide(x, b));
	case CB_SUB:
		return subtract(x, a, clower_wide(x, b));
	case CB_AND:
		return each_half(x, OP_AND, a, clower_wide(x, b));
	case CB_OR:
		return each_half(x, OP_OR, a, clower_wide(x, b));
	case CB_XOR:
		return each_half(x, OP_XOR, a, clower_wide(x, b));
	case CB_SHL:
	case CB_SHR:
		if (!clower_const(x, b, &n) || n < 0 || n > 127)
			return refuse(x, e, "shifting by a variable");
		return e->op == CB_SHL ? shift_left(x, a, (u32)n)
				       : shift_right(x, a, (u32)n, is_signed);
	case CB_MUL:
		return refuse(x, e, "multiplication");
	default:
		return refuse(x, e, "division");
	}
}

static CWide widen(CLower *x, CExpr *e)
{
	if (clower_is_wide(x, e->type))
		return clower_wide(x, e);
	bool is_signed = type_is_signed(e->type);
	Val low = clower_cast(x, clower_value(x, e), e->type, type_int(x->types, 8, is_signed));
	return (CWide){low, is_signed ? op(x, OP_ASHR, low, constant(x, 63)) : constant(x, 0)};
}

static CWide assign_op(CLower *x, CExpr *e)
{
	CPlace p = clower_place(x, e->a);
	CWide v = clower_wide_load(x, p);

	v = operate(x, e, v, e->b, type_is_signed(e->a->type));
	clower_wide_store(x, p, v);
	return v;
}

static CWide inc_dec(CLower *x, CExpr *e)
{
	CPlace p = clower_place(x, e->a);
	CWide old = clower_wide_load(x, p);
	CWide now = add(x, old, (CWide){constant(x, e->delta), constant(x, e->delta < 0 ? -1 : 0)});

	clower_wide_store(x, p, now);
	return e->is_post ? old : now;
}

static CWide through_memory(CLower *x, CExpr *e)
{
	CPlace p = clower_slot_place(x, clower_temp(x, "wide", 16, 16), e->type);

	clower_into(x, p, e);
	return clower_wide_load(x, p);
}

CWide clower_wide(CLower *x, CExpr *e)
{
	CWide v;

	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	switch (e->kind) {
	case CX_INT:
		v.low = constant(x, (i64)e->value);
		v.high = constant(x, (i64)e->high);
		return v;
	case CX_LOAD:
		return clower_wide_load(x, clower_place(x, e->a));
	case CX_CAST:
		return widen(x, e->a);
	case CX_BINARY:
		return operate(x, e, clower_wide(x, e->a), e->b, type_is_signed(e->type));
	case CX_NEG:
		v = (CWide){constant(x, 0), constant(x, 0)};
		return subtract(x, v, clower_wide(x, e->a));
	case CX_COMPL:
		v = (CWide){constant(x, -1), constant(x, -1)};
		return each_half(x, OP_XOR, clower_wide(x, e->a), v);
	case CX_ASSIGN:
		v = clower_wide(x, e->b);
		clower_wide_store(x, clower_place(x, e->a), v);
		return v;
	case CX_ASSIGN_OP:
		return assign_op(x, e);
	case CX_INC_DEC:
		return inc_dec(x, e);
	case CX_COMMA:
		clower_discard(x, e->a);
		return clower_wide(x, e->b);
	case CX_COND:
	case CX_STMT_EXPR:
	case CX_CALL:
	case CX_CALL_HELPER:
	case CX_CALL_KFUNC:
	case CX_CALL_PTR:
		return through_memory(x, e);
	default:
		return refuse(x, e, c_expr_name((CExprKind)e->kind));
	}
}

Val clower_wide_truth(CLower *x, CExpr *e)
{
	CWide v = clower_wide(x, e);

	return ir_cmp(CB(x), OP_NE, 8, op(x, OP_OR, v.low, v.high), constant(x, 0));
}

Val clower_wide_narrow(CLower *x, CExpr *cast)
{
	if (type_bare(cast->type)->kind == TY_BOOL)
		return clower_wide_truth(x, cast->a);
	CWide v = clower_wide(x, cast->a);
	return clower_cast(x, v.low, type_int(x->types, 8, false), cast->type);
}

/* a < b: the upper halves decide, or the lower ones if those are equal. */
static Val less(CLower *x, CWide a, CWide b, bool is_signed)
{
	Val high = ir_cmp(CB(x), is_signed ? OP_SLT : OP_ULT, 8, a.high, b.high);
	Val same = ir_cmp(CB(x), OP_EQ, 8, a.high, b.high);
	Val low = ir_cmp(CB(x), OP_ULT, 8, a.low, b.low);

	low = ir_op2(CB(x), OP_AND, CLS_W, same, low);
	return ir_op2(CB(x), OP_OR, CLS_W, high, low);
}

Val clower_wide_compare(CLower *x, CExpr *e)
{
	CWide a = clower_wide(x, e->a), b = clower_wide(x, e->b);
	bool is_signed = type_is_signed(e->a->type);
	bool is_swapped = e->op == CB_GT || e->op == CB_LE;

	if (e->op == CB_EQ || e->op == CB_NE) {
		Val differ =
		    op(x, OP_OR, op(x, OP_XOR, a.low, b.low), op(x, OP_XOR, a.high, b.high));

		return ir_cmp(CB(x), e->op == CB_EQ ? OP_EQ : OP_NE, 8, differ, constant(x, 0));
	}
	Val is_less = is_swapped ? less(x, b, a, is_signed) : less(x, a, b, is_signed);
	if (e->op == CB_LT || e->op == CB_GT)
		return is_less;
	return ir_op2(CB(x), OP_XOR, CLS_W, is_less, ir_const(CB(x), CLS_W, 1));
}
