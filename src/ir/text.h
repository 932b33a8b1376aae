/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * text: what the printer and the parser agree on.  For src/ir only.
 *
 * A word is written as it is when it is not empty and has only the bytes of
 * its class; any other is written as a string.
 */

#ifndef IPLINT_IR_TEXT_H
#define IPLINT_IR_TEXT_H

#include "ir/ir.h"

#define TEXT_IDENT	0x01	/* a field or macro: letters, digits, _ $ */
#define TEXT_NAME	0x02	/* a local or global: those and . */
#define TEXT_RECORD	0x04	/* those and @ / + - ~ */
#define TEXT_TYPE	0x08	/* those and : */
#define TEXT_SIG	0x10	/* a name, ( ) and , */
#define TEXT_BLANK	0x20	/* between words */
#define TEXT_DIGIT	0x40

extern const uint8_t text_class[256];

static inline bool
text_is(char c, unsigned class)
{
	return (text_class[(uint8_t)c] & class) != 0;
}

/* The text of an operator. */
extern const char *const text_op[IR_NOPS];
/* The words of flags, lowest bit first. */
#define TEXT_NFLAGS	4
extern const char *const text_flag[TEXT_NFLAGS];

#endif /* IPLINT_IR_TEXT_H */
