/*
 * Room for growable arrays, and text built in one. Room doubles, so that a
 * push costs constant time on average. In an arena the old room stays behind
 * until the arena goes; on the heap it is given back.
 *
 * With WAGGLE_HARD arrays begin with room for one item, which moves them at
 * almost every push and brings out pointers that were kept too long.
 */
#include "base/text.h"

#ifdef WAGGLE_HARD
#define FIRST_CAP 1
#else
#define FIRST_CAP 8
#endif

void vec_grow(Arena *a, void **at, u32 *cap, u32 need, size_t size)
{
	u64 wanted = MAX((u64)*cap * 2, (u64)FIRST_CAP);
	size_t old_bytes = *cap * size;
	void *room, *old;

	/* Copied as bytes: the caller's pointer is of another type than void *. */
	memcpy(&old, at, sizeof(old));
	if (wanted < need)
		wanted = need;
	if (wanted > UINT32_MAX)
		wanted = UINT32_MAX;
	if (a) {
		room = arena_alloc(a, (size_t)wanted * size);
		if (old_bytes)
			memcpy(room, old, old_bytes);
	} else {
		room = realloc(old, (size_t)wanted * size);
		if (!room) {
			fputs("waggle: out of memory\n", stderr);
			exit(1);
		}
		memset((char *)room + old_bytes, 0, (size_t)wanted * size - old_bytes);
	}
	memcpy(at, &room, sizeof(room));
	*cap = (u32)wanted;
}

/* Room for len more bytes and the zero byte; where they go. */
static char *text_room(Text *t, size_t len)
{
	if (len >= UINT32_MAX - t->len)
		bug("text of over 4 GB");
	vec_reserve(t->arena, t, t->len + (u32)len + 1);
	return t->at + t->len;
}

void text_add(Text *t, const char *at, size_t len)
{
	char *to = text_room(t, len);

	if (len)
		memcpy(to, at, len);
	to[len] = 0;
	t->len += (u32)len;
}

void text_fill(Text *t, char c, size_t n)
{
	char *to = text_room(t, n);

	memset(to, c, n);
	to[n] = 0;
	t->len += (u32)n;
}

void text_addf(Text *t, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		bug("bad format '%s'", fmt);
	text_room(t, (size_t)len);
	va_start(args, fmt);
	vsnprintf(t->at + t->len, (size_t)len + 1, fmt, args);
	va_end(args);
	t->len += (u32)len;
}

const char *text_done(Text *t)
{
	return t->at ? t->at : "";
}
