/*
 * What happens while programs are attached: records come out of the ring
 * buffer, maps are read, asynchronous actions (print, clear, exit, system …)
 * are done in the order in which the programs asked for them. How things look
 * is the Sink's business: run/ hands over typed bytes.
 */
#pragma once

#include "ir/meta.h"
#include "load/load.h"

/* One row of a map, key and value as they lie in memory; per-CPU values already merged. */
typedef struct {
	const u8 *key; /* NULL for scalars */
	const u8 *value; /* layout of the merged value: see MapRows */
} MapRow;

/*
 * A map's contents at one moment, sorted as bpftrace shows them. Merged
 * aggregates: COUNT, SUM i64/u64 · MIN, MAX i64/u64 · AVG, STATS {u64 count,
 * i64 total} · HIST, LHIST u64[n buckets] · TSERIES as stored.
 */
typedef struct {
	const MapShow *show;
	MapRow *rows;
	u32 n;
	u32 value_size;
} MapRows;

/* Receives results; output/ fills it. All calls come from run_loop's thread. */
typedef struct Sink {
	void *user;
	void (*attached)(void *user, u32 n_probes);
	/* PRINTF, PRINT, PRINT_ELEMENT, TIME, JOIN, CAT, SYSTEM output, ERRORF, WARNF, RUNTIME_ERROR */
	void (*event)(void *user, const EventDef *def, const u8 *payload, u32 len);
	/* text that came from a file or command: CAT, SYSTEM */
	void (*text)(void *user, const EventDef *def, const char *text, size_t len);
	/* top 0: all; div 0 or 1: undivided */
	void (*map)(void *user, const MapRows *rows, u64 top, u64 div);
	void (*end_of_run)(void *user); /* before the maps are printed at exit */
	void (*lost)(void *user, u64 n, u64 total);
	void (*flush)(void *user);
} Sink;

typedef struct {
	u32 pid; /* -p: ends when this process ends; 0 */
	const char *command; /* -c: started stopped, let go after attach; NULL */
	const char *command_done; /* reserved */
	bool print_maps_on_exit;
	volatile int *signalled; /* set by the signal handler: SIGINT, SIGTERM → stop */
	u32 max_cat_bytes;
} RunOptions;

typedef struct Run Run;

/* Before attaching: opens the ring buffer and maps, starts -c's child stopped. 0 or -errno with
 * *why (heap, may be NULL). Borrowed: loaded, meta, sink. */
int run_open(Run **out, Loaded *loaded, const Meta *meta, const Sink *sink, const RunOptions *o,
	     char **why);
/* pid of -c's child, 0 if none: known before attach, so that probes can filter on it. */
u32 run_child_pid(const Run *r);
/* Attached: lets the child go, then handles events until exit(), a signal, the child's or process's
 * end, or at once if `only_begin_end`. Returns when all is drained. */
int run_loop(Run *r, bool only_begin_end);
/* After detach: end programs have run; drains, prints maps. */
int run_finish(Run *r);
/* Code given to exit(), else 0. */
int run_exit_code(const Run *r);
void run_close(Run *r);
/* Reads one map now, sorted; release with map_rows_free. */
int run_read_map(Run *r, u32 map, MapRows *out);
void map_rows_free(MapRows *rows);
/* Frames of a stack map entry: count, or -errno. */
int run_read_stack(Run *r, bool is_user, i64 id, u64 *frames, u32 max);
