/*
 * Instruction selection: what each operation of the IR becomes.
 *
 * BPF has two-address arithmetic: dst = a; dst op= b. The move is written
 * always and dropped by coalesce.c where a ends there. An operand that is a
 * constant of 32 bits goes into the instruction, one that is a CO-RE number
 * too, with its relocation. Instructions of the fourth set are used where the
 * target has them; else sign extension is a pair of shifts.
 */
#include "bpf/select.h"

/* First member (64-bit, immediate) of each operation's family. */
static const u16 families[OP_COUNT] = {
	[OP_ADD] = INSN_ADD64_IMM,   [OP_SUB] = INSN_SUB64_IMM,	  [OP_MUL] = INSN_MUL64_IMM,
	[OP_UDIV] = INSN_DIV64_IMM,  [OP_UMOD] = INSN_MOD64_IMM,  [OP_SDIV] = INSN_SDIV64_IMM,
	[OP_SMOD] = INSN_SMOD64_IMM, [OP_AND] = INSN_AND64_IMM,	  [OP_OR] = INSN_OR64_IMM,
	[OP_XOR] = INSN_XOR64_IMM,   [OP_SHL] = INSN_LSH64_IMM,	  [OP_LSHR] = INSN_RSH64_IMM,
	[OP_ASHR] = INSN_ARSH64_IMM,
};

u32 sel_log2_size(u32 size)
{
	return size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
}

bool sel_has_v4(const Select *s)
{
	return s->c->target->has[FEAT_ISA_V4];
}

/* ---- arithmetic ---- */

static void emit_imm(Select *s, u32 id, u32 dst, i64 imm)
{
	sel_emit(s, (Code){.id = id, .dst = dst, .imm = imm});
}

static bool is_shift(u8 op)
{
	return op == OP_SHL || op == OP_LSHR || op == OP_ASHR;
}

static bool is_division(u8 op)
{
	return op >= OP_UDIV && op <= OP_SMOD;
}

static bool is_commutative(u8 op)
{
	return op == OP_ADD || op == OP_MUL || op == OP_AND || op == OP_OR || op == OP_XOR;
}

/* dst = a op constant, in the forms that have an immediate; false if it needs a register. */
static bool select_immediate(Select *s, Val v, const Ins *ins, i64 imm)
{
	u32 id = families[ins->op] + (ins->cls == CLS_W ? FORM_32 : 0);
	u32 a = sel_reg_of(s, ins->a);

	if (is_shift(ins->op))
		imm &= ins->cls == CLS_W ? 31 : 63;
	if (ins->cls == CLS_W)
		imm = (i32)imm;
	if (is_division(ins->op) && imm == 0)
		return false; /* the verifier refuses it: "div by zero" */
	if (ins->op == OP_AND && ins->cls == CLS_L && imm == UINT32_MAX) {
		sel_emit(s, (Code){.id = INSN_MOV32_REG, .dst = sel_reg_new(s, v), .src = a});
		return true;
	}
	if (ins->op == OP_AND && imm == (u32)imm && !sel_fits_i32(imm)) {
		id = INSN_AND32_IMM;
		imm = (i32)imm;
	}
	if (!sel_fits_i32(imm))
		return false;
	sel_move(s, sel_reg_new(s, v), a);
	emit_imm(s, id, s->reg[v], imm);
	return true;
}

/* dst = a op number of a CO-RE relocation. */
static bool select_core(Select *s, Val v, const Ins *ins)
{
	const Ins *core = &s->f->ins.at[sel_look_through(s, ins->b)];

	if (core->op != OP_CORE || !sel_fits_i32(core->imm) ||
	    core->core->kind == CORE_ENUMVAL_VALUE)
		return false;
	sel_move(s, sel_reg_new(s, v), sel_reg_of(s, ins->a));
	sel_emit(s, (Code){.id = families[ins->op] + (ins->cls == CLS_W ? FORM_32 : 0),
		       .dst = s->reg[v],
		       .imm = core->imm,
		       .core = core->core});
	return true;
}

/* Should the operands change places: constants last; first the one that ends here. */
static bool is_better_swapped(Select *s, const Ins *ins)
{
	Val a = sel_look_through(s, ins->a), b = sel_look_through(s, ins->b);
	bool a_made = sel_is_remade(s, a), b_made = sel_is_remade(s, b);

	if (!is_commutative(ins->op))
		return false;
	if (a_made != b_made)
		return a_made;
	return s->uses[a] > 1 && s->uses[b] == 1;
}

static void select_binary(Select *s, Val v, Ins ins)
{
	i64 imm;

	if (ins.op == OP_SDIV || ins.op == OP_SMOD)
		if (!sel_has_v4(s))
			bug("signed division reached selection without ISA v4 in %s", s->f->name);
	if (is_better_swapped(s, &ins)) {
		Val a = ins.a;
		ins.a = ins.b;
		ins.b = a;
	}
	if (sel_is_const(s, ins.b, &imm) && select_immediate(s, v, &ins, imm))
		return;
	if (select_core(s, v, &ins))
		return;
	u32 a = sel_reg_of(s, ins.a), b = sel_reg_of(s, ins.b);
	sel_move(s, sel_reg_new(s, v), a);
	sel_emit(s, (Code){.id = families[ins.op] + FORM_REG + (ins.cls == CLS_W ? FORM_32 : 0),
		       .dst = s->reg[v],
		       .src = a == b ? s->reg[v] : b});
}

static void select_neg(Select *s, Val v, const Ins *ins)
{
	u32 a = sel_reg_of(s, ins->a);

	sel_move(s, sel_reg_new(s, v), a);
	emit_imm(s, ins->cls == CLS_W ? INSN_NEG32 : INSN_NEG64, s->reg[v], 0);
}

/* To big endian is a swap on the machines that we have; it clears the upper bits. */
static void select_bswap(Select *s, Val v, const Ins *ins)
{
	u32 a = sel_reg_of(s, ins->a);

	sel_move(s, sel_reg_new(s, v), a);
	emit_imm(s, INSN_BE16 + sel_log2_size(ins->size) - 1, s->reg[v], 0);
}

/* Sign-extends the low bytes of `from`, as class `cls`. */
void sel_extend_sign(Select *s, u32 to, u32 from, u32 bytes, Cls cls)
{
	u32 form = cls == CLS_W ? FORM_32 : 0, bits = (cls == CLS_W ? 32 : 64) - 8 * bytes;

	if (!bits) {
		sel_emit(s, (Code){.id = INSN_MOV32_REG, .dst = to, .src = from});
	} else if (sel_has_v4(s)) {
		u32 id = cls == CLS_W ? INSN_MOVS8_32 : INSN_MOVS8_64;
		sel_emit(s, (Code){.id = id + sel_log2_size(bytes), .dst = to, .src = from});
	} else {
		sel_move(s, to, from);
		emit_imm(s, INSN_LSH64_IMM + form, to, bits);
		emit_imm(s, INSN_ARSH64_IMM + form, to, bits);
	}
}

static void select_trunc(Select *s, Val v, const Ins *ins)
{
	u32 a = sel_reg_of(s, ins->a);

	sel_emit(s, (Code){.id = INSN_MOV32_REG, .dst = sel_reg_new(s, v), .src = a});
}

/* ---- comparisons ---- */

/* Jumps for EQ, NE, ULT, ULE, SLT, SLE; and with the operands exchanged. */
static const u8 jumps[] = {JUMP_EQ, JUMP_NE, JUMP_LT, JUMP_LE, JUMP_SLT, JUMP_SLE};
static const u8 swapped[] = {JUMP_EQ, JUMP_NE, JUMP_GT, JUMP_GE, JUMP_SGT, JUMP_SGE};

/* A 32-bit operand as 64 bits, where there are no 32-bit jumps. */
static u32 widened(Select *s, Val v, bool is_signed)
{
	u32 to = work_reg_new(s->w);

	if (is_signed)
		sel_extend_sign(s, to, sel_reg_of(s, v), 4, CLS_L);
	else if (s->f->ins.at[v].cls == CLS_W)
		return sel_reg_of(s, v);
	else
		sel_emit(s, (Code){.id = INSN_MOV32_REG, .dst = to, .src = sel_reg_of(s, v)});
	return to;
}

static bool is_signed_jump(Jump jump)
{
	return jump >= JUMP_SGT && jump <= JUMP_SLT;
}

/* Operands into the form that a jump has: 32 bits, or both widened. */
static void set_operands(Select *s, Test *t, u32 size, Val a, Val b)
{
	bool is_signed = is_signed_jump(t->jump);
	i64 imm;

	t->is_imm = sel_is_const(s, b, &imm);
	t->is_32 = size == 4 && s->c->target->has[FEAT_JMP32];
	if (t->is_imm && size == 4)
		imm = t->is_32 || is_signed ? (i32)imm : (i64)(u32)imm;
	bool widen = size == 4 && !t->is_32;
	t->a = widen ? widened(s, a, is_signed) : sel_reg_of(s, a);
	if (t->is_imm && sel_fits_i32(imm)) {
		t->imm = imm;
	} else if (t->is_imm) {
		t->is_imm = false;
		t->b = work_reg_new(s->w);
		sel_const_into(s, t->b, CLS_L, imm);
	} else {
		t->b = widen ? widened(s, b, is_signed) : sel_reg_of(s, b);
	}
}

/* x & y ==/!= 0, where the result of the AND has no other use: a jump of its own. */
static bool is_bit_test(Select *s, const Ins *cmp, i64 imm, Ins *and)
{
	Val a = sel_look_through(s, cmp->a);

	*and = s->f->ins.at[a];
	return (cmp->op == OP_EQ || cmp->op == OP_NE) && imm == 0 && and->op == OP_AND &&
	       s->uses[a] == 1 && a == cmp->a && (cmp->size == 8) == (and->cls == CLS_L) &&
	       (cmp->size == 8 || s->c->target->has[FEAT_JMP32]);
}

bool sel_is_one_way_test(Select *s, Val v)
{
	const Ins *cmp = &s->f->ins.at[v];
	i64 x;
	Ins and;

	return cmp->op == OP_NE && sel_is_const(s, cmp->b, &x) && is_bit_test(s, cmp, x, &and);
}

static Test test_of_compare(Select *s, const Ins *cmp)
{
	Val a = cmp->a, b = cmp->b;
	Test t = {.jump = jumps[cmp->op - OP_EQ]};
	i64 x;
	Ins and;

	if (sel_is_const(s, a, &x) && !sel_is_const(s, b, &x)) {
		a = cmp->b;
		b = cmp->a;
		t.jump = swapped[cmp->op - OP_EQ];
	}
	if (sel_is_const(s, b, &x) && is_bit_test(s, cmp, x, &and)) {
		t.jump = JUMP_SET;
		set_operands(s, &t, cmp->size, and.a, and.b);
		return t;
	}
	set_operands(s, &t, cmp->size, a, b);
	return t;
}

/* A comparison of a comparison with 0 is the inner one or its opposite. */
Test sel_test_of(Select *s, Val v)
{
	bool is_opposite = false;
	i64 x;

	for (;;) {
		const Ins *ins = &s->f->ins.at[v];
		if (!sel_is_compare(ins->op))
			break;
		bool is_outer = (ins->op == OP_EQ || ins->op == OP_NE) &&
				sel_is_const(s, ins->b, &x) && x == 0 &&
				sel_is_compare(s->f->ins.at[ins->a].op);
		if (!is_outer) {
			Test t = test_of_compare(s, ins);
			t.is_opposite =
				is_opposite != (t.jump == JUMP_SET && ins->op == OP_EQ);
			return t;
		}
		is_opposite ^= ins->op == OP_EQ;
		v = ins->a;
	}
	Test t = {.jump = JUMP_NE, .is_opposite = is_opposite, .is_imm = true};
	t.is_32 = s->f->ins.at[v].cls == CLS_W && s->c->target->has[FEAT_JMP32];
	t.a = sel_reg_of(s, v);
	return t;
}

void sel_emit_test(Select *s, const Test *t, u32 yes, u32 no)
{
	bool is_opposite = t->is_opposite;
	Jump jump = t->jump;

	if (is_opposite && jump != JUMP_SET) {
		jump ^= 1;
		is_opposite = false;
	}
	sel_emit(s, (Code){.id = INSN_JEQ64_IMM + 4 * jump + (t->is_imm ? 0 : FORM_REG) +
			     (t->is_32 ? FORM_32 : 0),
		       .dst = t->a,
		       .src = t->b,
		       .imm = t->imm,
		       .target = is_opposite ? no : yes});
	sel_emit(s, (Code){.id = INSN_JA, .target = is_opposite ? yes : no});
}

/* The number `one`, unless the test jumps over setting it to 0. */
static void compare_into(Select *s, u32 reg, Val compare, Cls cls, i64 one)
{
	Test test = sel_test_of(s, compare);
	u32 depth = s->depth[s->block], no = sel_new_label(s), done = sel_new_label(s);

	sel_const_into(s, reg, cls, one);
	sel_emit_test(s, &test, done, no);
	sel_begin_block(s, no, depth);
	sel_const_into(s, reg, CLS_L, 0);
	sel_emit(s, (Code){.id = INSN_JA, .target = done});
	sel_begin_block(s, done, depth);
}

static void select_compare(Select *s, Val v)
{
	if (!(s->flags[v] & VAL_NEEDED) || (s->flags[v] & VAL_SHIFTED) || !s->uses[v])
		return;
	compare_into(s, sel_reg_new(s, v), v, CLS_L, 1);
}

/* (x < y) << n → x < y ? 1 << n : 0 */
static bool select_shifted_compare(Select *s, Val v, const Ins *ins)
{
	Val compare = sel_shifted_compare(s, ins);
	i64 count = 0;

	if (!compare)
		return false;
	sel_is_const(s, ins->b, &count);
	i64 one = ins->cls == CLS_W ? (i64)(1u << (count & 31)) : (i64)(1ull << (count & 63));
	compare_into(s, sel_reg_new(s, v), compare, ins->cls, one);
	return true;
}

/* ---- calls ---- */

/* Values in registers first: what is made on the spot then needs the argument registers only
 * shortly. */
static void set_arguments(Select *s, const Ins *ins)
{
	for (u32 i = 0; i < ins->n_args; i++)
		if (!sel_is_remade(s, ins->args[i]))
			sel_value_into(s, i + 1, ins->args[i]);
	for (u32 i = 0; i < ins->n_args; i++)
		if (sel_is_remade(s, ins->args[i]))
			sel_value_into(s, i + 1, ins->args[i]);
}

static void select_call(Select *s, Val v, const Ins *ins)
{
	Code call = {.id = INSN_CALL, .n_args = ins->n_args, .imm = ins->imm};

	if (ins->n_args > N_ARGS) {
		diag_error(&s->c->diags, (Span){ins->loc, ins->loc + 1},
			   "a BPF function takes at most 5 arguments, not %u", ins->n_args);
		s->w->failed = true;
		sel_reg_new(s, v);
		return;
	}
	set_arguments(s, ins);
	if (ins->op != OP_CALL) {
		call.id = INSN_CALL_FUNC;
		call.reloc = ins->op == OP_CALLF ? RELOC_CALL : RELOC_KFUNC;
		call.sym = ins->sym;
		call.imm = -1;
	}
	sel_emit(s, call);
	if (s->uses[v])
		sel_move(s, sel_reg_new(s, v), 0);
}

static void select_param(Select *s, Val v, const Ins *ins)
{
	sel_move(s, sel_reg_new(s, v), (u32)ins->imm + 1);
}

void sel_ins(Select *s, Val v)
{
	Ins ins = s->f->ins.at[v];

	if (sel_look_through(s, v) != v || sel_is_remade(s, v))
		return;
	switch (ins.op) {
	case OP_NONE:
		break;
	case OP_PARAM:
		select_param(s, v, &ins);
		break;
	case OP_ADD ... OP_ASHR:
		if (!select_shifted_compare(s, v, &ins))
			select_binary(s, v, ins);
		break;
	case OP_NEG:
		select_neg(s, v, &ins);
		break;
	case OP_BSWAP:
		select_bswap(s, v, &ins);
		break;
	case OP_SEXT:
		sel_extend_sign(s, sel_reg_new(s, v), sel_reg_of(s, ins.a), ins.size, ins.cls);
		break;
	case OP_TRUNC:
		select_trunc(s, v, &ins);
		break;
	case OP_EQ ... OP_SLE:
		select_compare(s, v);
		break;
	case OP_LOAD:
	case OP_LOADS:
		sel_load(s, v, &ins);
		break;
	case OP_STORE:
		sel_store(s, &ins);
		break;
	case OP_MEMCPY:
		sel_memcpy(s, &ins);
		break;
	case OP_MEMZERO:
		sel_memzero(s, &ins);
		break;
	case OP_ATOMIC:
		sel_atomic(s, v, &ins);
		break;
	case OP_CALL:
	case OP_CALLF:
	case OP_CALLK:
		select_call(s, v, &ins);
		break;
	case OP_ASM:
		sel_assembly(s, v, &ins);
		break;
	case OP_ASMOUT:
		sel_move(s, sel_reg_new(s, v), s->reg[ins.a] + (u32)ins.imm);
		break;
	default:
		bug("operation %s reached selection in %s", op_info[ins.op].name, s->f->name);
	}
}
