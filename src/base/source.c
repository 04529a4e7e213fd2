/*
 * Source texts and places in them. Files stand one behind the other in one row
 * of numbers beginning at 1; each takes one number more than it has bytes, so
 * that the end of a file is a place of its own.
 *
 * A line table is made when a place in the file is first shown: most programs
 * have nothing wrong with them, and then no line is ever counted.
 */
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST_FILE (64u << 20)

SourceFile *source_add(Sources *s, const char *name, const char *text, u32 len, Loc included_at)
{
	SourceFile *f;

	if (!s->next)
		s->next = 1;
	if (len >= UINT32_MAX - s->next)
		return NULL;
	f = NEW(s->arena, SourceFile);
	*f = (SourceFile){
	    .name = name, .text = text, .len = len, .base = s->next, .included_at = included_at};
	s->next += len + 1;
	vec_push(s->arena, &s->files, f);
	return f;
}

/* Reads up to the end of fd into heap memory that grows as needed. */
static int read_all(int fd, char **text, size_t *len)
{
	struct stat st;
	size_t cap = 4096;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_size > (off_t)LARGEST_FILE)
			return -EFBIG;
		cap = (size_t)st.st_size + 1;
	}
	*len = 0;
	for (;;) {
		char *room = realloc(*text, cap);
		ssize_t n;

		if (!room)
			return -ENOMEM;
		*text = room;
		n = read(fd, room + *len, cap - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		*len += (size_t)n;
		if (*len > LARGEST_FILE)
			return -EFBIG;
		if (*len == cap)
			cap *= 2;
	}
}

int source_read(Arena *a, const char *path, char **text, u32 *len)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL;
	size_t n = 0;
	int err;

	if (fd < 0)
		return -errno;
	err = read_all(fd, &bytes, &n);
	if (!err) {
		*text = arena_copy(a, bytes, n);
		*len = (u32)n;
	}
	free(bytes);
	if (!is_stdin)
		close(fd);
	return err;
}

SourceFile *source_file(const Sources *s, Loc loc)
{
	u32 low = 0, high = s->files.len;

	if (!loc || loc >= s->next)
		return NULL;
	while (high - low > 1) {
		u32 mid = low + (high - low) / 2;

		if (s->files.at[mid]->base <= loc)
			low = mid;
		else
			high = mid;
	}
	return high ? s->files.at[low] : NULL;
}

static void make_lines(Sources *s, SourceFile *f)
{
	Vec(u32) lines = {0};

	vec_push(s->arena, &lines, 0);
	for (u32 i = 0; i < f->len; i++)
		if (f->text[i] == '\n')
			vec_push(s->arena, &lines, i + 1);
	f->lines = lines.at;
	f->n_lines = lines.len;
}

SourcePos source_pos(Sources *s, Loc loc)
{
	SourceFile *f = source_file(s, loc);
	u32 low = 0, high, offset;

	if (!f)
		return (SourcePos){0};
	if (!f->lines)
		make_lines(s, f);
	offset = loc - f->base;
	high = f->n_lines;
	while (high - low > 1) {
		u32 mid = low + (high - low) / 2;

		if (f->lines[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return (SourcePos){f, low + 1, offset - f->lines[low] + 1};
}

Str source_line(Sources *s, const SourceFile *f, u32 line)
{
	SourceFile *file = source_file(s, f->base);
	u32 start, end;

	if (!file->lines)
		make_lines(s, file);
	if (!line || line > file->n_lines)
		return STR("");
	start = file->lines[line - 1];
	end = line < file->n_lines ? file->lines[line] - 1 : file->len;
	if (end > start && file->text[end - 1] == '\r')
		end--;
	return (Str){file->text + start, end - start};
}
