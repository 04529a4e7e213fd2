/*
 * Inline assembly: the template and its operands, taken as they are. What the
 * template says is lower/'s and bpf/'s matter.
 */
#include "c/internal.h"

static const char *constraint(CParser *p)
{
	if (p->tok.kind != CT_STRING) {
		c_error(p, c_here(p), "expected string literal in 'asm'");
		return "";
	}
	Str s = c_string_bytes(p);
	return name_of(p->c, s.at, s.len);
}

/* [ "[" name "]" ] "constraint" "(" expression ")" */
static bool operand(CParser *p, CAsmOperand *out, bool is_output)
{
	Span open;

	if (c_accept(p, CT_LBRACKET)) {
		if (p->tok.kind == CT_IDENT)
			out->name = p->tok.ident->name;
		c_advance(p);
		c_expect(p, CT_RBRACKET, NULL);
	}
	out->constraint = constraint(p);
	open = c_here(p);
	if (!c_expect(p, CT_LPAREN, "constraint"))
		return false;
	CExpr *e = c_expr(p);
	c_close(p, CT_RPAREN, open);
	if (!is_output) {
		out->expr = c_rvalue(p, e);
		return true;
	}
	if (!cx_is_error(e) && !cx_is_lvalue(e))
		c_error(p, e->at, "invalid lvalue in asm output");
	out->expr = e;
	return true;
}

static void operands(CParser *p, CAsm *a, bool is_output)
{
	while (p->tok.kind == CT_STRING || p->tok.kind == CT_LBRACKET) {
		CAsmOperand one = {0};
		if (!operand(p, &one, is_output))
			return;
		if (is_output)
			vec_push(p->arena, &a->outputs, one);
		else
			vec_push(p->arena, &a->inputs, one);
		if (!c_accept(p, CT_COMMA))
			return;
	}
}

static void clobbers(CParser *p, CAsm *a)
{
	while (p->tok.kind == CT_STRING) {
		vec_push(p->arena, &a->clobbers, constraint(p));
		if (!c_accept(p, CT_COMMA))
			return;
	}
}

static void labels(CParser *p, CAsm *a)
{
	while (p->tok.kind == CT_IDENT) {
		CLabel *l = c_label(p, p->tok.ident, c_here(p));
		l->is_used = true;
		vec_push(p->arena, &a->labels, l);
		c_advance(p);
		if (!c_accept(p, CT_COMMA))
			return;
	}
}

/* asm { volatile | goto | inline } "(" template [ ":" out [ ":" in [ ":" clobbers [ ":" labels ]]]]
 * ")" ";" */
CStmt *c_asm(CParser *p)
{
	CStmt *s = cs_new(p, CS_ASM, c_here(p));
	CAsm *a = NEW(p->arena, CAsm);
	Span open;

	s->assembly = a;
	c_advance(p);
	for (;; c_advance(p)) {
		if (p->tok.kind == CT_VOLATILE_KW)
			a->is_volatile = true;
		else if (p->tok.kind == CT_GOTO_KW)
			a->is_goto = true;
		else if (p->tok.kind != CT_INLINE_KW)
			break;
	}
	open = c_here(p);
	if (!c_expect(p, CT_LPAREN, "'asm'")) {
		c_recover(p);
		return s;
	}
	a->text_at = c_here(p);
	if (p->tok.kind == CT_STRING)
		a->text = c_string_bytes(p);
	else
		c_error(p, c_here(p), "expected string literal in 'asm'");
	for (u32 part = 0; part < 4 && c_accept(p, CT_COLON); part++) {
		if (part < 2)
			operands(p, a, part == 0);
		else if (part == 2)
			clobbers(p, a);
		else
			labels(p, a);
	}
	c_close(p, CT_RPAREN, open);
	c_expect(p, CT_SEMI, "asm statement");
	a->is_volatile |= !a->outputs.len;
	return s;
}
