/*
 * Liveness on code with virtual registers: dead code, and the ranges of points
 * in which each register or place of the stack holds a value.
 *
 * Which blocks a value lives through is found value by value: from each block
 * that reads it before setting it, backwards to the blocks that set it. The
 * work is the size of the answer, whatever the shape of the graph. Then each
 * block is walked once from its end, and ranges are made.
 *
 * Machine registers never live across blocks (apart from r1 to r5 at the
 * entry, where they are the parameters), so they need no such search.
 *
 * A place of the stack lives from its first mention to its last: backwards from
 * a mention until it is written as a whole, and only where it was mentioned
 * before on some path from the entry.
 */
#include "bpf/internal.h"

/* ---- dead code ---- */

/* Reads of a register other than by the instructions that set it. */
static void count_reads(const Code *i, u32 *reads, u32 step)
{
	if (code_reads_dst(i) && !code_writes_dst(i))
		reads[i->dst] += step;
	if (code_reads_src(i))
		reads[i->src] += step;
}

void bpf_live_drop_dead(Work *w)
{
	u32 *reads = NEW_N(w->a, u32, w->regs.len);
	bool changed = true;

	vec_each(i, &w->code)
		count_reads(i, reads, 1);
	while (changed) {
		changed = false;
		for (u32 n = w->code.len; n-- > 0;) {
			Code *i = &w->code.at[n];
			if (!code_is_pure(i) || reads[i->dst])
				continue;
			count_reads(i, reads, -1u);
			i->id = INSN_NONE;
			changed = true;
		}
	}
}

/* ---- which values live at the ends of blocks ---- */

typedef struct Pair {
	u32 value, block;
} Pair;

typedef Vec(Pair) Pairs;
typedef Vec(u32) Values;

typedef struct Flow {
	Work *w;
	u32 n_values;
	Values *out; /* of each block: values that live at its end */
	Pairs exposed, sets; /* read in a block before it is set there; set in a block */
	u32 *exposed_in, *set_in; /* of each value: the last such block (+ 1) */
	u32 *pred_start, *pred_list;
	u32 *seen_in, *seen_out,
	    *sets_here; /* of each block: the value (+ 1) that it was marked for */
	Values stack;
	/* for the walk from the end of a block */
	u32 *live_to; /* of each value: where its open range ends, 0 if it doesn't live */
	Values open;
	Ranges *ranges;
} Flow;

static void find_preds(Flow *flow)
{
	Work *w = flow->w;
	u32 n = w->blocks.len, total = 0;

	flow->pred_start = NEW_N(w->a, u32, n + 2);
	vec_each(b, &w->blocks)
		for (u32 k = 0; k < b->n_succ; k++, total++)
			flow->pred_start[b->succ[k] + 2]++;
	for (u32 i = 2; i < n + 2; i++)
		flow->pred_start[i] += flow->pred_start[i - 1];
	flow->pred_list = NEW_N(w->a, u32, total);
	vec_each(b, &w->blocks)
		for (u32 k = 0; k < b->n_succ; k++)
			flow->pred_list[flow->pred_start[b->succ[k] + 1]++] =
				(u32)(b - w->blocks.at);
}

static Flow flow_new(Work *w, u32 n_values)
{
	u32 n = w->blocks.len;
	Flow flow = {.w = w, .n_values = n_values};

	flow.out = NEW_N(w->a, Values, n);
	flow.exposed_in = NEW_N(w->a, u32, n_values);
	flow.set_in = NEW_N(w->a, u32, n_values);
	flow.seen_in = NEW_N(w->a, u32, n);
	flow.seen_out = NEW_N(w->a, u32, n);
	flow.sets_here = NEW_N(w->a, u32, n);
	flow.live_to = NEW_N(w->a, u32, n_values);
	flow.ranges = NEW_N(w->a, Ranges, n_values);
	find_preds(&flow);
	return flow;
}

static void note_read(Flow *flow, u32 value, u32 block)
{
	if (flow->set_in[value] == block + 1 || flow->exposed_in[value] == block + 1)
		return;
	flow->exposed_in[value] = block + 1;
	vec_push(flow->w->a, &flow->exposed, (Pair){value, block});
}

static void note_set(Flow *flow, u32 value, u32 block)
{
	if (flow->set_in[value] == block + 1)
		return;
	flow->set_in[value] = block + 1;
	vec_push(flow->w->a, &flow->sets, (Pair){value, block});
}

/* Puts the pairs into the order of their values; start[v] to start[v + 1] are those of v. */
static u32 *sort_pairs(Flow *flow, Pairs *pairs)
{
	Arena *a = flow->w->a;
	u32 *start = NEW_N(a, u32, flow->n_values + 2);
	Pair *sorted = NEW_N(a, Pair, pairs->len);

	vec_each(p, pairs)
		start[p->value + 2]++;
	for (u32 i = 2; i < flow->n_values + 2; i++)
		start[i] += start[i - 1];
	vec_each(p, pairs)
		sorted[start[p->value + 1]++] = *p;
	pairs->at = sorted;
	return start;
}

static void mark_in(Flow *flow, u32 value, u32 block)
{
	if (flow->seen_in[block] == value + 1)
		return;
	flow->seen_in[block] = value + 1;
	vec_push(flow->w->a, &flow->stack, block);
}

/* The value lives at the heads of the blocks on the stack; where else? */
static void search(Flow *flow, u32 value)
{
	while (flow->stack.len) {
		u32 b = flow->stack.at[--flow->stack.len];
		for (u32 k = flow->pred_start[b]; k < flow->pred_start[b + 1]; k++) {
			u32 p = flow->pred_list[k];
			if (flow->seen_out[p] == value + 1)
				continue;
			flow->seen_out[p] = value + 1;
			vec_push(flow->w->a, &flow->out[p], value);
			if (flow->sets_here[p] != value + 1)
				mark_in(flow, value, p);
		}
	}
}

static void find_live_out(Flow *flow)
{
	u32 *exposed = sort_pairs(flow, &flow->exposed);
	u32 *sets = sort_pairs(flow, &flow->sets);

	for (u32 v = 0; v < flow->n_values; v++) {
		if (exposed[v] == exposed[v + 1])
			continue;
		for (u32 i = sets[v]; i < sets[v + 1]; i++)
			flow->sets_here[flow->sets.at[i].block] = v + 1;
		for (u32 i = exposed[v]; i < exposed[v + 1]; i++)
			mark_in(flow, v, flow->exposed.at[i].block);
		search(flow, v);
	}
}

/* ---- ranges, found from the end ---- */

/* Ranges come with falling numbers; what touches the last one is joined to it. */
static void add_range(Flow *flow, u32 value, u32 from, u32 to)
{
	Ranges *r = &flow->ranges[value];

	if (r->len && r->at[r->len - 1].from == to)
		r->at[r->len - 1].from = from;
	else
		vec_push(flow->w->a, r, (Range){from, to});
}

static void live_until(Flow *flow, u32 value, u32 point)
{
	if (flow->live_to[value])
		return;
	flow->live_to[value] = point;
	vec_push(flow->w->a, &flow->open, value);
}

static void set_at(Flow *flow, u32 value, u32 point)
{
	add_range(flow, value, point, flow->live_to[value] ? flow->live_to[value] : point + 1);
	flow->live_to[value] = 0;
}

static void begin_walk(Flow *flow, u32 block)
{
	flow->open.len = 0;
	vec_each(v, &flow->out[block])
		live_until(flow, *v, 2 * flow->w->blocks.at[block].end);
}

static void turn_ranges(Flow *flow)
{
	for (u32 v = 0; v < flow->n_values; v++) {
		Ranges *r = &flow->ranges[v];
		for (u32 i = 0; i < r->len / 2; i++) {
			Range other = r->at[r->len - 1 - i];
			r->at[r->len - 1 - i] = r->at[i];
			r->at[i] = other;
		}
	}
}

/* ---- registers ---- */

static void note_registers(Flow *flow)
{
	Work *w = flow->w;

	for (u32 b = 0; b < w->blocks.len; b++) {
		for (u32 n = w->blocks.at[b].start; n < w->blocks.at[b].end; n++) {
			const Code *i = &w->code.at[n];
			if (code_reads_dst(i) && i->dst >= REG_VIRTUAL)
				note_read(flow, i->dst, b);
			if (code_reads_src(i) && i->src >= REG_VIRTUAL)
				note_read(flow, i->src, b);
			if (code_writes_dst(i) && i->dst >= REG_VIRTUAL)
				note_set(flow, i->dst, b);
			if (code_writes_src(i) && i->src >= REG_VIRTUAL)
				note_set(flow, i->src, b);
		}
	}
}

/* Calls set r0 to r5 and read their arguments; cmpxchg compares with r0; exit returns it. */
static void walk_fixed(Flow *flow, const Code *i, u32 n, bool writes)
{
	if (writes && is_call(i->id))
		for (u32 r = 0; r <= N_ARGS; r++)
			set_at(flow, r, 2 * n + 1);
	else if (writes && is_cmpxchg(i->id))
		set_at(flow, 0, 2 * n + 1);
	else if (!writes && is_call(i->id))
		for (u32 r = 1; r <= i->n_args; r++)
			live_until(flow, r, 2 * n + 1);
	else if (!writes && (is_cmpxchg(i->id) || (i->id == INSN_EXIT && i->n_args)))
		live_until(flow, 0, 2 * n + 1);
}

static void walk_registers(Flow *flow, u32 block)
{
	Work *w = flow->w;
	const CodeBlock *b = &w->blocks.at[block];

	begin_walk(flow, block);
	for (u32 n = b->end; n-- > b->start;) {
		const Code *i = &w->code.at[n];
		if (code_writes_dst(i))
			set_at(flow, i->dst, 2 * n + 1);
		if (code_writes_src(i))
			set_at(flow, i->src, 2 * n + 1);
		walk_fixed(flow, i, n, true);
		if (code_reads_dst(i) && i->dst != REG_FP)
			live_until(flow, i->dst, 2 * n + 1);
		if (code_reads_src(i) && i->src != REG_FP)
			live_until(flow, i->src, 2 * n + 1);
		walk_fixed(flow, i, n, false);
	}
	vec_each(v, &flow->open) {
		if (!flow->live_to[*v])
			continue;
		if (*v < REG_VIRTUAL && block)
			bug("r%u lives across blocks in %s", *v, w->f->name);
		add_range(flow, *v, 2 * b->start, flow->live_to[*v]);
		flow->live_to[*v] = 0;
	}
}

Ranges *bpf_live_registers(Work *w)
{
	Flow flow = flow_new(w, w->regs.len);

	note_registers(&flow);
	find_live_out(&flow);
	for (u32 b = w->blocks.len; b-- > 0;)
		walk_registers(&flow, b);
	turn_ranges(&flow);
	return flow.ranges;
}

/* ---- places of the stack ---- */

/* Is the place written as a whole? */
static bool covers_place(const Work *w, const Code *i)
{
	const Place *p = &w->places.at[i->slot - 1];
	bool is_store = (i->id >= INSN_ST1 && i->id <= INSN_STX8);
	u32 scale = i->id >= INSN_STX1 ? i->id - INSN_STX1 : i->id - INSN_ST1;

	return is_store && i->off == 0 && p->size == 1u << scale;
}

static void note_places(Flow *flow)
{
	Work *w = flow->w;

	for (u32 b = 0; b < w->blocks.len; b++) {
		for (u32 n = w->blocks.at[b].start; n < w->blocks.at[b].end; n++) {
			const Code *i = &w->code.at[n];
			if (!i->slot || !i->id)
				continue;
			if (i->id == INSN_SLOT_ADDR && i->dst >= REG_VIRTUAL)
				w->places.at[i->slot - 1].is_escaped = true;
			if (covers_place(w, i))
				note_set(flow, i->slot - 1, b);
			else
				note_read(flow, i->slot - 1, b);
		}
	}
}

/* Variables that were mentioned on some path to the block's head: a row of bits for each block. */
typedef struct Touched {
	u64 *bits;
	u32 words;
} Touched;

static bool spread(Touched *t, u32 from, u32 to, const u64 *own)
{
	bool changed = false;

	for (u32 k = 0; k < t->words; k++) {
		u64 *at = &t->bits[to * t->words + k];
		u64 sum = *at | t->bits[from * t->words + k] | own[from * t->words + k];
		changed |= sum != *at;
		*at = sum;
	}
	return changed;
}

static Touched find_touched(Work *w)
{
	Touched t = {.words = (w->f->slots.len + 63) / 64};
	u64 *own = NEW_N(w->a, u64, w->blocks.len * t.words);
	bool changed = true;

	t.bits = NEW_N(w->a, u64, w->blocks.len * t.words);
	for (u32 b = 0; b < w->blocks.len; b++) {
		for (u32 n = w->blocks.at[b].start; n < w->blocks.at[b].end; n++) {
			u32 slot = w->code.at[n].id ? w->code.at[n].slot : 0;
			if (slot && slot <= w->f->slots.len)
				own[b * t.words + (slot - 1) / 64] |= 1ull << (slot - 1) % 64;
		}
	}
	while (changed && t.words) {
		changed = false;
		for (u32 b = 0; b < w->blocks.len; b++)
			for (u32 k = 0; k < w->blocks.at[b].n_succ; k++)
				changed |= spread(&t, b, w->blocks.at[b].succ[k], own);
	}
	return t;
}

static bool was_touched(const Work *w, const Touched *t, u32 block, u32 place)
{
	if (place >= w->f->slots.len)
		return true; /* a spilled register is stored before it is read */
	return t->bits[block * t->words + place / 64] >> place % 64 & 1;
}

/* first[]: the first mention of each place in the block, known when the walk has come to its head.
 */
static void walk_places(Flow *flow, u32 block, const Touched *touched, u32 *first)
{
	Work *w = flow->w;
	const CodeBlock *b = &w->blocks.at[block];
	u32 next_call = b->end;

	begin_walk(flow, block);
	for (u32 n = b->end; n-- > b->start;) {
		Code *i = &w->code.at[n];
		if (is_call(i->id))
			next_call = n;
		if (!i->slot || !i->id)
			continue;
		u32 place = i->slot - 1;
		first[place] = n + 1;
		if (!covers_place(w, i)) {
			bool is_argument = i->id == INSN_SLOT_ADDR && next_call < b->end;
			live_until(flow, place, 2 * (is_argument ? next_call : n) + 2);
		} else if (!flow->live_to[place] && place >= w->f->slots.len) {
			i->id = INSN_NONE;
		} else {
			set_at(flow, place, 2 * n + 1);
		}
	}
	vec_each(v, &flow->open) {
		bool inside = first[*v] > b->start && first[*v] <= b->end;
		if (flow->live_to[*v] && was_touched(w, touched, block, *v))
			add_range(flow, *v, 2 * b->start, flow->live_to[*v]);
		else if (flow->live_to[*v] && inside)
			add_range(flow, *v, 2 * (first[*v] - 1), flow->live_to[*v]);
		flow->live_to[*v] = 0;
	}
}

Ranges *bpf_live_places(Work *w)
{
	Flow flow = flow_new(w, w->places.len);
	u32 *first = NEW_N(w->a, u32, w->places.len);

	note_places(&flow);
	find_live_out(&flow);
	Touched touched = find_touched(w);
	for (u32 b = w->blocks.len; b-- > 0;)
		walk_places(&flow, b, &touched, first);
	turn_ranges(&flow);
	for (u32 p = 0; p < w->places.len; p++)
		if (w->places.at[p].is_escaped) {
			flow.ranges[p].len = 0;
			vec_push(w->a, &flow.ranges[p], (Range){0, 2 * w->code.len});
		}
	return flow.ranges;
}
