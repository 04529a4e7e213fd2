/*
 * The words and versions of tables/features.def: what messages say of a
 * feature that the target kernel lacks.
 */
#include "types/target.h"

typedef struct {
	const char *text;
	u32 major, minor;
} FeatureRow;

static const FeatureRow rows[FEAT_COUNT] = {
    [FEAT_NONE] = {"nothing", 0, 0},
#define FEATURE(id, since_major, since_minor, words)                                               \
	[FEAT_##                                                                                   \
	    id] = {words " (Linux " #since_major "." #since_minor ")", since_major, since_minor},
#include "tables/features.def"
#undef FEATURE
};

/* Numbers that come from elsewhere count as no feature. */
static const FeatureRow *row(Feature f)
{
	return &rows[f < FEAT_COUNT ? f : FEAT_NONE];
}

const char *feature_text(Feature f)
{
	return row(f)->text;
}

u32 feature_since_major(Feature f)
{
	return row(f)->major;
}

u32 feature_since_minor(Feature f)
{
	return row(f)->minor;
}
