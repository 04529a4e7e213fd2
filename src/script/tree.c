/*
 * Making, copying and walking syntax trees. All children of a node are in a,
 * b, c and list, so none of this depends on the kind.
 */
#include "script/internal.h"

Node *node_new(Compile *c, NodeKind kind, Span at)
{
	Node *n = NEW(c->arena, Node);

	n->kind = kind;
	n->at = at;
	return n;
}

Node *node_copy(Compile *c, const Node *n)
{
	Node *copy = NEW(c->arena, Node);

	*copy = *n;
	return copy;
}

Node *node_clone(Compile *c, const Node *n)
{
	Node *copy;

	if (!n)
		return NULL;
	copy = node_copy(c, n);
	copy->a = node_clone(c, n->a);
	copy->b = node_clone(c, n->b);
	copy->c = node_clone(c, n->c);
	copy->list = NEW_N(c->arena, Node *, n->n ? n->n : 1);
	for (u32 i = 0; i < n->n; i++)
		copy->list[i] = node_clone(c, n->list[i]);
	return copy;
}

Node *node_int(Compile *c, Span at, Type *type, i64 value)
{
	Node *n = node_new(c, NODE_INT, at);

	n->type = type;
	n->value = value;
	return n;
}

void node_list(Compile *c, Node *n, Node *const *items, u32 count)
{
	n->list = NEW_N(c->arena, Node *, count ? count : 1);
	n->n = count;
	if (count)
		memcpy(n->list, items, sizeof(*items) * count);
}

void node_walk(Node *n, bool (*f)(void *user, Node *n), void *user)
{
	if (!n || !f(user, n))
		return;
	node_walk(n->a, f, user);
	node_walk(n->b, f, user);
	node_walk(n->c, f, user);
	for (u32 i = 0; i < n->n; i++)
		node_walk(n->list[i], f, user);
}

const char *script_op_text(ScriptOp op)
{
	static const char *const texts[] = {
		[SOP_NONE] = "",   [SOP_ADD] = "+", [SOP_SUB] = "-",  [SOP_MUL] = "*",	[SOP_DIV] = "/",
		[SOP_MOD] = "%",   [SOP_AND] = "&", [SOP_OR] = "|",   [SOP_XOR] = "^",	[SOP_SHL] = "<<",
		[SOP_SHR] = ">>",  [SOP_EQ] = "==", [SOP_NE] = "!=",  [SOP_LT] = "<",	[SOP_LE] = "<=",
		[SOP_GT] = ">",	   [SOP_GE] = ">=", [SOP_NEG] = "-",  [SOP_NOT] = "!",	[SOP_INV] = "~",
	};
	return texts[op];
}
