/*
 * Lookup in the tables of facts.
 *
 * In: helpers.def, whose rows stand in the order of their names. Out: the const array of
 * helpers, bisected for a name, and a small array from number to row, which the compiler fills
 * in from the same rows. Nothing is computed at start.
 */
#include "tables.h"

#include <string.h>

/* A row's place in the array, by name: ROW_map_lookup_elem. */
enum {
#define HELPER(id, name, result, params, since, gpl_only) ROW_##name,
#include "helpers.def"
#undef HELPER
	ROW_COUNT
};

static const BpfHelper helpers[] = {
#define HELPER(id, name, result, params, since, gpl_only) \
	{ #name, result, params, since, id, gpl_only },
#include "helpers.def"
#undef HELPER
};

/* Number of a helper → its row, plus one so that a gap reads as zero. */
static const uint16_t row_of_id[] = {
#define HELPER(id, name, result, params, since, gpl_only) [id] = ROW_##name + 1,
#include "helpers.def"
#undef HELPER
};

/* Orders a name of a given length against a C string, as strcmp does. */
static int compare_name(const char *name, size_t len, const char *other)
{
	int order = strncmp(name, other, len);

	return order ? order : -(other[len] != '\0');
}

ptrdiff_t table_find(size_t count, const char *(*name_at)(size_t index),
		     const char *name, size_t len)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_name(name, len, name_at(middle));

		if (order == 0)
			return (ptrdiff_t)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

static const char *helper_name(size_t index)
{
	return helpers[index].name;
}

const BpfHelper *bpf_helper_find(const char *name, size_t len)
{
	if (len > 4 && memcmp(name, "bpf_", 4) == 0) {
		name += 4;
		len -= 4;
	}
	ptrdiff_t row = table_find(ROW_COUNT, helper_name, name, len);
	return row < 0 ? NULL : &helpers[row];
}

const BpfHelper *bpf_helper_by_id(int id)
{
	if (id <= 0 || (size_t)id >= sizeof row_of_id / sizeof *row_of_id || !row_of_id[id])
		return NULL;
	return &helpers[row_of_id[id] - 1];
}

const BpfHelper *bpf_helper_at(size_t index)
{
	return index < ROW_COUNT ? &helpers[index] : NULL;
}
