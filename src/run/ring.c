/*
 * The consumer's side of BPF's ring buffer (Documentation/bpf/ringbuf.rst).
 * Page 0 of the map is the consumer's position, page 1 the producer's; the
 * data follows, mapped twice in a row so that no record is ever cut. A record
 * has a header of 8 bytes: u32 length with two flags on top, u32 page offset.
 *
 * The position is written back after every few records, not after each one:
 * the page is shared with every CPU that produces. A producer that sees a
 * consumer behind it sends no wake-up, so the full fence between writing the
 * position and looking once more is what keeps the last record from being
 * overlooked.
 */
#include "run/internal.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#define WRITE_BACK_RECORDS 64

int ring_open(Ring *ring, int fd, u32 size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	void *producer;

	if (consumer == MAP_FAILED)
		return -errno;
	producer = mmap(NULL, page + 2 * (size_t)size, PROT_READ, MAP_SHARED, fd, (off_t)page);
	if (producer == MAP_FAILED) {
		int err = -errno;

		munmap(consumer, page);
		return err;
	}
	*ring = (Ring){
	    .fd = fd, .size = size, .consumer = consumer, .producer = producer, .page = page};
	return 0;
}

void ring_close(Ring *ring)
{
	if (ring->fd < 0)
		return;
	munmap(ring->consumer, ring->page);
	munmap((void *)(uintptr_t)ring->producer, ring->page + 2 * ring->size);
	*ring = RING_NONE;
}

static void write_position(Ring *ring, u64 position)
{
	__atomic_store_n(ring->consumer, position, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Header of the record at the position; false where there is none that is finished. */
static bool next_record(const Ring *ring, u64 position, const u32 **header, u32 *length)
{
	const u8 *data = (const u8 *)ring->producer + ring->page;

	if (position >= __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE))
		return false;
	*header = (const u32 *)(const void *)(data + (position & (ring->size - 1)));
	*length = __atomic_load_n(*header, __ATOMIC_ACQUIRE);
	return !(*length & BPF_RINGBUF_BUSY_BIT);
}

u32 ring_consume(Ring *ring, u32 most, bool (*f)(void *user, const u8 *at, u32 len), void *user)
{
	u64 position = ring->fd < 0 ? 0 : *ring->consumer;
	bool go_on = ring->fd >= 0;
	const u32 *header;
	u32 n = 0, length;

	while (go_on && n < most && next_record(ring, position, &header, &length)) {
		u32 size = length & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

		position += ALIGN_UP((u64)size + BPF_RINGBUF_HDR_SZ, 8);
		if (!(length & BPF_RINGBUF_DISCARD_BIT))
			go_on = f(user, (const u8 *)header + BPF_RINGBUF_HDR_SZ, size);
		if (++n % WRITE_BACK_RECORDS == 0)
			write_position(ring, position);
	}
	if (ring->fd >= 0)
		write_position(ring, position);
	return n;
}

void ring_skip(Ring *ring)
{
	if (ring->fd >= 0)
		write_position(ring, __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE));
}
