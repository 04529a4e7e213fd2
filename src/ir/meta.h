/*
 * What BTF can't say and user space must know to show a script's results:
 * events (what a ring-buffer record means), maps (how they are shown) and
 * attach points. The compiler makes it, object/ writes it into the section
 * ".waggle" and reads it back, load/, run/ and output/ use it. Types in here
 * are ordinary Types; the section carries a copy of them.
 */
#pragma once

#include "types/attach.h"
#include "types/types.h"

/*
 * A ring-buffer record: u32 event number (index in Meta.events), u32 zero,
 * then the payload, described by EventDef.args.
 */
typedef enum EventKind {
	EVENT_NONE,
	EVENT_PRINTF, /* format; args */
	EVENT_PRINT, /* print(value): one arg */
	EVENT_PRINT_MAP, /* map; args: u64 top, u64 div */
	EVENT_PRINT_ELEMENT, /* print(@m[k]): map; args: key, value */
	EVENT_CLEAR, /* map */
	EVENT_ZERO, /* map */
	EVENT_EXIT, /* args: s64 code */
	EVENT_TIME, /* format: strftime */
	EVENT_JOIN, /* format: separator; args: u64 count, string[n] × count */
	EVENT_CAT, /* format (printf) */
	EVENT_SYSTEM, /* format (printf) */
	EVENT_ERRORF,
	EVENT_WARNF,
	EVENT_RUNTIME_ERROR, /* args: s64 return code; format: what (text); helper name in extra */
	EVENT_UNWATCH,
	EVENT_SKBOUTPUT,
	EVENT_PROCESS, /* args: u32 pid, seen for the first time: its mappings are to be read now */
} EventKind;

/* Layout of a payload: fields in order, bit_offset from the payload's start. */
typedef struct EventDef {
	EventKind kind;
	Str format;
	const char *extra; /* helper of RUNTIME_ERROR; NULL */
	Type *args; /* TY_RECORD or NULL: no payload */
	u32 map; /* index in Meta.maps */
	const char *file; /* position of the call in the script, for errorf, warnf and run-time errors */
	u32 line, col, col_end;
	const char *source_line;
} EventDef;

/*
 * Maps as a script sees them. Per-CPU values are merged over the CPUs:
 *   COUNT, SUM u64/s64 added · MIN, MAX {s64 value, u64 is_set} · AVG, STATS
 *   {u64 count, s64 total} · HIST {u64 bucket}[n] · LHIST {u64 bucket}[n+2]
 *   TSERIES {u64 epoch, value, meta}[count]
 */
typedef struct MapShow {
	const char *name; /* "@", "@start": as the script writes it */
	const char *object_name; /* name in the object: "AT_", "AT_start" */
	Type *key; /* NULL: scalar */
	Type *value; /* TY_AGG for aggregations */
	bool is_per_cpu;
	bool is_declared; /* by let @m = …; */
	u32 max_entries;
} MapShow;

typedef struct MetaOption {
	const char *name, *value;
} MetaOption;

typedef struct Meta {
	Vec(EventDef) events;
	Vec(MapShow) maps;
	Vec(AttachDef) attach;
	Vec(Str) strings; /* strftime formats, cgroup filters: by id */
	Vec(MetaOption) options; /* config variables that user space needs: print_maps_on_exit … */
	const char *events_map; /* name of the ring buffer map in the object */
	u32 n_begin, n_end; /* programs run before attach and after detach */
} Meta;

/* Names of maps, and of data in section .bss, that programs and run/ share. */
#define META_LOST "waggle_lost" /* u64: records that found no room */
#define META_EXIT "waggle_exit" /* u64: 1 + the code of an exit() whose record found no room; else 0 */
#define META_START "waggle_start" /* u64: boot clock when the script began; set before the load */
#define META_STACKS_KERNEL "stacks_kernel" /* stack maps: id → frames */
#define META_STACKS_USER "stacks_user"
/* Frames whose id collided: u64 hash → frames; such ids have bit 62 set. */
#define META_STACKS_MORE "stacks_more"
#define META_STACK_MORE_BIT (1ull << 62)

/* Values with more than one part, as they lie in keys, values and payloads. */
typedef struct {
	i64 id; /* of the stack map; negative: the helper's error */
	u32 pid; /* ustack: process, for symbols */
	u32 probe; /* ustack: attach index */
} StackValue;

typedef struct {
	u64 address;
	u32 pid, probe;
} SymValue;

typedef struct {
	u32 family; /* 2 or 10: AF_INET, AF_INET6 */
	u8 bytes[16];
} InetValue;

typedef struct {
	u64 ns;
	u32 format; /* Meta.strings */
	u32 mode; /* 0 boot, 1 monotonic, 2 tai, 3 sw_tai */
} TimestampValue;
