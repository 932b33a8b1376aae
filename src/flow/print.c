/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Printing of nodes, levels and summaries.
 */

#include "flow/flow_int.h"
#include "flow/print.h"

static const char *const op_text[] = {
#define X(name, text) text,
	IR_OPS(X)
#undef X
};

static void
print_local(const struct program *p, const struct ir_func *ir,
    const struct node *n, struct buf *b)
{
	int64_t k = n->k;

	if (n->a != 0)
		ir = p->funcs.p[n->b].ir;
	buf_str(b, name_str(p->names, ir->locals[k].name));
}

void
node_print(const struct flow *fl, const struct ir_func *ir, node_t n,
    struct buf *b)
{
	const struct nodes *t = fl->nodes;
	const struct names *names = fl->program->names;
	const struct node *p = node_get(t, n);

	switch (p->kind) {
	case NODE_CONST:
		buf_i64(b, p->k);
		break;
	case NODE_STR:
		buf_str(b, "\"...\"");
		break;
	case NODE_ENTRY:
		buf_str(b, "entry");
		break;
	case NODE_SAVED:
		buf_str(b, "saved");
		break;
	case NODE_INIT:
		node_print(fl, ir, p->a, b);
		break;
	case NODE_ADDR:
		buf_chr(b, '&');
		node_print(fl, ir, p->a, b);
		break;
	case NODE_RET:
		buf_fmt(b, "ret#%lld", (long long)p->k);
		break;
	case NODE_PHI:
		buf_fmt(b, "phi#%lld(", (long long)p->k);
		node_print(fl, ir, p->a, b);
		buf_chr(b, ')');
		break;
	case NODE_FRESH:
		buf_fmt(b, "?%lld", (long long)p->k);
		break;
	case NODE_UNARY:
		buf_str(b, op_text[p->op]);
		node_print(fl, ir, p->a, b);
		break;
	case NODE_BINARY:
		buf_chr(b, '(');
		node_print(fl, ir, p->a, b);
		buf_fmt(b, " %s ", op_text[p->op]);
		node_print(fl, ir, p->b, b);
		buf_chr(b, ')');
		break;
	case NODE_CLAMP:
		buf_str(b, "clamp(");
		node_print(fl, ir, p->a, b);
		buf_fmt(b, ", %d, %d)", p->lo, p->hi);
		break;
	case NODE_MAX:
	case NODE_MIN:
		buf_str(b, p->kind == NODE_MAX ? "max(" : "min(");
		node_print(fl, ir, p->a, b);
		buf_str(b, ", ");
		node_print(fl, ir, p->b, b);
		buf_chr(b, ')');
		break;
	case NODE_LOCKLEVEL:
	case NODE_LOCKSPIN:
	case NODE_LOCKSAVED:
		buf_str(b, p->kind == NODE_LOCKLEVEL ? "level(" :
		    p->kind == NODE_LOCKSPIN ? "spins(" : "saved(");
		node_print(fl, ir, p->a, b);
		buf_chr(b, ')');
		break;
	case NODE_LOCAL:
		print_local(fl->program, ir, p, b);
		break;
	case NODE_GLOBAL:
		buf_str(b, name_str(names, (name_t)p->k));
		break;
	case NODE_FIELD:
		if (node_get(t, p->a)->kind == NODE_DEREF) {
			node_print(fl, ir, node_get(t, p->a)->a, b);
			buf_str(b, "->");
		} else {
			node_print(fl, ir, p->a, b);
			buf_chr(b, '.');
		}
		buf_str(b, name_str(names, (name_t)p->k));
		break;
	case NODE_DEREF:
		buf_chr(b, '*');
		node_print(fl, ir, p->a, b);
		break;
	case NODE_INDEX:
		node_print(fl, ir, p->a, b);
		buf_chr(b, '[');
		node_print(fl, ir, p->b, b);
		buf_chr(b, ']');
		break;
	default:
		buf_chr(b, '-');
	}
}

static void
number(const struct flow *fl, int k, struct buf *b)
{
	const char *name = program_level_name(fl->program, k);

	if (name != NULL)
		buf_str(b, name);
	else
		buf_fmt(b, "%d", k);
}

void
level_print(const struct flow *fl, const struct ir_func *ir, node_t n,
    struct buf *b)
{
	const struct node *p = node_get(fl->nodes, n);
	int max = program_level_max(fl->program);

	switch (p->kind) {
	case NODE_CONST:
		number(fl, (int)p->k, b);
		break;
	case NODE_ENTRY:
		buf_str(b, "entry level");
		break;
	case NODE_CLAMP:
		if (p->hi == max) {
			number(fl, p->lo, b);
			buf_str(b, " or above");
		} else if (p->lo == 0) {
			buf_str(b, "at most ");
			number(fl, p->hi, b);
		} else {
			number(fl, p->lo, b);
			buf_str(b, " to ");
			number(fl, p->hi, b);
		}
		break;
	default:
		if (p->flags & NODE_INNER)
			buf_str(b, "a level found at run time");
		else
			node_print(fl, ir, n, b);
	}
}

static const char *const defect_text[] = {
	"", " DEFECT level", " DEFECT dead", " DEFECT held", " pending"
};

static void
print_fact(struct flow *fl, const struct ir_func *ir, const struct fact *f,
    const char *name, struct buf *b)
{
	if (!f->nonzero && f->lo == INT64_MIN && f->hi == INT64_MAX)
		return;
	buf_chr(b, ' ');
	if (name != NULL)
		buf_str(b, name);
	else
		node_print(fl, ir, f->value, b);
	if (f->lo == f->hi)
		buf_fmt(b, "=%lld", (long long)f->lo);
	else if (f->nonzero && (f->lo == INT64_MIN || f->lo == 1))
		buf_str(b, "!=0");
	else
		buf_fmt(b, " in %lld..%lld", (long long)f->lo,
		    (long long)f->hi);
}

static void
print_outcome(struct flow *fl, const struct ir_func *ir,
    const struct outcome *o, struct buf *b)
{
	uint32_t i;

	buf_str(b, "\t\tif");
	for (i = 0; i < o->nconds; i++)
		print_fact(fl, ir, &o->conds[i], NULL, b);
	print_fact(fl, ir, &o->result, "result", b);
	buf_str(b, ": level ");
	level_print(fl, ir, o->level, b);
	if (o->ret != 0) {
		buf_str(b, ", returns ");
		node_print(fl, ir, o->ret, b);
	}
	for (i = 0; i < o->nheld; i++) {
		buf_str(b, ", takes ");
		node_print(fl, ir, o->held[i].lock, b);
		buf_str(b, " at ");
		level_print(fl, ir, o->held[i].level, b);
	}
	for (i = 0; i < o->nreleased; i++) {
		buf_str(b, ", releases ");
		node_print(fl, ir, o->released[i], b);
	}
	for (i = 0; i < o->nwrites; i++) {
		buf_str(b, ", ");
		node_print(fl, ir, o->writes[i].place, b);
		buf_str(b, " = ");
		node_print(fl, ir, o->writes[i].value, b);
	}
	if (o->nraises > 0)
		buf_fmt(b, ", %u raised", o->nraises);
	buf_str(b, ", peak ");
	level_print(fl, ir, o->peak, b);
	buf_str(b, defect_text[o->defect]);
	buf_chr(b, '\n');
}

void
flow_print(struct flow *fl, func_id f, struct buf *b)
{
	const struct program *p = fl->program;
	const struct prog_func *pf = &p->funcs.p[f];
	const struct summary *s;
	uint32_t i;
	int m;

	buf_fmt(b, "%s", name_str(p->names, pf->name));
	if (pf->file != 0)
		buf_fmt(b, " %s:%u", name_str(p->names, pf->file), pf->line);
	buf_chr(b, '\n');
	if (pf->ir == NULL || pf->rule != NULL) {
		buf_str(b, pf->rule != NULL ? "\tby rule\n" : "\tno body\n");
		return;
	}
	for (m = 0; m < NMODES; m++) {
		s = fl->sums[(size_t)f * NMODES + (size_t)m];
		if (s == NULL)
			continue;
		buf_fmt(b, "\tentered with %d held:", m);
		if (s->neutral)
			buf_str(b, " neutral");
		if (s->nneeds > 0)
			buf_str(b, " releases-more");
		if (s->budget)
			buf_str(b, " budget");
		if (s->faults != s->own)
			buf_str(b, " defect-below");
		buf_chr(b, '\n');
		if (s->neutral && s->noutcomes == s->nseen)
			continue;
		for (i = 0; i < s->noutcomes; i++)
			print_outcome(fl, pf->ir, &s->outcomes[i], b);
	}
}
