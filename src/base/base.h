/*
 * What every other file may take for granted: short integer names, array
 * length, printf checking, the trap for our own faults, and a list of libc
 * functions that are not used here because they can't know a buffer's size.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Rounds n up to a multiple of align, a power of two. */
#define ALIGN_UP(n, align) (((n) + ((align) - 1)) & ~(__typeof__(n))((align) - 1))

/*
 * Our own fault: prints file, function and message to stderr and aborts. No
 * input of the user may lead here; it stays on in releases.
 */
_Noreturn void bug_at(const char *file, int line, const char *function, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
#define bug(...) bug_at(__FILE__, __LINE__, __func__, __VA_ARGS__)

/* Text with its length; not terminated by a zero byte unless said so. */
typedef struct {
	const char *at;
	u32 len;
} Str;

#define STR(literal) ((Str){(literal), sizeof(literal) - 1})

static inline bool str_eq(Str a, Str b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* Functions that write without knowing how much room there is. */
#undef alloca
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets
