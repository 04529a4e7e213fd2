GNU macros: named variadics, vanishing comma, __VA_OPT__, computed macros, pragmas
--- file x.c
#define f(x, ...) g(x, ##__VA_ARGS__)
#define h(fmt, args...) printk(fmt, ##args)
#define va(x, ...) v(x __VA_OPT__(,) __VA_ARGS__)
f(1) f(1, 2) f(1, 2, 3) h("x") h("x", 1, 2) va(1) va(1, 2) va()
__COUNTER__ __COUNTER__ __LINE__ __FILE__
_Pragma("pack(1)") int after;
#pragma unroll 4
#if __has_attribute(__packed__) && __has_builtin(__builtin_memcpy) && !__has_include(<nope.h>) && defined(__bpf__)
yes
#elif 1
no
#endif
#define APPLY(name, n, args...) name##n(args)
#define NARG_(a, b, c, d, n, ...) n
#define NARG(args...) NARG_(args, 4, 3, 2, 1, 0)
#define CALL_(n, args...) APPLY(fn, n, ##args)
#define CALL(n, args...) CALL_(n, ##args)
CALL(NARG(a, b, c), a, b, c) CALL(NARG(a), a)
foo\
bar /* x
y */ baz
#if 0
it's skipped "here
#else
kept
#endif
#if (-1 >> 1) == -1 && 1u - 2 > 0 && (2 || 1/0) && 'A' == 65 && 0x10 == 16
arithmetic
#endif
--- sh
waggle cc -E x.c
--- out
g(1) g(1, 2) g(1, 2, 3) printk("x") printk("x", 1, 2) v(1) v(1, 2) v()
0 1 5 "x.c"
#pragma pack(1)
int after;
#pragma unroll 4
yes
fn3(a, b, c) fn1(a)
foobar
baz
kept
arithmetic
