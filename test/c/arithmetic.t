C's integer rules: promotion, conversion, shifts, division, comparison
--- c
#define SEC(x) __attribute__((section(x), used))
SEC("test") int run(unsigned long *ctx)
{
	unsigned long a = ctx[0], b = ctx[1];
	int sum = 0;

	sum += (int)a / (int)b == -3;
	sum += ((int)a % (int)b == -1) << 1;
	sum += ((unsigned)a / (unsigned)b == 2147483644u) << 2;
	sum += ((signed char)200 == -56) << 3;
	sum += ((unsigned short)-1 == 65535) << 4;
	sum += (((int)a >> 1) == -4) << 5;
	sum += (((unsigned)a >> 1) == 2147483644u) << 6;
	sum += ((long)(int)a < 0) << 7;
	sum += ((a & 0xff) > -1) << 8;
	sum += (-1 > 1u) << 9;
	sum += ((char)a == -7) << 10;
	return sum;
}
--- vm words=4294967289,2
--- out
run = 1791
