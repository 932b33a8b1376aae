/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * From a compile command to the arguments of the analysis.
 *
 * What decides which code is compiled stays: -D, -I, -O, -std, -f, -m.  What
 * names an output goes, and so does what clang 19 answers with "unknown
 * argument": options of gcc's optimisers and code generators, which change
 * nothing that is analysed.  What is missing here costs a second try, see
 * spawn.c.
 */

#include <string.h>

#include "driver/driver.h"

enum how {
	DROP,			/* this argument */
	DROP_VALUE,		/* this argument and the next one */
	DROP_PREFIX		/* every argument that begins so */
};

/* The first row that fits counts. */
static const struct {
	const char *text;
	enum how how;
} drops[] = {
	/* outputs, stages, dependency files, the assembler and linker */
	{ "-c", DROP }, { "-S", DROP }, { "-E", DROP },
	{ "-M", DROP }, { "-MM", DROP }, { "-MD", DROP }, { "-MMD", DROP },
	{ "-MP", DROP }, { "-MG", DROP }, { "-MV", DROP },
	{ "-MF", DROP_VALUE }, { "-MT", DROP_VALUE }, { "-MQ", DROP_VALUE },
	{ "-MJ", DROP_VALUE },
	{ "-MF", DROP_PREFIX }, { "-MT", DROP_PREFIX },
	{ "-MQ", DROP_PREFIX }, { "-MJ", DROP_PREFIX },
	{ "-o", DROP_VALUE }, { "-o", DROP_PREFIX },
	{ "-Xassembler", DROP_VALUE }, { "-Xlinker", DROP_VALUE },
	{ "-Wa,", DROP_PREFIX }, { "-Wl,", DROP_PREFIX },
	{ "-Wp,-M", DROP_PREFIX },
	{ "-save-temps", DROP_PREFIX }, { "--save-temps", DROP_PREFIX },
	{ "-combine", DROP }, { "-pipe", DROP },
	{ "-aux-info", DROP_VALUE },
	/* diagnostics: the analysis has its own */
	{ "-Werror", DROP_PREFIX }, { "-pedantic-errors", DROP },
	{ "-fdiagnostics-", DROP_PREFIX },
	{ "-fno-diagnostics-", DROP_PREFIX },
	{ "-ftrack-macro-expansion", DROP_PREFIX },
	{ "-fmax-errors", DROP_PREFIX },
	{ "-fno-canonical-system-headers", DROP },
	{ "-fcanonical-system-headers", DROP },
	/* debugging, profiling, other plugins */
	{ "-g", DROP_PREFIX }, { "-p", DROP }, { "-pg", DROP },
	{ "-mrecord-mcount", DROP }, { "-mnop-mcount", DROP },
	{ "-fvar-tracking", DROP_PREFIX },
	{ "-fno-var-tracking", DROP_PREFIX },
	{ "-fcompare-debug", DROP_PREFIX }, { "-fdump-", DROP_PREFIX },
	{ "-fcallgraph-info", DROP_PREFIX }, { "-fstack-usage", DROP },
	{ "-fplugin=", DROP_PREFIX }, { "-fplugin-arg-", DROP_PREFIX },
	{ "-fasan-shadow-offset", DROP_PREFIX },
	{ "-fsanitize", DROP_PREFIX }, { "-fno-sanitize", DROP_PREFIX },
	/* gcc's optimisers */
	{ "--param", DROP_VALUE }, { "--param=", DROP_PREFIX },
	{ "-fipa-", DROP_PREFIX }, { "-fno-ipa-", DROP_PREFIX },
	{ "-ftree-", DROP_PREFIX }, { "-fno-tree-", DROP_PREFIX },
	{ "-fira-", DROP_PREFIX }, { "-fno-ira-", DROP_PREFIX },
	{ "-fsched", DROP_PREFIX }, { "-fno-sched", DROP_PREFIX },
	{ "-freorder-", DROP_PREFIX }, { "-fno-reorder-", DROP_PREFIX },
	{ "-fcode-hoisting", DROP }, { "-fno-code-hoisting", DROP },
	{ "-fcrossjumping", DROP }, { "-fno-crossjumping", DROP },
	{ "-fif-conversion", DROP_PREFIX },
	{ "-fno-if-conversion", DROP_PREFIX },
	{ "-fearly-inlining", DROP }, { "-fno-early-inlining", DROP },
	{ "-fpartial-inlining", DROP }, { "-fno-partial-inlining", DROP },
	{ "-finline-limit", DROP_PREFIX },
	{ "-fstore-merging", DROP }, { "-fno-store-merging", DROP },
	{ "-ftoplevel-reorder", DROP }, { "-fno-toplevel-reorder", DROP },
	{ "-fno-lifetime-dse", DROP }, { "-flifetime-dse", DROP_PREFIX },
	{ "-fconserve-stack", DROP },
	{ "-fallow-store-data-races", DROP },
	{ "-fno-allow-store-data-races", DROP },
	{ "-fguess-branch-probability", DROP },
	{ "-fno-guess-branch-probability", DROP },
	{ "-faggressive-loop-optimizations", DROP },
	{ "-fno-aggressive-loop-optimizations", DROP },
	{ "-fisolate-erroneous-paths", DROP_PREFIX },
	{ "-fno-isolate-erroneous-paths", DROP_PREFIX },
	{ "-fprintf-return-value", DROP },
	{ "-fno-printf-return-value", DROP },
	{ "-flive-patching", DROP_PREFIX }, { "-fno-live-patching", DROP },
	{ "-fstrict-volatile-bitfields", DROP },
	{ "-fno-strict-volatile-bitfields", DROP },
	/* gcc's code generators */
	{ "-mfp-ret-in-387", DROP }, { "-mno-fp-ret-in-387", DROP },
	{ "-mfancy-math-387", DROP }, { "-mno-fancy-math-387", DROP },
	{ "-mpreferred-stack-boundary", DROP_PREFIX },
	{ "-mincoming-stack-boundary", DROP_PREFIX },
	{ "-maccumulate-outgoing-args", DROP },
	{ "-mno-accumulate-outgoing-args", DROP },
	{ "-malign-", DROP_PREFIX }, { "-mno-align-stringops", DROP },
	{ "-mindirect-branch", DROP_PREFIX },
	{ "-mfunction-return", DROP_PREFIX },
	{ "-mcall-ms2sysv-xlogues", DROP },
	{ "-mavx256-split-", DROP_PREFIX },
	{ "-mno-avx256-split-", DROP_PREFIX },
	{ "-mapcs", DROP_PREFIX },
	{ "-specs", DROP_PREFIX },
};

static bool
starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool
ends(const char *s, const char *with)
{
	size_t n = strlen(s), k = strlen(with);

	return n >= k && strcmp(s + n - k, with) == 0;
}

/* How many arguments from here on are dropped. */
static size_t
dropped(const char *const *argv, size_t left)
{
	for (size_t i = 0; i < sizeof(drops) / sizeof(*drops); i++) {
		if (drops[i].how == DROP_PREFIX) {
			if (starts(argv[0], drops[i].text))
				return 1;
		} else if (strcmp(argv[0], drops[i].text) == 0)
			return drops[i].how == DROP_VALUE && left > 1 ? 2 : 1;
	}
	return 0;
}

/*
 * A compiler like "x86_64--netbsd-gcc-12" says its target by name.  Returns
 * the option, or NULL for "gcc", "clang-19" and the like.
 */
static const char *
target_option(struct arena *a, const char *compiler)
{
	static const char *const suffix[] = { "-gcc", "-clang", "-cc" };
	const char *slash = strrchr(compiler, '/'), *name, *cut;
	struct buf b = { 0 };
	const char *option;

	name = slash != NULL ? slash + 1 : compiler;
	for (size_t i = 0; i < sizeof(suffix) / sizeof(*suffix); i++) {
		cut = strstr(name, suffix[i]);
		if (cut == NULL || memchr(name, '-', (size_t)(cut - name)) ==
		    NULL)
			continue;
		buf_str(&b, "--target=");
		buf_add(&b, name, (size_t)(cut - name));
		option = arena_strndup(a, b.p, b.n);
		buf_free(&b);
		return option;
	}
	return NULL;
}

/* What the language is: the last -x before the file, or the file's name. */
static enum cdb_kind
kind_of(const char *language, const char *file)
{
	if (language != NULL && strcmp(language, "none") != 0) {
		if (strcmp(language, "c") == 0)
			return CDB_C;
		return starts(language, "assembler") ? CDB_ASM : CDB_OTHER;
	}
	if (ends(file, ".c") || ends(file, ".i"))
		return CDB_C;
	if (ends(file, ".S") || ends(file, ".s") || ends(file, ".sx"))
		return CDB_ASM;
	return CDB_OTHER;
}

const char **
args_translate(struct arena *a, const char *const *argv, size_t argc,
    const char *file, size_t *nargs, enum cdb_kind *kind)
{
	const char **out = arena_alloc(a, (argc + 2) * sizeof(*out));
	const char *language = NULL, *target = NULL;
	bool has_target = false;
	size_t n = 0, skip;

	if (argc > 0)
		target = target_option(a, argv[0]);
	for (size_t i = 1; i < argc; i += skip) {
		skip = dropped(argv + i, argc - i);
		if (skip > 0)
			continue;
		skip = 1;
		if (strcmp(argv[i], "-x") == 0 && i + 1 < argc)
			language = argv[i + 1];
		else if (starts(argv[i], "-x"))
			language = argv[i] + 2;
		if (strcmp(argv[i], "-target") == 0 ||
		    starts(argv[i], "--target="))
			has_target = true;
		out[n++] = arena_strndup(a, argv[i], strlen(argv[i]));
	}
	if (target != NULL && !has_target) {
		memmove(out + 1, out, n * sizeof(*out));
		out[0] = target;
		n++;
	}
	*nargs = n;
	*kind = kind_of(language, file);
	return out;
}
