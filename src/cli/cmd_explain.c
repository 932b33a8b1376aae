/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check/finding.h"
#include "cli.h"
#include "report/pages.h"
#include "report/text.h"

static const struct {
	int id;
	const char *name, *text;
} ids[] = {
#define X(n, name, class, text) { n, name, text },
	FINDINGS(X)
#undef X
};

#define NIDS	(sizeof(ids) / sizeof(*ids))

static void
code_of(int id, char code[16])
{
	snprintf(code, 16, "IPL%03d", id);
}

static void
print_table(void)
{
	char code[16];

	for (size_t i = 0; i < NIDS; i++) {
		code_of(ids[i].id, code);
		printf("%s  %-18s %-7s %s\n", code, ids[i].name,
		    finding_class_name(finding_class(ids[i].id)),
		    ids[i].text);
	}
}

/* By code in any case, by number, or by name. */
static size_t
find(const char *what)
{
	char code[16], *end;
	size_t i;

	for (i = 0; i < NIDS; i++) {
		code_of(ids[i].id, code);
		if (strcasecmp(what, code) == 0 ||
		    strcmp(what, ids[i].name) == 0)
			break;
		if (strtol(what, &end, 10) == ids[i].id && *end == '\0')
			break;
	}
	return i;
}

/* The findings of a database whose fingerprints begin like this. */
static int
print_finding(const struct options *o, const char *path, const char *digits)
{
	struct text t = { .out = stdout, .fingerprint = digits,
	    .nearest = true };
	struct fault f = { 0 };
	size_t n = 0;
	int error;

	t.fault = &f;
	t.store = store_open(path, &f);
	if (t.store == NULL)
		return complain_fault(&f);
	t.color = text_color(o->color != NULL ? o->color : "auto", stdout);
	error = text_findings(&t, NULL, &n);
	store_close(t.store);
	if (error != 0)
		return complain_fault(&f);
	if (n == 0)
		return complain("%s: no finding has the fingerprint %s", path,
		    digits);
	return EXIT_CLEAN;
}

int
cmd_explain(const struct options *o)
{
	char code[16], file[24];
	size_t i;

	if (o->noperands == 0) {
		print_table();
		return EXIT_CLEAN;
	}
	if (o->noperands == 2)
		return print_finding(o, o->operands[0], o->operands[1]);
	if (o->noperands != 1)
		return complain("explain takes one ID, or a database and a "
		    "fingerprint");
	i = find(o->operands[0]);
	if (i == NIDS)
		return complain("%s: no such finding; \"iplint explain\" "
		    "lists them", o->operands[0]);
	code_of(ids[i].id, code);
	snprintf(file, sizeof(file), "%s.md", code);
	for (const struct pages_file *p = pages_files; p->name != NULL; p++) {
		if (strcmp(p->name, file) != 0)
			continue;
		fputs(p->text, stdout);
		return EXIT_CLEAN;
	}
	printf("%s %s: %s\n", code, ids[i].name, ids[i].text);
	return EXIT_CLEAN;
}
