/*
 * Where a variable lies in its data section. The object's BTF says so: a
 * DATASEC lists the section's variables with offset and size, which libbpf
 * puts right from the symbol table when it opens the object.
 */
#include "load/internal.h"

#include <bpf/btf.h>
#include <errno.h>

int load_variable(const Loaded *l, const char *section, const char *name, u32 *offset, u32 *size)
{
	const struct btf *btf = bpf_object__btf(l->object);
	i32 id = btf ? btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC) : -ENOENT;
	const struct btf_type *list;
	const struct btf_var_secinfo *at;

	if (id < 0)
		return -ENOENT;
	list = btf__type_by_id(btf, (u32)id);
	at = btf_var_secinfos(list);
	for (u32 i = 0; i < btf_vlen(list); i++, at++) {
		const struct btf_type *variable = btf__type_by_id(btf, at->type);
		const char *text = variable ? btf__name_by_offset(btf, variable->name_off) : NULL;

		if (!text || strcmp(text, name) != 0)
			continue;
		*offset = at->offset;
		*size = at->size;
		return 0;
	}
	return -ENOENT;
}

/* Variables of the sections that a program's globals are in, one DATASEC after the other. */
static bool is_data(const char *section)
{
	return section && (strncmp(section, ".data", 5) == 0 || strncmp(section, ".bss", 4) == 0 ||
			   strncmp(section, ".rodata", 7) == 0);
}

static void describe_variable(const struct btf *btf, const char *section,
			      const struct btf_var_secinfo *at, LoadVariable *out)
{
	const struct btf_type *variable = btf__type_by_id(btf, at->type);

	*out = (LoadVariable){.section = section,
			      .name = btf__name_by_offset(btf, variable->name_off),
			      .type_id = variable->type,
			      .offset = at->offset,
			      .size = at->size};
}

bool load_variable_next(const Loaded *l, u32 *i, LoadVariable *out)
{
	const struct btf *btf = bpf_object__btf(l->object);
	u32 n = btf ? btf__type_cnt(btf) : 0, skip = *i;

	for (u32 id = 1; id < n; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *section = btf__name_by_offset(btf, t->name_off);

		if (!btf_is_datasec(t) || !is_data(section))
			continue;
		if (skip >= btf_vlen(t)) {
			skip -= btf_vlen(t);
			continue;
		}
		describe_variable(btf, section, &btf_var_secinfos(t)[skip], out);
		(*i)++;
		return true;
	}
	return false;
}

const void *load_btf(const Loaded *l, u32 *size)
{
	const struct btf *btf = bpf_object__btf(l->object);

	return btf ? btf__raw_data(btf, size) : NULL;
}
