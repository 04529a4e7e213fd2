/*
 * Reads of kernel and user memory: kload and uload become what the target
 * allows.
 *
 * kload of a structure's field, where the kernel has bpf_rdonly_cast (6.2):
 * the base is cast once to the structure's type, which costs no instruction
 * when it runs, and the field is loaded directly; the kernel makes such loads
 * give 0 where they fault. Everything else is a bpf_probe_read_kernel or
 * bpf_probe_read_user into the stack and a load from there; the helper clears
 * its target when it fails.
 *
 * Helper calls are dear, so before that, reads at constant offsets from one
 * base that lie within WINDOW bytes are joined into one call, made where the
 * first of them stands, as long as the first dominates the others and no loop
 * lies between. An offset that the loader will relocate can't be joined in a
 * portable object; elsewhere the offset of this very kernel is taken as it is.
 */
#include "pass/internal.h"
#include "tables/tables.h"
#include "types/btf.h"

#define WINDOW 64 /* bytes */

/* Reads that share one call. */
typedef struct {
	Val leader;
	Val base;
	i64 first, end; /* offsets from base */
	u32 n;
	u32 slot; /* + 1 */
} Group;

typedef struct {
	Module *m;
	Func *f;
	Edit edit;
	const Target *target;
	Vec(Group) groups;
	u32 *group_of; /* value → group + 1 */
	u32 single; /* slot + 1 for reads that stand alone */
	Map casts; /* base and root type → cast in the block given by its instruction */
	Map groups_by_base; /* last group + 1 of a base */
	Loops loops;
} Reads;

static bool is_read(const Ins *ins)
{
	return ins->op == OP_KLOAD || ins->op == OP_ULOAD;
}

/* ---- direct loads ---- */

static bool is_castable(const Reads *x, const Ins *ins)
{
	const CoreReloc *core = ins->core;
	if (ins->op != OP_KLOAD || !core || !x->target || x->target->portable)
		return false;
	if (!x->target->has[FEAT_RDONLY_CAST] || !x->target->has[FEAT_KFUNC_CALL])
		return false;
	return core->kind == CORE_FIELD_BYTE_OFFSET && core->root->kind == TY_STRUCT &&
	       core->root->name && core->root->btf && !btf_base(core->root->btf);
}

static u32 cast_function(Reads *x)
{
	static const char name[] = "bpf_rdonly_cast";
	Type *type = x->m->c->types ? types_find_kernel_func(x->m->c->types, name) : NULL;
	if (!type) {
		type = NEW(x->m->c->arena, Type);
		type->kind = TY_FUNC;
	}
	return ir_extern_add(x->m, name, type, false);
}

/* The base, seen as a pointer to the root structure; made once for each base and structure in a block. */
static Val cast_of(Reads *x, Val v, Val base, const CoreReloc *core)
{
	u64 key = ((u64)(uintptr_t)core->root * 0x9e3779b97f4a7c15ull ^ base) | 1;
	Val known = (Val)map_get(&x->casts, key);
	const Ins *call = ir_ins(x->f, known);
	if (known && call->args[0] == base && ir_ins(x->f, call->args[1])->core->root == core->root &&
	    ir_dominates(x->f, ir_ins(x->f, known)->block, ir_ins(x->f, v)->block))
		return known;
	CoreReloc *id = NEW(x->m->c->arena, CoreReloc);
	*id = (CoreReloc){.kind = CORE_TYPE_ID_TARGET, .root = core->root};
	Val args[2] = {base, edit_before(&x->edit, v,
					 (Ins){.op = OP_CORE, .cls = CLS_L, .imm = core->root->btf_id,
					       .core = id})};
	u32 function = cast_function(x);
	Val cast = edit_before(&x->edit, v, (Ins){.op = OP_CALLK, .cls = CLS_L, .sym = function,
						  .n_args = 2, .args = args});
	map_set(&x->casts, key, cast);
	return cast;
}

static void load_directly(Reads *x, Val v)
{
	Ins ins = *ir_ins(x->f, v);
	Val base = cast_of(x, v, pass_value(x->f, ins.a), ins.core);
	Ins *load = ir_ins(x->f, v);
	load->op = OP_LOAD;
	load->space = AS_BTF;
	load->a = base;
}

/* ---- groups of reads ---- */

static bool is_fixed(const Reads *x, const Ins *ins)
{
	return !ins->is_volatile && ins->imm % ins->size == 0 && (!ins->core || (x->target && !x->target->portable));
}

/* Takes the read into the last group of its base, or makes a new one. */
static void put_in_group(Reads *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	Val base = pass_value(x->f, ins->a);
	u64 key = (u64)base << 1 | (ins->op == OP_ULOAD);
	u32 last = (u32)map_get(&x->groups_by_base, key);
	Group *g = last ? &x->groups.at[last - 1] : NULL;
	i64 end = ins->imm + ins->size;
	if (g) {
		u32 leader_block = ir_ins(x->f, g->leader)->block;
		bool is_near = MAX(g->end, end) - MIN(g->first, ins->imm) <= WINDOW;
		if (is_near && ir_dominates(x->f, leader_block, ins->block) &&
		    x->loops.head[leader_block] == x->loops.head[ins->block]) {
			g->first = MIN(g->first, ins->imm);
			g->end = MAX(g->end, end);
			g->n++;
			x->group_of[v] = last;
			return;
		}
	}
	vec_push(x->m->c->scratch, &x->groups,
		 (Group){.leader = v, .base = base, .first = ins->imm, .end = end, .n = 1});
	x->group_of[v] = x->groups.len;
	map_set(&x->groups_by_base, key, x->groups.len);
}

static u32 helper_for(const Reads *x, u8 op)
{
	if (x->target && !x->target->has[FEAT_PROBE_READ_KERNEL])
		return HELPER_probe_read;
	return op == OP_ULOAD ? HELPER_probe_read_user : HELPER_probe_read_kernel;
}

/* base + offset, or + the offset that the loader puts in */
static Val address_before(Reads *x, Val at, Val base, i64 offset, CoreReloc *core)
{
	Edit *e = &x->edit;
	if (!core && !offset)
		return base;
	Val bytes = core ? edit_before(e, at, (Ins){.op = OP_CORE, .cls = CLS_L, .imm = offset, .core = core})
			 : edit_const(e, at, CLS_L, offset);
	return edit_op(e, at, OP_ADD, CLS_L, base, bytes);
}

/* helper(slot + offset, bytes, address) before the read; returns the slot's address. */
static Val call_before(Reads *x, Val at, u32 slot, u32 offset, u32 bytes, Val address)
{
	Edit *e = &x->edit;
	u32 helper = helper_for(x, ir_ins(x->f, at)->op);
	Val to = edit_before(e, at, (Ins){.op = OP_SLOT, .cls = CLS_L, .imm = slot});
	Val start = offset ? edit_op(e, at, OP_ADD, CLS_L, to, edit_const(e, at, CLS_L, offset)) : to;
	Val args[3] = {start, edit_const(e, at, CLS_L, bytes), address};
	edit_before(e, at, (Ins){.op = OP_CALL, .cls = CLS_L, .imm = helper, .n_args = 3, .args = args});
	return to;
}

static void load_from_slot(Reads *x, Val v, Val slot, i64 offset)
{
	Ins *ins = ir_ins(x->f, v);
	*ins = (Ins){.op = OP_LOAD, .cls = ins->cls, .size = ins->size, .space = AS_STACK,
		     .block = ins->block, .loc = ins->loc, .a = slot, .imm = offset};
}

/* A read by itself: the slot is free again behind the load, so one serves all. */
static void read_alone(Reads *x, Val v)
{
	Ins ins = *ir_ins(x->f, v);
	if (!x->single)
		x->single = ir_slot_new(x->m, x->f, NULL, 8, 8) + 1;
	Val address = address_before(x, v, ins.a, ins.imm, ins.core);
	Val slot = call_before(x, v, x->single - 1, 0, ins.size, address);
	load_from_slot(x, v, slot, 0);
}

static void read_in_group(Reads *x, Val v, Group *g)
{
	Ins ins = *ir_ins(x->f, v);
	/* the bytes stand in the slot as they do in 8 aligned ones, so that all loads are aligned there */
	u32 lead = (u32)g->first & 7, bytes = (u32)(g->end - g->first);
	if (v == g->leader) {
		g->slot = ir_slot_new(x->m, x->f, NULL, ALIGN_UP(lead + bytes, 8u), 8) + 1;
		Val address = address_before(x, v, ins.a, g->first, NULL);
		call_before(x, v, g->slot - 1, lead, bytes, address);
	}
	Val slot = edit_before(&x->edit, v, (Ins){.op = OP_SLOT, .cls = CLS_L, .imm = g->slot - 1});
	load_from_slot(x, v, slot, ins.imm - g->first + lead);
}

static void lower(Reads *x, Val v)
{
	if (is_castable(x, ir_ins(x->f, v))) {
		load_directly(x, v);
		return;
	}
	Group *g = x->group_of[v] ? &x->groups.at[x->group_of[v] - 1] : NULL;
	if (g && g->n > 1)
		read_in_group(x, v, g);
	else
		read_alone(x, v);
}

static bool has_reads(Func *f)
{
	for (Val v = 1; v < f->ins.len; v++)
		if (is_read(ir_ins(f, v)))
			return true;
	return false;
}

void pass_access(Module *m, Func *f)
{
	if (!has_reads(f))
		return;
	ir_cfg(m, f);
	Reads x = {.m = m, .f = f, .edit = edit_new(m, f), .target = m->c->target};
	u32 n = f->ins.len;
	x.casts = x.groups_by_base = (Map){.arena = m->c->scratch};
	x.loops = ir_loops(m, f);
	x.group_of = NEW_N(m->c->scratch, u32, n);
	vec_each(b, &f->order) {
		vec_each(v, &f->blocks.at[*b].ins) {
			const Ins *ins = ir_ins(f, *v);
			if (is_read(ins) && !is_castable(&x, ins) && is_fixed(&x, ins) &&
			    m->c->opt_level > 0)
				put_in_group(&x, *v);
		}
	}
	vec_each(b, &f->order)
		for (u32 i = 0; i < f->blocks.at[*b].ins.len; i++)
			if (is_read(ir_ins(f, f->blocks.at[*b].ins.at[i])))
				lower(&x, f->blocks.at[*b].ins.at[i]);
	edit_done(&x.edit);
	pass_tidy(m, f);
}
