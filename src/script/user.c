/*
 * uprobes: which functions of which files an attach point means. The file may be
 * a pattern over all that processes have mapped, or be left out with -p (all
 * that the process has mapped); the place may be a name, a pattern, a C++ name,
 * or a source line, which DWARF turns into addresses: one for each function that
 * has code of the line, inlined copies too.
 */
#include "script/internal.h"

#include <errno.h>

typedef struct {
	Script *s;
	const AttachPoint *point;
	AttachDefs *out;
	const char *pattern; /* of the function */
	const char *path; /* that is being looked at */
	bool is_read;
} Search;

static void found_function(void *user, const char *group, const char *name)
{
	Search *x = user;
	AttachDef def = x->point->def;

	if (x->point->has_wildcard && strstr(name, ".part."))
		return;
	def.target = intern(&x->s->c->names, group);
	def.function = intern(&x->s->c->names, name);
	vec_push(x->s->c->arena, x->out, def);
}

static void found_place(void *user, u64 address, const char *function)
{
	Search *x = user;
	AttachDef def = x->point->def;

	(void)function;
	def.address = address;
	vec_push(x->s->c->arena, x->out, def);
}

static int search_file(Search *x, const char *path)
{
	const ProbeSource *probes = x->s->c->target->probes;

	return probes->match(probes->self, probe_info[x->point->kind].name, path, x->pattern, found_function, x);
}

static void found_file(void *user, const char *path)
{
	Search *x = user;
	const char *target = x->point->def.target;

	if (!target || !*target || name_matches(target, path))
		search_file(x, path);
}

int uprobe_find(Script *s, const AttachPoint *p, AttachDefs *out)
{
	const ProbeSource *probes = s->c->target->probes;
	Search x = {.s = s, .point = p, .out = out, .pattern = p->def.function};
	int n;

	if (p->source_line) {
		n = probes->source_line ? probes->source_line(probes->self, p->def.target, p->source_file,
							       p->source_line, p->source_col, found_place, &x)
					: -EOPNOTSUPP;
		return n == -ENODATA ? 0 : MIN(n, 0);
	}
	if (p->is_cpp)
		x.pattern = arena_printf(s->c->arena, "cpp:%s", p->def.function);
	if (p->def.target && *p->def.target && !strchr(p->def.target, '*'))
		return MIN(search_file(&x, p->def.target), 0);
	return MIN(probes->mapped_files(probes->self, s->tree->input->pid, found_file, &x), 0);
}
