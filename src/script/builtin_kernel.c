/*
 * Checks of builtins about symbols, registers, files and acts of the kernel.
 */
#include "script/internal.h"

#include <errno.h>
#include <sys/stat.h>

static const char *literal_text(Check *k, const Node *n)
{
	return name_of(k->c, n->text.at, n->text.len);
}

Node *check_bi_kaddr(Check *k, Node *call, const Node *source)
{
	const ProbeSource *probes = k->c->target->probes;

	(void)source;
	call->name = literal_text(k, call->list[0]);
	call->n = 0;
	if (!probes || !probes->kernel_symbol || k->c->target->portable)
		return call;
	call->value = (i64)probes->kernel_symbol(probes->self, call->name);
	if (call->value)
		return call;
	check_error(k, call->at, "Failed to resolve kernel symbol: %s", call->name);
	return check_bad(k, call);
}

Node *check_bi_percpu_kaddr(Check *k, Node *call, const Node *source)
{
	Type *var;

	(void)source;
	call->name = literal_text(k, call->list[0]);
	var = types_find_kernel_var(k->ts, call->name);
	if (!var) {
		check_error(k, call->at, "Failed to resolve kernel symbol: %s", call->name);
		return check_bad(k, call);
	}
	call->type = type_ptr(k->ts, var, AS_KERNEL);
	node_list(k->c, call, call->list + 1, call->n - 1);
	return call;
}

Node *check_bi_uaddr(Check *k, Node *call, const Node *source)
{
	const ProbeSource *probes = k->c->target->probes;
	const char *name = literal_text(k, call->list[0]);
	const char *path = k->p ? k->p->out.attach.at[0].target : NULL;
	u64 address = 0, size = 0;
	Type *t;

	(void)source;
	if (!probes || !probes->user_symbol || !path ||
	    probes->user_symbol(probes->self, path, name, &address, &size) < 0) {
		check_error(k, call->at, "Could not resolve symbol: %s:%s", path ? path : "", name);
		return check_bad(k, call);
	}
	t = int_type(k, size == 1 || size == 2 || size == 4 ? (u32)size : 8, false);
	return node_int(k->c, call->at, type_ptr(k->ts, t, AS_USER), (i64)address);
}

/* Where each register is in struct pt_regs. */
static const struct {
	u8 arch;
	const char *name;
	u16 offset;
} registers[] = {
#define X86(name, slot) {ARCH_X86_64, name, (slot) * 8}
	X86("r15", 0),	X86("r14", 1), X86("r13", 2), X86("r12", 3),	  X86("bp", 4),	   X86("bx", 5),
	X86("r11", 6),	X86("r10", 7), X86("r9", 8),  X86("r8", 9),	  X86("ax", 10),   X86("cx", 11),
	X86("dx", 12),	X86("si", 13), X86("di", 14), X86("orig_ax", 15), X86("ip", 16),   X86("cs", 17),
	X86("flags", 18), X86("sp", 19), X86("ss", 20),
#undef X86
	{ARCH_ARM64, "sp", 31 * 8}, {ARCH_ARM64, "pc", 32 * 8}, {ARCH_ARM64, "pstate", 33 * 8},
};

static bool register_offset(Arch arch, const char *name, i64 *offset)
{
	u64 n;

	for (u32 i = 0; i < ARRAY_LEN(registers); i++)
		if (registers[i].arch == arch && strcmp(registers[i].name, name) == 0) {
			*offset = registers[i].offset;
			return true;
		}
	if (arch != ARCH_ARM64 || *name != 'r' ||
	    !lexer_number((Str){name + 1, (u32)strlen(name + 1)}, false, &n) || n > 30)
		return false;
	*offset = (i64)n * 8;
	return true;
}

Node *check_bi_reg(Check *k, Node *call, const Node *source)
{
	Arch arch = k->c->target->arch;

	(void)source;
	call->name = literal_text(k, call->list[0]);
	call->n = 0;
	if (register_offset(arch, call->name, &call->value))
		return call;
	check_error(k, call->at, "'%s' is not a valid register on this architecture (%s)", call->name,
		    arch == ARCH_ARM64 ? "arm64" : "x86_64");
	return check_bad(k, call);
}

Node *check_bi_path(Check *k, Node *call, const Node *source)
{
	u32 size = (u32)script_config_number(k->s, CONFIG_max_strlen);

	(void)source;
	if (call->n > 1)
		size = (u32)MIN(MAX(call->list[1]->value, 1), (i64)size);
	if (type_is_record(type_bare(call->list[0]->type)->base ? type_bare(call->list[0]->type)->base
								: type_void(k->ts)) == false) {
		check_error(k, call->at, "path() only supports pointer or C type argument (%s provided)",
			    kind_word(call->list[0]->type));
		return check_bad(k, call);
	}
	call->n = 1;
	call->type = type_string(k->ts, size);
	return call;
}

/* A cgroup's ID is the inode number of its folder in the cgroup2 file system. */
Node *check_bi_cgroupid(Check *k, Node *call, const Node *source)
{
	const char *path = literal_text(k, call->list[0]);
	struct stat st;

	(void)source;
	if (stat(path, &st) < 0) {
		check_error(k, call->at, "Failed to get `cgroupid` for path: \"%s\": %s", path, strerror(errno));
		return check_bad(k, call);
	}
	return node_int(k->c, call->at, int_type(k, 8, false), (i64)st.st_ino);
}

Node *check_bi_cgroup_path(Check *k, Node *call, const Node *source)
{
	(void)source;
	call->text = call->n > 1 ? call->list[1]->text : STR("");
	call->index = check_string(k, call->text);
	call->list[0] = convert(k, call->list[0], int_type(k, 8, false));
	call->n = 1;
	return call;
}

#define NAME_SIZE 32

static Node *named_number(Check *k, Node *call)
{
	call->list[0] = convert(k, call->list[0], int_type(k, 8, true));
	call->type = type_string(k->ts, NAME_SIZE);
	return call;
}

Node *check_bi_signal_name(Check *k, Node *call, const Node *source)
{
	(void)source;
	return named_number(k, call);
}

Node *check_bi_syscall_name(Check *k, Node *call, const Node *source)
{
	(void)source;
	return named_number(k, call);
}

static const char *const signal_names[] = {
	"",	"HUP",	"INT",	"QUIT", "ILL",	"TRAP", "ABRT", "BUS",	  "FPE",  "KILL", "USR1",
	"SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT",  "STOP", "TSTP", "TTIN",
	"TTOU", "URG",	"XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",   "PWR",  "SYS",
};

static i64 signal_number(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (u32 i = 1; i < ARRAY_LEN(signal_names); i++)
		if (strcmp(signal_names[i], name) == 0)
			return i;
	return 0;
}

Node *check_bi_signal(Check *k, Node *call, const Node *source)
{
	Node *n = to_value(k, call->list[0]);

	(void)source;
	if (n->kind == NODE_STRING)
		call->value = signal_number(literal_text(k, n));
	else if (n->kind == NODE_INT)
		call->value = n->value;
	else if (is_int(n->type))
		call->value = -1;
	else
		call->value = 0;
	if (call->value == 0 || call->value > 64 || (n->kind == NODE_INT && n->value < 1)) {
		if (n->kind == NODE_STRING)
			check_error(k, call->at, "Invalid string for signal: %s", literal_text(k, n));
		else
			check_error(k, call->at, "%s is not allowed to be: %lld",
				    builtin_info[call->builtin].name, (long long)n->value);
		return check_bad(k, call);
	}
	call->list[0] = n;
	if (call->value == -1)
		call->list[0] = convert(k, to_int64(k, n), int_type(k, 8, true));
	else
		call->n = 0;
	return call;
}

Node *check_bi_skboutput(Check *k, Node *call, const Node *source)
{
	(void)source;
	call->text = call->list[0]->text;
	call->index = check_string(k, call->text);
	node_list(k->c, call, call->list + 1, 3);
	return call;
}

Node *check_bi_kfunc_exist(Check *k, Node *call, const Node *source)
{
	const char *module;
	Node *out;

	(void)source;
	out = node_int(k->c, call->at, type_bool(k->ts),
		       types_kernel_func_id(k->ts, literal_text(k, call->list[0]), &module) != 0);
	out->is_literal = true;
	return out;
}
