/*
 * The VM tier: for each kernel one boot, in which this same program runs the
 * cases that belong there (--in-vm). Two machines at a time. Their reports are
 * shown when they end; the closing line of each is added to ours.
 */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_MACHINES = 2, LIMIT_S = 540 };

typedef struct {
	const char *kernel;
	char **files;
	unsigned n_cases;
	pid_t pid;
	FILE *out;
} Machine;

/* The files with cases for this kernel. */
static void choose_files(const Place *p, char **files, Machine *m)
{
	for (; files && *files; files++) {
		unsigned n = 0;
		TestFile f;

		test_file_read(&f, *files);
		if (!f.error && (!p->filter || strstr(f.path, p->filter) || strstr(f.title, p->filter)))
			for (unsigned i = 0; i < f.n_cases; i++)
				n += place_wants_kernel(p, &f.cases[i], m->kernel);
		test_file_free(&f);
		if (n)
			words_push(&m->files, *files);
		m->n_cases += n;
	}
}

static char **machine_command(const Place *p, const Machine *m)
{
	char **argv = NULL, limit[16], path[4096];

	snprintf(path, sizeof(path), "%s/test/vm/run", p->top);
	words_push(&argv, path);
	words_push(&argv, m->kernel);
	snprintf(limit, sizeof(limit), "%d", LIMIT_S);
	words_push(&argv, "-t");
	words_push(&argv, limit);
	words_push(&argv, "--");
	snprintf(path, sizeof(path), "%s/test/runner", p->build);
	words_push(&argv, path);
	words_push(&argv, "--in-vm");
	words_push(&argv, m->kernel);
	words_push(&argv, "--host-features");
	words_push(&argv, p->host_features);
	words_push(&argv, "--build");
	words_push(&argv, p->build);
	if (p->is_verbose)
		words_push(&argv, "-v");
	if (p->filter) {
		words_push(&argv, "-k");
		words_push(&argv, p->filter);
	}
	for (char **f = m->files; f && *f; f++)
		words_push(&argv, *f);
	return argv;
}

static void boot(const Place *p, Machine *m)
{
	char **argv = machine_command(p, m);

	m->out = tmpfile();
	if (!m->out)
		die("tmpfile: %s", strerror(errno));
	m->pid = fork();
	if (m->pid < 0)
		die("fork: %s", strerror(errno));
	if (m->pid == 0) {
		dup2(fileno(m->out), 1);
		dup2(fileno(m->out), 2);
		execv(argv[0], argv);
		_exit(125);
	}
}

/* Shows the machine's report but its closing line, which it adds up. */
static void take_report(const Place *p, Machine *m, int status, Tally *t)
{
	unsigned passed, failed, skipped;
	bool closed = false;
	char line[8192];

	rewind(m->out);
	while (fgets(line, sizeof(line), m->out)) {
		if (sscanf(line, "%u passed, %u failed, %u skipped", &passed, &failed, &skipped) == 3) {
			t->passed += passed;
			t->failed += failed;
			t->skipped += skipped;
			closed = true;
			continue;
		}
		report_show(p, line);
		text_puts(&t->report, line);
	}
	fclose(m->out);
	if (closed)
		return;
	snprintf(line, sizeof(line), "    status %d; its cases: %u\n", status, m->n_cases);
	tally_fail(t, m->kernel, "the machine did not come to its end", line);
	printf("not ok %s: the machine did not come to its end\n%s", m->kernel, line);
}

static void wait_one(const Place *p, Machine *machines, unsigned n, unsigned *running, Tally *t)
{
	int status;
	pid_t pid = wait(&status);

	if (pid < 0)
		die("wait: %s", strerror(errno));
	for (unsigned i = 0; i < n; i++)
		if (machines[i].pid == pid) {
			take_report(p, &machines[i], WIFEXITED(status) ? WEXITSTATUS(status) : 128, t);
			--*running;
		}
}

static bool is_chosen(char **only, const char *kernel)
{
	for (; only && *only; only++)
		if (strcmp(*only, kernel) == 0 || strcmp(*only, "all") == 0)
			return true;
	return false;
}

void kernels_run(const Place *p, char **files, char **only, Tally *t)
{
	char **kernels = place_kernels(p);
	unsigned n = (unsigned)words_len(kernels), running = 0;
	Machine *machines = calloc(n, sizeof(*machines));

	if (!machines)
		die("out of memory");
	fflush(stdout);
	for (unsigned i = 0; i < n; i++) {
		machines[i].kernel = kernels[i];
		if (!is_chosen(only, kernels[i]))
			continue;
		choose_files(p, files, &machines[i]);
		if (!machines[i].n_cases)
			continue;
		if (running == N_MACHINES)
			wait_one(p, machines, n, &running, t);
		boot(p, &machines[i]);
		running++;
	}
	while (running)
		wait_one(p, machines, n, &running, t);
	free(machines);
}
