/* Numbers of the ".waggle" section, whose layout meta_write.c describes. */
#pragma once

#include "object/internal.h"

/* The last byte is the format's number; it changes with every change of the layout. */
#define META_MAGIC "WGL\2"
#define META_MAGIC_LEN 4

enum { META_SIGNED = 1, META_CHAR = 2, META_FLEXIBLE = 4, META_INCOMPLETE = 8 }; /* Type */
enum { META_DATA_LOC = 1, META_REL_LOC = 2 }; /* Field */
enum { META_PER_CPU = 1, META_DECLARED = 2 }; /* MapShow */

/* No type is larger, none nests deeper. */
#define META_MAX_SIZE (64u << 20)
#define META_MAX_DEPTH 64u
