/*
 * Aggregations keep one value for each CPU; what is shown is all of them put
 * together. Layouts before: ir/meta.h, after: MapRows in run.h.
 */
#include "run/internal.h"

u32 merged_size(const MapShow *show, const Store *s)
{
	Type *t = type_bare(show->value);

	if (t->kind == TY_AGG && (t->agg == AGG_MIN || t->agg == AGG_MAX))
		return 8;
	return s->value_size;
}

static u64 word(const u8 *at)
{
	u64 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void add_words(u8 *out, const u8 *value, u32 size)
{
	for (u32 i = 0; i + 8 <= size; i += 8) {
		u64 sum = word(out + i) + word(value + i);

		memcpy(out + i, &sum, sizeof(sum));
	}
}

/* {value, is_set} of one CPU into the value so far. */
static void keep_extreme(const Type *t, u8 *out, const u8 *value, bool *has_any)
{
	u64 v = word(value), best = word(out);
	bool is_less = t->is_signed ? (i64)v < (i64)best : v < best;

	if (!word(value + 8))
		return;
	if (!*has_any || (v != best && is_less == (t->agg == AGG_MIN)))
		memcpy(out, &v, sizeof(v));
	*has_any = true;
}

/* Two CPUs' slots {epoch, value, meta} of one interval. meta: count of AVG, time of a last value.
 */
static void join_slots(const Type *t, u8 *out, const u8 *value)
{
	i64 ours = (i64)word(out + 8), theirs = (i64)word(value + 8);
	bool is_better = word(value + 16) > word(out + 16);

	switch (t->agg_args[2]) {
	case AGG_AVG:
	case AGG_SUM:
		add_words(out + 8, value + 8, 16);
		return;
	case AGG_MIN:
		is_better = theirs < ours;
		break;
	case AGG_MAX:
		is_better = theirs > ours;
		break;
	default:
		break;
	}
	if (is_better)
		memcpy(out + 8, value + 8, 16);
}

/* A slot shows the newest interval that any CPU has in it. */
static void keep_newest(const Type *t, u8 *out, const u8 *value, u32 size)
{
	for (u32 i = 0; i + 24 <= size; i += 24) {
		if (word(value + i) > word(out + i))
			memcpy(out + i, value + i, 24);
		else if (word(value + i) && word(value + i) == word(out + i))
			join_slots(t, out + i, value + i);
	}
}

void merge_values(const MapShow *show, const Store *s, const u8 *values, u8 *out)
{
	Type *t = type_bare(show->value);
	u32 stride = ALIGN_UP(s->value_size, 8u);
	bool has_any = false;

	if (t->kind != TY_AGG) {
		memcpy(out, values, s->value_size);
		return;
	}
	memset(out, 0, merged_size(show, s));
	for (u32 i = 0; i < s->n_values; i++, values += stride) {
		switch (t->agg) {
		case AGG_MIN:
		case AGG_MAX:
			keep_extreme(t, out, values, &has_any);
			break;
		case AGG_TSERIES:
			keep_newest(t, out, values, s->value_size);
			break;
		default:
			add_words(out, values, s->value_size);
		}
	}
}
