/*
 * Expressions of scalar type.
 *
 * Conditions never become numbers where they only steer: clower_branch takes
 * !, &&, ||, ?: and comparisons apart into jumps. What holds a value over a
 * branch (&&, ||, ?: as values) goes through a slot of its own.
 */
#include "lower/c_internal.h"

static Val constant(CLower *x, Cls cls, i64 value)
{
	return ir_const(CB(x), cls, value);
}

Val clower_truth(CLower *x, Val v)
{
	Cls cls = ir_ins(x->f->fn, v)->cls;

	return ir_cmp(CB(x), OP_NE, cls == CLS_L ? 8 : 4, v, constant(x, cls, 0));
}

/* Cut to 1 or 2 bytes and extended to 32 bits again. */
static Val narrow(CLower *x, Val v, u32 size, bool is_signed)
{
	if (is_signed)
		return ir_sext(CB(x), CLS_W, size, v);
	return ir_op2(CB(x), OP_AND, CLS_W, v, constant(x, CLS_W, (1 << (size * 8)) - 1));
}

Val clower_cast(CLower *x, Val v, Type *from, Type *to)
{
	from = type_bare(from);
	to = type_bare(to);
	u32 have = clower_size(x, from), want = clower_size(x, to);
	bool from_signed = type_is_signed(from), to_signed = type_is_signed(to);

	if (to->kind == TY_BOOL)
		return from->kind == TY_BOOL ? v : clower_truth(x, v);
	if (want == 8 && have == 8)
		return v;
	if (want == 8)
		return from_signed ? ir_sext(CB(x), CLS_L, MIN(have, 4u), v)
				   : ir_to_cls(CB(x), CLS_L, v);
	v = ir_to_cls(CB(x), CLS_W, v);
	bool fits =
	    have < want ? !from_signed || to_signed : have == want && from_signed == to_signed;
	return want == 4 || fits ? v : narrow(x, v, want, to_signed);
}

static bool is_signed_integer(CExpr *e)
{
	return type_is_integer(e->type) && type_is_signed(e->type);
}

/* The load of a signed object of up to 4 bytes that is extended to 64 bits here, promoted first or
 * not; or NULL. */
static CExpr *long_load(CLower *x, CExpr *cast)
{
	CExpr *from = cast->a;

	if (!type_is_integer(cast->type) || clower_size(x, cast->type) != 8)
		return NULL;
	while (from->kind == CX_CAST && is_signed_integer(from) && is_signed_integer(from->a) &&
	       clower_size(x, from->type) >= clower_size(x, from->a->type))
		from = from->a;
	if (from->kind != CX_LOAD || !is_signed_integer(from) || clower_size(x, from->type) > 4 ||
	    (from->a->kind == CX_MEMBER && from->a->field.bit_width))
		return NULL;
	return from;
}

static Val lower_cast(CLower *x, CExpr *e)
{
	if (type_bare(e->type)->kind == TY_VOID) {
		clower_discard(x, e->a);
		return 0;
	}
	if (clower_is_wide(x, e->a->type))
		return clower_wide_narrow(x, e);
	if (type_bare(e->type)->kind == TY_FLOAT || type_bare(e->a->type)->kind == TY_FLOAT) {
		clower_error(x, e->at, "BPF has no floating point");
		return constant(x, clower_cls(x, e->type), 0);
	}
	CExpr *load = long_load(x, e);
	if (load) {
		CPlace p = clower_place(x, load->a);

		p.is_volatile |= load->is_volatile;
		return clower_load_long(x, p);
	}
	return clower_cast(x, clower_value(x, e->a), e->a->type, e->type);
}

/* ---- operators ---- */

static bool is_comparison(CBinaryOp op)
{
	return op >= CB_EQ && op <= CB_GE;
}

static Val compare(CLower *x, CBinaryOp op, Type *t, Val a, Val b)
{
	u32 size = clower_cls(x, t) == CLS_L ? 8 : 4;
	bool is_signed = type_is_signed(t) && !type_is_ptr(t);
	Op less = is_signed ? OP_SLT : OP_ULT, less_equal = is_signed ? OP_SLE : OP_ULE;

	switch (op) {
	case CB_EQ:
		return ir_cmp(CB(x), OP_EQ, size, a, b);
	case CB_NE:
		return ir_cmp(CB(x), OP_NE, size, a, b);
	case CB_LT:
		return ir_cmp(CB(x), less, size, a, b);
	case CB_LE:
		return ir_cmp(CB(x), less_equal, size, a, b);
	case CB_GT:
		return ir_cmp(CB(x), less, size, b, a);
	default:
		return ir_cmp(CB(x), less_equal, size, b, a);
	}
}

static Op operation(CBinaryOp op, bool is_signed)
{
	switch (op) {
	case CB_ADD:
		return OP_ADD;
	case CB_SUB:
		return OP_SUB;
	case CB_MUL:
		return OP_MUL;
	case CB_DIV:
		return is_signed ? OP_SDIV : OP_UDIV;
	case CB_MOD:
		return is_signed ? OP_SMOD : OP_UMOD;
	case CB_AND:
		return OP_AND;
	case CB_OR:
		return OP_OR;
	case CB_XOR:
		return OP_XOR;
	case CB_SHL:
		return OP_SHL;
	case CB_SHR:
		return is_signed ? OP_ASHR : OP_LSHR;
	default:
		bug("no operation for %s", c_binary_name(op));
	}
}

Val clower_operate(CLower *x, CBinaryOp op, Type *t, Val a, Val b)
{
	Cls cls = clower_cls(x, t);

	if (is_comparison(op))
		return compare(x, op, t, a, b);
	return ir_op2(CB(x), operation(op, type_is_signed(t)), cls, a, ir_to_cls(CB(x), cls, b));
}

static Val lower_binary(CLower *x, CExpr *e)
{
	if (clower_is_wide(x, e->a->type)) {
		if (is_comparison((CBinaryOp)e->op))
			return clower_wide_compare(x, e);
		bug("128-bit operation as a scalar");
	}
	if (e->op == CB_EQ || e->op == CB_NE) {
		i64 value;
		bool is_zero = clower_const(x, e->b, &value) && value == 0;
		Val equal = is_zero ? clower_memory_equal(x, e->a) : 0;

		if (equal)
			return e->op == CB_EQ
				   ? equal
				   : ir_cmp(CB(x), OP_EQ, 4, equal, constant(x, CLS_W, 0));
	}
	Val a = clower_value(x, e->a), b = clower_value(x, e->b);
	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	return clower_operate(x, (CBinaryOp)e->op, e->a->type, a, b);
}

/* Bytes that a pointer of this type moves by for each element. */
static u32 step_size(CLower *x, Type *pointer)
{
	Type *to = type_bare(type_bare(pointer)->base);

	return to->kind == TY_VOID || to->kind == TY_FUNC ? 1 : clower_size(x, to);
}

Val clower_step(CLower *x, Type *t, Val pointer, Val count, bool is_minus)
{
	u32 size = step_size(x, t);
	const Ins *ins = ir_ins(x->f->fn, count);

	if (ins->op == OP_CONST)
		return ir_offset(CB(x), pointer, (is_minus ? -ins->imm : ins->imm) * (i64)size);
	if (size != 1)
		count = ir_op2(CB(x), OP_MUL, CLS_L, count, constant(x, CLS_L, size));
	return ir_op2(CB(x), is_minus ? OP_SUB : OP_ADD, CLS_L, pointer, count);
}

static Val lower_ptr_add(CLower *x, CExpr *e)
{
	Val pointer = clower_value(x, e->a);

	return clower_step(x, e->type, pointer, ir_to_cls(CB(x), CLS_L, clower_value(x, e->b)),
			   e->is_minus);
}

static Val lower_ptr_diff(CLower *x, CExpr *e)
{
	u32 size = step_size(x, e->a->type), shift = 0;
	Val a = clower_value(x, e->a);
	Val bytes = ir_op2(CB(x), OP_SUB, CLS_L, a, clower_value(x, e->b));

	while (size > 1 && size % 2 == 0) {
		size /= 2;
		shift++;
	}
	if (shift)
		bytes = ir_op2(CB(x), OP_ASHR, CLS_L, bytes, constant(x, CLS_L, shift));
	return size > 1 ? ir_op2(CB(x), OP_SDIV, CLS_L, bytes, constant(x, CLS_L, size)) : bytes;
}

/* Arithmetic on a type of less than 32 bits doesn't occur: operands are promoted. */
static Val lower_unary(CLower *x, CExpr *e)
{
	Cls cls = clower_cls(x, e->type);
	Val v = clower_value(x, e->a);

	if (e->kind == CX_NEG)
		return ir_op1(CB(x), OP_NEG, cls, v);
	return ir_op2(CB(x), OP_XOR, cls, v, constant(x, cls, -1));
}

static Val lower_not(CLower *x, CExpr *e)
{
	Val equal = clower_memory_equal(x, e->a);

	if (equal)
		return equal;
	Val v = clower_is_wide(x, e->a->type) ? clower_wide_truth(x, e->a) : clower_value(x, e->a);
	Cls cls = ir_ins(x->f->fn, v)->cls;
	return ir_cmp(CB(x), OP_EQ, cls == CLS_L ? 8 : 4, v, constant(x, cls, 0));
}

/* ---- branches ---- */

/* Does the conversion keep what is 0 and what isn't? */
static bool keeps_truth(CLower *x, const CExpr *cast)
{
	Type *to = type_bare(cast->type);

	if (!type_is_scalar(cast->a->type) || !type_is_scalar(to))
		return false;
	return to->kind == TY_BOOL || clower_size(x, to) >= clower_size(x, cast->a->type);
}

static void branch_on(CLower *x, CExpr *e, u32 yes, u32 no)
{
	Val equal = clower_memory_equal(x, e), v;

	if (equal) {
		ir_br(CB(x), equal, no, yes);
		return;
	}
	v = clower_is_wide(x, e->type) ? clower_wide_truth(x, e) : clower_value(x, e);
	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	ir_br(CB(x), v, yes, no);
}

static void branch_both(CLower *x, CExpr *e, u32 yes, u32 no)
{
	u32 second = clower_block(x, e->kind == CX_AND ? "and" : "or");

	if (e->kind == CX_AND)
		clower_branch(x, e->a, second, no);
	else
		clower_branch(x, e->a, yes, second);
	ir_at(CB(x), second);
	clower_branch(x, e->b, yes, no);
}

void clower_branch(CLower *x, CExpr *e, u32 yes, u32 no)
{
	switch (e->kind) {
	case CX_INT:
		ir_jmp(CB(x), e->value | e->high ? yes : no);
		break;
	case CX_NOT:
		clower_branch(x, e->a, no, yes);
		break;
	case CX_AND:
	case CX_OR:
		branch_both(x, e, yes, no);
		break;
	case CX_COMMA:
		clower_discard(x, e->a);
		clower_branch(x, e->b, yes, no);
		break;
	case CX_CAST:
		if (keeps_truth(x, e))
			clower_branch(x, e->a, yes, no);
		else
			branch_on(x, e, yes, no);
		break;
	case CX_BUILTIN:
		if (e->builtin == CBI_EXPECT)
			clower_branch(x, e->args[0], yes, no);
		else
			branch_on(x, e, yes, no);
		break;
	default:
		branch_on(x, e, yes, no);
	}
}

/* a && b, a || b as a number. */
static Val lower_short_circuit(CLower *x, CExpr *e)
{
	u32 slot = clower_temp(x, e->kind == CX_AND ? "and" : "or", 4, 4);
	u32 yes = clower_block(x, "yes"), no = clower_block(x, "no"),
	    done = clower_block(x, "done");

	clower_branch(x, e, yes, no);
	for (u32 i = 0; i < 2; i++) {
		ir_at(CB(x), i ? yes : no);
		ir_store(CB(x), AS_STACK, 4, ir_slot(CB(x), slot), 0, constant(x, CLS_W, i));
		ir_jmp(CB(x), done);
	}
	ir_at(CB(x), done);
	return ir_load(CB(x), AS_STACK, 4, false, CLS_W, ir_slot(CB(x), slot), 0);
}

/* The arm that a constant condition takes. */
static CExpr *taken_arm(CLower *x, CExpr *e)
{
	i64 value;

	if (!clower_const(x, e->a, &value))
		return NULL;
	return value ? e->b : e->d;
}

static void store_arm(CLower *x, CExpr *arm, u32 slot, u32 done)
{
	Val v = clower_value(x, arm);

	if (v && !ir_is_ended(CB(x)))
		clower_store(x, clower_slot_place(x, slot, arm->type), v);
	ir_jmp(CB(x), done);
}

/* a ? b : d */
static Val lower_cond(CLower *x, CExpr *e)
{
	CExpr *taken = taken_arm(x, e);

	if (taken)
		return clower_value(x, taken);
	bool is_void = type_bare(e->type)->kind == TY_VOID;
	u32 size = is_void ? 0 : clower_size(x, e->type);
	u32 slot = is_void ? 0 : clower_temp(x, "cond", size, size);
	u32 yes = clower_block(x, "yes"), no = clower_block(x, "no"),
	    done = clower_block(x, "done");

	clower_branch(x, e->a, yes, no);
	ir_at(CB(x), yes);
	store_arm(x, e->b, slot, done);
	ir_at(CB(x), no);
	store_arm(x, e->d, slot, done);
	ir_at(CB(x), done);
	return is_void ? 0 : clower_load(x, clower_slot_place(x, slot, e->type));
}

/* ---- assignments ---- */

static Val lower_assign(CLower *x, CExpr *e)
{
	if (clower_is_memory(x, e->type)) {
		clower_into(x, clower_place(x, e->a), e->b);
		return 0;
	}
	Val v = clower_value(x, e->b);
	CPlace p = clower_place(x, e->a);
	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	p.is_volatile |= e->is_volatile;
	clower_store(x, p, v);
	return p.bit_width ? clower_cut_bits(x, p, v) : v;
}

/* a op= b: a's place is found once. */
static Val lower_assign_op(CLower *x, CExpr *e)
{
	Val b = clower_value(x, e->b), now;
	CPlace p = clower_place(x, e->a);
	Type *t = e->a->type;

	CB(x)->loc = e->at.start ? e->at.start : CB(x)->loc;
	p.is_volatile |= e->is_volatile;
	Val old = clower_load(x, p);
	if (type_is_ptr(e->calc)) {
		now = clower_step(x, e->calc, old, ir_to_cls(CB(x), CLS_L, b), e->op == CB_SUB);
	} else {
		old = clower_cast(x, old, t, e->calc);
		now = clower_cast(x, clower_operate(x, (CBinaryOp)e->op, e->calc, old, b), e->calc,
				  t);
	}
	clower_store(x, p, now);
	return p.bit_width ? clower_cut_bits(x, p, now) : now;
}

static Val lower_inc_dec(CLower *x, CExpr *e)
{
	CPlace p = clower_place(x, e->a);
	Type *t = e->a->type, *bare = type_bare(t);
	Val old, now;

	p.is_volatile |= e->is_volatile;
	old = clower_load(x, p);
	if (type_is_ptr(t)) {
		now = clower_step(x, t, old, constant(x, CLS_L, e->delta), false);
	} else {
		Type *calc = clower_size(x, t) < 4 ? type_int(x->types, 4, true) : bare;
		Cls cls = clower_cls(x, calc);

		now = ir_op2(CB(x), OP_ADD, cls, old, constant(x, cls, e->delta));
		now = calc == bare ? now : clower_cast(x, now, calc, t);
	}
	clower_store(x, p, now);
	return e->is_post ? old : p.bit_width ? clower_cut_bits(x, p, now) : now;
}

/* ---- all ---- */

static Val lower_stmt_expr(CLower *x, CExpr *e)
{
	CCleanup *mark;
	CExpr *last = clower_enter(x, e, &mark);
	Val v = last ? clower_value(x, last) : 0;

	if (!ir_is_ended(CB(x)))
		clower_cleanups(x, mark);
	x->f->cleanups = mark;
	return v || type_bare(e->type)->kind == TY_VOID ? v
							: constant(x, clower_cls(x, e->type), 0);
}

static Val lower_address(CLower *x, CExpr *e)
{
	CCoreAccess access;
	Val v = clower_place_address(x, clower_place(x, e->a));
	const Ins *ins = ir_ins(x->f->fn, v);

	/* offsetof by way of a null pointer: the relocated number itself */
	if (ins->op == OP_ADD && e->a->is_core && c_core_access(x->c, e->a, &access)) {
		const Ins *base = ir_ins(x->f->fn, ins->a);

		if (base->op == OP_CONST && base->imm == 0)
			return ins->b;
	}
	return v;
}

/* A relocated number; enumerators are patched as 64 bits. */
static Val lower_core(CLower *x, CExpr *e)
{
	CoreReloc *r = NEW(x->c->arena, CoreReloc);
	Cls cls = clower_cls(x, e->type);

	r->kind = (CoreKind)e->core_kind;
	r->n_path = 1;
	if (e->kind == CX_CORE_FIELD) {
		CCoreAccess access;

		if (!c_core_access(x->c, e->a, &access))
			return constant(x, cls, (i64)e->value);
		r->root = access.root;
		r->n_path = access.n_path;
		memcpy(r->path, access.path, access.n_path * sizeof(*r->path));
	} else {
		r->root = e->operand_type;
		r->path[0] = e->kind == CX_CORE_ENUM ? (u16)e->enum_index : 0;
	}
	if (r->kind == CORE_ENUMVAL_VALUE && cls == CLS_W)
		return ir_to_cls(CB(x), CLS_W, ir_core(CB(x), CLS_L, (i64)e->value, r));
	return ir_core(CB(x), cls, (i64)e->value, r);
}

static Val lower_call(CLower *x, CExpr *e)
{
	if (!clower_is_memory(x, e->type))
		return clower_call(x, e, NULL);
	clower_record(x, e);
	return 0;
}

static Val lower_scalar(CLower *x, CExpr *e)
{
	switch (e->kind) {
	case CX_INT:
		return constant(x, clower_cls(x, e->type), (i64)e->value);
	case CX_LOAD: {
		CPlace p = clower_place(x, e->a);

		p.is_volatile |= e->is_volatile;
		return clower_load(x, p);
	}
	case CX_ADDR:
	case CX_DECAY:
		return lower_address(x, e);
	case CX_CAST:
		return lower_cast(x, e);
	case CX_NEG:
	case CX_COMPL:
		return lower_unary(x, e);
	case CX_NOT:
		return lower_not(x, e);
	case CX_BINARY:
		return lower_binary(x, e);
	case CX_PTR_ADD:
		return lower_ptr_add(x, e);
	case CX_PTR_DIFF:
		return lower_ptr_diff(x, e);
	case CX_AND:
	case CX_OR:
		return lower_short_circuit(x, e);
	case CX_COND:
		return lower_cond(x, e);
	case CX_COMMA:
		clower_discard(x, e->a);
		return clower_value(x, e->b);
	case CX_ASSIGN:
		return lower_assign(x, e);
	case CX_ASSIGN_OP:
		return lower_assign_op(x, e);
	case CX_INC_DEC:
		return lower_inc_dec(x, e);
	case CX_CALL:
	case CX_CALL_HELPER:
	case CX_CALL_KFUNC:
	case CX_CALL_PTR:
		return lower_call(x, e);
	case CX_BUILTIN:
		return clower_builtin(x, e);
	case CX_STMT_EXPR:
		return lower_stmt_expr(x, e);
	case CX_CORE_FIELD:
	case CX_CORE_TYPE:
	case CX_CORE_ENUM:
		return lower_core(x, e);
	default:
		bug("no scalar value for %s", c_expr_name((CExprKind)e->kind));
	}
}

Val clower_value(CLower *x, CExpr *e)
{
	Loc outer = CB(x)->loc;

	if (type_bare(e->type)->kind == TY_FLOAT) {
		clower_error(x, e->at, "BPF has no floating point");
		return constant(x, CLS_L, 0);
	}
	CB(x)->loc = e->at.start ? e->at.start : outer;
	return lower_scalar(x, e);
}

/* For its effects only. */
void clower_discard(CLower *x, CExpr *e)
{
	if (!clower_is_memory(x, e->type)) {
		clower_value(x, e);
		return;
	}
	switch (e->kind) {
	case CX_ASSIGN:
		clower_into(x, clower_place(x, e->a), e->b);
		break;
	case CX_COMMA:
		clower_discard(x, e->a);
		clower_discard(x, e->b);
		break;
	case CX_CAST:
		clower_discard(x, e->a);
		break;
	case CX_LOAD:
		clower_place(x, e->a);
		break;
	default:
		if (clower_is_wide(x, e->type))
			clower_wide(x, e);
		else
			clower_record(x, e);
	}
}
