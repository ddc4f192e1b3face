/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From an older version of this program to this one. Both watch until the daemon has handed over one
 * process after the other, each with what the older version knows of its bucket.
 *
 * Rules and acts are indices into another spec: the clock goes on for no rule of this one, and a
 * bucket that is stopped waits for the first act here that lets it wait.
 */
#pragma once

#include "acts.h"

/* The rule of a clock that an older version started. */
#define CARRIED_RULE (~0U)

/* The first act that stops a bucket. */
INLINE u32 waiting_act(void)
{
	for (u32 i = 0; i < ACTS; i++)
		if (acts[i].kind == ACT_FREEZE || acts[i].kind == ACT_ASK)
			return i;
	return NO_ACT;
}

/* What was known of the bucket; of two amounts the larger one, of two times the earlier. */
INLINE void learn(struct member *member, const struct member *was)
{
	if (was->began < member->began)
		member->began = was->began;
	if (was->lost > member->lost)
		member->lost = was->lost;
#pragma unroll
	for (u32 e = 0; e < EVIDENCES; e++) {
		u32 most = evidences[e].most;
		u32 points = was->points[e] < most ? was->points[e] : most;

		if (points <= member->points[e])
			continue;
		member->points_at[e] = was->points_at[e];
		member->points[e] = points;
	}
}

/* Its clock runs from when it ran there. Returns false when it is being dealt with already. */
INLINE bool run_on(struct slot *slot, struct member *member, struct task_struct *leader,
		   const struct member *was, u64 now)
{
	if (member->state == MEMBER_WATCHED) {
		member->class = class_of(leader);
		member->rule = CARRIED_RULE;
		member->taint = was->taint;
		member->last_event = was->last_event;
		member->act = NO_ACT;
		if (!change(member, MEMBER_WATCHED, MEMBER_LIVE))
			return false;
		member->budget = budget_of(member, current_price(), now);
		report(EVENT_TAINTED, PATH_NONE, member, now, 0);
	} else if (runs(member) && was->taint < member->taint) {
		member->taint = was->taint;
	}
	if (!runs(member))
		return false;
	if (arm(slot, member))
		enact(slot, member, choose(member, spared_by(leader), now), PATH_TIMER, now);
	return true;
}

/* What was done to the bucket goes on. */
INLINE void go_on(struct slot *slot, struct member *member, struct task_struct *leader,
		  const struct member *was, u64 now)
{
	u32 state = was->state, waiting = config.observe_only ? NO_ACT : waiting_act();

	if (state == MEMBER_RELEASED) {
		slot->trusted = true;
		change(member, MEMBER_WATCHED, MEMBER_RELEASED);
	}
	if (state != MEMBER_LIVE && state != MEMBER_OVERDUE && state != MEMBER_STOPPED &&
	    state != MEMBER_KILLED)
		return;
	if (!run_on(slot, member, leader, was, now))
		return;
	if (state == MEMBER_KILLED && !config.observe_only) {
		if (change(member, member->state, MEMBER_KILLED))
			look_after(slot, 0);
	} else if (state == MEMBER_STOPPED && waiting != NO_ACT) {
		enact(slot, member, waiting, PATH_TIMER, now);
	} else if (state == MEMBER_STOPPED) {
		/* Nothing here lets a bucket wait. */
		slot->resume = RESUME_WALKS;
		look_after(slot, 0);
	}
}

/* The bucket of a process: the one that it has begun here, the one that others of its bucket were
 * taken into, or a new one. */
INLINE struct member *place_in(struct task_struct *leader, u64 bucket, const struct member *was,
			       u64 now)
{
	struct member *member;
	struct place *place;
	u64 seen, id = 0;

	if (BUCKET == BUCKET_CGROUP)
		return bucket_for(leader, now);
	place = bpf_task_storage_get(&places, leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!place) {
		COUNT(no_memory);
		return NULL;
	}
	seen = place->bucket;
	member = member_at(seen);
	if (member)
		return member;
	member = member_at(bucket);
	if (member && join(member))
		id = bucket;
	if (!id)
		id = begin(was->start, was->tgid, was->cgroup, now);
	if (!id)
		id = shared();
	return id ? put(place, seen, id) : NULL;
}

/* Takes a process into its bucket, and the bucket for what it was when this is its first. */
SEC("syscall")
int adopt(struct adoption *adoption)
{
	struct task_struct *leader = bpf_task_from_pid(adoption->tgid);
	struct member was = adoption->row, *member = NULL;
	u64 known = adoption->bucket, now = bpf_ktime_get_ns();
	struct slot *slot;

	adoption->bucket = 0;
	if (!leader)
		return 0;
	if (leader->pid == leader->tgid && in_scope(leader) && !untouchable(leader))
		member = place_in(leader, known, &was, now);
	slot = member ? slot_of(member) : NULL;
	if (slot) {
		adoption->bucket = member->id;
		if (member->id != known && index_of(member) != SHARED_ROW) {
			__builtin_memcpy(member->comm, was.comm, sizeof(was.comm));
			learn(member, &was);
			go_on(slot, member, leader, &was, now);
		}
	}
	bpf_task_release(leader);
	return 0;
}
