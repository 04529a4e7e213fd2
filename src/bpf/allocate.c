/*
 * Register allocation.
 *
 * Registers are taken in the order in which their ranges begin. The machine's
 * registers each have a row of bits, one a point of the code: a register fits
 * where none of its points is taken; what calls destroy and what argument
 * moves need is taken from the start, so values that live across a call find
 * room in r6 to r9 alone. Among the free ones the move hints choose (the other
 * side of a move has that register already), then an order that keeps r6 to r9
 * for those that need them.
 *
 * Where nothing is free, the cheapest (accesses, weighted by loop depth, for
 * each point) of those in the way, or the newcomer, goes. Those that went are
 * tried once more at the end and then are spilled: spill.c rewrites the code,
 * and all begins anew. Each round makes spilled registers into shorter ones, in
 * the end such that live from one instruction to the next; these are never
 * spilled, so this ends.
 */
#include "bpf/internal.h"

#ifdef WAGGLE_HARD
enum { ALLOWED = 1 << 0 | 1 << 6 | 1 << 7 };
#else
enum { ALLOWED = 0x3ff };
#endif

/* r1 to r5 first: what does not live across calls leaves r6 to r9 alone. */
static const u8 preference[] = {1, 2, 3, 4, 5, 0, 6, 7, 8, 9};

enum { N_PHYS = 10 };

typedef Vec(u32) List;

typedef struct Hint {
	u32 other;
	float weight;
} Hint;

typedef struct Allocator {
	Work *w;
	Ranges *ranges;
	u32 words;
	u64 *busy[N_PHYS], *fixed[N_PHYS]; /* by point: taken; taken by instructions themselves */
	float *weight; /* cost of spilling, for each point */
	u32 *hint_start;
	Hint *hints;
	List active[N_PHYS]; /* assigned, and not known to have ended */
	List again; /* without a register so far */
	bool *spilled;
} Allocator;

/* ---- weights and hints ---- */

static float access_weight(u32 depth)
{
	static const float weights[] = {1, 10, 100, 1000, 10000};

	return weights[MIN(depth, 4)];
}

static u32 length_of(const Ranges *r)
{
	u32 sum = 0;

	for (u32 i = 0; i < r->len; i++)
		sum += r->at[i].to - r->at[i].from;
	return sum;
}

/* Only definitions from nothing: such a value can be made again instead of being spilled. */
static bool is_repeatable(const Code *i)
{
	return i->id == INSN_MOV64_IMM || i->id == INSN_MOV32_IMM || i->id == INSN_LDDW ||
	       i->id == INSN_SLOT_ADDR;
}

static void note_definition(Work *w, const Code *i, u32 reg)
{
	Reg *r = &w->regs.at[reg];

	r->n_defs++;
	r->remake = r->n_defs == 1 && is_repeatable(i) ? *i : (Code){0};
}

static void set_weights(Allocator *al)
{
	Work *w = al->w;

	al->weight = NEW_N(w->a, float, w->regs.len);
	vec_each(r, &w->regs)
		r->n_defs = 0;
	vec_each(b, &w->blocks) {
		float cost = access_weight(b->depth);
		for (u32 n = b->start; n < b->end; n++) {
			const Code *i = &w->code.at[n];
			if (code_writes_dst(i))
				note_definition(w, i, i->dst);
			if (code_writes_src(i))
				note_definition(w, i, i->src);
			if (code_writes_dst(i) || code_reads_dst(i))
				al->weight[i->dst] += cost;
			if (code_reads_src(i))
				al->weight[i->src] += cost;
		}
	}
	for (u32 r = REG_VIRTUAL; r < w->regs.len; r++) {
		al->weight[r] /= (float)length_of(&al->ranges[r]) + 4;
		if (w->regs.at[r].remake.id)
			al->weight[r] /= 2;
		if (w->regs.at[r].is_tiny)
			al->weight[r] = 1e30f;
	}
}

static bool is_hint(const Code *i)
{
	return i->id == INSN_MOV64_REG && i->src != REG_FP;
}

static void set_hints(Allocator *al)
{
	Work *w = al->w;
	u32 n_regs = w->regs.len, total = 0;

	al->hint_start = NEW_N(w->a, u32, n_regs + 2);
	vec_each(i, &w->code) {
		if (!is_hint(i))
			continue;
		al->hint_start[i->dst + 2]++;
		al->hint_start[i->src + 2]++;
		total += 2;
	}
	for (u32 i = 2; i < n_regs + 2; i++)
		al->hint_start[i] += al->hint_start[i - 1];
	al->hints = NEW_N(w->a, Hint, total);
	vec_each(b, &w->blocks) {
		float cost = access_weight(b->depth);
		for (u32 n = b->start; n < b->end; n++) {
			const Code *i = &w->code.at[n];
			if (!is_hint(i))
				continue;
			al->hints[al->hint_start[i->dst + 1]++] = (Hint){i->src, cost};
			al->hints[al->hint_start[i->src + 1]++] = (Hint){i->dst, cost};
		}
	}
}

/* ---- assignment ---- */

enum { NO_PHYS = 0xff };

static void score_hints(const Allocator *al, u32 reg, float *score)
{
	for (u32 i = al->hint_start[reg]; i < al->hint_start[reg + 1]; i++) {
		u32 other = al->hints[i].other;
		u8 phys = other < REG_VIRTUAL ? other : al->w->regs.at[other].phys;
		if (phys < N_PHYS)
			score[phys] += al->hints[i].weight;
	}
}

static u8 find_free(const Allocator *al, u32 reg)
{
	float score[N_PHYS] = {0};
	u8 best = NO_PHYS;

	score_hints(al, reg, score);
	for (u32 i = 0; i < N_PHYS; i++) {
		u8 phys = preference[i];
		if (!(ALLOWED >> phys & 1) || (best != NO_PHYS && score[phys] <= score[best]))
			continue;
		if (!bpf_row_is_taken(al->busy[phys], &al->ranges[reg]))
			best = phys;
	}
	return best;
}

static void assign(Allocator *al, u32 reg, u8 phys)
{
	al->w->regs.at[reg].phys = phys;
	bpf_row_take(al->busy[phys], &al->ranges[reg], true);
	vec_push(al->w->a, &al->active[phys], reg);
}

/* Forgets those that have ended before this point. */
static void drop_ended(Allocator *al, List *active, u32 point)
{
	u32 kept = 0;

	vec_each(r, active) {
		const Ranges *ranges = &al->ranges[*r];
		if (ranges->at[ranges->len - 1].to > point)
			active->at[kept++] = *r;
	}
	active->len = kept;
}

/* The highest weight of what is in the way in this register. */
static float weight_in_the_way(Allocator *al, u8 phys, u32 reg)
{
	float highest = 0;

	drop_ended(al, &al->active[phys], al->ranges[reg].at[0].from);
	vec_each(r, &al->active[phys])
		if (al->weight[*r] > highest && bpf_ranges_meet(&al->ranges[*r], &al->ranges[reg]))
			highest = al->weight[*r];
	return highest;
}

static void evict_for(Allocator *al, u8 phys, u32 reg)
{
	List *active = &al->active[phys];
	u32 kept = 0;

	vec_each(r, active) {
		if (!bpf_ranges_meet(&al->ranges[*r], &al->ranges[reg])) {
			active->at[kept++] = *r;
			continue;
		}
		bpf_row_take(al->busy[phys], &al->ranges[*r], false);
		al->w->regs.at[*r].phys = NO_PHYS;
		vec_push(al->w->a, &al->again, *r);
	}
	active->len = kept;
}

/* Puts the register in the place of cheaper ones, or aside. */
static void make_room(Allocator *al, u32 reg)
{
	u8 best = NO_PHYS;
	float lowest = al->weight[reg];

	for (u32 i = 0; i < N_PHYS; i++) {
		u8 phys = preference[i];
		if (!(ALLOWED >> phys & 1) || bpf_row_is_taken(al->fixed[phys], &al->ranges[reg]))
			continue;
		float weight = weight_in_the_way(al, phys, reg);
		if (weight < lowest) {
			lowest = weight;
			best = phys;
		}
	}
	if (best == NO_PHYS) {
		vec_push(al->w->a, &al->again, reg);
		return;
	}
	evict_for(al, best, reg);
	assign(al, reg, best);
}

/* Registers in the order in which their ranges begin. */
static u32 *order_by_start(const Allocator *al, u32 *n_out)
{
	Work *w = al->w;
	u32 n_points = 2 * w->code.len, *count = NEW_N(w->a, u32, n_points + 2), n = 0;
	u32 *order = NEW_N(w->a, u32, w->regs.len);

	for (u32 r = REG_VIRTUAL; r < w->regs.len; r++)
		if (al->ranges[r].len)
			count[al->ranges[r].at[0].from + 1]++;
	for (u32 i = 1; i <= n_points; i++)
		count[i] += count[i - 1];
	for (u32 r = REG_VIRTUAL; r < w->regs.len; r++) {
		if (!al->ranges[r].len)
			continue;
		order[count[al->ranges[r].at[0].from]++] = r;
		n++;
	}
	*n_out = n;
	return order;
}

static void retry(Allocator *al)
{
	vec_each(r, &al->again) {
		if (al->w->regs.at[*r].phys != NO_PHYS)
			continue;
		u8 phys = find_free(al, *r);
		if (phys != NO_PHYS)
			assign(al, *r, phys);
		else if (al->w->regs.at[*r].is_tiny)
			bug("no register for one access in %s", al->w->f->name);
		else
			al->spilled[*r] = true;
	}
}

static void take_fixed(Allocator *al)
{
	al->words = (2 * al->w->code.len + 63) / 64 + 1;
	for (u32 r = 0; r < N_PHYS; r++) {
		al->busy[r] = NEW_N(al->w->a, u64, al->words);
		bpf_row_take(al->busy[r], &al->ranges[r], true);
		al->fixed[r] = NEW_N(al->w->a, u64, al->words);
		memcpy(al->fixed[r], al->busy[r], al->words * sizeof(u64));
	}
}

/* One round; true if all registers have found a place. */
static bool try_assign(Work *w, Ranges *ranges, bool *spilled)
{
	Allocator al = {.w = w, .ranges = ranges, .spilled = spilled};
	u32 n;

	for (u32 r = 0; r < w->regs.len; r++)
		w->regs.at[r].phys = r < REG_VIRTUAL ? r : NO_PHYS;
	take_fixed(&al);
	set_weights(&al);
	set_hints(&al);
	u32 *order = order_by_start(&al, &n);
	for (u32 i = 0; i < n; i++) {
		u8 phys = find_free(&al, order[i]);
		if (phys != NO_PHYS)
			assign(&al, order[i], phys);
		else
			make_room(&al, order[i]);
	}
	retry(&al);
	for (u32 r = REG_VIRTUAL; r < w->regs.len; r++)
		if (spilled[r])
			return false;
	return true;
}

void bpf_allocate_registers(Work *w)
{
	bpf_live_drop_dead(w);
	Ranges *ranges = bpf_live_registers(w);
	bpf_coalesce_moves(w, ranges);
	for (;;) {
		bool *spilled = NEW_N(w->a, bool, w->regs.len);
		if (try_assign(w, ranges, spilled))
			return;
		bpf_spill_registers(w, spilled);
		ranges = bpf_live_registers(w);
	}
}
