/*
 * The preprocessor's stream: pp_raw takes tokens from the contexts (macro
 * expansions) and, when there are none, from the innermost file, obeying
 * directives on the way; pp_next expands macros on top of that.
 *
 * Conditional groups that are left out are lexed without complaint up to their
 * #else or #endif. A file that is wholly inside #ifndef X … #endif is noticed
 * and not read again while X is defined.
 */
#include "c/internal.h"

#define MAX_IFS 1000

/* ---- messages ---- */

static bool is_mute(Pp *pp)
{
	pp->has_failed = true;
	return pp->is_quiet || pp->is_fatal;
}

static Span place(Pp *pp, Span at)
{
	return pp->fixed_at.start ? pp->fixed_at : at;
}

void pp_error(Pp *pp, Span at, const char *fmt, ...)
{
	va_list args;

	if (is_mute(pp))
		return;
	va_start(args, fmt);
	diag_error(&pp->c->diags, place(pp, at), "%s", arena_vprintf(pp->arena, fmt, args));
	va_end(args);
}

void pp_warn(Pp *pp, Span at, const char *fmt, ...)
{
	va_list args;

	if (pp->is_quiet)
		return;
	va_start(args, fmt);
	diag_warning(&pp->c->diags, place(pp, at), "%s", arena_vprintf(pp->arena, fmt, args));
	va_end(args);
}

void pp_note(Pp *pp, Span at, const char *fmt, ...)
{
	va_list args;

	if (pp->is_quiet || pp->is_fatal || !at.start)
		return;
	va_start(args, fmt);
	diag_note(&pp->c->diags, at, "%s", arena_vprintf(pp->arena, fmt, args));
	va_end(args);
}

/* ---- contexts and buffers ---- */

Context *pp_push(Pp *pp, Macro *m, const Tok *toks, u32 n)
{
	Context *ctx = NEW(pp->arena, Context);

	*ctx = (Context){.outer = pp->context, .macro = m, .at = toks, .end = toks + n};
	pp->context = ctx;
	return ctx;
}

void pp_unread(Pp *pp, const Tok *toks, u32 n)
{
	Tok *copy = NEW_N(pp->arena, Tok, n);

	memcpy(copy, toks, sizeof(Tok) * n);
	pp_push(pp, NULL, copy, n);
}

void pp_push_buffer(Pp *pp, SourceFile *source, KnownFile *known, const char *dir, int dir_index)
{
	Buffer *b = NEW(pp->arena, Buffer);

	*b = (Buffer){
	    .outer = pp->buffer,
	    .source = source,
	    .known = known,
	    .dir = dir,
	    .dir_index = dir_index,
	    .n_conds = pp->conds.len,
	    .lexer = {.at = source->text,
		      .start = source->text,
		      .end = source->text + source->len,
		      .base = source->base,
		      .at_line = true},
	};
	if (source->len >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3))
		b->lexer.at += 3;
	pp->buffer = b;
	pp->depth++;
}

/* At the end of a file: conditionals must be closed; a guard around all of it is remembered. */
static void pop_buffer(Pp *pp)
{
	Buffer *b = pp->buffer;

	while (pp->conds.len > b->n_conds) {
		Loc at = pp->conds.at[--pp->conds.len].at;
		pp_error(pp, (Span){at, at + 1}, "unterminated conditional directive");
	}
	if (b->known && b->guard_state == GUARD_AFTER)
		b->known->guard = b->guard;
	pp->buffer = b->outer;
	pp->depth--;
}

/* ---- directives ---- */

typedef enum {
	DIR_NONE,
	DIR_DEFINE,
	DIR_UNDEF,
	DIR_IF,
	DIR_IFDEF,
	DIR_IFNDEF,
	DIR_ELIF,
	DIR_ELIFDEF,
	DIR_ELIFNDEF,
	DIR_ELSE,
	DIR_ENDIF,
	DIR_INCLUDE,
	DIR_INCLUDE_NEXT,
	DIR_IMPORT,
	DIR_LINE,
	DIR_ERROR,
	DIR_WARNING,
	DIR_PRAGMA,
	DIR_IDENT,
} Directive;

static const char *const directive_names[] = {
    [DIR_DEFINE] = "define",   [DIR_UNDEF] = "undef",	    [DIR_IF] = "if",
    [DIR_IFDEF] = "ifdef",     [DIR_IFNDEF] = "ifndef",	    [DIR_ELIF] = "elif",
    [DIR_ELIFDEF] = "elifdef", [DIR_ELIFNDEF] = "elifndef", [DIR_ELSE] = "else",
    [DIR_ENDIF] = "endif",     [DIR_INCLUDE] = "include",   [DIR_INCLUDE_NEXT] = "include_next",
    [DIR_IMPORT] = "import",   [DIR_LINE] = "line",	    [DIR_ERROR] = "error",
    [DIR_WARNING] = "warning", [DIR_PRAGMA] = "pragma",	    [DIR_IDENT] = "ident",
};

static Directive directive_of(const Tok *t)
{
	if (t->kind != CT_IDENT)
		return DIR_NONE;
	for (u32 i = 1; i < ARRAY_LEN(directive_names); i++) {
		if (!strcmp(directive_names[i], t->ident->name))
			return i;
	}
	return DIR_NONE;
}

static Toks rest_of_line(Pp *pp, Lexer *l)
{
	Toks toks = {0};
	Tok t;

	for (lex(pp, l, &t); t.kind != CT_EOD; lex(pp, l, &t))
		vec_push(pp->arena, &toks, t);
	return toks;
}

static void expect_end(Pp *pp, Lexer *l, Directive d)
{
	Tok t;

	lex(pp, l, &t);
	if (t.kind == CT_EOD)
		return;
	pp_warn(pp, tok_span(&t), "extra tokens at end of #%s directive", directive_names[d]);
	while (t.kind != CT_EOD)
		lex(pp, l, &t);
}

static void end_directive(Lexer *l)
{
	l->in_directive = false;
}

bool pp_is_defined(Pp *pp, Ident *id)
{
	return id->macro || (pp->is_virtual && macro_embedded(pp, id));
}

/* The name behind #ifdef, #ifndef, #undef. */
static Ident *directive_name(Pp *pp, Lexer *l, Directive d)
{
	Tok t;

	lex(pp, l, &t);
	if (t.kind == CT_IDENT) {
		expect_end(pp, l, d);
		return t.ident;
	}
	pp_error(pp, tok_span(&t),
		 t.kind == CT_EOD ? "macro name missing" : "macro name must be an identifier");
	while (t.kind != CT_EOD)
		lex(pp, l, &t);
	return NULL;
}

/* Condition of #if, #ifdef, #ifndef and their #elif forms. */
static bool condition(Pp *pp, Lexer *l, Directive d, Loc at)
{
	if (d == DIR_IF || d == DIR_ELIF) {
		Toks toks = rest_of_line(pp, l);
		return ppif_eval(pp, toks.at, toks.len, at);
	}
	Ident *id = directive_name(pp, l, d);
	bool is_defined = id && pp_is_defined(pp, id);
	return d == DIR_IFNDEF || d == DIR_ELIFNDEF ? id && !is_defined : is_defined;
}

/* #elif…, #else for the innermost conditional, whose branches so far were left out if skipping.
 * True: read on from here. */
static bool next_branch(Pp *pp, Lexer *l, Directive d, Loc at)
{
	Span span = {at, at + 1};

	if (pp->conds.len <= pp->buffer->n_conds) {
		pp_error(pp, span, "#%s without #if", directive_names[d]);
		rest_of_line(pp, l);
		return true;
	}
	Cond *cond = &pp->conds.at[pp->conds.len - 1];
	if (cond->is_else) {
		pp_error(pp, span, "#%s after #else", directive_names[d]);
		pp_note(pp, (Span){cond->at, cond->at + 1}, "previous #else is here");
	}
	if (d == DIR_ELSE) {
		expect_end(pp, l, d);
		cond->is_else = true;
	}
	if (cond->was_taken) {
		if (d != DIR_ELSE)
			rest_of_line(pp, l);
		return false;
	}
	bool value = d == DIR_ELSE || condition(pp, l, d, at);
	pp->conds.at[pp->conds.len - 1].was_taken = value;
	return value;
}

/* Leaves out lines up to the branch of the innermost conditional that is read, or past its #endif.
 */
static void skip_group(Pp *pp)
{
	Lexer *l = &pp->buffer->lexer;
	u32 nested = 0;
	Tok t;

	l->is_skipping = true;
	l->in_directive = false;
	for (;;) {
		lex(pp, l, &t);
		if (t.kind == CT_EOF)
			break;
		if (t.kind != CT_HASH || !(t.flags & TF_LINE))
			continue;
		Loc at = t.loc;
		l->in_directive = true;
		lex(pp, l, &t);
		Directive d = directive_of(&t);
		if (d == DIR_IF || d == DIR_IFDEF || d == DIR_IFNDEF) {
			nested++;
		} else if (d == DIR_ENDIF && nested-- == 0) {
			pp->conds.len--;
			break;
		} else if (d >= DIR_ELIF && d <= DIR_ELSE && nested == 0) {
			l->is_skipping = false;
			if (next_branch(pp, l, d, at))
				break;
			l->is_skipping = true;
			t.kind = CT_EOD;
		}
		while (t.kind != CT_EOD)
			lex(pp, l, &t);
		l->in_directive = false;
	}
	l->is_skipping = false;
}

static void directive_if(Pp *pp, Lexer *l, Directive d, Loc at)
{
	bool value = condition(pp, l, d, at);

	if (pp->conds.len >= MAX_IFS) {
		pp_error(pp, (Span){at, at + 1}, "conditionals are nested too deeply");
		pp->is_fatal = true;
		return;
	}
	vec_push(pp->arena, &pp->conds, (Cond){.at = at, .was_taken = value});
	if (!value)
		skip_group(pp);
}

static void directive_endif(Pp *pp, Lexer *l, Loc at)
{
	expect_end(pp, l, DIR_ENDIF);
	if (pp->conds.len <= pp->buffer->n_conds)
		pp_error(pp, (Span){at, at + 1}, "#endif without #if");
	else
		pp->conds.len--;
}

static void directive_undef(Pp *pp, Lexer *l)
{
	Ident *id = directive_name(pp, l, DIR_UNDEF);

	if (!id)
		return;
	id->macro = NULL;
	id->embed_tried = true;
	id->embedded = NULL;
}

static void directive_message(Pp *pp, Lexer *l, Directive d, Loc at)
{
	Str text = lex_rest_of_line(l);
	Span span = {at, at + (Loc)strlen(directive_names[d])};

	if (d == DIR_ERROR)
		pp_error(pp, span, "%.*s", (int)text.len, text.at);
	else
		pp_warn(pp, span, "%.*s", (int)text.len, text.at);
}

/* Follows the shape of a file for the include guard: only #ifndef first and its #endif last. */
static void watch_guard(Pp *pp, Directive d, const Lexer *l)
{
	Buffer *b = pp->buffer;

	if (b->guard_state == GUARD_START && d == DIR_IFNDEF && pp->conds.len == b->n_conds) {
		Lexer copy = *l;
		Tok t;
		copy.is_skipping = true;
		lex(pp, &copy, &t);
		b->guard = t.kind == CT_IDENT ? t.ident : NULL;
		b->guard_state = b->guard ? GUARD_INSIDE : GUARD_NONE;
	} else if (b->guard_state == GUARD_INSIDE) {
		if (pp->conds.len == b->n_conds + 1) {
			if (d == DIR_ENDIF)
				b->guard_state = GUARD_AFTER;
			else if (d >= DIR_ELIF && d <= DIR_ELSE)
				b->guard_state = GUARD_NONE;
		}
	} else {
		b->guard_state = GUARD_NONE;
	}
}

/* A line that starts with #; the # is read. */
static void directive(Pp *pp)
{
	Lexer *l = &pp->buffer->lexer;
	Buffer *b = pp->buffer;
	Tok t;

	l->in_directive = true;
	lex(pp, l, &t);
	if (t.kind == CT_EOD) {
		end_directive(l);
		return;
	}
	Directive d = directive_of(&t);
	watch_guard(pp, d, l);
	switch (d) {
	case DIR_DEFINE:
		macro_define(pp, l, false);
		break;
	case DIR_UNDEF:
		directive_undef(pp, l);
		break;
	case DIR_IF:
	case DIR_IFDEF:
	case DIR_IFNDEF:
		directive_if(pp, l, d, t.loc);
		break;
	case DIR_ELIF:
	case DIR_ELIFDEF:
	case DIR_ELIFNDEF:
	case DIR_ELSE:
		if (pp->conds.len > b->n_conds)
			pp->conds.at[pp->conds.len - 1].was_taken = true;
		if (!next_branch(pp, l, d, t.loc))
			skip_group(pp);
		break;
	case DIR_ENDIF:
		directive_endif(pp, l, t.loc);
		break;
	case DIR_INCLUDE:
	case DIR_INCLUDE_NEXT:
	case DIR_IMPORT:
		include_directive(pp, l, t.loc, d == DIR_INCLUDE_NEXT);
		break;
	case DIR_ERROR:
	case DIR_WARNING:
		directive_message(pp, l, d, t.loc);
		break;
	case DIR_PRAGMA: {
		Toks toks = rest_of_line(pp, l);
		pp_pragma(pp, toks.at, toks.len);
		break;
	}
	case DIR_LINE:
	case DIR_IDENT:
		break;
	case DIR_NONE:
		if (t.kind != CT_NUMBER)
			pp_error(pp, tok_span(&t), "invalid preprocessing directive");
		break;
	}
	lex_rest_of_line(l);
	end_directive(l);
}

/* ---- the stream ---- */

/* From the innermost context; false: there is none with tokens left. */
static bool context_next(Pp *pp, Tok *t)
{
	for (Context *ctx; (ctx = pp->context);) {
		if (ctx->at < ctx->end) {
			*t = *ctx->at++;
			if (t->kind == CT_IDENT && t->ident->macro && t->ident->macro->is_active)
				t->flags |= TF_PAINTED;
			else if (t->kind == CT_IDENT && t->ident->embedded &&
				 t->ident->embedded->is_active)
				t->flags |= TF_PAINTED;
			return true;
		}
		if (ctx->is_barrier) {
			*t = (Tok){.kind = CT_EOF};
			return true;
		}
		if (ctx->macro)
			ctx->macro->is_active = false;
		pp->context = ctx->outer;
	}
	return false;
}

void pp_raw(Pp *pp, Tok *t)
{
	if (!pp->is_fatal && pp->context && context_next(pp, t))
		return;
	for (;;) {
		if (!pp->buffer || pp->is_fatal) {
			*t = (Tok){
			    .kind = CT_EOF, .flags = TF_LINE, .loc = pp->end, .spelled = pp->end};
			return;
		}
		lex(pp, &pp->buffer->lexer, t);
		if (t->kind == CT_HASH && t->flags & TF_LINE) {
			directive(pp);
			if (pp->context && context_next(pp, t))
				return;
		} else if (t->kind == CT_EOF) {
			if (!pp->buffer->outer)
				pp->end = t->loc;
			pop_buffer(pp);
		} else {
			if (pp->buffer->guard_state != GUARD_INSIDE)
				pp->buffer->guard_state = GUARD_NONE;
			return;
		}
	}
}

/* _Pragma ( string ); the name is read. */
static void pragma_operator(Pp *pp, const Tok *name)
{
	Tok t[3];
	u32 n = 0;

	for (; n < 3; n++) {
		static const u8 want[] = {CT_LPAREN, CT_STRING, CT_RPAREN};
		pp_raw(pp, &t[n]);
		if (t[n].kind != want[n]) {
			pp_error(pp, tok_span(name),
				 "_Pragma takes a parenthesized string literal");
			return;
		}
	}
	Text text = text_new(pp->arena);
	for (u32 i = 1; i + 1 < t[1].len; i++) {
		char c = t[1].text[i];
		if (c == '\\' && (t[1].text[i + 1] == '"' || t[1].text[i + 1] == '\\'))
			c = t[1].text[++i];
		text_add(&text, &c, 1);
	}
	const char *s = text_done(&text);
	Lexer l = {.at = s, .start = s, .end = s + text.len, .in_directive = true};
	Toks toks = {0};
	Tok one;
	for (lex(pp, &l, &one); one.kind != CT_EOD; lex(pp, &l, &one)) {
		one.loc = name->loc;
		one.spelled = 0;
		vec_push(pp->arena, &toks, one);
	}
	pp_pragma(pp, toks.at, toks.len);
}

void pp_next(Pp *pp, Tok *t)
{
	for (;;) {
		pp_raw(pp, t);
		if (t->kind != CT_IDENT)
			break;
		Ident *id = t->ident;
		if (id->macro) {
			if (t->flags & TF_PAINTED || !macro_enter(pp, id->macro, t))
				break;
		} else if (id == pp->id_pragma) {
			pragma_operator(pp, t);
		} else if (pp->in_if && pp->is_virtual && macro_embedded(pp, id)) {
			if (t->flags & TF_PAINTED || !macro_enter(pp, id->embedded, t))
				break;
		} else {
			break;
		}
	}
	t->flags |= pp->carry;
	pp->carry = 0;
	if (pp->hint && t->kind != CT_EOF) {
		t->extra = pp->hint;
		pp->hint = 0;
	}
}

void pp_init(Pp *pp, Compile *c, const CInput *in)
{
	memset(pp, 0, sizeof(*pp));
	pp->c = c;
	pp->arena = c->arena;
	pp->in = in;
	pp->known.arena = c->arena;
	ident_add_keywords(pp);
	pp->id_defined = ident_of(pp, "defined");
	pp->id_va_args = ident_of(pp, "__VA_ARGS__");
	pp->id_va_opt = ident_of(pp, "__VA_OPT__");
	pp->id_pragma = ident_of(pp, "_Pragma");
	predef_all(pp);
}

void pp_start(Pp *pp)
{
	const CInput *in = pp->in;

	if (in->text)
		include_main(pp, in->name, in->text, in->len, in->base);
	for (u32 i = in->includes.len; i-- > 0;)
		include_forced(pp, in->includes.at[i]);
}
