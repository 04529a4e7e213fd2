/*
 * Places: what DEREF, FIELD, INDEX, LOCAL and MAPGET name, and reading from
 * them by the cheapest way that their address space allows:
 *   context, stack, map value, BTF-trusted   a load
 *   kernel                                   KLOAD, which pass access turns into a load or a probe read
 *   user                                     ULOAD
 * A chain of fields of kernel structures is one access with one CO-RE
 * relocation.
 */
#include "lower/internal.h"

/* A local gets its room when it is first met, in the function that is being made. */
LocalPlace *local_of(Lower *l, u32 index)
{
	LocalPlace *p = &l->locals[index];
	const ScriptLocal *local = &l->locals_of[index];

	if (p->where == LOCAL_NOWHERE) {
		*p = mem_permanent(l, local->name, type_size(l->types, local->type));
		if (p->where == LOCAL_SLOT)
			vec_push(l->c->arena, &l->f->locals, p->at);
	}
	return p;
}

/* The frame is a slot of the main function; callbacks have its address. */
static Val frame_address(Lower *l)
{
	if (!l->f->is_callback)
		return ir_slot(B(l), l->f->frame_slot);
	return ir_load(B(l), AS_STACK, 8, false, CLS_L, ir_slot(B(l), l->f->frame_slot), 0);
}

Val local_address(Lower *l, u32 index)
{
	LocalPlace *p = local_of(l, index);

	switch (p->where) {
	case LOCAL_NOWHERE:
	case LOCAL_SLOT:
		return ir_slot(B(l), p->at);
	case LOCAL_FRAME:
		return ir_offset(B(l), frame_address(l), p->at);
	case LOCAL_SCRATCH:
		return ir_offset(B(l), mem_scratch_base(l), p->at);
	}
	return 0;
}

static CoreReloc *core_new(Lower *l, Type *root)
{
	CoreReloc *r = NEW(l->c->arena, CoreReloc);

	r->kind = CORE_FIELD_BYTE_OFFSET;
	r->root = root;
	r->n_path = 1;
	return r;
}

/* Fields from the outermost value inwards; the innermost FIELD's a is not a FIELD. */
static u32 collect_fields(const Node *n, const Node **fields, u32 max)
{
	u32 count = 0;

	while (n->kind == NODE_FIELD && count < max) {
		fields[count++] = n;
		n = n->a;
	}
	return count;
}

static bool join_path(CoreReloc *r, const Node *field)
{
	if (r->n_path + field->n_path > TYPE_MAX_PATH)
		return false;
	memcpy(r->path + r->n_path, field->path, field->n_path * sizeof(*field->path));
	r->n_path += field->n_path;
	return true;
}

/* Puts one member on a place; the place's relocation grows by the member's path. */
static void add_field(Lower *l, Place *p, const Node *field)
{
	if (field->is_core && !p->core && !p->offset)
		p->core = core_new(l, type_bare(field->a->type));
	else if (!field->is_core && p->core) {
		p->base = place_address(l, *p);
		p->offset = 0;
		p->core = NULL;
	}
	if (p->core && !join_path(p->core, field)) {
		p->base = place_address(l, *p);
		p->offset = 0;
		p->core = NULL;
	}
	p->offset += field->field.bit_offset / 8;
	p->field = field->field;
	p->field.bit_offset = field->field.bit_offset % 8;
	p->type = field->type;
}

/* A __data_loc member: context + the low half of the u32 there. */
static Place data_loc(Lower *l, Place p, const Node *n)
{
	Val word = mem_load(l, p.space, p.base, p.offset, 4, false);
	Val low = ir_op2(B(l), OP_AND, CLS_L, word, lower_const(l, 0xffff));
	Val start = n->field.is_rel_loc ? ir_offset(B(l), p.base, p.offset + 4) : p.base;
	Val at = mem_temp(l, 8);

	mem_store(l, at, 0, 8, ir_op2(B(l), OP_ADD, CLS_L, start, low));
	return (Place){.space = AS_STACK, .base = at, .type = n->type};
}

static Place field_place(Lower *l, const Node *n)
{
	const Node *fields[TYPE_MAX_PATH];
	u32 count = collect_fields(n, fields, ARRAY_LEN(fields));
	Place p = lower_place(l, fields[count - 1]->a);

	for (u32 i = count; i-- > 0;)
		add_field(l, &p, fields[i]);
	return n->field.is_data_loc ? data_loc(l, p, n) : p;
}

static Place index_place(Lower *l, const Node *n)
{
	u32 size = type_size(l->types, n->type);
	bool by_pointer = type_is_ptr(n->a->type);
	Place p;

	if (by_pointer)
		p = (Place){.space = type_bare(n->a->type)->space, .base = lower_value(l, n->a)};
	else
		p = lower_place(l, n->a);
	p.field = (Field){0};
	p.type = n->type;
	if (n->b->kind == NODE_INT) {
		if (p.core) {
			p.base = place_address(l, p);
			p.core = NULL;
			p.offset = 0;
		}
		p.offset += n->b->value * (i64)size;
		return p;
	}
	p.base = ir_op2(B(l), OP_ADD, CLS_L, place_address(l, p),
			ir_op2(B(l), OP_MUL, CLS_L, lower_value(l, n->b), lower_const(l, size)));
	p.offset = 0;
	p.core = NULL;
	return p;
}

/* Whether a member's path leads through a union: there the verifier gives up knowing the type. */
static bool passes_union(Lower *l, const Node *field)
{
	Type *t = type_complete(l->types, field->a->type);

	for (u32 i = 0; i < field->n_path; i++) {
		if (t->kind == TY_UNION || field->path[i] >= t->n_fields)
			return true;
		t = type_complete(l->types, t->fields[field->path[i]].type);
	}
	return false;
}

/*
 * Whether the verifier still knows the pointer's type: it comes from the
 * context, a helper, or a member of a structure that it knows itself. What has
 * been in a variable or a map is a number to it.
 */
static bool is_trusted(Lower *l, const Node *n)
{
	while (n->kind == NODE_CAST && type_is_ptr(n->a->type))
		n = n->a;
	if (n->kind == NODE_CALL)
		return true;
	if (n->kind != NODE_FIELD || passes_union(l, n))
		return false;
	while (n->kind == NODE_FIELD)
		n = n->a;
	return n->kind == NODE_DEREF && is_trusted(l, n->a);
}

Place lower_place(Lower *l, const Node *n)
{
	Place p = {.type = n->type};

	switch (n->kind) {
	case NODE_DEREF:
		p.base = lower_value(l, n->a);
		p.space = type_bare(n->a->type)->space;
		if (p.space == AS_BTF && !is_trusted(l, n->a))
			p.space = AS_KERNEL;
		return p;
	case NODE_FIELD:
		return field_place(l, n);
	case NODE_INDEX:
		return index_place(l, n);
	case NODE_LOCAL:
		p.base = local_address(l, n->index);
		p.space = AS_STACK;
		return p;
	default:
		/* any value in our own memory */
		p.base = lower_address(l, n, false);
		p.space = AS_STACK;
		return p;
	}
}

Val place_address(Lower *l, Place p)
{
	if (p.core)
		return ir_op2(B(l), OP_ADD, CLS_L, p.base, ir_core(B(l), CLS_L, p.offset, p.core));
	return ir_offset(B(l), p.base, p.offset);
}

/* One load of 1, 2, 4 or 8 bytes of any space. */
static Val load_from(Lower *l, Place p, u32 size, bool is_signed)
{
	Ins load = {.size = (u8)size, .a = p.base, .imm = p.offset, .core = p.core,
		    .cls = size == 8 || is_signed ? CLS_L : CLS_W, .space = (u8)p.space};
	Val v, at;

	switch (p.space) {
	case AS_NONE:
		at = mem_temp(l, 8);
		mem_store(l, at, 0, 8, lower_const(l, 0));
		mem_read(l, AS_NONE, at, place_address(l, p), size);
		return mem_load(l, AS_STACK, at, 0, size, is_signed);
	case AS_KERNEL:
		load.op = OP_KLOAD;
		break;
	case AS_USER:
		load.op = OP_ULOAD;
		break;
	default:
		load.op = is_signed && size < 8 ? OP_LOADS : OP_LOAD;
		return ir_to_cls(B(l), CLS_L, ir_add(B(l), load));
	}
	load.cls = size == 8 ? CLS_L : CLS_W;
	v = ir_add(B(l), load);
	if (is_signed && size < 8)
		return ir_sext(B(l), CLS_L, size, v);
	return ir_to_cls(B(l), CLS_L, v);
}

static CoreReloc *core_as(Lower *l, const CoreReloc *of, CoreKind kind)
{
	CoreReloc *r = NEW(l->c->arena, CoreReloc);

	*r = *of;
	r->kind = kind;
	return r;
}

/*
 * A bit-field: the naturally aligned unit around it, shifted up to the top and
 * down again. With a relocation both shifts are relocated too (libbpf computes
 * them for 64 bits).
 */
static Val load_bits(Lower *l, Place p)
{
	bool is_signed = type_is_signed(p.type);
	u32 unit = type_size(l->types, p.type);
	i64 byte = p.offset - p.offset % (i64)unit;
	u32 shift = (u32)(p.offset - byte) * 8 + p.field.bit_offset;
	u32 left = 64 - shift - p.field.bit_width, right = 64 - p.field.bit_width;
	CoreReloc *core = p.core;
	Val v, up, down;

	p.offset = byte;
	p.field.bit_width = 0;
	v = load_from(l, p, unit, false);
	up = core ? ir_core(B(l), CLS_L, left, core_as(l, core, CORE_FIELD_LSHIFT_U64))
		  : lower_const(l, left);
	down = core ? ir_core(B(l), CLS_L, right, core_as(l, core, CORE_FIELD_RSHIFT_U64))
		    : lower_const(l, right);
	v = ir_op2(B(l), OP_SHL, CLS_L, v, up);
	return ir_op2(B(l), is_signed ? OP_ASHR : OP_LSHR, CLS_L, v, down);
}

Val place_load(Lower *l, Place p)
{
	if (p.field.bit_width)
		return load_bits(l, p);
	return load_from(l, p, MIN(type_size(l->types, p.type), 8), type_is_signed(p.type));
}

void place_into(Lower *l, Place p, Val to)
{
	/* args of a tracepoint as a whole: the verifier keeps its first word from direct loads */
	if (p.space == AS_CTX && !p.offset && type_size(l->types, p.type) > 8) {
		mem_read(l, AS_KERNEL, to, p.base, type_size(l->types, p.type));
		return;
	}
	mem_read(l, p.space, to, place_address(l, p), type_size(l->types, p.type));
}
