/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Any bytes as a shard.  The checksum would reject nearly all of them, so
 * they are tried a second time with the right one behind them.
 */

#include <stdlib.h>
#include <string.h>

#include "shard/shard.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Skip every other function. */
static bool
want(void *ctx, name_t func, struct digest digest)
{
	unsigned *n = ctx;

	(void)func;
	(void)digest;
	return (*n)++ % 2 == 0;
}

static enum shard_state
try(const char *text, size_t size)
{
	unsigned n = 0;
	struct ir_reader reader = { want, &n };
	struct names *names = names_new();
	struct fault f = { "" };
	struct ir_module *m;
	enum shard_state state;

	state = shard_parse(&m, names, "fuzz", text, size, &reader, &f);
	require((m != NULL) == (state == SHARD_OK));
	require((f.text[0] == '\0') == (state == SHARD_OK));
	ir_module_free(m);
	names_free(names);
	return state;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = { 0 };
	char hex[DIGEST_HEX];

	try((const char *)data, size);
	buf_add(&b, data, size);
	digest_hex(digest_bytes(data, size), hex);
	buf_fmt(&b, "checksum %s\n", hex);
	require(try(b.p, b.n) != SHARD_DAMAGED);
	buf_free(&b);
	return 0;
}
