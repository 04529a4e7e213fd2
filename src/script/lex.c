/*
 * Script text → tokens, one at a time.
 *
 * The lexer holds nothing but its place in the text, so the parser can copy it
 * to look ahead and move it to read attach points, which have a lexical form
 * of their own (attach.c). Comments (two kinds) and blanks are skipped; a
 * closing comment that is missing is an error at its opening.
 *
 * Literals (spec/bpftrace.md 2.8): integers in base 8, 10, 16 with '_' between
 * digits, an exponent ("1e6"), type suffixes and durations, which count
 * nanoseconds. Strings know \n \t \r \" \\ \xHH and octal.
 *
 * An invalid piece gives TOK_ERROR after a message, so that the parser can go
 * on behind it without a second one.
 */
#include "script/internal.h"

#include <ctype.h>

static const struct {
	const char *text;
	TokKind kind;
} marks[] = {
#define CLASS(id, text)
#define KEYWORD(id, text)
#define TOKEN(id, text) {text, TOK_##id},
#include "tables/stokens.def"
#undef TOKEN
}, words[] = {
#define TOKEN(id, text)
#undef KEYWORD
#define KEYWORD(id, text) {text, TOK_##id},
#include "tables/stokens.def"
#undef CLASS
#undef TOKEN
#undef KEYWORD
};

static const char *const token_texts[TOK_COUNT] = {
#define CLASS(id, text) [TOK_##id] = text,
#define TOKEN(id, text) [TOK_##id] = text,
#define KEYWORD(id, text) [TOK_##id] = text,
#include "tables/stokens.def"
#undef CLASS
#undef TOKEN
#undef KEYWORD
};

const char *token_text(TokKind kind)
{
	return token_texts[kind];
}

void lexer_init(Lexer *lx, Compile *c, const SourceFile *f)
{
	*lx = (Lexer){.c = c, .text = f->text, .p = f->text, .end = f->text + f->len, .base = f->base};
	if (f->len >= 2 && f->text[0] == '#' && f->text[1] == '!')
		while (lx->p < lx->end && *lx->p != '\n')
			lx->p++;
}

static bool is_ident_start(char ch)
{
	return isalpha((unsigned char)ch) || ch == '_';
}

static bool is_ident(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_';
}

/* The byte n places on, or 0 past the end. */
static char peek(const Lexer *lx, u32 n)
{
	return (size_t)(lx->end - lx->p) > n ? lx->p[n] : 0;
}

static Span span_from(const Lexer *lx, const char *start)
{
	return (Span){lexer_loc(lx, start), lexer_loc(lx, lx->p)};
}

static void skip_block_comment(Lexer *lx)
{
	const char *start = lx->p;

	for (lx->p += 2; lx->p < lx->end; lx->p++)
		if (*lx->p == '*' && peek(lx, 1) == '/') {
			lx->p += 2;
			return;
		}
	diag_error(&lx->c->diags, (Span){lexer_loc(lx, start), lexer_loc(lx, start) + 2},
		   "syntax: end of file inside a comment");
}

bool lexer_skip_blank(Lexer *lx)
{
	const char *start = lx->p;

	while (lx->p < lx->end) {
		if (isspace((unsigned char)*lx->p))
			lx->p++;
		else if (*lx->p == '/' && peek(lx, 1) == '/')
			while (lx->p < lx->end && *lx->p != '\n')
				lx->p++;
		else if (*lx->p == '/' && peek(lx, 1) == '*')
			skip_block_comment(lx);
		else
			break;
	}
	return lx->p > start;
}

/* ---- numbers ---- */

static int digit_value(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return 99;
}

/* value × factor; false when it doesn't fit. */
static bool scale(u64 *value, u64 factor)
{
	return !__builtin_mul_overflow(*value, factor, value);
}

/* Digits of the base with '_' between; false if there are none, one is too many, or '_' ends them. */
static bool read_digits(const char **p, const char *end, int base, u64 *value)
{
	const char *start = *p;

	for (*value = 0; *p < end && (digit_value(**p) < base || (**p == '_' && *p > start)); (*p)++) {
		if (**p == '_')
			continue;
		if (!scale(value, (u64)base) ||
		    __builtin_add_overflow(*value, (u64)digit_value(**p), value))
			return false;
	}
	return *p > start && (*p)[-1] != '_';
}

/* "1e6": one digit, then the power of ten. */
static bool read_exponent(const char **p, const char *end, const char *start, u64 *value)
{
	u64 power = 0;

	if (*p >= end || **p != 'e' || *p - start != 1 || *value == 0)
		return true;
	(*p)++;
	if (!read_digits(p, end, 10, &power) || power > 19)
		return false;
	for (; power; power--)
		if (!scale(value, 10))
			return false;
	return true;
}

static int base_of(const char **p, const char *end, bool allow_binary)
{
	if (end - *p < 2 || **p != '0')
		return 10;
	if ((*p)[1] == 'x' || (*p)[1] == 'X') {
		*p += 2;
		return 16;
	}
	if (allow_binary && ((*p)[1] == 'b' || (*p)[1] == 'B')) {
		*p += 2;
		return 2;
	}
	return digit_value((*p)[1]) < 10 || (*p)[1] == '_' ? 8 : 10;
}

bool lexer_number(Str text, bool allow_binary, u64 *value)
{
	const char *p = text.at, *end = text.at + text.len, *start = p;
	bool negative = p < end && *p == '-';

	p += negative;
	start += negative;
	int base = base_of(&p, end, allow_binary);

	if (!read_digits(&p, end, base, value) || !read_exponent(&p, end, start, value) || p != end)
		return false;
	if (negative)
		*value = 0 - *value;
	return true;
}

/* What may follow the digits. */
static const struct {
	const char *text;
	u64 factor; /* 0: a type suffix */
	u8 size;
	bool is_signed;
} suffixes[] = {
	{"u", 0, 4, false},  {"ul", 0, 8, false}, {"ull", 0, 8, false}, {"l", 0, 8, true},
	{"ll", 0, 8, true},  {"ns", 1, 0, 0},	  {"us", 1000, 0, 0},	{"ms", 1000000, 0, 0},
	{"s", 1000000000, 0, 0}, {"m", 60000000000, 0, 0},
	{"h", 3600000000000, 0, 0}, {"d", 86400000000000, 0, 0},
};

static bool apply_suffix(Lexer *lx, Token *tok, Str suffix)
{
	for (u32 i = 0; i < ARRAY_LEN(suffixes); i++) {
		const char *text = suffixes[i].text;

		if (suffix.len != strlen(text) || strncasecmp(suffix.at, text, suffix.len) != 0)
			continue;
		if (suffixes[i].factor)
			return scale(&tok->value, suffixes[i].factor);
		tok->type = type_int(lx->c->types, suffixes[i].size, suffixes[i].is_signed);
		return suffixes[i].size == 8 || tok->value <= UINT32_MAX;
	}
	return false;
}

static Token lex_number(Lexer *lx)
{
	const char *start = lx->p, *digits;
	Token tok = {.kind = TOK_INT};
	int base = base_of(&lx->p, lx->end, false);

	digits = lx->p;
	bool good = read_digits(&lx->p, lx->end, base, &tok.value);

	good = good && (base != 10 || read_exponent(&lx->p, lx->end, digits, &tok.value));
	const char *suffix = lx->p;

	while (lx->p < lx->end && is_ident(*lx->p))
		lx->p++;
	tok.at = span_from(lx, start);
	Str rest = {suffix, (u32)(lx->p - suffix)};

	if (good && (!rest.len || apply_suffix(lx, &tok, rest)))
		return tok;
	if (good && rest.len == 1 && (*rest.at == 'u' || *rest.at == 'U'))
		diag_error(&lx->c->diags, tok.at, "syntax: overflow error, maximum value is 4294967295: %.*s",
			   (int)(lx->p - start), start);
	else if (good && base == 10 && *rest.at == 'e' && suffix - digits > 1)
		diag_error(&lx->c->diags, tok.at,
			   "syntax: coefficient part of scientific literal must be 1-9: %.*s",
			   (int)(lx->p - start), start);
	else if (good)
		diag_error(&lx->c->diags, span_from(lx, suffix), "syntax: invalid integer suffix '%.*s'",
			   (int)rest.len, rest.at);
	else if (suffix > digits && suffix[-1] == '_')
		diag_error(&lx->c->diags, tok.at, "syntax: trailing underscore in integer literal");
	else
		diag_error(&lx->c->diags, tok.at,
			   "syntax: overflow error, maximum value is 18446744073709551615: %.*s",
			   (int)(lx->p - start), start);
	tok.value = 0;
	tok.type = NULL;
	return tok;
}

/* ---- strings ---- */

enum { BAD_ESCAPE = -1, BAD_OCTAL = -2, BAD_HEX = -3 };

/* The byte that the escape at *p (behind the backslash) stands for; -1 if it is none. */
static int read_escape(const char **p, const char *end)
{
	static const char names[] = "ntr\"\\", values[] = "\n\t\r\"\\";
	const char *at = *p < end ? memchr(names, **p, 5) : NULL;
	int value = 0, n = 0;

	if (at) {
		(*p)++;
		return values[at - names];
	}
	if (*p < end && **p == 'x') {
		for ((*p)++; n < 2 && *p < end && digit_value(**p) < 16; n++)
			value = value * 16 + digit_value(*(*p)++);
		return n ? value : BAD_HEX;
	}
	for (; n < 3 && *p < end && digit_value(**p) < 8; n++)
		value = value * 8 + digit_value(*(*p)++);
	return n ? value < 256 ? value : BAD_OCTAL : BAD_ESCAPE;
}

static void report_escape(Lexer *lx, const char *at, int why)
{
	if (why == BAD_ESCAPE && lx->p < lx->end && *lx->p != '\n')
		lx->p++;
	if (why == BAD_OCTAL)
		diag_error(&lx->c->diags, span_from(lx, at), "syntax: octal escape sequence out of range '%.*s'",
			   (int)(lx->p - at), at);
	else if (why == BAD_HEX)
		diag_error(&lx->c->diags, span_from(lx, lx->p), "syntax: invalid hex escape sequence");
	else if (lx->p - at > 1)
		diag_error(&lx->c->diags, span_from(lx, at + 1), "syntax: invalid escape character '%.*s'",
			   (int)(lx->p - at), at);
}

static Token lex_string(Lexer *lx)
{
	const char *start = lx->p++;
	Text text = text_new(lx->c->arena);
	Token tok = {.kind = TOK_STRING};

	while (lx->p < lx->end && *lx->p != '"' && *lx->p != '\n') {
		const char *at = lx->p;
		int byte = (unsigned char)*lx->p++;

		if (byte == '\\') {
			byte = read_escape(&lx->p, lx->end);
			if (byte < 0)
				report_escape(lx, at, byte);
		}
		char ch = (char)byte;

		if (byte >= 0)
			text_add(&text, &ch, 1);
	}
	bool closed = lx->p < lx->end && *lx->p == '"';

	lx->p += closed;
	tok.at = span_from(lx, start);
	if (!closed)
		diag_error(&lx->c->diags, tok.at, "syntax: unterminated string");
	tok.text = (Str){text_done(&text), text.len};
	return tok;
}

/* ---- names and marks ---- */

static const char *read_name(Lexer *lx, const char *start)
{
	while (lx->p < lx->end && is_ident(*lx->p))
		lx->p++;
	return name_of(lx->c, start, (size_t)(lx->p - start));
}

static Token lex_word(Lexer *lx)
{
	const char *start = lx->p;
	Token tok = {.kind = TOK_IDENT, .name = read_name(lx, start)};

	tok.at = span_from(lx, start);
	for (u32 i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].text, tok.name) == 0)
			tok.kind = words[i].kind;
	return tok;
}

/* $name, $12, $# */
static Token lex_dollar(Lexer *lx)
{
	const char *start = lx->p++;
	Token tok = {.kind = TOK_VAR};

	if (lx->p < lx->end && *lx->p == '#') {
		lx->p++;
		tok.kind = TOK_PARAM_COUNT;
	} else if (isdigit((unsigned char)peek(lx, 0))) {
		tok.kind = TOK_PARAM;
		if (!read_digits(&lx->p, lx->end, 10, &tok.value) || tok.value == 0 ||
		    tok.value > 100000)
			diag_error(&lx->c->diags, span_from(lx, start),
				   "syntax: invalid positional parameter: %.*s",
				   (int)(lx->p - start), start);
	} else if (is_ident_start(peek(lx, 0))) {
		tok.name = read_name(lx, start);
	} else {
		tok.kind = TOK_ERROR;
		diag_error(&lx->c->diags, span_from(lx, start), "syntax: a name must follow '$'");
	}
	tok.at = span_from(lx, start);
	return tok;
}

static Token lex_map(Lexer *lx)
{
	const char *start = lx->p++;
	Token tok = {.kind = TOK_MAP, .name = read_name(lx, start)};

	tok.at = span_from(lx, start);
	return tok;
}

/* "/" with only blanks and comments before "{". */
static bool ends_predicate(const Lexer *lx)
{
	Lexer ahead = *lx;

	if (!lx->in_predicate || *lx->p != '/')
		return false;
	ahead.p++;
	while (ahead.p < ahead.end && isspace((unsigned char)*ahead.p))
		ahead.p++;
	if (ahead.p < ahead.end && *ahead.p == '/' && (peek(&ahead, 1) == '/' || peek(&ahead, 1) == '*'))
		lexer_skip_blank(&ahead);
	return ahead.p < ahead.end && *ahead.p == '{';
}

static Token lex_mark(Lexer *lx)
{
	const char *start = lx->p;
	Token tok = {.kind = TOK_ERROR};

	for (u32 i = 0; i < ARRAY_LEN(marks); i++) {
		size_t len = strlen(marks[i].text);

		if ((size_t)(lx->end - lx->p) >= len && memcmp(lx->p, marks[i].text, len) == 0) {
			lx->p += len;
			tok.kind = marks[i].kind;
			tok.at = span_from(lx, start);
			return tok;
		}
	}
	lx->p++;
	tok.at = span_from(lx, start);
	if (*start == '#') {
		diag_error(&lx->c->diags, tok.at,
			   "syntax: C definitions must appear before probes and functions");
		while (lx->p < lx->end && *lx->p != '\n')
			lx->p++;
	} else if (isprint((unsigned char)*start))
		diag_error(&lx->c->diags, tok.at, "syntax: unexpected character '%c'", *start);
	else
		diag_error(&lx->c->diags, tok.at, "syntax: unexpected character '\\x%02x'",
			   (unsigned char)*start);
	return tok;
}

static Token lex_one(Lexer *lx)
{
	char ch;

	if (lx->p >= lx->end)
		return (Token){.kind = TOK_END, .at = span_from(lx, lx->p)};
	ch = *lx->p;
	if (isdigit((unsigned char)ch))
		return lex_number(lx);
	if (ch == '"')
		return lex_string(lx);
	if (is_ident_start(ch))
		return lex_word(lx);
	if (ch == '$')
		return lex_dollar(lx);
	if (ch == '@')
		return lex_map(lx);
	if (ends_predicate(lx)) {
		const char *start = lx->p++;

		return (Token){.kind = TOK_PRED_END, .at = span_from(lx, start)};
	}
	return lex_mark(lx);
}

Token lexer_next(Lexer *lx)
{
	bool blank = lexer_skip_blank(lx);
	Token tok = lex_one(lx);

	tok.after_blank = blank;
	return tok;
}

/* ---- --dump=tokens ---- */

static void dump_token(Text *out, Compile *c, const Token *tok)
{
	SourcePos at = source_pos(&c->sources, tok->at.start);

	text_addf(out, "%u:%u %s", at.line, at.col, token_text(tok->kind));
	if (tok->kind == TOK_INT || tok->kind == TOK_PARAM)
		text_addf(out, " %llu", (unsigned long long)tok->value);
	else if (tok->kind == TOK_IDENT || tok->kind == TOK_VAR || tok->kind == TOK_MAP)
		text_addf(out, " %s", tok->name);
	else if (tok->kind == TOK_STRING)
		text_addf(out, " \"%.*s\"", (int)tok->text.len, tok->text.at);
	text_adds(out, "\n");
}

const char *script_dump_tokens(Compile *c, const ScriptInput *input)
{
	SourceFile *f = source_add(&c->sources, input->name, input->text.at, input->text.len, 0);
	Text out = text_new(c->arena);
	Lexer lx;

	if (!f)
		return "";
	lexer_init(&lx, c, f);
	for (Token tok = lexer_next(&lx); tok.kind != TOK_END; tok = lexer_next(&lx))
		dump_token(&out, c, &tok);
	return text_done(&out);
}
