/*
 * How results look: bpftrace's text and JSON, byte for byte
 * (spec/bpftrace.md, section 5). A Sink for run/.
 */
#pragma once

#include "run/run.h"
#include "symbol/symbol.h"

typedef enum { OUTPUT_TEXT, OUTPUT_JSON } OutputFormat;
typedef enum { OUTPUT_LINE_BUFFERED, OUTPUT_FULLY_BUFFERED, OUTPUT_UNBUFFERED } OutputBuffering;

typedef struct {
	OutputFormat format;
	OutputBuffering buffering;
	FILE *out; /* results */
	FILE *err; /* messages: attached, lost, warnings */
	bool quiet; /* no "Attached N probes" */
	const char *trunc_trailer; /* shown after strings that fill their buffer: ".." */
} OutputOptions;

typedef struct Output Output;

/*
 * Heap; NULL without memory. Borrowed: types (for layouts), symbols, meta (NULL
 * for C programs); stacks come through the run given later. Buffers o->out,
 * which nothing may have been written to before.
 */
Output *output_new(Compile *c, const Meta *meta, Symbols *symbols, const OutputOptions *o);
/* Writes what is buffered. NULL is allowed. */
void output_free(Output *o);
Sink *output_sink(Output *o);
/* Where stack traces are read from; before the first event. */
void output_set_run(Output *o, Run *r);

/* One value as print() shows it, into a FILE. Also used for C programs' events and maps. */
void output_value(Output *o, FILE *f, Type *t, const u8 *bytes);

/* A record of a plain object's buffer, as a row of a table or JSON. type NULL, or of no struct: its
 * bytes. A record shorter than its type is taken as if zeroes followed. */
void output_record(Output *o, const char *map, Type *type, const u8 *bytes, u32 len);
/* One line of text that a program wrote; type is JSON's. */
void output_line(Output *o, const char *type, const char *text, size_t len);
