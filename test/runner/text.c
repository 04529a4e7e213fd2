/*
 * Growing bytes, lists of words, files. Memory that can't be had ends the
 * runner: there is nothing to save.
 */
#include "runner.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("runner: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(2);
}

void text_put(Text *t, const void *bytes, size_t len)
{
	if (t->len + len + 1 > t->room) {
		t->room = 2 * (t->len + len) + 64;
		t->at = realloc(t->at, t->room);
		if (!t->at)
			die("out of memory");
	}
	memcpy(t->at + t->len, bytes, len);
	t->len += len;
	t->at[t->len] = 0;
}

void text_puts(Text *t, const char *string)
{
	text_put(t, string, strlen(string));
}

void text_printf(Text *t, const char *fmt, ...)
{
	va_list args;
	char *line;
	int n;

	va_start(args, fmt);
	n = vasprintf(&line, fmt, args);
	va_end(args);
	if (n < 0)
		die("out of memory");
	text_put(t, line, (size_t)n);
	free(line);
}

void text_clear(Text *t)
{
	t->len = 0;
	if (t->at)
		*t->at = 0;
}

void text_free(Text *t)
{
	free(t->at);
	*t = (Text){0};
}

const char *text_of(const Text *t)
{
	return t->at ? t->at : "";
}

bool text_read_file(Text *t, const char *path)
{
	FILE *f = fopen(path, "re");
	char part[65536];
	size_t n;
	bool ok;

	if (!f)
		return false;
	text_put(t, "", 0);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		text_put(t, part, n);
	ok = !ferror(f);
	fclose(f);
	return ok;
}

bool text_write_file(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "we");
	bool ok;

	if (!f)
		return false;
	ok = fwrite(bytes, 1, len, f) == len;
	return fclose(f) == 0 && ok;
}

char *text_replace(const char *in, const char *name, const char *with)
{
	size_t len = strlen(name);
	Text t = {0};

	text_put(&t, "", 0);
	for (const char *hit; (hit = strstr(in, name)); in = hit + len) {
		text_put(&t, in, (size_t)(hit - in));
		text_puts(&t, with);
	}
	text_puts(&t, in);
	return t.at;
}

size_t words_len(char **words)
{
	size_t n = 0;

	while (words && words[n])
		n++;
	return n;
}

void words_push(char ***words, const char *word)
{
	size_t n = words_len(*words);

	*words = realloc(*words, (n + 2) * sizeof(**words));
	if (!*words)
		die("out of memory");
	(*words)[n] = word ? strdup(word) : NULL;
	(*words)[n + 1] = NULL;
}

/* One word, from *at on, into t. */
static void cut_word(const char **at, Text *t)
{
	char quote = 0;
	const char *p = *at;

	text_put(t, "", 0);
	for (; *p && (quote || !strchr(" \t\n", *p)); p++) {
		if (quote ? *p == quote : *p == '\'' || *p == '"')
			quote = quote ? 0 : *p;
		else if (*p == '\\' && quote != '\'' && p[1])
			text_put(t, ++p, 1);
		else
			text_put(t, p, 1);
	}
	*at = p;
}

char **words_split(const char *line)
{
	char **words = NULL;

	for (;;) {
		Text t = {0};

		line += strspn(line, " \t\n");
		if (!*line)
			break;
		cut_word(&line, &t);
		words_push(&words, t.at);
		text_free(&t);
	}
	if (!words)
		words_push(&words, NULL);
	return words;
}
