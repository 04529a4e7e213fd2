/*
 * Stack traces and single symbols. A stack is an id in a stack map; its frames
 * are read when it is shown. It begins with a newline and ends with one. Text
 * forms: spec/bpftrace.md, 5.6.
 */
#include <inttypes.h>

#include "output/internal.h"

#define MAX_FRAMES 1024
#define BUILD_ID_ROOM 129

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

static void show_frame(Output *o, FILE *f, Type *t, u64 address, u32 pid)
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
		show_frame(o, f, t, frames[i], v.pid);
}
