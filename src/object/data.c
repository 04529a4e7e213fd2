/*
 * Data sections: .rodata, .data, .bss and what the program names itself, the
 * license, and externs that libbpf fills in (.kconfig values, .ksyms
 * addresses and kernel functions), which are undefined symbols that only BTF
 * puts into a section.
 */
#include "object/internal.h"

typedef struct btf_var_secinfo VarInfo;

static bool is_bss(const char *section)
{
	return strncmp(section, ".bss", 4) == 0;
}

static u32 section_flags(const char *section)
{
	bool is_const = strncmp(section, ".rodata", 7) == 0 || strcmp(section, "license") == 0 ||
			strcmp(section, "version") == 0;
	return SHF_ALLOC | (is_const ? 0 : SHF_WRITE);
}

static u8 bind_of(bool is_static, bool is_weak)
{
	return is_static ? STB_LOCAL : is_weak ? STB_WEAK : STB_GLOBAL;
}

/* Bytes of one variable at the next aligned place of its section. */
static void place_global(Layout *l, u32 i)
{
	const Global *g = l->m->globals.at[i];
	u32 type = is_bss(g->section) ? SHT_NOBITS : SHT_PROGBITS;
	u32 align = g->align ? g->align : 1;
	u32 section = out_section(&l->file, g->section, type, section_flags(g->section), align);
	OutSection *s = &l->file.sections.at[section];
	u64 offset = ALIGN_UP(type == SHT_NOBITS ? s->size_nobits : (u64)s->bytes.len, (u64)align);
	if (type == SHT_NOBITS) {
		s->size_nobits = offset + g->size;
	} else {
		text_fill(&s->bytes, 0, offset - s->bytes.len);
		if (g->init)
			text_add(&s->bytes, (const char *)g->init, g->size);
		else
			text_fill(&s->bytes, 0, g->size);
	}
	l->globals[i].section = section;
	l->globals[i].offset = offset;
	if (!g->name) {
		l->globals[i].symbol = out_section_symbol(&l->file, section);
		return;
	}
	l->globals[i].symbol = out_symbol(&l->file, (OutSymbol){
		.name = g->name,
		.bind = bind_of(g->is_static, g->is_weak),
		.type = STT_OBJECT,
		.visibility = g->is_hidden ? STV_HIDDEN : STV_DEFAULT,
		.section = section,
		.value = offset,
		.size = g->size,
	});
}

static u32 undefined_symbol(Layout *l, const char *name, bool is_weak)
{
	return out_symbol(&l->file, (OutSymbol){
		.name = name,
		.bind = is_weak ? STB_WEAK : STB_GLOBAL,
		.type = STT_NOTYPE,
		.section = OUT_UNDEFINED,
	});
}

static void place_license(Layout *l)
{
	vec_each(g, &l->m->globals)
		if (strcmp((*g)->section, "license") == 0)
			return;
	const char *license = l->m->license ? l->m->license : "GPL";
	u32 section = out_section(&l->file, "license", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1);
	u32 size = (u32)strlen(license) + 1;
	text_add(&l->file.sections.at[section].bytes, license, size);
	out_symbol(&l->file, (OutSymbol){
		.name = "_license",
		.bind = STB_GLOBAL,
		.type = STT_OBJECT,
		.section = section,
		.size = size,
	});
}

static void place_version(Layout *l)
{
	if (!l->m->version)
		return;
	u32 section = out_section(&l->file, "version", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 4);
	Text *bytes = &l->file.sections.at[section].bytes;
	if (!bytes->len)
		text_add(bytes, (const char *)&l->m->version, sizeof(l->m->version));
}

bool layout_is_native(const Module *m)
{
	const Target *t = m->c->target;
	return t && !t->portable && t->btf_path &&
	       strcmp(t->btf_path, "/sys/kernel/btf/vmlinux") == 0;
}

/*
 * A program for the running kernel calls its functions by their numbers in
 * BTF. That spares libbpf the reading of the kernel's whole BTF, which takes it 15 ms.
 */
static u32 native_id(const Module *m, const Extern *e)
{
	Type *bare = e->type ? type_bare(e->type) : NULL;
	const char *module = NULL;
	if (!layout_is_native(m) || !bare || bare->kind != TY_FUNC)
		return 0;
	u32 id = types_kernel_func_id(m->c->types, e->name, &module);
	return module ? 0 : id;
}

void layout_data(Layout *l)
{
	Module *m = l->m;
	for (u32 i = 0; i < m->globals.len; i++) {
		const Global *g = m->globals.at[i];
		if (g->is_extern)
			l->globals[i].symbol = undefined_symbol(l, g->name, g->is_weak);
		else
			place_global(l, i);
	}
	for (u32 i = 0; i < m->externs.len; i++) {
		const Extern *e = m->externs.at[i];
		l->externs[i].btf_id = native_id(m, e);
		if (!l->externs[i].btf_id)
			l->externs[i].symbol = undefined_symbol(l, e->name, e->is_weak);
	}
	place_license(l);
	place_version(l);
}

/* A DATASEC of n variables. */
static void out_datasec(Layout *l, const char *name, u32 size, const VarInfo *vars, u32 n)
{
	if (!n)
		return;
	btf_out_record(&l->btf, name, BTF_KIND_DATASEC, n, false, size);
	btf_out_append(&l->btf, vars, n * sizeof(*vars));
}

static void section_btf(Layout *l, u32 section)
{
	Module *m = l->m;
	const OutSection *s = &l->file.sections.at[section];
	VarInfo *vars = NEW_N(l->file.arena, VarInfo, m->globals.len + 1);
	u32 n = 0;
	for (u32 i = 0; i < m->globals.len; i++) {
		const Global *g = m->globals.at[i];
		if (g->is_extern || l->globals[i].section != section || !g->size || !g->type ||
		    !btf_is_identifier(g->name))
			continue;
		u32 linkage = g->is_static ? BTF_VAR_STATIC : BTF_VAR_GLOBAL_ALLOCATED;
		u32 var = btf_out_var(&l->btf, g->name, btf_out_type(&l->btf, g->type), linkage);
		vars[n++] = (VarInfo){var, (u32)l->globals[i].offset, g->size};
	}
	u64 size = s->type == SHT_NOBITS ? s->size_nobits : s->bytes.len;
	out_datasec(l, s->name, (u32)size, vars, n);
}

static void kconfig_btf(Layout *l)
{
	Module *m = l->m;
	VarInfo *vars = NEW_N(l->file.arena, VarInfo, m->globals.len + 1);
	u32 n = 0;
	for (u32 i = 0; i < m->globals.len; i++) {
		const Global *g = m->globals.at[i];
		if (!g->is_extern)
			continue;
		u32 type = btf_out_type(&l->btf, g->type);
		u32 var = btf_out_var(&l->btf, g->name, type, BTF_VAR_GLOBAL_EXTERN);
		vars[n++] = (VarInfo){var, 0, g->size};
	}
	out_datasec(l, ".kconfig", 0, vars, n);
}

static void ksyms_btf(Layout *l)
{
	Module *m = l->m;
	VarInfo *vars = NEW_N(l->file.arena, VarInfo, m->externs.len + 1);
	u32 n = 0;
	for (u32 i = 0; i < m->externs.len; i++) {
		const Extern *e = m->externs.at[i];
		if (l->externs[i].btf_id)
			continue;
		Type *bare = e->type ? type_bare(e->type) : NULL;
		if (bare && bare->kind == TY_FUNC)
			vars[n++].type = btf_out_func(&l->btf, e->name, bare, BTF_FUNC_EXTERN);
		else
			vars[n++].type =
				btf_out_var(&l->btf, e->name, btf_out_type(&l->btf, e->type),
					    BTF_VAR_GLOBAL_EXTERN);
	}
	out_datasec(l, ".ksyms", 0, vars, n);
}

void layout_data_btf(Layout *l)
{
	for (u32 i = 0; i < l->file.sections.len; i++)
		if (strcmp(l->file.sections.at[i].name, ".maps") != 0)
			section_btf(l, i);
	kconfig_btf(l);
	ksyms_btf(l);
}
