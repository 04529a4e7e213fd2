/*
 * What an operation gives for constant operands, as BPF defines it: division by
 * zero gives 0, the remainder by zero the dividend, shift counts are taken
 * modulo the width, and the most negative number divided by -1 is itself.
 */
#include "pass/internal.h"

static u64 sign_extend(u64 x, u32 bytes)
{
	u32 shift = 64 - bytes * 8;
	return (u64)((i64)(x << shift) >> shift);
}

static u64 signed_divide(u64 a, u64 b, bool is_w, bool is_rest)
{
	i64 x = is_w ? (i32)a : (i64)a, y = is_w ? (i32)b : (i64)b;
	if (y == 0)
		return is_rest ? a : 0;
	if (y == -1)
		return is_rest ? 0 : 0 - a;
	return (u64)(is_rest ? x % y : x / y);
}

static bool eval_binary(const Ins *ins, u64 a, u64 b, u64 *r)
{
	bool is_w = ins->cls == CLS_W;
	u32 count = (u32)b & (is_w ? 31 : 63);
	switch (ins->op) {
	case OP_ADD: *r = a + b; return true;
	case OP_SUB: *r = a - b; return true;
	case OP_MUL: *r = a * b; return true;
	case OP_UDIV: *r = b ? a / b : 0; return true;
	case OP_UMOD: *r = b ? a % b : a; return true;
	case OP_SDIV: *r = signed_divide(a, b, is_w, false); return true;
	case OP_SMOD: *r = signed_divide(a, b, is_w, true); return true;
	case OP_AND: *r = a & b; return true;
	case OP_OR: *r = a | b; return true;
	case OP_XOR: *r = a ^ b; return true;
	case OP_SHL: *r = a << count; return true;
	case OP_LSHR: *r = a >> count; return true;
	case OP_ASHR: *r = is_w ? (u64)((i32)a >> count) : (u64)((i64)a >> count); return true;
	default: return false;
	}
}

static bool eval_compare(const Ins *ins, u64 a, u64 b, u64 *r)
{
	i64 x = (i64)a, y = (i64)b;
	if (ins->size == 4) {
		a = (u32)a, b = (u32)b;
		x = (i32)a, y = (i32)b;
	}
	switch (ins->op) {
	case OP_EQ: *r = a == b; return true;
	case OP_NE: *r = a != b; return true;
	case OP_ULT: *r = a < b; return true;
	case OP_ULE: *r = a <= b; return true;
	case OP_SLT: *r = x < y; return true;
	case OP_SLE: *r = x <= y; return true;
	default: return false;
	}
}

static u64 swap_bytes(u64 a, u32 size)
{
	return size == 2 ? __builtin_bswap16((u16)a) : size == 4 ? __builtin_bswap32((u32)a)
								  : __builtin_bswap64(a);
}

static bool eval_unary(const Ins *ins, u64 a, u64 *r)
{
	switch (ins->op) {
	case OP_COPY: case OP_ZEXT: case OP_TRUNC: *r = a; return true;
	case OP_NEG: *r = 0 - a; return true;
	case OP_BSWAP: *r = swap_bytes(a, ins->size); return true;
	case OP_SEXT: *r = sign_extend(a, ins->size); return true;
	default: return false;
	}
}

bool pass_eval(const Ins *ins, u64 a, u64 b, i64 *result)
{
	u64 r;
	if (!eval_binary(ins, a, b, &r) && !eval_compare(ins, a, b, &r) && !eval_unary(ins, a, &r))
		return false;
	*result = ins->cls == CLS_W ? (i64)(i32)r : (i64)r;
	return true;
}
