/*
 * C's integer rules from end to end: random expressions over all integer types
 * are compiled and run in the machine, and must give what they are worth by the
 * standard, which is worked out here while the text is made. Each with all
 * passes and with none; with and without the newest instruction set.
 */
#include "check.h"

#include "lower/lower.h"
#include "machine/machine.h"
#include "pass/pass.h"

/* An integer type and a value of it, in two's complement, extended by its sign. */
typedef struct {
	u32 size;
	bool is_signed;
} Kind;

typedef struct {
	Kind kind;
	u64 bits;
} Value;

enum { N_VARS = 5, N_PROGRAMS = 150, DEPTH = 5 };

static const struct {
	const char *name;
	Kind kind;
} kinds[] = {
    {"signed char", {1, true}}, {"unsigned char", {1, false}},
    {"short", {2, true}},	{"unsigned short", {2, false}},
    {"int", {4, true}},		{"unsigned", {4, false}},
    {"long", {8, true}},	{"unsigned long long", {8, false}},
};

typedef struct {
	Text *text;
	u64 random;
	Value vars[N_VARS];
} Maker;

static u32 pick(Maker *m, u32 n)
{
	m->random = m->random * 6364136223846793005u + 1442695040888963407u;
	return (u32)(m->random >> 33) % n;
}

/* ---- values ---- */

static Value as(Kind kind, u64 bits)
{
	u32 unused = 64 - kind.size * 8;

	bits <<= unused;
	return (Value){kind, kind.is_signed ? (u64)((i64)bits >> unused) : bits >> unused};
}

static const Kind int_kind = {4, true};

static Kind promoted(Kind kind)
{
	return kind.size < 4 ? int_kind : kind;
}

static Kind common(Kind a, Kind b)
{
	a = promoted(a);
	b = promoted(b);
	if (a.size != b.size)
		return a.size > b.size ? a : b;
	return a.is_signed ? b : a;
}

static bool is_less(Kind kind, u64 a, u64 b)
{
	return kind.is_signed ? (i64)a < (i64)b : a < b;
}

static Value truth(bool value)
{
	return (Value){int_kind, value};
}

/* ---- expressions: each writes its text and returns its value ---- */

static Value make(Maker *m, u32 depth);

static Value make_leaf(Maker *m)
{
	static const u64 edges[] = {0,	 1,   2,     3,	    7,	   127,	   128,
				    255, 256, 32767, 32768, 65535, 1000003};
	u64 bits;

	if (pick(m, 3)) {
		u32 var = pick(m, N_VARS);

		text_addf(m->text, "v%u", var);
		return m->vars[var];
	}
	bits = edges[pick(m, ARRAY_LEN(edges))];
	switch (pick(m, 3)) {
	case 0:
		text_addf(m->text, "%llu", (unsigned long long)bits);
		return as(int_kind, bits);
	case 1:
		bits = bits << 31 | bits;
		text_addf(m->text, "%lluul", (unsigned long long)bits);
		return as((Kind){8, false}, bits);
	default:
		text_addf(m->text, "(-%llul)", (unsigned long long)bits);
		return as((Kind){8, true}, 0 - bits);
	}
}

static Value make_sum(Maker *m, u32 depth)
{
	static const char *const names[] = {"+", "-", "*", "&", "|", "^"};
	u32 op = pick(m, ARRAY_LEN(names));
	Value a = make(m, depth), b;

	text_addf(m->text, " %s ", names[op]);
	b = make(m, depth);
	Kind kind = common(a.kind, b.kind);
	u64 x = as(kind, a.bits).bits, y = as(kind, b.bits).bits;
	u64 results[] = {x + y, x - y, x * y, x & y, x | y, x ^ y};
	return as(kind, results[op]);
}

/* The divisor is 1 to 127, so that nothing overflows and nothing is divided by 0. */
static Value make_quotient(Maker *m, u32 depth)
{
	bool is_modulo = pick(m, 2);
	Value a = make(m, depth), b;

	text_adds(m->text, is_modulo ? " % ((" : " / ((");
	b = make(m, depth);
	text_adds(m->text, ") & 127 | 1)");
	Kind kind = common(a.kind, common(b.kind, int_kind));
	u64 x = as(kind, a.bits).bits, y = (b.bits & 127) | 1;
	if (kind.is_signed)
		return as(kind, (u64)(is_modulo ? (i64)x % (i64)y : (i64)x / (i64)y));
	return as(kind, is_modulo ? x % y : x / y);
}

static Value make_shift(Maker *m, u32 depth)
{
	bool is_left = pick(m, 2);
	Value a = make(m, depth), b;
	Kind kind = promoted(a.kind);
	u32 mask = kind.size * 8 - 1;

	text_adds(m->text, is_left ? " << ((" : " >> ((");
	b = make(m, depth);
	text_addf(m->text, ") & %u)", mask);
	u64 x = as(kind, a.bits).bits, n = b.bits & mask;
	if (is_left)
		return as(kind, x << n);
	return as(kind, kind.is_signed ? (u64)((i64)x >> n) : x >> n);
}

static Value make_comparison(Maker *m, u32 depth)
{
	static const char *const names[] = {"==", "!=", "<", "<=", ">", ">="};
	u32 op = pick(m, ARRAY_LEN(names));
	Value a = make(m, depth), b;

	text_addf(m->text, " %s ", names[op]);
	b = make(m, depth);
	Kind kind = common(a.kind, b.kind);
	u64 x = as(kind, a.bits).bits, y = as(kind, b.bits).bits;
	bool less = is_less(kind, x, y), more = is_less(kind, y, x);
	bool results[] = {x == y, x != y, less, !more, more, !less};
	return truth(results[op]);
}

static Value make_logic(Maker *m, u32 depth)
{
	bool is_and = pick(m, 2);
	Value a = make(m, depth), b;

	text_adds(m->text, is_and ? " && " : " || ");
	b = make(m, depth);
	return truth(is_and ? a.bits && b.bits : a.bits || b.bits);
}

static Value make_choice(Maker *m, u32 depth)
{
	Value a = make(m, depth), b, c;

	text_adds(m->text, " ? ");
	b = make(m, depth);
	text_adds(m->text, " : ");
	c = make(m, depth);
	return as(common(b.kind, c.kind), a.bits ? b.bits : c.bits);
}

static Value make_unary(Maker *m, u32 depth)
{
	u32 op = pick(m, 4);
	Value a;

	if (op == 3) {
		u32 kind = pick(m, ARRAY_LEN(kinds));

		text_addf(m->text, "(%s)", kinds[kind].name);
		a = make(m, depth);
		return as(kinds[kind].kind, a.bits);
	}
	text_adds(m->text, op == 0 ? "-" : op == 1 ? "~" : "!");
	a = make(m, depth);
	if (op == 2)
		return truth(!a.bits);
	Kind kind = promoted(a.kind);
	return as(kind, op == 0 ? 0 - a.bits : ~a.bits);
}

static Value make(Maker *m, u32 depth)
{
	static Value (*const makers[])(Maker *, u32) = {
	    make_sum,	make_sum,	 make_sum,    make_quotient, make_shift,
	    make_logic, make_comparison, make_choice, make_unary,    make_unary,
	};

	if (!depth || !pick(m, 6))
		return make_leaf(m);
	text_adds(m->text, "(");
	Value v = makers[pick(m, ARRAY_LEN(makers))](m, depth - 1);
	text_adds(m->text, ")");
	return v;
}

/* The function's text; what it gives for the arguments is *expected. */
static const char *make_program(Arena *a, u64 seed, const u64 *args, u64 *expected)
{
	Text text = text_new(a);
	Maker m = {.text = &text, .random = seed};

	text_adds(&text, "unsigned long f(unsigned long p0, unsigned long p1, unsigned long p2, "
			 "unsigned long p3, unsigned long p4)\n{\n");
	for (u32 i = 0; i < N_VARS; i++) {
		u32 kind = pick(&m, ARRAY_LEN(kinds));

		text_addf(&text, "\t%s v%u = p%u;\n", kinds[kind].name, i, i);
		m.vars[i] = as(kinds[kind].kind, args[i]);
	}
	text_adds(&text, "\treturn ");
	*expected = make(&m, DEPTH).bits;
	text_adds(&text, ";\n}\n");
	return text_done(&text);
}

/* ---- running ---- */

static bool run(Compile *c, const char *text, const u64 *args, u64 *result, const char **why)
{
	CUnit *u = c_parse(c, &(CInput){.name = "x.c", .text = text, .len = (u32)strlen(text)});
	Module *m = c->diags.n_errors ? NULL : lower_c(u);
	bool ok;

	if (!m || !pass_run(m, NULL, NULL)) {
		*why = diag_text(&c->diags, c->arena, 0);
		return false;
	}
	Prog **progs = NEW_N(c->arena, Prog *, m->funcs.len + 1);
	for (u32 i = 0; i < m->funcs.len; i++)
		progs[i] = bpf_compile(m, m->funcs.at[i]);
	Machine *x = machine_new();
	ok = machine_load(x, m, progs) && machine_call(x, "f", args, N_VARS, result);
	if (!ok)
		*why = arena_printf(c->arena, "%s", machine_error(x));
	machine_free(x);
	return ok;
}

static void check_program(Checks *checks, u64 seed, u32 opt_level, bool with_v4)
{
	static const u64 edges[] = {0,
				    1,
				    255,
				    128,
				    65535,
				    0x7fffffff,
				    0x80000000,
				    0xffffffff,
				    0x8000000000000000,
				    0xffffffffffffffff,
				    0x123456789abcdef0};
	Compile c;
	Target target = {.kernel_major = 6, .kernel_minor = 12, .arch = ARCH_X86_64, .n_cpus = 1};
	Maker dice = {.random = seed};
	u64 args[N_VARS], expected, result = 0;
	const char *why = NULL;

	compile_init(&c);
	for (u32 i = 0; i < FEAT_COUNT; i++)
		target.has[i] = i != FEAT_ISA_V4 || with_v4;
	c.target = &target;
	c.types = types_new(&c);
	c.opt_level = opt_level;
	c.verify = true;
	c.diags.no_warnings = true;
	for (u32 i = 0; i < N_VARS; i++)
		args[i] = edges[pick(&dice, ARRAY_LEN(edges))];
	const char *text = make_program(c.arena, seed, args, &expected);
	if (run(&c, text, args, &result, &why) && result != expected)
		why = arena_printf(c.arena, "got %llx, wanted %llx", (unsigned long long)result,
				   (unsigned long long)expected);
	if (why)
		why = arena_printf(c.arena, "%s in\n%s", why, text);
	check_case(checks,
		   arena_printf(c.arena, "expression %llu -O%u%s", (unsigned long long)seed,
				opt_level, with_v4 ? "" : " v3"),
		   !why, why ? why : "");
	types_free(c.types);
	compile_done(&c);
}

int main(void)
{
	Checks checks = {0};

	for (u64 seed = 1; seed <= N_PROGRAMS; seed++) {
		check_program(&checks, seed, 0, true);
		check_program(&checks, seed, 2, seed % 2);
	}
	return check_status(&checks);
}
