/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Each way in which a rule file can be wrong, with the exact message.
 */

#include "../base/test.h"
#include "rules/rules.h"

#define HEAD	"os: x\nsave: cpu\n"			/* 2 lines */
#define FUNC(s)	HEAD "functions:\n- {name: f, source: s" s "}\n"
#define EFF(s)	FUNC(", effects: [" s "]")
#define INIT(s)	HEAD "lock_inits:\n- {name: i, source: s" s "}\n"
#define KIND(s)	HEAD "lock_kinds:\n- {source: s" s "}\n"
#define KNOW(s)	HEAD "known_locks:\n- {source: s, lock: v" s "}\n"
#define CTX(s)	HEAD "contexts:\n- {name: c, source: s" s "}\n"
#define REG(s)	HEAD "contexts: [{name: c, count: zero, source: s}]\n"	\
		"registrations:\n- {name: r, source: s, context: c" s "}\n"
#define PORT	"ports: [{name: p, detect: d, restore: sets, source: s}]\n"

static const struct {
	const char *text, *message;
} bad[] = {
	/* not a tree */
	{ "", "t: empty: begin with `os:`" },
	{ "# nothing\n", "t: empty: begin with `os:`" },
	{ "a: [b", "t:2: not YAML: did not find expected ',' or ']', while "
	    "parsing a flow sequence from line 1, check indentation and "
	    "quotes" },
	{ "a: b\n c: d\n", "t:2: not YAML: mapping values are not allowed in "
	    "this context, check indentation and quotes" },
	{ "a: \"b\n", "t:2: not YAML: found unexpected end of stream, while "
	    "scanning a quoted scalar from line 1, check indentation and "
	    "quotes" },
	{ "a: b\nc: \x01\n", "t:2: not text: control characters are not "
	    "allowed, save the file as UTF-8" },
	{ "a: b\n\nc: \xff\n", "t:3: not text: invalid leading UTF-8 octet, "
	    "save the file as UTF-8" },
	{ "\xff\xfe" "a", "t:1: not text: invalid leading UTF-8 octet, save "
	    "the file as UTF-8" },
	{ "a: \"x\\0y\"\n", "t:1: a NUL byte in a text: remove it" },
	{ "a: &x b\n", "t:1: an anchor (&): write the value again where it "
	    "is needed" },
	{ "a: &x [b]\n", "t:1: an anchor (&): write the value again where it "
	    "is needed" },
	{ "a: &x {b: c}\n", "t:1: an anchor (&): write the value again where "
	    "it is needed" },
	{ "a: *x\n", "t:1: an alias (*): write the value again, or put it in "
	    "quotes" },
	{ "a: !!str b\n", "t:1: a tag (!): remove it" },
	{ "a: ! [b]\n", "t:1: a tag (!): remove it" },
	{ "%YAML 1.1\n---\na: b\n", "t:1: a directive (%): remove it" },
	{ "a: b\n---\nc: d\n", "t:2: a second document: remove the line "
	    "`---`" },
	{ "a: b\na: c\n", "t:2: the key `a` occurs twice in one map: remove "
	    "one" },
	{ "? [a]\n: b\n", "t:1: a list or a map cannot be a key: write a "
	    "word before the colon" },
	{ "[[[[[[[[[a]]]]]]]]]\n", "t:1: nested too deeply: no rule needs so "
	    "many levels" },
	{ "{a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1,"
	    "k: 1, l: 1, m: 1, n: 1, o: 1, p: 1, q: 1, r: 1, s: 1, t: 1,\n"
	    "u: 1, v: 1, w: 1, x: 1, y: 1, z: 1, A: 1, B: 1, C: 1, D: 1,\n"
	    "E: 1, F: 1, G: 1}\n", "t:3: too many keys in one map: split "
	    "it" },

	/* the file */
	{ "a\n", "t:1: this is no rule file, begin with `os:`" },
	{ "[a]\n", "t:1: this is no rule file, begin with `os:`" },
	{ "os: x\n", "t:1: there is no `save`, say where the level from "
	    "before a spin lock is kept: per CPU at the outermost enter, or in "
	    "each lock" },
	{ "save: cpu\n", "t:1: there is no `os`, name the system whose "
	    "kernel this is" },
	{ "os:\n", "t:1: `os` is empty, write something or remove the key" },
	{ "os: [x]\n", "t:1: `os` has a list, write text in quotes" },
	{ "os: \"a\\nb\"\n", "t:1: `os: a?b` is not understood, write it on "
	    "one line" },
	{ "os: x\nsave: thread\n", "t:2: `save: thread` is not understood, "
	    "write cpu or lock" },
	{ HEAD "version_macro: 7\n", "t:3: `version_macro: 7` is not "
	    "understood, write a name as in C" },
	{ HEAD "function: []\n", "t:3: unknown section `function`, known are "
	    "os, save, version_macro, level_prefix, include, ports, functions, "
	    "never_null, lock_inits, lock_types, lock_kinds, known_locks, "
	    "places, contexts, registrations, entries" },
	{ HEAD "functions: f\n", "t:3: `functions` is no list, begin each "
	    "row with `- `" },
	{ HEAD "functions:\n", "t:3: `functions` is no list, begin each row "
	    "with `- `" },
	{ HEAD "functions: [f]\n", "t:3: this is no function, write a map: "
	    "{key: value, ...}" },
	{ HEAD "include: a.yaml\n", "t:3: `include` in a text that is no "
	    "file, put everything into one" },
	{ HEAD "include:\n- a.yaml\n- ../b\n", "t:5: `include: ../b` is not "
	    "understood, write the name of a file in the same folder" },
	{ HEAD "include: []\n", "t:3: `include` has an empty list, fill it "
	    "or remove the key" },

	/* names, numbers, words */
	{ HEAD "functions:\n- {name: f g, neutral: true, source: s}\n",
	    "t:4: `name: f g` is not understood, write a name as in C" },
	{ HEAD "functions:\n- {name: {a: b}, neutral: true, source: s}\n",
	    "t:4: `name` has a map, write one name" },
	{ HEAD "functions:\n- {name: on, neutral: true, source: s}\n",
	    "t:4: `name: on` is not understood, put it in quotes: some YAML "
	    "readers take it for a truth value" },
	{ HEAD "functions:\n- name: [f, No]\n  neutral: true\n  source: s\n",
	    "t:4: `name: No` is not understood, put it in quotes: some YAML "
	    "readers take it for a truth value" },
	{ FUNC(", neutral: yes"), "t:4: `neutral: yes` is not understood, "
	    "write true or false" },
	{ FUNC(", neutral: True"), "t:4: `neutral: True` is not understood, "
	    "write true or false" },
	{ FUNC(", count: 010"), "t:4: `count: 010` is not understood, write "
	    "a number, decimal without leading zeros or 0x" },
	{ FUNC(", count: 0o10"), "t:4: `count: 0o10` is not understood, "
	    "write a number, decimal without leading zeros or 0x" },
	{ FUNC(", count: 1_000"), "t:4: `count: 1_000` is not understood, "
	    "write a number, decimal without leading zeros or 0x" },
	{ FUNC(", count: 9223372036854775808"), "t:4: `count: "
	    "9223372036854775808` is not understood, write a number, decimal "
	    "without leading zeros or 0x" },
	{ FUNC(", count: 1.5"), "t:4: `count: 1.5` is not understood, write "
	    "a number, decimal without leading zeros or 0x" },
	{ FUNC(", count: "), "t:4: `count: ` is not understood, write a "
	    "number, decimal without leading zeros or 0x" },
	{ FUNC(", saves_to: arg16"), "t:4: `saves_to: arg16` is not "
	    "understood, write arg0 to arg15" },
	{ FUNC(", saves_to: arg01"), "t:4: `saves_to: arg01` is not "
	    "understood, write arg0 to arg15" },
	{ FUNC(", saves_to: arg-0"), "t:4: `saves_to: arg-0` is not "
	    "understood, write arg0 to arg15" },
	{ FUNC(", saves_to: arg0x1"), "t:4: `saves_to: arg0x1` is not "
	    "understood, write arg0 to arg15" },
	{ FUNC(", returns: level"), "t:4: `returns: level` is not "
	    "understood, write old, lock, or arg0 to arg15" },

	/* functions and effects */
	{ HEAD "functions:\n- {neutral: true, source: s}\n", "t:4: this "
	    "function has no `name`, name the function, or several of the "
	    "same kind" },
	{ HEAD "functions:\n- {name: f, neutral: true}\n", "t:4: this "
	    "function has no `source`, say where in a kernel the fact was "
	    "read" },
	{ FUNC(",\n rise: arg0"), "t:5: unknown key `rise` in this function, "
	    "known are name, effects, returns, saves_to, sleeps, brief, "
	    "drops, context, noreturn, ends_thread, neutral, since, until, "
	    "source, raise, set, restore, enter, exit, count, kind, "
	    "level, when" },
	{ FUNC(""), "t:4: a rule that says nothing, give an effect, or write "
	    "`neutral: true`" },
	{ FUNC(", raise: arg0, set: 1"), "t:4: both `raise` and `set`, write "
	    "them as a list under `effects`" },
	{ FUNC(", neutral: true, exit: arg0"), "t:4: `neutral` together with "
	    "an effect, remove one of them" },
	{ FUNC(", noreturn: true, exit: arg0"), "t:4: `noreturn` together "
	    "with something that happens before the return, remove one of "
	    "them" },
	{ FUNC(", noreturn: true, sleeps: true"), "t:4: `noreturn` together "
	    "with something that happens before the return, remove one of "
	    "them" },
	{ FUNC(", neutral: true, drops: arg1"), "t:4: `drops` without "
	    "`sleeps: true`, add it" },
	{ FUNC(", kind: spin"), "t:4: `kind`, `level` or `when` without an "
	    "effect, add raise, set, restore, enter, exit or count" },
	{ FUNC(", raise: arg0, kind: spin"), "t:4: `kind` without a lock, it "
	    "belongs to enter or exit" },
	{ FUNC(", exit: arg0, level: 1"), "t:4: `level` without `enter`, it "
	    "is the level of a lock that is taken" },
	{ FUNC(", enter: any"), "t:4: `enter` of any lock, only `exit` can "
	    "say any" },
	{ FUNC(", enter: arg0 or any"), "t:4: `enter` of any lock, only "
	    "`exit` can say any" },
	{ FUNC(", exit: \"*arg0\""), "t:4: `exit` of a lock that the call "
	    "gives back, only `enter` can say that" },
	{ FUNC(", exit: ret"), "t:4: `exit` of a lock that the call gives "
	    "back, only `enter` can say that" },
	{ FUNC(", count: 0"), "t:4: `count: 0` does nothing, remove it" },
	{ FUNC(", exit: arg0, kind: sleep"), "t:4: `kind: sleep` is not "
	    "understood, write by_init, spin or adaptive" },
	{ FUNC(", exit: lock"), "t:4: `exit: lock` is not understood, write "
	    "arg0, ret, \"*arg0\", \"arg0->record::field\" or any" },
	{ FUNC(", exit: arg0->l_mutex"), "t:4: `exit: arg0->l_mutex` is not "
	    "understood, write arg0, ret, \"*arg0\", "
	    "\"arg0->record::field\" or any" },
	{ FUNC(", exit: arg0, when: ret"), "t:4: `when: ret` is not "
	    "understood, write \"ret == 0\", \"ret != 0\", \"arg1 == 5\", "
	    "\"arg1 & 0x10\" or \"!(arg1 & 0x10)\"" },
	{ FUNC(", exit: arg0, when: ret != 5"), "t:4: `when: ret != 5` is "
	    "not understood, write \"ret == 0\", \"ret != 0\", \"arg1 == 5\", "
	    "\"arg1 & 0x10\" or \"!(arg1 & 0x10)\"" },
	{ FUNC(", exit: arg0, when: \"!(arg1 & 0x10\""), "t:4: `when: "
	    "!(arg1 & 0x10` is not understood, write \"ret == 0\", "
	    "\"ret != 0\", \"arg1 == 5\", \"arg1 & 0x10\" or "
	    "\"!(arg1 & 0x10)\"" },
	{ FUNC(", effects: []"), "t:4: `effects` has an empty list, fill it "
	    "or remove the key" },
	{ FUNC(", effects: {}"), "t:4: `effects` has a map, write a list: "
	    "[{raise: arg0}, ...]" },
	{ EFF("arg0"), "t:4: this is no effect, write a map: {key: value, "
	    "...}" },
	{ EFF("{}"), "t:4: an effect that does nothing, write raise, set, "
	    "restore, enter, exit or count" },
	{ EFF("{returns: old}"), "t:4: unknown key `returns` in this effect, "
	    "known are raise, set, restore, enter, exit, count, kind, level, "
	    "when" },
	{ EFF("{raise: arg0}], exit: arg0, x: [1"), "t:4: unknown key `x` in "
	    "this function, known are name, effects, returns, saves_to, "
	    "sleeps, brief, drops, context, noreturn, ends_thread, neutral, "
	    "since, until, source, raise, set, restore, enter, exit, "
	    "count, kind, level, when" },
	{ FUNC(", effects: [{raise: arg0}], exit: arg0"), "t:4: `effects` "
	    "together with an effect of the rule itself, move it into the "
	    "list" },
	{ FUNC(", neutral: true, since: 5, until: 5"), "t:4: `since` is not "
	    "before `until`, no version is left: swap them" },
	{ FUNC(", neutral: true, until: 5"), "t:4: a version range without a "
	    "version, give `version_macro` in the header" },
	{ HEAD "version_macro: V\nfunctions:\n- {name: f, neutral: true, "
	    "source: s, until: 5}\n- {name: f, neutral: true, source: s, "
	    "since: 4}\n", "t:6: `f` is there already, remove it here or at "
	    "t:5" },
	{ FUNC(", neutral: true") "- {name: [g, f], neutral: true, "
	    "source: s}\n", "t:5: `f` is there already, remove it here or at "
	    "t:4" },
	{ HEAD "level_prefix: IPL_\nfunctions:\n- {name: f, source: s, "
	    "raise: VM}\n", "t:5: `raise: VM` is no level, write a name that "
	    "begins with IPL_" },
	{ FUNC(", raise: [1]"), "t:4: `raise` has a list, write one level" },
	{ FUNC(", raise: ret"), "t:4: `raise: ret` is not understood, only a "
	    "level can stand here" },

	/* locks */
	{ INIT(", lock: any, level: arg1"), "t:4: `lock: any` is not "
	    "understood, write arg0 to arg15, or ret" },
	{ INIT(", lock: arg0"), "t:4: this lock_inits row has no `level`, "
	    "say which argument is the level, or which level it always is" },
	{ INIT(", lock: arg0, level: \"arg1->r::f\""), "t:4: `level: "
	    "arg1->r::f` is not understood, write a name as in C" },
	{ INIT(", lock: arg0, level: arg1") "- {name: i, source: s, "
	    "lock: ret, level: arg0}\n", "t:5: `i` is there already, remove "
	    "it here or at t:4" },
	{ HEAD "lock_types:\n- {name: T, value: -1, source: s}\n",
	    "t:4: `value: -1` is not understood, write a number that is not "
	    "negative" },
	{ HEAD "lock_types:\n- {name: T, value: 1, source: s}\n"
	    "- {name: U, value: 1, source: s}\n", "t:5: `T` is there already, "
	    "remove it here or at t:4" },
	{ KIND(", kind: by_init"), "t:4: `kind: by_init` is not understood, "
	    "write spin or adaptive" },
	{ KIND(", kind: spin, type: T"), "t:4: there is no lock type `T`, "
	    "add it to `lock_types`" },
	{ KIND(", kind: spin, since: 5, until: 5"), "t:4: `since` is not "
	    "before `until`, no version is left: swap them" },
	{ KIND(", kind: spin, since: 5"), "t:4: a version range without a "
	    "version, give `version_macro` in the header" },
	{ KNOW(", kind: spin"), "t:4: a spin lock without `level`, add it" },
	{ KNOW(", kind: adaptive, level: 1"), "t:4: an adaptive lock with "
	    "`level`, remove it" },
	{ KNOW(", kind: adaptive") "- {lock: v, kind: adaptive, source: s}\n",
	    "t:5: `v` is there already, remove it here or at t:4" },
	{ HEAD "never_null:\n- {name: f, when: \"ret != 0\", source: s}\n",
	    "t:4: a test of the result, which the row is about, test an "
	    "argument" },
	{ HEAD "known_locks:\n- {lock: \"::f\", kind: adaptive, source: s}\n",
	    "t:4: `lock: ::f` is not understood, write \"record::field\"" },
	{ HEAD "places:\n- {place: f, kind: level, source: s}\n",
	    "t:4: `place: f` is not understood, write \"record::field\"" },
	{ HEAD "places:\n- {place: \"r::f\", kind: level, source: s}\n"
	    "- {place: \"r::f\", kind: count, source: s}\n",
	    "t:5: `f` is there already, remove it here or at t:4" },

	/* ports, contexts, registrations, entries */
	{ HEAD "ports:\n- {name: p, detect: d, source: s}\n", "t:4: this "
	    "port has no `restore`, say whether a restore can only lower the "
	    "level, or sets it" },
	{ HEAD PORT "contexts: []\nentries: []\nplaces: []\nlock_inits: []\n"
	    "ports : []\n", "t:8: the key `ports` occurs twice in one map: "
	    "remove one" },
	{ HEAD "ports:\n- {name: p, detect: d, restore: sets, source: s}\n"
	    "- {name: p, detect: d, restore: sets, source: s}\n",
	    "t:5: `p` is there already, remove it here or at t:4" },
	{ CTX(""), "t:4: this context has no `count`, say how many spin "
	    "locks are held at the entry: none, or those of the interrupted "
	    "code" },
	{ CTX(", count: zero, level: arg0"), "t:4: `level: arg0` is not "
	    "understood, only a level can stand here" },
	{ CTX(", count: zero, ports: q"), "t:4: there is no port `q`, add it "
	    "to `ports`" },
	{ CTX(", count: zero, level: 1, flags: [{value: 1, level: A}]"),
	    "t:4: both `level` and `flags`, remove one of them" },
	{ CTX(", count: zero, flags: []"), "t:4: `flags` has an empty list, "
	    "fill it or remove the key" },
	{ CTX(", count: zero, flags: 1"), "t:4: `flags: 1` is not understood, "
	    "write a list: [{value: 0, level: NAME}, ...]" },
	{ CTX(", count: zero, flags: [{value: 1}]"), "t:4: this flag has no "
	    "`level`, give the level of such a handler" },
	{ CTX(", count: zero") "- {name: c, source: s, count: zero}\n",
	    "t:5: `c` is there already, remove it here or at t:4" },
	{ HEAD PORT "contexts:\n- {name: c, source: s, count: zero, "
	    "ports: p}\n- {name: c, source: s, count: zero, ports: [p]}\n",
	    "t:6: `c` is there already, remove it here or at t:5" },
	{ REG(""), "t:5: this registration has no `handler`, say which "
	    "argument is the handler" },
	{ REG(", handler: ret"), "t:5: `handler: ret` is not understood, "
	    "write arg0 to arg15, or \"arg0->record::field\"" },
	{ REG(", handler: arg0, level: \"arg1->f\""), "t:5: `level: arg1->f` "
	    "is not understood, write arg0 to arg15, or "
	    "\"arg0->record::field\"" },
	{ REG(", handler: arg2, nargs: 2"), "t:5: `handler: arg2` in a call "
	    "with 2 arguments, they are counted from arg0" },
	{ REG(", handler: arg0, level: arg2, nargs: 2"), "t:5: `level: arg2` "
	    "in a call with 2 arguments, they are counted from arg0" },
	{ REG(", handler: arg0, nargs: 17"), "t:5: `nargs` is above 16, no "
	    "rule can name so many arguments" },
	{ REG(", handler: arg0") "- {name: r, handler: arg1, context: c, "
	    "source: s}\n", "t:6: `r` is there already, remove it here or at "
	    "t:5" },
	{ HEAD "registrations:\n- {name: r, handler: arg0, context: d, "
	    "source: s}\n", "t:4: there is no context `d`, add it to "
	    "`contexts`" },
	{ HEAD "entries:\n- {name: e, context: d, source: s}\n",
	    "t:4: there is no context `d`, add it to `contexts`" },
	{ HEAD "contexts: [{name: c, count: zero, source: s}]\nentries:\n"
	    "- {name: e, context: c, source: s}\n"
	    "- {name: [d, e], context: c, source: s}\n",
	    "t:6: `e` is there already, remove it here or at t:5" },
};

static void
bad_texts(void **state)
{
	struct names *names;
	struct fault f;
	struct rules *r;
	size_t i;
	int wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		names = names_new();
		f.text[0] = '\0';
		r = rules_parse(names, "t", bad[i].text, strlen(bad[i].text),
		    &f);
		if (r != NULL || strcmp(f.text, bad[i].message) != 0) {
			print_error("%s\n  is     %s\n  should %s\n",
			    bad[i].text, f.text, bad[i].message);
			wrong++;
		}
		rules_free(r);
		names_free(names);
	}
	assert_int_equal(wrong, 0);
}

/* A message stays one short line, whatever the text. */
static void
bad_long(void **state)
{
	struct names *names = names_new();
	struct fault f = { "" };
	struct buf b = { 0 };
	size_t i;

	(void)state;
	buf_str(&b, "os: x\nsave: ");
	for (i = 0; i < 900; i++)
		buf_chr(&b, 'a');
	assert_null(rules_parse(names, "t", b.p, b.n, &f));
	assert_string_equal(f.text, "t:2: `save: aaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaa...` is not understood, write cpu or lock");
	for (i = 0; i < 101; i++)
		buf_chr(&b, 'a');
	f.text[0] = '\0';
	assert_null(rules_parse(names, "t", b.p, b.n, &f));
	assert_string_equal(f.text, "t:2: a text of 1001 bytes: at most 1000 "
	    "are allowed, check the quotes");
	while (b.n <= 1u << 20)
		buf_chr(&b, '\n');
	f.text[0] = '\0';
	assert_null(rules_parse(names, "t", b.p, b.n, &f));
	assert_string_equal(f.text, "t: larger than 1 MiB: this is no rule "
	    "file");
	buf_free(&b);
	names_free(names);
}

static void
bad_list(void **state)
{
	struct names *names = names_new();
	struct fault f = { "" };
	struct buf b = { 0 };
	int i;

	(void)state;
	buf_str(&b, HEAD "functions:\n- {neutral: true, source: s, name: [");
	for (i = 0; i < 501; i++)
		buf_fmt(&b, "f%d, ", i);
	buf_str(&b, "]}\n");
	assert_null(rules_parse(names, "t", b.p, b.n, &f));
	assert_string_equal(f.text, "t:4: `name` has a list of 501, split it "
	    "into lists of at most 500");
	buf_free(&b);
	names_free(names);
}

/* A NUL in the middle is no end of the text. */
static void
bad_nul(void **state)
{
	struct names *names = names_new();
	struct fault f = { "" };

	(void)state;
	assert_null(rules_parse(names, "t", HEAD "\n\0", sizeof(HEAD "\n"),
	    &f));
	assert_string_equal(f.text, "t:4: not text: control characters are "
	    "not allowed, save the file as UTF-8");
	names_free(names);
}

static void
bad_nesting(void **state)
{
	struct names *names = names_new();
	struct fault f = { "" };
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 500000; i++)
		buf_chr(&b, '[');
	assert_null(rules_parse(names, "t", b.p, b.n, &f));
	assert_string_equal(f.text, "t:1: nested too deeply: no rule needs so "
	    "many levels");
	buf_free(&b);
	names_free(names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(bad_long),
		cmocka_unit_test(bad_list),
		cmocka_unit_test(bad_nul),
		cmocka_unit_test(bad_nesting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
