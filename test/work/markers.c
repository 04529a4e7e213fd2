/*
 * Static markers in all the forms that their arguments take. Built twice: as it
 * is, and with -DSEMAPHORES, where costly ones are only reached while somebody
 * traces them.
 *
 *	markers N       passes each marker N times
 *	markers nop     tells when its marker `nop` is being traced, and when it's as it was
 */
#ifdef SEMAPHORES
#define _SDT_HAS_SEMAPHORES 1
#endif
#include <sys/sdt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef SEMAPHORES
#define COUNTER(name) unsigned short waggle_##name##_semaphore __attribute__((section(".probes")))
COUNTER(simple);
COUNTER(words);
COUNTER(sizes);
COUNTER(memory);
COUNTER(element);
COUNTER(global);
COUNTER(inlined);
COUNTER(costly);
COUNTER(nop);
#define IS_ON(name) __builtin_expect(*(volatile unsigned short *)&waggle_##name##_semaphore, 0)
#else
#define IS_ON(name) 0
#endif

long waggle_counter = 1000;
static int table[8] = {-1, -2, -3, -4, -5, -6, -7, -8};

void mark(long i, const char *word);
void mark_sizes(long i);
void mark_nop(void);
extern const unsigned char waggle_nop_place[];

static inline __attribute__((always_inline)) void inlined(int i)
{
	DTRACE_PROBE1(waggle, inlined, i);
}

/* Registers, constants, memory of the stack, elements, globals. */
__attribute__((noinline)) void mark(long i, const char *word)
{
	volatile struct {
		int a;
		short b;
	} pair = {-5, (short)(7 + i)};
	int *t = table;

	__asm__ volatile("" : "+r"(t));
	DTRACE_PROBE(waggle, simple);
	DTRACE_PROBE2(waggle, words, i, word);
	DTRACE_PROBE3(waggle, memory, pair.a, pair.b, 42);
	DTRACE_PROBE2(waggle, element, t[i & 7], waggle_counter);
	waggle_counter++;
	inlined((int)i);
	inlined(-(int)i);
}

/* Each size, signed and unsigned. */
__attribute__((noinline)) void mark_sizes(long i)
{
	signed char a = (signed char)-i;
	unsigned char b = (unsigned char)-i;
	short c = (short)-i;
	unsigned short d = (unsigned short)-i;
	int e = (int)-i;
	unsigned f = (unsigned)-i;

	__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
	DTRACE_PROBE6(waggle, sizes, a, b, c, d, e, f);
}

__attribute__((noinline)) void mark_nop(void)
{
	__asm__ volatile("waggle_nop_place:");
	DTRACE_PROBE(waggle, nop);
}

static void pass_all(long n)
{
	for (long i = 1; i <= n; i++) {
		mark(i, i & 1 ? "odd" : "even");
		mark_sizes(i);
		if (IS_ON(costly)) {
			char text[32];

			snprintf(text, sizeof(text), "costly %ld", i);
			DTRACE_PROBE1(waggle, costly, text);
		}
	}
}

/* Until the marker's byte and its semaphore both say so; not for ever. */
static void wait_until(int traced)
{
	const volatile unsigned char *place = waggle_nop_place;
	int patience = 20000;

#ifdef SEMAPHORES
	while ((*place != 0x90) != traced || (IS_ON(nop) != 0) != traced)
#else
	while ((*place != 0x90) != traced)
#endif
		if (usleep(1000), --patience == 0)
			exit(1);
	puts(traced ? "traced" : "nop again");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "nop") == 0)
		mark_nop(), wait_until(1), wait_until(0);
	else
		pass_all(argc > 1 ? strtol(argv[1], NULL, 0) : 1);
	return 0;
}
