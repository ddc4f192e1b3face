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
 */
#pragma once

#include "arithmetic.h"
#include "scope.h"

#define ROWS (MEMBERS + 1)
/* The last row is shared by all who find no free one: they are watched together rather than not at
 * all, and none of them is harmed for want of a row alone. */
#define SHARED_ROW MEMBERS

enum {
	ID_BITS = 16,		/* of an id that are the index of its row */
	JOIN_TRIES = 32,	/* others may join or leave meanwhile */
	POINT_TRIES = 8,
	MAX_DEPARTED = 1024,	/* processes whose main thread has left before the others */
};

enum { SLICES = 8 };

/* Events of one rule, by the eighth of its window in which they fell. What is counted is never
 * older than the window, and all that is younger than seven eighths of it is counted. */
struct window {
	u64 slice;
	u32 counts[SLICES];
};

/* Where a process belongs. */
struct place {
	u64 bucket;	/* id; stale when the row has another by now */
	u32 gone;	/* it has been counted out */
	u32 reserved;
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_TASK_STORAGE);
	MAP_UINT(map_flags, BPF_F_NO_PREALLOC);
	MAP_TYPE(key, int);
	MAP_TYPE(value, struct place);
} places SEC(".maps");

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, ROWS);
	MAP_UINT(map_flags, BPF_F_MMAPABLE);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct member);
} members SEC(".maps");

/* What the last walk over its processes found. */
struct found {
	u32 left;	/* that are not yet as they should be */
	u32 refused;	/* of these, those that could not be signalled from there */
	u32 first;	/* one that was refused */
	u32 spared;	/* that the act leaves out */
};

/* Timers that are made when they are needed fail in bursts (ENOMEM), and then nothing would stop
 * the bucket: these are made in advance. */
struct slot {
	struct bpf_timer timer;
	struct bpf_task_work work;
	struct found found;
	u32 tries;	/* walks since something was done to it */
	u32 resume;	/* walks that are still to wake who is stopped */
	struct window windows[RULES];
};

/* Beside `members`: what holds a timer cannot be mapped into user space. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, ROWS);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct slot);
} slots SEC(".maps");

/* First in, first out: a row rests before it is used again. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_QUEUE);
	MAP_UINT(max_entries, MEMBERS);
	MAP_TYPE(value, u32);
} free_slots SEC(".maps");

/* Control group → id of its bucket. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_HASH);
	MAP_UINT(max_entries, BUCKET == BUCKET_CGROUP ? ROWS : 1);
	MAP_TYPE(key, u64);
	MAP_TYPE(value, u64);
} by_cgroup SEC(".maps");

struct identity {
	u64 start;
	u32 tgid;
	u32 reserved;
};

/* Bucket of a process whose main thread has left: should another thread call exec, it takes the
 * main one's place, and the storage is gone with that. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_HASH);
	MAP_UINT(max_entries, MAX_DEPARTED);
	MAP_TYPE(key, struct identity);
	MAP_TYPE(value, u64);
} departed SEC(".maps");

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct stats);
} stats SEC(".maps");

#define COUNT(field)                                                                               \
	do {                                                                                       \
		struct stats *stats_ = bpf_map_lookup_elem(&stats, &(u32){ 0 });                   \
		if (stats_)                                                                        \
			__sync_fetch_and_add(&stats_->field, 1);                                   \
	} while (0)

INLINE u32 index_of(const struct member *member)
{
	return member->id & ((1u << ID_BITS) - 1);
}

INLINE struct slot *slot_of(const struct member *member)
{
	u32 index = index_of(member);

	return bpf_map_lookup_elem(&slots, &index);
}

INLINE bool lives(u32 state)
{
	return state != MEMBER_FREE && state != MEMBER_LEAVING;
}

/* The bucket of an id; none when it is gone. */
INLINE struct member *member_at(u64 id)
{
	u32 index = id & ((1u << ID_BITS) - 1);
	struct member *member = bpf_map_lookup_elem(&members, &index);

	return member && id && member->id == id && lives(member->state) ? member : NULL;
}

INLINE struct place *place_of(struct task_struct *leader)
{
	return bpf_task_storage_get(&places, leader, NULL, 0);
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

/* How many buckets are being stopped or killed. While there are any, every system call is looked
 * at. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, u64);
} pressed SEC(".maps");

INLINE bool is_pressed(u32 state)
{
	return state == MEMBER_KILLED || state == MEMBER_STOPPED;
}

INLINE bool any_pressed(void)
{
	u64 *count = bpf_map_lookup_elem(&pressed, &(u32){ 0 });

	return count && *count;
}

/* Takes a bucket from one state to another; false when it is not in the first any more. */
INLINE bool change(struct member *member, u32 from, u32 to)
{
	u64 *count = bpf_map_lookup_elem(&pressed, &(u32){ 0 });
	bool done;

	if (!count)
		return false;
	/* Counted before it can be seen, so that no call slips through. */
	if (is_pressed(to))
		__sync_fetch_and_add(count, 1);
	done = __sync_val_compare_and_swap(&member->state, from, to) == from;
	if (is_pressed(done ? from : to))
		__sync_fetch_and_sub(count, 1);
	return done;
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
	slot->tries = slot->resume = 0;
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

INLINE struct member *bucket_for(struct task_struct *leader, u64 now)
{
	struct member *member = NULL;
	struct place *place;
	u64 seen, id;

	place = place_of(leader);
	if (place && (member = member_at(place->bucket)))
		return member;
	if (untouchable(leader))
		return NULL;
	if (!place)
		place = bpf_task_storage_get(&places, leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!place) {
		COUNT(no_memory);
		return NULL;
	}
	seen = place->bucket;
	id = inherited(leader);
	if (!id)
		id = begin_for(leader, now);
	return id ? put(place, seen, id) : NULL;
}

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
