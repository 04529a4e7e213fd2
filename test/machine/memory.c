/*
 * Memory of the machine: regions, bounds, faults.
 */
#include "internal.h"

void fault(Machine *x, const char *fmt, ...)
{
	va_list args;

	if (x->error)
		return;
	va_start(args, fmt);
	const char *what = arena_vprintf(x->arena, fmt, args);
	va_end(args);
	if (x->at)
		what = arena_printf(x->arena, "%s, instruction %u (%s): %s", x->at_prog->func->name,
				    (u32)(x->at - x->at_prog->insns.at),
				    bpf_insn_text(x->arena, x->at), what);
	x->error = what;
}

u32 region_add(Machine *x, RegionKind kind, u32 size, bool is_writable)
{
	Region *r = vec_add(NULL, &x->regions);

	r->kind = kind;
	r->size = size;
	r->is_writable = is_writable;
	r->bytes = arena_alloc(x->arena, size + 1);
	r->base = (u64)(REGION_FIRST + x->regions.len - 1) << 32;
	return x->regions.len - 1;
}

u64 region_address(const Machine *x, u32 region)
{
	return x->regions.at[region].base;
}

Region *region_at(Machine *x, u64 address)
{
	u64 n = (address >> 32) - REGION_FIRST;

	if (n < x->regions.len && x->regions.at[n].kind != REGION_FOREIGN &&
	    x->regions.at[n].base == address >> 32 << 32)
		return &x->regions.at[n];
	vec_each(r, &x->regions)
		if (r->kind && address >= r->base && address - r->base < r->size)
			return r;
	return NULL;
}

static bool is_inside(const Region *r, u64 address, u64 len)
{
	u64 off = address - r->base;

	return off <= r->size && len <= r->size - off;
}

static bool stack_is_set(const Region *r, u64 off, u64 len)
{
	for (u64 i = 0; i < len; i++)
		if (!r->is_set[off + i])
			return false;
	return true;
}

u8 *memory_at(Machine *x, u64 address, u64 len, bool write)
{
	Region *r = region_at(x, address);

	if (!r || r->kind == REGION_MAP || r->kind == REGION_FUNC || r->kind == REGION_FOREIGN) {
		fault(x, "0x%llx is no address", (unsigned long long)address);
		return NULL;
	}
	if (!is_inside(r, address, len)) {
		fault(x, "%llu bytes at offset %lld of %u", (unsigned long long)len,
		      (long long)(address - r->base), r->size);
		return NULL;
	}
	if (r->is_gone || (write && !r->is_writable)) {
		fault(x, r->is_gone ? "memory that was given back" : "read-only memory");
		return NULL;
	}
	u64 off = address - r->base;
	if (r->kind == REGION_STACK && write) {
		memset(r->is_set + off, 1, len);
	} else if (r->kind == REGION_STACK && !stack_is_set(r, off, len)) {
		fault(x, "stack at %lld was never set", (long long)off - r->size);
		return NULL;
	}
	return r->bytes + off;
}

const u8 *memory_probe(Machine *x, u64 address, u64 len)
{
	Region *r = region_at(x, address);

	if (!r || r->kind == REGION_MAP || r->kind == REGION_FUNC || !is_inside(r, address, len))
		return NULL;
	return r->bytes + (address - r->base);
}
