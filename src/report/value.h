/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * value: building JSON with jansson, for json.c and sarif.c only.  Memory
 * running out ends the process, as everywhere; keys keep their order.
 */

#ifndef IPLINT_VALUE_H
#define IPLINT_VALUE_H

#include <jansson.h>

#include "base/base.h"

/* Bytes that are no UTF-8 become U+FFFD. */
json_t	*value_text(const char *);
/* Each gives the value away. */
void	set(json_t *object, const char *key, json_t *value);
void	add(json_t *array, json_t *value);
void	set_text(json_t *object, const char *key, const char *);
void	set_number(json_t *object, const char *key, int64_t);
/* Nothing if it is "". */
void	set_if(json_t *object, const char *key, const char *);
/* Nothing if it is 0. */
void	set_line(json_t *object, const char *key, int line);
/* With a newline at the end; releases the value. */
void	value_print(json_t *, struct buf *);

#endif /* IPLINT_VALUE_H */
