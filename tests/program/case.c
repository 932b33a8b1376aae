/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "case.h"

#define HEAD	"iplint-ir "

/* Texts that were read already, for a reader that skips them. */
static bool
want(void *ctx, name_t name, struct digest d)
{
	uint64_t id[3] = { name, d.hi, d.lo }, seen;

	if (map_get(ctx, hash64(id, sizeof(id), 0), &seen))
		return false;
	map_put(ctx, hash64(id, sizeof(id), 0), 1);
	return true;
}

static void
parse(struct test_case *c, const char *begin, size_t size,
    const struct ir_reader *reader)
{
	struct fault f = { "" };
	struct ir_module *m;

	m = ir_parse(c->names, "case", begin, size, reader, &f);
	if (m == NULL || ir_check(m, &f) != 0)
		fail_msg("%s\n%.*s", f.text, (int)size, begin);
	c->modules[c->n++] = m;
}

void
case_link(struct test_case *c, const char *text, struct case_order order)
{
	const char *units[CASE_UNITS + 1];
	struct ir_reader reader = { .want = want, .ctx = map_new() };
	struct fault f = { "" };
	size_t i, k, n = 0;

	memset(c, 0, sizeof(*c));
	c->names = names_new();
	for (text = strstr(text, HEAD); text != NULL && n < CASE_UNITS;
	    text = strstr(text + 1, HEAD))
		units[n++] = text;
	units[n] = units[n - 1] + strlen(units[n - 1]);
	for (i = 0; i < n; i++) {
		k = (i + order.rotate) % n;
		k = order.backwards ? n - 1 - k : k;
		parse(c, units[k], (size_t)(units[k + 1] - units[k]),
		    order.lazy ? &reader : NULL);
	}
	map_free(reader.ctx);
	c->rules = rules_load(c->names, DATA "/rules.yaml", &f);
	if (c->rules == NULL)
		fail_msg("%s", f.text);
	c->ledger = ledger_new(c->names);
	c->program = program_link(c->names, c->rules, c->modules, c->n, NULL,
	    c->ledger, &f);
	if (c->program == NULL)
		fail_msg("%s", f.text);
}

void
case_load(struct test_case *c, const char *name)
{
	char path[512], *text;
	struct fault f = { "" };
	size_t size;

	snprintf(path, sizeof(path), "%s/%s.ir", DATA, name);
	if (file_read(path, &text, &size, &f) != 0)
		fail_msg("%s", f.text);
	case_link(c, text, (struct case_order){ 0, false, false });
	free(text);
}

void
case_done(struct test_case *c)
{
	size_t i;

	program_free(c->program);
	for (i = 0; i < c->n; i++)
		ir_module_free(c->modules[i]);
	ledger_free(c->ledger);
	rules_free(c->rules);
	names_free(c->names);
}

static void
print_ledger(const struct test_case *c, struct buf *b)
{
	uint32_t *order = ledger_sorted(c->ledger);
	const struct ledger_entry *e;
	size_t i;

	for (i = 0; i < ledger_count(c->ledger); i++) {
		e = ledger_get(c->ledger, order[i]);
		buf_fmt(b, "%s %s:%u %s: %s\n", ledger_kind_name(e->kind),
		    name_str(c->names, e->file), e->line,
		    name_str(c->names, e->func), e->text);
	}
	free(order);
}

void
case_print(const struct test_case *c, struct buf *b)
{
	const struct prog_counts *n = &c->program->counts;
	const char *const *s;

	for (s = program_stages; *s != NULL; s++) {
		buf_fmt(b, "-- %s\n", *s);
		assert_int_equal(program_dump(c->program, *s, b), 0);
	}
	buf_str(b, "-- ledger\n");
	print_ledger(c, b);
	buf_fmt(b, "-- counts\nregistrations %u of %u\nindirect %u of %u, "
	    "%u targets\nacquires %u of %u\n", n->registrations_known,
	    n->registrations, n->indirect_resolved, n->indirect,
	    n->indirect_targets, n->acquires_known, n->acquires);
	if (n->acquires_unset > 0)
		buf_fmt(b, "acquires of pointers never set %u\n",
		    n->acquires_unset);
}

func_id
case_func(const struct test_case *c, const char *name)
{
	func_id f;

	if (program_find(c->program, name, &f, 1) == 0)
		fail_msg("no function %s", name);
	return f;
}

key_id
case_field(const struct test_case *c, const char *record, const char *field)
{
	key_id k = program_key_field(c->program,
	    name_find(c->names, record), name_find(c->names, field));

	if (k == 0)
		fail_msg("no key %s::%s", record, field);
	return k;
}
