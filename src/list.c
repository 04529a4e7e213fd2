/*
 * Listing, in bpftrace's layout: one full probe name a line, sorted, no
 * repeats; with -v four blanks and a declaration for each argument below it.
 */
#include "list.h"

#include <fnmatch.h>

#include "load/load.h"
#include "script/script.h"

typedef struct {
	Builder *b;
	const char *kind;
	bool two_parts; /* kind:name, no group */
	Vec(char *) lines;
	u32 total;
} Listing;

/* Kinds that the kernel can list, in the order of output, with what stands in the middle. */
static const struct {
	const char *kind, *alias;
	bool two_parts;
} kinds[] = {
	{"fentry", "f", false},	 {"fexit", "fr", false},      {"hardware", "h", true},
	{"iter", "it", true},	 {"kprobe", "k", true},	      {"kretprobe", "kr", true},
	{"rawtracepoint", "rt", false}, {"software", "s", true}, {"tracepoint", "t", false},
	{"uprobe", "u", false},	 {"uretprobe", "ur", false},  {"usdt", "U", false},
};

static void add_line(Listing *l, char *line)
{
	vec_push(NULL, &l->lines, line);
}

static void on_found(void *user, const char *group, const char *name)
{
	Listing *l = user;
	Arena *a = l->b->c.arena;

	if (l->two_parts)
		add_line(l, arena_printf(a, "%s:%s%s", l->kind, name,
					 strcmp(l->kind, "software") == 0 || strcmp(l->kind, "hardware") == 0
						 ? ":"
						 : ""));
	else
		add_line(l, arena_printf(a, "%s:%s:%s", l->kind, group ? group : "", name));
}

static int line_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- arguments ---- */

/* "field:const char * filename;	offset:16;	size:8;	signed:0;" → "    const char * filename" */
static void show_format_fields(const char *text)
{
	for (const char *at = strstr(text, "\tfield:"); at; at = strstr(at + 1, "\tfield:")) {
		const char *start = at + 7, *end = strchr(start, ';'), *name = end;

		if (!end)
			return;
		while (name > start && name[-1] != ' ')
			name--;
		if (strncmp(name, "common_", 7) != 0)
			printf("    %.*s\n", (int)(end - start), start);
	}
}

static void show_func_params(Builder *b, Type *func, bool result)
{
	if (!func)
		return;
	for (u32 i = 0; i < func->n_fields; i++)
		printf("    %s\n", type_declare(b->c.types, func->fields[i].type,
						func->fields[i].name ? func->fields[i].name : ""));
	if (result && type_bare(func->base)->kind != TY_VOID)
		printf("    %s\n", type_declare(b->c.types, func->base, "retval"));
}

static void show_params(Builder *b, const char *kind, char *line)
{
	const ProbeSource *source = b->target.probes;
	char *group = strchr(line, ':') + 1, *name = strrchr(line, ':');
	const char *text;

	*name++ = 0;
	if (strcmp(kind, "tracepoint") == 0 && source->tracepoint_format) {
		text = source->tracepoint_format(source->self, b->c.arena, group, name);
		if (text)
			show_format_fields(text);
	} else if (strcmp(kind, "fentry") == 0 || strcmp(kind, "fexit") == 0) {
		show_func_params(b, types_find_kernel_func_in(b->c.types, group, intern(&b->c.names, name)),
				 true);
	} else if (strcmp(kind, "rawtracepoint") == 0) {
		show_func_params(b, types_find_raw_tracepoint(b->c.types, intern(&b->c.names, name)), false);
	}
}

static void show_lines(Listing *l)
{
	qsort(l->lines.at, l->lines.len, sizeof(char *), line_compare);
	for (u32 i = 0; i < l->lines.len; i++) {
		if (i && strcmp(l->lines.at[i], l->lines.at[i - 1]) == 0)
			continue;
		puts(l->lines.at[i]);
		if (has_option(l->b->options, OPTION_verbose) && !l->two_parts)
			show_params(l->b, l->kind, arena_copy(l->b->c.arena, l->lines.at[i],
							     strlen(l->lines.at[i])));
	}
	l->total += l->lines.len;
	vec_free(&l->lines);
}

/* ---- patterns ---- */

static void list_kind(Listing *l, u32 kind, const char *group, const char *name)
{
	const ProbeSource *source = l->b->target.probes;

	l->kind = kinds[kind].kind;
	l->two_parts = kinds[kind].two_parts;
	source->match(source->self, l->kind, group, name, on_found, l);
	show_lines(l);
}

static bool kind_fits(u32 i, const char *pattern)
{
	return strcmp(kinds[i].alias, pattern) == 0 || fnmatch(pattern, kinds[i].kind, FNM_CASEFOLD) == 0;
}

/* kind[:group]:name; a word without colons is looked for in every name. */
static void list_pattern(Listing *l, const char *pattern)
{
	Arena *a = l->b->c.arena;
	char *kind = arena_copy(a, pattern, strlen(pattern)), *group = NULL, *name = strchr(kind, ':');
	bool any = !name;

	if (any) {
		name = kind;
		kind = arena_copy(a, "*", 1);
	} else {
		*name++ = 0;
		group = name;
		name = strrchr(group, ':');
		if (name)
			*name++ = 0;
		else
			name = group, group = NULL;
	}
	for (u32 i = 0; i < ARRAY_LEN(kinds); i++) {
		bool user = i >= ARRAY_LEN(kinds) - 3;

		if (kind_fits(i, kind) && (!user || (!any && group)) &&
		    !(any && strncmp(kinds[i].kind, "fexit", 5) == 0) &&
		    !(any && strcmp(kinds[i].kind, "kretprobe") == 0))
			list_kind(l, i, group, *name ? name : "*");
	}
}

static int list_struct(Builder *b, const char *text)
{
	const char *tag = strchr(text, ' ') + 1;
	TypeKind kind = *text == 's' ? TY_STRUCT : *text == 'u' ? TY_UNION : TY_ENUM;
	Type *t = types_find_tag(b->c.types, kind, intern(&b->c.names, tag));

	if (!t)
		return 0;
	if (has_option(b->options, OPTION_verbose))
		printf("%s\n", type_definition(b->c.types, t));
	else
		printf("%s\n", text);
	return 0;
}

/* -l FILE or -e: the probes that a program would attach to. */
static int list_program(Builder *b)
{
	Arena *a = b->c.arena;
	Listing l = {.b = b, .two_parts = true};
	int status;

	b->is_stopped = false;
	status = build_script(b, 0);
	if (status)
		return status;
	for (u32 i = 0; b->meta && i < b->meta->attach.len; i++)
		add_line(&l, arena_copy(a, b->meta->attach.at[i].name, strlen(b->meta->attach.at[i].name)));
	show_lines(&l);
	return 0;
}

static bool is_file(const char *path)
{
	FILE *f = strchr(path, '*') ? NULL : fopen(path, "re");

	if (f)
		fclose(f);
	return f != NULL;
}

int list_probes(Builder *b)
{
	const Options *o = b->options;
	Listing l = {.b = b};

	if (has_option(o, OPTION_program) || (o->file && is_file(o->file)))
		return list_program(b);
	if (o->file && (strncmp(o->file, "struct ", 7) == 0 || strncmp(o->file, "union ", 6) == 0 ||
			strncmp(o->file, "enum ", 5) == 0))
		return list_struct(b, o->file);
	list_pattern(&l, o->file ? o->file : "*");
	return 0;
}
