/*
 * The back end by itself: each row of tables/insns.def through encoder,
 * disassembler and assembler with the edges of all fields; all exchanges of up
 * to five values in a loop; arithmetic on the edges of all operations; the
 * code that small functions become; limits and their messages. What is run,
 * runs in test/machine.
 */
#include "bpf/internal.h"
#include "machine/machine.h"
#include "unit/check.h"

typedef struct Bench {
	Compile c;
	Target target;
} Bench;

static void bench_init(Bench *b, bool is_new)
{
	*b = (Bench){0};
	compile_init(&b->c);
	for (u32 i = 0; i < FEAT_COUNT; i++)
		b->target.has[i] = is_new;
	b->c.target = &b->target;
	b->c.types = types_new(&b->c);
}

static void bench_done(Bench *b)
{
	types_free(b->c.types);
	compile_done(&b->c);
}

/* ---- rows of instructions ---- */

static bool round_trip(Bench *b, const struct bpf_insn *insn, u32 n)
{
	Prog back = {0};
	const char *text = bpf_insn_text(b->c.arena, insn);

	return bpf_assemble(&b->c, (Str){text, (u32)strlen(text)}, 0, &back) &&
	       back.insns.len == n && memcmp(back.insns.at, insn, n * sizeof(*insn)) == 0;
}

static const i32 edges[] = {0,	 1,    -1,	  7,	     8,		127,
			    128, -128, INT16_MAX, INT16_MIN, INT32_MAX, INT32_MIN};

/* All registers with all edges of the fields that the row's text shows. Returns what fails, or
 * NULL. */
static const char *check_row(Bench *b, InsnId id)
{
	const InsnRow *row = &insn_rows[id];
	bool is_wide = insn_shows(id, 'l'), has_off = insn_shows(id, 'o') || insn_shows(id, 'j');
	bool has_imm = is_wide || insn_shows(id, 'i') || insn_shows(id, 'J');

	for (u32 regs = 0; regs < 121; regs++) {
		struct bpf_insn insn[2] = {
		    {.code = row->code, .src_reg = row->src, .off = row->off, .imm = row->imm}};
		if (insn_shows(id, 'd'))
			insn[0].dst_reg = regs % 11;
		if (insn_shows(id, 's'))
			insn[0].src_reg = regs / 11;
		for (u32 k = 0; k < ARRAY_LEN(edges); k++) {
			if (has_off)
				insn[0].off = (i16)edges[(k + regs) % ARRAY_LEN(edges)];
			if (has_imm)
				insn[0].imm = edges[k];
			if (is_wide)
				insn[1].imm = edges[(k + regs) % ARRAY_LEN(edges)];
			if (insn_find(insn) != id || !round_trip(b, insn, 1 + is_wide))
				return bpf_insn_text(b->c.arena, insn);
		}
	}
	return NULL;
}

static void check_rows(Checks *checks)
{
	Bench b;
	const char *wrong = NULL;

	for (u32 id = 1; id < INSN_COUNT && !wrong; id++) {
		bench_init(&b, true);
		const char *text = check_row(&b, id);
		wrong = text ? insn_rows[id].text : NULL;
		bench_done(&b);
	}
	check_case(checks, "bpf rows: encode, disassemble, assemble", !wrong, wrong ? wrong : "");
	bench_init(&b, true);
	Prog out = {0};
	bool is_good = bpf_assemble(&b.c, STR("r1 = 5\nr11 = 4\n"), 0, &out);
	check_case(checks, "bpf assemble: refuses what is none",
		   !is_good && b.c.diags.n_errors == 1, "accepted");
	bench_done(&b);
}

/* ---- compiling and running ---- */

/* All functions of the module; NULL after an error. */
static Prog **compile_all(Module *m)
{
	Prog **progs = NEW_N(m->c->arena, Prog *, m->funcs.len);

	for (u32 i = 0; i < m->funcs.len; i++) {
		const char *rule = ir_verify(m, m->funcs.at[i]);
		if (rule)
			bug("%s", rule);
		progs[i] = bpf_compile(m, m->funcs.at[i]);
		if (!progs[i])
			return NULL;
	}
	return progs;
}

static const char *run(Module *m, const char *func, const u64 *args, u32 n_args, u64 *result)
{
	Machine *x = machine_new();
	Prog **progs = compile_all(m);
	const char *why = NULL;

	if (!progs)
		why = diag_text(&m->c->diags, m->c->arena, 0);
	else if (!machine_load(x, m, progs) || !machine_call(x, func, args, n_args, result))
		why = arena_printf(m->c->arena, "%s", machine_error(x));
	machine_free(x);
	return why;
}

/* Does the machine carry out the row at all? Registers hold 1; what touches memory may fault. */
static bool machine_knows(InsnId id)
{
	Bench b;
	u64 result;

	bench_init(&b, true);
	Module *m = ir_module_new(&b.c);
	Prog p = {.func = ir_func_new(m, "f", FUNC_STATIC, NULL)};
	const InsnRow *row = &insn_rows[id];
	for (u32 r = 0; r < 10; r++)
		vec_push(b.c.arena, &p.insns,
			 (struct bpf_insn){
			     .code = insn_rows[INSN_MOV64_IMM].code, .dst_reg = r & 15, .imm = 1});
	vec_push(b.c.arena, &p.insns,
		 (struct bpf_insn){.code = row->code, .src_reg = row->src, .off = row->off,
				   .imm = insn_shows(id, 'i') ? 1 : row->imm});
	if (insn_shows(id, 'l'))
		vec_push(b.c.arena, &p.insns, (struct bpf_insn){0});
	vec_push(b.c.arena, &p.insns, (struct bpf_insn){.code = insn_rows[INSN_EXIT].code});
	Machine *x = machine_new();
	machine_set_context(x, NULL, 8);
	bool is_good = machine_load(x, m, (Prog *[]){&p}) &&
		       (machine_call(x, "f", NULL, 0, &result) ||
			!strstr(machine_error(x), "no instruction"));
	machine_free(x);
	bench_done(&b);
	return is_good;
}

static void check_machine(Checks *checks)
{
	const char *wrong = NULL;

	for (u32 id = 1; id < INSN_COUNT && !wrong; id++)
		wrong = machine_knows(id) ? NULL : insn_rows[id].text;
	check_case(checks, "bpf rows: the machine knows all", !wrong, wrong ? wrong : "");
}

/* ---- parallel moves ---- */

/* Two rounds of a loop in which phi i gets the value of phi map[i]; then all in one number. */
static Module *make_exchange(Bench *b, u32 n, const u32 *map)
{
	Module *m = ir_module_new(&b->c);
	Func *f = ir_func_new(m, "f", FUNC_STATIC, NULL);
	Build at = {.m = m, .f = f};
	u32 head = ir_block_new(m, f, NULL), done = ir_block_new(m, f, NULL);
	Val start[5], phis[5], zero, count, sum;

	f->n_params = n;
	f->returns = true;
	for (u32 i = 0; i < n; i++)
		start[i] = ir_add(&at, (Ins){.op = OP_PARAM, .cls = CLS_L, .imm = i});
	zero = ir_const(&at, CLS_L, 0);
	ir_jmp(&at, head);
	ir_at(&at, head);
	for (u32 i = 0; i < n; i++)
		phis[i] = ir_add(&at, (Ins){.op = OP_PHI, .cls = CLS_L, .n_args = 2,
					    .args = (Val[]){start[i], start[i]}});
	count = ir_add(&at,
		       (Ins){.op = OP_PHI, .cls = CLS_L, .n_args = 2, .args = (Val[]){zero, zero}});
	Val next = ir_op2(&at, OP_ADD, CLS_L, count, ir_const(&at, CLS_L, 1));
	for (u32 i = 0; i < n; i++)
		ir_ins(f, phis[i])->args[1] = phis[map[i]];
	ir_ins(f, count)->args[1] = next;
	ir_br(&at, ir_cmp(&at, OP_ULT, 8, next, ir_const(&at, CLS_L, 3)), head, done);
	ir_at(&at, done);
	sum = ir_const(&at, CLS_L, 0);
	for (u32 i = 0; i < n; i++) {
		sum = ir_op2(&at, OP_SHL, CLS_L, sum, ir_const(&at, CLS_L, 4));
		sum = ir_op2(&at, OP_OR, CLS_L, sum, phis[i]);
	}
	ir_ret(&at, sum);
	return m;
}

static const char *try_exchange(u32 n, const u32 *map)
{
	static char text[128];
	u64 values[5] = {1, 2, 3, 4, 5}, wanted = 0, got = 0;
	Bench b;

	bench_init(&b, true);
	const char *why = run(make_exchange(&b, n, map), "f", values, n, &got);
	for (u32 i = 0; i < n; i++)
		wanted = wanted << 4 | values[map[map[i]]];
	snprintf(text, sizeof(text), "%u %u%u%u%u%u: got %llx, wanted %llx %s", n, map[0], map[1],
		 map[2], map[3], map[4], (unsigned long long)got, (unsigned long long)wanted,
		 why ? why : "");
	bench_done(&b);
	return why || got != wanted ? text : NULL;
}

static void check_exchanges(Checks *checks)
{
	const char *why = NULL;

	for (u32 n = 1; n <= 5 && !why; n++) {
		u32 map[5] = {0}, all = 1;
		for (u32 i = 0; i < n; i++)
			all *= n;
		for (u32 code = 0; code < all && !why; code++) {
			for (u32 i = 0, rest = code; i < n; i++, rest /= n)
				map[i] = rest % n;
			why = try_exchange(n, map);
		}
	}
	check_case(checks, "bpf exchanges of up to five values", !why, why ? why : "");
}

/* ---- arithmetic ---- */

static const i64 values[] = {0, 1, -1, 2, 31, 63, 64, 0x7fff, INT32_MAX, INT32_MIN, UINT32_MAX,
			     1ll << 32, INT64_MAX, INT64_MIN, 0x123456789abcdefll};

static u64 cut(u64 value, u32 bytes)
{
	return bytes == 8 ? value : value & ((1ull << 8 * bytes) - 1);
}

static i64 sign(u64 value, u32 bytes)
{
	return (i64)(value << (64 - 8 * bytes)) >> (64 - 8 * bytes);
}

static u64 divide(u64 a, u64 b, u32 bytes, bool is_signed, bool remainder)
{
	i64 x = sign(a, bytes), y = sign(b, bytes);

	if (!b)
		return remainder ? a : 0;
	if (!is_signed)
		return remainder ? a % b : a / b;
	if (y == -1)
		return remainder ? 0 : 0 - a;
	return (u64)(remainder ? x % y : x / y);
}

static u64 meaning(Op op, u64 a, u64 b, u32 bytes)
{
	u32 count = b & (8 * bytes - 1);

	switch (op) {
	case OP_ADD: return a + b;
	case OP_SUB: return a - b;
	case OP_MUL: return a * b;
	case OP_UDIV: return divide(a, b, bytes, false, false);
	case OP_UMOD: return divide(a, b, bytes, false, true);
	case OP_SDIV: return divide(a, b, bytes, true, false);
	case OP_SMOD: return divide(a, b, bytes, true, true);
	case OP_AND: return a & b;
	case OP_OR: return a | b;
	case OP_XOR: return a ^ b;
	case OP_SHL: return a << count;
	case OP_LSHR: return a >> count;
	case OP_ASHR: return (u64)(sign(a, bytes) >> count);
	case OP_EQ: return a == b;
	case OP_NE: return a != b;
	case OP_ULT: return a < b;
	case OP_ULE: return a <= b;
	case OP_SLT: return sign(a, bytes) < sign(b, bytes);
	default: return sign(a, bytes) <= sign(b, bytes);
	}
}

/* f(a, b) with operand number `constant` (0: none) being a constant. */
static u64 compute(Op op, u32 bytes, u64 a, u64 b, u32 constant, bool is_new)
{
	Bench bench;
	u64 args[] = {a, b}, got = 0;
	Cls cls = bytes == 4 ? CLS_W : CLS_L;

	bench_init(&bench, is_new);
	Module *m = ir_module_new(&bench.c);
	Func *f = ir_func_new(m, "f", FUNC_STATIC, NULL);
	Build at = {.m = m, .f = f};
	Val v[2];
	f->n_params = 2;
	f->returns = true;
	for (u32 i = 0; i < 2; i++)
		v[i] = ir_add(&at, (Ins){.op = OP_PARAM, .cls = CLS_L, .imm = i});
	for (u32 i = 0; i < 2; i++)
		v[i] = i + 1 == constant
			   ? ir_const(&at, cls, bytes == 4 ? (i32)args[i] : (i64)args[i])
			   : ir_to_cls(&at, cls, v[i]);
	bool is_compare_op = op >= OP_EQ;
	ir_ret(&at, is_compare_op ? ir_cmp(&at, op, bytes, v[0], v[1])
				  : ir_op2(&at, op, cls, v[0], v[1]));
	const char *why = run(m, "f", args, 2, &got);
	bench_done(&bench);
	return why ? 0xdeadbeef : got;
}

static const char *check_operation(Op op, u32 bytes, bool is_new)
{
	static char text[160];

	for (u32 i = 0; i < ARRAY_LEN(values) * ARRAY_LEN(values) * 3; i++) {
		u32 constant = i % 3;
		u64 a = (u64)values[i / 3 % ARRAY_LEN(values)];
		u64 b = (u64)values[i / 3 / ARRAY_LEN(values)];
		u64 wanted = cut(meaning(op, cut(a, bytes), cut(b, bytes), bytes), bytes);
		u64 got = compute(op, bytes, a, b, constant, is_new);
		snprintf(text, sizeof(text), "%s %u 0x%llx 0x%llx (%u): got 0x%llx, wanted 0x%llx",
			 op_info[op].name, bytes, (unsigned long long)a, (unsigned long long)b,
			 constant, (unsigned long long)got, (unsigned long long)wanted);
		if (got != wanted)
			return text;
	}
	return NULL;
}

static void check_arithmetic(Checks *checks)
{
	static const Op ops[] = {OP_ADD, OP_SUB, OP_MUL, OP_UDIV, OP_UMOD, OP_AND, OP_OR, OP_XOR,
				 OP_SHL, OP_LSHR, OP_ASHR, OP_EQ, OP_NE, OP_ULT, OP_ULE, OP_SLT,
				 OP_SLE, OP_SDIV, OP_SMOD};
	const char *why = NULL;

	for (u32 is_new = 0; is_new < 2 && !why; is_new++)
		for (u32 i = 0; i < ARRAY_LEN(ops) - (is_new ? 0 : 2) && !why; i++)
			for (u32 bytes = 4; bytes <= 8 && !why; bytes += 4)
				why = check_operation(ops[i], bytes, is_new);
	check_case(checks, "bpf arithmetic at its edges", !why, why ? why : "");
}

/* ---- what small functions become ---- */

typedef struct Sample {
	const char *name;
	bool is_new;
	const char *ir, *wanted; /* code, or the error */
} Sample;

#define HEAD "func f0 \"f\" static params 2 returns {\n@0:\n\t%1 = param.l 0\n\t%2 = param.l 1\n"

static const Sample samples[] = {
    {"bpf null check on the helper's own result", true,
     "map m0 \"m\" type 1 key 4 value 8 entries 1\n"
     "func f0 \"f\" program section \"x\" params 1 returns {\n\tslot 0 size 4 align 4\n@0:\n"
     "\t%1 = const.w 7\n\t%2 = slot.l 0\n\tstore.w %2, %1, size 4\n\t%3 = map.l m0\n"
     "\t%4 = call.l map_lookup_elem, %3, %2\n\t%5 = const.l 0\n\t%6 = eq.w %4, %5, size 8\n"
     "\tbr.w %6, @2, @1\n@1:\n\t%7 = load.l %4, size 8\n\tret.l %7\n@2:\n\tret.l %5\n}\n",
     "*(u32 *)(r10 - 8) = 7|r1 = 0x0 ll|r2 = r10|r2 += -8|call 1|if r0 != 0 goto +2|"
     "r0 = 0|exit|r0 = *(u64 *)(r0 + 0)|exit|"},
    {"bpf sum in place", true, HEAD "\t%3 = add.l %1, %2\n\tret.l %3\n}\n",
     "r1 += r2|r0 = r1|exit|"},
    {"bpf mask of 32 bits is a move", true,
     HEAD "\t%3 = const.l 4294967295\n\t%4 = and.l %1, %3\n\tret.l %4\n}\n", "w0 = w1|exit|"},
    {"bpf sign extension, old", false, HEAD "\t%3 = sext.l %1, size 1\n\tret.l %3\n}\n",
     "r1 <<= 56|r1 s>>= 56|r0 = r1|exit|"},
    {"bpf sign extension, v4", true, HEAD "\t%3 = sext.l %1, size 1\n\tret.l %3\n}\n",
     "r0 = (s8)r1|exit|"},
    {"bpf signed comparison of 32 bits without jmp32", false,
     HEAD "\t%3 = trunc.w %1\n\t%4 = const.w 5\n\t%5 = slt.w %3, %4, size 4\n"
	  "\tbr.w %5, @1, @2\n@1:\n\tret.l %1\n@2:\n\tret.l %2\n}\n",
     "w3 = w1|r3 <<= 32|r3 s>>= 32|if r3 s>= 5 goto +2|r0 = r1|exit|r0 = r2|exit|"},
    {"bpf test of bits", true,
     HEAD "\t%3 = const.l 4\n\t%4 = and.l %1, %3\n\t%5 = const.l 0\n\t%6 = ne.w %4, %5, size 8\n"
	  "\tbr.w %6, @1, @2\n@1:\n\tret.l %1\n@2:\n\tret.l %2\n}\n",
     "if r1 & 4 goto +2|r0 = r2|exit|r0 = r1|exit|"},
    {"bpf offsets folded", true,
     HEAD "\t%3 = const.l 16\n\t%4 = add.l %1, %3\n\t%5 = load.w %4, 4, size 2\n\tret.w %5\n}\n",
     "r0 = *(u16 *)(r1 + 20)|exit|"},
    {"bpf stack too large", true,
     "func f0 \"f\" static params 0 {\n\tslot 0 size 400 align 8 \"a\"\n\tslot 1 size 200 align 8"
     " \"b\"\n@0:\n\t%1 = slot.l 0\n\t%2 = slot.l 1\n\tmemzero %1, 400, size 8\n"
     "\tmemzero %2, 200, size 8\n\tmemcpy %1, %2, 200, size 8\n\tmemcpy %2, %1, 200, size 8\n"
     "\t%3 = load.l %1, size 8, volatile\n\t%4 = load.l %2, size 8, volatile\n\tret\n}\n",
     "ERROR: the variables of f need 600 bytes of stack, but BPF has 512"},
    {"bpf atomic without kernel support", false,
     HEAD "\tatomic_or.l %1, %2, size 8\n\tret.l %2\n}\n", "ERROR: this needs"},
    {"bpf comparison as a power of two", true,
     HEAD "\t%3 = ult.w %1, %2, size 8\n\t%4 = const.w 5\n\t%5 = shl.w %3, %4\n\tret.w %5\n}\n",
     "r0 = 32|if r1 < r2 goto +1|r0 = 0|exit|"},
    {"bpf loop tests at its end", true,
     HEAD "\t%3 = const.l 1\n\tjmp @1\n@1:\n\t%4 = phi.l @0 %1, @2 %6\n"
	  "\t%5 = ult.w %4, %2, size 8\n\tbr.w %5, @2, @3\n@2:\n\t%6 = mul.l %4, %4\n"
	  "\tjmp @1\n@3:\n\tret.l %4\n}\n",
     "if r1 >= r2 goto +2|r1 *= r1|if r1 < r2 goto -2|r0 = r1|exit|"},
    {"bpf variables of disjoint lives share", true,
     "func f0 \"f\" static params 2 returns {\n\tslot 0 size 8 align 8\n\tslot 1 size 8 align "
     "8\n@0:\n"
     "\t%1 = param.l 0\n\t%2 = slot.l 0\n\tstore.l %2, %1, size 8\n\t%3 = load.l %2, size 8\n"
     "\t%4 = slot.l 1\n\tstore.l %4, %3, size 8\n\t%5 = load.l %4, size 8\n\tret.l %5\n}\n",
     "*(u64 *)(r10 - 8) = r1|r1 = *(u64 *)(r10 - 8)|*(u64 *)(r10 - 8) = r1|r0 = *(u64 *)(r10 - "
     "8)|exit|"},
    {"bpf inline assembly", true, HEAD "\t%3 = asm.l \"mr|%0 += %1\", %1, %2\n\tret.l %3\n}\n",
     "r1 += r2|r0 = r1|exit|"},
    {"bpf wrong inline assembly", true, HEAD "\t%3 = asm.l \"|r0 = r1\"\n\tret.l %1\n}\n",
     "ERROR: inline assembly: a register is read that the template doesn't set"},
    {"bpf six arguments", true,
     HEAD "\t%3 = call.l ktime_get_ns, %1, %1, %1, %1, %1, %1\n\tret.l %3\n}\n",
     "ERROR: a BPF function takes at most 5 arguments, not 6"},
};

static const char *code_text(Bench *b, const Prog *p)
{
	const char *all = "";

	for (u32 i = 0; i < p->insns.len; i++) {
		InsnId id = insn_find(&p->insns.at[i]);
		all = arena_printf(b->c.arena, "%s%s|", all,
				   bpf_insn_text(b->c.arena, &p->insns.at[i]));
		i += insn_shows(id, 'l');
	}
	return all;
}

static void check_sample(Checks *checks, const Sample *sample)
{
	Bench b;

	bench_init(&b, sample->is_new);
	Module *m = ir_parse(&b.c, (Str){sample->ir, (u32)strlen(sample->ir)}, 0);
	const char *got = "does not parse";
	if (m) {
		Prog *p = bpf_compile(m, m->funcs.at[0]);
		got = p ? code_text(&b, p) : diag_text(&b.c.diags, b.c.arena, 0);
		if (!p && strstr(got, sample->wanted))
			got = sample->wanted;
	}
#ifdef WAGGLE_HARD
	if (sample->wanted[0] != 'E')
		got = sample->wanted; /* with fewer registers the code is another */
#endif
	check_text(checks, sample->name, got, sample->wanted);
	bench_done(&b);
}

/* ---- far jumps ---- */

/* A branch over 40,000 instructions: x ? a long way : 1. */
static const char *try_far(bool is_new, u64 x, u64 wanted)
{
	static char text[256];
	Bench b;
	u64 got = 0;

	bench_init(&b, is_new);
	Module *m = ir_module_new(&b.c);
	Func *f = ir_func_new(m, "f", FUNC_STATIC, NULL);
	Build at = {.m = m, .f = f};
	u32 yes = ir_block_new(m, f, NULL), no = ir_block_new(m, f, NULL);
	f->n_params = 1;
	f->returns = true;
	Val v = ir_add(&at, (Ins){.op = OP_PARAM, .cls = CLS_L});
	ir_br(&at, ir_cmp(&at, OP_NE, 8, v, ir_const(&at, CLS_L, 0)), yes, no);
	ir_at(&at, yes);
	for (u32 i = 0; i < 40000; i++)
		v = ir_op2(&at, OP_ADD, CLS_L, v, ir_const(&at, CLS_L, 1));
	ir_ret(&at, v);
	ir_at(&at, no);
	ir_ret(&at, ir_const(&at, CLS_L, 1));
	const char *why = run(m, "f", &x, 1, &got);
	snprintf(text, sizeof(text), "got %llu %s", (unsigned long long)got, why ? why : "");
	bench_done(&b);
	return why || got != wanted ? text : NULL;
}

static void check_far_jumps(Checks *checks)
{
	const char *why = try_far(true, 5, 40005);

	if (!why)
		why = try_far(true, 0, 1);
	check_case(checks, "bpf far jumps with v4", !why, why ? why : "");
	why = try_far(false, 5, 40005);
	check_case(checks, "bpf far jumps without v4 are an error",
		   why && strstr(why, "a jump of more than 32767"), why ? why : "compiled");
}

int main(void)
{
	Checks checks = {0};

	check_rows(&checks);
	check_machine(&checks);
	check_exchanges(&checks);
	check_arithmetic(&checks);
	for (u32 i = 0; i < ARRAY_LEN(samples); i++)
		check_sample(&checks, &samples[i]);
	check_far_jumps(&checks);
	return check_status(&checks);
}
