/*
 * Recording what is wrong with a program, and writing it down.
 *
 * A record is an error or warning, or a note or hint that belongs to the last
 * of those. When that one is not kept (too many errors, warnings switched off),
 * what belongs to it is dropped too: `muted` says so.
 *
 * Script layout, as bpftrace 0.27 has it. Tabs count as four columns in the
 * two lines below; a span over several lines shows them all without a marker;
 * all errors come before all warnings.
 *
 *   stdin:1:9-12: ERROR: Undefined or undeclared variable: $x
 *   begin { $xy }
 *           ~~~
 *   HINT: did you mean $y?
 *
 * C layout, as Clang has it: the caret under the first byte, tildes under the
 * rest, tabs kept so that both lines move alike.
 *
 *   x.c:3:9: error: unknown field 'pidd' in 'struct task_struct'
 *           t->pidd = 1;
 *              ^~~~
 *   help: did you mean 'pid'?
 */
#include "base/diag.h"

#include "base/text.h"

static PRINTF_LIKE(4, 0) void add(Diags *d, DiagLevel level, Span at, const char *fmt, va_list args)
{
	Diag diag = {.level = level, .layout = d->layout, .span = at};

	diag.text = arena_vprintf(d->arena, fmt, args);
	vec_push(d->arena, &d->list, diag);
}

static PRINTF_LIKE(3, 0) void add_error(Diags *d, Span at, const char *fmt, va_list args)
{
	d->muted = ++d->n_errors > DIAG_MAX_ERRORS;
	if (!d->muted)
		add(d, DIAG_ERROR, at, fmt, args);
}

void diag_error(Diags *d, Span at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_error(d, at, fmt, args);
	va_end(args);
}

void diag_warning(Diags *d, Span at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (d->no_warnings) {
		d->muted = true;
	} else if (d->warnings_are_errors) {
		add_error(d, at, fmt, args);
	} else {
		d->n_warnings++;
		d->muted = false;
		add(d, DIAG_WARNING, at, fmt, args);
	}
	va_end(args);
}

void diag_note(Diags *d, Span at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (!d->muted)
		add(d, DIAG_NOTE, at, fmt, args);
	va_end(args);
}

void diag_hint(Diags *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (!d->muted)
		add(d, DIAG_HINT, (Span){0}, fmt, args);
	va_end(args);
}

/* Longer lines are generated or no text at all; they are not shown. */
#define LONGEST_SHOWN 4000

/* The line, each tab as `tab`; what could upset a terminal as a question mark. */
static void add_line(Text *out, Str line, const char *tab)
{
	for (u32 i = 0; i < line.len; i++) {
		char c = line.at[i];

		if (c == '\t')
			text_adds(out, tab);
		else
			text_fill(out, (u8)c < ' ' || c == 0x7f ? '?' : c, 1);
	}
	text_add(out, "\n", 1);
}

/* ---- script layout ---- */

/* Blanks up to column from, tildes up to (not including) column to. */
static void add_tildes(Text *out, Str line, u32 from, u32 to)
{
	for (u32 i = 0; i < line.len && i + 1 < to; i++)
		text_fill(out, i + 1 < from ? ' ' : '~', line.at[i] == '\t' ? 4 : 1);
	text_add(out, "\n", 1);
}

static void add_script(Diags *d, Text *out, const Diag *diag)
{
	static const char *const words[] = {"ERROR: ", "WARNING: ", "", "HINT: "};
	SourcePos from = source_pos(d->sources, diag->span.start);
	SourcePos to = source_pos(d->sources, MAX(diag->span.end, diag->span.start));

	if (!from.file) {
		text_addf(out, "%s%s\n", words[diag->level], diag->text);
		return;
	}
	if (to.file != from.file)
		to = from;
	text_addf(out, "%s:%u", from.file->name, from.line);
	if (from.line != to.line)
		text_addf(out, "-%u: ", to.line);
	else
		text_addf(out, ":%u-%u: ", from.col, to.col);
	text_addf(out, "%s%s\n", words[diag->level], diag->text);
	if (from.line == to.line) {
		Str line = source_line(d->sources, from.file, from.line);

		if (line.len > LONGEST_SHOWN)
			return;
		add_line(out, line, "    ");
		add_tildes(out, line, from.col, to.col);
		return;
	}
	for (u32 n = from.line; n <= to.line; n++) {
		Str line = source_line(d->sources, from.file, n);

		if (line.len <= LONGEST_SHOWN)
			add_line(out, line, "\t");
	}
}

/* ---- C layout ---- */

/* "In file included from a.c:1:", outermost first. */
static void add_includes(Diags *d, Text *out, const SourceFile *f)
{
	SourcePos chain[16];
	u32 n = 0;

	while (f->included_at && n < ARRAY_LEN(chain)) {
		chain[n] = source_pos(d->sources, f->included_at);
		if (!chain[n].file)
			break;
		f = chain[n++].file;
	}
	while (n-- > 0)
		text_addf(out, "In file included from %s:%u:\n", chain[n].file->name,
			  chain[n].line);
}

/* The caret line; the span's end counts only on the line where it begins. */
static void add_caret(Diags *d, Text *out, const Diag *diag, SourcePos from, Str line)
{
	SourcePos to = source_pos(d->sources, MAX(diag->span.end, diag->span.start));
	u32 end = to.file == from.file && to.line == from.line ? to.col : line.len + 1;

	for (u32 i = 0; i + 1 < from.col && i < line.len; i++)
		text_fill(out, line.at[i] == '\t' ? '\t' : ' ', 1);
	text_add(out, "^", 1);
	if (end > from.col + 1)
		text_fill(out, '~', MIN(end, line.len + 1) - from.col - 1);
	text_add(out, "\n", 1);
}

static void add_c(Diags *d, Text *out, const Diag *diag)
{
	static const char *const words[] = {"error", "warning", "note", "help"};
	SourcePos from = source_pos(d->sources, diag->span.start);
	Str line;

	if (!from.file) {
		text_addf(out, "%s: %s\n", words[diag->level], diag->text);
		return;
	}
	if (diag->level != DIAG_NOTE)
		add_includes(d, out, from.file);
	text_addf(out, "%s:%u:%u: %s: %s\n", from.file->name, from.line, from.col,
		  words[diag->level], diag->text);
	line = source_line(d->sources, from.file, from.line);
	if (line.len > LONGEST_SHOWN)
		return;
	add_line(out, line, "\t");
	add_caret(d, out, diag, from, line);
}

/* ---- all ---- */

/* One of the two rounds: records that belong to errors, or to warnings, or all of them. */
static void add_round(Diags *d, Text *out, u32 from, bool errors, bool warnings)
{
	bool wanted = true;

	for (u32 i = from; i < d->list.len; i++) {
		const Diag *diag = &d->list.at[i];

		if (diag->level == DIAG_ERROR)
			wanted = errors;
		else if (diag->level == DIAG_WARNING)
			wanted = warnings;
		if (!wanted)
			continue;
		if (diag->layout == DIAG_LAYOUT_SCRIPT)
			add_script(d, out, diag);
		else
			add_c(d, out, diag);
	}
}

const char *diag_text(Diags *d, Arena *a, u32 from)
{
	Text out = text_new(a);

	if (d->layout == DIAG_LAYOUT_SCRIPT) {
		add_round(d, &out, from, true, false);
		add_round(d, &out, from, false, true);
	} else {
		add_round(d, &out, from, true, true);
	}
	return text_done(&out);
}
