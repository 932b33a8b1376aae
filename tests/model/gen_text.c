/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "gen_int.h"

/* ---- names ---- */

static const char *const tokens[] = {
	"%s0", "%s1", "%s2", "%sc->softc::sc_tok", "@gtok", "*%out", NULL, "%a"
};

static const char *const vars[] = {
	"%a", "%x", "%r", "%sc->softc::sc_f0", "%sc->softc::sc_f1", "@g0",
	"%k", "%q", "%s0"
};

/* What a statement's value stands for. */
static const char *const values[] = {
	"0", "1", "%x", "%r", "2", "%s0", "%sc"
};

#define LEVEL	"@ci.cpu_info::ci_ilevel"

static const struct {
	const char *expr, *init;
} locks[] = {
	{ "&%sc->softc::sc_vm", "2, 6'IPL_VM'" },
	{ "&%sc->softc::sc_sched", "2, 7'IPL_SCHED'" },
	{ "&%sc->softc::sc_high", "2, 8'IPL_HIGH'" },
	{ "&%sc->softc::sc_soft", "2, 0'IPL_NONE'" },	/* adaptive */
	{ "&@gmtx", "2, 6'IPL_VM'" },
	{ "&%sc->softc::sc_low", "0, 4'IPL_SOFTNET'" },	/* spin, before 8.0 */
	{ "%sc->softc::sc_ptr", NULL },
	{ "%sc->softc::sc_obj", NULL },
	{ "%m", NULL }
};

static const struct {
	const char *call;
	int level;
} raises[NRAISES] = { { "splvm", 6 }, { "splsched", 7 }, { "splhigh", 8 },
    { "splsoftnet", 4 } };

static const char *const levels[] = { "6'IPL_VM'", "7'IPL_SCHED'",
    "8'IPL_HIGH'" };

/* By shape: signature, parameters, and what of them is missing. */
static const char *const heads[] = {
	"i32(p,i32,p)|param %sc p:softc\nparam %a i32\nparam %out p\n",
	"i32(p)|param %m p:kmutex\nlocal %sc p:softc\nlocal %a i32\n"
	"local %out p\n",
	"i32(p)|param %sc p:softc\nlocal %a i32\nlocal %out p\n",
	"i32(p,p)|param %sc p:softc\nparam %fn p\nlocal %a i32\n"
	"local %out p\n",
	"p(p,i32,p)|param %sc p:softc\nparam %a i32\nparam %out p\n"
};

/* ---- blocks ---- */

struct text {
	const struct gen_program *g;
	const struct func *f;
	struct buf blocks[512];
	int n, cur;			/* blocks; 0: control is elsewhere */
	int first, line, temp;
	int out, loop, unwind;		/* where to, or 0 */
};

static int
block(struct text *t)
{
	require(t->n < 512);
	return t->n++;
}

static void insn(struct text *, const char *fmt, ...) PRINTFLIKE(2, 3);
static void
insn(struct text *t, const char *fmt, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_fmt(&t->blocks[t->cur], "\t%d:1 %s\n", ++t->line, line);
}

static void
emit_goto(struct text *t, int to)
{
	insn(t, "goto b%d", to);
	t->cur = to;
}

static const char *
cond_text(const struct cond *c, char buf[64])
{
	const char *v = vars[c->var];

	switch (c->op) {
	case 0:
		snprintf(buf, 64, "(%s != 0)", v);
		break;
	case 1:
		snprintf(buf, 64, "(%s == 0)", v);
		break;
	case 2:
		snprintf(buf, 64, "(%s == %d)", v, c->k);
		break;
	default:
		snprintf(buf, 64, "((%s & %d) != 0)", v, c->k);
		break;
	}
	return buf;
}

static void emit(struct text *, const struct stmt *);

static void
emit_in(struct text *t, int b, const struct stmt *s, int then)
{
	t->cur = b;
	emit(t, s);
	insn(t, "goto b%d", then);
}

static void
emit_call(struct text *t, const struct stmt *s)
{
	static const char *const args[] = { "%sc, 0, &%s0", "%sc, 1, &%s0",
	    "%sc, %a, &%x", "%sc, %x, &%s0", "%sc, %s0, &%s0" };
	const struct func *f;
	char dst[64] = "";

	if (s->kind == BCALL && s->callee < 0) {
		insn(t, "call [i32(p,i32,p)] %%fn(%%sc, 0, &%%s0)");
		return;
	}
	f = &t->g->funcs[s->callee];
	if (f->gone || (s->kind == BCALL && t->g->funcs[s->value].gone))
		return;
	if (s->kind == BCALL) {
		insn(t, "call @f%d(%%sc, &@f%d)", s->callee, s->value);
		return;
	}
	if (s->kind == LCALL) {
		insn(t, "call @f%d(%s)", s->callee, locks[s->lock].expr);
		return;
	}
	if (s->var >= 0)
		snprintf(dst, sizeof(dst), "%s = ", vars[s->var == 0 ?
		    VAR_X : s->var]);
	if (s->kind == ICALL)
		insn(t, "%scall [i32(p,i32,p)] %%sc->softc::sc_op(%s)", dst,
		    args[s->value]);
	else if (f->shape == PLAIN || f->shape == FINDER)
		insn(t, "%scall @f%d(%s)", dst, s->callee, args[s->value]);
	else
		insn(t, "%scall @f%d(%%sc)", dst, s->callee);
}

/* Of a member of what was found, if that is how it is reached. */
static void
emit_lock(struct text *t, const char *call, const struct stmt *s)
{
	const char *l = locks[s->lock].expr, *at = strstr(l, "%sc");

	if (s->kind == EXIT && s->var == VAR_FOUND && at != NULL)
		insn(t, "call @%s(%.*s%s%s)", call, (int)(at - l), l,
		    vars[VAR_FOUND], at + 3);
	else
		insn(t, "call @%s(%s)", call, l);
}

/* A section that ends where its release is, also by a way out. */
static void
emit_guarded(struct text *t, const struct stmt *s)
{
	int unwind = t->unwind;

	t->unwind = block(t);
	emit(t, s->body);
	emit_goto(t, t->unwind);
	t->unwind = unwind;
	if (s->no_end)
		return;
	if (s->kind == PAIR)
		insn(t, "call @splx(%s)", tokens[s->var]);
	else
		emit_lock(t, "mutex_exit", s);
}

static void
emit_raise(struct text *t, int var, int level)
{
	if (var == TOKEN_NONE)
		insn(t, "call @%s()", raises[level].call);
	else
		insn(t, "%s = call @%s()", tokens[var],
		    raises[level].call);
}

/* Two ways that meet again. */
static void
emit_fork(struct text *t, const struct stmt *s)
{
	char c[64];
	int b[3] = { block(t), block(t), block(t) };

	switch (s->kind) {
	case TRY:
		++t->temp;
		insn(t, "%%.%d = call @mutex_tryenter(%s)", t->temp,
		    locks[s->lock].expr);
		insn(t, "br %%.%d b%d b%d", t->temp, b[0], b[1]);
		t->cur = b[0];
		emit_guarded(t, s);
		insn(t, "goto b%d", b[2]);
		break;
	case IF:
		insn(t, "br %s b%d b%d", cond_text(&s->cond, c), b[0], b[1]);
		emit_in(t, b[0], s->body, b[2]);
		break;
	default:
		insn(t, "switch %s b%d, %d b%d, %d b%d", vars[s->cond.var],
		    b[2], 0, b[0], s->cond.k, b[1]);
		emit_in(t, b[0], s->body, s->value == 0 ? b[1] : b[2]);
		break;
	}
	emit_in(t, b[1], s->other, b[2]);
	t->cur = b[2];
}

static void
emit_loop(struct text *t, const struct stmt *s)
{
	char c[64];
	int b[3] = { block(t), block(t), block(t) };
	int loop = t->loop;

	if (s->kind == TIMES)
		insn(t, "%%i = 0");
	emit_goto(t, b[0]);
	if (s->kind == TIMES)
		insn(t, "br (%%i < %d) b%d b%d", s->value, b[1], b[2]);
	else
		insn(t, "br %s b%d b%d", cond_text(&s->cond, c), b[1], b[2]);
	t->loop = b[2];
	t->cur = b[1];
	emit(t, s->body);
	if (s->kind == TIMES)
		insn(t, "%%i = (%%i + 1)");
	insn(t, "goto b%d", b[0]);
	t->loop = loop;
	t->cur = b[2];
}

static void
emit_one(struct text *t, const struct stmt *s)
{
	switch (s->kind) {
	case RAISE:
		emit_raise(t, s->var, s->level);
		break;
	case RESTORE:
		if (s->var != TOKEN_NONE)
			insn(t, "call @splx(%s)", tokens[s->var]);
		break;
	case PAIR:
		emit_raise(t, s->var, s->level);
		emit_guarded(t, s);
		break;
	case ENTER:
		emit_lock(t, "mutex_enter", s);
		break;
	case EXIT:
		emit_lock(t, "mutex_exit", s);
		break;
	case LOCK:
		emit_lock(t, "mutex_enter", s);
		emit_guarded(t, s);
		break;
	case DROP:
		emit_lock(t, "mutex_exit", s);
		emit(t, s->body);
		if (!s->no_end)
			emit_lock(t, "mutex_enter", s);
		break;
	case TRY:
	case IF:
	case SWITCH:
		emit_fork(t, s);
		break;
	case LOOP:
	case TIMES:
		emit_loop(t, s);
		break;
	case SET:
		if (s->value < 3)
			insn(t, "%s = %d", vars[s->var], s->value);
		else
			insn(t, "%s = %s", vars[s->var], vars[s->value]);
		break;
	case CALL:
	case ICALL:
	case LCALL:
	case BCALL:
		emit_call(t, s);
		break;
	case DISPATCH:
		insn(t, "call [i32(p)] %%sc->softc::sc_ih(%%sc)");
		break;
	case GET_LEVEL:
		insn(t, "%%s0 = " LEVEL);
		break;
	case PUT_LEVEL:
		insn(t, LEVEL " = %s", s->var < 0 ? levels[s->level] : "%s0");
		break;
	case RETURN:
		if (s->value == 6)	/* it is no NULL */
			insn(t, "%%i = %%sc->softc::sc_f0");
		insn(t, "ret %s", t->f->shape == FINDER && s->value != 6 ?
		    "0" : values[s->value]);
		t->cur = block(t);
		break;
	case GOTO:
	case BREAK:
	case UNWIND:
		insn(t, "goto b%d", s->kind == BREAK && t->loop != 0 ?
		    t->loop : s->kind == UNWIND && t->unwind != 0 ?
		    t->unwind : t->out);
		t->cur = block(t);
		break;
	case PANIC:
		insn(t, "call @panic(0)");
		insn(t, "unreachable");
		t->cur = block(t);
		break;
	}
}

static void
emit(struct text *t, const struct stmt *s)
{
	for (; s != NULL; s = s->next)
		emit_one(t, s);
}

/* What is not a parameter comes from elsewhere, once it is used. */
static void
print_values(const struct text *t, const char *head, struct buf *out)
{
	static const struct {
		const char *local, *any;
	} others[] = { { "%sc", "anyp" }, { "%a", "any" },
	    { "%out", "anyp" }, { "%x", "any" }, { "%r", "any" },
	    { "%q", "anyp" } };
	char param[16];
	size_t i;
	int b;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(param, sizeof(param), "param %s", others[i].local);
		for (b = 0; b < t->n; b++)
			if (t->blocks[b].n > 0 && strstr(t->blocks[b].p,
			    others[i].local) != NULL)
				break;
		if (b < t->n && strstr(head, param) == NULL)
			buf_fmt(out, "\t%d:%zu %s = call @%s()\n", t->first,
			    i + 2, others[i].local, others[i].any);
	}
}

static void
print_func(const struct gen_program *g, int i, int *line, struct buf *out)
{
	const struct func *f = &g->funcs[i];
	const char *head = heads[f->shape];
	struct text *t = ecalloc(1, sizeof(*t));
	int b;

	t->g = g;
	t->f = f;
	t->line = t->first = *line + 1;
	t->n = 2;
	t->out = 1;
	emit(t, f->body);
	insn(t, "goto b1");
	t->cur = 1;
	insn(t, "ret 0");
	buf_fmt(out, "func @f%d %.*s\nfile 0 \"gen.c\"\nat %d:1 end %d:1\n%s",
	    i, (int)(strchr(head, '|') - head), head, *line + 1, t->line + 1,
	    strchr(head, '|') + 1);
	for (b = 0; b < 3; b++)
		buf_fmt(out, "local %%s%d i32\n", b);
	buf_str(out, "local %x i32\nlocal %r i32\nlocal %i i32\n"
	    "local %k i32\nlocal %q p:softc\n");
	for (b = 0; b < t->n; b++) {
		buf_fmt(out, "b%d:\n", b);
		if (b == 0)
			print_values(t, head, out);
		if (t->blocks[b].n == 0)
			buf_fmt(out, "\t%d:1 unreachable\n", t->line);
		else
			buf_str(out, t->blocks[b].p);
		buf_free(&t->blocks[b]);
	}
	buf_str(out, "}\n");
	*line = t->line + 2;
	free(t);
}

static void
print_init(const struct gen_program *g, struct buf *out)
{
	const struct func *f;
	int i;

	buf_str(out, "func @init i32(p)\nfile 0 \"gen.c\"\n"
	    "at 6:1 end 9:1\nparam %sc p:softc\nb0:\n");
	for (i = 0; i < NLOCKS; i++)
		if (locks[i].init != NULL)
			buf_fmt(out, "\t7:%d call @mutex_init(%s, %s)\n",
			    i + 1, locks[i].expr, locks[i].init);
	buf_str(out, "\t7:20 %sc->softc::sc_ptr = &%sc->softc::sc_vm\n"
	    "\t7:21 %sc->softc::sc_obj = call @mutex_obj_alloc(2, "
	    "7'IPL_SCHED')\n");
	if (!g->funcs[g->op].gone && g->funcs[g->op].shape == PLAIN)
		buf_fmt(out, "\t7:22 %%sc->softc::sc_op = &@f%d\n", g->op);
	for (i = 0; i < g->nfuncs; i++) {
		f = &g->funcs[i];
		if (f->shape != HANDLER || f->gone)
			continue;
		buf_fmt(out, "\t8:%d call @pci_intr_establish(0, 0, %s, "
		    "&@f%d, %%sc)\n", 2 * i + 1, levels[i % 3], i);
		buf_fmt(out, "\t8:%d %%sc->softc::sc_ih = &@f%d\n", 2 * i + 2,
		    i);
	}
	buf_str(out, "\t9:1 ret 0\n}\n");
}

void
gen_print(const struct gen_program *g, struct buf *out)
{
	int i, line = 10;

	buf_str(out, "iplint-ir 1\nunit \"gen.c\"\n");
	if (g->sets)
		buf_str(out, "source \"sys/arch/powerpc/pic/intr.c\" "
		    "00000000000000000000000000000000\n");
	buf_fmt(out, "level IPL_HIGH 8\nlevel IPL_NONE 0\nlevel IPL_SCHED 7\n"
	    "level IPL_SOFTBIO 3\nlevel IPL_SOFTCLOCK 2\n"
	    "level IPL_SOFTNET 4\nlevel IPL_SOFTSERIAL 5\nlevel IPL_VM 6\n"
	    "level __NetBSD_Version__ %d\n"
	    "var @gmtx s:kmutex static \"gen.c\" 1\n"
	    "var @gtok i32 static \"gen.c\" 2\n"
	    "var @g0 i32 static \"gen.c\" 3\n"
	    "var @ci s:cpu_info static \"gen.c\" 3\n"
	    "decl @splx v(i32) extern \"gen.c\" 4\n"
	    "decl @any i32() extern \"gen.c\" 5\n"
	    "decl @anyp p() extern \"gen.c\" 5\n"
	    "decl @panic v(p,...) noreturn extern \"gen.c\" 5\n",
	    g->version);
	print_init(g, out);
	for (i = 0; i < g->nfuncs; i++)
		if (!g->funcs[i].gone)
			print_func(g, i, &line, out);
}
