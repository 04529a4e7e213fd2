/*
 * Checks of builtins that print, ask for the time, or end the script.
 */
#include "script/internal.h"

#define MAX_FORMAT_ARGS 128

static u32 last_letters(const FormatPart *part)
{
	bool two = part->conv == CONV_BUFFER_HEX || part->conv == CONV_BUFFER_DUMP || part->conv == CONV_GFP;

	return two ? 2 : 1;
}

/* An argument as the event carries it: numbers in 64 bits unless their type is shown. */
static Node *format_argument(Check *k, Node *arg, const FormatPart *part)
{
	Type *t = type_bare(arg->type);

	if (part->conv == CONV_STRING && (t->kind == TY_BOOL || t->kind == TY_ENUM))
		return arg;
	if (type_is_integer(t))
		return to_int64(k, arg);
	if (part->conv != CONV_STRING && type_is_ptr(t) && part->conv != CONV_POINTER)
		return convert(k, arg, int_type(k, 8, false));
	if (part->conv != CONV_STRING && part->conv != CONV_POINTER && t->kind == TY_STRING &&
	    unwrap_array(arg) != arg)
		return unwrap_array(arg);
	return arg;
}

static bool fit_argument(Check *k, Node *call, const Format *f, u32 i)
{
	const FormatPart *part = format_arg(f, i);
	Node *arg = call->list[i];
	u32 n = last_letters(part);

	if (part->conv == CONV_STRING)
		arg = to_value(k, arg);
	if (is_bad(arg))
		return false;
	if (type_bare(arg->type)->kind == TY_VOID || type_bare(arg->type)->kind == TY_AGG ||
	    !format_accepts(part->conv, arg->type)) {
		check_error(k, call->at, "unsupported format specifier for type '%s': %.*s",
			    type_script_str(k->ts, arg->type), (int)n, part->text.at + part->text.len - n);
		return false;
	}
	call->list[i] = format_argument(k, arg, part);
	return true;
}

/* The format taken out of the list, parsed; the rest checked against it. */
static bool apply_format(Check *k, Node *call)
{
	Format *f = NEW(k->c->arena, Format);
	const Node *text = call->list[0];
	const char *wrong = format_parse(k->c->arena, text->text, f);
	u32 n = call->n - 1;

	if (wrong) {
		check_error(k, call->at, "%s", wrong);
		return false;
	}
	if (n != f->n_args) {
		check_error(k, call->at, "%s arguments for format string (%u supplied, %u expected)",
			    n < f->n_args ? "not enough" : "too many", n, f->n_args);
		return false;
	}
	if (n > MAX_FORMAT_ARGS) {
		check_error(k, call->at, "%s() can have at most %u arguments", builtin_info[call->builtin].name,
			    MAX_FORMAT_ARGS);
		return false;
	}
	call->format = f;
	call->text = text->text;
	call->name = name_of(k->c, text->text.at, text->text.len);
	node_list(k->c, call, call->list + 1, n);
	for (u32 i = 0; i < n; i++)
		if (!fit_argument(k, call, f, i))
			return false;
	return true;
}

Node *check_bi_printf(Check *k, Node *call, const Node *source)
{
	(void)source;
	return apply_format(k, call) ? call : check_bad(k, call);
}

Node *check_bi_debugf(Check *k, Node *call, const Node *source)
{
	(void)source;
	if (!apply_format(k, call))
		return check_bad(k, call);
	if (call->n > 3) {
		check_error(k, call->at, "cannot use more than 3 conversion specifiers");
		return check_bad(k, call);
	}
	for (u32 i = 0; i < call->n; i++) {
		const FormatPart *part = format_arg(call->format, i);

		if (part->conv == CONV_INT || part->conv == CONV_UINT || part->conv == CONV_HEX ||
		    part->conv == CONV_POINTER || part->conv == CONV_STRING)
			continue;
		check_error(k, call->at, "Invalid format specifier for `debugf`: %.*s", (int)part->text.len,
			    part->text.at);
		return check_bad(k, call);
	}
	return call;
}

/* ---- print ---- */

/* A tracepoint's arguments with a text that lies behind them: it can't be shown as a member. */
static bool has_moving_part(Type *t)
{
	t = type_bare(t);
	for (u32 i = 0; i < t->n_fields; i++)
		if (t->fields[i].is_data_loc || t->fields[i].is_rel_loc)
			return true;
	return false;
}

static bool read_number(Check *k, const Node *call, const Node *source, u32 i, i64 *out)
{
	Node *n;

	*out = -1;
	if (i >= source->n)
		return true;
	n = check_expr(k, source->list[i]);
	if (n->kind == NODE_INT && is_int(n->type) && n->value >= 0) {
		*out = n->value;
		return true;
	}
	if (!is_bad(n))
		check_error(k, call->at, "print() expects a positive integer literal for the %s argument",
			    i == 1 ? "top" : "div");
	return false;
}

static Node *print_value(Check *k, Node *call, const Node *source)
{
	Node *arg;

	if (source->n > 1) {
		check_error(k, call->at, "Non-map print() only takes 1 argument, %u found", source->n);
		return check_bad(k, call);
	}
	arg = check_expr(k, source->list[0]);
	if (is_bad(arg))
		return arg;
	if (arg->kind != NODE_MAPGET)
		arg = to_value(k, arg);
	TypeKind kind = type_bare(arg->type)->kind;

	if (kind == TY_VOID || (kind == TY_AGG && arg->kind != NODE_MAPGET) || has_moving_part(arg->type)) {
		check_error(k, call->at, "%s type passed to print() is not printable",
			    kind == TY_VOID ? "none" : type_script_str(k->ts, arg->type));
		return check_bad(k, call);
	}
	node_list(k->c, call, &arg, 1);
	return call;
}

Node *check_bi_print(Check *k, Node *call, const Node *source)
{
	const Node *first = source->list[0];
	Node *map;

	if (first->kind != NODE_MAPGET || first->a)
		return print_value(k, call, source);
	map = check_map_ref(k, first);
	if (is_bad(map) || !read_number(k, call, source, 1, &call->value) ||
	    !read_number(k, call, source, 2, &call->index2))
		return check_bad(k, call);
	node_list(k->c, call, &map, 1);
	return call;
}

/* ---- the others ---- */

Node *check_bi_join(Check *k, Node *call, const Node *source)
{
	Node *array = call->list[0];

	(void)source;
	call->text = call->n > 1 ? call->list[1]->text : STR(" ");
	if (is_int(array->type))
		array = convert(k, array, type_ptr(k->ts, type_ptr(k->ts, type_char(k->ts), AS_NONE), AS_NONE));
	if (type_bare(array->type)->kind != TY_PTR) {
		check_error(k, call->at, "join() only supports int or pointer arguments (%s provided)",
			    kind_word(array->type));
		return check_bad(k, call);
	}
	node_list(k->c, call, &array, 1);
	return call;
}

Node *check_bi_time(Check *k, Node *call, const Node *source)
{
	(void)source;
	call->text = call->n ? call->list[0]->text : STR("%H:%M:%S\n");
	call->index = check_string(k, call->text);
	call->n = 0;
	return call;
}

Node *check_bi_strftime(Check *k, Node *call, const Node *source)
{
	Node *ns = call->list[1];
	const Node *clock = ns->kind == NODE_CAST ? ns->a : ns;

	(void)source;
	call->text = call->list[0]->text;
	call->index = check_string(k, call->text);
	if (clock->kind == NODE_CALL && clock->builtin == BI_nsecs)
		call->value = clock->value;
	ns = convert(k, ns, int_type(k, 8, false));
	node_list(k->c, call, &ns, 1);
	call->type = type_simple(k->ts, TY_TIMESTAMP);
	return call;
}

Node *check_bi_exit(Check *k, Node *call, const Node *source)
{
	(void)source;
	if (call->n)
		call->list[0] = convert(k, call->list[0], int_type(k, 8, true));
	if (k->loop && k->loop->info)
		k->loop->info->has_return = true;
	return call;
}
