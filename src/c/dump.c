/*
 * The checked tree as text (--dump=ast): one node a line, children indented,
 * types after a colon. Names stand for variables; nothing depends on addresses,
 * so that two runs print the same.
 */
#include "c/internal.h"

#include "base/text.h"

static const char *const expr_names[CX_COUNT] = {
#define CEXPR(id, name, lvalue) [CX_##id] = name,
#include "tables/cnodes.def"
#undef CEXPR
};

static const char *const stmt_names[CS_COUNT] = {
#define CSTMT(id, name) [CS_##id] = name,
#include "tables/cnodes.def"
#undef CSTMT
};

static const char *const binary_names[CB_COUNT] = {
#define CBINARY(id, name, text) [CB_##id] = name,
#include "tables/cnodes.def"
#undef CBINARY
};

const char *c_expr_name(CExprKind kind)
{
	return kind < CX_COUNT && expr_names[kind] ? expr_names[kind] : "?";
}

const char *c_stmt_name(CStmtKind kind)
{
	return kind < CS_COUNT && stmt_names[kind] ? stmt_names[kind] : "?";
}

const char *c_binary_name(CBinaryOp op)
{
	return op < CB_COUNT && binary_names[op] ? binary_names[op] : "?";
}

typedef struct {
	CUnit *u;
	Text out;
	u32 depth;
} Dump;

static void stmt(Dump *d, CStmt *s);

static void line(Dump *d, const char *what)
{
	text_fill(&d->out, ' ', d->depth * 2);
	text_adds(&d->out, what);
}

static void bytes(Dump *d, const char *at, u32 len)
{
	text_adds(&d->out, "\"");
	for (u32 i = 0; i < len && i < 200; i++) {
		u8 c = (u8)at[i];
		if (c == '"' || c == '\\')
			text_addf(&d->out, "\\%c", c);
		else if (c >= ' ' && c < 127)
			text_addf(&d->out, "%c", c);
		else
			text_addf(&d->out, "\\%03o", c);
	}
	text_adds(&d->out, len > 200 ? "\"..." : "\"");
}

static const char *var_name(const CVar *v)
{
	return v->name ? v->name : "<hidden>";
}

static void global_name(Dump *d, const CGlobal *g)
{
	if (g->is_string && g->bytes)
		bytes(d, (const char *)g->bytes, g->size);
	else
		text_adds(&d->out, *g->name ? g->name : "<literal>");
}

static void init(Dump *d, const CInit *in);
static void expr(Dump *d, CExpr *e);

static void path(Dump *d, const CExpr *e)
{
	text_addf(&d->out, " .%s", e->field.name ? e->field.name : "<anonymous>");
	for (u32 i = 0; i < e->n_path; i++)
		text_addf(&d->out, "%c%u", i ? ':' : ' ', e->path[i]);
	if (e->field.bit_width)
		text_addf(&d->out, " bits %u+%u", e->field.bit_offset, e->field.bit_width);
	else
		text_addf(&d->out, " +%u", e->field.bit_offset / 8);
}

static void integer(Dump *d, const CExpr *e)
{
	bool is_signed = type_is_signed(e->type) || type_bare(e->type)->size < 8;

	if (e->high && e->high != ~0ull)
		text_addf(&d->out, " 0x%llx%016llx", (unsigned long long)e->high,
			  (unsigned long long)e->value);
	else
		text_addf(&d->out, is_signed ? " %lld" : " %llu", (long long)e->value);
}

static void core_info(Dump *d, const CExpr *e)
{
	text_addf(&d->out, " kind %u", e->core_kind);
	if (e->kind != CX_CORE_FIELD)
		text_addf(&d->out, " '%s'", type_str(d->u->c->types, e->operand_type));
	if (e->kind == CX_CORE_ENUM)
		text_addf(&d->out, " #%u", e->enum_index);
	text_addf(&d->out, " local %llu", (unsigned long long)e->value);
}

/* What a node holds beside its operands. */
static void details(Dump *d, const CExpr *e)
{
	Text *t = &d->out;

	switch ((CExprKind)e->kind) {
	case CX_INT:
		integer(d, e);
		break;
	case CX_STRING:
		text_adds(t, " ");
		bytes(d, e->string.at, e->string.len);
		break;
	case CX_LOCAL:
	case CX_LITERAL:
		text_addf(t, " %s", var_name(e->var));
		break;
	case CX_GLOBAL:
		text_adds(t, " ");
		global_name(d, e->global);
		break;
	case CX_MAP:
		text_addf(t, " %s", e->map->name);
		break;
	case CX_FUNC:
	case CX_CALL:
		text_addf(t, " %s", e->func->name);
		break;
	case CX_EXTERN:
	case CX_CALL_KFUNC:
		text_addf(t, " %s", e->ext->name);
		break;
	case CX_HELPER:
	case CX_CALL_HELPER:
		text_addf(t, " %u", e->helper);
		break;
	case CX_BUILTIN:
		text_addf(t, " %s", c_builtin_name(e->builtin));
		break;
	case CX_BINARY:
		text_addf(t, " %s", c_binary_name(e->op));
		break;
	case CX_ASSIGN_OP:
		text_addf(t, " %s in '%s'", c_binary_name(e->op),
			  type_str(d->u->c->types, e->calc));
		break;
	case CX_INC_DEC:
		text_addf(t, " %s %+d", e->is_post ? "post" : "pre", e->delta);
		break;
	case CX_PTR_ADD:
		text_adds(t, e->is_minus ? " minus" : "");
		break;
	case CX_MEMBER:
		path(d, e);
		break;
	case CX_CORE_FIELD:
	case CX_CORE_TYPE:
	case CX_CORE_ENUM:
		core_info(d, e);
		break;
	default:
		break;
	}
}

static bool has_args(const CExpr *e)
{
	return e->kind == CX_CALL || e->kind == CX_CALL_HELPER || e->kind == CX_CALL_KFUNC ||
	       e->kind == CX_CALL_PTR || e->kind == CX_BUILTIN;
}

static void expr(Dump *d, CExpr *e)
{
	line(d, c_expr_name(e->kind));
	details(d, e);
	text_addf(&d->out, "%s%s%s : %s\n", e->is_core ? " core" : "",
		  e->is_volatile ? " volatile" : "",
		  e->kind == CX_CAST && !e->is_implicit ? " written" : "",
		  type_str(d->u->c->types, e->type));
	d->depth++;
	if (e->a)
		expr(d, e->a);
	if (e->b)
		expr(d, e->b);
	if (e->d)
		expr(d, e->d);
	for (u32 i = 0; has_args(e) && i < e->n_args; i++)
		expr(d, e->args[i]);
	if (e->kind == CX_STMT_EXPR)
		stmt(d, e->block);
	if (e->kind == CX_LITERAL && e->var->init)
		init(d, e->var->init);
	d->depth--;
}

static void init(Dump *d, const CInit *in)
{
	if (in->zero) {
		line(d, "zero\n");
	}
	for (u32 i = 0; i < in->items.len; i++) {
		const CInitItem *item = &in->items.at[i];
		line(d, "store");
		if (item->bit_width)
			text_addf(&d->out, " bits %u+%u", item->bit_offset, item->bit_width);
		else
			text_addf(&d->out, " +%u", item->offset);
		text_addf(&d->out, " : %s", type_str(d->u->c->types, item->type));
		if (item->bytes.at) {
			text_adds(&d->out, " ");
			bytes(d, item->bytes.at, item->bytes.len);
		}
		text_adds(&d->out, "\n");
		d->depth++;
		if (item->value)
			expr(d, item->value);
		d->depth--;
	}
}

static void assembly(Dump *d, CAsm *a)
{
	text_adds(&d->out, " ");
	bytes(d, a->text.at, a->text.len);
	text_addf(&d->out, "%s%s\n", a->is_volatile ? " volatile" : "", a->is_goto ? " goto" : "");
	d->depth++;
	vec_each(o, &a->outputs)
	{
		line(d, "out ");
		text_addf(&d->out, "[%s] \"%s\"\n", o->name ? o->name : "", o->constraint);
		expr(d, o->expr);
	}
	vec_each(o, &a->inputs)
	{
		line(d, "in ");
		text_addf(&d->out, "[%s] \"%s\"\n", o->name ? o->name : "", o->constraint);
		expr(d, o->expr);
	}
	d->depth--;
}

static void stmt_details(Dump *d, const CStmt *s)
{
	Text *t = &d->out;

	switch ((CStmtKind)s->kind) {
	case CS_DECL:
		text_addf(t, " %s%s", type_declare(d->u->c->types, s->var->type, var_name(s->var)),
			  s->var->cleanup ? " cleanup" : "");
		break;
	case CS_CASE:
		text_addf(t, " %lld", (long long)s->low);
		if (s->high != s->low)
			text_addf(t, " ... %lld", (long long)s->high);
		break;
	case CS_LABEL:
	case CS_GOTO:
		text_addf(t, " %s", s->label->name);
		break;
	default:
		break;
	}
	if (s->unroll == UNROLL_COUNT)
		text_addf(t, " unroll %u", s->unroll_count);
	else if (s->unroll)
		text_adds(t, s->unroll == UNROLL_FULL ? " unroll" : " nounroll");
}

static void stmt(Dump *d, CStmt *s)
{
	line(d, c_stmt_name(s->kind));
	stmt_details(d, s);
	if (s->kind == CS_ASM)
		assembly(d, s->assembly);
	else
		text_adds(&d->out, "\n");
	d->depth++;
	if (s->init)
		stmt(d, s->init);
	if (s->expr)
		expr(d, s->expr);
	if (s->step)
		expr(d, s->step);
	if (s->kind == CS_DECL && s->var->init)
		init(d, s->var->init);
	for (u32 i = 0; i < s->n_body; i++)
		stmt(d, s->body[i]);
	if (s->then)
		stmt(d, s->then);
	if (s->other) {
		line(d, "else\n");
		stmt(d, s->other);
	}
	d->depth--;
}

static void func(Dump *d, CFunc *f)
{
	text_addf(&d->out, "func %s", type_declare(d->u->c->types, f->type, f->name));
	text_addf(&d->out, "%s%s%s%s%s%s%s\n",
		  f->section ? arena_printf(d->u->c->arena, " section \"%s\"", f->section) : "",
		  f->is_static ? " static" : "", f->is_weak ? " weak" : "",
		  f->is_hidden ? " hidden" : "", f->always_inline ? " always_inline" : "",
		  f->never_inline ? " noinline" : "", f->is_used ? "" : " unused");
	d->depth = 1;
	stmt(d, f->body);
	d->depth = 0;
}

static void global(Dump *d, CGlobal *g)
{
	text_addf(&d->out, "global %s section \"%s\" size %u align %u%s%s%s\n",
		  type_declare(d->u->c->types, g->type, g->name), g->section ? g->section : "",
		  g->size, g->align, g->is_static ? " static" : "", g->is_extern ? " extern" : "",
		  g->is_weak ? " weak" : "");
	if (g->bytes) {
		text_adds(&d->out, "  ");
		bytes(d, (const char *)g->bytes, g->size);
		text_adds(&d->out, "\n");
	}
	vec_each(r, &g->relocs) text_addf(&d->out, "  +%u: &%s+%lld\n", r->offset,
					  r->func		 ? r->func->name
					  : r->map		 ? r->map->name
					  : r->global->is_string ? "<string>"
								 : r->global->name,
					  (long long)r->addend);
}

static void map(Dump *d, CMap *m)
{
	Types *ts = d->u->c->types;

	text_addf(&d->out, "map %s type %u key %s %u value %s %u entries %u flags %u%s\n", m->name,
		  m->type, m->key ? type_str(ts, m->key) : "-", m->key_size,
		  m->value ? type_str(ts, m->value) : "-", m->value_size, m->max_entries, m->flags,
		  m->inner ? " inner" : "");
	vec_each(v, &m->values)
	    text_addf(&d->out, "  [%u] %s\n", v->key, v->map ? v->map->name : v->func->name);
}

const char *c_dump_ast(CUnit *u)
{
	Dump d = {.u = u, .out = text_new(u->c->arena)};

	vec_each(m, &u->maps) map(&d, *m);
	vec_each(g, &u->globals)
	{
		if (!(*g)->is_string)
			global(&d, *g);
	}
	vec_each(x, &u->externs)
	{
		if ((*x)->is_used)
			text_addf(&d.out, "extern %s%s\n",
				  type_declare(u->c->types, (*x)->type, (*x)->name),
				  (*x)->is_weak ? " weak" : "");
	}
	vec_each(f, &u->funcs)
	{
		if ((*f)->body && (*f)->is_used)
			func(&d, *f);
	}
	return text_done(&d.out);
}
