maps, globals and printk of a C program
--- c
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, long);
} squares SEC(".maps");

int calls;
static const long table[] = {3, 5, 7};

SEC("test") int run(void *ctx)
{
	for (int i = 0; i < 3; i++) {
		long value = table[i] * table[i];

		bpf_map_update_elem(&squares, &i, &value, BPF_ANY);
	}
	bpf_printk("call %d", ++calls);
	return calls;
}
char LICENSE[] SEC("license") = "GPL";
--- vm times=2
--- out
run = 1
run = 2
call 1
call 2
squares[0] = 9
squares[1] = 25
squares[2] = 49
