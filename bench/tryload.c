/*
 * Loads each program of a BPF object by itself with libbpf and says what came
 * of it, one line a program: "name ok INSNS VERIFIED" or "name no ERROR", the
 * last line of the verifier's words after it. Nothing is attached; user
 * space's share is done: a size for maps without one, a type for programs
 * whose section name means nothing.
 *
 *	tryload OBJECT [PROGRAM…]       all, or those named
 *	tryload -v OBJECT PROGRAM       the verifier's whole log of one program
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

enum { LOG_SIZE = 1 << 24 };

static int keep_quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	if (getenv("TRYLOAD_DEBUG"))
		return vfprintf(stderr, format, args);
	(void)level;
	return 0;
}

/* The last line that is no statistics. */
static void print_last_line(char *log)
{
	char *best = log, *line = strtok(log, "\n");

	for (; line; line = strtok(NULL, "\n"))
		if (*line && strncmp(line, "processed ", 10) && strncmp(line, "verification time", 17) &&
		    strncmp(line, "stack depth", 11) && strncmp(line, "max_states", 10))
			best = line;
	printf(" %s\n", best ? best : "");
}

/* Local storage has no size. Its newest kind, of control groups, isn't in older headers. */
static int is_storage(unsigned type)
{
	enum { CGRP_STORAGE = 32 };

	return type == BPF_MAP_TYPE_SK_STORAGE || type == BPF_MAP_TYPE_TASK_STORAGE ||
	       type == BPF_MAP_TYPE_INODE_STORAGE || type == CGRP_STORAGE;
}

static void prepare(struct bpf_object *object, const char *name)
{
	struct bpf_program *program;
	struct bpf_map *map;

	bpf_object__for_each_program(program, object)
	{
		if (bpf_program__type(program) == BPF_PROG_TYPE_UNSPEC)
			bpf_program__set_type(program, BPF_PROG_TYPE_SCHED_CLS);
		bpf_program__set_autoload(program, strcmp(bpf_program__name(program), name) == 0);
	}
	bpf_object__for_each_map(map, object)
	{
		bpf_map__set_pin_path(map, NULL);
		if (!bpf_map__max_entries(map) && !is_storage(bpf_map__type(map)))
			bpf_map__set_max_entries(map, bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF ? 4096 : 16);
	}
}

static unsigned verified(const char *log)
{
	const char *at = strstr(log, "processed ");

	return at ? (unsigned)strtoul(at + 10, NULL, 10) : 0;
}

/* 0 or the error; *n_insns: of the program as it was loaded. */
static int load_one(const char *path, const char *name, unsigned level, char *log, size_t *n_insns)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;

	*log = 0;
	if (!object)
		return errno;
	prepare(object, name);
	program = bpf_object__find_program_by_name(object, name);
	bpf_program__set_log_buf(program, log, LOG_SIZE);
	bpf_program__set_log_level(program, level);
	int error = -bpf_object__load(object);
	*n_insns = bpf_program__insn_cnt(program);
	bpf_object__close(object);
	return error;
}

/* Statistics alone first: the whole log takes time. */
static void try_program(const char *path, const char *name, char *log)
{
	size_t n_insns = 0;
	int error = load_one(path, name, 4, log, &n_insns);

	/* a table of programs can't be filled with those that aren't loaded: the verifier has done its part */
	if (!error || (error == EBADF && verified(log))) {
		printf("%s ok %zu %u\n", name, n_insns, verified(log));
		return;
	}
	error = load_one(path, name, 1, log, &n_insns);
	printf("%s no %d", name, error);
	print_last_line(log);
}

static int is_named(char **names, const char *name)
{
	if (!*names)
		return 1;
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return 1;
	return 0;
}

static int try_all(const char *path, char **names, char *log)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;

	if (!object) {
		printf("open %d\n", errno);
		return 1;
	}
	bpf_object__for_each_program(program, object)
		if (is_named(names, bpf_program__name(program)))
			try_program(path, bpf_program__name(program), log);
	bpf_object__close(object);
	return 0;
}

int main(int argc, char **argv)
{
	int show = argc == 4 && strcmp(argv[1], "-v") == 0, status = 0;
	size_t n_insns;
	char *log = malloc(LOG_SIZE);

	if (!log || argc < 2)
		return 2;
	libbpf_set_print(keep_quiet);
	if (show) {
		load_one(argv[2], argv[3], 2, log, &n_insns);
		fputs(log, stdout);
	} else {
		status = try_all(argv[1], argv + 2, log);
	}
	free(log);
	return status;
}
