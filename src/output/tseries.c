/*
 * Time series as a chart: a row for each interval from the oldest to the
 * newest slot, the value marked between the least and the greatest one.
 *
 *	             -4                                                  4
 *	hh:mm:ss.ms  |___________________________________________________|
 *	05:49:18.600 *                         .                         | -4
 *	05:49:18.700 |                         .                         | -
 *	             v___________________________________________________v
 *	             -4                                                  4
 *
 * The zero line is dotted where zero lies within. Times are written as exactly
 * as the interval asks for. agg_args: interval in ns, slots,
 * AggKind of what a slot holds (AGG_NONE: the last value).
 */
#include <inttypes.h>
#include <time.h>

#include "output/internal.h"

#define SLOT_BYTES 24
#define COLUMNS 53
#define SECOND_NS 1000000000ull

/* Averages have a total, and the count in meta. */
static i64 slot_value(const Type *agg, const u8 *slot)
{
	i64 value = (i64)read_bytes(slot + 8, 8), count = (i64)read_bytes(slot + 16, 8);

	return agg->agg_args[2] == AGG_AVG && count > 0 ? value / count : value;
}

SeriesRow *series_rows(Output *o, const Type *agg, const u8 *slots, u32 *n)
{
	u64 interval = MAX((u64)agg->agg_args[0], 1ull), newest = 0, oldest = UINT64_MAX;
	u32 count = agg->size / SLOT_BYTES;
	SeriesRow *rows;

	for (u32 i = 0; i < count; i++) {
		u64 epoch = read_bytes(slots + i * SLOT_BYTES, 8);

		newest = MAX(newest, epoch);
		oldest = epoch ? MIN(oldest, epoch) : oldest;
	}
	if (newest - oldest >= count)
		oldest = newest - count + 1;
	*n = newest ? (u32)(newest - oldest) + 1 : 0;
	rows = *n ? calloc(*n, sizeof(*rows)) : NULL;
	for (u32 i = 0; rows && i < *n; i++)
		rows[i].start_ns = (oldest + i) * interval + o->boot_to_wall_ns;
	for (u32 i = 0; rows && i < count; i++) {
		u64 epoch = read_bytes(slots + i * SLOT_BYTES, 8);

		if (epoch < oldest || !epoch)
			continue;
		rows[epoch - oldest].value = slot_value(agg, slots + i * SLOT_BYTES);
		rows[epoch - oldest].has_value = true;
	}
	if (!rows)
		*n = 0;
	return rows;
}

/* How exactly times are written. */
typedef struct Precision {
	const char *head;
	u32 width;  /* of a time, with a space behind it */
	u32 digits; /* after the second */
} Precision;

static Precision precision_of(u64 interval, u32 n_rows)
{
	if (n_rows > 1 && interval >= SECOND_NS)
		return (Precision){"hh:mm:ss", 9, 0};
	if (n_rows > 1 && interval >= 1000000)
		return (Precision){"hh:mm:ss.ms", 13, 3};
	if (n_rows > 1 && interval >= 1000)
		return (Precision){"hh:mm:ss.μs", 16, 6};
	return (Precision){"hh:mm:ss.ns", 19, 9};
}

static void show_row_time(FILE *f, Precision p, u64 ns)
{
	time_t seconds = (time_t)(ns / SECOND_NS);
	char text[16], fraction[16];
	struct tm local;

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%H:%M:%S", &local);
	snprintf(fraction, sizeof(fraction), "%09u", (u32)(ns % SECOND_NS));
	fprintf(f, "%s%s%.*s ", text, p.digits ? "." : "", (int)p.digits, fraction);
}

static void show_bounds(FILE *f, Precision p, i64 low, i64 high)
{
	char left[24];
	int used = snprintf(left, sizeof(left), "%" PRId64, low);

	fprintf(f, "%*s%s%*" PRId64 "\n", (int)p.width, "", left, COLUMNS - used, high);
}

static void show_line(FILE *f, char end)
{
	fputc(end, f);
	for (u32 i = 2; i < COLUMNS; i++)
		fputc('_', f);
	fprintf(f, "%c\n", end);
}

static u32 column(i64 v, i64 low, i64 high)
{
	return (u32)((double)(COLUMNS - 1) * ((double)v - (double)low) /
		     ((double)high - (double)low));
}

static void show_row(FILE *f, const SeriesRow *row, i64 low, i64 high)
{
	char cells[COLUMNS + 1];

	memset(cells, ' ', COLUMNS);
	cells[0] = cells[COLUMNS - 1] = '|';
	cells[COLUMNS] = 0;
	if (low < 0 && high > 0)
		cells[column(0, low, high)] = '.';
	if (row->has_value)
		cells[column(row->value, low, high)] = '*';
	if (row->has_value)
		fprintf(f, "%s %" PRId64 "\n", cells, row->value);
	else
		fprintf(f, "%s -\n", cells);
}

static void bounds_of(const SeriesRow *rows, u32 n, i64 *low, i64 *high)
{
	*low = INT64_MAX;
	*high = INT64_MIN;
	for (u32 i = 0; i < n; i++) {
		if (!rows[i].has_value)
			continue;
		*low = MIN(*low, rows[i].value);
		*high = MAX(*high, rows[i].value);
	}
	if (*low == *high) {
		*low -= *low > INT64_MIN;
		*high += *high < INT64_MAX;
	}
}

void show_series(Output *o, FILE *f, const Type *agg, const u8 *slots)
{
	u32 n;
	SeriesRow *rows = series_rows(o, agg, slots, &n);
	Precision p = precision_of((u64)agg->agg_args[0], n);
	i64 low, high;

	if (!n)
		return;
	bounds_of(rows, n, &low, &high);
	show_bounds(f, p, low, high);
	fprintf(f, "%-*s", (int)p.width, p.head);
	show_line(f, '|');
	for (u32 i = 0; i < n; i++) {
		show_row_time(f, p, rows[i].start_ns);
		show_row(f, &rows[i], low, high);
	}
	fprintf(f, "%*s", (int)p.width, "");
	show_line(f, 'v');
	show_bounds(f, p, low, high);
	free(rows);
}
