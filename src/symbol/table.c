/*
 * A table of symbols sorted by address, searched by halving. Names lie in one
 * block, so that 200,000 kernel symbols are two allocations. Symbols that
 * share an address (aliases, local labels) are ordered by rank and the first
 * one is the one shown: a function before an object, a global before a local.
 */
#include "symbol/internal.h"

void symbol_table_add(SymbolTable *t, u64 address, u64 size, const char *name, u16 module, u8 rank)
{
	u32 len = (u32)strlen(name) + 1;
	u32 at = t->names.len;

	vec_reserve(NULL, &t->names, at + len);
	memcpy(t->names.at + at, name, len);
	t->names.len += len;
	vec_push(NULL, &t->rows, (SymbolRow){address, size, at, module, rank});
}

static int row_compare(const void *a, const void *b)
{
	const SymbolRow *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

void symbol_table_sort(SymbolTable *t)
{
	bool sorted = true;

	for (u32 i = 1; sorted && i < t->rows.len; i++)
		sorted = row_compare(&t->rows.at[i - 1], &t->rows.at[i]) <= 0;
	if (!sorted)
		qsort(t->rows.at, t->rows.len, sizeof(SymbolRow), row_compare);
}

/* Index of the last row with an address not above `address`; len if none. */
static u32 last_not_above(const SymbolTable *t, u64 address)
{
	u32 low = 0, high = t->rows.len;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (t->rows.at[mid].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? low - 1 : t->rows.len;
}

const SymbolRow *symbol_table_find(const SymbolTable *t, u64 address)
{
	u32 i = last_not_above(t, address);

	if (i == t->rows.len)
		return NULL;
	while (i > 0 && t->rows.at[i - 1].address == t->rows.at[i].address)
		i--;
	for (u32 k = i; k < t->rows.len && t->rows.at[k].address == t->rows.at[i].address; k++) {
		const SymbolRow *row = &t->rows.at[k];

		if (!row->size || address - row->address < row->size)
			return row;
	}
	return NULL;
}

void symbol_table_free(SymbolTable *t)
{
	for (u32 i = 0; i < t->modules.len; i++)
		free(t->modules.at[i]);
	vec_free(&t->modules);
	vec_free(&t->rows);
	vec_free(&t->names);
}
