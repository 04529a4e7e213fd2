globals: initial values, pointers between them, static locals, strings, weak and extern
--- c
struct node { int v; struct node *next; };
static struct node last = {3, 0};
static struct node first = {1, &(struct node){2, &last}};
static int *const second = &last.v;
static const char *names[] = {"zero", "one", "two"};
const volatile int knob = 4;
int counter;
static int next(void)
{
	static int n = 10;

	return n++;
}

__attribute__((section("test"))) int run(long *ctx)
{
	int sum = 0;

	for (struct node *p = &first; p; p = p->next)
		sum = sum * 10 + p->v;
	*second = 9;
	next();
	counter += next();
	return sum * 1000 + knob * 100 + counter + names[ctx[0] & 1][2];
}
--- vm words=9
--- out
run = 123512
