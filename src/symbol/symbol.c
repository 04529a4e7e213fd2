/*
 * Kernel and user addresses to names; symbol.h tells the use.
 *
 * A process is known by its mappings: read when it is first seen (an event of
 * the script carries its pid) and kept after it has ended. Binaries are known
 * by device and inode, so that a thousand processes of one program share a
 * table; they are opened through /proc/PID/root (the process's own mount
 * namespace) while the process lives, by their plain path after that. A file
 * is opened at the first address that falls into it, and at process_seen for
 * mappings that can be executed, because later it may be too late: an open
 * descriptor is kept until the table is read.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "symbol/internal.h"

typedef struct {
	char *path;
	u64 dev, inode;
	int fd; /* -1: not open (any more) */
	bool is_read;
	ElfSymbols elf;
} Binary;

typedef struct {
	u64 start, end, offset;
	u32 binary; /* index in Symbols.binaries */
} Mapping;

typedef struct {
	u32 pid;
	Vec(Mapping) maps; /* heap, ascending */
} Process;

struct Symbols {
	SymbolOptions options;
	bool kernel_is_read;
	SymbolTable kernel;
	Vec(Binary) binaries;
	Vec(Process) processes;
	Map by_pid; /* pid → index + 1 */
	Map demangled; /* address of the mangled name → char * */
	void *demangle_library;
	DemangleFn *demangle;
	bool demangle_tried;
};

Symbols *symbols_new(SymbolOptions options)
{
	Symbols *s = calloc(1, sizeof(*s));

	if (!s)
		bug("out of memory");
	s->options = options;
	return s;
}

static void process_clear(Process *p)
{
	vec_free(&p->maps);
}

void symbols_free(Symbols *s)
{
	if (!s)
		return;
	for (u32 i = 0; i < s->binaries.len; i++) {
		Binary *b = &s->binaries.at[i];

		if (b->fd >= 0)
			close(b->fd);
		elf_symbols_free(&b->elf);
		free(b->path);
	}
	for (u32 i = 0; i < s->processes.len; i++)
		process_clear(&s->processes.at[i]);
	for (u32 i = 0; i < s->demangled.cap; i++)
		if (s->demangled.slots[i].key)
			free((void *)(uintptr_t)s->demangled.slots[i].value);
	vec_free(&s->binaries);
	vec_free(&s->processes);
	map_free(&s->by_pid);
	map_free(&s->demangled);
	symbol_table_free(&s->kernel);
	if (s->demangle_library)
		dlclose(s->demangle_library);
	free(s);
}

/* ---- kernel ---- */

static SymbolTable *kernel_table(Symbols *s)
{
	if (!s->kernel_is_read) {
		s->kernel_is_read = true;
		kallsyms_read(&s->kernel);
	}
	return &s->kernel;
}

bool symbol_kernel(Symbols *s, u64 address, Symbol *out)
{
	SymbolTable *t = kernel_table(s);
	const SymbolRow *row = symbol_table_find(t, address);

	memset(out, 0, sizeof(*out));
	if (!row)
		return false;
	out->name = t->names.at + row->name;
	out->offset = address - row->address;
	out->module = row->module ? t->modules.at[row->module] : NULL;
	return true;
}

u64 symbol_kernel_address(Symbols *s, const char *name)
{
	SymbolTable *t = kernel_table(s);

	for (u32 i = 0; i < t->rows.len; i++)
		if (strcmp(t->names.at + t->rows.at[i].name, name) == 0)
			return t->rows.at[i].address;
	return 0;
}

/* ---- user ---- */

static u32 binary_find_or_add(Symbols *s, const char *path, u64 dev, u64 inode)
{
	Binary *b;

	for (u32 i = 0; i < s->binaries.len; i++) {
		b = &s->binaries.at[i];
		if (b->inode == inode && b->dev == dev && strcmp(b->path, path) == 0)
			return i;
	}
	b = vec_add(NULL, &s->binaries);
	b->path = strdup(path);
	b->dev = dev;
	b->inode = inode;
	b->fd = -1;
	return s->binaries.len - 1;
}

/* Opens through the process's root, so that containers' files are found. */
static void binary_open(Binary *b, u32 pid)
{
	char path[4200];

	if (b->fd >= 0 || b->is_read)
		return;
	snprintf(path, sizeof(path), "/proc/%u/root%s", pid, b->path);
	b->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (b->fd < 0)
		b->fd = open(b->path, O_RDONLY | O_CLOEXEC);
}

static void binary_read(Binary *b, u32 pid)
{
	char root[32];

	if (b->is_read)
		return;
	binary_open(b, pid);
	b->is_read = true;
	if (b->fd < 0)
		return;
	snprintf(root, sizeof(root), "/proc/%u/root", pid);
	elf_symbols_read(&b->elf, b->fd, root);
	close(b->fd);
	b->fd = -1;
}

/* "7f00-7f10 r-xp 00001000 08:01 123   /usr/lib/x.so": executable files only. */
static void add_mapping(Symbols *s, Process *p, char *line, u32 pid)
{
	unsigned long long start, end, offset, inode;
	unsigned major, minor;
	char perms[5];
	int at = 0;
	Mapping m;

	if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &start, &end, perms, &offset, &major,
		   &minor, &inode, &at) < 7 ||
	    !at)
		return;
	line[strcspn(line, "\n")] = 0;
	if (perms[2] != 'x' || line[at] != '/')
		return;
	m = (Mapping){start, end, offset, 0};
	m.binary = binary_find_or_add(s, line + at, ((u64)major << 32) | minor, inode);
	binary_open(&s->binaries.at[m.binary], pid);
	vec_push(NULL, &p->maps, m);
}

static int process_read(Symbols *s, Process *p)
{
	char path[64];
	char *line = NULL;
	size_t room = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/maps", p->pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	vec_free(&p->maps);
	while (getline(&line, &room, f) > 0)
		add_mapping(s, p, line, p->pid);
	free(line);
	fclose(f);
	return 0;
}

static Process *process_get(Symbols *s, u32 pid, bool *is_new)
{
	u64 at = map_get(&s->by_pid, pid);
	Process *p;

	*is_new = !at;
	if (at)
		return &s->processes.at[at - 1];
	p = vec_add(NULL, &s->processes);
	p->pid = pid;
	map_set(&s->by_pid, pid, s->processes.len);
	process_read(s, p);
	return p;
}

void symbol_process_seen(Symbols *s, u32 pid)
{
	bool is_new;

	if (pid)
		process_get(s, pid, &is_new);
}

static const Mapping *mapping_of(const Process *p, u64 address)
{
	for (u32 i = 0; i < p->maps.len; i++)
		if (address >= p->maps.at[i].start && address < p->maps.at[i].end)
			return &p->maps.at[i];
	return NULL;
}

static const char *shown_name(Symbols *s, const char *name)
{
	char *plain;

	if (!s->options.demangle || name[0] != '_' || name[1] != 'Z')
		return name;
	plain = map_get_ptr(&s->demangled, name);
	if (plain)
		return plain;
	plain = symbol_demangle(s, name);
	if (!plain)
		return name;
	map_set_ptr(&s->demangled, name, plain);
	return plain;
}

/* A process that maps something new (dlopen) or has become another (exec) is read once more. */
static const Mapping *find_mapping(Symbols *s, u32 pid, u64 address)
{
	bool is_new;
	Process *p = process_get(s, pid, &is_new);
	const Mapping *m;

	if (s->options.no_cache && !is_new)
		process_read(s, p);
	m = mapping_of(p, address);
	if (m || is_new || process_read(s, p) < 0)
		return m;
	return mapping_of(p, address);
}

bool symbol_user(Symbols *s, u32 pid, u64 address, Symbol *out)
{
	const Mapping *m = find_mapping(s, pid, address);
	const SymbolRow *row;
	u64 inside;
	Binary *b;

	memset(out, 0, sizeof(*out));
	if (!m)
		return false;
	b = &s->binaries.at[m->binary];
	binary_read(b, pid);
	out->module = b->path;
	out->module_offset = address - m->start + m->offset;
	if (!elf_symbols_address(&b->elf, out->module_offset, &inside))
		return false;
	row = symbol_table_find(&b->elf.table, inside);
	if (!row)
		return false;
	out->name = shown_name(s, b->elf.table.names.at + row->name);
	out->offset = inside - row->address;
	return true;
}

char *symbol_demangle(Symbols *s, const char *name)
{
	int status = 0;

	if (name[0] != '_' || name[1] != 'Z')
		return NULL;
	if (!s->demangle_tried) {
		s->demangle_tried = true;
		s->demangle = demangle_open(&s->demangle_library);
	}
	return s->demangle ? s->demangle(name, NULL, NULL, &status) : NULL;
}
