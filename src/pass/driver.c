/*
 * The passes' ladder: tables/passes.def, row by row.
 *
 * In: a module as lowering left it. Out: the same module, better, and in the
 * form that bpf/ takes: no kload, no memcpy, no operation that the target
 * lacks. Each row is run over all functions before the next, so that a dump
 * after a pass shows the whole module at one stage. After each, ir_verify where
 * that was asked for; what it finds is a fault of the pass.
 */
#include "pass/internal.h"

typedef struct {
	const char *name;
	u32 level;
	bool is_module;
	void (*run)(Module *m, Func *f);
} PassInfo;

static const PassInfo passes[PASS_COUNT] = {
#define PASS(id, level, module, text) [PASS_##id] = {#id, level, module, pass_##id},
#include "tables/passes.def"
#undef PASS
};

static const PassId ladder[] = {
#define PASS(id, level, module, text) PASS_##id,
#define AGAIN(id) PASS_##id,
#include "tables/passes.def"
#undef PASS
};

const char *pass_name(PassId id)
{
	return passes[id].name;
}

/* Is the name in a list with commas between? */
static bool is_listed(const char *list, const char *name)
{
	size_t len = strlen(name);
	for (const char *at = list; at && *at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, name, len) == 0 && (at[len] == ',' || !at[len]))
			return true;
	}
	return false;
}

static void verify_all(Module *m, const char *pass)
{
	for (u32 i = 0; i < m->funcs.len; i++) {
		const char *broken = ir_verify(m, m->funcs.at[i]);
		if (broken)
			bug("after pass %s: %s\n%s", pass, broken, ir_print(m, m->funcs.at[i]));
	}
}

/* What Func.changes was when each pass was last through with a function; + 1. */
typedef struct {
	const Func *f;
	u32 at[PASS_COUNT];
} Seen;

/* Where to note that for function i, which is f (inline may have moved functions up). */
static u32 *seen_by(Module *m, Seen *seen, u32 n, u32 i, PassId id)
{
	for (u32 k = i; k < n; k++)
		if (seen[k].f == m->funcs.at[i])
			return &seen[k].at[id];
	return NULL;
}

/* seen: NULL, or what to leave out because nothing has changed since. */
static void run(Module *m, PassId id, Seen *seen, u32 n_seen)
{
	const PassInfo *pass = &passes[id];
	if (pass->is_module)
		pass->run(m, NULL);
	for (u32 i = 0; i < m->funcs.len && !pass->is_module; i++) {
		Func *f = m->funcs.at[i];
		u32 *last = seen ? seen_by(m, seen, n_seen, i, id) : NULL;
		if (last && *last == f->changes + 1)
			continue;
		ArenaMark mark = arena_mark(m->c->scratch);
		pass->run(m, f);
		arena_reset(m->c->scratch, mark);
		if (last)
			*last = f->changes + 1;
	}
	if (m->c->verify)
		verify_all(m, pass->name);
}

bool pass_run(Module *m, void (*dump)(void *user, const char *pass), void *user)
{
	u32 errors = m->c->diags.n_errors;
	u32 n = m->funcs.len;
	ArenaMark mark = arena_mark(m->c->scratch);
	Seen *seen = NEW_N(m->c->scratch, Seen, n);
	if (m->c->verify)
		verify_all(m, "lower");
	for (u32 i = 0; i < n; i++) {
		seen[i].f = m->funcs.at[i];
		pass_tidy(m, m->funcs.at[i]);
	}
	for (u32 i = 0; i < ARRAY_LEN(ladder) && m->c->diags.n_errors == errors; i++) {
		const PassInfo *pass = &passes[ladder[i]];
		if (pass->level > m->c->opt_level ||
		    (pass->level && is_listed(m->c->passes_off, pass->name)))
			continue;
		run(m, ladder[i], seen, n);
		if (dump)
			dump(user, pass->name);
	}
	arena_reset(m->c->scratch, mark);
	return m->c->diags.n_errors == errors;
}

bool pass_run_one(Module *m, const char *name)
{
	for (u32 i = 1; i < PASS_COUNT; i++) {
		if (strcmp(passes[i].name, name) != 0)
			continue;
		for (u32 k = 0; k < m->funcs.len; k++)
			pass_tidy(m, m->funcs.at[k]);
		run(m, (PassId)i, NULL, 0);
		return true;
	}
	return false;
}

void pass_fold_again(Module *m, Func *f)
{
	ArenaMark mark = arena_mark(m->c->scratch);
	pass_simplify(m, f);
	pass_mem2reg(m, f);
	pass_fold(m, f);
	pass_simplify(m, f);
	pass_dce(m, f);
	arena_reset(m->c->scratch, mark);
}
