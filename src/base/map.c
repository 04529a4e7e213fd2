/*
 * Hash tables with open addressing and linear probing, at most two thirds
 * full; nothing is ever removed, so a free slot ends every search.
 *
 * Map keys are pointers or small numbers; a multiplication by the golden ratio
 * spreads both. Interned names are hashed by their bytes. With WAGGLE_HARD
 * tables begin with two slots.
 */
#include "base/map.h"

#include "base/vec.h"

#ifdef WAGGLE_HARD
#define FIRST_SLOTS 2
#else
#define FIRST_SLOTS 32
#endif

static u32 first_slot(u64 key, u32 cap)
{
	return (u32)((key * 0x9e3779b97f4a7c15ull) >> 32) & (cap - 1);
}

/* The slot that has the key, or the free one where it belongs. */
static MapSlot *find_slot(MapSlot *slots, u32 cap, u64 key)
{
	u32 i = first_slot(key, cap);

	while (slots[i].key && slots[i].key != key)
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

u64 map_get(const Map *m, u64 key)
{
	return m->cap && key ? find_slot(m->slots, m->cap, key)->value : 0;
}

static bool needs_room(u32 len, u32 cap)
{
	return (u64)(len + 1) * 3 > (u64)cap * 2;
}

static void map_grow(Map *m)
{
	Map old = *m;
	u32 cap = 0;

	m->slots = NULL;
	vec_grow(m->arena, (void **)&m->slots, &cap, MAX(old.cap * 2, FIRST_SLOTS),
		 sizeof(MapSlot));
	m->cap = MAX(old.cap * 2, FIRST_SLOTS);
	for (u32 i = 0; i < old.cap; i++)
		if (old.slots[i].key)
			*find_slot(m->slots, m->cap, old.slots[i].key) = old.slots[i];
	if (!m->arena)
		free(old.slots);
}

void map_set(Map *m, u64 key, u64 value)
{
	MapSlot *slot;

	if (!key)
		bug("map key 0");
	if (needs_room(m->len, m->cap))
		map_grow(m);
	slot = find_slot(m->slots, m->cap, key);
	m->len += !slot->key;
	*slot = (MapSlot){key, value};
}

void map_free(Map *m)
{
	if (!m->arena)
		free(m->slots);
	*m = (Map){.arena = m->arena};
}

u64 hash_bytes(const void *at, size_t len)
{
	const u8 *p = at;
	u64 h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3ull;
	return h;
}

static u32 hash_of_text(const char *at, size_t len)
{
	u64 h = hash_bytes(at, len);

	return (u32)(h ^ h >> 32);
}

/* Index of the slot that has the text, or of the free one where it belongs. */
static u32 intern_slot(const Interns *in, u32 hash, const char *at, size_t len)
{
	u32 i = first_slot(hash, in->cap);

	while (in->slots[i] && (in->hashes[i] != hash || in->lens[i] != len ||
				memcmp(in->slots[i], at, len) != 0))
		i = (i + 1) & (in->cap - 1);
	return i;
}

static void interns_grow(Interns *in)
{
	Interns old = *in;

	in->cap = MAX(old.cap * 2, FIRST_SLOTS);
	in->slots = NEW_N(in->arena, const char *, in->cap);
	in->lens = NEW_N(in->arena, u32, in->cap);
	in->hashes = NEW_N(in->arena, u32, in->cap);
	for (u32 i = 0; i < old.cap; i++) {
		u32 slot;

		if (!old.slots[i])
			continue;
		slot = first_slot(old.hashes[i], in->cap);
		while (in->slots[slot])
			slot = (slot + 1) & (in->cap - 1);
		in->slots[slot] = old.slots[i];
		in->lens[slot] = old.lens[i];
		in->hashes[slot] = old.hashes[i];
	}
}

const char *intern_len(Interns *in, const char *at, size_t len)
{
	u32 slot, hash = hash_of_text(at, len);

	if (len > UINT32_MAX)
		bug("name of over 4 GB");
	if (needs_room(in->len, in->cap))
		interns_grow(in);
	slot = intern_slot(in, hash, at, len);
	if (!in->slots[slot]) {
		in->slots[slot] = arena_copy(in->arena, at, len);
		in->lens[slot] = (u32)len;
		in->hashes[slot] = hash;
		in->len++;
	}
	return in->slots[slot];
}
