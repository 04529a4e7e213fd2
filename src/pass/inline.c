/*
 * Puts functions where they are called, and drops those that nobody calls.
 *
 * In: a module whose functions have been simplified once. A call is replaced
 * by the callee's blocks if the callee is always_inline, or static and small,
 * or static and called from one place only, or global and small. A parameter for
 * which all calls of a static function have the same constant is that constant,
 * also where the function stays by itself. Callees come before their callers
 * (the call graph in post-order, walked without recursion), so each function
 * is copied in its final form.
 *
 * Recursion is left over by that order. An always_inline function that calls
 * itself with arguments that become constant is opened level by level, with
 * the folding passes between, until no call is left (MAX_DEPTH). What still
 * calls itself then is an error of the user's: BPF has no recursion.
 */
#include "pass/internal.h"

#include <linux/bpf.h>

#define SMALL 32 /* instructions */
#define MAX_DEPTH 64
#define MAX_GROWTH 60000 /* instructions of one function, unless always_inline */

typedef struct {
	Module *m;
	u32 *n_calls; /* of each function: places that call it */
	u32 *size; /* instructions */
	u8 *state; /* of the walk: 0 not yet, 1 on the way, 2 done */
} Inliner;

static u32 size_of(Func *f)
{
	u32 n = 0;
	for (u32 i = 0; i < f->order.len; i++)
		n += f->blocks.at[f->order.at[i]].ins.len;
	return n;
}

static void count_calls(Inliner *x)
{
	for (u32 i = 0; i < x->m->funcs.len; i++) {
		Func *f = x->m->funcs.at[i];
		ir_cfg(x->m, f);
		x->size[i] = size_of(f);
		vec_each(b, &f->order)
			vec_each(v, &f->blocks.at[*b].ins)
				if (ir_ins(f, *v)->op == OP_CALLF)
					x->n_calls[ir_ins(f, *v)->sym]++;
	}
}

static bool is_wanted(const Inliner *x, const Func *caller, u32 callee)
{
	const Func *f = x->m->funcs.at[callee];
	if (f->always_inline)
		return true;
	bool is_global = f->kind == FUNC_GLOBAL; /* stays there for others, but calls need not go to it */
	if (f->never_inline || (f->kind != FUNC_STATIC && !is_global) || f->is_weak ||
	    !x->m->c->opt_level || caller->ins.len + f->ins.len > MAX_GROWTH)
		return false;
	return x->size[callee] <= SMALL || (x->n_calls[callee] == 1 && !is_global);
}

/* ---- parameters that are always the same ---- */

/* What the calls seen so far have for a parameter. */
typedef struct {
	enum { ARG_UNSEEN, ARG_SAME, ARG_VARIES } what;
	i64 value;
} Argument;

enum { MAX_PARAMS = 5 };

static void note_argument(Func *f, const Ins *call, u32 param, Argument *a)
{
	i64 value = 0;
	bool is_const = param < call->n_args && pass_is_const(f, call->args[param], &value);
	if (!is_const || (a->what == ARG_SAME && a->value != value))
		a->what = ARG_VARIES;
	else if (a->what == ARG_UNSEEN)
		*a = (Argument){ARG_SAME, value};
}

static void set_params(Module *m, Func *f, const Argument *arguments)
{
	bool any = false;
	if (f->kind != FUNC_STATIC)
		return;
	vec_each(v, &f->blocks.at[0].ins) {
		Ins *ins = ir_ins(f, *v);
		if (ins->op != OP_PARAM || ins->imm >= MAX_PARAMS || arguments[ins->imm].what != ARG_SAME)
			continue;
		i64 value = arguments[ins->imm].value;
		*ins = (Ins){.op = OP_CONST, .cls = ins->cls, .block = ins->block, .loc = ins->loc,
			     .imm = ins->cls == CLS_W ? (i32)value : value};
		any = true;
	}
	if (any)
		pass_fold_again(m, f);
}

/* Functions whose address is taken are callbacks, not static ones, or in data. */
static void find_constants(Module *m)
{
	ArenaMark mark = arena_mark(m->c->scratch);
	Argument(*arguments)[MAX_PARAMS] =
		(void *)NEW_N(m->c->scratch, Argument, m->funcs.len * MAX_PARAMS);
	for (u32 i = 0; i < m->funcs.len; i++) {
		Func *f = m->funcs.at[i];
		vec_each(b, &f->order)
			vec_each(v, &f->blocks.at[*b].ins) {
				const Ins *ins = ir_ins(f, *v);
				bool is_named = ins->op == OP_CALLF || ins->op == OP_FUNC;
				for (u32 k = 0; k < MAX_PARAMS && is_named; k++)
					if (ins->op == OP_CALLF)
						note_argument(f, ins, k, &arguments[ins->sym][k]);
					else
						arguments[ins->sym][k].what = ARG_VARIES;
			}
	}
	for (u32 i = 0; i < m->globals.len; i++)
		vec_each(r, &m->globals.at[i]->relocs)
			for (u32 k = 0; k < MAX_PARAMS && r->kind == DATA_FUNC; k++)
				arguments[r->sym][k].what = ARG_VARIES;
	for (u32 i = 0; i < m->funcs.len; i++)
		set_params(m, m->funcs.at[i], arguments[i]);
	arena_reset(m->c->scratch, mark);
}

/* ---- one call ---- */

typedef struct {
	Module *m;
	Func *f, *callee;
	Ins call;
	u32 first_block, first_slot; /* of the copies */
	u32 rest; /* the block with what stood behind the call */
	Val *value; /* callee's value → copy */
	Vec(Val) results; /* one for each pred of rest */
} Splice;

/* Moves what stands behind position `at` of the block, successors included, to a new block. */
static u32 split_block(Splice *x, u32 block, u32 at)
{
	u32 rest = ir_block_new(x->m, x->f, NULL);
	Block *b = &x->f->blocks.at[block], *r = &x->f->blocks.at[rest];
	for (u32 i = at + 1; i < b->ins.len; i++) {
		ir_ins(x->f, b->ins.at[i])->block = rest;
		vec_push(x->m->c->arena, &r->ins, b->ins.at[i]);
	}
	b->ins.len = at;
	memcpy(r->succ, b->succ, sizeof(b->succ));
	for (u32 s = 0; s < ir_n_succ(x->f, rest); s++)
		vec_each(pred, &x->f->blocks.at[r->succ[s]].preds)
			if (*pred == block)
				*pred = rest;
	return rest;
}

static Val append(Splice *x, u32 block, Ins ins)
{
	ins.block = block;
	ins.loc = x->call.loc;
	Val v = ir_ins_new(x->m, x->f, ins);
	vec_push(x->m->c->arena, &x->f->blocks.at[block].ins, v);
	return v;
}

/* The value as class cls, computed at the end of the block. */
static Val convert(Splice *x, u32 block, Val v, u8 cls)
{
	u8 from = ir_ins(x->f, v)->cls;
	Op op = from == cls ? OP_COPY : cls == CLS_L ? OP_ZEXT : OP_TRUNC;
	return append(x, block, (Ins){.op = op, .cls = cls, .a = v});
}

/* Parameters become the arguments, at the end of the block that called; what was not passed is 0. */
static void copy_param(Splice *x, u32 block, Val v)
{
	const Ins *param = ir_ins(x->callee, v);
	u8 cls = param->cls;
	Val arg = (u64)param->imm < x->call.n_args
			  ? x->call.args[param->imm]
			  : append(x, block, (Ins){.op = OP_CONST, .cls = cls});
	x->value[v] = convert(x, block, arg, cls);
}

static void copy_return(Splice *x, u32 block, const Ins *ret)
{
	Val result = ret->a ? convert(x, block, x->value[ret->a], CLS_L)
			    : append(x, block, (Ins){.op = OP_CONST, .cls = CLS_L});
	vec_push(x->m->c->scratch, &x->results, result);
	append(x, block, (Ins){.op = OP_JMP});
	x->f->blocks.at[block].succ[0] = x->rest;
	vec_push(x->m->c->arena, &x->f->blocks.at[x->rest].preds, block);
}

/* The callee's block as a new one; operands still are the callee's numbers. */
static void copy_block(Splice *x, u32 from, u32 caller_block)
{
	u32 to = x->first_block + from;
	Block *b = &x->callee->blocks.at[from];
	Block *copy = &x->f->blocks.at[to];
	copy->succ[0] = x->first_block + b->succ[0];
	copy->succ[1] = x->first_block + b->succ[1];
	copy->unroll = b->unroll;
	copy->unroll_count = b->unroll_count;
	vec_each(pred, &b->preds)
		vec_push(x->m->c->arena, &copy->preds, x->first_block + *pred);
	for (u32 i = 0; i < b->ins.len; i++) {
		Val v = b->ins.at[i];
		Ins ins = *ir_ins(x->callee, v);
		if (ins.op == OP_PARAM) {
			copy_param(x, caller_block, v);
			continue;
		}
		if (ins.op == OP_RET)
			continue;
		if (ins.op == OP_SLOT)
			ins.imm += x->first_slot;
		ins.block = to;
		Val new = ir_ins_new(x->m, x->f, ins);
		vec_push(x->m->c->arena, &x->f->blocks.at[to].ins, new);
		x->value[v] = new;
	}
}

static void copy_body(Splice *x, u32 caller_block)
{
	Func *callee = x->callee;
	x->first_slot = x->f->slots.len;
	vec_each(slot, &callee->slots)
		vec_push(x->m->c->arena, &x->f->slots, *slot);
	x->first_block = x->f->blocks.len;
	vec_each(b, &callee->blocks)
		ir_block_new(x->m, x->f, b->name);
	vec_each(b, &callee->order)
		copy_block(x, *b, caller_block);
	vec_each(b, &callee->order) {
		Block *copy = &x->f->blocks.at[x->first_block + *b];
		vec_each(v, &copy->ins)
			ir_each_operand(ir_ins(x->f, *v), use)
				*use = x->value[*use];
	}
	vec_each(b, &callee->order) {
		Ins ret = *ir_end(callee, *b);
		if (ret.op == OP_RET)
			copy_return(x, x->first_block + *b, &ret);
	}
}

/* The call's own value: what the one return gives, or a phi of all. */
static void set_result(Splice *x, Val call)
{
	Ins *ins = ir_ins(x->f, call);
	Block *rest = &x->f->blocks.at[x->rest];
	if (x->results.len == 1) {
		pass_replace(x->f, call, x->results.at[0]);
		return;
	}
	if (!x->results.len) /* never returns: rest is unreachable, but its values must be some */
		*ins = (Ins){.op = OP_CONST, .cls = CLS_L, .block = x->rest};
	else
		*ins = (Ins){.op = OP_PHI, .cls = CLS_L, .block = x->rest, .loc = ins->loc,
			     .n_args = x->results.len, .args = x->results.at};
	if (ins->op == OP_PHI) {
		Val *args = NEW_N(x->m->c->arena, Val, ins->n_args);
		memcpy(args, ins->args, ins->n_args * sizeof(Val));
		ins->args = args;
	}
	vec_push(x->m->c->arena, &rest->ins, 0);
	memmove(rest->ins.at + 1, rest->ins.at, (rest->ins.len - 1) * sizeof(Val));
	rest->ins.at[0] = call;
}

static void splice(Module *m, Func *f, u32 block, u32 at)
{
	ArenaMark mark = arena_mark(m->c->scratch);
	Val call = f->blocks.at[block].ins.at[at];
	Splice x = {.m = m, .f = f, .call = *ir_ins(f, call)};
	x.callee = m->funcs.at[x.call.sym];
	x.value = NEW_N(m->c->scratch, Val, x.callee->ins.len);
	x.rest = split_block(&x, block, at);
	copy_body(&x, block);
	append(&x, block, (Ins){.op = OP_JMP});
	f->blocks.at[block].succ[0] = x.first_block;
	vec_push(m->c->arena, &f->blocks.at[x.first_block].preds, block);
	set_result(&x, call);
	ir_broken(f, IR_HAS_CFG | IR_HAS_DOM);
	arena_reset(m->c->scratch, mark);
}

/* ---- all calls of a function ---- */

/* Opens the calls that stand in the function now (not those in copies). Returns how many. */
static u32 inline_calls(Inliner *x, Func *f, bool only_recursive)
{
	u32 n = 0;
	Vec(Val) calls = {0};
	ArenaMark mark = arena_mark(x->m->c->scratch);
	ir_cfg(x->m, f);
	vec_each(b, &f->order)
		vec_each(v, &f->blocks.at[*b].ins)
			if (ir_ins(f, *v)->op == OP_CALLF)
				vec_push(x->m->c->scratch, &calls, *v);
	for (u32 i = calls.len; i-- > 0;) { /* from the last, so that the others keep their places */
		Ins *call = ir_ins(f, calls.at[i]);
		u32 callee = call->sym;
		if (only_recursive ? !x->m->funcs.at[callee]->always_inline
				   : x->state[callee] != 2 || !is_wanted(x, f, callee))
			continue;
		u32 block = call->block, at = f->blocks.at[block].ins.len - 1;
		while (f->blocks.at[block].ins.at[at] != calls.at[i])
			at--;
		ir_cfg(x->m, x->m->funcs.at[callee]);
		splice(x->m, f, block, at);
		n++;
	}
	arena_reset(x->m->c->scratch, mark);
	if (n)
		pass_tidy(x->m, f);
	return n;
}

typedef struct {
	u32 func, next; /* next: instruction to look at */
} Visit;

/* Callees before callers, from function `root`. */
static void walk(Inliner *x, Visit *stack, u32 root)
{
	u32 depth = 0;
	stack[depth++] = (Visit){root, 1};
	x->state[root] = 1;
	while (depth) {
		Visit *top = &stack[depth - 1];
		Func *f = x->m->funcs.at[top->func];
		while (top->next < f->ins.len &&
		       (f->ins.at[top->next].op != OP_CALLF ||
			f->ins.at[top->next].sym >= x->m->funcs.len ||
			x->state[f->ins.at[top->next].sym]))
			top->next++;
		if (top->next < f->ins.len) {
			u32 callee = f->ins.at[top->next].sym;
			x->state[callee] = 1;
			stack[depth++] = (Visit){callee, 1};
			continue;
		}
		inline_calls(x, f, false);
		x->size[top->func] = size_of(f);
		x->state[top->func] = 2;
		depth--;
	}
}

static bool calls_always_inline(Module *m, Func *f)
{
	ir_cfg(m, f);
	vec_each(b, &f->order)
		vec_each(v, &f->blocks.at[*b].ins)
			if (ir_ins(f, *v)->op == OP_CALLF &&
			    m->funcs.at[ir_ins(f, *v)->sym]->always_inline)
				return true;
	return false;
}

/* Recursion of always_inline functions, opened in the functions that are not always_inline themselves. */
static void open_recursion(Inliner *x)
{
	for (u32 i = 0; i < x->m->funcs.len; i++) {
		Func *f = x->m->funcs.at[i];
		if (f->always_inline)
			continue;
		for (u32 depth = 0; depth < MAX_DEPTH && calls_always_inline(x->m, f) &&
				    f->ins.len < MAX_GROWTH; depth++) {
			inline_calls(x, f, true);
			pass_fold_again(x->m, f);
		}
	}
}

/* ---- what is left ---- */

static void mark_used(Module *m, bool *is_used, u32 *stack, u32 *depth, u32 func)
{
	if (func >= m->funcs.len || is_used[func])
		return;
	is_used[func] = true;
	stack[(*depth)++] = func;
}

/* Functions that programs, globals' bytes, map initialisers, calls and addresses lead to. */
static void find_used(Module *m, bool *is_used, u32 *stack)
{
	u32 depth = 0;
	for (u32 i = 0; i < m->funcs.len; i++)
		if (m->funcs.at[i]->kind == FUNC_PROGRAM || m->funcs.at[i]->kind == FUNC_GLOBAL)
			mark_used(m, is_used, stack, &depth, i);
	for (u32 i = 0; i < m->globals.len; i++)
		vec_each(r, &m->globals.at[i]->relocs)
			if (r->kind == DATA_FUNC)
				mark_used(m, is_used, stack, &depth, r->sym);
	for (u32 i = 0; i < m->maps.len; i++)
		if (m->maps.at[i]->type == BPF_MAP_TYPE_PROG_ARRAY)
			vec_each(value, &m->maps.at[i]->values)
				mark_used(m, is_used, stack, &depth, *value);
	while (depth) {
		Func *f = m->funcs.at[stack[--depth]];
		ir_cfg(m, f);
		vec_each(b, &f->order)
			vec_each(v, &f->blocks.at[*b].ins)
				if (ir_ins(f, *v)->op == OP_CALLF || ir_ins(f, *v)->op == OP_FUNC)
					mark_used(m, is_used, stack, &depth, ir_ins(f, *v)->sym);
	}
}

/* Drops functions that nothing leads to; the others move up, and all that names them is told. */
static void drop_unused(Module *m)
{
	u32 n = m->funcs.len, kept = 0;
	bool *is_used = NEW_N(m->c->scratch, bool, n);
	u32 *number = NEW_N(m->c->scratch, u32, n);
	find_used(m, is_used, NEW_N(m->c->scratch, u32, n));
	for (u32 i = 0; i < n; i++) {
		number[i] = kept;
		if (is_used[i])
			m->funcs.at[kept++] = m->funcs.at[i];
	}
	m->funcs.len = kept;
	if (kept == n)
		return;
	for (u32 i = 0; i < kept; i++) {
		Func *f = m->funcs.at[i];
		vec_each(b, &f->order)
			vec_each(v, &f->blocks.at[*b].ins)
				if (ir_ins(f, *v)->op == OP_CALLF || ir_ins(f, *v)->op == OP_FUNC)
					ir_ins(f, *v)->sym = number[ir_ins(f, *v)->sym];
	}
	for (u32 i = 0; i < m->globals.len; i++)
		vec_each(r, &m->globals.at[i]->relocs)
			if (r->kind == DATA_FUNC)
				r->sym = number[r->sym];
	for (u32 i = 0; i < m->maps.len; i++)
		if (m->maps.at[i]->type == BPF_MAP_TYPE_PROG_ARRAY)
			vec_each(value, &m->maps.at[i]->values)
				*value = *value == NO_VALUE ? NO_VALUE : number[*value];
}

/* A function that can still reach itself through calls: found by walking from each that calls at all. */
static void report_recursion(Inliner *x)
{
	Module *m = x->m;
	u32 n = m->funcs.len;
	u32 *stack = NEW_N(m->c->scratch, u32, n);
	for (u32 root = 0; root < n; root++) {
		ArenaMark mark = arena_mark(m->c->scratch);
		bool *seen = NEW_N(m->c->scratch, bool, n);
		u32 depth = 0;
		stack[depth++] = root;
		while (depth) {
			Func *f = m->funcs.at[stack[--depth]];
			for (u32 i = 0; i < f->order.len; i++) {
				vec_each(v, &f->blocks.at[f->order.at[i]].ins) {
					u32 callee = ir_ins(f, *v)->sym;
					if (ir_ins(f, *v)->op != OP_CALLF || seen[callee])
						continue;
					seen[callee] = true;
					stack[depth++] = callee;
				}
			}
		}
		if (seen[root])
			diag_error(&m->c->diags, m->funcs.at[root]->at,
				   "function '%s' calls itself: BPF has no recursion",
				   m->funcs.at[root]->name);
		arena_reset(m->c->scratch, mark);
	}
}

void pass_inline(Module *m, Func *unused)
{
	(void)unused;
	ArenaMark mark = arena_mark(m->c->scratch);
	u32 n = m->funcs.len;
	Inliner x = {m, NEW_N(m->c->scratch, u32, n), NEW_N(m->c->scratch, u32, n),
		     NEW_N(m->c->scratch, u8, n)};
	Visit *stack = NEW_N(m->c->scratch, Visit, n + 1);
	bool has_calls = false;
	count_calls(&x);
	if (m->c->opt_level)
		find_constants(m);
	for (u32 i = 0; i < n; i++)
		has_calls |= x.n_calls[i] > 0;
	for (u32 i = 0; i < n && has_calls; i++)
		if (!x.state[i])
			walk(&x, stack, i);
	if (has_calls)
		open_recursion(&x);
	drop_unused(m);
	if (has_calls)
		report_recursion(&x);
	arena_reset(m->c->scratch, mark);
}
