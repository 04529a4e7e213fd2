/*
 * One run of a plain object, ours or another compiler's: its globals and map
 * sizes from the command line, then load → attach → show what comes → detach →
 * show the maps. What comes are records of ring and perf buffers, bpf_printk's
 * lines, and the text of iterators. The run ends with a signal, with -c's or
 * -p's process, after --duration, or at once if there are only iterators.
 */
#include "session_parts.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_HZ 99

typedef struct ObjectRun {
	Session *s;
	Shapes *shapes;
	Records *records;
	Printk *printk;
	RecordSink sink;
	int pid_fd; /* -p's process; -1 */
	u64 end_ns; /* of --duration; 0: none */
	bool is_told; /* that a record's type is unknown */
	bool is_closed; /* nobody reads the results any more */
} ObjectRun;

static u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000ull + (u64)t.tv_nsec;
}

static int complain(const char *option, const char *value, const char *why)
{
	fprintf(stderr, "ERROR: --%s %s: %s\n", option, value, why);
	return 1;
}

/* ---- the command line ---- */

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == 0;
}

/* The texts live as long as the compilation. */
static const char *before_equals(Session *s, const char *text)
{
	return arena_printf(s->b->c.arena, "%.*s", (int)strcspn(text, "="), text);
}

static int check_values(const Options *o)
{
	const char *mode = o->value[OPTION_xdp_mode];
	const char *hz = o->value[OPTION_freq], *time = o->value[OPTION_duration];

	if (mode && strcmp(mode, "native") && strcmp(mode, "generic") && strcmp(mode, "offload"))
		return complain("xdp-mode", mode, "write native, generic or offload");
	if (hz && (!is_number(hz) || !atoi(hz)))
		return complain("freq", hz, "write a number of times a second");
	if (time && (time[strspn(time, "0123456789.")] || atof(time) <= 0))
		return complain("duration", time, "write a number of seconds");
	return 0;
}

int session_object_options(Session *s, LoadOptions *out)
{
	const Options *o = s->o;
	const char *hz = o->value[OPTION_freq];

	if (check_values(o))
		return 1;
	s->places = calloc(o->given.len + 1, sizeof(*s->places));
	s->only = calloc(o->given.len + 1, sizeof(*s->only));
	for (u32 i = 0; s->places && s->only && i < o->given.len; i++) {
		const GivenOption *given = &o->given.at[i];

		if (given->id == OPTION_only)
			s->only[out->n_only++].program = given->value;
		if (given->id != OPTION_attach)
			continue;
		if (!strchr(given->value, '='))
			return complain("attach", given->value, "write PROGRAM=WHERE");
		s->places[out->n_places++] =
		    (LoadPlace){before_equals(s, given->value), strchr(given->value, '=') + 1};
	}
	out->places = s->places;
	out->only = s->only;
	out->xdp_mode = o->value[OPTION_xdp_mode];
	out->sample_hz = hz ? (u32)atoi(hz) : DEFAULT_HZ;
	return 0;
}

static int set_variable(ObjectRun *r, const char *assignment)
{
	char *why = NULL;
	int status = 0;

	if (shapes_set_variable(r->shapes, r->s->loaded, assignment, &why))
		status = complain("set", assignment, why ? why : "out of memory");
	free(why);
	return status;
}

static int set_map_size(ObjectRun *r, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || !is_number(equals + 1))
		return complain("map-size", text, "write MAP=NUMBER");
	if (load_set_map_size(r->s->loaded, before_equals(r->s, text),
			      (u32)strtoul(equals + 1, NULL, 10)))
		return complain("map-size", text, "the object has no such map");
	return 0;
}

static int set_event(ObjectRun *r, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals)
		return complain("event", text, "write MAP=TYPE");
	if (shapes_set_event(r->shapes, before_equals(r->s, text), equals + 1))
		return complain("event", text, "the object's BTF has no such struct");
	return 0;
}

/* Programs that can be told whose events they are to show have one of these. */
static void set_pid(ObjectRun *r, u32 pid)
{
	static const char *const names[] = {"target_pid", "targ_pid",  "target_tgid",
					    "targ_tgid",  "filter_pid"};
	char text[64], *why = NULL;

	for (u32 i = 0; pid && i < ARRAY_LEN(names); i++) {
		snprintf(text, sizeof(text), "%s=%u", names[i], pid);
		shapes_set_variable(r->shapes, r->s->loaded, text, &why);
		free(why);
	}
}

static int apply_options(ObjectRun *r)
{
	const Options *o = r->s->o;
	int status = 0;

	for (u32 i = 0; !status && i < o->given.len; i++) {
		const GivenOption *given = &o->given.at[i];

		if (given->id == OPTION_set)
			status = set_variable(r, given->value);
		else if (given->id == OPTION_map_size)
			status = set_map_size(r, given->value);
		else if (given->id == OPTION_event)
			status = set_event(r, given->value);
	}
	return status;
}

/* ---- results ---- */

static void on_record(void *user, const char *map, Type *type, const u8 *bytes, u32 len)
{
	ObjectRun *r = user;

	if (!type && !r->is_told)
		fprintf(stderr,
			"NOTE: no struct in the object's BTF has the %u bytes of %s's records; "
			"--event %s=TYPE tells\n",
			len, map, map);
	r->is_told |= !type;
	output_record(r->s->output, map, type, bytes, len);
}

static void on_lost(void *user, const char *map, u64 n)
{
	(void)user;
	fprintf(stderr, "WARNING: %s: %llu records lost\n", map, (unsigned long long)n);
}

static void on_line(void *user, const char *text, size_t len)
{
	Session *s = user;

	output_line(s->output, "printk", text, len);
}

static void flush(ObjectRun *r, bool is_end)
{
	Sink *sink = output_sink(r->s->output);

	r->is_closed |= !sink->flush(sink->user, is_end);
}

static void dump_maps(ObjectRun *r)
{
	int err = shapes_dump_maps(r->shapes, r->s->loaded, output_sink(r->s->output));

	if (err)
		fprintf(stderr, "WARNING: maps can't be shown: %s\n", strerror(-err));
	flush(r, false);
}

/* All lines that the iterator writes. */
static void show_iterator(ObjectRun *r, int fd)
{
	FILE *f = fdopen(fd, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while (f && (n = getline(&line, &room, f)) > 0)
		output_line(r->s->output, "iter", line, (size_t)n - (line[n - 1] == '\n'));
	free(line);
	if (f)
		fclose(f);
	else
		close(fd);
}

/* Reads every iterator once; how many there are. */
static u32 show_iterators(ObjectRun *r)
{
	LoadProgram program;
	u32 n = 0;

	for (u32 i = 0; load_program_at(r->s->loaded, i, &program); i++) {
		LoadError e = {0};
		int fd = load_iter(r->s->loaded, i, &e);

		load_error_done(&e);
		if (fd < 0)
			continue;
		show_iterator(r, fd);
		n++;
	}
	flush(r, false);
	return n;
}

/* ---- until the end ---- */

static bool is_over(const ObjectRun *r)
{
	return *r->s->signalled || r->is_closed || (r->end_ns && now_ns() >= r->end_ns);
}

static void time_left(const ObjectRun *r, struct timespec *out)
{
	u64 now = now_ns(), left = r->end_ns > now ? r->end_ns - now : 0;

	*out = (struct timespec){(time_t)(left / 1000000000ull), (long)(left % 1000000000ull)};
}

/* Takes what is there; true: there is more at once. */
static bool take_results(ObjectRun *r, bool is_last)
{
	bool is_more = records_take(r->records);

	if (r->printk)
		printk_take(r->printk, is_last, on_line, r->s);
	flush(r, false);
	return is_more;
}

/* Signals come only in ppoll, so that none is between the look at the flags and the wait. */
static void block_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, before);
}

static void show_results(ObjectRun *r)
{
	struct pollfd fds[] = {
	    {.fd = records_fd(r->records), .events = POLLIN},
	    {.fd = r->printk ? printk_fd(r->printk) : -1, .events = POLLIN},
	    {.fd = r->s->child ? child_fd(r->s->child) : -1, .events = POLLIN},
	    {.fd = r->pid_fd, .events = POLLIN},
	};
	bool is_more = false;
	sigset_t before;

	block_signals(&before);
	while (!is_over(r)) {
		struct timespec wait = {0};

		if (!is_more && r->end_ns)
			time_left(r, &wait);
		ppoll(fds, ARRAY_LEN(fds), is_more || r->end_ns ? &wait : NULL, &before);
		is_more = take_results(r, false);
		if (*r->s->self_signalled) {
			*r->s->self_signalled = 0;
			dump_maps(r);
		}
		if (fds[2].revents || fds[3].revents)
			break;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* ---- in order ---- */

static int prepare(ObjectRun *r)
{
	const char *pid = r->s->o->value[OPTION_pid];
	int err = shapes_open(&r->shapes, &r->s->b->c, r->s->loaded);

	if (err) {
		fprintf(stderr, "ERROR: the object's BTF can't be read: %s\n", strerror(-err));
		return 1;
	}
	if (pid) {
		r->pid_fd = pidfd_of((u32)atoi(pid));
		if (r->pid_fd < 0)
			return complain("pid", pid, strerror(-r->pid_fd));
		set_pid(r, (u32)atoi(pid));
	}
	if (r->s->child) {
		load_set_pid(r->s->loaded, (int)child_pid(r->s->child));
		set_pid(r, child_pid(r->s->child));
	}
	return apply_options(r);
}

static int open_results(ObjectRun *r)
{
	int err;

	r->sink = (RecordSink){.user = r, .record = on_record, .lost = on_lost};
	err = records_open(&r->records, r->s->loaded, r->shapes, &r->sink);
	if (err) {
		fprintf(stderr, "ERROR: the object's buffers can't be read: %s\n", strerror(-err));
		return 1;
	}
	r->printk = printk_open(r->s->loaded, &r->s->b->target);
	if (!r->printk)
		fputs("WARNING: no tracefs: bpf_printk output can't be shown\n", stderr);
	return 0;
}

static int run_attached(ObjectRun *r, u32 n)
{
	const Options *o = r->s->o;
	const char *seconds = o->value[OPTION_duration];

	if (!has_option(o, OPTION_quiet))
		fprintf(stderr, "Attached %u program%s\n", n, n == 1 ? "" : "s");
	if (seconds)
		r->end_ns = now_ns() + (u64)(atof(seconds) * 1e9);
	if (r->s->child)
		child_go(r->s->child);
	if (show_iterators(r) < n || seconds || n == 0)
		show_results(r);
	load_detach(r->s->loaded);
	while (!*r->s->signalled && !r->is_closed && take_results(r, false))
		;
	take_results(r, true);
	if (has_option(o, OPTION_dump_maps))
		dump_maps(r);
	flush(r, true);
	return 0;
}

static int run_object(ObjectRun *r)
{
	LoadError e = {0};
	u32 n = 0;

	if (prepare(r))
		return 1;
	if (load_load(r->s->loaded, &e))
		return session_show_error(r->s, &e);
	if (open_results(r))
		return 1;
	if (load_attach(r->s->loaded, &n, &e))
		return session_show_error(r->s, &e);
	return run_attached(r, n);
}

int session_object(Session *s)
{
	ObjectRun r = {.s = s, .pid_fd = -1};
	int status;

	session_make_output(s);
	status = run_object(&r);
	records_close(r.records);
	printk_close(r.printk);
	shapes_close(r.shapes);
	if (r.pid_fd >= 0)
		close(r.pid_fd);
	return status;
}
