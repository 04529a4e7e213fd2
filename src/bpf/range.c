/*
 * Ranges of points, and rows of bits with one bit a point.
 */
#include "bpf/internal.h"

/* The first range that ends behind the point. */
static u32 first_after(const Ranges *r, u32 point)
{
	u32 low = 0, high = r->len;

	while (low < high) {
		u32 middle = (low + high) / 2;
		if (r->at[middle].to <= point)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool bpf_ranges_meet(const Ranges *a, const Ranges *b)
{
	if (!a->len || !b->len)
		return false;
	u32 i = first_after(a, b->at[0].from), k = first_after(b, a->at[0].from);
	while (i < a->len && k < b->len) {
		if (a->at[i].to <= b->at[k].from)
			i++;
		else if (b->at[k].to <= a->at[i].from)
			k++;
		else
			return true;
	}
	return false;
}

/* Both row by row; ranges that touch become one. */
Ranges bpf_ranges_join(Arena *arena, const Ranges *a, const Ranges *b)
{
	Ranges sum = {0};
	u32 i = 0, k = 0;

	vec_reserve(arena, &sum, a->len + b->len);
	while (i < a->len || k < b->len) {
		bool take_a = k == b->len || (i < a->len && a->at[i].from < b->at[k].from);
		Range next = take_a ? a->at[i++] : b->at[k++];
		if (sum.len && sum.at[sum.len - 1].to == next.from)
			sum.at[sum.len - 1].to = next.to;
		else
			sum.at[sum.len++] = next;
	}
	return sum;
}

/* The bits of word `k` that lie in the range. */
static u64 mask_of(Range r, u32 k)
{
	u32 from = MAX(r.from, k * 64) - k * 64, to = MIN(r.to, k * 64 + 64) - k * 64;

	return (to == 64 ? ~0ull : (1ull << to) - 1) & ~((1ull << from) - 1);
}

bool bpf_row_is_taken(const u64 *row, const Ranges *ranges)
{
	for (u32 i = 0; i < ranges->len; i++)
		for (u32 k = ranges->at[i].from / 64; k * 64 < ranges->at[i].to; k++)
			if (row[k] & mask_of(ranges->at[i], k))
				return true;
	return false;
}

void bpf_row_take(u64 *row, const Ranges *ranges, bool on)
{
	for (u32 i = 0; i < ranges->len; i++)
		for (u32 k = ranges->at[i].from / 64; k * 64 < ranges->at[i].to; k++)
			row[k] = on ? row[k] | mask_of(ranges->at[i], k)
				    : row[k] & ~mask_of(ranges->at[i], k);
}
