/*
 * object_write: a module and its encoded functions become one ELF object.
 *
 * Programs lie in the section that SEC names, several in one if they share the
 * name; everything else that is code lies in .text. A function is a symbol, so
 * that libbpf can tell where it ends. References are relocations of two kinds:
 * R_BPF_64_64 at a wide load, R_BPF_64_32 at a call. A static function is
 * referred to through the symbol of .text and its distance from there, as
 * libbpf takes only that.
 */
#include "object/internal.h"

#include <errno.h>

static bool is_local(const Func *f)
{
	return f->kind == FUNC_STATIC || f->kind == FUNC_CALLBACK;
}

static void place_func(Layout *l, u32 i)
{
	const Func *f = l->m->funcs.at[i];
	const Prog *p = l->progs[i];
	u32 section = out_section(&l->file, f->section ? f->section : ".text", SHT_PROGBITS,
				  SHF_ALLOC | SHF_EXECINSTR, 8);
	Text *bytes = &l->file.sections.at[section].bytes;
	u32 size = p->insns.len * (u32)sizeof(struct bpf_insn);
	l->funcs[i] = (Place){.section = section, .offset = bytes->len};
	text_add(bytes, (const char *)p->insns.at, size);
	l->funcs[i].symbol = out_symbol(&l->file, (OutSymbol){
		.name = f->name,
		.bind = is_local(f) ? STB_LOCAL : f->is_weak ? STB_WEAK : STB_GLOBAL,
		.type = STT_FUNC,
		.visibility = f->is_hidden ? STV_HIDDEN : STV_DEFAULT,
		.section = section,
		.value = l->funcs[i].offset,
		.size = size,
	});
}

/* What a relocation points at, and what its instruction holds until it's applied. */
typedef struct RelocTarget {
	u32 symbol;
	i64 imm;
} RelocTarget;

static RelocTarget func_target(Layout *l, const Reloc *r)
{
	const Place *to = &l->funcs[r->sym];
	bool is_static = is_local(l->m->funcs.at[r->sym]);
	i64 offset = is_static ? (i64)to->offset : 0;
	u32 symbol = is_static ? out_section_symbol(&l->file, to->section) : to->symbol;
	/* a call counts in instructions from the next one, a wide load in bytes */
	return (RelocTarget){symbol, r->kind == RELOC_CALL ? offset / 8 - 1 : offset};
}

static RelocTarget global_target(Layout *l, const Reloc *r)
{
	const Place *to = &l->globals[r->sym];
	const Global *g = l->m->globals.at[r->sym];
	bool is_section = !g->is_extern && !g->name;
	return (RelocTarget){to->symbol, r->addend + (is_section ? (i64)to->offset : 0)};
}

static RelocTarget reloc_target(Layout *l, const Reloc *r)
{
	switch (r->kind) {
	case RELOC_MAP:
		return (RelocTarget){l->maps[r->sym].symbol, 0};
	case RELOC_GLOBAL:
		return global_target(l, r);
	case RELOC_CALL:
	case RELOC_FUNC:
		return func_target(l, r);
	case RELOC_KFUNC:
		return (RelocTarget){l->externs[r->sym].symbol, -1};
	case RELOC_KSYM:
		return (RelocTarget){l->externs[r->sym].symbol, 0};
	case RELOC_NONE:
		break;
	}
	bug("relocation of kind %d", r->kind);
}

/* A call of a kernel function by its number. */
static bool place_native(Layout *l, const Reloc *r, struct bpf_insn *insn)
{
	if (r->kind != RELOC_KFUNC || !l->externs[r->sym].btf_id)
		return false;
	insn->src_reg = BPF_PSEUDO_KFUNC_CALL;
	insn->imm = (i32)l->externs[r->sym].btf_id;
	insn->off = 0;
	return true;
}

static void place_relocs(Layout *l, u32 i)
{
	const Place *at = &l->funcs[i];
	vec_each(r, &l->progs[i]->relocs) {
		u64 offset = at->offset + r->insn * sizeof(struct bpf_insn);
		struct bpf_insn insn;
		char *bytes = l->file.sections.at[at->section].bytes.at + offset;
		memcpy(&insn, bytes, sizeof(insn));
		if (place_native(l, r, &insn)) {
			memcpy(bytes, &insn, sizeof(insn));
			continue;
		}
		RelocTarget target = reloc_target(l, r);
		bool is_call = r->kind == RELOC_CALL || r->kind == RELOC_KFUNC;
		insn.imm = (i32)target.imm;
		insn.src_reg = is_call ? BPF_PSEUDO_CALL : 0;
		memcpy(bytes, &insn, sizeof(insn));
		out_reloc(&l->file, at->section, offset,
			  is_call ? RELOC_BPF_64_32 : RELOC_BPF_64_64, target.symbol);
	}
}

/* Addresses inside the initial bytes of variables. */
static void place_data_relocs(Layout *l, u32 i)
{
	const Place *at = &l->globals[i];
	Global *g = l->m->globals.at[i];
	if (g->is_extern)
		return;
	vec_each(r, &g->relocs) {
		u32 symbol = r->kind == DATA_GLOBAL ? l->globals[r->sym].symbol
			     : r->kind == DATA_FUNC ? l->funcs[r->sym].symbol
						    : l->maps[r->sym].symbol;
		u64 addend = (u64)r->addend;
		if (r->kind == DATA_GLOBAL && !l->m->globals.at[r->sym]->name)
			addend += l->globals[r->sym].offset;
		u64 offset = at->offset + r->offset;
		OutSection *s = &l->file.sections.at[at->section];
		if (s->type != SHT_NOBITS && offset + 8 <= s->bytes.len)
			memcpy(s->bytes.at + offset, &addend, sizeof(addend));
		out_reloc(&l->file, at->section, offset, RELOC_BPF_64_ABS64, symbol);
	}
}

static void layout_init(Layout *l, Module *m, Prog **progs)
{
	Arena *a = m->c->arena;
	*l = (Layout){.m = m, .progs = progs};
	out_init(&l->file, a);
	btf_out_init(&l->btf, m);
	l->funcs = NEW_N(a, Place, m->funcs.len + 1);
	l->maps = NEW_N(a, Place, m->maps.len + 1);
	l->globals = NEW_N(a, Place, m->globals.len + 1);
	l->externs = NEW_N(a, Place, m->externs.len + 1);
	out_section(&l->file, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
}

static void place_all(Layout *l)
{
	Module *m = l->m;
	for (u32 i = 0; i < m->funcs.len; i++)
		if (l->progs[i])
			place_func(l, i);
	layout_maps(l);
	layout_data(l);
	for (u32 i = 0; i < m->funcs.len; i++)
		if (l->progs[i])
			place_relocs(l, i);
	for (u32 i = 0; i < m->globals.len; i++)
		place_data_relocs(l, i);
	layout_map_values(l);
}

int object_write(Module *m, Prog **progs, Object *out)
{
	Layout l;
	*out = (Object){0};
	layout_init(&l, m, progs);
	btf_mark_module(&l.btf, progs);
	place_all(&l);
	layout_data_btf(&l);
	vec_each(type, &m->extra_types)
		btf_out_type(&l.btf, *type);
	/* the sections are made before .BTF is closed: .BTF.ext adds to its strings */
	u32 btf = out_section(&l.file, ".BTF", SHT_PROGBITS, 0, 4);
	layout_btf_ext(&l);
	btf_out_finish(&l.btf, &l.file.sections.at[btf].bytes);
	if (m->meta) {
		u32 meta = out_section(&l.file, ".waggle", SHT_PROGBITS, 0, 8);
		meta_write(m->c, m->meta, &l.file.sections.at[meta].bytes);
	}
	return out_write(&l.file, out);
}
