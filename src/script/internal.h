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
	Span at;
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
	Span at;
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

#define PARSE_MAX_DEPTH 600
#define PARSE_MAX_CHAIN 1000 /* a + b + c …, a.b.c … */

typedef struct Parser {
	Script *s;
	Compile *c;
	Lexer lx;
	Token tok; /* the one looked at */
	Loc last_end; /* end of the token before */
	u32 depth;
	bool is_imported;
	bool gave_up; /* nothing more is said */
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
/* Reports a chain of operators that is too long; false then. */
bool parser_link(Parser *p, u32 *n);
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
/* Words that begin a type: the language's own, struct union enum, C's. */
bool parse_is_own_type(const char *name);
bool parse_is_tag_word(const char *name);
bool parse_is_c_word(const char *name);
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

/* ---- attach.c: the text of one attach point → its parts, checked ---- */

#define ATTACH_MAX_PARTS 8

typedef struct AttachPoint {
	ProbeKind kind;
	const char *part[ATTACH_MAX_PARTS]; /* without quotes; [0] is the kind as written */
	bool is_quoted[ATTACH_MAX_PARTS];
	u32 n_parts;
	char shape[ATTACH_MAX_PARTS]; /* letters of probes.def for part[1 …] */
	AttachDef def; /* of a point without wildcards; patterns in target and function else */
	bool has_wildcard;
	bool is_cpp; /* uprobe: function is a C++ name */
	const char *source_file; /* uprobe: a source line instead of a function … */
	u32 source_line, source_col; /* … 0: no */
	bool any_target; /* the part that narrows the search was not given */
	Span at;
} AttachPoint;

/* Fills *out; false when reported as wrong. kind: PROBE_NONE, or the kind that a wildcard stands for. */
bool attach_parse(Script *s, const AttachText *text, ProbeKind kind, AttachPoint *out);
/* Cuts the text into parts. False when reported. */
bool attach_split(Script *s, const AttachText *text, AttachPoint *out);
/* The full name, as the probe builtin has it. */
const char *attach_name(Script *s, const AttachPoint *p, const char *target, const char *function);

/* ---- user.c ---- */

/* Adds each function or address that a uprobe's attach point means. 0, or -errno of reading its binary. */
int uprobe_find(Script *s, const AttachPoint *p, AttachDefs *out);

/* ---- usdt.c ---- */

/* '*' stands for any text. */
bool name_matches(const char *pattern, const char *name);

/*
 * Adds each place of each static marker that the attach point means. 0, or
 * -errno of reading the binary it names.
 */
int usdt_find(Script *s, const AttachPoint *p, AttachDefs *out);

/* ---- path.c: "bash", "libc" → the file ---- */

/* Path of the binary or library; the name itself if none is found. Arena. */
const char *path_of_binary(Script *s, const char *name);

/* ---- expand.c: attach points → programs ---- */

/* What is known of the content of a variable, map key or map value, over all passes. */
typedef struct Guess {
	Type *type; /* NULL: nothing yet */
	bool is_flexible; /* only literals ≥ 0 so far: may become unsigned */
	bool is_fixed; /* declared: let $x : T */
} Guess;

typedef Vec(Guess) Guesses;

/* A program during the check. */
typedef struct Program {
	ScriptProgram out; /* first: what s->programs points to */
	SourceProbe *source;
	Type *args; /* record of args, or NULL */
	bool args_in_ctx; /* a tracepoint: args is the context's own layout */
	bool args_is_syscall; /* pointers in args are the process's */
	Type *result; /* fexit: type of retval; NULL */
	u32 n_slots; /* fexit: slot of retval */
	Guesses guesses; /* of the locals, over all passes */
} Program;

/* Adds the programs of all source probes to s->programs. */
void expand_all(Script *s);

/* ---- args.c ---- */

/* Sets args, result and context of the program by its first attach point. False if they are not known. */
bool args_resolve(Script *s, Program *p);
/* Record of a tracepoint from the text of its format file; raw: BTF's struct of the event or NULL. */
Type *args_from_format(Script *s, const char *name, const char *format, bool is_syscall, Type *raw);

/* ---- check.c: the state of the check, variables and maps ---- */

/* A variable in scope. */
typedef struct ScopeVar {
	const char *name;
	u32 local;
	Span at;
	bool is_assigned;
	bool is_let; /* declared by let */
} ScopeVar;

typedef struct MapState {
	const char *name;
	u32 index;
	Guess key, value;
	bool is_scalar, is_keyed; /* how it was used */
	bool is_used;
	const SourceMap *decl; /* or NULL */
	Span at;
} MapState;

/* The loops around the statement at hand, innermost first. */
typedef struct LoopFrame {
	struct LoopFrame *outer;
	u32 scope_len; /* variables before it are captured when used inside */
	ScriptLoop *info; /* NULL: while, unroll */
	Vec(u32) captures;
	bool is_unroll, is_map;
} LoopFrame;

typedef struct Check {
	Script *s;
	Compile *c;
	Types *ts;
	Program *p; /* NULL in fn */
	ScriptFunc *fn;
	u32 allows; /* of the probe's kind */
	AddrSpace space; /* of addresses that come from integers cast to pointers */
	Vec(ScopeVar) scope;
	ScriptLocals *locals;
	Guesses *guesses;
	u32 n_locals; /* declared in this pass so far */
	Vec(MapState *) maps;
	Map options; /* names that getopt asks for */
	Map defines; /* name → parsed Node of a #define used in an expression */
	LoopFrame *loop;
	bool changed; /* a guess grew in this pass */
	u32 pass;
	u32 warned_in; /* pass + 1 in which the warning about tseries was given */
	bool in_comptime;
	u32 depth;
} Check;

void check_error(Check *k, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Only with -k: what upstream warns of on many sound scripts. */
void check_remark(Check *k, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A node of type error: silences what follows. */
Node *check_bad(Check *k, const Node *n);
static inline bool is_bad(const Node *n)
{
	return n->type->kind == TY_ERROR;
}

/* Scope marks: variables declared after it go at the pop. */
ScopeVar *var_find(Check *k, const char *name);
ScopeVar *var_declare(Check *k, const char *name, Span at);
/* Notes that a loop's body uses the variable. */
void var_capture(Check *k, const ScopeVar *v);
Node *local_node(Check *k, const ScopeVar *v, Span at);
MapState *map_state(Check *k, const char *name, Span at);
/* The name as the user wrote it: without the mark of a macro's expansion. Arena. */
const char *plain_name(Check *k, const char *name);
/* Number of a text in Script.strings. */
u32 check_string(Check *k, Str text);

/* ---- check_type.c: types, conversion, merging ---- */

Type *check_type_node(Check *k, const Node *n);
Type *int_type(Check *k, u32 size, bool is_signed);
static inline bool is_int(Type *t)
{
	return type_is_integer(t);
}
bool is_string(Type *t);
/* "int", "string", "pointer" …: for messages about arguments. */
const char *kind_word(Type *t);
/* A literal ≥ 0 whose type may become unsigned. */
bool is_flexible(const Node *n);
/* The common type of two values, or NULL. *lossy: both 64 bits of different sign. */
Type *type_merge(Check *k, Type *a, bool a_flexible, Type *b, bool b_flexible, bool *lossy);
/* n as type `to`, by a CAST where the types differ; literals are just retyped. */
Node *convert(Check *k, Node *n, Type *to);
/* An aggregation as the number it stands for; all else unchanged. */
Node *to_value(Check *k, Node *n);
/* As a 64-bit integer of its own sign. */
Node *to_int64(Check *k, Node *n);
Node *to_bool(Check *k, Node *n);
/* A pointer to char, or an array of them, as a string. */
Node *to_string(Check *k, Node *n, u32 size);
/* Lets the guess grow to hold n; false if it can't. */
bool guess_grow(Check *k, Guess *g, const Node *n);
bool is_castable_agg(Type *t);
Type *storable(Check *k, Type *t);

/* ---- check_expr.c, check_place.c, check_stmt.c, check_call.c, fold.c ---- */

Node *check_expr(Check *k, const Node *n);
Node *check_field(Check *k, const Node *n);
Node *check_index(Check *k, const Node *n);
Node *check_ident(Check *k, const Node *n);
Node *check_param(Check *k, const Node *n);
Node *check_map_read(Check *k, const Node *n);
/* The key expression converted to the map's key type (NULL for scalars); grows the guess. */
Node *check_map_key(Check *k, MapState *m, const Node *n);
Node *check_map_ref(Check *k, const Node *n);
Node *deref(Check *k, Node *pointer, Span at);
Node *field_of(Check *k, Node *record, const char *name, Span at);
/* Memory, through any CAST that made a string of a char array. */
Node *unwrap_array(Node *n);
Node *check_block(Check *k, const Node *n, bool own_scope);
Node *check_block_value(Check *k, const Node *n);
Node *check_update(Check *k, const Node *n);
/* "Type mismatch for NAME …" of a variable or map (what). */
void check_store_mismatch(Check *k, Span at, const char *name, const char *what, Type *has, const Node *value);
/* The place of a map's element with a checked key. */
Node *map_element(Check *k, const Node *n, MapState *m, Node *key);
Node *check_sizeof(Check *k, const Node *n);
Node *check_offsetof(Check *k, const Node *n);
Node *check_typeinfo(Check *k, const Node *n);
Node *check_call(Check *k, const Node *n);
Node *check_builtin_var(Check *k, const Node *n, BuiltinId id);
/* The operation on two literals, or NULL when it can't be done now. */
Node *fold_binary(Check *k, const Node *n, Node *a, Node *b);
Node *fold_unary(Check *k, const Node *n, Node *a);
/* Whether n is known now: *value is its truth. */
bool is_constant(const Node *n, bool *value);
Type *literal_type(Check *k, i64 value);
Node *literal_int(Check *k, Span at, i64 value);
Node *literal_string(Check *k, Span at, const char *text);

/* ---- builtin*.c ---- */

/* Finishes a call whose arguments fit the signature; returns the node to use instead. */
typedef Node *CheckBuiltin(Check *k, Node *call, const Node *source);
CheckBuiltin check_bi_pid, check_bi_nsecs, check_bi_curtask, check_bi_cpid, check_bi_has_cpid, check_bi_probe, check_bi_probetype, check_bi_func, check_bi_ctx, check_bi_retval, check_bi_usermode, check_bi_config, check_bi_default_str_length, check_bi_stack, check_bi_unavailable, check_bi_printf, check_bi_print, check_bi_debugf, check_bi_join, check_bi_time, check_bi_strftime, check_bi_exit, check_bi_static_assert, check_bi_assert_str, check_bi_fail, check_bi_delete, check_bi_find, check_bi_len, check_bi_is_scalar, check_bi_str, check_bi_buf, check_bi_strcap, check_bi_strncmp, check_bi_str_concat, check_bi_memcmp, check_bi_bswap, check_bi_kptr, check_bi_uptr, check_bi_write_user, check_bi_container_of, check_bi_ntop, check_bi_pton, check_bi_macaddr, check_bi_kaddr, check_bi_percpu_kaddr, check_bi_uaddr, check_bi_reg, check_bi_path, check_bi_cgroupid, check_bi_cgroup_path, check_bi_signal_name, check_bi_syscall_name, check_bi_signal, check_bi_skboutput, check_bi_kfunc_exist, check_bi_is_array, check_bi_is_integer, check_bi_is_literal, check_bi_is_ptr, check_bi_is_str, check_bi_is_unsigned_integer, check_bi_getopt, check_bi_agg;
