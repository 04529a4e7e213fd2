/*
 * IR as text. docs/ir.md describes the form; parse.c reads it.
 *
 * The text is canonical: blocks come in reverse post-order and are numbered so,
 * values are numbered in the order in which they are defined in it, and blocks
 * that can't be reached are left out. So two functions that differ only in
 * history print alike, and a test can compare text. Positions follow as
 * comments ("; line:col"); types of maps and globals are not part of the text.
 */
#include "base/text.h"
#include "ir/internal.h"
#include "tables/tables.h"

const char *const ir_space_names[] = {NULL,	"stack",  "map",  "ctx",   "packet",
				      "btf",	"kernel", "user", "arena", NULL};
const char *const ir_atomic_names[] = {NULL, "add", "or", "and", "xor", "xchg", "cmpxchg", NULL};
const char *const ir_core_names[] = {"field_byte_offset", "field_byte_size", "field_exists",
				     "field_signed",	  "field_lshift",    "field_rshift",
				     "type_id_local",	  "type_id_target",  "type_exists",
				     "type_size",	  "enumval_exists",  "enumval_value",
				     "type_matches",	  NULL};
const char *const ir_func_kind_names[] = {"program", "static", "global", "callback", NULL};
const char *const ir_data_names[] = {"global", "func", "map", NULL};

bool ir_uses_size(Op op)
{
	switch (op) {
	case OP_BSWAP: case OP_SEXT: case OP_EQ: case OP_NE: case OP_ULT: case OP_ULE:
	case OP_SLT: case OP_SLE: case OP_LOAD: case OP_LOADS: case OP_STORE: case OP_MEMCPY:
	case OP_MEMZERO: case OP_KLOAD: case OP_ULOAD: case OP_ATOMIC:
		return true;
	default:
		return false;
	}
}

bool ir_imm_is_offset(Op op)
{
	switch (op) {
	case OP_GLOBAL: case OP_LOAD: case OP_LOADS: case OP_STORE: case OP_KLOAD: case OP_ULOAD:
	case OP_ATOMIC:
		return true;
	default:
		return false;
	}
}

bool ir_uses_imm(Op op)
{
	switch (op) {
	case OP_CONST: case OP_PARAM: case OP_SLOT: case OP_CORE: case OP_MEMCPY: case OP_MEMZERO:
	case OP_ASMOUT:
		return true;
	default:
		return ir_imm_is_offset(op);
	}
}

char ir_sym_letter(Op op)
{
	switch (op) {
	case OP_MAP: return 'm';
	case OP_GLOBAL: return 'g';
	case OP_FUNC: case OP_CALLF: return 'f';
	case OP_KSYM: case OP_CALLK: return 'x';
	default: return 0;
	}
}

typedef struct {
	Module *m;
	Func *f;
	Text text;
	u32 *value; /* number of each value in the text */
	u32 *block;
} Printer;

static void add_string(Text *t, const char *s)
{
	text_adds(t, " \"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_addf(t, "\\%c", *s);
		else if ((u8)*s < ' ')
			text_addf(t, "\\x%02x", (u8)*s);
		else
			text_add(t, s, 1);
	}
	text_adds(t, "\"");
}

static void add_flag(Text *t, bool is_set, const char *word)
{
	if (is_set)
		text_addf(t, " %s", word);
}

static const char *sym_name(const Module *m, char letter, u32 sym)
{
	switch (letter) {
	case 'm': return sym < m->maps.len ? m->maps.at[sym]->name : NULL;
	case 'g': return sym < m->globals.len ? m->globals.at[sym]->name : NULL;
	case 'f': return sym < m->funcs.len ? m->funcs.at[sym]->name : NULL;
	case 'x': return sym < m->externs.len ? m->externs.at[sym]->name : NULL;
	default: return NULL;
	}
}

static const char *root_word(const Type *root)
{
	switch (root->kind) {
	case TY_STRUCT: return "struct";
	case TY_UNION: return "union";
	case TY_ENUM: return "enum";
	case TY_TYPEDEF: return "typedef";
	default: return "type";
	}
}

/* core(KIND struct "name" 0:1:2) */
static void add_core(Text *t, const CoreReloc *core)
{
	text_addf(t, "core(%s %s", ir_core_names[core->kind], root_word(core->root));
	add_string(t, core->root->name ? core->root->name : "");
	for (u32 i = 0; i < core->n_path; i++)
		text_addf(t, "%c%u", i ? ':' : ' ', core->path[i]);
	text_adds(t, ")");
}

static void add_value(Printer *p, Val v)
{
	if (v < p->f->ins.len && p->value[v])
		text_addf(&p->text, "%%%u", p->value[v]);
	else
		text_addf(&p->text, "%%?%u", v); /* not defined: only in what ir_verify refuses */
}

/* Separates the items behind the operation's name. */
static void add_comma(Printer *p, bool *is_first)
{
	text_adds(&p->text, *is_first ? " " : ", ");
	*is_first = false;
}

static void add_operands(Printer *p, const Ins *ins, bool *first)
{
	const Val fixed[] = {ins->a, ins->b, ins->c};
	for (u32 i = 0; i < 3 && fixed[i]; i++) {
		add_comma(p, first);
		add_value(p, fixed[i]);
	}
	const Block *b = &p->f->blocks.at[ins->block];
	for (u32 i = 0; i < ins->n_args; i++) {
		add_comma(p, first);
		if (ins->op == OP_PHI && i < b->preds.len)
			text_addf(&p->text, "@%u ", p->block[b->preds.at[i]]);
		add_value(p, ins->args[i]);
	}
}

/* What the instruction names: helper, map, global … */
static void add_subject(Printer *p, const Ins *ins, bool *first)
{
	char letter = ir_sym_letter(ins->op);
	if (ins->op == OP_CALL) {
		const BpfHelper *helper = bpf_helper_by_id((int)ins->imm);
		add_comma(p, first);
		if (helper)
			text_adds(&p->text, helper->name);
		else
			text_addf(&p->text, "helper %lld", (long long)ins->imm);
	} else if (letter) {
		add_comma(p, first);
		text_addf(&p->text, "%c%u", letter, ins->sym);
		const char *name = sym_name(p->m, letter, ins->sym);
		if (name)
			add_string(&p->text, name);
	} else if (ins->asm_text) {
		*first = false;
		add_string(&p->text, ins->asm_text);
	}
}

static void add_attributes(Printer *p, const Ins *ins, bool *first)
{
	if (ir_uses_imm(ins->op) && (ins->imm || !ir_imm_is_offset(ins->op))) {
		add_comma(p, first);
		text_addf(&p->text, "%lld", (long long)ins->imm);
	}
	if (ir_uses_size(ins->op)) {
		add_comma(p, first);
		text_addf(&p->text, "size %u", ins->size);
	}
	if (ins->space) {
		add_comma(p, first);
		text_adds(&p->text, ir_space_names[ins->space]);
	}
	if (ins->is_volatile) {
		add_comma(p, first);
		text_adds(&p->text, "volatile");
	}
	if (ins->atomic_fetch) {
		add_comma(p, first);
		text_adds(&p->text, "fetch");
	}
	if (ins->core) {
		add_comma(p, first);
		add_core(&p->text, ins->core);
	}
}

static void add_ins(Printer *p, Val v)
{
	const Ins *ins = &p->f->ins.at[v];
	const Block *b = &p->f->blocks.at[ins->block];
	bool first = true;
	text_adds(&p->text, "\t");
	if (ir_has_result(ins))
		text_addf(&p->text, "%%%u = ", p->value[v]);
	text_adds(&p->text, op_info[ins->op].name);
	if (ins->op == OP_ATOMIC)
		text_addf(&p->text, "_%s", ir_atomic_names[ins->atomic]);
	if (ins->cls)
		text_adds(&p->text, ins->cls == CLS_W ? ".w" : ".l");
	add_subject(p, ins, &first);
	add_operands(p, ins, &first);
	add_attributes(p, ins, &first);
	for (u32 i = 0; i < ir_n_succ(p->f, ins->block) && ins == ir_end(p->f, ins->block); i++) {
		add_comma(p, &first);
		text_addf(&p->text, "@%u", p->block[b->succ[i]]);
	}
	SourcePos at = source_pos(&p->m->c->sources, ins->loc);
	if (ins->loc && at.file)
		text_addf(&p->text, " ; %u:%u", at.line, at.col);
	text_adds(&p->text, "\n");
}

/* Numbers blocks and values in the order of the text. */
static void number_all(Printer *p)
{
	u32 n = 0;
	p->value = NEW_N(p->m->c->scratch, u32, p->f->ins.len);
	p->block = NEW_N(p->m->c->scratch, u32, p->f->blocks.len);
	for (u32 i = 0; i < p->f->order.len; i++) {
		Block *b = &p->f->blocks.at[p->f->order.at[i]];
		p->block[p->f->order.at[i]] = i;
		vec_each(v, &b->ins)
			if (ir_has_result(ir_ins(p->f, *v)))
				p->value[*v] = ++n;
	}
}

static void add_func_head(Printer *p, u32 number)
{
	const Func *f = p->f;
	text_addf(&p->text, "func f%u", number);
	add_string(&p->text, f->name);
	text_addf(&p->text, " %s", ir_func_kind_names[f->kind]);
	if (f->section) {
		text_adds(&p->text, " section");
		add_string(&p->text, f->section);
	}
	text_addf(&p->text, " params %u", f->n_params);
	add_flag(&p->text, f->returns, "returns");
	add_flag(&p->text, f->is_weak, "weak");
	add_flag(&p->text, f->is_hidden, "hidden");
	add_flag(&p->text, f->always_inline, "inline");
	add_flag(&p->text, f->never_inline, "noinline");
	text_adds(&p->text, " {\n");
	for (u32 i = 0; i < f->slots.len; i++) {
		text_addf(&p->text, "\tslot %u size %u align %u", i, f->slots.at[i].size,
			  f->slots.at[i].align);
		add_flag(&p->text, f->slots.at[i].is_dead, "dead");
		if (f->slots.at[i].name)
			add_string(&p->text, f->slots.at[i].name);
		text_adds(&p->text, "\n");
	}
}

static void add_func(Printer *p, Func *f, u32 number)
{
	ArenaMark mark = arena_mark(p->m->c->scratch);
	p->f = f;
	ir_cfg(p->m, f);
	number_all(p);
	add_func_head(p, number);
	for (u32 i = 0; i < f->order.len; i++) {
		Block *b = &f->blocks.at[f->order.at[i]];
		text_addf(&p->text, "@%u", i);
		if (b->name)
			text_addf(&p->text, " %s", b->name);
		static const char *const unroll[] = {"", " unroll", " unroll", " nounroll"};
		text_addf(&p->text, ":%s", unroll[b->unroll & 3]);
		if (b->unroll == 2)
			text_addf(&p->text, " %u", b->unroll_count);
		text_adds(&p->text, "\n");
		vec_each(v, &b->ins)
			add_ins(p, *v);
	}
	text_adds(&p->text, "}\n");
	arena_reset(p->m->c->scratch, mark);
}

static void add_map(Text *t, const MapDef *map, u32 number)
{
	text_addf(t, "map m%u", number);
	add_string(t, map->name);
	text_addf(t, " type %u key %u value %u entries %u", map->type, map->key_size,
		  map->value_size, map->max_entries);
	if (map->flags)
		text_addf(t, " flags %u", map->flags);
	if (map->extra)
		text_addf(t, " extra %llu", (unsigned long long)map->extra);
	if (map->pinning)
		text_addf(t, " pinning %u", map->pinning);
	add_flag(t, map->is_weak, "weak");
	add_flag(t, map->is_static, "static");
	text_adds(t, "\n");
}

static void add_global(Text *t, const Global *g, u32 number)
{
	text_addf(t, "global g%u", number);
	add_string(t, g->name);
	text_addf(t, " size %u align %u section", g->size, g->align);
	add_string(t, g->section ? g->section : "");
	add_flag(t, g->is_static, "static");
	add_flag(t, g->is_weak, "weak");
	add_flag(t, g->is_hidden, "hidden");
	add_flag(t, g->is_extern, "extern");
	if (g->init) {
		text_adds(t, " init ");
		for (u32 i = 0; i < g->size; i++)
			text_addf(t, "%02x", g->init[i]);
	}
	for (u32 i = 0; i < g->relocs.len; i++) {
		const DataReloc *r = &g->relocs.at[i];
		text_addf(t, " reloc %u %s %u %lld", r->offset, ir_data_names[r->kind], r->sym,
			  (long long)r->addend);
	}
	text_adds(t, "\n");
}

static void add_module_head(Text *t, const Module *m)
{
	if (m->license) {
		text_adds(t, "license");
		add_string(t, m->license);
		text_adds(t, "\n");
	}
	for (u32 i = 0; i < m->maps.len; i++)
		add_map(t, m->maps.at[i], i);
	for (u32 i = 0; i < m->globals.len; i++)
		add_global(t, m->globals.at[i], i);
	for (u32 i = 0; i < m->externs.len; i++) {
		const Extern *x = m->externs.at[i];
		text_addf(t, "extern x%u", i);
		add_string(t, x->name);
		add_flag(t, x->type && x->type->kind == TY_FUNC, "func");
		add_flag(t, x->is_weak, "weak");
		text_adds(t, "\n");
	}
}

const char *ir_print(Module *m, Func *f)
{
	Printer p = {.m = m, .text = text_new(m->c->arena)};
	if (!f)
		add_module_head(&p.text, m);
	for (u32 i = 0; i < m->funcs.len; i++)
		if (!f || f == m->funcs.at[i])
			add_func(&p, m->funcs.at[i], i);
	return text_done(&p.text);
}

const char *ir_ins_text(Module *m, Func *f, Val v)
{
	ArenaMark mark = arena_mark(m->c->scratch);
	Printer p = {.m = m, .f = f, .text = text_new(m->c->arena)};
	ir_cfg(m, f);
	number_all(&p);
	add_ins(&p, v);
	arena_reset(m->c->scratch, mark);
	p.text.at[p.text.len - 1] = '\0';
	return p.text.at + 1;
}
