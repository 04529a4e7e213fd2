/*
 * Units of src/run that need no kernel: the consumer of the ring buffer on a
 * file in memory, merging of per-CPU values, the order of rows, -c's command.
 */
#include "run/internal.h"

#include <errno.h>
#include <linux/bpf.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

typedef struct {
	Compile c;
	Target target;
	Types *ts;
	Checks checks;
} Bench;

static void bench_start(Bench *b)
{
	memset(b, 0, sizeof(*b));
	compile_init(&b->c);
	b->c.target = &b->target;
	b->ts = b->c.types = types_new(&b->c);
}

static void bench_end(Bench *b)
{
	types_free(b->ts);
	compile_done(&b->c);
}

/* ---- ring ---- */

#define RING_BYTES 4096

/* A ring buffer's pages in a file; what BPF would write is written here. */
typedef struct Fake {
	int fd;
	u64 *producer;
	u8 *data;
	size_t page;
} Fake;

static void fake_open(Fake *f)
{
	u8 *at;

	f->page = (size_t)sysconf(_SC_PAGESIZE);
	f->fd = memfd_create("ring", MFD_CLOEXEC);
	if (f->fd < 0 || ftruncate(f->fd, (off_t)(2 * f->page + 2 * RING_BYTES)))
		abort();
	at = mmap(NULL, 2 * f->page + 2 * RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, 0);
	if (at == MAP_FAILED)
		abort();
	f->producer = (u64 *)(void *)(at + f->page);
	f->data = at + 2 * f->page;
}

static void fake_add(Fake *f, const char *text, u32 flags)
{
	u32 len = (u32)strlen(text), header = len | flags;
	u8 *at = f->data + *f->producer % RING_BYTES;

	memcpy(at, &header, sizeof(header));
	memcpy(at + BPF_RINGBUF_HDR_SZ, text, len);
	*f->producer += (len + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
}

/* Collects the records; stops after "exit". */
static bool collect(void *user, const u8 *at, u32 len)
{
	char *all = user;
	size_t n = strlen(all);

	snprintf(all + n, 256 - n, "%.*s,", (int)len, (const char *)at);
	return len != 4 || memcmp(at, "exit", 4) != 0;
}

static void test_ring(Bench *b)
{
	char all[256] = "";
	Ring ring;
	Fake f;

	fake_open(&f);
	check_number(&b->checks, "ring opens", ring_open(&ring, f.fd, RING_BYTES), 0);
	check_number(&b->checks, "empty ring", ring_consume(&ring, 10, collect, all), 0);
	fake_add(&f, "one", 0);
	fake_add(&f, "dropped", BPF_RINGBUF_DISCARD_BIT);
	fake_add(&f, "three is longer", 0);
	ring_consume(&ring, 2, collect, all);
	check_text(&b->checks, "two records, one of them discarded", all, "one,");
	ring_consume(&ring, 10, collect, all);
	check_text(&b->checks, "the rest", all, "one,three is longer,");
	check_number(&b->checks, "position written back", (long long)*ring.consumer,
		     (long long)*f.producer);
	fake_add(&f, "exit", 0);
	fake_add(&f, "late", 0);
	ring_consume(&ring, 10, collect, all);
	check_text(&b->checks, "stops where it is told to", all, "one,three is longer,exit,");
	ring_skip(&ring);
	check_number(&b->checks, "skips what is left", ring_consume(&ring, 10, collect, all), 0);
	fake_add(&f, "busy", BPF_RINGBUF_BUSY_BIT);
	fake_add(&f, "after", 0);
	check_number(&b->checks, "waits for a busy record", ring_consume(&ring, 10, collect, all),
		     0);
	ring_close(&ring);
	munmap(f.producer, f.page);
	close(f.fd);
}

/* ---- merging ---- */

static void test_merge(Bench *b)
{
	Store s = {.value_size = 16, .n_values = 3};
	MapShow show = {.name = "@", .value = type_agg(b->ts, AGG_MIN, true, NULL)};
	i64 values[] = {5, 1, -100, 0, -3, 1}, out[2];

	check_number(&b->checks, "size of min", merged_size(&show, &s), 8);
	merge_values(&show, &s, (u8 *)values, (u8 *)out);
	check_number(&b->checks, "min of the CPUs that have one", out[0], -3);
	show.value = type_agg(b->ts, AGG_MAX, true, NULL);
	merge_values(&show, &s, (u8 *)values, (u8 *)out);
	check_number(&b->checks, "max", out[0], 5);
	show.value = type_agg(b->ts, AGG_STATS, true, NULL);
	merge_values(&show, &s, (u8 *)values, (u8 *)out);
	check_number(&b->checks, "stats: count", out[0], -98);
	check_number(&b->checks, "stats: total", out[1], 2);
	s.value_size = 8;
	show.value = type_agg(b->ts, AGG_COUNT, false, NULL);
	merge_values(&show, &s, (u8 *)values, (u8 *)out);
	check_number(&b->checks, "count", out[0], -94);
}

/* ---- order ---- */

/* The keys' first bytes in the sorted order. */
static void order(Bench *b, const char *name, const MapShow *show, MapRow *list, u32 n,
		  const char *wanted)
{
	MapRows rows = {.show = show, .rows = list, .n = n, .value_size = 8};
	char got[16] = "";

	rows_sort(&rows);
	for (u32 i = 0; i < n; i++)
		got[i] = (char)rows.rows[i].key[0];
	check_text(&b->checks, name, got, wanted);
}

static void test_sort(Bench *b)
{
	Type *text = type_string(b->ts, 16), *wide = type_int(b->ts, 8, true);
	MapShow show = {.name = "@", .key = text, .value = wide};
	i64 v[] = {30, -1, 30, 4};
	i8 narrow[] = {-56, 3, 0};
	u8 fine[] = {200, 3, 7};
#define KEY(text) ((const u8 *)text "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")
#define VALUE(of) ((const u8 *)(of))
	MapRow ints[] = {{KEY("d"), VALUE(&v[0])},
			 {KEY("b"), VALUE(&v[1])},
			 {KEY("a"), VALUE(&v[2])},
			 {KEY("c"), VALUE(&v[3])}};
	MapRow narrows[] = {{KEY("a"), VALUE(&narrow[0])},
			    {KEY("b"), VALUE(&narrow[1])},
			    {KEY("c"), VALUE(&narrow[2])}};
	MapRow unsigneds[] = {
	    {KEY("a"), VALUE(&fine[0])}, {KEY("b"), VALUE(&fine[1])}, {KEY("c"), VALUE(&fine[2])}};
	MapRow texts[] = {{KEY("zebra-long-1"), VALUE(&v[0])},
			  {KEY("a"), VALUE(&v[0])},
			  {KEY("m"), VALUE(&v[0])}};

	order(b, "by value, then by key", &show, ints, 4, "bcad");
	show.value = type_int(b->ts, 1, true);
	order(b, "narrow signed values", &show, narrows, 3, "acb");
	show.value = type_int(b->ts, 1, false);
	order(b, "narrow unsigned values", &show, unsigneds, 3, "bca");
	show.value = text;
	order(b, "by key where values are texts", &show, texts, 3, "amz");
}

static void test_key_order(Bench *b)
{
	Type *narrow = type_int(b->ts, 4, true), *text = type_string(b->ts, 4);
	MapShow show = {
	    .name = "@", .value = text, .key = type_tuple(b->ts, (Type *[]){text, narrow}, 2)};
	struct {
		char text[4];
		i32 n;
	} k[] = {{"b", 1}, {"a", 5}, {"a", -5}};
	MapRow list[] = {
	    {(u8 *)&k[0], (u8 *)"x"}, {(u8 *)&k[1], (u8 *)"y"}, {(u8 *)&k[2], (u8 *)"z"}};
	MapRows rows = {.show = &show, .rows = list, .n = 3, .value_size = 4};

	rows_sort(&rows);
	check_case(&b->checks, "tuples field by field",
		   rows.rows[0].value[0] == 'z' && rows.rows[1].value[0] == 'y', "wrong order");
}

/* ---- -c ---- */

static bool has_ended(const Child *c, int wait_ms)
{
	struct pollfd p = {.fd = child_fd(c), .events = POLLIN};

	return poll(&p, 1, wait_ms) > 0;
}

static void test_child(Bench *b)
{
	char *why = NULL;
	Child *c;
	int err;

	err = child_start(&c, "/nonexistent foo", &why);
	check_number(&b->checks, "missing program", err, -ENOENT);
	check_text(&b->checks, "missing program's text", why,
		   "Failed to fork child: Path '/nonexistent' does not exist or is not executable "
		   "(No such file or directory)");
	free(why);
	check_number(&b->checks, "no command", child_start(&c, "  ", &why), -EINVAL);
	free(why);
	err = child_start(&c, " true  and more ", &why);
	check_number(&b->checks, "found in PATH", err, 0);
	if (err)
		return;
	check_case(&b->checks, "waits to be let go", !has_ended(c, 50), "ended");
	child_go(c);
	check_case(&b->checks, "runs then", has_ended(c, 10000), "still there");
	child_free(c);
	err = child_start(&c, "sleep 1000", &why);
	if (!err) {
		u32 pid = child_pid(c);

		child_go(c);
		child_free(c);
		check_case(&b->checks, "is ended and reaped", kill((pid_t)pid, 0) && errno == ESRCH,
			   "alive");
	}
}

int main(void)
{
	Bench b;

	bench_start(&b);
	test_ring(&b);
	test_merge(&b);
	test_sort(&b);
	test_key_order(&b);
	test_child(&b);
	bench_end(&b);
	return check_status(&b.checks);
}
