/*
 * The state of one compilation, first parameter of every compiler function.
 * Nothing of it is global: two compilations can stand side by side.
 */
#pragma once

#include "base/diag.h"
#include "base/map.h"

typedef struct Compile {
	Arena *arena; /* lives as long as the compilation */
	Arena *scratch; /* marked and reset inside one function call */
	Interns names;
	Sources sources;
	Diags diags;
	struct Types *types; /* types/types.h */
	const struct Target *target; /* types/target.h */
	u32 opt_level; /* 0, 1, 2 */
	const char *passes_off; /* comma list of passes not to run; tests */
	bool verify; /* ir_verify after each pass */
} Compile;

/* Arena, names, sources and diagnostics ready; types and target are the caller's to set. */
void compile_init(Compile *c);
void compile_done(Compile *c);

static inline const char *name_of(Compile *c, const char *at, size_t len)
{
	return intern_len(&c->names, at, len);
}
