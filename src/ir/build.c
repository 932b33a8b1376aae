/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A builder keeps growing arrays of its own; when the function is done, they
 * are copied into the module's arena at their final size.
 */

#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

struct block {
	VEC(struct ir_insn) insns;
};

struct ir_build {
	struct ir_module *module;
	struct names *names;
	struct ir_func *func;
	struct map *taken;		/* name -> last suffix given */
	unsigned temps;
	VEC(name_t) files;
	VEC(struct ir_local) locals;
	VEC(struct block) blocks;
};

struct ir_module *
ir_module_new(struct names *names)
{
	struct ir_module *m = ecalloc(1, sizeof(*m));

	m->arena = arena_new();
	m->names = names;
	return m;
}

void
ir_module_free(struct ir_module *m)
{
	if (m == NULL)
		return;
	vec_free(&m->sources);
	vec_free(&m->levels);
	vec_free(&m->vars);
	vec_free(&m->remarks);
	vec_free(&m->inits);
	vec_free(&m->aliases);
	vec_free(&m->decls);
	vec_free(&m->funcs);
	arena_free(m->arena);
	free(m);
}

/* The module only borrows its names, but was given them to be added to. */
static struct names *
module_names(const struct ir_module *m)
{
	return (struct names *)(uintptr_t)m->names;
}

struct ir_build *
ir_build_new(struct ir_module *m, name_t name, name_t sig, unsigned flags)
{
	struct ir_build *b = ecalloc(1, sizeof(*b));

	b->module = m;
	b->names = module_names(m);
	b->func = arena_alloc(m->arena, sizeof(*b->func));
	b->func->name = name;
	b->func->sig = sig;
	b->func->flags = flags;
	b->taken = map_new();
	return b;
}

uint32_t
ir_build_file(struct ir_build *b, name_t path)
{
	for (size_t i = 0; i < b->files.n; i++)
		if (b->files.p[i] == path)
			return (uint32_t)i;
	vec_push(&b->files, path);
	return (uint32_t)(b->files.n - 1);
}

/* A local whose name is known to be free. */
static uint32_t
add_local(struct ir_build *b, name_t name, name_t type)
{
	struct ir_local local = { name, type };

	vec_push(&b->locals, local);
	return (uint32_t)(b->locals.n - 1);
}

/* The name itself if it is free, otherwise with the first free suffix. */
static name_t
unique_name(struct ir_build *b, name_t name)
{
	struct buf text = { 0 };
	name_t base = name;
	uint64_t suffix;

	if (name == 0)
		base = name = name_intern(b->names, "unnamed");
	if (map_get(b->taken, base, &suffix)) {
		uint64_t used;

		do {
			buf_clear(&text);
			buf_str(&text, name_str(b->names, base));
			buf_chr(&text, '.');
			buf_u64(&text, ++suffix);
			name = name_intern_n(b->names, text.p, text.n);
		} while (map_get(b->taken, name, &used));
		map_put(b->taken, base, suffix);
		buf_free(&text);
	}
	map_put(b->taken, name, 1);
	return name;
}

uint32_t
ir_build_local(struct ir_build *b, name_t name, name_t type)
{
	return add_local(b, unique_name(b, name), type);
}

uint32_t
ir_build_param(struct ir_build *b, name_t name, name_t type)
{
	require(b->locals.n == b->func->nparams);
	b->func->nparams++;
	return ir_build_local(b, name, type);
}

uint32_t
ir_build_temp(struct ir_build *b)
{
	char text[16];

	snprintf(text, sizeof(text), ".%u", ++b->temps);
	return add_local(b, name_intern(b->names, text), 0);
}

uint32_t
ir_build_block(struct ir_build *b)
{
	struct block block = { 0 };

	vec_push(&b->blocks, block);
	return (uint32_t)(b->blocks.n - 1);
}

void
ir_build_insn(struct ir_build *b, uint32_t block, const struct ir_insn *insn)
{
	require(block < b->blocks.n);
	vec_push(&b->blocks.p[block].insns, *insn);
}

void
ir_build_place(struct ir_build *b, struct ir_loc loc, struct ir_loc end)
{
	b->func->loc = loc;
	b->func->end = end;
}

/* Bytes in the memory of the module. */
static void *
copy(struct arena *arena, const void *from, size_t n)
{
	return n != 0 ? memcpy(arena_alloc(arena, n), from, n) : NULL;
}

struct ir_func *
ir_build_done(struct ir_build *b)
{
	struct arena *arena = b->module->arena;
	struct ir_func *f = b->func;

	f->nfiles = (uint32_t)b->files.n;
	f->files = copy(arena, b->files.p, b->files.n * sizeof(name_t));
	f->nlocals = (uint32_t)b->locals.n;
	f->locals = copy(arena, b->locals.p,
	    b->locals.n * sizeof(struct ir_local));
	f->nblocks = (uint32_t)b->blocks.n;
	f->blocks = arena_alloc(arena, b->blocks.n * sizeof(struct ir_block));
	for (size_t i = 0; i < b->blocks.n; i++) {
		struct block *from = &b->blocks.p[i];

		f->blocks[i].ninsns = (uint32_t)from->insns.n;
		f->blocks[i].insns = copy(arena, from->insns.p,
		    from->insns.n * sizeof(struct ir_insn));
		vec_free(&from->insns);
	}
	vec_push(&b->module->funcs, f);
	vec_free(&b->files);
	vec_free(&b->locals);
	vec_free(&b->blocks);
	map_free(b->taken);
	free(b);
	return f;
}
