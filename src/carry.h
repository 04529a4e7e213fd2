/*
 * A program that carries what it runs: `waggle build x.bt -o x` makes a copy
 * of this binary with the script (or a C program's object) behind it. When
 * such a binary starts, it runs that and nothing else; its command line is the
 * script's parameters.
 */
#pragma once

#include "base/base.h"

typedef enum { CARRY_NONE, CARRY_SCRIPT, CARRY_OBJECT } CarryKind;

typedef struct {
	CarryKind kind;
	char *bytes; /* heap, ended by a zero byte; carry_done */
	size_t len;
} Carried;

/* What this binary carries; kind CARRY_NONE for waggle itself. */
Carried carry_read(void);
void carry_done(Carried *c);
/* Writes the binary to `path`, executable. 0 or -errno. */
int carry_write(const char *path, CarryKind kind, const void *bytes, size_t len);
