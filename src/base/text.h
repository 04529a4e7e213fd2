/*
 * Text put together piece by piece: `Text t = text_new(arena); text_addf(&t,
 * "%d", 3); return text_done(&t);`. Always ended by a zero byte.
 */
#pragma once

#include "base/vec.h"

typedef struct {
	Arena *arena;
	char *at;
	u32 len, cap;
} Text;

/* Empty; its memory comes from the arena. */
static inline Text text_new(Arena *a)
{
	return (Text){.arena = a};
}

void text_add(Text *t, const char *at, size_t len);
void text_addf(Text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The byte c, n times. */
void text_fill(Text *t, char c, size_t n);
/* The text so far, "" if nothing was added. Lives as long as the arena. */
const char *text_done(Text *t);

static inline void text_adds(Text *t, const char *s)
{
	text_add(t, s, strlen(s));
}
