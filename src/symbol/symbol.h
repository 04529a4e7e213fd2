/*
 * Addresses to names. Kernel: /proc/kallsyms, with modules and BPF programs.
 * User: the ELF symbol tables of what a process has mapped, read through its
 * own mount namespace; C++ names are demangled where libstdc++ is installed.
 * Everything is read when first asked for and kept.
 */
#pragma once

#include "types/target.h"

typedef struct Symbols Symbols;

typedef struct {
	const char *name; /* lives as long as the Symbols; NULL: unresolved */
	u64 offset; /* bytes from the symbol's start */
	const char *module; /* kernel module without brackets, or path of the binary; may be NULL */
	u64 module_offset; /* user: offset in the file that is mapped there */
} Symbol;

typedef struct {
	bool demangle; /* C++ names as written */
	bool per_program; /* processes of one binary share a layout (no ASLR): cache by binary */
	bool no_cache; /* read a process's maps each time */
} SymbolOptions;

/* Heap; symbols_free. */
Symbols *symbols_new(SymbolOptions options);
void symbols_free(Symbols *s);

/* False (and out->name NULL) where nothing covers the address. */
bool symbol_kernel(Symbols *s, u64 address, Symbol *out);
/* Address of a kernel symbol by name; 0 if unknown. */
u64 symbol_kernel_address(Symbols *s, const char *name);

bool symbol_user(Symbols *s, u32 pid, u64 address, Symbol *out);

/* Source position of an address; name: the inlined function it's in, NULL in the function itself. */
typedef struct {
	const char *name, *file; /* live as long as the Symbols; file may be NULL */
	u32 line;
} SymbolLine;

/*
 * Source positions by the binary's DWARF: of the calls that are inlined there, the innermost
 * first, and of the function itself last. Their number, 0 where nothing is known.
 */
u32 symbol_user_lines(Symbols *s, u32 pid, u64 address, SymbolLine *out, u32 max);
/*
 * Reads the process's maps now, so that its addresses can be named after it
 * has ended. Cheap when it's known already.
 */
void symbol_process_seen(Symbols *s, u32 pid);

/*
 * From now on every process's new mappings are noted as they are made, so that
 * the addresses of the shortest-lived can be named. 0 or -errno: without the
 * privilege, only processes that live long enough to be read are known.
 * symbols_watch_fd is a descriptor to poll for input (-1: not watching), and
 * symbols_catch_up takes what has come (symbol_user does so too).
 */
int symbols_watch(Symbols *s);
int symbols_watch_fd(const Symbols *s);
void symbols_catch_up(Symbols *s);

/*
 * A symbol of an ELF file: its value and size as in the symbol table. Names
 * may be mangled or plain. 0, -ENOENT, or the error of opening it.
 */
int symbol_in_file(const char *path, const char *name, u64 *address, u64 *size);
/* Every function symbol of the file, sorted by name and without repeats; stops when f returns
 * false. 0 or -errno. */
int symbol_each_in_file(const char *path,
			bool (*f)(void *user, const char *name, u64 address, u64 size), void *user);

/* ---- dwarf.c, dwarf_type.c: ProbeSource's user_func and source_line ---- */
struct Type *symbol_user_func(struct Compile *c, const char *path, const char *name);
int symbol_source_line(const char *path, const char *file, u32 line, u32 col,
		       void (*found)(void *user, u64 address, const char *function), void *user);

/* ---- usdt.c, mapped.c: ProbeSource's markers and mapped_files (types/target.h) ---- */
int symbol_each_marker(const char *path, void (*found)(void *user, const TargetMarker *marker), void *user);
int symbol_each_mapped(u32 pid, void (*found)(void *user, const char *path), void *user);

/* A name as its language writes it (C++ _Z…), or NULL if it isn't mangled. Heap. */
char *symbol_demangle(Symbols *s, const char *name);
