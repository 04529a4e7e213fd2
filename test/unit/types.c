/*
 * Units of src/types: layout against the host's compiler, queries, text, names.
 */
#include "types_bench.h"

/* ---- layout: each record is given once, as C for the compiler and as Fields for us ---- */

typedef struct {
	u8 x, y;
} Small;
typedef struct __attribute__((packed)) {
	u8 x;
	u32 y;
} Packed5;

/* N plain, B bit-field, Z `: 0`, U unnamed bit-field, A aligned, P packed, R array, X flexible */
/* clang-format off */
#define RECORDS(RECORD)                                                                            \
	RECORD(struct, s1, , N(u8, a) N(u32, b) N(u8, c))                                          \
	RECORD(struct, s2, , N(u8, a) N(u16, b) N(u64, c) N(u8, d))                                \
	RECORD(struct, s3, , B(u32, a, 3) B(u32, b, 5) B(u32, c, 24) B(u32, d, 1))                 \
	RECORD(struct, s4, , B(u8, a, 3) B(u8, b, 6) B(u8, c, 2))                                  \
	RECORD(struct, s5, , N(u8, a) B(u32, b, 3) N(u8, c))                                       \
	RECORD(struct, s6, , N(u8, a) B(u32, b, 30) N(u8, c))                                      \
	RECORD(struct, s7, , B(u32, a, 1) Z(u32) B(u32, b, 1))                                     \
	RECORD(struct, s8, , B(u8, a, 1) Z(u32) B(u8, b, 1))                                       \
	RECORD(struct, s9, , N(u8, a) U(u32, 5) N(u8, b))                                          \
	RECORD(struct, s10, , N(u8, a) U(u64, 33) N(u8, b))                                        \
	RECORD(struct, s11, , B(u64, a, 40) B(u64, b, 40) N(u16, c))                               \
	RECORD(struct, s12, , B(u16, a, 9) B(u32, b, 9) B(u64, c, 9) B(u8, d, 8))                  \
	RECORD(struct, s13, PACKED, N(u8, a) N(u32, b) N(u64, c))                                  \
	RECORD(struct, s14, PACKED, B(u32, a, 3) B(u32, b, 30) B(u32, c, 31) N(u8, d))             \
	RECORD(struct, s15, PACKED, N(u8, a) B(u64, b, 50) B(u8, c, 7) N(u16, d))                  \
	RECORD(struct, s16, PACKED, B(u8, a, 3) Z(u32) B(u8, b, 3))                                \
	RECORD(struct, s17, ALIGNED16, N(u8, a) N(u16, b))                                         \
	RECORD(struct, s18, PACKED ALIGNED16, N(u8, a) N(u32, b))                                  \
	RECORD(struct, s19, , N(u8, a) A(u8, b, 8) N(u8, c))                                       \
	RECORD(struct, s20, , N(u8, a) P(u32, b) N(u16, c))                                        \
	RECORD(struct, s21, , R(u8, a, 3) R(u16, b, 3) N(u8, c))                                   \
	RECORD(struct, s22, , N(u8, n) X(u32, items))                                              \
	RECORD(struct, s23, , N(Small, a) N(u32, b) N(Small, c))                                   \
	RECORD(struct, s24, , N(u8, a) N(Packed5, b) N(u16, c))                                    \
	RECORD(struct, s25, , N(u8, a) R(Packed5, b, 3) N(u64, c))                                 \
	RECORD(struct, s26, PACKED, N(u8, a) A(u32, b, 4) N(u8, c))                                \
	RECORD(struct, s27, , B(i32, a, 31) B(i32, b, 1) B(i16, c, 16) B(i8, d, 8))                \
	RECORD(struct, s28, , N(u64, a) B(u64, b, 1) B(u64, c, 63) B(u64, d, 64) N(u8, e))         \
	RECORD(struct, s29, , B(u32, a, 7) N(u8, b) B(u32, c, 17) N(u8, d))                        \
	RECORD(struct, s30, , N(u8, a) P(u64, b) B(u32, c, 4) P(u16, d))                           \
	RECORD(struct, s31, ALIGNED2, N(u8, a) N(u64, b))                                          \
	RECORD(struct, s32, , U(u32, 3) B(u8, a, 2))                                               \
	RECORD(struct, s33, , N(u16, a) B(u8, b, 4) B(u8, c, 5) N(u32, d))                         \
	RECORD(struct, s34, , )                                                                    \
	RECORD(union, u1, , N(u8, a) N(u64, b) R(u8, c, 13))                                       \
	RECORD(union, u2, , B(u32, a, 3) N(u8, b))                                                 \
	RECORD(union, u3, PACKED, N(u8, a) N(u32, b) R(u8, c, 5))                                  \
	RECORD(union, u4, ALIGNED16, N(void_ptr, a) U(u64, 64))                                    \
	RECORD(union, u5, , B(u64, a, 33) R(u8, b, 3))

/* clang-format on */

#define PACKED __attribute__((packed))
#define ALIGNED16 __attribute__((aligned(16)))
#define ALIGNED2 __attribute__((aligned(2)))

typedef void *void_ptr;

#define N(type, name) type name;
#define B(type, name, width) type name : width;
#define Z(type)                                                                                    \
	type:                                                                                      \
	0;
#define U(type, width)                                                                             \
	type:                                                                                      \
	width;
#define A(type, name, n) type name __attribute__((aligned(n)));
#define P(type, name) type name __attribute__((packed));
#define R(type, name, n) type name[n];
#define X(type, name) type name[];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wattributes"
#pragma GCC diagnostic ignored "-Wpacked-bitfield-compat"
#define AS_C(kind, tag, attrs, fields) kind tag{fields} attrs;
RECORDS(AS_C)
#undef N
#undef B
#undef Z
#undef U
#undef A
#undef P
#undef R
#undef X

/* Where the one bits of a record are that had one bit-field set to all ones. */
static void probe_bits(const void *record, size_t size, u32 *first, u32 *width)
{
	const u8 *bytes = record;

	*width = 0;
	for (u32 i = 0; i < size * 8; i++)
		if (bytes[i / 8] >> i % 8 & 1 && !(*width)++)
			*first = i;
}

static Type *named_type(Bench *b, const char *name)
{
	Types *ts = b->ts;
	Field two[2] = {{.name = intern(&b->c.names, "x")}, {.name = intern(&b->c.names, "y")}};
	Type *t;

	if (name[0] == 'u' || name[0] == 'i')
		return type_int(ts, (u32)atoi(name + 1) / 8, name[0] == 'i');
	if (strcmp(name, "void_ptr") == 0)
		return type_ptr(ts, type_void(ts), AS_NONE);
	t = type_record_new(ts, TY_STRUCT, NULL);
	two[0].type = type_int(ts, 1, false);
	two[1].type = type_int(ts, name[0] == 'P' ? 4 : 1, false);
	type_record_layout(ts, t, two, 2, name[0] == 'P', 0);
	return t;
}

/* What the compiler says of a field, beside the Field for us. */
typedef struct {
	u32 offset, width;
} Expected;

typedef struct {
	Bench *b;
	Field in[16];
	Expected wanted[16];
	u32 n_in, n_wanted;
} LayoutCase;

static Field *add_field(LayoutCase *l, const char *type, const char *name)
{
	Field *f = &l->in[l->n_in++];

	*f = (Field){.name = name ? intern(&l->b->c.names, name) : NULL,
		     .type = named_type(l->b, type)};
	return f;
}

/* n 0: flexible. */
static void add_array(LayoutCase *l, const char *type, const char *name, u32 n)
{
	Field *f = add_field(l, type, name);

	f->type = n ? type_array(l->b->ts, f->type, n) : type_flexible_array(l->b->ts, f->type);
}

static void want(LayoutCase *l, u32 offset, u32 width)
{
	l->wanted[l->n_wanted++] = (Expected){offset, width};
}

static void check_layout(Checks *c, LayoutCase *l, const char *tag, bool is_union,
			 const char *attrs, size_t size, size_t align)
{
	Type *t = type_record_new(l->b->ts, is_union ? TY_UNION : TY_STRUCT, tag);
	u32 min_align = strstr(attrs, "16") ? 16 : strstr(attrs, "aligned(2)") ? 2 : 0;
	bool ok;
	char why[200];

	type_record_layout(l->b->ts, t, l->in, l->n_in, strstr(attrs, "packed") != NULL, min_align);
	ok = t->size == size && t->align == align && t->n_fields == l->n_wanted;
	snprintf(why, sizeof(why), "size %u/%zu align %u/%zu fields %u/%u", t->size, size, t->align,
		 align, t->n_fields, l->n_wanted);
	for (u32 i = 0; ok && i < t->n_fields; i++) {
		ok = t->fields[i].bit_offset == l->wanted[i].offset &&
		     t->fields[i].bit_width == l->wanted[i].width;
		snprintf(why, sizeof(why), "field %s at bit %u:%u, wanted %u:%u", t->fields[i].name,
			 t->fields[i].bit_offset, t->fields[i].bit_width, l->wanted[i].offset,
			 l->wanted[i].width);
	}
	check_case(c, arena_printf(l->b->c.arena, "layout %s", tag), ok, why);
}

#define TEXT(...) TEXT_OF(__VA_ARGS__)
#define TEXT_OF(...) #__VA_ARGS__
#define N(ty, name)                                                                                \
	add_field(&l, #ty, #name);                                                                 \
	want(&l, (u32)offsetof(This, name) * 8, 0);
#define B(ty, field, width)                                                                        \
	{                                                                                          \
		union {                                                                            \
			This v;                                                                    \
			u8 bytes[sizeof(This)];                                                    \
		} probe;                                                                           \
		volatile u64 ones = ~0ull;                                                         \
		u32 first = 0, n = 0;                                                              \
		memset(&probe, 0, sizeof(probe));                                                  \
		probe.v.field = (ty)ones;                                                          \
		probe_bits(probe.bytes, sizeof(probe.bytes), &first, &n);                          \
		add_field(&l, #ty, #field)->bit_width = width;                                     \
		want(&l, first, n);                                                                \
	}
#define Z(ty) add_field(&l, #ty, NULL)->bit_width = BIT_WIDTH_ZERO;
#define U(ty, width) add_field(&l, #ty, NULL)->bit_width = width;
#define A(ty, name, n)                                                                             \
	add_field(&l, #ty, #name)->min_align = n;                                                  \
	want(&l, (u32)offsetof(This, name) * 8, 0);
#define P(ty, name)                                                                                \
	add_field(&l, #ty, #name)->is_packed = true;                                               \
	want(&l, (u32)offsetof(This, name) * 8, 0);
#define R(ty, name, n)                                                                             \
	add_array(&l, #ty, #name, n);                                                              \
	want(&l, (u32)offsetof(This, name) * 8, 0);
#define X(ty, name)                                                                                \
	add_array(&l, #ty, #name, 0);                                                              \
	want(&l, (u32)offsetof(This, name) * 8, 0);
#define AS_CASE(kind, tag, attrs, fields)                                                          \
	static void layout_##tag(Checks *c, Bench *b)                                              \
	{                                                                                          \
		typedef kind tag This;                                                             \
		LayoutCase l = {.b = b};                                                           \
                                                                                                   \
		fields check_layout(c, &l, #tag, #kind[0] == 'u', TEXT(attrs), sizeof(This),       \
				    _Alignof(This));                                               \
	}
RECORDS(AS_CASE)
#pragma GCC diagnostic pop

static void test_layout(Checks *c)
{
	Bench b;

	bench_start(&b, "");
#define CALL(kind, tag, attrs, fields) layout_##tag(c, &b);
	RECORDS(CALL)
	bench_end(&b);
}

/* ---- making and asking ---- */

static void test_unique(Checks *c)
{
	Bench b;
	Types *ts;
	Type *u32_type, *record;

	bench_start(&b, "");
	ts = b.ts;
	u32_type = type_int(ts, 4, false);
	record = type_record_new(ts, TY_STRUCT, "s");
	check_case(c, "unique: pointers",
		   type_ptr(ts, u32_type, AS_NONE) == type_ptr(ts, u32_type, AS_NONE), "differ");
	check_case(c, "unique: address spaces are told apart",
		   type_ptr(ts, u32_type, AS_NONE) != type_ptr(ts, u32_type, AS_KERNEL), "same");
	check_case(c, "unique: with_space",
		   type_with_space(ts, type_ptr(ts, u32_type, AS_NONE), AS_MAP) ==
		       type_ptr(ts, u32_type, AS_MAP),
		   "differ");
	check_case(c, "unique: array sizes are told apart",
		   type_array(ts, u32_type, 3) != type_array(ts, u32_type, 4), "same");
	check_case(c, "unique: names of integers are told apart",
		   type_int_named(ts, "long", 8, true) != type_int_named(ts, "long long", 8, true),
		   "same");
	check_case(c, "unique: structs are not", type_record_new(ts, TY_STRUCT, "s") != record,
		   "same");
	check_case(c, "unique: const of one incomplete struct, then complete",
		   type_const(ts, record) ==
		       (type_record_layout(ts, record, NULL, 0, false, 0), type_const(ts, record)),
		   "differ");
	for (u32 i = 1; i < 2000; i++)
		type_array(ts, u32_type, i);
	check_number(c, "unique: found again after growing",
		     type_array(ts, u32_type, 1500) == type_array(ts, u32_type, 1500), 1);
	check_number(c, "size: array times its items", type_size(ts, type_array(ts, u32_type, 7)),
		     28);
	check_case(c, "size: absurd arrays don't wrap around",
		   type_size(ts, type_array(ts, type_array(ts, u32_type, 0x7fffffff), 0x40000001)) >
		       1000000,
		   "wrapped");
	bench_end(&b);
}

static void test_same(Checks *c)
{
	Bench b;
	Types *ts;
	Type *i, *t, *pi;
	Type *two[2];

	bench_start(&b, "");
	ts = b.ts;
	i = type_int(ts, 4, true);
	pi = type_ptr(ts, i, AS_NONE);
	t = type_typedef(ts, "pid_t", i);
	two[0] = i;
	two[1] = type_string(ts, 16);
	check_case(c, "same: looks through typedef and const", type_same(type_const(ts, t), i),
		   "no");
	check_case(c, "same: tuples by their items",
		   type_same(type_tuple(ts, two, 2), type_tuple(ts, two, 2)), "no");
	check_case(c, "same: signs differ", !type_same(i, type_int(ts, 4, false)), "yes");
	check_case(c, "compatible: const behind a pointer counts",
		   !type_compatible(pi, type_ptr(ts, type_const(ts, i), AS_NONE)), "yes");
	check_case(c, "compatible: long is not long long",
		   !type_compatible(type_int_named(ts, "long", 8, true), type_int(ts, 8, true)),
		   "yes");
	check_case(c, "compatible: BTF's order of words",
		   type_compatible(type_int_named(ts, "long unsigned int", 8, false),
				   type_int_named(ts, "unsigned long", 8, false)),
		   "no");
	check_case(c, "compatible: an array without a size",
		   type_compatible(type_array(ts, i, 3), type_flexible_array(ts, i)), "no");
	check_case(c, "const: of an array is of its items",
		   type_is_const(type_array(ts, type_const(ts, i), 2)), "no");
	check_number(c, "align: a typedef's own",
		     type_align(ts, type_const(ts, type_typedef_aligned(ts, "a64", i, 8))), 8);
	bench_end(&b);
}

static void test_fields(Checks *c)
{
	Bench b;
	Types *ts;
	Type *inner, *outer;
	Field in[2], out[2], found;
	u16 path[TYPE_MAX_PATH];
	u32 n = 0;

	bench_start(&b, "");
	ts = b.ts;
	in[0] = (Field){.name = intern(&b.c.names, "low"), .type = type_int(ts, 4, false)};
	in[1] = (Field){.name = intern(&b.c.names, "high"), .type = type_int(ts, 4, false)};
	inner = type_record_new(ts, TY_STRUCT, NULL);
	type_record_layout(ts, inner, in, 2, false, 0);
	out[0] = (Field){.name = intern(&b.c.names, "first"), .type = type_int(ts, 8, false)};
	out[1] = (Field){.type = inner};
	outer = type_record_new(ts, TY_STRUCT, "outer");
	type_record_layout(ts, outer, out, 2, false, 0);
	check_case(c, "field: in an anonymous member",
		   type_field(ts, outer, "high", &found, path, &n), "not found");
	check_number(c, "field: … its offset is from the outer start", found.bit_offset, 96);
	check_case(c, "field: … its path", n == 2 && path[0] == 1 && path[1] == 1, "wrong");
	check_case(c, "field: unknown", !type_field(ts, outer, "nope", &found, path, &n), "found");
	check_text(c, "field: nearest", type_field_nearest(ts, outer, "higg"), "high");
	check_case(c, "field: nothing near", !type_field_nearest(ts, outer, "zzzzz"), "near");
	bench_end(&b);
}

/* ---- text ---- */

static void test_c_text(Checks *c)
{
	Bench b;
	Types *ts;
	Type *i, *s, *func, *ptr;
	Field params[2];

	bench_start(&b, "");
	ts = b.ts;
	i = type_int(ts, 4, true);
	s = type_record_new(ts, TY_STRUCT, "task_struct");
	ptr = type_ptr(ts, s, AS_NONE);
	params[0] = (Field){.type = i};
	params[1] = (Field){.type = type_ptr(ts, type_const(ts, type_char(ts)), AS_NONE)};
	func = type_func(ts, i, params, 2, true);
	check_text(c, "text: pointer", type_str(ts, ptr), "struct task_struct *");
	check_text(c, "text: declared pointer", type_declare(ts, ptr, "t"),
		   "struct task_struct *t");
	check_text(c, "text: array", type_str(ts, type_array(ts, type_char(ts), 16)), "char[16]");
	check_text(c, "text: array of arrays",
		   type_declare(ts, type_array(ts, type_array(ts, i, 3), 2), "m"), "int m[2][3]");
	check_text(c, "text: pointer to array",
		   type_declare(ts, type_ptr(ts, type_array(ts, i, 3), AS_NONE), "p"),
		   "int (*p)[3]");
	check_text(c, "text: function", type_declare(ts, func, "f"),
		   "int f(int, const char *, ...)");
	check_text(c, "text: array of function pointers",
		   type_declare(ts, type_array(ts, type_ptr(ts, func, AS_NONE), 4), "f"),
		   "int (*f[4])(int, const char *, ...)");
	check_text(
	    c, "text: function that returns a function pointer",
	    type_declare(ts, type_func(ts, type_ptr(ts, func, AS_NONE), NULL, 0, false), "f"),
	    "int (*f(void))(int, const char *, ...)");
	check_text(c, "text: const pointer", type_declare(ts, type_const(ts, ptr), "p"),
		   "struct task_struct *const p");
	check_text(c, "text: const pointer without a name", type_str(ts, type_const(ts, ptr)),
		   "struct task_struct *const");
	check_text(c, "text: const volatile", type_str(ts, type_const(ts, type_volatile(ts, i))),
		   "const volatile int");
	check_text(c, "text: unsigned", type_str(ts, type_int(ts, 4, false)), "unsigned int");
	check_text(c, "text: flexible array", type_declare(ts, type_flexible_array(ts, i), "x"),
		   "int x[]");
	bench_end(&b);
}

static void test_script_text(Checks *c)
{
	Bench b;
	Types *ts;
	Type *items[2];
	i64 none[4] = {0};

	bench_start(&b, "");
	ts = b.ts;
	items[0] = type_int(ts, 8, true);
	items[1] = type_string(ts, 16);
	check_text(c, "script text: uint32", type_script_str(ts, type_int(ts, 4, false)), "uint32");
	check_text(c, "script text: typedef of bool",
		   type_script_str(ts, type_typedef(ts, "b", type_bool(ts))), "bool");
	check_text(c, "script text: tuple", type_script_str(ts, type_tuple(ts, items, 2)),
		   "(int64,string[16])");
	check_text(
	    c, "script text: pointer",
	    type_script_str(ts, type_ptr(ts, type_record_new(ts, TY_STRUCT, "path"), AS_NONE)),
	    "struct path *");
	check_text(c, "script text: aggregation",
		   type_script_str(ts, type_agg(ts, AGG_SUM, true, none)), "sum_t");
	check_text(c, "script text: unsigned aggregation",
		   type_script_str(ts, type_agg(ts, AGG_MAX, false, none)), "umax_t");
	check_text(c, "script text: buffer", type_script_str(ts, type_buffer(ts, 10)),
		   "buffer[10]");
	check_text(c, "script text: array", type_script_str(ts, type_array(ts, type_char(ts), 4)),
		   "int8[4]");
	for (int kind = TY_KSYM; kind <= TY_TYPEREF; kind++)
		if (kind != TY_AGG)
			check_case(c,
				   arena_printf(b.c.arena, "script text: kind %d has a name", kind),
				   *type_script_str(ts, type_simple(ts, (TypeKind)kind)), "empty");
	bench_end(&b);
}

static void test_definition(Checks *c)
{
	Bench b;
	Types *ts;
	Field f[3];
	Type *t, *inner, *e;
	Enumerator values[2] = {{"A", 0}, {"B", -5}};

	bench_start(&b, "");
	ts = b.ts;
	inner = type_record_new(ts, TY_UNION, NULL);
	f[0] = (Field){.name = intern(&b.c.names, "x"), .type = type_int(ts, 4, true)};
	type_record_layout(ts, inner, f, 1, false, 0);
	f[0] = (Field){
	    .name = intern(&b.c.names, "a"), .type = type_int(ts, 4, false), .bit_width = 3};
	f[1] = (Field){.type = inner};
	f[2] = (Field){.name = intern(&b.c.names, "c"), .type = type_array(ts, inner, 2)};
	t = type_record_new(ts, TY_STRUCT, "s");
	type_record_layout(ts, t, f, 3, false, 0);
	check_text(
	    c, "definition: struct", type_definition(ts, t),
	    "struct s {\n\tunsigned int a: 3;\n\tunion {\n\t\tint x;\n\t};\n\tunion {\n\t\tint x;\n"
	    "\t} c[2];\n};");
	e = type_enum_new(ts, "e", NULL, values, 2);
	check_text(c, "definition: enum", type_definition(ts, e),
		   "enum e {\n\tA = 0,\n\tB = -5,\n};");
	check_case(c, "enum: a negative value makes it signed", e->is_signed && e->size == 4, "no");
	bench_end(&b);
}

/* ---- the program's names ---- */

static void test_scope(Checks *c)
{
	Bench b;
	Types *ts;
	Type *t, *e;
	Enumerator values[1] = {{"RED", 7}};
	i64 value = 0;

	bench_start(&b, "");
	ts = b.ts;
	check_case(c, "scope: no BTF", !types_have_btf(ts), "some");
	check_case(c, "scope: unknown tag", !types_find_tag(ts, TY_STRUCT, "mine"), "found");
	t = type_record_new(ts, TY_STRUCT, "mine");
	types_declare_tag(ts, t);
	check_case(c, "scope: declared tag", types_find_tag(ts, TY_STRUCT, "mine") == t, "lost");
	check_case(c, "scope: struct is not union", !types_find_tag(ts, TY_UNION, "mine"), "found");
	types_declare_typedef(ts, "mine_t", t);
	check_case(c, "scope: typedef", types_find_typedef(ts, "mine_t") == t, "lost");
	e = type_enum_new(ts, "color", NULL, values, 1);
	types_declare_enumerators(ts, e);
	check_case(c, "scope: enumerator",
		   types_find_enumerator(ts, "RED", &value, NULL) && value == 7, "lost");
	check_text(c, "scope: nearest", types_nearest_tag(ts, "mime"), "mine");
	check_number(c, "scope: an incomplete struct has no size", type_size(ts, t), 0);
	bench_end(&b);
}

static void test_features(Checks *c)
{
	check_text(c, "feature: text", feature_text(FEAT_LOOP), "bpf_loop (Linux 5.17)");
	check_number(c, "feature: major", feature_since_major(FEAT_LOOP), 5);
	check_number(c, "feature: minor", feature_since_minor(FEAT_LOOP), 17);
	check_text(c, "feature: out of range", feature_text(FEAT_COUNT), "nothing");
}

int main(void)
{
	Checks c = {0};

	test_layout(&c);
	test_unique(&c);
	test_same(&c);
	test_fields(&c);
	test_c_text(&c);
	test_script_text(&c);
	test_definition(&c);
	test_scope(&c);
	test_features(&c);
	return check_status(&c);
}
