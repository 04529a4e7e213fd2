/*
 * What the passes share: their prototypes, editing of blocks, what is known
 * about addresses, bits and helpers.
 */
#pragma once

#include "pass/pass.h"

#define PASS(id, level, module, text) void pass_##id(Module *m, Func *f);
#include "tables/passes.def"
#undef PASS

/* ---- driver.c ---- */

/* The passes that clean up behind one that has made a lot of new code. */
void pass_fold_again(Module *m, Func *f);

/* ---- edit.c ---- */

/*
 * New instructions, each before one that is there. They are collected and put
 * into the blocks at the end, all at once, so that any number is linear.
 */
typedef struct {
	Module *m;
	Func *f;
	Vec(Val) at; /* the instruction it goes before … */
	Vec(Val) ins; /* … and what goes there, in order of creation */
} Edit;

Edit edit_new(Module *m, Func *f); /* lives in scratch memory */
/* Adds an instruction before `at`, with its position. Its block is at's. */
Val edit_before(Edit *e, Val at, Ins ins);
Val edit_const(Edit *e, Val at, Cls cls, i64 value);
Val edit_op(Edit *e, Val at, Op op, Cls cls, Val a, Val b);
/* Puts all of them where they belong. */
void edit_done(Edit *e);

/* Makes v stand for another value: from now on a copy, which pass_tidy removes. */
void pass_replace(Func *f, Val v, Val with);
/* Removes v; nobody may use it. */
void pass_remove(Func *f, Val v);
Val pass_value_behind(Func *f, Val v);
/* The value behind copies. */
static inline Val pass_value(Func *f, Val v)
{
	return f->ins.at[v].op == OP_COPY ? pass_value_behind(f, v) : v;
}
/*
 * Sends uses of copies to what is copied; drops copies and removed instructions
 * from blocks. Each pass leaves its functions so, and finds them so.
 */
void pass_tidy(Module *m, Func *f);
/* Turns the branch at the block's end into a jump to succ[way]. */
void pass_take_branch(Func *f, u32 block, u32 way);

/* True if v is a constant; its value (class w: sign-extended) in *value. */
static inline bool pass_is_const(Func *f, Val v, i64 *value)
{
	const Ins *ins = &f->ins.at[pass_value(f, v)];
	*value = ins->imm;
	return ins->op == OP_CONST;
}

/* ---- eval.c ---- */

/*
 * What the operation gives for constant operands: ins says operation, class and
 * size; a and b are register values (w: zero-extended from 32 bits). The result
 * is in constant form (w: sign-extended). False
 * if the operation can't be evaluated.
 */
bool pass_eval(const Ins *ins, u64 a, u64 b, i64 *result);
/* A constant's register value. */
static inline u64 pass_const_bits(const Ins *constant)
{
	return constant->cls == CLS_W ? (u32)constant->imm : (u64)constant->imm;
}

/* ---- bits.c ---- */

/* Bits of a 64-bit register that are surely 0 and surely 1. Class w has all upper bits zero. */
typedef struct {
	u64 zero, one;
} Bits;

/* What is known of the result, from what is known of the operands. */
Bits bits_of(Func *f, const Bits *known, Val v);
/* The greatest value that it can have, unsigned. */
static inline u64 bits_max(Bits b)
{
	return ~b.zero;
}
/* All of the function, in reverse post-order; scratch array. */
Bits *bits_all(Module *m, Func *f);

/* ---- alias.c ---- */

/* An address: a root value and a number of bytes. */
typedef struct {
	Val root; /* behind all constant additions */
	i64 offset;
	u32 slot; /* number + 1 if the root is a slot, else 0 */
} Address;

/* Walks through the additions before v: for the addresses of accesses. */
Address address_of(Func *f, Val v);
/* For each value the slot + 1 that it is an address in, 0 for none; scratch array. */
u32 *address_slots(Module *m, Func *f);

/* Where a slot's address goes, beyond plain accesses. */
typedef enum {
	ESCAPE_NONE,
	ESCAPE_ARGUMENT, /* to helpers, directly: only those calls see it */
	ESCAPE_ANYWHERE,
} SlotEscape;

/* What the analysis of memory knows of a function. */
typedef struct {
	Module *m;
	Func *f;
	u8 *escapes; /* SlotEscape of each slot */
	u32 *slot_of; /* address_slots() */
	bool changes_ctx; /* some call or store may change what context loads give */
} Memory;

/* Scratch. */
Memory memory_of(Module *m, Func *f);

/* A piece of memory that an instruction reads or writes. */
typedef struct {
	Address at;
	i64 size; /* bytes; < 0: unknown, everything behind the root */
	u8 space;
} Access;

/* The memory that a load, store, copy (to) or zeroing touches. */
Access access_of(Func *f, const Ins *ins);
/* The memory that a copy reads. */
Access access_source(Func *f, const Ins *copy);
bool memory_overlaps(const Memory *x, const Access *a, const Access *b);
/* May the call (CALL, CALLF, CALLK, ATOMIC, ASM) write or read this memory? */
bool memory_call_writes(const Memory *x, Val call, const Access *a);
bool memory_call_reads(const Memory *x, Val call, const Access *a);

/* ---- helpers.c: tables/helper_effects.def ---- */

typedef enum {
	HELPER_IS_REPEATABLE = 1, /* gives the same all through one run of the program */
	HELPER_IS_PURE = 2, /* may be dropped when its result is not used */
	HELPER_CHANGES_MAPS = 4, /* may change map values and globals */
	HELPER_FILLS = 16, /* only writes at its first argument, as many bytes as the second says */
	HELPER_MOVES_PACKET = 8, /* invalidates packet pointers and context fields */
} HelperEffect;

/* HelperEffect flags of a helper. */
u32 helper_effects(i64 id);
/* Bit for each argument that is a pointer through which it may write. */
u32 helper_writes(i64 id);
