/*
 * tc_traffic: bytes and packets in and out of a device, by remote address.
 *
 *	waggle run tc_traffic.bpf.c --dev eth0 --dump-maps
 *
 * How it works. Two classifiers of traffic control, one on each side of the
 * device: "ingress" and "egress" in the section say which. Both let everything
 * pass (TC_ACT_OK). waggle makes the clsact qdisc if there is none, and takes
 * away what it made.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct traffic {
	__u64 packets_in, bytes_in, packets_out, bytes_out;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u8[4]); /* remote address */
	__type(value, struct traffic);
} remotes SEC(".maps");

static struct traffic *traffic_of(struct __sk_buff *skb, int is_out)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct traffic zero = {};
	__u32 address;

	if (skb->protocol != bpf_htons(ETH_P_IP) || (void *)(ip + 1) > end)
		return 0;
	address = is_out ? ip->daddr : ip->saddr;
	bpf_map_update_elem(&remotes, &address, &zero, BPF_NOEXIST);
	return bpf_map_lookup_elem(&remotes, &address);
}

SEC("tc/ingress")
int on_ingress(struct __sk_buff *skb)
{
	struct traffic *t = traffic_of(skb, 0);

	if (t) {
		__sync_fetch_and_add(&t->packets_in, 1);
		__sync_fetch_and_add(&t->bytes_in, skb->len);
	}
	return TC_ACT_OK;
}

SEC("tc/egress")
int on_egress(struct __sk_buff *skb)
{
	struct traffic *t = traffic_of(skb, 1);

	if (t) {
		__sync_fetch_and_add(&t->packets_out, 1);
		__sync_fetch_and_add(&t->bytes_out, skb->len);
	}
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
