pointers: arithmetic, differences, negative steps, pointers to pointers, arrays of structs
--- c
struct item { int id; char name[5]; short weight; };
static struct item items[4];

__attribute__((section("test"))) long run(long *ctx)
{
	int n = ctx[0], numbers[8] = {1, 2, 3, 4, 5, 6, 7, 8}, *p = numbers, **pp = &p;
	struct item *i = items, *end = items + 4;
	long r = 0;

	for (; i != end; i++) {
		i->id = n + (i - items);
		i->name[n & 3] = i->id;
		i->weight = -i->id;
	}
	p += n & 7;
	r = r * 31 + *p + p[-1] + (p - numbers);
	(*pp)++;
	r = r * 31 + *p++ + *--p;
	p -= 2;
	r = r * 31 + **pp + (p > numbers) + (p == &numbers[n & 1]);
	i = end - 1;
	r = r * 31 + (end - items) + i[-2].id + (--i)->weight + items[n & 3].name[1] + (&items[3])[-1].name[n & 3];
	r = r * 31 + *(short *)((char *)&numbers[2]) + ((unsigned char *)p)[4];
	return r;
}
--- vm words=9 ret=64
--- out
run = 3874540
