/*
 * Comparisons that an earlier branch has decided.
 *
 * In: SSA and dominators. What a branch tests holds in all that one of its ways
 * dominates: after `x == 5` x is 5, after `x < 10` it is at most 9, and the same
 * test made again has the same outcome. A walk over the dominator tree keeps an
 * interval for each value (unsigned, of its whole register) and puts the old one
 * back when it leaves a block. Only comparisons are folded by this, never masks
 * or extensions: those keep bounds in a register that the kernel's verifier
 * looks at, which may have forgotten the branch.
 */
#include "pass/internal.h"

typedef struct {
	u64 min, max;
} Range;

typedef struct {
	Val v;
	Range old;
} Undo;

typedef struct {
	Module *m;
	Func *f;
	Range *range;
	Vec(Undo) undo;
} Ranges;

static void narrow(Ranges *x, Val v, u64 min, u64 max)
{
	Range r = x->range[v];
	if (ir_ins(x->f, v)->op == OP_CONST || (min <= r.min && max >= r.max))
		return;
	vec_push(x->m->c->scratch, &x->undo, (Undo){v, r});
	r.min = MAX(r.min, min);
	r.max = MIN(r.max, max);
	if (r.min <= r.max)
		x->range[v] = r;
}

/* Is the comparison one of the whole registers, as unsigned numbers? */
static bool is_whole(const Ranges *x, const Ins *cmp)
{
	if (cmp->size == 8)
		return true;
	return x->range[cmp->a].max <= UINT32_MAX && x->range[cmp->b].max <= UINT32_MAX;
}

/* What `cmp` being `truth` says of its operands. */
static void learn(Ranges *x, const Ins *cmp, bool truth)
{
	Range a = x->range[cmp->a], b = x->range[cmp->b];
	if (!is_whole(x, cmp))
		return;
	if (cmp->op == (truth ? OP_EQ : OP_NE)) {
		narrow(x, cmp->a, b.min, b.max);
		narrow(x, cmp->b, a.min, a.max);
	} else if (cmp->op == (truth ? OP_NE : OP_EQ)) {
		if (b.min == b.max && a.min == b.min && a.min < a.max)
			narrow(x, cmp->a, a.min + 1, a.max);
	} else if (cmp->op == OP_ULT || cmp->op == OP_ULE) {
		u64 gap = (cmp->op == OP_ULT) == truth;
		const Ins *is = cmp;
		Val low = truth ? is->a : is->b, high = truth ? is->b : is->a;
		Range l = x->range[low], h = x->range[high];
		if (h.max >= gap)
			narrow(x, low, 0, h.max - gap);
		if (l.min <= UINT64_MAX - gap)
			narrow(x, high, l.min + gap, UINT64_MAX);
	}
}

/* 1 or 0 where the ranges decide the comparison, else -1. */
static int decide(const Ranges *x, const Ins *cmp)
{
	Range a = x->range[cmp->a], b = x->range[cmp->b];
	u64 sign = cmp->size == 8 ? 1ull << 63 : 1ull << 31;
	u8 op = cmp->op;
	if (!is_whole(x, cmp))
		return -1;
	if ((op == OP_SLT || op == OP_SLE) && a.max < sign && b.max < sign)
		op = op == OP_SLT ? OP_ULT : OP_ULE;
	switch (op) {
	case OP_EQ: case OP_NE:
		if (a.max < b.min || b.max < a.min)
			return op == OP_NE;
		return a.min == a.max && b.min == b.max ? op == OP_EQ : -1;
	case OP_ULT:
		return a.max < b.min ? 1 : a.min >= b.max ? 0 : -1;
	case OP_ULE:
		return a.max <= b.min ? 1 : a.min > b.max ? 0 : -1;
	default:
		return -1;
	}
}

static bool is_compare(const Ins *ins)
{
	return ins->op >= OP_EQ && ins->op <= OP_SLE;
}

/* What is known on entering the block from its only predecessor's branch. */
static void enter_block(Ranges *x, u32 block)
{
	Block *b = &x->f->blocks.at[block];
	if (b->preds.len != 1)
		return;
	u32 pred = b->preds.at[0];
	const Ins *end = ir_end(x->f, pred);
	if (end->op != OP_BR || x->f->blocks.at[pred].succ[0] == x->f->blocks.at[pred].succ[1])
		return;
	bool truth = x->f->blocks.at[pred].succ[0] == block;
	const Ins *cond = ir_ins(x->f, end->a);
	if (is_compare(cond))
		learn(x, cond, truth);
	if (truth)
		narrow(x, end->a, 1, UINT64_MAX);
	else
		narrow(x, end->a, 0, 0);
}

static void visit_block(Ranges *x, u32 block)
{
	enter_block(x, block);
	for (u32 i = 0; i < x->f->blocks.at[block].ins.len; i++) {
		Val v = x->f->blocks.at[block].ins.at[i];
		Ins *ins = ir_ins(x->f, v);
		int outcome = is_compare(ins) ? decide(x, ins) : -1;
		if (outcome >= 0) {
			*ins = (Ins){.op = OP_CONST, .cls = CLS_W, .block = block, .loc = ins->loc,
				     .imm = outcome};
			x->range[v] = (Range){(u64)outcome, (u64)outcome};
		} else if (ins->op == OP_BR && x->range[ins->a].min == x->range[ins->a].max &&
			   ir_ins(x->f, ins->a)->op != OP_CONST) {
			pass_take_branch(x->f, block, x->range[ins->a].min == 0);
		} else if (ins->op == OP_BR && x->range[ins->a].min > 0) {
			pass_take_branch(x->f, block, 0);
		}
	}
}

static void init_ranges(Ranges *x)
{
	Bits *known = bits_all(x->m, x->f);
	x->range = NEW_N(x->m->c->scratch, Range, x->f->ins.len);
	for (Val v = 1; v < x->f->ins.len; v++)
		x->range[v] = (Range){known[v].one, bits_max(known[v])};
}

typedef struct {
	u32 block, n_undo;
} Scope;

static void leave(Ranges *x, u32 n_undo)
{
	while (x->undo.len > n_undo) {
		Undo *u = &x->undo.at[--x->undo.len];
		x->range[u->v] = u->old;
	}
}

void pass_ranges(Module *m, Func *f)
{
	ir_cfg(m, f);
	ir_dom(m, f);
	Ranges x = {.m = m, .f = f};
	init_ranges(&x);
	Arena *a = m->c->scratch;
	u32 n = f->blocks.len, depth = 0;
	u32 *child = NEW_N(a, u32, n), *sibling = NEW_N(a, u32, n);
	Scope *stack = NEW_N(a, Scope, n + 1);
	for (u32 i = f->order.len; i-- > 1;) {
		u32 b = f->order.at[i];
		sibling[b] = child[f->blocks.at[b].idom];
		child[f->blocks.at[b].idom] = b;
	}
	stack[depth++] = (Scope){0, 0};
	visit_block(&x, 0);
	while (depth) {
		u32 next = child[stack[depth - 1].block];
		if (next) {
			child[stack[depth - 1].block] = sibling[next];
			stack[depth++] = (Scope){next, x.undo.len};
			visit_block(&x, next);
		} else {
			leave(&x, stack[--depth].n_undo);
		}
	}
	pass_tidy(m, f);
}
