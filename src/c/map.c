/*
 * BTF-defined maps: the members of a struct in section ".maps" read as libbpf
 * reads them. A number n is the length of an array that the member points to
 * (`int (*max_entries)[n]`, __uint) or an enumerator (__ulong); a type is what
 * the member points to (__type); `values` is an array of pointers (__array).
 */
#include "c/internal.h"

/* The number that a member's type spells. */
static bool number_of(Type *t, u64 *out)
{
	t = type_bare(t);
	if (t->kind == TY_ENUM && t->n_enums) {
		*out = (u64)t->enums[0].value;
		return true;
	}
	if (t->kind != TY_PTR)
		return false;
	t = type_bare(t->base);
	*out = t->count;
	return t->kind == TY_ARRAY;
}

static bool set_number(CMap *m, const char *name, u64 n)
{
	struct {
		const char *name;
		u32 *at;
	} const numbers[] = {
	    {"type", &m->type},
	    {"max_entries", &m->max_entries},
	    {"map_flags", &m->flags},
	    {"key_size", &m->key_size},
	    {"value_size", &m->value_size},
	    {"pinning", &m->pinning},
	    {"numa_node", &m->numa_node},
	};

	if (!strcmp(name, "map_extra")) {
		m->extra = n;
		return true;
	}
	for (u32 i = 0; i < ARRAY_LEN(numbers); i++) {
		if (!strcmp(numbers[i].name, name)) {
			*numbers[i].at = (u32)n;
			return true;
		}
	}
	return false;
}

/* `values`: pointers to a map's struct (the template of the inner maps) or to programs. */
static void read_values(CParser *p, CMap *m, const Field *f)
{
	Type *t = type_bare(f->type);

	if (t->kind == TY_ARRAY)
		t = type_bare(t->base);
	if (t->kind != TY_PTR)
		return;
	t = type_bare(t->base);
	if (t->kind == TY_STRUCT)
		m->inner = c_map_new(p, "", t, f->at);
}

static void read_member(CParser *p, CMap *m, const Field *f)
{
	u64 n;
	bool is_key = !strcmp(f->name, "key");

	if (!strcmp(f->name, "values")) {
		read_values(p, m, f);
	} else if (is_key || !strcmp(f->name, "value")) {
		Type *t = type_bare(f->type);
		if (t->kind != TY_PTR) {
			c_error(p, f->at, "map '%s': '%s' must point to a type", m->name, f->name);
			return;
		}
		*(is_key ? &m->key : &m->value) = t->base;
		*(is_key ? &m->key_size : &m->value_size) = type_size(p->ts, t->base);
	} else if (!number_of(f->type, &n)) {
		c_error(p, f->at, "map '%s': '%s' does not give a number (use __uint)", m->name,
			f->name);
	} else if (!set_number(m, f->name, n)) {
		c_warn(p, f->at, "map '%s': '%s' is not a known attribute", m->name, f->name);
	}
}

CMap *c_map_new(CParser *p, const char *name, Type *type, Span at)
{
	CMap *m = NEW(p->arena, CMap);
	Type *t = type_complete(p->ts, type);

	m->name = name;
	m->decl = t;
	m->at = at;
	m->size = type_size(p->ts, t);
	if (t->kind != TY_STRUCT) {
		if (t->kind != TY_ERROR)
			c_error(p, at, "map '%s' is not a struct", name);
		return m;
	}
	for (u32 i = 0; i < t->n_fields; i++) {
		if (t->fields[i].name)
			read_member(p, m, &t->fields[i]);
	}
	if (!m->type)
		c_error(p, at, "map '%s' has no type: add __uint(type, BPF_MAP_TYPE_…)", name);
	return m;
}

void c_map_init(CParser *p, CMap *m, CInit *init)
{
	Field values;
	u16 path[TYPE_MAX_PATH];
	u32 n_path;

	if (!type_field(p->ts, m->decl, "values", &values, path, &n_path))
		return;
	vec_each(item, &init->items)
	{
		Address a = {0};
		if (!item->value || item->bit_offset < values.bit_offset ||
		    cx_is_error(item->value))
			continue;
		if (!fold_address(p, item->value, &a) || (!a.map && !a.func)) {
			if (item->value->kind != CX_INT || item->value->value)
				c_error(p, item->value->at,
					"a map's values are addresses of maps or programs");
			continue;
		}
		vec_push(p->arena, &m->values,
			 (CMapValue){
			     .key = (item->bit_offset - values.bit_offset) / 64,
			     .map = a.map,
			     .func = a.func,
			 });
	}
}
