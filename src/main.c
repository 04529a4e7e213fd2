/*
 * Waggle's command line: what is asked for, and in which order the stages are
 * called for it. build.c goes from source to object, session.c from object to
 * results, list.c answers -l.
 */
#include <errno.h>
#include <stdio.h>

#include "build.h"
#include "carry.h"
#include "info.h"
#include "list.h"
#include "session.h"

#define WAGGLE_VERSION "0.1.0"
/* Scripts and tools ask for bpftrace's version to know what they may use. */
#define BPFTRACE_VERSION "v0.27.0"

static void show_version(const Options *o)
{
	if (o->is_bpftrace)
		printf("bpftrace %s\n", BPFTRACE_VERSION);
	else
		printf("waggle %s (bpftrace language %s)\n", WAGGLE_VERSION, BPFTRACE_VERSION);
}

static int write_bytes(const char *path, const void *bytes, size_t len)
{
	FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
	bool ok;

	if (!f) {
		fprintf(stderr, "error: %s: %s\n", path, strerror(errno));
		return 1;
	}
	ok = fwrite(bytes, 1, len, f) == len;
	if (f == stdout)
		ok &= fflush(f) == 0;
	else
		ok &= fclose(f) == 0;
	if (!ok)
		fprintf(stderr, "error: %s: %s\n", path, strerror(errno));
	return ok ? 0 : 1;
}

static int build_and_run(Builder *b, Child *child)
{
	const Options *o = b->options;
	u32 pid = child ? child_pid(child) : 0;
	int status = o->mode == MODE_RUN ? build_file(b, pid) : build_script(b, pid);

	if (status || b->is_stopped)
		return status;
	if (has_option(o, OPTION_emit_elf) && write_bytes(o->value[OPTION_emit_elf], b->object.bytes, b->object.len))
		return 1;
	return session_run(b, child);
}

/* -c's command is started first, stopped, because the script may use its pid. */
static int main_script(Builder *b)
{
	const char *command = b->options->value[OPTION_command];
	Child *child = NULL;
	char *why = NULL;
	int status;

	if (command && child_start(&child, command, &why)) {
		fprintf(stderr, "ERROR: %s\n", why ? why : command);
		free(why);
		return 1;
	}
	status = build_and_run(b, child);
	child_free(child);
	return status;
}

static bool is_object_name(const char *path)
{
	size_t n = strlen(path);

	return strcmp(path, "-") == 0 || (n > 2 && strcmp(path + n - 2, ".o") == 0);
}

/* -o NAME without .o: a program that carries the script, or the C program's object. */
static int write_program(const Builder *b, const char *path)
{
	const SourceFile *source = b->script ? b->c.sources.files.at[0] : NULL;
	int err = source ? carry_write(path, CARRY_SCRIPT, source->text, source->len)
			 : carry_write(path, CARRY_OBJECT, b->object.bytes, b->object.len);

	if (err)
		fprintf(stderr, "error: %s: %s\n", path, strerror(-err));
	return err ? 1 : 0;
}

static int main_build(Builder *b)
{
	const char *out = b->options->value[OPTION_output];
	int status = build_file(b, 0);

	if (status || b->is_stopped)
		return status;
	if (!out) {
		fputs("ERROR: waggle build needs -o FILE\n", stderr);
		return 1;
	}
	return is_object_name(out) ? write_bytes(out, b->object.bytes, b->object.len) : write_program(b, out);
}

/* x.c → x.o, or x.s with -S, where no -o says otherwise. */
static const char *output_name(Builder *b)
{
	const char *end = has_option(b->options, OPTION_assembly) ? "s" : "o";
	const Options *o = b->options;
	const char *slash, *name;
	size_t len;

	if (o->value[OPTION_output])
		return o->value[OPTION_output];
	slash = strrchr(o->file, '/');
	name = slash ? slash + 1 : o->file;
	len = strlen(name);
	return arena_printf(b->c.arena, "%.*s.%s",
			    (int)(len > 2 && strcmp(name + len - 2, ".c") == 0 ? len - 2 : len), name,
			    end);
}

static int main_cc(Builder *b)
{
	int status = build_c_text(b);

	if (status || b->is_stopped || has_option(b->options, OPTION_preprocess))
		return status;
	if (has_option(b->options, OPTION_assembly))
		return write_bytes(output_name(b), b->assembly ? b->assembly : "",
				   b->assembly ? strlen(b->assembly) : 0);
	return write_bytes(output_name(b), b->object.bytes, b->object.len);
}

static int dispatch(Builder *b)
{
	switch (b->options->mode) {
	case MODE_BUILD:
		return main_build(b);
	case MODE_CC:
		return main_cc(b);
	case MODE_DOCTOR:
		return session_doctor(&b->target);
	default:
		if (has_option(b->options, OPTION_list))
			return list_probes(b);
		return main_script(b);
	}
}

static bool needs_program(const Options *o)
{
	return o->mode != MODE_DOCTOR && !has_option(o, OPTION_list) && !has_option(o, OPTION_info) &&
	       !o->file && !has_option(o, OPTION_program);
}

static bool is_one_of(const char *word, size_t len, const char *list)
{
	for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == len && strncmp(at, word, len) == 0)
			return true;
	return false;
}

static bool are_all_of(const char *words, const char *list)
{
	for (const char *at = words; *at; at += strcspn(at, ","), at += *at == ',')
		if (!is_one_of(at, strcspn(at, ","), list))
			return false;
	return true;
}

/* Options of bpftrace that would be without effect here are refused by name; NULL: none was given. */
static const char *find_unavailable(const Options *o)
{
	static const struct {
		OptionId id;
		const char *text;
	} rows[] = {
		{OPTION_dwarf_pid, "--dwarf-pid is not available: user stacks are walked by frame pointers"},
		{OPTION_debuginfo, "--debuginfo is not available: debug files are looked for in /usr/lib/debug"},
		{OPTION_traceable, "--traceable-functions is not available"},
		{OPTION_probe_filter, "--probe-filter is not available: there are no test and bench modes"},
		{OPTION_emit_llvm, "--emit-llvm is not available: there is no LLVM; see --dump=ir"},
	};

	for (u32 i = 0; i < ARRAY_LEN(rows); i++)
		if (has_option(o, rows[i].id))
			return rows[i].text;
	return NULL;
}

/* What is wrong with the options taken together, or NULL. */
static const char *find_conflict(const Options *o)
{
	const char *mode = o->value[OPTION_mode], *debug = o->value[OPTION_debug];
	const char *without = o->value[OPTION_no_feature];
	u32 n_modes = o->count[OPTION_mode] + o->count[OPTION_test] + o->count[OPTION_bench];

	if (has_option(o, OPTION_command) && has_option(o, OPTION_pid))
		return "Cannot use both -c and -p.";
	if (has_option(o, OPTION_warnings) && has_option(o, OPTION_no_warnings))
		return "-k, --warnings conflicts with --no-warnings";
	if (n_modes > 1 && has_option(o, OPTION_bench))
		return "--bench conflicts with existing --mode";
	if (n_modes > 1)
		return "--test conflicts with existing --mode";
	if (mode && !are_all_of(mode, "codegen,compiler-bench,bench,test,format"))
		return "--mode can only be 'codegen', 'compiler-bench', 'bench', 'test' or 'format'.";
	if (n_modes || has_option(o, OPTION_fmt))
		return "test, bench, codegen and format modes are not available in this build";
	if (find_unavailable(o))
		return find_unavailable(o);
	if (!o->is_bpftrace)
		return NULL;
	if (debug && !are_all_of(debug, "all,ast,types,codegen,codegen-opt,libbpf,verifier,parse,dis"))
		return "invalid option for -d";
	if (without && !are_all_of(without, "kprobe_multi,kprobe_session,uprobe_multi"))
		return "--no-feature can only have values 'kprobe_multi,kprobe_session,uprobe_multi'.";
	return NULL;
}

static bool check_pid(const Options *o)
{
	const char *text = o->value[OPTION_pid];

	if (!text || (*text && !text[strspn(text, "0123456789")]))
		return true;
	fprintf(stderr, "ERROR: Failed to parse pid: invalid integer: %s\n", text);
	return false;
}

static int run(const Options *o)
{
	const char *conflict = find_conflict(o);
	Builder b;
	int status;

	if (has_option(o, OPTION_help)) {
		options_usage(o, stdout);
		return 0;
	}
	if (has_option(o, OPTION_version)) {
		show_version(o);
		return 0;
	}
	if (needs_program(o)) {
		options_usage(o, stderr);
		return 1;
	}
	if (has_option(o, OPTION_program) && !has_option(o, OPTION_list) && !*o->value[OPTION_program])
		conflict = "filename or -e 'program' required.";
	if (conflict) {
		fprintf(stderr, "ERROR: USAGE: %s\n", conflict);
		return 1;
	}
	if (!check_pid(o))
		return 1;
	status = builder_init(&b, o);
	if (!status)
		status = !has_option(o, OPTION_info) ? dispatch(&b)
			 : o->is_bpftrace	     ? info_show(&b.target, BPFTRACE_VERSION)
						     : session_doctor(&b.target);
	builder_done(&b);
	return status;
}

/* This binary is somebody's tool: it runs what it carries. */
static int run_carried(const Carried *carried, int argc, char **argv)
{
	Options o;
	Builder b;
	int status;

	options_carried(&o, argc, argv);
	if (carried->kind == CARRY_SCRIPT) {
		o.text = carried->bytes;
		o.text_len = carried->len;
	}
	status = builder_init(&b, &o);
	if (!status)
		status = o.text ? build_script(&b, 0) : build_object(&b, carried->bytes, carried->len);
	if (!status)
		status = session_run(&b, NULL);
	builder_done(&b);
	options_done(&o);
	return status;
}

int main(int argc, char **argv)
{
	Carried carried = carry_read();
	Options o;
	int status;

	if (carried.kind != CARRY_NONE) {
		status = run_carried(&carried, argc, argv);
		carry_done(&carried);
		return status;
	}
	status = options_parse(&o, argc, argv);
	if (status < 0)
		status = run(&o);
	options_done(&o);
	return status;
}
