/*
 * Checks of builtins about strings, bytes and addresses.
 */
#include "script/internal.h"

#include <arpa/inet.h>

static Node *only_supports(Check *k, const Node *call, const char *what, const Node *arg)
{
	check_error(k, call->at, "%s() %s (%s provided)", builtin_info[call->builtin].name, what,
		    kind_word(arg->type));
	return check_bad(k, call);
}

static u32 max_strlen(Check *k)
{
	return (u32)script_config_number(k->s, CONFIG_max_strlen);
}

/* A length argument: *literal is its value if known, else `unknown`. */
static Node *length_argument(Check *k, const Node *call, Node *n, u32 unknown, u32 *literal)
{
	*literal = unknown;
	if (!is_int(n->type))
		return only_supports(k, call, "only supports int arguments", n);
	if (n->kind == NODE_INT && n->value < 0 && type_is_signed(n->type)) {
		check_error(k, call->at, "%s cannot use negative length (%lld)", builtin_info[call->builtin].name,
			    (long long)n->value);
		return check_bad(k, n);
	}
	if (n->kind == NODE_INT && n->value >= 0 && n->value < 1 << 24)
		*literal = (u32)n->value;
	return convert(k, n, int_type(k, 8, false));
}

/* str($1): the parameter's text, whatever it looks like */
static Node *param_text(Check *k, const Node *n)
{
	const ScriptInput *in = k->s->tree->input;

	if (n->value >= 1 && (u64)n->value <= in->n_params)
		return literal_string(k, n->at, in->params[n->value - 1]);
	return literal_string(k, n->at, "");
}

/* str($1 + n): the text from the n'th byte on */
static Node *param_tail(Check *k, const Node *n)
{
	Node *text = param_text(k, n->a), *offset = check_expr(k, n->b);

	if (!text->text.len)
		return text;
	if (offset->kind != NODE_INT || offset->value < 0 || (u64)offset->value > text->text.len) {
		check_error(k, n->at, "cannot use an offset outside of the positional parameter");
		return check_bad(k, n);
	}
	return literal_string(k, n->at, text->text.at + offset->value);
}

static Node *str_of_array(Check *k, Node *call, Node *array, u32 limit)
{
	u32 size = type_bare(array->type)->count;

	if (type_size(k->ts, type_bare(array->type)->base) != 1)
		return only_supports(k, call, "expects a string, integer or a pointer type as first argument",
				     array);
	return convert(k, array, type_string(k->ts, MIN(size, limit)));
}

Node *check_bi_str(Check *k, Node *call, const Node *source)
{
	Node *from = to_value(k, unwrap_array(call->list[0])), *len = NULL;
	Type *t = type_bare(from->type);
	u32 size = max_strlen(k), limit = size;

	if (source->list[0]->kind == NODE_PARAM && source->list[0]->value > 0)
		return param_text(k, source->list[0]);
	if (source->list[0]->kind == NODE_BINARY && source->list[0]->a->kind == NODE_PARAM)
		return param_tail(k, source->list[0]);
	if (call->n > 1) {
		len = length_argument(k, call, call->list[1], size - 1, &size);
		if (is_bad(len))
			return len;
		limit = size;
		size = MIN(size + 1, max_strlen(k));
	}
	if (t->kind == TY_ARRAY)
		return str_of_array(k, call, from, limit);
	if (t->kind == TY_STRING) {
		if (!len || len->kind == NODE_INT)
			return convert(k, from, type_string(k->ts, len ? MIN(limit, t->count) : t->count));
		size = t->count;
	} else if (is_int(t)) {
		from = convert(k, to_int64(k, from), type_ptr(k->ts, type_char(k->ts), AS_NONE));
	} else if (t->kind != TY_PTR) {
		return only_supports(k, call, "expects a string, integer or a pointer type as first argument",
				     from);
	}
	call->list[0] = from;
	if (len)
		call->list[1] = len;
	call->type = type_string(k->ts, size);
	return call;
}

Node *check_bi_buf(Check *k, Node *call, const Node *source)
{
	Node *from = to_value(k, unwrap_array(call->list[0]));
	Type *t = type_bare(from->type);
	u32 size = t->kind == TY_ARRAY ? type_size(k->ts, t) : max_strlen(k);

	(void)source;
	if (call->n > 1) {
		u32 unknown = size;
		Node *len = length_argument(k, call, call->list[1], unknown, &size);

		if (is_bad(len))
			return len;
		if (t->kind == TY_ARRAY || t->kind == TY_STRING)
			size = MIN(size, type_size(k->ts, t));
		if (size > max_strlen(k)) {
			check_error(k, call->at, "buf() length is too large: %u, the most is %u", size,
				    max_strlen(k));
			return check_bad(k, call);
		}
		call->list[1] = len;
	} else if (t->kind != TY_ARRAY) {
		check_error(k, call->at, "buf() expects a length argument for non-array type %s", kind_word(t));
		return check_bad(k, call);
	}
	if (is_int(t))
		from = convert(k, to_int64(k, from), type_ptr(k->ts, type_char(k->ts), AS_NONE));
	else if (t->kind != TY_ARRAY && t->kind != TY_STRING && t->kind != TY_PTR)
		return only_supports(k, call, "expects an integer, string, or array argument", from);
	call->list[0] = from;
	call->type = type_buffer(k->ts, size);
	return call;
}

Node *check_bi_strcap(Check *k, Node *call, const Node *source)
{
	Node *s = unwrap_array(call->list[0]);
	Type *t = type_bare(s->type);

	(void)source;
	if (t->kind != TY_STRING && t->kind != TY_ARRAY)
		return only_supports(k, call, "only supports string arguments", s);
	return node_int(k->c, call->at, int_type(k, 8, false), type_size(k->ts, t));
}

Node *check_bi_strncmp(Check *k, Node *call, const Node *source)
{
	Node *n = call->list[2];

	(void)source;
	if (n->kind != NODE_INT || n->value < 0) {
		check_error(k, call->at, "Builtin strncmp requires a non-negative literal");
		return check_bad(k, call);
	}
	call->value = n->value;
	call->n = 2;
	return call;
}

Node *check_bi_str_concat(Check *k, Node *call, const Node *source)
{
	u32 size = 1, limit = 1024;

	(void)source;
	for (u32 i = 0; i < 2; i++) {
		Node *text = to_string(k, call->list[i], max_strlen(k));

		if (!text)
			return only_supports(k, call, "only supports string arguments", call->list[i]);
		call->list[i] = text;
		size += MAX(1u, type_bare(text->type)->count) - (text->kind == NODE_STRING);
	}
	call->type = type_string(k->ts, MIN(size, limit));
	return call;
}

Node *check_bi_memcmp(Check *k, Node *call, const Node *source)
{
	(void)source;
	for (u32 i = 0; i < 2; i++) {
		Node *arg = unwrap_array(to_value(k, call->list[i]));

		if (is_int(arg->type) || type_bare(arg->type)->kind == TY_VOID)
			return only_supports(k, call, "expects memory or a pointer to it", arg);
		call->list[i] = arg;
	}
	call->list[2] = convert(k, call->list[2], int_type(k, 8, false));
	return call;
}

Node *check_bi_bswap(Check *k, Node *call, const Node *source)
{
	Node *value = to_value(k, call->list[0]);

	(void)source;
	if (!is_int(value->type))
		return only_supports(k, call, "only supports integer arguments", value);
	call->list[0] = value;
	call->type = int_type(k, type_size(k->ts, value->type), false);
	return call;
}

/* ---- addresses ---- */

static Node *with_space(Check *k, Node *call, AddrSpace space)
{
	Node *p = call->list[0];

	if (is_int(p->type))
		return p;
	if (type_bare(p->type)->kind != TY_PTR)
		return only_supports(k, call, "only supports int or pointer arguments", p);
	return convert(k, p, type_with_space(k->ts, type_bare(p->type), space));
}

Node *check_bi_kptr(Check *k, Node *call, const Node *source)
{
	(void)source;
	return with_space(k, call, AS_KERNEL);
}

Node *check_bi_uptr(Check *k, Node *call, const Node *source)
{
	(void)source;
	return with_space(k, call, AS_USER);
}

Node *check_bi_write_user(Check *k, Node *call, const Node *source)
{
	(void)source;
	call->list[1] = unwrap_array(to_value(k, call->list[1]));
	call->list[2] = convert(k, call->list[2], int_type(k, 8, false));
	return call;
}

/* container_of(p, T, m) → (T *)((uint64)p - offsetof(T, m)) */
Node *check_bi_container_of(Check *k, Node *call, const Node *source)
{
	Node *p = to_value(k, check_expr(k, source->list[0])), *minus;
	Node type = *source->list[1], offset = {.kind = NODE_OFFSETOF, .at = call->at};
	Node *member = source->list[2];
	AddrSpace space;

	if (type.kind == NODE_IDENT)
		type.kind = NODE_TYPE;
	offset.a = &type;
	offset.list = &member;
	offset.n = 1;
	if (is_bad(p))
		return p;
	if (type_bare(p->type)->kind != TY_PTR || (member->kind != NODE_IDENT && member->kind != NODE_FIELD))
		return only_supports(k, call, "expects a pointer, a type and a member", p);
	space = type_bare(p->type)->space;
	Type *t = check_type_node(k, &type);
	Node *bytes = check_expr(k, &offset);

	if (t->kind == TY_ERROR || is_bad(bytes))
		return check_bad(k, call);
	minus = node_new(k->c, NODE_BINARY, call->at);
	minus->op = SOP_SUB;
	minus->type = int_type(k, 8, false);
	minus->a = convert(k, p, minus->type);
	minus->b = convert(k, bytes, minus->type);
	return convert(k, minus, type_ptr(k->ts, t, space == AS_USER || space == AS_NONE ? space : AS_KERNEL));
}

/* ---- internet and Ethernet addresses ---- */

static bool address_family(Check *k, Node **address, i64 *family)
{
	Node *n = unwrap_array(to_value(k, *address));
	Type *t = type_bare(n->type);
	u32 size = type_size(k->ts, t);

	if (is_int(t)) {
		*family = AF_INET;
		*address = convert(k, n, int_type(k, 4, false));
		return true;
	}
	*address = n;
	*family = size == 4 ? AF_INET : AF_INET6;
	if (t->kind == TY_PTR)
		return true;
	return (t->kind == TY_ARRAY || t->kind == TY_BUFFER || type_is_record(t)) &&
	       (t->kind == TY_BUFFER || size == 4 || size == 16);
}

Node *check_bi_ntop(Check *k, Node *call, const Node *source)
{
	Node *address = call->list[call->n - 1], *family;

	(void)source;
	if (!address_family(k, &address, &call->value))
		return only_supports(k, call, "expects an integer or array argument", call->list[call->n - 1]);
	if (call->n == 1) {
		call->list[0] = address;
		return call;
	}
	family = to_value(k, call->list[0]);
	if (!is_int(family->type))
		return only_supports(k, call, "only supports int arguments", family);
	call->list[1] = address;
	call->list[0] = convert(k, to_int64(k, family), int_type(k, 8, true));
	call->value = 0;
	return call;
}

Node *check_bi_pton(Check *k, Node *call, const Node *source)
{
	const char *text = name_of(k->c, call->list[0]->text.at, call->list[0]->text.len);
	u8 bytes[16];
	u32 n = strchr(text, ':') ? 16 : 4;

	(void)source;
	if (inet_pton(n == 4 ? AF_INET : AF_INET6, text, bytes) != 1) {
		check_error(k, call->at, "pton() expects a valid IPv4/IPv6 address, got %s", text);
		return check_bad(k, call);
	}
	/* the bytes as a string literal read as an array */
	Node *literal = node_new(k->c, NODE_STRING, call->at), *cast = node_new(k->c, NODE_CAST, call->at);

	literal->text = (Str){arena_copy(k->c->arena, (char *)bytes, n), n};
	literal->index = check_string(k, literal->text);
	literal->type = type_string(k->ts, n);
	cast->a = literal;
	cast->type = type_array(k->ts, int_type(k, 1, false), n);
	return cast;
}

Node *check_bi_macaddr(Check *k, Node *call, const Node *source)
{
	Node *bytes = unwrap_array(to_value(k, call->list[0]));
	Type *t = type_bare(bytes->type);

	(void)source;
	if (bytes->kind == NODE_STRING) {
		check_error(k, call->at, "macaddr() does not support literal string arguments");
		return check_bad(k, call);
	}
	if (t->kind != TY_ARRAY && t->kind != TY_PTR && t->kind != TY_STRING && t->kind != TY_BUFFER)
		return only_supports(k, call, "only supports array or pointer arguments", bytes);
	if (t->kind != TY_PTR && type_size(k->ts, t) < 6) {
		check_error(k, call->at, "macaddr() argument must be at least 6 bytes in size");
		return check_bad(k, call);
	}
	call->list[0] = bytes;
	return call;
}
