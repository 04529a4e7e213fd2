/*
 * Static markers in programs and libraries: an attach point → every place where
 * such a marker is, and the spelling of a marker's arguments.
 *
 * A marker's notes tell at which addresses it is (a marker in an inlined
 * function is at many) and where its arguments are at each: "8@%rbx
 * -4@12(%rsp) 4@$7". A program reads them as these say; so places that say the
 * same can share one. One argument, SIZE@PLACE (SIZE < 0: signed):
 *
 *	x86-64	%reg   $7   12(%base)   12(%base,%index,4)   12(,%index,8)   12
 *	arm64	x3   7   [x3]   [sp, 12]   [x1, x2]
 *
 * A register's name says how much of it is meant, but SIZE says the same; only
 * ah, bh, ch and dh are another place. Names: "System V ABI, AMD64", 3.6 and
 * GNU as; where they lie in struct pt_regs: arch/x86/include/uapi/asm/ptrace.h.
 */
#include "script/internal.h"

#include <ctype.h>
#include <errno.h>

/* ---- arguments ---- */

typedef struct {
	const char *at;
	Arch arch;
} Reader;

static const struct {
	const char *names; /* 64, 32, 16, 8 bits */
	u16 offset;
} registers_x86[] = {
	{"rax eax ax al", 80},	 {"rbx ebx bx bl", 40},	  {"rcx ecx cx cl", 88},
	{"rdx edx dx dl", 96},	 {"rsi esi si sil", 104}, {"rdi edi di dil", 112},
	{"rbp ebp bp bpl", 32},	 {"rsp esp sp spl", 152}, {"rip eip ip", 128},
	{"r8 r8d r8w r8b", 72},	 {"r9 r9d r9w r9b", 64},  {"r10 r10d r10w r10b", 56},
	{"r11 r11d r11w r11b", 48}, {"r12 r12d r12w r12b", 24}, {"r13 r13d r13w r13b", 16},
	{"r14 r14d r14w r14b", 8}, {"r15 r15d r15w r15b", 0},
};

static bool has_word(const char *words, const char *word, size_t len)
{
	for (const char *p = words; *p; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, word, len) == 0)
			return true;
		p += n;
	}
	return false;
}

/* x0 … x30, w0 … w30, sp */
static bool register_arm64(const char *name, size_t len, u16 *offset)
{
	u64 number;

	*offset = 31 * 8;
	if (len == 2 && memcmp(name, "sp", 2) == 0)
		return true;
	if (len < 2 || (*name != 'x' && *name != 'w') ||
	    !lexer_number((Str){name + 1, (u32)len - 1}, false, &number) || number > 30)
		return false;
	*offset = (u16)(number * 8);
	return true;
}

static bool register_x86(const char *name, size_t len, u16 *offset, bool *is_high)
{
	*is_high = len == 2 && name[1] == 'h' && strchr("abcd", *name);
	for (u32 i = 0; i < ARRAY_LEN(registers_x86); i++)
		if (has_word(registers_x86[i].names, name, len) ||
		    (*is_high && registers_x86[i].names[1] == *name && registers_x86[i].names[2] == 'x')) {
			*offset = registers_x86[i].offset;
			return true;
		}
	return false;
}

static bool read_register(Reader *r, u16 *offset, bool *is_high)
{
	size_t len = 0;
	bool ok;

	*is_high = false;
	if (r->arch == ARCH_X86_64 && *r->at++ != '%')
		return false;
	while (isalnum((unsigned char)r->at[len]))
		len++;
	ok = r->arch == ARCH_X86_64 ? register_x86(r->at, len, offset, is_high)
				    : register_arm64(r->at, len, offset);
	r->at += len;
	return ok;
}

static bool read_number(Reader *r, i64 *value)
{
	char *end;

	*value = *r->at == '-' ? (i64)strtoll(r->at, &end, 0) : (i64)strtoull(r->at, &end, 0);
	if (end == r->at)
		return false;
	r->at = end;
	return true;
}

static void skip_blank(Reader *r)
{
	r->at += strspn(r->at, " \t");
}

static bool take(Reader *r, char c)
{
	skip_blank(r);
	if (*r->at != c)
		return false;
	r->at++;
	skip_blank(r);
	return true;
}

/* "(%base)", "(%base,%index)", "(%base,%index,scale)", "(,%index,scale)" */
static bool read_memory_x86(Reader *r, MarkerArg *a)
{
	bool is_high;
	i64 scale = 1;

	a->kind = MARKER_ARG_MEMORY;
	a->has_base = *r->at == '%';
	if (a->has_base && !read_register(r, &a->reg, &is_high))
		return false;
	a->has_index = take(r, ',');
	if (a->has_index && !read_register(r, &a->index, &is_high))
		return false;
	if (a->has_index && take(r, ',') && !read_number(r, &scale))
		return false;
	a->scale = (u8)scale;
	return *r->at++ == ')';
}

/* "[x1]", "[x1, 8]", "[x1, x2]" */
static bool read_memory_arm64(Reader *r, MarkerArg *a)
{
	bool is_high;

	a->kind = MARKER_ARG_MEMORY;
	a->has_base = true;
	a->scale = 1;
	if (!read_register(r, &a->reg, &is_high))
		return false;
	if (take(r, ',')) {
		r->at += *r->at == '#';
		a->has_index = isalpha((unsigned char)*r->at);
		if (a->has_index ? !read_register(r, &a->index, &is_high) : !read_number(r, &a->value))
			return false;
	}
	skip_blank(r);
	return *r->at++ == ']';
}

static bool read_place_x86(Reader *r, MarkerArg *a)
{
	if (*r->at == '%') {
		a->kind = MARKER_ARG_REGISTER;
		return read_register(r, &a->reg, &a->is_high);
	}
	if (*r->at == '$') {
		r->at++;
		a->kind = MARKER_ARG_CONSTANT;
		return read_number(r, &a->value);
	}
	if (*r->at != '(' && !read_number(r, &a->value))
		return false;
	if (take(r, '('))
		return read_memory_x86(r, a);
	a->kind = MARKER_ARG_MEMORY; /* an address */
	return true;
}

static bool read_place_arm64(Reader *r, MarkerArg *a)
{
	if (take(r, '['))
		return read_memory_arm64(r, a);
	if (isalpha((unsigned char)*r->at)) {
		a->kind = MARKER_ARG_REGISTER;
		return read_register(r, &a->reg, &a->is_high);
	}
	a->kind = MARKER_ARG_CONSTANT;
	return read_number(r, &a->value);
}

static bool read_argument(Reader *r, MarkerArg *a)
{
	i64 size;

	if (!read_number(r, &size) || *r->at != '@')
		return false;
	r->at++;
	a->is_signed = size < 0;
	a->size = (u8)(size < 0 ? -size : size);
	if (a->size != 1 && a->size != 2 && a->size != 4 && a->size != 8)
		return false;
	if (!(r->arch == ARCH_X86_64 ? read_place_x86(r, a) : read_place_arm64(r, a)))
		return false;
	return !*r->at || isspace((unsigned char)*r->at);
}

/* Past one argument: a blank ends it, but not inside brackets. */
static void skip_argument(Reader *r)
{
	bool inside = false;

	for (; *r->at && (inside || !isspace((unsigned char)*r->at)); r->at++)
		inside = *r->at == '[' || (inside && *r->at != ']');
	skip_blank(r);
}

u32 marker_arg_count(const char *arguments)
{
	Reader r = {arguments, ARCH_NONE};
	u32 n = 0;

	for (skip_blank(&r); *r.at; n++)
		skip_argument(&r);
	return n;
}

bool marker_arg(const char *arguments, u32 i, Arch arch, MarkerArg *out)
{
	Reader r = {arguments, arch};

	*out = (MarkerArg){0};
	for (skip_blank(&r); i && *r.at; i--)
		skip_argument(&r);
	return *r.at && read_argument(&r, out);
}

/* ---- looking markers up ---- */

typedef struct {
	Script *s;
	const AttachPoint *point;
	const char *path, *provider, *name; /* path: of the binary that is read; patterns */
	AttachDefs *out;
	u32 first; /* of this binary in out */
	bool is_read; /* one binary could be */
} Search;

bool name_matches(const char *pattern, const char *name)
{
	for (; *pattern && *pattern != '*'; pattern++, name++)
		if (*pattern != *name)
			return false;
	if (!*pattern)
		return !*name;
	while (*pattern == '*')
		pattern++;
	for (;; name++) {
		if (name_matches(pattern, name))
			return true;
		if (!*name)
			return false;
	}
}

static void found_marker(void *user, const TargetMarker *m)
{
	Search *x = user;
	Compile *c = x->s->c;
	AttachDef def = x->point->def;

	if (!name_matches(x->provider, m->provider) || !name_matches(x->name, m->name))
		return;
	def.kind = probe_info[PROBE_usdt].name;
	def.target = x->path;
	def.function = intern(&c->names, arena_printf(c->arena, "%s:%s", m->provider, m->name));
	def.name = intern(&c->names, arena_printf(c->arena, "usdt:%s:%s", x->path, def.function));
	def.address = m->offset;
	def.semaphore = m->semaphore;
	def.arguments = intern(&c->names, m->arguments);
	for (u32 i = x->first; i < x->out->len; i++)
		if (x->out->at[i].address == def.address && x->out->at[i].name == def.name)
			return;
	vec_push(c->arena, x->out, def);
}

static int search_file(Search *x, const char *path)
{
	const ProbeSource *probes = x->s->c->target->probes;

	x->path = intern(&x->s->c->names, path);
	x->first = x->out->len;
	return probes->markers(probes->self, x->path, found_marker, x);
}

static void found_file(void *user, const char *path)
{
	Search *x = user;
	const char *target = x->point->def.target;

	if (!target || !*target || name_matches(target, path))
		x->is_read |= search_file(x, path) == 0;
}

int usdt_find(Script *s, const AttachPoint *p, AttachDefs *out)
{
	const ProbeSource *probes = s->c->target->probes;
	const char *event = p->def.function ? p->def.function : "*", *colon = strchr(event, ':');
	Search x = {.s = s, .point = p, .provider = "*", .name = colon ? colon + 1 : event, .out = out};

	if (!probes->markers || !probes->mapped_files)
		return -EOPNOTSUPP;
	if (colon && colon > event)
		x.provider = name_of(s->c, event, (size_t)(colon - event));
	if (p->def.target && *p->def.target && !strchr(p->def.target, '*'))
		return search_file(&x, p->def.target);
	return MIN(probes->mapped_files(probes->self, s->tree->input->pid, found_file, &x), 0);
}
