/* Arithmetic and a loop: a hash over bytes of a map's value, a bounded search, a switch. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct item {
	__u32 kind, len;
	unsigned char bytes[64];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct item);
} items SEC(".maps");

__u64 hits[4];

static __u32 hash_of(const struct item *it)
{
	__u32 h = 2166136261u;

	for (int i = 0; i < 64; i++) {
		if (i >= it->len)
			break;
		h = (h ^ it->bytes[i]) * 16777619u;
	}
	return h;
}

SEC("tracepoint/syscalls/sys_enter_getppid")
int run(void *ctx)
{
	for (__u32 i = 0; i < 16; i++) {
		__u32 key = i;
		struct item *it = bpf_map_lookup_elem(&items, &key);

		if (!it)
			return 0;
		switch (it->kind) {
		case 0:
			return 0;
		case 1:
			hits[0] += hash_of(it);
			break;
		case 2:
		case 3:
			hits[1] += it->len / 3;
			break;
		default:
			hits[it->kind & 3]++;
		}
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
