/*
 * Coalescing: a move between two registers that never hold a value at the same
 * time becomes nothing when both are one register.
 *
 * Moves of inner loops are tried first. Two registers are joined when their
 * ranges are disjoint; then the joined one has the ranges of both. Which
 * register stands for which is kept as a forest with path halving.
 */
#include "bpf/internal.h"

static u32 find(u32 *parent, u32 r)
{
	while (parent[r] != r)
		r = parent[r] = parent[parent[r]];
	return r;
}

static bool is_virtual_move(const Code *i)
{
	return i->id == INSN_MOV64_REG && i->dst >= REG_VIRTUAL && i->src >= REG_VIRTUAL;
}

static void try_join(Work *w, Ranges *ranges, u32 *parent, const Code *move)
{
	u32 a = find(parent, move->dst), b = find(parent, move->src);

	if (a == b || bpf_ranges_meet(&ranges[a], &ranges[b]))
		return;
	ranges[a] = bpf_ranges_join(w->a, &ranges[a], &ranges[b]);
	ranges[b].len = 0;
	parent[b] = a;
}

static void rename_all(Work *w, u32 *parent)
{
	vec_each(i, &w->code) {
		i->dst = find(parent, i->dst);
		i->src = find(parent, i->src);
		if (i->id == INSN_MOV64_REG && i->dst == i->src)
			i->id = INSN_NONE;
	}
}

void bpf_coalesce_moves(Work *w, Ranges *ranges)
{
	u32 *parent = NEW_N(w->a, u32, w->regs.len);
	u32 deepest = 0;

	for (u32 r = 0; r < w->regs.len; r++)
		parent[r] = r;
	vec_each(b, &w->blocks)
		deepest = MAX(deepest, b->depth);
	for (u32 depth = MIN(deepest, 8) + 1; depth-- > 0;)
		vec_each(b, &w->blocks)
			for (u32 n = b->start; n < b->end && MIN(b->depth, 8) == depth; n++)
				if (is_virtual_move(&w->code.at[n]))
					try_join(w, ranges, parent, &w->code.at[n]);
	rename_all(w, parent);
}
