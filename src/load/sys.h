/*
 * System calls that have no wrapper, with attributes of our own: the kernel
 * headers and the libbpf that this is built with may be older than the kernel
 * that it runs on. Results are descriptors or 0; negative errno on failure.
 */
#pragma once

#include <linux/bpf.h>
#include <linux/perf_event.h>

#include "base/base.h"

/* Attach types that Linux 6.1's linux/bpf.h does not have yet; same numbers as the kernel's. */
enum {
	SYS_TRACE_KPROBE_MULTI = 42,
	SYS_NETFILTER = 45,
	SYS_TCX_INGRESS = 46,
	SYS_TCX_EGRESS = 47,
	SYS_TRACE_UPROBE_MULTI = 48,
	SYS_TRACE_KPROBE_SESSION = 56,
};

enum { SYS_MULTI_RETURN = 1 };
enum { SYS_PROG_NETFILTER = 32 }; /* program type */

/* BPF_LINK_CREATE's part of union bpf_attr. */
typedef struct SysLink {
	u32 prog_fd, target_fd, attach_type, flags;
	union {
		struct {
			u64 cookie;
		} perf;
		struct {
			u32 flags, count;
			u64 symbols, addresses, cookies;
		} kprobe_multi;
		struct {
			u64 path, offsets, ref_counts, cookies;
			u32 count, flags, pid, path_fd;
		} uprobe_multi;
		struct {
			u32 btf_id, pad;
			u64 cookie;
		} tracing;
		struct {
			u32 relative_fd, pad;
			u64 revision;
		} tcx;
		struct {
			u32 family, hook;
			i32 priority;
			u32 flags;
		} netfilter;
	};
} SysLink;

int sys_bpf(int cmd, void *attr, size_t size);
int sys_link_create(SysLink *link);
/* A program of n instructions with no maps, license GPL. */
int sys_prog_load(u32 type, u32 expected_attach_type, const struct bpf_insn *insns, u32 n);
/* The same for a tracing program at the kernel's function of this BTF id. */
int sys_tracing_load(u32 expected_attach_type, u32 btf_id, const struct bpf_insn *insns, u32 n);
/* cpu or pid may be -1 for any; close-on-exec. */
int sys_perf_open(struct perf_event_attr *attr, int pid, int cpu);
/* Raw tracepoint (name) or, with NULL, a tracing program whose target was set before load. */
int sys_raw_tracepoint(const char *name, int prog_fd, u64 cookie);
/* Runs a raw tracepoint program once on this CPU; its result in *result. */
int sys_test_run(int prog_fd, u32 *result);
/* Run-time accounting of all programs while the descriptor is open. */
int sys_stats_enable(void);
int sys_pin(int fd, const char *path);
/* A program of a sockmap, by attach type. */
int sys_prog_attach(int prog_fd, int target_fd, u32 attach_type);
int sys_prog_detach(int prog_fd, int target_fd, u32 attach_type);
int sys_map_update(int map_fd, const void *key, const void *value);
int sys_prog_info(int prog_fd, struct bpf_prog_info *out);
u64 sys_address(const void *p);
