/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ir2c SHARD: the functions of a shard as C again, for the test of
 * equivalence.  All variables are integers; only what progen.c makes is known.
 */

#include <stdlib.h>
#include <string.h>

#include "shard/shard.h"

static const struct names *names;
static const struct ir_func *func;

/* "s.2" and ".1" are no names in C. */
static void
put_name(char prefix, const char *s)
{
	putchar(prefix);
	for (; *s != '\0'; s++)
		putchar(*s == '.' ? '_' : *s);
}

static void
put_expr(const struct ir_expr *e)
{
	static const char *const op[] = {
#define X(name, text) text,
		IR_OPS(X)
#undef X
	};

	switch ((enum ir_expr_kind)e->kind) {
	case IR_CONST:
		printf("(%lld)", (long long)e->value);
		return;
	case IR_LOCAL:
		put_name('v', name_str(names, func->locals[e->local].name));
		return;
	case IR_GLOBAL:
		printf("%s", name_str(names, e->name));
		return;
	case IR_INDEX:
		put_expr(e->a);
		putchar('[');
		put_expr(e->b);
		putchar(']');
		return;
	case IR_ADDR:
		putchar('&');
		put_expr(e->a);
		return;
	case IR_UNARY:
		printf("(%s ", op[e->op]);
		put_expr(e->a);
		putchar(')');
		return;
	case IR_BINARY:
		putchar('(');
		put_expr(e->a);
		printf(" %s ", op[e->op]);
		put_expr(e->b);
		putchar(')');
		return;
	default:
		fprintf(stderr, "ir2c: an expression of kind %u in %s()\n",
		    e->kind, name_str(names, func->name));
		exit(1);
	}
}

static void
put_switch(const struct ir_insn *in)
{
	printf("{ int on = ");
	put_expr(in->src);
	puts(";");
	for (unsigned i = 0; i < in->nargs; i++)
		printf("if (on >= %lld && on <= %lld) goto b%u;\n",
		    (long long)in->cases[i].lo, (long long)in->cases[i].hi,
		    in->cases[i].target);
	printf("goto b%u; }\n", in->target[0]);
}

static void
put_insn(const struct ir_insn *in)
{
	if (in->dst != NULL) {
		put_expr(in->dst);
		printf(" = ");
	}
	switch ((enum ir_insn_kind)in->kind) {
	case IR_ASSIGN:
		put_expr(in->src);
		break;
	case IR_CALL:
		put_expr(in->src);
		putchar('(');
		for (unsigned i = 0; i < in->nargs; i++) {
			printf(i > 0 ? ", " : "");
			put_expr(in->args[i]);
		}
		putchar(')');
		break;
	case IR_GOTO:
		printf("goto b%u", in->target[0]);
		break;
	case IR_BRANCH:
		printf("if (");
		put_expr(in->src);
		printf(") goto b%u; else goto b%u", in->target[0],
		    in->target[1]);
		break;
	case IR_SWITCH:
		put_switch(in);
		break;
	case IR_RET:
		printf("return ");
		if (in->src != NULL)
			put_expr(in->src);
		break;
	case IR_ASM:
	case IR_UNREACHABLE:
		printf("__builtin_trap()");
		break;
	}
	puts(";");
}

static void
put_func(void)
{
	printf("int %s(", name_str(names, func->name));
	for (uint32_t i = 0; i < func->nlocals; i++) {
		if (i == func->nparams)
			puts(") {");
		printf(i > 0 && i < func->nparams ? ", int " : "int ");
		put_name('v', name_str(names, func->locals[i].name));
		if (i >= func->nparams)
			puts(" = 0;");
	}
	if (func->nlocals == func->nparams)
		puts(") {");
	for (uint32_t b = 0; b < func->nblocks; b++) {
		printf("b%u:;\n", b);
		for (uint32_t i = 0; i < func->blocks[b].ninsns; i++)
			put_insn(&func->blocks[b].insns[i]);
	}
	puts("}\n");
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct names *all = names_new();
	struct ir_module *m = NULL;

	names = all;
	if (argc != 2 ||
	    shard_read(&m, all, argv[1], NULL, &fault) != SHARD_OK) {
		fprintf(stderr, "ir2c: %s\n", fault.text);
		return 1;
	}
	puts("#include \"run.h\"");
	for (size_t i = 0; i < m->vars.n; i++)
		if ((m->vars.p[i].flags & IR_EXTERN) == 0)
			printf("static int %s;\n",
			    name_str(names, m->vars.p[i].name));
	for (size_t i = 0; i < m->funcs.n; i++) {
		func = m->funcs.p[i];
		put_func();
	}
	ir_module_free(m);
	names_free(all);
	return 0;
}
