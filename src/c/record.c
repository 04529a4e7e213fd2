/*
 * struct, union and enum: references, forward declarations and definitions.
 *
 * A tag that the program doesn't declare is BTF's, when virtual headers are in
 * use. Defining one hides BTF's; merely declaring it (`struct sock;`) makes a
 * type that is taken for BTF's when its members are needed.
 */
#include "c/internal.h"

typedef Vec(Field) Fields;

/* `#pragma pack(n)`: no member is aligned to more than n. */
static void limit_align(CParser *p, Field *f)
{
	u32 natural = type_align(p->ts, f->type), limit = p->pp.pack;

	if (!limit || natural <= limit)
		return;
	f->is_packed = true;
	f->min_align = MAX(f->min_align, limit);
}

/* ":" width */
static void parse_width(CParser *p, Field *f, Span at)
{
	i64 width = c_constant(p, "bit-field width");
	Type *t = type_bare(f->type);
	u32 bits = type_size(p->ts, f->type) * 8;

	if (t->kind == TY_ERROR) {
		f->bit_width = 1;
	} else if (!type_is_integer(t)) {
		c_error(p, at, "bit-field '%s' has non-integral type %s", f->name ? f->name : "",
			c_type_text(p, f->type));
		width = 1;
	} else if (width < 0) {
		c_error(p, at, "bit-field '%s' has negative width", f->name ? f->name : "");
		width = 1;
	} else if (width > bits) {
		c_error(
		    p, at,
		    "width of bit-field '%s' (%lld bits) exceeds the width of its type (%u bits)",
		    f->name ? f->name : "", (long long)width, bits);
		width = bits;
	} else if (!width && f->name) {
		c_error(p, at, "named bit-field '%s' has zero width", f->name);
		width = 1;
	}
	f->bit_width = width ? (u32)width : BIT_WIDTH_ZERO;
}

static void add_field(CParser *p, Fields *fields, Type *record, Field f, Attrs *a)
{
	Type *bare = type_bare(f.type);

	if (bare->kind == TY_FUNC || bare->kind == TY_VOID || !c_is_complete(p, f.type)) {
		c_error(p, f.at, "field '%s' %s %s", f.name ? f.name : "",
			bare->kind == TY_FUNC ? "declared as a function" : "has incomplete type",
			c_type_text(p, f.type));
		f.type = p->t_error;
	}
	for (u32 i = 0; f.name && fields->len < 200 && i < fields->len; i++) {
		if (fields->at[i].name != f.name)
			continue;
		c_error(p, f.at, "duplicate member '%s'", f.name);
		c_note(p, fields->at[i].at, "previous declaration is here");
		return;
	}
	f.min_align = a->align;
	f.is_packed = a->is_packed;
	limit_align(p, &f);
	vec_each(tag, &a->decl_tags)
	{
		u32 n = 0; /* unnamed bit-fields are dropped from the record */
		for (u32 i = 0; i < fields->len; i++)
			n += !fields->at[i].bit_width || fields->at[i].name;
		vec_push(p->arena, &p->unit->field_tags, (CFieldTag){record, n, *tag});
	}
	vec_push(p->arena, fields, f);
}

/* member-declaration = specifiers [ declarator [ ":" width ] { "," … } ] ";" */
static void parse_member(CParser *p, Fields *fields, Type *record)
{
	Specs s;
	Declarator d;

	c_specs(p, &s);
	if (p->tok.kind == CT_SEMI) {
		Type *t = type_bare(s.type);
		if (s.is_tag_only && !t->name && (t->kind == TY_STRUCT || t->kind == TY_UNION))
			add_field(p, fields, record, (Field){.type = s.type, .at = s.at}, &s.attrs);
		else if (t->kind != TY_ERROR && !s.is_tag_only)
			c_warn(p, s.at, "declaration does not declare anything");
		c_advance(p);
		return;
	}
	do {
		Field f = {.at = c_here(p)};
		Attrs a = s.attrs;
		if (p->tok.kind != CT_COLON) {
			c_declarator(p, &s, &d, false);
			attrs_merge(p, &a, &d.attrs);
			f.name = d.name ? d.name->name : NULL;
			f.at = d.at;
			f.type = d.type;
			if (!d.name) {
				c_recover(p);
				return;
			}
		} else {
			f.type = s.type;
		}
		if (c_accept(p, CT_COLON))
			parse_width(p, &f, f.at);
		c_attributes(p, &a);
		add_field(p, fields, record, f, &a);
	} while (c_accept(p, CT_COMMA));
	if (!c_expect(p, CT_SEMI, "member declaration"))
		c_recover(p);
}

/* preserve_access_index of a record holds for those without a name that are written in it. */
static void preserve_inner(Type *t)
{
	t = type_bare(t);
	while (t->kind == TY_ARRAY)
		t = type_bare(t->base);
	if ((t->kind != TY_STRUCT && t->kind != TY_UNION) || t->name || t->is_preserved)
		return;
	t->is_preserved = true;
	for (u32 i = 0; i < t->n_fields; i++)
		preserve_inner(t->fields[i].type);
}

static void parse_members(CParser *p, Type *record, Attrs *a)
{
	Field room[16];
	Fields fields = {.at = room, .cap = ARRAY_LEN(room)};
	Span open = c_here(p);

	c_advance(p);
	if (!c_enter(p)) {
		c_leave(p);
		return;
	}
	while (p->tok.kind != CT_RBRACE && p->tok.kind != CT_EOF) {
		if (p->tok.kind == CT_STATIC_ASSERT_KW)
			c_static_assert(p);
		else if (!c_accept(p, CT_SEMI))
			parse_member(p, &fields, record);
	}
	c_leave(p);
	c_close(p, CT_RBRACE, open);
	c_attributes(p, a);
	for (u32 i = 0; i + 1 < fields.len && record->kind == TY_STRUCT; i++) {
		Type *t = type_bare(fields.at[i].type);
		if (t->kind == TY_ARRAY && t->is_flexible)
			c_error(
			    p, fields.at[i].at,
			    "flexible array member '%s' with type %s is not at the end of struct",
			    fields.at[i].name ? fields.at[i].name : "",
			    c_type_text(p, fields.at[i].type));
	}
	record->is_preserved = a->is_preserved || p->pp.n_preserve;
	for (u32 i = 0; i < fields.len && record->is_preserved; i++)
		preserve_inner(fields.at[i].type);
	type_record_layout(p->ts, record, fields.at, fields.len, a->is_packed, a->align);
}

static const char *tag_word(TypeKind kind)
{
	return kind == TY_STRUCT ? "struct" : kind == TY_UNION ? "union" : "enum";
}

/* The type for `struct TAG` without a definition. */
static Type *tag_reference(CParser *p, Ident *id, TypeKind kind, Span at)
{
	bool is_declaration = p->tok.kind == CT_SEMI;
	Symbol *s = is_declaration ? scope_tag_here(p, id) : scope_find_tag(p, id, kind);

	if (s && s->type->kind == kind)
		return s->type;
	if (s && s->type->kind != kind && !s->is_provided && s->depth == p->scope->depth) {
		c_error(p, at, "use of '%s' with tag type that does not match previous declaration",
			id->name);
		c_note(p, s->at, "previous use is here");
		return p->t_error;
	}
	if (kind == TY_ENUM) {
		Type *t = type_enum_new(p->ts, id->name, p->t_uint, NULL, 0);
		scope_add_tag(p, id, t, at);
		return t;
	}
	Type *t = type_record_new(p->ts, kind, id->name);
	t->at = at;
	scope_add_tag(p, id, t, at);
	return t;
}

/* The type that a definition of TAG completes. */
static Type *tag_definition(CParser *p, Ident *id, TypeKind kind, Span at)
{
	Symbol *s = id ? scope_tag_here(p, id) : NULL;

	if (s && s->type->kind != kind) {
		c_error(p, at, "use of '%s' with tag type that does not match previous declaration",
			id->name);
		c_note(p, s->at, "previous use is here");
		s = NULL;
	} else if (s && !s->type->is_incomplete) {
		c_error(p, at, "redefinition of '%s'", id->name);
		c_note(p, s->type->at, "previous definition is here");
		s = NULL;
	}
	if (s) {
		s->type->at = at;
		return s->type;
	}
	Type *t = type_record_new(p->ts, kind, id ? id->name : NULL);
	t->at = at;
	if (id)
		scope_add_tag(p, id, t, at);
	return t;
}

/* ( struct | union ) attributes [ TAG ] [ "{" members "}" attributes ] */
Type *c_record(CParser *p)
{
	TypeKind kind = p->tok.kind == CT_STRUCT_KW ? TY_STRUCT : TY_UNION;
	Attrs a = {0};
	Ident *id = NULL;
	Span at = c_here(p);

	c_advance(p);
	c_attributes(p, &a);
	if (p->tok.kind == CT_IDENT) {
		id = p->tok.ident;
		at = c_here(p);
		c_advance(p);
		c_attributes(p, &a);
	}
	if (p->tok.kind != CT_LBRACE) {
		if (id)
			return tag_reference(p, id, kind, at);
		c_error(p, at, "declaration of anonymous %s must be a definition", tag_word(kind));
		return p->t_error;
	}
	Type *t = tag_definition(p, id, kind, at);
	vec_push(p->arena, &p->open_records, t);
	parse_members(p, t, &a);
	p->open_records.len--;
	if (id && p->scope->depth == 0 && p->in.is_declarations)
		types_declare_tag(p->ts, t);
	return t;
}

/* ---- enum ---- */

typedef struct {
	Vec(Enumerator) list;
	Vec(Symbol *) symbols;
	i64 next;
	bool is_huge; /* a value above INT64_MAX */
} Enums;

static void parse_enumerator(CParser *p, Enums *e)
{
	Ident *id = p->tok.ident;
	Span at = c_here(p);
	Attrs ignored = {0};
	Symbol *old;

	c_advance(p);
	c_attributes(p, &ignored);
	if (c_accept(p, CT_ASSIGN)) {
		CExpr *value = c_rvalue(p, c_conditional(p));
		Wide w;
		if (fold_int(value, &w)) {
			e->next = (i64)w;
			e->is_huge |= w > INT64_MAX;
		} else if (!cx_is_error(value)) {
			c_error(p, value->at, "expression is not an integer constant expression");
		}
	}
	if ((old = scope_here(p, id))) {
		c_error(p, at, "redefinition of %s'%s'",
			old->kind == SYM_ENUMERATOR ? "enumerator " : "", id->name);
		c_note(p, old->at, "previous definition is here");
	}
	bool is_int = e->next >= INT32_MIN && e->next <= INT32_MAX;
	Symbol *s = scope_add(p, id, SYM_ENUMERATOR,
			      is_int				     ? p->t_int
			      : e->next <= UINT32_MAX && e->next > 0 ? p->t_uint
								     : p->t_long,
			      at);
	s->value = e->next;
	vec_push(p->arena, &e->list, (Enumerator){id->name, e->next});
	vec_push(p->arena, &e->symbols, s);
	e->next++;
}

static void parse_enumerators(CParser *p, Enums *e)
{
	Span open = c_here(p);

	c_advance(p);
	while (p->tok.kind == CT_IDENT) {
		parse_enumerator(p, e);
		if (!c_accept(p, CT_COMMA))
			break;
	}
	c_close(p, CT_RBRACE, open);
	if (!e->list.len)
		c_error(p, open, "use of empty enum");
}

/* The integer type that carries the enumeration: what was asked for, or the smallest fit. */
static Type *enum_base(CParser *p, Enums *e, const Attrs *a, Type *written)
{
	i64 least = 0, most = 0;

	if (written)
		return written;
	vec_each(x, &e->list)
	{
		least = MIN(least, x->value);
		most = MAX(most, x->value);
	}
	if (e->is_huge)
		return p->t_ulong;
	if (a->mode)
		return type_int(p->ts, a->mode->size, least < 0);
	if (!a->is_packed)
		return NULL;
	u32 size = least < 0 ? (least >= -128 && most <= 127	   ? 1
				: least >= -32768 && most <= 32767 ? 2
								   : 4)
			     : (most <= 255	? 1
				: most <= 65535 ? 2
						: 4);
	return type_int(p->ts, size, least < 0);
}

/* enum attributes [ TAG ] [ ":" type ] [ "{" NAME [ "=" constant ] { "," … } "}" attributes ] */
Type *c_enum(CParser *p)
{
	Attrs a = {0};
	Ident *id = NULL;
	Type *written = NULL;
	Enums e = {0};
	Symbol *old = NULL;

	c_advance(p);
	c_attributes(p, &a);
	Span at = c_here(p);
	if (p->tok.kind == CT_IDENT) {
		id = p->tok.ident;
		c_advance(p);
		c_attributes(p, &a);
	}
	if (p->tok.kind == CT_COLON && (c_is_type_start(p, c_peek(p)))) {
		Specs s;
		c_advance(p);
		c_specs(p, &s);
		written = type_bare(s.type);
	}
	if (p->tok.kind != CT_LBRACE) {
		if (id)
			return tag_reference(p, id, TY_ENUM, at);
		c_error(p, at, "expected identifier or '{'");
		return p->t_error;
	}
	if (id && (old = scope_tag_here(p, id)) && !old->type->is_incomplete) {
		c_error(p, at, "redefinition of '%s'", id->name);
		c_note(p, old->at, "previous definition is here");
	}
	parse_enumerators(p, &e);
	c_attributes(p, &a);
	Type *t = type_enum_new(p->ts, id ? id->name : NULL, enum_base(p, &e, &a, written),
				e.list.at, e.list.len);
	t->at = at;
	if (t->size > 4) {
		vec_each(s, &e.symbols)(*s)->type = t->base;
	}
	if (old && old->type->kind == TY_ENUM && old->type->is_incomplete) {
		*old->type = *t;
		t = old->type;
	} else if (id) {
		scope_add_tag(p, id, t, at);
	}
	if (p->scope->depth == 0 && p->in.is_declarations) {
		if (id)
			types_declare_tag(p->ts, t);
		types_declare_enumerators(p->ts, t);
	}
	return t;
}
