/*
 * Units of src/ir and src/pass: the text form, the verifier's refusals, the
 * graph, and for each pass what it does to a small function.
 */
#include "ir/ir.h"
#include "pass/pass.h"

#include "check.h"

typedef struct {
	Compile c;
	Target target;
	Module *m;
} Unit;

static void open_unit(Unit *u, const char *text)
{
	memset(u, 0, sizeof(*u));
	compile_init(&u->c);
	u->target.has[FEAT_PROBE_READ_KERNEL] = true;
	u->c.target = &u->target;
	u->c.verify = true;
	u->c.opt_level = 2;
	u->m = ir_parse(&u->c, (Str){text, (u32)strlen(text)}, 0);
}

static void close_unit(Unit *u)
{
	compile_done(&u->c);
}

/* A function around a body, so that a case shows only what matters. */
static const char *in_function(Arena *a, const char *body)
{
	return arena_printf(a, "license \"GPL\"\nmap m0 \"m\" type 1 key 4 value 8 entries 9\n"
			       "global g0 \"g\" size 8 align 8 section \".bss\"\n"
			       "func f0 \"f\" program section \"kprobe/x\" params 2 returns {\n%s}\n", body);
}

/* The body as the passes (names with spaces between) leave it; slot lines are left out. */
static const char *run_passes(Unit *u, const char *names)
{
	const char *at = names;
	while (*at) {
		size_t len = strcspn(at, " ");
		if (!pass_run_one(u->m, arena_copy(u->c.arena, at, len)))
			return "no such pass";
		at += len;
		at += *at == ' ';
	}
	const char *text = strstr(ir_print(u->m, u->m->funcs.at[0]), "@0");
	size_t len = strlen(text);
	return arena_copy(u->c.arena, text, len - 2);
}

static void check_pass(Checks *c, const char *name, const char *passes, const char *before,
		       const char *after)
{
	Arena *a = arena_new();
	Unit u;
	open_unit(&u, in_function(a, before));
	if (u.m)
		check_text(c, name, run_passes(&u, passes), after);
	else
		check_case(c, name, false, u.c.diags.list.at[0].text);
	close_unit(&u);
	arena_free(a);
}

static void test_text(Checks *c)
{
	static const char text[] =
		"license \"GPL\"\n"
		"map m0 \"counts\" type 1 key 4 value 8 entries 1024 flags 1\n"
		"global g0 \"x\\\"y\" size 2 align 1 section \".rodata\" static init 0aff\n"
		"extern x0 \"bpf_rdonly_cast\" func weak\n"
		"func f0 \"main\" program section \"xdp\" params 1 returns {\n"
		"\tslot 0 size 16 align 8 \"key\"\n"
		"@0:\n"
		"\t%1 = param.l 0\n"
		"\t%2 = const.w -1\n"
		"\t%3 = slot.l 0\n"
		"\tmemzero %3, 16, size 8\n"
		"\tstore.w %3, %2, 4, size 4, stack, volatile\n"
		"\t%4 = load.l %1, 16, size 8, ctx, core(field_byte_offset struct \"task_struct\" 0:3:1)\n"
		"\tjmp @1\n"
		"@1 loop: unroll 4\n"
		"\t%5 = phi.l @0 %4, @1 %7\n"
		"\t%6 = map.l m0 \"counts\"\n"
		"\t%7 = call.l map_lookup_elem, %6, %3\n"
		"\t%8 = eq.w %7, %5, size 8\n"
		"\tbr.w %8, @1, @2\n"
		"@2:\n"
		"\t%9 = atomic_xchg.l %7, %5, size 8, map, fetch\n"
		"\t%10 = callf.l f1 \"sub\", %9\n"
		"\tret.l %10\n"
		"}\n"
		"func f1 \"sub\" static params 1 returns inline {\n"
		"@0:\n"
		"\t%1 = param.l 0\n"
		"\tret.l %1\n"
		"}\n";
	Unit u;
	open_unit(&u, text);
	check_text(c, "ir: text is read and printed alike",
		   u.m ? ir_print(u.m, NULL) : u.c.diags.list.at[0].text, text);
	close_unit(&u);
}

static void check_refusal(Checks *c, const char *name, const char *body, const char *word)
{
	Arena *a = arena_new();
	Unit u;
	open_unit(&u, in_function(a, body));
	const char *got = u.m ? "accepted" : u.c.diags.list.at[0].text;
	check_case(c, name, strstr(got, word) != NULL, got);
	close_unit(&u);
	arena_free(a);
}

static void test_refusals(Checks *c)
{
	check_refusal(c, "ir: use before definition", "@0:\n\tjmp @1\n@1:\n\t%1 = neg.l %2\n"
						      "\t%2 = const.l 1\n\tret.l %1\n", "not dominated");
	check_refusal(c, "ir: use on another path",
		      "@0:\n\t%1 = param.w 0\n\tbr.w %1, @1, @2\n@1:\n\t%2 = const.w 1\n\tjmp @2\n"
		      "@2:\n\tret.w %2\n", "not dominated");
	check_refusal(c, "ir: classes must agree",
		      "@0:\n\t%1 = param.w 0\n\t%2 = param.l 1\n\t%3 = add.l %1, %2\n\tret.l %3\n",
		      "another class");
	check_refusal(c, "ir: phi without an edge's operand",
		      "@0:\n\t%1 = param.w 0\n\tbr.w %1, @1, @2\n@1:\n\tjmp @2\n"
		      "@2:\n\t%2 = phi.w @0 %1\n\tret.w %2\n", "each predecessor");
	check_refusal(c, "ir: width of a load", "@0:\n\t%1 = param.l 0\n\t%2 = load.w %1, size 8\n\tret.w %2\n",
		      "size");
	check_refusal(c, "ir: slot that isn't there", "@0:\n\t%1 = slot.l 3\n\tret.l %1\n", "slot");
	check_refusal(c, "ir: block without an end", "@0:\n\t%1 = const.l 3\n", "end");
	check_refusal(c, "ir: unknown operation", "@0:\n\t%1 = frob.l\n\tret.l %1\n", "unknown operation");
	check_refusal(c, "ir: value that is not defined", "@0:\n\tret.l %7\n", "not defined");
	check_refusal(c, "ir: value defined twice", "@0:\n\t%1 = const.l 1\n\t%1 = const.l 1\n\tret.l %1\n",
		      "twice");
}

/* A ladder of n nested ifs, far deeper than a stack of calls. */
static void test_depth(Checks *c)
{
	enum { DEPTH = 20000 };
	Unit u;
	open_unit(&u, "license \"GPL\"\n");
	u32 sym, *ends = NEW_N(u.c.arena, u32, DEPTH);
	Func *f = ir_func_new(u.m, "deep", FUNC_PROGRAM, &sym);
	Build b = {.m = u.m, .f = f};
	f->n_params = 1;
	f->returns = true;
	Val ctx = ir_add(&b, (Ins){.op = OP_PARAM, .cls = CLS_L});
	u32 slot = ir_slot_new(u.m, f, "x", 8, 8);
	ir_store(&b, AS_STACK, 8, ir_slot(&b, slot), 0, ctx);
	for (u32 i = 0; i < DEPTH; i++) {
		u32 then = ir_block_new(u.m, f, NULL);
		ends[i] = ir_block_new(u.m, f, NULL);
		ir_br(&b, ir_load(&b, AS_CTX, 4, false, CLS_W, ctx, 4 * (i % 8)), then, ends[i]);
		ir_at(&b, then);
		Val x = ir_load(&b, AS_STACK, 8, false, CLS_L, ir_slot(&b, slot), 0);
		ir_store(&b, AS_STACK, 8, ir_slot(&b, slot), 0, ir_op2(&b, OP_MUL, CLS_L, x, x));
	}
	for (u32 i = DEPTH; i-- > 0;) {
		ir_jmp(&b, ends[i]);
		ir_at(&b, ends[i]);
	}
	ir_ret(&b, ir_load(&b, AS_STACK, 8, false, CLS_L, ir_slot(&b, slot), 0));
	u.c.verify = false;
	check_case(c, "pass: 20,000 nested branches", pass_run(u.m, NULL, NULL), "error");
	const char *broken = ir_verify(u.m, f);
	check_case(c, "pass: and they are still right", !broken, broken ? broken : "");
	close_unit(&u);
}

static void test_mem2reg(Checks *c)
{
	check_pass(c, "mem2reg: a variable that two paths set is a phi", "mem2reg",
		   "\tslot 0 size 4 align 4\n@0:\n\t%1 = param.w 0\n\t%2 = slot.l 0\n\tstore.w %2, %1, size 4\n"
		   "\tbr.w %1, @1, @2\n@1:\n\t%3 = const.w 7\n\tstore.w %2, %3, size 4\n\tjmp @2\n"
		   "@2:\n\t%4 = load.w %2, size 4\n\tret.w %4\n",
		   "@0:\n\t%1 = param.w 0\n\tbr.w %1, @1, @2\n@1:\n\t%2 = const.w 7\n\tjmp @2\n"
		   "@2:\n\t%3 = phi.w @0 %1, @1 %2\n\tret.w %3\n");
	check_pass(c, "mem2reg: fields of a cleared struct are values", "mem2reg",
		   "\tslot 0 size 16 align 8\n@0:\n\t%1 = param.l 0\n\t%2 = slot.l 0\n\tmemzero %2, 16, size 8\n"
		   "\tstore.l %2, %1, 8, size 8\n\t%3 = load.w %2, size 4\n\t%4 = load.l %2, 8, size 8\n"
		   "\t%5 = zext.l %3\n\t%6 = add.l %4, %5\n\tret.l %6\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.w 0\n\t%3 = const.w 0\n\t%4 = const.l 0\n"
		   "\t%5 = zext.l %2\n\t%6 = add.l %1, %5\n\tret.l %6\n");
	check_pass(c, "mem2reg: a slot that a helper gets stays", "mem2reg",
		   "\tslot 0 size 4 align 4\n@0:\n\t%1 = param.w 0\n\t%2 = slot.l 0\n\tstore.w %2, %1, size 4\n"
		   "\t%3 = map.l m0\n\t%4 = call.l map_lookup_elem, %3, %2\n\tret.l %4\n",
		   "@0:\n\t%1 = param.w 0\n\t%2 = slot.l 0\n\tstore.w %2, %1, size 4\n"
		   "\t%3 = map.l m0 \"m\"\n\t%4 = call.l map_lookup_elem, %3, %2\n\tret.l %4\n");
	check_pass(c, "mem2reg: volatile stays", "mem2reg",
		   "\tslot 0 size 4 align 4\n@0:\n\t%1 = slot.l 0\n\t%2 = load.w %1, size 4, volatile\n\tret.w %2\n",
		   "@0:\n\t%1 = slot.l 0\n\t%2 = load.w %1, size 4, volatile\n\tret.w %2\n");
}

static void test_fold(Checks *c)
{
	check_pass(c, "fold: constants, and what they decide", "fold simplify dce",
		   "@0:\n\t%1 = const.w 6\n\t%2 = const.w 7\n\t%3 = mul.w %1, %2\n\t%4 = const.w 42\n"
		   "\t%5 = eq.w %3, %4, size 4\n\tbr.w %5, @1, @2\n@1:\n\tret.w %3\n@2:\n\tret.w %1\n",
		   "@0:\n\t%1 = const.w 42\n\tret.w %1\n");
	check_pass(c, "fold: a mask that changes nothing", "fold dce",
		   "@0:\n\t%1 = param.l 0\n\t%2 = load.w %1, size 1, map\n\t%3 = const.w 255\n"
		   "\t%4 = and.w %2, %3\n\tret.w %4\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = load.w %1, size 1, map\n\tret.w %2\n");
	check_pass(c, "fold: the opposite of a comparison", "fold dce",
		   "@0:\n\t%1 = param.l 0\n\t%2 = param.l 1\n\t%3 = ult.w %1, %2, size 8\n\t%4 = const.w 0\n"
		   "\t%5 = eq.w %3, %4, size 4\n\tret.w %5\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = param.l 1\n\t%3 = ule.w %2, %1, size 8\n\tret.w %3\n");
	check_pass(c, "fold: sums with another use are not regrouped", "fold",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 14\n\t%3 = add.l %1, %2\n\t%4 = add.l %3, %2\n"
		   "\t%5 = xor.l %3, %4\n\tret.l %5\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 14\n\t%3 = add.l %1, %2\n\t%4 = add.l %3, %2\n"
		   "\t%5 = xor.l %3, %4\n\tret.l %5\n");
	check_pass(c, "fold: offsets go into accesses", "fold dce",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 14\n\t%3 = add.l %1, %2\n"
		   "\t%4 = load.w %3, 9, size 1, packet\n\tret.w %4\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = load.w %1, 23, size 1, packet\n\tret.w %2\n");
}

static void test_graph(Checks *c)
{
	check_pass(c, "simplify: a && b as a value is two branches", "mem2reg simplify dce",
		   "\tslot 0 size 4 align 4\n@0:\n\t%1 = param.w 0\n\t%2 = param.w 1\n\t%3 = slot.l 0\n"
		   "\t%4 = const.w 0\n\tstore.w %3, %4, size 4\n\tbr.w %1, @1, @2\n"
		   "@1:\n\tstore.w %3, %2, size 4\n\tjmp @2\n@2:\n\t%5 = load.w %3, size 4\n"
		   "\tbr.w %5, @3, @4\n@3:\n\t%6 = const.w 1\n\tret.w %6\n@4:\n\t%7 = const.w 2\n\tret.w %7\n",
		   "@0:\n\t%1 = param.w 0\n\t%2 = param.w 1\n\tbr.w %1, @1, @3\n@1:\n\tbr.w %2, @2, @3\n"
		   "@2:\n\t%3 = const.w 1\n\tret.w %3\n@3:\n\t%4 = const.w 2\n\tret.w %4\n");
	check_pass(c, "unroll: a counted loop becomes its sum", "mem2reg unroll",
		   "\tslot 0 size 4 align 4\n\tslot 1 size 4 align 4\n@0:\n\t%1 = slot.l 0\n\t%2 = slot.l 1\n"
		   "\t%3 = const.w 0\n\tstore.w %1, %3, size 4\n\tstore.w %2, %3, size 4\n\tjmp @1\n"
		   "@1:\n\t%4 = load.w %1, size 4\n\t%5 = const.w 5\n\t%6 = ult.w %4, %5, size 4\n"
		   "\tbr.w %6, @2, @3\n@2:\n\t%7 = load.w %2, size 4\n\t%8 = add.w %7, %4\n"
		   "\tstore.w %2, %8, size 4\n\t%9 = const.w 1\n\t%10 = add.w %4, %9\n"
		   "\tstore.w %1, %10, size 4\n\tjmp @1\n@3:\n\t%11 = load.w %2, size 4\n\tret.w %11\n",
		   "@0:\n\t%1 = const.w 10\n\tret.w %1\n");
	check_pass(c, "ranges: a test made again is decided", "ranges simplify dce",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 10\n\t%3 = ult.w %1, %2, size 8\n\tbr.w %3, @1, @3\n"
		   "@1:\n\t%4 = const.l 20\n\t%5 = ult.w %1, %4, size 8\n\tbr.w %5, @2, @3\n@2:\n\tret.l %1\n"
		   "@3:\n\t%6 = const.l 0\n\tret.l %6\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 10\n\t%3 = ult.w %1, %2, size 8\n\tbr.w %3, @1, @2\n"
		   "@1:\n\tret.l %1\n@2:\n\t%4 = const.l 0\n\tret.l %4\n");
}

static void test_memory(Checks *c)
{
	check_pass(c, "cse: context is read once, helpers that repeat are called once", "cse",
		   "@0:\n\t%1 = param.l 0\n\t%2 = load.w %1, 4, size 4, ctx\n\t%3 = call.l get_current_pid_tgid\n"
		   "\t%4 = load.w %1, 4, size 4, ctx\n\t%5 = call.l get_current_pid_tgid\n\t%6 = sub.w %2, %4\n"
		   "\t%7 = trunc.w %5\n\t%8 = add.w %6, %7\n\tret.w %8\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = load.w %1, 4, size 4, ctx\n\t%3 = call.l get_current_pid_tgid\n"
		   "\t%4 = sub.w %2, %2\n\t%5 = trunc.w %3\n\t%6 = add.w %4, %5\n\tret.w %6\n");
	check_pass(c, "cse: a map value is read again behind an update", "cse",
		   "\tslot 0 size 8 align 8\n@0:\n\t%1 = param.l 0\n\t%2 = load.l %1, size 8, map\n\t%3 = slot.l 0\n"
		   "\tstore.l %3, %2, size 8\n\t%4 = map.l m0\n\t%5 = const.l 0\n"
		   "\t%6 = call.l map_update_elem, %4, %3, %3, %5\n\t%7 = load.l %1, size 8, map\n\tret.l %7\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = load.l %1, size 8, map\n\t%3 = slot.l 0\n"
		   "\tstore.l %3, %2, size 8\n\t%4 = map.l m0 \"m\"\n\t%5 = const.l 0\n"
		   "\t%6 = call.l map_update_elem, %4, %3, %3, %5\n\t%7 = load.l %1, size 8, map\n\tret.l %7\n");
	check_pass(c, "dse: what is overwritten, and what nobody reads", "dse",
		   "\tslot 0 size 8 align 8\n\tslot 1 size 8 align 8\n@0:\n\t%1 = param.l 0\n\t%2 = slot.l 0\n"
		   "\tstore.l %2, %1, size 8\n\t%3 = const.l 1\n\tstore.l %2, %3, size 8\n\t%4 = map.l m0\n"
		   "\t%5 = call.l map_lookup_elem, %4, %2\n\t%6 = slot.l 1\n\tstore.l %6, %1, size 8\n"
		   "\tstore.l %2, %1, size 8\n\tret.l %5\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = slot.l 0\n\t%3 = const.l 1\n\tstore.l %2, %3, size 8\n"
		   "\t%4 = map.l m0 \"m\"\n\t%5 = call.l map_lookup_elem, %4, %2\n\t%6 = slot.l 1\n\tret.l %5\n");
	check_pass(c, "access: two reads of one object are one call", "access",
		   "@0:\n\t%1 = param.l 0\n\t%2 = kload.w %1, 4, size 4\n\t%3 = kload.w %1, 16, size 4\n"
		   "\t%4 = add.w %2, %3\n\tret.w %4\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 4\n\t%3 = add.l %1, %2\n\t%4 = slot.l 0\n"
		   "\t%5 = const.l 4\n\t%6 = add.l %4, %5\n\t%7 = const.l 16\n"
		   "\t%8 = call.l probe_read_kernel, %6, %7, %3\n\t%9 = slot.l 0\n"
		   "\t%10 = load.w %9, 4, size 4, stack\n\t%11 = slot.l 0\n"
		   "\t%12 = load.w %11, 16, size 4, stack\n\t%13 = add.w %10, %12\n\tret.w %13\n");
	check_pass(c, "memops: a copy in pieces as wide as the stack's alignment allows", "memops",
		   "\tslot 0 size 16 align 8\n@0:\n\t%1 = param.l 0\n\t%2 = slot.l 0\n\tmemcpy %2, %1, 12, size 8\n"
		   "\tret.l %1\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = slot.l 0\n\t%3 = load.l %1, size 8\n"
		   "\tstore.l %2, %3, size 8, stack\n\t%4 = load.w %1, 8, size 4\n"
		   "\tstore.w %2, %4, 8, size 4, stack\n\tret.l %1\n");
}

static void test_target(Checks *c)
{
	check_pass(c, "isa: sign extension is two shifts before v4", "isa",
		   "@0:\n\t%1 = param.l 0\n\t%2 = loads.l %1, size 4, map\n\tret.l %2\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = load.w %1, size 4, map\n\t%3 = zext.l %2\n\t%4 = const.l 32\n"
		   "\t%5 = shl.l %3, %4\n\t%6 = ashr.l %5, %4\n\tret.l %6\n");
	check_pass(c, "divmod: numbers that are not negative divide unsigned", "divmod",
		   "@0:\n\t%1 = param.w 0\n\t%2 = zext.l %1\n\t%3 = const.l 10\n\t%4 = sdiv.l %2, %3\n\tret.l %4\n",
		   "@0:\n\t%1 = param.w 0\n\t%2 = zext.l %1\n\t%3 = const.l 10\n\t%4 = udiv.l %2, %3\n\tret.l %4\n");
	check_pass(c, "strength: a power of two", "strength dce",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 8\n\t%3 = umod.l %1, %2\n\t%4 = mul.l %3, %2\n\tret.l %4\n",
		   "@0:\n\t%1 = param.l 0\n\t%2 = const.l 7\n\t%3 = and.l %1, %2\n\t%4 = const.l 3\n"
		   "\t%5 = shl.l %3, %4\n\tret.l %5\n");
}

#define RECURSIVE(how)                                                                             \
	"func f0 \"main\" program section \"xdp\" params 1 returns {\n"                            \
	"@0:\n\t%1 = const.l 5\n\t%2 = callf.l f1, %1\n\tret.l %2\n}\n"                            \
	"func f1 \"sum\" static params 1 returns " how " {\n"                                      \
	"@0:\n\t%1 = param.l 0\n\tbr.l %1, @1, @2\n@1:\n\t%2 = const.l 1\n\t%3 = sub.l %1, %2\n"   \
	"\t%4 = callf.l f1, %3\n\t%5 = add.l %4, %1\n\tret.l %5\n@2:\n\tret.l %1\n}\n"

static void test_inline(Checks *c)
{
	Unit u;
	open_unit(&u, RECURSIVE("inline"));
	check_text(c, "inline: recursion that ends is opened", u.m ? run_passes(&u, "inline") : "",
		   "@0:\n\t%1 = const.l 15\n\tret.l %1\n");
	check_number(c, "inline: functions that nobody calls go", u.m ? u.m->funcs.len : 0, 1);
	close_unit(&u);
	open_unit(&u, RECURSIVE("noinline"));
	check_case(c, "inline: other recursion is an error", u.m && !pass_run(u.m, NULL, NULL), "accepted");
	check_text(c, "inline: which names the function", u.c.diags.list.len ? u.c.diags.list.at[0].text : "",
		   "function 'sum' calls itself: BPF has no recursion");
	close_unit(&u);
}

int main(void)
{
	Checks c = {0};
	test_text(&c);
	test_refusals(&c);
	test_mem2reg(&c);
	test_fold(&c);
	test_graph(&c);
	test_memory(&c);
	test_target(&c);
	test_inline(&c);
	test_depth(&c);
	return check_status(&c);
}
