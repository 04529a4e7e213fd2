/*
 * __sync and __atomic builtins, and inline assembly.
 *
 * BPF's atomic operations are full barriers for 4 and 8 bytes; all memory orders
 * become them. The old value is always asked for: selection drops that where
 * nobody uses it. Plain loads and stores of an aligned word are atomic by
 * themselves.
 */
#include "lower/c_internal.h"

/* What a builtin does: to the memory, and what it gives. */
typedef struct {
	AtomicOp op;
	bool is_minus; /* the operand is negated first */
	bool gives_new;
} Form;

static Form form_of(u32 builtin)
{
	switch (builtin) {
	case CBI_SYNC_FETCH_ADD:
	case CBI_ATOMIC_FETCH_ADD:
		return (Form){ATOMIC_ADD, false, false};
	case CBI_SYNC_FETCH_SUB:
	case CBI_ATOMIC_FETCH_SUB:
		return (Form){ATOMIC_ADD, true, false};
	case CBI_SYNC_FETCH_AND:
	case CBI_ATOMIC_FETCH_AND:
		return (Form){ATOMIC_AND, false, false};
	case CBI_SYNC_FETCH_OR:
	case CBI_ATOMIC_FETCH_OR:
		return (Form){ATOMIC_OR, false, false};
	case CBI_SYNC_FETCH_XOR:
	case CBI_ATOMIC_FETCH_XOR:
		return (Form){ATOMIC_XOR, false, false};
	case CBI_SYNC_ADD_FETCH:
	case CBI_ATOMIC_ADD_FETCH:
		return (Form){ATOMIC_ADD, false, true};
	case CBI_SYNC_SUB_FETCH:
	case CBI_ATOMIC_SUB_FETCH:
		return (Form){ATOMIC_ADD, true, true};
	case CBI_SYNC_AND_FETCH:
	case CBI_ATOMIC_AND_FETCH:
		return (Form){ATOMIC_AND, false, true};
	case CBI_SYNC_OR_FETCH:
	case CBI_ATOMIC_OR_FETCH:
		return (Form){ATOMIC_OR, false, true};
	case CBI_SYNC_XOR_FETCH:
	case CBI_ATOMIC_XOR_FETCH:
		return (Form){ATOMIC_XOR, false, true};
	case CBI_SYNC_SWAP:
	case CBI_ATOMIC_SWAP:
		return (Form){ATOMIC_XCHG, false, false};
	default:
		return (Form){ATOMIC_NONE, false, false};
	}
}

static Op plain_op(AtomicOp op)
{
	return op == ATOMIC_ADD	  ? OP_ADD
	       : op == ATOMIC_AND ? OP_AND
	       : op == ATOMIC_OR  ? OP_OR
				  : OP_XOR;
}

/* The object that the first argument points to. */
static CPlace object(CLower *x, CExpr *e)
{
	CExpr *pointer = e->args[0];
	Type *t = type_bare(pointer->type)->base;
	CPlace p = clower_pointee(x, pointer, t);

	p.is_volatile = true;
	return p;
}

static Val atomic(CLower *x, CPlace p, AtomicOp op, Val b, Val c)
{
	return ir_add(CB(x), (Ins){.op = OP_ATOMIC,
				   .cls = (u8)clower_cls(x, p.type),
				   .size = (u8)clower_size(x, p.type),
				   .space = p.space,
				   .atomic = (u8)op,
				   .atomic_fetch = true,
				   .a = p.base,
				   .b = b,
				   .c = c,
				   .imm = p.offset});
}

static bool check_size(CLower *x, CExpr *e, const CPlace *p)
{
	u32 size = clower_size(x, p->type);

	if (size == 4 || size == 8)
		return true;
	clower_error(x, e->at, "BPF's atomic operations are for 4 and 8 bytes, not for %u", size);
	return false;
}

static Val zero_of(CLower *x, Type *t)
{
	return type_bare(t)->kind == TY_VOID ? 0 : ir_const(CB(x), clower_cls(x, t), 0);
}

static Val update(CLower *x, CExpr *e, Form form)
{
	CPlace p = object(x, e);
	Cls cls = clower_cls(x, p.type);
	Val b = ir_to_cls(CB(x), cls, clower_value(x, e->args[1]));

	if (!check_size(x, e, &p))
		return zero_of(x, e->type);
	if (form.is_minus)
		b = ir_op1(CB(x), OP_NEG, cls, b);
	Val old = atomic(x, p, form.op, b, 0);
	return form.gives_new ? ir_op2(CB(x), plain_op(form.op), cls, old, b) : old;
}

/* __sync_…_compare_and_swap(pointer, old, new). */
static Val compare_swap(CLower *x, CExpr *e)
{
	CPlace p = object(x, e);
	Cls cls = clower_cls(x, p.type);
	Val expected = ir_to_cls(CB(x), cls, clower_value(x, e->args[1]));
	Val wanted = ir_to_cls(CB(x), cls, clower_value(x, e->args[2]));

	if (!check_size(x, e, &p))
		return zero_of(x, e->type);
	Val old = atomic(x, p, ATOMIC_CMPXCHG, expected, wanted);
	if (e->builtin == CBI_SYNC_CAS_VALUE)
		return old;
	return ir_cmp(CB(x), OP_EQ, cls == CLS_L ? 8 : 4, old, expected);
}

/* __atomic_compare_exchange_n(pointer, &expected, new, …): expected gets what was found. */
static Val compare_exchange(CLower *x, CExpr *e)
{
	CPlace p = object(x, e);
	CPlace expected_at = clower_pointee(x, e->args[1], p.type);
	Cls cls = clower_cls(x, p.type);

	expected_at.is_volatile = false;
	Val expected = clower_load(x, expected_at);
	Val wanted = ir_to_cls(CB(x), cls, clower_value(x, e->args[2]));
	if (!check_size(x, e, &p))
		return zero_of(x, e->type);
	Val old = atomic(x, p, ATOMIC_CMPXCHG, expected, wanted);
	clower_store(x, expected_at, old);
	return ir_cmp(CB(x), OP_EQ, cls == CLS_L ? 8 : 4, old, expected);
}

static Val assembly_op(CLower *x, const char *text, u32 n, Val *args)
{
	return ir_add(
	    CB(x), (Ins){.op = OP_ASM, .cls = CLS_L, .asm_text = text, .n_args = n, .args = args});
}

Val clower_atomic(CLower *x, CExpr *e)
{
	Form form = form_of(e->builtin);

	if (form.op)
		return update(x, e, form);
	switch (e->builtin) {
	case CBI_SYNC_CAS_VALUE:
	case CBI_SYNC_CAS_BOOL:
		return compare_swap(x, e);
	case CBI_ATOMIC_CAS:
		return compare_exchange(x, e);
	case CBI_ATOMIC_LOAD:
		return clower_load(x, object(x, e));
	case CBI_ATOMIC_STORE: {
		CPlace p = object(x, e);

		clower_store(x, p, clower_value(x, e->args[1]));
		return 0;
	}
	case CBI_SYNC_RELEASE: {
		CPlace p = object(x, e);

		clower_store(x, p, ir_const(CB(x), clower_cls(x, p.type), 0));
		return 0;
	}
	default:
		assembly_op(x, "", 0, NULL);
		return 0;
	}
}
