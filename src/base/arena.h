/*
 * Memory of one compilation: allocated piece by piece, released at once.
 * `make san` builds give each piece its own malloc, so that AddressSanitizer
 * sees overruns.
 */
#pragma once

#include <stdarg.h>

#include "base/base.h"

typedef struct Arena Arena;

/* A point to go back to; valid until the arena is reset before it. */
typedef struct {
	u64 position;
} ArenaMark;

/* Heap; the caller owns it. Ends the process when memory is out. */
Arena *arena_new(void);
/* Releases all that came from the arena. NULL is allowed. */
void arena_free(Arena *a);

/* Zeroed memory, aligned to 16 bytes; lives as long as the arena. */
void *arena_alloc(Arena *a, size_t size);
/* A copy of len bytes with a zero byte behind them. */
char *arena_copy(Arena *a, const char *at, size_t len);
/* Formatted text with a final zero byte. */
char *arena_printf(Arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(Arena *a, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

/* Scratch use: all that is allocated after the mark goes at the reset. */
ArenaMark arena_mark(Arena *a);
void arena_reset(Arena *a, ArenaMark mark);

/* Bytes handed out so far; for statistics. */
u64 arena_used(const Arena *a);

#define NEW(arena, T) ((T *)arena_alloc((arena), sizeof(T)))
#define NEW_N(arena, T, n) ((T *)arena_alloc((arena), sizeof(T) * (size_t)(n)))
