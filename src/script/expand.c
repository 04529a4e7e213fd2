/*
 * Attach points → programs. Names are looked up through the target's
 * ProbeSource, wildcards become the names they match, and attach points that
 * can share a BPF program are put together.
 *
 * Two attach points of a block can share unless the body would come out
 * different (it uses the probe's name, or arguments whose layout depends on the
 * event) or the kernel ties a program to its function (fentry, fexit, raw
 * tracepoints, iterators). A kprobe or uprobe wildcard becomes one attach point
 * with a list of functions where the kernel has multi links and the body does
 * not ask for the probe's name.
 */
#include "script/internal.h"

#include <ctype.h>

typedef struct {
	Script *s;
	SourceProbe *source;
	u32 first; /* index in s->programs of this source's first program */
	bool uses_probe, uses_args, uses_argn;
	bool had_missing; /* a missing attach point was passed over */
	bool wildcard_only; /* each fault so far is a wildcard without a match */
	const AttachPoint *point; /* whose matches are being collected … */
	AttachDefs found; /* … as targets and functions */
} Expand;

/* ---- what the body asks for ---- */

static bool look_at(void *user, Node *n)
{
	Expand *x = user;

	if (n->kind == NODE_IDENT || n->kind == NODE_CALL) {
		x->uses_probe |= n->builtin == BI_probe;
		x->uses_args |= n->builtin == BI_args;
		x->uses_argn |= n->kind == NODE_IDENT && n->name && strncmp(n->name, "arg", 3) == 0;
	}
	return true;
}

static bool needs_own_program(const Expand *x, ProbeKind kind)
{
	switch (kind) {
	case PROBE_fentry:
	case PROBE_fexit:
	case PROBE_rawtracepoint:
	case PROBE_iter:
	case PROBE_test:
	case PROBE_bench:
		return true;
	case PROBE_tracepoint:
	case PROBE_uprobe:
		return x->uses_probe || x->uses_args;
	case PROBE_usdt:
		return false; /* as can_share says */
	default:
		return x->uses_probe;
	}
}

/* ---- programs ---- */

static bool is_multi(const AttachDef *def)
{
	return def->wildcard.len > 0;
}

static const char *section_of(Script *s, ProbeKind kind, const AttachDef *def)
{
	Text out = text_new(s->c->arena);

	for (const char *p = probe_info[kind].section; *p; p++) {
		if (p[0] == '%' && p[1] == 'g')
			text_adds(&out, def->target ? def->target : "");
		else if (p[0] == '%' && p[1] == 'f')
			text_adds(&out, def->function ? def->function : "");
		else
			text_add(&out, p, 1);
		p += *p == '%';
	}
	return text_done(&out);
}

/* "kprobe_vfs_read_1": letters, digits and _ only. */
static const char *program_name(Script *s, ProbeKind kind, const AttachDef *def)
{
	Text out = text_new(s->c->arena);

	text_adds(&out, probe_info[kind].name);
	if (def->function && !is_multi(def)) {
		text_adds(&out, "_");
		for (const char *p = def->function; *p && out.len < 48; p++)
			text_addf(&out, "%c", isalnum((unsigned char)*p) ? *p : '_');
	}
	text_addf(&out, "_%u", s->programs.len + 1);
	return text_done(&out);
}

static Program *program_new(Expand *x, ProbeKind kind, const AttachDef *def)
{
	Script *s = x->s;
	Program *p = NEW(s->c->arena, Program);

	p->source = x->source;
	p->out.kind = kind;
	p->out.at = x->source->at;
	p->out.name = program_name(s, kind, def);
	p->out.section = section_of(s, kind, def);
	vec_push(s->c->arena, &s->programs, &p->out);
	return p;
}

/* Markers whose arguments are in the same places can share a program. */
static bool can_share(const Expand *x, ProbeKind kind, const ScriptProgram *p, const AttachDef *def)
{
	if (p->kind != kind || !p->attach.len || is_multi(&p->attach.at[0]) != is_multi(def))
		return false;
	return kind != PROBE_usdt || ((!x->uses_argn || p->attach.at[0].arguments == def->arguments) &&
				      (!x->uses_probe || p->attach.at[0].name == def->name));
}

static void add_attach(Expand *x, const AttachPoint *point, AttachDef def)
{
	Script *s = x->s;
	ScriptProgram *p = NULL;

	for (u32 i = x->first; i < s->programs.len && !needs_own_program(x, point->kind); i++)
		if (can_share(x, point->kind, s->programs.at[i], &def))
			p = s->programs.at[i];
	if (!p)
		p = &program_new(x, point->kind, &def)->out;
	def.kind = probe_info[point->kind].name;
	def.index = s->n_attach++;
	vec_push(s->c->arena, &p->attach, def);
}

/* ---- looking names up ---- */

static void found_name(void *user, const char *group, const char *name)
{
	Expand *x = user;
	AttachDef def = x->point->def;

	if (strstr(name, ".part.") && x->point->has_wildcard)
		return;
	if (group && *group && strcmp(group, "vmlinux") != 0)
		def.target = intern(&x->s->c->names, group);
	def.function = intern(&x->s->c->names, name);
	vec_push(x->s->c->arena, &x->found, def);
}

/* Whether the names of this kind can be looked up at all. */
static bool is_listed(const AttachPoint *p)
{
	switch (p->kind) {
	case PROBE_kprobe:
	case PROBE_kretprobe:
	case PROBE_fentry:
	case PROBE_fexit:
	case PROBE_tracepoint:
	case PROBE_rawtracepoint:
		return p->def.function != NULL;
	case PROBE_uprobe:
	case PROBE_uretprobe:
		return p->def.function != NULL || p->source_line;
	case PROBE_usdt:
		return true;
	default:
		return false;
	}
}

static const char *what_is_missing(Expand *x, const AttachPoint *p)
{
	const char *function = p->def.function ? p->def.function : "";

	if (p->source_line)
		return p->def.name;
	if (p->def.target)
		return arena_printf(x->s->c->arena, "%s %s:%s", probe_info[p->kind].name, p->def.target,
				    function);
	return arena_printf(x->s->c->arena, "%s %s", probe_info[p->kind].name, function);
}

static void report_missing(Expand *x, const AttachPoint *p)
{
	Diags *d = &x->s->c->diags;
	const char *mode = script_config_text(x->s, CONFIG_missing_probes);

	x->had_missing = true;
	if (p->has_wildcard)
		return;
	x->wildcard_only = false;
	if (strcmp(mode, "error") == 0) {
		diag_error(d, p->at, "No matches for %s.", what_is_missing(x, p));
		if (strcmp(mode, "error") == 0 && x->source->attach.len > 1)
			diag_hint(d, "If this is expected, set the 'missing_probes' config variable to 'warn'.");
	} else if (strcmp(mode, "warn") == 0) {
		diag_warning(d, p->at, "No matches for %s.", what_is_missing(x, p));
	}
}

static bool wants_multi(const Expand *x, const AttachPoint *p)
{
	const ScriptInput *in = x->s->tree->input;
	const bool *has = x->s->c->target->has;

	if (x->uses_probe || x->uses_args || !p->has_wildcard)
		return false;
	if (p->kind == PROBE_kprobe || p->kind == PROBE_kretprobe)
		return has[FEAT_KPROBE_MULTI] && !in->no_kprobe_multi && p->any_target;
	if (p->kind == PROBE_uprobe || p->kind == PROBE_uretprobe)
		return has[FEAT_UPROBE_MULTI] && !in->no_uprobe_multi && p->def.target && *p->def.target &&
		       !strchr(p->def.target, '*');
	return false;
}

static void add_multi(Expand *x, const AttachPoint *p)
{
	AttachDef def = p->def;

	def.name = attach_name(x->s, p, def.target, NULL);
	for (u32 i = 0; i < x->found.len; i++)
		vec_push(x->s->c->arena, &def.wildcard, x->found.at[i].function);
	add_attach(x, p, def);
}

static void add_found(Expand *x, const AttachPoint *p)
{
	if (wants_multi(x, p)) {
		add_multi(x, p);
		return;
	}
	for (u32 i = 0; i < x->found.len; i++) {
		AttachDef def = x->found.at[i];
		bool shows_target = !p->any_target || p->kind == PROBE_tracepoint;

		if (!def.name)
			def.name = attach_name(x->s, p, shows_target ? def.target : NULL, def.function);
		add_attach(x, p, def);
	}
}

/* Fills x->found; -errno if the binary can't be read. */
static int find_matches(Expand *x, const AttachPoint *p)
{
	const ProbeSource *probes = x->s->c->target->probes;

	if (p->kind == PROBE_usdt)
		return usdt_find(x->s, p, &x->found);
	if (p->kind == PROBE_uprobe || p->kind == PROBE_uretprobe)
		return uprobe_find(x->s, p, &x->found);
	return probes->match(probes->self, probe_info[p->kind].name, p->def.target, p->def.function,
			     found_name, x);
}

static void resolve_point(Expand *x, const AttachPoint *p, bool quiet)
{
	const ProbeSource *probes = x->s->c->target->probes;
	AttachDef def = p->def;
	int n = 0;

	if (!probes || !is_listed(p)) {
		def.name = attach_name(x->s, p, def.target, def.function);
		add_attach(x, p, def);
		return;
	}
	x->point = p;
	x->found.len = 0;
	n = find_matches(x, p);
	if (n < 0 && !quiet && !p->has_wildcard && probe_info[p->kind].allows & SCRIPT_USER)
		diag_error(&x->s->c->diags, p->at, "%s target file '%s' does not exist or is not executable",
			   probe_info[p->kind].name, p->def.target ? p->def.target : "");
	else if (x->found.len)
		add_found(x, p);
	else if (!quiet)
		report_missing(x, p);
}

/* ---- wildcards in the kind ---- */

static bool fits(const char *pattern, const char *name)
{
	if (*pattern == '*')
		return fits(pattern + 1, name) || (*name && fits(pattern, name + 1));
	return *pattern == *name && (!*pattern || fits(pattern + 1, name + 1));
}

static bool all_stars_fit(const char *pattern, const char *name)
{
	return strlen(pattern) < 64 && fits(pattern, name);
}

static void resolve_kinds(Expand *x, const AttachText *text, const AttachPoint *split)
{
	static const u8 kernel[] = {PROBE_kprobe, PROBE_tracepoint, PROBE_software, PROBE_hardware,
				    PROBE_fentry, PROBE_iter, PROBE_rawtracepoint};
	static const u8 user[] = {PROBE_uprobe, PROBE_usdt};
	bool is_user = x->s->tree->input->pid || (split->n_parts > 1 && strchr(split->part[1], '/'));
	const u8 *kinds = is_user ? user : kernel;
	u32 n = is_user ? ARRAY_LEN(user) : ARRAY_LEN(kernel), n_attach = x->s->n_attach;

	for (u32 i = 0; i < n; i++) {
		AttachPoint *p = NEW(x->s->c->arena, AttachPoint);
		Diags before = x->s->c->diags;

		if (!all_stars_fit(split->part[0], probe_info[kinds[i]].name))
			continue;
		if (attach_parse(x->s, text, (ProbeKind)kinds[i], p))
			resolve_point(x, p, true);
		else
			x->s->c->diags = before;
	}
	if (x->s->n_attach == n_attach)
		x->had_missing = true;
}

static void resolve_text(Expand *x, const AttachText *text)
{
	AttachPoint *p = NEW(x->s->c->arena, AttachPoint);

	if (!attach_split(x->s, text, p))
		return;
	if (strchr(p->part[0], '*'))
		resolve_kinds(x, text, p);
	else if (attach_parse(x->s, text, PROBE_NONE, p))
		resolve_point(x, p, false);
}

/* ---- all probes ---- */

static bool is_switched_off(const Script *s, const SourceProbe *p)
{
	AttachPoint first = {0};
	ProbeKind kind;

	if (!p->attach.len || memchr(p->attach.at[0].text.at, ':', p->attach.at[0].text.len) == NULL)
		return false;
	first.part[0] = name_of(s->c, p->attach.at[0].text.at,
				strcspn(p->attach.at[0].text.at, ":"));
	kind = probe_kind_find(first.part[0]);
	return (kind == PROBE_test && !s->tree->input->run_tests) ||
	       (kind == PROBE_bench && !s->tree->input->run_benches);
}

static void expand_probe(Script *s, SourceProbe *source)
{
	Expand x = {.s = s, .source = source, .first = s->programs.len, .wildcard_only = true};
	u32 n_errors = s->c->diags.n_errors;

	node_walk(source->predicate, look_at, &x);
	node_walk(source->body, look_at, &x);
	for (u32 i = 0; i < source->attach.len; i++)
		resolve_text(&x, &source->attach.at[i]);
	if (s->programs.len == x.first && s->c->diags.n_errors == n_errors && x.had_missing &&
	    strcmp(script_config_text(s, CONFIG_missing_probes), "error") == 0)
		diag_error(&s->c->diags, source->at,
			   "Probe has no valid attach points. If this is expected, set the "
			   "'missing_probes' config variable to 'warn'.");
}

/* An iterator must be alone; limits on numbers. */
static void check_numbers(Script *s)
{
	u64 n = 0;

	for (u32 i = 0; i < s->programs.len; i++) {
		const ScriptProgram *p = s->programs.at[i];

		if (p->kind == PROBE_iter && (s->programs.len > 1 || p->attach.len > 1))
			diag_error(&s->c->diags, p->at, "iter probe must be the only probe of the script");
		for (u32 k = 0; k < p->attach.len; k++)
			n += p->attach.at[k].wildcard.len ? p->attach.at[k].wildcard.len : 1;
	}
	if (n > script_config_number(s, CONFIG_max_probes)) {
		diag_error(&s->c->diags, (Span){0},
			   "Can't attach to %llu probes because it exceeds the current limit of %llu probes.",
			   (unsigned long long)n,
			   (unsigned long long)script_config_number(s, CONFIG_max_probes));
		diag_hint(&s->c->diags, "You can increase the limit through the BPFTRACE_MAX_PROBES "
			  "environment variable, but BE CAREFUL since a high number of probes attached can "
			  "cause your system to crash.");
	}
	if (s->programs.len > script_config_number(s, CONFIG_max_bpf_progs))
		diag_error(&s->c->diags, (Span){0},
			   "Your program is trying to generate more than %llu BPF programs, which exceeds "
			   "the current limit. You can increase the limit through the "
			   "BPFTRACE_MAX_BPF_PROGS environment variable.",
			   (unsigned long long)script_config_number(s, CONFIG_max_bpf_progs));
}

void expand_all(Script *s)
{
	for (u32 i = 0; i < s->tree->probes.len; i++)
		if (!is_switched_off(s, s->tree->probes.at[i]))
			expand_probe(s, s->tree->probes.at[i]);
	check_numbers(s);
	s->only_special = true;
	for (u32 i = 0; i < s->programs.len; i++) {
		s->has_end |= s->programs.at[i]->kind == PROBE_end;
		s->only_special &= s->programs.at[i]->kind == PROBE_begin ||
				   s->programs.at[i]->kind == PROBE_end;
	}
	if (!s->programs.len && !s->c->diags.n_errors)
		diag_error(&s->c->diags, (Span){0}, "No probes to attach");
}
