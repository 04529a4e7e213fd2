/*
 * killsnoop: who sends which signal to whom.
 *
 *	waggle run killsnoop.bpf.c
 *
 * How it works. One tracepoint, one record: the fields of the tracepoint
 * signal_generate are read from its context. The enumeration makes the column
 * `result` readable: enumerators are shown by name.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

enum result { delivered, ignored, already_pending, overflow_fail, lose_info };

struct event {
	u32 pid;
	u32 target;
	u32 signal;
	enum result result;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

SEC("tracepoint/signal/signal_generate")
int on_signal(struct trace_event_raw_signal_generate *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->target = ctx->pid;
	e->signal = ctx->sig;
	e->result = ctx->result;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
