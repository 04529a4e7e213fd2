/* What the files of load/ share. */
#pragma once

#include <bpf/libbpf.h>

#include "load/load.h"

/* ---- probes.c ---- */
/* Heap; borrows t's BTF file if there is one by the time it's asked. NULL: no memory. */
ProbeSource *probe_source_new(const Target *t);
void probe_source_free(const ProbeSource *s);

/* ---- tracefs.c ---- */
/* A way into tracefs; fd is -1 where it's mounted for all. */
typedef struct Tracefs {
	char path[40]; /* "": not available */
	int fd;
} Tracefs;

void tracefs_open(Tracefs *t);
void tracefs_close(Tracefs *t);
/* Whole text of a file below tracefs (or of any absolute path with root ""), heap; NULL and errno. */
char *read_whole(const char *root, const char *path, size_t *len);

/* ---- lists of names (names.c) ---- */
typedef struct Name {
	const char *group, *name;
} Name;

typedef struct Names {
	Vec(Name) list; /* on the heap */
	char *text; /* what the names point into */
} Names;

void names_sort(Names *n);
void names_free(Names *n);
/* '*' stands for any text; NULL matches all. */
bool name_fits(const char *pattern, const char *name);
