/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq: statement expressions, computed goto, recursion, and a restore that
 * the preprocessor has removed.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

struct seq {
	struct seq *sq_left, *sq_right;
	const u_char *sq_code;
	u_int sq_pc;
	u_int sq_value;
	bool sq_stop;
};

/* ---- statement expressions ---- */

#define SEQ_FETCH(sq)							\
	({								\
		int s_ = splvm();					\
		u_char c_ = (sq)->sq_code[(sq)->sq_pc++];		\
		splx(s_);						\
		c_;							\
	})

u_int
ok_seq_fetch(struct seq *sq)
{

	return SEQ_FETCH(sq) << 8 | SEQ_FETCH(sq);
}

int
bad_seq_fetch(struct seq *sq, u_char *cp)
{

	*cp = ({
		int s = splvm();

		if (sq->sq_stop)
			return EIO;	/* expect: IPL004 in bad_seq_fetch */
		u_char c = sq->sq_code[sq->sq_pc++];
		splx(s);
		c;
	});
	return 0;
}

/* ---- computed goto ---- */

int
ok_seq_run(struct seq *sq)
{
	static const void *const ops[] = { &&nop, &&load, &&stop };
	int s;

	s = splvm();
next:
	goto *ops[sq->sq_code[sq->sq_pc++] % 3];
nop:
	goto next;
load:
	sq->sq_value = sq->sq_code[sq->sq_pc++];
	goto next;
stop:
	splx(s);
	return 0;
}

int
bad_seq_run(struct seq *sq)
{
	static const void *const ops[] = { &&nop, &&halt, &&stop };
	int s;

	s = splvm();
next:
	goto *ops[sq->sq_code[sq->sq_pc++] % 3];
nop:
	goto next;
halt:
	sq->sq_stop = true;
	return 0;			/* expect: IPL004 in bad_seq_run */
stop:
	splx(s);
	return 0;
}

/* ---- recursion ---- */

u_int
ok_seq_sum(struct seq *sq)
{
	u_int n;
	int s;

	if (sq == NULL)
		return 0;
	s = splvm();
	n = sq->sq_value;
	n += ok_seq_sum(sq->sq_left);
	n += ok_seq_sum(sq->sq_right);
	splx(s);
	return n;
}

void
bad_seq_visit(struct seq *sq, u_int *np)
{
	int s;

	s = splvm();
	if (sq->sq_stop)
		return;			/* expect: IPL004 in bad_seq_visit */
	++*np;
	if (sq->sq_left != NULL)
		bad_seq_visit(sq->sq_left, np);
	if (sq->sq_right != NULL)
		bad_seq_visit(sq->sq_right, np);
	splx(s);
}

static void	ok_seq_odd(struct seq *);

static void
ok_seq_even(struct seq *sq)
{
	int s;

	if (sq->sq_left == NULL)
		return;
	s = splvm();
	ok_seq_odd(sq->sq_left);
	splx(s);
}

static void
ok_seq_odd(struct seq *sq)
{
	int s;

	if (sq->sq_right == NULL)
		return;
	s = splhigh();
	ok_seq_even(sq->sq_right);
	splx(s);
}

void
ok_seq_walk(struct seq *sq)
{

	ok_seq_even(sq);
}

/* ---- code that is not there ---- */

void
bad_seq_reset(struct seq *sq)
{
	int s;

	if (sq->sq_stop)
		return;
	s = splvm();
	sq->sq_pc = 0;
	if (sq->sq_code == NULL)
		sq->sq_stop = s >= IPL_NONE;
#ifdef notyet
	splx(s);
#endif
}					/* expect: IPL004 in bad_seq_reset */

void
ok_seq_reset(struct seq *sq)
{
#if 0
	int s;

	s = splvm();
#endif
	sq->sq_pc = 0;
}
