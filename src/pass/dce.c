/*
 * Drops what nobody uses.
 *
 * Roots are writes, ends of blocks, volatile reads, and calls other than those
 * of helpers that only give a result (tables/helper_effects.def). What they
 * use is needed, and so on; the rest goes, cycles of phis included. Slots
 * whose address nobody takes any more are marked dead.
 */
#include "pass/internal.h"

static bool is_root(const Ins *ins)
{
	switch (op_info[ins->op].effect) {
	case EFFECT_PURE:
		return false;
	case EFFECT_READ:
		return ins->is_volatile;
	case EFFECT_CALL:
		return ins->op != OP_CALL || !(helper_effects(ins->imm) & HELPER_IS_PURE);
	default:
		return true;
	}
}

typedef struct {
	Func *f;
	bool *is_needed;
	Val *stack;
	u32 depth;
} Marker;

static void need(Marker *x, Val v)
{
	if (x->is_needed[v])
		return;
	x->is_needed[v] = true;
	x->stack[x->depth++] = v;
}

void pass_dce(Module *m, Func *f)
{
	ir_cfg(m, f);
	Marker x = {.f = f, .is_needed = NEW_N(m->c->scratch, bool, f->ins.len)};
	x.stack = NEW_N(m->c->scratch, Val, f->ins.len);
	vec_each(b, &f->order)
		vec_each(v, &f->blocks.at[*b].ins)
			if (is_root(ir_ins(f, *v)))
				need(&x, *v);
	while (x.depth) {
		Ins *ins = ir_ins(f, x.stack[--x.depth]);
		ir_each_operand(ins, use)
			need(&x, *use);
	}
	bool *is_used = NEW_N(m->c->scratch, bool, f->slots.len + 1);
	u32 changes = f->changes; /* what nobody used gives nobody work */
	vec_each(b, &f->order) {
		vec_each(v, &f->blocks.at[*b].ins) {
			Ins *ins = ir_ins(f, *v);
			if (!x.is_needed[*v] && ins->op != OP_PARAM)
				pass_remove(f, *v);
			else if (ins->op == OP_SLOT)
				is_used[ins->imm] = true;
		}
	}
	for (u32 i = 0; i < f->slots.len; i++)
		f->slots.at[i].is_dead |= !is_used[i];
	f->changes = changes;
	pass_tidy(m, f);
}
