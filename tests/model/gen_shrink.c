/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "gen_int.h"

struct shrink {
	struct gen_program *g;
	bool (*fails)(void *, const char *, size_t);
	void *ctx;
};

static bool
still(struct shrink *sh)
{
	struct buf b = { 0 };
	bool yes;

	gen_print(sh->g, &b);
	yes = sh->fails(sh->ctx, b.p, b.n);
	buf_free(&b);
	return yes;
}

static bool
shrink_list(struct shrink *sh, struct stmt **at)
{
	struct stmt *s, *body, **end;
	bool any = false;
	int k;

	while ((s = *at) != NULL) {
		*at = s->next;
		if (still(sh)) {
			any = true;
			continue;
		}
		*at = s;
		for (k = 0; k < 2; k++) {
			body = k == 0 ? s->body : s->other;
			if (body == NULL)
				continue;
			end = gen_append(at, body);
			*end = s->next;
			if (still(sh)) {
				any = true;
				break;
			}
			*end = NULL;
			*at = s;
		}
		if (*at != s)
			continue;
		any |= shrink_list(sh, &s->body);
		any |= shrink_list(sh, &s->other);
		at = &s->next;
	}
	return any;
}

void
gen_shrink(struct gen_program *g, bool (*fails)(void *, const char *, size_t),
    void *ctx)
{
	struct shrink sh = { g, fails, ctx };
	bool any;
	int i;

	if (g->sets) {
		g->sets = false;
		g->sets = !still(&sh);
	}
	do {
		any = false;
		for (i = 0; i < g->nfuncs; i++) {
			if (g->funcs[i].gone)
				continue;
			g->funcs[i].gone = true;
			if (still(&sh)) {
				any = true;
				continue;
			}
			g->funcs[i].gone = false;
			any |= shrink_list(&sh, &g->funcs[i].body);
		}
	} while (any);
}
