/*
 * A reader of BTF that does as little as it can.
 *
 * A file is a header, type records of varying length one behind the other, and
 * strings. Ids count the records from 1 (id 0 is void). In split BTF, of a
 * kernel module, ids and string offsets go on where the base file's end.
 *
 * Opening checks the header only. The kernel's own BTF is mapped where the
 * kernel allows it (Linux 6.16 and later), which costs neither a copy of its
 * 6 MB nor memory; otherwise, and for any other file, it is read. From an ELF
 * file only the section .BTF is read.
 *
 * The first question walks over all records once and notes where each begins.
 * A name is found by looking for its bytes in the strings (memmem does some
 * gigabytes a second), and then for a record that gives this offset as its
 * name. That takes up to a millisecond; for who asks for many names, a hash
 * table of all of them is made (four milliseconds and 1 MB).
 *
 * Nothing in a file is trusted: the walk ends at the first record that does not
 * fit, so that a record whose id is known is whole; names outside the strings
 * are empty.
 */
#include "types/btf.h"

#include "base/map.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LARGEST_BTF (1u << 30)
#define SCANS_BEFORE_TABLE 4 /* of all strings; a table costs about as much as eight */

typedef enum { HOLD_NONE, HOLD_HEAP, HOLD_MAP } Hold;

struct BtfFile {
	char *path;
	BtfFile *base;
	const u8 *bytes;
	size_t len;
	Hold hold; /* how bytes are to be released */
	const u8 *types;
	u32 types_len;
	const char *strings; /* ends with a zero byte, or is empty */
	u32 strings_len;
	u32 strings_before; /* length of the base's strings: where our offsets begin */
	u32 first_id;
	u32 *offsets; /* of our own records, in types; NULL: not walked yet */
	u32 n_own;
	u64 scanned;  /* bytes of strings that names were looked for in */
	u32 *buckets; /* hash table of names, n_buckets long: index + 1 of the first record */
	u32 *chain;   /* index + 1 of the next record in the same bucket */
	u32 n_buckets;
};

/* ---- opening ---- */

/* The parts of the file, from its header; 0 or -EINVAL. */
static int read_header(BtfFile *b)
{
	struct btf_header h;
	u64 types_at, strings_at;

	if (b->len < sizeof(h))
		return -EINVAL;
	memcpy(&h, b->bytes, sizeof(h));
	if (h.magic != BTF_MAGIC || h.version != BTF_VERSION || h.hdr_len < sizeof(h))
		return -EINVAL;
	types_at = (u64)h.hdr_len + h.type_off;
	strings_at = (u64)h.hdr_len + h.str_off;
	if (types_at + h.type_len > b->len || strings_at + h.str_len > b->len)
		return -EINVAL;
	b->types = b->bytes + types_at;
	b->types_len = h.type_len;
	b->strings = (const char *)b->bytes + strings_at;
	b->strings_len = h.str_len;
	if ((uintptr_t)b->types % _Alignof(struct btf_type) != 0)
		return -EINVAL;
	if (h.str_len ? b->strings[h.str_len - 1] != 0 : !b->base)
		return -EINVAL;
	if (!b->base && b->strings[0] != 0)
		return -EINVAL;
	return 0;
}

static int btf_new(BtfFile **out, const char *path, BtfFile *base)
{
	BtfFile *b = calloc(1, sizeof(*b));

	if (!b)
		return -ENOMEM;
	b->path = strdup(path);
	if (!b->path) {
		free(b);
		return -ENOMEM;
	}
	b->base = base;
	b->first_id = 1;
	if (base) {
		b->first_id = btf_count(base);
		b->strings_before = base->strings_before + base->strings_len;
	}
	*out = b;
	return 0;
}

/* Reads len bytes at an offset into new heap memory. */
static int read_part(int fd, u64 offset, size_t len, u8 **out)
{
	u8 *bytes = malloc(len ? len : 1);
	size_t got = 0;

	if (!bytes)
		return -ENOMEM;
	while (got < len) {
		ssize_t n = pread(fd, bytes + got, len - got, (off_t)(offset + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(bytes);
			return n < 0 ? -errno : -EINVAL;
		}
		got += (size_t)n;
	}
	*out = bytes;
	return 0;
}

/* The section header of .BTF, given all headers and their names. */
static const Elf64_Shdr *find_btf_section(const Elf64_Shdr *sections, u32 n, const char *names,
					  size_t names_len)
{
	for (u32 i = 0; i < n; i++) {
		u32 at = sections[i].sh_name;

		if (at < names_len && names_len - at >= sizeof(".BTF") &&
		    memcmp(names + at, ".BTF", sizeof(".BTF")) == 0)
			return &sections[i];
	}
	return NULL;
}

/* Reads the section .BTF of an ELF file of 64 bits and our byte order. */
static int read_elf(BtfFile *b, int fd, const Elf64_Ehdr *elf, u64 file_len)
{
	u8 *headers = NULL, *names = NULL, *bytes = NULL;
	const Elf64_Shdr *sections, *section;
	size_t headers_len = (size_t)elf->e_shnum * sizeof(Elf64_Shdr);
	int err = -ENOENT;

	if (elf->e_ident[EI_CLASS] != ELFCLASS64 || elf->e_shentsize != sizeof(Elf64_Shdr) ||
	    elf->e_shstrndx >= elf->e_shnum)
		return -EINVAL;
	err = read_part(fd, elf->e_shoff, headers_len, &headers);
	if (err)
		return err;
	sections = (const Elf64_Shdr *)(const void *)headers;
	section = &sections[elf->e_shstrndx];
	err = section->sh_size > file_len ? -EINVAL : 0;
	if (!err)
		err = read_part(fd, section->sh_offset, section->sh_size, &names);
	if (!err) {
		section =
		    find_btf_section(sections, elf->e_shnum, (const char *)names, section->sh_size);
		err = !section ? -ENOENT : section->sh_size > file_len ? -EINVAL : 0;
	}
	if (!err)
		err = read_part(fd, section->sh_offset, section->sh_size, &bytes);
	if (!err) {
		b->bytes = bytes;
		b->len = section->sh_size;
		b->hold = HOLD_HEAP;
	}
	free(headers);
	free(names);
	return err;
}

/* True when the whole file could be mapped: only tried in sysfs, whose files don't shrink. */
static bool map_sysfs(BtfFile *b, int fd, size_t len)
{
	struct statfs fs;
	void *at;

	if (fstatfs(fd, &fs) != 0 || fs.f_type != SYSFS_MAGIC)
		return false;
	at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return false;
	b->bytes = at;
	b->len = len;
	b->hold = HOLD_MAP;
	return true;
}

static int read_file(BtfFile *b, int fd)
{
	union {
		Elf64_Ehdr elf;
		char bytes[sizeof(Elf64_Ehdr)];
	} head = {0};
	struct stat st;
	u8 *bytes;
	int err;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (st.st_size <= 0)
		return -EINVAL;
	if (map_sysfs(b, fd, (size_t)st.st_size))
		return 0;
	if (pread(fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    memcmp(head.bytes, ELFMAG, SELFMAG) == 0)
		return read_elf(b, fd, &head.elf, (u64)st.st_size);
	if (st.st_size > (off_t)LARGEST_BTF)
		return -EFBIG;
	err = read_part(fd, 0, (size_t)st.st_size, &bytes);
	if (err)
		return err;
	b->bytes = bytes;
	b->len = (size_t)st.st_size;
	b->hold = HOLD_HEAP;
	return 0;
}

int btf_open(BtfFile **out, const char *path, BtfFile *base)
{
	BtfFile *b;
	int fd, err;

	*out = NULL;
	err = btf_new(&b, path, base);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
	} else {
		err = read_file(b, fd);
		close(fd);
	}
	if (!err)
		err = read_header(b);
	if (err) {
		btf_close(b);
		return err;
	}
	*out = b;
	return 0;
}

int btf_open_mem(BtfFile **out, const void *bytes, size_t len, BtfFile *base)
{
	BtfFile *b;
	int err;

	*out = NULL;
	err = btf_new(&b, "(memory)", base);
	if (err)
		return err;
	b->bytes = bytes;
	b->len = len;
	err = read_header(b);
	if (err) {
		btf_close(b);
		return err;
	}
	*out = b;
	return 0;
}

void btf_close(BtfFile *b)
{
	if (!b)
		return;
	if (b->hold == HOLD_MAP)
		munmap((void *)(uintptr_t)b->bytes, b->len);
	else if (b->hold == HOLD_HEAP)
		free((void *)(uintptr_t)b->bytes);
	free(b->offsets);
	free(b->buckets);
	free(b->chain);
	free(b->path);
	free(b);
}

/* ---- records ---- */

/* Length of a record with its members; 0 for an unknown kind. */
static u64 record_len(const struct btf_type *t)
{
	static const struct {
		bool known;
		u8 fixed, each; /* bytes behind the head: once, and for each of vlen */
	} kinds[] = {
	    [BTF_KIND_INT] = {true, 4, 0},
	    [BTF_KIND_PTR] = {true, 0, 0},
	    [BTF_KIND_ARRAY] = {true, sizeof(struct btf_array), 0},
	    [BTF_KIND_STRUCT] = {true, 0, sizeof(struct btf_member)},
	    [BTF_KIND_UNION] = {true, 0, sizeof(struct btf_member)},
	    [BTF_KIND_ENUM] = {true, 0, sizeof(struct btf_enum)},
	    [BTF_KIND_FWD] = {true, 0, 0},
	    [BTF_KIND_TYPEDEF] = {true, 0, 0},
	    [BTF_KIND_VOLATILE] = {true, 0, 0},
	    [BTF_KIND_CONST] = {true, 0, 0},
	    [BTF_KIND_RESTRICT] = {true, 0, 0},
	    [BTF_KIND_FUNC] = {true, 0, 0},
	    [BTF_KIND_FUNC_PROTO] = {true, 0, sizeof(struct btf_param)},
	    [BTF_KIND_VAR] = {true, sizeof(struct btf_var), 0},
	    [BTF_KIND_DATASEC] = {true, 0, sizeof(struct btf_var_secinfo)},
	    [BTF_KIND_FLOAT] = {true, 0, 0},
	    [BTF_KIND_DECL_TAG] = {true, sizeof(struct btf_decl_tag), 0},
	    [BTF_KIND_TYPE_TAG] = {true, 0, 0},
	    [BTF_KIND_ENUM64] = {true, 0, sizeof(struct btf_enum64)},
	};
	u32 kind = BTF_INFO_KIND(t->info);

	if (kind >= ARRAY_LEN(kinds) || !kinds[kind].known)
		return 0;
	return sizeof(*t) + kinds[kind].fixed + (u64)kinds[kind].each * BTF_INFO_VLEN(t->info);
}

/* Walks over the records once, if not done yet; what lies behind a broken one is not seen. */
static void walk(BtfFile *b)
{
	u32 room = b->types_len / 24 + 16;
	u64 at = 0;

	if (b->offsets)
		return;
	b->offsets = malloc(room * sizeof(u32));
	while (b->offsets && at + sizeof(struct btf_type) <= b->types_len) {
		u64 len = record_len((const struct btf_type *)(const void *)(b->types + at));

		if (!len || len > b->types_len - at)
			break;
		if (b->n_own == room) {
			room += room / 2;
			b->offsets = reallocarray(b->offsets, room, sizeof(u32));
			if (!b->offsets)
				break;
		}
		b->offsets[b->n_own++] = (u32)at;
		at += len;
	}
	if (!b->offsets) {
		fputs("waggle: out of memory\n", stderr);
		exit(1);
	}
}

const char *btf_path(const BtfFile *b)
{
	return b->path;
}

BtfFile *btf_base(const BtfFile *b)
{
	return b->base;
}

u32 btf_count(BtfFile *b)
{
	walk(b);
	return b->first_id + b->n_own;
}

u32 btf_first_id(BtfFile *b)
{
	return b->first_id;
}

static const struct btf_type *own_type(const BtfFile *b, u32 index)
{
	return (const struct btf_type *)(const void *)(b->types + b->offsets[index]);
}

const struct btf_type *btf_type_at(BtfFile *b, u32 id)
{
	static const struct btf_type nothing = {0};

	if (id == 0)
		return &nothing;
	while (b->base && id < b->first_id)
		b = b->base;
	walk(b);
	return id - b->first_id < b->n_own ? own_type(b, id - b->first_id) : NULL;
}

const char *btf_string(BtfFile *b, u32 offset)
{
	while (b->base && offset < b->strings_before)
		b = b->base;
	offset -= b->strings_before;
	return offset < b->strings_len ? b->strings + offset : "";
}

/* ---- names ---- */

/*
 * The next offset at or behind `from` where the strings hold exactly this
 * name, or 0. Offset 0 is the empty name, which is never looked for.
 */
static u32 find_string(const BtfFile *b, const char *name, size_t len, u32 from)
{
	const char *end = b->strings + b->strings_len;
	const char *at = b->strings + from;

	while ((at = memmem(at, (size_t)(end - at), name, len + 1))) {
		if (at == b->strings || at[-1] == 0)
			return (u32)(at - b->strings) + b->strings_before;
		at++;
	}
	return 0;
}

static u32 find_by_offset(const BtfFile *b, u32 name_off, u32 kind_mask)
{
	for (u32 i = 0; i < b->n_own; i++) {
		const struct btf_type *t = own_type(b, i);

		if (t->name_off == name_off && kind_mask >> BTF_INFO_KIND(t->info) & 1)
			return b->first_id + i;
	}
	return 0;
}

/* What to do with the offset of a name: an id to stop the search with, or 0. */
typedef u32 UseOffset(const BtfFile *b, u32 name_off, void *user);

/* Tries the name's offset in this file's strings and in those of its bases. */
static u32 each_offset(BtfFile *b, const char *name, UseOffset *use, void *user)
{
	size_t len = strlen(name);

	walk(b);
	if (!len || !b->n_own)
		return 0;
	for (const BtfFile *s = b; s; s = s->base) {
		u32 offset = find_string(s, name, len, 0);

		while (offset) {
			u32 id = use(b, offset, user);

			if (id)
				return id;
			/* Only files that were not deduplicated have a string twice. */
			offset =
			    find_string(s, name, len, offset - s->strings_before + (u32)len + 1);
		}
	}
	return 0;
}

static u32 use_as_type(const BtfFile *b, u32 name_off, void *user)
{
	const u32 *kind_mask = user;

	return find_by_offset(b, name_off, *kind_mask);
}

/* Makes the table of names; without memory for it there is none. */
static void make_table(BtfFile *b)
{
	u32 n = 64;

	while (n < b->n_own)
		n *= 2;
	b->buckets = calloc(n, sizeof(u32));
	b->chain = calloc(b->n_own + 1, sizeof(u32));
	if (!b->buckets || !b->chain) {
		free(b->buckets);
		b->buckets = NULL;
		return;
	}
	b->n_buckets = n;
	for (u32 i = b->n_own; i-- > 0;) {
		const char *name = btf_string(b, own_type(b, i)->name_off);
		u32 *bucket = &b->buckets[hash_bytes(name, strlen(name)) & (n - 1)];

		if (!*name)
			continue;
		b->chain[i] = *bucket;
		*bucket = i + 1;
	}
}

static u32 find_in_table(BtfFile *b, const char *name, u32 kind_mask)
{
	u32 next = b->buckets[hash_bytes(name, strlen(name)) & (b->n_buckets - 1)];

	for (; next; next = b->chain[next - 1]) {
		const struct btf_type *t = own_type(b, next - 1);

		if (kind_mask >> BTF_INFO_KIND(t->info) & 1 &&
		    strcmp(btf_string(b, t->name_off), name) == 0)
			return b->first_id + next - 1;
	}
	return 0;
}

u32 btf_find_own(BtfFile *b, const char *name, u32 kind_mask)
{
	u32 id;

	walk(b);
	if (!b->buckets && b->scanned > (u64)b->strings_len * SCANS_BEFORE_TABLE)
		make_table(b);
	if (b->buckets)
		return find_in_table(b, name, kind_mask);
	id = each_offset(b, name, use_as_type, &kind_mask);
	b->scanned += id ? btf_type_at(b, id)->name_off : b->strings_len;
	return id;
}

u32 btf_find(BtfFile *b, const char *name, u32 kind_mask)
{
	u32 id = b->base ? btf_find(b->base, name, kind_mask) : 0;

	return id ? id : btf_find_own(b, name, kind_mask);
}

/* Index of the enumerator with this name in an enum's record, or -1. */
static i64 enumerator_at(const struct btf_type *t, u32 name_off)
{
	bool wide = BTF_INFO_KIND(t->info) == BTF_KIND_ENUM64;
	const struct btf_enum *narrow_items = (const void *)(t + 1);
	const struct btf_enum64 *wide_items = (const void *)(t + 1);

	for (u32 i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if ((wide ? wide_items[i].name_off : narrow_items[i].name_off) == name_off)
			return i;
	return -1;
}

static u32 use_as_enumerator(const BtfFile *b, u32 name_off, void *user)
{
	u32 *index = user;

	for (u32 i = 0; i < b->n_own; i++) {
		const struct btf_type *t = own_type(b, i);
		u32 kind = BTF_INFO_KIND(t->info);
		i64 at;

		if (kind != BTF_KIND_ENUM && kind != BTF_KIND_ENUM64)
			continue;
		at = enumerator_at(t, name_off);
		if (at >= 0) {
			*index = (u32)at;
			return b->first_id + i;
		}
	}
	return 0;
}

u32 btf_find_enumerator(BtfFile *b, const char *name, u32 *index)
{
	return each_offset(b, name, use_as_enumerator, index);
}

void btf_each(BtfFile *b, u32 kind_mask, bool (*f)(void *user, u32 id, const struct btf_type *t),
	      void *user)
{
	walk(b);
	for (u32 i = 0; i < b->n_own; i++) {
		const struct btf_type *t = own_type(b, i);

		if (kind_mask >> BTF_INFO_KIND(t->info) & 1 && !f(user, b->first_id + i, t))
			return;
	}
}
