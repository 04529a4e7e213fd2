/*
 * Calls. The signature of a row of builtins.def says how many arguments there
 * are and of what class; one reader of signatures does all the checking,
 * converting and complaining that follows from it. What a signature can't say
 * is left to the row's check function (builtin*.c).
 */
#include "script/internal.h"

typedef enum {
	R_VOID,
	R_BOOL,
	R_I32,
	R_I64,
	R_U32,
	R_U64,
	R_COMM,
	R_KSYM,
	R_USYM,
	R_INET,
	R_MAC,
	R_USERNAME,
	R_CGROUP_PATH,
	R_STRERROR,
	R_SPECIAL
} Result;

#define check_bi_none NULL
#define ANY 0
static const struct {
	Result result;
	CheckBuiltin *check;
} rows[BI_COUNT] = {
#define BUILTIN(id, kind, sig, result, where, needs, lower, check, doc)                            \
	[BI_##id] = {R_##result, check_bi_##check},
#include "tables/builtins.def"
#undef BUILTIN
};
#undef check_bi_none

static Type *result_type(Check *k, Result r)
{
	switch (r) {
	case R_VOID:
	case R_SPECIAL:
		return type_void(k->ts);
	case R_BOOL:
		return type_bool(k->ts);
	case R_I32:
		return int_type(k, 4, true);
	case R_I64:
		return int_type(k, 8, true);
	case R_U32:
		return int_type(k, 4, false);
	case R_U64:
		return int_type(k, 8, false);
	case R_COMM:
		return type_string(k->ts, 16);
	case R_KSYM:
		return type_simple(k->ts, TY_KSYM);
	case R_USYM:
		return type_simple(k->ts, TY_USYM);
	case R_INET:
		return type_simple(k->ts, TY_INET);
	case R_MAC:
		return type_simple(k->ts, TY_MAC);
	case R_USERNAME:
		return type_simple(k->ts, TY_USERNAME);
	case R_CGROUP_PATH:
		return type_simple(k->ts, TY_CGROUP_PATH);
	case R_STRERROR:
		return type_simple(k->ts, TY_STRERROR);
	}
	return type_void(k->ts);
}

/* ---- signatures ---- */

typedef struct {
	char name[16], class[8];
	bool is_optional, is_rest;
} Param;

/* The next parameter of a signature; false at its end. */
static bool next_param(const char **sig, Param *out)
{
	const char *p = *sig;
	u32 n = 0;

	*out = (Param){0};
	while (*p == ' ' || *p == ',')
		p++;
	if (!*p)
		return false;
	for (; *p && *p != ':'; p++)
		if (n + 1 < sizeof(out->name))
			out->name[n++] = *p;
	n = 0;
	for (p += *p == ':'; *p >= 'a' && *p <= 'z'; p++)
		if (n + 1 < sizeof(out->class))
			out->class[n++] = *p;
	out->is_optional = *p == '?' || *p == '*';
	out->is_rest = *p == '*';
	*sig = p + out->is_optional;
	return true;
}

static void count_params(const char *sig, u32 *least, u32 *most)
{
	Param param;

	*least = *most = 0;
	while (next_param(&sig, &param)) {
		*least += !param.is_optional;
		*most = param.is_rest ? UINT32_MAX : *most + 1;
	}
}

static bool right_number(Check *k, const Node *n, const BuiltinInfo *b)
{
	u32 least, most;

	count_params(b->signature, &least, &most);
	if (n->n >= least && n->n <= most)
		return true;
	if (most == 0)
		check_error(k, n->at, "%s() requires no arguments (%u provided)", b->name, n->n);
	else if (least == most && least == 1)
		check_error(k, n->at, "%s() requires one argument (%u provided)", b->name, n->n);
	else if (least == most)
		check_error(k, n->at, "%s() requires %u arguments (%u provided)", b->name, least, n->n);
	else if (n->n < least && least == 1)
		check_error(k, n->at, "%s() requires at least one argument (%u provided)", b->name, n->n);
	else if (n->n < least)
		check_error(k, n->at, "%s() requires at least %u arguments (%u provided)", b->name, least,
			    n->n);
	else if (most == 1)
		check_error(k, n->at, "%s() takes up to one argument (%u provided)", b->name, n->n);
	else
		check_error(k, n->at, "%s() takes up to %u arguments (%u provided)", b->name, most, n->n);
	return false;
}

static bool is_class(const Param *p, const char *class)
{
	return strcmp(p->class, class) == 0;
}

static Node *wrong_class(Check *k, const Node *call, const BuiltinInfo *b, const char *wanted, const Node *arg)
{
	check_error(k, call->at, "%s() %s (%s provided)", b->name, wanted, kind_word(arg->type));
	return check_bad(k, arg);
}

/* A "str": a string, or memory that holds one. */
static Node *text_argument(Check *k, const Node *call, const BuiltinInfo *b, Node *arg)
{
	Type *t = type_bare(arg->type);
	bool is_bytes = t->kind == TY_ARRAY && type_size(k->ts, t->base) == 1;
	bool is_pointer = t->kind == TY_PTR && type_size(k->ts, t->base) <= 1;

	if (t->kind == TY_STRING || t->kind == TY_BUFFER || is_bytes || is_pointer)
		return arg;
	return wrong_class(k, call, b, "only supports string arguments", arg);
}

/* The key for the map in the argument before. */
static Node *key_argument(Check *k, Node *call, const Node *n)
{
	Node access = {.kind = NODE_MAPGET, .at = call->at};
	MapState *m = k->maps.at[call->list[0]->index];
	Node *key;

	access.a = (Node *)n;
	access.name = m->name;
	key = check_map_key(k, m, &access);
	return key ? key : check_bad(k, n);
}

static Node *map_argument(Check *k, const BuiltinInfo *b, const Node *n)
{
	if (n->kind != NODE_MAPGET || n->a) {
		check_error(k, n->at, "%s() expects a map argument", b->name);
		return check_bad(k, n);
	}
	return check_map_ref(k, n);
}

static Node *word_argument(Check *k, const Node *n)
{
	Node *word = node_copy(k->c, n);

	word->type = type_void(k->ts);
	if (n->kind == NODE_INT || n->kind == NODE_PARAM || n->kind == NODE_COMPTIME)
		return check_expr(k, n);
	return word;
}

/* One argument, checked and converted by its class. */
static Node *check_argument(Check *k, Node *call, const BuiltinInfo *b, const Param *p, const Node *n)
{
	Node *arg;

	if (is_class(p, "map"))
		return map_argument(k, b, n);
	if (is_class(p, "key"))
		return key_argument(k, call, n);
	if (is_class(p, "word") || is_class(p, "type"))
		return word_argument(k, n);
	if (is_class(p, "var")) {
		if (n->kind == NODE_LOCAL)
			return word_argument(k, n);
		check_error(k, n->at, "%s() expects a variable for arg %s", b->name, p->name);
		return check_bad(k, n);
	}
	arg = is_class(p, "fmt") ? node_copy(k->c, n) : check_expr(k, n);
	if (is_class(p, "fmt") && n->kind != NODE_STRING)
		arg = check_expr(k, n);
	else if (is_class(p, "fmt"))
		arg->type = type_string(k->ts, n->text.len + 1);
	if (is_bad(arg) || is_class(p, "any"))
		return arg;
	if (is_class(p, "fmt") || is_class(p, "lit"))
		return arg->kind == NODE_STRING ? arg : wrong_class(k, call, b, "expects a string literal", arg);
	if (is_class(p, "num")) {
		if (arg->kind == NODE_INT && is_int(arg->type))
			return arg;
		check_error(k, call->at, "%s() expects a integer literal for the %s argument", b->name, p->name);
		return check_bad(k, n);
	}
	arg = to_value(k, arg);
	if (is_bad(arg))
		return arg;
	if (is_class(p, "str"))
		return text_argument(k, call, b, arg);
	if (is_class(p, "bool"))
		return to_bool(k, arg);
	if (is_class(p, "ptr")) {
		if (type_is_scalar(arg->type) || type_bare(arg->type)->kind == TY_ARRAY ||
		    (is_string(arg->type) && unwrap_array(arg) != arg))
			return is_int(arg->type) ? to_int64(k, arg) : arg;
		return wrong_class(k, call, b,
				   call->builtin == BI_ksym || call->builtin == BI_usym
					   ? "expects an integer or pointer argument"
					   : "only supports int or pointer arguments", arg);
	}
	if (!is_int(arg->type) && b->kind & BUILTIN_AGG && call->builtin != BI_lhist && call->builtin != BI_hist &&
	    call->builtin != BI_tseries) {
		check_error(k, call->at, "%s() only supports integer arguments (%s provided)", b->name,
			    type_script_str(k->ts, arg->type));
		return check_bad(k, arg);
	}
	if (!is_int(arg->type))
		return wrong_class(k, call, b, "only supports int arguments", arg);
	return to_int64(k, arg);
}

static bool check_arguments(Check *k, Node *call, const Node *n, const BuiltinInfo *b)
{
	const char *sig = b->signature;
	Param param = {0};
	bool good = true;

	if (!right_number(k, n, b))
		return false;
	node_list(k->c, call, n->list, n->n);
	for (u32 i = 0; i < n->n; i++) {
		if (!param.is_rest)
			next_param(&sig, &param);
		call->list[i] = check_argument(k, call, b, &param, n->list[i]);
		good &= !is_bad(call->list[i]);
		if (!good && i == 0)
			return false; /* a bad map or format makes the rest meaningless */
	}
	return good;
}

/* ---- where and whether ---- */

static bool is_allowed(Check *k, const Node *n, BuiltinId id)
{
	const BuiltinInfo *b = &builtin_info[id];
	const char *kind = k->p ? probe_info[k->p->out.kind].name : "fn";

	if (!b->where || (k->p && k->allows & b->where) ||
	    (id == BI_retval && k->allows & SCRIPT_ALLOW_RETVAL_CHECKED))
		return true;
	switch (id) {
	case BI_retval:
		check_error(k, n->at, "The retval builtin can only be used with 'kretprobe' and 'uretprobe' and "
			    "'fentry' probes");
		break;
	case BI_func:
		check_error(k, n->at, "The func builtin can not be used with '%s' probes", kind);
		break;
	case BI_path:
		check_error(k, n->at, "The path function can only be used with 'fentry', 'fexit', 'iter' probes");
		break;
	default:
		check_error(k, n->at, "%s can not be used with \"%s\" probes", b->name, kind);
		break;
	case BI_ctx:
		if (k->p && k->p->out.kind == PROBE_tracepoint)
			check_error(k, n->at, "Use args instead of ctx in tracepoint");
		else
			check_error(k, n->at, "The ctx builtin can not be used with '%s' probes", kind);
	}
	return false;
}

static bool is_possible(Check *k, const Node *n, BuiltinId id)
{
	const BuiltinInfo *b = &builtin_info[id];

	if (b->kind & BUILTIN_UNSAFE && !k->s->tree->input->is_unsafe) {
		check_error(k, n->at, "%s() is an unsafe function being used in safe mode", b->name);
		return false;
	}
	if (b->needs && !k->c->target->has[b->needs]) {
		check_error(k, n->at, "%s() needs a kernel feature that this kernel lacks: %s", b->name,
			    feature_text(b->needs));
		return false;
	}
	return is_allowed(k, n, id);
}

static void not_in_map_loop(Check *k, const Node *n, BuiltinId id)
{
	if (id != BI_ctx && id != BI_retval)
		return;
	for (LoopFrame *f = k->loop; f; f = f->outer)
		if (f->is_map)
			check_error(k, n->at, "The %s builtin can not be used in a for-loop body",
				    builtin_info[id].name);
}

static Node *finish(Check *k, Node *call, const Node *n, BuiltinId id)
{
	call->type = result_type(k, rows[id].result);
	not_in_map_loop(k, n, id);
	return rows[id].check ? rows[id].check(k, call, n) : call;
}

Node *check_builtin_var(Check *k, const Node *n, BuiltinId id)
{
	Node *call = node_new(k->c, NODE_CALL, n->at);
	Node bare = *n;

	if (!is_possible(k, n, id))
		return check_bad(k, n);
	call->builtin = id;
	bare.n = 0;
	return finish(k, call, &bare, id);
}

static Node *call_builtin(Check *k, const Node *n)
{
	const BuiltinInfo *b = &builtin_info[n->builtin];
	Node *call;

	if (b->kind == BUILTIN_VAR) {
		check_error(k, n->at, "Unknown function: '%s'", n->name);
		return check_bad(k, n);
	}
	call = node_new(k->c, NODE_CALL, n->at);
	call->builtin = n->builtin;
	if (!is_possible(k, n, n->builtin))
		return check_bad(k, n);
	if (n->builtin == BI_print || n->builtin == BI_len || n->builtin == BI_getopt ||
	    n->builtin == BI_container_of || n->builtin == BI_delete || n->builtin == BI_is_scalar) {
		/* these look at their arguments as they are written */
		if (!right_number(k, n, b))
			return check_bad(k, n);
		return finish(k, call, n, n->builtin);
	}
	if (!check_arguments(k, call, n, b))
		return check_bad(k, n);
	return finish(k, call, n, n->builtin);
}

/* ---- functions ---- */

static bool convert_arguments(Check *k, const Node *n, Node *call, const Type *func)
{
	if (n->n != func->n_fields && !(func->is_variadic && n->n > func->n_fields)) {
		check_error(k, n->at, "%s() requires %u arguments (%u provided)", n->name, func->n_fields, n->n);
		return false;
	}
	node_list(k->c, call, n->list, n->n);
	for (u32 i = 0; i < n->n; i++) {
		Node *arg = to_value(k, check_expr(k, n->list[i]));
		Type *wanted = func->fields[i].type;

		if (is_bad(arg))
			return false;
		if (!type_same(arg->type, wanted) &&
		    !(type_is_scalar(arg->type) && type_is_scalar(wanted)) &&
		    !(is_string(arg->type) && is_string(wanted))) {
			check_error(k, n->list[i]->at, "Expected %s for argument `%s` got %s",
				    type_script_str(k->ts, wanted),
				    func->fields[i].name ? func->fields[i].name : "",
				    type_script_str(k->ts, arg->type));
			return false;
		}
		call->list[i] = convert(k, arg, wanted);
	}
	return true;
}

static Node *call_function(Check *k, const Node *n, u32 index)
{
	Node *call = node_new(k->c, NODE_CALLF, n->at);

	call->index = index;
	call->name = n->name;
	call->type = k->s->funcs.at[index].type->base;
	return convert_arguments(k, n, call, k->s->funcs.at[index].type) ? call : check_bad(k, n);
}

static Node *unknown_function(Check *k, const Node *n)
{
	NameHint hint = {0};

	check_error(k, n->at, "Unknown function: '%s'", n->name);
	for (u32 i = 1; i < BI_COUNT; i++)
		if (builtin_info[i].kind & (BUILTIN_FUNC | BUILTIN_AGG))
			hint_offer(&hint, n->name, builtin_info[i].name);
	if (hint.best)
		diag_hint(&k->c->diags, "did you mean %s?", hint.best);
	return check_bad(k, n);
}

/* A kernel function that BTF marks as callable is called as it is declared. */
static Node *call_kernel(Check *k, const Node *n)
{
	Type *func = strncmp(n->name, "bpf_", 4) == 0 ? types_find_kernel_func(k->ts, n->name) : NULL;
	Node *call;

	func = func ? type_bare(func) : NULL;
	if (!func || func->kind != TY_FUNC)
		return NULL;
	call = node_new(k->c, NODE_CALLK, n->at);
	call->name = n->name;
	call->type = func->base;
	call->extra_type = func;
	return convert_arguments(k, n, call, func) ? call : check_bad(k, n);
}

Node *check_call(Check *k, const Node *n)
{
	Node *call;

	if (n->builtin)
		return call_builtin(k, n);
	for (u32 i = 0; i < k->s->funcs.len; i++)
		if (k->s->funcs.at[i].name == n->name)
			return call_function(k, n, i);
	call = call_kernel(k, n);
	return call ? call : unknown_function(k, n);
}
