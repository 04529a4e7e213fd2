/*
 * Random IR, interpreted before and after passes: each pass alone, all of them,
 * and all of them but one must leave what the program does unchanged.
 *
 *   ir [FIRST_SEED [COUNT]]     prints the seed, the passes and both functions of the first difference
 *
 * What a program does: its result, what it hands to trace_printk and
 * map_update_elem (memory included), and what it leaves in globals and the map.
 * Slots start as zeroes; addresses are made up and never compared. A program
 * that runs too long in the original is skipped.
 */
#include "pass/pass.h"
#include "tables/tables.h"

/* ---- random numbers ---- */

typedef struct {
	u64 state;
} Random;

static u32 next(Random *r)
{
	r->state = r->state * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(r->state >> 33);
}

static u32 below(Random *r, u32 n)
{
	return next(r) % n;
}

/* ---- making programs ---- */

#define N_VARS 6
#define N_STRUCTS 3
#define STRUCT_SIZE 24

typedef struct {
	Random *r;
	Build b;
	u32 vars[N_VARS]; /* slots of one number each */
	u32 var_size[N_VARS];
	u32 structs[N_STRUCTS];
	Val ctx; /* of a program: its context; of a function: 0 */
	Val a0, a1; /* parameters of a function */
	u32 depth, budget;
	u32 n_funcs; /* that may be called: 1 … n_funcs */
	u32 break_to, continue_to; /* blocks, 0: not in a loop */
} Gen;

static Val number(Gen *g, Cls cls)
{
	static const i64 some[] = {0, 1, -1, 2, 7, 8, 255, 256, 4096, 0x7fffffff, -2147483647 - 1, 3, 10};
	i64 value = below(g->r, 3) ? some[below(g->r, ARRAY_LEN(some))] : (i64)(i32)(next(g->r) * 2);
	return ir_const(&g->b, cls, value);
}

static Val expr(Gen *g, Cls cls, u32 depth);

static Val field_address(Gen *g, u32 size, i64 *offset)
{
	Val at = ir_slot(&g->b, g->structs[below(g->r, N_STRUCTS)]);
	*offset = (i64)(below(g->r, STRUCT_SIZE / size) * size);
	if (below(g->r, 2)) {
		at = ir_offset(&g->b, at, *offset);
		*offset = 0;
	}
	return at;
}

static Val leaf(Gen *g, Cls cls)
{
	Build *b = &g->b;
	u32 size = 1u << below(g->r, cls == CLS_L ? 4 : 3), v = below(g->r, N_VARS);
	bool is_signed = below(g->r, 3) == 0;
	i64 offset;
	Val at;
	switch (below(g->r, 8)) {
	case 0:
		return number(g, cls);
	case 1:
		at = field_address(g, size, &offset);
		return ir_load(b, AS_STACK, size, is_signed, cls, at, offset);
	case 2:
		if (g->ctx)
			return ir_load(b, AS_CTX, 4, false, cls, g->ctx, 4 * below(g->r, 8));
		return ir_to_cls(b, cls, below(g->r, 2) ? g->a0 : g->a1);
	case 3:
		at = ir_const(b, CLS_L, 0x60000000);
		return ir_add(b, (Ins){.op = below(g->r, 4) ? OP_KLOAD : OP_ULOAD, .cls = cls,
				       .size = (u8)size, .a = at, .imm = size * below(g->r, 8)});
	case 4:
		at = ir_global(b, below(g->r, 2), 8 * below(g->r, 2));
		return ir_load(b, AS_MAP, size, is_signed, cls, at, 0);
	case 5:
		return ir_to_cls(b, cls, ir_call(b, HELPER_get_current_pid_tgid, 0, NULL));
	default:
		size = MIN(g->var_size[v], cls == CLS_W ? 4u : 8u);
		return ir_load(b, AS_STACK, size, is_signed, cls, ir_slot(b, g->vars[v]), 0);
	}
}

static Val compare(Gen *g, u32 depth)
{
	Cls cls = below(g->r, 2) ? CLS_W : CLS_L;
	Val x = expr(g, cls, depth + 1), y = below(g->r, 2) ? number(g, cls) : expr(g, cls, depth + 1);
	return ir_cmp(&g->b, OP_EQ + below(g->r, 6), cls == CLS_W ? 4 : 8, x, y);
}

static Val expr(Gen *g, Cls cls, u32 depth)
{
	Build *b = &g->b;
	Cls other = cls == CLS_W ? CLS_L : CLS_W;
	if (depth > 4 || below(g->r, 4) == 0)
		return leaf(g, cls);
	switch (below(g->r, 10)) {
	case 0:
		return ir_to_cls(b, cls, compare(g, depth));
	case 1:
		return ir_to_cls(b, cls, expr(g, other, depth + 1));
	case 2:
		return ir_sext(b, cls, 1u << below(g->r, 3), expr(g, below(g->r, 2) ? cls : other, depth + 1));
	case 3: {
		Val a = expr(g, cls, depth + 1);
		return ir_add(b, (Ins){.op = OP_BSWAP, .cls = cls, .size = (u8)(below(g->r, 2) ? 2 : 4), .a = a});
	}
	case 4:
		return ir_op1(b, OP_NEG, cls, expr(g, cls, depth + 1));
	default: {
		Val x = expr(g, cls, depth + 1);
		Val y = below(g->r, 2) ? number(g, cls) : expr(g, cls, depth + 1);
		return ir_op2(b, OP_ADD + below(g->r, OP_ASHR - OP_ADD + 1), cls, x, y);
	}
	}
}

static void statements(Gen *g, u32 n);

static void set_var(Gen *g)
{
	u32 v = below(g->r, N_VARS);
	Cls cls = g->var_size[v] == 8 || below(g->r, 4) == 0 ? CLS_L : CLS_W;
	Val x = expr(g, cls, 0);
	ir_store(&g->b, AS_STACK, g->var_size[v], ir_slot(&g->b, g->vars[v]), 0, x);
}

static void set_field(Gen *g)
{
	u32 size = 1u << below(g->r, 4);
	i64 offset;
	Val x = expr(g, size == 8 ? CLS_L : CLS_W, 1), at = field_address(g, size, &offset);
	ir_store(&g->b, AS_STACK, size, at, offset, x);
}

static void copy_struct(Gen *g)
{
	u32 from = below(g->r, N_STRUCTS), to = (from + 1 + below(g->r, N_STRUCTS - 1)) % N_STRUCTS;
	u32 bytes = 8 * (1 + below(g->r, 3));
	if (below(g->r, 2))
		ir_memcpy(&g->b, ir_slot(&g->b, g->structs[to]), ir_slot(&g->b, g->structs[from]), bytes, 8);
	else
		ir_memzero(&g->b, ir_slot(&g->b, g->structs[to]), bytes, 8);
}

static void trace(Gen *g)
{
	u32 slot = below(g->r, 3) ? g->vars[0] : g->structs[0];
	Val args[5] = {ir_slot(&g->b, slot), ir_const(&g->b, CLS_L, slot == g->vars[0] ? 4 : 16)};
	args[2] = expr(g, CLS_L, 2);
	args[3] = expr(g, CLS_L, 2);
	args[4] = expr(g, CLS_L, 3);
	ir_call(&g->b, HELPER_trace_printk, 5, args);
}

static void use_map(Gen *g)
{
	Build *b = &g->b;
	Val args[4] = {ir_map(b, 0), ir_slot(b, g->vars[0])};
	if (below(g->r, 2)) {
		args[2] = ir_slot(b, g->structs[0]);
		args[3] = ir_const(b, CLS_L, 0);
		ir_call(b, HELPER_map_update_elem, 4, args);
		return;
	}
	Val at = ir_call(b, HELPER_map_lookup_elem, 2, args);
	u32 yes = ir_block_new(b->m, b->f, "found"), no = ir_block_new(b->m, b->f, NULL);
	ir_br(b, ir_cmp(b, OP_NE, 8, at, ir_const(b, CLS_L, 0)), yes, no);
	ir_at(b, yes);
	Val old = ir_load(b, AS_MAP, 8, false, CLS_L, at, 0);
	if (below(g->r, 2)) {
		ir_store(b, AS_MAP, 8, at, 0, ir_op2(b, OP_ADD, CLS_L, old, expr(g, CLS_L, 2)));
	} else {
		Val x = expr(g, CLS_L, 2);
		ir_add(b, (Ins){.op = OP_ATOMIC, .cls = CLS_L, .size = 8, .space = AS_MAP,
				.atomic = ATOMIC_ADD, .a = at, .b = x});
	}
	ir_jmp(b, no);
	ir_at(b, no);
}

static void set_global(Gen *g)
{
	u32 size = 1u << below(g->r, 4);
	Val at = ir_global(&g->b, below(g->r, 2), 8 * below(g->r, 2));
	ir_store(&g->b, AS_MAP, size, at, 0, expr(g, size == 8 ? CLS_L : CLS_W, 1));
}

static void branch(Gen *g)
{
	Build *b = &g->b;
	u32 yes = ir_block_new(b->m, b->f, "then"), no = ir_block_new(b->m, b->f, "else");
	u32 end = ir_block_new(b->m, b->f, NULL);
	ir_br(b, compare(g, 0), yes, no);
	ir_at(b, yes);
	statements(g, 3);
	ir_jmp(b, end);
	ir_at(b, no);
	if (below(g->r, 2))
		statements(g, 2);
	ir_jmp(b, end);
	ir_at(b, end);
}

/* var = a && b, or ||, as front ends write it. */
static void short_circuit(Gen *g)
{
	Build *b = &g->b;
	u32 second = ir_block_new(b->m, b->f, "second"), end = ir_block_new(b->m, b->f, NULL);
	u32 yes = ir_block_new(b->m, b->f, "yes"), after = ir_block_new(b->m, b->f, NULL);
	u32 slot = ir_slot_new(b->m, b->f, NULL, 4, 4);
	bool is_or = below(g->r, 2);
	ir_store(b, AS_STACK, 4, ir_slot(b, slot), 0, ir_const(b, CLS_W, is_or));
	Val first = compare(g, 1);
	ir_br(b, first, is_or ? end : second, is_or ? second : end);
	ir_at(b, second);
	ir_store(b, AS_STACK, 4, ir_slot(b, slot), 0, compare(g, 1));
	ir_jmp(b, end);
	ir_at(b, end);
	Val result = ir_load(b, AS_STACK, 4, false, CLS_W, ir_slot(b, slot), 0);
	ir_br(b, below(g->r, 2) ? result : ir_cmp(b, OP_NE, 4, result, ir_const(b, CLS_W, 0)), yes, after);
	ir_at(b, yes);
	statements(g, 2);
	ir_jmp(b, after);
	ir_at(b, after);
}

static void loop(Gen *g)
{
	Build *b = &g->b;
	u32 head = ir_block_new(b->m, b->f, "loop"), body = ir_block_new(b->m, b->f, "body");
	u32 step = ir_block_new(b->m, b->f, "step"), end = ir_block_new(b->m, b->f, "end");
	u32 slot = ir_slot_new(b->m, b->f, "i", 4, 4), old_break = g->break_to, old_step = g->continue_to;
	ir_store(b, AS_STACK, 4, ir_slot(b, slot), 0, ir_const(b, CLS_W, 0));
	ir_jmp(b, head);
	ir_at(b, head);
	Val i = ir_load(b, AS_STACK, 4, false, CLS_W, ir_slot(b, slot), 0);
	ir_br(b, ir_cmp(b, OP_SLT, 4, i, ir_const(b, CLS_W, 1 + below(g->r, 6))), body, end);
	ir_at(b, body);
	g->break_to = end;
	g->continue_to = step;
	statements(g, 3);
	g->break_to = old_break;
	g->continue_to = old_step;
	ir_jmp(b, step);
	ir_at(b, step);
	i = ir_load(b, AS_STACK, 4, false, CLS_W, ir_slot(b, slot), 0);
	ir_store(b, AS_STACK, 4, ir_slot(b, slot), 0,
		 ir_op2(b, OP_ADD, CLS_W, i, ir_const(b, CLS_W, 1)));
	ir_jmp(b, head);
	ir_at(b, end);
}

static void leave_loop(Gen *g)
{
	Build *b = &g->b;
	if (!g->break_to)
		return;
	u32 out = ir_block_new(b->m, b->f, NULL), on = ir_block_new(b->m, b->f, NULL);
	ir_br(b, compare(g, 2), out, on);
	ir_at(b, out);
	if (below(g->r, 5) == 0)
		ir_ret(b, expr(g, CLS_L, 2));
	else
		ir_jmp(b, below(g->r, 2) ? g->break_to : g->continue_to);
	ir_at(b, on);
}

static void call_function(Gen *g)
{
	if (!g->n_funcs)
		return;
	Val args[2] = {expr(g, CLS_L, 2), expr(g, CLS_W, 2)};
	Val x = ir_callf(&g->b, 1 + below(g->r, g->n_funcs), 2, args);
	u32 v = below(g->r, N_VARS);
	ir_store(&g->b, AS_STACK, g->var_size[v], ir_slot(&g->b, g->vars[v]), 0,
		 ir_to_cls(&g->b, g->var_size[v] == 8 ? CLS_L : CLS_W, x));
}

static void statements(Gen *g, u32 n)
{
	static void (*const kinds[])(Gen *) = {set_var, set_var, set_var, set_field, set_field,
					       copy_struct, trace, use_map, set_global, call_function,
					       leave_loop};
	static void (*const nested[])(Gen *) = {branch, branch, short_circuit, loop};
	g->depth++;
	for (u32 i = 0; i < n && g->budget; i++) {
		g->budget--;
		if (g->depth < 5 && below(g->r, 3) == 0)
			nested[below(g->r, ARRAY_LEN(nested))](g);
		else
			kinds[below(g->r, ARRAY_LEN(kinds))](g);
	}
	g->depth--;
}

static void make_function(Module *m, Random *r, bool is_program, u32 n_funcs)
{
	u32 sym;
	Func *f = ir_func_new(m, is_program ? "prog" : "callee", is_program ? FUNC_PROGRAM : FUNC_STATIC, &sym);
	Gen g = {.r = r, .b = {.m = m, .f = f}, .n_funcs = n_funcs, .budget = is_program ? 24 : 8};
	f->section = is_program ? "kprobe/x" : NULL;
	f->n_params = is_program ? 1 : 2;
	f->returns = true;
	f->always_inline = !is_program && below(r, 2);
	if (is_program)
		g.ctx = ir_add(&g.b, (Ins){.op = OP_PARAM, .cls = CLS_L});
	else
		g.a0 = ir_add(&g.b, (Ins){.op = OP_PARAM, .cls = CLS_L});
	if (!is_program)
		g.a1 = ir_add(&g.b, (Ins){.op = OP_PARAM, .cls = CLS_W, .imm = 1});
	for (u32 i = 0; i < N_VARS; i++) {
		g.var_size[i] = i == 0 ? 4 : 1u << below(r, 4);
		g.vars[i] = ir_slot_new(m, f, NULL, g.var_size[i], g.var_size[i]);
	}
	for (u32 i = 0; i < N_STRUCTS; i++)
		g.structs[i] = ir_slot_new(m, f, NULL, STRUCT_SIZE, 8);
	/* a callee's slots must not show that it was called before */
	for (u32 i = 0; i < N_VARS && !is_program; i++)
		ir_store(&g.b, AS_STACK, g.var_size[i], ir_slot(&g.b, g.vars[i]), 0,
			 ir_const(&g.b, g.var_size[i] == 8 ? CLS_L : CLS_W, 0));
	for (u32 i = 0; i < N_STRUCTS && !is_program; i++)
		ir_memzero(&g.b, ir_slot(&g.b, g.structs[i]), STRUCT_SIZE, 8);
	statements(&g, 8);
	ir_ret(&g.b, expr(&g, CLS_L, 1));
}

static Module *make_module(Compile *c, u64 seed)
{
	Random r = {seed * 0x9e3779b97f4a7c15ull + 1};
	Module *m = ir_module_new(c);
	u32 n_funcs = below(&r, 3);
	m->license = "GPL";
	for (u32 i = 0; i < 2; i++) {
		Global *global = NEW(c->arena, Global);
		*global = (Global){.name = i ? "g1" : "g0", .section = ".bss", .size = 16, .align = 8};
		ir_global_add(m, global);
	}
	MapDef *map = NEW(c->arena, MapDef);
	*map = (MapDef){.name = "m", .type = 1, .key_size = 4, .value_size = 16, .max_entries = 9};
	ir_map_add(m, map);
	for (u32 i = 0; i < 3; i++)
		next(&r);
	make_function(m, &r, true, n_funcs);
	for (u32 i = 0; i < n_funcs; i++)
		make_function(m, &r, false, 0);
	return m;
}

/* ---- running programs ---- */

#define SLOT_BASE 0x10000000ull
#define CTX_BASE 0x50000000ull
#define KERNEL_BASE 0x60000000ull
#define DATA_BASE 0x70000000ull
#define MAP_BASE 0x78000000ull
#define STACK_BYTES 65536
#define MAX_STEPS 30000

typedef struct {
	Module *m;
	u8 stack[STACK_BYTES];
	u32 stack_top;
	u8 data[64], map[16];
	u64 trace; /* hash of all that was seen from outside */
	u32 steps, max_steps;
	u64 input;
	const char *fault;
} Machine;

static void note(Machine *x, u64 value)
{
	x->trace = (x->trace ^ value) * 0x9e3779b97f4a7c15ull;
	x->trace ^= x->trace >> 31;
}

static u8 *memory_at(Machine *x, u64 at, u64 size)
{
	if (at >= SLOT_BASE && at + size <= SLOT_BASE + STACK_BYTES)
		return x->stack + (at - SLOT_BASE);
	if (at >= DATA_BASE && at + size <= DATA_BASE + sizeof(x->data))
		return x->data + (at - DATA_BASE);
	if (at >= MAP_BASE && at + size <= MAP_BASE + sizeof(x->map))
		return x->map + (at - MAP_BASE);
	return NULL;
}

static void read_bytes(Machine *x, u64 at, void *to, u64 size)
{
	u8 *from = memory_at(x, at, size);
	memset(to, 0, size);
	if (from)
		memcpy(to, from, size);
	else if (at >= CTX_BASE && at < CTX_BASE + 64)
		for (u64 i = 0; i < size; i++)
			((u8 *)to)[i] = (u8)((x->input >> (at + i) % 7 * 8) + at + i);
	else if (at >= KERNEL_BASE && at < KERNEL_BASE + 4096)
		for (u64 i = 0; i < size; i++)
			((u8 *)to)[i] = (u8)((at + i) * 167 + x->input);
	else
		x->fault = "read of no memory";
}

static void write_bytes(Machine *x, u64 at, const void *from, u64 size)
{
	u8 *to = memory_at(x, at, size);
	if (to)
		memcpy(to, from, size);
	else
		x->fault = "write to no memory";
}

static void note_bytes(Machine *x, u64 at, u64 size)
{
	u8 bytes[64];
	read_bytes(x, at, bytes, MIN(size, sizeof(bytes)));
	for (u64 i = 0; i < MIN(size, sizeof(bytes)); i++)
		note(x, bytes[i]);
}

static u64 sign(u64 v, u32 size)
{
	u32 shift = 64 - size * 8;
	return (u64)((i64)(v << shift) >> shift);
}

static u64 call_helper(Machine *x, i64 id, const u64 *a)
{
	u32 key;
	switch (id) {
	case HELPER_get_current_pid_tgid:
		return 0x123400005678 + x->input;
	case HELPER_trace_printk:
		note_bytes(x, a[0], a[1]);
		for (u32 i = 2; i < 5; i++)
			note(x, a[i]);
		return a[1];
	case HELPER_map_lookup_elem:
		read_bytes(x, a[1], &key, 4);
		return key % 3 ? MAP_BASE + key % 2 * 8 : 0;
	case HELPER_map_update_elem:
		note_bytes(x, a[1], 4);
		note_bytes(x, a[2], 16);
		read_bytes(x, a[2], x->map, 16);
		return 0;
	case HELPER_probe_read_kernel: case HELPER_probe_read_user: {
		u8 bytes[256];
		read_bytes(x, a[2], bytes, MIN(a[1], sizeof(bytes)));
		write_bytes(x, a[0], bytes, MIN(a[1], sizeof(bytes)));
		return 0;
	}
	default:
		x->fault = "unknown helper";
		return 0;
	}
}

static u64 divide(u64 a, u64 b, bool is_w, bool is_rest)
{
	i64 p = is_w ? (i32)a : (i64)a, q = is_w ? (i32)b : (i64)b;
	if (!q)
		return is_rest ? a : 0;
	if (q == -1)
		return is_rest ? 0 : 0 - (u64)p;
	return (u64)(is_rest ? p % q : p / q);
}

static u64 arithmetic(const Ins *ins, u64 a, u64 b)
{
	bool is_w = ins->cls == CLS_W, is_half = ins->size == 4;
	u32 count = (u32)b & (is_w ? 31 : 63);
	u64 ca = is_half ? (u32)a : a, cb = is_half ? (u32)b : b;
	i64 sa = is_half ? (i32)a : (i64)a, sb = is_half ? (i32)b : (i64)b;
	switch (ins->op) {
	case OP_ADD: return a + b;
	case OP_SUB: return a - b;
	case OP_MUL: return a * b;
	case OP_UDIV: return b ? a / b : 0;
	case OP_UMOD: return b ? a % b : a;
	case OP_SDIV: return divide(a, b, is_w, false);
	case OP_SMOD: return divide(a, b, is_w, true);
	case OP_AND: return a & b;
	case OP_OR: return a | b;
	case OP_XOR: return a ^ b;
	case OP_SHL: return a << count;
	case OP_LSHR: return a >> count;
	case OP_ASHR: return is_w ? (u64)((i32)a >> count) : (u64)((i64)a >> count);
	case OP_NEG: return 0 - a;
	case OP_BSWAP:
		return ins->size == 2   ? __builtin_bswap16((u16)a)
		       : ins->size == 4 ? __builtin_bswap32((u32)a)
					: __builtin_bswap64(a);
	case OP_SEXT: return sign(a, ins->size);
	case OP_COPY: case OP_ZEXT: case OP_TRUNC: return a;
	case OP_EQ: return ca == cb;
	case OP_NE: return ca != cb;
	case OP_ULT: return ca < cb;
	case OP_ULE: return ca <= cb;
	case OP_SLT: return sa < sb;
	case OP_SLE: return sa <= sb;
	default: return 0;
	}
}

static u64 run(Machine *x, Func *f, const u64 *params);

typedef struct {
	Machine *x;
	Func *f;
	u64 *value;
	const u64 *params;
	u64 slots; /* address of the first */
	u32 *slot_at;
} Frame;

static u64 atomic_add(Machine *x, const Ins *ins, u64 at, u64 by)
{
	u64 old = 0, new;
	read_bytes(x, at, &old, ins->size);
	new = old + by;
	write_bytes(x, at, &new, ins->size);
	return old;
}

static u64 step(Frame *r, const Ins *ins)
{
	Machine *x = r->x;
	u64 a = r->value[ins->a], b = r->value[ins->b], args[5] = {0}, v = 0;
	u8 bytes[4096];
	for (u32 i = 0; i < MIN(ins->n_args, 5u) && ins->op != OP_PHI; i++)
		args[i] = r->value[ins->args[i]];
	switch (ins->op) {
	case OP_CONST: case OP_CORE: return (u64)ins->imm;
	case OP_PARAM: return r->params[ins->imm];
	case OP_SLOT: return r->slots + r->slot_at[ins->imm];
	case OP_GLOBAL: return DATA_BASE + ins->sym * 16 + (u64)ins->imm;
	case OP_MAP: return 1;
	case OP_LOAD: case OP_LOADS: case OP_KLOAD: case OP_ULOAD:
		read_bytes(x, a + (u64)ins->imm, &v, ins->size);
		return ins->op == OP_LOADS ? sign(v, ins->size) : v;
	case OP_STORE:
		write_bytes(x, a + (u64)ins->imm, &b, ins->size);
		return 0;
	case OP_MEMCPY:
		read_bytes(x, b, bytes, (u64)ins->imm);
		write_bytes(x, a, bytes, (u64)ins->imm);
		return 0;
	case OP_MEMZERO:
		memset(bytes, 0, (u64)ins->imm);
		write_bytes(x, a, bytes, (u64)ins->imm);
		return 0;
	case OP_ATOMIC: return atomic_add(x, ins, a + (u64)ins->imm, b);
	case OP_CALL: return call_helper(x, ins->imm, args);
	case OP_CALLF: return run(x, x->m->funcs.at[ins->sym], args);
	default: return arithmetic(ins, a, b);
	}
}

static void enter_block(Frame *r, u32 from, u32 to)
{
	Block *b = &r->f->blocks.at[to];
	u64 next_value[256];
	u32 edge = 0, n = 0;
	while (edge < b->preds.len && b->preds.at[edge] != from)
		edge++;
	for (; n < b->ins.len && n < 256 && r->f->ins.at[b->ins.at[n]].op == OP_PHI; n++)
		next_value[n] = r->value[r->f->ins.at[b->ins.at[n]].args[edge]];
	for (u32 i = 0; i < n; i++)
		r->value[b->ins.at[i]] = next_value[i];
}

static u64 run_blocks(Frame *r)
{
	Machine *x = r->x;
	u32 block = 0;
	while (!x->fault) {
		Block *b = &r->f->blocks.at[block];
		vec_each(v, &b->ins) {
			const Ins *ins = &r->f->ins.at[*v];
			if (++x->steps > x->max_steps)
				x->fault = "too many steps";
			if (ins->op == OP_PHI || op_info[ins->op].effect == EFFECT_TERM)
				continue;
			u64 result = step(r, ins);
			r->value[*v] = ins->cls == CLS_W ? (u32)result : result;
		}
		const Ins *end = ir_end(r->f, block);
		if (end->op == OP_RET)
			return end->a ? r->value[end->a] : 0;
		if (end->op == OP_UNREACHABLE) {
			x->fault = "unreachable";
			break;
		}
		u32 to = b->succ[end->op == OP_BR && !r->value[end->a]];
		enter_block(r, block, to);
		block = to;
	}
	return 0;
}

static u64 run(Machine *x, Func *f, const u64 *params)
{
	ir_cfg(x->m, f);
	Frame r = {.x = x, .f = f, .params = params, .slots = SLOT_BASE + x->stack_top};
	u32 top = x->stack_top;
	r.value = calloc(f->ins.len, sizeof(u64));
	r.slot_at = calloc(f->slots.len + 1, sizeof(u32));
	for (u32 i = 0; i < f->slots.len; i++) {
		r.slot_at[i] = x->stack_top - top;
		x->stack_top += ALIGN_UP(f->slots.at[i].size, 8u);
	}
	memset(x->stack + top, 0, x->stack_top - top);
	u64 result = run_blocks(&r);
	x->stack_top = top;
	free(r.value);
	free(r.slot_at);
	return result;
}

/* The hash of what the module's first function does with this input; *fault NULL if it ends. */
static u64 behaviour(Module *m, u64 input, u32 max_steps, const char **fault)
{
	static _Thread_local Machine x;
	u64 params[5] = {CTX_BASE};
	memset(&x, 0, sizeof(x));
	x.m = m;
	x.input = input;
	x.max_steps = max_steps;
	note(&x, run(&x, m->funcs.at[0], params));
	for (u32 i = 0; i < sizeof(x.data); i++)
		note(&x, x.data[i]);
	for (u32 i = 0; i < sizeof(x.map); i++)
		note(&x, x.map[i]);
	*fault = x.fault;
	return x.trace;
}

/* ---- comparing ---- */

#define N_INPUTS 4

static u64 input_of(u32 i)
{
	return i * 0x0123456789abcdefull + i;
}

static void set_target(Target *target, u64 seed)
{
	target->has[FEAT_PROBE_READ_KERNEL] = true;
	target->has[FEAT_ISA_V4] = seed & 1;
	target->portable = seed & 2;
}

/* only: the one pass to run, or NULL: all of -O`level` but `off`. Returns false at a difference. */
static bool check(u64 seed, const char *only, u32 level, const char *off, const u64 *expected)
{
	Compile c = {0};
	Target target = {0};
	compile_init(&c);
	set_target(&target, seed);
	c.target = &target;
	c.verify = true;
	c.opt_level = level;
	c.passes_off = off;
	Module *m = make_module(&c, seed);
	if (only)
		pass_run_one(m, only);
	else
		pass_run(m, NULL, NULL);
	bool same = true;
	for (u32 i = 0; i < N_INPUTS && same; i++) {
		const char *fault;
		same = behaviour(m, input_of(i), 8 * MAX_STEPS, &fault) == expected[i] && !fault;
		if (!same)
			printf("seed %llu, -O%u, only %s, off %s, input %u: %s\n%s", (unsigned long long)seed,
			       level, only ? only : "-", off ? off : "-", i, fault ? fault : "other result",
			       ir_print(m, NULL));
	}
	compile_done(&c);
	return same;
}

/* *n_skipped counts programs that do not end. */
static bool check_seed(u64 seed, u64 *n_skipped)
{
	Compile c = {0};
	u64 expected[N_INPUTS];
	bool same = true;
	compile_init(&c);
	Module *m = make_module(&c, seed);
	for (u32 i = 0; i < N_INPUTS; i++) {
		const char *fault;
		expected[i] = behaviour(m, input_of(i), MAX_STEPS, &fault);
		if (fault) {
			++*n_skipped;
			compile_done(&c);
			return true;
		}
	}
	for (PassId id = 1; id < PASS_COUNT && same; id++)
		same = check(seed, pass_name(id), 2, NULL, expected);
	if (same)
		same = check(seed, NULL, 2, NULL, expected) && check(seed, NULL, 0, NULL, expected);
	for (PassId id = 1; id < PASS_COUNT && same; id++)
		same = check(seed, NULL, 2, pass_name(id), expected);
	if (!same)
		printf("---- before\n%s", ir_print(m, NULL));
	compile_done(&c);
	return same;
}

int main(int argc, char **argv)
{
	u64 first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 10) : 200;
	u64 n_skipped = 0;
	for (u64 seed = first; seed < first + count; seed++)
		if (!check_seed(seed, &n_skipped))
			return 1;
	printf("ok: %llu programs, %llu of them too long to run\n", (unsigned long long)count,
	       (unsigned long long)n_skipped);
	return 0;
}
