/*
 * Signed division and remainder.
 *
 * Where neither operand can be negative they become the unsigned ones, on
 * every target. Where the target has no signed division (before version 4 of
 * the instruction set, Linux 6.6), they divide the absolute values and put the
 * sign back, without a branch:
 *
 *   s = x >> 63 (arithmetic)     |x| = (x ^ s) - s     -x where s is -1: (x ^ s) - s
 */
#include "pass/internal.h"

static Val sign_of(Edit *e, Val at, Cls cls, Val x)
{
	return edit_op(e, at, OP_ASHR, cls, x, edit_const(e, at, cls, cls == CLS_W ? 31 : 63));
}

/* x or -x, as the sign (0 or -1) says. */
static Val apply_sign(Edit *e, Val at, Cls cls, Val x, Val sign)
{
	return edit_op(e, at, OP_SUB, cls, edit_op(e, at, OP_XOR, cls, x, sign), sign);
}

static void expand(Edit *e, Val v)
{
	Ins ins = *ir_ins(e->f, v);
	Cls cls = (Cls)ins.cls;
	bool is_rest = ins.op == OP_SMOD;
	i64 c;
	Val sign = sign_of(e, v, cls, ins.a), x = apply_sign(e, v, cls, ins.a, sign), y;
	if (pass_is_const(e->f, ins.b, &c)) {
		y = edit_const(e, v, cls, c < 0 ? (i64)(0 - (u64)c) : c);
		if (!is_rest && c < 0)
			sign = edit_op(e, v, OP_XOR, cls, sign, edit_const(e, v, cls, -1));
	} else {
		Val sign_y = sign_of(e, v, cls, ins.b);
		y = apply_sign(e, v, cls, ins.b, sign_y);
		if (!is_rest)
			sign = edit_op(e, v, OP_XOR, cls, sign, sign_y);
	}
	Val q = edit_op(e, v, is_rest ? OP_UMOD : OP_UDIV, cls, x, y);
	pass_replace(e->f, v, apply_sign(e, v, cls, q, sign));
}

static bool is_never_negative(Bits b, u8 cls)
{
	return b.zero >> (cls == CLS_W ? 31 : 63) & 1;
}

void pass_divmod(Module *m, Func *f)
{
	bool has_v4 = m->c->target && m->c->target->has[FEAT_ISA_V4];
	bool any = false;
	for (Val v = 1; v < f->ins.len; v++)
		any |= ir_ins(f, v)->op == OP_SDIV || ir_ins(f, v)->op == OP_SMOD;
	if (!any)
		return;
	Edit e = edit_new(m, f);
	Bits *known = bits_all(m, f);
	vec_each(b, &f->order) {
		for (u32 i = 0; i < f->blocks.at[*b].ins.len; i++) {
			Val v = f->blocks.at[*b].ins.at[i];
			Ins *ins = ir_ins(f, v);
			if (ins->op != OP_SDIV && ins->op != OP_SMOD)
				continue;
			if (is_never_negative(known[ins->a], ins->cls) &&
			    is_never_negative(known[ins->b], ins->cls))
				ins->op = ins->op == OP_SDIV ? OP_UDIV : OP_UMOD;
			else if (!has_v4)
				expand(&e, v);
		}
	}
	edit_done(&e);
	pass_tidy(m, f);
}
