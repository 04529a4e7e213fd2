/*
 * Natural loops: which block is in which, how deep.
 *
 * In: predecessors and dominators. Out: Loops. Heads are taken from the last in
 * reverse post-order to the first, so that inner loops are known before outer
 * ones. From each back edge's source the walk goes backwards to the head; when
 * it meets a loop that is already known it enters the whole of it as a child
 * and goes on before its head. Each block is therefore walked once, each loop
 * once for each loop around it that it is joined to: linear in practice, with
 * path compression over `root`. Retreating edges of irreducible flow make no
 * loop here.
 */
#include "ir/ir.h"

typedef struct {
	Func *f;
	Loops loops;
	u32 *root; /* of a head: a head around it (+ 1), towards the outermost known */
	u32 *stack;
	u32 depth;
} Finder;

/* The outermost loop known so far around this head (given and returned as block + 1). */
static u32 outermost(Finder *x, u32 head)
{
	u32 root = head;
	while (x->root[root - 1])
		root = x->root[root - 1];
	while (x->root[head - 1]) {
		u32 next = x->root[head - 1];
		x->root[head - 1] = root;
		head = next;
	}
	return root;
}

/* Enters block `b` in the loop of `head` (block + 1); it will be walked on from there, if it is new. */
static void enter(Finder *x, u32 head, u32 b)
{
	u32 inner = x->loops.head[b] ? outermost(x, x->loops.head[b]) : 0;
	if (inner == head)
		return;
	if (inner) {
		x->loops.parent[inner - 1] = x->root[inner - 1] = head;
		x->stack[x->depth++] = inner - 1;
		return;
	}
	x->loops.head[b] = head;
	x->stack[x->depth++] = b;
}

static void find_loop(Finder *x, u32 h)
{
	Block *head = &x->f->blocks.at[h];
	bool is_head = false;
	vec_each(pred, &head->preds)
		is_head |= ir_dominates(x->f, h, *pred);
	if (!is_head)
		return;
	x->loops.head[h] = h + 1;
	vec_each(pred, &head->preds)
		if (ir_dominates(x->f, h, *pred))
			enter(x, h + 1, *pred);
	while (x->depth) {
		Block *b = &x->f->blocks.at[x->stack[--x->depth]];
		vec_each(pred, &b->preds)
			enter(x, h + 1, *pred);
	}
}

Loops ir_loops(Module *m, Func *f)
{
	ir_dom(m, f);
	u32 n = f->blocks.len;
	Arena *a = m->c->scratch;
	Finder x = {.f = f, .loops = {NEW_N(a, u32, n), NEW_N(a, u32, n), NEW_N(a, u32, n)}};
	ArenaMark mark = arena_mark(a);
	x.root = NEW_N(a, u32, n);
	x.stack = NEW_N(a, u32, n);
	for (u32 i = f->order.len; i-- > 0;)
		find_loop(&x, f->order.at[i]);
	for (u32 i = 0; i < f->order.len; i++) {
		u32 b = f->order.at[i], head = x.loops.head[b];
		if (!head)
			continue;
		u32 parent = x.loops.parent[head - 1];
		x.loops.depth[b] = head != b + 1 ? x.loops.depth[head - 1]
				   : parent	 ? x.loops.depth[parent - 1] + 1
						 : 1;
	}
	arena_reset(a, mark);
	return x.loops;
}

u32 *ir_loop_depth(Module *m, Func *f)
{
	return ir_loops(m, f).depth;
}
