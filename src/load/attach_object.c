/*
 * Attaching a plain object, ours or another compiler's: what each program is
 * follows from its section's name, which libbpf reads. What the section leaves
 * open comes from the options: --attach PROGRAM=WHERE for one program, where
 * WHERE is what the section would have said behind its first word
 *
 *   kprobe, kretprobe, ksyscall, fentry …   FUNCTION
 *   tracepoint                              GROUP/NAME
 *   uprobe, uretprobe                       PATH:FUNCTION[+OFFSET]
 *   usdt                                    PATH:PROVIDER:NAME
 *   perf_event                              hz:99, or EVENT[:COUNT]
 *   xdp, tc, socket · cgroup · sk_lookup    device · folder · namespace
 *   sk_msg, sk_skb, iter over a map         map
 *
 * and "none" leaves the program loaded and alone, as tail calls want it. A
 * program whose place nobody tells is an error that names the option.
 */
#include "load/internal.h"

#include <errno.h>

#include "load/sys.h"

int object_needs(ObjectJob *j, const char *option)
{
	return load_fail(j->err, -EINVAL, "%s (%s) needs %s, or --attach %s=none to only load it",
			 bpf_program__name(j->p), j->section, option, bpf_program__name(j->p));
}

int object_add_link(ObjectJob *j, struct bpf_link *link)
{
	if (!link)
		return -errno;
	Attachment a = ATTACHMENT_NONE;
	a.link = link;
	attachment_add(j->l, a);
	return 0;
}

struct bpf_map *object_map(ObjectJob *j, u64 types, const char *what)
{
	struct bpf_map *map, *found = NULL;
	u32 n = 0;
	bpf_object__for_each_map(map, j->l->object) {
		bool fits = bpf_map__type(map) < 64 && types >> bpf_map__type(map) & 1;
		if (j->where ? strcmp(bpf_map__name(map), j->where) == 0 : fits) {
			found = map;
			n++;
		}
	}
	if (n == 1)
		return found;
	if (j->where)
		load_fail(j->err, -ENOENT, "the object has no map %s", j->where);
	else if (n)
		load_fail(j->err, -EINVAL, "%s (%s): which %s? Say --attach %s=MAP",
			  bpf_program__name(j->p), j->section, what, bpf_program__name(j->p));
	else
		load_fail(j->err, -ENOENT, "%s (%s): the object has no %s", bpf_program__name(j->p),
			  j->section, what);
	return NULL;
}

/* The section's text behind its first word, or --attach's; NULL if there is none. */
static const char *place_text(const ObjectJob *j)
{
	const char *slash = strchr(j->section, '/');
	return j->where ? j->where : slash && slash[1] ? slash + 1 : NULL;
}

/* ---- kernel functions, tracepoints, events ---- */

static int attach_as_point(ObjectJob *j, AttachDef *def)
{
	def->program = bpf_program__name(j->p);
	def->name = j->section;
	return attach_point(j->l, def, j->err);
}

/* FUNCTION or FUNCTION+OFFSET. These ways need no mounted tracefs, end quickly, and say why not. */
static int attach_kernel_function(ObjectJob *j, const char *kind)
{
	const char *place = place_text(j);
	char text[256];
	if (!place)
		return object_needs(j, "--attach PROGRAM=FUNCTION");
	snprintf(text, sizeof(text), "%s", place);
	AttachDef def = {.kind = kind, .function = text};
	char *plus = strchr(text, '+');
	if (plus) {
		*plus = 0;
		def.offset = strtoull(plus + 1, NULL, 0);
	}
	return attach_as_point(j, &def);
}

static int attach_kprobe_section(ObjectJob *j)
{
	return attach_kernel_function(j, "kprobe");
}

static int attach_kretprobe_section(ObjectJob *j)
{
	return attach_kernel_function(j, "kretprobe");
}

/* A system call's function, by the architecture's wrapper where the kernel has those. */
static int attach_syscall_section(ObjectJob *j)
{
	static const char *const prefixes[] = {
#if defined(__x86_64__)
		"__x64_sys_",
#elif defined(__aarch64__)
		"__arm64_sys_",
#endif
		"__se_sys_", "sys_",
	};
	const ProbeSource *probes = j->l->o.target ? j->l->o.target->probes : NULL;
	const char *name = place_text(j);
	char text[128] = "";
	if (!name)
		return object_needs(j, "--attach PROGRAM=SYSCALL");
	for (u32 i = 0; i < ARRAY_LEN(prefixes); i++) {
		snprintf(text, sizeof(text), "%s%s", prefixes[i], name);
		if (!probes || probes->kernel_symbol(probes->self, text))
			break;
	}
	AttachDef def = {.function = text,
			 .kind = strncmp(j->section, "kret", 4) == 0 ? "kretprobe" : "kprobe"};
	return attach_as_point(j, &def);
}

static int attach_tracepoint_section(ObjectJob *j)
{
	const char *place = place_text(j);
	char text[256];
	snprintf(text, sizeof(text), "%s", place ? place : "");
	char *end = strpbrk(text, "/:");
	if (!end)
		return object_needs(j, "--attach PROGRAM=GROUP/NAME");
	*end = 0;
	AttachDef def = {.kind = "tracepoint", .target = text, .function = end + 1};
	return attach_as_point(j, &def);
}

/* "hz:99" (and the option --freq's number), or a software or hardware event with its count. */
static int attach_perf_section(ObjectJob *j)
{
	const char *place = j->where;
	char name[64];
	u64 config, count, n;
	if (!place || strncmp(place, "hz:", 3) == 0) {
		AttachDef def = {.kind = "profile", .is_hz = true};
		def.freq = place ? strtoull(place + 3, NULL, 0) : j->l->o.sample_hz;
		return attach_as_point(j, &def);
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(place, ":"), place);
	n = strchr(place, ':') ? strtoull(strchr(place, ':') + 1, NULL, 0) : 0;
	bool is_software = load_perf_event("software", name, &config, &count);
	AttachDef def = {
		.kind = is_software ? "software" : "hardware", .function = name, .freq = n};
	return attach_as_point(j, &def);
}

static int attach_raw_section(ObjectJob *j)
{
	const char *name = place_text(j);
	if (!name)
		return object_needs(j, "--attach PROGRAM=TRACEPOINT");
	return object_add_link(j, bpf_program__attach_raw_tracepoint(j->p, name));
}

/* ---- user programs ---- */

/* One process, or all. */
static pid_t user_pid(const ObjectJob *j)
{
	return j->l->o.pid ? j->l->o.pid : -1;
}

static int attach_user_function(ObjectJob *j)
{
	bool is_return = strncmp(j->section, "uret", 4) == 0;
	const char *place = place_text(j), *colon = place ? strrchr(place, ':') : NULL;
	char path[512], function[256];
	if (!colon)
		return object_needs(j, "--attach PROGRAM=PATH:FUNCTION");
	snprintf(path, sizeof(path), "%.*s", (int)(colon - place), place);
	snprintf(function, sizeof(function), "%.*s", (int)strcspn(colon + 1, "+"), colon + 1);
	const char *plus = strchr(colon, '+');
	size_t offset = plus ? strtoull(plus + 1, NULL, 0) : 0;
	bool is_address = function[0] >= '0' && function[0] <= '9';
	if (is_address)
		offset = strtoull(function, NULL, 0);
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .retprobe = is_return,
		    .func_name = is_address ? NULL : function);
	int err = object_add_link(j, bpf_program__attach_uprobe_opts(j->p, user_pid(j), path, offset,
								      &opts));
	if (err == -ENOENT)
		return load_fail(j->err, err, "%s: %s has no function %s, or there is no such file",
				 j->section, path, function);
	return err;
}

static int attach_usdt_section(ObjectJob *j)
{
	const char *place = place_text(j);
	char text[512];
	snprintf(text, sizeof(text), "%s", place ? place : "");
	char *name = strrchr(text, ':');
	if (name)
		*name++ = 0;
	char *provider = name ? strrchr(text, ':') : NULL;
	if (!provider)
		return object_needs(j, "--attach PROGRAM=PATH:PROVIDER:NAME");
	*provider++ = 0;
	struct bpf_link *link =
		bpf_program__attach_usdt(j->p, user_pid(j), text, provider, name, NULL);
	int err = object_add_link(j, link);
	if (err == -ENOENT)
		return load_fail(j->err, err, "%s has no USDT probe %s:%s, or there is no such file",
				 text, provider, name);
	return err;
}

/* ---- iterators ---- */

static int attach_iter_section(ObjectJob *j)
{
	static const char *const over_maps[] = {"bpf_map_elem", "bpf_sk_storage_map", "sockmap"};
	LIBBPF_OPTS(bpf_iter_attach_opts, opts);
	union bpf_iter_link_info info = {0};
	const char *kind = strchr(j->section, '/');
	for (u32 i = 0; kind && i < ARRAY_LEN(over_maps); i++) {
		if (strcmp(kind + 1, over_maps[i]) != 0)
			continue;
		struct bpf_map *map = object_map(j, ~0ull, "map");
		if (!map)
			return -EINVAL;
		info.map.map_fd = (u32)bpf_map__fd(map);
		opts.link_info = &info;
		opts.link_info_len = sizeof(info);
	}
	struct bpf_link *link = bpf_program__attach_iter(j->p, &opts);
	int err = object_add_link(j, link);
	if (err)
		return err;
	for (u32 i = 0; i < j->l->n_programs; i++)
		if (j->l->programs[i] == j->p)
			j->l->iters.at[i] = bpf_link__fd(link);
	return 0;
}

/* ---- by section, by type ---- */

/* fentry, LSM …: loading has bound them to their function. */
static int attach_by_libbpf(ObjectJob *j)
{
	int err = object_add_link(j, bpf_program__attach(j->p));
	return err == -EOPNOTSUPP || err == -ESRCH ? NOT_ATTACHED : err;
}

typedef int ObjectAttach(ObjectJob *j);

static ObjectAttach *by_section(const char *section)
{
	static const struct {
		const char *word;
		ObjectAttach *attach;
	} rows[] = {
		{"tracepoint", attach_tracepoint_section},
		{"tp", attach_tracepoint_section},
		{"kprobe", attach_kprobe_section},
		{"kretprobe", attach_kretprobe_section},
		{"ksyscall", attach_syscall_section},
		{"kretsyscall", attach_syscall_section},
		{"raw_tp", attach_raw_section},
		{"raw_tp.w", attach_raw_section},
		{"raw_tracepoint", attach_raw_section},
		{"raw_tracepoint.w", attach_raw_section},
		{"uprobe", attach_user_function},
		{"uprobe.s", attach_user_function},
		{"uretprobe", attach_user_function},
		{"uretprobe.s", attach_user_function},
		{"usdt", attach_usdt_section},
		{"perf_event", attach_perf_section},
		{"iter", attach_iter_section},
		{"iter.s", attach_iter_section},
		{"lsm_cgroup", attach_cgroup},
	};
	size_t len = strcspn(section, "/");
	for (u32 i = 0; i < ARRAY_LEN(rows); i++)
		if (strlen(rows[i].word) == len && strncmp(section, rows[i].word, len) == 0)
			return rows[i].attach;
	return attach_by_libbpf;
}

static ObjectAttach *way_of(const struct bpf_program *p)
{
	switch ((u32)bpf_program__type(p)) {
	case BPF_PROG_TYPE_XDP:
	case BPF_PROG_TYPE_SCHED_CLS:
	case BPF_PROG_TYPE_SCHED_ACT:
	case BPF_PROG_TYPE_SOCKET_FILTER:
		return attach_device;
	case BPF_PROG_TYPE_CGROUP_SKB:
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_CGROUP_DEVICE:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
	case BPF_PROG_TYPE_CGROUP_SYSCTL:
	case BPF_PROG_TYPE_CGROUP_SOCKOPT:
	case BPF_PROG_TYPE_SOCK_OPS:
		return attach_cgroup;
	case BPF_PROG_TYPE_SK_MSG:
	case BPF_PROG_TYPE_SK_SKB:
		return attach_sockmap;
	case BPF_PROG_TYPE_SK_LOOKUP:
	case BPF_PROG_TYPE_FLOW_DISSECTOR:
		return attach_netns;
	case SYS_PROG_NETFILTER:
		return attach_netfilter;
	default:
		return by_section(bpf_program__section_name(p));
	}
}

static const char *where_of(const Loaded *l, const struct bpf_program *p)
{
	for (u32 i = 0; i < l->o.n_places; i++)
		if (strcmp(l->o.places[i].program, bpf_program__name(p)) == 0)
			return l->o.places[i].where;
	return NULL;
}

static int attach_program(Loaded *l, struct bpf_program *p, LoadError *err)
{
	ObjectJob j = {l, p, bpf_program__section_name(p), where_of(l, p), err};
	u32 n = l->attachments.len;
	if (j.where && strcmp(j.where, "none") == 0)
		return NOT_ATTACHED;
	int code = way_of(p)(&j);
	return code ? code : pin_links(l, n, bpf_program__name(p));
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
		Attachment a = ATTACHMENT_NONE;
		a.link = link;
		attachment_add(l, a);
		(*n)++;
	}
	return 0;
}

/* Counts it, or says why not. */
static int attach_or_fail(Loaded *l, struct bpf_program *p, u32 *n, LoadError *err)
{
	const char *name = bpf_program__name(p), *section = bpf_program__section_name(p);
	int code = attach_program(l, p, err);
	if (code == NOT_ATTACHED)
		load_say(&l->o.sink, LOAD_INFO, "%s (%s) is loaded, and not attached", name,
			 section);
	if (code >= 0) {
		*n += !code;
		return 0;
	}
	err->is_attach = true;
	return err->text ? code
			 : load_fail(err, code, "Unable to attach %s (%s): %s", name, section,
				     strerror(-code));
}

int attach_object(Loaded *l, u32 *n_attached, LoadError *err)
{
	for (u32 i = 0; i < l->n_programs; i++)
		vec_push(NULL, &l->iters, -1);
	for (u32 i = 0; i < l->n_programs; i++) {
		struct bpf_program *p = l->programs[i];
		if (bpf_program__type(p) == BPF_PROG_TYPE_STRUCT_OPS || !bpf_program__autoload(p))
			continue;
		if (is_stopped(&l->o))
			return load_fail(err, -EINTR, "interrupted");
		int code = attach_or_fail(l, p, n_attached, err);
		if (code)
			return code;
	}
	return attach_struct_ops(l, n_attached, err);
}

/* ---- before the object is loaded ---- */

/* Sections that this libbpf doesn't know, but people write. */
static void set_type_by_section(const Loaded *l, struct bpf_program *p)
{
	static const struct {
		const char *prefix;
		u32 type, attach_type;
	} rows[] = {
		{"tc/", BPF_PROG_TYPE_SCHED_CLS, 0},
		{"classifier/", BPF_PROG_TYPE_SCHED_CLS, 0},
		{"tcx/ingress", BPF_PROG_TYPE_SCHED_CLS, SYS_TCX_INGRESS},
		{"tcx/egress", BPF_PROG_TYPE_SCHED_CLS, SYS_TCX_EGRESS},
		{"action/", BPF_PROG_TYPE_SCHED_ACT, 0},
		{"xdp", BPF_PROG_TYPE_XDP, BPF_XDP},
		{"socket", BPF_PROG_TYPE_SOCKET_FILTER, 0},
		{"sockops", BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS},
		{"sk_msg", BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT},
		{"netfilter", SYS_PROG_NETFILTER, SYS_NETFILTER},
		{"perf_event", BPF_PROG_TYPE_PERF_EVENT, 0},
	};
	const char *section = bpf_program__section_name(p);
	for (u32 i = 0; i < ARRAY_LEN(rows); i++) {
		if (strncmp(section, rows[i].prefix, strlen(rows[i].prefix)) != 0)
			continue;
		bpf_program__set_type(p, (enum bpf_prog_type)rows[i].type);
		bpf_program__set_expected_attach_type(p, (enum bpf_attach_type)rows[i].attach_type);
		return;
	}
	/* any other with a device: a traffic control classifier, as it is for tc */
	if (l->o.dev)
		bpf_program__set_type(p, BPF_PROG_TYPE_SCHED_CLS);
}

/* Tracing programs are bound to their function when they're loaded. */
static int set_tracing_target(const Loaded *l, struct bpf_program *p)
{
	u32 type = bpf_program__type(p);
	const char *where = where_of(l, p);
	bool is_bound = type == BPF_PROG_TYPE_TRACING || type == BPF_PROG_TYPE_LSM;
	if (!where || !is_bound || strcmp(where, "none") == 0 ||
	    bpf_program__expected_attach_type(p) == BPF_TRACE_ITER)
		return 0;
	return bpf_program__set_attach_target(p, 0, where);
}

static int check_names(const Loaded *l, const LoadPlace *names, u32 n, LoadError *err)
{
	for (u32 i = 0; i < n; i++)
		if (!loaded_program(l, names[i].program))
			return load_fail(err, -ENOENT, "the object has no program %s",
					 names[i].program);
	return 0;
}

static bool is_wanted(const Loaded *l, const char *name)
{
	for (u32 i = 0; i < l->o.n_only; i++)
		if (strcmp(l->o.only[i].program, name) == 0)
			return true;
	return l->o.n_only == 0;
}

int prepare_object(Loaded *l, LoadError *err)
{
	if (check_names(l, l->o.places, l->o.n_places, err) ||
	    check_names(l, l->o.only, l->o.n_only, err))
		return err->code;
	for (u32 i = 0; i < l->n_programs; i++) {
		struct bpf_program *p = l->programs[i];
		if (bpf_program__type(p) == BPF_PROG_TYPE_UNSPEC)
			set_type_by_section(l, p);
		if (!is_wanted(l, bpf_program__name(p)))
			bpf_program__set_autoload(p, false);
		int code = set_tracing_target(l, p);
		if (code)
			return load_fail(err, code, "%s: the kernel has no function %s",
					 bpf_program__name(p), where_of(l, p));
	}
	size_maps(l);
	return 0;
}
