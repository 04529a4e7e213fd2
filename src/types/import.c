/*
 * BTF → Type. A record becomes a Type when it is first asked for, and again
 * gives the same Type: a map from id to Type for each file.
 *
 * Structs, unions and enums are made without their members (is_lazy), which
 * follow when somebody looks inside: task_struct alone would otherwise bring
 * half the kernel with it. Everything else is made with what it refers to, and
 * stops at the next struct.
 *
 * BTF has no alignment. A record is aligned as its widest member is, unless
 * that contradicts the offsets or the size: then it was packed.
 *
 * Broken BTF can hold typedefs of themselves and endless chains. A record that
 * is being made stands in the map as the error type, and chains end at
 * TYPE_MAX_DEPTH with the error type.
 */
#include "types/internal.h"

#include <linux/btf.h>

static Type *import_at(Types *ts, BtfFile *file, u32 id, u32 depth);

/* The text at an offset as an interned name; NULL if empty. */
static const char *name_at(Types *ts, BtfFile *file, u32 offset)
{
	const char *text = btf_string(file, offset);

	return *text ? intern(&ts->c->names, text) : NULL;
}

/* Marks a type with its origin. Not for types that are shared by look. */
static Type *from(Type *t, BtfFile *file, u32 id)
{
	t->btf = file;
	t->btf_id = id;
	return t;
}

static Type *import_int(Types *ts, BtfFile *file, const struct btf_type *b)
{
	u32 how = *(const u32 *)(b + 1);
	const char *name = btf_string(file, b->name_off);
	bool is_signed = BTF_INT_ENCODING(how) & BTF_INT_SIGNED;

	if (b->size == 0 || b->size > 16 || (b->size & (b->size - 1)) != 0)
		return type_error(ts);
	if (BTF_INT_ENCODING(how) & BTF_INT_BOOL && b->size == 1)
		return type_bool(ts);
	if (strcmp(name, "char") == 0 && b->size == 1)
		return type_char(ts);
	if (!*name)
		return type_int(ts, b->size, is_signed);
	return type_int_named(ts, name, b->size, is_signed);
}

static Type *import_array(Types *ts, BtfFile *file, const struct btf_type *b, u32 depth)
{
	const struct btf_array *array = (const void *)(b + 1);
	Type *of = import_at(ts, file, array->type, depth + 1);

	return array->nelems ? type_array(ts, of, array->nelems) : type_flexible_array(ts, of);
}

/* A record or enum without its members. */
static Type *import_lazy(Types *ts, BtfFile *file, const struct btf_type *b, TypeKind kind)
{
	Type *t = type_new(ts, kind);
	bool has_members = BTF_INFO_VLEN(b->info) > 0;

	t->name = name_at(ts, file, b->name_off);
	t->size = clamp_size(b->size);
	t->is_lazy = has_members;
	t->align = has_members ? 0 : 1;
	return t;
}

static Type *import_enum(Types *ts, BtfFile *file, const struct btf_type *b)
{
	Type *t = import_lazy(ts, file, b, TY_ENUM);

	if (b->size != 1 && b->size != 2 && b->size != 4 && b->size != 8)
		return type_error(ts);
	t->is_signed = BTF_INFO_KFLAG(b->info);
	t->base = type_int(ts, b->size, t->is_signed);
	t->align = b->size;
	t->is_incomplete = BTF_INFO_VLEN(b->info) == 0;
	return t;
}

static Type *import_forward(Types *ts, BtfFile *file, const struct btf_type *b)
{
	Type *t = type_new(ts, BTF_INFO_KFLAG(b->info) ? TY_UNION : TY_STRUCT);

	t->name = name_at(ts, file, b->name_off);
	t->is_incomplete = true;
	return t;
}

static Type *import_proto(Types *ts, BtfFile *file, const struct btf_type *b, u32 depth)
{
	const struct btf_param *params = (const void *)(b + 1);
	u32 n = BTF_INFO_VLEN(b->info);
	Type *t = type_new(ts, TY_FUNC);

	t->align = 1;
	if (n && params[n - 1].type == 0 && params[n - 1].name_off == 0) {
		t->is_variadic = true;
		n--;
	}
	t->base = import_at(ts, file, b->type, depth + 1);
	t->fields = NEW_N(ts->arena, Field, n);
	t->n_fields = n;
	for (u32 i = 0; i < n; i++)
		t->fields[i] = (Field){.name = name_at(ts, file, params[i].name_off),
				       .type = import_at(ts, file, params[i].type, depth + 1)};
	return t;
}

/* A function: its prototype with a name. */
static Type *import_func(Types *ts, BtfFile *file, const struct btf_type *b, u32 depth)
{
	Type *proto = import_at(ts, file, b->type, depth + 1);
	Type *t;

	if (proto->kind != TY_FUNC)
		return type_error(ts);
	t = type_new(ts, TY_FUNC);
	*t = *proto;
	t->name = name_at(ts, file, b->name_off);
	return t;
}

/* Kinds that have nothing but a name and another type. */
static Type *import_wrapper(Types *ts, BtfFile *file, const struct btf_type *b, u32 id, u32 depth)
{
	Type *of = import_at(ts, file, b->type, depth + 1);
	const char *name = btf_string(file, b->name_off);

	switch (BTF_INFO_KIND(b->info)) {
	case BTF_KIND_PTR:
		return type_ptr(ts, of, AS_NONE);
	case BTF_KIND_CONST:
		return type_const(ts, of);
	case BTF_KIND_VOLATILE:
		return type_volatile(ts, of);
	case BTF_KIND_RESTRICT:
		return type_restrict(ts, of);
	case BTF_KIND_TYPE_TAG:
		return type_tag(ts, name, of);
	case BTF_KIND_TYPEDEF:
		return from(type_typedef(ts, name, of), file, id);
	default: /* BTF_KIND_VAR */
		return of;
	}
}

static Type *import_record(Types *ts, BtfFile *file, const struct btf_type *b, u32 id, u32 depth)
{
	switch (BTF_INFO_KIND(b->info)) {
	case BTF_KIND_INT:
		return import_int(ts, file, b);
	case BTF_KIND_FLOAT:
		return type_float(ts, btf_string(file, b->name_off), clamp_size(b->size));
	case BTF_KIND_ARRAY:
		return import_array(ts, file, b, depth);
	case BTF_KIND_STRUCT:
		return from(import_lazy(ts, file, b, TY_STRUCT), file, id);
	case BTF_KIND_UNION:
		return from(import_lazy(ts, file, b, TY_UNION), file, id);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: {
		Type *t = import_enum(ts, file, b);

		return t->kind == TY_ENUM ? from(t, file, id) : t;
	}
	case BTF_KIND_FWD:
		return from(import_forward(ts, file, b), file, id);
	case BTF_KIND_FUNC_PROTO:
		return from(import_proto(ts, file, b, depth), file, id);
	case BTF_KIND_FUNC: {
		Type *t = import_func(ts, file, b, depth);

		return t->kind == TY_FUNC ? from(t, file, id) : t;
	}
	case BTF_KIND_PTR:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VAR:
		return import_wrapper(ts, file, b, id, depth);
	default: /* DATASEC and DECL_TAG are no types */
		return type_error(ts);
	}
}

static Type *import_at(Types *ts, BtfFile *file, u32 id, u32 depth)
{
	const struct btf_type *b = btf_type_at(file, id);
	BtfSource *source;
	Type *t;

	if (id == 0)
		return type_void(ts);
	if (!b || depth > TYPE_MAX_DEPTH)
		return type_error(ts);
	while (btf_base(file) && id < btf_first_id(file))
		file = btf_base(file);
	source = types_source(ts, file);
	t = map_get_ptr(&source->imported, id);
	if (t)
		return t;
	map_set_ptr(&source->imported, id, type_error(ts));
	t = import_record(ts, file, b, id, depth);
	map_set_ptr(&source->imported, id, t);
	return t;
}

Type *types_import(Types *ts, BtfFile *file, u32 id)
{
	return import_at(ts, file, id, 0);
}

/* ---- members ---- */

static void import_enumerators(Types *ts, Type *t, const struct btf_type *b)
{
	const struct btf_enum *narrow = (const void *)(b + 1);
	const struct btf_enum64 *wide = (const void *)(b + 1);
	bool is_wide = BTF_INFO_KIND(b->info) == BTF_KIND_ENUM64;

	t->n_enums = BTF_INFO_VLEN(b->info);
	t->enums = NEW_N(ts->arena, Enumerator, t->n_enums);
	for (u32 i = 0; i < t->n_enums; i++) {
		Enumerator *e = &t->enums[i];
		u32 name = is_wide ? wide[i].name_off : narrow[i].name_off;

		e->name = intern(&ts->c->names, btf_string(t->btf, name));
		if (is_wide)
			e->value = (i64)((u64)wide[i].val_hi32 << 32 | wide[i].val_lo32);
		else
			e->value = t->is_signed ? narrow[i].val : (i64)(u32)narrow[i].val;
	}
}

/*
 * Offset and width of a member. Before kind_flag (and where no member is a
 * bit-field) the offset is all there is, and an integer type of fewer bits
 * than its bytes have says that the member is a bit-field.
 */
static void import_position(BtfFile *file, const struct btf_member *m, bool has_kind_flag, Field *f)
{
	const struct btf_type *b = btf_type_at(file, m->type);

	if (has_kind_flag) {
		f->bit_offset = BTF_MEMBER_BIT_OFFSET(m->offset);
		f->bit_width = BTF_MEMBER_BITFIELD_SIZE(m->offset);
		return;
	}
	f->bit_offset = m->offset;
	for (u32 depth = 0; b && depth < TYPE_MAX_DEPTH; depth++) {
		u32 kind = BTF_INFO_KIND(b->info);

		if (kind == BTF_KIND_INT) {
			u32 how = *(const u32 *)(b + 1);

			if (BTF_INT_BITS(how) == b->size * 8)
				return;
			f->bit_offset += BTF_INT_OFFSET(how);
			f->bit_width = BTF_INT_BITS(how);
			return;
		}
		if (kind != BTF_KIND_TYPEDEF && kind != BTF_KIND_CONST && kind != BTF_KIND_VOLATILE)
			return;
		b = btf_type_at(file, b->type);
	}
}

/* The alignment that explains the members' offsets, and whether it is that of a packed record. */
static void derive_align(Types *ts, Type *t)
{
	bool packed = false;
	u32 widest = 1;

	for (u32 i = 0; i < t->n_fields; i++) {
		const Field *f = &t->fields[i];
		u32 align = type_align(ts, f->type);

		widest = MAX(widest, align);
		if (!f->bit_width && f->bit_offset % (align * 8) != 0)
			packed = true;
	}
	if (t->size % widest != 0)
		packed = true;
	t->is_packed = packed;
	t->align = packed ? 1 : widest;
}

static void import_fields(Types *ts, Type *t, const struct btf_type *b)
{
	const struct btf_member *members = (const void *)(b + 1);

	t->n_fields = BTF_INFO_VLEN(b->info);
	t->fields = NEW_N(ts->arena, Field, t->n_fields);
	for (u32 i = 0; i < t->n_fields; i++) {
		Field *f = &t->fields[i];

		f->name = name_at(ts, t->btf, members[i].name_off);
		f->type = types_import(ts, t->btf, members[i].type);
		import_position(t->btf, &members[i], BTF_INFO_KFLAG(b->info), f);
	}
	derive_align(ts, t);
}

void import_members(Types *ts, Type *t)
{
	const struct btf_type *b = btf_type_at(t->btf, t->btf_id);

	if (!t->is_lazy || ts->depth >= TYPE_MAX_DEPTH)
		return;
	t->is_lazy = false; /* first: broken BTF may have it inside itself */
	ts->depth++;
	if (t->kind == TY_ENUM) {
		import_enumerators(ts, t, b);
	} else {
		t->align = 1;
		import_fields(ts, t, b);
	}
	ts->depth--;
}
