/*
 * Kernel and user addresses to names; symbol.h tells the use.
 *
 * A process is known by its mappings: read when it is first seen (an event of
 * the script carries its pid), added to by watch.c as it maps more, and kept
 * after it has ended. They are only added to, and the last one that covers an
 * address counts: so an exec, whose program lies elsewhere, needs no care, and
 * what was there before can still be named. Binaries are known
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
#include <time.h>
#include <unistd.h>

#include "base/map.h"
#include "symbol/dwarf.h"

Symbols *symbols_new(SymbolOptions options)
{
	Symbols *s = calloc(1, sizeof(*s));

	if (!s)
		bug("out of memory");
	s->options = options;
	s->arena = arena_new();
	s->jit_names.arena = s->arena;
	return s;
}

static void process_clear(Process *p)
{
	vec_free(&p->maps);
	symbol_table_free(&p->jit);
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
		debug_close(b->debug);
		free(b->path);
	}
	for (u32 i = 0; i < s->processes.len; i++)
		process_clear(&s->processes.at[i]);
	watch_close(s->watch);
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
	arena_free(s->arena);
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

/* The process of that number, without mappings if it is new. */
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
	return p;
}

/* A child starts with what its parent had mapped; a number that comes again starts anew. */
void process_fork(Symbols *s, u32 pid, u32 parent)
{
	u64 from = map_get(&s->by_pid, parent);
	bool is_new;
	Process *p = process_get(s, pid, &is_new);

	if (p->has_ended)
		p->maps.len = 0;
	p->has_ended = false;
	for (u32 i = 0; from && !p->maps.len && i < s->processes.at[from - 1].maps.len; i++)
		vec_push(NULL, &p->maps, s->processes.at[from - 1].maps.at[i]);
}

void process_end(Symbols *s, u32 pid)
{
	u64 at = map_get(&s->by_pid, pid);

	if (at)
		s->processes.at[at - 1].has_ended = true;
}

/* Adds a mapping unless it's the one that counts there already. */
void process_map(Symbols *s, u32 pid, Mapping m, const char *path, u64 dev, u64 inode)
{
	bool is_new;
	Process *p = process_get(s, pid, &is_new);

	if (*path != '/')
		return;
	m.binary = binary_find_or_add(s, path, dev, inode);
	for (u32 i = p->maps.len; i-- > 0;) {
		const Mapping *old = &p->maps.at[i];

		if (m.start < old->end && old->start < m.end) {
			if (memcmp(old, &m, sizeof(m)) == 0)
				return;
			break;
		}
	}
	binary_open(&s->binaries.at[m.binary], pid);
	vec_push(NULL, &p->maps, m);
}

/* "7f00-7f10 r-xp 00001000 08:01 123   /usr/lib/x.so": executable files only. */
static void add_mapping(Symbols *s, char *line, u32 pid)
{
	unsigned long long start, end, offset, inode;
	unsigned major, minor;
	char perms[5];
	int at = 0;

	if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &start, &end, perms, &offset, &major,
		   &minor, &inode, &at) < 7 ||
	    !at || perms[2] != 'x')
		return;
	line[strcspn(line, "\n")] = 0;
	process_map(s, pid, (Mapping){start, end, offset, 0}, line + at, ((u64)major << 32) | minor,
		    inode);
}

static int process_read(Symbols *s, u32 pid)
{
	char path[64];
	char *line = NULL;
	size_t room = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/maps", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (getline(&line, &room, f) > 0)
		add_mapping(s, line, pid);
	free(line);
	fclose(f);
	return 0;
}

void symbol_process_seen(Symbols *s, u32 pid)
{
	if (pid)
		process_read(s, pid);
}

static const Mapping *mapping_of(const Process *p, u64 address)
{
	for (u32 i = p->maps.len; i-- > 0;)
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

static u64 clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

/* A process whose maps were read this short a time ago is not read again for each unknown address. */
#define READ_AGAIN_NS 20000000

/* Where nothing is known to be, the process may have mapped something new: it's read once more. */
static const Mapping *find_mapping(Symbols *s, u32 pid, u64 address)
{
	bool is_new;
	Process *p = process_get(s, pid, &is_new);
	const Mapping *m = mapping_of(p, address);
	u64 now;

	if (m && !s->options.no_cache)
		return m;
	now = clock_ns();
	if (now - p->read_ns < READ_AGAIN_NS && !s->options.no_cache)
		return NULL;
	p->read_ns = now;
	if (process_read(s, pid) < 0)
		return m;
	return mapping_of(process_get(s, pid, &is_new), address);
}

int symbols_watch(Symbols *s)
{
	return s->watch ? 0 : watch_open(&s->watch, s);
}

int symbols_watch_fd(const Symbols *s)
{
	return watch_fd(s->watch);
}

void symbols_catch_up(Symbols *s)
{
	watch_drain(s->watch);
}

static Binary *binary_at(Symbols *s, u32 pid, u64 address, u64 *offset)
{
	const Mapping *m;

	watch_drain(s->watch);
	m = find_mapping(s, pid, address);
	if (!m)
		return NULL;
	*offset = address - m->start + m->offset;
	binary_read(&s->binaries.at[m->binary], pid);
	return &s->binaries.at[m->binary];
}

Binary *user_binary(Symbols *s, u32 pid, u64 address, u64 *inside)
{
	u64 offset;
	Binary *b = binary_at(s, pid, address, &offset);

	return b && elf_symbols_address(&b->elf, offset, inside) ? b : NULL;
}

static bool symbol_jit(Symbols *s, u32 pid, u64 address, Symbol *out)
{
	bool is_new;
	Process *p = process_get(s, pid, &is_new);
	const SymbolRow *row = jit_find(p, address, clock_ns());

	if (!row)
		return false;
	/* the table is made anew when the file grows, but names are to stay */
	out->name = intern(&s->jit_names, p->jit.names.at + row->name);
	out->offset = address - row->address;
	return true;
}

bool symbol_user(Symbols *s, u32 pid, u64 address, Symbol *out)
{
	const SymbolRow *row;
	u64 inside;
	Binary *b;

	memset(out, 0, sizeof(*out));
	b = binary_at(s, pid, address, &out->module_offset);
	if (!b)
		return symbol_jit(s, pid, address, out);
	out->module = b->path;
	/* no ELF file: shared memory (/dev/zero, memfd) may hold made code too */
	if (!elf_symbols_address(&b->elf, out->module_offset, &inside))
		return symbol_jit(s, pid, address, out);
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
