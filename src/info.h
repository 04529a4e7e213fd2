/*
 * `bpftrace --info`: what system, build and kernel can do, in bpftrace's layout.
 */
#pragma once

#include "types/target.h"

/* Prints; the exit status. */
int info_show(const Target *t, const char *version);
