/*
 * The ELF file: sections and symbols are collected in memory, and libelf
 * writes them, to a file in memory whose bytes become the Object.
 *
 * Order in the file: the sections as they were made, each followed by its
 * relocations, then .symtab and .strtab. ELF wants local symbols before global
 * ones, so symbols are renumbered at the end; until then relocations hold
 * indices of OutFile.symbols. Section names and symbol names share .strtab, as
 * in LLVM's objects.
 */
#include "object/internal.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is known only while writing. */
typedef struct Writer {
	OutFile *file;
	Elf *elf;
	Text names; /* .strtab */
	u32 *section_index; /* OutFile's sections → ELF's */
	u32 *symbol_index; /* OutFile's symbols → .symtab's */
	Elf64_Sym *symbols;
	u32 n_local;
	u32 n_sections; /* made so far */
	u32 symtab, strtab; /* ELF indices */
} Writer;

void out_init(OutFile *o, Arena *a)
{
	*o = (OutFile){.arena = a};
	vec_add(a, &o->symbols);
}

u32 out_section(OutFile *o, const char *name, u32 type, u32 flags, u32 align)
{
	for (u32 i = 0; i < o->sections.len; i++) {
		OutSection *s = &o->sections.at[i];
		if (strcmp(s->name, name) == 0) {
			s->align = MAX(s->align, align);
			return i;
		}
	}
	vec_push(o->arena, &o->sections,
		 (OutSection){.name = name, .type = type, .flags = flags, .align = MAX(align, 1u)});
	o->sections.at[o->sections.len - 1].bytes = text_new(o->arena);
	return o->sections.len - 1;
}

u32 out_symbol(OutFile *o, OutSymbol symbol)
{
	vec_push(o->arena, &o->symbols, symbol);
	return o->symbols.len - 1;
}

u32 out_section_symbol(OutFile *o, u32 section)
{
	OutSection *s = &o->sections.at[section];
	if (!s->symbol)
		s->symbol = out_symbol(o, (OutSymbol){.type = STT_SECTION, .section = section});
	return s->symbol;
}

void out_reloc(OutFile *o, u32 section, u64 offset, u32 type, u32 symbol)
{
	vec_push(o->arena, &o->sections.at[section].rels,
		 (Elf64_Rel){.r_offset = offset, .r_info = ELF64_R_INFO((u64)symbol, type)});
}

static u32 add_name(Writer *w, const char *name)
{
	u32 offset = w->names.len;
	text_add(&w->names, name, strlen(name) + 1);
	return offset;
}

static void add_symbol(Writer *w, u32 i, u32 *n)
{
	const OutSymbol *s = &w->file->symbols.at[i];
	w->symbol_index[i] = *n;
	Elf64_Sym *sym = &w->symbols[(*n)++];
	sym->st_name = s->name ? add_name(w, s->name) : 0;
	sym->st_info = ELF64_ST_INFO(s->bind, s->type);
	sym->st_other = s->visibility;
	sym->st_shndx = s->section == OUT_UNDEFINED ? SHN_UNDEF : (u16)w->section_index[s->section];
	sym->st_value = s->value;
	sym->st_size = s->size;
}

/* Numbers of the ELF sections: each of ours, and one more for its relocations. */
static void number_sections(Writer *w)
{
	u32 next = 1;
	for (u32 i = 0; i < w->file->sections.len; i++) {
		w->section_index[i] = next;
		next += w->file->sections.at[i].rels.len ? 2 : 1;
	}
	w->symtab = next;
	w->strtab = next + 1;
}

static void number_symbols(Writer *w)
{
	u32 n = 1, total = w->file->symbols.len;
	for (u32 pass = 0; pass < 2; pass++) {
		for (u32 i = 1; i < total; i++)
			if ((w->file->symbols.at[i].bind != STB_LOCAL) == pass)
				add_symbol(w, i, &n);
		if (!pass)
			w->n_local = n;
	}
}

/* One ELF section with its bytes, which must live until elf_update. 0 or -ENOMEM. */
static int add_section(Writer *w, Elf64_Shdr head, const char *name, void *bytes, Elf_Type type)
{
	Elf_Scn *scn = elf_newscn(w->elf);
	Elf_Data *data = scn ? elf_newdata(scn) : NULL;
	Elf64_Shdr *to = scn ? elf64_getshdr(scn) : NULL;
	if (!data || !to)
		return -ENOMEM;
	head.sh_name = add_name(w, name);
	*to = head;
	data->d_buf = bytes;
	data->d_size = head.sh_size;
	data->d_align = head.sh_addralign;
	data->d_type = type;
	w->n_sections++;
	return 0;
}

static int add_relocs(Writer *w, OutSection *s, u32 target)
{
	vec_each(rel, &s->rels) {
		u32 symbol = w->symbol_index[ELF64_R_SYM(rel->r_info)];
		rel->r_info = ELF64_R_INFO((u64)symbol, ELF64_R_TYPE(rel->r_info));
	}
	Elf64_Shdr head = {
		.sh_type = SHT_REL,
		.sh_flags = SHF_INFO_LINK,
		.sh_size = s->rels.len * sizeof(Elf64_Rel),
		.sh_entsize = sizeof(Elf64_Rel),
		.sh_addralign = 8,
		.sh_link = w->symtab,
		.sh_info = target,
	};
	return add_section(w, head, arena_printf(w->file->arena, ".rel%s", s->name), s->rels.at,
			   ELF_T_REL);
}

static int add_sections(Writer *w)
{
	for (u32 i = 0; i < w->file->sections.len; i++) {
		OutSection *s = &w->file->sections.at[i];
		Elf64_Shdr head = {
			.sh_type = s->type,
			.sh_flags = s->flags,
			.sh_size = s->type == SHT_NOBITS ? s->size_nobits : s->bytes.len,
			.sh_addralign = s->align,
		};
		int err = add_section(w, head, s->name, s->bytes.at, ELF_T_BYTE);
		if (!err && s->rels.len)
			err = add_relocs(w, s, w->section_index[i]);
		if (err)
			return err;
	}
	return 0;
}

static int add_tables(Writer *w)
{
	u32 n = w->file->symbols.len;
	Elf64_Shdr symtab = {
		.sh_type = SHT_SYMTAB,
		.sh_size = n * sizeof(Elf64_Sym),
		.sh_entsize = sizeof(Elf64_Sym),
		.sh_addralign = 8,
		.sh_link = w->strtab,
		.sh_info = w->n_local,
	};
	int err = add_section(w, symtab, ".symtab", w->symbols, ELF_T_SYM);
	if (err)
		return err;
	/* its own name is the last to go in, so its size is known before */
	Elf64_Shdr strtab = {
		.sh_type = SHT_STRTAB,
		.sh_size = w->names.len + sizeof(".strtab"),
		.sh_addralign = 1,
	};
	err = add_section(w, strtab, ".strtab", NULL, ELF_T_BYTE);
	if (err)
		return err;
	elf_getdata(elf_getscn(w->elf, w->strtab), NULL)->d_buf = w->names.at;
	return 0;
}

static int fill(Writer *w)
{
	Elf64_Ehdr *head = elf64_newehdr(w->elf);
	if (!head)
		return -ENOMEM;
	head->e_ident[EI_DATA] = ELFDATA2LSB;
	head->e_type = ET_REL;
	head->e_machine = EM_BPF;
	head->e_version = EV_CURRENT;
	number_sections(w);
	head->e_shstrndx = (u16)w->strtab;
	number_symbols(w);
	int err = add_sections(w);
	return err ? err : add_tables(w);
}

/* The bytes of the file in memory, on the heap. */
static int take_bytes(int fd, off_t len, Object *out)
{
	out->bytes = malloc((size_t)len);
	if (!out->bytes)
		return -ENOMEM;
	out->len = (size_t)len;
	if (pread(fd, out->bytes, out->len, 0) == (ssize_t)len)
		return 0;
	object_free(out);
	return -EIO;
}

int out_write(OutFile *o, Object *out)
{
	Writer w = {.file = o, .names = text_new(o->arena)};
	if (elf_version(EV_CURRENT) == EV_NONE)
		return -ENOSYS;
	int fd = memfd_create("waggle-object", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	w.section_index = NEW_N(o->arena, u32, o->sections.len + 1);
	w.symbol_index = NEW_N(o->arena, u32, o->symbols.len);
	w.symbols = NEW_N(o->arena, Elf64_Sym, o->symbols.len);
	text_fill(&w.names, 0, 1);
	w.elf = elf_begin(fd, ELF_C_WRITE, NULL);
	int err = w.elf ? fill(&w) : -ENOMEM;
	if (!err) {
		off_t len = elf_update(w.elf, ELF_C_WRITE);
		err = len < 0 ? -EIO : take_bytes(fd, len, out);
	}
	elf_end(w.elf);
	close(fd);
	return err;
}

void object_free(Object *o)
{
	free(o->bytes);
	*o = (Object){0};
}
