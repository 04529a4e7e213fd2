/*
 * One type model for scripts, C and BTF. The C kinds mirror BTF's kinds, with
 * typedef and qualifiers as nodes of their own, so that import and export are
 * one to one; type_bare() looks through them. Script kinds (string, tuple,
 * stack …) are types like the others, with a size and a way to be shown.
 *
 * Types are made by the functions below, live in the compilation's arena and
 * are never changed after they are complete. Equal pointer, array and integer
 * types are the same object; structs are equal only to themselves.
 */
#pragma once

#include "base/compile.h"
#include "types/target.h"

typedef enum TypeKind {
	TY_NONE,
	TY_ERROR, /* stands for a type already complained about; silences what follows */
	/* C and BTF */
	TY_VOID,
	TY_BOOL,
	TY_INT, /* is_signed, is_char; size 1 2 4 8 16 */
	TY_FLOAT,
	TY_ENUM, /* base: integer type; enums */
	TY_PTR, /* base, space */
	TY_ARRAY, /* base, count; is_flexible for [] */
	TY_STRUCT, /* fields */
	TY_UNION, /* fields */
	TY_FUNC, /* base: result; fields: parameters; is_variadic */
	TY_TYPEDEF, /* name, base */
	TY_CONST, /* base */
	TY_VOLATILE, /* base */
	TY_RESTRICT, /* base */
	TY_TYPE_TAG, /* name, base */
	/* scripts; count is the size in bytes where a size is variable */
	TY_STRING, /* count bytes, ended by a zero byte unless full */
	TY_BUFFER, /* u32 length, then count bytes */
	TY_TUPLE, /* fields "0", "1", … */
	TY_RECORD, /* named fields, anonymous tag */
	TY_KSTACK, /* StackValue; count: frame limit; mode */
	TY_USTACK,
	TY_KSYM, /* u64 address */
	TY_USYM, /* SymValue: u64 address, u32 pid, u32 probe id */
	TY_INET, /* InetValue: u32 family (AF_INET, AF_INET6), 16 bytes address */
	TY_TIMESTAMP, /* u64 ns since boot, u32 id of strftime format */
	TY_MAC, /* 6 bytes */
	TY_CGROUP_PATH, /* u64 cgroup id, u32 id of filter string */
	TY_USERNAME, /* u32 uid */
	TY_STRERROR, /* u32 errno value */
	TY_TIMEMODE, /* nsecs(mode) argument: compile time only */
	TY_AGG, /* a map's aggregate: agg says which */
	TY_MAPREF, /* "@x" itself as an argument: compile time only */
	TY_TYPEREF, /* a type as an argument (sizeof, typeof): compile time only */
	TY_KIND_COUNT
} TypeKind;

/* Aggregations; layout of the per-CPU value in ir/meta.h. */
typedef enum AggKind {
	AGG_NONE,
	AGG_COUNT,
	AGG_SUM,
	AGG_MIN,
	AGG_MAX,
	AGG_AVG,
	AGG_STATS,
	AGG_HIST,
	AGG_LHIST,
	AGG_TSERIES,
} AggKind;

typedef enum AddrSpace {
	AS_NONE, /* plain C pointer: loaded as written */
	AS_STACK,
	AS_MAP, /* map value or global data */
	AS_CTX, /* program context: constant offsets only */
	AS_PACKET,
	AS_BTF, /* trusted by the verifier: direct loads */
	AS_KERNEL, /* any kernel address */
	AS_USER,
	AS_ARENA,
} AddrSpace;

typedef enum StackMode { STACK_BPFTRACE, STACK_PERF, STACK_RAW, STACK_BUILD_ID } StackMode;

typedef struct Type Type;

/* For type_record_layout only: `int : 0`, which ends a run of bit-fields. */
#define BIT_WIDTH_ZERO UINT32_MAX

typedef struct Field {
	const char *name; /* NULL: anonymous member or unnamed parameter */
	Type *type;
	u32 bit_offset; /* from the start of the record */
	u32 bit_width; /* 0: not a bit-field */
	u32 min_align; /* read by type_record_layout: aligned(n) on the member; 0: none */
	bool is_packed; /* read by type_record_layout: packed on the member */
	bool is_data_loc; /* tracepoint __data_loc / __rel_loc field: u32 offset and length */
	bool is_rel_loc;
	Span at; /* where it was declared in source; 0 from BTF */
} Field;

typedef struct Enumerator {
	const char *name;
	i64 value;
} Enumerator;

struct Type {
	TypeKind kind;
	bool is_signed;
	bool is_char; /* char itself, for printing arrays as text */
	bool is_variadic;
	bool is_flexible;
	bool is_incomplete; /* forward declaration so far */
	bool is_packed;
	bool is_aligned; /* typedef whose align is its own, not its base's */
	bool is_preserved; /* preserve_access_index: accesses carry CO-RE relocations */
	u8 stack_mode; /* StackMode */
	u8 agg; /* AggKind */
	AddrSpace space;
	u32 size; /* bytes; valid once complete */
	u32 align; /* bytes */
	u32 count;
	const char *name; /* interned tag or name; NULL if none */
	Type *base;
	Field *fields;
	u32 n_fields;
	Enumerator *enums;
	u32 n_enums;
	i64 agg_args[4]; /* hist: bits; lhist: min, max, step */
	struct BtfFile *btf; /* imported from here … */
	u32 btf_id; /* … with this id; 0: not from BTF */
	bool is_lazy; /* fields not imported yet: type_complete() */
	Span at; /* declaration in source */
};

/* All types of one compilation. */
typedef struct Types Types;

/* Ready with the basic types; nothing is read from BTF yet. */
Types *types_new(Compile *c);
/* Releases what is not in the arena (opened BTF files that the Target does not own). */
void types_free(Types *ts);

/* ---- making types (make.c) ---- */
Type *type_void(Types *ts);
Type *type_bool(Types *ts);
Type *type_error(Types *ts);
/* size 1, 2, 4, 8, 16; the canonical C names ("unsigned int", "long long" …). */
Type *type_int(Types *ts, u32 size, bool is_signed);
Type *type_char(Types *ts);
/* "long" and "long long" are both 8 bytes but differ by name: C needs both. */
Type *type_int_named(Types *ts, const char *name, u32 size, bool is_signed);
Type *type_ptr(Types *ts, Type *to, AddrSpace space);
Type *type_array(Types *ts, Type *of, u32 count);
Type *type_flexible_array(Types *ts, Type *of);
Type *type_const(Types *ts, Type *of);
Type *type_volatile(Types *ts, Type *of);
Type *type_restrict(Types *ts, Type *of);
Type *type_typedef(Types *ts, const char *name, Type *of);
/* `typedef u64 name __attribute__((aligned(align)))`. */
Type *type_typedef_aligned(Types *ts, const char *name, Type *of, u32 align);
Type *type_float(Types *ts, const char *name, u32 size);
Type *type_tag(Types *ts, const char *tag, Type *of);
/* Incomplete struct or union (TY_STRUCT, TY_UNION) with a tag or NULL. */
Type *type_record_new(Types *ts, TypeKind kind, const char *tag);
/* Gives it its fields: lays them out as the x86-64/arm64/BPF ABI does (bit-fields as GCC and
 * Clang do), honours packed and a minimal align (0: none). Fields are copied; unnamed
 * bit-fields take their room and are dropped. */
void type_record_layout(Types *ts, Type *record, const Field *fields, u32 n, bool packed, u32 align);
Type *type_enum_new(Types *ts, const char *tag, Type *base, const Enumerator *enums, u32 n);
Type *type_func(Types *ts, Type *result, const Field *params, u32 n, bool variadic);
/* Script types. */
Type *type_string(Types *ts, u32 size_bytes);
Type *type_buffer(Types *ts, u32 size_bytes);
Type *type_tuple(Types *ts, Type **items, u32 n);
Type *type_record(Types *ts, const Field *fields, u32 n);
Type *type_stack(Types *ts, TypeKind kind, StackMode mode, u32 limit);
Type *type_simple(Types *ts, TypeKind kind); /* TY_KSYM … TY_TYPEREF without parameters */
Type *type_agg(Types *ts, AggKind agg, bool is_signed, const i64 args[4]);
/* The same pointer, in another address space. */
Type *type_with_space(Types *ts, Type *ptr, AddrSpace space);

/* ---- asking (query.c) ---- */
/* Looks through typedef, qualifiers and tags. */
Type *type_bare(Type *t);
bool type_is_const(const Type *t);
bool type_is_volatile(const Type *t);
bool type_is_integer(Type *t); /* int, bool, enum */
bool type_is_signed(Type *t);
bool type_is_ptr(Type *t);
bool type_is_scalar(Type *t); /* integer or pointer */
bool type_is_record(Type *t); /* struct, union, tuple, record */
bool type_is_char_array(Type *t);
bool type_same(Type *a, Type *b); /* equal looking through typedefs and qualifiers */
bool type_compatible(Type *a, Type *b); /* C11 6.2.7 */
/* Bytes; imports what is lazy; 0 for void, functions and incomplete types. */
u32 type_size(Types *ts, Type *t);
u32 type_align(Types *ts, Type *t);
/* Imports a lazy record's or enum's members; no-op otherwise. Returns the bare type. */
Type *type_complete(Types *ts, Type *t);

/*
 * A member by name, looking into anonymous members. path gets the field
 * indices from the outside in (CO-RE access path), *n_path their number;
 * the returned field's bit_offset is from the start of t. False if there is
 * none.
 */
#define TYPE_MAX_PATH 16
bool type_field(Types *ts, Type *t, const char *name, Field *out, u16 path[TYPE_MAX_PATH],
		u32 *n_path);
/* The nearest member name for a hint, or NULL. */
const char *type_field_nearest(Types *ts, Type *t, const char *name);

/* ---- text (text.c) ---- */
/* As C writes it: "struct task_struct *", "unsigned int", "char[16]", "string[64]", "(int64,string[16])". Arena. */
const char *type_str(Types *ts, Type *t);
/* As bpftrace's messages write it: "uint32", "int64", "string[64]", "struct task_struct *", "(int64,string[4])". */
const char *type_script_str(Types *ts, Type *t);
/* A C declaration of `name` with the type: "int (*name)(void)". */
const char *type_declare(Types *ts, Type *t, const char *name);
/* A record's or enum's whole definition, as bpftrace -lv prints it. */
const char *type_definition(Types *ts, Type *t);

/* ---- names (scope.c) : what the program itself defines, then BTF ---- */
/* kind: TY_STRUCT, TY_UNION, TY_ENUM for tags. Declares in the compilation's file scope. */
void types_declare_tag(Types *ts, Type *t);
void types_declare_typedef(Types *ts, const char *name, Type *t);
void types_declare_enumerators(Types *ts, Type *enumeration);
/* Look-ups: the program's own first, then kernel BTF (then modules). NULL if unknown. */
Type *types_find_tag(Types *ts, TypeKind kind, const char *tag);
Type *types_find_typedef(Types *ts, const char *name);
/* An enumerator of the program or of BTF; *type its enum. */
bool types_find_enumerator(Types *ts, const char *name, i64 *value, Type **type);
/* Only from BTF: kernel functions (prototype) and variables. */
Type *types_find_kernel_func(Types *ts, const char *name);
Type *types_find_kernel_func_in(Types *ts, const char *module, const char *name);
/* BTF_KIND_FUNC's id in vmlinux or the module (for kfuncs and attach); 0 if none. *module NULL for vmlinux. */
u32 types_kernel_func_id(Types *ts, const char *name, const char **module);
Type *types_find_kernel_var(Types *ts, const char *name);
/* typedef btf_trace_NAME's prototype: the arguments of a raw tracepoint, first (void *) one left out. */
Type *types_find_raw_tracepoint(Types *ts, const char *name);
/* "struct trace_event_raw_…" for a tracepoint: see script/. */

/* Kernel BTF, opened now if it wasn't; NULL if there is none. */
struct BtfFile *types_btf(Types *ts);
/* The type with this id of the file; lives as long as the compilation. The error type for a bad id. */
Type *types_import(Types *ts, struct BtfFile *file, u32 id);
/* True when kernel BTF could be opened (tries now). */
bool types_have_btf(Types *ts);
/* Nearest tag/typedef/function in BTF for hints, or NULL; linear, used in errors only. */
const char *types_nearest_tag(Types *ts, const char *name);
