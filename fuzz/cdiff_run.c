/*
 * Loads a BPF object of raw tracepoint programs and runs each by
 * BPF_PROG_TEST_RUN over a row of arguments: one line a run, "name number
 * result". Nothing is attached. For fuzz/cdiff.
 *
 *	cdiff_run OBJECT
 *
 * Status: 1 a run failed, 2 the object can't be loaded, 3 it can't because it
 * is more than the verifier wants to walk through.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static const unsigned long long values[] = {
	0, 1, 2, 3, 0xff, 0x80, 0x7f, 0xffff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff,
	1ull << 63, ~0ull, ~0ull - 4, 12345, 0xdeadbeefcafeull,
};

enum { N_VALUES = sizeof(values) / sizeof(values[0]), N_RUNS = 12, N_ARGS = 12 };

static int keep_quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return getenv("CDIFF_DEBUG") ? vfprintf(stderr, format, args) : 0;
}

static int run_all(const struct bpf_program *program, unsigned seed)
{
	unsigned long long context[N_ARGS] = {0};

	for (unsigned k = 0; k < N_RUNS; k++) {
		LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = context, .ctx_size_in = sizeof(context));
		for (unsigned i = 0; i < 4; i++) {
			seed = seed * 1103515245 + 12345;
			context[i] = values[(seed >> 16) % N_VALUES];
		}
		if (bpf_prog_test_run_opts(bpf_program__fd(program), &run))
			return 1;
		printf("%s %u %u\n", bpf_program__name(program), k, run.retval);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_program *program;
	int status = 0;

	libbpf_set_print(keep_quiet);
	struct bpf_object *object = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	int error = object ? bpf_object__load(object) : -EINVAL;
	if (error) {
		bpf_object__close(object);
		return error == -E2BIG ? 3 : 2;
	}
	bpf_object__for_each_program(program, object)
		status |= run_all(program, 7);
	bpf_object__close(object);
	return status;
}
