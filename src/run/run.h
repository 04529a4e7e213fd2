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
 * aggregates: COUNT, SUM, MIN, MAX i64/u64 · AVG, STATS {u64 count, i64 total}
 * · HIST, LHIST u64[n buckets] · TSERIES as one CPU stores it.
 */
typedef struct {
	const MapShow *show;
	MapRow *rows;
	u32 n;
	u32 value_size;
	void *storage; /* what the rows point into */
} MapRows;

/* Receives results; output/ fills it. All calls come from run_loop's and run_finish's thread. */
typedef struct Sink {
	void *user;
	void (*attached)(void *user, u32 n_probes);
	/* PRINTF, PRINT, TIME, JOIN, ERRORF, WARNF, RUNTIME_ERROR; payload: as long as def->args */
	void (*event)(void *user, const EventDef *def, const u8 *payload);
	/* The formatted text of CAT and SYSTEM, ended by a zero byte; heap, NULL without memory. */
	char *(*format)(void *user, const EventDef *def, const u8 *payload);
	/* What came from the file or command: CAT, SYSTEM */
	void (*text)(void *user, const EventDef *def, const char *text, size_t len);
	/* top 0: all; div 0 or 1: undivided */
	void (*map)(void *user, const MapRows *rows, u64 top, u64 div);
	/* print(@m[k]): one row, its value only */
	void (*element)(void *user, const MapRows *rows);
	void (*process)(void *user, u32 pid); /* seen for the first time: to be read now */
	void (*end_of_run)(void *user); /* before the maps are printed at exit */
	void (*lost)(void *user, u64 n); /* so many records more found no room */
	void (*lost_total)(void *user, u64 total); /* at the end, if any were lost */
	void (*error)(void *user, const char *text); /* an action failed: one line */
	/* Nothing is to do for now, or it is the end. False: nobody reads the results any more. */
	bool (*flush)(void *user, bool is_end);
	void (*watch)(void *user); /* RunOptions.watch_fd can be read; NULL: not polled */
} Sink;

/* ---- -c's command (child.c) ---- */
typedef struct Child Child;

/* Splits the command at white space and starts it; it waits before its exec. 0, or -errno and *why
 * (heap; may be NULL). */
int child_start(Child **out, const char *command, char **why);
u32 child_pid(const Child *c);
/* Ends the command with SIGTERM if it still runs, and reaps it. NULL is allowed. */
void child_free(Child *c);

/* ---- one run (run.c, loop.c) ---- */
typedef struct {
	u32 pid; /* -p: ends when this process ends; 0 */
	const char *command; /* -c: started by run_open, stopped, let go after attach; NULL */
	Child *child; /* the same, started before so that its pid is known; borrowed; NULL */
	bool print_maps_on_exit;
	volatile int *signalled; /* not 0 after SIGINT, SIGTERM: stop */
	volatile int *self_signal; /* not 0 after SIGUSR1: run "self" programs; NULL */
	u32 max_cat_bytes;
	int watch_fd; /* polled for Sink.watch; -1: none */
} RunOptions;

typedef struct Run Run;

/*
 * After load_open, before load_load: sets the start of the script's clock,
 * opens -p's process, starts -c's child. 0 or -errno with *why (heap, may be
 * NULL). Borrowed: loaded, meta, sink.
 */
int run_open(Run **out, Loaded *loaded, const Meta *meta, const Sink *sink, const RunOptions *o,
	     char **why);
/* pid of -c's child, 0 if none: known before attach, so that probes can filter on it. */
u32 run_child_pid(const Run *r);
/*
 * Attached: lets the child go, then handles events until exit(), a signal, the
 * child's or process's end, or, if `only_begin_end` and there is neither,
 * until what is there is handled. After exit() and after a signal nothing more
 * is handled. 0 or -errno.
 */
int run_loop(Run *r, bool only_begin_end);
/* After load_detach, before `end` programs run: drops what came after exit(). */
void run_detached(Run *r);
/* End programs have run: drains, prints maps, tells the total of lost events. 0 or -errno. */
int run_finish(Run *r);
/* Code given to exit(), else 0. */
int run_exit_code(const Run *r);
void run_close(Run *r);
/*
 * Reads one map now, sorted; release with map_rows_free. A scalar that holds
 * nothing has no row, or, if `with_empty`, one of zeroes (not for histograms).
 */
int run_read_map(Run *r, u32 map, bool with_empty, MapRows *out);
void map_rows_free(MapRows *rows);
/* Frames of a stack map entry, innermost first: count, or -errno. */
int run_read_stack(Run *r, bool is_user, i64 id, u64 *frames, u32 max);

/* ---- plain objects: C programs (shapes.c, knobs.c, dump.c, records.c) ---- */
/*
 * The types of an object, by its own BTF. After load_open and before load_load; heap. 0 where the
 * object has no BTF, too: then nothing is known of it.
 */
typedef struct Shapes Shapes;
int shapes_open(Shapes **out, Compile *c, const Loaded *loaded);
void shapes_close(Shapes *s); /* NULL is allowed */
/* "NAME=VALUE" into a global variable; before load_load. 0 or -errno, *why (heap, may be NULL). */
int shapes_set_variable(Shapes *s, Loaded *loaded, const char *assignment, char **why);
/* Records of this map are of this type; -ENOENT where there is none. Texts are borrowed. */
int shapes_set_event(Shapes *s, const char *map, const char *type);
/*
 * The type of a record of so many bytes in a ring or perf buffer (is_padded: its length may be
 * rounded up, as perf does), or NULL. It may be larger than the record, which then was cut.
 */
Type *shapes_record(Shapes *s, const char *map, u32 len, bool is_padded);
/* Everything in maps and global variables, to sink->map. 0 or -errno. */
int shapes_dump_maps(const Shapes *s, const Loaded *loaded, const Sink *sink);

typedef struct RecordSink {
	void *user;
	void (*record)(void *user, const char *map, Type *type, const u8 *bytes, u32 len);
	void (*lost)(void *user, const char *map, u64 n);
} RecordSink;

/* All ring and perf buffers of a loaded object. Borrowed: shapes, sink. */
typedef struct Records Records;
int records_open(Records **out, const Loaded *loaded, Shapes *shapes, const RecordSink *sink);
void records_close(Records *r); /* NULL is allowed */
/* Readable when there is a record. */
int records_fd(const Records *r);
/* Hands over what is there, to some number; true: there is more. */
bool records_take(Records *r);

/*
 * What the object's programs write with bpf_printk: through a trace instance of this run's own, so
 * that nobody else's reader misses a line. Lines of other programs are left out where the kernel
 * can tell (it names the stack's BPF functions). NULL without tracefs. After load_load; heap.
 */
typedef struct Printk Printk;
Printk *printk_open(const Loaded *loaded, const Target *target);
void printk_close(Printk *p); /* removes the instance; NULL is allowed */
/* Readable when there are lines. */
int printk_fd(const Printk *p);
/* Hands over the lines that are there, as trace_pipe has them, without their newlines. is_last: no
 * more will come. */
void printk_take(Printk *p, bool is_last, void (*line)(void *user, const char *text, size_t len),
		 void *user);

/* -c's command: let go after attach; readable when it has ended; the same for -p's process. */
void child_go(Child *c);
int child_fd(const Child *c);
int pidfd_of(u32 pid); /* negative errno */
