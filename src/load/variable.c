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
