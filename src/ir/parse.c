/*
 * Text back into IR: the inverse of print.c. docs/ir.md describes the form.
 *
 * In: text. Out: a Module that ir_verify accepts, or NULL and errors that
 * point into the text. Nothing is taken on trust, since tests and fuzzers
 * write such text by hand: numbers of values and blocks are looked up, and
 * ir_verify has the last word.
 *
 * Values may be used before the line that defines them (loops), so operands
 * are read as the text's numbers and turned into values at the function's end.
 */
#include "ir/internal.h"
#include "tables/tables.h"

typedef struct {
	Compile *c;
	Module *m;
	const char *at, *end, *start;
	Loc base;
	bool failed;
	/* of the function being read */
	Func *f;
	Map values; /* number in the text → Val */
	Map blocks; /* number in the text → block + 1 */
	u32 block;
	Vec(u32) succ; /* of the instruction being read: block numbers of the text */
	Vec(u32) phi_preds;
	Vec(Val) args;
	Vec(u32) pred_lists; /* for each phi: its Val, n, then n blocks */
} Parser;

static void fail(Parser *p, const char *what)
{
	Loc loc = p->base ? p->base + (Loc)(p->at - p->start) : 0;
	if (!p->failed)
		diag_error(&p->c->diags, (Span){loc, loc + (loc != 0)}, "IR text: %s", what);
	p->failed = true;
}

/* ---- scanning ---- */

static void skip_blanks(Parser *p)
{
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\t' || *p->at == '\r'))
		p->at++;
	if (p->at < p->end && *p->at == ';')
		while (p->at < p->end && *p->at != '\n')
			p->at++;
}

static char peek(Parser *p)
{
	skip_blanks(p);
	return p->at < p->end ? *p->at : '\0';
}

static bool take(Parser *p, char c)
{
	if (peek(p) != c || p->at >= p->end)
		return false;
	p->at++;
	return true;
}

static void expect(Parser *p, char c)
{
	if (!take(p, c))
		fail(p, c == '\n' ? "end of line expected" : "punctuation missing");
}

static void skip_lines(Parser *p)
{
	while (take(p, '\n'))
		;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '$';
}

static Str take_word(Parser *p)
{
	skip_blanks(p);
	const char *from = p->at;
	while (p->at < p->end && is_word(*p->at))
		p->at++;
	return (Str){from, (u32)(p->at - from)};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal number with a sign, modulo 2^64. */
static i64 take_number(Parser *p)
{
	bool minus = take(p, '-');
	u64 n = 0;
	if (!is_digit(peek(p)))
		fail(p, "number expected");
	while (p->at < p->end && is_digit(*p->at))
		n = n * 10 + (u64)(*p->at++ - '0');
	return (i64)(minus ? -n : n);
}

static u32 take_u32(Parser *p)
{
	i64 n = take_number(p);
	if (n < 0 || n > UINT32_MAX)
		fail(p, "number out of range");
	return (u32)n;
}

static u32 hex_digit(char c)
{
	return is_digit(c) ? (u32)(c - '0') : c >= 'a' && c <= 'f' ? (u32)(c - 'a' + 10) : 16;
}

/* Two hex digits; 256 if there are none. */
static u32 take_hex_byte(Parser *p)
{
	if (p->end - p->at < 2 || hex_digit(p->at[0]) > 15 || hex_digit(p->at[1]) > 15)
		return 256;
	u32 byte = hex_digit(p->at[0]) << 4 | hex_digit(p->at[1]);
	p->at += 2;
	return byte;
}

/* "text" with \" \\ \xNN; interned. */
static const char *take_string(Parser *p)
{
	expect(p, '"');
	char *out = NEW_N(p->c->scratch, char, (size_t)(p->end - p->at < 4096 ? p->end - p->at : 4096) + 1);
	u32 n = 0;
	while (!p->failed && p->at < p->end && *p->at != '"' && *p->at != '\n' && n < 4096) {
		char c = *p->at++;
		if (c == '\\' && p->at < p->end) {
			c = *p->at++;
			if (c == 'x') {
				u32 byte = take_hex_byte(p);
				if (byte > 255)
					fail(p, "bad escape");
				c = (char)byte;
			}
		}
		out[n++] = c;
	}
	if (p->at >= p->end || *p->at != '"')
		fail(p, "string without its end");
	else
		p->at++;
	return name_of(p->c, out, n);
}

/* The number of the word in a list of words, from `first`; -1 if it is none of them. */
static int find_word(Str word, const char *const *list, int first, int n)
{
	for (int i = first; i < n; i++)
		if (strlen(list[i]) == word.len && memcmp(list[i], word.at, word.len) == 0)
			return i;
	return -1;
}

static bool is(Str word, const char *text)
{
	return strlen(text) == word.len && memcmp(word.at, text, word.len) == 0;
}

/* "m3": the letter and its number. */
static u32 take_sym(Parser *p, char letter)
{
	Str word = take_word(p);
	u64 n = 0;
	if (word.len < 2 || word.len > 8 || word.at[0] != letter)
		fail(p, "name of the form m0, g0, f0 or x0 expected");
	for (u32 i = 1; i < word.len && !p->failed; i++) {
		if (!is_digit(word.at[i]))
			fail(p, "number expected in name");
		n = n * 10 + (u64)(word.at[i] - '0');
	}
	return (u32)n;
}

/* ---- instructions ---- */

/* The block with this number in the text; made when it is first named. */
static u32 block_of(Parser *p, u32 number)
{
	u64 known = map_get(&p->blocks, (u64)number + 1);
	if (known)
		return (u32)known - 1;
	u32 block = p->blocks.len ? ir_block_new(p->m, p->f, NULL) : 0;
	map_set(&p->blocks, (u64)number + 1, block + 1);
	return block;
}

/* core(KIND struct "name" 0:1:2) after the word "core" */
static CoreReloc *take_core(Parser *p)
{
	static const struct {
		const char *word;
		TypeKind kind;
	} kinds[] = {{"struct", TY_STRUCT}, {"union", TY_UNION}, {"enum", TY_ENUM},
		     {"typedef", TY_TYPEDEF}, {"type", TY_INT}};
	CoreReloc *core = NEW(p->c->arena, CoreReloc);
	expect(p, '(');
	int kind = find_word(take_word(p), ir_core_names, 0, IR_N_CORES);
	if (kind < 0)
		fail(p, "unknown kind of relocation");
	core->kind = (CoreKind)kind;
	Str word = take_word(p);
	core->root = NEW(p->c->arena, Type);
	for (u32 i = 0; i < ARRAY_LEN(kinds); i++)
		if (is(word, kinds[i].word))
			core->root->kind = kinds[i].kind;
	if (!core->root->kind)
		fail(p, "unknown kind of type");
	core->root->name = take_string(p);
	core->root->is_incomplete = true;
	while (!p->failed && is_digit(peek(p)) && core->n_path < TYPE_MAX_PATH) {
		core->path[core->n_path++] = (u16)take_u32(p);
		if (!take(p, ':'))
			break;
	}
	expect(p, ')');
	return core;
}

static void take_attribute(Parser *p, Ins *ins)
{
	Str word = take_word(p);
	int space = find_word(word, ir_space_names, 1, IR_N_SPACES);
	if (is(word, "size")) {
		u32 size = take_u32(p);
		ins->size = (u8)MIN(size, 255u);
	} else if (is(word, "volatile")) {
		ins->is_volatile = true;
	} else if (is(word, "fetch")) {
		ins->atomic_fetch = true;
	} else if (is(word, "core")) {
		ins->core = take_core(p);
	} else if (space > 0) {
		ins->space = (u8)space;
	} else {
		fail(p, "unknown attribute");
	}
}

/* %N, or @N and for phis @N %M */
static void take_operand(Parser *p, Ins *ins, u32 *n)
{
	if (take(p, '@')) {
		u32 block = block_of(p, take_u32(p));
		if (ins->op != OP_PHI) {
			vec_push(p->c->scratch, &p->succ, block);
			return;
		}
		vec_push(p->c->scratch, &p->phi_preds, block);
	}
	expect(p, '%');
	u32 number = take_u32(p);
	if (!number)
		fail(p, "values are numbered from 1");
	if (op_info[ins->op].args[0] == 'v') {
		vec_push(p->c->scratch, &p->args, number);
	} else if (*n < 3) {
		*(*n == 0 ? &ins->a : *n == 1 ? &ins->b : &ins->c) = number;
		++*n;
	} else {
		fail(p, "too many operands");
	}
}

/* What the instruction is about, first behind its name: helper, m0 "name", "asm text". */
static void take_subject(Parser *p, Ins *ins)
{
	char letter = ir_sym_letter(ins->op);
	if (ins->op == OP_CALL) {
		Str word = take_word(p);
		const BpfHelper *helper = bpf_helper_find(word.at, word.len);
		if (is(word, "helper"))
			ins->imm = take_u32(p);
		else if (helper)
			ins->imm = helper->id;
		else
			fail(p, "unknown helper");
	} else if (letter) {
		ins->sym = take_sym(p, letter);
		if (peek(p) == '"')
			take_string(p);
	} else if (ins->op == OP_ASM) {
		ins->asm_text = take_string(p);
	} else {
		return;
	}
	if (peek(p) != '\n' && p->at < p->end)
		expect(p, ',');
}

static void take_items(Parser *p, Ins *ins)
{
	u32 n = 0;
	p->args.len = p->succ.len = p->phi_preds.len = 0;
	take_subject(p, ins);
	while (!p->failed && peek(p) && peek(p) != '\n') {
		char c = peek(p);
		if (c == '%' || c == '@')
			take_operand(p, ins, &n);
		else if (c == '-' || is_digit(c))
			ins->imm = take_number(p);
		else
			take_attribute(p, ins);
		if (!take(p, ','))
			break;
	}
}

static int find_op(Str word)
{
	for (int i = 1; i < OP_COUNT; i++)
		if (is(word, op_info[i].name))
			return i;
	return -1;
}

/* "add.l", "atomic_or.w" */
static void take_op(Parser *p, Ins *ins)
{
	Str word = take_word(p);
	if (word.len > 2 && word.at[word.len - 2] == '.') {
		char cls = word.at[word.len - 1];
		ins->cls = cls == 'w' ? CLS_W : cls == 'l' ? CLS_L : CLS_NONE;
		word.len -= 2;
	}
	if (word.len > 7 && memcmp(word.at, "atomic_", 7) == 0) {
		int atomic = find_word((Str){word.at + 7, word.len - 7}, ir_atomic_names, 1, IR_N_ATOMICS);
		if (atomic > 0)
			ins->atomic = (u8)atomic;
		word.len = 6;
	}
	int op = find_op(word);
	if (op < 0)
		fail(p, "unknown operation");
	else
		ins->op = (u8)op;
}

/* Remembers which edges a phi's operands belong to. */
static void note_phi(Parser *p, Val v)
{
	if (p->phi_preds.len != p->args.len)
		fail(p, "phi operands are written @BLOCK %VALUE");
	vec_push(p->c->scratch, &p->pred_lists, v);
	vec_push(p->c->scratch, &p->pred_lists, p->phi_preds.len);
	for (u32 i = 0; i < p->phi_preds.len; i++)
		vec_push(p->c->scratch, &p->pred_lists, p->phi_preds.at[i]);
}

static void take_ins(Parser *p)
{
	u32 number = 0;
	if (take(p, '%')) {
		number = take_u32(p);
		expect(p, '=');
		if (!number || map_get(&p->values, number))
			fail(p, "value is numbered 0 or defined twice");
	}
	Ins ins = {0};
	take_op(p, &ins);
	if (!p->failed)
		take_items(p, &ins);
	expect(p, '\n');
	if (p->failed)
		return;
	if (ins.op == OP_CONST && ins.cls == CLS_W)
		ins.imm = (i32)ins.imm;
	ins.block = p->block;
	ins.args = p->args.at;
	ins.n_args = p->args.len;
	if ((number != 0) != ir_has_result(&ins))
		fail(p, "result missing or too many");
	if (p->succ.len != (ins.op == OP_BR ? 2 : ins.op == OP_JMP))
		fail(p, "wrong number of target blocks");
	if (ir_end(p->f, p->block))
		fail(p, "instruction behind the end of its block");
	if (p->failed)
		return;
	Val v = ir_ins_new(p->m, p->f, ins);
	Block *b = &p->f->blocks.at[p->block];
	vec_push(p->c->arena, &b->ins, v);
	for (u32 i = 0; i < p->succ.len; i++)
		b->succ[i] = p->succ.at[i];
	if (ins.op == OP_PHI)
		note_phi(p, v);
	if (number)
		map_set(&p->values, number, v);
}

/* ---- functions ---- */

/* Puts a phi's operands in the order of its block's preds, which are known from an earlier phi. */
static void sort_phi(Parser *p, Ins *phi, const u32 *preds)
{
	Block *b = &p->f->blocks.at[phi->block];
	if (phi->n_args != b->preds.len) {
		fail(p, "phis of one block have different numbers of operands");
		return;
	}
	Val *sorted = NEW_N(p->c->scratch, Val, phi->n_args + 1);
	for (u32 i = 0; i < phi->n_args; i++) {
		for (u32 k = 0; k < phi->n_args; k++) {
			if (b->preds.at[k] != preds[i] || sorted[k])
				continue;
			sorted[k] = phi->args[i];
			break;
		}
	}
	for (u32 i = 0; i < phi->n_args; i++)
		if (!sorted[i])
			fail(p, "phis of one block name different blocks");
	memcpy(phi->args, sorted, phi->n_args * sizeof(Val));
}

static void finish_phis(Parser *p)
{
	for (u32 i = 0; i < p->pred_lists.len && !p->failed;) {
		Ins *phi = ir_ins(p->f, p->pred_lists.at[i]);
		const u32 *preds = &p->pred_lists.at[i + 2];
		Block *b = &p->f->blocks.at[phi->block];
		i += 2 + phi->n_args;
		if (b->preds.len) {
			sort_phi(p, phi, preds);
			continue;
		}
		for (u32 k = 0; k < phi->n_args; k++)
			vec_push(p->c->arena, &b->preds, preds[k]);
	}
}

static void resolve_values(Parser *p)
{
	for (Val v = 1; v < p->f->ins.len; v++) {
		ir_each_operand(ir_ins(p->f, v), use) {
			*use = (Val)map_get(&p->values, *use);
			if (!*use) {
				fail(p, "use of a value that is not defined");
				return;
			}
		}
	}
}

static void check_ends(Parser *p)
{
	for (u32 i = 0; i < p->f->blocks.len && !p->failed; i++)
		if (!ir_end(p->f, i))
			fail(p, "block missing or without an end instruction");
}

static void take_label(Parser *p)
{
	expect(p, '@');
	p->block = block_of(p, take_u32(p));
	Block *b = &p->f->blocks.at[p->block];
	if (b->ins.len)
		fail(p, "block defined twice");
	Str name = take_word(p);
	if (name.len)
		b->name = name_of(p->c, name.at, name.len);
	expect(p, ':');
	Str unroll = take_word(p);
	if (is(unroll, "unroll"))
		b->unroll = is_digit(peek(p)) ? 2 : 1;
	else if (is(unroll, "nounroll"))
		b->unroll = 3;
	else if (unroll.len)
		fail(p, "unroll or nounroll expected");
	if (b->unroll == 2)
		b->unroll_count = take_u32(p);
	expect(p, '\n');
}

/* slot N size S align A [dead] ["name"] */
static void take_slot(Parser *p)
{
	Slot slot = {0};
	take_u32(p);
	take_word(p);
	slot.size = take_u32(p);
	take_word(p);
	slot.align = take_u32(p);
	if (peek(p) == 'd')
		slot.is_dead = take_word(p).len > 0;
	if (peek(p) == '"')
		slot.name = take_string(p);
	expect(p, '\n');
	vec_push(p->c->arena, &p->f->slots, slot);
}

static bool is_slot_line(Parser *p)
{
	return p->end - p->at > 5 && memcmp(p->at, "slot ", 5) == 0;
}

static void take_body(Parser *p)
{
	expect(p, '\n');
	skip_lines(p);
	while (!p->failed && peek(p) != '}') {
		if (peek(p) == '@')
			take_label(p);
		else if (!p->blocks.len && is_slot_line(p))
			p->at += 5, take_slot(p);
		else if (!p->blocks.len)
			fail(p, "label of the first block expected");
		else
			take_ins(p);
		skip_lines(p);
	}
	expect(p, '}');
}

static void take_func_flags(Parser *p)
{
	Func *f = p->f;
	while (!p->failed && peek(p) != '{') {
		Str word = take_word(p);
		int kind = find_word(word, ir_func_kind_names, 0, IR_N_FUNC_KINDS);
		if (kind >= 0)
			f->kind = (FuncKind)kind;
		else if (is(word, "section"))
			f->section = take_string(p);
		else if (is(word, "params"))
			f->n_params = take_u32(p);
		else if (is(word, "returns"))
			f->returns = true;
		else if (is(word, "weak"))
			f->is_weak = true;
		else if (is(word, "hidden"))
			f->is_hidden = true;
		else if (is(word, "inline"))
			f->always_inline = true;
		else if (is(word, "noinline"))
			f->never_inline = true;
		else
			fail(p, "unknown word in the head of a function");
	}
	expect(p, '{');
}

static void take_func(Parser *p)
{
	ArenaMark mark = arena_mark(p->c->scratch);
	take_sym(p, 'f');
	const char *name = take_string(p);
	p->f = ir_func_new(p->m, name, FUNC_STATIC, NULL);
	p->values = p->blocks = (Map){.arena = p->c->scratch};
	memset(&p->succ, 0, sizeof(p->succ));
	memset(&p->phi_preds, 0, sizeof(p->phi_preds));
	memset(&p->args, 0, sizeof(p->args));
	memset(&p->pred_lists, 0, sizeof(p->pred_lists));
	p->block = 0;
	take_func_flags(p);
	take_body(p);
	check_ends(p);
	if (!p->failed)
		resolve_values(p);
	finish_phis(p);
	arena_reset(p->c->scratch, mark);
}

/* ---- the module ---- */

/* map mN "name" type T key K value V entries E … */
static void take_map(Parser *p)
{
	MapDef *map = NEW(p->c->arena, MapDef);
	take_sym(p, 'm');
	map->name = take_string(p);
	while (!p->failed && peek(p) && peek(p) != '\n') {
		Str word = take_word(p);
		if (is(word, "type"))
			map->type = take_u32(p);
		else if (is(word, "key"))
			map->key_size = take_u32(p);
		else if (is(word, "value"))
			map->value_size = take_u32(p);
		else if (is(word, "entries"))
			map->max_entries = take_u32(p);
		else if (is(word, "flags"))
			map->flags = take_u32(p);
		else if (is(word, "extra"))
			map->extra = (u64)take_number(p);
		else if (is(word, "pinning"))
			map->pinning = take_u32(p);
		else if (is(word, "weak"))
			map->is_weak = true;
		else if (is(word, "static"))
			map->is_static = true;
		else
			fail(p, "unknown word in a map");
	}
	ir_map_add(p->m, map);
}

static void take_init(Parser *p, Global *g)
{
	skip_blanks(p);
	if (p->end - p->at < 2 * (i64)g->size) {
		fail(p, "initial bytes missing");
		return;
	}
	g->init = NEW_N(p->c->arena, u8, g->size + 1);
	for (u32 i = 0; i < g->size && !p->failed; i++) {
		u32 byte = take_hex_byte(p);
		if (byte > 255)
			fail(p, "hex digits expected");
		g->init[i] = (u8)byte;
	}
}

static void take_data_reloc(Parser *p, Global *g)
{
	DataReloc r = {.offset = take_u32(p)};
	int kind = find_word(take_word(p), ir_data_names, 0, IR_N_DATA);
	if (kind < 0)
		fail(p, "unknown kind of address");
	r.kind = kind;
	r.sym = take_u32(p);
	r.addend = take_number(p);
	vec_push(p->c->arena, &g->relocs, r);
}

static void take_global(Parser *p)
{
	Global *g = NEW(p->c->arena, Global);
	take_sym(p, 'g');
	g->name = take_string(p);
	while (!p->failed && peek(p) && peek(p) != '\n') {
		Str word = take_word(p);
		if (is(word, "size"))
			g->size = take_u32(p);
		else if (is(word, "align"))
			g->align = take_u32(p);
		else if (is(word, "section"))
			g->section = take_string(p);
		else if (is(word, "static"))
			g->is_static = true;
		else if (is(word, "weak"))
			g->is_weak = true;
		else if (is(word, "hidden"))
			g->is_hidden = true;
		else if (is(word, "extern"))
			g->is_extern = true;
		else if (is(word, "init"))
			take_init(p, g);
		else if (is(word, "reloc"))
			take_data_reloc(p, g);
		else
			fail(p, "unknown word in a global");
	}
	ir_global_add(p->m, g);
}

static void take_extern(Parser *p)
{
	Type *type = NULL;
	bool is_weak = false;
	take_sym(p, 'x');
	const char *name = take_string(p);
	while (!p->failed && peek(p) && peek(p) != '\n') {
		Str word = take_word(p);
		if (is(word, "func")) {
			type = NEW(p->c->arena, Type);
			type->kind = TY_FUNC;
		} else if (is(word, "weak")) {
			is_weak = true;
		} else {
			fail(p, "unknown word in an extern");
		}
	}
	ir_extern_add(p->m, name, type, is_weak);
}

static void take_declaration(Parser *p)
{
	ArenaMark mark = arena_mark(p->c->scratch);
	Str word = take_word(p);
	if (is(word, "func"))
		take_func(p);
	else if (is(word, "map"))
		take_map(p);
	else if (is(word, "global"))
		take_global(p);
	else if (is(word, "extern"))
		take_extern(p);
	else if (is(word, "license"))
		p->m->license = take_string(p);
	else
		fail(p, "func, map, global, extern or license expected");
	if (peek(p))
		expect(p, '\n');
	arena_reset(p->c->scratch, mark);
}

static void check_module(Parser *p)
{
	for (u32 i = 0; i < p->m->funcs.len && !p->failed; i++) {
		const char *broken = ir_verify(p->m, p->m->funcs.at[i]);
		if (broken)
			fail(p, broken);
	}
}

Module *ir_parse(Compile *c, Str text, Loc base)
{
	Parser p = {.c = c, .at = text.at, .start = text.at, .end = text.at + text.len, .base = base};
	p.m = ir_module_new(c);
	skip_lines(&p);
	while (!p.failed && peek(&p)) {
		take_declaration(&p);
		skip_lines(&p);
	}
	check_module(&p);
	return p.failed ? NULL : p.m;
}
