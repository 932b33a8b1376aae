/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * IPL010: a constant that is spelled as a level where a call wants a flag or a
 * type, or as a flag where it wants a level.  The program has found them.
 */

#include "check/check_int.h"

static uint32_t
site_of(const struct ir_func *ir, const struct ir_insn *in)
{
	uint32_t b, n = 0;

	for (b = 0; b < ir->nblocks; b++) {
		if (in >= ir->blocks[b].insns &&
		    in < ir->blocks[b].insns + ir->blocks[b].ninsns)
			return n + (uint32_t)(in - ir->blocks[b].insns);
		n += ir->blocks[b].ninsns;
	}
	bug("instruction of another function");
}

static const char *
wanted(struct checker *ck, const struct prog_misnomer *m)
{
	switch (m->wants) {
	case PROG_WANTS_LEVEL:
		return check_fmt(ck, "a level, %s*", m->prefix);
	case PROG_WANTS_FLAG:
		return check_fmt(ck, "a flag, %s*", m->prefix);
	case PROG_WANTS_TYPE:
		break;
	}
	return "the type of a lock";
}

static const char *
meaning(struct checker *ck, const struct prog_misnomer *m)
{
	if (m->wants != PROG_WANTS_FLAG)
		return "";
	if (m->means == 0)
		return ", which is no such flag";
	return check_fmt(ck, ", which means %s there",
	    name_str(ck->program->names, m->means));
}

void
check_misnomers(struct checker *ck)
{
	const struct program *p = ck->program;
	const struct prog_misnomer *m;
	const struct prog_func *pf;
	struct finding *fi;
	struct steps st;
	uint32_t site;
	size_t i;

	for (i = 0; i < p->misnomers.n; i++) {
		m = &p->misnomers.p[i];
		pf = &p->funcs.p[m->in];
		site = site_of(pf->ir, m->insn);
		fi = finding_add(ck, IPL10, m->in, NULL, site);
		fi->message = check_fmt(ck, "%s wants %s, but is given %s "
		    "(%lld)%s", name_str(p->names, p->funcs.p[m->api].name),
		    wanted(ck, m), name_str(p->names, m->macro),
		    (long long)m->value, meaning(ck, m));
		st = (struct steps){ .p = NULL };
		witness_insn(ck, pf, m->in, site, STEP_NOTE, 0, &st)->note =
		    check_fmt(ck, "given %s, expected %s",
		    name_str(p->names, m->macro), wanted(ck, m));
		finding_ledger(ck, fi, m->in);
		finding_identify(ck, fi, st.p[0].text);
		witness_close(ck, fi, "", &st);
	}
}
