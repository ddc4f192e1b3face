/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From taint to kill. A process's timer fires at the end of its budget, or of its quiet time, or
 * whenever the price has moved; what it does then depends only on what holds at that moment, so
 * that a firing too many does no harm.
 */
#pragma once

#include "clock.h"

enum {
	RETRY_NS = 100000,	/* after a signal that the kernel refused */
	ASK_AGAIN_NS = 100000000, /* when the daemon has not done what it was asked for */
	REAP_NS = 1000000000,	/* until a killed process is looked at again */
};

/* Wakes the daemon; a record says no more than that. When the ring is full, it is being woken. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_RINGBUF);
	MAP_UINT(max_entries, 4096);
} errands SEC(".maps");

INLINE void ask_daemon(void)
{
	u64 *record = bpf_ringbuf_reserve(&errands, sizeof(*record), 0);

	if (record) {
		*record = 0;
		bpf_ringbuf_submit(record, 0);
	}
}

static int on_timer(void *map, u32 *index, struct slot *slot);

/* When a member's quiet time ends. */
INLINE u64 quiet_end(const struct member *member)
{
	return CLEAR_AFTER_NS ? member->last_event + CLEAR_AFTER_NS : ~0ULL;
}

INLINE u64 until(u64 then, u64 now)
{
	return then > now ? then - now : 0;
}

/* Sets the timer to what comes first. The price may move meanwhile, and whoever moves it may have
 * passed this member already: look again. */
INLINE long arm(struct slot *slot, struct member *member)
{
	u64 price = current_price();
	long error = 0;

	for (int i = 0; i < 4; i++) {
		u64 now = bpf_ktime_get_ns();
		u64 quiet = quiet_end(member);
		u64 due, seen = price;

		member->budget = budget_of(member->class, price);
		due = member->taint + member->budget;
		error = bpf_timer_start(&slot->timer, until(due < quiet ? due : quiet, now), 0);
		price = current_price();
		if (error || price == seen)
			break;
	}
	return error;
}

/* Gives a slot back. Its timer is left to fire for nothing: to cancel it would take its callback
 * away, and it must be ready for the next process. */
INLINE void release(u32 index, struct member *member)
{
	u32 state = member->state;

	if (state == MEMBER_FREE || state == MEMBER_LEAVING ||
	    __sync_val_compare_and_swap(&member->state, state, MEMBER_LEAVING) != state)
		return;
	member->tgid = 0;
	__sync_lock_test_and_set(&member->state, MEMBER_FREE);
	if (bpf_map_push_elem(&free_slots, &index, BPF_ANY))
		COUNT(slots_lost);
}

/* Notes that the signal is under way; the first to say so tells user space. */
INLINE void killed(struct member *member, u32 path, u64 now)
{
	if (__sync_val_compare_and_swap(&member->state, MEMBER_LIVE, MEMBER_KILLED) == MEMBER_LIVE)
		report(EVENT_KILLED, path, member, now, 0);
}

/* The only way to a process that is not the current one: whatever its caller believes, nothing
 * out of scope and nobody untouchable is signalled. */
INLINE int signal_task(struct task_struct *task)
{
	if (!HAS(bpf_send_signal_task) || !in_scope(task) || untouchable(task))
		return -EPERM;
	return bpf_send_signal_task(task, SIGKILL, PIDTYPE_TGID, 0);
}

/* Kills a process from any context. The kernel refuses a main thread that has left before the
 * others: then any of those that still run will do. */
INLINE int signal_process(struct task_struct *leader)
{
	struct bpf_iter_task threads;
	struct task_struct *thread;
	int error;

	error = signal_task(leader);
	if (!error || !(leader->flags & PF_EXITING) || !HAS(bpf_iter_task_new) ||
	    !HAS(bpf_task_acquire))
		return error;
	bpf_iter_task_new(&threads, leader, BPF_TASK_ITER_PROC_THREADS);
	while ((thread = bpf_iter_task_next(&threads))) {
		if (thread->tgid != leader->tgid || thread->flags & PF_EXITING)
			continue;
		thread = bpf_task_acquire(thread);
		if (thread) {
			error = signal_task(thread);
			bpf_task_release(thread);
			if (!error)
				break;
		}
	}
	bpf_iter_task_destroy(&threads);
	return error;
}

/* Runs in the process that is to die, when it next returns to user space. */
static int on_task_work(struct bpf_map *map, void *key, void *value)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct member *member = bpf_map_lookup_elem(&members, key);

	if (member && is_of(member, leader) && member->state == MEMBER_LIVE &&
	    current_in_scope()) {
		if (bpf_send_signal(SIGKILL))
			COUNT(signal_errors);
		else
			killed(member, PATH_TASK_WORK, bpf_ktime_get_ns());
	}
	return 0;
}

/* Whether the kernel is past the point where the process still does something. */
INLINE bool is_gone(struct task_struct *leader)
{
	return leader->flags & PF_EXITING && leader->signal->live.counter <= 0;
}

/* The end of the budget, for a process that is not the current one. */
INLINE void end(struct slot *slot, struct member *member, struct task_struct *leader, u64 now)
{
	u64 next = REAP_NS;

	if (config.observe_only) {
		if (__sync_val_compare_and_swap(&member->state, MEMBER_LIVE, MEMBER_OVERDUE) ==
		    MEMBER_LIVE)
			report(EVENT_OVERDUE, PATH_NONE, member, now, 0);
		if (until(quiet_end(member), now) < next)
			next = until(quiet_end(member), now);
	} else if (!HAS(bpf_send_signal_task)) {
		ask_daemon();
		next = ASK_AGAIN_NS;
	} else if (!signal_process(leader)) {
		killed(member, PATH_TIMER, now);
	} else {
		COUNT(signal_errors);
		next = RETRY_NS;
		if (HAS(bpf_task_work_schedule_signal_impl))
			bpf_task_work_schedule_signal_impl(leader, &slot->work, &slots, on_task_work,
							   NULL);
	}
	if (bpf_timer_start(&slot->timer, next, 0))
		COUNT(timer_errors);
}

/* What a member's timer finds. Without a way to find the process, who is to end it looks at it. */
INLINE void look(u32 index, struct slot *slot, struct member *member, struct task_struct *leader)
{
	u64 now = bpf_ktime_get_ns();
	u64 quiet = quiet_end(member), due;
	bool over, clear;

	member->budget = budget_of(member->class, current_price());
	due = member->taint + member->budget;
	over = member->state == MEMBER_KILLED || due <= now;
	clear = quiet <= now && (quiet <= due || member->state == MEMBER_OVERDUE);
	if (member->state != MEMBER_KILLED &&
	    (clear || (leader && (!in_scope(leader) || excepted(leader))))) {
		report(EVENT_CLEARED, PATH_NONE, member, now, 0);
		release(index, member);
		return;
	}
	/* No timer, no bound: then it ends now. */
	if (!over && arm(slot, member)) {
		COUNT(timer_errors);
		over = true;
	}
	if (over)
		end(slot, member, leader, now);
}

static int on_timer(void *map, u32 *key, struct slot *slot)
{
	u32 index = *key;
	struct member *member = bpf_map_lookup_elem(&members, &index);
	struct task_struct *leader;

	if (!member || member->state == MEMBER_FREE || member->state == MEMBER_LEAVING)
		return 0;
	if (!HAS(bpf_task_from_pid)) {
		look(index, slot, member, NULL);
		return 0;
	}
	leader = bpf_task_from_pid(member->tgid);
	if (!leader) {
		release(index, member);
		return 0;
	}
	if (!is_of(member, leader) || is_gone(leader))
		release(index, member);
	else
		look(index, slot, member, leader);
	bpf_task_release(leader);
	return 0;
}

/* A process for which nothing can measure the time is not given any. */
INLINE void refuse(struct task_struct *leader, struct clock *clock, const struct member *member,
		   bool current, u64 now)
{
	COUNT(no_slot);
	if (config.observe_only) {
		clock->slot = SLOT_NONE;
		return;
	}
	clock->doomed = true;
	report(EVENT_KILLED, PATH_NO_SLOT, member, now, 0);
	if (!current && !HAS(bpf_send_signal_task))
		ask_daemon();
	else if (current ? bpf_send_signal(SIGKILL) : signal_task(leader))
		COUNT(signal_errors);
}

/* Starts the clock of a process as `seed` says. Returns its row, none if it had one already or
 * could not get one. */
INLINE struct member *enrol(struct task_struct *leader, struct clock *clock, struct member *seed,
			    bool current, u64 now)
{
	u32 stale = clock->slot, index;
	struct member *member = NULL;
	struct slot *slot;

	/* Threads of one process may come here together. */
	if (stale == SLOT_CLAIMED ||
	    __sync_val_compare_and_swap(&clock->slot, stale, SLOT_CLAIMED) != stale)
		return NULL;
	seed->tgid = leader->tgid;
	seed->start = leader->start_boottime;
	bpf_probe_read_kernel(seed->comm, sizeof(seed->comm), &leader->comm);
	if (!bpf_map_pop_elem(&free_slots, &index)) {
		member = bpf_map_lookup_elem(&members, &index);
		slot = bpf_map_lookup_elem(&slots, &index);
		if (!member || !slot)
			return NULL;
		*member = *seed;
		__sync_lock_test_and_set(&member->state, MEMBER_LIVE);
		if (arm(slot, member)) {
			COUNT(timer_errors);
			release(index, member);
			member = NULL;
		}
	}
	if (member)
		clock->slot = index + 1;
	else
		refuse(leader, clock, seed, current, now);
	return member;
}

/* Gives the slot of a process back, if it has one. */
INLINE void leave(struct clock *clock, struct task_struct *leader, u32 kind, u64 now)
{
	struct member *member = member_of(clock, leader);

	if (!member)
		return;
	if (member->state != MEMBER_KILLED)
		report(kind, PATH_NONE, member, now, 0);
	release(clock->slot - 1, member);
}

/* Kills the current process if its time is over. Returns whether it is doomed. */
INLINE bool overdue(struct clock *clock, struct task_struct *leader, u64 now)
{
	struct member *member;

	if (config.observe_only)
		return false;
	if (clock->doomed) {
		bpf_send_signal(SIGKILL);
		return true;
	}
	member = member_of(clock, leader);
	if (!member)
		return false;
	member->budget = budget_of(member->class, current_price());
	if (now < member->taint + member->budget || excepted(leader))
		return false;
	if (bpf_send_signal(SIGKILL))
		COUNT(signal_errors);
	else
		killed(member, PATH_SYSTEM_CALL, now);
	return true;
}
