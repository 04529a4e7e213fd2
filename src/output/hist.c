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

u32 hist_bucket_count(const Type *agg)
{
	u32 k = (u32)agg->agg_args[0];

	if (agg->agg == AGG_HIST)
		return ((65 - k) << k) + 1;
	return (u32)((agg->agg_args[1] - agg->agg_args[0]) / agg->agg_args[2]) + 2;
}

/* Lowest value of a log2 bucket (from 1). */
static u64 log2_low(u32 k, u32 bucket)
{
	u32 j = bucket - 1, l;

	if (j < 1u << k)
		return j;
	l = (j >> k) + k - 1;
	if (l >= 64)
		return UINT64_MAX;
	return ((1ull << k) + (j & ((1u << k) - 1))) << (l - k);
}

static HistRow log2_row(const Type *agg, u32 bucket, u64 count)
{
	u32 k = (u32)agg->agg_args[0];

	if (!bucket)
		return (HistRow){false, true, 0, 0, count};
	return (HistRow){true, true, (i64)log2_low(k, bucket), (i64)log2_low(k, bucket + 1), count};
}

static HistRow linear_row(const Type *agg, u32 bucket, u32 last, u64 count)
{
	i64 min = agg->agg_args[0], step = agg->agg_args[2];
	i64 low = min + (i64)(bucket - 1) * step;

	if (bucket == 0)
		return (HistRow){false, true, 0, min, count};
	if (bucket == last)
		return (HistRow){true, false, low, 0, count};
	return (HistRow){true, true, low, low + step, count};
}

u32 hist_rows(const Type *agg, const u64 *buckets, HistRow *out, u32 max)
{
	u32 n = hist_bucket_count(agg), first = 0, last = n, used = 0;

	while (first < n && !buckets[first])
		first++;
	while (last > first && !buckets[last - 1])
		last--;
	for (u32 i = first; i < last && used < max; i++)
		out[used++] = agg->agg == AGG_HIST ? log2_row(agg, i, buckets[i])
						   : linear_row(agg, i, n - 1, buckets[i]);
	return used;
}

/* 4096 → 4K; with_suffix only where the whole axis has it. */
static void number_label(char *out, size_t room, i64 n, bool with_suffix)
{
	static const char suffixes[] = " KMGTPE";
	u32 i = 0;

	while (with_suffix && n && n % 1024 == 0 && i + 2 < sizeof(suffixes)) {
		n /= 1024;
		i++;
	}
	if (i)
		snprintf(out, room, "%" PRId64 "%c", n, suffixes[i]);
	else
		snprintf(out, room, "%" PRId64, n);
}

static void row_label(char *out, size_t room, const Type *agg, const HistRow *row)
{
	bool suffix = agg->agg == AGG_HIST || agg->agg_args[2] % 1024 == 0;
	char low[32], high[32];

	number_label(low, sizeof(low), row->low, suffix);
	number_label(high, sizeof(high), row->high, suffix);
	if (!row->has_low)
		snprintf(out, room, "(..., %s)", high);
	else if (!row->has_high)
		snprintf(out, room, "[%s, ...)", low);
	else if (agg->agg == AGG_HIST && row->high - row->low == 1)
		snprintf(out, room, "[%s]", low);
	else
		snprintf(out, room, "[%s, %s)", low, high);
}

void show_hist(FILE *f, const Type *agg, const u64 *buckets)
{
	u32 max_rows = hist_bucket_count(agg);
	HistRow *rows = calloc(max_rows, sizeof(*rows));
	u32 n = rows ? hist_rows(agg, buckets, rows, max_rows) : 0;
	u64 most = 1;

	for (u32 i = 0; i < n; i++)
		most = MAX(most, rows[i].count);
	for (u32 i = 0; i < n; i++) {
		int bar = (int)((double)rows[i].count / (double)most * BAR_WIDTH);
		char label[80];

		row_label(label, sizeof(label), agg, &rows[i]);
		fprintf(f, "%-*s%*" PRIu64 " |", LABEL_WIDTH, label, COUNT_WIDTH, rows[i].count);
		for (int k = 0; k < BAR_WIDTH; k++)
			fputc(k < bar ? '@' : ' ', f);
		fputs("|\n", f);
	}
	free(rows);
}
