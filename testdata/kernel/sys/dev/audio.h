/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * audio: hardware drivers lend their locks to the upper layer.
 */

#ifndef _DEV_AUDIO_H_
#define _DEV_AUDIO_H_

#include <sys/mutex.h>

struct audio_hw_if {
	int	(*open)(void *, int);
	int	(*trigger)(void *);
	int	(*halt)(void *);
	void	(*get_locks)(void *, kmutex_t **, kmutex_t **);
};

struct audio_softc {
	const struct audio_hw_if *hw_if;
	void *hw_hdl;
	kmutex_t *sc_intr_lock;		/* of the hardware driver: spin */
	kmutex_t *sc_lock;		/* of the hardware driver: adaptive */
	bool sc_busy;
};

#endif /* _DEV_AUDIO_H_ */
