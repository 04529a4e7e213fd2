/*
 * The rules of the IR, checked.
 *
 * In: a function, as lowering, a pass or the text parser left it. Out: NULL, or
 * the first broken rule and the instruction that breaks it. What is checked:
 * each reachable block ends once and at its end, phis and parameters stand
 * first, every use is dominated by its definition, phis agree with the
 * predecessors, operands exist and have the classes that ops.def asks for,
 * sizes are sizes, and what is named (slot, map, global, function) is there.
 * All the rest (the optimiser's other habits, the kernel verifier's wishes) is
 * not a rule of the IR.
 */
#include "ir/internal.h"

typedef struct {
	Module *m;
	Func *f;
	u32 *position; /* of each value in its block + 1; 0: in none */
	const char *rule; /* broken */
	Val where;
} Verifier;

static bool broken(Verifier *x, Val v, const char *rule)
{
	if (!x->rule) {
		x->rule = rule;
		x->where = v;
	}
	return false;
}

static bool is_one_of(u32 size, u32 mask)
{
	return size <= 8 && mask & 1u << size;
}

#define SIZES_1248 (1u << 1 | 1u << 2 | 1u << 4 | 1u << 8)

/* The operand is a value that is defined before this use. */
static void check_use(Verifier *x, Val user, Val used)
{
	const Ins *ins = ir_ins(x->f, user);
	if (used >= x->f->ins.len || !x->position[used] || !ir_has_result(ir_ins(x->f, used))) {
		broken(x, user, "operand is not a value");
		return;
	}
	const Ins *def = ir_ins(x->f, used);
	if (ins->op == OP_PHI)
		return;
	if (def->block == ins->block ? x->position[used] >= x->position[user]
				     : !ir_dominates(x->f, def->block, ins->block))
		broken(x, user, "use is not dominated by its definition");
}

static void check_phi(Verifier *x, Val v)
{
	const Ins *phi = ir_ins(x->f, v);
	const Block *b = &x->f->blocks.at[phi->block];
	if (phi->n_args != b->preds.len) {
		broken(x, v, "phi does not have one operand for each predecessor");
		return;
	}
	for (u32 i = 0; i < phi->n_args && !x->rule; i++) {
		Val arg = phi->args[i];
		if (!arg || arg >= x->f->ins.len || !x->position[arg])
			broken(x, v, "phi operand is not a value");
		else if (ir_ins(x->f, arg)->cls != phi->cls)
			broken(x, v, "phi operand of another class");
		else if (!ir_dominates(x->f, ir_ins(x->f, arg)->block, b->preds.at[i]))
			broken(x, v, "phi operand does not reach its edge");
		else if (i && b->preds.at[i] == b->preds.at[i - 1] && arg != phi->args[i - 1])
			broken(x, v, "phi tells two edges of one block apart");
	}
}

/* Operands against the letters of ops.def. */
static void check_operands(Verifier *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	const char *letters = op_info[ins->op].args;
	const Val fixed[] = {ins->a, ins->b, ins->c};
	u32 n = 0;
	if (letters[0] == 'v') {
		letters++;
	} else if (ins->n_args) {
		broken(x, v, "operation takes no argument list");
		return;
	}
	for (; *letters; letters++, n++) {
		bool may_miss = letters[1] == '?';
		Cls cls = fixed[n] ? (Cls)ir_ins(x->f, fixed[n])->cls : CLS_NONE;
		if (!fixed[n] && !may_miss)
			broken(x, v, "operand missing");
		else if (fixed[n] && ((*letters == 's' && cls != ins->cls) ||
				      (*letters == 'w' && cls != CLS_W) ||
				      (*letters == 'l' && cls != CLS_L)))
			broken(x, v, "operand of another class");
		letters += may_miss;
	}
	for (; n < 3; n++)
		if (fixed[n])
			broken(x, v, "too many operands");
}

static void check_class(Verifier *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	Cls cls = (Cls)ins->cls;
	switch (op_info[ins->op].result) {
	case RESULT_SAME:
		if (cls != CLS_W && cls != CLS_L)
			broken(x, v, "result without a class");
		break;
	case RESULT_W:
		if (cls != CLS_W)
			broken(x, v, "result is of class w");
		break;
	case RESULT_L:
		if (cls != CLS_L)
			broken(x, v, "result is of class l");
		break;
	case RESULT_NONE: {
		Val operand = ins->op == OP_STORE ? ins->b : ins->a;
		bool has_class = ins->op == OP_STORE || ins->op == OP_BR || ins->op == OP_RET;
		if (has_class && cls != (operand ? ir_ins(x->f, operand)->cls : CLS_NONE))
			broken(x, v, "class is not that of the operand");
		break;
	}
	}
}

static void check_size(Verifier *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	u32 allowed = SIZES_1248;
	if (!ir_uses_size((Op)ins->op))
		return;
	if (ins->op >= OP_EQ && ins->op <= OP_SLE)
		allowed = 1u << 4 | 1u << 8;
	else if (ins->op == OP_ATOMIC)
		allowed = 1u << 4 | 1u << 8;
	else if (ins->op == OP_SEXT)
		allowed = 1u << 1 | 1u << 2 | 1u << 4;
	else if (ins->op == OP_BSWAP)
		allowed = 1u << 2 | 1u << 4 | (ins->cls == CLS_L ? 1u << 8 : 0);
	else if (op_info[ins->op].effect == EFFECT_READ && ins->cls == CLS_W)
		allowed = 1u << 1 | 1u << 2 | 1u << 4;
	if (!is_one_of(ins->size, allowed))
		broken(x, v, "size is not possible here");
	if ((ins->op == OP_MEMCPY || ins->op == OP_MEMZERO) && ins->imm <= 0)
		broken(x, v, "number of bytes is not positive");
}

/* What an instruction names is there. */
static void check_subject(Verifier *x, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	const Module *m = x->m;
	u32 limit = ins->op == OP_MAP			       ? m->maps.len
		    : ins->op == OP_GLOBAL		       ? m->globals.len
		    : ins->op == OP_FUNC || ins->op == OP_CALLF ? m->funcs.len
		    : ins->op == OP_KSYM || ins->op == OP_CALLK ? m->externs.len
							       : UINT32_MAX;
	if (ins->sym >= limit)
		broken(x, v, "names something that the module does not have");
	if (ins->op == OP_SLOT && (ins->imm < 0 || ins->imm >= x->f->slots.len ||
				   x->f->slots.at[ins->imm].is_dead))
		broken(x, v, "slot does not exist");
	if (ins->op == OP_PARAM && (ins->imm < 0 || ins->imm >= x->f->n_params))
		broken(x, v, "parameter does not exist");
	if (ins->op == OP_CORE && !ins->core)
		broken(x, v, "relocation missing");
	if (ins->op == OP_ATOMIC && (!ins->atomic || (ins->atomic == ATOMIC_CMPXCHG) != (ins->c != 0)))
		broken(x, v, "atomic operation is not complete");
	if (ins->op == OP_CALL && ins->imm <= 0)
		broken(x, v, "helper does not exist");
	if (ins->op == OP_CONST && ins->cls == CLS_W && ins->imm != (i32)ins->imm)
		broken(x, v, "constant of class w is not sign-extended from 32 bits");
}

static void check_ins(Verifier *x, u32 block, Val v)
{
	const Ins *ins = ir_ins(x->f, v);
	if (ins->op == OP_NONE || ins->op >= OP_COUNT)
		broken(x, v, "removed instruction in a block");
	else if (ins->block != block)
		broken(x, v, "instruction says it is in another block");
	ir_each_operand(ir_ins(x->f, v), use)
		if (!x->rule)
			check_use(x, v, *use);
	if (x->rule)
		return;
	check_operands(x, v);
	check_class(x, v);
	check_size(x, v);
	check_subject(x, v);
	if (ins->op == OP_PHI)
		check_phi(x, v);
}

/* Order inside a block: phis, parameters (entry only), the rest, one end. */
static void check_order(Verifier *x, u32 block)
{
	Block *b = &x->f->blocks.at[block];
	enum { AT_PHI, AT_PARAM, AT_REST } stage = AT_PHI;
	for (u32 i = 0; i < b->ins.len; i++) {
		Val v = b->ins.at[i];
		const Ins *ins = ir_ins(x->f, v);
		bool is_end = op_info[ins->op].effect == EFFECT_TERM;
		if (is_end != (i == b->ins.len - 1))
			broken(x, v, "block does not end where its end instruction is");
		if (ins->op == OP_PHI && stage != AT_PHI)
			broken(x, v, "phi is not at the head of its block");
		if (ins->op == OP_PARAM && (stage > AT_PARAM || block))
			broken(x, v, "parameter is not at the head of the entry");
		if (ins->op != OP_PHI)
			stage = ins->op == OP_PARAM ? AT_PARAM : AT_REST;
		if (x->position[v])
			broken(x, v, "instruction is in two places");
		x->position[v] = i + 1;
	}
	if (!b->ins.len)
		broken(x, 0, "empty block");
	for (u32 i = 0; i < ir_n_succ(x->f, block); i++)
		if (!b->succ[i])
			broken(x, b->ins.at[b->ins.len - 1], "jump to the entry");
}

static bool check_targets(Verifier *x)
{
	for (u32 b = 0; b < x->f->blocks.len; b++)
		vec_each(v, &x->f->blocks.at[b].ins)
			if (!*v || *v >= x->f->ins.len)
				return broken(x, 0, "block holds a number that is no instruction");
	for (u32 b = 0; b < x->f->blocks.len; b++)
		for (u32 i = 0; i < ir_n_succ(x->f, b); i++)
			if (x->f->blocks.at[b].succ[i] >= x->f->blocks.len)
				return broken(x, 0, "jump to a block that does not exist");
	return true;
}

static void check_func(Verifier *x)
{
	Func *f = x->f;
	if (!f->blocks.len || !check_targets(x))
		return;
	ir_dom(x->m, f);
	vec_each(b, &f->order)
		check_order(x, *b);
	vec_each(b, &f->order)
		vec_each(v, &f->blocks.at[*b].ins)
			if (!x->rule)
				check_ins(x, *b, *v);
}

const char *ir_verify(Module *m, Func *f)
{
	ArenaMark mark = arena_mark(m->c->scratch);
	Verifier x = {.m = m, .f = f, .position = NEW_N(m->c->scratch, u32, f->ins.len + 1)};
	check_func(&x);
	arena_reset(m->c->scratch, mark);
	if (!x.rule)
		return NULL;
	if (!x.where)
		return arena_printf(m->c->arena, "%s: %s", f->name, x.rule);
	return arena_printf(m->c->arena, "%s: %s: %s", f->name, x.rule, ir_ins_text(m, f, x.where));
}
