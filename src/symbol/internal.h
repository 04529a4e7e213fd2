/* Shared inside symbol/: one sorted table of names for each source of symbols. */
#pragma once

#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "symbol/symbol.h"

typedef struct {
	u64 address;
	u64 size; /* 0: up to the next symbol */
	u32 name; /* offset in SymbolTable.names */
	u16 module; /* kernel: index in modules, 0 is none */
	u8 rank; /* of symbols at one address the lowest is shown */
} SymbolRow;

typedef struct {
	Vec(SymbolRow) rows; /* heap; sorted by address after symbol_table_sort */
	Vec(char) names; /* heap */
	Vec(char *) modules; /* heap, [0] NULL */
} SymbolTable;

void symbol_table_add(SymbolTable *t, u64 address, u64 size, const char *name, u16 module, u8 rank);
void symbol_table_sort(SymbolTable *t);
/* The row that covers the address, or NULL. */
const SymbolRow *symbol_table_find(const SymbolTable *t, u64 address);
void symbol_table_free(SymbolTable *t);

/* Fills t from /proc/kallsyms. 0 or -errno. */
int kallsyms_read(SymbolTable *t);

/* An ELF file's functions, and how its file offsets become addresses. */
typedef struct {
	u64 offset, size; /* in the file */
	u64 address; /* of the first byte, as the symbol table counts */
} ElfSegment;

typedef struct {
	SymbolTable table;
	Vec(ElfSegment) segments; /* heap */
} ElfSymbols;

/* fd stays the caller's. debug_root: "" or "/proc/PID/root", where separate debug files are looked for. */
int elf_symbols_read(ElfSymbols *e, int fd, const char *debug_root);
void elf_symbols_free(ElfSymbols *e);
/* File offset → symbol-table address; false if no segment holds it. */
bool elf_symbols_address(const ElfSymbols *e, u64 file_offset, u64 *address);

typedef char *DemangleFn(const char *, char *, size_t *, int *);
/* libstdc++'s __cxa_demangle, or NULL. *handle is to be given to dlclose. */
DemangleFn *demangle_open(void **handle);

/* ---- symbol.c ---- */
struct DebugFile;

typedef struct {
	char *path;
	u64 dev, inode;
	int fd; /* -1: not open (any more) */
	bool is_read;
	ElfSymbols elf;
	bool debug_tried;
	struct DebugFile *debug; /* NULL: not asked for, or there is none */
} Binary;

typedef struct {
	u64 start, end, offset;
	u64 binary; /* index in Symbols.binaries */
} Mapping;

typedef struct {
	u32 pid;
	bool has_ended;
	u64 read_ns; /* when its maps were read last, CLOCK_MONOTONIC */
	SymbolTable jit; /* jit.c */
	u64 jit_ns; /* when it was last looked at */
	i64 jit_size; /* of the file when it was read */
	Vec(Mapping) maps; /* heap, in order of time: the last that covers an address counts */
} Process;

typedef struct Watch Watch;

struct Symbols {
	SymbolOptions options;
	bool kernel_is_read;
	SymbolTable kernel;
	Vec(Binary) binaries;
	Vec(Process) processes;
	Map by_pid; /* pid → index + 1 */
	Map demangled; /* address of the mangled name → char * */
	void *demangle_library;
	DemangleFn *demangle;
	bool demangle_tried;
	Watch *watch; /* NULL: not asked for */
	Arena *arena; /* of jit_names */
	Interns jit_names;
};

/* What a process does to its address space; m.binary is filled in from path, dev and inode. */
void process_map(Symbols *s, u32 pid, Mapping m, const char *path, u64 dev, u64 inode);
void process_fork(Symbols *s, u32 pid, u32 parent);
void process_end(Symbols *s, u32 pid);

/* The binary that is mapped there and the address in its symbol table; NULL: none. */
Binary *user_binary(Symbols *s, u32 pid, u64 address, u64 *inside);

/* ---- jit.c ---- */
/* Code that the process's JIT compiler has made; NULL. */
const SymbolRow *jit_find(Process *p, u64 address, u64 now_ns);

/* ---- watch.c ---- */
int watch_open(Watch **out, Symbols *s);
void watch_close(Watch *w); /* NULL is allowed, here and below */
int watch_fd(const Watch *w);
void watch_drain(Watch *w);
