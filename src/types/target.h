/*
 * What the compiler must know of the kernel that the program is for: its
 * features, its types, and the probes it offers. load/ fills it from the
 * running kernel; a file can describe another one. Plain data and two
 * function pointers, so that no compiler stage touches the kernel itself.
 */
#pragma once

#include "base/base.h"
#include "base/arena.h"

/* One bit for each row of tables/features.def. */
typedef enum {
	FEAT_NONE,
#define FEATURE(id, since_major, since_minor, text) FEAT_##id,
#include "tables/features.def"
#undef FEATURE
	FEAT_COUNT
} Feature;

typedef enum { ARCH_NONE, ARCH_X86_64, ARCH_ARM64 } Arch;

struct BtfFile; /* types/btf.h */

struct Compile;
struct Type;

/* A static marker (<sys/sdt.h>) at one place of a binary; texts live only during the call. */
typedef struct TargetMarker {
	const char *provider, *name;
	const char *arguments; /* "8@%rbx -4@12(%rsp)"; symbols are replaced by numbers (symbol/usdt.c) */
	u64 offset; /* in the file */
	u64 semaphore; /* offset in the file of a counter that switches it on; 0: none */
} TargetMarker;

/*
 * Where probes are looked up. match calls found() once for each name that fits
 * the pattern ('*' wild) of the kind ("kprobe", "tracepoint", "rawtracepoint",
 * "fentry", "uprobe", "usdt", "iter", "software", "hardware"), in sorted order.
 *   group: tracepoint category, kernel module or path of the binary; a pattern
 *          (NULL: any)
 * A uprobe's name may be "cpp:" and a C++ name or pattern, whose parameters count only if
 * it has "(". found gets group and name; both live only during the call. Returns the
 * number of matches or a negative errno. NULL where the target is not a live
 * kernel: then names are taken on trust.
 */
typedef struct ProbeSource {
	void *self;
	int (*match)(void *self, const char *kind, const char *group, const char *name,
		     void (*found)(void *user, const char *group, const char *name), void *user);
	/* Text of a tracepoint's "format" file into the arena, or NULL. */
	const char *(*tracepoint_format)(void *self, Arena *a, const char *group, const char *name);
	/* Kernel symbol's address (kallsyms), 0 if unknown. */
	u64 (*kernel_symbol)(void *self, const char *name);
	/* Symbol of a user binary: address and size; 0 or -errno. */
	int (*user_symbol)(void *self, const char *path, const char *name, u64 *addr, u64 *size);
	/* Each static marker of a binary, in the order of the file; 0 or -errno. */
	int (*markers)(void *self, const char *path,
		       void (*found)(void *user, const TargetMarker *marker), void *user);
	/*
	 * Each file that the process (0: any process) has mapped to execute, once, sorted; as the
	 * process's own mount namespace has it where that's another one. Their number or -errno.
	 */
	int (*mapped_files)(void *self, u32 pid, void (*found)(void *user, const char *path), void *user);
	/* Prototype (TY_FUNC) of a binary's function by its DWARF, made in c's types; NULL: not known. */
	struct Type *(*user_func)(void *self, struct Compile *c, const char *path, const char *name);
	/*
	 * The statements that DWARF has for a source line (col 0: any): address of each place and
	 * the function it's in. Their number or -errno.
	 */
	int (*source_line)(void *self, const char *path, const char *file, u32 line, u32 col,
			   void (*found)(void *user, u64 address, const char *function), void *user);
} ProbeSource;

typedef struct Target {
	bool has[FEAT_COUNT];
	u32 kernel_major, kernel_minor;
	Arch arch;
	u32 n_cpus; /* possible CPUs */
	struct BtfFile *btf; /* opened when first asked for: types_btf(); may stay NULL */
	const char *btf_path; /* --btf FILE, or NULL for /sys/kernel/btf/vmlinux */
	const char *btf_dir; /* modules: /sys/kernel/btf, NULL for none */
	const ProbeSource *probes;
	bool portable; /* the object is for other kernels too: no merged reads, no trusted offsets */
} Target;

/* The row's text and version, for messages: "bpf_loop (Linux 5.17)". */
const char *feature_text(Feature f);
u32 feature_since_major(Feature f);
u32 feature_since_minor(Feature f);
