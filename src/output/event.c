/*
 * Events that are only to be shown: printf, print, time, join, errors and
 * warnings of scripts and of the run time. Text goes to `out`, messages to
 * `err`; as JSON all of it is on `out`.
 */
#include <errno.h>
#include <inttypes.h>

#include "output/internal.h"

static bool is_json(const Output *o)
{
	return o->options.format == OUTPUT_JSON;
}

/* Text made by f(), which JSON shows as one value. */
typedef struct Made {
	char *at;
	size_t len;
	FILE *f;
} Made;

static bool made_begin(Made *m)
{
	*m = (Made){0};
	m->f = open_memstream(&m->at, &m->len);
	return m->f != NULL;
}

static void made_end(Made *m)
{
	fclose(m->f);
}

char *event_format(void *user, const EventDef *def, const u8 *payload)
{
	Output *o = user;
	Made m;

	if (!made_begin(&m))
		return NULL;
	show_printf(o, m.f, def, payload);
	made_end(&m);
	return m.at;
}

/* join(): u64 count, then that many texts. */
static void show_join(Output *o, FILE *f, const EventDef *def, const u8 *payload)
{
	u64 count = read_bytes(payload, 8);

	for (u32 i = 1; i < def->args->n_fields && i <= count; i++) {
		const Field *field = &def->args->fields[i];

		if (i > 1)
			fwrite(def->format.at, 1, def->format.len, f);
		show_string(o, f, payload + field->bit_offset / 8, type_bare(field->type)->count);
	}
}

static void show_made(Output *o, FILE *f, const EventDef *def, const u8 *payload)
{
	if (def->kind == EVENT_TIME)
		show_now(f, def->format);
	else if (def->kind == EVENT_JOIN)
		show_join(o, f, def, payload);
	else
		show_printf(o, f, def, payload);
}

/* PRINTF, TIME, JOIN */
static void show_text(Output *o, const char *type, const EventDef *def, const u8 *payload)
{
	Made m;

	if (!is_json(o)) {
		show_made(o, o->options.out, def, payload);
		if (def->kind == EVENT_JOIN)
			fputc('\n', o->options.out);
		return;
	}
	if (!made_begin(&m))
		return;
	show_made(o, m.f, def, payload);
	made_end(&m);
	json_text(o->options.out, type, m.at, m.len);
	free(m.at);
}

static void show_print(Output *o, const EventDef *def, const u8 *payload)
{
	FILE *f = o->options.out;
	const Field *field;

	if (!def->args || !def->args->n_fields)
		return;
	field = &def->args->fields[0];
	if (is_json(o)) {
		fputs("{\"type\": \"value\", \"data\": ", f);
		json_value(o, f, field->type, payload + field->bit_offset / 8);
		fputs("}\n", f);
	} else {
		show_value(o, f, field->type, payload + field->bit_offset / 8, SHOW_VALUE);
		fputc('\n', f);
	}
}

/* ---- messages ---- */

/* `, "filename": …, "line": …, "col": …}` */
static void json_place(FILE *f, const EventDef *def)
{
	fputs(", \"filename\": ", f);
	json_string(f, def->file ? def->file : "", def->file ? strlen(def->file) : 0);
	fprintf(f, ", \"line\": %u, \"col\": %u}\n", def->line, def->col);
}

static void json_message(Output *o, const char *type, const EventDef *def, const char *text)
{
	fprintf(o->options.out, "{\"type\": \"%s\", \"msg\": ", type);
	json_string(o->options.out, text, strlen(text));
	json_place(o->options.out, def);
}

static void text_place(FILE *f, const EventDef *def)
{
	if (!def->file)
		return;
	fprintf(f, "%s:%u:%u", def->file, def->line, def->col);
	if (def->col_end > def->col)
		fprintf(f, "-%u", def->col_end);
	fputs(": ", f);
}

/* errorf(), warnf(): one line, whether or not the text ends its line. */
static void show_message(Output *o, const EventDef *def, const u8 *payload)
{
	bool is_error = def->kind == EVENT_ERRORF;
	char *text = event_format(o, def, payload);
	size_t len = text ? strlen(text) : 0;

	if (text && is_json(o)) {
		json_message(o, is_error ? "errorf" : "warnf", def, text);
	} else if (text) {
		fflush(o->options.out);
		text_place(o->options.err, def);
		fprintf(o->options.err, "%s: %s%s", is_error ? "ERROR" : "WARNING", text,
			len && text[len - 1] == '\n' ? "" : "\n");
	}
	free(text);
}

/* The line with the call and tildes under it; of a call over several lines its first. */
static void show_line(FILE *f, const EventDef *def)
{
	u32 len, end;

	if (!def->source_line)
		return;
	len = (u32)strlen(def->source_line);
	end = def->col_end > def->col ? def->col_end : len + 1;
	fprintf(f, "%s\n", def->source_line);
	for (u32 i = 1; i < end; i++)
		fputc(i < def->col ? ' ' : '~', f);
	fputc('\n', f);
}

/* What the helper's result means: our text says why an update found no room, errno the rest. */
static const char *runtime_text(const EventDef *def, i64 code, char *room, size_t size)
{
	bool is_known =
	    !def->extra || code == 0 || code == -E2BIG || !strcmp(def->extra, "map_lookup_elem");

	if (is_known && def->format.len) {
		snprintf(room, size, "%.*s", (int)def->format.len, def->format.at);
		return room;
	}
	return strerror((int)-code);
}

static void show_runtime_error(Output *o, const EventDef *def, const u8 *payload)
{
	i64 code = def->args && def->args->n_fields
		       ? value_integer(o, def->args->fields[0].type,
				       payload + def->args->fields[0].bit_offset / 8)
		       : 0;
	FILE *f = is_json(o) ? o->options.out : o->options.err;
	char room[1024];
	const char *text = runtime_text(def, code, room, sizeof(room));

	if (is_json(o) && !def->extra) {
		json_message(o, "runtime_error", def, text);
	} else if (is_json(o)) {
		text = strerror((int)-code);
		fputs("{\"type\": \"helper_error\", \"msg\": ", f);
		json_string(f, text, strlen(text));
		fprintf(f, ", \"helper\": \"%s\", \"retcode\": %" PRId64, def->extra, code);
		json_place(f, def);
	} else {
		fflush(o->options.out);
		text_place(f, def);
		fprintf(f, "WARNING: %s\n", text);
		if (def->extra)
			fprintf(f, "Additional Info - helper: %s, retcode: %" PRId64 "\n",
				def->extra, code);
		show_line(f, def);
	}
}

void event_show(void *user, const EventDef *def, const u8 *payload)
{
	Output *o = user;

	switch (def->kind) {
	case EVENT_PRINTF:
		show_text(o, "printf", def, payload);
		break;
	case EVENT_TIME:
		show_text(o, "time", def, payload);
		break;
	case EVENT_JOIN:
		show_text(o, "join", def, payload);
		break;
	case EVENT_PRINT:
		show_print(o, def, payload);
		break;
	case EVENT_ERRORF:
	case EVENT_WARNF:
		show_message(o, def, payload);
		break;
	case EVENT_RUNTIME_ERROR:
		show_runtime_error(o, def, payload);
		break;
	default:
		break;
	}
	if (o->options.buffering == OUTPUT_UNBUFFERED)
		fflush(o->options.out);
}
