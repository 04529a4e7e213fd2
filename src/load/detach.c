/*
 * Undoing attachments, the last first, and quickly: what a user waits for
 * after Ctrl-C.
 *
 * The end of a link waits until no CPU and no task is in the program any more:
 * some 40 ms since Linux 6.13. The waits don't exclude each other, so several
 * threads close links at the same time. Closing a tracepoint's event after
 * that waits again, and those waits do exclude each other; but the event has no program by
 * then, so it may wait until the results are shown: load_close.
 */
#include "load/internal.h"

#include <pthread.h>
#include <unistd.h>

#define MAX_CLOSERS 32

/* Descriptors that some threads close, each taking the next. */
typedef struct Closing {
	const int *fds;
	u32 n;
	u32 next; /* atomic */
} Closing;

static void *close_some(void *user)
{
	Closing *c = user;
	for (;;) {
		u32 i = __atomic_fetch_add(&c->next, 1, __ATOMIC_RELAXED);
		if (i >= c->n)
			return NULL;
		close(c->fds[i]);
	}
}

/* This thread closes too, so that it's done even where no other can be made. */
static void close_all(const int *fds, u32 n)
{
	Closing c = {.fds = fds, .n = n};
	pthread_t threads[MAX_CLOSERS];
	u32 n_threads = 0;
	while (n_threads + 1 < n && n_threads < MAX_CLOSERS &&
	       pthread_create(&threads[n_threads], NULL, close_some, &c) == 0)
		n_threads++;
	close_some(&c);
	for (u32 i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
}

/* What needs no wait, or has to be alone; links and idle events go to their lists. */
static void detach_one(Loaded *l, const Attachment *a)
{
	bool stays = l->o.pin && !l->o.meta; /* pinned links do by themselves */
	if (a->link)
		bpf_link__destroy(a->link);
	if (a->ifindex && !stays)
		detach_tc(a);
	if (a->map_fd >= 0 && !stays)
		detach_sockmap(a);
	if (a->socket_fd >= 0)
		close(a->socket_fd);
	if (a->link_fd >= 0)
		vec_push(NULL, &l->ended_links, a->link_fd);
	if (a->link_fd >= 0 && a->perf_fd >= 0)
		vec_push(NULL, &l->idle_events, a->perf_fd);
	else if (a->perf_fd >= 0)
		close(a->perf_fd);
	if (a->table_fd >= 0)
		close(a->table_fd);
}

void load_detach_to(Loaded *l, u32 n)
{
	while (l->attachments.len > n)
		detach_one(l, &l->attachments.at[--l->attachments.len]);
	close_all(l->ended_links.at, l->ended_links.len);
	vec_free(&l->ended_links);
}

void load_detach(Loaded *l)
{
	load_detach_to(l, 0);
	l->iters.len = 0;
}

void close_events(Loaded *l)
{
	for (u32 i = 0; i < l->idle_events.len; i++)
		close(l->idle_events.at[i]);
	vec_free(&l->idle_events);
}
