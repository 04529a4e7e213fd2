/*
 * tcpconnlat: how long TCP connections take to be made: a line each, and a histogram.
 *
 *	waggle run tcpconnlat.bpf.c --dump-maps
 *	waggle run tcpconnlat.bpf.c --set min_us=1000        only slow ones
 *	waggle run tcpconnlat.bpf.c -p 1234
 *
 * How it works. tcp_v4_connect and tcp_v6_connect are called by connect(): the
 * time and the process are noted under the socket's address.
 * tcp_rcv_state_process sees the answer to the SYN while the socket is still in
 * SYN_SENT, in the context of whoever received it, which is why the process
 * must have been noted. Its fields are read by CO-RE relocations, so the object
 * fits other kernels.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define AF_INET 2
#define SLOTS 26

const volatile u32 min_us = 0;
const volatile int target_pid = 0;

struct start {
	u64 ns;
	u32 pid;
	char comm[16];
};

struct event {
	u32 pid;
	u32 us;
	char comm[16];
	struct in6_addr source;
	struct in6_addr dest;
	__be16 dport;
};

struct hist {
	u32 slots[SLOTS];
};

struct hist latency_us;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, u64);
	__type(value, struct start);
} connecting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

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

static int begin(struct sock *sk)
{
	u64 key = (u64)sk, id = bpf_get_current_pid_tgid();
	struct start s = {.ns = bpf_ktime_get_ns(), .pid = id >> 32};

	if (target_pid && s.pid != target_pid)
		return 0;
	bpf_get_current_comm(s.comm, sizeof(s.comm));
	bpf_map_update_elem(&connecting, &key, &s, BPF_ANY);
	return 0;
}

SEC("kprobe/tcp_v4_connect")
int BPF_KPROBE(connect_v4, struct sock *sk)
{
	return begin(sk);
}

SEC("kprobe/tcp_v6_connect")
int BPF_KPROBE(connect_v6, struct sock *sk)
{
	return begin(sk);
}

/* An IPv4 address as IPv6 has it: ::ffff:1.2.3.4 */
static void map_v4(struct in6_addr *to, __be32 address)
{
	__builtin_memset(to, 0, sizeof(*to));
	to->in6_u.u6_addr16[5] = 0xffff;
	to->in6_u.u6_addr32[3] = address;
}

static void report(struct sock *sk, const struct start *s, u32 us)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return;
	e->pid = s->pid;
	e->us = us;
	__builtin_memcpy(e->comm, s->comm, sizeof(e->comm));
	e->dport = BPF_CORE_READ(sk, __sk_common.skc_dport);
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET) {
		map_v4(&e->source, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
		map_v4(&e->dest, BPF_CORE_READ(sk, __sk_common.skc_daddr));
	} else {
		BPF_CORE_READ_INTO(&e->source, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&e->dest, sk, __sk_common.skc_v6_daddr);
	}
	bpf_ringbuf_submit(e, 0);
}

SEC("kprobe/tcp_rcv_state_process")
int BPF_KPROBE(on_answer, struct sock *sk)
{
	u64 key = (u64)sk;
	struct start *s;
	u32 us, slot;

	if (BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_SYN_SENT)
		return 0;
	s = bpf_map_lookup_elem(&connecting, &key);
	if (!s)
		return 0;
	us = (bpf_ktime_get_ns() - s->ns) / 1000;
	slot = log2_of(us);
	if (slot < SLOTS)
		__sync_fetch_and_add(&latency_us.slots[slot], 1);
	if (us >= min_us)
		report(sk, s, us);
	bpf_map_delete_elem(&connecting, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
