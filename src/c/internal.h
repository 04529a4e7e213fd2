/*
 * What the files of the C front end share.
 *
 *   lex.c      bytes → raw tokens               scope.c   names → symbols; BTF and helpers on
 * demand ident.c    spelling → Ident                 type.c    specifiers, declarators, type names
 *   macro.c    definitions, expansion           record.c  struct, union, enum
 *   pp.c       directives, the stream           attr.c    attributes
 *   include.c  finding and entering files       decl.c    declarations; global.c: what they become
 *   ppif.c     #if expressions                  init.c    initialisers
 *   pragma.c   #pragma                          expr.c    expressions; convert.c, operator.c: their
 * types predef.c   what is defined at the start     primary.c call.c  their parts token.c numbers,
 * strings, spelling       builtin.c core.c  builtin functions parser.c   tokens ahead, recovery
 * asm.c     inline assembly stmt.c     statements                       fold.c    constant
 * expressions map.c      BTF-defined maps                 dump.c    the tree as text; unit.c: the
 * doors
 */
#pragma once

#include "c/c.h"
#include "c/embed.h"

/* ---- tokens ---- */

typedef enum CTok {
	CT_NONE,
	CT_EOF, /* end of everything, or of an argument while it is expanded */
	CT_EOD, /* end of a directive's line */
	CT_IDENT,
	CT_NUMBER,
	CT_CHAR,
	CT_STRING,
	CT_OTHER, /* a byte that no token starts with */
	/* only in macro bodies */
	CT_PARAM,	/* extra: which */
	CT_STRINGIZE,	/* # and parameter extra */
	CT_PASTE,	/* ## */
	CT_VA_OPT,	/* __VA_OPT__( … : the next `len` tokens */
	CT_PLACEMARKER, /* an empty argument next to ## */
#define CTOKEN(id, spelling) CT_##id,
#define CKEYWORD(id, spelling) CT_##id##_KW,
#include "tables/ctokens.def"
#undef CTOKEN
#undef CKEYWORD
	CT_COUNT
} CTok;

enum {
	TF_LINE = 1,	/* first of its line */
	TF_SPACE = 2,	/* blank before it */
	TF_PAINTED = 4, /* a macro's own name inside its expansion: never expanded again */
	TF_DIRTY = 8,	/* spelling holds line splices: text is a cleaned copy */
};

typedef struct Macro Macro;
typedef struct Symbol Symbol;

/* A name; found once by the lexer, so that all later look-ups are a pointer. */
typedef struct Ident {
	const char *name; /* interned in c->names */
	u32 len, hash;
	u8 keyword;	  /* its CTok, or 0 */
	bool embed_tried; /* embedded table was asked; the answer is in `embedded` */
	bool btf_tried;	  /* BTF and helpers were asked and knew nothing */
	bool type_tried;  /* the same for a typedef */
	bool is_poisoned;
	Macro *macro;
	Macro *embedded;
	Symbol *symbol; /* innermost ordinary name */
	Symbol *tag;	/* innermost struct, union or enum */
	Symbol *label;
} Ident;

typedef struct Tok {
	u8 kind;     /* CTok */
	u8 flags;    /* TF_ */
	u16 extra;   /* CT_PARAM, CT_STRINGIZE: parameter; else the unroll hint before it */
	u32 len;     /* bytes of text */
	Loc loc;     /* from a macro's body: where the outermost macro was used */
	Loc spelled; /* where its characters stand */
	union {
		Ident *ident;	  /* CT_IDENT */
		const char *text; /* NUMBER, CHAR, STRING, OTHER */
	};
} Tok;

typedef Vec(Tok) Toks;

/* Tok.extra of a loop keyword. */
enum { HINT_NONE, HINT_FULL, HINT_OFF, HINT_COUNT /* + n */ };

/* ---- ident.c ---- */

typedef struct Idents {
	Ident **slots;
	u32 len, cap;
} Idents;

struct Pp;
Ident *ident_find(struct Pp *pp, const char *at, u32 len);
static inline Ident *ident_of(struct Pp *pp, const char *text)
{
	return ident_find(pp, text, (u32)strlen(text));
}
void ident_add_keywords(struct Pp *pp);

/* ---- lex.c ---- */

typedef struct Lexer {
	const char *at, *end; /* *end is a zero byte */
	const char *start;
	Loc base;
	bool at_line;	   /* nothing of this line was read yet */
	bool in_directive; /* stop at the line's end with CT_EOD */
	bool is_skipping;  /* inside #if 0: no complaints */
} Lexer;

void lex(struct Pp *pp, Lexer *l, Tok *t);
/* The rest of the line, without blanks at both ends or the newline; the lexer stands at the
 * newline. */
Str lex_rest_of_line(Lexer *l);

/* ---- token.c ---- */

const char *tok_kind_text(CTok kind);
/* Characters of the token as one writes it. */
Str tok_spelling(const Tok *t);
/* Tokens as text, with blanks where the source had some. */
const char *tok_text(Arena *a, const Tok *toks, u32 n);
static inline Span tok_span(const Tok *t)
{
	return (Span){t->loc, t->loc + (t->loc == t->spelled && t->len ? t->len : 1)};
}

typedef struct Number {
	u64 value, high;
	bool is_unsigned, is_float, is_decimal;
	u8 n_long; /* l, ll */
} Number;

/* NULL or what is wrong. */
const char *number_parse(const Tok *t, Number *out);
/* Value of 'c'; NULL or what is wrong. */
const char *char_parse(const Tok *t, i64 *value);
/* Bytes of adjoining string tokens, final zero included (of unit bytes). */
const char *string_parse(Arena *a, const Tok *toks, u32 n, Str *out, u32 *unit);

/* ---- macro.c ---- */

typedef enum MacroKind {
	MACRO_USER,
	MACRO_FILE,
	MACRO_LINE,
	MACRO_COUNTER,
	MACRO_DATE,
	MACRO_TIME,
	MACRO_BASE_FILE,
	MACRO_INCLUDE_LEVEL,
	MACRO_HAS_ATTRIBUTE,
	MACRO_HAS_BUILTIN,
	MACRO_HAS_FEATURE,
	MACRO_HAS_INCLUDE,
	MACRO_HAS_INCLUDE_NEXT,
	MACRO_HAS_NOTHING,
} MacroKind;

struct Macro {
	Ident *ident;
	u8 kind; /* MacroKind */
	bool is_function, is_variadic;
	bool is_active;	  /* its expansion is being read */
	bool is_embedded; /* from the table, or predefined */
	u16 n_params;
	Ident **params;
	Tok *body;
	u32 n_body;
	Span at;
};

/* Tokens to be read before the file goes on. */
typedef struct Context {
	struct Context *outer;
	Macro *macro; /* re-enabled at the end */
	const Tok *at, *end;
	bool is_barrier; /* reading stops here with CT_EOF */
} Context;

/* Defines from the tokens after #define; reports errors. */
void macro_define(struct Pp *pp, Lexer *l, bool is_embedded);
/* "NAME(params) body", as predefined. */
void macro_define_text(struct Pp *pp, const char *text);
/* Macro of an embedded table row, or NULL; asked once for each name. */
Macro *macro_embedded(struct Pp *pp, Ident *id);
/* Expands t, the name of m. False: function-like without "(", t stays as it is. */
bool macro_enter(struct Pp *pp, Macro *m, const Tok *t);
/* The same for __LINE__ and its like: predef.c. */
bool macro_builtin(struct Pp *pp, Macro *m, const Tok *t);
/* Fully expands a token list. */
Toks macro_expand_list(struct Pp *pp, const Tok *toks, u32 n);

/* ---- pp.c ---- */

typedef struct Cond {
	Loc at;
	bool was_taken, is_else;
} Cond;

/* What is known of a path, however often it is included. */
typedef struct KnownFile {
	const char *path;
	const char *text;
	u32 len;
	Ident *guard; /* the whole file is in #ifndef guard */
	bool is_once;
} KnownFile;

typedef struct Buffer {
	struct Buffer *outer;
	Lexer lexer;
	SourceFile *source;
	KnownFile *known; /* NULL: main text, predefined */
	const char *dir;  /* where "x.h" is looked for; NULL: embedded */
	int dir_index;	  /* in the search order: for #include_next; -1 none */
	u32 n_conds;	  /* of Pp.conds at its start */
	/* finding an include guard: */
	u8 guard_state; /* GUARD_ */
	Ident *guard;
} Buffer;

enum { GUARD_START, GUARD_INSIDE, GUARD_AFTER, GUARD_NONE };

typedef struct Pp {
	Compile *c;
	Arena *arena;
	const CInput *in;
	Idents idents;
	Buffer *buffer;
	Context *context;
	Vec(Cond) conds;
	Map known; /* interned path → KnownFile */
	Vec(const char *) files;
	Vec(Macro *) macros; /* of the program, in order */
	u32 depth;	     /* of includes */
	u32 expand_depth;
	u32 counter;
	bool is_virtual;   /* a virtual header was included */
	bool is_vmlinux;   /* vmlinux.h was */
	bool has_helpers;  /* a carried <bpf/…> header was: helpers are declared by the table */
	u16 hint;	   /* unroll hint for the next token */
	u8 carry;	   /* TF_ flags of names that expanded to nothing */
	bool is_quiet;	   /* a query: nothing is reported */
	bool has_failed;   /* an error while quiet */
	bool is_fatal;	   /* no more tokens */
	Span fixed_at;	   /* set: where everything is reported */
	u32 in_if;	   /* expanding an #if line: embedded macros count */
	Loc end;	   /* of the main text */
	u64 n_expanded;	   /* tokens made by macros, against runaways */
	bool in_args;	   /* collecting: an unexpected end is an error there */
	bool keep_pragmas; /* -E */
	/* pragma state that records read */
	Vec(u32) packs;
	u32 pack;
	Vec(bool) attributes; /* clang attribute push: is preserve_access_index */
	u32 n_preserve;
	Vec(bool) loose_stack;
	bool is_loose; /* integers and pointers convert silently */
	Ident *id_defined, *id_va_args, *id_va_opt, *id_pragma;
} Pp;

void pp_error(Pp *pp, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void pp_warn(Pp *pp, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void pp_note(Pp *pp, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void pp_init(Pp *pp, Compile *c, const CInput *in);
/* Starts reading in->text; -include files come first. */
void pp_start(Pp *pp);
/* The next token after preprocessing; CT_EOF at the end. */
void pp_next(Pp *pp, Tok *t);
/* The next token, macros not expanded; directives are obeyed. */
void pp_raw(Pp *pp, Tok *t);
/* Tokens to be read again before anything else. */
void pp_unread(Pp *pp, const Tok *toks, u32 n);
Context *pp_push(Pp *pp, Macro *m, const Tok *toks, u32 n);
/* Reads text as a buffer of its own from here on. */
void pp_push_buffer(Pp *pp, SourceFile *source, KnownFile *known, const char *dir, int dir_index);
/* `#pragma` with these tokens. */
void pp_pragma(Pp *pp, const Tok *toks, u32 n);
bool pp_is_defined(Pp *pp, Ident *id);

/* ---- include.c ---- */
void include_directive(Pp *pp, Lexer *l, Loc at, bool is_next);
void include_forced(Pp *pp, const char *name);
/* Reads text from here on; base 0: it gets a place in the sources. */
void include_main(Pp *pp, const char *name, const char *text, u32 len, Loc base);
/* Would #include of these tokens find a file? */
bool include_exists(Pp *pp, const Toks *toks, bool is_next);

/* ---- ppif.c ---- */
/* Value of an #if line's tokens. */
bool ppif_eval(Pp *pp, const Tok *toks, u32 n, Loc at);

/* ---- predef.c ---- */
void predef_all(Pp *pp);
bool attr_is_known(const char *name, u32 len);
bool builtin_is_known(const char *name, u32 len);
Str attr_bare_name(const char *name, u32 len);

/* ---- symbols: scope.c ---- */

typedef enum SymbolKind {
	SYM_NONE,
	SYM_TYPEDEF,
	SYM_VAR,
	SYM_GLOBAL,
	SYM_MAP,
	SYM_FUNC,
	SYM_EXTERN,
	SYM_ENUMERATOR,
	SYM_HELPER,
	SYM_BUILTIN,
	SYM_TAG,
	SYM_ERROR, /* complained about once */
} SymbolKind;

struct Symbol {
	u8 kind;	  /* SymbolKind */
	bool is_provided; /* came on demand: a declaration of the program replaces it silently */
	u32 depth;	  /* scope; 0: file */
	Ident *ident;
	Type *type;
	union {
		CVar *var;
		CGlobal *global;
		CMap *map;
		CFunc *func;
		CExtern *ext;
		i64 value;
		u32 number; /* HELPER: id; BUILTIN: row */
	};
	Symbol *outer; /* shadowed by this one */
	Symbol *next;  /* in its scope */
	Span at;
};

typedef struct Scope {
	struct Scope *outer;
	Symbol *first;
	u32 depth;
} Scope;

/* ---- attributes: attr.c ---- */

typedef struct Attrs {
	const char *section;
	Span section_at;
	bool is_weak, is_hidden, noinline, always_inline, is_noreturn, is_used;
	bool is_preserved, is_packed;
	u32 align;  /* 0: none */
	Type *mode; /* integer type that mode() names */
	u32 address_space;
	Ident *cleanup;
	Span cleanup_at;
	Vec(const char *) decl_tags;
	Vec(const char *) type_tags;
} Attrs;

/* A label while its function is parsed. */
typedef struct LabelEntry {
	CLabel *label;
	const CStmt *owner; /* __label__: the block that it is local to */
	bool is_closed;	    /* that block has ended */
} LabelEntry;

typedef struct CParser {
	Compile *c;
	Types *ts;
	Arena *arena;
	CUnit *unit;
	Pp pp;
	CInput in;
	Tok tok; /* being looked at */
	Tok ahead[4];
	u32 n_ahead;
	Loc last_end; /* end of the token before tok */
	Scope *scope;
	Vec(Type *) open_records; /* whose members are being read: incomplete until then */
	u32 depth;	   /* of nesting */
	u32 n_preserve;	   /* inside __builtin_preserve_access_index() */
	u32 n_unevaluated; /* inside sizeof, typeof */
	u32 in_declarator; /* behind a name: asm("…") renames */
	CFunc *func;	   /* being defined */
	CStmt *block;	   /* innermost CS_BLOCK */
	CStmt *loop, *breakable, *the_switch;
	Vec(LabelEntry) labels; /* of the function */
	u64 n_read;		/* tokens so far: to see that a loop goes on */
	Map strings;		/* hash of the bytes → CGlobal * */
	Type *t_void, *t_bool, *t_char, *t_schar, *t_uchar, *t_short, *t_ushort, *t_int, *t_uint,
	    *t_long, *t_ulong, *t_llong, *t_ullong, *t_int128, *t_uint128, *t_error, *t_void_ptr;
} CParser;

/* ---- the parser's hands: parser.c ---- */

CParser *c_parser_new(Compile *c, const CInput *in);
void c_advance(CParser *p);
const Tok *c_peek(CParser *p); /* the token after tok */
bool c_accept(CParser *p, CTok kind);
/* Reports and returns false when tok is something else; `after` (may be NULL) is what it should
 * follow. */
bool c_expect(CParser *p, CTok kind, const char *after);
/* The ")" or "]" or "}" that closes what opened at `open`. */
bool c_close(CParser *p, CTok kind, Span open);
/* Counts nesting; false (reported, input at its end) when it is too deep. */
bool c_enter(CParser *p);
void c_leave(CParser *p);
#define c_error(p, ...) pp_error(&(p)->pp, __VA_ARGS__)
#define c_warn(p, ...) pp_warn(&(p)->pp, __VA_ARGS__)
#define c_note(p, ...) pp_note(&(p)->pp, __VA_ARGS__)
static inline Span c_here(const CParser *p)
{
	return tok_span(&p->tok);
}
/* From a start to the end of the last token read. */
static inline Span c_since(const CParser *p, Span start)
{
	return (Span){start.start, MAX(p->last_end, start.end)};
}
/* Skips to behind the end of a statement or declaration. */
void c_recover(CParser *p);
/* The embedded macro in tok, an unknown name, gives way to its expansion. */
bool c_expand_embedded(CParser *p);
/* Parses text as if it stood here, between begin and end; false: something was left over. */
typedef struct Detour {
	Tok tok, ahead[4];
	u32 n_ahead;
	Loc last_end;
	Context *barrier;
} Detour;
void c_detour(CParser *p, Detour *d, const char *text, u32 len, Span at);
bool c_return(CParser *p, Detour *d);
/* 'type' or 'name' (aka 'type'), for messages. */
const char *c_type_text(CParser *p, Type *t);

/* ---- scope.c ---- */

void scope_push(CParser *p);
void scope_pop(CParser *p);
Symbol *scope_add(CParser *p, Ident *id, SymbolKind kind, Type *type, Span at);
Symbol *scope_add_tag(CParser *p, Ident *id, Type *type, Span at);
/* The name's own symbol in the current scope, not a provided one. */
Symbol *scope_here(CParser *p, Ident *id);
Symbol *scope_tag_here(CParser *p, Ident *id);
/* The symbol, or what BTF, helpers and builtins know under the name. NULL: unknown. */
Symbol *c_scope_find(CParser *p, Ident *id);
Symbol *scope_find_type(CParser *p, Ident *id); /* a typedef, else NULL */
Symbol *scope_find_tag(CParser *p, Ident *id, TypeKind kind);
/* The most similar name that is visible, or NULL. */
const char *scope_nearest(CParser *p, const char *name);

/* ---- type.c, quals.c, record.c ---- */

typedef enum Storage { STO_NONE, STO_TYPEDEF, STO_EXTERN, STO_STATIC, STO_AUTO } Storage;

typedef struct Specs {
	Type *type;
	Storage storage;
	bool is_inline, is_noreturn, is_auto_type;
	bool is_tag_only; /* struct, union or enum: needs no declarator */
	Attrs attrs;
	Span at;
} Specs;

typedef struct Declarator {
	Ident *name; /* NULL: abstract */
	Span at;     /* of the name, or where it would be */
	Type *type;
	Attrs attrs;
	bool is_function; /* "name(…)": may have a body */
} Declarator;

bool c_is_type_start(CParser *p, const Tok *t);
void c_specs(CParser *p, Specs *s);
/* abstract: the name may be missing. */
void c_declarator(CParser *p, const Specs *s, Declarator *d, bool abstract);
Type *c_type_name(CParser *p);
Type *c_unqual(Type *t);			       /* without qualifiers at the top */
Type *c_qualify_like(CParser *p, Type *t, Type *like); /* t with like's const and volatile */
bool c_is_complete(CParser *p, Type *t);
Type *c_record(CParser *p);
Type *c_enum(CParser *p);

/* ---- attr.c ---- */
/* Any number of __attribute__((…)), [[…]], asm("name"), _Alignas(…). */
void c_attributes(CParser *p, Attrs *a);
void attrs_merge(CParser *p, Attrs *to, Attrs *from);

/* ---- decl.c, global.c, map.c ---- */
void c_external(CParser *p); /* one external declaration */
/* A block's declaration; adds CS_DECL statements. */
typedef Vec(CStmt *) Stmts;
void c_local_declaration(CParser *p, Stmts *out);
void c_static_assert(CParser *p);
CVar *c_var_new(CParser *p, const char *name, Type *type, Span at);
void c_global_declare(CParser *p, const Specs *s, Declarator *d, Attrs *a);
CFunc *c_func_declare(CParser *p, const Specs *s, Declarator *d, Attrs *a, bool is_definition);
/* tok is "{". */
void c_func_body(CParser *p, CFunc *f);
CGlobal *c_global_new(CParser *p, const char *name, Type *type, Span at);
CGlobal *c_string_global(CParser *p, CExpr *string);
void c_global_init(CParser *p, CGlobal *g, CInit *init);
void c_unit_finish(CParser *p);
CMap *c_map_new(CParser *p, const char *name, Type *type, Span at);
void c_map_init(CParser *p, CMap *m, CInit *init);
CExtern *c_extern_new(CParser *p, const char *name, Type *type, Span at);

/* ---- init.c ---- */
/* The initialiser after "="; *type is completed where it is an array without length. */
CInit *c_init(CParser *p, Type **type);

/* ---- fold.c ---- */
typedef __int128 Wide;
/* Value of an integer constant expression. */
bool fold_int(CExpr *e, Wide *out);
/* e itself or the CX_INT that it amounts to. */
CExpr *fold(CParser *p, CExpr *e);
typedef struct Address {
	CGlobal *global;
	CFunc *func;
	CMap *map;
	CExtern *ext;
	i64 offset;
} Address;
/* A pointer's value that is an address constant (or a plain number: all NULL). */
bool fold_address(CParser *p, CExpr *e, Address *out);
/* Is the address in e, a pointer, or its negation, known not to be null? */
bool fold_truth(CParser *p, CExpr *e, Wide *out);
Wide wide_of(const CExpr *e);
/* The constant expression at tok; reports and gives 0 when it isn't one. */
i64 c_constant(CParser *p, const char *what);

/* ---- expr.c and the files of expressions ---- */
CExpr *c_expr(CParser *p); /* with commas */
/*
 * Level of a binary operator's token, 1 (||) to 10 (multiplication); 0 if it
 * is none. *op is its CBinaryOp, unset for && and ||.
 */
int c_precedence(u8 tok, u8 *op);
CExpr *c_assignment(CParser *p);
CExpr *c_conditional(CParser *p);
CExpr *c_unary_expr(CParser *p);
CExpr *c_primary(CParser *p); /* primary.c */
CExpr *c_string_literal(CParser *p);
CExpr *c_postfix_of(CParser *p, CExpr *e);

/* convert.c */
CExpr *cx_new(CParser *p, CExprKind kind, Type *type, Span at);
CExpr *cx_unary(CParser *p, CExprKind kind, Type *type, CExpr *a);
CExpr *cx_int(CParser *p, i64 value, Type *type, Span at);
CExpr *cx_error(CParser *p, Span at);
bool cx_is_lvalue(const CExpr *e);
bool cx_is_error(const CExpr *e);
bool cx_is_null(const CExpr *e); /* null pointer constant */
CExpr *c_rvalue(CParser *p, CExpr *e);
CExpr *c_convert(CParser *p, CExpr *e, Type *to);
CExpr *c_cast(CParser *p, CExpr *e, Type *to, Span at); /* as the user wrote it */
CExpr *c_promote(CParser *p, CExpr *e);
Type *c_usual(CParser *p, CExpr **a, CExpr **b);
CExpr *c_truth(CParser *p, CExpr *e, const char *what);
typedef enum { ASSIGN_SET, ASSIGN_INIT, ASSIGN_PASS, ASSIGN_RETURN } AssignHow;
/* As if by assignment to an object of type `to`. */
CExpr *c_assign_convert(CParser *p, CExpr *e, Type *to, AssignHow how);

/* operator.c */
CExpr *c_binary(CParser *p, CBinaryOp op, CExpr *a, CExpr *b, Span at);
CExpr *c_logical(CParser *p, CExprKind kind, CExpr *a, CExpr *b);
CExpr *c_select(CParser *p, CExpr *cond, CExpr *yes, CExpr *no); /* yes NULL: a ?: b */
CExpr *c_assign(CParser *p, CExpr *a, CExpr *b, Span at);
CExpr *c_assign_op(CParser *p, CBinaryOp op, CExpr *a, CExpr *b, Span at);
CExpr *c_inc_dec(CParser *p, CExpr *a, i8 delta, bool is_post, Span at);
CExpr *c_deref(CParser *p, CExpr *a, Span at);
CExpr *c_address(CParser *p, CExpr *a, Span at);
CExpr *c_index(CParser *p, CExpr *a, CExpr *b, Span at);
CExpr *c_member(CParser *p, CExpr *a, Ident *name, bool is_arrow, Span name_at);
CExpr *c_prefix(CParser *p, CTok op, CExpr *a, Span at);
void c_mark_used(CParser *p, CExpr *e);

/* call.c, builtin.c, core.c */
typedef Vec(CExpr *) Exprs;
CExpr *c_call(CParser *p, CExpr *callee);
CExpr *c_call_with(CParser *p, CExpr *callee, Exprs *args);
CExpr *c_builtin(CParser *p, u32 row, Span at); /* tok is "(" */
int builtin_row(const char *name);		/* -1: unknown */
CExpr *core_access_index(CParser *p);
CExpr *core_field_info(CParser *p, Span at);
CExpr *core_type_info(CParser *p, Span at, bool is_id);
CExpr *core_enum_value(CParser *p, Span at);

/* stmt.c */
CStmt *c_block(CParser *p, bool own_scope); /* tok is "{" */
CStmt *cs_new(CParser *p, CStmtKind kind, Span at);
CLabel *c_label(CParser *p, Ident *id, Span at);
CStmt *c_asm(CParser *p);	/* asm.c; tok is "asm" */
Str c_string_bytes(CParser *p); /* string literals at tok, without final zero */
