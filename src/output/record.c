/*
 * Records of plain objects as a table: a line with the names of the fields
 * when the type is another than the last record's, then a line a record. The
 * columns' widths follow from the fields' types, so that nothing has to be
 * known of the records to come. JSON: one object a line.
 *
 * Types say more than numbers: __be32 is an IPv4 address, __be16 a number in
 * the network's order, in_addr and in6_addr are addresses, arrays of char are
 * text, enumerators have names. Fields whose names begin with "pad" or an
 * underscore aren't shown. A control character in a text is written as C would.
 */
#include <arpa/inet.h>
#include <inttypes.h>

#include "output/internal.h"

#define TEXT_WIDTH 16
#define NUMBER_WIDTH 7

/* ---- what a field is ---- */

static bool has_typedef(const Type *t, const char *name)
{
	for (; t; t = t->base) {
		if (t->kind == TY_TYPEDEF && t->name && strcmp(t->name, name) == 0)
			return true;
		if (t->kind != TY_TYPEDEF && t->kind != TY_CONST && t->kind != TY_VOLATILE)
			return false;
	}
	return false;
}

/* AF_INET or AF_INET6 if it is an address, else 0. */
static int address_family(Type *t)
{
	Type *bare = type_bare(t);

	if (has_typedef(t, "__be32"))
		return AF_INET;
	if (bare->kind != TY_STRUCT || !bare->name)
		return 0;
	return strcmp(bare->name, "in_addr") == 0 ? AF_INET
	       : strcmp(bare->name, "in6_addr") == 0 ? AF_INET6 : 0;
}

static bool is_hidden(const Field *field)
{
	return field->name && (field->name[0] == '_' || strncmp(field->name, "pad", 3) == 0);
}

static bool is_text(Type *t)
{
	return type_is_char_array(type_bare(t));
}

static bool is_number(const Field *field)
{
	Type *t = type_bare(field->type);

	return (t->kind == TY_INT || t->kind == TY_BOOL) && !address_family(field->type);
}

static int column_width(Output *o, const Field *field)
{
	Type *t = type_bare(field->type);
	int name = field->name ? (int)strlen(field->name) : 0, width = 0;

	if (address_family(field->type))
		width = 15;
	else if (is_number(field))
		width = type_size(o->c->types, t) < 4 || field->bit_width ? 4 : NUMBER_WIDTH;
	else if (is_text(t) || t->kind == TY_ENUM)
		width = t->kind == TY_ENUM ? TEXT_WIDTH : (int)MIN(t->count, TEXT_WIDTH);
	else if (t->kind == TY_PTR)
		width = 18;
	return MAX(name, width);
}

/* ---- values ---- */

static void show_address(FILE *f, int family, const u8 *at)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(family, at, text, sizeof(text));
	fputs(text, f);
}

static void show_cell(Output *o, FILE *f, const Field *field, const u8 *record)
{
	const u8 *at = record + field->bit_offset / 8;
	int family = address_family(field->type);

	if (field->bit_width && type_bare(field->type)->kind == TY_ENUM) {
		const char *name =
		    enumerator_name(o, type_bare(field->type), field_integer(o, field, record));

		if (name) {
			fputs(name, f);
			return;
		}
	}
	if (field->bit_width)
		fprintf(f, "%" PRId64, field_integer(o, field, record));
	else if (family)
		show_address(f, family, at);
	else if (has_typedef(field->type, "__be16"))
		fprintf(f, "%u", (u32)at[0] << 8 | at[1]);
	else
		show_value(o, f, field->type, at, SHOW_VALUE);
}

/* Characters that would break a line. */
static void put_escaped(FILE *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		u8 c = (u8)text[i];

		if (c == '\n')
			fputs("\\n", f);
		else if (c == '\r')
			fputs("\\r", f);
		else if (c == '\t')
			fputs("\\t", f);
		else if (c < 0x20 || c == 0x7f)
			fprintf(f, "\\x%02x", c);
		else
			fputc(c, f);
	}
}

/* One cell, filled up to its column's width unless it's the last. */
static void put_cell(Output *o, const Field *field, const char *text, size_t len, bool is_last)
{
	FILE *f = o->options.out;
	int room = column_width(o, field) - (int)len;

	for (int i = 0; is_number(field) && i < room; i++)
		fputc(' ', f);
	put_escaped(f, text, len);
	for (int i = 0; !is_number(field) && !is_last && i < room; i++)
		fputc(' ', f);
	fputc(is_last ? '\n' : ' ', f);
}

static u32 last_column(const Type *t)
{
	u32 last = 0;

	for (u32 i = 0; i < t->n_fields; i++)
		if (!is_hidden(&t->fields[i]))
			last = i;
	return last;
}

static void show_header(Output *o, const Type *t)
{
	for (u32 i = 0; i < t->n_fields; i++) {
		const char *name = t->fields[i].name ? t->fields[i].name : "";

		if (!is_hidden(&t->fields[i]))
			put_cell(o, &t->fields[i], name, strlen(name), i == last_column(t));
	}
}

static void show_row(Output *o, const Type *t, const u8 *bytes)
{
	for (u32 i = 0; i < t->n_fields; i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *f = is_hidden(&t->fields[i]) ? NULL : open_memstream(&text, &len);

		if (!f)
			continue;
		show_cell(o, f, &t->fields[i], bytes);
		fclose(f);
		put_cell(o, &t->fields[i], text, len, i == last_column(t));
		free(text);
	}
}

/* Texts where the type says more than a number, else the number. */
static void json_cell(Output *o, FILE *f, const Field *field, const u8 *record)
{
	char text[INET6_ADDRSTRLEN] = "";
	const u8 *at = record + field->bit_offset / 8;
	int family = address_family(field->type);
	Type *t = type_bare(field->type);
	const char *name =
	    t->kind == TY_ENUM ? enumerator_name(o, t, field_integer(o, field, record)) : NULL;

	if (name)
		json_string(f, name, strlen(name));
	else if (field->bit_width)
		fprintf(f, "%" PRId64, field_integer(o, field, record));
	else if (family && inet_ntop(family, at, text, sizeof(text)))
		json_string(f, text, strlen(text));
	else if (has_typedef(field->type, "__be16"))
		fprintf(f, "%u", (u32)at[0] << 8 | at[1]);
	else
		json_value(o, f, field->type, at);
}

static void json_row(Output *o, FILE *f, const Type *t, const u8 *bytes)
{
	bool is_first = true;

	fputc('{', f);
	for (u32 i = 0; i < t->n_fields; i++) {
		const char *name = t->fields[i].name ? t->fields[i].name : "";

		if (is_hidden(&t->fields[i]))
			continue;
		fputs(is_first ? "" : ", ", f);
		json_string(f, name, strlen(name));
		fputs(": ", f);
		json_cell(o, f, &t->fields[i], bytes);
		is_first = false;
	}
	fputc('}', f);
}

/* ---- records ---- */

static void show_bytes(Output *o, const char *map, const u8 *bytes, u32 len)
{
	FILE *f = o->options.out;

	if (o->options.format == OUTPUT_JSON) {
		fputs("{\"type\": \"event\", \"map\": ", f);
		json_string(f, map, strlen(map));
		fputs(", \"data\": [", f);
		for (u32 i = 0; i < len; i++)
			fprintf(f, "%s%u", i ? "," : "", bytes[i]);
		fputs("]}\n", f);
		return;
	}
	fprintf(f, "%s (%u bytes):", map, len);
	for (u32 i = 0; i < len; i++)
		fprintf(f, " %02x", bytes[i]);
	fputc('\n', f);
}

static void show_typed(Output *o, const char *map, Type *t, const u8 *bytes)
{
	FILE *f = o->options.out;

	if (o->options.format == OUTPUT_JSON) {
		fputs("{\"type\": \"event\", \"map\": ", f);
		json_string(f, map, strlen(map));
		fputs(", \"data\": ", f);
		json_row(o, f, t, bytes);
		fputs("}\n", f);
		return;
	}
	if (o->last_record != t)
		show_header(o, t);
	o->last_record = t;
	show_row(o, t, bytes);
}

void output_record(Output *o, const char *map, Type *type, const u8 *bytes, u32 len)
{
	Type *t = type ? type_bare(type) : NULL;
	u32 size = t ? type_size(o->c->types, t) : 0;
	u8 *whole;

	if (!size || !type_is_record(t)) {
		show_bytes(o, map, bytes, len);
		return;
	}
	whole = calloc(1, MAX(size, len)); /* what was cut off is zero */
	if (!whole)
		return;
	memcpy(whole, bytes, len);
	show_typed(o, map, type_complete(o->c->types, t), whole);
	free(whole);
	if (o->options.buffering == OUTPUT_UNBUFFERED)
		fflush(o->options.out);
}

void output_line(Output *o, const char *type, const char *text, size_t len)
{
	FILE *f = o->options.out;

	if (o->options.format == OUTPUT_JSON) {
		json_text(f, type, text, len);
	} else {
		fwrite(text, 1, len, f);
		fputc('\n', f);
	}
	if (o->options.buffering == OUTPUT_UNBUFFERED)
		fflush(f);
}
