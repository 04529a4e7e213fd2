waggle run of C: sk_lookup, netfilter, perf events, cgroup egress, pins, each where the options say
--- file many.bpf.c
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

int lookups, filtered, ticks, faults, sent;

SEC("sk_lookup")
int on_lookup(struct bpf_sk_lookup *ctx)
{
	lookups++;
	return SK_PASS;
}

SEC("netfilter")
int on_packet(struct bpf_nf_ctx *ctx)
{
	__sync_fetch_and_add(&filtered, 1);
	return 1;
}

SEC("perf_event")
int on_tick(struct bpf_perf_event_data *ctx)
{
	ticks = 1;
	return 0;
}

SEC("perf_event")
int on_fault(struct bpf_perf_event_data *ctx)
{
	faults = 1;
	return 0;
}

SEC("cgroup_skb/egress")
int on_send(struct __sk_buff *skb)
{
	sent++;
	return 1;
}

SEC("kprobe")
int nowhere(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
--- file pins.bpf.c
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} waggle_shared SEC(".maps");

const volatile int target_pid = 0;
int calls;

SEC("tracepoint/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	u32 key = 1;

	if (target_pid && bpf_get_current_pid_tgid() >> 32 != target_pid)
		return 0;
	bpf_map_update_elem(&waggle_shared, &key, &key, BPF_ANY);
	calls++;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
--- file connect.py
import socket
s = socket.socket()
s.bind(("127.0.0.1", 9100))
s.listen()
socket.create_connection(("127.0.0.1", 9100)).close()
--- sh
root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
space=wgat$$ group=$root/wgat$$ pins=/sys/fs/bpf/wgat$$
trap 'ip netns del $space; rmdir $group; rm -rf $pins' EXIT
ip netns add $space
ip -n $space link set lo up
mkdir $group
nsenter --net=/run/netns/$space waggle run many.bpf.c --attach nowhere=none --attach on_packet=ipv4/local_in \
	--cgroup $group --attach on_fault=page-faults:1 --freq 199 --dump-maps >out 2>err &
run=$!
while ! grep -q Attached err; do kill -0 $run || { cat err; exit 1; }; sleep 0.05; done
sh -c "echo \$\$ >$group/cgroup.procs; exec nsenter --net=/run/netns/$space ping -c 3 -i 0.2 127.0.0.1" >/dev/null
nsenter --net=/run/netns/$space python3 connect.py
kill -INT $run
wait $run
cat err
sed 's/filtered: [1-9][0-9]*/filtered: some/' out
waggle run many.bpf.c --only on_packet 2>&1 || true
waggle run many.bpf.c --only on_packet --attach on_packet=inet 2>&1 || true
waggle run pins.bpf.c -q --dump-maps -c "work getppid 2"
ls /sys/fs/bpf/waggle_shared 2>/dev/null || echo "unpinned"
waggle run pins.bpf.c -q --pin $pins --duration 0.1
ls $pins
--- live needs=cmd:ip,cmd:ping,cmd:python3,cmd:nsenter
--- out
Attached 5 programs
lookups: 1
filtered: some
ticks: 1
faults: 1
sent: 3
ERROR: on_packet (netfilter) needs --attach PROGRAM=ipv4/local_in (or ipv6/…; pre_routing, forward, local_out, post_routing; /PRIORITY), or --attach on_packet=none to only load it
ERROR: "inet" is no hook of netfilter: write ipv4/local_in
calls: 2
waggle_shared[1]: 1
unpinned
link_on_call
on_call
waggle_bss
waggle_rodata
waggle_shared
