/*
 * Editing blocks: insertion in bulk, replacement by copies, and the sweep that
 * takes both into account.
 *
 * A pass that replaces a value turns its instruction into a copy and goes on;
 * nobody looks for the uses. pass_tidy then walks the function once, sends each
 * operand through the chain of copies (compressing it as it goes) and drops
 * what is a copy or was removed. A copy may stand where a phi stood until then.
 */
#include "pass/internal.h"

Edit edit_new(Module *m, Func *f)
{
	return (Edit){.m = m, .f = f};
}

Val edit_before(Edit *e, Val at, Ins ins)
{
	ins.block = ir_ins(e->f, at)->block;
	ins.loc = ir_ins(e->f, at)->loc;
	Val v = ir_ins_new(e->m, e->f, ins);
	vec_push(e->m->c->scratch, &e->at, at);
	vec_push(e->m->c->scratch, &e->ins, v);
	return v;
}

Val edit_const(Edit *e, Val at, Cls cls, i64 value)
{
	return edit_before(e, at,
			   (Ins){.op = OP_CONST, .cls = cls, .imm = cls == CLS_W ? (i32)value : value});
}

Val edit_op(Edit *e, Val at, Op op, Cls cls, Val a, Val b)
{
	return edit_before(e, at, (Ins){.op = op, .cls = cls, .a = a, .b = b});
}

/* Builds the block's list anew; first[v] heads the chain of what goes before v, as index + 1 in e. */
static void insert_in_block(Edit *e, Block *b, const u32 *first, const u32 *next)
{
	u32 n = b->ins.len;
	Val *old = NEW_N(e->m->c->scratch, Val, n + 1);
	if (!n)
		return;
	memcpy(old, b->ins.at, n * sizeof(Val));
	b->ins.len = 0;
	for (u32 i = 0; i < n; i++) {
		for (u32 k = first[old[i]]; k; k = next[k - 1])
			vec_push(e->m->c->arena, &b->ins, e->ins.at[k - 1]);
		vec_push(e->m->c->arena, &b->ins, old[i]);
	}
}

void edit_done(Edit *e)
{
	if (!e->ins.len)
		return;
	Arena *a = e->m->c->scratch;
	u32 *first = NEW_N(a, u32, e->f->ins.len), *last = NEW_N(a, u32, e->f->ins.len);
	u32 *next = NEW_N(a, u32, e->ins.len);
	bool *is_touched = NEW_N(a, bool, e->f->blocks.len);
	for (u32 i = 0; i < e->ins.len; i++) {
		Val at = e->at.at[i];
		if (last[at])
			next[last[at] - 1] = i + 1;
		else
			first[at] = i + 1;
		last[at] = i + 1;
		is_touched[ir_ins(e->f, at)->block] = true;
	}
	for (u32 i = 0; i < e->f->blocks.len; i++)
		if (is_touched[i])
			insert_in_block(e, &e->f->blocks.at[i], first, next);
	e->ins.len = e->at.len = 0;
}

Val pass_value_behind(Func *f, Val v)
{
	Val end = v;
	while (f->ins.at[end].op == OP_COPY)
		end = f->ins.at[end].a;
	while (v != end) {
		Val next = f->ins.at[v].a;
		f->ins.at[v].a = end;
		v = next;
	}
	return end;
}

void pass_replace(Func *f, Val v, Val with)
{
	Ins *ins = ir_ins(f, v);
	with = pass_value(f, with);
	if (with == v)
		return;
	f->changes++;
	*ins = (Ins){.op = OP_COPY, .cls = ins->cls, .block = ins->block, .a = with, .loc = ins->loc};
}

void pass_remove(Func *f, Val v)
{
	f->ins.at[v] = (Ins){.block = f->ins.at[v].block};
	f->changes++;
}

void pass_tidy(Module *m, Func *f)
{
	ir_cfg(m, f);
	for (u32 i = 0; i < f->order.len; i++) {
		Block *b = &f->blocks.at[f->order.at[i]];
		u32 n = 0;
		vec_each(v, &b->ins) {
			Ins *ins = ir_ins(f, *v);
			if (ins->op == OP_COPY || ins->op == OP_NONE)
				continue;
			ir_each_operand(ins, use)
				*use = pass_value(f, *use);
			b->ins.at[n++] = *v;
		}
		b->ins.len = n;
	}
}

void pass_take_branch(Func *f, u32 block, u32 way)
{
	Block *b = &f->blocks.at[block];
	Ins *end = ir_end(f, block);
	*end = (Ins){.op = OP_JMP, .block = block, .loc = end->loc};
	b->succ[0] = b->succ[way];
	f->changes++;
	ir_broken(f, IR_HAS_CFG | IR_HAS_DOM);
}
