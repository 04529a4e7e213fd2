/*
 * Source lines and inlined calls of an address, by the DWARF of its binary. An
 * inlined call covers its own code; where it was called from is in the entry of
 * the call (DW_AT_call_file, DW_AT_call_line). So the innermost call has the line
 * table's line, and each one around it the line of the call inside.
 */
#include <dwarf.h>
#include "symbol/dwarf.h"

static DebugFile *debug_of(Binary *b, u32 pid)
{
	char path[4200];

	if (b->debug_tried)
		return b->debug;
	b->debug_tried = true;
	snprintf(path, sizeof(path), "/proc/%u/root%s", pid, b->path);
	b->debug = debug_open(path);
	if (!b->debug) /* the process may have ended, even while its file was being read */
		b->debug = debug_open(b->path);
	return b->debug;
}

static u32 number_of(Dwarf_Die *die, unsigned attribute)
{
	Dwarf_Attribute a;
	Dwarf_Word value = 0;

	return dwarf_attr(die, attribute, &a) && !dwarf_formudata(&a, &value) ? (u32)value : 0;
}

static void own_line(Dwarf_Die *unit, u64 address, SymbolLine *out)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	int number = 0;

	if (!line)
		return;
	out->file = dwarf_linesrc(line, NULL, NULL);
	dwarf_lineno(line, &number);
	out->line = (u32)number;
}

/* Where an inlined call was called from. */
static void call_line(Dwarf_Die *unit, Dwarf_Die *call, SymbolLine *out)
{
	Dwarf_Files *files;
	size_t n;

	if (dwarf_getsrcfiles(unit, &files, &n) == 0)
		out->file = dwarf_filesrc(files, number_of(call, DW_AT_call_file), NULL, NULL);
	out->line = number_of(call, DW_AT_call_line);
}

static u32 unwind(Dwarf_Die *unit, u64 address, SymbolLine *out, u32 max)
{
	Dwarf_Die *inner = NULL, *scopes = NULL;
	int n = dwarf_getscopes(unit, address, &inner);
	u32 count = 0;

	out[0] = (SymbolLine){0};
	own_line(unit, address, &out[0]);
	n = n > 0 ? dwarf_getscopes_die(&inner[0], &scopes) : 0;
	for (int i = 0; i < n && count + 1 < max; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag == DW_TAG_subprogram)
			break;
		if (tag != DW_TAG_inlined_subroutine)
			continue;
		out[count].name = dwarf_diename(&scopes[i]);
		count++;
		out[count] = (SymbolLine){0};
		call_line(unit, &scopes[i], &out[count]);
	}
	free(inner);
	free(scopes);
	return out[count].file ? count + 1 : 0;
}

u32 symbol_user_lines(Symbols *s, u32 pid, u64 address, SymbolLine *out, u32 max)
{
	Dwarf_Die unit;
	DebugFile *debug;
	u64 inside;
	Binary *b = user_binary(s, pid, address, &inside);

	if (!b || !max)
		return 0;
	debug = debug_of(b, pid);
	return debug && debug_unit_at(debug, inside, &unit) ? unwind(&unit, inside, out, max) : 0;
}
