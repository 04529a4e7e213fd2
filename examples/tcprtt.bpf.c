/*
 * tcprtt: round trip times of TCP connections as a histogram for each remote address.
 *
 *	waggle run tcprtt.bpf.c --dump-maps --duration 10
 *	waggle run tcprtt.bpf.c --dump-maps --set remote_port=443
 *
 * How it works. fentry on tcp_rcv_established: each segment that arrives updates
 * the socket's smoothed time, srtt_us, which is kept times eight. An fentry
 * argument may be read like any C pointer; the verifier knows its type.
 * `latency` and `count` beside the slots give the mean.
 */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define SLOTS 27

const volatile u16 remote_port = 0;
const volatile u16 local_port = 0;

struct hist {
	u64 latency;
	u64 count;
	u32 slots[SLOTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u8[4]);
	__type(value, struct hist);
} srtt_us SEC(".maps");

static struct hist empty;

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

SEC("fentry/tcp_rcv_established")
int BPF_PROG(on_segment, struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
	u32 remote = sk->__sk_common.skc_daddr, srtt, slot;
	struct hist *h;

	if (remote_port && sk->__sk_common.skc_dport != bpf_htons(remote_port))
		return 0;
	if (local_port && sk->__sk_common.skc_num != local_port)
		return 0;
	h = bpf_map_lookup_elem(&srtt_us, &remote);
	if (!h) {
		bpf_map_update_elem(&srtt_us, &remote, &empty, BPF_NOEXIST);
		h = bpf_map_lookup_elem(&srtt_us, &remote);
		if (!h)
			return 0;
	}
	bpf_probe_read_kernel(&srtt, sizeof(srtt), __builtin_preserve_access_index(&tcp->srtt_us));
	srtt >>= 3;
	slot = log2_of(srtt);
	if (slot < SLOTS)
		__sync_fetch_and_add(&h->slots[slot], 1);
	__sync_fetch_and_add(&h->latency, srtt);
	__sync_fetch_and_add(&h->count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
