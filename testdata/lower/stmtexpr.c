/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Statement expressions and commas. */
#define max(a, b) ({ int _a = (a), _b = (b); _a > _b ? _a : _b; })
#define cli(s) do { s = save(); off(); } while (0)

int f(int), save(void);
void off(void);

int
values(int x)
{
	int y = ({ f(1); x; }), s;

	y = max(x, f(2));
	y = max(max(x, 3), y);
	({ f(3); });
	f(({ int t = x; while (f(t)) t--; t; }));
	cli(s);
	return ({ if (x) return 4; s; }) + y;
}

int
in_conditions(int x)
{
	if (({ f(1); f(2); }) && ({ int q = x; q; }))
		return 1;
	for (; ({ f(3); x > 0; }); x--)
		f(4);
	return x ? ({ f(5); 6; }) : 7;
}

int
commas(int x)
{
	int y = (f(1), f(2), x);

	for (x = 0, y = 1; f(3), x < y; x++, y--)
		;
	return y = x, f(4), y;
}
