/*
 * Expression nodes and the conversions of C11 6.3, each made explicit: value
 * of an object, array and function to pointer, integer promotion, the usual
 * arithmetic conversions, and conversion as if by assignment with the messages
 * that Clang gives for what doesn't fit.
 */
#include "c/internal.h"

CExpr *cx_new(CParser *p, CExprKind kind, Type *type, Span at)
{
	CExpr *e = NEW(p->arena, CExpr);

	e->kind = (u8)kind;
	e->type = type;
	e->at = at;
	return e;
}

CExpr *cx_unary(CParser *p, CExprKind kind, Type *type, CExpr *a)
{
	CExpr *e = cx_new(p, kind, type, a->at);

	e->a = a;
	return e;
}

CExpr *cx_int(CParser *p, i64 value, Type *type, Span at)
{
	CExpr *e = cx_new(p, CX_INT, type, at);

	e->value = (u64)value;
	e->high = type_bare(type)->is_signed && value < 0 ? ~0ull : 0;
	e->is_constant = true;
	return e;
}

CExpr *cx_error(CParser *p, Span at)
{
	return cx_new(p, CX_ERROR, p->t_error, at);
}

bool cx_is_error(const CExpr *e)
{
	return e->kind == CX_ERROR || type_bare(e->type)->kind == TY_ERROR;
}

bool cx_is_lvalue(const CExpr *e)
{
	static const bool is_lvalue[CX_COUNT] = {
#define CEXPR(id, name, lvalue) [CX_##id] = lvalue,
#include "tables/cnodes.def"
#undef CEXPR
	};

	return is_lvalue[e->kind];
}

bool cx_is_null(const CExpr *e)
{
	while (e->kind == CX_CAST && type_bare(e->type)->kind == TY_PTR &&
	       type_bare(type_bare(e->type)->base)->kind == TY_VOID)
		e = e->a;
	return e->kind == CX_INT && !e->value && !e->high &&
	       (type_is_integer(e->type) ||
		(type_is_ptr(e->type) && type_bare(type_bare(e->type)->base)->kind == TY_VOID));
}

CExpr *c_rvalue(CParser *p, CExpr *e)
{
	Type *t = type_bare(e->type);

	if (cx_is_error(e))
		return e;
	if (t->kind == TY_ARRAY) {
		if (e->kind == CX_STRING && !p->n_unevaluated) {
			CExpr *g = cx_new(p, CX_GLOBAL, e->type, e->at);
			g->global = c_string_global(p, e);
			e = g;
		}
		return cx_unary(p, CX_DECAY,
				type_ptr(p->ts, c_qualify_like(p, t->base, e->type), AS_NONE), e);
	}
	if (t->kind == TY_FUNC)
		return cx_unary(p, CX_ADDR, type_ptr(p->ts, e->type, AS_NONE), e);
	if (!cx_is_lvalue(e))
		return e;
	if (e->kind == CX_HELPER) {
		e->type = c_unqual(e->type);
		return e;
	}
	if (t->kind == TY_VOID)
		return e;
	if (!c_is_complete(p, e->type)) {
		c_error(p, e->at, "incomplete type %s where a complete type is required",
			c_type_text(p, e->type));
		return cx_error(p, e->at);
	}
	CExpr *load = cx_unary(p, CX_LOAD, c_unqual(e->type), e);
	load->is_volatile = type_is_volatile(e->type);
	return load;
}

CExpr *c_convert(CParser *p, CExpr *e, Type *to)
{
	Type *from = type_bare(e->type), *target = type_bare(to);

	if (cx_is_error(e) || e->type == to)
		return e;
	if (from == target && from->kind != TY_INT && from->kind != TY_PTR && from->kind != TY_BOOL)
		return e;
	CExpr *cast = cx_unary(p, CX_CAST, to, e);
	cast->is_implicit = true;
	return fold(p, cast);
}

/* A cast that the user wrote. */
CExpr *c_cast(CParser *p, CExpr *e, Type *to, Span at)
{
	Type *target = type_bare(to), *from;

	e = c_rvalue(p, e);
	from = type_bare(e->type);
	if (cx_is_error(e) || target->kind == TY_ERROR)
		return cx_error(p, at);
	if (target->kind != TY_VOID && !type_is_scalar(target) && target != from) {
		c_error(p, at, "used type %s where arithmetic or pointer type is required",
			c_type_text(p, to));
		return cx_error(p, at);
	}
	if (target->kind != TY_VOID && !type_is_scalar(from) && target != from) {
		c_error(p, e->at, "operand of type %s where arithmetic or pointer type is required",
			c_type_text(p, e->type));
		return cx_error(p, at);
	}
	CExpr *cast = cx_unary(p, CX_CAST, c_unqual(to), e);
	cast->at = at;
	return fold(p, cast);
}

/* The integer type behind an enum, else the bare type. */
static Type *integer_of(Type *t)
{
	t = type_bare(t);
	return t->kind == TY_ENUM ? type_bare(t->base) : t;
}

/* The bit-field that a value was loaded from, or NULL. */
static const Field *bit_field_of(const CExpr *e)
{
	if (e->kind != CX_LOAD || e->a->kind != CX_MEMBER || !e->a->field.bit_width)
		return NULL;
	return &e->a->field;
}

CExpr *c_promote(CParser *p, CExpr *e)
{
	e = c_rvalue(p, e);
	if (!type_is_integer(e->type))
		return e;
	Type *t = integer_of(e->type);
	const Field *f = bit_field_of(e);
	if (f && f->bit_width < 32)
		return c_convert(p, e, p->t_int);
	if (t->kind == TY_BOOL || t->size < 4)
		return c_convert(p, e, p->t_int);
	if (type_bare(e->type)->kind == TY_ENUM)
		return c_convert(p, e, t);
	return e;
}

static bool is_long_long(const Type *t)
{
	return t->size == 8 && t->name && strstr(t->name, "long long");
}

/* The common type of two promoted operands. */
static Type *common(Type *a, Type *b)
{
	if (a == b)
		return a;
	if (a->size != b->size)
		return a->size > b->size ? a : b;
	if (a->is_signed != b->is_signed)
		return a->is_signed ? b : a;
	return is_long_long(b) ? b : a;
}

Type *c_usual(CParser *p, CExpr **a, CExpr **b)
{
	*a = c_promote(p, *a);
	*b = c_promote(p, *b);
	Type *x = integer_of((*a)->type), *y = integer_of((*b)->type);
	Type *t = common(x, y);
	/* keep the name that the user gave the type */
	Type *named = t == x ? c_unqual((*a)->type) : c_unqual((*b)->type);
	if (type_bare(named) != t)
		named = t;
	if (type_bare((*a)->type) != t)
		*a = c_convert(p, *a, named);
	if (type_bare((*b)->type) != t)
		*b = c_convert(p, *b, named);
	return named;
}

CExpr *c_truth(CParser *p, CExpr *e, const char *what)
{
	e = c_rvalue(p, e);
	if (cx_is_error(e) || type_is_scalar(e->type))
		return e;
	c_error(p, e->at, "%s requires scalar type (%s invalid)", what, c_type_text(p, e->type));
	return cx_error(p, e->at);
}

/* ---- as if by assignment ---- */

static const char *incompatible(CParser *p, Type *to, Type *from, AssignHow how)
{
	const char *t = c_type_text(p, to), *f = c_type_text(p, from);

	switch (how) {
	case ASSIGN_SET:
		return arena_printf(p->arena, "assigning to %s from %s", t, f);
	case ASSIGN_INIT:
		return arena_printf(p->arena, "initializing %s with an expression of %s", t, f);
	case ASSIGN_PASS:
		return arena_printf(p->arena, "passing %s to parameter of %s", f, t);
	default:
		return arena_printf(p->arena, "returning %s from a function with result %s", f, t);
	}
}

static void report(CParser *p, CExpr *e, Type *to, AssignHow how)
{
	static const char *const between[] = {
	    [ASSIGN_SET] = "incompatible type ",
	    [ASSIGN_INIT] = "incompatible type ",
	    [ASSIGN_PASS] = "incompatible type ",
	    [ASSIGN_RETURN] = "incompatible result type ",
	};
	const char *t = c_type_text(p, to), *f = c_type_text(p, e->type), *k = between[how];

	switch (how) {
	case ASSIGN_SET:
		c_error(p, e->at, "assigning to %s from %s%s", t, k, f);
		break;
	case ASSIGN_INIT:
		c_error(p, e->at, "initializing %s with an expression of %s%s", t, k, f);
		break;
	case ASSIGN_PASS:
		c_error(p, e->at, "passing %s to parameter of %s%s", f, k, t);
		break;
	case ASSIGN_RETURN:
		c_error(p, e->at, "returning %s from a function with %s%s", f, k, t);
		break;
	}
}

static bool is_void_ptr(Type *t)
{
	t = type_bare(t);
	return t->kind == TY_PTR && type_bare(t->base)->kind == TY_VOID;
}

/* Pointers: what they point to must agree; qualifiers may only be added. */
static void check_pointers(CParser *p, CExpr *e, Type *to, AssignHow how)
{
	Type *x = type_bare(to)->base, *y = type_bare(e->type)->base;

	if (type_bare(x)->kind == TY_ERROR || type_bare(y)->kind == TY_ERROR)
		return;
	if ((type_is_const(y) && !type_is_const(x)) ||
	    (type_is_volatile(y) && !type_is_volatile(x))) {
		c_warn(p, e->at, "%s discards qualifiers", incompatible(p, to, e->type, how));
		return;
	}
	if (is_void_ptr(to) || is_void_ptr(e->type) || type_compatible(c_unqual(x), c_unqual(y)))
		return;
	Type *a = type_bare(x), *b = type_bare(y);
	if (a->kind == TY_INT && b->kind == TY_INT && a->size == b->size) {
		return; /* differs in sign or name only: said with -Wpointer-sign by others, of no
			   use here */
	}
	c_warn(p, e->at, "incompatible pointer types %s", incompatible(p, to, e->type, how));
}

CExpr *c_assign_convert(CParser *p, CExpr *e, Type *to, AssignHow how)
{
	e = c_rvalue(p, e);
	to = c_unqual(to);
	Type *target = type_bare(to), *from = type_bare(e->type);

	if (cx_is_error(e) || target->kind == TY_ERROR)
		return e;
	if (type_is_integer(target) && type_is_integer(from))
		return c_convert(p, e, to);
	if (target->kind == TY_PTR && cx_is_null(e))
		return c_convert(p, e, to);
	if (target->kind == TY_PTR && from->kind == TY_PTR) {
		check_pointers(p, e, to, how);
		return c_convert(p, e, to);
	}
	if (target->kind == TY_BOOL && from->kind == TY_PTR)
		return c_convert(p, e, to);
	bool from_integer = target->kind == TY_PTR && type_is_integer(from);
	if (from_integer || (type_is_integer(target) && from->kind == TY_PTR)) {
		if (!p->pp.is_loose)
			c_error(p, e->at, "incompatible %s conversion %s",
				from_integer ? "integer to pointer" : "pointer to integer",
				incompatible(p, to, e->type, how));
		return c_convert(p, e, to);
	}
	if (type_is_record(target) && type_compatible(target, from))
		return e;
	report(p, e, to, how);
	return cx_error(p, e->at);
}
