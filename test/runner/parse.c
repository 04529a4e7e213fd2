/*
 * A .t file cut into sections and cases.
 *
 *	first line: the behaviour, in words       (more lines of prose may follow)
 *	--- script                                a section: its name, its words
 *	begin { exit(); }                         its body, to the next line with "--- "
 *	--- out
 *
 * A line of a body that begins with "\---" stands for one without the
 * backslash. A section that can begin a case does so when the case before it
 * already has something that is expected.
 */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IS_INPUT = 1, IS_EXPECTED = 2, IS_EXACT = 4 };

static const struct {
	const char *name;
	int flags;
} kinds[SECTION_COUNT] = {
	[SECTION_SCRIPT] = {"script", IS_INPUT}, /* the bpftrace language */
	[SECTION_C] = {"c", IS_INPUT},
	[SECTION_IR] = {"ir", IS_INPUT},
	[SECTION_BPF] = {"bpf", IS_INPUT},
	[SECTION_SH] = {"sh", IS_INPUT}, /* shell commands instead of one call of waggle */
	[SECTION_FILE] = {"file", IS_INPUT}, /* NAME: a file that lies beside */
	[SECTION_ARGS] = {"args", IS_INPUT}, /* words of waggle's command line */
	[SECTION_STDIN] = {"stdin", IS_INPUT},
	[SECTION_VM] = {"vm", 0}, /* in the machine of test/machine */
	[SECTION_LIVE] = {"live", 0}, /* needs=FEATURE,… stop=self run=COMMAND */
	[SECTION_KERNELS] = {"kernels", 0}, /* only on these */
	[SECTION_MATRIX] = {"matrix", 0}, /* in every VM too */
	[SECTION_TIMEOUT] = {"timeout", 0}, /* seconds */
	[SECTION_DUMP] = {"dump", IS_EXPECTED | IS_EXACT},
	[SECTION_ERROR] = {"error", IS_EXPECTED | IS_EXACT}, /* all of stderr; status 1 */
	[SECTION_OUT] = {"out", IS_EXPECTED | IS_EXACT},
	[SECTION_OUT_MATCH] = {"out-match", IS_EXPECTED},
	[SECTION_ERR] = {"err", IS_EXPECTED | IS_EXACT},
	[SECTION_ERR_MATCH] = {"err-match", IS_EXPECTED},
	[SECTION_STATUS] = {"status", IS_EXPECTED},
};

static SectionKind kind_find(const char *name, size_t len)
{
	for (SectionKind k = SECTION_NONE + 1; k < SECTION_COUNT; k++)
		if (strlen(kinds[k].name) == len && memcmp(kinds[k].name, name, len) == 0)
			return k;
	return SECTION_NONE;
}

static void fail(TestFile *f, unsigned line, const char *what)
{
	if (!f->error && asprintf(&f->error, "line %u: %s", line, what) < 0)
		die("out of memory");
}

/* A section's head, "--- name words"; the body is set when its end is known. */
static void open_section(TestFile *f, const char *at, const char *end, unsigned line)
{
	const char *name = at + 4, *words;
	Section *s;

	f->sections = realloc(f->sections, (f->n_sections + 1) * sizeof(*s));
	if (!f->sections)
		die("out of memory");
	s = &f->sections[f->n_sections++];
	words = name + strcspn(name, " \n");
	*s = (Section){.kind = kind_find(name, (size_t)(words - name)), .line = line};
	words += strspn(words, " ");
	s->words = words < end ? strndup(words, (size_t)(end - words)) : strdup("");
	s->from = s->to = (size_t)(end - f->text.at) + (*end == '\n');
	if (!s->kind)
		fail(f, line, "no such section");
}

static void close_section(TestFile *f, size_t to)
{
	Section *s = &f->sections[f->n_sections - 1];
	Text body = {0};
	const char *at;

	s->to = to > s->from ? to : s->from;
	text_put(&body, "", 0);
	for (at = f->text.at + s->from; at < f->text.at + s->to;) {
		const char *next = memchr(at, '\n', (size_t)(f->text.at + s->to - at));

		next = next ? next + 1 : f->text.at + s->to;
		if (strncmp(at, "\\---", 4) == 0)
			at++;
		text_put(&body, at, (size_t)(next - at));
		at = next;
	}
	s->body = body.at;
}

static void cut_sections(TestFile *f)
{
	unsigned line = 1;

	for (const char *at = f->text.at; *at; line++) {
		const char *end = at + strcspn(at, "\n");

		if (line == 1)
			f->title = strndup(at, (size_t)(end - at));
		if (line > 1 && strncmp(at, "--- ", 4) == 0) {
			if (f->n_sections)
				close_section(f, (size_t)(at - f->text.at));
			open_section(f, at, end, line);
		}
		at = end + (*end == '\n');
	}
	if (f->n_sections)
		close_section(f, f->text.len);
	else
		fail(f, 1, "no section");
}

static void cut_cases(TestFile *f)
{
	bool has_expected = false;
	Case *c = NULL;

	for (unsigned i = 0; i < f->n_sections; i++) {
		Section *s = &f->sections[i];
		int flags = kinds[s->kind].flags;

		if (!c || (has_expected && (flags & IS_INPUT))) {
			f->cases = realloc(f->cases, (f->n_cases + 1) * sizeof(*c));
			if (!f->cases)
				die("out of memory");
			c = &f->cases[f->n_cases++];
			*c = (Case){.sections = s, .line = s->line};
			has_expected = false;
		}
		c->n++;
		has_expected |= (flags & IS_EXPECTED) != 0;
	}
	if (!has_expected && !f->error)
		fail(f, c ? c->line : 1, "a case without an expectation");
}

void test_file_read(TestFile *f, const char *path)
{
	*f = (TestFile){.path = path};
	if (!text_read_file(&f->text, path)) {
		fail(f, 1, strerror(errno));
		return;
	}
	cut_sections(f);
	cut_cases(f);
}

void test_file_free(TestFile *f)
{
	for (unsigned i = 0; i < f->n_sections; i++) {
		free((char *)f->sections[i].words);
		free(f->sections[i].body);
		free(f->sections[i].blessed);
	}
	free(f->sections);
	free(f->cases);
	free(f->title);
	free(f->error);
	text_free(&f->text);
}

/* The body as it stands in a file: lines that look like a section's head are quoted. */
static void put_quoted(Text *t, const char *body)
{
	while (*body) {
		const char *end = body + strcspn(body, "\n");

		end += *end == '\n';
		if (strncmp(body, "--- ", 4) == 0)
			text_puts(t, "\\");
		text_put(t, body, (size_t)(end - body));
		body = end;
	}
	if (t->len && t->at[t->len - 1] != '\n')
		text_puts(t, "\n");
}

bool test_file_bless(const TestFile *f)
{
	Text t = {0};
	size_t done = 0;
	bool changed;

	for (unsigned i = 0; i < f->n_sections; i++) {
		const Section *s = &f->sections[i];

		if (!s->blessed || !(kinds[s->kind].flags & IS_EXACT))
			continue;
		text_put(&t, f->text.at + done, s->from - done);
		put_quoted(&t, s->blessed);
		done = s->to;
	}
	text_put(&t, f->text.at + done, f->text.len - done);
	changed = t.len != f->text.len || memcmp(t.at, f->text.at, t.len) != 0;
	if (changed && !text_write_file(f->path, t.at, t.len))
		die("%s: %s", f->path, strerror(errno));
	text_free(&t);
	return changed;
}

Section *case_section(const Case *c, SectionKind kind)
{
	for (unsigned i = 0; i < c->n; i++)
		if (c->sections[i].kind == kind)
			return &c->sections[i];
	return NULL;
}

char *section_value(const Section *s, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = s->words; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
		if (strncmp(at, "run=", 4) == 0)
			return strcmp(name, "run") == 0 ? strdup(at + 4) : NULL;
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			return strndup(at + len + 1, strcspn(at + len + 1, " "));
	}
	return NULL;
}
