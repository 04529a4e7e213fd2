/*
 * opensnoop: every file that a process opens, and what came of it.
 *
 *	waggle run opensnoop.bpf.c                     all processes
 *	waggle run opensnoop.bpf.c -p 1234             one of them
 *	waggle run opensnoop.bpf.c --set only_failed=true
 *	waggle run opensnoop.bpf.c -c 'ls /tmp' -f json
 *
 * How it works. The name is only readable while the call begins, the result is
 * only known when it ends: sys_enter_openat remembers the name's address by
 * thread, sys_exit_openat writes the record. There is no program beside this
 * one: `struct event` is found in the object's own BTF, and its fields are the
 * columns. -p and -c set target_pid, because it's called so.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

const volatile int target_pid = 0;
const volatile bool only_failed = false;

struct event {
	u32 pid;
	int ret; /* descriptor or negative errno */
	char comm[16];
	char path[128];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u64);
	__type(value, const char *);
} names SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

SEC("tracepoint/syscalls/sys_enter_openat")
int enter(struct trace_event_raw_sys_enter *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	const char *name = (const char *)ctx->args[1];

	if (target_pid && id >> 32 != target_pid)
		return 0;
	bpf_map_update_elem(&names, &id, &name, BPF_ANY);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_openat")
int leave(struct trace_event_raw_sys_exit *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	const char **name = bpf_map_lookup_elem(&names, &id);
	struct event *e;

	if (!name)
		return 0;
	if (only_failed && ctx->ret >= 0)
		goto out;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		goto out;
	e->pid = id >> 32;
	e->ret = ctx->ret;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->path[0] = 0;
	bpf_probe_read_user_str(e->path, sizeof(e->path), *name);
	bpf_ringbuf_submit(e, 0);
out:
	bpf_map_delete_elem(&names, &id);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
