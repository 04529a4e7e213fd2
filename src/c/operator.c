/*
 * The types of operators (C11 6.5): each function takes checked operands,
 * complains as Clang does, and returns the checked node, folded where its
 * operands are constant.
 */
#include "c/internal.h"

static CExpr *node2(CParser *p, CExprKind kind, Type *type, CExpr *a, CExpr *b)
{
	CExpr *e = cx_new(p, kind, type, span_join(a->at, b->at));

	e->a = a;
	e->b = b;
	return e;
}

static CExpr *invalid_operands(CParser *p, CExpr *a, CExpr *b, Span at)
{
	c_error(p, at, "invalid operands to binary expression (%s and %s)", c_type_text(p, a->type),
		c_type_text(p, b->type));
	return cx_error(p, span_join(a->at, b->at));
}

/* ---- pointers ---- */

static Type *pointee(CExpr *e)
{
	return type_bare(e->type)->base;
}

static bool check_step(CParser *p, CExpr *ptr)
{
	Type *to = pointee(ptr);

	if (c_is_complete(p, to))
		return true;
	c_error(p, ptr->at, "arithmetic on a pointer to an incomplete type %s", c_type_text(p, to));
	return false;
}

static CExpr *pointer_add(CParser *p, CExpr *ptr, CExpr *n, bool is_minus)
{
	if (!check_step(p, ptr))
		return cx_error(p, ptr->at);
	Wide v;
	if (fold_int(n, &v) && v == 0)
		return ptr;
	CExpr *e = node2(p, CX_PTR_ADD, c_unqual(ptr->type), ptr, c_convert(p, n, p->t_long));
	e->is_minus = is_minus;
	if (ptr->kind == CX_INT && e->b->kind == CX_INT) {
		i64 size = MAX(type_size(p->ts, pointee(ptr)), 1u), by = (i64)e->b->value * size;
		return cx_int(p, (i64)ptr->value + (is_minus ? -by : by), e->type, e->at);
	}
	return e;
}

static CExpr *pointer_diff(CParser *p, CExpr *a, CExpr *b)
{
	if (!type_compatible(c_unqual(pointee(a)), c_unqual(pointee(b)))) {
		c_error(p, span_join(a->at, b->at),
			"%s and %s are not pointers to compatible types", c_type_text(p, a->type),
			c_type_text(p, b->type));
		return cx_error(p, a->at);
	}
	if (!check_step(p, a))
		return cx_error(p, a->at);
	if (a->kind == CX_INT && b->kind == CX_INT) {
		i64 size = MAX(type_size(p->ts, pointee(a)), 1u);
		return cx_int(p, (i64)(a->value - b->value) / size, p->t_long,
			      span_join(a->at, b->at));
	}
	return node2(p, CX_PTR_DIFF, p->t_long, a, b);
}

/* ---- binary ---- */

static CExpr *additive(CParser *p, CBinaryOp op, CExpr *a, CExpr *b, Span at, bool *done)
{
	bool pa = type_is_ptr(a->type), pb = type_is_ptr(b->type);

	*done = true;
	if (pa && type_is_integer(b->type))
		return pointer_add(p, a, b, op == CB_SUB);
	if (pb && op == CB_ADD && type_is_integer(a->type))
		return pointer_add(p, b, a, false);
	if (pa && pb && op == CB_SUB)
		return pointer_diff(p, a, b);
	*done = pa || pb;
	return *done ? invalid_operands(p, a, b, at) : NULL;
}

/* == and < of pointers: both become the same pointer type. */
static CExpr *compare_pointers(CParser *p, CBinaryOp op, CExpr *a, CExpr *b, Span at)
{
	bool pa = type_is_ptr(a->type), pb = type_is_ptr(b->type);

	if (!pa || !pb) {
		CExpr *other = pa ? b : a;
		if (!type_is_integer(other->type))
			return invalid_operands(p, a, b, at);
		if (!cx_is_null(other))
			c_warn(p, at, "comparison between pointer and integer (%s and %s)",
			       c_type_text(p, a->type), c_type_text(p, b->type));
		if (pa)
			b = c_convert(p, b, a->type);
		else
			a = c_convert(p, a, b->type);
	} else {
		Type *x = pointee(a), *y = pointee(b);
		bool any_void = type_bare(x)->kind == TY_VOID || type_bare(y)->kind == TY_VOID;
		if (!any_void && !type_compatible(c_unqual(x), c_unqual(y)))
			c_warn(p, at, "comparison of distinct pointer types (%s and %s)",
			       c_type_text(p, a->type), c_type_text(p, b->type));
		b = c_convert(p, b, a->type);
	}
	CExpr *e = node2(p, CX_BINARY, p->t_int, a, b);
	e->op = (u8)op;
	return fold(p, e);
}

static CExpr *shift(CParser *p, CBinaryOp op, CExpr *a, CExpr *b, Span at)
{
	a = c_promote(p, a);
	b = c_promote(p, b);
	Wide n;
	if (fold_int(b, &n)) {
		u32 bits = type_size(p->ts, a->type) * 8;
		if (n < 0)
			c_warn(p, at, "shift count is negative");
		else if (n >= bits)
			c_warn(p, at, "shift count >= width of type");
	}
	CExpr *e = node2(p, CX_BINARY, c_unqual(a->type), a, b);
	e->op = (u8)op;
	return fold(p, e);
}

CExpr *c_binary(CParser *p, CBinaryOp op, CExpr *a, CExpr *b, Span at)
{
	bool is_compare = op >= CB_EQ;
	bool done;

	a = c_rvalue(p, a);
	b = c_rvalue(p, b);
	if (cx_is_error(a) || cx_is_error(b))
		return cx_error(p, span_join(a->at, b->at));
	if (op == CB_ADD || op == CB_SUB) {
		CExpr *e = additive(p, op, a, b, at, &done);
		if (done)
			return e;
	}
	if (is_compare && (type_is_ptr(a->type) || type_is_ptr(b->type)))
		return compare_pointers(p, op, a, b, at);
	if (!type_is_integer(a->type) || !type_is_integer(b->type))
		return invalid_operands(p, a, b, at);
	if (op == CB_SHL || op == CB_SHR)
		return shift(p, op, a, b, at);
	Type *t = c_usual(p, &a, &b);
	Wide zero;
	if ((op == CB_DIV || op == CB_MOD) && fold_int(b, &zero) && zero == 0)
		c_warn(p, at, "%s by zero is undefined", op == CB_DIV ? "division" : "remainder");
	CExpr *e = node2(p, CX_BINARY, is_compare ? p->t_int : t, a, b);
	e->op = (u8)op;
	return fold(p, e);
}

CExpr *c_logical(CParser *p, CExprKind kind, CExpr *a, CExpr *b)
{
	a = c_truth(p, a, "logical operator");
	b = c_truth(p, b, "logical operator");
	if (cx_is_error(a) || cx_is_error(b))
		return cx_error(p, span_join(a->at, b->at));
	return fold(p, node2(p, kind, p->t_int, a, b));
}

/* ---- ?: ---- */

/* The type of both branches; NULL if they don't go together. */
static Type *branch_type(CParser *p, CExpr **yes, CExpr **no)
{
	Type *a = type_bare((*yes)->type), *b = type_bare((*no)->type);

	if (type_is_integer(a) && type_is_integer(b))
		return c_usual(p, yes, no);
	if (a->kind == TY_VOID || b->kind == TY_VOID)
		return p->t_void;
	if (type_is_record(a) && type_compatible(a, b))
		return c_unqual((*yes)->type);
	if (a->kind == TY_PTR && (b->kind == TY_PTR || type_is_integer(b))) {
		if (b->kind == TY_PTR && !cx_is_null(*yes) &&
		    (cx_is_null(*no) || type_bare(b->base)->kind != TY_VOID))
			return c_unqual((*yes)->type);
		if (b->kind != TY_PTR)
			return c_unqual((*yes)->type);
		return c_unqual((*no)->type);
	}
	if (b->kind == TY_PTR && type_is_integer(a))
		return c_unqual((*no)->type);
	return NULL;
}

CExpr *c_select(CParser *p, CExpr *cond, CExpr *yes, CExpr *no)
{
	CExpr *first = NULL;

	cond = c_truth(p, cond, "condition");
	if (!yes && cond->kind != CX_INT && !cx_is_error(cond)) {
		/* a ?: b → (t = a, t ? t : b) */
		CExpr *local = cx_new(p, CX_LOCAL, c_unqual(cond->type), cond->at);
		local->var = c_var_new(p, NULL, local->type, cond->at);
		local->var->is_used = true;
		first = node2(p, CX_ASSIGN, local->type, local, cond);
		cond = yes = c_rvalue(p, local);
	} else if (!yes) {
		yes = cond;
	}
	yes = c_rvalue(p, yes);
	no = c_rvalue(p, no);
	if (cx_is_error(cond) || cx_is_error(yes) || cx_is_error(no))
		return cx_error(p, span_join(cond->at, no->at));
	Type *t = branch_type(p, &yes, &no);
	if (!t) {
		c_error(p, span_join(cond->at, no->at), "incompatible operand types (%s and %s)",
			c_type_text(p, yes->type), c_type_text(p, no->type));
		return cx_error(p, cond->at);
	}
	CExpr *e = cx_new(p, CX_COND, t, span_join(cond->at, no->at));
	e->a = cond;
	e->b = type_bare(yes->type) == type_bare(t) ? yes : c_convert(p, yes, t);
	e->d = type_bare(no->type) == type_bare(t) ? no : c_convert(p, no, t);
	e = fold(p, e);
	return first ? node2(p, CX_COMMA, t, first, e) : e;
}

/* ---- assignment ---- */

static const char *object_name(const CExpr *e)
{
	switch ((CExprKind)e->kind) {
	case CX_LOCAL:
		return e->var->name;
	case CX_GLOBAL:
		return e->global->name;
	default:
		return NULL;
	}
}

/* Is e an object that may be written to? Reports if not. */
static bool is_writable(CParser *p, CExpr *e, Span at)
{
	Type *t = type_bare(e->type);

	if (cx_is_error(e))
		return false;
	if (!cx_is_lvalue(e) || t->kind == TY_FUNC || t->kind == TY_VOID || e->kind == CX_HELPER) {
		c_error(p, at, "expression is not assignable");
		return false;
	}
	if (t->kind == TY_ARRAY) {
		c_error(p, at, "array type %s is not assignable", c_type_text(p, e->type));
		return false;
	}
	if (!type_is_const(e->type))
		return true;
	const char *name = object_name(e);
	if (name)
		c_error(p, at, "cannot assign to variable '%s' with const-qualified type %s", name,
			c_type_text(p, e->type));
	else if (e->kind == CX_MEMBER)
		c_error(p, at,
			"cannot assign to non-static data member '%s' with const-qualified type %s",
			e->field.name, c_type_text(p, e->type));
	else
		c_error(p, at, "read-only variable is not assignable");
	return false;
}

CExpr *c_assign(CParser *p, CExpr *a, CExpr *b, Span at)
{
	if (!is_writable(p, a, at))
		return cx_error(p, span_join(a->at, b->at));
	b = c_assign_convert(p, b, a->type, ASSIGN_SET);
	if (cx_is_error(b))
		return b;
	CExpr *e = node2(p, CX_ASSIGN, c_unqual(a->type), a, b);
	e->is_volatile = type_is_volatile(a->type);
	return e;
}

CExpr *c_assign_op(CParser *p, CBinaryOp op, CExpr *a, CExpr *b, Span at)
{
	if (!is_writable(p, a, at))
		return cx_error(p, span_join(a->at, b->at));
	b = c_rvalue(p, b);
	CExpr *value = cx_unary(p, CX_LOAD, c_unqual(a->type), a);
	Type *calc;
	if (cx_is_error(b))
		return b;
	if (type_is_ptr(a->type) && (op == CB_ADD || op == CB_SUB) && type_is_integer(b->type)) {
		if (!check_step(p, value))
			return cx_error(p, a->at);
		b = c_convert(p, b, p->t_long);
		calc = value->type;
	} else if (!type_is_integer(a->type) || !type_is_integer(b->type)) {
		return invalid_operands(p, a, b, at);
	} else if (op == CB_SHL || op == CB_SHR) {
		calc = c_promote(p, value)->type;
		b = c_promote(p, b);
	} else {
		calc = c_usual(p, &value, &b);
	}
	CExpr *e = node2(p, CX_ASSIGN_OP, c_unqual(a->type), a, b);
	e->op = (u8)op;
	e->calc = calc;
	e->is_volatile = type_is_volatile(a->type);
	return e;
}

CExpr *c_inc_dec(CParser *p, CExpr *a, i8 delta, bool is_post, Span at)
{
	if (!is_writable(p, a, at))
		return cx_error(p, at);
	if (!type_is_scalar(a->type)) {
		c_error(p, at, "cannot %s value of type %s", delta > 0 ? "increment" : "decrement",
			c_type_text(p, a->type));
		return cx_error(p, at);
	}
	CExpr *e = cx_unary(p, CX_INC_DEC, c_unqual(a->type), a);
	if (type_is_ptr(a->type) && !check_step(p, e))
		return cx_error(p, at);
	e->at = span_join(a->at, at);
	e->delta = delta;
	e->is_post = is_post;
	e->is_volatile = type_is_volatile(a->type);
	return e;
}

/* ---- objects ---- */

CExpr *c_deref(CParser *p, CExpr *a, Span at)
{
	a = c_rvalue(p, a);
	if (cx_is_error(a))
		return a;
	if (!type_is_ptr(a->type)) {
		c_error(p, at, "indirection requires pointer operand (%s invalid)",
			c_type_text(p, a->type));
		return cx_error(p, at);
	}
	if (a->kind == CX_ADDR && type_bare(a->a->type)->kind == TY_FUNC)
		return a->a;
	if (a->kind == CX_HELPER)
		return a;
	CExpr *e = cx_unary(p, CX_DEREF, pointee(a), a);
	e->at = span_join(at, a->at);
	return e;
}

/* The variable that an address chain leads to is known to need memory. */
static void mark_address_taken(CExpr *e)
{
	while (e->kind == CX_MEMBER || e->kind == CX_INDEX)
		e = e->a;
	if (e->kind == CX_LOCAL || e->kind == CX_LITERAL)
		e->var->is_address_taken = true;
	else if (e->kind == CX_FUNC)
		e->func->is_address_taken = true;
}

CExpr *c_address(CParser *p, CExpr *a, Span at)
{
	if (cx_is_error(a))
		return a;
	if (a->kind == CX_HELPER)
		return a;
	if (!cx_is_lvalue(a)) {
		c_error(p, at, "cannot take the address of an rvalue of type %s",
			c_type_text(p, a->type));
		return cx_error(p, at);
	}
	if (a->kind == CX_MEMBER && a->field.bit_width && !p->n_preserve) {
		c_error(p, at, "address of bit-field requested");
		return cx_error(p, at);
	}
	if (a->kind == CX_STRING) {
		CExpr *g = cx_new(p, CX_GLOBAL, a->type, a->at);
		g->global = c_string_global(p, a);
		a = g;
	}
	mark_address_taken(a);
	CExpr *e = cx_unary(p, CX_ADDR, type_ptr(p->ts, a->type, AS_NONE), a);
	e->at = span_join(at, a->at);
	if (a->kind == CX_DEREF) {
		/* &*x → x */
		CExpr *same = a->a;
		if (same->type == e->type)
			return same;
	}
	return e;
}

CExpr *c_index(CParser *p, CExpr *a, CExpr *b, Span at)
{
	if (cx_is_error(a) || cx_is_error(b))
		return cx_error(p, at);
	if (type_is_integer(a->type) && !type_is_integer(b->type)) {
		CExpr *swap = a;
		a = b;
		b = swap;
	}
	b = c_rvalue(p, b);
	if (!type_is_integer(b->type)) {
		c_error(p, b->at, "array subscript is not an integer");
		return cx_error(p, at);
	}
	Type *t = type_bare(a->type);
	if (t->kind == TY_ARRAY && cx_is_lvalue(a) && a->kind != CX_STRING) {
		CExpr *e = node2(p, CX_INDEX, c_qualify_like(p, t->base, a->type), a,
				 c_convert(p, c_promote(p, b), p->t_long));
		e->is_core = p->n_preserve > 0 || (a->kind == CX_MEMBER && a->is_core) ||
			     (a->kind == CX_INDEX && a->is_core);
		return e;
	}
	a = c_rvalue(p, a);
	if (!type_is_ptr(a->type)) {
		c_error(p, a->at, "subscripted value is not an array, pointer, or vector");
		return cx_error(p, at);
	}
	if (!c_is_complete(p, pointee(a)) || type_bare(pointee(a))->kind == TY_VOID) {
		c_error(p, a->at, "subscript of pointer to %s type %s",
			type_bare(pointee(a))->kind == TY_VOID ? "void" : "incomplete",
			c_type_text(p, pointee(a)));
		return cx_error(p, at);
	}
	CExpr *e = c_deref(p, pointer_add(p, a, b, false), at);
	e->at = span_join(a->at, at);
	return e;
}

static CExpr *no_member(CParser *p, Type *record, Ident *name, Span at)
{
	if (type_complete(p->ts, record)->is_incomplete) {
		c_error(p, at, "incomplete definition of type %s", c_type_text(p, record));
		return cx_error(p, at);
	}
	c_error(p, at, "no member named '%s' in '%s'", name->name,
		type_str(p->ts, type_bare(record)));
	const char *near = type_field_nearest(p->ts, record, name->name);
	if (near && !p->pp.is_quiet)
		diag_hint(&p->c->diags, "did you mean '%s'?", near);
	return cx_error(p, at);
}

/* The record that a member is taken of, as an lvalue or a value; NULL after a message. */
static CExpr *member_base(CParser *p, CExpr *a, bool is_arrow, Span at)
{
	Type *t = type_bare(a->type);

	if (is_arrow) {
		a = c_rvalue(p, a);
		if (!type_is_ptr(a->type)) {
			bool is_record = t->kind == TY_STRUCT || t->kind == TY_UNION;
			c_error(p, at,
				is_record ? "member reference type %s is not a pointer; did you "
					    "mean to use '.'?"
					  : "member reference type %s is not a pointer",
				c_type_text(p, a->type));
			return is_record ? a : NULL;
		}
		a = c_deref(p, a, a->at);
		t = type_bare(a->type);
	} else if (t->kind == TY_PTR) {
		Type *to = type_bare(t->base);
		bool is_record = to->kind == TY_STRUCT || to->kind == TY_UNION;
		c_error(p, at,
			is_record
			    ? "member reference type %s is a pointer; did you mean to use '->'?"
			    : "member reference base type %s is not a structure or union",
			c_type_text(p, a->type));
		return is_record ? c_deref(p, a, a->at) : NULL;
	}
	if (t->kind == TY_STRUCT || t->kind == TY_UNION)
		return a;
	c_error(p, at, "member reference base type %s is not a structure or union",
		c_type_text(p, a->type));
	return NULL;
}

CExpr *c_member(CParser *p, CExpr *a, Ident *name, bool is_arrow, Span name_at)
{
	u16 path[TYPE_MAX_PATH];
	u32 n_path;
	Field f;

	if (cx_is_error(a) || !(a = member_base(p, a, is_arrow, name_at)) || cx_is_error(a))
		return cx_error(p, name_at);
	Type *record = type_complete(p->ts, a->type);
	if (!type_field(p->ts, record, name->name, &f, path, &n_path))
		return no_member(p, a->type, name, name_at);
	Type *t = f.type;
	if (!c_is_complete(p, t) && type_bare(t)->kind != TY_ARRAY)
		t = p->t_error;
	CExpr *e = cx_new(p, CX_MEMBER, c_qualify_like(p, t, a->type), span_join(a->at, name_at));
	e->a = a;
	e->field = f;
	e->path = NEW_N(p->arena, u16, n_path);
	memcpy(e->path, path, n_path * sizeof(u16));
	e->n_path = n_path;
	e->is_core =
	    p->n_preserve > 0 || record->is_preserved || (p->pp.is_vmlinux && record->btf_id);
	return e;
}

/* ---- prefix operators ---- */

CExpr *c_prefix(CParser *p, CTok op, CExpr *a, Span at)
{
	Span whole = span_join(at, a->at);
	CExprKind kind = op == CT_MINUS ? CX_NEG : op == CT_TILDE ? CX_COMPL : CX_NOT;

	a = op == CT_BANG ? c_rvalue(p, a) : c_promote(p, a);
	if (cx_is_error(a))
		return cx_error(p, whole);
	if (op == CT_BANG ? !type_is_scalar(a->type) : !type_is_integer(a->type)) {
		c_error(p, at, "invalid argument type %s to unary expression",
			c_type_text(p, a->type));
		return cx_error(p, whole);
	}
	if (op == CT_PLUS)
		return a;
	CExpr *e = cx_unary(p, kind, op == CT_BANG ? p->t_int : c_unqual(a->type), a);
	e->at = whole;
	return fold(p, e);
}

void c_mark_used(CParser *p, CExpr *e)
{
	if (p->n_unevaluated)
		return;
	switch ((CExprKind)e->kind) {
	case CX_LOCAL:
		e->var->is_used = true;
		break;
	case CX_GLOBAL:
		e->global->is_used = true;
		break;
	case CX_FUNC:
		e->func->is_used = true;
		break;
	case CX_EXTERN:
		e->ext->is_used = true;
		break;
	default:
		break;
	}
}
