/*
 * Checks of builtins that stand for a value: of the process, the probe, the
 * command line, or an answer of the compiler.
 */
#include "script/internal.h"

/* The word that an argument is, or NULL. */
static const char *word_of(const Node *source, u32 i)
{
	return i < source->n && source->list[i]->kind == NODE_IDENT ? source->list[i]->name : NULL;
}

static Node *fail_at(Check *k, const Node *n, Span at, const char *text)
{
	check_error(k, at, "%s", text);
	return check_bad(k, n);
}

static Node *answer(Check *k, const Node *n, bool value)
{
	Node *out = node_int(k->c, n->at, type_bool(k->ts), value);

	out->is_literal = true;
	return out;
}

Node *check_bi_pid(Check *k, Node *call, const Node *source)
{
	const char *word = word_of(source, 0);

	call->n = 0;
	if (!source->n)
		return call;
	if (!word) {
		check_error(k, call->at, "%s() only supports curr_ns and init as the argument",
			    builtin_info[call->builtin].name);
		return check_bad(k, call);
	}
	if (strcmp(word, "init") != 0 && strcmp(word, "curr_ns") != 0) {
		check_error(k, source->list[0]->at, "Invalid PID namespace mode: %s (expects: curr_ns or init)",
			    word);
		return check_bad(k, call);
	}
	call->value = strcmp(word, "init") == 0;
	return call;
}

Node *check_bi_nsecs(Check *k, Node *call, const Node *source)
{
	static const char *const modes[] = {"boot", "monotonic", "tai", "sw_tai"};
	const char *word = word_of(source, 0);

	call->n = 0;
	if (!source->n)
		return call;
	for (u32 i = 0; word && i < ARRAY_LEN(modes); i++)
		if (strcmp(modes[i], word) == 0) {
			call->value = i;
			if (i == 2 && !k->c->target->has[FEAT_KTIME_TAI])
				check_error(k, call->at,
					    "nsecs(tai) needs a kernel feature that this kernel lacks: %s",
					    feature_text(FEAT_KTIME_TAI));
			return call;
		}
	check_error(k, source->list[0]->at, "Invalid timestamp mode: %s", word ? word : "");
	return check_bad(k, call);
}

Node *check_bi_curtask(Check *k, Node *call, const Node *source)
{
	Type *task = types_find_tag(k->ts, TY_STRUCT, intern(&k->c->names, "task_struct"));

	(void)source;
	call->type = task ? type_ptr(k->ts, task,
				     k->c->target->has[FEAT_TASK_BTF] ? AS_BTF : AS_KERNEL)
			  : int_type(k, 8, false);
	return call;
}

Node *check_bi_cpid(Check *k, Node *call, const Node *source)
{
	const ScriptInput *in = k->s->tree->input;

	(void)source;
	return node_int(k->c, call->at, int_type(k, 4, false), in->has_child ? in->child_pid : 0);
}

Node *check_bi_has_cpid(Check *k, Node *call, const Node *source)
{
	(void)source;
	return answer(k, call, k->s->tree->input->has_child);
}

Node *check_bi_probe(Check *k, Node *call, const Node *source)
{
	(void)source;
	if (!k->p)
		return fail_at(k, call, call->at, "Feature not supported outside probe");
	return literal_string(k, call->at, k->p->out.attach.at[0].name);
}

Node *check_bi_probetype(Check *k, Node *call, const Node *source)
{
	(void)source;
	if (!k->p)
		return fail_at(k, call, call->at, "Feature not supported outside probe");
	if (k->p->out.kind == PROBE_begin || k->p->out.kind == PROBE_end || k->p->out.kind == PROBE_self)
		return literal_string(k, call->at, "special");
	return literal_string(k, call->at, probe_info[k->p->out.kind].name);
}

Node *check_bi_func(Check *k, Node *call, const Node *source)
{
	(void)source;
	call->type = type_simple(k->ts, k->allows & SCRIPT_USER ? TY_USYM : TY_KSYM);
	if (!(k->allows & SCRIPT_ALLOW_FUNC_BY_IP))
		return call;
	if (!k->c->target->has[FEAT_GET_FUNC_IP]) {
		check_error(k, call->at, "func in %s probes needs a kernel feature that this kernel lacks: %s",
			    probe_info[k->p->out.kind].name, feature_text(FEAT_GET_FUNC_IP));
		return check_bad(k, call);
	}
	k->p->out.uses_func_ip = true;
	return call;
}

static Type *context_type(Check *k)
{
	const char *tag = "pt_regs";

	if (k->p->out.kind == PROBE_iter)
		tag = arena_printf(k->c->arena, "bpf_iter__%s", k->p->out.attach.at[0].function);
	else if (probe_info[k->p->out.kind].section[0] == 'p') /* perf_event */
		tag = "bpf_perf_event_data";
	return types_find_tag(k->ts, TY_STRUCT, intern(&k->c->names, tag));
}

Node *check_bi_ctx(Check *k, Node *call, const Node *source)
{
	Type *t = context_type(k);

	(void)source;
	k->p->out.context = t;
	/* an iterator's objects may be NULL, which the verifier wants asked at each use: read them as memory */
	call->type = type_ptr(k->ts, t ? t : type_void(k->ts),
			      k->p->out.kind == PROBE_iter ? AS_KERNEL : AS_CTX);
	return call;
}

Node *check_bi_retval(Check *k, Node *call, const Node *source)
{
	(void)source;
	call->type = int_type(k, 8, false);
	if (k->p->out.kind == PROBE_fentry)
		return fail_at(k, call, call->at, "The retval builtin can not be used with 'fentry' probes");
	if (k->p->out.kind != PROBE_fexit)
		return call;
	args_resolve(k->s, k->p);
	if (!k->p->result)
		return fail_at(k, call, call->at, "Cannot read function parameters");
	if (type_bare(k->p->result)->kind == TY_VOID)
		return fail_at(k, call, call->at, "The function has no return value");
	call->type = k->p->result;
	call->value = k->p->n_slots;
	return call;
}

Node *check_bi_usermode(Check *k, Node *call, const Node *source)
{
	bool special = k->p && (k->p->out.kind == PROBE_begin || k->p->out.kind == PROBE_end ||
				k->p->out.kind == PROBE_self);

	(void)source;
	if (k->allows & SCRIPT_ALLOW_REG)
		return call;
	return node_int(k->c, call->at, int_type(k, 8, false), special);
}

/* config: a record with the settings, all known now */
Node *check_bi_config(Check *k, Node *call, const Node *source)
{
	Node *out = node_new(k->c, NODE_RECORD, call->at), *items[CONFIG_COUNT];
	Field fields[CONFIG_COUNT] = {{0}};

	(void)source;
	for (u32 i = 0; i < CONFIG_COUNT; i++) {
		const char *text = script_config_text(k->s, (ConfigId)i);
		u64 number;

		items[i] = lexer_number((Str){text, (u32)strlen(text)}, true, &number)
				   ? literal_int(k, call->at, (i64)number)
				   : literal_string(k, call->at, text);
		fields[i] = (Field){.name = intern(&k->c->names, config_name((ConfigId)i)),
				    .type = items[i]->type};
	}
	node_list(k->c, out, items, CONFIG_COUNT);
	out->type = type_record(k->ts, fields, CONFIG_COUNT);
	return out;
}

Node *check_bi_default_str_length(Check *k, Node *call, const Node *source)
{
	(void)source;
	return node_int(k->c, call->at, int_type(k, 8, false),
			(i64)script_config_number(k->s, CONFIG_max_strlen));
}

/* ---- stacks ---- */

static bool read_stack_mode(Check *k, const char *builtin, const char *name, const Node *at, StackMode *mode)
{
	static const char *const modes[] = {"bpftrace", "perf", "raw", "build_id"};

	for (u32 i = 0; i < ARRAY_LEN(modes); i++)
		if (strcmp(modes[i], name) == 0) {
			*mode = (StackMode)i;
			return true;
		}
	check_error(k, at->at,
		    "Error parsing stack mode: %s: Invalid value for stack_mode: valid values are bpftrace, "
		    "raw, perf, and build_id.",
		    builtin);
	return false;
}

Node *check_bi_stack(Check *k, Node *call, const Node *source)
{
	const char *name = builtin_info[call->builtin].name;
	StackMode mode = STACK_BPFTRACE;
	i64 limit = 127;

	if (!read_stack_mode(k, name, script_config_text(k->s, CONFIG_stack_mode), call, &mode))
		return check_bad(k, call);
	for (u32 i = 0; i < source->n; i++) {
		const Node *arg = call->list[i];

		if (word_of(source, i) && i == 0) {
			if (!read_stack_mode(k, name, word_of(source, i), source->list[i], &mode))
				return check_bad(k, call);
		} else if (i == 0 && source->n > 1) {
			return fail_at(k, call, call->at, "Expected stack mode as first argument");
		} else if (arg->kind == NODE_INT && is_int(arg->type)) {
			limit = arg->value;
		} else {
			check_error(k, call->at, "%s: invalid limit value", name);
			return check_bad(k, call);
		}
	}
	if (limit < 0 || limit > 1024) {
		check_error(k, call->at, "%s([int limit]): limit shouldn't exceed 1024, %lld given", name,
			    (long long)limit);
		return check_bad(k, call);
	}
	if (mode == STACK_BUILD_ID && call->builtin == BI_kstack)
		return fail_at(k, call, call->at, "'build_id' stack mode can only be used for ustack");
	call->n = 0;
	call->type = type_stack(k->ts, call->builtin == BI_kstack ? TY_KSTACK : TY_USTACK, mode, (u32)limit);
	if (k->p && call->builtin == BI_ustack)
		k->p->out.uses_user_stack = true;
	return call;
}

Node *check_bi_unavailable(Check *k, Node *call, const Node *source)
{
	(void)source;
	check_error(k, call->at, "%s is not supported", builtin_info[call->builtin].name);
	return check_bad(k, call);
}

/* ---- the compiler's answers ---- */

Node *check_bi_is_array(Check *k, Node *call, const Node *source)
{
	(void)source;
	return answer(k, call, type_bare(unwrap_array(call->list[0])->type)->kind == TY_ARRAY);
}

Node *check_bi_is_integer(Check *k, Node *call, const Node *source)
{
	(void)source;
	return answer(k, call, type_bare(call->list[0]->type)->kind == TY_INT);
}

Node *check_bi_is_unsigned_integer(Check *k, Node *call, const Node *source)
{
	Type *t = type_bare(call->list[0]->type);

	(void)source;
	return answer(k, call, t->kind == TY_INT && !t->is_signed);
}

Node *check_bi_is_ptr(Check *k, Node *call, const Node *source)
{
	(void)source;
	return answer(k, call, type_is_ptr(call->list[0]->type));
}

Node *check_bi_is_str(Check *k, Node *call, const Node *source)
{
	(void)source;
	return answer(k, call, is_string(call->list[0]->type));
}

Node *check_bi_is_literal(Check *k, Node *call, const Node *source)
{
	(void)source;
	return answer(k, call, call->list[0]->is_literal);
}

Node *check_bi_static_assert(Check *k, Node *call, const Node *source)
{
	bool value;

	(void)source;
	if (!is_constant(call->list[0], &value)) {
		check_error(k, call->at, "Unable to resolve comptime expression");
		return check_bad(k, call);
	}
	if (!value)
		check_error(k, call->at, "%s", call->n > 1 ? name_of(k->c, call->list[1]->text.at,
								     call->list[1]->text.len)
							   : "static_assert failed");
	return node_int(k->c, call->at, type_bool(k->ts), 1);
}

Node *check_bi_assert_str(Check *k, Node *call, const Node *source)
{
	Type *t = type_bare(unwrap_array(call->list[0])->type);

	(void)source;
	if (t->kind != TY_STRING && t->kind != TY_ARRAY && t->kind != TY_PTR)
		check_error(k, call->at, "string-like values must be either strings, arrays or pointers");
	return node_int(k->c, call->at, type_bool(k->ts), 1);
}

/* The message of fail(): its literals put into the format, without widths. */
Node *check_bi_fail(Check *k, Node *call, const Node *source)
{
	Text out = text_new(k->c->arena);
	Format f;
	u32 next = 1;

	(void)source;
	if (format_parse(k->c->arena, call->list[0]->text, &f))
		return check_bad(k, call);
	for (u32 i = 0; i < f.n_parts; i++) {
		const Node *arg = next < call->n ? call->list[next] : NULL;

		if (f.parts[i].conv == CONV_TEXT) {
			text_add(&out, f.parts[i].text.at, f.parts[i].text.len);
			continue;
		}
		next++;
		if (arg && arg->kind == NODE_STRING)
			text_add(&out, arg->text.at, arg->text.len);
		else if (arg && arg->kind == NODE_INT)
			text_addf(&out, "%lld", (long long)arg->value);
	}
	check_error(k, call->at, "%s", text_done(&out));
	return check_bad(k, call);
}

/* ---- named parameters ---- */

static const ScriptOption *find_option(const ScriptInput *in, const char *name)
{
	for (u32 i = in->n_options; i > 0; i--)
		if (strcmp(in->options[i - 1].name, name) == 0)
			return &in->options[i - 1];
	return NULL;
}

static Node *option_bool(Check *k, const Node *n, const ScriptOption *o)
{
	const char *v = o->value ? o->value : "true";

	if (strcmp(v, "true") == 0 || strcmp(v, "1") == 0)
		return answer(k, n, true);
	if (strcmp(v, "false") == 0 || strcmp(v, "0") == 0)
		return answer(k, n, false);
	check_error(k, n->at, "Invalid value for named parameter '%s': expected true or false, got '%s'", o->name,
		    v);
	return check_bad(k, n);
}

Node *check_bi_getopt(Check *k, Node *call, const Node *source)
{
	const ScriptOption *o;
	const Node *name = source->list[0];
	Node *value = source->n > 1 ? check_expr(k, source->list[1]) : answer(k, call, false);
	u64 number;

	if (name->kind != NODE_STRING)
		return fail_at(k, call, name->at, "First argument to 'getopt' must be a string literal.");
	if (is_bad(value))
		return value;
	if (!value->is_literal || (value->kind != NODE_INT && value->kind != NODE_STRING))
		return fail_at(k, call, source->list[1]->at,
			       "Second argument to 'getopt' must be a string literal, integer literal, or a "
			       "boolean literal.");
	if (source->n > 2 && source->list[2]->kind != NODE_STRING)
		return fail_at(k, call, source->list[2]->at,
			       "Function 'getopt' requires the third parameter to be a string");
	const char *key = name_of(k->c, name->text.at, name->text.len);

	map_set(&k->options, (u64)(uintptr_t)key, 1);
	o = find_option(k->s->tree->input, key);
	if (!o)
		return value;
	if (value->type->kind == TY_BOOL)
		return option_bool(k, call, o);
	if (value->kind == NODE_STRING)
		return literal_string(k, call->at, o->value ? o->value : "");
	if (!o->value || !lexer_number((Str){o->value, (u32)strlen(o->value)}, true, &number)) {
		diag_error(&k->c->diags, (Span){0},
			   "program command line option --%s invalid integer (value: %s)", key,
			   o->value ? o->value : "");
		return check_bad(k, call);
	}
	return literal_int(k, call->at, (i64)number);
}
