/*
 * http_sniff: first lines of HTTP requests and answers on a device.
 *
 *	waggle run http_sniff.bpf.c --dev eth0
 *
 * How it works. A socket filter on a raw packet socket sees a copy of every
 * frame. Packet bytes are read with bpf_skb_load_bytes, so no comparisons with
 * data_end are needed. Where a TCP payload begins with the name of a method or
 * with HTTP/, a record with its first bytes goes out. The filter returns 0: the
 * socket itself gets nothing.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TEXT 96

struct event {
	__be32 source;
	__be32 dest;
	__be16 sport;
	__be16 dport;
	__u32 length;
	char text[TEXT];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

static int is_http(const char *p)
{
	return (p[0] == 'G' && p[1] == 'E' && p[2] == 'T' && p[3] == ' ') ||
	       (p[0] == 'P' && p[1] == 'O' && p[2] == 'S' && p[3] == 'T') ||
	       (p[0] == 'P' && p[1] == 'U' && p[2] == 'T' && p[3] == ' ') ||
	       (p[0] == 'H' && p[1] == 'E' && p[2] == 'A' && p[3] == 'D') ||
	       (p[0] == 'H' && p[1] == 'T' && p[2] == 'T' && p[3] == 'P') ||
	       (p[0] == 'D' && p[1] == 'E' && p[2] == 'L' && p[3] == 'E');
}

SEC("socket")
int sniff(struct __sk_buff *skb)
{
	struct iphdr ip;
	struct tcphdr tcp;
	char start[4];
	__u32 at = ETH_HLEN, length;
	struct event *e;

	if (skb->protocol != bpf_htons(ETH_P_IP) || bpf_skb_load_bytes(skb, at, &ip, sizeof(ip)))
		return 0;
	if (ip.protocol != IPPROTO_TCP)
		return 0;
	at += ip.ihl * 4;
	if (bpf_skb_load_bytes(skb, at, &tcp, sizeof(tcp)))
		return 0;
	at += tcp.doff * 4;
	if (bpf_skb_load_bytes(skb, at, start, sizeof(start)) || !is_http(start))
		return 0;
	length = skb->len - at;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return 0;
	e->source = ip.saddr;
	e->dest = ip.daddr;
	e->sport = tcp.source;
	e->dport = tcp.dest;
	e->length = length;
	__builtin_memset(e->text, 0, sizeof(e->text));
	if (length >= TEXT)
		length = TEXT - 1;
	if (length > 0)
		bpf_skb_load_bytes(skb, at, e->text, length);
	for (int i = 0; i < TEXT; i++)
		if (e->text[i] == '\r')
			e->text[i] = 0; /* only the first line */
	bpf_ringbuf_submit(e, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
