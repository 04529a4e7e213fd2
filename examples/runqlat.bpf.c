/*
 * runqlat: how long tasks wait for a CPU once they could run.
 *
 *	waggle run runqlat.bpf.c --dump-maps --duration 10
 *	waggle run runqlat.bpf.c --dump-maps -p 1234
 *
 * How it works. sched_wakeup and sched_wakeup_new note when a task became
 * runnable; sched_switch, when it gets its CPU, counts log2 of the microseconds
 * in between. A struct with an array called `slots` is shown as a histogram.
 * kill -USR1 shows it while it runs.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define SLOTS 26

const volatile int target_pid = 0;

struct hist {
	u32 slots[SLOTS];
};

struct hist wait_us;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u32);
	__type(value, u64);
} since SEC(".maps");

static u32 log2_of(u64 v)
{
	u32 n = 0;

	for (int shift = 32; shift; shift /= 2)
		if (v >> shift) {
			v >>= shift;
			n += shift;
		}
	return n;
}

static int runnable(struct task_struct *task)
{
	u32 pid = BPF_CORE_READ(task, pid);
	u64 now = bpf_ktime_get_ns();

	if (pid && (!target_pid || BPF_CORE_READ(task, tgid) == target_pid))
		bpf_map_update_elem(&since, &pid, &now, BPF_ANY);
	return 0;
}

SEC("raw_tp/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	return runnable(task);
}

SEC("raw_tp/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *task)
{
	return runnable(task);
}

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	u32 pid = BPF_CORE_READ(next, pid);
	u64 *start = bpf_map_lookup_elem(&since, &pid);
	u32 slot;

	if (!start)
		return 0;
	slot = log2_of((bpf_ktime_get_ns() - *start) / 1000);
	if (slot < SLOTS)
		__sync_fetch_and_add(&wait_us.slots[slot], 1);
	bpf_map_delete_elem(&since, &pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
