/*
 * Calls: functions of the program, helpers, kernel functions.
 *
 * Every argument goes as 64 bits. A struct goes as the address of a copy, and
 * comes back through an address that is passed before all others; both are only
 * possible between the program's own static functions. The result is cut to the
 * declared type: what other bits of r0 hold is nobody's promise.
 */
#include "lower/c_internal.h"

#include <linux/bpf.h>

#define MAX_ARGS 5

static Val argument(CLower *x, CExpr *e)
{
	if (!clower_is_memory(x, e->type))
		return ir_to_cls(CB(x), CLS_L, clower_value(x, e));
	u32 slot =
	    clower_temp(x, "argument", clower_size(x, e->type), type_align(x->types, e->type));
	CPlace p = clower_slot_place(x, slot, e->type);
	clower_into(x, p, e);
	return ir_slot(CB(x), slot);
}

/* Values for at most `limit` arguments, behind the hidden one; the rest only for their effects. */
static u32 arguments(CLower *x, CExpr *e, u32 limit, const CPlace *result, Val **out)
{
	Val *args = NEW_N(x->c->arena, Val, e->n_args + 2);
	u32 n = 0;

	if (result)
		args[n++] = clower_place_address(x, *result);
	for (u32 i = 0; i < e->n_args; i++) {
		if (i < limit)
			args[n++] = argument(x, e->args[i]);
		else
			clower_discard(x, e->args[i]);
	}
	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	*out = args;
	return n;
}

/* r0 as the declared type. Our own functions return values that are in form already. */
static Val call_result(CLower *x, Type *t, Val v, bool is_own)
{
	t = type_bare(t);
	if (t->kind == TY_VOID || clower_is_memory(x, t))
		return 0;
	if (is_own || t->kind != TY_BOOL)
		return is_own || clower_size(x, t) >= 4
			   ? ir_to_cls(CB(x), clower_cls(x, t), v)
			   : clower_cast(x, v, type_int(x->types, 8, false), t);
	return clower_cast(x, v, type_int(x->types, 8, false), type_int(x->types, 1, false));
}

static bool too_many(CLower *x, const CExpr *e, u32 n, const char *name)
{
	if (n <= MAX_ARGS)
		return false;
	clower_error(x, e->at, "'%s' is called with %u arguments: BPF passes at most %d", name, n,
		     MAX_ARGS);
	return true;
}

/* Structs don't go through registers to anyone but our own functions. */
static bool check_foreign(CLower *x, CExpr *e, const char *name)
{
	u32 errors = x->c->diags.n_errors;

	if (clower_is_memory(x, e->type))
		clower_error(x, e->at, "'%s' returns a struct, which BPF can't", name);
	for (u32 i = 0; i < e->n_args; i++)
		if (clower_is_memory(x, e->args[i]->type))
			clower_error(x, e->args[i]->at, "a struct can't be passed by value to '%s'",
				     name);
	return !too_many(x, e, e->n_args, name) && x->c->diags.n_errors == errors;
}

static Val no_result(CLower *x, Type *t)
{
	if (type_bare(t)->kind == TY_VOID || clower_is_memory(x, t))
		return 0;
	return ir_const(CB(x), clower_cls(x, t), 0);
}

static Val call_own(CLower *x, CExpr *e, const CPlace *result)
{
	CFunc *callee = e->func;
	u32 index = clower_func_index(x, callee);
	Val *args;
	u32 n = arguments(x, e, callee->n_params, result, &args);

	if (x->m->funcs.at[index]->kind != FUNC_STATIC && !callee->always_inline &&
	    too_many(x, e, n, callee->name))
		return no_result(x, e->type);
	Val v = ir_callf(CB(x), index, n, args);
	if (callee->is_noreturn) {
		ir_add(CB(x), (Ins){.op = OP_UNREACHABLE});
		return no_result(x, e->type);
	}
	return call_result(x, e->type, v, true);
}

/* Which argument points to a record for user space; -1: none. */
static int record_argument(u32 helper)
{
	switch (helper) {
	case BPF_FUNC_ringbuf_submit:
		return 0;
	case BPF_FUNC_ringbuf_output:
		return 1;
	case BPF_FUNC_perf_event_output:
	case BPF_FUNC_skb_output:
	case BPF_FUNC_xdp_output:
		return 3;
	default:
		return -1;
	}
}

/* User space reads the record by its type, so BTF must hold it. */
static void keep_record_type(CLower *x, const CExpr *e)
{
	int index = record_argument(e->helper);
	const CExpr *arg = index >= 0 && (u32)index < e->n_args ? e->args[index] : NULL;

	while (arg && arg->kind == CX_CAST)
		arg = arg->a;
	Type *pointer = arg ? type_bare(arg->type) : NULL;
	Type *record = pointer && pointer->kind == TY_PTR ? pointer->base : NULL;
	if (record && type_is_record(type_bare(record)))
		vec_push(x->c->arena, &x->m->extra_types, record);
}

static Val call_helper(CLower *x, CExpr *e)
{
	Val *args;

	keep_record_type(x, e);

	if (!check_foreign(x, e, "helper"))
		return no_result(x, e->type);
	u32 n = arguments(x, e, e->n_args, NULL, &args);
	return call_result(x, e->type, ir_call(CB(x), e->helper, n, args), false);
}

static Val call_kfunc(CLower *x, CExpr *e)
{
	Val *args;

	if (!check_foreign(x, e, e->ext->name))
		return no_result(x, e->type);
	u32 n = arguments(x, e, e->n_args, NULL, &args);
	Val v = ir_callk(CB(x), clower_extern_index(x, e->ext), n, args);
	return call_result(x, e->type, v, false);
}

Val clower_call(CLower *x, CExpr *e, const CPlace *result)
{
	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	switch (e->kind) {
	case CX_CALL:
		return call_own(x, e, result);
	case CX_CALL_HELPER:
		return call_helper(x, e);
	case CX_CALL_KFUNC:
		return call_kfunc(x, e);
	default:
		clower_error(x, e->at, "indirect calls are not possible in BPF");
		return no_result(x, e->type);
	}
}
