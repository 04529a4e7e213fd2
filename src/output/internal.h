/* Shared inside output/. */
#pragma once

#include "output/output.h"
#include "types/format.h"

struct Output {
	Compile *c; /* types and arena */
	const Meta *meta;
	Symbols *symbols;
	OutputOptions options;
	Run *run;
	Format *formats; /* of each event, parsed at its first use; heap */
	bool *format_ready;
	Arena *arena; /* parsed formats */
	u64 boot_to_wall_ns; /* CLOCK_REALTIME at boot; for timestamps */
	Sink sink;
};

/* ---- value.c ---- */
/* Where a value stands decides how strings and tuples look. */
typedef enum {
	SHOW_VALUE, /* print(), map values: tuples in parentheses */
	SHOW_KEY, /* inside @m[…]: the outermost tuple without parentheses */
} ShowPlace;

void show_value(Output *o, FILE *f, Type *t, const u8 *bytes, ShowPlace place);
/* Integer of the type's size and sign. */
i64 value_integer(Output *o, Type *t, const u8 *bytes);
u64 read_bytes(const u8 *at, u32 size);
/* A record's field, bit-fields included, as an integer. */
i64 field_integer(Output *o, const Field *field, const u8 *record);
/* Bytes up to the first zero or n. */
u32 text_length(const u8 *bytes, u32 n);
/* "%r": printable bytes as they are, others \xHH; hex: all \xHH. */
void show_escaped(FILE *f, const u8 *bytes, u32 n, bool hex);
void show_inet(FILE *f, const u8 *bytes);
void show_string(Output *o, FILE *f, const u8 *bytes, u32 size);
/* Name of an enumerator or NULL. */
const char *enumerator_name(Output *o, Type *t, i64 value);

/* ---- stack.c ---- */
void show_stack(Output *o, FILE *f, Type *t, const u8 *bytes);
void show_ksym(Output *o, FILE *f, u64 address, bool with_offset);
void show_usym(Output *o, FILE *f, u64 address, u32 pid, bool with_offset);

/* ---- cgroup.c ---- */
void show_cgroup_path(Output *o, FILE *f, const u8 *bytes);

/* ---- time.c ---- */
/* strftime with %f (µs), %k (ns), %l (ms), of nanoseconds since the epoch. */
void show_time(FILE *f, Str format, u64 epoch_ns);
u64 epoch_of_boot_ns(void);
void show_timestamp(Output *o, FILE *f, const u8 *bytes);

/* ---- printf.c ---- */
void show_printf(Output *o, FILE *f, const EventDef *def, const u8 *payload);

/* ---- hist.c ---- */
/* A histogram's rows from the first to the last bucket that isn't empty. */
typedef struct {
	bool has_low, has_high; /* false: open-ended */
	i64 low, high; /* high exclusive */
	u64 count;
} HistRow;

/* At most `max` rows into out; number of rows. */
u32 hist_rows(const Type *agg, const u64 *buckets, HistRow *out, u32 max);
u32 hist_bucket_count(const Type *agg);
void show_hist(FILE *f, const Type *agg, const u64 *buckets);

/* ---- map.c ---- */
void show_map(Output *o, FILE *f, const MapRows *rows, u64 top, u64 div);
/* The part of an aggregate that is shown as one number, divided. */
i64 aggregate_number(const MapShow *show, const u8 *value, u64 div);
bool aggregate_is_hist(const MapShow *show);
bool aggregate_is_stats(const MapShow *show);

/* ---- json.c ---- */
void json_string(FILE *f, const char *at, size_t len);
void json_value(Output *o, FILE *f, Type *t, const u8 *bytes);
void json_map(Output *o, FILE *f, const MapRows *rows, u64 top, u64 div);
void json_event(Output *o, FILE *f, const char *type, const char *text, size_t len);

/* ---- event.c ---- */
void event_show(void *user, const EventDef *def, const u8 *payload, u32 len);
