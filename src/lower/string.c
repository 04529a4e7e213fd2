/*
 * Builtins on text and bytes.
 */
#include "lower/internal.h"

/* Where text or bytes come from. */
typedef struct {
	AddrSpace space; /* AS_STACK, AS_MAP: our own memory */
	Val at;
	u32 size; /* of an array or string; 0: a pointer */
} Source;

static Source source_of(Lower *l, const Node *n)
{
	Type *t = type_bare(n->type);

	if (type_is_ptr(t))
		return (Source){t->space, lower_value(l, n), 0};
	if (!is_memory_type(t))
		return (Source){AS_NONE, lower_value(l, n), 0};
	if (n->kind == NODE_FIELD || n->kind == NODE_INDEX || n->kind == NODE_DEREF) {
		Place p = lower_place(l, n);

		return (Source){p.space, place_address(l, p), type_size(l->types, t)};
	}
	return (Source){AS_STACK, lower_address(l, n, false), type_size(l->types, t)};
}

static bool is_own(AddrSpace space)
{
	return space == AS_STACK || space == AS_MAP;
}

/* Address space that a probe read must name: context and BTF pointers are kernel addresses. */
static AddrSpace read_space(AddrSpace space)
{
	return space == AS_USER || space == AS_NONE ? space : AS_KERNEL;
}

/* Length argument of str() and buf(), at most max; given: list[1]. */
static Val length_of(Lower *l, const Node *n, u32 max)
{
	Val held, v;
	Branch b;

	if (n->n < 2)
		return lower_const(l, max);
	if (n->list[1]->kind == NODE_INT)
		return lower_const(l, MIN((u64)n->list[1]->value, max));
	v = lower_value(l, n->list[1]);
	held = mem_temp(l, 8);
	mem_store(l, held, 0, 8, v);
	b = branch_begin(l, ir_cmp(B(l), OP_ULT, 8, lower_const(l, max), v), false);
	mem_store(l, held, 0, 8, lower_const(l, max));
	branch_end(l, b);
	return mem_load(l, AS_STACK, held, 0, 8, false);
}

/* n + 1, at most room: the final zero byte's place counts for the helper. */
static Val bounded_end(Lower *l, Val n, u32 room)
{
	Val held = mem_temp(l, 8), v = ir_op2(B(l), OP_ADD, CLS_L, n, lower_const(l, 1));
	Branch b;

	mem_store(l, held, 0, 8, v);
	b = branch_begin(l, ir_cmp(B(l), OP_ULT, 8, lower_const(l, room), v), false);
	mem_store(l, held, 0, 8, lower_const(l, room));
	branch_end(l, b);
	return mem_load(l, AS_STACK, held, 0, 8, false);
}

/* A text may fill its room: the helper put a zero byte in the last place, which is read again. */
static void fill_last(Lower *l, AddrSpace space, Val into, Val from, Val full, u32 room)
{
	Branch b = branch_begin(l, full, false);

	ir_call(B(l), mem_read_helper(space), 3,
		(Val[]){ir_offset(B(l), into, room - 1), lower_const(l, 1),
			ir_offset(B(l), from, room - 1)});
	branch_end(l, b);
}

/*
 * str(p[, n]): a probe read of text. What can't be read is an empty text. The
 * helper ends it with a zero byte, so a text of n bytes needs n + 1.
 */
Val lower_bi_str(Lower *l, const Node *n, Val into)
{
	u32 room = type_size(l->types, n->type);
	Source from = source_of(l, n->list[0]);
	AddrSpace space = read_space(from.space);
	bool is_open = n->n >= 2 && n->list[1]->kind != NODE_INT;
	Val size, most, got;

	mem_store(l, into, 0, 1, ir_const(B(l), CLS_W, 0));
	if (is_own(from.space) && n->n < 2) {
		u32 have = MIN(from.size, room);

		mem_copy(l, into, from.at, have);
		if (have < room)
			mem_store(l, into, have, 1, ir_const(B(l), CLS_W, 0));
		return into;
	}
	size = most = length_of(l, n, room);
	if (is_open)
		size = bounded_end(l, size, room);
	else if (n->n >= 2)
		size = lower_const(l, MIN((u64)n->list[1]->value + 1, room));
	got = ir_call(B(l), mem_read_str_helper(space), 3, (Val[]){into, size, from.at});
	got = ir_cmp(B(l), OP_EQ, 8, got, lower_const(l, room));
	if (is_open)
		got = ir_op2(B(l), OP_AND, CLS_W, got, ir_cmp(B(l), OP_EQ, 8, most, lower_const(l, room)));
	if (is_open || n->n < 2 || (u64)n->list[1]->value >= room)
		fill_last(l, space, into, from.at, got, room);
	return into;
}

/* buf(p, n): u32 length, then the bytes. */
Val lower_bi_buf(Lower *l, const Node *n, Val into)
{
	Type *t = type_bare(n->type);
	Source from = source_of(l, n->list[0]);
	u32 max = from.size && n->n < 2 ? MIN(from.size, t->count) : t->count;
	Val size = length_of(l, n, max), bytes = ir_offset(B(l), into, 4), failed;
	Branch b;

	mem_store(l, into, 0, 4, ir_to_cls(B(l), CLS_W, size));
	if (is_own(from.space) && n->n < 2) {
		mem_copy(l, bytes, from.at, max);
		return into;
	}
	failed = ir_call(B(l), mem_read_helper(read_space(from.space)), 3, (Val[]){bytes, size, from.at});
	b = branch_begin(l, ir_cmp(B(l), OP_NE, 8, failed, lower_const(l, 0)), false);
	mem_store(l, into, 0, 4, ir_const(B(l), CLS_W, 0));
	branch_end(l, b);
	return into;
}

/* Our own memory with the text: literals and strings are there, the rest is read. */
static Val text_address(Lower *l, const Node *n, u32 *size)
{
	Source from;
	Val to;

	*size = type_size(l->types, n->type);
	if (n->kind == NODE_STRING)
		return mem_constant(l, "text", arena_copy(l->c->arena, n->text.at, n->text.len),
				    *size = MAX(n->text.len + 1, 1u));
	from = source_of(l, n);
	if (is_own(from.space))
		return from.at;
	if (!from.size)
		*size = (u32)script_config_number(l->s, CONFIG_max_strlen);
	to = mem_temp(l, *size);
	mem_store(l, to, 0, 1, ir_const(B(l), CLS_W, 0));
	ir_call(B(l), mem_read_str_helper(read_space(from.space)), 3,
		(Val[]){to, lower_const(l, *size), from.at});
	return to;
}

static Val byte_at(Lower *l, Val text, Val i)
{
	return mem_load(l, AS_MAP, ir_op2(B(l), OP_ADD, CLS_L, text, i), 0, 1, false);
}

Val lower_bi_strlen(Lower *l, const Node *n, Val into)
{
	u32 size, head = block_new(l, "strlen"), body = block_new(l, "byte"), next = block_new(l, "next");
	u32 done = block_new(l, "end");
	Val text = text_address(l, n->list[0], &size), count = mem_temp(l, 8), i;

	(void)into;
	mem_store(l, count, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), head);
	ir_at(B(l), head);
	i = mem_load(l, AS_STACK, count, 0, 8, false);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, i, lower_const(l, size)), body, done);
	ir_at(B(l), body);
	ir_br(B(l), byte_at(l, text, i), next, done);
	ir_at(B(l), next);
	mem_store(l, count, 0, 8, ir_op2(B(l), OP_ADD, CLS_L, i, lower_const(l, 1)));
	ir_jmp(B(l), head);
	ir_at(B(l), done);
	return mem_load(l, AS_STACK, count, 0, 8, false);
}

/* 0 if the first n bytes of both texts are the same, 1 if not; a zero byte in both ends it. */
static Val compare_prefix(Lower *l, Val a, Val b, u32 n)
{
	Val result = mem_temp(l, 8);
	u32 done = block_new(l, "compared"), same = block_new(l, "same");

	mem_store(l, result, 0, 8, lower_const(l, 1));
	for (u32 i = 0; i < n; i++) {
		Val x = mem_load(l, AS_MAP, a, i, 1, false), y = mem_load(l, AS_MAP, b, i, 1, false);
		u32 equal = block_new(l, "equal"), next = block_new(l, "next");

		ir_br(B(l), ir_cmp(B(l), OP_EQ, 8, x, y), equal, done);
		ir_at(B(l), equal);
		ir_br(B(l), x, next, same);
		ir_at(B(l), next);
	}
	ir_jmp(B(l), same);
	ir_at(B(l), same);
	mem_store(l, result, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), done);
	ir_at(B(l), done);
	return mem_load(l, AS_STACK, result, 0, 8, false);
}

Val lower_bi_strncmp(Lower *l, const Node *n, Val into)
{
	u32 left, right;
	Val a = text_address(l, n->list[0], &left), b = text_address(l, n->list[1], &right);

	(void)into;
	return compare_prefix(l, a, b, MIN((u32)n->value, MIN(left, right)));
}

/*
 * Where `what` is in `in`, or -1: every start in turn, every byte in turn; both
 * loops are bounded by the types, so the verifier can follow.
 */
static Val find_text(Lower *l, const Node *n)
{
	u32 n_in, n_what;
	Val in = text_address(l, n->list[0], &n_in), what = text_address(l, n->list[1], &n_what);
	Val start = mem_temp(l, 8), at = mem_temp(l, 8), found = mem_temp(l, 8), i, k, w, c;
	u32 head = block_new(l, "start"), inner = block_new(l, "inner"), check = block_new(l, "check");
	u32 compare = block_new(l, "compare"), next = block_new(l, "next"), step = block_new(l, "step");
	u32 hit = block_new(l, "hit"), done = block_new(l, "done"), bound = block_new(l, "bound");
	u32 read = block_new(l, "read");

	mem_store(l, start, 0, 8, lower_const(l, 0));
	mem_store(l, found, 0, 8, lower_const(l, -1));
	ir_jmp(B(l), head);
	ir_at(B(l), head);
	mem_store(l, at, 0, 8, lower_const(l, 0));
	ir_jmp(B(l), inner);
	ir_at(B(l), inner);
	k = mem_load(l, AS_STACK, at, 0, 8, false);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, k, lower_const(l, n_what)), check, hit);
	ir_at(B(l), check);
	w = byte_at(l, what, k);
	ir_br(B(l), w, bound, hit);
	ir_at(B(l), bound);
	i = ir_op2(B(l), OP_ADD, CLS_L, mem_load(l, AS_STACK, start, 0, 8, false), k);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, i, lower_const(l, n_in)), read, done);
	ir_at(B(l), read);
	c = byte_at(l, in, i);
	ir_br(B(l), ir_cmp(B(l), OP_EQ, 8, c, w), compare, next);
	ir_at(B(l), compare);
	mem_store(l, at, 0, 8, ir_op2(B(l), OP_ADD, CLS_L, k, lower_const(l, 1)));
	ir_jmp(B(l), inner);
	ir_at(B(l), next);
	/* the text's end came before a match */
	ir_br(B(l), c, step, done);
	ir_at(B(l), step);
	i = ir_op2(B(l), OP_ADD, CLS_L, mem_load(l, AS_STACK, start, 0, 8, false), lower_const(l, 1));
	mem_store(l, start, 0, 8, i);
	ir_br(B(l), ir_cmp(B(l), OP_ULT, 8, i, lower_const(l, n_in)), head, done);
	ir_at(B(l), hit);
	mem_store(l, found, 0, 8, mem_load(l, AS_STACK, start, 0, 8, false));
	ir_jmp(B(l), done);
	ir_at(B(l), done);
	return mem_load(l, AS_STACK, found, 0, 8, false);
}

Val lower_bi_strstr(Lower *l, const Node *n, Val into)
{
	(void)into;
	return find_text(l, n);
}

Val lower_bi_strcontains(Lower *l, const Node *n, Val into)
{
	Val at = find_text(l, n);

	(void)into;
	return ir_to_cls(B(l), CLS_L, ir_cmp(B(l), OP_SLE, 8, lower_const(l, 0), at));
}

/* The text b behind `len` bytes of whole; len is at most n_a, as the verifier is told. */
static void bounded_concat(Lower *l, Val whole, Val len, u32 n_a, Val b, u32 n_b)
{
	Branch fits = branch_begin(l, ir_cmp(B(l), OP_ULE, 8, len, lower_const(l, n_a)), false);

	ir_call(B(l), HELPER_probe_read_kernel_str, 3,
		(Val[]){ir_op2(B(l), OP_ADD, CLS_L, whole, len), lower_const(l, n_b + 1), b});
	branch_end(l, fits);
}

/*
 * Both by probe reads of text, which tell their lengths; the second goes to
 * where the first ended. Each read may write a zero byte behind its text.
 */
Val lower_bi_str_concat(Lower *l, const Node *n, Val into)
{
	u32 room = type_size(l->types, n->type), n_a, n_b, most;
	Val a = text_address(l, n->list[0], &n_a), b = text_address(l, n->list[1], &n_b), len, whole;

	n_a = MIN(n_a, room);
	n_b = MIN(n_b, room);
	most = n_a + n_b + 1;
	whole = most > room ? mem_temp(l, most) : into;
	mem_zero(l, whole, MAX(most, room));
	len = ir_call(B(l), HELPER_probe_read_kernel_str, 3, (Val[]){whole, lower_const(l, n_a + 1), a});
	len = ir_op2(B(l), OP_SUB, CLS_L, len, lower_const(l, 1));
	bounded_concat(l, whole, len, n_a, b, n_b);
	if (whole != into)
		mem_copy(l, into, whole, room);
	return into;
}

/* memcmp(a, b, n) for a constant n: 0 or 1. */
Val lower_bi_memcmp(Lower *l, const Node *n, Val into)
{
	u32 size = n->list[2]->kind == NODE_INT ? (u32)MIN((u64)n->list[2]->value, 1024u) : 0;
	Val at[2];

	(void)into;
	if (n->list[2]->kind != NODE_INT || size != (u64)n->list[2]->value) {
		diag_error(&l->c->diags, n->list[2]->at, "memcmp() needs a constant length of at most 1024");
		return lower_const(l, 0);
	}
	for (u32 i = 0; i < 2; i++) {
		Source from = source_of(l, n->list[i]);

		at[i] = from.at;
		if (is_own(from.space))
			continue;
		at[i] = mem_temp(l, MAX(size, 1u));
		mem_read(l, read_space(from.space), at[i], from.at, size);
	}
	return ir_op2(B(l), OP_XOR, CLS_L, ir_to_cls(B(l), CLS_L, lower_compare_bytes(l, at[0], at[1], size)),
		      lower_const(l, 1));
}

Val lower_bi_bswap(Lower *l, const Node *n, Val into)
{
	u32 size = type_size(l->types, n->type);
	Val v = lower_value(l, n->list[0]);

	(void)into;
	if (size < 2)
		return v;
	return ir_add(B(l), (Ins){.op = OP_BSWAP, .cls = CLS_L, .size = (u8)size, .a = v});
}

Val lower_bi_write_user(Lower *l, const Node *n, Val into)
{
	u32 size;
	Val to = lower_value(l, n->list[0]), from = text_address(l, n->list[1], &size);
	Val len = n->list[2]->kind == NODE_INT ? lower_const(l, MIN(n->list[2]->value, size))
					       : lower_const(l, size);

	(void)into;
	return ir_call(B(l), HELPER_probe_write_user, 3, (Val[]){to, from, len});
}

/* ---- addresses of networks ---- */

#define FAMILY_4 2
#define FAMILY_6 10

static void inet_from_source(Lower *l, const Node *address, Val into)
{
	Source from = source_of(l, address);
	u32 size = from.size ? MIN(from.size, 16u) : 4;
	Type *t = type_bare(address->type);
	Val bytes = ir_offset(B(l), into, 4);

	if (t->kind == TY_BUFFER) {
		from.at = ir_offset(B(l), from.at, 4);
		size = MIN(t->count, 16u);
	}
	if (is_own(from.space))
		mem_copy(l, bytes, from.at, size);
	else
		mem_read(l, read_space(from.space), bytes, from.at, size);
}

/* ntop([family,] address): InetValue. */
Val lower_bi_ntop(Lower *l, const Node *n, Val into)
{
	const Node *address = n->list[n->n - 1];
	bool is_bytes = is_memory_type(address->type) || type_is_ptr(address->type);
	Val family;

	mem_zero(l, into, type_size(l->types, n->type));
	if (n->n > 1)
		family = lower_value(l, n->list[0]);
	else
		family = lower_const(l, n->value ? n->value : FAMILY_4);
	mem_store(l, into, 0, 4, ir_to_cls(B(l), CLS_W, family));
	if (is_bytes)
		inet_from_source(l, address, into);
	else
		mem_store(l, into, 4, 4, ir_to_cls(B(l), CLS_W, lower_value(l, address)));
	return into;
}

Val lower_bi_macaddr(Lower *l, const Node *n, Val into)
{
	Source from = source_of(l, n->list[0]);

	if (is_own(from.space))
		mem_copy(l, into, from.at, 6);
	else
		mem_read(l, read_space(from.space), into, from.at, 6);
	return into;
}
