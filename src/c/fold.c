/*
 * Constants. fold() turns a node whose operands are CX_INT into a CX_INT;
 * operators call it as they build, so that "is it constant" mostly means "is
 * it CX_INT". fold_int() also looks into what is only constant where a
 * constant is demanded (__builtin_constant_p of anything is 0 then).
 * fold_address() reads address constants for the initialisers of globals.
 *
 * Values are held in 128 bits, extended from their type by its sign.
 */
#include "c/internal.h"

/* v as a value of the type: truncated and extended again. */
static Wide in_type(Wide v, Type *t)
{
	t = type_bare(t);
	u32 size = t->kind == TY_PTR ? 8 : t->size;
	bool is_signed = t->kind == TY_PTR ? false : t->is_signed;

	if (t->kind == TY_BOOL)
		return v != 0;
	if (size >= 16 || size == 0)
		return v;
	u32 shift = 128 - size * 8;
	if (is_signed)
		return (Wide)((unsigned __int128)v << shift) >> shift;
	return (Wide)((unsigned __int128)v << shift >> shift);
}

Wide wide_of(const CExpr *e)
{
	unsigned __int128 v = (unsigned __int128)e->high << 64 | e->value;

	if (type_bare(e->type)->size == 16)
		return (Wide)v;
	return in_type((Wide)v, e->type);
}

static bool is_unsigned_wide(Type *t)
{
	t = type_bare(t);
	return t->kind == TY_PTR || !t->is_signed;
}

static bool compare(CBinaryOp op, Wide a, Wide b, bool is_unsigned)
{
	bool less = is_unsigned ? (unsigned __int128)a < (unsigned __int128)b : a < b;

	switch (op) {
	case CB_EQ:
		return a == b;
	case CB_NE:
		return a != b;
	case CB_LT:
		return less;
	case CB_LE:
		return less || a == b;
	case CB_GT:
		return !less && a != b;
	default:
		return !less;
	}
}

static bool divide(CBinaryOp op, Wide a, Wide b, bool is_unsigned, Wide *out)
{
	if (b == 0)
		return false;
	if (is_unsigned) {
		unsigned __int128 x = (unsigned __int128)a, y = (unsigned __int128)b;
		*out = (Wide)(op == CB_DIV ? x / y : x % y);
	} else if (b == -1) {
		*out = op == CB_DIV ? (Wide)(-(unsigned __int128)a) : 0;
	} else {
		*out = op == CB_DIV ? a / b : a % b;
	}
	return true;
}

static bool shift(CBinaryOp op, Wide a, Wide b, Type *t, Wide *out)
{
	u32 bits = type_bare(t)->size * 8;

	if (b < 0 || b >= bits)
		return false;
	if (op == CB_SHL)
		*out = (Wide)((unsigned __int128)a << (u32)b);
	else
		*out = is_unsigned_wide(t) ? (Wide)((unsigned __int128)a >> (u32)b) : a >> (u32)b;
	return true;
}

static bool binary(const CExpr *e, Wide a, Wide b, Wide *out)
{
	Type *t = e->a->type;
	bool is_unsigned = is_unsigned_wide(t);

	switch ((CBinaryOp)e->op) {
	case CB_ADD:
		*out = (Wide)((unsigned __int128)a + (unsigned __int128)b);
		break;
	case CB_SUB:
		*out = (Wide)((unsigned __int128)a - (unsigned __int128)b);
		break;
	case CB_MUL:
		*out = (Wide)((unsigned __int128)a * (unsigned __int128)b);
		break;
	case CB_AND:
		*out = a & b;
		break;
	case CB_OR:
		*out = a | b;
		break;
	case CB_XOR:
		*out = a ^ b;
		break;
	case CB_DIV:
	case CB_MOD:
		if (!divide(e->op, a, b, is_unsigned, out))
			return false;
		break;
	case CB_SHL:
	case CB_SHR:
		if (!shift(e->op, a, b, t, out))
			return false;
		break;
	default:
		*out = compare(e->op, a, b, is_unsigned);
		return true;
	}
	*out = in_type(*out, e->type);
	return true;
}

static bool fold_deep(CExpr *e, Wide *out, u32 depth);

/* && and ||: the right side doesn't count when the left one decides. */
static bool logical(CExpr *e, Wide *out, u32 depth)
{
	Wide a, b;

	if (!fold_deep(e->a, &a, depth))
		return false;
	if ((a != 0) == (e->kind == CX_OR)) {
		*out = a != 0;
		return true;
	}
	if (!fold_deep(e->b, &b, depth))
		return false;
	*out = b != 0;
	return true;
}

/* The value of `static const int x = 3`, which Clang takes for constant as well. */
static bool const_global(const CExpr *e, Wide *out)
{
	const CGlobal *g = e->a->kind == CX_GLOBAL ? e->a->global : NULL;
	u32 size = type_bare(e->type)->size;

	if (!g || !g->is_defined || e->is_volatile || !type_is_const(g->type) || size > 8 ||
	    g->relocs.len || !type_is_integer(e->type))
		return false;
	u64 v = 0;
	if (g->bytes)
		memcpy(&v, g->bytes, size);
	*out = in_type((Wide)v, e->type);
	return true;
}

/* The arithmetic of one node. */
static bool fold_deep(CExpr *e, Wide *out, u32 depth)
{
	Wide a, b;

	if (depth > 1000)
		return false;
	switch ((CExprKind)e->kind) {
	case CX_INT:
		*out = wide_of(e);
		return true;
	case CX_BUILTIN:
		*out = 0;
		if (e->builtin == CBI_EXPECT && e->n_args)
			return fold_deep(e->args[0], out, depth + 1);
		return e->builtin == CBI_CONSTANT_P;
	case CX_LOAD:
		return const_global(e, out);
	case CX_NEG:
	case CX_COMPL:
		if (!fold_deep(e->a, &a, depth + 1))
			return false;
		*out = in_type(e->kind == CX_NEG ? (Wide)(-(unsigned __int128)a) : ~a, e->type);
		return true;
	case CX_NOT:
		if (!fold_deep(e->a, &a, depth + 1))
			return false;
		*out = a == 0;
		return true;
	case CX_CAST:
		if (!type_is_scalar(e->type) || !type_is_scalar(e->a->type) ||
		    !fold_deep(e->a, &a, depth + 1))
			return false;
		*out = in_type(a, e->type);
		return true;
	case CX_BINARY:
		return fold_deep(e->a, &a, depth + 1) && fold_deep(e->b, &b, depth + 1) &&
		       binary(e, a, b, out);
	case CX_AND:
	case CX_OR:
		return logical(e, out, depth + 1);
	case CX_COND:
		return fold_deep(e->a, &a, depth + 1) && fold_deep(a ? e->b : e->d, out, depth + 1);
	default:
		return false;
	}
}

bool fold_int(CExpr *e, Wide *out)
{
	return type_is_integer(e->type) && fold_deep(e, out, 0);
}

static bool is_int(const CExpr *e)
{
	return !e || e->kind == CX_INT;
}

CExpr *fold(CParser *p, CExpr *e)
{
	Wide v;
	bool is_decided =
	    (e->kind == CX_AND || e->kind == CX_OR || e->kind == CX_COND) && e->a->kind == CX_INT;

	if (e->kind == CX_COND && is_decided)
		return wide_of(e->a) ? e->b : e->d;
	if (!is_decided && (!is_int(e->a) || !is_int(e->b) || !is_int(e->d)))
		return e;
	if (!type_is_scalar(e->type) || !fold_deep(e, &v, 0))
		return e;
	CExpr *n = cx_new(p, CX_INT, e->type, e->at);
	n->value = (u64)v;
	n->high = (u64)((unsigned __int128)v >> 64);
	n->is_constant = true;
	return n;
}

/* ---- addresses ---- */

static bool fold_lvalue(CParser *p, CExpr *e, Address *out);

static bool add_elements(CParser *p, Address *out, CExpr *index, Type *element, bool is_minus)
{
	Wide n;
	i64 size = MAX(type_size(p->ts, element), 1u);

	if (!fold_int(index, &n))
		return false;
	out->offset += (is_minus ? -(i64)n : (i64)n) * size;
	return true;
}

static bool fold_lvalue(CParser *p, CExpr *e, Address *out)
{
	switch ((CExprKind)e->kind) {
	case CX_GLOBAL:
		out->global = e->global;
		return true;
	case CX_MAP:
		out->map = e->map;
		return true;
	case CX_FUNC:
		out->func = e->func;
		return true;
	case CX_EXTERN:
		out->ext = e->ext;
		return true;
	case CX_STRING:
		out->global = c_string_global(p, e);
		return true;
	case CX_DEREF:
		return fold_address(p, e->a, out);
	case CX_MEMBER:
		if (!fold_lvalue(p, e->a, out))
			return false;
		out->offset += e->field.bit_offset / 8;
		return true;
	case CX_INDEX:
		return fold_lvalue(p, e->a, out) && add_elements(p, out, e->b, e->type, false);
	default:
		return false;
	}
}

bool fold_address(CParser *p, CExpr *e, Address *out)
{
	Wide v;

	switch ((CExprKind)e->kind) {
	case CX_ADDR:
	case CX_DECAY:
		return fold_lvalue(p, e->a, out);
	case CX_CAST:
		if (type_size(p->ts, e->type) != 8 || type_size(p->ts, e->a->type) != 8)
			break;
		return fold_address(p, e->a, out);
	case CX_PTR_ADD:
		return fold_address(p, e->a, out) &&
		       add_elements(p, out, e->b, type_bare(e->type)->base, e->is_minus);
	case CX_COND:
		return fold_deep(e->a, &v, 0) && fold_address(p, v ? e->b : e->d, out);
	default:
		break;
	}
	if (!fold_deep(e, &v, 0))
		return false;
	out->offset += (i64)v;
	return true;
}

bool fold_truth(CParser *p, CExpr *e, Wide *out)
{
	Address a = {0};

	if (e->kind == CX_NOT && fold_truth(p, e->a, out)) {
		*out = !*out;
		return true;
	}
	if (!type_is_ptr(e->type) || !fold_address(p, e, &a) || a.ext ||
	    (a.func && a.func->is_weak))
		return false;
	*out = a.global || a.func || a.map || a.offset;
	return true;
}

i64 c_constant(CParser *p, const char *what)
{
	CExpr *e = c_rvalue(p, c_conditional(p));
	Wide v;

	if (fold_int(e, &v))
		return (i64)v;
	if (!cx_is_error(e))
		c_error(p, e->at, "%s is not an integer constant expression", what);
	return 0;
}
