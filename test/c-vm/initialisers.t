initialisers zero the whole object, padding too; nested, designated, strings, compound literals
--- c
struct in { char tag; long n; short s[3]; };
struct out { char c; struct in a, b; char text[12]; union { int i; long l; } u; };

static int nonzero_padding(const struct out *o)
{
	const unsigned char *bytes = (const void *)o;
	int n = 0;

	for (int i = 1; i < 8; i++)
		n += bytes[i];
	for (int i = 9; i < 16; i++)
		n += bytes[i];
	return n;
}

static void dirty(void *p)
{
	for (int i = 0; i < (int)sizeof(struct out); i++)
		((volatile char *)p)[i] = 0x55;
}

__attribute__((section("test"))) long run(long *ctx)
{
	int n = ctx[0];
	long sum = 0;

	for (int i = 0; i < 2; i++) {
		struct out o;

		dirty(&o);
		o = (struct out){n, {1, n, {[1] = 7}}, .b.n = n + i, .text = "hello", .u.l = -1};
		sum = sum * 7 + o.c + o.a.n + o.a.s[0] * 3 + o.a.s[1] * 5 + o.b.n + o.text[4] + o.text[5] + o.u.i;
		sum += nonzero_padding(&o);
	}
	int table[6] = {[4] = 1, 2, [0] = n};
	const int *p = (const int[]){5, 6, n};
	for (int i = 0; i < 6; i++)
		sum = sum * 3 + table[i];
	return sum + p[n & 1] + p[2];
}
--- vm words=9 ret=64
--- out
run = 1006040
