/*
 * Rewriting code for registers that found no room.
 *
 * Such a register gets a place on the stack; each definition stores into it,
 * each use loads from it, through new, short registers. Values that can be
 * made from nothing are made again instead. Two steps: the first time, uses
 * between two calls in one block share one load (a "piece"); when a piece finds
 * no room either, each use gets its own ("tiny"). A definition that the next
 * instruction changes is stored after the last change.
 *
 * Pieces know the place that holds their value ("home"), so spilling a piece
 * stores nothing anew: the store is there already.
 */
#include "bpf/internal.h"

typedef struct Spiller {
	Work *w;
	const bool *marked;
	Vec(Code) out;
	u32 *current; /* of each spilled register: what holds its value now … */
	u32 *current_at; /* … if this is the stretch */
	u32 stretch; /* counts blocks and calls */
	u32 n_marked; /* length of marked */
} Spiller;

static bool is_spilled(const Spiller *s, u32 reg)
{
	return reg < s->n_marked && reg >= REG_VIRTUAL && s->marked[reg];
}

static u32 home_of(Spiller *s, u32 reg)
{
	Work *w = s->w;

	if (!w->regs.at[reg].home) {
		vec_push(w->a, &w->places, (Place){.size = 8, .align = 8});
		w->regs.at[reg].home = w->places.len;
	}
	return w->regs.at[reg].home;
}

/* A register for part of the life of a spilled one; it is the current one now. */
static u32 part_of(Spiller *s, u32 reg)
{
	u32 part = work_reg_new(s->w);
	Reg *from = &s->w->regs.at[reg], *to = &s->w->regs.at[part];

	to->is_tiny = from->is_piece;
	to->is_piece = true;
	to->home = from->remake.id ? 0 : home_of(s, reg);
	s->current[reg] = part;
	s->current_at[reg] = s->stretch;
	return part;
}

/* Puts the value of a spilled register into `to`. */
static void fetch(Spiller *s, u32 reg, u32 to, Loc loc)
{
	Code code = {.id = INSN_LDX8, .src = REG_FP};

	if (s->w->regs.at[reg].remake.id)
		code = s->w->regs.at[reg].remake;
	else
		code.slot = home_of(s, reg);
	code.dst = to;
	code.loc = loc;
	vec_push(s->w->a, &s->out, code);
}

static u32 use(Spiller *s, u32 reg, Loc loc)
{
	if (!is_spilled(s, reg))
		return reg;
	if (s->current_at[reg] == s->stretch)
		return s->current[reg];
	u32 part = part_of(s, reg);
	fetch(s, reg, part, loc);
	return part;
}

static void store(Spiller *s, u32 reg, u32 part, Loc loc)
{
	if (s->w->regs.at[reg].is_piece)
		return; /* its own store follows */
	vec_push(
	    s->w->a, &s->out,
	    (Code){
		.id = INSN_STX8, .dst = REG_FP, .slot = home_of(s, reg), .src = part, .loc = loc});
}

/*
 * The next instruction that has to do with the register, if it comes at once.
 * Between the two halves of two-address arithmetic (move, change) of a piece
 * there may be one load of the other operand, which an earlier round has put
 * there.
 */
static const Code *next_touch(const Work *w, u32 n, u32 end, u32 reg)
{
	u32 others = w->regs.at[reg].is_piece ? 1 : 0;

	while (++n < end) {
		const Code *i = &w->code.at[n];
		if (i->id == INSN_NONE)
			continue;
		if (i->dst == reg || i->src == reg)
			return i;
		if (!others || is_call(i->id) || is_jump_if(i->id) || i->id == INSN_JA)
			return NULL;
		others--;
	}
	return NULL;
}

/* Does it change the register that was set just before? Then it is stored there. */
static bool changes(const Code *i, u32 reg)
{
	if (!i)
		return false;
	if (i->dst == reg && code_writes_dst(i) && code_reads_dst(i))
		return true;
	return i->src == reg && code_writes_src(i) && i->dst != reg;
}

static bool changes_next(const Work *w, u32 n, u32 end, u32 reg)
{
	return changes(next_touch(w, n, end, reg), reg);
}

/* Is it the store of a piece into its home? */
static bool is_home_store(const Spiller *s, const Code *i)
{
	return i->id == INSN_STX8 && i->slot && is_spilled(s, i->src) &&
	       s->w->regs.at[i->src].home == i->slot;
}

/* The load of a piece, which is done again where it is used. */
static bool is_home_load(const Spiller *s, const Code *i)
{
	return i->id == INSN_LDX8 && i->slot && s->w->regs.at[i->dst].is_piece &&
	       s->w->regs.at[i->dst].home == i->slot;
}

/* A piece's pieces hold for one instruction, or until its change or store just behind. */
static void forget(Spiller *s, u32 reg, bool keep)
{
	if (is_spilled(s, reg) && s->w->regs.at[reg].is_piece && !keep)
		s->current_at[reg] = 0;
}

static void set_register(Spiller *s, u32 n, u32 end, u32 reg, u32 part)
{
	if (!is_spilled(s, reg) || changes_next(s->w, n, end, reg))
		return;
	store(s, reg, part, s->w->code.at[n].loc);
}

static bool next_is_own(const Spiller *s, u32 n, u32 end, u32 reg)
{
	const Code *next = next_touch(s->w, n, end, reg);

	return changes(next, reg) || (next && is_home_store(s, next) && next->src == reg);
}

/* The move out of a spilled register is the load itself. */
static bool is_plain_fetch(const Spiller *s, const Code *i)
{
	return i->id == INSN_MOV64_REG && is_spilled(s, i->src) && !is_spilled(s, i->dst) &&
	       s->current_at[i->src] != s->stretch;
}

static void rewrite(Spiller *s, u32 n, u32 end)
{
	Code code = s->w->code.at[n];
	u32 dst = code.dst, src = code.src;
	bool sets_dst = code_writes_dst(&code), sets_src = code_writes_src(&code);
	bool reads_dst = code_reads_dst(&code), reads_src = code_reads_src(&code);

	if (sets_dst && is_spilled(s, dst) &&
	    (s->w->regs.at[dst].remake.id || is_home_load(s, &code)))
		return; /* done again where it is used */
	if (is_plain_fetch(s, &code)) {
		fetch(s, src, dst, code.loc);
		return;
	}
	if (reads_src)
		code.src = use(s, src, code.loc);
	if (reads_dst)
		code.dst = use(s, dst, code.loc);
	else if (sets_dst && is_spilled(s, dst))
		code.dst = part_of(s, dst);
	vec_push(s->w->a, &s->out, code);
	if (is_call(code.id))
		s->stretch++;
	if (sets_dst)
		set_register(s, n, end, dst, code.dst);
	if (sets_src)
		set_register(s, n, end, src, code.src);
	if (sets_dst || reads_dst)
		forget(s, dst, sets_dst && next_is_own(s, n, end, dst));
	if (reads_src && src != dst)
		forget(s, src, sets_src && next_is_own(s, n, end, src));
}

void bpf_spill_registers(Work *w, const bool *marked)
{
	Spiller s = {.w = w, .marked = marked, .stretch = 1, .n_marked = w->regs.len};

	s.current = NEW_N(w->a, u32, w->regs.len);
	s.current_at = NEW_N(w->a, u32, w->regs.len);
	vec_reserve(w->a, &s.out, w->code.len + w->code.len / 4);
	vec_each(b, &w->blocks) {
		u32 start = s.out.len;
		for (u32 n = b->start; n < b->end; n++)
			if (w->code.at[n].id != INSN_NONE)
				rewrite(&s, n, b->end);
		b->start = start;
		b->end = s.out.len;
		s.stretch++;
	}
	w->code.at = s.out.at;
	w->code.len = s.out.len;
	w->code.cap = s.out.cap;
}
