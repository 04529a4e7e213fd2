/*
 * Calls, sorted by what is called: a function of the program, a helper (by the
 * number that its pointer is initialised with, or on demand from the table), a
 * kernel function, or, last, an address that is only known at run time.
 */
#include "c/internal.h"

static void parse_args(CParser *p, Exprs *args)
{
	Span open = c_here(p);

	c_advance(p);
	while (p->tok.kind != CT_RPAREN && p->tok.kind != CT_EOF) {
		vec_push(p->arena, args, c_assignment(p));
		if (!c_accept(p, CT_COMMA))
			break;
	}
	c_close(p, CT_RPAREN, open);
}

/* The function type behind a callee, NULL if it can't be called. */
static Type *function_type(CExpr *callee)
{
	Type *t = type_bare(callee->type);

	if (t->kind == TY_PTR)
		t = type_bare(t->base);
	return t->kind == TY_FUNC ? t : NULL;
}

static void note_declared(CParser *p, const CExpr *callee)
{
	const char *name = NULL;
	Span at = {0};

	if (callee->kind == CX_FUNC) {
		name = callee->func->name;
		at = callee->func->at;
	} else if (callee->kind == CX_EXTERN) {
		name = callee->ext->name;
		at = callee->ext->at;
	}
	if (name)
		c_note(p, at, "'%s' declared here", name);
}

static bool check_count(CParser *p, CExpr *callee, Type *fn, const Exprs *args)
{
	if (args->len == fn->n_fields || (fn->is_variadic && args->len > fn->n_fields))
		return true;
	bool is_few = args->len < fn->n_fields;
	Span at = is_few ? (Span){p->last_end - 1, p->last_end} : args->at[fn->n_fields]->at;
	c_error(p, at, "too %s arguments to function call, expected %s%u, have %u",
		is_few ? "few" : "many", fn->is_variadic ? "at least " : "", fn->n_fields,
		args->len);
	note_declared(p, callee);
	return false;
}

/* Converts the arguments in place; false if one is wrong. */
static bool convert_args(CParser *p, Type *fn, Exprs *args)
{
	bool is_good = true;

	for (u32 i = 0; i < args->len; i++) {
		CExpr *a = args->at[i];
		if (i < fn->n_fields)
			a = c_assign_convert(p, a, fn->fields[i].type, ASSIGN_PASS);
		else
			a = c_promote(p, a);
		if (!cx_is_error(a) && type_bare(a->type)->kind == TY_VOID) {
			c_error(p, a->at, "argument type 'void' is incomplete");
			is_good = false;
		}
		is_good &= !cx_is_error(a);
		args->at[i] = a;
	}
	return is_good;
}

/* A constant address as callee is a helper's number. */
static u32 helper_number(CExpr *callee)
{
	if (callee->kind == CX_HELPER)
		return callee->helper;
	if (callee->kind == CX_DEREF && callee->a->kind == CX_INT)
		callee = callee->a;
	return callee->kind == CX_INT && callee->value < 65536 ? (u32)callee->value : 0;
}

static CExpr *make_call(CParser *p, CExpr *callee, Type *fn, Exprs *args)
{
	CExpr *e = cx_new(p, CX_CALL_PTR, c_unqual(fn->base), c_since(p, callee->at));
	u32 helper = helper_number(callee);

	e->args = args->at;
	e->n_args = args->len;
	if (helper) {
		e->kind = CX_CALL_HELPER;
		e->helper = (u16)helper;
	} else if (callee->kind == CX_FUNC) {
		e->kind = CX_CALL;
		e->func = callee->func;
	} else if (callee->kind == CX_EXTERN) {
		e->kind = CX_CALL_KFUNC;
		e->ext = callee->ext;
	} else {
		e->a = c_rvalue(p, callee);
	}
	return e;
}

CExpr *c_call_with(CParser *p, CExpr *callee, Exprs *args)
{
	if (cx_is_error(callee))
		return cx_error(p, c_since(p, callee->at));
	if (callee->kind == CX_DEREF && type_bare(callee->type)->kind == TY_FUNC)
		callee = callee->a;
	Type *fn = function_type(callee);
	if (!fn) {
		c_error(p, callee->at,
			"called object type %s is not a function or function pointer",
			c_type_text(p, callee->type));
		return cx_error(p, c_since(p, callee->at));
	}
	bool is_good = check_count(p, callee, fn, args) && convert_args(p, fn, args);
	CExpr *e = make_call(p, callee, fn, args);
	return is_good ? e : cx_error(p, e->at);
}

CExpr *c_call(CParser *p, CExpr *callee)
{
	Exprs args = {0};

	if (callee->kind == CX_FUNC && !callee->func->body && callee->func != p->func) {
		int row = builtin_row(callee->func->name);
		if (row >= 0)
			return c_builtin(p, (u32)row, callee->at);
	}
	parse_args(p, &args);
	return c_call_with(p, callee, &args);
}
