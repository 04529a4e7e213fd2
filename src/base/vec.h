/*
 * A growable array. `Vec(int) v = {0}; vec_push(arena, &v, 3); v.at[0]`.
 * With a NULL arena the items are on the heap and vec_free releases them.
 * A pointer to an item is valid until the next push: keep indices.
 */
#pragma once

#include "base/arena.h"

#define Vec(T)                                                                                     \
	struct {                                                                                   \
		T *at;                                                                             \
		u32 len, cap;                                                                      \
	}

/* Makes room for `need` items of `size` bytes; new room is zeroed. */
void vec_grow(Arena *a, void **at, u32 *cap, u32 need, size_t size);

#define vec_reserve(arena, v, need)                                                                \
	((need) > (v)->cap ? vec_grow((arena), (void **)&(v)->at, &(v)->cap, (need),               \
				      sizeof(*(v)->at))                                            \
			   : (void)0)

#define vec_push(arena, v, ...)                                                                    \
	(vec_reserve((arena), (v), (v)->len + 1), (v)->at[(v)->len++] = (__VA_ARGS__))

/* A zeroed new item at the end; its address. */
#define vec_add(arena, v)                                                                          \
	(vec_reserve((arena), (v), (v)->len + 1),                                                  \
	 memset(&(v)->at[(v)->len], 0, sizeof(*(v)->at)), &(v)->at[(v)->len++])

#define vec_free(v) (free((v)->at), memset((v), 0, sizeof(*(v))))

#define vec_each(item, v)                                                                          \
	for (__typeof__(&(v)->at[0]) item = (v)->at; item && item < (v)->at + (v)->len; item++)
