/*
 * Static markers. A program that uses <sys/sdt.h> has a nop at each marker and
 * a note of owner "stapsdt", type 3, in section .note.stapsdt:
 *
 *	u64 location, base, semaphore; then three texts: provider, name, arguments
 *
 * `base` is where section .stapsdt.base was linked to. Prelink moves sections
 * but not the addresses in notes; the section's own address less `base` is
 * how far. The semaphore is a 16-bit counter in the program's data: code that
 * prepares a costly argument runs while it isn't 0; the kernel counts it up and
 * down as probes come and go, given its offset in the file.
 *
 * An argument is SIZE@PLACE in the assembler's own spelling (script/usdt.c
 * reads it). A place may name a symbol, which only this file's symbol table can
 * tell: `counter(%rip)` becomes the distance from the marker, `counter` alone
 * the address, so that what is handed on has numbers and registers only. A symbol
 * that can't be found (a local label) stays, and the argument can't be read.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <unistd.h>

#include "symbol/internal.h"

#define NOTE_TYPE 3
#define NOTE_WORDS 3

typedef struct {
	Elf *elf;
	bool has_base;
	u64 base; /* address of .stapsdt.base */
	void (*found)(void *user, const TargetMarker *marker);
	void *user;
} Reader;

typedef struct {
	const char *provider, *name, *arguments;
	u64 location, semaphore; /* addresses */
} Note;

static bool section_named(Elf *elf, const char *name, Elf_Scn **section, GElf_Shdr *head)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return false;
	for (*section = elf_nextscn(elf, NULL); *section; *section = elf_nextscn(elf, *section)) {
		const char *is = gelf_getshdr(*section, head) ? elf_strptr(elf, names, head->sh_name) : NULL;

		if (is && strcmp(is, name) == 0)
			return true;
	}
	return false;
}

/* Three texts, each with its zero byte, within n bytes. */
static bool read_texts(const char *at, size_t n, const char **texts)
{
	for (u32 i = 0; i < 3; i++) {
		size_t len = strnlen(at, n);

		if (len == n)
			return false;
		texts[i] = at;
		at += len + 1;
		n -= len + 1;
	}
	return true;
}

static bool read_note(const Reader *r, const char *bytes, size_t n, Note *out)
{
	u64 words[NOTE_WORDS], moved;
	const char *texts[3];

	if (n < sizeof(words) || !read_texts(bytes + sizeof(words), n - sizeof(words), texts))
		return false;
	memcpy(words, bytes, sizeof(words));
	moved = r->has_base && words[1] ? r->base - words[1] : 0;
	*out = (Note){texts[0], texts[1], texts[2], words[0] + moved, words[2] ? words[2] + moved : 0};
	return true;
}

static bool offset_of(Elf *elf, u64 address, u64 *offset)
{
	size_t n = 0;

	if (elf_getphdrnum(elf, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr head;

		if (!gelf_getphdr(elf, (int)i, &head) || head.p_type != PT_LOAD ||
		    address - head.p_vaddr >= head.p_memsz)
			continue;
		*offset = address - head.p_vaddr + head.p_offset;
		return true;
	}
	return false;
}

/* ---- symbols in arguments ---- */

static bool find_in_table(Elf *elf, Elf_Scn *section, const GElf_Shdr *head, Str name, u64 *address)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = data && head->sh_entsize ? data->d_size / head->sh_entsize : 0;

	for (size_t i = 0; i < n; i++) {
		GElf_Sym sym;
		const char *is;

		if (!gelf_getsym(data, (int)i, &sym) || sym.st_shndx == SHN_UNDEF)
			continue;
		is = elf_strptr(elf, head->sh_link, sym.st_name);
		if (!is || strncmp(is, name.at, name.len) != 0 || is[name.len])
			continue;
		*address = sym.st_value;
		return true;
	}
	return false;
}

static bool find_symbol(Elf *elf, Str name, u64 *address)
{
	for (Elf_Scn *section = elf_nextscn(elf, NULL); section; section = elf_nextscn(elf, section)) {
		GElf_Shdr head;

		if (gelf_getshdr(section, &head) &&
		    (head.sh_type == SHT_SYMTAB || head.sh_type == SHT_DYNSYM) &&
		    find_in_table(elf, section, &head, name, address))
			return true;
	}
	return false;
}

static bool is_symbol_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* A symbol starts here: a letter that doesn't belong to a register or a number. */
static bool starts_symbol(const char *text, const char *p)
{
	char before = p > text ? p[-1] : ' ';

	return (isalpha((unsigned char)*p) || *p == '_') && !is_symbol_letter(before) && before != '%';
}

/*
 * x86: "SYMBOL+4(%rip)" → "DISTANCE(%rip)". arm64's places name registers
 * without '%', and no symbols.
 */
static void resolve_symbols(const Reader *r, const Note *note, Text *out)
{
	const char *p = note->arguments;

	while (*p) {
		size_t len = 0;
		u64 address;
		char *end;

		if (!starts_symbol(note->arguments, p)) {
			text_add(out, p++, 1);
			continue;
		}
		while (is_symbol_letter(p[len]))
			len++;
		if (!find_symbol(r->elf, (Str){p, (u32)len}, &address)) {
			text_add(out, p, len);
			p += len;
			continue;
		}
		end = (char *)(uintptr_t)(p + len);
		address += (u64)(*end == '+' || *end == '-' ? strtoll(end, &end, 0) : 0);
		if (strncmp(end, "(%rip)", 6) == 0)
			address -= note->location;
		text_addf(out, "%lld", (long long)address);
		p = end;
	}
}

static void hand_on(const Reader *r, const Note *note)
{
	GElf_Ehdr head;
	TargetMarker m = {.provider = note->provider, .name = note->name, .arguments = note->arguments};
	Arena *arena = NULL;

	if (!offset_of(r->elf, note->location, &m.offset) ||
	    (note->semaphore && !offset_of(r->elf, note->semaphore, &m.semaphore)))
		return;
	if (gelf_getehdr(r->elf, &head) && head.e_machine == EM_X86_64) {
		arena = arena_new();
		Text text = text_new(arena);

		resolve_symbols(r, note, &text);
		m.arguments = text_done(&text);
	}
	r->found(r->user, &m);
	if (arena)
		arena_free(arena);
}

static void read_notes(Reader *r)
{
	Elf_Scn *section;
	GElf_Shdr head;
	GElf_Nhdr note;
	size_t at = 0, name_at, desc_at;
	Elf_Data *data;

	r->has_base = section_named(r->elf, ".stapsdt.base", &section, &head);
	r->base = r->has_base ? head.sh_addr : 0;
	if (!section_named(r->elf, ".note.stapsdt", &section, &head))
		return;
	data = elf_getdata(section, NULL);
	while (data && (at = gelf_getnote(data, at, &note, &name_at, &desc_at)) > 0) {
		const char *bytes = data->d_buf;
		Note parsed;

		if (note.n_type == NOTE_TYPE && note.n_namesz == sizeof("stapsdt") &&
		    memcmp(bytes + name_at, "stapsdt", sizeof("stapsdt")) == 0 &&
		    read_note(r, bytes + desc_at, note.n_descsz, &parsed))
			hand_on(r, &parsed);
	}
}

int symbol_each_marker(const char *path, void (*found)(void *user, const TargetMarker *marker), void *user)
{
	Reader r = {.found = found, .user = user};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_elf;

	if (fd < 0)
		return -errno;
	elf_version(EV_CURRENT);
	r.elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	is_elf = r.elf && elf_kind(r.elf) == ELF_K_ELF && gelf_getclass(r.elf) == ELFCLASS64;
	if (is_elf)
		read_notes(&r);
	elf_end(r.elf);
	close(fd);
	return is_elf ? 0 : -ENOEXEC;
}
