/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a bucket to its processes. The state of the bucket is set before the walk begins; a child
 * that is made meanwhile, and that the walk does not see, is acted on at its fork. The walk is done
 * again until nothing is left to do.
 */
#pragma once

#include "enforce.h"

/* Whether a process belongs to a bucket. */
INLINE bool belongs(struct task_struct *leader, const struct member *member)
{
	struct place *place = place_of(leader);
	struct member *of;

	if (place && place->bucket)
		return place->bucket == member->id;
	of = in_scope(leader) ? displaced_of(leader) : NULL;
	if (of)
		return of->id == member->id;
	return BUCKET == BUCKET_CGROUP && cgroup_id(leader) == member->cgroup;
}

/* Whether an act that was chosen for a bucket leaves out one of its processes. */
INLINE bool spares(const struct member *member, struct task_struct *leader)
{
	return member->act < ACTS && spared_by(leader) >> member->act & 1;
}

/* Whether a process is as the signal would make it. One that dies need not hear of it again. */
INLINE bool is_done(u32 flags, int signal)
{
	if (signal == SIGCONT)
		return !(flags & SIGNAL_STOP_STOPPED);
	return flags & SIGNAL_GROUP_EXIT || (signal == SIGSTOP && flags & SIGNAL_STOP_STOPPED);
}

/* Sends a signal to a process of a bucket, if it needs it. */
INLINE void visit(struct found *found, const struct member *member, struct task_struct *leader,
		  int signal)
{
	u32 flags = leader->signal->flags;

	if (leader->signal->live.counter <= 0)
		return;
	if (untouchable(leader) || (signal != SIGCONT && spares(member, leader))) {
		found->spared++;
		return;
	}
	if (is_done(flags, signal)) {
		found->left += flags & SIGNAL_GROUP_EXIT ? 1 : 0;
		return;
	}
	found->left++;
	if (signal_process(leader->tgid, leader->start_boottime, signal)) {
		found->refused++;
		found->first = leader->tgid;
	}
}

/* Sends a signal to all processes of a bucket that need it; its slot keeps what was found. */
CHECKED_ONCE int walk(u64 bucket, int signal)
{
	struct member *member = member_at(bucket);
	struct slot *slot = member ? slot_of(member) : NULL;
	struct bpf_iter_task processes;
	struct task_struct *process;

	if (!slot || !HAS(bpf_send_signal_task) || !HAS(bpf_iter_task_new))
		return -EPERM;
	slot->found = (struct found){};
	bpf_rcu_read_lock();
	bpf_iter_task_new(&processes, NULL, BPF_TASK_ITER_ALL_PROCS);
	while ((process = bpf_iter_task_next(&processes))) {
		if (!belongs(process, member))
			continue;
		process = bpf_task_acquire(process);
		if (process) {
			visit(&slot->found, member, process, signal);
			bpf_task_release(process);
		}
	}
	bpf_iter_task_destroy(&processes);
	bpf_rcu_read_unlock();
	return 0;
}
