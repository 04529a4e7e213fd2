/*
 * The carried program lies behind the ELF file, where no loader looks:
 *	bytes of the program · Trailer
 * A script is carried as text and not as an object: the compiler is in the
 * binary anyway and needs milliseconds, and so parameters, wildcards and
 * features are settled by the kernel and the command line of the day.
 */
#include "carry.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x31656c6767617765ull /* "ewaggle1" */

typedef struct {
	u64 len;
	u32 kind; /* CarryKind */
	u32 zero;
	u64 magic;
} Trailer;

/* The trailer of an open binary; false if it carries nothing. *own is the size of the binary itself. */
static bool read_trailer(int fd, Trailer *t, u64 *own)
{
	struct stat st;

	if (fstat(fd, &st) || st.st_size <= (off_t)sizeof(*t))
		return false;
	*own = (u64)st.st_size;
	if (pread(fd, t, sizeof(*t), st.st_size - (off_t)sizeof(*t)) != sizeof(*t) || t->magic != MAGIC)
		return false;
	if (t->len > *own - sizeof(*t) || (t->kind != CARRY_SCRIPT && t->kind != CARRY_OBJECT))
		return false;
	*own -= sizeof(*t) + t->len;
	return true;
}

Carried carry_read(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	Carried c = {0};
	Trailer t;
	u64 own;

	if (fd < 0)
		return c;
	if (read_trailer(fd, &t, &own)) {
		c.bytes = calloc(1, t.len + 1);
		if (c.bytes && pread(fd, c.bytes, t.len, (off_t)own) == (ssize_t)t.len) {
			c.kind = (CarryKind)t.kind;
			c.len = t.len;
		}
	}
	close(fd);
	return c;
}

void carry_done(Carried *c)
{
	free(c->bytes);
	*c = (Carried){0};
}

static int write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int copy_self(int to, int from, u64 len)
{
	char buffer[65536];
	u64 done = 0;
	int err = 0;

	while (!err && done < len) {
		ssize_t n = pread(from, buffer, MIN(sizeof(buffer), len - done), (off_t)done);

		if (n <= 0)
			return n ? -errno : -EIO;
		err = write_all(to, buffer, (size_t)n);
		done += (u64)n;
	}
	return err;
}

int carry_write(const char *path, CarryKind kind, const void *bytes, size_t len)
{
	Trailer t = {.len = len, .kind = kind, .magic = MAGIC}, old;
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to, err;
	struct stat st;
	u64 own = 0;

	if (from < 0)
		return -errno;
	read_trailer(from, &old, &own);
	/* A running copy can't be written over; a device (-o /dev/null) must stay what it is. */
	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		unlink(path);
	to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0777);
	err = to < 0 ? -errno : copy_self(to, from, own);
	if (!err)
		err = write_all(to, bytes, len);
	if (!err)
		err = write_all(to, &t, sizeof(t));
	if (to >= 0 && close(to) && !err)
		err = -errno;
	close(from);
	return err;
}
