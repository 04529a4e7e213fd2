/*
 * One run of an object: open → load → begin programs → attach → event loop →
 * detach → end programs → maps. Faults on the way are shown here and nowhere
 * deeper; everything that was set up is taken down in any case.
 *
 * The only mutable globals of the program are the flags that signals set:
 * SIGINT and SIGTERM end the run, SIGUSR1 runs "self" programs.
 */
#include "session_parts.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

static volatile int signalled, self_signalled;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		self_signalled = number;
	else
		signalled = number;
}

static void catch_signals(void)
{
	struct sigaction act = {.sa_handler = on_signal};

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static const char *option_text(const Meta *meta, const char *name)
{
	for (u32 i = 0; meta && i < meta->options.len; i++)
		if (strcmp(meta->options.at[i].name, name) == 0)
			return meta->options.at[i].value;
	return NULL;
}

static u64 option_number(const Meta *meta, const char *name, u64 otherwise)
{
	const char *text = option_text(meta, name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- messages ---- */

static void on_load_message(void *self, LoadLevel level, const char *text)
{
	const Session *s = self;

	if (level == LOAD_WARNING || has_option(s->o, OPTION_verbose))
		fprintf(stderr, "%s%s\n", level == LOAD_WARNING ? "WARNING: " : "", text);
}

/* The user's own line with the fault in it, if it's a line of a source that we have. */
static void show_source_line(Session *s, const LoadError *e)
{
	Sources *sources = &s->b->c.sources;

	for (u32 i = 0; e->file && e->line && i < sources->files.len; i++) {
		Str line;

		if (strcmp(sources->files.at[i]->name, e->file) != 0)
			continue;
		line = source_line(sources, sources->files.at[i], e->line);
		fprintf(stderr, "%.*s\n", (int)line.len, line.at);
		for (u32 k = 0; e->col && k + 1 < e->col; k++)
			fputc(k < line.len && line.at[k] == '\t' ? '\t' : ' ', stderr);
		if (e->col)
			fputs("~\n", stderr);
		return;
	}
}

int session_show_error(Session *s, LoadError *e)
{
	int status = e->is_attach ? 255 : 1;

	if (e->file && e->line)
		fprintf(stderr, "%s:%u:%u: ", e->file, e->line, e->col);
	fprintf(stderr, "ERROR: %s\n", e->text ? e->text : strerror(-e->code));
	show_source_line(s, e);
	if (e->hint)
		fprintf(stderr, "HINT: %s\n", e->hint);
	if (e->log && has_option(s->o, OPTION_verbose))
		fprintf(stderr, "%s\n", e->log);
	load_error_done(e);
	return status;
}

/* ---- set up ---- */

static int open_output(Session *s)
{
	const char *path = s->o->value[OPTION_output];

	s->out = path && s->o->mode != MODE_BUILD ? fopen(path, "we") : stdout;
	if (s->out)
		return 0;
	fprintf(stderr, "ERROR: Failed to open output file: \"%s\": %s\n", path, strerror(errno));
	return 1;
}

static OutputBuffering buffering_of(const Options *o)
{
	const char *text = o->value[OPTION_buffering];

	if (text && strcmp(text, "full") == 0)
		return OUTPUT_FULLY_BUFFERED;
	if (text && strcmp(text, "none") == 0)
		return OUTPUT_UNBUFFERED;
	return OUTPUT_LINE_BUFFERED;
}

static int check_words(const Options *o)
{
	const char *mode = o->value[OPTION_buffering], *format = o->value[OPTION_format];

	if (mode && strcmp(mode, "line") && strcmp(mode, "full") && strcmp(mode, "none")) {
		fprintf(stderr, "USAGE: -B must be either 'line', 'full', or 'none'.\n");
		return 1;
	}
	if (format && strcmp(format, "text") && strcmp(format, "json")) {
		fprintf(stderr, "ERROR: Invalid output format \"%s\"\nValid formats: 'text', 'json'\n",
			format);
		return 1;
	}
	return 0;
}

void session_make_output(Session *s)
{
	const Meta *meta = s->b->meta;
	const char *cache = option_text(meta, "cache_user_symbols");
	const char *format = s->o->value[OPTION_format];
	SymbolOptions symbols = {.demangle = option_number(meta, "cpp_demangle", 1) != 0,
				 .per_program = cache && strcmp(cache, "PER_PROGRAM") == 0,
				 .no_cache = cache && strcmp(cache, "NONE") == 0};
	OutputOptions options = {.format = format && strcmp(format, "json") == 0 ? OUTPUT_JSON : OUTPUT_TEXT,
				 .buffering = buffering_of(s->o), .out = s->out, .err = stderr,
				 .quiet = has_option(s->o, OPTION_quiet),
				 .trunc_trailer = option_text(meta, "str_trunc_trailer")};

	s->symbols = symbols_new(symbols);
	s->output = output_new(&s->b->c, meta, s->symbols, &options);
}

static int open_object(Session *s)
{
	const char *missing = option_text(s->b->meta, "missing_probes");
	LoadOptions options = {.meta = s->b->meta, .target = &s->b->target,
			       .sink = {s, on_load_message},
			       .dev = s->o->value[OPTION_dev], .cgroup = s->o->value[OPTION_cgroup],
			       .pid = s->o->value[OPTION_pid] ? atoi(s->o->value[OPTION_pid]) : 0,
			       .missing = !missing ? MISSING_ERROR
					  : strcmp(missing, "warn") == 0   ? MISSING_WARN
					  : strcmp(missing, "ignore") == 0 ? MISSING_IGNORE
									   : MISSING_ERROR,
			       .signalled = &signalled, .pin = s->o->value[OPTION_pin], .log = has_option(s->o, OPTION_verbose)};
	LoadError e = {0};

	if (!s->b->meta && session_object_options(s, &options))
		return 1;
	if (load_open(&s->loaded, s->b->object.bytes, s->b->object.len, &options, &e))
		return session_show_error(s, &e);
	return 0;
}

/* ---- scripts ---- */

static bool only_special(const Meta *meta)
{
	for (u32 i = 0; i < meta->attach.len; i++)
		if (strcmp(meta->attach.at[i].kind, "begin") != 0 && strcmp(meta->attach.at[i].kind, "end") != 0)
			return false;
	return true;
}

static int open_run(Session *s)
{
	const Meta *meta = s->b->meta;
	RunOptions options = {.pid = s->o->value[OPTION_pid] ? (u32)atoi(s->o->value[OPTION_pid]) : 0,
			      .child = s->child, .watch_fd = symbols_watch_fd(s->symbols),
			      .self_signal = &self_signalled,
			      .print_maps_on_exit = option_number(meta, "print_maps_on_exit", 1) != 0,
			      .signalled = &signalled,
			      .max_cat_bytes = (u32)option_number(meta, "max_cat_bytes", 10240)};
	char *why = NULL;
	int err = run_open(&s->run, s->loaded, meta, output_sink(s->output), &options, &why);

	if (err)
		fprintf(stderr, "ERROR: %s\n", why ? why : strerror(-err));
	else
		output_set_run(s->output, s->run);
	if (!err && s->child)
		load_set_pid(s->loaded, (int)child_pid(s->child));
	free(why);
	return err ? 1 : 0;
}

static void tell_attached(void)
{
	const char *notify = getenv("__BPFTRACE_NOTIFY_PROBES_ATTACHED");

	if (notify)
		fputs("__BPFTRACE_NOTIFY_PROBES_ATTACHED\n", stdout), fflush(stdout);
}

/* A reader that has gone away (| head) knows; a full disk must be told. */
static int not_written(const Session *s)
{
	struct stat st;

	if (fstat(fileno(s->out), &st) || !S_ISFIFO(st.st_mode))
		fputs("ERROR: the results could not all be written\n", stderr);
	return 1;
}

/* Attached and running: until the end; then the end programs and the maps. */
static int run_script(Session *s)
{
	Sink *sink = output_sink(s->output);
	LoadError e = {0};
	u32 n = 0;
	int status = 0;

	if (load_run(s->loaded, "begin", &e) || load_attach(s->loaded, &n, &e))
		return session_show_error(s, &e);
	sink->attached(sink->user, n);
	tell_attached();
	if (run_loop(s->run, only_special(s->b->meta)))
		status = 1;
	load_detach(s->loaded);
	run_detached(s->run);
	if (load_run(s->loaded, "end", &e))
		status = session_show_error(s, &e);
	if (run_finish(s->run))
		status = not_written(s);
	return status ? status : run_exit_code(s->run);
}

/* User addresses will be named: every process's mappings are to be known by then. */
static bool names_users(const Meta *meta)
{
	for (u32 i = 0; i < meta->events.len; i++)
		if (meta->events.at[i].kind == EVENT_PROCESS)
			return true;
	return false;
}

static int session_script(Session *s)
{
	LoadError e = {0};

	session_make_output(s);
	if (names_users(s->b->meta))
		symbols_watch(s->symbols);
	if (open_run(s))
		return 1;
	if (load_load(s->loaded, &e))
		return session_show_error(s, &e);
	if (has_option(s->o, OPTION_dry_run))
		return 0;
	return run_script(s);
}

int session_run(Builder *b, Child *child)
{
	Session s = {.b = b, .o = b->options, .child = child,
		     .signalled = &signalled, .self_signalled = &self_signalled};
	const char *hint = NULL, *why = load_privileges(&hint);
	int status;

	if (why) {
		fprintf(stderr, "ERROR: %s\n", why);
		if (hint)
			fprintf(stderr, "HINT: %s\n", hint);
		return 1;
	}
	if (check_words(s.o) || open_output(&s))
		return 1;
	catch_signals();
	status = open_object(&s);
	if (!status)
		status = b->meta ? session_script(&s) : session_object(&s);
	run_close(s.run);
	load_close(s.loaded);
	output_free(s.output);
	symbols_free(s.symbols);
	free(s.places);
	free(s.only);
	if (s.out && s.out != stdout && fclose(s.out))
		status = 1;
	return status;
}

/* A private mount is reached through a descriptor: nobody else sees it. */
static const char *tracefs_text(const Target *t)
{
	const char *path = load_tracefs(t);

	if (!path)
		return "not mounted: mount -t tracefs tracefs /sys/kernel/tracing";
	return strncmp(path, "/proc/", 6) == 0 ? "not mounted; each run mounts its own" : path;
}

int session_doctor(const Target *t)
{
	const char *hint = NULL, *why = load_privileges(&hint);

	printf("kernel      %u.%u, %s, %u CPUs\n", t->kernel_major, t->kernel_minor,
	       t->arch == ARCH_ARM64 ? "arm64" : "x86-64", t->n_cpus);
	printf("privileges  %s\n", why ? why : "enough");
	if (why && hint)
		printf("            %s\n", hint);
	printf("tracefs     %s\n\n", tracefs_text(t));
	for (Feature f = FEAT_NONE + 1; f < FEAT_COUNT; f++)
		printf("%-3s  %s\n", t->has[f] ? "yes" : "no", feature_text(f));
	return why ? 1 : 0;
}
