/*
 * From a row of builtins.def to the function that makes its code, and the
 * builtins that are too small for a file of their own.
 */
#include "lower/internal.h"

#include "c/embed.h"

static Val none_reached(const Node *n)
{
	bug("builtin %d reached the lowering", (int)n->builtin);
}

Val lower_bi_none(Lower *l, const Node *n, Val into)
{
	(void)l;
	(void)into;
	return none_reached(n);
}

/* Aggregations are statements: lower_map_agg. */
Val lower_bi_agg(Lower *l, const Node *n, Val into)
{
	(void)l;
	(void)into;
	return none_reached(n);
}

static LowerBuiltin *const lower_builtins[BI_COUNT] = {
#define BUILTIN(id, kind, sig, result, where, needs, lower, check, doc) [BI_##id] = lower_bi_##lower,
#include "tables/builtins.def"
#undef BUILTIN
};

Val lower_call(Lower *l, const Node *n, Val into)
{
	if (!into && n->type && is_memory_type(n->type))
		into = mem_temp(l, type_size(l->types, n->type));
	B(l)->loc = n->at.start ? n->at.start : B(l)->loc;
	return lower_builtins[n->builtin](l, n, into);
}

Val lower_bi_strerror(Lower *l, const Node *n, Val into)
{
	(void)into;
	return lower_value(l, n->list[0]);
}

Val lower_bi_strftime(Lower *l, const Node *n, Val into)
{
	mem_store(l, into, 0, 8, lower_value(l, n->list[0]));
	mem_store(l, into, 8, 8, lower_const(l, n->index));
	return into;
}

Val lower_bi_cgroup_path(Lower *l, const Node *n, Val into)
{
	mem_store(l, into, 0, 8, lower_value(l, n->list[0]));
	mem_store(l, into, 8, 8, lower_const(l, n->index));
	return into;
}

/* Addresses of the last page stand for error numbers (linux/err.h). */
Val lower_bi_is_err(Lower *l, const Node *n, Val into)
{
	Val v = lower_value(l, n->list[0]);

	(void)into;
	return ir_to_cls(B(l), CLS_L, ir_cmp(B(l), OP_ULE, 8, lower_const(l, -4095), v));
}

/* struct path → its full name, by the kernel. */
Val lower_bi_path(Lower *l, const Node *n, Val into)
{
	Val p = lower_value(l, n->list[0]);

	mem_store(l, into, 0, 1, ir_const(B(l), CLS_W, 0));
	ir_call(B(l), HELPER_d_path, 3, (Val[]){p, into, lower_const(l, type_size(l->types, n->type))});
	return into;
}

Val lower_bi_socket_cookie(Lower *l, const Node *n, Val into)
{
	(void)into;
	return ir_call(B(l), HELPER_get_socket_cookie, 1, (Val[]){lower_value(l, n->list[0])});
}

Val lower_bi_skboutput(Lower *l, const Node *n, Val into)
{
	(void)into;
	diag_error(&l->c->diags, n->at, "skboutput() isn't supported yet");
	return lower_const(l, 0);
}

/* bpf_trace_printk: at most three integers, the format in read-only data. */
Val lower_bi_debugf(Lower *l, const Node *n, Val into)
{
	Val args[5];
	u32 len = (u32)strlen(n->name) + 1;

	(void)into;
	args[0] = mem_constant(l, "debugf", n->name, len);
	args[1] = lower_const(l, len);
	for (u32 i = 0; i < n->n && i < 3; i++)
		args[i + 2] = is_memory_type(n->list[i]->type) ? lower_address(l, n->list[i], false)
							       : lower_value(l, n->list[i]);
	return ir_call(B(l), HELPER_trace_printk, 2 + MIN(n->n, 3u), args);
}

/* ---- numbers to names: a table of texts in read-only data ---- */

#define MAX_NAMES 512

/* "__NR_read" is "0" in the kernel's headers: the embedded macros are the table. */
static void add_syscalls(Lower *l, const char **names)
{
	EmbedMacro m;

	(void)l;
	for (size_t i = 0; embed_macro_at(i, &m); i++) {
		char *end;
		unsigned long number;

		if (strncmp(m.name, "__NR_", 5) != 0 || *m.params)
			continue;
		number = strtoul(m.body, &end, 0);
		if (end != m.body && !*end && number < MAX_NAMES && !names[number])
			names[number] = m.name + 5;
	}
}

static void add_signals(const char **names)
{
	for (int i = 1; i < 32; i++)
		names[i] = strsignal(i);
}

/* syscall_name(n), signal_name(n): empty text for numbers without a name. */
Val lower_bi_names(Lower *l, const Node *n, Val into)
{
	const char *names[MAX_NAMES] = {0};
	u32 room = type_size(l->types, n->type);
	char *table = arena_alloc(l->c->arena, (size_t)MAX_NAMES * room);
	Val number = lower_value(l, n->list[0]), at;
	Branch known;

	if (n->builtin == BI_syscall_name)
		add_syscalls(l, names);
	else
		add_signals(names);
	for (u32 i = 0; i < MAX_NAMES; i++)
		if (names[i])
			memcpy(table + (size_t)i * room, names[i], MIN(strlen(names[i]), (size_t)room));
	mem_zero(l, into, room);
	known = branch_begin(l, ir_cmp(B(l), OP_ULT, 8, number, lower_const(l, MAX_NAMES)), false);
	at = mem_constant(l, builtin_info[n->builtin].name, table, MAX_NAMES * room);
	at = ir_op2(B(l), OP_ADD, CLS_L, at, ir_op2(B(l), OP_MUL, CLS_L, number, lower_const(l, room)));
	mem_copy(l, into, at, room);
	branch_end(l, known);
	return into;
}
