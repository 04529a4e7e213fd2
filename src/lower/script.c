/*
 * Scripts: programs, functions and statements. One BPF function for each
 * ScriptProgram, one more for each loop that the kernel runs as a callback.
 *
 * Every function has the shape
 *	entry   parameters; the scratch's look-up if any code asked for it;
 *	        locals start as zeroes
 *	body    …
 *	leave   return 0
 * The prologue is written last, when what it must do is known.
 */
#include "lower/internal.h"

u32 block_new(Lower *l, const char *name)
{
	return ir_block_new(l->m, l->f->fn, name);
}

Branch branch_begin(Lower *l, Val cond, bool with_else)
{
	Branch b = {.yes = block_new(l, "then")};

	b.no = with_else ? block_new(l, "else") : 0;
	b.after = block_new(l, "after");
	ir_br(B(l), cond, b.yes, with_else ? b.no : b.after);
	ir_at(B(l), b.yes);
	return b;
}

static void jump_unless_ended(Lower *l, u32 to)
{
	if (!ir_is_ended(B(l)))
		ir_jmp(B(l), to);
}

void branch_else(Lower *l, Branch b)
{
	jump_unless_ended(l, b.after);
	ir_at(B(l), b.no);
}

void branch_end(Lower *l, Branch b)
{
	jump_unless_ended(l, b.after);
	ir_at(B(l), b.after);
}

/* ---- functions ---- */

FuncState *func_begin(Lower *l, Func *fn, FuncState *f)
{
	*f = (FuncState){.fn = fn, .outer = l->f};
	f->b = (Build){.m = l->m, .f = fn, .block = 0, .loc = fn->at.start};
	l->f = f;
	if (f->outer)
		f->scratch_used = f->scratch_most = f->outer->scratch_used;
	f->scratch_slot = ir_slot_new(l->m, fn, "scratch", 8, 8);
	f->body_block = block_new(l, "body");
	f->leave_block = block_new(l, "leave");
	return f;
}

static u32 scratch_map(Lower *l)
{
	MapDef *map;

	if (!l->scratch_map) {
		map = NEW(l->c->arena, MapDef);
		map->name = "scratch";
		map->type = BPF_MAP_TYPE_PERCPU_ARRAY;
		map->key_size = 4;
		l->scratch_map = ir_map_add(l->m, map) + 1;
	}
	return l->scratch_map - 1;
}

/* The program's own entry of the scratch map; leaves if the kernel has none, which can't be. */
static void look_up_scratch(Lower *l, u32 entry)
{
	u32 key = ir_slot_new(l->m, l->f->fn, "scratch_key", 8, 8);
	u32 found = block_new(l, "scratch");
	u32 number = scratch_map(l);
	MapDef *map = l->m->maps.at[number];
	Val at;

	map->value_size = MAX(map->value_size, l->f->scratch_most);
	map->max_entries = MAX(map->max_entries, entry + 1);
	mem_store(l, ir_slot(B(l), key), 0, 4, ir_const(B(l), CLS_W, entry));
	at = ir_call(B(l), HELPER_map_lookup_elem, 2,
		     (Val[]){ir_map(B(l), number), ir_slot(B(l), key)});
	ir_br(B(l), at, found, l->f->leave_block);
	ir_at(B(l), found);
	mem_store(l, ir_slot(B(l), l->f->scratch_slot), 0, 8, at);
}

static void zero_locals(Lower *l)
{
	for (u32 i = 0; i < l->f->locals.len; i++) {
		u32 slot = l->f->locals.at[i];

		mem_zero(l, ir_slot(B(l), slot), l->f->fn->slots.at[slot].size);
	}
}

/* Ends the body, writes the prologue; the outer function is current again. */
void func_end(Lower *l)
{
	FuncState *f = l->f;

	jump_unless_ended(l, f->leave_block);
	ir_at(B(l), f->leave_block);
	B(l)->loc = 0;
	ir_ret(B(l), lower_const(l, 0));
	ir_at(B(l), 0);
	l->program_needs_scratch |= f->needs_scratch;
	if (f->needs_scratch)
		look_up_scratch(l, l->n_scratch);
	if (!f->is_callback && l->frame_size)
		mem_zero(l, ir_slot(B(l), f->frame_slot), l->frame_size);
	zero_locals(l);
	ir_jmp(B(l), f->body_block);
	l->f = f->outer;
}

/* In a callback: notes it in the frame and stops the loop; the caller looks there. */
void lower_leave(Lower *l)
{
	if (!l->f->is_callback) {
		ir_jmp(B(l), l->f->leave_block);
		return;
	}
	mem_store(l, ir_load(B(l), AS_STACK, 8, false, CLS_L, ir_slot(B(l), l->f->frame_slot), 0), 0, 8,
		  lower_const(l, 1));
	ir_ret(B(l), lower_const(l, 1));
}

/* ---- statements ---- */

static void lower_if(Lower *l, const Node *n)
{
	Branch b = branch_begin(l, lower_condition(l, n->a), n->c != NULL);

	lower_statement(l, n->b);
	if (n->c) {
		branch_else(l, b);
		lower_statement(l, n->c);
	}
	branch_end(l, b);
}

static void lower_assign(Lower *l, const Node *n)
{
	Type *t = n->a->type;

	if (n->a->kind == NODE_MAPGET) {
		lower_map_assign(l, n->a, n->b);
	} else if (is_memory_type(t)) {
		lower_into(l, n->b, local_address(l, n->a->index), true);
	} else {
		Val v = lower_value(l, n->b);

		store_scalar(l, t, local_address(l, n->a->index), 0, v);
	}
}

static void lower_let(Lower *l, const Node *n)
{
	mem_zero(l, local_address(l, n->index), type_size(l->types, l->locals_of[n->index].type));
}

static void lower_return(Lower *l, const Node *n)
{
	Val v = n->a ? lower_value(l, n->a) : 0;

	if (l->f->is_callback)
		lower_leave(l);
	else if (v)
		ir_ret(B(l), v);
	else
		ir_jmp(B(l), l->f->leave_block);
}

static void lower_effect(Lower *l, const Node *n)
{
	if (n->kind == NODE_CALL && is_memory_type(n->type) && type_bare(n->type)->kind != TY_VOID)
		lower_address(l, n, false);
	else if (n->kind == NODE_CALL)
		lower_call(l, n, 0);
	else if (is_memory_type(n->type))
		lower_address(l, n, false);
	else
		lower_value(l, n);
}

void lower_block(Lower *l, const Node *n)
{
	for (u32 i = 0; i < n->n; i++)
		lower_statement(l, n->list[i]);
}

void lower_statement(Lower *l, const Node *n)
{
	u32 mark = mem_mark(l);

	B(l)->loc = n->at.start;
	switch (n->kind) {
	case NODE_EXPR:
		lower_effect(l, n->a);
		break;
	case NODE_LET:
		lower_let(l, n);
		return; /* keeps the local's scratch */
	case NODE_ASSIGN:
		if (n->a->kind == NODE_LOCAL) {
			local_of(l, n->a->index);
			mark = mem_mark(l);
		}
		lower_assign(l, n);
		break;
	case NODE_AGG:
		lower_map_agg(l, n);
		break;
	case NODE_UPDATE:
		lower_value(l, n);
		break;
	case NODE_BLOCK:
		lower_block(l, n);
		break;
	case NODE_IF:
		lower_if(l, n);
		break;
	case NODE_WHILE:
		lower_while(l, n);
		break;
	case NODE_FOR_RANGE:
		lower_for_range(l, n);
		break;
	case NODE_FOR_MAP:
		lower_for_map(l, n);
		break;
	case NODE_UNROLL:
		lower_unroll(l, n);
		break;
	case NODE_RETURN:
		lower_return(l, n);
		break;
	case NODE_BREAK:
		lower_break(l);
		break;
	case NODE_CONTINUE:
		lower_continue(l);
		break;
	default:
		bug("no statement: node %d", n->kind);
	}
	mem_reset(l, mark);
}

/* ---- programs ---- */

/*
 * Locals that need scratch get it before the body, so that no temporary of a
 * statement is ever below them.
 */
static void place_large_locals(Lower *l)
{
	for (u32 i = 0; i < l->n_locals; i++) {
		u32 size = type_size(l->types, l->locals_of[i].type);

		if (size > l->on_stack_limit)
			l->locals[i] = mem_permanent(l, l->locals_of[i].name, size);
	}
}

static Type *program_type(Lower *l)
{
	Field ctx = {.name = name_of(l->c, "ctx", 3), .type = type_ptr(l->types, type_void(l->types), AS_CTX)};

	return type_func(l->types, type_int(l->types, 4, true), &ctx, 1, false);
}

static void set_locals(Lower *l, ScriptLocal *locals, u32 n)
{
	l->locals_of = locals;
	l->n_locals = n;
	l->locals = NEW_N(l->c->arena, LocalPlace, n + 1);
	l->frame_size = 0;
	l->program_needs_scratch = false;
}

static void add_attach(Lower *l, ScriptProgram *p)
{
	for (u32 i = 0; i < p->attach.len; i++) {
		AttachDef a = p->attach.at[i];

		a.program = p->name;
		vec_push(l->c->arena, &l->meta->attach, a);
	}
	l->meta->n_begin += p->kind == PROBE_begin;
	l->meta->n_end += p->kind == PROBE_end;
}

/* Behind the last object the kernel calls an iterator once more, without one. */
static void skip_last_turn(Lower *l)
{
	Val object = ir_load(B(l), AS_CTX, 8, false, CLS_L, l->f->ctx, 8);
	Branch none = branch_begin(l, ir_cmp(B(l), OP_EQ, 8, object, lower_const(l, 0)), false);

	lower_leave(l);
	branch_end(l, none);
}

static void lower_program(Lower *l, ScriptProgram *p)
{
	Func *fn = ir_func_new(l->m, p->name, FUNC_PROGRAM, NULL);
	FuncState f;

	fn->section = p->section;
	fn->type = program_type(l);
	fn->n_params = 1;
	fn->returns = true;
	fn->at = p->at;
	l->program = p;
	set_locals(l, p->locals.at, p->locals.len);
	func_begin(l, fn, &f);
	f.ctx = ir_add(B(l), (Ins){.op = OP_PARAM, .cls = CLS_L});
	ir_at(B(l), f.body_block);
	frame_plan(l, p->body);
	place_large_locals(l);
	if (p->kind == PROBE_iter)
		skip_last_turn(l);
	lower_statement(l, p->body);
	func_end(l);
	l->n_scratch += l->program_needs_scratch;
	add_attach(l, p);
}

/* ---- the script's own functions ---- */

/* fn name(…): a static subprogram; what fits into registers comes and goes in them. */
static void lower_function(Lower *l, ScriptFunc *s)
{
	u32 n = s->type->n_fields;
	FuncState f;
	Func *fn = ir_func_new(l->m, s->name, FUNC_STATIC, NULL);

	fn->type = s->type;
	fn->n_params = n;
	fn->returns = type_bare(s->type->base)->kind != TY_VOID;
	fn->at = s->at;
	l->program = NULL;
	set_locals(l, s->locals.at, s->locals.len);
	func_begin(l, fn, &f);
	for (u32 i = 0; i < n; i++) {
		Val v = ir_add(B(l), (Ins){.op = OP_PARAM, .cls = CLS_L, .imm = i});

		l->locals[i] = mem_permanent(l, s->locals.at[i].name, 8);
		store_scalar(l, s->locals.at[i].type, local_address(l, i), 0, v);
	}
	ir_at(B(l), f.body_block);
	frame_plan(l, s->body);
	place_large_locals(l);
	lower_statement(l, s->body);
	func_end(l);
	l->n_scratch += l->program_needs_scratch;
}

Val lower_call_function(Lower *l, const Node *n)
{
	Val args[5] = {0};

	for (u32 i = 0; i < n->n && i < ARRAY_LEN(args); i++)
		args[i] = lower_value(l, n->list[i]);
	return ir_callf(B(l), n->index, MIN(n->n, 5u), args);
}

static void check_function(Lower *l, const ScriptFunc *s)
{
	if (s->type->n_fields > 5)
		diag_error(&l->c->diags, s->at, "a function may have at most 5 parameters");
	for (u32 i = 0; i < s->type->n_fields; i++)
		if (is_memory_type(s->type->fields[i].type))
			diag_error(&l->c->diags, s->at,
				   "parameter %s: only integers and pointers can be passed",
				   s->type->fields[i].name);
	if (type_bare(s->type->base)->kind != TY_VOID && is_memory_type(s->type->base))
		diag_error(&l->c->diags, s->at, "a function can return only integers and pointers");
}

/* ---- the module ---- */

static void add_options(Lower *l)
{
	for (u32 i = 0; i < CONFIG_COUNT; i++) {
		static const char *const names[] = {
#define CONFIG(id, type, value, values, doc) #id,
#include "tables/config.def"
#undef CONFIG
		};
		static const char *const types[] = {
#define CONFIG(id, type, value, values, doc) #type,
#include "tables/config.def"
#undef CONFIG
		};
		const char *text = script_config_text(l->s, i);
		bool is_number = strcmp(types[i], "BOOL") == 0 || strcmp(types[i], "UINT") == 0;

		/* as written it may be "true" or "0x10" */
		if (is_number || !text || !*text)
			text = arena_printf(l->c->arena, "%llu",
					    (unsigned long long)script_config_number(l->s, i));
		vec_push(l->c->arena, &l->meta->options, (MetaOption){names[i], text});
	}
}

static void add_maps(Lower *l)
{
	l->maps = NEW_N(l->c->arena, u32, l->s->maps.len + 1);
	for (u32 i = 0; i < l->s->maps.len; i++)
		l->maps[i] = lower_map_index(l, i);
}

Module *lower_script(Script *s)
{
	Lower l = {.s = s, .c = s->c, .types = s->c->types};

	l.m = ir_module_new(s->c);
	l.m->license = script_config_text(s, CONFIG_license);
	l.meta = l.m->meta = NEW(s->c->arena, Meta);
	l.on_stack_limit = (u32)MIN(script_config_number(s, CONFIG_on_stack_limit), 256u);
	for (u32 i = 0; i < s->strings.len; i++)
		vec_push(s->c->arena, &l.meta->strings, s->strings.at[i]);
	add_options(&l);
	add_maps(&l);
	for (u32 i = 0; i < s->funcs.len; i++)
		check_function(&l, &s->funcs.at[i]);
	if (s->c->diags.n_errors)
		return NULL;
	for (u32 i = 0; i < s->funcs.len; i++)
		lower_function(&l, &s->funcs.at[i]);
	for (u32 i = 0; i < s->programs.len; i++)
		lower_program(&l, s->programs.at[i]);
	return s->c->diags.n_errors ? NULL : l.m;
}
