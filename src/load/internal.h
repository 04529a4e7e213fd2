/* What the files of load/ share. */
#pragma once

#include <bpf/libbpf.h>

#include "load/load.h"

/* ---- probes.c ---- */
/* Heap; borrows t's BTF file if there is one by the time it's asked. NULL: no memory. */
ProbeSource *probe_source_new(const Target *t);
void probe_source_free(const ProbeSource *s);

/* ---- probes_user.c ---- */
typedef void Found(void *user, const char *group, const char *name);
/* Functions and static markers of a binary; as ProbeSource.match. */
int match_user(const char *path, const char *name, Found *found, void *user);
int match_usdt(const char *group, const char *name, Found *found, void *user);
/* Fills in what asks about programs and libraries. */
void probe_source_user(ProbeSource *s);

static inline bool is_pattern(const char *name)
{
	return !name || strchr(name, '*');
}

/* ---- tracefs.c ---- */
/* A way into tracefs; fd is -1 where it's mounted for all. */
typedef struct Tracefs {
	char path[40]; /* "": not available */
	int fd;
} Tracefs;

void tracefs_open(Tracefs *t);
void tracefs_close(Tracefs *t);
/* Whole text of the file root + path (tracefs has its root, others ""); heap. NULL and errno. */
char *read_whole(const char *root, const char *path, size_t *len);

/* ---- lists of names (names.c) ---- */
typedef struct Name {
	const char *group, *name;
} Name;

typedef struct Names {
	Vec(Name) list; /* on the heap */
	char *text; /* what the names point into */
} Names;

void names_sort(Names *n);
void names_free(Names *n);
/* '*' stands for any text; NULL matches all. */
bool name_fits(const char *pattern, const char *name);

/* ---- an object in the kernel ---- */
/* Something that load_detach undoes, in reverse order. Unused descriptors are -1. */
typedef struct Attachment {
	int link_fd, perf_fd;
	int table_fd; /* programs of a dispatcher, attach_syscalls.c */
	struct bpf_link *link; /* libbpf's own */
	int ifindex; /* tc filter on this device; 0: none */
	u32 tc_handle, tc_priority, tc_point;
	bool owns_qdisc;
	int socket_fd; /* with a filter */
	int map_fd; /* sockmap with the program prog_fd; both borrowed */
	int prog_fd;
	u32 attach_type;
} Attachment;

#define ATTACHMENT_NONE                                                                            \
	((Attachment){                                                                             \
		.link_fd = -1, .perf_fd = -1, .table_fd = -1, .socket_fd = -1, .map_fd = -1})

struct Loaded {
	struct bpf_object *object;
	LoadOptions o;
	const u8 *elf; /* the caller's */
	size_t len;
	char *log; /* the verifier's, LOG_BYTES of address space */
	char failed[128]; /* program that the kernel refused last */
	char *first_warning; /* libbpf's in this operation, heap; NULL */
	struct bpf_program **programs;
	u32 *insn_counts; /* of each, as in the object: libbpf appends subprograms later */
	u32 n_programs;
	Vec(Attachment) attachments; /* heap */
	Vec(int) ended_links; /* being closed; heap */
	Vec(int) idle_events; /* perf events without a program, closed at the end; heap */
	Vec(struct bpf_map *) own_pins; /* maps that this run pinned and will unpin; heap */
	Vec(int) iters; /* link of each attach point that is an iterator, else -1; heap */
};

/* The largest log that Linux 5.10 takes; only what is written is ever touched. */
#define LOG_BYTES ((16u << 20) - 4096)

/* Sets the text and returns code. */
int load_fail(LoadError *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
void load_hint(LoadError *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
void load_say(const LoadSink *sink, LoadLevel level, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The user wants it to end. */
static inline bool is_stopped(const LoadOptions *o)
{
	return o->signalled && *o->signalled;
}

bool loaded_has(const Loaded *l, Feature f);
struct bpf_program *loaded_program(const Loaded *l, const char *name);

/* ---- verifier.c ---- */
/* Fills err from libbpf's result and what the kernel said; returns code. */
int explain_load(Loaded *l, int code, LoadError *err);

/* ---- attach.c: by attach points ---- */
/* What is attached where. why: fills err's hint; text is made by the caller. */
typedef struct AttachJob {
	Loaded *l;
	const AttachDef *def;
	int prog_fd;
	LoadError *err; /* only its hint */
	char why[200]; /* the reason in words; "" : that of errno */
} AttachJob;

/* One attach point, by its kind; err->text says why not. */
int attach_point(Loaded *l, const AttachDef *def, LoadError *err);
int attach_tracepoint(AttachJob *j); /* attach_perf.c */
int attach_timer(AttachJob *j);
int attach_event(AttachJob *j);
int attach_watchpoint(AttachJob *j);
int attach_kprobe(AttachJob *j); /* attach_probe.c */
int attach_uprobe(AttachJob *j);
/* A uprobe at an offset of the target's file; semaphore: offset of its counter or 0. */
int attach_uprobe_at(AttachJob *j, u64 offset, u64 semaphore);
int attach_usdt(AttachJob *j); /* attach_usdt.c */
int attach_raw_tracepoint(AttachJob *j); /* attach.c */
int attach_tracing(AttachJob *j);
int attach_iter(AttachJob *j);
/* Attaches many system call events as one; sets done[i] for each that is. Their number. */
u32 attach_syscalls(Loaded *l, bool *done, LoadError *err);
/* Undoes attachments, the last first, until n are left. */
void load_detach_to(Loaded *l, u32 n);
/* Connects a perf event, which the attachment then owns, with the program. */
int attach_perf_event(AttachJob *j, int perf_fd);
/* Closes the perf events that load_detach left open. */
void close_events(Loaded *l);
void attachment_add(Loaded *l, Attachment a);

/* ---- attach_object.c: by SEC names ---- */
/* One program of a plain object. Functions return 0, a negative errno, or NOT_ATTACHED. */
typedef struct ObjectJob {
	Loaded *l;
	struct bpf_program *p;
	const char *section, *where; /* where: of --attach, or NULL */
	LoadError *err; /* text set: it says all; else the errno does */
} ObjectJob;

#define NOT_ATTACHED 1

int attach_object(Loaded *l, u32 *n_attached, LoadError *err);
/* Types of programs in sections that libbpf doesn't know, and what --attach and --only change. */
int prepare_object(Loaded *l, LoadError *err);
/* What `option` must say is missing; -EINVAL. */
int object_needs(ObjectJob *j, const char *option);
/* Takes the link, or the errno that libbpf left. */
int object_add_link(ObjectJob *j, struct bpf_link *link);
/* The map that `where` names, or the only one of the types in the mask; NULL with a text. */
struct bpf_map *object_map(ObjectJob *j, u64 types, const char *what);

/* ---- attach_net.c: programs of the network and of cgroups ---- */
int attach_device(ObjectJob *j);
int attach_cgroup(ObjectJob *j);
int attach_netns(ObjectJob *j);
int attach_netfilter(ObjectJob *j);
int attach_sockmap(ObjectJob *j);
void detach_tc(const Attachment *a);
void detach_sockmap(const Attachment *a);

/* ---- object.c: a plain object's sizes and pins ---- */
/* Sizes that user space is expected to choose. Before the object is loaded. */
void size_maps(Loaded *l);
/* Loaded: the cgroup of the options into the maps that filter by it. */
void fill_cgroup_arrays(Loaded *l);
/* Notes which maps are not pinned yet, so that ours can be unpinned. */
void note_pins(Loaded *l);
int pin_object(Loaded *l, LoadError *err);
/* Pins the links from the n-th attachment on under the program's name. */
int pin_links(Loaded *l, u32 n, const char *program);
void unpin_maps(Loaded *l);

/* The n-th CPU of those online, -1 past the last: calls f for each until it fails. */
int each_online_cpu(int (*f)(void *user, int cpu), void *user);
