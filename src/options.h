/*
 * The command line, parsed by tables/options.def.
 */
#pragma once

#include "base/vec.h"

typedef enum { MODE_SCRIPT, MODE_RUN, MODE_BUILD, MODE_CC, MODE_DOCTOR } Mode;

typedef enum OptionId {
	OPTION_NONE,
#define OPTION(id, letter, name, arg, modes, doc) OPTION_##id,
#include "tables/options.def"
#undef OPTION
	OPTION_COUNT
} OptionId;

typedef struct {
	const char *name, *value; /* value NULL: --name alone */
} NamedParam;

typedef struct {
	OptionId id;
	const char *value;
} GivenOption;

typedef struct Options {
	Mode mode;
	bool is_bpftrace; /* called by that name */
	const char *program_name; /* argv[0]'s last part */
	u32 count[OPTION_COUNT]; /* how often each was given */
	const char *value[OPTION_COUNT]; /* the last argument of each */
	Vec(GivenOption) given; /* all, in order: for those that may be repeated; heap */
	Vec(const char *) include_dirs, includes, defines, undefines; /* heap */
	const char *text; /* a carried script's, instead of a file's */
	size_t text_len;
	const char *file; /* program, object; "-" standard input; -l: the pattern */
	Vec(const char *) params; /* behind the file */
	Vec(NamedParam) named; /* behind "--" */
} Options;

/*
 * Returns -1 to go on, or the exit status (after -h, -V or a wrong option,
 * which have printed). argv must outlive the Options.
 */
int options_parse(Options *o, int argc, char **argv);
/* The command line of a binary that carries its program: parameters only. */
void options_carried(Options *o, int argc, char **argv);
void options_done(Options *o);
void options_usage(const Options *o, FILE *to);

static inline bool has_option(const Options *o, OptionId id)
{
	return o->count[id] > 0;
}
