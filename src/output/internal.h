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
	u32 max_strlen; /* texts of this length were cut off */
	bool is_compact; /* no spaces between the parts of keys: JSON */
	char *buffer; /* of options.out */
	const Type *last_record; /* whose fields' names were shown last; NULL */
	Sink sink;
};

/* ---- value.c ---- */
/* Where a value stands decides how tuples look. */
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
void show_ksym(Output *o, FILE *f, u64 address);
void show_usym(Output *o, FILE *f, u64 address, u32 pid);

/* ---- build_id.c ---- */
/* The build id of an ELF file as hex digits; false if it has none that fits. */
bool build_id_of(const char *path, char *out, size_t room);

/* ---- cgroup.c ---- */
void show_cgroup_path(Output *o, FILE *f, const u8 *bytes);

/* ---- time.c ---- */
/* strftime() of a script: with %f (µs), %k (ns), %l (ms), of nanoseconds since the epoch. */
void show_time(FILE *f, Str format, u64 epoch_ns);
/* time() of a script: C's strftime of now. */
void show_now(FILE *f, Str format);
u64 epoch_of_boot_ns(void);
void show_timestamp(Output *o, FILE *f, const u8 *bytes);

/* ---- printf.c ---- */
void show_printf(Output *o, FILE *f, const EventDef *def, const u8 *payload);

/* ---- hist.c ---- */
typedef struct {
	bool has_low, has_high; /* false: open-ended */
	u64 low, high; /* high exclusive */
	u64 count; /* divided */
	char label[64];
} HistRow;

/* Rows from the first to the last bucket that isn't empty; heap, NULL if there are none. Linear
 * histograms aren't divided. */
HistRow *hist_rows(const Type *agg, const u64 *buckets, u64 div, u32 *n);
void show_hist(FILE *f, const Type *agg, const u64 *buckets, u64 div);

/* ---- tseries.c ---- */
/* Slots of a time series {epoch, value, meta}, by their epochs. */
typedef struct {
	u64 start_ns; /* since the epoch of the clock, wall time */
	i64 value;
	bool has_value;
} SeriesRow;

/* The rows from the oldest to the newest slot, gaps included; heap, NULL if there are none. */
SeriesRow *series_rows(Output *o, const Type *agg, const u8 *slots, u32 *n);
void show_series(Output *o, FILE *f, const Type *agg, const u8 *slots);

/* ---- map.c ---- */
void show_map(Output *o, FILE *f, const MapRows *rows, u64 top, u64 div);
/* print(@m[k]): the value alone. */
void show_element(Output *o, FILE *f, const MapRows *rows);
/* An aggregate that is one number (COUNT, SUM, MIN, MAX, AVG) or an average of STATS, divided. */
i64 aggregate_number(const Type *agg, const u8 *value, u64 div);
/* A plain integer of a map, divided. */
i64 divided_integer(Output *o, Type *t, const u8 *value, u64 div);
/* The first row that print(@m, top) shows. */
u32 first_row(const MapRows *rows, u64 top);

/* ---- json.c ---- */
/* With quotes. */
void json_string(FILE *f, const char *at, size_t len);
void json_value(Output *o, FILE *f, Type *t, const u8 *bytes);
void json_map(Output *o, FILE *f, const MapRows *rows, u64 top, u64 div);
void json_element(Output *o, FILE *f, const MapRows *rows);
/* {"type": TYPE, "data": TEXT} */
void json_text(FILE *f, const char *type, const char *text, size_t len);

/* ---- event.c ---- */
void event_show(void *user, const EventDef *def, const u8 *payload);
/* Heap; what printf would print. */
char *event_format(void *user, const EventDef *def, const u8 *payload);
