/*
 * /proc/kallsyms: "ffffffff81000000 T name\t[module]", one symbol a line, BPF
 * programs at the end as module [bpf]. Without CAP_SYSLOG (kptr_restrict) all
 * addresses read as zero; then there is nothing to look up and the result is
 * -EPERM.
 */
#include <errno.h>
#include <stdio.h>

#include "symbol/internal.h"

static u16 module_index(SymbolTable *t, const char *name)
{
	if (!t->modules.len)
		vec_push(NULL, &t->modules, NULL);
	/* symbols of one module stand together: the last one is the likely one */
	for (u32 i = t->modules.len; i-- > 1;)
		if (strcmp(t->modules.at[i], name) == 0)
			return (u16)i;
	if (t->modules.len > UINT16_MAX)
		return 0;
	vec_push(NULL, &t->modules, strdup(name));
	return (u16)(t->modules.len - 1);
}

/* Functions first, then objects; globals before locals. */
static u8 rank_of(char type)
{
	switch (type) {
	case 'T':
		return 0;
	case 't':
		return 1;
	case 'W':
	case 'w':
		return 2;
	default:
		return 3;
	}
}

static void read_line(SymbolTable *t, char *line)
{
	char *end, *name, *module;
	u64 address = strtoull(line, &end, 16);
	char type;

	if (!address || end[0] != ' ' || !end[1] || end[2] != ' ')
		return;
	type = end[1];
	name = end + 3;
	name[strcspn(name, "\n")] = 0;
	module = strchr(name, '\t');
	if (module) {
		*module++ = 0;
		if (*module == '[')
			module++;
		module[strcspn(module, "]")] = 0;
	}
	symbol_table_add(t, address, 0, name, module ? module_index(t, module) : 0, rank_of(type));
}

int kallsyms_read(SymbolTable *t)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char *line = NULL;
	size_t room = 0;

	if (!f)
		return -errno;
	while (getline(&line, &room, f) > 0)
		read_line(t, line);
	free(line);
	fclose(f);
	symbol_table_sort(t);
	return t->rows.len ? 0 : -EPERM;
}
