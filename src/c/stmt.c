/*
 * Statements. Jumps are linked to where they go while parsing: break and
 * continue to their loop or switch, case to its switch, goto to a label record
 * that may be filled in later. A `for` with a declaration stands in a block of
 * its own, so that leaving a block is the only way that variables end.
 */
#include "c/internal.h"

CStmt *cs_new(CParser *p, CStmtKind kind, Span at)
{
	CStmt *s = NEW(p->arena, CStmt);

	s->kind = (u8)kind;
	s->at = at;
	s->parent = p->block;
	return s;
}

static CStmt *statement(CParser *p);

/* ---- labels ---- */

static CLabel *new_label(CParser *p, Ident *id, const CStmt *owner)
{
	CLabel *l = NEW(p->arena, CLabel);

	l->name = id->name;
	l->index = p->labels.len;
	vec_push(p->arena, &p->labels, (LabelEntry){.label = l, .owner = owner});
	return l;
}

CLabel *c_label(CParser *p, Ident *id, Span at)
{
	for (u32 i = p->labels.len; i-- > 0;) {
		if (p->labels.at[i].label->name == id->name && !p->labels.at[i].is_closed)
			return p->labels.at[i].label;
	}
	CLabel *l = new_label(p, id, NULL);
	l->span = at;
	return l;
}

/* __label__ name { "," name } ";" */
static void local_labels(CParser *p)
{
	c_advance(p);
	while (p->tok.kind == CT_IDENT) {
		new_label(p, p->tok.ident, p->block)->span = c_here(p);
		c_advance(p);
		if (!c_accept(p, CT_COMMA))
			break;
	}
	c_expect(p, CT_SEMI, "label declaration");
}

static void close_labels(CParser *p, const CStmt *block)
{
	vec_each(entry, &p->labels) entry->is_closed |= entry->owner == block;
}

/* What a label stands before. In a block it is the block's next item: rows of labels don't nest. */
static CStmt *labeled_statement(CParser *p, bool in_block)
{
	return in_block || p->tok.kind == CT_RBRACE ? cs_new(p, CS_EMPTY, c_here(p)) : statement(p);
}

/* name ":" statement */
static CStmt *labeled(CParser *p, bool in_block)
{
	CStmt *s = cs_new(p, CS_LABEL, c_here(p));
	CLabel *l = c_label(p, p->tok.ident, c_here(p));
	Attrs ignored = {0};

	if (l->at) {
		c_error(p, c_here(p), "redefinition of label '%s'", l->name);
		c_note(p, l->at->at, "previous definition is here");
	}
	l->at = s;
	l->block = p->block;
	l->span = c_here(p);
	s->label = l;
	c_advance(p);
	c_advance(p);
	c_attributes(p, &ignored);
	s->then = labeled_statement(p, in_block);
	return s;
}

/* ---- blocks ---- */

static bool is_declaration(CParser *p)
{
	const Tok *t = &p->tok;

	if (t->kind == CT_STATIC_ASSERT_KW)
		return true;
	if (t->kind == CT_EXTENSION_KW || t->kind == CT_ATTRIBUTE_KW)
		return c_is_type_start(p, c_peek(p));
	if (t->kind != CT_IDENT)
		return c_is_type_start(p, t);
	if (c_peek(p)->kind == CT_COLON)
		return false;
	if (c_is_type_start(p, t))
		return true;
	/* `name other…` and `name *other =` can only be meant as declarations */
	return !t->ident->symbol && c_peek(p)->kind == CT_IDENT &&
	       !(p->pp.is_virtual && macro_embedded(&p->pp, t->ident));
}

static CStmt *case_statement(CParser *p, bool in_block);

static void block_item(CParser *p, Stmts *out)
{
	if (p->tok.kind == CT_LABEL_KW)
		local_labels(p);
	else if (is_declaration(p))
		c_local_declaration(p, out);
	else if (p->tok.kind == CT_CASE_KW || p->tok.kind == CT_DEFAULT_KW)
		vec_push(p->arena, out, case_statement(p, true));
	else if (p->tok.kind == CT_IDENT && c_peek(p)->kind == CT_COLON)
		vec_push(p->arena, out, labeled(p, true));
	else
		vec_push(p->arena, out, statement(p));
}

static void set_body(CStmt *block, const Stmts *stmts)
{
	block->body = stmts->at;
	block->n_body = stmts->len;
}

CStmt *c_block(CParser *p, bool own_scope)
{
	CStmt *block = cs_new(p, CS_BLOCK, c_here(p));
	Stmts stmts = {0};
	Span open = c_here(p);

	c_advance(p);
	if (!c_enter(p)) {
		c_leave(p);
		return block;
	}
	if (own_scope)
		scope_push(p);
	p->block = block;
	while (p->tok.kind != CT_RBRACE && p->tok.kind != CT_EOF) {
		u64 before = p->n_read;
		block_item(p, &stmts);
		if (p->n_read == before)
			c_advance(p);
	}
	close_labels(p, block);
	p->block = block->parent;
	if (own_scope)
		scope_pop(p);
	c_leave(p);
	block->end = p->tok.loc;
	c_close(p, CT_RBRACE, open);
	set_body(block, &stmts);
	return block;
}

/* ---- if, loops, switch ---- */

static CExpr *condition(CParser *p, const char *after)
{
	Span open = c_here(p);

	if (!c_expect(p, CT_LPAREN, after))
		return cx_error(p, open);
	CExpr *e = c_truth(p, c_expr(p), "statement");
	c_close(p, CT_RPAREN, open);
	return e;
}

/* if "(" e ")" statement [ else statement ]; a chain of else-ifs is a loop here */
static CStmt *if_statement(CParser *p)
{
	CStmt *first = NULL, **slot = &first;

	do {
		CStmt *s = cs_new(p, CS_IF, c_here(p));
		c_advance(p);
		s->expr = condition(p, "'if'");
		s->then = statement(p);
		*slot = s;
		slot = &s->other;
		if (!c_accept(p, CT_ELSE_KW))
			return first;
	} while (p->tok.kind == CT_IF_KW);
	*slot = statement(p);
	return first;
}

static void set_hint(CParser *p, CStmt *s)
{
	u16 hint = p->tok.extra;

	s->unroll = hint == HINT_FULL	 ? UNROLL_FULL
		    : hint == HINT_OFF	 ? UNROLL_OFF
		    : hint >= HINT_COUNT ? UNROLL_COUNT
					 : UNROLL_DEFAULT;
	s->unroll_count = hint > HINT_COUNT ? hint - HINT_COUNT : 0;
}

/* The body of a loop or switch, with break and continue bound to it. */
static CStmt *bound_body(CParser *p, CStmt *s)
{
	CStmt *loop = p->loop, *breakable = p->breakable;

	if (s->kind != CS_SWITCH)
		p->loop = s;
	p->breakable = s;
	CStmt *body = statement(p);
	p->loop = loop;
	p->breakable = breakable;
	return body;
}

static CStmt *while_statement(CParser *p)
{
	CStmt *s = cs_new(p, CS_WHILE, c_here(p));

	set_hint(p, s);
	c_advance(p);
	s->expr = condition(p, "'while'");
	s->then = bound_body(p, s);
	return s;
}

static CStmt *do_statement(CParser *p)
{
	CStmt *s = cs_new(p, CS_DO, c_here(p));

	set_hint(p, s);
	c_advance(p);
	s->then = bound_body(p, s);
	if (c_expect(p, CT_WHILE_KW, "'do' statement's body"))
		s->expr = condition(p, "'while'");
	else
		s->expr = cx_error(p, s->at);
	c_expect(p, CT_SEMI, "do/while statement");
	return s;
}

/* The three parts in parentheses; declarations go to `before`. */
static void for_head(CParser *p, CStmt *s, Stmts *before)
{
	Span open = c_here(p);

	c_expect(p, CT_LPAREN, "'for'");
	if (is_declaration(p)) {
		c_local_declaration(p, before);
	} else {
		if (p->tok.kind != CT_SEMI) {
			s->init = cs_new(p, CS_EXPR, c_here(p));
			s->init->expr = c_rvalue(p, c_expr(p));
		}
		c_expect(p, CT_SEMI, "'for' initialization");
	}
	if (p->tok.kind != CT_SEMI)
		s->expr = c_truth(p, c_expr(p), "statement");
	c_expect(p, CT_SEMI, "'for' condition");
	if (p->tok.kind != CT_RPAREN)
		s->step = c_rvalue(p, c_expr(p));
	c_close(p, CT_RPAREN, open);
}

static CStmt *for_statement(CParser *p)
{
	CStmt *block = cs_new(p, CS_BLOCK, c_here(p));
	Stmts before = {0};

	scope_push(p);
	p->block = block;
	CStmt *s = cs_new(p, CS_FOR, c_here(p));
	set_hint(p, s);
	c_advance(p);
	for_head(p, s, &before);
	s->then = bound_body(p, s);
	p->block = block->parent;
	scope_pop(p);
	block->end = p->last_end ? p->last_end - 1 : 0;
	vec_push(p->arena, &before, s);
	set_body(block, &before);
	return block;
}

static CStmt *switch_statement(CParser *p)
{
	CStmt *s = cs_new(p, CS_SWITCH, c_here(p)), *outer = p->the_switch;
	Span open;

	c_advance(p);
	open = c_here(p);
	c_expect(p, CT_LPAREN, "'switch'");
	s->expr = c_promote(p, c_expr(p));
	c_close(p, CT_RPAREN, open);
	if (!cx_is_error(s->expr) && !type_is_integer(s->expr->type)) {
		c_error(p, s->expr->at,
			"statement requires expression of integer type (%s invalid)",
			c_type_text(p, s->expr->type));
		s->expr = cx_error(p, s->expr->at);
	}
	p->the_switch = s;
	s->then = bound_body(p, s);
	p->the_switch = outer;
	return s;
}

static void add_case(CParser *p, CStmt *s)
{
	CStmt *sw = p->the_switch;
	Stmts cases = {.at = sw->cases, .len = sw->n_cases, .cap = sw->cap_cases};

	for (u32 i = 0; i < sw->n_cases && sw->n_cases < 1000; i++) {
		CStmt *other = sw->cases[i];
		if (other->kind != s->kind ||
		    (s->kind == CS_CASE && (other->low > s->high || other->high < s->low)))
			continue;
		if (s->kind == CS_CASE)
			c_error(p, s->at, "duplicate case value '%lld'", (long long)s->low);
		else
			c_error(p, s->at, "multiple default labels in one switch");
		c_note(p, other->at, "previous case defined here");
		break;
	}
	vec_push(p->arena, &cases, s);
	sw->cases = cases.at;
	sw->n_cases = cases.len;
	sw->cap_cases = cases.cap;
}

static i64 case_value(CParser *p)
{
	CExpr *e = c_rvalue(p, c_conditional(p));
	Type *t = p->the_switch ? p->the_switch->expr->type : p->t_long;
	Wide v;

	if (cx_is_error(e))
		return 0;
	if (!fold_int(e, &v)) {
		c_error(p, e->at, "expression is not an integer constant expression");
		return 0;
	}
	CExpr *n = cx_int(p, (i64)v, e->type, e->at);
	n = type_is_integer(t) ? c_convert(p, n, t) : n;
	return (i64)wide_of(n);
}

/* case low [ "..." high ] ":" statement | default ":" statement */
static CStmt *case_statement(CParser *p, bool in_block)
{
	bool is_default = p->tok.kind == CT_DEFAULT_KW;
	CStmt *s = cs_new(p, is_default ? CS_DEFAULT : CS_CASE, c_here(p));
	Attrs ignored = {0};

	c_advance(p);
	if (!is_default) {
		s->low = s->high = case_value(p);
		if (c_accept(p, CT_ELLIPSIS))
			s->high = case_value(p);
	}
	c_expect(p, CT_COLON, is_default ? "'default'" : "'case'");
	s->target = p->the_switch;
	if (p->the_switch)
		add_case(p, s);
	else
		c_error(p, s->at, "'%s' statement not in switch statement",
			is_default ? "default" : "case");
	c_attributes(p, &ignored);
	s->then = labeled_statement(p, in_block);
	return s;
}

/* ---- jumps ---- */

static CStmt *goto_statement(CParser *p)
{
	CStmt *s = cs_new(p, CS_GOTO, c_here(p));

	c_advance(p);
	if (p->tok.kind == CT_STAR) {
		c_error(p, c_here(p), "indirect goto is not supported: BPF has no computed jumps");
		c_recover(p);
		s->kind = CS_EMPTY;
		return s;
	}
	if (p->tok.kind != CT_IDENT) {
		c_error(p, c_here(p), "expected identifier");
		s->kind = CS_EMPTY;
		return s;
	}
	s->label = c_label(p, p->tok.ident, c_here(p));
	s->label->is_used = true;
	c_advance(p);
	c_expect(p, CT_SEMI, "goto statement");
	return s;
}

static CStmt *jump_statement(CParser *p)
{
	bool is_break = p->tok.kind == CT_BREAK_KW;
	CStmt *s = cs_new(p, is_break ? CS_BREAK : CS_CONTINUE, c_here(p));

	s->target = is_break ? p->breakable : p->loop;
	if (!s->target) {
		c_error(p, c_here(p),
			is_break ? "'break' statement not in loop or switch statement"
				 : "'continue' statement not in loop statement");
		s->kind = CS_EMPTY;
	}
	c_advance(p);
	c_expect(p, CT_SEMI, is_break ? "break statement" : "continue statement");
	return s;
}

static CStmt *return_statement(CParser *p)
{
	CStmt *s = cs_new(p, CS_RETURN, c_here(p));
	Type *result = p->func->type->base;
	bool is_void = type_bare(result)->kind == TY_VOID;

	c_advance(p);
	if (p->tok.kind != CT_SEMI) {
		CExpr *e = c_rvalue(p, c_expr(p));
		if (is_void && !cx_is_error(e) && type_bare(e->type)->kind != TY_VOID)
			c_error(p, s->at, "void function '%s' should not return a value",
				p->func->name);
		s->expr = is_void ? e : c_assign_convert(p, e, result, ASSIGN_RETURN);
	} else if (!is_void) {
		c_error(p, s->at, "non-void function '%s' should return a value", p->func->name);
	}
	c_expect(p, CT_SEMI, "return statement");
	return s;
}

static CStmt *expression_statement(CParser *p)
{
	CStmt *s = cs_new(p, CS_EXPR, c_here(p));

	s->expr = c_rvalue(p, c_expr(p));
	s->at = s->expr->at;
	if (!c_expect(p, CT_SEMI, "expression") && cx_is_error(s->expr))
		c_recover(p);
	return s;
}

static CStmt *one_statement(CParser *p)
{
	switch (p->tok.kind) {
	case CT_LBRACE:
		return c_block(p, true);
	case CT_IF_KW:
		return if_statement(p);
	case CT_WHILE_KW:
		return while_statement(p);
	case CT_DO_KW:
		return do_statement(p);
	case CT_FOR_KW:
		return for_statement(p);
	case CT_SWITCH_KW:
		return switch_statement(p);
	case CT_CASE_KW:
	case CT_DEFAULT_KW:
		return case_statement(p, false);
	case CT_GOTO_KW:
		return goto_statement(p);
	case CT_BREAK_KW:
	case CT_CONTINUE_KW:
		return jump_statement(p);
	case CT_RETURN_KW:
		return return_statement(p);
	case CT_ASM_KW:
		return c_asm(p);
	case CT_SEMI: {
		CStmt *s = cs_new(p, CS_EMPTY, c_here(p));
		c_advance(p);
		return s;
	}
	case CT_IDENT:
		if (c_peek(p)->kind == CT_COLON)
			return labeled(p, false);
		return c_expand_embedded(p) ? statement(p) : expression_statement(p);
	default:
		return expression_statement(p);
	}
}

static CStmt *statement(CParser *p)
{
	CStmt *s;
	Attrs ignored = {0};

	if (p->tok.kind == CT_ATTRIBUTE_KW ||
	    (p->tok.kind == CT_LBRACKET && c_peek(p)->kind == CT_LBRACKET))
		c_attributes(p, &ignored);
	if (c_enter(p))
		s = one_statement(p);
	else
		s = cs_new(p, CS_EMPTY, c_here(p));
	c_leave(p);
	return s;
}
