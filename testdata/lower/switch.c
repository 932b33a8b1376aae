/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Switches. */
enum mode { OFF, ON = 4, AUTO };

int f(int);
void stop(void) __attribute__((__noreturn__));

int
plain(int x)
{
	switch (x) {
	case 1:
		f(1);
		break;
	case -2:
	case 2:
		f(2);
		/* FALLTHROUGH */
	case 10 ... 19:
		f(3);
		break;
	default:
		return 4;
	case 'a':
		stop();
	}
	return 0;
}

int
no_default(unsigned x)
{
	switch (f(x)) {
	case 1:
		return 1;
	case 0x80000000 ... 0xffffffff:
		return 2;
	}
	return 3;
}

int
covered(enum mode m)
{
	switch (m) {
	case OFF:
		return 1;
	case ON:
	case AUTO:
		return 2;
	}
	f(3);
	return 4;
}

int
nested(int x, int y)
{
	while (x--) {
		switch (x) {
		case 0:
			continue;
		case 1:
			switch (y) {
			case 1:
				break;
			default:
				goto out;
			}
			break;
		default: {
			int z = f(y);

			if (z)
				break;
			f(5);
		}
		}
		f(6);
	}
out:
	return x;
}

int
odd(int x)
{
	switch (x)
		f(1);
	switch (x)
	case 2:
		f(2);
	switch (x) {
	default:
		f(3);
	}
	switch (3) {
	case 2:
		f(4);
		break;
	case 3:
		f(5);
	}
	switch (x) {
		while (f(6)) {
	case 6:
			f(7);
		}
	}
	return x;
}

enum state { IDLE, BUSY };

/* All are named, and there is no other way. */
int
all(enum state x)
{
	switch (x) {
	case IDLE:
		return 1;
	case BUSY:
		f(1);
	}
	return 2;
}

/* Somebody has thought of others. */
int
others(enum state x)
{
	switch (x) {
	case IDLE:
		f(1);
		break;
	case BUSY:
		f(2);
		break;
	default:
		return 3;
	}
	return 4;
}

/* No others here. */
int
fixed(void)
{
	switch (BUSY) {
	case IDLE:
		f(1);
		break;
	case BUSY:
		f(2);
		break;
	default:
		return 3;
	}
	return 4;
}
