/*
 * Qualifiers and completeness of types: what the parser asks that depends on
 * how typedefs, const and volatile wrap each other.
 */
#include "c/internal.h"

Type *c_unqual(Type *t)
{
	while (t->kind == TY_CONST || t->kind == TY_VOLATILE || t->kind == TY_RESTRICT)
		t = t->base;
	/* a typedef of a qualified type */
	for (Type *in = t; in->kind == TY_TYPEDEF || in->kind == TY_TYPE_TAG; in = in->base) {
		if (in->base->kind == TY_CONST || in->base->kind == TY_VOLATILE ||
		    in->base->kind == TY_RESTRICT)
			return c_unqual(in->base);
	}
	return t;
}

/* const and volatile around t itself, not around an array's items. */
static bool has_qualifier(const Type *t, TypeKind kind)
{
	for (; t; t = t->base) {
		if (t->kind == kind)
			return true;
		if (t->kind != TY_TYPEDEF && t->kind != TY_CONST && t->kind != TY_VOLATILE &&
		    t->kind != TY_RESTRICT && t->kind != TY_TYPE_TAG)
			return false;
	}
	return false;
}

Type *c_qualify_like(CParser *p, Type *t, Type *like)
{
	if (has_qualifier(like, TY_CONST) && !has_qualifier(t, TY_CONST))
		t = type_const(p->ts, t);
	if (has_qualifier(like, TY_VOLATILE) && !has_qualifier(t, TY_VOLATILE))
		t = type_volatile(p->ts, t);
	return t;
}

bool c_is_complete(CParser *p, Type *t)
{
	t = type_bare(t);
	if (t->kind == TY_ARRAY)
		return c_is_complete(p, t->base);
	for (u32 i = 0; i < p->open_records.len; i++)
		if (p->open_records.at[i] == t)
			return false;
	if (t->kind == TY_STRUCT || t->kind == TY_UNION || t->kind == TY_ENUM)
		return !type_complete(p->ts, t)->is_incomplete;
	return true;
}
