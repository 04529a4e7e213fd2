/*
 * Drops IPv4 packets of 500 bytes and more.
 *
 *	waggle cc examples/drop-big.c -o drop-big.o
 *	tc qdisc add dev DEVICE clsact
 *	tc filter add dev DEVICE ingress bpf direct-action obj drop-big.o sec test
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/swab.h>

#ifndef SEC
#define SEC(NAME) __attribute__((section(NAME), used))
#endif

static int drop_big(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	struct ethhdr *eth = data;

	if (data + sizeof(*eth) > data_end || eth->h_proto != __constant_htons(ETH_P_IP))
		return TC_ACT_OK;
	return skb->len >= 500 ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("test")
int classify(struct __sk_buff *skb)
{
	return drop_big(skb);
}

char _license[] SEC("license") = "GPL";
