/*
 * import "path": scripts (.bt) bring macros, maps, functions and probes; C
 * headers (.h) bring types and #defines; a folder stands for all files of
 * those kinds in it. Paths are relative to the importing script. A file is
 * imported once. Folders that everybody may write to are refused.
 */
#include "script/internal.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

static void import_path(Script *s, const char *path, Span at);

static bool ends_with(const char *text, const char *tail)
{
	size_t len = strlen(text), n = strlen(tail);

	return len >= n && strcmp(text + len - n, tail) == 0;
}

static bool is_imported(Script *s, const char *path)
{
	for (u32 i = 0; i < s->c->sources.files.len; i++)
		if (strcmp(s->c->sources.files.at[i]->name, path) == 0)
			return true;
	return false;
}

static void import_file(Script *s, const char *path, Span at)
{
	SourceFile *f;
	char *text;
	u32 len;
	int err;

	if (is_imported(s, path))
		return;
	err = source_read(s->c->arena, path, &text, &len);
	if (err) {
		diag_error(&s->c->diags, at, "Failed to import '%s': %s", path, strerror(-err));
		return;
	}
	f = source_add(&s->c->sources, path, text, len, at.start);
	if (!f)
		diag_error(&s->c->diags, at, "Failed to import '%s': too large", path);
	else if (ends_with(path, ".h"))
		cpart_add(s, (Str){text, len}, f->base);
	else
		parse_file(s, f, true);
}

static bool is_importable(const char *name)
{
	return ends_with(name, ".bt") || ends_with(name, ".h");
}

static void import_folder(Script *s, const char *path, Span at)
{
	struct dirent **list;
	int n = scandir(path, &list, NULL, alphasort);

	if (n < 0) {
		diag_error(&s->c->diags, at, "Failed to import '%s': %s", path, strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		if (is_importable(list[i]->d_name))
			import_file(s, arena_printf(s->c->arena, "%s/%s", path, list[i]->d_name), at);
		free(list[i]);
	}
	free(list);
}

static void import_path(Script *s, const char *path, Span at)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		diag_error(&s->c->diags, at, "Unable to find suitable path for import");
		diag_hint(&s->c->diags, "checked: %s", path);
	} else if (S_ISDIR(st.st_mode) && (st.st_mode & S_IWOTH)) {
		diag_error(&s->c->diags, at, "Failed to import '%s': the directory is world-writable", path);
	} else if (S_ISDIR(st.st_mode)) {
		import_folder(s, path, at);
	} else if (ends_with(path, ".bpf.c")) {
		diag_error(&s->c->diags, at, "Failed to import '%s': importing C programs is not supported",
			   path);
	} else if (!is_importable(path)) {
		diag_error(&s->c->diags, at, "unknown import type: \"%s\"",
			   strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	} else {
		import_file(s, path, at);
	}
}

/* The path as seen from the folder of the script that imports it. */
static const char *resolve(Script *s, const char *path, Span at)
{
	const SourceFile *f = source_file(&s->c->sources, at.start);
	const char *from = f && f->included_at ? f->name : s->tree->input->path;
	const char *slash = from ? strrchr(from, '/') : NULL;

	if (*path == '/' || !slash)
		return path;
	return arena_printf(s->c->arena, "%.*s/%s", (int)(slash - from), from, path);
}

void import_all(Script *s)
{
	/* an imported file may add to the list */
	for (u32 i = 0; i < s->tree->imports.len; i++) {
		Node *n = s->tree->imports.at[i];
		const char *path = name_of(s->c, n->text.at, n->text.len);

		if (strncmp(path, "stdlib/", 7) == 0)
			continue; /* the standard library is built in */
		import_path(s, resolve(s, path, n->at), n->at);
	}
}
