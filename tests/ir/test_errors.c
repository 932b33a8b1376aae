/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "../base/test.h"
#include "ir/ir.h"

#define FUNC	"func @f v(p)\n"				/* line 1 */
#define AT	FUNC "at 1:1 end 2:1\n"				/* line 2 */
#define BODY	AT "param %a p\nlocal %s.2 i32\nb0:\n"		/* to line 5 */
#define INSN(s)	BODY "\t1:1 " s "\n}\n"				/* line 6 */

static const struct {
	const char *text, *message;
} bad[] = {
	/* the text as a whole */
	{ "unit \"x\"", "t:1: the last line is not terminated: the text is "
	    "truncated" },
	{ "\n\nwhat\n", "t:3: expected an item, found \"what\"" },
	{ " unit \"x\"\n", "t:1: expected an item, found \" unit\"" },
	{ "units\n", "t:1: expected an item, found \"units\"" },
	{ "a_very_long_word_that_is_cut\n", "t:1: expected an item, found "
	    "\"a_very_long_word_that_is\"" },
	{ "\x01\xff\n", "t:1: expected an item, found \"??\"" },
	{ "iplint-ir 2\n", "t:1: the text has format 2, this program reads "
	    "format 1" },
	{ "iplint-ir\n", "t:1: expected a version, found the end of the "
	    "line" },
	{ "#\niplint-ir 1\n", "t:2: expected an item, found \"iplint-ir\"" },
	{ "checksum 00000000000000000000000000000000\n#\n",
	    "t:2: text behind the checksum" },

	/* items */
	{ "unit x\n", "t:1: expected a string, found \"x\"" },
	{ "unit \"x\" y\n", "t:1: expected the end of the line, found "
	    "\"y\"" },
	{ "unit \"x\r\"\n", "t:1: a control character in a string" },
	{ "unit \"x\n", "t:1: the string is not closed" },
	{ "unit \"\\\n", "t:1: bad escape in a string: there are \\\" \\\\ "
	    "\\n \\t \\x01 to \\xff" },
	{ "unit \"\\x00\"\n", "t:1: bad escape in a string: there are \\\" "
	    "\\\\ \\n \\t \\x01 to \\xff" },
	{ "unit \"\\x1\"\n", "t:1: bad escape in a string: there are \\\" "
	    "\\\\ \\n \\t \\x01 to \\xff" },
	{ "key 0123\n", "t:1: expected 32 hexadecimal digits, found "
	    "\"0123\"" },
	{ "lines -1\n", "t:1: expected a number, found \"-1\"" },
	{ "lines 4294967296\n", "t:1: the number is too large" },
	{ "level IPL_VM x\n", "t:1: expected a number, found \"x\"" },
	{ "level IPL_VM 9223372036854775808\n", "t:1: the number is too "
	    "large" },
	{ "level IPL_VM -9223372036854775809\n", "t:1: the number is too "
	    "large" },
	{ "level 'x' 1\n", "t:1: expected the name of a level, found "
	    "\"'x'\"" },
	{ "source \"x\"\n", "t:1: expected a space, found the end of the "
	    "line" },
	{ "var v i32 \"x\" 1\n", "t:1: expected \"@\", found \"v\"" },
	{ "var @ i32 \"x\" 1\n", "t:1: expected a name, found \" i32\"" },
	{ "var @v i32 global \"x\" 1\n", "t:1: expected a string, found "
	    "\"global\"" },
	{ "var @v i32 \"x\" 1:1\n", "t:1: expected the end of the line, "
	    "found \":1\"" },
	{ "alias @x\n", "t:1: expected a space, found the end of the line" },
	{ "decl @f\n", "t:1: expected a space, found the end of the line" },
	{ "decl @f v() \"x\" y\n", "t:1: expected a line number, found "
	    "\"y\"" },
	{ "init @x \"x\" 1\n", "t:1: expected \"=\", found \"\"x\"\"" },
	{ "init 5 = 5 \"x\" 1\n", "t:1: this is not a place that can be "
	    "written" },
	{ "init %x = 5 \"x\" 1\n", "t:1: there is no local %x" },
	{ "init %.1 = 5 \"x\" 1\n", "t:1: there is no local %.1" },

	/* functions */
	{ "\n" AT "b0:\n\t1:1 ret\n} \n", "t:2: function @f has no line "
	    "\"}\"" },
	{ "func @f\n}\n", "t:1: expected a space, found the end of the "
	    "line" },
	{ "func @f v() sticky\n}\n", "t:1: expected the end of the line, "
	    "found \"sticky\"" },
	{ FUNC "}\n", "t:2: expected \"at\", found \"}\"" },
	{ FUNC "file 1 \"x\"\n}\n", "t:2: expected file 0" },
	{ FUNC "file 0 x\n}\n", "t:2: expected a string, found \"x\"" },
	{ FUNC "at 1:1\n}\n", "t:2: expected a space, found the end of the "
	    "line" },
	{ FUNC "at 1:1 1:1\n}\n", "t:2: expected \"end\", found \"1:1\"" },
	{ AT "what\n}\n", "t:3: expected \"file\", \"param\", \"local\", a "
	    "block or \"}\", found \"what\"" },
	{ AT "local %a p\nparam %a p\n}\n", "t:4: expected \"file\", "
	    "\"param\", \"local\", a block or \"}\", found \"param\"" },
	{ AT "param %a p\nlocal %a p\n}\n", "t:4: %a is declared twice" },
	{ AT "param %a\n}\n", "t:3: expected a space, found the end of the "
	    "line" },
	{ AT "b0:\nb2:\n}\n", "t:4: expected block b1" },
	{ AT "b0\n}\n", "t:3: expected \":\", found the end of the line" },
	{ AT "b0:\nfile 0 \"x\"\n}\n", "t:4: expected a block or \"}\", "
	    "found \"file\"" },
	{ AT "b0:\n\t1:1 ret\nfunc @g v()\n}\n", "t:5: expected a block or "
	    "\"}\", found \"func\"" },
	{ AT "b0:\n}x\n}\n", "t:4: expected the end of the line, found "
	    "\"x\"" },

	/* places in the source */
	{ BODY "\tret\n}\n", "t:6: expected a line number, found \"ret\"" },
	{ BODY "\t1 ret\n}\n", "t:6: expected \":\", found \" ret\"" },
	{ BODY "\t1:65536 ret\n}\n", "t:6: the number is too large" },
	{ BODY "\t65536#1:1 ret\n}\n", "t:6: the number is too large" },
	{ BODY "\t1:1! ret\n}\n", "t:6: expected the name of a macro, found "
	    "\" ret\"" },
	{ BODY "\t1:1!M<1 ret\n}\n", "t:6: expected \":\", found \" ret\"" },
	{ BODY "\t1:1!M<1:1 ret\n}\n", "t:6: expected \">\", found \" ret\"" },
	{ BODY "\t1:1\n}\n", "t:6: expected a space, found the end of the "
	    "line" },

	/* instructions */
	{ INSN("jump b1"), "t:6: expected an instruction, found \"jump\"" },
	{ INSN("call"), "t:6: expected \"@\", found the end of the line" },
	{ INSN("call %a()"), "t:6: expected \"@\", found \"%a()\"" },
	{ INSN("call @g"), "t:6: expected \"(\", found the end of the "
	    "line" },
	{ INSN("call @g(,)"), "t:6: expected an expression, found \",)\"" },
	{ INSN("call @g(1 2)"), "t:6: expected \")\", found \"2)\"" },
	{ INSN("call [v() %a()"), "t:6: expected \"]\", found \" %a()\"" },
	{ INSN("call [\"\"] %a()"), "t:6: an empty signature" },
	{ INSN("%a"), "t:6: expected \"=\", found the end of the line" },
	{ INSN("%b = 1"), "t:6: there is no local %b" },
	{ INSN("1 = 1"), "t:6: this is not a place that can be written" },
	{ INSN("&%a = 1"), "t:6: this is not a place that can be written" },
	{ INSN("%a = goto b0"), "t:6: expected an expression, found "
	    "\"goto\"" },
	{ INSN("goto 1"), "t:6: expected \"b\", found \"1\"" },
	{ INSN("goto b"), "t:6: expected a block number, found the end of "
	    "the line" },
	{ INSN("br %a b1"), "t:6: expected a space, found the end of the "
	    "line" },
	{ INSN("br %a b1 b2 b3"), "t:6: expected the end of the line, found "
	    "\"b3\"" },
	{ INSN("switch %a"), "t:6: expected a space, found the end of the "
	    "line" },
	{ INSN("switch %a b1, x b2"), "t:6: expected a number, found "
	    "\"x\"" },
	{ INSN("switch %a b1, 1.. b2"), "t:6: expected a number, found "
	    "\" b2\"" },
	{ INSN("asm %a"), "t:6: expected a string, found \"%a\"" },
	{ INSN("asm \"x\", 3"), "t:6: this is not a place that can be "
	    "written" },
	{ INSN("ret 1 2"), "t:6: expected the end of the line, found "
	    "\"2\"" },
	{ INSN("unreachable 1"), "t:6: expected the end of the line, found "
	    "\"1\"" },

	/* expressions */
	{ INSN("ret $"), "t:6: expected an expression, found \"$\"" },
	{ INSN("ret %"), "t:6: expected a name, found the end of the line" },
	{ INSN("ret -"), "t:6: expected an expression, found the end of the "
	    "line" },
	{ INSN("ret &5"), "t:6: the operand of \"&\" is not a place" },
	{ INSN("ret 5'A"), "t:6: expected \"'\", found the end of the "
	    "line" },
	{ INSN("ret 5''"), "t:6: expected the name of a macro, found "
	    "\"'\"" },
	{ INSN("ret (5)"), "t:6: expected an operator between spaces, found "
	    "\")\"" },
	{ INSN("ret (%a)x"), "t:6: expected the end of the line, found "
	    "\"x\"" },
	{ INSN("ret (%a+1)"), "t:6: expected an operator between spaces, "
	    "found \"+1)\"" },
	{ INSN("ret (%a && 1)"), "t:6: expected a space, found \"&\"" },
	{ INSN("ret (%a = 1)"), "t:6: expected an operator, found \"=\"" },
	{ INSN("ret (%a + 1"), "t:6: expected \")\", found the end of the "
	    "line" },
	{ INSN("ret %a->x"), "t:6: expected \":\", found the end of the "
	    "line" },
	{ INSN("ret %a->"), "t:6: expected a record, found the end of the "
	    "line" },
	{ INSN("ret %a->x::"), "t:6: expected a member, found the end of "
	    "the line" },
	{ INSN("ret %s.2.x::y"), "t:6: there is no local %s" },
	{ INSN("ret %a[1"), "t:6: expected \"]\", found the end of the "
	    "line" },
	{ INSN("ret 99999999999999999999"), "t:6: the number is too "
	    "large" },
};

static void
rejects(const char *text, size_t size, const char *message)
{
	struct names *ns = names_new();
	struct fault f = { "" };
	struct ir_module *m;
	char *copy = emalloc(size);	/* with nothing behind it */

	memcpy(copy, text, size);
	m = ir_parse(ns, "t", copy, size, NULL, &f);
	if (m != NULL)
		fail_msg("accepted: %s", text);
	assert_string_equal(f.text, message);
	free(copy);
	names_free(ns);
}

static void
bad_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		rejects(bad[i].text, strlen(bad[i].text), bad[i].message);
}

/* Every beginning of a good text is good or an error, never a crash. */
static void
bad_every_beginning(void **state)
{
	struct fault f = { "" };
	char *text, *copy;
	size_t size;

	(void)state;
	assert_int_equal(file_read(TESTDATA "/ir/ok_insns.ir", &text, &size,
	    &f), 0);
	for (size_t n = 0; n <= size; n++) {
		struct names *ns = names_new();
		struct fault g = { "" };
		struct ir_module *m;

		copy = emalloc(n);
		memcpy(copy, text, n);
		m = ir_parse(ns, "t", copy, n, NULL, &g);
		assert_true((m != NULL) == (g.text[0] == '\0'));
		ir_module_free(m);
		free(copy);
		names_free(ns);
	}
	free(text);
}

static void
repeat(struct buf *b, const char *s, size_t n)
{
	while (n-- > 0)
		buf_str(b, s);
}

static void
rejects_repeat(const char *open, size_t n, const char *middle,
    const char *close, const char *message)
{
	struct buf b = { 0 };

	buf_str(&b, "init @x = ");
	repeat(&b, open, n);
	buf_str(&b, middle);
	repeat(&b, close, n);
	buf_str(&b, " \"x\" 1\n");
	if (message != NULL)
		rejects(b.p, b.n, message);
	else {
		struct names *ns = names_new();
		struct fault f = { "" };
		struct ir_module *m;

		m = ir_parse(ns, "t", b.p, b.n, NULL, &f);
		if (m == NULL)
			fail_msg("%s", f.text);
		ir_module_free(m);
		names_free(ns);
	}
	buf_free(&b);
}

static void
bad_depth(void **state)
{
	static const char deep[] =
	    "t:1: the expression is deeper than 256 levels";
	static const char nested[] =
	    "t:1: the expression is nested deeper than 1024 levels";

	(void)state;
	rejects_repeat("!", 255, "@x", "", NULL);
	rejects_repeat("!", 256, "@x", "", deep);
	rejects_repeat("!", 1000000, "@x", "", nested);
	rejects_repeat("(", 1000, "@x", ")", NULL);
	rejects_repeat("(", 1000000, "@x", ")", nested);
	rejects_repeat("", 127, "@x", "->r::f", NULL);
	rejects_repeat("", 100000, "@x", "->r::f", deep);
	rejects_repeat("", 256, "@x", "[0]", deep);
	rejects_repeat("*(", 255, "@x", ")", NULL);
	rejects_repeat("(1 + ", 255, "@x", ")", NULL);
	rejects_repeat("(1 + ", 256, "@x", ")", deep);
}

static void
bad_too_many(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_str(&b, BODY "\t1:1 call @g(0");
	repeat(&b, ", 0", 65535);
	buf_str(&b, ")\n}\n");
	rejects(b.p, b.n, "t:6: more than 65535 arguments");
	buf_clear(&b);
	buf_str(&b, BODY "\t1:1 switch %a b0");
	repeat(&b, ", 0 b0", 65536);
	buf_str(&b, "\n}\n");
	rejects(b.p, b.n, "t:6: more than 65535 cases");
	buf_free(&b);
}

static void
bad_nul_bytes(void **state)
{
	(void)state;
	rejects("\0\n", 2, "t:1: expected an item, found \"?\"");
	rejects("unit \"a\0b\"\n", 11, "t:1: a control character in a "
	    "string");
	rejects("unit \"a\"\0\n", 10, "t:1: expected the end of the line, "
	    "found \"?\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(bad_every_beginning),
		cmocka_unit_test(bad_depth),
		cmocka_unit_test(bad_too_many),
		cmocka_unit_test(bad_nul_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
