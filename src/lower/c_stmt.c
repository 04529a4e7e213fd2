/*
 * Statements, and what must run when a scope is left.
 *
 * Variables with a cleanup form a chain while the tree is walked. Falling out of
 * a block runs those that the block added; break and continue run all that came
 * after their loop; return runs all; goto runs those whose scope the label isn't
 * in.
 *
 * A statement that can't be reached and holds no label makes no code, so that
 * what it calls doesn't come into the module either.
 */
#include "lower/c_internal.h"

/* ---- labels ---- */

static bool any_has_label(CStmt *const *body, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (clower_has_label(body[i]))
			return true;
	return false;
}

bool clower_has_label(const CStmt *s)
{
	if (!s)
		return false;
	if (s->kind == CS_LABEL || s->kind == CS_CASE || s->kind == CS_DEFAULT)
		return true;
	return clower_has_label(s->then) || clower_has_label(s->other) ||
	       any_has_label(s->body, s->n_body);
}

static u32 label_block(CLower *x, const CLabel *label)
{
	u64 block = map_get(&x->f->labels, (u64)(uintptr_t)label);

	if (!block) {
		block = clower_block(x, label->name);
		map_set(&x->f->labels, (u64)(uintptr_t)label, block);
	}
	return (u32)block;
}

/* ---- cleanups ---- */

static void run_cleanup(CLower *x, CCleanup *c)
{
	/* a jump out of the cleanup itself must not run it again */
	x->f->cleanups = c->outer;
	clower_discard(x, c->call);
}

void clower_cleanups(CLower *x, CCleanup *until)
{
	CCleanup *all = x->f->cleanups;

	for (CCleanup *c = all; c && c != until; c = c->outer)
		run_cleanup(x, c);
	x->f->cleanups = all;
}

static bool is_inside(const CStmt *block, const CStmt *scope)
{
	for (; block; block = block->parent)
		if (block == scope)
			return true;
	return false;
}

/* The cleanups that are due at the label: known exactly if it came before, else by its scope. */
static CCleanup *cleanups_at(CLower *x, const CLabel *label)
{
	u64 known = map_get(&x->f->label_cleanups, (u64)(uintptr_t)label);

	if (known)
		return known == 1 ? NULL : (CCleanup *)(uintptr_t)known;
	CCleanup *c = x->f->cleanups;
	while (c && !is_inside(label->block, c->scope))
		c = c->outer;
	return c;
}

void clower_goto(CLower *x, CLabel *label)
{
	clower_cleanups(x, cleanups_at(x, label));
	ir_jmp(CB(x), label_block(x, label));
}

static void lower_label(CLower *x, CStmt *s)
{
	u32 block = label_block(x, s->label);
	CCleanup *due = x->f->cleanups;

	map_set(&x->f->label_cleanups, (u64)(uintptr_t)s->label, due ? (u64)(uintptr_t)due : 1);
	if (!ir_is_ended(CB(x)))
		ir_jmp(CB(x), block);
	ir_at(CB(x), block);
	clower_stmt(x, s->then);
}

/* ---- blocks ---- */

static bool is_dead(CLower *x, const CStmt *s)
{
	return ir_is_ended(CB(x)) && !clower_has_label(s);
}

CExpr *clower_body(CLower *x, CStmt *block, bool want_value)
{
	u32 n = block->n_body;
	CStmt *last = n ? block->body[n - 1] : NULL;
	bool has_value = want_value && last && last->kind == CS_EXPR;

	for (u32 i = 0; i < n - has_value; i++)
		clower_stmt(x, block->body[i]);
	return has_value ? last->expr : NULL;
}

static void lower_block(CLower *x, CStmt *s)
{
	const CStmt *scope = x->f->scope;
	CCleanup *mark = x->f->cleanups;

	x->f->scope = s;
	clower_body(x, s, false);
	CB(x)->loc = s->end ? s->end : CB(x)->loc;
	if (!ir_is_ended(CB(x)))
		clower_cleanups(x, mark);
	x->f->cleanups = mark;
	x->f->scope = scope;
}

CExpr *clower_enter(CLower *x, CExpr *e, CCleanup **mark)
{
	const CStmt *scope = x->f->scope;

	*mark = x->f->cleanups;
	x->f->scope = e->block;
	CExpr *last = clower_body(x, e->block, type_bare(e->type)->kind != TY_VOID);
	x->f->scope = scope;
	return last;
}

static void lower_decl(CLower *x, CStmt *s)
{
	CVar *var = s->var;

	if (var->init)
		clower_init(x, clower_slot_place(x, x->f->slots[var->index] - 1, var->type),
			    var->init);
	if (var->cleanup) {
		CCleanup *c = NEW(x->c->arena, CCleanup);

		*c = (CCleanup){var->cleanup, x->f->scope, x->f->cleanups};
		x->f->cleanups = c;
	}
}

/* ---- branches and loops ---- */

static void jump_on(CLower *x, u32 to)
{
	if (!ir_is_ended(CB(x)))
		ir_jmp(CB(x), to);
}

/* The arm of an if that runs, where its condition is a constant. */
static bool lower_constant_if(CLower *x, CStmt *s)
{
	i64 value;

	if (!clower_const(x, s->expr, &value) || clower_has_label(s->then) ||
	    clower_has_label(s->other))
		return false;
	CStmt *taken = value ? s->then : s->other;
	if (taken)
		clower_stmt(x, taken);
	return true;
}

static void lower_if(CLower *x, CStmt *s)
{
	if (lower_constant_if(x, s))
		return;
	u32 yes = clower_block(x, "then"), no = s->other ? clower_block(x, "else") : 0;
	u32 done = clower_block(x, "endif");

	clower_branch(x, s->expr, yes, s->other ? no : done);
	ir_at(CB(x), yes);
	clower_stmt(x, s->then);
	jump_on(x, done);
	if (s->other) {
		ir_at(CB(x), no);
		clower_stmt(x, s->other);
		jump_on(x, done);
	}
	ir_at(CB(x), done);
}

CTarget *clower_target(CLower *x, const CStmt *s)
{
	for (CTarget *t = x->f->targets; t; t = t->outer)
		if (t->stmt == s)
			return t;
	bug("break or continue outside of its loop");
}

static void lower_jump_out(CLower *x, CStmt *s)
{
	CTarget *t = clower_target(x, s->target);

	clower_cleanups(x, t->cleanups);
	ir_jmp(CB(x), s->kind == CS_BREAK ? t->break_block : t->continue_block);
}

static void loop_body(CLower *x, CStmt *s, u32 break_block, u32 continue_block)
{
	CTarget target = {s, break_block, continue_block, x->f->cleanups, x->f->targets};

	x->f->targets = &target;
	clower_stmt(x, s->then);
	x->f->targets = target.outer;
	jump_on(x, continue_block);
}

static void set_unroll(CLower *x, u32 head, const CStmt *s)
{
	Block *b = &x->f->fn->blocks.at[head];

	b->unroll = s->unroll;
	b->unroll_count = s->unroll_count;
}

/* while (expr) then; for (init; expr; step) then. */
static void lower_for(CLower *x, CStmt *s)
{
	if (s->init)
		clower_stmt(x, s->init);
	u32 head = clower_block(x, "loop"), body = clower_block(x, "body");
	u32 step = s->step ? clower_block(x, "step") : head, done = clower_block(x, "endloop");
	set_unroll(x, head, s);
	jump_on(x, head);
	ir_at(CB(x), head);
	if (s->expr)
		clower_branch(x, s->expr, body, done);
	else
		ir_jmp(CB(x), body);
	ir_at(CB(x), body);
	loop_body(x, s, done, step);
	if (s->step) {
		ir_at(CB(x), step);
		clower_discard(x, s->step);
		jump_on(x, head);
	}
	ir_at(CB(x), done);
}

static void lower_do(CLower *x, CStmt *s)
{
	u32 body = clower_block(x, "loop"), test = clower_block(x, "test"),
	    done = clower_block(x, "endloop");

	set_unroll(x, body, s);
	jump_on(x, body);
	ir_at(CB(x), body);
	loop_body(x, s, done, test);
	ir_at(CB(x), test);
	clower_branch(x, s->expr, body, done);
	ir_at(CB(x), done);
}

/* ---- the rest ---- */

static void return_memory(CLower *x, CStmt *s)
{
	Val to =
	    ir_load(CB(x), AS_STACK, 8, false, CLS_L, ir_slot(CB(x), x->f->result_slot - 1), 0);

	clower_into(x, (CPlace){.base = to, .type = s->expr->type, .align = 8}, s->expr);
	clower_cleanups(x, NULL);
	ir_ret(CB(x), 0);
}

static void lower_return(CLower *x, CStmt *s)
{
	if (s->expr && clower_is_memory(x, s->expr->type)) {
		return_memory(x, s);
		return;
	}
	Val v = s->expr ? clower_value(x, s->expr) : 0;
	clower_cleanups(x, NULL);
	if (!v && x->f->fn->returns)
		v = ir_const(CB(x), CLS_W, 0);
	CB(x)->loc = s->at.start ? s->at.start : CB(x)->loc;
	ir_ret(CB(x), v);
}

static void lower_case(CLower *x, CStmt *s)
{
	u32 block = (u32)map_get(&x->f->cases, (u64)(uintptr_t)s);

	jump_on(x, block);
	ir_at(CB(x), block);
	clower_stmt(x, s->then);
}

void clower_stmt(CLower *x, CStmt *s)
{
	if (!s || is_dead(x, s))
		return;
	CB(x)->loc = s->at.start ? s->at.start : CB(x)->loc;
	switch (s->kind) {
	case CS_EXPR:
		clower_discard(x, s->expr);
		break;
	case CS_DECL:
		lower_decl(x, s);
		break;
	case CS_BLOCK:
		lower_block(x, s);
		break;
	case CS_IF:
		lower_if(x, s);
		break;
	case CS_WHILE:
	case CS_FOR:
		lower_for(x, s);
		break;
	case CS_DO:
		lower_do(x, s);
		break;
	case CS_SWITCH:
		clower_switch(x, s);
		break;
	case CS_CASE:
	case CS_DEFAULT:
		lower_case(x, s);
		break;
	case CS_LABEL:
		lower_label(x, s);
		break;
	case CS_GOTO:
		clower_goto(x, s->label);
		break;
	case CS_BREAK:
	case CS_CONTINUE:
		lower_jump_out(x, s);
		break;
	case CS_RETURN:
		lower_return(x, s);
		break;
	case CS_ASM:
		clower_asm(x, s);
		break;
	case CS_EMPTY:
		break;
	default:
		bug("no statement %s", c_stmt_name((CStmtKind)s->kind));
	}
}
