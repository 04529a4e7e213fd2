/* Programs that trace: the registers of an event by their roles, and functions with named arguments. */
#ifndef __BPF_TRACING_H__
#define __BPF_TRACING_H__

#include <bpf/bpf_helpers.h>

/* Which register plays which part. The kernel's names of the registers, as BTF has them. */
#if defined(__TARGET_ARCH_arm64) || (defined(__aarch64__) && !defined(__TARGET_ARCH_x86))
struct pt_regs___arm64 {
	unsigned long orig_x0;
} __attribute__((preserve_access_index));
#define __PT_REGS_CAST(x) ((const struct user_pt_regs *)(x))
#define __PT_PARM1_REG regs[0]
#define __PT_PARM2_REG regs[1]
#define __PT_PARM3_REG regs[2]
#define __PT_PARM4_REG regs[3]
#define __PT_PARM5_REG regs[4]
#define __PT_PARM6_REG regs[5]
#define __PT_PARM7_REG regs[6]
#define __PT_PARM8_REG regs[7]
#define __PT_PARM4_SYSCALL_REG regs[3]
#define __PT_RET_REG regs[30]
#define __PT_FP_REG regs[29]
#define __PT_RC_REG regs[0]
#define __PT_SP_REG sp
#define __PT_IP_REG pc
#define PT_REGS_PARM1_SYSCALL(x) (((const struct pt_regs___arm64 *)(x))->orig_x0)
#define PT_REGS_PARM1_CORE_SYSCALL(x) BPF_CORE_READ((const struct pt_regs___arm64 *)(x), orig_x0)
#define BPF_KPROBE_READ_RET_IP(ip, ctx) ({ (ip) = PT_REGS_RET(ctx); })
#define BPF_KRETPROBE_READ_RET_IP BPF_KPROBE_READ_RET_IP
#else
#define __PT_REGS_CAST(x) (x)
#define __PT_PARM1_REG di
#define __PT_PARM2_REG si
#define __PT_PARM3_REG dx
#define __PT_PARM4_REG cx
#define __PT_PARM5_REG r8
#define __PT_PARM6_REG r9
#define __PT_PARM4_SYSCALL_REG r10
#define __PT_RET_REG sp
#define __PT_FP_REG bp
#define __PT_RC_REG ax
#define __PT_SP_REG sp
#define __PT_IP_REG ip
#define PT_REGS_PARM1_SYSCALL(x) PT_REGS_PARM1(x)
#define PT_REGS_PARM1_CORE_SYSCALL(x) PT_REGS_PARM1_CORE(x)
#define BPF_KPROBE_READ_RET_IP(ip, ctx) \
	({ bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)PT_REGS_RET(ctx)); })
#define BPF_KRETPROBE_READ_RET_IP(ip, ctx) \
	({ bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)(PT_REGS_FP(ctx) + sizeof(ip))); })
#endif

#define ___pt_regs(x, part) (__PT_REGS_CAST(x)->__PT_##part##_REG)
#define ___pt_regs_core(x, part) BPF_CORE_READ(__PT_REGS_CAST(x), __PT_##part##_REG)
#define PT_REGS_PARM1(x) ___pt_regs(x, PARM1)
#define PT_REGS_PARM1_CORE(x) ___pt_regs_core(x, PARM1)
#define PT_REGS_PARM2(x) ___pt_regs(x, PARM2)
#define PT_REGS_PARM2_CORE(x) ___pt_regs_core(x, PARM2)
#define PT_REGS_PARM3(x) ___pt_regs(x, PARM3)
#define PT_REGS_PARM3_CORE(x) ___pt_regs_core(x, PARM3)
#define PT_REGS_PARM4(x) ___pt_regs(x, PARM4)
#define PT_REGS_PARM4_CORE(x) ___pt_regs_core(x, PARM4)
#define PT_REGS_PARM5(x) ___pt_regs(x, PARM5)
#define PT_REGS_PARM5_CORE(x) ___pt_regs_core(x, PARM5)
#define PT_REGS_PARM6(x) ___pt_regs(x, PARM6)
#define PT_REGS_PARM6_CORE(x) ___pt_regs_core(x, PARM6)
#define PT_REGS_PARM7(x) ___pt_regs(x, PARM7)
#define PT_REGS_PARM7_CORE(x) ___pt_regs_core(x, PARM7)
#define PT_REGS_PARM8(x) ___pt_regs(x, PARM8)
#define PT_REGS_PARM8_CORE(x) ___pt_regs_core(x, PARM8)
#define PT_REGS_RET(x) ___pt_regs(x, RET)
#define PT_REGS_RET_CORE(x) ___pt_regs_core(x, RET)
#define PT_REGS_FP(x) ___pt_regs(x, FP)
#define PT_REGS_FP_CORE(x) ___pt_regs_core(x, FP)
#define PT_REGS_RC(x) ___pt_regs(x, RC)
#define PT_REGS_RC_CORE(x) ___pt_regs_core(x, RC)
#define PT_REGS_SP(x) ___pt_regs(x, SP)
#define PT_REGS_SP_CORE(x) ___pt_regs_core(x, SP)
#define PT_REGS_IP(x) ___pt_regs(x, IP)
#define PT_REGS_IP_CORE(x) ___pt_regs_core(x, IP)
#define PT_REGS_PARM2_SYSCALL(x) PT_REGS_PARM2(x)
#define PT_REGS_PARM2_CORE_SYSCALL(x) PT_REGS_PARM2_CORE(x)
#define PT_REGS_PARM3_SYSCALL(x) PT_REGS_PARM3(x)
#define PT_REGS_PARM3_CORE_SYSCALL(x) PT_REGS_PARM3_CORE(x)
#define PT_REGS_PARM4_SYSCALL(x) ___pt_regs(x, PARM4_SYSCALL)
#define PT_REGS_PARM4_CORE_SYSCALL(x) ___pt_regs_core(x, PARM4_SYSCALL)
#define PT_REGS_PARM5_SYSCALL(x) PT_REGS_PARM5(x)
#define PT_REGS_PARM5_CORE_SYSCALL(x) PT_REGS_PARM5_CORE(x)
#define PT_REGS_PARM6_SYSCALL(x) PT_REGS_PARM6(x)
#define PT_REGS_PARM6_CORE_SYSCALL(x) PT_REGS_PARM6_CORE(x)
#define PT_REGS_SYSCALL_REGS(ctx) ((struct pt_regs *)PT_REGS_PARM1(ctx))

/*
 * The function as the kernel calls it has one argument, ctx. It hands the named ones to a second function,
 * which gets the user's body; the values come as pointers and take the type of the parameter.
 */
#define ___bpf_body(name, ctx_type, args...) \
	static inline __attribute__((always_inline)) __typeof__(name(0)) \
	____##name(ctx_type *ctx, ##args); \
	__typeof__(name(0)) name(ctx_type *ctx) \
	{ \
		_Pragma("GCC diagnostic push") \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")
#define ___bpf_body_end(name, ctx_type, args...) \
		_Pragma("GCC diagnostic pop") \
	} \
	static inline __attribute__((always_inline)) __typeof__(name(0)) \
	____##name(ctx_type *ctx, ##args)
#define ___bpf_traced(values, name, ctx_type, args...) \
	name(ctx_type *ctx); \
	___bpf_body(name, ctx_type, ##args) \
		return ____##name(___bpf_apply(values, ___bpf_narg(args))); \
	___bpf_body_end(name, ctx_type, ##args)

#define ___bpf_ctx0 ctx
#define ___bpf_ctx1 ___bpf_ctx0, (void *)ctx[0]
#define ___bpf_ctx2 ___bpf_ctx1, (void *)ctx[1]
#define ___bpf_ctx3 ___bpf_ctx2, (void *)ctx[2]
#define ___bpf_ctx4 ___bpf_ctx3, (void *)ctx[3]
#define ___bpf_ctx5 ___bpf_ctx4, (void *)ctx[4]
#define ___bpf_ctx6 ___bpf_ctx5, (void *)ctx[5]
#define ___bpf_ctx7 ___bpf_ctx6, (void *)ctx[6]
#define ___bpf_ctx8 ___bpf_ctx7, (void *)ctx[7]
#define ___bpf_ctx9 ___bpf_ctx8, (void *)ctx[8]
#define ___bpf_ctx10 ___bpf_ctx9, (void *)ctx[9]
#define ___bpf_ctx11 ___bpf_ctx10, (void *)ctx[10]
#define ___bpf_ctx12 ___bpf_ctx11, (void *)ctx[11]
#define BPF_PROG(name, args...) ___bpf_traced(___bpf_ctx, name, unsigned long long, ##args)

#define ___bpf_kprobe0 ctx
#define ___bpf_kprobe1 ___bpf_kprobe0, (void *)PT_REGS_PARM1(ctx)
#define ___bpf_kprobe2 ___bpf_kprobe1, (void *)PT_REGS_PARM2(ctx)
#define ___bpf_kprobe3 ___bpf_kprobe2, (void *)PT_REGS_PARM3(ctx)
#define ___bpf_kprobe4 ___bpf_kprobe3, (void *)PT_REGS_PARM4(ctx)
#define ___bpf_kprobe5 ___bpf_kprobe4, (void *)PT_REGS_PARM5(ctx)
#define ___bpf_kprobe6 ___bpf_kprobe5, (void *)PT_REGS_PARM6(ctx)
#define ___bpf_kprobe7 ___bpf_kprobe6, (void *)PT_REGS_PARM7(ctx)
#define ___bpf_kprobe8 ___bpf_kprobe7, (void *)PT_REGS_PARM8(ctx)
#define BPF_KPROBE(name, args...) ___bpf_traced(___bpf_kprobe, name, struct pt_regs, ##args)
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)

#define ___bpf_kretprobe0 ctx
#define ___bpf_kretprobe1 ctx, (void *)PT_REGS_RC(ctx)
#define BPF_KRETPROBE(name, args...) ___bpf_traced(___bpf_kretprobe, name, struct pt_regs, ##args)
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)

/* A system call's arguments: in registers of their own where the kernel wraps its system calls. */
#define ___bpf_syscall0 ctx
#define ___bpf_wrapped0 ctx
#define ___bpf_syscall1 ___bpf_syscall0, (void *)PT_REGS_PARM1_SYSCALL(regs)
#define ___bpf_syscall2 ___bpf_syscall1, (void *)PT_REGS_PARM2_SYSCALL(regs)
#define ___bpf_syscall3 ___bpf_syscall2, (void *)PT_REGS_PARM3_SYSCALL(regs)
#define ___bpf_syscall4 ___bpf_syscall3, (void *)PT_REGS_PARM4_SYSCALL(regs)
#define ___bpf_syscall5 ___bpf_syscall4, (void *)PT_REGS_PARM5_SYSCALL(regs)
#define ___bpf_syscall6 ___bpf_syscall5, (void *)PT_REGS_PARM6_SYSCALL(regs)
#define ___bpf_wrapped1 ___bpf_wrapped0, (void *)PT_REGS_PARM1_CORE_SYSCALL(regs)
#define ___bpf_wrapped2 ___bpf_wrapped1, (void *)PT_REGS_PARM2_CORE_SYSCALL(regs)
#define ___bpf_wrapped3 ___bpf_wrapped2, (void *)PT_REGS_PARM3_CORE_SYSCALL(regs)
#define ___bpf_wrapped4 ___bpf_wrapped3, (void *)PT_REGS_PARM4_CORE_SYSCALL(regs)
#define ___bpf_wrapped5 ___bpf_wrapped4, (void *)PT_REGS_PARM5_CORE_SYSCALL(regs)
#define ___bpf_wrapped6 ___bpf_wrapped5, (void *)PT_REGS_PARM6_CORE_SYSCALL(regs)
#define BPF_KSYSCALL(name, args...) \
	name(struct pt_regs *ctx); \
	extern _Bool LINUX_HAS_SYSCALL_WRAPPER __attribute__((section(".kconfig"))); \
	___bpf_body(name, struct pt_regs, ##args) \
		struct pt_regs *regs = LINUX_HAS_SYSCALL_WRAPPER ? PT_REGS_SYSCALL_REGS(ctx) : ctx; \
		if (LINUX_HAS_SYSCALL_WRAPPER) \
			return ____##name(___bpf_apply(___bpf_wrapped, ___bpf_narg(args))); \
		return ____##name(___bpf_apply(___bpf_syscall, ___bpf_narg(args))); \
	___bpf_body_end(name, struct pt_regs, ##args)
#define BPF_KPROBE_SYSCALL BPF_KSYSCALL

/*
 * BPF_PROG2(name, type1, arg1, type2, arg2 …), for arguments that are structs by value: each takes as many
 * slots of the context as its size needs, one or two, from where a union turns them into the argument.
 */
#define ___bpf_nth2(_, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, \
	_20, _21, _22, _23, _24, N, ...) N
#define ___bpf_pairs(...) ___bpf_nth2(_, ##__VA_ARGS__, 12, 12, 11, 11, 10, 10, 9, 9, 8, 8, 7, 7, 6, 6, 5, 5, \
	4, 4, 3, 3, 2, 2, 1, 1, 0)
#define ___bpf_pair0(f)
#define ___bpf_pair1(f, t, x) f(t, x)
#define ___bpf_pair2(f, t, x, more...) f(t, x) ___bpf_pair1(f, more)
#define ___bpf_pair3(f, t, x, more...) f(t, x) ___bpf_pair2(f, more)
#define ___bpf_pair4(f, t, x, more...) f(t, x) ___bpf_pair3(f, more)
#define ___bpf_pair5(f, t, x, more...) f(t, x) ___bpf_pair4(f, more)
#define ___bpf_pair6(f, t, x, more...) f(t, x) ___bpf_pair5(f, more)
#define ___bpf_pair7(f, t, x, more...) f(t, x) ___bpf_pair6(f, more)
#define ___bpf_pair8(f, t, x, more...) f(t, x) ___bpf_pair7(f, more)
#define ___bpf_pair9(f, t, x, more...) f(t, x) ___bpf_pair8(f, more)
#define ___bpf_pair10(f, t, x, more...) f(t, x) ___bpf_pair9(f, more)
#define ___bpf_pair11(f, t, x, more...) f(t, x) ___bpf_pair10(f, more)
#define ___bpf_pair12(f, t, x, more...) f(t, x) ___bpf_pair11(f, more)
#define ___bpf_pair_slot(t, x) unsigned long long x[(sizeof(t) + 7) / 8];
#define ___bpf_pair_param(t, x) , t x
#define ___bpf_pair_value(t, x) , ((union { unsigned long long slot[2]; t value; }) \
	{ { slots->x[0], slots->x[(sizeof(t) - 1) / 8] } }).value
#define ___bpf_each_pair(f, args...) ___bpf_apply(___bpf_pair, ___bpf_pairs(args))(f, ##args)
#define BPF_PROG2(name, args...) \
	name(unsigned long long *ctx); \
	static inline __attribute__((always_inline)) __typeof__(name(0)) \
	____##name(unsigned long long *ctx ___bpf_each_pair(___bpf_pair_param, ##args)); \
	__typeof__(name(0)) name(unsigned long long *ctx) \
	{ \
		struct { ___bpf_each_pair(___bpf_pair_slot, ##args) } *slots = (void *)ctx; \
		return ____##name(ctx ___bpf_each_pair(___bpf_pair_value, ##args)); \
	} \
	static inline __attribute__((always_inline)) __typeof__(name(0)) \
	____##name(unsigned long long *ctx ___bpf_each_pair(___bpf_pair_param, ##args))

#endif
