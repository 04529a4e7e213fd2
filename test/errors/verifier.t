a refusal of the kernel's verifier: in words, at the program's own line
--- c
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, long);
} m SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getppid")
int f(void *ctx)
{
	int key = 1;
	long *value = bpf_map_lookup_elem(&m, &key);

	return *value;
}
char LICENSE[] SEC("license") = "GPL";
--- live
--- matrix
--- status 1
--- out
--- err-match
input.c:17:10: ERROR: the kernel refuses the program f: a map look-up may give no value, …
	return *value;
…~
HINT: if (!value) return 0; before it is used
--- c
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int f(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data;

	return data[20];
}
char LICENSE[] SEC("license") = "GPL";
--- live
--- matrix
--- status 1
--- err-match
input.c:9:14: ERROR: the kernel refuses the program f: …
…
