/*
 * biolatency: how long block devices take, a histogram for each device.
 *
 *	waggle run biolatency.bpf.c --dump-maps --duration 10
 *
 * How it works. block_rq_issue hands a request to the driver, block_rq_complete
 * ends it; the request's device and sector name it in between. The map's value
 * has `slots`, so each device is shown as a histogram of microseconds.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define SLOTS 26

struct request_key {
	u64 dev;
	u64 sector;
};

struct hist {
	u32 slots[SLOTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct request_key);
	__type(value, u64);
} issued SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, struct hist);
} latency_us SEC(".maps");

static const struct hist empty;

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

SEC("tracepoint/block/block_rq_issue")
int on_issue(struct trace_event_raw_block_rq *ctx)
{
	struct request_key key = {.dev = ctx->dev, .sector = ctx->sector};
	u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&issued, &key, &now, BPF_ANY);
	return 0;
}

SEC("tracepoint/block/block_rq_complete")
int on_complete(struct trace_event_raw_block_rq_completion *ctx)
{
	struct request_key key = {.dev = ctx->dev, .sector = ctx->sector};
	u64 *start = bpf_map_lookup_elem(&issued, &key);
	u32 dev = ctx->dev, slot;
	struct hist *h;

	if (!start)
		return 0;
	slot = log2_of((bpf_ktime_get_ns() - *start) / 1000);
	bpf_map_delete_elem(&issued, &key);
	h = bpf_map_lookup_elem(&latency_us, &dev);
	if (!h) {
		bpf_map_update_elem(&latency_us, &dev, &empty, BPF_NOEXIST);
		h = bpf_map_lookup_elem(&latency_us, &dev);
	}
	if (h && slot < SLOTS)
		__sync_fetch_and_add(&h->slots[slot], 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
