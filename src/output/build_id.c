/* A file's build id: the descriptor of the note NT_GNU_BUILD_ID of owner "GNU". */
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include "output/internal.h"

static bool hex_of(const u8 *bytes, size_t n, char *out, size_t room)
{
	if (!n || n * 2 >= room)
		return false;
	for (size_t i = 0; i < n; i++)
		snprintf(out + i * 2, room - i * 2, "%02x", bytes[i]);
	return true;
}

static bool id_in_notes(Elf_Data *data, char *out, size_t room)
{
	size_t at = 0, name, descriptor;
	GElf_Nhdr note;

	while (data && (at = gelf_getnote(data, at, &note, &name, &descriptor)) > 0) {
		const u8 *bytes = data->d_buf;

		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(bytes + name, "GNU", 4))
			return hex_of(bytes + descriptor, note.n_descsz, out, room);
	}
	return false;
}

static bool id_in_file(Elf *elf, char *out, size_t room)
{
	size_t n = 0;

	if (elf_getphdrnum(elf, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_NOTE)
			continue;
		if (id_in_notes(
			elf_getdata_rawchunk(elf, (i64)header.p_offset, header.p_filesz,
					     header.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR),
			out, room))
			return true;
	}
	return false;
}

bool build_id_of(const char *path, char *out, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool found = false;
	Elf *elf = NULL;

	if (fd < 0)
		return false;
	if (elf_version(EV_CURRENT) != EV_NONE)
		elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		found = id_in_file(elf, out, room);
	elf_end(elf);
	close(fd);
	return found;
}
