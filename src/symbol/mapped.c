/*
 * Which programs and libraries are in use: the files that processes have mapped
 * to execute, from /proc/PID/maps. A process in another mount namespace sees
 * other files under the same paths, so its files are named by way of
 * /proc/PID/root.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbol/internal.h"

typedef struct {
	Arena *arena;
	Interns names;
	Vec(const char *) paths; /* interned */
	Map seen; /* path → 1 */
	u64 own_namespace;
} Files;

static u64 mount_namespace(const char *pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", pid);
	return stat(path, &st) ? 0 : st.st_ino;
}

static void add_file(Files *f, const char *root, const char *path)
{
	const char *name = intern(&f->names, arena_printf(f->arena, "%s%s", root, path));

	if (map_get_ptr(&f->seen, name))
		return;
	map_set(&f->seen, (u64)(uintptr_t)name, 1);
	if (access(name, R_OK) == 0)
		vec_push(f->arena, &f->paths, name);
}

/* "7f00-7f10 r-xp 00001000 08:01 123   /usr/lib/x.so" */
static void add_line(Files *f, const char *root, char *line)
{
	char *perms = strchr(line, ' '), *path = strchr(line, '/');

	line[strcspn(line, "\n")] = 0;
	if (perms && path && strlen(perms) > 3 && perms[3] == 'x' && !strstr(path, " (deleted)"))
		add_file(f, root, path);
}

static int add_process(Files *f, const char *pid)
{
	char path[64], root[64] = "";
	char *line = NULL;
	size_t room = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	maps = fopen(path, "re");
	if (!maps)
		return -errno;
	if (mount_namespace(pid) != f->own_namespace)
		snprintf(root, sizeof(root), "/proc/%s/root", pid);
	while (getline(&line, &room, maps) > 0)
		add_line(f, root, line);
	free(line);
	fclose(maps);
	return 0;
}

static int add_all_processes(Files *f)
{
	DIR *d = opendir("/proc");
	struct dirent *e;

	if (!d)
		return -errno;
	while ((e = readdir(d)))
		if (isdigit((unsigned char)e->d_name[0]))
			add_process(f, e->d_name);
	closedir(d);
	return 0;
}

static int path_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int symbol_each_mapped(u32 pid, void (*found)(void *user, const char *path), void *user)
{
	Arena *arena = arena_new();
	Files f = {.arena = arena, .names.arena = arena, .seen.arena = arena};
	char number[16];
	int n;

	f.own_namespace = mount_namespace("self");
	snprintf(number, sizeof(number), "%u", pid);
	n = pid ? add_process(&f, number) : add_all_processes(&f);
	if (f.paths.len)
		qsort(f.paths.at, f.paths.len, sizeof(*f.paths.at), path_compare);
	for (u32 i = 0; !n && i < f.paths.len; i++)
		found(user, f.paths.at[i]);
	n = n ? n : (int)f.paths.len;
	arena_free(arena);
	return n;
}
