/*
 * bpf_printk's output. The kernel writes it into the trace buffer that all
 * share, as events of bpf_trace:bpf_trace_printk. A trace instance gets a copy
 * of those events, has no old lines in it, and takes none from whoever reads
 * the shared trace_pipe. With its option `stacktrace` an event is followed by
 *
 *	work-4711 [001] ....1 812.3: <stack trace>
 *	 => bpf_trace_printk
 *	 => bpf_prog_6deef7357e7b4530_on_open
 *
 * which tells whose it was: a line is held back until its stack has come, and
 * dropped if no function on it is a program of ours. Where there can be no
 * instance the shared pipe is read, from now on.
 */
#include "run/internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES 16384

typedef struct ProgramSymbol {
	char text[32];
} ProgramSymbol;

struct Printk {
	int fd;
	char instance[320]; /* to be removed; "": the shared pipe is read */
	Vec(ProgramSymbol) symbols; /* of our programs; heap */
	char buffer[BUFFER_BYTES]; /* read, not yet cut into lines */
	size_t n;
	Vec(char) held; /* a message, its lines apart by newlines; heap */
	bool has_stack, is_ours; /* what is known of it */
};

static int write_file(const char *folder, const char *name, const char *text)
{
	char path[400];
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

static int open_pipe(const char *folder)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/trace_pipe", folder);
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static void remove_instance(Printk *p)
{
	if (p->instance[0])
		rmdir(p->instance);
	p->instance[0] = 0;
}

static int open_instance(Printk *p, const char *tracefs)
{
	snprintf(p->instance, sizeof(p->instance), "%s/instances/waggle-%d", tracefs,
		 (int)getpid());
	if (mkdir(p->instance, 0700)) {
		p->instance[0] = 0;
		return -1;
	}
	write_file(p->instance, "buffer_size_kb", "256");
	write_file(p->instance, "options/stacktrace", "1");
	if (!write_file(p->instance, "events/bpf_trace/bpf_trace_printk/enable", "1"))
		p->fd = open_pipe(p->instance);
	if (p->fd < 0)
		remove_instance(p);
	return p->fd;
}

/* Everybody's, without what is in it already. */
static int open_shared(Printk *p, const char *tracefs)
{
	p->fd = open_pipe(tracefs);
	while (p->fd >= 0 && read(p->fd, p->buffer, sizeof(p->buffer)) > 0)
		;
	return p->fd;
}

Printk *printk_open(const Loaded *loaded, const Target *target)
{
	const char *tracefs = load_tracefs(target);
	Printk *p = tracefs ? calloc(1, sizeof(*p)) : NULL;
	LoadProgram program;

	if (!p)
		return NULL;
	p->fd = -1;
	if (open_instance(p, tracefs) < 0 && open_shared(p, tracefs) < 0) {
		printk_close(p);
		return NULL;
	}
	for (u32 i = 0; load_program_at(loaded, i, &program); i++) {
		ProgramSymbol symbol;

		if (load_program_symbol(loaded, i, symbol.text, sizeof(symbol.text)))
			vec_push(NULL, &p->symbols, symbol);
	}
	return p;
}

void printk_close(Printk *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	remove_instance(p);
	vec_free(&p->symbols);
	vec_free(&p->held);
	free(p);
}

int printk_fd(const Printk *p)
{
	return p->fd;
}

/* ---- lines ---- */

typedef struct Taking {
	Printk *p;
	void (*line)(void *user, const char *text, size_t len);
	void *user;
} Taking;

static bool has(const char *line, size_t len, const char *word)
{
	return memmem(line, len, word, strlen(word)) != NULL;
}

/* What is held was followed by something else: it's complete. */
static void let_go(Taking *t)
{
	Printk *p = t->p;

	if (p->held.len && (p->is_ours || !p->has_stack))
		t->line(t->user, p->held.at, p->held.len);
	p->held.len = 0;
	p->has_stack = p->is_ours = false;
}

static void hold(Printk *p, const char *line, size_t len)
{
	if (p->held.len)
		vec_push(NULL, &p->held, '\n');
	for (size_t i = 0; i < len; i++)
		vec_push(NULL, &p->held, line[i]);
}

static void take_line(Taking *t, const char *line, size_t len)
{
	Printk *p = t->p;

	if (has(line, len, ": bpf_trace_printk: ")) {
		let_go(t);
		hold(p, line, len);
	} else if (has(line, len, ": <stack trace>")) {
		p->has_stack = true;
	} else if (p->has_stack) {
		for (u32 i = 0; i < p->symbols.len; i++)
			p->is_ours |= has(line, len, p->symbols.at[i].text);
	} else if (p->held.len && len) {
		hold(p, line, len); /* a message of several lines */
	}
}

static void take_lines(Taking *t)
{
	Printk *p = t->p;
	size_t at = 0;
	char *end;

	while ((end = memchr(p->buffer + at, '\n', p->n - at))) {
		take_line(t, p->buffer + at, (size_t)(end - p->buffer) - at);
		at = (size_t)(end - p->buffer) + 1;
	}
	if (at == 0 && p->n == sizeof(p->buffer))
		at = p->n; /* no line is that long */
	memmove(p->buffer, p->buffer + at, p->n - at);
	p->n -= at;
}

void printk_take(Printk *p, bool is_last, void (*line)(void *user, const char *text, size_t len),
		 void *user)
{
	Taking t = {p, line, user};
	ssize_t n;

	while ((n = read(p->fd, p->buffer + p->n, sizeof(p->buffer) - p->n)) > 0) {
		p->n += (size_t)n;
		take_lines(&t);
	}
	if (is_last || p->has_stack || !p->instance[0])
		let_go(&t);
}
