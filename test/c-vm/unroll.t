small loops with several ways out are written out; constants come through to noinline functions
--- c
static __attribute__((noinline)) long scaled(long *row, int n)
{
	long sum = 0;

	for (int i = 0; i < n; i++)
		sum += row[i];
	return sum;
}

static long search(long *row)
{
	long i, s = 0, r = 5;

	for (i = 0; i < 4; i++) {
		s += row[i] * 3;
		if (row[i] == 7) {
			r = s;
			break;
		}
		if (row[i] == 9)
			return i * 100 + s;
	}
	return r * 1000 + i * 7 + s;
}

__attribute__((section("test"))) long run(long *ctx)
{
	long n = ctx[0] - 8, row[4] = {n, 2, 3, 4};
	long r = search(row);

	row[1] = 9 * n;
	r = r * 31 + search(row);
	row[1] = 2;
	row[2] = 7 * n;
	return r * 31 + search(row) + scaled(row, 4);
}
--- vm words=9 ret=64
--- out
run = 4894826
