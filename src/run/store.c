/*
 * Maps as the kernel has them: walking, reading one element, clearing,
 * zeroing. Elements are fetched many at a time (BPF_MAP_LOOKUP_BATCH, 5.6)
 * where the kind of map allows it, else key by key. Other CPUs go on changing
 * the map meanwhile: an element that vanishes between two calls is skipped.
 */
#include "run/internal.h"

#include <bpf/libbpf.h>
#include <errno.h>

#include "load/sys.h"

#define BATCH_BYTES (1u << 20)
#define BATCH_MAX 8192u

static bool is_per_cpu_type(u32 type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

int store_open(Store *s, const Loaded *loaded, const MapShow *show)
{
	LoadMap map;

	*s = (Store){.fd = -1};
	for (u32 i = 0; load_map_at(loaded, i, &map); i++) {
		if (strcmp(map.name, show->object_name) != 0)
			continue;
		*s = (Store){.fd = map.fd,
			     .key_size = map.key_size,
			     .value_size = map.value_size,
			     .max_entries = map.max_entries,
			     .n_values = 1};
		s->is_array =
		    map.type == BPF_MAP_TYPE_PERCPU_ARRAY || map.type == BPF_MAP_TYPE_ARRAY;
		if (is_per_cpu_type(map.type)) {
			int n = libbpf_num_possible_cpus();

			if (n < 0)
				return n;
			s->n_values = (u32)n;
		}
		return 0;
	}
	return -ENOENT;
}

size_t store_element_size(const Store *s)
{
	if (s->n_values == 1)
		return s->value_size;
	return (size_t)ALIGN_UP(s->value_size, 8u) * s->n_values;
}

/* A call about one element; value is the second buffer of the command. */
static int element_call(int cmd, int fd, const void *key, const void *value, u64 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (u32)fd;
	attr.key = sys_address(key);
	attr.value = sys_address(value);
	attr.flags = flags;
	return sys_bpf(cmd, &attr, sizeof(attr));
}

int store_get(const Store *s, const u8 *key, u8 *values)
{
	return element_call(BPF_MAP_LOOKUP_ELEM, s->fd, key, values, 0);
}

/* ---- walking ---- */

/* Room for a batch; `place` is where the kernel goes on, in and out. */
typedef struct Batch {
	u32 room;
	u8 *keys, *values, *place;
} Batch;

static void batch_free(Batch *b)
{
	free(b->keys);
	free(b->values);
	free(b->place);
}

static int batch_make(Batch *b, const Store *s, u32 room)
{
	*b = (Batch){.room = room};
	b->keys = malloc((size_t)room * s->key_size);
	b->values = malloc((size_t)room * store_element_size(s));
	b->place = calloc(1, MAX(s->key_size, 8u));
	if (b->keys && b->values && b->place)
		return 0;
	batch_free(b);
	return -ENOMEM;
}

/* Fills the batch from where the last call stopped; -ENOENT with the last elements. */
static int fetch_batch(const Store *s, Batch *b, bool is_first, u32 *n)
{
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.batch.map_fd = (u32)s->fd;
	attr.batch.in_batch = is_first ? 0 : sys_address(b->place);
	attr.batch.out_batch = sys_address(b->place);
	attr.batch.keys = sys_address(b->keys);
	attr.batch.values = sys_address(b->values);
	attr.batch.count = b->room;
	err = sys_bpf(BPF_MAP_LOOKUP_BATCH, &attr, sizeof(attr));
	*n = err && err != -ENOENT ? 0 : attr.batch.count;
	return err;
}

static u32 first_room(const Store *s)
{
	size_t fits = BATCH_BYTES / (s->key_size + store_element_size(s));

	return (u32)MIN(MAX(fits, 16u), BATCH_MAX);
}

/*
 * -ENOSPC asks for more room, as one of the map's buckets is fuller than the
 * batch; *walked is true once elements have been handed over.
 */
static int each_in_batches(const Store *s, Batch *b, bool *walked,
			   bool (*f)(void *user, const u8 *key, const u8 *values), void *user)
{
	size_t size = store_element_size(s);
	bool is_first = true;
	int err = 0;

	while (!err) {
		u32 n;

		err = fetch_batch(s, b, is_first, &n);
		if (err && err != -ENOENT)
			return err;
		is_first = false;
		for (u32 i = 0; i < n; i++) {
			*walked = true;
			if (!f(user, b->keys + (size_t)i * s->key_size, b->values + i * size))
				return -ENOMEM;
		}
	}
	return 0;
}

/* For kernels and maps without batches. */
static int each_by_key(const Store *s, bool (*f)(void *user, const u8 *key, const u8 *values),
		       void *user)
{
	u8 *key = malloc(s->key_size), *values = malloc(store_element_size(s));
	int err = key && values ? 0 : -ENOMEM;
	bool is_first = true;

	while (!err &&
	       element_call(BPF_MAP_GET_NEXT_KEY, s->fd, is_first ? NULL : key, key, 0) == 0) {
		is_first = false;
		if (store_get(s, key, values) == 0 && !f(user, key, values))
			err = -ENOMEM;
	}
	free(key);
	free(values);
	return err;
}

int store_each(const Store *s, bool (*f)(void *user, const u8 *key, const u8 *values), void *user)
{
	u32 room = first_room(s);
	bool walked = false;
	int err = -ENOSPC;

	while (err == -ENOSPC && !walked) {
		Batch b;

		err = batch_make(&b, s, room);
		if (err)
			return err;
		err = each_in_batches(s, &b, &walked, f, user);
		batch_free(&b);
		room *= 4;
	}
	if (err && err != -ENOMEM && !walked)
		err = each_by_key(s, f, user);
	return err;
}

/* ---- changing ---- */

typedef Vec(u8) Bytes;

typedef struct Keys {
	const Store *store;
	Bytes bytes;
} Keys;

static bool add_key(void *user, const u8 *key, const u8 *values)
{
	Keys *keys = user;
	u32 size = keys->store->key_size;

	(void)values;
	vec_reserve(NULL, &keys->bytes, keys->bytes.len + size);
	memcpy(keys->bytes.at + keys->bytes.len, key, size);
	keys->bytes.len += size;
	return true;
}

/* f for each key that is there now. */
static int each_key(Store *s, void (*f)(Store *s, const u8 *key, const u8 *zeroes))
{
	Keys keys = {.store = s};
	u8 *zeroes = calloc(1, store_element_size(s));
	int err = zeroes ? store_each(s, add_key, &keys) : -ENOMEM;

	for (u32 at = 0; !err && at < keys.bytes.len; at += s->key_size)
		f(s, keys.bytes.at + at, zeroes);
	vec_free(&keys.bytes);
	free(zeroes);
	return err;
}

static void delete_key(Store *s, const u8 *key, const u8 *zeroes)
{
	(void)zeroes;
	element_call(BPF_MAP_DELETE_ELEM, s->fd, key, NULL, 0);
}

static void zero_key(Store *s, const u8 *key, const u8 *zeroes)
{
	element_call(BPF_MAP_UPDATE_ELEM, s->fd, key, zeroes, BPF_EXIST);
}

int store_clear(Store *s)
{
	s->is_zeroed = false;
	return each_key(s, s->is_array ? zero_key : delete_key);
}

int store_zero(Store *s)
{
	s->is_zeroed = true;
	return each_key(s, zero_key);
}
