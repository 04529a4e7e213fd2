/*
 * Types as scripts write them: the language's own names, C's words, tags,
 * typeof, tuples, and "*" and "[N]" behind any of them.
 */
#include "script/internal.h"

static const char *const own_types[] = {
	"bool",	  "int8",   "int16",  "int32",	   "int64",	"uint8",	 "uint16",
	"uint32", "uint64", "void",   "string",	   "buffer",	"inet",		 "timestamp",
	"count_t", "sum_t", "usum_t", "min_t",	   "umin_t",	"max_t",	 "umax_t",
	"avg_t",  "uavg_t", "stats_t", "ustats_t", "macaddr_t", "cgroup_path_t", "username_t",
};

bool parse_is_own_type(const char *name)
{
	for (u32 i = 0; i < ARRAY_LEN(own_types); i++)
		if (strcmp(own_types[i], name) == 0)
			return true;
	return false;
}

bool parse_is_tag_word(const char *name)
{
	return strcmp(name, "struct") == 0 || strcmp(name, "union") == 0 || strcmp(name, "enum") == 0;
}

/* C spells some types with several words: "unsigned long long int". */
bool parse_is_c_word(const char *name)
{
	static const char *const list[] = {"unsigned", "signed", "long", "short",
					   "int",      "char",	 "const", "volatile"};

	for (u32 i = 0; i < ARRAY_LEN(list); i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* "[" [integer] "]" or "*" behind a type, one NODE_INDEX or NODE_DEREF each. */
static Node *parse_type_suffix(Parser *p, Node *type, Loc start)
{
	u32 n_links = 0;

	while (parser_link(p, &n_links)) {
		if (parser_accept(p, TOK_MUL)) {
			Node *ptr = node_new(p->c, NODE_DEREF, parser_since(p, start));

			ptr->a = type;
			type = ptr;
		} else if (parser_accept(p, TOK_LBRACKET)) {
			Node *array = node_new(p->c, NODE_INDEX, type->at);

			array->a = type;
			array->b = p->tok.kind == TOK_RBRACKET ? NULL : parse_expr(p);
			parser_expect(p, TOK_RBRACKET, "in the array type");
			array->at = parser_since(p, start);
			type = array;
		} else {
			break;
		}
	}
	return type;
}

/* type = ("struct"|"union"|"enum") name suffix* | words suffix* | typeof ; name holds the words. */
Node *parse_type(Parser *p)
{
	Loc start = p->tok.at.start;
	Node *type = node_new(p->c, NODE_TYPE, p->tok.at);
	const char *word = p->tok.name;

	if (p->tok.kind == TOK_TYPEOF) {
		parser_advance(p);
		parser_expect(p, TOK_LPAREN, "after typeof");
		type->a = parse_expr(p);
		parser_expect(p, TOK_RPAREN, "after typeof");
	} else if (p->tok.kind == TOK_LPAREN) {
		parser_advance(p);
		Vec(Node *) items = {0};

		while (p->tok.kind != TOK_RPAREN && p->tok.kind != TOK_END) {
			vec_push(p->c->arena, &items, parse_type(p));
			if (!parser_accept(p, TOK_COMMA))
				break;
		}
		parser_expect(p, TOK_RPAREN, "after the tuple type");
		type->op = 1; /* a tuple type */
		node_list(p->c, type, items.at, items.len);
	} else if (p->tok.kind != TOK_IDENT) {
		parser_error(p, p->tok.at, "syntax: expected type");
		return type;
	} else {
		Text name = text_new(p->c->arena);
		bool had_tag = false, more;

		do { /* "struct x", "const unsigned long long" */
			text_addf(&name, "%s%s", name.len ? " " : "", p->tok.name);
			word = p->tok.name;
			parser_advance(p);
			more = p->tok.kind == TOK_IDENT &&
			       ((parse_is_tag_word(word) && !had_tag) || strcmp(word, "const") == 0 ||
				strcmp(word, "volatile") == 0 ||
				(parse_is_c_word(word) && parse_is_c_word(p->tok.name)));
			had_tag = had_tag || parse_is_tag_word(word);
		} while (more);
		type->name = name_of(p->c, text_done(&name), name.len);
	}
	type->at = parser_since(p, start);
	return parse_type_suffix(p, type, start);
}
