/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whom the program looks at. Every hook asks `current_in_scope` before it does anything else.
 */
#pragma once

#include "abi.h"
#include "kernel_calls.h"

/* Whether the current process is in the cgroup that was given, or in one below it. */
INLINE bool current_in_scope(void)
{
	return config.whole_host ||
	       bpf_get_current_ancestor_cgroup_id(config.level) == config.cgroup;
}

/*
 * Who is not in scope makes system calls, too, and for each of them a call to a helper is most of what
 * this program costs. So it is remembered of a task, by the place of its registers, which is that of
 * its kernel stack. An entry holds until the stack has another task, which on_fork tells, or until any
 * task is moved between cgroups. Collisions only make it forget.
 */
enum {
	STACK_BITS = 14,	/* stacks are at least so far apart */
	OUTSIDER_BITS = 14,
	OUTSIDERS = 1 << OUTSIDER_BITS,
	MOVE_BITS = 34,		/* of an entry; the others are those of the stack that are not its index */
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, OUTSIDERS);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, u64);
} outsiders SEC(".maps");

/* How often a task was moved. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, u64);
} moves SEC(".maps");

/* Where it is remembered of a task, and what stands there if it is. */
INLINE u64 *outsider(struct pt_regs *regs, u64 *mark)
{
	u64 *moved = bpf_map_lookup_elem(&moves, &(u32){ 0 });
	u64 stack;
	u32 index;

	if (!moved)
		return NULL;
	/* A pointer is no number, but the distance of two is one. */
	stack = ((u64)regs - (u64)moved) >> STACK_BITS;
	index = stack & (OUTSIDERS - 1);
	/* Never 0, which is nobody's. */
	*mark = stack >> OUTSIDER_BITS << MOVE_BITS | ((*moved + 1) & ((1ULL << MOVE_BITS) - 1));
	return bpf_map_lookup_elem(&outsiders, &index);
}

/* `current_in_scope` for the two ends of a system call, which have its registers. */
INLINE bool caller_in_scope(struct pt_regs *regs)
{
	u64 mark = 0, *known;

	if (config.whole_host)
		return true;
	known = outsider(regs, &mark);
	if (known && *known == mark)
		return false;
	if (current_in_scope())
		return true;
	if (known)
		*known = mark;
	return false;
}

/* A new task may have the stack of one that is gone. */
INLINE void forget_outsider(struct task_struct *task)
{
	u64 mark, *known = outsider(bpf_task_pt_regs(task), &mark);

	if (known)
		*known = 0;
}

/* From now on everybody's place is looked at again. */
INLINE void forget_outsiders(void)
{
	u64 *moved = bpf_map_lookup_elem(&moves, &(u32){ 0 });

	if (moved)
		__sync_fetch_and_add(moved, 1);
}

/* Whether a task is in a cgroup, or in one below it. */
INLINE bool is_below(struct task_struct *task, u64 id, u32 level)
{
	struct css_set *groups = READ(task, cgroups);
	struct cgroup *cgroup = READ(groups, dfl_cgrp);
	struct cgroup *ancestor = NULL;
	struct kernfs_node *node;

	if (READ(cgroup, level) < (int)level)
		return false;
	bpf_probe_read_kernel(&ancestor, sizeof(ancestor), &cgroup->ancestors[0] + level);
	ancestor = AS(struct cgroup, ancestor);
	node = READ(ancestor, kn);
	return READ(node, id) == id;
}

/* The same of any task: it may have been moved, or made in another cgroup. */
INLINE bool in_scope(struct task_struct *task)
{
	return config.whole_host || is_below(task, config.cgroup, config.level);
}

/* Process → when it was made: a number that another process has by now exempts nobody. Where no
 * process can be found by its number, the number alone exempts. */
enum { ANY_TIME = 0 };

struct {
	MAP_UINT(type, BPF_MAP_TYPE_HASH);
	MAP_UINT(max_entries, MAX_EXEMPT);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, u64);
} exempt SEC(".maps");

INLINE bool is_exempt(struct task_struct *task)
{
	u32 tgid = task->tgid;
	u64 *start = bpf_map_lookup_elem(&exempt, &tgid);

	return start && (*start == ANY_TIME || *start == task->group_leader->start_boottime);
}

/* Exempts a process. The daemon does so at each start: after a restart it is another one. */
SEC("syscall")
int spare(struct exemption *exemption)
{
	u32 tgid = exemption->tgid;
	struct task_struct *task;
	u64 start = ANY_TIME;
	long error;

	if (HAS(bpf_task_from_pid)) {
		task = bpf_task_from_pid(tgid);
		if (!task)
			return 0;
		start = task->start_boottime;
		bpf_task_release(task);
	}
	error = bpf_map_update_elem(&exempt, &tgid, &start, BPF_ANY);
	exemption->found = !error;
	return error != 0;
}

/* Processes that are never acted on, whatever the spec says. */
INLINE bool untouchable(struct task_struct *task)
{
	return task->tgid <= 1 || task->flags & PF_KTHREAD || is_exempt(task);
}

/* Whether the name of a process is `name`; at most 15 bytes and the 0. */
INLINE bool comm_is(struct task_struct *leader, const char *name, u32 size)
{
	char comm[16];

	if (bpf_probe_read_kernel(comm, sizeof(comm), &leader->comm))
		return false;
	for (u32 i = 0; i < size && i < sizeof(comm); i++)
		if (comm[i] != name[i])
			return false;
	return true;
}

INLINE bool has_tty(struct task_struct *leader)
{
	struct signal_struct *signal = READ(leader, signal);

	return READ(signal, tty) != NULL;
}

/* Executables and control groups that the spec names; the loader finds them. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, MAX_EXES);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct executable);
} exes SEC(".maps");

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, MAX_CGROUPS);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct control_group);
} cgroups SEC(".maps");

INLINE struct executable *exe_at(u32 index)
{
	return bpf_map_lookup_elem(&exes, &index);
}

/* Which of the executables that the spec names a file is, as bits. */
CHECKED_ONCE u32 exes_that_are(u64 ino, u32 dev)
{
	u32 found = 0;

	if (!ino)
		return 0;
	for (u32 i = 0; i < MAX_EXES; i++) {
		struct executable *exe = exe_at(i);
		u64 other;

		if (!exe)
			break;
		/* Without a branch: the verifier would follow both ways of each. */
		other = (exe->ino ^ ino) | (exe->dev ^ dev);
		found |= (u32)(((other | -other) >> 63) ^ 1) << i;
	}
	return found;
}

/* Whether a process runs one of these executables. */
INLINE bool exe_is_among(struct task_struct *leader, u32 which)
{
	struct mm_struct *mm = READ(leader, mm);
	struct super_block *super;
	struct inode *inode;
	struct file *file;

	if (!mm)
		return false;
	file = AS(struct file, (void *)ADDRESS(AS(struct mm_struct, mm), exe_file));
	inode = READ(file, f_inode);
	super = READ(inode, i_sb);
	return exes_that_are(READ(inode, i_ino), READ(super, s_dev)) & which;
}

/* Whether a process is in a control group that the spec names, or in one below it. */
INLINE bool cgroup_is(struct task_struct *leader, u32 index)
{
	struct control_group *group = bpf_map_lookup_elem(&cgroups, &index);

	return group && group->id && is_below(leader, group->id, group->level);
}
