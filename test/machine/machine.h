/*
 * A BPF machine in user space: runs what bpf/ made, without a kernel.
 *
 * It has the whole instruction set (v1 to v4), bounds-checked memory, maps,
 * the helpers that tests need, and it is stricter than a CPU: a register or a
 * byte of the stack that was never set can't be read, r1 to r5 are lost in
 * calls, pointers can't leave what they point into. What breaks a rule stops
 * the run with a message that names the instruction.
 */
#pragma once

#include "bpf/bpf.h"

typedef struct Machine Machine;

enum { MACHINE_MAX_STACK = 127 };

/* What helpers tell of the world outside; set before a run. */
typedef struct MachineWorld {
	u32 pid, tgid; /* as the kernel names them: thread, process */
	u32 uid, gid;
	char comm[16];
	u64 time_ns; /* of all clocks; moves on by time_step_ns with each question */
	u64 time_step_ns;
	u32 cpu;
	u64 random; /* the next random numbers: this one and what follows by a fixed rule */
	u64 cgroup_id;
	u64 task; /* address; see machine_add_memory */
	u64 cookie, func_ip;
	u64 kernel_stack[MACHINE_MAX_STACK], user_stack[MACHINE_MAX_STACK];
	u32 n_kernel_stack, n_user_stack;
	u64 max_insns; /* 0: ten million */
} MachineWorld;

/* One thing that a program sent. */
typedef struct MachineRecord {
	u32 map; /* ring buffer or perf array */
	const u8 *bytes;
	u32 len;
} MachineRecord;

/* Heap; machine_free. */
Machine *machine_new(void);
void machine_free(Machine *x);

/*
 * Maps, globals and functions of a module; progs[i] is m->funcs.at[i], NULL if
 * it has no code. Globals of the kernel (.kconfig, .ksyms) are 0 unless set.
 * The module must live as long as the machine. False: machine_error tells.
 */
bool machine_load(Machine *x, Module *m, Prog **progs);

/* The settings; they stay from run to run. */
MachineWorld *machine_world(Machine *x);
/* The context's bytes (copied); r1 points there. NULL: as many zeroes. */
void machine_set_context(Machine *x, const void *bytes, u32 len);
/* Loads of 4 bytes from the context at these offsets give the packet's start and end. */
void machine_set_packet(Machine *x, const void *bytes, u32 len, u32 data_off, u32 data_end_off);
/* Memory at an address, for probe reads (kernel or user); readable by plain loads if is_direct. */
void machine_add_memory(Machine *x, u64 address, const void *bytes, u32 len, bool is_direct);
void machine_set_ksym(Machine *x, const char *name, u64 address);

/* Runs the function with the context as its argument. False: machine_error tells. */
bool machine_run(Machine *x, const char *func, u64 *result);
/* The same with up to five numbers as arguments (subprograms). */
bool machine_call(Machine *x, const char *func, const u64 *args, u32 n_args, u64 *result);
const char *machine_error(const Machine *x);
u64 machine_insns_run(const Machine *x); /* in the last run */

/* ---- what is left behind ---- */
u32 machine_map_find(const Machine *x, const char *name); /* index, or UINT32_MAX */
u32 machine_map_len(const Machine *x, u32 map);
/* Element number i, in the order in which they were made (arrays: all elements). */
const u8 *machine_map_key(const Machine *x, u32 map, u32 i);
u8 *machine_map_value(const Machine *x, u32 map, u32 i);
/* The value for a key, or NULL. */
u8 *machine_map_get(Machine *x, u32 map, const void *key);
/* Drops all elements (no array's). */
void machine_map_clear(Machine *x, u32 map);
bool machine_map_set(Machine *x, u32 map, const void *key, const void *value);
u8 *machine_global(const Machine *x, const char *name, u32 *size);
const u8 *machine_context(const Machine *x, u32 *len);
const u8 *machine_packet(const Machine *x, u32 *len);
u32 machine_n_records(const Machine *x);
MachineRecord machine_record(const Machine *x, u32 i);
/* All lines of trace_printk. */
const char *machine_trace(Machine *x);
