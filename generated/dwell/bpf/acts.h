/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a clock that starts to what is done when the budget is spent. A timer fires at the end of the
 * budget, or of the quiet time, or whenever the price has moved; what it does then depends only on
 * what holds at that moment, so that a firing too many does no harm.
 */
#pragma once

#include "actor.h"
#include "clock.h"
#include "walk.h"

enum {
	RETRY_NS = 100000,	/* after a walk that left something to do; twice as long each time */
	RETRY_DOUBLINGS = 13,
	ASK_AGAIN_NS = 100000000, /* when the daemon has not done what it was asked for */
	REAP_NS = 1000000000,	/* until a bucket to which all is done is looked at again */
	EMPTY_TRIES = 4,	/* walks that find nobody until its row is given back */
	PATIENT_TRIES = 8,	/* walks, 25 ms of them, in which a signal may be refused */
	RESUME_WALKS = 10,	/* a signal to stop may have been under way */
};

/* What a bucket that is pressed is sent. */
INLINE int signal_of(const struct member *member)
{
	return member->state == MEMBER_KILLED ? SIGKILL : SIGSTOP;
}

/* What the spec asks of a bucket before it does this to it. */
INLINE bool fits(const struct act *act, const struct member *member, u64 now)
{
	for (u32 e = 0; e < EVIDENCES; e++)
		if (act->when & 1u << e && points_of(member, e, now) <= act->above[e])
			return false;
	return true;
}

/* The first act that fits a bucket and does not spare a process; NO_ACT if there is none. */
INLINE u32 choose(const struct member *member, u32 spared, u64 now)
{
	for (u32 i = 0; i < ACTS; i++)
		if (!(spared & 1u << i) && fits(&acts[i], member, now))
			return i;
	return NO_ACT;
}

/* Does it, or tells that nothing is done. The state changes first: from then on every system call
 * and every fork of the bucket asks for it, and the timer walks until nothing is left to do. */
INLINE void enact(struct slot *slot, struct member *member, u32 which, u32 path, u64 now)
{
	u32 before = member->act, from = member->state, to = MEMBER_OVERDUE, kind = ACT_OBSERVE;

	if (which < ACTS && !config.observe_only)
		kind = acts[which].kind;
	if (kind == ACT_KILL)
		to = MEMBER_KILLED;
	else if (kind != ACT_OBSERVE && slot->trusted)
		which = NO_ACT; /* who was asked once has answered for all its life */
	else if (kind == ACT_FREEZE || kind == ACT_ASK)
		to = MEMBER_STOPPED;
	if (!runs(member) || (from == to && before == which) ||
	    __sync_val_compare_and_swap(&member->act, before, which) != before)
		return;
	slot->tries = slot->resume = 0;
	if (from != to && !change(member, from, to))
		return;
	if (which < ACTS && !config.observe_only)
		report(EVENT_ACTED, path, member, now, which);
	else
		report(EVENT_OVERDUE, path, member, now, which);
	if (is_pressed(to))
		look_after(slot, 0);
}

/* Signals the current process if its bucket is being stopped or killed. Returns whether it is. */
INLINE bool press_current(const struct member *member, struct task_struct *leader)
{
	if (!is_pressed(member->state) || spares(member, leader))
		return false;
	signal_current(signal_of(member));
	return true;
}

/* Acts on a bucket whose current process does something after the end of the budget. Returns
 * whether that process was stopped or killed. */
INLINE bool judge(struct member *member, struct task_struct *leader, u64 now)
{
	struct slot *slot = slot_of(member);
	u32 spared;

	member->budget = budget_of(member, current_price(), now);
	if (!slot || now < member->taint + member->budget)
		return false;
	spared = spared_by(leader);
	if (spared == ALL_ACTS)
		return false;
	enact(slot, member, choose(member, spared, now), PATH_SYSTEM_CALL, now);
	return press_current(member, leader);
}

/* On entry to a system call. Returns whether the current process was stopped or killed. */
INLINE bool held(struct member *member, struct task_struct *leader, u64 now)
{
	if (member->state == MEMBER_LIVE && now >= member->taint + member->budget)
		return judge(member, leader, now);
	return press_current(member, leader);
}

/* Starts the clock of a bucket. */
INLINE void taint(struct member *member, struct task_struct *leader, u32 rule, u64 now)
{
	struct slot *slot = slot_of(member);
	u32 from = member->state;

	if (!slot || (from != MEMBER_WATCHED && from != MEMBER_RELEASED))
		return;
	member->class = class_of(leader);
	member->rule = rule;
	member->taint = now;
	member->act = NO_ACT;
	bpf_probe_read_kernel(member->comm, sizeof(member->comm), &leader->comm);
	member->budget = budget_of(member, current_price(), now);
	if (!change(member, from, MEMBER_LIVE))
		return;
	report(EVENT_TAINTED, PATH_NONE, member, now, 0);
	/* No timer, no bound: then it ends now. */
	if (arm(slot, member))
		enact(slot, member, choose(member, spared_by(leader), now), PATH_SYSTEM_CALL, now);
}

/* After points were added. */
INLINE bool weigh(struct member *member, struct task_struct *leader, u64 now)
{
	struct slot *slot = slot_of(member);

	if (!slot)
		return false;
	member->last_event = now;
	note_actor(slot, member, leader);
	for (u32 rule = 0; rule < RULES; rule++) {
		u32 e = limits[rule].evidence;

		if (e < EVIDENCES && points_of(member, e, now) > limits[rule].above)
			taint(member, leader, rule, now);
	}
	if (!runs(member))
		return press_current(member, leader);
	if (judge(member, leader, now))
		return true;
	/* Its budget is shorter than the one that the timer was set for. */
	if (member->state == MEMBER_LIVE)
		arm(slot, member);
	return false;
}

/* Its clock stands. */
INLINE void clear(struct member *member, u64 now)
{
	u32 state = member->state;

	report(EVENT_CLEARED, PATH_NONE, member, now, 0);
	member->act = NO_ACT;
	if (change(member, state, MEMBER_WATCHED))
		member->taint = 0;
}

/* Which acts spare the process that last did something; none of them if that has gone. */
INLINE u32 spared_by_actor(const struct slot *slot, const struct member *member)
{
	struct task_struct *actor;
	u32 spared = 0;

	if (!HAS(bpf_task_from_pid))
		return spared_by_noted(slot, member);
	actor = bpf_task_from_pid(member->actor);
	if (!actor)
		return 0;
	if (belongs(actor, member))
		spared = spared_by(actor);
	bpf_task_release(actor);
	return spared;
}

/* What the timer of a bucket whose clock runs finds. */
INLINE void look(struct slot *slot, struct member *member)
{
	u64 now = bpf_ktime_get_ns(), quiet = quiet_end(member), due;
	u32 spared = spared_by_actor(slot, member);
	bool over;

	member->budget = budget_of(member, current_price(), now);
	due = member->taint + member->budget;
	over = due <= now;
	if (spared == ALL_ACTS ||
	    (quiet <= now && (quiet <= due || member->state == MEMBER_OVERDUE))) {
		clear(member, now);
		return;
	}
	if (!over && !arm(slot, member))
		return;
	enact(slot, member, choose(member, spared, now), PATH_TIMER, now);
	if (member->state == MEMBER_OVERDUE)
		look_after(slot, until(quiet, now) < REAP_NS ? until(quiet, now) : REAP_NS);
	else if (member->state == MEMBER_LIVE) /* another processor is about to act */
		look_after(slot, RETRY_NS);
}

/* Runs in a process of the bucket, which may signal the others as no timer may: the kernel lets
 * nobody do so while the processor is idle. */
static int on_task_work(struct bpf_map *map, void *key, void *value)
{
	struct task_struct *task = bpf_get_current_task_btf(), *leader;
	struct member *member = bpf_map_lookup_elem(&members, key);
	bool meant;

	if (!member || !is_pressed(member->state))
		return 0;
	bpf_rcu_read_lock();
	leader = task->group_leader;
	meant = belongs(leader, member) && !spares(member, leader);
	bpf_rcu_read_unlock();
	if (meant) {
		signal_current(signal_of(member));
		walk(member->id, signal_of(member));
	}
	return 0;
}

/* Has a process do what could not be done from here. */
INLINE void hand_over(struct slot *slot, u32 tgid)
{
	struct task_struct *task;

	if (!HAS(bpf_task_work_schedule_signal_impl))
		return;
	task = bpf_task_from_pid(tgid);
	if (!task)
		return;
	/* Refused while an earlier one is under way; the timer comes again. */
	bpf_task_work_schedule_signal_impl(task, &slot->work, &slots, on_task_work, NULL);
	bpf_task_release(task);
}

/* When to walk again. */
INLINE u64 backoff(const struct slot *slot)
{
	u32 tries = slot->tries;

	return (u64)RETRY_NS << (tries < RETRY_DOUBLINGS ? tries : RETRY_DOUBLINGS);
}

/* What the timer of a bucket finds that is being stopped or killed. */
INLINE void press(struct slot *slot, struct member *member)
{
	bool killed = member->state == MEMBER_KILLED;
	u64 next = REAP_NS;

	slot->tries++;
	if (walk(member->id, signal_of(member))) {
		ask_daemon();
		look_after(slot, ASK_AGAIN_NS);
		return;
	}
	/* Nearly always because the processor is idle, rarely because the process is about to end. */
	if (slot->found.refused) {
		if (slot->tries > PATIENT_TRIES)
			COUNT(signal_errors);
		hand_over(slot, slot->found.first);
	}
	if (slot->found.left) {
		next = backoff(slot);
	} else if (killed && slot->found.spared) {
		clear(member, bpf_ktime_get_ns());
		return;
	} else if (killed && slot->tries > EMPTY_TRIES) {
		release(member);
		return;
	}
	look_after(slot, next);
}

/* Wakes whom the timer still finds stopped. */
INLINE void wake(struct slot *slot, struct member *member)
{
	if (walk(member->id, SIGCONT))
		ask_daemon();
	slot->tries++;
	slot->resume--;
	look_after(slot, backoff(slot));
}

static int on_timer(void *map, u32 *key, struct slot *slot)
{
	struct member *member = bpf_map_lookup_elem(&members, key);
	u32 state;

	if (!member || !lives(member->state))
		return 0;
	state = member->state;
	if (is_pressed(state))
		press(slot, member);
	else if (slot->resume)
		wake(slot, member);
	else if (runs(member))
		look(slot, member);
	return 0;
}

/* Lets a bucket go on that waits: what is known against it is forgotten, and it is not stopped again.
 * What it is killed for still kills it. */
INLINE u32 let_go(struct slot *slot, struct member *member, u64 now)
{
	u32 state = member->state;

	if (state != MEMBER_STOPPED && !runs(member))
		return DECIDED_IDLE;
	forget_points(member, slot, now);
	slot->tries = 0;
	slot->resume = RESUME_WALKS;
	slot->trusted = true;
	if (!change(member, state, MEMBER_RELEASED))
		return DECIDED_IDLE;
	report(EVENT_DECIDED, PATH_NONE, member, now, VERDICT_RELEASE);
	member->taint = 0;
	member->act = NO_ACT;
	if (walk(member->id, SIGCONT))
		ask_daemon();
	look_after(slot, RETRY_NS);
	return DECIDED;
}

/* Kills a bucket, whatever it does. */
INLINE u32 condemn(struct slot *slot, struct member *member, u64 now)
{
	u32 state = member->state;

	slot->tries = slot->resume = 0;
	if (state == MEMBER_KILLED || !change(member, state, MEMBER_KILLED))
		return DECIDED_IDLE;
	report(EVENT_DECIDED, PATH_NONE, member, now, VERDICT_KILL);
	if (walk(member->id, SIGKILL))
		ask_daemon();
	look_after(slot, RETRY_NS);
	return DECIDED;
}

/* A person, or the daemon when the time is up, says how a bucket goes on. */
SEC("syscall")
int decide(struct decision *decision)
{
	struct member *member = member_at(decision->bucket);
	struct slot *slot = member ? slot_of(member) : NULL;
	u64 now = bpf_ktime_get_ns();

	if (!slot)
		return DECIDED_GONE;
	if (config.observe_only)
		return DECIDED_IDLE;
	return decision->verdict == VERDICT_KILL ? condemn(slot, member, now)
						 : let_go(slot, member, now);
}
