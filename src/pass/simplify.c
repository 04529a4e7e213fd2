/*
 * The shape of the graph: jumps that are decided, jumps to jumps, blocks that
 * follow one another.
 *
 * Four steps, each linear. Branches with both ways the same become jumps. Where
 * a block does nothing but test a phi (or compare it with a constant), the
 * predecessors that bring a constant jump to where it leads, which dissolves
 * what && and || as values leave behind. Empty blocks are jumped over. A block
 * with one predecessor that has no other successor is joined to it.
 *
 * New edges are entered in preds and phis here, at once, since ir_cfg only
 * knows how to drop them. Edges into a loop's head and back to it stay single:
 * pass unroll counts on that.
 */
#include "pass/internal.h"

typedef struct {
	Module *m;
	Func *f;
	bool *is_outside; /* values used elsewhere than in their block and in phis at its edges */
	u32 *uses;
	u32 *room; /* of each phi: operands that its list has room for, 0 for just those it has */
	u32 *joined; /* block → the block it was appended to, + 1 */
} Simplify;

static u32 index_of_pred(const Block *b, u32 pred)
{
	u32 i = 0;
	while (i < b->preds.len && b->preds.at[i] != pred)
		i++;
	return i;
}

static bool has_phis(Func *f, const Block *b)
{
	return b->ins.len && ir_ins(f, b->ins.at[0])->op == OP_PHI;
}

/* ---- edges ---- */

/* Appends an operand; the list's memory doubles, so that many are linear. */
static void append_operand(Simplify *x, Val v, Val operand)
{
	Ins *phi = ir_ins(x->f, v);
	if (phi->n_args >= x->room[v]) {
		x->room[v] = MAX(8, phi->n_args * 2);
		Val *args = NEW_N(x->m->c->arena, Val, x->room[v]);
		memcpy(args, phi->args, phi->n_args * sizeof(Val));
		phi->args = args;
	}
	phi->args[phi->n_args++] = operand;
}

/* The value of operand v of a phi behind `via`, seen from via's predecessor number `from`. */
static Val through(Func *f, u32 via, u32 from, Val v)
{
	const Ins *ins = ir_ins(f, v);
	return ins->op == OP_PHI && ins->block == via ? ins->args[from] : v;
}

/* Would the edge pred → to, made from pred → via → to, say of a phi what another edge says otherwise? */
static bool is_in_conflict(Func *f, u32 pred, u32 via, u32 from, u32 to)
{
	Block *target = &f->blocks.at[to];
	bool is_pred = false;
	for (u32 i = 0; i < ir_n_succ(f, pred); i++)
		is_pred |= f->blocks.at[pred].succ[i] == to;
	if (!is_pred || !has_phis(f, target))
		return false;
	u32 old = index_of_pred(target, pred), at_via = index_of_pred(target, via);
	for (u32 i = 0; i < target->ins.len; i++) {
		const Ins *phi = ir_ins(f, target->ins.at[i]);
		if (phi->op != OP_PHI)
			break;
		if (phi->args[old] != through(f, via, from, phi->args[at_via]))
			return true;
	}
	return false;
}

/* pred, number `from` of via's predecessors, jumps to `to`, which follows via, instead of via. */
static void redirect(Simplify *x, u32 via, u32 from, u32 to)
{
	Func *f = x->f;
	Block *v = &f->blocks.at[via], *target = &f->blocks.at[to];
	u32 pred = v->preds.at[from], at_via = index_of_pred(target, via);
	for (u32 i = 0; i < target->ins.len; i++) {
		Ins *phi = ir_ins(f, target->ins.at[i]);
		if (phi->op != OP_PHI)
			break;
		append_operand(x, target->ins.at[i], through(f, via, from, phi->args[at_via]));
	}
	vec_push(x->m->c->arena, &target->preds, pred);
	for (u32 i = 0; i < v->ins.len; i++) {
		Ins *phi = ir_ins(f, v->ins.at[i]);
		if (phi->op != OP_PHI)
			break;
		phi->n_args--;
		memmove(phi->args + from, phi->args + from + 1, (phi->n_args - from) * sizeof(Val));
	}
	v->preds.len--;
	memmove(v->preds.at + from, v->preds.at + from + 1, (v->preds.len - from) * sizeof(u32));
	u32 *succ = f->blocks.at[pred].succ;
	succ[succ[0] != via] = to;
	ir_broken(f, IR_HAS_CFG | IR_HAS_DOM);
}

static bool is_loop_head(const Func *f, u32 block)
{
	const Block *b = &f->blocks.at[block];
	for (u32 i = 0; i < b->preds.len; i++)
		if (f->blocks.at[b->preds.at[i]].order >= b->order)
			return true;
	return false;
}

static bool has_two_edges(const Func *f, u32 from, u32 to)
{
	const u32 *succ = f->blocks.at[from].succ;
	return ir_n_succ(f, from) == 2 && succ[0] == to && succ[1] == to;
}

/* ---- decided branches ---- */

static void take_decided(Func *f)
{
	for (u32 i = 0; i < f->order.len; i++) {
		u32 b = f->order.at[i];
		Ins *end = ir_end(f, b);
		i64 c;
		if (end->op != OP_BR)
			continue;
		if (f->blocks.at[b].succ[0] == f->blocks.at[b].succ[1])
			pass_take_branch(f, b, 0);
		else if (pass_is_const(f, end->a, &c))
			pass_take_branch(f, b, c == 0);
	}
}

/* ---- tests of phis ---- */

static void find_outside(Simplify *x)
{
	Func *f = x->f;
	vec_each(b, &f->order) {
		vec_each(v, &f->blocks.at[*b].ins) {
			Ins *ins = ir_ins(f, *v);
			ir_each_operand(ins, use)
				if (ins->op != OP_PHI && ir_ins(f, *use)->block != *b)
					x->is_outside[*use] = true;
			for (u32 i = 0; ins->op == OP_PHI && i < ins->n_args; i++)
				if (ir_ins(f, ins->args[i])->block != f->blocks.at[*b].preds.at[i])
					x->is_outside[ins->args[i]] = true;
		}
	}
}

/* The block holds phis, perhaps a comparison of one with a constant, and a branch on that; nothing of it is
 * used elsewhere. Returns the comparison, or the phi that is tested itself, or 0. */
static Val tested_value(Simplify *x, u32 block)
{
	Func *f = x->f;
	Block *b = &f->blocks.at[block];
	Val end = b->ins.at[b->ins.len - 1], test = 0;
	if (ir_ins(f, end)->op != OP_BR || !has_phis(f, b) || is_loop_head(f, block))
		return 0;
	vec_each(v, &b->ins) {
		Ins *ins = ir_ins(f, *v);
		if (x->is_outside[*v])
			return 0;
		if (ins->op == OP_PHI || ins->op == OP_CONST || *v == end)
			continue;
		if (test || ins->op < OP_EQ || ins->op > OP_SLE || x->uses[*v] != 1)
			return 0;
		test = *v;
	}
	Val cond = ir_ins(f, end)->a;
	if (test)
		return cond == test ? test : 0;
	return ir_ins(f, cond)->op == OP_PHI && ir_ins(f, cond)->block == block ? cond : 0;
}

/* Which way the block goes when it is entered from predecessor number `from`: 0, 1 or -1 for unknown. */
static int decided_way(Simplify *x, u32 block, Val test, u32 from)
{
	Func *f = x->f;
	Ins *ins = ir_ins(f, test);
	if (ins->op == OP_PHI) {
		Ins *arg = ir_ins(f, ins->args[from]);
		return arg->op == OP_CONST ? arg->imm == 0 : -1;
	}
	Ins *a = ir_ins(f, through(f, block, from, ins->a));
	Ins *b = ir_ins(f, through(f, block, from, ins->b));
	i64 result;
	if (a->op != OP_CONST || b->op != OP_CONST ||
	    !pass_eval(ins, pass_const_bits(a), pass_const_bits(b), &result))
		return -1;
	return result == 0;
}

static bool is_used_in_phi_of(Func *f, u32 block, Val v)
{
	for (u32 s = 0; s < ir_n_succ(f, block); s++) {
		Block *to = &f->blocks.at[f->blocks.at[block].succ[s]];
		for (u32 i = 0; i < to->ins.len && ir_ins(f, to->ins.at[i])->op == OP_PHI; i++)
			if (ir_ins(f, to->ins.at[i])->args[index_of_pred(to, block)] == v)
				return true;
	}
	return false;
}

/* Constants of a block that its successors' phis use can't be jumped over. */
static bool keeps_constants(Simplify *x, u32 block)
{
	vec_each(v, &x->f->blocks.at[block].ins)
		if (ir_ins(x->f, *v)->op == OP_CONST && is_used_in_phi_of(x->f, block, *v))
			return true;
	return false;
}

static void thread_tests(Simplify *x)
{
	Func *f = x->f;
	for (u32 i = f->order.len; i-- > 1;) {
		u32 block = f->order.at[i];
		Val test = tested_value(x, block);
		if (!test || keeps_constants(x, block))
			continue;
		for (u32 from = f->blocks.at[block].preds.len; from-- > 0;) {
			u32 pred = f->blocks.at[block].preds.at[from];
			int way = decided_way(x, block, test, from);
			if (way < 0 || pred == block || has_two_edges(f, pred, block))
				continue;
			u32 to = f->blocks.at[block].succ[way];
			if (to != block && !is_loop_head(f, to) &&
			    !is_in_conflict(f, pred, block, from, to))
				redirect(x, block, from, to);
		}
	}
}

/* ---- empty blocks ---- */

static void jump_over_empty(Simplify *x)
{
	Func *f = x->f;
	for (u32 i = f->order.len; i-- > 1;) {
		u32 block = f->order.at[i];
		Block *b = &f->blocks.at[block];
		u32 to = b->succ[0];
		if (b->ins.len != 1 || ir_n_succ(f, block) != 1 || to == block ||
		    (is_loop_head(f, to) && b->preds.len > 1))
			continue;
		if (b->unroll && !f->blocks.at[to].unroll) {
			f->blocks.at[to].unroll = b->unroll;
			f->blocks.at[to].unroll_count = b->unroll_count;
		}
		for (u32 from = f->blocks.at[block].preds.len; from-- > 0;) {
			u32 pred = f->blocks.at[block].preds.at[from];
			if (pred != block && !has_two_edges(f, pred, block) &&
			    !is_in_conflict(f, pred, block, from, to))
				redirect(x, block, from, to);
		}
	}
}

/* ---- blocks in a row ---- */

static void append_block(Simplify *x, u32 first, u32 second)
{
	Func *f = x->f;
	Block *a = &f->blocks.at[first], *b = &f->blocks.at[second];
	a->ins.len--; /* the jump */
	vec_each(v, &b->ins) {
		Ins *ins = ir_ins(f, *v);
		if (ins->op == OP_PHI)
			pass_replace(f, *v, ins->args[0]);
		ir_ins(f, *v)->block = first;
		vec_push(x->m->c->arena, &a->ins, *v);
	}
	a->succ[0] = b->succ[0];
	a->succ[1] = b->succ[1];
	if (!a->name)
		a->name = b->name;
	b->ins.len = 0;
	b->preds.len = 0;
	x->joined[second] = first + 1;
	ir_broken(f, IR_HAS_CFG | IR_HAS_DOM);
}

static void join_rows(Simplify *x)
{
	Func *f = x->f;
	for (u32 i = 0; i < f->order.len; i++) {
		u32 block = f->order.at[i];
		if (x->joined[block])
			continue;
		while (ir_end(f, block) && ir_end(f, block)->op == OP_JMP) {
			u32 next = f->blocks.at[block].succ[0];
			if (next == block || f->blocks.at[next].preds.len != 1 || x->joined[next])
				break;
			append_block(x, block, next);
		}
	}
	for (u32 i = 0; i < f->blocks.len; i++) {
		vec_each(pred, &f->blocks.at[i].preds)
			while (x->joined[*pred])
				*pred = x->joined[*pred] - 1;
	}
}

/* A phi of one edge is what comes over it. */
static void drop_phis_of_one(Func *f)
{
	for (u32 i = 0; i < f->order.len; i++) {
		Block *b = &f->blocks.at[f->order.at[i]];
		for (u32 k = 0; b->preds.len == 1 && k < b->ins.len; k++)
			if (ir_ins(f, b->ins.at[k])->op == OP_PHI)
				pass_replace(f, b->ins.at[k], ir_ins(f, b->ins.at[k])->args[0]);
	}
}

void pass_simplify(Module *m, Func *f)
{
	Simplify x = {.m = m, .f = f};
	ir_cfg(m, f);
	take_decided(f);
	x.uses = ir_uses(m, f);
	x.is_outside = NEW_N(m->c->scratch, bool, f->ins.len);
	x.room = NEW_N(m->c->scratch, u32, f->ins.len);
	x.joined = NEW_N(m->c->scratch, u32, f->blocks.len);
	find_outside(&x);
	thread_tests(&x);
	ir_cfg(m, f);
	jump_over_empty(&x);
	ir_cfg(m, f);
	take_decided(f);
	ir_cfg(m, f);
	join_rows(&x);
	drop_phis_of_one(f);
	pass_tidy(m, f);
}
