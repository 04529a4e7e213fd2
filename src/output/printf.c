/*
 * printf with values of script types (spec/bpftrace.md, 5.2). Each argument
 * becomes a text, a number's or what show_value makes of other types, which is
 * then padded to the directive's width.
 */
#include <inttypes.h>

#include "output/internal.h"

/* Room for any integer with its prefix. */
#define NUMBER_ROOM 32

/* Fills up to the width, with zeroes if asked for: before whatever the text is, signs included. */
static void padded(FILE *f, const FormatPart *p, const char *text, size_t len)
{
	size_t pad = p->width > len ? p->width - len : 0;

	if (p->is_left)
		fwrite(text, 1, len, f);
	for (size_t i = 0; i < pad; i++)
		fputc(p->is_zero ? '0' : ' ', f);
	if (!p->is_left)
		fwrite(text, 1, len, f);
}

/* Low `bytes` of v, sign-extended when it is to be shown as signed. */
static u64 cut(u64 v, u32 bytes, bool is_signed)
{
	u32 bits = bytes * 8;

	if (!bits || bits >= 64)
		return v;
	v &= (1ull << bits) - 1;
	if (is_signed && v >> (bits - 1))
		v |= ~0ull << bits;
	return v;
}

/* Values that are no integers but stand for one. */
static u64 as_number(Output *o, Type *t, const u8 *bytes)
{
	Type *bare = type_bare(t);

	return type_is_scalar(bare) ? (u64)value_integer(o, bare, bytes)
				    : read_bytes(bytes, MIN(type_size(o->c->types, bare), 8));
}

static const struct {
	const char *name, *bits;
} gfp_names[] = {
#define GFP(name, bits) {name, bits},
#include "tables/gfp.def"
#undef GFP
};

/* The mask of a row: its bits' numbers are enumerators of the kernel (6.10 and later). */
static u64 gfp_mask(Output *o, const char *bits)
{
	u64 mask = 0;

	while (*bits) {
		size_t len = strcspn(bits, " ");
		char name[64];
		Type *type;
		i64 bit;

		snprintf(name, sizeof(name), "___GFP_%.*s_BIT", (int)len, bits);
		if (!types_find_enumerator(o->c->types, intern(&o->c->names, name), &bit, &type))
			return 0;
		mask |= 1ull << bit;
		bits += len + (bits[len] == ' ');
	}
	return mask;
}

/* Compound flags come first in the table, as the kernel's %pGg shows them. */
static void show_gfp(Output *o, FILE *f, u64 flags)
{
	bool first = true;

	for (u32 i = 0; i < ARRAY_LEN(gfp_names); i++) {
		u64 mask = gfp_mask(o, gfp_names[i].bits);

		if (!mask || (flags & mask) != mask)
			continue;
		fprintf(f, "%s%s", first ? "" : "|", gfp_names[i].name);
		flags &= ~mask;
		first = false;
	}
	if (flags || first)
		fprintf(f, "%s0x%" PRIx64, first ? "" : "|", flags);
}

static void buffer_bytes(Output *o, Type *t, const u8 *bytes, const u8 **at, u32 *n)
{
	t = type_bare(t);
	*at = bytes;
	*n = type_size(o->c->types, t);
	if (t->kind == TY_BUFFER) {
		*n = MIN((u32)read_bytes(bytes, 4), t->count);
		*at = bytes + 4;
	} else if (t->kind == TY_STRING) {
		*n = text_length(bytes, t->count);
	}
}

static void show_dump(FILE *f, const u8 *bytes, u32 n)
{
	for (u32 i = 0; i < n; i++)
		fprintf(f, "%s%02x", i ? " " : "", bytes[i]);
}

/* What has no directive of libc's: made as text, then padded. */
static void show_text(Output *o, FILE *f, const FormatPart *p, Type *t, const u8 *bytes)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);
	const u8 *at;
	u32 n;

	if (!mem)
		return;
	buffer_bytes(o, t, bytes, &at, &n);
	switch (p->conv) {
	case CONV_BUFFER:
	case CONV_BUFFER_HEX:
		show_escaped(mem, at, n, p->conv == CONV_BUFFER_HEX);
		break;
	case CONV_BUFFER_DUMP:
		show_dump(mem, at, n);
		break;
	case CONV_GFP:
		show_gfp(o, mem, as_number(o, t, bytes));
		break;
	default:
		show_value(o, mem, t, bytes, SHOW_VALUE);
	}
	fclose(mem);
	padded(f, p, text, len);
	free(text);
}

/* Precision has no effect, '+' one on signed numbers only; a zero has no prefix. */
static int number_text(char *out, const FormatPart *p, u64 v)
{
	switch (p->conv) {
	case CONV_INT:
		v = cut(v, p->bytes, true);
		return snprintf(out, NUMBER_ROOM, p->is_plus ? "%+" PRId64 : "%" PRId64, v);
	case CONV_UINT:
		return snprintf(out, NUMBER_ROOM, "%" PRIu64, cut(v, p->bytes, false));
	case CONV_OCTAL:
		return snprintf(out, NUMBER_ROOM, p->is_alt ? "%#" PRIo64 : "%" PRIo64,
				cut(v, p->bytes, false));
	case CONV_POINTER:
		return snprintf(out, NUMBER_ROOM, "%#" PRIx64, v);
	default:
		v = cut(v, p->bytes, false);
		if (p->is_upper)
			return snprintf(out, NUMBER_ROOM, p->is_alt ? "%#" PRIX64 : "%" PRIX64, v);
		return snprintf(out, NUMBER_ROOM, p->is_alt ? "%#" PRIx64 : "%" PRIx64, v);
	}
}

static void show_arg(Output *o, FILE *f, const FormatPart *p, Type *t, const u8 *bytes)
{
	char text[NUMBER_ROOM];

	switch (p->conv) {
	case CONV_INT:
	case CONV_UINT:
	case CONV_OCTAL:
	case CONV_HEX:
	case CONV_POINTER:
		padded(f, p, text, (size_t)number_text(text, p, as_number(o, t, bytes)));
		break;
	case CONV_CHAR:
		text[0] = (char)as_number(o, t, bytes);
		padded(f, p, text, 1);
		break;
	default:
		show_text(o, f, p, t, bytes);
	}
}

static const Format *format_of(Output *o, const EventDef *def)
{
	u32 i = (u32)(def - o->meta->events.at);

	if (!o->format_ready[i]) {
		o->format_ready[i] = true;
		if (format_parse(o->arena, def->format, &o->formats[i]))
			o->formats[i] = (Format){0};
	}
	return &o->formats[i];
}

void show_printf(Output *o, FILE *f, const EventDef *def, const u8 *payload)
{
	const Format *format = format_of(o, def);
	u32 n_args = def->args ? def->args->n_fields : 0;
	u32 arg = 0;

	for (u32 i = 0; i < format->n_parts; i++) {
		const FormatPart *p = &format->parts[i];
		const Field *field;

		if (p->conv == CONV_TEXT) {
			fwrite(p->text.at, 1, p->text.len, f);
			continue;
		}
		if (arg >= n_args)
			return;
		field = &def->args->fields[arg++];
		show_arg(o, f, p, field->type, payload + field->bit_offset / 8);
	}
}
