/*
 * Reading objects, ours or another compiler's: sections by name out of an ELF
 * file in memory. libelf checks offsets and sizes; a file that isn't ELF64
 * little-endian is refused, and one whose section headers are at an odd address.
 */
#include "object/internal.h"

#include <gelf.h>
#include <libelf.h>

Elf *object_elf_open(const void *bytes, size_t len)
{
	if (len < sizeof(Elf64_Ehdr) || elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	/* libelf does not write into memory that it only reads, though its type does not say so */
	Elf *elf = elf_memory((char *)(uintptr_t)bytes, len);
	Elf64_Ehdr *head = elf ? elf64_getehdr(elf) : NULL;
	if (head && head->e_ident[EI_DATA] == ELFDATA2LSB &&
	    head->e_shoff % _Alignof(Elf64_Shdr) == 0)
		return elf;
	elf_end(elf);
	return NULL;
}

Str object_elf_section(Elf *elf, const char *name)
{
	size_t names;
	if (elf_getshdrstrndx(elf, &names))
		return (Str){0};
	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn; scn = elf_nextscn(elf, scn)) {
		Elf64_Shdr *head = elf64_getshdr(scn);
		const char *is = head ? elf_strptr(elf, names, head->sh_name) : NULL;
		if (!is || strcmp(is, name) != 0 || head->sh_type == SHT_NOBITS)
			continue;
		Elf_Data *data = elf_rawdata(scn, NULL);
		if (data && data->d_buf && data->d_size <= 0xffffffffu)
			return (Str){data->d_buf, (u32)data->d_size};
	}
	return (Str){0};
}
