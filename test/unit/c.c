/*
 * The C front end by itself, for tests and trials:
 *	c [-E | -T | -A] [-n] [-s] [-I dir] [-D x[=y]] [-U x] [-include f] FILE
 * -E preprocess, -T tokens, -A tree; -n no virtual headers, -s system's
 * directories; -q only the status.
 */
#include "c/c.h"

#include <unistd.h>

typedef struct {
	CInput in;
	char mode;
	bool quiet;
} Options;

static bool value_option(Compile *c, Options *o, char **argv, int *i)
{
	const char *arg = argv[*i];
	const char *value = arg[2] ? arg + 2 : argv[*i + 1];

	if (!strcmp(arg, "-include")) {
		vec_push(c->arena, &o->in.includes, argv[++*i]);
		return true;
	}
	if (arg[1] != 'I' && arg[1] != 'D' && arg[1] != 'U')
		return false;
	*i += !arg[2];
	if (arg[1] == 'I')
		vec_push(c->arena, &o->in.include_dirs, value);
	else
		vec_push(c->arena, &o->in.defines, (CDefine){value, arg[1] == 'U'});
	return true;
}

static void parse_options(Compile *c, Options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];
		if (arg[0] != '-' || !arg[1])
			o->in.name = arg;
		else if (value_option(c, o, argv, &i))
			continue;
		else if (arg[1] == 'n')
			o->in.no_virtual = true;
		else if (arg[1] == 's')
			o->in.system_dirs = true;
		else if (arg[1] == 'q')
			o->quiet = true;
		else
			o->mode = arg[1];
	}
}

int main(int argc, char **argv)
{
	Compile c;
	Options o = {.mode = 'A'};
	Target target = {.arch = ARCH_X86_64, .btf_path = "/sys/kernel/btf/vmlinux"};
	char *text;
	const char *out;

	compile_init(&c);
	c.target = &target;
	c.types = types_new(&c);
	c.diags.layout = DIAG_LAYOUT_C;
	parse_options(&c, &o, argc, argv);
	if (!o.in.name || source_read(c.arena, o.in.name, &text, &o.in.len)) {
		fprintf(stderr, "cannot read %s\n", o.in.name ? o.in.name : "(no file)");
		return 2;
	}
	o.in.text = text;
	if (o.mode == 'E')
		out = c_preprocess(&c, &o.in);
	else if (o.mode == 'T')
		out = c_dump_tokens(&c, &o.in);
	else if (o.quiet)
		c_parse(&c, &o.in), out = "";
	else
		out = c_dump_ast(c_parse(&c, &o.in));
	fputs(diag_text(&c.diags, c.arena, 0), stderr);
	if (!o.quiet)
		fputs(out, stdout);
	int status = c.diags.n_errors != 0;
	types_free(c.types);
	compile_done(&c);
	return status;
}
