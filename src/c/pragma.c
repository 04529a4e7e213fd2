/*
 * #pragma and _Pragma: those that change how records are laid out or read
 * (pack, clang attribute push/pop), loop hints, once, message, and the one
 * warning that libbpf's macros switch off and we have as an error. All others are
 * for other compilers' warnings and vanish.
 */
#include "c/internal.h"

static bool is_name(const Tok *toks, u32 n, u32 i, const char *name)
{
	return i < n && toks[i].kind == CT_IDENT && !strcmp(toks[i].ident->name, name);
}

static bool number_at(const Tok *toks, u32 n, u32 i, u32 *value)
{
	Number number;

	if (i >= n || toks[i].kind != CT_NUMBER || number_parse(&toks[i], &number))
		return false;
	*value = (u32)number.value;
	return true;
}

/* pack(), pack(n), pack(push), pack(push, n), pack(pop) */
static void pragma_pack(Pp *pp, const Tok *toks, u32 n)
{
	u32 i = 1, value;

	if (n < 2 || toks[0].kind != CT_LPAREN) {
		pp_warn(pp, tok_span(&toks[0]), "missing '(' after '#pragma pack' - ignoring");
		return;
	}
	if (is_name(toks, n, i, "push")) {
		vec_push(pp->arena, &pp->packs, pp->pack);
		i += 2;
	} else if (is_name(toks, n, i, "pop")) {
		pp->pack = pp->packs.len ? pp->packs.at[--pp->packs.len] : 0;
		return;
	} else if (toks[i].kind == CT_RPAREN) {
		pp->pack = 0;
		return;
	}
	if (number_at(toks, n, i, &value))
		pp->pack = value <= 16 ? value : 0;
}

/* attribute push(__attribute__((…)), apply_to = record), attribute pop */
static void pragma_attribute(Pp *pp, const Tok *toks, u32 n)
{
	if (is_name(toks, n, 0, "pop")) {
		if (pp->attributes.len && pp->attributes.at[--pp->attributes.len])
			pp->n_preserve--;
		return;
	}
	if (!is_name(toks, n, 0, "push"))
		return;
	bool is_preserve = false;
	for (u32 i = 1; i < n; i++)
		is_preserve |= is_name(toks, n, i, "preserve_access_index");
	vec_push(pp->arena, &pp->attributes, is_preserve);
	pp->n_preserve += is_preserve;
}

/* diagnostic push, pop, ignored "-Wint-conversion": libbpf's macros pass integers as pointers under
 * it. */
static void pragma_diagnostic(Pp *pp, const Tok *toks, u32 n)
{
	static const char option[] = "\"-Wint-conversion\"";

	if (is_name(toks, n, 0, "push")) {
		vec_push(pp->arena, &pp->loose_stack, pp->is_loose);
	} else if (is_name(toks, n, 0, "pop")) {
		pp->is_loose =
		    pp->loose_stack.len ? pp->loose_stack.at[--pp->loose_stack.len] : false;
	} else if (n == 2 && toks[1].kind == CT_STRING && toks[1].len == sizeof(option) - 1 &&
		   !memcmp(toks[1].text, option, sizeof(option) - 1)) {
		pp->is_loose = is_name(toks, n, 0, "ignored");
	}
}

/* unroll, unroll N, unroll(N), nounroll; clang loop unroll(full|disable|enable), unroll_count(N) */
static void pragma_unroll(Pp *pp, const Tok *toks, u32 n)
{
	u32 value;

	if (n && toks[0].kind == CT_LPAREN)
		toks++, n--;
	if (number_at(toks, n, 0, &value))
		pp->hint = (u16)(value > 1 ? HINT_COUNT + MIN(value, 60000u) : HINT_OFF);
	else if (is_name(toks, n, 0, "disable"))
		pp->hint = HINT_OFF;
	else
		pp->hint = HINT_FULL;
}

static void pragma_clang(Pp *pp, const Tok *toks, u32 n)
{
	if (is_name(toks, n, 0, "attribute")) {
		pragma_attribute(pp, toks + 1, n - 1);
		return;
	}
	if (is_name(toks, n, 0, "diagnostic"))
		pragma_diagnostic(pp, toks + 1, n - 1);
	if (!is_name(toks, n, 0, "loop"))
		return;
	for (u32 i = 1; i < n; i++) {
		if (is_name(toks, n, i, "unroll") || is_name(toks, n, i, "unroll_count"))
			pragma_unroll(pp, toks + i + 1, n - i - 1);
	}
}

static void pragma_message(Pp *pp, const Tok *toks, u32 n)
{
	Str text;
	u32 unit, i = n > 1 && toks[1].kind == CT_LPAREN ? 2 : 1;

	if (i < n && toks[i].kind == CT_STRING &&
	    !string_parse(pp->arena, &toks[i], 1, &text, &unit))
		pp_warn(pp, tok_span(&toks[0]), "%s", text.at);
}

void pp_pragma(Pp *pp, const Tok *toks, u32 n)
{
	if (pp->keep_pragmas) {
		const char *text =
		    arena_printf(pp->arena, "#pragma %s", tok_text(pp->arena, toks, n));
		Tok t = {.kind = CT_OTHER,
			 .flags = TF_LINE,
			 .len = (u32)strlen(text),
			 .text = text,
			 .loc = n ? toks[0].loc : 0};
		pp_unread(pp, &t, 1);
	}
	if (is_name(toks, n, 0, "once")) {
		if (pp->buffer && pp->buffer->known)
			pp->buffer->known->is_once = true;
	} else if (is_name(toks, n, 0, "pack")) {
		pragma_pack(pp, toks + 1, n - 1);
	} else if (is_name(toks, n, 0, "clang")) {
		pragma_clang(pp, toks + 1, n - 1);
	} else if (is_name(toks, n, 0, "unroll")) {
		pragma_unroll(pp, toks + 1, n - 1);
	} else if (is_name(toks, n, 0, "nounroll")) {
		pp->hint = HINT_OFF;
	} else if (is_name(toks, n, 0, "GCC") && is_name(toks, n, 1, "unroll")) {
		pragma_unroll(pp, toks + 2, n - 2);
	} else if (is_name(toks, n, 0, "GCC") && is_name(toks, n, 1, "diagnostic")) {
		pragma_diagnostic(pp, toks + 2, n - 2);
	} else if (is_name(toks, n, 0, "message")) {
		pragma_message(pp, toks, n);
	}
}
