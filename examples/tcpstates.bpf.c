/*
 * tcpstates: every change of state of a TCP socket, and how long the old state lasted.
 *
 *	waggle run tcpstates.bpf.c
 *	waggle run tcpstates.bpf.c --set port=443
 *
 * How it works. The tracepoint sock/inet_sock_set_state has both ends of the
 * connection. Its addresses are bytes; as __be32 they're shown as addresses, and the
 * kernel's own enumeration of the states gives them their names.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

enum tcp_state {
	ESTABLISHED = 1, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT,
	LAST_ACK, LISTEN, CLOSING, NEW_SYN_RECV,
};

const volatile u16 port = 0;

struct event {
	__be32 source;
	__be32 dest;
	u16 sport;
	u16 dport;
	enum tcp_state from;
	enum tcp_state to;
	u64 us;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u64);
	__type(value, u64);
} since SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

SEC("tracepoint/sock/inet_sock_set_state")
int on_state(struct trace_event_raw_inet_sock_set_state *ctx)
{
	u64 key = (u64)ctx->skaddr, now = bpf_ktime_get_ns();
	u64 *start = bpf_map_lookup_elem(&since, &key);
	u64 us = start ? (now - *start) / 1000 : 0;
	struct event *e;

	if (ctx->protocol != 6 || (port && ctx->sport != port && ctx->dport != port))
		return 0;
	if (ctx->newstate == CLOSE)
		bpf_map_delete_elem(&since, &key);
	else
		bpf_map_update_elem(&since, &key, &now, BPF_ANY);
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return 0;
	bpf_probe_read_kernel(&e->source, 4, ctx->saddr);
	bpf_probe_read_kernel(&e->dest, 4, ctx->daddr);
	e->sport = ctx->sport;
	e->dport = ctx->dport;
	e->from = ctx->oldstate;
	e->to = ctx->newstate;
	e->us = us;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
