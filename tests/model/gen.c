/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>
#include <string.h>

#include "gen.h"

#define MAX_FUNCS	8

enum kind {
	RAISE, RESTORE, PAIR,		/* var: where the level is saved */
	ENTER, EXIT, LOCK, TRY, DROP,	/* lock */
	IF, LOOP, TIMES, SWITCH,	/* cond */
	SET, COPY,
	CALL, ICALL, LCALL,		/* callee; LCALL passes a lock */
	RETURN, GOTO, BREAK, PANIC
};

struct cond {
	int var, op, k;
};

struct stmt {
	struct stmt *next, *body, *other;
	enum kind kind;
	int var, level, lock, callee, value;
	struct cond cond;
	bool no_end;			/* the mistake: no release */
};

enum shape { PLAIN, LOCKARG, HANDLER };
enum role {
	BODY, SAVES, RESTORES, TAKES, GIVES, KEEPS, MAYBE_TAKES, MAYBE_GIVES,
	TAKES_ARG, GIVES_ARG, DISPATCHES
};

struct func {
	enum shape shape;
	enum role role;
	int var, lock, level;		/* what the role is about */
	struct stmt *body;
	bool gone;
};

struct gen_program {
	struct arena *arena;
	uint64_t state;
	struct func funcs[MAX_FUNCS];
	int nfuncs, op;			/* op: which one sc_op points to */
};

/* Where a level can be saved. */
static const char *const tokens[] = {
	"%s0", "%s1", "%s2", "%sc->softc::sc_tok", "@gtok", "*%out"
};
#define NTOKENS		6
#define TOKEN_NONE	6		/* nobody keeps it */
#define TOKEN_ARG	7		/* %a */
#define TOKEN_RESULT	8		/* the return value */

static const char *const vars[] = {
	"%a", "%x", "%r", "%sc->softc::sc_f0", "%sc->softc::sc_f1", "@g0"
};
#define NVARS		6

static const struct {
	const char *expr, *init;
} locks[] = {
	{ "&%sc->softc::sc_vm", "2, 6'IPL_VM'" },
	{ "&%sc->softc::sc_sched", "2, 7'IPL_SCHED'" },
	{ "&%sc->softc::sc_high", "2, 8'IPL_HIGH'" },
	{ "&%sc->softc::sc_soft", "2, 0'IPL_NONE'" },	/* adaptive */
	{ "&@gmtx", "2, 6'IPL_VM'" },
	{ "&%sc->softc::sc_low", "0, 4'IPL_SOFTNET'" },	/* MUTEX_SPIN */
	{ "%sc->softc::sc_ptr", NULL },			/* sc_vm */
	{ "%m", NULL }
};
#define NLOCKS		7
#define LOCK_ARG	7

static const struct {
	const char *call;
	int level;
} raises[] = { { "splvm", 6 }, { "splsched", 7 }, { "splhigh", 8 },
    { "splsoftnet", 4 } };

/* ---- chance ---- */

static unsigned
rnd(struct gen_program *g, unsigned n)
{
	uint64_t z = g->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) % n);
}

static struct stmt *
new(struct gen_program *g, enum kind kind)
{
	struct stmt *s = arena_alloc(g->arena, sizeof(*s));

	s->kind = kind;
	return s;
}

static struct cond
random_cond(struct gen_program *g)
{
	struct cond c = { (int)rnd(g, NVARS), (int)rnd(g, 4),
	    1 + (int)rnd(g, 2) };

	return c;
}

static struct stmt **
append(struct stmt **at, struct stmt *s)
{
	*at = s;
	while (*at != NULL)
		at = &(*at)->next;
	return at;
}

/* ---- bodies ---- */

struct place {
	int depth;
	unsigned held;			/* locks, bits */
	unsigned busy;			/* tokens in use */
	bool loop;
	enum shape shape;
	int self;
};

static struct stmt *sequence(struct gen_program *, struct place, int);

static int
free_token(struct gen_program *g, const struct place *pl)
{
	int k = (int)rnd(g, 10);

	k = k < 7 ? k % 3 : k - 4;
	if (k == 5 && pl->shape != PLAIN)
		k = 0;
	return pl->busy >> k & 1 ? -1 : k;
}

static int
free_lock(struct gen_program *g, const struct place *pl)
{
	int k = (int)rnd(g, NLOCKS);
	unsigned same = k == 6 ? 1u : k == 0 ? 1u << 6 : 0;

	return (pl->held & (1u << k | same)) ? -1 : k;
}

/* Two functions that belong together, around a body. */
static struct stmt *
wrapped(struct gen_program *g, struct place pl, int f)
{
	struct func *fn = &g->funcs[f];
	struct stmt *s, *in, *first, **at = &first;
	int i, partner = -1;

	if (fn->role == RESTORES || fn->role == GIVES ||
	    fn->role == MAYBE_GIVES || fn->role == GIVES_ARG)
		return NULL;
	for (i = 0; i < g->nfuncs; i++)
		if (g->funcs[i].role == fn->role + 1 &&
		    g->funcs[i].lock == fn->lock &&
		    g->funcs[i].var == fn->var)
			partner = i;
	s = new(g, fn->shape == LOCKARG ? LCALL : CALL);
	s->callee = f;
	s->lock = (int)rnd(g, NLOCKS);
	s->value = (int)rnd(g, 3);
	s->var = -1;
	if (fn->role == SAVES && fn->var == TOKEN_RESULT)
		s->var = NVARS;		/* s0 */
	else if (fn->role == KEEPS)
		s->var = 2;		/* r */
	if ((fn->role == TAKES || fn->role == KEEPS ||
	    fn->role == MAYBE_TAKES) && (pl.held >> fn->lock & 1))
		return NULL;
	if (fn->role == TAKES || fn->role == KEEPS ||
	    fn->role == MAYBE_TAKES)
		pl.held |= 1u << fn->lock;
	if (fn->role == SAVES)
		pl.busy |= fn->var == TOKEN_RESULT || fn->var == 5 ? 1 :
		    1u << fn->var;
	if (fn->role == TAKES_ARG) {
		if (pl.held >> s->lock & 1)
			return NULL;
		pl.held |= 1u << s->lock;
	}
	at = append(at, s);
	if (fn->role == KEEPS) {
		in = new(g, IF);
		in->cond = (struct cond){ 2, 0, 0 };
		in->body = new(g, RETURN);
		in->body->value = 3;
		at = append(at, in);
		partner = -1;
	}
	in = sequence(g, pl, 2);
	if (in != NULL)
		at = append(at, in);
	if (partner >= 0) {
		in = new(g, s->kind);
		in->callee = partner;
		in->lock = s->lock;
		in->value = s->value;
		in->var = -1;
		if (fn->role == SAVES && fn->var == TOKEN_RESULT)
			in->value = 4;	/* s0 */
	} else {
		in = new(g, EXIT);
		in->lock = fn->lock;
		if (fn->role == SAVES) {
			in->kind = RESTORE;
			in->var = fn->var == TOKEN_RESULT || fn->var == 5 ?
			    0 : fn->var;
		}
	}
	(void)append(at, in);
	return first;
}

static struct stmt *
statement(struct gen_program *g, struct place pl)
{
	struct stmt *s;
	struct place in = pl;
	int k;

	in.depth++;
	switch (rnd(g, pl.depth > 3 ? 7 : 20)) {
	case 0:
		s = new(g, SET);
		s->var = (int)rnd(g, NVARS);
		s->value = (int)rnd(g, 4);
		return s;
	case 1:
		s = new(g, IF);
		s->cond = random_cond(g);
		s->body = new(g, rnd(g, 4) != 0 ? RETURN :
		    pl.loop ? BREAK : PANIC);
		s->body->value = (int)rnd(g, 4);
		if (pl.busy != 0 || pl.held != 0)
			s->body->kind = pl.loop ? BREAK : PANIC;
		return s;
	case 2:
	case 3:
		s = new(g, CALL);
		s->callee = (int)rnd(g, (unsigned)g->nfuncs);
		if (g->funcs[s->callee].role != BODY)
			return wrapped(g, in, s->callee);
		if (g->funcs[s->callee].shape != PLAIN)
			return NULL;
		s->var = (int)rnd(g, 4) - 1;
		s->value = (int)rnd(g, 4);
		if (rnd(g, 6) == 0)
			s->kind = ICALL;
		return s;
	case 4:
		s = new(g, SET);
		s->var = 1;
		s->value = 3 + (int)rnd(g, 3);
		return s;
	case 5:
		s = new(g, GOTO);
		if (pl.busy != 0 || pl.held != 0 || rnd(g, 3) != 0)
			return NULL;
		return s;
	case 6:
	case 7:
		k = free_token(g, &pl);
		if (k < 0)
			return NULL;
		s = new(g, PAIR);
		s->var = k;
		s->level = (int)rnd(g, 4);
		in.busy |= 1u << k;
		s->body = sequence(g, in, 3);
		return s;
	case 8:
	case 9:
	case 10:
		k = free_lock(g, &pl);
		if (k < 0)
			return NULL;
		s = new(g, rnd(g, 4) == 0 ? TRY : LOCK);
		s->lock = k;
		s->other = s->kind == TRY && rnd(g, 2) ? sequence(g, in, 1) :
		    NULL;
		in.held |= 1u << k;
		s->body = sequence(g, in, 3);
		return s;
	case 11:
		for (k = 0; k < NLOCKS && !(pl.held >> k & 1); )
			k++;
		if (k == NLOCKS)
			return NULL;
		s = new(g, DROP);
		s->lock = k;
		in.held &= ~(1u << k);
		s->body = sequence(g, in, 2);
		return s;
	case 12:
		s = new(g, rnd(g, 2) ? LOOP : TIMES);
		s->cond = random_cond(g);
		s->value = 1 + (int)rnd(g, 2);
		in.loop = true;
		in.busy |= 1;
		s->body = sequence(g, in, 2);
		return s;
	case 13:
		s = new(g, SWITCH);
		s->cond = random_cond(g);
		s->body = sequence(g, in, 2);
		s->other = sequence(g, in, 2);
		return s;
	case 14:
	case 15:
	{
		/* A conditional pair: the same test twice. */
		struct stmt *a, *b, *c, **at, *first;

		k = free_lock(g, &pl);
		if (k < 0)
			return NULL;
		a = new(g, IF);
		b = new(g, IF);
		a->cond = b->cond = random_cond(g);
		a->body = new(g, ENTER);
		b->body = new(g, EXIT);
		a->body->lock = b->body->lock = k;
		if (rnd(g, 3) == 0 && !(pl.busy & 2)) {
			a->body->kind = RAISE;
			b->body->kind = RESTORE;
			a->body->var = b->body->var = 1;
			a->body->level = (int)rnd(g, 4);
			in.busy |= 2;
		} else
			in.held |= 1u << k;
		at = append(&first, a);
		c = sequence(g, in, 2);
		if (c != NULL)
			at = append(at, c);
		(void)append(at, b);
		return first;
	}
	default:
		s = new(g, IF);
		s->cond = random_cond(g);
		s->body = sequence(g, in, 2);
		s->other = rnd(g, 2) ? sequence(g, in, 2) : NULL;
		return s;
	}
}

static struct stmt *
sequence(struct gen_program *g, struct place pl, int max)
{
	struct stmt *first = NULL, **at = &first, *s;
	int n = (int)rnd(g, (unsigned)max + 1);

	while (n-- > 0) {
		s = statement(g, pl);
		if (s != NULL)
			at = append(at, s);
	}
	return first;
}

/* What a function of a role consists of. */
static struct stmt *
role_body(struct gen_program *g, struct func *f)
{
	struct stmt *s, *t;

	switch (f->role) {
	case SAVES:
		s = new(g, RAISE);
		s->var = f->var == TOKEN_RESULT ? 0 : f->var;
		s->level = f->level;
		s->next = new(g, RETURN);
		s->next->value = f->var == TOKEN_RESULT ? 5 : 0;
		return s;
	case RESTORES:
		s = new(g, RESTORE);
		s->var = f->var == TOKEN_RESULT ? TOKEN_ARG : f->var;
		return s;
	case TAKES:
	case GIVES:
	case TAKES_ARG:
	case GIVES_ARG:
		s = new(g, f->role == TAKES || f->role == TAKES_ARG ? ENTER :
		    EXIT);
		s->lock = f->role == TAKES || f->role == GIVES ? f->lock :
		    LOCK_ARG;
		return s;
	case MAYBE_TAKES:
	case MAYBE_GIVES:
		s = new(g, IF);
		s->cond = (struct cond){ 0, 0, 1 };
		s->body = new(g, f->role == MAYBE_TAKES ? ENTER : EXIT);
		s->body->lock = f->lock;
		return s;
	case KEEPS:
		s = new(g, ENTER);
		s->lock = f->lock;
		t = s->next = new(g, IF);
		t->cond = random_cond(g);
		t->body = new(g, EXIT);
		t->body->lock = f->lock;
		t->body->next = new(g, RETURN);
		t->body->next->value = 1;
		t->next = new(g, RETURN);
		return s;
	default:
		return NULL;
	}
}

/* ---- mistakes ---- */

static void
collect(struct stmt **at, struct stmt ***out, size_t *n, size_t max)
{
	for (; *at != NULL; at = &(*at)->next) {
		if (*n < max)
			out[(*n)++] = at;
		collect(&(*at)->body, out, n, max);
		collect(&(*at)->other, out, n, max);
	}
}

static void
mistake(struct gen_program *g)
{
	struct stmt **at[256], *s;
	size_t n = 0, i;
	int f;

	for (f = 0; f < g->nfuncs; f++)
		collect(&g->funcs[f].body, at, &n, 256);
	if (n == 0)
		return;
	i = rnd(g, (unsigned)n);
	s = *at[i];
	switch (rnd(g, 5)) {
	case 0:
		if (s->kind == PAIR || s->kind == LOCK || s->kind == TRY)
			s->no_end = true;
		else if (s->kind == RESTORE || s->kind == EXIT)
			*at[i] = s->next;
		break;
	case 1:
		if (s->kind == PAIR || s->kind == LOCK || s->kind == TRY)
			at[i] = &s->body;
		/* FALLTHROUGH */
	case 2:
		s = new(g, IF);
		s->cond = random_cond(g);
		s->body = new(g, rnd(g, 3) ? RETURN : GOTO);
		s->body->value = (int)rnd(g, 4);
		s->next = *at[i];
		*at[i] = s;
		break;
	case 3:
		s = new(g, RAISE);
		s->var = (int)rnd(g, TOKEN_NONE + 1);
		s->level = (int)rnd(g, 4);
		s->next = *at[i];
		*at[i] = s;
		break;
	default:
		if (s->kind == PAIR)
			s->level = (int)rnd(g, 4);
		else if (s->kind == RESTORE || s->kind == RAISE)
			s->var = (int)rnd(g, 3);
		else if (s->kind == ENTER || s->kind == EXIT)
			s->lock = (int)rnd(g, NLOCKS);
		break;
	}
}

struct gen_program *
gen_new(uint64_t seed)
{
	struct gen_program *g = ecalloc(1, sizeof(*g));
	struct func *f;
	struct place pl;
	int i, n;

	g->arena = arena_new();
	g->state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
	n = 2 + (int)rnd(g, 3);
	for (i = 0; i < n; i++)
		g->funcs[i].shape = i == 0 || rnd(g, 4) == 0 ? HANDLER :
		    PLAIN;
	for (; i < n + 4; i += 2) {
		f = &g->funcs[i];
		f->lock = (int)rnd(g, NLOCKS);
		f->level = (int)rnd(g, 4);
		f->var = -1;
		switch (rnd(g, 5)) {
		case 0:
			f->role = SAVES;
			f->lock = -1;
			f->var = 3 + (int)rnd(g, 4);
			if (f->var == 6)
				f->var = TOKEN_RESULT;
			break;
		case 1:
			f->role = TAKES;
			break;
		case 2:
			f->role = KEEPS;
			break;
		case 3:
			f->role = MAYBE_TAKES;
			break;
		default:
			f->role = TAKES_ARG;
			f->shape = LOCKARG;
			break;
		}
		f[1] = f[0];
		if (f->role != KEEPS)
			f[1].role = f->role + 1;
	}
	g->nfuncs = i;
	g->op = n - 1;
	for (i = 0; i < g->nfuncs; i++) {
		f = &g->funcs[i];
		memset(&pl, 0, sizeof(pl));
		pl.shape = f->shape;
		pl.self = i;
		f->body = f->role != BODY ? role_body(g, f) :
		    sequence(g, pl, 5);
	}
	for (n = (int)rnd(g, 4); n > 0; n--)
		mistake(g);
	return g;
}

void
gen_free(struct gen_program *g)
{
	arena_free(g->arena);
	free(g);
}

/* ---- text ---- */

struct text {
	const struct gen_program *g;
	const struct func *f;
	struct buf blocks[512];
	int n, cur;			/* blocks; 0: control is elsewhere */
	int line, temp, out, loop;
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
cond_text(const struct text *t, const struct cond *c, char buf[64])
{
	const char *v = vars[c->var];

	(void)t;
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

static const char *
token_text(int var)
{
	return var == TOKEN_ARG ? "%a" : tokens[var];
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
	const struct func *f = &t->g->funcs[s->callee];
	const char *args[] = { "%sc, 0, &%s0", "%sc, 1, &%s0",
	    "%sc, %a, &%x", "%sc, %x, &%s0", "%sc, %s0, &%s0" };
	char dst[64] = "";

	if (f->gone)
		return;
	if (s->kind == LCALL) {
		insn(t, "call @f%d(%s)", s->callee, locks[s->lock].expr);
		return;
	}
	if (s->var >= 0)
		snprintf(dst, sizeof(dst), "%s = ", s->var == NVARS ? "%s0" :
		    s->var == 0 ? "%x" : vars[s->var]);
	if (s->kind == ICALL)
		insn(t, "%scall [i32(p,i32,p)] %%sc->softc::sc_op(%s)", dst,
		    args[s->value]);
	else if (f->shape == PLAIN)
		insn(t, "%scall @f%d(%s)", dst, s->callee, args[s->value]);
	else
		insn(t, "%scall @f%d(%%sc)", dst, s->callee);
}

static void
emit_raise(struct text *t, int var, int level)
{
	if (var == TOKEN_NONE)
		insn(t, "call @%s()", raises[level].call);
	else
		insn(t, "%s = call @%s()", token_text(var),
		    raises[level].call);
}

static void
emit_one(struct text *t, const struct stmt *s)
{
	static const char *const values[] = { "0", "1", "%x", "%r", "2",
	    "%s0" };
	const char *l = locks[s->lock].expr;
	char c[64];
	int b[4], loop;

	switch (s->kind) {
	case RAISE:
	case PAIR:
		emit_raise(t, s->var, s->level);
		if (s->kind == RAISE)
			break;
		emit(t, s->body);
		if (s->no_end)
			break;
		/* FALLTHROUGH */
	case RESTORE:
		if (s->var != TOKEN_NONE)
			insn(t, "call @splx(%s)", token_text(s->var));
		break;
	case ENTER:
		insn(t, "call @mutex_enter(%s)", l);
		break;
	case EXIT:
		insn(t, "call @mutex_exit(%s)", l);
		break;
	case LOCK:
		insn(t, "call @mutex_enter(%s)", l);
		emit(t, s->body);
		if (!s->no_end)
			insn(t, "call @mutex_exit(%s)", l);
		break;
	case DROP:
		insn(t, "call @mutex_exit(%s)", l);
		emit(t, s->body);
		if (!s->no_end)
			insn(t, "call @mutex_enter(%s)", l);
		break;
	case TRY:
		b[0] = block(t);
		b[1] = block(t);
		b[2] = block(t);
		++t->temp;
		insn(t, "%%.%d = call @mutex_tryenter(%s)", t->temp, l);
		insn(t, "br %%.%d b%d b%d", t->temp, b[0], b[1]);
		t->cur = b[0];
		emit(t, s->body);
		if (!s->no_end)
			insn(t, "call @mutex_exit(%s)", l);
		insn(t, "goto b%d", b[2]);
		emit_in(t, b[1], s->other, b[2]);
		t->cur = b[2];
		break;
	case IF:
		b[0] = block(t);
		b[1] = block(t);
		b[2] = block(t);
		insn(t, "br %s b%d b%d", cond_text(t, &s->cond, c), b[0],
		    b[1]);
		emit_in(t, b[0], s->body, b[2]);
		emit_in(t, b[1], s->other, b[2]);
		t->cur = b[2];
		break;
	case SWITCH:
		b[0] = block(t);
		b[1] = block(t);
		b[2] = block(t);
		insn(t, "switch %s b%d, %d b%d, %d b%d", vars[s->cond.var],
		    b[2], 0, b[0], s->cond.k, b[1]);
		emit_in(t, b[0], s->body, b[2]);
		emit_in(t, b[1], s->other, b[2]);
		t->cur = b[2];
		break;
	case LOOP:
	case TIMES:
		b[0] = block(t);
		b[1] = block(t);
		b[2] = block(t);
		if (s->kind == TIMES)
			insn(t, "%%i = 0");
		emit_goto(t, b[0]);
		if (s->kind == TIMES)
			insn(t, "br (%%i < %d) b%d b%d", s->value, b[1],
			    b[2]);
		else
			insn(t, "br %s b%d b%d", cond_text(t, &s->cond, c),
			    b[1], b[2]);
		loop = t->loop;
		t->loop = b[2];
		t->cur = b[1];
		emit(t, s->body);
		if (s->kind == TIMES)
			insn(t, "%%i = (%%i + 1)");
		insn(t, "goto b%d", b[0]);
		t->loop = loop;
		t->cur = b[2];
		break;
	case SET:
		if (s->value < 3)
			insn(t, "%s = %d", vars[s->var], s->value);
		else
			insn(t, "%s = %s", vars[s->var], vars[s->value]);
		break;
	case COPY:
		insn(t, "%s = %s", tokens[s->var], tokens[s->value]);
		break;
	case CALL:
	case ICALL:
	case LCALL:
		emit_call(t, s);
		break;
	case RETURN:
		insn(t, "ret %s", values[s->value]);
		t->cur = block(t);
		break;
	case GOTO:
	case BREAK:
		insn(t, "goto b%d", s->kind == BREAK && t->loop != 0 ?
		    t->loop : t->out);
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

static void
print_func(const struct gen_program *g, int i, int *line, struct buf *out)
{
	static const char *const heads[] = {
		"i32(p,i32,p)|param %sc p:softc\nparam %a i32\nparam %out p\n",
		"i32(p)|param %m p:kmutex\nlocal %sc p:softc\n"
		"local %a i32\nlocal %out p\n",
		"i32(p)|param %sc p:softc\nlocal %a i32\nlocal %out p\n"
	};
	const struct func *f = &g->funcs[i];
	const char *head = heads[f->shape];
	struct text *t = ecalloc(1, sizeof(*t));
	int b;

	t->g = g;
	t->f = f;
	t->line = *line + 1;
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
	buf_str(out, "local %x i32\nlocal %r i32\nlocal %i i32\n");
	for (b = 0; b < t->n; b++) {
		buf_fmt(out, "b%d:\n", b);
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

void
gen_print(const struct gen_program *g, struct buf *out)
{
	static const char *const levels[] = { "6'IPL_VM'", "7'IPL_SCHED'",
	    "8'IPL_HIGH'" };
	int i, line = 10;

	buf_str(out, "iplint-ir 1\nunit \"gen.c\"\n"
	    "level IPL_HIGH 8\nlevel IPL_NONE 0\nlevel IPL_SCHED 7\n"
	    "level IPL_SOFTBIO 3\nlevel IPL_SOFTCLOCK 2\n"
	    "level IPL_SOFTNET 4\nlevel IPL_SOFTSERIAL 5\nlevel IPL_VM 6\n"
	    "level __NetBSD_Version__ 699001600\n"
	    "var @gmtx s:kmutex static \"gen.c\" 1\n"
	    "var @gtok i32 static \"gen.c\" 2\n"
	    "var @g0 i32 static \"gen.c\" 3\n"
	    "decl @splx v(i32) extern \"gen.c\" 4\n"
	    "decl @panic v(p,...) noreturn extern \"gen.c\" 5\n");
	buf_str(out, "func @init i32(p)\nfile 0 \"gen.c\"\n"
	    "at 6:1 end 9:1\nparam %sc p:softc\nb0:\n");
	for (i = 0; i < NLOCKS; i++)
		if (locks[i].init != NULL)
			buf_fmt(out, "\t7:%d call @mutex_init(%s, %s)\n",
			    i + 1, locks[i].expr, locks[i].init);
	buf_str(out, "\t7:20 %sc->softc::sc_ptr = &%sc->softc::sc_vm\n");
	if (!g->funcs[g->op].gone && g->funcs[g->op].shape == PLAIN)
		buf_fmt(out, "\t7:21 %%sc->softc::sc_op = &@f%d\n", g->op);
	for (i = 0; i < g->nfuncs; i++)
		if (g->funcs[i].shape == HANDLER && !g->funcs[i].gone)
			buf_fmt(out, "\t8:%d call @pci_intr_establish(0, 0, "
			    "%s, &@f%d, %%sc)\n", i + 1, levels[i % 3], i);
	buf_str(out, "\t9:1 ret 0\n}\n");
	for (i = 0; i < g->nfuncs; i++)
		if (!g->funcs[i].gone)
			print_func(g, i, &line, out);
}

/* ---- shrinking ---- */

struct shrink {
	struct gen_program *g;
	bool (*fails)(void *, const char *, size_t);
	void *ctx;
};

static bool
still(struct shrink *sh)
{
	struct buf b = { 0 };
	bool yes;

	gen_print(sh->g, &b);
	yes = sh->fails(sh->ctx, b.p, b.n);
	buf_free(&b);
	return yes;
}

static bool
shrink_list(struct shrink *sh, struct stmt **at)
{
	struct stmt *s, *body, **end;
	bool any = false;
	int k;

	while ((s = *at) != NULL) {
		*at = s->next;
		if (still(sh)) {
			any = true;
			continue;
		}
		*at = s;
		for (k = 0; k < 2; k++) {
			body = k == 0 ? s->body : s->other;
			if (body == NULL)
				continue;
			end = append(at, body);
			*end = s->next;
			if (still(sh)) {
				any = true;
				break;
			}
			*end = NULL;
			*at = s;
		}
		if (*at != s)
			continue;
		any |= shrink_list(sh, &s->body);
		any |= shrink_list(sh, &s->other);
		at = &s->next;
	}
	return any;
}

void
gen_shrink(struct gen_program *g, bool (*fails)(void *, const char *, size_t),
    void *ctx)
{
	struct shrink sh = { g, fails, ctx };
	bool any;
	int i;

	do {
		any = false;
		for (i = 0; i < g->nfuncs; i++) {
			if (g->funcs[i].gone)
				continue;
			g->funcs[i].gone = true;
			if (still(&sh)) {
				any = true;
				continue;
			}
			g->funcs[i].gone = false;
			any |= shrink_list(&sh, &g->funcs[i].body);
		}
	} while (any);
}
