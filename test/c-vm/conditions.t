conditions: short circuit, values of && and ||, ?: without a middle, commas, statement expressions
--- c
static int calls;
static int tick(int v) { calls++; return v; }

__attribute__((section("test"))) long run(long *ctx)
{
	int n = ctx[0], r = 0;
	long *none = (void *)0;

	r = r * 7 + (tick(0) && tick(1));
	r = r * 7 + (tick(2) || tick(1));
	r = r * 7 + (tick(n > 3) && !tick(n == 9) ? tick(5) : tick(6));
	r = r * 7 + (tick(0) ?: tick(3));
	r = r * 7 + (tick(4) ?: tick(3));
	r = r * 7 + !!(none || (ctx && n));
	r = r * 7 + (tick(1), tick(2));
	r = r * 7 + ({ int k = tick(3); k *= 2; k; });
	r = r * 7 + (!(n > 3 && (n < 5 || n == 9)) ? 1 : n ? 2 : 3);
	if (({ tick(1); n; }) > 8 && ({ _Bool b = n; b; }))
		r += 100;
	while (tick(n--) > 5)
		;
	return r * 100l + calls;
}
--- vm words=9 ret=64
--- out
run = 159004717
