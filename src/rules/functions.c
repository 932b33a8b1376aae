/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The sections `functions`, what a call does, and `never_null`, what its
 * result is not.
 */

#include <string.h>

#include "rules/row.h"

static int	read_effects(struct load *, const struct key *,
		    const struct node *, void *);

static const struct form form_effects = { "a list of effects",
    read_effects };

struct effect_row {
	struct rule_value raise, set, restore, level;
	struct rule_lock enter, exit;
	int64_t count;
	int kind;
	struct rule_when when;
};

static const struct word kinds[] = {
	{ "by_init", RULE_BY_INIT }, { "spin", RULE_SPIN },
	{ "adaptive", RULE_ADAPTIVE }, { NULL, 0 }
};

static const struct key effect_keys[] = {
	KEY(effect_row, raise, "raise", form_value, false,
	    "the level becomes this one, unless it is higher already"),
	KEY(effect_row, set, "set", form_value, false,
	    "the level becomes this one"),
	KEY(effect_row, restore, "restore", form_value, false,
	    "the level becomes this one; whether it can rise depends on the "
	    "port"),
	KEY(effect_row, enter, "enter", form_lock, false, "takes this lock"),
	KEY(effect_row, exit, "exit", form_lock, false, "releases this lock"),
	KEY(effect_row, count, "count", form_number, false,
	    "is added to the count of spin locks by hand"),
	CHOICE(effect_row, kind, "kind", kinds, false,
	    "of the lock; `by_init`, the default: as it was initialised"),
	KEY(effect_row, level, "level", form_fixed, false,
	    "of the lock that is taken, where it is always the same"),
	KEY(effect_row, when, "when", form_when, false,
	    "the effect happens only then"),
	END
};

struct func_row {
	struct effect_row effect;
	struct list names;
	struct { struct rule_effect *p; size_t n; } effects;
	struct result result;
	int saves_to, drops;
	bool neutral, sleeps, brief, context, noreturn, ends_thread;
	int64_t since, until;
	const char *source;
};

static const struct key func_keys[] = {
	KEY(func_row, names, "name", form_names, true,
	    "name the function, or several of the same kind"),
	KEY(func_row, effects, "effects", form_effects, false,
	    "several effects, in order, instead of one in the rule itself"),
	KEY(func_row, result, "returns", form_result, false,
	    "the level from before, a new lock, or an argument unchanged"),
	KEY(func_row, saves_to, "saves_to", form_arg, false,
	    "points to where the level from before is stored"),
	KEY(func_row, sleeps, "sleeps", form_bool, false,
	    "may switch to another thread, after its exits and before its "
	    "enters"),
	KEY(func_row, brief, "brief", form_bool, false,
	    "sleeps no longer than one does for an adaptive mutex, which "
	    "soft interrupts may do"),
	KEY(func_row, drops, "drops", form_arg, false,
	    "points to a lock that is given up while it sleeps, and held "
	    "again at return; may be NULL"),
	KEY(func_row, context, "context", form_bool, false,
	    "its result says in which context it is called"),
	KEY(func_row, noreturn, "noreturn", form_bool, false,
	    "does not come back"),
	KEY(func_row, ends_thread, "ends_thread", form_bool, false,
	    "does not come back: a spin mutex that the thread still holds is "
	    "lost"),
	KEY(func_row, neutral, "neutral", form_bool, false,
	    "no effect, whatever its body says"),
	KEY(func_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(func_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(func_row),
	END
};

/* Refuse an effect whose keys do not go together. */
static int
check_effect(struct load *l, const struct node *n, const struct rule_effect *e)
{
	bool lock = e->what == RULE_ENTER || e->what == RULE_EXIT;

	if (tree_get(n, "kind") != NULL && !lock)
		return value_wrong(l, n, "`kind` without a lock", "it belongs "
		    "to enter or exit");
	if (tree_get(n, "level") != NULL && e->what != RULE_ENTER)
		return value_wrong(l, n, "`level` without `enter`", "it is "
		    "the level of a lock that is taken");
	if (e->what == RULE_ENTER && (e->lock.kind == RULE_LOCK_ANY ||
	    e->lock.or_any))
		return value_wrong(l, n, "`enter` of any lock", "only `exit` "
		    "can say any");
	if (e->what == RULE_EXIT && (e->lock.kind == RULE_LOCK_OUT ||
	    e->lock.arg == RULE_RET))
		return value_wrong(l, n, "`exit` of a lock that the call "
		    "gives back", "only `enter` can say that");
	if (e->what == RULE_COUNT && e->level.number == 0)
		return value_wrong(l, n, "`count: 0` does nothing",
		    "remove it");
	return 0;
}

static const char *const effect_words[] = { "raise", "set", "restore",
    "enter", "exit", "count" };

/* The effect of a row; false: it has none.  -1 in *error: it is wrong. */
static bool
finish_effect(struct load *l, const struct node *n, const struct effect_row *r,
    struct rule_effect *e, int *error)
{
	const char *what = NULL;
	size_t i;

	*error = 0;
	for (i = 0; i < sizeof(effect_words) / sizeof(effect_words[0]); i++) {
		if (tree_get(n, effect_words[i]) == NULL)
			continue;
		if (what != NULL) {
			*error = fault_set(l->fault, l->file, n->line, "both "
			    "`%s` and `%s`, write them as a list under "
			    "`effects`", what, effect_words[i]);
			return false;
		}
		what = effect_words[i];
		e->what = (enum rule_what)i;
	}
	if (what == NULL) {
		if (tree_get(n, "kind") != NULL || tree_get(n, "level") !=
		    NULL || tree_get(n, "when") != NULL)
			*error = value_wrong(l, n, "`kind`, `level` or `when` "
			    "without an effect", "add raise, set, restore, "
			    "enter, exit or count");
		return false;
	}
	e->spin = (enum rule_spin)r->kind;
	e->when = r->when;
	switch (e->what) {
	case RULE_RAISE:
		e->level = r->raise;
		break;
	case RULE_SET:
		e->level = r->set;
		break;
	case RULE_RESTORE:
		e->level = r->restore;
		break;
	case RULE_ENTER:
		e->level = r->level;
		e->lock = r->enter;
		break;
	case RULE_EXIT:
		e->lock = r->exit;
		break;
	case RULE_COUNT:
		e->level.kind = RULE_VALUE_CONST;
		e->level.number = r->count;
		break;
	}
	*error = check_effect(l, n, e);
	return *error == 0;
}

static int
read_effects(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct func_row *row = (struct func_row *)(void *)((char *)to -
	    offsetof(struct func_row, effects));
	struct effect_row r;
	const struct node *i;
	size_t j = 0;
	int error;

	if (n->kind != NODE_LIST)
		return value_bad(l, k, n, "write a list: [{raise: arg0}, ...]");
	if (n->n == 0)
		return value_empty(l, k, n);
	row->effects.n = n->n;
	row->effects.p = arena_alloc(l->rules->arena,
	    n->n * sizeof(*row->effects.p));
	for (i = n->first; i != NULL; i = i->next) {
		memset(&r, 0, sizeof(r));
		if (row_read(l, "effect", i, effect_keys, NULL, &r) != 0)
			return -1;
		if (!finish_effect(l, i, &r, &row->effects.p[j++], &error))
			return error != 0 ? error : value_wrong(l, i,
			    "an effect that does nothing", "write raise, set, "
			    "restore, enter, exit or count");
	}
	return 0;
}

static int
check_func(struct load *l, const struct node *n, const struct rule_func *f)
{
	bool effect = f->neffects > 0 || f->result != RULE_RESULT_UNKNOWN ||
	    f->saves_to != RULE_NOARG;

	if ((f->flags & RULE_NEUTRAL) != 0 && f->neffects > 0)
		return value_wrong(l, n, "`neutral` together with an effect",
		    "remove one of them");
	if ((f->flags & RULE_NORETURN) != 0 && (effect || (f->flags &
	    ~(unsigned)(RULE_NORETURN | RULE_ENDS)) != 0))
		return value_wrong(l, n, "`noreturn` together with something "
		    "that happens before the return", "remove one of them");
	if (f->drops != RULE_NOARG && (f->flags & RULE_SLEEPS) == 0)
		return value_wrong(l, n, "`drops` without `sleeps: true`",
		    "add it");
	if (!effect && f->flags == 0)
		return value_wrong(l, n, "a rule that says nothing", "give an "
		    "effect, or write `neutral: true`");
	return 0;
}

static int
add_function(struct load *l, const struct node *n)
{
	struct func_row r = { .saves_to = RULE_NOARG, .drops = RULE_NOARG,
	    .until = INT64_MAX };
	struct rule_func f = { .file = l->file, .line = n->line };
	struct rule_effect one = { 0 };
	size_t i;
	int error;

	if (row_read(l, "function", n, func_keys, effect_keys, &r) != 0 ||
	    row_range(l, n, r.since, r.until) != 0)
		return -1;
	f.effects = r.effects.p;
	f.neffects = r.effects.n;
	if (finish_effect(l, n, &r.effect, &one, &error)) {
		if (f.neffects > 0)
			return value_wrong(l, n, "`effects` together with an "
			    "effect of the rule itself", "move it into the "
			    "list");
		f.neffects = 1;
		f.effects = arena_alloc(l->rules->arena, sizeof(one));
		f.effects[0] = one;
	} else if (error != 0)
		return error;
	f.flags = (r.neutral ? RULE_NEUTRAL : 0) |
	    (r.sleeps ? RULE_SLEEPS : 0) | (r.brief ? RULE_BRIEF : 0) |
	    (r.context ? RULE_CONTEXT : 0) |
	    (r.noreturn ? RULE_NORETURN : 0) |
	    (r.ends_thread ? RULE_NORETURN | RULE_ENDS : 0);
	f.result = r.result.result;
	f.result_arg = r.result.arg;
	f.saves_to = r.saves_to;
	f.drops = r.drops;
	f.since = r.since;
	f.until = r.until;
	f.source = r.source;
	if (check_func(l, n, &f) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		f.name = r.names.p[i];
		vec_push(&l->rules->funcs, f);
	}
	return 0;
}

const struct section section_functions = {
	.name = "functions", .row = "function",
	.keys = func_keys, .add = add_function,
	.inner = "An effect", .inner_keys = effect_keys,
	.intro =
	    "What a call does. A rule replaces the body of the function. One "
	    "effect is written in the rule itself, with the keys of the next "
	    "table. A function may have several rules, each for versions of "
	    "its own; for the others its body counts."
};

/* ---- results ---- */

struct never_null_row {
	struct list names;
	struct rule_when when, unless;
	int64_t since, until;
	const char *source;
};

static const struct key never_null_keys[] = {
	KEY(never_null_row, names, "name", form_names, true,
	    "name the function, or several of the same kind"),
	KEY(never_null_row, when, "when", form_when, false,
	    "only with such an argument"),
	KEY(never_null_row, unless, "unless", form_when, false,
	    "not with such an argument"),
	KEY(never_null_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(never_null_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(never_null_row),
	END
};

static int
add_never_null(struct load *l, const struct node *n)
{
	struct never_null_row r = { .until = INT64_MAX };
	struct rule_never_null x;
	size_t i;

	if (row_read(l, "never_null row", n, never_null_keys, NULL, &r) != 0 ||
	    row_range(l, n, r.since, r.until) != 0)
		return -1;
	if ((r.when.test != RULE_ALWAYS && r.when.subject == RULE_RET) ||
	    (r.unless.test != RULE_ALWAYS && r.unless.subject == RULE_RET))
		return value_wrong(l, n, "a test of the result, which the row "
		    "is about", "test an argument");
	x = (struct rule_never_null){ .when = r.when, .unless = r.unless,
	    .since = r.since, .until = r.until, .source = r.source,
	    .file = l->file, .line = n->line };
	for (i = 0; i < r.names.n; i++) {
		x.name = r.names.p[i];
		vec_push(&l->rules->never_nulls, x);
	}
	return 0;
}

const struct section section_never_null = {
	.name = "never_null", .row = "row",
	.keys = never_null_keys, .add = add_never_null,
	.intro =
	    "Calls whose result is not NULL. The body of the function counts "
	    "as it does without. A function may have several rows."
};
