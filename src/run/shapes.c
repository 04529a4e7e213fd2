/*
 * What the bytes are that a plain object's programs leave: the object's own BTF
 * says. Variables and maps are declared there with their types. The type of a
 * record in a ring or perf buffer is not, so it is found, in this order:
 *
 *   1. --event MAP=TYPE
 *   2. the value type of the map, if its definition has one that is a struct
 *   3. the program's own structs (not the kernel's) that are as long as the
 *      record, those first whose name says that they are an event
 *   4. longer ones that end in an array: records are cut to what was written
 *
 * A perf buffer rounds a record's length up to 8 n + 4, so a few more bytes fit too.
 */
#include "run/internal.h"

#include <errno.h>
#include <linux/btf.h>
#include <strings.h>

#include "types/btf.h"

#define MASK(kind) (1u << BTF_KIND_##kind)

/* --event MAP=TYPE */
typedef struct Wish {
	const char *map, *type;
} Wish;

/* What was found for records of a length in a map. */
typedef struct Known {
	const char *map;
	u32 len;
	Type *type; /* NULL: nothing fits */
} Known;

struct Shapes {
	Compile *c;
	Types *types;
	u8 *bytes; /* copy of the BTF */
	BtfFile *btf; /* NULL: the object has none */
	Vec(Wish) wishes; /* heap */
	Vec(Known) known; /* heap */
};

int shapes_open(Shapes **out, Compile *c, const Loaded *loaded)
{
	u32 size;
	const void *bytes = load_btf(loaded, &size);
	Shapes *s = calloc(1, sizeof(*s));
	int err = 0;

	if (!s)
		return -ENOMEM;
	s->c = c;
	s->types = c->types;
	s->bytes = bytes ? malloc(size) : NULL;
	if (s->bytes) {
		memcpy(s->bytes, bytes, size);
		err = btf_open_mem(&s->btf, s->bytes, size, NULL);
	}
	if (err) {
		shapes_close(s);
		return err;
	}
	*out = s;
	return 0;
}

void shapes_close(Shapes *s)
{
	if (!s)
		return;
	btf_close(s->btf);
	free(s->bytes);
	vec_free(&s->wishes);
	vec_free(&s->known);
	free(s);
}

Types *shapes_types(const Shapes *s)
{
	return s->types;
}

Arena *shapes_arena(const Shapes *s)
{
	return s->c->arena;
}

Type *shapes_type(const Shapes *s, u32 id)
{
	return s->btf ? types_import(s->types, s->btf, id) : NULL;
}

/* A type by its name: "event", "struct event". */
static Type *named_type(const Shapes *s, const char *name)
{
	u32 id;

	if (strncmp(name, "struct ", 7) == 0 || strncmp(name, "union ", 6) == 0)
		name = strchr(name, ' ') + 1;
	id = s->btf ? btf_find_own(s->btf, name, MASK(STRUCT) | MASK(UNION) | MASK(TYPEDEF)) : 0;
	return id ? shapes_type(s, id) : NULL;
}

int shapes_set_event(Shapes *s, const char *map, const char *type)
{
	if (!named_type(s, type))
		return -ENOENT;
	vec_push(NULL, &s->wishes, (Wish){map, type});
	return 0;
}

/* ---- maps ---- */

/* The id of the struct that defines the map; 0 if there is none. */
static u32 map_definition(const Shapes *s, const char *map)
{
	u32 section = s->btf ? btf_find_own(s->btf, ".maps", MASK(DATASEC)) : 0;
	const struct btf_type *list = section ? btf_type_at(s->btf, section) : NULL;
	const struct btf_var_secinfo *at = list ? (const void *)(list + 1) : NULL;

	for (u32 i = 0; list && i < BTF_INFO_VLEN(list->info); i++) {
		const struct btf_type *var = btf_type_at(s->btf, at[i].type);

		if (var && strcmp(btf_string(s->btf, var->name_off), map) == 0)
			return var->type;
	}
	return 0;
}

Type *shapes_map_part(const Shapes *s, const char *map, const char *part)
{
	u32 id = map_definition(s, map);
	Type *t = id ? type_complete(s->types, type_bare(shapes_type(s, id))) : NULL;

	for (u32 i = 0; t && i < t->n_fields; i++) {
		Type *pointer = type_bare(t->fields[i].type);

		if (t->fields[i].name && strcmp(t->fields[i].name, part) == 0 &&
		    pointer->kind == TY_PTR)
			return pointer->base;
	}
	return NULL;
}

/* ---- records ---- */

typedef struct Search {
	const Shapes *s;
	u32 len;
	bool is_padded;
	Type *best;
	u32 best_score;
} Search;

static bool has_length(const Search *search, u32 size)
{
	return size == search->len ||
	       (search->is_padded && ALIGN_UP(size + 4, 8u) - 4 == search->len);
}

/* Longer or shorter than the record, but its last member is an array that may be cut. */
static bool is_cut(const Search *search, Type *t, u32 size)
{
	const Field *last = t->n_fields ? &t->fields[t->n_fields - 1] : NULL;
	Type *end = last ? type_bare(last->type) : NULL;

	if (!end || end->kind != TY_ARRAY || last->bit_offset / 8 > search->len)
		return false;
	return end->is_flexible || size > search->len;
}

static u32 name_score(const char *name)
{
	static const char *const words[] = {"data",   "record", "info", "sample",
					    "msg", "log",    "entry"};

	if (strcasestr(name, "event") || strcmp(name, "evt") == 0)
		return 4;
	for (u32 i = 0; i < ARRAY_LEN(words); i++)
		if (strcasestr(name, words[i]))
			return 2;
	return 1;
}

/* A name that the kernel has too came from its headers. */
static bool is_kernels(const Shapes *s, const char *name)
{
	BtfFile *kernel = types_btf(s->types);

	return kernel && btf_find_own(kernel, name, MASK(STRUCT) | MASK(UNION) | MASK(TYPEDEF));
}

static bool try_record(void *user, u32 id, const struct btf_type *b)
{
	Search *search = user;
	const Shapes *s = search->s;
	const char *name = btf_string(s->btf, b->name_off);
	Type *t = *name && *name != '_' ? type_bare(shapes_type(s, id)) : NULL; /* "__": a library's */
	u32 size, score;

	if (!t || (t->kind != TY_STRUCT && t->kind != TY_UNION))
		return true;
	size = type_size(s->types, t);
	t = type_complete(s->types, t);
	score = name_score(name);
	if (has_length(search, size))
		score += 8;
	else if (score < 4 || !is_cut(search, t, size))
		return true;
	if (score > search->best_score && !is_kernels(s, name)) {
		search->best = t;
		search->best_score = score;
	}
	return true;
}

static Type *find_record(Shapes *s, const char *map, u32 len, bool is_padded)
{
	Search search = {.s = s, .len = len, .is_padded = is_padded};
	Type *value = shapes_map_part(s, map, "value");

	vec_each(wish, &s->wishes)
		if (strcmp(wish->map, map) == 0)
			return named_type(s, wish->type);
	if (value && type_is_record(type_bare(value)))
		return value;
	if (s->btf)
		btf_each(s->btf, MASK(STRUCT) | MASK(UNION) | MASK(TYPEDEF), try_record, &search);
	return search.best;
}

Type *shapes_record(Shapes *s, const char *map, u32 len, bool is_padded)
{
	vec_each(known, &s->known)
		if (known->len == len && strcmp(known->map, map) == 0)
			return known->type;
	vec_push(NULL, &s->known, (Known){map, len, find_record(s, map, len, is_padded)});
	return s->known.at[s->known.len - 1].type;
}
