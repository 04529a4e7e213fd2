/*
 * The arithmetic of #if: 64-bit integers, signed or unsigned, by precedence
 * climbing over the expanded tokens. `defined` is replaced before expansion;
 * names that are left are 0.
 */
#include "c/internal.h"

#define MAX_DEPTH 500

typedef struct {
	u64 bits;
	bool is_unsigned;
} Value;

typedef struct {
	Pp *pp;
	const Tok *at, *end;
	Span where; /* of the directive */
	u32 depth;
	bool failed;
	u32 unevaluated; /* behind && || ?: that decided already */
} Eval;

static Value fail(Eval *e, const char *text)
{
	if (!e->failed)
		pp_error(e->pp, e->at < e->end ? tok_span(e->at) : e->where, "%s", text);
	e->failed = true;
	e->at = e->end;
	return (Value){0};
}

static u8 kind(const Eval *e)
{
	return e->at < e->end ? e->at->kind : (u8)CT_EOD;
}

static Value conditional(Eval *e);

static Value primary(Eval *e)
{
	Number number;
	Value v = {0};
	i64 c;
	const char *wrong;

	switch (kind(e)) {
	case CT_NUMBER:
		if ((wrong = number_parse(e->at, &number)))
			return fail(e, wrong);
		if (number.is_float)
			return fail(e, "floating point literal in preprocessor expression");
		e->at++;
		return (Value){number.value, number.is_unsigned || number.value >> 63};
	case CT_CHAR:
		if ((wrong = char_parse(e->at, &c)))
			return fail(e, wrong);
		e->at++;
		return (Value){(u64)c, false};
	case CT_IDENT:
		e->at++;
		if (kind(e) == CT_LPAREN) {
			const char *name = e->at[-1].ident->name;
			e->at--;
			return fail(e,
				    arena_printf(e->pp->arena,
						 "function-like macro '%s' is not defined", name));
		}
		return v;
	case CT_LPAREN:
		e->at++;
		v = conditional(e);
		if (kind(e) != CT_RPAREN)
			return fail(e, "expected ')' in preprocessor expression");
		e->at++;
		return v;
	case CT_EOD:
		return fail(e, "expected value in expression");
	default:
		return fail(e, "invalid token at start of a preprocessor expression");
	}
}

static Value unary(Eval *e)
{
	u8 op = kind(e);

	if (op != CT_PLUS && op != CT_MINUS && op != CT_BANG && op != CT_TILDE)
		return primary(e);
	if (e->depth >= MAX_DEPTH)
		return fail(e, "expression is nested too deeply");
	e->depth++;
	e->at++;
	Value v = unary(e);
	e->depth--;
	if (op == CT_MINUS)
		v.bits = -v.bits;
	else if (op == CT_TILDE)
		v.bits = ~v.bits;
	else if (op == CT_BANG)
		v = (Value){!v.bits, false};
	return v;
}

/* The level alone: #if calculates by the token. */
static int precedence(u8 tok)
{
	u8 op;

	return c_precedence(tok, &op);
}

static u64 divide(Eval *e, u8 op, Value a, Value b, bool is_unsigned)
{
	if (!b.bits) {
		if (!e->unevaluated)
			fail(e, op == CT_SLASH ? "division by zero in preprocessor expression"
					       : "remainder by zero in preprocessor expression");
		return 0;
	}
	if (is_unsigned)
		return op == CT_SLASH ? a.bits / b.bits : a.bits % b.bits;
	if (b.bits == ~0ull)
		return op == CT_SLASH ? -a.bits : 0;
	i64 x = (i64)a.bits, y = (i64)b.bits;
	return (u64)(op == CT_SLASH ? x / y : x % y);
}

static u64 shift(u8 op, Value a, Value b)
{
	bool is_left = op == CT_SHL;
	u64 n = b.bits;

	if (!b.is_unsigned && (i64)n < 0) {
		is_left = !is_left;
		n = -n;
	}
	if (n > 63)
		return is_left || a.is_unsigned || (i64)a.bits >= 0 ? 0 : ~0ull;
	if (is_left)
		return a.bits << n;
	return a.is_unsigned ? a.bits >> n : (u64)((i64)a.bits >> n);
}

static Value apply(Eval *e, u8 op, Value a, Value b)
{
	bool u = a.is_unsigned || b.is_unsigned;
	bool less = u ? a.bits < b.bits : (i64)a.bits < (i64)b.bits;

	switch (op) {
	case CT_STAR:
		return (Value){a.bits * b.bits, u};
	case CT_SLASH:
	case CT_PERCENT:
		return (Value){divide(e, op, a, b, u), u};
	case CT_PLUS:
		return (Value){a.bits + b.bits, u};
	case CT_MINUS:
		return (Value){a.bits - b.bits, u};
	case CT_SHL:
	case CT_SHR:
		return (Value){shift(op, a, b), a.is_unsigned};
	case CT_LT:
		return (Value){less, false};
	case CT_GE:
		return (Value){!less, false};
	case CT_GT:
		return (Value){!less && a.bits != b.bits, false};
	case CT_LE:
		return (Value){less || a.bits == b.bits, false};
	case CT_EQ:
		return (Value){a.bits == b.bits, false};
	case CT_NE:
		return (Value){a.bits != b.bits, false};
	case CT_AMP:
		return (Value){a.bits & b.bits, u};
	case CT_CARET:
		return (Value){a.bits ^ b.bits, u};
	case CT_PIPE:
		return (Value){a.bits | b.bits, u};
	case CT_AND:
		return (Value){a.bits && b.bits, false};
	default:
		return (Value){a.bits || b.bits, false};
	}
}

static Value binary(Eval *e, int least)
{
	Value a = unary(e);

	for (u8 op; !e->failed && precedence(op = kind(e)) >= least && precedence(op);) {
		bool decided = (op == CT_AND && !a.bits) || (op == CT_OR && a.bits);
		e->at++;
		e->unevaluated += decided;
		Value b = binary(e, precedence(op) + 1);
		e->unevaluated -= decided;
		a = apply(e, op, a, b);
	}
	return a;
}

/* binary [? conditional : conditional] */
static Value conditional(Eval *e)
{
	if (e->depth++ >= MAX_DEPTH)
		return fail(e, "expression is nested too deeply");
	Value v = binary(e, 1);
	if (kind(e) == CT_QUESTION) {
		bool yes = v.bits;
		e->at++;
		e->unevaluated += !yes;
		Value a = conditional(e);
		e->unevaluated -= !yes;
		if (kind(e) != CT_COLON)
			return fail(e, "expected ':' in preprocessor expression");
		e->at++;
		e->unevaluated += yes;
		Value b = conditional(e);
		e->unevaluated -= yes;
		v = (Value){yes ? a.bits : b.bits, a.is_unsigned || b.is_unsigned};
	}
	e->depth--;
	return v;
}

/* "defined X", "defined(X)" and __has_include's argument before macros are expanded. */
static Toks replace_defined(Pp *pp, const Tok *toks, u32 n)
{
	Toks out = {0};

	for (u32 i = 0; i < n; i++) {
		Tok t = toks[i];
		if (t.kind == CT_IDENT && t.ident == pp->id_defined) {
			bool paren = i + 1 < n && toks[i + 1].kind == CT_LPAREN;
			u32 at = i + 1 + paren;
			if (at >= n || toks[at].kind != CT_IDENT ||
			    (paren && (at + 1 >= n || toks[at + 1].kind != CT_RPAREN))) {
				pp_error(pp, tok_span(&t), "macro name missing after 'defined'");
				return out;
			}
			bool yes = pp_is_defined(pp, toks[at].ident);
			t = (Tok){.kind = CT_NUMBER,
				  .flags = t.flags,
				  .loc = t.loc,
				  .spelled = t.loc,
				  .len = 1,
				  .text = yes ? "1" : "0"};
			i = at + paren;
		}
		vec_push(pp->arena, &out, t);
	}
	return out;
}

bool ppif_eval(Pp *pp, const Tok *toks, u32 n, Loc at)
{
	Toks line = replace_defined(pp, toks, n);

	pp->in_if++;
	line = macro_expand_list(pp, line.at, line.len);
	pp->in_if--;
	Eval e = {.pp = pp, .at = line.at, .end = line.at + line.len, .where = {at, at + 2}};
	Value v = conditional(&e);
	if (!e.failed && e.at != e.end)
		fail(&e, "token is not a valid binary operator in a preprocessor subexpression");
	return !e.failed && v.bits;
}
