/*
 * Making IR: modules, functions, blocks and instructions.
 *
 * In: calls from lowering, the text parser and the passes. Out: a Module whose
 * every part lives in the compilation's arena. The op table (tables/ops.def)
 * is turned into op_info here.
 *
 * Two rules hold from the first instruction on. Constants of class w are kept
 * sign-extended from 32 bits, so that equal constants have equal imm. And the
 * edges are entered in Block.preds by ir_jmp and ir_br in the order in which
 * they are built, which is therefore the order of a phi's operands; ir_cfg
 * keeps that order when it looks at the graph again.
 */
#include "ir/ir.h"

const OpInfo op_info[OP_COUNT] = {
	[OP_NONE] = {"none", RESULT_NONE, "", EFFECT_PURE, false},
#define OP(id, name, result, args, effects, fold)                                                  \
	[OP_##id] = {name, RESULT_##result, args, EFFECT_##effects, fold},
#include "tables/ops.def"
#undef OP
};

Module *ir_module_new(Compile *c)
{
	Module *m = NEW(c->arena, Module);
	m->c = c;
	return m;
}

Func *ir_func_new(Module *m, const char *name, FuncKind kind, u32 *sym)
{
	Func *f = NEW(m->c->arena, Func);
	f->name = name;
	f->kind = kind;
	vec_push(m->c->arena, &f->ins, (Ins){0});
	ir_block_new(m, f, NULL);
	if (sym)
		*sym = m->funcs.len;
	vec_push(m->c->arena, &m->funcs, f);
	return f;
}

u32 ir_map_add(Module *m, MapDef *map)
{
	vec_push(m->c->arena, &m->maps, map);
	return m->maps.len - 1;
}

u32 ir_global_add(Module *m, Global *global)
{
	vec_push(m->c->arena, &m->globals, global);
	return m->globals.len - 1;
}

u32 ir_extern_add(Module *m, const char *name, Type *type, bool is_weak)
{
	for (u32 i = 0; i < m->externs.len; i++)
		if (strcmp(m->externs.at[i]->name, name) == 0)
			return i;
	Extern *ext = NEW(m->c->arena, Extern);
	ext->name = name;
	ext->type = type;
	ext->is_weak = is_weak;
	vec_push(m->c->arena, &m->externs, ext);
	return m->externs.len - 1;
}

u32 ir_block_new(Module *m, Func *f, const char *name)
{
	vec_push(m->c->arena, &f->blocks, (Block){.name = name});
	ir_broken(f, IR_HAS_CFG | IR_HAS_DOM);
	return f->blocks.len - 1;
}

u32 ir_slot_new(Module *m, Func *f, const char *name, u32 size, u32 align)
{
	vec_push(m->c->arena, &f->slots, (Slot){.name = name, .size = size, .align = align});
	return f->slots.len - 1;
}

bool ir_has_result(const Ins *ins)
{
	if (ins->op == OP_ATOMIC)
		return ins->atomic_fetch;
	return op_info[ins->op].result != RESULT_NONE;
}

bool ir_is_ended(const Build *b)
{
	return ir_end(b->f, b->block) != NULL;
}

Val ir_ins_new(Module *m, Func *f, Ins ins)
{
	if (ins.n_args) {
		Val *args = NEW_N(m->c->arena, Val, ins.n_args);
		memcpy(args, ins.args, ins.n_args * sizeof(Val));
		ins.args = args;
	}
	vec_push(m->c->arena, &f->ins, ins);
	f->changes++;
	return f->ins.len - 1;
}

Val ir_add(Build *b, Ins ins)
{
	if (ir_is_ended(b))
		b->block = ir_block_new(b->m, b->f, NULL);
	ins.block = b->block;
	ins.loc = b->loc;
	Val v = ir_ins_new(b->m, b->f, ins);
	vec_push(b->m->c->arena, &b->f->blocks.at[b->block].ins, v);
	if (op_info[ins.op].effect == EFFECT_TERM)
		ir_broken(b->f, IR_HAS_CFG | IR_HAS_DOM);
	return v;
}

Val ir_const(Build *b, Cls cls, i64 value)
{
	return ir_add(b, (Ins){.op = OP_CONST, .cls = cls, .imm = cls == CLS_W ? (i32)value : value});
}

Val ir_op1(Build *b, Op op, Cls cls, Val a)
{
	return ir_add(b, (Ins){.op = op, .cls = cls, .a = a});
}

Val ir_op2(Build *b, Op op, Cls cls, Val x, Val y)
{
	return ir_add(b, (Ins){.op = op, .cls = cls, .a = x, .b = y});
}

Val ir_cmp(Build *b, Op op, u32 size, Val x, Val y)
{
	return ir_add(b, (Ins){.op = op, .cls = CLS_W, .size = size, .a = x, .b = y});
}

Val ir_sext(Build *b, Cls to, u32 from_bytes, Val v)
{
	return ir_add(b, (Ins){.op = OP_SEXT, .cls = to, .size = from_bytes, .a = v});
}

Val ir_to_cls(Build *b, Cls to, Val v)
{
	Cls from = ir_ins(b->f, v)->cls;
	if (from == to)
		return v;
	return ir_op1(b, to == CLS_L ? OP_ZEXT : OP_TRUNC, to, v);
}

Val ir_slot(Build *b, u32 slot)
{
	return ir_add(b, (Ins){.op = OP_SLOT, .cls = CLS_L, .imm = slot});
}

Val ir_offset(Build *b, Val address, i64 bytes)
{
	if (!bytes)
		return address;
	return ir_op2(b, OP_ADD, CLS_L, address, ir_const(b, CLS_L, bytes));
}

Val ir_load(Build *b, AddrSpace space, u32 size, bool is_signed, Cls cls, Val address, i64 offset)
{
	return ir_add(b, (Ins){.op = is_signed ? OP_LOADS : OP_LOAD,
			       .cls = cls,
			       .size = size,
			       .space = space,
			       .a = address,
			       .imm = offset});
}

void ir_store(Build *b, AddrSpace space, u32 size, Val address, i64 offset, Val value)
{
	ir_add(b, (Ins){.op = OP_STORE,
			.cls = ir_ins(b->f, value)->cls,
			.size = size,
			.space = space,
			.a = address,
			.b = value,
			.imm = offset});
}

void ir_memcpy(Build *b, Val to, Val from, u32 bytes, u32 align)
{
	if (bytes)
		ir_add(b, (Ins){.op = OP_MEMCPY, .a = to, .b = from, .imm = bytes, .size = align});
}

void ir_memzero(Build *b, Val to, u32 bytes, u32 align)
{
	if (bytes)
		ir_add(b, (Ins){.op = OP_MEMZERO, .a = to, .imm = bytes, .size = align});
}

Val ir_map(Build *b, u32 map)
{
	return ir_add(b, (Ins){.op = OP_MAP, .cls = CLS_L, .sym = map});
}

Val ir_global(Build *b, u32 global, i64 offset)
{
	return ir_add(b, (Ins){.op = OP_GLOBAL, .cls = CLS_L, .sym = global, .imm = offset});
}

Val ir_call(Build *b, u32 helper, u32 n, const Val *args)
{
	return ir_add(b, (Ins){.op = OP_CALL,
			       .cls = CLS_L,
			       .imm = helper,
			       .n_args = n,
			       .args = (Val *)args});
}

Val ir_callf(Build *b, u32 func, u32 n, const Val *args)
{
	return ir_add(b, (Ins){.op = OP_CALLF,
			       .cls = CLS_L,
			       .sym = func,
			       .n_args = n,
			       .args = (Val *)args});
}

Val ir_callk(Build *b, u32 ext, u32 n, const Val *args)
{
	return ir_add(b, (Ins){.op = OP_CALLK,
			       .cls = CLS_L,
			       .sym = ext,
			       .n_args = n,
			       .args = (Val *)args});
}

Val ir_core(Build *b, Cls cls, i64 value, const CoreReloc *reloc)
{
	return ir_add(b, (Ins){.op = OP_CORE,
			       .cls = cls,
			       .imm = cls == CLS_W ? (i32)value : value,
			       .core = (CoreReloc *)reloc});
}

/* Enters the edge from the block that has just been ended. */
static void add_edge(Build *b, u32 which, u32 to)
{
	b->f->blocks.at[b->block].succ[which] = to;
	vec_push(b->m->c->arena, &b->f->blocks.at[to].preds, b->block);
}

void ir_jmp(Build *b, u32 to)
{
	ir_add(b, (Ins){.op = OP_JMP});
	add_edge(b, 0, to);
}

void ir_br(Build *b, Val cond, u32 yes, u32 no)
{
	ir_add(b, (Ins){.op = OP_BR, .cls = ir_ins(b->f, cond)->cls, .a = cond});
	add_edge(b, 0, yes);
	add_edge(b, 1, no);
}

void ir_ret(Build *b, Val value)
{
	Cls cls = value ? ir_ins(b->f, value)->cls : CLS_NONE;
	ir_add(b, (Ins){.op = OP_RET, .cls = cls, .a = value});
}

void ir_at(Build *b, u32 block)
{
	b->block = block;
}
