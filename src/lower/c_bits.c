/*
 * Bit-fields.
 *
 * A field is accessed through the smallest naturally aligned unit of 1, 2, 4 or
 * 8 bytes that holds all of it and lies inside the record; one that has no such
 * unit (packed records) is taken apart into pieces that have. Reading shifts
 * left, then right with or without sign; writing is read, mask, or, write.
 *
 * A relocated field is read through the unit that libbpf computes its shifts
 * for: the declared type's, with both shifts relocated as well.
 */
#include "lower/c_internal.h"

/* Some bits of one unit. */
typedef struct {
	u32 byte, size;	  /* the unit, from the place */
	u32 shift, width; /* the bits, from the unit's lowest */
} Piece;

/* The piece that starts at bit `at` and goes as far as it can towards `end`. */
static Piece piece_at(const CPlace *p, u32 at, u32 end)
{
	Piece best = {0};

	for (u32 size = 1; size <= 8; size *= 2) {
		u64 from_base = (u64)(p->offset + at / 8) / size * size;
		i64 byte = (i64)from_base - p->offset;

		if (byte < 0 || byte + size > p->limit)
			continue;
		u32 shift = at - (u32)byte * 8, width = MIN(end - at, size * 8 - shift);
		if (width > best.width)
			best = (Piece){(u32)byte, size, shift, width};
	}
	if (!best.width)
		best = (Piece){at / 8, 1, at % 8, MIN(end - at, 8 - at % 8)};
	return best;
}

static Type *unit_type(CLower *x, const Piece *piece)
{
	return type_int(x->types, piece->size, false);
}

static CPlace unit_place(CLower *x, CPlace p, const Piece *piece)
{
	p.offset += piece->byte;
	p.bit_width = 0;
	p.type = unit_type(x, piece);
	return p;
}

static Val shift_by(CLower *x, Op op, Cls cls, Val v, u32 bits)
{
	return bits ? ir_op2(CB(x), op, cls, v, ir_const(CB(x), cls, bits)) : v;
}

static i64 low_bits(u32 width)
{
	return width >= 64 ? -1 : (i64)((1ull << width) - 1);
}

/* The bits of a piece, at the bottom of a value of class cls, zeroes above. */
static Val load_piece(CLower *x, CPlace p, const Piece *piece, Cls cls)
{
	Val v = clower_load(x, unit_place(x, p, piece));

	if (piece->size == 8) {
		v = shift_by(x, OP_LSHR, CLS_L, v, piece->shift);
		v = ir_to_cls(CB(x), cls, v);
	} else {
		v = shift_by(x, OP_LSHR, CLS_W, v, piece->shift);
		v = ir_to_cls(CB(x), cls, v);
	}
	if (piece->shift + piece->width == piece->size * 8 &&
	    piece->width <= (cls == CLS_L ? 64 : 32))
		return v;
	return ir_op2(CB(x), OP_AND, cls, v, ir_const(CB(x), cls, low_bits(piece->width)));
}

/* Extends by the sign of the field's type. */
static Val extend(CLower *x, const CPlace *p, Val v, Cls cls)
{
	u32 up = (cls == CLS_L ? 64 : 32) - p->bit_width;

	if (!type_is_signed(p->type) || !up)
		return v;
	return shift_by(x, OP_ASHR, cls, shift_by(x, OP_SHL, cls, v, up), up);
}

static CoreReloc *core_as(CLower *x, const CoreReloc *of, CoreKind kind)
{
	CoreReloc *r = NEW(x->c->arena, CoreReloc);

	*r = *of;
	r->kind = kind;
	return r;
}

static Val load_core_bits(CLower *x, CPlace p)
{
	u32 left = 64 - p.bit_offset - p.bit_width, right = 64 - p.bit_width;
	CoreReloc *core = p.core;
	Piece unit = {.size = p.limit};
	Val v = ir_to_cls(CB(x), CLS_L, clower_load(x, unit_place(x, p, &unit)));

	v = ir_op2(CB(x), OP_SHL, CLS_L, v,
		   ir_core(CB(x), CLS_L, left, core_as(x, core, CORE_FIELD_LSHIFT_U64)));
	v = ir_op2(CB(x), type_is_signed(p.type) ? OP_ASHR : OP_LSHR, CLS_L, v,
		   ir_core(CB(x), CLS_L, right, core_as(x, core, CORE_FIELD_RSHIFT_U64)));
	return ir_to_cls(CB(x), clower_cls(x, p.type), v);
}

Val clower_load_bits(CLower *x, CPlace p)
{
	Cls cls = clower_cls(x, p.type);
	u32 end = p.bit_offset + p.bit_width;
	Val v = 0;

	if (p.core)
		return load_core_bits(x, p);
	for (u32 at = p.bit_offset; at < end;) {
		Piece piece = piece_at(&p, at, end);
		Val part =
		    shift_by(x, OP_SHL, cls, load_piece(x, p, &piece, cls), at - p.bit_offset);

		v = v ? ir_op2(CB(x), OP_OR, cls, v, part) : part;
		at += piece.width;
	}
	return extend(x, &p, v, cls);
}

Val clower_cut_bits(CLower *x, CPlace p, Val v)
{
	Cls cls = clower_cls(x, p.type);

	if (p.bit_width == (cls == CLS_L ? 64u : 32u) || type_bare(p.type)->kind == TY_BOOL)
		return v;
	v = ir_op2(CB(x), OP_AND, cls, v, ir_const(CB(x), cls, low_bits(p.bit_width)));
	return extend(x, &p, v, cls);
}

static void store_piece(CLower *x, CPlace p, const Piece *piece, Val v)
{
	CPlace unit = unit_place(x, p, piece);
	Cls cls = piece->size == 8 ? CLS_L : CLS_W;
	i64 mask = low_bits(piece->width) << piece->shift;

	v = ir_to_cls(CB(x), cls, v);
	if (piece->width == piece->size * 8) {
		clower_store(x, unit, v);
		return;
	}
	v = ir_op2(CB(x), OP_AND, cls, v, ir_const(CB(x), cls, low_bits(piece->width)));
	v = shift_by(x, OP_SHL, cls, v, piece->shift);
	Val old = ir_op2(CB(x), OP_AND, cls, clower_load(x, unit), ir_const(CB(x), cls, ~mask));
	clower_store(x, unit, ir_op2(CB(x), OP_OR, cls, old, v));
}

void clower_store_bits(CLower *x, CPlace p, Val v)
{
	Cls cls = clower_cls(x, p.type);
	u32 end = p.bit_offset + p.bit_width;

	if (p.core) {
		p.base = clower_place_address(x, p);
		p.offset = 0;
		p.core = NULL;
	}
	for (u32 at = p.bit_offset; at < end;) {
		Piece piece = piece_at(&p, at, end);

		store_piece(x, p, &piece, shift_by(x, OP_LSHR, cls, v, at - p.bit_offset));
		at += piece.width;
	}
}
