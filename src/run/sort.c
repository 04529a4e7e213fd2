/*
 * The order in which a map's rows are shown (spec/bpftrace.md, 5.4): by value
 * where the value is a number that stands for itself, histograms by how much
 * is in them, time series by their newest slot, all others by key.
 *
 * Each row gets a 64-bit number whose unsigned order is the wanted one as far
 * as it reaches (an integer, the first 8 bytes of a text); only rows with equal
 * numbers are compared by key. A million rows take some tenths of a second.
 */
#include "run/internal.h"

#include <errno.h>

#define SIGN_BIT (1ull << 63)

typedef struct Ordered {
	u64 order;
	MapRow row;
} Ordered;

static u64 read_number(const u8 *at, u32 size)
{
	u64 v = 0;

	memcpy(&v, at, MIN(size, 8u));
	return v;
}

/* An integer's value, extended by its sign, with the order of signed numbers. */
static u64 integer_order(Type *t, const u8 *at)
{
	u32 unused = t->size < 8 ? 64 - t->size * 8 : 0;
	u64 v = read_number(at, t->size);

	if (type_is_signed(t) && unused)
		v = (u64)((i64)(v << unused) >> unused);
	return v ^ SIGN_BIT;
}

/* ---- keys ---- */

/* The first bytes of a text as a number in the order of strcmp. */
static u64 text_order(const u8 *at, u32 size)
{
	u64 order = 0;
	u32 n = (u32)strnlen((const char *)at, MIN(size, 8u));

	for (u32 i = 0; i < 8; i++)
		order = order << 8 | (i < n ? at[i] : 0);
	return order;
}

static u64 key_order(Type *t, const u8 *at)
{
	t = type_bare(t);
	switch (t->kind) {
	case TY_BOOL:
	case TY_INT:
	case TY_ENUM:
	case TY_USERNAME:
		return integer_order(t, at);
	case TY_PTR:
	case TY_KSYM:
	case TY_USYM:
		return read_number(at, 8);
	case TY_STRING:
		return text_order(at, t->count);
	case TY_TUPLE:
	case TY_RECORD:
		return t->n_fields ? key_order(t->fields[0].type, at + t->fields[0].bit_offset / 8)
				   : 0;
	default:
		return 0;
	}
}

static int compare_keys(Type *t, const u8 *a, const u8 *b)
{
	u64 of_a, of_b;
	int order = 0;

	t = type_bare(t);
	if (t->kind == TY_STRING)
		return strncmp((const char *)a, (const char *)b, t->count);
	if (t->kind == TY_TUPLE || t->kind == TY_RECORD) {
		for (u32 i = 0; i < t->n_fields && !order; i++) {
			u32 at = t->fields[i].bit_offset / 8;

			order = compare_keys(t->fields[i].type, a + at, b + at);
		}
		return order;
	}
	of_a = key_order(t, a);
	of_b = key_order(t, b);
	if (of_a != of_b)
		return of_a < of_b ? -1 : 1;
	return memcmp(a, b, t->size);
}

/* ---- values ---- */

static u64 sum_of_words(const u8 *at, u32 size)
{
	u64 sum = 0;

	for (u32 i = 0; i + 8 <= size; i += 8)
		sum += read_number(at + i, 8);
	return sum;
}

static u64 newest_slot(const u8 *at, u32 size)
{
	u64 newest = 0;

	for (u32 i = 0; i + 24 <= size; i += 24)
		newest = MAX(newest, read_number(at + i, 8));
	return newest;
}

static u64 average_order(const Type *t, const u8 *at)
{
	u64 count = read_number(at, 8), total = read_number(at + 8, 8);

	if (!count)
		return t->is_signed ? SIGN_BIT : 0;
	return t->is_signed ? (u64)((i64)total / (i64)count) ^ SIGN_BIT : total / count;
}

static u64 aggregate_order(const Type *t, const u8 *at, u32 size)
{
	switch (t->agg) {
	case AGG_AVG:
	case AGG_STATS:
		return average_order(t, at);
	case AGG_HIST:
	case AGG_LHIST:
		return sum_of_words(at, size);
	case AGG_TSERIES:
		return newest_slot(at, size);
	default:
		return read_number(at, 8) ^ (t->is_signed ? SIGN_BIT : 0);
	}
}

static u64 row_order(const MapRows *rows, const MapRow *row)
{
	Type *t = type_bare(rows->show->value);

	if (t->kind == TY_AGG)
		return aggregate_order(t, row->value, rows->value_size);
	if (t->kind == TY_INT)
		return type_is_signed(t) ? integer_order(t, row->value)
					 : read_number(row->value, t->size);
	return key_order(rows->show->key, row->key);
}

static int compare_rows(const void *left, const void *right, void *key_type)
{
	const Ordered *a = left, *b = right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return compare_keys(key_type, a->row.key, b->row.key);
}

int rows_sort(MapRows *rows)
{
	Ordered *list;

	if (rows->n < 2 || !rows->show->key)
		return 0;
	list = malloc(rows->n * sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (u32 i = 0; i < rows->n; i++)
		list[i] = (Ordered){row_order(rows, &rows->rows[i]), rows->rows[i]};
	qsort_r(list, rows->n, sizeof(*list), compare_rows, rows->show->key);
	for (u32 i = 0; i < rows->n; i++)
		rows->rows[i] = list[i].row;
	free(list);
	return 0;
}
