goto backwards over a variable with a cleanup runs it each time
--- c
static int trace;
static void note(int *v) { trace = trace * 10 + *v; }
__attribute__((section("test"))) int run(long *ctx)
{
	int n = 0;
again:
	;
	int v __attribute__((cleanup(note))) = ++n;
	if (n < 4)
		goto again;
	trace *= 100;
	return n + trace;
}
--- vm words=0
--- out
run = 12304
