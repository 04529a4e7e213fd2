/*
 * Events: records in the ring buffer that tell user space what to do. A record
 * is reserved, its payload is made in place, and it is submitted; where there
 * is no room the loss is counted. Arguments whose evaluation changes something
 * are evaluated before, since a lost record must not lose their effect.
 */
#include "base/text.h"
#include "lower/internal.h"

#define HEADER_SIZE 8

static u32 events_map_index(Lower *l)
{
	MapDef *map;
	u64 pages = script_config_number(l->s, CONFIG_perf_rb_pages);

	if (!l->events_map) {
		map = NEW(l->c->arena, MapDef);
		map->name = LOWER_EVENTS_MAP;
		map->type = BPF_MAP_TYPE_RINGBUF;
		map->max_entries = 4096;
		while (map->max_entries < (pages ? pages * 4096 : 1u << 20))
			map->max_entries *= 2;
		l->meta->events_map = map->name;
		l->events_map = ir_map_add(l->m, map) + 1;
	}
	return l->events_map - 1;
}

Val events_map(Lower *l)
{
	return ir_map(B(l), events_map_index(l));
}

EventDef *event_new(Lower *l, EventKind kind, Span at, u32 *number)
{
	SourcePos start = source_pos(&l->c->sources, at.start), end = source_pos(&l->c->sources, at.end);
	EventDef *e;

	*number = l->meta->events.len;
	e = vec_add(l->c->arena, &l->meta->events);
	e->kind = kind;
	if (start.file) {
		Str line = source_line(&l->c->sources, start.file, start.line);

		e->file = start.file->name;
		e->line = start.line;
		e->col = start.col;
		e->col_end = end.col;
		e->source_line = arena_copy(l->c->arena, line.at, line.len);
	}
	return e;
}

Type *event_args(Lower *l, Type **types, u32 n)
{
	Field *fields = NEW_N(l->c->arena, Field, n + 1);

	for (u32 i = 0; i < n; i++)
		fields[i] = (Field){.name = arena_printf(l->c->arena, "a%u", i), .type = types[i]};
	for (u32 i = 0; i < n; i++)
		fields[i].name = intern(&l->c->names, fields[i].name);
	return type_record(l->types, fields, n);
}

static void count_lost(Lower *l)
{
	ir_add(B(l), (Ins){.op = OP_ATOMIC, .cls = CLS_L, .size = 8, .space = AS_MAP,
			   .atomic = ATOMIC_ADD, .a = mem_global(l, &l->lost_global, LOWER_LOST, 8),
			   .b = lower_const(l, 1)});
}

static bool is_iterator(const Lower *l)
{
	return l->program && l->program->kind == PROBE_iter;
}

/*
 * An iterator's records go into the text that its reader gets: the kernel
 * calls it again where there was no room, so that none is lost.
 */
static void write_sequence(Lower *l, const Record *r)
{
	Val meta = ir_load(B(l), AS_CTX, 8, false, CLS_L, l->f->ctx, 0);
	Val sequence = ir_load(B(l), AS_BTF, 8, false, CLS_L, meta, 0);

	ir_call(B(l), HELPER_seq_write, 3, (Val[]){sequence, r->at, lower_const(l, r->size)});
}

Record record_begin(Lower *l, u32 number, EventDef *def, u32 payload_size)
{
	u32 size = ALIGN_UP(HEADER_SIZE + payload_size, 8u);
	Record r = {.def = def, .size = size};

	if (is_iterator(l)) {
		r.at = mem_temp(l, size);
		mem_zero(l, r.at, size);
		mem_store(l, r.at, 0, 8, lower_const(l, number));
		return r;
	}
	r.at = ir_call(B(l), HELPER_ringbuf_reserve, 3,
		       (Val[]){events_map(l), lower_const(l, size), lower_const(l, 0)});
	r.got = branch_begin(l, r.at, true);
	mem_store(l, r.at, 0, 8, lower_const(l, number));
	return r;
}

void record_end(Lower *l, Record *r)
{
	if (is_iterator(l)) {
		write_sequence(l, r);
		return;
	}
	ir_call(B(l), HELPER_ringbuf_submit, 2, (Val[]){r->at, lower_const(l, 0)});
	branch_else(l, r->got);
	if (r->exit_code)
		mem_store(l, mem_global(l, &l->exit_global, META_EXIT, 8), 0, 8,
			  ir_op2(B(l), OP_ADD, CLS_L, r->exit_code, lower_const(l, 1)));
	else
		count_lost(l);
	branch_end(l, r->got);
}

/* Sends the event with the values of the nodes as its arguments. */
static void send(Lower *l, EventKind kind, const Node *n, Str format, u32 map, const Node *const *list,
		 u32 count)
{
	Type **types = NEW_N(l->c->arena, Type *, count + 1);
	Node *held = NEW_N(l->c->arena, Node, count + 1);
	bool early = false;
	EventDef *def;
	Type *args;
	Val code = 0;
	Record r;
	u32 number;

	for (u32 i = 0; i < count; i++) {
		types[i] = list[i]->type;
		held[i] = *list[i];
		early |= has_side_effects(list[i]);
	}
	if (kind == EVENT_EXIT) {
		code = lower_value(l, list[0]);
		held[0] = (Node){.kind = NODE_VALUE_HELD, .type = types[0], .index = code};
	}
	for (u32 i = 0; early && kind != EVENT_EXIT && i < count; i++)
		held[i] = (Node){.kind = NODE_PLACE_HELD, .type = types[i], .at = list[i]->at,
				 .index = lower_address(l, list[i], false)};
	args = event_args(l, types, count);
	def = event_new(l, kind, n->at, &number);
	def->format = format;
	def->map = map;
	def->args = count ? args : NULL;
	r = record_begin(l, number, def, count ? type_size(l->types, args) : 0);
	for (u32 i = 0; i < count; i++)
		lower_into(l, &held[i], ir_offset(B(l), r.at, HEADER_SIZE + args->fields[i].bit_offset / 8),
			   false);
	r.exit_code = code;
	record_end(l, &r);
}

static Str text_of(const Node *n)
{
	return n->name ? (Str){n->name, (u32)strlen(n->name)} : n->text;
}

static EventKind kind_of(BuiltinId id)
{
	switch (id) {
	case BI_printf:
		return EVENT_PRINTF;
	case BI_cat:
		return EVENT_CAT;
	case BI_system:
		return EVENT_SYSTEM;
	case BI_errorf:
		return EVENT_ERRORF;
	case BI_warnf:
		return EVENT_WARNF;
	case BI_time:
		return EVENT_TIME;
	case BI_clear:
		return EVENT_CLEAR;
	case BI_zero:
		return EVENT_ZERO;
	case BI_unwatch:
		return EVENT_UNWATCH;
	default:
		bug("builtin %d is no event", (int)id);
	}
}

Val lower_bi_event(Lower *l, const Node *n, Val into)
{
	bool on_map = n->builtin == BI_clear || n->builtin == BI_zero;
	Str text = n->builtin == BI_time ? n->text : text_of(n);

	(void)into;
	send(l, kind_of(n->builtin), n, text, on_map ? n->list[0]->index : 0, (const Node *const *)n->list,
	     on_map ? 0 : n->n);
	return lower_const(l, 0);
}

/* print(@m, top, div) */
static void print_map(Lower *l, const Node *n)
{
	Type *u64_type = type_int(l->types, 8, false);
	Node top = {.kind = NODE_INT, .type = u64_type, .value = MAX(n->value, 0)};
	Node div = {.kind = NODE_INT, .type = u64_type, .value = MAX(n->index2, 0)};
	const Node *list[] = {&top, &div};

	send(l, EVENT_PRINT_MAP, n, (Str){0}, n->list[0]->index, list, 2);
}

/* print(@m[k]) of an aggregation: user space merges the CPUs, so the key is sent. */
static void print_element(Lower *l, const Node *n)
{
	const Node *e = n->list[0];
	const Node *list[] = {e->a};

	send(l, EVENT_PRINT_ELEMENT, n, (Str){0}, e->index, list, e->a ? 1 : 0);
}

Val lower_bi_print(Lower *l, const Node *n, Val into)
{
	const Node *what = n->list[0];

	(void)into;
	if (what->kind == NODE_MAP)
		print_map(l, n);
	else if (what->kind == NODE_MAPGET && type_bare(l->s->maps.at[what->index].value)->kind == TY_AGG)
		print_element(l, n);
	else
		send(l, EVENT_PRINT, n, (Str){0}, 0, (const Node *const *)n->list, 1);
	return lower_const(l, 0);
}

Val lower_bi_exit(Lower *l, const Node *n, Val into)
{
	Node zero = {.kind = NODE_INT, .type = type_int(l->types, 8, true)};
	const Node *list[] = {n->n ? n->list[0] : &zero};

	(void)into;
	send(l, EVENT_EXIT, n, (Str){0}, 0, list, 1);
	lower_leave(l);
	return lower_const(l, 0);
}

void lower_runtime_error(Lower *l, Span at, const char *text, const char *helper, Val code)
{
	Node held = {.kind = NODE_VALUE_HELD, .type = type_int(l->types, 8, true),
		     .index = code ? code : lower_const(l, 0)};
	Node call = {.at = at};
	const Node *list[] = {&held};

	send(l, EVENT_RUNTIME_ERROR, &call, (Str){text, (u32)strlen(text)}, 0, list, 1);
	l->meta->events.at[l->meta->events.len - 1].extra = helper;
}

/* Words and a user's text, as a format that means just this. */
static Str text_of_printf(Lower *l, const char *words, Str text)
{
	Text out = text_new(l->c->arena);
	const char *done;

	text_adds(&out, words);
	for (u32 i = 0; i < text.len; i++)
		text_add(&out, text.at[i] == '%' ? "%%" : &text.at[i], text.at[i] == '%' ? 2 : 1);
	done = text_done(&out);
	return (Str){done, (u32)strlen(done)};
}

/* assert(cond, message) */
static void fail_with(Lower *l, const Node *n, Str message)
{
	Node call = {.at = n->at};
	Node one = {.kind = NODE_INT, .type = type_int(l->types, 8, true), .value = 1};
	const Node *list[] = {&one};

	send(l, EVENT_ERRORF, &call, message, 0, NULL, 0);
	send(l, EVENT_EXIT, &call, (Str){0}, 0, list, 1);
	lower_leave(l);
}

Val lower_bi_assert(Lower *l, const Node *n, Val into)
{
	Val ok = lower_value(l, n->list[0]);
	Branch b = branch_begin(l, ir_op2(B(l), OP_XOR, CLS_L, ok, lower_const(l, 1)), false);

	(void)into;
	fail_with(l, n, text_of_printf(l, "assert failed: ", n->list[1]->text));
	branch_end(l, b);
	return lower_const(l, 0);
}

/*
 * join(argv): up to 16 texts of max_strlen bytes in a record. The pointers are
 * of user space, as execve's arguments are.
 */
#define JOIN_MAX 16

Val lower_bi_join(Lower *l, const Node *n, Val into)
{
	u32 size = (u32)script_config_number(l->s, CONFIG_max_strlen), number;
	Type *types[JOIN_MAX + 1], *args;
	AddrSpace space = type_bare(n->list[0]->type)->space;
	Val array = lower_value(l, n->list[0]), count = mem_temp(l, 8);
	u32 done = block_new(l, "joined");
	EventDef *def;
	Record r;

	(void)into;
	types[0] = type_int(l->types, 8, false);
	for (u32 i = 0; i < JOIN_MAX; i++)
		types[i + 1] = type_string(l->types, size);
	args = event_args(l, types, JOIN_MAX + 1);
	def = event_new(l, EVENT_JOIN, n->at, &number);
	def->format = n->text.at ? n->text : STR(" ");
	def->args = args;
	r = record_begin(l, number, def, type_size(l->types, args));
	mem_store(l, count, 0, 8, lower_const(l, 0));
	for (u32 i = 0; i < JOIN_MAX; i++) {
		Val from = place_load(l, (Place){.space = space, .base = array, .offset = i * 8,
						 .type = types[0]});
		u32 next = block_new(l, "text");

		ir_br(B(l), from, next, done);
		ir_at(B(l), next);
		ir_call(B(l), mem_read_str_helper(space), 3,
			(Val[]){ir_offset(B(l), r.at, HEADER_SIZE + args->fields[i + 1].bit_offset / 8),
				lower_const(l, size), from});
		mem_store(l, count, 0, 8, lower_const(l, i + 1));
	}
	ir_jmp(B(l), done);
	ir_at(B(l), done);
	mem_store(l, r.at, HEADER_SIZE, 8, mem_load(l, AS_STACK, count, 0, 8, false));
	record_end(l, &r);
	return lower_const(l, 0);
}

/* ---- processes whose addresses will be named ---- */

static u32 processes_map(Lower *l)
{
	MapDef *map;

	if (!l->processes_map) {
		map = NEW(l->c->arena, MapDef);
		map->name = "processes";
		map->type = BPF_MAP_TYPE_LRU_HASH;
		map->key_size = 4;
		map->value_size = 1;
		map->max_entries = 4096;
		l->processes_map = ir_map_add(l->m, map) + 1;
	}
	return l->processes_map - 1;
}

void lower_process_seen(Lower *l, Val pid)
{
	Node held = {.kind = NODE_VALUE_HELD, .type = type_int(l->types, 4, false), .index = pid};
	Node call = {.at = {B(l)->loc, B(l)->loc}};
	const Node *list[] = {&held};
	Val key = mem_temp(l, 4), seen;
	u32 map = processes_map(l);
	Branch b;

	mem_store(l, key, 0, 4, ir_to_cls(B(l), CLS_W, pid));
	seen = ir_call(B(l), HELPER_map_lookup_elem, 2, (Val[]){ir_map(B(l), map), key});
	b = branch_begin(l, ir_cmp(B(l), OP_EQ, 8, seen, lower_const(l, 0)), false);
	ir_call(B(l), HELPER_map_update_elem, 4, (Val[]){ir_map(B(l), map), key, key, lower_const(l, 0)});
	send(l, EVENT_PROCESS, &call, (Str){0}, 0, list, 1);
	branch_end(l, b);
}
