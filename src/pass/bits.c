/*
 * Known bits: which bits of a value are surely 0 or surely 1.
 *
 * In: what is known of the operands. Out: what is known of the result, at most
 * what the kernel's verifier could know as well ("tnum"), so that an operation
 * dropped for it does not cost a bound. Values of class w have their upper half
 * zero. Phis of loops know nothing of what comes round.
 */
#include "pass/internal.h"

#define LOW32 0xffffffffull

static Bits constant(u64 value)
{
	return (Bits){.zero = ~value, .one = value};
}

/* All bits above the highest that may be set in `max` are zero. */
static Bits below(u64 max)
{
	return (Bits){.zero = max ? ~(UINT64_MAX >> __builtin_clzll(max)) : UINT64_MAX};
}

/* Sum of two, bit by bit from below, as far as both and the carry are known. */
static Bits add_bits(Bits a, Bits b, bool carry)
{
	u64 max = ~a.zero + ~b.zero + carry, min = a.one + b.one + carry;
	u64 known = ~(max ^ a.zero ^ b.zero) | (min ^ a.one ^ b.one); /* where the carry is known */
	known &= (a.zero | a.one) & (b.zero | b.one);
	Bits sum = {.zero = ~max & known, .one = min & known};
	if (!__builtin_add_overflow(~a.zero, ~b.zero, &max) && (!carry || max != UINT64_MAX))
		sum.zero |= below(max + carry).zero;
	return sum;
}

static Bits shift_bits(Op op, Bits a, u32 count, u32 width)
{
	switch (op) {
	case OP_SHL:
		return (Bits){a.zero << count | ((1ull << count) - 1), a.one << count};
	case OP_LSHR:
		return (Bits){a.zero >> count | (count ? ~(UINT64_MAX >> count) : 0), a.one >> count};
	default:
		if (width == 64)
			return (Bits){(u64)((i64)a.zero >> count), (u64)((i64)a.one >> count)};
		return (Bits){(u64)(u32)((i32)a.zero >> count), (u64)(u32)((i32)a.one >> count)};
	}
}

static Bits sign_bits(Bits a, u32 bytes)
{
	u32 shift = 64 - bytes * 8;
	return (Bits){(u64)((i64)(a.zero << shift) >> shift), (u64)((i64)(a.one << shift) >> shift)};
}

static Bits phi_bits(Func *f, const Bits *known, const Ins *phi)
{
	Bits all = {UINT64_MAX, UINT64_MAX};
	for (u32 i = 0; i < phi->n_args; i++) {
		Bits b = known[pass_value(f, phi->args[i])];
		all.zero &= b.zero;
		all.one &= b.one;
	}
	return phi->n_args ? all : (Bits){0};
}

static Bits binary_bits(Func *f, const Ins *ins, Bits a, Bits b)
{
	u32 width = ins->cls == CLS_W ? 32 : 64;
	i64 count;
	switch (ins->op) {
	case OP_ADD:
		return add_bits(a, b, false);
	case OP_SUB:
		return (b.zero | b.one) == UINT64_MAX && b.one == 0
			       ? a
			       : (Bits){.zero = ((1ull << MIN(__builtin_ctzll(~a.zero | 1ull << 63),
							     __builtin_ctzll(~b.zero | 1ull << 63))) - 1)};
	case OP_MUL: {
		u64 max;
		u32 low = (u32)MIN(63, __builtin_ctzll(~a.zero | 1ull << 63) +
					       __builtin_ctzll(~b.zero | 1ull << 63));
		Bits r = {.zero = (1ull << low) - 1};
		if (!__builtin_mul_overflow(~a.zero, ~b.zero, &max))
			r.zero |= below(max).zero;
		return r;
	}
	case OP_UDIV:
		return below(bits_max(a));
	case OP_UMOD:
		if (b.one)
			return below(MIN(bits_max(a), bits_max(b) - 1));
		return below(bits_max(a));
	case OP_AND:
		return (Bits){a.zero | b.zero, a.one & b.one};
	case OP_OR:
		return (Bits){a.zero & b.zero, a.one | b.one};
	case OP_XOR:
		return (Bits){(a.zero & b.zero) | (a.one & b.one), (a.zero & b.one) | (a.one & b.zero)};
	case OP_SHL: case OP_LSHR: case OP_ASHR:
		if (pass_is_const(f, ins->b, &count))
			return shift_bits((Op)ins->op, a, (u32)count & (width - 1), width);
		return ins->op == OP_LSHR ? below(bits_max(a)) : (Bits){0};
	default:
		return (Bits){0};
	}
}

static Bits bits_of_any(Func *f, const Bits *known, const Ins *ins)
{
	Bits a = ins->a ? known[pass_value(f, ins->a)] : (Bits){0};
	Bits b = ins->b ? known[pass_value(f, ins->b)] : (Bits){0};
	switch (ins->op) {
	case OP_CONST:
		return constant(ins->cls == CLS_W ? (u32)ins->imm : (u64)ins->imm);
	case OP_PHI:
		return phi_bits(f, known, ins);
	case OP_EQ: case OP_NE: case OP_ULT: case OP_ULE: case OP_SLT: case OP_SLE:
		return below(1);
	case OP_COPY: case OP_ZEXT: case OP_TRUNC:
		return a;
	case OP_SEXT:
		return sign_bits(a, ins->size);
	case OP_BSWAP:
		return below(ins->size == 8 ? UINT64_MAX : (1ull << ins->size * 8) - 1);
	case OP_LOAD: case OP_KLOAD: case OP_ULOAD:
		return below(ins->size == 8 ? UINT64_MAX : (1ull << ins->size * 8) - 1);
	case OP_NEG:
		return (Bits){.zero = (a.zero & 1)};
	default:
		return ins->a && ins->b ? binary_bits(f, ins, a, b) : (Bits){0};
	}
}

Bits bits_of(Func *f, const Bits *known, Val v)
{
	const Ins *ins = ir_ins(f, v);
	Bits bits = bits_of_any(f, known, ins);
	if (ins->cls == CLS_W) {
		bits.zero |= ~LOW32;
		bits.one &= LOW32;
	}
	return bits;
}

Bits *bits_all(Module *m, Func *f)
{
	ir_cfg(m, f);
	Bits *known = NEW_N(m->c->scratch, Bits, f->ins.len);
	vec_each(b, &f->order)
		vec_each(v, &f->blocks.at[*b].ins)
			known[*v] = bits_of(f, known, *v);
	return known;
}
