/*
 * Records and what they ask for. What is only to be shown goes on to the sink;
 * what changes or reads something is done here, in the order of the records.
 */
#include "run/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEADER_SIZE 8

static void report(Run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void report(Run *r, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	r->sink->error(r->sink->user, text);
}

/* The i-th argument, an integer of up to 8 bytes. */
static u64 argument(const EventDef *def, const u8 *payload, u32 i)
{
	u64 v = 0;
	Type *t;

	if (!def->args || i >= def->args->n_fields)
		return 0;
	t = type_bare(def->args->fields[i].type);
	memcpy(&v, payload + def->args->fields[i].bit_offset / 8, MIN(t->size, 8u));
	return v;
}

/* ---- maps ---- */

static void print_map(Run *r, const EventDef *def, const u8 *payload)
{
	MapRows rows;
	int err = run_read_map(r, def->map, true, &rows);

	if (err) {
		report(r, "failed to read map %s (%s)", r->meta->maps.at[def->map].name,
		       strerror(-err));
		return;
	}
	r->sink->map(r->sink->user, &rows, argument(def, payload, 0), argument(def, payload, 1));
	map_rows_free(&rows);
}

static void print_element(Run *r, const EventDef *def, const u8 *payload)
{
	bool has_key = def->args && def->args->n_fields;
	const u8 *key = has_key ? payload + def->args->fields[0].bit_offset / 8 : NULL;
	MapRows rows;
	int err = run_read_element(r, def->map, key, &rows);

	if (err) {
		report(r, "failed to read map %s (%s)", r->meta->maps.at[def->map].name,
		       strerror(-err));
		return;
	}
	r->sink->element(r->sink->user, &rows);
	map_rows_free(&rows);
}

static void change_map(Run *r, const EventDef *def, int (*change)(Store *s))
{
	Store *s = r->stores ? &r->stores[def->map] : NULL;
	int err = s && s->fd >= 0 ? change(s) : -ENOENT;

	if (err)
		report(r, "failed to change map %s (%s)", r->meta->maps.at[def->map].name,
		       strerror(-err));
}

/* ---- files and commands ---- */

/* Bytes from fd until its end or `most`; heap, NULL without memory. */
static char *read_text(int fd, size_t most, size_t *len)
{
	size_t room = 4096, n = 0;
	char *text = malloc(room);

	while (text && n < most) {
		ssize_t got = read(fd, text + n, MIN(room - n, most - n));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
		if (n == room) {
			char *grown = realloc(text, room *= 2);

			if (!grown)
				free(text);
			text = grown;
		}
	}
	*len = n;
	return text;
}

static void show_file(Run *r, const EventDef *def, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	char *text;

	if (fd < 0) {
		report(r, "failed to open file '%s' (%s)", path, strerror(errno));
		return;
	}
	text = read_text(fd, r->o.max_cat_bytes, &len);
	close(fd);
	if (text)
		r->sink->text(r->sink->user, def, text, len);
	free(text);
}

/* As bpftrace says it; the errno it adds is that of "not supported". */
static bool command_succeeded(Run *r, int status)
{
	if (!WIFEXITED(status))
		report(r, "child process did not exit normally (%s)", strerror(ENOTSUP));
	else if (WEXITSTATUS(status))
		report(r, "command exited with code %d (%s)", WEXITSTATUS(status),
		       strerror(ENOTSUP));
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void show_command(Run *r, const EventDef *def, const char *command)
{
	struct sigaction ours, usual = {.sa_handler = SIG_DFL};
	size_t len = 0;
	FILE *pipe;
	char *text;

	r->sink->flush(r->sink->user, true);
	/* an ignored SIGPIPE would be inherited: `yes | head -1` relies on it */
	sigaction(SIGPIPE, &usual, &ours);
	pipe = popen(command, "re");
	sigaction(SIGPIPE, &ours, NULL);
	if (!pipe) {
		report(r, "failed to run command '%s' (%s)", command, strerror(errno));
		return;
	}
	text = read_text(fileno(pipe), SIZE_MAX, &len);
	if (command_succeeded(r, pclose(pipe)) && text)
		r->sink->text(r->sink->user, def, text, len);
	free(text);
}

static void do_with_text(Run *r, const EventDef *def, const u8 *payload,
			 void (*action)(Run *r, const EventDef *def, const char *text))
{
	char *text = r->sink->format(r->sink->user, def, payload);

	if (text)
		action(r, def, text);
	free(text);
}

/* ---- one record ---- */

static void handle_event(Run *r, const EventDef *def, const u8 *payload)
{
	switch (def->kind) {
	case EVENT_PRINT_MAP:
		print_map(r, def, payload);
		break;
	case EVENT_PRINT_ELEMENT:
		print_element(r, def, payload);
		break;
	case EVENT_CLEAR:
		change_map(r, def, store_clear);
		break;
	case EVENT_ZERO:
		change_map(r, def, store_zero);
		break;
	case EVENT_EXIT:
		r->exit_code = (int)argument(def, payload, 0);
		r->has_exited = true;
		r->is_stopped = true;
		break;
	case EVENT_CAT:
		do_with_text(r, def, payload, show_file);
		break;
	case EVENT_SYSTEM:
		do_with_text(r, def, payload, show_command);
		break;
	case EVENT_PROCESS:
		r->sink->process(r->sink->user, (u32)argument(def, payload, 0));
		break;
	case EVENT_UNWATCH:
	case EVENT_SKBOUTPUT:
		report(r, "%s is not supported",
		       def->kind == EVENT_UNWATCH ? "unwatch()" : "skboutput()");
		break;
	default:
		r->sink->event(r->sink->user, def, payload);
	}
}

bool handle_record(void *run, const u8 *at, u32 len)
{
	Run *r = run;
	const EventDef *def;
	u32 number;

	if (len < HEADER_SIZE)
		return true;
	memcpy(&number, at, sizeof(number));
	if (number >= r->meta->events.len)
		return true;
	def = &r->meta->events.at[number];
	if (def->args && len - HEADER_SIZE < def->args->size)
		return true;
	handle_event(r, def, at + HEADER_SIZE);
	/* the record that stops is handled too: the ring has given it away */
	if (r->o.signalled && *r->o.signalled)
		r->is_stopped = true;
	return r->is_finishing || !r->is_stopped;
}
