/*
 * Maps as text: "@name[key]: value" a row, histograms with their own blank
 * line behind. Rows come sorted from run/; `top` keeps the last ones.
 */
#include <inttypes.h>

#include "output/internal.h"

bool aggregate_is_hist(const MapShow *show)
{
	Type *t = type_bare(show->value);

	return t->kind == TY_AGG && (t->agg == AGG_HIST || t->agg == AGG_LHIST);
}

bool aggregate_is_stats(const MapShow *show)
{
	Type *t = type_bare(show->value);

	return t->kind == TY_AGG && t->agg == AGG_STATS;
}

static i64 divide(i64 v, u64 div, bool is_signed)
{
	if (div <= 1)
		return v;
	return is_signed ? v / (i64)div : (i64)((u64)v / div);
}

static i64 average(const u8 *value, bool is_signed)
{
	u64 count = read_bytes(value, 8);
	i64 total = (i64)read_bytes(value + 8, 8);

	return count ? divide(total, count, is_signed) : 0;
}

i64 aggregate_number(const MapShow *show, const u8 *value, u64 div)
{
	Type *t = type_bare(show->value);
	i64 v = t->agg == AGG_AVG ? average(value, t->is_signed) : (i64)read_bytes(value, 8);

	return divide(v, div, t->is_signed);
}

static void show_stats(FILE *f, const Type *t, const u8 *value, u64 div)
{
	i64 total = (i64)read_bytes(value + 8, 8);

	fprintf(f, "{ .count = %" PRIu64 ", .average = %" PRId64 ", .total = %" PRId64 " }",
		read_bytes(value, 8), divide(average(value, t->is_signed), div, t->is_signed),
		divide(total, div, t->is_signed));
}

static void show_plain(Output *o, FILE *f, const MapShow *show, const u8 *value, u64 div)
{
	Type *t = type_bare(show->value);
	i64 v;

	if (div <= 1 || t->kind != TY_INT) {
		show_value(o, f, show->value, value, SHOW_VALUE);
		return;
	}
	v = divide(value_integer(o, t, value), div, t->is_signed);
	if (t->is_signed)
		fprintf(f, "%" PRId64, v);
	else
		fprintf(f, "%" PRIu64, (u64)v);
}

static void show_map_value(Output *o, FILE *f, const MapShow *show, const u8 *value, u64 div)
{
	Type *t = type_bare(show->value);

	if (t->kind != TY_AGG)
		show_plain(o, f, show, value, div);
	else if (t->agg == AGG_STATS)
		show_stats(f, t, value, div);
	else if (t->is_signed)
		fprintf(f, "%" PRId64, aggregate_number(show, value, div));
	else
		fprintf(f, "%" PRIu64, (u64)aggregate_number(show, value, div));
}

static void show_name(Output *o, FILE *f, const MapShow *show, const u8 *key)
{
	fputs(show->name, f);
	if (!show->key)
		return;
	fputc('[', f);
	show_value(o, f, show->key, key, SHOW_KEY);
	fputc(']', f);
}

void show_map(Output *o, FILE *f, const MapRows *rows, u64 top, u64 div)
{
	const MapShow *show = rows->show;
	Type *t = type_bare(show->value);
	u32 first = top && top < rows->n ? rows->n - (u32)top : 0;

	for (u32 i = first; i < rows->n; i++) {
		const MapRow *row = &rows->rows[i];

		show_name(o, f, show, row->key);
		if (aggregate_is_hist(show)) {
			fputs(":\n", f);
			show_hist(f, t, (const u64 *)(const void *)row->value);
		} else if (t->kind == TY_AGG && t->agg == AGG_TSERIES) {
			fputs(":\n", f);
			show_tseries(f, t, row->value, o->boot_to_wall_ns);
		} else {
			fputs(": ", f);
			show_map_value(o, f, show, row->value, div);
		}
		fputc('\n', f);
	}
}
