/*
 * Units of src/output: what each kind of value, map and event looks like, byte
 * for byte as bpftrace 0.27.1 was seen to print it, in text and JSON.
 */
#include "output/internal.h"

#include <stdlib.h>

#include "check.h"

typedef struct {
	Compile c;
	Target target;
	Types *ts;
	Meta meta;
	Output *o;
	FILE *out;
	Checks checks;
} Bench;

static void bench_start(Bench *b)
{
	memset(b, 0, sizeof(*b));
	compile_init(&b->c);
	b->c.target = &b->target;
	b->ts = b->c.types = types_new(&b->c);
}

static void bench_end(Bench *b)
{
	types_free(b->ts);
	compile_done(&b->c);
}

/* A fresh Output that writes to a file; its events are in b->meta. */
static void open_output(Bench *b, OutputFormat format)
{
	OutputOptions options = {.format = format, .trunc_trailer = ".."};

	b->out = tmpfile();
	options.out = options.err = b->out;
	b->o = output_new(&b->c, &b->meta, NULL, &options);
}

static void close_output(Bench *b, const char *name, const char *wanted)
{
	static char text[8192];
	size_t len;

	output_free(b->o);
	rewind(b->out);
	len = fread(text, 1, sizeof(text) - 1, b->out);
	text[len] = 0;
	fclose(b->out);
	check_text(&b->checks, name, text, wanted);
}

static void value(Bench *b, const char *name, Type *t, const void *bytes, const char *text,
		  const char *json)
{
	open_output(b, OUTPUT_TEXT);
	output_value(b->o, b->out, t, bytes);
	close_output(b, name, text);
	open_output(b, OUTPUT_JSON);
	output_value(b->o, b->out, t, bytes);
	close_output(b, name, json);
}

static const char *name_in(Bench *b, const char *text)
{
	return intern(&b->c.names, text);
}

static Type *pair_type(Bench *b, Type *first, Type *second)
{
	return type_tuple(b->ts, (Type *[]){first, second}, 2);
}

/* ---- values ---- */

static void test_scalars(Bench *b)
{
	Type *i64_type = type_int(b->ts, 8, true), *u64_type = type_int(b->ts, 8, false);
	Enumerator names[] = {{name_in(b, "AA"), 1}, {name_in(b, "BB"), 2}};
	Type *e = type_enum_new(b->ts, name_in(b, "foo"), type_int(b->ts, 4, false), names, 2);

	value(b, "negative", i64_type, &(i64){-1}, "-1", "-1");
	value(b, "largest", u64_type, &(u64){UINT64_MAX}, "18446744073709551615",
	      "\"18446744073709551615\"");
	value(b, "exact in a double", i64_type, &(i64){1ll << 62}, "4611686018427387904",
	      "4611686018427387904");
	value(b, "not exact in a double", i64_type, &(i64){9007199254740993}, "9007199254740993",
	      "\"9007199254740993\"");
	value(b, "narrow signed", type_int(b->ts, 1, true), &(i8){-56}, "-56", "-56");
	value(b, "bool", type_bool(b->ts), &(u8){1}, "true", "true");
	value(b, "pointer", type_ptr(b->ts, type_void(b->ts), AS_KERNEL), &(u64){0xffff}, "0xffff",
	      "65535");
	value(b, "null pointer", type_ptr(b->ts, type_void(b->ts), AS_KERNEL), &(u64){0}, "0", "0");
	value(b, "enumerator", e, &(u32){2}, "BB", "2");
	value(b, "no enumerator", e, &(u32){7}, "7", "7");
	value(b, "mac", type_simple(b->ts, TY_MAC), "\x01\xab\x02\x03\x04\xff", "01:AB:02:03:04:FF",
	      "\"01:AB:02:03:04:FF\"");
	value(b, "inet", type_simple(b->ts, TY_INET), &(InetValue){2, {127, 0, 0, 1}}, "127.0.0.1",
	      "\"127.0.0.1\"");
	value(b, "inet6", type_simple(b->ts, TY_INET), &(InetValue){10, {[15] = 1}}, "::1",
	      "\"::1\"");
}

static void test_texts(Bench *b)
{
	struct {
		u32 n;
		char bytes[4];
	} buffer = {4, {'a', 0, 2, 'b'}};

	value(b, "text", type_string(b->ts, 16), "ab\0zzzzzzzzzzzzz", "ab", "\"ab\"");
	value(b, "text escapes", type_string(b->ts, 16), "a\tb\nc\"d\\\x01\xff\xc3\xa9",
	      "a\tb\nc\"d\\\x01\xff\xc3\xa9", "\"a\\tb\\nc\\\"d\\\\\\u0001\\u00ff\xc3\xa9\"");
	value(b, "buffer", type_buffer(b->ts, 4), &buffer, "a\\x00\\x02b", "[97,0,2,98]");
	b->meta.options.at = &(MetaOption){"max_strlen", "4"};
	b->meta.options.len = 1;
	value(b, "cut text", type_string(b->ts, 5), "abcd", "abcd..", "\"abcd..\"");
	value(b, "short text", type_string(b->ts, 5), "abc\0", "abc", "\"abc\"");
	b->meta.options.len = 0;
}

static void test_parts(Bench *b)
{
	Type *i32_type = type_int(b->ts, 4, true);
	Type *pair = pair_type(b, i32_type, type_string(b->ts, 4));
	struct {
		i32 a;
		char text[4];
	} one = {1, "q"};
	Field fields[] = {{.name = name_in(b, "a"), .type = i32_type},
			  {.name = name_in(b, "b"), .type = type_string(b->ts, 4)}};
	Type *s = type_record_new(b->ts, TY_STRUCT, NULL);
	Field bits[] = {
	    {.name = name_in(b, "x"), .type = type_int(b->ts, 1, false), .bit_width = 3},
	    {.name = name_in(b, "y"), .type = type_int(b->ts, 1, true), .bit_width = 5},
	    {.name = name_in(b, "c"), .type = type_array(b->ts, type_char(b->ts), 3)}};

	type_record_layout(b->ts, s, bits, 3, false, 0);
	value(b, "tuple", pair, &one, "(1, q)", "[1,\"q\"]");
	value(b, "tuple of one", type_tuple(b->ts, &i32_type, 1), &one, "(1)", "[1]");
	value(b, "record", type_record(b->ts, fields, 2), &one, "{ .a = 1, .b = q }",
	      "{\"a\": 1, \"b\": \"q\"}");
	value(b, "bit-fields and char array", s,
	      "\xfd"
	      "ab\0",
	      "{ .x = 5, .y = -1, .c = ab }", "{\"x\": 5, \"y\": -1, \"c\": \"ab\"}");
	value(b, "array", type_array(b->ts, i32_type, 3), (i32[]){1, 2, 3}, "[1,2,3]", "[1,2,3]");
	value(b, "array of arrays", type_array(b->ts, type_array(b->ts, i32_type, 2), 2),
	      (i32[]){1, 2, 3, 4}, "[[1,2],[3,4]]", "[[1,2],[3,4]]");
}

/* ---- maps ---- */

static void map(Bench *b, const char *name, const MapShow *show, MapRow *rows, u32 n, u64 top,
		u64 div, const char *text, const char *json)
{
	MapRows all = {.show = show, .rows = rows, .n = n};

	open_output(b, OUTPUT_TEXT);
	b->o->sink.map(b->o, &all, top, div);
	close_output(b, name, text);
	open_output(b, OUTPUT_JSON);
	b->o->sink.map(b->o, &all, top, div);
	close_output(b, name, json);
}

static MapRow row(const void *key, const void *bytes)
{
	return (MapRow){key, bytes};
}

static void test_maps(Bench *b)
{
	Type *i64_type = type_int(b->ts, 8, true), *i32_type = type_int(b->ts, 4, true);
	MapShow scalar = {.name = "@", .value = i64_type};
	MapShow keyed = {
	    .name = "@k", .value = i64_type, .key = pair_type(b, i32_type, type_string(b->ts, 4))};
	MapRow five = row(NULL, &(i64){5});
	MapRow rows[] = {row("\1\0\0\0a\0\0", &(i64){10}), row("\2\0\0\0b\0\0", &(i64){20}),
			 row("\3\0\0\0c d", &(i64){30})};

	map(b, "scalar", &scalar, &five, 1, 0, 0, "@: 5\n",
	    "{\"type\": \"map\", \"data\": {\"@\": 5}}\n");
	map(b, "empty map", &scalar, NULL, 0, 0, 0, "", "");
	map(b, "keyed map", &keyed, rows, 3, 0, 0, "@k[1, a]: 10\n@k[2, b]: 20\n@k[3, c d]: 30\n",
	    "{\"type\": \"map\", \"data\": {\"@k\": {\"1,a\": 10, \"2,b\": 20, \"3,c d\": 30}}}\n");
	map(b, "top and div", &keyed, rows, 3, 2, 10, "@k[2, b]: 2\n@k[3, c d]: 3\n",
	    "{\"type\": \"map\", \"data\": {\"@k\": {\"2,b\": 2, \"3,c d\": 3}}}\n");
}

static void test_aggregates(Bench *b)
{
	MapShow stats = {.name = "@s", .value = type_agg(b->ts, AGG_STATS, true, NULL)};
	MapShow avg = {.name = "@a", .value = type_agg(b->ts, AGG_AVG, true, NULL)};
	MapShow sum = {.name = "@u", .value = type_agg(b->ts, AGG_SUM, false, NULL)};
	MapRow both = row(NULL, (i64[]){2, -5}), most = row(NULL, &(u64){UINT64_MAX});

	map(b, "stats", &stats, &both, 1, 0, 0, "@s: { .count = 2, .average = -2, .total = -5 }\n",
	    "{\"type\": \"stats\", \"data\": {\"@s\": {\"count\": 2, \"average\": -2, \"total\": "
	    "-5}}}\n");
	map(b, "only the average is divided", &stats, &both, 1, 0, 2,
	    "@s: { .count = 2, .average = -1, .total = -5 }\n",
	    "{\"type\": \"stats\", \"data\": {\"@s\": {\"count\": 2, \"average\": -1, \"total\": "
	    "-5}}}\n");
	map(b, "avg", &avg, &both, 1, 0, 0, "@a: -2\n",
	    "{\"type\": \"stats\", \"data\": {\"@a\": -2}}\n");
	map(b, "unsigned sum", &sum, &most, 1, 0, 0, "@u: 18446744073709551615\n",
	    "{\"type\": \"map\", \"data\": {\"@u\": \"18446744073709551615\"}}\n");
}

#define BAR13 "@@@@@@@@@@@@@"
#define BAR52 BAR13 BAR13 BAR13 BAR13
#define GAP13 "             "
#define GAP52 GAP13 GAP13 GAP13 GAP13

static void test_log2(Bench *b)
{
	MapShow h = {.name = "@h", .value = type_agg(b->ts, AGG_HIST, true, (i64[4]){0})};
	MapShow fine = {.name = "@f", .value = type_agg(b->ts, AGG_HIST, true, (i64[4]){3})};
	u64 buckets[66 << 3] = {[0] = 1, [1] = 4, [2] = 2}, late[66] = {[10] = 2, [11] = 2},
			  parts[66 << 3] = {0};
	MapRow first = row(NULL, buckets), second = row(NULL, late), third = row(NULL, parts);

	map(b, "hist", &h, &first, 1, 0, 0,
	    "@h:\n"
	    "(..., 0)               1 |" BAR13 GAP13 GAP13 GAP13 "|\n"
	    "[0]                    4 |" BAR52 "|\n"
	    "[1]                    2 |" BAR13 BAR13 GAP13 GAP13 "|\n\n",
	    "{\"type\": \"hist\", \"data\": {\"@h\": [{\"max\": -1, \"count\": 1},"
	    "{\"min\": 0, \"max\": 0, \"count\": 4},{\"min\": 1, \"max\": 1, \"count\": 2}]}}\n");
	map(b, "hist divided", &h, &second, 1, 0, 4,
	    "@h:\n[256, 512)             0 |" GAP52 "|\n[512, 1K)              0 |" GAP52 "|\n\n",
	    "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 256, \"max\": 511, \"count\": 0},"
	    "{\"min\": 512, \"max\": 1023, \"count\": 0}]}}\n");
	/* 7680 has a mantissa of 15 and a shift of 9: the suffix begins with a shift of 10 */
	parts[1 + ((9 + 1) << 3) + 7] = 1;
	map(b, "hist in parts", &fine, &third, 1, 0, 0,
	    "@f:\n[7680, 8K)             1 |" BAR52 "|\n\n",
	    "{\"type\": \"hist\", \"data\": {\"@f\": [{\"min\": 7680, \"max\": 8191, \"count\": "
	    "1}]}}\n");
	memset(late, 0, sizeof(late));
	map(b, "zeroed hist", &h, &second, 1, 0, 0, "@h:\n\n",
	    "{\"type\": \"hist\", \"data\": {\"@h\": []}}\n");
}

static void test_linear(Bench *b)
{
	MapShow l = {.name = "@l", .value = type_agg(b->ts, AGG_LHIST, true, (i64[4]){10, 20, 5})};
	MapShow k = {.name = "@k",
		     .value = type_agg(b->ts, AGG_LHIST, true, (i64[4]){0, 10240, 1024})};
	MapRow all = row(NULL, (u64[]){1, 2, 2, 1}),
	       high = row(NULL, (u64[12]){[10] = 1, [11] = 1});

	map(b, "lhist", &l, &all, 1, 0, 2,
	    "@l:\n"
	    "(..., 10)              1 |" BAR13 BAR13 GAP13 GAP13 "|\n"
	    "[10, 15)               2 |" BAR52 "|\n"
	    "[15, 20)               2 |" BAR52 "|\n"
	    "[20, ...)              1 |" BAR13 BAR13 GAP13 GAP13 "|\n\n",
	    "{\"type\": \"hist\", \"data\": {\"@l\": [{\"max\": 9, \"count\": 1},"
	    "{\"min\": 10, \"max\": 14, \"count\": 2},{\"min\": 15, \"max\": 19, \"count\": 2},"
	    "{\"min\": 20, \"count\": 1}]}}\n");
	map(b, "lhist by 1024", &k, &high, 1, 0, 0,
	    "@k:\n[9K, 10K)              1 |" BAR52 "|\n[10K, ...)             1 |" BAR52 "|\n\n",
	    "{\"type\": \"hist\", \"data\": {\"@k\": [{\"min\": 9216, \"max\": 10239, \"count\": "
	    "1},"
	    "{\"min\": 10240, \"count\": 1}]}}\n");
}

static void test_series(Bench *b)
{
	MapShow t = {.name = "@t",
		     .value = type_agg(b->ts, AGG_TSERIES, true, (i64[4]){100000000, 3})};
	MapRow slots = row(NULL, (u64[]){13, 4, 0, 11, (u64)-4, 0, 0, 0, 0});
	MapRows all = {.show = &t, .rows = &slots, .n = 1};

	setenv("TZ", "UTC", 1);
	open_output(b, OUTPUT_TEXT);
	b->o->boot_to_wall_ns = 0;
	b->o->sink.map(b->o, &all, 0, 0);
	close_output(b, "tseries",
		     "@t:\n"
		     "             -4                                                  4\n"
		     "hh:mm:ss.ms  |___________________________________________________|\n"
		     "00:00:01.100 *                         .                         | -4\n"
		     "00:00:01.200 |                         .                         | -\n"
		     "00:00:01.300 |                         .                         * 4\n"
		     "             v___________________________________________________v\n"
		     "             -4                                                  4\n\n");
	open_output(b, OUTPUT_JSON);
	b->o->boot_to_wall_ns = 0;
	b->o->sink.map(b->o, &all, 0, 0);
	close_output(b, "tseries",
		     "{\"type\": \"tseries\", \"data\": {\"@t\": "
		     "[{\"interval_start\":\"1970-01-01 00:00:01.100000000\",\"value\":-4},"
		     "{\"interval_start\":\"1970-01-01 00:00:01.300000000\",\"value\":4}]}}\n");
}

/* ---- events ---- */

static void event(Bench *b, const char *name, EventDef def, const void *payload, const char *text,
		  const char *json)
{
	b->meta.events.at = &def;
	b->meta.events.len = 1;
	open_output(b, OUTPUT_TEXT);
	b->o->sink.event(b->o, &def, payload);
	close_output(b, name, text);
	open_output(b, OUTPUT_JSON);
	b->o->sink.event(b->o, &def, payload);
	close_output(b, name, json);
	b->meta.events.len = 0;
}

/* printf of one signed 64-bit integer or of "ab". */
static void number(Bench *b, const char *format, i64 v, const char *text)
{
	Field field = {.name = name_in(b, "a0"), .type = type_int(b->ts, 8, true)};
	EventDef def = {.kind = EVENT_PRINTF,
			.format = {format, (u32)strlen(format)},
			.args = type_record(b->ts, &field, 1)};
	char json[256];

	snprintf(json, sizeof(json), "{\"type\": \"printf\", \"data\": \"%s\"}\n", text);
	event(b, format, def, &v, text, json);
}

static void test_numbers(Bench *b)
{
	number(b, "%d", 0x123456789a, "878082202");
	number(b, "%ld", 0x123456789a, "78187493530");
	number(b, "%x", 0x123456789a, "3456789a");
	number(b, "%hhd", 0x12345, "69");
	number(b, "%hd", 0x12345, "9029");
	number(b, "%5d|", -3, "   -3|");
	number(b, "%-5d|", -3, "-3   |");
	number(b, "%05d", -3, "000-3");
	number(b, "%-05d|", 5, "50000|");
	number(b, "%+d", 3, "+3");
	number(b, "%+u", 3, "3");
	number(b, "% d", 3, "3");
	number(b, "%#x", 255, "0xff");
	number(b, "%#X", 255, "0XFF");
	number(b, "%#x", 0, "0");
	number(b, "%#06x", 255, "000xff");
	number(b, "%#o", 8, "010");
	number(b, "%8.3d", 5, "       5");
	number(b, "%c", 65, "A");
	number(b, "%-5c|", 65, "A    |");
	number(b, "%p", 255, "0xff");
	number(b, "%010p", 5, "00000000x5");
	number(b, "%s%%", -1, "-1%");
}

static void test_messages(Bench *b)
{
	Field field = {.name = name_in(b, "a0"), .type = type_int(b->ts, 8, true)};
	EventDef def = {.kind = EVENT_ERRORF,
			.format = STR("bad\n"),
			.file = "stdin",
			.line = 1,
			.col = 9,
			.col_end = 13,
			.source_line = "begin { @a++; }"};

	event(b, "errorf", def, NULL, "stdin:1:9-13: ERROR: bad\n",
	      "{\"type\": \"errorf\", \"msg\": \"bad\\n\", \"filename\": \"stdin\", \"line\": 1, "
	      "\"col\": 9}\n");
	def.kind = EVENT_WARNF;
	def.format = STR("w");
	event(b, "warnf", def, NULL, "stdin:1:9-13: WARNING: w\n",
	      "{\"type\": \"warnf\", \"msg\": \"w\", \"filename\": \"stdin\", \"line\": 1, "
	      "\"col\": 9}\n");
	def.kind = EVENT_RUNTIME_ERROR;
	def.args = type_record(b->ts, &field, 1);
	event(b, "runtime error", def, &(i64){0},
	      "stdin:1:9-13: WARNING: w\nbegin { @a++; }\n        ~~~~\n",
	      "{\"type\": \"runtime_error\", \"msg\": \"w\", \"filename\": \"stdin\", \"line\": 1, "
	      "\"col\": 9}\n");
	def.extra = "map_update_elem";
	event(b, "helper error", def, &(i64){-7},
	      "stdin:1:9-13: WARNING: w\nAdditional Info - helper: map_update_elem, retcode: -7\n"
	      "begin { @a++; }\n        ~~~~\n",
	      "{\"type\": \"helper_error\", \"msg\": \"Argument list too long\", \"helper\": "
	      "\"map_update_elem\", "
	      "\"retcode\": -7, \"filename\": \"stdin\", \"line\": 1, \"col\": 9}\n");
}

static void test_others(Bench *b)
{
	Field join[] = {{.name = name_in(b, "a0"), .type = type_int(b->ts, 8, false)},
			{.name = name_in(b, "a1"), .type = type_string(b->ts, 4)},
			{.name = name_in(b, "a2"), .type = type_string(b->ts, 4)}};
	EventDef def = {
	    .kind = EVENT_JOIN, .format = STR("-"), .args = type_record(b->ts, join, 3)};

	event(b, "join", def, "\2\0\0\0\0\0\0\0ab\0\0cd\0", "ab-cd\n",
	      "{\"type\": \"join\", \"data\": \"ab-cd\"}\n");
	event(b, "join of one", def, "\1\0\0\0\0\0\0\0ab\0\0cd\0", "ab\n",
	      "{\"type\": \"join\", \"data\": \"ab\"}\n");
	open_output(b, OUTPUT_TEXT);
	b->o->sink.attached(b->o, 1);
	b->o->sink.attached(b->o, 2);
	b->o->sink.lost(b->o, 5);
	b->o->sink.end_of_run(b->o);
	b->o->sink.lost_total(b->o, 5);
	close_output(b, "messages",
		     "Attached 1 probe\nAttached 2 probes\nLost 5 events\n\n\n"
		     "WARNING: Total lost event count: 5\n");
	open_output(b, OUTPUT_JSON);
	b->o->sink.attached(b->o, 2);
	b->o->sink.lost(b->o, 5);
	b->o->sink.end_of_run(b->o);
	close_output(b, "messages as JSON",
		     "{\"type\": \"attached_probes\", \"count\": 2, \"data\": {\"probes\": 2}}\n"
		     "{\"type\": \"lost_events\", \"count\": 5, \"data\": {\"events\": 5}}\n");
}

int main(void)
{
	Bench b;

	bench_start(&b);
	test_scalars(&b);
	test_texts(&b);
	test_parts(&b);
	test_maps(&b);
	test_aggregates(&b);
	test_log2(&b);
	test_linear(&b);
	test_series(&b);
	test_numbers(&b);
	test_messages(&b);
	test_others(&b);
	bench_end(&b);
	return check_status(&b.checks);
}
