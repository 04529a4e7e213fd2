/*
 * What addresses have to do with each other.
 *
 * An address is taken apart into a root (a slot, a global, a parameter, a
 * pointer that was loaded …) and constant offset. Two accesses of one root are
 * compared by their bytes. Different slots never meet; a slot whose address
 * goes nowhere meets nothing else. For the rest the address space that the
 * access carries decides, where there is one: spaces are memory apart from each
 * other.
 */
#include "pass/internal.h"

#include "tables/tables.h"

Address address_of(Func *f, Val v)
{
	Address at = {.root = pass_value(f, v)};
	for (;;) {
		Ins *ins = ir_ins(f, at.root);
		i64 bytes;
		if (ins->op == OP_ADD && pass_is_const(f, ins->b, &bytes)) {
			at.offset += bytes;
			at.root = pass_value(f, ins->a);
		} else if (ins->op == OP_SUB && pass_is_const(f, ins->b, &bytes)) {
			at.offset -= bytes;
			at.root = pass_value(f, ins->a);
		} else {
			break;
		}
	}
	Ins *root = ir_ins(f, at.root);
	if (root->op == OP_SLOT)
		at.slot = (u32)root->imm + 1;
	if (root->op == OP_GLOBAL)
		at.offset += root->imm;
	return at;
}

/* Marks the slots whose address is used by this operand in a way that is no plain access. */
static void note_escape(Memory *x, const Ins *user, Val operand, u32 index)
{
	if (ir_ins(x->f, operand)->cls != CLS_L)
		return;
	switch (user->op) {
	case OP_LOAD: case OP_LOADS: case OP_MEMZERO: case OP_MEMCPY: case OP_COPY:
		return;
	case OP_STORE:
		if (index == 0)
			return;
		break;
	case OP_ADD: case OP_SUB: {
		i64 bytes;
		if (index == 0 && pass_is_const(x->f, user->b, &bytes))
			return;
		break;
	}
	default:
		break;
	}
	u32 slot = x->slot_of[pass_value(x->f, operand)];
	bool is_seen = user->op == OP_CALL || (user->op == OP_ATOMIC && index == 0);
	u8 how = is_seen ? ESCAPE_ARGUMENT : ESCAPE_ANYWHERE;
	if (slot && x->escapes[slot - 1] < how)
		x->escapes[slot - 1] = how;
}

static bool may_change_ctx(Func *f, const Ins *ins)
{
	switch (ins->op) {
	case OP_STORE: {
		u8 space = access_of(f, ins).space;
		return space == AS_CTX || space == AS_NONE;
	}
	case OP_CALL:
		return helper_effects(ins->imm) & HELPER_MOVES_PACKET;
	case OP_CALLF: case OP_CALLK: case OP_ASM:
		return true;
	default:
		return false;
	}
}

u32 *address_slots(Module *m, Func *f)
{
	ir_cfg(m, f);
	u32 *slot_of = NEW_N(m->c->scratch, u32, f->ins.len);
	vec_each(b, &f->order) {
		vec_each(v, &f->blocks.at[*b].ins) {
			const Ins *ins = ir_ins(f, *v);
			i64 bytes;
			if (ins->op == OP_SLOT)
				slot_of[*v] = (u32)ins->imm + 1;
			else if ((ins->op == OP_ADD || ins->op == OP_SUB) && pass_is_const(f, ins->b, &bytes))
				slot_of[*v] = slot_of[pass_value(f, ins->a)];
		}
	}
	return slot_of;
}

Memory memory_of(Module *m, Func *f)
{
	Memory x = {.m = m, .f = f, .slot_of = address_slots(m, f),
		    .escapes = NEW_N(m->c->scratch, u8, f->slots.len + 1)};
	vec_each(b, &f->order) {
		vec_each(v, &f->blocks.at[*b].ins) {
			Ins *ins = ir_ins(f, *v);
			u32 index = 0;
			x.changes_ctx |= may_change_ctx(f, ins);
			ir_each_operand(ins, use)
				note_escape(&x, ins, *use, index++);
		}
	}
	return x;
}

Access access_of(Func *f, const Ins *ins)
{
	Access a = {.at = address_of(f, ins->a), .space = ins->space};
	if (ins->op == OP_MEMCPY || ins->op == OP_MEMZERO) {
		a.size = ins->imm;
	} else {
		a.size = ins->size;
		a.at.offset += ins->imm;
	}
	if (a.at.slot)
		a.space = AS_STACK;
	else if (ir_ins(f, a.at.root)->op == OP_GLOBAL)
		a.space = AS_MAP;
	return a;
}

Access access_source(Func *f, const Ins *copy)
{
	Access a = {.at = address_of(f, copy->b), .size = copy->imm};
	if (a.at.slot)
		a.space = AS_STACK;
	return a;
}

bool memory_overlaps(const Memory *x, const Access *a, const Access *b)
{
	if (a->at.root == b->at.root || (a->at.slot && a->at.slot == b->at.slot)) {
		if (a->size < 0 || b->size < 0)
			return true;
		return a->at.offset < b->at.offset + b->size &&
		       b->at.offset < a->at.offset + a->size;
	}
	if (a->at.slot && b->at.slot)
		return false;
	const Access *slot = a->at.slot ? a : b->at.slot ? b : NULL;
	if (slot && x->escapes[slot->at.slot - 1] != ESCAPE_ANYWHERE)
		return false;
	if (a->space != b->space && a->space && b->space)
		return false;
	const Ins *ra = ir_ins(x->f, a->at.root), *rb = ir_ins(x->f, b->at.root);
	return !(ra->op == OP_GLOBAL && rb->op == OP_GLOBAL && ra->sym != rb->sym);
}

/* Does a pointer of unknown origin among these arguments perhaps lead to the memory? */
static bool may_lead_to(const Memory *x, Address at, const Access *a)
{
	const Ins *root = ir_ins(x->f, at.root);
	if (at.root == a->at.root || (at.slot && at.slot == a->at.slot))
		return true;
	if (at.slot || root->op == OP_CONST || root->op == OP_MAP || root->op == OP_FUNC)
		return false;
	if (a->at.slot)
		return x->escapes[a->at.slot - 1] == ESCAPE_ANYWHERE;
	return true;
}

/* Does one of the arguments (bits of mask) lead to the memory? */
static bool is_argument(const Memory *x, const Ins *call, const Access *a, u32 mask)
{
	for (u32 i = 0; i < call->n_args; i++)
		if (mask & 1u << i && ir_ins(x->f, call->args[i])->cls == CLS_L &&
		    may_lead_to(x, address_of(x->f, call->args[i]), a))
			return true;
	return false;
}

static bool is_private(const Memory *x, const Access *a)
{
	return a->at.slot && x->escapes[a->at.slot - 1] == ESCAPE_NONE;
}

bool memory_call_writes(const Memory *x, Val call, const Access *a)
{
	const Ins *ins = ir_ins(x->f, call);
	if (is_private(x, a))
		return false;
	if (ins->op == OP_ATOMIC)
		return may_lead_to(x, address_of(x->f, ins->a), a);
	if (ins->op != OP_CALL)
		return true;
	if (a->space == AS_CTX)
		return helper_effects(ins->imm) & HELPER_MOVES_PACKET;
	if (a->space == AS_PACKET && helper_effects(ins->imm) & HELPER_MOVES_PACKET)
		return true;
	if (!a->at.slot && helper_effects(ins->imm) & HELPER_CHANGES_MAPS)
		return true;
	return is_argument(x, ins, a, helper_writes(ins->imm));
}

bool memory_call_reads(const Memory *x, Val call, const Access *a)
{
	const Ins *ins = ir_ins(x->f, call);
	if (is_private(x, a))
		return false;
	if (ins->op == OP_ATOMIC)
		return may_lead_to(x, address_of(x->f, ins->a), a);
	if (ins->op == OP_CALL && a->at.slot)
		return is_argument(x, ins, a, 0x1f);
	return true;
}
