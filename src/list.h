/*
 * -l: probes that fit a pattern, or those of a program; with -v their
 * arguments; "struct X" shows a structure's definition.
 */
#pragma once

#include "build.h"

int list_probes(Builder *b);
