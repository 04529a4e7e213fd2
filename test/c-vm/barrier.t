an empty asm hides a value from the optimiser and leaves it as it is
--- c
#define barrier_var(v) __asm__ volatile("" : "+r"(v))
__attribute__((section("test"))) int run(long *ctx)
{
	int v = 5;
	long w = 7;
	unsigned char c = 200;

	barrier_var(v);
	barrier_var(w);
	barrier_var(c);
	__asm__ volatile("" : : "r"(v), "r"(w) : "memory");
	__asm__("" : "=r"(v) : "0"(v + 1));
	return v * 1000 + w + c;
}
--- vm words=9
--- out
run = 6207
