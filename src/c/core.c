/*
 * CO-RE: Clang's builtins that ask libbpf about the running kernel, and the
 * access path of a relocatable lvalue.
 *
 * The kinds' numbers are those of enum bpf_core_relo_kind; the builtins' own
 * second arguments are numbered by bpf_core_read.h. Each node carries the
 * value by our own layout, which libbpf replaces.
 */
#include "c/internal.h"

enum { /* enum bpf_core_relo_kind */
       RELO_BYTE_OFFSET,
       RELO_BYTE_SIZE,
       RELO_EXISTS,
       RELO_SIGNED,
       RELO_LSHIFT,
       RELO_RSHIFT,
       RELO_TYPE_ID_LOCAL,
       RELO_TYPE_ID_TARGET,
       RELO_TYPE_EXISTS,
       RELO_TYPE_SIZE,
       RELO_ENUM_EXISTS,
       RELO_ENUM_VALUE,
       RELO_TYPE_MATCHES,
};

/* "(" expression "," kind ")": the expression is an lvalue and not evaluated. */
static CExpr *two_arguments(CParser *p, i64 *kind)
{
	Span open = c_here(p);

	c_expect(p, CT_LPAREN, NULL);
	CExpr *e = c_assignment(p);
	c_expect(p, CT_COMMA, NULL);
	*kind = c_constant(p, "second argument");
	c_close(p, CT_RPAREN, open);
	return e;
}

CExpr *core_access_index(CParser *p)
{
	Span open = c_here(p);

	c_expect(p, CT_LPAREN, NULL);
	p->n_preserve++;
	CExpr *e = c_rvalue(p, c_assignment(p));
	p->n_preserve--;
	c_close(p, CT_RPAREN, open);
	return e;
}

/* The storage unit that a bit-field is read through: its bytes, grown until all bits are inside. */
static void bit_field_unit(u64 bit_offset, u32 bits, u32 type_bytes, u64 *offset, u32 *size)
{
	*size = type_bytes;
	*offset = bit_offset / 8 / *size * *size;
	while (bit_offset + bits - *offset * 8 > *size * 8u && *size < 8) {
		*size *= 2;
		*offset = bit_offset / 8 / *size * *size;
	}
}

static i64 local_field_info(CParser *p, const CCoreAccess *a, i64 kind)
{
	u32 size = type_size(p->ts, a->type),
	    bits = a->field.bit_width ? a->field.bit_width : size * 8;
	u64 offset = a->local_offset_bits / 8;

	if (a->field.bit_width)
		bit_field_unit(a->local_offset_bits, bits, MAX(size, 1u), &offset, &size);
	switch (kind) {
	case RELO_BYTE_OFFSET:
		return (i64)offset;
	case RELO_BYTE_SIZE:
		return size;
	case RELO_EXISTS:
		return 1;
	case RELO_SIGNED:
		return type_is_signed(a->type);
	case RELO_LSHIFT:
		return 64 - (i64)(a->local_offset_bits + bits - offset * 8);
	default:
		return 64 - (i64)bits;
	}
}

CExpr *core_field_info(CParser *p, Span at)
{
	CCoreAccess access;
	i64 kind;

	p->n_preserve++;
	p->n_unevaluated++;
	CExpr *a = two_arguments(p, &kind);
	p->n_unevaluated--;
	p->n_preserve--;
	if (cx_is_error(a))
		return a;
	if (kind < RELO_BYTE_OFFSET || kind > RELO_RSHIFT) {
		c_error(p, at,
			"second argument of '__builtin_preserve_field_info' is not a known kind");
		return cx_error(p, at);
	}
	if (!c_core_access(p->c, a, &access)) {
		c_error(p, a->at,
			"argument of '__builtin_preserve_field_info' is not a field access");
		return cx_error(p, at);
	}
	CExpr *e = cx_unary(p, CX_CORE_FIELD, p->t_uint, a);
	e->at = c_since(p, at);
	e->core_kind = (u8)kind;
	e->value = (u64)local_field_info(p, &access, kind);
	return e;
}

CExpr *core_type_info(CParser *p, Span at, bool is_id)
{
	static const u8 kinds[2][3] = {
	    {RELO_TYPE_EXISTS, RELO_TYPE_SIZE, RELO_TYPE_MATCHES},
	    {RELO_TYPE_ID_LOCAL, RELO_TYPE_ID_TARGET, RELO_TYPE_ID_LOCAL},
	};
	i64 kind;

	p->n_unevaluated++;
	CExpr *a = two_arguments(p, &kind);
	p->n_unevaluated--;
	if (cx_is_error(a))
		return a;
	if (kind < 0 || kind > (is_id ? 1 : 2)) {
		c_error(p, at, "second argument of '%s' is not a known kind",
			is_id ? "__builtin_btf_type_id" : "__builtin_preserve_type_info");
		return cx_error(p, at);
	}
	CExpr *e = cx_new(p, CX_CORE_TYPE, is_id ? p->t_ulong : p->t_uint, c_since(p, at));
	e->core_kind = kinds[is_id][kind];
	e->operand_type = c_unqual(a->type);
	e->is_exact_local = e->core_kind == RELO_TYPE_ID_LOCAL;
	if (e->core_kind == RELO_TYPE_SIZE)
		e->value = type_size(p->ts, a->type);
	else if (!is_id)
		e->value = 1;
	return e;
}

/* The argument is *(ENUM *)ENUMERATOR. */
CExpr *core_enum_value(CParser *p, Span at)
{
	i64 kind;

	p->n_unevaluated++;
	CExpr *a = two_arguments(p, &kind);
	p->n_unevaluated--;
	if (cx_is_error(a))
		return a;
	Type *t = type_complete(p->ts, a->type);
	if (a->kind != CX_DEREF || a->a->kind != CX_INT || t->kind != TY_ENUM || kind < 0 ||
	    kind > 1) {
		c_error(p, a->at,
			"argument of '__builtin_preserve_enum_value' is not an enumerator");
		return cx_error(p, at);
	}
	u32 i = 0;
	while (i < t->n_enums && (u64)t->enums[i].value != a->a->value)
		i++;
	if (i == t->n_enums) {
		c_error(p, a->at, "%s has no enumerator with this value", c_type_text(p, a->type));
		return cx_error(p, at);
	}
	CExpr *e = cx_new(p, CX_CORE_ENUM, p->t_ulong, c_since(p, at));
	e->core_kind = kind ? RELO_ENUM_VALUE : RELO_ENUM_EXISTS;
	e->operand_type = c_unqual(a->type);
	e->enum_index = i;
	e->value = kind ? a->a->value : 1;
	return e;
}

/* ---- access paths ---- */

/* Nodes of the chain from the outermost inwards; its length, 0 if it can't be relocated. */
static u32 collect_chain(CExpr *e, CExpr *chain[TYPE_MAX_PATH])
{
	u32 n = 0;

	while ((e->kind == CX_MEMBER || e->kind == CX_INDEX) && e->is_core && n < TYPE_MAX_PATH) {
		if (e->kind == CX_INDEX && (e->b->kind != CX_INT || e->b->value > UINT16_MAX))
			break;
		chain[n++] = e;
		e = e->a;
	}
	/* the root is a record: an index at the innermost place belongs to the base */
	while (n && chain[n - 1]->kind != CX_MEMBER)
		n--;
	return n;
}

/* Removes `p[constant]` from the base into the first index of the path. */
static void root_index(Compile *c, CCoreAccess *out)
{
	CExpr *base = out->base;

	if (base->kind != CX_DEREF || base->a->kind != CX_PTR_ADD || base->a->b->kind != CX_INT ||
	    base->a->is_minus || base->a->b->value > UINT16_MAX)
		return;
	CExpr *deref = NEW(c->arena, CExpr);
	*deref = *base;
	deref->a = base->a->a;
	out->path[0] = (u16)base->a->b->value;
	out->local_offset_bits += base->a->b->value * type_size(c->types, out->root) * 8;
	out->base = deref;
}

static bool add_node(Compile *c, CCoreAccess *out, const CExpr *e)
{
	if (e->kind == CX_INDEX) {
		if (out->n_path >= TYPE_MAX_PATH)
			return false;
		out->path[out->n_path++] = (u16)e->b->value;
		out->local_offset_bits += e->b->value * type_size(c->types, e->type) * 8;
		out->field = (Field){.type = e->type};
		return true;
	}
	for (u32 i = 0; i < e->n_path; i++) {
		if (out->n_path >= TYPE_MAX_PATH)
			return false;
		out->path[out->n_path++] = e->path[i];
	}
	out->local_offset_bits += e->field.bit_offset;
	out->field = e->field;
	return true;
}

bool c_core_access(Compile *c, CExpr *lvalue, CCoreAccess *out)
{
	CExpr *chain[TYPE_MAX_PATH];
	u32 n = collect_chain(lvalue, chain);

	memset(out, 0, sizeof(*out));
	if (!n || chain[0] != lvalue)
		return false;
	out->base = chain[n - 1]->a;
	out->root = type_complete(c->types, out->base->type);
	if (!out->root->name) {
		Type *named = c_unqual(out->base->type);
		if (named->kind != TY_TYPEDEF)
			return false;
		out->root = named;
	}
	out->n_path = 1;
	root_index(c, out);
	for (u32 i = n; i-- > 0;) {
		if (!add_node(c, out, chain[i]))
			return false;
	}
	out->type = c_unqual(lvalue->type);
	out->field.bit_offset = (u32)out->local_offset_bits;
	return true;
}
