/*
 * The data that stands in for header files: three const tables and their lookup.
 *
 * In, all at build time: build/gen/embed_files.def (tools/mkembed, from src/c/include),
 * build/gen/macros.def (tools/mkmacros, from the distribution's kernel headers and
 * src/tables/kernel_macros.def), and src/tables/headers.def. Out: const arrays, bisected for a
 * name; nothing is computed at start.
 *
 * The macros are some 4,500 rows of three strings. As pointers they would cost a relocation each
 * at every start and three times the room, so that they are laid one behind the other in one
 * struct of char arrays, a member a row, and an array of offsets, in the order of names, leads
 * to each row: "NAME\0(params)\0body\0". The members need distinct names; the line number in the
 * .def file serves.
 */
#include "c/embed.h"

#include "tables/tables.h"

#include <stdint.h>
#include <string.h>

#define JOIN(a, b) a##b
#define MEMBER(line) JOIN(row_, line)

static const struct MacroText {
#define MACRO(name, params, body) char MEMBER(__LINE__)[sizeof(name "\0" params "\0" body)];
#include "macros.def"
#undef MACRO
} macro_text = {
#define MACRO(name, params, body) name "\0" params "\0" body,
#include "macros.def"
#undef MACRO
};

static const uint32_t macro_at[] = {
#define MACRO(name, params, body) offsetof(struct MacroText, MEMBER(__LINE__)),
#include "macros.def"
#undef MACRO
};

static const EmbedFile files[] = {
#define FILE(path, text) { path, text, sizeof(text) - 1 },
#include "embed_files.def"
#undef FILE
};

typedef struct VirtualPath {
	const char *path;
	uint8_t len;
	bool is_dir;
} VirtualPath;

static const VirtualPath virtual_paths[] = {
#define MACROS_OF(path)
#define MACROS_NOT(pattern)
#define VIRTUAL_DIR(path) { path, sizeof(path) - 1, true },
#define VIRTUAL_FILE(path) { path, sizeof(path) - 1, false },
#include "tables/headers.def"
#undef MACROS_OF
#undef MACROS_NOT
#undef VIRTUAL_DIR
#undef VIRTUAL_FILE
};

enum {
	MACRO_COUNT = sizeof macro_at / sizeof *macro_at,
	FILE_COUNT = sizeof files / sizeof *files,
	VIRTUAL_COUNT = sizeof virtual_paths / sizeof *virtual_paths,
};

static bool starts_with(const char *path, size_t len, const char *start, size_t start_len)
{
	return len >= start_len && memcmp(path, start, start_len) == 0;
}

static bool is_equal(const char *path, size_t len, const char *other)
{
	return strlen(other) == len && memcmp(path, other, len) == 0;
}

/* Is path the file of that name, in whichever folder? */
static bool ends_in_file(const char *path, size_t len, const char *file)
{
	size_t file_len = strlen(file);

	return len > file_len && path[len - file_len - 1] == '/' &&
		memcmp(path + len - file_len, file, file_len) == 0;
}

/*
 * libbpf's headers are also found by their bare names, as old programs and the kernel's tests
 * write them.
 */
const EmbedFile *embed_file_find(const char *path, size_t len)
{
	for (size_t i = 0; i < FILE_COUNT; i++) {
		const char *known = files[i].path;

		if (is_equal(path, len, known) ||
		    (strncmp(known, "bpf/", 4) == 0 && is_equal(path, len, known + 4)))
			return &files[i];
	}
	return NULL;
}

const EmbedFile *embed_file_at(size_t index)
{
	return index < FILE_COUNT ? &files[index] : NULL;
}

bool embed_is_virtual(const char *path, size_t len)
{
	if (ends_in_file(path, len, "vmlinux.h"))
		return true;
	for (size_t i = 0; i < VIRTUAL_COUNT; i++) {
		const VirtualPath *known = &virtual_paths[i];

		if (known->is_dir ? starts_with(path, len, known->path, known->len) :
				    is_equal(path, len, known->path))
			return true;
	}
	return false;
}

static const char *macro_name(size_t index)
{
	return (const char *)&macro_text + macro_at[index];
}

bool embed_macro_at(size_t index, EmbedMacro *out)
{
	if (index >= MACRO_COUNT)
		return false;
	out->name = macro_name(index);
	out->params = out->name + strlen(out->name) + 1;
	out->body = out->params + strlen(out->params) + 1;
	return true;
}

bool embed_macro_find(const char *name, size_t len, EmbedMacro *out)
{
	ptrdiff_t row = table_find(MACRO_COUNT, macro_name, name, len);

	return row >= 0 && embed_macro_at((size_t)row, out);
}
