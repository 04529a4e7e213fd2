/* Lists of names with their groups, and patterns with '*'. */
#include "load/internal.h"

/*
 * Greedy with one point to go back to: where a later part does not fit, the
 * last star takes one character more. Linear for one star, never worse than
 * the product of the lengths.
 */
bool name_fits(const char *pattern, const char *name)
{
	const char *star = NULL, *star_name = NULL;
	if (!pattern)
		return true;
	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			star_name = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++star_name;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static int compare_names(const void *x, const void *y)
{
	const Name *a = x, *b = y;
	int order = strcmp(a->group, b->group);
	return order ? order : strcmp(a->name, b->name);
}

/* Sorts, and leaves one of each. */
void names_sort(Names *n)
{
	u32 kept = 0;
	if (n->list.len)
		qsort(n->list.at, n->list.len, sizeof(Name), compare_names);
	for (u32 i = 0; i < n->list.len; i++)
		if (!kept || compare_names(&n->list.at[kept - 1], &n->list.at[i]) != 0)
			n->list.at[kept++] = n->list.at[i];
	n->list.len = kept;
}

void names_free(Names *n)
{
	vec_free(&n->list);
	free(n->text);
	n->text = NULL;
}
