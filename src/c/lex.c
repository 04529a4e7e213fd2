/*
 * Bytes → raw tokens, one at a time (C11 5.1.1.2, phases 2 and 3).
 *
 * Lines are spliced where a token meets a backslash-newline: the common path
 * never looks for one; only a scan that stops at a backslash goes the slow way
 * and copies the token's characters without the splices. Comments are blanks.
 * Trigraphs are not known, as in GNU mode.
 *
 * Positions are plain sums: the file's base plus the offset.
 */
#include "c/internal.h"

enum { IS_NAME = 1, IS_DIGIT = 2, IS_BLANK = 4 };

static const u8 class_of[256] = {
    [' '] = IS_BLANK,  ['\t'] = IS_BLANK,	 ['\v'] = IS_BLANK,	  ['\f'] = IS_BLANK,
    ['\r'] = IS_BLANK, ['0' ... '9'] = IS_DIGIT, ['a' ... 'z'] = IS_NAME, ['A' ... 'Z'] = IS_NAME,
    ['_'] = IS_NAME,   ['$'] = IS_NAME,		 [128 ... 255] = IS_NAME,
};

static bool is_name_byte(char c)
{
	return class_of[(u8)c] & (IS_NAME | IS_DIGIT);
}

static Loc loc_at(const Lexer *l, const char *at)
{
	return l->base + (Loc)(at - l->start);
}

/* Length of a backslash-newline at `at`, blanks allowed between; 0 if there is none. */
static u32 splice_len(const char *at)
{
	const char *s = at;

	if (*s != '\\')
		return 0;
	for (s++; class_of[(u8)*s] & IS_BLANK; s++)
		;
	return *s == '\n' ? (u32)(s + 1 - at) : 0;
}

static const char *skip_splices(const char *at)
{
	for (u32 n; (n = splice_len(at));)
		at += n;
	return at;
}

static void skip_line_comment(Lexer *l)
{
	for (; l->at < l->end && *l->at != '\n'; l->at++) {
		u32 n = splice_len(l->at);
		if (n)
			l->at += n - 1;
	}
}

static void skip_block_comment(Pp *pp, Lexer *l)
{
	const char *from = l->at;

	for (l->at += 2; l->at < l->end; l->at++) {
		if (*l->at == '\n' && !l->in_directive)
			l->at_line = true;
		if (l->at[0] == '*' && l->at[1] == '/') {
			l->at += 2;
			return;
		}
	}
	Loc at = loc_at(l, from);
	if (!l->is_skipping)
		pp_error(pp, (Span){at, at + 2}, "unterminated /* comment");
}

/* Blanks, comments, newlines. Returns the flags for the token behind. */
static u8 skip_blanks(Pp *pp, Lexer *l)
{
	u8 flags = 0;

	for (;;) {
		char c = *l->at;
		if (class_of[(u8)c] & IS_BLANK) {
			l->at++;
		} else if (c == '\n') {
			if (l->in_directive)
				break;
			l->at++;
			l->at_line = true;
		} else if (c == '/' && l->at[1] == '*') {
			skip_block_comment(pp, l);
		} else if (c == '/' && l->at[1] == '/') {
			skip_line_comment(l);
		} else if (c == '\\' && splice_len(l->at)) {
			l->at += splice_len(l->at);
			continue;
		} else {
			break;
		}
		flags = TF_SPACE;
	}
	if (l->at_line) {
		flags |= TF_LINE;
		l->at_line = false;
	}
	return flags;
}

/* The characters of [from, l->at) without splices. */
static void set_text(Pp *pp, Lexer *l, Tok *t, const char *from, bool has_splice)
{
	t->text = from;
	t->len = (u32)(l->at - from);
	if (!has_splice)
		return;
	char *copy = arena_copy(pp->arena, from, t->len);
	u32 n = 0;
	for (const char *s = from; s < l->at;) {
		u32 skip = splice_len(s);
		if (skip)
			s += skip;
		else
			copy[n++] = *s++;
	}
	copy[n] = 0;
	t->text = copy;
	t->len = n;
	t->flags |= TF_DIRTY;
}

static void lex_name(Pp *pp, Lexer *l, Tok *t)
{
	const char *from = l->at;
	bool spliced = false;

	for (;;) {
		while (is_name_byte(*l->at))
			l->at++;
		if (*l->at != '\\' || !splice_len(l->at) || !is_name_byte(*skip_splices(l->at)))
			break;
		l->at = skip_splices(l->at);
		spliced = true;
	}
	set_text(pp, l, t, from, spliced);
	t->kind = CT_IDENT;
	t->ident = ident_find(pp, t->text, t->len);
}

/* pp-number: digits, names, dots, and signs behind an exponent. */
static void lex_number(Pp *pp, Lexer *l, Tok *t)
{
	const char *from = l->at;
	bool spliced = false;

	for (;;) {
		char c = *l->at;
		if (c == '\\' && splice_len(l->at) && is_name_byte(*skip_splices(l->at))) {
			l->at = skip_splices(l->at);
			spliced = true;
		} else if ((c == '+' || c == '-') && l->at > from && strchr("eEpP", l->at[-1])) {
			l->at++;
		} else if (is_name_byte(c) || c == '.') {
			l->at++;
		} else {
			break;
		}
	}
	set_text(pp, l, t, from, spliced);
	t->kind = CT_NUMBER;
}

/* A string or character constant; l->at stands at its quote, `from` at its prefix. */
static void lex_quoted(Pp *pp, Lexer *l, Tok *t, const char *from)
{
	char quote = *l->at++;
	bool spliced = false;

	t->kind = quote == '"' ? CT_STRING : CT_CHAR;
	for (;; l->at++) {
		u32 n;
		while ((n = splice_len(l->at))) {
			l->at += n;
			spliced = true;
		}
		if (*l->at == quote) {
			l->at++;
			break;
		}
		if (*l->at == '\n' || l->at >= l->end) {
			Loc at = loc_at(l, from);
			if (!l->is_skipping)
				pp_error(pp, (Span){at, at + 1}, "missing terminating %c character",
					 quote);
			t->kind = l->is_skipping ? CT_OTHER : t->kind;
			break;
		}
		if (*l->at == '\\') {
			l->at++;
			for (; (n = splice_len(l->at)); l->at += n)
				spliced = true;
			if (*l->at == '\n' || l->at >= l->end)
				l->at--;
		}
	}
	set_text(pp, l, t, from, spliced);
}

static const u8 single[128] = {
	['('] = CT_LPAREN, [')'] = CT_RPAREN, ['['] = CT_LBRACKET, [']'] = CT_RBRACKET,
	['{'] = CT_LBRACE, ['}'] = CT_RBRACE, ['.'] = CT_DOT, [','] = CT_COMMA, [';'] = CT_SEMI,
	[':'] = CT_COLON, ['?'] = CT_QUESTION, ['+'] = CT_PLUS, ['-'] = CT_MINUS, ['*'] = CT_STAR,
	['/'] = CT_SLASH, ['%'] = CT_PERCENT, ['&'] = CT_AMP, ['|'] = CT_PIPE, ['^'] = CT_CARET,
	['~'] = CT_TILDE, ['!'] = CT_BANG, ['<'] = CT_LT, ['>'] = CT_GT, ['='] = CT_ASSIGN,
	['#'] = CT_HASH,
};

/* The others, the longest first; digraphs give the kind of what they stand for. */
static const struct {
	char text[5];
	u8 len, kind;
} longer[] = {
	{"%:%:", 4, CT_HASHHASH}, {"...", 3, CT_ELLIPSIS}, {"<<=", 3, CT_SHL_ASSIGN},
	{">>=", 3, CT_SHR_ASSIGN}, {"->", 2, CT_ARROW}, {"++", 2, CT_INC}, {"--", 2, CT_DEC},
	{"<<", 2, CT_SHL}, {">>", 2, CT_SHR}, {"<=", 2, CT_LE}, {">=", 2, CT_GE}, {"==", 2, CT_EQ},
	{"!=", 2, CT_NE}, {"&&", 2, CT_AND}, {"||", 2, CT_OR}, {"+=", 2, CT_ADD_ASSIGN},
	{"-=", 2, CT_SUB_ASSIGN}, {"*=", 2, CT_MUL_ASSIGN}, {"/=", 2, CT_DIV_ASSIGN},
	{"%=", 2, CT_MOD_ASSIGN}, {"&=", 2, CT_AND_ASSIGN}, {"|=", 2, CT_OR_ASSIGN},
	{"^=", 2, CT_XOR_ASSIGN}, {"##", 2, CT_HASHHASH}, {"<:", 2, CT_LBRACKET},
	{":>", 2, CT_RBRACKET}, {"<%", 2, CT_LBRACE}, {"%>", 2, CT_RBRACE}, {"%:", 2, CT_HASH},
};

/* Length of the punctuator at s and its kind; 0: there is none. */
static u32 punctuator(const char *s, u8 *kind)
{
	bool may_be_longer = (u8)s[1] < 128 && single[(u8)s[1]] && !strchr("()[]{};,?~*/^!", s[1]);

	for (u32 i = 0; may_be_longer && i < ARRAY_LEN(longer); i++) {
		if (longer[i].text[0] == s[0] && !strncmp(s, longer[i].text, longer[i].len)) {
			*kind = longer[i].kind;
			return longer[i].len;
		}
	}
	*kind = (u8)s[0] < 128 ? single[(u8)s[0]] : CT_NONE;
	return *kind != CT_NONE;
}

/* Copies the few characters at s without splices, so that a punctuator is seen whole. */
static const char *unspliced(const char *s, char out[8], u32 used[8])
{
	const char *at = s;
	u32 n = 0;

	for (; n < 5 && *at; n++) {
		at = skip_splices(at);
		used[n] = (u32)(at - s);
		out[n] = *at;
		if (*at)
			at++;
	}
	out[n] = 0;
	used[n] = (u32)(at - s);
	return out;
}

static void lex_punctuator(Lexer *l, Tok *t)
{
	u32 n;

	t->text = l->at;
	if (l->at[1] == '\\' || (l->at[1] && l->at[2] == '\\')) {
		char clean[8];
		u32 used[8];
		n = punctuator(unspliced(l->at, clean, used), &t->kind);
		n = n ? used[n - 1] + 1 : 0;
	} else {
		n = punctuator(l->at, &t->kind);
	}
	if (!n) {
		t->kind = CT_OTHER;
		n = 1;
	}
	l->at += n;
	t->len = n;
}

/* Does a string or character constant with an encoding prefix start here? Its length, else 0. */
static u32 prefix_len(const char *s)
{
	u32 n = 0;

	if (s[0] == 'u' && s[1] == '8')
		n = 2;
	else if (s[0] == 'u' || s[0] == 'U' || s[0] == 'L')
		n = 1;
	return n && (s[n] == '"' || (s[n] == '\'' && n == 1)) ? n : 0;
}

void lex(Pp *pp, Lexer *l, Tok *t)
{
	t->flags = skip_blanks(pp, l);
	t->extra = 0;
	t->len = 0;
	t->loc = t->spelled = loc_at(l, l->at);
	t->text = l->at;
	char c = *l->at;
	u8 class = class_of[(u8)c];
	u32 prefix;

	if (class & IS_NAME) {
		if ((c == 'u' || c == 'U' || c == 'L') && (prefix = prefix_len(l->at))) {
			const char *from = l->at;
			l->at += prefix;
			lex_quoted(pp, l, t, from);
			return;
		}
		lex_name(pp, l, t);
	} else if (class & IS_DIGIT || (c == '.' && class_of[(u8)l->at[1]] & IS_DIGIT)) {
		lex_number(pp, l, t);
	} else if (c == '"' || c == '\'') {
		lex_quoted(pp, l, t, l->at);
	} else if (c == '\n') {
		t->kind = CT_EOD;
	} else if (c == 0 && l->at >= l->end) {
		t->kind = l->in_directive ? CT_EOD : CT_EOF;
		t->flags |= TF_LINE;
	} else {
		lex_punctuator(l, t);
	}
}

Str lex_rest_of_line(Lexer *l)
{
	while (class_of[(u8)*l->at] & IS_BLANK)
		l->at++;
	const char *from = l->at;
	for (; l->at < l->end && *l->at != '\n'; l->at++) {
		u32 n = splice_len(l->at);
		if (n)
			l->at += n - 1;
	}
	const char *end = l->at;
	while (end > from && class_of[(u8)end[-1]] & IS_BLANK)
		end--;
	return (Str){from, (u32)(end - from)};
}
