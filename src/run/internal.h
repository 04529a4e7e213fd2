/* Shared inside run/. */
#pragma once

#include "base/map.h"
#include "run/run.h"

/* ---- ring.c ---- */
/* A mapped BPF ring buffer. */
typedef struct Ring {
	int fd; /* borrowed; -1: none */
	u64 size; /* of the data; a power of two */
	u64 *consumer; /* first page, ours to write */
	const u64 *producer; /* second page, the data behind it */
	size_t page;
} Ring;

#define RING_NONE ((Ring){.fd = -1})

int ring_open(Ring *ring, int fd, u32 size);
void ring_close(Ring *ring);
/*
 * Hands over records in order until there are none, `most` were handled, or f returns
 * false (that record counts as handled). Number of records.
 */
u32 ring_consume(Ring *ring, u32 most, bool (*f)(void *user, const u8 *at, u32 len), void *user);
/* Drops all that is there. */
void ring_skip(Ring *ring);

/* ---- store.c: maps in the kernel ---- */
/* One of Meta.maps as it is in the kernel. */
typedef struct Store {
	int fd; /* -1: this object hasn't got it */
	u32 key_size, value_size; /* value_size: of one CPU's value, as the kernel has it */
	u32 max_entries;
	u32 n_values; /* 1, or the number of possible CPUs */
	bool is_array; /* a scalar per-CPU array: its one element is always there */
	bool is_zeroed; /* array: zeroes count as a value since zero(@m) */
} Store;

int store_open(Store *s, const Loaded *loaded, const MapShow *show);
/* Bytes of an element's values over all CPUs. */
size_t store_element_size(const Store *s);
/* Calls f for each element with the CPUs' values in a row. f returns false to stop (-ENOMEM). */
int store_each(const Store *s, bool (*f)(void *user, const u8 *key, const u8 *values), void *user);
/* One element; -ENOENT. values has store_element_size bytes. */
int store_get(const Store *s, const u8 *key, u8 *values);
/* Removes all elements; an array's becomes zeroes. */
int store_clear(Store *s);
/* All elements become zeroes. */
int store_zero(Store *s);

/* ---- merge.c ---- */
/* Size of a merged value. */
u32 merged_size(const MapShow *show, const Store *s);
/* The CPUs' values into one. */
void merge_values(const MapShow *show, const Store *s, const u8 *values, u8 *out);

/* ---- sort.c ---- */
/* Sorts in place as the kinds of key and value ask for. 0 or -ENOMEM. */
int rows_sort(MapRows *rows);

/* ---- map.c ---- */
/* The element with that key, as one row; with_empty as in run_read_map, for all maps. */
int run_read_element(Run *r, u32 map, const u8 *key, MapRows *out);

/* ---- action.c ---- */
/* Does what the record asks for. False: nothing more is to be handled. */
bool handle_record(void *run, const u8 *at, u32 len);

/* iter.c: reads all iterators to their end; *any: there are some. 0 or -errno. */
int run_iterators(Run *r, bool *any);

/* ---- shapes.c ---- */
Types *shapes_types(const Shapes *s);
Arena *shapes_arena(const Shapes *s);
/* A type of the object by its id in BTF; NULL without BTF. */
Type *shapes_type(const Shapes *s, u32 id);
/* Type of a map's "key" or "value", NULL where its definition has none. */
Type *shapes_map_part(const Shapes *s, const char *map, const char *part);

/* ---- stack.c ---- */
void stacks_free(Run *r);

struct Run {
	Loaded *loaded;
	const Meta *meta;
	const Sink *sink;
	RunOptions o;
	Child *child;
	bool owns_child;
	int pid_fd; /* -p's process; -1 */
	bool is_started; /* descriptors of the loaded object are taken */
	Ring ring;
	Store *stores; /* one for each of Meta.maps */
	void *lost_page; /* mapped page of .bss; NULL */
	const volatile u64 *lost; /* live counter in it; NULL */
	u64 lost_told, lost_at_ns;
	bool is_stopped; /* exit() or a signal */
	bool has_exited; /* exit(): what comes behind it is not to be shown */
	const volatile u64 *exit_word; /* META_EXIT; NULL: the script has none */
	void *exit_page;
	bool is_finishing; /* `end` programs have run: signals don't count any more */
	int exit_code;
	Map stacks; /* id → Stack */
};

u64 clock_ns(void);
