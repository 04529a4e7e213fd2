/*
 * Workloads for live tests: each does a known thing a known number of times,
 * so that a test can expect exact counts. One process, no threads unless the
 * name says so; nothing is left behind.
 *
 *	work getppid N            N system calls getppid
 *	work write N TEXT         writes TEXT to /dev/null N times
 *	work open PATH            opens a file for reading, reads 16 bytes, closes it
 *	work sleep N              N sleeps of a millisecond
 *	work call N               N calls of work_probe(i, "word")
 *	work struct               one call of work_probe_struct(pointer)
 *	work malloc N             N times malloc(1000 + i) and free
 *	work spin MS              computes for so many milliseconds of CPU time
 *	work fault N              touches N fresh pages
 *	work connect              a TCP connection to itself over 127.0.0.1
 *	work args A B …           executes /bin/true with these arguments
 *	work threads N            N threads, one after the other, each calls getppid once
 *	work wait MS              sleeps so long
 *	work linger …             one of these, then half a second more of life
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef struct WorkRecord {
	int number;
	char letter;
	unsigned low : 3, high : 5;
	struct {
		long a, b[3];
	} inner;
	const char *word;
	struct WorkRecord *next;
} WorkRecord;

int work_probe(int i, const char *word);
int work_probe_too(int i);
long work_probe_struct(const WorkRecord *r);

__attribute__((noinline)) int work_probe(int i, const char *word)
{
	__asm__ volatile("" : "+r"(i) : "r"(word) : "memory");
	return i * 2;
}

__attribute__((noinline)) int work_probe_too(int i)
{
	__asm__ volatile("" : "+r"(i) : : "memory");
	return i + 1;
}

__attribute__((noinline)) long work_probe_struct(const WorkRecord *r)
{
	__asm__ volatile("" : : "r"(r) : "memory");
	return r->inner.b[1];
}

static void nap_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void do_getppid(long n, char **args)
{
	(void)args;
	while (n-- > 0)
		syscall(SYS_getppid);
}

static void do_write(long n, char **args)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	while (n-- > 0)
		if (write(fd, args[1], strlen(args[1])) < 0)
			exit(1);
	close(fd);
}

static void do_open(long n, char **args)
{
	char bytes[16];
	int fd = open(args[0], O_RDONLY | O_CLOEXEC);

	(void)n;
	if (fd < 0 || read(fd, bytes, sizeof(bytes)) < 0)
		exit(1);
	close(fd);
}

static void do_sleep(long n, char **args)
{
	(void)args;
	while (n-- > 0)
		nap_ms(1);
}

static void do_call(long n, char **args)
{
	(void)args;
	for (long i = 0; i < n; i++) {
		work_probe((int)i, "word");
		work_probe_too((int)i);
	}
}

static void do_struct(long n, char **args)
{
	WorkRecord last = {.number = -7, .letter = 'z'};
	WorkRecord r = {.number = 42, .letter = 'w', .low = 5, .high = 17,
			.inner = {1234567890123, {10, 20, 30}}, .word = "hello from user", .next = &last};

	(void)n;
	(void)args;
	work_probe_struct(&r);
}

static void do_malloc(long n, char **args)
{
	(void)args;
	for (long i = 0; i < n; i++) {
		void *volatile p = malloc(1000 + (size_t)i);

		free(p);
	}
}

__attribute__((noinline)) static void do_spin(long ms, char **args)
{
	clock_t end = clock() + ms * (CLOCKS_PER_SEC / 1000);
	volatile unsigned long x = 1;

	(void)args;
	while (clock() < end)
		for (int i = 0; i < 100000; i++)
			x = x * 6364136223846793005ul + 1;
}

static void do_fault(long n, char **args)
{
	long page = sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, (size_t)(n * page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)args;
	if (at == MAP_FAILED)
		exit(1);
	madvise(at, (size_t)(n * page), MADV_NOHUGEPAGE);
	for (long i = 0; i < n; i++)
		at[i * page] = 1;
	munmap(at, (size_t)(n * page));
}

static void do_connect(long n, char **args)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(to);
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), accepted;
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)n;
	(void)args;
	if (bind(server, (struct sockaddr *)&to, sizeof(to)) || listen(server, 1) ||
	    getsockname(server, (struct sockaddr *)&to, &len) ||
	    connect(client, (struct sockaddr *)&to, sizeof(to)))
		exit(1);
	accepted = accept(server, NULL, NULL);
	if (accepted < 0 || write(client, "hello", 5) != 5)
		exit(1);
	close(accepted);
	close(client);
	close(server);
}

static void do_args(long n, char **args)
{
	(void)n;
	args[-1] = (char *)"true";
	execv("/bin/true", args - 1);
	exit(1);
}

static void *thread_main(void *unused)
{
	syscall(SYS_getppid);
	return unused;
}

static void do_threads(long n, char **args)
{
	pthread_t thread;

	(void)args;
	while (n-- > 0)
		if (pthread_create(&thread, NULL, thread_main, NULL) || pthread_join(thread, NULL))
			exit(1);
}

static void do_wait(long ms, char **args)
{
	(void)args;
	nap_ms(ms);
}

static const struct {
	const char *name;
	void (*run)(long n, char **args);
} works[] = {
	{"getppid", do_getppid}, {"write", do_write}, {"open", do_open}, {"sleep", do_sleep},
	{"call", do_call}, {"struct", do_struct}, {"malloc", do_malloc}, {"spin", do_spin},
	{"fault", do_fault}, {"connect", do_connect}, {"args", do_args}, {"threads", do_threads},
	{"wait", do_wait},
};

int main(int argc, char **argv);
int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "linger") == 0) {
		int status = main(argc - 1, argv + 1);

		nap_ms(500);
		return status;
	}
	for (size_t i = 0; argc > 1 && i < sizeof(works) / sizeof(*works); i++)
		if (strcmp(argv[1], works[i].name) == 0) {
			works[i].run(argc > 2 ? strtol(argv[2], NULL, 0) : 1, argv + 2);
			return 0;
		}
	fputs("usage: work NAME [N]; the names are in work.c\n", stderr);
	return 2;
}
