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

#include "symbol/symbol.h"

#define FORMAT_FILE "/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset"

typedef struct Check {
	const AttachDef *def;
	bool is_there;
} Check;

static void look_at(void *user, const TargetMarker *m)
{
	Check *c = user;
	size_t len = strlen(m->provider);
	const char *name = c->def->function;
	if (m->offset == c->def->address && m->semaphore == c->def->semaphore && name &&
	    strncmp(name, m->provider, len) == 0 && name[len] == ':' &&
	    strcmp(name + len + 1, m->name) == 0)
		c->is_there = true;
}

/*
 * The object may have been made on another machine, or the file be another since: a probe in
 * the middle of an instruction would end the program that runs it.
 */
static int check_place(AttachJob *j)
{
	Check c = {.def = j->def};
	int err = symbol_each_marker(j->def->target, look_at, &c);
	if (err || c.is_there)
		return err;
	snprintf(j->why, sizeof(j->why), "%s has this marker at another place than where the object was made.",
		 j->def->target);
	return -ESTALE;
}

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
	int err = check_place(j);
	return err ? err : attach_uprobe_at(j, def->address, def->semaphore);
}
