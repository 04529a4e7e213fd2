/*
 * Attaching a plain object, ours or another compiler's: what each program is
 * follows from its section's name, which libbpf reads. Programs of the network
 * and of cgroups also need to be told where, by the options; without that they
 * are loaded and left alone, as bpftool would.
 */
#include "load/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <unistd.h>

#include "load/sys.h"

static void add_link(Loaded *l, struct bpf_link *link)
{
	Attachment a = ATTACHMENT_NONE;
	a.link = link;
	attachment_add(l, a);
}

static bool is_section(const struct bpf_program *p, const char *part)
{
	return strstr(bpf_program__section_name(p), part) != NULL;
}

/* A filter of clsact, as `tc filter add … bpf da` makes it; clsact too if there is none. */
static int attach_tc(Loaded *l, struct bpf_program *p, int ifindex)
{
	Attachment a = ATTACHMENT_NONE;
	a.tc_point = is_section(p, "egress") ? BPF_TC_EGRESS : BPF_TC_INGRESS;
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		    .attach_point = (enum bpf_tc_attach_point)a.tc_point);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bpf_program__fd(p));
	int err = bpf_tc_hook_create(&hook);
	if (err && err != -EEXIST)
		return err;
	a.owns_qdisc = !err;
	err = bpf_tc_attach(&hook, &opts);
	if (err)
		return err;
	a.ifindex = ifindex;
	a.tc_handle = opts.handle;
	a.tc_priority = opts.priority;
	attachment_add(l, a);
	return 0;
}

void detach_tc(const Attachment *a)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = a->ifindex,
		    .attach_point = (enum bpf_tc_attach_point)a->tc_point);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = a->tc_handle, .priority = a->tc_priority);
	bpf_tc_detach(&hook, &opts);
	if (!a->owns_qdisc)
		return;
	/* both directions: removes the qdisc itself */
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&hook);
}

static int attach_tcx(Loaded *l, struct bpf_program *p, int ifindex)
{
	SysLink link = {.prog_fd = (u32)bpf_program__fd(p),
			.target_fd = (u32)ifindex,
			.attach_type = is_section(p, "egress") ? SYS_TCX_EGRESS : SYS_TCX_INGRESS};
	Attachment a = ATTACHMENT_NONE;
	a.link_fd = sys_link_create(&link);
	if (a.link_fd < 0)
		return a.link_fd;
	attachment_add(l, a);
	return 0;
}

static int attach_xdp(Loaded *l, struct bpf_program *p, int ifindex)
{
	struct bpf_link *link = bpf_program__attach_xdp(p, ifindex);
	if (!link)
		return -errno;
	add_link(l, link);
	return 0;
}

/* 1: there is no device to attach it to. */
static int attach_device(Loaded *l, struct bpf_program *p)
{
	if (!l->o.dev)
		return 1;
	int ifindex = (int)if_nametoindex(l->o.dev);
	if (!ifindex)
		return -ENODEV;
	if (bpf_program__type(p) == BPF_PROG_TYPE_XDP)
		return attach_xdp(l, p, ifindex);
	if (is_section(p, "tcx"))
		return attach_tcx(l, p, ifindex);
	return attach_tc(l, p, ifindex);
}

static int attach_cgroup(Loaded *l, struct bpf_program *p)
{
	if (!l->o.cgroup)
		return 1;
	int fd = open(l->o.cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	struct bpf_link *link = bpf_program__attach_cgroup(p, fd);
	int err = link ? 0 : -errno;
	close(fd);
	if (link)
		add_link(l, link);
	return err;
}

/*
 * Sections that say the same as an attach point of a script go the same way: it needs no
 * mounted tracefs, ends quickly, and says why not. *def's texts point into `text`.
 */
static bool section_point(const struct bpf_program *p, char *text, size_t size, AttachDef *def)
{
	static const struct {
		const char *prefix, *kind;
	} same[] = {
		{"tracepoint/", "tracepoint"},
		{"tp/", "tracepoint"},
		{"kprobe/", "kprobe"},
		{"kretprobe/", "kretprobe"},
	};
	const char *section = bpf_program__section_name(p);
	*def = (AttachDef){.program = bpf_program__name(p), .name = section};
	for (u32 i = 0; i < ARRAY_LEN(same) && !def->kind; i++) {
		size_t len = strlen(same[i].prefix);
		if (strncmp(section, same[i].prefix, len) != 0)
			continue;
		def->kind = same[i].kind;
		snprintf(text, size, "%s", section + len);
	}
	if (!def->kind)
		return false;
	def->function = text;
	if (strcmp(def->kind, "tracepoint") != 0)
		return !strpbrk(text, "+/");
	char *slash = strchr(text, '/');
	if (!slash)
		return false;
	*slash = 0;
	def->target = text;
	def->function = slash + 1;
	return true;
}

/* 1: nothing says where. */
static int attach_by_section(Loaded *l, struct bpf_program *p, LoadError *err)
{
	char text[256];
	AttachDef def;
	if (section_point(p, text, sizeof(text), &def))
		return attach_point(l, &def, err);
	struct bpf_link *link = bpf_program__attach(p);
	if (!link)
		return errno == EOPNOTSUPP || errno == ESRCH ? 1 : -errno;
	add_link(l, link);
	return 0;
}

static int attach_program(Loaded *l, struct bpf_program *p, LoadError *err)
{
	switch (bpf_program__type(p)) {
	case BPF_PROG_TYPE_XDP:
	case BPF_PROG_TYPE_SCHED_CLS:
	case BPF_PROG_TYPE_SCHED_ACT:
		return attach_device(l, p);
	case BPF_PROG_TYPE_CGROUP_SKB:
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_CGROUP_DEVICE:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
	case BPF_PROG_TYPE_CGROUP_SYSCTL:
	case BPF_PROG_TYPE_CGROUP_SOCKOPT:
	case BPF_PROG_TYPE_SOCK_OPS:
		return attach_cgroup(l, p);
	default:
		return attach_by_section(l, p, err);
	}
}

static int attach_struct_ops(Loaded *l, u32 *n, LoadError *err)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, l->object) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		struct bpf_link *link = bpf_map__attach_struct_ops(map);
		if (!link) {
			err->is_attach = true;
			return load_fail(err, -errno, "Unable to attach %s: %s", bpf_map__name(map),
					 strerror(errno));
		}
		add_link(l, link);
		(*n)++;
	}
	return 0;
}

int attach_object(Loaded *l, u32 *n_attached, LoadError *err)
{
	for (u32 i = 0; i < l->n_programs; i++) {
		struct bpf_program *p = l->programs[i];
		const char *section = bpf_program__section_name(p);
		if (bpf_program__type(p) == BPF_PROG_TYPE_STRUCT_OPS)
			continue;
		int code = attach_program(l, p, err);
		if (code > 0)
			load_say(&l->o.sink, LOAD_INFO, "%s (%s) is loaded, and not attached",
				 bpf_program__name(p), section);
		if (code >= 0) {
			*n_attached += !code;
			continue;
		}
		err->is_attach = true;
		return err->text ? code
				 : load_fail(err, code, "Unable to attach %s (%s): %s",
					     bpf_program__name(p), section, strerror(-code));
	}
	return attach_struct_ops(l, n_attached, err);
}
