/*
 * Source text. All files of a compilation lie in one row of numbers: a Loc is
 * a place in any of them, 32 bits wide, 0 for "nowhere". Lines and columns are
 * worked out only when something is to be shown.
 */
#pragma once

#include "base/vec.h"

typedef u32 Loc;

/* From start up to, not including, end. start 0: nowhere. */
typedef struct {
	Loc start, end;
} Span;

typedef struct {
	const char *name; /* as shown: "stdin", "x.bt", "/usr/include/…" */
	const char *text; /* ended by a zero byte */
	u32 len;
	Loc base; /* Loc of text[0] */
	Loc included_at; /* the #include or import, 0 for none */
	u32 *lines; /* offset of each line's first byte; made on demand */
	u32 n_lines;
} SourceFile;

typedef struct {
	Arena *arena;
	Vec(SourceFile *) files;
	Loc next;
} Sources;

typedef struct {
	const SourceFile *file; /* NULL: nowhere */
	u32 line, col; /* from 1; col counts bytes */
} SourcePos;

/* Takes text over as it is (it must live as long as the arena). NULL when all
 * files together pass 4 GB. */
SourceFile *source_add(Sources *s, const char *name, const char *text, u32 len, Loc included_at);
/*
 * Reads a whole file ("-" is standard input) into the arena. Returns 0 and
 * *text ended by a zero byte, or a negative errno (-EFBIG above 64 MB).
 */
int source_read(Arena *a, const char *path, char **text, u32 *len);

SourceFile *source_file(const Sources *s, Loc loc);
SourcePos source_pos(Sources *s, Loc loc);
/* Text of line n (from 1) without its newline. */
Str source_line(Sources *s, const SourceFile *f, u32 line);

static inline Span span_join(Span a, Span b)
{
	if (!a.start)
		return b;
	if (!b.start)
		return a;
	return (Span){MIN(a.start, b.start), MAX(a.end, b.end)};
}
