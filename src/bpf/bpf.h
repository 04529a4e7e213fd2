/*
 * From IR to BPF instructions: selection, registers, stack, encoding; and back
 * to text. Source of the encoding: Documentation/bpf/standardization/
 * instruction-set.rst (RFC 9669).
 */
#pragma once

#include <linux/bpf.h>

#include "ir/ir.h"

typedef enum {
	RELOC_NONE,
	RELOC_MAP, /* lddw: sym = Module.maps */
	RELOC_GLOBAL, /* lddw: sym = Module.globals, addend = byte offset */
	RELOC_CALL, /* call: sym = Module.funcs */
	RELOC_FUNC, /* lddw of a callback: sym = Module.funcs */
	RELOC_KFUNC, /* call: sym = Module.externs */
	RELOC_KSYM, /* lddw: sym = Module.externs */
} RelocKind;

typedef struct {
	u32 insn; /* index of the instruction (lddw: its first slot) */
	RelocKind kind;
	u32 sym;
	i64 addend;
} Reloc;

typedef struct {
	u32 insn;
	const CoreReloc *core;
} CoreAt;

typedef struct {
	u32 insn;
	Loc loc;
} LineAt;

/* An encoded function. */
typedef struct Prog {
	const Func *func;
	Vec(struct bpf_insn) insns; /* lddw takes two */
	Vec(Reloc) relocs;
	Vec(CoreAt) cores;
	Vec(LineAt) lines; /* ascending insn; only where the line changes */
	u32 stack_bytes;
} Prog;

/*
 * Encodes one function that has passed all passes. Instructions with a
 * relocation are as Clang writes them into objects: lddw has source 0 and the
 * addend as its constant, calls of functions and of kernel functions (BPF to
 * BPF) have source 1 and immediate -1.
 * Limits that are the user's
 * (stack over 512 bytes, jump too far, more than 5 arguments) are errors in
 * c->diags with their position; NULL then. Arena.
 */
Prog *bpf_compile(Module *m, Func *f);

/* One line an instruction, in the kernel's pseudo-C form ("r1 = *(u64 *)(r10 - 8)"); names of maps,
 * functions and relocations as comments; "; file:line:col" at line changes. Arena. */
const char *bpf_disassemble(Module *m, const Prog *p);
/* The text of one instruction (two slots for lddw). */
const char *bpf_insn_text(Arena *a, const struct bpf_insn *insn);
/* Reads what bpf_disassemble wrote (without symbols); errors in c->diags. */
bool bpf_assemble(Compile *c, Str text, Loc base, Prog *out);
