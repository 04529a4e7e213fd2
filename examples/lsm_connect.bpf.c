/*
 * lsm_connect: refuses connect() to one IPv4 address.
 *
 *	waggle run lsm_connect.bpf.c --set blocked=0x01010101 -p …
 *
 * How it works. The security hook socket_connect is asked before every
 * connect(). `blocked` has the address as the packet has it, first byte lowest:
 * 1.2.3.4 is 0x04030201. What an earlier hook has decided stays. The kernel
 * needs "bpf" in its list of security modules (/sys/kernel/security/lsm).
 * Try it in a virtual machine first.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define AF_INET 2
#define EPERM 1

const volatile __be32 blocked = 0;

struct event {
	u32 pid;
	char comm[16];
	__be32 dest;
	__be16 port;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

SEC("lsm/socket_connect")
int BPF_PROG(on_connect, struct socket *sock, struct sockaddr *address, int length, int ret)
{
	struct sockaddr_in *in = (struct sockaddr_in *)address;
	struct event *e;

	if (ret || address->sa_family != AF_INET || in->sin_addr.s_addr != blocked)
		return ret;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (e) {
		e->pid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(e->comm, sizeof(e->comm));
		e->dest = in->sin_addr.s_addr;
		e->port = in->sin_port;
		bpf_ringbuf_submit(e, 0);
	}
	return -EPERM;
}

char LICENSE[] SEC("license") = "GPL";
