/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Spelling: levels and flags are small numbers that the compiler does not
 * tell apart, but the macro by which a constant is written tells what was
 * meant.  Only constants that stand in the call itself, or are handed on to
 * it by functions that derive_run() follows, are looked at.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

static bool
has_prefix(const struct program *p, name_t macro, const char *prefix)
{
	return macro != 0 && prefix != NULL && strncmp(name_str(p->names,
	    macro), prefix, strlen(prefix)) == 0;
}

static bool
is_flag_name(const struct program *p, name_t macro)
{
	size_t i;

	for (i = 0; i < p->rules->contexts.n; i++)
		if (has_prefix(p, macro,
		    p->rules->contexts.p[i].flag_prefix))
			return true;
	return false;
}

static bool
is_wrong(const struct program *p, name_t macro, enum prog_wants wants)
{
	switch (wants) {
	case PROG_WANTS_LEVEL:
		return is_flag_name(p, macro);
	case PROG_WANTS_FLAG:
		return is_level_name(p, macro);
	case PROG_WANTS_TYPE:
		break;
	}
	return is_flag_name(p, macro) || is_level_name(p, macro);
}

static void
add(struct program *p, const struct prog_misnomer *m)
{
	const struct prog_misnomer *o;
	size_t i;

	for (i = 0; i < p->misnomers.n; i++) {
		o = &p->misnomers.p[i];
		if (o->insn == m->insn && o->in == m->in &&
		    o->wants == m->wants)
			return;
	}
	vec_push(&p->misnomers, *m);
}

void
spelling_note(struct program *p, const struct fact *f, unsigned slot,
    enum prog_wants wants, const struct rule_context *c)
{
	const struct leaf *leaf = &f->slot[slot];
	const struct rule_flag *flag;
	struct prog_misnomer m = { .in = f->in, .api = f->api,
	    .insn = f->insn, .wants = wants };

	if (f->indirect || leaf->kind != LEAF_CONST ||
	    !is_wrong(p, leaf->macro, wants))
		return;
	m.macro = leaf->macro;
	m.value = leaf->value;
	if (wants == PROG_WANTS_LEVEL)
		m.prefix = p->rules->level_prefix;
	if (wants == PROG_WANTS_FLAG) {
		m.prefix = c->flag_prefix;
		flag = rules_flag(c, leaf->value, p->version);
		if (flag != NULL)
			m.means = flag->level;
	}
	add(p, &m);
}

static void
call(struct program *p, func_id f, const struct prog_site *ps,
    const struct ir_insn *in)
{
	const struct rule_func *r;
	const struct ir_expr *e;
	struct prog_misnomer m = { .in = f, .insn = in,
	    .wants = PROG_WANTS_LEVEL, .prefix = p->rules->level_prefix };
	size_t i;
	int arg;

	if (ps->indirect || ps->ntargets != 1)
		return;
	r = p->funcs.p[ps->targets[0]].rule;
	for (i = 0; r != NULL && i < r->neffects; i++) {
		arg = r->effects[i].level.arg;
		if (r->effects[i].level.kind != RULE_VALUE_ARG || arg < 0 ||
		    arg >= in->nargs)
			continue;
		e = in->args[arg];
		if (e->kind != IR_CONST || !is_wrong(p, e->macro, m.wants))
			continue;
		m.api = ps->targets[0];
		m.macro = e->macro;
		m.value = e->value;
		add(p, &m);
	}
}

static int
by_place(const void *va, const void *vb)
{
	const struct prog_misnomer *a = va, *b = vb;

	if (a->in != b->in)
		return a->in < b->in ? -1 : 1;
	if (a->insn->loc.line != b->insn->loc.line)
		return a->insn->loc.line < b->insn->loc.line ? -1 : 1;
	if (a->insn->loc.col != b->insn->loc.col)
		return a->insn->loc.col < b->insn->loc.col ? -1 : 1;
	return (a->wants > b->wants) - (a->wants < b->wants);
}

void
spelling_link(struct program *p)
{
	const struct prog_func *pf;
	func_id f;
	uint32_t i;

	for (f = 0; f < p->funcs.n; f++) {
		pf = &p->funcs.p[f];
		for (i = 0; i < pf->nsites; i++)
			call(p, f, &pf->sites[i], p->link->insns[f][i]);
	}
	if (p->misnomers.n > 1)
		qsort(p->misnomers.p, p->misnomers.n,
		    sizeof(*p->misnomers.p), by_place);
}
