inline assembly: operands by number and name, ties, constants, registers, labels, asm goto
--- c
#define SEC(x) __attribute__((section(x), used))
static long table[4] = { 1, 2, 3, 4 };
static long clamp(long x)
{
	asm volatile("if %0 <= %[max] goto +1\n%0 = %[max]" : "+r"(x) : [max]"i"(100));
	return x;
}
SEC("test") long run(long *ctx)
{
	long n = ctx[0], a, b, r = 0, fp;
	unsigned int w = 7;

	r = clamp(n) * 3 + clamp(1000);
	asm("%[a] = %[n]; %[a] += %[five]\n\t%[b] = %[a]; %[b] *= 2 // twice" : [a]"=r"(a), [b]"=&r"(b) : [n]"r"(n), [five]"ri"(5));
	r = r * 31 + a * 7 + b;
	asm volatile("%0 = r10\n" : "=r"(fp));
	asm volatile("r1 = %1\n r2 = %2\n r1 += r2\n %0 = r1" : "=r"(a) : "r"(n), "r"(fp - fp + 2) : "r1", "r2");
	r = r * 31 + a;
	asm volatile("1: %0 += 1; if %0 < %1 goto 1b" : "+r"(a) : "i"(50));
	r = r * 31 + a;
	asm volatile("%w0 += 1" : "+r"(w));
	asm("%0 ^= %2" : "=r"(b) : "0"(n), "r"(0x55L));
	asm volatile("*(u64 *)(%0 + %[off]) = %1" : : "r"(table), "r"(b), [off]"i"(8) : "memory");
	r = r * 31 + table[1] + w;
	asm volatile goto("if %0 > %1 goto %l[big]" : : "r"(n), "r"(5L) : : big);
	r += 1000;
	return r;
big:
	return r + 1;
}
--- vm words=3 ret=64
--- out
run = 102816190
