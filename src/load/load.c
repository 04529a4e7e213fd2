/*
 * An object's way into the kernel: libbpf parses it, makes its maps, applies
 * relocations and loads its programs; what it says on the way goes to the
 * caller's sink. Attaching is attach.c's matter for scripts, attach_object.c's
 * for plain objects.
 *
 * libbpf has one function for messages in the whole process and gives it no
 * user data. So the Loaded that is at work in this thread is noted in
 * `speaking`, the only state of this folder that isn't reached by a parameter.
 */
#include "load/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "load/sys.h"

static _Thread_local Loaded *speaking;

void load_error_done(LoadError *e)
{
	free(e->file);
	free(e->text);
	free(e->hint);
	free(e->log);
	*e = (LoadError){0};
}

static void set_text(char **to, const char *fmt, va_list args)
{
	free(*to);
	if (vasprintf(to, fmt, args) < 0)
		*to = NULL;
}

int load_fail(LoadError *e, int code, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	set_text(&e->text, fmt, args);
	va_end(args);
	e->code = code;
	return code;
}

void load_hint(LoadError *e, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	set_text(&e->hint, fmt, args);
	va_end(args);
}

void load_say(const LoadSink *sink, LoadLevel level, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	if (!sink->message)
		return;
	va_start(args, fmt);
	set_text(&text, fmt, args);
	va_end(args);
	if (text)
		sink->message(sink->self, level, text);
	free(text);
}

bool loaded_has(const Loaded *l, Feature f)
{
	return l->o.target && l->o.target->has[f];
}

/* "prog 'NAME': BPF program load failed: …" is how libbpf says which one it was. */
static void note_failed(Loaded *l, const char *text)
{
	static const char start[] = "prog '";
	const char *end = strstr(text, "': BPF program load failed");
	if (!end || strncmp(text, start, sizeof(start) - 1) != 0)
		return;
	text += sizeof(start) - 1;
	snprintf(l->failed, sizeof(l->failed), "%.*s", (int)(end - text), text);
}

/* Takes the newline and libbpf's name off. */
static void trim_message(char *text)
{
	static const char name[] = "libbpf: ";
	size_t len = strlen(text),
	       skip = strncmp(text, name, sizeof(name) - 1) == 0 ? sizeof(name) - 1 : 0;
	memmove(text, text + skip, len - skip + 1);
	if (len > skip && text[len - skip - 1] == '\n')
		text[len - skip - 1] = 0;
}

/* An error makes several warnings, the first of which says most; it's kept for the LoadError. */
static int on_print(enum libbpf_print_level level, const char *fmt, va_list args)
{
	Loaded *l = speaking;
	char *text = NULL;
	if (!l || (level == LIBBPF_DEBUG && !l->o.sink.message) || vasprintf(&text, fmt, args) < 0)
		return 0;
	trim_message(text);
	if (l->o.sink.message)
		l->o.sink.message(l->o.sink.self, LOAD_DEBUG, text);
	if (level != LIBBPF_WARN) {
		free(text);
		return 0;
	}
	note_failed(l, text);
	if (l->first_warning)
		free(text);
	else
		l->first_warning = text;
	return 0;
}

/* From here on, libbpf speaks to this Loaded. */
static void begin_speaking(Loaded *l)
{
	free(l->first_warning);
	l->first_warning = NULL;
	speaking = l;
	libbpf_set_print(on_print);
}

/* The log is address space until the verifier has something to say. */
static int make_log(Loaded *l)
{
	void *at = mmap(NULL, LOG_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return -ENOMEM;
	l->log = at;
	return 0;
}

static int take_programs(Loaded *l)
{
	struct bpf_program *p;
	u32 n = 0;
	bpf_object__for_each_program(p, l->object)
		n++;
	l->programs = calloc(n + 1, sizeof(*l->programs));
	l->insn_counts = calloc(n + 1, sizeof(*l->insn_counts));
	if (!l->programs || !l->insn_counts)
		return -ENOMEM;
	bpf_object__for_each_program(p, l->object) {
		l->insn_counts[l->n_programs] = (u32)bpf_program__insn_cnt(p);
		l->programs[l->n_programs++] = p;
	}
	return 0;
}

struct bpf_program *loaded_program(const Loaded *l, const char *name)
{
	for (u32 i = 0; i < l->n_programs; i++)
		if (strcmp(bpf_program__name(l->programs[i]), name) == 0)
			return l->programs[i];
	return NULL;
}

/* A program for one link over several functions has to say so when it's loaded. */
static void set_multi(Loaded *l, const AttachDef *def)
{
	struct bpf_program *p = loaded_program(l, def->program);
	bool is_user = strstr(def->kind, "uprobe") || strstr(def->kind, "uretprobe");
	bool is_kernel = strcmp(def->kind, "kprobe") == 0 || strcmp(def->kind, "kretprobe") == 0;
	if (!p || !def->wildcard.len)
		return;
	if (is_kernel && loaded_has(l, FEAT_KPROBE_MULTI))
		bpf_program__set_expected_attach_type(p,
						      (enum bpf_attach_type)SYS_TRACE_KPROBE_MULTI);
	if (is_user && loaded_has(l, FEAT_UPROBE_MULTI))
		bpf_program__set_expected_attach_type(p,
						      (enum bpf_attach_type)SYS_TRACE_UPROBE_MULTI);
}

static int open_object(Loaded *l, LoadError *err)
{
	const Target *t = l->o.target;
	bool is_other = t && t->btf_path && strcmp(t->btf_path, "/sys/kernel/btf/vmlinux") != 0;
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "waggle", .kernel_log_buf = l->log,
		    .kernel_log_size = LOG_BYTES, .kernel_log_level = l->o.log ? 5 : 0,
		    .pin_root_path = l->o.pin,
		    .btf_custom_path = is_other ? t->btf_path : NULL, );
	l->object = bpf_object__open_mem(l->elf, l->len, &opts);
	if (l->object)
		return take_programs(l);
	int code = -errno;
	return load_fail(err, code, "the object can't be read: %s",
			 l->first_warning ? l->first_warning : strerror(-code));
}

static int set_types(Loaded *l, LoadError *err)
{
	for (u32 i = 0; l->o.meta && i < l->o.meta->attach.len; i++)
		set_multi(l, &l->o.meta->attach.at[i]);
	return l->o.meta ? 0 : prepare_object(l, err);
}

int load_open(Loaded **out, const void *elf, size_t len, const LoadOptions *o, LoadError *err)
{
	*out = NULL;
	Loaded *l = calloc(1, sizeof(*l));
	if (!l)
		return load_fail(err, -ENOMEM, "out of memory");
	l->o = *o;
	l->elf = elf;
	l->len = len;
	int code = make_log(l);
	if (code) {
		load_close(l);
		return load_fail(err, code, "out of memory");
	}
	begin_speaking(l);
	code = open_object(l, err);
	if (!code)
		code = set_types(l, err);
	speaking = NULL;
	if (code) {
		load_close(l);
		return code;
	}
	*out = l;
	return 0;
}

void load_set_pid(Loaded *l, int pid)
{
	l->o.pid = pid;
}

/* libbpf puts the object's name in front of these; the program's sections are enough. */
static bool is_section_map(const struct bpf_map *map, const char *section)
{
	const char *name = bpf_map__name(map);
	const char *dot = name ? strchr(name, '.') : NULL;
	return dot && bpf_map__is_internal(map) && strcmp(dot, section) == 0;
}

void *load_data(Loaded *l, const char *section, size_t *size)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, l->object)
		if (is_section_map(map, section))
			return (void *)(uintptr_t)bpf_map__initial_value(map, size);
	return NULL;
}

static void say_logs(Loaded *l)
{
	if (l->o.log && l->log[0])
		load_say(&l->o.sink, LOAD_DEBUG, "%s", l->log);
}

int load_load(Loaded *l, LoadError *err)
{
	begin_speaking(l);
	note_pins(l);
	int code = bpf_object__load(l->object);
	if (code)
		explain_load(l, code, err);
	else if (l->o.pin)
		code = pin_object(l, err);
	if (!code)
		fill_cgroup_arrays(l);
	speaking = NULL;
	if (!code)
		say_logs(l);
	return code;
}

int load_run(Loaded *l, const char *kind, LoadError *err)
{
	const Meta *m = l->o.meta;
	for (u32 i = 0; m && i < m->attach.len; i++) {
		const AttachDef *def = &m->attach.at[i];
		if (strcmp(def->kind, kind) != 0)
			continue;
		struct bpf_program *p = loaded_program(l, def->program);
		u32 result;
		int code = p ? sys_test_run(bpf_program__fd(p), &result) : -ENOENT;
		if (code) {
			err->is_attach = true;
			return load_fail(err, code, "Unable to attach probe: %s. %s", def->name,
					 strerror(-code));
		}
	}
	return 0;
}

void load_close(Loaded *l)
{
	if (!l)
		return;
	load_detach(l);
	close_events(l);
	unpin_maps(l);
	bpf_object__close(l->object);
	if (l->log)
		munmap(l->log, LOG_BYTES);
	vec_free(&l->attachments);
	vec_free(&l->iters);
	free(l->programs);
	free(l->insn_counts);
	free(l->first_warning);
	free(l);
}

/* ---- maps and programs ---- */

static void describe_map(const struct bpf_map *map, LoadMap *out)
{
	*out = (LoadMap){
		.name = bpf_map__name(map),
		.fd = bpf_map__fd(map),
		.type = bpf_map__type(map),
		.key_size = bpf_map__key_size(map),
		.value_size = bpf_map__value_size(map),
		.max_entries = bpf_map__max_entries(map),
		.flags = bpf_map__map_flags(map),
	};
}

int load_map_fd(const Loaded *l, const char *name)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, l->object)
		if (strcmp(bpf_map__name(map), name) == 0 || is_section_map(map, name))
			return bpf_map__fd(map);
	return -ENOENT;
}

bool load_map_at(const Loaded *l, u32 i, LoadMap *out)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, l->object) {
		if (i--)
			continue;
		describe_map(map, out);
		return true;
	}
	return false;
}

bool load_program_at(const Loaded *l, u32 i, LoadProgram *out)
{
	if (i >= l->n_programs)
		return false;
	const struct bpf_program *p = l->programs[i];
	*out = (LoadProgram){
		.name = bpf_program__name(p),
		.section = bpf_program__section_name(p),
		.fd = bpf_program__fd(p),
		.type = bpf_program__type(p),
		.n_insns = l->insn_counts[i],
	};
	return true;
}

bool load_program_symbol(const Loaded *l, u32 i, char *out, size_t room)
{
	struct bpf_prog_info info;
	int fd = i < l->n_programs ? bpf_program__fd(l->programs[i]) : -1;
	int n = snprintf(out, room, "bpf_prog_");
	if (fd < 0 || sys_prog_info(fd, &info))
		return false;
	for (u32 k = 0; k < sizeof(info.tag) && (size_t)n < room; k++)
		n += snprintf(out + n, room - (size_t)n, "%02x", info.tag[k]);
	return true;
}

/* ---- statistics ---- */

int load_stats_enable(void)
{
	return sys_stats_enable();
}

bool load_program_stats(const Loaded *l, u32 i, u64 *run_ns, u64 *runs)
{
	struct bpf_prog_info info;
	if (i >= l->n_programs || sys_prog_info(bpf_program__fd(l->programs[i]), &info))
		return false;
	*run_ns = info.run_time_ns;
	*runs = info.run_cnt;
	return true;
}
