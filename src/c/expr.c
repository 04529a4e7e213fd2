/*
 * Parsing expressions: recursive descent down to unary operators, precedence
 * climbing for the binary ones; what they are made of is primary.c's. Each function is headed by
 * its rule; types are worked out by operator.c, convert.c, call.c and the builtins' files.
 */
#include "c/internal.h"

#define MAX_CHAIN 5000 /* operators in a row: later stages walk the left-deep tree by recursion */

static bool chain_too_long(CParser *p, u32 n, Span at)
{
	if (n < MAX_CHAIN || p->pp.is_fatal)
		return false;
	c_error(p, at, "expression is too long (more than %d operators in a row)", MAX_CHAIN);
	p->pp.is_fatal = true;
	return true;
}

/* ---- postfix ---- */

/* Some members are macros (s6_addr32 → in6_u.u6_addr32): only if the record has none of the name.
 */
static bool has_member(CParser *p, CExpr *e, Ident *name)
{
	Type *t = type_bare(e->type);
	u16 path[TYPE_MAX_PATH];
	u32 n_path;
	Field f;

	if (t->kind == TY_PTR)
		t = t->base;
	t = type_complete(p->ts, t);
	return (t->kind == TY_STRUCT || t->kind == TY_UNION) &&
	       type_field(p->ts, t, name->name, &f, path, &n_path);
}

static CExpr *member(CParser *p, CExpr *e)
{
	bool is_arrow = p->tok.kind == CT_ARROW;

	c_advance(p);
	if (p->tok.kind != CT_IDENT) {
		c_error(p, c_here(p), "expected identifier");
		return cx_error(p, e->at);
	}
	if (!has_member(p, e, p->tok.ident) && c_expand_embedded(p) && p->tok.kind != CT_IDENT) {
		c_error(p, c_here(p), "expected identifier");
		return cx_error(p, e->at);
	}
	Ident *name = p->tok.ident;
	Span at = c_here(p);
	c_advance(p);
	return c_member(p, e, name, is_arrow, at);
}

/* postfix = primary { "[" e "]" | "(" args ")" | "." name | "->" name | "++" | "--" } */
CExpr *c_postfix_of(CParser *p, CExpr *e)
{
	for (u32 n = 0;; n++) {
		Span at = c_here(p);
		if (chain_too_long(p, n, at))
			return e;
		switch (p->tok.kind) {
		case CT_LBRACKET: {
			c_advance(p);
			CExpr *index = c_expr(p);
			c_close(p, CT_RBRACKET, at);
			e = c_index(p, e, index, at);
			break;
		}
		case CT_LPAREN:
			e = c_call(p, e);
			break;
		case CT_DOT:
		case CT_ARROW:
			e = member(p, e);
			break;
		case CT_INC:
		case CT_DEC:
			e = c_inc_dec(p, e, p->tok.kind == CT_INC ? 1 : -1, true, at);
			c_advance(p);
			break;
		default:
			return e;
		}
	}
}

/* ---- unary ---- */

/* A compound literal; its "(type)" is read, tok is "{". */
static CExpr *compound_literal(CParser *p, Type *type, Span at)
{
	bool is_static = !p->func;
	CInit *init = c_init(p, &type);
	CExpr *e = cx_new(p, is_static ? CX_GLOBAL : CX_LITERAL, type, c_since(p, at));

	if (is_static) {
		e->global = c_global_new(p, "", type, at);
		e->global->is_string = e->global->is_static = true;
		c_global_init(p, e->global, init);
	} else {
		e->var = c_var_new(p, NULL, type, at);
		e->var->init = init;
		e->var->is_used = true;
	}
	return e;
}

/* "(" type ")" ( "{" initialiser "}" | cast-operand ); tok is "(" */
static CExpr *cast(CParser *p)
{
	Span open = c_here(p);

	c_advance(p);
	Type *type = c_type_name(p);
	c_close(p, CT_RPAREN, open);
	if (p->tok.kind == CT_LBRACE)
		return c_postfix_of(p, compound_literal(p, type, open));
	CExpr *e = c_unary_expr(p);
	return c_cast(p, e, type, span_join(open, e->at));
}

static u64 size_of(CParser *p, Type *t, bool is_align, Span at)
{
	Type *bare = type_bare(t);

	if (bare->kind == TY_VOID || bare->kind == TY_FUNC)
		return 1;
	if (!c_is_complete(p, t) || (bare->kind == TY_ARRAY && bare->is_flexible && !is_align)) {
		c_error(p, at, "invalid application of '%s' to an incomplete type %s",
			is_align ? "_Alignof" : "sizeof", c_type_text(p, t));
		return 1;
	}
	return is_align ? type_align(p->ts, t) : type_size(p->ts, t);
}

/* ( sizeof | _Alignof ) ( "(" type ")" | unary ) */
static CExpr *size_expr(CParser *p)
{
	bool is_align = p->tok.kind == CT_ALIGNOF_KW;
	Span at = c_here(p);
	Type *t;

	c_advance(p);
	if (p->tok.kind == CT_LPAREN && c_is_type_start(p, c_peek(p))) {
		Span open = c_here(p);
		c_advance(p);
		t = c_type_name(p);
		c_close(p, CT_RPAREN, open);
		if (p->tok.kind == CT_LBRACE) {
			p->n_unevaluated++;
			t = c_postfix_of(p, compound_literal(p, t, open))->type;
			p->n_unevaluated--;
		}
	} else {
		p->n_unevaluated++;
		CExpr *e = c_unary_expr(p);
		p->n_unevaluated--;
		t = e->type;
		if (e->kind == CX_MEMBER && e->field.bit_width)
			c_error(p, at, "invalid application of 'sizeof' to bit-field");
	}
	if (type_bare(t)->kind == TY_ERROR)
		return cx_error(p, at);
	return cx_int(p, (i64)size_of(p, t, is_align, at), p->t_ulong, c_since(p, at));
}

static CExpr *unary_operator(CParser *p)
{
	CTok op = p->tok.kind;
	Span at = c_here(p);

	c_advance(p);
	CExpr *e = c_unary_expr(p);
	switch (op) {
	case CT_STAR:
		return c_deref(p, e, at);
	case CT_AMP:
		return c_address(p, e, at);
	case CT_INC:
	case CT_DEC:
		return c_inc_dec(p, e, op == CT_INC ? 1 : -1, false, at);
	default:
		return c_prefix(p, op, e, at);
	}
}

/* unary = operator unary | "(" type ")" unary | sizeof… | postfix */
CExpr *c_unary_expr(CParser *p)
{
	CExpr *e;

	if (!c_enter(p)) {
		c_leave(p);
		return cx_error(p, c_here(p));
	}
	switch (p->tok.kind) {
	case CT_PLUS:
	case CT_MINUS:
	case CT_BANG:
	case CT_TILDE:
	case CT_STAR:
	case CT_AMP:
	case CT_INC:
	case CT_DEC:
		e = unary_operator(p);
		break;
	case CT_SIZEOF_KW:
	case CT_ALIGNOF_KW:
		e = size_expr(p);
		break;
	case CT_AND:
		c_error(p, c_here(p),
			"taking the address of a label is not supported: BPF has no computed goto");
		c_advance(p);
		c_advance(p);
		e = cx_error(p, c_here(p));
		break;
	case CT_LPAREN:
		if (c_is_type_start(p, c_peek(p))) {
			e = cast(p);
			break;
		}
		/* fallthrough */
	default:
		e = c_postfix_of(p, c_primary(p));
	}
	c_leave(p);
	return e;
}

/* ---- binary, ?:, assignment, comma ---- */

int c_precedence(u8 tok, u8 *op)
{
	switch (tok) {
	case CT_STAR:
		*op = CB_MUL;
		return 10;
	case CT_SLASH:
		*op = CB_DIV;
		return 10;
	case CT_PERCENT:
		*op = CB_MOD;
		return 10;
	case CT_PLUS:
		*op = CB_ADD;
		return 9;
	case CT_MINUS:
		*op = CB_SUB;
		return 9;
	case CT_SHL:
		*op = CB_SHL;
		return 8;
	case CT_SHR:
		*op = CB_SHR;
		return 8;
	case CT_LT:
		*op = CB_LT;
		return 7;
	case CT_GT:
		*op = CB_GT;
		return 7;
	case CT_LE:
		*op = CB_LE;
		return 7;
	case CT_GE:
		*op = CB_GE;
		return 7;
	case CT_EQ:
		*op = CB_EQ;
		return 6;
	case CT_NE:
		*op = CB_NE;
		return 6;
	case CT_AMP:
		*op = CB_AND;
		return 5;
	case CT_CARET:
		*op = CB_XOR;
		return 4;
	case CT_PIPE:
		*op = CB_OR;
		return 3;
	case CT_AND:
		return 2;
	case CT_OR:
		return 1;
	}
	return 0;
}

static CExpr *binary(CParser *p, int least)
{
	CExpr *a = c_unary_expr(p);
	u8 op = 0;

	for (u32 n = 0;; n++) {
		u8 tok = p->tok.kind;
		int level = c_precedence(tok, &op);
		Span at = c_here(p);
		if (!level || level < least || chain_too_long(p, n, at))
			return a;
		c_advance(p);
		/* the right side of a decided && or || is not evaluated: no string is emitted for
		 * it */
		CExpr *b = binary(p, level + 1);
		if (tok == CT_AND || tok == CT_OR)
			a = c_logical(p, tok == CT_AND ? CX_AND : CX_OR, a, b);
		else
			a = c_binary(p, op, a, b, at);
	}
}

/* conditional = binary [ "?" [ expression ] ":" conditional ] */
CExpr *c_conditional(CParser *p)
{
	CExpr *cond = binary(p, 1), *yes = NULL;

	if (!c_accept(p, CT_QUESTION))
		return cond;
	if (!c_enter(p)) {
		c_leave(p);
		return cond;
	}
	if (p->tok.kind != CT_COLON)
		yes = c_expr(p);
	c_expect(p, CT_COLON, NULL);
	CExpr *no = c_conditional(p);
	c_leave(p);
	return c_select(p, cond, yes, no);
}

static CBinaryOp assign_op(u8 tok)
{
	switch (tok) {
	case CT_ADD_ASSIGN:
		return CB_ADD;
	case CT_SUB_ASSIGN:
		return CB_SUB;
	case CT_MUL_ASSIGN:
		return CB_MUL;
	case CT_DIV_ASSIGN:
		return CB_DIV;
	case CT_MOD_ASSIGN:
		return CB_MOD;
	case CT_AND_ASSIGN:
		return CB_AND;
	case CT_OR_ASSIGN:
		return CB_OR;
	case CT_XOR_ASSIGN:
		return CB_XOR;
	case CT_SHL_ASSIGN:
		return CB_SHL;
	case CT_SHR_ASSIGN:
		return CB_SHR;
	}
	return CB_NONE;
}

/* assignment = conditional [ ( "=" | op "=" ) assignment ] */
CExpr *c_assignment(CParser *p)
{
	CExpr *a = c_conditional(p);
	CBinaryOp op = assign_op(p->tok.kind);
	Span at = c_here(p);

	if (p->tok.kind != CT_ASSIGN && !op)
		return a;
	c_advance(p);
	if (!c_enter(p)) {
		c_leave(p);
		return a;
	}
	CExpr *b = c_assignment(p);
	c_leave(p);
	return op ? c_assign_op(p, op, a, b, at) : c_assign(p, a, b, at);
}

/* expression = assignment { "," assignment } */
CExpr *c_expr(CParser *p)
{
	CExpr *a = c_assignment(p);

	for (u32 n = 0; p->tok.kind == CT_COMMA && !chain_too_long(p, n, c_here(p)); n++) {
		c_advance(p);
		CExpr *b = c_rvalue(p, c_assignment(p));
		CExpr *e = cx_new(p, CX_COMMA, c_unqual(b->type), span_join(a->at, b->at));
		e->a = c_rvalue(p, a);
		e->b = b;
		a = e;
	}
	return a;
}
