/*
 * A hash map from a pointer or number (not 0) to a pointer or number. Names
 * are interned (str_intern), so a name's pointer is its key.
 */
#pragma once

#include "base/arena.h"

typedef struct {
	u64 key, value;
} MapSlot;

typedef struct {
	Arena *arena; /* NULL: heap, map_free needed */
	MapSlot *slots;
	u32 len, cap;
} Map;

/* The value of the key, or 0. */
u64 map_get(const Map *m, u64 key);
/* Adds or replaces. */
void map_set(Map *m, u64 key, u64 value);
void map_free(Map *m);

#define map_get_ptr(m, key) ((void *)(uintptr_t)map_get((m), (u64)(uintptr_t)(key)))
#define map_set_ptr(m, key, p) map_set((m), (u64)(uintptr_t)(key), (u64)(uintptr_t)(p))

/* Interned text: the same bytes give the same pointer, ended by a zero byte. */
typedef struct {
	Arena *arena;
	const char **slots;
	u32 *lens;
	u32 *hashes; /* of the slots: growth needs not read the text again, and most unequal names part here */
	u32 len, cap;
} Interns;

const char *intern_len(Interns *in, const char *at, size_t len);
static inline const char *intern(Interns *in, const char *text)
{
	return intern_len(in, text, strlen(text));
}

/* FNV-1a over the bytes. */
u64 hash_bytes(const void *at, size_t len);

/*
 * Edit distance (insert, delete, replace, swap neighbours) for "did you mean"
 * hints; stops counting at limit + 1.
 */
u32 edit_distance(const char *a, const char *b, u32 limit);
