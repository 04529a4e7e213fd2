a memcpy of variable size is no error where inlining makes it dead
--- c
static inline __attribute__((always_inline)) void read_once_size(const volatile void *p, void *res, int size)
{
	switch (size) {
	case 1: *(unsigned char *)res = *(volatile unsigned char *)p; break;
	case 2: *(unsigned short *)res = *(volatile unsigned short *)p; break;
	case 4: *(unsigned *)res = *(volatile unsigned *)p; break;
	case 8: *(unsigned long *)res = *(volatile unsigned long *)p; break;
	default:
		__asm__ volatile("" : : : "memory");
		__builtin_memcpy((void *)res, (const void *)p, size);
	}
}
#define READ_ONCE(x) ({ union { typeof(x) v; char c[1]; } u = {.c = {0}}; read_once_size(&(x), u.c, sizeof(x)); u.v; })

static int small = 300;
static long large = 1l << 40;

__attribute__((section("test"))) long run(long *ctx)
{
	return READ_ONCE(small) + READ_ONCE(large);
}
--- out
