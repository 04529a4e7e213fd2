/*
 * Declaration specifiers, declarators and type names.
 *
 * A declarator is read into a row of steps, in the order in which they are
 * applied to the base type: for `*(*f[3])(int)` pointer, function, pointer,
 * array. What stands in the inner parentheses comes last.
 */
#include "c/internal.h"

/* ---- specifiers ---- */

/* How often each type word was seen. */
typedef struct {
	u8 n_void, n_char, n_short, n_int, n_long, n_signed, n_unsigned, n_bool, n_int128, n_float,
	    n_double;
	bool is_const, is_volatile, any;
	Type *type; /* typedef, record, enum, typeof */
} Words;

bool c_is_type_start(CParser *p, const Tok *t)
{
	if (t->kind == CT_IDENT)
		return scope_find_type(p, t->ident) != NULL;
	return (t->kind >= CT_VOID_KW && t->kind <= CT_ATTRIBUTE_KW) || t->kind == CT_EXTENSION_KW;
}

static Type *words_type(CParser *p, const Words *w)
{
	bool u = w->n_unsigned;

	if (w->type)
		return w->type;
	if (w->n_void)
		return p->t_void;
	if (w->n_bool)
		return p->t_bool;
	if (w->n_float)
		return type_float(p->ts, "float", 4);
	if (w->n_double)
		return type_float(p->ts, w->n_long ? "long double" : "double", w->n_long ? 16 : 8);
	if (w->n_char)
		return u ? p->t_uchar : w->n_signed ? p->t_schar : p->t_char;
	if (w->n_short)
		return u ? p->t_ushort : p->t_short;
	if (w->n_int128)
		return u ? p->t_uint128 : p->t_int128;
	if (w->n_long)
		return w->n_long > 1 ? (u ? p->t_ullong : p->t_llong)
				     : (u ? p->t_ulong : p->t_long);
	return u ? p->t_uint : p->t_int;
}

/* A type word; false if tok is none. */
static bool type_word(CParser *p, Words *w)
{
	u8 *count;

	switch (p->tok.kind) {
	case CT_VOID_KW:
		count = &w->n_void;
		break;
	case CT_CHAR_KW:
		count = &w->n_char;
		break;
	case CT_SHORT_KW:
		count = &w->n_short;
		break;
	case CT_INT_KW:
		count = &w->n_int;
		break;
	case CT_LONG_KW:
		count = &w->n_long;
		break;
	case CT_SIGNED_KW:
		count = &w->n_signed;
		break;
	case CT_UNSIGNED_KW:
		count = &w->n_unsigned;
		break;
	case CT_BOOL_KW:
		count = &w->n_bool;
		break;
	case CT_INT128_KW:
		count = &w->n_int128;
		break;
	case CT_FLOAT_KW:
		count = &w->n_float;
		break;
	case CT_DOUBLE_KW:
		count = &w->n_double;
		break;
	default:
		return false;
	}
	if (w->type || *count > 1 || (*count && count != &w->n_long))
		c_error(p, c_here(p), "cannot combine with previous type specifier");
	else
		++*count;
	w->any = true;
	c_advance(p);
	return true;
}

/* typeof ( type-name | expression ) */
static Type *type_of(CParser *p)
{
	bool is_unqual = p->tok.kind == CT_TYPEOF_UNQUAL_KW;
	Type *t;

	c_advance(p);
	if (!c_expect(p, CT_LPAREN, "'typeof'"))
		return p->t_error;
	if (c_is_type_start(p, &p->tok)) {
		t = c_type_name(p);
	} else {
		p->n_unevaluated++;
		t = c_expr(p)->type;
		p->n_unevaluated--;
	}
	c_expect(p, CT_RPAREN, NULL);
	return is_unqual ? c_unqual(t) : t;
}

static void set_storage(CParser *p, Specs *s, Storage storage)
{
	if (s->storage && s->storage != storage)
		c_error(p, c_here(p), "cannot combine with previous '%s' declaration specifier",
			s->storage == STO_STATIC    ? "static"
			: s->storage == STO_EXTERN  ? "extern"
			: s->storage == STO_TYPEDEF ? "typedef"
						    : "auto");
	s->storage = storage;
	c_advance(p);
}

/* Storage classes, qualifiers, function specifiers; false if tok is none. */
static bool other_word(CParser *p, Specs *s, Words *w)
{
	switch (p->tok.kind) {
	case CT_TYPEDEF_KW:
		set_storage(p, s, STO_TYPEDEF);
		return true;
	case CT_EXTERN_KW:
		set_storage(p, s, STO_EXTERN);
		return true;
	case CT_STATIC_KW:
		set_storage(p, s, STO_STATIC);
		return true;
	case CT_AUTO_KW:
	case CT_REGISTER_KW:
		set_storage(p, s, STO_AUTO);
		return true;
	case CT_INLINE_KW:
		s->is_inline = true;
		break;
	case CT_NORETURN_KW:
		s->is_noreturn = true;
		break;
	case CT_CONST_KW:
		w->is_const = true;
		break;
	case CT_VOLATILE_KW:
		w->is_volatile = true;
		break;
	case CT_RESTRICT_KW:
	case CT_THREAD_KW:
	case CT_COMPLEX_KW:
	case CT_EXTENSION_KW:
		break;
	default:
		return false;
	}
	c_advance(p);
	return true;
}

static void set_type(CParser *p, Words *w, Type *t, Span at)
{
	if (w->any || w->type)
		c_error(p, at, "cannot combine with previous type specifier");
	w->type = t;
}

/* _Atomic or _Atomic(type): BPF's loads and stores of a word are atomic by themselves. */
static void atomic_word(CParser *p, Words *w)
{
	Span at = c_here(p);

	c_advance(p);
	if (!c_accept(p, CT_LPAREN))
		return;
	set_type(p, w, c_type_name(p), at);
	c_expect(p, CT_RPAREN, NULL);
}

/* A name where a type may stand: a typedef, an attribute's macro, a mistake. False: it isn't ours.
 */
static bool name_word(CParser *p, Specs *s, Words *w)
{
	Symbol *sym;

	if (w->type || w->any) {
		Ident *id = p->tok.ident;
		c_attributes(p, &s->attrs);
		return p->tok.kind != CT_IDENT || p->tok.ident != id;
	}
	if ((sym = scope_find_type(p, p->tok.ident))) {
		w->type = sym->type;
		c_advance(p);
		return true;
	}
	if (c_expand_embedded(p))
		return true;
	const Tok *next = c_peek(p);
	if (s->is_auto_type || (next->kind != CT_IDENT && next->kind != CT_STAR))
		return false;
	Ident *id = p->tok.ident;
	c_error(p, c_here(p), "unknown type name '%s'", id->name);
	const char *near = scope_nearest(p, id->name);
	if (near && ident_of(&p->pp, near)->symbol->kind == SYM_TYPEDEF)
		diag_hint(&p->c->diags, "did you mean '%s'?", near);
	scope_add(p, id, SYM_TYPEDEF, p->t_error, c_here(p));
	w->type = p->t_error;
	c_advance(p);
	return true;
}

static Type *finish_specs(CParser *p, Specs *s, const Words *w)
{
	Type *t;

	if (!w->type && !w->any && !s->is_auto_type && !w->n_signed && !w->n_unsigned) {
		c_error(p, c_here(p),
			"type specifier missing, defaults to 'int'; ISO C99 and later do not "
			"support implicit int");
		t = p->t_int;
	} else {
		t = words_type(p, w);
	}
	vec_each(tag, &s->attrs.type_tags) t = type_tag(p->ts, *tag, t);
	s->attrs.type_tags.len = 0;
	if (w->is_const)
		t = type_const(p->ts, t);
	if (w->is_volatile)
		t = type_volatile(p->ts, t);
	return t;
}

void c_specs(CParser *p, Specs *s)
{
	Words w = {0};

	memset(s, 0, sizeof(*s));
	s->at = c_here(p);
	for (;;) {
		Span at = c_here(p);
		c_attributes(p, &s->attrs);
		switch (p->tok.kind) {
		case CT_STRUCT_KW:
		case CT_UNION_KW:
			set_type(p, &w, c_record(p), at);
			s->is_tag_only = true;
			continue;
		case CT_ENUM_KW:
			set_type(p, &w, c_enum(p), at);
			s->is_tag_only = true;
			continue;
		case CT_TYPEOF_KW:
		case CT_TYPEOF_UNQUAL_KW:
			set_type(p, &w, type_of(p), at);
			continue;
		case CT_ATOMIC_KW:
			atomic_word(p, &w);
			continue;
		case CT_AUTO_TYPE_KW:
			s->is_auto_type = true;
			c_advance(p);
			continue;
		case CT_IDENT:
			if (name_word(p, s, &w))
				continue;
			break;
		default:
			if (type_word(p, &w) || other_word(p, s, &w))
				continue;
			break;
		}
		break;
	}
	s->type = finish_specs(p, s, &w);
}

/* ---- declarators ---- */

typedef enum { STEP_PTR, STEP_ARRAY, STEP_FUNC } StepKind;

typedef struct {
	u32 param;
	const char *text;
} ParamTag;

typedef struct {
	StepKind kind;
	bool is_const, is_volatile, is_restrict; /* PTR */
	bool is_open;				 /* ARRAY: [] */
	bool is_variadic;			 /* FUNC */
	u64 count;				 /* ARRAY */
	Vec(Field) params;
	Vec(ParamTag) tags;
	Vec(const char *) type_tags;
	u32 space;
	Span at;
} Step;

typedef Vec(Step) Steps;

static void parse_declarator(CParser *p, Declarator *d, Steps *out, bool abstract);

/* Array parameters are pointers, function parameters pointers to functions. */
static Type *adjust_param(CParser *p, Type *t)
{
	Type *bare = type_bare(t);

	if (bare->kind == TY_ARRAY)
		return type_ptr(p->ts, c_qualify_like(p, bare->base, t), AS_NONE);
	if (bare->kind == TY_FUNC)
		return type_ptr(p->ts, t, AS_NONE);
	return t;
}

static void parse_param(CParser *p, Step *s)
{
	Specs specs;
	Declarator d;

	c_specs(p, &specs);
	c_declarator(p, &specs, &d, true);
	Attrs a = specs.attrs;
	attrs_merge(p, &a, &d.attrs);
	vec_each(tag, &a.decl_tags) vec_push(p->arena, &s->tags, (ParamTag){s->params.len, *tag});
	vec_push(p->arena, &s->params,
		 (Field){
		     .name = d.name ? d.name->name : NULL,
		     .type = adjust_param(p, d.type),
		     .at = d.at,
		 });
}

/* "(" [ parameters [ "," "..." ] ] ")"; the "(" is read */
static void parse_params(CParser *p, Step *s, Span open)
{
	s->kind = STEP_FUNC;
	if (p->tok.kind == CT_VOID_KW && c_peek(p)->kind == CT_RPAREN)
		c_advance(p);
	if (c_accept(p, CT_RPAREN))
		return;
	do {
		if (c_accept(p, CT_ELLIPSIS)) {
			s->is_variadic = true;
			break;
		}
		if (!c_is_type_start(p, &p->tok) && p->tok.kind != CT_IDENT) {
			c_error(p, c_here(p), "expected parameter declarator");
			break;
		}
		parse_param(p, s);
	} while (c_accept(p, CT_COMMA));
	c_close(p, CT_RPAREN, open);
}

/* "[" [ static | qualifiers | "*" ] [ constant ] "]"; the "[" is read */
static void parse_bound(CParser *p, Step *s, Span open)
{
	s->kind = STEP_ARRAY;
	while (p->tok.kind == CT_STATIC_KW || p->tok.kind == CT_CONST_KW ||
	       p->tok.kind == CT_VOLATILE_KW || p->tok.kind == CT_RESTRICT_KW)
		c_advance(p);
	if (p->tok.kind == CT_RBRACKET ||
	    (p->tok.kind == CT_STAR && c_peek(p)->kind == CT_RBRACKET)) {
		c_accept(p, CT_STAR);
		s->is_open = true;
	} else {
		Span at = c_here(p);
		CExpr *e = c_rvalue(p, c_assignment(p));
		Wide n = 0;
		if (!cx_is_error(e) && !fold_int(e, &n))
			c_error(
			    p, e->at,
			    "variable length arrays are not supported: the size must be constant");
		if (n < 0)
			c_error(p, at, "array size is negative");
		else if (n > UINT32_MAX / 8)
			c_error(p, at, "array is too large");
		s->count = n < 0 || n > UINT32_MAX / 8 ? 1 : (u64)n;
	}
	c_close(p, CT_RBRACKET, open);
}

/* "*" { qualifier | attribute } */
static void parse_pointers(CParser *p, Declarator *d, Steps *out)
{
	while (p->tok.kind == CT_STAR) {
		Step s = {.kind = STEP_PTR, .at = c_here(p)};
		c_advance(p);
		for (;; c_advance(p)) {
			Attrs a = {0};
			c_attributes(p, &a);
			vec_each(tag, &a.type_tags) vec_push(p->arena, &s.type_tags, *tag);
			if (a.address_space)
				s.space = a.address_space;
			a.type_tags.len = 0;
			attrs_merge(p, &d->attrs, &a);
			if (p->tok.kind == CT_CONST_KW)
				s.is_const = true;
			else if (p->tok.kind == CT_VOLATILE_KW)
				s.is_volatile = true;
			else if (p->tok.kind == CT_RESTRICT_KW)
				s.is_restrict = true;
			else if (p->tok.kind != CT_ATOMIC_KW)
				break;
		}
		vec_push(p->arena, out, s);
	}
}

/* Does "(" start an inner declarator, not parameters? tok is "(". */
static bool is_inner(CParser *p, bool abstract)
{
	const Tok *next = c_peek(p);

	if (next->kind == CT_STAR || next->kind == CT_LPAREN || next->kind == CT_ATTRIBUTE_KW ||
	    next->kind == CT_CARET)
		return true;
	if (next->kind == CT_LBRACKET)
		return true;
	return next->kind == CT_IDENT && !(abstract && scope_find_type(p, next->ident));
}

static void parse_suffixes(CParser *p, Steps *out)
{
	Step room[2];
	Steps suffixes = {.at = room, .cap = ARRAY_LEN(room)};

	for (;;) {
		Span at = c_here(p);
		Step s = {.at = at};
		if (p->tok.kind == CT_LBRACKET && c_peek(p)->kind == CT_LBRACKET)
			break;
		if (c_accept(p, CT_LBRACKET))
			parse_bound(p, &s, at);
		else if (c_accept(p, CT_LPAREN))
			parse_params(p, &s, at);
		else
			break;
		vec_push(p->arena, &suffixes, s);
	}
	for (u32 i = suffixes.len; i-- > 0;)
		vec_push(p->arena, out, suffixes.at[i]);
}

/* declarator = { "*" } ( name | "(" declarator ")" | ) { "[" … "]" | "(" … ")" } */
static void parse_declarator(CParser *p, Declarator *d, Steps *out, bool abstract)
{
	Steps inner = {0};

	if (!c_enter(p)) {
		c_leave(p);
		return;
	}
	parse_pointers(p, d, out);
	c_attributes(p, &d->attrs);
	if (p->tok.kind == CT_IDENT) {
		d->name = p->tok.ident;
		d->at = c_here(p);
		c_advance(p);
	} else if (p->tok.kind == CT_LPAREN && is_inner(p, abstract)) {
		Span open = c_here(p);
		c_advance(p);
		parse_declarator(p, d, &inner, abstract);
		c_close(p, CT_RPAREN, open);
	} else if (!abstract) {
		c_error(p, c_here(p), "expected identifier or '('");
	}
	p->in_declarator++;
	parse_suffixes(p, out);
	c_attributes(p, &d->attrs);
	p->in_declarator--;
	vec_each(s, &inner) vec_push(p->arena, out, *s);
	c_leave(p);
}

static Type *apply_function(CParser *p, Type *t, Step *s)
{
	Type *result = type_bare(t);

	if (result->kind == TY_ARRAY || result->kind == TY_FUNC) {
		c_error(p, s->at, "function cannot return %s type %s",
			result->kind == TY_ARRAY ? "array" : "function", c_type_text(p, t));
		t = p->t_error;
	}
	t = type_func(p->ts, t, s->params.at, s->params.len, s->is_variadic);
	vec_each(tag, &s->tags)
	    vec_push(p->arena, &p->unit->field_tags, (CFieldTag){t, tag->param, tag->text});
	return t;
}

static Type *apply_array(CParser *p, Type *t, Step *s)
{
	Type *of = type_bare(t);

	if (of->kind == TY_FUNC || of->kind == TY_VOID || !c_is_complete(p, t)) {
		c_error(p, s->at, "array has incomplete element type %s", c_type_text(p, t));
		return p->t_error;
	}
	if (s->is_open)
		return type_flexible_array(p->ts, t);
	if ((u64)type_size(p->ts, t) * s->count >= UINT32_MAX / 8) {
		c_error(p, s->at, "array is too large");
		return p->t_error;
	}
	return type_array(p->ts, t, (u32)s->count);
}

static Type *apply_step(CParser *p, Type *t, Step *s, u32 space)
{
	if (s->kind == STEP_FUNC)
		return apply_function(p, t, s);
	if (s->kind == STEP_ARRAY)
		return apply_array(p, t, s);
	t = type_ptr(p->ts, t, space == 1 ? AS_ARENA : AS_NONE);
	vec_each(tag, &s->type_tags) t = type_tag(p->ts, *tag, t);
	if (s->is_const)
		t = type_const(p->ts, t);
	if (s->is_volatile)
		t = type_volatile(p->ts, t);
	return s->is_restrict ? type_restrict(p->ts, t) : t;
}

/* mode() replaces the integer type, keeping its sign. */
static Type *apply_mode(CParser *p, Type *t, Type *mode)
{
	Type *bare = type_bare(t);

	if (bare->kind != TY_INT)
		return t;
	return c_qualify_like(p, type_int(p->ts, mode->size, bare->is_signed), t);
}

void c_declarator(CParser *p, const Specs *s, Declarator *d, bool abstract)
{
	Step room[4]; /* few declarators have more steps: those go to the arena */
	Steps steps = {.at = room, .cap = ARRAY_LEN(room)};
	Type *t = s->type;
	u32 space = s->attrs.address_space;

	memset(d, 0, sizeof(*d));
	d->at = c_here(p);
	parse_declarator(p, d, &steps, abstract);
	vec_each(step, &steps)
	{
		t = apply_step(p, t, step, space);
		space = step->space;
	}
	Type *mode = d->attrs.mode ? d->attrs.mode : s->attrs.mode;
	if (mode)
		t = apply_mode(p, t, mode);
	d->is_function = steps.len && steps.at[steps.len - 1].kind == STEP_FUNC && d->name;
	d->type = t;
}

Type *c_type_name(CParser *p)
{
	Specs s;
	Declarator d;

	c_specs(p, &s);
	c_declarator(p, &s, &d, true);
	if (d.name)
		c_error(p, d.at, "unexpected name '%s' in a type name", d.name->name);
	return d.type;
}
