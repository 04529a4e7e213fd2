/*
 * Names: what the program declares at file scope, then the kernel's BTF, then
 * that of its modules.
 *
 * BTF is opened at the first look-up that the program itself can't answer, and
 * the modules' only when a function, tag or raw tracepoint is not in vmlinux.
 * Each answer is kept, "there is none" too: a look-up costs up to a millisecond.
 *
 * A forward declaration in BTF counts only if there is no complete type of the
 * name in vmlinux or, for tags, in a module.
 */
#include "types/internal.h"

#include <dirent.h>
#include <linux/btf.h>

#define MASK(kind) (1u << BTF_KIND_##kind)
#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

/* ---- files ---- */

static BtfSource *add_source(Types *ts, const char *name, BtfFile *file, bool is_owned)
{
	BtfSource *s = NEW(ts->arena, BtfSource);

	s->name = intern(&ts->c->names, name);
	s->btf = file;
	s->is_owned = is_owned;
	s->imported.arena = ts->arena;
	vec_push(ts->arena, &ts->sources, s);
	return s;
}

BtfSource *types_source(Types *ts, BtfFile *file)
{
	vec_each(s, &ts->sources) if ((*s)->btf == file) return *s;
	return add_source(ts, "", file, false);
}

/* The source of the kernel's own BTF, or NULL. */
static BtfSource *kernel_source(Types *ts)
{
	const Target *target = ts->c->target;
	BtfFile *file = NULL;

	if (!ts->tried_btf && target) {
		ts->tried_btf = true;
		if (target->btf)
			add_source(ts, "vmlinux", target->btf, false);
		else if (btf_open(&file, target->btf_path ? target->btf_path : KERNEL_BTF, NULL) ==
			 0)
			add_source(ts, "vmlinux", file, true);
	}
	vec_each(s, &ts->sources) if (strcmp((*s)->name, "vmlinux") == 0) return *s;
	return NULL;
}

BtfFile *types_btf(Types *ts)
{
	BtfSource *s = kernel_source(ts);

	return s ? s->btf : NULL;
}

bool types_have_btf(Types *ts)
{
	return types_btf(ts) != NULL;
}

static int is_module_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "vmlinux") != 0;
}

/* Opens the BTF of all modules, in the order of their names; what can't be read is left out. */
static void open_modules(Types *ts)
{
	const char *dir = ts->c->target ? ts->c->target->btf_dir : NULL;
	BtfFile *base = types_btf(ts);
	struct dirent **entries;
	int n;

	if (ts->tried_modules || !dir || !base)
		return;
	ts->tried_modules = true;
	n = scandir(dir, &entries, is_module_file, alphasort);
	if (n < 0)
		return;
	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(ts->arena, "%s/%s", dir, entries[i]->d_name);
		BtfFile *file;

		if (btf_open(&file, path, base) == 0)
			add_source(ts, entries[i]->d_name, file, true);
		free(entries[i]);
	}
	free(entries);
}

void types_free(Types *ts)
{
	if (!ts)
		return;
	/* Last opened first: modules lean on vmlinux. */
	for (u32 i = ts->sources.len; i-- > 0;)
		if (ts->sources.at[i]->is_owned)
			btf_close(ts->sources.at[i]->btf);
	ts->sources.len = 0;
}

/* ---- names in BTF ---- */

static const struct {
	u32 mask;	    /* kinds to look for */
	u32 weak_mask;	    /* kinds to take if there is nothing better */
	const char *prefix; /* of the name in BTF */
	bool in_modules;
} sorts[FIND_COUNT] = {
    [FIND_STRUCT] = {MASK(STRUCT), MASK(FWD), "", true},
    [FIND_UNION] = {MASK(UNION), MASK(FWD), "", true},
    [FIND_ENUM] = {MASK(ENUM) | MASK(ENUM64), 0, "", true},
    [FIND_TYPEDEF] = {MASK(TYPEDEF), 0, "", false},
    [FIND_FUNC] = {MASK(FUNC), 0, "", true},
    [FIND_VAR] = {MASK(VAR), 0, "", false},
    [FIND_RAW_TRACEPOINT] = {MASK(TYPEDEF), 0, "btf_trace_", true},
};

static bool find_in(Found *found, const BtfSource *source, const char *name, u32 mask)
{
	u32 id = mask ? btf_find_own(source->btf, name, mask) : 0;

	if (!id)
		return false;
	found->source = source;
	found->id = id;
	return true;
}

/* Modules are the named sources that have a base. */
static bool find_in_modules(Types *ts, Found *found, const char *name, u32 mask)
{
	open_modules(ts);
	vec_each(s, &ts->sources) if (*(*s)->name && btf_base((*s)->btf) &&
				      find_in(found, *s, name, mask)) return true;
	return false;
}

static void search(Types *ts, Found *found, FindSort sort, const char *plain_name)
{
	const BtfSource *kernel = kernel_source(ts);
	const char *name = plain_name;

	if (!kernel)
		return;
	if (*sorts[sort].prefix)
		name = arena_printf(ts->arena, "%s%s", sorts[sort].prefix, plain_name);
	if (find_in(found, kernel, name, sorts[sort].mask))
		return;
	if (sorts[sort].in_modules && find_in_modules(ts, found, name, sorts[sort].mask))
		return;
	find_in(found, kernel, name, sorts[sort].weak_mask);
}

/* The kept answer for a name, looked for now if it is the first time. */
static Found *find(Types *ts, FindSort sort, const char *text)
{
	const char *name = intern(&ts->c->names, text);
	Found *found = map_get_ptr(&ts->found[sort], name);

	if (found)
		return found;
	found = NEW(ts->arena, Found);
	map_set_ptr(&ts->found[sort], name, found);
	search(ts, found, sort, name);
	return found;
}

/* The type of an answer; NULL if there is none. */
static Type *found_type(Types *ts, Found *found)
{
	if (found->source && !found->type)
		found->type = types_import(ts, found->source->btf, found->id);
	if (found->type && found->type->kind == TY_ERROR)
		return NULL;
	return found->type;
}

Type *types_find_btf_tag(Types *ts, TypeKind kind, const char *tag)
{
	FindSort sort = kind == TY_STRUCT ? FIND_STRUCT : kind == TY_UNION ? FIND_UNION : FIND_ENUM;
	Type *t = found_type(ts, find(ts, sort, tag));

	/* A forward declaration may be of the other kind. */
	return t && t->kind == kind ? t : NULL;
}

/* ---- the program's names ---- */

static Map *tag_map(Types *ts, TypeKind kind)
{
	return kind == TY_STRUCT ? &ts->structs : kind == TY_UNION ? &ts->unions : &ts->enums;
}

void types_declare_tag(Types *ts, Type *t)
{
	if (t->name)
		map_set_ptr(tag_map(ts, t->kind), t->name, t);
}

void types_declare_typedef(Types *ts, const char *name, Type *t)
{
	map_set_ptr(&ts->typedefs, intern(&ts->c->names, name), t);
}

void types_declare_enumerators(Types *ts, Type *enumeration)
{
	for (u32 i = 0; i < enumeration->n_enums; i++) {
		const Enumerator *e = &enumeration->enums[i];
		Found *found = NEW(ts->arena, Found);

		found->value = e->value;
		found->type = enumeration;
		map_set_ptr(&ts->enumerators, intern(&ts->c->names, e->name), found);
	}
}

Type *types_find_tag(Types *ts, TypeKind kind, const char *tag)
{
	Type *t = map_get_ptr(tag_map(ts, kind), intern(&ts->c->names, tag));

	return t ? t : types_find_btf_tag(ts, kind, tag);
}

Type *types_find_typedef(Types *ts, const char *name)
{
	Type *t = map_get_ptr(&ts->typedefs, intern(&ts->c->names, name));

	return t ? t : found_type(ts, find(ts, FIND_TYPEDEF, name));
}

/* The kernel's enumerator of this name: its enum is imported with its members at once. */
static Found *find_kernel_enumerator(Types *ts, const char *name)
{
	Found *found = map_get_ptr(&ts->found[FIND_ENUMERATOR], name);
	const BtfSource *kernel = kernel_source(ts);
	u32 index = 0;

	if (found)
		return found;
	found = NEW(ts->arena, Found);
	map_set_ptr(&ts->found[FIND_ENUMERATOR], name, found);
	found->id = kernel ? btf_find_enumerator(kernel->btf, name, &index) : 0;
	if (found->id) {
		Type *t = type_complete(ts, types_import(ts, kernel->btf, found->id));

		if (index < t->n_enums) {
			found->type = t;
			found->value = t->enums[index].value;
		}
	}
	return found;
}

bool types_find_enumerator(Types *ts, const char *text, i64 *value, Type **type)
{
	const char *name = intern(&ts->c->names, text);
	Found *found = map_get_ptr(&ts->enumerators, name);

	if (!found)
		found = find_kernel_enumerator(ts, name);
	if (!found->type)
		return false;
	*value = found->value;
	if (type)
		*type = found->type;
	return true;
}

/* ---- what only the kernel has ---- */

Type *types_find_kernel_func(Types *ts, const char *name)
{
	return found_type(ts, find(ts, FIND_FUNC, name));
}

u32 types_kernel_func_id(Types *ts, const char *name, const char **module)
{
	const Found *found = find(ts, FIND_FUNC, name);

	*module = NULL;
	if (found->source && btf_base(found->source->btf))
		*module = found->source->name;
	return found->id;
}

Type *types_find_kernel_func_in(Types *ts, const char *module, const char *name)
{
	const char *wanted = intern(&ts->c->names, module ? module : "vmlinux");

	if (!kernel_source(ts))
		return NULL;
	if (strcmp(wanted, "vmlinux") != 0)
		open_modules(ts);
	vec_each(s, &ts->sources)
	{
		Found found = {0};

		if ((*s)->name == wanted && find_in(&found, *s, name, MASK(FUNC)))
			return found_type(ts, &found);
	}
	return NULL;
}

Type *types_find_kernel_var(Types *ts, const char *name)
{
	return found_type(ts, find(ts, FIND_VAR, name));
}

/* Parameter names, which the typedef lacks, from the function that calls the tracepoint's probes.
 */
static void name_parameters(Types *ts, Type *t, const char *name)
{
	const char *caller = arena_printf(ts->arena, "__traceiter_%s", name);
	const Type *func = types_find_kernel_func(ts, caller);

	if (!func || func->n_fields != t->n_fields + 1)
		return;
	for (u32 i = 0; i < t->n_fields; i++)
		if (!t->fields[i].name)
			t->fields[i].name = func->fields[i + 1].name;
}

Type *types_find_raw_tracepoint(Types *ts, const char *name)
{
	Found *found = find(ts, FIND_RAW_TRACEPOINT, name);
	Type *t = found_type(ts, found);

	if (!t || t->kind == TY_FUNC)
		return t;
	t = type_bare(t);
	if (t->kind == TY_PTR)
		t = type_bare(t->base);
	if (t->kind != TY_FUNC || t->n_fields == 0)
		return NULL;
	t = type_func(ts, t->base, t->fields + 1, t->n_fields - 1, t->is_variadic);
	t->name = intern(&ts->c->names, name);
	name_parameters(ts, t, name);
	found->type = t;
	return t;
}

/* ---- hints ---- */

typedef struct {
	BtfFile *file;
	const char *wanted, *best;
	u32 distance;
} Nearest;

static void try_nearest(Nearest *n, const char *name)
{
	u32 distance = edit_distance(n->wanted, name, n->distance);

	if (*name && distance < n->distance) {
		n->distance = distance;
		n->best = name;
	}
}

static bool try_nearest_type(void *user, u32 id, const struct btf_type *t)
{
	Nearest *n = user;

	(void)id;
	try_nearest(n, btf_string(n->file, t->name_off));
	return n->distance > 1;
}

static void try_nearest_declared(Nearest *n, const Map *names)
{
	for (u32 i = 0; i < names->cap; i++)
		if (names->slots[i].key)
			try_nearest(n, (const char *)(uintptr_t)names->slots[i].key);
}

const char *types_nearest_tag(Types *ts, const char *name)
{
	Nearest n = {.wanted = name, .distance = MAX((u32)strlen(name) / 3, 1u) + 1};

	try_nearest_declared(&n, &ts->structs);
	try_nearest_declared(&n, &ts->unions);
	try_nearest_declared(&n, &ts->enums);
	try_nearest_declared(&n, &ts->typedefs);
	n.file = types_btf(ts);
	if (n.file)
		btf_each(n.file,
			 MASK(STRUCT) | MASK(UNION) | MASK(ENUM) | MASK(ENUM64) | MASK(TYPEDEF) |
			     MASK(FUNC),
			 try_nearest_type, &n);
	return n.best ? intern(&ts->c->names, n.best) : NULL;
}
