/*
 * Shared by the files of instruction selection: select.c (blocks, ends, phis),
 * operand.c (values as registers, immediates and addresses), memory.c and operation.c
 * (what each IR instruction becomes).
 */
#pragma once

#include "bpf/internal.h"

enum {
	VAL_WHOLE = 1, /* a use needs all 64 bits of the register */
	VAL_NEEDED = 2, /* a comparison that is used as a number */
	VAL_SHIFTED = 4, /* a comparison whose only use is a shift to the left: made there */
};

typedef struct Select {
	Work *w;
	Func *f;
	Compile *c;
	u32 n_labels; /* jump targets while selecting: IR blocks, then edges and inner blocks */
	Vec(u32) block_of; /* label → code block */
	u32 *uses;
	u8 *flags; /* of each value */
	u32 *reg; /* of each value: its register, 0 if none yet */
	u32 *incoming; /* of each phi: the register that its predecessors set */
	u32 *cached; /* of each value that is made where it is used: register of now … */
	u32 *cached_in; /* … if this is the block (+ 1) */
	u32 *global, *global_in; /* the same for the start of each global */
	u32 *depth; /* of loops, by IR block */
	u32 block; /* IR block in work */
	Loc loc;
} Select;

/* Where memory is: register + off, or slot (+ 1) and off from its start. */
typedef struct Address {
	u32 reg, slot;
	i32 off;
} Address;

/* A comparison as a jump has it. */
typedef struct Test {
	Jump jump;
	bool is_32;
	bool is_imm;
	bool is_opposite; /* jump where it does not hold (JUMP_SET has no opposite) */
	u32 a, b;
	i64 imm;
} Test;

/* ---- select.c ---- */
/* Appends; loc is filled in. The pointer lives until the next one. */
Code *sel_emit(Select *s, Code code);
void sel_begin_block(Select *s, u32 label, u32 depth);
u32 sel_new_label(Select *s);

/* ---- operand.c ---- */
void sel_note_uses(Select *s);
/* The instruction behind copies and free conversions. */
Val sel_look_through(Select *s, Val v);
bool sel_is_const(Select *s, Val v, i64 *value);
bool sel_fits_i32(i64 value);
bool sel_is_compare(u8 op);
/* The register that holds the value; constants and addresses are made here. */
u32 sel_reg_of(Select *s, Val v);
/* A new register for the value that the instruction in work defines. */
u32 sel_reg_new(Select *s, Val v);
/* Puts the value into this register. */
void sel_value_into(Select *s, u32 reg, Val v);
void sel_const_into(Select *s, u32 reg, Cls cls, i64 value);
void sel_move(Select *s, u32 to, u32 from);
/* The comparison that a shift by a constant makes into 0 or a power of two, or 0. */
Val sel_shifted_compare(Select *s, const Ins *shift);
/* Can the value be made anywhere, without an operand? */
bool sel_is_remade(Select *s, Val v);
Address sel_address_of(Select *s, Val v, i64 offset, u32 size);
bool sel_is_context(Select *s, Val address);

/* ---- memory.c ---- */
void sel_load(Select *s, Val v, const Ins *ins);
void sel_store(Select *s, const Ins *ins);
void sel_memcpy(Select *s, const Ins *ins);
void sel_memzero(Select *s, const Ins *ins);
void sel_atomic(Select *s, Val v, const Ins *ins);

/* ---- assembly.c ---- */
/* The registers of the outputs follow that of v. */
void sel_assembly(Select *s, Val v, const Ins *ins);

/* ---- operation.c ---- */
u32 sel_log2_size(u32 size);
bool sel_has_v4(const Select *s);
/* Sign-extends the low bytes of `from`, as class `cls`. */
void sel_extend_sign(Select *s, u32 to, u32 from, u32 bytes, Cls cls);
void sel_ins(Select *s, Val v);
/* The test for "v is not 0". */
Test sel_test_of(Select *s, Val v);
/* Does the test for "v is not 0" become JUMP_SET to the place for "yes"? */
bool sel_is_one_way_test(Select *s, Val v);
void sel_emit_test(Select *s, const Test *t, u32 yes, u32 no);
