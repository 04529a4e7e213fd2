/*
 * Probes that are perf events: tracepoints, timers, software and hardware
 * counters, breakpoints. perf_event_open(2) describes the attributes.
 */
#include "load/internal.h"

#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <unistd.h>

#include "load/sys.h"

/* Number of a tracepoint, from tracefs; negative errno. */
static int tracepoint_id(AttachJob *j)
{
	const char *tracefs = load_tracefs(j->l->o.target);
	char path[512];
	size_t len;
	if (!tracefs) {
		snprintf(j->why, sizeof(j->why), "tracefs is not available.");
		load_hint(j->err, "mount it: mount -t tracefs tracefs /sys/kernel/tracing");
		return -ENOENT;
	}
	snprintf(path, sizeof(path), "/events/%s/%s/id", j->def->target, j->def->function);
	char *text = read_whole(tracefs, path, &len);
	int id = text ? atoi(text) : -errno;
	free(text);
	return id ? id : -ENOENT;
}

/*
 * The event is opened for one CPU, but a program at a tracepoint runs on all:
 * the kernel calls it before it looks for the CPU's events.
 */
int attach_tracepoint(AttachJob *j)
{
	if (!j->def->target || !j->def->function)
		return -EINVAL;
	int id = tracepoint_id(j);
	if (id < 0)
		return id;
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT, .config = (u64)id, .disabled = 1};
	attr.sample_period = 1;
	attr.wakeup_events = 1;
	int fd = sys_perf_open(&attr, -1, 0);
	return fd < 0 ? fd : attach_perf_event(j, fd);
}

/* Calls f for each CPU of "0-3,8"; the first failure ends it. */
static int each_in_list(const char *list, int (*f)(void *user, int cpu), void *user)
{
	while (*list >= '0' && *list <= '9') {
		char *end;
		long first = strtol(list, &end, 10), last = first;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		for (long cpu = first; cpu <= last; cpu++) {
			int err = f(user, (int)cpu);
			if (err)
				return err;
		}
		list = end + (*end == ',');
	}
	return 0;
}

int each_online_cpu(int (*f)(void *user, int cpu), void *user)
{
	size_t len;
	char *list = read_whole("", "/sys/devices/system/cpu/online", &len);
	int err = list ? each_in_list(list, f, user) : -errno;
	free(list);
	return err;
}

typedef struct CpuJob {
	AttachJob *j;
	struct perf_event_attr attr;
} CpuJob;

static int attach_on_cpu(void *user, int cpu)
{
	CpuJob *c = user;
	struct perf_event_attr attr = c->attr;
	int fd = sys_perf_open(&attr, -1, cpu);
	return fd < 0 ? fd : attach_perf_event(c->j, fd);
}

static int first_cpu(void *user, int cpu)
{
	*(int *)user = cpu;
	return 1;
}

/* On all CPUs, or for one process wherever it runs. */
static int attach_everywhere(AttachJob *j, struct perf_event_attr attr)
{
	CpuJob c = {.j = j, .attr = attr};
	if (!j->l->o.pid)
		return each_online_cpu(attach_on_cpu, &c);
	int fd = sys_perf_open(&attr, j->l->o.pid, -1);
	return fd < 0 ? fd : attach_perf_event(j, fd);
}

int attach_timer(AttachJob *j)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
				       .config = PERF_COUNT_SW_CPU_CLOCK};
	attr.disabled = 1;
	attr.freq = j->def->is_hz;
	attr.sample_period = j->def->freq; /* or sample_freq: they share their place */
	if (strcmp(j->def->kind, "profile") == 0)
		return attach_everywhere(j, attr);
	int cpu = 0;
	each_online_cpu(first_cpu, &cpu);
	int fd = sys_perf_open(&attr, -1, cpu);
	return fd < 0 ? fd : attach_perf_event(j, fd);
}

int attach_event(AttachJob *j)
{
	bool is_software = strcmp(j->def->kind, "software") == 0;
	u64 config, count;
	const char *name = j->def->function ? j->def->function : j->def->target;
	if (!name || !load_perf_event(j->def->kind, name, &config, &count))
		return -ENOENT;
	struct perf_event_attr attr = {.type = is_software ? PERF_TYPE_SOFTWARE
							   : PERF_TYPE_HARDWARE};
	attr.config = config;
	attr.disabled = 1;
	attr.sample_period = j->def->freq ? j->def->freq : count;
	int err = attach_everywhere(j, attr);
	if (err == -ENOENT || err == -EOPNOTSUPP)
		snprintf(j->why, sizeof(j->why), "This machine has no counter for %s.", name);
	return err;
}

/* function: "r", "w", "x" in any mixture; freq: length in bytes. */
int attach_watchpoint(AttachJob *j)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .disabled = 1, .sample_period = 1};
	const char *mode = j->def->function ? j->def->function : "";
	attr.bp_addr = j->def->address;
	attr.bp_len = j->def->freq;
	attr.bp_type = (strchr(mode, 'r') ? HW_BREAKPOINT_R : 0) |
		       (strchr(mode, 'w') ? HW_BREAKPOINT_W : 0) |
		       (strchr(mode, 'x') ? HW_BREAKPOINT_X : 0);
	return attach_everywhere(j, attr);
}
