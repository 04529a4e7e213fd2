/*
 * What the compiler answers at once: sizeof, offsetof, typeinfo.
 */
#include "script/internal.h"

static Node *number(Check *k, const Node *n, u64 value)
{
	Node *out = node_int(k->c, n->at, int_type(k, 8, false), (i64)value);

	out->is_literal = true;
	return out;
}

static Type *type_of(Check *k, const Node *n)
{
	if (n->kind == NODE_TYPE || ((n->kind == NODE_DEREF || n->kind == NODE_INDEX) && n->a->kind == NODE_TYPE))
		return check_type_node(k, n);
	if (n->kind == NODE_IDENT && !n->builtin) { /* a type's bare name */
		Type *t = types_find_typedef(k->ts, n->name);

		return t ? t : check_expr(k, n)->type;
	}
	Node *value = unwrap_array(check_expr(k, n));

	return value->type;
}

Node *check_sizeof(Check *k, const Node *n)
{
	Type *t = type_of(k, n->a);

	return t->kind == TY_ERROR ? check_bad(k, n) : number(k, n, type_size(k->ts, t));
}

Node *check_offsetof(Check *k, const Node *n)
{
	Type *t = type_of(k, n->a);
	u32 bits = 0;

	for (u32 i = 0; i < n->n && t->kind != TY_ERROR; i++) {
		u16 path[TYPE_MAX_PATH];
		u32 n_path;
		Field f;

		if (type_is_ptr(t))
			t = type_bare(t)->base;
		if (!type_is_record(type_bare(t)) ||
		    !type_field(k->ts, t, n->list[i]->name, &f, path, &n_path)) {
			check_error(k, n->at, "'%s' has no field named '%s'", type_script_str(k->ts, t),
				    n->list[i]->name);
			return check_bad(k, n);
		}
		bits += f.bit_offset;
		t = f.type;
	}
	return t->kind == TY_ERROR ? check_bad(k, n) : number(k, n, bits / 8);
}

/* (btf_id, base_type, full_type) */
Node *check_typeinfo(Check *k, const Node *n)
{
	Type *t = type_of(k, n->a);
	const char *mode = script_config_text(k->s, CONFIG_unstable_typeinfo);
	Node *src;

	if (t->kind == TY_ERROR)
		return check_bad(k, n);
	if (strcmp(mode, "error") == 0) {
		check_error(k, n->at, "typeinfo feature is not enabled by default. To enable this unstable feature, "
			    "set the config flag to enable. unstable_typeinfo=enable");
		return check_bad(k, n);
	}
	src = node_new(k->c, NODE_RECORD, n->at);
	Field fields[3] = {{.name = intern(&k->c->names, "btf_id")},
			   {.name = intern(&k->c->names, "base_type")},
			   {.name = intern(&k->c->names, "full_type")}};
	Node *items[3] = {number(k, n, type_bare(t)->btf_id), literal_string(k, n->at, kind_word(t)),
			  literal_string(k, n->at, type_script_str(k->ts, t))};

	for (u32 i = 0; i < 3; i++)
		fields[i].type = items[i]->type;
	node_list(k->c, src, items, 3);
	src->type = type_record(k->ts, fields, 3);
	return src;
}
