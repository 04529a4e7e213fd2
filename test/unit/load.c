/*
 * load/ on the running kernel: for each kind of probe a program that counts is
 * made by hand, loaded, attached, its event brought about, and the count read.
 * What a kernel can't do is skipped, with the reason. One line a case: ok, not
 * ok or skip; the exit status counts failures.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "load/load.h"
#include "load/sys.h"
#include "object/object.h"

typedef struct Case {
	const char *what;
	const char *section;
	AttachDef def;
	Feature needs;
	bool is_run; /* by load_run, not attached */
} Case;

static const Case cases[] = {
	{"begin", "raw_tp", {.kind = "begin"}, FEAT_NONE, true},
	{"tracepoint",
	 "tracepoint/syscalls/sys_enter_getppid",
	 {.kind = "tracepoint", .target = "syscalls", .function = "sys_enter_getppid"},
	 FEAT_NONE,
	 false},
	{"tracepoint with a cookie",
	 "tracepoint/syscalls/sys_enter_getppid",
	 {.kind = "tracepoint", .target = "syscalls", .function = "sys_enter_getppid", .cookie = 7},
	 FEAT_PERF_LINK,
	 false},
	{"raw tracepoint by name",
	 "raw_tp/sys_enter",
	 {.kind = "rawtracepoint", .function = "sys_enter"},
	 FEAT_NONE,
	 false},
	{"raw tracepoint by BTF",
	 "tp_btf/sys_enter",
	 {.kind = "rawtracepoint", .function = "sys_enter"},
	 FEAT_BTF,
	 false},
	{"interval", "perf_event", {.kind = "interval", .freq = 1000000}, FEAT_NONE, false},
	{"profile",
	 "perf_event",
	 {.kind = "profile", .freq = 999, .is_hz = true},
	 FEAT_NONE,
	 false},
	{"software",
	 "perf_event",
	 {.kind = "software", .function = "page-faults", .freq = 1},
	 FEAT_NONE,
	 false},
	{"kprobe", "kprobe", {.kind = "kprobe", .function = "do_nanosleep"}, FEAT_KPROBE, false},
	{"kretprobe",
	 "kretprobe",
	 {.kind = "kretprobe", .function = "do_nanosleep"},
	 FEAT_KPROBE,
	 false},
	{"kprobe over two",
	 "kprobe",
	 {.kind = "kprobe",
	  .wildcard = {(const char *[]){"do_nanosleep", "hrtimer_nanosleep"}, 2, 2}},
	 FEAT_KPROBE,
	 false},
	{"fentry",
	 "fentry/do_nanosleep",
	 {.kind = "fentry", .function = "do_nanosleep"},
	 FEAT_FENTRY,
	 false},
	{"fexit",
	 "fexit/do_nanosleep",
	 {.kind = "fexit", .function = "do_nanosleep"},
	 FEAT_FENTRY,
	 false},
	{"uprobe",
	 "uprobe",
	 {.kind = "uprobe", .target = "/proc/self/exe", .function = "probed"},
	 FEAT_NONE,
	 false},
	{"uretprobe",
	 "uretprobe",
	 {.kind = "uretprobe", .target = "/proc/self/exe", .function = "probed"},
	 FEAT_NONE,
	 false},
	{"uprobe over two",
	 "uprobe",
	 {.kind = "uprobe",
	  .target = "/proc/self/exe",
	  .wildcard = {(const char *[]){"probed", "probed_too"}, 2, 2}},
	 FEAT_NONE,
	 false},
};

int probed(int x);
int probed_too(int x);

__attribute__((noinline)) int probed(int x)
{
	__asm__ volatile("" : "+r"(x));
	return x + 1;
}

__attribute__((noinline)) int probed_too(int x)
{
	__asm__ volatile("" : "+r"(x));
	return x + 2;
}

/* Brings about every event that the cases count. */
static void stimulate(void)
{
	for (int i = 0; i < 10; i++) {
		syscall(SYS_getppid);
		probed(i);
		probed_too(i);
		struct timespec t = {.tv_nsec = 2000000};
		nanosleep(&t, NULL);
		volatile char *page =
			mmap(NULL, 1 << 16, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		page[0] = page[4096] = 1;
		munmap((void *)page, 1 << 16);
	}
}

#define INSN(c, d, s, o, i)                                                                        \
	((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})

typedef struct Maker {
	Compile c;
	Module m;
	Meta meta;
	Prog prog;
	Prog *progs[1];
} Maker;

/* counts[0]++, by a look-up as a script would. bad: another key, and no test for NULL, for the verifier to refuse. */
static void make_program(Maker *k, const Case *cs, bool bad)
{
	Arena *a = k->c.arena;
	SourceFile *file =
		source_add(&k->c.sources, "case.bt", "kprobe:x {\n  @[1]++;\n}\n", 22, 0);
	const struct bpf_insn insns[] = {
		INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, bad),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, 0, 0, 0),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		bad ? INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 1)
		    : INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 1),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 1, 0, BPF_ADD),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	for (u32 i = 0; i < ARRAY_LEN(insns); i++)
		vec_push(a, &k->prog.insns, insns[i]);
	Reloc reloc = {.insn = 3, .kind = RELOC_MAP, .sym = 0};
	vec_push(a, &k->prog.relocs, reloc);
	LineAt line = {.insn = 5, .loc = file->base + 13};
	vec_push(a, &k->prog.lines, line);
	Func *f = NEW(a, Func);
	*f = (Func){.name = "counter", .section = cs->section, .kind = FUNC_PROGRAM};
	vec_push(a, &k->m.funcs, f);
	k->prog.func = f;
}

static void make_map(Maker *k)
{
	MapDef *map = NEW(k->c.arena, MapDef);
	*map = (MapDef){.name = "counts", .type = BPF_MAP_TYPE_ARRAY, .max_entries = 1};
	map->key_size = 4;
	map->value_size = 8;
	map->key = type_int(k->c.types, 4, false);
	map->value = type_int(k->c.types, 8, false);
	vec_push(k->c.arena, &k->m.maps, map);
}

static void maker_init(Maker *k)
{
	*k = (Maker){0};
	compile_init(&k->c);
	k->c.types = types_new(&k->c);
	k->m.c = &k->c;
	k->progs[0] = &k->prog;
}

static int maker_write(Maker *k, Object *out)
{
	int err = object_write(&k->m, k->progs, out);
	types_free(k->c.types);
	compile_done(&k->c);
	return err;
}

static int make_object(const Case *cs, bool bad, Object *out)
{
	Maker k;
	maker_init(&k);
	make_map(&k);
	make_program(&k, cs, bad);
	return maker_write(&k, out);
}

static u64 read_count(const Loaded *l)
{
	u32 key = 0;
	u64 value = 0;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (u32)load_map_fd(l, "counts");
	attr.key = sys_address(&key);
	attr.value = sys_address(&value);
	sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	return value;
}

static int say(const char *how, const char *what, const char *why)
{
	printf("%s %s%s%s\n", how, what, why ? ": " : "", why ? why : "");
	return strcmp(how, "not ok") == 0;
}

static int run_loaded(const Case *cs, Loaded *l, LoadError *err)
{
	u32 n;
	if (load_load(l, err))
		return say("not ok", cs->what, err->text);
	if (cs->is_run ? load_run(l, cs->def.kind, err) : load_attach(l, &n, err))
		return say("not ok", cs->what, err->text);
	stimulate();
	load_detach(l);
	u64 count = read_count(l);
	stimulate();
	if (!cs->is_run && read_count(l) != count)
		return say("not ok", cs->what, "counts on after detach");
	return count ? say("ok", cs->what, NULL) : say("not ok", cs->what, "nothing was counted");
}

static int run_case(const Case *cs, const Target *t)
{
	Object o;
	LoadError err = {0};
	Loaded *l;
	Meta meta = {0};
	AttachDef def = cs->def;
	if (cs->needs && !t->has[cs->needs])
		return say("skip", cs->what, "the kernel does not have it");
	if (make_object(cs, false, &o))
		return say("not ok", cs->what, "object_write");
	def.program = "counter";
	def.name = cs->what;
	meta.attach.at = &def;
	meta.attach.len = 1;
	LoadOptions options = {.meta = &meta, .target = t};
	int bad = load_open(&l, o.bytes, o.len, &options, &err) ? say("not ok", cs->what, err.text)
								: run_loaded(cs, l, &err);
	load_close(l);
	load_error_done(&err);
	object_free(&o);
	return bad;
}

/* Programs that every verifier refuses, and what the refusal is called. */
static const struct {
	const char *what;
	struct bpf_insn insns[8];
	u32 n;
	const char *text;
} wrong[] = {
	{"value never set",
	 {INSN(BPF_ALU64 | BPF_MOV | BPF_X, 0, 5, 0, 0), INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)},
	 2,
	 "uses a value that was never set"},
	{"outside the stack",
	 {INSN(BPF_ST | BPF_MEM | BPF_DW, 10, 0, -520, 0),
	  INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0), INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)},
	 3,
	 "outside the stack"},
	{"stack never written",
	 {INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 10, -8, 0),
	  INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 0, 0, 0), INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)},
	 3,
	 ""},
	{"number as pointer",
	 {INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 64),
	  INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 1, 0, 0), INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)},
	 3,
	 "follows a number as if it were a pointer"},
	{"no such helper",
	 {INSN(BPF_JMP | BPF_CALL, 0, 0, 0, 9999), INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)},
	 2,
	 "does not have"},
	{"endless loop",
	 {INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0), INSN(BPF_JMP | BPF_JA, 0, 0, -1, 0),
	  INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)},
	 3,
	 ""},
	{"context has no such field",
	 {INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 1, 30000, 0), INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)},
	 2,
	 "context has no field at this place"},
};

static int check_wrong(u32 i, const Target *t)
{
	Maker k;
	Object o;
	LoadError err = {0};
	Loaded *l;
	Meta meta = {0};
	LoadOptions options = {.meta = &meta, .target = t};
	char what[128];
	snprintf(what, sizeof(what), "refusal: %s", wrong[i].what);
	maker_init(&k);
	for (u32 n = 0; n < wrong[i].n; n++)
		vec_push(k.c.arena, &k.prog.insns, wrong[i].insns[n]);
	Func *f = NEW(k.c.arena, Func);
	*f = (Func){.name = "wrong", .section = "tracepoint", .kind = FUNC_PROGRAM};
	vec_push(k.c.arena, &k.m.funcs, f);
	k.prog.func = f;
	if (maker_write(&k, &o) || load_open(&l, o.bytes, o.len, &options, &err))
		return say("not ok", what, "open");
	const char *why = NULL;
	if (!load_load(l, &err))
		why = "it was loaded";
	else if (!err.text || !strstr(err.text, "refuses the program wrong") ||
		 !strstr(err.text, wrong[i].text))
		why = err.text;
	int bad = say(why ? "not ok" : "ok", what, why);
	load_close(l);
	load_error_done(&err);
	object_free(&o);
	return bad;
}

/* The verifier's refusal names the source line, in words. */
static int check_refusal(const Target *t)
{
	Object o;
	LoadError err = {0};
	Loaded *l;
	Meta meta = {0};
	LoadOptions options = {.meta = &meta, .target = t};
	if (make_object(&cases[1], true, &o) || load_open(&l, o.bytes, o.len, &options, &err))
		return say("not ok", "refusal", "open");
	const char *why = NULL;
	if (!load_load(l, &err))
		why = "it was loaded";
	else if (!err.file || strcmp(err.file, "case.bt") != 0 || err.line != 2 || err.col != 3)
		why = "wrong position";
	else if (!err.hint || !strstr(err.text, "without asking"))
		why = err.text;
	int bad = say(why ? "not ok" : "ok", "refusal", why);
	load_close(l);
	load_error_done(&err);
	object_free(&o);
	return bad;
}

static void add_event(void *user, const char *group, const char *name)
{
	Meta *m = user;
	AttachDef def = {.program = "counter", .kind = "tracepoint", .name = "tracepoint"};
	def.target = strdup(group);
	def.function = strdup(name);
	vec_push(NULL, &m->attach, def);
}

static const char *run_dispatch(Loaded *l, u32 n, LoadError *err)
{
	u32 n_attached;
	if (load_load(l, err) || load_attach(l, &n_attached, err))
		return err->text;
	stimulate();
	load_detach(l);
	u64 count = read_count(l);
	stimulate();
	if (read_count(l) != count)
		return "counts on after detach";
	return n_attached != n ? "some are not attached"
	       : count < 20    ? "too little was counted"
			       : NULL;
}

/* All events of system calls at once: attach_syscalls.c. */
static int check_dispatch(const Target *t)
{
	Object o;
	LoadError err = {0};
	Loaded *l;
	Meta meta = {0};
	LoadOptions options = {.meta = &meta, .target = t};
	const char *why = "nothing matches";
	if (t->probes->match(t->probes->self, "tracepoint", "syscalls", "sys_e*", add_event,
			     &meta) > 0 &&
	    !make_object(&cases[1], false, &o)) {
		why = load_open(&l, o.bytes, o.len, &options, &err)
			      ? err.text
			      : run_dispatch(l, meta.attach.len, &err);
		load_close(l);
		object_free(&o);
	}
	int bad = say(why ? "not ok" : "ok", "all system calls at once", why);
	vec_each(def, &meta.attach) {
		free((void *)(uintptr_t)def->target);
		free((void *)(uintptr_t)def->function);
	}
	vec_free(&meta.attach);
	load_error_done(&err);
	return bad;
}

static void count_found(void *user, const char *group, const char *name)
{
	(void)group;
	(void)name;
	(*(u32 *)user)++;
}

static int check_source(const Target *t, const char *kind, const char *group, const char *name,
			u32 least)
{
	char what[128];
	u32 n = 0;
	snprintf(what, sizeof(what), "probes %s:%s:%s", kind, group ? group : "*", name);
	int result = t->probes->match(t->probes->self, kind, group, name, count_found, &n);
	if (result < 0)
		return say("not ok", what, strerror(-result));
	return say(n >= least && (u32)result == n ? "ok" : "not ok", what,
		   n >= least ? NULL : "too few");
}

static int check_sources(const Target *t)
{
	int bad = check_source(t, "tracepoint", "syscalls", "sys_enter_*", 100);
	bad += check_source(t, "tracepoint", "syscalls", "sys_enter_read", 1);
	bad += check_source(t, "tracepoint", "*", "sched_switch", 1);
	bad += check_source(t, "kprobe", NULL, "vfs_read*", 2);
	bad += check_source(t, "kprobe", NULL, "vfs_read", 1);
	bad += check_source(t, "fentry", NULL, "vfs_*", 5);
	bad += check_source(t, "rawtracepoint", NULL, "sched_*", 5);
	bad += check_source(t, "iter", NULL, "task", 1);
	bad += check_source(t, "software", NULL, "*", 11);
	bad += check_source(t, "uprobe", "/proc/self/exe", "probed*", 2);
	return bad;
}

int main(void)
{
	Target t;
	const char *hint, *why = load_privileges(&hint);
	int err = load_target(&t, NULL, NULL);
	if (err)
		return say("not ok", "target", strerror(-err));
	int bad = say(t.n_cpus && t.kernel_major ? "ok" : "not ok", "target", NULL);
	bad += check_sources(&t);
	if (why) {
		say("skip", "attaching", why);
		load_target_done(&t);
		return bad;
	}
	for (u32 i = 0; i < ARRAY_LEN(cases); i++)
		bad += run_case(&cases[i], &t);
	bad += check_dispatch(&t);
	bad += check_refusal(&t);
	for (u32 i = 0; i < ARRAY_LEN(wrong); i++)
		bad += check_wrong(i, &t);
	load_target_done(&t);
	return bad;
}
