/*
 * Programs as they are started, counted by parent, told through the kernel's trace buffer.
 *
 *	waggle run examples/execs.bpf.c
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, u64);
} started SEC(".maps");

SEC("tp/sched/sched_process_exec")
int on_exec(struct trace_event_raw_sched_process_exec *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	u32 parent = BPF_CORE_READ(task, real_parent, tgid);
	u64 one = 1, *count = bpf_map_lookup_elem(&started, &parent);
	char comm[16];

	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&started, &parent, &one, BPF_ANY);
	bpf_get_current_comm(comm, sizeof(comm));
	bpf_printk("%s, started by %d", comm, parent);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
