/*
 * Stack traces and single symbols. A stack is an id in a stack map; its frames
 * are read when it is shown. Text forms: spec/bpftrace.md, 5.6.
 */
#include <inttypes.h>

#include "output/internal.h"

#define MAX_FRAMES 1024

static void show_symbol(FILE *f, const Symbol *s, u64 address, bool with_offset)
{
	if (!s->name) {
		fprintf(f, "0x%" PRIx64, address);
		return;
	}
	fputs(s->name, f);
	if (with_offset)
		fprintf(f, "+%" PRIu64, s->offset);
}

/* At its very start a kernel symbol is shown without an offset. */
void show_ksym(Output *o, FILE *f, u64 address, bool with_offset)
{
	Symbol s;

	symbol_kernel(o->symbols, address, &s);
	show_symbol(f, &s, address, with_offset && s.offset);
}

void show_usym(Output *o, FILE *f, u64 address, u32 pid, bool with_offset)
{
	Symbol s;

	symbol_user(o->symbols, pid, address, &s);
	show_symbol(f, &s, address, with_offset);
}

static void show_perf_frame(FILE *f, const Symbol *s, u64 address)
{
	fprintf(f, "\t%16" PRIx64 " ", address);
	if (s->name)
		fprintf(f, "%s+%" PRIu64, s->name, s->offset);
	else
		fputs("[unknown]", f);
	if (s->module)
		fprintf(f, " (%s)", s->module);
	fputc('\n', f);
}

static void show_frame(Output *o, FILE *f, Type *t, u64 address, u32 pid)
{
	Symbol s = {0};

	if (t->stack_mode == STACK_RAW) {
		fprintf(f, "        %" PRIx64 "\n", address);
		return;
	}
	if (t->kind == TY_USTACK)
		symbol_user(o->symbols, pid, address, &s);
	else
		symbol_kernel(o->symbols, address, &s);
	if (t->stack_mode == STACK_PERF) {
		show_perf_frame(f, &s, address);
		return;
	}
	fputs("        ", f);
	show_symbol(f, &s, address, true);
	fputc('\n', f);
}

void show_stack(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	bool is_user = t->kind == TY_USTACK;
	u64 frames[MAX_FRAMES];
	StackValue v;
	int n;

	memcpy(&v, bytes, sizeof(v));
	n = v.id < 0 || !o->run ? -1 : run_read_stack(o->run, is_user, v.id, frames, MAX_FRAMES);
	fputc('\n', f);
	if (n < 0) {
		fputs("        <unwind failure>\n", f);
		return;
	}
	for (int i = 0; i < n && (u32)i < t->count; i++)
		show_frame(o, f, t, frames[i], v.pid);
}
