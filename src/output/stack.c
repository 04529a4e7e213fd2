/*
 * Stack traces and single symbols. A stack is an id in a stack map; its frames
 * are read when it is shown. It begins with a newline and ends with one. Text
 * forms: spec/bpftrace.md, 5.6.
 */
#include <inttypes.h>

#include "output/internal.h"

#define MAX_FRAMES 1024
#define BUILD_ID_ROOM 129
#define MAX_INLINED 32

static const char indent[] = "        ";

/* C++ streams, whose looks are to be kept, show no 0x before a zero. */
static void show_address(FILE *f, u64 address)
{
	fprintf(f, "%#" PRIx64, address);
}

static void show_name(FILE *f, const Symbol *s, u64 address)
{
	if (s->name)
		fputs(s->name, f);
	else
		show_address(f, address);
}

void show_ksym(Output *o, FILE *f, u64 address)
{
	Symbol s = {0};

	symbol_kernel(o->symbols, address, &s);
	show_name(f, &s, address);
}

void show_usym(Output *o, FILE *f, u64 address, u32 pid)
{
	Symbol s = {0};

	symbol_user(o->symbols, pid, address, &s);
	show_name(f, &s, address);
}

/* "\tADDRESS NAME+OFFSET", user frames with " (FILE)". */
static void show_perf_frame(FILE *f, const Symbol *s, u64 address, bool is_user)
{
	fprintf(f, "\t%" PRIx64 " ", address);
	show_name(f, s, address);
	if (s->name)
		fprintf(f, "+%" PRIu64, s->offset);
	if (is_user)
		fprintf(f, " (%s)", s->module ? s->module : "[unknown]");
}

/* "BUILD_ID 0xOFFSET" in the file that is mapped there. */
static void show_build_id_frame(FILE *f, const Symbol *s, u64 address)
{
	char id[BUILD_ID_ROOM];

	if (s->module && build_id_of(s->module, id, sizeof(id)))
		fprintf(f, "%s 0x%" PRIx64, id, s->module_offset);
	else
		fprintf(f, "%" PRIx64, address);
}

static void show_plain_frame(Output *o, FILE *f, const Symbol *s, u64 address)
{
	if (!o->is_compact)
		fputs(indent, f);
	show_name(f, s, address);
	if (s->name)
		fprintf(f, "+%" PRIu64, s->offset);
}

/* config show_debug_info */
static bool wants_lines(const Output *o)
{
	for (u32 i = 0; i < o->meta->options.len; i++)
		if (strcmp(o->meta->options.at[i].name, "show_debug_info") == 0)
			return strtoul(o->meta->options.at[i].value, NULL, 10) != 0;
	return false;
}

static void show_position(FILE *f, const SymbolLine *line)
{
	if (line->file && line->line)
		fprintf(f, "@%s:%u", line->file, line->line);
}

/*
 * With source lines: the calls that were inlined first, as frames of their own. All frames but
 * the first are return addresses: the call is before it.
 */
static void show_lines_frame(Output *o, FILE *f, const Symbol *s, u64 address, u32 pid, bool is_first)
{
	SymbolLine lines[MAX_INLINED];
	u32 n = symbol_user_lines(o->symbols, pid, address - !is_first, lines, MAX_INLINED);

	for (u32 i = 0; i + 1 < n; i++) {
		fprintf(f, "%s%s", o->is_compact ? "" : indent, lines[i].name ? lines[i].name : "[inlined]");
		show_position(f, &lines[i]);
		fputs(" [inlined]\n", f);
	}
	show_plain_frame(o, f, s, address);
	if (n)
		show_position(f, &lines[n - 1]);
}

static void show_frame(Output *o, FILE *f, Type *t, u64 address, u32 pid, bool is_first)
{
	bool is_user = t->kind == TY_USTACK;
	Symbol s = {0};

	if (t->stack_mode != STACK_RAW && is_user)
		symbol_user(o->symbols, pid, address, &s);
	else if (t->stack_mode != STACK_RAW)
		symbol_kernel(o->symbols, address, &s);
	switch (t->stack_mode) {
	case STACK_RAW:
		fprintf(f, "%" PRIx64, address);
		break;
	case STACK_PERF:
		show_perf_frame(f, &s, address, is_user);
		break;
	case STACK_BUILD_ID:
		show_build_id_frame(f, &s, address);
		break;
	default:
		if (is_user && wants_lines(o))
			show_lines_frame(o, f, &s, address, pid, is_first);
		else
			show_plain_frame(o, f, &s, address);
	}
	fputc('\n', f);
}

/* A stack that could not be taken (a negative id) has no frames. */
void show_stack(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	u64 frames[MAX_FRAMES];
	StackValue v;
	int n = 0;

	memcpy(&v, bytes, sizeof(v));
	if (v.id >= 0 && o->run)
		n = run_read_stack(o->run, t->kind == TY_USTACK, v.id, frames,
				   MIN(t->count, MAX_FRAMES));
	fputc('\n', f);
	for (int i = 0; i < n; i++)
		show_frame(o, f, t, frames[i], v.pid, i == 0);
}
