/*
 * Instructions as text, after the row in tables/insns.def.
 *
 * In: struct bpf_insn or a whole Prog. Out: the kernel's pseudo-C; for a Prog
 * with its number before each line and, as comments, the block that a jump goes
 * to, the helper, function, map or global that is meant, and source positions.
 * assemble.c reads it back.
 */
#include "base/text.h"
#include "bpf/internal.h"
#include "tables/tables.h"

static void add_offset(Text *t, i32 off)
{
	text_addf(t, " %c %d", off < 0 ? '-' : '+', off < 0 ? -off : off);
}

static void add_field(Text *t, char field, const struct bpf_insn *insn)
{
	switch (field) {
	case 'd':
		text_addf(t, "r%u", insn->dst_reg);
		break;
	case 'D':
		text_addf(t, "w%u", insn->dst_reg);
		break;
	case 's':
		text_addf(t, "r%u", insn->src_reg);
		break;
	case 'S':
		text_addf(t, "w%u", insn->src_reg);
		break;
	case 'i':
		text_addf(t, "%d", insn->imm);
		break;
	case 'l':
		text_addf(t, "0x%llx",
			  (unsigned long long)((u64)(u32)insn[1].imm << 32 | (u32)insn->imm));
		break;
	case 'o':
		add_offset(t, insn->off);
		break;
	case 'j':
		text_addf(t, "%+d", insn->off);
		break;
	case 'J':
		text_addf(t, "%+d", insn->imm);
		break;
	default:
		text_add(t, &field, 1);
	}
}

static InsnId add_insn(Text *t, const struct bpf_insn *insn)
{
	InsnId id = insn_find(insn);

	if (!id) {
		text_addf(t, "(bad 0x%02x 0x%02x %d %d)", insn->code,
			  insn->src_reg << 4 | insn->dst_reg, insn->off, insn->imm);
		return id;
	}
	for (const char *at = insn_rows[id].text; *at; at++) {
		if (*at == '%')
			add_field(t, *++at, insn);
		else
			text_add(t, at, 1);
	}
	return id;
}

const char *bpf_insn_text(Arena *a, const struct bpf_insn *insn)
{
	Text t = text_new(a);

	add_insn(&t, insn);
	return text_done(&t);
}

static void add_reloc(Text *t, Module *m, const Reloc *r)
{
	switch (r->kind) {
	case RELOC_MAP:
		text_addf(t, " ; map %s", m->maps.at[r->sym]->name);
		break;
	case RELOC_GLOBAL:
		text_addf(t, " ; global %s", m->globals.at[r->sym]->name);
		if (r->addend)
			text_addf(t, " + %lld", (long long)r->addend);
		break;
	case RELOC_CALL:
	case RELOC_FUNC:
		text_addf(t, " ; %s", m->funcs.at[r->sym]->name);
		break;
	case RELOC_KFUNC:
	case RELOC_KSYM:
		text_addf(t, " ; %s", m->externs.at[r->sym]->name);
		break;
	case RELOC_NONE:
		break;
	}
}

static void add_core(Text *t, const CoreReloc *core)
{
	text_addf(t, " ; core %d %s", core->kind,
		  core->root && core->root->name ? core->root->name : "?");
	for (u32 i = 0; i < core->n_path; i++)
		text_addf(t, "%c%u", i ? ':' : ' ', core->path[i]);
}

static void add_line(Text *t, Module *m, Loc loc)
{
	SourcePos pos = source_pos(&m->c->sources, loc);

	if (pos.file)
		text_addf(t, "; %s:%u:%u\n", pos.file->name, pos.line, pos.col);
}

static void add_comments(Text *t, const struct bpf_insn *insn, InsnId id, u32 n)
{
	if (id == INSN_JA32)
		text_addf(t, " ; %u", n + 1 + insn->imm);
	else if (is_jump_if(id) || id == INSN_JA || id == INSN_MAY_GOTO)
		text_addf(t, " ; %u", n + 1 + insn->off);
	const BpfHelper *helper = id == INSN_CALL ? bpf_helper_by_id(insn->imm) : NULL;
	if (helper)
		text_addf(t, " ; %s", helper->name);
}

const char *bpf_disassemble(Module *m, const Prog *p)
{
	Text t = text_new(m->c->arena);
	u32 reloc = 0, core = 0, line = 0;

	for (u32 n = 0; n < p->insns.len; n++) {
		const struct bpf_insn *insn = &p->insns.at[n];
		for (; line < p->lines.len && p->lines.at[line].insn <= n; line++)
			add_line(&t, m, p->lines.at[line].loc);
		text_addf(&t, "%4u: ", n);
		InsnId id = add_insn(&t, insn);
		add_comments(&t, insn, id, n);
		for (; reloc < p->relocs.len && p->relocs.at[reloc].insn <= n; reloc++)
			add_reloc(&t, m, &p->relocs.at[reloc]);
		for (; core < p->cores.len && p->cores.at[core].insn <= n; core++)
			add_core(&t, p->cores.at[core].core);
		text_adds(&t, "\n");
		n += id && insn_shows(id, 'l');
	}
	return text_done(&t);
}
