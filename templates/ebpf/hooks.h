/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the program is attached, and the programs that the daemon runs.
 */
#pragma once

#include "errands.h"
#include "syscalls.h"

/* Counts an event against the rules, and starts the clock when one has had enough. */
INLINE void observe(struct task_struct *leader, struct clock *clock,
		    const struct file_event *event, u64 now)
{
	struct member *member;
	u32 matching = 0;

	for (u32 rule = 0; rule < RULES; rule++)
		if (matches(rule, event))
			matching |= 1u << rule;
	if (!matching || untouchable(leader) || excepted(leader))
		return;
	if (!clock)
		clock = bpf_task_storage_get(&clocks, leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!clock) {
		COUNT(no_memory);
		return;
	}
	member = member_of(clock, leader);
	if (member)
		member->last_event = now;
	for (u32 rule = 0; rule < RULES; rule++) {
		struct member seed = { .taint = now, .last_event = now, .rule = rule };

		if (!(matching & 1u << rule))
			continue;
		if (limits[rule].count_above &&
		    !exceeds(&clock->windows[rule], limits[rule].slice_ns,
			     limits[rule].count_above, now))
			continue;
		if (member)
			break;
		seed.class = class_of(leader);
		member = enrol(leader, clock, &seed, true, now);
		if (member)
			report(EVENT_TAINTED, PATH_NONE, member, now, 0);
		break;
	}
}

/* Calls that no rule looks at are let through at once: the timer ends who makes no other. */
SEC("tp_btf/sys_enter")
int on_sys_enter(u64 *context)
{
	u64 nr = context[1], now;
	struct task_struct *task, *leader;
	struct file_event event;
	struct clock *clock;
	struct call call;

	if (!is_in(watched, nr) || !current_in_scope())
		return 0;
	task = bpf_get_current_task_btf();
	if (is_32_bit(task))
		return 0;
	leader = task->group_leader;
	clock = clock_of(leader);
	now = bpf_ktime_get_ns();
	if (clock && overdue(clock, leader, now))
		return 0;
	call = call_of(nr, (struct pt_regs *)context[0]);
	if (event_on_entry(&call, now, &event))
		observe(leader, clock, &event, now);
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

	if (!is_in(leaving, nr) || result < 0 || !current_in_scope())
		return 0;
	task = bpf_get_current_task_btf();
	if (is_32_bit(task))
		return 0;
	leader = task->group_leader;
	now = bpf_ktime_get_ns();
	call = call_of(nr, regs);
	if (event_on_exit(&call, result, now, &event))
		observe(leader, clock_of(leader), &event, now);
	return 0;
}

/* A process that a tainted one makes is tainted for as long; counts go with it, too. */
SEC("tp_btf/sched_process_fork")
int on_fork(u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct task_struct *child = (struct task_struct *)context[1];
	struct member seed, *member;
	struct task_struct *leader;
	struct clock *clock, *copy;
	u64 now;

	if (!current_in_scope() || child->tgid == task->tgid)
		return 0;
	leader = task->group_leader;
	clock = clock_of(leader);
	if (!clock || !in_scope(child) || untouchable(child))
		return 0;
	now = bpf_ktime_get_ns();
	member = member_of(clock, leader);
	copy = bpf_task_storage_get(&clocks, child, clock, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!copy) {
		COUNT(no_memory);
		if (member && !config.observe_only && signal_task(child))
			COUNT(signal_errors);
		return 0;
	}
	copy->slot = SLOT_NONE;
	if (!member)
		return 0;
	seed = (struct member){ .taint = member->taint,
				.last_event = member->last_event,
				.class = member->class,
				.rule = member->rule };
	member = enrol(child, copy, &seed, false, now);
	if (member)
		report(EVENT_INHERITED, PATH_NONE, member, now, leader->tgid);
	return 0;
}

struct search {
	struct task_struct *leader;
	u32 found;
};

static long find_member(u32 index, struct search *search)
{
	struct member *member = bpf_map_lookup_elem(&members, &index);

	if (member && member->tgid == (u32)search->leader->tgid &&
	    member->start == search->leader->start_boottime) {
		search->found = index + 1;
		return 1;
	}
	return 0;
}

/* The clock goes on over exec. When a thread that is not the main one calls it, that thread takes
 * the main one's place, and the storage with the clock is gone: find the slot again. */
SEC("tp_btf/sched_process_exec")
int on_exec(u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	s32 old_pid = context[1];
	struct clock *clock;

	if (!current_in_scope())
		return 0;
	if (old_pid != task->pid) {
		struct search search = { .leader = task };

		bpf_loop(MEMBERS, find_member, &search, 0);
		clock = search.found ? bpf_task_storage_get(&clocks, task, NULL,
							    BPF_LOCAL_STORAGE_GET_F_CREATE)
				     : NULL;
		if (clock)
			clock->slot = search.found;
		else if (search.found)
			COUNT(no_memory);
	}
	clock = clock_of(task);
	if (clock && excepted(task))
		leave(clock, task, EVENT_CLEARED, bpf_ktime_get_ns());
	return 0;
}

/* The last thread has left. */
SEC("tp_btf/sched_process_exit")
int on_exit(u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct task_struct *leader;
	struct clock *clock;

	if (!current_in_scope() || task->signal->live.counter > 0)
		return 0;
	leader = task->group_leader;
	clock = clock_of(leader);
	if (clock)
		leave(clock, leader, EVENT_EXITED, bpf_ktime_get_ns());
	return 0;
}

static long init_slot(u32 index, u32 *ready)
{
	struct slot *slot = bpf_map_lookup_elem(&slots, &index);
	long error;

	if (!slot)
		return 1;
	error = bpf_timer_init(&slot->timer, &slots, CLOCK_MONOTONIC);
	if (error == -EBUSY) /* made by an earlier try */
		return 0;
	if (error || bpf_timer_set_callback(&slot->timer, on_timer) ||
	    bpf_map_push_elem(&free_slots, &index, BPF_ANY))
		return 1;
	*ready += 1;
	return 0;
}

/* Makes the timers. Returns how many it made; run it again until none is missing. */
SEC("syscall")
int init_pool(void *context)
{
	u32 ready = 0;

	bpf_loop(MEMBERS, init_slot, &ready, 0);
	return ready;
}

/* The same for kernels whose programs of section `syscall` may not use a queue, as 6.1's: there it
 * is run on a packet that nobody sends. Elsewhere it is not loaded. */
SEC("tc")
int init_pool_on_packet(void *packet)
{
	u32 ready = 0;

	bpf_loop(MEMBERS, init_slot, &ready, 0);
	return ready;
}

static long rearm(u32 index, void *unused)
{
	struct member *member = bpf_map_lookup_elem(&members, &index);
	struct slot *slot = bpf_map_lookup_elem(&slots, &index);

	if (member && slot && member->state == MEMBER_LIVE && arm(slot, member)) {
		COUNT(timer_errors);
		member->taint = 0; /* what makes a system call ends there */
	}
	return 0;
}

/* Sets the price, which holds for every member at once. */
SEC("syscall")
int reprice(struct reprice_request *request)
{
	u64 *price = bpf_map_lookup_elem(&PRICE_MAP, &(u32){ 0 });
	struct wall *clock = bpf_map_lookup_elem(&wall, &(u32){ 0 });

	if (!price || !clock)
		return 1;
	clock->offset = request->wall_offset;
	__sync_lock_test_and_set(price, request->price);
	bpf_loop(MEMBERS, rearm, NULL, 0);
	return 0;
}

/* Which directory a descriptor of the caller is open on, as this program will see it. */
SEC("syscall")
int locate(struct location *location)
{
	struct file *file = file_of(location->fd);
	struct inode_id id;

	if (!file)
		return 1;
	id = inode_id(READ(file, f_inode));
	location->ino = id.ino;
	location->dev = id.dev;
	return 0;
}

/* How deep a cgroup is, which a process inside a cgroup namespace cannot tell. */
SEC("syscall")
int find_cgroup(struct cgroup_query *query)
{
	struct cgroup *cgroup;

	if (!HAS(bpf_cgroup_from_id))
		return 1;
	cgroup = bpf_cgroup_from_id(query->id);
	if (!cgroup)
		return 2;
	query->level = cgroup->level;
	query->found = true;
	bpf_cgroup_release(cgroup);
	return 0;
}

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, MAX_CASES);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct arithmetic_case);
} cases SEC(".maps");

static long run_case(u32 index, void *unused)
{
	struct arithmetic_case *one = bpf_map_lookup_elem(&cases, &index);

	if (!one)
		return 1;
	one->updated = price_update(&one->rule, one->accumulator, one->use, one->members);
	one->demand = demand(&one->demand_of, one->price);
	return 0;
}

/* Computes every case, so that the daemon can compare. */
SEC("syscall")
int arithmetic(void *context)
{
	return bpf_loop(MAX_CASES, run_case, NULL, 0);
}

char gpl[] SEC("license") = "GPL";
