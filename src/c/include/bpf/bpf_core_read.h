/* Reads and questions that are relocated to the kernel that the program is loaded into (CO-RE). */
#ifndef __BPF_CORE_READ_H__
#define __BPF_CORE_READ_H__

/* The second arguments of the compiler's builtins: what a relocation asks. */
enum bpf_field_info_kind {
	BPF_FIELD_BYTE_OFFSET = 0,
	BPF_FIELD_BYTE_SIZE = 1,
	BPF_FIELD_EXISTS = 2,
	BPF_FIELD_SIGNED = 3,
	BPF_FIELD_LSHIFT_U64 = 4,
	BPF_FIELD_RSHIFT_U64 = 5,
};
enum bpf_type_id_kind { BPF_TYPE_ID_LOCAL = 0, BPF_TYPE_ID_TARGET = 1 };
enum bpf_type_info_kind { BPF_TYPE_EXISTS = 0, BPF_TYPE_SIZE = 1, BPF_TYPE_MATCHES = 2 };
enum bpf_enum_value_kind { BPF_ENUMVAL_EXISTS = 0, BPF_ENUMVAL_VALUE = 1 };

/* A field is named by an expression, ptr->field, or by a type and a member. */
#define ___core_pick2(_1, _2, name, ...) name
#define ___core_field1(field) field
#define ___core_field2(type, field) ((__typeof__(type) *)0)->field
#define ___core_field(field...) ___core_pick2(field, ___core_field2, ___core_field1)(field)
#define bpf_core_field_exists(field...) \
	__builtin_preserve_field_info(___core_field(field), BPF_FIELD_EXISTS)
#define bpf_core_field_size(field...) \
	__builtin_preserve_field_info(___core_field(field), BPF_FIELD_BYTE_SIZE)
#define bpf_core_field_offset(field...) \
	__builtin_preserve_field_info(___core_field(field), BPF_FIELD_BYTE_OFFSET)

#define bpf_core_type_id_local(type) __builtin_btf_type_id(*(__typeof__(type) *)0, BPF_TYPE_ID_LOCAL)
#define bpf_core_type_id_kernel(type) __builtin_btf_type_id(*(__typeof__(type) *)0, BPF_TYPE_ID_TARGET)
#define bpf_core_type_exists(type) __builtin_preserve_type_info(*(__typeof__(type) *)0, BPF_TYPE_EXISTS)
#define bpf_core_type_matches(type) __builtin_preserve_type_info(*(__typeof__(type) *)0, BPF_TYPE_MATCHES)
#define bpf_core_type_size(type) __builtin_preserve_type_info(*(__typeof__(type) *)0, BPF_TYPE_SIZE)
#define bpf_core_enum_value_exists(type, value) \
	__builtin_preserve_enum_value(*(__typeof__(type) *)value, BPF_ENUMVAL_EXISTS)
#define bpf_core_enum_value(type, value) \
	__builtin_preserve_enum_value(*(__typeof__(type) *)value, BPF_ENUMVAL_VALUE)

#define bpf_core_read(dst, sz, src) \
	bpf_probe_read_kernel(dst, sz, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_str(dst, sz, src) \
	bpf_probe_read_kernel_str(dst, sz, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user(dst, sz, src) \
	bpf_probe_read_user(dst, sz, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user_str(dst, sz, src) \
	bpf_probe_read_user_str(dst, sz, (const void *)__builtin_preserve_access_index(src))

extern void *bpf_rdonly_cast(const void *obj, unsigned int btf_id)
	__attribute__((section(".ksyms"), weak));
#define bpf_core_cast(ptr, type) \
	((__typeof__(type) *)bpf_rdonly_cast(ptr, bpf_core_type_id_kernel(type)))

/*
 * Bit-fields: the word around the field is fetched, moved up so that what stands above falls off, and back
 * down, with its sign if it has one. The write works out the field's place in the word from both shifts.
 */
#define ___core_info(s, field, what) __builtin_preserve_field_info((s)->field, BPF_FIELD_##what)
#define ___core_word(s, field) ((void *)(s) + ___core_info(s, field, BYTE_OFFSET))
#define ___core_bits(s, field, word) ({ \
	(word) <<= ___core_info(s, field, LSHIFT_U64); \
	___core_info(s, field, SIGNED) ? \
		(unsigned long long)((long long)(word) >> ___core_info(s, field, RSHIFT_U64)) : \
		(word) >> ___core_info(s, field, RSHIFT_U64); })
#define BPF_CORE_READ_BITFIELD_PROBED(s, field) ({ \
	unsigned long long ___w = 0; \
	bpf_probe_read_kernel(&___w, ___core_info(s, field, BYTE_SIZE), ___core_word(s, field)); \
	___core_bits(s, field, ___w); })
#define BPF_CORE_READ_BITFIELD(s, field) ({ \
	void *___a = ___core_word(s, field); \
	unsigned long long ___w = 0; \
	switch (___core_info(s, field, BYTE_SIZE)) { \
	case 1: ___w = *(unsigned char *)___a; break; \
	case 2: ___w = *(unsigned short *)___a; break; \
	case 4: ___w = *(unsigned int *)___a; break; \
	case 8: ___w = *(unsigned long long *)___a; break; \
	} \
	___core_bits(s, field, ___w); })
#define BPF_CORE_WRITE_BITFIELD(s, field, value) ({ \
	void *___a = ___core_word(s, field); \
	unsigned int ___at = ___core_info(s, field, RSHIFT_U64) - ___core_info(s, field, LSHIFT_U64); \
	unsigned long long ___m = ~0ULL >> ___core_info(s, field, RSHIFT_U64) << ___at; \
	unsigned long long ___n = (unsigned long long)(value) << ___at & ___m; \
	switch (___core_info(s, field, BYTE_SIZE)) { \
	case 1: *(unsigned char *)___a = (*(unsigned char *)___a & ~___m) | ___n; break; \
	case 2: *(unsigned short *)___a = (*(unsigned short *)___a & ~___m) | ___n; break; \
	case 4: *(unsigned int *)___a = (*(unsigned int *)___a & ~___m) | ___n; break; \
	case 8: *(unsigned long long *)___a = (*(unsigned long long *)___a & ~___m) | ___n; break; \
	} })

/*
 * Chains, BPF_CORE_READ(task, mm, exe_file, f_inode): all but the last name a pointer that is fetched by
 * step() and followed; the last is fetched by fn(), into the user's variable or as the value of the whole.
 */
#define ___core_pick9(_1, _2, _3, _4, _5, _6, _7, _8, _9, N, ...) N
#define ___core_count(...) ___core_pick9(__VA_ARGS__, 9, 8, 7, 6, 5, 4, 3, 2, 1)
#define ___core_paste(a, b) a##b
#define ___core_apply(a, b) ___core_paste(a, b)
#define ___core_into(fn, dst, src, a) fn(dst, sizeof(*(dst)), &(src)->a)
#define ___core_value(fn, dst, src, a) ({ \
	__typeof__((src)->a) ___v; \
	fn((void *)&___v, sizeof(___v), &(src)->a); \
	___v; })
#define ___core_fetch(step, src, a) ({ \
	void *___t; \
	step(&___t, sizeof(___t), &(src)->a); \
	___t; })
#define ___core_walk1(op, fn, step, dst, src, a) op(fn, dst, src, a)
#define ___core_walk2(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p2 = ___core_fetch(step, src, a); \
	___core_walk1(op, fn, step, dst, ___p2, more); })
#define ___core_walk3(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p3 = ___core_fetch(step, src, a); \
	___core_walk2(op, fn, step, dst, ___p3, more); })
#define ___core_walk4(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p4 = ___core_fetch(step, src, a); \
	___core_walk3(op, fn, step, dst, ___p4, more); })
#define ___core_walk5(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p5 = ___core_fetch(step, src, a); \
	___core_walk4(op, fn, step, dst, ___p5, more); })
#define ___core_walk6(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p6 = ___core_fetch(step, src, a); \
	___core_walk5(op, fn, step, dst, ___p6, more); })
#define ___core_walk7(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p7 = ___core_fetch(step, src, a); \
	___core_walk6(op, fn, step, dst, ___p7, more); })
#define ___core_walk8(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p8 = ___core_fetch(step, src, a); \
	___core_walk7(op, fn, step, dst, ___p8, more); })
#define ___core_walk9(op, fn, step, dst, src, a, more...) ({ \
	__typeof__((src)->a) ___p9 = ___core_fetch(step, src, a); \
	___core_walk8(op, fn, step, dst, ___p9, more); })
#define ___core_chain(op, fn, step, dst, src, a...) \
	___core_apply(___core_walk, ___core_count(a))(op, fn, step, dst, src, a)

#define BPF_CORE_READ(src, a...) ___core_chain(___core_value, bpf_core_read, bpf_core_read, , src, a)
#define BPF_CORE_READ_INTO(dst, src, a...) ___core_chain(___core_into, bpf_core_read, bpf_core_read, dst, src, a)
#define BPF_CORE_READ_STR_INTO(dst, src, a...) ___core_chain(___core_into, bpf_core_read_str, bpf_core_read, dst, src, a)
#define BPF_CORE_READ_USER(src, a...) ___core_chain(___core_value, bpf_core_read_user, bpf_core_read_user, , src, a)
#define BPF_CORE_READ_USER_INTO(dst, src, a...) ___core_chain(___core_into, bpf_core_read_user, bpf_core_read_user, dst, src, a)
#define BPF_CORE_READ_USER_STR_INTO(dst, src, a...) ___core_chain(___core_into, bpf_core_read_user_str, bpf_core_read_user, dst, src, a)
#define BPF_PROBE_READ(src, a...) ___core_chain(___core_value, bpf_probe_read_kernel, bpf_probe_read_kernel, , src, a)
#define BPF_PROBE_READ_INTO(dst, src, a...) ___core_chain(___core_into, bpf_probe_read_kernel, bpf_probe_read_kernel, dst, src, a)
#define BPF_PROBE_READ_STR_INTO(dst, src, a...) ___core_chain(___core_into, bpf_probe_read_kernel_str, bpf_probe_read_kernel, dst, src, a)
#define BPF_PROBE_READ_USER(src, a...) ___core_chain(___core_value, bpf_probe_read_user, bpf_probe_read_user, , src, a)
#define BPF_PROBE_READ_USER_INTO(dst, src, a...) ___core_chain(___core_into, bpf_probe_read_user, bpf_probe_read_user, dst, src, a)
#define BPF_PROBE_READ_USER_STR_INTO(dst, src, a...) ___core_chain(___core_into, bpf_probe_read_user_str, bpf_probe_read_user, dst, src, a)

#endif
