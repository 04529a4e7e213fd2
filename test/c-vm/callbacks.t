a static function as a callback of bpf_loop gets its context
--- c
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct state { int n, sum; };
static long step(unsigned int i, void *data)
{
	struct state *s = data;

	s->sum += i * 2;
	return ++s->n == 5;
}

SEC("test") int run(void *ctx)
{
	struct state s = {0};

	bpf_loop(100, step, &s, 0);
	return s.sum * 10 + s.n;
}
char LICENSE[] SEC("license") = "GPL";
--- vm
--- out
run = 205
