/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Contracts.
 *
 * Defects that summaries mark (flow/contract.c) become findings in the
 * function that has them: IPL001 where it is a handler that returns above
 * its level, otherwise IPL003 and IPL004.  Drops of the level below a mutex
 * that is held are IPL006.  Handlers are verdict.c's, verdict B nested.c's.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

/* ---- making findings ---- */

struct finding *
finding_add(struct checker *ck, int id, func_id f,
    const struct prog_handler *h, uint32_t site)
{
	const struct ir_func *ir = ck->program->funcs.p[f].ir;
	const struct ir_insn *in = solver_insn(ir, site);
	struct finding fi;

	memset(&fi, 0, sizeof(fi));
	fi.id = id;
	fi.severity = finding_severity(id);
	fi.func = f;
	fi.site = site;
	fi.handler = h;
	fi.file = ir->files[in->loc.file];
	fi.line = in->loc.line;
	fi.col = in->loc.col;
	fi.entry = fi.exit = -1;
	vec_push(&ck->results->findings, fi);
	return &ck->results->findings.p[ck->results->findings.n - 1];
}

/* The function's own entries; those of callees are the handlers'. */
void
finding_ledger(struct checker *ck, struct finding *f, func_id func)
{
	const struct ledger_refs *r = &ck->flow->rests[func];

	f->ledger = arena_alloc(ck->arena, (r->n + 1) * sizeof(*f->ledger));
	if (r->n > 0)
		memcpy(f->ledger, r->p, r->n * sizeof(*f->ledger));
	f->nledger = r->n;
}

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

static const struct prog_handler *
handler_of(const struct program *p, func_id f)
{
	const struct prog_handler *best = NULL;
	size_t i;

	for (i = 0; i < p->handlers.n; i++) {
		const struct prog_handler *h = &p->handlers.p[i];

		if (h->func == f && h->level >= 0 && !h->context->thread &&
		    (best == NULL || h->level > best->level))
			best = h;
	}
	return best;
}

const char *
func_name_of(struct checker *ck, func_id f)
{
	return name_str(ck->program->names, ck->program->funcs.p[f].name);
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

/* "; also at lines 7, 9": where else the function returns like that. */
static const char *
other_returns(struct checker *ck, const struct ir_func *ir,
    const struct outcome *o, uint32_t shown)
{
	uint32_t lines[MAX_ALSO + 1], line, n = 0, i, k;
	struct buf b = { 0 };
	const char *text;

	for (i = 0; i <= o->nalso; i++) {
		line = solver_insn(ir, i < o->nalso ? o->also[i] :
		    o->site)->loc.line;
		if (line == solver_insn(ir, shown)->loc.line)
			continue;
		for (k = n; k > 0 && lines[k - 1] > line; k--)
			lines[k] = lines[k - 1];
		lines[k] = line;
		n++;
	}
	for (i = 0; i < n; i++)
		if (i == 0)
			buf_fmt(&b, "; also at line%s %u", n > 1 &&
			    lines[n - 1] != lines[0] ? "s" : "", lines[0]);
		else if (lines[i] != lines[i - 1])
			buf_fmt(&b, ", %u", lines[i]);
	text = check_fmt(ck, "%s", b.n > 0 ? b.p : "");
	buf_free(&b);
	return text;
}

/* Another exit takes it again, and this one does not. */
static bool
reportable_gone(const struct checker *ck, func_id f,
    const struct outcome *o)
{
	uint32_t i;

	for (i = 0; i < o->nreleased && o->defect == DEFECT_GONE; i++) {
		struct need n = { .class = o->released_class[i] };

		if (entered_surely(ck->flow, f, &n))
			return true;
	}
	return false;
}

static void
report_gone(struct checker *ck, func_id f, const struct solver *sv,
    const struct summary *sum, const struct outcome *o)
{
	struct frame fr = { f, -1, 0, false };
	struct proof proof;
	struct steps st = { 0 };
	struct finding *fi;
	const char *lock = o->released_class[0] != NULL ?
	    o->released_class[0]->text : lock_name_of(ck, sv, o->released[0]);

	prove_outcome(ck, sv, o, &fr, false, &proof);
	if (proof.end == WALK_GAVE_UP)
		proof_ledger(ck, f, proof.site);
	if (!proof_holds(ck, &proof)) {
		proof_free(&proof);
		return;
	}
	fi = finding_add(ck, 4, f, handler_of(ck->program, f), proof.site);
	fi->message = check_fmt(ck, "%s gives up %s of its caller and takes "
	    "it again on other paths, but can return without it",
	    func_name_of(ck, f), lock);
	witness_path(ck, sv, &proof, fr, &st);
	witness_trim(&st);
	if (st.n > 0 && st.p[st.n - 1].kind == STEP_RETURN)
		st.p[st.n - 1].note = check_fmt(ck, "%s not held, expected "
		    "held%s", lock, other_returns(ck, sv->ir, o, proof.site));
	finding_ledger(ck, fi, f);
	finding_identify(ck, fi, lock);
	witness_close(ck, fi, "", &st);
	witness_nearest(ck, fi, sv, sum, o, fr);
	proof_free(&proof);
}

static void
report_level(struct checker *ck, func_id f, const struct solver *sv,
    const struct summary *sum, const struct outcome *o, enum defect defect)
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
		    func_name_of(ck, f), lv.p) : defect == DEFECT_DEAD ?
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

const char *
lock_name_of(struct checker *ck, const struct solver *sv, node_t lock)
{
	const struct prog_lock *l;
	struct buf b = { 0 };
	const char *s;

	if (lock != 0) {
		l = lock_class((struct solver *)(uintptr_t)sv, lock);
		if (l != NULL)
			return l->text;
		node_print(ck->flow, sv->ir, lock, &b);
	}
	/* "?" begins what has no name in the source. */
	s = check_fmt(ck, "%s", b.n > 0 && strchr(b.p, '?') == NULL ? b.p :
	    "a spin mutex");
	buf_free(&b);
	return s;
}

static bool reportable_held(const struct checker *, func_id,
    const struct summary *, const struct outcome *);

/*
 * Is there a finding about what the function keeps?  If not, it takes the
 * mutex for its callers, and one that forgets it is to blame.
 */
static bool
is_blamed(const struct checker *ck, func_id f)
{
	enum { UNKNOWN, NO, YES };
	const struct summary *sum = ck->flow->sums[(size_t)f * NMODES];
	uint32_t i;

	if (ck->flow->keeper[f] || sum == NULL || sum->busy)
		return true;
	/* Asked again and again, for all that each mutex came through. */
	if (ck->blamed[f] != UNKNOWN)
		return ck->blamed[f] == YES;
	ck->blamed[f] = NO;
	for (i = 0; i < sum->noutcomes; i++)
		if (sum->outcomes[i].nheld > 0 && reportable_held(ck, f, sum,
		    &sum->outcomes[i])) {
			ck->blamed[f] = YES;
			break;
		}
	return ck->blamed[f] == YES;
}

static bool
is_own(const struct checker *ck, func_id f, const struct held *h)
{

	/* Through recursion there is nobody else. */
	return !h->unsure && (h->from == NO_FUNC || h->from == f || (
	    ck->program->funcs.p[h->from].scc !=
	    ck->program->funcs.p[f].scc && !is_blamed(ck, h->from)));
}

/* The mutex that the function is to blame for, or else the last; or NULL. */
static const struct held *
kept_here(const struct checker *ck, func_id f, const struct outcome *o)
{
	uint32_t i;

	for (i = o->nheld; i-- > 0; )
		if (is_own(ck, f, &o->held[i]))
			return &o->held[i];
	return o->nheld > 0 ? &o->held[o->nheld - 1] : NULL;
}

static void
report_held(struct checker *ck, func_id f, const struct solver *sv,
    const struct summary *sum, const struct outcome *o)
{
	uint32_t i;
	const struct held *kept = kept_here(ck, f, o);
	node_t held = kept != NULL ? kept->lock : 0;
	struct frame fr = { f, -1, 0, false };
	struct proof proof;
	struct steps st = { 0 };
	struct finding *fi;
	const char *lock;

	/* A mutex of the caller: the one that other exits release. */
	for (i = 0; i < sum->noutcomes && o->nheld == 0; i++)
		if (sum->outcomes[i].left < o->left &&
		    sum->outcomes[i].nreleased > 0)
			held = sum->outcomes[i].released[0];
	if (kept != NULL && held == 0)
		held = carry_taken(sv, kept->site);
	lock = kept != NULL && kept->class != NULL ? kept->class->text :
	    lock_name_of(ck, sv, held);
	prove_outcome(ck, sv, o, &fr, false, &proof);
	if (proof.end == WALK_GAVE_UP)
		proof_ledger(ck, f, proof.site);
	/* A function that is simple enough needs no path to be believed. */
	if (!proof_holds(ck, &proof) && !(proof.end == WALK_GAVE_UP &&
	    kept != NULL && kept->from == NO_FUNC && sum->nneeds == 0)) {
		proof_free(&proof);
		return;
	}
	fi = finding_add(ck, ck->flow->adaptive ? 13 : 3, f,
	    handler_of(ck->program, f), proof.site);
	if (kept != NULL && kept->from != NO_FUNC && !o->kept &&
	    is_own(ck, f, kept))
		fi->message = check_fmt(ck, "%s returns with %s held, which "
		    "%s takes for its callers", func_name_of(ck, f), lock,
		    func_name_of(ck, kept->from));
	else
		fi->message = check_fmt(ck, o->kept || o->callers ?
	    "%s releases %s on other paths, but can return with it held" :
	    "%s takes %s, which nobody releases, and returns with it held",
	    func_name_of(ck, f), lock);
	witness_path(ck, sv, &proof, fr, &st);
	witness_trim(&st);
	if (st.n > 0 && st.p[st.n - 1].kind == STEP_RETURN)
		st.p[st.n - 1].note = check_fmt(ck, "%s held, expected not%s",
		    lock, other_returns(ck, sv->ir, o, proof.site));
	finding_ledger(ck, fi, f);
	finding_identify(ck, fi, lock);
	witness_close(ck, fi, "", &st);
	witness_nearest(ck, fi, sv, sum, o, fr);
	proof_free(&proof);
}

/* By the function itself, or for it by one that it calls. */
static bool
taken_here(const struct checker *ck, func_id f, const struct outcome *o)
{
	const struct held *h = kept_here(ck, f, o);

	return h != NULL && is_own(ck, f, h);
}

/* A handler that keeps what it took on every path breaks its contract, too. */
static bool
handler_keeps(const struct checker *ck, func_id f, const struct outcome *o)
{
	const struct program *p = ck->program;
	size_t i;

	if (o->nheld > 0 && handler_of(p, f) != NULL)
		return true;
	/* A thread that keeps what a callee has taken: that one is to blame. */
	for (i = 0; i < p->handlers.n && taken_here(ck, f, o); i++)
		if (p->handlers.p[i].func == f && p->handlers.p[i].level >= 0)
			return true;
	return false;
}

/* Does a caller hold the mutex that other exits release? */
static bool
somebody_holds(const struct checker *ck, func_id f,
    const struct summary *sum, const struct outcome *o)
{
	const struct outcome *p;
	uint32_t i, k;

	for (i = 0; i < sum->noutcomes; i++) {
		p = &sum->outcomes[i];
		for (k = 0; k < p->nreleased && p->left < o->left; k++) {
			struct need n = { .class = p->released_class[k] };

			if (entered_surely(ck->flow, f, &n))
				return true;
		}
	}
	return false;
}

/* Is the lock a global variable, or what one points to? */
static bool
in_variable(const struct nodes *t, node_t lock)
{
	const struct node *p = node_get(t, lock);

	return (p->kind == NODE_INIT || p->kind == NODE_ADDR) &&
	    node_get(t, p->a)->kind == NODE_GLOBAL;
}

/* Does the function release such a mutex of its caller?  It takes it again. */
static bool
gives_up(const struct checker *ck, func_id f, const struct prog_lock *class)
{
	const struct summary *sum = ck->flow->sums[(size_t)f * NMODES];
	uint32_t i;

	for (i = 0; sum != NULL && i < sum->nneeds; i++)
		if (sum->needs[i].class == class && class != NULL)
			return true;
	return false;
}

/*
 * A function in a table that does not release what a callee has taken for it,
 * on any path: the table has another one that does.
 */
static bool
hands_on(const struct checker *ck, func_id f, const struct outcome *o)
{
	return (ck->program->funcs.p[f].flags & PROG_TAKEN) != 0 &&
	    o->held[o->nheld - 1].from != NO_FUNC;
}

/*
 * Advice has to be sure which adaptive mutex it is about.  Those behind
 * pointers are handed around in ways that are not followed: of these, only
 * what a variable points to, in a function that takes and releases it by that
 * name and does nothing to its caller's mutexes.
 */
static bool
is_plain_lock(const struct checker *ck, const struct summary *sum,
    const struct outcome *o)
{
	const struct held *h = &o->held[o->nheld - 1];

	if (o->callers || o->nheld == 0 || outcome_unsure(o))
		return false;
	if (h->class != NULL && !h->class->pointer)
		return true;
	return in_variable(ck->flow->nodes, h->lock) && h->from == NO_FUNC &&
	    o->kept && sum->nneeds == 0;
}

/* Is there an exit that does without the mutex? */
static bool
others_lack(const struct summary *sum, const struct outcome *o,
    const struct held *h)
{
	const struct outcome *p;
	uint32_t k;

	for (p = sum->outcomes; p < sum->outcomes + sum->noutcomes; p++) {
		for (k = 0; k < p->nheld; k++)
			if (p->held[k].lock == h->lock)
				break;
		if (p->nheld < o->nheld && k == p->nheld)
			return true;
	}
	return false;
}

/*
 * By a caller through a pointer, of which not all is seen.  That the function
 * does so the next time does not help whom it does not tell.
 */
static bool
may_be_released(const struct flow *fl, func_id f, const struct summary *sum,
    const struct outcome *o)
{
	const struct held *h;
	bool any = false;

	for (h = o->held; h < o->held + o->nheld; h++)
		if (h->class == NULL || released_above(fl, f, h, !o->same))
			any = true;
		else if (o->same && others_lack(sum, o, h))
			return false;
	return any;
}

/* Can a caller get to the release of what the function takes for it? */
static bool
is_relied_on(const struct checker *ck, func_id f)
{
	enum { UNKNOWN, NO, YES };

	if (ck->relied[f] == UNKNOWN)
		ck->relied[f] = prove_consumed(ck, f) ? YES : NO;
	return ck->relied[f] == YES;
}

static bool
reportable_held(const struct checker *ck, func_id f,
    const struct summary *sum, const struct outcome *o)
{
	uint32_t i;

	if (ck->flow->adaptive && (!is_plain_lock(ck, sum, o) || (!o->kept &&
	    (gives_up(ck, f, o->held[o->nheld - 1].class) ||
	    hands_on(ck, f, o)))))
		return false;
	/* Who is not given may release, if no path here does. */
	if (ck->program->partial && (o->nheld > 0 ? !o->kept :
	    called_from_outside(ck->flow, f)))
		return false;
	if (o->defect == DEFECT_HELD && o->callers)
		return somebody_holds(ck, f, sum, o);
	if (o->defect == DEFECT_HELD || handler_keeps(ck, f, o))
		return true;
	if (o->defect != DEFECT_PENDING ||
	    !(o->kept || (o->same && taken_here(ck, f, o))))
		return false;
	if (ck->flow->consumed[f] && (!o->same || !taken_here(ck, f, o) ||
	    is_relied_on(ck, f)))
		return false;
	if ((ck->program->partial ? called_from_outside(ck->flow, f) :
	    (ck->program->funcs.p[f].flags & PROG_TAKEN) != 0) &&
	    may_be_released(ck->flow, f, sum, o))
		return false;
	/* Next to a defect, the exit that differs by its result is meant. */
	for (i = 0; i < sum->noutcomes; i++)
		if (sum->outcomes[i].defect == DEFECT_HELD)
			return false;
	return true;
}

/* Two outcomes of one return with one cause are one finding. */
static bool
reported(const struct checker *ck, int id, func_id f,
    const struct ir_insn *in)
{
	size_t i;

	for (i = 0; i < ck->results->findings.n; i++) {
		const struct finding *fi = &ck->results->findings.p[i];

		if (fi->func == f && fi->line == in->loc.line &&
		    fi->col == in->loc.col && (fi->id == id ||
		    (id != 6 && fi->id != 6)))
			return true;
	}
	return false;
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

static void
check_mode(struct checker *ck, func_id f, int mode)
{
	const struct summary *sum;
	struct summary replay;
	struct solver *sv;
	const struct outcome *o;
	bool any = false;
	uint32_t i;

	sum = flow_summary(ck->flow, f, mode);
	if (sum->plain)
		return;
	for (i = 0; i < sum->noutcomes && !any; i++) {
		o = &sum->outcomes[i];
		any = o->defect == DEFECT_LEVEL || o->defect ==
		    DEFECT_DEAD || reportable_held(ck, f, sum, o) ||
		    reportable_gone(ck, f, o) ||
		    (mode == 0 && handler_moves(ck, f, o));
	}
	check_twice(ck, f);
	if (!any && !ck->flow->breaking[f] && !releases_suspect(ck, f, sum))
		return;
	sv = flow_replay(ck->flow, f, mode, &replay, NULL, NULL);
	check_releases(ck, sv);
	for (i = 0; i < replay.noutcomes; i++) {
		o = &replay.outcomes[i];
		if (reportable_held(ck, f, &replay, o) && !reported(ck, 3, f,
		    solver_insn(sv->ir, o->site)))
			report_held(ck, f, sv, &replay, o);
	}
	if (ck->flow->adaptive) {
		solver_free(sv);
		return;
	}
	for (i = 0; i < replay.noutcomes; i++) {
		const struct ir_insn *in;

		o = &replay.outcomes[i];
		in = solver_insn(sv->ir, o->site);
		if (reportable_gone(ck, f, o) && !reported(ck, 4, f, in))
			report_gone(ck, f, sv, &replay, o);
		if (o->defect == DEFECT_LEVEL || o->defect == DEFECT_DEAD ||
		    (mode == 0 && handler_moves(ck, f, o))) {
			if (!reported(ck, 4, f, in) &&
			    !level_resumed(ck, f, o))
				report_level(ck, f, sv, &replay, o, o->defect);
		}
	}
	check_breaches(ck, sv);
	solver_free(sv);
}

static void
check_function(struct checker *ck, func_id f)
{
	size_t n = ck->results->findings.n;
	int mode;

	mode = flow_natural(ck->flow, f);
	if (mode == NMODES) {
		flow_ledger(ck->flow, f, LEDGER_BUDGET,
		    ck->program->funcs.p[f].file,
		    ck->program->funcs.p[f].line,
		    "some path releases more spin mutexes than %d",
		    NMODES - 1);
		return;
	}
	check_mode(ck, f, mode);
	/* Only some paths release a mutex, and not all callers need hold it. */
	if (mode > 0 && ck->results->findings.n == n)
		check_mode(ck, f, 0);
}

/* ---- order ---- */

static int
by_place(const void *a, const void *b, void *ctx)
{
	const struct names *names = ctx;
	const struct finding *x = a, *y = b;
	int c;

	c = strcmp(name_str(names, x->file), name_str(names, y->file));
	if (c != 0)
		return c;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	if (x->id != y->id)
		return x->id - y->id;
	c = strcmp(x->message, y->message);
	return c != 0 ? c : strcmp(x->identity, y->identity);
}

/* IPL013, and IPL011 of adaptive mutexes. */
static void
check_adaptive(struct checker *ck, struct flow *adaptive)
{
	struct flow *levels = ck->flow;
	size_t i;

	ck->flow = adaptive;
	memset(ck->blamed, 0, ck->program->funcs.n);
	memset(ck->relied, 0, ck->program->funcs.n);
	for (i = 0; i < ck->program->funcs.n; i++)
		if (ck->program->funcs.p[i].ir != NULL &&
		    ck->program->funcs.p[i].rule == NULL)
			check_function(ck, (func_id)i);
	ck->flow = levels;
}

struct results *
check_program(const struct program *p, struct flow *fl,
    struct flow *adaptive)
{
	struct checker ck = { 0 };
	size_t i;

	ck.flow = fl;
	ck.program = p;
	ck.results = ecalloc(1, sizeof(*ck.results));
	ck.arena = ck.results->arena = arena_new();
	ck.blamed = ecalloc(p->funcs.n + 1, 1);
	ck.relied = ecalloc(p->funcs.n + 1, 1);
	for (i = 0; i < p->funcs.n; i++)
		if (p->funcs.p[i].ir != NULL && p->funcs.p[i].rule == NULL)
			check_function(&ck, (func_id)i);
	if (adaptive != NULL)
		check_adaptive(&ck, adaptive);
	ck.nest = nest_solve(p);
	verdicts_judge(&ck);
	check_nested(&ck);
	check_misnomers(&ck);
	check_contexts(&ck);
	nest_free(ck.nest);
	if (ck.results->findings.n > 0)
		qsort_r(ck.results->findings.p, ck.results->findings.n,
		    sizeof(struct finding), by_place,
		    (void *)(uintptr_t)p->names);
	findings_fingerprint(ck.results);
	verdicts_finish(&ck);
	check_reach(&ck);
	free(ck.blamed);
	free(ck.relied);
	return ck.results;
}
