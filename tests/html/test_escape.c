/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Text from sources does not become markup. */

#include "../base/test.h"
#include "report/html/html.h"

static void
expect(struct buf *b, const char *want)
{
	assert_string_equal(b->p != NULL ? b->p : "", want);
	buf_free(b);
}

static void
ok_text(void **state)
{
	struct buf b = { 0 };

	(void)state;
	html_text(&b, "<b class=\"x\" id='y'>&amp;\t\n</b>");
	expect(&b, "&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;"
	    "\t\n&lt;/b&gt;");
	html_text(&b, "");
	expect(&b, "");
}

static void
ok_bytes(void **state)
{
	struct buf b = { 0 };

	(void)state;
	html_text(&b, "J\xf6rg J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80");
	expect(&b, "J&#246;rg J&#246;rg &#8364; &#128512;");
	/* Overlong, surrogate, cut short, and beyond Unicode: bytes. */
	html_text(&b, "\xc0\xbc\xed\xa0\x80");
	expect(&b, "&#192;&#188;&#237;&#160;&#65533;");
	html_text(&b, "\xe2\x82");
	expect(&b, "&#226;&#65533;");
	html_text(&b, "\xf4\x90\x80\x80");
	expect(&b, "&#244;&#65533;&#65533;&#65533;");
	html_text(&b, "\x01\x1b[0m\x7f\r");
	expect(&b, "&#65533;&#65533;[0m&#65533;&#65533;");
}

static void
ok_format(void **state)
{
	struct buf b = { 0 };

	(void)state;
	html(&b, "<a href=\"%s\">%d%% %zu %lld%c</a>", "\"><script>", -3,
	    (size_t)7, -9LL, '<');
	expect(&b, "<a href=\"&quot;&gt;&lt;script&gt;\">-3% 7 -9&lt;</a>");
}

static void
ok_json(void **state)
{
	struct buf b = { 0 };

	(void)state;
	html_json(&b, "a\"b\\c</script><!--&'\n\xe2\x80\xa8\xf0\x9f\x98\x80");
	expect(&b, "\"a\\\"b\\\\c\\u003c/script\\u003e\\u003c!--\\u0026"
	    "\\u0027\\u000a\\u2028\\ud83d\\ude00\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ok_text),
		cmocka_unit_test(ok_bytes),
		cmocka_unit_test(ok_format),
		cmocka_unit_test(ok_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
