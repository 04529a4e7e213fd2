/*
 * A refused program, in the user's words. Three things are put together:
 *
 *   where  the log's last instruction ("17: (79) r1 = …"), and its place in
 *          the source by .BTF.ext's line info. The log's numbers count the whole
 *          program as it's loaded, with its subprograms behind it; where the
 *          number leads there, the source line that the log repeats as a comment
 *          is looked for in the line info.
 *   what   the message, which is the last line before the statistics
 *   why    its row of tables/verifier.def
 *
 * Refusals that come from elsewhere (no privilege, no BTF, no memory) are told
 * by their errno and by what libbpf said first.
 */
#include "load/internal.h"

#include <ctype.h>
#include <errno.h>

#include "object/object.h"

static const struct {
	const char *part, *text, *hint;
} messages[] = {
#define VERIFIER(part, text, hint) {part, text, hint},
#include "tables/verifier.def"
#undef VERIFIER
};

/* What the log says, line by line. */
typedef struct Refusal {
	char message[256]; /* the kernel's own */
	u32 insn; /* that it was about */
	bool has_insn;
	const char *source; /* last "; text" comment before it; not terminated */
	size_t source_len;
} Refusal;

static bool is_statistics(const char *line)
{
	return strncmp(line, "processed ", 10) == 0 ||
	       strncmp(line, "verification time", 17) == 0 ||
	       strncmp(line, "stack depth", 11) == 0 || strncmp(line, "mark_precise", 12) == 0 ||
	       strncmp(line, "max_states", 10) == 0;
}

/* "17: (79) r1 = *(u64 *)(r1 +0)", also "17: R1=ctx() … ; (79) …" */
static bool is_insn(const char *line, u32 *insn)
{
	char *end;
	if (!isdigit((unsigned char)*line))
		return false;
	unsigned long n = strtoul(line, &end, 10);
	if (end[0] != ':' || end[1] != ' ')
		return false;
	*insn = (u32)n;
	return true;
}

/* What the registers hold, "R0_w=inv1", "from 6 to 9: R0=…"; not "R0 invalid mem access". */
static bool is_state(const char *line)
{
	if (strncmp(line, "from ", 5) == 0)
		return true;
	size_t digits = line[0] == 'R' ? strspn(line + 1, "0123456789") : 0;
	return digits && (line[1 + digits] == '=' || line[1 + digits] == '_');
}

static void read_log(const char *log, Refusal *r)
{
	*r = (Refusal){0};
	for (const char *line = log, *next; *line; line = next) {
		const char *end = strchr(line, '\n');
		size_t len = end ? (size_t)(end - line) : strlen(line);
		next = end ? end + 1 : line + len;
		if (!len || is_statistics(line))
			continue;
		if (is_insn(line, &r->insn)) {
			r->has_insn = true;
		} else if (line[0] == ';') {
			r->source = line + MIN(len, 2u);
			r->source_len = len - MIN(len, 2u);
		} else if (!is_state(line)) {
			snprintf(r->message, sizeof(r->message), "%.*s", (int)len, line);
		}
	}
}

/* "; text" or, since Linux 6.10, "; text @ file.c:17": the line info has this text somewhere. */
static bool place_from_comment(const Loaded *l, const Refusal *r, LoadError *err)
{
	Str text = {r->source, (u32)r->source_len};
	const char *file;
	for (u32 i = text.len; r->source && i-- > 3;) {
		if (strncmp(text.at + i - 3, " @ ", 3) != 0)
			continue;
		text.len = i - 3;
		break;
	}
	if (!text.at || !object_find_text(l->elf, l->len, text, &file, &err->line, &err->col))
		return false;
	err->file = strdup(file);
	return true;
}

/*
 * Where instruction `insn` of a loaded program lies in its section: behind the
 * programs that come before it there. False if it's in a subprogram, which libbpf
 * put behind the program's own instructions.
 */
static bool place_in_section(const Loaded *l, const struct bpf_program *p, u32 insn, u32 *out)
{
	const char *section = bpf_program__section_name(p);
	u32 start = 0, i = 0;
	for (; i < l->n_programs && l->programs[i] != p; i++)
		if (strcmp(bpf_program__section_name(l->programs[i]), section) == 0)
			start += l->insn_counts[i];
	*out = start + insn;
	return i < l->n_programs && insn < l->insn_counts[i];
}

static void find_place(const Loaded *l, const Refusal *r, LoadError *err)
{
	const struct bpf_program *p = loaded_program(l, l->failed);
	const char *file;
	u32 at;
	if (p && r->has_insn && place_in_section(l, p, r->insn, &at) &&
	    object_find_line(l->elf, l->len, bpf_program__section_name(p), at, &file, &err->line,
			     &err->col))
		err->file = strdup(file);
	else
		place_from_comment(l, r, err);
}

static void explain_refusal(Loaded *l, int code, LoadError *err)
{
	Refusal r;
	read_log(l->log, &r);
	find_place(l, &r, err);
	for (u32 i = 0; i < ARRAY_LEN(messages); i++) {
		if (!strstr(r.message, messages[i].part))
			continue;
		load_fail(err, code, "the kernel refuses the program %s: %s (%s)", l->failed,
			  messages[i].text, r.message);
		if (*messages[i].hint)
			load_hint(err, "%s", messages[i].hint);
		return;
	}
	load_fail(err, code, "the kernel refuses the program %s: %s", l->failed,
		  *r.message ? r.message : strerror(-code));
}

static void explain_permission(Loaded *l, int code, LoadError *err)
{
	const char *hint = NULL, *why = load_privileges(&hint);
	load_fail(err, code, "the kernel does not permit it: %s", why ? why : strerror(-code));
	if (why)
		load_hint(err, "%s", hint);
	else if (l->o.target && !l->o.target->has[FEAT_TASK_BTF])
		load_hint(err, "raise the limit of locked memory: ulimit -l unlimited");
}

int explain_load(Loaded *l, int code, LoadError *err)
{
	if (l->log[0] && l->failed[0]) {
		explain_refusal(l, code, err);
		err->log = strdup(l->log);
	} else if (code == -EPERM) {
		explain_permission(l, code, err);
	} else if (l->first_warning) {
		load_fail(err, code, "the object can't be loaded: %s", l->first_warning);
		if (code == -E2BIG)
			load_hint(err, "before Linux 5.15 the key of a map has at most 512 bytes");
	} else {
		load_fail(err, code, "the object can't be loaded: %s", strerror(-code));
	}
	return code;
}
