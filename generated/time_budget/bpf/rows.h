/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The maps of buckets: a row for each that lives, what only this program needs beside it, and where
 * each process belongs.
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
	POINT_TRIES = 8,	/* others may add points meanwhile */
	MAX_DISPLACED = 1024,	/* processes without storage of their own */
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
	u32 trusted;	/* somebody let it go: it is not stopped again */
	u32 reserved;
	u64 actor;	/* where the kernel keeps the process that `member->actor` names */
	u64 actor_start;
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

/* Bucket of a process that may have no storage: its main thread has left, and should another thread
 * call exec, it takes the main one's place, and the storage is gone with that; or the kernel had no
 * memory for it. This has its memory from the start. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_HASH);
	MAP_UINT(max_entries, MAX_DISPLACED);
	MAP_TYPE(key, struct identity);
	MAP_TYPE(value, u64);
} displaced SEC(".maps");

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

/* How many buckets have a clock that runs, and how many are being stopped or killed. While there are
 * none, most system calls need not be looked at. */
struct census {
	u64 live;
	u64 pressed;
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct census);
} census SEC(".maps");

INLINE struct census *counted(void)
{
	return bpf_map_lookup_elem(&census, &(u32){ 0 });
}

INLINE bool is_pressed(u32 state)
{
	return state == MEMBER_KILLED || state == MEMBER_STOPPED;
}

INLINE bool any_pressed(void)
{
	struct census *now = counted();

	return now && now->pressed;
}

INLINE bool any_live(void)
{
	struct census *now = counted();

	return now && now->live;
}

/* One more, or one less, of those in a state. */
INLINE void count(struct census *now, u32 state, u64 by)
{
	if (state == MEMBER_LIVE)
		__sync_fetch_and_add(&now->live, by);
	else if (is_pressed(state))
		__sync_fetch_and_add(&now->pressed, by);
}

/* Takes a bucket from one state to another; false when it is not in the first any more. */
INLINE bool change(struct member *member, u32 from, u32 to)
{
	struct census *now = counted();
	bool done;

	if (!now)
		return false;
	/* Counted before it can be seen, so that no call slips through. */
	count(now, to, 1);
	done = __sync_val_compare_and_swap(&member->state, from, to) == from;
	count(now, done ? from : to, -1);
	return done;
}
