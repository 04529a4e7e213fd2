/*
 * Text → instructions: the inverse of disasm.c, by the same rows.
 *
 * Each line is tried against each row's text; blanks may be left out or added.
 * A number and ':' may stand before the instruction, a comment behind ';'.
 *
 * Inline assembly has operands (%N, %wN) where registers and constants stand,
 * and names where jumps lead to.
 */
#include <ctype.h>

#include "bpf/internal.h"

typedef struct Reader {
	const char *at, *end;
	const AsmOperand *operands; /* inline assembly; else NULL */
	u32 n_operands;
	AsmLine line;
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

/* "%3", "%w3": the operand, if it is a register (or a constant, as asked for). */
static const AsmOperand *read_operand(Reader *r, char name, bool is_register)
{
	const char *at = r->at;
	u32 n = 0;

	if (!r->operands || at == r->end || *at++ != '%' || (name == 'w' && (at == r->end || *at++ != 'w')))
		return NULL;
	if (at == r->end || !isdigit((unsigned char)*at))
		return NULL;
	while (at < r->end && isdigit((unsigned char)*at))
		n = n * 10 + (u32)(*at++ - '0');
	if (n >= r->n_operands || (r->operands[n].reg != 0) != is_register)
		return NULL;
	r->at = at;
	return &r->operands[n];
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
	const AsmOperand *o = read_operand(r, 'r', false);
	if (o && !o->is_constant)
		return false;
	if (o) {
		*value = minus ? -o->value : o->value;
		return *value >= low && *value <= high;
	}
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

	skip_blanks(r);
	const AsmOperand *o = read_operand(r, name, true);
	if (o) {
		*reg = o->reg;
		return true;
	}
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

/* Where a jump leads: a number, or (inline assembly) a name or "%l3". */
static bool read_target(Reader *r, i64 low, i64 high, i64 *value)
{
	skip_blanks(r);
	const char *start = r->at;
	if (read_number(r, low, high, value) && (r->at == r->end || isspace((unsigned char)*r->at)))
		return true;
	r->at = start;
	while (r->operands && r->at < r->end && (isalnum((unsigned char)*r->at) || strchr("_.$%", *r->at)))
		r->at++;
	r->line.target = (Str){start, (u32)(r->at - start)};
	return r->at > start;
}

/* The constant of two slots, or an operand whose address it is. */
static bool read_wide(Reader *r)
{
	skip_blanks(r);
	const char *start = r->at;
	const AsmOperand *o = read_operand(r, 'r', false);
	if (o && !o->is_constant) {
		r->line.address = (u32)(o - r->operands) + 1;
		return true;
	}
	r->at = start;
	return read_number(r, INT64_MIN, INT64_MAX, &r->line.imm);
}

typedef struct Seen {
	bool dst, src;
} Seen;

static bool read_field(Reader *r, char field, Seen *seen)
{
	AsmLine *line = &r->line;

	switch (field) {
	case 'd':
		return read_same(r, 'r', &seen->dst, &line->dst);
	case 'D':
		return read_same(r, 'w', &seen->dst, &line->dst);
	case 's':
		return read_same(r, 'r', &seen->src, &line->src);
	case 'S':
		return read_same(r, 'w', &seen->src, &line->src);
	case 'o':
		return read_number(r, INT16_MIN, INT16_MAX, &line->off);
	case 'j':
		return read_target(r, INT16_MIN, INT16_MAX, &line->off);
	case 'i':
		return read_number(r, INT32_MIN, INT32_MAX, &line->imm);
	case 'J':
		return read_target(r, INT32_MIN, INT32_MAX, &line->imm);
	case 'l':
		return read_wide(r);
	default:
		return read_char(r, field);
	}
}

static bool read_row(Reader *r, InsnId id)
{
	const InsnRow *row = &insn_rows[id];
	Seen seen = {0};

	r->line = (AsmLine){.id = id, .src = row->src, .off = row->off, .imm = row->imm};
	for (const char *t = row->text; *t; t++) {
		if (*t == ' ')
			continue;
		if (*t == '%' ? !read_field(r, *++t, &seen) : !read_char(r, *t))
			return false;
	}
	skip_blanks(r);
	return r->at == r->end;
}

bool bpf_assemble_line(Str text, const AsmOperand *operands, u32 n_operands, AsmLine *out)
{
	for (u32 id = 1; id < INSN_COUNT; id++) {
		Reader r = {.at = text.at,
			    .end = text.at + text.len,
			    .operands = operands,
			    .n_operands = n_operands};
		if (!read_row(&r, id))
			continue;
		*out = r.line;
		return true;
	}
	return false;
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
	AsmLine line;
	if (!bpf_assemble_line((Str){at, (u32)(end - at)}, NULL, 0, &line))
		return false;
	vec_push(c->arena, &out->insns,
		 (struct bpf_insn){.code = insn_rows[line.id].code,
				   .dst_reg = line.dst & 15,
				   .src_reg = line.src & 15,
				   .off = (i16)line.off,
				   .imm = (i32)line.imm});
	if (insn_shows(line.id, 'l'))
		vec_push(c->arena, &out->insns,
			 (struct bpf_insn){.imm = (i32)((u64)line.imm >> 32)});
	return true;
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
