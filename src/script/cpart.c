/*
 * The C part of scripts: all that script/ asks of the C front end. Structs,
 * enums and typedefs go to the compilation's types, where the script finds
 * them by name; macros are asked for one at a time, by name.
 */
#include "script/internal.h"

#include "c/c.h"

/* --include FILE: as if the program began with these lines. */
static void include_first(Script *s)
{
	const ScriptInput *in = s->tree->input;
	Text lines = text_new(s->c->arena);
	SourceFile *f;
	const char *text;

	for (u32 i = 0; i < in->n_includes; i++)
		text_addf(&lines, "#include \"%s\"\n", in->includes[i]);
	text = text_done(&lines);
	f = *text ? source_add(&s->c->sources, "<command line>", text, (u32)strlen(text), 0) : NULL;
	if (f)
		c_unit_add(s->tree->c_unit, "<command line>", text, (u32)strlen(text), f->base);
	s->c->diags.layout = DIAG_LAYOUT_SCRIPT;
}

static CUnit *unit(Script *s)
{
	ScriptTree *tree = s->tree;
	const ScriptInput *in = tree->input;
	CInput *c_in;

	if (tree->c_unit)
		return tree->c_unit;
	c_in = NEW(s->c->arena, CInput);
	c_in->name = s->file_name;
	c_in->is_declarations = true;
	c_in->system_dirs = true;
	c_in->no_virtual = false;
	for (u32 i = 0; i < in->n_include_dirs; i++)
		vec_push(s->c->arena, &c_in->include_dirs, in->include_dirs[i]);
	if (types_have_btf(s->c->types))
		vec_push(s->c->arena, &c_in->defines, (CDefine){"BPFTRACE_HAVE_BTF=1", false});
	tree->c_unit = c_unit_new(s->c, c_in);
	include_first(s);
	return tree->c_unit;
}

void cpart_add(Script *s, Str text, Loc base)
{
	c_unit_add(unit(s), s->file_name, text.at, text.len, base);
	s->c->diags.layout = DIAG_LAYOUT_SCRIPT;
}

const char *cpart_macro(Script *s, const char *name)
{
	CMacro macro;

	if (!c_macro_find(unit(s), name, &macro) || macro.is_function)
		return NULL;
	return c_macro_expand(unit(s), name);
}

Type *cpart_type(Script *s, const char *text, Span at)
{
	return c_type_parse(unit(s), text, (u32)strlen(text), at, true);
}
