/*
 * "$x op= e", "@m[k] op= e", ++ and --: one node, as the key must be evaluated
 * once. The operation is done in 64 bits; variables and maps of numbers that
 * are updated have 64 bits themselves. count() and sum() maps can be added to.
 */
#include "script/internal.h"

/* The place of an update; numbers and their maps come into being as 64 bits. */
static Node *update_place(Check *k, const Node *n, const Node *operand)
{
	u32 n_errors = k->c->diags.n_errors;
	Node zero = {.kind = NODE_NONE, .at = n->at, .type = int_type(k, 8, true)};
	MapState *m;
	Node *key;

	if (n->a->kind == NODE_LOCAL) {
		ScopeVar *v = var_find(k, n->a->name);
		Node *place = check_expr(k, n->a);
		Guess *g;

		if (!v || is_bad(place))
			return place;
		g = &k->guesses->at[v->local];
		if (is_int(g->type) && !g->is_fixed) {
			zero.type = int_type(k, 8, type_is_signed(g->type) || g->is_flexible);
			guess_grow(k, g, &zero);
			place = local_node(k, v, n->a->at);
		}
		return place;
	}
	m = map_state(k, n->a->name, n->a->at);
	key = check_map_key(k, m, n->a);
	if ((n->a->a && !key) || k->c->diags.n_errors > n_errors)
		return check_bad(k, n);
	if (!m->value.type && operand && !is_int(operand->type))
		guess_grow(k, &m->value, operand);
	else if (!m->value.type || is_int(m->value.type)) {
		if (m->value.type)
			zero.type = int_type(k, 8, type_is_signed(m->value.type) || m->value.is_flexible);
		else if (operand)
			zero.type = int_type(k, 8, type_is_signed(operand->type));
		guess_grow(k, &m->value, &zero);
	}
	return map_element(k, n->a, m, key);
}

static Node *update_string(Check *k, const Node *n)
{
	check_error(k, n->at, "The %s operator can not be used on expressions of type 'string'",
		    script_op_text((ScriptOp)n->op));
	return check_bad(k, n);
}

Node *check_update(Check *k, const Node *n)
{
	Node *operand = to_value(k, check_expr(k, n->b)), *place = update_place(k, n, operand), *out;
	Type *t = type_bare(place->type);

	if (is_bad(operand) || is_bad(place))
		return check_bad(k, n);
	out = node_new(k->c, NODE_UPDATE, n->at);
	out->op = n->op;
	out->is_post = n->is_post;
	out->a = place;
	out->type = place->type;
	out->extra_type = int_type(k, 8, type_is_signed(t));
	if (t->kind == TY_AGG && (t->agg == AGG_COUNT || t->agg == AGG_SUM) && n->op == SOP_ADD) {
		out->is_agg = true;
		out->a->is_agg = true;
		out->extra_type = int_type(k, 8, t->is_signed);
		out->type = out->extra_type;
	} else if (t->kind == TY_PTR && (n->op == SOP_ADD || n->op == SOP_SUB)) {
		out->extra_type = place->type;
		out->value = MAX(1u, type_size(k->ts, t->base));
		out->b = convert(k, to_int64(k, operand), int_type(k, 8, true));
		return out;
	} else if (is_string(t)) {
		return update_string(k, n);
	} else if (!is_int(t) || !is_int(operand->type)) {
		check_store_mismatch(k, n->at, plain_name(k, n->a->name), n->a->kind == NODE_LOCAL ? "variable" : "map",
			 place->type, operand);
		return check_bad(k, n);
	}
	out->b = convert(k, operand, out->extra_type);
	return out;
}
