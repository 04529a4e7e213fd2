/*
 * One program in a process group of its own, its output caught, its time
 * limited. Only processes started here are ever signalled.
 *
 * A live run goes: the tracer starts → it says that its probes are attached →
 * the workload, which has been waiting, is let go → when the workload has
 * ended, the tracer is interrupted as by Ctrl-C and shows what it has.
 */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOTE "__BPFTRACE_NOTIFY_PROBES_ATTACHED"

typedef struct {
	const Spawn *s;
	Ran *r;
	pid_t pid;
	int out, err; /* -1 at their end */
	int go;
	bool was_let_go, was_interrupted, child_ended;
	double deadline;
} Job;

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void open_pipe(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
}

static int open_stdin(const Spawn *s)
{
	FILE *f;
	int fd;

	if (!s->stdin_text)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	f = tmpfile();
	if (!f)
		die("tmpfile: %s", strerror(errno));
	fputs(s->stdin_text, f);
	fflush(f);
	fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 3);
	fclose(f);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void start(Job *job)
{
	int in = open_stdin(job->s), out[2], err[2];

	open_pipe(out);
	open_pipe(err);
	job->pid = fork();
	if (job->pid < 0)
		die("fork: %s", strerror(errno));
	if (job->pid == 0) {
		setpgid(0, 0);
		if (chdir(job->s->dir) || dup2(in, 0) < 0 || dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0)
			_exit(126);
		signal(SIGINT, SIG_DFL);
		signal(SIGPIPE, SIG_DFL);
		execvp(job->s->argv[0], job->s->argv);
		fprintf(stderr, "%s: %s\n", job->s->argv[0], strerror(errno));
		_exit(127);
	}
	setpgid(job->pid, job->pid);
	close(in);
	close(out[1]);
	close(err[1]);
	job->out = out[0];
	job->err = err[0];
}

/* More of a stream; -1 in *fd at its end. */
static void take(int *fd, Text *t)
{
	char part[16384];
	ssize_t n = read(*fd, part, sizeof(part));

	if (n > 0) {
		text_put(t, part, (size_t)n);
	} else if (n == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
}

/* The notice that BPFTRACE's tests know too, taken out of the results. */
static bool take_note(Text *out)
{
	char *at = out->at ? strstr(out->at, NOTE "\n") : NULL;
	size_t len = strlen(NOTE "\n");

	if (!at)
		return false;
	memmove(at, at + len, out->len - (size_t)(at - out->at) - len + 1);
	out->len -= len;
	return true;
}

static void let_go(Job *job)
{
	if (job->was_let_go)
		return;
	job->was_let_go = true;
	if (job->go >= 0)
		close(job->go);
	job->go = -1;
}

static void follow_workload(Job *job)
{
	int status;

	if (take_note(&job->r->out) || strstr(text_of(&job->r->err), "Attached "))
		let_go(job);
	if (!job->was_let_go || !job->s->child || job->child_ended)
		return;
	if (waitpid(job->s->child, &status, WNOHANG) != job->s->child)
		return;
	job->child_ended = true;
	if (!job->s->stops_itself && job->pid > 0)
		kill(job->pid, SIGINT);
}

static void wait_streams(Job *job)
{
	struct pollfd fds[2] = {{.fd = job->out, .events = POLLIN}, {.fd = job->err, .events = POLLIN}};

	if (poll(fds, 2, job->s->is_live ? 20 : 200) <= 0)
		return;
	if (fds[0].revents)
		take(&job->out, &job->r->out);
	if (fds[1].revents)
		take(&job->err, &job->r->err);
}

/* Ends the group; called at the end in any case, for what a test may have left running. */
static void end_group(Job *job)
{
	kill(-job->pid, SIGKILL);
	if (job->s->child && !job->child_ended) {
		kill(-job->s->child, SIGKILL);
		kill(job->s->child, SIGKILL);
		waitpid(job->s->child, NULL, 0);
	}
	if (job->go >= 0)
		close(job->go);
}

static void collect_status(Job *job)
{
	int status;

	while (waitpid(job->pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid: %s", strerror(errno));
	job->r->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static bool has_ended(Job *job)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)job->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid;
}

/* What is still in the pipes when the program has ended (its children may hold them open). */
static void drain(Job *job)
{
	int *fds[2] = {&job->out, &job->err};
	Text *texts[2] = {&job->r->out, &job->r->err};

	for (int i = 0; i < 2; i++) {
		struct pollfd p = {.fd = *fds[i], .events = POLLIN};

		while (*fds[i] >= 0 && poll(&p, 1, 0) > 0)
			take(fds[i], texts[i]);
		if (*fds[i] >= 0)
			close(*fds[i]);
	}
	take_note(&job->r->out);
}

void spawn_run(const Spawn *s, Ran *r)
{
	Job job = {.s = s, .r = r, .go = s->child ? s->child_go : -1};

	*r = (Ran){0};
	job.deadline = now_s() + s->timeout_s;
	start(&job);
	while (!has_ended(&job)) {
		if (job.out >= 0 || job.err >= 0)
			wait_streams(&job);
		else
			usleep(10000);
		if (s->is_live)
			follow_workload(&job);
		if (now_s() > job.deadline) {
			r->timed_out = true;
			kill(-job.pid, SIGKILL);
			kill(job.pid, SIGKILL);
			break;
		}
	}
	end_group(&job);
	collect_status(&job);
	drain(&job);
}

void ran_free(Ran *r)
{
	text_free(&r->out);
	text_free(&r->err);
}

pid_t spawn_stopped(const char *command, const char *dir, int *go)
{
	int fds[2];
	pid_t pid;
	char **argv = words_split(command);

	open_pipe(fds);
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		char byte;

		setpgid(0, 0);
		close(fds[1]);
		while (read(fds[0], &byte, 1) < 0 && errno == EINTR)
			;
		if (chdir(dir) || dup2(null, 0) < 0 || dup2(null, 1) < 0)
			_exit(126);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fds[0]);
	*go = fds[1];
	return pid;
}
