/*
 * Command line: argv in, Options out. One table (tables/options.def) makes the
 * parser, the usage and the modes; getopt_long does the cutting, so that
 * clusters (-qv), --name=value and messages are what people know.
 */
#include "options.h"

#include <getopt.h>

typedef struct {
	char letter;
	const char *name, *arg, *modes, *doc;
} OptionRow;

static const OptionRow rows[OPTION_COUNT] = {
#define OPTION(id, letter, name, arg, modes, doc) [OPTION_##id] = {letter, name, arg, modes, doc},
#include "tables/options.def"
#undef OPTION
};

static const char mode_letters[] = {
	[MODE_SCRIPT] = 'S', [MODE_RUN] = 'R', [MODE_BUILD] = 'B', [MODE_CC] = 'C', [MODE_DOCTOR] = 'S'};

static bool in_mode(const Options *o, OptionId id)
{
	return strchr(rows[id].modes, mode_letters[o->mode]) != NULL;
}

static void usage_row(const OptionRow *r, FILE *to)
{
	char left[64];
	int n = 0;

	if (r->letter)
		n = snprintf(left, sizeof(left), "-%c%s", r->letter, r->name ? ", " : "");
	if (r->name)
		n += snprintf(left + n, sizeof(left) - (size_t)n, "--%s", r->name);
	if (r->arg)
		snprintf(left + n, sizeof(left) - (size_t)n, " %s", r->arg);
	fprintf(to, "    %-28s %s\n", left, r->doc);
}

void options_usage(const Options *o, FILE *to)
{
	const char *name = o->program_name;

	fputs("USAGE:\n", to);
	if (o->mode == MODE_SCRIPT) {
		fprintf(to, "    %s [options] FILE [parameters]     run a script; - is standard input\n", name);
		fprintf(to, "    %s [options] -e 'PROGRAM' [parameters]\n", name);
		fprintf(to, "    %s [options] -l 'PATTERN'          list probes\n", name);
	}
	if (o->mode != MODE_SCRIPT || !o->is_bpftrace) {
		fprintf(to, "    %s run FILE.{bt,c,bpf.c,o} …       compile if need be, load, attach, show\n", name);
		fprintf(to, "    %s build FILE.bt -o FILE.bpf.o     a portable object\n", name);
		fprintf(to, "    %s cc FILE.c -o FILE.o             a C compiler for BPF\n", name);
		fprintf(to, "    %s doctor                          what this kernel and these privileges allow\n",
			name);
	}
	fputs("\nOPTIONS:\n", to);
	for (OptionId i = OPTION_NONE + 1; i < OPTION_COUNT; i++)
		if (in_mode(o, i))
			usage_row(&rows[i], to);
	if (o->mode == MODE_SCRIPT)
		fprintf(to,
			"\nEXAMPLES:\n"
			"    %s -l '*sleep*'\n"
			"        list probes that have \"sleep\" in their name\n"
			"    %s -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'\n"
			"        count system calls by process name\n",
			name, name);
}

/* Short letters as getopt wants them, and the long names. */
static void make_tables(const Options *o, char *letters, struct option *longs)
{
	u32 n = 0;

	*letters++ = '+'; /* what is behind the file belongs to the program */
	for (OptionId i = OPTION_NONE + 1; i < OPTION_COUNT; i++) {
		if (!in_mode(o, i))
			continue;
		if (rows[i].letter) {
			*letters++ = rows[i].letter;
			if (rows[i].arg)
				*letters++ = ':';
		}
		/* bpftrace's own --btf says nothing any more */
		bool has_arg = rows[i].arg && !(o->is_bpftrace && i == OPTION_btf);

		if (rows[i].name)
			longs[n++] = (struct option){rows[i].name, has_arg, NULL, 256 + (int)i};
	}
	if (o->is_bpftrace)
		*letters++ = 'b';
	*letters = 0;
	longs[n] = (struct option){0};
}

static OptionId option_of(const Options *o, int code)
{
	if (code == 'b')
		return OPTION_btf;
	if (code >= 256)
		return (OptionId)(code - 256);
	for (OptionId i = OPTION_NONE + 1; i < OPTION_COUNT; i++)
		if (rows[i].letter == code && in_mode(o, i))
			return i;
	return OPTION_NONE;
}

static void take(Options *o, OptionId id, const char *arg)
{
	o->count[id]++;
	o->value[id] = arg;
	if (id == OPTION_verify_llvm)
		o->count[OPTION_verify_ir]++;
	vec_push(NULL, &o->given, (GivenOption){id, arg});
	if (id == OPTION_include_dir)
		vec_push(NULL, &o->include_dirs, arg);
	else if (id == OPTION_include)
		vec_push(NULL, &o->includes, arg);
	else if (id == OPTION_define)
		vec_push(NULL, &o->defines, arg);
	else if (id == OPTION_undefine)
		vec_push(NULL, &o->undefines, arg);
}

static const struct {
	const char *word;
	Mode mode;
} modes[] = {{"run", MODE_RUN}, {"build", MODE_BUILD}, {"cc", MODE_CC}, {"doctor", MODE_DOCTOR}};

static int find_mode(Options *o, int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	o->program_name = slash ? slash + 1 : argv[0];
	o->is_bpftrace = strcmp(o->program_name, "bpftrace") == 0;
	for (u32 i = 0; !o->is_bpftrace && argc > 1 && i < ARRAY_LEN(modes); i++) {
		if (strcmp(argv[1], modes[i].word) == 0) {
			o->mode = modes[i].mode;
			return 1;
		}
	}
	return 0;
}

static void take_named(Options *o, char *text)
{
	char *equals = strchr(text, '=');
	NamedParam p = {text + 2, NULL};

	if (equals) {
		*equals = 0;
		p.value = equals + 1;
	}
	vec_push(NULL, &o->named, p);
}

/* FILE [params] [-- --name=value …]; options may stand behind the file too. */
static void take_rest(Options *o, int argc, char **argv, bool named)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			named = true;
			continue;
		}
		if (!o->file && !has_option(o, OPTION_program))
			o->file = argv[i];
		else if (named && strncmp(argv[i], "--", 2) == 0)
			take_named(o, argv[i]);
		else
			vec_push(NULL, &o->params, argv[i]);
	}
}

int options_parse(Options *o, int argc, char **argv)
{
	struct option longs[OPTION_COUNT + 1];
	char letters[2 * OPTION_COUNT + 2];
	int (*next)(int, char *const *, const char *, const struct option *, int *);
	int skip, code;

	memset(o, 0, sizeof(*o));
	skip = find_mode(o, argc, argv);
	make_tables(o, letters, longs);
	/* the file may stand anywhere; a script's parameters are left for the end: -e may follow */
	letters[0] = '-';
	argv[skip] = argv[0];
	optind = 1;
	/* compilers are called with -MD, scripts with clusters such as -qv */
	next = o->mode == MODE_CC ? getopt_long_only : getopt_long;
	while ((code = next(argc - skip, argv + skip, letters + (o->mode == MODE_SCRIPT), longs, NULL)) != -1) {
		if (code == '?') {
			options_usage(o, stderr);
			return 1;
		}
		if (code == 1) {
			take_rest(o, 1, &optarg, false);
			continue;
		}
		take(o, option_of(o, code), optarg);
	}
	take_rest(o, argc - skip - optind, argv + skip + optind,
		  optind > 1 && strcmp(argv[skip + optind - 1], "--") == 0);
	return -1;
}

void options_carried(Options *o, int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	memset(o, 0, sizeof(*o));
	o->mode = MODE_RUN;
	o->program_name = slash ? slash + 1 : argv[0];
	o->file = o->program_name;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			continue;
		if (strncmp(argv[i], "--", 2) == 0)
			take_named(o, argv[i]);
		else
			vec_push(NULL, &o->params, argv[i]);
	}
}

void options_done(Options *o)
{
	vec_free(&o->given);
	vec_free(&o->include_dirs);
	vec_free(&o->includes);
	vec_free(&o->defines);
	vec_free(&o->undefines);
	vec_free(&o->params);
	vec_free(&o->named);
}
