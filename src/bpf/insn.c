/*
 * The table of instructions.
 *
 * In: tables/insns.def. Out: the rows by InsnId, and the row of an encoded
 * instruction: a row fixes those fields that its text does not show.
 */
#include "bpf/internal.h"

const InsnRow insn_rows[INSN_COUNT] = {
	[INSN_NONE] = {0, 0, 0, 0, {'-', '-'}, ""},
#define INSN(id, code, src, off, imm, roles, text) [INSN_##id] = {code, src, off, imm, roles, text},
#include "tables/insns.def"
#undef INSN
};

bool insn_shows(InsnId id, char field)
{
	char upper = field == 'd' ? 'D' : field == 's' ? 'S' : field;

	for (const char *t = insn_rows[id].text; *t; t++) {
		if (*t != '%')
			continue;
		t++;
		if (*t == field || *t == upper)
			return true;
	}
	return false;
}

/* Do the fields that the row's text does not show have the row's values? */
static bool fits(InsnId id, const struct bpf_insn *insn)
{
	const InsnRow *row = &insn_rows[id];

	if (row->code != insn->code)
		return false;
	if (!insn_shows(id, 'd') && insn->dst_reg)
		return false;
	if (!insn_shows(id, 's') && insn->src_reg != row->src)
		return false;
	if (!insn_shows(id, 'o') && !insn_shows(id, 'j') && insn->off != row->off)
		return false;
	return insn_shows(id, 'i') || insn_shows(id, 'l') || insn_shows(id, 'J') ||
	       insn->imm == row->imm;
}

InsnId insn_find(const struct bpf_insn *insn)
{
	for (u32 id = 1; id < INSN_COUNT; id++)
		if (insn_rows[id].code == insn->code && fits(id, insn))
			return id;
	return INSN_NONE;
}
