/*
 * The check: names, types and all that the language decides, from the source
 * tree to the checked tree (script.h).
 *
 * Types of variables and maps are found by passes to a fix-point. A pass walks
 * every program and builds its checked tree with what is known so far; where a
 * value is stored that the variable's guess can't hold, the guess grows
 * (integers widen, strings lengthen, tuples do so item by item) and another
 * pass follows. Types only grow, and only a few steps, so this ends; a bound
 * on the passes guards what may grow for long (strings that are concatenated
 * to themselves). The diagnostics and trees of the last pass count; those of
 * the passes before are dropped.
 *
 * The source tree is never changed: it is read again in each pass, and by each
 * program that was made from the same block.
 */
#include "script/internal.h"

#include <stdarg.h>

#define MAX_PASSES 40

/* ---- messages ---- */

/* The same message at the same place: programs made from one block repeat it. */
static bool was_said(Check *k, Span at, const char *text)
{
	for (u32 i = 0; i < k->c->diags.list.len; i++) {
		const Diag *d = &k->c->diags.list.at[i];

		if (d->span.start == at.start && d->span.end == at.end && strcmp(d->text, text) == 0)
			return true;
	}
	return false;
}

void check_error(Check *k, Span at, const char *fmt, ...)
{
	const char *text;
	va_list args;

	va_start(args, fmt);
	text = arena_vprintf(k->c->arena, fmt, args);
	va_end(args);
	if (!was_said(k, at, text))
		diag_error(&k->c->diags, at, "%s", text);
}

void check_remark(Check *k, Span at, const char *fmt, ...)
{
	const char *text;
	va_list args;

	if (!k->s->tree->input->warn_all)
		return;
	va_start(args, fmt);
	text = arena_vprintf(k->c->arena, fmt, args);
	va_end(args);
	if (!was_said(k, at, text))
		diag_warning(&k->c->diags, at, "%s", text);
}

Node *check_bad(Check *k, const Node *n)
{
	Node *bad = node_int(k->c, n->at, type_error(k->ts), 0);

	return bad;
}

/* ---- variables ---- */

const char *plain_name(Check *k, const char *name)
{
	const char *mark = strchr(name, '#');

	return mark ? arena_printf(k->c->arena, "%.*s", (int)(mark - name), name) : name;
}

ScopeVar *var_find(Check *k, const char *name)
{
	for (u32 i = k->scope.len; i > 0; i--)
		if (k->scope.at[i - 1].name == name)
			return &k->scope.at[i - 1];
	return NULL;
}

/* Locals keep their number over the passes, as they are declared in the same order each time. */
ScopeVar *var_declare(Check *k, const char *name, Span at)
{
	u32 i = k->n_locals++;

	if (i < k->locals->len && k->locals->at[i].name != name) {
		k->locals->len = i;
		k->guesses->len = i;
		k->changed = true;
	}
	if (i >= k->locals->len) {
		k->guesses->len = i;
		vec_push(k->c->arena, k->locals, (ScriptLocal){.name = name, .at = at});
		vec_push(k->c->arena, k->guesses, (Guess){0});
	}
	vec_push(k->c->arena, &k->scope, (ScopeVar){.name = name, .local = i, .at = at});
	return &k->scope.at[k->scope.len - 1];
}

void var_capture(Check *k, const ScopeVar *v)
{
	for (LoopFrame *f = k->loop; f; f = f->outer) {
		bool known = false;

		if ((u32)(v - k->scope.at) >= f->scope_len)
			continue;
		for (u32 i = 0; i < f->captures.len; i++)
			known |= f->captures.at[i] == v->local;
		if (!known)
			vec_push(k->c->arena, &f->captures, v->local);
	}
}

Node *local_node(Check *k, const ScopeVar *v, Span at)
{
	Node *n = node_new(k->c, NODE_LOCAL, at);
	Type *t = k->guesses->at[v->local].type;

	var_capture(k, v);
	n->name = v->name;
	n->index = v->local;
	n->type = t ? t : type_error(k->ts);
	return n;
}

/* ---- maps ---- */

MapState *map_state(Check *k, const char *name, Span at)
{
	for (u32 i = 0; i < k->maps.len; i++)
		if (k->maps.at[i]->name == name)
			return k->maps.at[i];
	MapState *m = NEW(k->c->arena, MapState);

	*m = (MapState){.name = name, .index = k->maps.len, .at = at};
	vec_push(k->c->arena, &k->maps, m);
	return m;
}

u32 check_string(Check *k, Str text)
{
	for (u32 i = 0; i < k->s->strings.len; i++)
		if (str_eq(k->s->strings.at[i], text))
			return i;
	vec_push(k->c->arena, &k->s->strings, text);
	return k->s->strings.len - 1;
}

static const struct {
	const char *name;
	ScriptMapKind kind;
} map_kinds[] = {{"percpulruhash", MAP_PERCPU_LRU_HASH},
		 {"percpuhash", MAP_PERCPU_HASH},
		 {"lruhash", MAP_LRU_HASH},
		 {"hash", MAP_HASH}};

static const char *map_kind_name(ScriptMapKind kind)
{
	for (u32 i = 0; i < ARRAY_LEN(map_kinds); i++)
		if (map_kinds[i].kind == kind)
			return map_kinds[i].name;
	return "percpuarray";
}

static void declare_maps(Check *k)
{
	for (u32 i = 0; i < k->s->tree->maps.len; i++) {
		const SourceMap *decl = &k->s->tree->maps.at[i];
		MapState *m = map_state(k, decl->name, decl->at);
		u32 kind = 0;

		while (kind < ARRAY_LEN(map_kinds) && strcmp(map_kinds[kind].name, decl->kind) != 0)
			kind++;
		if (kind == ARRAY_LEN(map_kinds)) {
			check_error(k, decl->at, "Invalid bpf map type: %s", decl->kind);
			diag_hint(&k->c->diags,
				  "Valid map types: percpulruhash, percpuhash, lruhash, hash");
		}
		if (m->decl && m->decl != decl)
			check_error(k, decl->at, "Map %s was already declared", decl->name);
		m->decl = decl;
	}
}

/* The kind that the declaration asks for, checked against what the value needs. */
static void apply_declaration(Check *k, const MapState *m, ScriptMap *out)
{
	u32 kind = 0;

	while (kind < ARRAY_LEN(map_kinds) - 1 && strcmp(map_kinds[kind].name, m->decl->kind) != 0)
		kind++;
	ScriptMapKind wanted = map_kinds[kind].kind;
	bool is_per_cpu = wanted == MAP_PERCPU_HASH || wanted == MAP_PERCPU_LRU_HASH;

	if (is_per_cpu != out->is_per_cpu)
		check_error(k, m->at,
			    "Incompatible map types. Type from declaration: %s. Type from value/key type: %s",
			    m->decl->kind, map_kind_name(out->is_per_cpu ? MAP_PERCPU_HASH : MAP_HASH));
	out->kind = wanted;
	out->is_declared = true;
	out->max_entries = (u32)MIN(m->decl->entries, (u64)UINT32_MAX);
	if (!m->is_used)
		check_remark(k, m->decl->at, "Unused map: %s", m->name);
}

static void finish_map(Check *k, const MapState *m)
{
	ScriptMap out = {.name = m->name, .key = m->key.type, .value = m->value.type, .at = m->at};

	if (!out.value)
		out.value = int_type(k, 8, true);
	out.is_per_cpu = type_bare(out.value)->kind == TY_AGG;
	out.max_entries = out.key ? (u32)script_config_number(k->s, CONFIG_max_map_keys) : 1;
	if (out.is_per_cpu)
		out.kind = out.key ? MAP_PERCPU_HASH : MAP_PERCPU_ARRAY;
	if (m->decl)
		apply_declaration(k, m, &out);
	vec_push(k->c->arena, &k->s->maps, out);
}

/* ---- functions ---- */

static void declare_functions(Check *k)
{
	for (u32 i = 0; i < k->s->tree->funcs.len; i++) {
		const SourceFunc *src = k->s->tree->funcs.at[i];
		ScriptFunc f = {.name = src->name, .at = src->at};
		Field *params = NEW_N(k->c->arena, Field, src->params.len + 1);
		Type *result = src->result ? check_type_node(k, src->result) : type_void(k->ts);

		for (u32 n = 0; n < src->params.len; n++)
			params[n] = (Field){.name = src->params.at[n]->name,
					    .type = check_type_node(k, src->params.at[n]->b)};
		if (src->params.len > 5)
			check_error(k, src->at, "fn %s() has more than 5 parameters", src->name);
		f.type = type_func(k->ts, result, params, src->params.len, false);
		vec_push(k->c->arena, &k->s->funcs, f);
	}
}

static void check_function(Check *k, u32 i, Guesses *guesses)
{
	const SourceFunc *src = k->s->tree->funcs.at[i];
	ScriptFunc *f = &k->s->funcs.at[i];

	k->p = NULL;
	k->fn = f;
	k->allows = 0;
	k->space = AS_KERNEL;
	k->locals = &f->locals;
	k->guesses = guesses;
	k->n_locals = 0;
	k->scope.len = 0;
	for (u32 n = 0; n < src->params.len; n++) {
		ScopeVar *v = var_declare(k, src->params.at[n]->name, src->params.at[n]->at);

		v->is_assigned = true;
		k->guesses->at[v->local] = (Guess){.type = f->type->fields[n].type, .is_fixed = true};
	}
	f->body = check_block(k, src->body, true);
}

/* ---- named parameters ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_options(Check *k)
{
	const ScriptInput *in = k->s->tree->input;
	Text unknown = text_new(k->c->arena), known = text_new(k->c->arena);
	Vec(const char *) names = {0};

	for (u32 i = 0; i < in->n_options; i++)
		if (!map_get(&k->options, (u64)(uintptr_t)intern(&k->c->names, in->options[i].name)))
			text_addf(&unknown, "%s--%s", unknown.len ? ", " : "", in->options[i].name);
	if (!unknown.len)
		return;
	diag_error(&k->c->diags, (Span){0}, "unexpected program command line options: %s", text_done(&unknown));
	for (u32 i = 0; i < k->options.cap; i++)
		if (k->options.slots[i].key)
			vec_push(k->c->arena, &names, (const char *)(uintptr_t)k->options.slots[i].key);
	if (names.len)
		qsort(names.at, names.len, sizeof(*names.at), compare_names);
	for (u32 i = 0; i < names.len; i++)
		text_addf(&known, "%s--%s", i ? ", " : "", names.at[i]);
	if (names.len)
		diag_hint(&k->c->diags, "expected program options: %s", text_done(&known));
	else
		diag_hint(&k->c->diags, "no custom program options defined.");
}

/* ---- programs ---- */

/* if (pid == N), for -p on probes that see every process. */
static Node *pid_condition(Check *k, Span at)
{
	Node *n = node_new(k->c, NODE_BINARY, at);

	n->op = SOP_EQ;
	n->a = node_new(k->c, NODE_IDENT, at);
	n->a->name = intern(&k->c->names, "pid");
	n->a->builtin = BI_pid;
	n->b = node_int(k->c, at, NULL, k->s->tree->input->pid);
	n->b->is_literal = true;
	return n;
}

static bool sees_every_process(ProbeKind kind)
{
	switch (kind) {
	case PROBE_kprobe:
	case PROBE_kretprobe:
	case PROBE_fentry:
	case PROBE_fexit:
	case PROBE_tracepoint:
	case PROBE_rawtracepoint:
		return true;
	default:
		return false;
	}
}

static Node *guarded(Check *k, Node *cond, Node *body)
{
	Node *n = node_new(k->c, NODE_IF, cond->at);
	Node *block = node_new(k->c, NODE_BLOCK, body->at);

	n->a = cond;
	n->b = body;
	node_list(k->c, block, &n, 1);
	return block;
}

/* The block with its predicate and -p around it, as source. */
static Node *whole_body(Check *k)
{
	Node *body = k->p->source->body;

	if (k->p->source->predicate)
		body = guarded(k, k->p->source->predicate, body);
	if (k->s->tree->input->pid && sees_every_process(k->p->out.kind))
		body = guarded(k, pid_condition(k, k->p->source->at), body);
	return body;
}

static void check_program(Check *k, Program *p)
{
	k->p = p;
	k->fn = NULL;
	k->allows = probe_info[p->out.kind].allows;
	k->space = k->allows & SCRIPT_USER ? AS_USER : AS_KERNEL;
	k->locals = &p->out.locals;
	k->guesses = &p->guesses;
	k->n_locals = 0;
	k->scope.len = 0;
	k->loop = NULL;
	p->out.uses_user_stack = false;
	p->out.uses_func_ip = false;
	p->out.body = check_block(k, whole_body(k), true);
}

/* Locals beyond those of the last pass are gone; the others get their final type. */
static void finish_locals(Check *k, Program *p)
{
	for (u32 i = 0; i < p->out.locals.len; i++) {
		Type *t = p->guesses.at[i].type;

		p->out.locals.at[i].type = t ? t : int_type(k, 8, true);
	}
}

static void check_needs(Check *k)
{
	for (u32 i = 0; i < k->s->programs.len; i++) {
		const ScriptProgram *p = k->s->programs.at[i];
		Feature needs = probe_info[p->kind].needs;

		if (needs && !k->c->target->has[needs])
			check_error(k, p->at, "%s probes need a kernel feature that this kernel lacks: %s",
				    probe_info[p->kind].name, feature_text(needs));
	}
}

static void run_pass(Check *k, Guesses *fn_guesses)
{
	k->changed = false;
	k->s->strings.len = 0;
	declare_maps(k);
	for (u32 i = 0; i < k->s->funcs.len; i++) {
		check_function(k, i, &fn_guesses[i]);
		k->s->funcs.at[i].locals.len = k->n_locals;
	}
	for (u32 i = 0; i < k->s->programs.len; i++) {
		check_program(k, (Program *)k->s->programs.at[i]);
		k->s->programs.at[i]->locals.len = k->n_locals;
	}
}

void script_check(Script *s)
{
	Check *k = NEW(s->c->arena, Check);
	Guesses *fn_guesses;

	*k = (Check){.s = s, .c = s->c, .ts = s->c->types, .options = {.arena = s->c->arena}};
	s->c->diags.layout = DIAG_LAYOUT_SCRIPT;
	import_all(s);
	config_apply(s);
	macro_expand_all(s);
	if (!s->c->diags.n_errors)
		expand_all(s);
	check_needs(k);
	declare_functions(k);
	fn_guesses = NEW_N(s->c->arena, Guesses, s->funcs.len + 1);
	Diags before = s->c->diags;

	do {
		s->c->diags = before;
		run_pass(k, fn_guesses);
	} while (k->changed && ++k->pass < MAX_PASSES);
	if (!s->c->diags.n_errors)
		check_options(k);
	for (u32 i = 0; i < s->programs.len; i++)
		finish_locals(k, (Program *)s->programs.at[i]);
	for (u32 i = 0; i < s->funcs.len; i++)
		for (u32 n = 0; n < s->funcs.at[i].locals.len; n++)
			s->funcs.at[i].locals.at[n].type = fn_guesses[i].at[n].type ? fn_guesses[i].at[n].type
										    : int_type(k, 8, true);
	for (u32 i = 0; i < k->maps.len; i++)
		finish_map(k, k->maps.at[i]);
}
