/*
 * What user space is expected to do for a plain object besides attaching it:
 * sizes of maps that the object leaves open, the cgroup that a program filters
 * by, and pins. Pinned things outlive the run only where the user asked for a
 * folder; maps whose definition says LIBBPF_PIN_BY_NAME are shared between
 * programs by their name, and the run that made one takes its name away again.
 */
#include "load/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load/sys.h"

#define DEFAULT_ENTRIES 10240
#define DEFAULT_RING_BYTES (256u << 10)
#define DEFAULT_STACKS 16384
#define STACK_DEPTH 127

/* ---- sizes ---- */

/* Kinds whose size libbpf or the kernel knows, or that have none. */
static bool has_own_size(u32 type)
{
	switch (type) {
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY: /* libbpf: one for each CPU */
	case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_INODE_STORAGE:
	case BPF_MAP_TYPE_TASK_STORAGE:
	case BPF_MAP_TYPE_STRUCT_OPS:
	case 32: /* cgroup storage of Linux 6.2 */
		return true;
	default:
		return false;
	}
}

/* Buffers whose definition names the type of their records: the kernel wants no sizes there. */
static void drop_record_type(struct bpf_map *map, u32 type)
{
	if (type == BPF_MAP_TYPE_RINGBUF || type == BPF_MAP_TYPE_USER_RINGBUF) {
		bpf_map__set_key_size(map, 0);
		bpf_map__set_value_size(map, 0);
	} else if (type == BPF_MAP_TYPE_PERF_EVENT_ARRAY) {
		bpf_map__set_key_size(map, sizeof(u32));
		bpf_map__set_value_size(map, sizeof(u32));
	}
}

static void size_map(struct bpf_map *map)
{
	u32 type = bpf_map__type(map);
	drop_record_type(map, type);
	if (type == BPF_MAP_TYPE_STACK_TRACE && !bpf_map__value_size(map))
		bpf_map__set_value_size(map, STACK_DEPTH * sizeof(u64));
	if (bpf_map__max_entries(map) || has_own_size(type))
		return;
	if (type == BPF_MAP_TYPE_RINGBUF || type == BPF_MAP_TYPE_USER_RINGBUF)
		bpf_map__set_max_entries(map, DEFAULT_RING_BYTES);
	else if (type == BPF_MAP_TYPE_STACK_TRACE)
		bpf_map__set_max_entries(map, DEFAULT_STACKS);
	else
		bpf_map__set_max_entries(map, DEFAULT_ENTRIES);
}

void size_maps(Loaded *l)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, l->object)
		if (!bpf_map__is_internal(map))
			size_map(map);
}

int load_set_map_size(Loaded *l, const char *name, u32 max_entries)
{
	struct bpf_map *map = bpf_object__find_map_by_name(l->object, name);
	return map ? bpf_map__set_max_entries(map, max_entries) : -ENOENT;
}

void fill_cgroup_arrays(Loaded *l)
{
	struct bpf_map *map;
	u32 zero = 0;
	int fd = l->o.cgroup ? open(l->o.cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	bpf_object__for_each_map(map, l->object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_CGROUP_ARRAY)
			sys_map_update(bpf_map__fd(map), &zero, &fd);
	close(fd);
}

/* ---- pins ---- */

void note_pins(Loaded *l)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, l->object) {
		const char *path = bpf_map__pin_path(map);
		if (path && !l->o.pin && access(path, F_OK) != 0)
			vec_push(NULL, &l->own_pins, map);
	}
}

void unpin_maps(Loaded *l)
{
	vec_each(map, &l->own_pins)
		bpf_map__unpin(*map, NULL);
	vec_free(&l->own_pins);
}

/* Maps that are pinned by their own definition have a place already. */
static int pin_maps(Loaded *l)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, l->object) {
		char path[512];
		if (bpf_map__is_pinned(map) || !bpf_map__autocreate(map))
			continue;
		snprintf(path, sizeof(path), "%s/%s", l->o.pin, bpf_map__name(map));
		for (char *at = path + strlen(l->o.pin) + 1; *at; at++)
			if (*at == '.')
				*at = '_'; /* the kernel keeps names with dots for itself */
		int err = bpf_map__pin(map, path);
		if (err)
			return err;
	}
	return 0;
}

static int pin_programs(const Loaded *l)
{
	for (u32 i = 0; i < l->n_programs; i++) {
		char path[512];
		if (!bpf_program__autoload(l->programs[i]))
			continue;
		snprintf(path, sizeof(path), "%s/%s", l->o.pin, bpf_program__name(l->programs[i]));
		int err = bpf_program__pin(l->programs[i], path);
		if (err)
			return err;
	}
	return 0;
}

int pin_object(Loaded *l, LoadError *err)
{
	int code = mkdir(l->o.pin, 0700) && errno != EEXIST ? -errno : 0;
	if (!code)
		code = pin_maps(l);
	if (!code)
		code = pin_programs(l);
	if (!code)
		return 0;
	load_hint(err, "the folder has to be in a bpffs (mount -t bpf bpf /sys/fs/bpf), "
		       "and its names free");
	return load_fail(err, code, "can't pin in %s: %s", l->o.pin, strerror(-code));
}

static int pin_link(Attachment *a, const char *path)
{
	if (a->link_fd >= 0)
		return sys_pin(a->link_fd, path);
	if (!a->link)
		return 0;
	int err = bpf_link__pin(a->link, path);
	if (!err)
		bpf_link__disconnect(a->link); /* its end is not to stop the event */
	return err;
}

int pin_links(Loaded *l, u32 first, const char *program)
{
	for (u32 i = first; l->o.pin && i < l->attachments.len; i++) {
		char path[512];
		if (i == first)
			snprintf(path, sizeof(path), "%s/link_%s", l->o.pin, program);
		else
			snprintf(path, sizeof(path), "%s/link_%s_%u", l->o.pin, program, i - first);
		int err = pin_link(&l->attachments.at[i], path);
		if (err)
			return err;
	}
	return 0;
}
