/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Assignments, and values of assignments. */
struct pair {
	int x, y;
};
struct outer {
	struct pair o_pair;
	struct pair *o_ptr;
	unsigned o_low : 3, o_high : 5;
	int o_arr[4];
};

int f(int);
extern int ext, arr[4][5];
extern struct outer global;

void
simple(struct outer *o, int *p, int i)
{
	int a, b;

	a = b = i;
	*p = a;
	p[i] = b;
	*(p + 2) = 3;
	ext = *p;
	arr[i][2] = arr[0][i];
	o->o_pair.x = o->o_ptr->y;
	o->o_arr[i] = o[1].o_arr[2];
	o->o_low = 1;
	global.o_pair.y = (*o).o_pair.x;
	(a) = (int)(unsigned char)b;
}

void
compound(struct outer *o, int *p, int i)
{
	i += 2;
	i -= *p;
	i *= 3; i /= 4; i %= 5;
	i <<= 1; i >>= 2;
	i &= 6; i |= 7; i ^= 8;
	p += i;
	o->o_high |= 1;
	arr[1][f(i)] += f(2);
}

int
increments(int *p, int i)
{
	i++;
	++i;
	i--;
	--i;
	*p++ = i;
	(*p)++;
	p[i++] = *--p;
	i = i++ + 1;
	return i-- - --i;
}

void
values(int *p, int i)
{
	int s, t;

	if ((s = f(i)) != 0)
		*p = s;
	while ((t = *p++) > 0)
		f(t);
	f(s = i);
	f((s += 2));
}

void
structs(struct outer *o, struct pair q)
{
	struct pair mine = q, *to = &mine;

	o->o_pair = mine;
	*to = o->o_pair;
	*o->o_ptr = *to;
	global = *o;
}
