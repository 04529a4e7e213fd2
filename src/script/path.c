/*
 * Where a binary is that an attach point names: a path as it stands; a bare
 * name in $PATH; "libX" (or "libX.so.6") in the dynamic linker's cache, or in the
 * folders that it looks into where there is no cache.
 *
 * /etc/ld.so.cache: "glibc-ld.so.cache1.1", number of libraries, 24 bytes more;
 * for each library flags, where its soname and its path are (from the start of the
 * file), and 12 bytes more. It's sorted by name, latest version first.
 */
#include "script/internal.h"

#include <dirent.h>
#include <stdio.h>
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

static const char *find_in_path(Arena *a, const char *name)
{
	const char *list = getenv("PATH");

	for (const char *p = list ? list : "/usr/bin:/bin"; *p; p += *p == ':') {
		size_t len = strcspn(p, ":");
		const char *path = arena_printf(a, "%.*s/%s", (int)len, p, name);

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
static const char *find_in_folder(Arena *a, const char *folder, const char *name)
{
	DIR *d = opendir(folder);
	const char *best = NULL;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		const char *path;

		if (!is_library(e->d_name, name))
			continue;
		path = arena_printf(a, "%s/%s", folder, e->d_name);
		if (is_file(path) && (!best || strcmp(path, best) < 0))
			best = path;
	}
	if (d)
		closedir(d);
	return best;
}

static const char *find_library(Arena *a, const char *name)
{
	const char *found = NULL;

	for (u32 i = 0; i < ARRAY_LEN(library_folders) && !found; i++)
		found = find_in_folder(a, library_folders[i], name);
	return found;
}

#define CACHE_MAGIC "glibc-ld.so.cache1.1"
#define CACHE_HEAD 48
#if defined(__x86_64__)
#define CACHE_FLAGS 0x0303 /* an ELF library of the 64-bit ABI */
#else
#define CACHE_FLAGS 0x0a03
#endif

typedef struct {
	u32 flags, name, path, rest[3];
} CacheEntry;

/* A text of the cache; "" where it would reach behind the end. */
static const char *cache_text(const char *cache, size_t size, u32 at)
{
	return at < size && memchr(cache + at, 0, size - at) ? cache + at : "";
}

static const char *find_in_entries(Arena *a, const char *cache, size_t size, const char *name)
{
	u32 n;
	CacheEntry e;

	if (size < CACHE_HEAD || memcmp(cache, CACHE_MAGIC, strlen(CACHE_MAGIC)) != 0)
		return NULL;
	memcpy(&n, cache + strlen(CACHE_MAGIC), sizeof(n));
	for (u32 i = 0; i < n && CACHE_HEAD + (i + 1) * sizeof(e) <= size; i++) {
		const char *path;

		memcpy(&e, cache + CACHE_HEAD + i * sizeof(e), sizeof(e));
		path = cache_text(cache, size, e.path);
		if (e.flags == CACHE_FLAGS && is_library(cache_text(cache, size, e.name), name) && is_file(path))
			return arena_copy(a, path, strlen(path));
	}
	return NULL;
}

static const char *find_in_cache(Arena *a, const char *name)
{
	FILE *f = fopen("/etc/ld.so.cache", "re");
	const char *found = NULL;
	char *cache = NULL;
	size_t room = 0;
	ssize_t size = f ? getdelim(&cache, &room, EOF, f) : -1;

	if (size > 0)
		found = find_in_entries(a, cache, (size_t)size, name);
	free(cache);
	if (f)
		fclose(f);
	return found;
}

const char *script_binary_path(Arena *a, const char *name)
{
	const char *found = NULL;

	if (strchr(name, '/') || !*name)
		return name;
	if (strncmp(name, "lib", 3) == 0)
		found = find_in_cache(a, name);
	if (!found && strncmp(name, "lib", 3) == 0)
		found = find_library(a, name);
	if (!found)
		found = find_in_path(a, name);
	return found ? found : name;
}

static u64 mount_namespace(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

/* With -p, a process in a container means the files that it sees. */
const char *path_of_binary(Script *s, const char *name)
{
	const char *path = script_binary_path(s->c->arena, name), *inside;
	u32 pid = s->tree->input->pid;

	if (!pid || *path != '/' ||
	    mount_namespace(arena_printf(s->c->arena, "/proc/%u/ns/mnt", pid)) ==
		    mount_namespace("/proc/self/ns/mnt"))
		return path;
	inside = arena_printf(s->c->arena, "/proc/%u/root%s", pid, path);
	return is_file(inside) ? inside : path;
}
