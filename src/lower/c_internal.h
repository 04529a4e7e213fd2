/*
 * Shared by the files that lower C.
 *
 * Values by type: integers of up to 4 bytes are of class w, kept extended to 32
 * bits by the sign of their type; 8-byte integers and pointers are of class l.
 * __int128 is a pair of l values (c_wide.c). Structs, unions and arrays are
 * memory: they are written to a place (clower_into) or used where they are.
 *
 * All locals, and the parameters, are slots; pass mem2reg makes values of them.
 * Parameters and arguments of calls are of class l always, so that caller,
 * callee and the kernel agree. A struct or __int128 as a parameter is the
 * address of a copy; as a result, a hidden first parameter says where it goes.
 */
#pragma once

#include "lower/lower.h"

/* Where an object is: base + offset bytes. */
typedef struct CPlace {
	u8 space; /* AddrSpace */
	bool is_volatile;
	Val base;
	i64 offset; /* on this target */
	CoreReloc *core; /* the offset's relocation, or NULL */
	Type *type; /* of the object */
	u32 align; /* of base + offset, as far as it is known */
	u32 bit_width; /* not 0: a bit-field, … */
	u32 bit_offset; /* … from base + offset … */
	u32 limit; /* … in a record of so many bytes there */
} CPlace;

/* Upper and lower half of an __int128. */
typedef struct CWide {
	Val low, high;
} CWide;

/* A variable to be cleaned up when its scope is left; a chain from the inside out. */
typedef struct CCleanup {
	CExpr *call;
	const CStmt *scope; /* the block that declares it */
	struct CCleanup *outer;
} CCleanup;

/* Where break and continue go, and the cleanups that are still due there. */
typedef struct CTarget {
	const CStmt *stmt;
	u32 break_block, continue_block;
	CCleanup *cleanups;
	struct CTarget *outer;
} CTarget;

/* The function that is being made. */
typedef struct CFuncState {
	CFunc *source;
	Func *fn;
	Build b;
	u32 *slots; /* of each variable, + 1 */
	u32 result_slot; /* + 1: holds where a result in memory goes */
	CCleanup *cleanups;
	CTarget *targets;
	const CStmt *scope; /* the innermost block around */
	Map labels; /* CLabel → block */
	Map label_cleanups; /* CLabel → its cleanups once it is made: 0 unknown, 1 none */
	Map cases; /* CS_CASE, CS_DEFAULT → block */
	u32 hidden_params;
} CFuncState;

typedef struct CLower {
	CUnit *u;
	Compile *c;
	Types *types;
	Module *m;
	/* module index of each of the unit's, + 1; 0: not in the module (yet) */
	u32 *funcs, *globals, *maps, *externs;
	MapDef **map_defs; /* of each of the unit's maps, also those that are only templates */
	Vec(CFunc *) queue; /* functions to lower */
	CFuncState *f;
} CLower;

#define CB(x) (&(x)->f->b)

void clower_error(CLower *x, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- c.c: the module ---- */
/* Index in the module; makes the entry at the first use. */
u32 clower_func_index(CLower *x, CFunc *func);
u32 clower_global_index(CLower *x, CGlobal *global);
u32 clower_map_index(CLower *x, CMap *map);
u32 clower_extern_index(CLower *x, CExtern *ext);
/* Address of a read-only copy of the bytes. */
Val clower_constant(CLower *x, const char *bytes, u32 size);

/* ---- c_func.c ---- */
void clower_func(CLower *x, CFunc *func);
u32 clower_block(CLower *x, const char *name);
/* A slot for a value of the type. */
u32 clower_temp(CLower *x, const char *name, u32 size, u32 align);
/* Does the type live in memory (struct, union, array, __int128)? */
bool clower_is_memory(CLower *x, Type *t);
bool clower_is_wide(CLower *x, Type *t);
/* Class of a scalar. */
Cls clower_cls(CLower *x, Type *t);
u32 clower_size(CLower *x, Type *t);

/* ---- c_stmt.c, c_switch.c ---- */
void clower_stmt(CLower *x, CStmt *s);
/* A block's statements; the last one's expression is not evaluated but returned, if want_value. */
CExpr *clower_body(CLower *x, CStmt *block, bool want_value);
void clower_switch(CLower *x, CStmt *s);
/* Runs the cleanups down to `until`; they stay due for other ways out. */
void clower_cleanups(CLower *x, CCleanup *until);
CTarget *clower_target(CLower *x, const CStmt *s);
bool clower_has_label(const CStmt *s);

/* ---- c_expr.c ---- */
Val clower_value(CLower *x, CExpr *e); /* a scalar's value; 0 for void */
void clower_discard(CLower *x, CExpr *e);
void clower_branch(CLower *x, CExpr *e, u32 yes, u32 no);
Val clower_cast(CLower *x, Val v, Type *from, Type *to);
Val clower_truth(CLower *x, Val v); /* w 0 or 1 */
/* a op b, both of type t (the count of a shift of any class). */
Val clower_operate(CLower *x, CBinaryOp op, Type *t, Val a, Val b);
/* Pointer of type t moved by so many elements. */
Val clower_step(CLower *x, Type *t, Val pointer, Val count, bool is_minus);
/* Lowers a statement expression up to its value, which is returned; *mark: cleanups that stay. */
CExpr *clower_enter(CLower *x, CExpr *stmt_expr, CCleanup **mark);

/* ---- c_place.c ---- */
CPlace clower_place(CLower *x, CExpr *lvalue);
CPlace clower_slot_place(CLower *x, u32 slot, Type *t);
Val clower_place_address(CLower *x, CPlace p);
CPlace clower_place_at(CLower *x, CPlace p, i64 offset, Type *t); /* a part of it */
Val clower_load(CLower *x, CPlace p); /* a scalar; bit-fields too */
/* A signed scalar of at most 4 bytes, no bit-field, extended to 64 bits. */
Val clower_load_long(CLower *x, CPlace p);
void clower_store(CLower *x, CPlace p, Val v);
/* The place that a pointer's value points to; align and space as the expression tells. */
CPlace clower_pointee(CLower *x, CExpr *pointer, Type *t);

/* ---- c_bits.c ---- */
Val clower_load_bits(CLower *x, CPlace p);
void clower_store_bits(CLower *x, CPlace p, Val v);
/* v cut to the width of bit-field p: what is in it after v was stored. */
Val clower_cut_bits(CLower *x, CPlace p, Val v);

/* ---- c_memory.c ---- */
/* Evaluates e, of any type, into p (of the same type). */
void clower_into(CLower *x, CPlace p, CExpr *e);
/* Where the value of e, a record, is. */
CPlace clower_record(CLower *x, CExpr *e);
void clower_init(CLower *x, CPlace p, CInit *init);
void clower_copy(CLower *x, CPlace to, CPlace from, u32 size);
void clower_zero(CLower *x, CPlace p, u32 size);
Val clower_memory_builtin(CLower *x, CExpr *e);
/* A memcmp that is only asked whether it is 0: w 1 if equal; 0 if e is no such call. */
Val clower_memory_equal(CLower *x, CExpr *e);
/* A constant after casts; false if it isn't one. */
bool clower_const(CLower *x, CExpr *e, i64 *value);

/* ---- c_call.c ---- */
Val clower_call(CLower *x, CExpr *e, const CPlace *result);

/* To the label, by way of the cleanups that are due (c_stmt.c). */
void clower_goto(CLower *x, CLabel *label);

/* ---- c_builtin.c, c_atomic.c, c_asm.c ---- */
Val clower_builtin(CLower *x, CExpr *e);
Val clower_atomic(CLower *x, CExpr *e);
void clower_asm(CLower *x, CStmt *s);

/* ---- c_wide.c ---- */
CWide clower_wide(CLower *x, CExpr *e);
CWide clower_wide_load(CLower *x, CPlace p);
void clower_wide_store(CLower *x, CPlace p, CWide v);
/* A comparison of two __int128. */
Val clower_wide_compare(CLower *x, CExpr *e);
Val clower_wide_truth(CLower *x, CExpr *e);
/* A scalar's value from an __int128 (CX_CAST). */
Val clower_wide_narrow(CLower *x, CExpr *cast);
