/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How even the bytes of a write are. Alone it separates nothing: what is compressed looks like what
 * is encrypted, and base64 looks like text.
 */
#pragma once

#include "files.h"

enum { SAMPLE_RUNS = 4, SAMPLE_RUN = 64, SAMPLE = SAMPLE_RUNS * SAMPLE_RUN };

/*
 * Pairs of equal bytes among 256 that are sampled from a write: Σ c·(c − 1) over the counts c of
 * the byte values. It estimates the collision entropy, log2(256·255 / pairs) bit a byte, without
 * bias. ~0 when the bytes cannot be had: too few, or not in memory.
 */
CHECKED_ONCE u32 equal_pairs(u64 bytes, u64 length)
{
	u64 stride = (length - SAMPLE_RUN) / (SAMPLE_RUNS - 1);
	struct scratch *room = scratch();
	u8 run[SAMPLE_RUN];
	u32 pairs = 0;

	if (!room || !bytes || length < SAMPLE)
		return ~0U;
	__builtin_memset(room->counts, 0, sizeof(room->counts));
	for (u32 r = 0; r < SAMPLE_RUNS; r++) {
		if (bpf_probe_read_user(run, sizeof(run), (const void *)(bytes + r * stride)))
			return ~0U;
		/* Each further equal byte makes 2 more ordered pairs with each one before. */
		for (u32 i = 0; i < SAMPLE_RUN; i++)
			pairs += 2 * room->counts[run[i]]++;
	}
	return pairs;
}
