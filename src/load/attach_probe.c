/*
 * kprobes and uprobes, entry and return. One function: an event of the perf
 * unit "kprobe" or "uprobe" (Linux 4.17). Several that a wildcard matched: one
 * link for all where the kernel has it (kprobe_multi 5.18, uprobe_multi 6.6),
 * else one event each, and then a function that refuses is only told about.
 *
 * A uprobe's place is an offset in the file; symbols have virtual addresses,
 * and the program headers translate.
 */
#include "load/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include "load/sys.h"
#include "symbol/symbol.h"

/* Where perf_event_attr.config has a uprobe's semaphore: format/ref_ctr_offset, "config:32-63" (Linux 4.20). */
#define SEMAPHORE_SHIFT 32

/* perf event type of the unit, from sysfs; negative errno. */
static int unit_type(const char *unit)
{
	char path[96];
	size_t len;
	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", unit);
	char *text = read_whole("", path, &len);
	int type = text ? atoi(text) : -errno;
	free(text);
	return type;
}

/* Bit of config that makes it a return probe: "config:0". */
static u64 return_bit(const char *unit)
{
	char path[96];
	size_t len;
	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/format/retprobe", unit);
	char *text = read_whole("", path, &len);
	u32 bit = 0;
	if (!text || sscanf(text, "config:%u", &bit) != 1)
		bit = 0;
	free(text);
	return 1ull << (bit & 63);
}

static bool is_return(const AttachDef *def)
{
	return strstr(def->kind, "ret") != NULL;
}

/* ---- kernel functions ---- */

static int open_kprobe(AttachJob *j, int type, const char *function, u64 offset)
{
	struct perf_event_attr attr = {.type = (u32)type, .disabled = 1, .sample_period = 1};
	attr.config = is_return(j->def) ? return_bit("kprobe") : 0;
	attr.config1 = sys_address(function);
	attr.config2 = offset;
	int fd = sys_perf_open(&attr, -1, 0);
	return fd < 0 ? fd : attach_perf_event(j, fd);
}

static int kprobe_type(AttachJob *j)
{
	int type = unit_type("kprobe");
	if (type < 0)
		snprintf(j->why, sizeof(j->why), "This kernel is built without kprobes.");
	return type < 0 ? -EOPNOTSUPP : type;
}

/* One link over all names; cookies only where the attach point has one. */
static int attach_kprobe_multi(AttachJob *j)
{
	const AttachDef *def = j->def;
	SysLink link = {.prog_fd = (u32)j->prog_fd, .attach_type = SYS_TRACE_KPROBE_MULTI};
	u64 *cookies = NULL;
	if (def->cookie) {
		cookies = malloc(def->wildcard.len * sizeof(*cookies));
		if (!cookies)
			return -ENOMEM;
		for (u32 i = 0; i < def->wildcard.len; i++)
			cookies[i] = def->cookie;
	}
	link.kprobe_multi.flags = is_return(def) ? SYS_MULTI_RETURN : 0;
	link.kprobe_multi.count = def->wildcard.len;
	link.kprobe_multi.symbols = sys_address(def->wildcard.at);
	link.kprobe_multi.cookies = sys_address(cookies);
	int fd = sys_link_create(&link);
	free(cookies);
	if (fd < 0)
		return fd;
	Attachment a = ATTACHMENT_NONE;
	a.link_fd = fd;
	attachment_add(j->l, a);
	return 0;
}

/* Attaches what it can of the wildcard's matches; fails if that is nothing. */
static int attach_each(AttachJob *j, int (*attach)(AttachJob *j, const char *name))
{
	u32 n = 0;
	int first_error = 0;
	for (u32 i = 0; i < j->def->wildcard.len; i++) {
		if (is_stopped(&j->l->o))
			return -EINTR;
		int err = attach(j, j->def->wildcard.at[i]);
		if (!err) {
			n++;
			continue;
		}
		first_error = first_error ? first_error : err;
		load_say(&j->l->o.sink, LOAD_DEBUG, "%s: %s can't be attached: %s", j->def->name,
			 j->def->wildcard.at[i], strerror(-err));
	}
	return n ? 0 : first_error;
}

static int attach_named_kprobe(AttachJob *j, const char *name)
{
	int type = kprobe_type(j);
	return type < 0 ? type : open_kprobe(j, type, name, 0);
}

static bool is_multi(const AttachJob *j, u32 attach_type)
{
	struct bpf_program *p = loaded_program(j->l, j->def->program);
	return bpf_program__expected_attach_type(p) == attach_type;
}

/* "module:function" where the module is given: the name may exist more than once. */
static int attach_one_kprobe(AttachJob *j, int type)
{
	const AttachDef *def = j->def;
	char name[256];
	bool has_module = def->target && *def->target && strcmp(def->target, "vmlinux") != 0;
	if (!def->function)
		return open_kprobe(j, type, NULL, def->address);
	snprintf(name, sizeof(name), "%s%s%s", has_module ? def->target : "", has_module ? ":" : "",
		 def->function);
	int err = open_kprobe(j, type, name, def->offset);
	if (err == -EADDRNOTAVAIL || err == -EINVAL)
		snprintf(j->why, sizeof(j->why),
			 "%s can't be traced: the kernel keeps it from probes.", def->function);
	return err;
}

int attach_kprobe(AttachJob *j)
{
	int type = kprobe_type(j);
	if (type < 0)
		return type;
	if (!j->def->wildcard.len)
		return attach_one_kprobe(j, type);
	if (is_multi(j, SYS_TRACE_KPROBE_MULTI))
		return attach_kprobe_multi(j);
	return attach_each(j, attach_named_kprobe);
}

/* ---- functions of programs and libraries ---- */

static int offset_in_elf(Elf *elf, u64 address, u64 *offset)
{
	size_t n;
	if (elf_getphdrnum(elf, &n))
		return -ENOEXEC;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr head;
		if (!gelf_getphdr(elf, (int)i, &head) || head.p_type != PT_LOAD)
			continue;
		if (address < head.p_vaddr || address - head.p_vaddr >= head.p_memsz)
			continue;
		*offset = address - head.p_vaddr + head.p_offset;
		return 0;
	}
	return -ENOENT;
}

/* Virtual addresses of a file become offsets in it; what no segment holds becomes 0. -ENOENT if all do. */
static int file_offsets(const char *path, u64 *places, u32 n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (elf_version(EV_CURRENT) == EV_NONE) {
		close(fd);
		return -ENOSYS;
	}
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	int err = elf ? -ENOENT : -ENOEXEC;
	for (u32 i = 0; elf && i < n; i++) {
		if (!offset_in_elf(elf, places[i], &places[i]))
			err = 0;
		else
			places[i] = 0;
	}
	elf_end(elf);
	close(fd);
	return err;
}

static int file_offset(const char *path, u64 address, u64 *offset)
{
	*offset = address;
	return file_offsets(path, offset, 1);
}

/* An offset must stay inside the function, or another one's instructions are broken. */
static int symbol_offset(AttachJob *j, u64 *offset)
{
	const AttachDef *def = j->def;
	u64 address, size;
	int err = symbol_in_file(def->target, def->function, &address, &size);
	if (!err && def->offset && def->offset >= size) {
		snprintf(j->why, sizeof(j->why), "The offset is outside of the function: %s has %llu bytes.",
			 def->function, (unsigned long long)size);
		return -EINVAL;
	}
	return err ? err : file_offset(def->target, address + def->offset, offset);
}

int attach_uprobe_at(AttachJob *j, u64 offset, u64 semaphore)
{
	int type = unit_type("uprobe");
	if (type < 0) {
		snprintf(j->why, sizeof(j->why), "This kernel is built without uprobes.");
		return -EOPNOTSUPP;
	}
	struct perf_event_attr attr = {.type = (u32)type, .disabled = 1, .sample_period = 1};
	attr.config = (is_return(j->def) ? return_bit("uprobe") : 0) | semaphore << SEMAPHORE_SHIFT;
	attr.config1 = sys_address(j->def->target);
	attr.config2 = offset;
	int pid = j->l->o.pid ? j->l->o.pid : -1;
	int fd = sys_perf_open(&attr, pid, pid > 0 ? -1 : 0);
	return fd < 0 ? fd : attach_perf_event(j, fd);
}

/* ---- those that a wildcard matched ---- */

/* Where the functions are; the file's symbols are read once for all of them. */
typedef struct Places {
	const AttachDef *def;
	u64 *offsets, *cookies; /* room for all names */
	u32 n;
} Places;

static bool is_wanted(const AttachDef *def, const char *name)
{
	u32 low = 0, high = def->wildcard.len;
	while (low < high) {
		u32 mid = low + (high - low) / 2;
		int order = strcmp(def->wildcard.at[mid], name);
		if (!order)
			return true;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* Names arrive sorted, as those of the wildcard are; two names of one place count once. */
static bool add_place(void *user, const char *name, u64 address, u64 size)
{
	Places *p = user;
	(void)size;
	if (p->n < p->def->wildcard.len && is_wanted(p->def, name))
		p->offsets[p->n++] = address;
	return true;
}

static int compare_places(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;
	return (x > y) - (x < y);
}

/* Fills p; the caller frees p->offsets, which holds the cookies too. */
static int find_places(Places *p)
{
	u32 room = p->def->wildcard.len, kept = 0;
	p->offsets = calloc(room * 2, sizeof(*p->offsets));
	if (!p->offsets)
		return -ENOMEM;
	p->cookies = p->offsets + room;
	int err = symbol_each_in_file(p->def->target, add_place, p);
	if (!err)
		err = p->n ? file_offsets(p->def->target, p->offsets, p->n) : -ENOENT;
	qsort(p->offsets, p->n, sizeof(*p->offsets), compare_places);
	for (u32 i = 0; i < p->n; i++)
		if (p->offsets[i] && (!kept || p->offsets[kept - 1] != p->offsets[i]))
			p->offsets[kept++] = p->offsets[i];
	p->n = kept;
	for (u32 i = 0; i < kept; i++)
		p->cookies[i] = p->def->cookie;
	return err;
}

static int open_multi(AttachJob *j, const Places *p, u32 first, u32 n)
{
	SysLink link = {.prog_fd = (u32)j->prog_fd, .attach_type = SYS_TRACE_UPROBE_MULTI};
	link.uprobe_multi.path = sys_address(j->def->target);
	link.uprobe_multi.offsets = sys_address(p->offsets + first);
	link.uprobe_multi.cookies = j->def->cookie ? sys_address(p->cookies) : 0;
	link.uprobe_multi.count = n;
	link.uprobe_multi.flags = is_return(j->def) ? SYS_MULTI_RETURN : 0;
	link.uprobe_multi.pid = (u32)j->l->o.pid;
	int fd = sys_link_create(&link);
	if (fd < 0)
		return fd;
	Attachment a = ATTACHMENT_NONE;
	a.link_fd = fd;
	attachment_add(j->l, a);
	return 0;
}

/*
 * One link refuses all places for the sake of one that can't be probed, and
 * does not say which: then the halves are tried, down to that one. Fails if
 * nothing could be attached.
 */
static int attach_uprobe_multi(AttachJob *j, const Places *p, u32 first, u32 n)
{
	if (is_stopped(&j->l->o))
		return -EINTR;
	int err = open_multi(j, p, first, n);
	if (!err || n == 1 || err == -EPERM || err == -ENOMEM || err == -ESRCH)
		return err;
	int low = attach_uprobe_multi(j, p, first, n / 2);
	int high = attach_uprobe_multi(j, p, first + n / 2, n - n / 2);
	return low && high ? low : 0;
}

static int attach_uprobe_each(AttachJob *j, const Places *p)
{
	int first_error = 0;
	u32 n = 0;
	for (u32 i = 0; i < p->n; i++) {
		if (is_stopped(&j->l->o))
			return -EINTR;
		int err = attach_uprobe_at(j, p->offsets[i], 0);
		n += !err;
		first_error = first_error ? first_error : err;
	}
	return n ? 0 : first_error;
}

static int attach_uprobe_wildcard(AttachJob *j)
{
	Places p = {.def = j->def};
	int err = find_places(&p);
	if (!err)
		err = is_multi(j, SYS_TRACE_UPROBE_MULTI) ? attach_uprobe_multi(j, &p, 0, p.n)
							   : attach_uprobe_each(j, &p);
	free(p.offsets);
	return err;
}

int attach_uprobe(AttachJob *j)
{
	const AttachDef *def = j->def;
	u64 offset;
	if (!def->target)
		return -EINVAL;
	if (def->wildcard.len)
		return attach_uprobe_wildcard(j);
	int err = def->function ? symbol_offset(j, &offset)
				: file_offset(def->target, def->address, &offset);
	if (err == -ENOENT && def->function)
		snprintf(j->why, sizeof(j->why), "%s has no symbol %s.", def->target,
			 def->function);
	return err ? err : attach_uprobe_at(j, offset, 0);
}
