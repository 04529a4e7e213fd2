/*
 * Loops. What is short and known at compile time is a loop of the program; the
 * rest is run by the kernel: bpf_loop for ranges, bpf_for_each_map_elem for
 * maps, with the body as a callback.
 *
 * A callback sees its caller's variables through the frame, a slot of the main
 * function whose address is the callback's context:
 *	0   u64: set when the body wants to leave the program (return, exit)
 *	8…  the captured variables, and the start of each range
 * Variables in scratch need no frame: scratch is the same for caller and
 * callback.
 */
#include "lower/internal.h"

/* Ranges up to here are loops of the program; the verifier walks through each turn. */
#define PLAIN_LOOP_TURNS 64

static bool constant_turns(const Node *n, i64 *turns)
{
	if (n->a->kind != NODE_INT || n->b->kind != NODE_INT)
		return false;
	*turns = n->b->value > n->a->value ? n->b->value - n->a->value : 0;
	return true;
}

static bool is_callback_loop(const Lower *l, const Node *n)
{
	i64 turns;

	if (n->kind == NODE_FOR_MAP)
		return true;
	if (n->kind != NODE_FOR_RANGE)
		return false;
	if (constant_turns(n, &turns) && turns <= PLAIN_LOOP_TURNS)
		return false;
	return l->c->target->has[FEAT_LOOP];
}

/* ---- the frame ---- */

static void plan_local(Lower *l, u32 index)
{
	u32 size = type_size(l->types, l->locals_of[index].type);

	if (l->locals[index].where != LOCAL_NOWHERE || size > l->on_stack_limit)
		return;
	if (!l->frame_size)
		l->frame_size = 8;
	l->locals[index] = (LocalPlace){LOCAL_FRAME, l->frame_size};
	l->frame_size += ALIGN_UP(MAX(size, 1u), 8u);
}

static void plan_node(Lower *l, const Node *n)
{
	if (!n)
		return;
	if (is_callback_loop(l, n)) {
		l->frame_size = MAX(l->frame_size, 8u);
		if (n->kind == NODE_FOR_RANGE) {
			map_set(&l->loop_words, (u64)(uintptr_t)n, l->frame_size);
			l->frame_size += 8;
		}
		for (u32 i = 0; n->loop && i < n->loop->n_captures; i++)
			plan_local(l, n->loop->captures[i]);
	}
	plan_node(l, n->a);
	plan_node(l, n->b);
	plan_node(l, n->c);
	for (u32 i = 0; i < n->n; i++)
		plan_node(l, n->list[i]);
}

void frame_plan(Lower *l, const Node *body)
{
	l->loop_words.arena = l->c->arena;
	plan_node(l, body);
	if (l->frame_size)
		l->f->frame_slot = ir_slot_new(l->m, l->f->fn, "frame", l->frame_size, 8);
}

static Val frame_pointer(Lower *l)
{
	Val slot = ir_slot(B(l), l->f->frame_slot);

	return l->f->is_callback ? ir_load(B(l), AS_STACK, 8, false, CLS_L, slot, 0) : slot;
}

/* ---- loops of the program ---- */

static void loop_body(Lower *l, const Node *body, u32 break_block, u32 continue_block)
{
	LoopTargets t = {break_block, continue_block, l->f->loop};

	l->f->loop = &t;
	lower_statement(l, body);
	l->f->loop = t.outer;
	if (!ir_is_ended(B(l)))
		ir_jmp(B(l), continue_block);
}

void lower_while(Lower *l, const Node *n)
{
	u32 head = block_new(l, "while"), body = block_new(l, "body"), done = block_new(l, "done");

	ir_jmp(B(l), head);
	ir_at(B(l), head);
	ir_br(B(l), lower_condition(l, n->a), body, done);
	ir_at(B(l), body);
	loop_body(l, n->b, done, head);
	ir_at(B(l), done);
}

static void plain_range(Lower *l, const Node *n)
{
	u32 head = block_new(l, "for"), body = block_new(l, "body");
	u32 step = block_new(l, "step"), done = block_new(l, "done");
	Val start = lower_value(l, n->a), end = lower_value(l, n->b);
	Val counter = ir_slot(B(l), ir_slot_new(l->m, l->f->fn, "counter", 8, 8)), i;

	mem_store(l, counter, 0, 8, start);
	ir_jmp(B(l), head);
	ir_at(B(l), head);
	i = mem_load(l, AS_STACK, counter, 0, 8, false);
	ir_br(B(l), ir_cmp(B(l), OP_SLT, 8, i, end), body, done);
	ir_at(B(l), body);
	mem_store(l, local_address(l, n->index), 0, 8, i);
	loop_body(l, n->c, done, step);
	ir_at(B(l), step);
	i = mem_load(l, AS_STACK, counter, 0, 8, false);
	mem_store(l, counter, 0, 8, ir_op2(B(l), OP_ADD, CLS_L, i, lower_const(l, 1)));
	ir_jmp(B(l), head);
	ir_at(B(l), done);
}

void lower_unroll(Lower *l, const Node *n)
{
	u32 done = block_new(l, "done");

	for (i64 i = 0; i < n->value; i++) {
		u32 next = block_new(l, "turn");

		loop_body(l, n->c, done, next);
		ir_at(B(l), next);
	}
	ir_jmp(B(l), done);
	ir_at(B(l), done);
}

void lower_break(Lower *l)
{
	if (l->f->loop && l->f->loop->break_block)
		ir_jmp(B(l), l->f->loop->break_block);
	else
		ir_ret(B(l), lower_const(l, 1));
}

void lower_continue(Lower *l)
{
	if (l->f->loop && l->f->loop->continue_block)
		ir_jmp(B(l), l->f->loop->continue_block);
	else
		ir_ret(B(l), lower_const(l, 0));
}

/* ---- callbacks ---- */

/* A new callback function; parameter `frame_param` is the frame's address. Continues in its body. */
static u32 callback_begin(Lower *l, FuncState *f, u32 n_params, u32 frame_param, Val *params)
{
	static const char *const names[] = {"a", "b", "c", "d"};
	Field fields[4] = {0};
	Func *fn;
	u32 sym;

	fn = ir_func_new(l->m, arena_printf(l->c->arena, "%s_loop_%u",
					    l->program ? l->program->name : "fn", l->n_callbacks++),
			 FUNC_CALLBACK, &sym);
	for (u32 i = 0; i < n_params; i++)
		fields[i] = (Field){.name = name_of(l->c, names[i], 1),
				    .type = type_int(l->types, 8, false)};
	fn->type = type_func(l->types, type_int(l->types, 8, true), fields, n_params, false);
	fn->n_params = n_params;
	fn->returns = true;
	fn->at = (Span){B(l)->loc, B(l)->loc};
	func_begin(l, fn, f);
	f->is_callback = true;
	f->frame_slot = ir_slot_new(l->m, fn, "frame", 8, 8);
	for (u32 i = 0; i < n_params; i++)
		params[i] = ir_add(B(l), (Ins){.op = OP_PARAM, .cls = CLS_L, .imm = i});
	mem_store(l, ir_slot(B(l), f->frame_slot), 0, 8, params[frame_param]);
	ir_at(B(l), f->body_block);
	return sym;
}

/* After the helper: leaves too if the body wanted to. */
static void leave_if_asked(Lower *l, const Node *n)
{
	Branch b;

	if (!n->loop || !n->loop->has_return)
		return;
	b = branch_begin(l, mem_load(l, AS_STACK, frame_pointer(l), 0, 8, false), false);
	lower_leave(l);
	branch_end(l, b);
}

static u32 callback_end(Lower *l, u32 sym)
{
	func_end(l);
	return sym;
}

static void call_loop(Lower *l, u32 helper, Val first, u32 sym)
{
	Val callback = ir_add(B(l), (Ins){.op = OP_FUNC, .cls = CLS_L, .sym = sym});

	ir_call(B(l), helper, 4, (Val[]){first, callback, frame_pointer(l), lower_const(l, 0)});
}

/* One turn in a callback: 0 goes on, 1 stops. */
static void callback_body(Lower *l, const Node *body)
{
	LoopTargets t = {0, 0, NULL};

	l->f->loop = &t;
	lower_statement(l, body);
}

static void callback_range(Lower *l, const Node *n)
{
	u32 start_at = (u32)map_get(&l->loop_words, (u64)(uintptr_t)n);
	Val start = lower_value(l, n->a), end = lower_value(l, n->b), i, params[4];
	Branch some = branch_begin(l, ir_cmp(B(l), OP_SLT, 8, start, end), false);
	FuncState f;
	u32 sym;

	mem_store(l, frame_pointer(l), start_at, 8, start);
	sym = callback_begin(l, &f, 2, 1, params);
	i = mem_load(l, AS_STACK, frame_pointer(l), start_at, 8, false);
	/* the index is a u32 in the ABI of bpf_loop: the upper half is zero */
	i = ir_op2(B(l), OP_ADD, CLS_L, i, params[0]);
	mem_store(l, local_address(l, n->index), 0, 8, i);
	callback_body(l, n->c);
	callback_end(l, sym);
	call_loop(l, HELPER_loop, ir_op2(B(l), OP_SUB, CLS_L, end, start), sym);
	leave_if_asked(l, n);
	branch_end(l, some);
}

void lower_for_range(Lower *l, const Node *n)
{
	i64 turns;

	if (is_callback_loop(l, n)) {
		callback_range(l, n);
		return;
	}
	if (!constant_turns(n, &turns)) {
		diag_error(&l->c->diags, n->at, "a range whose bounds are not constant needs %s",
			   feature_text(FEAT_LOOP));
		diag_hint(&l->c->diags, "bpf_loop came with Linux %u.%u", feature_since_major(FEAT_LOOP),
			  feature_since_minor(FEAT_LOOP));
		return;
	}
	plain_range(l, n);
}

/* $kv = (key, value): both copied into the loop variable. */
static void set_pair(Lower *l, const Node *n, Val key, Val value)
{
	Type *pair = type_bare(l->locals_of[n->index].type);
	const ScriptMap *map = &l->s->maps.at[n->a->index];
	Val to = local_address(l, n->index), at;

	mem_copy(l, ir_offset(B(l), to, pair->fields[0].bit_offset / 8), key,
		 type_size(l->types, pair->fields[0].type));
	at = ir_offset(B(l), to, pair->fields[1].bit_offset / 8);
	if (type_bare(map->value)->kind == TY_AGG) {
		Val own = mem_temp(l, type_size(l->types, map->key));

		mem_copy(l, own, key, type_size(l->types, map->key));
		mem_store(l, at, 0, 8, map_merge(l, map, n->a->index, own));
	} else {
		mem_copy(l, at, value, type_size(l->types, pair->fields[1].type));
	}
}

void lower_for_map(Lower *l, const Node *n)
{
	Val params[4];
	FuncState f;
	u32 sym;

	if (!l->c->target->has[FEAT_FOR_EACH_MAP]) {
		diag_error(&l->c->diags, n->at, "a loop over a map needs %s",
			   feature_text(FEAT_FOR_EACH_MAP));
		diag_hint(&l->c->diags, "it came with Linux %u.%u", feature_since_major(FEAT_FOR_EACH_MAP),
			  feature_since_minor(FEAT_FOR_EACH_MAP));
		return;
	}
	sym = callback_begin(l, &f, 4, 3, params);
	set_pair(l, n, params[1], params[2]);
	callback_body(l, n->c);
	callback_end(l, sym);
	call_loop(l, HELPER_for_each_map_elem, ir_map(B(l), l->maps[n->a->index]), sym);
	leave_if_asked(l, n);
}
