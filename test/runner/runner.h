/*
 * The runner of Waggle's tests: reads .t files, runs what they say, compares,
 * counts. HACKING.md has the format for people; parse.c the table of sections.
 *
 * A file is a behaviour (its first line says which) and one case or more. A
 * case is a list of sections: inputs first, then what is expected. Everything
 * is read into memory that lives as long as the process.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* ---- text.c ---- */
/* Bytes that grow; at is always closed by a zero byte once something was put. */
typedef struct {
	char *at;
	size_t len, room;
} Text;

void text_put(Text *t, const void *bytes, size_t len);
void text_puts(Text *t, const char *string);
void text_printf(Text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_clear(Text *t);
void text_free(Text *t);
const char *text_of(const Text *t); /* never NULL */
/* The whole file; false with errno. */
bool text_read_file(Text *t, const char *path);
bool text_write_file(const char *path, const char *bytes, size_t len);
/* All NAME replaced; heap. */
char *text_replace(const char *in, const char *name, const char *with);
/* Words as a shell would cut them (quotes, backslash; nothing is expanded), NULL at the end; heap. */
char **words_split(const char *line);
void words_push(char ***words, const char *word);
size_t words_len(char **words);
/* Ends the process: memory, or a fault of the runner's own. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- parse.c ---- */
typedef enum {
	SECTION_NONE,
	SECTION_SCRIPT,
	SECTION_C,
	SECTION_IR,
	SECTION_BPF,
	SECTION_SH,
	SECTION_FILE,
	SECTION_ARGS,
	SECTION_STDIN,
	SECTION_VM,
	SECTION_LIVE,
	SECTION_KERNELS,
	SECTION_MATRIX,
	SECTION_TIMEOUT,
	SECTION_DUMP,
	SECTION_ERROR,
	SECTION_OUT,
	SECTION_OUT_MATCH,
	SECTION_ERR,
	SECTION_ERR_MATCH,
	SECTION_STATUS,
	SECTION_COUNT
} SectionKind;

typedef struct {
	SectionKind kind;
	const char *words; /* behind the name */
	char *body; /* as written, the mark of quoted lines taken off */
	unsigned line;
	size_t from, to; /* the body's place in the file */
	char *blessed; /* what it should have said, NULL: leave it */
} Section;

typedef struct {
	Section *sections;
	unsigned n;
	unsigned line;
} Case;

typedef struct {
	const char *path;
	char *title; /* the first line */
	Text text;
	Section *sections;
	unsigned n_sections;
	Case *cases;
	unsigned n_cases;
	char *error; /* the file is no test: why */
} TestFile;

void test_file_read(TestFile *f, const char *path);
void test_file_free(TestFile *f);
/* Writes the blessed sections back; false if nothing changed. */
bool test_file_bless(const TestFile *f);
Section *case_section(const Case *c, SectionKind kind);
/* The value of "name=value" among a section's words; "run" takes the rest of the line. Heap or NULL. */
char *section_value(const Section *s, const char *name);

/* ---- match.c ---- */
/* NULL if equal, else the difference as lines to show; heap. */
char *match_exact(const char *wanted, const char *got);
char *match_patterns(const char *patterns, const char *got);

/* ---- place.c: where we are and what can be done here ---- */
typedef struct {
	const char *top; /* the working tree */
	const char *build;
	const char *waggle; /* the program under test */
	const char *kernel; /* row of test/vm/kernels that we run on; NULL: the host */
	char *features; /* ",ringbuf,btf,…,": what this kernel has, by doctor */
	const char *host_features; /* of the host, when in a VM; else equal to features */
	bool is_root;
	bool is_blessing;
	bool is_verbose;
	unsigned timeout_s;
	char *filter; /* NULL: all */
} Place;

/* Asks `waggle doctor`. */
void place_find_features(Place *p);
/* NULL if this case runs here; "" if it belongs elsewhere (not counted); else the reason to skip it (heap). */
char *place_skip_reason(const Place *p, const Case *c);
/* Does the case belong on this VM kernel, seen from a host with these features? */
bool place_wants_kernel(const Place *p, const Case *c, const char *kernel);
char **place_kernels(const Place *p);

/* ---- spawn.c ---- */
typedef struct {
	Text out, err;
	int status; /* exit status; 128 + signal */
	bool timed_out;
} Ran;

typedef struct {
	char **argv;
	const char *dir;
	const char *stdin_text; /* NULL: empty */
	unsigned timeout_s;
	bool is_live; /* wait for "attached", let the child go, interrupt when it has ended */
	bool stops_itself;
	pid_t child; /* the stopped workload, 0 none */
	int child_go; /* closing it lets the child go */
} Spawn;

void spawn_run(const Spawn *s, Ran *r);
void ran_free(Ran *r);
/* A command (its words as a shell would cut them), waiting before its exec until *go is closed. */
pid_t spawn_stopped(const char *command, const char *dir, int *go);

/* ---- case.c ---- */
typedef struct {
	unsigned passed, failed, skipped;
	Text report; /* failures and skips in words */
} Tally;

void case_run(const Place *p, TestFile *f, Case *c, const char *dir, Tally *t);
void tally_pass(Tally *t, const Place *p, const char *name);
void tally_fail(Tally *t, const char *name, const char *title, const char *why);
void tally_skip(Tally *t, const char *name, const char *why);

/* ---- work.c ---- */
/* Prints a report; skips only where all is shown, they are summed up at the end. */
void report_show(const Place *p, const char *report);
/* All files and unit programs, by workers; adds to the tally, prints as it goes. */
void work_run(const Place *p, char **files, char **units, unsigned n_workers, Tally *t);

/* ---- kernels.c ---- */
/* The files' cases that belong in the VMs, one boot a kernel, two at a time. */
void kernels_run(const Place *p, char **files, char **only, Tally *t);
