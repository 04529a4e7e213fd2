/*
 * argN of a static marker. Where the argument is was read from the marker's
 * note when the script was checked, and all places that share this program say
 * the same; so it's one load of a saved register, or one read of the process's
 * memory at an address made of such. What a marker does not have, and what is
 * in a floating-point register, is 0.
 */
#include "lower/internal.h"

static Val saved_register(Lower *l, u32 offset)
{
	return ir_load(B(l), AS_CTX, 8, false, CLS_L, l->f->ctx, offset);
}

Val lower_narrow(Lower *l, Val v, u32 size, bool is_signed)
{
	if (size >= 8)
		return v;
	if (is_signed)
		return ir_sext(B(l), CLS_L, size, v);
	if (size == 4)
		return ir_to_cls(B(l), CLS_L, ir_to_cls(B(l), CLS_W, v));
	return ir_op2(B(l), OP_AND, CLS_L, v, lower_const(l, (1ll << (size * 8)) - 1));
}

static Val register_value(Lower *l, const MarkerArg *a)
{
	Val v = saved_register(l, a->reg);

	if (a->is_high)
		v = ir_op2(B(l), OP_LSHR, CLS_L, v, lower_const(l, 8));
	return lower_narrow(l, v, a->size, a->is_signed);
}

/* value + base + index × scale, in the process */
static Val memory_value(Lower *l, const MarkerArg *a)
{
	Place p = {.space = AS_USER, .type = type_int(l->types, a->size, a->is_signed)};

	if (a->has_base) {
		p.base = saved_register(l, a->reg);
		p.offset = a->value;
	} else {
		p.base = lower_const(l, a->value);
	}
	if (a->has_index) {
		Val index = ir_op2(B(l), OP_MUL, CLS_L, saved_register(l, a->index), lower_const(l, a->scale));

		p.base = ir_op2(B(l), OP_ADD, CLS_L, p.base, index);
	}
	return place_load(l, p);
}

Val lower_marker_arg(Lower *l, const char *arguments, u32 index)
{
	MarkerArg a;

	if (!arguments || !marker_arg(arguments, index, l->c->target->arch, &a))
		return lower_const(l, 0);
	switch (a.kind) {
	case MARKER_ARG_CONSTANT:
		return lower_narrow(l, lower_const(l, a.value), a.size, a.is_signed);
	case MARKER_ARG_REGISTER:
		return register_value(l, &a);
	default:
		return memory_value(l, &a);
	}
}
