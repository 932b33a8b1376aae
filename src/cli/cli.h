/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cli: what the commands share.
 */

#ifndef IPLINT_CLI_H
#define IPLINT_CLI_H

#include "base/base.h"

/* Exit statuses, the same for every command. */
enum {
	EXIT_CLEAN,
	EXIT_TROUBLE,			/* the command could not do its work */
	EXIT_FINDINGS,
	EXIT_INCOMPLETE			/* units are missing, stale or broken */
};

#define DEFAULT_OUTPUT	"iplint.db"

/* The options, whichever command takes them; NULL or 0: not given. */
struct options {
	const char *output;		/* DEFAULT_OUTPUT if not given */
	const char *objdir, *shards, *clang, *plugin, *root;
	const char *rules, *port, *time, *format, *color, *stage, *function;
	const char *html, *source;
	const char *new_since, *today, *enable, *disable, *allow,
	    *suppressions, *sarif, *json;
	int jobs;
	bool quiet, all, allow_stale, suppressed, adaptive, partial;
	char **operands;
	int noperands;
};

/*
 * The commands, one table: name, operands, what it does.  Each has a function
 * cmd_NAME() that returns an exit status.
 */
#define COMMANDS(X)							\
	X(run, "-p OBJDIR [FILE...]", "compile database to database",	\
	    "Run clang with the plugin on every unit of a compile database, "\
	    "then link\nthe shards as \"iplint link\" does.  With "	\
	    "--partial, of these FILEs only.")				\
	X(link, "-o FILE SHARD...", "shards to database",		\
	    "Join the shards of a kernel, analyse it, and write a database.\n"\
	    "A SHARD may be a directory: all *.ipl files in it.")	\
	X(check, "FILE", "print the findings of a database",		\
	    "Print the findings of a database, each with its path.")	\
	X(why, "FILE FUNCTION", "what was found out of a function",	\
	    "Print what a database knows of a function: as which handlers it "\
	    "is registered,\ntheir verdicts, its findings, and what all that "\
	    "rests on.")						\
	X(report, "FILE", "findings as pages, SARIF or JSON",		\
	    "Write the findings of a database as a site of static pages, "\
	    "which opens\nfrom disk, as SARIF, or as JSON.")		\
	X(baseline, "write|check|update FILE BASELINE",			\
	    "keep what is known in a file for git",			\
	    "Write the findings of a database to a text file for version "\
	    "control, check a\ndatabase against such a file, or bring the "\
	    "file up to date.")						\
	X(diff, "OLD NEW", "what two databases or baselines differ in",	\
	    "Print the findings that are introduced, fixed, and still there "\
	    "between OLD and\nNEW, each a database or a baseline.")	\
	X(dump, "--stage=STAGE SHARD...", "print a stage of the analysis", \
	    "Print what one stage of the analysis makes of shards.\n"	\
	    "STAGE is ir, callgraph, handlers, mutexes, levels or summary.") \
	X(explain, "[ID | FILE FINGERPRINT]", "what a finding means",	\
	    "Print the page of a finding (IPL001, or leak), the table of all, "\
	    "or the finding\nof a database whose fingerprint begins like that.")

enum command {
#define X(name, operands, summary, text) COMMAND_##name,
	COMMANDS(X)
#undef X
	NCOMMANDS
};

#define X(name, operands, summary, text)				\
	int	cmd_##name(const struct options *);
COMMANDS(X)
#undef X

/*
 * Parse the options of a command.  -1: go on; otherwise exit with that
 * status, for --help, --version and errors.
 */
int	options_parse(enum command, int argc, char **argv, struct options *);
/* "iplint --help": the list of commands. */
void	usage_all(FILE *);
const char *version_text(void);			/* "iplint 0.1.0" */

/* Print "iplint: message" to stderr, and return EXIT_TROUBLE. */
int	complain(const char *fmt, ...) PRINTFLIKE(1, 2);
int	complain_fault(const struct fault *);

/*
 * The plugin and the rule file: as given, or found beside the program, which
 * is DIR/bin/iplint, in DIR/lib/iplint and DIR/share/iplint/rules.  A rule
 * file may be given by its name alone, "netbsd".  Owned by the caller; NULL
 * and a fault if there is none.
 */
char	*plugin_path(const char *given, struct fault *) MUST_CHECK;
char	*rules_path(const char *given, struct fault *) MUST_CHECK;

#endif /* IPLINT_CLI_H */
