/*
 * An attach point as script/ finds it, the object carries it and load/
 * attaches it: names and numbers only, nothing of how it is done.
 */
#pragma once

#include "base/vec.h"

/* One attach point after expansion; several may share a program. */
typedef struct AttachDef {
	const char *program; /* function name in the object */
	const char *kind; /* probes.def name: "kprobe", "tracepoint" … */
	const char *name; /* full name as the probe builtin shows it */
	const char *target; /* category, module, binary path, unit … or NULL */
	const char *function; /* event or function; NULL */
	u64 offset; /* function + offset */
	u64 address; /* absolute address; 0: by name; usdt: offset in the file */
	u64 semaphore; /* usdt: offset in the file of the counter that switches the marker on; 0: none */
	const char *arguments; /* usdt: where its arguments are, interned; not in the object */
	u64 freq; /* profile, interval: period in ns, or frequency if is_hz; software/hardware: count */
	bool is_hz;
	u64 cookie; /* bpf_get_attach_cookie value: probe id; 0 none */
	u32 index; /* order in the script, from 0 */
	Vec(const char *) wildcard; /* matches to attach at once (multi links); else empty */
} AttachDef;

typedef Vec(AttachDef) AttachDefs;
