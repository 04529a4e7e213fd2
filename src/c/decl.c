/*
 * Declarations: external ones one by one, and those of blocks as CS_DECL
 * statements. What a declared name becomes is global.c's matter.
 */
#include "c/internal.h"

CVar *c_var_new(CParser *p, const char *name, Type *type, Span at)
{
	CVar *v = NEW(p->arena, CVar);

	v->name = name;
	v->type = type;
	v->at = at;
	v->align = MAX(type_align(p->ts, type), 1u);
	if (p->func) {
		v->index = p->func->vars.len;
		vec_push(p->arena, &p->func->vars, v);
	}
	return v;
}

/* _Static_assert "(" constant [ "," string ] ")" ";" */
void c_static_assert(CParser *p)
{
	Span at = c_here(p), open;
	Str text = STR("");

	c_advance(p);
	open = c_here(p);
	if (!c_expect(p, CT_LPAREN, "'_Static_assert'")) {
		c_recover(p);
		return;
	}
	p->n_unevaluated++;
	CExpr *e = c_rvalue(p, c_conditional(p));
	p->n_unevaluated--;
	if (c_accept(p, CT_COMMA) && p->tok.kind == CT_STRING)
		text = c_string_bytes(p);
	c_close(p, CT_RPAREN, open);
	c_expect(p, CT_SEMI, "static_assert");
	Wide value;
	if (cx_is_error(e))
		return;
	if (!fold_int(e, &value) && !fold_truth(p, e, &value))
		c_error(p, e->at,
			"static assertion expression is not an integral constant expression");
	else if (!value)
		c_error(p, at, "static assertion failed%s%.*s", text.len ? ": " : "", (int)text.len,
			text.at);
}

/* ---- typedef ---- */

static void declare_typedef(CParser *p, Declarator *d, const Attrs *a)
{
	Symbol *old = scope_here(p, d->name);
	Type *t;

	if (old && old->kind == SYM_TYPEDEF && type_compatible(old->type, d->type))
		return;
	if (old && old->kind != SYM_ERROR) {
		c_error(p, d->at, "typedef redefinition with different types (%s vs %s)",
			c_type_text(p, d->type), old->type ? c_type_text(p, old->type) : "?");
		c_note(p, old->at, "previous definition is here");
		return;
	}
	t = a->align ? type_typedef_aligned(p->ts, d->name->name, d->type, a->align)
		     : type_typedef(p->ts, d->name->name, d->type);
	scope_add(p, d->name, SYM_TYPEDEF, t, d->at);
	if (p->scope->depth == 0 && p->in.is_declarations)
		types_declare_typedef(p->ts, d->name->name, t);
}

/* ---- external ---- */

/* There is nowhere to put it: it is read to its end and refused. */
static void file_asm(CParser *p)
{
	c_error(p, c_here(p), "assembly outside of functions isn't possible in BPF");
	c_advance(p);
	while (p->tok.kind == CT_VOLATILE_KW)
		c_advance(p);
	c_expect(p, CT_LPAREN, "'asm'");
	if (p->tok.kind == CT_STRING)
		c_string_bytes(p);
	c_expect(p, CT_RPAREN, NULL);
	c_expect(p, CT_SEMI, "top-level asm block");
}

static void define_function(CParser *p, const Specs *s, Declarator *d, Attrs *a)
{
	if (p->func) {
		c_error(p, c_here(p), "function definition is not allowed here");
		c_recover(p);
		return;
	}
	CFunc *f = c_func_declare(p, s, d, a, true);
	if (!p->in.is_declarations) {
		c_func_body(p, f);
		return;
	}
	c_error(p, d->at, "functions are not allowed here");
	c_recover(p);
}

/* One declarator of a declaration and what it declares. False: a function was defined. */
static bool init_declarator(CParser *p, const Specs *s, bool is_first)
{
	Declarator d;

	c_declarator(p, s, &d, false);
	Attrs a = s->attrs;
	attrs_merge(p, &a, &d.attrs);
	if (!d.name)
		return true;
	if (s->storage == STO_TYPEDEF) {
		declare_typedef(p, &d, &a);
		return true;
	}
	if (type_bare(d.type)->kind != TY_FUNC) {
		c_global_declare(p, s, &d, &a);
		return true;
	}
	if (is_first && d.is_function && p->tok.kind == CT_LBRACE) {
		define_function(p, s, &d, &a);
		return false;
	}
	c_func_declare(p, s, &d, &a, false);
	return true;
}

static void only_tag(CParser *p, const Specs *s)
{
	if (!s->is_tag_only && type_bare(s->type)->kind != TY_ERROR)
		c_warn(p, s->at, "declaration does not declare anything");
	c_advance(p);
}

/* external = specifiers [ declarator [ "=" initialiser ] { "," … } ] ( ";" | body ) */
void c_external(CParser *p)
{
	Specs s;

	if (c_accept(p, CT_SEMI))
		return;
	if (p->tok.kind == CT_STATIC_ASSERT_KW) {
		c_static_assert(p);
		return;
	}
	if (p->tok.kind == CT_ASM_KW) {
		file_asm(p);
		return;
	}
	if (p->tok.kind == CT_RBRACE) {
		c_error(p, c_here(p), "extraneous closing brace ('}')");
		c_advance(p);
		return;
	}
	c_specs(p, &s);
	if (p->tok.kind == CT_SEMI) {
		only_tag(p, &s);
		return;
	}
	u64 before = p->n_read;
	bool is_first = true;
	do {
		if (!init_declarator(p, &s, is_first))
			return;
		is_first = false;
	} while (c_accept(p, CT_COMMA));
	if (c_accept(p, CT_SEMI))
		return;
	c_expect(p, CT_SEMI, "top level declarator");
	c_recover(p);
	if (p->n_read == before)
		c_advance(p);
}

/* ---- in blocks ---- */

/* cleanup(f): the call f(&v), to be made when v goes. */
static void set_cleanup(CParser *p, CVar *v, const Attrs *a)
{
	Symbol *s = c_scope_find(p, a->cleanup);
	CExpr *callee;
	Exprs args = {0};

	if (!s || (s->kind != SYM_FUNC && s->kind != SYM_EXTERN)) {
		c_error(p, a->cleanup_at, "'cleanup' argument '%s' is not a function",
			a->cleanup->name);
		return;
	}
	callee = cx_new(p, s->kind == SYM_FUNC ? CX_FUNC : CX_EXTERN, s->type, a->cleanup_at);
	if (s->kind == SYM_FUNC)
		callee->func = s->func;
	else
		callee->ext = s->ext;
	c_mark_used(p, callee);
	CExpr *local = cx_new(p, CX_LOCAL, v->type, v->at);
	local->var = v;
	v->is_used = true;
	vec_push(p->arena, &args, c_address(p, local, v->at));
	v->cleanup = c_call_with(p, callee, &args);
}

/* __auto_type: the type of the initialiser, which is read first. */
static CInit *infer_type(CParser *p, Declarator *d)
{
	if (!c_expect(p, CT_ASSIGN, "'__auto_type' declarator"))
		return NULL;
	CExpr *e = c_rvalue(p, c_assignment(p));
	d->type = c_unqual(e->type);
	CInit *init = NEW(p->arena, CInit);
	vec_push(p->arena, &init->items, (CInitItem){.type = d->type, .value = e});
	return init;
}

static void declare_local(CParser *p, const Specs *s, Declarator *d, Attrs *a, Stmts *out)
{
	Symbol *old = scope_here(p, d->name);
	CInit *init = s->is_auto_type ? infer_type(p, d) : NULL;

	if (old && old->kind != SYM_ERROR) {
		c_error(p, d->at, "redefinition of '%s'", d->name->name);
		c_note(p, old->at, "previous definition is here");
	}
	bool is_open = type_bare(d->type)->kind == TY_ARRAY && type_bare(d->type)->is_flexible &&
		       p->tok.kind == CT_ASSIGN;
	if (!c_is_complete(p, d->type) || type_bare(d->type)->kind == TY_VOID) {
		c_error(p, d->at, "variable has incomplete type %s", c_type_text(p, d->type));
		d->type = p->t_error;
	} else if (type_bare(d->type)->kind == TY_ARRAY && type_bare(d->type)->is_flexible &&
		   !is_open) {
		c_error(p, d->at,
			"definition of variable with array type needs an explicit size or an "
			"initializer");
		d->type = p->t_error;
	}
	CVar *v = c_var_new(p, d->name->name, d->type, d->at);
	v->align = MAX(v->align, a->align);
	scope_add(p, d->name, SYM_VAR, d->type, d->at)->var = v;
	if (c_accept(p, CT_ASSIGN))
		init = c_init(p, &v->type);
	d->name->symbol->type = v->type;
	v->init = init;
	CStmt *stmt = cs_new(p, CS_DECL, d->at);
	stmt->var = v;
	vec_push(p->arena, out, stmt);
	if (a->cleanup)
		set_cleanup(p, v, a);
}

static void local_declarator(CParser *p, const Specs *s, Stmts *out)
{
	Declarator d;

	c_declarator(p, s, &d, false);
	Attrs a = s->attrs;
	attrs_merge(p, &a, &d.attrs);
	if (!d.name)
		return;
	if (s->storage == STO_TYPEDEF)
		declare_typedef(p, &d, &a);
	else if (type_bare(d.type)->kind == TY_FUNC)
		c_func_declare(p, s, &d, &a, false);
	else if (s->storage == STO_STATIC || s->storage == STO_EXTERN)
		c_global_declare(p, s, &d, &a);
	else
		declare_local(p, s, &d, &a, out);
}

void c_local_declaration(CParser *p, Stmts *out)
{
	Specs s;

	if (p->tok.kind == CT_STATIC_ASSERT_KW) {
		c_static_assert(p);
		return;
	}
	c_specs(p, &s);
	if (p->tok.kind == CT_SEMI) {
		only_tag(p, &s);
		return;
	}
	do
		local_declarator(p, &s, out);
	while (c_accept(p, CT_COMMA));
	if (!c_expect(p, CT_SEMI, "declaration"))
		c_recover(p);
}
