/*
 * Many system call tracepoints at once: `tracepoint:syscalls:sys_enter_*`.
 *
 * Closing a tracepoint's perf event waits for every CPU and every task to have
 * left tracing code (tracepoint_synchronize_unregister), under a lock that
 * lets only one do so: 20–70 ms each, half a minute for 360 of them. But all
 * of these events are the one event raw_syscalls:sys_enter (or sys_exit) in
 * the kernel, and have the same record: the number at offset 8, the arguments
 * or the result from 16 on. So one dispatcher hangs there and goes on, by tail
 * call, to the script's program for the number:
 *
 *	r3 = ctx->nr; tail_call(ctx, programs, r3); return 0
 *
 * Where several programs want the same call, the second goes to a second
 * dispatcher, and so on. Calls whose number is unknown here (newer than this
 * build) are attached one by one, as is everything where there are only a few.
 *
 * Known difference: 32-bit programs on a 64-bit kernel are counted under the
 * 64-bit names of their numbers; the single events leave them out.
 */
#include "load/internal.h"

#include <errno.h>
#include <unistd.h>

#include "load/sys.h"

/* Fewer are attached one by one. */
#define DISPATCH_LEAST 8
#define DISPATCH_ENTRIES 1024
#define DISPATCH_ROUNDS 16

typedef struct SyscallNumber {
	const char *name;
	u32 nr;
} SyscallNumber;

static const SyscallNumber numbers[] = {
#include "syscalls.inc"
};

static const SyscallNumber newer[] = {
#define SYSCALL(name, nr) {#name, nr},
#include "tables/syscalls.def"
#undef SYSCALL
};

/* Calls whose tracepoint has the name of the kernel's function, not of the call. */
static const struct {
	const char *event, *call;
} aliases[] = {
	{"newfstat", "fstat"}, {"newlstat", "lstat"},	   {"newstat", "stat"},
	{"newuname", "uname"}, {"sendfile64", "sendfile"}, {"umount", "umount2"},
	{"sysctl", "_sysctl"},
};

/* A kind of event, and its dispatchers: the k-th has the k-th program of each call. */
typedef struct Dispatch {
	const char *prefix, *event;
	int map_fds[DISPATCH_ROUNDS];
	u8 used[DISPATCH_ENTRIES]; /* programs that each number has so far */
	u32 n_rounds;
} Dispatch;

static int compare_number(const void *key, const void *at)
{
	return strcmp(key, ((const SyscallNumber *)at)->name);
}

/* -1: unknown */
static int syscall_number(const char *name)
{
	for (u32 i = 0; i < ARRAY_LEN(aliases); i++)
		if (strcmp(aliases[i].event, name) == 0)
			name = aliases[i].call;
	const SyscallNumber *found =
		bsearch(name, numbers, ARRAY_LEN(numbers), sizeof(numbers[0]), compare_number);
	for (u32 i = 0; i < ARRAY_LEN(newer) && !found; i++)
		if (strcmp(newer[i].name, name) == 0)
			found = &newer[i];
	return found && found->nr < DISPATCH_ENTRIES ? (int)found->nr : -1;
}

/* The number of the call whose event this attach point is; -1: none that can be dispatched. */
static int dispatched_number(const Dispatch *d, const AttachDef *def)
{
	size_t len = strlen(d->prefix);
	if (strcmp(def->kind, "tracepoint") != 0 || !def->target || !def->function || def->cookie ||
	    strcmp(def->target, "syscalls") != 0 || strncmp(def->function, d->prefix, len) != 0)
		return -1;
	return syscall_number(def->function + len);
}

static int make_table(void)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_PROG_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = DISPATCH_ENTRIES;
	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int put_program(int map_fd, u32 nr, int prog_fd)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (u32)map_fd;
	attr.key = sys_address(&nr);
	attr.value = sys_address(&prog_fd);
	return sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

static int load_dispatcher(int map_fd)
{
	const struct bpf_insn insns[] = {
		{BPF_LDX | BPF_MEM | BPF_W, 3, 1, 8, 0},
		{BPF_LD | BPF_IMM | BPF_DW, 2, BPF_PSEUDO_MAP_FD, 0, map_fd},
		{0, 0, 0, 0, 0},
		{BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_tail_call},
		{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
		{BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
	};
	return sys_prog_load(BPF_PROG_TYPE_TRACEPOINT, 0, insns, ARRAY_LEN(insns));
}

/* A table is filled before its dispatcher is attached: all calls begin to count together. */
static int put_all(Loaded *l, Dispatch *d, bool *done)
{
	const Meta *m = l->o.meta;
	for (u32 i = 0; i < m->attach.len; i++) {
		const AttachDef *def = &m->attach.at[i];
		int nr = dispatched_number(d, def);
		struct bpf_program *p = nr < 0 ? NULL : loaded_program(l, def->program);
		if (!p || d->used[nr] == DISPATCH_ROUNDS)
			continue;
		u32 round = d->used[nr]++;
		if (round == d->n_rounds) {
			d->map_fds[round] = make_table();
			if (d->map_fds[round] < 0)
				return d->map_fds[round];
			d->n_rounds++;
		}
		int err = put_program(d->map_fds[round], (u32)nr, bpf_program__fd(p));
		if (err)
			return err;
		done[i] = true;
	}
	return 0;
}

static int attach_rounds(Loaded *l, const Dispatch *d, LoadError *err)
{
	const AttachDef def = {
		.kind = "tracepoint", .target = "raw_syscalls", .function = d->event};
	for (u32 i = 0; i < d->n_rounds; i++) {
		int prog_fd = load_dispatcher(d->map_fds[i]);
		AttachJob j = {.l = l, .def = &def, .prog_fd = prog_fd, .err = err};
		int code = prog_fd < 0 ? prog_fd : attach_tracepoint(&j);
		if (prog_fd >= 0)
			close(prog_fd);
		if (code)
			return code;
		/* a table is emptied with its last descriptor, though programs use it */
		Attachment table = ATTACHMENT_NONE;
		table.table_fd = d->map_fds[i];
		attachment_add(l, table);
	}
	return 0;
}

static u32 count_dispatched(const Meta *m, const Dispatch *d)
{
	u32 n = 0;
	for (u32 i = 0; i < m->attach.len; i++)
		n += dispatched_number(d, &m->attach.at[i]) >= 0;
	return n;
}

/* What fails here is left to be attached one by one. */
static u32 dispatch(Loaded *l, Dispatch *d, bool *done, LoadError *err)
{
	u32 before = l->attachments.len, n = 0;
	if (count_dispatched(l->o.meta, d) < DISPATCH_LEAST)
		return 0;
	int code = put_all(l, d, done);
	if (!code)
		code = attach_rounds(l, d, err);
	for (u32 i = 0; i < l->o.meta->attach.len; i++) {
		bool is_ours = done[i] && dispatched_number(d, &l->o.meta->attach.at[i]) >= 0;
		if (is_ours && code)
			done[i] = false;
		n += is_ours && !code;
	}
	if (!code)
		return n;
	load_detach_to(l, before);
	for (u32 i = 0; i < d->n_rounds; i++)
		close(d->map_fds[i]);
	load_error_done(err);
	return 0;
}

u32 attach_syscalls(Loaded *l, bool *done, LoadError *err)
{
	Dispatch enter = {.prefix = "sys_enter_", .event = "sys_enter"};
	Dispatch leave = {.prefix = "sys_exit_", .event = "sys_exit"};
	return dispatch(l, &enter, done, err) + dispatch(l, &leave, done, err);
}
