/*
 * DWARF of a binary, by libdw: the file's own, or that of its separate debug
 * file (build id, .gnu_debuglink, dwz), which libdwfl looks for. Three
 * questions are answered here: where a file is opened; which function a name
 * or address means; where a source line's code is. dwarf_type.c makes types.
 *
 * Addresses are those of the symbol table. libdwfl gives a file that is not
 * loaded a place of its own; what it adds is taken off again.
 */
#include <dwarf.h>
#include <errno.h>
#include <fcntl.h>

#include "symbol/dwarf.h"

struct DebugFile {
	Dwfl *session;
	Dwarf *dwarf;
};

DebugFile *debug_open(const char *path)
{
	static const Dwfl_Callbacks callbacks = {.find_debuginfo = dwfl_standard_find_debuginfo,
						 .section_address = dwfl_offline_section_address};
	DebugFile *f = calloc(1, sizeof(*f));
	Dwfl_Module *module;
	Dwarf_Addr bias;

	if (!f)
		return NULL;
	f->session = dwfl_begin(&callbacks);
	module = f->session ? dwfl_report_offline(f->session, path, path, -1) : NULL;
	if (module) {
		dwfl_report_end(f->session, NULL, NULL);
		f->dwarf = dwfl_module_getdwarf(module, &bias);
	}
	if (f->dwarf)
		return f;
	debug_close(f);
	return NULL;
}

void debug_close(DebugFile *f)
{
	if (!f)
		return;
	if (f->session)
		dwfl_end(f->session);
	free(f);
}

/* ---- functions ---- */

typedef struct {
	const char *name; /* NULL: by address */
	u64 address;
	Dwarf_Die *out;
	bool found;
} FunctionSearch;

static bool has_name(Dwarf_Die *die, const char *name)
{
	static const unsigned attributes[] = {DW_AT_linkage_name, DW_AT_MIPS_linkage_name};
	const char *is = dwarf_diename(die);
	Dwarf_Attribute attribute;

	if (is && strcmp(is, name) == 0)
		return true;
	for (u32 i = 0; i < ARRAY_LEN(attributes); i++) {
		is = dwarf_attr_integrate(die, attributes[i], &attribute) ? dwarf_formstring(&attribute) : NULL;
		if (is && strcmp(is, name) == 0)
			return true;
	}
	return false;
}

static int look_at_function(Dwarf_Die *die, void *user)
{
	FunctionSearch *x = user;
	Dwarf_Addr entry;

	if (dwarf_entrypc(die, &entry))
		return DWARF_CB_OK; /* a declaration, or inlined everywhere */
	if (x->name ? !has_name(die, x->name) : dwarf_haspc(die, x->address) <= 0)
		return DWARF_CB_OK;
	*x->out = *die;
	x->found = true;
	return DWARF_CB_ABORT;
}

static bool search_units(DebugFile *f, FunctionSearch *x)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;

	while (!x->found && dwarf_get_units(f->dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
		if (x->name || dwarf_haspc(&die, x->address) != 0)
			dwarf_getfuncs(&die, look_at_function, x, 0);
	return x->found;
}

/* By .debug_aranges where there is one; not all compilers write it. */
bool debug_unit_at(DebugFile *f, u64 address, Dwarf_Die *out)
{
	Dwarf_CU *unit = NULL;

	if (dwarf_addrdie(f->dwarf, address, out))
		return true;
	while (dwarf_get_units(f->dwarf, unit, &unit, NULL, NULL, out, NULL) == 0)
		if (dwarf_haspc(out, address) > 0)
			return true;
	return false;
}

bool debug_function_at(DebugFile *f, u64 address, Dwarf_Die *out)
{
	FunctionSearch x = {.address = address, .out = out};
	Dwarf_Die unit;

	if (debug_unit_at(f, address, &unit))
		dwarf_getfuncs(&unit, look_at_function, &x, 0);
	return x.found;
}

bool debug_function_named(DebugFile *f, const char *name, Dwarf_Die *out)
{
	FunctionSearch x = {.name = name, .out = out};

	return search_units(f, &x);
}

/* ---- source lines ---- */

/* "dir/file.c" is meant by itself and by "file.c", not by "le.c". */
static bool is_file(const char *path, const char *file)
{
	size_t n = strlen(path), len = strlen(file);

	return n >= len && strcmp(path + n - len, file) == 0 && (n == len || path[n - len - 1] == '/');
}

/* The innermost function or inlined call that covers the address: its place in .debug_info. */
static u64 scope_of(Dwarf_Die *unit, u64 address, const char **name)
{
	Dwarf_Die *scopes = NULL;
	int n = dwarf_getscopes(unit, address, &scopes);
	u64 found = 0;

	*name = NULL;
	for (int i = 0; i < n && !*name; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
			continue;
		found = dwarf_dieoffset(&scopes[i]);
		*name = dwarf_diename(&scopes[i]);
	}
	free(scopes);
	return found;
}

typedef struct {
	u64 scope, address;
	const char *function;
} LinePlace;

typedef struct {
	const char *file;
	int line, col;
	Vec(LinePlace) places; /* heap: the first statement in each function, inlined calls by themselves */
} LineSearch;

static void take_line(LineSearch *x, Dwarf_Die *unit, Dwarf_Line *line)
{
	LinePlace p = {0};
	Dwarf_Addr address;
	int number = 0, col = 0;
	bool is_statement = false;
	const char *path = dwarf_linesrc(line, NULL, NULL);

	if (!path || dwarf_lineno(line, &number) || number != x->line || dwarf_linecol(line, &col) ||
	    (x->col && col != x->col) || dwarf_linebeginstatement(line, &is_statement) || !is_statement ||
	    !is_file(path, x->file) || dwarf_lineaddr(line, &address))
		return;
	p.address = address;
	p.scope = scope_of(unit, address, &p.function);
	for (u32 i = 0; i < x->places.len; i++)
		if (x->places.at[i].scope == p.scope) {
			if (p.address < x->places.at[i].address)
				x->places.at[i] = p;
			return;
		}
	vec_push(NULL, &x->places, p);
}

int debug_source_line(DebugFile *f, const char *file, u32 line, u32 col,
		      void (*found)(void *user, u64 address, const char *function), void *user)
{
	LineSearch x = {.file = file, .line = (int)line, .col = (int)col};
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;
	int n;

	while (dwarf_get_units(f->dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0) {
		Dwarf_Lines *lines;
		size_t count;

		if (dwarf_getsrclines(&die, &lines, &count))
			continue;
		for (size_t i = 0; i < count; i++)
			take_line(&x, &die, dwarf_onesrcline(lines, i));
	}
	for (u32 i = 0; i < x.places.len; i++)
		found(user, x.places.at[i].address, x.places.at[i].function);
	n = (int)x.places.len;
	vec_free(&x.places);
	return n;
}

int symbol_source_line(const char *path, const char *file, u32 line, u32 col,
		       void (*found)(void *user, u64 address, const char *function), void *user)
{
	DebugFile *f = debug_open(path);
	int n = f ? debug_source_line(f, file, line, col, found, user) : -ENODATA;

	debug_close(f);
	return n;
}
