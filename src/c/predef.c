/*
 * What is defined before the first line: the macros by which headers know
 * Clang compiling for BPF, the macros that compute (__LINE__, __has_builtin …),
 * and the user's -D and -U.
 */
#include "c/internal.h"

#include "base/text.h"

#include <time.h>

static const char *const plain[] = {
    "__clang__ 1",
    "__clang_major__ 19",
    "__clang_minor__ 1",
    "__clang_patchlevel__ 0",
    "__clang_version__ \"19.1.0 (waggle)\"",
    "__VERSION__ \"Clang 19.1.0 (waggle)\"",
    "__GNUC__ 4",
    "__GNUC_MINOR__ 2",
    "__GNUC_PATCHLEVEL__ 1",
    "__GNUC_STDC_INLINE__ 1",
    "__llvm__ 1",
    "__waggle__ 1",
    "__STDC__ 1",
    "__STDC_VERSION__ 201710L",
    "__STDC_HOSTED__ 1",
    "__STDC_UTF_16__ 1",
    "__STDC_UTF_32__ 1",
    "__OPTIMIZE__ 1",
    "__CHAR_BIT__ 8",
    "__bpf__ 1",
    "__BPF__ 1",
    "__BPF_CPU_VERSION__ 3",
    "__LP64__ 1",
    "_LP64 1",
    "__ORDER_LITTLE_ENDIAN__ 1234",
    "__ORDER_BIG_ENDIAN__ 4321",
    "__ORDER_PDP_ENDIAN__ 3412",
    "__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__",
    "__LITTLE_ENDIAN__ 1",
    "__SIZEOF_SHORT__ 2",
    "__SIZEOF_INT__ 4",
    "__SIZEOF_LONG__ 8",
    "__SIZEOF_LONG_LONG__ 8",
    "__SIZEOF_POINTER__ 8",
    "__SIZEOF_SIZE_T__ 8",
    "__SIZEOF_PTRDIFF_T__ 8",
    "__SIZEOF_INT128__ 16",
    "__SIZEOF_WCHAR_T__ 4",
    "__SIZEOF_WINT_T__ 4",
    "__SIZEOF_FLOAT__ 4",
    "__SIZEOF_DOUBLE__ 8",
    "__POINTER_WIDTH__ 64",
    "__SCHAR_MAX__ 127",
    "__SHRT_MAX__ 32767",
    "__INT_MAX__ 2147483647",
    "__LONG_MAX__ 9223372036854775807L",
    "__LONG_LONG_MAX__ 9223372036854775807LL",
    "__WCHAR_MAX__ 2147483647",
    "__SIZE_MAX__ 18446744073709551615UL",
    "__PTRDIFF_MAX__ 9223372036854775807L",
    "__INTPTR_MAX__ 9223372036854775807L",
    "__UINTPTR_MAX__ 18446744073709551615UL",
    "__INTMAX_MAX__ 9223372036854775807L",
    "__UINTMAX_MAX__ 18446744073709551615UL",
    "__INT8_MAX__ 127",
    "__INT16_MAX__ 32767",
    "__INT32_MAX__ 2147483647",
    "__INT64_MAX__ 9223372036854775807L",
    "__UINT8_MAX__ 255",
    "__UINT16_MAX__ 65535",
    "__UINT32_MAX__ 4294967295U",
    "__UINT64_MAX__ 18446744073709551615UL",
    "__SHRT_WIDTH__ 16",
    "__INT_WIDTH__ 32",
    "__LONG_WIDTH__ 64",
    "__LLONG_WIDTH__ 64",
    "__SIZE_TYPE__ long unsigned int",
    "__PTRDIFF_TYPE__ long int",
    "__WCHAR_TYPE__ int",
    "__WINT_TYPE__ int",
    "__INTMAX_TYPE__ long int",
    "__UINTMAX_TYPE__ long unsigned int",
    "__INTPTR_TYPE__ long int",
    "__UINTPTR_TYPE__ long unsigned int",
    "__INT8_TYPE__ signed char",
    "__INT16_TYPE__ short",
    "__INT32_TYPE__ int",
    "__INT64_TYPE__ long int",
    "__UINT8_TYPE__ unsigned char",
    "__UINT16_TYPE__ unsigned short",
    "__UINT32_TYPE__ unsigned int",
    "__UINT64_TYPE__ long unsigned int",
    "__CHAR16_TYPE__ unsigned short",
    "__CHAR32_TYPE__ unsigned int",
    "__INT8_C_SUFFIX__ ",
    "__INT64_C_SUFFIX__ L",
    "__UINT64_C_SUFFIX__ UL",
    "__UINT32_C_SUFFIX__ U",
    "__BIGGEST_ALIGNMENT__ 8",
    "__USER_LABEL_PREFIX__ ",
    "__ATOMIC_RELAXED 0",
    "__ATOMIC_CONSUME 1",
    "__ATOMIC_ACQUIRE 2",
    "__ATOMIC_RELEASE 3",
    "__ATOMIC_ACQ_REL 4",
    "__ATOMIC_SEQ_CST 5",
    "__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1",
    "__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1",
};

static const struct {
	const char *name;
	MacroKind kind;
} computed[] = {
    {"__FILE__", MACRO_FILE},
    {"__LINE__", MACRO_LINE},
    {"__COUNTER__", MACRO_COUNTER},
    {"__DATE__", MACRO_DATE},
    {"__TIME__", MACRO_TIME},
    {"__BASE_FILE__", MACRO_BASE_FILE},
    {"__FILE_NAME__", MACRO_FILE},
    {"__INCLUDE_LEVEL__", MACRO_INCLUDE_LEVEL},
    {"__has_attribute", MACRO_HAS_ATTRIBUTE},
    {"__has_c_attribute", MACRO_HAS_ATTRIBUTE},
    {"__has_declspec_attribute", MACRO_HAS_NOTHING},
    {"__has_builtin", MACRO_HAS_BUILTIN},
    {"__has_feature", MACRO_HAS_FEATURE},
    {"__has_extension", MACRO_HAS_FEATURE},
    {"__has_warning", MACRO_HAS_NOTHING},
    {"__has_include", MACRO_HAS_INCLUDE},
    {"__has_include_next", MACRO_HAS_INCLUDE_NEXT},
};

static const char *const known_attributes[] = {
#define CATTR(id, spelling, argument) spelling,
#include "tables/cattrs.def"
#undef CATTR
#define CATTR_IGNORED(spelling) spelling,
#include "tables/cattrs.def"
#undef CATTR_IGNORED
};

static const char *const known_builtins[] = {
#define CBUILTIN(id, spelling, signature) spelling,
#include "tables/cbuiltins.def"
#undef CBUILTIN
#define CBUILTIN_ALIAS(spelling, id) spelling,
#include "tables/cbuiltins.def"
#undef CBUILTIN_ALIAS
#define CBUILTIN_FRONT(id, spelling) spelling,
#include "tables/cbuiltins.def"
#undef CBUILTIN_FRONT
};

static const char *const known_features[] = {
    "c_static_assert",
    "c_generic_selections",
    "c_alignas",
    "c_alignof",
    "statement_attributes_with_gnu_syntax",
};

static bool is_listed(const char *const *list, u32 n, const char *name, u32 len)
{
	for (u32 i = 0; i < n; i++) {
		if (strlen(list[i]) == len && !memcmp(list[i], name, len))
			return true;
	}
	return false;
}

/* "__packed__" → "packed". */
Str attr_bare_name(const char *name, u32 len)
{
	if (len > 4 && !memcmp(name, "__", 2) && !memcmp(name + len - 2, "__", 2))
		return (Str){name + 2, len - 4};
	return (Str){name, len};
}

bool attr_is_known(const char *name, u32 len)
{
	Str bare = attr_bare_name(name, len);

	return is_listed(known_attributes, ARRAY_LEN(known_attributes), bare.at, bare.len);
}

bool builtin_is_known(const char *name, u32 len)
{
	return len > 2 && name[0] == '_' &&
	       is_listed(known_builtins, ARRAY_LEN(known_builtins), name, len);
}

/* ---- macros that compute ---- */

static void push_tok(Pp *pp, const Tok *name, u8 kind, const char *text)
{
	Tok t = {.kind = kind,
		 .flags = name->flags & (TF_SPACE | TF_LINE),
		 .loc = name->loc,
		 .len = (u32)strlen(text),
		 .text = text};

	pp_unread(pp, &t, 1);
}

static const char *quoted(Pp *pp, const char *s)
{
	Text text = text_new(pp->arena);

	text_add(&text, "\"", 1);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_add(&text, "\\", 1);
		text_add(&text, s, 1);
	}
	text_add(&text, "\"", 1);
	return text_done(&text);
}

/* "( … )" behind __has_…; false and reported if it isn't there. */
static bool read_operand(Pp *pp, const Tok *name, Toks *out)
{
	Tok t;
	u32 depth = 1;

	pp_raw(pp, &t);
	if (t.kind != CT_LPAREN) {
		pp_error(pp, tok_span(name), "missing '(' after '%s'", name->ident->name);
		if (t.kind != CT_EOF)
			pp_unread(pp, &t, 1);
		return false;
	}
	for (;;) {
		pp_raw(pp, &t);
		if (t.kind == CT_LPAREN)
			depth++;
		if (t.kind == CT_EOF) {
			pp_error(pp, tok_span(name), "missing ')' after '%s'", name->ident->name);
			return false;
		}
		if (t.kind == CT_RPAREN && --depth == 0)
			return true;
		vec_push(pp->arena, out, t);
	}
}

/* The name asked for: the last one of "gnu::packed". */
static Str operand_name(const Toks *toks)
{
	return toks->len ? tok_spelling(&toks->at[toks->len - 1]) : STR("");
}

static bool ask(Pp *pp, MacroKind kind, const Tok *name)
{
	Toks toks = {0};

	if (!read_operand(pp, name, &toks))
		return false;
	Str s = operand_name(&toks);
	Str bare = attr_bare_name(s.at, s.len);
	switch (kind) {
	case MACRO_HAS_ATTRIBUTE:
		return attr_is_known(s.at, s.len);
	case MACRO_HAS_BUILTIN:
		return builtin_is_known(s.at, s.len);
	case MACRO_HAS_FEATURE:
		return is_listed(known_features, ARRAY_LEN(known_features), bare.at, bare.len);
	case MACRO_HAS_INCLUDE:
	case MACRO_HAS_INCLUDE_NEXT:
		if (toks.len && toks.at[0].kind == CT_IDENT)
			toks = macro_expand_list(pp, toks.at, toks.len);
		return include_exists(pp, &toks, kind == MACRO_HAS_INCLUDE_NEXT);
	default:
		return false;
	}
}

/* Date and time of SOURCE_DATE_EPOCH or now. */
static const char *date_text(Pp *pp, const char *format)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	struct tm tm;
	char text[32];

	if (epoch)
		gmtime_r(&now, &tm);
	else
		localtime_r(&now, &tm);
	strftime(text, sizeof(text), format, &tm);
	return arena_printf(pp->arena, "\"%s\"", text);
}

static Buffer *outermost(Pp *pp)
{
	Buffer *b = pp->buffer;

	while (b && b->outer)
		b = b->outer;
	return b;
}

bool macro_builtin(Pp *pp, Macro *m, const Tok *name)
{
	Buffer *b = m->kind == MACRO_BASE_FILE ? outermost(pp) : pp->buffer;

	switch ((MacroKind)m->kind) {
	case MACRO_FILE:
	case MACRO_BASE_FILE:
		push_tok(pp, name, CT_STRING, quoted(pp, b ? b->source->name : ""));
		break;
	case MACRO_LINE:
		push_tok(
		    pp, name, CT_NUMBER,
		    arena_printf(pp->arena, "%u", source_pos(&pp->c->sources, name->loc).line));
		break;
	case MACRO_COUNTER:
		push_tok(pp, name, CT_NUMBER, arena_printf(pp->arena, "%u", pp->counter++));
		break;
	case MACRO_INCLUDE_LEVEL:
		push_tok(pp, name, CT_NUMBER,
			 arena_printf(pp->arena, "%u", pp->depth ? pp->depth - 1 : 0));
		break;
	case MACRO_DATE:
		push_tok(pp, name, CT_STRING, date_text(pp, "%b %e %Y"));
		break;
	case MACRO_TIME:
		push_tok(pp, name, CT_STRING, date_text(pp, "%H:%M:%S"));
		break;
	default:
		push_tok(pp, name, CT_NUMBER, ask(pp, m->kind, name) ? "1" : "0");
		break;
	}
	return true;
}

/* ---- the user's and the target's ---- */

static bool user_chose_arch(const CInput *in)
{
	for (u32 i = 0; i < in->defines.len; i++) {
		if (!strncmp(in->defines.at[i].text, "__TARGET_ARCH_", 14))
			return true;
	}
	return false;
}

static void define_arch(Pp *pp)
{
	Arch arch = pp->in->arch;

	if (arch == ARCH_NONE && pp->c->target)
		arch = pp->c->target->arch;
	if (arch == ARCH_NONE || user_chose_arch(pp->in))
		return;
	macro_define_text(pp, arch == ARCH_ARM64 ? "__TARGET_ARCH_arm64 1" : "__TARGET_ARCH_x86 1");
}

static void define_user(Pp *pp, const CDefine *d)
{
	const char *equals = strchr(d->text, '=');

	if (d->is_undef)
		ident_of(pp, d->text)->macro = NULL;
	else if (equals)
		macro_define_text(pp, arena_printf(pp->arena, "%.*s %s", (int)(equals - d->text),
						   d->text, equals + 1));
	else
		macro_define_text(pp, arena_printf(pp->arena, "%s 1", d->text));
}

void predef_all(Pp *pp)
{
	for (u32 i = 0; i < ARRAY_LEN(plain); i++)
		macro_define_text(pp, plain[i]);
	for (u32 i = 0; i < ARRAY_LEN(computed); i++) {
		Ident *id = ident_of(pp, computed[i].name);
		id->macro = NEW(pp->arena, Macro);
		*id->macro =
		    (Macro){.ident = id, .kind = (u8)computed[i].kind, .is_embedded = true};
	}
	define_arch(pp);
	for (u32 i = 0; i < pp->in->defines.len; i++)
		define_user(pp, &pp->in->defines.at[i]);
}
