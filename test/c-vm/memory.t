memcpy, memmove, memset, memcmp, strlen of constant sizes
--- c
struct packet { unsigned char to[6], from[6]; unsigned short kind; };
static const char name[] = "waggle";

__attribute__((section("test"))) long run(long *ctx)
{
	unsigned char a[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, b[16];
	struct packet p = {.to = {1, 2, 3, 4, 5, 6}}, q;
	char n = ctx[0];
	long r = 0;

	__builtin_memcpy(b, a, sizeof(b));
	__builtin_memmove(a + 1, a, 9);
	__builtin_memset(b + 8, n, 5);
	for (int i = 0; i < 16; i++)
		r = r * 31 + a[i] * 3 + b[i];
	__builtin_memcpy(&q, &p, sizeof(p));
	__builtin_memcpy(q.from, p.to, 6);
	r = r * 31 + !__builtin_memcmp(q.from, q.to, 6);
	q.from[3]++;
	r = r * 31 + (__builtin_memcmp(q.from, q.to, 6) > 0) + 2 * (__builtin_memcmp(q.to, q.from, 6) < 0);
	if (__builtin_memcmp(&p, &q, sizeof(p)))
		r += 5;
	if (__builtin_memcmp(a, b, 0) == 0)
		r += 7;
	return r * 31 + __builtin_strlen("four") + __builtin_memcmp(name, "wag", 3);
}
--- vm words=9 ret=64
--- out
run = 8597691505971069871
