members of packed records on the stack are stored and read piece by piece
--- c
struct option {
	unsigned char kind, len;
	union {
		unsigned char data[4];
		unsigned int data32;
	};
	short s;
	long l;
} __attribute__((packed));

static __attribute__((noinline)) long sum(struct option *o)
{
	return o->data[1] + o->s + o->l;
}

__attribute__((section("test"))) long run(long *ctx)
{
	struct option o = {.kind = 1, .len = 2};
	long n = ctx[0];

	o.data32 = 0x01020304 + n;
	o.s = -n;
	o.l = n << 33;
	asm volatile("" : : "r"(&o) : "memory");
	return o.data32 * 3 + o.s + (o.l >> 30) + sum(&o);
}
--- vm words=9 ret=64
--- out
run = 77360138592
