/*
 * Units of src/base: arena, vectors, maps, names, sources, diagnostics, edit
 * distance.
 */
#include "base/compile.h"
#include "base/text.h"

#include <errno.h>
#include <unistd.h>

#include "check.h"

static void test_arena(Checks *c)
{
	Arena *a = arena_new();
	ArenaMark mark;
	char *first = arena_alloc(a, 3), *again;
	bool is_zero = true;
	u64 used;

	check_number(c, "arena: pieces are aligned to 16", (long long)((uintptr_t)first % 16), 0);
	used = arena_used(a);
	mark = arena_mark(a);
	again = arena_alloc(a, 100);
	memset(again, 0xff, 100);
	for (int i = 0; i < 100; i++)
		memset(arena_alloc(a, 5000), 0xff, 5000);
	arena_reset(a, mark);
	check_number(c, "arena: a reset gives back what came after the mark",
		     (long long)arena_used(a), (long long)used);
	again = arena_alloc(a, 300000);
	for (int i = 0; i < 300000; i++)
		is_zero &= again[i] == 0;
	check_case(c, "arena: memory is zero after a reset", is_zero, "not zero");
	arena_reset(a, (ArenaMark){0});
	check_number(c, "arena: empty after a reset to its start", (long long)arena_used(a), 0);
	check_text(c, "arena: printf", arena_printf(a, "%s-%d", "x", 7), "x-7");
	check_text(c, "arena: copy ends with a zero byte", arena_copy(a, "abcdef", 3), "abc");
	arena_free(a);
	arena_free(NULL);
}

static void test_vec(Checks *c)
{
	Arena *a = arena_new();
	Vec(u32) in_arena = {0};
	Vec(u32) on_heap = {0};
	Text text = text_new(a);
	u64 sum = 0;

	for (u32 i = 0; i < 1000; i++) {
		vec_push(a, &in_arena, i);
		vec_push(NULL, &on_heap, i);
	}
	vec_each(n, &in_arena) sum += *n;
	check_number(c, "vec: keeps its items (arena)", (long long)sum, 499500);
	check_number(c, "vec: keeps its items (heap)", on_heap.at[999], 999);
	check_number(c, "vec: a new item is zero", *vec_add(NULL, &on_heap), 0);
	vec_free(&on_heap);
	check_text(c, "text: empty", text_done(&text), "");
	text_addf(&text, "%d", 12);
	text_fill(&text, '.', 3);
	text_add(&text, "xyz", 2);
	check_text(c, "text: grows", text_done(&text), "12...xy");
	arena_free(a);
}

static void test_map(Checks *c)
{
	Arena *a = arena_new();
	Interns names = {.arena = a};
	Map map = {.arena = a}, heap = {0};
	bool ok = true;

	check_number(c, "map: empty has nothing", (long long)map_get(&map, 5), 0);
	for (u64 i = 1; i <= 5000; i++)
		map_set(&map, i * 8, i);
	map_set(&map, 80, 99);
	for (u64 i = 1; i <= 5000; i++)
		ok &= map_get(&map, i * 8) == (i == 10 ? 99 : i);
	check_case(c, "map: finds all, a second set replaces", ok, "wrong value");
	check_number(c, "map: length", map.len, 5000);
	map_set(&heap, 1, 2);
	check_number(c, "map: on the heap", (long long)map_get(&heap, 1), 2);
	map_free(&heap);
	check_case(c, "intern: same text, same pointer",
		   intern(&names, "pid") == intern_len(&names, "pidx", 3), "differ");
	check_case(c, "intern: a zero byte is part of the text",
		   intern_len(&names, "a\0b", 3) != intern(&names, "a"), "same");
	arena_free(a);
}

static void test_source(Checks *c)
{
	Arena *a = arena_new();
	Sources s = {.arena = a, .next = 1};
	SourceFile *one = source_add(&s, "one", "ab\ncd", 5, 0);
	SourceFile *two = source_add(&s, "two", "", 0, one->base);
	SourceFile *three = source_add(&s, "three", "x\r\ny\n", 5, 0);
	SourcePos pos = source_pos(&s, one->base + 4);
	char *text;
	u32 len;

	check_number(c, "source: line", pos.line, 2);
	check_number(c, "source: column", pos.col, 2);
	check_case(c, "source: end of a file is a place of its own",
		   source_file(&s, one->base + 5) == one && source_file(&s, two->base) == two,
		   "wrong file");
	check_case(c, "source: nowhere",
		   !source_file(&s, 0) && !source_file(&s, s.next) && !source_pos(&s, 0).file,
		   "somewhere");
	check_number(c, "source: line without carriage return", source_line(&s, three, 1).len, 1);
	check_number(c, "source: line behind the last", source_line(&s, three, 9).len, 0);
	check_number(c, "source: empty file has a first line", source_pos(&s, two->base).line, 1);
	check_case(c, "source: more than 4 GB of text", !source_add(&s, "big", "", UINT32_MAX, 0),
		   "taken");
	check_number(c, "source: no such file", source_read(a, "/nonexistent/x", &text, &len),
		     -ENOENT);
	check_number(c, "source: a folder", source_read(a, "/", &text, &len), -EISDIR);
	check_number(c, "source: a file of unknown length",
		     source_read(a, "/proc/self/status", &text, &len), 0);
	check_case(c, "source: … is read whole", len > 100 && strlen(text) == len, "short");
	check_number(c, "source: endless", source_read(a, "/dev/zero", &text, &len), -EFBIG);
	arena_free(a);
}

static void test_source_pipe(Checks *c)
{
	Arena *a = arena_new();
	int ends[2], saved = dup(STDIN_FILENO);
	char *text;
	u32 len;

	if (pipe(ends) != 0 || write(ends[1], "begin {}", 8) != 8) {
		check_case(c, "source: pipe", false, "no pipe");
		return;
	}
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	check_number(c, "source: standard input", source_read(a, "-", &text, &len), 0);
	check_text(c, "source: … from a pipe", text, "begin {}");
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
	arena_free(a);
}

/* One source, one diagnostic each, as text. */
typedef struct {
	Compile c;
	SourceFile *file;
} Bench;

static void bench_start(Bench *b, DiagLayout layout, const char *name, const char *text)
{
	compile_init(&b->c);
	b->c.diags.layout = layout;
	b->file = source_add(&b->c.sources, name, text, (u32)strlen(text), 0);
}

static Span span(const Bench *b, u32 start, u32 end)
{
	return (Span){b->file->base + start, b->file->base + end};
}

static void bench_end(Checks *c, Bench *b, const char *name, const char *wanted)
{
	check_text(c, name, diag_text(&b->c.diags, b->c.arena, 0), wanted);
	compile_done(&b->c);
}

static void test_script_diags(Checks *c)
{
	Arena *keep = arena_new();
	Bench b;

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "stdin", "begin { $xy }\n");
	diag_error(&b.c.diags, span(&b, 8, 11), "Undefined or undeclared variable: %s", "$xy");
	diag_hint(&b.c.diags, "did you mean $y?");
	bench_end(c, &b, "diag script: error and hint",
		  "stdin:1:9-12: ERROR: Undefined or undeclared variable: $xy\nbegin { $xy }\n"
		  "        ~~~\nHINT: did you mean $y?\n");

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", "a\n\tb c");
	diag_warning(&b.c.diags, span(&b, 5, 6), "odd");
	bench_end(c, &b, "diag script: a tab is four blanks",
		  "x.bt:2:4-5: WARNING: odd\n    b c\n      ~\n");

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", "a {\n b\n}\n");
	diag_error(&b.c.diags, span(&b, 0, 8), "all of it");
	bench_end(c, &b, "diag script: several lines", "x.bt:1-3: ERROR: all of it\na {\n b\n}\n");

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", "");
	diag_error(&b.c.diags, (Span){0}, "no file");
	bench_end(c, &b, "diag script: no position", "ERROR: no file\n");

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", "a\033[1mb");
	diag_error(&b.c.diags, span(&b, 0, 1), "e");
	bench_end(c, &b, "diag script: nothing for the terminal to obey",
		  "x.bt:1:1-2: ERROR: e\na?[1mb\n~\n");

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", arena_printf(keep, "%5000d", 1));
	diag_error(&b.c.diags, span(&b, 0, 1), "e");
	bench_end(c, &b, "diag script: a very long line is not shown", "x.bt:1:1-2: ERROR: e\n");

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", "ab");
	diag_warning(&b.c.diags, span(&b, 0, 1), "w");
	diag_hint(&b.c.diags, "hw");
	diag_error(&b.c.diags, span(&b, 1, 2), "e");
	diag_note(&b.c.diags, span(&b, 0, 1), "expanded from");
	bench_end(c, &b, "diag script: errors before warnings",
		  "x.bt:1:2-3: ERROR: e\nab\n ~\nx.bt:1:1-2: expanded from\nab\n~\n"
		  "x.bt:1:1-2: WARNING: w\nab\n~\nHINT: hw\n");
	arena_free(keep);
}

static void test_c_diags(Checks *c)
{
	Bench b;
	SourceFile *header;

	bench_start(&b, DIAG_LAYOUT_C, "x.c", "\tt->pidd = 1;\n");
	diag_error(&b.c.diags, span(&b, 4, 8), "no member named '%s'", "pidd");
	diag_note(&b.c.diags, span(&b, 1, 2), "declared here");
	diag_hint(&b.c.diags, "did you mean 'pid'?");
	bench_end(c, &b, "diag C: error, note, help",
		  "x.c:1:5: error: no member named 'pidd'\n\tt->pidd = 1;\n\t   ^~~~\n"
		  "x.c:1:2: note: declared here\n\tt->pidd = 1;\n\t^\nhelp: did you mean 'pid'?\n");

	bench_start(&b, DIAG_LAYOUT_C, "x.c", "f(\nx)\n");
	diag_error(&b.c.diags, span(&b, 0, 5), "call");
	bench_end(c, &b, "diag C: the marker ends with the first line",
		  "x.c:1:1: error: call\nf(\n^~\n");

	bench_start(&b, DIAG_LAYOUT_C, "x.c", "#include \"y.h\"\n");
	header = source_add(&b.c.sources, "y.h", "int 3;", 6, b.file->base);
	diag_error(&b.c.diags, (Span){header->base + 4, header->base + 5}, "expected a name");
	bench_end(c, &b, "diag C: in an included file",
		  "In file included from x.c:1:\ny.h:1:5: error: expected a name\nint 3;\n    ^\n");
}

static void test_diag_limits(Checks *c)
{
	Bench b;

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", "");
	for (int i = 0; i < 30; i++) {
		diag_error(&b.c.diags, (Span){0}, "e");
		diag_hint(&b.c.diags, "h");
	}
	check_number(c, "diag: all errors are counted", b.c.diags.n_errors, 30);
	check_number(c, "diag: 20 are shown, with their hints", b.c.diags.list.len, 40);
	compile_done(&b.c);

	bench_start(&b, DIAG_LAYOUT_SCRIPT, "x.bt", "");
	b.c.diags.no_warnings = true;
	diag_warning(&b.c.diags, (Span){0}, "w");
	diag_hint(&b.c.diags, "h");
	bench_end(c, &b, "diag: no warnings", "");

	bench_start(&b, DIAG_LAYOUT_C, "x.c", "");
	b.c.diags.warnings_are_errors = true;
	diag_warning(&b.c.diags, (Span){0}, "w");
	bench_end(c, &b, "diag: warnings as errors", "error: w\n");
}

static void test_distance(Checks *c)
{
	char longest[200];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	check_number(c, "distance: equal", edit_distance("pid", "pid", 3), 0);
	check_number(c, "distance: swapped neighbours", edit_distance("cuont", "count", 3), 1);
	check_number(c, "distance: one more, one less", edit_distance("prinft", "print", 3), 1);
	check_number(c, "distance: kitten", edit_distance("kitten", "sitting", 5), 3);
	check_number(c, "distance: stops at the limit", edit_distance("kitten", "sitting", 1), 2);
	check_number(c, "distance: empty", edit_distance("", "ab", 3), 2);
	check_number(c, "distance: very long", edit_distance(longest, "a", 3), 4);
	check_number(c, "distance: very long, equal", edit_distance(longest, longest, 3), 0);
}

int main(void)
{
	Checks c = {0};

	test_arena(&c);
	test_vec(&c);
	test_map(&c);
	test_source(&c);
	test_source_pipe(&c);
	test_script_diags(&c);
	test_c_diags(&c);
	test_diag_limits(&c);
	test_distance(&c);
	return check_status(&c);
}
