/*
 * Copies and clears of memory as loads and stores; misaligned accesses to the
 * stack (members of packed records) as several.
 *
 * Each goes 8 bytes at a time, less at the end and where alignment asks for
 * it: the kernel's verifier refuses unaligned accesses to the stack, whereas
 * map values, packets and kernel memory may be read at any address on the
 * machines we know. What is large (MAX_INLINE) and lies where a helper may
 * write becomes one bpf_probe_read_kernel, which also clears: reading from
 * address 0 fails and leaves zeroes.
 */
#include "pass/internal.h"
#include "tables/tables.h"

#define MAX_INLINE 256 /* bytes */

typedef struct {
	Module *m;
	Func *f;
	Edit edit;
} Memops;

/* The alignment that is known of address `at` + bytes of an operation that promises `align`. */
static u32 alignment(Memops *x, Address at, u8 space, u32 align)
{
	const Ins *root = ir_ins(x->f, at.root);
	if (at.slot)
		return at.offset ? 1u << MIN(3, __builtin_ctzll((u64)at.offset)) : 8;
	if (root->op == OP_GLOBAL || space == AS_MAP || space == AS_PACKET || space == AS_KERNEL ||
	    space == AS_BTF)
		return 8;
	return align ? align : 1;
}

static u32 width_for(i64 left, u32 align)
{
	u32 width = MIN(align, 8u);
	while (width > left)
		width /= 2;
	return width;
}

static void clear_inline(Memops *x, Val v, u32 align)
{
	Ins ins = *ir_ins(x->f, v);
	Access to = access_of(x->f, &ins);
	Val zero[3] = {0};
	u32 width;
	for (i64 at = 0; at < ins.imm; at += width) {
		width = width_for(ins.imm - at, align);
		Cls cls = width == 8 ? CLS_L : CLS_W;
		if (!zero[cls])
			zero[cls] = edit_const(&x->edit, v, cls, 0);
		edit_before(&x->edit, v,
			    (Ins){.op = OP_STORE, .cls = cls, .size = (u8)width, .space = to.space,
				  .is_volatile = ins.is_volatile, .a = ins.a, .b = zero[cls], .imm = at});
	}
}

static void copy_inline(Memops *x, Val v, u32 align)
{
	Ins ins = *ir_ins(x->f, v);
	Access to = access_of(x->f, &ins), from = access_source(x->f, &ins);
	u32 width;
	for (i64 at = 0; at < ins.imm; at += width) {
		width = width_for(ins.imm - at, align);
		Cls cls = width == 8 ? CLS_L : CLS_W;
		Val value = edit_before(&x->edit, v,
					(Ins){.op = OP_LOAD, .cls = cls, .size = (u8)width,
					      .space = from.space, .is_volatile = ins.is_volatile,
					      .a = ins.b, .imm = at});
		edit_before(&x->edit, v,
			    (Ins){.op = OP_STORE, .cls = cls, .size = (u8)width, .space = to.space,
				  .is_volatile = ins.is_volatile, .a = ins.a, .b = value, .imm = at});
	}
}

/* May a helper write there, and read the source? */
static bool is_for_helper(Memops *x, const Ins *ins)
{
	Access to = access_of(x->f, ins);
	bool has_helper = x->m->c->target && x->m->c->target->has[FEAT_PROBE_READ_KERNEL];
	return has_helper && ins->imm > MAX_INLINE && x->m->license &&
	       strstr(x->m->license, "GPL") && (to.space == AS_STACK || to.space == AS_MAP);
}

static void call_helper(Memops *x, Val v)
{
	Ins ins = *ir_ins(x->f, v);
	Val args[3] = {ins.a, edit_const(&x->edit, v, CLS_L, ins.imm),
		       ins.op == OP_MEMCPY ? ins.b : edit_const(&x->edit, v, CLS_L, 0)};
	edit_before(&x->edit, v,
		    (Ins){.op = OP_CALL, .cls = CLS_L, .imm = HELPER_probe_read_kernel, .n_args = 3,
			  .args = args});
}

static void expand(Memops *x, Val v)
{
	Ins ins = *ir_ins(x->f, v);
	Access to = access_of(x->f, &ins);
	u32 align = alignment(x, to.at, to.space, ins.size);
	if (is_for_helper(x, &ins)) {
		call_helper(x, v);
	} else if (ins.op == OP_MEMZERO) {
		clear_inline(x, v, align);
	} else {
		Access from = access_source(x->f, &ins);
		copy_inline(x, v, MIN(align, alignment(x, from.at, from.space, ins.size)));
	}
	pass_remove(x->f, v);
}

/* Widths of the pieces of a load or store; 0: it can stay as it is. */
static u32 piece_width(Memops *x, const Ins *ins)
{
	bool is_access = ins->op == OP_LOAD || ins->op == OP_LOADS || ins->op == OP_STORE;
	if (!is_access || ins->core)
		return 0;
	Access to = access_of(x->f, ins);
	if (!to.at.slot || !(to.at.offset & (ins->size - 1)))
		return 0;
	return 1u << __builtin_ctzll((u64)to.at.offset);
}

static void load_pieces(Memops *x, Val v, u32 width)
{
	Ins ins = *ir_ins(x->f, v);
	Val sum = 0;
	for (u32 at = 0; at < ins.size; at += width) {
		Ins part = ins;
		part.op = OP_LOAD;
		part.size = (u8)width;
		part.imm += at;
		Val piece = edit_before(&x->edit, v, part);
		if (at)
			piece = edit_op(&x->edit, v, OP_SHL, ins.cls, piece,
					edit_const(&x->edit, v, ins.cls, 8 * at));
		sum = at ? edit_op(&x->edit, v, OP_OR, ins.cls, sum, piece) : piece;
	}
	bool is_short = ins.size < (ins.cls == CLS_L ? 8 : 4);
	if (ins.op == OP_LOADS && is_short)
		sum = edit_before(&x->edit, v, (Ins){.op = OP_SEXT, .cls = ins.cls, .size = ins.size, .a = sum});
	pass_replace(x->f, v, sum);
}

static void store_pieces(Memops *x, Val v, u32 width)
{
	Ins ins = *ir_ins(x->f, v);
	Cls cls = ir_ins(x->f, ins.b)->cls;
	for (u32 at = 0; at < ins.size; at += width) {
		Ins part = ins;
		part.size = (u8)width;
		part.imm += at;
		if (at)
			part.b = edit_op(&x->edit, v, OP_LSHR, cls, ins.b, edit_const(&x->edit, v, cls, 8 * at));
		edit_before(&x->edit, v, part);
	}
	pass_remove(x->f, v);
}

void pass_memops(Module *m, Func *f)
{
	Memops x = {.m = m, .f = f, .edit = edit_new(m, f)};
	ir_cfg(m, f);
	vec_each(b, &f->order) {
		for (u32 i = 0; i < f->blocks.at[*b].ins.len; i++) {
			Val v = f->blocks.at[*b].ins.at[i];
			u8 op = ir_ins(f, v)->op;
			u32 width = piece_width(&x, ir_ins(f, v));
			if (op == OP_MEMCPY || op == OP_MEMZERO)
				expand(&x, v);
			else if (width && op == OP_STORE)
				store_pieces(&x, v, width);
			else if (width)
				load_pieces(&x, v, width);
		}
	}
	edit_done(&x.edit);
	pass_tidy(m, f);
}
