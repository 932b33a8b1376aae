/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <time.h>

#include "base/base.h"

static int
number(const char *s, int digits)
{
	int n = 0;

	for (; digits > 0; digits--, s++) {
		if (*s < '0' || *s > '9')
			return -1;
		n = n * 10 + *s - '0';
	}
	return n;
}

bool
date_valid(const char *s)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	int y, m, d;

	for (int i = 0; i < DATE_LEN; i++)
		if (s[i] == '\0')
			return false;
	y = number(s, 4);
	m = number(s + 5, 2);
	d = number(s + 8, 2);
	if (y < 1 || m < 1 || m > 12 || d < 1 || d > days[m - 1])
		return false;
	if (m == 2 && d == 29 && (y % 4 != 0 || (y % 100 == 0 &&
	    y % 400 != 0)))
		return false;
	return s[4] == '-' && s[7] == '-' && s[DATE_LEN] == '\0';
}

void
date_today(char out[DATE_LEN + 1])
{
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(out, DATE_LEN + 1, "%Y-%m-%d", &tm) != DATE_LEN)
		bug("the clock is out of range");
}
