/*
 * Expressions and types, by recursive descent; binary operators by precedence
 * climbing over one table. Each function is headed by its rule.
 *
 * A name in parentheses before the start of an expression is a cast, unless it
 * names a builtin; "(a) - b", "(a) * b", "(a) & b" are casts only for the type
 * names that the language itself has (and for struct, union, enum).
 */
#include "script/internal.h"

typedef struct {
	u8 tok, level, kind, op;
} BinaryRule;

static const BinaryRule rules[] = {
	{TOK_OR_OR, 1, NODE_OR, 0},	     {TOK_AND_AND, 2, NODE_AND, 0},
	{TOK_OR, 3, NODE_BINARY, SOP_OR},    {TOK_XOR, 4, NODE_BINARY, SOP_XOR},
	{TOK_AND, 5, NODE_BINARY, SOP_AND},  {TOK_EQ, 6, NODE_BINARY, SOP_EQ},
	{TOK_NE, 6, NODE_BINARY, SOP_NE},    {TOK_LT, 7, NODE_BINARY, SOP_LT},
	{TOK_LE, 7, NODE_BINARY, SOP_LE},    {TOK_GT, 7, NODE_BINARY, SOP_GT},
	{TOK_GE, 7, NODE_BINARY, SOP_GE},    {TOK_SHL, 8, NODE_BINARY, SOP_SHL},
	{TOK_SHR, 8, NODE_BINARY, SOP_SHR},  {TOK_ADD, 9, NODE_BINARY, SOP_ADD},
	{TOK_SUB, 9, NODE_BINARY, SOP_SUB},  {TOK_MUL, 10, NODE_BINARY, SOP_MUL},
	{TOK_DIV, 10, NODE_BINARY, SOP_DIV}, {TOK_MOD, 10, NODE_BINARY, SOP_MOD},
};

static Node *parse_unary(Parser *p);

static Node *new_at(Parser *p, NodeKind kind, Loc start)
{
	return node_new(p->c, kind, parser_since(p, start));
}

static Node *error_node(Parser *p)
{
	return node_new(p->c, NODE_ERROR, p->tok.at);
}

/* ---- casts ---- */

/* Whether an expression may start here, with no binary operator among its signs. */
static bool starts_operand(const Parser *p)
{
	switch (p->tok.kind) {
	case TOK_INT:
	case TOK_STRING:
	case TOK_IDENT:
	case TOK_VAR:
	case TOK_MAP:
	case TOK_PARAM:
	case TOK_PARAM_COUNT:
	case TOK_LPAREN:
	case TOK_NOT:
	case TOK_INV:
	case TOK_TRUE:
	case TOK_FALSE:
	case TOK_SIZEOF:
	case TOK_OFFSETOF:
	case TOK_COMPTIME:
		return true;
	default:
		return false;
	}
}

static ParserMark mark(const Parser *p)
{
	return (ParserMark){p->lx, p->tok, p->last_end, p->c->diags.n_errors};
}

static void go_back(Parser *p, const ParserMark *m)
{
	p->lx = m->lx;
	p->tok = m->tok;
	p->last_end = m->last_end;
}

/* Behind "(" : is this "type)" and then an operand? */
static bool looks_like_cast(Parser *p)
{
	ParserMark m = mark(p);
	bool sure = p->tok.kind == TOK_TYPEOF, result = false;

	if (p->tok.kind == TOK_IDENT) {
		sure = parse_is_own_type(p->tok.name) || parse_is_tag_word(p->tok.name) || parse_is_c_word(p->tok.name);
		if (!sure && builtin_find(p->tok.name))
			return false;
		while (p->tok.kind == TOK_IDENT)
			parser_advance(p);
	}
	if (p->tok.kind == TOK_TYPEOF) {
		go_back(p, &m);
		return true;
	}
	while (p->tok.kind == TOK_MUL || p->tok.kind == TOK_LBRACKET || p->tok.kind == TOK_RBRACKET ||
	       p->tok.kind == TOK_INT || (sure && p->tok.kind == TOK_PARAM)) {
		sure = sure || p->tok.kind == TOK_MUL;
		parser_advance(p);
	}
	if (m.tok.kind == TOK_IDENT && p->tok.kind == TOK_RPAREN) {
		parser_advance(p);
		result = starts_operand(p) ||
			 (sure && (p->tok.kind == TOK_SUB || p->tok.kind == TOK_MUL ||
				   p->tok.kind == TOK_AND || p->tok.kind == TOK_INCREMENT ||
				   p->tok.kind == TOK_DECREMENT || p->tok.kind == TOK_LBRACE));
	}
	go_back(p, &m);
	return result;
}

/* ---- primaries ---- */

/* Values separated by commas up to the closing token. */
static void parse_list(Parser *p, Node *n, TokKind close, const char *where)
{
	Vec(Node *) items = {0};

	while (p->tok.kind != close && p->tok.kind != TOK_END) {
		vec_push(p->c->arena, &items, parse_expr(p));
		if (!parser_accept(p, TOK_COMMA))
			break;
	}
	parser_expect(p, close, where);
	node_list(p->c, n, items.at, items.len);
}

/* record = "(" name "=" expr { "," name "=" expr } ")" */
static Node *parse_record(Parser *p, Loc start)
{
	Vec(Node *) items = {0};
	Node *n;

	while (p->tok.kind == TOK_IDENT) {
		Node *item = node_new(p->c, NODE_FIELDVALUE, p->tok.at);

		item->name = p->tok.name;
		parser_advance(p);
		parser_expect(p, TOK_ASSIGN, "in the record");
		item->a = parse_expr(p);
		vec_push(p->c->arena, &items, item);
		if (!parser_accept(p, TOK_COMMA))
			break;
	}
	parser_expect(p, TOK_RPAREN, "after the record");
	n = new_at(p, NODE_RECORD, start);
	node_list(p->c, n, items.at, items.len);
	return n;
}

static bool starts_record(Parser *p)
{
	ParserMark m = mark(p);
	bool result;

	if (p->tok.kind != TOK_IDENT)
		return false;
	parser_advance(p);
	result = p->tok.kind == TOK_ASSIGN;
	go_back(p, &m);
	return result;
}

/* paren = "(" type ")" unary | "(" ")" | "(" expr ")" | "(" expr "," [expr {"," expr}] ")" | record */
static Node *parse_paren(Parser *p)
{
	Loc start = p->tok.at.start;
	Vec(Node *) items = {0};
	bool is_tuple = false;
	Node *n;

	parser_advance(p);
	if (looks_like_cast(p)) {
		Node *type = parse_type(p);

		parser_expect(p, TOK_RPAREN, "after the type");
		Span head = parser_since(p, start);

		n = node_new(p->c, NODE_CAST, head);
		n->b = type;
		n->a = p->tok.kind == TOK_LBRACE ? parse_expr(p) : parse_unary(p);
		return n;
	}
	if (starts_record(p))
		return parse_record(p, start);
	while (p->tok.kind != TOK_RPAREN && p->tok.kind != TOK_END) {
		vec_push(p->c->arena, &items, parse_expr(p));
		if (!parser_accept(p, TOK_COMMA))
			break;
		is_tuple = true;
	}
	parser_expect(p, TOK_RPAREN, "after the expression");
	if (items.len == 1 && !is_tuple) {
		items.at[0]->is_paren = true;
		return items.at[0];
	}
	n = new_at(p, NODE_TUPLE, start);
	node_list(p->c, n, items.at, items.len);
	return n;
}

static Node *parse_int(Parser *p)
{
	Node *n = node_int(p->c, p->tok.at, p->tok.type, (i64)p->tok.value);

	n->is_literal = true;
	if (!n->type && n->value < 0)
		n->type = type_int(p->c->types, 8, false);
	parser_advance(p);
	return n;
}

/* Whether the token can start a type in sizeof(…) and the like. */
static bool starts_type(Parser *p)
{
	if (p->tok.kind == TOK_TYPEOF)
		return true;
	return p->tok.kind == TOK_IDENT &&
	       (parse_is_own_type(p->tok.name) || parse_is_tag_word(p->tok.name) || parse_is_c_word(p->tok.name));
}

static Node *parse_type_or_expr(Parser *p)
{
	return starts_type(p) ? parse_type(p) : parse_expr(p);
}

/* sizeof "(" (type|expr) ")" ; offsetof "(" (type|expr) "," name {"." name} ")" ; typeinfo "(" … ")" */
static Node *parse_type_question(Parser *p, NodeKind kind)
{
	Loc start = p->tok.at.start;
	Vec(Node *) path = {0};
	Node *n;

	parser_advance(p);
	parser_expect(p, TOK_LPAREN, "here");
	Node *of = parse_type_or_expr(p);

	if (kind == NODE_OFFSETOF) {
		parser_expect(p, TOK_COMMA, "in offsetof");
		do {
			Node *name = node_new(p->c, NODE_IDENT, p->tok.at);

			name->name = p->tok.name;
			if (!name->name)
				parser_expect(p, TOK_IDENT, "in offsetof");
			else
				parser_advance(p);
			vec_push(p->c->arena, &path, name);
		} while (parser_accept(p, TOK_DOT));
	}
	parser_expect(p, TOK_RPAREN, "here");
	n = new_at(p, kind, start);
	n->a = of;
	node_list(p->c, n, path.at, path.len);
	return n;
}

/* map = "@" [name] ["[" expr {"," expr} "]"] */
static Node *parse_map(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_MAPGET, p->tok.at);

	n->name = p->tok.name;
	parser_advance(p);
	if (!parser_accept(p, TOK_LBRACKET))
		return n;
	Loc key_start = p->tok.at.start;
	Node *key = node_new(p->c, NODE_TUPLE, p->tok.at);

	parse_list(p, key, TOK_RBRACKET, "after the map's key");
	n->at = parser_since(p, start);
	key->at = (Span){key_start, n->at.end ? n->at.end - 1 : key_start};
	if (!key->n)
		parser_error(p, n->at, "syntax: a map's key must not be empty");
	n->a = key->n == 1 ? key->list[0] : key;
	return n;
}

/* ident = name ["(" [expr {"," expr}] ")"] */
static Node *parse_ident(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = node_new(p->c, NODE_IDENT, p->tok.at);

	n->name = p->tok.name;
	n->builtin = builtin_find(n->name);
	parser_advance(p);
	if (parser_accept(p, TOK_LPAREN)) {
		n->kind = NODE_CALL;
		Vec(Node *) items = {0};

		while (p->tok.kind != TOK_RPAREN && p->tok.kind != TOK_END) {
			vec_push(p->c->arena, &items, parse_type_or_expr(p));
			if (!parser_accept(p, TOK_COMMA))
				break;
		}
		parser_expect(p, TOK_RPAREN, "after the arguments");
		node_list(p->c, n, items.at, items.len);
		n->at = parser_since(p, start);
	}
	return n;
}

static Node *leaf(Parser *p, NodeKind kind)
{
	Node *n = node_new(p->c, kind, p->tok.at);

	n->name = p->tok.name;
	n->text = p->tok.text;
	n->value = p->tok.kind == TOK_PARAM_COUNT ? -1 : (i64)p->tok.value;
	parser_advance(p);
	return n;
}

/* primary = integer | string | name… | $x | @x… | $1 | "(" … ")" | "{" … "}" | if … | comptime … */
static Node *parse_primary(Parser *p)
{
	switch (p->tok.kind) {
	case TOK_INT:
		return parse_int(p);
	case TOK_STRING:
		return leaf(p, NODE_STRING);
	case TOK_VAR:
		return leaf(p, NODE_LOCAL);
	case TOK_PARAM:
	case TOK_PARAM_COUNT:
		return leaf(p, NODE_PARAM);
	case TOK_TRUE:
	case TOK_FALSE: {
		bool value = p->tok.kind == TOK_TRUE;
		Node *n = leaf(p, NODE_INT);

		n->value = value;
		n->is_literal = true;
		n->type = type_bool(p->c->types);
		return n;
	}
	case TOK_MAP:
		return parse_map(p);
	case TOK_IDENT:
		return parse_is_tag_word(p->tok.name) ? parse_type(p) : parse_ident(p);
	case TOK_LPAREN:
		return parse_paren(p);
	case TOK_LBRACE:
		return parse_block(p);
	case TOK_IF:
		return parse_if(p, true);
	case TOK_SIZEOF:
		return parse_type_question(p, NODE_SIZEOF);
	case TOK_OFFSETOF:
		return parse_type_question(p, NODE_OFFSETOF);
	case TOK_TYPEINFO:
		return parse_type_question(p, NODE_TYPEINFO);
	case TOK_TYPEOF:
		return parse_type(p);
	default:
		parser_error(p, p->tok.at, "syntax: expected expression");
		return error_node(p);
	}
}

/* ---- postfix, unary, binary ---- */

static Node *parse_member(Parser *p, Node *of, Loc start)
{
	Node *n = node_new(p->c, NODE_FIELD, of->at);

	n->is_arrow = p->tok.kind == TOK_ARROW;
	n->a = of;
	parser_advance(p);
	n->field.at = p->tok.at;
	if (p->tok.kind == TOK_INT) {
		n->name = intern(&p->c->names, arena_printf(p->c->arena, "%llu",
							    (unsigned long long)p->tok.value));
		parser_advance(p);
	} else if (p->tok.name && p->tok.kind != TOK_VAR && p->tok.kind != TOK_MAP) {
		n->name = p->tok.name;
		parser_advance(p);
	} else {
		parser_expect(p, TOK_IDENT, "after '.'");
	}
	n->at = parser_since(p, start);
	return n;
}

static Node *parse_update(Parser *p, Node *of, Loc start, bool is_post)
{
	Node *n = new_at(p, NODE_UPDATE, start);

	n->op = p->tok.kind == TOK_INCREMENT ? SOP_ADD : SOP_SUB;
	n->is_post = is_post;
	parser_advance(p);
	n->a = is_post ? of : parse_unary(p);
	n->b = node_int(p->c, n->at, NULL, 1);
	n->b->is_literal = true;
	n->at = parser_since(p, start);
	if (n->a->kind != NODE_LOCAL && n->a->kind != NODE_MAPGET && n->a->kind != NODE_ERROR &&
	    n->a->kind != NODE_IDENT)
		parser_error(p, n->at, "syntax: increment/decrement requires a variable or map");
	return n;
}

/* postfix = primary { "." name | "->" name | "[" expr "]" | "++" | "--" } ; ".0" of a tuple too */
static Node *parse_postfix(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n = parse_primary(p);
	u32 n_links = 0;

	while (parser_link(p, &n_links)) {
		if (p->tok.kind == TOK_DOT || p->tok.kind == TOK_ARROW) {
			n = parse_member(p, n, start);
		} else if (p->tok.kind == TOK_LBRACKET) {
			Node *index = node_new(p->c, NODE_INDEX, n->at);

			parser_advance(p);
			index->a = n;
			index->b = parse_expr(p);
			parser_expect(p, TOK_RBRACKET, "after the index");
			index->at = parser_since(p, start);
			n = index;
		} else if (p->tok.kind == TOK_INCREMENT || p->tok.kind == TOK_DECREMENT) {
			n = parse_update(p, n, start, true);
		} else {
			break;
		}
	}
	return n;
}

static Node *parse_prefix(Parser *p, NodeKind kind, ScriptOp op)
{
	Loc start = p->tok.at.start;
	Node *n;

	parser_advance(p);
	Node *of = parse_unary(p);

	n = new_at(p, kind, start);
	n->op = (u8)op;
	n->a = of;
	if (kind == NODE_ADDR && of->kind != NODE_LOCAL && of->kind != NODE_MAPGET)
		parser_error(p, of->at,
			     "syntax: address-of operator (&) can only be used on a map or variable");
	return n;
}

/* unary = ("!"|"~"|"-"|"*"|"&"|"++"|"--"|"comptime") unary | postfix */
static Node *parse_unary(Parser *p)
{
	Node *n;

	if (!parser_enter(p))
		return error_node(p);
	switch (p->tok.kind) {
	case TOK_NOT:
		n = parse_prefix(p, NODE_UNARY, SOP_NOT);
		break;
	case TOK_INV:
		n = parse_prefix(p, NODE_UNARY, SOP_INV);
		break;
	case TOK_SUB:
		n = parse_prefix(p, NODE_UNARY, SOP_NEG);
		break;
	case TOK_MUL:
		n = parse_prefix(p, NODE_DEREF, SOP_NONE);
		break;
	case TOK_AND:
		n = parse_prefix(p, NODE_ADDR, SOP_NONE);
		break;
	case TOK_INCREMENT:
	case TOK_DECREMENT:
		n = parse_update(p, NULL, p->tok.at.start, false);
		break;
	default:
		n = parse_postfix(p);
	}
	parser_leave(p);
	return n;
}

static const BinaryRule *rule_of(TokKind tok)
{
	for (u32 i = 0; i < ARRAY_LEN(rules); i++)
		if (rules[i].tok == tok)
			return &rules[i];
	return NULL;
}

/* binary(level) = unary { operator-of-level-or-higher binary(its level + 1) } */
static Node *parse_binary(Parser *p, u32 level)
{
	Loc start = p->tok.at.start;
	Node *left = parse_unary(p);
	const BinaryRule *rule;
	u32 n_links = 0;

	while ((rule = rule_of(p->tok.kind)) && rule->level >= level && parser_link(p, &n_links)) {
		parser_advance(p);
		Node *right = parse_binary(p, rule->level + 1u);
		Node *n = new_at(p, (NodeKind)rule->kind, start);

		n->op = rule->op;
		n->a = left;
		n->b = right;
		left = n;
	}
	return left;
}

/* expr = ["comptime"] binary ["?" [expr] ":" expr] */
Node *parse_expr(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *n, *cond;

	if (!parser_enter(p))
		return error_node(p);
	if (p->tok.kind == TOK_COMPTIME) {
		parser_advance(p);
		n = parse_expr(p);
		cond = new_at(p, NODE_COMPTIME, start);
		cond->a = n;
		parser_leave(p);
		return cond;
	}
	n = parse_binary(p, 1);
	if (parser_accept(p, TOK_QUESTION)) {
		cond = node_new(p->c, NODE_COND, n->at);
		cond->a = n;
		cond->b = p->tok.kind == TOK_COLON ? NULL : parse_expr(p);
		parser_expect(p, TOK_COLON, "in the conditional expression");
		cond->c = parse_expr(p);
		cond->at = parser_since(p, start);
		n = cond;
	}
	parser_leave(p);
	return n;
}
