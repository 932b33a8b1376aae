/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Dumps.  Nothing here depends on the order in which names were interned or
 * modules were given.
 */

#include <string.h>

#include "program/dump.h"
#include "program/link.h"

const char *const program_stages[] = {
	"callgraph", "handlers", "mutexes", "levels", NULL
};

static void
put_place(const struct program *p, name_t file, uint32_t line, struct buf *b)
{
	if (file == 0)
		buf_str(b, "-");
	else
		buf_fmt(b, "%s:%u", name_str(p->names, file), line);
}

/* A level, by name if it has one. */
static void
put_level(const struct program *p, int level, struct buf *b)
{
	const char *name = program_level_name(p, level);

	if (level < 0)
		buf_str(b, "?");
	else if (name != NULL)
		buf_str(b, name);
	else
		buf_i64(b, level);
}

/* A function; with its place where the name alone does not tell. */
static void
put_func(const struct program *p, func_id f, struct buf *b)
{
	const struct prog_func *pf = &p->funcs.p[f];

	buf_str(b, name_str(p->names, pf->name));
	if (pf->flags & PROG_STATIC) {
		buf_chr(b, '@');
		put_place(p, pf->file, pf->line, b);
	}
}

static bool
was_cast(const struct program *p, func_id f, uint32_t site)
{
	uint64_t i;

	return map_get(p->link->icall_of, (uint64_t)f << 32 | site, &i) &&
	    p->link->icalls.p[i].open;
}

static void
put_site(const struct program *p, func_id f, uint32_t site, struct buf *b)
{
	const struct prog_site *s = &p->funcs.p[f].sites[site];
	const struct ir_insn *in = p->link->insns[f][site];
	uint32_t i;

	buf_fmt(b, "\t%u:%u ", in->loc.line, in->loc.col);
	if (s->indirect) {
		buf_str(b, "through ");
		ir_print_c(p->names, p->funcs.p[f].ir, in->src, b);
		if (s->wide)
			buf_str(b, " wide");
		if (was_cast(p, f, site))
			buf_str(b, " cast");
		buf_str(b, s->ntargets == 0 ? ": ?" : ": ");
	}
	for (i = 0; i < s->ntargets; i++) {
		if (i > 0)
			buf_str(b, ", ");
		put_func(p, s->targets[i], b);
	}
	buf_chr(b, '\n');
}

static void
dump_callgraph(const struct program *p, struct buf *b)
{
	static const struct {
		unsigned flag;
		const char *name;
	} flags[] = {
		{ PROG_STATIC, "static" }, { PROG_NORETURN, "noreturn" },
		{ PROG_TAKEN, "taken" }, { PROG_INCOMPLETE, "incomplete" }
	};
	const struct prog_func *pf;
	uint32_t i;
	func_id f;

	for (f = 0; f < p->funcs.n; f++) {
		pf = &p->funcs.p[f];
		buf_fmt(b, "%s ", name_str(p->names, pf->name));
		put_place(p, pf->file, pf->line, b);
		for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
			if (pf->flags & flags[i].flag)
				buf_fmt(b, " %s", flags[i].name);
		if (pf->rule != NULL)
			buf_str(b, " rule");
		buf_fmt(b, " scc %u callers %u\n", pf->scc, pf->ncallers);
		for (i = 0; i < pf->nsites; i++)
			put_site(p, f, i, b);
	}
}

static void
dump_handlers(const struct program *p, struct buf *b)
{
	const struct prog_handler *h;
	size_t i;

	for (i = 0; i < p->handlers.n; i++) {
		h = &p->handlers.p[i];
		put_level(p, h->level, b);
		if (h->level_name != 0)
			buf_fmt(b, " (%s)", name_str(p->names,
			    h->level_name));
		buf_fmt(b, " %s ", name_str(p->names, h->context->name));
		put_func(p, h->func, b);
		if (h->in == NO_FUNC)
			buf_str(b, " by name at ");
		else
			buf_fmt(b, " by %s in %s at ",
			    name_str(p->names, h->api), name_str(p->names,
			    p->funcs.p[h->in].name));
		put_place(p, h->file, h->line, b);
		if (h->others > 0)
			buf_fmt(b, " and %u more", h->others);
		buf_chr(b, '\n');
	}
}

static void
dump_mutexes(const struct program *p, struct buf *b)
{
	static const char *const kinds[] = {
		[PROG_SPIN_UNKNOWN] = "unknown", [PROG_ADAPTIVE] = "adaptive",
		[PROG_SPIN] = "spin", [PROG_MIXED] = "mixed"
	};
	const struct prog_lock *l;
	size_t i;

	for (i = 0; i < p->locks.n; i++) {
		l = &p->locks.p[i];
		buf_fmt(b, "%s %s ", l->text, kinds[l->spin]);
		put_level(p, l->lo, b);
		if (l->hi != l->lo) {
			buf_str(b, "..");
			put_level(p, l->hi, b);
		}
		buf_chr(b, ' ');
		put_place(p, l->file, l->line, b);
		buf_fmt(b, " inits %u\n", l->ninits);
	}
}

static void
dump_levels(const struct program *p, struct buf *b)
{
	const struct ir_level *l;
	const char *name;
	size_t i;

	buf_fmt(b, "port %s\nversion %lld\n", name_str(p->names,
	    p->port->name), (long long)p->version);
	for (i = 0; i < p->levels.n; i++) {
		l = &p->levels.p[i];
		buf_fmt(b, "%s %lld", name_str(p->names, l->name),
		    (long long)l->value);
		name = program_level_name(p, program_level(p, l->name));
		if (name != NULL && strcmp(name, name_str(p->names,
		    l->name)) != 0)
			buf_fmt(b, " = %s", name);
		buf_chr(b, '\n');
	}
}

int
program_dump(const struct program *p, const char *stage, struct buf *b)
{
	if (strcmp(stage, "callgraph") == 0)
		dump_callgraph(p, b);
	else if (strcmp(stage, "handlers") == 0)
		dump_handlers(p, b);
	else if (strcmp(stage, "mutexes") == 0)
		dump_mutexes(p, b);
	else if (strcmp(stage, "levels") == 0)
		dump_levels(p, b);
	else
		return -1;
	return 0;
}
