/*
 * From an object to its end: load, attach, show, detach.
 */
#pragma once

#include "build.h"

/* Runs what the builder made until it ends; the exit status. */
int session_run(Builder *b);
/* `waggle doctor`: what this kernel and these privileges allow. */
int session_doctor(const Target *t);
