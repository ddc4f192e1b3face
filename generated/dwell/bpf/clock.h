/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of a process: in its main thread's storage what it did lately, and, once it is
 * tainted, a slot with a timer that was made in advance. Timers that are made when they are needed
 * fail in bursts (ENOMEM), and then nothing would stop the process.
 */
#pragma once

#include "arithmetic.h"
#include "scope.h"

enum { SLICES = 8 };

/* Events of one rule, by the eighth of its window in which they fell. What is counted is never
 * older than the window, and all that is younger than seven eighths of it is counted. */
struct window {
	u64 slice;
	u32 counts[SLICES];
};

enum { SLOT_NONE = 0, SLOT_CLAIMED = ~0U };

struct clock {
	u32 slot;	/* index + 1; stale when the slot is another's by now */
	u32 doomed;	/* to be killed at the next call that a rule looks at */
	struct window windows[RULES];
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_TASK_STORAGE);
	MAP_UINT(map_flags, BPF_F_NO_PREALLOC);
	MAP_TYPE(key, int);
	MAP_TYPE(value, struct clock);
} clocks SEC(".maps");

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, MEMBERS);
	MAP_UINT(map_flags, BPF_F_MMAPABLE);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct member);
} members SEC(".maps");

struct slot {
	struct bpf_timer timer;
	struct bpf_task_work work;
};

/* Beside `members`: what holds a timer cannot be mapped into user space. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, MEMBERS);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct slot);
} slots SEC(".maps");

/* First in, first out: a slot rests before it is used again. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_QUEUE);
	MAP_UINT(max_entries, MEMBERS);
	MAP_TYPE(value, u32);
} free_slots SEC(".maps");

struct {
	MAP_UINT(type, BPF_MAP_TYPE_RINGBUF);
	MAP_UINT(max_entries, 1 << 20);
} events SEC(".maps");

/* Only what a global names is in the object's type information, which the daemon is tested
 * against. */
const struct event *const event_layout __attribute__((used)) = NULL;

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

INLINE struct clock *clock_of(struct task_struct *leader)
{
	return bpf_task_storage_get(&clocks, leader, NULL, 0);
}

/* Whether a row is that of a process: ids are reused, ids with a start time are not. */
INLINE bool is_of(const struct member *member, struct task_struct *leader)
{
	return member->tgid == (u32)leader->tgid && member->start == leader->start_boottime &&
	       member->state != MEMBER_FREE && member->state != MEMBER_LEAVING;
}

/* The row of a process; none when it is not tainted. */
INLINE struct member *member_of(const struct clock *clock, struct task_struct *leader)
{
	u32 index = clock->slot - 1;
	struct member *member = bpf_map_lookup_elem(&members, &index);

	return member && is_of(member, leader) ? member : NULL;
}

/* One more event of a rule. Returns whether there were more of them than its limit. */
INLINE bool exceeds(struct window *window, u64 slice_ns, u32 limit, u64 now)
{
	u64 slice = now / slice_ns;
	u64 last = window->slice;
	u32 total = 0;

	if (slice < last) /* another processor's clock is ahead */
		slice = last;
	for (u32 i = 0; i < SLICES; i++)
		if (slice - last > i)
			window->counts[(slice - i) % SLICES] = 0;
	window->slice = slice;
	__sync_fetch_and_add(&window->counts[slice % SLICES], 1);
	for (u32 i = 0; i < SLICES; i++)
		total += window->counts[i];
	return total > limit;
}

INLINE u64 current_price(void)
{
	u64 *price = bpf_map_lookup_elem(&PRICE_MAP, &(u32){ 0 });

	return price ? *(volatile u64 *)price : 0;
}

INLINE u64 budget_of(u32 class, u64 price)
{
	return class < CLASSES ? demand(&demands[class], price) : 0;
}

/* Tells user space what became of a member. */
INLINE void report(u32 kind, u32 path, const struct member *member, u64 now, u32 parent)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		COUNT(events_lost);
		return;
	}
	event->time = now;
	event->dwell = now - member->taint;
	event->price = current_price();
	event->budget = member->budget;
	event->kind = kind;
	event->path = path;
	event->tgid = member->tgid;
	event->parent = parent;
	event->class = member->class;
	event->rule = member->rule;
	__builtin_memcpy(event->comm, member->comm, sizeof(event->comm));
	bpf_ringbuf_submit(event, 0);
}
