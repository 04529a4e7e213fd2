switch: long lists, ranges, signs, 64 bits, default in the middle, loops inside
--- c
static int narrow(int v)
{
	switch (v) {
	case -2147483647 - 1: return 1;
	case -5 ... -1: return 2;
	case 0: return 3;
	default: return 4;
	case 7: return 5;
	case 9: return 6;
	case 11: return 7;
	case 100 ... 200: return 8;
	case 2147483647: return 9;
	}
}

static int wide(unsigned long v)
{
	switch (v) {
	case 1: return 1;
	case 0xffffffff: return 2;
	case 0x100000000: return 3;
	case 0x8000000000000000: return 4;
	case 0xfffffffffffffff0 ... 0xffffffffffffffff: return 5;
	}
	return 6;
}

static int nested(int n)
{
	int sum = 0;

	switch (n & 3) {
	case 0:
		do {
			sum += 3;
	case 1:
			sum += 5;
			if (sum > 20)
				break;
	case 2:
			sum += 7;
		} while (--n > 0);
		sum += 100;
	}
	return sum;
}

__attribute__((section("test"))) long run(long *ctx)
{
	static const int narrows[] = {-2147483647 - 1, -6, -5, -1, 0, 7, 8, 9, 10, 11, 99, 100, 200, 201, 2147483647};
	static const unsigned long wides[] = {0, 1, 0xffffffff, 0x100000000, 0x8000000000000000, -1ul, -16ul, -17ul};
	long sum = 0;

	for (int i = 0; i < 15; i++)
		sum = sum * 10 + narrow(narrows[i]);
	for (int i = 0; i < 8; i++)
		sum = sum * 10 + wide(wides[i]);
	for (int i = 0; i < 8; i++)
		sum = sum * 7 + nested(i);
	return sum + (({ int k; switch (3) { case 3: k = 40; break; default: k = 50; } k; }));
}
--- vm words=9 ret=64
--- out
run = -4599471101497201199
