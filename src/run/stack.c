/*
 * Stacks by id. The kernel's stack maps hold up to 127 frames, zero behind the
 * last; ids with META_STACK_MORE_BIT are keys of a hash map (lower/stack.c says
 * why). What was read once is kept: the same stack is shown many times.
 */
#include "run/internal.h"

#include <errno.h>

#include "load/sys.h"

typedef struct Stack {
	u32 n;
	u64 frames[];
} Stack;

static bool find_map(const Run *r, const char *name, LoadMap *out)
{
	for (u32 i = 0; load_map_at(r->loaded, i, out); i++)
		if (strcmp(out->name, name) == 0)
			return true;
	return false;
}

static int fetch(const LoadMap *map, i64 id, Stack **out)
{
	u32 room = map->value_size / 8;
	Stack *s = calloc(1, sizeof(*s) + (size_t)room * 8);
	u32 short_id = (u32)id;
	union bpf_attr attr;
	int err;

	if (!s)
		return -ENOMEM;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (u32)map->fd;
	attr.key = map->key_size == 4 ? sys_address(&short_id) : sys_address(&id);
	attr.value = sys_address(s->frames);
	err = sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	if (err) {
		free(s);
		return err;
	}
	while (s->n < room && s->frames[s->n])
		s->n++;
	*out = s;
	return 0;
}

int run_read_stack(Run *r, bool is_user, i64 id, u64 *frames, u32 max)
{
	bool is_more = (id & (i64)META_STACK_MORE_BIT) != 0;
	/* ids use 63 bits at most: one more tells kernel from user, 1 is added as 0 can't be a key
	 */
	u64 cached = (((u64)id << 1) | is_user) + 1;
	Stack *s = map_get_ptr(&r->stacks, cached);
	LoadMap map;
	int err;

	if (id < 0)
		return (int)id;
	if (!s) {
		if (!find_map(r,
			      is_more	? META_STACKS_MORE
			      : is_user ? META_STACKS_USER
					: META_STACKS_KERNEL,
			      &map))
			return -ENOENT;
		err = fetch(&map, id, &s);
		if (err)
			return err;
		map_set_ptr(&r->stacks, cached, s);
	}
	max = MIN(max, s->n);
	memcpy(frames, s->frames, (size_t)max * 8);
	return (int)max;
}

void stacks_free(Run *r)
{
	for (u32 i = 0; i < r->stacks.cap; i++)
		if (r->stacks.slots[i].key)
			free((void *)(uintptr_t)r->stacks.slots[i].value);
	map_free(&r->stacks);
}
