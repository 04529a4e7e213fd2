/*
 * Making types. Types without an identity of their own (integers, pointers,
 * arrays, qualifiers, script types) are looked up in one hash table by all
 * that tells them apart, so that equal ones are the same object. Structs,
 * unions, enums, typedefs and functions are made anew at each call.
 *
 * Record layout follows the System V ABI as GCC and Clang agree on it for
 * x86-64 and BPF:
 *   - a member begins at the next multiple of its alignment; packed makes that
 *     1, aligned(n) on the member raises it to at least n;
 *   - a bit-field goes to the next free bit, unless it would then cross a
 *     boundary of its declared type: it moves to that boundary. Packed ones
 *     never move;
 *   - a bit-field of width 0 moves the next one to a boundary of its type;
 *   - unnamed bit-fields don't raise the record's alignment, others do.
 */
#include "types/internal.h"

#define FIRST_UNIQUE 128

Type *type_new(Types *ts, TypeKind kind)
{
	Type *t = NEW(ts->arena, Type);

	t->kind = kind;
	return t;
}

/* Sizes that can't be (from broken BTF or absurd arrays) stay below 256 MB, so that their
 * number of bits fits 32 bits too. */
u32 clamp_size(u64 bytes)
{
	return (u32)MIN(bytes, (u64)(UINT32_MAX >> 4));
}

/* ---- unique types ---- */

/* The size of others follows from the rest, or from a base that may not be complete yet. */
static bool has_own_size(const Type *t)
{
	return t->kind == TY_INT || t->kind == TY_FLOAT;
}

static u64 unique_hash(const Type *t)
{
	u64 key[] = {(u64)t->kind | (u64)t->space << 8 | (u64)t->agg << 16 |
			 (u64)t->stack_mode << 24 | (u64)t->is_signed << 32,
		     t->count,
		     has_own_size(t) ? t->size : 0,
		     (u64)(uintptr_t)t->name,
		     (u64)(uintptr_t)t->base,
		     (u64)t->agg_args[0],
		     (u64)t->agg_args[1]};
	u64 h = 0;

	for (u32 i = 0; i < ARRAY_LEN(key); i++)
		h = (h ^ key[i]) * 0x9e3779b97f4a7c15ull, h ^= h >> 29;
	return h;
}

static bool unique_equal(const Type *a, const Type *b)
{
	return a->kind == b->kind && a->base == b->base && a->name == b->name &&
	       a->count == b->count && a->space == b->space && a->is_signed == b->is_signed &&
	       a->is_char == b->is_char && a->is_flexible == b->is_flexible &&
	       a->stack_mode == b->stack_mode && a->agg == b->agg &&
	       (a->size == b->size || !has_own_size(a)) &&
	       memcmp(a->agg_args, b->agg_args, sizeof(a->agg_args)) == 0;
}

static Type **unique_slot(const Types *ts, const Type *t)
{
	u32 i = (u32)unique_hash(t) & (ts->cap_unique - 1);

	while (ts->unique[i] && !unique_equal(ts->unique[i], t))
		i = (i + 1) & (ts->cap_unique - 1);
	return &ts->unique[i];
}

static void unique_grow(Types *ts)
{
	Type **old = ts->unique;
	u32 old_cap = ts->cap_unique;

	ts->cap_unique = MAX(old_cap * 2, FIRST_UNIQUE);
	ts->unique = NEW_N(ts->arena, Type *, ts->cap_unique);
	for (u32 i = 0; i < old_cap; i++)
		if (old[i])
			*unique_slot(ts, old[i]) = old[i];
}

/* The one type that looks like this. */
static Type *unique(Types *ts, Type like)
{
	Type **slot;

	if ((ts->n_unique + 1) * 2 > ts->cap_unique)
		unique_grow(ts);
	slot = unique_slot(ts, &like);
	if (!*slot) {
		*slot = NEW(ts->arena, Type);
		**slot = like;
		ts->n_unique++;
	}
	return *slot;
}

/* ---- C ---- */

Types *types_new(Compile *c)
{
	Types *ts = NEW(c->arena, Types);

	ts->c = c;
	ts->arena = c->arena;
	ts->structs.arena = ts->unions.arena = ts->enums.arena = ts->typedefs.arena = c->arena;
	ts->enumerators.arena = c->arena;
	for (u32 i = 0; i < ARRAY_LEN(ts->found); i++)
		ts->found[i].arena = c->arena;
	ts->the_void = type_new(ts, TY_VOID);
	ts->the_void->align = 1;
	ts->the_error = type_new(ts, TY_ERROR);
	ts->the_error->align = 1;
	return ts;
}

Type *type_void(Types *ts)
{
	return ts->the_void;
}

Type *type_error(Types *ts)
{
	return ts->the_error;
}

Type *type_bool(Types *ts)
{
	return unique(
	    ts,
	    (Type){.kind = TY_BOOL, .size = 1, .align = 1, .name = intern(&ts->c->names, "_Bool")});
}

Type *type_int_named(Types *ts, const char *name, u32 size, bool is_signed)
{
	return unique(ts, (Type){.kind = TY_INT,
				 .size = size,
				 .align = MIN(size, 16u),
				 .is_signed = is_signed,
				 .name = intern(&ts->c->names, name)});
}

Type *type_int(Types *ts, u32 size, bool is_signed)
{
	static const char *const names[2][5] = {
	    {"unsigned char", "unsigned short", "unsigned int", "unsigned long long",
	     "unsigned __int128"},
	    {"signed char", "short", "int", "long long", "__int128"}};
	u32 row = 0;

	while (row < 4 && 1u << row < size)
		row++;
	return type_int_named(ts, names[is_signed][row], 1u << row, is_signed);
}

Type *type_char(Types *ts)
{
	return unique(ts, (Type){.kind = TY_INT,
				 .size = 1,
				 .align = 1,
				 .is_signed = true,
				 .is_char = true,
				 .name = intern(&ts->c->names, "char")});
}

Type *type_float(Types *ts, const char *name, u32 size)
{
	return unique(ts, (Type){.kind = TY_FLOAT,
				 .size = size,
				 .align = MIN(MAX(size, 1u), 16u),
				 .is_signed = true,
				 .name = intern(&ts->c->names, name)});
}

Type *type_ptr(Types *ts, Type *to, AddrSpace space)
{
	return unique(ts,
		      (Type){.kind = TY_PTR, .base = to, .space = space, .size = 8, .align = 8});
}

Type *type_with_space(Types *ts, Type *ptr, AddrSpace space)
{
	Type *bare = type_bare(ptr);

	if (bare->kind != TY_PTR)
		return ptr;
	return bare->space == space ? ptr : type_ptr(ts, bare->base, space);
}

Type *type_array(Types *ts, Type *of, u32 count)
{
	return unique(ts, (Type){.kind = TY_ARRAY,
				 .base = of,
				 .count = count,
				 .size = clamp_size((u64)type_size(ts, of) * count),
				 .align = type_bare(of)->is_lazy ? 0 : type_align(ts, of)});
}

Type *type_flexible_array(Types *ts, Type *of)
{
	return unique(ts, (Type){.kind = TY_ARRAY,
				 .base = of,
				 .is_flexible = true,
				 .align = type_bare(of)->is_lazy ? 0 : type_align(ts, of)});
}

/* A node with a base that changes neither size nor alignment. */
static Type *wrap(Types *ts, TypeKind kind, const char *name, Type *of)
{
	return unique(
	    ts,
	    (Type){.kind = kind, .name = name, .base = of, .size = of->size, .align = of->align});
}

Type *type_const(Types *ts, Type *of)
{
	return of->kind == TY_CONST ? of : wrap(ts, TY_CONST, NULL, of);
}

Type *type_volatile(Types *ts, Type *of)
{
	return of->kind == TY_VOLATILE ? of : wrap(ts, TY_VOLATILE, NULL, of);
}

Type *type_restrict(Types *ts, Type *of)
{
	return of->kind == TY_RESTRICT ? of : wrap(ts, TY_RESTRICT, NULL, of);
}

Type *type_tag(Types *ts, const char *tag, Type *of)
{
	return wrap(ts, TY_TYPE_TAG, intern(&ts->c->names, tag), of);
}

Type *type_typedef(Types *ts, const char *name, Type *of)
{
	Type *t = type_new(ts, TY_TYPEDEF);

	t->name = intern(&ts->c->names, name);
	t->base = of;
	t->size = of->size;
	t->align = of->align;
	return t;
}

Type *type_typedef_aligned(Types *ts, const char *name, Type *of, u32 align)
{
	Type *t = type_typedef(ts, name, of);

	t->align = align;
	t->is_aligned = true;
	return t;
}

Type *type_enum_new(Types *ts, const char *tag, Type *base, const Enumerator *enums, u32 n)
{
	Type *t = type_new(ts, TY_ENUM);
	i64 least = 0, most = 0;

	t->name = tag ? intern(&ts->c->names, tag) : NULL;
	t->enums = NEW_N(ts->arena, Enumerator, n);
	t->n_enums = n;
	t->is_incomplete = n == 0;
	for (u32 i = 0; i < n; i++) {
		t->enums[i] = enums[i];
		least = MIN(least, enums[i].value);
		most = MAX(most, enums[i].value);
	}
	if (!base && least < 0)
		base = type_int(ts, least < INT32_MIN || most > INT32_MAX ? 8 : 4, true);
	else if (!base)
		base = type_int(ts, most > UINT32_MAX ? 8 : 4, false);
	t->base = base;
	t->size = type_size(ts, base);
	t->align = t->size;
	t->is_signed = type_is_signed(base);
	return t;
}

static Field *copy_fields(Types *ts, const Field *fields, u32 n)
{
	Field *copy = NEW_N(ts->arena, Field, n);

	if (n)
		memcpy(copy, fields, n * sizeof(*fields));
	return copy;
}

Type *type_func(Types *ts, Type *result, const Field *params, u32 n, bool variadic)
{
	Type *t = type_new(ts, TY_FUNC);

	t->base = result;
	t->fields = copy_fields(ts, params, n);
	t->n_fields = n;
	t->is_variadic = variadic;
	t->align = 1;
	return t;
}

/* ---- records ---- */

Type *type_record_new(Types *ts, TypeKind kind, const char *tag)
{
	Type *t = type_new(ts, kind);

	t->name = tag ? intern(&ts->c->names, tag) : NULL;
	t->is_incomplete = true;
	return t;
}

/* A record while it is laid out. */
typedef struct {
	bool is_union;
	bool is_packed;
	u64 next_bit; /* first free one; of a union always 0 */
	u64 end_bit;  /* behind the last one taken */
	u32 align;
} Layout;

/* Puts `bits` at the next multiple of `align_bits`; returns where. */
static u64 place(Layout *l, u64 bits, u64 align_bits)
{
	u64 at = l->is_union ? 0 : ALIGN_UP(l->next_bit, align_bits);

	l->end_bit = MAX(l->end_bit, at + bits);
	l->next_bit = l->is_union ? 0 : at + bits;
	return at;
}

static u64 place_bit_field(Layout *l, const Field *f, u64 type_bits, u32 type_align_bytes)
{
	u64 width = f->bit_width == BIT_WIDTH_ZERO ? 0 : f->bit_width;
	bool is_packed = (l->is_packed || f->is_packed) && width;
	u32 align = MAX(is_packed ? 0 : type_align_bytes, f->min_align);
	u64 align_bits = align ? (u64)align * 8 : 1;
	u64 at;

	if (width == 0 || (l->next_bit & (align_bits - 1)) + width > type_bits)
		at = place(l, width, align_bits);
	else
		at = place(l, width, f->min_align ? (u64)f->min_align * 8 : 1);
	if (f->name)
		l->align = MAX(l->align, align);
	return at;
}

static u64 place_field(Types *ts, Layout *l, const Field *f)
{
	u32 natural = MAX(type_align(ts, f->type), 1u);
	u64 bits = (u64)type_size(ts, f->type) * 8;
	u32 align = MAX(l->is_packed || f->is_packed ? 1 : natural, f->min_align);

	if (f->bit_width)
		return place_bit_field(l, f, bits, natural);
	l->align = MAX(l->align, align);
	return place(l, bits, (u64)align * 8);
}

void type_record_layout(Types *ts, Type *record, const Field *fields, u32 n, bool packed, u32 align)
{
	Layout l = {.is_union = record->kind == TY_UNION, .is_packed = packed, .align = 1};
	u64 bytes;

	record->fields = NEW_N(ts->arena, Field, n);
	record->n_fields = 0;
	for (u32 i = 0; i < n; i++) {
		u64 at = place_field(ts, &l, &fields[i]);
		Field *f = &record->fields[record->n_fields];

		if (fields[i].bit_width && !fields[i].name)
			continue;
		*f = fields[i];
		f->bit_offset = clamp_size(at / 8) * 8 + (u32)(at % 8);
		record->n_fields++;
	}
	record->align = MAX(l.align, align);
	bytes = (l.end_bit + 7) / 8;
	record->size = clamp_size(ALIGN_UP(bytes, (u64)record->align));
	record->is_packed = packed;
	record->is_incomplete = false;
	record->is_lazy = false;
}

/* ---- scripts ---- */

/* Texts of whole words are aligned, so that BPF can copy and compare them by words. */
Type *type_string(Types *ts, u32 size_bytes)
{
	u32 align = size_bytes && size_bytes % 8 == 0 ? 8 : 1;

	return unique(
	    ts, (Type){.kind = TY_STRING, .count = size_bytes, .size = size_bytes, .align = align});
}

Type *type_buffer(Types *ts, u32 size_bytes)
{
	u64 size = ALIGN_UP(4 + (u64)size_bytes, (u64)4);

	return unique(
	    ts,
	    (Type){.kind = TY_BUFFER, .count = size_bytes, .size = clamp_size(size), .align = 4});
}

Type *type_tuple(Types *ts, Type **items, u32 n)
{
	Type *t = type_record_new(ts, TY_TUPLE, NULL);
	ArenaMark mark = arena_mark(ts->c->scratch);
	Field *fields = NEW_N(ts->c->scratch, Field, n);

	for (u32 i = 0; i < n; i++) {
		char number[12];

		snprintf(number, sizeof(number), "%u", i);
		fields[i] = (Field){.name = intern(&ts->c->names, number), .type = items[i]};
	}
	type_record_layout(ts, t, fields, n, false, 0);
	arena_reset(ts->c->scratch, mark);
	return t;
}

Type *type_record(Types *ts, const Field *fields, u32 n)
{
	Type *t = type_record_new(ts, TY_RECORD, NULL);

	type_record_layout(ts, t, fields, n, false, 0);
	return t;
}

Type *type_stack(Types *ts, TypeKind kind, StackMode mode, u32 limit)
{
	return unique(
	    ts,
	    (Type){.kind = kind, .stack_mode = (u8)mode, .count = limit, .size = 16, .align = 8});
}

Type *type_simple(Types *ts, TypeKind kind)
{
	static const struct {
		u8 size, align;
	} shapes[TY_KIND_COUNT] = {
	    [TY_KSYM] = {8, 8},	      [TY_USYM] = {16, 8},    [TY_INET] = {20, 4},
	    [TY_TIMESTAMP] = {16, 8}, [TY_MAC] = {6, 1},      [TY_CGROUP_PATH] = {16, 8},
	    [TY_USERNAME] = {4, 4},   [TY_STRERROR] = {4, 4}, [TY_TIMEMODE] = {0, 1},
	    [TY_MAPREF] = {0, 1},     [TY_TYPEREF] = {0, 1},
	};

	if (!shapes[kind].align)
		bug("kind %d is not simple", (int)kind);
	return unique(ts,
		      (Type){.kind = kind, .size = shapes[kind].size, .align = shapes[kind].align});
}

/* Bytes of one CPU's value; ir/meta.h has the layouts. */
static u64 agg_size(AggKind agg, const i64 args[4])
{
	switch (agg) {
	case AGG_MIN:
	case AGG_MAX:
	case AGG_AVG:
	case AGG_STATS:
		return 16;
	case AGG_HIST:
		return 8 * (66ull << (args[0] & 7));
	case AGG_LHIST:
		if (args[2] <= 0 || args[1] <= args[0])
			return 16;
		return 8 * (((u64)args[1] - (u64)args[0]) / (u64)args[2] + 2);
	case AGG_TSERIES:
		return 24 * (u64)MAX(args[1], 1);
	default:
		return 8;
	}
}

Type *type_agg(Types *ts, AggKind agg, bool is_signed, const i64 args[4])
{
	Type like = {.kind = TY_AGG, .agg = (u8)agg, .is_signed = is_signed, .align = 8};

	if (args)
		memcpy(like.agg_args, args, sizeof(like.agg_args));
	like.size = clamp_size(agg_size(agg, like.agg_args));
	return unique(ts, like);
}
