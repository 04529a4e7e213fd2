/*
 * The facts of BPF as const tables, made from the *.def files beside this one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- sorted tables ------------------------------------------------------------ */

/*
 * Bisects a table of count rows that stand in the order of their names, as strcmp has it.
 * name_at gives the name of a row. Returns the row's index, or -1 if no row has that name.
 */
ptrdiff_t table_find(size_t count, const char *(*name_at)(size_t index),
		     const char *name, size_t len);

/* --- helpers.def ------------------------------------------------------------ */

/* The number of each helper, HELPER_map_lookup_elem and so on. */
typedef enum HelperId {
	HELPER_NONE,
#define HELPER(id, name, result, params, since, gpl_only) HELPER_##name = (id),
#include "helpers.def"
#undef HELPER
} HelperId;

typedef struct BpfHelper {
	const char *name;    /* without "bpf_" */
	const char *result;  /* C type: "void *", "long" */
	const char *params;  /* as C, without parentheses; "void" if none; may end in "..." */
	const char *since;   /* the first Linux release that has it: "4.18" */
	uint16_t id;         /* a HelperId */
	bool gpl_only;       /* only for programs of a GPL-compatible licence */
} BpfHelper;

/* The helper called name, with or without the "bpf_" in front; NULL if there is none. */
const BpfHelper *bpf_helper_find(const char *name, size_t len);

/* The helper with this number, or NULL. */
const BpfHelper *bpf_helper_by_id(int id);

/* The index'th helper in the order of names, NULL past the last: to walk over all, for a hint. */
const BpfHelper *bpf_helper_at(size_t index);
