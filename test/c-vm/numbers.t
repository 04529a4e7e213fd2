builtins on numbers: bytes swapped, bits counted, overflow told
--- c
__attribute__((section("test"))) long run(long *ctx)
{
	long n = ctx[0], r = 0, l;
	unsigned u;
	int i;
	short s;

	r = r * 31 + __builtin_bswap16(n) + __builtin_bswap32(n) + __builtin_bswap64(n);
	r = r * 31 + __builtin_clz(n) * 7 + __builtin_clzll(n) * 5 + __builtin_ctz(n) * 3 + __builtin_ctzll(n << 40);
	r = r * 31 + __builtin_ffs(n & 8) + __builtin_ffs(n & 64) + __builtin_ffsll(n << 33);
	r = r * 31 + __builtin_popcount(-n) + __builtin_popcountll(-n) + __builtin_parity(n + 2);
	r = r * 31 + __builtin_abs(-(int)n) + __builtin_labs(-n) + __builtin_labs(n);
	r = r * 31 + __builtin_add_overflow(0x7fffffff, (int)n, &i) + i;
	r = r * 31 + __builtin_add_overflow((int)n, 5, &s) + s;
	r = r * 31 + __builtin_sub_overflow((unsigned)n, 10u, &u) + u;
	r = r * 31 + __builtin_mul_overflow(n, n << 60, &l) + l;
	r = r * 31 + __builtin_mul_overflow(n, -n, &l) + l;
	r = r * 31 + __builtin_sub_overflow(-9223372036854775807l, n, &l) + l;
	r = r * 31 + __builtin_mul_overflow((int)n, 100000, &s) + s;
	return r + (__builtin_expect(n > 3, 1) ? 1000 : 2000);
}
--- vm words=9 ret=64
--- out
run = -4654262389914647665
