/*
 * Builtin functions. Those that stay in the tree are checked by the signature
 * string of their row in cbuiltins.def; the ones that the front end resolves
 * by itself have a function each here, the CO-RE ones in core.c.
 */
#include "c/internal.h"

typedef enum {
	FRONT_NONE,
#define CBUILTIN_FRONT(id, spelling) FRONT_##id,
#include "tables/cbuiltins.def"
#undef CBUILTIN_FRONT
} Front;

static const struct {
	const char *name, *signature;
	u16 id;	   /* CBuiltin */
	u16 front; /* Front */
} rows[] = {
#define CBUILTIN(id, spelling, signature) {spelling, signature, CBI_##id, 0},
#include "tables/cbuiltins.def"
#undef CBUILTIN
#define CBUILTIN_ALIAS(spelling, id) {spelling, NULL, CBI_##id, 0},
#include "tables/cbuiltins.def"
#undef CBUILTIN_ALIAS
#define CBUILTIN_FRONT(id, spelling) {spelling, NULL, 0, FRONT_##id},
#include "tables/cbuiltins.def"
#undef CBUILTIN_FRONT
};

int builtin_row(const char *name)
{
	if (name[0] != '_' && name[0] != 'm' && name[0] != 's')
		return -1;
	for (u32 i = 0; i < ARRAY_LEN(rows); i++) {
		if (!strcmp(rows[i].name, name))
			return (int)i;
	}
	return -1;
}

const char *c_builtin_name(CBuiltin builtin)
{
	/* the first list starts with CBI_NONE + 1 */
	return builtin > CBI_NONE && builtin < CBI_COUNT ? rows[builtin - 1].name : "?";
}

/* ---- by signature ---- */

static Type *letter_type(CParser *p, char letter, Type *atomic)
{
	switch (letter) {
	case 'v':
		return p->t_void;
	case 'i':
	case 'm':
		return p->t_int;
	case 'u':
		return p->t_uint;
	case 'l':
		return p->t_long;
	case 'L':
	case 'z':
		return p->t_ulong;
	case 'h':
		return p->t_ushort;
	case 'b':
		return p->t_bool;
	case 'p':
		return p->t_void_ptr;
	case 'c':
		return type_ptr(p->ts, type_const(p->ts, p->t_void), AS_NONE);
	case 's':
		return type_ptr(p->ts, type_const(p->ts, p->t_char), AS_NONE);
	case 't':
		return atomic;
	}
	return NULL;
}

/* A pointer to something that atomic operations work on. */
static CExpr *atomic_pointer(CParser *p, CExpr *e, Type **atomic)
{
	e = c_rvalue(p, e);
	if (cx_is_error(e))
		return e;
	Type *t = type_is_ptr(e->type) ? c_unqual(type_bare(e->type)->base) : NULL;
	if (t && type_is_scalar(t)) {
		*atomic = *atomic ? *atomic : t;
		return e;
	}
	c_error(p, e->at,
		"address argument to atomic builtin must be a pointer to integer or pointer (%s "
		"invalid)",
		c_type_text(p, e->type));
	return cx_error(p, e->at);
}

static CExpr *argument(CParser *p, char letter, CExpr *e, Type **atomic)
{
	if (letter == 'T')
		return atomic_pointer(p, e, atomic);
	e = c_rvalue(p, e);
	if (letter == 'x' || cx_is_error(e))
		return e;
	if (letter == 'p' || letter == 'c' || letter == 's') {
		if (type_is_ptr(e->type))
			return c_convert(p, e, letter_type(p, letter, NULL));
	}
	Type *to = letter_type(p, letter, *atomic ? *atomic : p->t_int);
	if (type_is_integer(to) && type_is_ptr(e->type))
		return c_convert(p, e, to);
	return c_assign_convert(p, e, to, ASSIGN_PASS);
}

static void parse_args(CParser *p, Exprs *args)
{
	Span open = c_here(p);

	if (!c_expect(p, CT_LPAREN, "a builtin function"))
		return;
	while (p->tok.kind != CT_RPAREN && p->tok.kind != CT_EOF) {
		vec_push(p->arena, args, c_assignment(p));
		if (!c_accept(p, CT_COMMA))
			break;
	}
	c_close(p, CT_RPAREN, open);
}

static bool has_effect(const CExpr *e, u32 depth)
{
	if (!e || depth > 100)
		return e != NULL;
	switch ((CExprKind)e->kind) {
	case CX_ASSIGN:
	case CX_ASSIGN_OP:
	case CX_INC_DEC:
	case CX_CALL:
	case CX_CALL_HELPER:
	case CX_CALL_KFUNC:
	case CX_CALL_PTR:
	case CX_BUILTIN:
	case CX_STMT_EXPR:
		return true;
	default:
		return has_effect(e->a, depth + 1) || has_effect(e->b, depth + 1) ||
		       has_effect(e->d, depth + 1);
	}
}

/* __builtin_constant_p: 1 for constants and string literals, 0 where it can never become one. */
static CExpr *constant_p(CParser *p, CExpr *e)
{
	CExpr *a = e->args[0];
	Wide ignored;

	if (cx_is_error(a) || fold_int(a, &ignored) ||
	    (a->kind == CX_DECAY && a->a->kind == CX_GLOBAL && a->a->global->is_string))
		return cx_int(p, !cx_is_error(a), p->t_int, e->at);
	if (!p->func || p->n_unevaluated || has_effect(a, 0) ||
	    (a->kind == CX_ADDR && a->a->kind != CX_LOCAL))
		return cx_int(p, 0, p->t_int, e->at);
	return e;
}

/* Results that constants determine. */
static CExpr *simplify(CParser *p, CExpr *e)
{
	u64 v = e->n_args && e->args[0]->kind == CX_INT ? e->args[0]->value : 0;
	bool is_constant = e->n_args && e->args[0]->kind == CX_INT;

	switch ((CBuiltin)e->builtin) {
	case CBI_CONSTANT_P:
		return constant_p(p, e);
	case CBI_EXPECT:
		return is_constant ? e->args[0] : e;
	case CBI_BSWAP16:
		return is_constant ? cx_int(p, __builtin_bswap16((u16)v), e->type, e->at) : e;
	case CBI_BSWAP32:
		return is_constant ? cx_int(p, __builtin_bswap32((u32)v), e->type, e->at) : e;
	case CBI_BSWAP64:
		return is_constant ? cx_int(p, (i64)__builtin_bswap64(v), e->type, e->at) : e;
	case CBI_STRLEN:
		if (e->args[0]->kind == CX_CAST && e->args[0]->a->kind == CX_DECAY &&
		    e->args[0]->a->a->kind == CX_GLOBAL && e->args[0]->a->a->global->is_string &&
		    e->args[0]->a->a->global->bytes)
			return cx_int(p, (i64)strlen((char *)e->args[0]->a->a->global->bytes),
				      e->type, e->at);
		return e;
	default:
		return e;
	}
}

static CExpr *by_signature(CParser *p, u32 id, Span at)
{
	const char *sig = rows[id - 1].signature;
	u32 want = (u32)strlen(sig) - 1;
	Exprs args = {0};
	Type *atomic = NULL;
	bool is_good = true;

	p->n_unevaluated += id == CBI_CONSTANT_P && !p->func;
	parse_args(p, &args);
	p->n_unevaluated -= id == CBI_CONSTANT_P && !p->func;
	if (args.len < want ||
	    (args.len > want && strncmp(rows[id - 1].name, "__sync", 6) && id != CBI_PREFETCH)) {
		c_error(p, (Span){p->last_end - 1, p->last_end},
			"too %s arguments to function call, expected %u, have %u",
			args.len < want ? "few" : "many", want, args.len);
		return cx_error(p, at);
	}
	args.len = want;
	for (u32 i = 0; i < want; i++) {
		args.at[i] = argument(p, sig[i + 1], args.at[i], &atomic);
		is_good &= !cx_is_error(args.at[i]);
	}
	if (!is_good)
		return cx_error(p, at);
	CExpr *e = cx_new(p, CX_BUILTIN, letter_type(p, sig[0], atomic), c_since(p, at));
	e->builtin = (u16)id;
	e->args = args.at;
	e->n_args = args.len;
	return simplify(p, e);
}

/* ---- resolved here ---- */

/* offsetof "(" type "," name { "." name | "[" constant "]" } ")" */
static CExpr *offset_of(CParser *p, Span at)
{
	Span open = c_here(p);

	c_expect(p, CT_LPAREN, "'offsetof'");
	Type *t = c_type_name(p);
	c_expect(p, CT_COMMA, NULL);
	CExpr *null = cx_int(p, 0, type_ptr(p->ts, t, AS_NONE), at);
	CExpr *e = c_deref(p, null, at), *variable = NULL;
	for (bool first = true; first || p->tok.kind == CT_DOT || p->tok.kind == CT_LBRACKET;
	     first = false) {
		if (!first && c_accept(p, CT_LBRACKET)) {
			CExpr *index = c_expr(p);
			c_close(p, CT_RBRACKET, open);
			e = c_index(p, e, index, at);
			variable = e->kind == CX_INDEX && e->b->kind != CX_INT ? index : variable;
			continue;
		}
		if (!first)
			c_advance(p);
		if (p->tok.kind != CT_IDENT) {
			c_error(p, c_here(p), "expected identifier");
			break;
		}
		Ident *name = p->tok.ident;
		Span name_at = c_here(p);
		c_advance(p);
		e = c_member(p, e, name, false, name_at);
	}
	c_close(p, CT_RPAREN, open);
	Address address = {0};
	if (cx_is_error(e))
		return e;
	CExpr *pointer = cx_unary(p, CX_ADDR, p->t_void_ptr, e);
	if (!variable && fold_address(p, pointer, &address))
		return cx_int(p, address.offset, p->t_ulong, c_since(p, at));
	return c_cast(p, pointer, p->t_ulong, c_since(p, at));
}

static CExpr *types_compatible(CParser *p, Span at)
{
	Span open = c_here(p);

	c_expect(p, CT_LPAREN, NULL);
	Type *a = c_unqual(c_type_name(p));
	c_expect(p, CT_COMMA, NULL);
	Type *b = c_unqual(c_type_name(p));
	c_close(p, CT_RPAREN, open);
	return cx_int(p, type_compatible(a, b), p->t_int, c_since(p, at));
}

static CExpr *choose_expr(CParser *p)
{
	Span open = c_here(p);

	c_expect(p, CT_LPAREN, NULL);
	bool yes = c_constant(p, "first argument of '__builtin_choose_expr'") != 0;
	c_expect(p, CT_COMMA, NULL);
	p->n_unevaluated += !yes;
	CExpr *a = c_assignment(p);
	p->n_unevaluated -= !yes;
	c_expect(p, CT_COMMA, NULL);
	p->n_unevaluated += yes;
	CExpr *b = c_assignment(p);
	p->n_unevaluated -= yes;
	c_close(p, CT_RPAREN, open);
	return yes ? a : b;
}

/* Arguments are read and dropped. */
static CExpr *only_value(CParser *p, i64 value, Type *type, Span at)
{
	Exprs args = {0};

	p->n_unevaluated++;
	parse_args(p, &args);
	p->n_unevaluated--;
	return cx_int(p, value, type, c_since(p, at));
}

CExpr *c_builtin(CParser *p, u32 row, Span at)
{
	if (p->tok.kind != CT_LPAREN) {
		c_error(p, at, "builtin functions must be directly called");
		return cx_error(p, at);
	}
	switch ((Front)rows[row].front) {
	case FRONT_NONE:
		return by_signature(p, rows[row].id, at);
	case FRONT_OFFSETOF:
		return offset_of(p, at);
	case FRONT_TYPES_COMPATIBLE_P:
		return types_compatible(p, at);
	case FRONT_CHOOSE_EXPR:
		return choose_expr(p);
	case FRONT_PRESERVE_ACCESS_INDEX:
		return core_access_index(p);
	case FRONT_PRESERVE_FIELD_INFO:
		return core_field_info(p, at);
	case FRONT_PRESERVE_TYPE_INFO:
		return core_type_info(p, at, false);
	case FRONT_BTF_TYPE_ID:
		return core_type_info(p, at, true);
	case FRONT_PRESERVE_ENUM_VALUE:
		return core_enum_value(p, at);
	case FRONT_OBJECT_SIZE:
		return only_value(p, -1, p->t_ulong, at);
	case FRONT_VA_START:
	case FRONT_VA_END:
		return c_cast(p, only_value(p, 0, p->t_int, at), p->t_void, at);
	}
	return cx_error(p, at);
}
