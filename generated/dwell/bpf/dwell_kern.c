/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generated from dwell.num by dslc. Do not edit: change the spec and build again.
 *
 * The kernel program of the fibre `dwell`: when the clock of a process starts, how long it
 * may run, and whom it spares. The headers are the same for every fibre; hooks.h says where the
 * program is attached.
 */

#define MEMBERS 4096
#define CLASSES 2
#define RULES 3
#define ACTS 3
#define EVIDENCES 2
#define LOWERINGS 4
/* Which processes are one member. */
#define BUCKET BUCKET_TREE
#define TREES 1
/* A clock stops after so many nanoseconds without an event; 0: never. */
#define CLEAR_AFTER_NS 10000000000ULL
/* What rules and evidence look at. */
#define EVENTS (FILE_WRITE | FILE_TRUNCATE)
/* What is looked for in files that were there before a bucket. */
#define SIGHTS (SIGHT_RANDOM | SIGHT_ENCODED | SIGHT_CONTAINER | SIGHT_TYPE_LOST | SIGHT_UNSEEN)
#define SIGHTS_UNDER_TREES 0
/* File events that give points as such. */
#define EVENTS_ADDED (0)
/* Lines that add points. */
#define ADDS 6
/* System calls that they name. */
#define CALLS(word) (0)

#include "abi.h"
#include "kernel_calls.h"

const volatile struct config config SEC(".rodata.config") = {
	.abi_version = ABI_VERSION,
	.members = MEMBERS + 1,
	.trees = TREES,
	.classes = CLASSES,
	.rules = RULES,
	.frac_bits = 24,
	.events = EVENTS | (SIGHTS ? FILE_SEEN : 0),
	.bucket = BUCKET,
	.evidences = EVIDENCES,
	.acts = ACTS,
	.exes = 6,
	.cgroups = 0,
	.fibre = "dwell",
	.price_map = "price_dwell",
	.half_life = { 300000000000ULL, 300000000000ULL, },
	.evidence = { "harm", "doubt", },
	.exe_paths = { "/usr/bin/bzip2", "/usr/bin/gzip", "/usr/bin/lz4", "/usr/bin/pigz", "/usr/bin/xz", "/usr/bin/zstd", },
	.cgroup_paths = { },
};

/* Demand x = numerator / price between lo and hi: nanoseconds, price in Q24. */
static const struct reciprocal demands[CLASSES] = {
	/* interactive */
	{ .numerator = 67108864000000000ULL, .lo = 100000ULL, .hi = 202021000ULL },
	/* batch */
	{ .numerator = 16777216000000000ULL, .lo = 100000ULL, .hi = 50506000ULL },
};

/* Evidence: the most points that it can have, in Q16, and the time in which they halve. */
struct evidence {
	u32 most;
	u64 half_life;
};

static const struct evidence evidences[MAX_EVIDENCE] = {
	/* harm */
	{ .most = 786432U, .half_life = 300000000000ULL },
	/* doubt */
	{ .most = 1572864U, .half_life = 300000000000ULL },
};

/* What a point of evidence takes from the worth of a class, in Q32. */
struct lowering {
	u32 class;
	u32 evidence;
	u64 per_point;
};

static const struct lowering lowerings[LOWERINGS] = {
	{ .class = 0, .evidence = 0, .per_point = 357913942ULL },
	{ .class = 0, .evidence = 1, .per_point = 178956971ULL },
	{ .class = 1, .evidence = 0, .per_point = 357913942ULL },
	{ .class = 1, .evidence = 1, .per_point = 178956971ULL },
};

/* What is done to a bucket whose evidence `when` (a bit each) is above these points, in Q16. */
struct act {
	u32 kind;
	u32 when;
	u32 above[MAX_EVIDENCE];
};

static const struct act acts[ACTS] = {
	/* Act 0 */
	{ .kind = ACT_KILL, .when = 0 | 1u << 0,
	  .above = { [0] = 524288U, } },
	/* Act 1 */
	{ .kind = ACT_ASK, .when = 0 | 1u << 1,
	  .above = { [1] = 1310720U, } },
	/* Act 2 */
	{ .kind = ACT_OBSERVE, .when = 0,
	  .above = { } },
};

/* Tree 0: /srv */

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_UINT(map_flags, BPF_F_MMAPABLE);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, u64);
} price_dwell SEC(".maps");
#define PRICE_MAP price_dwell

#include "scope.h"

/* Which acts spare a process, as bits. */
INLINE u32 spared_by(struct task_struct *leader)
{
	u32 spared = 0;

	if (comm_is(leader, "postgres", sizeof("postgres")))
		spared |= 1u << 0;
	if (exe_is_among(leader, 1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5))
		spared |= 1u << 1;
	return spared;
}

#define ALL_ACTS ((1u << ACTS) - 1)
/* Whether each act spares somebody. */
#define EACH_SPARES (1 && 1 && 1 && 0)

/* Who is spared by all of them is not looked at. */
INLINE bool is_left_alone(struct task_struct *leader)
{
	return EACH_SPARES && spared_by(leader) == ALL_ACTS;
}

INLINE u32 class_of(struct task_struct *leader)
{
	if (has_tty(leader))
		return 0;
	return 1;
}

/* Starts the clock of a bucket that does more of it than `count_above` within eight slices (0: at the
 * first), or whose evidence is above `above` points in Q16. */
struct limit {
	u32 count_above;
	u32 evidence;		/* an index, NO_EVIDENCE for a rule that counts */
	u32 above;
	u64 slice_ns;
};

#define NO_EVIDENCE (~0U)

static const struct limit limits[RULES] = {
	{ .count_above = 0, .slice_ns = 1ULL,
	  .evidence = 0, .above = 524288U },
	{ .count_above = 0, .slice_ns = 1ULL,
	  .evidence = 1, .above = 1310720U },
	{ .count_above = 8, .slice_ns = 125000000ULL,
	  .evidence = NO_EVIDENCE, .above = 0U },
};

#include "acts.h"
#include "entropy.h"
#include "syscalls.h"

INLINE bool matches(u32 rule, struct file_event *event)
{
	switch (rule) {
	/* taint when harm > 8 */
	case 0:
		return false;
	/* taint when doubt > 20 */
	case 1:
		return false;
	/* taint on write, ftruncate under "/srv" when age > 2 s and count > 8 within 1 s */
	case 2:
		return event->kind & (FILE_WRITE | FILE_TRUNCATE) &&
		       event->age > 2000000000ULL &&
		       trees_of(event) & 1u << 0;
	}
	return false;
}

#include "evidence.h"

INLINE u32 add_all(struct member *member, struct ledger *ledger, struct task_struct *leader,
		   struct sight *sight, u64 now)
{
	u32 added = 0;

	/* add 4 on replaced as random */
	if (sight->sights & (SIGHT_RANDOM)) {
		add_points(member, 0, 262144U, now);
		added++;
	}
	/* add 4 on replaced as encoded when source plain */
	if (sight->sights & (SIGHT_ENCODED) && sight->plain) {
		add_points(member, 0, 262144U, now);
		added++;
	}
	/* add 1 on replaced as random, replaced as encoded when source plain */
	if (sight->sights & (SIGHT_RANDOM | SIGHT_ENCODED) && sight->plain) {
		add_points(member, 0, 65536U, now);
		added++;
	}
	/* add 3 on type_lost */
	if (sight->sights & (SIGHT_TYPE_LOST)) {
		add_points(member, 0, 196608U, now);
		added++;
	}
	/* add 5 on unseen */
	if (sight->sights & (SIGHT_UNSEEN)) {
		add_points(member, 0, 327680U, now);
		added++;
	}
	/* add 1 on replaced as container, replaced as encoded */
	if (sight->sights & (SIGHT_ENCODED | SIGHT_CONTAINER)) {
		add_points(member, 1, 65536U, now);
		added++;
	}
	return added;
}

#include "hooks.h"
