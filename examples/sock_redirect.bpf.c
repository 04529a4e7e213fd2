/*
 * sock_redirect: local TCP connections of a cgroup without the TCP stack in between.
 *
 *	waggle run sock_redirect.bpf.c --cgroup /sys/fs/cgroup/mine --dump-maps
 *
 * How it works. sockops is called when a socket of the cgroup becomes
 * established, on both sides, and puts it into the sockhash under its
 * addresses and ports. From then on sk_msg is called for each sendmsg(): it
 * turns the addresses round, which is the other end's key, and puts the
 * message right into that socket's receive queue. A connection whose other end
 * isn't in the map goes its usual way. waggle attaches sockops to --cgroup and sk_msg
 * to the object's only sockmap.
 *
 * On a machine of two CPUs, 400 MB in messages of 64 KB (Python on both ends) went at
 * 2.5 GB/s instead of 1.6 GB/s.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2

struct pair {
	__u32 local_ip, remote_ip;
	__u32 local_port, remote_port; /* both in the host's order */
};

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 65536);
	__type(key, struct pair);
	__type(value, __u64);
} sockets SEC(".maps");

__u64 established, redirected, redirected_bytes;

SEC("sockops")
int on_socket(struct bpf_sock_ops *ops)
{
	struct pair key = {
		.local_ip = ops->local_ip4,
		.remote_ip = ops->remote_ip4,
		.local_port = ops->local_port,
		.remote_port = bpf_ntohl(ops->remote_port),
	};

	if (ops->family != AF_INET)
		return 1;
	if (ops->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB &&
	    ops->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		return 1;
	bpf_sock_hash_update(ops, &sockets, &key, BPF_NOEXIST);
	__sync_fetch_and_add(&established, 1);
	return 1;
}

SEC("sk_msg")
int on_message(struct sk_msg_md *msg)
{
	struct pair other = {
		.local_ip = msg->remote_ip4,
		.remote_ip = msg->local_ip4,
		.local_port = bpf_ntohl(msg->remote_port),
		.remote_port = msg->local_port,
	};

	if (msg->family != AF_INET)
		return SK_PASS;
	if (bpf_msg_redirect_hash(msg, &sockets, &other, BPF_F_INGRESS) == SK_PASS) {
		__sync_fetch_and_add(&redirected, 1);
		__sync_fetch_and_add(&redirected_bytes, msg->size);
	}
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
