/*
 * Inside the machine. Addresses are numbers that stand for a region and an
 * offset: region << 32 | offset, so that a pointer that leaves its region by
 * less than 4 GB is noticed. Regions that tests place themselves (kernel and
 * user memory) have the addresses that the tests gave them.
 */
#pragma once

#include "base/text.h"
#include "bpf/internal.h"
#include "machine/machine.h"

enum { FRAMES_MAX = 8, REGION_FIRST = 0x10000 };

typedef enum RegionKind {
	REGION_NONE,
	REGION_BYTES, /* context, packet, global, map value, record */
	REGION_STACK, /* with a note of which bytes are set */
	REGION_MAP, /* a map itself; no bytes */
	REGION_FUNC, /* a function; no bytes */
	REGION_FOREIGN, /* only probe reads */
} RegionKind;

typedef struct Region {
	RegionKind kind;
	u8 *bytes;
	u8 *is_set; /* stack */
	u64 base; /* address of bytes[0] */
	u32 size;
	u32 number; /* map, function */
	bool is_writable;
	bool is_gone; /* deleted element, record that was submitted */
} Region;

typedef struct Element {
	u8 *key, *value;
	u32 region;
} Element;

typedef struct MapState {
	const MapDef *def;
	Vec(Element) elements;
	u32 region;
} MapState;

typedef struct Program {
	const Prog *prog;
	u16 *ids; /* InsnId of each instruction */
	u64 *constants; /* lddw with a relocation: its value */
	u32 *callees; /* calls with a relocation: function or extern */
	u8 *relocs; /* RelocKind */
	u32 region;
} Program;

typedef struct Ksym {
	const char *name;
	u64 address;
} Ksym;

/* A record that is reserved, or sent. */
typedef struct Record {
	u32 map, region;
	u32 len;
} Record;

struct Machine {
	Arena *arena;
	Module *m;
	MachineWorld world;
	Vec(Region) regions;
	Vec(MapState) maps;
	Vec(u32) globals; /* region of each */
	Vec(Program) programs;
	Vec(Ksym) ksyms;
	Vec(Record) reserved;
	Vec(Record) records;
	Text trace;
	u32 context, packet; /* regions, 0: none */
	u32 data_off, data_end_off;
	u32 depth; /* frames */
	u64 left; /* instructions that may still run */
	const char *error; /* NULL: running well */
	const struct bpf_insn *at; /* for messages */
	const Prog *at_prog;
};

/* memory.c */
void fault(Machine *x, const char *fmt, ...) PRINTF_LIKE(2, 3);
u32 region_add(Machine *x, RegionKind kind, u32 size, bool is_writable);
u64 region_address(const Machine *x, u32 region);
/* The bytes behind an address, all readable (writable); NULL after a fault. */
u8 *memory_at(Machine *x, u64 address, u64 len, bool write);
/* The same for probe reads: NULL where the kernel would fault. */
const u8 *memory_probe(Machine *x, u64 address, u64 len);
Region *region_at(Machine *x, u64 address);

/* maps.c */
void map_init(Machine *x, u32 map, const MapDef *def);
MapState *map_of(Machine *x, u64 address);
Element *map_find(MapState *s, const u8 *key);
i64 map_update(Machine *x, MapState *s, const u8 *key, const u8 *value, u64 flags);
i64 map_delete(Machine *x, MapState *s, const u8 *key);
bool map_is_array(const MapState *s);
bool map_is_queue(const MapState *s);

/* helpers.c */
u64 helper_call(Machine *x, i32 id, const u64 *args);

/* machine.c */
u64 call_program(Machine *x, u32 program, const u64 *args, u32 n_args);
