/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <string.h>

#include "report/verdict.h"

struct word {
	const char *key, *text;
};

static const char *
word(const struct word *words, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i].key, key) == 0)
			return words[i].text;
	return key;
}

#define WORD(words, key) word(words, sizeof(words) / sizeof(*(words)), key)

const char *
verdict_text(const char *verdict)
{
	static const struct word words[] = {
		{ "clean", "returns at the level it was entered at" },
		{ "leak", "can return above its entry level, or with a spin "
		    "mutex held" },
		{ "nested-leak", "can return above its entry level when it "
		    "is entered with a spin mutex held" },
		{ "lowered-exit", "can return below its entry level" },
		{ "defect-below", "a defect of a function that it calls "
		    "shows at its exit" },
		{ "unproven", "can perhaps return above its entry level when "
		    "it is entered with a spin mutex held: no path was "
		    "found, and not all were looked at" },
		{ "unknown", "was not analysed" },
	};

	return WORD(words, verdict);
}

const char *
verdict_why(const struct store_handler *h)
{
	if (strcmp(h->verdict, "unknown") == 0)
		return h->level < 0 ? "The level at which it is registered is "
		    "not known." : "It has no body in any unit, or a rule "
		    "stands for it.";
	if (strcmp(h->verdict, "unproven") == 0)
		return "Something below it raises the level and is over, and "
		    "entered with a spin mutex held it would return higher. "
		    "The ledger says where the search for a single path "
		    "was given up.";
	if (strcmp(h->verdict, "clean") != 0)
		return "See the findings below.";
	if (h->peak <= h->level)
		return "Neither it nor anything that it calls raises the "
		    "level above that of its entry.";
	if (h->exit_max < 0)
		return "It does not return.";
	if (h->exit_max_nested > h->level)
		return "What raises the level below it is over on each way "
		    "back. Entered with a spin mutex held, it would return "
		    "higher, but nothing that it can interrupt, and nothing "
		    "that calls it, is known to hold one.";
	if (h->exit_max_nested >= 0)
		return "What raises the level below it is over on each way "
		    "back, and also when it is entered with a spin mutex "
		    "held.";
	return "What raises the level below it is over on each way back.";
}

const char *
felt_text(const char *how)
{
	static const struct word words[] = {
		{ "own", "it is about this handler" },
		{ "shared", "this handler is among those that share it" },
		{ "below", "a function below has it, and it shows at the "
		    "exit" },
	};

	return WORD(words, how);
}

const char *
act_text(const char *kind)
{
	static const struct word words[] = {
		{ "raise", "raises" }, { "set", "sets the level" },
		{ "restore", "restores" }, { "take", "takes" },
		{ "release", "releases" }, { "sleep", "may sleep" },
		{ "store", "stores the level" },
		{ "unknown", "calls what is not known" },
	};

	return WORD(words, kind);
}
