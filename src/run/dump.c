/*
 * A plain object's maps and global variables as rows, by its BTF: hashes,
 * arrays (elements that are not all zero) and the variables of .data and .bss.
 * Per-CPU values become an array with one item a CPU.
 *
 * Programs count latencies into `slots[log2(x)]` of a struct; libbpf's tools
 * have made that a custom. Such a value is shown as a histogram, added up over
 * the CPUs, and what else the struct has in a row of its own. Slot 0, which
 * counts zeroes and ones, is the row of 1.
 */
#include "run/internal.h"

#include <errno.h>
#include <linux/bpf.h>

#define HIST_BUCKETS 66 /* of AGG_HIST without subdivision: negative, 0, 1, [2, 4) … */

/* One map or variable on its way to the sink. */
typedef struct Dump {
	Types *types;
	Arena *arena;
	const Sink *sink;
	MapShow show;
	Type *value; /* of one CPU */
	Store store;
	const Field *slots; /* in value; NULL: no histogram */
	Vec(u8) bytes; /* rows: key, then value, as wide as the stride; heap */
	u32 key_room, stride, n;
} Dump;

static const Field *find_slots(Types *types, Type *t)
{
	t = type_bare(t);
	if (t->kind != TY_STRUCT)
		return NULL;
	t = type_complete(types, t);
	for (u32 i = 0; i < t->n_fields; i++) {
		Type *array = type_bare(t->fields[i].type);

		if (t->fields[i].name && strcmp(t->fields[i].name, "slots") == 0 &&
		    array->kind == TY_ARRAY && type_bare(array->base)->kind == TY_INT &&
		    array->count <= HIST_BUCKETS - 2)
			return &t->fields[i];
	}
	return NULL;
}

/* Integer of that many bytes, or bytes, where BTF doesn't say what it is. */
static Type *plain_type(Types *types, u32 size)
{
	if (size == 1 || size == 2 || size == 4 || size == 8)
		return type_int(types, size, false);
	return type_array(types, type_int(types, 1, false), size);
}

/* The struct without its slots; NULL if nothing is left. */
static Type *without_slots(Dump *d)
{
	Type *t = type_complete(d->types, type_bare(d->value)), *rest;

	if (t->n_fields < 2)
		return NULL;
	rest = NEW(d->arena, Type);
	*rest = *t;
	rest->fields = NEW_N(d->arena, Field, t->n_fields);
	rest->n_fields = 0;
	for (u32 i = 0; i < t->n_fields; i++)
		if (&t->fields[i] != d->slots)
			rest->fields[rest->n_fields++] = t->fields[i];
	return rest;
}

static bool is_zero(const u8 *at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i])
			return false;
	return true;
}

/* Places of a row; `value` zeroed. */
static u8 *add_row(Dump *d, const u8 *key, u32 value_size)
{
	u32 room = d->key_room + ALIGN_UP(value_size, 8u), at = d->bytes.len;

	d->stride = room;
	vec_reserve(NULL, &d->bytes, at + room);
	d->bytes.len += room;
	memset(d->bytes.at + at, 0, room);
	if (d->key_room)
		memcpy(d->bytes.at + at, key, d->store.key_size);
	d->n++;
	return d->bytes.at + at + d->key_room;
}

static void add_slots(Dump *d, const u8 *value, u64 *buckets)
{
	Type *array = type_bare(d->slots->type);
	u32 size = type_size(d->types, array->base);

	for (u32 i = 0; i < array->count; i++) {
		u64 n = 0;

		memcpy(&n, value + d->slots->bit_offset / 8 + (size_t)i * size, MIN(size, 8u));
		buckets[i + 2] += n;
	}
}

/* Hands the rows over and forgets them. */
static int show_rows(Dump *d, Type *value)
{
	MapRows rows = {.show = &d->show, .n = d->n, .value_size = d->stride - d->key_room};
	int err = 0;

	d->show.value = value;
	rows.rows = d->n ? malloc(d->n * sizeof(*rows.rows)) : NULL;
	for (u32 i = 0; rows.rows && i < d->n; i++) {
		u8 *at = d->bytes.at + (size_t)i * d->stride;

		rows.rows[i] = (MapRow){d->key_room ? at : NULL, at + d->key_room};
	}
	if (d->n && !rows.rows)
		err = -ENOMEM;
	else if (d->n)
		err = rows_sort(&rows);
	if (!err && d->n)
		d->sink->map(d->sink->user, &rows, 0, 0);
	free(rows.rows);
	d->n = d->bytes.len = 0;
	return err;
}

/* ---- maps ---- */

static u32 cpu_stride(const Dump *d)
{
	return d->store.n_values > 1 ? ALIGN_UP(d->store.value_size, 8u) : d->store.value_size;
}

static bool add_plain(void *user, const u8 *key, const u8 *values)
{
	Dump *d = user;
	u32 size = type_size(d->types, d->value), n = d->store.n_values;
	u8 *to;

	if (d->store.is_array && is_zero(values, (size_t)cpu_stride(d) * n))
		return true;
	to = add_row(d, key, size * n);
	for (u32 i = 0; i < n; i++)
		memcpy(to + (size_t)i * size, values + (size_t)i * cpu_stride(d), size);
	return true;
}

static bool add_hist(void *user, const u8 *key, const u8 *values)
{
	Dump *d = user;
	u64 buckets[HIST_BUCKETS] = {0};
	u32 n = d->store.n_values;

	for (u32 i = 0; i < n; i++)
		add_slots(d, values + (size_t)i * cpu_stride(d), buckets);
	if (!is_zero((const u8 *)buckets, sizeof(buckets)))
		memcpy(add_row(d, key, sizeof(buckets)), buckets, sizeof(buckets));
	return true;
}

static Type *hist_type(Types *types)
{
	static const i64 args[4];

	return type_agg(types, AGG_HIST, false, args);
}

static Type *shown_type(const Dump *d, Type *one)
{
	return d->store.n_values > 1 ? type_array(d->types, one, d->store.n_values) : one;
}

static int dump_rows(Dump *d)
{
	Type *rest = d->slots ? without_slots(d) : d->value;
	int err = 0;

	if (rest)
		err = store_each(&d->store, add_plain, d);
	if (!err && rest)
		err = show_rows(d, shown_type(d, rest));
	if (err || !d->slots)
		return err;
	err = store_each(&d->store, add_hist, d);
	return err ? err : show_rows(d, hist_type(d->types));
}

static bool is_shown(const LoadMap *map)
{
	if (map->fd < 0 || strchr(map->name, '.') || strncmp(map->name, "__", 2) == 0)
		return false; /* sections have a dot; "__": a library's own */
	switch (map->type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
		return true;
	default:
		return false;
	}
}

static int dump_map(const Loaded *loaded, const Shapes *shapes, const Sink *sink,
		    const LoadMap *map)
{
	Dump d = {.types = shapes_types(shapes), .arena = shapes_arena(shapes), .sink = sink};
	Type *key = shapes_map_part(shapes, map->name, "key");
	int err;

	d.show = (MapShow){.name = map->name, .object_name = map->name};
	d.show.key = key ? key : plain_type(d.types, map->key_size);
	d.value = shapes_map_part(shapes, map->name, "value");
	if (!d.value || type_size(d.types, d.value) != map->value_size)
		d.value = plain_type(d.types, map->value_size);
	d.slots = find_slots(d.types, d.value);
	d.key_room = ALIGN_UP(map->key_size, 8u);
	err = store_open(&d.store, loaded, &d.show);
	d.store.is_array |= map->type == BPF_MAP_TYPE_ARRAY;
	if (!err)
		err = dump_rows(&d);
	vec_free(&d.bytes);
	return err;
}

/* ---- variables ---- */

/* An array of histograms: one row an item. */
static int dump_hists(Dump *d, Type *array, const u8 *at)
{
	u32 size = type_size(d->types, array->base);

	d->show.key = type_int(d->types, 4, false);
	d->key_room = 8;
	d->store.key_size = 4;
	d->store.n_values = 1;
	d->store.value_size = size;
	for (u32 i = 0; i < array->count; i++)
		add_hist(d, (const u8 *)&i, at + (size_t)i * size);
	return show_rows(d, hist_type(d->types));
}

static int dump_variable(const Shapes *shapes, const Sink *sink, const LoadVariable *v,
			 const u8 *at)
{
	Dump d = {.types = shapes_types(shapes), .arena = shapes_arena(shapes), .sink = sink};
	Type *t = type_bare(shapes_type(shapes, v->type_id));
	Type *item = t->kind == TY_ARRAY ? type_bare(t->base) : t;
	int err;

	d.show = (MapShow){.name = v->name, .object_name = v->name};
	d.value = item;
	d.slots = find_slots(d.types, item);
	if (d.slots && t->kind == TY_ARRAY) {
		err = dump_hists(&d, t, at);
	} else if (d.slots) {
		d.store = (Store){.n_values = 1, .value_size = v->size};
		add_hist(&d, NULL, at);
		err = show_rows(&d, hist_type(d.types));
	} else {
		memcpy(add_row(&d, NULL, v->size), at, v->size);
		err = show_rows(&d, t);
	}
	vec_free(&d.bytes);
	return err;
}

/* The whole section as the kernel has it now; heap, NULL if it has none. */
static u8 *read_section(const Loaded *loaded, const char *section, u32 *size)
{
	int fd = load_map_fd(loaded, section);
	u32 zero = 0;
	LoadMap map;

	for (u32 i = 0; fd >= 0 && load_map_at(loaded, i, &map); i++) {
		Store store = {
		    .fd = fd, .key_size = 4, .value_size = map.value_size, .n_values = 1};
		u8 *bytes;

		if (map.fd != fd)
			continue;
		bytes = malloc(map.value_size);
		if (!bytes || store_get(&store, (const u8 *)&zero, bytes)) {
			free(bytes);
			return NULL;
		}
		*size = map.value_size;
		return bytes;
	}
	return NULL;
}

static int dump_variables(const Loaded *loaded, const Shapes *shapes, const Sink *sink)
{
	const char *section = NULL;
	u8 *bytes = NULL;
	u32 size = 0;
	LoadVariable v;
	int err = 0;

	for (u32 i = 0; !err && load_variable_next(loaded, &i, &v);) {
		if (strncmp(v.section, ".rodata", 7) == 0)
			continue;
		if (!section || strcmp(section, v.section) != 0) {
			free(bytes);
			section = v.section;
			bytes = read_section(loaded, section, &size);
		}
		if (bytes && (u64)v.offset + v.size <= size)
			err = dump_variable(shapes, sink, &v, bytes + v.offset);
	}
	free(bytes);
	return err;
}

int shapes_dump_maps(const Shapes *s, const Loaded *loaded, const Sink *sink)
{
	LoadMap map;
	int err = dump_variables(loaded, s, sink);

	for (u32 i = 0; !err && load_map_at(loaded, i, &map); i++)
		if (is_shown(&map))
			err = dump_map(loaded, s, sink, &map);
	return err;
}
