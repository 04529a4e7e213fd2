/* What the files of a session share: session.c runs scripts, session_c.c plain objects. */
#pragma once

#include "load/load.h"
#include "output/output.h"
#include "run/run.h"
#include "session.h"
#include "symbol/symbol.h"

typedef struct {
	Builder *b;
	const Options *o;
	Loaded *loaded;
	Symbols *symbols;
	Output *output;
	Run *run;
	FILE *out;
	Child *child; /* of -c; the caller's */
	volatile int *signalled, *self_signalled; /* not 0 after SIGINT or SIGTERM; after SIGUSR1 */
	LoadPlace *places, *only; /* of --attach, --only; heap */
} Session;

/* Shows and clears the error; the exit status for it. */
int session_show_error(Session *s, LoadError *e);
void session_make_output(Session *s);
/* What the command line says of a plain object's programs; 0, or 1 after a message. */
int session_object_options(Session *s, LoadOptions *out);
/* The object is open: load, attach, show until the end. The exit status. */
int session_object(Session *s);
