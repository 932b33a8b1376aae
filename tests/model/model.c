/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * model: hold the engine against the executable model.
 *
 *	model random [-n programs] [-s seed] [-t seconds] [-k] [-r]
 *	model file FILE.ir ...
 *	model dump FILE.ir
 *	model replay SHARD|DIR ...
 *
 * random makes programs; the seed is printed if it was not given.  It stops at
 * the first that the engine gets wrong, shrinks it and prints it; with -k it
 * goes on, with -r it replays witnesses as well.  file does the same with
 * programs in files; one that is named fn_* is known to be judged wrongly, and
 * fails when it no longer is.  dump prints summaries and findings.  replay
 * links shards of a kernel and walks the witness of every finding (replay.h).
 */

#include <dirent.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gen.h"
#include "shard/shard.h"
#include "world.h"

struct model {
	struct names *names;
	struct rules *rules;
	struct tally tally;
	const char *what;		/* the failure that is shrunk */
};

/* false: no program. */
static bool
judge_text(struct model *m, const char *file, const char *text, size_t size,
    struct judgement *v, struct tally *tally)
{
	struct fault f = { "" };
	struct world w;
	bool ok;

	v->what = NULL;
	ok = world_new(&w, m->names, m->rules, file, text, size, &f) == 0;
	if (ok)
		world_judge(&w, v, tally);
	else
		fprintf(stderr, "%s\n", f.text);
	world_free(&w);
	return ok;
}

static bool
fails(void *ctx, const char *text, size_t size)
{
	struct model *m = ctx;
	struct tally scratch = { .replays = m->tally.replays };
	struct judgement v;

	return judge_text(m, "gen", text, size, &v, &scratch) &&
	    v.what != NULL && strcmp(v.what, m->what) == 0;
}

static const char *const excuses[NEXCUSES] = {
	[EXCUSE_CHANGED] = "a callee has changed a flag (16)",
	[EXCUSE_WILD] = "restores what nobody has saved (17)",
	[EXCUSE_STORED] = "the token is stored (18)",
	[EXCUSE_UNSAVED] = "nobody keeps the level (18)",
	[EXCUSE_NOCASE] = "no case of a switch without default (33)",
	[EXCUSE_RELIED] = "callers release what it took, or die (19, 28)",
};

static void
print_tally(const struct model *m, double seconds)
{
	const struct tally *t = &m->tally;
	size_t i;

	printf("%llu programs, %llu runs, %.1f s; %llu functions cut short\n",
	    (unsigned long long)t->programs, (unsigned long long)t->runs,
	    seconds, (unsigned long long)t->bounded);
	printf("leaks seen %llu, excused by the ledger %llu\n",
	    (unsigned long long)t->leaks,
	    (unsigned long long)t->excused_ledger);
	for (i = 0; i < NEXCUSES; i++)
		printf("excused: %s %llu\n", excuses[i],
		    (unsigned long long)t->excused[i]);
	for (i = 0; i < 16; i++)
		if (t->findings[i] > 0)
			printf("IPL%03zu: %llu findings, %llu confirmed "
			    "(%.1f %%)\n", i, (unsigned long long)
			    t->findings[i], (unsigned long long)
			    t->confirmed[i], 100.0 * (double)t->confirmed[i] /
			    (double)t->findings[i]);
	for (i = 0; i < 16; i++)
		if (t->witnesses[i] > 0)
			printf("IPL%03zu: %llu witnesses, %llu replay\n", i,
			    (unsigned long long)t->witnesses[i],
			    (unsigned long long)t->replayed[i]);
	for (i = 0; i < 16; i++)
		if (t->unproven[i] > 0)
			printf("IPL%03zu: %llu witnesses without a path\n", i,
			    (unsigned long long)t->unproven[i]);
	if (t->members > 0)
		printf("of these of handlers that share a finding: %llu\n",
		    (unsigned long long)t->members);
	if (t->wild > 0)
		printf("witnesses that restore what nobody has saved (17): "
		    "%llu\n", (unsigned long long)t->wild);
	printf("calls taken at their word in witnesses: %llu\n",
	    (unsigned long long)t->over);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
show(struct model *m, uint64_t seed, struct judgement *v)
{
	struct gen_program *g = gen_new(seed);
	struct buf b = { 0 };
	struct tally scratch = { .replays = m->tally.replays };

	m->what = v->what;
	gen_shrink(g, fails, m);
	gen_print(g, &b);
	(void)judge_text(m, "gen", b.p, b.n, v, &scratch);
	printf("# seed %llu: %s: %s\n%s", (unsigned long long)seed, v->what,
	    v->text, b.p);
	printf("# again: model random -n 1 -s %llu\n",
	    (unsigned long long)seed);
	buf_free(&b);
	gen_free(g);
}

/* A path that was not found in time proves nothing; it is counted. */
static bool
is_lost(const struct judgement *v)
{

	return v->what != NULL && strcmp(v->what, "path") == 0;
}

static int
random_programs(struct model *m, uint64_t seed, uint64_t n, double limit,
    bool go_on)
{
	struct gen_program *g;
	struct judgement v;
	struct buf b = { 0 };
	double start = now();
	uint64_t i, bad = 0;

	for (i = 0; i < n && (limit <= 0 || now() - start < limit); i++) {
		g = gen_new(seed + i);
		buf_clear(&b);
		gen_print(g, &b);
		gen_free(g);
		if (!judge_text(m, "gen", b.p, b.n, &v, &m->tally)) {
			printf("%s", b.p);
			return 1;
		}
		if (v.what == NULL || is_lost(&v))
			continue;
		bad++;
		if (!go_on) {
			show(m, seed + i, &v);
			break;
		}
		printf("seed %llu: %s: %s\n", (unsigned long long)(seed + i),
		    v.what, v.text);
	}
	buf_free(&b);
	print_tally(m, now() - start);
	if (bad > 0)
		printf("%llu programs fail\n", (unsigned long long)bad);
	return bad > 0;
}

static int
files(struct model *m, char **path, int n)
{
	struct fault f = { "" };
	struct judgement v;
	const char *name;
	char *text;
	size_t size;
	bool known;
	int i, bad = 0;

	m->tally.replays = true;
	for (i = 0; i < n; i++) {
		if (file_read(path[i], &text, &size, &f) != 0) {
			fprintf(stderr, "%s\n", f.text);
			return 1;
		}
		name = strrchr(path[i], '/');
		name = name != NULL ? name + 1 : path[i];
		known = strncmp(name, "fn_", 3) == 0;
		if (!judge_text(m, path[i], text, size, &v, &m->tally))
			bad = 1;
		else if (known && v.what == NULL) {
			printf("%s: right by now, rename it\n", path[i]);
			bad = 1;
		} else if (!known && v.what != NULL) {
			printf("%s: %s: %s\n", path[i], v.what, v.text);
			bad = 1;
		}
		free(text);
	}
	print_tally(m, 0);
	return bad;
}

/* What the engine says of the program in a file. */
static int
dump(struct model *m, const char *path)
{
	struct fault f = { "" };
	struct buf b = { 0 };
	struct world w;
	char *text;
	size_t size, i;

	if (file_read(path, &text, &size, &f) != 0 || world_new(&w, m->names,
	    m->rules, path, text, size, &f) != 0) {
		fprintf(stderr, "%s\n", f.text);
		return 1;
	}
	for (i = 0; i < w.program->funcs.n; i++)
		if (w.program->funcs.p[i].ir != NULL)
			flow_print(w.flow, (func_id)i, &b);
	for (i = 0; i < w.results->findings.n; i++)
		buf_fmt(&b, "IPL%03d %s\n", w.results->findings.p[i].id,
		    w.results->findings.p[i].message);
	printf("%s", b.p);
	buf_free(&b);
	world_free(&w);
	free(text);
	return 0;
}

typedef VEC(struct ir_module *) modules;

static bool
read_shard(struct model *m, const char *path, modules *ms)
{
	struct fault f = { "" };
	struct ir_module *im;

	if (shard_read(&im, m->names, path, NULL, &f) != SHARD_OK ||
	    ir_check(im, &f) != 0) {
		fprintf(stderr, "%s\n", f.text);
		return false;
	}
	vec_push(ms, im);
	return true;
}

static bool
read_shards(struct model *m, const char *path, modules *ms)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char name[4096];
	bool ok = true;

	if (d == NULL)
		return read_shard(m, path, ms);
	while ((e = readdir(d)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		if (strlen(name) > 4 && strcmp(name + strlen(name) - 4,
		    ".ipl") == 0)
			ok &= read_shard(m, name, ms);
	}
	closedir(d);
	return ok;
}

static int
replay(struct model *m, char **path, int n)
{
	struct world w = { .names = m->names, .rules = m->rules };
	struct fault f = { "" };
	struct judgement v = { .what = NULL };
	modules ms = { 0 };
	double start;
	bool ok = true;
	size_t i;

	for (i = 0; i < (size_t)n; i++)
		ok &= read_shards(m, path[i], &ms);
	w.ledger = ledger_new(m->names);
	w.program = program_link(m->names, m->rules, ms.p, ms.n, NULL,
	    w.ledger, &f);
	if (w.program == NULL)
		fprintf(stderr, "%s\n", f.text);
	else {
		w.flow = flow_solve(w.program);
		w.results = check_program(w.program, w.flow,
		    NULL);
		start = now();
		results_judge(w.program, w.results, &v, &m->tally);
		print_tally(m, now() - start);
		if (v.what != NULL)
			printf("%s: %s\n", v.what, v.text);
		ok &= v.what == NULL || is_lost(&v);
	}
	world_free(&w);
	for (i = 0; i < ms.n; i++)
		ir_module_free(ms.p[i]);
	vec_free(&ms);
	return ok ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct model m = { .what = "" };
	struct fault f = { "" };
	uint64_t seed = (uint64_t)time(NULL) * 1000003u, n = 1000;
	double limit = 0;
	bool go_on = false;
	int c, status;

	if (argc < 2) {
		fprintf(stderr, "usage: model random|file|dump|replay ...\n");
		return 1;
	}
	optind = 2;
	while ((c = getopt(argc, argv, "n:s:t:kr")) != -1)
		switch (c) {
		case 'n':
			n = strtoull(optarg, NULL, 10);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 10);
			break;
		case 't':
			limit = atof(optarg);
			break;
		case 'k':
			go_on = true;
			break;
		case 'r':
			m.tally.replays = true;
			break;
		default:
			return 1;
		}
	m.names = names_new();
	m.rules = rules_load(m.names, RULES, &f);
	if (m.rules == NULL) {
		fprintf(stderr, "%s\n", f.text);
		return 1;
	}
	if (strcmp(argv[1], "random") == 0) {
		setvbuf(stdout, NULL, _IOLBF, 0);
		printf("seed %llu\n", (unsigned long long)seed);
		status = random_programs(&m, seed, n, limit, go_on);
	} else if (strcmp(argv[1], "dump") == 0 && optind < argc)
		status = dump(&m, argv[optind]);
	else if (strcmp(argv[1], "replay") == 0)
		status = replay(&m, argv + optind, argc - optind);
	else
		status = files(&m, argv + optind, argc - optind);
	rules_free(m.rules);
	names_free(m.names);
	return status;
}
