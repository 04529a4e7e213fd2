/*
 * The section ".waggle": a Meta as bytes that do not depend on the machine.
 *
 *   "WGL" and the format's number, one byte
 *   types       number, then each with references only to earlier ones
 *   events, maps, attach points, strings, options, and three single values
 *
 * Numbers are LEB128, signed ones zig-zagged first. A text is its length plus
 * one and its bytes; 0 is no text. A type is named by its place, from 1; 0 is
 * none. What a pointer points to is written as a bare name, since showing a
 * value never follows it: so records can't lead back to themselves.
 *
 * meta_read.c is the inverse and trusts nothing.
 */
#include "object/meta_format.h"

typedef struct MetaWriter {
	Compile *c;
	Text types;
	Map id_of; /* Type → its place */
	Map name_id_of; /* Type, as what a pointer points to → its place */
	u32 n_types;
} MetaWriter;

static void put_u64(Text *out, u64 value)
{
	do {
		char byte = (char)(value & 0x7f);
		value >>= 7;
		if (value)
			byte = (char)(byte | 0x80);
		text_add(out, &byte, 1);
	} while (value);
}

static void put_i64(Text *out, i64 value)
{
	put_u64(out, (u64)value << 1 ^ (u64)(value >> 63));
}

static void put_str(Text *out, Str s)
{
	put_u64(out, s.at ? (u64)s.len + 1 : 0);
	text_add(out, s.at ? s.at : "", s.len);
}

static void put_text(Text *out, const char *text)
{
	put_str(out, (Str){text, text ? (u32)strlen(text) : 0});
}

static u32 type_flags(const Type *t)
{
	return (t->is_signed ? META_SIGNED : 0) | (t->is_char ? META_CHAR : 0) |
	       (t->is_flexible ? META_FLEXIBLE : 0) | (t->is_incomplete ? META_INCOMPLETE : 0);
}

static u32 field_flags(const Field *f)
{
	return (f->is_data_loc ? META_DATA_LOC : 0) | (f->is_rel_loc ? META_REL_LOC : 0);
}

static void put_head(Text *out, const Type *t, u32 base)
{
	put_u64(out, t->kind);
	put_u64(out, type_flags(t));
	put_u64(out, t->stack_mode);
	put_u64(out, t->agg);
	put_u64(out, t->space);
	put_u64(out, t->size);
	put_u64(out, t->align);
	put_u64(out, t->count);
	put_text(out, t->name);
	put_u64(out, base);
}

static u32 write_type(MetaWriter *w, Type *t);

/* The type behind a pointer: its kind and name, without what is in it. */
static u32 write_type_name(MetaWriter *w, Type *t)
{
	if (!t)
		return 0;
	if (t->kind == TY_INT || t->kind == TY_BOOL)
		return write_type(w, t);
	u32 id = (u32)map_get(&w->name_id_of, (u64)(uintptr_t)t);
	if (id)
		return id;
	bool has_base = t->kind == TY_PTR || t->kind == TY_CONST || t->kind == TY_VOLATILE ||
			t->kind == TY_RESTRICT;
	Type shallow = {.kind = t->kind, .name = t->name, .size = t->kind == TY_PTR ? 8 : 0};
	if (t->kind == TY_ARRAY || t->kind == TY_TYPE_TAG || t->kind == TY_TYPEDEF)
		shallow.kind = TY_VOID;
	shallow.is_incomplete = t->kind == TY_STRUCT || t->kind == TY_UNION || t->kind == TY_ENUM;
	u32 base = has_base ? write_type_name(w, t->base) : 0;
	put_head(&w->types, &shallow, base);
	for (u32 i = 0; i < 3; i++)
		put_u64(&w->types, 0);
	map_set(&w->name_id_of, (u64)(uintptr_t)t, ++w->n_types);
	return w->n_types;
}

static u32 write_type(MetaWriter *w, Type *t)
{
	if (!t)
		return 0;
	u32 id = (u32)map_get(&w->id_of, (u64)(uintptr_t)t);
	if (id)
		return id;
	type_complete(w->c->types, t);
	u32 *field_types = NEW_N(w->c->arena, u32, t->n_fields + 1);
	for (u32 i = 0; i < t->n_fields; i++)
		field_types[i] = write_type(w, t->fields[i].type);
	bool is_shallow = t->kind == TY_PTR || t->kind == TY_FUNC;
	u32 base = is_shallow ? write_type_name(w, t->base) : write_type(w, t->base);
	Text *out = &w->types;
	put_head(out, t, base);
	put_u64(out, t->n_fields);
	for (u32 i = 0; i < t->n_fields; i++) {
		const Field *f = &t->fields[i];
		put_text(out, f->name);
		put_u64(out, field_types[i]);
		put_u64(out, f->bit_offset);
		put_u64(out, f->bit_width);
		put_u64(out, field_flags(f));
	}
	put_u64(out, t->n_enums);
	for (u32 i = 0; i < t->n_enums; i++) {
		put_text(out, t->enums[i].name);
		put_i64(out, t->enums[i].value);
	}
	bool has_args = t->kind == TY_AGG;
	put_u64(out, has_args);
	for (u32 i = 0; has_args && i < ARRAY_LEN(t->agg_args); i++)
		put_i64(out, t->agg_args[i]);
	map_set(&w->id_of, (u64)(uintptr_t)t, ++w->n_types);
	return w->n_types;
}

static void put_event(MetaWriter *w, Text *out, const EventDef *e)
{
	put_u64(out, e->kind);
	put_str(out, e->format);
	put_text(out, e->extra);
	put_u64(out, write_type(w, e->args));
	put_u64(out, e->map);
	put_text(out, e->file);
	put_u64(out, e->line);
	put_u64(out, e->col);
	put_u64(out, e->col_end);
	put_text(out, e->source_line);
}

static void put_map(MetaWriter *w, Text *out, const MapShow *m)
{
	put_text(out, m->name);
	put_text(out, m->object_name);
	put_u64(out, write_type(w, m->key));
	put_u64(out, write_type(w, m->value));
	put_u64(out, (m->is_per_cpu ? META_PER_CPU : 0) | (m->is_declared ? META_DECLARED : 0));
	put_u64(out, m->max_entries);
}

static void put_attach(Text *out, const AttachDef *a)
{
	put_text(out, a->program);
	put_text(out, a->kind);
	put_text(out, a->name);
	put_text(out, a->target);
	put_text(out, a->function);
	put_u64(out, a->offset);
	put_u64(out, a->address);
	put_u64(out, a->semaphore);
	put_u64(out, a->freq);
	put_u64(out, a->is_hz);
	put_u64(out, a->cookie);
	put_u64(out, a->index);
	put_u64(out, a->wildcard.len);
	for (u32 i = 0; i < a->wildcard.len; i++)
		put_text(out, a->wildcard.at[i]);
}

static void put_lists(MetaWriter *w, Text *out, const Meta *m)
{
	put_u64(out, m->events.len);
	for (u32 i = 0; i < m->events.len; i++)
		put_event(w, out, &m->events.at[i]);
	put_u64(out, m->maps.len);
	for (u32 i = 0; i < m->maps.len; i++)
		put_map(w, out, &m->maps.at[i]);
	put_u64(out, m->attach.len);
	for (u32 i = 0; i < m->attach.len; i++)
		put_attach(out, &m->attach.at[i]);
	put_u64(out, m->strings.len);
	for (u32 i = 0; i < m->strings.len; i++)
		put_str(out, m->strings.at[i]);
	put_u64(out, m->options.len);
	for (u32 i = 0; i < m->options.len; i++) {
		put_text(out, m->options.at[i].name);
		put_text(out, m->options.at[i].value);
	}
	put_text(out, m->events_map);
	put_u64(out, m->n_begin);
	put_u64(out, m->n_end);
}

void meta_write(Compile *c, const Meta *meta, Text *out)
{
	MetaWriter w = {.c = c, .types = text_new(c->arena)};
	w.id_of.arena = c->arena;
	w.name_id_of.arena = c->arena;
	Text lists = text_new(c->arena);
	put_lists(&w, &lists, meta);
	text_add(out, META_MAGIC, META_MAGIC_LEN);
	put_u64(out, w.n_types);
	text_add(out, text_done(&w.types), w.types.len);
	text_add(out, lists.at, lists.len);
}
