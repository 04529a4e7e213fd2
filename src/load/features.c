/*
 * What the running kernel can do: one row here for each row of
 * tables/features.def, saying how to ask.
 *
 * All of it has to fit in a millisecond, as a one-liner starts in ten. So
 * nothing is loaded successfully if it can be helped: a program of three
 * instructions calls the helper in question (or is made of the instruction in
 * question) and then reads r9, which nothing has set. A kernel that knows the
 * helper gets as far as r9 and says EACCES; one that does not says EINVAL
 * before. That takes some 20 µs each. Links are asked for with a bad address:
 * EFAULT means that the kernel got as far as reading it.
 *
 * Without the privilege to ask, the kernel's version has to do.
 */
#include "load/internal.h"
#include "load/sys.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sys/utsname.h>
#include <strings.h>
#include <unistd.h>

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
#define KERNEL_BTF_DIR "/sys/kernel/btf"
#define BAD_ADDRESS 1

typedef enum {
	ASK_VERSION,
	ASK_HELPER, /* number: the helper; in programs of type `program` */
	ASK_INSN, /* number: row of probe_insns */
	ASK_MULTI, /* number: attach type of a kprobe or uprobe link over several functions */
	ASK_FILE, /* path exists */
	ASK_MODULES, /* BTF of modules lies beside the kernel's */
	ASK_TCX,
	ASK_SAME, /* number: the Feature that came with it */
	ASK_TRACING, /* programs that hang on kernel functions by their BTF id */
} Ask;

typedef struct Question {
	Ask ask;
	u32 number;
	const char *path;
	u32 program;
} Question;

#define HELPER_IN_KPROBE(id) {ASK_HELPER, BPF_FUNC_##id, NULL, BPF_PROG_TYPE_KPROBE}

enum { INSN_JMP32, INSN_MOVSX, INSN_FETCH_ADD, INSN_MAY_GOTO };

/*
 * Helper 210, cgrp_storage_get, came with 6.2 as bpf_rdonly_cast did; skb_set_tstamp with 5.18 as
 * kfuncs in tracing did.
 */
static const Question questions[FEAT_COUNT] = {
	[FEAT_RINGBUF] = HELPER_IN_KPROBE(ringbuf_output),
	[FEAT_BTF] = {ASK_FILE, 0, KERNEL_BTF, 0},
	[FEAT_MODULE_BTF] = {ASK_MODULES, 0, NULL, 0},
	[FEAT_JMP32] = {ASK_INSN, INSN_JMP32, NULL, 0},
	[FEAT_ISA_V4] = {ASK_INSN, INSN_MOVSX, NULL, 0},
	[FEAT_FETCH_ATOMICS] = {ASK_INSN, INSN_FETCH_ADD, NULL, 0},
	[FEAT_LOOP] = HELPER_IN_KPROBE(loop),
	[FEAT_FOR_EACH_MAP] = HELPER_IN_KPROBE(for_each_map_elem),
	[FEAT_MAY_GOTO] = {ASK_INSN, INSN_MAY_GOTO, NULL, 0},
	[FEAT_SNPRINTF] = HELPER_IN_KPROBE(snprintf),
	[FEAT_GET_FUNC_IP] = HELPER_IN_KPROBE(get_func_ip),
	[FEAT_GET_ATTACH_COOKIE] = HELPER_IN_KPROBE(get_attach_cookie),
	[FEAT_TASK_BTF] = HELPER_IN_KPROBE(get_current_task_btf),
	[FEAT_KTIME_BOOT] = HELPER_IN_KPROBE(ktime_get_boot_ns),
	[FEAT_KTIME_TAI] = HELPER_IN_KPROBE(ktime_get_tai_ns),
	[FEAT_PROBE_READ_KERNEL] = HELPER_IN_KPROBE(probe_read_kernel),
	[FEAT_RDONLY_CAST] = {ASK_HELPER, 210, NULL, BPF_PROG_TYPE_KPROBE},
	[FEAT_LOOKUP_PERCPU] = HELPER_IN_KPROBE(map_lookup_percpu_elem),
	[FEAT_D_PATH] = HELPER_IN_KPROBE(per_cpu_ptr),
	[FEAT_KPROBE] = {ASK_FILE, 0, "/sys/bus/event_source/devices/kprobe/type", 0},
	[FEAT_KPROBE_MULTI] = {ASK_MULTI, SYS_TRACE_KPROBE_MULTI, NULL, 0},
	[FEAT_KPROBE_SESSION] = {ASK_MULTI, SYS_TRACE_KPROBE_SESSION, NULL, 0},
	[FEAT_UPROBE_MULTI] = {ASK_MULTI, SYS_TRACE_UPROBE_MULTI, NULL, 0},
	[FEAT_FENTRY] = {ASK_TRACING, 0, NULL, 0},
	[FEAT_PERF_LINK] = {ASK_SAME, FEAT_GET_ATTACH_COOKIE, NULL, 0},
	[FEAT_TCX] = {ASK_TCX, SYS_TCX_INGRESS, NULL, 0},
	[FEAT_GLOBAL_FUNCS] = {ASK_SAME, FEAT_KTIME_BOOT, NULL, 0},
	[FEAT_BPF2BPF_CALLBACK] = {ASK_SAME, FEAT_FOR_EACH_MAP, NULL, 0},
	[FEAT_EXIT_SIGNALS] = HELPER_IN_KPROBE(send_signal),
	[FEAT_NS_PID_TGID] = HELPER_IN_KPROBE(get_ns_current_pid_tgid),
	[FEAT_STRNCMP] = HELPER_IN_KPROBE(strncmp),
	[FEAT_KFUNC_CALL] = {ASK_HELPER, BPF_FUNC_skb_set_tstamp, NULL, BPF_PROG_TYPE_SCHED_CLS},
	[FEAT_MILLION_INSNS] = {ASK_SAME, FEAT_KTIME_BOOT, NULL, 0},
};

/* Rows of features.def: name as --no-feature has it, and the version it came with. */
static const struct {
	const char *name;
	u32 major, minor;
} rows[FEAT_COUNT] = {
#define FEATURE(id, since_major, since_minor, text) [FEAT_##id] = {#id, since_major, since_minor},
#include "tables/features.def"
#undef FEATURE
};

#define READ_R9 {BPF_ALU64 | BPF_MOV | BPF_X, 0, 9, 0, 0}
#define SET_R0 {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}
#define EXIT {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}

/* All of it can be reached, or the kernel refuses it for that. */
static const struct bpf_insn probe_insns[][5] = {
	[INSN_JMP32] = {SET_R0, SET_R0, {BPF_JMP32 | BPF_JEQ | BPF_K, 0, 0, 0, 1}, READ_R9, EXIT},
	[INSN_MOVSX] = {SET_R0, SET_R0, {BPF_ALU64 | BPF_MOV | BPF_X, 0, 0, 8, 0}, READ_R9, EXIT},
	[INSN_FETCH_ADD] = {SET_R0,
			    {BPF_STX | BPF_MEM | BPF_DW, 10, 0, -8, 0},
			    {BPF_STX | BPF_ATOMIC | BPF_DW, 10, 0, -8, BPF_ADD | BPF_FETCH},
			    READ_R9,
			    EXIT},
	[INSN_MAY_GOTO] = {SET_R0, SET_R0, {BPF_JMP | 0xe0, 0, 0, 0, 0}, READ_R9, EXIT},
};

static bool refused_at_r9(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd >= 0 || fd == -EACCES;
}

static bool has_helper(u32 id, u32 program)
{
	const struct bpf_insn insns[] = {{BPF_JMP | BPF_CALL, 0, 0, 0, (i32)id}, READ_R9, EXIT};
	return refused_at_r9(sys_prog_load(program, 0, insns, ARRAY_LEN(insns)));
}

static bool has_insn(u32 row)
{
	return refused_at_r9(sys_prog_load(BPF_PROG_TYPE_KPROBE, 0, probe_insns[row], 5));
}

static bool has_multi(u32 attach_type)
{
	const struct bpf_insn insns[] = {SET_R0, EXIT};
	int fd = sys_prog_load(BPF_PROG_TYPE_KPROBE, attach_type, insns, ARRAY_LEN(insns));
	if (fd < 0)
		return false;
	SysLink link = {.prog_fd = (u32)fd, .attach_type = attach_type};
	if (attach_type == SYS_TRACE_UPROBE_MULTI) {
		link.uprobe_multi.path = link.uprobe_multi.offsets = BAD_ADDRESS;
		link.uprobe_multi.count = 1;
	} else {
		link.kprobe_multi.addresses = BAD_ADDRESS;
		link.kprobe_multi.count = 1;
	}
	int err = sys_link_create(&link);
	if (err >= 0)
		close(err);
	close(fd);
	return err == -EFAULT;
}

/* Asks for the programs on a device that can't be there; old kernels don't know the question. */
static bool has_tcx(void)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = 0x7fffffff;
	attr.query.attach_type = SYS_TCX_INGRESS;
	return sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)) == -ENODEV;
}

static bool has_module_btf(void)
{
	DIR *dir = opendir(KERNEL_BTF_DIR);
	bool found = false;
	for (struct dirent *e = dir ? readdir(dir) : NULL; e && !found; e = readdir(dir))
		found = e->d_name[0] != '.' && strcmp(e->d_name, "vmlinux") != 0;
	if (dir)
		closedir(dir);
	return found;
}

static bool is_since(const Target *t, u32 major, u32 minor)
{
	return t->kernel_major > major || (t->kernel_major == major && t->kernel_minor >= minor);
}

/*
 * Trampolines need BTF; on arm64 kernel functions can be reached since 6.4. Type 1 is no function,
 * which a kernel says with EINVAL; one that permits no tracing of functions at all says EPERM.
 */
static bool has_tracing(const Target *t)
{
	const struct bpf_insn insns[] = {SET_R0, EXIT};
	if (!t->has[FEAT_BTF] || (t->arch != ARCH_X86_64 && !is_since(t, 6, 4)))
		return false;
	int fd = sys_tracing_load(BPF_TRACE_FENTRY, 1, insns, ARRAY_LEN(insns));
	if (fd >= 0)
		close(fd);
	return fd != -EPERM;
}

static bool answer(const Target *t, const Question *q)
{
	switch (q->ask) {
	case ASK_VERSION:
		break;
	case ASK_HELPER:
		return has_helper(q->number, q->program);
	case ASK_INSN:
		return has_insn(q->number);
	case ASK_MULTI:
		return has_multi(q->number);
	case ASK_FILE:
		return access(q->path, F_OK) == 0;
	case ASK_MODULES:
		return has_module_btf();
	case ASK_TCX:
		return has_tcx();
	case ASK_SAME:
		return t->has[q->number];
	case ASK_TRACING:
		return has_tracing(t);
	}
	return false;
}

static bool asks_kernel(Ask ask)
{
	return ask == ASK_VERSION || ask == ASK_HELPER || ask == ASK_INSN || ask == ASK_MULTI ||
	       ask == ASK_TCX || ask == ASK_TRACING;
}

static void fill_features(Target *t)
{
	const struct bpf_insn insns[] = {READ_R9, EXIT};
	bool may_ask = sys_prog_load(BPF_PROG_TYPE_KPROBE, 0, insns, 2) == -EACCES;
	for (u32 f = FEAT_NONE + 1; f < FEAT_COUNT; f++) {
		if (asks_kernel(questions[f].ask) && (!may_ask || questions[f].ask == ASK_VERSION))
			t->has[f] = is_since(t, rows[f].major, rows[f].minor);
		else
			t->has[f] = answer(t, &questions[f]);
	}
	if (!t->has[FEAT_KPROBE])
		t->has[FEAT_KPROBE_MULTI] = t->has[FEAT_KPROBE_SESSION] = false;
	if (!t->has[FEAT_BTF])
		t->has[FEAT_RDONLY_CAST] = t->has[FEAT_KFUNC_CALL] = false;
}

/* "kprobe_multi,uprobe_multi" */
static int drop_features(Target *t, const char *list)
{
	while (list && *list) {
		size_t len = strcspn(list, ",");
		u32 f = FEAT_NONE + 1;
		while (f < FEAT_COUNT &&
		       (strlen(rows[f].name) != len || strncasecmp(rows[f].name, list, len)))
			f++;
		if (f == FEAT_COUNT)
			return -EINVAL;
		t->has[f] = false;
		list += len + (list[len] == ',');
	}
	return 0;
}

static Arch arch_of(const char *machine)
{
	if (strcmp(machine, "x86_64") == 0)
		return ARCH_X86_64;
	return strcmp(machine, "aarch64") == 0 ? ARCH_ARM64 : ARCH_NONE;
}

/* Number of possible CPUs, which per-CPU maps have room for: the highest of "0-3,8-11" and one. */
static u32 count_cpus(void)
{
	char text[256] = "";
	FILE *f = fopen("/sys/devices/system/cpu/possible", "re");
	if (f && !fgets(text, sizeof(text), f))
		text[0] = 0;
	if (f)
		fclose(f);
	char *last = text + strlen(text);
	while (last > text && !isdigit((unsigned char)last[-1]))
		last--;
	while (last > text && isdigit((unsigned char)last[-1]))
		last--;
	if (isdigit((unsigned char)*last))
		return (u32)strtoul(last, NULL, 10) + 1;
	long n = sysconf(_SC_NPROCESSORS_CONF);
	return n > 0 ? (u32)n : 1;
}

int load_target(Target *out, const char *btf_path, const char *no_feature)
{
	struct utsname name;
	*out = (Target){0};
	if (uname(&name))
		return -errno;
	if (sscanf(name.release, "%u.%u", &out->kernel_major, &out->kernel_minor) != 2)
		return -EINVAL;
	out->arch = arch_of(name.machine);
	out->n_cpus = count_cpus();
	out->btf_path = btf_path ? btf_path : KERNEL_BTF;
	out->btf_dir = btf_path ? NULL : KERNEL_BTF_DIR;
	fill_features(out);
	if (btf_path)
		out->has[FEAT_BTF] = access(btf_path, R_OK) == 0;
	int err = drop_features(out, no_feature);
	if (err)
		return err;
	out->probes = probe_source_new(out);
	return out->probes ? 0 : -ENOMEM;
}

void load_target_done(Target *t)
{
	probe_source_free(t->probes);
	t->probes = NULL;
}
