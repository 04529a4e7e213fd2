/*
 * Listing, in bpftrace's layout: one full probe name a line, sorted, no
 * repeats; with -v four blanks and a declaration for each argument below it.
 */
#include "list.h"

#include <fnmatch.h>
#include <linux/btf.h>
#include <strings.h>

#include "load/load.h"
#include "script/script.h"
#include "types/btf.h"

typedef struct {
	Builder *b;
	const char *kind;
	Vec(char *) lines;
} Listing;

/* How a kind's names are found and written. */
typedef enum {
	LIST_GROUPED, /* kind:group:name */
	LIST_PLAIN, /* kind:name; kernel functions of modules with their group */
	LIST_EVENT, /* kind:name: with aliases */
	LIST_FIXED, /* the row's own lines */
} ListForm;

/*
 * Kinds in the order of output. is_shy: only where the pattern names the kind,
 * since the same functions are listed by another kind.
 */
static const struct {
	const char *kind, *alias;
	ListForm form;
	bool is_shy, needs_file;
	const char *fixed; /* '|' between lines */
} kinds[] = {
	{"begin", "begin", LIST_FIXED, true, false, "begin"},
	{"end", "end", LIST_FIXED, true, false, "end"},
	{"fentry", "f", LIST_GROUPED, false, false, NULL},
	{"fexit", "fr", LIST_GROUPED, true, false, NULL},
	{"hardware", "h", LIST_EVENT, false, false, NULL},
	{"interval", "i", LIST_FIXED, true, false,
	 "interval:hz:|interval:ms:|interval:s:|interval:us:"},
	{"iter", "it", LIST_PLAIN, false, false, NULL},
	{"kprobe", "k", LIST_PLAIN, false, false, NULL},
	{"kretprobe", "kr", LIST_PLAIN, true, false, NULL},
	{"profile", "p", LIST_FIXED, true, false, "profile:hz:|profile:ms:|profile:s:|profile:us:"},
	{"rawtracepoint", "rt", LIST_GROUPED, false, false, NULL},
	{"self", "self", LIST_FIXED, true, false, "self:signal:SIGUSR1"},
	{"software", "s", LIST_EVENT, false, false, NULL},
	{"tracepoint", "t", LIST_GROUPED, false, false, NULL},
	{"uprobe", "u", LIST_GROUPED, true, true, NULL},
	{"uretprobe", "ur", LIST_GROUPED, true, true, NULL},
	{"usdt", "U", LIST_GROUPED, true, true, NULL},
};

static const struct {
	const char *kind, *alias;
} event_aliases[] = {
#define PERF_EVENT(kind, name, alias, number, count) {#kind, alias},
#include "tables/perf.def"
#undef PERF_EVENT
};

static ListForm form_of(const char *kind)
{
	for (u32 i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].form;
	return LIST_FIXED;
}

static void add_line(Listing *l, char *line)
{
	vec_push(NULL, &l->lines, line);
}

static void on_found(void *user, const char *group, const char *name)
{
	Listing *l = user;
	Arena *a = l->b->c.arena;
	bool in_kernel = !group || !*group || strcmp(group, "vmlinux") == 0;

	switch (form_of(l->kind)) {
	case LIST_EVENT:
		add_line(l, arena_printf(a, "%s:%s:", l->kind, name));
		break;
	case LIST_PLAIN:
		add_line(l, in_kernel ? arena_printf(a, "%s:%s", l->kind, name)
				      : arena_printf(a, "%s:%s:%s", l->kind, group, name));
		break;
	default:
		add_line(l, arena_printf(a, "%s:%s:%s", l->kind, group ? group : "", name));
	}
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

/* "    struct file * file" */
static void show_param(Builder *b, Type *t, const char *name)
{
	printf("    %s %s\n", type_str(b->c.types, t), name);
}

static void show_func_params(Builder *b, Type *func, bool result)
{
	for (u32 i = 0; func && i < func->n_fields; i++)
		show_param(b, func->fields[i].type, func->fields[i].name ? func->fields[i].name : "");
	if (func && result && type_bare(func->base)->kind != TY_VOID)
		show_param(b, func->base, "retval");
}

/* Kernel functions by their registers: arg0, arg1 … */
static void show_kprobe_params(Builder *b, const char *name)
{
	Type *func = types_find_kernel_func(b->c.types, intern(&b->c.names, name));
	char arg[16];

	for (u32 i = 0; func && i < func->n_fields; i++) {
		snprintf(arg, sizeof(arg), "arg%u", i);
		show_param(b, func->fields[i].type, arg);
	}
}

/* Members of struct bpf_iter__NAME behind the common one. */
static void show_iter_params(Builder *b, const char *name)
{
	const char *tag = arena_printf(b->c.arena, "bpf_iter__%s", name);
	Type *t = types_find_tag(b->c.types, TY_STRUCT, intern(&b->c.names, tag));

	t = t ? type_complete(b->c.types, t) : NULL;
	for (u32 i = 0; t && i < t->n_fields; i++) {
		Type *field = t->fields[i].type;

		/* pointers stand in anonymous unions, for alignment */
		if (!t->fields[i].name && type_is_record(field)) {
			Type *u = type_complete(b->c.types, field);

			if (u->n_fields && strcmp(u->fields[0].name, "meta") != 0)
				show_param(b, u->fields[0].type, u->fields[0].name);
		} else if (t->fields[i].name) {
			show_param(b, field, t->fields[i].name);
		}
	}
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
	} else if (strcmp(kind, "kprobe") == 0) {
		show_kprobe_params(b, name);
	} else if ((strcmp(kind, "uprobe") == 0 || strcmp(kind, "uretprobe") == 0) && source->user_func) {
		show_func_params(b, source->user_func(source->self, &b->c, group, name), *kind == 'u' && kind[1] == 'r');
	} else if (strcmp(kind, "iter") == 0) {
		show_iter_params(b, name);
	}
}

static void show_lines(Listing *l)
{
	if (l->lines.len)
		qsort(l->lines.at, l->lines.len, sizeof(char *), line_compare);
	for (u32 i = 0; i < l->lines.len; i++) {
		if (i && strcmp(l->lines.at[i], l->lines.at[i - 1]) == 0)
			continue;
		puts(l->lines.at[i]);
		if (has_option(l->b->options, OPTION_verbose) && l->kind && strchr(l->lines.at[i], ':'))
			show_params(l->b, l->kind, arena_copy(l->b->c.arena, l->lines.at[i],
							     strlen(l->lines.at[i])));
	}
	vec_free(&l->lines);
}

/* ---- patterns ---- */

static void list_fixed(Listing *l, const char *lines, const char *pattern)
{
	Arena *a = l->b->c.arena;

	for (const char *at = lines; *at; at += strcspn(at, "|"), at += *at == '|') {
		char *line = arena_copy(a, at, strcspn(at, "|"));
		const char *rest = strchr(line, ':');

		if (fnmatch(pattern, rest ? rest + 1 : "", 0) == 0)
			add_line(l, line);
	}
}

/* A user probe's binary: what a path or name means, or a pattern over the files that processes run. */
typedef struct {
	Listing *l;
	const char *pattern, *name;
} InFiles;

static void list_in_file(void *user, const char *path)
{
	const InFiles *in = user;
	const ProbeSource *source = in->l->b->target.probes;

	if (fnmatch(in->pattern, path, 0) == 0)
		source->match(source->self, in->l->kind, path, in->name, on_found, in->l);
}

static void list_user_kind(Listing *l, const char *group, const char *name)
{
	const ProbeSource *source = l->b->target.probes;
	const char *pid = l->b->options->value[OPTION_pid], *provider = strchr(group, ':');
	Arena *a = l->b->c.arena;
	const char *binary = provider ? arena_printf(a, "%.*s", (int)(provider - group), group) : group;
	InFiles in = {l, *binary ? binary : "*", provider ? arena_printf(a, "%s:%s", provider + 1, name) : name};

	if (!*binary || strchr(binary, '*'))
		source->mapped_files(source->self, pid ? (u32)atoi(pid) : 0, list_in_file, &in);
	else
		source->match(source->self, l->kind, script_binary_path(a, binary), in.name, on_found, l);
}

static void list_kind(Listing *l, u32 kind, const char *group, const char *name)
{
	const ProbeSource *source = l->b->target.probes;

	l->kind = kinds[kind].kind;
	if (kinds[kind].form == LIST_FIXED)
		list_fixed(l, kinds[kind].fixed, group ? arena_printf(l->b->c.arena, "%s:%s", group, name) : name);
	else if (kinds[kind].needs_file)
		list_user_kind(l, group, name);
	else
		source->match(source->self, l->kind, group, name, on_found, l);
	/* perf events have short names too */
	for (u32 i = 0; kinds[kind].form == LIST_EVENT && i < ARRAY_LEN(event_aliases); i++)
		if (strcmp(event_aliases[i].kind, l->kind) == 0 && *event_aliases[i].alias &&
		    fnmatch(name, event_aliases[i].alias, 0) == 0)
			on_found(l, "", event_aliases[i].alias);
	show_lines(l);
}

static bool kind_fits(u32 i, const char *pattern)
{
	if (strcmp(kinds[i].alias, pattern) == 0 || strcasecmp(kinds[i].kind, pattern) == 0)
		return true;
	return !kinds[i].is_shy && fnmatch(pattern, kinds[i].kind, FNM_CASEFOLD) == 0;
}

/* kind[:group]:name; a word without colons is looked for in every name. */
static void list_pattern(Listing *l, const char *pattern)
{
	Arena *a = l->b->c.arena;
	char *kind = arena_copy(a, pattern, strlen(pattern)), *group = NULL, *name = strchr(kind, ':');

	if (!name) {
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
	for (u32 i = 0; i < ARRAY_LEN(kinds); i++)
		if (kind_fits(i, kind) && (!kinds[i].needs_file || group))
			list_kind(l, i, group, *name ? name : "*");
}

static void show_tag(Builder *b, const char *word, Type *t)
{
	if (has_option(b->options, OPTION_verbose))
		printf("vmlinux: %s\n\n", type_definition(b->c.types, t));
	else
		printf("%s %s\n", word, t->name);
}

typedef struct {
	Builder *b;
	const char *pattern;
	Vec(const char *) names;
} TagSearch;

static bool on_tag(void *user, u32 id, const struct btf_type *t)
{
	TagSearch *search = user;
	const char *name = btf_string(types_btf(search->b->c.types), t->name_off);

	(void)id;
	if (name && *name && fnmatch(search->pattern, name, 0) == 0)
		vec_push(NULL, &search->names, name);
	return true;
}

static int name_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "struct task_s*", "union …", "enum …": from the kernel's types. */
static int list_tags(Builder *b, const char *text)
{
	TypeKind kind = *text == 's' ? TY_STRUCT : *text == 'u' ? TY_UNION : TY_ENUM;
	u32 btf_kind = kind == TY_STRUCT  ? 1u << BTF_KIND_STRUCT
		       : kind == TY_UNION ? 1u << BTF_KIND_UNION
					  : 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64;
	const char *word = kind == TY_STRUCT ? "struct" : kind == TY_UNION ? "union" : "enum";
	TagSearch search = {.b = b, .pattern = strchr(text, ' ') + 1};

	if (!types_have_btf(b->c.types))
		return 0;
	btf_each(types_btf(b->c.types), btf_kind, on_tag, &search);
	if (search.names.len)
		qsort(search.names.at, search.names.len, sizeof(char *), name_compare);
	for (u32 i = 0; i < search.names.len; i++) {
		Type *t = types_find_tag(b->c.types, kind, intern(&b->c.names, search.names.at[i]));

		if (t && (!i || strcmp(search.names.at[i], search.names.at[i - 1]) != 0))
			show_tag(b, word, t);
	}
	vec_free(&search.names);
	return 0;
}

/* -l FILE or -e: the probes that a program would attach to. */
static int list_program(Builder *b)
{
	Arena *a = b->c.arena;
	Listing l = {.b = b};
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
		return list_tags(b, o->file);
	list_pattern(&l, o->file ? o->file : "*");
	return 0;
}
