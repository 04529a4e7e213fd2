/*
 * Types as BTF records. C types go one to one. What only scripts have goes as
 * the C type with the same bytes, so that `bpftool map dump` shows a script's
 * maps: strings as char arrays, tuples as structs with members _0, _1 …,
 * aggregations as 64-bit numbers.
 *
 * A record's place is taken before its members are written, as members may
 * point back to it.
 */
#include "object/internal.h"

static Types *types_of(BtfOut *b)
{
	return b->m->c->types;
}

static u32 out_int(BtfOut *b, Type *t)
{
	static const char *const names[2][5] = {
		{"unsigned char", "unsigned short", "unsigned int", "unsigned long",
		 "unsigned __int128"},
		{"signed char", "short", "int", "long", "__int128"},
	};
	const char *name = t->name;
	u32 log2 = t->size ? (u32)__builtin_ctz(t->size) : 0;
	if (!name)
		name = t->is_char ? "char" : names[t->is_signed][MIN(log2, 4u)];
	return btf_out_int(b, name, t->size, t->is_signed ? BTF_INT_SIGNED : 0);
}

/* One of the integers that stand for script types; name NULL: u64. */
static u32 out_u64(BtfOut *b)
{
	return btf_out_type(b, type_int(types_of(b), 8, false));
}

/* ENUM, or ENUM64 where a value needs it. */
static u32 out_enum(BtfOut *b, Type *t)
{
	type_complete(types_of(b), t);
	Usage *u = t->btf ? btf_usage(b, t) : NULL;
	u32 size = t->size ? t->size : 4, n = 0;
	bool is_signed = t->base ? type_is_signed(t->base) : t->is_signed;
	for (u32 i = 0; i < t->n_enums; i++)
		n += t->btf ? u && btf_usage_has(u, i) : 1;
	u32 kind = size == 8 ? BTF_KIND_ENUM64 : BTF_KIND_ENUM;
	u32 id = btf_out_record(b, t->name, kind, n, is_signed, size);
	for (u32 i = 0; i < t->n_enums; i++) {
		if (t->btf && !(u && btf_usage_has(u, i)))
			continue;
		u64 value = (u64)t->enums[i].value;
		u32 words[3] = {btf_out_string(b, t->enums[i].name), (u32)value,
				(u32)(value >> 32)};
		btf_out_append(b, words, size == 8 ? 12 : 8);
	}
	return id;
}

static u32 out_forward(BtfOut *b, Type *t)
{
	if (!t->name)
		return 0;
	if (t->kind == TY_ENUM)
		return btf_out_record(b, t->name, BTF_KIND_ENUM, 0, false, t->size ? t->size : 4);
	return btf_out_record(b, t->name, BTF_KIND_FWD, 0, t->kind == TY_UNION, 0);
}

/* A pointer to a function leads to many types in vain: in pruned records it is void *. */
static u32 member_type(BtfOut *b, Type *t, bool is_pruned)
{
	Type *bare = type_bare(t);
	if (is_pruned && bare && bare->kind == TY_PTR) {
		Type *to = bare->base ? type_bare(bare->base) : NULL;
		if (to && to->kind == TY_FUNC)
			return btf_out_ptr(b, 0);
	}
	return btf_out_type(b, t);
}

static u32 member_name(BtfOut *b, const Field *f)
{
	if (!f->name || btf_is_identifier(f->name))
		return btf_out_string(b, f->name);
	return btf_out_string(b, arena_printf(b->arena, "_%s", f->name));
}

/* The members that `u` has (NULL: all), counted first as the head wants their number. */
static u32 out_record(BtfOut *b, Type *t, const Usage *u)
{
	bool has_bits = false, is_union = t->kind == TY_UNION;
	u32 n = 0;
	for (u32 i = 0; i < t->n_fields; i++) {
		if (u && !btf_usage_has(u, i))
			continue;
		n++;
		has_bits |= t->fields[i].bit_width != 0;
	}
	u32 id = btf_out_record(b, t->name, is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT, n,
				has_bits, type_size(types_of(b), t));
	map_set(&b->id_of, (u64)(uintptr_t)t, id);
	u32 at = b->types.len;
	text_fill(&b->types, 0, n * sizeof(struct btf_member));
	for (u32 i = 0; i < t->n_fields; i++) {
		const Field *f = &t->fields[i];
		if (u && !btf_usage_has(u, i))
			continue;
		struct btf_member member = {
			.name_off = member_name(b, f),
			.type = member_type(b, f->type, u && !u->is_full),
			.offset = has_bits ? f->bit_width << 24 | f->bit_offset : f->bit_offset,
		};
		memcpy(b->types.at + at, &member, sizeof(member));
		at += sizeof(member);
	}
	return id;
}

static u32 out_tagged(BtfOut *b, Type *t)
{
	Usage *u = t->btf ? btf_usage(b, t) : NULL;
	if (t->btf && !u)
		return out_forward(b, t);
	type_complete(types_of(b), t);
	if (t->is_incomplete)
		return out_forward(b, t);
	return out_record(b, t, u);
}

/* Parameters need names where a FUNC refers to the prototype. */
static u32 out_proto(BtfOut *b, Type *t)
{
	u32 n = t->n_fields + t->is_variadic;
	struct btf_param *params = NEW_N(b->arena, struct btf_param, n + 1);
	for (u32 i = 0; i < t->n_fields; i++) {
		const char *name = t->fields[i].name;
		params[i].name_off =
			btf_is_identifier(name)
				? btf_out_string(b, name)
				: btf_out_string(b, arena_printf(b->arena, "arg%u", i));
		params[i].type = btf_out_type(b, t->fields[i].type);
	}
	u32 result = t->base ? btf_out_type(b, t->base) : 0;
	u32 id = btf_out_record(b, NULL, BTF_KIND_FUNC_PROTO, n, false, result);
	btf_out_append(b, params, n * sizeof(*params));
	return id;
}

/* Bytes that BTF has no words for: u64, or an array of the widest integer that fits. */
static u32 out_opaque(BtfOut *b, Type *t)
{
	u32 size = type_size(types_of(b), t);
	if (size == 8)
		return out_u64(b);
	if (size == 4)
		return btf_out_type(b, type_int(types_of(b), 4, false));
	if (size && size % 8 == 0)
		return btf_out_array(b, out_u64(b), size / 8);
	return btf_out_array(b, btf_out_type(b, type_int(types_of(b), 1, false)), size);
}

/* Its base comes first, and may have led back to it through a record: then it is done already. */
static u32 out_modifier(BtfOut *b, Type *t)
{
	static const u8 kinds[TY_KIND_COUNT] = {
		[TY_TYPEDEF] = BTF_KIND_TYPEDEF,   [TY_CONST] = BTF_KIND_CONST,
		[TY_VOLATILE] = BTF_KIND_VOLATILE, [TY_RESTRICT] = BTF_KIND_RESTRICT,
		[TY_TYPE_TAG] = BTF_KIND_TYPE_TAG, [TY_PTR] = BTF_KIND_PTR,
	};
	u32 base = t->base ? btf_out_type(b, t->base) : 0;
	bool is_named = t->kind == TY_TYPEDEF || t->kind == TY_TYPE_TAG;
	u32 done = (u32)map_get(&b->id_of, (u64)(uintptr_t)t);
	if (done)
		return done;
	return btf_out_record(b, is_named ? t->name : NULL, kinds[t->kind], 0, false, base);
}

static u32 out_kind(BtfOut *b, Type *t)
{
	switch (t->kind) {
	case TY_BOOL:
		return btf_out_int(b, t->name ? t->name : "_Bool", 1, BTF_INT_BOOL);
	case TY_INT:
		return out_int(b, t);
	case TY_FLOAT:
		return btf_out_record(b, t->name ? t->name : "double", BTF_KIND_FLOAT, 0, false,
				      t->size);
	case TY_ENUM:
		return out_enum(b, t);
	case TY_PTR:
	case TY_TYPEDEF:
	case TY_CONST:
	case TY_VOLATILE:
	case TY_RESTRICT:
	case TY_TYPE_TAG:
		return out_modifier(b, t);
	case TY_ARRAY:
		return btf_out_array(b, btf_out_type(b, t->base), t->is_flexible ? 0 : t->count);
	case TY_STRUCT:
	case TY_UNION:
		return out_tagged(b, t);
	case TY_TUPLE:
	case TY_RECORD:
		return out_record(b, t, NULL);
	case TY_FUNC:
		return out_proto(b, t);
	case TY_STRING:
		return btf_out_array(b, btf_out_type(b, type_char(types_of(b))), t->count);
	default:
		return out_opaque(b, t);
	}
}

u32 btf_out_type(BtfOut *b, Type *t)
{
	if (!t || t->kind == TY_VOID || t->kind == TY_NONE || t->kind == TY_ERROR)
		return 0;
	u32 id = (u32)map_get(&b->id_of, (u64)(uintptr_t)t);
	if (id)
		return id;
	id = out_kind(b, t);
	if (id)
		map_set(&b->id_of, (u64)(uintptr_t)t, id);
	return id;
}

u32 btf_out_func(BtfOut *b, const char *name, Type *type, u32 linkage)
{
	Type *proto = type;
	if (!proto) {
		Types *ts = types_of(b);
		Field ctx = {.name = "ctx", .type = type_ptr(ts, type_void(ts), AS_NONE)};
		proto = type_func(ts, type_int(ts, 4, true), &ctx, 1, false);
	}
	u32 id = btf_out_type(b, type_bare(proto));
	return btf_out_record(b, name, BTF_KIND_FUNC, linkage, false, id);
}
