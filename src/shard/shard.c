/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * A shard is the text of a module (docs/ir.md) that begins with the line
 *
 *	iplint-ir 1
 *
 * and ends with the line
 *
 *	checksum 0123456789abcdef0123456789abcdef
 *
 * which is the XXH3-128 of every byte before it.  The rest is decided by who
 * handles shards:
 *
 * A kernel build runs many compilers at once and may be killed at any time,
 * so there is one shard per unit, nothing is ever appended to, and it is
 * written whole or not at all: a temporary name, then rename().  There is no
 * fsync(), for there are thousands of them; what a crash of the machine cuts
 * off or leaves zeroed, the last line shows.
 *
 * A shard has no date, no host and no order that depends on the run, so the
 * same unit gives the same bytes: caches hit, and two builds can be compared
 * with cmp(1).
 *
 * It is text, because people debug with less(1) and grep(1), and because the
 * tests of the analysis are the same text.  It is read faster than a compiler
 * can make it.  What tells whether a shard is stale stands first, so that
 * shard_read_head() reads one or two blocks of each.
 */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shard/shard.h"

#define MAGIC		"iplint-ir "
#define CHECKSUM	"checksum "
#define TRAILER		(sizeof(CHECKSUM) - 1 + DIGEST_HEX)	/* with \n */
#define STEM_MAX	200		/* NAME_MAX less key and temporary */
#define HEAD_BLOCK	65536

/* The items that shard_read_head() reads. */
static const char *const head_items[] = {
	MAGIC, "unit ", "tool ", "key ", "lines ", "incomplete ", "source ",
	"level "
};

void
shard_name(const char *unit, struct digest key, struct buf *out)
{
	char hex[DIGEST_HEX];
	size_t n = strlen(unit);

	if (n > STEM_MAX)
		unit += n - STEM_MAX;
	buf_clear(out);
	for (; *unit != '\0'; unit++) {
		bool plain = (*unit >= '0' && *unit <= '9') ||
		    (*unit >= 'a' && *unit <= 'z') ||
		    (*unit >= 'A' && *unit <= 'Z') || *unit == '-' ||
		    (*unit == '.' && out->n > 0);

		buf_chr(out, plain ? *unit : '_');
	}
	digest_hex(key, hex);
	buf_chr(out, '-');
	buf_add(out, hex, 16);
	buf_str(out, ".ipl");
}

int
shard_write(const char *path, const struct ir_module *m, struct fault *f)
{
	struct buf text = { 0 };
	char hex[DIGEST_HEX];
	int error;

	ir_print(m, &text);
	digest_hex(digest_bytes(text.p, text.n), hex);
	buf_str(&text, CHECKSUM);
	buf_str(&text, hex);
	buf_chr(&text, '\n');
	error = file_write(path, text.p, text.n, f);
	buf_free(&text);
	return error;
}

/* Does a text of some size start with a string? */
static bool
starts(const char *text, size_t size, const char *with)
{
	size_t n = strlen(with);

	return size >= n && memcmp(text, with, n) == 0;
}

/* Judge the first line. */
static enum shard_state
check_version(const char *path, const char *text, size_t size,
    struct fault *f)
{
	size_t n = sizeof(MAGIC) - 1, i = n;
	unsigned version = 0;

	if (size == 0) {
		fault_set(f, path, 0, "the shard is empty; compile the unit "
		    "again");
		return SHARD_EMPTY;
	}
	if (memcmp(text, MAGIC, size < n ? size : n) != 0) {
		fault_set(f, path, 0, "this is not a shard: the first line "
		    "is not \"" MAGIC "%d\"", IR_VERSION);
		return SHARD_FOREIGN;
	}
	for (; i < size && text[i] >= '0' && text[i] <= '9'; i++)
		if (version < 1000000)
			version = version * 10 + (unsigned)(text[i] - '0');
	if (i >= size) {
		fault_set(f, path, 0, "the shard is truncated in its first "
		    "line; compile the unit again");
		return SHARD_TRUNCATED;
	}
	if (i == n || text[i] != '\n') {
		fault_set(f, path, 0, "this is not a shard: the first line "
		    "is not \"" MAGIC "%d\"", IR_VERSION);
		return SHARD_FOREIGN;
	}
	if (version == IR_VERSION)
		return SHARD_OK;
	fault_set(f, path, 0, "the shard has format %u, this program reads "
	    "format %d; %s", version, IR_VERSION, version > IR_VERSION ?
	    "use the iplint that belongs to the plugin" :
	    "compile the unit again");
	return SHARD_VERSION;
}

/* Judge the end of the shard: is there a checksum line? */
static enum shard_state
check_trailer(const char *path, const char *text, size_t size,
    struct digest *sum, struct fault *f)
{
	const char *line;

	if (size > TRAILER) {
		line = text + size - TRAILER;
		if (line[-1] == '\n' && starts(line, TRAILER, CHECKSUM) &&
		    digest_parse(line + sizeof(CHECKSUM) - 1, sum) &&
		    line[TRAILER - 1] == '\n')
			return SHARD_OK;
	}
	fault_set(f, path, 0, "the shard is truncated: it has no checksum "
	    "line at its end; compile the unit again");
	return SHARD_TRUNCATED;
}

enum shard_state
shard_parse(struct ir_module **out, struct names *names, const char *path,
    const char *text, size_t size, const struct ir_reader *reader,
    struct fault *f)
{
	enum shard_state state;
	struct digest sum;

	*out = NULL;
	state = check_version(path, text, size, f);
	if (state == SHARD_OK)
		state = check_trailer(path, text, size, &sum, f);
	if (state != SHARD_OK)
		return state;
	if (digest_cmp(sum, digest_bytes(text, size - TRAILER)) != 0) {
		fault_set(f, path, 0, "the shard is damaged: its checksum is "
		    "that of other bytes; compile the unit again");
		return SHARD_DAMAGED;
	}
	*out = ir_parse(names, path, text, size - TRAILER, reader, f);
	return *out != NULL ? SHARD_OK : SHARD_BAD_TEXT;
}

/* The fault of a shard that is not there. */
static enum shard_state
missing(const char *path, struct fault *f)
{
	fault_set(f, path, 0, "the shard is missing; compile the unit with "
	    "the plugin");
	return SHARD_MISSING;
}

enum shard_state
shard_read(struct ir_module **out, struct names *names, const char *path,
    const struct ir_reader *reader, struct fault *f)
{
	enum shard_state state;
	char *text;
	size_t size;

	*out = NULL;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return missing(path, f);
	if (file_read(path, &text, &size, f) != 0)
		return SHARD_UNREADABLE;
	state = shard_parse(out, names, path, text, size, reader, f);
	free(text);
	return state;
}

/* Is this a line that shard_read_head() reads? */
static bool
is_head_line(const char *line, size_t size)
{
	for (size_t i = 0; i < sizeof(head_items) / sizeof(*head_items); i++)
		if (starts(line, size, head_items[i]))
			return true;
	return false;
}

/* Where the head ends; *whole if more bytes cannot make it longer. */
static size_t
head_size(const char *text, size_t size, bool *whole)
{
	const char *line = text, *nl;

	*whole = false;
	while ((nl = memchr(line, '\n', size - (size_t)(line - text))) !=
	    NULL) {
		if (!is_head_line(line, (size_t)(nl - line))) {
			*whole = true;
			break;
		}
		line = nl + 1;
	}
	return (size_t)(line - text);
}

/* Read blocks until text holds the whole head, which is *size bytes. */
static int
read_head(int fd, struct buf *text, size_t *size)
{
	char block[HEAD_BLOCK];
	bool whole = false;
	ssize_t n = 1;

	while (!whole && n != 0) {
		n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		buf_add(text, block, (size_t)n);
		*size = head_size(text->p, text->n, &whole);
	}
	return 0;
}

/* Read the last bytes: enough for check_trailer(). */
static ssize_t
read_tail(int fd, char tail[TRAILER + 1])
{
	struct stat st;
	off_t at;

	if (fstat(fd, &st) != 0)
		return -1;
	at = st.st_size - (off_t)(TRAILER + 1);
	return pread(fd, tail, TRAILER + 1, at > 0 ? at : 0);
}

enum shard_state
shard_read_head(struct ir_module **out, struct names *names,
    const char *path, struct fault *f)
{
	enum shard_state state = SHARD_UNREADABLE;
	struct buf text = { 0 };
	char tail[TRAILER + 1];
	struct digest sum;
	size_t head;
	ssize_t n = -1;
	int fd;

	*out = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return missing(path, f);
	if (fd < 0 || read_head(fd, &text, &head) != 0 ||
	    (n = read_tail(fd, tail)) < 0)
		fault_set(f, path, 0, "cannot read: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	if (n >= 0)
		state = check_version(path, text.p, text.n, f);
	if (state == SHARD_OK)
		state = check_trailer(path, tail, (size_t)n, &sum, f);
	if (state == SHARD_OK) {
		*out = ir_parse(names, path, text.p, head, NULL, f);
		state = *out != NULL ? SHARD_OK : SHARD_BAD_TEXT;
	}
	buf_free(&text);
	return state;
}
