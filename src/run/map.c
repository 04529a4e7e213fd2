/*
 * Maps as rows: what store.c fetches, merged over the CPUs and sorted. The
 * elements are packed one after the other, key then value, each rounded up to
 * 8 bytes; rows point into that.
 */
#include "run/internal.h"

#include <errno.h>

typedef struct Reader {
	const MapShow *show;
	const Store *store;
	MapRows *out;
	u8 *at;			 /* packed elements */
	size_t n, room;		 /* elements */
	size_t key_room, stride; /* bytes */
} Reader;

static void reader_init(Reader *r, const MapShow *show, const Store *store, MapRows *out)
{
	*out = (MapRows){.show = show, .value_size = merged_size(show, store)};
	*r = (Reader){.show = show, .store = store, .out = out};
	r->key_room = ALIGN_UP(store->key_size, 8u);
	r->stride = r->key_room + ALIGN_UP(out->value_size, 8u);
}

static bool add_element(void *user, const u8 *key, const u8 *values)
{
	Reader *r = user;
	u8 *at;

	if (r->n == r->room) {
		size_t room = r->room ? r->room * 2 : 64;
		u8 *grown = room < UINT32_MAX ? realloc(r->at, room * r->stride) : NULL;

		if (!grown)
			return false;
		r->at = grown;
		r->room = room;
	}
	at = r->at + r->n++ * r->stride;
	memcpy(at, key, r->store->key_size);
	merge_values(r->show, r->store, values, at + r->key_room);
	return true;
}

/* Rows that point at the packed elements, which are theirs from now on, also after an error. */
static int make_rows(Reader *r)
{
	r->out->storage = r->at;
	if (!r->n)
		return 0;
	r->out->rows = malloc(r->n * sizeof(*r->out->rows));
	if (!r->out->rows)
		return -ENOMEM;
	r->out->n = (u32)r->n;
	for (size_t i = 0; i < r->n; i++) {
		u8 *at = r->at + i * r->stride;

		r->out->rows[i] = (MapRow){r->show->key ? at : NULL, at + r->key_room};
	}
	return 0;
}

void map_rows_free(MapRows *rows)
{
	free(rows->rows);
	free(rows->storage);
	*rows = (MapRows){0};
}

static bool is_zero(const u8 *at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i])
			return false;
	return true;
}

static bool is_chart(const MapShow *show)
{
	Type *t = type_bare(show->value);

	return t->kind == TY_AGG &&
	       (t->agg == AGG_HIST || t->agg == AGG_LHIST || t->agg == AGG_TSERIES);
}

/* One element or nothing; if_empty: zeroes where there is nothing. */
static int read_one(Reader *r, const u8 *key, bool if_empty)
{
	size_t size = store_element_size(r->store);
	u8 *values = calloc(1, size);
	int err = values ? store_get(r->store, key, values) : -ENOMEM;
	bool is_there =
	    !err && (!r->store->is_array || r->store->is_zeroed || !is_zero(values, size));

	if (err == -ENOENT)
		err = 0;
	if (!err && (is_there || if_empty) && !add_element(r, key, values))
		err = -ENOMEM;
	free(values);
	return err;
}

static Store *store_of(Run *r, u32 map)
{
	return r->stores && map < r->meta->maps.len && r->stores[map].fd >= 0 ? &r->stores[map]
									      : NULL;
}

/* Makes the rows of what was read, or releases everything after an error. */
static int finish_rows(Reader *r, int err)
{
	int failed = make_rows(r);

	err = err ? err : failed;
	if (!err)
		err = rows_sort(r->out);
	if (err)
		map_rows_free(r->out);
	return err;
}

int run_read_map(Run *r, u32 map, bool with_empty, MapRows *out)
{
	const Store *store = store_of(r, map);
	const MapShow *show = &r->meta->maps.at[map];
	static const u8 zero_key[8];
	Reader reader;
	int err;

	*out = (MapRows){0};
	if (!store)
		return -ENOENT;
	reader_init(&reader, show, store, out);
	if (show->key)
		err = store_each(store, add_element, &reader);
	else
		err = read_one(&reader, zero_key, with_empty && !is_chart(show));
	return finish_rows(&reader, err);
}

/* A key as the map has it: what lies behind a text's end or between fields is zero there. */
static void copy_key(Type *t, u8 *to, const u8 *from)
{
	t = type_bare(t);
	if (t->kind == TY_STRING) {
		memcpy(to, from, strnlen((const char *)from, t->count));
	} else if (t->kind == TY_TUPLE || t->kind == TY_RECORD) {
		for (u32 i = 0; i < t->n_fields; i++) {
			u32 at = t->fields[i].bit_offset / 8;

			copy_key(t->fields[i].type, to + at, from + at);
		}
	} else {
		memcpy(to, from, t->size);
	}
}

int run_read_element(Run *r, u32 map, const u8 *key, MapRows *out)
{
	const Store *store = store_of(r, map);
	Reader reader;
	u8 *exact;
	int err;

	*out = (MapRows){0};
	if (!store)
		return -ENOENT;
	reader_init(&reader, &r->meta->maps.at[map], store, out);
	exact = calloc(1, MAX(store->key_size, 8u));
	if (!exact)
		return -ENOMEM;
	if (key && reader.show->key && type_bare(reader.show->key)->size <= store->key_size)
		copy_key(reader.show->key, exact, key);
	err = read_one(&reader, exact, true);
	free(exact);
	return finish_rows(&reader, err);
}
