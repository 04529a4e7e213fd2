/*
 * xdp_count: counts packets by IP protocol before the stack sees them, and drops one protocol.
 *
 *	waggle run xdp_count.bpf.c --dev eth0 --dump-maps
 *	waggle run xdp_count.bpf.c --dev eth0 --set drop_protocol=1     no more ping
 *	waggle run xdp_count.bpf.c --dev eth0 --xdp-mode generic
 *
 * How it works. The program runs for each frame that arrives at --dev; it may
 * read only what it has compared with data_end. The counters are per CPU, so
 * that nobody waits; they're shown one a CPU. When the run ends the
 * program is gone: it's held by a link.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

const volatile int drop_protocol = -1;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

__u64 dropped;

SEC("xdp")
int count(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	__u32 protocol;
	__u64 *n;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	protocol = ip->protocol;
	n = bpf_map_lookup_elem(&packets, &protocol);
	if (n)
		(*n)++;
	if ((int)protocol != drop_protocol)
		return XDP_PASS;
	__sync_fetch_and_add(&dropped, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
