/*
 * --dump=btf: the records of .BTF, one line each and one for each member, in
 * the manner of `bpftool btf dump`. Reading ends at the first record that isn't whole.
 */
#include "object/internal.h"

typedef struct BtfDump {
	Text out;
	const char *strings;
	u32 strings_len;
} BtfDump;

static const char *const kind_names[] = {
	"VOID", "INT",	   "PTR",      "ARRAY",	   "STRUCT",   "UNION",	 "ENUM",
	"FWD",	"TYPEDEF", "VOLATILE", "CONST",	   "RESTRICT", "FUNC",	 "FUNC_PROTO",
	"VAR",	"DATASEC", "FLOAT",    "DECL_TAG", "TYPE_TAG", "ENUM64",
};

/* Bytes behind a record's head: so many, and so many for each of its parts. */
static const u8 extra_bytes[][2] = {
	[BTF_KIND_INT] = {4, 0},     [BTF_KIND_ARRAY] = {12, 0},   [BTF_KIND_STRUCT] = {0, 12},
	[BTF_KIND_UNION] = {0, 12},  [BTF_KIND_ENUM] = {0, 8},	   [BTF_KIND_FUNC_PROTO] = {0, 8},
	[BTF_KIND_VAR] = {4, 0},     [BTF_KIND_DATASEC] = {0, 12}, [BTF_KIND_DECL_TAG] = {4, 0},
	[BTF_KIND_ENUM64] = {0, 12},
};

static const char *string(const BtfDump *d, u32 offset)
{
	if (!offset)
		return "(anon)";
	return offset < d->strings_len && memchr(d->strings + offset, 0, d->strings_len - offset)
		       ? d->strings + offset
		       : "?";
}

static u32 word(const char *at, u32 index)
{
	u32 value;
	memcpy(&value, at + index * 4, sizeof(value));
	return value;
}

static void dump_parts(BtfDump *d, const struct btf_type *t, u32 kind, const char *at)
{
	u32 n = BTF_INFO_VLEN(t->info),
	    step = kind < ARRAY_LEN(extra_bytes) ? extra_bytes[kind][1] : 0;
	bool has_bits = BTF_INFO_KFLAG(t->info);
	for (u32 i = 0; step && i < n; i++, at += step) {
		u32 a = word(at, 0), b = word(at, 1), c = step == 12 ? word(at, 2) : 0;
		switch (kind) {
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
			text_addf(&d->out, "\t'%s' type_id=%u bits_offset=%u", string(d, a), b,
				  has_bits ? BTF_MEMBER_BIT_OFFSET(c) : c);
			if (has_bits && BTF_MEMBER_BITFIELD_SIZE(c))
				text_addf(&d->out, " bitfield_size=%u",
					  BTF_MEMBER_BITFIELD_SIZE(c));
			text_adds(&d->out, "\n");
			break;
		case BTF_KIND_ENUM:
			text_addf(&d->out, "\t'%s' val=%d\n", string(d, a), (i32)b);
			break;
		case BTF_KIND_ENUM64:
			text_addf(&d->out, "\t'%s' val=%lld\n", string(d, a),
				  (long long)((u64)c << 32 | b));
			break;
		case BTF_KIND_FUNC_PROTO:
			text_addf(&d->out, "\t'%s' type_id=%u\n", string(d, a), b);
			break;
		case BTF_KIND_DATASEC:
			text_addf(&d->out, "\ttype_id=%u offset=%u size=%u\n", a, b, c);
			break;
		default:
			break;
		}
	}
}

static void dump_head(BtfDump *d, u32 id, const struct btf_type *t, u32 kind, const char *at)
{
	static const char *const linkages[] = {"static", "global", "extern"};
	u32 vlen = BTF_INFO_VLEN(t->info);
	text_addf(&d->out, "[%u] %s '%s'", id, kind_names[kind], string(d, t->name_off));
	switch (kind) {
	case BTF_KIND_INT:
		text_addf(&d->out, " size=%u nr_bits=%u encoding=%u\n", t->size, word(at, 0) & 0xff,
			  word(at, 0) >> 24 & 15);
		break;
	case BTF_KIND_ARRAY:
		text_addf(&d->out, " type_id=%u index_type_id=%u nr_elems=%u\n", word(at, 0),
			  word(at, 1), word(at, 2));
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_DATASEC:
		text_addf(&d->out, " size=%u vlen=%u\n", t->size, vlen);
		break;
	case BTF_KIND_FLOAT:
		text_addf(&d->out, " size=%u\n", t->size);
		break;
	case BTF_KIND_FUNC_PROTO:
		text_addf(&d->out, " ret_type_id=%u vlen=%u\n", t->type, vlen);
		break;
	case BTF_KIND_FUNC:
		text_addf(&d->out, " type_id=%u linkage=%s\n", t->type,
			  vlen < 3 ? linkages[vlen] : "?");
		break;
	case BTF_KIND_VAR:
		text_addf(&d->out, " type_id=%u linkage=%s\n", t->type,
			  word(at, 0) < 3 ? linkages[word(at, 0)] : "?");
		break;
	case BTF_KIND_FWD:
		text_addf(&d->out, " fwd_kind=%s\n", BTF_INFO_KFLAG(t->info) ? "union" : "struct");
		break;
	default:
		text_addf(&d->out, " type_id=%u\n", t->type);
	}
}

/* Length of what is behind a record's head. */
static u64 extra_len(const struct btf_type *t, u32 kind)
{
	if (kind >= ARRAY_LEN(extra_bytes))
		return 0;
	return extra_bytes[kind][0] + (u64)extra_bytes[kind][1] * BTF_INFO_VLEN(t->info);
}

static void dump_types(BtfDump *d, const char *at, const char *end)
{
	struct btf_type t;
	for (u32 id = 1; (size_t)(end - at) >= sizeof(t); id++) {
		memcpy(&t, at, sizeof(t));
		at += sizeof(t);
		u32 kind = BTF_INFO_KIND(t.info);
		if (kind >= ARRAY_LEN(kind_names) || extra_len(&t, kind) > (u64)(end - at))
			return;
		dump_head(d, id, &t, kind, at);
		dump_parts(d, &t, kind, at);
		at += extra_len(&t, kind);
	}
}

const char *object_dump_btf(Arena *a, const void *bytes, size_t len)
{
	BtfDump d = {.out = text_new(a)};
	Elf *elf = object_elf_open(bytes, len);
	Str btf = elf ? object_elf_section(elf, ".BTF") : (Str){0};
	struct btf_header h;
	if (btf.len >= sizeof(h)) {
		memcpy(&h, btf.at, sizeof(h));
		u64 types = (u64)h.hdr_len + h.type_off, strings = (u64)h.hdr_len + h.str_off;
		if (types + h.type_len <= btf.len && strings + h.str_len <= btf.len) {
			d.strings = btf.at + strings;
			d.strings_len = h.str_len;
			dump_types(&d, btf.at + types, btf.at + types + h.type_len);
		}
	}
	elf_end(elf);
	return text_done(&d.out);
}
