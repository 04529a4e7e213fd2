/*
 * Configuration variables: defaults from config.def, then the script's config
 * block, then the environment, which wins.
 */
#include "script/internal.h"

#include <ctype.h>

typedef enum { BOOL = 1, UINT, TEXT, ENUM, OLD } ConfigType;

static const struct {
	const char *name;
	ConfigType type;
	const char *value, *values;
} rows[CONFIG_COUNT] = {
#define CONFIG(id, type, value, values, doc) [CONFIG_##id] = {#id, type, value, values},
#include "tables/config.def"
#undef CONFIG
};

static const char *const renamed[][2] = {
	{"strlen", "max_strlen"},
	{"no_cpp_demangle", "cpp_demangle"},
	{"cat_bytes_max", "max_cat_bytes"},
	{"map_keys_max", "max_map_keys"},
};

static const char *const env_only[] = {"btf", "kernel_build", "kernel_source", "vmlinux", "color"};

const char *config_name(ConfigId id)
{
	return rows[id].name;
}

/* Position of the word in a '|' list, from 0; -1 if it isn't there. */
static int list_find(const char *list, const char *word, size_t len)
{
	int n = 0;

	for (const char *p = list;; p++, n++) {
		size_t part = strcspn(p, "|");

		if (part == len && strncasecmp(p, word, len) == 0)
			return n;
		p += part;
		if (!*p)
			return -1;
	}
}

static bool parse_bool(Str v, u64 *value)
{
	static const struct {
		const char *word;
		bool value;
	} list[] = {{"true", 1}, {"1", 1}, {"on", 1}, {"yes", 1}, {"false", 0}, {"0", 0}, {"off", 0}, {"no", 0}};

	for (u32 i = 0; i < ARRAY_LEN(list); i++)
		if (v.len == strlen(list[i].word) && strncasecmp(v.at, list[i].word, v.len) == 0) {
			*value = list[i].value;
			return true;
		}
	return false;
}

/* What is wrong with a value of an ENUM or TEXT row. */
static const char *bad_choice(ConfigId id)
{
	switch (id) {
	case CONFIG_missing_probes:
		return "Invalid value for missing_probes: valid values are ignore, warn, and error.";
	case CONFIG_stack_mode:
		return "Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.";
	case CONFIG_cache_user_symbols:
		return "Invalid value for cache_user_symbols: valid values are PER_PID, PER_PROGRAM, and NONE.";
	case CONFIG_license:
		return "Invalid value for license. Valid values: GPL, GPL v2, GPL and additional rights, "
		       "Dual BSD/GPL, Dual MIT/GPL, Dual MPL/GPL.";
	default:
		return "Invalid value for unstable config: valid values are enable, warn, and error.";
	}
}

/* Takes the value; NULL, or what is wrong with it. */
static const char *set_value(Script *s, ConfigId id, Str v)
{
	ConfigValue *out = &s->config[id];
	u64 number = 0;
	int choice;

	switch (rows[id].type) {
	case BOOL:
		if (!parse_bool(v, &number))
			return "Invalid bool value: valid values are true, false, 1 or 0.";
		break;
	case UINT:
		if (!lexer_number(v, true, &number))
			return arena_printf(s->c->arena, "expecting a number, got %.*s", (int)v.len, v.at);
		break;
	case TEXT:
	case ENUM:
		choice = *rows[id].values ? list_find(rows[id].values, v.at, v.len) : 0;
		if (choice < 0)
			return bad_choice(id);
		number = (u64)choice;
		break;
	default:
		break;
	}
	out->number = number;
	out->text = name_of(s->c, v.at, v.len);
	return NULL;
}

void config_init(Script *s)
{
	for (u32 i = 0; i < CONFIG_COUNT; i++)
		set_value(s, (ConfigId)i, (Str){rows[i].value, (u32)strlen(rows[i].value)});
}

/* The row with the name in any case, with or without "bpftrace_"; CONFIG_COUNT if there is none. */
static u32 find_row(const char *name)
{
	u32 i = 0;

	if (strncasecmp(name, "bpftrace_", 9) == 0)
		name += 9;
	while (i < CONFIG_COUNT && strcasecmp(rows[i].name, name) != 0)
		i++;
	return i;
}

static void unknown_entry(Script *s, const ConfigEntry *e, Span at)
{
	const char *name = strncasecmp(e->name, "bpftrace_", 9) == 0 ? e->name + 9 : e->name;
	NameHint hint = {0};

	for (u32 i = 0; i < ARRAY_LEN(renamed); i++)
		if (strcasecmp(renamed[i][0], name) == 0) {
			diag_warning(&s->c->diags, at, "%s has been renamed, please use %s", renamed[i][0],
				     renamed[i][1]);
			return;
		}
	for (u32 i = 0; i < ARRAY_LEN(env_only); i++)
		if (strcasecmp(env_only[i], name) == 0) {
			diag_error(&s->c->diags, at, "%s: can only be set as an environment variable",
				   e->name);
			return;
		}
	diag_error(&s->c->diags, at, "%s: not a known configuration option", e->name);
	for (u32 i = 0; i < CONFIG_COUNT; i++)
		hint_offer(&hint, name, rows[i].name);
	if (hint.best)
		diag_hint(&s->c->diags, "did you mean %s?", hint.best);
}

static void apply_entry(Script *s, const ConfigEntry *e)
{
	Span at = span_join(e->at, e->value_at);
	u32 id = find_row(e->name);
	const char *wrong;

	if (id == CONFIG_COUNT) {
		unknown_entry(s, e, at);
		return;
	}
	if (rows[id].type == OLD) {
		diag_warning(&s->c->diags, at, "%s is deprecated and has no effect", e->name);
		return;
	}
	wrong = set_value(s, (ConfigId)id, e->value);
	if (wrong)
		diag_error(&s->c->diags, at, "%s: %s", e->name, wrong);
	s->config[id].is_set = true;
}

static void apply_env(Script *s, ConfigId id)
{
	char name[64] = "BPFTRACE_";
	const char *value, *wrong;
	size_t at = strlen(name);

	for (const char *p = rows[id].name; *p && at + 1 < sizeof(name); p++)
		name[at++] = (char)toupper((unsigned char)*p);
	value = s->tree->input->env(name);
	if (!value)
		return;
	wrong = set_value(s, id, (Str){value, (u32)strlen(value)});
	if (wrong)
		diag_error(&s->c->diags, (Span){0}, "%s: %s", name, wrong);
	s->config[id].is_set = true;
}

void config_apply(Script *s)
{
	for (u32 i = 0; i < s->tree->config.len; i++)
		apply_entry(s, &s->tree->config.at[i]);
	for (u32 i = 0; i < CONFIG_COUNT && s->tree->input->env; i++)
		if (rows[i].type != OLD)
			apply_env(s, (ConfigId)i);
}

u64 script_config_number(const Script *s, ConfigId id)
{
	return s->config[id].number;
}

const char *script_config_text(const Script *s, ConfigId id)
{
	return s->config[id].text;
}
