/*
 * Where a case can run. The host runs what its kernel allows; what the host's
 * kernel lacks, and every case with --- matrix, goes to the VMs. What needs a
 * feature that no place offers is skipped there with its reason.
 */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a case goes that the host can't run and that names no kernels. */
#define USUAL_KERNEL "6.12"

/* Rows of features.def: how a test names them, how doctor does. */
static const struct {
	const char *id, *text;
} features[] = {
#define FEATURE(id, major, minor, text) {#id, text},
#include "tables/features.def"
#undef FEATURE
};

/* "yes  TEXT (Linux 5.8)" adds "id,". */
static void take_feature(Text *list, const char *line)
{
	const char *since = strstr(line, " (Linux ");
	size_t len = strcspn(line, "\n");

	if (since && since < line + len)
		len = (size_t)(since - line);
	for (size_t i = 0; i < sizeof(features) / sizeof(*features); i++)
		if (strlen(features[i].text) == len && memcmp(features[i].text, line, len) == 0) {
			size_t from = list->len;

			text_printf(list, "%s,", features[i].id);
			for (char *p = list->at + from; *p; p++)
				*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
		}
}

void place_find_features(Place *p)
{
	char *argv[] = {(char *)p->waggle, "doctor", NULL};
	Spawn s = {.argv = argv, .dir = p->top, .timeout_s = 60};
	Text list = {0};
	Ran r;

	text_puts(&list, ",");
	spawn_run(&s, &r);
	for (const char *at = text_of(&r.out); *at; at += strcspn(at, "\n"), at += *at == '\n')
		if (strncmp(at, "yes  ", 5) == 0)
			take_feature(&list, at + 5);
	p->is_root = geteuid() == 0 && strstr(text_of(&r.out), "privileges  enough");
	ran_free(&r);
	p->features = list.at;
	if (!p->host_features)
		p->host_features = p->is_root ? p->features : ",";
}

/* Is the word in the comma list ",a,b,"? */
static bool lists(const char *list, const char *word, size_t len)
{
	for (const char *at = list; *at; at++)
		if (*at == ',' && strncmp(at + 1, word, len) == 0 && at[1 + len] == ',')
			return true;
	return false;
}

static bool on_path(const char *program, size_t len)
{
	const char *path = getenv("PATH");
	char file[4096];

	for (; path && *path; path += strcspn(path, ":"), path += *path == ':') {
		snprintf(file, sizeof(file), "%.*s/%.*s", (int)strcspn(path, ":"), path, (int)len, program);
		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

/* One need: a feature, "cmd:PROGRAM" on the path, or "path:FILE". */
static bool is_met(const char *need, size_t len, const char *have)
{
	char file[4096];

	if (len > 4 && strncmp(need, "cmd:", 4) == 0)
		return on_path(need + 4, len - 4);
	if (len > 5 && strncmp(need, "path:", 5) == 0) {
		snprintf(file, sizeof(file), "%.*s", (int)len - 5, need + 5);
		return access(file, F_OK) == 0;
	}
	return lists(have, need, len);
}

/* The first need that is not met, heap; NULL: all are. */
static char *unmet_need(const Case *c, const char *have)
{
	const Section *live = case_section(c, SECTION_LIVE);
	char *needs = live ? section_value(live, "needs") : NULL, *unmet = NULL;

	for (const char *at = needs; at && *at && !unmet; at += strcspn(at, ","), at += *at == ',')
		if (!is_met(at, strcspn(at, ","), have))
			unmet = strndup(at, strcspn(at, ","));
	free(needs);
	return unmet;
}

static bool names_kernel(const Section *s, const char *kernel)
{
	char **words = words_split(s->words);
	bool found = false;

	for (char **w = words; *w; w++)
		found |= strcmp(*w, kernel) == 0;
	return found;
}

/* Can the host, with its features and privileges, run the case itself? */
static bool runs_on_host(const Place *p, const Case *c)
{
	const Section *kernels = case_section(c, SECTION_KERNELS);
	char *unmet;

	if (!case_section(c, SECTION_LIVE))
		return true;
	if (kernels && !names_kernel(kernels, "host"))
		return false;
	unmet = unmet_need(c, p->host_features);
	free(unmet);
	return !unmet && p->host_features[1];
}

bool place_wants_kernel(const Place *p, const Case *c, const char *kernel)
{
	const Section *kernels = case_section(c, SECTION_KERNELS);

	if (!case_section(c, SECTION_LIVE))
		return false;
	if (kernels)
		return names_kernel(kernels, kernel);
	if (case_section(c, SECTION_MATRIX))
		return true;
	return !runs_on_host(p, c) && strcmp(kernel, USUAL_KERNEL) == 0;
}

char *place_skip_reason(const Place *p, const Case *c)
{
	char *unmet, *why;

	if (!case_section(c, SECTION_LIVE))
		return p->kernel ? strdup("") : NULL;
	if (p->kernel && !place_wants_kernel(p, c, p->kernel))
		return strdup("");
	if (!p->kernel && p->is_root && !runs_on_host(p, c))
		return strdup("");
	if (!p->is_root)
		return strdup("needs root with BPF privileges");
	unmet = unmet_need(c, p->features);
	if (!unmet)
		return NULL;
	if (asprintf(&why, "%s has no %s", p->kernel ? p->kernel : "this machine", unmet) < 0)
		die("out of memory");
	free(unmet);
	return why;
}

char **place_kernels(const Place *p)
{
	char path[4096], **list = NULL;
	Text t = {0};

	snprintf(path, sizeof(path), "%s/test/vm/kernels", p->top);
	if (!text_read_file(&t, path))
		die("%s: %s", path, strerror(errno));
	for (char *line = strtok(t.at, "\n"); line; line = strtok(NULL, "\n"))
		if (*line != '#' && *line) {
			line[strcspn(line, " \t")] = 0;
			words_push(&list, line);
		}
	return list;
}
