/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * formats: what the gate prints, for other programs.
 *
 * Each function writes the findings that gate_prints(), and the complaints.
 * 0, or -1 and a fault if the database cannot be read.
 */

#ifndef IPLINT_FORMATS_H
#define IPLINT_FORMATS_H

#include "gate/gate.h"

/* The commands of GitHub Actions: "::error file=dev/foo.c,line=12::text". */
int	github_print(struct store *, const struct gate *, FILE *,
	    struct fault *) MUST_CHECK;

/* docs/json.md describes it. */
#define JSON_FORMAT_VERSION	1
int	json_print(struct store *, const struct gate *, struct buf *,
	    struct fault *) MUST_CHECK;

/*
 * What a reader of SARIF takes.  Results are cut from the least severe on,
 * the last ones first; a cut is in the file, and counted here.
 */
struct sarif_limits {
	size_t results;
	size_t locations;		/* of one path */
	size_t others;			/* related locations of one result */
	size_t gzipped;			/* bytes of the file after gzip */
};
/* Those of GitHub's code scanning. */
extern const struct sarif_limits sarif_github;

struct sarif_cut {
	size_t results, locations, others;	/* left out */
};

/* SARIF 2.1.0. */
int	sarif_print(struct store *, const struct gate *,
	    const struct sarif_limits *, struct buf *, struct sarif_cut *,
	    struct fault *) MUST_CHECK;

#endif /* IPLINT_FORMATS_H */
