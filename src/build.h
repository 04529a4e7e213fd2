/*
 * From source text to the bytes of an object: the compiler's stages in their
 * order, with the dumps that --dump asks for.
 */
#pragma once

#include "object/object.h"
#include "options.h"
#include "script/script.h"

typedef struct Builder {
	const Options *options;
	Compile c;
	Target target;
	bool has_target;
	Script *script; /* NULL for C and objects */
	Meta *meta; /* NULL for C */
	Object object;
	const char *assembly; /* with -S: every function's instructions as text */
	u32 diags_shown;
	bool is_stopped; /* --stop: done early, nothing is wrong */
	bool from_object; /* the input was an object already */
} Builder;

/* The target is the running kernel's; 0, or 1 after a message. */
int builder_init(Builder *b, const Options *o);
void builder_done(Builder *b);
/* A script: from -e, a file or standard input; child_pid of -c's process, 0 none. */
int build_script(Builder *b, u32 child_pid);
/* Any file by its ending: .bt, .c, .o (read as it is). */
int build_file(Builder *b, u32 child_pid);
/* The bytes of an object made before; they are copied. */
int build_object(Builder *b, const char *bytes, size_t len);
/* Prints the diagnostics that were not printed yet to stderr. */
void builder_show_diags(Builder *b);
/* -E, -S and the object of `waggle cc`. */
int build_c_text(Builder *b);
