/*
 * What args and retval are for a program's event.
 *
 *   tracepoint     the event's "format" file in tracefs gives names, offsets,
 *                  sizes and signs, which is always right; where kernel BTF has
 *                  a struct trace_event_raw_EVENT, members of the same name and
 *                  place take its type. Without tracefs BTF's struct is used
 *                  alone. The first eight bytes (common_…) are left out.
 *   rawtracepoint  prototype of BTF's typedef btf_trace_EVENT
 *   fentry, fexit  prototype of the function in BTF
 *   uprobe         prototype of the function in the binary's DWARF; the machine's
 *                  calling convention says which register has which parameter
 *   iter           ctx points to struct bpf_iter__NAME
 *
 * A line of a format file: "\tfield:const char * filename;\toffset:24;\tsize:8;\tsigned:0;"
 */
#include "script/internal.h"

#include <ctype.h>

typedef struct {
	Str declaration;
	u64 offset, size;
	bool is_signed;
} FormatLine;

static u64 number_behind(Str line, const char *key)
{
	const char *at = memmem(line.at, line.len, key, strlen(key));
	u64 value = 0;

	for (at = at ? at + strlen(key) : ""; *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (u64)(*at - '0');
	return value;
}

static bool read_line(Str line, FormatLine *out)
{
	const char *start = memmem(line.at, line.len, "field:", 6);
	const char *end = start ? memchr(start, ';', (size_t)(line.at + line.len - start)) : NULL;

	if (!end)
		return false;
	out->declaration = (Str){start + 6, (u32)(end - start - 6)};
	out->offset = number_behind(line, "offset:");
	out->size = number_behind(line, "size:");
	out->is_signed = number_behind(line, "signed:");
	return true;
}

/* Takes the name, and "[N]" behind it, from the end of a declaration; *type is what stands before. */
static Str declared_name(Str declaration, Str *type, bool *is_array, u64 *count)
{
	const char *start = declaration.at, *end = start + declaration.len, *name;

	*is_array = end > start && end[-1] == ']';
	if (*is_array) {
		while (end > start && *end != '[')
			end--;
		*count = number_behind((Str){end, declaration.len}, "[");
	}
	for (name = end; name > start && (isalnum((unsigned char)name[-1]) || name[-1] == '_'); name--)
		;
	*type = (Str){start, (u32)(name - start)};
	return (Str){name, (u32)(end - name)};
}

static bool contains(Str text, const char *word)
{
	return memmem(text.at, text.len, word, strlen(word)) != NULL;
}

static Str trim(Str s)
{
	for (; s.len && isspace((unsigned char)*s.at); s.at++)
		s.len--;
	while (s.len && isspace((unsigned char)s.at[s.len - 1]))
		s.len--;
	return s;
}

/* "struct page *" → pointer to the struct if it is known, else to void; "char *" to char. */
static Type *pointer_type(Script *s, Str type, AddrSpace space)
{
	Types *ts = s->c->types;
	Type *to = type_void(ts);

	type = trim(type);
	if (type.len && type.at[type.len - 1] == '*')
		type = trim((Str){type.at, type.len - 1});
	if (type.len > 6 && memcmp(type.at, "const ", 6) == 0)
		type = trim((Str){type.at + 6, type.len - 6});
	if (type.len == 4 && memcmp(type.at, "char", 4) == 0) {
		to = type_char(ts);
	} else if (type.len > 7 && memcmp(type.at, "struct ", 7) == 0) {
		Str tag = trim((Str){type.at + 7, type.len - 7});
		Type *found = types_find_tag(ts, TY_STRUCT, name_of(s->c, tag.at, tag.len));

		to = found ? found : to;
	} else if (type.len && type.at[type.len - 1] == '*') {
		to = pointer_type(s, type, space);
	}
	return type_ptr(ts, to, space);
}

static bool is_char_type(Str type)
{
	type = trim(type);
	return type.len >= 4 && memcmp(type.at + type.len - 4, "char", 4) == 0;
}

static Type *field_type(Script *s, const FormatLine *line, Str type, bool is_array, u64 count, bool is_syscall)
{
	Types *ts = s->c->types;
	Type *of;
	u32 size = (u32)line->size;

	if (!is_array && contains(type, "*"))
		return pointer_type(s, type, is_syscall ? AS_USER : AS_KERNEL);
	if (is_array && count && size % count == 0) {
		u32 each = (u32)(size / count);

		of = is_char_type(type) && each == 1 ? type_char(ts) :
		     each == 1 || each == 2 || each == 4 || each == 8 ?
			     type_int(ts, each, line->is_signed) :
			     type_int(ts, 1, false);
		return type_array(ts, of, (u32)(size / type_size(ts, of)));
	}
	if (size == 1 || size == 2 || size == 4 || size == 8)
		return contains(type, "bool") && size == 1 ? type_bool(ts) : type_int(ts, size, line->is_signed);
	return type_array(ts, type_int(ts, 1, false), size);
}

/* A member with a better type at the same place in BTF's struct. */
static void refine(Script *s, Type *raw, Field *field)
{
	u16 path[TYPE_MAX_PATH];
	u32 n_path;
	Field known;

	if (!raw || field->is_data_loc || field->is_rel_loc ||
	    !type_field(s->c->types, raw, field->name, &known, path, &n_path))
		return;
	if (known.bit_offset == field->bit_offset && !known.bit_width &&
	    type_size(s->c->types, known.type) == type_size(s->c->types, field->type))
		field->type = type_is_ptr(known.type)
				      ? type_with_space(s->c->types, known.type, AS_KERNEL)
				      : known.type;
}

static void add_field(Script *s, const FormatLine *line, Type *raw, bool is_syscall, Field *out)
{
	Str type, name;
	bool is_array;
	u64 count = 0;

	name = declared_name(line->declaration, &type, &is_array, &count);
	*out = (Field){.name = name_of(s->c, name.at, name.len), .bit_offset = (u32)line->offset * 8};
	out->is_data_loc = contains(type, "__data_loc");
	out->is_rel_loc = contains(type, "__rel_loc");
	if (out->is_data_loc || out->is_rel_loc)
		out->type = type_ptr(s->c->types, type_char(s->c->types), AS_KERNEL);
	else
		out->type = field_type(s, line, type, is_array, count, is_syscall);
	refine(s, raw, out);
}

/* The struct with these members where the format says, not where C would put them. */
static Type *placed_record(Script *s, const char *name, const Field *fields, u32 n)
{
	Type *t = type_record_new(s->c->types, TY_STRUCT, name);
	u32 *places = NEW_N(s->c->arena, u32, n ? n : 1);
	u32 size = 0;

	for (u32 i = 0; i < n; i++)
		places[i] = fields[i].bit_offset;
	type_record_layout(s->c->types, t, fields, n, true, 0);
	for (u32 i = 0; i < n; i++) {
		bool is_loc = fields[i].is_data_loc || fields[i].is_rel_loc;
		u32 end = places[i] / 8 + (is_loc ? 4 : type_size(s->c->types, fields[i].type));

		t->fields[i] = fields[i];
		t->fields[i].bit_offset = places[i];
		size = MAX(size, end);
	}
	t->size = size;
	return t;
}

Type *args_from_format(Script *s, const char *name, const char *format, bool is_syscall, Type *raw)
{
	Vec(Field) fields = {0};

	for (const char *p = format; *p;) {
		Str line = {p, (u32)strcspn(p, "\n")};
		FormatLine parsed;

		if (read_line(line, &parsed) && parsed.offset >= 8)
			add_field(s, &parsed, raw, is_syscall, vec_add(s->c->arena, &fields));
		p += line.len;
		p += *p == '\n';
	}
	return placed_record(s, name, fields.at, fields.len);
}

/* ---- by kind ---- */

static bool tracepoint_args(Script *s, Program *p, const AttachDef *at)
{
	const ProbeSource *probes = s->c->target->probes;
	const char *format = NULL;
	const char *tag = arena_printf(s->c->arena, "trace_event_raw_%s", at->function);
	Type *raw = types_find_tag(s->c->types, TY_STRUCT, intern(&s->c->names, tag));

	if (probes && probes->tracepoint_format)
		format = probes->tracepoint_format(probes->self, s->c->arena, at->target, at->function);
	p->args_in_ctx = true;
	p->args_is_syscall = at->target && strcmp(at->target, "syscalls") == 0;
	p->args = raw;
	if (format)
		p->args = args_from_format(s, intern(&s->c->names,
						     arena_printf(s->c->arena, "tracepoint:%s:%s_args",
								  at->target, at->function)),
					   format, p->args_is_syscall, raw);
	if (p->args)
		p->out.context = p->args;
	return p->args != NULL;
}

/* Parameters as a record: each takes 8-byte slots of the context; slot × 64 is its bit offset. */
static Type *params_record(Script *s, const char *name, Type *func, bool trusted, u32 *n_slots)
{
	Types *ts = s->c->types;
	Field *fields = NEW_N(s->c->arena, Field, func->n_fields ? func->n_fields : 1);
	u32 slot = 0, n = 0;

	for (u32 i = 0; i < func->n_fields; i++) {
		Field f = func->fields[i];

		f.bit_offset = slot * 64;
		slot += MAX(1u, (type_size(ts, f.type) + 7) / 8);
		if (type_is_ptr(f.type))
			f.type = type_with_space(ts, type_bare(f.type), trusted ? AS_BTF : AS_KERNEL);
		if (!f.name)
			f.name = intern(&s->c->names, arena_printf(s->c->arena, "arg%u", i));
		fields[n++] = f;
	}
	*n_slots = slot;
	return placed_record(s, name, fields, n);
}

static bool prototype_args(Script *s, Program *p, const AttachDef *at)
{
	const char *name = intern(&s->c->names, arena_printf(s->c->arena, "%s_args", at->name));
	Type *func;

	if (p->out.kind == PROBE_rawtracepoint)
		func = types_find_raw_tracepoint(s->c->types, at->function);
	else if (at->target && *at->target && strcmp(at->target, "vmlinux") != 0)
		func = types_find_kernel_func_in(s->c->types, at->target, at->function);
	else
		func = types_find_kernel_func(s->c->types, at->function);
	func = func ? type_bare(func) : NULL;
	if (!func || func->kind != TY_FUNC)
		return false;
	p->args = params_record(s, name, func, true, &p->n_slots);
	p->result = func->base;
	if (p->result && type_is_ptr(p->result))
		p->result = type_with_space(s->c->types, type_bare(p->result), AS_BTF);
	return true;
}

/*
 * Whether a parameter is passed in the registers that argN counts, and in how
 * many. Numbers with a point are in others; what is larger than two registers is on
 * the stack (x86-64) or behind a pointer in a register (arm64).
 */
static u32 registers_of(Script *s, Type *t)
{
	u32 size = type_size(s->c->types, t);

	t = type_bare(t);
	if (t->kind == TY_FLOAT || !size)
		return 0;
	if (type_is_scalar(t))
		return 1;
	if (size > 16)
		return s->c->target->arch == ARCH_ARM64;
	return (size + 7) / 8;
}

/* Scalars that are in a register; the others can't be told from where we look, and aren't members. */
static bool uprobe_args(Script *s, Program *p, const AttachDef *at)
{
	const ProbeSource *probes = s->c->target->probes;
	Type *func = NULL;
	Field *fields;
	u32 n = 0, slot = 0;

	if (probes && probes->user_func && at->target && at->function && !at->offset)
		func = probes->user_func(probes->self, s->c, at->target, at->function);
	if (!func)
		return false;
	fields = NEW_N(s->c->arena, Field, func->n_fields + 1);
	for (u32 i = 0; i < func->n_fields; i++) {
		Field f = func->fields[i];

		f.bit_offset = slot * 64;
		slot += registers_of(s, f.type);
		if (type_is_scalar(type_bare(f.type)) && f.name)
			fields[n++] = f;
	}
	p->args = placed_record(s, intern(&s->c->names, arena_printf(s->c->arena, "%s_args", at->name)), fields, n);
	return true;
}

bool args_resolve(Script *s, Program *p)
{
	const AttachDef *at = &p->out.attach.at[0];

	if (p->args || p->result)
		return p->args != NULL;
	switch (p->out.kind) {
	case PROBE_tracepoint:
		return tracepoint_args(s, p, at);
	case PROBE_rawtracepoint:
	case PROBE_fentry:
	case PROBE_fexit:
		return prototype_args(s, p, at);
	case PROBE_uprobe:
		return uprobe_args(s, p, at);
	default:
		return false;
	}
}
