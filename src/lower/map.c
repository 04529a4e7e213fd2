/*
 * Script maps: reading, assigning, updating, aggregating.
 *
 * Updates in place are atomic where two CPUs may meet (hash maps); per-CPU
 * elements belong to one CPU and are changed plainly. An element that isn't
 * there is first made with zeroes (BPF_NOEXIST, so that a racing CPU's element
 * is kept) and then changed like any other: nothing is lost.
 */
#include "lower/internal.h"

static const u32 map_types[] = {
	[MAP_HASH] = BPF_MAP_TYPE_HASH,
	[MAP_PERCPU_HASH] = BPF_MAP_TYPE_PERCPU_HASH,
	[MAP_LRU_HASH] = BPF_MAP_TYPE_LRU_HASH,
	[MAP_PERCPU_LRU_HASH] = BPF_MAP_TYPE_LRU_PERCPU_HASH,
	[MAP_PERCPU_ARRAY] = BPF_MAP_TYPE_PERCPU_ARRAY,
};

/* "@start" → "AT_start": what an ELF symbol and the kernel allow. */
static const char *object_name(Lower *l, const char *name)
{
	return arena_printf(l->c->arena, "AT_%s", name + 1);
}

/* An array's element is always there: a sum that came to 0 is told from none by a word behind it. */
static bool has_mark(const ScriptMap *s)
{
	Type *t = type_bare(s->value);

	return s->kind == MAP_PERCPU_ARRAY && t->kind == TY_AGG && t->agg == AGG_SUM;
}

u32 lower_map_index(Lower *l, u32 script_map)
{
	const ScriptMap *s = &l->s->maps.at[script_map];
	MapDef *map = NEW(l->c->arena, MapDef);

	map->name = object_name(l, s->name);
	map->type = map_types[s->kind];
	map->key_size = s->key ? ALIGN_UP(type_size(l->types, s->key), 8u) : 4;
	if (s->key && type_size(l->types, s->key) <= 8)
		map->key_size = type_size(l->types, s->key);
	map->value_size = ALIGN_UP(type_size(l->types, s->value), 8u);
	if (has_mark(s))
		map->value_size += 8;
	map->max_entries = s->max_entries;
	map->at = s->at;
	vec_push(l->c->arena, &l->meta->maps,
		 (MapShow){.name = s->name, .object_name = map->name, .key = s->key, .value = s->value,
			   .is_per_cpu = s->is_per_cpu, .is_declared = s->is_declared,
			   .max_entries = s->max_entries});
	return ir_map_add(l->m, map);
}

Val map_key(Lower *l, const ScriptMap *map, const Node *key)
{
	u32 size = map->key ? type_size(l->types, map->key) : 4, room;
	Val to;

	if (!map->key) {
		to = mem_temp(l, 4);
		mem_store(l, to, 0, 4, ir_const(B(l), CLS_W, 0));
		return to;
	}
	room = size <= 8 ? size : ALIGN_UP(size, 8u);
	to = mem_temp(l, room);
	if (room > size)
		mem_zero(l, ir_offset(B(l), to, size & ~7u), 8);
	lower_into(l, key, to, true);
	return to;
}

Val map_lookup(Lower *l, u32 script_map, Val key)
{
	return ir_call(B(l), HELPER_map_lookup_elem, 2,
		       (Val[]){ir_map(B(l), l->maps[script_map]), key});
}

static Val map_update(Lower *l, u32 script_map, Val key, Val value, u64 flags)
{
	return ir_call(B(l), HELPER_map_update_elem, 4,
		       (Val[]){ir_map(B(l), l->maps[script_map]), key, value, lower_const(l, (i64)flags)});
}

/* So many zero bytes that helpers can read: a .bss variable as large as anybody needs. */
static Val zeroes(Lower *l, u32 size)
{
	Val at = mem_global(l, &l->zero_global, "waggle_zero", size);
	Global *g = l->m->globals.at[l->zero_global - 1];

	g->size = MAX(g->size, size);
	g->type = type_array(l->types, type_int(l->types, 1, false), g->size);
	return at;
}

static const char map_full[] = "Map full; can't update element. Try increasing max_map_keys config "
			       "or manually setting the max entries in a map declaration "
			       "e.g. `let @a = hash(5000)`";

static void warn_if_failed(Lower *l, Span at, Val result)
{
	Branch b = branch_begin(l, ir_cmp(B(l), OP_NE, 8, result, lower_const(l, 0)), false);

	lower_runtime_error(l, at, map_full, "map_update_elem", result);
	branch_end(l, b);
}

/*
 * Address of the element in *at (a slot holding it), made with zeroes if it
 * isn't there. The code after is inside the returned branch: there is one.
 */
static Branch element_begin(Lower *l, u32 script_map, Val key, Span where, Val *address)
{
	MapDef *map = l->m->maps.at[l->maps[script_map]];
	Val held = mem_temp(l, 8), result;
	Branch missing, found;

	mem_store(l, held, 0, 8, map_lookup(l, script_map, key));
	missing = branch_begin(l, ir_cmp(B(l), OP_EQ, 8, mem_load(l, AS_STACK, held, 0, 8, false),
					 lower_const(l, 0)), false);
	if (map->type != BPF_MAP_TYPE_PERCPU_ARRAY) {
		result = map_update(l, script_map, key, zeroes(l, map->value_size), BPF_NOEXIST);
		mem_store(l, held, 0, 8, map_lookup(l, script_map, key));
		/* only when it still isn't there has something failed */
		found = branch_begin(l, ir_cmp(B(l), OP_EQ, 8, mem_load(l, AS_STACK, held, 0, 8, false),
					       lower_const(l, 0)), false);
		lower_runtime_error(l, where, map_full, "map_update_elem", result);
		branch_end(l, found);
	}
	branch_end(l, missing);
	*address = mem_load(l, AS_STACK, held, 0, 8, false);
	return branch_begin(l, *address, false);
}

/* ---- reading ---- */

Val lower_map_get(Lower *l, const Node *n)
{
	const ScriptMap *map = &l->s->maps.at[n->index];
	Val key = map_key(l, map, n->a), held, at;
	Branch b;

	if (n->is_agg)
		return map_merge(l, map, n->index, key);
	held = mem_temp(l, 8);
	mem_store(l, held, 0, 8, lower_const(l, 0));
	at = map_lookup(l, n->index, key);
	b = branch_begin(l, at, false);
	mem_store(l, held, 0, 8, load_scalar(l, AS_MAP, map->value, at, 0));
	branch_end(l, b);
	return mem_load(l, AS_STACK, held, 0, 8, false);
}

void lower_map_get_into(Lower *l, const Node *n, Val to)
{
	const ScriptMap *map = &l->s->maps.at[n->index];
	u32 size = type_size(l->types, map->value);
	Val at = map_lookup(l, n->index, map_key(l, map, n->a));
	Branch b = branch_begin(l, at, true);

	mem_copy(l, to, at, size);
	branch_else(l, b);
	mem_zero(l, to, size);
	branch_end(l, b);
}

Place lower_address_place(Lower *l, const Node *n)
{
	if (n->kind != NODE_MAPGET)
		return lower_place(l, n);
	return (Place){.space = AS_MAP, .type = n->type,
		       .base = map_lookup(l, n->index, map_key(l, &l->s->maps.at[n->index], n->a))};
}

/* ---- assigning ---- */

void lower_map_assign(Lower *l, const Node *target, const Node *value)
{
	const ScriptMap *map = &l->s->maps.at[target->index];
	u32 room = l->m->maps.at[l->maps[target->index]]->value_size;
	u32 size = type_size(l->types, map->value);
	Val from = mem_temp(l, room), key;

	if (room > size)
		mem_zero(l, ir_offset(B(l), from, size & ~7u), 8);
	lower_into(l, value, from, true);
	key = map_key(l, map, target->a);
	warn_if_failed(l, target->at, map_update(l, target->index, key, from, BPF_ANY));
}

/* ---- ++, --, += … on plain elements ---- */

static bool is_atomic_update(const Node *n, u32 size)
{
	return (n->op == SOP_ADD || n->op == SOP_SUB) && size == 8;
}

/* @m[k] += b as one atomic addition; the old value only where the program uses it and the CPU can. */
static Val update_atomic(Lower *l, const Node *n, Val at, Val b)
{
	bool fetch = l->c->target->has[FEAT_FETCH_ATOMICS];
	Val old, delta = n->op == SOP_SUB ? ir_op1(B(l), OP_NEG, CLS_L, b) : b;
	Ins add = {.op = OP_ATOMIC, .cls = CLS_L, .size = 8, .space = AS_MAP, .atomic = ATOMIC_ADD,
		   .atomic_fetch = fetch, .a = at, .b = delta};

	if (fetch) {
		old = ir_add(B(l), add);
	} else {
		old = mem_load(l, AS_MAP, at, 0, 8, false);
		ir_add(B(l), add);
	}
	return n->is_post ? old : ir_op2(B(l), OP_ADD, CLS_L, old, delta);
}

static Val update_plain(Lower *l, const Node *n, const ScriptMap *map, Val at, Val b)
{
	Val old = load_scalar(l, AS_MAP, map->value, at, 0), now;
	Node op = *n;

	op.type = n->extra_type;
	now = lower_update_value(l, &op, old, b);
	store_scalar(l, map->value, at, 0, now);
	return n->is_post ? old : now;
}

Val lower_map_update(Lower *l, const Node *n)
{
	const ScriptMap *map = &l->s->maps.at[n->a->index];
	Val b = lower_value(l, n->b), result = mem_temp(l, 8), at, v;
	Branch there;

	if (type_is_ptr(map->value))
		b = ir_op2(B(l), OP_MUL, CLS_L, b, lower_const(l, n->value ? n->value : 1));
	mem_store(l, result, 0, 8, lower_const(l, 0));
	there = element_begin(l, n->a->index, map_key(l, map, n->a->a), n->at, &at);
	if (n->is_agg || map->is_per_cpu) {
		v = ir_op2(B(l), OP_ADD, CLS_L, mem_load(l, AS_MAP, at, 0, 8, false),
			   n->op == SOP_SUB ? ir_op1(B(l), OP_NEG, CLS_L, b) : b);
		mem_store(l, at, 0, 8, v);
	} else if (is_atomic_update(n, type_size(l->types, map->value))) {
		v = update_atomic(l, n, at, b);
	} else {
		v = update_plain(l, n, map, at, b);
	}
	mem_store(l, result, 0, 8, v);
	branch_end(l, there);
	return mem_load(l, AS_STACK, result, 0, 8, false);
}

Val lower_bi_delete(Lower *l, const Node *n, Val into)
{
	const ScriptMap *map = &l->s->maps.at[n->list[0]->index];
	Val key = map_key(l, map, n->n > 1 ? n->list[1] : NULL), result;
	MapDef *def = l->m->maps.at[l->maps[n->list[0]->index]];

	(void)into;
	if (def->type == BPF_MAP_TYPE_PERCPU_ARRAY) {
		/* an array's element can't go: zeroes are what "not there" is */
		result = map_update(l, n->list[0]->index, key, zeroes(l, def->value_size), BPF_ANY);
	} else {
		result = ir_call(B(l), HELPER_map_delete_elem, 2,
				 (Val[]){ir_map(B(l), l->maps[n->list[0]->index]), key});
	}
	return ir_to_cls(B(l), CLS_L, ir_cmp(B(l), OP_EQ, 8, result, lower_const(l, 0)));
}

Val lower_bi_has_key(Lower *l, const Node *n, Val into)
{
	Val key = map_key(l, &l->s->maps.at[n->list[0]->index], n->list[1]);
	Val at = map_lookup(l, n->list[0]->index, key);

	(void)into;
	return ir_to_cls(B(l), CLS_L, ir_cmp(B(l), OP_NE, 8, at, lower_const(l, 0)));
}

/* find(@m, k, $v): $v only changes if there is such an element. */
Val lower_bi_find(Lower *l, const Node *n, Val into)
{
	u32 index = n->list[0]->index;
	const ScriptMap *map = &l->s->maps.at[index];
	Val found = mem_temp(l, 8), at;
	Branch b;

	(void)into;
	mem_store(l, found, 0, 8, lower_const(l, 0));
	at = map_lookup(l, index, map_key(l, map, n->list[1]));
	b = branch_begin(l, at, false);
	mem_store(l, found, 0, 8, lower_const(l, 1));
	if (is_memory_type(map->value))
		mem_copy(l, local_address(l, n->list[2]->index), at, type_size(l->types, map->value));
	else
		store_scalar(l, n->list[2]->type, local_address(l, n->list[2]->index), 0,
			     load_scalar(l, AS_MAP, map->value, at, 0));
	branch_end(l, b);
	return mem_load(l, AS_STACK, found, 0, 8, false);
}

/* ---- aggregations: adding ---- */

static void add_word(Lower *l, Val at, i64 offset, Val v)
{
	Val old = mem_load(l, AS_MAP, at, offset, 8, false);

	mem_store(l, at, offset, 8, ir_op2(B(l), OP_ADD, CLS_L, old, v));
}

/* {value, is_set}: replaced if unset or beaten. */
static void add_extreme(Lower *l, const Type *t, Val at, Val v)
{
	Op less = t->is_signed ? OP_SLT : OP_ULT;
	Val old = mem_load(l, AS_MAP, at, 0, 8, false);
	Val set = mem_load(l, AS_MAP, at, 8, 8, false);
	Val better = t->agg == AGG_MIN ? ir_cmp(B(l), less, 8, v, old) : ir_cmp(B(l), less, 8, old, v);
	Val unset = ir_cmp(B(l), OP_EQ, 8, set, lower_const(l, 0));
	Branch b = branch_begin(l, ir_op2(B(l), OP_OR, CLS_W, better, unset), false);

	mem_store(l, at, 0, 8, v);
	mem_store(l, at, 8, 8, lower_const(l, 1));
	branch_end(l, b);
}

/* floor(log2(v)) of v > 0: halving the search over the bit's place. */
static Val log2_of(Lower *l, Val v)
{
	Val result = lower_const(l, 0);

	for (u32 step = 32; step; step /= 2) {
		Val above = ir_cmp(B(l), OP_ULT, 8, lower_const(l, (i64)((1ull << step) - 1)), v);
		Val shift = ir_op2(B(l), OP_SHL, CLS_L, ir_to_cls(B(l), CLS_L, above),
				   lower_const(l, __builtin_ctz(step)));

		v = ir_op2(B(l), OP_LSHR, CLS_L, v, shift);
		result = ir_op2(B(l), OP_OR, CLS_L, result, shift);
	}
	return result;
}

/* The bucket of output/hist.c's head. */
static Val log2_bucket(Lower *l, const Type *t, Val v)
{
	i64 k = t->agg_args[0];
	Val bucket = mem_temp(l, 8), top, part;
	Branch negative = branch_begin(l, ir_cmp(B(l), OP_SLT, 8, v, lower_const(l, 0)), true);
	Branch small;

	mem_store(l, bucket, 0, 8, lower_const(l, 0));
	branch_else(l, negative);
	small = branch_begin(l, ir_cmp(B(l), OP_ULT, 8, v, lower_const(l, 1ll << k)), true);
	mem_store(l, bucket, 0, 8, ir_op2(B(l), OP_ADD, CLS_L, v, lower_const(l, 1)));
	branch_else(l, small);
	top = ir_op2(B(l), OP_SUB, CLS_L, log2_of(l, v), lower_const(l, k));
	part = ir_op2(B(l), OP_AND, CLS_L, ir_op2(B(l), OP_LSHR, CLS_L, v, top),
		      lower_const(l, (1ll << k) - 1));
	top = ir_op2(B(l), OP_SHL, CLS_L, ir_op2(B(l), OP_ADD, CLS_L, top, lower_const(l, 1)),
		     lower_const(l, k));
	mem_store(l, bucket, 0, 8,
		  ir_op2(B(l), OP_ADD, CLS_L, ir_op2(B(l), OP_ADD, CLS_L, top, part), lower_const(l, 1)));
	branch_end(l, small);
	branch_end(l, negative);
	return mem_load(l, AS_STACK, bucket, 0, 8, false);
}

static Val linear_bucket(Lower *l, const Type *t, Val v, u32 last)
{
	i64 min = t->agg_args[0], max = t->agg_args[1], step = t->agg_args[2];
	Val bucket = mem_temp(l, 8), from_min;
	Branch below = branch_begin(l, ir_cmp(B(l), OP_SLT, 8, v, lower_const(l, min)), true), above;

	mem_store(l, bucket, 0, 8, lower_const(l, 0));
	branch_else(l, below);
	above = branch_begin(l, ir_cmp(B(l), OP_SLE, 8, lower_const(l, max), v), true);
	mem_store(l, bucket, 0, 8, lower_const(l, last));
	branch_else(l, above);
	from_min = ir_op2(B(l), OP_SUB, CLS_L, v, lower_const(l, min));
	mem_store(l, bucket, 0, 8,
		  ir_op2(B(l), OP_ADD, CLS_L, ir_op2(B(l), OP_UDIV, CLS_L, from_min, lower_const(l, step)),
			 lower_const(l, 1)));
	branch_end(l, above);
	branch_end(l, below);
	return mem_load(l, AS_STACK, bucket, 0, 8, false);
}

/* buckets[i] += 1; the check is for the verifier, which can't see that i is in range. */
static void add_bucket(Lower *l, const Type *t, Val at, Val v)
{
	u32 last = (u32)(t->size / 8 - 1);
	Val i = t->agg == AGG_HIST ? log2_bucket(l, t, v) : linear_bucket(l, t, v, last);
	Branch b = branch_begin(l, ir_cmp(B(l), OP_ULE, 8, i, lower_const(l, last)), false);
	Val place = ir_op2(B(l), OP_ADD, CLS_L, at,
			   ir_op2(B(l), OP_SHL, CLS_L, i, lower_const(l, 3)));

	add_word(l, place, 0, lower_const(l, 1));
	branch_end(l, b);
}

static void add_to_element(Lower *l, const Type *t, Val at, Val v)
{
	switch (t->agg) {
	case AGG_COUNT:
		add_word(l, at, 0, lower_const(l, 1));
		break;
	case AGG_SUM:
		add_word(l, at, 0, v);
		break;
	case AGG_MIN:
	case AGG_MAX:
		add_extreme(l, t, at, v);
		break;
	case AGG_AVG:
	case AGG_STATS:
		add_word(l, at, 0, lower_const(l, 1));
		add_word(l, at, 8, v);
		break;
	case AGG_HIST:
	case AGG_LHIST:
		add_bucket(l, t, at, v);
		break;
	case AGG_TSERIES:
		lower_series_add(l, t, at, v);
		break;
	default:
		bug("aggregation %d has no code", t->agg);
	}
}

void lower_map_agg(Lower *l, const Node *n)
{
	const ScriptMap *map = &l->s->maps.at[n->a->index];
	Type *t = type_bare(map->value);
	Val v = n->b->n ? lower_value(l, n->b->list[0]) : 0, at;
	Branch there;

	there = element_begin(l, n->a->index, map_key(l, map, n->a->a), n->at, &at);
	add_to_element(l, t, at, v);
	if (has_mark(map))
		mem_store(l, at, 8, 8, lower_const(l, 1));
	branch_end(l, there);
}

/* ---- aggregations: reading ---- */

/* Adds one CPU's element at `at` into the words of `sum`: value or total, then count or is_set. */
static void merge_element(Lower *l, const Type *t, Val sum, Val at)
{
	Val v = mem_load(l, AS_MAP, at, 0, 8, false);
	Branch set;

	switch (t->agg) {
	case AGG_AVG:
	case AGG_STATS:
		add_word(l, sum, 8, v);
		add_word(l, sum, 0, mem_load(l, AS_MAP, at, 8, 8, false));
		break;
	case AGG_MIN:
	case AGG_MAX:
		set = branch_begin(l, mem_load(l, AS_MAP, at, 8, 8, false), false);
		add_extreme(l, t, sum, v);
		branch_end(l, set);
		break;
	default:
		add_word(l, sum, 0, v);
	}
}

/* The number that an aggregation stands for in an expression, over all CPUs. */
Val map_merge(Lower *l, const ScriptMap *map, u32 script_map, Val key)
{
	Type *t = type_bare(map->value);
	Val sum = mem_temp(l, 16), cpu = mem_temp(l, 8), at, i, count;
	u32 head = block_new(l, "cpus"), body = block_new(l, "cpu"), done = block_new(l, "merged");

	if (!l->c->target->has[FEAT_LOOKUP_PERCPU]) {
		diag_error(&l->c->diags, (Span){B(l)->loc, B(l)->loc + 1},
			   "reading %s in a probe needs %s", map->name, feature_text(FEAT_LOOKUP_PERCPU));
		return lower_const(l, 0);
	}
	mem_zero(l, sum, 16);
	mem_store(l, cpu, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), head);
	ir_at(B(l), head);
	i = mem_load(l, AS_STACK, cpu, 0, 8, false);
	at = ir_call(B(l), HELPER_map_lookup_percpu_elem, 3,
		     (Val[]){ir_map(B(l), l->maps[script_map]), key, i});
	ir_br(B(l), at, body, done);
	ir_at(B(l), body);
	merge_element(l, t, sum, at);
	i = ir_op2(B(l), OP_ADD, CLS_L, i, lower_const(l, 1));
	mem_store(l, cpu, 0, 8, i);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, i, lower_const(l, MAX(l->c->target->n_cpus, 1u))), head, done);
	ir_at(B(l), done);
	if (t->agg != AGG_AVG && t->agg != AGG_STATS)
		return mem_load(l, AS_STACK, sum, 0, 8, false);
	count = mem_load(l, AS_STACK, sum, 8, 8, false);
	return ir_op2(B(l), t->is_signed ? OP_SDIV : OP_UDIV, CLS_L,
		      mem_load(l, AS_STACK, sum, 0, 8, false), count);
}
