/*
 * --set NAME=VALUE: a global variable's bytes before the object is loaded,
 * read by the variable's own type. NAME may lead into a struct (config.port);
 * VALUE is a number in C's notation, true or false, an enumerator's name, a text
 * for an array of char, or a list with commas for any other array.
 */
#include "run/internal.h"

#include <errno.h>
#include <stdarg.h>

typedef struct Knob {
	Types *types;
	const char *name; /* for messages */
	char **why;
} Knob;

static int refuse(const Knob *k, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

static int refuse(const Knob *k, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vasprintf(k->why, fmt, args) < 0)
		*k->why = NULL;
	va_end(args);
	return code;
}

static bool fits(i64 value, bool is_negative, u32 size, bool is_signed)
{
	u32 bits = size * 8;

	if (bits >= 64)
		return true;
	if (is_signed || is_negative)
		return value >= -(1ll << (bits - 1)) && value < (1ll << bits);
	return (u64)value < 1ull << bits;
}

static int set_integer(const Knob *k, Type *t, const char *text, u8 *out)
{
	u32 size = type_size(k->types, t);
	char *end;
	i64 value = *text == '-' ? strtoll(text, &end, 0) : (i64)strtoull(text, &end, 0);

	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		value = *text == 't';
	else if (!*text || *end)
		return refuse(k, -EINVAL, "\"%s\" is no number, as %s needs", text, k->name);
	if (t->kind == TY_BOOL)
		value = value != 0;
	if (!fits(value, *text == '-', size, type_is_signed(t)))
		return refuse(k, -ERANGE, "%s does not fit %s, which has %u byte%s", text, k->name,
			      size, size == 1 ? "" : "s");
	memcpy(out, &value, MIN(size, sizeof(value)));
	return 0;
}

static int set_enum(const Knob *k, Type *t, const char *text, u8 *out)
{
	u32 size = type_size(k->types, t);

	t = type_complete(k->types, t);
	for (u32 i = 0; i < t->n_enums; i++) {
		if (strcmp(t->enums[i].name, text) != 0)
			continue;
		memcpy(out, &t->enums[i].value, MIN(size, sizeof(t->enums[i].value)));
		return 0;
	}
	return set_integer(k, t, text, out);
}

static int set_text(const Knob *k, const Type *t, const char *text, u8 *out)
{
	size_t len = strlen(text);

	if (len >= t->count)
		return refuse(k, -ERANGE,
			      "the text is too long for %s, which has room for %u characters", k->name,
			      t->count ? t->count - 1 : 0);
	memset(out, 0, t->count);
	memcpy(out, text, len);
	return 0;
}

static int set_value(const Knob *k, Type *t, const char *text, u8 *out);

static int set_list(const Knob *k, const Type *t, const char *text, u8 *out)
{
	u32 size = type_size(k->types, t->base), i = 0;
	char item[64];

	while (*text) {
		size_t len = strcspn(text, ",");
		int err;

		if (i == t->count)
			return refuse(k, -ERANGE, "%s has only %u elements", k->name, t->count);
		snprintf(item, sizeof(item), "%.*s", (int)len, text);
		err = set_value(k, t->base, item, out + (size_t)i++ * size);
		if (err)
			return err;
		text += len + (text[len] == ',');
	}
	return 0;
}

static int set_value(const Knob *k, Type *t, const char *text, u8 *out)
{
	t = type_bare(t);
	switch (t->kind) {
	case TY_BOOL:
	case TY_INT:
		return set_integer(k, t, text, out);
	case TY_ENUM:
		return set_enum(k, t, text, out);
	case TY_ARRAY:
		return type_is_char_array(t) ? set_text(k, t, text, out) : set_list(k, t, text, out);
	default:
		return refuse(k, -EINVAL, "%s is a %s, which can't be set", k->name,
			      type_str(k->types, t));
	}
}

/* From a variable into its members. */
static int set_member(const Knob *k, Type *t, const char *path, const char *text, u8 *out)
{
	u16 steps[TYPE_MAX_PATH];
	u32 n_steps;
	Field field;

	while (*path == '.') {
		size_t len = strcspn(++path, ".");
		char name[128];

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		if (!type_is_record(type_bare(t)) ||
		    !type_field(k->types, type_bare(t), name, &field, steps, &n_steps) ||
		    field.bit_width)
			return refuse(k, -ENOENT, "%s: there is no such member", k->name);
		out += field.bit_offset / 8;
		t = field.type;
		path += len;
	}
	return set_value(k, t, text, out);
}

static bool find_variable(const Loaded *loaded, const char *name, LoadVariable *out)
{
	for (u32 i = 0; load_variable_next(loaded, &i, out);)
		if (strcmp(out->name, name) == 0)
			return true;
	return false;
}

int shapes_set_variable(Shapes *s, Loaded *loaded, const char *assignment, char **why)
{
	size_t len = strcspn(assignment, "=");
	char name[256], whole[256];
	Knob k = {shapes_types(s), whole, why};
	LoadVariable variable;
	size_t room = 0;
	u8 *bytes;

	*why = NULL;
	if (!assignment[len] || len >= sizeof(name))
		return refuse(&k, -EINVAL, "\"%s\": write NAME=VALUE", assignment);
	snprintf(whole, sizeof(whole), "%.*s", (int)len, assignment);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(whole, "."), whole);
	if (!find_variable(loaded, name, &variable))
		return refuse(&k, -ENOENT, "the object has no global variable %s", name);
	bytes = load_data(loaded, variable.section, &room);
	if (!bytes || (u64)variable.offset + variable.size > room)
		return refuse(&k, -ENOENT, "%s: its section %s has no bytes", name,
			      variable.section);
	return set_member(&k, shapes_type(s, variable.type_id), whole + strlen(name),
			  assignment + len + 1, bytes + variable.offset);
}
