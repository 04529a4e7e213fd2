/*
 * The helpers of the machine: one function each, found by number. Each gets the
 * five argument registers. Errors that the kernel returns are returned; what
 * the kernel's verifier would refuse is a fault.
 */
#include <errno.h>

#include "internal.h"
#include "tables/tables.h"

typedef u64 HelperFn(Machine *x, const u64 *a);

#define HELPER_FN(name) static u64 name(Machine *x, const u64 *a)

/* ---- maps ---- */

static const u8 *key_at(Machine *x, const MapState *s, u64 address)
{
	return s ? memory_at(x, address, s->def->key_size, false) : NULL;
}

HELPER_FN(map_lookup)
{
	MapState *s = map_of(x, a[0]);
	const u8 *key = key_at(x, s, a[1]);
	Element *e = key ? map_find(s, key) : NULL;

	return e ? region_address(x, e->region) : 0;
}

HELPER_FN(map_update_elem)
{
	MapState *s = map_of(x, a[0]);
	const u8 *key = key_at(x, s, a[1]);
	const u8 *value = s ? memory_at(x, a[2], s->def->value_size, false) : NULL;

	return key && value ? (u64)map_update(x, s, key, value, a[3]) : 0;
}

HELPER_FN(map_delete_elem)
{
	MapState *s = map_of(x, a[0]);
	const u8 *key = key_at(x, s, a[1]);

	return key ? (u64)map_delete(x, s, key) : 0;
}

HELPER_FN(map_push)
{
	MapState *s = map_of(x, a[0]);
	const u8 *value = s ? memory_at(x, a[1], s->def->value_size, false) : NULL;

	return value ? (u64)map_update(x, s, (const u8 *)"", value, a[2]) : 0;
}

static u64 take_element(Machine *x, const u64 *a, bool remove)
{
	MapState *s = map_of(x, a[0]);
	u8 *to = s ? memory_at(x, a[1], s->def->value_size, true) : NULL;

	if (!to)
		return 0;
	if (!s->elements.len) {
		memset(to, 0, s->def->value_size);
		return (u64)-ENOENT;
	}
	u32 i = s->def->type == BPF_MAP_TYPE_STACK ? s->elements.len - 1 : 0;
	memcpy(to, s->elements.at[i].value, s->def->value_size);
	if (remove) {
		s->elements.len--;
		memmove(&s->elements.at[i], &s->elements.at[i + 1],
			(s->elements.len - i) * sizeof(Element));
	}
	return 0;
}

HELPER_FN(map_pop)
{
	return take_element(x, a, true);
}

HELPER_FN(map_peek)
{
	return take_element(x, a, false);
}

/* The callback may delete the element that it is called for. */
HELPER_FN(for_each_map_elem)
{
	MapState *s = map_of(x, a[0]);
	Region *callback = region_at(x, a[1]);
	u64 calls = 0;

	if (!s || !callback || callback->kind != REGION_FUNC) {
		fault(x, "for_each_map_elem needs a map and a function");
		return 0;
	}
	u32 program = callback->number, map = (u32)(s - x->maps.at);
	u32 n = s->elements.len;
	Element *all = NEW_N(x->arena, Element, n);
	memcpy(all, s->elements.at, n * sizeof(*all));
	for (u32 i = 0; i < n && !x->error; i++) {
		if (x->regions.at[all[i].region].is_gone)
			continue;
		u32 key = region_add(x, REGION_BYTES, x->maps.at[map].def->key_size, false);
		memcpy(x->regions.at[key].bytes, all[i].key, x->maps.at[map].def->key_size);
		u64 args[] = {a[0], region_address(x, key), region_address(x, all[i].region), a[2]};
		calls++;
		if (call_program(x, program, args, 4))
			break;
	}
	return calls;
}

HELPER_FN(loop)
{
	Region *callback = region_at(x, a[1]);
	u64 i;

	if (!callback || callback->kind != REGION_FUNC) {
		fault(x, "loop needs a function");
		return 0;
	}
	u32 program = callback->number;
	if (a[0] > 1 << 23)
		return (u64)-E2BIG;
	for (i = 0; i < a[0] && !x->error; i++) {
		u64 args[] = {i, a[2]};
		if (call_program(x, program, args, 2))
			return i + 1;
	}
	return i;
}

/* ---- who and when ---- */

HELPER_FN(time_now)
{
	(void)a;
	u64 now = x->world.time_ns;
	x->world.time_ns += x->world.time_step_ns;
	return now;
}

HELPER_FN(pid_tgid)
{
	(void)a;
	return (u64)x->world.tgid << 32 | x->world.pid;
}

HELPER_FN(uid_gid)
{
	(void)a;
	return (u64)x->world.gid << 32 | x->world.uid;
}

HELPER_FN(comm)
{
	u8 *to = memory_at(x, a[0], a[1], true);

	if (to) {
		memset(to, 0, a[1]);
		memcpy(to, x->world.comm, MIN(a[1], sizeof(x->world.comm)));
		if (a[1])
			to[a[1] - 1] = 0;
	}
	return 0;
}

HELPER_FN(cpu)
{
	(void)a;
	return x->world.cpu;
}

HELPER_FN(random_u32)
{
	(void)a;
	u64 now = x->world.random;
	x->world.random = now * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(now == 1 ? 1 : now >> 32);
}

HELPER_FN(task)
{
	(void)a;
	return x->world.task;
}

HELPER_FN(cgroup_id)
{
	(void)a;
	return x->world.cgroup_id;
}

HELPER_FN(cookie)
{
	(void)a;
	return x->world.cookie;
}

HELPER_FN(func_ip)
{
	(void)a;
	return x->world.func_ip;
}

HELPER_FN(nothing)
{
	(void)x;
	(void)a;
	return 0;
}

/* ---- reading memory ---- */

HELPER_FN(probe_read)
{
	u8 *to = memory_at(x, a[0], (u32)a[1], true);
	const u8 *from = memory_probe(x, a[2], (u32)a[1]);

	if (to && from)
		memmove(to, from, (u32)a[1]);
	else if (to)
		memset(to, 0, (u32)a[1]);
	return from ? 0 : (u64)-EFAULT;
}

/* Length with the final zero byte. */
HELPER_FN(probe_read_str)
{
	u32 size = (u32)a[1], n = 0;
	u8 *to = memory_at(x, a[0], size, true);

	if (!to || !size)
		return 0;
	memset(to, 0, size);
	while (n + 1 < size) {
		const u8 *from = memory_probe(x, a[2] + n, 1);
		if (!from && !n)
			return (u64)-EFAULT;
		if (!from || !*from)
			break;
		to[n++] = *from;
	}
	return n + 1;
}

HELPER_FN(strncmp_helper)
{
	const u8 *s = memory_at(x, a[0], (u32)a[1], false);

	for (u32 i = 0; s && i < (u32)a[1]; i++) {
		const u8 *other = memory_at(x, a[2] + i, 1, false);
		if (!other || s[i] != *other)
			return other ? (u64)(i64)(s[i] - *other) : 0;
		if (!s[i])
			break;
	}
	return 0;
}

/* The packet's bytes. */
HELPER_FN(skb_load_bytes)
{
	u8 *to = memory_at(x, a[2], (u32)a[3], true);
	u32 size = x->packet ? x->regions.at[x->packet].size : 0;

	if (!to || (u32)a[1] > size || (u32)a[3] > size - (u32)a[1])
		return (u64)-EFAULT;
	memcpy(to, x->regions.at[x->packet].bytes + (u32)a[1], (u32)a[3]);
	return 0;
}

/* ---- sending ---- */

static void send(Machine *x, u32 map, const u8 *bytes, u32 len)
{
	u32 region = region_add(x, REGION_BYTES, len, true);

	memcpy(x->regions.at[region].bytes, bytes, len);
	x->regions.at[region].is_gone = true;
	vec_push(NULL, &x->records, (Record){map, region, len});
}

HELPER_FN(ringbuf_output)
{
	MapState *s = map_of(x, a[0]);
	const u8 *bytes = memory_at(x, a[1], a[2], false);

	if (s && bytes)
		send(x, (u32)(s - x->maps.at), bytes, (u32)a[2]);
	return 0;
}

HELPER_FN(perf_event_output)
{
	MapState *s = map_of(x, a[1]);
	const u8 *bytes = memory_at(x, a[3], a[4], false);

	if (s && bytes)
		send(x, (u32)(s - x->maps.at), bytes, (u32)a[4]);
	return 0;
}

HELPER_FN(ringbuf_reserve)
{
	MapState *s = map_of(x, a[0]);

	if (!s || a[1] > s->def->max_entries)
		return 0;
	u32 region = region_add(x, REGION_BYTES, (u32)a[1], true);
	vec_push(NULL, &x->reserved, (Record){(u32)(s - x->maps.at), region, (u32)a[1]});
	return region_address(x, region);
}

static void finish_record(Machine *x, u64 address, bool is_sent)
{
	for (u32 i = 0; i < x->reserved.len; i++) {
		Record r = x->reserved.at[i];
		if (region_address(x, r.region) != address)
			continue;
		x->regions.at[r.region].is_gone = true;
		if (is_sent)
			vec_push(NULL, &x->records, r);
		x->reserved.at[i] = x->reserved.at[--x->reserved.len];
		return;
	}
	fault(x, "no record was reserved at 0x%llx", (unsigned long long)address);
}

HELPER_FN(ringbuf_submit)
{
	finish_record(x, a[0], true);
	return 0;
}

HELPER_FN(ringbuf_discard)
{
	finish_record(x, a[0], false);
	return 0;
}

/* ---- text ---- */

static void add_string(Machine *x, Text *t, u64 address)
{
	const u8 *at;

	while ((at = memory_probe(x, address++, 1)) && *at)
		text_add(t, (const char *)at, 1);
}

/* One conversion of the kernel's printf; at stands behind the '%'. */
static const char *add_conversion(Machine *x, Text *t, const char *at, u64 value)
{
	char spec[16] = "%";
	size_t n = 1;
	bool is_long = false;

	while (*at && strchr("-+ #0123456789.", *at) && n < 8)
		spec[n++] = *at++;
	for (; *at == 'l' || *at == 'h' || *at == 'z'; at++)
		is_long |= *at != 'h';
	if (*at == 's') {
		add_string(x, t, value);
	} else if (*at == 'c') {
		text_addf(t, "%c", (int)value);
	} else if (*at == 'p') {
		text_addf(t, "%llx", (unsigned long long)value);
		while (strchr("kuBsS", at[1]) && at[1])
			at++;
	} else if (*at && strchr("diuxX", *at)) {
		bool is_signed = *at == 'd' || *at == 'i';
		u64 wide = is_long ? value : is_signed ? (u64)(i64)(i32)value : (u32)value;
		memcpy(spec + n, "ll", 2);
		spec[n + 2] = *at;
		text_addf(t, spec, (unsigned long long)wide);
	} else {
		fault(x, "printf doesn't know %%%c", *at);
	}
	return *at ? at + 1 : at;
}

static void format(Machine *x, Text *t, const char *fmt, const u64 *values, u32 n)
{
	u32 next = 0;

	while (*fmt && !x->error) {
		if (*fmt != '%') {
			text_add(t, fmt++, 1);
		} else if (fmt[1] == '%') {
			text_adds(t, "%");
			fmt += 2;
		} else if (next == n) {
			fault(x, "printf has too few arguments");
		} else {
			fmt = add_conversion(x, t, fmt + 1, values[next++]);
		}
	}
}

static const char *format_at(Machine *x, u64 address, u64 size)
{
	const u8 *bytes = memory_at(x, address, size, false);

	return bytes ? arena_copy(x->arena, (const char *)bytes, size) : NULL;
}

/* One message of the trace; as the kernel does (5.9), with a newline behind it if it has none. */
static void trace(Machine *x, const char *fmt, const u64 *values, u32 n)
{
	format(x, &x->trace, fmt, values, n);
	if (x->trace.len && x->trace.at[x->trace.len - 1] != '\n')
		text_adds(&x->trace, "\n");
}

HELPER_FN(trace_printk)
{
	const char *fmt = format_at(x, a[0], (u32)a[1]);

	if (fmt)
		trace(x, fmt, a + 2, 3);
	return 0;
}

/* Up to twelve values in memory. */
static u32 values_at(Machine *x, u64 address, u64 bytes, u64 *values)
{
	const u8 *at = bytes ? memory_at(x, address, MIN(bytes, 96), false) : NULL;

	if (at)
		memcpy(values, at, MIN(bytes, 96));
	return at ? (u32)MIN(bytes, 96) / 8 : 0;
}

HELPER_FN(trace_vprintk)
{
	u64 values[12];
	const char *fmt = format_at(x, a[0], (u32)a[1]);
	u32 n = values_at(x, a[2], (u32)a[3], values);

	if (fmt)
		trace(x, fmt, values, n);
	return 0;
}

HELPER_FN(snprintf_helper)
{
	u64 values[12];
	Text t = text_new(x->arena), fmt = text_new(x->arena);
	u32 n = values_at(x, a[3], (u32)a[4], values);
	u8 *to = memory_at(x, a[0], (u32)a[1], true);

	add_string(x, &fmt, a[2]);
	format(x, &t, text_done(&fmt), values, n);
	if (to && a[1]) {
		u64 len = MIN(t.len, a[1] - 1);
		memcpy(to, text_done(&t), len);
		to[len] = 0;
	}
	return t.len + 1;
}

/* ---- stacks ---- */

static const u64 *stack_of(Machine *x, u64 flags, u32 *n)
{
	bool is_user = flags & BPF_F_USER_STACK;
	u32 all = is_user ? x->world.n_user_stack : x->world.n_kernel_stack;
	u32 skip = MIN((u32)(flags & BPF_F_SKIP_FIELD_MASK), all);

	*n = all - skip;
	return (is_user ? x->world.user_stack : x->world.kernel_stack) + skip;
}

/* Equal stacks have equal ids: the number of the element. */
HELPER_FN(get_stackid)
{
	MapState *s = map_of(x, a[1]);
	u32 n, id;

	if (!s)
		return 0;
	const u64 *from = stack_of(x, a[2], &n);
	u8 *value = NEW_N(x->arena, u8, s->def->value_size);
	memcpy(value, from, MIN(n * 8, s->def->value_size));
	for (id = 0; id < s->elements.len; id++)
		if (memcmp(s->elements.at[id].value, value, s->def->value_size) == 0)
			return id;
	if (!n)
		return (u64)-EFAULT;
	i64 result = map_update(x, s, (const u8 *)&id, value, 0);
	return result ? (u64)result : id;
}

HELPER_FN(get_stack)
{
	u32 n;
	const u64 *from = stack_of(x, a[3], &n);
	u8 *to = memory_at(x, a[1], (u32)a[2], true);
	u32 bytes = MIN(n * 8, (u32)a[2] / 8 * 8);

	if (!to)
		return 0;
	memset(to, 0, (u32)a[2]);
	memcpy(to, from, bytes);
	return bytes;
}

static HelperFn *const helpers[] = {
	[HELPER_map_lookup_elem] = map_lookup,
	[HELPER_map_lookup_percpu_elem] = map_lookup,
	[HELPER_map_update_elem] = map_update_elem,
	[HELPER_map_delete_elem] = map_delete_elem,
	[HELPER_map_push_elem] = map_push,
	[HELPER_map_pop_elem] = map_pop,
	[HELPER_map_peek_elem] = map_peek,
	[HELPER_for_each_map_elem] = for_each_map_elem,
	[HELPER_loop] = loop,
	[HELPER_ktime_get_ns] = time_now,
	[HELPER_ktime_get_boot_ns] = time_now,
	[HELPER_ktime_get_coarse_ns] = time_now,
	[HELPER_ktime_get_tai_ns] = time_now,
	[HELPER_jiffies64] = time_now,
	[HELPER_get_current_pid_tgid] = pid_tgid,
	[HELPER_get_current_uid_gid] = uid_gid,
	[HELPER_get_current_comm] = comm,
	[HELPER_get_smp_processor_id] = cpu,
	[HELPER_get_numa_node_id] = nothing,
	[HELPER_get_prandom_u32] = random_u32,
	[HELPER_get_current_task] = task,
	[HELPER_get_current_task_btf] = task,
	[HELPER_get_current_cgroup_id] = cgroup_id,
	[HELPER_get_attach_cookie] = cookie,
	[HELPER_get_func_ip] = func_ip,
	[HELPER_send_signal] = nothing,
	[HELPER_override_return] = nothing,
	[HELPER_spin_lock] = nothing,
	[HELPER_spin_unlock] = nothing,
	[HELPER_probe_read] = probe_read,
	[HELPER_probe_read_kernel] = probe_read,
	[HELPER_probe_read_user] = probe_read,
	[HELPER_copy_from_user] = probe_read,
	[HELPER_probe_read_str] = probe_read_str,
	[HELPER_probe_read_kernel_str] = probe_read_str,
	[HELPER_probe_read_user_str] = probe_read_str,
	[HELPER_strncmp] = strncmp_helper,
	[HELPER_skb_load_bytes] = skb_load_bytes,
	[HELPER_ringbuf_output] = ringbuf_output,
	[HELPER_ringbuf_reserve] = ringbuf_reserve,
	[HELPER_ringbuf_submit] = ringbuf_submit,
	[HELPER_ringbuf_discard] = ringbuf_discard,
	[HELPER_perf_event_output] = perf_event_output,
	[HELPER_trace_printk] = trace_printk,
	[HELPER_trace_vprintk] = trace_vprintk,
	[HELPER_snprintf] = snprintf_helper,
	[HELPER_get_stackid] = get_stackid,
	[HELPER_get_stack] = get_stack,
};

u64 helper_call(Machine *x, i32 id, const u64 *args)
{
	if (id <= 0 || (size_t)id >= ARRAY_LEN(helpers) || !helpers[id]) {
		const BpfHelper *known = bpf_helper_by_id(id);
		fault(x, "the machine has no helper %d (%s)", id, known ? known->name : "unknown");
		return 0;
	}
	return helpers[id](x, args);
}
