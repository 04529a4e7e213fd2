/*
 * One value as bpftrace's print() shows it: bytes and a Type in, text out.
 * Numbers are read unaligned and little-endian, as BPF on our targets wrote
 * them. Script types have the layouts of ir/meta.h; structs of C and BTF are
 * shown field by field.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <pwd.h>

#include "output/internal.h"

u64 read_bytes(const u8 *at, u32 size)
{
	u64 v = 0;

	memcpy(&v, at, MIN(size, 8));
	return v;
}

static i64 extend(u64 v, u32 bits, bool is_signed)
{
	if (bits == 0 || bits >= 64)
		return (i64)v;
	v &= (1ull << bits) - 1;
	if (is_signed && (v >> (bits - 1)))
		v |= ~0ull << bits;
	return (i64)v;
}

i64 value_integer(Output *o, Type *t, const u8 *bytes)
{
	u32 size = type_size(o->c->types, t);

	return extend(read_bytes(bytes, size), size * 8, type_is_signed(t));
}

i64 field_integer(Output *o, const Field *field, const u8 *record)
{
	u32 first = field->bit_offset / 8, shift = field->bit_offset % 8;
	u64 v;

	if (!field->bit_width)
		return value_integer(o, field->type, record + first);
	v = read_bytes(record + first, (shift + field->bit_width + 7) / 8) >> shift;
	return extend(v, field->bit_width, type_is_signed(field->type));
}

u32 text_length(const u8 *bytes, u32 n)
{
	const u8 *end = memchr(bytes, 0, n);

	return end ? (u32)(end - bytes) : n;
}

void show_escaped(FILE *f, const u8 *bytes, u32 n, bool hex)
{
	for (u32 i = 0; i < n; i++) {
		if (!hex && bytes[i] >= 0x20 && bytes[i] < 0x7f)
			fputc(bytes[i], f);
		else
			fprintf(f, "\\x%02x", bytes[i]);
	}
}

/* A text as long as texts may be was cut off. */
void show_string(Output *o, FILE *f, const u8 *bytes, u32 size)
{
	u32 n = text_length(bytes, size);

	fwrite(bytes, 1, n, f);
	if (n >= o->max_strlen && o->options.trunc_trailer)
		fputs(o->options.trunc_trailer, f);
}

void show_inet(FILE *f, const u8 *bytes)
{
	char text[INET6_ADDRSTRLEN] = "";
	InetValue v;

	memcpy(&v, bytes, sizeof(v));
	inet_ntop(v.family == AF_INET6 ? AF_INET6 : AF_INET, v.bytes, text, sizeof(text));
	fputs(text, f);
}

const char *enumerator_name(Output *o, Type *t, i64 value)
{
	t = type_complete(o->c->types, t);
	for (u32 i = 0; i < t->n_enums; i++)
		if (t->enums[i].value == value)
			return t->enums[i].name;
	return NULL;
}

static void show_integer(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	i64 v = value_integer(o, t, bytes);

	if (type_is_signed(t))
		fprintf(f, "%" PRId64, v);
	else
		fprintf(f, "%" PRIu64, (u64)v);
}

static void show_enum(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	const char *name = enumerator_name(o, t, value_integer(o, t, bytes));

	if (name)
		fputs(name, f);
	else
		show_integer(o, f, t, bytes);
}

static void show_array(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	u32 size = type_size(o->c->types, t->base);

	if (type_is_char_array(t)) {
		fwrite(bytes, 1, text_length(bytes, t->count), f);
		return;
	}
	fputc('[', f);
	for (u32 i = 0; i < t->count; i++) {
		if (i)
			fputc(',', f);
		show_value(o, f, t->base, bytes + (size_t)i * size, SHOW_VALUE);
	}
	fputc(']', f);
}

static void show_field(Output *o, FILE *f, const Field *field, const u8 *record)
{
	if (field->bit_width)
		fprintf(f, "%" PRId64, field_integer(o, field, record));
	else
		show_value(o, f, field->type, record + field->bit_offset / 8, SHOW_VALUE);
}

static void show_tuple(Output *o, FILE *f, Type *t, const u8 *bytes, ShowPlace place)
{
	if (place == SHOW_VALUE)
		fputc('(', f);
	for (u32 i = 0; i < t->n_fields; i++) {
		if (i)
			fputs(o->is_compact ? "," : ", ", f);
		show_field(o, f, &t->fields[i], bytes);
	}
	if (place == SHOW_VALUE)
		fputc(')', f);
}

static void show_struct(Output *o, FILE *f, Type *t, const u8 *bytes)
{
	const char *space = o->is_compact ? "" : " ";

	t = type_complete(o->c->types, t);
	fputc('{', f);
	for (u32 i = 0; i < t->n_fields; i++) {
		const Field *field = &t->fields[i];

		fprintf(f, "%s%s", i ? "," : "", space);
		if (field->name)
			fprintf(f, ".%s%s=%s", field->name, space, space);
		show_field(o, f, field, bytes);
	}
	fprintf(f, "%s}", t->n_fields ? space : "");
}

static void show_username(FILE *f, const u8 *bytes)
{
	u32 uid = (u32)read_bytes(bytes, 4);
	struct passwd *user = getpwuid(uid);

	if (user)
		fputs(user->pw_name, f);
	else
		fprintf(f, "%u", uid);
}

static void show_mac(FILE *f, const u8 *b)
{
	fprintf(f, "%02X:%02X:%02X:%02X:%02X:%02X", b[0], b[1], b[2], b[3], b[4], b[5]);
}

static void show_buffer(FILE *f, Type *t, const u8 *bytes)
{
	u32 n = (u32)read_bytes(bytes, 4);

	show_escaped(f, bytes + 4, MIN(n, t->count), false);
}

static void show_usym_value(Output *o, FILE *f, const u8 *bytes)
{
	SymValue v;

	memcpy(&v, bytes, sizeof(v));
	show_usym(o, f, v.address, v.pid);
}

void show_value(Output *o, FILE *f, Type *t, const u8 *bytes, ShowPlace place)
{
	t = type_bare(t);
	switch (t->kind) {
	case TY_BOOL:
		fputs(bytes[0] ? "true" : "false", f);
		break;
	case TY_INT:
		show_integer(o, f, t, bytes);
		break;
	case TY_ENUM:
		show_enum(o, f, t, bytes);
		break;
	case TY_PTR:
	case TY_FUNC:
		fprintf(f, "%#" PRIx64, read_bytes(bytes, 8));
		break;
	case TY_STRING:
		show_string(o, f, bytes, t->count);
		break;
	case TY_BUFFER:
		show_buffer(f, t, bytes);
		break;
	case TY_ARRAY:
		show_array(o, f, t, bytes);
		break;
	case TY_TUPLE:
		show_tuple(o, f, t, bytes, place);
		break;
	case TY_STRUCT:
	case TY_UNION:
	case TY_RECORD:
		show_struct(o, f, t, bytes);
		break;
	case TY_KSTACK:
	case TY_USTACK:
		show_stack(o, f, t, bytes);
		break;
	case TY_KSYM:
		show_ksym(o, f, read_bytes(bytes, 8));
		break;
	case TY_USYM:
		show_usym_value(o, f, bytes);
		break;
	case TY_INET:
		show_inet(f, bytes);
		break;
	case TY_TIMESTAMP:
		show_timestamp(o, f, bytes);
		break;
	case TY_MAC:
		show_mac(f, bytes);
		break;
	case TY_USERNAME:
		show_username(f, bytes);
		break;
	case TY_STRERROR:
		fputs(strerror((int)read_bytes(bytes, 4)), f);
		break;
	case TY_CGROUP_PATH:
		show_cgroup_path(o, f, bytes);
		break;
	default:
		break;
	}
}
