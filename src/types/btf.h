/*
 * Reading BTF (Documentation/bpf/btf.rst) from a file, on demand. Opening maps
 * or reads the file; the table of type offsets is made at the first look-up; a
 * name is looked for by its offset in the string section, which BTF's
 * deduplication makes unique. Nothing is turned into a Type before it's used.
 */
#pragma once

#include "base/base.h"

struct btf_type; /* linux/btf.h */

typedef struct BtfFile BtfFile;

/* Raw BTF (/sys/kernel/btf/…) or an ELF file with a .BTF section. 0 or -errno; heap.
 * base: for split BTF of a module, vmlinux's (kept open by the caller); else NULL. */
int btf_open(BtfFile **out, const char *path, BtfFile *base);
/* The same from memory, which must outlive it. */
int btf_open_mem(BtfFile **out, const void *bytes, size_t len, BtfFile *base);
void btf_close(BtfFile *b);

const char *btf_path(const BtfFile *b);
BtfFile *btf_base(const BtfFile *b);
/* Number of ids including base's: ids are 0 … n-1. */
u32 btf_count(BtfFile *b);
/* First id that is this file's own (1 for a base file). */
u32 btf_first_id(BtfFile *b);
/* The raw record, or NULL for a bad id. Valid until close. */
const struct btf_type *btf_type_at(BtfFile *b, u32 id);
const char *btf_string(BtfFile *b, u32 offset);
/* Id of the type with this name and a kind in the mask (1 << BTF_KIND_…); 0 if none. Looks
 * through the base first; btf_find_own only through this file's own types. */
u32 btf_find(BtfFile *b, const char *name, u32 kind_mask);
u32 btf_find_own(BtfFile *b, const char *name, u32 kind_mask);
/* Id of the file's own enum that has an enumerator of this name, and which one; 0 if none. */
u32 btf_find_enumerator(BtfFile *b, const char *name, u32 *index);
/* Calls f for every type of this file (not the base's) with a kind in the mask; stops when f returns false. */
void btf_each(BtfFile *b, u32 kind_mask, bool (*f)(void *user, u32 id, const struct btf_type *t),
	      void *user);
