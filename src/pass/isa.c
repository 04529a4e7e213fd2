/*
 * What the target's instruction set lacks. Version 4 (Linux 6.6) has loads and
 * moves that extend the sign; before it they are written with shifts:
 *
 *   loads x, n → sext (load x), n          sext x, n → (x << k) >> k, arithmetic
 *
 * A sign-extending load of the context is taken apart on every target, since
 * the kernel rewrites accesses to the context and knows the plain form best.
 */
#include "pass/internal.h"

static void lower_loads(Edit *e, Val v)
{
	Ins load = *ir_ins(e->f, v);
	bool is_whole = load.size == 8 || (load.size == 4 && load.cls == CLS_W);
	if (is_whole) {
		ir_ins(e->f, v)->op = OP_LOAD;
		return;
	}
	load.op = OP_LOAD;
	load.cls = CLS_W;
	Val plain = edit_before(e, v, load);
	Ins *ins = ir_ins(e->f, v);
	*ins = (Ins){.op = OP_SEXT, .cls = ins->cls, .size = ins->size, .block = ins->block,
		     .loc = ins->loc, .a = plain};
}

static void lower_sext(Edit *e, Val v)
{
	Ins sext = *ir_ins(e->f, v);
	Cls cls = (Cls)sext.cls;
	Val from = sext.a;
	if (ir_ins(e->f, from)->cls != cls)
		from = edit_op(e, v, cls == CLS_L ? OP_ZEXT : OP_TRUNC, cls, from, 0);
	u32 shift = (cls == CLS_L ? 64 : 32) - sext.size * 8;
	if (!shift) {
		pass_replace(e->f, v, from);
		return;
	}
	Val count = edit_const(e, v, cls, shift);
	Val up = edit_op(e, v, OP_SHL, cls, from, count);
	Ins *ins = ir_ins(e->f, v);
	*ins = (Ins){.op = OP_ASHR, .cls = ins->cls, .block = ins->block, .loc = ins->loc, .a = up,
		     .b = count};
}

void pass_isa(Module *m, Func *f)
{
	bool has_v4 = m->c->target && m->c->target->has[FEAT_ISA_V4];
	for (u32 round = 0; round < 2; round++) { /* the first may make what the second lowers */
		Edit e = edit_new(m, f);
		Op op = round ? OP_SEXT : OP_LOADS;
		ir_cfg(m, f);
		vec_each(b, &f->order) {
			for (u32 i = 0; i < f->blocks.at[*b].ins.len; i++) {
				Val v = f->blocks.at[*b].ins.at[i];
				Ins *ins = ir_ins(f, v);
				if (ins->op != op || (has_v4 && !(op == OP_LOADS && ins->space == AS_CTX)))
					continue;
				if (op == OP_LOADS)
					lower_loads(&e, v);
				else
					lower_sext(&e, v);
			}
		}
		edit_done(&e);
		pass_tidy(m, f);
	}
}
