/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "write_reach.h"

#define MAX_TARGETS	8	/* of a pointer that are kept by name */

static void
put_name(struct rows_out *out, const struct program *p, name_t n)
{
	put_word(out, name_str(p->names, n));
}

void
write_lock_inits(struct rows_out *out, const struct program *p,
    const char *const *spin_names)
{
	const struct prog_init *x;
	size_t i;
	uint32_t k;

	for (i = 0; i < p->locks.n; i++)
		for (k = 0; k < p->locks.p[i].nplaces; k++) {
			x = &p->locks.p[i].places[k];
			row_begin(out, T_LOCK_INIT);
			put(out, (int64_t)i);
			put(out, k);
			put_name(out, p, x->func);
			put_name(out, p, x->file);
			put_line(out, x->line);
			put_word(out, spin_names[x->spin]);
			put_level(out, x->lo);
			put_level(out, x->hi);
			row_end(out);
		}
}

void
write_felt(struct rows_out *out, int64_t handler,
    const struct handler_result *r)
{
	const struct felt *x;
	size_t i, k;

	for (i = 0; i < r->nfelt; i++) {
		x = &r->felt[i];
		row_begin(out, T_HANDLER_FINDING);
		put(out, handler);
		put(out, (int64_t)x->finding + 1);
		put_word(out, felt_name(x->how));
		row_end(out);
		for (k = 0; k < x->nchain; k++) {
			row_begin(out, T_CHAIN);
			put(out, handler);
			put(out, (int64_t)x->finding + 1);
			put(out, (int64_t)k);
			put(out, x->chain[k]);
			row_end(out);
		}
	}
}

static void
write_call(struct rows_out *out, const struct program *p,
    const struct edge *e, int64_t id)
{
	uint32_t k;

	row_begin(out, T_CALL);
	put(out, id);
	put(out, e->caller);
	if (e->callee == NO_FUNC)
		put_null(out);
	else
		put(out, e->callee);
	put_name(out, p, e->file);
	put_line(out, e->line);
	put_word(out, e->text);
	put(out, e->callee == NO_FUNC ? e->ntargets : 1);
	put_level(out, e->peak);
	row_end(out);
	for (k = 0; k < e->ntargets && e->ntargets <= MAX_TARGETS; k++) {
		row_begin(out, T_CALL_TARGET);
		put(out, id);
		put(out, e->targets[k]);
		row_end(out);
	}
}

static void
write_act(struct rows_out *out, const struct program *p, const struct act *a,
    int64_t id)
{
	size_t k;

	row_begin(out, T_ACT);
	put(out, id);
	put(out, a->func);
	put_word(out, act_name(a->kind));
	put_name(out, p, a->file);
	put_line(out, a->line);
	put_word(out, a->text);
	put_level(out, a->lo);
	put_level(out, a->hi);
	put(out, (int64_t)a->nlocks);
	row_end(out);
	for (k = 0; k < a->nlocks; k++) {
		row_begin(out, T_ACT_LOCK);
		put(out, id);
		put(out, a->locks[k] - p->locks.p);
		row_end(out);
	}
}

void
write_reach(struct rows_out *out, const struct program *p,
    const struct reach *r, const uint32_t *ledger_id)
{
	const struct reached *f;
	size_t i, k;

	for (i = 0; i < r->funcs.n; i++) {
		f = &r->funcs.p[i];
		row_begin(out, T_REACHED);
		put(out, f->func);
		put_level(out, f->peak);
		put(out, f->sleeps);
		put(out, f->quiet);
		put_word(out, f->effect);
		row_end(out);
		for (k = 0; k < f->nledger; k++) {
			row_begin(out, T_FUNC_LEDGER);
			put(out, f->func);
			put(out, ledger_id[f->ledger[k]]);
			row_end(out);
		}
	}
	for (i = 0; i < r->edges.n; i++)
		write_call(out, p, &r->edges.p[i], (int64_t)i + 1);
	for (i = 0; i < r->acts.n; i++)
		write_act(out, p, &r->acts.p[i], (int64_t)i + 1);
}
