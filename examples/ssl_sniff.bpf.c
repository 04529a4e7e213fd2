/*
 * ssl_sniff: what goes through OpenSSL, before it is encrypted and after it was decrypted.
 *
 *	waggle run ssl_sniff.bpf.c -p 1234
 *	waggle run ssl_sniff.bpf.c --set target_pid=1234 -f json
 *
 * How it works. SSL_write has its plain text when it begins: a uprobe reads it.
 * SSL_read has it when it ends: the uprobe notes where the buffer is, the
 * uretprobe reads as many bytes as the function returned. SSL_do_handshake is timed the same
 * way. libssl.so.3 is looked for where the dynamic linker would.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define TEXT 128

const volatile int target_pid = 0;

enum what { handshake, write, read };

struct event {
	u32 pid;
	enum what what;
	s32 length; /* bytes; handshake: what it returned */
	u32 us;	    /* how long it took; write: not known */
	char comm[16];
	char text[TEXT];
};

struct call {
	u64 start;
	const char *buffer;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, struct call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

static void begin(const char *buffer)
{
	u64 id = bpf_get_current_pid_tgid();
	struct call c = {.start = bpf_ktime_get_ns(), .buffer = buffer};

	if (!target_pid || id >> 32 == target_pid)
		bpf_map_update_elem(&calls, &id, &c, BPF_ANY);
}

static void report(enum what what, const char *buffer, int length, u64 start)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	u32 n = length > 0 ? length : 0;

	if (!e)
		return;
	__builtin_memset(e, 0, sizeof(*e));
	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->what = what;
	e->length = length;
	e->us = start ? (bpf_ktime_get_ns() - start) / 1000 : 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	if (n > TEXT - 1)
		n = TEXT - 1;
	if (buffer)
		bpf_probe_read_user(e->text, n, buffer);
	bpf_ringbuf_submit(e, 0);
}

static void finish(enum what what, int ret)
{
	u64 id = bpf_get_current_pid_tgid();
	struct call *c = bpf_map_lookup_elem(&calls, &id);

	if (!c)
		return;
	if (ret > 0 || what == handshake)
		report(what, c->buffer, ret, c->start);
	bpf_map_delete_elem(&calls, &id);
}

SEC("uprobe/libssl.so.3:SSL_write")
int BPF_KPROBE(on_write, void *ssl, const char *buffer, int length)
{
	if (!target_pid || bpf_get_current_pid_tgid() >> 32 == target_pid)
		report(write, buffer, length, 0);
	return 0;
}

SEC("uprobe/libssl.so.3:SSL_read")
int BPF_KPROBE(on_read, void *ssl, const char *buffer)
{
	begin(buffer);
	return 0;
}

SEC("uretprobe/libssl.so.3:SSL_read")
int BPF_KRETPROBE(on_read_done, int ret)
{
	finish(read, ret);
	return 0;
}

SEC("uprobe/libssl.so.3:SSL_do_handshake")
int BPF_KPROBE(on_handshake, void *ssl)
{
	begin(0);
	return 0;
}

SEC("uretprobe/libssl.so.3:SSL_do_handshake")
int BPF_KRETPROBE(on_handshake_done, int ret)
{
	finish(handshake, ret);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
