/*
 * Stacks and symbols. A stack is an id: the kernel's own stack map hashes the
 * frames and keeps one copy (bpf_get_stackid). That map has a fixed number of
 * buckets and gives up where two different stacks meet (-EEXIST); then the
 * frames are fetched, hashed here with 64 bits and put into a hash map, so
 * that no stack is lost and none is taken for another.
 */
#include "lower/internal.h"

#define STACK_FRAMES 127 /* kernel.perf_event_max_stack */
#define STACK_BUCKETS 4096
#define STACKS_MORE 16384
#define STACKS_MORE_FIXED 1024 /* where the map takes all its memory at once */
#define ERROR_EXISTS (-17)
#define ERROR_NO_MEMORY (-12)

static u32 stack_map(Lower *l, u32 *cache, const char *name)
{
	MapDef *map;

	if (!*cache) {
		map = NEW(l->c->arena, MapDef);
		map->name = name;
		map->type = BPF_MAP_TYPE_STACK_TRACE;
		map->key_size = 4;
		map->value_size = STACK_FRAMES * 8;
		map->max_entries = STACK_BUCKETS;
		*cache = ir_map_add(l->m, map) + 1;
	}
	return *cache - 1;
}

static bool kernel_is(const Target *t, u32 major, u32 minor)
{
	return t->kernel_major > major || (t->kernel_major == major && t->kernel_minor >= minor);
}

static u32 more_map(Lower *l)
{
	MapDef *map;

	if (!l->stacks_more) {
		map = NEW(l->c->arena, MapDef);
		map->name = LOWER_STACKS_MORE;
		map->type = BPF_MAP_TYPE_HASH;
		map->key_size = 8;
		map->value_size = STACK_FRAMES * 8;
		map->max_entries = STACKS_MORE;
		map->flags = BPF_F_NO_PREALLOC;
		/* before 6.1: "perf_event programs can only use preallocated hash map" */
		if (!kernel_is(l->c->target, 6, 1)) {
			map->max_entries = STACKS_MORE_FIXED;
			map->flags = 0;
		}
		l->stacks_more = ir_map_add(l->m, map) + 1;
	}
	return l->stacks_more - 1;
}

/* hash = (hash ^ frame) * odd constant, over `bytes` bytes of frames; a loop that the verifier can bound. */
static Val hash_frames(Lower *l, Val frames, Val bytes)
{
	const i64 multiplier = (i64)0x9e3779b97f4a7c15ull;
	Val hash = mem_temp(l, 8), at = mem_temp(l, 8), i, h, frame;
	u32 head = block_new(l, "hash"), body = block_new(l, "frame"), done = block_new(l, "hashed");

	mem_store(l, hash, 0, 8, bytes);
	mem_store(l, at, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), head);
	ir_at(B(l), head);
	i = mem_load(l, AS_STACK, at, 0, 8, false);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, i, lower_const(l, STACK_FRAMES * 8)), body, done);
	ir_at(B(l), body);
	frame = mem_load(l, AS_MAP, ir_op2(B(l), OP_ADD, CLS_L, frames, i), 0, 8, false);
	h = mem_load(l, AS_STACK, hash, 0, 8, false);
	h = ir_op2(B(l), OP_MUL, CLS_L, ir_op2(B(l), OP_XOR, CLS_L, h, frame), lower_const(l, multiplier));
	h = ir_op2(B(l), OP_XOR, CLS_L, h, ir_op2(B(l), OP_LSHR, CLS_L, h, lower_const(l, 29)));
	mem_store(l, hash, 0, 8, h);
	i = ir_op2(B(l), OP_ADD, CLS_L, i, lower_const(l, 8));
	mem_store(l, at, 0, 8, i);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, i, bytes), head, done);
	ir_at(B(l), done);
	return mem_load(l, AS_STACK, hash, 0, 8, false);
}

/* The second way: frames into scratch, hash, hash map. The id goes to `id`. */
static void fetch_stack(Lower *l, u64 flags, Val id)
{
	u32 mark = mem_mark(l);
	Val frames = mem_temp(l, STACK_FRAMES * 8), bytes, key = mem_temp(l, 8), h;
	Branch b;

	mem_zero(l, frames, STACK_FRAMES * 8);
	bytes = ir_call(B(l), HELPER_get_stack, 4,
			(Val[]){l->f->ctx, frames, lower_const(l, STACK_FRAMES * 8),
				lower_const(l, (i64)flags)});
	b = branch_begin(l, ir_cmp(B(l), OP_SLT, 8, lower_const(l, 0), bytes), false);
	h = hash_frames(l, frames, bytes);
	h = ir_op2(B(l), OP_AND, CLS_L, h, lower_const(l, (i64)(LOWER_STACK_MORE_BIT - 1)));
	h = ir_op2(B(l), OP_OR, CLS_L, h, lower_const(l, (i64)LOWER_STACK_MORE_BIT));
	mem_store(l, key, 0, 8, h);
	ir_call(B(l), HELPER_map_update_elem, 4,
		(Val[]){ir_map(B(l), more_map(l)), key, frames, lower_const(l, BPF_ANY)});
	mem_store(l, id, 0, 8, h);
	branch_end(l, b);
	mem_reset(l, mark);
}

static void stack_into(Lower *l, const Node *n, bool is_user, Val into)
{
	u32 map = is_user ? stack_map(l, &l->stacks_user, LOWER_STACKS_USER)
			  : stack_map(l, &l->stacks_kernel, LOWER_STACKS_KERNEL);
	u64 flags = is_user ? BPF_F_USER_STACK : 0;
	Val id = ir_call(B(l), HELPER_get_stackid, 3,
			 (Val[]){l->f->ctx, ir_map(B(l), map), lower_const(l, (i64)flags)});
	Val exists, full;
	Branch b;

	(void)n;
	mem_store(l, into, 0, 8, id);
	exists = ir_cmp(B(l), OP_EQ, 8, id, lower_const(l, ERROR_EXISTS));
	full = ir_cmp(B(l), OP_EQ, 8, id, lower_const(l, ERROR_NO_MEMORY));
	b = branch_begin(l, ir_op2(B(l), OP_OR, CLS_W, exists, full), false);
	fetch_stack(l, flags, into);
	branch_end(l, b);
}

Val lower_bi_kstack(Lower *l, const Node *n, Val into)
{
	stack_into(l, n, false, into);
	mem_store(l, into, 8, 8, lower_const(l, 0));
	return into;
}

static Val current_tgid(Lower *l)
{
	return ir_op2(B(l), OP_LSHR, CLS_L, lower_pid_tgid(l), lower_const(l, 32));
}

Val lower_bi_ustack(Lower *l, const Node *n, Val into)
{
	Val pid = current_tgid(l);

	stack_into(l, n, true, into);
	mem_store(l, into, 8, 8, pid);
	lower_process_seen(l, pid);
	return into;
}

Val lower_bi_ksym(Lower *l, const Node *n, Val into)
{
	(void)into;
	return lower_value(l, n->list[0]);
}

Val lower_bi_usym(Lower *l, const Node *n, Val into)
{
	Val address = lower_value(l, n->list[0]), pid = current_tgid(l);

	mem_store(l, into, 0, 8, address);
	mem_store(l, into, 8, 8, pid);
	lower_process_seen(l, pid);
	return into;
}

/* Frames of a stack value; the kernel leaves what is behind the last one zero. */
static Val count_frames(Lower *l, Val frames)
{
	Val count = mem_temp(l, 8), i, frame;
	u32 head = block_new(l, "count"), body = block_new(l, "frame"), next = block_new(l, "next");
	u32 done = block_new(l, "counted");

	mem_store(l, count, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), head);
	ir_at(B(l), head);
	i = mem_load(l, AS_STACK, count, 0, 8, false);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, i, lower_const(l, STACK_FRAMES)), body, done);
	ir_at(B(l), body);
	frame = mem_load(l, AS_MAP, ir_op2(B(l), OP_ADD, CLS_L, frames,
					   ir_op2(B(l), OP_SHL, CLS_L, i, lower_const(l, 3))),
			 0, 8, false);
	ir_br(B(l), frame, next, done);
	ir_at(B(l), next);
	mem_store(l, count, 0, 8, ir_op2(B(l), OP_ADD, CLS_L, i, lower_const(l, 1)));
	ir_jmp(B(l), head);
	ir_at(B(l), done);
	return mem_load(l, AS_STACK, count, 0, 8, false);
}

static Val stack_length(Lower *l, bool is_user)
{
	Val frames = mem_temp(l, STACK_FRAMES * 8);
	u64 flags = is_user ? BPF_F_USER_STACK : 0;

	mem_zero(l, frames, STACK_FRAMES * 8);
	ir_call(B(l), HELPER_get_stack, 4,
		(Val[]){l->f->ctx, frames, lower_const(l, STACK_FRAMES * 8), lower_const(l, (i64)flags)});
	return count_frames(l, frames);
}

/* Counts a map's elements by walking it with a callback that does nothing but let it go on. */
static Val map_length(Lower *l, const Node *map)
{
	Field fields[4] = {0};
	FuncState f;
	Func *fn;
	u32 sym;
	Val callback, frame = mem_temp(l, 8);

	if (!l->c->target->has[FEAT_FOR_EACH_MAP]) {
		diag_error(&l->c->diags, map->at, "len() of a map needs %s", feature_text(FEAT_FOR_EACH_MAP));
		return lower_const(l, 0);
	}
	fn = ir_func_new(l->m, arena_printf(l->c->arena, "%s_len_%u", l->program->name, l->n_callbacks++),
			 FUNC_CALLBACK, &sym);
	for (u32 i = 0; i < 4; i++)
		fields[i] = (Field){.name = name_of(l->c, &"abcd"[i], 1), .type = type_int(l->types, 8, false)};
	fn->type = type_func(l->types, type_int(l->types, 8, true), fields, 4, false);
	fn->n_params = 4;
	fn->returns = true;
	func_begin(l, fn, &f);
	for (u32 i = 0; i < 4; i++)
		ir_add(B(l), (Ins){.op = OP_PARAM, .cls = CLS_L, .imm = i});
	ir_at(B(l), f.body_block);
	f.is_callback = true;
	func_end(l);
	mem_store(l, frame, 0, 8, lower_const(l, 0));
	callback = ir_add(B(l), (Ins){.op = OP_FUNC, .cls = CLS_L, .sym = sym});
	return ir_call(B(l), HELPER_for_each_map_elem, 4,
		       (Val[]){ir_map(B(l), l->maps[map->index]), callback, frame, lower_const(l, 0)});
}

Val lower_bi_len(Lower *l, const Node *n, Val into)
{
	const Node *of = n->list[0];

	(void)into;
	if (of->kind == NODE_MAP)
		return map_length(l, of);
	if (of->kind != NODE_CALL) {
		diag_error(&l->c->diags, n->at, "len() counts the frames of kstack and ustack themselves only");
		return lower_const(l, 0);
	}
	return stack_length(l, type_bare(of->type)->kind == TY_USTACK);
}

Val lower_bi_dw_ustack(Lower *l, const Node *n, Val into)
{
	return lower_bi_ustack(l, n, into);
}

Val lower_bi_kaddr(Lower *l, const Node *n, Val into)
{
	Ins ksym = {.op = OP_KSYM, .cls = CLS_L};

	(void)into;
	if (n->value)
		return lower_const(l, n->value);
	ksym.sym = ir_extern_add(l->m, n->name, type_void(l->types), true);
	return ir_add(B(l), ksym);
}

/* A per-CPU variable on one CPU, or on this one. */
Val lower_bi_percpu_kaddr(Lower *l, const Node *n, Val into)
{
	Type *type = types_find_kernel_var(l->types, n->name);
	Val base = ir_add(B(l), (Ins){.op = OP_KSYM, .cls = CLS_L,
				      .sym = ir_extern_add(l->m, n->name, type ? type : type_void(l->types),
							   false)});

	(void)into;
	if (n->n)
		return ir_call(B(l), HELPER_per_cpu_ptr, 2, (Val[]){base, lower_value(l, n->list[0])});
	return ir_call(B(l), HELPER_this_cpu_ptr, 1, (Val[]){base});
}
