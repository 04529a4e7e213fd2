/*
 * The sink that run/ talks to, and what is shown once: probes attached, events
 * lost, the end. Results are buffered here and flushed when the run has nothing
 * to do (-B line), at once (-B none), or when the buffer is full (-B full):
 * a write for each line would be the most expensive part of showing a map.
 */
#include <inttypes.h>

#include "output/internal.h"

#define BUFFER_BYTES (1u << 16)
#define DEFAULT_STRLEN 1024

static bool is_json(const Output *o)
{
	return o->options.format == OUTPUT_JSON;
}

static void flush_if_unbuffered(Output *o)
{
	if (o->options.buffering == OUTPUT_UNBUFFERED)
		fflush(o->options.out);
}

/* Results come before a message that was caused later. */
static FILE *begin_message(Output *o)
{
	fflush(o->options.out);
	return o->options.err;
}

static void on_attached(void *user, u32 n)
{
	Output *o = user;

	if (o->options.quiet)
		return;
	if (is_json(o)) {
		fprintf(
		    o->options.out,
		    "{\"type\": \"attached_probes\", \"count\": %u, \"data\": {\"probes\": %u}}\n",
		    n, n);
		fflush(o->options.out);
	} else {
		fprintf(begin_message(o), "Attached %u probe%s\n", n, n == 1 ? "" : "s");
	}
}

/* CAT, SYSTEM: a command's text is followed by a newline. */
static void on_text(void *user, const EventDef *def, const char *text, size_t len)
{
	Output *o = user;

	if (is_json(o)) {
		json_text(o->options.out, def->kind == EVENT_CAT ? "cat" : "syscall", text, len);
	} else {
		fwrite(text, 1, len, o->options.out);
		if (def->kind == EVENT_SYSTEM)
			fputc('\n', o->options.out);
	}
	flush_if_unbuffered(o);
}

static void on_map(void *user, const MapRows *rows, u64 top, u64 div)
{
	Output *o = user;

	if (is_json(o))
		json_map(o, o->options.out, rows, top, div);
	else
		show_map(o, o->options.out, rows, top, div);
	flush_if_unbuffered(o);
}

static void on_element(void *user, const MapRows *rows)
{
	Output *o = user;

	if (is_json(o))
		json_element(o, o->options.out, rows);
	else
		show_element(o, o->options.out, rows);
	flush_if_unbuffered(o);
}

static void on_process(void *user, u32 pid)
{
	Output *o = user;

	symbol_process_seen(o->symbols, pid);
}

static void on_watch(void *user)
{
	Output *o = user;

	symbols_catch_up(o->symbols);
}

static void on_end(void *user)
{
	Output *o = user;

	if (!is_json(o))
		fputs("\n\n", o->options.out);
}

static void on_lost(void *user, u64 n)
{
	Output *o = user;

	if (is_json(o))
		fprintf(o->options.out,
			"{\"type\": \"lost_events\", \"count\": %" PRIu64
			", \"data\": {\"events\": %" PRIu64 "}}\n",
			n, n);
	else
		fprintf(begin_message(o), "Lost %" PRIu64 " events\n", n);
}

static void on_lost_total(void *user, u64 total)
{
	Output *o = user;

	fprintf(begin_message(o), "WARNING: Total lost event count: %" PRIu64 "\n", total);
}

static void on_error(void *user, const char *text)
{
	Output *o = user;

	fprintf(begin_message(o), "ERROR: %s\n", text);
}

static bool on_flush(void *user, bool is_end)
{
	Output *o = user;

	if (is_end || o->options.buffering != OUTPUT_FULLY_BUFFERED)
		fflush(o->options.out);
	return !ferror(o->options.out);
}

/* A configuration variable that the object carries. */
static u32 option_number(const Meta *meta, const char *name, u32 otherwise)
{
	for (u32 i = 0; meta && i < meta->options.len; i++)
		if (strcmp(meta->options.at[i].name, name) == 0)
			return (u32)strtoul(meta->options.at[i].value, NULL, 10);
	return otherwise;
}

static Sink make_sink(Output *o)
{
	return (Sink){
	    .user = o,
	    .attached = on_attached,
	    .event = event_show,
	    .format = event_format,
	    .text = on_text,
	    .map = on_map,
	    .element = on_element,
	    .process = on_process,
	    .watch = on_watch,
	    .end_of_run = on_end,
	    .lost = on_lost,
	    .lost_total = on_lost_total,
	    .error = on_error,
	    .flush = on_flush,
	};
}

Output *output_new(Compile *c, const Meta *meta, Symbols *symbols, const OutputOptions *options)
{
	Output *o = calloc(1, sizeof(*o));
	u32 n = meta ? meta->events.len : 0;

	if (!o)
		return NULL;
	*o = (Output){.c = c, .meta = meta, .symbols = symbols, .options = *options};
	o->arena = arena_new();
	o->buffer = malloc(BUFFER_BYTES);
	o->formats = calloc(n + 1, sizeof(*o->formats));
	o->format_ready = calloc(n + 1, sizeof(*o->format_ready));
	if (!o->buffer || !o->formats || !o->format_ready) {
		output_free(o);
		return NULL;
	}
	o->boot_to_wall_ns = epoch_of_boot_ns();
	o->max_strlen = option_number(meta, "max_strlen", DEFAULT_STRLEN);
	o->sink = make_sink(o);
	setvbuf(o->options.out, o->buffer, _IOFBF, BUFFER_BYTES);
	return o;
}

void output_free(Output *o)
{
	if (!o)
		return;
	fflush(o->options.out);
	setvbuf(o->options.out, NULL, _IONBF, 0);
	arena_free(o->arena);
	free(o->buffer);
	free(o->formats);
	free(o->format_ready);
	free(o);
}

Sink *output_sink(Output *o)
{
	return &o->sink;
}

void output_set_run(Output *o, Run *r)
{
	o->run = r;
}

void output_value(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	if (is_json(o))
		json_value(o, f, t, bytes);
	else
		show_value(o, f, t, bytes, SHOW_VALUE);
}
