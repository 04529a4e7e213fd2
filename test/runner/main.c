/*
 * runner [OPTION…] FILE|FOLDER…     the .t files to run
 *
 *	--unit PROGRAM       a unit test's program (may be given often)
 *	--vm KERNEL[,…]|all  the VM tier on these kernels too
 *	--no-host            nothing but the VM tier
 *	-k WORD              only files whose path or title has it
 *	-j N                 workers (2)
 *	-v                   a line for each case that passed
 *	--bless              write what came into the exact expectations
 *	--waggle PROGRAM     the program under test (build/waggle)
 *	--build FOLDER       where things were built (build)
 *	--timeout SECONDS    for one case (30; ten times that in a VM)
 *	--in-vm KERNEL --host-features LIST    (used by the VM tier itself)
 *
 * The last line is "N passed, N failed, N skipped"; the status is 1 if one failed.
 */
#include "runner.h"

#include <errno.h>
#include <fts.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	Place place;
	char **units, **kernels, **files;
	unsigned n_workers;
	bool no_host;
} Settings;

static const struct option options[] = {
	{"unit", 1, NULL, 'u'}, {"vm", 1, NULL, 'm'}, {"no-host", 0, NULL, 'n'}, {"bless", 0, NULL, 'b'},
	{"waggle", 1, NULL, 'w'}, {"build", 1, NULL, 'd'}, {"timeout", 1, NULL, 't'},
	{"in-vm", 1, NULL, 'i'}, {"host-features", 1, NULL, 'f'}, {0}};

static char *full_path(const char *path)
{
	char *full = realpath(path, NULL);

	if (!full)
		die("%s: %s", path, strerror(errno));
	return full;
}

static void set_kernels(Settings *s, const char *list)
{
	char *copy = strdup(list);

	for (char *word = strtok(copy, ","); word; word = strtok(NULL, ","))
		words_push(&s->kernels, word);
	free(copy);
}

static void set_option(Settings *s, int code)
{
	Place *p = &s->place;

	switch (code) {
	case 'u':
		words_push(&s->units, full_path(optarg));
		break;
	case 'm':
		set_kernels(s, optarg);
		break;
	case 'n':
		s->no_host = true;
		break;
	case 'b':
		p->is_blessing = true;
		break;
	case 'w':
		p->waggle = optarg;
		break;
	case 'd':
		p->build = optarg;
		break;
	case 't':
		p->timeout_s = (unsigned)atoi(optarg);
		break;
	case 'i':
		p->kernel = optarg;
		s->n_workers = 1;
		break;
	case 'f':
		p->host_features = optarg;
		break;
	case 'k':
		p->filter = optarg;
		break;
	case 'j':
		s->n_workers = (unsigned)atoi(optarg);
		break;
	case 'v':
		p->is_verbose = true;
		break;
	default:
		exit(2);
	}
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* All .t files below the paths, in the order of their names. */
static void find_files(Settings *s, char **paths)
{
	FTS *tree;
	FTSENT *e;

	if (!*paths)
		return;
	tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	if (!tree)
		die("%s", strerror(errno));
	while ((e = fts_read(tree))) {
		size_t len = strlen(e->fts_path);

		if (e->fts_info == FTS_NS)
			die("%s: %s", e->fts_path, strerror(e->fts_errno));
		if (e->fts_info == FTS_F && len > 2 && strcmp(e->fts_path + len - 2, ".t") == 0)
			words_push(&s->files, e->fts_path);
	}
	fts_close(tree);
}

/* What the tests may count on, whoever calls. */
static void set_environment(const Place *p)
{
	char *path;

	if (asprintf(&path, "%s:%s/test:%s", p->build, p->build,
		     getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin") < 0)
		die("out of memory");
	setenv("PATH", path, 1);
	free(path);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("TOP", p->top, 1);
	setenv("BUILD", p->build, 1);
	setenv("WAGGLE", p->waggle, 1);
	setenv("__BPFTRACE_NOTIFY_PROBES_ATTACHED", "1", 1);
	unsetenv("CDPATH");
}

/* Skips by reason, most common last lines of the report. */
static void print_skips(const Tally *t)
{
	char **reasons = NULL;
	unsigned counts[64] = {0}, n = 0;

	for (const char *at = text_of(&t->report); *at; at += strcspn(at, "\n"), at += *at == '\n') {
		const char *why;
		char reason[256];
		unsigned i;

		if (strncmp(at, "skip ", 5) != 0)
			continue;
		why = strstr(at, ": ");
		snprintf(reason, sizeof(reason), "%.*s", (int)(why ? strcspn(why + 2, "\n") : 0), why ? why + 2 : "");
		for (i = 0; i < n && strcmp(reasons[i], reason) != 0; i++)
			;
		if (i == 64)
			continue;
		if (i == n) {
			words_push(&reasons, reason);
			n++;
		}
		counts[i]++;
	}
	for (unsigned i = 0; i < n; i++)
		printf("skipped %u: %s\n", counts[i], reasons[i]);
}

int main(int argc, char **argv)
{
	Settings s = {.n_workers = 2, .place = {.build = "build", .timeout_s = 30}};
	Tally t = {0};
	int code;

	while ((code = getopt_long(argc, argv, "k:j:v", options, NULL)) != -1)
		set_option(&s, code);
	s.place.top = full_path(".");
	s.place.build = full_path(s.place.build);
	if (!s.place.waggle && asprintf((char **)&s.place.waggle, "%s/waggle", s.place.build) < 0)
		die("out of memory");
	s.place.waggle = full_path(s.place.waggle);
	set_environment(&s.place);
	find_files(&s, argv + optind);
	place_find_features(&s.place);
	if (!s.no_host)
		work_run(&s.place, s.files, s.units, s.n_workers ? s.n_workers : 1, &t);
	if (s.kernels)
		kernels_run(&s.place, s.files, s.kernels, &t);
	if (!s.place.kernel)
		print_skips(&t);
	printf("%u passed, %u failed, %u skipped\n", t.passed, t.failed, t.skipped);
	return t.failed ? 1 : 0;
}
