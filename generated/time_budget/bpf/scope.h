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

/* Whether a task is in a cgroup, or in one below it. */
INLINE bool is_below(struct task_struct *task, u64 id, u32 level)
{
	struct cgroup *cgroup = task->cgroups->dfl_cgrp;
	struct cgroup *ancestor = NULL;
	struct kernfs_node *node;

	if (cgroup->level < (int)level)
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
	return leader->signal->tty != NULL;
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

/* Whether a process runs an executable that the spec names. */
INLINE bool exe_is(struct task_struct *leader, u32 index)
{
	struct executable *exe = bpf_map_lookup_elem(&exes, &index);
	struct mm_struct *mm = leader->mm;
	struct super_block *super;
	struct inode *inode;
	struct file *file;

	if (!exe || !exe->ino || !mm)
		return false;
	file = AS(struct file, (void *)ADDRESS(AS(struct mm_struct, mm), exe_file));
	inode = READ(file, f_inode);
	super = READ(inode, i_sb);
	return READ(inode, i_ino) == exe->ino && READ(super, s_dev) == exe->dev;
}

/* Whether a process is in a control group that the spec names, or in one below it. */
INLINE bool cgroup_is(struct task_struct *leader, u32 index)
{
	struct control_group *group = bpf_map_lookup_elem(&cgroups, &index);

	return group && group->id && is_below(leader, group->id, group->level);
}
