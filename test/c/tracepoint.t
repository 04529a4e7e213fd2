a tracing program with a hash map, a ring buffer and bpf_printk; stock bpftool loads it
--- file trace.bpf.c
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

const volatile u32 wanted = 0;

SEC("tracepoint/syscalls/sys_enter_getppid")
int on_getppid(struct trace_event_raw_sys_enter *ctx)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	u64 one = 1, *count;
	struct event *e;

	if (wanted && pid != wanted)
		return 0;
	count = bpf_map_lookup_elem(&counts, &pid);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&counts, &pid, &one, BPF_ANY);
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return 0;
	e->pid = pid;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, 0);
	bpf_printk("getppid of %d", pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
--- sh
waggle cc trace.bpf.c -o trace.bpf.o
pin=/sys/fs/bpf/waggle-test-$$
mounted=
mountpoint -q /sys/fs/bpf || { mount -t bpf bpf /sys/fs/bpf; mounted=1; }
trap 'rm -f $pin; [ -z "$mounted" ] || umount /sys/fs/bpf' EXIT
bpftool prog load trace.bpf.o $pin
bpftool -j prog show pinned $pin | grep -o '"type":"[a-z_]*","name":"[a-z_]*"'
--- live needs=cmd:bpftool
--- matrix
--- out
"type":"tracepoint","name":"on_getppid"
