/*
 * The C front end: text → preprocessed tokens → checked AST. C11 with the GNU
 * and Clang extensions that BPF programs use (spec/libbpf-c.md).
 *
 * "Checked" means: every expression has its type; every conversion is a node;
 * sizeof, offsetof, _Generic, enumerators and constant expressions are folded;
 * names are resolved to the records below; calls are sorted by what is called.
 * A consumer never looks at a name, a scope or a token.
 *
 * All records live in the compilation's arena. After errors (c->diags) the
 * unit is still walkable, with CX_ERROR in the places that were wrong, but a
 * later stage must not run.
 */
#pragma once

#include "base/text.h"
#include "types/types.h"

typedef enum CExprKind {
	CX_NONE,
#define CEXPR(id, name, lvalue) CX_##id,
#include "tables/cnodes.def"
#undef CEXPR
	CX_COUNT
} CExprKind;

typedef enum CStmtKind {
	CS_NONE,
#define CSTMT(id, name) CS_##id,
#include "tables/cnodes.def"
#undef CSTMT
	CS_COUNT
} CStmtKind;

typedef enum CBinaryOp {
	CB_NONE,
#define CBINARY(id, name, text) CB_##id,
#include "tables/cnodes.def"
#undef CBINARY
	CB_COUNT
} CBinaryOp;

typedef enum CBuiltin {
	CBI_NONE,
#define CBUILTIN(id, spelling, signature) CBI_##id,
#include "tables/cbuiltins.def"
#undef CBUILTIN
	CBI_COUNT
} CBuiltin;

typedef struct CExpr CExpr;
typedef struct CStmt CStmt;
typedef struct CFunc CFunc;
typedef struct CGlobal CGlobal;
typedef struct CMap CMap;
typedef struct CUnit CUnit;

/* ---- what a name stands for ---- */

/*
 * One store of an initialiser. The object is zeroed first (all of it, padding
 * too) unless the only item covers it: offset 0 and the object's own type.
 */
typedef struct CInitItem {
	u32 offset; /* bytes from the object's start; for a bit-field, of the storage unit's record
		     */
	u32 bit_offset; /* bit-field: bits from the object's start (offset is then bit_offset / 8)
			 */
	u32 bit_width;	/* 0: not a bit-field */
	Type *type;	/* of what is stored */
	CExpr *value;	/* converted to type; a record value (CX_LOAD, call …) is copied whole; or
			   NULL: */
	Str bytes;	/* constant bytes (a string into a char array) */
} CInitItem;

typedef struct CInit {
	bool zero;	      /* the whole object is zeroed before the items are stored */
	Vec(CInitItem) items; /* in order of evaluation; a later one may overwrite an earlier */
} CInit;

/* A local variable or parameter. Local statics are CGlobals. */
typedef struct CVar {
	const char *name; /* NULL: hidden (compound literal, temporary, unnamed parameter) */
	Type *type;	  /* with qualifiers */
	u32 align;	  /* bytes */
	u32 index;	  /* in CFunc.vars */
	bool is_param;
	bool is_used;
	bool is_address_taken;
	CInit *init;	/* NULL: uninitialised; parameters always */
	CExpr *cleanup; /* call to run when the variable's block is left by any way, or NULL */
	Span at;
} CVar;

/* An address in a global's bytes. Exactly one of global, func, map is set. */
typedef struct CReloc {
	u32 offset;
	CGlobal *global;
	CFunc *func;
	CMap *map;
	i64 addend;
} CReloc;

struct CGlobal {
	const char *name;    /* symbol; a local static is "function.name", a string "" */
	const char *section; /* ".rodata" ".data" ".bss" ".rodata.str1.1" "license" ".kconfig"
				".data.x" … */
	Type *type;	     /* with qualifiers; a flexible or unsized array is completed */
	u32 size, align;
	u8 *bytes;	    /* size bytes; NULL: all zero */
	Vec(CReloc) relocs; /* in order of offset */
	bool is_extern;	    /* no definition here: .kconfig */
	bool is_defined;    /* has an initialiser */
	bool is_static, is_weak, is_hidden;
	bool is_string; /* string literal or anonymous: emit only when referred to */
	bool is_used;	/* referred to from evaluated code or attribute used/section */
	Vec(const char *) decl_tags;
	u32 index; /* in CUnit.globals */
	Span at;
};

/* A slot of a map's `values` initialiser: a map of an ARRAY/HASH_OF_MAPS, a program of a
 * PROG_ARRAY. */
typedef struct CMapValue {
	u32 key;
	CMap *map;
	CFunc *func;
} CMapValue;

/* A global of section ".maps", its struct's members read as libbpf reads them. */
struct CMap {
	const char *name;
	u32 type;	   /* BPF_MAP_TYPE_… */
	Type *key, *value; /* NULL: only the sizes were given */
	u32 key_size, value_size, max_entries, flags, pinning, numa_node;
	u64 extra;
	CMap *inner; /* template of map-in-map; name "" when written in place */
	Vec(CMapValue) values;
	Type *decl; /* the (anonymous) struct itself; for BTF */
	u32 size;   /* bytes of the variable */
	bool is_static, is_weak, is_hidden;
	u32 index; /* in CUnit.maps */
	Span at;
};

/* A kernel function (kfunc) or variable: declared extern, mostly in section ".ksyms". */
typedef struct CExtern {
	const char *name;
	Type *type; /* TY_FUNC: kfunc; void: typeless variable */
	bool is_weak;
	bool is_used;
	Vec(const char *) decl_tags;
	u32 index; /* in CUnit.externs */
	Span at;
} CExtern;

struct CFunc {
	const char *name;
	Type *type;	     /* TY_FUNC, parameters named */
	const char *section; /* SEC name, NULL: .text */
	CStmt *body;	     /* CS_BLOCK; NULL: only declared */
	Vec(CVar *) vars;    /* parameters first, in order, then all locals */
	u32 n_params;
	bool is_static, is_inline, is_weak, is_hidden, is_variadic;
	bool always_inline, never_inline, is_noreturn;
	bool is_used;	       /* called or its address taken, or attribute used, or not static */
	bool is_address_taken; /* a callback, or in a table */
	Vec(const char *) decl_tags;
	u32 index; /* in CUnit.funcs */
	Span at;   /* the name in the definition (or first declaration) */
	Loc end;   /* the closing brace */
};

/* ---- expressions ---- */

/*
 * CX_CAST by types, from → to (both looked at through type_bare):
 *   any → void: evaluate, drop      scalar → bool: != 0
 *   integer → integer: truncate, or extend by the signedness of the *source*
 *   integer ↔ pointer, enum: as integers of those sizes (pointers are unsigned, 8 bytes)
 *   pointer → pointer: no code      record → same record: no code
 * `type` of a node that is not an lvalue is never qualified at its top.
 *
 * Member and array accesses: p->x is MEMBER(DEREF(p)); p[i] on a pointer is DEREF(PTR_ADD(p, i)),
 * on an array object INDEX(array, i). A bit-field is a MEMBER with field.bit_width; its offset is
 * field.bit_offset. field.bit_offset is from the start of a's type, anonymous members passed
 * through.
 */
struct CExpr {
	u8 kind;	  /* CExprKind */
	u8 op;		  /* CBinaryOp: BINARY, ASSIGN_OP */
	bool is_volatile; /* LOAD, ASSIGN, ASSIGN_OP, INC_DEC: of a volatile object */
	bool is_core;	  /* MEMBER, INDEX: the offset is to be relocated (c_core_access) */
	bool is_minus;	  /* PTR_ADD */
	bool is_post;	  /* INC_DEC */
	bool is_implicit; /* CAST: not written by the user */
	bool is_constant; /* INT: from a constant expression */
	u8 core_kind;	  /* CORE_…: enum bpf_core_relo_kind's number */
	i8 delta;	  /* INC_DEC: 1, -1 */
	u16 helper;	  /* HELPER, CALL_HELPER: number */
	u16 builtin;	  /* CBuiltin: BUILTIN */
	Type *type;
	Span at; /* macro expansions: where the outermost macro was used */
	CExpr *a, *b, *d;
	union {
		struct {	   /* INT, CORE_… */
			u64 value; /* two's complement, sign- or zero-extended from type's size */
			u64 high;  /* __int128: upper half */
		};
		Str string; /* STRING: with its final zero byte */
		CVar *var;  /* LOCAL, LITERAL */
		CGlobal *global;
		CMap *map;
		CFunc *func;  /* FUNC, CALL */
		CExtern *ext; /* EXTERN, CALL_KFUNC */
		CStmt *block; /* STMT_EXPR */
		Type *calc;   /* ASSIGN_OP: type of the calculation; a pointer: b counts elements */
	};
	union {
		struct { /* CALL…, BUILTIN: converted to the parameters' types, promoted where
			    variadic */
			CExpr **args;
			u32 n_args;
		};
		struct { /* MEMBER */
			Field field;
			u16 *path; /* field indices from a's type inwards (Type.fields) */
			u32 n_path;
		};
		struct {		     /* CORE_TYPE, CORE_ENUM */
			Type *operand_type;  /* as written, with typedefs */
			u32 enum_index;	     /* in Type.enums of the bare type */
			bool is_exact_local; /* BTF_TYPE_ID: the id in this object's own BTF */
		};
	};
};

/*
 * The relocatable part of an access: lvalue is a chain of MEMBER and INDEX
 * nodes with is_core. Fills root (the record type that the chain starts from,
 * with its flavour name), path (path[0] is the index of the root as an array
 * element, 0 or a constant from p[i]), and base: the lvalue (DEREF, LOCAL …)
 * that holds the root. rest: MEMBERs after the last relocatable one count
 * within it, so the whole constant offset of the chain is local_offset_bits.
 * False if the outermost node isn't core, or an index is not constant.
 */
typedef struct CCoreAccess {
	Type *root;
	u16 path[TYPE_MAX_PATH];
	u32 n_path;
	CExpr *base;
	u64 local_offset_bits; /* of the accessed field from base, by our own layout */
	Type *type;	       /* of the accessed field */
	Field field;	       /* of the last member, for bit-fields; bit_offset is from base */
} CCoreAccess;

bool c_core_access(Compile *c, CExpr *lvalue, CCoreAccess *out);

/* ---- statements ---- */

typedef struct CLabel {
	const char *name;
	CStmt *at;    /* CS_LABEL */
	CStmt *block; /* the CS_BLOCK that it is in */
	u32 index;    /* in its function */
	bool is_used;
	Span span;
} CLabel;

typedef struct CAsmOperand {
	const char *name;	/* of %[name], or NULL */
	const char *constraint; /* "=r", "+&r", "r", "i", "0" … */
	CExpr *expr;		/* outputs: an lvalue; inputs: a value */
} CAsmOperand;

typedef struct CAsm {
	Str text; /* empty: only a barrier */
	Span text_at;
	Vec(CAsmOperand) outputs, inputs;
	Vec(const char *) clobbers;
	Vec(CLabel *) labels; /* asm goto: %l[name] */
	bool is_volatile, is_goto;
} CAsm;

typedef enum CUnroll { UNROLL_DEFAULT, UNROLL_FULL, UNROLL_COUNT, UNROLL_OFF } CUnroll;

struct CStmt {
	u8 kind;   /* CStmtKind */
	u8 unroll; /* CUnroll: loops */
	u32 unroll_count;
	Span at;
	Loc end; /* BLOCK: the closing brace */
	CExpr *expr, *step;
	CStmt *then, *other,
	    *init;    /* init of FOR: CS_EXPR or NULL; declarations stand in a BLOCK around it */
	CStmt **body; /* BLOCK */
	u32 n_body;
	CStmt *parent; /* BLOCK, GOTO, RETURN, BREAK, CONTINUE: the block around it, NULL: the
			  function's own */
	CStmt *target; /* BREAK, CONTINUE, CASE, DEFAULT: the loop or switch */
	CStmt **cases; /* SWITCH: its CASEs and DEFAULT */
	u32 n_cases, cap_cases;
	i64 low, high; /* CASE: inclusive, converted to the switch's type */
	CVar *var;     /* DECL */
	CLabel *label;
	CAsm *assembly;
};

/* ---- the whole ---- */

typedef struct CFieldTag { /* btf_decl_tag of a record's member */
	Type *record;
	u32 field;
	const char *text;
} CFieldTag;

typedef struct CDefine {
	const char *text; /* "NAME=VALUE", "NAME"; undef: "NAME" */
	bool is_undef;
} CDefine;

typedef struct CInput {
	const char *name; /* as shown in messages; also where "x.h" is looked for */
	const char *text; /* ends with a zero byte */
	u32 len;
	Loc base;			/* not 0: the text is already in c->sources, from here on */
	Vec(const char *) include_dirs; /* -I in order */
	Vec(const char *) includes;	/* -include in order */
	Vec(CDefine) defines;		/* -D, -U in order */
	Arch arch;			/* __TARGET_ARCH_…; ARCH_NONE: c->target's */
	bool no_virtual;      /* vmlinux.h and kernel headers must be files; no look-up in BTF */
	bool system_dirs;     /* /usr/include is searched after the embedded headers */
	bool is_declarations; /* scripts: function bodies are not wanted, unknown #includes are
				 errors */
} CInput;

struct CUnit {
	Compile *c;
	Vec(CFunc *) funcs; /* in order of first declaration */
	Vec(CGlobal *) globals;
	Vec(CMap *) maps;
	Vec(CExtern *) externs;
	Vec(CFieldTag) field_tags;
	Vec(const char *) files; /* read, in order of first inclusion: for -MD */
	const char *license;	 /* bytes of section "license", or NULL */
	u32 version;		 /* section "version" */
	struct CParser *parser;	 /* private */
};

/* Preprocesses, parses and checks one file. Never NULL; errors in c->diags. */
CUnit *c_parse(Compile *c, const CInput *in);

/* Output of -E; arena. */
const char *c_preprocess(Compile *c, const CInput *in);
/* --dump=tokens: one preprocessed token a line, "line:col kind text"; arena. */
const char *c_dump_tokens(Compile *c, const CInput *in);
/* --dump=ast; arena. */
const char *c_dump_ast(CUnit *u);

const char *c_expr_name(CExprKind kind);
const char *c_stmt_name(CStmtKind kind);
const char *c_binary_name(CBinaryOp op);
const char *c_builtin_name(CBuiltin builtin);

/* ---- for scripts: their struct, enum, typedef, #define and #include lines ---- */

/*
 * A unit to be fed with pieces of text. `in` gives search paths and defines;
 * its text may be NULL. With is_declarations set, declared types go to c->types
 * (types_declare_…) and are then found by types_find_….
 */
CUnit *c_unit_new(Compile *c, const CInput *in);
/* Preprocesses and parses declarations; base 0: the text gets its own source file named `name`. */
void c_unit_add(CUnit *u, const char *name, const char *text, u32 len, Loc base);

typedef struct CMacro {
	const char *name;
	bool is_function;
	const char *text; /* replacement as written, blanks folded */
	Span at;	  /* 0: from the table of embedded macros or predefined */
} CMacro;

/* The macro defined now, the program's own or (after any virtual #include, or if any) an embedded
 * one. */
bool c_macro_find(CUnit *u, const char *name, CMacro *out);
/* Its value, if it expands to an integer constant expression. */
bool c_macro_value(CUnit *u, const char *name, i64 *value, Type **type);
/* Its text after full expansion (object-like only), "" if empty, NULL if unknown. Arena. */
const char *c_macro_expand(CUnit *u, const char *name);
/* If it expands to one string literal: its bytes without the final zero. */
bool c_macro_string(CUnit *u, const char *name, Str *out);
/* Calls f for each macro of the program itself, in order of definition. */
void c_macro_each(CUnit *u, void (*f)(void *user, const CMacro *m), void *user);

/*
 * The type that `text` names ("struct task_struct *", "unsigned long long",
 * "char[16]"). NULL if it isn't one; errors are reported at `at` unless quiet.
 */
Type *c_type_parse(CUnit *u, const char *text, u32 len, Span at, bool quiet);
/* An integer constant expression in text (enumerators, sizeof, macros). */
bool c_const_parse(CUnit *u, const char *text, u32 len, i64 *value, Type **type);
