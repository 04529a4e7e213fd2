/*
 * --info in bpftrace's layout, for people and programs that read it: groups
 * with a title flush left and a blank line between them. The first two have
 * one item a line, the kernel's two in a line, each cell 33 columns wide.
 *
 * What names a part of bpftrace that we don't have (LLVM, bfd, blazesym) is
 * said as "no": our own code does its work.
 */
#include "info.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define CELL 33

typedef struct {
	const char *name;
	Feature feature;
} InfoRow;

static void show_cells(const Target *t, const char *title, const InfoRow *rows, u32 n, const char *limit)
{
	u32 column = 0;

	printf("\n%s\n", title);
	if (limit)
		printf("  %-*s", CELL, limit), column++;
	for (u32 i = 0; i < n; i++) {
		char cell[CELL + 1];

		snprintf(cell, sizeof(cell), "%s: %s", rows[i].name, t->has[rows[i].feature] ? "yes" : "no");
		printf(column % 2 ? "%-*s\n" : "  %-*s", CELL, cell);
		column++;
	}
	if (column % 2)
		putchar('\n');
}

int info_show(const Target *t, const char *version)
{
	static const InfoRow helpers[] = {{"dpath", FEAT_D_PATH},
					  {"get_tai_ns", FEAT_KTIME_TAI},
					  {"get_func_ip", FEAT_GET_FUNC_IP},
					  {"lookup_percpu_elem", FEAT_LOOKUP_PERCPU},
					  {"loop", FEAT_LOOP}};
	static const InfoRow features[] = {{"btf", FEAT_BTF}, {"module btf", FEAT_MODULE_BTF}};
	static const InfoRow probes[] = {{"kprobe_multi", FEAT_KPROBE_MULTI},
					 {"uprobe_multi", FEAT_UPROBE_MULTI},
					 {"kprobe_session", FEAT_KPROBE_SESSION},
					 {"iter", FEAT_FENTRY}};
	struct utsname name;

	if (uname(&name))
		memset(&name, 0, sizeof(name));
	printf("System\n  OS: %s %s %s\n  Arch: %s\n", name.sysname, name.release, name.version,
	       name.machine);
	printf("\nBuild\n  version: %s\n  LLVM: no\n  bfd: no\n  libdw (DWARF support): yes\n"
	       "  libsystemd (systemd notify support): no\n"
	       "  blazesym (advanced symbolization): no\n"
	       "  dwunwind (DWARF stack unwinding): no\n", version);
	show_cells(t, "Kernel helpers", helpers, ARRAY_LEN(helpers), NULL);
	show_cells(t, "Kernel features", features, ARRAY_LEN(features),
		   t->has[FEAT_MILLION_INSNS] ? "Instruction limit: 1000000" : "Instruction limit: 4096");
	show_cells(t, "Probe types", probes, ARRAY_LEN(probes), NULL);
	putchar('\n');
	return 0;
}
