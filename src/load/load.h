/*
 * From an object to programs that run in this kernel: what the kernel can do
 * (a Target for the compiler), loading by libbpf with the verifier's refusals
 * said in words at the user's own source line, attaching by every kind of
 * probe. An object is what object/ wrote or what another compiler wrote.
 *
 * Functions return 0 or a negative errno and fill a LoadError. Nothing prints:
 * what libbpf and the loader have to say goes to the LoadSink. Memory is heap;
 * pairs are exact.
 */
#pragma once

#include "ir/meta.h"

/* ---- messages ---- */
typedef enum { LOAD_DEBUG, LOAD_INFO, LOAD_WARNING } LoadLevel;

typedef struct LoadSink {
	void *self;
	/* One message, without a newline at its end. */
	void (*message)(void *self, LoadLevel level, const char *text);
} LoadSink;

/* Why something failed. Texts are on the heap or NULL: load_error_done. */
typedef struct LoadError {
	int code; /* negative errno */
	bool is_attach; /* the kernel refused to attach: exit status 255 */
	char *file; /* the user's source position, where one is known */
	u32 line, col; /* 0: unknown */
	char *text; /* one sentence, without a position: "invalid read from stack" */
	char *hint; /* what to do about it */
	char *log; /* the verifier's own words, for -v */
} LoadError;

void load_error_done(LoadError *e);

/* ---- the running kernel (features.c, probes.c) ---- */
/*
 * Fills a Target with the running kernel's version, architecture, CPUs,
 * features and probes. btf_path replaces /sys/kernel/btf/vmlinux; no_feature is a comma
 * list of rows of features.def in lower case to be taken as missing
 * ("kprobe_multi,uprobe_multi"); either may be NULL. Features that need
 * privileges to be asked for are taken from the kernel's version without
 * them. -EINVAL for an unknown feature's name.
 */
int load_target(Target *out, const char *btf_path, const char *no_feature);
void load_target_done(Target *t);
/* NULL if this process may load programs; else why not, and in *hint what to do. Static texts. */
const char *load_privileges(const char **hint);
/*
 * Where tracefs can be reached ("/sys/kernel/tracing"), or NULL. If it isn't mounted
 * it's opened for this process only, and the path leads through /proc/self/fd. Lives as long as
 * the target.
 */
const char *load_tracefs(const Target *t);
/* Number and default period of a software or hardware event, by name or alias; false: unknown. */
bool load_perf_event(const char *kind, const char *name, u64 *config, u64 *count);
/* The i-th name (aliases left out) of "software" or "hardware", NULL past the last. */
const char *load_perf_event_name(const char *kind, u32 i);

/* ---- an object in the kernel (load.c, attach*.c) ---- */
typedef enum { MISSING_ERROR, MISSING_WARN, MISSING_IGNORE } MissingProbes;

/* What the command line says of one program: where it goes; "none": loaded, never attached. */
typedef struct LoadPlace {
	const char *program, *where;
} LoadPlace;

typedef struct LoadOptions {
	const Meta *meta; /* scripts: what to attach; NULL: by SEC names. Outlives the Loaded. */
	const Target *target; /* of load_target; outlives the Loaded */
	LoadSink sink; /* message may be NULL */
	const char *dev; /* network device of xdp, tc, tcx and socket filter programs; NULL */
	const char *xdp_mode; /* "native", "generic", "offload"; NULL: what the device can do */
	const LoadPlace *places; /* plain objects: of single programs, before all else */
	u32 n_places;
	const LoadPlace *only; /* plain objects: only these programs are loaded, if there are any */
	u32 n_only;
	u32 sample_hz; /* plain objects: how often perf_event programs run */
	const char *cgroup; /* path of the cgroup of cgroup programs */
	int pid; /* only this process, for user probes and perf events; 0: all */
	const volatile int *signalled; /* not 0: load_attach gives up with -EINTR; may be NULL */
	MissingProbes missing; /* what a probe that can't be attached does */
	/* Directory in a bpffs that maps, programs and a plain object's links are pinned under, so
	 * that they stay; NULL: nothing outlives the Loaded. */
	const char *pin;
	bool log; /* keep the verifier's log of accepted programs too (LOAD_DEBUG messages) */
} LoadOptions;

typedef struct Loaded Loaded;

typedef struct LoadProgram {
	const char *name; /* function in the object */
	const char *section;
	int fd; /* -1 before load_load */
	u32 type; /* BPF_PROG_TYPE_… */
	u32 n_insns; /* as in the object */
} LoadProgram;

typedef struct LoadMap {
	const char *name; /* as in the object, not shortened */
	int fd;
	u32 type, key_size, value_size, max_entries, flags;
} LoadMap;

/* Parses the object, decides what each program is. elf must outlive the Loaded. */
int load_open(Loaded **out, const void *elf, size_t len, const LoadOptions *o, LoadError *err);
/* Bytes of a data section (".rodata", ".data" …) to be changed before load_load, or NULL. */
void *load_data(Loaded *l, const char *section, size_t *size);
/* Where a variable lies in a data section, by the object's BTF; -ENOENT. */
int load_variable(const Loaded *l, const char *section, const char *name, u32 *offset, u32 *size);
/* The next variable of the object's data sections after *i (start with 0); false past the last. */
typedef struct LoadVariable {
	const char *section, *name; /* until load_close */
	u32 type_id; /* in the object's BTF */
	u32 offset, size;
} LoadVariable;
bool load_variable_next(const Loaded *l, u32 *i, LoadVariable *out);
/* The object's BTF as libbpf has it after opening; NULL if there is none. Until load_load. */
const void *load_btf(const Loaded *l, u32 *size);
/* Another number of entries, before load_load; -ENOENT for an unknown map. */
int load_set_map_size(Loaded *l, const char *map, u32 max_entries);
/* Another process than LoadOptions.pid said: the one that -c started. Before load_attach. */
void load_set_pid(Loaded *l, int pid);
/* Creates the maps, loads the programs. */
int load_load(Loaded *l, LoadError *err);
/* Runs the programs of a kind that has no event of its own: "begin", "end", "self". In order. */
int load_run(Loaded *l, const char *kind, LoadError *err);
/* Attaches everything else. *n_attached counts attach points, "begin" and "end" included. */
int load_attach(Loaded *l, u32 *n_attached, LoadError *err);
/* Detaches everything that load_attach attached; maps stay readable. */
void load_detach(Loaded *l);
/* Detaches, unloads, releases. NULL is allowed. */
void load_close(Loaded *l);

/* Descriptor of a map by its full name in the object; -ENOENT. */
int load_map_fd(const Loaded *l, const char *name);
/* The i-th map or program; false past the last. Texts live until load_close. */
bool load_map_at(const Loaded *l, u32 i, LoadMap *out);
bool load_program_at(const Loaded *l, u32 i, LoadProgram *out);
/* "bpf_prog_TAG": how the kernel's symbol of the i-th program starts; false if it isn't loaded. */
bool load_program_symbol(const Loaded *l, u32 i, char *out, size_t room);
/* Descriptor to read the text of an iterator from, the i-th attach point (plain objects: program);
 * caller closes. */
int load_iter(Loaded *l, u32 i, LoadError *err);

/* ---- statistics ---- */
/* Descriptor; until it's closed the kernel accounts for the run time of all programs. */
int load_stats_enable(void);
/* Total run time and number of runs of a program so far; false if unknown. */
bool load_program_stats(const Loaded *l, u32 i, u64 *run_ns, u64 *runs);
