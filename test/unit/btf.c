/*
 * Units of src/types: the BTF reader on good and broken files, import, modules,
 * and the live kernel's BTF.
 */
#include "types_bench.h"

#include <errno.h>
#include <linux/btf.h>
#include <unistd.h>

/* ---- BTF made by hand ---- */

typedef struct {
	struct btf_header h;
	u32 words[64];
} TinyBtf;

/* Strings "", "a", "s", "x" at 0, 1, 3, 5, behind n_words of records. */
static size_t tiny_finish(TinyBtf *t, u32 n_words)
{
	static const char strings[] = "\0a\0s\0x";

	t->h = (struct btf_header){.magic = BTF_MAGIC,
				   .version = BTF_VERSION,
				   .hdr_len = sizeof(t->h),
				   .type_len = n_words * 4,
				   .str_off = n_words * 4,
				   .str_len = sizeof(strings)};
	memcpy(t->words + n_words, strings, sizeof(strings));
	return sizeof(t->h) + n_words * 4 + sizeof(strings);
}

#define INFO(kind, vlen, flag) ((u32)(flag) << 31 | (u32)BTF_KIND_##kind << 24 | (vlen))

static void test_btf_errors(Checks *c)
{
	TinyBtf t = {.words = {1, INFO(INT, 0, 0), 4, 32}};
	size_t len = tiny_finish(&t, 4);
	BtfFile *b;

	check_number(c, "btf: no file", btf_open(&b, "/nonexistent", NULL), -ENOENT);
	check_number(c, "btf: not BTF", btf_open(&b, "/bin/sh", NULL), -ENOENT);
	check_number(c, "btf: a folder", btf_open(&b, "/", NULL) < 0, 1);
	check_number(c, "btf: good", btf_open_mem(&b, &t, len, NULL), 0);
	check_number(c, "btf: counts void too", btf_count(b), 2);
	check_number(c, "btf: finds a name", btf_find(b, "a", 1 << BTF_KIND_INT), 1);
	check_number(c, "btf: … of this kind only", btf_find(b, "a", 1 << BTF_KIND_PTR), 0);
	check_number(c, "btf: the empty name is nobody's", btf_find(b, "", ~0u), 0);
	check_case(c, "btf: bad id", !btf_type_at(b, 2) && !btf_type_at(b, ~0u), "a record");
	check_text(c, "btf: bad string", btf_string(b, 1000), "");
	btf_close(b);
	check_number(c, "btf: cut off", btf_open_mem(&b, &t, len - 1, NULL), -EINVAL);
	t.h.str_len--;
	check_number(c, "btf: strings without an end", btf_open_mem(&b, &t, len, NULL), -EINVAL);
	t.h.str_len++;
	t.h.type_off = 0xfffffff0;
	check_number(c, "btf: offsets that wrap", btf_open_mem(&b, &t, len, NULL), -EINVAL);
	btf_close(NULL);
}

static void test_btf_loops(Checks *c)
{
	TinyBtf t = {.words = {
			 /* 1: typedef a = itself */ 1,
			 INFO(TYPEDEF, 0, 0),
			 1,
			 /* 2: struct s { s x; s; } in itself */ 3,
			 INFO(STRUCT, 2, 0),
			 8,
			 5,
			 2,
			 0,
			 0,
			 2,
			 0,
			 /* 3: array of itself */ 0,
			 INFO(ARRAY, 0, 0),
			 0,
			 3,
			 1,
			 9,
			 /* 4: pointer to a prototype (5) that takes and returns it */
			 0,
			 INFO(PTR, 0, 0),
			 5,
			 /* 5 */ 0,
			 INFO(FUNC_PROTO, 1, 0),
			 4,
			 0,
			 4,
			 /* 6: struct of 60000 members that aren't there */
			 1,
			 INFO(STRUCT, 60000, 0),
			 8,
		     }};
	size_t len = tiny_finish(&t, 29);
	BtfFile *file;
	Bench b;
	Field f;
	Type *s;

	bench_start(&b, "");
	check_number(c, "btf loops: opens", btf_open_mem(&file, &t, len, NULL), 0);
	check_number(c, "btf loops: a cut record is not there", btf_count(file), 6);
	for (u32 id = 0; id < 8; id++) {
		Type *type = types_import(b.ts, file, id);

		type_complete(b.ts, type);
		type_size(b.ts, type);
		type_align(b.ts, type);
		type_definition(b.ts, type);
		type_script_str(b.ts, type);
		type_same(type, types_import(b.ts, file, id ? id - 1 : 5));
	}
	check_case(c, "btf loops: typedef of itself is an error",
		   type_bare(types_import(b.ts, file, 1))->kind == TY_ERROR, "not");
	s = types_import(b.ts, file, 2);
	check_case(c, "btf loops: struct in itself", type_field(b.ts, s, "x", &f, NULL, NULL),
		   "not");
	check_case(c, "btf loops: … search ends", !type_field(b.ts, s, "y", &f, NULL, NULL),
		   "found");
	bench_end(&b);
	btf_close(file);
}

static void test_btf_bit_fields(Checks *c)
{
	TinyBtf t = {.words = {
			 /* 1: int a of 4 bytes */ 1,
			 INFO(INT, 0, 0),
			 4,
			 BTF_INT_SIGNED << 24 | 32,
			 /* 2: struct s { a x:3 at 5 } with kind_flag */ 3,
			 INFO(STRUCT, 1, 1),
			 4,
			 5,
			 1,
			 3 << 24 | 5,
			 /* 3: int of 6 bits at 2: the old way */ 1,
			 INFO(INT, 0, 0),
			 4,
			 2 << 16 | 6,
			 /* 4: struct { 3 x at 8 } */ 0,
			 INFO(STRUCT, 1, 0),
			 4,
			 5,
			 3,
			 8,
			 /* 5: enum64 s { x = -2 } */ 3,
			 INFO(ENUM64, 1, 1),
			 8,
			 5,
			 0xfffffffe,
			 ~0u,
		     }};
	size_t len = tiny_finish(&t, 26);
	BtfFile *file;
	Bench b;
	Type *type;

	bench_start(&b, "");
	check_number(c, "btf bits: opens", btf_open_mem(&file, &t, len, NULL), 0);
	type = type_complete(b.ts, types_import(b.ts, file, 2));
	check_number(c, "btf bits: offset", type->fields[0].bit_offset, 5);
	check_number(c, "btf bits: width", type->fields[0].bit_width, 3);
	type = type_complete(b.ts, types_import(b.ts, file, 4));
	check_number(c, "btf bits: offset, old", type->fields[0].bit_offset, 10);
	check_number(c, "btf bits: width, old", type->fields[0].bit_width, 6);
	type = type_complete(b.ts, types_import(b.ts, file, 5));
	check_case(c, "btf enum64: value", type->n_enums == 1 && type->enums[0].value == -2,
		   "wrong");
	check_case(c, "btf: the same id gives the same type",
		   types_import(b.ts, file, 2) == types_import(b.ts, file, 2), "differ");
	bench_end(&b);
	btf_close(file);
}

/* ---- a module's BTF, which goes on where the kernel's ends ---- */

static bool write_file(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	return f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0;
}

/* A folder with vmlinux and the module "mod". */
static bool write_modules(const char *dir, char *kernel_path, char *module_path)
{
	/* clang-format off */
	TinyBtf kernel = {.words = {
			/* 1: int a */ 1, INFO(INT, 0, 0), 4, BTF_INT_SIGNED << 24 | 32,
			/* 2: struct x; */ 5, INFO(FWD, 0, 0), 0,
		}};
	TinyBtf module = {.words = {
			/* 3: struct x { int a; } */ 5, INFO(STRUCT, 1, 0), 4, 1, 1, 0,
			/* 4: void (struct x *) */ 0, INFO(FUNC_PROTO, 1, 0), 0, 1, 6,
			/* 5: func "as", a string of its own */ 8, INFO(FUNC, 0, 0), 4,
			/* 6 */ 0, INFO(PTR, 0, 0), 3,
		}};
	/* clang-format on */
	size_t kernel_len = tiny_finish(&kernel, 7), module_len = tiny_finish(&module, 17);

	snprintf(kernel_path, 64, "%s/vmlinux", dir);
	snprintf(module_path, 64, "%s/mod", dir);
	memcpy((char *)(module.words + 17), "\0as\0\0\0", 7);
	return write_file(kernel_path, &kernel, kernel_len) &&
	       write_file(module_path, &module, module_len);
}

static void check_modules(Checks *c, Types *ts)
{
	const char *module = NULL;
	Type *func = types_find_kernel_func(ts, "as");
	Type *s = types_find_tag(ts, TY_STRUCT, "x");
	Field f = {0};

	check_case(c, "modules: a complete struct beats the kernel's declaration",
		   s && !s->is_incomplete && s->btf_id == 3, "not");
	check_case(c, "modules: its member's type is the kernel's",
		   s && type_field(ts, s, "a", &f, NULL, NULL) &&
		       f.type == types_import(ts, types_btf(ts), 1),
		   "not");
	check_case(c, "modules: the declaration stands for it",
		   type_size(ts, types_import(ts, types_btf(ts), 2)) == 4, "not");
	check_case(c, "modules: function", func && func->n_fields == 1, "not");
	check_text(c, "modules: function as C", func ? type_declare(ts, func, func->name) : NULL,
		   "void as(struct x *)");
	check_number(c, "modules: function's id", types_kernel_func_id(ts, "as", &module), 5);
	check_text(c, "modules: … and module", module, "mod");
	check_case(c, "modules: asked by module",
		   types_find_kernel_func_in(ts, "mod", "as") == func &&
		       !types_find_kernel_func_in(ts, "vmlinux", "as"),
		   "not");
}

static void test_modules(Checks *c)
{
	char dir[] = "/tmp/waggle-btf-XXXXXX", kernel_path[64], module_path[64];
	Bench b;

	if (!mkdtemp(dir) || !write_modules(dir, kernel_path, module_path)) {
		check_case(c, "modules: files", false, "can't write to /tmp");
		return;
	}
	bench_start(&b, kernel_path);
	b.target.btf_dir = dir;
	check_modules(c, b.ts);
	bench_end(&b);
	unlink(kernel_path);
	unlink(module_path);
	rmdir(dir);
}

/* ---- the live kernel ---- */

static void test_kernel_types(Checks *c, Bench *b)
{
	Types *ts = b->ts;
	Type *task = types_find_tag(ts, TY_STRUCT, "task_struct"), *e = NULL;
	u16 path[TYPE_MAX_PATH];
	u32 n = 0;
	i64 value = 0;
	Field f = {0};

	check_case(c, "kernel: task_struct", task && task->is_lazy && task->size > 1000,
		   "not found");
	if (!task)
		return;
	check_case(c, "kernel: found twice is the same",
		   types_find_tag(ts, TY_STRUCT, "task_struct") == task, "differ");
	check_case(c, "kernel: task_struct.comm is char[16]",
		   type_field(ts, task, "comm", &f, path, &n) && type_is_char_array(f.type) &&
		       type_size(ts, f.type) == 16,
		   "not");
	check_case(c, "kernel: task_struct.parent leads back to task_struct",
		   type_field(ts, task, "parent", &f, path, &n) && type_is_ptr(f.type) &&
		       type_bare(type_bare(f.type)->base) == task,
		   "not");
	check_text(c, "kernel: as C", type_str(ts, f.type), "struct task_struct *");
	check_case(c, "kernel: in_execve is one bit",
		   type_field(ts, task, "in_execve", &f, path, &n) && f.bit_width == 1, "not");
	check_text(c, "kernel: definition of path",
		   type_definition(ts, types_find_tag(ts, TY_STRUCT, "path")),
		   "struct path {\n\tstruct vfsmount *mnt;\n\tstruct dentry *dentry;\n};");
	check_case(c, "kernel: anonymous member",
		   type_field(ts, types_find_tag(ts, TY_STRUCT, "sock_common"), "skc_daddr", &f,
			      path, &n) &&
		       n == 3 && f.bit_offset == 0,
		   "not");
	check_text(c, "kernel: typedef", type_script_str(ts, types_find_typedef(ts, "u64")),
		   "uint64");
	check_case(c, "kernel: enumerator",
		   types_find_enumerator(ts, "BPF_MAP_TYPE_HASH", &value, &e) && value == 1 &&
		       e->kind == TY_ENUM,
		   "not");
	check_case(c, "kernel: unknown", !types_find_tag(ts, TY_STRUCT, "no_such_struct_here"),
		   "found");
	check_text(c, "kernel: nearest", types_nearest_tag(ts, "task_strct"), "task_struct");
}

static void test_kernel_funcs(Checks *c, Bench *b)
{
	Types *ts = b->ts;
	Type *read = types_find_kernel_func(ts, "vfs_read");
	Type *tp = types_find_raw_tracepoint(ts, "sched_switch");
	const char *module = "x";

	check_case(c, "kernel: vfs_read", read && read->kind == TY_FUNC && read->n_fields == 4,
		   "not");
	if (read)
		check_text(c, "kernel: its parameter names", read->fields[1].name, "buf");
	check_case(c, "kernel: id of vfs_read",
		   types_kernel_func_id(ts, "vfs_read", &module) == (read ? read->btf_id : 0) &&
		       !module,
		   "not");
	check_case(c, "kernel: vfs_read is in vmlinux",
		   types_find_kernel_func_in(ts, "vmlinux", "vfs_read") == read, "not");
	check_case(c, "kernel: no such module", !types_find_kernel_func_in(ts, "nomod", "vfs_read"),
		   "found");
	check_case(c, "kernel: raw tracepoint sched_switch",
		   tp && tp->n_fields >= 3 && tp->fields[1].name &&
		       strcmp(tp->fields[1].name, "prev") == 0,
		   "not");
	check_case(c, "kernel: no such tracepoint", !types_find_raw_tracepoint(ts, "no_such"),
		   "found");
	check_case(c, "kernel: variable of a CPU", types_find_kernel_var(ts, "runqueues") != NULL,
		   "not");
}

/* Every type of the kernel can be imported, filled in and written. */
static void test_kernel_all(Checks *c, Bench *b)
{
	BtfFile *file = types_btf(b->ts);
	u32 n = btf_count(file), records = 0, bad = 0;

	for (u32 id = 0; id < n; id++) {
		Type *t = types_import(b->ts, file, id);

		t = type_complete(b->ts, t);
		if (t->kind != TY_STRUCT && t->kind != TY_UNION)
			continue;
		records++;
		for (u32 i = 0; i < t->n_fields; i++) {
			u64 bits = t->fields[i].bit_width
				       ? t->fields[i].bit_width
				       : type_size(b->ts, t->fields[i].type) * 8ull;

			bad += t->fields[i].bit_offset + bits > t->size * 8ull;
		}
		bad += *type_str(b->ts, t) == 0;
	}
	check_case(c, "kernel: all records import", records > 1000, "few");
	check_number(c, "kernel: all members lie inside", bad, 0);
}

static void test_kernel(Checks *c)
{
	Bench b;

	if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
		printf("ok kernel # SKIP no /sys/kernel/btf/vmlinux\n");
		return;
	}
	bench_start(&b, NULL);
	test_kernel_types(c, &b);
	test_kernel_funcs(c, &b);
	test_kernel_all(c, &b);
	bench_end(&b);
}

int main(void)
{
	Checks c = {0};

	test_btf_errors(&c);
	test_btf_loops(&c);
	test_btf_bit_fields(&c);
	test_modules(&c);
	test_kernel(&c);
	return check_status(&c);
}
