/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Levels: what each IPL_ name is worth, which port this is, which version.
 *
 * Requires the sorted modules; provides program.levels, port and version.
 * Every unit evaluates the macros for itself.  Where units disagree the
 * value of most of them counts, and of these the smallest.
 */

#include <stdlib.h>
#include <string.h>

#include "program/link.h"

/* Flag bits share the prefix (IPL_MPSAFE 0x100); no machine has so many. */
#define LEVELS_MAX	64

struct vote {
	name_t name;
	int64_t value;
	uint32_t count;
};
typedef VEC(struct vote) votes_t;

static void
vote(votes_t *votes, const struct ir_level *l)
{
	size_t i;

	for (i = 0; i < votes->n; i++)
		if (votes->p[i].name == l->name &&
		    votes->p[i].value == l->value) {
			votes->p[i].count++;
			return;
		}
	vec_push(votes, ((struct vote){ l->name, l->value, 1 }));
}

static const struct vote *
winner(const votes_t *votes, name_t name, bool *unanimous)
{
	const struct vote *v, *best = NULL;
	size_t i;

	*unanimous = true;
	for (i = 0; i < votes->n; i++) {
		v = &votes->p[i];
		if (v->name != name)
			continue;
		*unanimous = *unanimous && best == NULL;
		if (best == NULL || v->count > best->count ||
		    (v->count == best->count && v->value < best->value))
			best = v;
	}
	return best;
}

/* Insert, sorted by value, then name: there are a few dozen. */
static void
insert(struct program *p, struct ir_level l)
{
	const struct ir_level *o;
	size_t i;

	vec_push(&p->levels, l);
	for (i = p->levels.n - 1; i > 0; i--) {
		o = &p->levels.p[i - 1];
		if (o->value < l.value || (o->value == l.value &&
		    strcmp(name_str(p->names, o->name),
		    name_str(p->names, l.name)) < 0))
			break;
		p->levels.p[i] = *o;
	}
	p->levels.p[i] = l;
}

bool
is_level_name(const struct program *p, name_t name)
{
	const char *prefix = p->rules->level_prefix;

	return name != 0 && prefix != NULL && strncmp(name_str(p->names,
	    name), prefix, strlen(prefix)) == 0;
}

/* ---- which of several names of one number is preferred ---- */

static void
mention(const struct program *p, uint32_t *counts, name_t name)
{
	size_t i;

	for (i = 0; i < p->levels.n; i++)
		if (name != 0 && p->levels.p[i].name == name)
			counts[i]++;
}

static void
mention_all(const struct program *p, uint32_t *counts)
{
	const struct rules *r = p->rules;
	size_t i, k;

	for (i = 0; i < r->funcs.n; i++)
		for (k = 0; k < r->funcs.p[i].neffects; k++)
			mention(p, counts,
			    r->funcs.p[i].effects[k].level.level);
	for (i = 0; i < r->lockkinds.n; i++)
		for (k = 0; k < r->lockkinds.p[i].nlevels; k++)
			mention(p, counts, r->lockkinds.p[i].levels[k]);
	for (i = 0; i < r->contexts.n; i++) {
		mention(p, counts, r->contexts.p[i].level.level);
		for (k = 0; k < r->contexts.p[i].nflags; k++)
			mention(p, counts, r->contexts.p[i].flags[k].level);
	}
	for (i = 0; i < r->entries.n; i++)
		mention(p, counts, r->entries.p[i].level.level);
}

static void
prefer(struct program *p)
{
	uint32_t *counts = ecalloc(p->levels.n, sizeof(*counts));
	uint32_t best[LEVELS_MAX] = { 0 };
	const char *name, *old;
	const struct ir_level *l;
	size_t i, k;
	int rank;

	mention_all(p, counts);
	for (i = 0; i < p->levels.n; i++) {
		l = &p->levels.p[i];
		rank = program_rank(p, l->value);
		if (rank < 0)
			continue;
		k = best[rank];
		name = name_str(p->names, l->name);
		old = k == 0 ? NULL : name_str(p->names,
		    p->levels.p[k - 1].name);
		if (old == NULL || counts[i] > counts[k - 1] ||
		    (counts[i] == counts[k - 1] &&
		    strlen(name) < strlen(old)))
			best[rank] = (uint32_t)i + 1;
	}
	for (i = 0; i < LEVELS_MAX; i++)
		if (best[i] != 0)
			p->link->level_names[i] =
			    p->levels.p[best[i] - 1].name;
	free(counts);
}

/* ---- the pass ---- */

static void
count_votes(struct program *p, votes_t *votes)
{
	const struct ir_module *m;
	size_t i, k;

	for (i = 0; i < p->link->nmodules; i++) {
		m = p->link->modules[i];
		for (k = 0; k < m->levels.n; k++)
			vote(votes, &m->levels.p[k]);
	}
}

static void
missing(struct program *p, name_t name, struct map *said)
{
	uint64_t value;

	if (name == 0 || map_get(p->link->level_of, name, &value) ||
	    map_get(said, name, &value))
		return;
	map_put(said, name, 1);
	(void)ledger_add(p->ledger, LEDGER_LEVEL, 0, 0, 0,
	    "no unit defines %s, which the rules use",
	    name_str(p->names, name));
}

/* Level names of contexts that matter here and that no unit defines. */
static void
report_missing(struct program *p)
{
	const struct rule_context *c;
	struct map *said = map_new();
	size_t i;

	for (i = 0; i < p->rules->contexts.n; i++) {
		c = rules_context(p->rules, i, p->port, p->version);
		if (c != NULL)
			missing(p, c->level.level, said);
	}
	map_free(said);
}

void
levels_link(struct program *p)
{
	struct link *l = p->link;
	const struct vote *v;
	votes_t votes = { 0 };
	uint64_t done;
	bool unanimous;
	size_t i;

	l->level_of = map_new();
	l->level_names = arena_alloc(p->arena,
	    LEVELS_MAX * sizeof(*l->level_names));
	count_votes(p, &votes);
	for (i = 0; i < votes.n; i++) {
		if ((votes.p[i].name != p->rules->version_macro &&
		    !is_level_name(p, votes.p[i].name)) ||
		    map_get(l->level_of, votes.p[i].name, &done))
			continue;
		v = winner(&votes, votes.p[i].name, &unanimous);
		map_put(l->level_of, v->name, (uint64_t)v->value);
		if (!unanimous)
			(void)ledger_add(p->ledger, LEDGER_LEVEL, 0, 0, 0,
			    "units disagree about %s; %lld is taken",
			    name_str(p->names, v->name),
			    (long long)v->value);
		if (v->name == p->rules->version_macro)
			p->version = v->value;
		else
			insert(p, (struct ir_level){ v->name, v->value });
	}
	vec_free(&votes);
	for (i = 0; p->port->inverted && i < p->levels.n; i++)
		if (p->levels.p[i].value > l->level_flip &&
		    p->levels.p[i].value < LEVELS_MAX)
			l->level_flip = (int)p->levels.p[i].value;
	prefer(p);
	report_missing(p);
	l->level_max = -1;
	for (i = 0; i < LEVELS_MAX; i++)
		if (l->level_names[i] != 0)
			l->level_max = (int)i;
	if (p->levels.n == 0)
		(void)ledger_add(p->ledger, LEDGER_LEVEL, 0, 0, 0,
		    "no unit defines a level");
	if (p->rules->version_macro != 0 && p->version == 0)
		(void)ledger_add(p->ledger, LEDGER_LEVEL, 0, 0, 0,
		    "no unit defines %s; the newest version is assumed",
		    name_str(p->names, p->rules->version_macro));
}

/* ---- the port ---- */

static bool
detects(const struct program *p, const struct rule_port *port,
    const name_t *paths, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < port->ndetect; k++)
			if (strstr(name_str(p->names, paths[i]),
			    port->detect[k]) != NULL)
				return true;
	return false;
}

static const struct rule_port *
detect(const struct program *p)
{
	const struct rule_port *port = NULL;
	struct map *seen = map_new();
	VEC(name_t) paths = { 0 };
	const struct ir_module *m;
	uint64_t value;
	size_t i, k;

	for (i = 0; i < p->link->nmodules; i++) {
		m = p->link->modules[i];
		for (k = 0; k < m->sources.n; k++)
			if (!map_get(seen, m->sources.p[k].path, &value)) {
				map_put(seen, m->sources.p[k].path, 1);
				vec_push(&paths, m->sources.p[k].path);
			}
	}
	for (i = 0; i < p->rules->ports.n && port == NULL; i++)
		if (detects(p, &p->rules->ports.p[i], paths.p, paths.n))
			port = &p->rules->ports.p[i];
	map_free(seen);
	vec_free(&paths);
	return port;
}

int
levels_port(struct program *p, const char *port_name, struct fault *f)
{
	size_t i;

	if (port_name == NULL) {
		p->port = detect(p);
		if (p->port == NULL)
			return fault_set(f, NULL, 0, "no port of %s fits "
			    "the sources of these units; name one",
			    p->rules->file);
		return 0;
	}
	for (i = 0; i < p->rules->ports.n; i++)
		if (strcmp(name_str(p->names, p->rules->ports.p[i].name),
		    port_name) == 0)
			p->port = &p->rules->ports.p[i];
	if (p->port == NULL)
		return fault_set(f, NULL, 0, "%s has no port %s",
		    p->rules->file, port_name);
	return 0;
}

int
program_level_flip(const struct program *p)
{
	return p->link->level_flip;
}

int
program_rank(const struct program *p, int64_t number)
{
	if (number < 0 || number >= LEVELS_MAX)
		return -1;
	if (p->link->level_flip == 0)
		return (int)number;
	return number > p->link->level_flip ? -1 :
	    p->link->level_flip - (int)number;
}

int
program_level(const struct program *p, name_t name)
{
	uint64_t number;

	if (name == 0 || !map_get(p->link->level_of, name, &number))
		return -1;
	return program_rank(p, (int64_t)number);
}

const char *
program_level_name(const struct program *p, int level)
{
	if (level < 0 || level >= LEVELS_MAX ||
	    p->link->level_names[level] == 0)
		return NULL;
	return name_str(p->names, p->link->level_names[level]);
}

int
program_level_max(const struct program *p)
{
	return p->link->level_max;
}
