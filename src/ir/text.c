/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ir/text.h"

#define IS(c, lo, hi)	((c) >= (lo) && (c) <= (hi))
#define IDENT(c)							\
	(IS(c, '0', '9') || IS(c, 'A', 'Z') || IS(c, 'a', 'z') ||	\
	(c) == '_' || (c) == '$' || (c) >= 0x80)
#define NAME(c)		(IDENT(c) || (c) == '.')
#define RECORD(c)							\
	(NAME(c) || (c) == '@' || (c) == '/' || (c) == '+' ||		\
	(c) == '-' || (c) == '~')
#define SIG(c)		(NAME(c) || (c) == '(' || (c) == ')' || (c) == ',')

/* The classes of 1, 4, 16 and 64 bytes from c on. */
#define C1(c)								\
	(IDENT(c) ? TEXT_IDENT : 0) | (NAME(c) ? TEXT_NAME : 0) |	\
	(RECORD(c) ? TEXT_RECORD : 0) |					\
	(RECORD(c) || (c) == ':' ? TEXT_TYPE : 0) |			\
	(SIG(c) ? TEXT_SIG : 0) |					\
	((c) == ' ' || (c) == '\t' ? TEXT_BLANK : 0) |			\
	(IS(c, '0', '9') ? TEXT_DIGIT : 0)
#define C4(c)		C1(c), C1((c) + 1), C1((c) + 2), C1((c) + 3)
#define C16(c)		C4(c), C4((c) + 4), C4((c) + 8), C4((c) + 12)
#define C64(c)		C16(c), C16((c) + 16), C16((c) + 32), C16((c) + 48)

const uint8_t text_class[256] = { C64(0), C64(64), C64(128), C64(192) };

const char *const text_op[IR_NOPS] = {
#define X(name, text) text,
	IR_OPS(X)
#undef X
};

const char *const text_flag[TEXT_NFLAGS] = {
	"static", "inline", "noreturn", "extern"
};
