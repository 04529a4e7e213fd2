/*
 * Maps as libbpf wants them: a variable in ".maps" whose struct type says it
 * all. A number N is a member of type `int (*)[N]`, a type T a member of type
 * `T *`; the bytes of the section are zero and only their length counts. Maps
 * that hold maps or programs have a last member `values`, and a relocation for
 * each initial one.
 */
#include "object/internal.h"

/* A map's struct while its members are collected. */
typedef struct MapStruct {
	struct btf_member members[16];
	u32 n;
} MapStruct;

static void add_member(BtfOut *b, MapStruct *s, const char *name, u32 type)
{
	s->members[s->n] = (struct btf_member){btf_out_string(b, name), type, s->n * 64};
	s->n++;
}

/* __uint(name, value); left out when 0. */
static void add_number(BtfOut *b, MapStruct *s, const char *name, u32 value)
{
	if (!value)
		return;
	u32 of = btf_out_type(b, type_int(b->m->c->types, 4, true));
	add_member(b, s, name, btf_out_ptr(b, btf_out_array(b, of, value)));
}

static u32 map_struct(BtfOut *b, const MapDef *map, bool is_inner, u32 *size);

/* __array(values, …): a flexible array of pointers to the inner map or to functions. */
static void add_values(BtfOut *b, MapStruct *s, const MapDef *map)
{
	u32 pointed, size;
	if (map->inner)
		pointed = map_struct(b, map->inner, true, &size);
	else
		pointed = btf_out_record(b, NULL, BTF_KIND_FUNC_PROTO, 0, false, 0);
	add_member(b, s, "values", btf_out_array(b, btf_out_ptr(b, pointed), 0));
}

/*
 * A type and its size: by type where there is one, else by size. An array-like
 * map's key of four bytes has to be an integer for the kernel, so it's given as a
 * type if the program didn't.
 */
static void add_part(BtfOut *b, MapStruct *s, const char *name, const char *size_name, Type *type,
		     u32 size)
{
	u32 id = type ? btf_out_type(b, type) : 0;
	if (id)
		add_member(b, s, name, btf_out_ptr(b, id));
	else
		add_number(b, s, size_name, size);
}

static u32 map_struct(BtfOut *b, const MapDef *map, bool is_inner, u32 *size)
{
	MapStruct s = {0};
	add_number(b, &s, "type", map->type);
	add_number(b, &s, "max_entries", map->max_entries);
	add_number(b, &s, "map_flags", map->flags);
	add_number(b, &s, "map_extra", (u32)map->extra);
	add_part(b, &s, "key", "key_size", map->key, map->key_size);
	add_part(b, &s, "value", "value_size", map->value, map->value_size);
	if (!is_inner)
		add_number(b, &s, "pinning", map->pinning);
	if (!is_inner && (map->inner || map->values.len))
		add_values(b, &s, map);
	bool has_values = !is_inner && (map->inner || map->values.len);
	*size = (s.n - has_values) * 8;
	u32 id = btf_out_record(b, NULL, BTF_KIND_STRUCT, s.n, false, *size);
	btf_out_append(b, s.members, s.n * sizeof(s.members[0]));
	return id;
}

static u32 map_type(Layout *l, const MapDef *map, u32 *size)
{
	if (!map->decl)
		return map_struct(&l->btf, map, false, size);
	*size = type_size(l->m->c->types, map->decl);
	return btf_out_type(&l->btf, map->decl);
}

static void place_map(Layout *l, u32 i, u32 section, struct btf_var_secinfo *var)
{
	const MapDef *map = l->m->maps.at[i];
	u32 size, type = map_type(l, map, &size);
	u32 values_at = size;
	size += map->values.len * 8;
	Text *bytes = &l->file.sections.at[section].bytes;
	u32 offset = bytes->len;
	text_fill(bytes, 0, size);
	l->maps[i].section = section;
	l->maps[i].offset = offset;
	l->maps[i].symbol = out_symbol(&l->file, (OutSymbol){
		.name = map->name,
		.bind = map->is_weak ? STB_WEAK : STB_GLOBAL,
		.type = STT_OBJECT,
		.section = section,
		.value = offset,
		.size = size,
	});
	/* values[k]'s place; the section's relocations are made when all symbols are known */
	*var = (struct btf_var_secinfo){
		.type = btf_out_var(&l->btf, map->name, type, BTF_VAR_GLOBAL_ALLOCATED),
		.offset = offset,
		.size = size,
	};
	l->maps[i].values_offset = offset + values_at;
}

void layout_maps(Layout *l)
{
	u32 n = l->m->maps.len;
	if (!n)
		return;
	u32 section = out_section(&l->file, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
	struct btf_var_secinfo *vars = NEW_N(l->file.arena, struct btf_var_secinfo, n);
	for (u32 i = 0; i < n; i++)
		place_map(l, i, section, &vars[i]);
	btf_out_record(&l->btf, ".maps", BTF_KIND_DATASEC, n, false,
		       l->file.sections.at[section].bytes.len);
	btf_out_append(&l->btf, vars, n * sizeof(*vars));
}

void layout_map_values(Layout *l)
{
	for (u32 i = 0; i < l->m->maps.len; i++) {
		const MapDef *map = l->m->maps.at[i];
		for (u32 k = 0; k < map->values.len; k++) {
			u32 value = map->values.at[k];
			if (value == NO_VALUE)
				continue;
			u32 symbol = map->inner ? l->maps[value].symbol : l->funcs[value].symbol;
			out_reloc(&l->file, l->maps[i].section, l->maps[i].values_offset + k * 8,
				  RELOC_BPF_64_ABS64, symbol);
		}
	}
}
