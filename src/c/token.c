/*
 * What tokens mean by themselves: spelling, the value of numbers and
 * characters, the bytes of strings. The functions that can fail return the
 * message, so that the preprocessor and the parser report it in their ways.
 */
#include "c/internal.h"

#include "base/text.h"

static const char *const kind_texts[CT_COUNT] = {
    [CT_EOF] = "end of file", [CT_EOD] = "end of line",		[CT_IDENT] = "identifier",
    [CT_NUMBER] = "number",   [CT_CHAR] = "character constant", [CT_STRING] = "string literal",
#define CTOKEN(id, spelling) [CT_##id] = spelling,
#include "tables/ctokens.def"
#undef CTOKEN
#define CKEYWORD(id, spelling) [CT_##id##_KW] = spelling,
#include "tables/ctokens.def"
#undef CKEYWORD
};

const char *tok_kind_text(CTok kind)
{
	return kind_texts[kind] ? kind_texts[kind] : "?";
}

Str tok_spelling(const Tok *t)
{
	switch (t->kind) {
	case CT_IDENT:
		return (Str){t->ident->name, t->ident->len};
	case CT_NUMBER:
	case CT_CHAR:
	case CT_STRING:
	case CT_OTHER:
		return (Str){t->text, t->len};
	case CT_EOF:
	case CT_EOD:
	case CT_PLACEMARKER:
		return STR("");
	default:
		if (t->kind >= CT_VOID_KW)
			return (Str){t->ident->name, t->ident->len};
		/* a macro's parameter in its body has a number, no spelling */
		if (!kind_texts[t->kind])
			return STR("");
		return (Str){kind_texts[t->kind], (u32)strlen(kind_texts[t->kind])};
	}
}

const char *tok_text(Arena *a, const Tok *toks, u32 n)
{
	Text text = text_new(a);

	for (u32 i = 0; i < n; i++) {
		Str s = tok_spelling(&toks[i]);
		if (i && toks[i].flags & (TF_SPACE | TF_LINE) && s.len)
			text_add(&text, " ", 1);
		text_add(&text, s.at, s.len);
	}
	return text_done(&text);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* u, l, ll in any order and case. */
static bool parse_suffix(const char *s, const char *end, Number *out)
{
	for (; s < end; s++) {
		if ((*s == 'u' || *s == 'U') && !out->is_unsigned) {
			out->is_unsigned = true;
		} else if ((*s == 'l' || *s == 'L') && !out->n_long) {
			out->n_long = s + 1 < end && s[1] == s[0] ? 2 : 1;
			s += out->n_long - 1;
		} else {
			return false;
		}
	}
	return true;
}

static bool looks_float(const Tok *t, int base)
{
	for (u32 i = 0; i < t->len; i++) {
		char c = t->text[i];
		if (c == '.' || (base == 16 ? c == 'p' || c == 'P' : c == 'e' || c == 'E'))
			return true;
	}
	return false;
}

const char *number_parse(const Tok *t, Number *out)
{
	const char *s = t->text, *end = s + t->len;
	u32 base = 10;

	memset(out, 0, sizeof(*out));
	if (t->len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		base = 16, s += 2;
	else if (t->len > 2 && s[0] == '0' && (s[1] == 'b' || s[1] == 'B'))
		base = 2, s += 2;
	else if (s[0] == '0')
		base = 8;
	if (looks_float(t, (int)base)) {
		out->is_float = true;
		return NULL;
	}
	out->is_decimal = base == 10;
	unsigned __int128 value = 0;
	bool is_over = false;
	const char *first = s;
	for (; s < end && digit_of(*s) < (base == 16 ? 16 : 10); s++) {
		if ((u32)digit_of(*s) >= base)
			return base == 8 ? "invalid digit in octal constant"
					 : "invalid digit in binary constant";
		is_over |= value >> 64 != 0;
		value = value * base + (u32)digit_of(*s);
	}
	if (s == first || !parse_suffix(s, end, out))
		return "invalid suffix on integer constant";
	if (is_over || value >> 64)
		return "integer literal is too large to be represented in any integer type";
	out->value = (u64)value;
	return NULL;
}

/* One character of a string at *at, escapes read; *is_raw: an escape that gives a unit as it is. */
static const char *read_char(const char **at, const char *end, u32 *out)
{
	const char *s = *at;

	if (*s != '\\') {
		*out = (u8)*s;
		*at = s + 1;
		return NULL;
	}
	static const char from[] = "abefnrtv\\'\"?", to[] = "\a\b\033\f\n\r\t\v\\'\"?";
	const char *simple;
	u32 value = 0;
	if (++s >= end)
		return "incomplete escape sequence";
	if (*s >= '0' && *s <= '7') {
		for (int i = 0; i < 3 && s < end && *s >= '0' && *s <= '7'; i++)
			value = value * 8 + (u32)(*s++ - '0');
	} else if (*s == 'x') {
		const char *first = ++s;
		for (; s < end && digit_of(*s) < 16; s++)
			value = value << 4 | (u32)digit_of(*s);
		if (s == first)
			return "\\x used with no following hex digits";
	} else if ((simple = memchr(from, *s, sizeof(from) - 1))) {
		value = (u8)to[simple - from];
		s++;
	} else {
		value = (u8)*s++;
	}
	*out = value;
	*at = s;
	return NULL;
}

static u32 unit_of(const Tok *t)
{
	if (t->text[0] == 'L' || t->text[0] == 'U')
		return 4;
	return t->text[0] == 'u' && t->text[1] != '8' ? 2 : 1;
}

/* Bounds of what is between the quotes. */
static void quoted_bounds(const Tok *t, char quote, const char **from, const char **end)
{
	*from = memchr(t->text, quote, t->len);
	*end = t->text + t->len;
	if (!*from) {
		*from = *end;
		return;
	}
	(*from)++;
	if (*end > *from && (*end)[-1] == quote)
		(*end)--;
}

const char *char_parse(const Tok *t, i64 *value)
{
	const char *at, *end, *wrong;
	u32 n = 0, c = 0, all = 0;

	quoted_bounds(t, '\'', &at, &end);
	if (at >= end)
		return "empty character constant";
	for (; at < end; n++) {
		if ((wrong = read_char(&at, end, &c)))
			return wrong;
		all = all << 8 | (c & 0xff);
	}
	if (unit_of(t) > 1)
		*value = (i32)c;
	else
		*value = n == 1 ? (i8)c : (i32)all;
	return NULL;
}

/* A UTF-8 sequence at *at, for wide strings. */
static u32 read_utf8(const char **at, const char *end)
{
	u32 c = (u8) * (*at)++;
	u32 n = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

	if (n)
		c &= 0x3f >> n;
	for (; n && *at < end; n--)
		c = c << 6 | ((u8) * (*at)++ & 0x3f);
	return c;
}

const char *string_parse(Arena *a, const Tok *toks, u32 n, Str *out, u32 *unit)
{
	Text text = text_new(a);

	*unit = 1;
	for (u32 i = 0; i < n; i++)
		*unit = MAX(*unit, unit_of(&toks[i]));
	for (u32 i = 0; i < n; i++) {
		const char *at, *end, *wrong;
		quoted_bounds(&toks[i], '"', &at, &end);
		while (at < end) {
			u32 c;
			if (*unit > 1 && (u8)*at >= 0xc0)
				c = read_utf8(&at, end);
			else if ((wrong = read_char(&at, end, &c)))
				return wrong;
			text_add(&text, (const char *)&c, *unit);
		}
	}
	text_fill(&text, 0, *unit);
	*out = (Str){text_done(&text), text.len};
	return NULL;
}
