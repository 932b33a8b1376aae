/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Initialisers at file scope. */
#define NULL	((void *)0)
#define IPL_VM	6
#define DEVICE	0x1234
#define HOOK(f)	{ f, IPL_VM }

typedef int fn_t(int);
struct hook {
	fn_t *h_fn;
	int h_level;
};
struct cons {
	const char *c_name;
	fn_t *c_get, *c_put;
	struct hook c_hook;
	struct hook *c_list[2];
	union {
		fn_t *u_fn;
		int u_int;
	} c_u;
	struct {
		fn_t *c_anon;
	};
	int c_plain;
};

int f(int);
static int g(int x) { return x; }
extern int ext;

struct hook single = { g, IPL_VM };
static struct hook hooks[] = { HOOK(f), HOOK(g), { .h_level = DEVICE } };
struct cons cons = {
	.c_name = "name", .c_get = f, .c_put = &g, .c_hook = { f, 3 },
	.c_list = { &single, &hooks[1] }, .c_u = { .u_fn = g },
	.c_anon = f, .c_plain = 7,
};
struct cons other = { .c_put = NULL, .c_hook.h_level = IPL_VM,
    .c_u.u_int = 4 };
struct cons sparse[10] = { [3] = { .c_get = (fn_t *)f }, [5 ... 6].c_put = g };
fn_t *pointer = f, *array[2][2] = { { f }, { [1] = g } };
int *address = &ext, *element = &((int *)&hooks)[1], number = IPL_VM;
struct cons *inside = &sparse[4];
struct hook *list = hooks, copied = (struct hook){ g, DEVICE };
struct hook *nameless = &(struct hook){ f, 0 };
int plain[] = { 1, 2, 3 };
const void *const set __attribute__((__section__("set"), __used__)) = &single;

int
local(void)
{
	static const struct hook mine = { f, IPL_VM };

	return mine.h_level;
}
