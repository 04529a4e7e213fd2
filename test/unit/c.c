/*
 * The C front end's door for scripts: declarations from pieces of text, macros
 * and types by name, errors at the caller's place. No kernel BTF is used.
 */
#include "check.h"

#include "c/c.h"

typedef struct {
	Compile c;
	Target target;
	CUnit *u;
} Fixture;

static void open_unit(Fixture *f)
{
	CInput in = {.is_declarations = true, .name = "script"};

	memset(f, 0, sizeof(*f));
	compile_init(&f->c);
	f->target = (Target){.arch = ARCH_X86_64, .btf_path = "/nonexistent"};
	f->c.target = &f->target;
	f->c.types = types_new(&f->c);
	f->u = c_unit_new(&f->c, &in);
}

static void add(Fixture *f, const char *text)
{
	c_unit_add(f->u, "piece", text, (u32)strlen(text), 0);
}

static void close_unit(Fixture *f)
{
	types_free(f->c.types);
	compile_done(&f->c);
}

static long long value_of(Fixture *f, const char *text)
{
	i64 value;

	return c_const_parse(f->u, text, (u32)strlen(text), &value, NULL) ? value : -999;
}

static const char *type_of(Fixture *f, const char *text)
{
	Type *t = c_type_parse(f->u, text, (u32)strlen(text), (Span){0}, true);

	return t ? type_str(f->c.types, t) : "(none)";
}

static void count_macro(void *user, const CMacro *m)
{
	(void)m;
	++*(u32 *)user;
}

static void check_declarations(Checks *k, Fixture *f)
{
	Type *t;

	add(f, "struct pair { int a; unsigned long b : 40; char name[16]; };\n"
	       "typedef struct pair pair_t; enum colour { RED = 3, GREEN };\n");
	t = types_find_tag(f->c.types, TY_STRUCT, "pair");
	check_case(k, "struct is declared", t != NULL, "not found");
	check_number(k, "struct size", t ? type_size(f->c.types, t) : 0, 32);
	check_number(k, "enumerator", value_of(f, "GREEN"), 4);
	check_number(k, "sizeof", value_of(f, "sizeof(pair_t) + sizeof(struct pair *)"), 40);
	check_number(k, "offsetof", value_of(f, "__builtin_offsetof(struct pair, name)"), 13);
}

static void check_macros(Checks *k, Fixture *f)
{
	CMacro m;
	Str s;
	i64 value = 0;
	u32 n = 0;

	add(f, "#define SIZE (2 * GREEN)\n#define TWICE(x) ((x) * 2)\n#define NAME \"a\" \"b\\n\"\n"
	       "#define NOTHING\n#define EXPR a->b\n#undef NOTHING\n#define NOTHING\n");
	check_case(k, "macro is found", c_macro_find(f->u, "SIZE", &m), "not found");
	check_text(k, "macro text", m.text, "(2 * GREEN)");
	check_case(k, "macro value", c_macro_value(f->u, "SIZE", &value, NULL) && value == 8,
		   "wrong");
	check_number(k, "function-like macro", value_of(f, "TWICE(SIZE) + 1"), 17);
	check_case(k, "macro without value", !c_macro_value(f->u, "EXPR", &value, NULL), "has one");
	check_text(k, "macro expansion", c_macro_expand(f->u, "EXPR"), "a->b");
	check_case(k, "macro string", c_macro_string(f->u, "NAME", &s) && s.len == 3, "wrong");
	c_macro_each(f->u, count_macro, &n);
	check_number(k, "macros of the program", n, 5);
	check_case(k, "unknown macro", !c_macro_find(f->u, "NO_SUCH", &m), "found");
}

static void check_types(Checks *k, Fixture *f)
{
	check_text(k, "type pointer", type_of(f, "struct pair *"), "struct pair *");
	check_text(k, "type words", type_of(f, "long unsigned int long"), "unsigned long long");
	check_text(k, "type array", type_of(f, "char[16]"), "char[16]");
	check_text(k, "type typedef", type_of(f, "u32"), "u32");
	check_text(k, "type function pointer", type_of(f, "int (*)(void)"), "int (*)(void)");
	check_text(k, "type unknown", type_of(f, "nothing_like_it"), "(none)");
	check_text(k, "type with something behind", type_of(f, "int 3"), "(none)");
	check_number(k, "queries leave no errors", f->c.diags.n_errors, 0);
}

static void check_errors(Checks *k, Fixture *f)
{
	add(f, "struct bad { int a; int a; };\n");
	check_number(k, "duplicate member", f->c.diags.n_errors, 1);
	add(f, "int f(void) { return 1; }\n");
	check_number(k, "function body", f->c.diags.n_errors, 2);
	add(f, "#include \"no/such.h\"\n");
	check_number(k, "missing header", f->c.diags.n_errors, 3);
	add(f, "struct later { int x; };\n");
	check_case(k, "pieces after an error",
		   types_find_tag(f->c.types, TY_STRUCT, "later") != NULL, "lost");
}

int main(void)
{
	Checks k = {0};
	Fixture f;

	open_unit(&f);
	check_declarations(&k, &f);
	check_macros(&k, &f);
	check_types(&k, &f);
	check_errors(&k, &f);
	close_unit(&f);
	return check_status(&k);
}
