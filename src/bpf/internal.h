/*
 * The back end's own form of a program: BPF instructions on virtual registers.
 *
 *	select   IR → code on virtual registers, phis as copies
 *	live     dead code, ranges in which registers and stack slots hold a value
 *	coalesce, allocate, spill   virtual → physical registers
 *	stack    offsets of slots
 *	encode   jumps, struct bpf_insn, relocations, lines
 *
 * Points: instruction i reads its operands at 2i and writes its results at
 * 2i + 1. A range [from, to) covers all points at which a value must be kept.
 */
#pragma once

#include "bpf/bpf.h"
#include "ir/ir.h"

typedef enum InsnId {
	INSN_NONE, /* also: a removed instruction */
#define INSN(id, code, src, off, imm, roles, text) INSN_##id,
#include "tables/insns.def"
#undef INSN
	INSN_COUNT,
	/* not an instruction: dst = r10 + the slot's offset + imm */
	INSN_SLOT_ADDR = INSN_COUNT,
} InsnId;

/* One row of tables/insns.def. */
typedef struct InsnRow {
	u8 code, src;
	i16 off;
	i32 imm;
	char roles[2]; /* of destination and source */
	const char *text;
} InsnRow;

extern const InsnRow insn_rows[INSN_COUNT];

/* The row that describes an encoded instruction; INSN_NONE if there is none. */
InsnId insn_find(const struct bpf_insn *insn);
bool insn_shows(InsnId id,
		char field); /* does its text have the field: 'd' 's' 'o' 'i' 'l' 'j' 'J' */

/* Registers: 0 to 10 are the machine's, from REG_VIRTUAL on virtual; both number spaces are one. */
enum { REG_FP = 10, REG_VIRTUAL = 11, N_ARGS = 5, STACK_MAX = 512 };

/* Members of a jump family in tables/insns.def; a pair (n, n ^ 1) is opposite, apart from SET. */
typedef enum Jump {
	JUMP_EQ, JUMP_NE, JUMP_GT, JUMP_LE, JUMP_GE, JUMP_LT,
	JUMP_SGT, JUMP_SLE, JUMP_SGE, JUMP_SLT, JUMP_SET,
} Jump;

/* Which member of a family of four. */
enum { FORM_REG = 1, FORM_32 = 2 };

static inline bool is_jump_if(u32 id)
{
	return (id >= INSN_JEQ64_IMM && id < INSN_JA) || id == INSN_MAY_GOTO;
}

/* A conditional jump without an opposite. */
static inline bool is_one_way_jump(u32 id)
{
	return id >= INSN_JSET64_IMM && is_jump_if(id);
}

static inline bool is_call(u32 id)
{
	return id == INSN_CALL || id == INSN_CALL_FUNC || id == INSN_CALL_KFUNC;
}

static inline bool is_cmpxchg(u32 id)
{
	return id == INSN_CMPXCHG4 || id == INSN_CMPXCHG8;
}

/* An instruction on virtual registers. */
typedef struct Code {
	u16 id; /* InsnId, INSN_SLOT_ADDR, or INSN_NONE: removed */
	u8 reloc; /* RelocKind, of sym; addend in imm for RELOC_GLOBAL */
	u8 n_args; /* calls: how many of r1… are read; exit: whether r0 is */
	bool keep; /* volatile: stays though its result is not used */
	u32 dst, src;
	i32 off;
	i64 imm;
	u32 target; /* jumps: block */
	u32 slot; /* 0: none; else slot number + 1: the address register is r10, off counts from the
		     slot */
	u32 sym;
	const CoreReloc *core;
	Loc loc;
} Code;

typedef struct CodeBlock {
	u32 start, end; /* in Work.code */
	u32 succ[2], n_succ;
	u32 depth; /* of loops */
} CodeBlock;

/* What is known of a virtual register. */
typedef struct Reg {
	bool is_tiny; /* made for one access to a spilled register: never spilled again */
	bool is_piece; /* part of a spilled register; spilled again, each access gets its own */
	u8 phys; /* the result */
	u32 home; /* slot number + 1 that always holds its value */
	u32 n_defs;
	Code remake; /* id other than NONE: its only definition, that can be repeated anywhere */
} Reg;

/* A place on the stack: variables of the IR first, in their order, then spilled registers. */
typedef struct Place {
	u32 size, align;
	i32 offset; /* from r10, negative; 0: not needed */
	bool is_escaped; /* its address is kept in a register: in use all the time */
	const Slot *slot; /* NULL: a spilled register */
} Place;

typedef struct Range {
	u32 from, to;
} Range;

typedef Vec(Range) Ranges;

/* One function on its way. */
typedef struct Work {
	Module *m;
	Func *f;
	Compile *c;
	Arena *a; /* scratch, released after the function */
	Vec(Code) code;
	Vec(CodeBlock) blocks; /* in their final order */
	Vec(Reg) regs; /* by register number, machine's included */
	Vec(Place) places;
	u32 stack_bytes;
	bool failed; /* an error was reported */
} Work;

static inline u32 work_reg_new(Work *w)
{
	(void)vec_add(w->a, &w->regs);
	return w->regs.len - 1;
}

/* How an instruction uses its operands; r0 to r5 of calls, cmpxchg and exit apart. */
static inline char dst_role(const Code *i)
{
	return i->id == INSN_SLOT_ADDR ? 'w' : insn_rows[i->id].roles[0];
}

static inline char src_role(const Code *i)
{
	return i->id == INSN_SLOT_ADDR ? '-' : insn_rows[i->id].roles[1];
}

static inline bool code_reads_dst(const Code *i)
{
	return dst_role(i) == 'r' || dst_role(i) == 'm';
}

static inline bool code_writes_dst(const Code *i)
{
	return dst_role(i) == 'w' || dst_role(i) == 'm';
}

static inline bool code_reads_src(const Code *i)
{
	return src_role(i) == 'r' || src_role(i) == 'm';
}

static inline bool code_writes_src(const Code *i)
{
	return src_role(i) == 'm';
}

/* Has no effect but its result in dst. */
static inline bool code_is_pure(const Code *i)
{
	return !i->keep && i->dst >= REG_VIRTUAL && code_writes_dst(i) && !code_writes_src(i);
}

/* select.c: fills code, blocks, regs and places. */
void bpf_select_func(Work *w);

/* assemble.c: one instruction with operands of inline assembly, as they stand for %0, %1 … */
typedef struct AsmOperand {
	u32 reg; /* not 0: a register; else … */
	bool is_constant; /* … this number, or the address of a map, variable … */
	i64 value;
} AsmOperand;

typedef struct AsmLine {
	InsnId id;
	u32 dst, src; /* machine's or the operands' registers */
	i64 off, imm;
	Str target; /* of a jump, if not a number: its text */
	u32 address; /* lddw: operand (+ 1) whose address it is; 0: imm */
} AsmLine;

bool bpf_assemble_line(Str text, const AsmOperand *operands, u32 n_operands, AsmLine *out);

/* range.c: ranges are in order and apart */
bool bpf_ranges_meet(const Ranges *a, const Ranges *b);
Ranges bpf_ranges_join(Arena *arena, const Ranges *a, const Ranges *b);
/* Rows of bits, one a point. */
bool bpf_row_is_taken(const u64 *row, const Ranges *ranges);
void bpf_row_take(u64 *row, const Ranges *ranges, bool on);

/* live.c */
/* Removes what only computes unused values. */
void bpf_live_drop_dead(Work *w);
/* Ranges of each register (by number). Machine registers: where instructions themselves need them.
 */
Ranges *bpf_live_registers(Work *w);
/* Ranges of each place of the stack; stores into spill slots that nothing reads are removed. */
Ranges *bpf_live_places(Work *w);

/* allocate.c: gives each register its phys. */
void bpf_allocate_registers(Work *w);
/* coalesce.c: makes one register of two that a move joins, where they can be; rewrites code. */
void bpf_coalesce_moves(Work *w, Ranges *ranges);
/* spill.c: rewrites code so that the marked registers live on the stack or are made again. */
void bpf_spill_registers(Work *w, const bool *marked);
/* stack.c: Place.offset, stack_bytes; reports a stack that is too large. */
void bpf_stack_layout(Work *w);
/* encode.c */
Prog *bpf_encode_prog(Work *w);
