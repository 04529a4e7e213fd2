/*
 * Builtins about the current process, time and the machine.
 */
#include <sys/stat.h>

#include "lower/internal.h"

Val lower_pid_tgid(Lower *l)
{
	return ir_call(B(l), HELPER_get_current_pid_tgid, 0, NULL);
}

static Val high_half(Lower *l, Val v)
{
	return ir_op2(B(l), OP_LSHR, CLS_L, v, lower_const(l, 32));
}

static Val low_half(Lower *l, Val v)
{
	return ir_to_cls(B(l), CLS_L, ir_to_cls(B(l), CLS_W, v));
}

/* Whether the tracer counts processes as the initial namespace does: its number is a constant of the kernel. */
static bool namespace_of_tracer(u64 *dev, u64 *inode)
{
	const u64 initial = 0xeffffffc;
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) || st.st_ino == initial)
		return false;
	*dev = st.st_dev;
	*inode = st.st_ino;
	return true;
}

/* pid (offset 4: tgid) or tid (offset 0) as the tracer's namespace counts. struct bpf_pidns_info {pid, tgid}. */
static Val namespace_id(Lower *l, u64 dev, u64 inode, u32 offset)
{
	Val info = mem_temp(l, 8);

	mem_store(l, info, 0, 8, lower_const(l, 0));
	ir_call(B(l), HELPER_get_ns_current_pid_tgid, 4,
		(Val[]){lower_const(l, (i64)dev), lower_const(l, (i64)inode), info, lower_const(l, 8)});
	return mem_load(l, AS_STACK, info, offset, 4, false);
}

static Val process_id(Lower *l, const Node *n, bool is_thread)
{
	u64 dev, inode;

	if (n->value == 0 && l->c->target->has[FEAT_NS_PID_TGID] && !l->c->target->portable &&
	    namespace_of_tracer(&dev, &inode))
		return namespace_id(l, dev, inode, is_thread ? 0 : 4);
	return is_thread ? low_half(l, lower_pid_tgid(l)) : high_half(l, lower_pid_tgid(l));
}

Val lower_bi_pid(Lower *l, const Node *n, Val into)
{
	(void)into;
	return process_id(l, n, false);
}

Val lower_bi_tid(Lower *l, const Node *n, Val into)
{
	(void)into;
	return process_id(l, n, true);
}

Val lower_bi_uid(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return low_half(l, ir_call(B(l), HELPER_get_current_uid_gid, 0, NULL));
}

Val lower_bi_username(Lower *l, const Node *n, Val into)
{
	return lower_bi_uid(l, n, into);
}

Val lower_bi_gid(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return high_half(l, ir_call(B(l), HELPER_get_current_uid_gid, 0, NULL));
}

Val lower_bi_nsecs(Lower *l, const Node *n, Val into)
{
	static const u32 helpers[] = {HELPER_ktime_get_boot_ns, HELPER_ktime_get_ns,
				      HELPER_ktime_get_tai_ns, HELPER_ktime_get_tai_ns};
	u32 helper = helpers[n->value & 3];

	(void)into;
	if (helper == HELPER_ktime_get_tai_ns && !l->c->target->has[FEAT_KTIME_TAI]) {
		diag_error(&l->c->diags, n->at, "the clock tai needs %s", feature_text(FEAT_KTIME_TAI));
		return lower_const(l, 0);
	}
	return ir_call(B(l), helper, 0, NULL);
}

Val lower_bi_elapsed(Lower *l, const Node *n, Val into)
{
	Val now = ir_call(B(l), HELPER_ktime_get_boot_ns, 0, NULL);
	Val start = mem_load(l, AS_MAP, mem_global(l, &l->start_global, LOWER_START, 8), 0, 8, false);

	(void)n;
	(void)into;
	return ir_op2(B(l), OP_SUB, CLS_L, now, start);
}

Val lower_bi_jiffies(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return ir_call(B(l), HELPER_jiffies64, 0, NULL);
}

Val lower_bi_cpu(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return ir_call(B(l), HELPER_get_smp_processor_id, 0, NULL);
}

Val lower_bi_ncpus(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return lower_const(l, l->c->target->n_cpus);
}

Val lower_bi_numaid(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return ir_call(B(l), HELPER_get_numa_node_id, 0, NULL);
}

Val lower_bi_rand(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return low_half(l, ir_call(B(l), HELPER_get_prandom_u32, 0, NULL));
}

Val lower_bi_cgroup(Lower *l, const Node *n, Val into)
{
	(void)n;
	(void)into;
	return ir_call(B(l), HELPER_get_current_cgroup_id, 0, NULL);
}

/* ---- tasks ---- */

Val lower_current_task(Lower *l, AddrSpace *space)
{
	bool trusted = l->c->target->has[FEAT_TASK_BTF];

	*space = trusted ? AS_BTF : AS_KERNEL;
	return ir_call(B(l), trusted ? HELPER_get_current_task_btf : HELPER_get_current_task, 0, NULL);
}

Val lower_bi_curtask(Lower *l, const Node *n, Val into)
{
	Type *t = type_bare(n->type);
	AddrSpace space;

	(void)into;
	if (type_is_ptr(t) && t->space == AS_BTF)
		return lower_current_task(l, &space);
	return ir_call(B(l), HELPER_get_current_task, 0, NULL);
}

/* A member's place; an error at the current position if this kernel's structure hasn't got it. */
static bool member_place(Lower *l, AddrSpace space, Val base, const char *type, const char *member,
			 Place *out)
{
	Type *t = types_find_tag(l->types, TY_STRUCT, intern(&l->c->names, type));
	CoreReloc *core = NEW(l->c->arena, CoreReloc);
	Span here = {B(l)->loc, B(l)->loc + 1};
	Field field;
	u16 path[TYPE_MAX_PATH];
	u32 n_path;

	if (!t || !type_field(l->types, t, intern(&l->c->names, member), &field, path, &n_path)) {
		diag_error(&l->c->diags, here, "the kernel's type information has no struct %s with a member %s",
			   type, member);
		return false;
	}
	*core = (CoreReloc){.kind = CORE_FIELD_BYTE_OFFSET, .root = t, .n_path = n_path + 1};
	memcpy(core->path + 1, path, n_path * sizeof(*path));
	*out = (Place){.space = space, .base = base, .offset = field.bit_offset / 8, .core = core,
		       .type = field.type};
	return true;
}

Val lower_kernel_member(Lower *l, AddrSpace space, Val base, const char *type, const char *member,
			Type **member_type)
{
	Place p;

	if (!member_place(l, space, base, type, member, &p))
		return lower_const(l, 0);
	if (member_type)
		*member_type = p.type;
	return place_load(l, p);
}

/* The task that a builtin is about: its argument, or the current one's parent or leader. */
static Val related_task(Lower *l, const Node *n, const char *member, AddrSpace *space)
{
	Val task;

	if (n->n) {
		Type *t = type_bare(n->list[0]->type);

		*space = type_is_ptr(t) && t->space == AS_BTF ? AS_BTF : AS_KERNEL;
		task = lower_value(l, n->list[0]);
	} else {
		task = lower_current_task(l, space);
	}
	return lower_kernel_member(l, *space, task, "task_struct", member, NULL);
}

static Val task_number(Lower *l, const Node *n, const char *relation, const char *member)
{
	AddrSpace space;
	Val task = related_task(l, n, relation, &space);

	return lower_kernel_member(l, space, task, "task_struct", member, NULL);
}

static Val task_comm(Lower *l, const Node *n, const char *relation, Val into)
{
	AddrSpace space;
	Val task = related_task(l, n, relation, &space);
	Place p;

	if (member_place(l, space, task, "task_struct", "comm", &p))
		place_into(l, p, into);
	return into;
}

Val lower_bi_ppid(Lower *l, const Node *n, Val into)
{
	(void)into;
	return task_number(l, n, "real_parent", "tgid");
}

Val lower_bi_leader_tid(Lower *l, const Node *n, Val into)
{
	(void)into;
	return task_number(l, n, "group_leader", "pid");
}

Val lower_bi_pcomm(Lower *l, const Node *n, Val into)
{
	return task_comm(l, n, "real_parent", into);
}

Val lower_bi_leader_comm(Lower *l, const Node *n, Val into)
{
	return task_comm(l, n, "group_leader", into);
}

Val lower_bi_comm(Lower *l, const Node *n, Val into)
{
	if (n->n) {
		diag_error(&l->c->diags, n->at, "Syntax comm(PID) is not supported in this probe type yet. Type: %s",
			   l->program ? probe_info[l->program->kind].name : "fn");
		return into;
	}
	ir_call(B(l), HELPER_get_current_comm, 2, (Val[]){into, lower_const(l, 16)});
	return into;
}
