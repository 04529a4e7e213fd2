/*
 * What of the kernel's types an object needs. A program that reads
 * task->mm->start_code reaches task_struct and mm_struct, which between them
 * lead to most of the kernel; but its CO-RE relocations only name two members.
 * So types that came from BTF are written in one of three shapes:
 *
 *   full    every member: the program holds such a thing by value (a map's
 *           value, a member of its own struct, a global)
 *   used    only members on some relocation's path, at their own offsets, in
 *           a struct of its real size; access strings count in what is left
 *   (none)  a forward declaration
 *
 * The program's own types are always whole. Marking is done for the whole
 * module before the first type is written, since a type's shape can't change
 * afterwards.
 */
#include "object/internal.h"

static Types *types_of(BtfOut *b)
{
	return b->m->c->types;
}

static bool is_tagged(const Type *t)
{
	return t->kind == TY_STRUCT || t->kind == TY_UNION || t->kind == TY_ENUM;
}

Usage *btf_usage(const BtfOut *b, const Type *t)
{
	return map_get_ptr(&b->usage_of, t);
}

bool btf_usage_has(const Usage *u, u32 member)
{
	return u->is_full || (member < u->n && u->used[member]);
}

u32 btf_usage_index(const Usage *u, u32 member)
{
	if (!u || u->is_full)
		return member;
	u32 index = 0;
	for (u32 i = 0; i < member && i < u->n; i++)
		index += u->used[i];
	return index;
}

/* The usage of a struct, union or enum of the kernel, made if need be. */
static Usage *usage_new(BtfOut *b, Type *t)
{
	Usage *u = map_get_ptr(&b->usage_of, t);
	if (u)
		return u;
	type_complete(types_of(b), t);
	u = NEW(b->arena, Usage);
	u->n = t->kind == TY_ENUM ? t->n_enums : t->n_fields;
	u->used = NEW_N(b->arena, u8, u->n + 1);
	map_set_ptr(&b->usage_of, t, u);
	return u;
}

/* Through arrays, typedefs and qualifiers to what is stored. */
static Type *stored_type(Type *t)
{
	t = type_bare(t);
	while (t && t->kind == TY_ARRAY)
		t = type_bare(t->base);
	return t;
}

/* A member's type must at least have its size. */
static void mark_sized(BtfOut *b, Type *t)
{
	t = stored_type(t);
	if (t && t->btf && is_tagged(t))
		usage_new(b, t);
}

/*
 * Marks what is held by value from here. `seen` holds the program's own
 * records and pointers that were walked already.
 */
static void mark_value(BtfOut *b, Map *seen, Type *t)
{
	t = stored_type(t);
	if (!t || map_get_ptr(seen, t))
		return;
	map_set_ptr(seen, t, t);
	if (t->kind == TY_PTR && t->base) {
		Type *to = stored_type(t->base);
		if (to && !(to->btf && is_tagged(to)))
			mark_value(b, seen, to);
		return;
	}
	if (t->btf && is_tagged(t))
		usage_new(b, t)->is_full = true;
	if (t->kind != TY_FUNC) {
		type_complete(types_of(b), t);
		for (u32 i = 0; i < t->n_fields; i++)
			mark_value(b, seen, t->fields[i].type);
		return;
	}
	for (u32 i = 0; i < t->n_fields; i++) {
		Type *param = type_bare(t->fields[i].type);
		if (param && param->kind == TY_PTR && param->base)
			mark_sized(b, param->base);
	}
}

/* The members __type(key, T) and __type(value, T) are pointers to what the map holds. */
static void mark_map(BtfOut *b, Map *seen, const MapDef *map)
{
	if (map->key)
		mark_value(b, seen, map->key);
	if (map->value)
		mark_value(b, seen, map->value);
	if (!map->decl)
		return;
	mark_value(b, seen, map->decl);
	Type *decl = type_bare(map->decl);
	for (u32 i = 0; i < decl->n_fields; i++) {
		Type *field = type_bare(decl->fields[i].type);
		if (field && field->kind == TY_PTR && field->base)
			mark_value(b, seen, field->base);
	}
}

Type *btf_core_root(const CoreReloc *core)
{
	bool is_type = core->kind >= CORE_TYPE_ID_LOCAL && core->kind != CORE_ENUMVAL_EXISTS &&
		       core->kind != CORE_ENUMVAL_VALUE;
	Type *t = core->root, *bare = type_bare(t);
	while (t && (t->kind == TY_CONST || t->kind == TY_VOLATILE || t->kind == TY_RESTRICT ||
		     t->kind == TY_TYPE_TAG ||
		     (t->kind == TY_TYPEDEF && !is_type && bare && bare->name)))
		t = t->base;
	return t;
}

/* Every member on the relocation's path. */
static void mark_core(BtfOut *b, const CoreReloc *core)
{
	Type *t = type_bare(btf_core_root(core));
	if (!t)
		return;
	if (t->btf && is_tagged(t)) {
		Usage *u = usage_new(b, t);
		u->is_full |= core->kind == CORE_TYPE_MATCHES;
		if (t->kind == TY_ENUM && core->n_path && core->path[0] < u->n)
			u->used[core->path[0]] = 1;
	}
	for (u32 i = 1; t && i < core->n_path; i++) {
		if (t->kind == TY_ARRAY) {
			t = type_bare(t->base);
			continue;
		}
		type_complete(types_of(b), t);
		if (core->path[i] >= t->n_fields)
			return;
		Type *field = t->fields[core->path[i]].type;
		if (t->btf && is_tagged(t))
			usage_new(b, t)->used[core->path[i]] = 1;
		mark_sized(b, field);
		t = type_bare(field);
	}
}

void btf_mark_module(BtfOut *b, Prog **progs)
{
	Module *m = b->m;
	Map seen = {.arena = b->arena};
	vec_each(map, &m->maps)
		mark_map(b, &seen, *map);
	vec_each(global, &m->globals)
		if ((*global)->type)
			mark_value(b, &seen, (*global)->type);
	vec_each(type, &m->extra_types)
		mark_value(b, &seen, *type);
	for (u32 i = 0; i < m->funcs.len; i++) {
		if (!progs[i])
			continue;
		if (m->funcs.at[i]->type)
			mark_value(b, &seen, m->funcs.at[i]->type);
		vec_each(at, &progs[i]->cores)
			mark_core(b, at->core);
	}
}
