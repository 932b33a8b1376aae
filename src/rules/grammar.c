/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Key tables say which keys a row has, of which form (value.h), and where
 * in the row they go.  Sections add a finished row to the rules and refuse
 * what contradicts itself.
 */

#include <string.h>

#include "rules/value.h"

static int	read_effects(struct load *, const struct key *,
		    const struct node *, void *);
static int	read_flags(struct load *, const struct key *,
		    const struct node *, void *);

static const struct form form_effects = { "a list of effects",
    read_effects };
static const struct form form_flags = { "a list of flags", read_flags };

/* ---- the key tables ---- */

#define KEY(row, member, name, form, need, help)			\
	{ name, &form, offsetof(struct row, member), need, help, NULL }
#define CHOICE(row, member, name, words, need, help)			\
	{ name, &form_choice, offsetof(struct row, member), need, help, words }
#define SOURCE(row)							\
	KEY(row, source, "source", form_text, true,			\
	    "say where in a kernel the fact was read")
#define END	{ NULL, NULL, 0, false, NULL, NULL }

struct header {
	const char *os, *prefix;
	name_t version_macro;
	int save;
	struct texts include;
};

static const struct word saves[] = {
	{ "cpu", RULE_SAVE_CPU }, { "lock", RULE_SAVE_LOCK }, { NULL, 0 }
};

static const struct key header_keys[] = {
	KEY(header, os, "os", form_text, true,
	    "name the system whose kernel this is"),
	CHOICE(header, save, "save", saves, true,
	    "say where the level from before a spin lock is kept: per CPU at "
	    "the outermost enter, or in each lock"),
	KEY(header, version_macro, "version_macro", form_name, false,
	    "the macro that the version ranges refer to"),
	KEY(header, prefix, "level_prefix", form_text, false,
	    "what the names of levels begin with"),
	KEY(header, include, "include", form_texts, false,
	    "further files of the same folder; they have sections only"),
	END
};

struct port_row {
	name_t name;
	struct texts detect;
	int restore;
	bool inverted;
	const char *source;
};

static const struct word restores[] = {
	{ "lowers", false }, { "sets", true }, { NULL, 0 }
};

static const struct key port_keys[] = {
	KEY(port_row, name, "name", form_name, true, "name the port"),
	KEY(port_row, detect, "detect", form_texts, true,
	    "part of the path of a file that only kernels of this port read; "
	    "the first port that is detected wins"),
	CHOICE(port_row, restore, "restore", restores, true,
	    "say whether a restore can only lower the level, or sets it"),
	KEY(port_row, inverted, "inverted", form_bool, false,
	    "the lower number masks more"),
	SOURCE(port_row),
	END
};

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
	bool neutral, sleeps, brief, context, noreturn;
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
	KEY(func_row, neutral, "neutral", form_bool, false,
	    "no effect, whatever its body says"),
	SOURCE(func_row),
	END
};

struct lockinit_row {
	struct list names;
	int lock, type;
	struct rule_value level;
	const char *source;
};

static const struct key lockinit_keys[] = {
	KEY(lockinit_row, names, "name", form_names, true, "name the function"),
	KEY(lockinit_row, lock, "lock", form_argret, true,
	    "say which argument points to the lock"),
	KEY(lockinit_row, type, "type", form_arg, false, "the lock's type"),
	KEY(lockinit_row, level, "level", form_value, true,
	    "say which argument is the level, or which level it always is"),
	SOURCE(lockinit_row),
	END
};

struct type_row {
	name_t name;
	int64_t value;
	const char *source;
};

static const struct key type_keys[] = {
	KEY(type_row, name, "name", form_name, true, "name the type"),
	KEY(type_row, value, "value", form_count, true,
	    "give the number that the compiler sees"),
	SOURCE(type_row),
	END
};

struct lockkind_row {
	struct list types, levels;
	int kind;
	int64_t since, until;
	const char *source;
};

static const struct word spins[] = {
	{ "spin", RULE_SPIN }, { "adaptive", RULE_ADAPTIVE }, { NULL, 0 }
};

static const struct key lockkind_keys[] = {
	KEY(lockkind_row, types, "type", form_names, false,
	    "types of `lock_types`; all, if it is not given"),
	KEY(lockkind_row, levels, "levels", form_levels, false,
	    "compared by number; all, if it is not given"),
	CHOICE(lockkind_row, kind, "kind", spins, true,
	    "say whether such a lock spins"),
	KEY(lockkind_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(lockkind_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(lockkind_row),
	END
};

struct known_row {
	struct member lock;
	int kind;
	struct rule_value level;
	const char *source;
};

static const struct key known_keys[] = {
	KEY(known_row, lock, "lock", form_lockplace, true,
	    "name the member or variable that is, or points to, the lock"),
	CHOICE(known_row, kind, "kind", spins, true,
	    "say whether such a lock spins"),
	KEY(known_row, level, "level", form_fixed, false,
	    "of the lock, if it spins"),
	SOURCE(known_row),
	END
};

struct place_row {
	struct member place;
	int kind;
	const char *source;
};

static const struct word places[] = {
	{ "level", RULE_PLACE_LEVEL }, { "count", RULE_PLACE_COUNT },
	{ NULL, 0 }
};

static const struct key place_keys[] = {
	KEY(place_row, place, "place", form_member, true, "name the member"),
	CHOICE(place_row, kind, "kind", places, true,
	    "say whether it is the level or the count of spin locks"),
	SOURCE(place_row),
	END
};

struct flag_row {
	int64_t value;
	name_t level;
	bool thread;
	int64_t since, until;
};

static const struct key flag_keys[] = {
	KEY(flag_row, value, "value", form_count, true,
	    "give the value of the flag word under the mask"),
	KEY(flag_row, level, "level", form_level, true,
	    "give the level of such a handler"),
	KEY(flag_row, thread, "thread", form_bool, false, "it may sleep"),
	KEY(flag_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(flag_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	END
};

struct context_row {
	name_t name;
	struct rule_value level;
	struct { struct rule_flag *p; size_t n; } flags;
	const char *flag_prefix;
	int64_t mask;
	int count;
	bool thread;
	const char *repair;
	struct list ports;
	int64_t since, until;
	const char *source;
};

static const struct word counts[] = {
	{ "zero", RULE_COUNT_ZERO },
	{ "interrupted", RULE_COUNT_INTERRUPTED }, { NULL, 0 }
};

static const struct key context_keys[] = {
	KEY(context_row, name, "name", form_name, true, "name the context"),
	KEY(context_row, level, "level", form_fixed, false,
	    "of all such handlers; otherwise the registration gives it"),
	KEY(context_row, flags, "flags", form_flags, false,
	    "the registration gives a flag word: the levels of its values"),
	KEY(context_row, flag_prefix, "flag_prefix", form_text, false,
	    "what the macros that spell such flags begin with"),
	KEY(context_row, mask, "mask", form_count, false,
	    "the bits of the level or flag word that count; all, if it is not "
	    "given"),
	CHOICE(context_row, count, "count", counts, true,
	    "say how many spin locks are held at the entry: none, or those of "
	    "the interrupted code"),
	KEY(context_row, thread, "thread", form_bool, false, "it may sleep"),
	KEY(context_row, repair, "repair", form_text, false,
	    "who restores a level that a handler leaks"),
	KEY(context_row, ports, "ports", form_ports, false,
	    "where it is so; everywhere, if it is not given"),
	KEY(context_row, since, "since", form_count, false,
	    "the first version for which this holds"),
	KEY(context_row, until, "until", form_count, false,
	    "the first version for which it no longer holds"),
	SOURCE(context_row),
	END
};

struct registration_row {
	struct list names;
	int64_t nargs;
	struct source_arg handler, level;
	name_t context;
	struct list ports;
	const char *source;
};

static const struct key registration_keys[] = {
	KEY(registration_row, names, "name", form_names, true,
	    "name the function"),
	KEY(registration_row, nargs, "nargs", form_count, false,
	    "only calls with so many arguments"),
	KEY(registration_row, handler, "handler", form_handler, true,
	    "say which argument is the handler"),
	KEY(registration_row, level, "level", form_hlevel, false,
	    "the handler's level or flag word"),
	KEY(registration_row, context, "context", form_name, true,
	    "name the context that the handler runs in"),
	KEY(registration_row, ports, "ports", form_ports, false,
	    "where it is so; everywhere, if it is not given"),
	SOURCE(registration_row),
	END
};

struct entry_row {
	struct list names;
	name_t context;
	struct rule_value level;
	const char *source;
};

static const struct key entry_keys[] = {
	KEY(entry_row, names, "name", form_names, true, "name the function"),
	KEY(entry_row, context, "context", form_name, true,
	    "name the context that the handler runs in"),
	KEY(entry_row, level, "level", form_fixed, false,
	    "at which it is entered, if the context does not say it"),
	SOURCE(entry_row),
	END
};

/* ---- rows ---- */

static const struct key *
find_key(const struct key *keys, const char *name)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

static void
list_keys(struct buf *b, const struct key *keys)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		buf_fmt(b, "%s%s", b->n > 0 ? ", " : "", keys->name);
}

/*
 * Read a map into a row that has its defaults.  more is a second table for
 * the same row, or NULL.
 */
static int
read_row(struct load *l, const char *what, const struct node *n,
    const struct key *keys, const struct key *more, void *row)
{
	struct buf all = { NULL, 0, 0 };
	const struct key *k;
	const struct node *v;

	if (n->kind != NODE_MAP)
		return fault_set(l->fault, l->file, n->line, "this is no %s, "
		    "write a map: {key: value, ...}", what);
	for (v = n->first; v != NULL; v = v->next) {
		k = find_key(keys, v->key->text);
		if (k == NULL)
			k = find_key(more, v->key->text);
		if (k == NULL) {
			list_keys(&all, keys);
			list_keys(&all, more);
			fault_set(l->fault, l->file, v->key->line, "unknown "
			    "key `%s` in this %s, known are %s",
			    shown(v->key->text).text, what, all.p);
			buf_free(&all);
			return -1;
		}
		if (k->form->read(l, k, v, (char *)row + k->at) != 0)
			return -1;
	}
	for (k = keys; k->name != NULL; k++)
		if (k->required && tree_get(n, k->name) == NULL)
			return fault_set(l->fault, l->file, n->line, "this %s "
			    "has no `%s`, %s", what, k->name, k->help);
	return 0;
}

static int
check_range(struct load *l, const struct node *n, int64_t since, int64_t until)
{
	if (since >= until)
		return value_wrong(l, n, "`since` is not before `until`",
		    "no version is left: swap them");
	if (l->rules->version_macro == 0 && (since != 0 || until != INT64_MAX))
		return value_wrong(l, n, "a version range without a version",
		    "give `version_macro` in the header");
	return 0;
}

static int
repeated(struct load *l, const struct node *n, name_t name, const char *file,
    unsigned line)
{
	return fault_set(l->fault, l->file, n->line, "`%s` is there already, "
	    "remove it here or at %s:%u", shown(name_str(l->names, name)).text,
	    file, line);
}

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
		if (read_row(l, "effect", i, effect_keys, NULL, &r) != 0)
			return -1;
		if (!finish_effect(l, i, &r, &row->effects.p[j++], &error))
			return error != 0 ? error : value_wrong(l, i,
			    "an effect that does nothing", "write raise, set, "
			    "restore, enter, exit or count");
	}
	return 0;
}

static int
read_flags(struct load *l, const struct key *k, const struct node *n,
    void *to)
{
	struct context_row *row = (struct context_row *)(void *)((char *)to -
	    offsetof(struct context_row, flags));
	struct flag_row r;
	const struct node *i;
	size_t j = 0;

	if (n->kind != NODE_LIST)
		return value_bad(l, k, n, "write a list: [{value: 0, level: "
		    "NAME}, ...]");
	if (n->n == 0)
		return value_empty(l, k, n);
	row->flags.n = n->n;
	row->flags.p = arena_alloc(l->rules->arena,
	    n->n * sizeof(*row->flags.p));
	for (i = n->first; i != NULL; i = i->next, j++) {
		memset(&r, 0, sizeof(r));
		r.until = INT64_MAX;
		if (read_row(l, "flag", i, flag_keys, NULL, &r) != 0 ||
		    check_range(l, i, r.since, r.until) != 0)
			return -1;
		row->flags.p[j] = (struct rule_flag){ .value = r.value,
		    .level = r.level, .thread = r.thread, .since = r.since,
		    .until = r.until };
	}
	return 0;
}

/* ---- sections ---- */

static int
add_port(struct load *l, const struct node *n)
{
	struct port_row r = { 0 };
	size_t i;

	if (read_row(l, "port", n, port_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->rules->ports.n; i++)
		if (l->rules->ports.p[i].name == r.name)
			return repeated(l, n, r.name, l->rules->ports.p[i].file,
			    l->rules->ports.p[i].line);
	vec_push(&l->rules->ports, ((struct rule_port){ .name = r.name,
	    .detect = r.detect.p, .ndetect = r.detect.n,
	    .restore_sets = r.restore != 0, .inverted = r.inverted,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

/* Refuse a function rule that says nothing, or two things at once. */
static int
check_func(struct load *l, const struct node *n, const struct rule_func *f)
{
	bool effect = f->neffects > 0 || f->result != RULE_RESULT_UNKNOWN ||
	    f->saves_to != RULE_NOARG;

	if ((f->flags & RULE_NEUTRAL) != 0 && f->neffects > 0)
		return value_wrong(l, n, "`neutral` together with an effect",
		    "remove one of them");
	if ((f->flags & RULE_NORETURN) != 0 && (effect || (f->flags &
	    ~(unsigned)RULE_NORETURN) != 0))
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
	struct func_row r = { .saves_to = RULE_NOARG, .drops = RULE_NOARG };
	struct rule_func f = { .file = l->file, .line = n->line };
	struct rule_effect one = { 0 };
	size_t i;
	int error;

	if (read_row(l, "function", n, func_keys, effect_keys, &r) != 0)
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
	    (r.noreturn ? RULE_NORETURN : 0);
	f.result = r.result.result;
	f.result_arg = r.result.arg;
	f.saves_to = r.saves_to;
	f.drops = r.drops;
	f.source = r.source;
	if (check_func(l, n, &f) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		f.name = r.names.p[i];
		vec_push(&l->rules->funcs, f);
	}
	return 0;
}

static int
add_lockinit(struct load *l, const struct node *n)
{
	struct lockinit_row r = { .type = RULE_NOARG };
	struct rule_lockinit k;
	size_t i;

	if (read_row(l, "lock_inits row", n, lockinit_keys, NULL, &r) != 0)
		return -1;
	k = (struct rule_lockinit){ .lock = r.lock, .type = r.type,
	    .level = RULE_NOARG, .source = r.source, .file = l->file,
	    .line = n->line };
	if (r.level.kind == RULE_VALUE_ARG)
		k.level = r.level.arg;
	else
		k.fixed = r.level;
	for (i = 0; i < r.names.n; i++) {
		k.name = r.names.p[i];
		vec_push(&l->rules->lockinits, k);
	}
	return 0;
}

static int
add_type(struct load *l, const struct node *n)
{
	struct type_row r = { 0 };
	size_t i;

	if (read_row(l, "lock_types row", n, type_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->types.n; i++)
		if (l->types.p[i].name == r.name ||
		    l->types.p[i].number == r.value)
			return repeated(l, n, l->types.p[i].name,
			    l->types.p[i].file, l->types.p[i].line);
	vec_push(&l->types, ((struct lock_type){ .name = r.name,
	    .number = r.value, .line = n->line, .file = l->file }));
	return 0;
}

static int
add_lockkind(struct load *l, const struct node *n)
{
	struct lockkind_row r = { .until = INT64_MAX };
	struct rule_lockkind k;
	size_t i;

	if (read_row(l, "lock_kinds row", n, lockkind_keys, NULL, &r) != 0 ||
	    check_range(l, n, r.since, r.until) != 0)
		return -1;
	k = (struct rule_lockkind){ .since = r.since, .until = r.until,
	    .number = -1, .levels = r.levels.p, .nlevels = r.levels.n,
	    .spin = (enum rule_spin)r.kind, .source = r.source,
	    .file = l->file, .line = n->line };
	if (r.types.n == 0)
		vec_push(&l->rules->lockkinds, k);
	for (i = 0; i < r.types.n; i++) {
		k.type = r.types.p[i];
		vec_push(&l->rules->lockkinds, k);
	}
	return 0;
}

static int
add_known(struct load *l, const struct node *n)
{
	struct known_row r = { 0 };
	size_t i;

	if (read_row(l, "known_locks row", n, known_keys, NULL, &r) != 0)
		return -1;
	if ((r.kind == RULE_SPIN) != (r.level.kind != RULE_VALUE_NONE))
		return value_wrong(l, n, r.kind == RULE_SPIN ? "a spin lock "
		    "without `level`" : "an adaptive lock with `level`",
		    r.kind == RULE_SPIN ? "add it" : "remove it");
	for (i = 0; i < l->rules->knowns.n; i++)
		if (l->rules->knowns.p[i].record == r.lock.record &&
		    l->rules->knowns.p[i].field == r.lock.field)
			return repeated(l, n, r.lock.field,
			    l->rules->knowns.p[i].file,
			    l->rules->knowns.p[i].line);
	vec_push(&l->rules->knowns, ((struct rule_known){
	    .record = r.lock.record, .field = r.lock.field,
	    .spin = (enum rule_spin)r.kind, .level = r.level,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

static int
add_place(struct load *l, const struct node *n)
{
	struct place_row r = { 0 };
	size_t i;

	if (read_row(l, "place", n, place_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < l->rules->places.n; i++)
		if (l->rules->places.p[i].record == r.place.record &&
		    l->rules->places.p[i].field == r.place.field)
			return repeated(l, n, r.place.field,
			    l->rules->places.p[i].file,
			    l->rules->places.p[i].line);
	vec_push(&l->rules->places, ((struct rule_place){
	    .record = r.place.record, .field = r.place.field,
	    .kind = (enum rule_place_kind)r.kind, .source = r.source,
	    .file = l->file, .line = n->line }));
	return 0;
}

/* The first of two rows leaves nothing for the second. */
static bool
shadows(const name_t *first, size_t nfirst, const name_t *second,
    size_t nsecond)
{
	size_t i, j;

	if (nfirst == 0)
		return true;
	for (i = 0; i < nfirst; i++)
		for (j = 0; j < nsecond; j++)
			if (first[i] == second[j])
				return true;
	return false;
}

static int
add_context(struct load *l, const struct node *n)
{
	struct context_row r = { .until = INT64_MAX };
	const struct rule_context *c;
	size_t i;

	if (read_row(l, "context", n, context_keys, NULL, &r) != 0 ||
	    check_range(l, n, r.since, r.until) != 0)
		return -1;
	if (r.flags.n > 0 && r.level.kind != RULE_VALUE_NONE)
		return value_wrong(l, n, "both `level` and `flags`",
		    "remove one of them");
	for (i = 0; i < l->rules->contexts.n; i++) {
		c = &l->rules->contexts.p[i];
		if (c->name == r.name && c->since <= r.since &&
		    c->until >= r.until && shadows(c->ports, c->nports,
		    r.ports.p, r.ports.n))
			return repeated(l, n, r.name, c->file, c->line);
	}
	vec_push(&l->rules->contexts, ((struct rule_context){ .name = r.name,
	    .level = r.level, .flags = r.flags.p, .nflags = r.flags.n,
	    .flag_prefix = r.flag_prefix, .mask = r.mask, .count = (enum rule_entry_count)r.count,
	    .thread = r.thread, .repair = r.repair, .ports = r.ports.p,
	    .nports = r.ports.n, .since = r.since, .until = r.until,
	    .source = r.source, .file = l->file, .line = n->line }));
	return 0;
}

static int
check_arg(struct load *l, const struct node *n, const char *key, int arg,
    int64_t nargs)
{
	if (arg == RULE_NOARG || nargs < 0 || arg < nargs)
		return 0;
	return fault_set(l->fault, l->file, n->line, "`%s: arg%d` in a call "
	    "with %d arguments, they are counted from arg0", key, arg,
	    (int)nargs);
}

static int
add_registration(struct load *l, const struct node *n)
{
	struct registration_row r = { .nargs = -1, .level.arg = RULE_NOARG };
	const struct rule_registration *o;
	uint64_t j;
	size_t i;

	if (read_row(l, "registration", n, registration_keys, NULL, &r) != 0)
		return -1;
	if (r.nargs > NARGS)
		return value_wrong(l, n, "`nargs` is above 16", "no rule can "
		    "name so many arguments");
	if (check_arg(l, n, "handler", r.handler.arg, r.nargs) != 0 ||
	    check_arg(l, n, "level", r.level.arg, r.nargs) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		if (!map_get(l->registrations, r.names.p[i], &j)) {
			j = l->rules->registrations.n;
			map_put(l->registrations, r.names.p[i], j);
		}
		for (; j < l->rules->registrations.n; j++) {
			o = &l->rules->registrations.p[j];
			if (o->name == r.names.p[i] && o->nargs == r.nargs &&
			    shadows(o->ports, o->nports, r.ports.p,
			    r.ports.n))
				return repeated(l, n, r.names.p[i], o->file,
				    o->line);
		}
		vec_push(&l->pending, ((struct pending){
		    .want = WANT_REGISTRATION,
		    .row = l->rules->registrations.n, .name = r.context,
		    .file = l->file, .line = n->line }));
		vec_push(&l->rules->registrations,
		    ((struct rule_registration){ .name = r.names.p[i],
		    .nargs = (int)r.nargs, .handler = r.handler.arg,
		    .handler_record = r.handler.in.record,
		    .handler_field = r.handler.in.field,
		    .level = r.level.arg, .level_record = r.level.in.record,
		    .level_field = r.level.in.field, .fixed = r.level.fixed,
		    .ports = r.ports.p, .nports = r.ports.n,
		    .source = r.source, .file = l->file, .line = n->line }));
	}
	return 0;
}

static int
add_entry(struct load *l, const struct node *n)
{
	struct entry_row r = { 0 };
	uint64_t j;
	size_t i;

	if (read_row(l, "entry", n, entry_keys, NULL, &r) != 0)
		return -1;
	for (i = 0; i < r.names.n; i++) {
		if (map_get(l->entries, r.names.p[i], &j))
			return repeated(l, n, r.names.p[i],
			    l->rules->entries.p[j].file,
			    l->rules->entries.p[j].line);
		map_put(l->entries, r.names.p[i], l->rules->entries.n);
		vec_push(&l->pending, ((struct pending){ .want = WANT_ENTRY,
		    .row = l->rules->entries.n, .name = r.context,
		    .file = l->file, .line = n->line }));
		vec_push(&l->rules->entries, ((struct rule_entry){
		    .name = r.names.p[i], .level = r.level,
		    .source = r.source, .file = l->file, .line = n->line }));
	}
	return 0;
}

static const struct section {
	const char *name, *row;
	const struct key *keys, *more;
	int (*add)(struct load *, const struct node *);
	const char *intro;
} sections[] = {
	{ "ports", "port", port_keys, NULL, add_port,
	    "The machines the kernel runs on. The first whose `detect` occurs "
	    "in the path of a source wins." },
	{ "functions", "function", func_keys, effect_keys, add_function,
	    "What a call does. A rule replaces the body of the function. One "
	    "effect is written in the rule itself, with the keys of the next "
	    "table." },
	{ "lock_inits", "row", lockinit_keys, NULL, add_lockinit,
	    "Calls that give a lock its type and level." },
	{ "lock_types", "row", type_keys, NULL, add_type,
	    "The numbers of the types, which are all that is left of enum "
	    "constants." },
	{ "lock_kinds", "row", lockkind_keys, NULL, add_lockkind,
	    "Whether a lock of a type and level spins. The first row that "
	    "fits counts." },
	{ "known_locks", "row", known_keys, NULL, add_known,
	    "Places whose lock is always of one kind, but is initialised too "
	    "far away to see it." },
	{ "places", "place", place_keys, NULL, add_place,
	    "Struct members that are part of the machine: a store to one is "
	    "an effect." },
	{ "contexts", "context", context_keys, NULL, add_context,
	    "How a kind of handler is entered. Of several rows of one name "
	    "the first that fits the port and version counts." },
	{ "registrations", "registration", registration_keys, NULL,
	    add_registration,
	    "Calls that register a handler. A row with the call's number of "
	    "arguments counts before one without `nargs`; otherwise the first "
	    "that fits the port." },
	{ "entries", "entry", entry_keys, NULL, add_entry,
	    "Handlers that no C code registers, because assembly calls them "
	    "by name." },
};
#define NSECTIONS	(sizeof(sections) / sizeof(sections[0]))

static const struct section *
find_section(const char *name)
{
	size_t i;

	for (i = 0; i < NSECTIONS; i++)
		if (strcmp(sections[i].name, name) == 0)
			return &sections[i];
	return NULL;
}

static int
unknown_section(struct load *l, const struct node *key)
{
	struct buf all = { NULL, 0, 0 };
	size_t i;

	list_keys(&all, header_keys);
	for (i = 0; i < NSECTIONS; i++)
		buf_fmt(&all, ", %s", sections[i].name);
	fault_set(l->fault, l->file, key->line, "unknown section `%s`, known "
	    "are %s", shown(key->text).text, all.p);
	buf_free(&all);
	return -1;
}

/* The header's keys are read first, wherever they stand. */
static int
read_header(struct load *l, const struct node *root, bool included,
    struct header *h)
{
	const struct key *k;
	const struct node *v;

	for (v = root->first; v != NULL; v = v->next) {
		k = find_key(header_keys, v->key->text);
		if (k == NULL && find_section(v->key->text) == NULL)
			return unknown_section(l, v->key);
		if (k == NULL)
			continue;
		if (included)
			return fault_set(l->fault, l->file, v->key->line,
			    "`%s` in an included file, move it to the file "
			    "that includes this one", k->name);
		if (k->form->read(l, k, v, (char *)h + k->at) != 0)
			return -1;
	}
	for (k = header_keys; !included && k->name != NULL; k++)
		if (k->required && tree_get(root, k->name) == NULL)
			return fault_set(l->fault, l->file, root->line,
			    "there is no `%s`, %s", k->name, k->help);
	return 0;
}

/* An included file is named without a folder. */
static int
check_include(struct load *l, const struct node *n, const char *name)
{
	if (name[0] == '.' || strpbrk(name, "/\\") != NULL)
		return fault_set(l->fault, l->file, n->line, "`include: %s` "
		    "is not understood, write the name of a file in the same "
		    "folder", shown(name).text);
	return 0;
}

int
grammar_read(struct load *l, const struct node *root, bool included,
    const struct include **files, size_t *nfiles)
{
	struct header h = { 0 };
	struct include *inc;
	const struct node *v, *row;
	size_t i;

	*nfiles = 0;
	if (root->kind != NODE_MAP)
		return value_wrong(l, root, "this is no rule file",
		    "begin with `os:`");
	if (read_header(l, root, included, &h) != 0)
		return -1;
	if (!included) {
		l->rules->os = h.os;
		l->rules->version_macro = h.version_macro;
		l->rules->level_prefix = h.prefix;
		l->rules->save = (enum rule_save)h.save;
		inc = arena_alloc(l->rules->arena,
		    (h.include.n + 1) * sizeof(*inc));
		v = tree_get(root, "include");
		row = v != NULL && v->kind == NODE_LIST ? v->first : v;
		for (i = 0; i < h.include.n; i++, row = row->next) {
			inc[i].name = h.include.p[i];
			inc[i].line = row->line;
			if (check_include(l, row, inc[i].name) != 0)
				return -1;
		}
		*files = inc;
		*nfiles = h.include.n;
	}
	for (v = root->first; v != NULL; v = v->next) {
		if (find_key(header_keys, v->key->text) != NULL)
			continue;
		if (v->kind != NODE_LIST)
			return fault_set(l->fault, l->file, v->line,
			    "`%s` is no list, begin each row with `- `",
			    v->key->text);
		for (row = v->first; row != NULL; row = row->next)
			if (find_section(v->key->text)->add(l, row) != 0)
				return -1;
	}
	return 0;
}

/* ---- reference ---- */

static void
print_keys(struct buf *b, const struct key *keys)
{
	const struct word *w;
	const struct key *k;

	buf_str(b, "| key | value | |\n|---|---|---|\n");
	for (k = keys; k->name != NULL; k++) {
		buf_fmt(b, "| `%s`%s | ", k->name, k->required ? " *" : "");
		if (k->form->syntax != NULL)
			buf_str(b, k->form->syntax);
		for (w = k->words; w != NULL && w->text != NULL; w++)
			buf_fmt(b, "%s`%s`", w == k->words ? "" :
			    w[1].text == NULL ? " or " : ", ", w->text);
		buf_fmt(b, " | %s |\n", k->help);
	}
}

void
grammar_reference(struct buf *b)
{
	size_t i;

	buf_str(b, "### Header\n\n");
	print_keys(b, header_keys);
	for (i = 0; i < NSECTIONS; i++) {
		buf_fmt(b, "\n### `%s`\n\n%s\n\n", sections[i].name,
		    sections[i].intro);
		print_keys(b, sections[i].keys);
		if (sections[i].more == effect_keys) {
			buf_str(b, "\nAn effect:\n\n");
			print_keys(b, effect_keys);
		}
		if (sections[i].keys == context_keys) {
			buf_str(b, "\nA flag:\n\n");
			print_keys(b, flag_keys);
		}
	}
}
