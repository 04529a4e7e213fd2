/*
 * Inline assembly of C: statements → OP_ASM.
 *
 * The operation's text says all that bpf/ needs to know: a letter for each
 * operand, outputs first, then '|', then the template with operands by their
 * number:
 *
 *	w  an output that is only written      m  one that is read and written ("+r")
 *	r  a register                          i  a constant, or the address of a map or variable
 *	x  either ("ri")                       0… tied to that output
 *
 * The operation has an argument for each operand (a dummy for 'w'); its result
 * is the first output, OP_ASMOUT takes the others from it. Those of asm goto
 * have no outputs; their result is 0 where control goes on, else the number of
 * the label ("%lN", from 0) + 1. An empty template is "": it hides from the
 * optimiser where its first argument comes from.
 *
 * Nothing is checked here that the template says: header functions that nobody
 * calls may be assembly of another machine.
 */
#include <ctype.h>

#include "base/text.h"
#include "lower/c_internal.h"

static bool is_tie(const char *constraint)
{
	return isdigit((unsigned char)*constraint);
}

static char output_letter(const CAsmOperand *o)
{
	return strchr(o->constraint, '+') ? 'm' : 'w';
}

static char input_letter(const CAsmOperand *o)
{
	bool in_register = strpbrk(o->constraint, "rwg") != NULL;
	bool is_constant = strpbrk(o->constraint, "ing") != NULL;

	if (is_tie(o->constraint))
		return *o->constraint;
	return in_register && is_constant ? 'x' : in_register ? 'r' : is_constant ? 'i' : 0;
}

/* ---- the template ---- */

static bool is_named(const char *name, Str s)
{
	return name && strlen(name) == s.len && memcmp(name, s.at, s.len) == 0;
}

static bool find_operand(CAsm *a, Str name, u32 *number)
{
	for (u32 i = 0; i < a->outputs.len + a->inputs.len; i++) {
		const CAsmOperand *o = i < a->outputs.len ? &a->outputs.at[i]
							  : &a->inputs.at[i - a->outputs.len];
		*number = i;
		if (is_named(o->name, name))
			return true;
	}
	return false;
}

static bool find_label(CAsm *a, Str name, u32 *number)
{
	for (*number = 0; *number < a->labels.len; (*number)++)
		if (is_named(a->labels.at[*number]->name, name))
			return true;
	return false;
}

/* What stands behind "%", "%w" or "%l": a number or [name]. Returns where it ends, NULL if it's wrong. */
static const char *read_reference(CAsm *a, const char *at, const char *end, bool is_label, u32 *number)
{
	u32 n_operands = a->outputs.len + a->inputs.len;

	if (at < end && *at == '[') {
		const char *close = memchr(at, ']', (size_t)(end - at));
		Str name = {at + 1, close ? (u32)(close - at - 1) : 0};
		bool found = is_label ? find_label(a, name, number) : find_operand(a, name, number);
		return close && found ? close + 1 : NULL;
	}
	if (at == end || !isdigit((unsigned char)*at))
		return NULL;
	for (*number = 0; at < end && isdigit((unsigned char)*at); at++)
		*number = *number * 10 + (u32)(*at - '0');
	if (is_label)
		*number -= n_operands;
	return *number < (is_label ? a->labels.len : n_operands) ? at : NULL;
}

/* Adds the template to t; false if it refers to what isn't there. */
static bool add_template(Text *t, CAsm *a)
{
	const char *at = a->text.at, *end = at + a->text.len;

	while (at < end) {
		char c = *at++, modifier = 0;
		u32 number;
		if (c != '%' || at == end || *at == '%') {
			text_add(t, &c, 1);
			at += c == '%' && at < end;
			continue;
		}
		if (*at == '=') { /* a number of its own: labels are the template's own here */
			at++;
			continue;
		}
		if (*at == 'w' || *at == 'l' || *at == 'c')
			modifier = *at++;
		at = read_reference(a, at, end, modifier == 'l', &number);
		if (!at)
			return false;
		text_addf(t, modifier == 'w' ? "%%w%u" : modifier == 'l' ? "%%l%u" : "%%%u", number);
	}
	return true;
}

/* The text of the operation; NULL after an error. */
static const char *operation_text(CLower *x, CStmt *s)
{
	CAsm *a = s->assembly;
	Text t = {.arena = x->c->arena};

	vec_each(o, &a->outputs) text_addf(&t, "%c", output_letter(o));
	vec_each(o, &a->inputs) {
		char letter = input_letter(o);
		if (!letter) {
			clower_error(x, o->expr->at, "unknown constraint '%s' of assembly", o->constraint);
			return NULL;
		}
		text_addf(&t, "%c", letter);
	}
	text_add(&t, "|", 1);
	if (!add_template(&t, a)) {
		clower_error(x, a->text_at, "the template refers to an operand that isn't there");
		return NULL;
	}
	return text_done(&t);
}

/* ---- operands ---- */

/* The value that an output starts with: its own ("+r"), or that of the input tied to it ("0"). */
static Val initial_value(CLower *x, CAsm *a, u32 output, CPlace p)
{
	if (output_letter(&a->outputs.at[output]) == 'm')
		return clower_load(x, p);
	vec_each(in, &a->inputs)
		if (is_tie(in->constraint) && strtoul(in->constraint, NULL, 10) == output)
			return clower_value(x, in->expr);
	return ir_const(CB(x), CLS_L, 0);
}

static bool check_operands(CLower *x, CAsm *a)
{
	for (u32 i = 0; i < a->outputs.len + a->inputs.len; i++) {
		const CExpr *e = i < a->outputs.len ? a->outputs.at[i].expr
						    : a->inputs.at[i - a->outputs.len].expr;
		if (!clower_is_memory(x, e->type))
			continue;
		clower_error(x, e->at, "an operand of assembly must be a number or a pointer");
		return false;
	}
	return true;
}

static Val *arguments(CLower *x, CAsm *a, const CPlace *places)
{
	u32 n = 0;
	Val *args = NEW_N(x->c->arena, Val, a->outputs.len + a->inputs.len + 1);

	for (; n < a->outputs.len; n++)
		args[n] = initial_value(x, a, n, places[n]);
	vec_each(in, &a->inputs) {
		bool is_again = is_tie(in->constraint); /* it was evaluated for its output */
		args[n++] = is_again ? ir_const(CB(x), CLS_L, 0) : clower_value(x, in->expr);
	}
	return args;
}

static void store_outputs(CLower *x, CAsm *a, const CPlace *places, Val result)
{
	for (u32 i = 0; i < a->outputs.len; i++) {
		Val v = i ? ir_add(CB(x), (Ins){.op = OP_ASMOUT, .cls = CLS_L, .a = result, .imm = i})
			  : result;
		clower_store(x, places[i], ir_to_cls(CB(x), clower_cls(x, places[i].type), v));
	}
}

/* To the label whose number the operation gave. */
static void jump_to_labels(CLower *x, CAsm *a, Val result)
{
	for (u32 i = 0; i < a->labels.len; i++) {
		u32 taken = clower_block(x, "asm.goto"), next = clower_block(x, "asm.next");
		Val cond = ir_cmp(CB(x), OP_EQ, 8, result, ir_const(CB(x), CLS_L, i + 1));
		ir_br(CB(x), cond, taken, next);
		ir_at(CB(x), taken);
		clower_goto(x, a->labels.at[i]);
		ir_at(CB(x), next);
	}
}

/* An empty template: only outputs that keep their value matter, each by itself. */
static void lower_barrier(CLower *x, CAsm *a, const CPlace *places)
{
	for (u32 i = 0; i < a->outputs.len; i++) {
		Val v = initial_value(x, a, i, places[i]);
		Val out = ir_add(CB(x), (Ins){.op = OP_ASM, .cls = CLS_L, .asm_text = "", .n_args = 1, .args = &v});
		clower_store(x, places[i], ir_to_cls(CB(x), clower_cls(x, places[i].type), out));
	}
	if (a->outputs.len)
		return;
	Val *args = arguments(x, a, places);
	ir_add(CB(x), (Ins){.op = OP_ASM, .cls = CLS_L, .asm_text = "", .n_args = a->inputs.len, .args = args});
}

void clower_asm(CLower *x, CStmt *s)
{
	CAsm *a = s->assembly;
	CPlace *places = NEW_N(x->c->arena, CPlace, a->outputs.len + 1);

	while (a->text.len && strchr(" \t\n;", a->text.at[a->text.len - 1]))
		a->text.len--;
	if (!check_operands(x, a))
		return;
	for (u32 i = 0; i < a->outputs.len; i++)
		places[i] = clower_place(x, a->outputs.at[i].expr);
	if (!a->text.len) {
		lower_barrier(x, a, places);
		return;
	}
	const char *text = operation_text(x, s);
	if (!text)
		return;
	Val *args = arguments(x, a, places);
	CB(x)->loc = a->text_at.start ? a->text_at.start : s->at.start;
	Val result = ir_add(CB(x), (Ins){.op = OP_ASM,
					 .cls = CLS_L,
					 .asm_text = text,
					 .n_args = a->outputs.len + a->inputs.len,
					 .args = args});
	store_outputs(x, a, places, result);
	if (a->is_goto)
		jump_to_labels(x, a, result);
}
