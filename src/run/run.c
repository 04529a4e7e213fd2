/*
 * A run's life: run_open before the object is loaded (what must be known or
 * set before), run_loop while programs are attached, run_finish at the end.
 *
 * The loop waits in ppoll for the ring buffer, for -p's process or -c's child;
 * signals are blocked from the last look at the flags until the wait, so that
 * none is missed between the two. It handles a limited number of records
 * before it looks at everything else again: a script whose programs produce
 * faster than we print still ends when it should.
 */
#include "run/internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define RECORDS_AT_ONCE 4096
#define LOST_PERIOD_NS 100000000ull

u64 clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (u64)t.tv_sec * 1000000000ull + (u64)t.tv_nsec;
}

/* ---- open ---- */

/* Scripts that don't use it have no such variable. */
static void set_start(Loaded *l)
{
	u64 now = clock_ns();
	u32 offset, size;
	size_t room = 0;
	u8 *bytes;

	if (load_variable(l, ".bss", META_START, &offset, &size))
		return;
	bytes = load_data(l, ".bss", &room);
	if (bytes && size == sizeof(now) && offset + sizeof(now) <= room)
		memcpy(bytes + offset, &now, sizeof(now));
}

static int open_process(Run *r, char **why)
{
	if (!r->o.pid)
		return 0;
	r->pid_fd = pidfd_of(r->o.pid);
	if (r->pid_fd >= 0)
		return 0;
	if (asprintf(why, "Failed to attach to pid: Unable to open pidfd (%s)",
		     strerror(-r->pid_fd)) < 0)
		*why = NULL;
	return r->pid_fd;
}

static int open_child(Run *r, char **why)
{
	int err;

	r->child = r->o.child;
	if (r->child || !r->o.command)
		return 0;
	err = child_start(&r->child, r->o.command, why);
	r->owns_child = !err;
	return err;
}

int run_open(Run **out, Loaded *loaded, const Meta *meta, const Sink *sink, const RunOptions *o,
	     char **why)
{
	Run *r = calloc(1, sizeof(*r));
	int err;

	*why = NULL;
	if (!r)
		return -ENOMEM;
	*r = (Run){
	    .loaded = loaded, .meta = meta, .sink = sink, .o = *o, .pid_fd = -1, .ring = RING_NONE};
	err = open_process(r, why);
	if (!err)
		err = open_child(r, why);
	if (err) {
		run_close(r);
		return err;
	}
	set_start(loaded);
	*out = r;
	return 0;
}

u32 run_child_pid(const Run *r)
{
	return r->child ? child_pid(r->child) : 0;
}

int run_exit_code(const Run *r)
{
	return r->exit_code;
}

void run_close(Run *r)
{
	if (!r)
		return;
	ring_close(&r->ring);
	if (r->owns_child)
		child_free(r->child);
	if (r->pid_fd >= 0)
		close(r->pid_fd);
	if (r->lost_page)
		munmap(r->lost_page, (size_t)sysconf(_SC_PAGESIZE));
	if (r->exit_page)
		munmap(r->exit_page, (size_t)sysconf(_SC_PAGESIZE));
	stacks_free(r);
	free(r->stores);
	free(r);
}

/* ---- after the load ---- */

static int open_ring(Run *r)
{
	LoadMap map;

	for (u32 i = 0; r->meta->events_map && load_map_at(r->loaded, i, &map); i++)
		if (strcmp(map.name, r->meta->events_map) == 0)
			return ring_open(&r->ring, map.fd, map.max_entries);
	return 0;
}

/* A word that programs write, in .bss: its page is mapped. NULL if the script hasn't got it. */
static const volatile u64 *map_word(Run *r, const char *name, void **page_at)
{
	u32 page = (u32)sysconf(_SC_PAGESIZE), offset, size;
	int fd = load_map_fd(r->loaded, ".bss");
	void *at;

	if (fd < 0 || load_variable(r->loaded, ".bss", name, &offset, &size))
		return NULL;
	at = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, offset & ~(page - 1));
	if (at == MAP_FAILED)
		return NULL;
	*page_at = at;
	return (const volatile u64 *)(const void *)((const u8 *)at + (offset & (page - 1)));
}

/* Takes what the kernel has by now: ring buffer, maps, counter. */
static int take_loaded(Run *r)
{
	int err;

	if (r->is_started)
		return 0;
	r->is_started = true;
	r->lost = map_word(r, META_LOST, &r->lost_page);
	r->exit_word = map_word(r, META_EXIT, &r->exit_page);
	r->stores = calloc(r->meta->maps.len + 1, sizeof(*r->stores));
	if (!r->stores)
		return -ENOMEM;
	for (u32 i = 0; i < r->meta->maps.len; i++) {
		err = store_open(&r->stores[i], r->loaded, &r->meta->maps.at[i]);
		if (err && err != -ENOENT)
			return err;
	}
	return open_ring(r);
}

/* ---- the loop ---- */

static void tell_lost(Run *r)
{
	u64 total = r->lost ? *r->lost : 0;

	r->lost_at_ns = clock_ns();
	if (total == r->lost_told)
		return;
	r->sink->lost(r->sink->user, total - r->lost_told);
	r->lost_told = total;
}

/* An exit() whose record found no room: it left its code in a word instead. */
static void look_for_exit(Run *r)
{
	if (r->is_stopped || !r->exit_word || !*r->exit_word)
		return;
	r->exit_code = (int)(*r->exit_word - 1);
	r->is_stopped = true;
}

/* Handles up to RECORDS_AT_ONCE records; true if that was all there was. */
static bool drain_some(Run *r)
{
	bool is_empty = ring_consume(&r->ring, RECORDS_AT_ONCE, handle_record, r) < RECORDS_AT_ONCE;

	if (clock_ns() - r->lost_at_ns >= LOST_PERIOD_NS)
		tell_lost(r);
	return is_empty;
}

enum { POLL_RING, POLL_PROCESS, POLL_CHILD, POLL_WATCH, POLL_COUNT };

static void block_signals(sigset_t *before)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGUSR1);
	sigprocmask(SIG_BLOCK, &ours, before);
}

static bool is_signalled(const Run *r)
{
	return (r->o.signalled && *r->o.signalled) || (r->o.self_signal && *r->o.self_signal);
}

/*
 * Waits for something to do, if nothing is (is_idle). Records that were lost
 * after the last look are told soon even if none follows. True if -p's process
 * or -c's child has ended.
 */
static bool wait_for_work(Run *r, bool is_idle)
{
	struct pollfd fds[POLL_COUNT] = {
	    [POLL_RING] = {.fd = r->ring.fd, .events = POLLIN},
	    [POLL_PROCESS] = {.fd = r->pid_fd, .events = POLLIN},
	    [POLL_CHILD] = {.fd = r->child ? child_fd(r->child) : -1, .events = POLLIN},
	    [POLL_WATCH] = {.fd = r->sink->watch ? r->o.watch_fd : -1, .events = POLLIN},
	};
	struct timespec none = {0}, soon = {.tv_nsec = LOST_PERIOD_NS}, *timeout = NULL;
	sigset_t before;
	int n;

	if (r->lost && *r->lost != r->lost_told)
		timeout = &soon;
	block_signals(&before);
	if (!is_idle || is_signalled(r))
		timeout = &none;
	n = ppoll(fds, POLL_COUNT, timeout, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (n > 0 && fds[POLL_WATCH].revents)
		r->sink->watch(r->sink->user);
	return n > 0 && (fds[POLL_PROCESS].revents || fds[POLL_CHILD].revents);
}

/* SIGUSR1: runs the programs of self:signal. */
static int serve_self(Run *r)
{
	LoadError e = {0};
	int err;

	if (!r->o.self_signal || !*r->o.self_signal)
		return 0;
	*r->o.self_signal = 0;
	err = load_run(r->loaded, "self", &e);
	load_error_done(&e);
	return err;
}

static int loop(Run *r)
{
	bool has_ended = false;
	int err = 0;

	while (!err && !has_ended && !r->is_stopped) {
		bool is_idle = drain_some(r);

		look_for_exit(r);
		if (is_idle && !r->sink->flush(r->sink->user, false))
			r->is_stopped = true;
		if (!r->is_stopped)
			has_ended = wait_for_work(r, is_idle);
		if (r->o.signalled && *r->o.signalled)
			r->is_stopped = true;
		err = serve_self(r);
	}
	return err;
}

int run_loop(Run *r, bool only_begin_end)
{
	int err = take_loaded(r);
	bool any;

	if (err)
		return err;
	if (r->child)
		child_go(r->child);
	err = run_iterators(r, &any);
	if (err || any)
		return err;
	if (!only_begin_end || r->child || r->pid_fd >= 0)
		return loop(r);
	while (!r->is_stopped && !drain_some(r))
		;
	look_for_exit(r);
	return 0;
}

/* ---- the end ---- */

void run_detached(Run *r)
{
	if (r->has_exited)
		ring_skip(&r->ring);
}

static int by_name(const void *a, const void *b, void *maps)
{
	const MapShow *shows = maps;

	return strcmp(shows[*(const u32 *)a].name, shows[*(const u32 *)b].name);
}

static int print_maps(Run *r)
{
	u32 n = r->meta->maps.len, *order = calloc(n + 1, sizeof(*order));
	int err = order ? 0 : -ENOMEM;

	for (u32 i = 0; !err && i < n; i++)
		order[i] = i;
	if (!err)
		qsort_r(order, n, sizeof(*order), by_name, r->meta->maps.at);
	for (u32 i = 0; !err && i < n; i++) {
		MapRows rows;

		if (r->stores[order[i]].fd < 0)
			continue;
		err = run_read_map(r, order[i], false, &rows);
		if (!err && rows.n)
			r->sink->map(r->sink->user, &rows, 0, 0);
		map_rows_free(&rows);
	}
	free(order);
	return err;
}

int run_finish(Run *r)
{
	int err = take_loaded(r);

	if (err)
		return err;
	r->is_finishing = true;
	while (!drain_some(r))
		;
	tell_lost(r);
	r->sink->end_of_run(r->sink->user);
	if (r->o.print_maps_on_exit)
		err = print_maps(r);
	if (r->lost_told)
		r->sink->lost_total(r->sink->user, r->lost_told);
	if (!r->sink->flush(r->sink->user, true) && !err)
		err = -EPIPE;
	return err;
}
