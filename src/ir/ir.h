/*
 * The intermediate representation: functions of basic blocks of instructions
 * in SSA form. An instruction is its own value: a Val is an index into
 * Func.ins, 0 is none. Values are of class w (32 bits; the upper half of its
 * register is always zero) or l (64 bits; all addresses).
 *
 * Front ends need not make SSA: they put variables into slots, load and store,
 * and pass mem2reg does the rest. Operations: tables/ops.def. Text form:
 * docs/ir.md; ir_print and ir_parse are inverse.
 */
#pragma once

#include "types/types.h"
#include "ir/meta.h"

typedef u32 Val;

typedef enum { CLS_NONE, CLS_W, CLS_L } Cls;

typedef enum Op {
	OP_NONE, /* a removed instruction */
#define OP(id, name, result, args, effects, fold) OP_##id,
#include "tables/ops.def"
#undef OP
	OP_COUNT
} Op;

typedef enum { EFFECT_PURE, EFFECT_READ, EFFECT_WRITE, EFFECT_CALL, EFFECT_TERM } Effect;
typedef enum { RESULT_SAME, RESULT_W, RESULT_L, RESULT_NONE } ResultRule;

typedef struct {
	const char *name;
	ResultRule result;
	const char *args;
	Effect effect;
	bool fold;
} OpInfo;

extern const OpInfo op_info[OP_COUNT];

typedef enum {
	ATOMIC_NONE,
	ATOMIC_ADD,
	ATOMIC_OR,
	ATOMIC_AND,
	ATOMIC_XOR,
	ATOMIC_XCHG,
	ATOMIC_CMPXCHG
} AtomicOp;

/* enum bpf_core_relo_kind of linux/bpf.h, same numbers. */
typedef enum CoreKind {
	CORE_FIELD_BYTE_OFFSET = 0,
	CORE_FIELD_BYTE_SIZE = 1,
	CORE_FIELD_EXISTS = 2,
	CORE_FIELD_SIGNED = 3,
	CORE_FIELD_LSHIFT_U64 = 4,
	CORE_FIELD_RSHIFT_U64 = 5,
	CORE_TYPE_ID_LOCAL = 6,
	CORE_TYPE_ID_TARGET = 7,
	CORE_TYPE_EXISTS = 8,
	CORE_TYPE_SIZE = 9,
	CORE_ENUMVAL_EXISTS = 10,
	CORE_ENUMVAL_VALUE = 11,
	CORE_TYPE_MATCHES = 12,
} CoreKind;

/*
 * A CO-RE relocation: what to look up when the object is loaded. For fields,
 * path[0] indexes the root as an array (mostly 0), the others are indices of
 * fields (or elements of arrays) from the root inwards, as in Type.fields;
 * object/ renumbers them when it emits only the fields that are used. For
 * enumerators, path[0] is the index in Type.enums.
 */
typedef struct CoreReloc {
	CoreKind kind;
	Type *root;
	u16 path[TYPE_MAX_PATH];
	u32 n_path;
} CoreReloc;

typedef struct Ins {
	u8 op; /* Op */
	u8 cls; /* Cls: of the result, or of the operands where there is none */
	u8 size; /* bytes: memory access, comparison width, sext, bswap, alignment */
	u8 space; /* AddrSpace of memory operations, AS_NONE if unknown */
	u8 atomic; /* AtomicOp */
	bool atomic_fetch;
	bool is_volatile;
	u32 block; /* the block that it is in */
	Val a, b, c;
	i64 imm;
	u32 sym;
	u32 n_args;
	Val *args; /* calls, phi, asm */
	CoreReloc *core;
	const char *asm_text;
	Loc loc; /* source position for line info and messages */
} Ins;

typedef struct Block {
	Vec(Val) ins; /* in order: phis first, the end last */
	u32 succ[2]; /* by the end instruction: JMP uses [0], BR both */
	Vec(u32) preds; /* kept by ir_cfg */
	u32 idom; /* kept by ir_dom; the entry's is the entry */
	u32 dom_in, dom_out; /* interval of the block's subtree in the dominator tree; ir_dom */
	u32 order; /* position in reverse post-order; kept by ir_cfg */
	bool is_reachable;
	u8 unroll; /* a loop's head, as its pragma says: 0 nothing, 1 wholly, 2 unroll_count times, 3 never */
	u32 unroll_count;
	const char *name; /* for dumps: "then", "loop"; may be NULL */
} Block;

/* A variable or buffer on the stack of the function. */
typedef struct Slot {
	const char *name; /* may be NULL */
	u32 size, align; /* bytes */
	Loc loc;
	bool is_dead; /* removed by a pass */
} Slot;

typedef enum FuncKind {
	FUNC_PROGRAM, /* in its own SEC section; entered by the kernel with the context */
	FUNC_STATIC, /* subprogram in .text */
	FUNC_GLOBAL, /* subprogram that the verifier checks by itself */
	FUNC_CALLBACK, /* static, called by a helper */
} FuncKind;

typedef struct Func {
	const char *name; /* symbol in the object */
	const char *section; /* SEC name of a program; NULL: .text */
	FuncKind kind;
	Type *type; /* TY_FUNC, for BTF: parameter names and types */
	u32 n_params; /* 0..5 */
	bool returns; /* has a result */
	bool is_weak, is_hidden, always_inline, never_inline;
	Vec(Ins) ins; /* [0] unused */
	Vec(Block) blocks; /* [0] is the entry; has no predecessors */
	Vec(Slot) slots;
	Vec(u32) order; /* reachable blocks in reverse post-order; ir_cfg */
	u32 valid; /* which analyses hold now: IR_HAS_… */
	u32 changes; /* counted up by passes at each change that may give others work */
	Span at; /* declaration */
} Func;

enum { IR_HAS_CFG = 1, IR_HAS_DOM = 2, IR_HAS_USES = 4 };

/* A map of the object. */
typedef struct MapDef {
	const char *name;
	u32 type; /* BPF_MAP_TYPE_… */
	Type *key, *value; /* NULL: only sizes */
	u32 key_size, value_size;
	u32 max_entries;
	u32 flags;
	u64 extra;
	u32 pinning; /* LIBBPF_PIN_… */
	struct MapDef *inner; /* map-in-map */
	Vec(u32) values; /* initialiser of map-in-map and prog arrays: indices of maps or funcs; NO_VALUE: none */
	Type *decl; /* the C struct it was declared with, for BTF; NULL: made from the above */
	bool is_weak, is_static;
	Span at;
} MapDef;

#define NO_VALUE UINT32_MAX /* MapDef.values: nothing at this index */

/* An address inside a global's bytes: &map, &other, function. */
typedef struct DataReloc {
	u32 offset;
	enum { DATA_GLOBAL, DATA_FUNC, DATA_MAP } kind;
	u32 sym;
	i64 addend;
} DataReloc;

typedef struct Global {
	const char *name;
	const char *section; /* ".rodata", ".data", ".bss", ".rodata.x", "license", ".kconfig" … */
	Type *type;
	u32 size, align;
	u8 *init; /* size bytes, or NULL for zeroes */
	Vec(DataReloc) relocs;
	bool is_static, is_weak, is_hidden, is_extern; /* extern: .kconfig */
	Span at;
} Global;

/* A kernel function or variable (.ksyms). */
typedef struct Extern {
	const char *name;
	Type *type; /* TY_FUNC: kfunc; else variable, TY_VOID: typeless */
	bool is_weak;
	Span at;
} Extern;

/* One object in the making. */
typedef struct Module {
	Compile *c;
	const char *license; /* "GPL" … */
	u32 version;
	Vec(Func *) funcs;
	Vec(MapDef *) maps;
	Vec(Global *) globals;
	Vec(Extern *) externs;
	Vec(Type *) extra_types; /* types that BTF must hold though nothing refers to them */
	Meta *meta; /* scripts: what our own section says; NULL for C */
} Module;

/* ---- building (build.c) ---- */
Module *ir_module_new(Compile *c);
/* Added to the module; index in m->funcs through *sym unless NULL. It has an entry block. */
Func *ir_func_new(Module *m, const char *name, FuncKind kind, u32 *sym);
u32 ir_map_add(Module *m, MapDef *map);
u32 ir_global_add(Module *m, Global *global);
/* The same name gives the same index. */
u32 ir_extern_add(Module *m, const char *name, Type *type, bool is_weak);
u32 ir_block_new(Module *m, Func *f, const char *name);
u32 ir_slot_new(Module *m, Func *f, const char *name, u32 size, u32 align);

/* Where new instructions go: at the end of `block`, with position `loc`. */
typedef struct Build {
	Module *m;
	Func *f;
	u32 block; /* a block without an end; ir_is_ended() tells */
	Loc loc;
} Build;

/* Valid until the next new instruction. */
static inline Ins *ir_ins(Func *f, Val v)
{
	return &f->ins.at[v];
}
/* The end instruction, NULL if there is none yet. */
static inline Ins *ir_end(const Func *f, u32 block)
{
	const Block *b = &f->blocks.at[block];
	Ins *end = b->ins.len ? &f->ins.at[b->ins.at[b->ins.len - 1]] : NULL;
	return end && op_info[end->op].effect == EFFECT_TERM ? end : NULL;
}
/* How many of Block.succ are in use. */
static inline u32 ir_n_succ(const Func *f, u32 block)
{
	const Ins *end = ir_end(f, block);
	return !end ? 0 : end->op == OP_BR ? 2 : end->op == OP_JMP;
}
bool ir_has_result(const Ins *ins);
/* A new instruction that is in no block yet; args are copied, the rest is taken as it is. */
Val ir_ins_new(Module *m, Func *f, Ins ins);
bool ir_is_ended(const Build *b);
/* Appends a copy of `ins` (block and loc filled in). In an ended block it goes to a new, unreachable one. */
Val ir_add(Build *b, Ins ins);
Val ir_const(Build *b, Cls cls, i64 value);
Val ir_op1(Build *b, Op op, Cls cls, Val a);
Val ir_op2(Build *b, Op op, Cls cls, Val x, Val y);
Val ir_cmp(Build *b, Op op, u32 size, Val x, Val y);
Val ir_sext(Build *b, Cls to, u32 from_bytes, Val v);
/* v of class l or w as class `to`: zero-extends, truncates or nothing. */
Val ir_to_cls(Build *b, Cls to, Val v);
Val ir_slot(Build *b, u32 slot);
Val ir_offset(Build *b, Val address, i64 bytes); /* address + bytes, nothing for 0 */
Val ir_load(Build *b, AddrSpace space, u32 size, bool is_signed, Cls cls, Val address, i64 offset);
void ir_store(Build *b, AddrSpace space, u32 size, Val address, i64 offset, Val value);
void ir_memcpy(Build *b, Val to, Val from, u32 bytes, u32 align);
void ir_memzero(Build *b, Val to, u32 bytes, u32 align);
Val ir_map(Build *b, u32 map);
Val ir_global(Build *b, u32 global, i64 offset);
Val ir_call(Build *b, u32 helper, u32 n, const Val *args);
Val ir_callf(Build *b, u32 func, u32 n, const Val *args);
Val ir_callk(Build *b, u32 ext, u32 n, const Val *args);
Val ir_core(Build *b, Cls cls, i64 value, const CoreReloc *reloc);
void ir_jmp(Build *b, u32 to);
void ir_br(Build *b, Val cond, u32 yes, u32 no);
void ir_ret(Build *b, Val value); /* 0: none */
/* Continue in `block`. */
void ir_at(Build *b, u32 block);

/* ---- text (print.c, parse.c) ---- */
/* The module or one function (f NULL: all); arena text. Values are numbered in order of appearance. */
const char *ir_print(Module *m, Func *f);
/* Reads what ir_print wrote; errors go to c->diags; NULL then. */
Module *ir_parse(Compile *c, Str text, Loc base);

/* ---- analyses (cfg.c, dom.c, loop.c) : computed on demand, cached in Func.valid ---- */
/*
 * preds, order, is_reachable. Keeps the order of the preds that are there
 * already; drops those that are none any more, with the phi operands at their
 * place; appends new ones (whoever adds an edge to a block with phis appends to
 * preds and phis himself). A BR with both ways to one block gives two preds.
 */
void ir_cfg(Module *m, Func *f);
void ir_dom(Module *m, Func *f);
bool ir_dominates(const Func *f, u32 block, u32 other);
/* Number of uses of each value: arena (scratch) array of ins.len. */
u32 *ir_uses(Module *m, Func *f);
/* Loop depth of each block; scratch array. */
u32 *ir_loop_depth(Module *m, Func *f);
/* The loops (of reducible flow): scratch arrays, one item a block; a head is given as block + 1, 0: none. */
typedef struct Loops {
	u32 *head; /* of the innermost loop that the block is in; a head is in its own loop */
	u32 *parent; /* of a head: the head of the loop around it */
	u32 *depth;
} Loops;
Loops ir_loops(Module *m, Func *f);
/* Says that the shape (IR_HAS_…) changed. */
static inline void ir_broken(Func *f, u32 what)
{
	f->valid &= ~what;
}

/* Calls for each operand of an instruction: visit(&operand). Includes args. */
#define ir_each_operand(ins, operand_ptr)                                                          \
	for (u32 i_##operand_ptr = 0, n_##operand_ptr = 3 + (ins)->n_args;                         \
	     i_##operand_ptr < n_##operand_ptr; i_##operand_ptr++)                                 \
		for (Val *operand_ptr = i_##operand_ptr == 0   ? &(ins)->a                         \
					: i_##operand_ptr == 1 ? &(ins)->b                         \
					: i_##operand_ptr == 2 ? &(ins)->c                         \
							       : &(ins)->args[i_##operand_ptr - 3]; \
		     operand_ptr && *operand_ptr; operand_ptr = NULL)

/* ---- checking (verify.c) ---- */
/* NULL when the function keeps all rules; else what it breaks, with the instruction's text (arena). */
const char *ir_verify(Module *m, Func *f);
