/*
 * From an instruction to the source line it was made from, out of .BTF.ext.
 * The object may be another compiler's, so every offset is checked.
 */
#include "object/internal.h"

#include <linux/bpf.h>

/* The parts of .BTF and .BTF.ext that a look-up needs. */
typedef struct LineTable {
	Str strings; /* of .BTF */
	Str info; /* line_info of .BTF.ext, with the record size in front */
	u32 record_size;
} LineTable;

static u32 read_u32(Str s, u32 at)
{
	u32 value = 0;
	if ((u64)at + 4 <= s.len)
		memcpy(&value, s.at + at, 4);
	return value;
}

/* Bytes off … off+len of a section's part behind its header; empty if they are not inside. */
static Str sub_section(Str s, u32 head_len, u32 off, u32 len)
{
	u64 start = (u64)head_len + off;
	if (start + len > s.len)
		return (Str){0};
	return (Str){s.at + start, len};
}

static const char *string_at(const LineTable *t, u32 offset)
{
	return offset < t->strings.len && memchr(t->strings.at + offset, 0, t->strings.len - offset)
		       ? t->strings.at + offset
		       : "";
}

/* Header fields: 4 hdr_len; 16 and 20 offset and length of strings (BTF), of lines (BTF.ext). */
static bool open_table(Elf *elf, LineTable *t)
{
	Str btf = object_elf_section(elf, ".BTF"), ext = object_elf_section(elf, ".BTF.ext");
	t->strings = sub_section(btf, read_u32(btf, 4), read_u32(btf, 16), read_u32(btf, 20));
	t->info = sub_section(ext, read_u32(ext, 4), read_u32(ext, 16), read_u32(ext, 20));
	t->record_size = read_u32(t->info, 0);
	return t->strings.at && t->info.at && t->record_size >= sizeof(struct bpf_line_info);
}

/* The last record at or before `offset` among the n records that start at `at`. */
static bool find_record(const LineTable *t, u32 at, u32 n, u32 offset, struct bpf_line_info *out)
{
	bool found = false;
	for (u32 i = 0; i < n; i++) {
		struct bpf_line_info info;
		memcpy(&info, t->info.at + at + (u64)i * t->record_size, sizeof(info));
		if (info.insn_off > offset)
			break;
		*out = info;
		found = true;
	}
	return found;
}

static bool find_in_section(const LineTable *t, const char *section, u32 offset,
			    struct bpf_line_info *out)
{
	for (u32 at = 4; (u64)at + 8 <= t->info.len;) {
		u32 name = read_u32(t->info, at), n = read_u32(t->info, at + 4);
		u64 size = (u64)n * t->record_size;
		at += 8;
		if (at + size > t->info.len)
			return false;
		if (strcmp(string_at(t, name), section) == 0)
			return find_record(t, at, n, offset, out);
		at += (u32)size;
	}
	return false;
}

/*
 * The texts are the object's own bytes: .BTF is in the caller's memory, and
 * libelf's raw data of a file in memory points there.
 */
bool object_find_line(const void *bytes, size_t len, const char *section, u32 insn,
		      const char **file, u32 *line, u32 *col)
{
	Elf *elf = object_elf_open(bytes, len);
	LineTable t;
	struct bpf_line_info info;
	bool found = elf && open_table(elf, &t) && insn < 1u << 28 &&
		     find_in_section(&t, section, insn * 8, &info) && info.line_col >> 10;
	if (found) {
		*file = string_at(&t, info.file_name_off);
		*line = info.line_col >> 10;
		*col = info.line_col & 0x3ff;
	}
	elf_end(elf);
	return found;
}

/* Indentation does not count: the kernel's log leaves it out. */
static bool find_text(const LineTable *t, Str text, struct bpf_line_info *out)
{
	for (u32 at = 4; (u64)at + 8 <= t->info.len;) {
		u32 n = read_u32(t->info, at + 4);
		at += 8;
		if (at + (u64)n * t->record_size > t->info.len)
			return false;
		for (u32 i = 0; i < n; i++, at += t->record_size) {
			memcpy(out, t->info.at + at, sizeof(*out));
			const char *line = string_at(t, out->line_off);
			line += strspn(line, " \t");
			if (str_eq((Str){line, (u32)strlen(line)}, text))
				return true;
		}
	}
	return false;
}

bool object_find_text(const void *bytes, size_t len, Str text, const char **file, u32 *line,
		      u32 *col)
{
	Elf *elf = object_elf_open(bytes, len);
	LineTable t;
	struct bpf_line_info info;
	bool found = elf && text.len && open_table(elf, &t) && find_text(&t, text, &info);
	if (found) {
		*file = string_at(&t, info.file_name_off);
		*line = info.line_col >> 10;
		*col = info.line_col & 0x3ff;
	}
	elf_end(elf);
	return found;
}
