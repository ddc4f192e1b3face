/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Security hooks: what a bucket that is being stopped or killed is about to do to files is refused
 * first. The check on entry to a system call cannot do that: the call goes on until its signal is
 * looked at, and one that had begun before is past the check.
 *
 * A process that is to be killed is told that it may not. For one that is to be stopped the call
 * begins anew when it is let go on, as if nothing had happened.
 */
#pragma once

#include "acts.h"
#include "syscalls.h"

/* Signals the current thread, so that it is the one that stops before it returns from the call. */
INLINE int refuse(int signal)
{
	if (bpf_send_signal_thread(signal)) {
		COUNT(signal_errors);
		return -EPERM;
	}
	return signal == SIGSTOP ? -ERESTARTNOINTR : -EPERM;
}

/* What the current process is answered when it is about to change a file. */
INLINE int may_change(void)
{
	struct task_struct *leader;
	struct member *member;

	if (!any_pressed() || !current_in_scope())
		return 0;
	leader = bpf_get_current_task_btf()->group_leader;
	member = bucket_of(leader);
	if (!member || !is_pressed(member->state) || untouchable(leader) || spares(member, leader))
		return 0;
	return refuse(signal_of(member));
}

/* Writing, by whatever call, also by io_uring. */
SEC("?lsm/file_permission")
int on_file_permission(u64 *context)
{
	struct file *file = (struct file *)context[0];

	return context[1] & MAY_WRITE && is_regular(file) ? may_change() : 0;
}

/* Opening to write, which may truncate. A file that this open has made is nobody's loss, and a
 * call that begins anew would find it there. */
SEC("?lsm/file_open")
int on_file_open(u64 *context)
{
	struct file *file = (struct file *)context[0];

	if (!(file->f_mode & FMODE_WRITE) || file->f_mode & FMODE_CREATED || !is_regular(file))
		return 0;
	return may_change();
}

SEC("?lsm/inode_unlink")
int on_inode_unlink(void *context)
{
	return may_change();
}

SEC("?lsm/inode_rename")
int on_inode_rename(void *context)
{
	return may_change();
}

/* Truncation of a file that is named or open, and changes of its mode and owner. */
SEC("?lsm/inode_setattr")
int on_inode_setattr(void *context)
{
	return may_change();
}
