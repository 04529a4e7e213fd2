/*
 * object/ by itself: a module built by hand becomes an object; libbpf parses
 * it, the BTF is as expected, .waggle survives a round trip and garbage is refused.
 * Without privileges nothing is loaded. Prints "ok NAME" or "not ok NAME: why";
 * the exit status counts failures. With an argument the object is also written
 * to that file, for readelf and bpftool.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <unistd.h>

#include "object/object.h"

static int failures(const char *name, const char *why)
{
	if (why)
		printf("not ok %s: %s\n", name, why);
	else
		printf("ok %s\n", name);
	return why != NULL;
}

#define INSN(c, d, s, o, i)                                                                        \
	((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define MOV_REG(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define MOV_IMM(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD_REG(d, s) INSN(BPF_ALU64 | BPF_ADD | BPF_X, d, s, 0, 0)
#define ADD_IMM(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define HELPER(n) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, n)
#define STORE(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define STORE_IMM(size, d, o, i) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, i)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

typedef struct Maker {
	Compile c;
	Target target;
	Module m;
	Prog *progs[8];
	Prog *p;
} Maker;

static Func *add_func(Maker *k, const char *name, const char *section, FuncKind kind)
{
	Arena *a = k->c.arena;
	Func *f = NEW(a, Func);
	*f = (Func){.name = name, .section = section, .kind = kind, .returns = true, .n_params = 1};
	vec_push(a, &k->m.funcs, f);
	k->p = k->progs[k->m.funcs.len - 1] = NEW(a, Prog);
	k->p->func = f;
	return f;
}

static void put(Maker *k, struct bpf_insn insn)
{
	vec_push(k->c.arena, &k->p->insns, insn);
}

static void put_reloc(Maker *k, struct bpf_insn insn, RelocKind kind, u32 sym)
{
	Reloc r = {.insn = k->p->insns.len, .kind = kind, .sym = sym};
	vec_push(k->c.arena, &k->p->relocs, r);
	put(k, insn);
	if (insn.code == (BPF_LD | BPF_IMM | BPF_DW))
		put(k, (struct bpf_insn){0});
}

/* r_dst = offset of root.field, relocated. */
static void put_core(Maker *k, int dst, Type *root, const char *field)
{
	CoreReloc *core = NEW(k->c.arena, CoreReloc);
	u16 path[TYPE_MAX_PATH];
	Field f;
	u32 n;
	*core = (CoreReloc){.kind = CORE_FIELD_BYTE_OFFSET, .root = root};
	if (!type_field(k->c.types, root, field, &f, path, &n) || n >= TYPE_MAX_PATH)
		abort();
	memcpy(core->path + 1, path, n * sizeof(*path));
	core->n_path = n + 1;
	CoreAt at = {.insn = k->p->insns.len, .core = core};
	vec_push(k->c.arena, &k->p->cores, at);
	put(k, MOV_IMM(dst, (i32)(f.bit_offset / 8)));
}

#define LDDW(d) INSN(BPF_LD | BPF_IMM | BPF_DW, d, 0, 0, 0)

/* Counts calls by the task's tgid, read through CO-RE where there is BTF; adds to a global. */
static void make_program(Maker *k, const char *section, const char *name)
{
	SourceFile *file =
		source_add(&k->c.sources, "test.bt", "first line\n\tsecond = line;\n", 27, 0);
	add_func(k, name, section, FUNC_PROGRAM)->at.start = file->base;
	LineAt line = {.insn = 2, .loc = file->base + 12};
	vec_push(k->c.arena, &k->p->lines, line);
	put(k, HELPER(BPF_FUNC_get_current_task));
	put(k, MOV_REG(6, 0));
	Type *task = types_find_tag(k->c.types, TY_STRUCT, "task_struct");
	if (task)
		put_core(k, 1, task, "tgid");
	else
		put(k, MOV_IMM(1, 0));
	put(k, ADD_REG(6, 1));
	put(k, MOV_REG(3, 6));
	put(k, MOV_IMM(2, 4));
	put(k, MOV_REG(1, 10));
	put(k, ADD_IMM(1, -8));
	put(k, HELPER(BPF_FUNC_probe_read_kernel));
	put(k, STORE_IMM(BPF_DW, 10, -16, 1));
	put(k, MOV_REG(2, 10));
	put(k, ADD_IMM(2, -8));
	put(k, MOV_REG(3, 10));
	put(k, ADD_IMM(3, -16));
	put(k, MOV_IMM(4, 0));
	put_reloc(k, LDDW(1), RELOC_MAP, 0);
	put(k, HELPER(BPF_FUNC_map_update_elem));
	put(k, MOV_IMM(1, 5));
	put_reloc(k, INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1), RELOC_CALL, 1);
	put_reloc(k, LDDW(1), RELOC_GLOBAL, 1);
	put(k, STORE(BPF_DW, 1, 0, 0));
	put(k, MOV_IMM(0, 0));
	put(k, EXIT());
}

static void make_static(Maker *k)
{
	Types *ts = k->c.types;
	Field param = {.name = "x", .type = type_int(ts, 8, false)};
	add_func(k, "double_it", NULL, FUNC_STATIC)->type =
		type_func(ts, type_int(ts, 8, false), &param, 1, false);
	put(k, MOV_REG(0, 1));
	put(k, ADD_REG(0, 1));
	put(k, EXIT());
}

static void make_data(Maker *k)
{
	Types *ts = k->c.types;
	Arena *a = k->c.arena;
	MapDef *map = NEW(a, MapDef);
	*map = (MapDef){.name = "counts", .type = BPF_MAP_TYPE_HASH, .max_entries = 64};
	map->key = type_int(ts, 4, false);
	map->value = type_int(ts, 8, false);
	map->key_size = 4;
	map->value_size = 8;
	vec_push(a, &k->m.maps, map);
	Global *g = NEW(a, Global);
	*g = (Global){.name = "limit", .section = ".rodata", .size = 4, .align = 4};
	g->type = type_const(ts, type_int(ts, 4, true));
	g->init = (u8 *)"\7\0\0";
	vec_push(a, &k->m.globals, g);
	g = NEW(a, Global);
	*g = (Global){.name = "total", .section = ".bss", .size = 8, .align = 8};
	g->type = type_int(ts, 8, false);
	vec_push(a, &k->m.globals, g);
}

static void make_meta(Maker *k)
{
	Types *ts = k->c.types;
	Arena *a = k->c.arena;
	Meta *m = NEW(a, Meta);
	Field fields[2] = {{.name = "a", .type = type_int(ts, 4, true)},
			   {.name = "b", .type = type_string(ts, 16)}};
	EventDef e = {
		.kind = EVENT_PRINTF, .format = STR("%d %s\n"), .args = type_record(ts, fields, 2)};
	vec_push(a, &m->events, e);
	Type *task = types_find_tag(ts, TY_STRUCT, "task_struct");
	MapShow show = {
		.name = "@", .object_name = "AT_", .value = type_agg(ts, AGG_COUNT, false, NULL)};
	show.key = task ? type_ptr(ts, task, AS_KERNEL) : type_int(ts, 8, false);
	vec_push(a, &m->maps, show);
	AttachDef at = {
		.program = "probe", .kind = "tracepoint", .name = "tracepoint:a:b", .freq = ~0ull};
	vec_push(a, &at.wildcard, "one");
	vec_push(a, &m->attach, at);
	m->events_map = "events";
	m->n_begin = 3;
	k->m.meta = m;
}

static void maker_init(Maker *k)
{
	*k = (Maker){0};
	compile_init(&k->c);
	k->target.btf_path = "/sys/kernel/btf/vmlinux";
	k->target.portable = true;
	k->c.target = &k->target;
	k->c.types = types_new(&k->c);
	k->m.c = &k->c;
	k->m.license = "GPL";
	make_data(k);
	make_program(k, "raw_tp/sys_enter", "probe");
	make_static(k);
	make_program(k, "raw_tp/sys_enter", "second");
	make_meta(k);
}

static void maker_done(Maker *k)
{
	types_free(k->c.types);
	compile_done(&k->c);
}

static const char *check_parse(const Object *o)
{
	struct bpf_object *b = bpf_object__open_mem(o->bytes, o->len, NULL);
	const char *why = NULL;
	if (!b)
		return "libbpf does not parse it";
	if (!bpf_object__find_program_by_name(b, "second"))
		why = "second program of the section is missing";
	else if (!bpf_object__find_map_by_name(b, "counts"))
		why = "map is missing";
	else if (bpf_map__max_entries(bpf_object__find_map_by_name(b, "counts")) != 64)
		why = "map has another size";
	else if (geteuid() == 0 && bpf_object__load(b))
		why = "kernel does not load it";
	bpf_object__close(b);
	return why;
}

static const char *check_meta(Maker *k, const Object *o)
{
	Meta *m;
	if (object_read_meta(&k->c, o->bytes, o->len, &m))
		return "not read";
	if (m->events.len != 1 || !str_eq(m->events.at[0].format, STR("%d %s\n")))
		return "event differs";
	Type *args = m->events.at[0].args;
	if (args->kind != TY_RECORD || args->n_fields != 2 || args->fields[1].type->count != 16)
		return "payload differs";
	if (m->maps.at[0].value->kind != TY_AGG || m->maps.at[0].value->agg != AGG_COUNT)
		return "map's value differs";
	if (m->attach.at[0].freq != ~0ull || strcmp(m->attach.at[0].wildcard.at[0], "one") != 0)
		return "attach point differs";
	return m->n_begin == 3 && strcmp(m->events_map, "events") == 0 ? NULL
								       : "single values differ";
}

/* Every byte of the section changed in turn: refused or read, never a crash. */
static const char *check_garbage(Maker *k, const Object *o)
{
	u8 *copy = malloc(o->len);
	for (size_t i = 0; i < o->len; i++) {
		Meta *m;
		memcpy(copy, o->bytes, o->len);
		copy[i] ^= (u8)(1u << i % 8);
		object_read_meta(&k->c, copy, o->len, &m);
		object_read_meta(&k->c, copy, i, &m);
	}
	free(copy);
	return NULL;
}

static const char *check_line(const Object *o)
{
	const char *file;
	u32 line, col;
	if (!object_find_line(o->bytes, o->len, "raw_tp/sys_enter", 3, &file, &line, &col))
		return "not found";
	return strcmp(file, "test.bt") == 0 && line == 2 && col == 2 ? NULL : "wrong line";
}

int main(int argc, char **argv)
{
	Maker k;
	Object o;
	maker_init(&k);
	int err = object_write(&k.m, k.progs, &o);
	int bad = failures("object_write", err ? strerror(-err) : NULL);
	if (err)
		return bad;
	if (argc > 1) {
		FILE *f = fopen(argv[1], "w");
		if (!f || fwrite(o.bytes, 1, o.len, f) != o.len || fclose(f))
			return 1;
	}
	bad += failures("libbpf takes it", check_parse(&o));
	bad += failures("meta survives", check_meta(&k, &o));
	bad += failures("find line", check_line(&o));
	bad += failures("garbage in .waggle", check_garbage(&k, &o));
	object_free(&o);
	maker_done(&k);
	return bad;
}
