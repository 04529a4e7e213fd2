/*
 * The tables of the language as arrays, look-ups by name, and the search for
 * the nearest name when there is none.
 */
#include "script/internal.h"

#include <linux/bpf.h>

const ProbeInfo probe_info[PROBE_COUNT] = {
#define PROBE(id, name, aliases, parts, type, attach, sec, allows, needs, doc)                     \
	[PROBE_##id] = {name, aliases, parts, type, attach, sec, allows, FEAT_##needs, doc},
#include "tables/probes.def"
#undef PROBE
};

enum {
	ANY = 0,
	VAR = BUILTIN_VAR,
	FUNC = BUILTIN_FUNC,
	FUNC_A = BUILTIN_FUNC | BUILTIN_ASYNC,
	FUNC_U = BUILTIN_FUNC | BUILTIN_UNSAFE,
	FUNC_AU = BUILTIN_FUNC | BUILTIN_ASYNC | BUILTIN_UNSAFE,
	BOTH = BUILTIN_VAR | BUILTIN_FUNC,
	AGG = BUILTIN_AGG,
};

const BuiltinInfo builtin_info[BI_COUNT] = {
#define BUILTIN(id, kind, sig, result, where, needs, lower, check, doc)                            \
	[BI_##id] = {#id, kind, sig, where, FEAT_##needs, doc},
#include "tables/builtins.def"
#undef BUILTIN
};

static const char *const node_names[NODE_COUNT] = {
#define NODE(id, name, stage, doc) [NODE_##id] = name,
#include "tables/snodes.def"
#undef NODE
};

const char *node_kind_name(NodeKind kind)
{
	return node_names[kind];
}

static bool in_list(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == len && memcmp(p, word, len) == 0)
			return true;
	return false;
}

ProbeKind probe_kind_find(const char *name)
{
	for (u32 i = 1; i < PROBE_COUNT; i++)
		if (strcasecmp(probe_info[i].name, name) == 0 ||
		    (*name && in_list(probe_info[i].aliases, name)))
			return (ProbeKind)i;
	return PROBE_NONE;
}

BuiltinId builtin_find(const char *name)
{
	for (u32 i = 1; i < BI_COUNT; i++)
		if (strcmp(builtin_info[i].name, name) == 0)
			return (BuiltinId)i;
	return BI_NONE;
}

void hint_offer(NameHint *h, const char *name, const char *candidate)
{
	u32 limit = MAX((u32)strlen(name) / 3, 1u);
	u32 distance = edit_distance(name, candidate, limit < 3 ? limit : 3);

	if (distance > (limit < 3 ? limit : 3) || (h->best && distance >= h->distance))
		return;
	h->best = candidate;
	h->distance = distance;
}
