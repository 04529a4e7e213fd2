/*
 * The control-flow graph: predecessors, reverse post-order, reachability,
 * use counts.
 *
 * In: blocks with end instructions and Block.succ. Out: Block.preds, .order,
 * .is_reachable and Func.order. The depth-first walk keeps its own stack, so
 * that a function may be nested as deep as its author likes; it looks at
 * succ[1] first, so that in the resulting order the "then" block follows its
 * branch and a loop's body its head.
 *
 * A phi's operands stand in the order of preds. Therefore preds are filtered
 * and appended to, never made anew, and an operand goes when its edge goes.
 */
#include "ir/ir.h"

typedef struct {
	u32 block, next; /* next: successors still to be looked at */
} Visit;

/* Blocks in post-order into out; marks them reachable. Returns their number. */
static u32 walk_post_order(Func *f, Visit *stack, u32 *out)
{
	u32 depth = 0, n = 0;
	f->blocks.at[0].is_reachable = true;
	stack[depth++] = (Visit){0, ir_n_succ(f, 0)};
	while (depth) {
		Visit *top = &stack[depth - 1];
		if (!top->next) {
			out[n++] = top->block;
			depth--;
			continue;
		}
		u32 to = f->blocks.at[top->block].succ[--top->next];
		if (f->blocks.at[to].is_reachable)
			continue;
		f->blocks.at[to].is_reachable = true;
		stack[depth++] = (Visit){to, ir_n_succ(f, to)};
	}
	return n;
}

static void set_order(Module *m, Func *f)
{
	ArenaMark mark = arena_mark(m->c->scratch);
	u32 *post = NEW_N(m->c->scratch, u32, f->blocks.len);
	vec_each(b, &f->blocks)
		b->is_reachable = false;
	u32 n = walk_post_order(f, NEW_N(m->c->scratch, Visit, f->blocks.len), post);
	f->order.len = 0;
	vec_reserve(m->c->arena, &f->order, n);
	for (u32 i = 0; i < n; i++) {
		f->order.at[i] = post[n - 1 - i];
		f->blocks.at[post[n - 1 - i]].order = i;
	}
	f->order.len = n;
	arena_reset(m->c->scratch, mark);
}

/* Takes an edge from → to that nobody has taken yet; taken has one bit for each of from's edges. */
static bool take_edge(const Func *f, u8 *taken, u32 from, u32 to)
{
	if (!f->blocks.at[from].is_reachable)
		return false;
	for (u32 i = 0; i < ir_n_succ(f, from); i++) {
		if (f->blocks.at[from].succ[i] != to || taken[from] & 1 << i)
			continue;
		taken[from] |= 1 << i;
		return true;
	}
	return false;
}

/* Drops operand `at` of the block's phis; among them may be what a pass has just replaced or removed. */
static void drop_phi_operand(Func *f, const Block *b, u32 at)
{
	for (u32 i = 0; i < b->ins.len; i++) {
		Ins *phi = ir_ins(f, b->ins.at[i]);
		if (phi->op == OP_COPY || phi->op == OP_NONE)
			continue;
		if (phi->op != OP_PHI)
			break;
		if (at >= phi->n_args)
			continue;
		phi->n_args--;
		memmove(&phi->args[at], &phi->args[at + 1], (phi->n_args - at) * sizeof(Val));
	}
}

static void filter_preds(Func *f, u8 *taken, u32 block)
{
	Block *b = &f->blocks.at[block];
	u32 kept = 0;
	for (u32 i = 0; i < b->preds.len; i++) {
		if (take_edge(f, taken, b->preds.at[i], block))
			b->preds.at[kept++] = b->preds.at[i];
		else
			drop_phi_operand(f, b, kept);
	}
	b->preds.len = kept;
}

void ir_cfg(Module *m, Func *f)
{
	if (f->valid & IR_HAS_CFG)
		return;
	set_order(m, f);
	ArenaMark mark = arena_mark(m->c->scratch);
	u8 *taken = NEW_N(m->c->scratch, u8, f->blocks.len);
	for (u32 i = 0; i < f->blocks.len; i++) {
		if (f->blocks.at[i].is_reachable)
			filter_preds(f, taken, i);
		else
			f->blocks.at[i].preds.len = 0;
	}
	for (u32 i = 0; i < f->order.len; i++) {
		u32 from = f->order.at[i];
		for (u32 s = 0; s < ir_n_succ(f, from); s++)
			if (!(taken[from] & 1 << s))
				vec_push(m->c->arena, &f->blocks.at[f->blocks.at[from].succ[s]].preds, from);
	}
	arena_reset(m->c->scratch, mark);
	f->valid |= IR_HAS_CFG;
	ir_broken(f, IR_HAS_DOM);
}

u32 *ir_uses(Module *m, Func *f)
{
	ir_cfg(m, f);
	u32 *uses = NEW_N(m->c->scratch, u32, f->ins.len);
	vec_each(block, &f->order)
		vec_each(v, &f->blocks.at[*block].ins)
			ir_each_operand(ir_ins(f, *v), use)
				uses[*use]++;
	return uses;
}
