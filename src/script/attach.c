/*
 * One attach point: text → kind and parts → a checked AttachDef. The forms of
 * each kind are in probes.def as patterns of letters; the number of parts
 * selects the pattern, the letters say how each part is read.
 */
#include "script/internal.h"

#include <ctype.h>

static bool fault(Script *s, const AttachPoint *p, const char *text)
{
	diag_error(&s->c->diags, p->at, "%s", text);
	return false;
}

/* ---- cutting ---- */

/* One part up to ":" (or "@" for uprobe source lines), without its quotes. */
static const char *next_part(Script *s, const char **p, const char *end, bool at_cuts, bool *quoted)
{
	Text out = text_new(s->c->arena);
	bool inside = false;

	*quoted = false;
	for (; *p < end && (inside || (**p != ':' && !(at_cuts && **p == '@'))); (*p)++) {
		if (**p == '"') {
			inside = !inside;
			*quoted = true;
		} else {
			if (**p == '\\' && inside && *p + 1 < end)
				(*p)++;
			text_add(&out, *p, 1);
		}
	}
	return name_of(s->c, text_done(&out), out.len);
}

bool attach_split(Script *s, const AttachText *text, AttachPoint *out)
{
	const char *p = text->text.at, *end = p + text->text.len;

	*out = (AttachPoint){.at = text->at};
	for (;;) {
		bool at_cuts = out->n_parts && (probe_kind_find(out->part[0]) == PROBE_uprobe ||
						probe_kind_find(out->part[0]) == PROBE_uretprobe);

		if (out->n_parts == ATTACH_MAX_PARTS)
			return fault(s, out, "Invalid attachpoint definition");
		out->part[out->n_parts] = next_part(s, &p, end, at_cuts, &out->is_quoted[out->n_parts]);
		out->n_parts++;
		if (p >= end)
			return true;
		p++;
	}
}

/* ---- numbers and units ---- */

static bool read_number(const char *text, u64 *value)
{
	return *text && lexer_number((Str){text, (u32)strlen(text)}, true, value);
}

static const struct {
	const char *name;
	u64 ns;
} units[] = {{"hz", 0}, {"s", 1000000000}, {"ms", 1000000}, {"us", 1000}};

/* "1s", "10ms" or nanoseconds without a unit. */
static bool read_duration(const char *text, u64 *ns)
{
	static const struct {
		const char *name;
		u64 ns;
	} names[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000},
		     {"h", 3600000000000}, {"d", 86400000000000}, {"", 1}};
	size_t digits = strspn(text, "0123456789_");

	if (!digits || !lexer_number((Str){text, (u32)digits}, false, ns))
		return false;
	for (u32 i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(text + digits, names[i].name) == 0)
			return !__builtin_mul_overflow(*ns, names[i].ns, ns);
	return false;
}

static bool check_period(Script *s, AttachPoint *p)
{
	const char *kind = probe_info[p->kind].name;
	u64 least = 1000;

	if (p->def.is_hz ? p->def.freq <= 1000000 : p->def.freq >= least)
		return true;
	if (p->def.is_hz)
		diag_error(&s->c->diags, p->at, "Invalid rate of %s probe. Maximum is 1000000 hz", kind);
	else
		diag_error(&s->c->diags, p->at,
			   "Invalid rate of %s probe. Minimum is 1000 or 1us. Found: %llu nanoseconds", kind,
			   (unsigned long long)p->def.freq);
	return false;
}

/* unit:N or a duration */
static bool parse_timer(Script *s, AttachPoint *p)
{
	const char *kind = probe_info[p->kind].name;
	const char *number = p->part[p->n_parts - 1];
	u64 value;

	if (p->n_parts == 2) {
		if (!read_duration(number, &p->def.freq)) {
			diag_error(&s->c->diags, p->at, "Invalid rate of %s probe: invalid integer: %s", kind,
				   number);
			return false;
		}
		p->def.name = arena_printf(s->c->arena, "%s:us:%llu", kind,
					   (unsigned long long)(p->def.freq / 1000));
		return check_period(s, p);
	}
	if (!read_number(number, &value) || *number == '-' || value == 0) {
		if (isdigit((unsigned char)*number) || *number == '-')
			diag_error(&s->c->diags, p->at, "%s frequency should be a positive integer", kind);
		else
			diag_error(&s->c->diags, p->at, "Invalid rate of %s probe: invalid integer: %s", kind,
				   number);
		return false;
	}
	for (u32 i = 0; i < ARRAY_LEN(units); i++)
		if (strcmp(units[i].name, p->part[1]) == 0) {
			p->def.is_hz = !units[i].ns;
			p->def.freq = value;
			if (units[i].ns && __builtin_mul_overflow(value, units[i].ns, &p->def.freq))
				p->def.freq = UINT64_MAX;
			p->def.target = p->part[1];
			return check_period(s, p);
		}
	diag_error(&s->c->diags, p->at, "%s is not an accepted unit of time", p->part[1]);
	return false;
}

/* ---- perf events, watchpoints, signals ---- */

static const struct {
	ProbeKind kind;
	const char *name, *alias;
	u64 count;
} perf_events[] = {
#define PERF_EVENT(kind, name, alias, number, count) {PROBE_##kind, name, alias, count},
#include "tables/perf.def"
#undef PERF_EVENT
};

static bool parse_perf_event(Script *s, AttachPoint *p)
{
	const char *kind = probe_info[p->kind].name;

	p->def.function = p->part[1];
	for (u32 i = 0; i < ARRAY_LEN(perf_events); i++)
		if (perf_events[i].kind == p->kind &&
		    (strcmp(perf_events[i].name, p->part[1]) == 0 ||
		     (*p->part[1] && strcmp(perf_events[i].alias, p->part[1]) == 0)))
			p->def.freq = perf_events[i].count;
	if (!p->def.freq) {
		if (*p->part[1])
			diag_error(&s->c->diags, p->at, "%s is not a %s probe", p->part[1], kind);
		else
			diag_error(&s->c->diags, p->at, "%s probe must have a %s event name", kind, kind);
		return false;
	}
	if (p->n_parts == 3 && *p->part[2] &&
	    (!read_number(p->part[2], &p->def.freq) || *p->part[2] == '-' || !p->def.freq)) {
		if (*p->part[2] == '-' || isdigit((unsigned char)*p->part[2]))
			diag_error(&s->c->diags, p->at, "%s count should be a positive integer", kind);
		else
			diag_error(&s->c->diags, p->at, "Invalid count for %s probe: invalid integer: %s", kind,
				   p->part[2]);
		return false;
	}
	return true;
}

static int compare_char(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

static bool parse_watchpoint(Script *s, AttachPoint *p)
{
	char mode[8] = "";
	size_t len = strlen(p->part[3]);

	if (!read_number(p->part[1], &p->def.address) || !p->def.address)
		return fault(s, p, "watchpoint must be attached to a non-zero address");
	if (!read_number(p->part[2], &p->def.offset) ||
	    (p->def.offset != 1 && p->def.offset != 2 && p->def.offset != 4 && p->def.offset != 8))
		return fault(s, p, "watchpoint length must be one of (1,2,4,8)");
	if (len && len < sizeof(mode)) {
		memcpy(mode, p->part[3], len);
		qsort(mode, len, 1, compare_char);
	}
	if (strcmp(mode, "rw") != 0 && strcmp(mode, "w") != 0 && strcmp(mode, "x") != 0)
		return fault(s, p, "watchpoint mode must be combination of (r,w,x)");
	p->def.function = intern(&s->c->names, mode);
	return true;
}

static bool parse_self(Script *s, AttachPoint *p)
{
	if (strcmp(p->part[1], "signal") != 0) {
		diag_error(&s->c->diags, p->at, "%s is not a supported trigger", p->part[1]);
		return false;
	}
	if (strcmp(p->part[2], "SIGUSR1") != 0) {
		diag_error(&s->c->diags, p->at, "%s is not a supported signal", p->part[2]);
		return false;
	}
	p->def.target = p->part[1];
	p->def.function = p->part[2];
	return true;
}

/* ---- functions and addresses ---- */

/* "name+offset" or an address. */
static bool parse_function(Script *s, AttachPoint *p, const char *text, bool is_quoted)
{
	const char *plus = is_quoted ? NULL : strrchr(text, '+');

	if (isdigit((unsigned char)*text) && read_number(text, &p->def.address)) {
		bool is_kernel = p->kind == PROBE_kprobe || p->kind == PROBE_kretprobe;

		if (is_kernel && !s->tree->input->is_unsafe)
			return fault(s, p, "Probing by address requires --unsafe");
		return true;
	}
	p->def.function = text;
	if (!plus)
		return *text || fault(s, p, "Invalid attachpoint definition");
	if (!read_number(plus + 1, &p->def.offset)) {
		diag_error(&s->c->diags, p->at, "Invalid offset: %s", plus + 1);
		return false;
	}
	if (p->kind == PROBE_kretprobe || p->kind == PROBE_uretprobe)
		return fault(s, p, p->kind == PROBE_kretprobe
					   ? "kretprobes can not be attached to a function offset"
					   : "uretprobes can not be attached to a function offset");
	p->def.function = name_of(s->c, text, (size_t)(plus - text));
	return true;
}

static bool parse_binary(Script *s, AttachPoint *p, const char *text)
{
	if (!*text && !s->tree->input->pid)
		return fault(s, p, "Invalid attachpoint definition");
	p->def.target = strchr(text, '*') ? text : path_of_binary(s, text);
	return true;
}

/* A source line instead of a function: "file.c:12". */
static bool is_source_line(const AttachPoint *p)
{
	return p->n_parts >= 4 && strchr(p->part[2], '.') && isdigit((unsigned char)*p->part[3]);
}

/* BIN@FILE:LINE[:COLUMN] */
static bool parse_source_line(Script *s, AttachPoint *p)
{
	u64 line, col = 0;

	if (p->kind == PROBE_uretprobe)
		return fault(s, p, "uretprobes can not be attached to a source line");
	if (!read_number(p->part[3], &line) || !line || line > UINT32_MAX || p->n_parts > 5 ||
	    (p->n_parts == 5 && (!read_number(p->part[4], &col) || !col || col > UINT32_MAX)))
		return fault(s, p, "Invalid attachpoint definition");
	p->source_file = p->part[2];
	p->source_line = (u32)line;
	p->source_col = (u32)col;
	p->def.target = path_of_binary(s, p->part[1]);
	p->def.name = arena_printf(s->c->arena, "uprobe:%s@%s:%u", p->def.target, p->source_file, p->source_line);
	if (col)
		p->def.name = arena_printf(s->c->arena, "%s:%u", p->def.name, p->source_col);
	return true;
}

static bool read_part(Script *s, AttachPoint *p, char letter, u32 i)
{
	const char *text = p->part[i];

	switch (letter) {
	case 'm':
	case 'g':
		p->def.target = text;
		return true;
	case 'f':
	case 'o':
		return parse_function(s, p, text, p->is_quoted[i]);
	case 'b':
		return parse_binary(s, p, text);
	case 'l':
		p->is_cpp = strcmp(text, "cpp") == 0;
		if (p->is_cpp)
			return true;
		diag_error(&s->c->diags, p->at, "Invalid language: %s", text);
		return false;
	case 'p':
		p->def.function = text;
		return true;
	case 'P':
		p->def.target = text;
		return true;
	case 'e':
		p->def.function = p->def.function
					  ? arena_printf(s->c->arena, "%s:%s", p->def.function, text)
					  : text;
		return true;
	default:
		p->def.function = text;
		return *text || fault(s, p, "Invalid attachpoint definition");
	}
}

static bool read_parts(Script *s, AttachPoint *p)
{
	switch (p->kind) {
	case PROBE_profile:
	case PROBE_interval:
		return parse_timer(s, p);
	case PROBE_software:
	case PROBE_hardware:
		return parse_perf_event(s, p);
	case PROBE_watchpoint:
		return parse_watchpoint(s, p);
	case PROBE_self:
		return parse_self(s, p);
	case PROBE_iter:
		if (!strchr(p->part[1], '*') && types_have_btf(s->c->types) &&
		    !types_find_tag(s->c->types, TY_STRUCT,
				    intern(&s->c->names, arena_printf(s->c->arena, "bpf_iter__%s", p->part[1])))) {
			diag_error(&s->c->diags, p->at, "iter %s not available for your kernel version.",
				   p->part[1]);
			return false;
		}
		break;
	default:
		break;
	}
	for (u32 i = 1; i < p->n_parts; i++)
		if (!read_part(s, p, p->shape[i - 1], i))
			return false;
	return true;
}

/* ---- the number of parts ---- */

/* Selects the pattern with this many parts; reports the numbers that there are. */
static bool select_shape(Script *s, AttachPoint *p)
{
	const char *patterns = probe_info[p->kind].parts;
	Text counts = text_new(s->c->arena);
	u32 last = 99;

	for (const char *at = patterns;; at++) {
		u32 len = (u32)strcspn(at, "|");

		if (len == p->n_parts - 1) {
			memcpy(p->shape, at, len);
			return true;
		}
		text_addf(&counts, "%s%u", last == 99 ? "" : " or ", len);
		last = len;
		at += len;
		if (!*at)
			break;
	}
	diag_error(&s->c->diags, p->at, "%s probe type requires %s argument%s, found %u",
		   probe_info[p->kind].name, text_done(&counts), strcmp(text_done(&counts), "1") ? "s" : "",
		   p->n_parts - 1);
	return false;
}

/* Only -p lets a user probe do without a binary. */
static bool has_binary(Script *s, const AttachPoint *p)
{
	if (!(probe_info[p->kind].allows & SCRIPT_USER) || p->n_parts > 2 || s->tree->input->pid)
		return true;
	diag_error(&s->c->diags, p->at, "%s probe type requires 2 or 3 arguments, found 1",
		   probe_info[p->kind].name);
	return false;
}

static bool has_star(const char *text)
{
	return text && strchr(text, '*');
}

static bool may_have_wildcard(ProbeKind kind)
{
	switch (kind) {
	case PROBE_kprobe:
	case PROBE_kretprobe:
	case PROBE_fentry:
	case PROBE_fexit:
	case PROBE_tracepoint:
	case PROBE_rawtracepoint:
	case PROBE_uprobe:
	case PROBE_uretprobe:
	case PROBE_usdt:
		return true;
	default:
		return false;
	}
}

const char *attach_name(Script *s, const AttachPoint *p, const char *target, const char *function)
{
	Text out = text_new(s->c->arena);

	if (p->def.name)
		return p->def.name;
	text_adds(&out, probe_info[p->kind].name);
	for (u32 i = 1; i < p->n_parts; i++) {
		char letter = p->shape[i - 1];
		const char *part = p->part[i];

		if (letter == 'b' || letter == 'm' || letter == 'g')
			part = target ? target : part;
		else if (letter == 'f' || letter == 'e' || (letter == 'o' && !p->def.address && !p->def.offset))
			part = function ? function : part;
		if (i == 1 && letter == 'e' && target)
			text_addf(&out, ":%s", target);
		text_addf(&out, ":%s", part);
	}
	return text_done(&out);
}

bool attach_parse(Script *s, const AttachText *text, ProbeKind kind, AttachPoint *p)
{
	if (!attach_split(s, text, p))
		return false;
	p->kind = kind ? kind : probe_kind_find(p->part[0]);
	if (!p->kind) {
		NameHint hint = {0};

		diag_error(&s->c->diags, p->at, "Invalid probe type: %s", p->part[0]);
		for (u32 i = 1; i < PROBE_COUNT; i++)
			hint_offer(&hint, p->part[0], probe_info[i].name);
		if (hint.best)
			diag_hint(&s->c->diags, "did you mean %s?", hint.best);
		return false;
	}
	p->def.kind = probe_info[p->kind].name;
	if ((p->kind == PROBE_uprobe || p->kind == PROBE_uretprobe) && is_source_line(p))
		return parse_source_line(s, p);
	if (!select_shape(s, p) || !has_binary(s, p) || !read_parts(s, p))
		return false;
	p->has_wildcard = may_have_wildcard(p->kind) && (has_star(p->def.target) || has_star(p->def.function));
	p->any_target = !p->def.target;
	if (p->has_wildcard && p->def.offset)
		return fault(s, p, "Invalid attachpoint definition");
	return true;
}
