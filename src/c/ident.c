/*
 * Identifiers. Each spelling has one Ident for the whole compilation, found by
 * the lexer through an open-addressing hash table; keyword, macro, variable and
 * tag hang on it, so that nothing later looks names up by their text.
 *
 * The table belongs to one Pp, since macros and symbols are a unit's own.
 */
#include "c/internal.h"

static const struct {
	const char *text;
	u8 tok;
} keywords[] = {
#define CKEYWORD(id, spelling) {spelling, CT_##id##_KW},
#include "tables/ctokens.def"
#undef CKEYWORD
#define CKEYWORD_ALIAS(spelling, id) {spelling, CT_##id##_KW},
#include "tables/ctokens.def"
#undef CKEYWORD_ALIAS
};

static u64 mix(u64 h, u64 word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 32;
}

/* Eight bytes at a step: half a million names in a vmlinux.h. */
static u32 hash_name(const char *at, u32 len)
{
	u64 h = len, word;

	for (; len >= 8; at += 8, len -= 8) {
		memcpy(&word, at, 8);
		h = mix(h, word);
	}
	word = 0;
	for (u32 i = 0; i < len; i++)
		word = word << 8 | (u8)at[i];
	return (u32)mix(h, word);
}

static void grow(Pp *pp)
{
	Idents *t = &pp->idents;
	u32 cap = t->cap ? t->cap * 2 : 4096;
	Ident **slots = NEW_N(pp->arena, Ident *, cap);

	for (u32 i = 0; i < t->cap; i++) {
		Ident *id = t->slots[i];
		if (!id)
			continue;
		u32 at = id->hash & (cap - 1);
		while (slots[at])
			at = (at + 1) & (cap - 1);
		slots[at] = id;
	}
	t->slots = slots;
	t->cap = cap;
}

Ident *ident_find(Pp *pp, const char *at, u32 len)
{
	Idents *t = &pp->idents;

	if (t->len * 2 >= t->cap)
		grow(pp);
	u32 hash = hash_name(at, len), slot = hash & (t->cap - 1);
	for (Ident *id; (id = t->slots[slot]); slot = (slot + 1) & (t->cap - 1)) {
		if (id->hash == hash && id->len == len && !memcmp(id->name, at, len))
			return id;
	}
	Ident *id = NEW(pp->arena, Ident);
	id->name = name_of(pp->c, at, len);
	id->len = len;
	id->hash = hash;
	t->slots[slot] = id;
	t->len++;
	return id;
}

void ident_add_keywords(Pp *pp)
{
	for (u32 i = 0; i < ARRAY_LEN(keywords); i++)
		ident_of(pp, keywords[i].text)->keyword = keywords[i].tok;
}
