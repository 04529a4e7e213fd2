/*
 * The maps of a run, in the machine instead of the kernel: the same functions
 * as run/store.c has (this file is linked in its place), so that merging,
 * sorting and all that records ask for are the real ones.
 */
#include "vmcase.h"

#include <errno.h>

/* One machine at a time; a Store's fd is a map's number in it. */
static struct {
	Machine *x;
	Module *m;
} in;

void store_use_machine(Machine *x, Module *m)
{
	in.x = x;
	in.m = m;
}

int store_open(Store *s, const Loaded *loaded, const MapShow *show)
{
	u32 map = machine_map_find(in.x, show->object_name);
	const MapDef *def;

	(void)loaded;
	s->fd = -1;
	if (map == UINT32_MAX)
		return -ENOENT;
	def = in.m->maps.at[map];
	*s = (Store){.fd = (int)map, .key_size = def->key_size, .value_size = def->value_size,
		     .max_entries = def->max_entries, .n_values = 1,
		     .is_array = def->type == BPF_MAP_TYPE_ARRAY || def->type == BPF_MAP_TYPE_PERCPU_ARRAY};
	return 0;
}

size_t store_element_size(const Store *s)
{
	return ALIGN_UP(s->value_size, 8u) * s->n_values;
}

static void copy_value(const Store *s, const u8 *from, u8 *values)
{
	memset(values, 0, store_element_size(s));
	memcpy(values, from, s->value_size);
}

int store_each(const Store *s, bool (*f)(void *user, const u8 *key, const u8 *values), void *user)
{
	u8 *values = malloc(store_element_size(s) + 1);
	int err = 0;

	for (u32 i = 0; i < machine_map_len(in.x, (u32)s->fd) && !err; i++) {
		copy_value(s, machine_map_value(in.x, (u32)s->fd, i), values);
		err = f(user, machine_map_key(in.x, (u32)s->fd, i), values) ? 0 : -ENOMEM;
	}
	free(values);
	return err;
}

int store_get(const Store *s, const u8 *key, u8 *values)
{
	const u8 *value = machine_map_get(in.x, (u32)s->fd, key);

	if (!value)
		return -ENOENT;
	copy_value(s, value, values);
	return 0;
}

int store_zero(Store *s)
{
	for (u32 i = 0; i < machine_map_len(in.x, (u32)s->fd); i++)
		memset(machine_map_value(in.x, (u32)s->fd, i), 0, s->value_size);
	s->is_zeroed = true;
	return 0;
}

int store_clear(Store *s)
{
	if (s->is_array)
		store_zero(s);
	else
		machine_map_clear(in.x, (u32)s->fd);
	s->is_zeroed = false;
	return 0;
}
