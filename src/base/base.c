/*
 * The trap for our own faults, the start and end of a compilation's state, and
 * the distance between two names.
 *
 * The distance is "optimal string alignment": the least number of insertions,
 * deletions, replacements and swaps of neighbours that turn one name into the
 * other, no part being changed twice. Three rows of the table are kept; names
 * of more than LONGEST bytes are never near each other.
 */
#include "base/compile.h"

#define LONGEST 95

void bug_at(const char *file, int line, const char *function, const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "waggle: internal error: %s:%d: %s: ", file, line, function);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

void compile_init(Compile *c)
{
	*c = (Compile){.arena = arena_new(), .scratch = arena_new(), .opt_level = 2};
	c->names.arena = c->arena;
	c->sources = (Sources){.arena = c->arena, .next = 1};
	c->diags.arena = c->arena;
	c->diags.sources = &c->sources;
}

void compile_done(Compile *c)
{
	arena_free(c->scratch);
	arena_free(c->arena);
	*c = (Compile){0};
}

/* Row i of the table from the two rows before it; returns the least entry. */
static u32 distance_row(const char *a, const char *b, size_t len_b, size_t i, u32 *row,
			const u32 *before, const u32 *before2)
{
	u32 least = row[0] = (u32)i;

	for (size_t j = 1; j <= len_b; j++) {
		u32 n = before[j - 1] + (a[i - 1] != b[j - 1]);

		n = MIN(n, before[j] + 1);
		n = MIN(n, row[j - 1] + 1);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
			n = MIN(n, before2[j - 2] + 1);
		row[j] = n;
		least = MIN(least, n);
	}
	return least;
}

u32 edit_distance(const char *a, const char *b, u32 limit)
{
	size_t len_a = strlen(a), len_b = strlen(b);
	size_t apart = len_a > len_b ? len_a - len_b : len_b - len_a;
	u32 rows[3][LONGEST + 1];
	u32 least_before = 0;

	if (apart > limit || len_a > LONGEST || len_b > LONGEST)
		return strcmp(a, b) == 0 ? 0 : limit + 1;
	for (size_t j = 0; j <= len_b; j++)
		rows[0][j] = (u32)j;
	for (size_t i = 1; i <= len_a; i++) {
		u32 least =
		    distance_row(a, b, len_b, i, rows[i % 3], rows[(i + 2) % 3], rows[(i + 1) % 3]);

		/* A swap reaches back two rows: both must be past the limit. */
		if (least > limit && least_before > limit)
			return limit + 1;
		least_before = least;
	}
	return MIN(rows[len_a % 3][len_b], limit + 1);
}
