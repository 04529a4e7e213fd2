/*
 * What every unit test program shares: one line for each case on standard
 * output ("ok NAME" or "not ok NAME: why"), and the exit status.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
	int passed, failed;
} Checks;

static inline void check_case(Checks *c, const char *name, bool ok, const char *why)
{
	if (ok) {
		c->passed++;
		printf("ok %s\n", name);
	} else {
		c->failed++;
		printf("not ok %s: %s\n", name, why);
	}
}

/* The texts must be equal. */
static inline void check_text(Checks *c, const char *name, const char *got, const char *wanted)
{
	char why[2048];

	got = got ? got : "(null)";
	snprintf(why, sizeof(why), "got \"%s\", wanted \"%s\"", got, wanted);
	for (char *p = why; *p; p++)
		if (*p == '\n')
			*p = '|';
	check_case(c, name, strcmp(got, wanted) == 0, why);
}

static inline void check_number(Checks *c, const char *name, long long got, long long wanted)
{
	char why[96];

	snprintf(why, sizeof(why), "got %lld, wanted %lld", got, wanted);
	check_case(c, name, got == wanted, why);
}

static inline int check_status(const Checks *c)
{
	return c->failed ? 1 : 0;
}
