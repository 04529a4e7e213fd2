/*
 * What helpers do to memory: the flags of tables/helper_effects.def, and from
 * the prototypes in helpers.def the pointers that they may write through (those
 * that are not const).
 */
#include "pass/internal.h"
#include "tables/tables.h"

/* As many as there can be ids: the last helper that will ever be added is 211. */
static const u8 effects[256] = {
#define REPEATABLE HELPER_IS_REPEATABLE
#define PURE HELPER_IS_PURE
#define CHANGES_MAPS HELPER_CHANGES_MAPS
#define FILLS HELPER_FILLS
#define MOVES_PACKET HELPER_MOVES_PACKET
#define HELPER_EFFECT(name, flags) [HELPER_##name] = flags,
#include "tables/helper_effects.def"
#undef HELPER_EFFECT
#undef MOVES_PACKET
#undef FILLS
#undef CHANGES_MAPS
#undef PURE
#undef REPEATABLE
};

u32 helper_effects(i64 id)
{
	if (!bpf_helper_by_id((int)id))
		return HELPER_CHANGES_MAPS | HELPER_MOVES_PACKET;
	return effects[id];
}

u32 helper_writes(i64 id)
{
	const BpfHelper *helper = bpf_helper_by_id((int)id);
	u32 mask = 0, arg = 0;
	bool is_const = false, is_pointer = false;
	if (!helper)
		return 0x1f;
	for (const char *at = helper->params;; at++) {
		if (*at == ',' || !*at) {
			mask |= (u32)(is_pointer && !is_const) << arg++;
			is_const = is_pointer = false;
			if (!*at)
				return mask;
		} else if (*at == '*') {
			is_pointer = true;
		} else if (strncmp(at, "const ", 6) == 0) {
			is_const = true;
		}
	}
}
