/*
 * ".waggle" back into a Meta. The bytes may come from anywhere: a number out
 * of range, a reference to a later type, a field outside its record or a
 * missing name makes the whole section broken (-EINVAL). The reader has a
 * sticky error: after it every number is 0 and every list empty, so that the
 * callers need no checks of their own.
 */
#include "object/meta_format.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>

typedef struct MetaReader {
	Compile *c;
	const u8 *at, *end;
	bool is_broken;
	Type **types; /* [1 … n_types] */
	u8 *depth; /* of each: how many types it nests */
	u8 deepest; /* depth of the deepest type referred to since this was set to 0 */
	u32 n_types;
} MetaReader;

static void break_off(MetaReader *r)
{
	r->is_broken = true;
	r->at = r->end;
}

static u64 get_u64(MetaReader *r)
{
	u64 value = 0;
	for (u32 shift = 0; shift < 64; shift += 7) {
		if (r->at == r->end)
			break;
		u8 byte = *r->at++;
		value |= (u64)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	break_off(r);
	return 0;
}

static i64 get_i64(MetaReader *r)
{
	u64 value = get_u64(r);
	return (i64)(value >> 1 ^ -(value & 1));
}

/* A number that is at most `max`. */
static u32 get_max(MetaReader *r, u32 max)
{
	u64 value = get_u64(r);
	if (value <= max)
		return (u32)value;
	break_off(r);
	return 0;
}

static u32 get_u32(MetaReader *r)
{
	return get_max(r, 0xffffffffu);
}

/* Length of a list: an item has at least one byte. */
static u32 get_count(MetaReader *r)
{
	u64 left = (u64)(r->end - r->at);
	return get_max(r, (u32)MIN(left, 0xffffffffull));
}

static Str get_str(MetaReader *r)
{
	u32 len = get_u32(r);
	if (!len)
		return (Str){0};
	if (len - 1 > (u64)(r->end - r->at)) {
		break_off(r);
		return (Str){0};
	}
	Str s = {arena_copy(r->c->arena, (const char *)r->at, len - 1), len - 1};
	r->at += len - 1;
	return s;
}

static const char *get_text(MetaReader *r)
{
	Str s = get_str(r);
	if (s.at && memchr(s.at, 0, s.len))
		break_off(r);
	return s.at;
}

/* A text that has to be there; never NULL, so that callers may compare it. */
static const char *get_name(MetaReader *r)
{
	const char *text = get_text(r);
	if (text)
		return text;
	break_off(r);
	return "";
}

/* A reference to a type that is complete already. */
static Type *get_type(MetaReader *r, u32 n_known)
{
	u32 id = get_max(r, n_known);
	if (!id)
		return NULL;
	r->deepest = MAX(r->deepest, r->depth[id]);
	return r->types[id];
}

static bool is_inside(const Type *t, const Field *f)
{
	u64 bits = f->bit_width ? f->bit_width : (u64)f->type->size * 8;
	return f->bit_offset + bits <= (u64)t->size * 8;
}

static void get_fields(MetaReader *r, Type *t, u32 n_known)
{
	t->n_fields = get_count(r);
	t->fields = NEW_N(r->c->arena, Field, t->n_fields + 1);
	for (u32 i = 0; i < t->n_fields && !r->is_broken; i++) {
		Field *f = &t->fields[i];
		f->name = get_text(r);
		f->type = get_type(r, n_known);
		f->bit_offset = get_u32(r);
		f->bit_width = get_max(r, 64);
		u32 flags = get_max(r, META_DATA_LOC | META_REL_LOC);
		f->is_data_loc = flags & META_DATA_LOC;
		f->is_rel_loc = flags & META_REL_LOC;
		if (!f->type || (t->kind != TY_FUNC && !is_inside(t, f)))
			break_off(r);
	}
	if (r->is_broken)
		t->n_fields = 0;
}

static void get_enums(MetaReader *r, Type *t)
{
	t->n_enums = get_count(r);
	t->enums = NEW_N(r->c->arena, Enumerator, t->n_enums + 1);
	for (u32 i = 0; i < t->n_enums; i++) {
		t->enums[i].name = get_name(r);
		t->enums[i].value = get_i64(r);
	}
}

static bool needs_base(const Type *t)
{
	switch (t->kind) {
	case TY_ARRAY:
	case TY_TYPEDEF:
	case TY_CONST:
	case TY_VOLATILE:
	case TY_RESTRICT:
	case TY_TYPE_TAG:
		return true;
	default:
		return false;
	}
}

static bool is_power_of_two(u32 n)
{
	return n && !(n & (n - 1));
}

/* What code that shows values takes for granted. */
static bool is_sound(const Type *t)
{
	if (t->kind == TY_NONE || t->kind >= TY_KIND_COUNT || t->size > META_MAX_SIZE)
		return false;
	if (needs_base(t) && !t->base && t->kind == TY_ARRAY)
		return false;
	if (t->kind == TY_ARRAY && (u64)t->count * t->base->size > t->size)
		return false;
	if (t->kind == TY_INT && (!is_power_of_two(t->size) || t->size > 16))
		return false;
	if (t->kind == TY_ENUM && !t->is_incomplete && (!is_power_of_two(t->size) || t->size > 8))
		return false;
	if (t->kind == TY_BOOL && t->size != 1)
		return false;
	if (t->kind == TY_PTR && t->size != 8)
		return false;
	if ((t->kind == TY_STRING || t->kind == TY_BUFFER) && t->count > t->size)
		return false;
	return t->agg <= AGG_TSERIES && t->stack_mode <= STACK_BUILD_ID && t->space <= AS_ARENA;
}

static void read_type(MetaReader *r, u32 n_known)
{
	Type *t = NEW(r->c->arena, Type);
	r->deepest = 0;
	t->kind = (TypeKind)get_max(r, TY_KIND_COUNT - 1);
	u32 flags = get_max(r, META_SIGNED | META_CHAR | META_FLEXIBLE | META_INCOMPLETE);
	t->is_signed = flags & META_SIGNED;
	t->is_char = flags & META_CHAR;
	t->is_flexible = flags & META_FLEXIBLE;
	t->is_incomplete = flags & META_INCOMPLETE;
	t->stack_mode = (u8)get_max(r, 255);
	t->agg = (u8)get_max(r, 255);
	t->space = (AddrSpace)get_max(r, AS_ARENA);
	t->size = get_max(r, META_MAX_SIZE);
	t->align = get_u32(r);
	t->count = get_u32(r);
	Str name = get_str(r);
	t->name = name.at ? name_of(r->c, name.at, name.len) : NULL;
	t->base = get_type(r, n_known);
	get_fields(r, t, n_known);
	get_enums(r, t);
	if (get_max(r, 1))
		for (u32 i = 0; i < ARRAY_LEN(t->agg_args); i++)
			t->agg_args[i] = get_i64(r);
	if (!r->is_broken && (!is_sound(t) || r->deepest >= META_MAX_DEPTH))
		break_off(r);
	r->types[n_known + 1] = t;
	r->depth[n_known + 1] = (u8)(r->deepest + 1);
}

static void read_types(MetaReader *r)
{
	u32 n = get_count(r);
	r->types = NEW_N(r->c->arena, Type *, n + 1);
	r->depth = NEW_N(r->c->arena, u8, n + 1);
	for (u32 i = 0; i < n && !r->is_broken; i++)
		read_type(r, i);
	r->n_types = r->is_broken ? 0 : n;
}

static EventDef get_event(MetaReader *r)
{
	EventDef e = {.kind = (EventKind)get_max(r, EVENT_SKBOUTPUT)};
	e.format = get_str(r);
	e.extra = get_text(r);
	e.args = get_type(r, r->n_types);
	e.map = get_u32(r);
	e.file = get_text(r);
	e.line = get_u32(r);
	e.col = get_u32(r);
	e.col_end = get_u32(r);
	e.source_line = get_text(r);
	if (e.args && e.args->kind != TY_RECORD && e.args->kind != TY_STRUCT)
		break_off(r);
	return e;
}

static MapShow get_map(MetaReader *r)
{
	MapShow m = {.name = get_name(r)};
	m.object_name = get_name(r);
	m.key = get_type(r, r->n_types);
	m.value = get_type(r, r->n_types);
	u32 flags = get_max(r, META_PER_CPU | META_DECLARED);
	m.is_per_cpu = flags & META_PER_CPU;
	m.is_declared = flags & META_DECLARED;
	m.max_entries = get_u32(r);
	return m;
}

static AttachDef get_attach(MetaReader *r)
{
	AttachDef a = {.program = get_name(r)};
	a.kind = get_name(r);
	a.name = get_name(r);
	a.target = get_text(r);
	a.function = get_text(r);
	a.offset = get_u64(r);
	a.address = get_u64(r);
	a.semaphore = get_u64(r);
	a.freq = get_u64(r);
	a.is_hz = get_max(r, 1);
	a.cookie = get_u64(r);
	a.index = get_u32(r);
	u32 n = get_count(r);
	for (u32 i = 0; i < n; i++)
		vec_push(r->c->arena, &a.wildcard, get_name(r));
	return a;
}

static void read_lists(MetaReader *r, Meta *m)
{
	Arena *a = r->c->arena;
	u32 n = get_count(r);
	for (u32 i = 0; i < n && !r->is_broken; i++)
		vec_push(a, &m->events, get_event(r));
	n = get_count(r);
	for (u32 i = 0; i < n && !r->is_broken; i++)
		vec_push(a, &m->maps, get_map(r));
	n = get_count(r);
	for (u32 i = 0; i < n && !r->is_broken; i++)
		vec_push(a, &m->attach, get_attach(r));
	n = get_count(r);
	for (u32 i = 0; i < n && !r->is_broken; i++)
		vec_push(a, &m->strings, get_str(r));
	n = get_count(r);
	for (u32 i = 0; i < n && !r->is_broken; i++) {
		MetaOption option = {.name = get_name(r)};
		option.value = get_name(r);
		vec_push(a, &m->options, option);
	}
	m->events_map = get_text(r);
	m->n_begin = get_u32(r);
	m->n_end = get_u32(r);
}

static bool names_a_map(EventKind kind)
{
	return kind == EVENT_PRINT_MAP || kind == EVENT_PRINT_ELEMENT || kind == EVENT_CLEAR ||
	       kind == EVENT_ZERO;
}

static bool maps_exist(const Meta *m)
{
	for (u32 i = 0; i < m->events.len; i++)
		if (names_a_map(m->events.at[i].kind) && m->events.at[i].map >= m->maps.len)
			return false;
	return true;
}

static int read_meta(Compile *c, const u8 *at, size_t len, Meta **out)
{
	if (len < META_MAGIC_LEN || memcmp(at, META_MAGIC, META_MAGIC_LEN) != 0)
		return -EINVAL;
	MetaReader r = {.c = c, .at = at + META_MAGIC_LEN, .end = at + len};
	Meta *m = NEW(c->arena, Meta);
	read_types(&r);
	read_lists(&r, m);
	if (r.is_broken || r.at != r.end || !maps_exist(m))
		return -EINVAL;
	*out = m;
	return 0;
}

int object_read_meta(Compile *c, const void *bytes, size_t len, Meta **out)
{
	Elf *elf = object_elf_open(bytes, len);
	if (!elf)
		return -EINVAL;
	Str section = object_elf_section(elf, ".waggle");
	int err = section.at ? read_meta(c, (const u8 *)section.at, section.len, out) : -ENOENT;
	elf_end(elf);
	return err;
}
