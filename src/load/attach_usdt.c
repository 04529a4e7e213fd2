/*
 * Static markers: a uprobe at the marker's nop, whose place in the file the
 * compiler has found already. Where the marker has a semaphore the kernel
 * counts it up in every process that maps the file, those that come later too,
 * and down again when the probe goes: nothing of ours is left in a process even
 * when we are killed.
 */
#include "load/internal.h"

#include <errno.h>
#include <unistd.h>

#define FORMAT_FILE "/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset"

int attach_usdt(AttachJob *j)
{
	const AttachDef *def = j->def;
	if (!def->target || !def->address) {
		snprintf(j->why, sizeof(j->why), "The object does not say where this marker is.");
		return -EINVAL;
	}
	if (def->semaphore > UINT32_MAX || (def->semaphore && access(FORMAT_FILE, F_OK) != 0)) {
		snprintf(j->why, sizeof(j->why), "Its semaphore is beyond this kernel's reach.");
		return -EOPNOTSUPP;
	}
	return attach_uprobe_at(j, def->address, def->semaphore);
}
