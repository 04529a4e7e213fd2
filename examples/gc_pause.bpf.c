/*
 * gc_pause: garbage collections of Java's virtual machine, pool by pool, with their time.
 *
 *	waggle run gc_pause.bpf.c -p $(pidof java) --attach on_begin=/path/to/libjvm.so:hotspot:mem__pool__gc__begin \
 *		--attach on_end=/path/to/libjvm.so:hotspot:mem__pool__gc__end
 *
 * How it works. OpenJDK is built with static markers (USDT): one before and one
 * after a memory pool is collected. Their arguments are the names of the
 * collector and of the pool with their lengths, and how many bytes are used.
 * Where libjvm.so is differs between machines, so the sections say only "usdt"
 * and --attach tells the rest. `pauses_us` has all of them as a histogram.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/usdt.bpf.h>

#define SLOTS 26

struct event {
	u32 pid;
	u32 us;
	u64 used_before;
	u64 used_after;
	char manager[24];
	char pool[24];
};

struct begun {
	u64 ns;
	u64 used;
};

struct key {
	u32 tid;
	u32 pad;
	u64 pool; /* address of its name: each pool is collected for itself */
};

struct hist {
	u32 slots[SLOTS];
};

struct hist pauses_us;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key);
	__type(value, struct begun);
} running SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} events SEC(".maps");

struct event *unused; /* its type then is in the BTF that Clang makes, too */

static u32 log2_of(u64 v)
{
	u32 n = 0;

	for (int shift = 32; shift; shift /= 2)
		if (v >> shift) {
			v >>= shift;
			n += shift;
		}
	return n;
}

SEC("usdt")
int BPF_USDT(on_begin, char *manager, long manager_len, char *pool, long pool_len, u64 initial, u64 used)
{
	struct key key = {.tid = bpf_get_current_pid_tgid(), .pool = (u64)pool};
	struct begun b = {.ns = bpf_ktime_get_ns(), .used = used};

	bpf_map_update_elem(&running, &key, &b, BPF_ANY);
	return 0;
}

static void copy_name(char to[24], const char *from, u64 length)
{
	if (length > 23)
		length = 23;
	bpf_probe_read_user(to, length, from);
}

SEC("usdt")
int BPF_USDT(on_end, char *manager, long manager_len, char *pool, long pool_len, u64 initial, u64 used)
{
	struct key key = {.tid = bpf_get_current_pid_tgid(), .pool = (u64)pool};
	struct begun *b = bpf_map_lookup_elem(&running, &key);
	struct event *e;
	u32 us, slot;

	if (!b)
		return 0;
	us = (bpf_ktime_get_ns() - b->ns) / 1000;
	slot = log2_of(us);
	if (slot < SLOTS)
		__sync_fetch_and_add(&pauses_us.slots[slot], 1);
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (e) {
		__builtin_memset(e, 0, sizeof(*e));
		e->pid = bpf_get_current_pid_tgid() >> 32;
		e->us = us;
		e->used_before = b->used;
		e->used_after = used;
		copy_name(e->manager, manager, manager_len);
		copy_name(e->pool, pool, pool_len);
		bpf_ringbuf_submit(e, 0);
	}
	bpf_map_delete_elem(&running, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
