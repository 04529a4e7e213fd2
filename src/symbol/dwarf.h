/* DWARF inside symbol/: a file with debug information, opened by libdwfl. */
#pragma once

#include <elfutils/libdwfl.h>

#include "symbol/internal.h"

typedef struct DebugFile DebugFile;

/* Heap; NULL if the file has no DWARF, or can't be read. */
DebugFile *debug_open(const char *path);
void debug_close(DebugFile *f); /* NULL is allowed */
/* The unit or function that covers an address of the symbol table, or the function of that name. */
bool debug_unit_at(DebugFile *f, u64 address, Dwarf_Die *out);
bool debug_function_at(DebugFile *f, u64 address, Dwarf_Die *out);
bool debug_function_named(DebugFile *f, const char *name, Dwarf_Die *out);
int debug_source_line(DebugFile *f, const char *file, u32 line, u32 col,
		      void (*found)(void *user, u64 address, const char *function), void *user);
