/*
 * Attaching a script's programs, each at its attach points (Meta.attach), by
 * the kind of probe: `kinds` below has one row each. Everything that was
 * attached is an Attachment, which detach.c undoes.
 *
 * Where several programs hang on one event they must run in the order of the
 * script. The kernel puts a new perf event behind the others but a new
 * kprobe, uprobe or trampoline in front of them, so those kinds are attached
 * from the last to the first.
 */
#include "load/internal.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "load/sys.h"

typedef struct Kind {
	const char *name;
	int (*attach)(AttachJob *j); /* NULL: run by load_run */
	bool is_reversed; /* later ones would run first */
} Kind;

static const Kind kinds[] = {
	{"begin", NULL, false},
	{"end", NULL, false},
	{"self", NULL, false},
	{"tracepoint", attach_tracepoint, false},
	{"rawtracepoint", attach_raw_tracepoint, false},
	{"kprobe", attach_kprobe, true},
	{"kretprobe", attach_kprobe, true},
	{"fentry", attach_tracing, true},
	{"fexit", attach_tracing, true},
	{"uprobe", attach_uprobe, true},
	{"uretprobe", attach_uprobe, true},
	{"usdt", attach_usdt, true},
	{"profile", attach_timer, false},
	{"interval", attach_timer, false},
	{"software", attach_event, false},
	{"hardware", attach_event, false},
	{"watchpoint", attach_watchpoint, false},
	{"iter", attach_iter, false},
};

static const Kind *find_kind(const char *name)
{
	for (u32 i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

void attachment_add(Loaded *l, Attachment a)
{
	vec_push(NULL, &l->attachments, a);
}

/*
 * A perf event runs the program by way of a link (Linux 5.15), else by ioctl.
 * The link can pass a cookie, and its end ends the program at once, while
 * closing the event takes the kernel tens of milliseconds.
 */
int attach_perf_event(AttachJob *j, int perf_fd)
{
	Attachment a = ATTACHMENT_NONE;
	int err = 0;
	a.perf_fd = perf_fd;
	if (loaded_has(j->l, FEAT_PERF_LINK)) {
		SysLink link = {.prog_fd = (u32)j->prog_fd,
				.target_fd = (u32)perf_fd,
				.attach_type = BPF_PERF_EVENT,
				.perf.cookie = j->def->cookie};
		a.link_fd = sys_link_create(&link);
		err = MIN(a.link_fd, 0);
	} else if (ioctl(perf_fd, PERF_EVENT_IOC_SET_BPF, j->prog_fd)) {
		err = -errno;
	}
	if (!err && ioctl(perf_fd, PERF_EVENT_IOC_ENABLE, 0))
		err = -errno;
	if (!err) {
		attachment_add(j->l, a);
		return 0;
	}
	if (a.link_fd >= 0)
		close(a.link_fd);
	close(perf_fd);
	return err;
}

static int add_link(AttachJob *j, int fd)
{
	if (fd < 0)
		return fd;
	Attachment a = ATTACHMENT_NONE;
	a.link_fd = fd;
	attachment_add(j->l, a);
	return 0;
}

/* tp_btf programs know their tracepoint since they were loaded; plain ones are given its name. */
int attach_raw_tracepoint(AttachJob *j)
{
	struct bpf_program *p = loaded_program(j->l, j->def->program);
	bool is_plain = bpf_program__type(p) == BPF_PROG_TYPE_RAW_TRACEPOINT;
	return add_link(j, sys_raw_tracepoint(is_plain ? j->def->function : NULL, j->prog_fd, 0));
}

int attach_tracing(AttachJob *j)
{
	struct bpf_program *p = loaded_program(j->l, j->def->program);
	if (!j->def->cookie)
		return add_link(j, sys_raw_tracepoint(NULL, j->prog_fd, 0));
	SysLink link = {.prog_fd = (u32)j->prog_fd,
			.attach_type = bpf_program__expected_attach_type(p),
			.tracing.cookie = j->def->cookie};
	return add_link(j, sys_link_create(&link));
}

int attach_iter(AttachJob *j)
{
	SysLink link = {.prog_fd = (u32)j->prog_fd, .attach_type = BPF_TRACE_ITER};
	int fd = sys_link_create(&link);
	if (fd >= 0)
		j->l->iters.at[j->def - j->l->o.meta->attach.at] = fd;
	return add_link(j, fd);
}

int load_iter(Loaded *l, u32 i, LoadError *err)
{
	if (i >= l->iters.len || l->iters.at[i] < 0)
		return load_fail(err, -ENOENT, "this attach point is no iterator");
	struct {
		u32 link_fd, flags;
	} attr = {.link_fd = (u32)l->iters.at[i]};
	int fd = sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
	return fd < 0 ? load_fail(err, fd, "can't read the iterator: %s", strerror(-fd)) : fd;
}

/* What an error of attaching mostly means. */
static const char *words(int code)
{
	switch (-code) {
	case ENOENT:
		return "There is no such event, function or file.";
	case EACCES:
	case EPERM:
		return "The kernel does not permit it.";
	case EILSEQ:
		return "The address is not the start of an instruction.";
	case ENODEV:
	case EOPNOTSUPP:
		return "This kernel or machine does not have it.";
	case EMFILE:
		return "Too many open files: raise the limit with ulimit -n.";
	default:
		return strerror(-code);
	}
}

int attach_point(Loaded *l, const AttachDef *def, LoadError *err)
{
	const Kind *kind = find_kind(def->kind);
	struct bpf_program *p = loaded_program(l, def->program);
	AttachJob j = {.l = l, .def = def, .err = err, .prog_fd = p ? bpf_program__fd(p) : -1};
	int code = -EINVAL;
	if (!kind)
		snprintf(j.why, sizeof(j.why), "Probes of kind %s can't be attached.", def->kind);
	else if (!kind->attach)
		return 0;
	else if (j.prog_fd < 0)
		snprintf(j.why, sizeof(j.why), "The object has no program %s.", def->program);
	else
		code = kind->attach(&j);
	if (code >= 0)
		return 0;
	err->is_attach = true;
	return load_fail(err, code, "Unable to attach probe: %s. %s", def->name,
			 *j.why ? j.why : words(code));
}

/* A probe that can't be attached ends it, or not, as the option says. */
static int attach_or_warn(Loaded *l, const AttachDef *def, u32 *n, LoadError *err)
{
	if (is_stopped(&l->o))
		return load_fail(err, -EINTR, "interrupted");
	int code = attach_point(l, def, err);
	if (!code) {
		(*n)++;
		return 0;
	}
	if (l->o.missing == MISSING_ERROR)
		return code;
	if (l->o.missing == MISSING_WARN)
		load_say(&l->o.sink, LOAD_WARNING, "%s", err->text);
	load_error_done(err);
	return 0;
}

static bool is_reversed(const AttachDef *def)
{
	const Kind *kind = find_kind(def->kind);
	return kind && kind->is_reversed;
}

static int attach_meta(Loaded *l, u32 *n, LoadError *err)
{
	const Meta *m = l->o.meta;
	bool *done = calloc(m->attach.len + 1, sizeof(*done));
	int code = 0;
	if (!done)
		return load_fail(err, -ENOMEM, "out of memory");
	for (u32 i = 0; i < m->attach.len; i++)
		vec_push(NULL, &l->iters, -1);
	*n += attach_syscalls(l, done, err);
	for (u32 i = 0; i < m->attach.len && !code; i++)
		if (!done[i] && !is_reversed(&m->attach.at[i]))
			code = attach_or_warn(l, &m->attach.at[i], n, err);
	for (u32 i = m->attach.len; i-- > 0 && !code;)
		if (is_reversed(&m->attach.at[i]))
			code = attach_or_warn(l, &m->attach.at[i], n, err);
	free(done);
	return code;
}

int load_attach(Loaded *l, u32 *n_attached, LoadError *err)
{
	*n_attached = 0;
	int code = l->o.meta ? attach_meta(l, n_attached, err) : attach_object(l, n_attached, err);
	if (code)
		load_detach(l);
	return code;
}
