/* What a BPF program in libbpf's manner writes with. The helper functions themselves are known without it. */
#ifndef __BPF_HELPERS__
#define __BPF_HELPERS__

/* A map's attributes, told through the types of members that have no value. */
#define __uint(name, val) int (*name)[val]
#define __type(name, val) __typeof__(val) *name
#define __array(name, val) __typeof__(val) *name[]
#define __ulong(name, val) enum { ___bpf_apply(___bpf_ulong_, __COUNTER__) = val } name

#define SEC(name) __attribute__((section(name), used))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#define __hidden __attribute__((visibility("hidden")))
#define __kconfig __attribute__((section(".kconfig")))
#define __ksym __attribute__((section(".ksyms")))
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __kptr_ref __attribute__((btf_type_tag("kptr_ref")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#define __arg_arena __attribute__((btf_decl_tag("arg:arena")))

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
#ifndef KERNEL_VERSION
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#endif

/* As a member's address, not the builtin: so the offset of a kernel type is relocated. */
#undef offsetof
#define offsetof(type, member) ((unsigned long)&((type *)0)->member)
#undef container_of
#define container_of(ptr, type, member) ((type *)((void *)(ptr) - offsetof(type, member)))

#ifndef barrier
#define barrier() __asm__ __volatile__("" : : : "memory")
#endif
#ifndef barrier_var
#define barrier_var(var) __asm__ __volatile__("" : "+r"(var))
#endif
#define __bpf_unreachable() __builtin_trap()
#define bpf_ksym_exists(sym) (!!(sym))
#define bpf_tail_call_static(ctx, map, slot) ((void)bpf_tail_call(ctx, (void *)(map), slot))

enum libbpf_pin_type { LIBBPF_PIN_NONE, LIBBPF_PIN_BY_NAME };
enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE };

/* Counting arguments, pasting a number to a name, and applying a macro to each argument, up to twelve. */
#define ___bpf_concat(a, b) a##b
#define ___bpf_apply(fn, n) ___bpf_concat(fn, n)
#define ___bpf_nth(_, _1, _2, _3, _4, _5, _6, _7, _8, _9, _a, _b, _c, N, ...) N
#define ___bpf_narg(...) ___bpf_nth(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ___bpf_each0(f)
#define ___bpf_each1(f, x) f(x)
#define ___bpf_each2(f, x, args...) f(x), ___bpf_each1(f, args)
#define ___bpf_each3(f, x, args...) f(x), ___bpf_each2(f, args)
#define ___bpf_each4(f, x, args...) f(x), ___bpf_each3(f, args)
#define ___bpf_each5(f, x, args...) f(x), ___bpf_each4(f, args)
#define ___bpf_each6(f, x, args...) f(x), ___bpf_each5(f, args)
#define ___bpf_each7(f, x, args...) f(x), ___bpf_each6(f, args)
#define ___bpf_each8(f, x, args...) f(x), ___bpf_each7(f, args)
#define ___bpf_each9(f, x, args...) f(x), ___bpf_each8(f, args)
#define ___bpf_each10(f, x, args...) f(x), ___bpf_each9(f, args)
#define ___bpf_each11(f, x, args...) f(x), ___bpf_each10(f, args)
#define ___bpf_each12(f, x, args...) f(x), ___bpf_each11(f, args)
#define ___bpf_u64(x) (unsigned long long)(x)
#define ___bpf_u64s(args...) ___bpf_apply(___bpf_each, ___bpf_narg(args))(___bpf_u64, ##args)

/* Formatted output. Up to three values go in registers, more in an array. */
#ifdef BPF_NO_GLOBAL_DATA
#define ___bpf_text char
#else
#define ___bpf_text static const char
#endif
#define ___bpf_printk_few(fmt, args...) ({ \
	___bpf_text ___text[] = fmt; \
	bpf_trace_printk(___text, sizeof(___text), ##args); })
#define ___bpf_printk_many(fmt, args...) ({ \
	static const char ___text[] = fmt; \
	unsigned long long ___value[] = { ___bpf_u64s(args) }; \
	bpf_trace_vprintk(___text, sizeof(___text), ___value, sizeof(___value)); })
#define __bpf_vprintk(fmt, args...) ___bpf_printk_many(fmt, ##args)
#define ___bpf_printk_size(...) ___bpf_nth(_, ##__VA_ARGS__, many, many, many, many, many, many, many, \
	many, many, few, few, few, few)
#define bpf_printk(fmt, args...) ___bpf_apply(___bpf_printk_, ___bpf_printk_size(args))(fmt, ##args)
#define BPF_SEQ_PRINTF(seq, fmt, args...) ({ \
	static const char ___text[] = fmt; \
	unsigned long long ___value[] = { ___bpf_u64s(args) }; \
	bpf_seq_printf(seq, ___text, sizeof(___text), ___value, sizeof(___value)); })
#define BPF_SNPRINTF(out, out_size, fmt, args...) ({ \
	static const char ___text[] = fmt; \
	unsigned long long ___value[] = { ___bpf_u64s(args) }; \
	bpf_snprintf(out, out_size, ___text, ___value, sizeof(___value)); })

/* Loops over the kernel's open-coded iterators, which are destroyed on every way out. */
struct bpf_iter_num;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

#define ___bpf_iterate(type, args...) \
	struct bpf_iter_##type ___it __attribute__((aligned(8), cleanup(bpf_iter_##type##_destroy))), \
	*___made __attribute__((unused)) = (bpf_iter_##type##_new(&___it, ##args), \
					    (void)bpf_iter_##type##_destroy, (void *)0)
#define bpf_for_each(type, cur, args...) \
	for (___bpf_iterate(type, ##args); ((cur) = bpf_iter_##type##_next(&___it)); )
#define bpf_for(i, start, end) \
	for (___bpf_iterate(num, (start), (end)); ({ \
		int *___n = bpf_iter_num_next(&___it); \
		___n && ((i) = *___n, (i) >= (start) && (i) < (end)); }); )
#define bpf_repeat(N) for (___bpf_iterate(num, 0, (N)); bpf_iter_num_next(&___it); )

#endif
