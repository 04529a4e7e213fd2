structs: copies, nesting, bit-fields, unions, arrays, initialisers, pointers
--- c
#define SEC(x) __attribute__((section(x), used))
struct inner { int a; long b; };
struct all {
	char c;
	unsigned low : 3;
	int high : 5;
	struct inner in[2];
	union { unsigned u; unsigned char bytes[4]; };
};

static __attribute__((noinline)) long sum(const struct all *p)
{
	return p->c + p->low + p->high + p->in[0].a + p->in[1].b + p->bytes[1];
}

SEC("test") int run(long *ctx)
{
	struct all x = {.c = 1, .low = 9, .high = -3, .in = {[1] = {5, 6}}, .u = 0x01020304}, y;

	y = x;
	y.in[0].a = ctx[0];
	y.low += 3;
	return sum(&y) * 1000 + sum(&x);
}
--- vm words=100
--- out
run = 111008
