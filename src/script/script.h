/*
 * The bpftrace language: source text → tokens → tree → checked tree.
 *
 *	Script *s = script_parse(c, &input);
 *	if (c->diags.n_errors == 0)
 *		script_check(s);
 *	if (c->diags.n_errors == 0)
 *		… lower it
 *
 * After script_check without errors nothing about the language is left to be
 * decided. What the lowering may rely on:
 *
 * Types. Each value's type is final and complete. Integers have 1, 2, 4 or 8
 * bytes. TY_BOOL is 0 or 1 in one byte. Scalars (integer, bool, enum, pointer)
 * and TY_KSYM are plain values; all other types (string, buffer, tuple, record,
 * struct, array, stack, usym, inet …) are memory of type_size() bytes that a
 * reader must not change: take an address of where they are, or copy.
 *
 * Strings. A value of type string[n] is at most n bytes; bytes behind its
 * first zero byte are all zero in keys and values of maps (so that equal texts
 * are equal keys). It may fill all n bytes without a zero byte. CAST between
 * string types copies min(n, m) bytes and zero-fills.
 *
 * Casts (NODE_CAST; from a->type to type), each explicit:
 *   integer → integer   truncate, or extend by the signedness of a->type
 *   integer → bool      a != 0; pointer → bool too; string → bool: first byte
 *   integer ↔ pointer   the same 64 bits (narrow integers extended first)
 *   pointer → pointer   nothing
 *   string → string     see above
 *   tuple → tuple, record → record   item by item (layouts differ)
 *   array ↔ integer     the same bytes (bytes in memory order)
 *   array → string      copy up to the zero byte, zero-fill
 *   aggregation → integer   NODE_MAPGET says so itself: no CAST
 * Memory of a pointer's target is read when a place is used as a value.
 *
 * Places. DEREF, FIELD, INDEX, LOCAL, MAPGET, and CALL of a builtin with a
 * memory result. The address space is that of the pointer under the DEREF:
 *   AS_CTX     the program's context, constant offsets only
 *   AS_BTF     trusted by the verifier: load directly (or AS_KERNEL's way)
 *   AS_KERNEL  kernel address: probe_read_kernel or better
 *   AS_USER    user address: probe_read_user
 *   AS_NONE    not known which: bpf_probe_read, which tells by the address
 *   AS_STACK, AS_MAP   our own memory: &$x, &@m
 * A member's pointer value keeps the space of what it was read from, except
 * where BTF tags it __user. FIELD.is_core: the record came from kernel BTF, the
 * offset is relocatable: path[] leads from a's type to the member, as in
 * CoreReloc.path without its first index. A chain of FIELDs ending in one
 * value may be merged by concatenating paths. A bit-field has field.bit_width.
 * A __data_loc member (field.is_data_loc) is a u32 in the context: low half
 * offset from the context (is_rel_loc: from behind the member itself), high
 * half length; FIELD's type is then a pointer to char in space AS_KERNEL
 * whose value is context + offset.
 *
 * Conditions of IF, WHILE, COND, AND, OR, `!` are bool. Predicates have become
 * an IF around the body. -p is an IF too.
 *
 * Division and modulo by zero give 1 (and the run-time warning "Divide or
 * modulo by 0 detected. This can lead to unexpected results. 1 is being used
 * as the result."); lowering guards them.
 *
 * Calls. NODE_CALL.builtin is a row of builtins.def; list has the arguments in
 * the order of the signature; absent optional ones are missing at the end. What
 * rows put elsewhere (word and type arguments are not in list):
 *   pid, tid        value 0: as the tracer's namespace, 1: init
 *   nsecs           value: 0 boot, 1 monotonic, 2 tai, 3 sw_tai
 *   kstack, ustack  the type says all: kind, stack_mode, count (limit)
 *   arg             value: index of the argument (register order; for
 *                   fentry, fexit, rawtracepoint and LSM: 8-byte slot of the
 *                   context); type: as declared, uint64 else
 *   retval          value: slot of the context for fexit
 *   ctx             type: pointer, AS_CTX
 *   printf cat system errorf warnf debugf   format (parsed), name: text of the
 *                   format; list: the arguments only, fit for the format:
 *                   integers in 64 bits, the rest as they are
 *   print           list[0]: MAP (then value: top or -1, index2: div or -1), MAPGET, or any value
 *   join            list[0] pointer to char pointers; text: separator
 *   time, strftime  text: format; index: number in Script.strings; strftime: list[0] ns as uint64
 *   exit            list[0]: code, int64, if given; the program ends here
 *   str, buf        list[0]: string, array or pointer (its space says where);
 *                   list[1]: length as uint64, if given. type's count is the
 *                   most that may be read
 *   strncmp         value: n. Operands: string, char array, or pointer
 *   memcmp          list[2] uint64; list[0], list[1] places or pointers
 *   ntop            list: [family int64,] address: integer (IPv4 in network
 *                   order), or array/buffer of 4 or 16 bytes; value: family, or
 *                   0 if given by list
 *   macaddr         array of 6 bytes or pointer
 *   delete, has_key, find   list[0] MAP; list[1] key of the map's key type;
 *                   find: list[2] LOCAL
 *   len             list[0]: MAP or stack value
 *   kaddr           value: address if known now; name: symbol
 *   reg             value: offset in struct pt_regs
 *   cgroup_path     list[0] id; index: number of the filter in Script.strings
 *   signal          value: number, or -1: list[0]
 *   aggregations    list[0]: the number, int64 or uint64; type: TY_AGG with agg_args
 * See also the rows' own sentences.
 *
 * Call rows whose lower column is "none" never arrive.
 */
#pragma once

#include "types/attach.h"
#include "types/format.h"

/* ---- tables ---- */

/* What a probe allows in its body; column `allows` of probes.def. */
enum {
	SCRIPT_ALLOW_ARGN = 1 << 0, /* arg0 … */
	SCRIPT_ALLOW_ARGS = 1 << 1, /* args.name */
	SCRIPT_ALLOW_RETVAL = 1 << 2,
	SCRIPT_ALLOW_RETVAL_CHECKED = 1 << 3, /* the check lets it pass, for no use */
	SCRIPT_ALLOW_FUNC = 1 << 4,
	SCRIPT_ALLOW_FUNC_BY_IP = 1 << 5, /* func by bpf_get_func_ip */
	SCRIPT_ALLOW_CTX = 1 << 6,
	SCRIPT_ALLOW_REG = 1 << 7, /* reg(), usermode: the context has registers */
	SCRIPT_ALLOW_UADDR = 1 << 8,
	SCRIPT_ALLOW_PATH = 1 << 9,
	SCRIPT_ALLOW_SKB = 1 << 10,
	SCRIPT_ALLOW_COOKIE = 1 << 11,
	SCRIPT_ALLOW_OVERRIDE = 1 << 12,
	SCRIPT_ALLOW_SIGNAL = 1 << 13,
	SCRIPT_USER = 1 << 14, /* traces a user process: pointers are AS_USER */
};

typedef enum ProbeKind {
	PROBE_NONE,
#define PROBE(id, name, aliases, parts, type, attach, sec, allows, needs, doc) PROBE_##id,
#include "tables/probes.def"
#undef PROBE
	PROBE_COUNT
} ProbeKind;

typedef struct ProbeInfo {
	const char *name, *aliases, *parts;
	u32 program_type, attach_type; /* linux/bpf.h */
	const char *section;
	u32 allows;
	Feature needs;
	const char *doc;
} ProbeInfo;

extern const ProbeInfo probe_info[PROBE_COUNT];
/* By name (any case) or alias (exact); PROBE_NONE if unknown. */
ProbeKind probe_kind_find(const char *name);

typedef enum BuiltinId {
	BI_NONE,
#define BUILTIN(id, kind, sig, result, where, needs, lower, check, doc) BI_##id,
#include "tables/builtins.def"
#undef BUILTIN
	BI_COUNT
} BuiltinId;

enum { BUILTIN_VAR = 1, BUILTIN_FUNC = 2, BUILTIN_AGG = 4, BUILTIN_ASYNC = 8, BUILTIN_UNSAFE = 16 };

typedef struct BuiltinInfo {
	const char *name;
	u32 kind; /* BUILTIN_… */
	const char *signature;
	u32 where; /* SCRIPT_ALLOW_… or 0 */
	Feature needs;
	const char *doc;
} BuiltinInfo;

extern const BuiltinInfo builtin_info[BI_COUNT];
BuiltinId builtin_find(const char *name);

typedef enum ConfigId {
#define CONFIG(id, type, value, values, doc) CONFIG_##id,
#include "tables/config.def"
#undef CONFIG
	CONFIG_COUNT
} ConfigId;

typedef struct ConfigValue {
	u64 number; /* BOOL, UINT; ENUM: position in the row's list of values */
	const char *text; /* as written; ENUM: the value's name */
	bool is_set; /* by the script or the environment */
} ConfigValue;

/* ---- the tree ---- */

typedef enum NodeKind {
	NODE_NONE,
#define NODE(id, name, stage, doc) NODE_##id,
#include "tables/snodes.def"
#undef NODE
	NODE_COUNT
} NodeKind;

typedef enum ScriptOp {
	SOP_NONE,
	SOP_ADD, /* + */
	SOP_SUB,
	SOP_MUL,
	SOP_DIV,
	SOP_MOD,
	SOP_AND,
	SOP_OR,
	SOP_XOR,
	SOP_SHL,
	SOP_SHR, /* arithmetic where the type is signed */
	SOP_EQ,
	SOP_NE,
	SOP_LT, /* signed where the operands' type is */
	SOP_LE,
	SOP_GT,
	SOP_GE,
	SOP_NEG, /* unary - */
	SOP_NOT, /* ! */
	SOP_INV, /* ~ */
} ScriptOp;

/* What the body of a loop does, for lowering it as a callback. */
typedef struct ScriptLoop {
	u32 *captures; /* locals declared outside and used inside the loop */
	u32 n_captures;
	bool has_break, has_continue, has_return; /* return or exit() in the body */
} ScriptLoop;

typedef struct Node Node;

struct Node {
	NodeKind kind;
	u8 op; /* ScriptOp */
	bool is_arrow, is_post, is_agg, is_core;
	bool is_literal; /* source: an integer written as a literal; its sign may flip */
	bool is_paren; /* source: written in parentheses */
	bool is_tail; /* source: EXPR at the end of a block without ";": the block's value */
	Span at;
	Type *type; /* values: final type after the check */
	Node *a, *b, *c;
	Node **list;
	u32 n;
	/* what each kind means by these: tables/snodes.def and the head of this file */
	i64 value;
	i64 index2;
	u32 index;
	BuiltinId builtin;
	const char *name; /* interned */
	Str text;
	Field field;
	const u16 *path;
	u32 n_path;
	Type *extra_type;
	const Format *format;
	ScriptLoop *loop;
};

/* ---- the checked program ---- */

typedef struct ScriptLocal {
	const char *name; /* with $; "$x" may be there twice, in different scopes */
	Type *type; /* final */
	Span at;
} ScriptLocal;

typedef Vec(ScriptLocal) ScriptLocals;

typedef enum ScriptMapKind {
	MAP_HASH, /* scalars too: with one entry and no key */
	MAP_PERCPU_HASH,
	MAP_LRU_HASH,
	MAP_PERCPU_LRU_HASH,
	MAP_PERCPU_ARRAY, /* scalars */
} ScriptMapKind;

typedef struct ScriptMap {
	const char *name; /* "@", "@start" */
	Type *key; /* NULL: scalar */
	Type *value; /* TY_AGG for aggregations */
	ScriptMapKind kind;
	bool is_per_cpu;
	bool is_declared;
	u32 max_entries;
	Span at; /* first use or declaration */
} ScriptMap;

/*
 * One BPF program to make. Attach points of one block share it unless the body
 * differs between them (probe, the types of args, …).
 */
typedef struct ScriptProgram {
	ProbeKind kind;
	const char *name; /* C identifier, unique: "kprobe_vfs_read_1" */
	const char *section; /* SEC name */
	Node *body; /* BLOCK */
	ScriptLocals locals;
	Vec(AttachDef) attach; /* program left NULL for the lowering to fill in */
	Type *context; /* what ctx points to where the kind gives it a shape, or NULL */
	bool uses_user_stack, uses_func_ip;
	Span at;
} ScriptProgram;

/* fn name($a : T) : T { … } */
typedef struct ScriptFunc {
	const char *name;
	Type *type; /* TY_FUNC */
	Node *body;
	ScriptLocals locals; /* parameters first */
	Span at;
} ScriptFunc;

typedef struct Script {
	Compile *c;
	const char *file_name; /* as messages show it */
	ConfigValue config[CONFIG_COUNT];
	Vec(ScriptMap) maps;
	Vec(ScriptFunc) funcs;
	Vec(ScriptProgram *) programs; /* in source order */
	Vec(Str) strings; /* literals, formats of strftime, filters: by index */
	u32 n_attach; /* of all programs */
	bool has_end; /* an end probe … */
	bool only_special; /* nothing but begin and end: ends by itself */
	struct ScriptTree *tree; /* before the check; internal.h */
} Script;

/* ---- arguments of static markers (usdt.c) ---- */

/* Where an argument is at a marker; offsets of registers are in struct pt_regs. */
typedef struct MarkerArg {
	enum { MARKER_ARG_NONE, MARKER_ARG_CONSTANT, MARKER_ARG_REGISTER, MARKER_ARG_MEMORY } kind;
	u8 size; /* 1, 2, 4, 8 bytes */
	bool is_signed;
	bool is_high; /* register: its second byte (ah) */
	bool has_base, has_index; /* memory: value + reg + index × scale */
	u8 scale;
	u16 reg, index;
	i64 value;
} MarkerArg;

u32 marker_arg_count(const char *arguments);
/* The i-th argument; false if there is none or it can't be read (a floating-point register). */
bool marker_arg(const char *arguments, u32 i, Arch arch, MarkerArg *out);

/* Path of a program or library ("bash", "libc"), as attach points name it; the name itself if none is found. */
const char *script_binary_path(Arena *a, const char *name);

/* ---- input ---- */

typedef struct ScriptOption {
	const char *name, *value; /* --name=value; value NULL: --name */
} ScriptOption;

typedef struct ScriptInput {
	const char *name; /* shown in messages; "stdin" for -e */
	const char *path; /* file on disk for imports, or NULL */
	Str text;
	const char *const *params; /* $1 … */
	u32 n_params;
	const ScriptOption *options; /* after -- */
	u32 n_options;
	const char *const *include_dirs; /* -I */
	u32 n_include_dirs;
	const char *const *includes; /* --include */
	u32 n_includes;
	u32 pid; /* -p, 0 none */
	u32 child_pid; /* -c's process or 0 */
	bool has_child;
	bool is_unsafe;
	bool warn_all; /* -k */
	bool run_tests, run_benches;
	bool no_kprobe_multi, no_uprobe_multi; /* --no-feature */
	/* Environment, NULL: none (tests). */
	const char *(*env)(const char *name);
} ScriptInput;

/* Never NULL; faults are in c->diags. The text must live as long as c->arena. */
Script *script_parse(Compile *c, const ScriptInput *input);
/* Needs a parse without errors. Afterwards programs, maps, funcs, strings are complete unless c->diags has errors. */
void script_check(Script *s);

/* The tree as text: before the check what was parsed, after it what is to be lowered. Arena. */
const char *script_dump_tree(Script *s);
/* The tokens, one a line; for --dump=tokens. */
const char *script_dump_tokens(Compile *c, const ScriptInput *input);

u64 script_config_number(const Script *s, ConfigId id);
const char *script_config_text(const Script *s, ConfigId id);
