a newcomer's classifier: stock tc loads the object, big packets are lost, others are answered
--- file foo.c
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

	if (data + sizeof(*eth) > data_end)
		return TC_ACT_OK;
	if (eth->h_proto != __constant_htons(ETH_P_IP))
		return TC_ACT_OK;
	if (skb->len >= 500)
		return TC_ACT_SHOT;
	return TC_ACT_OK;
}

SEC("test")
int classify(struct __sk_buff *skb)
{
	return drop_big(skb);
}

char _license[] SEC("license") = "GPL";
--- sh
waggle cc foo.c -o foo.o
a=wgla$$ b=wglb$$
trap 'ip netns del $a 2>/dev/null; ip netns del $b 2>/dev/null' EXIT
ip netns add $a
ip netns add $b
ip link add vea netns $a type veth peer name veb netns $b
ip -n $a addr add 10.77.0.1/24 dev vea
ip -n $b addr add 10.77.0.2/24 dev veb
ip -n $a link set vea up
ip -n $b link set veb up
ip netns exec $b tc qdisc add dev veb clsact
ip netns exec $b tc filter add dev veb ingress bpf direct-action obj foo.o sec test
ip netns exec $a ping -c 1 -W 5 10.77.0.2 >/dev/null && echo "ping: answered"
ip netns exec $a ping -c 1 -W 1 -s 500 10.77.0.2 >/dev/null || echo "ping -s 500: lost"
--- live needs=cmd:tc,cmd:ip,cmd:ping
--- matrix
--- out
ping: answered
ping -s 500: lost
