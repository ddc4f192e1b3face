/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that the daemon runs: timers, the price, where things are, arithmetic.
 */
#pragma once

#include "acts.h"
#include "files.h"

static long init_slot(u32 index, u32 *ready)
{
	struct member *member = bpf_map_lookup_elem(&members, &index);
	struct slot *slot = bpf_map_lookup_elem(&slots, &index);
	long error;

	if (!member || !slot)
		return 1;
	error = bpf_timer_init(&slot->timer, &slots, CLOCK_MONOTONIC);
	if (error == -EBUSY) /* made by an earlier try */
		return 0;
	if (error || bpf_timer_set_callback(&slot->timer, on_timer))
		return 1;
	if (index == SHARED_ROW)
		fill(member, slot, index, bpf_ktime_get_ns());
	else if (bpf_map_push_elem(&free_slots, &index, BPF_ANY))
		return 1;
	*ready += 1;
	return 0;
}

/* Makes the timers. Returns how many it made; run it again until none is missing. */
SEC("syscall")
int init_pool(void *context)
{
	u32 ready = 0;

	bpf_loop(ROWS, init_slot, &ready, 0);
	return ready;
}

/* The same for kernels whose programs of section `syscall` may not use a queue, as 6.1's: there it
 * is run on a packet that nobody sends. Elsewhere it is not loaded. */
SEC("tc")
int init_pool_on_packet(void *packet)
{
	u32 ready = 0;

	bpf_loop(ROWS, init_slot, &ready, 0);
	return ready;
}

static long rearm(u32 index, void *unused)
{
	struct member *member = bpf_map_lookup_elem(&members, &index);
	struct slot *slot = bpf_map_lookup_elem(&slots, &index);

	/* Without a timer, what makes a system call ends there. */
	if (member && slot && member->state == MEMBER_LIVE && arm(slot, member))
		member->taint = 1;
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
	bpf_loop(ROWS, rearm, NULL, 0);
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
	struct reciprocal of;

	if (!one)
		return 1;
	one->updated = price_update(&one->rule, one->accumulator, one->use, one->members);
	one->decayed = decayed(one->points[0], one->elapsed, one->half_life);
	of = one->demand_of;
	of.numerator = lowered(of.numerator,
			       worth_left(saturating_add(taken(one->points[0], one->per_point[0]),
							 taken(one->points[1], one->per_point[1]))));
	one->demand = demand(&of, one->price);
	return 0;
}

/* Computes every case, so that the daemon can compare. */
SEC("syscall")
int arithmetic(void *context)
{
	return bpf_loop(MAX_CASES, run_case, NULL, 0);
}
