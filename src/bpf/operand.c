/*
 * Instruction selection: values as operands.
 *
 * A value is in a register, or it is made where it is used (constants, and
 * addresses of slots, maps, globals and functions): then one register serves
 * all uses in one block, and the register allocator may make it again instead
 * of spilling it. What is free costs no instruction: copies, zero extension of
 * a w value, truncation of a value that is known to be short, and truncation
 * where every use looks at the low 32 bits alone.
 */
#include "bpf/select.h"

bool sel_fits_i32(i64 value)
{
	return value == (i32)value;
}

static Ins *ins_of(Select *s, Val v)
{
	return &s->f->ins.at[v];
}

bool sel_is_compare(u8 op)
{
	return op >= OP_EQ && op <= OP_SLE;
}

bool sel_is_const(Select *s, Val v, i64 *value)
{
	Ins *ins = ins_of(s, v);

	while (ins->op == OP_COPY || ins->op == OP_ZEXT) {
		if (ins->op == OP_ZEXT && ins_of(s, ins->a)->op == OP_CONST) {
			*value = (u32)ins_of(s, ins->a)->imm;
			return true;
		}
		ins = ins_of(s, ins->a);
	}
	if (ins->op != OP_CONST)
		return false;
	*value = ins->cls == CLS_W ? (i32)ins->imm : ins->imm;
	return true;
}

/* Are the upper 32 bits of the register of this l value zero? */
static bool is_short(Select *s, Val v)
{
	const Ins *ins = ins_of(s, v);
	i64 x;

	switch (ins->op) {
	case OP_ZEXT:
		return true;
	case OP_LOAD:
		return ins->size <= 4;
	case OP_BSWAP:
		return ins->size <= 4;
	case OP_AND:
		return (sel_is_const(s, ins->b, &x) || sel_is_const(s, ins->a, &x)) && x == (u32)x;
	case OP_LSHR:
		return sel_is_const(s, ins->b, &x) && (x & 63) >= 32;
	case OP_UMOD:
		return sel_is_const(s, ins->b, &x) && x > 0 && x <= 1ll << 32;
	default:
		return false;
	}
}

static bool is_free(Select *s, Val v)
{
	const Ins *ins = ins_of(s, v);

	return ins->op == OP_COPY || ins->op == OP_ZEXT ||
	       (ins->op == OP_TRUNC && (!(s->flags[v] & VAL_WHOLE) || is_short(s, ins->a)));
}

Val sel_look_through(Select *s, Val v)
{
	while (is_free(s, v))
		v = ins_of(s, v)->a;
	return v;
}

/* Does the instruction look only at the low 32 bits of this operand (a, b, c or one of args)? */
static bool reads_low_half(const Select *s, const Ins *ins, const Val *operand)
{
	switch (ins->op) {
	case OP_ADD ... OP_NEG:
		return ins->cls == CLS_W;
	case OP_BSWAP:
	case OP_SEXT:
		return ins->size <= 4;
	case OP_STORE:
		return operand == &ins->b && ins->size <= 4;
	case OP_ATOMIC:
		return operand != &ins->a && ins->size == 4;
	case OP_EQ ... OP_SLE:
		return ins->size == 4 && s->c->target->has[FEAT_JMP32];
	default:
		return false;
	}
}

/* Is this operand of a comparison or branch taken as a condition, not as a number? */
static bool reads_condition(Select *s, const Ins *ins, const Val *operand)
{
	i64 x;

	if (ins->op == OP_BR)
		return true;
	return (ins->op == OP_EQ || ins->op == OP_NE) && operand == &ins->a &&
	       sel_is_const(s, ins->b, &x) && x == 0;
}

Val sel_shifted_compare(Select *s, const Ins *shift)
{
	Val v = shift->a;
	i64 count;

	if (shift->op != OP_SHL || !sel_is_const(s, shift->b, &count))
		return 0;
	while (s->uses[v] == 1 && ins_of(s, v)->op == OP_ZEXT)
		v = ins_of(s, v)->a;
	return s->uses[v] == 1 && sel_is_compare(ins_of(s, v)->op) ? v : 0;
}

void sel_note_uses(Select *s)
{
	vec_each(block, &s->f->order) {
		vec_each(v, &s->f->blocks.at[*block].ins) {
			Ins *ins = ins_of(s, *v);
			Val compare = sel_shifted_compare(s, ins);
			if (compare)
				s->flags[compare] |= VAL_SHIFTED;
			ir_each_operand(ins, operand) {
				if (!reads_low_half(s, ins, operand))
					s->flags[*operand] |= VAL_WHOLE;
				if (!reads_condition(s, ins, operand))
					s->flags[*operand] |= VAL_NEEDED;
			}
		}
	}
}

/* ---- registers ---- */

void sel_move(Select *s, u32 to, u32 from)
{
	sel_emit(s, (Code){.id = INSN_MOV64_REG, .dst = to, .src = from});
}

/*
 * Three forms: sign-extended 32 bits, zero-extended 32 bits, two slots. A w
 * value must have a zero upper half.
 */
void sel_const_into(Select *s, u32 reg, Cls cls, i64 value)
{
	Code code = {.dst = reg, .imm = value};

	if (cls == CLS_W)
		code.imm = value = (i64)(u32)value;
	code.id = INSN_LDDW;
	if (sel_fits_i32(value)) {
		code.id = INSN_MOV64_IMM;
	} else if (value == (u32)value) {
		code.id = INSN_MOV32_IMM;
		code.imm = (i32)value;
	}
	sel_emit(s, code);
}

bool sel_is_remade(Select *s, Val v)
{
	switch (ins_of(s, sel_look_through(s, v))->op) {
	case OP_CONST:
	case OP_SLOT:
	case OP_MAP:
	case OP_GLOBAL:
	case OP_FUNC:
	case OP_KSYM:
	case OP_CORE:
		return true;
	default:
		return false;
	}
}

static void core_into(Select *s, u32 reg, const Ins *ins)
{
	Code code = {.id = INSN_MOV64_IMM, .dst = reg, .imm = ins->imm, .core = ins->core};

	if (!sel_fits_i32(ins->imm) || ins->core->kind == CORE_ENUMVAL_VALUE)
		code.id = INSN_LDDW;
	if (ins->cls == CLS_W) {
		code.id = INSN_MOV32_IMM;
		code.imm = (i32)ins->imm;
	}
	sel_emit(s, code);
}

static void symbol_into(Select *s, u32 reg, RelocKind kind, const Ins *ins)
{
	sel_emit(s, (Code){.id = INSN_LDDW,
		       .dst = reg,
		       .reloc = kind,
		       .sym = ins->sym,
		       .imm = kind == RELOC_GLOBAL ? ins->imm : 0});
}

static void make_into(Select *s, u32 reg, Val v)
{
	const Ins *ins = ins_of(s, v);

	switch (ins->op) {
	case OP_CONST:
		sel_const_into(s, reg, ins->cls, ins->imm);
		break;
	case OP_SLOT:
		sel_emit(s, (Code){.id = INSN_SLOT_ADDR, .dst = reg, .slot = (u32)ins->imm + 1});
		break;
	case OP_MAP:
		symbol_into(s, reg, RELOC_MAP, ins);
		break;
	case OP_GLOBAL:
		symbol_into(s, reg, RELOC_GLOBAL, ins);
		break;
	case OP_FUNC:
		symbol_into(s, reg, RELOC_FUNC, ins);
		break;
	case OP_KSYM:
		symbol_into(s, reg, RELOC_KSYM, ins);
		break;
	case OP_CORE:
		core_into(s, reg, ins);
		break;
	default:
		bug("value %u of %s can't be made here", v, s->f->name);
	}
}

u32 sel_reg_of(Select *s, Val v)
{
	v = sel_look_through(s, v);
	if (sel_is_remade(s, v)) {
		if (s->cached_in[v] == s->block + 1)
			return s->cached[v];
		s->cached[v] = work_reg_new(s->w);
		s->cached_in[v] = s->block + 1;
		make_into(s, s->cached[v], v);
		return s->cached[v];
	}
	if (!s->reg[v])
		bug("value %u of %s is used before it is set", v, s->f->name);
	return s->reg[v];
}

u32 sel_reg_new(Select *s, Val v)
{
	s->reg[v] = work_reg_new(s->w);
	return s->reg[v];
}

/* slot + constant, through any number of additions. */
static bool is_slot_address(Select *s, Val v, u32 *slot, i64 *offset)
{
	i64 sum = 0, x;

	for (;;) {
		const Ins *ins = ins_of(s, v = sel_look_through(s, v));
		if (ins->op == OP_SLOT) {
			*slot = (u32)ins->imm + 1;
			*offset = sum;
			return sel_fits_i32(sum);
		}
		if (ins->op != OP_ADD || ins->cls != CLS_L || !sel_is_const(s, ins->b, &x))
			return false;
		sum = (i64)((u64)sum + (u64)x);
		v = ins->a;
	}
}

void sel_value_into(Select *s, u32 reg, Val v)
{
	u32 slot;
	i64 offset;

	v = sel_look_through(s, v);
	if (is_slot_address(s, v, &slot, &offset))
		sel_emit(s, (Code){.id = INSN_SLOT_ADDR, .dst = reg, .slot = slot, .imm = offset});
	else if (sel_is_remade(s, v))
		make_into(s, reg, v);
	else
		sel_move(s, reg, sel_reg_of(s, v));
}

/* ---- addresses ---- */

static u32 global_start(Select *s, u32 sym)
{
	if (s->global_in[sym] != s->block + 1) {
		s->global[sym] = work_reg_new(s->w);
		s->global_in[sym] = s->block + 1;
		sel_emit(s, (Code){.id = INSN_LDDW,
			       .dst = s->global[sym],
			       .reloc = RELOC_GLOBAL,
			       .sym = sym});
	}
	return s->global[sym];
}

/* The offset doesn't fit an instruction. */
static Address far_address(Select *s, Val v, i64 offset)
{
	u32 reg = work_reg_new(s->w);

	if (sel_fits_i32(offset)) {
		sel_value_into(s, reg, v);
		sel_emit(s, (Code){.id = INSN_ADD64_IMM, .dst = reg, .imm = offset});
	} else {
		sel_const_into(s, reg, CLS_L, offset);
		sel_emit(s, (Code){.id = INSN_ADD64_REG, .dst = reg, .src = sel_reg_of(s, v)});
	}
	return (Address){.reg = reg};
}

/* All offsets from offset to offset + size fit in 16 bits (a copy of `size` bytes goes on from
 * there). */
static bool fits_offset(i64 offset, u32 size)
{
	return offset >= INT16_MIN && offset + size <= INT16_MAX;
}

Address sel_address_of(Select *s, Val v, i64 offset, u32 size)
{
	u32 slot;
	i64 x;

	v = sel_look_through(s, v);
	if (is_slot_address(s, v, &slot, &x) && fits_offset(offset + x, size + STACK_MAX))
		return (Address){.reg = REG_FP, .slot = slot, .off = (i32)(offset + x)};
	for (;;) {
		const Ins *ins = ins_of(s, v);
		if (ins->op == OP_GLOBAL && fits_offset(offset + ins->imm, size))
			return (Address){.reg = global_start(s, ins->sym),
					 .off = (i32)(offset + ins->imm)};
		if (ins->op != OP_ADD || ins->cls != CLS_L || !sel_is_const(s, ins->b, &x) ||
		    !sel_fits_i32(x) || !fits_offset(offset + x, size))
			break;
		offset += x;
		v = sel_look_through(s, ins->a);
	}
	if (!fits_offset(offset, size))
		return far_address(s, v, offset);
	return (Address){.reg = sel_reg_of(s, v), .off = (i32)offset};
}

/* The program's context: older kernels refuse to store immediates there. */
bool sel_is_context(Select *s, Val address)
{
	const Ins *ins = ins_of(s, sel_look_through(s, address));
	i64 x;

	while (ins->op == OP_ADD && sel_is_const(s, ins->b, &x))
		ins = ins_of(s, sel_look_through(s, ins->a));
	return ins->op == OP_PARAM && ins->imm == 0 && s->f->kind == FUNC_PROGRAM;
}
