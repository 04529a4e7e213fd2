/*
 * What the files of types/ share: the state behind Types, and the steps of
 * BTF import that query.c calls when a lazy type is first looked into.
 */
#pragma once

#include "types/btf.h"
#include "types/types.h"

/* Chains of typedefs, pointers and so on that are longer come from broken BTF. */
#define TYPE_MAX_DEPTH 64

/* A BTF file whose types were asked for, and what was made of them so far. */
typedef struct {
	const char *name; /* interned: "vmlinux", or the module's; "" for a file from outside */
	BtfFile *btf;
	bool is_owned; /* closed by types_free */
	Map imported; /* id → Type * */
} BtfSource;

/* What is looked for by name in BTF: each has its cache, which knows of misses too. */
typedef enum {
	FIND_STRUCT,
	FIND_UNION,
	FIND_ENUM,
	FIND_TYPEDEF,
	FIND_FUNC,
	FIND_VAR,
	FIND_RAW_TRACEPOINT,
	FIND_ENUMERATOR,
	FIND_COUNT
} FindSort;

/* The answer for one name. */
typedef struct {
	const BtfSource *source; /* NULL: there is none */
	u32 id; /* of the record that has the name */
	i64 value; /* FIND_ENUMERATOR, and the program's enumerators */
	Type *type; /* imported when it is first needed; of the program's enumerators from the start */
} Found;

struct Types {
	Compile *c;
	Arena *arena;
	/* make.c: hash table of the types that are equal if they look the same */
	Type **unique;
	u32 n_unique, cap_unique;
	Type *the_void, *the_error;
	/* scope.c: what the program declares, by interned name */
	Map structs, unions, enums, typedefs; /* → Type * */
	Map enumerators; /* → Found * */
	/* scope.c: BTF files, vmlinux's first, and what was found in them: name → Found * */
	Vec(BtfSource *) sources;
	bool tried_btf, tried_modules;
	Map found[FIND_COUNT];
	/* import.c */
	u32 depth; /* of records inside records that are being filled in */
};

/* make.c */
Type *type_new(Types *ts, TypeKind kind);
u32 clamp_size(u64 bytes);

/* scope.c: the file's place in sources; it is added if it isn't there. */
BtfSource *types_source(Types *ts, BtfFile *file);
/* scope.c: a tag of kernel BTF or a module's, not the program's; NULL if unknown. */
Type *types_find_btf_tag(Types *ts, TypeKind kind, const char *tag);

/* import.c: reads the members of a record or enum that is_lazy. */
void import_members(Types *ts, Type *t);
