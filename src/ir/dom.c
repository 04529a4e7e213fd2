/*
 * Dominators: Block.idom, and for each block its interval in a walk over the
 * dominator tree, so that "does a dominate b" is two comparisons.
 *
 * In: the graph of ir_cfg. Method: semi-NCA (Georgiadis, "Linear-Time
 * Algorithms for Dominators and Related Problems", 2005): semidominators by
 * path compression over the depth-first tree, then each block's dominator is
 * the first ancestor in the tree built so far that is not below its
 * semidominator. Unlike the iteration over intersections it stays fast for
 * long chains of branches to one common exit. All walks are loops.
 */
#include "ir/ir.h"

/* Everything is in numbers of the depth-first preorder: 0 is the entry. */
typedef struct {
	Func *f;
	u32 n;
	u32 *block; /* number → block */
	u32 *number; /* block → number */
	u32 *parent, *semi, *label, *ancestor, *idom;
	u32 *stack;
} Dom;

static void walk_preorder(Dom *d)
{
	u32 depth = 0;
	vec_each(b, &d->f->order)
		d->number[*b] = UINT32_MAX;
	/* the stack holds edges: block, and the number of where it is reached from */
	d->stack[depth++] = 0;
	d->stack[depth++] = 0;
	while (depth) {
		u32 from = d->stack[--depth], b = d->stack[--depth];
		if (d->number[b] != UINT32_MAX)
			continue;
		u32 n = d->number[b] = d->n++;
		d->block[n] = b;
		d->parent[n] = from;
		for (u32 i = ir_n_succ(d->f, b); i-- > 0;) {
			d->stack[depth++] = d->f->blocks.at[b].succ[i];
			d->stack[depth++] = n;
		}
	}
}

/* The label with the least semidominator on v's path to the root of its linked tree. */
static u32 eval(Dom *d, u32 v)
{
	u32 depth = 0;
	if (d->ancestor[v] == UINT32_MAX)
		return v;
	for (u32 x = v; d->ancestor[d->ancestor[x]] != UINT32_MAX; x = d->ancestor[x])
		d->stack[depth++] = x;
	while (depth) {
		u32 x = d->stack[--depth], up = d->ancestor[x];
		if (d->semi[d->label[up]] < d->semi[d->label[x]])
			d->label[x] = d->label[up];
		d->ancestor[x] = d->ancestor[up];
	}
	return d->label[v];
}

static void find_semidominators(Dom *d)
{
	for (u32 i = 0; i < d->n; i++) {
		d->semi[i] = d->label[i] = i;
		d->ancestor[i] = UINT32_MAX;
	}
	for (u32 w = d->n; w-- > 1;) {
		vec_each(pred, &d->f->blocks.at[d->block[w]].preds) {
			u32 s = d->semi[eval(d, d->number[*pred])];
			if (s < d->semi[w])
				d->semi[w] = s;
		}
		d->ancestor[w] = d->parent[w];
	}
}

static void find_dominators(Dom *d)
{
	d->idom[0] = 0;
	for (u32 w = 1; w < d->n; w++) {
		u32 up = d->parent[w];
		while (up > d->semi[w])
			up = d->idom[up];
		d->idom[w] = up;
	}
	for (u32 w = 0; w < d->n; w++)
		d->f->blocks.at[d->block[w]].idom = d->block[d->idom[w]];
}

/*
 * Intervals: a block's subtree takes `size` numbers after its own. Preorder
 * numbers grow from dominator to dominated, so sizes add up in one backward
 * sweep and places are given out in one forward sweep.
 */
static void number_tree(Dom *d)
{
	u32 *size = d->semi, *next = d->label;
	for (u32 w = 0; w < d->n; w++)
		size[w] = 1;
	for (u32 w = d->n; w-- > 1;)
		size[d->idom[w]] += size[w];
	for (u32 w = 0; w < d->n; w++) {
		Block *b = &d->f->blocks.at[d->block[w]];
		b->dom_in = w ? next[d->idom[w]] : 0;
		b->dom_out = b->dom_in + size[w];
		next[w] = b->dom_in + 1;
		if (w)
			next[d->idom[w]] = b->dom_out;
	}
}

void ir_dom(Module *m, Func *f)
{
	ir_cfg(m, f);
	if (f->valid & IR_HAS_DOM)
		return;
	Arena *a = m->c->scratch;
	ArenaMark mark = arena_mark(a);
	u32 n = f->blocks.len;
	Dom d = {.f = f, .block = NEW_N(a, u32, n), .number = NEW_N(a, u32, n)};
	d.parent = NEW_N(a, u32, n);
	d.semi = NEW_N(a, u32, n);
	d.label = NEW_N(a, u32, n);
	d.ancestor = NEW_N(a, u32, n);
	d.idom = NEW_N(a, u32, n);
	d.stack = NEW_N(a, u32, 4 * n + 4);
	walk_preorder(&d);
	find_semidominators(&d);
	find_dominators(&d);
	number_tree(&d);
	arena_reset(a, mark);
	f->valid |= IR_HAS_DOM;
}

bool ir_dominates(const Func *f, u32 block, u32 other)
{
	const Block *a = &f->blocks.at[block], *b = &f->blocks.at[other];
	return a->dom_in <= b->dom_in && b->dom_out <= a->dom_out;
}
