/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Exits at another level than the contract has: IPL001 and IPL012 where it is
 * that of a handler, IPL007 where a restore has raised it, otherwise IPL004.
 */

#include "check/check_int.h"

/* What raised the level for good, or else every step that moved it. */
static void
level_cause(struct checker *ck, const struct ir_func *ir,
    const struct outcome *o, const struct steps *st, struct buf *b)
{
	size_t i;

	for (i = 0; i < o->nraises; i++)
		buf_fmt(b, "%s;", witness_text(ck, ir, solver_insn(ir,
		    o->raises[i].site)));
	for (i = 0; i < st->n && o->nraises == 0; i++)
		if (st->p[i].depth == 0 && (st->p[i].kind == STEP_LEVEL ||
		    st->p[i].kind == STEP_CALL || st->p[i].kind == STEP_LOCK))
			buf_fmt(b, "%s;", st->p[i].text);
}

/* The raise that was never restored, for the note on the return. */
static const char *
lost_token(struct checker *ck, const struct ir_func *ir,
    const struct outcome *o)
{
	const struct ir_insn *in;
	struct buf b = { 0 };
	const char *s;

	if (o->nraises == 0)
		return "";
	in = solver_insn(ir, o->raises[0].site);
	if (in->kind != IR_CALL || in->dst == NULL)
		return "";
	ir_print_c(ck->program->names, ir, in->dst, &b);
	s = check_fmt(ck, "; %s not restored", b.p);
	buf_free(&b);
	return s;
}

/* Is the variable one of the call's arguments? */
static bool
is_given(const struct ir_insn *in, uint32_t local)
{
	uint32_t i;

	for (i = 0; in->kind == IR_CALL && i < in->nargs; i++)
		if (in->args[i]->kind == IR_LOCAL &&
		    in->args[i]->local == local)
			return true;
	return false;
}

/*
 * Every path loses the level, though a function is given what was saved: that
 * one is to blame.  Empty if there is none.
 */
static const char *
given_to(struct checker *ck, const struct prog_func *pf,
    const struct outcome *o)
{
	const struct ir_insn *raise, *in;
	const struct prog_site *cs;
	const struct prog_func *g;
	uint32_t b, i;

	if (o->nraises == 0)
		return "";
	raise = solver_insn(pf->ir, o->raises[0].site);
	if (raise->kind != IR_CALL || raise->dst == NULL ||
	    raise->dst->kind != IR_LOCAL)
		return "";
	for (b = 0; b < pf->ir->nblocks; b++)
		for (i = 0; i < pf->ir->blocks[b].ninsns; i++) {
			in = &pf->ir->blocks[b].insns[i];
			if (!is_given(in, raise->dst->local))
				continue;
			cs = &pf->sites[in->site];
			g = cs->ntargets == 1 ?
			    &ck->program->funcs.p[cs->targets[0]] : NULL;
			if (g != NULL && g->ir != NULL && g->rule == NULL)
				return check_fmt(ck, ": %s, which is given "
				    "the old level, does not restore it",
				    func_name_of(ck, cs->targets[0]));
		}
	return "";
}

/* The restore that raised the level last, if one did. */
static const struct raise *
rising_restore(const struct outcome *o)
{
	uint32_t i;

	for (i = o->nraises; i-- > 0; )
		if (o->raises[i].restore)
			return &o->raises[i];
	return NULL;
}

/* Does a handler return at another level than its own? */
static bool
handler_moves(const struct checker *ck, func_id f, const struct outcome *o)
{
	const struct prog_handler *h = handler_of(ck->program, f);
	int64_t k;

	return h != NULL && o->nheld == 0 && node_is_const(ck->flow->nodes,
	    level_at(ck->flow->nodes, o->level, h->level, 0), &k) &&
	    k != h->level;
}

void
raised_report(struct checker *ck, func_id f, const struct solver *sv,
    const struct summary *sum, const struct outcome *o)
{
	struct nodes *t = ck->flow->nodes;
	const struct prog_handler *h = handler_of(ck->program, f);
	struct frame fr = { f, -1, 0, false };
	struct proof proof;
	struct steps st = { 0 };
	struct buf cause = { 0 }, lv = { 0 };
	struct finding *fi;
	int64_t k;
	int id = 4, lo, hi;
	uint32_t site = o->site;
	node_t exit = o->nheld > 0 ? o->saved : o->level;

	if (h != NULL && node_is_const(t, level_at(t, exit, h->level, 0), &k)
	    && k != h->level) {
		fr.entry = h->level;
		id = k > h->level ? 1 : 12;
	} else {
		h = NULL;
		if (rising_restore(o) != NULL) {
			id = 7;
			site = rising_restore(o)->site;
		}
	}
	prove_outcome(ck, sv, o, &fr, false, &proof);
	if (proof.end == WALK_GAVE_UP)
		proof_ledger(ck, f, proof.site);
	if (proof.end == WALK_NONE) {
		proof_free(&proof);
		return;
	}
	if (proof.level != 0) {
		exit = proof.level;
		if (h != NULL) {
			level_bounds(t, level_at(t, exit, h->level, 0), &lo,
			    &hi);
			k = lo;
		}
	}
	fi = finding_add(ck, id, f, h, site == o->site ? proof.site : site);
	if (h != NULL) {
		fi->entry = h->level;
		fi->exit = (int)k;
		fi->message = check_fmt(ck, "%s, registered at %s, can "
		    "return at %s", func_name_of(ck, f), handler_level_of(ck,
		    h), level_name_of(ck, (int)k));
		witness_registration(ck, h, &st);
	} else {
		level_print(ck->flow, sv->ir, exit, &lv);
		fi->message = id == 7 ? check_fmt(ck, "%s restores a level "
		    "above the one that it has, and can return at %s",
		    func_name_of(ck, f), lv.p) : o->defect == DEFECT_DEAD ?
		    check_fmt(ck, "%s should return at the level of its "
		    "caller, but always returns at %s%s", func_name_of(ck, f),
		    lv.p, given_to(ck, &ck->program->funcs.p[f], o)) :
		    check_fmt(ck, "%s returns at the level of its caller on "
		    "other paths, but can return at %s",
		    func_name_of(ck, f), lv.p);
		buf_free(&lv);
	}
	witness_path(ck, sv, &proof, fr, &st);
	witness_trim(&st);
	if (st.n > 0 && st.p[st.n - 1].kind == STEP_RETURN)
		st.p[st.n - 1].note = check_fmt(ck, "%s, expected %s%s%s",
		    st.p[st.n - 1].note, h != NULL ? level_name_of(ck,
		    h->level) : "entry level", lost_token(ck, sv->ir, o),
		    other_returns(ck, sv->ir, o, proof.site));
	level_cause(ck, sv->ir, o, &st, &cause);
	finding_ledger(ck, fi, f);
	finding_identify(ck, fi, cause.n > 0 ? cause.p : "");
	buf_free(&cause);
	witness_close(ck, fi, "", &st);
	witness_nearest(ck, fi, sv, sum, o, fr);
	proof_free(&proof);
}

bool
raised_reportable(const struct checker *ck, func_id f, int mode,
    const struct outcome *o)
{

	return o->defect == DEFECT_LEVEL || o->defect == DEFECT_DEAD ||
	    (mode == 0 && handler_moves(ck, f, o));
}
