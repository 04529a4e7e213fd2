/*
 * One C function as an IR function: parameters into slots, the body, the way
 * out. Also the small questions about types that all files ask.
 */
#include "lower/c_internal.h"

#define MAX_PARAMS 5

u32 clower_size(CLower *x, Type *t)
{
	return type_size(x->types, t);
}

bool clower_is_wide(CLower *x, Type *t)
{
	return type_is_integer(t) && clower_size(x, t) == 16;
}

bool clower_is_memory(CLower *x, Type *t)
{
	t = type_bare(t);
	return type_is_record(t) || t->kind == TY_ARRAY || clower_is_wide(x, t);
}

Cls clower_cls(CLower *x, Type *t)
{
	return type_is_ptr(t) || clower_size(x, t) > 4 ? CLS_L : CLS_W;
}

u32 clower_block(CLower *x, const char *name)
{
	return ir_block_new(x->m, x->f->fn, name);
}

/* Room of 8 bytes and more is aligned to 8, so that it's copied and cleared in few steps. */
u32 clower_temp(CLower *x, const char *name, u32 size, u32 align)
{
	return ir_slot_new(x->m, x->f->fn, name, MAX(size, 1u),
			   size >= 8 ? MAX(align, 8u) : MAX(align, 1u));
}

static void make_slots(CLower *x, CFunc *func)
{
	x->f->slots = NEW_N(x->c->arena, u32, func->vars.len + 1);
	for (u32 i = 0; i < func->vars.len; i++) {
		CVar *var = func->vars.at[i];
		u32 slot = clower_temp(x, var->name, clower_size(x, var->type), var->align);

		x->f->fn->slots.at[slot].loc = var->at.start;
		x->f->slots[i] = slot + 1;
	}
}

/* Parameter values; all before any other instruction. */
static void take_params(CLower *x, CFunc *func)
{
	u32 n = func->n_params + x->f->hidden_params;
	Val *values = NEW_N(x->c->arena, Val, n + 1);

	for (u32 i = 0; i < n; i++)
		values[i] = ir_add(CB(x), (Ins){.op = OP_PARAM, .cls = CLS_L, .imm = i});
	if (x->f->hidden_params) {
		u32 slot = clower_temp(x, "result", 8, 8);

		x->f->result_slot = slot + 1;
		ir_store(CB(x), AS_STACK, 8, ir_slot(CB(x), slot), 0, *values++);
	}
	for (u32 i = 0; i < func->n_params; i++) {
		Type *t = func->vars.at[i]->type;
		CPlace to = clower_slot_place(x, x->f->slots[i] - 1, t);
		CPlace from = {.base = values[i], .type = t, .align = 8};

		if (clower_is_memory(x, t))
			clower_copy(x, to, from, clower_size(x, t));
		else
			clower_store(x, to, ir_to_cls(CB(x), clower_cls(x, t), values[i]));
	}
}

/* What only functions that are inlined can do. */
static void check_limits(CLower *x, CFunc *func)
{
	Func *fn = x->f->fn;

	if (fn->kind == FUNC_STATIC)
		return;
	if (x->f->hidden_params)
		clower_error(x, func->at,
			     "'%s' can't return a struct: BPF functions return a number",
			     func->name);
	for (u32 i = 0; i < func->n_params; i++)
		if (fn->kind != FUNC_GLOBAL && clower_is_memory(x, func->vars.at[i]->type))
			clower_error(
			    x, func->vars.at[i]->at,
			    "'%s' can't take a struct by value: its arguments are registers",
			    func->name);
	if (fn->n_params > MAX_PARAMS && !func->always_inline)
		clower_error(x, func->at, "'%s' has %u parameters: a BPF function takes at most %d",
			     func->name, fn->n_params, MAX_PARAMS);
	if (func->is_variadic)
		clower_error(x, func->at,
			     "'%s' can't be variadic: BPF passes arguments in registers only",
			     func->name);
}

/* Flowing off the end gives 0, as the kernel wants a result where there is one. */
static void end_body(CLower *x)
{
	if (ir_is_ended(CB(x)))
		return;
	ir_ret(CB(x), x->f->fn->returns ? ir_const(CB(x), CLS_W, 0) : 0);
}

void clower_func(CLower *x, CFunc *func)
{
	CFuncState state = {.source = func, .fn = x->m->funcs.at[x->funcs[func->index] - 1]};
	Type *result = type_bare(type_bare(func->type)->base);
	Func *fn = state.fn;

	if (!func->body) {
		clower_error(x, func->at, "function '%s' is used but never defined", func->name);
		return;
	}
	x->f = &state;
	state.labels.arena = state.label_cleanups.arena = state.cases.arena = x->c->arena;
	state.hidden_params = clower_is_memory(x, result);
	fn->n_params = func->n_params + state.hidden_params;
	fn->returns = result->kind != TY_VOID && !state.hidden_params;
	state.b = (Build){.m = x->m, .f = fn, .loc = func->at.start};
	check_limits(x, func);
	make_slots(x, func);
	take_params(x, func);
	clower_stmt(x, func->body);
	CB(x)->loc = func->end ? func->end : CB(x)->loc;
	end_body(x);
	x->f = NULL;
}
