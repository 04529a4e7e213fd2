cleanup runs on every way out of a scope: end, return, goto, break, continue; inner first
--- c
static int trace;
static void note(int *v) { trace = trace * 10 + *v; }
#define GUARD(name, n) int name __attribute__((cleanup(note))) = n

static int leave(int how)
{
	GUARD(a, 1);
	for (int i = 0; i < 2; i++) {
		GUARD(b, 2);
		if (how == 1)
			continue;
		if (how == 2)
			break;
		if (how == 3)
			goto out;
		if (how == 4)
			return a + b;
		{
			GUARD(c, 3);
			if (how == 5)
				goto inner;
			c = 4;
		}
inner:
		;
	}
out:
	return a;
}

__attribute__((section("test"))) long run(long *ctx)
{
	long sum = 0;
	int results = 0;

	for (int how = 0; how < 6; how++) {
		trace = 0;
		results = results * 10 + leave(how);
		sum = sum * 1000 + trace % 1000;
	}
	return results == 111131 ? sum : -results;
}
--- vm words=0 ret=64
--- out
run = 421221021021021321
