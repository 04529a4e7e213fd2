/*
 * Types of a program from its DWARF (DWARF 5, chapter 5), for the arguments of
 * uprobes. A function's parameters and result are imported with all that they
 * are made of. Records are made when they are met and filled one after the
 * other from a queue, so that chains of pointers cost no depth of calls; past
 * MAX_RECORDS those that are left stay incomplete. Members are put where DWARF
 * says. Qualifiers are left out, pointers point into the process (AS_USER).
 */
#include <dwarf.h>

#include "base/compile.h"
#include "symbol/dwarf.h"
#include "types/types.h"

#define MAX_RECORDS 4096
#define MAX_DEPTH 64 /* of pointers to pointers, arrays of arrays, typedefs … */

typedef struct {
	Dwarf_Die die;
	Type *type;
} Pending;

typedef struct {
	Compile *c;
	Types *types;
	Map made; /* place of a DIE + 1 → Type */
	Vec(Pending) queue; /* arena */
	u32 depth;
} Importer;

static Type *import_type(Importer *x, Dwarf_Die *die);

static const char *name_in(Importer *x, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);

	return name ? intern(&x->c->names, name) : NULL;
}

static bool number_of(Dwarf_Die *die, unsigned attribute, u64 *value)
{
	Dwarf_Attribute a;
	Dwarf_Word word;

	if (!dwarf_attr_integrate(die, attribute, &a) || dwarf_formudata(&a, &word))
		return false;
	*value = word;
	return true;
}

/* The DIE's DW_AT_type; void without one. */
static Type *type_of(Importer *x, Dwarf_Die *die)
{
	Dwarf_Attribute a;
	Dwarf_Die of;

	if (!dwarf_attr_integrate(die, DW_AT_type, &a) || !dwarf_formref_die(&a, &of))
		return type_void(x->types);
	return import_type(x, &of);
}

static Type *import_base(Importer *x, Dwarf_Die *die)
{
	u64 size = 0, encoding = 0;

	number_of(die, DW_AT_byte_size, &size);
	number_of(die, DW_AT_encoding, &encoding);
	switch (encoding) {
	case DW_ATE_boolean:
		return type_bool(x->types);
	case DW_ATE_float:
		return type_float(x->types, name_in(x, die), (u32)size);
	case DW_ATE_signed_char:
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
		if (size == 1 && strcmp(dwarf_diename(die) ? dwarf_diename(die) : "", "char") == 0)
			return type_char(x->types);
		break;
	case DW_ATE_complex_float:
		return type_array(x->types, type_float(x->types, NULL, (u32)size / 2), 2);
	default:
		break;
	}
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return type_array(x->types, type_int(x->types, 1, false), (u32)size);
	return type_int(x->types, (u32)size,
			encoding == DW_ATE_signed || encoding == DW_ATE_signed_char);
}

static Type *import_array(Importer *x, Dwarf_Die *die)
{
	Type *t = type_of(x, die);
	u64 counts[8];
	u32 n = 0;
	Dwarf_Die child;

	if (dwarf_child(die, &child) == 0)
		do {
			u64 last;

			if (dwarf_tag(&child) != DW_TAG_subrange_type || n == ARRAY_LEN(counts))
				continue;
			counts[n] = 0;
			if (!number_of(&child, DW_AT_count, &counts[n]) &&
			    number_of(&child, DW_AT_upper_bound, &last))
				counts[n] = last + 1;
			n++;
		} while (dwarf_siblingof(&child, &child) == 0);
	while (n-- > 0)
		t = counts[n] ? type_array(x->types, t, (u32)counts[n]) : type_flexible_array(x->types, t);
	return t;
}

static Type *import_enum(Importer *x, Dwarf_Die *die)
{
	Vec(Enumerator) list = {0};
	u64 size = 4;
	bool is_signed = false;
	Dwarf_Die child;

	number_of(die, DW_AT_byte_size, &size);
	if (dwarf_child(die, &child) == 0)
		do {
			Dwarf_Attribute a;
			Dwarf_Sword value;

			if (dwarf_tag(&child) != DW_TAG_enumerator ||
			    !dwarf_attr(&child, DW_AT_const_value, &a) || dwarf_formsdata(&a, &value))
				continue;
			is_signed |= value < 0;
			vec_push(x->c->arena, &list, (Enumerator){name_in(x, &child), value});
		} while (dwarf_siblingof(&child, &child) == 0);
	if (size != 1 && size != 2 && size != 4 && size != 8)
		size = 4;
	return type_enum_new(x->types, name_in(x, die), type_int(x->types, (u32)size, is_signed), list.at,
			     list.len);
}

/* ---- records ---- */

static bool read_member(Importer *x, Dwarf_Die *die, Field *out)
{
	u64 at = 0, bits = 0;
	int tag = dwarf_tag(die);

	if ((tag != DW_TAG_member && tag != DW_TAG_inheritance) || dwarf_hasattr(die, DW_AT_external))
		return false;
	out->name = tag == DW_TAG_member ? name_in(x, die) : NULL;
	out->type = type_of(x, die);
	number_of(die, DW_AT_data_member_location, &at);
	out->bit_offset = (u32)at * 8;
	if (number_of(die, DW_AT_bit_size, &bits)) {
		out->bit_width = (u32)bits;
		if (number_of(die, DW_AT_data_bit_offset, &at))
			out->bit_offset = (u32)at;
	}
	return true;
}

/* Members as DWARF places them. */
static void fill_record(Importer *x, const Pending *p)
{
	Vec(Field) fields = {0};
	Dwarf_Die die = p->die, child;

	if (dwarf_child(&die, &child) == 0)
		do {
			Field f = {0};

			if (read_member(x, &child, &f))
				vec_push(x->c->arena, &fields, f);
		} while (dwarf_siblingof(&child, &child) == 0);
	p->type->fields = fields.at;
	p->type->n_fields = fields.len;
}

/* Its size is known at once, for arrays and members of it; its members come later. */
static Type *import_record(Importer *x, Dwarf_Die *die)
{
	int tag = dwarf_tag(die);
	Type *t = type_record_new(x->types, tag == DW_TAG_union_type ? TY_UNION : TY_STRUCT, name_in(x, die));
	u64 size = 0;

	if (dwarf_hasattr(die, DW_AT_declaration) || x->queue.len >= MAX_RECORDS)
		return t;
	number_of(die, DW_AT_byte_size, &size);
	t->size = (u32)size;
	t->align = 1;
	t->is_incomplete = false;
	vec_push(x->c->arena, &x->queue, (Pending){*die, t});
	return t;
}

static Type *import_new(Importer *x, Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		return import_base(x, die);
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		return type_ptr(x->types, type_of(x, die), AS_USER);
	case DW_TAG_typedef:
		return type_typedef(x->types, name_in(x, die), type_of(x, die));
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		return type_of(x, die);
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		return import_record(x, die);
	case DW_TAG_array_type:
		return import_array(x, die);
	case DW_TAG_enumeration_type:
		return import_enum(x, die);
	default:
		return type_void(x->types); /* a function, a member pointer, … */
	}
}

static Type *import_type(Importer *x, Dwarf_Die *die)
{
	u64 key = dwarf_dieoffset(die) + 1;
	Type *t = map_get_ptr(&x->made, (void *)(uintptr_t)key);

	if (t || x->depth > MAX_DEPTH)
		return t ? t : type_void(x->types);
	x->depth++;
	t = import_new(x, die);
	x->depth--;
	map_set_ptr(&x->made, (void *)(uintptr_t)key, t);
	return t;
}

/* ---- functions ---- */

static Type *import_function(Importer *x, Dwarf_Die *die)
{
	Vec(Field) params = {0};
	Type *result = type_of(x, die);
	Dwarf_Die child;

	if (dwarf_child(die, &child) == 0)
		do {
			Field f = {0};

			if (dwarf_tag(&child) != DW_TAG_formal_parameter)
				continue;
			f.name = name_in(x, &child);
			f.type = type_of(x, &child);
			vec_push(x->c->arena, &params, f);
		} while (dwarf_siblingof(&child, &child) == 0);
	for (u32 i = 0; i < x->queue.len; i++) {
		Pending p = x->queue.at[i]; /* the queue grows meanwhile */

		fill_record(x, &p);
	}
	return type_func(x->types, result, params.at, params.len, false);
}

Type *symbol_user_func(Compile *c, const char *path, const char *name)
{
	Importer x = {.c = c, .types = c->types, .made.arena = c->arena};
	DebugFile *f = debug_open(path);
	u64 address, size;
	Dwarf_Die die;
	Type *t = NULL;

	if (f && ((symbol_in_file(path, name, &address, &size) == 0 && debug_function_at(f, address, &die)) ||
		  debug_function_named(f, name, &die)))
		t = import_function(&x, &die);
	debug_close(f);
	return t;
}
