/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Breaches at an instruction, which the engine has found on its way:
 * IPL006, the level is lowered below a mutex that is held; IPL005, a restore
 * whose token is none; IPL009, a call that may sleep with a mutex held; and
 * IPL003, a mutex is entered that has not been released, or the thread ends
 * with it.
 */

#include <string.h>

#include "check/check_int.h"

static int
id_of(enum breach_kind k)
{

	switch (k) {
	case BREACH_DROP: return IPL6;
	case BREACH_SLEEP: return IPL9;
	case BREACH_AGAIN: return IPL3;
	case BREACH_END: return IPL3;
	case BREACH_LOST: return IPL4;
	default: return IPL5;
	}
}

static const char *
level_of(struct checker *ck, const struct solver *sv, node_t level)
{
	struct buf b = { 0 };
	const char *s;

	level_print(ck->flow, sv->ir, level, &b);
	s = check_fmt(ck, "%s", b.n > 0 ? b.p : "?");
	buf_free(&b);
	return s;
}

/* What is restored, as C. */
static const char *
token_text(struct checker *ck, const struct solver *sv,
    const struct ir_insn *in)
{
	struct buf b = { 0 };
	const char *s;

	ir_print_c(ck->program->names, sv->ir, in->args[0], &b);
	s = check_fmt(ck, "%s", b.p);
	buf_free(&b);
	return s;
}

static void
say_drop(struct checker *ck, const struct solver *sv, const struct breach *b,
    struct finding *fi, struct step *step)
{
	const char *lock = lock_name_of(ck, sv, b->lock);

	fi->entry = b->expected;
	fi->exit = b->level;
	fi->message = check_fmt(ck, "%s holds %s (%s), but lowers the level "
	    "to %s", func_name_of(ck, sv->func), lock, level_name_of(ck,
	    b->expected), level_name_of(ck, b->level));
	step->note = check_fmt(ck, "level %s with %s held, expected at least "
	    "%s", level_name_of(ck, b->level), lock, level_name_of(ck,
	    b->expected));
	finding_identify(ck, fi, check_fmt(ck, "%s;%s", lock, step->text));
}

static void
say_again(struct checker *ck, const struct solver *sv,
    const struct breach *b, struct finding *fi, struct step *step)
{
	const char *lock = lock_name_of(ck, sv, b->lock);

	fi->message = check_fmt(ck, "%s can enter %s, a spin mutex, while it "
	    "holds it since line %u", func_name_of(ck, sv->func), lock,
	    solver_insn(sv->ir, b->taken)->loc.line);
	step->note = check_fmt(ck, "%s held, expected not", lock);
	finding_identify(ck, fi, check_fmt(ck, "%s;%s", lock, step->text));
}

static void
say_end(struct checker *ck, const struct solver *sv, const struct breach *b,
    struct finding *fi, struct step *step)
{
	const char *lock = lock_name_of(ck, sv, b->lock);

	fi->message = check_fmt(ck, "%s ends its thread with %s held",
	    func_name_of(ck, sv->func), lock);
	step->note = check_fmt(ck, "%s held, expected not", lock);
	finding_identify(ck, fi, check_fmt(ck, "%s;%s", lock, step->text));
}

static void
say_lost(struct checker *ck, const struct solver *sv, struct finding *fi,
    struct step *step)
{

	fi->message = check_fmt(ck, "%s raises the level again in a loop, "
	    "and loses what was saved in the turn before",
	    func_name_of(ck, sv->func));
	step->note = "raised already, expected the entry level";
	finding_identify(ck, fi, step->text);
}

static void
say_sleep(struct checker *ck, const struct solver *sv,
    const struct breach *b, struct finding *fi, struct step *step,
    struct steps *st)
{
	const char *lock = lock_name_of(ck, sv, b->lock);

	fi->message = check_fmt(ck, "%s holds %s, a spin mutex, and may sleep "
	    "in %s", func_name_of(ck, sv->func), lock, step->text);
	step->note = check_fmt(ck, "%s held, expected not to sleep", lock);
	finding_identify(ck, fi, check_fmt(ck, "%s;%s", lock, step->text));
	witness_way(ck, b->way, 1, st);
}

static void
say_stale(struct checker *ck, const struct solver *sv,
    const struct breach *b, struct finding *fi, struct step *step)
{
	const char *token = token_text(ck, sv, solver_insn(sv->ir, b->site));
	const char *func = func_name_of(ck, sv->func);

	switch (b->kind) {
	case BREACH_UNSET:
		fi->message = check_fmt(ck, "%s restores the level from %s, "
		    "in which none was saved on this path", func, token);
		step->note = check_fmt(ck, "%s has no value, expected a "
		    "saved level", token);
		break;
	case BREACH_UNSAVED:
		fi->message = check_fmt(ck, "%s restores the level from %s, "
		    "in which none was saved on this path: it is %s", func,
		    token, level_of(ck, sv, b->token));
		step->note = check_fmt(ck, "%s is %s, expected a saved level",
		    token, level_of(ck, sv, b->token));
		break;
	default:
		fi->message = check_fmt(ck, "%s restores the level from %s, "
		    "saved inside of what has been restored before it", func,
		    token);
		step->note = check_fmt(ck, "%s is %s, expected no more than "
		    "the present level", token, level_of(ck, sv, b->token));
		break;
	}
	finding_identify(ck, fi, step->text);
}

/*
 * Reported already: the same place; of a variable without a token, the path
 * of the same function that has raised and does not restore; and of a mutex
 * that is entered again, that it is kept.
 */
static bool
is_known(const struct checker *ck, const struct finding *new,
    enum breach_kind kind)
{
	const struct finding *fi;
	size_t i;

	for (i = 0; i + 1 < ck->results->findings.n; i++) {
		fi = &ck->results->findings.p[i];
		if (fi->func != new->func)
			continue;
		if (fi->id == new->id && fi->line == new->line &&
		    fi->col == new->col)
			return true;
		if ((kind == BREACH_UNSET || kind == BREACH_UNSAVED) &&
		    (fi->id == IPL1 || fi->id == IPL4))
			return true;
		if (kind == BREACH_LOST && (fi->id == IPL1 || fi->id == IPL4 ||
		    fi->id == IPL7 || fi->id == IPL12))
			return true;
		if ((kind == BREACH_AGAIN || kind == BREACH_END) &&
		    fi->id == IPL3)
			return true;
	}
	return false;
}

static void
report(struct checker *ck, struct solver *sv, const struct breach *b)
{
	struct frame fr = { sv->func, -1, 0, false };
	struct proof proof;
	struct steps st = { 0 };
	struct finding *fi;
	struct step *step;

	fi = finding_add(ck, id_of(b->kind), sv->func, NULL, b->site);
	if (is_known(ck, fi, b->kind)) {
		ck->results->findings.n--;
		return;
	}
	prove_breach(ck, sv, b, &fr, &proof);
	if (proof.end == WALK_GAVE_UP)
		proof_ledger(ck, sv->func, b->site);
	if (proof.end == WALK_NONE) {
		ck->results->findings.n--;
		proof_free(&proof);
		return;
	}
	witness_path(ck, sv, &proof, fr, &st);
	witness_trim(&st);
	step = witness_insn(ck, sv->pf, sv->func, b->site, STEP_LEVEL, 0,
	    &st);
	if (b->kind == BREACH_DROP)
		say_drop(ck, sv, b, fi, step);
	else if (b->kind == BREACH_SLEEP)
		say_sleep(ck, sv, b, fi, step, &st);
	else if (b->kind == BREACH_AGAIN)
		say_again(ck, sv, b, fi, step);
	else if (b->kind == BREACH_LOST)
		say_lost(ck, sv, fi, step);
	else if (b->kind == BREACH_END)
		say_end(ck, sv, b, fi, step);
	else
		say_stale(ck, sv, b, fi, step);
	finding_ledger(ck, fi, sv->func);
	witness_close(ck, fi, "", &st);
	proof_free(&proof);
}

void
check_breaches(struct checker *ck, struct solver *sv)
{
	size_t i;

	for (i = 0; i < sv->breaches.n; i++)
		report(ck, sv, &sv->breaches.p[i]);
}
