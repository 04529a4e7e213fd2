/*
 * Writes small counted loops out.
 *
 * In: SSA with constants folded. Out: innermost loops whose number of rounds is
 * a small constant have become a row of copies, in which the folding passes then
 * find constants. What the verifier would have to walk round by round anyway is
 * walked once, without the counter.
 *
 * A pragma (Block.unroll) asks for more, or forbids it; one that gives a count
 * is followed where the loop has no more rounds than that.
 *
 * The number of rounds is found by running the loop's exit condition: it must
 * depend on constants and on phis of the head that start as constants. The loop
 * must have one entry and one back edge. What it defines and others use is
 * handed out through phis in the block that it leaves to, if there is only one,
 * else through slots, of which mem2reg makes values again. The first round
 * stays where it is; copy k's head takes its phis' values from round k - 1; the
 * last round's way back leads nowhere.
 */
#include "pass/internal.h"

#define MAX_ROUNDS 32
#define MAX_SIZE 200 /* instructions of all rounds together */
#define MAX_ROUNDS_ASKED 1024 /* the same, where a pragma asks for it */
#define MAX_SIZE_ASKED 16384
#define MAX_TOTAL 20000 /* instructions added to one function */
#define MAX_DEPTH 12 /* of the condition's expression */
#define MAX_PHIS 4 /* in the condition */
#define CALL_SIZE 5

#define MANY_EXITS UINT32_MAX

/* Block.unroll */
enum { UNROLL_WHOLLY = 1, UNROLL_COUNT = 2, UNROLL_NEVER = 3 };

typedef struct {
	Module *m;
	Func *f;
	Loops loops;
	u32 n_known; /* blocks that the analysis saw */
	u32 *n_inside; /* of each head: blocks of its loop */
	u32 head, latch, exit, entry; /* blocks; entry: the one before the head; exit or MANY_EXITS */
	u32 rounds, max_rounds; /* how often the back edge is taken */
	Vec(u32) blocks; /* of the loop, in order */
	u32 n_added;
	/* the condition being run */
	Val phis[MAX_PHIS];
	i64 now[MAX_PHIS];
	u32 n_phis;
} Unroll;

static bool is_inside(const Unroll *x, u32 block)
{
	return block < x->n_known && x->loops.head[block] == x->head + 1;
}

/* ---- finding the loop's shape ---- */

static bool find_edges(Unroll *x)
{
	Block *h = &x->f->blocks.at[x->head];
	if (h->preds.len != 2 || h->preds.at[0] == h->preds.at[1])
		return false;
	bool first_is_inside = is_inside(x, h->preds.at[0]);
	x->latch = h->preds.at[!first_is_inside];
	x->entry = h->preds.at[first_is_inside];
	return is_inside(x, x->latch) && !is_inside(x, x->entry);
}

/*
 * The block that all edges out of the loop lead to, if nothing else does; else
 * MANY_EXITS. False if the loop has no end, or two edges lead from one block to another.
 */
static bool find_exit(Unroll *x)
{
	u32 n = 0;
	x->exit = MANY_EXITS;
	vec_each(b, &x->blocks) {
		for (u32 s = 0; s < ir_n_succ(x->f, *b); s++) {
			u32 to = x->f->blocks.at[*b].succ[s];
			if (s && to == x->f->blocks.at[*b].succ[0])
				return false;
			if (is_inside(x, to))
				continue;
			x->exit = n++ && x->exit != to ? MANY_EXITS : to;
		}
	}
	if (x->exit == MANY_EXITS)
		return n > 0;
	Block *exit = &x->f->blocks.at[x->exit];
	vec_each(pred, &exit->preds)
		if (!is_inside(x, *pred))
			x->exit = MANY_EXITS;
	return true;
}

static u32 size_of_loop(Unroll *x)
{
	u32 size = 0;
	vec_each(b, &x->blocks)
		vec_each(v, &x->f->blocks.at[*b].ins) {
			const Ins *ins = ir_ins(x->f, *v);
			if (ins->op != OP_PHI && ins->op != OP_CONST)
				size += op_info[ins->op].effect == EFFECT_CALL ? CALL_SIZE : 1;
		}
	return size;
}

/* ---- counting rounds ---- */

/* The value of v in this round; false if it isn't made of constants and known phis. */
static bool run_value(Unroll *x, Val v, u32 depth, i64 *result)
{
	Ins *ins = ir_ins(x->f, v);
	i64 a = 0, b = 0;
	if (ins->op == OP_CONST) {
		*result = ins->imm;
		return true;
	}
	for (u32 i = 0; i < x->n_phis; i++) {
		if (x->phis[i] == v) {
			*result = x->now[i];
			return true;
		}
	}
	if (!op_info[ins->op].fold || depth == MAX_DEPTH || !run_value(x, ins->a, depth + 1, &a) ||
	    (ins->b && !run_value(x, ins->b, depth + 1, &b)))
		return false;
	u64 ua = ir_ins(x->f, ins->a)->cls == CLS_W ? (u32)a : (u64)a;
	u64 ub = ins->b && ir_ins(x->f, ins->b)->cls == CLS_W ? (u32)b : (u64)b;
	return pass_eval(ins, ua, ub, result);
}

/* Collects the head's phis that v depends on, with their first values. */
static bool find_phis(Unroll *x, Val v, u32 depth)
{
	Ins *ins = ir_ins(x->f, v);
	if (ins->op == OP_PHI && ins->block == x->head) {
		u32 from_entry = x->f->blocks.at[x->head].preds.at[0] != x->entry;
		for (u32 i = 0; i < x->n_phis; i++)
			if (x->phis[i] == v)
				return true;
		if (x->n_phis == MAX_PHIS || !pass_is_const(x->f, ins->args[from_entry], &x->now[x->n_phis]))
			return false;
		x->phis[x->n_phis++] = v;
		return find_phis(x, ins->args[!from_entry], depth + 1);
	}
	if (ins->op == OP_CONST)
		return true;
	if (!op_info[ins->op].fold || depth >= MAX_DEPTH)
		return false;
	return find_phis(x, ins->a, depth + 1) && (!ins->b || find_phis(x, ins->b, depth + 1));
}

static bool next_round(Unroll *x)
{
	i64 next[MAX_PHIS] = {0};
	u32 from_latch = x->f->blocks.at[x->head].preds.at[0] == x->entry;
	for (u32 i = 0; i < x->n_phis; i++)
		if (!run_value(x, ir_ins(x->f, x->phis[i])->args[from_latch], 0, &next[i]))
			return false;
	memcpy(x->now, next, sizeof(next));
	return true;
}

/* Runs the branch of `block`, which each round passes, until it leaves the loop. */
static bool count_rounds(Unroll *x, u32 block)
{
	Val cond = ir_end(x->f, block)->a;
	u32 way_out = !is_inside(x, x->f->blocks.at[block].succ[0]) ? 0 : 1;
	x->n_phis = 0;
	if (!find_phis(x, cond, 0))
		return false;
	for (x->rounds = 0; x->rounds <= x->max_rounds; x->rounds++) {
		i64 value;
		if (!run_value(x, cond, 0, &value))
			return false;
		if ((value == 0) == way_out)
			return true;
		if (!next_round(x))
			return false;
	}
	return false;
}

static bool find_rounds(Unroll *x)
{
	vec_each(b, &x->blocks) {
		if (ir_n_succ(x->f, *b) != 2 || !ir_dominates(x->f, *b, x->latch))
			continue;
		const u32 *succ = x->f->blocks.at[*b].succ;
		if (is_inside(x, succ[0]) != is_inside(x, succ[1]) && count_rounds(x, *b))
			return true;
	}
	return false;
}

/* ---- what the loop hands out ---- */

/* The phi behind the loop that stands for v there; made when it is first asked for. */
static Val exit_phi(Unroll *x, u32 *phi_of, Val v)
{
	if (phi_of[v])
		return phi_of[v];
	Block *e = &x->f->blocks.at[x->exit];
	Val *args = NEW_N(x->m->c->scratch, Val, e->preds.len);
	for (u32 i = 0; i < e->preds.len; i++)
		args[i] = v;
	Ins *ins = ir_ins(x->f, v);
	Val phi = ir_ins_new(x->m, x->f,
			     (Ins){.op = OP_PHI, .cls = ins->cls, .block = x->exit, .loc = ins->loc,
				   .n_args = e->preds.len, .args = args});
	phi_of[v] = phi;
	return phi;
}

/* The operand number k: a, b, c, then the list. */
static Val *operand_at(Ins *ins, u32 k)
{
	return k == 0 ? &ins->a : k == 1 ? &ins->b : k == 2 ? &ins->c : &ins->args[k - 3];
}

/* Uses behind the loop of what is defined inside go through phis in the exit block. */
static void hand_out(Unroll *x)
{
	u32 n = x->f->ins.len;
	u32 *phi_of = NEW_N(x->m->c->scratch, u32, n);
	Block *e = &x->f->blocks.at[x->exit];
	for (u32 b = 0; b < x->f->blocks.len; b++) {
		if (is_inside(x, b))
			continue;
		for (u32 i = 0; i < x->f->blocks.at[b].ins.len; i++) {
			Val user = x->f->blocks.at[b].ins.at[i];
			if (b == x->exit && ir_ins(x->f, user)->op == OP_PHI)
				continue;
			u32 n_operands = 3 + ir_ins(x->f, user)->n_args;
			for (u32 k = 0; k < n_operands; k++) {
				Ins *ins = ir_ins(x->f, user);
				Val *use = operand_at(ins, k);
				if (!*use || *use >= n || !is_inside(x, ir_ins(x->f, *use)->block))
					continue;
				Val phi = exit_phi(x, phi_of, *use);
				*operand_at(ir_ins(x->f, user), k) = phi;
			}
		}
	}
	u32 n_phis = x->f->ins.len - n;
	for (u32 i = 0; i < n_phis; i++)
		vec_push(x->m->c->arena, &e->ins, 0);
	memmove(e->ins.at + n_phis, e->ins.at, (e->ins.len - n_phis) * sizeof(Val));
	for (u32 i = 0; i < n_phis; i++)
		e->ins.at[i] = n + i;
}

static u32 class_size(const Ins *ins)
{
	return ins->cls == CLS_W ? 4 : 8;
}

/* Puts a new instruction into the block, before position `at`. */
static Val insert(Unroll *x, u32 block, u32 at, Ins ins)
{
	Block *b = &x->f->blocks.at[block];
	ins.block = block;
	Val v = ir_ins_new(x->m, x->f, ins);
	vec_push(x->m->c->arena, &b->ins, 0);
	memmove(b->ins.at + at + 1, b->ins.at + at, (b->ins.len - 1 - at) * sizeof(Val));
	b->ins.at[at] = v;
	return v;
}

/* The value in its slot, read before position `at` of the block. */
static Val read_slot(Unroll *x, u32 block, u32 at, u32 slot, Val v)
{
	Ins of = *ir_ins(x->f, v);
	Val address = insert(x, block, at, (Ins){.op = OP_SLOT, .cls = CLS_L, .imm = slot, .loc = of.loc});
	return insert(x, block, at + 1,
		      (Ins){.op = OP_LOAD, .cls = of.cls, .size = (u8)class_size(&of), .space = AS_STACK,
			    .a = address, .loc = of.loc});
}

static void write_slot(Unroll *x, u32 slot, Val v)
{
	Ins of = *ir_ins(x->f, v);
	Block *b = &x->f->blocks.at[of.block];
	u32 at = 0;
	while (b->ins.at[at] != v)
		at++;
	for (at++; ir_ins(x->f, b->ins.at[at])->op == OP_PHI;)
		at++;
	Val address = insert(x, of.block, at, (Ins){.op = OP_SLOT, .cls = CLS_L, .imm = slot, .loc = of.loc});
	insert(x, of.block, at + 1,
	       (Ins){.op = OP_STORE, .cls = of.cls, .size = (u8)class_size(&of), .space = AS_STACK,
		     .a = address, .b = v, .loc = of.loc});
}

/* Operand k of a user behind the loop; returns how many instructions came into its block before it. */
static u32 take_from_slot(Unroll *x, u32 *slot_of, u32 block, u32 at, u32 k)
{
	Val user = x->f->blocks.at[block].ins.at[at];
	bool is_phi = ir_ins(x->f, user)->op == OP_PHI;
	u32 from = is_phi ? x->f->blocks.at[block].preds.at[k - 3] : block;
	Val v = *operand_at(ir_ins(x->f, user), k);
	if (is_phi && is_inside(x, from))
		return 0;
	if (!slot_of[v]) {
		u32 size = class_size(ir_ins(x->f, v));
		slot_of[v] = ir_slot_new(x->m, x->f, NULL, size, size) + 1;
		write_slot(x, slot_of[v] - 1, v);
	}
	u32 place = is_phi ? x->f->blocks.at[from].ins.len - 1 : at;
	Val read = read_slot(x, from, place, slot_of[v] - 1, v);
	*operand_at(ir_ins(x->f, user), k) = read;
	return from == block ? 2 : 0;
}

/* The same for a loop with several ways out: by way of slots. */
static void hand_out_by_slots(Unroll *x)
{
	u32 n = x->f->ins.len;
	u32 *slot_of = NEW_N(x->m->c->scratch, u32, n);
	for (u32 b = 0; b < x->f->blocks.len; b++) {
		if (is_inside(x, b) || (b < x->n_known && !x->f->blocks.at[b].is_reachable))
			continue;
		for (u32 i = 0; i < x->f->blocks.at[b].ins.len; i++) {
			Val user = x->f->blocks.at[b].ins.at[i];
			bool is_phi = ir_ins(x->f, user)->op == OP_PHI;
			u32 n_operands = 3 + ir_ins(x->f, user)->n_args, added = 0;
			for (u32 k = 0; k < n_operands; k++) {
				Val use = *operand_at(ir_ins(x->f, user), k);
				if (!use || use >= n || !is_inside(x, ir_ins(x->f, use)->block))
					continue;
				u32 more = take_from_slot(x, slot_of, b, i + added, k);
				added += is_phi ? 0 : more;
			}
			i += added;
		}
	}
}

/* ---- copying ---- */

/* One more edge from a copied block to one outside: operands as the copy's values. */
static void add_exit_edge(Unroll *x, u32 exit, u32 from, u32 copy, const Val *value, u32 n_values)
{
	Block *e = &x->f->blocks.at[exit];
	u32 at = 0;
	while (e->preds.at[at] != from)
		at++;
	vec_push(x->m->c->arena, &e->preds, copy);
	vec_each(v, &e->ins) {
		Ins *phi = ir_ins(x->f, *v);
		if (phi->op != OP_PHI)
			break;
		Val *args = NEW_N(x->m->c->arena, Val, phi->n_args + 1);
		memcpy(args, phi->args, phi->n_args * sizeof(Val));
		Val arg = phi->args[at];
		args[phi->n_args++] = arg < n_values && value[arg] ? value[arg] : arg;
		phi->args = args;
	}
}

typedef struct {
	Val *now, *before; /* original value → this round's and the last round's */
	u32 *block; /* original block → this round's */
	u32 n_values; /* values there were before all copies */
	u32 next_head; /* where this round's back edge leads */
} Round;

static Val mapped(const Val *map, u32 n, Val v)
{
	return v < n && map[v] ? map[v] : v;
}

static void copy_block(Unroll *x, Round *r, u32 from)
{
	u32 to = r->block[from];
	u32 from_latch = x->f->blocks.at[x->head].preds.at[0] == x->entry;
	for (u32 i = 0; i < x->f->blocks.at[from].ins.len; i++) {
		Val v = x->f->blocks.at[from].ins.at[i];
		Ins ins = *ir_ins(x->f, v);
		if (ins.op == OP_PHI && from == x->head) {
			r->now[v] = mapped(r->before, r->n_values, ins.args[from_latch]);
			continue;
		}
		ins.block = to;
		r->now[v] = ir_ins_new(x->m, x->f, ins);
		vec_push(x->m->c->arena, &x->f->blocks.at[to].ins, r->now[v]);
	}
}

/* Operands, successors and predecessors of a copied block. */
static void connect_block(Unroll *x, Round *r, u32 from, u32 last_latch)
{
	u32 to = r->block[from];
	Block *b = &x->f->blocks.at[from], *copy = &x->f->blocks.at[to];
	vec_each(v, &copy->ins)
		ir_each_operand(ir_ins(x->f, *v), use)
			*use = mapped(r->now, r->n_values, *use);
	if (from == x->head)
		vec_push(x->m->c->arena, &copy->preds, last_latch);
	else
		vec_each(pred, &b->preds)
			vec_push(x->m->c->arena, &copy->preds, r->block[*pred]);
	for (u32 s = 0; s < ir_n_succ(x->f, from); s++) {
		u32 succ = b->succ[s];
		if (succ == x->head)
			copy->succ[s] = r->next_head;
		else if (is_inside(x, succ))
			copy->succ[s] = r->block[succ];
		else
			copy->succ[s] = succ;
		if (!is_inside(x, succ))
			add_exit_edge(x, succ, from, to, r->now, r->n_values);
	}
}

static u32 new_blocks(Unroll *x, u32 *block)
{
	vec_each(b, &x->blocks)
		block[*b] = ir_block_new(x->m, x->f, x->f->blocks.at[*b].name);
	return block[x->head];
}

/* The original head has only its entry left; its phis are what comes from there. */
static void settle_first_round(Unroll *x, u32 next_head)
{
	Block *h = &x->f->blocks.at[x->head];
	u32 from_entry = h->preds.at[0] != x->entry;
	vec_each(v, &h->ins)
		if (ir_ins(x->f, *v)->op == OP_PHI)
			pass_replace(x->f, *v, ir_ins(x->f, *v)->args[from_entry]);
	h->preds.at[0] = x->entry;
	h->preds.len = 1;
	u32 *succ = x->f->blocks.at[x->latch].succ;
	succ[succ[0] != x->head] = next_head;
}

static void write_out(Unroll *x)
{
	Arena *a = x->m->c->scratch;
	u32 n = x->f->ins.len, n_blocks = x->f->blocks.len;
	Round r = {NEW_N(a, Val, n), NEW_N(a, Val, n), NEW_N(a, u32, n_blocks), n, 0};
	u32 *next_block = NEW_N(a, u32, n_blocks);
	u32 dead = ir_block_new(x->m, x->f, NULL);
	Val end = ir_ins_new(x->m, x->f, (Ins){.op = OP_UNREACHABLE, .block = dead});
	vec_push(x->m->c->arena, &x->f->blocks.at[dead].ins, end);
	u32 first_head = x->rounds ? new_blocks(x, next_block) : dead, last_latch = x->latch;
	for (u32 k = 1; k <= x->rounds; k++) {
		memcpy(r.block, next_block, n_blocks * sizeof(u32));
		r.next_head = k < x->rounds ? new_blocks(x, next_block) : dead;
		memset(r.now, 0, n * sizeof(Val));
		vec_each(b, &x->blocks)
			copy_block(x, &r, *b);
		vec_each(b, &x->blocks)
			connect_block(x, &r, *b, last_latch);
		last_latch = r.block[x->latch];
		memcpy(r.before, r.now, n * sizeof(Val));
	}
	settle_first_round(x, first_head);
	ir_broken(x->f, IR_HAS_CFG | IR_HAS_DOM);
}

static bool unroll_loop(Unroll *x, u32 head)
{
	const Block *h = &x->f->blocks.at[head];
	bool is_asked = h->unroll == UNROLL_WHOLLY || h->unroll == UNROLL_COUNT;
	if (h->unroll == UNROLL_NEVER)
		return false;
	x->head = head;
	x->max_rounds = h->unroll == UNROLL_COUNT ? h->unroll_count : is_asked ? MAX_ROUNDS_ASKED : MAX_ROUNDS;
	x->max_rounds = MIN(x->max_rounds, MAX_ROUNDS_ASKED);
	x->blocks.len = 0;
	for (u32 i = x->f->blocks.at[head].order; x->blocks.len < x->n_inside[head]; i++)
		if (is_inside(x, x->f->order.at[i]))
			vec_push(x->m->c->scratch, &x->blocks, x->f->order.at[i]);
	if (!find_edges(x) || !find_exit(x) || !find_rounds(x))
		return false;
	u32 size = size_of_loop(x), max_size = is_asked ? MAX_SIZE_ASKED : MAX_SIZE;
	if (size * (x->rounds + 1) > max_size || x->n_added + size * x->rounds > MAX_TOTAL)
		return false;
	if (x->exit == MANY_EXITS)
		hand_out_by_slots(x);
	else
		hand_out(x);
	write_out(x);
	x->n_added += size * x->rounds;
	return true;
}

/* All innermost loops; what one changes leaves the others' blocks as the analysis saw them. */
static bool unroll_innermost(Unroll *x)
{
	Arena *a = x->m->c->scratch;
	bool any = false;
	u32 n = x->f->blocks.len;
	x->loops = ir_loops(x->m, x->f);
	x->n_known = n;
	x->n_inside = NEW_N(a, u32, n);
	bool *has_inner = NEW_N(a, bool, n);
	vec_each(b, &x->f->order) {
		if (x->loops.head[*b])
			x->n_inside[x->loops.head[*b] - 1]++;
		if (x->loops.parent[*b])
			has_inner[x->loops.parent[*b] - 1] = true;
	}
	for (u32 i = 0; i < x->f->order.len; i++) {
		u32 b = x->f->order.at[i];
		if (x->loops.head[b] == b + 1 && !has_inner[b] && x->n_inside[b] <= MAX_SIZE) {
			ArenaMark mark = arena_mark(a);
			x->blocks.at = NULL;
			x->blocks.len = x->blocks.cap = 0;
			any |= unroll_loop(x, b);
			arena_reset(a, mark);
		}
	}
	return any;
}

void pass_unroll(Module *m, Func *f)
{
	Unroll x = {.m = m, .f = f};
	ir_cfg(m, f);
	for (u32 round = 0; round < 4; round++) { /* inner loops first, then those around them */
		ArenaMark mark = arena_mark(m->c->scratch);
		bool any = unroll_innermost(&x);
		arena_reset(m->c->scratch, mark);
		if (!any)
			break;
		pass_fold_again(m, f);
	}
}
