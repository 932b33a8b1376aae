/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * schema: schema.sql as text, put into the program at build time.
 */

#ifndef IPLINT_SCHEMA_H
#define IPLINT_SCHEMA_H

struct schema_file {
	const char *name, *text;
};

extern const struct schema_file schema_files[];	/* schema.sql, NULL */

#endif /* IPLINT_SCHEMA_H */
