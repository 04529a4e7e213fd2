/*
 * execsnoop: every program that is started, with its arguments.
 *
 *	waggle run execsnoop.bpf.c
 *	waggle run execsnoop.bpf.c --set max_args=5
 *
 * How it works. At sys_enter_execve argv is still in the old program's memory.
 * The loop reads one pointer and one text a round into the record, one behind
 * the other; each text's final zero becomes a space. The loop has a bound that
 * the verifier sees, and the mask keeps the offset inside the buffer on every
 * path. The record is written at sys_exit_execve, when it is known whether it
 * worked. It is cut to the length that was used: `args` is its last member, so
 * a shorter record is the same type.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define MAX_ARGS 20
#define ARG_BYTES 128
#define TOTAL 1024

const volatile int max_args = MAX_ARGS;

struct event {
	u32 pid;
	u32 ppid;
	int ret;
	u32 pad;
	char comm[16];
	char args[TOTAL + ARG_BYTES];
};

struct started {
	u32 used;
	struct event event;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, struct started);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

static const struct started empty;

SEC("tracepoint/syscalls/sys_enter_execve")
int enter(struct trace_event_raw_sys_enter *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	const char *const *argv = (const char *const *)ctx->args[1];
	struct started *s;
	u32 used = 0;

	if (bpf_map_update_elem(&calls, &id, &empty, BPF_ANY))
		return 0;
	s = bpf_map_lookup_elem(&calls, &id);
	if (!s)
		return 0;
	s->event.pid = id >> 32;
	for (int i = 0; i < MAX_ARGS && i < max_args; i++) {
		const char *arg = 0;
		long n;

		bpf_probe_read_user(&arg, sizeof(arg), &argv[i]);
		if (!arg || used > TOTAL - 1)
			break;
		n = bpf_probe_read_user_str(&s->event.args[used & (TOTAL - 1)], ARG_BYTES, arg);
		if (n <= 0)
			break;
		if (i)
			s->event.args[(used - 1) & (TOTAL - 1)] = ' ';
		used += n & (2 * ARG_BYTES - 1);
	}
	s->used = used;
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_execve")
int leave(struct trace_event_raw_sys_exit *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *parent = 0;
	struct started *s = bpf_map_lookup_elem(&calls, &id);
	u32 used;

	if (!s)
		return 0;
	bpf_probe_read_kernel(&parent, sizeof(parent), __builtin_preserve_access_index(&task->real_parent));
	bpf_probe_read_kernel(&s->event.ppid, sizeof(s->event.ppid),
			      __builtin_preserve_access_index(&parent->tgid));
	s->event.ret = ctx->ret;
	bpf_get_current_comm(s->event.comm, sizeof(s->event.comm));
	used = s->used;
	if (used <= TOTAL + ARG_BYTES - 1)
		bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &s->event,
				      __builtin_offsetof(struct event, args) + used);
	bpf_map_delete_elem(&calls, &id);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
