/*
 * Code that a process made itself: a JIT compiler that is asked to (node
 * --perf-basic-prof, java's agents, python's perf support) writes what it makes to
 * /tmp/perf-PID.map, a line "START SIZE NAME" each, the numbers in hexadecimal. PID is
 * the process's number in its own namespace, /tmp is its own root's. The file grows
 * while we look, so it's read again when an address isn't found and its size has
 * changed; what comes later in it counts where two lines cover an address.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "symbol/internal.h"

#define LOOK_AGAIN_NS 20000000

/* The last number of "NSpid:\t1000\t7" in its status. */
static u32 inner_pid(u32 pid)
{
	char path[64], line[256];
	u32 found = pid;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "NSpid:", 6) == 0 && strrchr(line, '\t'))
			found = (u32)strtoul(strrchr(line, '\t'), NULL, 10);
	if (f)
		fclose(f);
	return found;
}

static FILE *open_map(const Process *p)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/root/tmp/perf-%u.map", p->pid, inner_pid(p->pid));
	f = fopen(path, "re");
	if (f)
		return f;
	snprintf(path, sizeof(path), "/tmp/perf-%u.map", p->pid); /* it may have ended */
	return fopen(path, "re");
}

static void read_line(SymbolTable *t, char *line, u8 rank)
{
	char *end, *name;
	u64 start = strtoull(line, &end, 16), size = strtoull(end, &name, 16);

	if (end == line || name == end || *name != ' ' || !size)
		return;
	name++;
	name[strcspn(name, "\n")] = 0;
	symbol_table_add(t, start, size, name, 0, rank);
}

static void read_map(Process *p, FILE *f)
{
	char *line = NULL;
	size_t room = 0;

	symbol_table_free(&p->jit);
	while (getline(&line, &room, f) > 0)
		read_line(&p->jit, line, 0);
	free(line);
	symbol_table_sort(&p->jit);
}

/* Of code that was made anew at one address, the later. */
static const SymbolRow *find_row(const SymbolTable *t, u64 address)
{
	const SymbolRow *row = symbol_table_find(t, address);

	while (row && row + 1 < t->rows.at + t->rows.len && row[1].address == row->address &&
	       address - row[1].address < row[1].size)
		row++;
	return row;
}

const SymbolRow *jit_find(Process *p, u64 address, u64 now_ns)
{
	const SymbolRow *row = find_row(&p->jit, address);
	struct stat st;
	FILE *f;

	if (row || now_ns - p->jit_ns < LOOK_AGAIN_NS)
		return row;
	p->jit_ns = now_ns;
	f = open_map(p);
	if (!f)
		return NULL;
	if (!fstat(fileno(f), &st) && st.st_size != p->jit_size) {
		read_map(p, f);
		p->jit_size = st.st_size;
		row = find_row(&p->jit, address);
	}
	fclose(f);
	return row;
}
