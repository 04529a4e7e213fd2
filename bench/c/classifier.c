/* The classifier of test/c/tc.t, with a counter: parsing, bounds, a map. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/swab.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} bytes_by_address SEC(".maps");

static int check_tcp(struct iphdr *ip, void *end)
{
	struct tcphdr *tcp = (void *)ip + ip->ihl * 4;

	if ((void *)(tcp + 1) > end)
		return TC_ACT_OK;
	return tcp->dest == __constant_htons(23) ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("tc")
int classify(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);
	__u64 len = skb->len, *sum;
	__u32 from;

	if ((void *)(ip + 1) > end || eth->h_proto != __constant_htons(ETH_P_IP))
		return TC_ACT_OK;
	from = ip->saddr;
	sum = bpf_map_lookup_elem(&bytes_by_address, &from);
	if (sum)
		__sync_fetch_and_add(sum, len);
	else
		bpf_map_update_elem(&bytes_by_address, &from, &len, BPF_ANY);
	if (skb->len >= 1500)
		return TC_ACT_SHOT;
	return ip->protocol == IPPROTO_TCP ? check_tcp(ip, end) : TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
