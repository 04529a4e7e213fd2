/*
 * Folding: constants, identities, comparisons and branches that are decided,
 * bits that are known.
 *
 * In: SSA. Out: the same meaning with less to compute. One walk in reverse
 * post-order: operands are simplified before their users, a branch with a
 * constant condition becomes a jump at once, and what only dead edges lead to
 * is left out of phis and not looked at (ir_cfg drops it afterwards). Each rule
 * is written above the lines that apply it, as `before → after`.
 *
 * What is not done, for the kernel's verifier: a sum is not regrouped unless
 * the inner one has no other use, since a bound may have been checked on it;
 * comparisons keep their sides; nothing is moved to another block.
 */
#include "pass/internal.h"

typedef struct {
	Module *m;
	Func *f;
	Edit edit;
	Bits *known;
	u32 n_known;
	u32 *uses; /* at the start */
	u32 n_uses;
	bool *is_live; /* blocks that some live edge leads to */
} Fold;

/* ---- making things ---- */

static void note_bits(Fold *x, Val v)
{
	if (v >= x->n_known) {
		u32 n = x->f->ins.len + x->f->ins.len / 2;
		Bits *known = NEW_N(x->m->c->scratch, Bits, n);
		memcpy(known, x->known, x->n_known * sizeof(Bits));
		x->known = known;
		x->n_known = n;
	}
	x->known[v] = bits_of(x->f, x->known, v);
}

static Val new_const(Fold *x, Val at, Cls cls, i64 value)
{
	Val v = edit_const(&x->edit, at, cls, value);
	note_bits(x, v);
	return v;
}

/* v → value */
static bool to_const(Fold *x, Val v, i64 value)
{
	Ins *ins = ir_ins(x->f, v);
	*ins = (Ins){.op = OP_CONST, .cls = ins->cls, .block = ins->block, .loc = ins->loc,
		     .imm = ins->cls == CLS_W ? (i32)value : value};
	return true;
}

/* v → with */
static bool to_value(Fold *x, Val v, Val with)
{
	pass_replace(x->f, v, with);
	return true;
}

/* v → op(a, b) of the same class */
static bool to_op(Fold *x, Val v, Op op, Val a, Val b)
{
	Ins *ins = ir_ins(x->f, v);
	ins->op = (u8)op;
	ins->a = a;
	ins->b = b;
	return true;
}

static Ins *def(Fold *x, Val v)
{
	return ir_ins(x->f, v);
}

static bool has_one_use(const Fold *x, Val v)
{
	return v < x->n_uses && x->uses[v] == 1;
}

static bool is_compare(const Ins *ins)
{
	return ins->op >= OP_EQ && ins->op <= OP_SLE;
}

static i64 const_of(Cls cls, u64 bits)
{
	return cls == CLS_W ? (i64)(i32)bits : (i64)bits;
}

/* ---- arithmetic with a constant on the right ---- */

static bool fold_add_const(Fold *x, Val v, i64 c)
{
	Ins *ins = def(x, v), *a = def(x, ins->a);
	i64 inner;
	/* x + 0 → x */
	if (!c)
		return to_value(x, v, ins->a);
	/* (x + c) + d → x + (c + d), if x + c is used only here */
	if (a->op == OP_ADD && has_one_use(x, ins->a) && pass_is_const(x->f, a->b, &inner)) {
		Val base = a->a;
		Val sum = new_const(x, v, (Cls)ins->cls, (i64)((u64)inner + (u64)c));
		return to_op(x, v, OP_ADD, base, sum);
	}
	return false;
}

static bool fold_and_const(Fold *x, Val v, u64 mask)
{
	Ins *ins = def(x, v), *a = def(x, ins->a);
	u64 may_be_set = ~x->known[ins->a].zero;
	/* x & mask → x, if no other bit can be set */
	if (!(may_be_set & ~mask))
		return to_value(x, v, ins->a);
	/* (x & c) & d → x & (c & d) */
	if (a->op == OP_AND && has_one_use(x, ins->a) && def(x, a->b)->op == OP_CONST) {
		Val base = a->a;
		u64 both = mask & pass_const_bits(def(x, a->b));
		Val c = new_const(x, v, (Cls)ins->cls, const_of((Cls)ins->cls, both));
		return to_op(x, v, OP_AND, base, c);
	}
	return false;
}

/* Compare of the opposite outcome, in place: !(a < b) → b <= a */
static bool to_opposite(Fold *x, Val v, const Ins *cmp)
{
	Ins *ins = def(x, v);
	bool swap = cmp->op != OP_EQ && cmp->op != OP_NE;
	static const u8 opposite[OP_COUNT] = {[OP_EQ] = OP_NE, [OP_NE] = OP_EQ, [OP_ULT] = OP_ULE,
					      [OP_ULE] = OP_ULT, [OP_SLT] = OP_SLE, [OP_SLE] = OP_SLT};
	*ins = (Ins){.op = opposite[cmp->op], .cls = CLS_W, .size = cmp->size, .block = ins->block,
		     .loc = ins->loc, .a = swap ? cmp->b : cmp->a, .b = swap ? cmp->a : cmp->b};
	return true;
}

static bool fold_with_const(Fold *x, Val v, Ins *constant)
{
	Ins *ins = def(x, v);
	u64 bits = pass_const_bits(constant);
	i64 c = constant->imm;
	Val a = ins->a;
	switch (ins->op) {
	case OP_ADD:
		return fold_add_const(x, v, c);
	case OP_SUB: /* x - c → x + -c */
		return to_op(x, v, OP_ADD, a, new_const(x, v, (Cls)ins->cls, (i64)(0 - (u64)c)));
	case OP_MUL: /* x * 0 → 0, x * 1 → x */
		return c == 0 ? to_const(x, v, 0) : c == 1 && to_value(x, v, ins->a);
	case OP_UDIV: case OP_SDIV: /* x / 1 → x, x / 0 → 0 */
		return c == 0 ? to_const(x, v, 0) : c == 1 && to_value(x, v, ins->a);
	case OP_UMOD: case OP_SMOD: /* x % 1 → 0, x % 0 → x */
		return c == 1 ? to_const(x, v, 0) : c == 0 && to_value(x, v, ins->a);
	case OP_AND: /* x & 0 → 0 */
		return c == 0 ? to_const(x, v, 0) : fold_and_const(x, v, bits);
	case OP_OR: /* x | 0 → x, x | -1 → -1 */
		return c == 0 ? to_value(x, v, ins->a) : c == -1 && to_const(x, v, -1);
	case OP_XOR: /* x ^ 0 → x; compare ^ 1 → opposite compare */
		if (c == 0)
			return to_value(x, v, ins->a);
		return c == 1 && is_compare(def(x, ins->a)) && to_opposite(x, v, def(x, ins->a));
	case OP_SHL: case OP_LSHR: case OP_ASHR: /* x << 0 → x */
		return !(bits & (ins->cls == CLS_W ? 31 : 63)) && to_value(x, v, ins->a);
	default:
		return false;
	}
}

/* Both operands the same value. */
static bool fold_same(Fold *x, Val v)
{
	Ins *ins = def(x, v);
	switch (ins->op) {
	case OP_SUB: case OP_XOR: case OP_NE: case OP_ULT: case OP_SLT: /* x - x → 0, x < x → 0 */
		return to_const(x, v, 0);
	case OP_EQ: case OP_ULE: case OP_SLE: /* x == x → 1 */
		return to_const(x, v, 1);
	case OP_AND: case OP_OR: /* x & x → x */
		return to_value(x, v, ins->a);
	default:
		return false;
	}
}

/* ---- comparisons ---- */

/* An address that is never 0. */
static bool is_never_null(Fold *x, Val v)
{
	Address at = address_of(x->f, v);
	u8 op = def(x, at.root)->op;
	return (op == OP_SLOT || op == OP_MAP || op == OP_GLOBAL || op == OP_FUNC) &&
	       at.offset >= 0 && at.offset < 1 << 20;
}

/* Comparison of a truth value with 0 or 1. */
static bool fold_truth(Fold *x, Val v)
{
	Ins *ins = def(x, v);
	i64 c;
	if ((ins->op != OP_EQ && ins->op != OP_NE) || !pass_is_const(x->f, ins->b, &c))
		return false;
	if (c == 0 && ins->size == 8 && is_never_null(x, ins->a))
		return to_const(x, v, ins->op == OP_NE);
	if ((c != 0 && c != 1) || bits_max(x->known[ins->a]) > 1)
		return false;
	Val a = ins->a;
	/* truth == 1, truth != 0 → truth */
	if ((c == 1) == (ins->op == OP_EQ)) {
		if (def(x, a)->cls == CLS_W)
			return to_value(x, v, a);
		*ins = (Ins){.op = OP_TRUNC, .cls = CLS_W, .a = a, .block = ins->block, .loc = ins->loc};
		return true;
	}
	/* (a < b) == 0 → b <= a, also through zext */
	Ins *cmp = def(x, a);
	if (cmp->op == OP_ZEXT)
		cmp = def(x, pass_value(x->f, cmp->a));
	return is_compare(cmp) && to_opposite(x, v, cmp);
}

/* Unsigned comparison and equality of what can't overlap. */
static bool fold_compare(Fold *x, Val v)
{
	Ins *ins = def(x, v);
	Bits a = x->known[ins->a], b = x->known[ins->b];
	u64 low = ins->size == 4 ? UINT32_MAX : UINT64_MAX, sign = low ^ low >> 1;
	u64 a_max = ~a.zero & low, b_max = ~b.zero & low, a_min = a.one & low, b_min = b.one & low;
	u8 op = ins->op;
	/* of two numbers that are not negative, the signed order is the unsigned one */
	if ((op == OP_SLT || op == OP_SLE) && !(a_max & sign) && !(b_max & sign))
		op = op == OP_SLT ? OP_ULT : OP_ULE;
	bool differs = ((a.one & b.zero) | (a.zero & b.one)) & low;
	if (op == OP_EQ || op == OP_NE)
		return (differs || a_max < b_min || b_max < a_min) ? to_const(x, v, op == OP_NE)
								   : fold_truth(x, v);
	if (op == OP_ULT)
		return a_max < b_min ? to_const(x, v, 1) : a_min >= b_max && to_const(x, v, 0);
	if (op == OP_ULE)
		return a_max <= b_min ? to_const(x, v, 1) : a_min > b_max && to_const(x, v, 0);
	return false;
}

/* ---- widths ---- */

static bool to_width(Fold *x, Val v, Val a)
{
	Ins *ins = def(x, v);
	if (def(x, a)->cls == ins->cls)
		return to_value(x, v, a);
	ins->op = ins->cls == CLS_L ? OP_ZEXT : OP_TRUNC;
	ins->size = 0;
	ins->a = a;
	return true;
}

static bool fold_sext(Fold *x, Val v)
{
	Ins *ins = def(x, v), *a = def(x, ins->a);
	u64 low = (1ull << ins->size * 8) - 1;
	/* a number that is not negative needs no sign: sext x → zext, trunc or x */
	if (!(~x->known[ins->a].zero & ~(low >> 1)))
		return to_width(x, v, ins->a);
	/* sext(x & mask) → sext(x), where the mask leaves all of its bytes */
	if (a->op == OP_AND && def(x, a->b)->op == OP_CONST &&
	    (pass_const_bits(def(x, a->b)) & low) == low) {
		ins->a = pass_value(x->f, a->a);
		return true;
	}
	/* sext(zext or trunc x) → sext(x), if x has the bytes */
	if (a->op == OP_ZEXT || a->op == OP_TRUNC) {
		ins->a = pass_value(x->f, a->a);
		return true;
	}
	/* sext of w, 4 bytes, to w → x */
	return ins->size == 4 && ins->cls == CLS_W && to_width(x, v, ins->a);
}

static bool fold_trunc(Fold *x, Val v)
{
	Ins *ins = def(x, v), *a = def(x, ins->a);
	/* trunc(zext x) → x */
	if (a->op == OP_ZEXT)
		return to_value(x, v, a->a);
	/* trunc(sext x) → x, or a sext to w */
	if (a->op == OP_SEXT && a->size == 4 && def(x, a->a)->cls == CLS_W)
		return to_value(x, v, a->a);
	if (a->op == OP_SEXT && a->size < 4) {
		u8 size = a->size;
		Val from = a->a;
		ins->op = OP_SEXT;
		ins->size = size;
		ins->a = from;
		return true;
	}
	return false;
}

static bool fold_zext(Fold *x, Val v)
{
	Ins *a = def(x, def(x, v)->a);
	/* zext(trunc x) → x, if the upper half is zero anyway */
	return a->op == OP_TRUNC && bits_max(x->known[a->a]) <= UINT32_MAX && to_value(x, v, a->a);
}

/* ---- memory ---- */

/* load [x + c], off → load [x], off + c */
static bool fold_address(Fold *x, Val v)
{
	Ins *ins = def(x, v), *a = def(x, ins->a);
	i64 c;
	if (ins->core || a->op != OP_ADD || !pass_is_const(x->f, a->b, &c))
		return false;
	i64 offset = (i64)((u64)ins->imm + (u64)c);
	if (offset != (i16)offset || c != (i32)c)
		return false;
	ins->a = pass_value(x->f, a->a);
	ins->imm = offset;
	return true;
}

/* A load from constant data whose bytes are known; knobs are volatile, and stay. */
static bool fold_constant_data(Fold *x, Val v)
{
	Ins *ins = def(x, v), *a = def(x, ins->a);
	if (ins->is_volatile || ins->core || a->op != OP_GLOBAL || ins->op > OP_LOADS)
		return false;
	const Global *g = x->m->globals.at[a->sym];
	i64 at = a->imm + ins->imm;
	if (!g->section || strcmp(g->section, ".rodata") != 0 || g->is_weak || g->is_extern ||
	    g->relocs.len || at < 0 || at + ins->size > g->size)
		return false;
	u64 value = 0;
	if (g->init)
		memcpy(&value, g->init + at, ins->size);
	u32 shift = 64 - ins->size * 8;
	if (ins->op == OP_LOADS)
		value = (u64)((i64)(value << shift) >> shift);
	return to_const(x, v, (i64)value);
}

/* ---- phis and branches ---- */

static bool is_live_edge(const Fold *x, u32 from, u32 to)
{
	const Func *f = x->f;
	bool is_back = f->blocks.at[from].order >= f->blocks.at[to].order;
	if (!is_back && !x->is_live[from])
		return false;
	for (u32 i = 0; i < ir_n_succ(f, from); i++)
		if (f->blocks.at[from].succ[i] == to)
			return true;
	return false;
}

static bool is_same_value(Fold *x, Val a, Val b)
{
	Ins *p = def(x, a), *q = def(x, b);
	return a == b || (p->op == OP_CONST && q->op == OP_CONST && p->imm == q->imm);
}

static bool fold_phi(Fold *x, Val v)
{
	Ins *ins = def(x, v);
	Block *b = &x->f->blocks.at[ins->block];
	Val only = 0;
	for (u32 i = 0; i < ins->n_args; i++) {
		Val arg = pass_value(x->f, ins->args[i]);
		if (arg == v || !is_live_edge(x, b->preds.at[i], ins->block))
			continue;
		if (only && !is_same_value(x, only, arg))
			return false;
		only = arg;
	}
	if (!only)
		return false;
	if (def(x, only)->op != OP_CONST)
		return to_value(x, v, only);
	u32 at = 0;
	while (def(x, b->ins.at[at])->op == OP_COPY || def(x, b->ins.at[at])->op == OP_PHI)
		at++;
	Cls cls = (Cls)ins->cls;
	return to_value(x, v, new_const(x, b->ins.at[at], cls, def(x, only)->imm));
}

static void fold_branch(Fold *x, Val v)
{
	Ins *ins = def(x, v);
	Block *b = &x->f->blocks.at[ins->block];
	i64 c;
	if (ins->op != OP_BR)
		return;
	/* branch on zext x → on x */
	if (def(x, ins->a)->op == OP_ZEXT) {
		ins->a = pass_value(x->f, def(x, ins->a)->a);
		ins->cls = CLS_W;
		x->f->changes++;
	}
	if (b->succ[0] == b->succ[1])
		pass_take_branch(x->f, ins->block, 0);
	else if (pass_is_const(x->f, ins->a, &c))
		pass_take_branch(x->f, ins->block, c == 0);
	else if (x->known[ins->a].one)
		pass_take_branch(x->f, ins->block, 0);
}

/* ---- the walk ---- */

static bool fold_constants(Fold *x, Val v)
{
	Ins *ins = def(x, v);
	i64 result;
	if (!op_info[ins->op].fold || ins->op == OP_CONST || def(x, ins->a)->op != OP_CONST ||
	    (ins->b && def(x, ins->b)->op != OP_CONST))
		return false;
	u64 b = ins->b ? pass_const_bits(def(x, ins->b)) : 0;
	return pass_eval(ins, pass_const_bits(def(x, ins->a)), b, &result) && to_const(x, v, result);
}

/* c + x → x + c */
static void put_const_right(Fold *x, Ins *ins)
{
	bool swaps = ins->op == OP_ADD || ins->op == OP_MUL || ins->op == OP_AND || ins->op == OP_OR ||
		     ins->op == OP_XOR || ins->op == OP_EQ || ins->op == OP_NE;
	if (!swaps || def(x, ins->a)->op != OP_CONST || def(x, ins->b)->op == OP_CONST)
		return;
	Val a = ins->a;
	ins->a = ins->b;
	ins->b = a;
}

/* One rule, if one fits; true if v has changed. */
static bool fold_once(Fold *x, Val v)
{
	Ins *ins = def(x, v);
	if (ins->op == OP_CONST || ins->op == OP_COPY || ins->op == OP_NONE)
		return false;
	if (fold_constants(x, v))
		return true;
	if (ins->a && ins->b && op_info[ins->op].fold) {
		put_const_right(x, ins);
		if (ins->a == ins->b && fold_same(x, v))
			return true;
		if (def(x, ins->b)->op == OP_CONST && fold_with_const(x, v, def(x, ins->b)))
			return true;
	}
	switch (ins->op) {
	case OP_PHI: return fold_phi(x, v);
	case OP_SEXT: return fold_sext(x, v);
	case OP_TRUNC: return fold_trunc(x, v);
	case OP_ZEXT: return fold_zext(x, v);
	case OP_LOAD: case OP_LOADS: return fold_address(x, v) || fold_constant_data(x, v);
	case OP_STORE: case OP_KLOAD: case OP_ULOAD: return fold_address(x, v);
	default: return is_compare(ins) && fold_compare(x, v);
	}
}

static void fold_ins(Fold *x, Val v)
{
	ir_each_operand(ir_ins(x->f, v), use)
		*use = pass_value(x->f, *use);
	for (u32 round = 0; round < 8 && fold_once(x, v); round++) {
		x->f->changes++;
		if (def(x, v)->op != OP_COPY)
			note_bits(x, v);
	}
	note_bits(x, v);
	Ins *ins = def(x, v);
	Bits known = x->known[v];
	bool is_known = (known.zero | known.one) == UINT64_MAX && op_info[ins->op].fold;
	/* all bits known → constant */
	if (is_known && ins->op != OP_CONST && ins->op != OP_COPY)
		to_const(x, v, const_of((Cls)ins->cls, known.one));
	fold_branch(x, v);
}

void pass_fold(Module *m, Func *f)
{
	Fold x = {.m = m, .f = f, .edit = edit_new(m, f)};
	ir_cfg(m, f);
	x.uses = ir_uses(m, f);
	x.n_uses = f->ins.len;
	x.n_known = f->ins.len + f->ins.len / 4;
	x.known = NEW_N(m->c->scratch, Bits, x.n_known);
	x.is_live = NEW_N(m->c->scratch, bool, f->blocks.len);
	for (u32 i = 0; i < f->order.len; i++) {
		u32 b = f->order.at[i];
		x.is_live[b] = b == 0;
		vec_each(pred, &f->blocks.at[b].preds)
			x.is_live[b] |= is_live_edge(&x, *pred, b);
		for (u32 k = 0; x.is_live[b] && k < f->blocks.at[b].ins.len; k++)
			fold_ins(&x, f->blocks.at[b].ins.at[k]);
	}
	edit_done(&x.edit);
	pass_tidy(m, f);
}
