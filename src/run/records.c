/*
 * Records of a plain object's programs: every ring buffer and perf buffer of
 * the object is mapped, and what comes is handed over with the type that
 * shapes.c finds for it. One epoll descriptor stands for all of them.
 */
#include "run/internal.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sys/epoll.h>
#include <unistd.h>

#define PERF_PAGES 64
#define RECORDS_AT_ONCE 4096

struct Source {
	Records *owner;
	char *map; /* heap */
	Ring ring; /* either this */
	struct perf_buffer *perf; /* or that */
};

typedef struct Source Source;

struct Records {
	Shapes *shapes;
	const RecordSink *sink;
	int epoll_fd;
	Vec(Source *) sources; /* heap */
};

static void hand_over(Source *s, const u8 *at, u32 len)
{
	Records *r = s->owner;
	Type *t = shapes_record(r->shapes, s->map, len, s->perf != NULL);

	r->sink->record(r->sink->user, s->map, t, at, len);
}

static bool on_ring_record(void *user, const u8 *at, u32 len)
{
	hand_over(user, at, len);
	return true;
}

static void on_perf_record(void *user, int cpu, void *at, u32 len)
{
	(void)cpu;
	hand_over(user, at, len);
}

static void on_perf_lost(void *user, int cpu, unsigned long long n)
{
	Source *s = user;

	(void)cpu;
	s->owner->sink->lost(s->owner->sink->user, s->map, n);
}

static void source_free(Source *s)
{
	if (!s)
		return;
	ring_close(&s->ring);
	perf_buffer__free(s->perf);
	free(s->map);
	free(s);
}

static int open_source(Source *s, const LoadMap *map)
{
	if (map->type == BPF_MAP_TYPE_RINGBUF)
		return ring_open(&s->ring, map->fd, map->max_entries);
	s->perf = perf_buffer__new(map->fd, PERF_PAGES, on_perf_record, on_perf_lost, s, NULL);
	return s->perf ? 0 : -errno;
}

static int add_source(Records *r, const LoadMap *map)
{
	struct epoll_event event = {.events = EPOLLIN};
	Source *s = calloc(1, sizeof(*s));
	int err = s ? 0 : -ENOMEM, fd;

	if (err)
		return err;
	*s = (Source){.owner = r, .map = strdup(map->name), .ring = RING_NONE};
	err = s->map ? open_source(s, map) : -ENOMEM;
	if (err) {
		source_free(s);
		return err;
	}
	vec_push(NULL, &r->sources, s);
	fd = s->perf ? perf_buffer__epoll_fd(s->perf) : map->fd;
	return epoll_ctl(r->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

int records_open(Records **out, const Loaded *loaded, Shapes *shapes, const RecordSink *sink)
{
	Records *r = calloc(1, sizeof(*r));
	LoadMap map;
	int err = 0;

	if (!r)
		return -ENOMEM;
	*r = (Records){.shapes = shapes, .sink = sink, .epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	if (r->epoll_fd < 0)
		err = -errno;
	for (u32 i = 0; !err && load_map_at(loaded, i, &map); i++)
		if (map.fd >= 0 && (map.type == BPF_MAP_TYPE_RINGBUF ||
				    map.type == BPF_MAP_TYPE_PERF_EVENT_ARRAY))
			err = add_source(r, &map);
	if (err) {
		records_close(r);
		return err;
	}
	*out = r;
	return 0;
}

int records_fd(const Records *r)
{
	return r->epoll_fd;
}

bool records_take(Records *r)
{
	bool is_more = false;

	vec_each(at, &r->sources) {
		Source *s = *at;

		if (s->perf)
			perf_buffer__consume(s->perf);
		else
			is_more |= ring_consume(&s->ring, RECORDS_AT_ONCE, on_ring_record, s) ==
				   RECORDS_AT_ONCE;
	}
	return is_more;
}

void records_close(Records *r)
{
	if (!r)
		return;
	vec_each(s, &r->sources)
		source_free(*s);
	vec_free(&r->sources);
	if (r->epoll_fd >= 0)
		close(r->epoll_fd);
	free(r);
}
