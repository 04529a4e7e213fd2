/*
 * Asking about types. Every question looks through typedefs, qualifiers and
 * type tags first. A record that came from BTF is filled in when its members
 * or its alignment are first asked for; its size is known from the start.
 *
 * A record that is only declared (`struct sock;` in the program, or BTF's
 * forward declaration) stands for the complete one of that name in BTF.
 *
 * Types may come from broken BTF, where a record can hold itself: member
 * searches visit a bounded number of records.
 */
#include "types/internal.h"

#define MAX_VISITS 4096

static bool is_wrapper(const Type *t)
{
	return t->kind == TY_TYPEDEF || t->kind == TY_CONST || t->kind == TY_VOLATILE ||
	       t->kind == TY_RESTRICT || t->kind == TY_TYPE_TAG;
}

Type *type_bare(Type *t)
{
	while (is_wrapper(t))
		t = t->base;
	return t;
}

/* True when a wrapper of this kind is around t; around an array, its items count too. */
static bool is_wrapped_in(const Type *t, TypeKind kind)
{
	while (is_wrapper(t) || t->kind == TY_ARRAY) {
		if (t->kind == kind)
			return true;
		t = t->base;
	}
	return false;
}

bool type_is_const(const Type *t)
{
	return is_wrapped_in(t, TY_CONST);
}

bool type_is_volatile(const Type *t)
{
	return is_wrapped_in(t, TY_VOLATILE);
}

bool type_is_integer(Type *t)
{
	t = type_bare(t);
	return t->kind == TY_INT || t->kind == TY_BOOL || t->kind == TY_ENUM;
}

bool type_is_signed(Type *t)
{
	return type_bare(t)->is_signed;
}

bool type_is_ptr(Type *t)
{
	return type_bare(t)->kind == TY_PTR;
}

bool type_is_scalar(Type *t)
{
	return type_is_integer(t) || type_is_ptr(t);
}

bool type_is_record(Type *t)
{
	t = type_bare(t);
	return t->kind == TY_STRUCT || t->kind == TY_UNION || t->kind == TY_TUPLE ||
	       t->kind == TY_RECORD;
}

bool type_is_char_array(Type *t)
{
	t = type_bare(t);
	return t->kind == TY_ARRAY && type_bare(t->base)->is_char;
}

/* ---- equality ---- */

typedef bool Equal(Type *a, Type *b, u32 depth);

/* struct and union: the same object, or the same tag where one is only declared. */
static bool same_tagged(const Type *a, const Type *b)
{
	return a->name && a->name == b->name && (a->is_incomplete || b->is_incomplete);
}

static bool same_fields(Type *a, Type *b, bool with_names, Equal *equal, u32 depth)
{
	if (a->n_fields != b->n_fields)
		return false;
	for (u32 i = 0; i < a->n_fields; i++) {
		if (with_names && a->fields[i].name != b->fields[i].name)
			return false;
		if (!equal(a->fields[i].type, b->fields[i].type, depth + 1))
			return false;
	}
	return true;
}

static bool same_func(Type *a, Type *b, Equal *equal, u32 depth)
{
	return a->is_variadic == b->is_variadic && equal(a->base, b->base, depth + 1) &&
	       same_fields(a, b, false, equal, depth);
}

/* Both bare, of one kind, and not the same object. */
static bool same_bare(Type *a, Type *b, Equal *equal, u32 depth)
{
	switch (a->kind) {
	case TY_INT:
	case TY_FLOAT:
		return a->size == b->size && a->is_signed == b->is_signed;
	case TY_PTR:
		return equal(a->base, b->base, depth + 1);
	case TY_ARRAY:
		return a->count == b->count && a->is_flexible == b->is_flexible &&
		       equal(a->base, b->base, depth + 1);
	case TY_FUNC:
		return same_func(a, b, equal, depth);
	case TY_TUPLE:
		return same_fields(a, b, false, equal, depth);
	case TY_RECORD:
		return same_fields(a, b, true, equal, depth);
	case TY_STRUCT:
	case TY_UNION:
	case TY_ENUM:
		return same_tagged(a, b);
	case TY_STRING:
	case TY_BUFFER:
		return a->count == b->count;
	default:
		return false;
	}
}

static bool same_at(Type *a, Type *b, u32 depth)
{
	a = type_bare(a);
	b = type_bare(b);
	if (a == b)
		return true;
	/* No program nests this deep; broken BTF could branch without end. */
	if (a->kind != b->kind || depth > 12)
		return false;
	return same_bare(a, b, same_at, depth);
}

bool type_same(Type *a, Type *b)
{
	return same_at(a, b, 0);
}

/* const, volatile and restrict around t, as bits. */
static u32 qualifiers(const Type *t)
{
	u32 set = 0;

	for (; is_wrapper(t); t = t->base) {
		set |= t->kind == TY_CONST ? 1 : 0;
		set |= t->kind == TY_VOLATILE ? 2 : 0;
		set |= t->kind == TY_RESTRICT ? 4 : 0;
	}
	return set;
}

static bool compatible_at(Type *a, Type *b, u32 depth);

/* "long" and "long long" are different types of one size, however their names are ordered:
 * GCC's BTF says "long unsigned int". */
static u32 count_long(const char *name)
{
	u32 n = 0;

	for (; (name = strstr(name, "long")); name += 4)
		n++;
	return n;
}

/* An enumerated type is compatible with the integer type that carries it. */
static bool compatible_enum(Type *a, Type *b)
{
	return (a->kind == TY_ENUM && b->kind == TY_INT && same_at(a->base, b, 0)) ||
	       (b->kind == TY_ENUM && a->kind == TY_INT && same_at(b->base, a, 0));
}

/* Parameters are compared without their own qualifiers. */
static bool compatible_param(Type *a, Type *b, u32 depth)
{
	return compatible_at(type_bare(a), type_bare(b), depth);
}

static bool compatible_at(Type *a, Type *b, u32 depth)
{
	if (qualifiers(a) != qualifiers(b) || depth > 12)
		return false;
	a = type_bare(a);
	b = type_bare(b);
	if (a == b || a->kind == TY_ERROR || b->kind == TY_ERROR)
		return true;
	if (a->kind != b->kind)
		return compatible_enum(a, b);
	switch (a->kind) {
	case TY_INT:
		return a->size == b->size && a->is_signed == b->is_signed &&
		       a->is_char == b->is_char && count_long(a->name) == count_long(b->name);
	case TY_ARRAY:
		return (a->count == b->count || a->is_flexible || b->is_flexible) &&
		       compatible_at(a->base, b->base, depth + 1);
	case TY_FUNC:
		return a->is_variadic == b->is_variadic &&
		       compatible_at(a->base, b->base, depth + 1) &&
		       same_fields(a, b, false, compatible_param, depth);
	case TY_STRUCT:
	case TY_UNION:
	case TY_ENUM: /* one may be BTF's, the other the program's own copy */
		return a->name && a->name == b->name;
	default:
		return same_bare(a, b, compatible_at, depth);
	}
}

bool type_compatible(Type *a, Type *b)
{
	return compatible_at(a, b, 0);
}

/* ---- size and members ---- */

Type *type_complete(Types *ts, Type *t)
{
	Type *other;

	t = type_bare(t);
	if (t->is_lazy)
		import_members(ts, t);
	if (!t->is_incomplete || !t->name)
		return t;
	other = types_find_btf_tag(ts, t->kind, t->name);
	if (!other || other == t || other->is_incomplete)
		return t;
	if (other->is_lazy)
		import_members(ts, other);
	return other;
}

/* Records that BTF declares but the program only names have a size as well. */
static Type *defined(Types *ts, Type *t)
{
	return t->is_incomplete && !t->is_lazy ? type_complete(ts, t) : t;
}

u32 type_size(Types *ts, Type *t)
{
	u64 times = 1;

	for (t = type_bare(t); t->kind == TY_ARRAY; t = type_bare(t->base))
		times = clamp_size(times * t->count);
	return clamp_size(times * defined(ts, t)->size);
}

u32 type_align(Types *ts, Type *t)
{
	for (;;) {
		if (t->is_aligned)
			return t->align;
		if (!is_wrapper(t) && t->kind != TY_ARRAY)
			break;
		t = t->base;
	}
	t = t->is_lazy ? type_complete(ts, t) : defined(ts, t);
	return MAX(t->align, 1u);
}

/* A search for a member: the name, and how many records may still be visited. */
typedef struct {
	Types *ts;
	const char *name; /* interned */
	u32 visits;
	u16 *path;
	u32 n_path;
} FieldSearch;

static bool is_anonymous_record(const Field *f)
{
	return !f->name && type_is_record(f->type);
}

static bool search_field(FieldSearch *s, Type *t, u32 depth, u32 bit_offset, Field *out)
{
	if (depth >= TYPE_MAX_PATH || ++s->visits > MAX_VISITS)
		return false;
	t = type_complete(s->ts, t);
	for (u32 i = 0; i < t->n_fields; i++) {
		if (t->fields[i].name != s->name)
			continue;
		*out = t->fields[i];
		out->bit_offset += bit_offset;
		s->path[depth] = (u16)i;
		s->n_path = depth + 1;
		return true;
	}
	for (u32 i = 0; i < t->n_fields; i++) {
		const Field *f = &t->fields[i];

		s->path[depth] = (u16)i;
		if (is_anonymous_record(f) &&
		    search_field(s, f->type, depth + 1, bit_offset + f->bit_offset, out))
			return true;
	}
	return false;
}

bool type_field(Types *ts, Type *t, const char *name, Field *out, u16 path[TYPE_MAX_PATH],
		u32 *n_path)
{
	u16 own_path[TYPE_MAX_PATH];
	FieldSearch s = {
	    .ts = ts, .name = intern(&ts->c->names, name), .path = path ? path : own_path};

	if (!type_is_record(t) || !search_field(&s, t, 0, 0, out))
		return false;
	if (n_path)
		*n_path = s.n_path;
	return true;
}

static const char *nearest_field(FieldSearch *s, Type *t, u32 depth, u32 *best)
{
	const char *found = NULL;

	if (depth >= TYPE_MAX_PATH || ++s->visits > MAX_VISITS)
		return NULL;
	t = type_complete(s->ts, t);
	for (u32 i = 0; i < t->n_fields; i++) {
		const Field *f = &t->fields[i];
		const char *inside = NULL;

		if (is_anonymous_record(f))
			inside = nearest_field(s, f->type, depth + 1, best);
		if (inside)
			found = inside;
		if (f->name && edit_distance(s->name, f->name, *best) < *best) {
			*best = edit_distance(s->name, f->name, *best);
			found = f->name;
		}
	}
	return found;
}

const char *type_field_nearest(Types *ts, Type *t, const char *name)
{
	FieldSearch s = {.ts = ts, .name = name};
	u32 best = MAX((u32)strlen(name) / 3, 1u) + 1;

	return type_is_record(t) ? nearest_field(&s, t, 0, &best) : NULL;
}
