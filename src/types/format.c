/*
 * Cutting printf formats into parts. Grammar of one directive:
 *
 *	% [-+ #0]* (width | *)? (. precision?)? (hh h l ll j z t)? conversion
 *	conversion = d i u o x X c s p r rx rh gr
 *
 * "*" is accepted and ignored. A "%" that begins no directive is ordinary
 * text, as bpftrace has it. Floating-point conversions are refused.
 */
#include "types/format.h"

#include "base/vec.h"

typedef struct {
	Arena *arena;
	const char *p, *end;
	Vec(FormatPart) parts;
} Cut;

static const struct {
	const char *text;
	FormatConv conv;
} conversions[] = {
    {"rx", CONV_BUFFER_HEX}, {"rh", CONV_BUFFER_DUMP}, {"gr", CONV_GFP},   {"d", CONV_INT},
    {"i", CONV_INT},	     {"u", CONV_UINT},	       {"o", CONV_OCTAL},  {"x", CONV_HEX},
    {"X", CONV_HEX},	     {"c", CONV_CHAR},	       {"s", CONV_STRING}, {"p", CONV_POINTER},
    {"r", CONV_BUFFER},
};

static bool take(Cut *c, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(c->end - c->p) < len || memcmp(c->p, text, len) != 0)
		return false;
	c->p += len;
	return true;
}

static u32 take_number(Cut *c)
{
	u32 n = 0;

	for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++)
		n = n < 100000 ? n * 10 + (u32)(*c->p - '0') : n;
	return n;
}

static void take_flags(Cut *c, FormatPart *part)
{
	for (; c->p < c->end; c->p++) {
		if (*c->p == '-')
			part->is_left = true;
		else if (*c->p == '+')
			part->is_plus = true;
		else if (*c->p == '#')
			part->is_alt = true;
		else if (*c->p == '0')
			part->is_zero = true;
		else if (*c->p != ' ')
			return;
	}
}

static u32 take_length(Cut *c)
{
	if (take(c, "hh"))
		return 1;
	if (take(c, "h"))
		return 2;
	if (take(c, "ll") || take(c, "l") || take(c, "j") || take(c, "z") || take(c, "t"))
		return 8;
	return 4;
}

/* One directive at a "%"; false: it is none, nothing is taken. */
static bool take_directive(Cut *c, FormatPart *part)
{
	const char *start = c->p++;

	take_flags(c, part);
	if (!take(c, "*"))
		part->width = take_number(c);
	if (take(c, ".")) {
		part->has_precision = true;
		part->precision = take(c, "*") ? 0 : take_number(c);
	}
	part->bytes = take_length(c);
	if (take(c, "%")) { /* a width of "%" means nothing */
		part->conv = CONV_TEXT;
		part->text = (Str){c->p - 1, 1};
		return true;
	}
	for (u32 i = 0; i < ARRAY_LEN(conversions) && !part->conv; i++)
		if (take(c, conversions[i].text)) {
			part->conv = conversions[i].conv;
			part->is_upper = c->p[-1] == 'X';
		}
	part->text = (Str){start, (u32)(c->p - start)};
	if (part->conv)
		return true;
	c->p = start;
	return false;
}

static void add_text(Cut *c, const char *from, const char *to)
{
	if (to > from)
		vec_push(c->arena, &c->parts,
			 (FormatPart){.conv = CONV_TEXT, .text = {from, (u32)(to - from)}});
}

static bool is_float(const char *p, const char *end)
{
	for (p++; p < end && strchr("-+ #0123456789.*hljzt", *p) && *p; p++)
		;
	return p < end && *p && strchr("fFeEgGaA", *p) &&
	       !(*p == 'g' && p + 1 < end && p[1] == 'r');
}

const char *format_parse(Arena *a, Str text, Format *out)
{
	Cut c = {.arena = a, .p = text.at, .end = text.at + text.len};
	const char *from = c.p;

	*out = (Format){0};
	while (c.p < c.end) {
		FormatPart part = {0};
		const char *at = c.p;

		if (*at != '%') {
			c.p++;
		} else if (at + 1 < c.end && at[1] == '%') {
			add_text(&c, from, at + 1);
			c.p = from = at + 2;
		} else if (is_float(at, c.end)) {
			return "floating point formats are not supported";
		} else if (take_directive(&c, &part)) {
			add_text(&c, from, at);
			vec_push(a, &c.parts, part);
			out->n_args += part.conv != CONV_TEXT;
			from = c.p;
		} else {
			c.p++;
		}
	}
	add_text(&c, from, c.end);
	out->parts = c.parts.at;
	out->n_parts = c.parts.len;
	return NULL;
}

const FormatPart *format_arg(const Format *f, u32 arg)
{
	for (u32 i = 0; i < f->n_parts; i++)
		if (f->parts[i].conv != CONV_TEXT && !arg--)
			return &f->parts[i];
	return NULL;
}

bool format_accepts(FormatConv conv, Type *t)
{
	TypeKind kind = type_bare(t)->kind;

	switch (conv) {
	case CONV_STRING:
		return kind != TY_VOID;
	case CONV_BUFFER:
	case CONV_BUFFER_HEX:
	case CONV_BUFFER_DUMP:
		return kind == TY_BUFFER || kind == TY_STRING || kind == TY_ARRAY;
	case CONV_POINTER:
	case CONV_INT:
	case CONV_UINT:
	case CONV_OCTAL:
	case CONV_HEX:
	case CONV_CHAR:
	case CONV_GFP:
		return type_is_scalar(t) || kind == TY_KSYM || kind == TY_USYM ||
		       kind == TY_USERNAME || kind == TY_STRERROR;
	default:
		return false;
	}
}
