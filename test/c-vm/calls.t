calls: structs by value and as results, narrow results, six parameters inlined, a global function
--- c
struct pair { long a; int b; };
struct big { int n[6]; };

static __attribute__((noinline)) struct pair swap(struct pair p, int n)
{
	struct pair r = {p.b + n, p.a};

	p.a = 0;
	return r;
}
static struct big count(int from)
{
	struct big b;

	for (int i = 0; i < 6; i++)
		b.n[i] = from + i;
	return b;
}
static __attribute__((noinline)) signed char narrow(long v) { return v; }
static __attribute__((noinline)) _Bool is_odd(short v) { return v & 1; }
static inline __attribute__((always_inline)) int six(int a, int b, int c, int d, int e, int f)
{
	return ((((a * 3 + b) * 3 + c) * 3 + d) * 3 + e) * 3 + f;
}
__attribute__((noinline)) int global(unsigned char c, long l) { return c + l; }
static void nothing(void) {}

__attribute__((section("test"))) long run(long *ctx)
{
	long n = ctx[0], r = 0;
	struct pair p = {n, 4}, q = swap(p, 1), z;

	z = swap(swap(q, 2), 3);
	nothing();
	r = r * 31 + p.a + q.a * 3 + q.b * 5 + z.a * 7 + z.b * 11;
	r = r * 31 + count(n).n[4] + narrow(n + 300) + is_odd(n) + is_odd(n + 65537);
	r = r * 31 + six(n, 2, 3, 4, 5, (nothing(), 6)) + global(n + 256, -1);
	return r;
}
--- vm words=9 ret=64
--- out
run = 240978
