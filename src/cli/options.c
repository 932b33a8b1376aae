/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Options: one table, from which parsing and --help derive.
 */

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define C(name)		(1u << COMMAND_##name)
#define ALL		(~0u)
#define GATE		(C(check) | C(baseline) | C(diff))
#define PRINT		(C(check) | C(baseline) | C(report))
#define LONG_ONLY	256		/* above every short option */

enum {
	OPT_SHARDS = LONG_ONLY, OPT_CLANG, OPT_PLUGIN, OPT_ROOT, OPT_RULES,
	OPT_ADAPTIVE, OPT_PARTIAL,
	OPT_PORT, OPT_TIME, OPT_FORMAT, OPT_COLOR, OPT_STAGE, OPT_FUNCTION,
	OPT_HTML, OPT_SOURCE,
	OPT_NEW_SINCE, OPT_TODAY, OPT_ENABLE, OPT_DISABLE, OPT_ALLOW,
	OPT_ALLOW_STALE, OPT_SUPPRESSED, OPT_SUPPRESSIONS, OPT_SARIF, OPT_JSON
};

static const struct {
	int val;			/* the short option, or OPT_ */
	const char *name, *arg;		/* arg NULL: takes none */
	unsigned commands;
	const char *help;
} table[] = {
	{ 'p', "objdir", "OBJDIR", C(run) | C(link),
	  "the directory of compile_commands.json" },
	{ 'o', "output", "FILE", C(run) | C(link),
	  "the database to write (" DEFAULT_OUTPUT ")" },
	{ 'j', "jobs", "N", C(run),
	  "how many compilers at once (one a processor)" },
	{ OPT_SHARDS, "shards", "DIR", C(run),
	  "keep the shards there, and reuse those up to date" },
	{ OPT_CLANG, "clang", "PROGRAM", C(run),
	  "the compiler that loads the plugin (clang-19)" },
	{ OPT_PLUGIN, "plugin", "FILE", C(run), "the plugin" },
	{ OPT_ROOT, "root", "DIR", C(run) | C(link),
	  "paths are relative to it (what all sources share)" },
	{ OPT_RULES, "rules", "FILE", C(run) | C(link) | C(dump),
	  "the rules of the kernel (netbsd)" },
	{ OPT_PORT, "port", "NAME", C(run) | C(link) | C(dump),
	  "the port, where the sources do not tell" },
	{ OPT_ADAPTIVE, "adaptive", NULL, C(run) | C(link),
	  "look for adaptive mutexes that stay held, too (IPL013)" },
	{ OPT_PARTIAL, "partial", NULL, C(run) | C(link),
	  "not a whole kernel: others may call and be called" },
	{ OPT_TIME, "time", "TEXT", C(run) | C(link),
	  "a date to put into the database (none)" },
	{ OPT_FORMAT, "format", "FORMAT", C(check),
	    "text, oneline, github, json or sarif (text)" },
	{ OPT_COLOR, "color", "WHEN", C(check) | C(why) | C(explain),
	  "always, never or auto (auto)" },
	{ OPT_HTML, "html", "DIR", C(report), "the site to write" },
	{ OPT_SOURCE, "source", "DIR", C(report),
	  "the root of the sources (the working directory)" },
	{ OPT_SARIF, "sarif", "FILE", C(report),
	  "SARIF 2.1.0 to write, for code scanning" },
	{ OPT_JSON, "json", "FILE", C(report), "JSON to write" },
	{ OPT_NEW_SINCE, "new-since", "BASELINE", C(check) | C(report),
	  "leave out what this file knows" },
	{ OPT_ENABLE, "enable", "ID,...", GATE | C(report),
	  "these count: ids, names, proven, advice or all (proven)" },
	{ OPT_DISABLE, "disable", "ID,...", GATE | C(report),
	  "these neither count nor are printed" },
	{ OPT_TODAY, "today", "DATE", GATE | C(report),
	  "the day, for dates of suppressions (the clock's)" },
	{ OPT_ALLOW, "allow", "KIND=N,...", C(baseline),
	  "so many more ledger entries of a kind do not matter" },
	{ OPT_ALLOW_STALE, "allow-stale", NULL, PRINT,
	  "a suppression needs no finding" },
	{ OPT_SUPPRESSED, "suppressed", NULL, PRINT,
	  "print suppressed findings, too" },
	{ OPT_SUPPRESSIONS, "suppressions", "FILE", C(run) | C(link),
	  "findings to keep, beside comments in the source" },
	{ 'a', "all", NULL, C(diff), "print what is still there, too" },
	{ OPT_STAGE, "stage", "STAGE", C(dump), "what to print" },
	{ OPT_FUNCTION, "function", "NAME", C(dump),
	  "of stage summary: this function only" },
	{ 'q', "quiet", NULL, C(run) | C(link) | GATE,
	  "print errors only; check: set the exit status only" },
	{ 'h', "help", NULL, ALL, "print this" },
	{ 'V', "version", NULL, ALL, "print the version" },
};

#define NOPTIONS	(sizeof(table) / sizeof(*table))

static const struct {
	const char *name, *operands, *summary, *text;
} commands[] = {
#define X(name, operands, summary, text) { #name, operands, summary, text },
	COMMANDS(X)
#undef X
};

const char *
version_text(void)
{
	return "iplint " IPLINT_VERSION;
}

void
usage_all(FILE *fp)
{
	fputs("usage: iplint COMMAND [OPTION...]\n\n"
	    "Find leaks of the interrupt priority level in a kernel.\n\n", fp);
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(fp, "  iplint %-8s  %s\n", commands[i].name,
		    commands[i].summary);
	fputs("\n\"iplint COMMAND --help\" lists the options of a command.\n"
	    "Exit status: 0 clean, 1 trouble, 2 findings, 3 incomplete "
	    "input.\n", fp);
}

static void
usage(enum command cmd, FILE *fp)
{
	fprintf(fp, "usage: iplint %s [OPTION...] %s\n\n%s\n\n",
	    commands[cmd].name, commands[cmd].operands, commands[cmd].text);
	for (size_t i = 0; i < NOPTIONS; i++) {
		struct buf b = { 0 };

		if ((table[i].commands & (1u << cmd)) == 0)
			continue;
		if (table[i].val < LONG_ONLY)
			buf_fmt(&b, "-%c, ", table[i].val);
		else
			buf_str(&b, "    ");
		buf_fmt(&b, "--%s", table[i].name);
		if (table[i].arg != NULL)
			buf_fmt(&b, "=%s", table[i].arg);
		fprintf(fp, "  %-24s  %s\n", b.p, table[i].help);
		buf_free(&b);
	}
}

/* The command's part of the table, for getopt_long(). */
static void
getopt_tables(enum command cmd, struct buf *shorts, struct option *longs)
{
	for (size_t i = 0; i < NOPTIONS; i++) {
		if ((table[i].commands & (1u << cmd)) == 0)
			continue;
		longs->name = table[i].name;
		longs->has_arg = table[i].arg != NULL;
		longs->val = table[i].val;
		longs++;
		if (table[i].val >= LONG_ONLY)
			continue;
		buf_chr(shorts, table[i].val);
		if (table[i].arg != NULL)
			buf_chr(shorts, ':');
	}
}

static int
set_jobs(struct options *o, const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 1 || n > 1024)
		return complain("-j %s: not a number from 1 to 1024", text);
	o->jobs = (int)n;
	return -1;
}

/* One of a list of words, which ends with NULL. */
static int
set_word(const char **to, const char *option, const char *value,
    const char *const *words)
{
	for (*to = value; *words != NULL; words++)
		if (strcmp(value, *words) == 0)
			return -1;
	return complain("--%s=%s: no such %s", option, value, option);
}

static int
set_today(struct options *o, const char *text)
{
	o->today = text;
	if (date_valid(text))
		return -1;
	return complain("--today=%s: not a date like 2026-11-22", text);
}

/* Store one option.  -1, or the status to exit with. */
static int
set(enum command cmd, struct options *o, int val, char *arg)
{
	static const char *const formats[] = { "text", "oneline", "github",
	    "json", "sarif", NULL };
	static const char *const colors[] = { "always", "never", "auto",
	    NULL };

	switch (val) {
	case 'p': o->objdir = arg; return -1;
	case 'o': o->output = arg; return -1;
	case 'j': return set_jobs(o, arg);
	case 'q': o->quiet = true; return -1;
	case OPT_ADAPTIVE: o->adaptive = true; return -1;
	case OPT_PARTIAL: o->partial = true; return -1;
	case OPT_SHARDS: o->shards = arg; return -1;
	case OPT_CLANG: o->clang = arg; return -1;
	case OPT_PLUGIN: o->plugin = arg; return -1;
	case OPT_ROOT: o->root = arg; return -1;
	case OPT_RULES: o->rules = arg; return -1;
	case OPT_PORT: o->port = arg; return -1;
	case OPT_HTML: o->html = arg; return -1;
	case OPT_SOURCE: o->source = arg; return -1;
	case OPT_TIME: o->time = arg; return -1;
	case OPT_STAGE: o->stage = arg; return -1;
	case OPT_FUNCTION: o->function = arg; return -1;
	case 'a': o->all = true; return -1;
	case OPT_NEW_SINCE: o->new_since = arg; return -1;
	case OPT_ENABLE: o->enable = arg; return -1;
	case OPT_DISABLE: o->disable = arg; return -1;
	case OPT_TODAY: return set_today(o, arg);
	case OPT_ALLOW: o->allow = arg; return -1;
	case OPT_SARIF: o->sarif = arg; return -1;
	case OPT_JSON: o->json = arg; return -1;
	case OPT_SUPPRESSED: o->suppressed = true; return -1;
	case OPT_SUPPRESSIONS: o->suppressions = arg; return -1;
	case OPT_ALLOW_STALE: o->allow_stale = true; return -1;
	case OPT_FORMAT: return set_word(&o->format, "format", arg, formats);
	case OPT_COLOR: return set_word(&o->color, "color", arg, colors);
	case 'h':
		usage(cmd, stdout);
		return EXIT_CLEAN;
	case 'V':
		puts(version_text());
		return EXIT_CLEAN;
	default:
		fprintf(stderr, "iplint: see \"iplint %s --help\"\n",
		    commands[cmd].name);
		return EXIT_TROUBLE;
	}
}

int
options_parse(enum command cmd, int argc, char **argv, struct options *o)
{
	struct option longs[NOPTIONS + 1] = { { 0 } };
	struct buf shorts = { 0 };
	int status = -1, val;

	memset(o, 0, sizeof(*o));
	o->output = DEFAULT_OUTPUT;
	getopt_tables(cmd, &shorts, longs);
	while (status == -1 &&
	    (val = getopt_long(argc, argv, shorts.p, longs, NULL)) != -1)
		status = set(cmd, o, val, optarg);
	buf_free(&shorts);
	o->operands = argv + optind;
	o->noperands = argc - optind;
	return status;
}

int
complain(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("iplint: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_TROUBLE;
}

int
complain_fault(const struct fault *f)
{
	return complain("%s", f->text);
}
