/*
 * Random programs: the IR's meaning, as a plain interpreter here has it, against
 * the back end's code in the machine. Structured programs (branches, loops,
 * calls, stack memory, globals, atomics) over a dozen variables, so that
 * registers run short; compiled for an old and for a new target, as they are
 * and after all passes. Seeds are fixed; an argument gives the number of
 * programs, a second one the first seed.
 */
#include "bpf/bpf.h"
#include "machine/machine.h"
#include "pass/pass.h"
#include "unit/check.h"

enum { N_VARS = 14, N_SLOTS = 4, SLOT_BYTES = 32, CONTEXT_BYTES = 64 };

typedef struct Generator {
	Compile c;
	Target target;
	Module *m;
	Build b;
	u64 random;
	Val vars[N_VARS]; /* even: l, odd: w */
	u32 helper_func, global;
	u32 budget;
	bool is_new;
} Generator;

static u32 pick(Generator *g, u32 n)
{
	g->random = g->random * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(g->random >> 33) % n;
}

static Cls cls_of(u32 var)
{
	return var % 2 ? CLS_W : CLS_L;
}

static i64 random_constant(Generator *g, Cls cls)
{
	static const i64 edges[] = {
	    0,	       1,	  -1,	       2,	  31,	     63,	   64,
	    255,       0x7fff,	  0xffff,      INT32_MAX, INT32_MIN, 0xffffffffll, 0x100000000ll,
	    INT64_MAX, INT64_MIN, 0x80000000ll};
	i64 value = pick(g, 3) ? edges[pick(g, ARRAY_LEN(edges))]
			       : (i64)((u64)pick(g, 1u << 31) << 31 ^ pick(g, 1u << 31));

	return cls == CLS_W ? (i32)value : value;
}

/* A variable of the class, or a constant. */
static Val operand(Generator *g, Cls cls)
{
	u32 var = pick(g, N_VARS / 2) * 2 + (cls == CLS_W);

	return pick(g, 3) ? g->vars[var] : ir_const(&g->b, cls, random_constant(g, cls));
}

static Val random_binary(Generator *g, Cls cls)
{
	static const Op ops[] = {OP_ADD, OP_SUB, OP_MUL, OP_UDIV, OP_UMOD, OP_AND, OP_OR,
				 OP_XOR, OP_SHL, OP_LSHR, OP_ASHR, OP_SDIV, OP_SMOD};

	Val x = operand(g, cls), y = operand(g, cls);
	return ir_op2(&g->b, ops[pick(g, ARRAY_LEN(ops) - (g->is_new ? 0 : 2))], cls, x, y);
}

static Val random_compare(Generator *g)
{
	u32 size = pick(g, 2) ? 4 : 8;
	Cls cls = size == 8 || pick(g, 4) == 0 ? CLS_L : CLS_W;
	Val x = operand(g, cls), y = operand(g, cls);

	if (pick(g, 4) == 0) {
		x = ir_op2(&g->b, OP_AND, cls, x, y);
		y = ir_const(&g->b, cls, 0);
	}
	return ir_cmp(&g->b, OP_EQ + pick(g, 6), size, x, y);
}

static Val random_unary(Generator *g, Cls cls)
{
	switch (pick(g, 4)) {
	case 0:
		return ir_op1(&g->b, OP_NEG, cls, operand(g, cls));
	case 1: {
		u32 sizes = cls == CLS_W ? 2 : 3;
		Val v = operand(g, cls);
		return ir_add(
		    &g->b, (Ins){.op = OP_BSWAP, .cls = cls, .a = v, .size = 2 << pick(g, sizes)});
	}
	case 2: {
		Val v = operand(g, pick(g, 2) ? CLS_W : CLS_L);
		return ir_sext(&g->b, cls, 1u << pick(g, cls == CLS_W ? 2 : 3), v);
	}
	default:
		return ir_to_cls(&g->b, cls, operand(g, cls == CLS_W ? CLS_L : CLS_W));
	}
}

/* An aligned place in a slot, or in the global. */
static Val place(Generator *g, u32 size, i64 *offset)
{
	*offset = pick(g, SLOT_BYTES / size) * size;
	if (pick(g, 4) == 0)
		return ir_global(&g->b, g->global, 0);
	Val v = ir_slot(&g->b, pick(g, N_SLOTS));
	if (pick(g, 4))
		return v;
	i64 part = pick(g, (u32)*offset / size + 1) * size;
	*offset -= part;
	if (pick(g, 2))
		return ir_offset(&g->b, v, part);
	/* an offset that is not known */
	Val mask = ir_op2(&g->b, OP_AND, CLS_L, g->vars[0], ir_const(&g->b, CLS_L, 24));
	*offset = 0;
	return ir_op2(&g->b, OP_ADD, CLS_L, v, mask);
}

static Val random_load(Generator *g, Cls cls)
{
	u32 size = 1u << pick(g, cls == CLS_W ? 3 : 4);
	i64 offset;
	Val at = place(g, size, &offset);
	bool is_signed = size < (cls == CLS_W ? 4 : 8) && pick(g, 2);

	return ir_load(&g->b, AS_NONE, size, is_signed, cls, at, offset);
}

static void random_store(Generator *g)
{
	u32 size = 1u << pick(g, 4);
	i64 offset;
	Val at = place(g, size, &offset);

	ir_store(&g->b, AS_NONE, size, at, offset,
		 operand(g, size == 8 ? CLS_L : pick(g, 2) + CLS_W));
}

static void random_block(Generator *g)
{
	Val to = ir_slot(&g->b, pick(g, 2)), from = ir_slot(&g->b, 2 + pick(g, 2));
	u32 bytes = 1 + pick(g, SLOT_BYTES), align = 1u << pick(g, 4);

	if (pick(g, 2))
		ir_memcpy(&g->b, to, from, bytes, align);
	else
		ir_memzero(&g->b, to, bytes, align);
}

static Val random_atomic(Generator *g)
{
	u32 size = pick(g, 2) ? 8 : 4;
	Cls cls = size == 8 ? CLS_L : CLS_W;
	Ins ins = {.op = OP_ATOMIC, .cls = cls, .size = (u8)size, .atomic = ATOMIC_ADD};

	ins.a = ir_slot(&g->b, pick(g, N_SLOTS));
	ins.imm = pick(g, SLOT_BYTES / size) * size;
	ins.b = operand(g, cls);
	if (g->is_new) {
		ins.atomic = (u8)(ATOMIC_ADD + pick(g, 6));
		ins.atomic_fetch = true;
		if (ins.atomic == ATOMIC_CMPXCHG)
			ins.c = operand(g, cls);
	}
	return ir_add(&g->b, ins);
}

static Val random_call(Generator *g)
{
	Val args[5];

	if (pick(g, 3) == 0)
		return ir_call(&g->b, BPF_FUNC_ktime_get_ns, 0, NULL);
	for (u32 i = 0; i < 5; i++)
		args[i] = operand(g, CLS_L);
	return ir_callf(&g->b, g->helper_func, 5, args);
}

static void random_statements(Generator *g, u32 depth);

/* Variables that differ between the two ways get a phi in the block that both come to. */
static void join(Generator *g, const Val *left, const Val *right)
{
	for (u32 i = 0; i < N_VARS; i++) {
		Val args[] = {left[i], right[i]};
		g->vars[i] = left[i] == right[i]
				     ? left[i]
				     : ir_add(&g->b, (Ins){.op = OP_PHI, .cls = cls_of(i),
							   .n_args = 2, .args = args});
	}
}

static void random_if(Generator *g, u32 depth)
{
	Val before[N_VARS], left[N_VARS];
	u32 yes = ir_block_new(g->m, g->b.f, NULL), no = ir_block_new(g->m, g->b.f, NULL);
	u32 done = ir_block_new(g->m, g->b.f, NULL);
	bool has_else = pick(g, 2);
	Val cond = random_compare(g);

	memcpy(before, g->vars, sizeof(before));
	ir_br(&g->b, cond, yes, has_else ? no : done);
	if (!has_else)
		memcpy(left, before, sizeof(left));
	if (has_else) {
		ir_at(&g->b, no);
		random_statements(g, depth + 1);
		memcpy(left, g->vars, sizeof(left));
		ir_jmp(&g->b, done);
		memcpy(g->vars, before, sizeof(before));
	}
	ir_at(&g->b, yes);
	random_statements(g, depth + 1);
	ir_jmp(&g->b, done);
	ir_at(&g->b, done);
	join(g, left, g->vars);
}

/* Two or three rounds; all variables go round. */
static void random_loop(Generator *g, u32 depth)
{
	u32 head = ir_block_new(g->m, g->b.f, "loop"), done = ir_block_new(g->m, g->b.f, NULL);
	Val phis[N_VARS + 1], zero = ir_const(&g->b, CLS_W, 0);

	ir_jmp(&g->b, head);
	ir_at(&g->b, head);
	for (u32 i = 0; i <= N_VARS; i++) {
		Val args[] = {i < N_VARS ? g->vars[i] : zero, i < N_VARS ? g->vars[i] : zero};
		phis[i] = ir_add(&g->b, (Ins){.op = OP_PHI, .cls = i < N_VARS ? cls_of(i) : CLS_W,
					      .n_args = 2, .args = args});
	}
	memcpy(g->vars, phis, sizeof(g->vars));
	random_statements(g, depth + 1);
	if (pick(g, 3) == 0) {
		/* exchange some: parallel moves */
		u32 i = pick(g, N_VARS), k = (i + 2 * pick(g, N_VARS / 2)) % N_VARS;
		Val other = g->vars[i];
		g->vars[i] = g->vars[k];
		g->vars[k] = other;
	}
	Val next = ir_op2(&g->b, OP_ADD, CLS_W, phis[N_VARS], ir_const(&g->b, CLS_W, 1));
	for (u32 i = 0; i <= N_VARS; i++)
		ir_ins(g->b.f, phis[i])->args[1] = i < N_VARS ? g->vars[i] : next;
	Val again = ir_cmp(&g->b, OP_ULT, 4, next, ir_const(&g->b, CLS_W, 2 + pick(g, 2)));
	ir_br(&g->b, again, head, done);
	ir_at(&g->b, done);
}

static void random_statements(Generator *g, u32 depth)
{
	for (u32 n = 1 + pick(g, 6); n > 0 && g->budget; n--) {
		u32 kind = pick(g, 24), var = pick(g, N_VARS);
		g->budget--;
		if (kind < 9)
			g->vars[var] = random_binary(g, cls_of(var));
		else if (kind < 11)
			g->vars[var] = random_unary(g, cls_of(var));
		else if (kind < 13)
			g->vars[var | 1] = random_compare(g);
		else if (kind < 15)
			g->vars[var] = random_load(g, cls_of(var));
		else if (kind < 17)
			random_store(g);
		else if (kind == 17)
			random_block(g);
		else if (kind == 18)
			(void)random_atomic(g);
		else if (kind == 19 && g->is_new)
			g->vars[var & ~1u] = ir_to_cls(&g->b, CLS_L, random_atomic(g));
		else if (kind == 20)
			g->vars[var & ~1u] = random_call(g);
		else if (kind < 23 && depth < 4)
			random_if(g, depth);
		else if (depth < 3)
			random_loop(g, depth);
	}
}

/* mix(a, b, c, d, e): all arguments matter. */
static void make_helper(Generator *g)
{
	Func *f = ir_func_new(g->m, "mix", FUNC_STATIC, &g->helper_func);
	Build b = {.m = g->m, .f = f};

	f->n_params = 5;
	f->returns = true;
	Val params[5], sum = 0;
	for (u32 i = 0; i < 5; i++)
		params[i] = ir_add(&b, (Ins){.op = OP_PARAM, .cls = CLS_L, .imm = i});
	sum = params[0];
	for (u32 i = 1; i < 5; i++) {
		Val scaled = ir_op2(&b, OP_MUL, CLS_L, sum, ir_const(&b, CLS_L, 31));
		sum = ir_op2(&b, OP_XOR, CLS_L, scaled, params[i]);
	}
	ir_ret(&b, sum);
}

static void make_program(Generator *g)
{
	Func *f = ir_func_new(g->m, "prog", FUNC_PROGRAM, NULL);
	Global *global = NEW(g->c.arena, Global);

	*global = (Global){.name = "state", .section = ".bss", .size = SLOT_BYTES, .align = 8};
	g->global = ir_global_add(g->m, global);
	f->n_params = 1;
	f->returns = true;
	g->b = (Build){.m = g->m, .f = f};
	Val context = ir_add(&g->b, (Ins){.op = OP_PARAM, .cls = CLS_L});
	for (u32 i = 0; i < N_SLOTS; i++)
		ir_memzero(&g->b, ir_slot(&g->b, ir_slot_new(g->m, f, "s", SLOT_BYTES, 8)),
			   SLOT_BYTES, 8);
	for (u32 i = 0; i < N_VARS; i++)
		g->vars[i] = ir_load(&g->b, AS_CTX, cls_of(i) == CLS_L ? 8 : 4, false, cls_of(i),
				     context, i * 8 % CONTEXT_BYTES);
	while (g->budget)
		random_statements(g, 0);
	Val sum = ir_const(&g->b, CLS_L, 0);
	for (u32 i = 0; i < N_VARS; i++) {
		Val scaled = ir_op2(&g->b, OP_MUL, CLS_L, sum, ir_const(&g->b, CLS_L, 1000003));
		sum = ir_op2(&g->b, OP_XOR, CLS_L, scaled, ir_to_cls(&g->b, CLS_L, g->vars[i]));
	}
	ir_ret(&g->b, sum);
}

/* ---- the meaning of the IR ---- */

typedef struct Reference {
	Module *m;
	u64 time;
	u8 global[SLOT_BYTES], context[CONTEXT_BYTES];
	u64 steps;
} Reference;

static u64 cut(u64 value, u32 bytes)
{
	return bytes == 8 ? value : value & ((1ull << 8 * bytes) - 1);
}

static i64 sign(u64 value, u32 bytes)
{
	return (i64)(value << (64 - 8 * bytes)) >> (64 - 8 * bytes);
}

static u64 eval_binary(Op op, u64 a, u64 b, u32 bytes)
{
	u32 count = b & (8 * bytes - 1);
	i64 x = sign(a, bytes), y = sign(b, bytes);

	switch (op) {
	case OP_ADD: return a + b;
	case OP_SUB: return a - b;
	case OP_MUL: return a * b;
	case OP_UDIV: return b ? a / b : 0;
	case OP_UMOD: return b ? a % b : a;
	case OP_SDIV: return !y ? 0 : y == -1 ? 0 - a : (u64)(x / y);
	case OP_SMOD: return !y ? a : y == -1 ? 0 : (u64)(x % y);
	case OP_AND: return a & b;
	case OP_OR: return a | b;
	case OP_XOR: return a ^ b;
	case OP_SHL: return a << count;
	case OP_LSHR: return a >> count;
	case OP_ASHR: return (u64)(x >> count);
	case OP_EQ: return a == b;
	case OP_NE: return a != b;
	case OP_ULT: return a < b;
	case OP_ULE: return a <= b;
	case OP_SLT: return x < y;
	case OP_SLE: return x <= y;
	default: bug("no operation");
	}
}

static u64 eval_func(Reference *r, const Func *f, const u64 *args);

static u64 eval_atomic(const Ins *ins, u8 *at, u64 b, u64 c)
{
	u64 old = 0, value = b;

	memcpy(&old, at, ins->size);
	switch (ins->atomic) {
	case ATOMIC_ADD: value = old + b; break;
	case ATOMIC_OR: value = old | b; break;
	case ATOMIC_AND: value = old & b; break;
	case ATOMIC_XOR: value = old ^ b; break;
	case ATOMIC_CMPXCHG: value = old == b ? c : old; break;
	default: break;
	}
	memcpy(at, &value, ins->size);
	return old;
}

static u64 eval_ins(Reference *r, const Func *f, const Ins *ins, u64 *v, u8 (*slots)[SLOT_BYTES],
		    const u64 *params)
{
	u32 bytes = ins->cls == CLS_W ? 4 : 8;
	u64 a = v[ins->a], b = v[ins->b], args[5], value = 0;
	u8 *at = (u8 *)(uintptr_t)(a + (u64)ins->imm);

	switch (ins->op) {
	case OP_CONST: return cut((u64)ins->imm, bytes);
	case OP_PARAM: return params[ins->imm];
	case OP_ADD ... OP_ASHR: return cut(eval_binary(ins->op, a, b, bytes), bytes);
	case OP_NEG: return cut(0 - a, bytes);
	case OP_BSWAP: return __builtin_bswap64(a) >> (64 - 8 * ins->size);
	case OP_SEXT: return cut((u64)sign(a, ins->size), bytes);
	case OP_COPY:
	case OP_ZEXT: return a;
	case OP_TRUNC: return (u32)a;
	case OP_EQ ... OP_SLE:
		return eval_binary(ins->op, cut(a, ins->size), cut(b, ins->size), ins->size);
	case OP_SLOT: return (u64)(uintptr_t)slots[ins->imm];
	case OP_GLOBAL: return (u64)(uintptr_t)r->global + (u64)ins->imm;
	case OP_LOAD:
	case OP_LOADS:
		memcpy(&value, at, ins->size);
		return ins->op == OP_LOADS ? cut((u64)sign(value, ins->size), bytes) : value;
	case OP_STORE:
		memcpy(at, &b, ins->size);
		return 0;
	case OP_MEMCPY:
		memcpy((u8 *)(uintptr_t)a, (u8 *)(uintptr_t)b, (size_t)ins->imm);
		return 0;
	case OP_MEMZERO:
		memset((u8 *)(uintptr_t)a, 0, (size_t)ins->imm);
		return 0;
	case OP_ATOMIC: return eval_atomic(ins, at, b, v[ins->c]);
	case OP_CALL: return r->time; /* stands still: unused questions may be dropped */
	case OP_CALLF:
		for (u32 i = 0; i < ins->n_args; i++)
			args[i] = v[ins->args[i]];
		return eval_func(r, r->m->funcs.at[ins->sym], args);
	default: bug("no meaning for %s in %s", op_info[ins->op].name, f->name);
	}
}

/* Which operand of the phis of `to` comes from `from`; branches never go twice to one block here.
 */
static void eval_phis(const Func *f, u32 from, u32 to, u64 *v)
{
	u64 values[64];
	u32 which = 0, n = 0;
	Block *b = &f->blocks.at[to];

	while (b->preds.at[which] != from)
		which++;
	for (; f->ins.at[b->ins.at[n]].op == OP_PHI; n++)
		values[n] = v[f->ins.at[b->ins.at[n]].args[which]];
	while (n-- > 0)
		v[b->ins.at[n]] = values[n];
}

static u64 eval_func(Reference *r, const Func *f, const u64 *args)
{
	u64 *v = calloc(f->ins.len, sizeof(u64)), result = 0;
	u8 slots[N_SLOTS][SLOT_BYTES];
	u32 block = 0;

	for (bool is_done = false; !is_done;) {
		const Ins *end = ir_end(f, block);
		const Block *b = &f->blocks.at[block];
		for (u32 i = 0; i + 1 < b->ins.len; i++) {
			const Ins *ins = &f->ins.at[b->ins.at[i]];
			r->steps++;
			if (ins->op != OP_PHI)
				v[b->ins.at[i]] = eval_ins(r, f, ins, v, slots, args);
		}
		if (end->op == OP_RET) {
			result = v[end->a];
			is_done = true;
			continue;
		}
		u32 to = b->succ[end->op == OP_BR && !v[end->a]];
		eval_phis(f, block, to, v);
		block = to;
	}
	free(v);
	return result;
}

/* ---- one program ---- */

static const char *compare(Generator *g, Prog **progs, u64 wanted, Reference *after)
{
	Machine *x = machine_new();
	const char *why = NULL;
	u64 got = 0;
	u32 size;

	machine_world(x)->time_step_ns = 0;
	machine_set_context(x, after->context, CONTEXT_BYTES);
	if (!machine_load(x, g->m, progs) || !machine_run(x, "prog", &got))
		why = arena_printf(g->c.arena, "%s", machine_error(x));
	else if (got != wanted)
		why = arena_printf(g->c.arena, "got 0x%llx, wanted 0x%llx", (unsigned long long)got,
				   (unsigned long long)wanted);
	else if (memcmp(machine_global(x, "state", &size), after->global, SLOT_BYTES) != 0)
		why = "the global differs";
	machine_free(x);
	return why;
}

/* Compiles functions that are still there; NULL or what is wrong. */
static const char *compile_all(Generator *g, Prog **progs)
{
	for (u32 i = 0; i < g->m->funcs.len; i++) {
		Func *f = g->m->funcs.at[i];
		const char *rule = ir_verify(g->m, f);
		if (rule)
			return rule;
		progs[i] = bpf_compile(g->m, f);
		if (!progs[i])
			return diag_text(&g->c.diags, g->c.arena, 0);
	}
	return NULL;
}

static const char *try_generated(Generator *g, bool with_passes, bool show)
{
	Prog *progs[2] = {NULL, NULL};
	Reference r = {.m = g->m, .time = 1000};
	u64 context = (u64)(uintptr_t)r.context;
	const char *rule = ir_verify(g->m, g->m->funcs.at[1]);

	if (rule)
		return rule;
	for (u32 i = 0; i < CONTEXT_BYTES; i++)
		r.context[i] = (u8)pick(g, 256);
	u64 wanted = eval_func(&r, g->m->funcs.at[1], &context);
	g->c.opt_level = 2;
	g->c.verify = true;
	if (with_passes && !pass_run(g->m, NULL, NULL))
		return diag_text(&g->c.diags, g->c.arena, 0);
	Reference again = {.m = g->m, .time = 1000};
	memcpy(again.context, r.context, CONTEXT_BYTES);
	context = (u64)(uintptr_t)again.context;
	if (with_passes && eval_func(&again, g->m->funcs.at[1], &context) != wanted)
		return "the passes changed the meaning";
	const char *why = compile_all(g, progs);
	if (show && progs[1])
		printf("%s%s", ir_print(g->m, g->m->funcs.at[1]), bpf_disassemble(g->m, progs[1]));
	return why ? why : compare(g, progs, wanted, &r);
}

static const char *try_seed(u64 seed, bool is_new, bool with_passes, bool show)
{
	static char text[512];
	Generator g = {.random = seed * 2654435761u + 12345, .is_new = is_new, .budget = 60};

	compile_init(&g.c);
	for (u32 i = 0; i < FEAT_COUNT; i++)
		g.target.has[i] = is_new;
	g.c.target = &g.target;
	g.c.types = types_new(&g.c);
	g.m = ir_module_new(&g.c);
	make_helper(&g);
	make_program(&g);
	const char *why = try_generated(&g, with_passes, show);
	if (why)
		snprintf(text, sizeof(text), "%s", why);
	types_free(g.c.types);
	compile_done(&g.c);
	return why ? text : NULL;
}

int main(int argc, char **argv)
{
	u64 n = argc > 1 ? strtoull(argv[1], NULL, 0) : 300;
	u64 first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	Checks checks = {0};

	for (u32 kind = 0; kind < 4; kind++) {
		const char *why = NULL;
		char name[64], text[600];
		u64 seed;
		for (seed = first; seed < first + n && !why; seed++)
			why = try_seed(seed, kind & 1, kind & 2, n == 1);
		snprintf(name, sizeof(name), "bpf random, %s target%s", kind & 1 ? "new" : "old",
			 kind & 2 ? ", all passes" : "");
		snprintf(text, sizeof(text), "seed %llu: %s", (unsigned long long)seed - 1,
			 why ? why : "");
		check_case(&checks, name, !why, text);
	}
	return check_status(&checks);
}
