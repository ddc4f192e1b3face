/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process of a bucket that last did what a rule or an evidence looks at. Whether the spec spares
 * it is asked again when the budget ends, where the process is not the one that runs.
 *
 * Linux 6.2 and later find it by its number. For older ones it is noted where the kernel keeps it. By
 * then another process may be kept there, or nothing: it is only read, through a helper that bears
 * that, and counts if it was the same one before and after.
 */
#pragma once

#include "bucket.h"

INLINE void note_actor(struct slot *slot, struct member *member, struct task_struct *leader)
{
	member->actor = leader->tgid;
	slot->actor_start = leader->start_boottime;
	slot->actor = (u64)leader;
}

/* It has left the bucket. */
INLINE void forget_actor(struct member *member, struct task_struct *leader)
{
	struct slot *slot = slot_of(member);

	if (slot && member->actor == (u32)leader->tgid)
		slot->actor = 0;
}

/* Whether the process that was noted is still there. */
INLINE bool is_noted(const struct slot *slot, const struct member *member,
		     struct task_struct *actor)
{
	return (u32)READ(actor, tgid) == member->actor &&
	       READ(actor, start_boottime) == slot->actor_start &&
	       !(READ(actor, flags) & PF_EXITING);
}

/* Which acts spare it. */
INLINE u32 spared_by_noted(const struct slot *slot, const struct member *member)
{
	struct task_struct *actor;
	u32 spared;

	if (!slot->actor)
		return 0;
	actor = AS(struct task_struct, (void *)slot->actor);
	if (!is_noted(slot, member, actor))
		return 0;
	spared = spared_by(actor);
	return is_noted(slot, member, actor) ? spared : 0;
}
