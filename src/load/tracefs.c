/*
 * The kernel's tracefs, where tracepoints are listed and numbered. Most
 * systems have it at /sys/kernel/tracing, older ones below debugfs. Where it
 * isn't mounted it's opened as a mount that belongs to a descriptor only
 * (fsopen, fsmount: Linux 5.2), which nobody else sees and which is gone with
 * the process.
 */
#include "load/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool is_tracefs(const char *path)
{
	struct statfs s;
	return statfs(path, &s) == 0 && s.f_type == TRACEFS_MAGIC;
}

/* A mount of our own, or -1. */
static int open_detached(void)
{
	long fs = syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
	if (fs < 0)
		return -1;
	long fd = -1;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		fd = syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	close((int)fs);
	return (int)fd;
}

void tracefs_open(Tracefs *t)
{
	static const char *const usual[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
	*t = (Tracefs){.fd = -1};
	for (u32 i = 0; i < ARRAY_LEN(usual); i++) {
		if (!is_tracefs(usual[i]))
			continue;
		snprintf(t->path, sizeof(t->path), "%s", usual[i]);
		return;
	}
	t->fd = open_detached();
	if (t->fd >= 0)
		snprintf(t->path, sizeof(t->path), "/proc/self/fd/%d", t->fd);
}

void tracefs_close(Tracefs *t)
{
	if (t->fd >= 0)
		close(t->fd);
	*t = (Tracefs){.fd = -1};
}

/* Reads to the end; files of tracefs and proc do not know their size. */
static char *read_all(int fd, size_t *len)
{
	size_t cap = 1 << 16, n = 0;
	char *text = malloc(cap + 1);
	while (text) {
		ssize_t got = read(fd, text + n, cap - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0) {
				text[n] = 0;
				*len = n;
				return text;
			}
			break;
		}
		n += (size_t)got;
		if (n < cap)
			continue;
		cap *= 2;
		char *more = realloc(text, cap + 1);
		if (!more)
			break;
		text = more;
	}
	int err = text ? errno : ENOMEM;
	free(text);
	errno = err;
	return NULL;
}

char *read_whole(const char *root, const char *path, size_t *len)
{
	char full[4096];
	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	int fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	char *text = read_all(fd, len);
	int err = errno;
	close(fd);
	errno = err;
	return text;
}
