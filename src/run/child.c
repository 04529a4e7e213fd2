/*
 * -c's command: split at white space, no shell. It is forked before the
 * programs are loaded, so that they can know its pid, and waits at a pipe until
 * they are attached. An exec that fails then ends it with status 127. The
 * kernel ends it should we die first.
 */
#include "run/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct Child {
	u32 pid;
	int fd;	    /* pidfd */
	int go_fd;  /* our end of the pipe it waits at; -1: let go */
	char *text; /* the command, cut by zero bytes */
	char **argv;
	char path[PATH_MAX];
};

int pidfd_of(u32 pid)
{
	int fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);

	return fd < 0 ? -errno : fd;
}

static int split(Child *c, const char *command)
{
	static const char space[] = " \t\n\v\f\r";
	char *next, *word;
	u32 n = 0;

	c->text = strdup(command);
	c->argv = calloc(strlen(command) / 2 + 2, sizeof(*c->argv));
	if (!c->text || !c->argv)
		return -ENOMEM;
	for (word = strtok_r(c->text, space, &next); word; word = strtok_r(NULL, space, &next))
		c->argv[n++] = word;
	return n ? 0 : -EINVAL;
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Where the program lies: as given if it has a '/', else in a folder of PATH. */
static bool find_program(Child *c)
{
	const char *name = c->argv[0], *at = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(c->path, sizeof(c->path), "%s", name);
		return is_program(c->path);
	}
	for (; at && *at; at += strcspn(at, ":"), at += *at == ':') {
		int len = (int)strcspn(at, ":");

		snprintf(c->path, sizeof(c->path), "%.*s/%s", len, at, name);
		if (is_program(c->path))
			return true;
	}
	return false;
}

/* In the child: waits for a byte; the end of the pipe without one means that nothing is to run. */
_Noreturn static void wait_and_exec(Child *c, int wait_fd, pid_t parent)
{
	sigset_t none;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent || read(wait_fd, &byte, 1) != 1)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execv(c->path, c->argv);
	_exit(127);
}

static int fork_child(Child *c)
{
	pid_t parent = getpid(), pid;
	int ends[2], err = 0;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		wait_and_exec(c, ends[0], parent);
	}
	if (pid < 0)
		err = -errno;
	close(ends[0]);
	c->go_fd = ends[1];
	if (err)
		return err;
	c->pid = (u32)pid;
	c->fd = pidfd_of(c->pid);
	return c->fd < 0 ? c->fd : 0;
}

static int start(Child *c, const char *command, char **why)
{
	int err = split(c, command);

	if (!err && !find_program(c)) {
		if (asprintf(
			why,
			"Failed to fork child: Path '%s' does not exist or is not executable (%s)",
			c->argv[0], strerror(ENOENT)) < 0)
			*why = NULL;
		return -ENOENT;
	}
	if (!err)
		err = fork_child(c);
	if (err && asprintf(why, "Failed to fork child: %s", strerror(-err)) < 0)
		*why = NULL;
	return err;
}

int child_start(Child **out, const char *command, char **why)
{
	Child *c = calloc(1, sizeof(*c));
	int err;

	*why = NULL;
	if (!c)
		return -ENOMEM;
	c->fd = c->go_fd = -1;
	err = start(c, command, why);
	if (err)
		child_free(c);
	else
		*out = c;
	return err;
}

u32 child_pid(const Child *c)
{
	return c->pid;
}

int child_fd(const Child *c)
{
	return c->fd;
}

void child_go(Child *c)
{
	ssize_t n;

	if (c->go_fd < 0)
		return;
	do
		n = write(c->go_fd, "g", 1);
	while (n < 0 && errno == EINTR);
	close(c->go_fd);
	c->go_fd = -1;
}

void child_free(Child *c)
{
	if (!c)
		return;
	if (c->go_fd >= 0)
		close(c->go_fd);
	if (c->pid) {
		kill((pid_t)c->pid, SIGTERM);
		while (waitpid((pid_t)c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (c->fd >= 0)
		close(c->fd);
	free(c->argv);
	free(c->text);
	free(c);
}
