/*
 * switch: the value is compared with the cases, a few in a row, more by halving
 * the sorted list. BPF has no jump tables that all kernels know. A constant value
 * takes its case at once.
 */
#include "lower/c_internal.h"

#define MAX_ROW 4 /* so many cases are tried one after the other */

typedef struct {
	CLower *x;
	Type *type;    /* of the value */
	u32 slot;      /* that holds it */
	CStmt **cases; /* sorted */
	u32 otherwise;
} Search;

static u32 case_block(CLower *x, const CStmt *s)
{
	return (u32)map_get(&x->f->cases, (u64)(uintptr_t)s);
}

static bool is_less(const Type *t, i64 a, i64 b)
{
	return t->is_signed ? a < b : (u64)a < (u64)b;
}

/* Ordered by insertion: there are few, and they mostly stand in order. */
static void add_sorted(Search *s, u32 n, CStmt *one)
{
	while (n && is_less(s->type, one->low, s->cases[n - 1]->low)) {
		s->cases[n] = s->cases[n - 1];
		n--;
	}
	s->cases[n] = one;
}

static Val value_of(Search *s)
{
	return clower_load(s->x, clower_slot_place(s->x, s->slot, s->type));
}

static Val is_case(Search *s, const CStmt *one)
{
	Build *b = CB(s->x);
	Cls cls = clower_cls(s->x, s->type);
	u32 size = cls == CLS_L ? 8 : 4;
	Val v = value_of(s);

	if (one->low == one->high)
		return ir_cmp(b, OP_EQ, size, v, ir_const(b, cls, one->low));
	v = ir_op2(b, OP_SUB, cls, v, ir_const(b, cls, one->low));
	return ir_cmp(b, OP_ULE, size, v, ir_const(b, cls, (i64)((u64)one->high - (u64)one->low)));
}

static void search(Search *s, u32 from, u32 to)
{
	Build *b = CB(s->x);

	if (to - from > MAX_ROW) {
		u32 middle = from + (to - from) / 2;
		u32 lower = clower_block(s->x, "lower"), upper = clower_block(s->x, "upper");
		Cls cls = clower_cls(s->x, s->type);
		Val limit = ir_const(b, cls, s->cases[middle]->low), v = value_of(s);

		ir_br(
		    b,
		    ir_cmp(b, s->type->is_signed ? OP_SLT : OP_ULT, cls == CLS_L ? 8 : 4, v, limit),
		    lower, upper);
		ir_at(b, lower);
		search(s, from, middle);
		ir_at(b, upper);
		search(s, middle, to);
		return;
	}
	for (; from < to; from++) {
		u32 next = from + 1 < to ? clower_block(s->x, "next") : s->otherwise;

		ir_br(b, is_case(s, s->cases[from]), case_block(s->x, s->cases[from]), next);
		if (from + 1 < to)
			ir_at(b, next);
	}
	if (!ir_is_ended(b))
		ir_jmp(b, s->otherwise);
}

/* Where a constant goes. */
static u32 constant_case(Search *s, u32 n, i64 value)
{
	for (u32 i = 0; i < n; i++)
		if (!is_less(s->type, value, s->cases[i]->low) &&
		    !is_less(s->type, s->cases[i]->high, value))
			return case_block(s->x, s->cases[i]);
	return s->otherwise;
}

static void dispatch(CLower *x, CStmt *s, u32 done)
{
	Type *t = type_bare(s->expr->type);
	Search all = {.x = x,
		      .type = t,
		      .otherwise = done,
		      .cases = NEW_N(x->c->arena, CStmt *, s->n_cases + 1)};
	u32 n = 0;
	i64 value;

	for (u32 i = 0; i < s->n_cases; i++) {
		map_set(&x->f->cases, (u64)(uintptr_t)s->cases[i], clower_block(x, "case"));
		if (s->cases[i]->kind == CS_DEFAULT)
			all.otherwise = case_block(x, s->cases[i]);
		else
			add_sorted(&all, n++, s->cases[i]);
	}
	if (clower_const(x, s->expr, &value)) {
		ir_jmp(CB(x), constant_case(&all, n, value));
		return;
	}
	all.slot = clower_temp(x, "switch", clower_size(x, t), clower_size(x, t));
	clower_store(x, clower_slot_place(x, all.slot, t), clower_value(x, s->expr));
	search(&all, 0, n);
}

void clower_switch(CLower *x, CStmt *s)
{
	u32 done = clower_block(x, "endswitch");
	CTarget *outer = x->f->targets;

	dispatch(x, s, done);
	CTarget target = {s, done, 0, x->f->cleanups, outer};
	x->f->targets = &target;
	clower_stmt(x, s->then);
	x->f->targets = outer;
	if (!ir_is_ended(CB(x)))
		ir_jmp(CB(x), done);
	ir_at(CB(x), done);
}
