/*
 * Attaching programs of the network and of cgroups. Their sections say what
 * they are but not where they go: a device, a cgroup, a network namespace, a
 * hook of netfilter or a sockmap comes from the command line, for all (--dev,
 * --cgroup) or for one program (--attach).
 *
 *   xdp            a link on the device; the kernel takes the driver's own way if it has
 *                  one, unless a mode is asked for
 *   tcx, netkit's  a link on the device (Linux 6.6)
 *   tc             a filter of clsact as `tc filter add … bpf da` makes it, and clsact
 *                  too where there is none; "egress" in the section or the function's
 *                  name says which side
 *   socket         a raw packet socket on the device, whose filter the program is
 *   sk_msg, sk_skb the object's sockmap or sockhash
 *
 * A program that libbpf or the kernel refuses is an errno; what is missing on
 * the command line is said by its option's name.
 */
#include "load/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/sys.h"

static bool is_egress(const ObjectJob *j)
{
	return strstr(j->section, "egress") ||
	       (!strstr(j->section, "ingress") && strstr(bpf_program__name(j->p), "egress"));
}

static int add_descriptor(ObjectJob *j, int fd)
{
	if (fd < 0)
		return fd;
	Attachment a = ATTACHMENT_NONE;
	a.link_fd = fd;
	attachment_add(j->l, a);
	return 0;
}

/* ---- devices ---- */

static int attach_tc(ObjectJob *j, int ifindex)
{
	Attachment a = ATTACHMENT_NONE;
	a.tc_point = is_egress(j) ? BPF_TC_EGRESS : BPF_TC_INGRESS;
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		    .attach_point = (enum bpf_tc_attach_point)a.tc_point);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bpf_program__fd(j->p));
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
	attachment_add(j->l, a);
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

static int attach_tcx(ObjectJob *j, int ifindex)
{
	SysLink link = {.prog_fd = (u32)bpf_program__fd(j->p),
			.target_fd = (u32)ifindex,
			.attach_type = is_egress(j) ? SYS_TCX_EGRESS : SYS_TCX_INGRESS};
	return add_descriptor(j, sys_link_create(&link));
}

static u32 xdp_flags(const char *mode)
{
	if (!mode)
		return 0;
	if (strcmp(mode, "generic") == 0)
		return XDP_FLAGS_SKB_MODE;
	return strcmp(mode, "offload") == 0 ? XDP_FLAGS_HW_MODE : XDP_FLAGS_DRV_MODE;
}

static int attach_xdp(ObjectJob *j, int ifindex)
{
	SysLink link = {.prog_fd = (u32)bpf_program__fd(j->p),
			.target_fd = (u32)ifindex,
			.attach_type = BPF_XDP,
			.flags = xdp_flags(j->l->o.xdp_mode)};
	int err = add_descriptor(j, sys_link_create(&link));
	if (err == -EBUSY || err == -EEXIST)
		return load_fail(j->err, err,
				 "Unable to attach %s (%s): the device has an XDP program already",
				 bpf_program__name(j->p), j->section);
	return err;
}

/* Packets aren't read: the filter runs before the kernel looks whether the socket is full. */
static int attach_socket(ObjectJob *j, int ifindex)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = ifindex};
	int prog = bpf_program__fd(j->p), small = 1;
	Attachment a = ATTACHMENT_NONE;
	a.socket_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (a.socket_fd < 0)
		return -errno;
	setsockopt(a.socket_fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (setsockopt(a.socket_fd, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)) ||
	    bind(a.socket_fd, (struct sockaddr *)&at, sizeof(at))) {
		int err = -errno;
		close(a.socket_fd);
		return err;
	}
	attachment_add(j->l, a);
	return 0;
}

int attach_device(ObjectJob *j)
{
	const char *dev = j->where ? j->where : j->l->o.dev;
	if (!dev)
		return object_needs(j, "--dev DEVICE");
	int ifindex = (int)if_nametoindex(dev);
	if (!ifindex)
		return load_fail(j->err, -ENODEV, "there is no network device %s", dev);
	switch (bpf_program__type(j->p)) {
	case BPF_PROG_TYPE_XDP:
		return attach_xdp(j, ifindex);
	case BPF_PROG_TYPE_SOCKET_FILTER:
		return attach_socket(j, ifindex);
	default:
		return strstr(j->section, "tcx") ? attach_tcx(j, ifindex) : attach_tc(j, ifindex);
	}
}

/* ---- cgroups, namespaces ---- */

int attach_cgroup(ObjectJob *j)
{
	const char *path = j->where ? j->where : j->l->o.cgroup;
	if (!path)
		return object_needs(j, "--cgroup FOLDER");
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return load_fail(j->err, -errno, "--cgroup %s: %s", path, strerror(errno));
	int err = object_add_link(j, bpf_program__attach_cgroup(j->p, fd));
	close(fd);
	if (err == -EBADF)
		return load_fail(j->err, err, "%s is no folder of a cgroup2 file system", path);
	return err;
}

/* sk_lookup and flow dissector: of this network namespace, or of the one at a path. */
int attach_netns(ObjectJob *j)
{
	const char *path = j->where ? j->where : "/proc/self/ns/net";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return load_fail(j->err, -errno, "%s: %s", path, strerror(errno));
	int err = object_add_link(j, bpf_program__attach_netns(j->p, fd));
	close(fd);
	return err;
}

/* "ipv4/local_in", "ipv6/forward/-100" */
static bool parse_hook(const char *text, SysLink *link)
{
	static const struct {
		const char *name;
		u32 number;
	} families[] = {{"ipv4/", 2}, {"ipv6/", 10}};
	static const char *const hooks[] = {"pre_routing", "local_in", "forward", "local_out",
					    "post_routing"};
	const char *rest = NULL;
	for (u32 i = 0; i < ARRAY_LEN(families); i++) {
		if (strncmp(text, families[i].name, 5) != 0)
			continue;
		link->netfilter.family = families[i].number;
		rest = text + 5;
	}
	for (u32 i = 0; rest && i < ARRAY_LEN(hooks); i++) {
		size_t len = strlen(hooks[i]);
		if (strncmp(rest, hooks[i], len) != 0 || (rest[len] && rest[len] != '/'))
			continue;
		link->netfilter.hook = i;
		link->netfilter.priority = rest[len] ? atoi(rest + len + 1) : -128;
		return true;
	}
	return false;
}

int attach_netfilter(ObjectJob *j)
{
	SysLink link = {.prog_fd = (u32)bpf_program__fd(j->p), .attach_type = SYS_NETFILTER};
	if (!j->where)
		return object_needs(j, "--attach PROGRAM=ipv4/local_in (or ipv6/…; pre_routing, "
				       "forward, local_out, post_routing; /PRIORITY)");
	if (!parse_hook(j->where, &link))
		return load_fail(j->err, -EINVAL,
				 "\"%s\" is no hook of netfilter: write ipv4/local_in", j->where);
	return add_descriptor(j, sys_link_create(&link));
}

/* ---- sockmaps ---- */

int attach_sockmap(ObjectJob *j)
{
	u64 types = 1ull << BPF_MAP_TYPE_SOCKMAP | 1ull << BPF_MAP_TYPE_SOCKHASH;
	struct bpf_map *map = object_map(j, types, "sockmap");
	if (!map)
		return -EINVAL;
	Attachment a = ATTACHMENT_NONE;
	a.map_fd = bpf_map__fd(map);
	a.prog_fd = bpf_program__fd(j->p);
	a.attach_type = bpf_program__expected_attach_type(j->p);
	int err = sys_prog_attach(a.prog_fd, a.map_fd, a.attach_type);
	if (!err)
		attachment_add(j->l, a);
	return err;
}

void detach_sockmap(const Attachment *a)
{
	sys_prog_detach(a->prog_fd, a->map_fd, a->attach_type);
}
