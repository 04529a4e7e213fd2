/*
 * Primary expressions: numbers, characters, strings, names, parentheses,
 * statement expressions, _Generic. A name that the program doesn't know may be
 * an embedded macro, whose tokens then take its place; else what BTF, the
 * helpers' table and the builtins know; else a message, once for each name.
 */
#include "c/internal.h"

/* ---- constants and names ---- */

static Type *number_type(CParser *p, const Number *n)
{
	u32 rank = n->n_long;
	Type *const types[3][2] = {
	    {p->t_int, p->t_uint},
	    {p->t_long, p->t_ulong},
	    {p->t_llong, p->t_ullong},
	};

	for (; rank < 3; rank++) {
		u32 bits = types[rank][0]->size * 8;
		bool fits_signed = n->value >> (bits - 1) == 0;
		bool fits_unsigned = bits == 64 || n->value >> bits == 0;
		if (!n->is_unsigned && fits_signed)
			return types[rank][0];
		if ((n->is_unsigned || !n->is_decimal) && fits_unsigned)
			return types[rank][1];
	}
	return p->t_ullong;
}

static CExpr *number(CParser *p)
{
	Number n;
	Span at = c_here(p);
	const char *wrong = number_parse(&p->tok, &n);

	c_advance(p);
	if (!wrong && n.is_float && !p->n_unevaluated)
		wrong = "BPF has no floating point";
	if (wrong || n.is_float) {
		if (wrong)
			c_error(p, at, "%s", wrong);
		return cx_error(p, at);
	}
	CExpr *e = cx_int(p, 0, number_type(p, &n), at);
	e->value = n.value;
	return e;
}

static CExpr *character(CParser *p)
{
	i64 value = 0;
	Span at = c_here(p);
	const char *wrong = char_parse(&p->tok, &value);

	c_advance(p);
	if (wrong) {
		c_error(p, at, "%s", wrong);
		return cx_error(p, at);
	}
	return cx_int(p, value, p->t_int, at);
}

/* Adjoining string literals; an embedded macro in between may give one as well. */
static Toks string_tokens(CParser *p)
{
	Toks toks = {0};

	while (p->tok.kind == CT_STRING ||
	       (p->tok.kind == CT_IDENT && toks.len && c_expand_embedded(p))) {
		if (p->tok.kind != CT_STRING)
			continue;
		vec_push(p->arena, &toks, p->tok);
		c_advance(p);
	}
	return toks;
}

CExpr *c_string_literal(CParser *p)
{
	Span at = c_here(p);
	Toks toks = string_tokens(p);
	u32 unit;
	Str bytes;
	const char *wrong = string_parse(p->arena, toks.at, toks.len, &bytes, &unit);

	if (wrong) {
		c_error(p, at, "%s", wrong);
		return cx_error(p, at);
	}
	Type *of = unit == 1 ? p->t_char : unit == 2 ? p->t_ushort : p->t_int;
	CExpr *e = cx_new(p, CX_STRING, type_array(p->ts, of, bytes.len / unit), c_since(p, at));
	e->string = bytes;
	return e;
}

Str c_string_bytes(CParser *p)
{
	CExpr *e = c_string_literal(p);

	return e->kind == CX_STRING ? (Str){e->string.at, e->string.len - 1} : STR("");
}

/* __func__ and its older names, as a string literal. */
static CExpr *function_name(CParser *p, Span at)
{
	const char *name = p->func ? p->func->name : "";
	u32 len = (u32)strlen(name) + 1;
	CExpr *e = cx_new(p, CX_STRING, type_array(p->ts, type_const(p->ts, p->t_char), len), at);

	e->string = (Str){name, len};
	return e;
}

static CExpr *undeclared(CParser *p, Ident *id, Span at)
{
	bool is_call = p->tok.kind == CT_LPAREN;

	if (is_call)
		c_error(
		    p, at,
		    "call to undeclared function '%s'; ISO C99 and later do not support implicit "
		    "function declarations",
		    id->name);
	else
		c_error(p, at, "use of undeclared identifier '%s'", id->name);
	const char *near = scope_nearest(p, id->name);
	if (near && !p->pp.is_quiet)
		diag_hint(&p->c->diags, "did you mean '%s'?", near);
	if (!p->pp.is_quiet)
		scope_add(p, id, SYM_ERROR, p->t_error, at);
	return cx_error(p, at);
}

static CExpr *symbol_expr(CParser *p, Symbol *s, Span at)
{
	CExpr *e = NULL;

	switch ((SymbolKind)s->kind) {
	case SYM_VAR:
		e = cx_new(p, CX_LOCAL, s->type, at);
		e->var = s->var;
		break;
	case SYM_GLOBAL:
		e = cx_new(p, CX_GLOBAL, s->global->type, at);
		e->global = s->global;
		break;
	case SYM_MAP:
		e = cx_new(p, CX_MAP, s->type, at);
		e->map = s->map;
		break;
	case SYM_FUNC:
		e = cx_new(p, CX_FUNC, s->func->type, at);
		e->func = s->func;
		break;
	case SYM_EXTERN:
		e = cx_new(p, CX_EXTERN, s->type, at);
		e->ext = s->ext;
		break;
	case SYM_HELPER:
		e = cx_new(p, CX_HELPER, s->type, at);
		e->helper = (u16)s->number;
		break;
	case SYM_ENUMERATOR:
		e = cx_int(p, s->value, s->type, at);
		break;
	default:
		return cx_error(p, at);
	}
	c_mark_used(p, e);
	return e;
}

static bool is_function_name(const char *name)
{
	return !strcmp(name, "__func__") || !strcmp(name, "__FUNCTION__") ||
	       !strcmp(name, "__PRETTY_FUNCTION__");
}

static CExpr *identifier(CParser *p)
{
	Ident *id = p->tok.ident;
	Span at = c_here(p);

	if (!id->symbol && c_expand_embedded(p))
		return NULL;
	Symbol *s = c_scope_find(p, id);
	c_advance(p);
	if (s && s->kind == SYM_TYPEDEF) {
		c_error(p, at, "unexpected type name '%s': expected expression", id->name);
		return cx_error(p, at);
	}
	if (s && s->kind == SYM_BUILTIN)
		return c_builtin(p, s->number, at);
	if (s)
		return symbol_expr(p, s, at);
	if (is_function_name(id->name))
		return function_name(p, at);
	return undeclared(p, id, at);
}

/* ---- primary ---- */

/* "({" … "})" */
static CExpr *statement_expr(CParser *p, Span open)
{
	Type *type = p->t_void;

	if (!p->func) {
		c_error(p, open, "statement expression not allowed at file scope");
		c_recover(p);
		return cx_error(p, open);
	}
	CStmt *block = c_block(p, true);
	if (block->n_body && block->body[block->n_body - 1]->kind == CS_EXPR)
		type = c_unqual(block->body[block->n_body - 1]->expr->type);
	c_close(p, CT_RPAREN, open);
	CExpr *e = cx_new(p, CX_STMT_EXPR, type, c_since(p, open));
	e->block = block;
	return e;
}

/* _Generic "(" expression { "," ( type | default ) ":" expression } ")" */
static CExpr *generic(CParser *p)
{
	Span at = c_here(p);
	CExpr *chosen = NULL, *otherwise = NULL;

	c_advance(p);
	c_expect(p, CT_LPAREN, "'_Generic'");
	p->n_unevaluated++;
	Type *type = c_unqual(c_rvalue(p, c_assignment(p))->type);
	p->n_unevaluated--;
	while (c_accept(p, CT_COMMA)) {
		bool is_default = c_accept(p, CT_DEFAULT_KW);
		Type *t = is_default ? NULL : c_type_name(p);
		c_expect(p, CT_COLON, NULL);
		bool is_match = t && !chosen && type_compatible(t, type);
		p->n_unevaluated += !is_match;
		CExpr *e = c_assignment(p);
		p->n_unevaluated -= !is_match;
		if (is_match)
			chosen = e;
		else if (is_default)
			otherwise = e;
	}
	c_close(p, CT_RPAREN, at);
	if (!chosen && !otherwise) {
		c_error(p, at,
			"controlling expression type %s not compatible with any generic "
			"association type",
			c_type_text(p, type));
		return cx_error(p, at);
	}
	return chosen ? chosen : otherwise;
}

static CExpr *parenthesized(CParser *p)
{
	Span open = c_here(p);

	c_advance(p);
	if (p->tok.kind == CT_LBRACE)
		return statement_expr(p, open);
	CExpr *e = c_expr(p);
	c_close(p, CT_RPAREN, open);
	return e;
}

/* primary = constant | string | name | "(" expression ")" | "({" … "})" | _Generic… */
CExpr *c_primary(CParser *p)
{
	Span at = c_here(p);
	CExpr *e;

	for (;;) {
		switch (p->tok.kind) {
		case CT_NUMBER:
			return number(p);
		case CT_CHAR:
			return character(p);
		case CT_STRING:
			return c_string_literal(p);
		case CT_LPAREN:
			return parenthesized(p);
		case CT_GENERIC_KW:
			return generic(p);
		case CT_EXTENSION_KW:
			c_advance(p);
			return c_unary_expr(p);
		case CT_IDENT:
			if ((e = identifier(p)))
				return e;
			continue;
		default:
			c_error(p, at, "expected expression");
			if (p->tok.kind != CT_RPAREN && p->tok.kind != CT_RBRACE &&
			    p->tok.kind != CT_SEMI && p->tok.kind != CT_RBRACKET &&
			    p->tok.kind != CT_EOF)
				c_advance(p);
			return cx_error(p, at);
		}
	}
}
