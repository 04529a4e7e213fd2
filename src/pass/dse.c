/*
 * Drops stores to slots that nobody reads.
 *
 * Three cases. A slot that is never read, and whose address no call gets: all
 * its stores go. A store whose bytes are all written again in the same block
 * (by a store, or by a helper that fills a buffer) before anything reads them. A store in a block that returns, when nothing
 * reads the slot between it and the return. Calls read the slots whose
 * addresses they get; a slot whose address is anywhere else is left alone.
 */
#include "pass/internal.h"

#define MAX_PENDING 24

typedef struct {
	Memory memory;
	Func *f;
	bool *is_read; /* of each slot: somewhere */
	Access pending[MAX_PENDING]; /* written later in the block, not read in between */
	u32 n_pending;
	u32 *read_after; /* of each slot: stamp of the block where it is read behind here */
	u32 stamp;
	bool is_last; /* the block returns: slots end here */
} Dse;

static bool is_tracked(const Dse *x, const Access *a)
{
	return a->at.slot && x->memory.escapes[a->at.slot - 1] != ESCAPE_ANYWHERE;
}

static void note_reads(Dse *x)
{
	vec_each(b, &x->f->order) {
		vec_each(v, &x->f->blocks.at[*b].ins) {
			Ins *ins = ir_ins(x->f, *v);
			Access a = {0};
			if (op_info[ins->op].effect == EFFECT_READ)
				a = access_of(x->f, ins);
			else if (ins->op == OP_MEMCPY)
				a = access_source(x->f, ins);
			if (a.at.slot)
				x->is_read[a.at.slot - 1] = true;
		}
	}
	for (u32 i = 0; i < x->f->slots.len; i++)
		x->is_read[i] |= x->memory.escapes[i] != ESCAPE_NONE;
}

static void read_bytes(Dse *x, const Access *a)
{
	u32 kept = 0;
	for (u32 i = 0; i < x->n_pending; i++)
		if (!memory_overlaps(&x->memory, &x->pending[i], a))
			x->pending[kept++] = x->pending[i];
	x->n_pending = kept;
	if (a->at.slot)
		x->read_after[a->at.slot - 1] = x->stamp;
}

/* A helper that fills a buffer of the stack: a write like a store's. Returns true if this is one. */
static bool fill_by_call(Dse *x, const Ins *ins)
{
	i64 bytes;
	if (ins->op != OP_CALL || !(helper_effects(ins->imm) & HELPER_FILLS) || ins->n_args < 2 ||
	    !pass_is_const(x->f, ins->args[1], &bytes))
		return false;
	Access a = {.at = address_of(x->f, ins->args[0]), .size = bytes, .space = AS_STACK};
	if (bytes > 0 && is_tracked(x, &a) && x->n_pending < MAX_PENDING)
		x->pending[x->n_pending++] = a;
	return true;
}

/* Does only the filled buffer make the call touch pending bytes i? */
static bool is_filled(const Dse *x, const Ins *call, u32 i)
{
	for (u32 k = 1; k < call->n_args; k++)
		if (ir_ins(x->f, call->args[k])->op != OP_CONST &&
		    address_of(x->f, call->args[k]).slot == x->pending[i].at.slot)
			return false;
	return address_of(x->f, call->args[0]).slot == x->pending[i].at.slot;
}

static void read_by_call(Dse *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	u32 kept = 0, first = fill_by_call(x, ins);
	for (u32 i = 0; i < x->n_pending; i++)
		if (!memory_call_reads(&x->memory, v, &x->pending[i]) || (first && is_filled(x, ins, i)))
			x->pending[kept++] = x->pending[i];
	x->n_pending = kept;
	Address at = ins->a ? address_of(x->f, ins->a) : (Address){0};
	if (at.slot)
		x->read_after[at.slot - 1] = x->stamp;
	for (u32 i = first; i < ins->n_args; i++) {
		at = address_of(x->f, ins->args[i]);
		if (at.slot)
			x->read_after[at.slot - 1] = x->stamp;
	}
}

static bool is_overwritten(const Dse *x, const Access *a)
{
	if (x->is_last && x->read_after[a->at.slot - 1] != x->stamp)
		return true;
	for (u32 i = 0; i < x->n_pending; i++) {
		const Access *p = &x->pending[i];
		if (p->at.slot == a->at.slot && p->at.offset <= a->at.offset &&
		    p->at.offset + p->size >= a->at.offset + a->size)
			return true;
	}
	return false;
}

static void visit_store(Dse *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	Access a = access_of(x->f, ins);
	if (is_tracked(x, &a) && !ins->is_volatile) {
		if (!x->is_read[a.at.slot - 1] || is_overwritten(x, &a)) {
			pass_remove(x->f, v);
			return;
		}
		if (x->n_pending < MAX_PENDING)
			x->pending[x->n_pending++] = a;
	}
	if (ins->op == OP_MEMCPY) {
		Access from = access_source(x->f, ins);
		read_bytes(x, &from);
	}
}

static void visit(Dse *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	switch (op_info[ins->op].effect) {
	case EFFECT_WRITE:
		visit_store(x, v);
		break;
	case EFFECT_READ: {
		Access a = access_of(x->f, ins);
		read_bytes(x, &a);
		break;
	}
	case EFFECT_CALL:
		read_by_call(x, v);
		break;
	default:
		break;
	}
}

void pass_dse(Module *m, Func *f)
{
	ir_cfg(m, f);
	if (!f->slots.len)
		return;
	Dse x = {.f = f, .memory = memory_of(m, f)};
	x.is_read = NEW_N(m->c->scratch, bool, f->slots.len);
	x.read_after = NEW_N(m->c->scratch, u32, f->slots.len);
	note_reads(&x);
	vec_each(b, &f->order) {
		Block *block = &f->blocks.at[*b];
		x.stamp++;
		x.n_pending = 0;
		x.is_last = ir_end(f, *b)->op == OP_RET;
		for (u32 i = block->ins.len; i-- > 0;)
			visit(&x, block->ins.at[i]);
	}
	pass_tidy(m, f);
}
