/*
 * tseries(n, interval, slots[, function]): a ring of slots {epoch, value,
 * meta}, one for each interval of the boot clock; the epoch is the interval's
 * number. A value that finds an older epoch in its slot starts it anew. meta is
 * the number of values for averages and sums, and the time of the last value
 * where the last one is kept: user space needs them to join the CPUs' slots.
 */
#include "lower/internal.h"

#define SLOT_SIZE 24

static Val word_at(Lower *l, Val at, i64 offset)
{
	return mem_load(l, AS_MAP, at, offset, 8, false);
}

static void keep_if(Lower *l, Val better, Val slot, Val v)
{
	Branch b = branch_begin(l, better, false);

	mem_store(l, slot, 8, 8, v);
	branch_end(l, b);
}

/* One value more in a slot of the same interval. */
static void join_slot(Lower *l, const Type *t, Val slot, Val v, Val now)
{
	Op less = t->is_signed ? OP_SLT : OP_ULT;

	switch (t->agg_args[2]) {
	case AGG_AVG:
	case AGG_SUM:
		mem_store(l, slot, 8, 8, ir_op2(B(l), OP_ADD, CLS_L, word_at(l, slot, 8), v));
		mem_store(l, slot, 16, 8, ir_op2(B(l), OP_ADD, CLS_L, word_at(l, slot, 16), lower_const(l, 1)));
		break;
	case AGG_MIN:
		keep_if(l, ir_cmp(B(l), less, 8, v, word_at(l, slot, 8)), slot, v);
		break;
	case AGG_MAX:
		keep_if(l, ir_cmp(B(l), less, 8, word_at(l, slot, 8), v), slot, v);
		break;
	default:
		mem_store(l, slot, 8, 8, v);
		mem_store(l, slot, 16, 8, now);
	}
}

void lower_series_add(Lower *l, const Type *t, Val at, Val v)
{
	u32 count = t->size / SLOT_SIZE;
	Val now = ir_call(B(l), HELPER_ktime_get_boot_ns, 0, NULL);
	Val epoch = ir_op2(B(l), OP_UDIV, CLS_L, now, lower_const(l, t->agg_args[0]));
	Val index = ir_op2(B(l), OP_UMOD, CLS_L, epoch, lower_const(l, count)), slot;
	/* the check is for the verifier, to which a remainder may be any number */
	Branch inside = branch_begin(l, ir_cmp(B(l), OP_ULE, 8, index, lower_const(l, count - 1)), false);
	Branch same;

	slot = ir_op2(B(l), OP_ADD, CLS_L, at, ir_op2(B(l), OP_MUL, CLS_L, index, lower_const(l, SLOT_SIZE)));
	same = branch_begin(l, ir_cmp(B(l), OP_EQ, 8, word_at(l, slot, 0), epoch), true);
	join_slot(l, t, slot, v, now);
	branch_else(l, same);
	mem_store(l, slot, 0, 8, epoch);
	mem_store(l, slot, 8, 8, v);
	mem_store(l, slot, 16, 8, t->agg_args[2] == AGG_NONE ? now : lower_const(l, 1));
	branch_end(l, same);
	branch_end(l, inside);
}
