/*
 * Iterators of scripts. What their programs want shown is a stream of records,
 * as in the ring buffer, that the kernel collects in the text which a reader
 * of the iterator gets (lower/event.c). A record's length follows from its
 * event, so they lie one behind the other without any mark between them.
 */
#include "run/internal.h"

#include <errno.h>
#include <unistd.h>

#define HEADER_SIZE 8 /* of a record: number of its event */

typedef struct {
	u8 *at;
	size_t len, room;
} Stream;

/* Bytes of the record at `at`, or 0 if it can't be one. */
static size_t record_size(const Run *r, const u8 *at)
{
	u32 number;
	const EventDef *def;

	memcpy(&number, at, sizeof(number));
	if (number >= r->meta->events.len)
		return 0;
	def = &r->meta->events.at[number];
	return ALIGN_UP(HEADER_SIZE + (def->args ? def->args->size : 0u), 8u);
}

/* Handles the records that are whole; false: no more are wanted, or they make no sense. */
static bool handle_stream(Run *r, Stream *s)
{
	size_t done = 0;

	while (s->len - done >= HEADER_SIZE) {
		size_t size = record_size(r, s->at + done);

		if (!size)
			return false;
		if (size > s->len - done)
			break;
		if (!handle_record(r, s->at + done, (u32)size))
			return false;
		done += size;
	}
	memmove(s->at, s->at + done, s->len - done);
	s->len -= done;
	return true;
}

static int read_all(Run *r, int fd)
{
	Stream s = {.room = 1 << 16};
	ssize_t n = 1;
	int err = 0;

	s.at = malloc(s.room);
	if (!s.at)
		return -ENOMEM;
	while (n > 0 && s.len < s.room) {
		n = read(fd, s.at + s.len, s.room - s.len);
		if (n < 0 && (errno == EINTR || errno == EAGAIN) && !(r->o.signalled && *r->o.signalled)) {
			n = 1;
			continue;
		}
		if (n < 0)
			err = -errno;
		if (n > 0)
			s.len += (size_t)n;
		if (n > 0 && !handle_stream(r, &s))
			break;
	}
	free(s.at);
	return err;
}

int run_iterators(Run *r, bool *any)
{
	int err = 0;

	*any = false;
	for (u32 i = 0; !err && !r->is_stopped && i < r->meta->attach.len; i++) {
		LoadError e = {0};
		int fd;

		if (strcmp(r->meta->attach.at[i].kind, "iter") != 0)
			continue;
		*any = true;
		fd = load_iter(r->loaded, i, &e);
		load_error_done(&e);
		err = fd < 0 ? fd : read_all(r, fd);
		if (fd >= 0)
			close(fd);
	}
	return err;
}
