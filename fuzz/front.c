/*
 * Mutated programs through the compiler, both languages, from lexer to object.
 *
 *	front SECONDS FILE.t…      the programs of these tests are what is mutated
 *	front FILE                 one input again (what a crash left in build/fuzz)
 *
 * Everything happens in this process's children, a batch each: what breaks one
 * (a sanitizer's report, bug(), a signal, two seconds for one input) is told
 * with its input's file, and the next batch goes on behind it. The numbers
 * are fixed: the same time on the same machine meets about the same inputs.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "load/load.h"
#include "lower/lower.h"
#include "object/object.h"
#include "pass/pass.h"

enum { MAX_SEEDS = 2000, MAX_INPUT = 20000, BATCH = 40, MAX_FAILURES = 20, LIMIT_S = 2 };

typedef struct {
	char *text;
	u32 len;
	bool is_c;
} Seed;

typedef struct {
	Seed seeds[MAX_SEEDS];
	u32 n_seeds;
	u64 random;
	Target target;
	volatile u32 *done; /* inputs that the child has finished; shared with it */
} Fuzz;

/* What programs are made of, to be put in between. */
static const char *const pieces[] = {
	"{", "}", "(", ")", "[", "]", ";", ",", ".", "->", "*", "&", "&&", "||", "==", "=", "+", "++", "-", "/",
	"<<", "?", ":", "@", "$", "$x", "@x", "@x[", "0", "1", "-1", "0xffffffffffffffff", "9223372036854775807",
	"\"", "'", "\\", "\n", "#", "#define A A\n", "#define F(x) x##x\n", "#if 1\n", "#endif\n", "#include <",
	"/*", "*/", "//", "begin", "end", "tracepoint:", "t:syscalls:sys_enter_read", "kprobe:", "count()",
	"hist(", "str(", "printf(\"%s %d\", ", "if", "else", "while", "for", "unroll(", "struct s {", "union",
	"(struct task_struct *)", "int", "char", "long long", "unsigned", "static", "typedef", "sizeof(", "enum {",
	"return", "goto", "case 1:", "switch (", "...", "_Static_assert(", "__attribute__((", "SEC(\"x\")",
	"comptime", "macro m(", "import \"x\"", "config = {", "let", "args.", "curtask", "kstack", "%", "\xff", "\0x"};

static u32 pick(Fuzz *f, u32 n)
{
	f->random = f->random * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(f->random >> 33) % n;
}

/* ---- seeds ---- */

static void add_seed(Fuzz *f, const char *at, size_t len, bool is_c)
{
	if (f->n_seeds == MAX_SEEDS || len > MAX_INPUT / 4)
		return;
	f->seeds[f->n_seeds++] = (Seed){strndup(at, len), (u32)len, is_c};
}

/* The script and c sections of a test. */
static void read_test(Fuzz *f, Arena *a, const char *path)
{
	const char *from = NULL;
	bool is_c = false;
	char *text;
	u32 len;

	if (source_read(a, path, &text, &len)) {
		fprintf(stderr, "front: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	for (const char *at = text; at && *at; at = strchr(at, '\n'), at = at ? at + 1 : NULL) {
		bool is_script = strncmp(at, "--- script", 10) == 0;

		if (strncmp(at, "--- ", 4) != 0)
			continue;
		if (from)
			add_seed(f, from, (size_t)(at - from), is_c);
		is_c = strncmp(at, "--- c\n", 6) == 0 ||
		       (strncmp(at, "--- file ", 9) == 0 && strcspn(at, ".") + 2 == strcspn(at, "\n"));
		from = is_script || is_c ? strchr(at, '\n') : NULL;
		from = from ? from + 1 : NULL;
	}
}

/* ---- mutation ---- */

static u32 cut(char *to, u32 len, u32 from, u32 n)
{
	memmove(to + from, to + from + n, len - from - n);
	return len - n;
}

static u32 insert(char *to, u32 len, u32 where, const char *what, u32 n)
{
	if (len + n > MAX_INPUT)
		return len;
	memmove(to + where + n, to + where, len - where);
	memcpy(to + where, what, n);
	return len + n;
}

static u32 mutate_once(Fuzz *f, char *to, u32 len)
{
	u32 at = pick(f, len + 1), n = pick(f, 40) + 1;
	char part[64];

	n = MIN(n, len - at);

	switch (pick(f, 8)) {
	case 0:
		if (at < len)
			to[at] = (char)pick(f, 256);
		return len;
	case 1:
		return cut(to, len, at, n);
	case 2:
		memcpy(part, to + at, n);
		return insert(to, len, pick(f, len + 1), part, n);
	case 3: { /* a piece of another program */
		const Seed *s = &f->seeds[pick(f, f->n_seeds)];
		u32 from = pick(f, s->len + 1), more = pick(f, 200);

		more = MIN(more, s->len - from);
		return insert(to, len, at, s->text + from, more);
	}
	case 4: { /* the same piece many times over: nesting, long lines */
		const char *piece = pieces[pick(f, ARRAY_LEN(pieces))];

		if (pick(f, 10))
			return insert(to, len, at, piece, (u32)strlen(piece));
		for (u32 i = pick(f, 1000); i; i--)
			len = insert(to, len, at, piece, (u32)strlen(piece));
		return len;
	}
	default: {
		const char *piece = pieces[pick(f, ARRAY_LEN(pieces))];

		return insert(to, len, at, piece, (u32)strlen(piece));
	}
	}
}

static u32 make_input(Fuzz *f, char *to, bool *is_c)
{
	const Seed *s = &f->seeds[pick(f, f->n_seeds)];
	u32 len = s->len;

	memcpy(to, s->text, len);
	*is_c = s->is_c;
	for (u32 i = 1 + pick(f, 6); i; i--)
		len = mutate_once(f, to, len);
	to[len] = 0;
	return len;
}

/* ---- one input ---- */

static Module *front_end(Compile *c, char *text, u32 len, bool is_c)
{
	if (is_c) {
		CInput in = {.name = "input.c", .text = text, .len = len};
		CUnit *u;

		c->diags.layout = DIAG_LAYOUT_C;
		u = c_parse(c, &in);
		return c->diags.n_errors ? NULL : lower_c(u);
	}
	ScriptInput in = {.name = "stdin", .text = {text, len}, .is_unsafe = true};
	Script *s = script_parse(c, &in);

	if (!c->diags.n_errors)
		script_check(s);
	return c->diags.n_errors ? NULL : lower_script(s);
}

static void compile(const Target *target, char *text, u32 len, bool is_c)
{
	Object object = {0};
	Compile c;
	Module *m;

	compile_init(&c);
	c.target = target;
	c.types = types_new(&c);
	c.opt_level = 2;
	c.verify = true;
	m = front_end(&c, text, len, is_c);
	if (m && pass_run(m, NULL, NULL)) {
		Prog **progs = NEW_N(c.arena, Prog *, m->funcs.len + 1);

		for (u32 i = 0; i < m->funcs.len; i++)
			progs[i] = bpf_compile(m, m->funcs.at[i]);
		if (!c.diags.n_errors)
			object_write(m, progs, &object);
	}
	diag_text(&c.diags, c.arena, 0);
	object_free(&object);
	types_free(c.types);
	compile_done(&c);
}

/* ---- batches ---- */

static void save_input(const char *text, u32 len, bool is_c, char *path, size_t size)
{
	static u32 number;
	int fd;

	mkdir("build", 0755);
	mkdir("build/fuzz", 0755);
	snprintf(path, size, "build/fuzz/crash-%u%s", ++number, is_c ? ".c" : ".bt");
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		fprintf(stderr, "front: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* Runs the batch from its `skip`-th input on; how many inputs the child got through. */
static u32 run_batch(Fuzz *f, u64 random, u32 skip, int *status)
{
	static char input[MAX_INPUT + 1];
	pid_t pid;

	*f->done = skip;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		f->random = random;
		for (u32 i = 0; i < BATCH; i++) {
			bool is_c;
			u32 len = make_input(f, input, &is_c);

			if (i < skip)
				continue;
			alarm(LIMIT_S * 5);
			compile(&f->target, input, len, is_c);
			*f->done = i + 1;
		}
		exit(0); /* not _exit: leaks are told at the end */
	}
	if (pid < 0 || waitpid(pid, status, 0) != pid) {
		perror("front");
		exit(2);
	}
	return *f->done;
}

/* Makes the batch's input number i again and keeps it. */
static void tell_failure(Fuzz *f, u64 random, u32 i, int status)
{
	static char input[MAX_INPUT + 1];
	u64 now = f->random;
	char path[64];
	bool is_c = false;
	u32 len = 0;

	f->random = random;
	for (u32 k = 0; k <= i; k++)
		len = make_input(f, input, &is_c);
	f->random = now;
	save_input(input, len, is_c, path, sizeof(path));
	if (WIFSIGNALED(status))
		printf("not ok %s: signal %d%s\n", path, WTERMSIG(status),
		       WTERMSIG(status) == SIGALRM ? " (out of time)" : "");
	else
		printf("not ok %s: status %d\n", path, WEXITSTATUS(status));
	fflush(stdout);
}

static int fuzz(Fuzz *f, u32 seconds)
{
	time_t end = time(NULL) + seconds;
	u32 n_inputs = 0, n_failures = 0;

	f->random = 12345;
	for (u64 batch = 1; time(NULL) < end && n_failures < MAX_FAILURES; batch++) {
		u64 random = batch * 0x9e3779b97f4a7c15ull;

		for (u32 done = 0; done < BATCH && n_failures < MAX_FAILURES;) {
			int status;

			done = run_batch(f, random, done, &status);
			if (status && done < BATCH) {
				tell_failure(f, random, done, status);
				n_failures++;
				done++;
			} else if (status) {
				printf("not ok batch %llu: status %d at its end (a leak?)\n",
				       (unsigned long long)batch, status);
				n_failures++;
			}
		}
		n_inputs += BATCH;
	}
	printf("%s %u inputs, %u failures\n", n_failures ? "not ok" : "ok", n_inputs, n_failures);
	return n_failures ? 1 : 0;
}

static int again(Fuzz *f, Arena *a, const char *path)
{
	char *text;
	u32 len;

	if (source_read(a, path, &text, &len)) {
		perror(path);
		return 2;
	}
	compile(&f->target, text, len, strstr(path, ".c") != NULL);
	return 0;
}

int main(int argc, char **argv)
{
	static Fuzz f;
	Arena *a = arena_new();
	int status;

	if (argc < 2 || load_target(&f.target, NULL, NULL)) {
		fputs("usage: front SECONDS FILE.t… | front FILE\n", stderr);
		return 2;
	}
	f.done = mmap(NULL, sizeof(*f.done), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (f.done == MAP_FAILED)
		return 2;
	for (int i = 2; i < argc; i++)
		read_test(&f, a, argv[i]);
	status = argc == 2 ? again(&f, a, argv[1]) : fuzz(&f, (u32)strtoul(argv[1], NULL, 10));
	load_target_done(&f.target);
	for (u32 i = 0; i < f.n_seeds; i++)
		free(f.seeds[i].text);
	arena_free(a);
	return status;
}
