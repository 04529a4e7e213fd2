/*
 * Computes once what is the same, loads once what has not changed.
 *
 * In: SSA. Out: a value that a dominating instruction has computed already is
 * used instead of computed again; so are loads that no write may have changed,
 * values that were just stored, and calls of helpers that give the same all
 * through a run. Nothing moves.
 *
 * Method: a walk over the dominator tree with a hash table whose entries go
 * when their subtree is left. Memory is followed by a log of writes along the
 * path of the walk: an entry for a load remembers how long the log was, and
 * holds if none of the writes since then may touch its bytes. Where paths meet,
 * and at loop heads, the log gets a barrier that touches everything (kernel
 * memory that only probe reads see is not touched by the program; context that
 * nothing in the function changes neither).
 */
#include "pass/internal.h"

#define MAX_LOG_WALK 48 /* writes looked at before memory counts as changed */
#define BARRIER 0 /* in the log */
#define LOOP_BARRIER UINT32_MAX

typedef struct {
	Val key; /* the instruction that was there first */
	Val value; /* what it gives: itself, or for stores the value stored */
	u32 bucket, next; /* entries + 1 */
	u32 log; /* length of the log at that time */
} Entry;

typedef struct {
	Module *m;
	Func *f;
	Memory memory;
	u32 *bucket;
	u32 mask;
	Vec(Entry) entries;
	Vec(Val) log; /* writes: instructions or barriers */
} Cse;

/* ---- equality ---- */

static u64 mix(u64 h, u64 x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static bool is_load(const Ins *ins)
{
	return op_info[ins->op].effect == EFFECT_READ;
}

/* The key of an access is its address and width; of everything else, all that it is made of. */
static u64 hash_of(const Ins *ins)
{
	u64 h = ins->op == OP_STORE ? OP_LOAD : ins->op;
	h = mix(h, ins->a);
	h = mix(h, (u64)ins->imm << 8 | ins->size);
	if (ins->op == OP_STORE || is_load(ins))
		return h;
	h = mix(h, (u64)ins->b << 32 | ins->sym);
	for (u32 i = 0; i < ins->n_args; i++)
		h = mix(h, ins->args[i]);
	return ins->op == OP_PHI ? mix(h, ins->block) : h;
}

static bool is_same_core(const CoreReloc *a, const CoreReloc *b)
{
	if (!a || !b || a == b)
		return a == b;
	return a->kind == b->kind && a->root == b->root && a->n_path == b->n_path &&
	       memcmp(a->path, b->path, a->n_path * sizeof(a->path[0])) == 0;
}

static bool is_same(const Ins *a, const Ins *b)
{
	if (a->size != b->size || a->a != b->a || a->imm != b->imm || !is_same_core(a->core, b->core))
		return false;
	if (a->op == OP_STORE)
		return b->op == OP_LOAD;
	return a->op == b->op && a->cls == b->cls && a->b == b->b && a->sym == b->sym &&
	       a->n_args == b->n_args && (a->op != OP_PHI || a->block == b->block) &&
	       (!a->n_args || memcmp(a->args, b->args, a->n_args * sizeof(Val)) == 0);
}

/* ---- memory ---- */

/* May this write have changed the bytes that the load reads? */
static bool is_changed_by(Cse *x, Val write, const Ins *load, const Access *read)
{
	bool is_foreign = load->op == OP_KLOAD || load->op == OP_ULOAD;
	if (write == BARRIER)
		return !is_foreign;
	if (write == LOOP_BARRIER)
		return true;
	Ins *ins = ir_ins(x->f, write);
	if (is_foreign)
		return op_info[ins->op].effect == EFFECT_CALL &&
		       (ins->op != OP_CALL || helper_effects(ins->imm) & HELPER_CHANGES_MAPS);
	if (op_info[ins->op].effect == EFFECT_CALL)
		return memory_call_writes(&x->memory, write, read);
	Access written = access_of(x->f, ins);
	return memory_overlaps(&x->memory, &written, read);
}

static bool is_still_valid(Cse *x, const Entry *e, const Ins *load)
{
	if (x->log.len == e->log)
		return true;
	Access read = access_of(x->f, load);
	if (load->op != OP_KLOAD && load->op != OP_ULOAD && read.space == AS_CTX && !x->memory.changes_ctx)
		return true;
	if (x->log.len - e->log > MAX_LOG_WALK)
		return false;
	for (u32 i = x->log.len; i-- > e->log;)
		if (is_changed_by(x, x->log.at[i], load, &read))
			return false;
	return true;
}

/* ---- the table ---- */

static void enter(Cse *x, Val key, Val value)
{
	u32 bucket = (u32)hash_of(ir_ins(x->f, key)) & x->mask;
	vec_push(x->m->c->scratch, &x->entries,
		 (Entry){key, value, bucket, x->bucket[bucket], x->log.len});
	x->bucket[bucket] = x->entries.len;
}

static void leave(Cse *x, u32 n_entries)
{
	while (x->entries.len > n_entries) {
		Entry *e = &x->entries.at[--x->entries.len];
		x->bucket[e->bucket] = e->next;
	}
}

static const Entry *find(Cse *x, const Ins *ins)
{
	for (u32 i = x->bucket[(u32)hash_of(ins) & x->mask]; i;) {
		const Entry *e = &x->entries.at[i - 1];
		const Ins *key = ir_ins(x->f, e->key);
		if (is_same(key, ins))
			return !is_load(ins) || is_still_valid(x, e, ins) ? e : NULL;
		i = e->next;
	}
	return NULL;
}

/* ---- the walk ---- */

/* Puts the value that was loaded or stored before in the load's place; classes may differ after a store. */
static void reuse(Cse *x, Val v, Val value)
{
	Ins *ins = ir_ins(x->f, v);
	u8 from = ir_ins(x->f, value)->cls;
	if (from == ins->cls) {
		pass_replace(x->f, v, value);
		return;
	}
	*ins = (Ins){.op = ins->cls == CLS_L ? OP_ZEXT : OP_TRUNC, .cls = ins->cls, .block = ins->block,
		     .loc = ins->loc, .a = value};
}

/* A store whose whole value a later load of the same width gives back. */
static bool is_forwarded(Func *f, const Ins *store)
{
	u8 cls = ir_ins(f, store->b)->cls;
	return !store->is_volatile && store->space != AS_CTX &&
	       ((store->size == 8 && cls == CLS_L) || (store->size == 4 && cls == CLS_W));
}

static void visit_write(Cse *x, Val v)
{
	Ins *ins = ir_ins(x->f, v);
	vec_push(x->m->c->scratch, &x->log, v);
	if (ins->op == OP_STORE && is_forwarded(x->f, ins))
		enter(x, v, ins->b);
}

/* Never shared: where the result depends on more than operands, or is for this place alone. */
static bool is_unique(const Ins *ins)
{
	return ins->is_volatile || ins->op == OP_PARAM || ins->op == OP_COPY;
}

static void visit(Cse *x, Val v)
{
	Ins *ins = ir_ins(x->f, v);
	Effect effect = op_info[ins->op].effect;
	ir_each_operand(ins, use)
		*use = pass_value(x->f, *use);
	bool is_repeatable = ins->op == OP_CALL && helper_effects(ins->imm) & HELPER_IS_REPEATABLE;
	if (effect == EFFECT_WRITE || (effect == EFFECT_CALL && !is_repeatable)) {
		visit_write(x, v);
		return;
	}
	if (effect == EFFECT_TERM || is_unique(ins))
		return;
	const Entry *e = find(x, ins);
	if (e)
		reuse(x, v, e->value);
	else
		enter(x, v, v);
}

static void visit_block(Cse *x, u32 block)
{
	Block *b = &x->f->blocks.at[block];
	bool is_head = false;
	vec_each(pred, &b->preds)
		is_head |= x->f->blocks.at[*pred].order >= b->order;
	if (is_head)
		vec_push(x->m->c->scratch, &x->log, LOOP_BARRIER);
	else if (b->preds.len > 1)
		vec_push(x->m->c->scratch, &x->log, BARRIER);
	for (u32 i = 0; i < b->ins.len; i++)
		visit(x, b->ins.at[i]);
}

typedef struct {
	u32 block, n_entries, n_log;
} Scope;

/* Children of each block in the dominator tree as a linked list, earlier blocks first. */
static void link_children(Func *f, u32 *child, u32 *sibling)
{
	for (u32 i = f->order.len; i-- > 1;) {
		u32 b = f->order.at[i], up = f->blocks.at[b].idom;
		sibling[b] = child[up];
		child[up] = b;
	}
}

static void walk(Cse *x)
{
	Arena *a = x->m->c->scratch;
	u32 n = x->f->blocks.len, depth = 0;
	u32 *child = NEW_N(a, u32, n), *sibling = NEW_N(a, u32, n);
	Scope *stack = NEW_N(a, Scope, n + 1);
	link_children(x->f, child, sibling);
	stack[depth++] = (Scope){0, 0, 0};
	visit_block(x, 0);
	while (depth) {
		u32 next = child[stack[depth - 1].block];
		if (next) {
			child[stack[depth - 1].block] = sibling[next];
			stack[depth++] = (Scope){next, x->entries.len, x->log.len};
			visit_block(x, next);
			continue;
		}
		depth--;
		leave(x, stack[depth].n_entries);
		x->log.len = stack[depth].n_log;
	}
}

void pass_cse(Module *m, Func *f)
{
	ir_cfg(m, f);
	ir_dom(m, f);
	Cse x = {.m = m, .f = f, .memory = memory_of(m, f), .mask = 63};
	while (x.mask < f->ins.len)
		x.mask = x.mask * 2 + 1;
	x.bucket = NEW_N(m->c->scratch, u32, x.mask + 1);
	walk(&x);
	pass_tidy(m, f);
}
