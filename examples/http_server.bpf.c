/*
 * http_server: requests that servers on this machine read from the connections they accepted.
 *
 *	waggle run http_server.bpf.c
 *	waggle run http_server.bpf.c -p 1234
 *
 * How it works. No packets: the system calls' tracepoints. accept4 and accept
 * end with a descriptor; (process, descriptor) is remembered. A read or
 * recvfrom on such a descriptor notes where its buffer is; when it ends with
 * bytes that begin like a request, they go out through a perf buffer. close
 * forgets. A perf buffer's record is a copy, so it's built on the stack.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define TEXT 96

const volatile int target_pid = 0;

struct connection {
	u32 pid;
	u32 fd;
};

struct call {
	const char *buffer;
	struct connection at;
};

struct event {
	u32 pid;
	u32 fd;
	u32 bytes;
	char comm[16];
	char text[TEXT];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct connection);
	__type(value, u64); /* when it was accepted */
} accepted SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u64);
	__type(value, struct call);
} reading SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

static int on_accepted(long ret)
{
	struct connection c = {.pid = bpf_get_current_pid_tgid() >> 32, .fd = ret};
	u64 now = bpf_ktime_get_ns();

	if (ret >= 0 && (!target_pid || c.pid == target_pid))
		bpf_map_update_elem(&accepted, &c, &now, BPF_ANY);
	return 0;
}

static int on_read(int fd, const char *buffer)
{
	u64 id = bpf_get_current_pid_tgid();
	struct call c = {.buffer = buffer, .at = {.pid = id >> 32, .fd = fd}};

	if (bpf_map_lookup_elem(&accepted, &c.at))
		bpf_map_update_elem(&reading, &id, &c, BPF_ANY);
	return 0;
}

static int is_request(const char *p)
{
	return (p[0] == 'G' && p[1] == 'E' && p[2] == 'T') || (p[0] == 'P' && p[1] == 'O' && p[2] == 'S') ||
	       (p[0] == 'P' && p[1] == 'U' && p[2] == 'T') || (p[0] == 'H' && p[1] == 'E' && p[2] == 'A') ||
	       (p[0] == 'D' && p[1] == 'E' && p[2] == 'L');
}

static int on_read_done(void *ctx, long ret)
{
	u64 id = bpf_get_current_pid_tgid();
	struct call *c = bpf_map_lookup_elem(&reading, &id);
	struct event e = {};
	u32 n;

	if (!c)
		return 0;
	if (ret > 3) {
		n = ret < TEXT ? ret : TEXT - 1;
		bpf_probe_read_user(e.text, n, c->buffer);
		if (is_request(e.text)) {
			e.pid = c->at.pid;
			e.fd = c->at.fd;
			e.bytes = ret;
			bpf_get_current_comm(e.comm, sizeof(e.comm));
			bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &e, sizeof(e));
		}
	}
	bpf_map_delete_elem(&reading, &id);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_accept4")
int exit_accept4(struct trace_event_raw_sys_exit *ctx)
{
	return on_accepted(ctx->ret);
}

SEC("tracepoint/syscalls/sys_exit_accept")
int exit_accept(struct trace_event_raw_sys_exit *ctx)
{
	return on_accepted(ctx->ret);
}

SEC("tracepoint/syscalls/sys_enter_read")
int enter_read(struct trace_event_raw_sys_enter *ctx)
{
	return on_read(ctx->args[0], (const char *)ctx->args[1]);
}

SEC("tracepoint/syscalls/sys_enter_recvfrom")
int enter_recvfrom(struct trace_event_raw_sys_enter *ctx)
{
	return on_read(ctx->args[0], (const char *)ctx->args[1]);
}

SEC("tracepoint/syscalls/sys_exit_read")
int exit_read(struct trace_event_raw_sys_exit *ctx)
{
	return on_read_done(ctx, ctx->ret);
}

SEC("tracepoint/syscalls/sys_exit_recvfrom")
int exit_recvfrom(struct trace_event_raw_sys_exit *ctx)
{
	return on_read_done(ctx, ctx->ret);
}

SEC("tracepoint/syscalls/sys_enter_close")
int enter_close(struct trace_event_raw_sys_enter *ctx)
{
	struct connection c = {.pid = bpf_get_current_pid_tgid() >> 32, .fd = ctx->args[0]};

	bpf_map_delete_elem(&accepted, &c);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
