/*
 * measure SECONDS PROGRAM [ARGS…]: runs the program without input and output
 * and prints its CPU time in microseconds, peak memory in KB, and wall time in
 * microseconds; status 1 if it fails or takes longer. It's a program of its
 * own because the kernel's peak counts what the process was before its exec:
 * a child of Python would begin with Python's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void run(unsigned seconds, char **argv)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	alarm(seconds);
	execvp(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	double start = now_us();
	struct rusage use;
	int status;
	pid_t pid;

	if (argc < 3)
		return 2;
	pid = fork();
	if (pid == 0)
		run((unsigned)atoi(argv[1]), argv + 2);
	if (pid < 0 || wait4(pid, &status, 0, &use) < 0 || status)
		return 1;
	printf("%ld %ld %.0f\n",
	       (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000L + use.ru_utime.tv_usec +
		       use.ru_stime.tv_usec,
	       use.ru_maxrss, now_us() - start);
	return 0;
}
