/*
 * What the files of object/ share: a growing BTF section, and the sections,
 * symbols and relocations of an ELF file before libelf writes it.
 */
#pragma once

#include <elf.h>
#include <libelf.h>
#include <linux/btf.h>

#include "base/text.h"
#include "object/object.h"

/* Relocation types of EM_BPF (Documentation/bpf/llvm_reloc.rst). */
enum {
	RELOC_BPF_64_64 = 1,
	RELOC_BPF_64_ABS64 = 2,
	RELOC_BPF_64_32 = 10,
};

/* ---- BTF (btf_out.c) ---- */
typedef struct BtfOut {
	Module *m;
	Arena *arena;
	Text types; /* the records, one behind the other */
	Text strings;
	Interns interns;
	Map string_offset; /* interned text → its offset */
	Map id_of; /* Type → id */
	Map usage_of; /* Type of the kernel → Usage */
	u32 n_types;
	u32 array_index_id; /* the integer that arrays are indexed with; 0: not made yet */
} BtfOut;

void btf_out_init(BtfOut *b, Module *m);
u32 btf_out_string(BtfOut *b, const char *text);
u32 btf_out_string_len(BtfOut *b, const char *text, size_t len);
/* Appends a record's first 12 bytes; its id. */
u32 btf_out_record(BtfOut *b, const char *name, u32 kind, u32 vlen, bool kind_flag,
		   u32 size_or_type);
/* Appends len bytes to the last record. */
void btf_out_append(BtfOut *b, const void *at, size_t len);
u32 btf_out_ptr(BtfOut *b, u32 to);
u32 btf_out_array(BtfOut *b, u32 of, u32 count);
u32 btf_out_int(BtfOut *b, const char *name, u32 size, u32 encoding);
u32 btf_out_var(BtfOut *b, const char *name, u32 type, u32 linkage);
/* Header, records and strings. */
void btf_out_finish(BtfOut *b, Text *out);
/* True for what the kernel takes as the name of a variable or member. */
bool btf_is_identifier(const char *name);

/* ---- Types as BTF (btf_types.c) ---- */
/* Id of the type, written now if it was not; 0 for void. */
u32 btf_out_type(BtfOut *b, Type *t);
/* Id of a FUNC with its prototype; type may be NULL: int f(void *ctx). */
u32 btf_out_func(BtfOut *b, const char *name, Type *type, u32 linkage);

/* ---- which parts of kernel types are needed (usage.c) ---- */
typedef struct Usage {
	bool is_full; /* every member, because the program holds one by value */
	u8 *used; /* flag for each member or enumerator */
	u32 n;
} Usage;

/* Marks what the whole module needs. Before the first btf_out_type. */
void btf_mark_module(BtfOut *b, Prog **progs);
/* NULL: only pointed to. */
Usage *btf_usage(const BtfOut *b, const Type *t);
bool btf_usage_has(const Usage *u, u32 member);
/* A member's index among the used ones. */
u32 btf_usage_index(const Usage *u, u32 member);
/* The type that a relocation names, without qualifiers and, for fields, typedefs of records. */
Type *btf_core_root(const CoreReloc *core);

/* ---- ELF before it's written (sections.c) ---- */
typedef struct OutSection {
	const char *name;
	u32 type, flags, align; /* SHT_…, SHF_… */
	Text bytes;
	u64 size_nobits; /* SHT_NOBITS */
	u32 symbol; /* of the section itself; 0: none yet */
	Vec(Elf64_Rel) rels; /* symbol numbers are indices of OutFile.symbols */
} OutSection;

typedef struct OutSymbol {
	const char *name; /* NULL: a section's */
	u8 bind, type, visibility;
	u32 section; /* index in OutFile.sections; OUT_UNDEFINED: elsewhere */
	u64 value, size;
} OutSymbol;

#define OUT_UNDEFINED 0xffffffffu

typedef struct OutFile {
	Arena *arena;
	Vec(OutSection) sections;
	Vec(OutSymbol) symbols; /* [0] is the null symbol */
} OutFile;

void out_init(OutFile *o, Arena *a);
/* The section with this name, made if need be. Index. */
u32 out_section(OutFile *o, const char *name, u32 type, u32 flags, u32 align);
u32 out_symbol(OutFile *o, OutSymbol symbol);
u32 out_section_symbol(OutFile *o, u32 section);
void out_reloc(OutFile *o, u32 section, u64 offset, u32 type, u32 symbol);
/* ELF bytes on the heap; 0 or -errno. */
int out_write(OutFile *o, Object *out);

/* ---- the stages of object_write ---- */
/* Where a thing of the module went. */
typedef struct Place {
	u32 section; /* index in OutFile.sections */
	u32 symbol; /* index in OutFile.symbols */
	u64 offset; /* bytes into the section */
	u64 values_offset; /* maps: of the first initial value */
	u32 btf_id; /* externs: the kernel function's own number; 0: called by symbol */
} Place;

typedef struct Layout {
	Module *m;
	Prog **progs;
	OutFile file;
	BtfOut btf;
	Place *funcs, *maps, *globals, *externs; /* by index in the module */
} Layout;

/* The program is for the running kernel only. */
bool layout_is_native(const Module *m);
/* Sections .maps, data, license, .kconfig and .ksyms externs, with their BTF (data.c). */
void layout_data(Layout *l);
void layout_data_btf(Layout *l);
/* Map definitions: section bytes, symbols, BTF (maps.c). */
void layout_maps(Layout *l);
/* Relocations of the initial values of maps; after functions and maps have their symbols. */
void layout_map_values(Layout *l);
/* .BTF.ext (btf_ext.c). */
void layout_btf_ext(Layout *l);
/* Bytes of ".waggle" (meta_write.c). */
void meta_write(Compile *c, const Meta *meta, Text *out);

/* ---- reading (elf_read.c) ---- */
/* NULL if the bytes are not ELF64, little-endian. elf_end. */
Elf *object_elf_open(const void *bytes, size_t len);
/* Bytes of a section, valid until elf_end; at NULL: there is none. */
Str object_elf_section(Elf *elf, const char *name);
