/*
 * Maps as text: "@name[key]: value" a row, histograms with their own blank
 * line behind. Rows come sorted from run/; `top` keeps the last ones.
 */
#include <inttypes.h>

#include "output/internal.h"

static i64 divide(i64 v, u64 div, bool is_signed)
{
	if (div <= 1)
		return v;
	return is_signed ? v / (i64)div : (i64)((u64)v / div);
}

/* AVG, STATS {count, total} */
static i64 average(const u8 *value, bool is_signed)
{
	u64 count = read_bytes(value, 8);
	i64 total = (i64)read_bytes(value + 8, 8);

	return count ? divide(total, count, is_signed) : 0;
}

i64 aggregate_number(const Type *agg, const u8 *value, u64 div)
{
	bool is_average = agg->agg == AGG_AVG || agg->agg == AGG_STATS;
	i64 v = is_average ? average(value, agg->is_signed) : (i64)read_bytes(value, 8);

	return divide(v, div, agg->is_signed);
}

i64 divided_integer(Output *o, Type *t, const u8 *value, u64 div)
{
	return divide(value_integer(o, t, value), div, type_is_signed(t));
}

u32 first_row(const MapRows *rows, u64 top)
{
	return top && top < rows->n ? rows->n - (u32)top : 0;
}

static void show_integer(FILE *f, i64 v, bool is_signed)
{
	if (is_signed)
		fprintf(f, "%" PRId64, v);
	else
		fprintf(f, "%" PRIu64, (u64)v);
}

/* Only the average is divided. */
static void show_stats(FILE *f, const Type *t, const u8 *value, u64 div)
{
	fprintf(f, "{ .count = %" PRIu64 ", .average = ", read_bytes(value, 8));
	show_integer(f, aggregate_number(t, value, div), t->is_signed);
	fputs(", .total = ", f);
	show_integer(f, (i64)read_bytes(value + 8, 8), t->is_signed);
	fputs(" }", f);
}

static void show_map_value(Output *o, FILE *f, Type *t, const u8 *value, u64 div)
{
	if (t->kind == TY_AGG && t->agg == AGG_STATS)
		show_stats(f, t, value, div);
	else if (t->kind == TY_AGG)
		show_integer(f, aggregate_number(t, value, div), t->is_signed);
	else if (t->kind == TY_INT)
		show_integer(f, divided_integer(o, t, value, div), type_is_signed(t));
	else
		show_value(o, f, t, value, SHOW_VALUE);
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

static void show_after_name(Output *o, FILE *f, Type *t, const u8 *value, u64 div)
{
	if (t->kind == TY_AGG && (t->agg == AGG_HIST || t->agg == AGG_LHIST)) {
		fputs(":\n", f);
		show_hist(f, t, (const u64 *)(const void *)value, div);
	} else if (t->kind == TY_AGG && t->agg == AGG_TSERIES) {
		fputs(":\n", f);
		show_series(o, f, t, value);
	} else {
		fputs(": ", f);
		show_map_value(o, f, t, value, div);
	}
	fputc('\n', f);
}

void show_map(Output *o, FILE *f, const MapRows *rows, u64 top, u64 div)
{
	Type *t = type_bare(rows->show->value);

	for (u32 i = first_row(rows, top); i < rows->n; i++) {
		show_name(o, f, rows->show, rows->rows[i].key);
		show_after_name(o, f, t, rows->rows[i].value, div);
	}
}

void show_element(Output *o, FILE *f, const MapRows *rows)
{
	Type *t = type_bare(rows->show->value);

	if (rows->n)
		show_map_value(o, f, t, rows->rows[0].value, 0);
	fputc('\n', f);
}
