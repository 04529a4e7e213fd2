/*
 * Probes of programs and libraries, for the ProbeSource: functions by the ELF
 * symbols of the binary, static markers by its notes. symbol/ reads the files.
 */
#include "load/internal.h"

#include <errno.h>

#include "symbol/symbol.h"

/* Symbols of a binary that fit, handed on as they come: they are sorted. */
typedef struct UserMatch {
	const char *path, *pattern;
	const char *cpp; /* pattern of C++ names; NULL */
	Symbols *symbols; /* for its demangler */
	Found *found;
	void *user;
	int n;
} UserMatch;

/*
 * Whether a C++ name fits. Its parameters count only where the pattern has some; what
 * the demangler adds behind them (" const", "[clone …]") never does.
 */
static bool fits_cpp(const UserMatch *m, const char *name)
{
	char *plain = symbol_demangle(m->symbols, name), *end;
	bool fits = false;
	if (!plain)
		return false;
	end = strstr(plain, " [");
	if (end)
		*end = 0;
	if (name_fits(m->cpp, plain)) {
		fits = true;
	} else if (!strchr(m->cpp, '(')) {
		plain[strcspn(plain, "(")] = 0;
		fits = name_fits(m->cpp, plain);
	}
	free(plain);
	return fits;
}

static bool match_user_symbol(void *user, const char *name, u64 address, u64 size)
{
	UserMatch *m = user;
	(void)address;
	(void)size;
	if (m->cpp ? fits_cpp(m, name) : name_fits(m->pattern, name)) {
		m->found(m->user, m->path, name);
		m->n++;
	}
	return true;
}

int match_user(const char *path, const char *name, Found *found, void *user)
{
	u64 address, size;
	if (!path)
		return -EINVAL;
	bool is_cpp = name && strncmp(name, "cpp:", 4) == 0;
	if (!is_cpp && !is_pattern(name)) {
		int err = symbol_in_file(path, name, &address, &size);
		if (err)
			return err == -ENOENT ? 0 : err;
		found(user, path, name);
		return 1;
	}
	UserMatch m = {.path = path, .pattern = name, .found = found, .user = user};
	if (is_cpp) {
		m.cpp = name + 4;
		m.symbols = symbols_new((SymbolOptions){0});
	}
	int err = symbol_each_in_file(path, match_user_symbol, &m);
	symbols_free(m.symbols);
	return err ? err : m.n;
}

/* ---- static markers ---- */

/* Markers of a binary that fit, as "provider:name"; one name may be at many places. */
typedef struct MarkerMatch {
	const char *provider, *name; /* patterns */
	Arena *arena;
	Interns texts;
	Names names; /* of texts */
} MarkerMatch;

static void match_marker(void *user, const TargetMarker *marker)
{
	MarkerMatch *m = user;
	if (!name_fits(m->provider, marker->provider) || !name_fits(m->name, marker->name))
		return;
	const char *full = arena_printf(m->arena, "%s:%s", marker->provider, marker->name);
	Name name = {"", intern(&m->texts, full)};
	vec_push(NULL, &m->names.list, name);
}

/*
 * group: the binary's path, perhaps with ":provider" behind it; name: the marker, perhaps with
 * "provider:" before it.
 */
int match_usdt(const char *group, const char *name, Found *found, void *user)
{
	if (!group)
		return -EINVAL;
	Arena *a = arena_new();
	MarkerMatch m = {.arena = a, .texts.arena = a};
	char *path = arena_copy(a, group, strlen(group)), *colon = strrchr(path, ':');
	char *event = arena_copy(a, name ? name : "*", strlen(name ? name : "*"));
	m.name = event;
	if (strchr(event, ':')) {
		m.provider = event;
		m.name = strchr(event, ':') + 1;
		*strchr(event, ':') = 0;
	} else if (colon) {
		*colon = 0;
		m.provider = colon + 1;
	}
	int n = symbol_each_marker(path, match_marker, &m);
	names_sort(&m.names);
	for (u32 i = 0; i < m.names.list.len; i++)
		found(user, path, m.names.list.at[i].name);
	n = n ? n : (int)m.names.list.len;
	names_free(&m.names);
	arena_free(a);
	return n;
}

/* ---- the source's functions ---- */

static int user_symbol(void *self, const char *path, const char *name, u64 *address, u64 *size)
{
	(void)self;
	return symbol_in_file(path, name, address, size);
}

static int markers(void *self, const char *path,
		   void (*found)(void *user, const TargetMarker *marker), void *user)
{
	(void)self;
	return symbol_each_marker(path, found, user);
}

static int mapped_files(void *self, u32 pid, void (*found)(void *user, const char *path),
			void *user)
{
	(void)self;
	return symbol_each_mapped(pid, found, user);
}

static struct Type *user_func(void *self, struct Compile *c, const char *path, const char *name)
{
	(void)self;
	return symbol_user_func(c, path, name);
}

static int line_places(void *self, const char *path, const char *file, u32 line, u32 col,
		       void (*found)(void *user, u64 address, const char *function), void *user)
{
	(void)self;
	return symbol_source_line(path, file, line, col, found, user);
}

void probe_source_user(ProbeSource *s)
{
	s->user_func = user_func;
	s->source_line = line_places;
	s->user_symbol = user_symbol;
	s->markers = markers;
	s->mapped_files = mapped_files;
}
