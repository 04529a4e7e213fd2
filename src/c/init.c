/*
 * Initialisers, flattened: whatever braces, designators and omissions the user
 * writes, the result is a list of stores into a zeroed object, with offsets
 * from its start (C11 6.7.9, GNU ranges and `name:` designators).
 *
 * Where braces are left out, an expression may turn out to be for a member
 * further in than the one looked at: it is read once and kept as `pending`
 * until a scalar, or a record of its own type, takes it.
 */
#include "c/internal.h"

typedef struct {
	CParser *p;
	CInit *out;
	CExpr *pending; /* read already, not placed yet */
} Reader;

/* Where something goes. */
typedef struct {
	Type *type;
	u64 bit;   /* from the object's start */
	u32 width; /* of a bit-field, else 0 */
} Place;

static void element(Reader *r, Place at);

static CExpr *take(Reader *r)
{
	CExpr *e = r->pending;

	r->pending = NULL;
	return e ? e : c_assignment(r->p);
}

static void store(Reader *r, Place at, CExpr *value)
{
	CParser *p = r->p;

	value = c_assign_convert(p, value, at.type, ASSIGN_INIT);
	vec_push(p->arena, &r->out->items,
		 (CInitItem){
		     .offset = (u32)(at.bit / 8),
		     .bit_offset = (u32)at.bit,
		     .bit_width = at.width,
		     .type = c_unqual(at.type),
		     .value = value,
		 });
}

/* ---- strings ---- */

/* A char array (or an array of the string's units). */
static bool takes_string(CParser *p, Type *t, const CExpr *string)
{
	t = type_bare(t);
	if (t->kind != TY_ARRAY || type_bare(t->base)->kind != TY_INT)
		return false;
	return type_size(p->ts, t->base) == type_size(p->ts, type_bare(string->type)->base);
}

static void store_string(Reader *r, Place at, const CExpr *string)
{
	Type *t = type_bare(at.type);
	u32 unit = type_size(r->p->ts, t->base),
	    room = t->is_flexible ? string->string.len : t->count * unit;

	if (string->string.len > room + unit)
		c_warn(r->p, string->at, "initializer-string for char array is too long");
	if (string->string.len < room || at.bit)
		r->out->zero = true;
	vec_push(r->p->arena, &r->out->items,
		 (CInitItem){
		     .offset = (u32)(at.bit / 8),
		     .bit_offset = (u32)at.bit,
		     .type = c_unqual(at.type),
		     .bytes = {string->string.at, MIN(string->string.len, room)},
		 });
}

/* A string (perhaps in braces or parentheses) for a char array; false: something else is there. */
static bool string_for(Reader *r, Place at)
{
	CParser *p = r->p;
	Type *t = type_bare(at.type);

	if (t->kind != TY_ARRAY || type_bare(t->base)->kind != TY_INT)
		return false;
	if (!r->pending && p->tok.kind == CT_LBRACE && c_peek(p)->kind == CT_STRING) {
		c_advance(p);
		CExpr *e = c_string_literal(p);
		c_accept(p, CT_COMMA);
		if (e->kind == CX_STRING)
			store_string(r, at, e);
		c_expect(p, CT_RBRACE, NULL);
		return true;
	}
	if (!r->pending && p->tok.kind != CT_LBRACE)
		r->pending = c_assignment(p);
	if (!r->pending || r->pending->kind != CX_STRING || !takes_string(p, t, r->pending))
		return false;
	store_string(r, at, take(r));
	return true;
}

/* ---- members and items ---- */

static Place field_place(Place of, const Field *f)
{
	return (Place){f->type, of.bit + f->bit_offset, f->bit_width};
}

static Place item_place(CParser *p, Place of, u64 i)
{
	Type *t = type_bare(of.type);

	return (Place){t->base, of.bit + i * type_size(p->ts, t->base) * 8, 0};
}

/* After an element without braces around its aggregate: does the list go on inside it? */
static bool goes_on(CParser *p)
{
	if (p->tok.kind != CT_COMMA)
		return false;
	u8 next = c_peek(p)->kind;
	if (next == CT_RBRACE || next == CT_DOT || next == CT_LBRACKET || next == CT_EOF)
		return false;
	c_advance(p);
	return true;
}

/* An aggregate whose braces are left out takes what it needs from the list. */
static void without_braces(Reader *r, Place at)
{
	CParser *p = r->p;
	Type *t = type_complete(p->ts, at.type);

	if (t->kind == TY_ARRAY) {
		for (u64 i = 0; i < t->count; i++) {
			element(r, item_place(p, at, i));
			if (i + 1 == t->count || !goes_on(p))
				break;
		}
	} else {
		u32 n = t->kind == TY_UNION ? MIN(t->n_fields, 1u) : t->n_fields;
		for (u32 i = 0; i < n; i++) {
			element(r, field_place(at, &t->fields[i]));
			if (i + 1 == n || !goes_on(p))
				break;
		}
	}
	if (r->pending) {
		c_error(p, r->pending->at, "initializer for an empty aggregate");
		r->pending = NULL;
	}
}

static void excess(Reader *r, const char *what)
{
	c_warn(r->p, c_here(r->p), "excess elements in %s initializer", what);
	if (r->p->tok.kind == CT_LBRACE) {
		Type *t = r->p->t_int;
		c_init(r->p, &t);
		return;
	}
	c_assignment(r->p);
}

/* ---- designators ---- */

/* ".name": the member, *index its place in the record. False after a message. */
static bool designate_member(Reader *r, Place *at, u32 *index)
{
	CParser *p = r->p;
	u16 path[TYPE_MAX_PATH];
	u32 n_path;
	Field f;

	if (p->tok.kind != CT_IDENT) {
		c_error(p, c_here(p), "expected a field designator, such as '.field = 4'");
		return false;
	}
	Type *t = type_complete(p->ts, at->type);
	if ((t->kind != TY_STRUCT && t->kind != TY_UNION) ||
	    !type_field(p->ts, t, p->tok.ident->name, &f, path, &n_path)) {
		c_error(p, c_here(p),
			"field designator '%s' does not refer to any field in type %s",
			p->tok.ident->name, c_type_text(p, at->type));
		return false;
	}
	c_advance(p);
	*at = field_place(*at, &f);
	*index = path[0];
	return true;
}

/* "[first]" or "[first ... last]". */
static bool designate_item(Reader *r, Place *at, u64 *first, u64 *last)
{
	CParser *p = r->p;
	Span where = c_here(p);
	Type *t = type_bare(at->type);

	i64 low = c_constant(p, "array designator"), high = low;
	if (c_accept(p, CT_ELLIPSIS))
		high = c_constant(p, "array designator");
	c_expect(p, CT_RBRACKET, NULL);
	if (t->kind != TY_ARRAY) {
		c_error(p, where, "array designator cannot initialize non-array type %s",
			c_type_text(p, at->type));
		return false;
	}
	if (low < 0 || high < low || high > UINT32_MAX / 8 ||
	    (!t->is_flexible && (u64)high >= t->count)) {
		c_error(p, where, "array designator index (%lld) exceeds array bounds (%u)",
			(long long)high, t->count);
		return false;
	}
	*first = (u64)low;
	*last = (u64)high;
	*at = item_place(p, *at, (u64)low);
	return true;
}

/* The rest of a designator, "=" included. */
static bool designate_rest(Reader *r, Place *at)
{
	u64 first, last;
	u32 index;

	while (r->p->tok.kind == CT_DOT || r->p->tok.kind == CT_LBRACKET) {
		bool is_member = c_accept(r->p, CT_DOT);
		if (!is_member)
			c_advance(r->p);
		if (is_member ? !designate_member(r, at, &index)
			      : !designate_item(r, at, &first, &last))
			return false;
	}
	c_accept(r->p, CT_ASSIGN);
	return true;
}

/* ---- braces ---- */

/* [a ... b] = x: what was stored for a is stored for the others too. */
static void repeat(Reader *r, u32 from, u64 times, u64 step_bits)
{
	u32 n = r->out->items.len - from;

	for (u64 k = 1; k <= times && k < 100000; k++) {
		for (u32 i = 0; i < n; i++) {
			CInitItem item = r->out->items.at[from + i];
			item.bit_offset += (u32)(k * step_bits);
			item.offset = item.bit_offset / 8;
			vec_push(r->p->arena, &r->out->items, item);
		}
	}
}

/* Items of an array up to "}"; returns how many the array has then. */
static u64 braced_array(Reader *r, Place at)
{
	CParser *p = r->p;
	Type *t = type_bare(at.type);
	u64 i = 0, n = 0;

	while (p->tok.kind != CT_RBRACE && p->tok.kind != CT_EOF) {
		u64 last = i;
		Place to = at;
		if (p->tok.kind == CT_LBRACKET) {
			c_advance(p);
			if (!designate_item(r, &to, &i, &last) || !designate_rest(r, &to))
				break;
		} else if (!t->is_flexible && i >= t->count) {
			excess(r, "array");
			goto next;
		} else {
			to = item_place(p, at, i);
		}
		u32 from = r->out->items.len;
		element(r, to);
		repeat(r, from, last - i, type_size(p->ts, t->base) * 8);
		i = last + 1;
		n = MAX(n, i);
	next:
		if (!c_accept(p, CT_COMMA))
			break;
	}
	return n;
}

static void braced_record(Reader *r, Place at)
{
	CParser *p = r->p;
	Type *t = type_complete(p->ts, at.type);
	u32 i = 0;

	while (p->tok.kind != CT_RBRACE && p->tok.kind != CT_EOF) {
		Place to = at;
		u32 index;
		if (p->tok.kind == CT_DOT ||
		    (p->tok.kind == CT_IDENT && c_peek(p)->kind == CT_COLON)) {
			bool is_old = p->tok.kind == CT_IDENT;
			if (!is_old)
				c_advance(p);
			if (!designate_member(r, &to, &index))
				break;
			if (is_old)
				c_advance(p);
			else if (!designate_rest(r, &to))
				break;
			i = index;
			element(r, to);
		} else if (i >= (t->kind == TY_UNION ? MIN(t->n_fields, 1u) : t->n_fields)) {
			excess(r, t->kind == TY_UNION ? "union" : "struct");
		} else {
			element(r, field_place(at, &t->fields[i]));
		}
		i++;
		if (!c_accept(p, CT_COMMA))
			break;
	}
}

/* Skips what a message was given for, up to the closing brace. */
static void skip_braces(CParser *p)
{
	for (u32 depth = 0; p->tok.kind != CT_EOF; c_advance(p)) {
		if (p->tok.kind == CT_LBRACE)
			depth++;
		else if (p->tok.kind == CT_RBRACE && depth-- == 0)
			return;
		else if (p->tok.kind == CT_SEMI && depth == 0)
			return;
	}
}

/* tok is "{". Returns the number of items of an array. */
static u64 braced(Reader *r, Place at)
{
	CParser *p = r->p;
	Type *t = type_complete(p->ts, at.type);
	Span open = c_here(p);
	u64 n = 0;

	c_advance(p);
	if (!c_enter(p)) {
		c_leave(p);
		return 0;
	}
	if (t->kind == TY_ARRAY) {
		r->out->zero = true;
		n = braced_array(r, at);
	} else if (t->kind == TY_STRUCT || t->kind == TY_UNION) {
		r->out->zero = true;
		braced_record(r, at);
	} else if (p->tok.kind != CT_RBRACE) {
		element(r, at);
		while (c_accept(p, CT_COMMA) && p->tok.kind != CT_RBRACE)
			excess(r, "scalar");
	} else {
		r->out->zero = true;
	}
	c_leave(p);
	if (p->tok.kind != CT_RBRACE)
		skip_braces(p);
	c_close(p, CT_RBRACE, open);
	return n;
}

/* One initialiser for what is at this place. */
static void element(Reader *r, Place at)
{
	CParser *p = r->p;
	Type *t = type_complete(p->ts, at.type);

	if (string_for(r, at))
		return;
	if (!r->pending && p->tok.kind == CT_LBRACE) {
		braced(r, at);
		return;
	}
	if (t->kind != TY_ARRAY && t->kind != TY_STRUCT && t->kind != TY_UNION) {
		store(r, at, take(r));
		return;
	}
	if (!r->pending)
		r->pending = c_assignment(p);
	if (cx_is_error(r->pending)) {
		r->pending = NULL;
		return;
	}
	if (t->kind != TY_ARRAY && type_compatible(t, type_bare(r->pending->type))) {
		store(r, at, take(r));
		return;
	}
	without_braces(r, at);
}

/* Top: initialiser = assignment | "{" list "}" */
CInit *c_init(CParser *p, Type **type)
{
	Reader r = {.p = p, .out = NEW(p->arena, CInit)};
	Place at = {*type, 0, 0};
	Type *t = type_bare(*type);
	Span where = c_here(p);
	u64 n = 0;

	if (t->kind == TY_ERROR || !c_is_complete(p, t)) {
		if (t->kind != TY_ERROR)
			c_error(p, where, "variable has incomplete type %s", c_type_text(p, *type));
		*type = p->t_error;
		at.type = p->t_error;
	}
	if (string_for(&r, at)) {
		n = r.out->items.len
			? r.out->items.at[0].bytes.len / MAX(type_size(p->ts, t->base), 1u)
			: 0;
	} else if (!r.pending && p->tok.kind == CT_LBRACE) {
		n = braced(&r, at);
	} else if (t->kind == TY_ARRAY) {
		CExpr *e = take(&r);
		if (!cx_is_error(e))
			c_error(p, e->at, "array initializer must be an initializer list%s",
				type_is_char_array(t) ? " or string literal" : "");
		n = 1;
	} else {
		store(&r, at, take(&r));
	}
	if (t->kind == TY_ARRAY && t->is_flexible) {
		*type = c_qualify_like(p, type_array(p->ts, t->base, (u32)n), *type);
		vec_each(item, &r.out->items)
		{
			if (item->bytes.at && item->type && type_bare(item->type) == t)
				item->type = *type;
		}
	}
	return r.out;
}
