/*
 * The workers: a few processes that take the next file or unit program from a
 * shared counter, run its cases one after the other, and send the tally back
 * through a pipe of their own.
 */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
	const Place *p;
	char **files, **units;
	size_t n_files, n_units;
	atomic_uint *next; /* shared by all workers */
	int out;
	char dir[64];
} Worker;

typedef struct {
	unsigned passed, failed, skipped, len;
} Header;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void empty_dir(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (mkdir(dir, 0755) && errno != EEXIST)
		die("%s: %s", dir, strerror(errno));
}

static bool is_wanted(const Place *p, const TestFile *f)
{
	return !p->filter || strstr(f->path, p->filter) || (f->title && strstr(f->title, p->filter));
}

/*
 * One case. A live one shares the machine with others and with what else runs
 * here: if it fails it is run once more, which is said; failing twice counts.
 */
static void run_case(Worker *w, TestFile *f, Case *c, Tally *t)
{
	Tally before = *t;
	size_t len = t->report.len;

	empty_dir(w->dir);
	case_run(w->p, f, c, w->dir, t);
	if (t->failed == before.failed || !case_section(c, SECTION_LIVE) || w->p->is_blessing)
		return;
	t->passed = before.passed;
	t->failed = before.failed;
	t->skipped = before.skipped;
	t->report.len = len;
	text_printf(&t->report, "again %s:%u\n", f->path, c->line);
	empty_dir(w->dir);
	case_run(w->p, f, c, w->dir, t);
}

static void run_file(Worker *w, const char *path, Tally *t)
{
	TestFile f;

	test_file_read(&f, path);
	if (f.error) {
		tally_fail(t, path, "no test", f.error);
	} else if (is_wanted(w->p, &f)) {
		for (unsigned i = 0; i < f.n_cases; i++)
			run_case(w, &f, &f.cases[i], t);
		if (w->p->is_blessing && test_file_bless(&f))
			text_printf(&t->report, "blessed %s\n", path);
	}
	test_file_free(&f);
}

/* One line of a unit program: "ok NAME", "not ok NAME: why", "skip NAME: why". */
static void take_row(const Place *p, const char *unit, const char *line, Tally *t)
{
	char name[512];

	if (strncmp(line, "ok ", 3) == 0) {
		snprintf(name, sizeof(name), "%s: %s", unit, line + 3);
		tally_pass(t, p, name);
	} else if (strncmp(line, "not ok ", 7) == 0) {
		tally_fail(t, unit, line + 7, "");
	} else if (strncmp(line, "skip ", 5) == 0) {
		size_t len = strcspn(line + 5, ":");

		snprintf(name, sizeof(name), "%s: %.*s", unit, (int)len, line + 5);
		tally_skip(t, name, line[5 + len] ? line + 5 + len + 2 : "no reason given");
	}
}

static void run_unit(Worker *w, char *path, Tally *t)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char *argv[] = {path, NULL};
	unsigned before = t->passed + t->failed + t->skipped;
	Spawn s = {.argv = argv, .dir = w->p->top, .timeout_s = 4 * w->p->timeout_s};
	Ran r;

	if (w->p->filter && !strstr(name, w->p->filter))
		return;
	spawn_run(&s, &r);
	if (r.out.at)
		for (char *line = strtok(r.out.at, "\n"); line; line = strtok(NULL, "\n"))
			take_row(w->p, name, line, t);
	if (r.timed_out || r.status > 1 || before == t->passed + t->failed + t->skipped) {
		Text why = {0};

		text_printf(&why, "    status %d%s\n%.2000s", r.status, r.timed_out ? ", out of time" : "",
			    text_of(&r.err));
		tally_fail(t, name, "the program did not end well", text_of(&why));
		text_free(&why);
	}
	ran_free(&r);
}

static void send_tally(int out, const Tally *t)
{
	Header h = {t->passed, t->failed, t->skipped, (unsigned)t->report.len};

	if (write(out, &h, sizeof(h)) != sizeof(h))
		_exit(2);
	for (size_t done = 0; done < t->report.len;) {
		ssize_t n = write(out, t->report.at + done, t->report.len - done);

		if (n <= 0)
			_exit(2);
		done += (size_t)n;
	}
}

_Noreturn static void worker_main(Worker *w)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(w->dir, sizeof(w->dir), "%.40s/waggle-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(w->dir) || chmod(w->dir, 0755))
		die("%s: %s", w->dir, strerror(errno));
	for (;;) {
		unsigned i = atomic_fetch_add(w->next, 1);
		Tally t = {0};

		if (i >= w->n_units + w->n_files)
			break;
		if (i < w->n_units)
			run_unit(w, w->units[i], &t);
		else
			run_file(w, w->files[i - w->n_units], &t);
		send_tally(w->out, &t);
		text_free(&t.report);
	}
	empty_dir(w->dir);
	rmdir(w->dir);
	_exit(0);
}

static bool read_all(int fd, void *to, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = read(fd, (char *)to + done, len - done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

void report_show(const Place *p, const char *report)
{
	while (*report) {
		size_t len = strcspn(report, "\n");

		len += report[len] == '\n';
		if (p->is_verbose || p->kernel || strncmp(report, "skip ", 5) != 0)
			fwrite(report, 1, len, stdout);
		report += len;
	}
	fflush(stdout);
}

/* The next tally of a worker; false at its end. */
static bool take_tally(const Place *p, int fd, Tally *t)
{
	Header h;
	char *report;

	if (!read_all(fd, &h, sizeof(h)))
		return false;
	t->passed += h.passed;
	t->failed += h.failed;
	t->skipped += h.skipped;
	report = calloc(1, h.len + 1);
	if (!report || !read_all(fd, report, h.len))
		die("a worker's report broke off");
	report_show(p, report);
	text_put(&t->report, report, h.len);
	free(report);
	return true;
}

/* The parent's end: all workers write to one pipe each; read in turn as they become ready. */
static void collect(const Place *p, int *fds, unsigned n, Tally *t)
{
	unsigned open = n;

	while (open) {
		fd_set set;
		int max = 0;

		FD_ZERO(&set);
		for (unsigned i = 0; i < n; i++)
			if (fds[i] >= 0) {
				FD_SET(fds[i], &set);
				max = fds[i] > max ? fds[i] : max;
			}
		if (select(max + 1, &set, NULL, NULL, NULL) < 0)
			continue;
		for (unsigned i = 0; i < n; i++)
			if (fds[i] >= 0 && FD_ISSET(fds[i], &set) && !take_tally(p, fds[i], t)) {
				close(fds[i]);
				fds[i] = -1;
				open--;
			}
	}
}

void work_run(const Place *p, char **files, char **units, unsigned n_workers, Tally *t)
{
	Worker w = {.p = p, .files = files, .units = units, .n_files = words_len(files),
		    .n_units = words_len(units)};
	int *fds = calloc(n_workers, sizeof(*fds));

	w.next = mmap(NULL, sizeof(*w.next), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w.next == MAP_FAILED || !fds)
		die("out of memory");
	for (unsigned i = 0; i < n_workers; i++) {
		int ends[2];
		pid_t pid;

		if (pipe2(ends, O_CLOEXEC))
			die("pipe: %s", strerror(errno));
		pid = fork();
		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (pid == 0) {
			w.out = ends[1];
			worker_main(&w);
		}
		close(ends[1]);
		fds[i] = ends[0];
	}
	collect(p, fds, n_workers, t);
	for (unsigned i = 0; i < n_workers; i++) {
		int status;

		if (wait(&status) > 0 && status)
			tally_fail(t, "runner", "a worker broke off", ""), puts("not ok runner: a worker broke off");
	}
	munmap(w.next, sizeof(*w.next));
	free(fds);
}
