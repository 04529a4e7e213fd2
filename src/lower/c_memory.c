/*
 * Objects in memory: values of struct, union and array type, initialisers, and
 * the builtin functions on memory.
 *
 * Copies and clears have constant sizes: they become MEMCPY and MEMZERO, which
 * later passes write out. memcmp compares words as far as both sides are aligned;
 * where only "equal or not" is asked, by collecting differences, else by the
 * first word that differs, in the order of its bytes.
 */
#include "lower/c_internal.h"

#define MAX_INLINE_TEXT 64 /* longer initial texts are copied from .rodata */
#define MAX_WORDS 128	   /* accesses that one builtin call may become */

/* ---- pieces ---- */

/* The largest access for `left` bytes at an address of this alignment. */
static u32 word_size(u32 align, u32 left)
{
	u32 size = MIN(MAX(align, 1u), 8u);

	while (size > left)
		size /= 2;
	return size;
}

static Val load_word(CLower *x, CPlace p, u32 offset, u32 size)
{
	return clower_load(x, clower_place_at(x, p, offset, type_int(x->types, size, false)));
}

static void store_word(CLower *x, CPlace p, u32 offset, u32 size, Val v)
{
	clower_store(x, clower_place_at(x, p, offset, type_int(x->types, size, false)), v);
}

static u32 known_align(const CPlace *p)
{
	return MIN(MAX(p->align, 1u), 8u);
}

void clower_copy(CLower *x, CPlace to, CPlace from, u32 size)
{
	if (!size)
		return;
	Val source = clower_place_address(x, from), target = clower_place_address(x, to);
	ir_add(CB(x), (Ins){.op = OP_MEMCPY,
			    .a = target,
			    .b = source,
			    .imm = size,
			    .size = (u8)MIN(known_align(&to), known_align(&from)),
			    .is_volatile = to.is_volatile || from.is_volatile});
}

void clower_zero(CLower *x, CPlace p, u32 size)
{
	if (size)
		ir_memzero(CB(x), clower_place_address(x, p), size, known_align(&p));
}

static void store_text(CLower *x, CPlace p, Str text)
{
	u32 align = known_align(&p);

	if (text.len > MAX_INLINE_TEXT) {
		CPlace from = {
		    .space = AS_MAP, .base = clower_constant(x, text.at, text.len), .align = 8};

		clower_copy(x, p, from, text.len);
		return;
	}
	for (u32 i = 0; i < text.len;) {
		u32 n = word_size(align, text.len - i);
		u64 word = 0;

		memcpy(&word, text.at + i, n);
		store_word(x, p, i, n, ir_const(CB(x), n == 8 ? CLS_L : CLS_W, (i64)word));
		i += n;
	}
}

/* ---- initialisers ---- */

static void init_item(CLower *x, CPlace p, const CInitItem *item)
{
	CPlace part = clower_place_at(x, p, item->bit_width ? 0 : item->offset, item->type);

	if (!item->value) {
		store_text(x, part, item->bytes);
		return;
	}
	if (item->bit_width) {
		part.bit_width = item->bit_width;
		part.bit_offset = item->bit_offset;
		part.limit = clower_size(x, p.type);
	}
	clower_into(x, part, item->value);
}

void clower_init(CLower *x, CPlace p, CInit *init)
{
	if (!init)
		return;
	if (init->zero)
		clower_zero(x, p, clower_size(x, p.type));
	vec_each(item, &init->items) init_item(x, p, item);
}

/* ---- records ---- */

static CPlace record_temp(CLower *x, CExpr *e)
{
	u32 slot = clower_temp(x, "temp", clower_size(x, e->type), type_align(x->types, e->type));
	CPlace p = clower_slot_place(x, slot, e->type);

	clower_into(x, p, e);
	return p;
}

static CPlace stmt_expr_record(CLower *x, CExpr *e)
{
	CCleanup *mark;
	CExpr *last = clower_enter(x, e, &mark);
	CPlace p = last ? clower_record(x, last) : record_temp(x, e);

	if (!ir_is_ended(CB(x)))
		clower_cleanups(x, mark);
	x->f->cleanups = mark;
	return p;
}

CPlace clower_record(CLower *x, CExpr *e)
{
	switch (e->kind) {
	case CX_LOAD:
		return clower_place(x, e->a);
	case CX_ASSIGN: {
		CPlace p = clower_place(x, e->a);

		clower_into(x, p, e->b);
		return p;
	}
	case CX_COMMA:
		clower_discard(x, e->a);
		return clower_record(x, e->b);
	case CX_CAST:
		return clower_record(x, e->a);
	case CX_STMT_EXPR:
		return stmt_expr_record(x, e);
	case CX_COND:
	case CX_CALL:
	case CX_CALL_HELPER:
	case CX_CALL_KFUNC:
	case CX_CALL_PTR:
		return record_temp(x, e);
	default:
		return clower_place(x, e);
	}
}

/* The value of a ?: or a statement expression, of any type that lives in memory. */
static void cond_into(CLower *x, CPlace p, CExpr *e)
{
	u32 yes = clower_block(x, "yes"), no = clower_block(x, "no"),
	    done = clower_block(x, "done");

	clower_branch(x, e->a, yes, no);
	ir_at(CB(x), yes);
	clower_into(x, p, e->b);
	ir_jmp(CB(x), done);
	ir_at(CB(x), no);
	clower_into(x, p, e->d);
	ir_jmp(CB(x), done);
	ir_at(CB(x), done);
}

static void stmt_expr_into(CLower *x, CPlace p, CExpr *e)
{
	CCleanup *mark;
	CExpr *last = clower_enter(x, e, &mark);

	if (last)
		clower_into(x, p, last);
	if (!ir_is_ended(CB(x)))
		clower_cleanups(x, mark);
	x->f->cleanups = mark;
}

void clower_into(CLower *x, CPlace p, CExpr *e)
{
	if (!clower_is_memory(x, e->type)) {
		Val v = clower_value(x, e);

		clower_store(x, p, v);
		return;
	}
	switch (e->kind) {
	case CX_COND:
		cond_into(x, p, e);
		break;
	case CX_STMT_EXPR:
		stmt_expr_into(x, p, e);
		break;
	case CX_CALL:
	case CX_CALL_HELPER:
	case CX_CALL_KFUNC:
	case CX_CALL_PTR:
		clower_call(x, e, &p);
		break;
	default:
		if (clower_is_wide(x, e->type))
			clower_wide_store(x, p, clower_wide(x, e));
		else
			clower_copy(x, p, clower_record(x, e), clower_size(x, e->type));
	}
}

/* ---- builtins ---- */

bool clower_const(CLower *x, CExpr *e, i64 *value)
{
	while (e->kind == CX_CAST && type_is_integer(e->type) && type_is_integer(e->a->type) &&
	       clower_size(x, e->type) >= clower_size(x, e->a->type) &&
	       type_bare(e->type)->kind != TY_BOOL)
		e = e->a;
	if (e->kind != CX_INT || clower_is_wide(x, e->type))
		return false;
	*value = (i64)e->value;
	return true;
}

/*
 * READ_ONCE and the like are functions with a switch over the size, which is a
 * constant once they are inlined; the memcpy of their default case is dead then.
 * So in such a function it becomes something that selection refuses if it's still there.
 */
static bool may_be_dead(CLower *x, CExpr *call, u32 arg)
{
	if (!x->f->source->always_inline)
		return false;
	Val size = clower_value(x, call->args[arg]);
	ir_add(CB(x), (Ins){.op = OP_ASM,
			    .cls = CLS_L,
			    .n_args = 1,
			    .args = &size,
			    .asm_text = c_builtin_name((CBuiltin)call->builtin)});
	return true;
}

static bool constant_size(CLower *x, CExpr *call, u32 arg, u32 *size)
{
	i64 n;

	if (clower_const(x, call->args[arg], &n) && n >= 0 && n <= INT32_MAX) {
		*size = (u32)n;
		return true;
	}
	if (may_be_dead(x, call, arg))
		return false;
	clower_error(x, call->args[arg]->at,
		     "the size of '%s' must be a constant: BPF can't call a library",
		     c_builtin_name((CBuiltin)call->builtin));
	return false;
}

static bool too_many_words(CLower *x, const CExpr *call, u32 size, u32 align)
{
	if (size / MAX(align, 1u) <= MAX_WORDS)
		return false;
	clower_error(x, call->at, "'%s' of %u bytes is too much for a BPF program",
		     c_builtin_name((CBuiltin)call->builtin), size);
	return true;
}

static CPlace bytes_at(CLower *x, CExpr *pointer)
{
	return clower_pointee(x, pointer, type_void(x->types));
}

static Val lower_memcpy(CLower *x, CExpr *e)
{
	CPlace to = bytes_at(x, e->args[0]), from = bytes_at(x, e->args[1]);
	u32 size;

	if (constant_size(x, e, 2, &size))
		clower_copy(x, to, from, size);
	return to.base;
}

/* Everything is read before anything is written. */
static Val lower_memmove(CLower *x, CExpr *e)
{
	CPlace to = bytes_at(x, e->args[0]), from = bytes_at(x, e->args[1]);
	u32 align = MIN(known_align(&to), known_align(&from)), size, n = 0;
	Val words[MAX_WORDS + 8];

	if (!constant_size(x, e, 2, &size) || too_many_words(x, e, size, align))
		return to.base;
	for (u32 i = 0; i < size; i += word_size(align, size - i))
		words[n++] = load_word(x, from, i, word_size(align, size - i));
	n = 0;
	for (u32 i = 0; i < size; i += word_size(align, size - i))
		store_word(x, to, i, word_size(align, size - i), words[n++]);
	return to.base;
}

static Val lower_memset(CLower *x, CExpr *e)
{
	CPlace to = bytes_at(x, e->args[0]);
	u32 align = known_align(&to), size;
	i64 byte;

	if (!constant_size(x, e, 2, &size))
		return to.base;
	if (clower_const(x, e->args[1], &byte) && (byte & 255) == 0) {
		clower_zero(x, to, size);
		return to.base;
	}
	if (too_many_words(x, e, size, align))
		return to.base;
	Val v = ir_to_cls(CB(x), CLS_L, clower_value(x, e->args[1]));
	v = ir_op2(CB(x), OP_AND, CLS_L, v, ir_const(CB(x), CLS_L, 255));
	v = ir_op2(CB(x), OP_MUL, CLS_L, v, ir_const(CB(x), CLS_L, 0x0101010101010101));
	for (u32 i = 0; i < size;) {
		u32 n = word_size(align, size - i);

		store_word(x, to, i, n, n == 8 ? v : ir_to_cls(CB(x), CLS_W, v));
		i += n;
	}
	return to.base;
}

/* ---- memcmp ---- */

static Val compare_equal(CLower *x, CExpr *e, u32 size)
{
	CPlace a = bytes_at(x, e->args[0]), b = bytes_at(x, e->args[1]);
	u32 align = MIN(known_align(&a), known_align(&b));
	Val differ = 0;

	if (too_many_words(x, e, size, align))
		size = 0;
	for (u32 i = 0; i < size;) {
		u32 n = word_size(align, size - i);
		Val left = ir_to_cls(CB(x), CLS_L, load_word(x, a, i, n));
		Val right = ir_to_cls(CB(x), CLS_L, load_word(x, b, i, n));
		Val part = ir_op2(CB(x), OP_XOR, CLS_L, left, right);

		differ = differ ? ir_op2(CB(x), OP_OR, CLS_L, differ, part) : part;
		i += n;
	}
	if (!differ)
		return ir_const(CB(x), CLS_W, 1);
	return ir_cmp(CB(x), OP_EQ, 8, differ, ir_const(CB(x), CLS_L, 0));
}

Val clower_memory_equal(CLower *x, CExpr *e)
{
	i64 size;

	while ((e->kind == CX_CAST && type_is_integer(e->type) && type_is_integer(e->a->type) &&
		clower_size(x, e->type) >= clower_size(x, e->a->type)) ||
	       (e->kind == CX_BUILTIN && e->builtin == CBI_EXPECT))
		e = e->kind == CX_CAST ? e->a : e->args[0];
	if (e->kind != CX_BUILTIN || e->builtin != CBI_MEMCMP ||
	    !clower_const(x, e->args[2], &size) || size < 0 || size > INT32_MAX)
		return 0;
	return compare_equal(x, e, (u32)size);
}

/* The word so that its first byte counts most. */
static Val in_byte_order(CLower *x, Val v, u32 size)
{
	if (size > 1)
		v = ir_add(CB(x), (Ins){.op = OP_BSWAP,
					.cls = (u8)(size == 8 ? CLS_L : CLS_W),
					.size = (u8)size,
					.a = v});
	return ir_to_cls(CB(x), CLS_L, v);
}

static Val lower_memcmp(CLower *x, CExpr *e)
{
	CPlace a = bytes_at(x, e->args[0]), b = bytes_at(x, e->args[1]);
	u32 align = MIN(known_align(&a), known_align(&b)), size;
	u32 slot = clower_temp(x, "memcmp", 4, 4), done = clower_block(x, "done");
	CPlace result = clower_slot_place(x, slot, type_int(x->types, 4, true));

	if (!constant_size(x, e, 2, &size) || too_many_words(x, e, size, align))
		return ir_const(CB(x), CLS_W, 0);
	for (u32 i = 0; i < size;) {
		u32 n = word_size(align, size - i), differ = clower_block(x, "differ");
		u32 next = clower_block(x, "equal");
		Val left = in_byte_order(x, load_word(x, a, i, n), n);
		Val right = in_byte_order(x, load_word(x, b, i, n), n);

		ir_br(CB(x), ir_cmp(CB(x), OP_EQ, 8, left, right), next, differ);
		ir_at(CB(x), differ);
		Val less = ir_cmp(CB(x), OP_ULT, 8, left, right);
		Val twice = ir_op2(CB(x), OP_SHL, CLS_W, less, ir_const(CB(x), CLS_W, 1));
		clower_store(x, result,
			     ir_op2(CB(x), OP_SUB, CLS_W, ir_const(CB(x), CLS_W, 1), twice));
		ir_jmp(CB(x), done);
		ir_at(CB(x), next);
		i += n;
	}
	clower_store(x, result, ir_const(CB(x), CLS_W, 0));
	ir_jmp(CB(x), done);
	ir_at(CB(x), done);
	return clower_load(x, clower_slot_place(x, slot, type_int(x->types, 4, true)));
}

/* The bytes behind a pointer to a constant text, or NULL. */
static const CGlobal *constant_text(CExpr *e, i64 *offset)
{
	while (e->kind == CX_CAST)
		e = e->a;
	*offset = 0;
	if (e->kind != CX_DECAY && e->kind != CX_ADDR)
		return NULL;
	e = e->a;
	if (e->kind == CX_INDEX && e->b->kind == CX_INT) {
		*offset = (i64)e->b->value;
		e = e->a;
	}
	return e->kind == CX_GLOBAL && e->global->is_string ? e->global : NULL;
}

static Val lower_strlen(CLower *x, CExpr *e)
{
	i64 at;
	const CGlobal *text = constant_text(e->args[0], &at);

	if (!text || at < 0 || at > text->size || !text->bytes) {
		clower_error(x, e->at,
			     "'%s' works on constant strings only: BPF can't call a library",
			     c_builtin_name((CBuiltin)e->builtin));
		return ir_const(CB(x), CLS_L, 0);
	}
	return ir_const(CB(x), CLS_L,
			(i64)strnlen((const char *)text->bytes + at, text->size - (u32)at));
}

Val clower_memory_builtin(CLower *x, CExpr *e)
{
	switch (e->builtin) {
	case CBI_MEMCPY:
		return lower_memcpy(x, e);
	case CBI_MEMMOVE:
		return lower_memmove(x, e);
	case CBI_MEMSET:
		return lower_memset(x, e);
	case CBI_MEMCMP:
		return lower_memcmp(x, e);
	default:
		return lower_strlen(x, e);
	}
}
