/*
 * Macros: each use is replaced by a copy of the body before anything is typed.
 *
 * Hygiene. The body's own variables are renamed ("$x" becomes "$x#7", 7 being
 * the number of the expansion), so they neither leak nor see the caller's. A
 * parameter "$v" stands for the caller's variable and "@m" for the caller's
 * map, by name; a plain parameter is replaced by a copy of the argument, in
 * which the caller's names keep their meaning. A map that is no parameter is
 * an error. Overloads are told apart by number and kinds of parameters, the
 * script's own later definitions before earlier ones.
 *
 * A body of just one value is replaced by that value; else the use becomes a
 * block, with a value if it stands where one is needed.
 */
#include "script/internal.h"

typedef struct {
	Script *s;
	u32 n_expansions;
	u32 depth;
	u64 n_nodes; /* made so far: an explosion is stopped */
	Vec(Macro *) chain; /* being expanded, outermost first */
	Vec(Span) uses;
	Macro *macro; /* whose body is copied now … */
	Node **args;
	const char *suffix;
} Expand;

#define MAX_NODES 2000000

static Node *expand(Expand *x, Node *n);

static void note_uses(Expand *x)
{
	for (u32 i = x->uses.len; i > 0; i--)
		diag_note(&x->s->c->diags, x->uses.at[i - 1], "ERROR: expanded from");
}

/* ---- copying the body ---- */

static int param_find(const Macro *m, const char *name)
{
	for (u32 i = 0; i < m->params.len; i++)
		if (m->params.at[i].name == name)
			return (int)i;
	return -1;
}

static const char *renamed(Expand *x, const char *name)
{
	return intern(&x->s->c->names, arena_printf(x->s->c->arena, "%s%s", name, x->suffix));
}

/* The argument in place of a plain parameter; with the members that n has beside its name kept. */
static Node *copy_argument(Expand *x, u32 i)
{
	return node_clone(x->s->c, x->args[i]);
}

static Node *copy_body(Expand *x, const Node *n)
{
	Node *copy;
	int i;

	if (!n)
		return NULL;
	if (++x->n_nodes > MAX_NODES)
		return node_new(x->s->c, NODE_ERROR, n->at);
	i = n->name ? param_find(x->macro, n->name) : -1;
	if (n->kind == NODE_IDENT && i >= 0)
		return copy_argument(x, (u32)i);
	copy = node_copy(x->s->c, n);
	if (n->kind == NODE_TYPE && n->name && i >= 0) {
		copy->name = x->args[i]->kind == NODE_TYPE || x->args[i]->kind == NODE_IDENT ? x->args[i]->name
											      : NULL;
		copy->a = copy->name ? NULL : copy_argument(x, (u32)i);
	}
	if (n->kind == NODE_LOCAL || n->kind == NODE_LET || n->kind == NODE_FOR_RANGE ||
	    n->kind == NODE_FOR_MAP)
		copy->name = i >= 0 ? x->args[i]->name : renamed(x, n->name);
	if (n->kind == NODE_MAPGET && i >= 0) {
		copy->name = x->args[i]->name;
	} else if (n->kind == NODE_MAPGET) {
		diag_error(&x->s->c->diags, n->at,
			   "Unhygienic access to map: %s. Maps must be passed into the macro as arguments.",
			   n->name);
		note_uses(x);
	}
	copy->a = copy->a && copy->a != n->a ? copy->a : copy_body(x, n->a);
	copy->b = copy_body(x, n->b);
	copy->c = copy_body(x, n->c);
	copy->list = NEW_N(x->s->c->arena, Node *, n->n ? n->n : 1);
	for (u32 k = 0; k < n->n; k++)
		copy->list[k] = n->kind == NODE_OFFSETOF && param_find(x->macro, n->list[k]->name) < 0
					? node_copy(x->s->c, n->list[k])
					: copy_body(x, n->list[k]);
	return copy;
}

/* ---- finding ---- */

static const char *use_word(const Node *n)
{
	return n->kind == NODE_LOCAL ? "variable" : n->kind == NODE_MAPGET && !n->a ? "map" : "expression";
}

static bool param_accepts(const MacroParam *p, const Node *arg)
{
	switch (p->kind) {
	case PARAM_VAR:
		return arg->kind == NODE_LOCAL;
	case PARAM_MAP:
		return arg->kind == NODE_MAPGET && !arg->a;
	default:
		return true;
	}
}

static bool macro_accepts(const Macro *m, const Node *use)
{
	if (m->params.len != use->n)
		return false;
	for (u32 i = 0; i < use->n; i++)
		if (!param_accepts(&m->params.at[i], use->list[i]))
			return false;
	return true;
}

/* The definition that fits best: more special parameters first, then the last one. */
static Macro *find_macro(Script *s, const Node *use, Macro **closest)
{
	Macro *best = NULL;
	u32 best_special = 0;

	*closest = NULL;
	for (u32 i = 0; i < s->tree->macros.len; i++) {
		Macro *m = s->tree->macros.at[i];
		u32 special = 1;

		if (m->name != use->name)
			continue;
		*closest = m;
		for (u32 k = 0; k < m->params.len; k++)
			special += m->params.at[k].kind != PARAM_EXPR;
		if (macro_accepts(m, use) && special >= best_special) {
			best = m;
			best_special = special;
		}
	}
	return best;
}

static void report_mismatch(Expand *x, const Node *use, const Macro *closest)
{
	Diags *d = &x->s->c->diags;

	diag_error(d, use->at, "Call to %s() has arguments that do not match any definition.", use->name);
	if (closest->params.len != use->n) {
		diag_note(d, closest->at, "ERROR: The closest definition of %s() has a different number of "
			  "arguments. Expected: %u but got %u.", use->name, closest->params.len, use->n);
		return;
	}
	for (u32 i = 0; i < use->n; i++) {
		const MacroParam *p = &closest->params.at[i];

		if (param_accepts(p, use->list[i]))
			continue;
		diag_note(d, use->list[i]->at,
			  "ERROR: Mismatched arg. %s() expects a %s for arg %s but got an %s.", use->name,
			  p->kind == PARAM_VAR ? "variable" : "map", p->name, use_word(use->list[i]));
		diag_note(d, p->at, "ERROR: This is the argument in the closest definition.");
		return;
	}
}

static bool is_recursive(Expand *x, const Macro *m, const Node *use)
{
	Text chain = text_new(x->s->c->arena);

	if (!m->depth && x->chain.len < 100)
		return false;
	for (u32 i = 0; i < x->chain.len; i++)
		text_addf(&chain, "%s > ", x->chain.at[i]->name);
	text_adds(&chain, m->name);
	diag_error(&x->s->c->diags, use->at, "Recursive macro call detected. Call chain: %s",
		   text_done(&chain));
	note_uses(x);
	return true;
}

/* ---- replacing ---- */

/* The body's only value, without the block around it. */
static Node *single_value(Node *block)
{
	if (block->n == 1 && block->list[0]->kind == NODE_EXPR && block->list[0]->is_tail)
		return block->list[0]->a;
	return block;
}

static Node *replace(Expand *x, Macro *m, Node *use)
{
	Expand outer = *x;
	Node *body;

	x->macro = m;
	x->args = use->list;
	x->suffix = arena_printf(x->s->c->arena, "#%u", ++x->n_expansions);
	vec_push(x->s->c->arena, &x->chain, m);
	vec_push(x->s->c->arena, &x->uses, use->at);
	m->depth++;
	body = copy_body(x, m->body);
	body = expand(x, body);
	m->depth--;
	x->chain.len--;
	x->uses.len--;
	x->macro = outer.macro;
	x->args = outer.args;
	x->suffix = outer.suffix;
	if (x->n_nodes > MAX_NODES && x->n_nodes < 2 * (u64)MAX_NODES) {
		diag_error(&x->s->c->diags, use->at, "macro %s expands to too much code", m->name);
		x->n_nodes = 2 * (u64)MAX_NODES;
	}
	return single_value(body);
}

static Node *expand_use(Expand *x, Node *n)
{
	Macro *closest, *m = find_macro(x->s, n, &closest);

	if (m)
		return is_recursive(x, m, n) ? node_new(x->s->c, NODE_ERROR, n->at) : replace(x, m, n);
	if (closest && n->kind == NODE_CALL && !n->builtin) {
		report_mismatch(x, n, closest);
		return node_new(x->s->c, NODE_ERROR, n->at);
	}
	return n;
}

/* A macro with statements used as a statement is just a block. */
static void unwrap_statement(Node *n)
{
	if (n->kind == NODE_EXPR && n->a && n->a->kind == NODE_BLOCK && !n->is_tail) {
		Node *block = n->a;
		Span at = n->at;

		*n = *block;
		n->at = at;
		if (n->n && n->list[n->n - 1]->is_tail)
			n->list[n->n - 1]->is_tail = false;
	}
}

static Node *expand(Expand *x, Node *n)
{
	if (!n)
		return NULL;
	n->a = expand(x, n->a);
	n->b = expand(x, n->b);
	n->c = expand(x, n->c);
	for (u32 i = 0; i < n->n; i++)
		n->list[i] = expand(x, n->list[i]);
	if (n->kind == NODE_CALL || n->kind == NODE_IDENT)
		return expand_use(x, n);
	unwrap_statement(n);
	return n;
}

void macro_expand_all(Script *s)
{
	Expand x = {.s = s};

	if (!s->tree->macros.len)
		return;
	for (u32 i = 0; i < s->tree->probes.len; i++) {
		SourceProbe *p = s->tree->probes.at[i];

		p->predicate = expand(&x, p->predicate);
		p->body = expand(&x, p->body);
	}
	for (u32 i = 0; i < s->tree->funcs.len; i++)
		s->tree->funcs.at[i]->body = expand(&x, s->tree->funcs.at[i]->body);
}
