/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the program is attached.
 */
#pragma once

#include "adopt.h"
#include "errands.h"
#include "holds.h"
#include "traces.h"
#include "programs.h"
#include "refuse.h"

/* Counts an event against the rules, and starts the clock when one has had enough. */
INLINE void observe(struct task_struct *leader, struct member *member, struct file_event *event,
		    u64 now)
{
	struct slot *slot;
	u32 matching = 0;

	for (u32 rule = 0; rule < RULES; rule++)
		if (matches(rule, event))
			matching |= 1u << rule;
	if (!matching || is_left_alone(leader))
		return;
	if (!member)
		member = bucket_for(leader, now);
	slot = member ? slot_of(member) : NULL;
	if (!slot)
		return;
	member->last_event = now;
	note_actor(slot, member, leader);
	for (u32 rule = 0; rule < RULES; rule++) {
		if (!(matching & 1u << rule))
			continue;
		if (limits[rule].count_above &&
		    !exceeds(&slot->windows[rule], limits[rule].slice_ns,
			     limits[rule].count_above, now))
			continue;
		taint(member, leader, rule, now);
		break;
	}
}

/* Whether a bucket may have to be acted on before a call goes on: while the clock of any runs, at the
 * calls that the spec looks at, since the timer ends who makes no other; while any is being stopped or
 * killed, at all. */
INLINE bool may_hold(u64 nr)
{
	return any_pressed() || (is_in(watched, nr) && any_live());
}

SEC("tp_btf/sys_enter")
int on_sys_enter(u64 *context)
{
	struct pt_regs *regs = (struct pt_regs *)context[0];
	u64 nr = context[1], now;
	struct task_struct *task, *leader;
	struct file_event event;
	struct target target;
	struct member *member;
	struct call call;
	bool looked_at, known, happened;

	looked_at = is_in(entering, nr);
	if (!(looked_at || may_hold(nr)) || !caller_in_scope(regs))
		return 0;
	task = bpf_get_current_task_btf();
	leader = task->group_leader;
	now = bpf_ktime_get_ns();
	member = bucket_of(leader);
	if (member && held(member, leader, now))
		return 0;
	if (!looked_at || is_32_bit(task))
		return 0;
	call = call_of(nr, regs);
	known = target_on_entry(&call, &target);
	happened = known && EVENTS & target.kind;
	if (happened) {
		event_of(&target, now, &event);
		observe(leader, member, &event, now);
	}
	evidence_on_entry(&call, known ? &target : NULL, happened ? &event : NULL, leader, member,
			  now);
	return 0;
}

SEC("tp_btf/sys_exit")
int on_sys_exit(u64 *context)
{
	struct pt_regs *regs = (struct pt_regs *)context[0];
	u64 nr = regs->orig_ax, now;
	s64 result = context[1];
	struct task_struct *task, *leader;
	struct file_event event;
	struct call call;
	bool happened;

	if (!is_in(leaving, nr) || result < 0 || is_idle(nr, regs) || !caller_in_scope(regs))
		return 0;
	task = bpf_get_current_task_btf();
	if (is_32_bit(task))
		return 0;
	leader = task->group_leader;
	now = bpf_ktime_get_ns();
	call = call_of(nr, regs);
	happened = EVENTS && event_on_exit(&call, result, now, &event);
	if (happened)
		observe(leader, NULL, &event, now);
	evidence_on_exit(&call, result, happened ? &event : NULL, leader, now);
	return 0;
}

/* A child that begins as a copy of its parent, with a clock of its own. */
INLINE struct member *copy(const struct member *parent, struct task_struct *child, u64 now)
{
	struct member *member = member_at(begin_for(child, now));
	struct slot *from = slot_of(parent), *to = member ? slot_of(member) : NULL;
	u32 state = parent->state;

	if (!from || !to || index_of(member) == SHARED_ROW)
		return member;
	for (u32 rule = 0; rule < RULES; rule++)
		to->windows[rule] = from->windows[rule];
	for (u32 e = 0; e < EVIDENCES; e++) {
		member->points[e] = parent->points[e];
		member->points_at[e] = parent->points_at[e];
	}
	if (!runs(parent) && !is_pressed(state))
		return member;
	member->taint = parent->taint;
	member->last_event = parent->last_event;
	member->class = parent->class;
	member->rule = parent->rule;
	if (is_pressed(state))
		member->act = parent->act;
	if (!change(member, MEMBER_WATCHED, is_pressed(state) ? state : MEMBER_LIVE))
		return member;
	if (is_pressed(state))
		look_after(to, RETRY_NS);
	else if (arm(to, member))
		enact(to, member, choose(member, spared_by(child), now), PATH_TIMER, now);
	report(EVENT_INHERITED, PATH_NONE, member, now, parent->tgid);
	return member;
}

/* A child belongs where its parent does. The walk of a bucket that is being stopped or killed may
 * have missed it. */
SEC("tp_btf/sched_process_fork")
int on_fork(u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct task_struct *child = (struct task_struct *)context[1];
	struct member *parent, *member;
	struct place place = {};
	u64 now;

	forget_outsider(child);
	if (!current_in_scope() || child->tgid == task->tgid)
		return 0;
	if (!in_scope(child) || untouchable(child))
		return 0;
	now = bpf_ktime_get_ns();
	parent = BUCKET == BUCKET_PROCESS ? bucket_of(task->group_leader)
					  : bucket_for(task->group_leader, now);
	if (!parent)
		return 0;
	member = parent;
	if (BUCKET == BUCKET_PROCESS)
		member = copy(parent, child, now);
	else
		__sync_fetch_and_add(&parent->processes, 1);
	if (member) {
		place.bucket = member->id;
		if (!bpf_task_storage_get(&places, child, &place, BPF_LOCAL_STORAGE_GET_F_CREATE)) {
			COUNT(no_memory);
			displace(child, member->id);
		}
	}
	if (!member)
		member = parent;
	/* If this is refused, the next walk finds it. */
	if (is_pressed(member->state) && !spares(member, child))
		signal_task(child, signal_of(member));
	return 0;
}

/* A process keeps its bucket over exec. When a thread that is not the main one calls it, that thread
 * takes the main one's place, and the storage is gone: it was kept when the main one left. */
SEC("tp_btf/sched_process_exec")
int on_exec(u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct identity who = { .start = task->start_boottime, .tgid = task->tgid };
	s32 old_pid = context[1];
	struct place place = {};
	u64 *bucket;

	if (!current_in_scope() || old_pid == task->pid)
		return 0;
	bucket = bpf_map_lookup_elem(&displaced, &who);
	if (!bucket)
		return 0;
	place.bucket = *bucket;
	if (bpf_task_storage_get(&places, task, &place, BPF_LOCAL_STORAGE_GET_F_CREATE))
		bpf_map_delete_elem(&displaced, &who);
	else
		COUNT(no_memory);
	return 0;
}

/* A thread has left, maybe the last one. */
SEC("tp_btf/sched_process_exit")
int on_exit(u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct task_struct *leader;
	struct identity who;
	struct member *member;
	struct place *place;
	u64 bucket;

	if (!current_in_scope() ||
	    (task->pid != task->tgid && task->signal->live.counter > 0))
		return 0;
	leader = task->group_leader;
	place = place_of(leader);
	who = identity_of(leader);
	bucket = place ? place->bucket : 0;
	if (task->signal->live.counter > 0) {
		if (place && bpf_map_update_elem(&displaced, &who, &bucket, BPF_ANY))
			COUNT(no_memory);
		return 0;
	}
	member = place ? member_at(bucket) : displaced_of(leader);
	/* Two last threads may find nobody else alive. */
	if (place && __sync_val_compare_and_swap(&place->gone, 0, 1))
		return 0;
	if ((!place || task->pid != task->tgid) && bpf_map_delete_elem(&displaced, &who) && !place)
		return 0;
	if (!member || !leave(member))
		return 0;
	if (runs(member) || member->state == MEMBER_STOPPED)
		report(EVENT_EXITED, PATH_NONE, member, bpf_ktime_get_ns(), 0);
	release(member);
	return 0;
}

/* A process was moved to another control group. What leaves the scope leaves its bucket; what is
 * moved by somebody who is in no bucket, such as the init process, begins a new one. */
SEC("tp_btf/cgroup_attach_task")
int on_attach(u64 *context)
{
	struct cgroup *group = (struct cgroup *)context[0];
	struct task_struct *leader = (struct task_struct *)context[2];
	struct task_struct *mover = bpf_get_current_task_btf()->group_leader;
	bool whole = context[3], inside;
	struct member *member;
	struct place *place;
	u64 now, seen, id;

	forget_outsiders();
	if (!whole || leader->pid != leader->tgid || group != leader->cgroups->dfl_cgrp)
		return 0;
	inside = in_scope(leader);
	place = place_of(leader);
	if (inside && (mover->tgid == leader->tgid || untouchable(leader) || is_mover(mover) ||
		       bucket_of(mover)))
		return 0;
	if (!place)
		return 0;
	now = bpf_ktime_get_ns();
	seen = place->bucket;
	member = member_at(seen);
	id = inside ? begin_for(leader, now) : 0;
	if (__sync_val_compare_and_swap(&place->bucket, seen, id) != seen || !member)
		return 0;
	forget_actor(member, leader);
	if (!leave(member))
		return 0;
	if (runs(member))
		report(EVENT_CLEARED, PATH_NONE, member, now, 0);
	release(member);
	return 0;
}

char gpl[] SEC("license") = "GPL";
