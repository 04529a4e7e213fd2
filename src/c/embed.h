/*
 * What a program may #include although no file is there: the data of the C front end.
 *
 * Three kinds of header exist. A *textual* one (bpf/bpf_helpers.h, stddef.h …) is a file of
 * src/c/include carried in the binary, to be read like any other. A *virtual* one (vmlinux.h,
 * everything below linux/ …) has no text at all: its types come from BTF when they are first
 * used, its macros from the macro table. All others are the user's own files. Textual wins over
 * virtual; a real file that the user has on the include path with -I, or beside the source, wins
 * over both.
 *
 * All of it is const data without work at start; nothing is allocated, and every pointer handed
 * out lives as long as the process.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct EmbedFile {
	const char *path;    /* as one writes it in <...>: "bpf/bpf_helpers.h" */
	const char *text;    /* ends in a newline and a zero byte; comments blanked, lines kept */
	size_t len;          /* of text, without the zero byte */
} EmbedFile;

typedef struct EmbedMacro {
	const char *name;
	const char *params;  /* "" for an object-like macro; else "()", "(a, b)", "(x, ...)" */
	const char *body;    /* replacement text, perhaps empty */
} EmbedMacro;

/* The textual header of this path; NULL if there is none. */
const EmbedFile *embed_file_find(const char *path, size_t len);

/* Is this a header that contributes nothing but types from BTF and macros of the table? */
bool embed_is_virtual(const char *path, size_t len);

/*
 * The kernel's macro of this name (ETH_P_IP, AF_INET, htons …), stored in *out; false if there
 * is none. The table stands behind the program: whatever the program itself defines or declares
 * under a name comes first, silently. Bodies may use other macros of the table, enumerators and
 * types of BTF, sizeof and casts.
 */
bool embed_macro_find(const char *name, size_t len, EmbedMacro *out);

/*
 * The index'th textual header, or macro in the order of names; NULL, false past the last: to
 * walk over all.
 */
const EmbedFile *embed_file_at(size_t index);
bool embed_macro_at(size_t index, EmbedMacro *out);
