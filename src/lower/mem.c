/*
 * Memory of a program: temporaries on the stack or in scratch, copying between
 * address spaces, constants and globals.
 */
#include "lower/internal.h"

#define SCRATCH_ALIGN 8u

Val mem_scratch_base(Lower *l)
{
	l->f->needs_scratch = true;
	return ir_load(B(l), AS_STACK, 8, false, CLS_L, ir_slot(B(l), l->f->scratch_slot), 0);
}

static u32 scratch_take(Lower *l, u32 size)
{
	u32 at = l->f->scratch_used;

	l->f->scratch_used += ALIGN_UP(size, SCRATCH_ALIGN);
	l->f->scratch_most = MAX(l->f->scratch_most, l->f->scratch_used);
	return at;
}

Val mem_temp(Lower *l, u32 size)
{
	if (size <= l->on_stack_limit)
		return ir_slot(B(l), ir_slot_new(l->m, l->f->fn, "temp", ALIGN_UP(MAX(size, 1u), 8u), 8));
	return ir_offset(B(l), mem_scratch_base(l), scratch_take(l, size));
}

LocalPlace mem_permanent(Lower *l, const char *name, u32 size)
{
	if (size <= l->on_stack_limit)
		return (LocalPlace){LOCAL_SLOT,
				    ir_slot_new(l->m, l->f->fn, name, ALIGN_UP(MAX(size, 1u), 8u), 8)};
	return (LocalPlace){LOCAL_SCRATCH, scratch_take(l, size)};
}

u32 mem_mark(Lower *l)
{
	return l->f->scratch_used;
}

void mem_reset(Lower *l, u32 mark)
{
	l->f->scratch_used = mark;
}

/*
 * Alignment of an address, as far as it shows: slots, scratch, map values and
 * records are aligned to 8, constant offsets from them to what the offset is.
 */
static u32 address_align(Lower *l, Val v)
{
	i64 offset = 0;
	const Ins *ins = ir_ins(l->f->fn, v);

	while (ins->op == OP_ADD) {
		const Ins *right = ir_ins(l->f->fn, ins->b);

		if (right->op != OP_CONST)
			return 1;
		offset |= right->imm;
		ins = ir_ins(l->f->fn, ins->a);
	}
	if (ins->op == OP_GLOBAL)
		offset |= ins->imm;
	return offset & 1 ? 1 : offset & 2 ? 2 : offset & 4 ? 4 : 8;
}

void mem_copy(Lower *l, Val to, Val from, u32 size)
{
	if (size)
		ir_memcpy(B(l), to, from, size, MIN(address_align(l, to), address_align(l, from)));
}

void mem_zero(Lower *l, Val to, u32 size)
{
	if (size)
		ir_memzero(B(l), to, size, address_align(l, to));
}

void mem_store(Lower *l, Val to, i64 offset, u32 size, Val v)
{
	ir_store(B(l), AS_NONE, size, to, offset, v);
}

Val mem_load(Lower *l, AddrSpace space, Val at, i64 offset, u32 size, bool is_signed)
{
	Cls cls = is_signed || size == 8 ? CLS_L : CLS_W;

	return ir_to_cls(B(l), CLS_L, ir_load(B(l), space, size, is_signed, cls, at, offset));
}

u32 mem_read_helper(AddrSpace space)
{
	return space == AS_USER	  ? HELPER_probe_read_user
	       : space == AS_NONE ? HELPER_probe_read
				  : HELPER_probe_read_kernel;
}

u32 mem_read_str_helper(AddrSpace space)
{
	return space == AS_USER	  ? HELPER_probe_read_user_str
	       : space == AS_NONE ? HELPER_probe_read_str
				  : HELPER_probe_read_kernel_str;
}

void mem_read(Lower *l, AddrSpace space, Val to, Val from, u32 size)
{
	if (!size)
		return;
	if (space == AS_STACK || space == AS_MAP || space == AS_CTX) {
		mem_copy(l, to, from, size);
		return;
	}
	ir_call(B(l), mem_read_helper(space), 3, (Val[]){to, lower_const(l, size), from});
}

void mem_store_bytes(Lower *l, Val to, const void *bytes, u32 size)
{
	const u8 *at = bytes;
	u32 align = address_align(l, to);

	for (u32 i = 0; i < size;) {
		u32 left = MIN(size - i, align);
		u32 n = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
		u64 word = 0;

		memcpy(&word, at + i, n);
		mem_store(l, to, i, n, ir_const(B(l), n == 8 ? CLS_L : CLS_W, (i64)word));
		i += n;
	}
}

static u32 global_new(Lower *l, const char *name, const char *section, const void *bytes, u32 size)
{
	Global *g = NEW(l->c->arena, Global);

	g->name = name;
	g->section = section;
	g->type = type_array(l->types, type_int(l->types, 1, false), size);
	g->size = size;
	g->align = 8;
	g->is_static = true;
	if (bytes)
		g->init = (u8 *)arena_copy(l->c->arena, bytes, size);
	return ir_global_add(l->m, g);
}

Val mem_constant(Lower *l, const char *name, const void *bytes, u32 size)
{
	return ir_global(B(l), global_new(l, name, ".rodata", bytes, size), 0);
}

Val mem_global(Lower *l, u32 *cache, const char *name, u32 size)
{
	if (!*cache) {
		u32 i = global_new(l, name, ".bss", NULL, size);

		l->m->globals.at[i]->is_static = false;
		if (size == 8)
			l->m->globals.at[i]->type = type_int(l->types, 8, false);
		*cache = i + 1;
	}
	return ir_global(B(l), *cache - 1, 0);
}
