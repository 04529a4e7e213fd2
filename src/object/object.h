/*
 * One standard BPF ELF object from programs, maps, data and types: .text and
 * one section for each SEC name, .maps, .rodata/.data/.bss, license, .ksyms
 * and .kconfig externs, .BTF (only what is reached), .BTF.ext (functions,
 * lines, CO-RE) and, for scripts, ".waggle" (ir/meta.h). Written by libelf.
 */
#pragma once

#include "bpf/bpf.h"

typedef struct {
	u8 *bytes; /* heap; object_free */
	size_t len;
} Object;

/*
 * Where the target is the running kernel (not portable, its own BTF), what its BTF
 * decides is final: offsets in its types get no CO-RE relocation, its functions are called by
 * number.
 *
 * progs[i] belongs to m->funcs.at[i]; NULL for functions that were inlined away. 0 or -errno.
 */
int object_write(Module *m, Prog **progs, Object *out);
void object_free(Object *o);

/*
 * Reads the ".waggle" section of an object into a Meta; strings and types come
 * into c's arena and type table. 0, -ENOENT if it has none, -EINVAL if it is
 * broken.
 */
int object_read_meta(Compile *c, const void *bytes, size_t len, Meta **out);
/* Source position of instruction `insn` of a section, out of .BTF.ext; false if unknown. */
bool object_find_line(const void *bytes, size_t len, const char *section, u32 insn,
		      const char **file, u32 *line, u32 *col);
/* The same for the first line with this text: for subprograms, which move when they're loaded. */
bool object_find_text(const void *bytes, size_t len, Str text, const char **file, u32 *line,
		      u32 *col);
/* Readable listings for --dump=elf, --dump=btf. Arena. */
const char *object_dump_elf(Arena *a, const void *bytes, size_t len);
const char *object_dump_btf(Arena *a, const void *bytes, size_t len);
