/*
 * From checked trees to IR. Both front ends end here: a script becomes
 * programs, maps and a Meta; a C unit becomes functions, maps and data as they
 * were written.
 */
#pragma once

#include "c/c.h"
#include "ir/ir.h"
#include "script/script.h"

/* Names of data that programs and run/ share, in section .bss. */
#define LOWER_EVENTS_MAP "events" /* the ring buffer */
#define LOWER_LOST META_LOST
#define LOWER_START META_START
#define LOWER_STACKS_KERNEL META_STACKS_KERNEL
#define LOWER_STACKS_USER META_STACKS_USER
#define LOWER_STACKS_MORE META_STACKS_MORE
#define LOWER_STACK_MORE_BIT META_STACK_MORE_BIT

/*
 * A checked script (no errors in c->diags) as a module with its Meta. NULL
 * after an error in c->diags (a limit, or a feature that the target lacks).
 */
Module *lower_script(Script *s);
/* The same for C. */
Module *lower_c(CUnit *u);
