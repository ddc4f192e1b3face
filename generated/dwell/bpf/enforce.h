/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals. Nothing else in this program sends any.
 */
#pragma once

#include "bucket.h"

enum {
	SIGNAL_TRIES = 32,	/* a processor holds one signal at a time until it may be sent */
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

/* The only way to a process that is not the current one: whatever its caller believes, nothing
 * out of scope and nobody untouchable is signalled. */
INLINE int signal_task(struct task_struct *task, int signal)
{
	if (!HAS(bpf_send_signal_task) || !in_scope(task) || untouchable(task))
		return -EPERM;
	return bpf_send_signal_task(task, signal, PIDTYPE_TGID, 0);
}

/* Signals the current process, on entry to a system call or in its task work: the signal is there
 * before the call changes anything. */
INLINE int signal_current(int signal)
{
	struct task_struct *task = bpf_get_current_task_btf();
	int error = -EPERM;

	if (!current_in_scope() || untouchable(task))
		return error;
	for (u32 i = 0; i < SIGNAL_TRIES; i++) {
		error = bpf_send_signal(signal);
		if (error != -EBUSY)
			break;
	}
	/* Who is about to end can be sent none. */
	if (error && !(task->flags & PF_EXITING))
		COUNT(signal_errors);
	return error;
}

/* Signals a process from any context. The kernel refuses a main thread that has left before the
 * others: then any of those that still run will do. */
CHECKED_ONCE int signal_process(u32 tgid, u64 start, int signal)
{
	struct bpf_iter_task threads;
	struct task_struct *leader, *thread;
	int error = -ESRCH;

	if (!HAS(bpf_send_signal_task))
		return error;
	leader = bpf_task_from_pid(tgid);
	if (!leader)
		return error;
	if (leader->start_boottime == start)
		error = signal_task(leader, signal);
	if (!error || error == -ESRCH || !(leader->flags & PF_EXITING) ||
	    !HAS(bpf_iter_task_new)) {
		bpf_task_release(leader);
		return error;
	}
	bpf_rcu_read_lock();
	bpf_iter_task_new(&threads, leader, BPF_TASK_ITER_PROC_THREADS);
	while ((thread = bpf_iter_task_next(&threads))) {
		if (thread->tgid != leader->tgid || thread->flags & PF_EXITING)
			continue;
		thread = bpf_task_acquire(thread);
		if (thread) {
			error = signal_task(thread, signal);
			bpf_task_release(thread);
			if (!error)
				break;
		}
	}
	bpf_iter_task_destroy(&threads);
	bpf_rcu_read_unlock();
	bpf_task_release(leader);
	return error;
}
