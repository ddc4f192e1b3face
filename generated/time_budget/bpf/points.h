/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The points of an evidence, which halve with time. Several processors may add to them at once.
 */
#pragma once

#include "rows.h"

/* Lets points halve as long as they stood, in whole steps, so that what is left of a step counts
 * the next time. */
INLINE void fade(struct member *member, u32 e, u64 now)
{
	u64 at = member->points_at[e], half_life = evidences[e].half_life;
	u64 step = (half_life + 63) / 64;
	u64 passed = step && now > at ? (now - at) / step * step : 0;

	if (!passed ||
	    __sync_val_compare_and_swap(&member->points_at[e], at, at + passed) != at)
		return;
	for (u32 i = 0; i < POINT_TRIES; i++) {
		u32 points = member->points[e];

		if (__sync_val_compare_and_swap(&member->points[e], points,
						decayed(points, passed, half_life)) == points)
			break;
	}
}

/* Adds points to an evidence. They are not lost when others add, too: at last they are added
 * without regard to the most that there can be. */
INLINE void add_points(struct member *member, u32 e, u32 points, u64 now)
{
	if (e >= EVIDENCES)
		return;
	fade(member, e, now);
	for (u32 i = 0; i < POINT_TRIES; i++) {
		u32 before = member->points[e];
		u32 room = evidences[e].most > before ? evidences[e].most - before : 0;

		if (__sync_val_compare_and_swap(&member->points[e], before,
						before + (points < room ? points : room)) == before)
			return;
	}
	__sync_fetch_and_add(&member->points[e], points);
}

/* The points of an evidence now. */
INLINE u32 points_of(const struct member *member, u32 e, u64 now)
{
	u64 at = member->points_at[e];

	return decayed(member->points[e], now > at ? now - at : 0, evidences[e].half_life);
}
