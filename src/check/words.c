/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* How messages and steps call things. */

#include <stdarg.h>
#include <string.h>

#include "check/check_int.h"

const char *
check_fmt(struct checker *ck, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return arena_strndup(ck->arena, text, strlen(text));
}

const char *
level_name_of(struct checker *ck, int level)
{
	const char *name;

	name = level < 0 ? "?" : program_level_name(ck->program, level);
	return name != NULL ? name : check_fmt(ck, "%d", level);
}

const char *
handler_level_of(struct checker *ck, const struct prog_handler *h)
{
	const char *name = level_name_of(ck, h->level), *spelled;

	if (h->level_name == 0)
		return name;
	spelled = name_str(ck->program->names, h->level_name);
	return strcmp(spelled, name) == 0 ? name :
	    check_fmt(ck, "%s (%s)", spelled, name);
}

const char *
func_name_of(struct checker *ck, func_id f)
{
	return name_str(ck->program->names, ck->program->funcs.p[f].name);
}

const char *
lock_name_of(struct checker *ck, const struct solver *sv, node_t lock)
{
	const struct prog_lock *l;
	struct buf b = { 0 };
	const char *s;

	if (lock != 0) {
		l = lock_class((struct solver *)(uintptr_t)sv, lock);
		if (l != NULL)
			return l->text;
		node_print(ck->flow, sv->ir, lock, &b);
	}
	/* "?" begins what has no name in the source. */
	s = check_fmt(ck, "%s", b.n > 0 && strchr(b.p, '?') == NULL ? b.p :
	    "a spin mutex");
	buf_free(&b);
	return s;
}

/* "; also at lines 7, 9": where else the function returns like that. */
const char *
other_returns(struct checker *ck, const struct ir_func *ir,
    const struct outcome *o, uint32_t shown)
{
	uint32_t lines[MAX_ALSO + 1], line, n = 0, i, k;
	struct buf b = { 0 };
	const char *text;

	for (i = 0; i <= o->nalso; i++) {
		line = solver_insn(ir, i < o->nalso ? o->also[i] :
		    o->site)->loc.line;
		if (line == solver_insn(ir, shown)->loc.line)
			continue;
		for (k = n; k > 0 && lines[k - 1] > line; k--)
			lines[k] = lines[k - 1];
		lines[k] = line;
		n++;
	}
	for (i = 0; i < n; i++)
		if (i == 0)
			buf_fmt(&b, "; also at line%s %u", n > 1 &&
			    lines[n - 1] != lines[0] ? "s" : "", lines[0]);
		else if (lines[i] != lines[i - 1])
			buf_fmt(&b, ", %u", lines[i]);
	text = check_fmt(ck, "%s", b.n > 0 ? b.p : "");
	buf_free(&b);
	return text;
}
