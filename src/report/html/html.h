/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * html: text that goes into pages.
 *
 * Whatever comes from sources (names, strings, comments, paths) passes
 * through here, and everything is escaped unless it is said to be markup.
 */

#ifndef IPLINT_HTML_H
#define IPLINT_HTML_H

#include "base/base.h"

/*
 * Append text, escaped for elements and for quoted attributes alike.  Bytes
 * that are no UTF-8 are read as Latin-1; control characters other than tab
 * and newline become U+FFFD.
 */
void	html_text(struct buf *, const char *);
void	html_text_n(struct buf *, const char *, size_t);

/*
 * Append markup.  fmt is markup and never comes from input; the arguments
 * are text, and %s escapes them.  Knows %s, %d, %zu, %lld, %c and %%.
 */
void	html(struct buf *, const char *fmt, ...) PRINTFLIKE(2, 3);

/*
 * Append a string literal of JSON, quotes included, that may also stand in a
 * script element.
 */
void	html_json(struct buf *, const char *);

#endif /* IPLINT_HTML_H */
