/*
 * Instruction selection: what reads and writes memory.
 *
 * The address takes constant offsets in, slots become offsets from r10. A
 * constant is stored as an immediate, apart from stores into the context, which
 * older kernels refuse. Blocks of bytes that the passes have left become loads
 * and stores. A fetching atomic operation gives the old value in the register
 * of its operand; cmpxchg compares with r0 and gives it there.
 */
#include "bpf/select.h"

static void emit_load(Select *s, u32 id, u32 to, Address from, const Ins *ins)
{
	sel_emit(s, (Code){.id = id,
		       .dst = to,
		       .src = from.reg,
		       .slot = from.slot,
		       .off = from.off,
		       .core = ins->core,
		       .keep = ins->is_volatile});
}

/* An address whose offset a relocation changes stays as it is. */
static Address memory_of(Select *s, const Ins *ins)
{
	if (ins->core)
		return (Address){.reg = sel_reg_of(s, ins->a), .off = (i32)ins->imm};
	return sel_address_of(s, ins->a, ins->imm, ins->size);
}

void sel_load(Select *s, Val v, const Ins *ins)
{
	if (!s->uses[v] && !ins->is_volatile)
		return;
	Address from = memory_of(s, ins);
	u32 scale = sel_log2_size(ins->size), to = sel_reg_new(s, v);
	bool is_signed = ins->op == OP_LOADS && ins->size < (ins->cls == CLS_W ? 4 : 8);

	if (!is_signed) {
		emit_load(s, INSN_LDX1 + scale, to, from, ins);
	} else if (sel_has_v4(s) && ins->cls == CLS_L) {
		emit_load(s, INSN_LDXS1 + scale, to, from, ins);
	} else {
		u32 raw = work_reg_new(s->w);
		emit_load(s, INSN_LDX1 + scale, raw, from, ins);
		sel_extend_sign(s, to, raw, ins->size, ins->cls);
	}
}

static void emit_store(Select *s, u32 size, Address to, u32 from)
{
	sel_emit(s, (Code){.id = INSN_STX1 + sel_log2_size(size),
		       .dst = to.reg,
		       .slot = to.slot,
		       .off = to.off,
		       .src = from});
}

static void emit_store_imm(Select *s, u32 size, Address to, i64 imm)
{
	sel_emit(s, (Code){.id = INSN_ST1 + sel_log2_size(size),
		       .dst = to.reg,
		       .slot = to.slot,
		       .off = to.off,
		       .imm = imm});
}

static i64 cut(i64 value, u32 size)
{
	return size == 1 ? (i8)value : size == 2 ? (i16)value : size == 4 ? (i32)value : value;
}

void sel_store(Select *s, const Ins *ins)
{
	i64 imm;
	bool is_imm = sel_is_const(s, ins->b, &imm);
	Address to = memory_of(s, ins);

	if (is_imm && s->f->ins.at[sel_look_through(s, ins->b)].cls == CLS_W && ins->size == 8)
		imm = (u32)imm;
	is_imm = is_imm && sel_fits_i32(cut(imm, ins->size)) && ins->space != AS_CTX &&
		 !sel_is_context(s, ins->a);
	if (is_imm)
		emit_store_imm(s, ins->size, to, cut(imm, ins->size));
	else
		emit_store(s, ins->size, to, sel_reg_of(s, ins->b));
	if (ins->core)
		s->w->code.at[s->w->code.len - 1].core = ins->core;
}

/* The largest access at this place of a block of bytes. */
static u32 piece_size(u32 align, i64 left)
{
	u32 size = MIN(MAX(align, 1), 8);

	while (size > left)
		size /= 2;
	return size;
}

/* How many accesses for a block of bytes; beyond, we would rather say so. */
enum { PIECES_MAX = 1024 };

static bool is_too_long(Select *s, const Ins *ins)
{
	if (ins->imm / piece_size(ins->size, INT64_MAX) <= PIECES_MAX && ins->imm <= INT16_MAX / 2)
		return false;
	diag_error(&s->c->diags, (Span){ins->loc, ins->loc + 1},
		   "copying or clearing %lld bytes at once is too much for a BPF program",
		   (long long)ins->imm);
	s->w->failed = true;
	return true;
}

void sel_memzero(Select *s, const Ins *ins)
{
	if (is_too_long(s, ins))
		return;
	Address to = sel_address_of(s, ins->a, 0, (u32)ins->imm);
	for (i64 done = 0; done < ins->imm;) {
		u32 size = piece_size(ins->size, ins->imm - done);
		emit_store_imm(s, size, to, 0);
		to.off += (i32)size;
		done += size;
	}
}

void sel_memcpy(Select *s, const Ins *ins)
{
	if (is_too_long(s, ins))
		return;
	Address to = sel_address_of(s, ins->a, 0, (u32)ins->imm);
	Address from = sel_address_of(s, ins->b, 0, (u32)ins->imm);
	Ins plain = {0};
	for (i64 done = 0; done < ins->imm;) {
		u32 size = piece_size(ins->size, ins->imm - done), reg = work_reg_new(s->w);
		emit_load(s, INSN_LDX1 + sel_log2_size(size), reg, from, &plain);
		emit_store(s, size, to, reg);
		to.off += (i32)size;
		from.off += (i32)size;
		done += size;
	}
}

/* ---- atomic operations ---- */

static void emit_atomic(Select *s, u32 id, Address at, u32 operand)
{
	sel_emit(s,
		 (Code){.id = id, .dst = at.reg, .slot = at.slot, .off = at.off, .src = operand});
}

static void select_cmpxchg(Select *s, Val v, const Ins *ins, Address at)
{
	u32 value = sel_reg_of(s, ins->c);

	sel_value_into(s, 0, ins->b);
	emit_atomic(s, ins->size == 4 ? INSN_CMPXCHG4 : INSN_CMPXCHG8, at, value);
	if (s->uses[v])
		sel_move(s, sel_reg_new(s, v), 0);
}

void sel_atomic(Select *s, Val v, const Ins *ins)
{
	static const u16 ids[] = {
		[ATOMIC_ADD] = INSN_ATOMIC_ADD4, [ATOMIC_OR] = INSN_ATOMIC_OR4,
		[ATOMIC_AND] = INSN_ATOMIC_AND4, [ATOMIC_XOR] = INSN_ATOMIC_XOR4,
		[ATOMIC_XCHG] = INSN_XCHG4,
	};
	bool is_fetch = (ins->atomic_fetch && s->uses[v]) || ins->atomic == ATOMIC_XCHG;
	u32 wide = ins->size == 8;

	if ((is_fetch || ins->atomic != ATOMIC_ADD) && !s->c->target->has[FEAT_FETCH_ATOMICS]) {
		diag_error(&s->c->diags, (Span){ins->loc, ins->loc + 1},
			   "this needs %s, Linux %u.%u", feature_text(FEAT_FETCH_ATOMICS),
			   feature_since_major(FEAT_FETCH_ATOMICS),
			   feature_since_minor(FEAT_FETCH_ATOMICS));
		s->w->failed = true;
	}
	Address at = sel_address_of(s, ins->a, ins->imm, ins->size);
	if (ins->atomic == ATOMIC_CMPXCHG) {
		select_cmpxchg(s, v, ins, at);
	} else if (is_fetch) {
		u32 old = sel_reg_new(s, v);
		sel_value_into(s, old, ins->b);
		emit_atomic(s, ids[ins->atomic] + wide + (ins->atomic == ATOMIC_XCHG ? 0 : 2), at,
			    old);
	} else {
		emit_atomic(s, ids[ins->atomic] + wide, at, sel_reg_of(s, ins->b));
	}
}
