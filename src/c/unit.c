/*
 * The front end's doors: a whole file to a checked unit; -E and the token
 * dump; and, for scripts, pieces of text, macros and types by name.
 */
#include "c/internal.h"

#include "base/text.h"

/* ---- whole files ---- */

static void parse_all(CParser *p)
{
	c_advance(p);
	while (p->tok.kind != CT_EOF) {
		u64 before = p->n_read;
		c_external(p);
		if (p->n_read == before)
			c_advance(p);
	}
}

CUnit *c_parse(Compile *c, const CInput *in)
{
	DiagLayout layout = c->diags.layout;

	c->diags.layout = DIAG_LAYOUT_C;
	CParser *p = c_parser_new(c, in);
	pp_start(&p->pp);
	parse_all(p);
	c_unit_finish(p);
	c->diags.layout = layout;
	return p->unit;
}

/* Two tokens that would read as one if they touched. */
static bool needs_space(const Tok *a, const Tok *b)
{
	Str x = tok_spelling(a), y = tok_spelling(b);

	if (!x.len || !y.len || a->loc == 0)
		return false;
	char last = x.at[x.len - 1], first = y.at[0];
	bool name_a = a->kind == CT_IDENT || a->kind == CT_NUMBER || a->kind >= CT_VOID_KW;
	bool name_b = b->kind == CT_IDENT || b->kind == CT_NUMBER || b->kind >= CT_VOID_KW;
	if (name_a && name_b)
		return true;
	return (last == first && strchr("+-<>&|=#:", last)) ||
	       (first == '=' && strchr("+-*/%&|^!<>=", last)) || (last == '-' && first == '>') ||
	       (a->kind == CT_NUMBER && first == '.') || (last == '.' && b->kind == CT_NUMBER);
}

const char *c_preprocess(Compile *c, const CInput *in)
{
	Pp *pp = NEW(c->arena, Pp);
	Text out = text_new(c->arena);
	Tok t, last = {0};

	pp_init(pp, c, in);
	pp->keep_pragmas = true;
	pp_start(pp);
	for (pp_next(pp, &t); t.kind != CT_EOF; pp_next(pp, &t)) {
		Str s = tok_spelling(&t);
		bool after_pragma =
		    last.kind == CT_OTHER && last.len > 7 && !memcmp(last.text, "#pragma", 7);
		if (out.len && (t.flags & TF_LINE || after_pragma))
			text_add(&out, "\n", 1);
		else if (out.len && (t.flags & TF_SPACE || needs_space(&last, &t)))
			text_add(&out, " ", 1);
		text_add(&out, s.at, s.len);
		last = t;
	}
	if (out.len)
		text_add(&out, "\n", 1);
	return text_done(&out);
}

static const char *kind_name(const Tok *t)
{
	switch (t->kind) {
	case CT_IDENT:
		return t->ident->keyword ? "keyword" : "name";
	case CT_NUMBER:
		return "number";
	case CT_CHAR:
		return "char";
	case CT_STRING:
		return "string";
	case CT_OTHER:
		return "other";
	default:
		return "punct";
	}
}

const char *c_dump_tokens(Compile *c, const CInput *in)
{
	Pp *pp = NEW(c->arena, Pp);
	Text out = text_new(c->arena);
	Tok t;

	pp_init(pp, c, in);
	pp_start(pp);
	for (pp_next(pp, &t); t.kind != CT_EOF; pp_next(pp, &t)) {
		SourcePos pos = source_pos(&c->sources, t.loc);
		Str s = tok_spelling(&t);
		text_addf(&out, "%u:%u %s %.*s\n", pos.line, pos.col, kind_name(&t), (int)s.len,
			  s.at);
	}
	return text_done(&out);
}

/* ---- pieces, for scripts ---- */

CUnit *c_unit_new(Compile *c, const CInput *in)
{
	CParser *p = c_parser_new(c, in);

	p->pp.is_virtual = !in->no_virtual;
	if (in->text)
		pp_start(&p->pp);
	if (in->text)
		parse_all(p);
	else
		p->tok.kind = CT_EOF;
	return p->unit;
}

void c_unit_add(CUnit *u, const char *name, const char *text, u32 len, Loc base)
{
	CParser *p = u->parser;

	p->pp.is_fatal = false;
	include_main(&p->pp, name, text, len, base);
	parse_all(p);
}

/* ---- macros ---- */

static Macro *find_macro(CUnit *u, const char *name)
{
	Pp *pp = &u->parser->pp;
	Ident *id = ident_of(pp, name);

	if (id->macro && id->macro->kind == MACRO_USER)
		return id->macro;
	return pp->is_virtual && !id->symbol ? macro_embedded(pp, id) : NULL;
}

static CMacro describe(CUnit *u, const Macro *m)
{
	return (CMacro){
	    .name = m->ident->name,
	    .is_function = m->is_function,
	    .text = m->is_function ? "" : tok_text(u->c->arena, m->body, m->n_body),
	    .at = m->at,
	};
}

bool c_macro_find(CUnit *u, const char *name, CMacro *out)
{
	Macro *m = find_macro(u, name);

	if (m)
		*out = describe(u, m);
	return m != NULL;
}

void c_macro_each(CUnit *u, void (*f)(void *user, const CMacro *m), void *user)
{
	vec_each(m, &u->parser->pp.macros)
	{
		if ((*m)->ident->macro != *m)
			continue;
		CMacro described = describe(u, *m);
		f(user, &described);
	}
}

/* The tokens that an object-like macro expands to, embedded macros included. */
static Toks expansion(CUnit *u, Macro *m)
{
	Pp *pp = &u->parser->pp;
	Tok name = {.kind = CT_IDENT, .ident = m->ident, .loc = m->at.start};

	bool was_quiet = pp->is_quiet;
	pp->is_quiet = true;
	pp->in_if++;
	Toks toks = macro_expand_list(pp, &name, 1);
	pp->in_if--;
	pp->is_quiet = was_quiet;
	return toks;
}

const char *c_macro_expand(CUnit *u, const char *name)
{
	Macro *m = find_macro(u, name);

	if (!m || m->is_function)
		return NULL;
	Toks toks = expansion(u, m);
	return tok_text(u->c->arena, toks.at, toks.len);
}

bool c_macro_string(CUnit *u, const char *name, Str *out)
{
	Macro *m = find_macro(u, name);
	u32 unit, n = 0;

	if (!m || m->is_function)
		return false;
	Toks toks = expansion(u, m);
	while (n < toks.len && toks.at[n].kind == CT_STRING)
		n++;
	if (!n || n < toks.len || string_parse(u->c->arena, toks.at, n, out, &unit) || unit != 1)
		return false;
	out->len--;
	return true;
}

/* ---- types and constants in text ---- */

typedef struct {
	bool was_quiet, had_failed, was_virtual;
	Span was_fixed;
	Detour detour;
} Query;

static void begin(CUnit *u, Query *q, const char *text, u32 len, Span at, bool quiet)
{
	Pp *pp = &u->parser->pp;

	q->was_quiet = pp->is_quiet;
	q->had_failed = pp->has_failed;
	q->was_fixed = pp->fixed_at;
	pp->is_quiet |= quiet;
	pp->has_failed = false;
	pp->fixed_at = at;
	c_detour(u->parser, &q->detour, text, len, at);
}

/* True if nothing was wrong and nothing is left over. */
static bool end(CUnit *u, Query *q, Span at)
{
	Pp *pp = &u->parser->pp;
	Tok left = u->parser->tok;

	if (!c_return(u->parser, &q->detour) && !pp->has_failed) {
		Str s = tok_spelling(&left);
		pp_error(pp, at, "unexpected '%.*s'", (int)s.len, s.at);
	}
	bool is_good = !pp->has_failed;
	pp->is_quiet = q->was_quiet;
	pp->has_failed = q->had_failed;
	pp->fixed_at = q->was_fixed;
	pp->is_fatal = false;
	return is_good;
}

Type *c_type_parse(CUnit *u, const char *text, u32 len, Span at, bool quiet)
{
	Query q;
	Type *t = NULL;

	begin(u, &q, text, len, at, quiet);
	if (c_is_type_start(u->parser, &u->parser->tok) || c_expand_embedded(u->parser))
		t = c_type_name(u->parser);
	else
		pp_error(&u->parser->pp, at, "unknown type name '%.*s'", (int)len, text);
	return end(u, &q, at) && t && type_bare(t)->kind != TY_ERROR ? t : NULL;
}

bool c_const_parse(CUnit *u, const char *text, u32 len, i64 *value, Type **type)
{
	Query q;
	Wide v = 0;

	begin(u, &q, text, len, (Span){0}, true);
	CExpr *e = c_rvalue(u->parser, c_conditional(u->parser));
	bool is_constant = !cx_is_error(e) && fold_int(e, &v);
	if (!end(u, &q, (Span){0}) || !is_constant)
		return false;
	*value = (i64)v;
	if (type)
		*type = e->type;
	return true;
}

bool c_macro_value(CUnit *u, const char *name, i64 *value, Type **type)
{
	Macro *m = find_macro(u, name);

	if (!m || m->is_function)
		return false;
	return c_const_parse(u, name, (u32)strlen(name), value, type);
}
