/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The sections about handlers: on which port, in which context, and by which
 * call or name they come to run.
 */

#include <string.h>

#include "rules/row.h"

static int	read_flags(struct load *, const struct key *,
		    const struct node *, void *);

static const struct form form_flags = { "a list of flags", read_flags };

struct port_row {
	name_t name;
	struct texts detect;
	int restore;
	bool inverted;
	const char *source;
};

static const struct word restores[] = {
	{ "lowers", false }, { "sets", true }, { NULL, 0 }
};

static const struct key port_keys[] = {
	KEY(port_row, name, "name", form_name, true, "name the port"),
	KEY(port_row, detect, "detect", form_texts, true,
	    "part of the path of a file that only kernels of this port read; "
	    "the first port that is detected wins"),
	CHOICE(port_row, restore, "restore", restores, true,
	    "say whether a restore can only lower the level, or sets it"),
	KEY(port_row, inverted, "inverted", form_bool, false,
	    "the lower number masks more"),
	SOURCE(port_row),
	END
};

struct flag_row {
	int64_t value;
	name_t level;
	bool thread;
	int64_t since, until;
};

static const struct key flag_keys[] = {
	KEY(flag_row, value, "value", form_count, true,
	    "give the value of the flag word under the mask"),
	KEY(flag_row, level, "level", form_level, true,
	    "give the level of such a handler"),
	KEY(flag_row, thread, "thread", form_bool, false, "it may sleep"),
	KEY(flag_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(flag_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	END
};

struct context_row {
	name_t name;
	struct rule_value level;
	struct { struct rule_flag *p; size_t n; } flags;
	const char *flag_prefix;
	int64_t mask;
	int count;
	bool thread;
	const char *repair;
	struct list ports;
	int64_t since, until;
	const char *source;
};

static const struct word counts[] = {
	{ "zero", RULE_COUNT_ZERO },
	{ "interrupted", RULE_COUNT_INTERRUPTED }, { NULL, 0 }
};

static const struct key context_keys[] = {
	KEY(context_row, name, "name", form_name, true, "name the context"),
	KEY(context_row, level, "level", form_fixed, false,
	    "of all such handlers; otherwise the registration gives it"),
	KEY(context_row, flags, "flags", form_flags, false,
	    "the registration gives a flag word: the levels of its values"),
	KEY(context_row, flag_prefix, "flag_prefix", form_text, false,
	    "what the macros that spell such flags begin with"),
	KEY(context_row, mask, "mask", form_count, false,
	    "the bits of the level or flag word that count; all, if it is not "
	    "given"),
	CHOICE(context_row, count, "count", counts, true,
	    "say how many spin locks are held at the entry: none, or those of "
	    "the interrupted code"),
	KEY(context_row, thread, "thread", form_bool, false, "it may sleep"),
	KEY(context_row, repair, "repair", form_text, false,
	    "who restores a level that a handler leaks"),
	KEY(context_row, ports, "ports", form_ports, false,
	    "where it is so; everywhere, if it is not given"),
	KEY(context_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(context_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(context_row),
	END
};

struct registration_row {
	struct list names;
	int64_t nargs;
	struct source_arg handler, level;
	name_t context;
	struct list ports;
	const char *source;
};

static const struct key registration_keys[] = {
	KEY(registration_row, names, "name", form_names, true,
	    "name the function"),
	KEY(registration_row, nargs, "nargs", form_count, false,
	    "only calls with so many arguments"),
	KEY(registration_row, handler, "handler", form_handler, true,
	    "say which argument is the handler"),
	KEY(registration_row, level, "level", form_hlevel, false,
	    "the handler's level or flag word"),
	KEY(registration_row, context, "context", form_name, true,
	    "name the context that the handler runs in"),
	KEY(registration_row, ports, "ports", form_ports, false,
	    "where it is so; everywhere, if it is not given"),
	SOURCE(registration_row),
	END
};

struct entry_row {
	struct list names;
	name_t context;
	struct rule_value level;
	const char *source;
};

static const struct key entry_keys[] = {
	KEY(entry_row, names, "name", form_names, true, "name the function"),
	KEY(entry_row, context, "context", form_name, true,
	    "name the context that the handler runs in"),
	KEY(entry_row, level, "level", form_fixed, false,
	    "at which it is entered, if the context does not say it"),
	SOURCE(entry_row),
	END
};

static int
read_flags(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct context_row *row = (struct context_row *)(void *)((char *)to -
	    offsetof(struct context_row, flags));
	struct flag_row r;
	const struct node *i;
	size_t j = 0;

	if (n->kind != NODE_LIST)
		return value_bad(l, k, n, "write a list: [{value: 0, level: "
		    "NAME}, ...]");
	if (n->n == 0)
		return value_empty(l, k, n);
	row->flags.n = n->n;
	row->flags.p = arena_alloc(l->rules->arena,
	    n->n * sizeof(*row->flags.p));
	for (i = n->first; i != NULL; i = i->next, j++) {
		memset(&r, 0, sizeof(r));
		r.until = INT64_MAX;
		if (row_read(l, "flag", i, flag_keys, NULL, &r) != 0 ||
		    row_range(l, i, r.since, r.until) != 0)
			return -1;
		row->flags.p[j] = (struct rule_flag){ .value = r.value,
		    .level = r.level, .thread = r.thread, .since = r.since,
		    .until = r.until };
	}
	return 0;
}

static int
add_port(struct load *l, const struct node *n)
{
	struct port_row r = { 0 };
	size_t i;

	if (row_read(l, "port", n, port_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->rules->ports.n; i++)
		if (l->rules->ports.p[i].name == r.name)
			return row_repeated(l, n, r.name,
			    l->rules->ports.p[i].file,
			    l->rules->ports.p[i].line);
	vec_push(&l->rules->ports, ((struct rule_port){ .name = r.name,
	    .detect = r.detect.p, .ndetect = r.detect.n,
	    .restore_sets = r.restore != 0, .inverted = r.inverted,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

/* Refuse a function rule that says nothing, or two things at once. */
static bool
shadows(const name_t *first, size_t nfirst, const name_t *second,
    size_t nsecond)
{
	size_t i, j;

	if (nfirst == 0)
		return true;
	for (i = 0; i < nfirst; i++)
		for (j = 0; j < nsecond; j++)
			if (first[i] == second[j])
				return true;
	return false;
}

static int
add_context(struct load *l, const struct node *n)
{
	struct context_row r = { .until = INT64_MAX };
	const struct rule_context *c;
	size_t i;

	if (row_read(l, "context", n, context_keys, NULL, &r) != 0 ||
	    row_range(l, n, r.since, r.until) != 0)
		return -1;
	if (r.flags.n > 0 && r.level.kind != RULE_VALUE_NONE)
		return value_wrong(l, n, "both `level` and `flags`",
		    "remove one of them");
	for (i = 0; i < l->rules->contexts.n; i++) {
		c = &l->rules->contexts.p[i];
		if (c->name == r.name && c->since <= r.since &&
		    c->until >= r.until && shadows(c->ports, c->nports,
		    r.ports.p, r.ports.n))
			return row_repeated(l, n, r.name, c->file, c->line);
	}
	vec_push(&l->rules->contexts, ((struct rule_context){ .name = r.name,
	    .level = r.level, .flags = r.flags.p, .nflags = r.flags.n,
	    .flag_prefix = r.flag_prefix, .mask = r.mask,
	    .count = (enum rule_entry_count)r.count, .thread = r.thread,
	    .repair = r.repair, .ports = r.ports.p, .nports = r.ports.n,
	    .since = r.since, .until = r.until, .source = r.source,
	    .file = l->file, .line = n->line }));
	return 0;
}

static int
check_arg(struct load *l, const struct node *n, const char *key, int arg,
    int64_t nargs)
{
	if (arg == RULE_NOARG || nargs < 0 || arg < nargs)
		return 0;
	return fault_set(l->fault, l->file, n->line, "`%s: arg%d` in a call "
	    "with %d arguments, they are counted from arg0", key, arg,
	    (int)nargs);
}

static int
add_registration(struct load *l, const struct node *n)
{
	struct registration_row r = { .nargs = -1, .level.arg = RULE_NOARG };
	const struct rule_registration *o;
	uint64_t j;
	size_t i;

	if (row_read(l, "registration", n, registration_keys, NULL, &r) != 0)
		return -1;
	if (r.nargs > NARGS)
		return value_wrong(l, n, "`nargs` is above 16", "no rule can "
		    "name so many arguments");
	if (check_arg(l, n, "handler", r.handler.arg, r.nargs) != 0 ||
	    check_arg(l, n, "level", r.level.arg, r.nargs) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		if (!map_get(l->registrations, r.names.p[i], &j)) {
			j = l->rules->registrations.n;
			map_put(l->registrations, r.names.p[i], j);
		}
		for (; j < l->rules->registrations.n; j++) {
			o = &l->rules->registrations.p[j];
			if (o->name == r.names.p[i] && o->nargs == r.nargs &&
			    shadows(o->ports, o->nports, r.ports.p,
			    r.ports.n))
				return row_repeated(l, n, r.names.p[i], o->file,
				    o->line);
		}
		vec_push(&l->pending, ((struct pending){
		    .want = WANT_REGISTRATION,
		    .row = l->rules->registrations.n, .name = r.context,
		    .file = l->file, .line = n->line }));
		vec_push(&l->rules->registrations,
		    ((struct rule_registration){ .name = r.names.p[i],
		    .nargs = (int)r.nargs, .handler = r.handler.arg,
		    .handler_record = r.handler.in.record,
		    .handler_field = r.handler.in.field,
		    .level = r.level.arg, .level_record = r.level.in.record,
		    .level_field = r.level.in.field, .fixed = r.level.fixed,
		    .ports = r.ports.p, .nports = r.ports.n,
		    .source = r.source, .file = l->file, .line = n->line }));
	}
	return 0;
}

static int
add_entry(struct load *l, const struct node *n)
{
	struct entry_row r = { 0 };
	uint64_t j;
	size_t i;

	if (row_read(l, "entry", n, entry_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		if (map_get(l->entries, r.names.p[i], &j))
			return row_repeated(l, n, r.names.p[i],
			    l->rules->entries.p[j].file,
			    l->rules->entries.p[j].line);
		map_put(l->entries, r.names.p[i], l->rules->entries.n);
		vec_push(&l->pending, ((struct pending){ .want = WANT_ENTRY,
		    .row = l->rules->entries.n, .name = r.context,
		    .file = l->file, .line = n->line }));
		vec_push(&l->rules->entries, ((struct rule_entry){
		    .name = r.names.p[i], .level = r.level,
		    .source = r.source, .file = l->file, .line = n->line }));
	}
	return 0;
}

const struct section section_ports = {
	.name = "ports", .row = "port",
	.keys = port_keys, .add = add_port,
	.intro =
	    "The machines the kernel runs on. The first whose `detect` occurs "
	    "in the path of a source wins."
};

const struct section section_contexts = {
	.name = "contexts", .row = "context",
	.keys = context_keys, .add = add_context,
	.inner = "A flag", .inner_keys = flag_keys,
	.intro =
	    "How a kind of handler is entered. Of several rows of one name "
	    "the first that fits the port and version counts."
};

const struct section section_registrations = {
	.name = "registrations", .row = "registration",
	.keys = registration_keys, .add = add_registration,
	.intro =
	    "Calls that register a handler. A row with the call's number of "
	    "arguments counts before one without `nargs`; otherwise the first "
	    "that fits the port."
};

const struct section section_entries = {
	.name = "entries", .row = "entry",
	.keys = entry_keys, .add = add_entry,
	.intro =
	    "Handlers that no C code registers, because assembly calls them "
	    "by name."
};
