waggle run of C: knobs, ring buffer records as a table and JSON, maps and globals at the end
--- file events.bpf.c
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

enum color { red = 1, green };

struct event {
	u32 number;
	u8 small : 3, large : 5;
	u16 pad;
	enum color color;
	__be32 address;
	__be16 port;
	char text[12];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, char[8]);
	__type(value, u64);
} names SEC(".maps");

const volatile int target_pid = 0;
const volatile bool loud = false;
const volatile char text[12] = "no";
const volatile enum color color = red;
struct { u8 a; struct { s16 b; } in; } const volatile config = {};
const volatile u16 list[3] = {};
int total;

SEC("tracepoint/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	char key[8] = "calls";
	struct event *e;
	u64 *n, one = 1;

	if (bpf_get_current_pid_tgid() >> 32 != target_pid)
		return 0;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return 0;
	__builtin_memset(e, 0, sizeof(*e));
	e->number = list[0] + list[1] + list[2] + config.a + config.in.b;
	e->small = 5;
	e->large = 17;
	e->color = color;
	e->address = 0x0100007f;
	e->port = 0x5000;
	for (int i = 0; i < 12; i++)
		e->text[i] = text[i];
	bpf_ringbuf_submit(e, 0);
	if (loud)
		bpf_printk("loud %d", e != 0);
	total += 1;
	n = bpf_map_lookup_elem(&names, key);
	if (n)
		*n += 1;
	else
		bpf_map_update_elem(&names, key, &one, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
--- sh
waggle run events.bpf.c --set color=green --set text=a,b --set list=1,0x10,100 --set config.in.b=-7 \
	-q --dump-maps -c "work getppid 2"
waggle run events.bpf.c -q -f json -c "work getppid 1" -o out --map-size events=4096 --set loud=true
cut -c1-110 out | sed 's/ *\(work\|<\.\.\.>\)-[0-9].*//'
--- live needs=ringbuf
--- matrix
--- out
 number small large color            address         port text
    110     5    17 green            127.0.0.1         80 a,b
    110     5    17 green            127.0.0.1         80 a,b
total: 2
names[calls]: 2
{"type": "event", "map": "events", "data": {"number": 0, "small": 5, "large": 17, "color": "red", "address": "
{"type": "printk", "data": "
