/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buckets: the members of the spec's open set. A bucket is one process, a process with all that
 * came from it, or a control group, as BUCKET says. Each one that lives has a row of `members`.
 *
 * What others call (files that look at what a process does):
 *
 *	member = bucket_for(leader, now)	the bucket of a process, begun if it has none;
 *						NULL for those that are never looked at
 *	member = bucket_of(leader)		the same, NULL if it has none yet
 *	index_of(member)			its row: below ROWS, its own while it lives
 *	slot_of(member)				what only this program needs of it
 *	member->began, ->start, ->lost		when it began, CLOCK_MONOTONIC; files that it destroyed
 *	add_points(member, e, points, now)	evidence e, in Q16: decays, adds, clamps
 *	weigh(member, leader, now)		acts.h, after points were added: starts the clock if a
 *						rule says so, and acts if the budget is spent. Returns
 *						whether the current process was stopped or killed
 *
 * `leader` is always the main thread of a process: task->group_leader.
 *
 * A process belongs where its task storage says. It is told at its fork, or else at the first thing
 * that it does: then it joins its parent's bucket, or begins one. Somebody who is in no bucket and
 * moves a process into another control group begins a new one, too; who moves itself does not.
 *
 * The kernel may refuse storage when memory is short. The process is then `displaced`: it counts, and
 * is found by walks, until there is storage at one of its next events; only the check on entry to a
 * system call does not see it.
 */
#pragma once

#include "points.h"

INLINE struct place *place_of(struct task_struct *leader)
{
	return bpf_task_storage_get(&places, leader, NULL, 0);
}

INLINE struct identity identity_of(struct task_struct *leader)
{
	return (struct identity){ .start = leader->start_boottime, .tgid = leader->tgid };
}

/* The bucket of a process for which there was no storage. */
INLINE struct member *displaced_of(struct task_struct *leader)
{
	struct identity who = identity_of(leader);
	u64 *bucket = bpf_map_lookup_elem(&displaced, &who);

	return bucket ? member_at(*bucket) : NULL;
}

INLINE u64 cgroup_id(struct task_struct *task)
{
	struct kernfs_node *node = task->cgroups->dfl_cgrp->kn;

	return node->id;
}

INLINE struct member *bucket_of_cgroup(u64 cgroup)
{
	u64 *id = bpf_map_lookup_elem(&by_cgroup, &cgroup);

	return id ? member_at(*id) : NULL;
}

INLINE struct member *bucket_of(struct task_struct *leader)
{
	struct place *place = place_of(leader);

	if (place && place->bucket)
		return member_at(place->bucket);
	return BUCKET == BUCKET_CGROUP ? bucket_of_cgroup(cgroup_id(leader)) : NULL;
}

/* One process more, unless the last has left and the row is being given back. */
INLINE bool join(struct member *member)
{
	for (u32 i = 0; i < JOIN_TRIES; i++) {
		u32 processes = member->processes;

		if (processes == 0)
			return false;
		if (__sync_val_compare_and_swap(&member->processes, processes, processes + 1) ==
		    processes)
			return true;
	}
	return false;
}

/* What a row does not take over from the one that had it before. */
INLINE void forget_points(struct member *member, struct slot *slot, u64 now)
{
	for (u32 e = 0; e < MAX_EVIDENCE; e++) {
		member->points_at[e] = now;
		member->points[e] = 0;
	}
	for (u32 rule = 0; rule < RULES; rule++)
		slot->windows[rule] = (struct window){};
}

/* Fills a row in. The shared one has no process of its own, and never ends: it counts one more. */
INLINE u64 fill(struct member *member, struct slot *slot, u32 index, u64 now)
{
	member->id = ((member->id >> ID_BITS) + 1) << ID_BITS | index;
	member->began = member->last_event = now;
	member->taint = member->budget = 0;
	member->class = member->rule = member->lost = 0;
	member->act = NO_ACT;
	member->processes = 1;
	slot->tries = slot->resume = slot->trusted = 0;
	slot->actor = 0;
	forget_points(member, slot, now);
	__sync_lock_test_and_set(&member->state, MEMBER_WATCHED);
	return member->id;
}

/* A new bucket of one process. Returns its id, 0 when no row is free. */
CHECKED_ONCE u64 begin(u64 start, u32 tgid, u64 cgroup, u64 now)
{
	struct member *member;
	struct slot *slot;
	u32 index;

	if (bpf_map_pop_elem(&free_slots, &index))
		return 0;
	member = bpf_map_lookup_elem(&members, &index);
	slot = bpf_map_lookup_elem(&slots, &index);
	if (!member || !slot)
		return 0;
	member->start = start;
	member->cgroup = cgroup;
	member->tgid = member->actor = tgid;
	return fill(member, slot, index, now);
}

/* The row that all share who find no other; none while those in it are being killed. */
INLINE u64 shared(void)
{
	struct member *member = bpf_map_lookup_elem(&members, &(u32){ SHARED_ROW });

	COUNT(no_slot);
	return member && member->state != MEMBER_KILLED && join(member) ? member->id : 0;
}

/* Gives a row back, unless that is done already. Its timer is left to fire for nothing: to cancel it
 * would take its callback away, and it must be ready for the next bucket. */
INLINE void give_back(struct member *member)
{
	u32 state = member->state, index = index_of(member);

	if (!lives(state) || !change(member, state, MEMBER_LEAVING))
		return;
	member->tgid = 0;
	__sync_lock_test_and_set(&member->state, MEMBER_FREE);
	if (bpf_map_push_elem(&free_slots, &index, BPF_ANY))
		COUNT(slots_lost);
}

/* The shared bucket is empty: nothing of what its last processes did holds for the next. */
INLINE void begin_anew(struct member *member)
{
	struct slot *slot = slot_of(member);
	u32 state = member->state;
	u64 now = bpf_ktime_get_ns();

	if (!slot || !change(member, state, MEMBER_WATCHED))
		return;
	member->taint = 0;
	member->act = NO_ACT;
	member->lost = 0;
	forget_points(member, slot, now);
}

/* No process is left. */
INLINE void release(struct member *member)
{
	u64 cgroup = member->cgroup;

	if (index_of(member) == SHARED_ROW) {
		begin_anew(member);
		return;
	}
	if (BUCKET == BUCKET_CGROUP)
		bpf_map_delete_elem(&by_cgroup, &cgroup);
	give_back(member);
}

/* A new bucket for a process, or a share in one. Returns its id, 0 if neither is to be had. */
INLINE u64 begin_for(struct task_struct *leader, u64 now)
{
	u64 cgroup = cgroup_id(leader), id;
	struct member *member;

	id = begin(leader->start_boottime, leader->tgid, cgroup, now);
	if (!id)
		return shared();
	member = member_at(id);
	if (member)
		bpf_probe_read_kernel(member->comm, sizeof(member->comm), &leader->comm);
	if (BUCKET != BUCKET_CGROUP ||
	    !bpf_map_update_elem(&by_cgroup, &cgroup, &id, BPF_NOEXIST))
		return id;
	/* Another process of the group was faster. */
	if (member)
		give_back(member);
	member = bucket_of_cgroup(cgroup);
	return member && join(member) ? member->id : 0;
}

/* The bucket that a process joins because of where it is or came from; 0: none. */
INLINE u64 inherited(struct task_struct *leader)
{
	struct task_struct *parent = leader->real_parent->group_leader;
	struct member *member = NULL;

	if (BUCKET == BUCKET_CGROUP)
		member = bucket_of_cgroup(cgroup_id(leader));
	else if (BUCKET == BUCKET_TREE && in_scope(parent) && !untouchable(parent))
		member = bucket_of(parent);
	return member && join(member) ? member->id : 0;
}

/* One process less. Returns whether it was the last. */
INLINE bool leave(struct member *member)
{
	return __sync_fetch_and_sub(&member->processes, 1) ==
	       (index_of(member) == SHARED_ROW ? 2 : 1);
}

/* Puts a process into a bucket that has counted it, instead of the one that it was seen in. Its
 * threads may come here together: the first one stands. */
INLINE struct member *put(struct place *place, u64 seen, u64 id)
{
	struct member *member = member_at(id);

	if (__sync_val_compare_and_swap(&place->bucket, seen, id) == seen)
		return member;
	if (member && leave(member))
		release(member);
	return member_at(place->bucket);
}

/* Remembers a process without storage of its own in a bucket that has counted it. Where there is no
 * room for that either, it is not watched until its next event. */
INLINE struct member *displace(struct task_struct *leader, u64 id)
{
	struct identity who = identity_of(leader);
	struct member *member = member_at(id);

	if (!bpf_map_update_elem(&displaced, &who, &id, BPF_NOEXIST))
		return member;
	if (member && leave(member))
		release(member);
	return displaced_of(leader);
}

INLINE struct member *bucket_for(struct task_struct *leader, u64 now)
{
	struct identity who = identity_of(leader);
	struct member *member = NULL;
	struct place *place;
	u64 seen, id = 0;

	place = place_of(leader);
	if (place && (member = member_at(place->bucket)))
		return member;
	if (untouchable(leader))
		return NULL;
	if (!place)
		place = bpf_task_storage_get(&places, leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!place)
		COUNT(no_memory);
	member = displaced_of(leader);
	if (member && !place)
		return member;
	seen = place ? place->bucket : 0;
	/* Counted by its bucket already. */
	if (member && !bpf_map_delete_elem(&displaced, &who))
		id = member->id;
	if (!id)
		id = inherited(leader);
	if (!id)
		id = begin_for(leader, now);
	if (!id)
		return NULL;
	return place ? put(place, seen, id) : displace(leader, id);
}
