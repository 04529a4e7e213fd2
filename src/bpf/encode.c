/*
 * The last step: code with machine registers → struct bpf_insn, with its
 * relocations, CO-RE positions and lines.
 *
 * Blocks that only jump are jumped through, jumps to the next block and moves
 * to the same register vanish, and a conditional jump over a jump is turned
 * round. Distances have 16 bits: where one does not fit, a plain jump takes the
 * 32-bit form of ISA v4, a conditional one is turned round such a jump; then
 * all is laid out once more. Kernels without v4 get an error.
 *
 * In objects, as Clang writes them: a load of an address has source 0 and its
 * addend as the constant, a call of a function or kernel function has source 1
 * and -1.
 */
#include "bpf/internal.h"

enum { NO_TARGET = UINT32_MAX };

typedef struct Encoder {
	Work *w;
	Prog *p;
	u32 *through; /* block → the block where it really goes, + 1 */
	u32 *start; /* block → its first instruction */
	Vec(u32) targets; /* instruction → block that it jumps to, or NO_TARGET */
	bool *is_far; /* code → a conditional jump that needs a longer form */
	SourcePos last;
	u8 shows[INSN_COUNT]; /* fields that vary: SHOW_… */
} Encoder;

/* ---- where jumps go ---- */

static bool is_nothing(const Work *w, const Code *i)
{
	return i->id == INSN_NONE || (i->id == INSN_MOV64_REG && w->regs.at[i->dst].phys ==
									 w->regs.at[i->src].phys);
}

/* The block's only effect is to jump there; or the block itself. */
static u32 next_hop(const Work *w, u32 block)
{
	const CodeBlock *b = &w->blocks.at[block];

	for (u32 n = b->start; n < b->end; n++) {
		if (is_nothing(w, &w->code.at[n]))
			continue;
		return w->code.at[n].id == INSN_JA ? w->code.at[n].target : block;
	}
	return block;
}

enum { ON_PATH = UINT32_MAX };

/* Sets through[] along the way from the block. Of a circle of empty blocks one stays. */
static void find_through(Encoder *e, u32 block)
{
	u32 *through = e->through, b = block;

	while (!through[b]) {
		through[b] = ON_PATH;
		u32 next = next_hop(e->w, b);
		if (next == b)
			break;
		b = next;
	}
	if (through[b] == ON_PATH)
		through[b] = b + 1;
	u32 to = through[b];
	for (b = block; through[b] == ON_PATH; b = next_hop(e->w, b))
		through[b] = to;
}

static u32 resolve(const Encoder *e, u32 block)
{
	return e->through[block] - 1;
}

/* Will control that falls out of `block` come to `target`? */
static bool falls_to(const Encoder *e, u32 block, u32 target)
{
	for (u32 b = block + 1; b < e->w->blocks.len; b++) {
		if (b == target)
			return true;
		if (resolve(e, b) == b)
			return false;
	}
	return false;
}

/* ---- instructions ---- */

static void note_line(Encoder *e, Loc loc)
{
	Compile *c = e->w->c;

	if (!e->p->lines.len && !loc)
		loc = e->w->f->at.start;
	if (!loc)
		return;
	SourcePos pos = source_pos(&c->sources, loc);
	if (pos.file == e->last.file && pos.line == e->last.line)
		return;
	e->last = pos;
	vec_push(c->arena, &e->p->lines, (LineAt){e->p->insns.len, loc});
}

enum { SHOW_DST = 1, SHOW_SRC = 2, SHOW_OFF = 4, SHOW_IMM = 8, SHOW_WIDE = 16 };

static void find_fields(Encoder *e)
{
	for (u32 id = 1; id < INSN_COUNT; id++) {
		bool is_wide = insn_shows(id, 'l');
		bool has_imm = is_wide || insn_shows(id, 'i') || insn_shows(id, 'J');
		e->shows[id] = (insn_shows(id, 'd') ? SHOW_DST : 0) |
			       (insn_shows(id, 's') ? SHOW_SRC : 0) |
			       (insn_shows(id, 'o') ? SHOW_OFF : 0) | (has_imm ? SHOW_IMM : 0) |
			       (is_wide ? SHOW_WIDE : 0);
	}
}

static void put(Encoder *e, InsnId id, u32 dst, u32 src, i64 off, i64 imm, u32 target)
{
	const InsnRow *row = &insn_rows[id];
	struct bpf_insn insn = {
	    .code = row->code, .src_reg = row->src, .off = row->off, .imm = row->imm};
	u8 shows = e->shows[id];

	if (off < INT16_MIN || off > INT16_MAX)
		bug("offset %lld in %s", (long long)off, e->w->f->name);
	if (shows & SHOW_DST)
		insn.dst_reg = dst & 15;
	if (shows & SHOW_SRC)
		insn.src_reg = src & 15;
	if (shows & SHOW_OFF)
		insn.off = (i16)off;
	if (shows & SHOW_IMM)
		insn.imm = (i32)imm;
	vec_push(e->w->c->arena, &e->p->insns, insn);
	vec_push(e->w->a, &e->targets, target);
	if (!(shows & SHOW_WIDE))
		return;
	vec_push(e->w->c->arena, &e->p->insns, (struct bpf_insn){.imm = (i32)((u64)imm >> 32)});
	vec_push(e->w->a, &e->targets, NO_TARGET);
}

static void put_plain(Encoder *e, const Code *i)
{
	u32 dst = e->w->regs.at[i->dst].phys, src = e->w->regs.at[i->src].phys;
	i64 place = i->slot ? e->w->places.at[i->slot - 1].offset : 0;
	Arena *a = e->w->c->arena;

	note_line(e, i->loc);
	if (i->reloc)
		vec_push(a, &e->p->relocs,
			 (Reloc){e->p->insns.len, i->reloc, i->sym,
				 i->reloc == RELOC_GLOBAL ? i->imm : 0});
	if (i->core)
		vec_push(a, &e->p->cores, (CoreAt){e->p->insns.len, i->core});
	if (i->id == INSN_SLOT_ADDR) {
		put(e, INSN_MOV64_REG, dst, REG_FP, 0, 0, NO_TARGET);
		put(e, INSN_ADD64_IMM, dst, 0, 0, place + i->imm, NO_TARGET);
		return;
	}
	put(e, i->id, dst, src, i->off + place, i->imm, NO_TARGET);
}

/* A conditional jump with the plain one behind it; either target may be next. */
static void put_branch(Encoder *e, const Code *i, u32 yes, u32 no, bool falls_yes, bool falls_no)
{
	u32 id = i->id;
	u32 dst = e->w->regs.at[i->dst].phys, src = e->w->regs.at[i->src].phys;

	note_line(e, i->loc);
	if (e->is_far[i - e->w->code.at]) {
		/* if c goto +1; goto no; goto yes */
		put(e, id, dst, src, 0, i->imm, NO_TARGET);
		e->p->insns.at[e->p->insns.len - 1].off = 1;
		put(e, INSN_JA, 0, 0, 0, 0, no);
		put(e, INSN_JA, 0, 0, 0, 0, yes);
		return;
	}
	if (falls_yes && !is_one_way_jump(id)) {
		put(e, INSN_JEQ64_IMM + ((id - INSN_JEQ64_IMM) ^ 4), dst, src, 0, i->imm, no);
		return;
	}
	put(e, id, dst, src, 0, i->imm, yes);
	if (!falls_no)
		put(e, INSN_JA, 0, 0, 0, 0, no);
}

/* The plain jump that ends the block of code n. */
static const Code *last_jump(const Encoder *e, u32 n)
{
	while (e->w->code.at[n].id != INSN_JA)
		n++;
	return &e->w->code.at[n];
}

/* How many instructions of a loop's head may be written again at its end. */
enum { REPEAT_MAX = 2 };

/*
 * A jump back to a loop's head that only tests and branches, one way to what
 * follows here: the test itself stands here, and each round jumps once. True
 * if it was done.
 */
static bool put_test_again(Encoder *e, u32 block, u32 head)
{
	const CodeBlock *b = &e->w->blocks.at[head];
	u32 n = b->start, n_plain = 0;

	if (head > block)
		return false;
	for (; n < b->end && !is_jump_if(e->w->code.at[n].id); n++) {
		const Code *i = &e->w->code.at[n];
		if (i->id == INSN_EXIT || i->id == INSN_JA || is_call(i->id) || i->reloc || i->core)
			return false;
		n_plain += !is_nothing(e->w, i);
	}
	if (n == b->end || n_plain > REPEAT_MAX)
		return false;
	const Code *test = &e->w->code.at[n];
	u32 yes = resolve(e, test->target), no = resolve(e, last_jump(e, n)->target);
	bool falls_yes = falls_to(e, block, yes), falls_no = falls_to(e, block, no);
	bool is_one_way = is_one_way_jump(test->id);
	if (yes == no || (!falls_no && (!falls_yes || is_one_way)))
		return false;
	for (u32 k = b->start; k < n; k++)
		if (!is_nothing(e->w, &e->w->code.at[k]))
			put_plain(e, &e->w->code.at[k]);
	put_branch(e, test, yes, no, falls_yes, falls_no);
	return true;
}

/* The jumps at the end of a block, from code n on. */
static void put_end(Encoder *e, u32 block, u32 n)
{
	const Code *i = &e->w->code.at[n];
	u32 to = resolve(e, last_jump(e, n)->target);

	if (is_jump_if(i->id) && resolve(e, i->target) != to) {
		u32 yes = resolve(e, i->target);
		put_branch(e, i, yes, to, falls_to(e, block, yes), falls_to(e, block, to));
		return;
	}
	if (falls_to(e, block, to) || put_test_again(e, block, to))
		return;
	note_line(e, i->loc);
	put(e, INSN_JA, 0, 0, 0, 0, to);
}

static void put_block(Encoder *e, u32 block)
{
	const CodeBlock *b = &e->w->blocks.at[block];

	e->start[block] = e->p->insns.len;
	if (block && resolve(e, block) != block)
		return;
	for (u32 n = b->start; n < b->end; n++) {
		const Code *i = &e->w->code.at[n];
		if (is_nothing(e->w, i))
			continue;
		if (i->id == INSN_JA || is_jump_if(i->id)) {
			put_end(e, block, n);
			return;
		}
		put_plain(e, i);
	}
}

/* ---- distances ---- */

/* Marks the conditional jumps that don't reach; plain ones change their form. True if all is well.
 */
static bool set_distances(Encoder *e, u32 *too_far)
{
	bool is_v4 = e->w->c->target->has[FEAT_ISA_V4], all_reach = true;

	for (u32 n = 0; n < e->p->insns.len; n++) {
		struct bpf_insn *insn = &e->p->insns.at[n];
		if (e->targets.at[n] == NO_TARGET)
			continue;
		i64 distance = (i64)e->start[e->targets.at[n]] - n - 1;
		if (distance >= INT16_MIN && distance <= INT16_MAX) {
			insn->off = (i16)distance;
			continue;
		}
		all_reach = false;
		*too_far = n;
		if (is_v4 && insn->code == insn_rows[INSN_JA].code) {
			insn->code = insn_rows[INSN_JA32].code;
			insn->imm = (i32)distance;
			all_reach = true;
		}
		if (!all_reach)
			return false;
	}
	return all_reach;
}

/* Code number of each branch that must be made longer: all, when one is too far; it is rare. */
static void mark_far(Encoder *e)
{
	for (u32 n = 0; n < e->w->code.len; n++)
		e->is_far[n] = is_jump_if(e->w->code.at[n].id);
}

static void put_all(Encoder *e)
{
	e->p->insns.len = e->p->relocs.len = e->p->cores.len = e->p->lines.len = 0;
	e->targets.len = 0;
	e->last = (SourcePos){0};
	for (u32 b = 0; b < e->w->blocks.len; b++)
		put_block(e, b);
}

static void report_far(const Work *w)
{
	diag_error(&w->c->diags, w->f->at,
		   "%s is too large: a jump of more than 32767 instructions needs %s", w->f->name,
		   feature_text(FEAT_ISA_V4));
}

Prog *bpf_encode_prog(Work *w)
{
	Encoder e = {.w = w, .p = NEW(w->c->arena, Prog)};
	u32 too_far = 0;

	e.through = NEW_N(w->a, u32, w->blocks.len);
	e.start = NEW_N(w->a, u32, w->blocks.len);
	e.is_far = NEW_N(w->a, bool, w->code.len);
	find_fields(&e);
	e.p->func = w->f;
	e.p->stack_bytes = w->stack_bytes;
	for (u32 b = 0; b < w->blocks.len; b++)
		find_through(&e, b);
	put_all(&e);
	if (set_distances(&e, &too_far))
		return e.p;
	if (w->c->target->has[FEAT_ISA_V4]) {
		mark_far(&e);
		put_all(&e);
		if (set_distances(&e, &too_far))
			return e.p;
	}
	report_far(w);
	return NULL;
}

Prog *bpf_compile(Module *m, Func *f)
{
	Compile *c = m->c;
	ArenaMark mark = arena_mark(c->scratch);
	Work w = {.m = m, .f = f, .c = c, .a = c->scratch};
	Prog *p = NULL;

	bpf_select_func(&w);
	if (!w.failed)
		bpf_allocate_registers(&w);
	if (!w.failed)
		bpf_stack_layout(&w);
	if (!w.failed)
		p = bpf_encode_prog(&w);
	arena_reset(c->scratch, mark);
	return p;
}
