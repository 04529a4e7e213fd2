/*
 * Where a binary is that an attach point names: a path as it stands; a bare
 * name in $PATH; "libX" (or "libX.so.6") in the folders of the dynamic linker.
 */
#include "script/internal.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const library_folders[] = {
#if defined(__x86_64__)
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu",
#elif defined(__aarch64__)
	"/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
#endif
	"/lib64", "/usr/lib64", "/usr/local/lib", "/lib", "/usr/lib",
};

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static const char *find_in_path(Script *s, const char *name)
{
	const char *list = getenv("PATH");

	for (const char *p = list ? list : "/usr/bin:/bin"; *p; p += *p == ':') {
		size_t len = strcspn(p, ":");
		const char *path = arena_printf(s->c->arena, "%.*s/%s", (int)len, p, name);

		if (len && is_file(path) && access(path, X_OK) == 0)
			return path;
		p += len;
	}
	return NULL;
}

/* "libc" fits "libc.so.6"; a name with ".so" in it fits itself. */
static bool is_library(const char *file, const char *name)
{
	size_t len = strlen(name);

	if (strstr(name, ".so"))
		return strcmp(file, name) == 0;
	return strncmp(file, name, len) == 0 && strncmp(file + len, ".so.", 4) == 0;
}

/*
 * The first in name order, so that the choice is the same each time. "libc.so"
 * without a version is not taken for "libc": it may be a linker script.
 */
static const char *find_in_folder(Script *s, const char *folder, const char *name)
{
	DIR *d = opendir(folder);
	const char *best = NULL;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		const char *path;

		if (!is_library(e->d_name, name))
			continue;
		path = arena_printf(s->c->arena, "%s/%s", folder, e->d_name);
		if (is_file(path) && (!best || strcmp(path, best) < 0))
			best = path;
	}
	if (d)
		closedir(d);
	return best;
}

static const char *find_library(Script *s, const char *name)
{
	const char *found = NULL;

	for (u32 i = 0; i < ARRAY_LEN(library_folders) && !found; i++)
		found = find_in_folder(s, library_folders[i], name);
	return found;
}

const char *path_of_binary(Script *s, const char *name)
{
	const char *found = NULL;

	if (strchr(name, '/') || !*name)
		return name;
	if (strncmp(name, "lib", 3) == 0)
		found = find_library(s, name);
	if (!found)
		found = find_in_path(s, name);
	return found ? found : name;
}
