/*
 * What is wrong with the user's program. One record, two layouts: as bpftrace
 * prints it (scripts) and as Clang does (C). Records are kept in order; notes
 * and hints belong to the error or warning before them. At most 20 errors are
 * shown; what follows is only counted.
 */
#pragma once

#include "base/source.h"

typedef enum { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE, DIAG_HINT } DiagLevel;
typedef enum { DIAG_LAYOUT_SCRIPT, DIAG_LAYOUT_C } DiagLayout;

typedef struct {
	DiagLevel level;
	DiagLayout layout;
	Span span; /* start 0: no position */
	const char *text;
} Diag;

typedef struct {
	Arena *arena;
	Sources *sources;
	Vec(Diag) list;
	u32 n_errors, n_warnings;
	bool no_warnings;
	bool warnings_are_errors;
	DiagLayout layout; /* of what is reported from now on */
	bool muted; /* the last error or warning was not kept: nor are its notes and hints */
} Diags;

#define DIAG_MAX_ERRORS 20

void diag_error(Diags *d, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void diag_warning(Diags *d, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A second place that matters, for the error or warning before. */
void diag_note(Diags *d, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* What to do about the error or warning before; no position. */
void diag_hint(Diags *d, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * The records from number `from` on as text for a terminal or file:
 *   script:  FILE:L:C-C2: ERROR: text / source line / "   ~~~~" / HINT: …
 *   C:       FILE:L:C: error: text / source line / "   ^~~~" / note: …
 * In the script layout errors come before warnings, as bpftrace has them. The
 * text lives in arena a.
 */
const char *diag_text(Diags *d, Arena *a, u32 from);
