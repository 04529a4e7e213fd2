/*
 * Times of the kernel's clocks as text. The distance between a clock and the
 * wall is measured once for each run: the least of five readings, since a
 * preemption between the two clock calls can only make it larger.
 */
#include <time.h>

#include "output/internal.h"

static u64 now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (u64)t.tv_sec * 1000000000ull + (u64)t.tv_nsec;
}

u64 epoch_of_boot_ns(void)
{
	u64 best = 0, best_took = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		u64 before = now_ns(CLOCK_BOOTTIME);
		u64 wall = now_ns(CLOCK_REALTIME);
		u64 took = now_ns(CLOCK_BOOTTIME) - before;

		if (took < best_took) {
			best_took = took;
			best = wall - before - took / 2;
		}
	}
	return best;
}

/* Puts digits in for %f, %k and %l, which strftime does not know. */
static void expand_fractions(char *out, size_t room, Str format, u64 ns)
{
	size_t n = 0;

	for (u32 i = 0; i < format.len && n + 10 < room; i++) {
		char next = i + 1 < format.len ? format.at[i + 1] : 0;

		if (format.at[i] != '%' || !next) {
			out[n++] = format.at[i];
			continue;
		}
		i++;
		if (next == 'f')
			n += (size_t)snprintf(out + n, room - n, "%06llu",
					      (unsigned long long)ns / 1000);
		else if (next == 'k')
			n += (size_t)snprintf(out + n, room - n, "%09llu", (unsigned long long)ns);
		else if (next == 'l')
			n += (size_t)snprintf(out + n, room - n, "%03llu",
					      (unsigned long long)ns / 1000000);
		else {
			out[n++] = '%';
			out[n++] = next;
		}
	}
	out[n] = 0;
}

static void show_seconds(FILE *f, const char *format, time_t seconds)
{
	char text[4096];
	struct tm local;

	localtime_r(&seconds, &local);
	fwrite(text, 1, strftime(text, sizeof(text), format, &local), f);
}

void show_time(FILE *f, Str format, u64 epoch_ns)
{
	char expanded[1024];

	expand_fractions(expanded, sizeof(expanded), format, epoch_ns % 1000000000ull);
	show_seconds(f, expanded, (time_t)(epoch_ns / 1000000000ull));
}

void show_now(FILE *f, Str format)
{
	char text[1024];

	snprintf(text, sizeof(text), "%.*s", (int)format.len, format.at);
	show_seconds(f, text, time(NULL));
}

void show_timestamp(Output *o, FILE *f, const u8 *bytes)
{
	TimestampValue v;

	memcpy(&v, bytes, sizeof(v));
	if (v.format < o->meta->strings.len)
		show_time(f, o->meta->strings.at[v.format], o->boot_to_wall_ns + v.ns);
}
