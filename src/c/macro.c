/*
 * Macros: definition and expansion (C11 6.10.3, GNU named variadics, the
 * comma that vanishes before an empty ## __VA_ARGS__, C23's __VA_OPT__).
 *
 * A body is kept as tokens in which parameters are numbers. An expansion is a
 * fresh token list, put on the stack of contexts that pp_raw reads from. While
 * a context is on the stack its macro is active; a name of an active macro is
 * painted when it is read and never expands again, wherever it goes. Arguments
 * are expanded on their own first, by reading them up to a barrier on the same
 * stack, unless they stand beside # or ##.
 *
 * Tokens of a body take the position of the outermost macro name; tokens of
 * arguments keep theirs, so that messages and line info point at what the
 * user wrote.
 */
#include "c/internal.h"

#include "base/text.h"

#define MAX_EXPANDED 16000000
#define MAX_EXPAND_DEPTH 400

/* ---- definition ---- */

static int param_index(const Macro *m, const Ident *id)
{
	for (u32 i = 0; i < m->n_params; i++) {
		if (m->params[i] == id)
			return (int)i;
	}
	return -1;
}

typedef Vec(Ident *) Names;

/* "(a, b, c...)" behind the name; the lexer stands at the parenthesis. */
static bool parse_params(Pp *pp, Lexer *l, Macro *m)
{
	Names names = {0};
	Tok t;

	lex(pp, l, &t);
	for (lex(pp, l, &t); t.kind != CT_RPAREN; lex(pp, l, &t)) {
		if (t.kind == CT_ELLIPSIS) {
			m->is_variadic = true;
			vec_push(pp->arena, &names, pp->id_va_args);
		} else if (t.kind == CT_IDENT) {
			vec_push(pp->arena, &names, t.ident);
		} else {
			pp_error(pp, tok_span(&t),
				 t.kind == CT_EOD ? "missing ')' in macro parameter list"
						  : "invalid token in macro parameter list");
			return false;
		}
		lex(pp, l, &t);
		if (t.kind == CT_ELLIPSIS && !m->is_variadic) {
			m->is_variadic = true;
			lex(pp, l, &t);
		}
		if (t.kind == CT_RPAREN)
			break;
		if (t.kind != CT_COMMA || m->is_variadic) {
			pp_error(pp, tok_span(&t), "expected comma in macro parameter list");
			return false;
		}
	}
	m->is_function = true;
	m->params = names.at;
	m->n_params = (u16)names.len;
	return true;
}

/* Index of the ")" that closes the "(" at i, or n. */
static u32 closing(const Tok *toks, u32 n, u32 i)
{
	u32 depth = 0;

	for (; i < n; i++) {
		if (toks[i].kind == CT_LPAREN)
			depth++;
		else if (toks[i].kind == CT_RPAREN && --depth == 0)
			return i;
	}
	return n;
}

/* Turns names into parameters, # into CT_STRINGIZE, ## into CT_PASTE, __VA_OPT__( … ) into
 * CT_VA_OPT. */
static bool mark_body(Pp *pp, Macro *m, Toks *body)
{
	u32 out = 0;

	for (u32 i = 0; i < body->len; i++) {
		Tok t = body->at[i];
		int param = t.kind == CT_IDENT ? param_index(m, t.ident) : -1;
		if (param >= 0) {
			t.kind = CT_PARAM;
			t.extra = (u16)param;
		} else if (t.kind == CT_HASH && m->is_function) {
			const Tok *next = i + 1 < body->len ? &body->at[i + 1] : NULL;
			param = next && next->kind == CT_IDENT ? param_index(m, next->ident) : -1;
			if (param < 0) {
				pp_error(pp, tok_span(&t),
					 "'#' is not followed by a macro parameter");
				return false;
			}
			t.kind = CT_STRINGIZE;
			t.extra = (u16)param;
			i++;
		} else if (t.kind == CT_HASHHASH) {
			t.kind = CT_PASTE;
		} else if (t.kind == CT_IDENT && t.ident == pp->id_va_opt && m->is_variadic &&
			   i + 1 < body->len && body->at[i + 1].kind == CT_LPAREN) {
			t.kind = CT_VA_OPT;
		}
		body->at[out++] = t;
	}
	body->len = out;
	/* what is inside __VA_OPT__ is counted, its parentheses stay for the count */
	for (u32 i = 0; i < body->len; i++) {
		if (body->at[i].kind != CT_VA_OPT)
			continue;
		u32 end = closing(body->at, body->len, i + 1);
		if (end == body->len) {
			pp_error(pp, m->at, "unterminated __VA_OPT__");
			return false;
		}
		body->at[i].len = end - i;
	}
	return true;
}

static bool parse_body(Pp *pp, Lexer *l, Macro *m)
{
	Toks body = {0};
	Tok t;

	for (lex(pp, l, &t); t.kind != CT_EOD; lex(pp, l, &t)) {
		t.flags &= (u8)~TF_LINE;
		vec_push(pp->arena, &body, t);
	}
	if (!mark_body(pp, m, &body))
		return false;
	if (body.len) {
		body.at[0].flags &= (u8)~TF_SPACE;
		if (body.at[0].kind == CT_PASTE || body.at[body.len - 1].kind == CT_PASTE) {
			pp_error(pp, m->at, "'##' cannot appear at %s of macro expansion",
				 body.at[0].kind == CT_PASTE ? "start" : "end");
			return false;
		}
	}
	m->body = body.at;
	m->n_body = body.len;
	return true;
}

static bool same_macro(const Macro *a, const Macro *b)
{
	if (a->is_function != b->is_function || a->is_variadic != b->is_variadic ||
	    a->n_params != b->n_params || a->n_body != b->n_body || a->kind != b->kind)
		return false;
	for (u32 i = 0; i < a->n_params; i++) {
		if (a->params[i] != b->params[i])
			return false;
	}
	for (u32 i = 0; i < a->n_body; i++) {
		const Tok *x = &a->body[i], *y = &b->body[i];
		if (x->kind != y->kind || x->extra != y->extra ||
		    (x->flags & TF_SPACE) != (y->flags & TF_SPACE) ||
		    !str_eq(tok_spelling(x), tok_spelling(y)))
			return false;
	}
	return true;
}

static void install(Pp *pp, Ident *id, Macro *m)
{
	Macro *old = id->macro;

	if (old && !old->is_embedded && !same_macro(old, m)) {
		pp_warn(pp, m->at, "'%s' macro redefined", id->name);
		pp_note(pp, old->at, "previous definition is here");
	}
	id->macro = m;
	if (!m->is_embedded)
		vec_push(pp->arena, &pp->macros, m);
}

void macro_define(Pp *pp, Lexer *l, bool is_embedded)
{
	Tok t;
	Macro *m = NEW(pp->arena, Macro);

	lex(pp, l, &t);
	if (t.kind != CT_IDENT) {
		pp_error(pp, tok_span(&t),
			 t.kind == CT_EOD ? "macro name missing"
					  : "macro name must be an identifier");
		return;
	}
	if (t.ident == pp->id_defined) {
		pp_error(pp, tok_span(&t), "'defined' cannot be used as a macro name");
		return;
	}
	m->ident = t.ident;
	m->is_embedded = is_embedded;
	m->at = is_embedded ? (Span){0} : tok_span(&t);
	if (*l->at == '(' && !parse_params(pp, l, m))
		return;
	if (parse_body(pp, l, m))
		install(pp, t.ident, m);
}

void macro_define_text(Pp *pp, const char *text)
{
	u32 len = (u32)strlen(text);
	Lexer l = {.at = text, .start = text, .end = text + len, .in_directive = true};

	macro_define(pp, &l, true);
}

Macro *macro_embedded(Pp *pp, Ident *id)
{
	EmbedMacro row;

	if (id->embed_tried)
		return id->embedded;
	id->embed_tried = true;
	if (!embed_macro_find(id->name, id->len, &row))
		return NULL;
	Macro *own = id->macro;
	id->macro = NULL;
	macro_define_text(pp, arena_printf(pp->arena, "%s%s %s", row.name, row.params, row.body));
	id->embedded = id->macro;
	id->macro = own;
	return id->embedded;
}

/* ---- expansion ---- */

typedef struct {
	Pp *pp;
	Macro *m;
	const Tok *name;
	Toks *raw;	/* arguments as written */
	Toks *expanded; /* made when first needed */
	bool *is_expanded;
	Toks out;
	bool paste; /* the next token is glued to the last of out */
} Expansion;

static Tok make_text_tok(Expansion *e, u8 kind, const char *text, u32 len)
{
	return (Tok){.kind = kind, .loc = e->name->loc, .text = text, .len = len};
}

/* # parameter: its spelling as a string literal. */
static Tok stringize(Expansion *e, const Toks *arg)
{
	Text s = text_new(e->pp->arena);

	text_add(&s, "\"", 1);
	for (u32 i = 0; i < arg->len; i++) {
		const Tok *t = &arg->at[i];
		Str spelling = tok_spelling(t);
		if (i && t->flags & TF_SPACE)
			text_add(&s, " ", 1);
		bool is_quoted = t->kind == CT_STRING || t->kind == CT_CHAR;
		for (u32 k = 0; k < spelling.len; k++) {
			if (is_quoted && (spelling.at[k] == '"' || spelling.at[k] == '\\'))
				text_add(&s, "\\", 1);
			text_add(&s, &spelling.at[k], 1);
		}
	}
	text_add(&s, "\"", 1);
	return make_text_tok(e, CT_STRING, text_done(&s), s.len);
}

/* left ## right; false if they make no token. */
static bool glue(Expansion *e, Tok *left, const Tok *right)
{
	if (right->kind == CT_PLACEMARKER)
		return true;
	if (left->kind == CT_PLACEMARKER) {
		u8 flags = left->flags;
		*left = *right;
		left->flags = (u8)((left->flags & ~TF_SPACE) | (flags & TF_SPACE));
		return true;
	}
	Str a = tok_spelling(left), b = tok_spelling(right);
	const char *text =
	    arena_printf(e->pp->arena, "%.*s%.*s", (int)a.len, a.at, (int)b.len, b.at);
	Lexer l = {.at = text,
		   .start = text,
		   .end = text + a.len + b.len,
		   .in_directive = true,
		   .is_skipping = true};
	Tok t;
	if (text[0] == '/' && (text[1] == '/' || text[1] == '*'))
		return false;
	lex(e->pp, &l, &t);
	if (l.at != l.end || t.kind == CT_OTHER)
		return false;
	t.flags = left->flags & TF_SPACE;
	t.loc = left->loc;
	t.spelled = 0;
	*left = t;
	return true;
}

static void emit(Expansion *e, Tok t)
{
	if (e->paste && e->out.len) {
		Tok *last = &e->out.at[e->out.len - 1];
		e->paste = false;
		if (glue(e, last, &t))
			return;
		Str a = tok_spelling(last), b = tok_spelling(&t);
		pp_error(e->pp, tok_span(e->name),
			 "pasting formed '%.*s%.*s', an invalid preprocessing token", (int)a.len,
			 a.at, (int)b.len, b.at);
	}
	e->paste = false;
	vec_push(e->pp->arena, &e->out, t);
}

static const Toks *expanded_arg(Expansion *e, u32 i)
{
	if (!e->is_expanded[i]) {
		e->is_expanded[i] = true;
		e->expanded[i] = macro_expand_list(e->pp, e->raw[i].at, e->raw[i].len);
	}
	return &e->expanded[i];
}

/* An argument in place of its parameter; its first token takes the parameter's blank. */
static void emit_arg(Expansion *e, const Toks *arg, const Tok *param, bool by_paste)
{
	if (!arg->len && (by_paste || e->paste)) {
		emit(e, (Tok){.kind = CT_PLACEMARKER,
			      .flags = param->flags & TF_SPACE,
			      .loc = e->name->loc});
		return;
	}
	for (u32 i = 0; i < arg->len; i++) {
		Tok t = arg->at[i];
		if (i == 0)
			t.flags = (u8)((t.flags & ~TF_SPACE) | (param->flags & TF_SPACE));
		emit(e, t);
	}
}

/* Is body[i], a ##, the GNU comma before the variadic argument? */
static bool is_comma_swallow(const Macro *m, u32 i, u32 end)
{
	return m->is_variadic && i > 0 && m->body[i - 1].kind == CT_COMMA && i + 1 < end &&
	       m->body[i + 1].kind == CT_PARAM && m->body[i + 1].extra == m->n_params - 1;
}

static void substitute(Expansion *e, u32 from, u32 end);

static void substitute_va_opt(Expansion *e, u32 i)
{
	const Tok *t = &e->m->body[i];
	u32 before = e->out.len;

	if (expanded_arg(e, e->m->n_params - 1u)->len)
		substitute(e, i + 2, i + t->len);
	if (e->out.len == before)
		emit(e, (Tok){.kind = CT_PLACEMARKER,
			      .flags = t->flags & TF_SPACE,
			      .loc = e->name->loc});
}

static void substitute(Expansion *e, u32 from, u32 end)
{
	const Macro *m = e->m;

	for (u32 i = from; i < end; i++) {
		const Tok *t = &m->body[i];
		bool before_paste = i + 1 < end && m->body[i + 1].kind == CT_PASTE;
		if (t->kind == CT_PASTE && is_comma_swallow(m, i, end)) {
			const Toks *arg = &e->raw[m->n_params - 1u];
			if (!arg->len && e->out.len)
				e->out.len--;
			else if (arg->len) /* as written, with its own blank */
				emit_arg(e, arg, &arg->at[0], false);
			i++;
		} else if (t->kind == CT_PASTE) {
			e->paste = true;
		} else if (t->kind == CT_STRINGIZE) {
			Tok s = stringize(e, &e->raw[t->extra]);
			s.flags = t->flags & TF_SPACE;
			emit(e, s);
		} else if (t->kind == CT_VA_OPT) {
			substitute_va_opt(e, i);
			i += t->len;
		} else if (t->kind == CT_PARAM && (before_paste || e->paste)) {
			if (before_paste && is_comma_swallow(m, i + 1, end))
				before_paste = false;
			emit_arg(e, &e->raw[t->extra], t, before_paste);
		} else if (t->kind == CT_PARAM) {
			emit_arg(e, expanded_arg(e, t->extra), t, false);
		} else {
			Tok copy = *t;
			copy.loc = e->name->loc;
			if (m->is_embedded)
				copy.spelled = 0;
			emit(e, copy);
		}
	}
}

/* Puts the expansion on the context stack. */
static void push_expansion(Pp *pp, Macro *m, const Tok *name, Toks *out)
{
	u32 n = 0;

	for (u32 i = 0; i < out->len; i++) {
		if (out->at[i].kind != CT_PLACEMARKER)
			out->at[n++] = out->at[i];
	}
	pp->n_expanded += n + 1;
	if (!n) {
		pp->carry |= name->flags & (TF_LINE | TF_SPACE);
	} else {
		out->at[0].flags =
		    (u8)((out->at[0].flags & TF_PAINTED) | (name->flags & (TF_LINE | TF_SPACE)));
		if (name->extra)
			out->at[0].extra = name->extra;
	}
	m->is_active = true;
	pp_push(pp, m, out->at, n);
}

typedef Vec(Toks) Args;

/* One argument up to its comma or the last ")". False at the end of input. */
static bool read_arg(Pp *pp, bool takes_commas, Toks *arg, Tok *t)
{
	u32 depth = 0;

	for (;;) {
		pp_raw(pp, t);
		if (t->kind == CT_EOF)
			return false;
		if (t->kind == CT_LPAREN)
			depth++;
		else if (t->kind == CT_RPAREN && depth-- == 0)
			return true;
		else if (t->kind == CT_COMMA && depth == 0 && !takes_commas)
			return true;
		if (t->flags & TF_LINE)
			t->flags = (u8)((t->flags & ~TF_LINE) | TF_SPACE);
		vec_push(pp->arena, arg, *t);
	}
}

/* Reads the arguments; the "(" is consumed. False after an error. */
static bool read_args(Pp *pp, Macro *m, const Tok *name, Args *args)
{
	Tok t;

	do {
		Toks arg = {0};
		if (!read_arg(pp, m->is_variadic && args->len + 1 == m->n_params, &arg, &t)) {
			pp_error(pp, tok_span(name), "unterminated function-like macro invocation");
			if (m->at.start)
				pp_note(pp, m->at, "macro '%s' defined here", m->ident->name);
			return false;
		}
		vec_push(pp->arena, args, arg);
	} while (t.kind == CT_COMMA);
	if (m->n_params == 0 && args->len == 1 && !args->at[0].len)
		args->len = 0;
	if (m->is_variadic && args->len + 1 == m->n_params)
		vec_push(pp->arena, args, (Toks){0});
	if (args->len == m->n_params)
		return true;
	pp_error(pp, tok_span(&t), "too %s arguments provided to function-like macro invocation",
		 args->len < m->n_params ? "few" : "many");
	if (m->at.start)
		pp_note(pp, m->at, "macro '%s' defined here", m->ident->name);
	return false;
}

static bool next_is_paren(Pp *pp)
{
	Tok t;

	pp_raw(pp, &t);
	if (t.kind == CT_LPAREN)
		return true;
	if (t.kind != CT_EOF)
		pp_unread(pp, &t, 1);
	return false;
}

static bool is_runaway(Pp *pp, const Tok *t)
{
	if (pp->n_expanded < MAX_EXPANDED && pp->expand_depth < MAX_EXPAND_DEPTH)
		return false;
	pp_error(pp, tok_span(t),
		 pp->n_expanded < MAX_EXPANDED ? "macro arguments are nested too deeply"
					       : "macro expansion does not come to an end");
	pp->is_fatal = true;
	return true;
}

bool macro_enter(Pp *pp, Macro *m, const Tok *name)
{
	Expansion e = {.pp = pp, .m = m, .name = name};

	if (is_runaway(pp, name))
		return false;
	if (m->kind != MACRO_USER)
		return macro_builtin(pp, m, name);
	if (m->is_function) {
		Args args = {0};
		if (!next_is_paren(pp))
			return false;
		if (!read_args(pp, m, name, &args))
			return true;
		e.raw = args.at;
		e.expanded = NEW_N(pp->arena, Toks, m->n_params + 1);
		e.is_expanded = NEW_N(pp->arena, bool, m->n_params + 1);
	}
	vec_reserve(pp->arena, &e.out, m->n_body + 1);
	substitute(&e, 0, m->n_body);
	push_expansion(pp, m, name, &e.out);
	return true;
}

Toks macro_expand_list(Pp *pp, const Tok *toks, u32 n)
{
	Toks out = {0};
	Tok t;
	u8 carry = pp->carry;

	if (!n)
		return out;
	Context *barrier = pp_push(pp, NULL, toks, n);
	barrier->is_barrier = true;
	pp->expand_depth++;
	pp->carry = 0;
	for (pp_next(pp, &t); t.kind != CT_EOF; pp_next(pp, &t)) {
		if (t.flags & TF_LINE)
			t.flags = (u8)((t.flags & ~TF_LINE) | TF_SPACE);
		vec_push(pp->arena, &out, t);
	}
	pp->carry = carry;
	pp->expand_depth--;
	pp->context = barrier->outer;
	return out;
}
