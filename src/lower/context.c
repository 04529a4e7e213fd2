/*
 * Builtins that come from the context: arguments, results, registers, function
 * names. Offsets are those of struct pt_regs of each architecture; kprobes,
 * uprobes and perf events all have it at the start of their context.
 */
#include "lower/internal.h"

typedef struct {
	Arch arch;
	u8 n_args;
	u16 args[8], result, ip, sp;
} Registers;

static const Registers registers[] = {
	{ARCH_X86_64, 6, {112, 104, 96, 88, 72, 64}, 80, 128, 152},
	{ARCH_ARM64, 8, {0, 8, 16, 24, 32, 40, 48, 56}, 0, 256, 248},
};

static const Registers *registers_of(Lower *l)
{
	return &registers[l->c->target->arch == ARCH_ARM64];
}

static Val context_word(Lower *l, i64 offset)
{
	return ir_load(B(l), AS_CTX, 8, false, CLS_L, l->f->ctx, offset);
}

static bool is_slots(Lower *l)
{
	ProbeKind kind = l->program->kind;

	return kind == PROBE_fentry || kind == PROBE_fexit || kind == PROBE_rawtracepoint;
}

/* Past the registers x86-64 passes arguments on the stack, above the return address. */
static Val stack_argument(Lower *l, const Registers *r, u32 index)
{
	bool is_user = probe_info[l->program->kind].allows & SCRIPT_USER;
	Place p = {.space = is_user ? AS_USER : AS_KERNEL, .base = context_word(l, r->sp),
		   .offset = 8 * (i64)(index - r->n_args + 1), .type = type_int(l->types, 8, false)};

	return place_load(l, p);
}

/* A caller leaves anything in the upper half of a register whose parameter is narrower. */
static Val narrowed(Lower *l, Type *t, Val v)
{
	u32 size = type_size(l->types, t);

	return type_is_integer(type_bare(t)) ? lower_narrow(l, v, size, type_is_signed(t)) : v;
}

Val lower_bi_arg(Lower *l, const Node *n, Val into)
{
	const Registers *r = registers_of(l);
	u32 index = (u32)n->value;

	(void)into;
	if (is_slots(l))
		return context_word(l, 8 * (i64)index);
	if (l->program->kind == PROBE_usdt)
		return lower_marker_arg(l, l->program->attach.at[0].arguments, index);
	if (index >= r->n_args)
		return narrowed(l, n->type, stack_argument(l, r, index));
	return narrowed(l, n->type, context_word(l, r->args[index]));
}

Val lower_bi_retval(Lower *l, const Node *n, Val into)
{
	(void)into;
	return context_word(l, is_slots(l) ? 8 * n->value : registers_of(l)->result);
}

Val lower_bi_reg(Lower *l, const Node *n, Val into)
{
	(void)into;
	return context_word(l, n->value);
}

Val lower_bi_ctx(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return l->f->ctx;
}

/* The lowest bits of cs: privilege level 3 is user mode. */
Val lower_bi_usermode(Lower *l, const Node *n, Val into)
{
	Val cs;

	(void)n;
	(void)into;
	if (l->c->target->arch != ARCH_X86_64)
		return lower_const(l, 0);
	cs = ir_op2(B(l), OP_AND, CLS_L, context_word(l, 136), lower_const(l, 3));
	return ir_to_cls(B(l), CLS_L, ir_cmp(B(l), OP_EQ, 8, cs, lower_const(l, 3)));
}

/* The traced function's address: by the helper where the kernel has it, else the interrupted ip. */
static Val function_address(Lower *l)
{
	bool is_return = l->program->kind == PROBE_kretprobe || l->program->kind == PROBE_uretprobe;

	if (l->c->target->has[FEAT_GET_FUNC_IP] && (is_return || is_slots(l)))
		return ir_call(B(l), HELPER_get_func_ip, 1, (Val[]){l->f->ctx});
	return context_word(l, registers_of(l)->ip);
}

Val lower_bi_func(Lower *l, const Node *n, Val into)
{
	Val ip = function_address(l);

	if (type_bare(n->type)->kind != TY_USYM)
		return ip;
	mem_store(l, into, 0, 8, ip);
	mem_store(l, into, 8, 8, ir_op2(B(l), OP_LSHR, CLS_L, lower_pid_tgid(l), lower_const(l, 32)));
	lower_process_seen(l, ir_op2(B(l), OP_LSHR, CLS_L, lower_pid_tgid(l), lower_const(l, 32)));
	return into;
}

Val lower_bi_override(Lower *l, const Node *n, Val into)
{
	(void)into;
	return ir_call(B(l), HELPER_override_return, 2, (Val[]){l->f->ctx, lower_value(l, n->list[0])});
}

Val lower_bi_signal(Lower *l, const Node *n, Val into)
{
	u32 helper = n->builtin == BI_signal ? HELPER_send_signal : HELPER_send_signal_thread;

	(void)into;
	return ir_call(B(l), helper, 1,
		       (Val[]){n->value >= 0 ? lower_const(l, n->value) : lower_value(l, n->list[0])});
}
