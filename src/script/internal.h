/*
 * What the files of script/ share: tokens, the source tree, macros, attach
 * points before expansion, and the state of the check.
 */
#pragma once

#include "base/text.h"
#include "script/script.h"

/* ---- lex.c ---- */

typedef enum TokKind {
	TOK_NONE,
#define CLASS(id, text) TOK_##id,
#define TOKEN(id, text) TOK_##id,
#define KEYWORD(id, text) TOK_##id,
#include "tables/stokens.def"
#undef CLASS
#undef TOKEN
#undef KEYWORD
	TOK_COUNT
} TokKind;

typedef struct Token {
	TokKind kind;
	Span at;
	u64 value; /* INT, PARAM */
	Type *type; /* INT: what a suffix asks for, or NULL */
	const char *name; /* IDENT, VAR ("$x"), MAP ("@x"), keywords: interned */
	Str text; /* STRING: its bytes */
	bool after_blank; /* blank or comment before it */
} Token;

typedef struct Lexer {
	Compile *c;
	const char *text, *p, *end;
	Loc base;
	bool in_predicate; /* "/" before "{" ends it */
} Lexer;

void lexer_init(Lexer *lx, Compile *c, const SourceFile *f);
Token lexer_next(Lexer *lx);
/* Past blanks and comments; true if there were any. */
bool lexer_skip_blank(Lexer *lx);
static inline Loc lexer_loc(const Lexer *lx, const char *p)
{
	return lx->base + (Loc)(p - lx->text);
}
/* As messages name it: "'{'", "identifier". */
const char *token_text(TokKind kind);
/* Integer in any base, with suffix forms of literals; used for positional parameters too. */
bool lexer_number(Str text, bool allow_binary, u64 *value);

/* ---- the source tree ---- */

typedef struct MacroParam {
	enum { PARAM_EXPR, PARAM_VAR, PARAM_MAP } kind;
	const char *name; /* "x", "$x", "@x" */
} MacroParam;

typedef struct Macro {
	const char *name;
	Vec(MacroParam) params;
	Node *body; /* BLOCK */
	Span at;
	u32 depth; /* >0: being expanded now */
} Macro;

typedef struct AttachText {
	Str text; /* from the provider to the last part, $1 substituted */
	const char *label;
	Span at;
} AttachText;

typedef struct SourceProbe {
	Vec(AttachText) attach;
	Node *predicate; /* or NULL */
	Node *body; /* BLOCK */
	Span at;
} SourceProbe;

typedef struct SourceFunc {
	const char *name;
	Vec(Node *) params; /* LET: name, b TYPE */
	Node *result; /* TYPE or NULL */
	Node *body;
	Span at;
} SourceFunc;

typedef struct SourceMap { /* let @m = hash(N); */
	const char *name, *kind;
	u64 entries;
	Span at, kind_at;
} SourceMap;

typedef struct ConfigEntry {
	const char *name;
	Str value;
	TokKind kind; /* of the value's token */
	Span at, value_at;
} ConfigEntry;

typedef struct ScriptTree {
	Vec(ConfigEntry) config;
	bool has_config;
	Vec(Node *) imports; /* IMPORT */
	Vec(Macro *) macros;
	Vec(SourceMap) maps;
	Vec(SourceFunc *) funcs;
	Vec(SourceProbe *) probes;
	const ScriptInput *input;
	struct CUnit *c_unit; /* of the C part; cpart.c */
} ScriptTree;

/* ---- parse.c, parse_expr.c, parse_top.c ---- */

#define PARSE_MAX_DEPTH 200

typedef struct Parser {
	Script *s;
	Compile *c;
	Lexer lx;
	Token tok; /* the one looked at */
	Loc last_end; /* end of the token before */
	u32 depth;
	bool is_imported;
	bool panic; /* in recovery: no further messages until the next good place */
} Parser;

typedef struct ParserMark {
	Lexer lx;
	Token tok;
	Loc last_end;
	u32 n_errors;
} ParserMark;

void parser_advance(Parser *p);
bool parser_accept(Parser *p, TokKind kind);
/* Reports "syntax: …" if another token is there. */
bool parser_expect(Parser *p, TokKind kind, const char *where);
void parser_error(Parser *p, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* False (and reported) when nested too deeply; pair with parser_leave. */
bool parser_enter(Parser *p);
static inline void parser_leave(Parser *p)
{
	p->depth--;
}
static inline Span parser_since(const Parser *p, Loc start)
{
	return (Span){start, MAX(p->last_end, start)};
}
/* A file of script text: all of it goes into s->tree. */
void parse_file(Script *s, const SourceFile *f, bool is_imported);

Node *parse_expr(Parser *p);
Node *parse_type(Parser *p);
Node *parse_block(Parser *p);
Node *parse_statement(Parser *p);
Node *parse_if(Parser *p, bool is_value);

/* ---- tree.c ---- */

Node *node_new(Compile *c, NodeKind kind, Span at);
Node *node_copy(Compile *c, const Node *n); /* this node only */
Node *node_clone(Compile *c, const Node *n); /* with all below */
Node *node_int(Compile *c, Span at, Type *type, i64 value);
void node_list(Compile *c, Node *n, Node *const *items, u32 count);
const char *script_op_text(ScriptOp op);
/* Calls f for n and all below it, parents first; f returns false to pass over the children. */
void node_walk(Node *n, bool (*f)(void *user, Node *n), void *user);

/* ---- table.c ---- */

typedef struct NameHint {
	const char *best;
	u32 distance;
} NameHint;
/* Keeps the candidate that is nearest to name, if near enough. */
void hint_offer(NameHint *h, const char *name, const char *candidate);
const char *node_kind_name(NodeKind kind);

/* ---- config.c ---- */

void config_init(Script *s);
void config_apply(Script *s);
const char *config_name(ConfigId id);

/* ---- cpart.c: everything that c/ does for us ---- */

/* Parses text as C declarations; its positions start at base. */
void cpart_add(Script *s, Str text, Loc base);
/* The macro's expansion as script text, or NULL. */
const char *cpart_macro(Script *s, const char *name);
/* A type in C syntax, or NULL. */
Type *cpart_type(Script *s, const char *text, Span at);

/* ---- macro.c ---- */

/* Replaces all uses of macros in probes and functions. */
void macro_expand_all(Script *s);

/* ---- import.c ---- */

void import_all(Script *s);

/* ---- attach.c: attach points → programs ---- */

typedef struct Program Program;

/* Adds the programs of one source probe to s->programs. */
void attach_resolve(Script *s, SourceProbe *probe, u32 number);

/* A program during the check. */
struct Program {
	ScriptProgram out; /* first: what s->programs points to */
	SourceProbe *source;
	Type *args; /* record of args, or NULL */
	bool args_in_ctx; /* a tracepoint: args is the context's own layout */
	bool args_is_syscall; /* pointers in args are the process's */
	Type *result; /* fexit: type of retval; NULL */
	u32 n_slots; /* fexit: slot of retval */
};

/* ---- args.c ---- */

/* Sets args, result, context of the program for its first attach point. False if the kind has args but they are not known. */
bool args_resolve(Script *s, Program *p, const AttachDef *at);
/* Type of a tracepoint's record from the text of its format file. */
Type *args_from_format(Script *s, const char *name, const char *format, bool is_syscall);

