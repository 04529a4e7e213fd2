/*
 * Where probes are looked up in the running kernel (types/target.h,
 * ProbeSource). Each kind has its list, read when it's first needed and kept:
 *
 *   tracepoint               tracefs available_events
 *   kprobe, kretprobe        available_filter_functions, else kallsyms
 *   fentry, fexit            BTF functions that are also in the former
 *   rawtracepoint, iter      BTF: typedef btf_trace_NAME, struct bpf_iter__NAME
 *   uprobe, uretprobe, usdt  the binary (probes_user.c)
 *   software, hardware       tables/perf.def
 *
 * Reading the kernel's lists of functions takes tens of milliseconds. A name
 * without a star therefore is looked up where that is cheap: a tracepoint by
 * its directory, a function in BTF.
 */
#include "load/internal.h"

#include <errno.h>
#include <linux/btf.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include "symbol/symbol.h"
#include "types/btf.h"

#define GROUP_KERNEL "vmlinux"

/* Behind the ProbeSource that the Target points to. */
typedef struct LiveSource {
	ProbeSource source;
	const Target *target;
	Tracefs tracefs;
	BtfFile *own_btf; /* opened here because the target has none; NULL */
	bool tried_btf;
	Names events, functions, btf_functions; /* text NULL and no names: not read yet */
	Symbols *symbols; /* NULL: not made yet */
} LiveSource;

static const struct {
	const char *kind, *name, *alias;
	u64 config, count;
} perf_events[] = {
#define PERF_EVENT(kind, name, alias, number, count) {#kind, name, alias, number, count},
#include "tables/perf.def"
#undef PERF_EVENT
};

bool load_perf_event(const char *kind, const char *name, u64 *config, u64 *count)
{
	for (u32 i = 0; i < ARRAY_LEN(perf_events); i++) {
		if (strcmp(perf_events[i].kind, kind) != 0)
			continue;
		if (strcmp(perf_events[i].name, name) != 0 &&
		    (!*name || strcmp(perf_events[i].alias, name) != 0))
			continue;
		*config = perf_events[i].config;
		*count = perf_events[i].count;
		return true;
	}
	return false;
}

const char *load_perf_event_name(const char *kind, u32 i)
{
	for (u32 k = 0; k < ARRAY_LEN(perf_events); k++)
		if (strcmp(perf_events[k].kind, kind) == 0 && i-- == 0)
			return perf_events[k].name;
	return NULL;
}

/* Calls found for each name of the list that fits; how many. */
static int give(const Names *names, const char *group, const char *name, Found *found, void *user)
{
	int n = 0;
	for (u32 i = 0; i < names->list.len; i++) {
		const Name *at = &names->list.at[i];
		if (!name_fits(group, at->group) || !name_fits(name, at->name))
			continue;
		found(user, at->group, at->name);
		n++;
	}
	return n;
}

/* ---- lists that are lines of text ---- */

/* "group:name"; the line is changed in place. */
static Name event_of_line(char *line)
{
	char *colon = strchr(line, ':');
	if (!colon)
		return (Name){0};
	*colon = 0;
	return (Name){line, colon + 1};
}

/* "name", "name [module]"; parts that the compiler split off are left out. */
static Name function_of_line(char *line)
{
	char *space = strchr(line, ' ');
	Name name = {GROUP_KERNEL, line};
	if (space) {
		*space = 0;
		char *open = strchr(space + 1, '['), *close = open ? strchr(open, ']') : NULL;
		if (close) {
			*close = 0;
			name.group = open + 1;
		}
	}
	return strstr(line, ".part.") || strstr(line, "__pfx_") == line ? (Name){0} : name;
}

/* "address type name", perhaps "\t[module]": functions only. */
static Name symbol_of_line(char *line)
{
	char *type = strchr(line, ' ');
	if (!type || !strchr("tTwW", type[1]) || type[2] != ' ')
		return (Name){0};
	char *tab = strchr(type + 3, '\t');
	if (tab)
		*tab = ' ';
	return function_of_line(type + 3);
}

static int read_lines(Names *n, const char *root, const char *path, Name (*name_of_line)(char *))
{
	size_t len;
	if (n->text)
		return 0;
	n->text = read_whole(root, path, &len);
	if (!n->text)
		return -errno;
	for (char *line = n->text, *next; *line; line = next) {
		char *end = strchr(line, '\n');
		next = end ? end + 1 : line + strlen(line);
		if (end)
			*end = 0;
		Name name = name_of_line(line);
		if (name.name)
			vec_push(NULL, &n->list, name);
	}
	names_sort(n);
	return 0;
}

static int read_functions(LiveSource *s)
{
	int err = -ENOENT;
	if (*s->tracefs.path)
		err = read_lines(&s->functions, s->tracefs.path, "/available_filter_functions",
				 function_of_line);
	return err ? read_lines(&s->functions, "", "/proc/kallsyms", symbol_of_line) : 0;
}

/* ---- BTF ---- */

static BtfFile *kernel_btf(LiveSource *s)
{
	if (s->target->btf)
		return s->target->btf;
	if (!s->tried_btf && btf_open(&s->own_btf, s->target->btf_path, NULL))
		s->own_btf = NULL;
	s->tried_btf = true;
	return s->own_btf;
}

/* Collects names of types that begin with a prefix, without it. */
typedef struct Collect {
	BtfFile *btf;
	const char *prefix;
	Names *names;
} Collect;

static bool collect(void *user, u32 id, const struct btf_type *t)
{
	Collect *c = user;
	const char *name = btf_string(c->btf, t->name_off);
	size_t len = strlen(c->prefix);
	(void)id;
	if (strncmp(name, c->prefix, len) == 0 && name[len]) {
		Name found = {GROUP_KERNEL, name + len};
		vec_push(NULL, &c->names->list, found);
	}
	return true;
}

static int match_btf(LiveSource *s, u32 kind, const char *prefix, const char *group,
		     const char *name, Found *found, void *user)
{
	Names names = {0};
	Collect c = {.btf = kernel_btf(s), .prefix = prefix, .names = &names};
	if (!c.btf)
		return -ENOENT;
	if (!is_pattern(name) && name_fits(group, GROUP_KERNEL)) {
		char full[256];
		snprintf(full, sizeof(full), "%s%s", prefix, name);
		if (!btf_find(c.btf, full, 1u << kind))
			return 0;
		found(user, GROUP_KERNEL, name);
		return 1;
	}
	btf_each(c.btf, 1u << kind, collect, &c);
	names_sort(&names);
	int n = give(&names, group, name, found, user);
	names_free(&names);
	return n;
}

static bool btf_has_function(LiveSource *s, const char *name)
{
	BtfFile *btf = kernel_btf(s);
	return btf && btf_find(btf, name, 1u << BTF_KIND_FUNC);
}

/* ---- the kinds ---- */

static int match_tracepoint(LiveSource *s, const char *group, const char *name, Found *found,
			    void *user)
{
	if (!*s->tracefs.path)
		return -ENOENT;
	if (!is_pattern(group) && !is_pattern(name)) {
		char path[512];
		snprintf(path, sizeof(path), "%s/events/%s/%s/format", s->tracefs.path, group,
			 name);
		if (access(path, F_OK) != 0)
			return 0;
		found(user, group, name);
		return 1;
	}
	int err = read_lines(&s->events, s->tracefs.path, "/available_events", event_of_line);
	return err ? err : give(&s->events, group, name, found, user);
}

static int match_function(LiveSource *s, const char *group, const char *name, Found *found,
			  void *user)
{
	bool in_kernel = !group || strcmp(group, GROUP_KERNEL) == 0;
	if (!is_pattern(name) && in_kernel && btf_has_function(s, name)) {
		found(user, GROUP_KERNEL, name);
		return 1;
	}
	int err = read_functions(s);
	return err ? err : give(&s->functions, group, name, found, user);
}

static int compare_function(const void *key, const void *at)
{
	const Name *a = key, *b = at;
	return strcmp(a->name, b->name);
}

/* Functions of the kernel itself with BTF that can be traced: both lists are sorted. */
static int read_btf_functions(LiveSource *s)
{
	Names *names = &s->btf_functions;
	if (names->list.len)
		return 0;
	Collect c = {.btf = kernel_btf(s), .prefix = "", .names = names};
	if (!c.btf)
		return -ENOENT;
	btf_each(c.btf, 1u << BTF_KIND_FUNC, collect, &c);
	names_sort(names);
	if (read_functions(s) || !s->functions.list.len)
		return 0;
	u32 start = 0, end, kept = 0;
	while (start < s->functions.list.len &&
	       strcmp(s->functions.list.at[start].group, GROUP_KERNEL) != 0)
		start++;
	for (end = start; end < s->functions.list.len &&
			  strcmp(s->functions.list.at[end].group, GROUP_KERNEL) == 0;)
		end++;
	for (u32 i = 0; i < names->list.len; i++)
		if (bsearch(&names->list.at[i], s->functions.list.at + start, end - start,
			    sizeof(Name), compare_function))
			names->list.at[kept++] = names->list.at[i];
	names->list.len = kept;
	return 0;
}

static int match_fentry(LiveSource *s, const char *group, const char *name, Found *found,
			void *user)
{
	bool in_kernel = !group || strcmp(group, GROUP_KERNEL) == 0;
	if (!is_pattern(name) && in_kernel && btf_has_function(s, name)) {
		found(user, GROUP_KERNEL, name);
		return 1;
	}
	if (group && !in_kernel)
		return match_function(s, group, name, found, user);
	int err = read_btf_functions(s);
	return err ? err : give(&s->btf_functions, group, name, found, user);
}

static int match_perf(const char *kind, const char *name, Found *found, void *user)
{
	int n = 0;
	u64 config, count;
	if (!is_pattern(name) && load_perf_event(kind, name, &config, &count)) {
		found(user, "", name);
		return 1;
	}
	for (u32 i = 0; load_perf_event_name(kind, i); i++) {
		if (!name_fits(name, load_perf_event_name(kind, i)))
			continue;
		found(user, "", load_perf_event_name(kind, i));
		n++;
	}
	return n;
}

static bool is_one_of(const char *kind, const char *one, const char *other)
{
	return strcmp(kind, one) == 0 || strcmp(kind, other) == 0;
}

static int match(void *self, const char *kind, const char *group, const char *name, Found *found,
		 void *user)
{
	LiveSource *s = self;
	if (strcmp(kind, "tracepoint") == 0)
		return match_tracepoint(s, group, name, found, user);
	if (is_one_of(kind, "kprobe", "kretprobe"))
		return match_function(s, group, name, found, user);
	if (is_one_of(kind, "fentry", "fexit"))
		return match_fentry(s, group, name, found, user);
	if (strcmp(kind, "rawtracepoint") == 0)
		return match_btf(s, BTF_KIND_TYPEDEF, "btf_trace_", group, name, found, user);
	if (strcmp(kind, "iter") == 0)
		return match_btf(s, BTF_KIND_STRUCT, "bpf_iter__", NULL, name, found, user);
	if (is_one_of(kind, "uprobe", "uretprobe"))
		return match_user(group, name, found, user);
	if (strcmp(kind, "usdt") == 0)
		return match_usdt(group, name, found, user);
	if (is_one_of(kind, "software", "hardware"))
		return match_perf(kind, name, found, user);
	return -EINVAL;
}

static const char *tracepoint_format(void *self, Arena *a, const char *group, const char *name)
{
	LiveSource *s = self;
	char path[512];
	size_t len;
	if (!*s->tracefs.path)
		return NULL;
	snprintf(path, sizeof(path), "/events/%s/%s/format", group, name);
	char *text = read_whole(s->tracefs.path, path, &len);
	const char *kept = text ? arena_copy(a, text, len) : NULL;
	free(text);
	return kept;
}

static u64 kernel_symbol(void *self, const char *name)
{
	LiveSource *s = self;
	if (!s->symbols)
		s->symbols = symbols_new((SymbolOptions){0});
	return s->symbols ? symbol_kernel_address(s->symbols, name) : 0;
}

ProbeSource *probe_source_new(const Target *t)
{
	LiveSource *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->target = t;
	tracefs_open(&s->tracefs);
	s->source = (ProbeSource){.self = s,
				  .match = match,
				  .tracepoint_format = tracepoint_format,
				  .kernel_symbol = kernel_symbol};
	probe_source_user(&s->source);
	return &s->source;
}

void probe_source_free(const ProbeSource *source)
{
	LiveSource *s = source ? source->self : NULL;
	if (!s)
		return;
	tracefs_close(&s->tracefs);
	btf_close(s->own_btf);
	names_free(&s->events);
	names_free(&s->functions);
	names_free(&s->btf_functions);
	symbols_free(s->symbols);
	free(s);
}

const char *load_tracefs(const Target *t)
{
	LiveSource *s = t && t->probes ? t->probes->self : NULL;
	return s && *s->tracefs.path ? s->tracefs.path : NULL;
}
