/* --dump=elf: sections, symbols and relocations of an object, one line each. */
#include "object/internal.h"

#include <gelf.h>

static const char *section_name(Elf *elf, size_t index)
{
	size_t names;
	Elf_Scn *scn = elf_getscn(elf, index);
	Elf64_Shdr *head = scn ? elf64_getshdr(scn) : NULL;
	if (!head || elf_getshdrstrndx(elf, &names))
		return "?";
	const char *name = elf_strptr(elf, names, head->sh_name);
	return name ? name : "?";
}

static const char *type_name(u32 type)
{
	switch (type) {
	case SHT_PROGBITS:
		return "progbits";
	case SHT_NOBITS:
		return "nobits";
	case SHT_REL:
		return "rel";
	case SHT_SYMTAB:
		return "symtab";
	case SHT_STRTAB:
		return "strtab";
	default:
		return "other";
	}
}

static void dump_sections(Elf *elf, Text *out)
{
	text_adds(out, "sections\n");
	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn; scn = elf_nextscn(elf, scn)) {
		Elf64_Shdr *head = elf64_getshdr(scn);
		if (!head)
			continue;
		text_addf(out, "  %2zu %-28s %-8s %c%c%c %6llu bytes, align %llu\n",
			  elf_ndxscn(scn), section_name(elf, elf_ndxscn(scn)),
			  type_name(head->sh_type), head->sh_flags & SHF_WRITE ? 'w' : '-',
			  head->sh_flags & SHF_ALLOC ? 'a' : '-',
			  head->sh_flags & SHF_EXECINSTR ? 'x' : '-',
			  (unsigned long long)head->sh_size,
			  (unsigned long long)head->sh_addralign);
	}
}

/* The symbol table, or NULL. */
static Elf_Scn *find_symtab(Elf *elf, Elf64_Shdr **head)
{
	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn; scn = elf_nextscn(elf, scn)) {
		*head = elf64_getshdr(scn);
		if (*head && (*head)->sh_type == SHT_SYMTAB)
			return scn;
	}
	return NULL;
}

static const char *bind_name(u8 info)
{
	u32 bind = ELF64_ST_BIND(info);
	return bind == STB_LOCAL ? "local" : bind == STB_WEAK ? "weak" : "global";
}

static const char *kind_name(u8 info)
{
	switch (ELF64_ST_TYPE(info)) {
	case STT_FUNC:
		return "func";
	case STT_OBJECT:
		return "object";
	case STT_SECTION:
		return "section";
	default:
		return "notype";
	}
}

static const char *symbol_name(Elf *elf, const Elf64_Shdr *head, const GElf_Sym *sym)
{
	if (ELF64_ST_TYPE(sym->st_info) == STT_SECTION)
		return section_name(elf, sym->st_shndx);
	const char *name = elf_strptr(elf, head->sh_link, sym->st_name);
	return name ? name : "?";
}

static void dump_symbols(Elf *elf, Text *out)
{
	Elf64_Shdr *head;
	Elf_Scn *scn = find_symtab(elf, &head);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	GElf_Sym sym;
	text_adds(out, "symbols\n");
	for (int i = 1; data && gelf_getsym(data, i, &sym); i++)
		text_addf(out, "  %2d %-6s %-7s %-24s %s+%llu, %llu bytes\n", i,
			  bind_name(sym.st_info), kind_name(sym.st_info),
			  symbol_name(elf, head, &sym),
			  sym.st_shndx == SHN_UNDEF ? "undefined" : section_name(elf, sym.st_shndx),
			  (unsigned long long)sym.st_value, (unsigned long long)sym.st_size);
}

static const char *reloc_name(u32 type)
{
	switch (type) {
	case RELOC_BPF_64_64:
		return "R_BPF_64_64";
	case RELOC_BPF_64_ABS64:
		return "R_BPF_64_ABS64";
	case RELOC_BPF_64_32:
		return "R_BPF_64_32";
	default:
		return "other";
	}
}

static void dump_relocs_of(Elf *elf, Elf_Scn *scn, const Elf64_Shdr *rel_head, Text *out)
{
	Elf64_Shdr *head;
	Elf_Scn *symtab = find_symtab(elf, &head);
	Elf_Data *symbols = symtab ? elf_getdata(symtab, NULL) : NULL,
		 *data = elf_getdata(scn, NULL);
	GElf_Rel rel;
	GElf_Sym sym;
	for (int i = 0; data && symbols && gelf_getrel(data, i, &rel); i++)
		if (gelf_getsym(symbols, (int)GELF_R_SYM(rel.r_info), &sym))
			text_addf(out, "  %s+%llu %-14s %s\n", section_name(elf, rel_head->sh_info),
				  (unsigned long long)rel.r_offset,
				  reloc_name((u32)GELF_R_TYPE(rel.r_info)),
				  symbol_name(elf, head, &sym));
}

static void dump_relocs(Elf *elf, Text *out)
{
	text_adds(out, "relocations\n");
	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn; scn = elf_nextscn(elf, scn)) {
		Elf64_Shdr *head = elf64_getshdr(scn);
		if (head && head->sh_type == SHT_REL)
			dump_relocs_of(elf, scn, head, out);
	}
}

const char *object_dump_elf(Arena *a, const void *bytes, size_t len)
{
	Text out = text_new(a);
	Elf *elf = object_elf_open(bytes, len);
	if (!elf)
		return "not an object\n";
	dump_sections(elf, &out);
	dump_symbols(elf, &out);
	dump_relocs(elf, &out);
	elf_end(elf);
	return text_done(&out);
}
