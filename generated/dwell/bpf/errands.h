/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the program cannot do itself on an older kernel, and leaves to its daemon. Before Linux 6.13
 * it can only signal the process that runs: for any other it wakes the daemon, which has `overdue_tasks`
 * walk over the processes, and signals those that it names. Whom that concerns, and whether it
 * still does, is decided here alone.
 */
#pragma once

#include "acts.h"

const struct errand *const errand_layout __attribute__((used)) = NULL;

/* The signal that a process is due, 0 for none: what the walk of its bucket would send. */
INLINE u32 signal_due(struct task_struct *leader)
{
	struct member *member = bucket_of(leader);
	struct slot *slot = member ? slot_of(member) : NULL;
	int signal;

	if (!slot)
		return 0;
	if (is_pressed(member->state))
		signal = spares(member, leader) ? 0 : signal_of(member);
	else
		signal = slot->resume ? SIGCONT : 0;
	return signal && !is_done(leader->signal->flags, signal) ? signal : 0;
}

/* Names the processes that are to be signalled. */
SEC("iter/task")
int overdue_tasks(u64 *context)
{
	struct bpf_iter_meta *meta = (struct bpf_iter_meta *)context[0];
	struct task_struct *task = (struct task_struct *)context[1];
	struct errand errand = {};

	if (!task || config.observe_only || task->pid != task->tgid || !in_scope(task) ||
	    untouchable(task))
		return 0;
	errand.tgid = task->tgid;
	errand.start = task->start_boottime;
	errand.signal = signal_due(task);
	/* When it does not fit, the kernel asks for this process again with more room. */
	if (errand.signal)
		bpf_seq_write(meta->seq, &errand, sizeof(errand));
	return 0;
}
