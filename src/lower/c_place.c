/*
 * Lvalues: where an object is, and reading and writing scalars there.
 *
 * A place is a base address and a constant offset, which stay apart as long as
 * possible: the context may only be accessed at constant offsets, and a CO-RE
 * relocation patches the offset of the load itself. Its address is added up only
 * where the address is wanted, or where something that isn't constant follows.
 *
 * A pointer is taken for the context when it comes straight from a program's
 * first parameter, or when it points to one of the records that exist only as
 * contexts.
 */
#include "lower/c_internal.h"

static bool is_context_record(Type *t)
{
	static const char *const names[] = {
	    "__sk_buff",	   "xdp_md",
	    "bpf_sock_ops",	   "sk_msg_md",
	    "bpf_sysctl",	   "bpf_sockopt",
	    "bpf_sk_lookup",	   "sk_reuseport_md",
	    "bpf_sock_addr",	   "bpf_cgroup_dev_ctx",
	    "bpf_perf_event_data", "bpf_raw_tracepoint_args",
	};

	t = type_bare(t);
	if (t->kind != TY_STRUCT || !t->name)
		return false;
	for (u32 i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(t->name, names[i]) == 0)
			return true;
	return false;
}

static bool is_context(CLower *x, const CExpr *pointer);

static bool is_context_object(CLower *x, const CExpr *e)
{
	while (e->kind == CX_MEMBER || e->kind == CX_INDEX)
		e = e->a;
	return e->kind == CX_DEREF && is_context(x, e->a);
}

/* Does the pointer come straight from the program's context? */
static bool is_context(CLower *x, const CExpr *e)
{
	switch (e->kind) {
	case CX_LOAD:
		return x->f->fn->kind == FUNC_PROGRAM && e->a->kind == CX_LOCAL &&
		       e->a->var->is_param && e->a->var->index == 0;
	case CX_CAST:
	case CX_PTR_ADD:
		return type_is_ptr(e->a->type) && is_context(x, e->a);
	case CX_ADDR:
	case CX_DECAY:
		return is_context_object(x, e->a);
	default:
		return false;
	}
}

static u8 space_of(CLower *x, const CExpr *pointer, Type *to)
{
	AddrSpace space = type_bare(pointer->type)->space;

	if (space != AS_NONE)
		return (u8)space;
	return is_context_record(to) || is_context(x, pointer) ? AS_CTX : AS_NONE;
}

/* The largest power of two, up to `limit`, that divides n. */
static u32 align_at(u32 limit, i64 n)
{
	while (limit > 1 && n & (limit - 1))
		limit /= 2;
	return MAX(limit, 1u);
}

/* Alignment of an object without evaluating it. */
static u32 lvalue_align(CLower *x, const CExpr *e)
{
	u32 own = type_align(x->types, e->type);

	switch (e->kind) {
	case CX_LOCAL:
	case CX_LITERAL:
		return x->f->fn->slots.at[x->f->slots[e->var->index] - 1].align;
	case CX_GLOBAL:
		return MAX(e->global->align, 1u);
	case CX_MEMBER:
		if (e->field.bit_width)
			return 1;
		return align_at(MIN(lvalue_align(x, e->a), 8u), e->field.bit_offset / 8);
	case CX_INDEX:
		return align_at(MIN(lvalue_align(x, e->a), 8u),
				e->b->kind == CX_INT ? (i64)e->b->value * clower_size(x, e->type)
						     : clower_size(x, e->type));
	default:
		return MAX(own, 1u);
	}
}

static u32 pointer_align(CLower *x, const CExpr *e)
{
	while (e->kind == CX_CAST && type_is_ptr(e->type) && type_is_ptr(e->a->type))
		e = e->a;
	if (e->kind == CX_ADDR || e->kind == CX_DECAY)
		return lvalue_align(x, e->a);
	if (!type_is_ptr(e->type))
		return 1;
	Type *to = type_bare(e->type)->base;
	return type_bare(to)->kind == TY_VOID || type_bare(to)->kind == TY_FUNC
		   ? 1
		   : MAX(type_align(x->types, to), 1u);
}

CPlace clower_slot_place(CLower *x, u32 slot, Type *t)
{
	return (CPlace){
	    .space = AS_STACK,
	    .base = ir_slot(CB(x), slot),
	    .type = t,
	    .align = x->f->fn->slots.at[slot].align,
	    .is_volatile = type_is_volatile(t),
	};
}

CPlace clower_pointee(CLower *x, CExpr *pointer, Type *t)
{
	return (CPlace){
	    .space = space_of(x, pointer, t),
	    .base = clower_value(x, pointer),
	    .type = t,
	    .align = pointer_align(x, pointer),
	    .is_volatile = type_is_volatile(t),
	};
}

Val clower_place_address(CLower *x, CPlace p)
{
	if (p.core)
		return ir_op2(CB(x), OP_ADD, CLS_L, p.base,
			      ir_core(CB(x), CLS_L, p.offset, p.core));
	return ir_offset(CB(x), p.base, p.offset);
}

/* The same with all of it in the base. */
static CPlace settle(CLower *x, CPlace p)
{
	p.base = clower_place_address(x, p);
	p.offset = 0;
	p.core = NULL;
	return p;
}

CPlace clower_place_at(CLower *x, CPlace p, i64 offset, Type *t)
{
	if (p.core && offset)
		p = settle(x, p);
	p.offset += offset;
	p.align = align_at(MIN(p.align, 8u), offset);
	p.type = t;
	p.bit_width = 0;
	p.is_volatile |= type_is_volatile(t);
	return p;
}

static CPlace member_place(CLower *x, CExpr *e)
{
	CPlace p = clower_record(x, e->a);
	const Field *f = &e->field;

	if (f->bit_width) {
		if (p.core)
			p = settle(x, p);
		p.limit = clower_size(x, e->a->type);
		p.bit_width = f->bit_width;
		p.bit_offset = f->bit_offset;
		p.type = e->type;
		p.is_volatile |= type_is_volatile(e->type);
		return p;
	}
	return clower_place_at(x, p, f->bit_offset / 8, e->type);
}

static CPlace index_place(CLower *x, CExpr *e)
{
	u32 size = clower_size(x, e->type);
	CPlace p = clower_record(x, e->a);
	i64 n;

	if (clower_const(x, e->b, &n))
		return clower_place_at(x, p, n * (i64)size, e->type);
	p = clower_place_at(x, p, 0, e->type);
	p.align = align_at(MIN(p.align, 8u), size);
	i64 offset = p.core ? 0 : p.offset;
	p.offset -= offset;
	p = settle(x, p);
	Val scaled =
	    ir_op2(CB(x), OP_MUL, CLS_L, clower_value(x, e->b), ir_const(CB(x), CLS_L, size));
	p.base = ir_op2(CB(x), OP_ADD, CLS_L, p.base, scaled);
	p.offset = offset;
	return p;
}

static CPlace core_place(CLower *x, CExpr *e, const CCoreAccess *access)
{
	CPlace p = clower_record(x, access->base);

	if (p.offset || p.core)
		p = settle(x, p);
	CoreReloc *r = NEW(x->c->arena, CoreReloc);
	r->kind = CORE_FIELD_BYTE_OFFSET;
	r->root = access->root;
	r->n_path = access->n_path;
	memcpy(r->path, access->path, access->n_path * sizeof(*r->path));
	p.core = r;
	p.type = e->type;
	p.is_volatile |= type_is_volatile(e->type);
	p.offset = (i64)(access->local_offset_bits / 8);
	p.align = align_at(MIN(p.align, 8u), p.offset);
	if (access->field.bit_width) {
		u32 unit = clower_size(x, e->type);

		p.bit_width = access->field.bit_width;
		p.offset = p.offset / unit * unit;
		p.bit_offset = (u32)(access->local_offset_bits - (u64)p.offset * 8);
		p.limit = unit;
	}
	return p;
}

static CPlace global_place(CLower *x, CExpr *e)
{
	return (CPlace){
	    .space = AS_MAP,
	    .base = ir_global(CB(x), clower_global_index(x, e->global), 0),
	    .type = e->type,
	    .align = MAX(e->global->align, 1u),
	    .is_volatile = type_is_volatile(e->type),
	};
}

static CPlace symbol_place(CLower *x, CExpr *e)
{
	CPlace p = {.type = e->type, .align = MAX(type_align(x->types, e->type), 1u)};

	switch (e->kind) {
	case CX_MAP:
		p.base = ir_map(CB(x), clower_map_index(x, e->map));
		break;
	case CX_FUNC:
		p.base = ir_add(
		    CB(x),
		    (Ins){.op = OP_FUNC, .cls = CLS_L, .sym = clower_func_index(x, e->func)});
		break;
	case CX_EXTERN:
		p.base = ir_add(
		    CB(x),
		    (Ins){.op = OP_KSYM, .cls = CLS_L, .sym = clower_extern_index(x, e->ext)});
		break;
	default:
		p.base = ir_const(CB(x), CLS_L, e->helper);
	}
	return p;
}

CPlace clower_place(CLower *x, CExpr *e)
{
	CCoreAccess access;

	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	switch (e->kind) {
	case CX_LITERAL: {
		CPlace p = clower_slot_place(x, x->f->slots[e->var->index] - 1, e->type);

		clower_init(x, p, e->var->init);
		return p;
	}
	case CX_LOCAL:
		return clower_slot_place(x, x->f->slots[e->var->index] - 1, e->type);
	case CX_GLOBAL:
		return global_place(x, e);
	case CX_MAP:
	case CX_FUNC:
	case CX_EXTERN:
	case CX_HELPER:
		return symbol_place(x, e);
	case CX_DEREF:
		return clower_pointee(x, e->a, e->type);
	case CX_MEMBER:
	case CX_INDEX:
		if (e->is_core && c_core_access(x->c, e, &access))
			return core_place(x, e, &access);
		return e->kind == CX_MEMBER ? member_place(x, e) : index_place(x, e);
	default:
		bug("no place for %s", c_expr_name(e->kind));
	}
}

/* ---- scalars there ---- */

/* The kernel takes no misaligned access to the stack, which packed records ask for. */
static bool is_misaligned(CLower *x, const CPlace *p)
{
	return p->space == AS_STACK && !p->core && p->align < clower_size(x, p->type);
}

/* Piece by piece, each as large as the alignment lets it be. */
static Val load_pieces(CLower *x, CPlace p, Cls cls, bool is_signed)
{
	u32 size = clower_size(x, p.type);
	Val sum = 0;

	for (u32 at = 0; at < size; at += p.align) {
		Val piece = ir_add(CB(x), (Ins){.op = OP_LOAD,
						.cls = (u8)cls,
						.size = (u8)p.align,
						.space = p.space,
						.is_volatile = p.is_volatile,
						.a = p.base,
						.imm = p.offset + at});
		if (at)
			piece = ir_op2(CB(x), OP_SHL, cls, piece, ir_const(CB(x), cls, 8 * at));
		sum = at ? ir_op2(CB(x), OP_OR, cls, sum, piece) : piece;
	}
	bool is_short = size < (cls == CLS_L ? 8u : 4u);
	return is_signed && is_short ? ir_sext(CB(x), cls, size, sum) : sum;
}

static void store_pieces(CLower *x, CPlace p, Val v)
{
	Cls cls = clower_cls(x, p.type);

	for (u32 at = 0; at < clower_size(x, p.type); at += p.align) {
		Val piece = at ? ir_op2(CB(x), OP_LSHR, cls, v, ir_const(CB(x), cls, 8 * at)) : v;
		ir_add(CB(x), (Ins){.op = OP_STORE,
				    .cls = (u8)cls,
				    .size = (u8)p.align,
				    .space = p.space,
				    .is_volatile = p.is_volatile,
				    .a = p.base,
				    .b = piece,
				    .imm = p.offset + at});
	}
}

static Val load_as(CLower *x, CPlace p, Cls cls, bool is_signed)
{
	if (is_misaligned(x, &p))
		return load_pieces(x, p, cls, is_signed);
	return ir_add(CB(x), (Ins){.op = is_signed ? OP_LOADS : OP_LOAD,
				   .cls = (u8)cls,
				   .size = (u8)clower_size(x, p.type),
				   .space = p.space,
				   .is_volatile = p.is_volatile,
				   .core = p.core,
				   .a = p.base,
				   .imm = p.offset});
}

Val clower_load(CLower *x, CPlace p)
{
	if (p.bit_width)
		return clower_load_bits(x, p);
	return load_as(x, p, clower_cls(x, p.type),
		       type_is_signed(p.type) && clower_size(x, p.type) < 4);
}

/* One extension, not two: the verifier loses the bounds of a 16-bit value on the way over 32 bits.
 */
Val clower_load_long(CLower *x, CPlace p)
{
	return load_as(x, p, CLS_L, true);
}

void clower_store(CLower *x, CPlace p, Val v)
{
	if (p.bit_width) {
		clower_store_bits(x, p, v);
		return;
	}
	if (is_misaligned(x, &p)) {
		store_pieces(x, p, v);
		return;
	}
	ir_add(CB(x), (Ins){.op = OP_STORE,
			    .cls = ir_ins(x->f->fn, v)->cls,
			    .size = (u8)clower_size(x, p.type),
			    .space = p.space,
			    .is_volatile = p.is_volatile,
			    .core = p.core,
			    .a = p.base,
			    .b = v,
			    .imm = p.offset});
}
