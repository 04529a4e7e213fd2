/*
 * #include: where a header is looked for, in this order:
 *   "x.h"    the directory of the file that includes it
 *   both     -I directories · headers carried in the binary (textual) ·
 *            virtual ones (types from BTF, macros from the table) · the
 *            system's directories, if wanted
 * With CInput.no_virtual the system's directories come before the carried
 * headers, and there are no virtual ones.
 *
 * dir_index counts that order for #include_next: 0 the file's own directory,
 * then -I, then the system's.
 */
#include "c/internal.h"

#include <unistd.h>

#define MAX_INCLUDES 200

static const char *const system_dirs[] = {
    "/usr/local/include",
#if defined(__x86_64__)
    "/usr/include/x86_64-linux-gnu",
#elif defined(__aarch64__)
    "/usr/include/aarch64-linux-gnu",
#endif
    "/usr/include",
};

typedef struct {
	enum { FOUND_NONE, FOUND_FILE, FOUND_EMBEDDED, FOUND_VIRTUAL } how;
	const char *path; /* FILE: arena */
	int dir_index;
	const EmbedFile *embedded;
} Found;

static bool try_dir(Pp *pp, const char *dir, const char *name, int index, Found *out)
{
	const char *path = strcmp(dir, ".") ? arena_printf(pp->arena, "%s/%s", dir, name) : name;

	path = intern(&pp->c->names, path);
	if (!map_get_ptr(&pp->known, path) && access(path, R_OK) != 0)
		return false;
	*out = (Found){FOUND_FILE, path, index, NULL};
	return true;
}

static bool try_system(Pp *pp, const char *name, int from, Found *out)
{
	int first = 1 + (int)pp->in->include_dirs.len;

	for (u32 i = 0; i < ARRAY_LEN(system_dirs); i++) {
		int index = first + (int)i;
		if (index >= from && try_dir(pp, system_dirs[i], name, index, out))
			return true;
	}
	return false;
}

static bool try_embedded(Pp *pp, const char *name, Found *out)
{
	size_t len = strlen(name);
	const EmbedFile *file = embed_file_find(name, len);

	if (file) {
		*out = (Found){FOUND_EMBEDDED, name, -1, file};
		return true;
	}
	if (pp->in->no_virtual || !embed_is_virtual(name, len))
		return false;
	*out = (Found){FOUND_VIRTUAL, name, -1, NULL};
	return true;
}

/* from: first index of the search order that counts (1 for <x.h>, more for #include_next). */
static Found find(Pp *pp, const char *name, bool is_angled, int from)
{
	Found found = {0};
	const CInput *in = pp->in;

	if (name[0] == '/') {
		if (!try_dir(pp, ".", name, 0, &found))
			found.how = FOUND_NONE;
		return found;
	}
	const char *dir = pp->buffer ? pp->buffer->dir : ".";
	if (!is_angled && from == 0 && dir && try_dir(pp, dir, name, 0, &found))
		return found;
	for (u32 i = 0; i < in->include_dirs.len; i++) {
		int index = 1 + (int)i;
		if (index >= from && try_dir(pp, in->include_dirs.at[i], name, index, &found))
			return found;
	}
	if (in->no_virtual && in->system_dirs && try_system(pp, name, from, &found))
		return found;
	if (try_embedded(pp, name, &found))
		return found;
	if (!in->no_virtual && in->system_dirs)
		try_system(pp, name, from, &found);
	return found;
}

static const char *dir_of(Pp *pp, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (!slash)
		return ".";
	return arena_printf(pp->arena, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static KnownFile *known_file(Pp *pp, const char *path)
{
	KnownFile *f = map_get_ptr(&pp->known, path);

	if (f)
		return f;
	char *text;
	u32 len;
	if (source_read(pp->arena, path, &text, &len))
		return NULL;
	f = NEW(pp->arena, KnownFile);
	*f = (KnownFile){.path = path, .text = text, .len = len};
	map_set_ptr(&pp->known, path, f);
	vec_push(pp->arena, &pp->files, path);
	return f;
}

static KnownFile *known_embedded(Pp *pp, const EmbedFile *e)
{
	const char *path = intern(&pp->c->names, arena_printf(pp->arena, "<%s>", e->path));
	KnownFile *f = map_get_ptr(&pp->known, path);

	if (f)
		return f;
	f = NEW(pp->arena, KnownFile);
	*f = (KnownFile){.path = path, .text = e->text, .len = (u32)e->len};
	map_set_ptr(&pp->known, path, f);
	return f;
}

static void enter(Pp *pp, KnownFile *f, const char *dir, int dir_index, Loc at)
{
	if (f->is_once || (f->guard && f->guard->macro))
		return;
	SourceFile *source = source_add(&pp->c->sources, f->path, f->text, f->len, at);
	if (!source) {
		pp_error(pp, (Span){at, at + 1}, "the sources together are larger than 4 GB");
		pp->is_fatal = true;
		return;
	}
	pp_push_buffer(pp, source, f, dir, dir_index);
}

static void include(Pp *pp, const char *name, bool is_angled, int from, Span at)
{
	Found found = find(pp, name, is_angled, from);
	KnownFile *f;

	switch (found.how) {
	case FOUND_VIRTUAL:
		pp->is_virtual = true;
		if (!strcmp(name, "vmlinux.h"))
			pp->is_vmlinux = true;
		return;
	case FOUND_EMBEDDED:
		if (!strncmp(name, "bpf/", 4))
			pp->has_helpers = true;
		enter(pp, known_embedded(pp, found.embedded), NULL, -1, at.start);
		return;
	case FOUND_FILE:
		f = known_file(pp, found.path);
		if (f) {
			enter(pp, f, dir_of(pp, f->path), found.dir_index, at.start);
			return;
		}
		break;
	case FOUND_NONE:
		break;
	}
	pp_error(pp, at, "'%s' file not found", name);
	pp->is_fatal = true;
}

/* <x.h> or "x.h" in a row of tokens (after expansion), or NULL. */
static const char *name_from_tokens(Pp *pp, const Toks *toks, bool *is_angled)
{
	if (toks->len && toks->at[0].kind == CT_STRING && toks->at[0].len >= 2) {
		*is_angled = false;
		return arena_printf(pp->arena, "%.*s", (int)toks->at[0].len - 2,
				    toks->at[0].text + 1);
	}
	if (toks->len < 3 || toks->at[0].kind != CT_LT || toks->at[toks->len - 1].kind != CT_GT)
		return NULL;
	*is_angled = true;
	return tok_text(pp->arena, toks->at + 1, toks->len - 2);
}

/* The name as written, if it is written plainly; the lexer is moved behind it. */
static const char *plain_name(Pp *pp, Lexer *l, bool *is_angled, Span *at)
{
	while (*l->at == ' ' || *l->at == '\t')
		l->at++;
	const char *from = l->at;
	char close = *from == '<' ? '>' : *from == '"' ? '"' : 0;
	if (!close)
		return NULL;
	const char *end = from + 1;
	while (end < l->end && *end != close && *end != '\n')
		end++;
	if (*end != close)
		return NULL;
	l->at = end + 1;
	*is_angled = close == '>';
	at->start = l->base + (Loc)(from - l->start);
	at->end = l->base + (Loc)(l->at - l->start);
	return intern_len(&pp->c->names, from + 1, (size_t)(end - from - 1));
}

void include_directive(Pp *pp, Lexer *l, Loc loc, bool is_next)
{
	bool is_angled;
	Span at = {loc, loc + 1};
	const char *name = plain_name(pp, l, &is_angled, &at);

	if (!name) {
		Toks toks = {0};
		Tok t;
		for (lex(pp, l, &t); t.kind != CT_EOD; lex(pp, l, &t))
			vec_push(pp->arena, &toks, t);
		toks = macro_expand_list(pp, toks.at, toks.len);
		name = name_from_tokens(pp, &toks, &is_angled);
	}
	if (!name || !*name) {
		pp_error(pp, at, name ? "empty filename" : "expected \"FILENAME\" or <FILENAME>");
		return;
	}
	if (pp->depth > MAX_INCLUDES) {
		pp_error(pp, at, "#include nested too deeply");
		pp->is_fatal = true;
		return;
	}
	lex_rest_of_line(l);
	l->in_directive = false;
	include(pp, name, is_angled, is_next ? pp->buffer->dir_index + 1 : is_angled, at);
}

void include_forced(Pp *pp, const char *name)
{
	Loc at = pp->buffer ? pp->buffer->source->base : 0;

	include(pp, name, false, 0, (Span){at, at});
}

void include_main(Pp *pp, const char *name, const char *text, u32 len, Loc base)
{
	SourceFile *source;

	if (base) {
		source = NEW(pp->arena, SourceFile);
		*source = (SourceFile){.name = name, .text = text, .len = len, .base = base};
	} else {
		source = source_add(&pp->c->sources, name, text, len, 0);
	}
	if (!source) {
		pp_error(pp, (Span){0}, "%s: the sources together are larger than 4 GB", name);
		return;
	}
	pp_push_buffer(pp, source, NULL, dir_of(pp, name), 0);
}

bool include_exists(Pp *pp, const Toks *toks, bool is_next)
{
	bool is_angled;
	const char *name = name_from_tokens(pp, toks, &is_angled);

	if (!name)
		return false;
	return find(pp, name, is_angled, is_next ? pp->buffer->dir_index + 1 : is_angled).how !=
	       FOUND_NONE;
}
