/*
 * The mappings of all processes as they are made: a "dummy" perf event on each
 * CPU, which counts nothing but carries the kernel's records of executable
 * mappings (PERF_RECORD_MMAP2), forks and exits (perf_event_open(2), "MMAP
 * layout"). The kernel writes them when it happens, so a process that lives
 * for a millisecond leaves its mappings behind.
 *
 * Each CPU has its own ring; records of one process may lie in two of them and
 * are then taken out of order. symbol.c only ever adds mappings, so that does
 * no harm.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "symbol/internal.h"

#define RING_PAGES 64

typedef struct {
	int fd;
	struct perf_event_mmap_page *page; /* then RING_PAGES pages of records */
} Ring;

struct Watch {
	Symbols *symbols;
	Vec(Ring) rings; /* heap */
	size_t page_size;
	int epoll; /* ready when a ring is a quarter full */
};

typedef struct {
	struct perf_event_header header;
	u32 pid, tid;
	u64 address, length, offset;
	u32 major, minor;
	u64 inode, generation;
	u32 protection, flags;
	char path[];
} MapRecord;

typedef struct {
	struct perf_event_header header;
	u32 pid, parent, tid, parent_tid;
	u64 time;
} TaskRecord;

static int open_ring(Watch *w, int cpu)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
				       .config = PERF_COUNT_SW_DUMMY, .mmap = 1, .mmap2 = 1, .task = 1,
				       .watermark = 1, .exclude_kernel = 1};
	Ring r;

	attr.wakeup_watermark = (u32)(RING_PAGES * w->page_size / 4);
	r.fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (r.fd < 0)
		return -errno;
	r.page = mmap(NULL, (RING_PAGES + 1) * w->page_size, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, 0);
	if (r.page == MAP_FAILED) {
		int err = -errno;

		close(r.fd);
		return err;
	}
	vec_push(NULL, &w->rings, r);
	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, r.fd, &(struct epoll_event){.events = EPOLLIN}) ? -errno : 0;
}

int watch_open(Watch **out, Symbols *s)
{
	Watch *w = calloc(1, sizeof(*w));
	long n = sysconf(_SC_NPROCESSORS_CONF);
	int err = w ? 0 : -ENOMEM;

	if (!w)
		return err;
	w->symbols = s;
	w->page_size = (size_t)sysconf(_SC_PAGESIZE);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = w->epoll < 0 ? -errno : 0;
	for (long cpu = 0; !err && cpu < n; cpu++) {
		err = open_ring(w, (int)cpu);
		if (err == -ENODEV) /* the CPU is off */
			err = 0;
	}
	if (err) {
		watch_close(w);
		w = NULL;
	}
	*out = w;
	return err;
}

void watch_close(Watch *w)
{
	if (!w)
		return;
	for (u32 i = 0; i < w->rings.len; i++) {
		munmap(w->rings.at[i].page, (RING_PAGES + 1) * w->page_size);
		close(w->rings.at[i].fd);
	}
	if (w->epoll >= 0)
		close(w->epoll);
	vec_free(&w->rings);
	free(w);
}

int watch_fd(const Watch *w)
{
	return w ? w->epoll : -1;
}

static void take_record(Symbols *s, const struct perf_event_header *h)
{
	if (h->type == PERF_RECORD_MMAP2) {
		const MapRecord *r = (const void *)h;

		process_map(s, r->pid, (Mapping){r->address, r->address + r->length, r->offset, 0}, r->path,
			    ((u64)r->major << 32) | r->minor, r->inode);
	} else if (h->type == PERF_RECORD_FORK || h->type == PERF_RECORD_EXIT) {
		const TaskRecord *r = (const void *)h;

		if (h->type == PERF_RECORD_FORK && r->pid != r->parent)
			process_fork(s, r->pid, r->parent);
		else if (h->type == PERF_RECORD_EXIT && r->pid == r->tid)
			process_end(s, r->pid);
	}
}

/* Copies n bytes at ring position `at`, which may lie over the ring's end. */
static void copy_out(const Watch *w, const Ring *r, u64 at, void *to, size_t n)
{
	size_t size = RING_PAGES * w->page_size, from = at % size, first = MIN(n, size - from);
	const char *data = (const char *)r->page + w->page_size;

	memcpy(to, data + from, first);
	memcpy((char *)to + first, data, n - first);
}

static void drain_ring(Watch *w, Ring *r)
{
	u64 head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE), tail = r->page->data_tail;
	struct perf_event_header *h;
	u64 record[8192 + 1];

	while (tail + sizeof(*h) <= head) {
		h = (struct perf_event_header *)record;
		copy_out(w, r, tail, h, sizeof(*h));
		if (h->size < sizeof(*h))
			break;
		copy_out(w, r, tail, record, h->size);
		((char *)record)[h->size] = 0;
		take_record(w->symbols, h);
		tail += h->size;
	}
	__atomic_store_n(&r->page->data_tail, tail, __ATOMIC_RELEASE);
}

void watch_drain(Watch *w)
{
	for (u32 i = 0; w && i < w->rings.len; i++)
		if (__atomic_load_n(&w->rings.at[i].page->data_head, __ATOMIC_RELAXED) !=
		    w->rings.at[i].page->data_tail)
			drain_ring(w, &w->rings.at[i]);
}
