/*
 * Units of src/script on a made-up kernel: no BTF, three tracepoints and four
 * functions, so that wildcards and messages come out the same everywhere.
 */
#include "base/compile.h"
#include "script/script.h"

#include <unistd.h>

#include "check.h"

typedef void Found(void *user, const char *group, const char *name);

static const struct {
	const char *kind, *group, *name;
} fake_probes[] = {
	{"kprobe", "vmlinux", "vfs_open"},	  {"kprobe", "vmlinux", "vfs_read"},
	{"kprobe", "vmlinux", "vfs_read.part.0"}, {"tracepoint", "sched", "sched_switch"},
	{"tracepoint", "syscalls", "sys_enter_openat"}, {"tracepoint", "syscalls", "sys_exit_openat"},
};

static bool fits(const char *pattern, const char *name)
{
	if (!pattern)
		return true;
	if (*pattern == '*')
		return fits(pattern + 1, name) || (*name && fits(pattern, name + 1));
	return *pattern == *name && (!*pattern || fits(pattern + 1, name + 1));
}

static int fake_match(void *self, const char *kind, const char *group, const char *name, Found *found, void *user)
{
	int n = 0;

	(void)self;
	for (u32 i = 0; i < ARRAY_LEN(fake_probes); i++)
		if (strcmp(fake_probes[i].kind, kind) == 0 && fits(group, fake_probes[i].group) &&
		    fits(name, fake_probes[i].name)) {
			found(user, fake_probes[i].group, fake_probes[i].name);
			n++;
		}
	return n;
}

static const char *fake_format(void *self, Arena *a, const char *group, const char *name)
{
	(void)self;
	(void)a;
	(void)group;
	if (strcmp(name, "sys_enter_openat") != 0)
		return NULL;
	return "name: sys_enter_openat\nformat:\n"
	       "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
	       "\tfield:int dfd;\toffset:16;\tsize:8;\tsigned:0;\n"
	       "\tfield:const char * filename;\toffset:24;\tsize:8;\tsigned:0;\n"
	       "\tfield:__data_loc char[] path;\toffset:32;\tsize:4;\tsigned:0;\n";
}

static const ProbeSource fake_source = {.match = fake_match, .tracepoint_format = fake_format};

/* What the compiler says of the text: its messages, or its tree, or "fine". */
static void check_script(Checks *checks, const char *text, bool want_tree, const char *wanted)
{
	Target target = {.probes = &fake_source, .arch = ARCH_X86_64, .n_cpus = 2, .btf_path = "/no/such/btf"};
	ScriptInput in = {.name = "stdin", .text = {text, (u32)strlen(text)}};
	const char *params[] = {"7", "word"}, *got;
	Compile c;
	Script *s;

	for (u32 i = 1; i < FEAT_COUNT; i++)
		target.has[i] = true;
	compile_init(&c);
	c.target = &target;
	c.types = types_new(&c);
	in.params = params;
	in.n_params = 2;
	s = script_parse(&c, &in);
	if (!c.diags.n_errors)
		script_check(s);
	got = c.diags.n_errors || !want_tree ? diag_text(&c.diags, c.arena, 0) : script_dump_tree(s);
	check_text(checks, text, *got ? got : "fine", wanted);
	types_free(c.types);
	compile_done(&c);
}

static void good(Checks *c, const char *text)
{
	check_script(c, text, false, "fine");
}

static void test_good(Checks *c)
{
	good(c, "begin { $x = { let $y = 1; $y + 1 }; print($x); }");
	good(c, "begin { for $i : 0..10 { @a[$i] = 1; } for $kv : @a { print($kv.1); } }");
	good(c, "begin { $i = 0; while ($i < 5) { if ($i == 3) { break; } $i++; continue; } }");
	good(c, "macro inc($x, n) { $x += n; $x } begin { $a = 1; print(inc($a, 5)); }");
	good(c, "begin { print($1 + 3); print(str($2)); print($#); }");
	good(c, "t:syscalls:sys_enter_openat { printf(\"%s %s\", str(args.filename), str(args.path)); }");
	good(c, "kprobe:vfs_* { @[func, arg0] = hist(arg1); }");
	good(c, "fn f($a : int64) : int64 { return $a + 1; } begin { print(f(1)); }");
	good(c, "begin { @a[1] = 5; if (find(@a, 1, $v)) { print($v); } delete(@a, 1); }");
}

static void test_trees(Checks *c)
{
	check_script(c, "begin { @ = 1; @++; }", true,
		     "map @ : int64, 1\nprogram begin_1 (raw_tp)\n  at begin\n  block\n    assign\n"
		     "      element @ : int64\n      int 1 : int64\n    expr\n      update + post : int64\n"
		     "        element @ : int64\n        int 1 : int64\n");
	check_script(c, "k:vfs_* { @ = count(); }", true,
		     "map @ : count_t, per cpu, 1\nprogram kprobe_1 (kprobe)\n  at kprobe:vfs_*\n"
		     "    vfs_open\n    vfs_read\n  block\n    aggregate\n      element @ agg : count_t\n"
		     "      call count : count_t\n");
	check_script(c, "interval:1s { $x = 3 + 4 * 2; }", true,
		     "program interval_1 (perf_event)\n  at interval:us:1000000\n  var 0 $x : int8\n  block\n"
		     "    assign\n      local $x : int8\n      int 11 : int8\n");
}

#define BAD(text, at, message, tildes) check_script(c, text, false, "stdin:1:" at ": ERROR: " message "\n" text "\n" tildes "\n")

static void test_bad(Checks *c)
{
	BAD("begin { $f = \"a\"; $f = 1; }", "19-25",
	    "Type mismatch for $f: trying to assign value of type 'int8' when variable already has a type "
	    "'string[2]'",
	    "                  ~~~~~~");
	BAD("begin { @k[1] = 1; @k = 2; }", "20-22",
	    "@k used as a map without an explicit key (scalar map), previously used with an explicit key "
	    "(non-scalar map)",
	    "                   ~~");
	BAD("begin { printf(\"%s\"); }", "9-21",
	    "not enough arguments for format string (0 supplied, 1 expected)", "        ~~~~~~~~~~~~");
	BAD("begin { print($y); }", "15-17", "Undefined or undeclared variable: $y", "              ~~");
	BAD("begin { $x = 1 / 0; }", "14-19", "unable to fold literals due to overflow or underflow",
	    "             ~~~~~");
	BAD("begin { break; }", "9-15", "'break' statement is not allowed in a probe", "        ~~~~~~");
	BAD("begin { @ = lhist(1, 10, 0, 1); }", "13-31",
	    "lhist() min must be less than max (provided min 10 and max 0)",
	    "            ~~~~~~~~~~~~~~~~~~");
	BAD("kprobe:nope { }", "1-12", "No matches for kprobe nope.", "~~~~~~~~~~~");
	BAD("kprobe { }", "1-7", "kprobe probe type requires 1 or 2 arguments, found 0", "~~~~~~");
	BAD("interval:x:1 { }", "1-13", "x is not an accepted unit of time", "~~~~~~~~~~~~");
	BAD("begin { $x = ; }", "14-15", "syntax: expected expression", "             ~");
}

static void test_format(Checks *c)
{
	Arena *a = arena_new();
	Format f;

	check_case(c, "format: good", !format_parse(a, STR("a%%b %-5lld|%rx %y"), &f), "refused");
	check_number(c, "format: arguments", f.n_args, 2);
	check_number(c, "format: left", format_arg(&f, 0)->is_left, 1);
	check_number(c, "format: width", format_arg(&f, 0)->width, 5);
	check_number(c, "format: bytes", format_arg(&f, 0)->bytes, 8);
	check_number(c, "format: hex buffer", format_arg(&f, 1)->conv, CONV_BUFFER_HEX);
	check_case(c, "format: floats are refused", format_parse(a, STR("%5.2f"), &f) != NULL, "accepted");
	arena_free(a);
}

int main(void)
{
	Checks c = {0};

	test_good(&c);
	test_trees(&c);
	test_bad(&c);
	test_format(&c);
	return check_status(&c);
}
