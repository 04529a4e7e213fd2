/*
 * A compilation with types, for unit tests.
 */
#pragma once

#include "types/btf.h"
#include "types/types.h"

#include "check.h"

typedef struct {
	Compile c;
	Target target;
	Types *ts;
} Bench;

/* btf_path NULL: the live kernel's BTF and modules; "": none; else a file, and btf_dir may be set
 * later. */
static inline void bench_start(Bench *b, const char *btf_path)
{
	memset(b, 0, sizeof(*b));
	compile_init(&b->c);
	b->target.btf_path = btf_path;
	b->target.btf_dir = btf_path ? NULL : "/sys/kernel/btf";
	b->c.target = &b->target;
	b->ts = b->c.types = types_new(&b->c);
}

static inline void bench_end(Bench *b)
{
	types_free(b->ts);
	compile_done(&b->c);
}
