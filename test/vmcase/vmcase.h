/* Shared by the parts of vmcase. */
#pragma once

#include "machine/machine.h"
#include "run/internal.h"

/* What the words of --- vm say. */
typedef struct {
	u32 times; /* runs of each program that is no begin or end */
	const char *func; /* C: the function to run; NULL: each program once */
	u64 args[5];
	u32 n_args;
	bool has_args, is_long; /* call with args; show all 64 bits of the result */
	const char *context; /* bytes in hexadecimal, or NULL */
	const char *words[8]; /* 64-bit words of the context, "N,N,…" */
	MachineWorld world;
} Wanted;

/* ---- store.c: run/store.c's functions, over the machine's maps ---- */
void store_use_machine(Machine *x, Module *m);
