/*
 * The BPF machine: loading, and the execution of instructions.
 *
 * Each instruction is looked up in tables/insns.def once, when it is loaded;
 * families of instructions (64 or 32 bits, immediate or register) are carried
 * out by one function each. Relocations are applied beside the code, which
 * stays as it is.
 */
#include "internal.h"

typedef struct Frame {
	u64 r[11];
	u32 is_set; /* registers, by bit */
	const Program *p;
	u32 pc;
	bool is_done;
} Frame;

Machine *machine_new(void)
{
	Machine *x = calloc(1, sizeof(*x));

	if (!x)
		bug("out of memory");
	x->arena = arena_new();
	x->trace = text_new(x->arena);
	x->world = (MachineWorld){.pid = 1, .tgid = 1, .comm = "test", .time_ns = 1000,
				  .time_step_ns = 1, .random = 1, .func_ip = 0xffffffff81000000};
	vec_add(NULL, &x->regions);
	return x;
}

void machine_free(Machine *x)
{
	if (!x)
		return;
	vec_each(map, &x->maps)
		vec_free(&map->elements);
	vec_free(&x->regions);
	vec_free(&x->maps);
	vec_free(&x->globals);
	vec_free(&x->programs);
	vec_free(&x->ksyms);
	vec_free(&x->reserved);
	vec_free(&x->records);
	arena_free(x->arena);
	free(x);
}

/* ---- registers ---- */

static u64 get(Machine *x, const Frame *f, u32 reg)
{
	if (!(f->is_set >> reg & 1))
		fault(x, "r%u was never set", reg);
	return f->r[reg];
}

static void set(Machine *x, Frame *f, u32 reg, u64 value)
{
	if (reg == REG_FP)
		fault(x, "r10 can't be changed");
	f->r[reg] = value;
	f->is_set |= 1u << reg;
}

/* ---- arithmetic ---- */

static u64 divide_signed(i64 a, i64 b, bool remainder)
{
	if (!b)
		return remainder ? (u64)a : 0;
	if (b == -1)
		return remainder ? 0 : 0 - (u64)a;
	return (u64)(remainder ? a % b : a / b);
}

/* a op b, where `family` is the 64-bit immediate member of the operation. */
static u64 compute(u32 family, u64 a, u64 b, bool is_32)
{
	u32 count = b & (is_32 ? 31 : 63);

	if (is_32) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (family) {
	case INSN_ADD64_IMM: return a + b;
	case INSN_SUB64_IMM: return a - b;
	case INSN_MUL64_IMM: return a * b;
	case INSN_DIV64_IMM: return b ? a / b : 0;
	case INSN_MOD64_IMM: return b ? a % b : a;
	case INSN_OR64_IMM: return a | b;
	case INSN_AND64_IMM: return a & b;
	case INSN_XOR64_IMM: return a ^ b;
	case INSN_LSH64_IMM: return a << count;
	case INSN_RSH64_IMM: return a >> count;
	case INSN_ARSH64_IMM: return is_32 ? (u64)((i32)a >> count) : (u64)((i64)a >> count);
	case INSN_SDIV64_IMM:
	case INSN_SMOD64_IMM:
		return divide_signed(is_32 ? (i32)a : (i64)a, is_32 ? (i32)b : (i64)b,
				     family == INSN_SMOD64_IMM);
	default: bug("no operation: %u", family);
	}
}

static void run_arithmetic(Machine *x, Frame *f, const struct bpf_insn *i, u32 id)
{
	u32 form = (id - INSN_ADD64_IMM) % 4;
	u64 b = form & FORM_REG ? get(x, f, i->src_reg) : (u64)(i64)i->imm;
	u32 family = id - form;
	bool is_division = family == INSN_DIV64_IMM || family == INSN_MOD64_IMM ||
			   family >= INSN_SDIV64_IMM;

	if (!(form & FORM_REG) && is_division && !i->imm)
		fault(x, "division by the constant 0");
	u64 value = compute(family, get(x, f, i->dst_reg), b, form & FORM_32);
	set(x, f, i->dst_reg, form & FORM_32 ? (u32)value : value);
}

static u64 swap(u64 value, u32 bits)
{
	value = __builtin_bswap64(value);
	return bits == 64 ? value : value >> (64 - bits);
}

static void run_move(Machine *x, Frame *f, const struct bpf_insn *i, u32 id)
{
	u64 from = id == INSN_MOV64_IMM || id == INSN_MOV32_IMM ? (u64)(i64)i->imm
								 : get(x, f, i->src_reg);

	switch (id) {
	case INSN_MOV32_IMM:
	case INSN_MOV32_REG: from = (u32)from; break;
	case INSN_MOVS8_64: from = (u64)(i64)(i8)from; break;
	case INSN_MOVS16_64: from = (u64)(i64)(i16)from; break;
	case INSN_MOVS32_64: from = (u64)(i64)(i32)from; break;
	case INSN_MOVS8_32: from = (u32)(i32)(i8)from; break;
	case INSN_MOVS16_32: from = (u32)(i32)(i16)from; break;
	}
	set(x, f, i->dst_reg, from);
}

static void run_unary(Machine *x, Frame *f, const struct bpf_insn *i, u32 id)
{
	u64 a = get(x, f, i->dst_reg);
	u64 keep = i->imm == 64 ? ~0ull : (1ull << i->imm) - 1;

	if (id == INSN_NEG64)
		a = 0 - a;
	else if (id == INSN_NEG32)
		a = (u32)(0 - a);
	else
		a = id >= INSN_BE16 ? swap(a, (u32)i->imm) : a & keep;
	set(x, f, i->dst_reg, a);
}

/* ---- memory ---- */

static u64 load(const u8 *at, u32 size)
{
	u64 value = 0;

	memcpy(&value, at, size);
	return value;
}

static i64 extend(u64 value, u32 size)
{
	u32 bits = 64 - 8 * size;

	return (i64)(value << bits) >> bits;
}

/* The kernel puts the packet's addresses where the context has 32 bits for them. */
static bool load_packet_pointer(Machine *x, u64 address, u32 size, u64 *value)
{
	if (!x->packet || size != 4)
		return false;
	u64 off = address - region_address(x, x->context);
	if (off == x->data_off)
		*value = region_address(x, x->packet);
	else if (off == x->data_end_off)
		*value = region_address(x, x->packet) + x->regions.at[x->packet].size;
	else
		return false;
	return true;
}

static void run_load(Machine *x, Frame *f, const struct bpf_insn *i, u32 size, bool is_signed)
{
	u64 address = get(x, f, i->src_reg) + (u64)(i64)i->off, value = 0;

	if (!load_packet_pointer(x, address, size, &value)) {
		const u8 *at = memory_at(x, address, size, false);
		value = at ? load(at, size) : 0;
	}
	set(x, f, i->dst_reg, is_signed ? (u64)extend(value, size) : value);
}

static void run_store(Machine *x, Frame *f, const struct bpf_insn *i, u32 size, u64 value)
{
	u8 *at = memory_at(x, get(x, f, i->dst_reg) + (u64)(i64)i->off, size, true);

	if (at)
		memcpy(at, &value, size);
}

static void run_atomic(Machine *x, Frame *f, const struct bpf_insn *i)
{
	u32 size = BPF_SIZE(i->code) == BPF_DW ? 8 : 4, op = i->imm & ~BPF_FETCH;
	u64 address = get(x, f, i->dst_reg) + (u64)(i64)i->off, operand = get(x, f, i->src_reg);
	u8 *at = memory_at(x, address, size, false);
	u64 old = at ? load(at, size) : 0, value = operand;

	if (address % size)
		fault(x, "atomic access that is not aligned");
	if (i->imm == BPF_CMPXCHG) {
		u64 expected = get(x, f, 0);
		value = old == (size == 4 ? (u32)expected : expected) ? operand : old;
		set(x, f, 0, old);
	} else if (op == BPF_ADD) {
		value = old + operand;
	} else if (op == BPF_OR) {
		value = old | operand;
	} else if (op == BPF_AND) {
		value = old & operand;
	} else if (op == BPF_XOR) {
		value = old ^ operand;
	}
	if ((i->imm & BPF_FETCH) && i->imm != BPF_CMPXCHG)
		set(x, f, i->src_reg, old);
	at = memory_at(x, address, size, true);
	if (at)
		memcpy(at, &value, size);
}

/* The old way to read packets: big endian, and outside of the packet the program ends with 0. */
static void run_packet_load(Machine *x, Frame *f, const struct bpf_insn *i, u32 id)
{
	bool is_indirect = id >= INSN_LDIND1;
	u32 size = 1u << (id - (is_indirect ? INSN_LDIND1 : INSN_LDABS1));
	u64 off = (u64)(i64)i->imm + (is_indirect ? get(x, f, i->src_reg) : 0);

	if (get(x, f, 6) != region_address(x, x->context))
		fault(x, "r6 is not the context");
	f->is_set &= ~0x3eu;
	if (!x->packet || off + size > x->regions.at[x->packet].size) {
		set(x, f, 0, 0);
		f->is_done = true;
		return;
	}
	set(x, f, 0, swap(load(x->regions.at[x->packet].bytes + off, size), 8 * size));
}

/* ---- jumps and calls ---- */

static bool holds(Jump jump, u64 a, u64 b, bool is_32)
{
	i64 sa = is_32 ? (i32)a : (i64)a, sb = is_32 ? (i32)b : (i64)b;

	if (is_32) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (jump) {
	case JUMP_EQ: return a == b;
	case JUMP_NE: return a != b;
	case JUMP_GT: return a > b;
	case JUMP_GE: return a >= b;
	case JUMP_LT: return a < b;
	case JUMP_LE: return a <= b;
	case JUMP_SGT: return sa > sb;
	case JUMP_SGE: return sa >= sb;
	case JUMP_SLT: return sa < sb;
	case JUMP_SLE: return sa <= sb;
	case JUMP_SET: return a & b;
	}
	return false;
}

static void run_branch(Machine *x, Frame *f, const struct bpf_insn *i, u32 id)
{
	u32 form = (id - INSN_JEQ64_IMM) % 4;
	u64 b = form & FORM_REG ? get(x, f, i->src_reg) : (u64)(i64)i->imm;

	if (holds((id - INSN_JEQ64_IMM) / 4, get(x, f, i->dst_reg), b, form & FORM_32))
		f->pc += (u32)i->off;
}

static void run_call(Machine *x, Frame *f, const struct bpf_insn *i, u32 id)
{
	u32 n = f->pc - 1;
	u64 result = 0;

	if (id == INSN_CALL)
		result = helper_call(x, i->imm, f->r + 1);
	else if (f->p->relocs[n] == RELOC_CALL)
		result = call_program(x, f->p->callees[n], f->r + 1, N_ARGS);
	else
		fault(x, "kernel functions can't be called here");
	f->is_set &= ~0x3fu;
	set(x, f, 0, result);
}

static void run_constant(Machine *x, Frame *f, const struct bpf_insn *i)
{
	u64 value = (u64)(u32)i[1].imm << 32 | (u32)i->imm;

	if (f->p->relocs[f->pc - 1])
		value = f->p->constants[f->pc - 1];
	set(x, f, i->dst_reg, value);
	f->pc++;
}

/* ---- the loop ---- */

static void run_insn(Machine *x, Frame *f, const struct bpf_insn *i, u32 id)
{
	if (id >= INSN_ADD64_IMM && id <= INSN_SMOD32_REG)
		run_arithmetic(x, f, i, id);
	else if (id >= INSN_MOV64_IMM && id <= INSN_MOVS16_32)
		run_move(x, f, i, id);
	else if (id >= INSN_NEG64 && id <= INSN_BSWAP64)
		run_unary(x, f, i, id);
	else if (id >= INSN_LDX1 && id <= INSN_LDX8)
		run_load(x, f, i, 1u << (id - INSN_LDX1), false);
	else if (id >= INSN_LDXS1 && id <= INSN_LDXS4)
		run_load(x, f, i, 1u << (id - INSN_LDXS1), true);
	else if (id >= INSN_ST1 && id <= INSN_ST8)
		run_store(x, f, i, 1u << (id - INSN_ST1), (u64)(i64)i->imm);
	else if (id >= INSN_STX1 && id <= INSN_STX8)
		run_store(x, f, i, 1u << (id - INSN_STX1), get(x, f, i->src_reg));
	else if (id >= INSN_ATOMIC_ADD4 && id <= INSN_CMPXCHG8)
		run_atomic(x, f, i);
	else if (id >= INSN_LDDW && id <= INSN_LDDW_MAP_IDX_VALUE)
		run_constant(x, f, i);
	else if (id >= INSN_LDABS1 && id <= INSN_LDIND4)
		run_packet_load(x, f, i, id);
	else if (is_jump_if(id))
		run_branch(x, f, i, id);
	else if (id == INSN_JA)
		f->pc += (u32)i->off;
	else if (id == INSN_JA32)
		f->pc += (u32)i->imm;
	else if (is_call(id))
		run_call(x, f, i, id);
	else if (id == INSN_EXIT)
		f->is_done = true;
	else if (id != INSN_MAY_GOTO)
		fault(x, "no instruction");
}

static void run_frame(Machine *x, Frame *f)
{
	while (!f->is_done && !x->error) {
		x->at_prog = f->p->prog;
		x->at = NULL;
		if (f->pc >= f->p->prog->insns.len) {
			fault(x, "%s runs out of its code", f->p->prog->func->name);
			return;
		}
		const struct bpf_insn *i = &f->p->prog->insns.at[f->pc];
		x->at = i;
		if (!x->left--) {
			fault(x, "too many instructions");
			return;
		}
		u32 id = f->p->ids[f->pc++];
		run_insn(x, f, i, id);
	}
}

u64 call_program(Machine *x, u32 program, const u64 *args, u32 n_args)
{
	Frame f = {.p = &x->programs.at[program]};

	if (!f.p->prog)
		fault(x, "function %u has no code", program);
	if (++x->depth > FRAMES_MAX)
		fault(x, "calls are nested too deeply");
	if (x->error)
		return 0;
	u32 stack = region_add(x, REGION_STACK, STACK_MAX, true);
	x->regions.at[stack].is_set = NEW_N(x->arena, u8, STACK_MAX);
	for (u32 i = 0; i < n_args; i++)
		f.r[i + 1] = args[i];
	f.is_set = ((1u << n_args) - 1) << 1 | 1u << REG_FP;
	f.r[REG_FP] = region_address(x, stack) + STACK_MAX;
	run_frame(x, &f);
	x->depth--;
	x->regions.at[stack].is_gone = true;
	if (!x->error && f.p->prog->func->returns && !(f.is_set & 1))
		fault(x, "r0 was never set");
	return f.r[0];
}

/* ---- loading ---- */

static u64 ksym_address(const Machine *x, const char *name)
{
	for (u32 i = 0; i < x->ksyms.len; i++)
		if (strcmp(x->ksyms.at[i].name, name) == 0)
			return x->ksyms.at[i].address;
	return 0;
}

static u64 reloc_value(const Machine *x, const Reloc *r)
{
	switch (r->kind) {
	case RELOC_MAP:
		return region_address(x, x->maps.at[r->sym].region);
	case RELOC_GLOBAL:
		return region_address(x, x->globals.at[r->sym]) + (u64)r->addend;
	case RELOC_FUNC:
		return region_address(x, x->programs.at[r->sym].region);
	case RELOC_KSYM:
		return ksym_address(x, x->m->externs.at[r->sym]->name);
	default:
		return 0;
	}
}

static bool load_program(Machine *x, u32 number, const Prog *prog)
{
	Program *p = &x->programs.at[number];
	u32 n = prog ? prog->insns.len : 0;

	p->prog = prog;
	p->ids = NEW_N(x->arena, u16, n);
	p->constants = NEW_N(x->arena, u64, n);
	p->callees = NEW_N(x->arena, u32, n);
	p->relocs = NEW_N(x->arena, u8, n);
	for (u32 i = 0; i < n; i++) {
		p->ids[i] = insn_find(&prog->insns.at[i]);
		if (!p->ids[i]) {
			fault(x, "instruction %u of %s is none", i, prog->func->name);
			return false;
		}
		i += insn_shows(p->ids[i], 'l');
	}
	for (u32 i = 0; prog && i < prog->relocs.len; i++) {
		const Reloc *r = &prog->relocs.at[i];
		p->relocs[r->insn] = r->kind;
		p->callees[r->insn] = r->sym;
		p->constants[r->insn] = reloc_value(x, r);
	}
	return true;
}

static void load_global(Machine *x, const Global *g)
{
	bool is_const = g->section && strncmp(g->section, ".rodata", 7) == 0;
	u32 region = region_add(x, REGION_BYTES, g->size, !is_const);

	vec_push(NULL, &x->globals, region);
	if (g->init)
		memcpy(x->regions.at[region].bytes, g->init, g->size);
}

/* Addresses inside the bytes of globals. */
static void set_data_relocs(Machine *x, u32 number)
{
	vec_each(r, &x->m->globals.at[number]->relocs) {
		u64 address = (u64)r->addend;
		if (r->kind == DATA_GLOBAL)
			address += region_address(x, x->globals.at[r->sym]);
		else if (r->kind == DATA_MAP)
			address += region_address(x, x->maps.at[r->sym].region);
		else
			address += region_address(x, x->programs.at[r->sym].region);
		memcpy(x->regions.at[x->globals.at[number]].bytes + r->offset, &address, 8);
	}
}

bool machine_load(Machine *x, Module *m, Prog **progs)
{
	x->m = m;
	for (u32 i = 0; i < m->maps.len; i++)
		map_init(x, i, m->maps.at[i]);
	vec_each(g, &m->globals)
		load_global(x, *g);
	for (u32 i = 0; i < m->funcs.len; i++) {
		u32 region = region_add(x, REGION_FUNC, 0, false);
		x->regions.at[region].number = i;
		vec_add(NULL, &x->programs)->region = region;
	}
	for (u32 i = 0; i < m->globals.len; i++)
		set_data_relocs(x, i);
	for (u32 i = 0; i < m->funcs.len; i++)
		if (!load_program(x, i, progs[i]))
			return false;
	return true;
}

/* ---- settings and runs ---- */

MachineWorld *machine_world(Machine *x)
{
	return &x->world;
}

static u32 bytes_region(Machine *x, const void *bytes, u32 len, bool is_writable)
{
	u32 region = region_add(x, REGION_BYTES, len, is_writable);

	if (bytes)
		memcpy(x->regions.at[region].bytes, bytes, len);
	return region;
}

void machine_set_context(Machine *x, const void *bytes, u32 len)
{
	x->context = bytes_region(x, bytes, len, true);
}

void machine_set_packet(Machine *x, const void *bytes, u32 len, u32 data_off, u32 data_end_off)
{
	x->packet = bytes_region(x, bytes, len, true);
	x->data_off = data_off;
	x->data_end_off = data_end_off;
}

void machine_add_memory(Machine *x, u64 address, const void *bytes, u32 len, bool is_direct)
{
	u32 region = bytes_region(x, bytes, len, false);

	x->regions.at[region].kind = is_direct ? REGION_BYTES : REGION_FOREIGN;
	x->regions.at[region].base = address;
}

void machine_set_ksym(Machine *x, const char *name, u64 address)
{
	vec_push(NULL, &x->ksyms, (Ksym){name, address});
}

bool machine_call(Machine *x, const char *func, const u64 *args, u32 n_args, u64 *result)
{
	u64 limit = x->world.max_insns ? x->world.max_insns : 10000000;

	x->error = NULL;
	x->at = NULL;
	x->depth = 0;
	x->reserved.len = 0;
	x->left = limit;
	for (u32 i = 0; i < x->programs.len; i++) {
		if (strcmp(x->m->funcs.at[i]->name, func) != 0)
			continue;
		*result = call_program(x, i, args, n_args);
		if (x->reserved.len)
			fault(x, "a reserved record was neither submitted nor discarded");
		return !x->error;
	}
	fault(x, "there is no function %s", func);
	return false;
}

bool machine_run(Machine *x, const char *func, u64 *result)
{
	if (!x->context)
		machine_set_context(x, NULL, 256);
	u64 context = region_address(x, x->context);
	return machine_call(x, func, &context, 1, result);
}

const char *machine_error(const Machine *x)
{
	return x->error;
}

u64 machine_insns_run(const Machine *x)
{
	u64 limit = x->world.max_insns ? x->world.max_insns : 10000000;

	return limit - x->left;
}

u8 *machine_global(const Machine *x, const char *name, u32 *size)
{
	for (u32 i = 0; i < x->globals.len; i++) {
		if (strcmp(x->m->globals.at[i]->name, name) != 0)
			continue;
		*size = x->m->globals.at[i]->size;
		return x->regions.at[x->globals.at[i]].bytes;
	}
	return NULL;
}

static const u8 *region_bytes(const Machine *x, u32 region, u32 *len)
{
	*len = x->regions.at[region].size;
	return x->regions.at[region].bytes;
}

const u8 *machine_context(const Machine *x, u32 *len)
{
	return region_bytes(x, x->context, len);
}

const u8 *machine_packet(const Machine *x, u32 *len)
{
	return region_bytes(x, x->packet, len);
}

u32 machine_n_records(const Machine *x)
{
	return x->records.len;
}

MachineRecord machine_record(const Machine *x, u32 i)
{
	const Record *r = &x->records.at[i];

	return (MachineRecord){r->map, x->regions.at[r->region].bytes, r->len};
}

const char *machine_trace(Machine *x)
{
	return text_done(&x->trace);
}
