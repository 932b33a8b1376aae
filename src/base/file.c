/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

#define TEMP_TRIES	1000

/* Record errno under what could not be done. */
static int
fault_errno(struct fault *f, const char *path, const char *what)
{
	return fault_set(f, path, 0, "%s: %s", what, strerror(errno));
}

/* Read until the end of the file, which may be longer than it said. */
static int
read_all(int fd, struct buf *b)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		buf_add(b, chunk, (size_t)n);
	}
	return 0;
}

/* Read a file of a known size into b in one piece. */
static int
read_sized(int fd, struct buf *b, size_t size)
{
	ssize_t n;

	b->p = emalloc(size + 1);
	b->cap = size + 1;
	while (b->n < size) {
		n = read(fd, b->p + b->n, size - b->n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		b->n += (size_t)n;
	}
	b->p[b->n] = '\0';
	return 0;
}

int
file_read(const char *path, char **out, size_t *size, struct fault *f)
{
	struct buf b = { 0 };
	struct stat st;
	int error, fd;

	*out = NULL;
	*size = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fault_errno(f, path, "cannot open");
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		error = read_sized(fd, &b, (size_t)st.st_size);
	else {
		buf_str(&b, "");
		error = 0;
	}
	if (error == 0)
		error = read_all(fd, &b);
	if (error != 0) {
		fault_errno(f, path, "cannot read");
		buf_free(&b);
	}
	close(fd);
	*out = b.p;
	*size = b.n;
	return error;
}

/* Write, however many calls it takes. */
static int
write_all(int fd, const char *p, size_t size)
{
	ssize_t n;

	while (size > 0) {
		n = write(fd, p, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

/*
 * Open a file beside path that nobody else has: the process id keeps
 * processes apart, the number keeps threads and old leftovers apart.
 */
static int
open_temp(const char *path, struct buf *temp)
{
	int fd = -1;

	for (int i = 0; i < TEMP_TRIES; i++) {
		buf_clear(temp);
		buf_fmt(temp, "%s.%ld.%d.tmp", path, (long)getpid(), i);
		fd = open(temp->p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0666);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

int
file_write(const char *path, const void *p, size_t size, struct fault *f)
{
	struct buf temp = { 0 };
	struct stat st;
	int error, fd;

	/* rename() would put a plain file where a device was. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return fault_set(f, path, 0, "cannot replace: this is not a "
		    "regular file");
	fd = open_temp(path, &temp);
	if (fd < 0) {
		fault_errno(f, path, "cannot create");
		buf_free(&temp);
		return -1;
	}
	error = write_all(fd, p, size);
	if (error != 0)
		fault_errno(f, path, "cannot write");
	if (close(fd) != 0 && error == 0)
		error = fault_errno(f, path, "cannot write");
	if (error == 0 && rename(temp.p, path) != 0)
		error = fault_errno(f, path, "cannot rename");
	if (error != 0)
		unlink(temp.p);
	buf_free(&temp);
	return error;
}
