/*
 * printf formats, as scripts write them (spec/bpftrace.md 5.2): text cut into
 * literal parts and conversions. script/ parses and checks them, output/
 * parses the same text again and prints by it.
 */
#pragma once

#include "types/types.h"

typedef enum FormatConv {
	CONV_TEXT, /* literal text; %% is in it as one % */
	CONV_INT, /* d i */
	CONV_UINT, /* u */
	CONV_OCTAL, /* o */
	CONV_HEX, /* x X */
	CONV_CHAR, /* c */
	CONV_STRING, /* s: any type */
	CONV_POINTER, /* p */
	CONV_BUFFER, /* r: printable bytes as they are, others \xHH */
	CONV_BUFFER_HEX, /* rx: all \xHH */
	CONV_BUFFER_DUMP, /* rh: "61 62" */
	CONV_GFP, /* gr: names of allocation flags */
} FormatConv;

typedef struct FormatPart {
	FormatConv conv;
	Str text; /* CONV_TEXT: the bytes; else the directive as written, "%-5lld" */
	bool is_left, is_plus, is_alt, is_zero, is_upper; /* - + # 0, X */
	bool has_precision;
	u32 width; /* 0: none */
	u32 precision;
	u32 bytes; /* how much of an integer is shown: 1 hh, 2 h, 4 none, 8 l ll j z t */
} FormatPart;

typedef struct Format {
	FormatPart *parts;
	u32 n_parts;
	u32 n_args; /* conversions, without CONV_TEXT */
} Format;

/*
 * Cuts a format into parts (arena memory; texts point into `text` or the
 * arena). Returns NULL when it is good, else what is wrong with it, without
 * position, e.g. "printf: unknown conversion \"%y\"".
 */
const char *format_parse(Arena *a, Str text, Format *out);

/*
 * The arg'th conversion (from 0), or NULL.
 */
const FormatPart *format_arg(const Format *f, u32 arg);

/* Whether a value of type t may be shown by the conversion; "%s" takes all but void. */
bool format_accepts(FormatConv conv, Type *t);
