control flow: loops, switch with fall-through, goto, ternary, short circuit
--- c
#define SEC(x) __attribute__((section(x), used))
static int pick(int i)
{
	switch (i) {
	case 0:
		return 10;
	case 1:
	case 2:
		i += 20;
		/* fall through */
	case 3 ... 5:
		return i;
	default:
		break;
	}
	return i > 7 ? 1 : -1;
}

SEC("test") int run(long *ctx)
{
	int n = 0, i;

	for (i = 0; i < 10; i++) {
		if (i == 4)
			continue;
		n = n * 3 + pick(i);
		if (i == 8)
			break;
	}
	do {
		n++;
	} while (n & 7);
	while (ctx[0] && n < 100000)
		n += 1000;
	if (i != 8 || (ctx[0] && n == 5))
		goto out;
	n += 2;
out:
	return n;
}
--- vm words=0
--- out-match
run = <n>
