/*
 * Maps of the machine. An element is found by looking at all of them: tests
 * have few. One CPU: per-CPU maps are plain ones.
 */
#include <errno.h>

#include "internal.h"

bool map_is_array(const MapState *s)
{
	return s->def->type == BPF_MAP_TYPE_ARRAY || s->def->type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

bool map_is_queue(const MapState *s)
{
	return s->def->type == BPF_MAP_TYPE_QUEUE || s->def->type == BPF_MAP_TYPE_STACK;
}

static bool is_lru(const MapState *s)
{
	return s->def->type == BPF_MAP_TYPE_LRU_HASH ||
	       s->def->type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static Element *element_add(Machine *x, MapState *s, const u8 *key)
{
	u32 region = region_add(x, REGION_BYTES, s->def->value_size, true);

	vec_push(NULL, &s->elements,
		 (Element){.key = (u8 *)arena_copy(x->arena, (const char *)key, s->def->key_size),
			   .value = x->regions.at[region].bytes,
			   .region = region});
	return &s->elements.at[s->elements.len - 1];
}

static void element_drop(Machine *x, MapState *s, u32 i)
{
	x->regions.at[s->elements.at[i].region].is_gone = true;
	s->elements.len--;
	memmove(&s->elements.at[i], &s->elements.at[i + 1],
		(s->elements.len - i) * sizeof(Element));
}

void map_init(Machine *x, u32 map, const MapDef *def)
{
	vec_push(NULL, &x->maps, (MapState){.def = def});
	MapState *s = &x->maps.at[map];
	s->region = region_add(x, REGION_MAP, 0, false);
	x->regions.at[s->region].number = map;
	for (u32 i = 0; map_is_array(s) && i < def->max_entries; i++)
		element_add(x, s, (const u8 *)&i);
}

MapState *map_of(Machine *x, u64 address)
{
	Region *r = region_at(x, address);

	if (!r || r->kind != REGION_MAP || address != r->base) {
		fault(x, "0x%llx is no map", (unsigned long long)address);
		return NULL;
	}
	return &x->maps.at[r->number];
}

Element *map_find(MapState *s, const u8 *key)
{
	u32 index;

	if (map_is_array(s)) {
		memcpy(&index, key, sizeof(index));
		return index < s->elements.len ? &s->elements.at[index] : NULL;
	}
	vec_each(e, &s->elements)
		if (memcmp(e->key, key, s->def->key_size) == 0)
			return e;
	return NULL;
}

i64 map_update(Machine *x, MapState *s, const u8 *key, const u8 *value, u64 flags)
{
	Element *e = map_is_queue(s) ? NULL : map_find(s, key);

	if ((flags & BPF_NOEXIST) && e)
		return -EEXIST;
	if ((flags & BPF_EXIST) && !map_is_queue(s) && !e)
		return -ENOENT;
	if (!e && map_is_array(s))
		return -E2BIG;
	if (!e && s->elements.len >= s->def->max_entries) {
		if (!is_lru(s) && !(map_is_queue(s) && flags & BPF_EXIST))
			return -E2BIG;
		element_drop(x, s, 0);
	}
	e = e ? e : element_add(x, s, key);
	memcpy(e->value, value, s->def->value_size);
	return 0;
}

i64 map_delete(Machine *x, MapState *s, const u8 *key)
{
	Element *e = map_is_array(s) ? NULL : map_find(s, key);

	if (map_is_array(s))
		return -EINVAL;
	if (!e)
		return -ENOENT;
	element_drop(x, s, (u32)(e - s->elements.at));
	return 0;
}

/* ---- for tests ---- */

u32 machine_map_find(const Machine *x, const char *name)
{
	for (u32 i = 0; i < x->maps.len; i++)
		if (strcmp(x->maps.at[i].def->name, name) == 0)
			return i;
	return UINT32_MAX;
}

u32 machine_map_len(const Machine *x, u32 map)
{
	return x->maps.at[map].elements.len;
}

const u8 *machine_map_key(const Machine *x, u32 map, u32 i)
{
	return x->maps.at[map].elements.at[i].key;
}

u8 *machine_map_value(const Machine *x, u32 map, u32 i)
{
	return x->maps.at[map].elements.at[i].value;
}

u8 *machine_map_get(Machine *x, u32 map, const void *key)
{
	Element *e = map_find(&x->maps.at[map], key);

	return e ? e->value : NULL;
}

void machine_map_clear(Machine *x, u32 map)
{
	MapState *s = &x->maps.at[map];

	while (s->elements.len)
		element_drop(x, s, s->elements.len - 1);
}

bool machine_map_set(Machine *x, u32 map, const void *key, const void *value)
{
	return map_update(x, &x->maps.at[map], key, value, 0) == 0;
}
