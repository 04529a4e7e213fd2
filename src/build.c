/*
 * The compiler's stages, one after the other: front end, lowering, passes,
 * encoding, object. Each runs to its end; the next starts only when nothing
 * was wrong. --dump=STAGE shows what a stage made, --stop=STAGE ends there.
 */
#include "build.h"

#include <errno.h>

#include "load/load.h"
#include "lower/lower.h"
#include "pass/pass.h"

static bool names_stage(const char *list, const char *stage)
{
	size_t len = strlen(stage);

	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == len && strncmp(at, stage, len) == 0)
			return true;
	return false;
}

static bool wants_dump(const Builder *b, const char *stage)
{
	const char *dump = b->options->value[OPTION_dump], *debug = b->options->value[OPTION_debug];

	return names_stage(dump, stage) || names_stage(debug, stage) || names_stage(dump, "all") ||
	       names_stage(debug, "all");
}

/* True: the stage was the last one wanted. */
static bool stops_after(Builder *b, const char *stage)
{
	b->is_stopped |= names_stage(b->options->value[OPTION_stop], stage);
	return b->is_stopped;
}

static void show_stage(const char *stage, const char *text)
{
	size_t len = strlen(text);

	printf("; %s\n%s%s", stage, text, len && text[len - 1] == '\n' ? "" : "\n");
}

void builder_show_diags(Builder *b)
{
	fputs(diag_text(&b->c.diags, b->c.arena, b->diags_shown), stderr);
	b->diags_shown = b->c.diags.list.len;
}

static int error_exit(Builder *b)
{
	builder_show_diags(b);
	return 1;
}

/* "5.10" as a target: features by version only. */
static int target_by_version(Target *t, const char *version)
{
	static const u8 since[FEAT_COUNT][2] = {
#define FEATURE(id, major, minor, text) [FEAT_##id] = {major, minor},
#include "tables/features.def"
#undef FEATURE
	};
	unsigned major, minor;

	if (sscanf(version, "%u.%u", &major, &minor) != 2)
		return -EINVAL;
	t->kernel_major = major;
	t->kernel_minor = minor;
	for (Feature f = FEAT_NONE + 1; f < FEAT_COUNT; f++)
		t->has[f] = since[f][0] < major || (since[f][0] == major && since[f][1] <= minor);
	return 0;
}

/*
 * A target for all kernels of the matrix: where there are two ways, the one
 * that the oldest kernel has; where there is one, the program's wish counts.
 */
static void target_for_any(Target *t)
{
	static const Feature only_way[] = {FEAT_LOOP, FEAT_FOR_EACH_MAP, FEAT_KTIME_TAI, FEAT_LOOKUP_PERCPU,
					   FEAT_D_PATH, FEAT_KPROBE, FEAT_FENTRY, FEAT_BPF2BPF_CALLBACK,
					   FEAT_EXIT_SIGNALS, FEAT_KFUNC_CALL, FEAT_MODULE_BTF, FEAT_MAY_GOTO};
	bool has_btf = t->has[FEAT_BTF];

	target_by_version(t, "5.10");
	t->has[FEAT_BTF] = has_btf;
	for (u32 i = 0; i < ARRAY_LEN(only_way); i++)
		t->has[only_way[i]] = true;
}

int builder_init(Builder *b, const Options *o)
{
	const char *level = o->value[OPTION_optimize], *version = o->value[OPTION_target];

	memset(b, 0, sizeof(*b));
	b->options = o;
	compile_init(&b->c);
	if (load_target(&b->target, o->value[OPTION_btf], o->value[OPTION_no_feature])) {
		fprintf(stderr, "ERROR: --no-feature: unknown feature in \"%s\"\n",
			o->value[OPTION_no_feature]);
		return 1;
	}
	b->has_target = true;
	if (version && target_by_version(&b->target, version)) {
		fprintf(stderr, "ERROR: --target-kernel: \"%s\" is no version; write 6.1\n", version);
		return 1;
	}
	b->target.portable = o->mode == MODE_BUILD || o->mode == MODE_CC || version ||
			     has_option(o, OPTION_emit_elf);
	if (b->target.portable && !version)
		target_for_any(&b->target);
	b->c.target = &b->target;
	b->c.types = types_new(&b->c);
	b->c.opt_level = level && *level >= '0' && *level <= '9' ? (u32)(*level - '0') : 2;
	b->c.passes_off = o->value[OPTION_passes_off];
	b->c.verify = has_option(o, OPTION_verify_ir);
	b->c.diags.no_warnings = has_option(o, OPTION_no_warnings);
	b->c.diags.warnings_are_errors = o->count[OPTION_warnings] > 1;
	return 0;
}

void builder_done(Builder *b)
{
	object_free(&b->object);
	if (b->c.types)
		types_free(b->c.types);
	if (b->has_target)
		load_target_done(&b->target);
	compile_done(&b->c);
}

/* ---- from a module to an object ---- */

typedef struct {
	Builder *b;
	Module *m;
} PassDump;

static void dump_pass(void *user, const char *pass)
{
	PassDump *d = user;

	if (wants_dump(d->b, pass))
		show_stage(pass, ir_print(d->m, NULL));
}

/* "name:" and the instructions, with source lines as comments. */
static void add_assembly(Builder *b, Module *m, const Prog *p)
{
	b->assembly = arena_printf(b->c.arena, "%s%s: ; %s\n%s\n", b->assembly ? b->assembly : "",
				   p->func->name, p->func->section ? p->func->section : ".text",
				   bpf_disassemble(m, p));
}

static Prog **encode(Builder *b, Module *m)
{
	Prog **progs = NEW_N(b->c.arena, Prog *, m->funcs.len + 1);

	for (u32 i = 0; i < m->funcs.len; i++) {
		progs[i] = bpf_compile(m, m->funcs.at[i]);
		if (progs[i] && wants_dump(b, "bpf"))
			show_stage("bpf", bpf_disassemble(m, progs[i]));
		if (progs[i] && has_option(b->options, OPTION_assembly))
			add_assembly(b, m, progs[i]);
	}
	return progs;
}

static int write_object(Builder *b, Module *m, Prog **progs)
{
	int err = object_write(m, progs, &b->object);

	if (err) {
		fprintf(stderr, "ERROR: the object could not be made: %s\n", strerror(-err));
		return 1;
	}
	if (wants_dump(b, "elf"))
		show_stage("elf", object_dump_elf(b->c.arena, b->object.bytes, b->object.len));
	if (wants_dump(b, "btf"))
		show_stage("btf", object_dump_btf(b->c.arena, b->object.bytes, b->object.len));
	return 0;
}

/* All passes, or only those of --passes, in that order, and the dump of what they make. */
static bool run_passes(Builder *b, Module *m, PassDump *dump)
{
	const char *only = b->options->value[OPTION_passes];

	if (!only)
		return pass_run(m, dump_pass, dump);
	for (const char *at = only; *at; at += strcspn(at, ","), at += *at == ',') {
		const char *name = arena_copy(b->c.arena, at, strcspn(at, ","));

		if (*name && !pass_run_one(m, name)) {
			diag_error(&b->c.diags, (Span){0, 0}, "there is no pass %s", name);
			return false;
		}
	}
	show_stage("ir", ir_print(m, NULL));
	return b->c.diags.n_errors == 0;
}

static int finish_module(Builder *b, Module *m)
{
	PassDump dump = {b, m};
	Prog **progs;

	if (!m)
		return error_exit(b);
	if (wants_dump(b, "ir"))
		show_stage("ir", ir_print(m, NULL));
	if (stops_after(b, "ir"))
		return 0;
	if (!run_passes(b, m, &dump))
		return error_exit(b);
	if (stops_after(b, "pass"))
		return 0;
	progs = encode(b, m);
	if (b->c.diags.n_errors)
		return error_exit(b);
	builder_show_diags(b);
	b->meta = m->meta;
	if (stops_after(b, "bpf"))
		return 0;
	return write_object(b, m, progs);
}

/* ---- scripts ---- */

static const char *environment(const char *name)
{
	return getenv(name);
}

static void script_input(Builder *b, ScriptInput *in, u32 child_pid)
{
	const Options *o = b->options;
	ScriptOption *named = NEW_N(b->c.arena, ScriptOption, o->named.len + 1);

	for (u32 i = 0; i < o->named.len; i++)
		named[i] = (ScriptOption){o->named.at[i].name, o->named.at[i].value};
	*in = (ScriptInput){
		.params = o->params.at, .n_params = o->params.len, .options = named, .n_options = o->named.len,
		.include_dirs = o->include_dirs.at, .n_include_dirs = o->include_dirs.len,
		.includes = o->includes.at, .n_includes = o->includes.len,
		.pid = o->value[OPTION_pid] ? (u32)strtoul(o->value[OPTION_pid], NULL, 10) : 0,
		.child_pid = child_pid, .has_child = has_option(o, OPTION_command),
		.is_unsafe = has_option(o, OPTION_unsafe), .warn_all = has_option(o, OPTION_warnings),
		.no_kprobe_multi = !b->target.has[FEAT_KPROBE_MULTI],
		.no_uprobe_multi = !b->target.has[FEAT_UPROBE_MULTI], .env = environment};
}

/* The text of a file ("-": standard input), with a message if it can't be read. */
static int read_source(Builder *b, const char *path, char **text, u32 *len)
{
	int err = source_read(b->c.arena, path, text, len);

	if (err)
		fprintf(stderr, "ERROR: failed to open file '%s': %s\n", path, strerror(-err));
	return err ? 1 : 0;
}

static int script_text(Builder *b, ScriptInput *in)
{
	const Options *o = b->options;
	char *text;
	u32 len;

	if (o->text) {
		in->name = o->program_name;
		in->text = (Str){o->text, (u32)o->text_len};
		return 0;
	}
	if (has_option(o, OPTION_program)) {
		in->name = "stdin";
		in->text = (Str){o->value[OPTION_program], (u32)strlen(o->value[OPTION_program])};
		return 0;
	}
	if (read_source(b, o->file, &text, &len))
		return 1;
	in->name = strcmp(o->file, "-") == 0 ? "stdin" : o->file;
	in->path = strcmp(o->file, "-") == 0 ? NULL : o->file;
	in->text = (Str){text, len};
	return 0;
}

int build_script(Builder *b, u32 child_pid)
{
	ScriptInput in;

	script_input(b, &in, child_pid);
	if (script_text(b, &in))
		return 1;
	b->c.diags.layout = DIAG_LAYOUT_SCRIPT;
	if (wants_dump(b, "tokens"))
		show_stage("tokens", script_dump_tokens(&b->c, &in));
	b->script = script_parse(&b->c, &in);
	if (b->c.diags.n_errors)
		return error_exit(b);
	if (wants_dump(b, "parse"))
		show_stage("parse", script_dump_tree(b->script));
	if (stops_after(b, "parse"))
		return 0;
	script_check(b->script);
	if (b->c.diags.n_errors)
		return error_exit(b);
	if (wants_dump(b, "ast"))
		show_stage("ast", script_dump_tree(b->script));
	if (stops_after(b, "ast"))
		return 0;
	return finish_module(b, lower_script(b->script));
}

/* ---- C ---- */

static int c_input(Builder *b, CInput *in)
{
	const Options *o = b->options;
	char *text;
	u32 len;

	if (read_source(b, o->file, &text, &len))
		return 1;
	memset(in, 0, sizeof(*in));
	in->name = strcmp(o->file, "-") == 0 ? "<stdin>" : o->file;
	in->text = text;
	in->len = len;
	for (u32 i = 0; i < o->include_dirs.len; i++)
		vec_push(b->c.arena, &in->include_dirs, o->include_dirs.at[i]);
	for (u32 i = 0; i < o->includes.len; i++)
		vec_push(b->c.arena, &in->includes, o->includes.at[i]);
	for (u32 i = 0; i < o->defines.len; i++)
		vec_push(b->c.arena, &in->defines, (CDefine){o->defines.at[i], false});
	for (u32 i = 0; i < o->undefines.len; i++)
		vec_push(b->c.arena, &in->defines, (CDefine){o->undefines.at[i], true});
	b->c.diags.layout = DIAG_LAYOUT_C;
	return 0;
}

static int build_c(Builder *b, CUnit **out)
{
	CInput in;
	CUnit *u;

	if (c_input(b, &in))
		return 1;
	if (wants_dump(b, "tokens"))
		show_stage("tokens", c_dump_tokens(&b->c, &in));
	u = c_parse(&b->c, &in);
	if (out)
		*out = u;
	if (b->c.diags.n_errors)
		return error_exit(b);
	if (wants_dump(b, "ast"))
		show_stage("ast", c_dump_ast(u));
	if (stops_after(b, "ast"))
		return 0;
	return finish_module(b, lower_c(u));
}

/* "x.o: x.c a.h …" beside the object, as -MD of other compilers. */
static int write_depend(Builder *b, const CUnit *u, const char *object)
{
	size_t len = strlen(object);
	char *path = arena_printf(b->c.arena, "%.*s.d",
				  (int)(len > 2 && strcmp(object + len - 2, ".o") == 0 ? len - 2 : len),
				  object);
	FILE *f = fopen(path, "we");

	if (!f) {
		fprintf(stderr, "error: %s: %s\n", path, strerror(errno));
		return 1;
	}
	fprintf(f, "%s: %s", object, b->options->file);
	for (u32 i = 0; i < u->files.len; i++)
		fprintf(f, " \\\n  %s", u->files.at[i]);
	fputc('\n', f);
	return fclose(f) ? 1 : 0;
}

int build_c_text(Builder *b)
{
	const Options *o = b->options;
	CUnit *u = NULL;
	CInput in;
	int status;

	if (has_option(o, OPTION_preprocess)) {
		if (c_input(b, &in))
			return 1;
		fputs(c_preprocess(&b->c, &in), stdout);
		return b->c.diags.n_errors ? error_exit(b) : 0;
	}
	status = build_c(b, &u);
	if (!status && has_option(o, OPTION_depend))
		status = write_depend(b, u, o->value[OPTION_output] ? o->value[OPTION_output] : "a.o");
	return status;
}

/* ---- IR as text: what --dump=ir wrote, or a test by hand ---- */

static int build_ir(Builder *b)
{
	const SourceFile *file;
	char *text;
	u32 len;

	if (read_source(b, b->options->file, &text, &len))
		return 1;
	file = source_add(&b->c.sources, b->options->file, text, len, 0);
	if (!file)
		return 1;
	return finish_module(b, ir_parse(&b->c, (Str){text, len}, file->base));
}

/* ---- by file ---- */

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n >= k && strcmp(name + n - k, end) == 0;
}

/* An object made before: its bytes, and its Meta if it came from a script. */
int build_object(Builder *b, const char *bytes, size_t len)
{
	int err;

	b->object.bytes = malloc(len + 1);
	if (!b->object.bytes)
		return 1;
	memcpy(b->object.bytes, bytes, len);
	b->object.len = len;
	b->from_object = true;
	err = object_read_meta(&b->c, b->object.bytes, len, &b->meta);
	if (err && err != -ENOENT) {
		fprintf(stderr, "ERROR: %s: section .waggle is broken\n", b->options->file);
		return 1;
	}
	return 0;
}

int build_file(Builder *b, u32 child_pid)
{
	const char *file = b->options->file;
	char *bytes;
	u32 len;

	if (b->options->text || has_option(b->options, OPTION_program) || ends_with(file, ".bt"))
		return build_script(b, child_pid);
	if (ends_with(file, ".o"))
		return read_source(b, file, &bytes, &len) ? 1 : build_object(b, bytes, len);
	if (ends_with(file, ".c"))
		return build_c(b, NULL);
	if (ends_with(file, ".ir"))
		return build_ir(b);
	return build_script(b, child_pid);
}
