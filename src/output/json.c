/*
 * Results as JSON, one object a line (spec/bpftrace.md, 5.8): ", " and ": "
 * between the parts of objects, no spaces in arrays. Numbers that a double
 * can't hold are texts. Where bpftrace writes broken JSON (bytes above 127),
 * this doesn't: UTF-8 stays, any other byte becomes the code point of its value.
 */
#include <inttypes.h>
#include <time.h>

#include "output/internal.h"

/* ---- texts ---- */

/* Bytes of the UTF-8 sequence that starts here, 0 if it is none. */
static u32 utf8_length(const u8 *at, size_t len)
{
	u32 n = at[0] >= 0xf0 && at[0] < 0xf5 ? 4 : at[0] >= 0xe0 ? 3 : 2;

	if (at[0] < 0xc2 || at[0] >= 0xf5 || n > len)
		return 0;
	for (u32 i = 1; i < n; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90) ||
	    (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return n;
}

static const char *short_escape(u8 c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

void json_string(FILE *f, const char *text, size_t len)
{
	const u8 *at = (const u8 *)text;

	fputc('"', f);
	for (size_t i = 0; i < len; i++) {
		const char *escape = short_escape(at[i]);
		u32 n = at[i] < 0x80 ? 1 : utf8_length(at + i, len - i);

		if (escape) {
			fputs(escape, f);
		} else if (at[i] < 0x20 || !n) {
			fprintf(f, "\\u%04x", at[i]);
		} else {
			fwrite(at + i, 1, n, f);
			i += n - 1;
		}
	}
	fputc('"', f);
}

/* What text output would show, as a JSON text. */
static void shown_string(Output *o, FILE *f, Type *t, const u8 *bytes, ShowPlace place,
			 bool is_compact)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);

	if (!mem) {
		fputs("\"\"", f);
		return;
	}
	o->is_compact = is_compact;
	show_value(o, mem, t, bytes, place);
	o->is_compact = false;
	fclose(mem);
	json_string(f, text, len);
	free(text);
}

/* ---- values ---- */

static void json_number(FILE *f, i64 v, bool is_signed)
{
	double near = is_signed ? (double)v : (double)(u64)v;
	bool is_exact =
	    is_signed ? near < 0x1p63 && (i64)near == v : near < 0x1p64 && (u64)near == (u64)v;
	const char *quote = is_exact ? "" : "\"";

	if (is_signed)
		fprintf(f, "%s%" PRId64 "%s", quote, v, quote);
	else
		fprintf(f, "%s%" PRIu64 "%s", quote, (u64)v, quote);
}

static void json_field(Output *o, FILE *f, const Field *field, const u8 *record)
{
	if (field->bit_width)
		json_number(f, field_integer(o, field, record), type_is_signed(field->type));
	else
		json_value(o, f, field->type, record + field->bit_offset / 8);
}

static void json_bytes(FILE *f, const u8 *at, u32 n)
{
	fputc('[', f);
	for (u32 i = 0; i < n; i++)
		fprintf(f, "%s%u", i ? "," : "", at[i]);
	fputc(']', f);
}

static void json_array(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	u32 size = type_size(o->c->types, t->base);

	if (type_is_char_array(t)) {
		json_string(f, (const char *)bytes, text_length(bytes, t->count));
		return;
	}
	fputc('[', f);
	for (u32 i = 0; i < t->count; i++) {
		if (i)
			fputc(',', f);
		json_value(o, f, t->base, bytes + (size_t)i * size);
	}
	fputc(']', f);
}

static void json_tuple(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	fputc('[', f);
	for (u32 i = 0; i < t->n_fields; i++) {
		if (i)
			fputc(',', f);
		json_field(o, f, &t->fields[i], bytes);
	}
	fputc(']', f);
}

static void json_record(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	t = type_complete(o->c->types, t);
	fputc('{', f);
	for (u32 i = 0; i < t->n_fields; i++) {
		const char *name = t->fields[i].name ? t->fields[i].name : "";

		fputs(i ? ", " : "", f);
		json_string(f, name, strlen(name));
		fputs(": ", f);
		json_field(o, f, &t->fields[i], bytes);
	}
	fputc('}', f);
}

void json_value(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	t = type_bare(t);
	switch (t->kind) {
	case TY_BOOL:
		fputs(bytes[0] ? "true" : "false", f);
		break;
	case TY_INT:
	case TY_ENUM:
		json_number(f, value_integer(o, t, bytes), type_is_signed(t));
		break;
	case TY_PTR:
	case TY_FUNC:
		json_number(f, (i64)read_bytes(bytes, 8), false);
		break;
	case TY_BUFFER:
		json_bytes(f, bytes + 4, MIN((u32)read_bytes(bytes, 4), t->count));
		break;
	case TY_ARRAY:
		json_array(o, f, t, bytes);
		break;
	case TY_TUPLE:
		json_tuple(o, f, t, bytes);
		break;
	case TY_STRUCT:
	case TY_UNION:
	case TY_RECORD:
		json_record(o, f, t, bytes);
		break;
	default:
		shown_string(o, f, t, bytes, SHOW_VALUE, false);
	}
}

/* ---- maps ---- */

static void json_bound(FILE *f, const char *name, u64 v)
{
	fprintf(f, "\"%s\": ", name);
	json_number(f, (i64)v, true);
	fputs(", ", f);
}

static void json_hist(FILE *f, const Type *t, const u8 *value, u64 div)
{
	u32 n;
	HistRow *rows = hist_rows(t, (const u64 *)(const void *)value, div, &n);

	fputc('[', f);
	for (u32 i = 0; i < n; i++) {
		const HistRow *row = &rows[i];

		fputs(i ? ",{" : "{", f);
		if (row->has_low)
			json_bound(f, "min", row->low);
		if (row->has_high)
			json_bound(f, "max", row->high - 1);
		fputs("\"count\": ", f);
		json_number(f, (i64)row->count, false);
		fputc('}', f);
	}
	fputc(']', f);
	free(rows);
}

static void json_stats(FILE *f, const Type *t, const u8 *value, u64 div)
{
	fprintf(f, "{\"count\": %" PRIu64 ", \"average\": ", read_bytes(value, 8));
	json_number(f, aggregate_number(t, value, div), t->is_signed);
	fputs(", \"total\": ", f);
	json_number(f, (i64)read_bytes(value + 8, 8), t->is_signed);
	fputc('}', f);
}

static void json_series(Output *o, FILE *f, const Type *t, const u8 *value)
{
	u32 n, shown = 0;
	SeriesRow *rows = series_rows(o, t, value, &n);

	fputc('[', f);
	for (u32 i = 0; i < n; i++) {
		time_t seconds = (time_t)(rows[i].start_ns / 1000000000ull);
		char text[32];
		struct tm local;

		if (!rows[i].has_value)
			continue;
		localtime_r(&seconds, &local);
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
		fprintf(f, "%s{\"interval_start\":\"%s.%09u\",\"value\":", shown++ ? "," : "", text,
			(u32)(rows[i].start_ns % 1000000000ull));
		json_number(f, rows[i].value, true);
		fputc('}', f);
	}
	fputc(']', f);
	free(rows);
}

static void json_map_value(Output *o, FILE *f, Type *t, const u8 *value, u64 div)
{
	if (t->kind == TY_INT) {
		json_number(f, divided_integer(o, t, value, div), type_is_signed(t));
		return;
	}
	if (t->kind != TY_AGG) {
		json_value(o, f, t, value);
		return;
	}
	switch (t->agg) {
	case AGG_HIST:
	case AGG_LHIST:
		json_hist(f, t, value, div);
		break;
	case AGG_STATS:
		json_stats(f, t, value, div);
		break;
	case AGG_TSERIES:
		json_series(o, f, t, value);
		break;
	default:
		json_number(f, aggregate_number(t, value, div), t->is_signed);
	}
}

static const char *map_type(const Type *t)
{
	if (t->kind != TY_AGG)
		return "map";
	switch (t->agg) {
	case AGG_HIST:
	case AGG_LHIST:
		return "hist";
	case AGG_AVG:
	case AGG_STATS:
		return "stats";
	case AGG_TSERIES:
		return "tseries";
	default:
		return "map";
	}
}

void json_map(Output *o, FILE *f, const MapRows *rows, u64 top, u64 div)
{
	Type *t = type_bare(rows->show->value), *key = rows->show->key;
	u32 first = first_row(rows, top);

	if (!rows->n)
		return;
	fprintf(f, "{\"type\": \"%s\", \"data\": {\"%s\": %s", map_type(t), rows->show->name,
		key ? "{" : "");
	for (u32 i = first; i < rows->n; i++) {
		if (i > first)
			fputs(", ", f);
		if (key) {
			shown_string(o, f, key, rows->rows[i].key, SHOW_KEY, true);
			fputs(": ", f);
		}
		json_map_value(o, f, t, rows->rows[i].value, div);
	}
	fprintf(f, "%s}}\n", key ? "}" : "");
}

void json_element(Output *o, FILE *f, const MapRows *rows)
{
	if (!rows->n)
		return;
	fputs("{\"type\": \"value\", \"data\": ", f);
	json_map_value(o, f, type_bare(rows->show->value), rows->rows[0].value, 0);
	fputs("}\n", f);
}

void json_text(FILE *f, const char *type, const char *text, size_t len)
{
	fprintf(f, "{\"type\": \"%s\", \"data\": ", type);
	json_string(f, text, len);
	fputs("}\n", f);
}
