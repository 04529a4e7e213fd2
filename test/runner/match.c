/*
 * What came against what was expected. Exact texts must be equal to the byte.
 * Patterns go line by line: "…" stands for any text inside a line, "<n>" for
 * a decimal number, "<x>" for hexadecimal digits; a line that is only "…" for
 * any number of lines.
 */
#include "runner.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANY "\xe2\x80\xa6" /* … */

static const char *line_end(const char *at)
{
	return at + strcspn(at, "\n");
}

static const char *next_line(const char *at)
{
	at = line_end(at);
	return *at ? at + 1 : at;
}

/* Both texts with marks: "-" expected, "+" came, from the first line that differs. */
static char *show_difference(const char *wanted, const char *got)
{
	unsigned line = 1, shown = 0;
	Text t = {0};

	while (*wanted && *got && line_end(wanted) - wanted == line_end(got) - got &&
	       memcmp(wanted, got, (size_t)(line_end(got) - got)) == 0) {
		wanted = next_line(wanted);
		got = next_line(got);
		line++;
	}
	text_printf(&t, "    from line %u on:\n", line);
	for (shown = 0; *wanted && shown < 20; shown++, wanted = next_line(wanted))
		text_printf(&t, "    - %.*s\n", (int)(line_end(wanted) - wanted), wanted);
	for (shown = 0; *got && shown < 20; shown++, got = next_line(got))
		text_printf(&t, "    + %.*s%s\n", (int)(line_end(got) - got), got,
			    *line_end(got) ? "" : " (no newline)");
	return t.at;
}

char *match_exact(const char *wanted, const char *got)
{
	return strcmp(wanted, got) == 0 ? NULL : show_difference(wanted, got);
}

static const char *skip_digits(const char *at, const char *end, int (*is_digit)(int))
{
	while (at < end && is_digit((unsigned char)*at))
		at++;
	return at;
}

/* Does the pattern [p, p_end) fit the line [s, s_end)? */
static bool fits(const char *p, const char *p_end, const char *s, const char *s_end)
{
	while (p < p_end) {
		if (strncmp(p, ANY, 3) == 0) {
			for (p += 3; s <= s_end; s++)
				if (fits(p, p_end, s, s_end))
					return true;
			return false;
		}
		if (strncmp(p, "<n>", 3) == 0 || strncmp(p, "<x>", 3) == 0) {
			const char *end = skip_digits(s, s_end, p[1] == 'n' ? isdigit : isxdigit);

			if (end == s)
				return false;
			s = end;
			p += 3;
			continue;
		}
		if (s >= s_end || *p != *s)
			return false;
		p++;
		s++;
	}
	return s == s_end;
}

static bool is_any_line(const char *p)
{
	return strncmp(p, ANY, 3) == 0 && (p[3] == '\n' || p[3] == 0);
}

/* Lines against lines; *far is the first line that no way of reading the patterns got past. */
static bool fits_lines(const char *p, const char *s, const char **far)
{
	if (s > *far)
		*far = s;
	for (; *p; p = next_line(p), s = next_line(s)) {
		if (is_any_line(p)) {
			for (p = next_line(p);; s = next_line(s)) {
				if (fits_lines(p, s, far))
					return true;
				if (!*s)
					return false;
			}
		}
		if (s > *far)
			*far = s;
		if (!*s || !fits(p, line_end(p), s, line_end(s)))
			return false;
	}
	return !*s;
}

char *match_patterns(const char *patterns, const char *got)
{
	const char *far = got;
	Text t = {0};
	unsigned shown = 0;

	if (fits_lines(patterns, got, &far))
		return NULL;
	text_puts(&t, "    wanted lines like:\n");
	for (const char *p = patterns; *p && shown < 30; p = next_line(p), shown++)
		text_printf(&t, "    - %.*s\n", (int)(line_end(p) - p), p);
	text_puts(&t, "    got (> where it parts):\n");
	shown = 0;
	for (const char *s = got; *s && shown < 40; s = next_line(s), shown++)
		text_printf(&t, "    %c %.*s\n", s == far ? '>' : '+', (int)(line_end(s) - s), s);
	return t.at;
}
