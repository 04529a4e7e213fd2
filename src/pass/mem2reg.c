/*
 * Variables of the stack become values.
 *
 * In: slots that front ends load from and store to. Out: SSA for every piece
 * of a slot that is only ever loaded and stored at constant places; phis where
 * paths meet. Structs are taken apart: a piece is a group of overlapping
 * accesses with one access, of 8 bytes at most, that covers the group; smaller
 * accesses inside it become shifts and masks. Copies and clears of small slots
 * are first written as loads and stores of the pieces that the other accesses
 * show. A slot whose address goes elsewhere (to a helper, into memory, into
 * arithmetic) stays as it is, and so does a piece with a volatile access. What
 * is read before it is written is 0.
 *
 * Method, piece by piece: the blocks where the piece is live at the entry are
 * found backwards from the loads that no store precedes; each of them with
 * more than one predecessor gets a phi; then phis with only one operand apart
 * from themselves are dropped, which leaves the minimum for reducible flow
 * (Braun et al., "Simple and Efficient Construction of SSA Form", 2013). The
 * cost is that of the live ranges. pass_tidy removes the copies that loads
 * have become.
 */
#include "pass/internal.h"

#define MAX_SPLIT 128 /* bytes: copies and clears up to this size are taken apart */

/* One load or store of a slot. */
typedef struct {
	Val ins;
	u32 slot;
	i64 offset; /* from the start of the slot */
	u32 size;
} PieceAccess;

/* A variable: bytes of a slot that are promoted together. */
typedef struct {
	u32 slot, offset, size;
	u32 first, n; /* its accesses, in order of blocks and instructions */
	bool is_kept; /* stays in memory */
} Piece;

typedef struct {
	Module *m;
	Func *f;
	Edit edit;
	bool *is_kept; /* slots that stay */
	Vec(PieceAccess) accesses;
	Vec(Piece) pieces;
	Val zero[3]; /* undefined value of class w, l */
	/* of the piece at work; by block, valid where stamp says so */
	u32 stamp;
	u32 *in_stamp, *out_stamp;
	Val *in, *out;
	Vec(u32) live;
	Vec(Val) phis;
} Mem2reg;

static bool is_access(const Ins *ins)
{
	return ins->op == OP_LOAD || ins->op == OP_LOADS || ins->op == OP_STORE;
}

/* Slots that can't be taken apart: address used otherwise, or access out of bounds. */
static void find_kept(Mem2reg *x)
{
	Memory memory = memory_of(x->m, x->f);
	for (u32 i = 0; i < x->f->slots.len; i++)
		x->is_kept[i] = memory.escapes[i] || x->f->slots.at[i].is_dead;
	vec_each(b, &x->f->order) {
		vec_each(v, &x->f->blocks.at[*b].ins) {
			Ins *ins = ir_ins(x->f, *v);
			if (!is_access(ins) && ins->op != OP_MEMCPY && ins->op != OP_MEMZERO)
				continue;
			Access a[2] = {access_of(x->f, ins)};
			if (ins->op == OP_MEMCPY)
				a[1] = access_source(x->f, ins);
			for (u32 i = 0; i < 2; i++)
				if (a[i].at.slot &&
				    (a[i].at.offset < 0 || a[i].at.offset + a[i].size >
								   x->f->slots.at[a[i].at.slot - 1].size))
					x->is_kept[a[i].at.slot - 1] = true;
		}
	}
}

/* ---- copies and clears of slots, before anything else ---- */

/* For each slot that takes part: the size of the access that starts at each byte, 0 for none. */
typedef struct {
	u8 **width;
} Cuts;

static bool is_split(const Mem2reg *x, const Ins *ins)
{
	if ((ins->op != OP_MEMCPY && ins->op != OP_MEMZERO) || ins->imm > MAX_SPLIT || ins->is_volatile)
		return false;
	Address to = address_of(x->f, ins->a);
	if (to.slot && !x->is_kept[to.slot - 1])
		return true;
	Address from = {0};
	if (ins->op == OP_MEMCPY)
		from = address_of(x->f, ins->b);
	return from.slot && !x->is_kept[from.slot - 1];
}

static u8 *cuts_of(Mem2reg *x, Cuts *cuts, u32 slot)
{
	if (!cuts->width[slot])
		cuts->width[slot] = NEW_N(x->m->c->scratch, u8, x->f->slots.at[slot].size + 8);
	return cuts->width[slot];
}

static void note_cuts(Mem2reg *x, Cuts *cuts)
{
	vec_each(b, &x->f->order) {
		vec_each(v, &x->f->blocks.at[*b].ins) {
			Ins *ins = ir_ins(x->f, *v);
			if (!is_access(ins))
				continue;
			Access a = access_of(x->f, ins);
			if (!a.at.slot || x->is_kept[a.at.slot - 1])
				continue;
			u8 *width = &cuts_of(x, cuts, a.at.slot - 1)[a.at.offset];
			*width = MAX(*width, ins->size);
		}
	}
}

/* Both sides of a copy between slots are cut alike. Returns whether that changed one. */
static bool share_cuts(Mem2reg *x, Cuts *cuts, Val copy)
{
	Ins *ins = ir_ins(x->f, copy);
	Access to = access_of(x->f, ins), from = access_source(x->f, ins);
	bool changed = false;
	if (!to.at.slot || !from.at.slot || x->is_kept[to.at.slot - 1] || x->is_kept[from.at.slot - 1])
		return false;
	u8 *a = &cuts_of(x, cuts, to.at.slot - 1)[to.at.offset];
	u8 *b = &cuts_of(x, cuts, from.at.slot - 1)[from.at.offset];
	for (i64 i = 0; i < ins->imm; i++) {
		changed |= a[i] != b[i];
		a[i] = b[i] = MAX(a[i], b[i]);
	}
	return changed;
}

/*
 * The next piece of a copy at byte `at`: the width of what the cuts show, else
 * what alignment and the next cut allow. `places` has the bits of the offsets
 * at which both sides stand in their slots, whose accesses must be aligned.
 */
static u32 next_width(const u8 *a, const u8 *b, i64 at, i64 bytes, i64 places, u32 align)
{
	u32 width = MAX(a ? a[at] : 0, b ? b[at] : 0);
	if (width && at + width <= bytes && (places | at) % width == 0)
		return width;
	for (width = 8; width > 1; width /= 2) {
		bool fits = at + width <= bytes && (places | at) % width == 0 && width <= align;
		for (u32 i = 1; i < width && fits; i++)
			fits = !(a && a[at + i]) && !(b && b[at + i]);
		if (fits)
			break;
	}
	return width;
}

static void split_copy(Mem2reg *x, Cuts *cuts, Val v)
{
	Ins ins = *ir_ins(x->f, v);
	Access to = access_of(x->f, &ins), from = {0};
	if (ins.op == OP_MEMCPY)
		from = access_source(x->f, &ins);
	bool cut_to = to.at.slot && !x->is_kept[to.at.slot - 1];
	bool cut_from = from.at.slot && !x->is_kept[from.at.slot - 1];
	u8 *a = cut_to ? &cuts_of(x, cuts, to.at.slot - 1)[to.at.offset] : NULL;
	u8 *b = cut_from ? &cuts_of(x, cuts, from.at.slot - 1)[from.at.offset] : NULL;
	u32 align = (cut_to && (cut_from || ins.op == OP_MEMZERO)) ? 8 : MAX(ins.size, 1);
	i64 places = (to.at.slot ? to.at.offset : 0) | (from.at.slot ? from.at.offset : 0);
	u32 width;
	for (i64 at = 0; at < ins.imm; at += width) {
		width = next_width(a, b, at, ins.imm, places, align);
		Cls cls = width == 8 ? CLS_L : CLS_W;
		Val value = ins.op == OP_MEMZERO
				    ? edit_const(&x->edit, v, cls, 0)
				    : edit_before(&x->edit, v,
						  (Ins){.op = OP_LOAD, .cls = cls, .size = (u8)width,
							.space = from.space, .a = ins.b, .imm = at});
		edit_before(&x->edit, v, (Ins){.op = OP_STORE, .cls = cls, .size = (u8)width,
					       .space = to.space, .a = ins.a, .b = value, .imm = at});
	}
	pass_remove(x->f, v);
}

static void split_copies(Mem2reg *x)
{
	Vec(Val) copies = {0};
	vec_each(b, &x->f->order)
		vec_each(v, &x->f->blocks.at[*b].ins)
			if (is_split(x, ir_ins(x->f, *v)))
				vec_push(x->m->c->scratch, &copies, *v);
	if (!copies.len)
		return;
	Cuts cuts = {NEW_N(x->m->c->scratch, u8 *, x->f->slots.len + 1)};
	note_cuts(x, &cuts);
	bool changed = true;
	for (u32 round = 0; round < 4 && changed; round++) {
		changed = false;
		for (u32 i = 0; i < copies.len; i++)
			if (ir_ins(x->f, copies.at[i])->op == OP_MEMCPY)
				changed |= share_cuts(x, &cuts, copies.at[i]);
	}
	for (u32 i = 0; i < copies.len; i++)
		split_copy(x, &cuts, copies.at[i]);
	edit_done(&x->edit);
	pass_tidy(x->m, x->f);
}

/* ---- pieces ---- */

static void collect_accesses(Mem2reg *x)
{
	vec_each(b, &x->f->order) {
		vec_each(v, &x->f->blocks.at[*b].ins) {
			Ins *ins = ir_ins(x->f, *v);
			if (!is_access(ins) && ins->op != OP_MEMCPY && ins->op != OP_MEMZERO)
				continue;
			Access a = access_of(x->f, ins);
			if (a.at.slot && !x->is_kept[a.at.slot - 1])
				vec_push(x->m->c->scratch, &x->accesses,
					 (PieceAccess){*v, a.at.slot - 1, a.at.offset, (u32)a.size});
			if (ins->op != OP_MEMCPY)
				continue;
			a = access_source(x->f, ins);
			if (a.at.slot && !x->is_kept[a.at.slot - 1])
				vec_push(x->m->c->scratch, &x->accesses,
					 (PieceAccess){*v, a.at.slot - 1, a.at.offset, (u32)a.size});
		}
	}
}

/*
 * The pieces of one slot: first[byte] is the start of the group that the byte
 * belongs to, groups being joined where an access spans them.
 */
static void make_pieces(Mem2reg *x, u32 slot, PieceAccess *accesses, u32 n, u32 base)
{
	u32 size = x->f->slots.at[slot].size;
	u32 *end = NEW_N(x->m->c->scratch, u32, size + 1); /* end of the furthest access from a byte */
	u32 *piece_at = NEW_N(x->m->c->scratch, u32, size + 1);
	for (u32 i = 0; i < n; i++)
		end[accesses[i].offset] = MAX(end[accesses[i].offset],
					      (u32)accesses[i].offset + accesses[i].size);
	for (u32 at = 0; at < size;) {
		if (!end[at]) {
			at++;
			continue;
		}
		u32 from = at, to = end[at];
		for (; at < to; at++) {
			to = MAX(to, end[at]);
			piece_at[at] = x->pieces.len;
		}
		bool is_whole = end[from] == to && to - from <= 8 && ((to - from) & (to - from - 1)) == 0;
		vec_push(x->m->c->scratch, &x->pieces,
			 (Piece){.slot = slot, .offset = from, .size = to - from, .is_kept = !is_whole});
	}
	for (u32 i = 0; i < n; i++) {
		Ins *ins = ir_ins(x->f, accesses[i].ins);
		Piece *p = &x->pieces.at[piece_at[accesses[i].offset]];
		p->n++;
		if (!is_access(ins) || ins->is_volatile || ins->core)
			p->is_kept = true;
	}
	/* accesses in the order of their pieces, without changing the order inside a piece */
	PieceAccess *sorted = NEW_N(x->m->c->scratch, PieceAccess, n + 1);
	u32 at = 0, first_piece = x->pieces.len;
	while (first_piece && x->pieces.at[first_piece - 1].slot == slot)
		first_piece--;
	for (u32 i = first_piece; i < x->pieces.len; i++) {
		x->pieces.at[i].first = base + at;
		at += x->pieces.at[i].n;
		x->pieces.at[i].n = 0;
	}
	for (u32 i = 0; i < n; i++) {
		Piece *p = &x->pieces.at[piece_at[accesses[i].offset]];
		sorted[p->first - base + p->n++] = accesses[i];
	}
	memcpy(accesses, sorted, n * sizeof(*sorted));
}

/* Sorts accesses by slot (counting sort, stable), then cuts each slot into pieces. */
static void find_pieces(Mem2reg *x)
{
	Arena *a = x->m->c->scratch;
	u32 n_slots = x->f->slots.len;
	u32 *start = NEW_N(a, u32, n_slots + 2);
	PieceAccess *sorted = NEW_N(a, PieceAccess, x->accesses.len + 1);
	vec_each(access, &x->accesses)
		start[access->slot + 2]++;
	for (u32 i = 2; i < n_slots + 2; i++)
		start[i] += start[i - 1];
	vec_each(access, &x->accesses)
		sorted[start[access->slot + 1]++] = *access;
	x->accesses.at = sorted;
	for (u32 i = 0; i < n_slots; i++)
		if (start[i + 1] > start[i])
			make_pieces(x, i, sorted + start[i], start[i + 1] - start[i], start[i]);
}

/* ---- one piece ---- */

static Cls piece_cls(const Piece *p)
{
	return p->size == 8 ? CLS_L : CLS_W;
}

/* A phi in front of the block, without operands so far. */
static Val add_phi(Mem2reg *x, u32 block, Cls cls, Loc loc)
{
	Block *b = &x->f->blocks.at[block];
	Val *args = NEW_N(x->m->c->scratch, Val, b->preds.len);
	Val v = ir_ins_new(x->m, x->f,
			   (Ins){.op = OP_PHI, .cls = cls, .block = block, .loc = loc,
				 .n_args = b->preds.len, .args = args});
	vec_push(x->m->c->scratch, &x->phis, v);
	return v;
}

static void mark_live(Mem2reg *x, u32 block)
{
	if (x->in_stamp[block] == x->stamp)
		return;
	x->in_stamp[block] = x->stamp;
	x->in[block] = 0;
	vec_push(x->m->c->scratch, &x->live, block);
}

/* Blocks at whose entry the piece is live; out_stamp: blocks that store it. */
static void find_live(Mem2reg *x, const Piece *p)
{
	u32 last = UINT32_MAX;
	for (u32 i = 0; i < p->n; i++) {
		const Ins *ins = ir_ins(x->f, x->accesses.at[p->first + i].ins);
		bool is_partial = x->accesses.at[p->first + i].size != p->size;
		if (ins->block != last && (ins->op != OP_STORE || is_partial))
			mark_live(x, ins->block);
		if (ins->op == OP_STORE)
			x->out_stamp[ins->block] = x->stamp;
		last = ins->block;
	}
	for (u32 i = 0; i < x->live.len; i++) {
		Block *b = &x->f->blocks.at[x->live.at[i]];
		vec_each(pred, &b->preds)
			if (x->out_stamp[*pred] != x->stamp)
				mark_live(x, *pred);
	}
}

static void sort_live(Mem2reg *x)
{
	/* shell sort by reverse post-order: lists are short, and mostly in order backwards */
	const Block *blocks = x->f->blocks.at;
	for (u32 i = 0; i < x->live.len / 2; i++) {
		u32 other = x->live.len - 1 - i, t = x->live.at[i];
		x->live.at[i] = x->live.at[other];
		x->live.at[other] = t;
	}
	for (u32 gap = x->live.len / 2; gap; gap /= 2) {
		for (u32 i = gap; i < x->live.len; i++) {
			u32 t = x->live.at[i], k = i;
			for (; k >= gap && blocks[x->live.at[k - gap]].order > blocks[t].order; k -= gap)
				x->live.at[k] = x->live.at[k - gap];
			x->live.at[k] = t;
		}
	}
}

static Val undefined(Mem2reg *x, Cls cls)
{
	if (!x->zero[cls]) {
		Block *entry = &x->f->blocks.at[0];
		u32 at = 0;
		while (ir_ins(x->f, entry->ins.at[at])->op == OP_PARAM)
			at++;
		x->zero[cls] = edit_const(&x->edit, entry->ins.at[at], cls, 0);
	}
	return x->zero[cls];
}

/* The value with the bytes of the store at `shift` bits put in. */
static Val put_bits(Mem2reg *x, Val at, Cls cls, Val old, Val value, u32 shift, u32 bits)
{
	Edit *e = &x->edit;
	u64 mask = (1ull << bits) - 1;
	if (ir_ins(x->f, value)->cls != cls)
		value = edit_op(e, at, cls == CLS_L ? OP_ZEXT : OP_TRUNC, cls, value, 0);
	value = edit_op(e, at, OP_AND, cls, value, edit_const(e, at, cls, (i64)mask));
	if (shift)
		value = edit_op(e, at, OP_SHL, cls, value, edit_const(e, at, cls, shift));
	old = edit_op(e, at, OP_AND, cls, old, edit_const(e, at, cls, (i64)~(mask << shift)));
	return edit_op(e, at, OP_OR, cls, old, value);
}

/* The piece's value behind a store. */
static Val stored_value(Mem2reg *x, const Piece *p, const PieceAccess *a, Val old)
{
	Edit *e = &x->edit;
	Ins store = *ir_ins(x->f, a->ins);
	Cls cls = piece_cls(p);
	Val value = pass_value(x->f, store.b);
	if (a->size != p->size)
		return put_bits(x, a->ins, cls, old, value, (u32)(a->offset - p->offset) * 8, a->size * 8);
	if (ir_ins(x->f, value)->cls != cls)
		value = edit_op(e, a->ins, cls == CLS_L ? OP_ZEXT : OP_TRUNC, cls, value, 0);
	if (p->size < 4)
		value = edit_op(e, a->ins, OP_AND, cls, value,
				edit_const(e, a->ins, cls, p->size == 1 ? 0xff : 0xffff));
	return value;
}

/* Turns a load into what it gives, from the piece's value. */
static void replace_load(Mem2reg *x, const Piece *p, const PieceAccess *a, Val value)
{
	Edit *e = &x->edit;
	Cls from = piece_cls(p);
	u32 shift = (u32)(a->offset - p->offset) * 8;
	if (shift)
		value = edit_op(e, a->ins, OP_LSHR, from, value, edit_const(e, a->ins, from, shift));
	Ins *ins = ir_ins(x->f, a->ins);
	Cls cls = (Cls)ins->cls;
	u32 size = ins->size;
	if (ins->op == OP_LOADS && (size < 4 || cls == CLS_L) && size < 8) {
		*ins = (Ins){.op = OP_SEXT, .cls = cls, .size = (u8)size, .block = ins->block,
			     .a = value, .loc = ins->loc};
		return;
	}
	if (cls == CLS_W && from == CLS_L)
		value = edit_op(e, a->ins, OP_TRUNC, CLS_W, value, 0);
	if (a->size != p->size && size < 4) {
		Cls now = (Cls)ir_ins(x->f, value)->cls;
		value = edit_op(e, a->ins, OP_AND, now, value,
				edit_const(e, a->ins, now, size == 1 ? 0xff : 0xffff));
	} else if (a->size != p->size && size == 4 && from == CLS_L && cls == CLS_L) {
		value = edit_op(e, a->ins, OP_TRUNC, CLS_W, value, 0);
	}
	if (cls == CLS_L && ir_ins(x->f, value)->cls == CLS_W)
		value = edit_op(e, a->ins, OP_ZEXT, CLS_L, value, 0);
	pass_replace(x->f, a->ins, value);
}

/* What the piece is at the entry of each block where it is live. */
static void set_inputs(Mem2reg *x, const Piece *p)
{
	Loc loc = x->f->slots.at[p->slot].loc;
	sort_live(x);
	for (u32 i = 0; i < x->live.len; i++) {
		u32 b = x->live.at[i];
		Block *block = &x->f->blocks.at[b];
		if (b == 0)
			x->in[b] = undefined(x, piece_cls(p));
		else if (block->preds.len > 1)
			x->in[b] = add_phi(x, b, piece_cls(p), loc);
	}
}

static Val value_at_end(Mem2reg *x, u32 block)
{
	return x->out_stamp[block] == x->stamp ? x->out[block] : x->in[block];
}

/* Walks the blocks that matter in order, accesses and passing through alike. */
static void rewrite_accesses(Mem2reg *x, const Piece *p)
{
	u32 next_live = 0;
	for (u32 i = 0; i <= p->n;) {
		u32 block = i < p->n ? ir_ins(x->f, x->accesses.at[p->first + i].ins)->block : 0;
		u32 limit = i < p->n ? x->f->blocks.at[block].order : UINT32_MAX;
		for (; next_live < x->live.len; next_live++) {
			u32 b = x->live.at[next_live];
			if (x->f->blocks.at[b].order > limit)
				break;
			if (!x->in[b])
				x->in[b] = value_at_end(x, x->f->blocks.at[b].preds.at[0]);
		}
		if (i == p->n)
			break;
		Val now = x->in_stamp[block] == x->stamp ? x->in[block] : 0;
		for (; i < p->n; i++) {
			const PieceAccess *a = &x->accesses.at[p->first + i];
			const Ins *ins = ir_ins(x->f, a->ins);
			if (ins->block != block)
				break;
			if (ins->op == OP_STORE) {
				now = stored_value(x, p, a, now);
				pass_remove(x->f, a->ins);
			} else {
				replace_load(x, p, a, now);
			}
		}
		if (x->out_stamp[block] == x->stamp)
			x->out[block] = now;
	}
}

/* A phi whose operands are all one value, apart from itself, is that value; returns it or 0. */
static Val only_operand(Func *f, Val phi)
{
	Val only = 0;
	const Ins *ins = ir_ins(f, phi);
	for (u32 i = 0; i < ins->n_args; i++) {
		Val arg = pass_value(f, ins->args[i]);
		if (arg == phi || arg == only)
			continue;
		if (only)
			return 0;
		only = arg;
	}
	return only;
}

/* Drops trivial phis; a round looks again at those that used one dropped in the round before. */
static void drop_trivial_phis(Mem2reg *x)
{
	bool changed = true;
	for (u32 round = 0; round < 8 && changed; round++) {
		changed = false;
		for (u32 i = 0; i < x->phis.len; i++) {
			Val v = x->phis.at[i];
			Val only = ir_ins(x->f, v)->op == OP_PHI ? only_operand(x->f, v) : 0;
			if (!only)
				continue;
			pass_replace(x->f, v, only);
			changed = true;
		}
	}
}

static void fill_phis(Mem2reg *x)
{
	for (u32 i = 0; i < x->phis.len; i++) {
		Ins *phi = ir_ins(x->f, x->phis.at[i]);
		Block *b = &x->f->blocks.at[phi->block];
		for (u32 k = 0; k < b->preds.len; k++)
			phi->args[k] = value_at_end(x, b->preds.at[k]);
	}
}

/* Puts the phis that are left at the heads of their blocks. */
static void place_phis(Mem2reg *x)
{
	for (u32 i = 0; i < x->phis.len; i++) {
		Ins *phi = ir_ins(x->f, x->phis.at[i]);
		if (phi->op != OP_PHI)
			continue;
		Block *b = &x->f->blocks.at[phi->block];
		vec_push(x->m->c->arena, &b->ins, 0);
		memmove(b->ins.at + 1, b->ins.at, (b->ins.len - 1) * sizeof(Val));
		b->ins.at[0] = x->phis.at[i];
	}
}

static void promote(Mem2reg *x, const Piece *p)
{
	x->stamp++;
	x->live.len = x->phis.len = 0;
	find_live(x, p);
	set_inputs(x, p);
	rewrite_accesses(x, p);
	fill_phis(x);
	drop_trivial_phis(x);
	place_phis(x);
}

static void drop_slots(Mem2reg *x)
{
	bool *is_used = NEW_N(x->m->c->scratch, bool, x->f->slots.len + 1);
	vec_each(piece, &x->pieces)
		is_used[piece->slot] |= piece->is_kept;
	for (u32 i = 0; i < x->f->slots.len; i++)
		is_used[i] |= x->is_kept[i];
	/* addresses that nobody uses any more go with their slots */
	u32 *slot_of = address_slots(x->m, x->f);
	for (Val v = 1; v < x->f->ins.len; v++)
		if (slot_of[v] && !is_used[slot_of[v] - 1])
			pass_remove(x->f, v);
	for (u32 i = 0; i < x->f->slots.len; i++)
		x->f->slots.at[i].is_dead |= !is_used[i];
}

void pass_mem2reg(Module *m, Func *f)
{
	Arena *a = m->c->scratch;
	if (!f->slots.len)
		return;
	Mem2reg x = {.m = m, .f = f, .edit = edit_new(m, f)};
	ir_cfg(m, f);
	x.is_kept = NEW_N(a, bool, f->slots.len + 1);
	find_kept(&x);
	split_copies(&x);
	collect_accesses(&x);
	find_pieces(&x);
	x.in_stamp = NEW_N(a, u32, f->blocks.len);
	x.out_stamp = NEW_N(a, u32, f->blocks.len);
	x.in = NEW_N(a, Val, f->blocks.len);
	x.out = NEW_N(a, Val, f->blocks.len);
	for (u32 i = 0; i < x.pieces.len; i++)
		if (!x.pieces.at[i].is_kept)
			promote(&x, &x.pieces.at[i]);
	edit_done(&x.edit);
	drop_slots(&x);
	pass_tidy(m, f);
}
