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
#define LOWER_LOST "waggle_lost" /* u64: records that found no room */
#define LOWER_START "waggle_start" /* u64: boot clock when the script began; set before the load */
#define LOWER_STACKS_KERNEL "stacks_kernel" /* stack maps: id → frames */
#define LOWER_STACKS_USER "stacks_user"
/* Frames whose id collided: u64 hash → frames; such ids have bit 62 set. */
#define LOWER_STACKS_MORE "stacks_more"
#define LOWER_STACK_MORE_BIT (1ull << 62)

/*
 * A checked script (no errors in c->diags) as a module with its Meta. NULL
 * after an error in c->diags (a limit, or a feature that the target lacks).
 */
Module *lower_script(Script *s);
/* The same for C. */
Module *lower_c(CUnit *u);
