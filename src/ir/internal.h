/*
 * What print.c and parse.c of this folder share: the words of the text form.
 */
#pragma once

#include "ir/ir.h"

/* Words by number; NULL at 0 and at the end. */
extern const char *const ir_space_names[]; /* AddrSpace */
extern const char *const ir_atomic_names[]; /* AtomicOp */
extern const char *const ir_core_names[]; /* CoreKind */
extern const char *const ir_func_kind_names[]; /* FuncKind */
extern const char *const ir_data_names[]; /* DataReloc.kind */
#define IR_N_SPACES 9
#define IR_N_ATOMICS 7
#define IR_N_CORES 13
#define IR_N_FUNC_KINDS 4
#define IR_N_DATA 3

/* Whether the operation has a number of bytes or a width in Ins.size. */
bool ir_uses_size(Op op);
/* Whether Ins.imm means something, and whether 0 is then left out (an offset). */
bool ir_uses_imm(Op op);
bool ir_imm_is_offset(Op op);
/* Whether it names something of the module by Ins.sym; the letter of its kind ('m', 'g', 'f', 'x'), or 0. */
char ir_sym_letter(Op op);

/* One instruction as in ir_print's text, without its tab and newline. Arena. */
const char *ir_ins_text(Module *m, Func *f, Val v);
