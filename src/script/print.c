/*
 * The tree as text for --dump=ast: one node a line, two blanks for each level,
 * its kind, what distinguishes it, and for values the type. Before the check
 * it shows what was parsed; after it the programs as they are to be lowered.
 */
#include "script/internal.h"

typedef struct {
	Script *s;
	Text out;
	const ScriptProgram *program; /* NULL before the check and in fn */
} Dump;

static void dump_quoted(Text *out, Str s)
{
	text_adds(out, " \"");
	for (u32 i = 0; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.at[i];

		if (ch == '\n')
			text_adds(out, "\\n");
		else if (ch == '"' || ch == '\\')
			text_addf(out, "\\%c", ch);
		else if (ch < ' ' || ch > '~')
			text_addf(out, "\\x%02x", ch);
		else
			text_addf(out, "%c", ch);
	}
	text_adds(out, "\"");
}

static void dump_detail(Dump *d, const Node *n)
{
	Text *out = &d->out;

	if (n->op && n->kind != NODE_TYPE)
		text_addf(out, " %s", script_op_text((ScriptOp)n->op));
	switch (n->kind) {
	case NODE_INT:
		if (n->type && n->type->size == 8 && !n->type->is_signed)
			text_addf(out, " %llu", (unsigned long long)n->value);
		else
			text_addf(out, " %lld", (long long)n->value);
		break;
	case NODE_STRING:
	case NODE_IMPORT:
		dump_quoted(out, n->text);
		break;
	case NODE_FIELD:
		text_addf(out, " %s", n->name);
		if (n->type && n->field.bit_width)
			text_addf(out, " bits %u+%u", n->field.bit_offset, n->field.bit_width);
		else if (n->type)
			text_addf(out, " +%u", n->field.bit_offset / 8);
		if (n->is_core)
			text_adds(out, " core");
		break;
	case NODE_PTRADD:
	case NODE_PARAM:
	case NODE_UNROLL:
		text_addf(out, " %lld", (long long)n->value);
		break;
	case NODE_CALL:
		text_addf(out, " %s", n->builtin ? builtin_info[n->builtin].name : n->name);
		if (n->value)
			text_addf(out, " %lld", (long long)n->value);
		if (n->format)
			dump_quoted(out, (Str){n->name, (u32)strlen(n->name)});
		else if (n->text.at)
			dump_quoted(out, n->text);
		break;
	default:
		if (n->name)
			text_addf(out, " %s", n->name);
	}
	if (n->is_post)
		text_adds(out, " post");
	if (n->is_agg)
		text_adds(out, " agg");
}

static void dump_node(Dump *d, const Node *n, u32 depth)
{
	if (!n)
		return;
	text_fill(&d->out, ' ', 2 * (size_t)depth);
	text_adds(&d->out, node_kind_name(n->kind));
	dump_detail(d, n);
	if (n->type)
		text_addf(&d->out, " : %s", type_script_str(d->s->c->types, n->type));
	text_adds(&d->out, "\n");
	dump_node(d, n->a, depth + 1);
	dump_node(d, n->b, depth + 1);
	dump_node(d, n->c, depth + 1);
	for (u32 i = 0; i < n->n; i++)
		dump_node(d, n->list[i], depth + 1);
}

static void dump_source(Dump *d)
{
	const ScriptTree *tree = d->s->tree;

	for (u32 i = 0; i < tree->macros.len; i++) {
		text_addf(&d->out, "macro %s\n", tree->macros.at[i]->name);
		dump_node(d, tree->macros.at[i]->body, 1);
	}
	for (u32 i = 0; i < tree->funcs.len; i++) {
		text_addf(&d->out, "fn %s\n", tree->funcs.at[i]->name);
		dump_node(d, tree->funcs.at[i]->body, 1);
	}
	for (u32 i = 0; i < tree->probes.len; i++) {
		const SourceProbe *p = tree->probes.at[i];

		text_adds(&d->out, "probe");
		for (u32 k = 0; k < p->attach.len; k++)
			text_addf(&d->out, "%s %.*s", k ? "," : "", (int)p->attach.at[k].text.len,
				  p->attach.at[k].text.at);
		text_adds(&d->out, "\n");
		if (p->predicate) {
			text_adds(&d->out, "  predicate\n");
			dump_node(d, p->predicate, 2);
		}
		dump_node(d, p->body, 1);
	}
}

static void dump_maps(Dump *d)
{
	Types *ts = d->s->c->types;

	for (u32 i = 0; i < d->s->maps.len; i++) {
		const ScriptMap *m = &d->s->maps.at[i];

		text_addf(&d->out, "map %s", m->name);
		if (m->key)
			text_addf(&d->out, "[%s]", type_script_str(ts, m->key));
		text_addf(&d->out, " : %s%s, %u\n", type_script_str(ts, m->value),
			  m->is_per_cpu ? ", per cpu" : "", m->max_entries);
	}
}

static void dump_program(Dump *d, const ScriptProgram *p)
{
	text_addf(&d->out, "program %s (%s)\n", p->name, p->section);
	for (u32 k = 0; k < p->attach.len; k++) {
		text_addf(&d->out, "  at %s\n", p->attach.at[k].name);
		for (u32 w = 0; w < p->attach.at[k].wildcard.len; w++)
			text_addf(&d->out, "    %s\n", p->attach.at[k].wildcard.at[w]);
	}
	for (u32 k = 0; k < p->locals.len; k++)
		text_addf(&d->out, "  var %u %s : %s\n", k, p->locals.at[k].name,
			  type_script_str(d->s->c->types, p->locals.at[k].type));
	dump_node(d, p->body, 1);
}

const char *script_dump_tree(Script *s)
{
	Dump d = {.s = s, .out = text_new(s->c->arena)};

	if (!s->programs.len) {
		dump_source(&d);
		return text_done(&d.out);
	}
	dump_maps(&d);
	for (u32 i = 0; i < s->funcs.len; i++) {
		text_addf(&d.out, "fn %s\n", s->funcs.at[i].name);
		dump_node(&d, s->funcs.at[i].body, 1);
	}
	for (u32 i = 0; i < s->programs.len; i++)
		dump_program(&d, s->programs.at[i]);
	return text_done(&d.out);
}
