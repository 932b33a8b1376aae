/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cdefs: names for compiler attributes.
 */

#ifndef _SYS_CDEFS_H_
#define _SYS_CDEFS_H_

#define __dead		__attribute__((__noreturn__))
#define __unused	__attribute__((__unused__))
#define __packed	__attribute__((__packed__))
#define __predict_true(e)	__builtin_expect((e) != 0, 1)
#define __predict_false(e)	__builtin_expect((e) != 0, 0)
#define __arraycount(a)	(sizeof(a) / sizeof((a)[0]))
#define __USE(v)	((void)(v))

#endif /* _SYS_CDEFS_H_ */
