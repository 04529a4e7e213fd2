/*
 * Text → instructions: the inverse of disasm.c, by the same rows.
 *
 * Each line is tried against each row's text; blanks may be left out or added.
 * A number and ':' may stand before the instruction, a comment behind ';'.
 */
#include <ctype.h>

#include "bpf/internal.h"

typedef struct Reader {
	const char *at, *end;
	struct bpf_insn insn;
	i64 wide; /* the constant of two slots */
} Reader;

static void skip_blanks(Reader *r)
{
	while (r->at < r->end && isspace((unsigned char)*r->at))
		r->at++;
}

static bool read_char(Reader *r, char c)
{
	skip_blanks(r);
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* A signed number between the limits; "+ 5" and "- 5" too. Unsigned 64-bit hex for wide. */
static bool read_number(Reader *r, i64 low, i64 high, i64 *value)
{
	char digits[24];
	size_t n = 0;
	char *stop;

	skip_blanks(r);
	bool minus = r->at < r->end && *r->at == '-';
	if (r->at < r->end && (*r->at == '-' || *r->at == '+'))
		r->at++;
	skip_blanks(r);
	while (r->at < r->end && isalnum((unsigned char)*r->at) && n < sizeof(digits) - 1)
		digits[n++] = *r->at++;
	digits[n] = 0;
	if (!n || !isdigit((unsigned char)digits[0]))
		return false;
	u64 x = strtoull(digits, &stop, 0);
	*value = minus ? (i64)(0 - x) : (i64)x;
	return !*stop && *value >= low && *value <= high;
}

static bool read_register(Reader *r, char name, u32 *reg)
{
	i64 n;

	if (!read_char(r, name) || r->at == r->end || !isdigit((unsigned char)*r->at) ||
	    !read_number(r, 0, 10, &n))
		return false;
	*reg = (u32)n;
	return true;
}

/* A register that the text names twice must be the same. */
static bool read_same(Reader *r, char name, bool *seen, u32 *reg)
{
	u32 n;

	if (!read_register(r, name, &n) || (*seen && n != *reg))
		return false;
	*seen = true;
	*reg = n;
	return true;
}

typedef struct Fields {
	bool has_dst, has_src;
	u32 dst, src;
	i64 off, imm;
} Fields;

static bool read_field(Reader *r, char field, Fields *f)
{
	switch (field) {
	case 'd':
		return read_same(r, 'r', &f->has_dst, &f->dst);
	case 'D':
		return read_same(r, 'w', &f->has_dst, &f->dst);
	case 's':
		return read_same(r, 'r', &f->has_src, &f->src);
	case 'S':
		return read_same(r, 'w', &f->has_src, &f->src);
	case 'o':
	case 'j':
		return read_number(r, INT16_MIN, INT16_MAX, &f->off);
	case 'i':
	case 'J':
		return read_number(r, INT32_MIN, INT32_MAX, &f->imm);
	case 'l':
		return read_number(r, INT64_MIN, INT64_MAX, &r->wide);
	default:
		return read_char(r, field);
	}
}

static bool read_row(Reader *r, InsnId id)
{
	const InsnRow *row = &insn_rows[id];
	Fields f = {.src = row->src, .off = row->off, .imm = row->imm};

	for (const char *t = row->text; *t; t++) {
		if (*t == ' ')
			continue;
		if (*t == '%' ? !read_field(r, *++t, &f) : !read_char(r, *t))
			return false;
	}
	skip_blanks(r);
	if (insn_shows(id, 'l'))
		f.imm = (i32)r->wide;
	r->insn = (struct bpf_insn){.code = row->code,
				    .dst_reg = f.dst & 15,
				    .src_reg = f.src & 15,
				    .off = (i16)f.off,
				    .imm = (i32)f.imm};
	return r->at == r->end;
}

/* "12: " */
static const char *skip_label(const char *at, const char *end)
{
	const char *p = at;

	while (p < end && isspace((unsigned char)*p))
		p++;
	const char *digits = p;
	while (p < end && isdigit((unsigned char)*p))
		p++;
	return p > digits && p < end && *p == ':' ? p + 1 : at;
}

static bool assemble_line(Compile *c, const char *at, const char *end, Prog *out)
{
	const char *comment = memchr(at, ';', (size_t)(end - at));

	end = comment ? comment : end;
	at = skip_label(at, end);
	Reader blank = {.at = at, .end = end};
	skip_blanks(&blank);
	if (blank.at == end)
		return true;
	for (u32 id = 1; id < INSN_COUNT; id++) {
		Reader r = {.at = at, .end = end};
		if (!read_row(&r, id))
			continue;
		vec_push(c->arena, &out->insns, r.insn);
		if (insn_shows(id, 'l'))
			vec_push(c->arena, &out->insns,
				 (struct bpf_insn){.imm = (i32)((u64)r.wide >> 32)});
		return true;
	}
	return false;
}

bool bpf_assemble(Compile *c, Str text, Loc base, Prog *out)
{
	const char *at = text.at, *end = text.at + text.len;
	bool good = true;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop ? stop : end;
		if (!assemble_line(c, at, stop, out)) {
			Loc loc = base ? base + (Loc)(at - text.at) : 0;
			diag_error(&c->diags, (Span){loc, loc ? loc + (Loc)(stop - at) : 0},
				   "no BPF instruction has this form");
			good = false;
		}
		at = stop + 1;
	}
	return good;
}
