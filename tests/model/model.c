/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * model: hold the engine against the executable model.
 *
 *	model random [-n programs] [-s seed] [-t seconds] [-k]
 *	model file FILE.ir ...
 *
 * random makes programs; the seed is printed if it was not given.  It stops
 * at the first that the engine gets wrong, shrinks it and prints it; with -k
 * it goes on.  file does the same with programs in files.
 */

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gen.h"
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
	struct tally scratch = { 0 };
	struct judgement v;

	return judge_text(m, "gen", text, size, &v, &scratch) &&
	    v.what != NULL && strcmp(v.what, m->what) == 0;
}

static void
print_tally(const struct tally *t, double seconds)
{
	size_t i;

	printf("%llu programs, %llu runs, %.1f s; %llu functions cut short\n",
	    (unsigned long long)t->programs, (unsigned long long)t->runs,
	    seconds, (unsigned long long)t->bounded);
	printf("leaks seen %llu, excused by the ledger %llu, by an "
	    "assumption %llu\n", (unsigned long long)t->leaks,
	    (unsigned long long)t->excused_ledger,
	    (unsigned long long)t->excused_assumption);
	for (i = 0; i < 16; i++)
		if (t->findings[i] > 0)
			printf("IPL%03zu: %llu findings, %llu confirmed "
			    "(%.1f %%)\n", i, (unsigned long long)
			    t->findings[i], (unsigned long long)
			    t->confirmed[i], 100.0 * (double)t->confirmed[i] /
			    (double)t->findings[i]);
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
	struct tally scratch = { 0 };

	m->what = v->what;
	gen_shrink(g, fails, m);
	gen_print(g, &b);
	(void)judge_text(m, "gen", b.p, b.n, v, &scratch);
	printf("# seed %llu: %s: %s\n%s", (unsigned long long)seed, v->what,
	    v->text, b.p);
	buf_free(&b);
	gen_free(g);
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
		if (v.what == NULL)
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
	print_tally(&m->tally, now() - start);
	if (bad > 0)
		printf("%llu programs fail\n", (unsigned long long)bad);
	return bad > 0;
}

static int
files(struct model *m, char **path, int n)
{
	struct fault f = { "" };
	struct judgement v;
	char *text;
	size_t size;
	int i, bad = 0;

	for (i = 0; i < n; i++) {
		if (file_read(path[i], &text, &size, &f) != 0) {
			fprintf(stderr, "%s\n", f.text);
			return 1;
		}
		if (!judge_text(m, path[i], text, size, &v, &m->tally))
			bad = 1;
		else if (v.what != NULL) {
			printf("%s: %s: %s\n", path[i], v.what, v.text);
			bad = 1;
		}
		free(text);
	}
	print_tally(&m->tally, 0);
	return bad;
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
		fprintf(stderr, "usage: model random|file ...\n");
		return 1;
	}
	optind = 2;
	while ((c = getopt(argc, argv, "n:s:t:k")) != -1)
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
		printf("seed %llu\n", (unsigned long long)seed);
		status = random_programs(&m, seed, n, limit, go_on);
	} else
		status = files(&m, argv + optind, argc - optind);
	rules_free(m.rules);
	names_free(m.names);
	return status;
}
