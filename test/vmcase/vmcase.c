/*
 * vmcase LANGUAGE FILE [WORD…]: compiles a test's input and runs it in the
 * user-space machine; prints what the user would see.
 *
 * A script: its begin programs, then every other program `times` times, then
 * its end programs; records and maps go through run/ and output/ as in a real
 * run. C or IR: each program, or the function of `func=`, with its result;
 * then what it printed and its maps.
 *
 * All of it is done with every pass, with none, and with each one left out;
 * what comes must be the same each time.
 *
 *	times=N pid=N tid=N uid=N gid=N comm=WORD cpu=N ns=N step=N rand=N cgroup=N
 *	ctx=HEX words=N,N,… func=NAME args=N,N,… ret=64
 */
#include "vmcase.h"

#include <errno.h>

#include "load/load.h"
#include "lower/lower.h"
#include "output/output.h"
#include "pass/pass.h"

typedef struct {
	const char *language, *file;
	Wanted wanted;
	Target *target;
} Input;

/* What one way of compiling gave. */
typedef struct {
	char *text; /* heap */
	size_t len;
	bool ok;
} Outcome;

typedef struct {
	const Input *input;
	Compile c;
	Module *m;
	Prog **progs;
	Machine *x;
	FILE *out;
} Attempt;

/* ---- the words ---- */

static u32 read_numbers(const char *at, u64 *to, u32 most)
{
	u32 n = 0;
	char *end;

	for (; *at && n < most; at = *end == ',' ? end + 1 : end) {
		to[n] = *at == '-' ? (u64)strtoll(at, &end, 0) : strtoull(at, &end, 0);
		if (end == at)
			break;
		n++;
	}
	return n;
}

static bool take_world(MachineWorld *w, const char *name, const char *value)
{
	u64 n = strtoull(value, NULL, 0);

	if (strcmp(name, "pid") == 0)
		w->tgid = w->pid = (u32)n;
	else if (strcmp(name, "tid") == 0)
		w->pid = (u32)n;
	else if (strcmp(name, "uid") == 0)
		w->uid = (u32)n;
	else if (strcmp(name, "gid") == 0)
		w->gid = (u32)n;
	else if (strcmp(name, "comm") == 0)
		snprintf(w->comm, sizeof(w->comm), "%s", value);
	else if (strcmp(name, "cpu") == 0)
		w->cpu = (u32)n;
	else if (strcmp(name, "ns") == 0)
		w->time_ns = n;
	else if (strcmp(name, "step") == 0)
		w->time_step_ns = n;
	else if (strcmp(name, "rand") == 0)
		w->random = n;
	else if (strcmp(name, "cgroup") == 0)
		w->cgroup_id = n;
	else
		return false;
	return true;
}

static bool take_word(Wanted *w, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		return false;
	*value++ = 0;
	if (strcmp(word, "times") == 0)
		w->times = (u32)strtoul(value, NULL, 0);
	else if (strcmp(word, "func") == 0)
		w->func = value;
	else if (strcmp(word, "ret") == 0)
		w->is_long = strcmp(value, "64") == 0;
	else if (strcmp(word, "ctx") == 0)
		w->context = value;
	else if (strcmp(word, "words") == 0)
		w->words[0] = value;
	else if (strcmp(word, "args") == 0)
		w->n_args = read_numbers(value, w->args, 5), w->has_args = true;
	else
		return take_world(&w->world, word, value);
	return true;
}

static void set_context(Attempt *a)
{
	const Wanted *w = &a->input->wanted;
	u64 numbers[64] = {0};
	u8 bytes[512] = {0};
	u32 n = 0;

	if (w->words[0]) {
		n = 8 * read_numbers(w->words[0], numbers, 64);
		memcpy(bytes, numbers, n);
	}
	for (const char *at = w->context; at && at[0] && at[1] && n < sizeof(bytes); at += 2) {
		char two[3] = {at[0], at[1]};

		bytes[n++] = (u8)strtoul(two, NULL, 16);
	}
	if (n)
		machine_set_context(a->x, bytes, n);
}

/* ---- compile ---- */

static Module *front_end(Attempt *a, Str text)
{
	const Input *in = a->input;

	if (strcmp(in->language, "script") == 0) {
		ScriptInput si = {.name = "stdin", .text = text};
		Script *s;

		a->c.diags.layout = DIAG_LAYOUT_SCRIPT;
		s = script_parse(&a->c, &si);
		if (!a->c.diags.n_errors)
			script_check(s);
		return a->c.diags.n_errors ? NULL : lower_script(s);
	}
	if (strcmp(in->language, "c") == 0) {
		CInput ci = {.name = in->file, .text = text.at, .len = text.len};
		CUnit *u;

		a->c.diags.layout = DIAG_LAYOUT_C;
		u = c_parse(&a->c, &ci);
		return a->c.diags.n_errors ? NULL : lower_c(u);
	}
	return ir_parse(&a->c, text, (Loc){0});
}

static bool compile(Attempt *a)
{
	char *text;
	u32 len;
	int err = source_read(a->c.arena, a->input->file, &text, &len);

	if (err) {
		fprintf(a->out, "%s: %s\n", a->input->file, strerror(-err));
		return false;
	}
	a->m = front_end(a, (Str){text, len});
	if (!a->m || !pass_run(a->m, NULL, NULL))
		return false;
	a->progs = NEW_N(a->c.arena, Prog *, a->m->funcs.len + 1);
	for (u32 i = 0; i < a->m->funcs.len; i++)
		a->progs[i] = bpf_compile(a->m, a->m->funcs.at[i]);
	return !a->c.diags.n_errors;
}

/* ---- scripts ---- */

static bool call(Attempt *a, const char *func)
{
	u64 result;

	if (machine_run(a->x, func, &result))
		return true;
	fprintf(a->out, "machine: %s: %s\n", func, machine_error(a->x));
	return false;
}

/* Records from number *done on, as run/ would take them. */
static void handle_new_records(Attempt *a, Run *r, u32 *done)
{
	for (; *done < machine_n_records(a->x); ++*done) {
		MachineRecord record = machine_record(a->x, *done);

		if ((!r->is_stopped || r->is_finishing) && !handle_record(r, record.bytes, record.len) &&
		    !r->is_finishing)
			r->is_stopped = true;
	}
}

static bool is_kind(const AttachDef *def, const char *kind)
{
	return strcmp(def->kind, kind) == 0;
}

static bool run_programs(Attempt *a, Run *r)
{
	const Meta *meta = a->m->meta;
	u32 done = 0;
	bool ok = true;

	for (u32 step = 0; step < 3 && ok; step++) {
		r->is_finishing = step == 2;
		for (u32 i = 0; i < meta->attach.len && ok; i++) {
			const AttachDef *def = &meta->attach.at[i];
			u32 at = is_kind(def, "begin") ? 0 : is_kind(def, "end") ? 2 : 1;

			for (u32 n = at == 1 ? a->input->wanted.times : 1; at == step && n && ok; n--) {
				if (r->is_stopped && step < 2)
					break;
				ok = call(a, def->program);
				handle_new_records(a, r, &done);
			}
		}
	}
	return ok;
}

static int by_name(const void *a, const void *b, void *maps)
{
	const MapShow *shows = maps;

	return strcmp(shows[*(const u32 *)a].name, shows[*(const u32 *)b].name);
}

static int show_maps(Run *r)
{
	u32 n = r->meta->maps.len, order[64];
	int err = n > ARRAY_LEN(order) ? -E2BIG : 0;

	for (u32 i = 0; i < n && !err; i++)
		order[i] = i;
	if (!err)
		qsort_r(order, n, sizeof(*order), by_name, r->meta->maps.at);
	for (u32 i = 0; i < n && !err; i++) {
		MapRows rows;

		if (r->stores[order[i]].fd < 0)
			continue;
		err = run_read_map(r, order[i], false, &rows);
		if (!err && rows.n)
			r->sink->map(r->sink->user, &rows, 0, 0);
		map_rows_free(&rows);
	}
	return err;
}

static bool run_script(Attempt *a)
{
	const Meta *meta = a->m->meta;
	Symbols *symbols = symbols_new((SymbolOptions){.demangle = true});
	OutputOptions oo = {.out = a->out, .err = a->out, .quiet = true};
	Output *output = output_new(&a->c, meta, symbols, &oo);
	Run r = {.meta = meta, .sink = output_sink(output), .pid_fd = -1, .ring = RING_NONE};
	bool ok;

	r.is_started = true;
	r.stores = calloc(meta->maps.len + 1, sizeof(*r.stores));
	store_use_machine(a->x, a->m);
	for (u32 i = 0; i < meta->maps.len; i++)
		store_open(&r.stores[i], NULL, &meta->maps.at[i]);
	output_set_run(output, &r);
	ok = run_programs(a, &r);
	r.sink->end_of_run(r.sink->user);
	if (show_maps(&r))
		ok = false;
	r.sink->flush(r.sink->user, true);
	free(r.stores);
	output_free(output);
	symbols_free(symbols);
	return ok;
}

/* ---- C and IR ---- */

static void show_bytes(FILE *out, const u8 *at, u32 size)
{
	u64 n = 0;

	if (size <= 8 && (size & (size - 1)) == 0) {
		memcpy(&n, at, size);
		fprintf(out, "%llu", (unsigned long long)n);
		return;
	}
	for (u32 i = 0; i < size; i++)
		fprintf(out, "%02x", at[i]);
}

static void show_c_maps(Attempt *a)
{
	for (u32 map = 0; map < a->m->maps.len; map++) {
		const MapDef *def = a->m->maps.at[map];

		for (u32 i = 0; i < machine_map_len(a->x, map); i++) {
			fprintf(a->out, "%s[", def->name);
			show_bytes(a->out, machine_map_key(a->x, map, i), def->key_size);
			fputs("] = ", a->out);
			show_bytes(a->out, machine_map_value(a->x, map, i), def->value_size);
			fputc('\n', a->out);
		}
	}
}

static bool run_function(Attempt *a, const char *name)
{
	const Wanted *w = &a->input->wanted;
	u64 result = 0;
	bool ok = w->has_args ? machine_call(a->x, name, w->args, w->n_args, &result)
			      : machine_run(a->x, name, &result);

	if (!ok)
		fprintf(a->out, "machine: %s: %s\n", name, machine_error(a->x));
	else if (w->is_long)
		fprintf(a->out, "%s = %lld\n", name, (long long)result);
	else
		fprintf(a->out, "%s = %d\n", name, (int)result);
	return ok;
}

static bool run_functions(Attempt *a)
{
	const Wanted *w = &a->input->wanted;
	bool ok = true;

	for (u32 i = 0; i < a->m->funcs.len; i++) {
		const Func *f = a->m->funcs.at[i];

		if (!a->progs[i] || (w->func ? strcmp(w->func, f->name) != 0 : !f->section))
			continue;
		for (u32 n = 0; n < w->times && ok; n++)
			ok = run_function(a, f->name);
	}
	fputs(machine_trace(a->x), a->out);
	for (u32 i = 0; i < machine_n_records(a->x); i++) {
		MachineRecord record = machine_record(a->x, i);

		fputs("record ", a->out);
		show_bytes(a->out, record.bytes, record.len);
		fputc('\n', a->out);
	}
	show_c_maps(a);
	return ok;
}

/* ---- every way ---- */

/* All that was printed. */
static void read_outcome(Attempt *a, Outcome *o)
{
	long len;

	fflush(a->out);
	len = ftell(a->out);
	o->len = len > 0 ? (size_t)len : 0;
	o->text = calloc(1, o->len + 1);
	rewind(a->out);
	if (!o->text || fread(o->text, 1, o->len, a->out) != o->len)
		o->ok = false;
	fclose(a->out);
}

static void attempt(const Input *in, u32 opt_level, const char *passes_off, Outcome *o)
{
	Attempt a = {.input = in};

	*o = (Outcome){0};
	a.out = tmpfile(); /* no memory stream: output/ gives the stream a buffer of its own */
	compile_init(&a.c);
	a.c.target = in->target;
	a.c.types = types_new(&a.c);
	a.c.opt_level = opt_level;
	a.c.passes_off = passes_off;
	a.c.verify = true;
	o->ok = compile(&a);
	if (!o->ok)
		fputs(diag_text(&a.c.diags, a.c.arena, 0), a.out);
	a.x = machine_new();
	if (o->ok) {
		*machine_world(a.x) = in->wanted.world;
		o->ok = machine_load(a.x, a.m, a.progs);
		if (!o->ok)
			fprintf(a.out, "machine: %s\n", machine_error(a.x));
	}
	if (o->ok) {
		set_context(&a);
		o->ok = a.m->meta ? run_script(&a) : run_functions(&a);
	}
	read_outcome(&a, o);
	machine_free(a.x);
	types_free(a.c.types);
	compile_done(&a.c);
}

/* False, with a message, if this way doesn't give what the usual one gave. */
static bool agrees(const Input *in, const Outcome *usual, u32 opt_level, const char *passes_off)
{
	Outcome o;
	bool same;

	attempt(in, opt_level, passes_off, &o);
	same = o.ok == usual->ok && strcmp(o.text, usual->text) == 0;
	if (!same)
		fprintf(stderr, "with -O%u --passes-off=%s it is another result:\n%s", opt_level,
			passes_off ? passes_off : "", o.text);
	free(o.text);
	return same;
}

static bool needs_pass(PassId pass)
{
	static const u32 levels[] = {
#define PASS(id, level, module, text) [PASS_##id] = level,
#include "tables/passes.def"
#undef PASS
	};

	return levels[pass] == 0;
}

int main(int argc, char **argv)
{
	Input in = {.wanted = {.times = 1, .world = {.tgid = 1234, .pid = 1234, .comm = "test",
						     .time_ns = 1000000000, .time_step_ns = 1000}}};
	Target target;
	Outcome usual;
	bool ok = true;

	if (argc < 3) {
		fputs("usage: vmcase script|c|ir FILE [WORD=VALUE…]\n", stderr);
		return 2;
	}
	in.language = argv[1];
	in.file = argv[2];
	for (int i = 3; i < argc; i++)
		if (!take_word(&in.wanted, argv[i])) {
			fprintf(stderr, "vmcase: unknown word \"%s\"\n", argv[i]);
			return 2;
		}
	if (load_target(&target, NULL, NULL))
		return 2;
	target.n_cpus = 1; /* as the machine has */
	target.has[FEAT_KPROBE] = target.has[FEAT_FENTRY] = true;
	in.target = &target;
	attempt(&in, 2, NULL, &usual);
	fputs(usual.text, stdout);
	if (usual.ok) {
		ok = agrees(&in, &usual, 0, NULL);
		for (PassId p = PASS_NONE + 1; p < PASS_COUNT; p++)
			ok &= needs_pass(p) || agrees(&in, &usual, 2, pass_name(p));
	}
	free(usual.text);
	load_target_done(&target);
	return !usual.ok ? 1 : ok ? 0 : 3;
}
