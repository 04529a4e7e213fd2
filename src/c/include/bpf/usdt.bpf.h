/* USDT probes. libbpf's loader fills both maps at attach time, and so fixes their names and layout. */
#ifndef __USDT_BPF_H__
#define __USDT_BPF_H__

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#ifndef BPF_USDT_MAX_SPEC_CNT
#define BPF_USDT_MAX_SPEC_CNT 256
#endif
#ifndef BPF_USDT_MAX_IP_CNT
#define BPF_USDT_MAX_IP_CNT (4 * BPF_USDT_MAX_SPEC_CNT)
#endif
#define BPF_USDT_MAX_ARG_CNT 12

/* Where an argument is: a constant, a register, memory at a register (plus a scaled second one). */
enum __bpf_usdt_arg_type {
	BPF_USDT_ARG_CONST,
	BPF_USDT_ARG_REG,
	BPF_USDT_ARG_REG_DEREF,
	BPF_USDT_ARG_SIB,
};
struct __bpf_usdt_arg_spec {
	unsigned long long val_off;
	unsigned int arg_type : 8;
	unsigned int idx_reg_off : 12;
	unsigned int scale_bitshift : 4;
	unsigned int __reserved : 8;
	short reg_off;
	_Bool arg_signed;
	char arg_bitshift;
};
struct __bpf_usdt_spec {
	struct __bpf_usdt_arg_spec args[BPF_USDT_MAX_ARG_CNT];
	unsigned long long usdt_cookie;
	short arg_cnt;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BPF_USDT_MAX_SPEC_CNT);
	__type(key, int);
	__type(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BPF_USDT_MAX_IP_CNT);
	__type(key, long);
	__type(value, unsigned int);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;

extern const _Bool LINUX_HAS_BPF_COOKIE __kconfig;

/* The description of the probe that fired: found by its cookie, or on old kernels by its address. */
static __always_inline struct __bpf_usdt_spec *__bpf_usdt_spec(struct pt_regs *ctx)
{
	int id;

	if (LINUX_HAS_BPF_COOKIE) {
		id = bpf_get_attach_cookie(ctx);
	} else {
		long ip = PT_REGS_IP(ctx);
		int *known = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &ip);

		if (!known)
			return 0;
		id = *known;
	}
	return bpf_map_lookup_elem(&__bpf_usdt_specs, &id);
}

static __always_inline struct __bpf_usdt_arg_spec *__bpf_usdt_arg_spec(struct pt_regs *ctx,
								       unsigned long long n)
{
	struct __bpf_usdt_spec *spec = __bpf_usdt_spec(ctx);

	if (!spec || n >= BPF_USDT_MAX_ARG_CNT)
		return 0;
	barrier_var(n);
	return n < spec->arg_cnt ? &spec->args[n] : 0;
}

/* How many arguments the probe has; -ESRCH if it is not known. */
static inline __attribute__((unused)) int bpf_usdt_arg_cnt(struct pt_regs *ctx)
{
	struct __bpf_usdt_spec *spec = __bpf_usdt_spec(ctx);

	return spec ? spec->arg_cnt : -3;
}

/* The size of an argument in bytes; -ENOENT if there is none of that number. */
static inline __attribute__((unused)) int bpf_usdt_arg_size(struct pt_regs *ctx, unsigned long long n)
{
	struct __bpf_usdt_arg_spec *arg = __bpf_usdt_arg_spec(ctx, n);

	return arg ? (unsigned int)(64 - arg->arg_bitshift) / 8 : -2;
}

/* The cookie given when the probe was attached; 0 if there is none. */
static inline __attribute__((unused)) long bpf_usdt_cookie(struct pt_regs *ctx)
{
	struct __bpf_usdt_spec *spec = __bpf_usdt_spec(ctx);

	return spec ? spec->usdt_cookie : 0;
}

/* Stores the n'th argument, or 0 and a negative error as the result. */
static __noinline __attribute__((unused)) int bpf_usdt_arg(struct pt_regs *ctx, unsigned long long n, long *res)
{
	struct __bpf_usdt_arg_spec *arg = __bpf_usdt_arg_spec(ctx, n);
	unsigned long value = 0, scaled = 0;
	int err = 0;

	*res = 0;
	if (!arg)
		return -2;
	if (arg->arg_type > BPF_USDT_ARG_SIB)
		return -22;
	if (arg->arg_type == BPF_USDT_ARG_CONST) {
		value = arg->val_off;
	} else {
		err = bpf_probe_read_kernel(&value, sizeof(value), (void *)ctx + arg->reg_off);
		if (!err && arg->arg_type == BPF_USDT_ARG_SIB)
			err = bpf_probe_read_kernel(&scaled, sizeof(scaled), (void *)ctx + arg->idx_reg_off);
		if (err)
			return err;
	}
	if (arg->arg_type >= BPF_USDT_ARG_REG_DEREF) {
		value += (scaled << arg->scale_bitshift) + arg->val_off;
		err = bpf_probe_read_user(&value, sizeof(value), (void *)value);
		if (err)
			return err;
	}
	value <<= arg->arg_bitshift;
	*res = arg->arg_signed ? (long)value >> arg->arg_bitshift : (long)(value >> arg->arg_bitshift);
	return 0;
}

#define ___bpf_usdt_value(n) ({ long ___value; bpf_usdt_arg(ctx, n, &___value); (void *)___value; })
#define ___bpf_usdt0 ctx
#define ___bpf_usdt1 ___bpf_usdt0, ___bpf_usdt_value(0)
#define ___bpf_usdt2 ___bpf_usdt1, ___bpf_usdt_value(1)
#define ___bpf_usdt3 ___bpf_usdt2, ___bpf_usdt_value(2)
#define ___bpf_usdt4 ___bpf_usdt3, ___bpf_usdt_value(3)
#define ___bpf_usdt5 ___bpf_usdt4, ___bpf_usdt_value(4)
#define ___bpf_usdt6 ___bpf_usdt5, ___bpf_usdt_value(5)
#define ___bpf_usdt7 ___bpf_usdt6, ___bpf_usdt_value(6)
#define ___bpf_usdt8 ___bpf_usdt7, ___bpf_usdt_value(7)
#define ___bpf_usdt9 ___bpf_usdt8, ___bpf_usdt_value(8)
#define ___bpf_usdt10 ___bpf_usdt9, ___bpf_usdt_value(9)
#define ___bpf_usdt11 ___bpf_usdt10, ___bpf_usdt_value(10)
#define ___bpf_usdt12 ___bpf_usdt11, ___bpf_usdt_value(11)
#define BPF_USDT(name, args...) ___bpf_traced(___bpf_usdt, name, struct pt_regs, ##args)

#endif
