/*
 * Memory is handed out from the front of chunks that come from malloc. Chunks
 * stand in a stack: a mark is the number of bytes handed out so far, and a
 * reset pops every chunk that was begun after it. Each chunk remembers the
 * position at which it was begun; as a chunk is only begun to serve a request
 * at once, "begun at the mark's position" means "begun after the mark".
 *
 * One popped chunk is kept as a spare, so that a mark and reset around each
 * function do not go to malloc again and again.
 *
 * With WAGGLE_SAN each chunk is just as long as the one piece in it, which
 * lets AddressSanitizer see both overruns and use after a reset.
 */
#include "base/arena.h"

#define PIECE_ALIGN 16
#ifdef WAGGLE_SAN
#define ONE_PIECE_EACH true
#define CHUNK_FIRST 0
#define CHUNK_MAX 0
#else
#define ONE_PIECE_EACH false
#define CHUNK_FIRST (16 << 10)
#define CHUNK_MAX (256 << 10)
#endif

typedef struct Chunk {
	struct Chunk *below;
	u64 begun_at; /* position when it was begun */
	size_t used, size;
	_Alignas(PIECE_ALIGN) u8 bytes[];
} Chunk;

struct Arena {
	Chunk *top;
	Chunk *spare;
	u64 position;
	size_t next_size;
};

static void *must_malloc(size_t size)
{
	void *p = malloc(size);

	if (!p) {
		fputs("waggle: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

Arena *arena_new(void)
{
	Arena *a = must_malloc(sizeof(*a));

	*a = (Arena){.next_size = CHUNK_FIRST};
	return a;
}

void arena_free(Arena *a)
{
	if (!a)
		return;
	while (a->top) {
		Chunk *below = a->top->below;

		free(a->top);
		a->top = below;
	}
	free(a->spare);
	free(a);
}

/* A chunk with room for size bytes: the spare, or a new one. Sizes double up to CHUNK_MAX. */
static void chunk_push(Arena *a, size_t size)
{
	Chunk *c = a->spare;

	if (c && c->size >= size) {
		a->spare = NULL;
	} else {
		size_t room = MAX(size, a->next_size);

		c = must_malloc(sizeof(*c) + room);
		c->size = room;
		if (a->next_size != CHUNK_MAX)
			a->next_size *= 2;
	}
	c->used = 0;
	c->begun_at = a->position;
	c->below = a->top;
	a->top = c;
}

static void chunk_pop(Arena *a)
{
	Chunk *c = a->top;

	a->top = c->below;
	if (!ONE_PIECE_EACH && !a->spare && c->size <= CHUNK_MAX) {
		a->spare = c;
		return;
	}
	free(c);
}

void *arena_alloc(Arena *a, size_t size)
{
	size_t step = ALIGN_UP(MAX(size, (size_t)1), (size_t)PIECE_ALIGN);
	size_t need = ONE_PIECE_EACH ? size : step;
	void *p;

	if (step < size) {
		fputs("waggle: out of memory\n", stderr);
		exit(1);
	}
	if (!a->top || ONE_PIECE_EACH || a->top->size - a->top->used < need)
		chunk_push(a, need);
	p = a->top->bytes + a->top->used;
	a->top->used += need;
	a->position += step;
	return memset(p, 0, size);
}

char *arena_copy(Arena *a, const char *at, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len)
		memcpy(copy, at, len);
	return copy;
}

char *arena_vprintf(Arena *a, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		bug("bad format '%s'", fmt);
	text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	return text;
}

char *arena_printf(Arena *a, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(a, fmt, args);
	va_end(args);
	return text;
}

ArenaMark arena_mark(Arena *a)
{
	return (ArenaMark){a->position};
}

void arena_reset(Arena *a, ArenaMark mark)
{
	if (mark.position > a->position)
		bug("arena reset to a mark that is gone");
	while (a->top && a->top->begun_at >= mark.position)
		chunk_pop(a);
	if (a->top)
		a->top->used = (size_t)(mark.position - a->top->begun_at);
	a->position = mark.position;
}

u64 arena_used(const Arena *a)
{
	return a->position;
}
