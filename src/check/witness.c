/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Witnesses: a trace of the engine as steps for a reader.
 *
 * A proof has all that the path does, in callees, too.  Shown are callees that
 * leave another level or count behind, and decisions of the function itself.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_int.h"

#define MAX_DEPTH	24	/* calls shown below the reported function */
#define MAX_STEPS_SHOWN	400	/* no more calls are followed then */
#define MAX_BRANCHES	8	/* decisions shown, the last ones */

static const char *
own(struct checker *ck, struct buf *b)
{
	const char *s = arena_strndup(ck->arena, b->n > 0 ? b->p : "", b->n);

	buf_free(b);
	return s;
}

/* The instruction that gives a temporary its value, or NULL. */
static const struct ir_insn *
definition(const struct names *names, const struct ir_func *ir,
    const char *temp, size_t n)
{
	const struct ir_insn *in;
	const char *name;
	uint32_t b, i;

	for (b = 0; b < ir->nblocks; b++)
		for (i = 0; i < ir->blocks[b].ninsns; i++) {
			in = &ir->blocks[b].insns[i];
			if (in->dst == NULL || in->dst->kind != IR_LOCAL)
				continue;
			name = name_str(names,
			    ir->locals[in->dst->local].name);
			if (strlen(name) == n && memcmp(name, temp, n) == 0)
				return in;
		}
	return NULL;
}

static void print_rhs(const struct names *, const struct ir_func *,
    const struct ir_insn *, struct buf *, int);

/* As C, with each temporary replaced by what it stands for. */
static void
print_value(const struct names *names, const struct ir_func *ir,
    const struct ir_expr *e, struct buf *out, int depth)
{
	const struct ir_insn *in;
	struct buf b = { 0 };
	size_t i, k;

	ir_print_c(names, ir, e, &b);
	for (i = 0; i < b.n; i++) {
		for (k = i + 1; k < b.n && isdigit((unsigned char)b.p[k]); )
			k++;
		if (b.p[i] != '.' || k == i + 1 || (i > 0 &&
		    (isalnum((unsigned char)b.p[i - 1]) ||
		    b.p[i - 1] == '_' || b.p[i - 1] == ')' ||
		    b.p[i - 1] == ']'))) {
			buf_chr(out, b.p[i]);
			continue;
		}
		in = depth < 4 ? definition(names, ir, b.p + i, k - i) :
		    NULL;
		if (in != NULL)
			print_rhs(names, ir, in, out, depth + 1);
		else
			buf_str(out, "...");
		i = k - 1;
	}
	buf_free(&b);
}

/* The right side of an assignment or call. */
static void
print_rhs(const struct names *names, const struct ir_func *ir,
    const struct ir_insn *in, struct buf *b, int depth)
{
	uint32_t i;

	if (in->kind != IR_CALL) {
		print_value(names, ir, in->src, b, depth);
		return;
	}
	if (in->src->kind == IR_GLOBAL && in->name == 0)
		buf_str(b, name_str(names, in->src->name));
	else {
		buf_str(b, "(*");
		print_value(names, ir, in->src, b, depth);
		buf_chr(b, ')');
	}
	buf_chr(b, '(');
	for (i = 0; i < in->nargs; i++) {
		if (i > 0)
			buf_str(b, ", ");
		print_value(names, ir, in->args[i], b, depth);
	}
	buf_chr(b, ')');
}

const char *
witness_text(struct checker *ck, const struct ir_func *ir,
    const struct ir_insn *in)
{
	const struct names *names = ck->program->names;
	struct buf b = { 0 };

	switch (in->kind) {
	case IR_CALL:
		if (in->dst != NULL && !(in->dst->kind == IR_LOCAL &&
		    ir->locals[in->dst->local].type == 0)) {
			ir_print_c(names, ir, in->dst, &b);
			buf_str(&b, " = ");
		}
		print_rhs(names, ir, in, &b, 0);
		break;
	case IR_ASSIGN:
		print_value(names, ir, in->dst, &b, 0);
		buf_str(&b, " = ");
		print_value(names, ir, in->src, &b, 0);
		break;
	case IR_BRANCH:
		buf_str(&b, "if (");
		print_value(names, ir, in->src, &b, 0);
		buf_chr(&b, ')');
		break;
	case IR_SWITCH:
		buf_str(&b, "switch (");
		print_value(names, ir, in->src, &b, 0);
		buf_chr(&b, ')');
		break;
	case IR_RET:
		buf_str(&b, "return");
		if (in->src != NULL) {
			buf_chr(&b, ' ');
			print_value(names, ir, in->src, &b, 0);
		}
		break;
	default:
		ir_print_insn(names, ir, in, &b);
	}
	if (in->loc.macro != 0 && in->kind != IR_RET)
		buf_fmt(&b, " [%s]", name_str(names, in->loc.macro));
	return own(ck, &b);
}

static struct step *
push(struct steps *st, enum step_kind kind, uint32_t depth)
{
	struct step *s;

	if (st->n == st->cap)
		st->p = vec_grow(st->p, &st->cap, sizeof(*st->p));
	s = &st->p[st->n++];
	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->depth = depth;
	s->func = NO_FUNC;
	s->note = "";
	s->before = s->after = -1;
	s->lo = s->hi = -1;
	return s;
}

struct step *
witness_insn(struct checker *ck, const struct prog_func *pf, func_id f,
    uint32_t site, enum step_kind kind, uint32_t depth, struct steps *st)
{
	const struct ir_insn *in = solver_insn(pf->ir, site);
	struct step *s = push(st, kind, depth);

	s->file = pf->ir->files[in->loc.file];
	s->line = in->loc.line;
	s->col = in->loc.col;
	s->func = f;
	s->text = witness_text(ck, pf->ir, in);
	return s;
}

struct step *
witness_place(struct checker *ck, enum step_kind kind, name_t file,
    uint32_t line, func_id f, const char *text, struct steps *st)
{
	struct step *s = push(st, kind, 0);

	(void)ck;
	s->file = file;
	s->line = line;
	s->func = f;
	s->text = text;
	return s;
}

void
witness_registration(struct checker *ck, const struct prog_handler *h,
    struct steps *st)
{
	const struct names *names = ck->program->names;
	struct step *s;

	s = witness_place(ck, STEP_REGISTER, h->file, h->line, h->in,
	    check_fmt(ck, "registered: %s(.., %s, .., %s, ..)",
	    name_str(names, h->api), h->level_name != 0 ?
	    name_str(names, h->level_name) : level_name_of(ck, h->level),
	    name_str(names, ck->program->funcs.p[h->func].name)), st);
	s->after = h->level;
}

/* A level in this frame as a number, or -1. */
static int
level_in(struct checker *ck, struct frame fr, node_t n)
{
	int64_t k;

	if (fr.entry >= 0)
		n = level_at(ck->flow->nodes, n, fr.entry, 0);
	return node_is_const(ck->flow->nodes, n, &k) ? (int)k : -1;
}

/* The bounds of a level as it is drawn. */
static void
drawn_bounds(struct checker *ck, struct frame fr, node_t n, int *lo, int *hi)
{
	int entry = fr.entry >= 0 ? fr.entry : fr.drawn;

	if (entry >= 0)
		n = level_at(ck->flow->nodes, n, entry, 0);
	level_bounds(ck->flow->nodes, n, lo, hi);
}

static const char *
level_text(struct checker *ck, struct frame fr, node_t n)
{
	struct buf b = { 0 };

	if (fr.entry >= 0)
		n = level_at(ck->flow->nodes, n, fr.entry, 0);
	level_print(ck->flow, ck->program->funcs.p[fr.func].ir, n, &b);
	return own(ck, &b);
}

static const char *
lock_text(const struct solver *sv, const struct trace *t)
{
	const struct prog_lock *l;

	if (t->lock == 0)
		return "a mutex";
	if (t->at != NULL)
		sv = t->at->solver;
	l = lock_class((struct solver *)(uintptr_t)sv, t->lock);
	return l != NULL ? l->text : "a mutex";
}

/* A path in order, and where each call of it ends. */
struct walked {
	VEC(const struct trace *) path;
	size_t *end;			/* TRACE_CALL: its return */
};

static uint32_t
depth_of(const struct trace *t)
{

	return t->at != NULL ? t->at->depth : 0;
}

static func_id
func_of(const struct trace *t, struct frame fr)
{

	return t->at != NULL ? t->at->func : fr.func;
}

static void
walked_make(const struct trace *last, struct walked *w)
{
	const struct trace *t;
	size_t i, k;

	memset(w, 0, sizeof(*w));
	for (t = last; t != NULL; t = t->prev)
		vec_push(&w->path, t);
	for (i = 0; i < w->path.n / 2; i++) {
		t = w->path.p[i];
		w->path.p[i] = w->path.p[w->path.n - 1 - i];
		w->path.p[w->path.n - 1 - i] = t;
	}
	w->end = emalloc((w->path.n + 1) * sizeof(*w->end));
	for (i = 0; i < w->path.n; i++) {
		t = w->path.p[i];
		w->end[i] = i;
		if (t->kind != TRACE_CALL || t->at == NULL)
			continue;
		for (k = i + 1; k < w->path.n && depth_of(w->path.p[k]) >
		    depth_of(t); k++)
			w->end[i] = k;
	}
}

static void
walked_free(struct walked *w)
{

	vec_free(&w->path);
	free(w->end);
}

/* Is the call followed by what is inside? */
static bool
has_inside(const struct walked *w, size_t i)
{

	return w->end[i] > i;
}

static void
one_hop(struct checker *ck, const struct walked *w, size_t i,
    struct frame fr, struct steps *st)
{
	const struct trace *t = w->path.p[i], *end = w->path.p[w->end[i]];
	struct hop h = { .func = func_of(t, fr), .site = t->site,
	    .depth = depth_of(t), .target = t->target, .held = end->held,
	    .callee = t->callee, .inside = has_inside(w, i),
	    .changed = t->changed };

	switch (t->kind) {
	case TRACE_BRANCH:
	case TRACE_FOLLOW:
		h.kind = HOP_BRANCH;
		break;
	case TRACE_CALL:
		h.kind = HOP_CALL;
		break;
	case TRACE_RETURN:
		h.kind = HOP_RETURN;
		break;
	default:
		h.kind = HOP_PRIMITIVE;
		break;
	}
	drawn_bounds(ck, fr, end->after, &h.lo, &h.hi);
	vec_push(&st->hops, h);
}

/* What is done at a step; NULL: nothing to show. */
static const char *
note_of(struct checker *ck, const struct solver *sv, const struct trace *t,
    node_t after, struct frame fr)
{
	const struct ir_func *ir = ck->program->funcs.p[func_of(t, fr)].ir;

	switch (t->kind) {
	case TRACE_BRANCH:
		if (solver_insn(ir, t->site)->kind != IR_BRANCH)
			return "";
		if (t->changed)
			return t->taken ? "taken: it can have changed" :
			    "not taken: it can have changed";
		return t->taken ? "taken" : "not taken";
	case TRACE_RETURN:
		return check_fmt(ck, "level %s", level_text(ck, fr, after));
	case TRACE_ENTER:
	case TRACE_EXIT:
		if (t->before == after)
			return check_fmt(ck, t->kind == TRACE_ENTER ?
			    "%s taken, level stays %s" : t->held > 0 ?
			    "%s released, not the last one: level stays %s" :
			    "%s released, level stays %s", lock_text(sv, t),
			    level_text(ck, fr, after));
		return check_fmt(ck, "%s %s, level %s -> %s", lock_text(sv,
		    t), t->kind == TRACE_ENTER ? "taken" : "released",
		    level_text(ck, fr, t->before), level_text(ck, fr, after));
	default:
		if (t->kind == TRACE_CALL && t->before == after)
			return fr.whole ? check_fmt(ck, "level %s at return",
			    level_text(ck, fr, after)) : "";
		return check_fmt(ck, "level %s -> %s", level_text(ck, fr,
		    t->before), level_text(ck, fr, after));
	}
}

/* false: the step, and what is inside of it, are not for a reader. */
static bool
one_step(struct checker *ck, const struct solver *sv, const struct walked *w,
    size_t i, struct frame fr, struct steps *st)
{
	const struct trace *t = w->path.p[i], *end = w->path.p[w->end[i]];
	enum step_kind kind = STEP_LEVEL;
	uint32_t depth = depth_of(t);
	func_id f = func_of(t, fr);
	struct step *s;

	switch (t->kind) {
	case TRACE_FOLLOW:
		return false;
	case TRACE_CALL:
		if (!fr.whole && (t->outcome != NULL ? t->before == t->after &&
		    t->outcome->nheld == 0 && t->outcome->nreleased == 0 &&
		    t->outcome->nraises == 0 : t->before == end->after &&
		    t->held == end->held))
			return false;
		kind = STEP_CALL;
		break;
	case TRACE_ENTER:
	case TRACE_EXIT:
		kind = STEP_LOCK;
		break;
	case TRACE_BRANCH:
	case TRACE_RETURN:
		if (depth > 0)
			return false;
		kind = t->kind == TRACE_BRANCH ? STEP_BRANCH : STEP_RETURN;
		break;
	default:
		break;
	}
	s = witness_insn(ck, &ck->program->funcs.p[f], f, t->site, kind,
	    depth, st);
	s->before = level_in(ck, fr, t->before);
	s->after = level_in(ck, fr, end->after);
	drawn_bounds(ck, fr, end->after, &s->lo, &s->hi);
	if (kind == STEP_LOCK)
		s->lock = lock_text(sv, t);
	s->held = end->held;
	s->note = note_of(ck, sv, t, end->after, fr);
	return true;
}

static void
begin(const struct solver *sv, const struct proof *p, struct frame fr,
    struct steps *st)
{
	const int64_t *values;
	size_t i, n;

	st->func = fr.func;
	st->entry = fr.entry >= 0 ? fr.entry : fr.drawn >= 0 ? fr.drawn : 0;
	st->held = sv->mode;
	st->proven = p->end == WALK_FOUND;
	n = walk_values(p->walk, &values);
	for (i = 0; i < n; i++)
		vec_push(&st->values, values[i]);
}

/* The hops, and what else is not for a reader. */
static void
close_hops(struct checker *ck, const struct steps *st, struct witness *w)
{

	w->hops = arena_dup(ck->arena, st->hops.p, st->hops.n *
	    sizeof(*w->hops));
	w->nhops = st->hops.n;
	w->func = st->func;
	w->entry = st->entry;
	w->held = st->held;
	w->proven = st->proven;
	w->values = arena_dup(ck->arena, st->values.p, st->values.n *
	    sizeof(*st->values.p));
	w->nvalues = st->values.n;
}

void
witness_hops(struct checker *ck, const struct solver *sv,
    const struct proof *p, struct frame fr, struct witness *w)
{
	struct steps st = { 0 };
	struct walked walked;
	size_t i;

	memset(w, 0, sizeof(*w));
	begin(sv, p, fr, &st);
	walked_make(p->trace, &walked);
	for (i = 0; i < walked.path.n; i++)
		one_hop(ck, &walked, i, fr, &st);
	walked_free(&walked);
	close_hops(ck, &st, w);
	vec_free(&st.hops);
	vec_free(&st.values);
}

void
witness_path(struct checker *ck, const struct solver *sv,
    const struct proof *p, struct frame fr, struct steps *st)
{
	struct walked w;
	size_t i, hidden = 0;

	begin(sv, p, fr, st);
	walked_make(p->trace, &w);
	for (i = 0; i < w.path.n; i++) {
		one_hop(ck, &w, i, fr, st);
		if (i < hidden || depth_of(w.path.p[i]) > MAX_DEPTH ||
		    st->n > MAX_STEPS_SHOWN)
			continue;
		if (!one_step(ck, sv, &w, i, fr, st) && has_inside(&w, i))
			hidden = w.end[i] + 1;
	}
	walked_free(&w);
}

void
witness_way(struct checker *ck, const struct way *w, uint32_t depth,
    struct steps *st)
{
	struct step *s;

	for (; w != NULL; w = w->next) {
		s = witness_insn(ck, &ck->program->funcs.p[w->func], w->func,
		    w->site, w->next != NULL ? STEP_CALL : STEP_NOTE,
		    depth++, st);
		if (w->next == NULL)
			s->note = "may sleep";
	}
}

static void
remove_step(struct steps *st, size_t i)
{
	memmove(&st->p[i], &st->p[i + 1], (st->n - i - 1) * sizeof(*st->p));
	st->n--;
}

/*
 * An enter and its exit that bring the level back to where it was say
 * nothing about a leak; nor do decisions before the level first moved.
 */
void
witness_trim(struct steps *st)
{
	size_t i, j, first;
	int branches;

	for (i = 0; i < st->n; i++) {
		if (st->p[i].kind != STEP_LOCK)
			continue;
		for (j = i + 1; j < st->n && st->p[j].kind == STEP_BRANCH; )
			j++;
		if (j < st->n && st->p[j].kind == STEP_LOCK &&
		    st->p[j].depth == st->p[i].depth &&
		    st->p[j].held < st->p[i].held &&
		    st->p[j].after == st->p[i].before &&
		    st->p[i].before >= 0) {
			remove_step(st, j);
			remove_step(st, i);
			i = (size_t)-1;
		}
	}
	for (first = 0; first < st->n; first++)
		if (st->p[first].kind == STEP_LEVEL ||
		    st->p[first].kind == STEP_LOCK ||
		    st->p[first].kind == STEP_CALL)
			break;
	branches = 0;
	for (i = st->n; i-- > 0; )
		if (st->p[i].kind == STEP_BRANCH &&
		    (i < first || ++branches > MAX_BRANCHES)) {
			remove_step(st, i);
			if (i < first)
				first--;
		}
}

void
witness_close(struct checker *ck, struct finding *f, const char *title,
    struct steps *st)
{
	struct witness *w;

	w = arena_alloc(ck->arena, (f->nwitnesses + 1) * sizeof(*w));
	if (f->nwitnesses > 0)
		memcpy(w, f->witnesses, f->nwitnesses * sizeof(*w));
	w[f->nwitnesses].title = title;
	w[f->nwitnesses].steps = arena_alloc(ck->arena, (st->n + 1) *
	    sizeof(*st->p));
	memcpy(w[f->nwitnesses].steps, st->p, st->n * sizeof(*st->p));
	w[f->nwitnesses].nsteps = st->n;
	for (size_t i = 0; i < st->n; i++) {
		struct step *s = &w[f->nwitnesses].steps[i];

		if (s->lo < 0)
			s->lo = s->hi = s->after;
	}
	w = &w[f->nwitnesses];
	close_hops(ck, st, w);
	f->witnesses = w - f->nwitnesses;
	f->nwitnesses++;
	vec_free(&st->hops);
	vec_free(&st->values);
	free(st->p);
	memset(st, 0, sizeof(*st));
}
