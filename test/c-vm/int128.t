__int128: moves, comparisons, carries, constant shifts
--- c
typedef unsigned __int128 u128;
typedef __int128 i128;
struct key { u128 a; int n; };
static u128 pick(u128 a, u128 b, int which) { return which ? a : b; }

__attribute__((section("test"))) long run(unsigned long *ctx)
{
	unsigned long n = ctx[0];
	u128 a = ~0ul, b = (u128)n << 64 | 5;
	i128 c = -(i128)n;
	struct key k = {.a = b, .n = 3}, copy = k;
	long r = 0;

	a += n;
	r = r * 31 + (unsigned long)a + (unsigned long)(a >> 64);
	a -= b;
	r = r * 31 + (unsigned long)(a >> 64);
	r = r * 31 + (c < 0) + 2 * (c >= -9) + 4 * (b > a) + 8 * (c == -9) + 16 * !a + 32 * !!copy.a;
	c >>= 3;
	r = r * 31 + (long)c + (long)(c >> 64);
	copy.a ^= k.a;
	copy.a |= 6;
	copy.a++;
	r = r * 31 + (long)pick(copy.a, b, n & 1) + (copy.a ? 100 : 200);
	r = r * 31 + (unsigned char)(~b >> 60) + (int)(b << 68 >> 100);
	return r;
}
--- vm words=9 ret=64
--- out
run = 251555749
