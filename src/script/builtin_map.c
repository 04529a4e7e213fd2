/*
 * Checks of builtins about maps, and of the aggregations.
 */
#include "script/internal.h"

#define MAX_LHIST_BUCKETS 1000
#define MAX_TSERIES 1000000

/* ---- maps ---- */

static Node *delete_call(Check *k, Node *call, const Node *map, const Node *key)
{
	Node plain = *map, access = *map, *items[2];
	MapState *m = map_state(k, map->name, map->at);

	plain.a = NULL;
	access.a = (Node *)key;
	access.at = call->at;
	items[0] = check_map_ref(k, &plain);
	if (is_bad(items[0]))
		return items[0];
	if (!key) {
		if (m->is_keyed) {
			check_error(k, call->at, "call to delete() with a single argument expects a map without "
				    "explicit keys (scalar map)");
			diag_hint(&k->c->diags, "Use clear() to remove all elements of %s.", m->name);
			return check_bad(k, call);
		}
		node_list(k->c, call, items, 1);
		return call;
	}
	items[1] = check_map_key(k, m, &access);
	if (!items[1])
		return check_bad(k, call);
	node_list(k->c, call, items, 2);
	return call;
}

/* delete(@m, k), delete(@m[k]), delete(@m) */
Node *check_bi_delete(Check *k, Node *call, const Node *source)
{
	const Node *map = source->list[0];

	if (map->kind != NODE_MAPGET || (map->a && source->n > 1)) {
		check_error(k, map->at, "delete() expects a map argument");
		return check_bad(k, call);
	}
	return delete_call(k, call, map, source->n > 1 ? source->list[1] : map->a);
}

/* find(@m, k, $v): $v comes into being with the map's type */
Node *check_bi_find(Check *k, Node *call, const Node *source)
{
	MapState *m = k->maps.at[call->list[0]->index];
	ScopeVar *v = var_find(k, source->list[2]->name);
	Node value = {.kind = NODE_NONE, .at = source->list[2]->at, .type = m->value.type};

	if (type_bare(value.type)->kind == TY_AGG) {
		check_error(k, call->at, "Map value '%s' cannot be read: use print() to show it",
			    type_script_str(k->ts, value.type));
		return check_bad(k, call);
	}
	if (!v)
		v = var_declare(k, source->list[2]->name, source->list[2]->at);
	v->is_assigned = true;
	if (!guess_grow(k, &k->guesses->at[v->local], &value)) {
		check_error(k, call->at,
			    "Type mismatch for %s: trying to assign value of type '%s' when variable already "
			    "has a type '%s'",
			    plain_name(k, v->name), type_script_str(k->ts, value.type),
			    type_script_str(k->ts, k->guesses->at[v->local].type));
		return check_bad(k, call);
	}
	call->list[2] = local_node(k, v, source->list[2]->at);
	return call;
}

Node *check_bi_len(Check *k, Node *call, const Node *source)
{
	const Node *of = source->list[0];
	Node *arg;

	if (of->kind == NODE_MAPGET && !of->a) {
		MapState *m = map_state(k, of->name, of->at);

		arg = m->value.type && (type_bare(m->value.type)->kind == TY_KSTACK ||
					type_bare(m->value.type)->kind == TY_USTACK)
			      ? check_expr(k, of)
			      : check_map_ref(k, of);
	} else {
		arg = check_expr(k, of);
	}
	if (is_bad(arg))
		return arg;
	if (arg->kind != NODE_MAP && type_bare(arg->type)->kind != TY_KSTACK &&
	    type_bare(arg->type)->kind != TY_USTACK) {
		check_error(k, call->at, "call to len() expects a map, ustack, or kstack");
		return check_bad(k, call);
	}
	node_list(k->c, call, &arg, 1);
	return call;
}

Node *check_bi_is_scalar(Check *k, Node *call, const Node *source)
{
	const Node *of = source->list[0];
	Node *out;

	if (of->kind != NODE_MAPGET || of->a) {
		check_error(k, call->at, "is_scalar() expects a map for the first argument");
		return check_bad(k, call);
	}
	out = node_int(k->c, call->at, type_bool(k->ts), !map_state(k, of->name, of->at)->is_keyed);
	out->is_literal = true;
	return out;
}

/* ---- aggregations ---- */

static AggKind agg_kind(BuiltinId id)
{
	switch (id) {
	case BI_count:
		return AGG_COUNT;
	case BI_sum:
		return AGG_SUM;
	case BI_avg:
		return AGG_AVG;
	case BI_min:
		return AGG_MIN;
	case BI_max:
		return AGG_MAX;
	case BI_stats:
		return AGG_STATS;
	case BI_hist:
		return AGG_HIST;
	case BI_lhist:
		return AGG_LHIST;
	default:
		return AGG_TSERIES;
	}
}

static bool check_hist(Check *k, const Node *call, i64 args[4])
{
	args[0] = call->n > 1 ? call->list[1]->value : 0;
	if (args[0] >= 0 && args[0] <= 5)
		return true;
	check_error(k, call->at, "hist: bits %lld must be 0..5", (long long)args[0]);
	return false;
}

static bool check_lhist(Check *k, const Node *call, i64 args[4])
{
	for (u32 i = 0; i < 3; i++)
		args[i] = call->list[i + 1]->value;
	if (args[2] <= 0) {
		check_error(k, call->at, "lhist() step must be >= 1 (%lld provided)", (long long)args[2]);
		return false;
	}
	if (args[0] >= args[1]) {
		check_error(k, call->at, "lhist() min must be less than max (provided min %lld and max %lld)",
			    (long long)args[0], (long long)args[1]);
		return false;
	}
	u64 buckets = ((u64)args[1] - (u64)args[0]) / (u64)args[2];

	if (buckets <= MAX_LHIST_BUCKETS)
		return true;
	check_error(k, call->at, "lhist() too many buckets, must be <= %d (would need %llu)", MAX_LHIST_BUCKETS,
		    (unsigned long long)buckets);
	return false;
}

static bool tseries_function(Check *k, const Node *call, i64 *out)
{
	static const struct {
		const char *name;
		AggKind kind;
	} list[] = {{"avg", AGG_AVG}, {"max", AGG_MAX}, {"min", AGG_MIN}, {"sum", AGG_SUM}};
	const char *name;

	*out = AGG_NONE;
	if (call->n < 4)
		return true;
	name = name_of(k->c, call->list[3]->text.at, call->list[3]->text.len);
	for (u32 i = 0; i < ARRAY_LEN(list); i++)
		if (strcmp(list[i].name, name) == 0) {
			*out = list[i].kind;
			return true;
		}
	check_error(k, call->at,
		    "tseries() expects one of the following aggregation functions: avg, max, min, sum (\"%s\" "
		    "provided)",
		    name);
	return false;
}

static bool check_tseries(Check *k, const Node *call, i64 args[4])
{
	args[0] = call->list[1]->value;
	args[1] = call->list[2]->value;
	if (strcmp(script_config_text(k->s, CONFIG_unstable_tseries), "error") == 0) {
		check_error(k, call->at, "tseries feature is not enabled by default. To enable this unstable "
			    "feature, set the config flag to enable. unstable_tseries=enable");
		return false;
	}
	if (strcmp(script_config_text(k->s, CONFIG_unstable_tseries), "warn") == 0 && k->warned_in != k->pass + 1) {
		k->warned_in = k->pass + 1;
		diag_warning(&k->c->diags, (Span){0},
			  "Script is using an unstable feature: tseries. To prevent this warning you must "
			  "explicitly enable it in the config e.g. unstable_tseries=enable");
	}
	if (args[0] < 1)
		check_error(k, call->at, "tseries() interval_ns must be >= 1 (%lld provided)",
			    (long long)args[0]);
	else if (args[1] < 1)
		check_error(k, call->at, "tseries() num_intervals must be >= 1 (%lld provided)",
			    (long long)args[1]);
	else if (args[1] >= MAX_TSERIES)
		check_error(k, call->at, "tseries() num_intervals must be < 1000000 (%lld provided)",
			    (long long)args[1]);
	else
		return tseries_function(k, call, &args[2]);
	return false;
}

Node *check_bi_agg(Check *k, Node *call, const Node *source)
{
	AggKind kind = agg_kind(call->builtin);
	i64 args[4] = {0};
	bool good = true;

	(void)source;
	if (kind == AGG_HIST)
		good = check_hist(k, call, args);
	else if (kind == AGG_LHIST)
		good = check_lhist(k, call, args);
	else if (kind == AGG_TSERIES)
		good = check_tseries(k, call, args);
	if (!good)
		return check_bad(k, call);
	call->n = MIN(call->n, 1u);
	bool is_signed = call->n && type_is_signed(call->list[0]->type) && kind != AGG_HIST && kind != AGG_LHIST;

	call->type = type_agg(k->ts, kind, is_signed, args);
	return call;
}
