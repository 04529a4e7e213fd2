/*
 * Histograms. hist() counts into buckets of powers of two, each cut into 2^k
 * parts:
 *   bucket 0              negative
 *   bucket 1 + n          n < 2^k, exactly
 *   else, l = log2(n), x = next k bits below the top one of n:
 *   bucket 1 + ((l - k + 1) << k) + x
 * lhist() has one bucket below min, (max - min) / step in between, one above.
 * Only the span from the first to the last bucket that isn't empty is shown.
 */
#include <inttypes.h>

#include "output/internal.h"

#define LABEL_WIDTH 16
#define COUNT_WIDTH 8
#define BAR_WIDTH 52

static u32 bucket_count(const Type *agg)
{
	u32 k = (u32)agg->agg_args[0];

	if (agg->agg == AGG_HIST)
		return ((65 - k) << k) + 1;
	return (u32)((agg->agg_args[1] - agg->agg_args[0]) / agg->agg_args[2]) + 2;
}

/* n with the suffix of 1024 to the power of `power`. */
static void suffixed(char *out, size_t room, u64 n, u32 power)
{
	snprintf(out, room, power ? "%" PRIu64 "%c" : "%" PRIu64, n, " KMGTPE"[power]);
}

/*
 * Lowest value of a log2 bucket (from 1) and how it is written: the bits of the
 * mantissa and the rest of the shift make the number, whole thousands the suffix.
 */
static u64 log2_low(u32 k, u32 bucket, char *label, size_t room)
{
	u32 j = bucket - 1, shift = 0;
	u64 mantissa = j;

	if (j >= 1u << k) {
		shift = (j >> k) - 1;
		mantissa = (1ull << k) + (j & ((1u << k) - 1));
	}
	suffixed(label, room, mantissa << shift % 10, shift / 10);
	return shift + k >= 64 ? 0 : mantissa << shift;
}

static void log2_row(HistRow *row, u32 k, u32 bucket)
{
	char low[24], high[24];

	*row = (HistRow){.has_low = bucket, .has_high = true};
	if (!bucket) {
		snprintf(row->label, sizeof(row->label), "(..., 0)");
		return;
	}
	row->low = log2_low(k, bucket, low, sizeof(low));
	row->high = log2_low(k, bucket + 1, high, sizeof(high));
	if (row->high - row->low == 1)
		snprintf(row->label, sizeof(row->label), "[%s]", low);
	else
		snprintf(row->label, sizeof(row->label), "[%s, %s)", low, high);
}

/* 4096 → 4K, where the step is a multiple of 1024. */
static void linear_label(char *out, size_t room, i64 n, i64 step)
{
	u32 power = 0;

	while (step % 1024 == 0 && n && n % 1024 == 0 && power < 6) {
		n /= 1024;
		power++;
	}
	suffixed(out, room, (u64)n, power);
}

static void linear_row(HistRow *row, const Type *agg, u32 bucket)
{
	i64 min = agg->agg_args[0], step = agg->agg_args[2];
	bool is_last = bucket + 1 == bucket_count(agg);
	i64 low = min + ((i64)bucket - 1) * step; /* the last one too: max may lie between steps */
	char from[24], to[24];

	*row = (HistRow){
	    .has_low = bucket, .has_high = !is_last, .low = (u64)low, .high = (u64)(low + step)};
	linear_label(from, sizeof(from), low, step);
	linear_label(to, sizeof(to), low + step, step);
	if (!row->has_low)
		snprintf(row->label, sizeof(row->label), "(..., %s)", to);
	else if (!row->has_high)
		snprintf(row->label, sizeof(row->label), "[%s, ...)", from);
	else
		snprintf(row->label, sizeof(row->label), "[%s, %s)", from, to);
}

HistRow *hist_rows(const Type *agg, const u64 *buckets, u64 div, u32 *n)
{
	u32 first = 0, last = bucket_count(agg);
	HistRow *rows;

	while (first < last && !buckets[first])
		first++;
	while (last > first && !buckets[last - 1])
		last--;
	*n = last - first;
	rows = *n ? calloc(*n, sizeof(*rows)) : NULL;
	for (u32 i = first; rows && i < last; i++) {
		HistRow *row = &rows[i - first];

		if (agg->agg == AGG_HIST)
			log2_row(row, (u32)agg->agg_args[0], i);
		else
			linear_row(row, agg, i);
		row->count = agg->agg == AGG_HIST && div > 1 ? buckets[i] / div : buckets[i];
	}
	if (!rows)
		*n = 0;
	return rows;
}

void show_hist(FILE *f, const Type *agg, const u64 *buckets, u64 div)
{
	u32 n;
	HistRow *rows = hist_rows(agg, buckets, div, &n);
	u64 most = 1;

	for (u32 i = 0; i < n; i++)
		most = MAX(most, rows[i].count);
	for (u32 i = 0; i < n; i++) {
		int bar = (int)((float)rows[i].count / (float)most * BAR_WIDTH);

		fprintf(f, "%-*s%*" PRIu64 " |", LABEL_WIDTH, rows[i].label, COUNT_WIDTH,
			rows[i].count);
		for (int k = 0; k < BAR_WIDTH; k++)
			fputc(k < bar ? '@' : ' ', f);
		fputs("|\n", f);
	}
	free(rows);
}
