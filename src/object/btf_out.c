/*
 * A BTF section in the making: records are appended and numbered from 1,
 * strings are put into their table once. The layout is that of
 * Documentation/bpf/btf.rst; the kinds come from <linux/btf.h>. Which types go
 * in, and in what shape, is btf_types.c's matter.
 */
#include "object/internal.h"

#include <ctype.h>

void btf_out_init(BtfOut *b, Module *m)
{
	Arena *a = m->c->arena;
	*b = (BtfOut){.m = m, .arena = a, .types = text_new(a), .strings = text_new(a)};
	b->interns.arena = a;
	b->string_offset.arena = a;
	b->id_of.arena = a;
	b->usage_of.arena = a;
	text_fill(&b->strings, 0, 1);
}

u32 btf_out_string_len(BtfOut *b, const char *text, size_t len)
{
	if (!len)
		return 0;
	const char *name = intern_len(&b->interns, text, len);
	u32 offset = (u32)map_get(&b->string_offset, (u64)(uintptr_t)name);
	if (offset)
		return offset;
	offset = b->strings.len;
	text_add(&b->strings, name, strlen(name) + 1);
	map_set(&b->string_offset, (u64)(uintptr_t)name, offset);
	return offset;
}

u32 btf_out_string(BtfOut *b, const char *text)
{
	return text ? btf_out_string_len(b, text, strlen(text)) : 0;
}

u32 btf_out_record(BtfOut *b, const char *name, u32 kind, u32 vlen, bool kind_flag,
		   u32 size_or_type)
{
	struct btf_type t = {
		.name_off = btf_out_string(b, name),
		.info = (u32)kind_flag << 31 | kind << 24 | vlen,
		.size = size_or_type,
	};
	text_add(&b->types, (const char *)&t, sizeof(t));
	return ++b->n_types;
}

void btf_out_append(BtfOut *b, const void *at, size_t len)
{
	text_add(&b->types, at, len);
}

u32 btf_out_ptr(BtfOut *b, u32 to)
{
	return btf_out_record(b, NULL, BTF_KIND_PTR, 0, false, to);
}

u32 btf_out_int(BtfOut *b, const char *name, u32 size, u32 encoding)
{
	u32 id = btf_out_record(b, name, BTF_KIND_INT, 0, false, size);
	u32 data = encoding << 24 | size * 8;
	btf_out_append(b, &data, sizeof(data));
	return id;
}

u32 btf_out_array(BtfOut *b, u32 of, u32 count)
{
	if (!b->array_index_id)
		b->array_index_id = btf_out_int(b, "__ARRAY_SIZE_TYPE__", 4, 0);
	u32 id = btf_out_record(b, NULL, BTF_KIND_ARRAY, 0, false, 0);
	struct btf_array array = {.type = of, .index_type = b->array_index_id, .nelems = count};
	btf_out_append(b, &array, sizeof(array));
	return id;
}

u32 btf_out_var(BtfOut *b, const char *name, u32 type, u32 linkage)
{
	u32 id = btf_out_record(b, name, BTF_KIND_VAR, 0, false, type);
	btf_out_append(b, &linkage, sizeof(linkage));
	return id;
}

void btf_out_finish(BtfOut *b, Text *out)
{
	struct btf_header h = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(h),
		.type_len = b->types.len,
		.str_off = b->types.len,
		.str_len = b->strings.len,
	};
	text_add(out, (const char *)&h, sizeof(h));
	text_add(out, b->types.at, b->types.len);
	text_add(out, b->strings.at, b->strings.len);
}

bool btf_is_identifier(const char *name)
{
	if (!name || !(isalpha((unsigned char)*name) || *name == '_'))
		return false;
	while (isalnum((unsigned char)*name) || *name == '_')
		name++;
	return !*name;
}
