/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/base.h"

struct digest
digest_bytes(const void *p, size_t n)
{
	XXH128_hash_t h = XXH3_128bits(p, n);
	struct digest d = { h.high64, h.low64 };

	return d;
}

/* 16 hex digits, without a NUL. */
static void
hex64(uint64_t v, char *out)
{
	for (int i = 15; i >= 0; i--, v >>= 4)
		out[i] = "0123456789abcdef"[v & 15];
}

void
digest_hex(struct digest d, char out[DIGEST_HEX])
{
	hex64(d.hi, out);
	hex64(d.lo, out + 16);
	out[32] = '\0';
}

/* 16 hex digits; false at the first byte that is none. */
static bool
parse64(const char *s, uint64_t *out)
{
	uint64_t v = 0;

	for (int i = 0; i < 16; i++) {
		if (s[i] >= '0' && s[i] <= '9')
			v = v << 4 | (uint64_t)(s[i] - '0');
		else if (s[i] >= 'a' && s[i] <= 'f')
			v = v << 4 | (uint64_t)(s[i] - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

/* Looks at no byte after the first that is not a hex digit. */
bool
digest_parse(const char *s, struct digest *out)
{
	return parse64(s, &out->hi) && parse64(s + 16, &out->lo);
}

int
digest_cmp(struct digest a, struct digest b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo < b.lo ? -1 : a.lo > b.lo;
}

uint64_t
hash64(const void *p, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, n, seed);
}
