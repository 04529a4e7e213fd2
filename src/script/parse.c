/*
 * Statements, and what all parsing functions share: the token looked at,
 * expecting one, and recovery.
 *
 * After a syntax error the parser is in panic: it says nothing more until it
 * stands behind a ";" or before a "}" of the same block, or at the next probe.
 * So each fault gives one message and later ones are still found. Nesting is
 * bounded (PARSE_MAX_DEPTH), so that no input overflows our own stack.
 */
#include "script/internal.h"

#include <stdarg.h>

void parser_advance(Parser *p)
{
	p->last_end = p->tok.at.end;
	do
		p->tok = lexer_next(&p->lx);
	while (p->tok.kind == TOK_ERROR);
}

bool parser_accept(Parser *p, TokKind kind)
{
	if (p->tok.kind != kind)
		return false;
	parser_advance(p);
	return true;
}

void parser_error(Parser *p, Span at, const char *fmt, ...)
{
	va_list args;

	if (!p->panic && !p->gave_up) {
		va_start(args, fmt);
		diag_error(&p->c->diags, at, "%s", arena_vprintf(p->c->arena, fmt, args));
		va_end(args);
	}
	p->panic = true;
}

/* Classes of tokens are named, marks and keywords quoted. */
static bool text_is_word(TokKind kind)
{
	return kind == TOK_INT || kind == TOK_STRING || kind == TOK_IDENT || kind == TOK_VAR || kind == TOK_MAP;
}

bool parser_expect(Parser *p, TokKind kind, const char *where)
{
	if (p->tok.kind == kind) {
		parser_advance(p);
		return true;
	}
	if (text_is_word(kind))
		parser_error(p, p->tok.at, "syntax: expected %s%s%s", token_text(kind), *where ? " " : "", where);
	else
		parser_error(p, p->tok.at, "syntax: expected '%s'", token_text(kind));
	return false;
}

/* Nothing sensible can follow: goes to the end of the file. */
static void give_up(Parser *p)
{
	parser_error(p, p->tok.at, "syntax: nested too deeply");
	p->gave_up = true;
	p->lx.p = p->lx.end;
	p->tok = (Token){.kind = TOK_END, .at = p->tok.at};
}

bool parser_enter(Parser *p)
{
	if (++p->depth <= PARSE_MAX_DEPTH)
		return true;
	give_up(p);
	p->depth--;
	return false;
}

bool parser_link(Parser *p, u32 *n)
{
	if (++*n <= PARSE_MAX_CHAIN)
		return true;
	give_up(p);
	return false;
}

/* Skips to behind the next ";" of this block, or to its "}" . */
static void recover(Parser *p)
{
	u32 depth = 0;

	while (p->tok.kind != TOK_END) {
		if (p->tok.kind == TOK_LBRACE) {
			depth++;
		} else if (p->tok.kind == TOK_RBRACE) {
			if (!depth)
				break;
			if (!--depth) {
				parser_advance(p);
				break;
			}
		} else if (p->tok.kind == TOK_SEMICOLON && !depth) {
			parser_advance(p);
			break;
		}
		parser_advance(p);
	}
	p->panic = false;
}

/* ---- statements ---- */

/* block = "{" { statement } "}" */
Node *parse_block(Parser *p)
{
	Loc start = p->tok.at.start;
	Vec(Node *) items = {0};
	Node *block = node_new(p->c, NODE_BLOCK, p->tok.at);

	if (!parser_enter(p))
		return block;
	if (parser_expect(p, TOK_LBRACE, "to open a block")) {
		while (p->tok.kind != TOK_RBRACE && p->tok.kind != TOK_END) {
			Node *statement = parse_statement(p);

			if (p->panic)
				recover(p);
			else if (statement)
				vec_push(p->c->arena, &items, statement);
		}
		parser_expect(p, TOK_RBRACE, "to close the block");
	}
	block->at = parser_since(p, start);
	node_list(p->c, block, items.at, items.len);
	parser_leave(p);
	return block;
}

static Node *finish(Parser *p, Node *n, Loc start)
{
	n->at = parser_since(p, start);
	return n;
}

/* if = "if" ["comptime"] expr block ["else" (if | block)] */
Node *parse_if(Parser *p, bool is_value)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, is_value ? NODE_IFVALUE : NODE_IF, p->tok.at);

	if (!parser_enter(p))
		return n;
	parser_advance(p);
	n->a = parse_expr(p);
	n->b = parse_block(p);
	if (parser_accept(p, TOK_ELSE))
		n->c = p->tok.kind == TOK_IF ? parse_if(p, is_value) : parse_block(p);
	parser_leave(p);
	return finish(p, n, start);
}

static Node *parse_while(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_WHILE, p->tok.at);

	parser_advance(p);
	n->a = parse_expr(p);
	n->b = parse_block(p);
	return finish(p, n, start);
}

static Node *parse_unroll(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_UNROLL, p->tok.at);

	parser_advance(p);
	n->a = parse_expr(p);
	n->at = parser_since(p, start);
	n->c = parse_block(p);
	return n;
}

/* for = "for" ["("] "$x" ":" (expr ".." expr | "@map") [")"] block */
static Node *parse_for(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_FOR_RANGE, p->tok.at);
	bool paren;

	parser_advance(p);
	paren = parser_accept(p, TOK_LPAREN);
	n->name = p->tok.name;
	n->field.at = p->tok.at;
	parser_expect(p, TOK_VAR, "in for loop");
	parser_expect(p, TOK_COLON, "in the for loop");
	n->a = parse_expr(p);
	if (parser_accept(p, TOK_RANGE)) {
		n->b = parse_expr(p);
	} else {
		n->kind = NODE_FOR_MAP;
		if (n->a->kind != NODE_MAPGET && n->a->kind != NODE_IDENT)
			parser_error(p, n->a->at, "syntax: expected map or range in for loop");
	}
	if (paren)
		parser_expect(p, TOK_RPAREN, "in the for loop");
	n->at = parser_since(p, start);
	n->c = parse_block(p);
	return n;
}

/* let = "let" "$x" [":" type] ["=" expr] */
static Node *parse_let(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_LET, p->tok.at);

	parser_advance(p);
	n->name = p->tok.name;
	n->field.at = p->tok.at;
	parser_expect(p, TOK_VAR, "after 'let'");
	if (parser_accept(p, TOK_COLON))
		n->b = parse_type(p);
	if (parser_accept(p, TOK_ASSIGN))
		n->a = parse_expr(p);
	return finish(p, n, start);
}

static ScriptOp compound_op(TokKind kind)
{
	static const struct {
		u8 tok, op;
	} list[] = {
		{TOK_ADD_ASSIGN, SOP_ADD}, {TOK_SUB_ASSIGN, SOP_SUB}, {TOK_MUL_ASSIGN, SOP_MUL},
		{TOK_DIV_ASSIGN, SOP_DIV}, {TOK_MOD_ASSIGN, SOP_MOD}, {TOK_AND_ASSIGN, SOP_AND},
		{TOK_OR_ASSIGN, SOP_OR},   {TOK_XOR_ASSIGN, SOP_XOR}, {TOK_SHL_ASSIGN, SOP_SHL},
		{TOK_SHR_ASSIGN, SOP_SHR},
	};

	for (u32 i = 0; i < ARRAY_LEN(list); i++)
		if (list[i].tok == kind)
			return (ScriptOp)list[i].op;
	return SOP_NONE;
}

/* place ("=" | "+=" …) expr, "_" "=" expr, or an expression for its effect */
static Node *parse_assign(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *left = parse_expr(p), *n;
	ScriptOp op = compound_op(p->tok.kind);

	if (p->tok.kind != TOK_ASSIGN && op == SOP_NONE) {
		n = node_new(p->c, NODE_EXPR, left->at);
		n->a = left;
		return finish(p, n, start);
	}
	bool is_discard = left->kind == NODE_IDENT && strcmp(left->name, "_") == 0 && !op;

	bool is_place = left->kind == NODE_LOCAL || left->kind == NODE_MAPGET || is_discard;

	if (!is_place && left->kind != NODE_FIELD && left->kind != NODE_INDEX && left->kind != NODE_IDENT) {
		parser_expect(p, TOK_SEMICOLON, "");
		return left;
	}
	parser_advance(p);
	n = node_new(p->c, is_discard ? NODE_DISCARD : op ? NODE_UPDATE : NODE_ASSIGN, left->at);
	n->op = (u8)op;
	n->b = parse_expr(p);
	n->a = left;
	if (is_discard) {
		n->a = n->b;
		n->b = NULL;
	}
	n->at = parser_since(p, start);
	if (!is_place)
		parser_error(p, n->at, "syntax: invalid assignment target");
	if (n->kind == NODE_UPDATE) {
		Node *statement = node_new(p->c, NODE_EXPR, n->at);

		statement->a = n;
		n = statement;
	}
	return n;
}

static Node *parse_return(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_RETURN, p->tok.at);

	parser_advance(p);
	if (p->tok.kind != TOK_SEMICOLON && p->tok.kind != TOK_RBRACE)
		n->a = parse_expr(p);
	return finish(p, n, start);
}

static Node *parse_word(Parser *p, NodeKind kind)
{
	Node *n = node_new(p->c, kind, p->tok.at);

	parser_advance(p);
	return n;
}

static Node *parse_import_statement(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_IMPORT, p->tok.at);

	parser_advance(p);
	n->text = p->tok.text;
	parser_expect(p, TOK_STRING, "after import");
	return finish(p, n, start);
}

static Node *parse_simple(Parser *p)
{
	switch (p->tok.kind) {
	case TOK_LET:
		return parse_let(p);
	case TOK_RETURN:
		return parse_return(p);
	case TOK_BREAK:
		return parse_word(p, NODE_BREAK);
	case TOK_CONTINUE:
		return parse_word(p, NODE_CONTINUE);
	case TOK_IMPORT:
		return parse_import_statement(p);
	default:
		return parse_assign(p);
	}
}

/* statement = if | while | for | unroll | block | simple (";" | before "}") */
Node *parse_statement(Parser *p)
{
	Node *n;

	while (parser_accept(p, TOK_SEMICOLON))
		;
	switch (p->tok.kind) {
	case TOK_RBRACE:
	case TOK_END:
		return NULL;
	case TOK_IF:
		return parse_if(p, false);
	case TOK_WHILE:
		return parse_while(p);
	case TOK_FOR:
		return parse_for(p);
	case TOK_UNROLL:
		return parse_unroll(p);
	case TOK_LBRACE:
		return parse_block(p);
	default:
		break;
	}
	n = parse_simple(p);
	if (p->tok.kind == TOK_RBRACE)
		n->is_tail = true;
	else if (n->kind == NODE_BREAK || n->kind == NODE_CONTINUE)
		n->at.end = p->tok.kind == TOK_SEMICOLON ? p->tok.at.end : n->at.end;
	if (n->is_tail)
		return n;
	parser_expect(p, TOK_SEMICOLON, "");
	return n;
}
