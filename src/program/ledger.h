/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ledger: what a result rests on and what was not analysed.
 *
 * An entry has a kind, a place and a text.  Equal entries are one.
 */

#ifndef IPLINT_LEDGER_H
#define IPLINT_LEDGER_H

#include "base/base.h"

/*
 * The kinds, one table: enumerator, name, what it means.
 */
#define LEDGER_KINDS(X)							\
	X(UNIT, "unit", "a unit is missing, stale, damaged or had errors") \
	X(POINTER, "pointer", "an indirect call has no known target")	\
	X(WIDE, "wide", "an indirect call has too many targets")	\
	X(TARGET, "target", "an indirect call may reach a defect")	\
	X(LOCK, "lock", "the kind or the level of a lock is not known")	\
	X(HANDLER, "handler", "a registration gives no function or no level") \
	X(LEVEL, "level", "a level is not known, or units disagree about it") \
	X(ASM, "asm", "inline assembly was not modelled")		\
	X(EXTERN, "extern", "a function has no body and no rule")	\
	X(SYMBOL, "symbol", "two definitions of one name")		\
	X(BUDGET, "budget", "a limit was hit and states were merged")

enum ledger_kind {
#define X(id, name, text) LEDGER_##id,
	LEDGER_KINDS(X)
#undef X
	LEDGER_NKINDS
};

struct ledger_entry {
	enum ledger_kind kind;
	name_t func;			/* where, or 0 */
	name_t file;			/* path, or 0 */
	uint32_t line;			/* 0: the whole file */
	const char *text;		/* owned by the ledger */
};

struct ledger;

struct ledger *ledger_new(struct names *);
void	ledger_free(struct ledger *);
/* Adds, unless an equal entry is there.  Returns the entry's index. */
uint32_t ledger_add(struct ledger *, enum ledger_kind, name_t func,
	    name_t file, uint32_t line, const char *fmt, ...)
	    PRINTFLIKE(6, 7);
size_t	ledger_count(const struct ledger *);
const struct ledger_entry *ledger_get(const struct ledger *, uint32_t);
const char *ledger_kind_name(enum ledger_kind);
const char *ledger_kind_text(enum ledger_kind);
/*
 * Indices in the order of kind, file, line, function and text, for printing;
 * the caller frees the array of ledger_count() elements.
 */
uint32_t *ledger_sorted(const struct ledger *);

#endif /* IPLINT_LEDGER_H */
