/*
 * Instruction selection: inline assembly. The form of an operation's text is
 * told in lower/c_asm.c.
 *
 * The template is read line by line into items; then code is made of them on
 * virtual registers. Each machine register that the template names is a virtual
 * one too, apart from r10: only at a call do its arguments and its result stand
 * in r0 to r5. So no clobbers need to be known, and whatever the template does,
 * values around it are kept. Jumps inside the template split the block.
 *
 * A template must set what it reads, and may not leave its own lines other than
 * by the labels of asm goto.
 */
#include <ctype.h>

#include "bpf/select.h"

enum { MAX_OPERANDS = 30, MAX_ITEMS = 256, N_MACHINE = 10 };

typedef struct Item {
	AsmLine line;
	u32 position; /* in slots of instructions from the template's start */
	u32 target; /* jumps: item, or MAX_ITEMS + number of a label of asm goto */
} Item;

typedef struct LocalLabel {
	Str name;
	u32 item; /* that it stands before */
} LocalLabel;

typedef struct Assembly {
	Select *s;
	Val v;
	const Ins *ins;
	const char *letters; /* of the operands */
	u32 n_operands, n_outputs;
	AsmOperand operands[MAX_OPERANDS];
	Item items[MAX_ITEMS];
	u32 n_items;
	LocalLabel labels[MAX_ITEMS];
	u32 n_labels;
	u32 label_of[MAX_ITEMS + 1]; /* of items that something jumps to (+ 1), while selecting */
	u32 machine[N_MACHINE]; /* the virtual register that stands for r0 … r9; 0: not set so far */
	u32 gone[MAX_OPERANDS]; /* selection's label (+ 1) of the way to each label of asm goto */
	bool failed;
} Assembly;

static void fail(Assembly *a, const char *why, Str line)
{
	Loc loc = a->ins->loc;

	if (!a->failed)
		diag_error(&a->s->c->diags, (Span){loc, loc + 1}, "inline assembly: %s%s%.*s", why,
			   line.len ? ": " : "", (int)line.len, line.len ? line.at : "");
	a->failed = a->s->w->failed = true;
}

/* ---- operands ---- */

static bool is_output(char letter)
{
	return letter == 'w' || letter == 'm';
}

/* Outputs first: their registers follow each other. */
static void make_outputs(Assembly *a)
{
	u32 first = sel_reg_new(a->s, a->v);

	for (u32 i = 0; i < a->n_outputs; i++) {
		a->operands[i].reg = i ? work_reg_new(a->s->w) : first;
		if (a->letters[i] == 'm')
			continue;
		for (u32 k = a->n_outputs; k < a->n_operands; k++)
			if (a->letters[k] == (char)('0' + i))
				a->operands[k].reg = a->operands[i].reg;
	}
}

static bool has_initial_value(const Assembly *a, u32 output)
{
	if (a->letters[output] == 'm')
		return true;
	return memchr(a->letters, '0' + (int)output, a->n_operands) != NULL;
}

static void set_operands(Assembly *a)
{
	for (u32 i = 0; i < a->n_outputs; i++)
		if (has_initial_value(a, i))
			sel_value_into(a->s, a->operands[i].reg, a->ins->args[i]);
	for (u32 i = a->n_outputs; i < a->n_operands; i++) {
		AsmOperand *o = &a->operands[i];
		char letter = a->letters[i];
		if (isdigit((unsigned char)letter))
			continue;
		o->is_constant = letter != 'r' && sel_is_const(a->s, a->ins->args[i], &o->value);
		bool is_address = letter == 'i' && !o->is_constant && sel_is_remade(a->s, a->ins->args[i]);
		if (letter == 'i' && !o->is_constant && !is_address)
			fail(a, "an operand with constraint \"i\" is not constant", (Str){0});
		if (letter == 'r' || (letter == 'x' && (!o->is_constant || !sel_fits_i32(o->value)))) {
			/* a copy: the template may change it */
			o->reg = work_reg_new(a->s->w);
			o->is_constant = false;
			sel_value_into(a->s, o->reg, a->ins->args[i]);
		}
	}
}

/* ---- reading the template ---- */

static Str trim(Str s)
{
	while (s.len && isspace((unsigned char)*s.at)) {
		s.at++;
		s.len--;
	}
	while (s.len && isspace((unsigned char)s.at[s.len - 1]))
		s.len--;
	return s;
}

/* Takes "name:" from the front of the line. */
static bool take_label(Assembly *a, Str *line)
{
	u32 n = 0;

	while (n < line->len && (isalnum((unsigned char)line->at[n]) || strchr("_.$", line->at[n])))
		n++;
	if (!n || n == line->len || line->at[n] != ':')
		return false;
	if (a->n_labels == MAX_ITEMS) {
		fail(a, "too many labels", (Str){0});
		return false;
	}
	a->labels[a->n_labels++] = (LocalLabel){{line->at, n}, a->n_items};
	*line = trim((Str){line->at + n + 1, line->len - n - 1});
	return true;
}

static void read_line(Assembly *a, Str line)
{
	const char *comment = line.len ? memchr(line.at, '#', line.len) : NULL;

	if (comment)
		line.len = (u32)(comment - line.at);
	for (u32 i = 0; i + 1 < line.len; i++)
		if (line.at[i] == '/' && line.at[i + 1] == '/')
			line.len = i;
	line = trim(line);
	while (take_label(a, &line)) {
	}
	if (!line.len)
		return;
	if (a->n_items == MAX_ITEMS) {
		fail(a, "too many instructions", (Str){0});
		return;
	}
	Item *item = &a->items[a->n_items];
	if (!bpf_assemble_line(line, a->operands, a->n_operands, &item->line)) {
		fail(a, "no BPF instruction has this form", line);
		return;
	}
	if (a->n_items) {
		const Item *before = item - 1;
		item->position = before->position + 1 + insn_shows(before->line.id, 'l');
	}
	a->n_items++;
}

static void read_template(Assembly *a, const char *text)
{
	while (*text && !a->failed) {
		size_t n = strcspn(text, "\n;");
		read_line(a, (Str){text, (u32)n});
		text += n + (text[n] != 0);
	}
}

/* ---- jumps ---- */

static bool is_jump(u32 id)
{
	return is_jump_if(id) || id == INSN_JA || id == INSN_JA32;
}

/* "1b", "1f": the nearest label of that name before or after; else the label of that name. */
static bool find_label(const Assembly *a, u32 from, Str name, u32 *item)
{
	char way = isdigit((unsigned char)name.at[0]) ? name.at[name.len - 1] : 0;
	bool found = false;

	if (way == 'b' || way == 'f')
		name.len--;
	for (u32 i = 0; i < a->n_labels; i++) {
		const LocalLabel *l = &a->labels[i];
		if (l->name.len != name.len || memcmp(l->name.at, name.at, name.len))
			continue;
		if ((way == 'b' && l->item > from) || (way == 'f' && (l->item <= from || found)))
			continue;
		*item = l->item;
		found = true;
	}
	return found;
}

static bool find_position(const Assembly *a, i64 position, u32 *item)
{
	for (u32 i = 0; i < a->n_items; i++) {
		*item = i;
		if (a->items[i].position == position)
			return true;
	}
	const Item *last = &a->items[a->n_items - 1];
	*item = a->n_items;
	return last->position + 1 + insn_shows(last->line.id, 'l') == position;
}

static bool find_target(Assembly *a, u32 n)
{
	Item *item = &a->items[n];
	const AsmLine *line = &item->line;

	if (line->target.len > 2 && memcmp(line->target.at, "%l", 2) == 0) {
		item->target = MAX_ITEMS + 1 + (u32)strtoul(line->target.at + 2, NULL, 10);
		return item->target < MAX_ITEMS + 1 + MAX_OPERANDS;
	}
	if (line->target.len)
		return find_label(a, n, line->target, &item->target);
	return find_position(a, (i64)item->position + 1 + (line->id == INSN_JA32 ? line->imm : line->off),
			     &item->target);
}

/* What is jumped to, and what stands behind a jump, begins a block. */
static void find_targets(Assembly *a)
{
	for (u32 i = 0; i < a->n_items; i++) {
		if (!is_jump(a->items[i].line.id))
			continue;
		if (!find_target(a, i)) {
			fail(a, "a jump leads out of the template", (Str){0});
			return;
		}
		u32 to = a->items[i].target;
		if (to <= a->n_items && !a->label_of[to])
			a->label_of[to] = sel_new_label(a->s) + 1;
		if (!a->label_of[i + 1])
			a->label_of[i + 1] = sel_new_label(a->s) + 1;
	}
}

static u32 target_label(Assembly *a, u32 target)
{
	if (target <= a->n_items)
		return a->label_of[target] - 1;
	u32 *gone = &a->gone[target - MAX_ITEMS - 1];
	if (!*gone)
		*gone = sel_new_label(a->s) + 1;
	return *gone - 1;
}

/* ---- code ---- */

/* The virtual register for one that the template names. */
static u32 map_register(Assembly *a, u32 reg, bool is_read, bool is_written)
{
	if (reg >= REG_VIRTUAL)
		return reg;
	if (reg == REG_FP) {
		if (is_written)
			fail(a, "r10 can't be written", (Str){0});
		return reg;
	}
	if (is_read && !a->machine[reg])
		fail(a, "a register is read that the template doesn't set", (Str){0});
	if (!a->machine[reg])
		a->machine[reg] = work_reg_new(a->s->w);
	return a->machine[reg];
}

/* Arguments to r1 …, as many as the template has set; the result from r0. */
static void put_call(Assembly *a, const AsmLine *line)
{
	u32 n = 0;

	while (n < N_ARGS && a->machine[n + 1]) {
		sel_move(a->s, n + 1, a->machine[n + 1]);
		n++;
	}
	sel_emit(a->s, (Code){.id = line->id, .imm = line->imm, .n_args = n});
	a->machine[0] = a->machine[0] ? a->machine[0] : work_reg_new(a->s->w);
	sel_move(a->s, a->machine[0], 0);
	memset(a->machine + 1, 0, N_ARGS * sizeof(u32));
}

static void put_plain(Assembly *a, const AsmLine *line)
{
	const InsnRow *row = &insn_rows[line->id];
	Code code = {.id = (u16)line->id, .off = (i32)line->off, .imm = line->imm, .keep = true};

	if (row->roles[1] != '-')
		code.src = map_register(a, line->src, row->roles[1] != 'w', row->roles[1] != 'r');
	if (row->roles[0] != '-')
		code.dst = map_register(a, line->dst, row->roles[0] != 'w', row->roles[0] != 'r');
	if (a->failed)
		return;
	if (line->address)
		sel_value_into(a->s, code.dst, a->ins->args[line->address - 1]);
	else
		sel_emit(a->s, code);
}

static void put_jump(Assembly *a, u32 n)
{
	const Item *item = &a->items[n];
	const AsmLine *line = &item->line;
	u32 to = target_label(a, item->target), next = a->label_of[n + 1] - 1;
	Code jump = {.id = (u16)line->id, .imm = line->imm, .target = to};

	if (!is_jump_if(line->id)) {
		sel_emit(a->s, (Code){.id = INSN_JA, .target = to});
		return;
	}
	if (insn_rows[line->id].roles[0] != '-')
		jump.dst = map_register(a, line->dst, true, false);
	if (insn_rows[line->id].roles[1] != '-')
		jump.src = map_register(a, line->src, true, false);
	sel_emit(a->s, jump);
	sel_emit(a->s, (Code){.id = INSN_JA, .target = next});
}

static bool is_refused(u32 id)
{
	return id == INSN_EXIT || id == INSN_CALL_FUNC || id == INSN_CALL_KFUNC || is_cmpxchg(id) ||
	       (id >= INSN_LDABS1 && id <= INSN_LDIND4) || (id > INSN_LDDW && id <= INSN_LDDW_MAP_IDX_VALUE);
}

static void put_items(Assembly *a)
{
	Select *s = a->s;
	u32 depth = s->depth[s->block];
	bool is_open = true; /* control falls into what comes */

	for (u32 i = 0; i <= a->n_items && !a->failed; i++) {
		if (a->label_of[i]) {
			if (is_open)
				sel_emit(s, (Code){.id = INSN_JA, .target = a->label_of[i] - 1});
			sel_begin_block(s, a->label_of[i] - 1, depth);
			is_open = true;
		}
		if (i == a->n_items)
			break;
		const AsmLine *line = &a->items[i].line;
		if (is_refused(line->id)) {
			fail(a, "this instruction is not possible here", (Str){0});
		} else if (is_jump(line->id)) {
			put_jump(a, i);
			is_open = false;
		} else if (line->id == INSN_CALL) {
			put_call(a, line);
		} else {
			put_plain(a, line);
		}
	}
}

/* asm goto: the result tells which way was taken. */
static void put_ways(Assembly *a)
{
	Select *s = a->s;
	u32 depth = s->depth[s->block], done = 0, result = s->reg[a->v];

	for (u32 i = 0; i < MAX_OPERANDS; i++) {
		if (!a->gone[i])
			continue;
		if (!done) {
			done = sel_new_label(s) + 1;
			sel_const_into(s, result, CLS_L, 0);
			sel_emit(s, (Code){.id = INSN_JA, .target = done - 1});
		}
		sel_begin_block(s, a->gone[i] - 1, depth);
		sel_const_into(s, result, CLS_L, i + 1);
		sel_emit(s, (Code){.id = INSN_JA, .target = done - 1});
	}
	if (done)
		sel_begin_block(s, done - 1, depth);
	else if (!a->n_outputs)
		sel_const_into(s, result, CLS_L, 0);
}

/* An empty template is a barrier that passes its first operand on. */
static void select_barrier(Select *s, Val v, const Ins *ins)
{
	if (!s->uses[v])
		return;
	u32 to = sel_reg_new(s, v);
	if (ins->n_args)
		sel_value_into(s, to, ins->args[0]);
	else
		sel_const_into(s, to, CLS_L, 0);
}

void sel_assembly(Select *s, Val v, const Ins *ins)
{
	const char *bar = ins->asm_text ? strchr(ins->asm_text, '|') : NULL;

	if (!bar) {
		select_barrier(s, v, ins);
		return;
	}
	Assembly *a = NEW(s->w->a, Assembly);
	*a = (Assembly){.s = s, .v = v, .ins = ins, .letters = ins->asm_text};
	a->n_operands = (u32)(bar - ins->asm_text);
	while (a->n_outputs < a->n_operands && is_output(a->letters[a->n_outputs]))
		a->n_outputs++;
	if (a->n_operands > MAX_OPERANDS || a->n_operands != ins->n_args)
		fail(a, "too many operands", (Str){0});
	if (!a->failed) {
		make_outputs(a);
		set_operands(a);
		read_template(a, bar + 1);
	}
	if (!a->failed && a->n_items)
		find_targets(a);
	if (a->failed) {
		sel_reg_new(s, v);
		return;
	}
	put_items(a);
	put_ways(a);
}
