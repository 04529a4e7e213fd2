/*
 * .BTF.ext: for each program section, what the instructions in it are.
 *
 *   func_info   the FUNC that starts at an instruction
 *   line_info   file, line, column and text of the source line from here on
 *   core_relo   a CO-RE relocation: type, access string, what is asked
 *
 * Offsets are bytes from the section's start. The kernel wants a line record
 * at each function's first instruction, so one is made where the code
 * generator has none.
 */
#include "object/internal.h"

#include <linux/bpf.h>

#include "types/btf.h"

/* Records of one kind, section by section. */
typedef struct InfoTable {
	Text bytes;
	u32 count_at; /* where the running section's number of records is; 0: none begun */
} InfoTable;

typedef struct ExtHeader {
	struct {
		u16 magic;
		u8 version, flags;
		u32 hdr_len;
	} head;
	u32 func_off, func_len, line_off, line_len, core_off, core_len;
} ExtHeader;

static void table_init(InfoTable *t, Arena *a, u32 record_size)
{
	*t = (InfoTable){.bytes = text_new(a)};
	text_add(&t->bytes, (const char *)&record_size, sizeof(record_size));
}

/* The next record belongs to another section; its head is written with its first record. */
static void table_add(Layout *l, InfoTable *t, u32 section, const void *record, size_t size)
{
	if (!t->count_at) {
		u32 head[2] = {btf_out_string(&l->btf, l->file.sections.at[section].name), 0};
		text_add(&t->bytes, (const char *)head, sizeof(head));
		t->count_at = t->bytes.len - 4;
	}
	text_add(&t->bytes, record, size);
	u32 count;
	memcpy(&count, t->bytes.at + t->count_at, sizeof(count));
	count++;
	memcpy(t->bytes.at + t->count_at, &count, sizeof(count));
}

static void add_line(Layout *l, InfoTable *t, const Place *place, u32 insn, Loc loc)
{
	Sources *sources = &l->m->c->sources;
	SourcePos pos = source_pos(sources, loc);
	struct bpf_line_info info = {.insn_off = (u32)place->offset + insn * 8};
	if (pos.file) {
		Str text = source_line(sources, pos.file, pos.line);
		info.file_name_off = btf_out_string(&l->btf, pos.file->name);
		info.line_off = btf_out_string_len(&l->btf, text.at, text.len);
		info.line_col = MIN(pos.line, 0x3fffffu) << 10 | MIN(pos.col, 0x3ffu);
	}
	table_add(l, t, place->section, &info, sizeof(info));
}

static void add_lines(Layout *l, InfoTable *t, u32 i)
{
	Prog *p = l->progs[i];
	Loc first = l->m->funcs.at[i]->at.start;
	if (!p->lines.len || p->lines.at[0].insn)
		add_line(l, t, &l->funcs[i], 0,
			 first		? first
			 : p->lines.len ? p->lines.at[0].loc
					: 0);
	vec_each(line, &p->lines)
		add_line(l, t, &l->funcs[i], line->insn, line->loc);
}

/* "0:3:1": array index of the root, then members as the written types number them. */
static const char *access_string(Layout *l, const CoreReloc *core)
{
	BtfOut *b = &l->btf;
	Type *t = type_bare(btf_core_root(core));
	bool is_enum = core->kind == CORE_ENUMVAL_EXISTS || core->kind == CORE_ENUMVAL_VALUE;
	u32 first = core->n_path ? core->path[0] : 0;
	if (is_enum)
		return arena_printf(b->arena, "%u",
				    t->btf ? btf_usage_index(btf_usage(b, t), first) : first);
	Text text = text_new(b->arena);
	text_addf(&text, "%u", first);
	for (u32 i = 1; t && i < core->n_path; i++) {
		u32 index = core->path[i];
		if (t->kind == TY_ARRAY) {
			text_addf(&text, ":%u", index);
			t = type_bare(t->base);
			continue;
		}
		text_addf(&text, ":%u", t->btf ? btf_usage_index(btf_usage(b, t), index) : index);
		t = index < t->n_fields ? type_bare(t->fields[index].type) : NULL;
	}
	return text_done(&text);
}

/*
 * What the instruction has is right already: it was taken from the BTF of the
 * kernel that will run it. Of the kinds of relocation, those that the compiler
 * makes by itself; a program's own questions ("does this field exist") are left to libbpf, and
 * so are types that the program defines itself and that may differ from the kernel's.
 */
static bool is_settled(const Layout *l, const Prog *p, const CoreAt *at)
{
	const Type *root = type_bare(btf_core_root(at->core));
	if (!layout_is_native(l->m) || !root || !root->btf || btf_base(root->btf))
		return false;
	switch (at->core->kind) {
	case CORE_FIELD_BYTE_OFFSET:
	case CORE_FIELD_LSHIFT_U64:
	case CORE_FIELD_RSHIFT_U64:
		return true;
	case CORE_TYPE_ID_TARGET:
		return (u32)p->insns.at[at->insn].imm == root->btf_id;
	default:
		return false;
	}
}

static void add_cores(Layout *l, InfoTable *t, u32 i)
{
	vec_each(at, &l->progs[i]->cores) {
		if (is_settled(l, l->progs[i], at))
			continue;
		struct bpf_core_relo relo = {
			.insn_off = (u32)l->funcs[i].offset + at->insn * 8,
			.type_id = btf_out_type(&l->btf, btf_core_root(at->core)),
			.access_str_off = btf_out_string(&l->btf, access_string(l, at->core)),
			.kind = (enum bpf_core_relo_kind)at->core->kind,
		};
		table_add(l, t, l->funcs[i].section, &relo, sizeof(relo));
	}
}

static void add_func(Layout *l, InfoTable *t, u32 i)
{
	const Func *f = l->m->funcs.at[i];
	bool is_static = f->kind == FUNC_STATIC || f->kind == FUNC_CALLBACK;
	struct bpf_func_info info = {
		.insn_off = (u32)l->funcs[i].offset,
		.type_id = btf_out_func(&l->btf, f->name, f->type,
					is_static ? BTF_FUNC_STATIC : BTF_FUNC_GLOBAL),
	};
	table_add(l, t, l->funcs[i].section, &info, sizeof(info));
}

static void write_tables(Layout *l, const InfoTable *func, const InfoTable *line,
			 const InfoTable *core)
{
	u32 section = out_section(&l->file, ".BTF.ext", SHT_PROGBITS, 0, 4);
	Text *bytes = &l->file.sections.at[section].bytes;
	ExtHeader h = {
		.head = {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h)},
		.func_len = func->bytes.len,
		.line_off = func->bytes.len,
		.line_len = line->bytes.len,
		.core_off = func->bytes.len + line->bytes.len,
		.core_len = core->bytes.len > 4 ? core->bytes.len : 0,
	};
	text_add(bytes, (const char *)&h, sizeof(h));
	text_add(bytes, func->bytes.at, func->bytes.len);
	text_add(bytes, line->bytes.at, line->bytes.len);
	text_add(bytes, core->bytes.at, h.core_len);
}

void layout_btf_ext(Layout *l)
{
	InfoTable func, line, core;
	table_init(&func, l->file.arena, sizeof(struct bpf_func_info));
	table_init(&line, l->file.arena, sizeof(struct bpf_line_info));
	table_init(&core, l->file.arena, sizeof(struct bpf_core_relo));
	for (u32 s = 0; s < l->file.sections.len; s++) {
		func.count_at = line.count_at = core.count_at = 0;
		for (u32 i = 0; i < l->m->funcs.len; i++) {
			if (!l->progs[i] || l->funcs[i].section != s)
				continue;
			add_func(l, &func, i);
			add_lines(l, &line, i);
			add_cores(l, &core, i);
		}
	}
	if (func.bytes.len > 4)
		write_tables(l, &func, &line, &core);
}
