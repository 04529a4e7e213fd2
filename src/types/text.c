/*
 * Types as text, in three manners: as C writes them (type_str, type_declare),
 * as a whole definition (type_definition, laid out as libbpf's dumper does,
 * which bpftrace -lv shows), and in bpftrace's own names (type_script_str).
 *
 * A C declarator reads from the name outwards: "int (*name[3])(void)". So the
 * text is grown around the name while going from the type inwards: a pointer
 * puts a star before it, an array or a function its brackets behind it, with
 * parentheses where a pointer is to be bound first. Qualifiers wait in a mask
 * for the next pointer, or for the type at the end.
 *
 * What is printed is bounded in depth and length: broken BTF could otherwise
 * fan out without end.
 */
#include "types/internal.h"

#include "base/text.h"

#define MAX_NESTING 12
#define MAX_TEXT (256u << 10)

typedef enum { QUAL_CONST = 1, QUAL_VOLATILE = 2, QUAL_RESTRICT = 4 } Qualifier;

typedef struct {
	Types *ts;
	Arena *arena;
	bool expand; /* a definition: records without a tag are written out; libbpf's spacing */
	u32 indent;  /* records around the one that is written out */
	u32 used;    /* bytes made so far */
} Printer;

static const char *declare_at(Printer *p, Type *t, const char *name, u32 quals, u32 depth);
static const char *define_at(Printer *p, Type *t);

/* "const volatile " for the mask. */
static const char *qual_words(Printer *p, u32 quals)
{
	return arena_printf(p->arena, "%s%s%s", quals & QUAL_CONST ? "const " : "",
			    quals & QUAL_VOLATILE ? "volatile " : "",
			    quals & QUAL_RESTRICT ? "restrict " : "");
}

static bool is_full(Printer *p, u32 depth, const char *text)
{
	p->used += (u32)strlen(text);
	return depth > MAX_NESTING * 2 || p->used > MAX_TEXT;
}

static const char *params_text(Printer *p, const Type *f, u32 depth)
{
	Text out = text_new(p->arena);

	for (u32 i = 0; i < f->n_fields && p->used <= MAX_TEXT; i++)
		text_addf(&out, "%s%s", i ? ", " : "",
			  declare_at(p, f->fields[i].type, "", 0, depth + 1));
	if (f->is_variadic)
		text_adds(&out, f->n_fields ? ", ..." : "...");
	if (!out.len)
		text_adds(&out, "void");
	return text_done(&out);
}

static const char *tagged_name(const Type *t)
{
	return t->kind == TY_STRUCT ? "struct" : t->kind == TY_UNION ? "union" : "enum";
}

/* A type that no declarator part is taken off any more. */
static const char *base_text(Printer *p, Type *t)
{
	switch (t->kind) {
	case TY_VOID:
		return "void";
	case TY_BOOL:
		return "bool";
	case TY_STRUCT:
	case TY_UNION:
	case TY_ENUM:
		if (t->name)
			return arena_printf(p->arena, "%s %s", tagged_name(t), t->name);
		if (p->expand)
			return define_at(p, t);
		return arena_printf(p->arena, "%s <anonymous>", tagged_name(t));
	case TY_INT:
	case TY_FLOAT:
	case TY_TYPEDEF:
		return t->name;
	case TY_ERROR:
		return "<error>";
	default:
		return type_script_str(p->ts, t);
	}
}

/* Puts a qualified star before what there is; binds it if an array or function follows. */
static const char *add_star(Printer *p, Type *to, const char *inner, u32 quals)
{
	const char *words = qual_words(p, quals);
	size_t len = strlen(words) - (quals && !*inner); /* no blank at the end */
	const char *gap = p->expand && (quals || *inner == '(') ? " " : "";

	while (to->kind == TY_CONST || to->kind == TY_VOLATILE || to->kind == TY_TYPE_TAG)
		to = to->base;
	if (to->kind == TY_ARRAY || to->kind == TY_FUNC)
		return arena_printf(p->arena, "(*%s%.*s%s)", gap, (int)len, words, inner);
	return arena_printf(p->arena, "*%s%.*s%s", gap, (int)len, words, inner);
}

static const char *declare_at(Printer *p, Type *t, const char *inner, u32 quals, u32 depth)
{
	if (is_full(p, depth, inner))
		return "...";
	switch (t->kind) {
	case TY_CONST:
		return declare_at(p, t->base, inner, quals | QUAL_CONST, depth + 1);
	case TY_VOLATILE:
		return declare_at(p, t->base, inner, quals | QUAL_VOLATILE, depth + 1);
	case TY_RESTRICT:
		return declare_at(p, t->base, inner, quals | QUAL_RESTRICT, depth + 1);
	case TY_TYPE_TAG:
		return declare_at(p, t->base, inner, quals, depth + 1);
	case TY_PTR:
		return declare_at(p, t->base, add_star(p, t->base, inner, quals), 0, depth + 1);
	case TY_ARRAY:
		inner = t->is_flexible && !p->expand
			    ? arena_printf(p->arena, "%s[]", inner)
			    : arena_printf(p->arena, "%s[%u]", inner, t->count);
		return declare_at(p, t->base, inner, quals, depth + 1);
	case TY_FUNC:
		inner = arena_printf(p->arena, "%s(%s)", inner, params_text(p, t, depth));
		return declare_at(p, t->base, inner, 0, depth + 1);
	default:
		return arena_printf(p->arena, "%s%s%s%s", qual_words(p, quals), base_text(p, t),
				    *inner && *inner != '[' ? " " : "", inner);
	}
}

const char *type_declare(Types *ts, Type *t, const char *name)
{
	Printer p = {.ts = ts, .arena = ts->arena};

	return declare_at(&p, t, name ? name : "", 0, 0);
}

const char *type_str(Types *ts, Type *t)
{
	return type_declare(ts, t, "");
}

/* ---- definitions ---- */

static void define_enumerators(Text *out, const Type *t, const char *indent)
{
	for (u32 i = 0; i < t->n_enums; i++) {
		const Enumerator *e = &t->enums[i];

		if (t->is_signed || t->size < 8)
			text_addf(out, "%s\t%s = %lld,\n", indent, e->name, (long long)e->value);
		else
			text_addf(out, "%s\t%s = %lluULL,\n", indent, e->name,
				  (unsigned long long)e->value);
	}
}

/*
 * Unnamed bit-fields for a hole that the next member's alignment does not
 * explain, so that the definition compiles to the same layout. As libbpf does:
 * the largest unit with a boundary inside the hole; `unit: 0` to get there where
 * the compiler would not go by itself; then whole units, and a rest.
 */
static void define_hole(Text *out, const char *indent, u64 at, u64 next, u64 next_align,
			bool in_bit_fields)
{
	static const struct {
		const char *name;
		u32 bits;
	} units[] = {{"long", 64}, {"int", 32}, {"short", 16}, {"char", 8}};
	u32 unit = 0;
	u64 start;

	while (unit < 3 && ALIGN_UP(at, (u64)units[unit].bits) > next)
		unit++;
	start = ALIGN_UP(at, (u64)units[unit].bits);
	if (start > at && start <= next) {
		if (in_bit_fields || (start == next && ALIGN_UP(at, next_align * 8) != start) ||
		    (start != next && next - start <= start - at))
			text_addf(out, "%s\t%s: %u;\n", indent, units[unit].name,
				  in_bit_fields ? (u32)(start - at) : 0);
		at = start;
	}
	while (at < next && out->len < MAX_TEXT) {
		u32 bits = (u32)MIN(next - at, (u64)units[unit].bits);
		u32 least = unit;

		while (bits < units[unit].bits && least < 3 && units[least + 1].bits >= bits)
			least++;
		text_addf(out, "%s\t%s: %u;\n", indent, units[least].name, bits);
		at += bits;
	}
}

static void define_fields(Printer *p, Text *out, Type *t, const char *indent)
{
	bool after_bit_field = false;
	u64 at = 0;

	p->indent++;
	for (u32 i = 0; i < t->n_fields && p->used <= MAX_TEXT; i++) {
		const Field *f = &t->fields[i];
		u32 align = t->is_packed ? 1 : type_align(p->ts, f->type);

		if (at < f->bit_offset)
			define_hole(out, indent, at, f->bit_offset, align,
				    after_bit_field && f->bit_width);
		text_addf(out, "%s\t%s", indent,
			  declare_at(p, f->type, f->name ? f->name : "", 0, 0));
		if (f->bit_width)
			text_addf(out, ": %u", f->bit_width);
		text_adds(out, ";\n");
		after_bit_field = f->bit_width != 0;
		at = f->bit_offset +
		     (f->bit_width ? f->bit_width : type_size(p->ts, f->type) * 8ull);
	}
	if (t->kind == TY_STRUCT && at < t->size * 8ull)
		define_hole(out, indent, at, t->size * 8ull, type_align(p->ts, t), false);
	p->indent--;
}

/* "struct X { … }" without what may follow it; lines after the first are indented. */
static const char *define_at(Printer *p, Type *t)
{
	Text out = text_new(p->arena);
	char indent[MAX_NESTING + 1] = {0};

	memset(indent, '\t', MIN(p->indent, (u32)MAX_NESTING));
	t = type_complete(p->ts, t);
	text_adds(&out, tagged_name(t));
	if (t->name)
		text_addf(&out, " %s", t->name);
	if (t->is_incomplete || p->indent > MAX_NESTING || p->used > MAX_TEXT)
		return text_done(&out);
	if (!t->n_fields && !t->n_enums) {
		text_adds(&out, " {}");
		return text_done(&out);
	}
	text_adds(&out, " {\n");
	if (t->kind == TY_ENUM)
		define_enumerators(&out, t, indent);
	else
		define_fields(p, &out, t, indent);
	text_addf(&out, "%s}%s", indent, t->is_packed ? " __attribute__((packed))" : "");
	p->used += out.len;
	return text_done(&out);
}

const char *type_definition(Types *ts, Type *t)
{
	Printer p = {.ts = ts, .arena = ts->arena, .expand = true};

	t = type_bare(t);
	if (t->kind != TY_STRUCT && t->kind != TY_UNION && t->kind != TY_ENUM)
		return arena_printf(ts->arena, "%s;", type_str(ts, t));
	return arena_printf(ts->arena, "%s;", define_at(&p, t));
}

/* ---- bpftrace's names ---- */

static void add_script_str(Types *ts, Text *out, Type *t, u32 depth);

static void add_script_items(Types *ts, Text *out, const Type *t, const char *between, bool named,
			     u32 depth)
{
	for (u32 i = 0; i < t->n_fields && out->len < MAX_TEXT; i++) {
		text_adds(out, i ? between : "");
		if (named)
			text_addf(out, ".%s = ", t->fields[i].name);
		add_script_str(ts, out, t->fields[i].type, depth + 1);
	}
}

static void add_script_record(Types *ts, Text *out, Type *t, u32 depth)
{
	if (t->name) {
		text_addf(out, "%s %s", tagged_name(t), t->name);
		return;
	}
	text_addf(out, "%s {", tagged_name(t));
	if (depth < MAX_NESTING)
		add_script_items(ts, out, type_complete(ts, t), ",", false, depth);
	text_adds(out, "}");
}

static void add_script_agg(Text *out, const Type *t)
{
	static const char *const names[] = {
	    [AGG_NONE] = "none",	 [AGG_COUNT] = "count_t", [AGG_SUM] = "sum_t",
	    [AGG_MIN] = "min_t",	 [AGG_MAX] = "max_t",	  [AGG_AVG] = "avg_t",
	    [AGG_STATS] = "stats_t",	 [AGG_HIST] = "hist_t",	  [AGG_LHIST] = "lhist_t",
	    [AGG_TSERIES] = "tseries_t",
	};
	bool has_sign = t->agg >= AGG_SUM && t->agg <= AGG_STATS;

	text_addf(out, "%s%s", has_sign && !t->is_signed ? "u" : "", names[t->agg]);
}

/* Kinds whose name is all there is to say. */
static const char *script_name(TypeKind kind)
{
	static const char *const names[TY_KIND_COUNT] = {
	    [TY_NONE] = "none",
	    [TY_ERROR] = "none",
	    [TY_VOID] = "void",
	    [TY_BOOL] = "bool",
	    [TY_KSTACK] = "kstack",
	    [TY_USTACK] = "ustack",
	    [TY_KSYM] = "ksym_t",
	    [TY_USYM] = "usym_t",
	    [TY_TIMESTAMP] = "timestamp",
	    [TY_MAC] = "mac_address",
	    [TY_CGROUP_PATH] = "cgroup_path_t",
	    [TY_USERNAME] = "username",
	    [TY_STRERROR] = "strerror_t",
	    [TY_TIMEMODE] = "timestamp_mode",
	    [TY_MAPREF] = "map",
	    [TY_TYPEREF] = "type",
	};

	return names[kind];
}

static void add_script_str(Types *ts, Text *out, Type *t, u32 depth)
{
	t = type_bare(t);
	if (depth > MAX_NESTING || out->len > MAX_TEXT) {
		text_adds(out, "...");
		return;
	}
	switch (t->kind) {
	case TY_INT:
		text_addf(out, "%sint%u", t->is_signed ? "" : "u", t->size * 8);
		return;
	case TY_PTR:
		add_script_str(ts, out, t->base, depth + 1);
		text_adds(out, " *");
		return;
	case TY_ARRAY:
		add_script_str(ts, out, t->base, depth + 1);
		text_addf(out, "[%u]", t->count);
		return;
	case TY_STRUCT:
	case TY_UNION:
	case TY_ENUM:
		add_script_record(ts, out, t, depth);
		return;
	case TY_STRING:
		text_adds(out, "string");
		if (t->count)
			text_addf(out, "[%u]", t->count);
		return;
	case TY_BUFFER:
		text_addf(out, "buffer[%u]", t->count);
		return;
	case TY_INET:
		text_addf(out, "inet[%u]", t->size);
		return;
	case TY_TUPLE:
		text_adds(out, "(");
		add_script_items(ts, out, t, ",", false, depth);
		text_adds(out, ")");
		return;
	case TY_RECORD:
		text_adds(out, "record { ");
		add_script_items(ts, out, t, ", ", true, depth);
		text_adds(out, " }");
		return;
	case TY_AGG:
		add_script_agg(out, t);
		return;
	case TY_FLOAT:
		text_adds(out, t->name);
		return;
	case TY_FUNC:
		text_adds(out, type_str(ts, t));
		return;
	default:
		text_adds(out, script_name(t->kind));
	}
}

const char *type_script_str(Types *ts, Type *t)
{
	Text out = text_new(ts->arena);

	add_script_str(ts, &out, t, 0);
	return text_done(&out);
}
