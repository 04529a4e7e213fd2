/*
 * One case: makes the command line that its inputs ask for, runs it, and
 * compares what came with each expectation.
 *
 *	script     waggle ARGS -e TEXT           (unless ARGS name script.bt)
 *	c          waggle cc ARGS input.c -o input.o; live: waggle run ARGS input.c
 *	sh         sh -eu, with waggle, bpftrace and work on the path
 *	no input   waggle ARGS
 *	dump       waggle build ARGS --dump=STAGE --stop=STAGE input
 *	vm         vmcase LANGUAGE input WORDS
 *
 * Inputs lie in an empty folder where the command runs.
 */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	const Place *p;
	TestFile *f;
	Case *c;
	const char *dir;
	const char *name;
	Tally *t;
	char child[16]; /* pid of the workload, "" none */
} Running;

void tally_pass(Tally *t, const Place *p, const char *name)
{
	t->passed++;
	if (p->is_verbose)
		text_printf(&t->report, "ok %s\n", name);
}

void tally_fail(Tally *t, const char *name, const char *title, const char *why)
{
	t->failed++;
	text_printf(&t->report, "not ok %s: %s\n%s", name, title, why);
	if (t->report.at[t->report.len - 1] != '\n')
		text_puts(&t->report, "\n");
}

void tally_skip(Tally *t, const char *name, const char *why)
{
	t->skipped++;
	text_printf(&t->report, "skip %s: %s\n", name, why);
}

static const struct {
	SectionKind kind;
	const char *language, *file;
} inputs[] = {
	{SECTION_SCRIPT, "script", "script.bt"},
	{SECTION_C, "c", "input.c"},
	{SECTION_IR, "ir", "input.ir"},
	{SECTION_BPF, "bpf", "input.bpf"},
	{SECTION_SH, "sh", "run.sh"},
};

/* The row of `inputs` that this case has, or -1. */
static int input_of(const Case *c)
{
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++)
		if (case_section(c, inputs[i].kind))
			return (int)i;
	return -1;
}

/* A body with $CHILD, $BUILD and $TOP put in; heap. */
static char *filled_in(const Running *r, const char *body)
{
	const char *pairs[][2] = {{"$TOP", r->p->top},
				  {"$BUILD", r->p->build},
				  {"$CHILD", *r->child ? r->child : "$CHILD"}};
	char *all = strdup(body);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		char *next = text_replace(all, pairs[i][0], pairs[i][1]);

		free(all);
		all = next;
	}
	return all;
}

static void write_input(const Running *r, const char *name, const char *body)
{
	char *text = filled_in(r, body), path[4096];

	snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	if (!text_write_file(path, text, strlen(text)))
		die("%s: %s", path, strerror(errno));
	free(text);
}

static void write_inputs(const Running *r)
{
	for (unsigned i = 0; i < r->c->n; i++) {
		const Section *s = &r->c->sections[i];

		if (s->kind == SECTION_FILE)
			write_input(r, s->words, s->body);
		for (size_t k = 0; k < sizeof(inputs) / sizeof(*inputs); k++)
			if (s->kind == inputs[k].kind)
				write_input(r, inputs[k].file, s->body);
	}
}

/* The words of --- args; both its head and its body count. */
static char **args_of(const Running *r)
{
	const Section *s = case_section(r->c, SECTION_ARGS);
	char *all, *filled, **words;

	if (!s)
		return words_split("");
	if (asprintf(&all, "%s %s", s->words, s->body) < 0)
		die("out of memory");
	filled = filled_in(r, all);
	words = words_split(filled);
	free(all);
	free(filled);
	return words;
}

static bool names_file(char **words, const char *file)
{
	for (; *words; words++)
		if (strstr(*words, file))
			return true;
	return false;
}

static void push_all(char ***argv, char **words)
{
	for (; *words; words++)
		words_push(argv, *words);
}

static void push_script(const Running *r, char ***argv, char **args)
{
	char *text = filled_in(r, case_section(r->c, SECTION_SCRIPT)->body);
	size_t len = strlen(text);

	push_all(argv, args);
	if (!names_file(args, "script.bt")) {
		if (len && text[len - 1] == '\n')
			text[len - 1] = 0;
		words_push(argv, "-e");
		words_push(argv, text);
	}
	free(text);
}

static char **command_of(const Running *r, int input, bool is_live)
{
	char **argv = NULL, **args = args_of(r);
	SectionKind kind = input < 0 ? SECTION_NONE : inputs[input].kind;

	if (kind == SECTION_SH) {
		words_push(&argv, "sh");
		words_push(&argv, "-eu");
		words_push(&argv, "run.sh");
		return argv;
	}
	words_push(&argv, r->p->waggle);
	if (kind == SECTION_SCRIPT) {
		push_script(r, &argv, args);
		return argv;
	}
	if (kind == SECTION_C && !names_file(args, "input.c")) {
		words_push(&argv, is_live ? "run" : "cc");
		push_all(&argv, args);
		words_push(&argv, "input.c");
		if (!is_live) {
			words_push(&argv, "-o");
			words_push(&argv, "input.o");
		}
		return argv;
	}
	push_all(&argv, args);
	return argv;
}

/* Adds one expectation's verdict to the reasons. */
static void compare(Running *r, SectionKind kind, const char *got, const char *what, Text *why)
{
	bool is_pattern = kind == SECTION_OUT_MATCH || kind == SECTION_ERR_MATCH;

	for (unsigned i = 0; i < r->c->n; i++) {
		Section *s = &r->c->sections[i];
		char *wanted, *difference;

		if (s->kind != kind)
			continue;
		wanted = filled_in(r, s->body);
		difference = is_pattern ? match_patterns(wanted, got) : match_exact(wanted, got);
		if (difference) {
			text_printf(why, "    %s is not as in line %u\n%s", what, s->line, difference);
			if (!is_pattern)
				s->blessed = strdup(got);
		}
		free(difference);
		free(wanted);
	}
}

static int wanted_status(const Case *c)
{
	const Section *s = case_section(c, SECTION_STATUS);

	return s ? atoi(s->words) : case_section(c, SECTION_ERROR) ? 1 : 0;
}

static void verdict(Running *r, const char *mode, const Text *why)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s%s%s", r->name, *mode ? " " : "", mode);
	if (why->len)
		tally_fail(r->t, name, r->f->title, text_of(why));
	else
		tally_pass(r->t, r->p, name);
}

/* All expectations of a run that is no dump. */
static void judge(Running *r, const char *mode, const Ran *ran)
{
	const char *err = text_of(&ran->err);
	int wanted = wanted_status(r->c);
	Text why = {0};

	if (ran->timed_out)
		text_puts(&why, "    its time was over\n");
	if (ran->status != wanted)
		text_printf(&why, "    status %d, not %d\n", ran->status, wanted);
	compare(r, SECTION_ERROR, err, "stderr", &why);
	compare(r, SECTION_ERR, err, "stderr", &why);
	compare(r, SECTION_ERR_MATCH, err, "stderr", &why);
	compare(r, SECTION_OUT, text_of(&ran->out), "stdout", &why);
	compare(r, SECTION_OUT_MATCH, text_of(&ran->out), "stdout", &why);
	if (why.len && *err && !case_section(r->c, SECTION_ERROR) && !case_section(r->c, SECTION_ERR))
		text_printf(&why, "    stderr: %.2000s\n", err);
	verdict(r, mode, &why);
	text_free(&why);
}

static unsigned timeout_of(const Running *r)
{
	const Section *s = case_section(r->c, SECTION_TIMEOUT);
	unsigned own = s ? (unsigned)atoi(s->words) : r->p->timeout_s;

	return r->p->kernel ? 10 * own : own;
}

static Spawn spawn_of(const Running *r, char **argv)
{
	const Section *in = case_section(r->c, SECTION_STDIN);

	return (Spawn){.argv = argv, .dir = r->dir, .timeout_s = timeout_of(r),
		       .stdin_text = in ? in->body : NULL};
}

static void run_plain(Running *r, int input)
{
	char **argv = command_of(r, input, false);
	Spawn s = spawn_of(r, argv);
	Ran ran;

	spawn_run(&s, &ran);
	judge(r, "", &ran);
	ran_free(&ran);
}

static void run_live(Running *r, int input)
{
	const Section *live = case_section(r->c, SECTION_LIVE);
	char *command = section_value(live, "run"), *stop = section_value(live, "stop"), **argv;
	Spawn s;
	Ran ran;
	int go = -1;
	pid_t child = 0;

	if (command) {
		child = spawn_stopped(command, r->dir, &go);
		snprintf(r->child, sizeof(r->child), "%d", (int)child);
	}
	write_inputs(r);
	argv = command_of(r, input, true);
	s = spawn_of(r, argv);
	s.is_live = input < 0 || inputs[input].kind != SECTION_SH;
	s.child = child;
	s.child_go = go;
	s.stops_itself = stop && strcmp(stop, "self") == 0;
	spawn_run(&s, &ran);
	judge(r, "live", &ran);
	ran_free(&ran);
	free(command);
	free(stop);
}

static void run_machine(Running *r, int input)
{
	const Section *vm = case_section(r->c, SECTION_VM);
	char path[4096], **argv = NULL;
	Spawn s;
	Ran ran;

	snprintf(path, sizeof(path), "%s/test/vmcase", r->p->build);
	words_push(&argv, path);
	words_push(&argv, inputs[input].language);
	words_push(&argv, inputs[input].file);
	push_all(&argv, words_split(vm->words));
	s = spawn_of(r, argv);
	spawn_run(&s, &ran);
	judge(r, "vm", &ran);
	ran_free(&ran);
}

/* The dump without the line that names its stage. */
static const char *dump_text(const char *out, const char *stage)
{
	size_t len = strlen(stage);

	if (strncmp(out, "; ", 2) == 0 && strncmp(out + 2, stage, len) == 0 && out[2 + len] == '\n')
		return out + len + 3;
	return out;
}

/* Where --stop= ends for a dump: passes all end after "pass". */
static const char *stop_of(const char *stage)
{
	static const char *const stages[] = {"tokens", "parse", "ast", "ir", "bpf", "elf", "btf"};

	for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++)
		if (strcmp(stage, stages[i]) == 0)
			return strcmp(stage, "tokens") == 0 ? "parse" : stage;
	return "pass";
}

static void run_dump(Running *r, int input, Section *dump)
{
	char *stage = strndup(dump->words, strcspn(dump->words, " ")), word[256], **argv = NULL, *difference;
	const char *got;
	Text why = {0};
	Spawn s;
	Ran ran;

	words_push(&argv, r->p->waggle);
	words_push(&argv, inputs[input].kind == SECTION_C ? "cc" : "build");
	push_all(&argv, args_of(r));
	push_all(&argv, words_split(dump->words + strlen(stage)));
	snprintf(word, sizeof(word), "--dump=%s", stage);
	words_push(&argv, word);
	snprintf(word, sizeof(word), "--stop=%s", stop_of(stage));
	words_push(&argv, word);
	words_push(&argv, inputs[input].file);
	words_push(&argv, "-o");
	words_push(&argv, "dumped.o");
	s = spawn_of(r, argv);
	spawn_run(&s, &ran);
	got = dump_text(text_of(&ran.out), stage);
	difference = match_exact(dump->body, got);
	if (ran.status != wanted_status(r->c))
		text_printf(&why, "    status %d\n%.2000s", ran.status, text_of(&ran.err));
	if (difference) {
		text_printf(&why, "    the dump is not as in line %u\n%s", dump->line, difference);
		dump->blessed = strdup(got);
	}
	verdict(r, stage, &why);
	free(difference);
	free(stage);
	text_free(&why);
	ran_free(&ran);
}

static bool has_plain_expectation(const Case *c)
{
	static const SectionKind plain[] = {SECTION_ERROR, SECTION_OUT, SECTION_OUT_MATCH,
					    SECTION_ERR, SECTION_ERR_MATCH, SECTION_STATUS};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (case_section(c, plain[i]))
			return true;
	return false;
}

/* What of a case needs no kernel: dumps, the machine, plain runs. */
static void run_here(Running *r, int input)
{
	bool is_vm = case_section(r->c, SECTION_VM) != NULL;

	write_inputs(r);
	for (unsigned i = 0; i < r->c->n && input >= 0; i++)
		if (r->c->sections[i].kind == SECTION_DUMP)
			run_dump(r, input, &r->c->sections[i]);
	if (is_vm && input >= 0)
		run_machine(r, input);
	else if (!case_section(r->c, SECTION_LIVE) && has_plain_expectation(r->c))
		run_plain(r, input);
}

void case_run(const Place *p, TestFile *f, Case *c, const char *dir, Tally *t)
{
	char name[4096], *skip = place_skip_reason(p, c);
	Running r = {.p = p, .f = f, .c = c, .dir = dir, .name = name, .t = t};
	int input = input_of(c);

	snprintf(name, sizeof(name), "%s%s%s:%u", p->kernel ? p->kernel : "", p->kernel ? " " : "", f->path,
		 c->line);
	if (!p->kernel)
		run_here(&r, input);
	if (skip && *skip)
		tally_skip(t, name, skip);
	else if (!skip && case_section(c, SECTION_LIVE))
		run_live(&r, input);
	free(skip);
}
