/*
 * What stands outside of blocks: the C part, config, import, macro, fn, map
 * declarations and probes; and the scanning of attach points, which are text
 * with a lexical form of their own (spec/bpftrace.md 1.1): cut at blanks, ","
 * and "{"; "…" quotes; $N is replaced by the positional parameter; "/" begins
 * the predicate only where no ":" was seen.
 *
 * The C part is the stretch from the file's start to the first thing that is
 * not C. It goes to the C front end as it stands, at its own position, so that
 * #if and friends may enclose anything; only a missing ";" behind a "}" is
 * filled in, which scripts may leave out.
 */
#include "script/internal.h"

#include <ctype.h>

/* ---- the C part ---- */

static bool word_at(const Lexer *lx, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(lx->end - lx->p) > len && memcmp(lx->p, word, len) == 0 &&
	       !isalnum((unsigned char)lx->p[len]) && lx->p[len] != '_';
}

/* Past one C definition: to behind its closing "}" and what belongs to it. False if none is there. */
static bool skip_c_definition(Lexer *lx, const char **brace)
{
	const char *p = lx->p;
	u32 depth = 0;

	if (!word_at(lx, "struct") && !word_at(lx, "union") && !word_at(lx, "enum") &&
	    !word_at(lx, "typedef"))
		return false;
	for (; p < lx->end; p++) {
		if (*p == '"')
			for (p++; p < lx->end && *p != '"' && *p != '\n'; p++)
				;
		if (p < lx->end && *p == '{')
			depth++;
		if (p < lx->end && *p == '}' && --depth == 0 && !word_at(lx, "typedef"))
			break;
		if (p < lx->end && *p == ';' && !depth)
			break;
	}
	if (p >= lx->end)
		return false;
	*brace = *p == '}' ? p : NULL;
	lx->p = p + 1;
	return true;
}

/* Past "__attribute__((…))" and ";" behind a "}"; true if the ";" is there. */
static bool skip_c_tail(Lexer *lx)
{
	lexer_skip_blank(lx);
	while (word_at(lx, "__attribute__")) {
		u32 depth = 0;

		for (; lx->p < lx->end; lx->p++) {
			depth += *lx->p == '(';
			if (*lx->p == ')' && --depth == 0)
				break;
		}
		lx->p += lx->p < lx->end;
		lexer_skip_blank(lx);
	}
	if (lx->p >= lx->end || *lx->p != ';')
		return false;
	lx->p++;
	return true;
}

static void skip_line(Lexer *lx)
{
	while (lx->p < lx->end && *lx->p != '\n')
		lx->p++;
}

/* Puts a ";" behind the "}" at place i of the copied text; the "}" moves one to the left if it must. */
static void close_definition(char *text, size_t i, size_t len)
{
	if (i + 1 < len && (text[i + 1] == ' ' || text[i + 1] == '\t')) {
		text[i + 1] = ';';
	} else if (i > 0 && isspace((unsigned char)text[i - 1])) {
		text[i - 1] = '}';
		text[i] = ';';
	}
}

static void parse_c_part(Parser *p)
{
	Lexer *lx = &p->lx;
	const char *start = lx->p, *end = lx->p, *brace;
	Vec(u32) open = {0};

	for (;;) {
		lexer_skip_blank(lx);
		if (lx->p < lx->end && *lx->p == '#') {
			skip_line(lx);
		} else if (skip_c_definition(lx, &brace)) {
			const char *behind = lx->p;

			if (brace && !skip_c_tail(lx)) {
				vec_push(p->c->arena, &open, (u32)(brace - start));
				lx->p = lx->p > behind ? lx->p : behind;
			}
		} else {
			break;
		}
		end = lx->p;
	}
	lx->p = end;
	if (end == start)
		return;
	char *text = arena_copy(p->c->arena, start, (size_t)(end - start) + 1);

	text[end - start] = '\n';
	for (u32 i = 0; i < open.len; i++)
		close_definition(text, open.at[i], (size_t)(end - start) + 1);
	cpart_add(p->s, (Str){text, (u32)(end - start)}, lexer_loc(lx, start));
}

/* ---- attach points ---- */

static bool ends_attach(const Lexer *lx, bool had_colon)
{
	char ch = *lx->p;

	return isspace((unsigned char)ch) || ch == ',' || ch == '{' || (ch == '/' && !had_colon);
}

static void add_param(Parser *p, Text *out)
{
	const ScriptInput *in = p->s->tree->input;
	const char *start = p->lx.p++;
	u64 n = 0;

	if (p->lx.p < p->lx.end && !isdigit((unsigned char)*p->lx.p)) {
		parser_error(p, (Span){lexer_loc(&p->lx, start), lexer_loc(&p->lx, start) + 1},
			     "syntax: invalid '$' in an attach point; put the part in quotes if it is meant");
		return;
	}
	while (p->lx.p < p->lx.end && isdigit((unsigned char)*p->lx.p) && n < 1000000)
		n = n * 10 + (u64)(*p->lx.p++ - '0');
	if (n && n <= in->n_params)
		text_adds(out, in->params[n - 1]);
}

/* The bytes between quotes, kept with their quotes so that ":" in them does not split. */
static void add_quoted(Parser *p, Text *out)
{
	Lexer *lx = &p->lx;
	const char *start = lx->p++;

	while (lx->p < lx->end && *lx->p != '"' && *lx->p != '\n')
		lx->p += *lx->p == '\\' && lx->p + 1 < lx->end ? 2 : 1;
	if (lx->p >= lx->end || *lx->p != '"') {
		parser_error(p, (Span){lexer_loc(lx, start), lexer_loc(lx, lx->p)},
			     "syntax: unterminated string");
		return;
	}
	lx->p++;
	text_add(out, start, (size_t)(lx->p - start));
}

static void parse_attach(Parser *p, SourceProbe *probe)
{
	Lexer *lx = &p->lx;
	const char *start = lx->p;
	AttachText at = {0};
	Text text = text_new(p->c->arena);
	bool had_colon = false;

	while (lx->p < lx->end && !ends_attach(lx, had_colon)) {
		had_colon |= *lx->p == ':';
		if (*lx->p == '$') {
			add_param(p, &text);
		} else if (*lx->p == '"') {
			add_quoted(p, &text);
		} else if (*lx->p == '=' && !had_colon && !at.label) {
			at.label = name_of(p->c, text_done(&text), text.len);
			text = text_new(p->c->arena);
			lx->p++;
		} else {
			text_add(&text, lx->p++, 1);
		}
	}
	at.at = (Span){lexer_loc(lx, start), lexer_loc(lx, lx->p)};
	at.text = (Str){text_done(&text), text.len};
	if (lx->p == start)
		parser_error(p, (Span){at.at.start, at.at.start + 1}, "syntax: expected attach point");
	else
		vec_push(p->c->arena, &probe->attach, at);
}

/* Skips to behind the block that comes next, or to the end. */
static void recover_top(Parser *p)
{
	u32 depth = 0;

	p->lx.in_predicate = false;
	for (; p->tok.kind != TOK_END; parser_advance(p)) {
		if (p->tok.kind == TOK_LBRACE)
			depth++;
		else if (p->tok.kind == TOK_RBRACE && (!depth || --depth == 0))
			break;
		else if (p->tok.kind == TOK_SEMICOLON && !depth)
			break;
	}
	parser_accept(p, p->tok.kind == TOK_END ? TOK_NONE : p->tok.kind);
	p->panic = false;
}

/* probe = attach {"," attach} ["/" expr "/"] block */
static void parse_probe(Parser *p)
{
	SourceProbe *probe = NEW(p->c->arena, SourceProbe);
	Loc start = p->tok.at.start;

	p->lx.p = p->lx.text + (start - p->lx.base);
	do {
		lexer_skip_blank(&p->lx);
		if (p->lx.p < p->lx.end && *p->lx.p == '{')
			break; /* behind a trailing comma */
		parse_attach(p, probe);
		lexer_skip_blank(&p->lx);
	} while (!p->panic && p->lx.p < p->lx.end && *p->lx.p == ',' && p->lx.p++);
	p->lx.in_predicate = true;
	parser_advance(p);
	probe->at = (Span){start, probe->attach.len ? probe->attach.at[probe->attach.len - 1].at.end : start};
	if (!p->panic && !probe->attach.len)
		parser_error(p, p->tok.at, "syntax: expected attach point");
	if (!p->panic && parser_accept(p, TOK_DIV)) {
		probe->predicate = parse_expr(p);
		if (p->tok.kind != TOK_PRED_END)
			parser_error(p, p->tok.at, "syntax: expected '/' to close predicate");
		else {
			p->lx.in_predicate = false;
			parser_advance(p);
		}
	}
	p->lx.in_predicate = false;
	if (!p->panic)
		probe->body = parse_block(p);
	if (p->panic)
		recover_top(p);
	else
		vec_push(p->c->arena, &p->s->tree->probes, probe);
}

/* ---- the other definitions ---- */

/* value = integer | string | word | true | false, for config */
static void parse_config_entry(Parser *p)
{
	ConfigEntry entry = {.name = p->tok.name, .at = p->tok.at};
	Loc start;

	if (!entry.name)
		parser_error(p, p->tok.at, "syntax: expected config key");
	parser_advance(p);
	parser_expect(p, TOK_ASSIGN, "in the config block");
	entry.kind = p->tok.kind;
	entry.value_at = p->tok.at;
	start = p->tok.at.start;
	if (p->tok.kind == TOK_STRING) {
		entry.value = p->tok.text;
	} else if (p->tok.kind == TOK_INT || p->tok.name) {
		entry.value.at = p->lx.text + (start - p->lx.base);
		entry.value.len = p->tok.at.end - start;
	} else {
		parser_error(p, p->tok.at, "syntax: expected string, int, boolean, or ident");
	}
	parser_advance(p);
	if (p->tok.kind != TOK_RBRACE)
		parser_expect(p, TOK_SEMICOLON, "behind the config variable");
	if (!p->panic)
		vec_push(p->c->arena, &p->s->tree->config, entry);
}

/* config = "config" "=" "{" { name "=" value ";" } "}" [";"] */
static void parse_config(Parser *p)
{
	Span at = p->tok.at;

	if (p->is_imported)
		diag_error(&p->c->diags, at, "config blocks are not allowed in imported files");
	else if (p->s->tree->has_config)
		diag_error(&p->c->diags, at, "syntax: duplicate config block");
	p->s->tree->has_config = true;
	parser_advance(p);
	parser_expect(p, TOK_ASSIGN, "behind config");
	parser_expect(p, TOK_LBRACE, "to open the config block");
	while (!p->panic && p->tok.kind != TOK_RBRACE && p->tok.kind != TOK_END)
		parse_config_entry(p);
	if (!p->panic)
		parser_expect(p, TOK_RBRACE, "to close the config block");
	parser_accept(p, TOK_SEMICOLON);
}

static void parse_import(Parser *p)
{
	Node *n = node_new(p->c, NODE_IMPORT, p->tok.at);
	Loc start = p->tok.at.start;

	parser_advance(p);
	n->text = p->tok.text;
	parser_expect(p, TOK_STRING, "after 'import'");
	n->at = parser_since(p, start);
	parser_expect(p, TOK_SEMICOLON, "behind the import");
	if (!p->panic)
		vec_push(p->c->arena, &p->s->tree->imports, n);
}

/* macro = "macro" name "(" [param {"," param}] ")" block */
static void parse_macro(Parser *p)
{
	Macro *m = NEW(p->c->arena, Macro);

	parser_advance(p);
	m->name = p->tok.name;
	m->at = p->tok.at;
	parser_expect(p, TOK_IDENT, "after macro");
	parser_expect(p, TOK_LPAREN, "in the macro's head");
	while (!p->panic && p->tok.kind != TOK_RPAREN && p->tok.kind != TOK_END) {
		MacroParam param = {.name = p->tok.name, .at = p->tok.at};

		param.kind = p->tok.kind == TOK_VAR ? PARAM_VAR : p->tok.kind == TOK_MAP ? PARAM_MAP : PARAM_EXPR;
		if (param.kind == PARAM_EXPR)
			parser_expect(p, TOK_IDENT, "in the macro's head");
		else
			parser_advance(p);
		for (u32 i = 0; !p->panic && i < m->params.len; i++)
			if (m->params.at[i].name == param.name)
				diag_error(&p->c->diags, param.at,
					   "Ident for macro argument has already been used: %s", param.name);
		vec_push(p->c->arena, &m->params, param);
		if (!parser_accept(p, TOK_COMMA))
			break;
	}
	parser_expect(p, TOK_RPAREN, "in the macro's head");
	if (!p->panic)
		m->body = parse_block(p);
	if (!p->panic)
		vec_push(p->c->arena, &p->s->tree->macros, m);
}

/* fn = "fn" name "(" ["$a" ":" type {"," …}] ")" ":" type block */
static void parse_function(Parser *p)
{
	SourceFunc *f = NEW(p->c->arena, SourceFunc);

	parser_advance(p);
	f->name = p->tok.name;
	f->at = p->tok.at;
	parser_expect(p, TOK_IDENT, "after fn");
	parser_expect(p, TOK_LPAREN, "in the function's head");
	while (!p->panic && p->tok.kind != TOK_RPAREN && p->tok.kind != TOK_END) {
		Node *param = node_new(p->c, NODE_LET, p->tok.at);

		param->name = p->tok.name;
		param->field.at = p->tok.at;
		parser_expect(p, TOK_VAR, "in the function's head");
		parser_expect(p, TOK_COLON, "behind the parameter");
		param->b = parse_type(p);
		vec_push(p->c->arena, &f->params, param);
		if (!parser_accept(p, TOK_COMMA))
			break;
	}
	parser_expect(p, TOK_RPAREN, "in the function's head");
	if (parser_accept(p, TOK_COLON))
		f->result = parse_type(p);
	if (!p->panic)
		f->body = parse_block(p);
	if (!p->panic)
		vec_push(p->c->arena, &p->s->tree->funcs, f);
}

/* map = "let" "@m" "=" kind "(" entries ")" ";" */
static void parse_map_decl(Parser *p)
{
	SourceMap m = {0};
	Loc start = p->tok.at.start;

	parser_advance(p);
	m.name = p->tok.name;
	if (p->tok.kind == TOK_VAR)
		parser_error(p, (Span){start, start + 3}, "syntax: root-level let statements need to be map "
			     "declarations, e.g. let @a = hash(2);");
	parser_expect(p, TOK_MAP, "in map declaration");
	parser_expect(p, TOK_ASSIGN, "in the map's declaration");
	m.kind = p->tok.name;
	parser_expect(p, TOK_IDENT, "in the map's declaration");
	parser_expect(p, TOK_LPAREN, "in the map's declaration");
	m.entries = p->tok.value;
	if (p->tok.kind != TOK_INT || (i64)p->tok.value <= 0)
		parser_error(p, p->tok.at,
			     "syntax: expected positive integer for map declaration max entries");
	parser_advance(p);
	parser_expect(p, TOK_RPAREN, "in the map's declaration");
	parser_expect(p, TOK_SEMICOLON, "");
	m.at = parser_since(p, start);
	if (!p->panic)
		vec_push(p->c->arena, &p->s->tree->maps, m);
}

static bool is_word(const Token *tok, const char *word)
{
	return tok->kind == TOK_IDENT && strcmp(tok->name, word) == 0;
}

/* "config" begins a config block only before "=". */
static bool starts_config(const Parser *p)
{
	Lexer ahead = p->lx;

	if (!is_word(&p->tok, "config"))
		return false;
	lexer_skip_blank(&ahead);
	return ahead.p < ahead.end && *ahead.p == '=';
}

static void parse_definition(Parser *p)
{
	if (starts_config(p))
		parse_config(p);
	else if (p->tok.kind == TOK_IMPORT)
		parse_import(p);
	else if (p->tok.kind == TOK_MACRO)
		parse_macro(p);
	else if (p->tok.kind == TOK_FN)
		parse_function(p);
	else if (p->tok.kind == TOK_LET)
		parse_map_decl(p);
	else if (is_word(&p->tok, "struct") || is_word(&p->tok, "union") || is_word(&p->tok, "enum"))
		parser_error(p, p->tok.at,
			     "syntax: C definitions must appear before probes and functions");
	else
		parse_probe(p);
	if (p->panic)
		recover_top(p);
}

void parse_file(Script *s, const SourceFile *f, bool is_imported)
{
	Parser p = {.s = s, .c = s->c, .is_imported = is_imported};

	lexer_init(&p.lx, s->c, f);
	parse_c_part(&p);
	for (;;) {
		/* peek by hand: an attach point may begin with what is no token */
		lexer_skip_blank(&p.lx);
		Lexer before = p.lx;
		u32 n_errors = s->c->diags.n_errors;

		if (p.lx.p >= p.lx.end)
			break;
		if (isalpha((unsigned char)*p.lx.p) || *p.lx.p == '_')
			p.tok = lexer_next(&p.lx);
		else
			p.tok = (Token){.at = {lexer_loc(&before, before.p), lexer_loc(&before, before.p) + 1}};
		parse_definition(&p);
		/* the token looked at has not been used: back to its start */
		if (p.tok.kind != TOK_END)
			p.lx.p = p.lx.text + (p.tok.at.start - p.lx.base);
		if (p.lx.p == before.p && s->c->diags.n_errors > n_errors)
			p.lx.p++;
	}
}

Script *script_parse(Compile *c, const ScriptInput *input)
{
	Script *s = NEW(c->arena, Script);
	SourceFile *f;

	c->diags.layout = DIAG_LAYOUT_SCRIPT;
	s->c = c;
	s->file_name = input->name;
	s->tree = NEW(c->arena, ScriptTree);
	s->tree->input = input;
	config_init(s);
	f = source_add(&c->sources, input->name, input->text.at, input->text.len, 0);
	if (!f) {
		diag_error(&c->diags, (Span){0}, "%s: the program is too large", input->name);
		return s;
	}
	if (input->n_includes)
		cpart_add(s, STR("\n"), f->base); /* --include, also where the script has no C of its own */
	parse_file(s, f, false);
	return s;
}
