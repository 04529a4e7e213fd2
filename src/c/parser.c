/*
 * The parser's hands: the current token and what lies ahead, expectations,
 * recovery, nesting depth, and reading a piece of text in between (a detour),
 * which is how helper prototypes of the tables and the scripts' questions are
 * parsed.
 */
#include "c/internal.h"

#define MAX_NESTING 256

static void fetch(CParser *p, Tok *t)
{
	pp_next(&p->pp, t);
	if (t->kind == CT_IDENT && t->ident->keyword)
		t->kind = t->ident->keyword;
}

void c_advance(CParser *p)
{
	p->n_read++;
	p->last_end = tok_span(&p->tok).end;
	if (p->n_ahead) {
		p->tok = p->ahead[0];
		p->n_ahead--;
		memmove(p->ahead, p->ahead + 1, p->n_ahead * sizeof(Tok));
		return;
	}
	fetch(p, &p->tok);
}

const Tok *c_peek(CParser *p)
{
	if (!p->n_ahead)
		fetch(p, &p->ahead[p->n_ahead++]);
	return &p->ahead[0];
}

bool c_accept(CParser *p, CTok kind)
{
	if (p->tok.kind != kind)
		return false;
	c_advance(p);
	return true;
}

/* Where something is missing: right behind the last token, as Clang shows it. */
static Span missing_at(const CParser *p)
{
	Loc end = p->last_end;

	return end ? (Span){end, end + 1} : c_here(p);
}

bool c_expect(CParser *p, CTok kind, const char *after)
{
	if (c_accept(p, kind))
		return true;
	Span at = kind == CT_SEMI ? missing_at(p) : c_here(p);
	if (after)
		c_error(p, at, "expected '%s' after %s", tok_kind_text(kind), after);
	else if (kind >= CT_LPAREN)
		c_error(p, at, "expected '%s'", tok_kind_text(kind));
	else
		c_error(p, at, "expected %s", tok_kind_text(kind));
	return false;
}

bool c_close(CParser *p, CTok kind, Span open)
{
	static const char *const opening[] = {
	    [CT_RPAREN] = "(",
	    [CT_RBRACKET] = "[",
	    [CT_RBRACE] = "{",
	};

	if (c_accept(p, kind))
		return true;
	c_error(p, c_here(p), "expected '%s'", tok_kind_text(kind));
	c_note(p, open, "to match this '%s'", opening[kind]);
	return false;
}

bool c_enter(CParser *p)
{
	if (p->depth++ < MAX_NESTING)
		return true;
	c_error(p, c_here(p), "nested too deeply (more than %d levels)", MAX_NESTING);
	p->pp.is_fatal = true;
	p->n_ahead = 0;
	p->tok = (Tok){.kind = CT_EOF, .loc = p->tok.loc, .spelled = p->tok.loc};
	return false;
}

void c_leave(CParser *p)
{
	p->depth--;
}

void c_recover(CParser *p)
{
	u32 depth = 0;

	for (;; c_advance(p)) {
		switch (p->tok.kind) {
		case CT_EOF:
			return;
		case CT_LBRACE:
			depth++;
			break;
		case CT_RBRACE:
			if (!depth)
				return;
			if (--depth == 0) {
				c_advance(p);
				c_accept(p, CT_SEMI);
				return;
			}
			break;
		case CT_SEMI:
			if (depth)
				break;
			c_advance(p);
			return;
		}
	}
}

bool c_expand_embedded(CParser *p)
{
	Tok name = p->tok;
	Macro *m;

	if (name.kind != CT_IDENT || !p->pp.is_virtual || name.flags & TF_PAINTED ||
	    name.ident->symbol)
		return false;
	m = macro_embedded(&p->pp, name.ident);
	if (!m || m->is_active)
		return false;
	if (m->is_function && c_peek(p)->kind != CT_LPAREN)
		return false;
	if (p->n_ahead)
		pp_unread(&p->pp, p->ahead, p->n_ahead);
	p->n_ahead = 0;
	if (!macro_enter(&p->pp, m, &name))
		return false;
	fetch(p, &p->tok);
	return true;
}

void c_detour(CParser *p, Detour *d, const char *text, u32 len, Span at)
{
	char *copy = arena_copy(p->arena, text, len);
	Lexer l = {.at = copy, .start = copy, .end = copy + len, .in_directive = true};
	Toks toks = {0};
	Tok t;

	d->tok = p->tok;
	memcpy(d->ahead, p->ahead, sizeof(d->ahead));
	d->n_ahead = p->n_ahead;
	d->last_end = p->last_end;
	for (char *s = copy; s < copy + len; s++)
		*s = *s == '\n' ? ' ' : *s;
	for (lex(&p->pp, &l, &t); t.kind != CT_EOD; lex(&p->pp, &l, &t)) {
		t.loc = at.start;
		t.spelled = 0;
		vec_push(p->arena, &toks, t);
	}
	d->barrier = pp_push(&p->pp, NULL, toks.at, toks.len);
	d->barrier->is_barrier = true;
	p->n_ahead = 0;
	fetch(p, &p->tok);
}

bool c_return(CParser *p, Detour *d)
{
	bool is_whole = p->tok.kind == CT_EOF;

	p->pp.context = d->barrier->outer;
	p->tok = d->tok;
	memcpy(p->ahead, d->ahead, sizeof(d->ahead));
	p->n_ahead = d->n_ahead;
	p->last_end = d->last_end;
	return is_whole;
}

const char *c_type_text(CParser *p, Type *t)
{
	Type *named = c_unqual(t);

	if (named->kind != TY_TYPEDEF || type_bare(named)->kind == TY_ERROR)
		return arena_printf(p->arena, "'%s'", type_str(p->ts, t));
	return arena_printf(p->arena, "'%s' (aka '%s')", type_str(p->ts, t),
			    type_str(p->ts, c_qualify_like(p, type_bare(named), t)));
}

static void make_types(CParser *p)
{
	Types *ts = p->ts;

	p->t_void = type_void(ts);
	p->t_bool = type_bool(ts);
	p->t_char = type_char(ts);
	p->t_schar = type_int_named(ts, "signed char", 1, true);
	p->t_uchar = type_int_named(ts, "unsigned char", 1, false);
	p->t_short = type_int_named(ts, "short", 2, true);
	p->t_ushort = type_int_named(ts, "unsigned short", 2, false);
	p->t_int = type_int_named(ts, "int", 4, true);
	p->t_uint = type_int_named(ts, "unsigned int", 4, false);
	p->t_long = type_int_named(ts, "long", 8, true);
	p->t_ulong = type_int_named(ts, "unsigned long", 8, false);
	p->t_llong = type_int_named(ts, "long long", 8, true);
	p->t_ullong = type_int_named(ts, "unsigned long long", 8, false);
	p->t_int128 = type_int_named(ts, "__int128", 16, true);
	p->t_uint128 = type_int_named(ts, "unsigned __int128", 16, false);
	p->t_error = type_error(ts);
	p->t_void_ptr = type_ptr(ts, p->t_void, AS_NONE);
}

CParser *c_parser_new(Compile *c, const CInput *in)
{
	CParser *p = NEW(c->arena, CParser);

	p->c = c;
	p->ts = c->types;
	p->arena = c->arena;
	p->in = *in;
	p->strings.arena = c->arena;
	p->unit = NEW(c->arena, CUnit);
	p->unit->c = c;
	p->unit->parser = p;
	make_types(p);
	pp_init(&p->pp, c, &p->in);
	scope_push(p);
	scope_add(p, ident_of(&p->pp, "__builtin_va_list"), SYM_TYPEDEF,
		  type_typedef(p->ts, "__builtin_va_list", p->t_void_ptr), (Span){0});
	return p;
}
