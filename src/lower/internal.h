/*
 * Shared by the files that lower scripts.
 *
 * Two sorts of values. Scalars (integers, bools, enums, pointers, ksym) are
 * IR values of class l, extended to 64 bits by the sign of their type. All
 * others are memory: they are written to an address ("into") or used where
 * they are ("place").
 *
 * Temporaries up to config.on_stack_limit bytes are slots of the stack; larger
 * ones lie in the program's scratch: its entry of a per-CPU array, looked up
 * once in the prologue. The kernel lets no tracing program interrupt itself on
 * a CPU, so a program has its scratch for itself.
 */
#pragma once

#include "lower/lower.h"
#include "tables/tables.h"

#include <linux/bpf.h>

/* Where a value is: base + offset in an address space. */
typedef struct Place {
	AddrSpace space;
	Val base;
	i64 offset; /* bytes, on this target */
	CoreReloc *core; /* the offset's relocation, or NULL */
	Type *type; /* of the value there */
	Field field; /* bit_width != 0: a bit-field; its bit_offset is from base + offset's byte */
	bool is_agg; /* element of an aggregation: per-CPU, read by merging */
} Place;

/* A local variable: in a slot of its own, in the frame shared with loop callbacks, or in scratch. */
typedef struct LocalPlace {
	enum { LOCAL_NOWHERE, LOCAL_SLOT, LOCAL_FRAME, LOCAL_SCRATCH } where;
	u32 at; /* slot number, or bytes from the start of frame or scratch */
} LocalPlace;

typedef struct LoopTargets {
	u32 break_block, continue_block; /* 0 in a callback: returns */
	struct LoopTargets *outer;
} LoopTargets;

/* What belongs to the BPF function that is being made. */
typedef struct FuncState {
	Func *fn;
	Build b;
	Val ctx; /* parameter 0, or 0 in callbacks */
	u32 scratch_slot; /* slot that holds the scratch's address */
	u32 scratch_used, scratch_most; /* bytes */
	bool needs_scratch;
	u32 body_block; /* where the prologue jumps to */
	Vec(u32) locals; /* slots that start as zeroes */
	u32 leave_block; /* returns */
	bool is_callback;
	u32 frame_slot; /* main function: the frame; callback: slot that holds its address */
	LoopTargets *loop;
	struct FuncState *outer;
} FuncState;

typedef struct Lower {
	Script *s;
	Compile *c;
	Types *types;
	Module *m;
	Meta *meta;
	ScriptProgram *program; /* NULL in a function */
	ScriptLocal *locals_of;
	LocalPlace *locals;
	u32 n_locals;
	u32 frame_size;
	FuncState *f;
	u32 *maps; /* module index of each script map */
	/* made at first use: index + 1 */
	u32 events_map, scratch_map, stacks_kernel, stacks_user, stacks_more, processes_map;
	u32 lost_global, start_global, exit_global, zero_global;
	u32 *string_globals;
	u32 n_scratch; /* entries of the scratch map */
	u32 n_callbacks;
	bool program_needs_scratch;
	Map loop_words; /* range loop → its start's place in the frame */
	u32 on_stack_limit;
} Lower;

#define B(l) (&(l)->f->b)

/* ---- mem.c: temporaries, copying ---- */
/* Address of `size` bytes that live until the statement ends; contents undefined. */
Val mem_temp(Lower *l, u32 size);
/* The same for as long as the function runs. */
LocalPlace mem_permanent(Lower *l, const char *name, u32 size);
Val mem_scratch_base(Lower *l);
u32 mem_mark(Lower *l);
void mem_reset(Lower *l, u32 mark);
void mem_copy(Lower *l, Val to, Val from, u32 size);
void mem_zero(Lower *l, Val to, u32 size);
void mem_store(Lower *l, Val to, i64 offset, u32 size, Val v);
Val mem_load(Lower *l, AddrSpace space, Val at, i64 offset, u32 size, bool is_signed);
/* `size` bytes of any space into our memory; what can't be read becomes zeroes. */
void mem_read(Lower *l, AddrSpace space, Val to, Val from, u32 size);
/* Helper that reads text or bytes of that space. */
u32 mem_read_helper(AddrSpace space);
u32 mem_read_str_helper(AddrSpace space);
/* Constant bytes into memory, by words. */
void mem_store_bytes(Lower *l, Val to, const void *bytes, u32 size);
/* Address of a read-only copy of the bytes. */
Val mem_constant(Lower *l, const char *name, const void *bytes, u32 size);
/* Address of a zeroed .bss variable; *cache remembers it. */
Val mem_global(Lower *l, u32 *cache, const char *name, u32 size);

/* ---- value.c ---- */
Val lower_value(Lower *l, const Node *n); /* a scalar */
/* Any value into memory of type_size bytes. pad: bytes behind a string's end are zero. */
void lower_into(Lower *l, const Node *n, Val to, bool pad);
/* Our own memory that holds the value; may be where it is already. */
Val lower_address(Lower *l, const Node *n, bool pad);
bool is_memory_type(Type *t);
/* A scalar as it lies in memory of its type, and back. */
void store_scalar(Lower *l, Type *t, Val to, i64 offset, Val v);
Val load_scalar(Lower *l, AddrSpace space, Type *t, Val at, i64 offset);
Val lower_condition(Lower *l, const Node *n);
/* old op b in the 64-bit type of n->type. */
Val lower_update_value(Lower *l, const Node *n, Val old, Val b);
Val lower_call_function(Lower *l, const Node *n);
Val lower_compare_bytes(Lower *l, Val a, Val b, u32 size); /* w 1 if equal */
Val lower_const(Lower *l, i64 v);
bool has_side_effects(const Node *n);

/* ---- place.c ---- */
Place lower_place(Lower *l, const Node *n);
Val place_address(Lower *l, Place p);
Val place_load(Lower *l, Place p); /* a scalar there */
void place_into(Lower *l, Place p, Val to); /* memory there, type_size bytes */
/* Of &$x and &@m[k]: where it is itself. */
Place lower_address_place(Lower *l, const Node *n);
LocalPlace *local_of(Lower *l, u32 index);
Val local_address(Lower *l, u32 index);

/* ---- script.c ---- */
void lower_block(Lower *l, const Node *n);
void lower_statement(Lower *l, const Node *n);
/* Ends the program here: from a callback by way of its caller. */
void lower_leave(Lower *l);
FuncState *func_begin(Lower *l, Func *fn, FuncState *f);
void func_end(Lower *l);
u32 block_new(Lower *l, const char *name);
/* if (cond) { … }: returns the block to go on in after ir_jmp to it. */
typedef struct Branch {
	u32 yes, no, after;
} Branch;
Branch branch_begin(Lower *l, Val cond, bool with_else); /* continues in yes */
void branch_else(Lower *l, Branch b);
void branch_end(Lower *l, Branch b);

/* ---- loop.c ---- */
void lower_while(Lower *l, const Node *n);
void lower_for_range(Lower *l, const Node *n);
void lower_for_map(Lower *l, const Node *n);
void lower_unroll(Lower *l, const Node *n);
void lower_break(Lower *l);
void lower_continue(Lower *l);
/* Lays out the frame: the locals that loop callbacks share. Before the body. */
void frame_plan(Lower *l, const Node *body);

/* ---- map.c ---- */
u32 lower_map_index(Lower *l, u32 script_map);
/* Address of the key in our memory; NULL key: the scalar's. */
Val map_key(Lower *l, const ScriptMap *map, const Node *key);
Val map_lookup(Lower *l, u32 script_map, Val key); /* address or 0 */
Val lower_map_get(Lower *l, const Node *n); /* scalar element; aggregations merged */
void lower_map_get_into(Lower *l, const Node *n, Val to);
void lower_map_assign(Lower *l, const Node *target, const Node *value);
Val lower_map_update(Lower *l, const Node *n);
void lower_map_agg(Lower *l, const Node *n);
/* series.c: one value more for the tseries at that address. */
void lower_series_add(Lower *l, const Type *t, Val at, Val v);
Val map_merge(Lower *l, const ScriptMap *map, u32 script_map, Val key);

/* ---- event.c ---- */
/* Reserves a record for the event; field i of its args is at payload + offset. */
typedef struct Record {
	Val at; /* the record */
	EventDef *def;
	u32 size; /* with its header */
	Branch got; /* inside: there was room */
	Val exit_code; /* EXIT: kept in META_EXIT where there is no room; 0 */
} Record;
EventDef *event_new(Lower *l, EventKind kind, Span at, u32 *number);
Record record_begin(Lower *l, u32 number, EventDef *def, u32 payload_size);
void record_end(Lower *l, Record *r);
Type *event_args(Lower *l, Type **types, u32 n);
void lower_runtime_error(Lower *l, Span at, const char *text, const char *helper, Val code);
Val events_map(Lower *l);
/* Says a process is to be remembered: its addresses will be named later. */
void lower_process_seen(Lower *l, Val pid);

/* ---- usdt.c ---- */
/* argN of a static marker whose arguments are where the text says. */
/* The low `size` bytes of v, extended to 64 bits. */
Val lower_narrow(Lower *l, Val v, u32 size, bool is_signed);
Val lower_marker_arg(Lower *l, const char *arguments, u32 index);

/* ---- builtins: one function a row of builtins.def ---- */
typedef Val LowerBuiltin(Lower *l, const Node *n, Val into);
Val lower_call(Lower *l, const Node *n, Val into);
#define BUILTIN(id, kind, sig, result, where, needs, lower, check, doc) LowerBuiltin lower_bi_##lower;
#include "tables/builtins.def"
#undef BUILTIN
/* Current task as a pointer; *space tells how it may be read. */
Val lower_current_task(Lower *l, AddrSpace *space);
/* Reads a member of a kernel structure by names, "real_parent.tgid" style path of pointers. */
Val lower_kernel_member(Lower *l, AddrSpace space, Val base, const char *type, const char *member,
			Type **member_type);
Val lower_pid_tgid(Lower *l);
