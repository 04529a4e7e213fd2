/*
 * The functions of an ELF file, by libelf: .symtab if it is there, else that of
 * the separate debug file (by build id, below /usr/lib/debug), and .dynsym in
 * any case. Addresses are those of the symbol table; the program headers turn
 * file offsets, which is what a process's map gives, into them.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <unistd.h>

#include "symbol/internal.h"

/* Functions first, then names for users (malloc, __libc_malloc), then by binding. */
static u8 rank_of(const GElf_Sym *sym, const char *name)
{
	u8 rank = GELF_ST_TYPE(sym->st_info) == STT_FUNC ? 0 : 6;

	rank += *name == '_' ? 3 : 0;
	switch (GELF_ST_BIND(sym->st_info)) {
	case STB_GLOBAL:
		return rank;
	case STB_WEAK:
		return rank + 1;
	default:
		return rank + 2;
	}
}

static bool is_code(const GElf_Sym *sym)
{
	u8 type = GELF_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && sym->st_value &&
	       (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

/* Symbol versions are written behind the name: "write@@GLIBC_2.2.5". */
static void add_symbol(SymbolTable *t, const GElf_Sym *sym, const char *name)
{
	const char *version = strchr(name, '@');
	char plain[1024];

	if (version && version > name && (size_t)(version - name) < sizeof(plain)) {
		memcpy(plain, name, (size_t)(version - name));
		plain[version - name] = 0;
		name = plain;
	}
	symbol_table_add(t, sym->st_value, sym->st_size, name, 0, rank_of(sym, name));
}

static void read_section(SymbolTable *t, Elf *elf, Elf_Scn *section, const GElf_Shdr *head)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = data && head->sh_entsize ? data->d_size / head->sh_entsize : 0;

	for (size_t i = 0; i < n; i++) {
		GElf_Sym sym;
		const char *name;

		if (!gelf_getsym(data, (int)i, &sym) || !is_code(&sym))
			continue;
		name = elf_strptr(elf, head->sh_link, sym.st_name);
		/* mapping symbols of ARM ($x, $d) name no function */
		if (name && *name && *name != '$')
			add_symbol(t, &sym, name);
	}
}

/* Reads all tables of a type; true if there was one. */
static bool read_tables(SymbolTable *t, Elf *elf, u32 type)
{
	Elf_Scn *section = NULL;
	bool found = false;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr head;

		if (!gelf_getshdr(section, &head) || head.sh_type != type)
			continue;
		read_section(t, elf, section, &head);
		found = true;
	}
	return found;
}

static void read_segments(ElfSymbols *e, Elf *elf)
{
	size_t n = 0;

	if (elf_getphdrnum(elf, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr head;

		if (gelf_getphdr(elf, (int)i, &head) && head.p_type == PT_LOAD)
			vec_push(NULL, &e->segments,
				 (ElfSegment){head.p_offset, head.p_filesz, head.p_vaddr});
	}
}

/* The GNU build id note's bytes; 0 if there is none. */
static size_t build_id(Elf *elf, const u8 **bytes)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr head;
		GElf_Nhdr note;
		size_t at = 0, name_at, desc_at;
		Elf_Data *data;

		if (!gelf_getshdr(section, &head) || head.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		while (data && (at = gelf_getnote(data, at, &note, &name_at, &desc_at)) > 0) {
			const char *name = (const char *)data->d_buf + name_at;

			if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
			    memcmp(name, "GNU", 4) != 0)
				continue;
			*bytes = (const u8 *)data->d_buf + desc_at;
			return note.n_descsz;
		}
	}
	return 0;
}

static int open_by_build_id(const u8 *id, size_t n, const char *root)
{
	char path[512];
	int len;

	len = snprintf(path, sizeof(path), "%s/usr/lib/debug/.build-id/%02x/", root, id[0]);
	for (size_t i = 1; i < n; i++)
		len += snprintf(path + len, sizeof(path) - (size_t)len, "%02x", id[i]);
	snprintf(path + len, sizeof(path) - (size_t)len, ".debug");
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* In the process's root; it may have ended, then in ours. */
static int open_debug_file(Elf *elf, const char *root)
{
	const u8 *id = NULL;
	size_t n = build_id(elf, &id);
	int fd;

	if (n < 2 || n > 64)
		return -1;
	fd = open_by_build_id(id, n, root);
	return fd < 0 && *root ? open_by_build_id(id, n, "") : fd;
}

static void read_debug_file(ElfSymbols *e, Elf *elf, const char *root)
{
	int fd = open_debug_file(elf, root);
	Elf *debug;

	if (fd < 0)
		return;
	debug = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (debug)
		read_tables(&e->table, debug, SHT_SYMTAB);
	elf_end(debug);
	close(fd);
}

int elf_symbols_read(ElfSymbols *e, int fd, const char *debug_root)
{
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return -ENOEXEC;
	}
	read_segments(e, elf);
	if (!read_tables(&e->table, elf, SHT_SYMTAB))
		read_debug_file(e, elf, debug_root);
	read_tables(&e->table, elf, SHT_DYNSYM);
	elf_end(elf);
	symbol_table_sort(&e->table);
	return 0;
}

void elf_symbols_free(ElfSymbols *e)
{
	symbol_table_free(&e->table);
	vec_free(&e->segments);
}

bool elf_symbols_address(const ElfSymbols *e, u64 file_offset, u64 *address)
{
	for (u32 i = 0; i < e->segments.len; i++) {
		const ElfSegment *s = &e->segments.at[i];

		if (file_offset - s->offset < s->size) {
			*address = s->address + (file_offset - s->offset);
			return true;
		}
	}
	return false;
}

static int name_compare(const void *a, const void *b, void *names)
{
	const SymbolRow *x = a, *y = b;

	return strcmp((char *)names + x->name, (char *)names + y->name);
}

static int open_and_read(ElfSymbols *e, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = elf_symbols_read(e, fd, "");
	close(fd);
	return err;
}

int symbol_in_file(const char *path, const char *name, u64 *address, u64 *size)
{
	ElfSymbols e = {0};
	int err = open_and_read(&e, path);
	u8 best = UINT8_MAX;

	for (u32 i = 0; i < e.table.rows.len; i++) {
		const SymbolRow *row = &e.table.rows.at[i];

		if (row->rank >= best || strcmp(e.table.names.at + row->name, name) != 0)
			continue;
		best = row->rank;
		*address = row->address;
		*size = row->size;
	}
	elf_symbols_free(&e);
	return err ? err : best == UINT8_MAX ? -ENOENT : 0;
}

int symbol_each_in_file(const char *path,
			bool (*f)(void *user, const char *name, u64 address, u64 size), void *user)
{
	ElfSymbols e = {0};
	int err = open_and_read(&e, path);
	const char *last = NULL;

	if (e.table.rows.len)
		qsort_r(e.table.rows.at, e.table.rows.len, sizeof(SymbolRow), name_compare,
			e.table.names.at);
	for (u32 i = 0; i < e.table.rows.len; i++) {
		const SymbolRow *row = &e.table.rows.at[i];
		const char *name = e.table.names.at + row->name;

		if (last && strcmp(last, name) == 0)
			continue;
		last = name;
		if (!f(user, name, row->address, row->size))
			break;
	}
	elf_symbols_free(&e);
	return err;
}
