/*
 * Multiplication and division by powers of two as shifts and masks:
 *
 *   x * 2^k → x << k     x / 2^k → x >> k     x % 2^k → x & (2^k - 1)     x * -1 → -x
 *
 * and for signed division, which rounds towards zero, with 2^k - 1 added first
 * where x is negative. Division by other constants stays a division: the
 * multiplication that would replace it needs the upper half of a 128-bit
 * product, which BPF does not have.
 */
#include "pass/internal.h"

/* k where c is 2^k, k > 0; else 0. */
static u32 power_of(u64 c)
{
	return c > 1 && (c & (c - 1)) == 0 ? (u32)__builtin_ctzll(c) : 0;
}

/* x, made greater by 2^k - 1 where it is negative. */
static Val biased(Edit *e, Val at, Cls cls, Val x, u32 k)
{
	u32 width = cls == CLS_W ? 32 : 64;
	Val sign = edit_op(e, at, OP_ASHR, cls, x, edit_const(e, at, cls, width - 1));
	Val bias = edit_op(e, at, OP_LSHR, cls, sign, edit_const(e, at, cls, width - k));
	return edit_op(e, at, OP_ADD, cls, x, bias);
}

static void set_op(Edit *e, Val v, Op op, Val a, Val b)
{
	Ins *ins = ir_ins(e->f, v);
	ins->op = (u8)op;
	ins->a = a;
	ins->b = b;
}

static void reduce(Edit *e, Val v, i64 imm, u64 c)
{
	Ins ins = *ir_ins(e->f, v);
	Cls cls = (Cls)ins.cls;
	u32 k = power_of(c);
	bool is_signed_power = k && imm > 0;
	if (ins.op == OP_MUL && imm == -1)
		set_op(e, v, OP_NEG, ins.a, 0);
	else if (ins.op == OP_MUL && k)
		set_op(e, v, OP_SHL, ins.a, edit_const(e, v, cls, k));
	else if (ins.op == OP_UDIV && k)
		set_op(e, v, OP_LSHR, ins.a, edit_const(e, v, cls, k));
	else if (ins.op == OP_UMOD && k)
		set_op(e, v, OP_AND, ins.a, edit_const(e, v, cls, (i64)(c - 1)));
	else if (ins.op == OP_SDIV && is_signed_power)
		set_op(e, v, OP_ASHR, biased(e, v, cls, ins.a, k), edit_const(e, v, cls, k));
	else if (ins.op == OP_SMOD && is_signed_power)
		set_op(e, v, OP_SUB, ins.a,
		       edit_op(e, v, OP_AND, cls, biased(e, v, cls, ins.a, k),
			       edit_const(e, v, cls, (i64)~(c - 1))));
}

static bool is_candidate(u8 op)
{
	return op == OP_MUL || op == OP_UDIV || op == OP_UMOD || op == OP_SDIV || op == OP_SMOD;
}

void pass_strength(Module *m, Func *f)
{
	Edit e = edit_new(m, f);
	ir_cfg(m, f);
	vec_each(b, &f->order) {
		for (u32 i = 0; i < f->blocks.at[*b].ins.len; i++) {
			Val v = f->blocks.at[*b].ins.at[i];
			Ins *ins = ir_ins(f, v);
			if (!is_candidate(ins->op))
				continue;
			Ins *constant = ir_ins(f, ins->b);
			if (constant->op == OP_CONST)
				reduce(&e, v, constant->imm, pass_const_bits(constant));
		}
	}
	edit_done(&e);
}
