/*
 * From an object to its end: load, attach, show, detach.
 */
#pragma once

#include "build.h"
#include "run/run.h"

/* Runs what the builder made until it ends; the exit status. child: -c's, started and waiting, or NULL. */
int session_run(Builder *b, Child *child);
/* `waggle doctor`: what this kernel and these privileges allow. */
int session_doctor(const Target *t);
