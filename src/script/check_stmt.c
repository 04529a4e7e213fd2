/*
 * Statements: blocks and scopes, assignments, loops.
 *
 * A variable lives in the block that first assigns it or declares it by let;
 * there is no shadowing. "$x op= e" and "@m[k] op= e" stay one node, as the
 * key must be evaluated once. Aggregations are not values: "@m[k] = count()"
 * becomes a node of its own.
 */
#include "script/internal.h"

static Node *check_statement(Check *k, const Node *n);

/* ---- blocks ---- */

static Node *block_of(Check *k, const Node *n, Node *const *items, u32 count)
{
	Node *block = node_new(k->c, NODE_BLOCK, n->at);

	node_list(k->c, block, items, count);
	return block;
}

Node *check_block(Check *k, const Node *n, bool own_scope)
{
	u32 scope_len = k->scope.len;
	Vec(Node *) items = {0};

	for (u32 i = 0; i < n->n; i++) {
		Node *statement = check_statement(k, n->list[i]);

		if (statement)
			vec_push(k->c->arena, &items, statement);
	}
	if (own_scope)
		k->scope.len = scope_len;
	return block_of(k, n, items.at, items.len);
}

/* if … else … whose blocks end in a value */
static bool has_value(const Node *n)
{
	const Node *last = n->b->n ? n->b->list[n->b->n - 1] : NULL;

	return n->c && last && last->kind == NODE_EXPR && last->is_tail;
}

/* { …; e } as a value */
Node *check_block_value(Check *k, const Node *n)
{
	u32 scope_len = k->scope.len;
	Node *out = node_new(k->c, NODE_BLOCKVALUE, n->at);
	Vec(Node *) items = {0};
	const Node *last = n->n ? n->list[n->n - 1] : NULL;

	for (u32 i = 0; i + 1 < n->n; i++) {
		Node *statement = check_statement(k, n->list[i]);

		if (statement)
			vec_push(k->c->arena, &items, statement);
	}
	if (last && last->kind == NODE_EXPR && last->is_tail) {
		out->a = to_value(k, check_expr(k, last->a));
	} else if (last && (last->kind == NODE_BLOCK || (last->kind == NODE_IF && has_value(last)))) {
		out->a = check_expr(k, last);
	} else {
		Node *statement = last ? check_statement(k, last) : NULL;

		if (statement)
			vec_push(k->c->arena, &items, statement);
		out->a = node_int(k->c, n->at, type_void(k->ts), 0);
	}
	k->scope.len = scope_len;
	node_list(k->c, out, items.at, items.len);
	out->type = out->a->type;
	return items.len ? out : out->a;
}

/* ---- assignment ---- */

void check_store_mismatch(Check *k, Span at, const char *name, const char *what, Type *has, const Node *value)
{
	check_error(k, at,
		    "Type mismatch for %s: trying to assign value of type '%s' when %s already has a type '%s'",
		    name, type_script_str(k->ts, value->type), what, type_script_str(k->ts, has));
}

static bool is_storable(Check *k, const Node *n, const Node *value)
{
	TypeKind kind = type_bare(value->type)->kind;

	if (kind != TY_VOID && kind != TY_MAPREF && kind != TY_AGG)
		return true;
	if (kind == TY_VOID && value->kind == NODE_CALL)
		check_error(k, value->at, "%s() does not return a value",
			    value->builtin ? builtin_info[value->builtin].name : value->name);
	else if (kind == TY_VOID)
		check_error(k, n->at, "Invalid expression for assignment");
	else
		check_error(k, n->at, "Value '%s' cannot be assigned to %s.",
			    type_script_str(k->ts, value->type),
			    n->a && n->a->kind == NODE_MAPGET ? "a map" : "a scratch variable");
	return false;
}

static Node *store_local(Check *k, const Node *n, ScopeVar *v, Node *value)
{
	Node *out = node_new(k->c, NODE_ASSIGN, n->at);
	Guess *g;

	v->is_assigned = true;
	if (is_bad(value) || !is_storable(k, n, value))
		return NULL;
	g = &k->guesses->at[v->local];
	if (!guess_grow(k, g, value)) {
		check_store_mismatch(k, n->at, plain_name(k, v->name), "variable", g->type, value);
		return NULL;
	}
	out->a = local_node(k, v, n->at);
	out->b = convert(k, value, out->a->type);
	return out;
}

static Node *assign_local(Check *k, const Node *n)
{
	Node *value = to_value(k, check_expr(k, n->b));
	ScopeVar *v = var_find(k, n->a->name);

	if (!v)
		v = var_declare(k, n->a->name, n->at);
	return store_local(k, n, v, value);
}

static bool is_agg_call(const Node *n)
{
	return n->kind == NODE_CALL && n->builtin && builtin_info[n->builtin].kind & BUILTIN_AGG;
}

/* Aggregates of one map must be of one kind, and with the same parameters. */
static bool same_aggregate(Check *k, const Node *n, Type *a, Type *b)
{
	if (a->agg != b->agg) {
		return false;
	}
	if (memcmp(a->agg_args, b->agg_args, sizeof(a->agg_args)) == 0)
		return true;
	check_error(k, n->b->at, "%s",
		    a->agg == AGG_HIST ? "Different bits in a single hist unsupported"
		    : a->agg == AGG_LHIST ? "Different lhist bounds in a single map unsupported"
					  : "Different tseries bounds in a single map unsupported");
	return true;
}

static bool grow_aggregate(Check *k, const Node *n, MapState *m, const Node *call)
{
	Type *has = m->value.type ? type_bare(m->value.type) : NULL, *is = type_bare(call->type);
	Node shown = *call;

	if (!has) {
		m->value.type = is;
		k->changed = true;
		return true;
	}
	if (has->kind != TY_AGG || !same_aggregate(k, n, has, is)) {
		check_store_mismatch(k, n->b->at, m->name, "map", has, &shown);
		return false;
	}
	if (is->is_signed && !has->is_signed) {
		m->value.type = is;
		k->changed = true;
	}
	return true;
}

Node *map_element(Check *k, const Node *n, MapState *m, Node *key)
{
	Node *out = node_new(k->c, NODE_MAPGET, n->at);

	out->name = m->name;
	out->index = m->index;
	out->a = key;
	out->type = m->value.type ? m->value.type : type_error(k->ts);
	return out;
}

static Node *aggregate(Check *k, const Node *n, MapState *m, Node *key)
{
	Node *call = check_call(k, n->b), *out;

	if (is_bad(call) || !grow_aggregate(k, n, m, call))
		return NULL;
	out = node_new(k->c, NODE_AGG, n->at);
	out->a = map_element(k, n->a, m, key);
	out->a->is_agg = true;
	out->b = call;
	call->type = m->value.type;
	AggKind kind = (AggKind)type_bare(call->type)->agg;

	if (call->n && kind != AGG_HIST && kind != AGG_LHIST)
		call->list[0] = convert(k, call->list[0], int_type(k, 8, type_bare(call->type)->is_signed));
	return out;
}

static Node *assign_map(Check *k, const Node *n)
{
	MapState *m = map_state(k, n->a->name, n->a->at);
	u32 n_errors = k->c->diags.n_errors;
	Node *key = check_map_key(k, m, n->a), *value, *out;

	if (n->a->a && !key)
		return NULL;
	if (k->c->diags.n_errors > n_errors)
		return NULL;
	if (is_agg_call(n->b))
		return aggregate(k, n, m, key);
	value = to_value(k, check_expr(k, n->b));
	if (is_bad(value) || !is_storable(k, n, value))
		return NULL;
	value = convert(k, value, storable(k, value->type));
	if (!guess_grow(k, &m->value, value)) {
		check_store_mismatch(k, n->at, m->name, "map", m->value.type, value);
		return NULL;
	}
	out = node_new(k->c, NODE_ASSIGN, n->at);
	out->a = map_element(k, n->a, m, key);
	out->b = convert(k, value, m->value.type);
	return out;
}

/* ---- let ---- */

static Node *check_let(Check *k, const Node *n)
{
	ScopeVar *v = var_find(k, n->name);
	Node *value = n->a ? to_value(k, check_expr(k, n->a)) : NULL, *out;

	if (v) {
		check_error(k, span_join((Span){n->at.start, n->at.start + 1}, n->field.at),
			    "Variable %s was already declared. Variable shadowing is not allowed.",
			    plain_name(k, n->name));
		diag_note(&k->c->diags, v->at, v->is_let ? "ERROR: This is the initial declaration."
						      : "ERROR: This is the initial assignment.");
		return NULL;
	}
	Type *fixed = n->b ? check_type_node(k, n->b) : NULL;

	v = var_declare(k, n->name, n->at);
	v->is_let = true;
	if (fixed && fixed->kind == TY_ERROR)
		return NULL;
	if (fixed)
		k->guesses->at[v->local] = (Guess){.type = fixed, .is_fixed = true};
	if (value)
		return store_local(k, n, v, value);
	out = node_new(k->c, NODE_LET, n->at);
	out->name = n->name;
	out->index = v->local;
	return out;
}

/* ---- conditions and loops ---- */

static Node *check_if(Check *k, const Node *n)
{
	Node *cond = to_bool(k, check_expr(k, n->a)), *out;
	bool known;

	if (!is_bad(cond) && n->a->kind == NODE_COMPTIME && is_constant(cond, &known) && cond->kind == NODE_INT) {
		/* the other branch is not looked at */
		if (known)
			return check_block(k, n->b, true);
		return !n->c ? NULL : n->c->kind == NODE_IF ? check_if(k, n->c) : check_block(k, n->c, true);
	}
	out = node_new(k->c, NODE_IF, n->at);
	out->a = cond;
	out->b = check_block(k, n->b, true);
	if (n->c) {
		out->c = n->c->kind == NODE_IF ? check_if(k, n->c) : check_block(k, n->c, true);
		if (out->c && out->c->kind != NODE_IF && out->c->kind != NODE_BLOCK)
			out->c = block_of(k, n->c, &out->c, 1);
	}
	if (is_bad(cond))
		return NULL;
	/* both branches give the maps their types; only one is kept */
	if (cond->kind == NODE_INT && is_constant(cond, &known))
		return known ? out->b : out->c;
	return out;
}

static void loop_enter(Check *k, LoopFrame *f, ScriptLoop *info)
{
	*f = (LoopFrame){.outer = k->loop, .scope_len = k->scope.len, .info = info};
	k->loop = f;
}

static void loop_leave(Check *k)
{
	LoopFrame *f = k->loop;

	k->loop = f->outer;
	if (!f->info)
		return;
	f->info->captures = f->captures.at;
	f->info->n_captures = f->captures.len;
	if (f->info->has_return)
		for (LoopFrame *o = f->outer; o; o = o->outer)
			if (o->info)
				o->info->has_return = true;
}

static Node *check_while(Check *k, const Node *n)
{
	Node *out = node_new(k->c, NODE_WHILE, n->at);
	LoopFrame f;

	out->loop = NEW(k->c->arena, ScriptLoop);
	loop_enter(k, &f, out->loop);
	out->a = to_bool(k, check_expr(k, n->a));
	out->b = check_block(k, n->b, true);
	loop_leave(k);
	return is_bad(out->a) ? NULL : out;
}

/* The loop's own variable, new in its body's scope. */
static ScopeVar *loop_variable(Check *k, const Node *n, Type *t)
{
	ScopeVar *v = var_find(k, n->name);

	if (v) {
		check_error(k, n->field.at, "Loop declaration shadows existing variable: %s",
			    plain_name(k, n->name));
		diag_note(&k->c->diags, v->at, v->is_let ? "ERROR: This is the initial declaration."
							 : "ERROR: This is the initial assignment.");
		return NULL;
	}
	v = var_declare(k, n->name, n->field.at);
	v->is_assigned = true;
	k->guesses->at[v->local] = (Guess){.type = t, .is_fixed = true};
	return v;
}

static Node *check_for_range(Check *k, const Node *n)
{
	Node *from = to_value(k, check_expr(k, n->a)), *to = to_value(k, check_expr(k, n->b));
	Node *out = node_new(k->c, NODE_FOR_RANGE, n->at);
	u32 scope_len = k->scope.len;
	LoopFrame f;
	bool lossy = false;
	ScopeVar *v;
	Type *t;

	if (is_bad(from) || is_bad(to))
		return NULL;
	if (!is_int(from->type) || !is_int(to->type)) {
		check_error(k, n->at, "Loop range requires an integer for the %s value",
			    is_int(from->type) ? "end" : "start");
		return NULL;
	}
	t = type_merge(k, from->type, is_flexible(from), to->type, is_flexible(to), &lossy);
	t = int_type(k, 8, type_is_signed(t));
	out->loop = NEW(k->c->arena, ScriptLoop);
	loop_enter(k, &f, out->loop);
	v = loop_variable(k, n, t);
	if (v) {
		out->index = v->local;
		out->name = n->name;
		out->a = convert(k, from, t);
		out->b = convert(k, to, t);
		out->c = check_block(k, n->c, true);
	}
	loop_leave(k);
	k->scope.len = scope_len;
	return v ? out : NULL;
}

static bool is_iterable(Check *k, const Node *n, const MapState *m)
{
	if (!m->value.type) {
		check_error(k, n->at, "Undefined map: %s", m->name);
		return false;
	}
	if (m->is_scalar) {
		check_error(k, n->at, "%s has no explicit keys (scalar map), and cannot be used for iteration",
			    m->name);
		return false;
	}
	if (type_bare(m->value.type)->kind == TY_AGG && !is_castable_agg(m->value.type)) {
		check_error(k, n->at, "Loop expression does not support type: %s",
			    type_script_str(k->ts, m->value.type));
		return false;
	}
	return m->key.type != NULL;
}

static Node *check_for_map(Check *k, const Node *n)
{
	Node *out = node_new(k->c, NODE_FOR_MAP, n->at);
	u32 scope_len = k->scope.len;
	MapState *m;
	LoopFrame f;
	ScopeVar *v;

	if (n->a->kind != NODE_MAPGET || n->a->a) {
		check_error(k, n->a->at, "syntax: expected map or range in for loop");
		return NULL;
	}
	m = map_state(k, n->a->name, n->a->at);
	m->is_used = true;
	if (!is_iterable(k, n->a, m))
		return NULL;
	Type *value = type_bare(m->value.type)->kind == TY_AGG
			      ? int_type(k, 8, type_bare(m->value.type)->is_signed)
			      : m->value.type;

	out->loop = NEW(k->c->arena, ScriptLoop);
	loop_enter(k, &f, out->loop);
	f.is_map = true;
	v = loop_variable(k, n, type_tuple(k->ts, (Type *[]){m->key.type, value}, 2));
	if (v) {
		out->index = v->local;
		out->name = n->name;
		out->a = check_map_ref(k, n->a);
		out->c = check_block(k, n->c, true);
	}
	loop_leave(k);
	k->scope.len = scope_len;
	return v ? out : NULL;
}

static Node *check_unroll(Check *k, const Node *n)
{
	Node *count = check_expr(k, n->a), *out = node_new(k->c, NODE_UNROLL, n->at);
	Span at = span_join(n->at, n->c->at);

	if (is_bad(count))
		return NULL;
	if (count->kind != NODE_INT || !is_int(count->type))
		check_error(k, at, "invalid unroll value");
	else if (count->value < 1)
		check_error(k, at, "unroll minimum value is 1");
	else if (count->value > 100)
		check_error(k, at, "unroll maximum value is 100");
	out->value = count->value;
	out->c = check_block(k, n->c, true);
	return out;
}

static Node *check_jump(Check *k, const Node *n)
{
	const char *word = n->kind == NODE_BREAK ? "break" : "continue";

	if (!k->loop) {
		check_error(k, n->at, "'%s' statement is not allowed in a probe", word);
		return NULL;
	}
	if (k->loop->info && n->kind == NODE_BREAK)
		k->loop->info->has_break = true;
	else if (k->loop->info)
		k->loop->info->has_continue = true;
	return node_new(k->c, n->kind, n->at);
}

static Node *check_return(Check *k, const Node *n)
{
	Node *out = node_new(k->c, NODE_RETURN, n->at);
	Type *wanted = k->fn ? k->fn->type->base : int_type(k, 8, true);

	if (k->loop && k->loop->info)
		k->loop->info->has_return = true;
	if (!n->a) {
		if (k->fn && type_bare(wanted)->kind != TY_VOID)
			check_error(k, n->at, "Function %s is of type %s, cannot return void", k->fn->name,
				    type_script_str(k->ts, wanted));
		return out;
	}
	out->a = to_value(k, check_expr(k, n->a));
	if (is_bad(out->a))
		return NULL;
	if ((is_int(wanted) && is_int(out->a->type)) || type_same(wanted, out->a->type)) {
		out->a = convert(k, out->a, wanted);
		return out;
	}
	if (k->fn)
		check_error(k, n->at, "Function %s is of type %s, cannot return %s", k->fn->name,
			    type_script_str(k->ts, wanted), type_script_str(k->ts, out->a->type));
	else
		check_error(k, n->at, "Probe return values can only be integers. Found %s",
			    type_script_str(k->ts, out->a->type));
	return NULL;
}

/* ---- effects ---- */

static Node *check_effect(Check *k, const Node *n)
{
	Node *out = node_new(k->c, NODE_EXPR, n->at);

	if (n->a->kind == NODE_IFVALUE) { /* a tail without value */
		Node as_if = *n->a;

		as_if.kind = NODE_IF;
		return check_if(k, &as_if);
	}
	if (n->a->kind == NODE_BLOCK)
		return check_block(k, n->a, true);
	out->a = check_expr(k, n->a);
	if (is_bad(out->a) || out->a->kind == NODE_INT || out->a->kind == NODE_STRING)
		return NULL;
	if (n->kind == NODE_EXPR && type_bare(out->a->type)->kind != TY_VOID && out->a->kind != NODE_UPDATE)
		check_remark(k, n->at, "Return value discarded.");
	return out;
}

static Node *check_import_statement(Check *k, const Node *n)
{
	if (strcmp(script_config_text(k->s, CONFIG_unstable_import_statement), "error") == 0)
		check_error(k, n->at, "import statements are unstable. Set the 'unstable_import_statement' "
			    "config variable to 'enable' to use them.");
	return NULL;
}

static Node *check_statement(Check *k, const Node *n)
{
	switch (n->kind) {
	case NODE_EXPR:
	case NODE_DISCARD:
		return check_effect(k, n);
	case NODE_ASSIGN:
		return n->a->kind == NODE_LOCAL ? assign_local(k, n) : assign_map(k, n);
	case NODE_LET:
		return check_let(k, n);
	case NODE_BLOCK:
		return check_block(k, n, true);
	case NODE_IF:
		return check_if(k, n);
	case NODE_WHILE:
		return check_while(k, n);
	case NODE_FOR_RANGE:
		return check_for_range(k, n);
	case NODE_FOR_MAP:
		return check_for_map(k, n);
	case NODE_UNROLL:
		return check_unroll(k, n);
	case NODE_BREAK:
	case NODE_CONTINUE:
		return check_jump(k, n);
	case NODE_RETURN:
		return check_return(k, n);
	case NODE_IMPORT:
		return check_import_statement(k, n);
	default:
		return NULL;
	}
}
