/*
 * Optimisations and lowerings on the IR, one file each. tables/passes.def is
 * the list: its order is the order in which they run.
 */
#pragma once

#include "ir/ir.h"

typedef enum {
	PASS_NONE,
#define PASS(id, level, module, text) PASS_##id,
#include "tables/passes.def"
#undef PASS
	PASS_COUNT
} PassId;

/*
 * Runs all passes that c->opt_level asks for, except those named in
 * c->passes_off, over the module. Passes that lower (needed for correctness)
 * run at every level. After each, ir_verify if c->verify. dump(user, pass
 * name) is called after each pass, if not NULL. Returns false after an error
 * in c->diags (a limit that is the user's: stack, loop).
 */
bool pass_run(Module *m, void (*dump)(void *user, const char *pass), void *user);
/* One pass by its name (tests); false if there is no such pass. */
bool pass_run_one(Module *m, const char *name);
const char *pass_name(PassId id);
