/*
 * Instruction selection: the frame. IR in SSA form → code on virtual registers.
 *
 * Blocks are put in an order in which loops lie together: a depth-first walk
 * that leaves a loop first and enters it last, reversed. Each block ends in
 * explicit jumps; encode.c drops those to the next one.
 *
 * Phis: a phi has two registers. Each predecessor sets the "incoming" one, the
 * block's head moves it to the phi's own. So a group of phis that exchange
 * values is right in whatever order its moves are made (the incoming ones are
 * never read where they are set); coalesce.c then joins what can be joined,
 * which is nearly always all. Moves for an edge stand in the predecessor if it
 * has one successor, else in a block of their own on the edge.
 */
#include "bpf/select.h"

Code *sel_emit(Select *s, Code code)
{
	code.loc = s->loc;
	vec_push(s->w->a, &s->w->code, code);
	return &s->w->code.at[s->w->code.len - 1];
}

void sel_begin_block(Select *s, u32 label, u32 depth)
{
	Work *w = s->w;

	if (w->blocks.len)
		w->blocks.at[w->blocks.len - 1].end = w->code.len;
	s->block_of.at[label] = w->blocks.len;
	*vec_add(w->a, &w->blocks) = (CodeBlock){.start = w->code.len, .depth = depth};
}

u32 sel_new_label(Select *s)
{
	vec_push(s->w->a, &s->block_of, 0);
	return s->n_labels++;
}

/* ---- order of blocks ---- */

typedef struct Visit {
	u32 block, next;
} Visit;

/* Should succ[1] follow: it is in more loops, or the jump is one that can't be turned round. */
static bool second_follows(Select *s, u32 block)
{
	const Block *b = &s->f->blocks.at[block];
	u32 first = s->depth[b->succ[0]], second = s->depth[b->succ[1]];

	return first == second ? sel_is_one_way_test(s, ir_end(s->f, block)->a) : first < second;
}

/* The block's successor number `n` in the order of the walk: the one that shall follow comes last.
 */
static u32 nth_succ(Select *s, u32 block, u32 n)
{
	if (ir_n_succ(s->f, block) == 2 && !second_follows(s, block))
		n = 1 - n;
	return s->f->blocks.at[block].succ[n];
}

static u32 *order_blocks(Select *s)
{
	u32 n = s->f->blocks.len, depth = 0, left = s->f->order.len;
	u32 *order = NEW_N(s->w->a, u32, left);
	bool *seen = NEW_N(s->w->a, bool, n);
	Visit *stack = NEW_N(s->w->a, Visit, n + 1);

	seen[0] = true;
	stack[depth++] = (Visit){0, 0};
	while (depth) {
		Visit *top = &stack[depth - 1];
		if (top->next == ir_n_succ(s->f, top->block)) {
			order[--left] = top->block;
			depth--;
			continue;
		}
		u32 to = nth_succ(s, top->block, top->next++);
		if (!seen[to]) {
			seen[to] = true;
			stack[depth++] = (Visit){to, 0};
		}
	}
	return order;
}

/* ---- phis ---- */

/* The operand of a phi in `to` for edge number `edge` from block `from`. */
static u32 operand_index(const Select *s, u32 from, u32 to, u32 edge)
{
	const Block *from_block = &s->f->blocks.at[from];
	u32 skip = edge == 1 && from_block->succ[0] == to;

	vec_each(p, &s->f->blocks.at[to].preds)
		if (*p == from && !skip--)
			return (u32)(p - s->f->blocks.at[to].preds.at);
	bug("block %u of %s is no predecessor of %u", from, s->f->name, to);
}

static bool has_phis(const Select *s, u32 block)
{
	const Block *b = &s->f->blocks.at[block];

	return b->ins.len && s->f->ins.at[b->ins.at[0]].op == OP_PHI;
}

static void move_to_phis(Select *s, u32 from, u32 to, u32 edge)
{
	if (!has_phis(s, to))
		return;
	u32 operand = operand_index(s, from, to, edge);
	vec_each(v, &s->f->blocks.at[to].ins) {
		Ins *phi = &s->f->ins.at[*v];
		if (phi->op != OP_PHI)
			break;
		if (!s->uses[*v])
			continue;
		if (!s->incoming[*v])
			s->incoming[*v] = work_reg_new(s->w);
		sel_value_into(s, s->incoming[*v], phi->args[operand]);
	}
}

static void select_phi(Select *s, Val v)
{
	if (!s->uses[v])
		return;
	if (!s->incoming[v])
		s->incoming[v] = work_reg_new(s->w);
	sel_move(s, sel_reg_new(s, v), s->incoming[v]);
}

/* ---- ends of blocks ---- */

static void jump_to(Select *s, u32 label)
{
	sel_emit(s, (Code){.id = INSN_JA, .target = label});
}

/* A block on the edge for the moves of phis; or none: the label of the successor itself. */
static u32 edge_label(Select *s, u32 from, u32 edge)
{
	u32 to = s->f->blocks.at[from].succ[edge];

	return has_phis(s, to) ? sel_new_label(s) : to;
}

static void fill_edge(Select *s, u32 from, u32 edge, u32 label)
{
	u32 to = s->f->blocks.at[from].succ[edge];

	if (label == to)
		return;
	sel_begin_block(s, label, MIN(s->depth[from], s->depth[to]));
	move_to_phis(s, from, to, edge);
	jump_to(s, to);
}

static void select_branch(Select *s, const Ins *ins)
{
	u32 from = s->block;
	u32 yes = edge_label(s, from, 0), no = edge_label(s, from, 1);
	Test test = sel_test_of(s, ins->a);

	sel_emit_test(s, &test, yes, no);
	fill_edge(s, from, 0, yes);
	fill_edge(s, from, 1, no);
}

/* Programs, callbacks and global functions must set r0; so must the end of what is never reached.
 */
static void select_return(Select *s, Val value)
{
	bool has_value = value || s->f->kind != FUNC_STATIC;

	if (value)
		sel_value_into(s, 0, value);
	else if (has_value)
		sel_const_into(s, 0, CLS_L, 0);
	sel_emit(s, (Code){.id = INSN_EXIT, .n_args = has_value});
}

static void select_end(Select *s, const Ins *ins)
{
	switch (ins->op) {
	case OP_JMP:
		move_to_phis(s, s->block, s->f->blocks.at[s->block].succ[0], 0);
		jump_to(s, s->f->blocks.at[s->block].succ[0]);
		break;
	case OP_BR:
		select_branch(s, ins);
		break;
	case OP_RET:
		select_return(s, ins->a);
		break;
	default:
		sel_const_into(s, 0, CLS_L, 0);
		sel_emit(s, (Code){.id = INSN_EXIT, .n_args = 1});
	}
}

static void select_block(Select *s, u32 block)
{
	Block *b = &s->f->blocks.at[block];

	s->block = block;
	sel_begin_block(s, block, s->depth[block]);
	vec_each(v, &b->ins) {
		Ins ins = s->f->ins.at[*v];
		s->loc = ins.loc;
		if (op_info[ins.op].effect == EFFECT_TERM)
			select_end(s, &ins);
		else if (ins.op == OP_PHI)
			select_phi(s, *v);
		else
			sel_ins(s, *v);
	}
}

/* ---- all ---- */

/* Labels → numbers of code blocks; successors. */
static void link_blocks(Select *s)
{
	Work *w = s->w;

	w->blocks.at[w->blocks.len - 1].end = w->code.len;
	vec_each(b, &w->blocks) {
		for (u32 i = b->start; i < b->end; i++) {
			Code *code = &w->code.at[i];
			if (code->id != INSN_JA && !is_jump_if(code->id))
				continue;
			code->target = s->block_of.at[code->target];
			b->succ[b->n_succ++] = code->target;
		}
	}
}

static void note_slots(Work *w)
{
	vec_each(slot, &w->f->slots)
		vec_push(w->a, &w->places,
			 (Place){.size = slot->size, .align = MAX(slot->align, 1), .slot = slot});
}

void bpf_select_func(Work *w)
{
	Func *f = w->f;
	u32 n = f->ins.len;
	Select s = {.w = w, .f = f, .c = w->c, .n_labels = f->blocks.len};

	ir_cfg(w->m, f);
	s.uses = ir_uses(w->m, f);
	s.depth = ir_loop_depth(w->m, f);
	s.flags = NEW_N(w->a, u8, n);
	s.reg = NEW_N(w->a, u32, n);
	s.incoming = NEW_N(w->a, u32, n);
	s.cached = NEW_N(w->a, u32, n);
	s.cached_in = NEW_N(w->a, u32, n);
	s.global = NEW_N(w->a, u32, w->m->globals.len);
	s.global_in = NEW_N(w->a, u32, w->m->globals.len);
	for (u32 i = 0; i < s.n_labels; i++)
		vec_push(w->a, &s.block_of, 0);
	vec_reserve(w->a, &w->code, n + n / 2);
	while (w->regs.len < REG_VIRTUAL)
		work_reg_new(w);
	note_slots(w);
	sel_note_uses(&s);
	u32 *order = order_blocks(&s);
	for (u32 i = 0; i < f->order.len; i++)
		select_block(&s, order[i]);
	link_blocks(&s);
}
