/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What control groups do to a bucket: stand still, or have a share of a processor. Only user space
 * makes and fills such groups; who is to be in one is decided here, by what decides whom a signal
 * reaches.
 */
#pragma once

#include "acts.h"

const struct held_process *const held_process_layout __attribute__((used)) = NULL;

/* The process of the daemon while it moves others into groups and out of them; 0 otherwise. Whom it
 * moves stays in its bucket. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, u32);
} mover SEC(".maps");

INLINE bool is_mover(struct task_struct *leader)
{
	u32 *tgid = bpf_map_lookup_elem(&mover, &(u32){ 0 });

	return tgid && *tgid && *tgid == (u32)leader->tgid;
}

/* Whether a control group has a part in what is done to a bucket. */
INLINE bool is_held(const struct member *member)
{
	u32 act = member->act;

	if (member->state == MEMBER_STOPPED)
		return true;
	return member->state == MEMBER_OVERDUE && act < ACTS && acts[act].kind == ACT_THROTTLE;
}

/* A process that belongs to the bucket of its group keeps that bucket in the group it is put into. */
INLINE void keep_place(struct task_struct *leader, struct member *member)
{
	struct place place = { .bucket = member->id };

	if (BUCKET != BUCKET_CGROUP || place_of(leader) || !join(member))
		return;
	if (!bpf_task_storage_get(&places, leader, &place, BPF_LOCAL_STORAGE_GET_F_CREATE)) {
		COUNT(no_memory);
		if (leave(member))
			release(member);
	}
}

/* Names the processes of all buckets that are held. */
SEC("iter/task")
int held_processes(u64 *context)
{
	struct bpf_iter_meta *meta = (struct bpf_iter_meta *)context[0];
	struct task_struct *task = (struct task_struct *)context[1];
	struct member *member;
	struct held_process named = {};

	if (!task || config.observe_only || task->pid != task->tgid || !in_scope(task) ||
	    untouchable(task) || task->signal->live.counter <= 0)
		return 0;
	member = bucket_of(task);
	if (!member || !is_held(member) || spares(member, task))
		return 0;
	keep_place(task, member);
	named.start = task->start_boottime;
	named.bucket = member->id;
	named.tgid = task->tgid;
	named.act = member->act;
	named.state = member->state;
	/* When it does not fit, the kernel asks for this process again with more room. */
	bpf_seq_write(meta->seq, &named, sizeof(named));
	return 0;
}
