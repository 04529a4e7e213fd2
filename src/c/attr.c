/*
 * Attributes: __attribute__((…)), [[…]], _Alignas, asm("name"), and embedded
 * macros that stand for one (__packed, __aligned(8)). The table cattrs.def
 * says which count; the rest of what GCC and Clang know is skipped.
 */
#include "c/internal.h"

typedef enum {
	AT_NONE,
#define CATTR(id, spelling, argument) AT_##id,
#include "tables/cattrs.def"
#undef CATTR
	AT_COUNT
} AttrId;

static const struct {
	const char *name;
	char argument;
} rows[] = {
#define CATTR(id, spelling, argument) [AT_##id] = {spelling, argument},
#include "tables/cattrs.def"
#undef CATTR
};

static AttrId attr_id(Str name)
{
	Str bare = attr_bare_name(name.at, name.len);

	for (u32 i = 1; i < ARRAY_LEN(rows); i++) {
		if (strlen(rows[i].name) == bare.len && !memcmp(rows[i].name, bare.at, bare.len))
			return i;
	}
	return AT_NONE;
}

void attrs_merge(CParser *p, Attrs *to, Attrs *from)
{
	if (from->section) {
		to->section = from->section;
		to->section_at = from->section_at;
	}
	to->is_weak |= from->is_weak;
	to->is_hidden |= from->is_hidden;
	to->noinline |= from->noinline;
	to->always_inline |= from->always_inline;
	to->is_noreturn |= from->is_noreturn;
	to->is_used |= from->is_used;
	to->is_preserved |= from->is_preserved;
	to->is_packed |= from->is_packed;
	to->align = MAX(to->align, from->align);
	if (from->mode)
		to->mode = from->mode;
	if (from->address_space)
		to->address_space = from->address_space;
	if (from->cleanup) {
		to->cleanup = from->cleanup;
		to->cleanup_at = from->cleanup_at;
	}
	vec_each(s, &from->decl_tags) vec_push(p->arena, &to->decl_tags, *s);
	vec_each(s, &from->type_tags) vec_push(p->arena, &to->type_tags, *s);
}

static const char *string_argument(CParser *p)
{
	if (p->tok.kind != CT_STRING) {
		c_error(p, c_here(p), "expected string literal as argument of attribute");
		return NULL;
	}
	Str s = c_string_bytes(p);
	return name_of(p->c, s.at, s.len);
}

/* The machine modes of mode(…). */
static Type *mode_type(CParser *p, Str name)
{
	Str bare = attr_bare_name(name.at, name.len);
	static const struct {
		const char *name;
		u8 size;
	} modes[] = {{"byte", 1}, {"QI", 1},  {"HI", 2},   {"SI", 4},
		     {"DI", 8},	  {"TI", 16}, {"word", 8}, {"pointer", 8}};

	for (u32 i = 0; i < ARRAY_LEN(modes); i++) {
		if (strlen(modes[i].name) == bare.len && !memcmp(modes[i].name, bare.at, bare.len))
			return type_int(p->ts, modes[i].size, true);
	}
	c_error(p, c_here(p), "unknown machine mode '%.*s'", (int)name.len, name.at);
	return NULL;
}

static u32 align_argument(CParser *p)
{
	Span at = c_here(p);

	if (p->tok.kind == CT_RPAREN)
		return 8;
	i64 n = c_is_type_start(p, &p->tok) ? type_align(p->ts, c_type_name(p))
					    : c_constant(p, "alignment");
	if (n > 0 && n <= 1 << 20 && !(n & (n - 1)))
		return (u32)n;
	if (n)
		c_error(p, at, "requested alignment is not a power of 2");
	return 0;
}

static Ident *name_argument(CParser *p)
{
	Ident *id = p->tok.ident;

	if (p->tok.kind != CT_IDENT) {
		c_error(p, c_here(p), "expected identifier as argument of attribute");
		return NULL;
	}
	c_advance(p);
	return id;
}

static void skip_to_rparen(CParser *p)
{
	u32 depth = 0;

	for (;; c_advance(p)) {
		if (p->tok.kind == CT_EOF || (p->tok.kind == CT_RPAREN && depth-- == 0))
			return;
		if (p->tok.kind == CT_LPAREN)
			depth++;
	}
}

/* Those that only say yes. */
static void set_flag(AttrId id, Attrs *a)
{
	a->is_weak |= id == AT_WEAK;
	a->noinline |= id == AT_NOINLINE;
	a->always_inline |= id == AT_ALWAYS_INLINE;
	a->is_noreturn |= id == AT_NORETURN;
	a->is_used |= id == AT_USED;
	a->is_preserved |= id == AT_PRESERVE;
	a->is_packed |= id == AT_PACKED;
}

/* The attribute with its argument; tok stands at the argument, or at "," or ")". */
static void apply(CParser *p, AttrId id, Attrs *a, bool has_argument)
{
	const char *s = NULL;
	Span at = c_here(p);

	if (rows[id].argument == 's' && has_argument)
		s = string_argument(p);
	set_flag(id, a);
	switch (id) {
	case AT_SECTION:
		a->section = s;
		a->section_at = at;
		break;
	case AT_VISIBILITY:
		a->is_hidden = s && (!strcmp(s, "hidden") || !strcmp(s, "internal"));
		break;
	case AT_DECL_TAG:
		if (s)
			vec_push(p->arena, &a->decl_tags, s);
		break;
	case AT_TYPE_TAG:
		if (s)
			vec_push(p->arena, &a->type_tags, s);
		break;
	case AT_ALIGNED:
		a->align = MAX(a->align, has_argument ? align_argument(p) : 8);
		break;
	case AT_MODE:
		if (has_argument && p->tok.kind == CT_IDENT) {
			a->mode = mode_type(p, tok_spelling(&p->tok));
			c_advance(p);
		}
		break;
	case AT_CLEANUP:
		a->cleanup_at = at;
		a->cleanup = has_argument ? name_argument(p) : NULL;
		break;
	case AT_ADDRESS_SPACE:
		a->address_space = has_argument ? (u32)c_constant(p, "address space") : 0;
		break;
	default:
		break;
	}
}

/* attribute = [ name "::" ] name [ "(" … ")" ] */
static void one_attribute(CParser *p, Attrs *a)
{
	if (p->tok.kind == CT_COMMA || p->tok.kind == CT_RPAREN || p->tok.kind == CT_RBRACKET)
		return;
	Span at = c_here(p);
	Str name = tok_spelling(&p->tok);
	c_advance(p);
	while (p->tok.kind == CT_COLON && c_peek(p)->kind == CT_COLON) {
		c_advance(p);
		c_advance(p);
		name = tok_spelling(&p->tok);
		c_advance(p);
	}
	AttrId id = attr_id(name);
	if (!id && !attr_is_known(name.at, name.len))
		c_warn(p, at, "unknown attribute '%.*s' ignored", (int)name.len, name.at);
	if (p->tok.kind != CT_LPAREN) {
		apply(p, id, a, false);
		return;
	}
	c_advance(p);
	apply(p, id, a, p->tok.kind != CT_RPAREN);
	skip_to_rparen(p);
	c_expect(p, CT_RPAREN, NULL);
}

static void gnu_attributes(CParser *p, Attrs *a)
{
	c_advance(p);
	if (!c_expect(p, CT_LPAREN, "'__attribute__'") || !c_expect(p, CT_LPAREN, "'('"))
		return;
	do
		one_attribute(p, a);
	while (c_accept(p, CT_COMMA));
	skip_to_rparen(p);
	c_expect(p, CT_RPAREN, NULL);
	c_expect(p, CT_RPAREN, NULL);
}

/* [[ … ]] */
static void bracket_attributes(CParser *p, Attrs *a)
{
	c_advance(p);
	c_advance(p);
	do
		one_attribute(p, a);
	while (c_accept(p, CT_COMMA));
	c_expect(p, CT_RBRACKET, NULL);
	c_expect(p, CT_RBRACKET, NULL);
}

/* Does tok name an embedded macro for an attribute, or for nothing (__user, __rcu)? */
static bool is_attribute_macro(CParser *p)
{
	if (p->tok.kind != CT_IDENT || !p->pp.is_virtual || p->tok.ident->symbol)
		return false;
	const Macro *m = macro_embedded(&p->pp, p->tok.ident);
	return m && (!m->n_body ||
		     (m->body[0].kind == CT_IDENT && m->body[0].ident->keyword == CT_ATTRIBUTE_KW));
}

void c_attributes(CParser *p, Attrs *a)
{
	for (;;) {
		if (p->tok.kind == CT_ATTRIBUTE_KW) {
			gnu_attributes(p, a);
		} else if (p->tok.kind == CT_LBRACKET && c_peek(p)->kind == CT_LBRACKET) {
			bracket_attributes(p, a);
		} else if (p->tok.kind == CT_ALIGNAS_KW) {
			c_advance(p);
			c_expect(p, CT_LPAREN, "'_Alignas'");
			a->align = MAX(a->align, align_argument(p));
			c_expect(p, CT_RPAREN, NULL);
		} else if (p->tok.kind == CT_ASM_KW && p->in_declarator) {
			c_advance(p);
			c_expect(p, CT_LPAREN, "'asm'");
			skip_to_rparen(p);
			c_expect(p, CT_RPAREN, NULL);
		} else if (p->tok.kind == CT_EXTENSION_KW) {
			c_advance(p);
		} else if (!is_attribute_macro(p) || !c_expand_embedded(p)) {
			return;
		}
	}
}
