/*
 * The stack: 512 bytes below r10.
 *
 * In: the ranges in which each place is in use. Out: offsets. The stack is 64
 * units of eight bytes; each unit has a row of bits, one a point of the code.
 * Places are put, the large ones first, as near to r10 as all their units are
 * free while they are in use. So variables of disjoint lives, and spilled
 * registers, share memory.
 *
 * What does not fit is counted on beyond the end, so that the message can tell
 * how much is needed.
 */
#include "bpf/internal.h"

enum { UNIT = 8, N_UNITS = STACK_MAX / UNIT };

typedef struct Layout {
	Work *w;
	Ranges *ranges;
	u64 *rows[N_UNITS]; /* made when first used */
	u32 words;
	u32 beyond; /* bytes that do not fit */
} Layout;

static u32 units_of(const Place *p)
{
	return (p->size + UNIT - 1) / UNIT;
}

static bool units_are_free(const Layout *l, u32 unit, u32 n, const Ranges *r)
{
	for (u32 i = 0; i < n; i++)
		if (l->rows[unit + i] && bpf_row_is_taken(l->rows[unit + i], r))
			return false;
	return true;
}

static void place(Layout *l, u32 number)
{
	Place *p = &l->w->places.at[number];
	const Ranges *r = &l->ranges[number];
	u32 n = units_of(p), align = MAX(p->align / UNIT, 1);

	if (!r->len || !n)
		return;
	for (u32 end = ALIGN_UP(n, align); end <= N_UNITS; end += align) {
		if (!units_are_free(l, end - n, n, r))
			continue;
		for (u32 unit = end - n; unit < end; unit++) {
			if (!l->rows[unit])
				l->rows[unit] = NEW_N(l->w->a, u64, l->words);
			bpf_row_take(l->rows[unit], r, true);
		}
		p->offset = -(i32)(end * UNIT);
		l->w->stack_bytes = MAX(l->w->stack_bytes, end * UNIT);
		return;
	}
	p->offset = -STACK_MAX;
	l->beyond += n * UNIT;
}

/* The largest variable that is smaller than `below` bytes (or as large, but later than `last`). */
static Place *next_largest(Work *w, const Place *last)
{
	Place *best = NULL;

	vec_each(p, &w->places) {
		bool is_left = !last || p->size < last->size || (p->size == last->size && p > last);
		if (p->slot && p->offset && is_left && (!best || p->size > best->size))
			best = p;
	}
	return best;
}

static Span slot_span(const Work *w, const Place *p)
{
	Loc loc = p && p->slot->loc ? p->slot->loc : w->f->at.start;

	return (Span){loc, loc ? loc + 1 : 0};
}

static void report(Work *w, u32 bytes)
{
	const Place *p = next_largest(w, NULL);

	diag_error(&w->c->diags, slot_span(w, p),
		   "the variables of %s need %u bytes of stack, but BPF has %d", w->f->name, bytes,
		   STACK_MAX);
	for (u32 i = 0; i < 3 && p; i++, p = next_largest(w, p))
		diag_note(&w->c->diags, slot_span(w, p), "%s takes %u bytes",
			  p->slot->name ? p->slot->name : "a temporary value", p->size);
	diag_hint(&w->c->diags,
		  "make them smaller, or keep them in a map with one element per CPU");
}

void bpf_stack_layout(Work *w)
{
	Layout l = {.w = w, .ranges = bpf_live_places(w), .words = (2 * w->code.len + 63) / 64 + 1};

	for (u32 units = N_UNITS + 1; units > 0; units--)
		for (u32 i = 0; i < w->places.len; i++)
			if (MIN(units_of(&w->places.at[i]), N_UNITS + 1) == units)
				place(&l, i);
	if (!l.beyond)
		return;
	report(w, w->stack_bytes + l.beyond);
	w->failed = true;
}
