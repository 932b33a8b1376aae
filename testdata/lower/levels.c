/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Macros that become levels. */
#define BASE		2
#define IPL_NONE	0
#define IPL_SOFT	(BASE + 1)
#define IPL_VM		0x6
#define IPL_BIO		IPL_VM
#define IPL_SCHED	IPL_ENUM
#define IPL_HIGH	(1 << 3)
#define IPL_SAFE	(-1)
#define IPL_MASK	(~(0x0fU | 0x10UL) & 0xffu)
#define IPL_MIX		(IPL_VM * 2 - IPL_SOFT ^ 1)
#define IPL_BIG		0xffffffffffffffffULL
#define IPL_SELF	IPL_SELF
#define IPL_EMPTY
#define IPL_OPEN	(3
#define IPL_CAST	((int)3)
#define IPL_STRING	"3"
#define IPL_FUNC(x)	3
#define IPL_GONE	3
#undef IPL_GONE
#define IPL_TWICE	3
#undef IPL_TWICE
#define IPL_TWICE	4
#define SOFTINT_NET	0x3
#define SOFTINT_MPSAFE	0x100
#define OTHER		7
#define __NetBSD_Version__	699001600	/* 6.99.16 */
enum { IPL_ENUM = 7, IPL_SELF = 5 };
