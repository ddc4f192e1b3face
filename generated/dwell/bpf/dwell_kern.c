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
#define RULES 2
#define TREES 1
/* A clock stops after so many nanoseconds without an event; 0: never. */
#define CLEAR_AFTER_NS 10000000000ULL
/* What the rules look at. */
#define EVENTS (FILE_WRITE | FILE_RENAME | FILE_UNLINK | FILE_TRUNCATE)

#include "abi.h"
#include "kernel_calls.h"

const volatile struct config config SEC(".rodata.config") = {
	.abi_version = ABI_VERSION,
	.members = MEMBERS,
	.trees = TREES,
	.classes = CLASSES,
	.rules = RULES,
	.frac_bits = 24,
	.events = EVENTS,
	.fibre = "dwell",
	.price_map = "price_dwell",
};

/* Demand x = numerator / price between lo and hi: nanoseconds, price in Q24. */
static const struct reciprocal demands[CLASSES] = {
	/* interactive */
	{ .numerator = 67108864000000000ULL, .lo = 20000000ULL, .hi = 202021000ULL },
	/* batch */
	{ .numerator = 16777216000000000ULL, .lo = 20000000ULL, .hi = 50506000ULL },
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

/* Whom the spec spares. */
INLINE bool excepted(struct task_struct *leader)
{
	if (comm_is(leader, "postgres", sizeof("postgres")))
		return true;
	return false;
}

INLINE u32 class_of(struct task_struct *leader)
{
	if (has_tty(leader))
		return 0;
	return 1;
}

#include "enforce.h"
#include "entropy.h"
#include "syscalls.h"

/* Taints a process that does more of it than this within eight slices; 0: at the first. */
struct limit {
	u32 count_above;
	u64 slice_ns;
};

static const struct limit limits[RULES] = {
	{ .count_above = 8, .slice_ns = 125000000ULL },
	{ .count_above = 256, .slice_ns = 125000000ULL },
};

INLINE bool matches(u32 rule, const struct file_event *event)
{
	switch (rule) {
	/* taint on write, ftruncate under "/srv" when age > 2 s and count > 8 within 1 s */
	case 0:
		return event->kind & (FILE_WRITE | FILE_TRUNCATE) &&
		       event->trees & 1u << 0 &&
		       event->age > 2000000000ULL;
	/* taint on rename, unlink under "/srv" when count > 256 within 1 s */
	case 1:
		return event->kind & (FILE_RENAME | FILE_UNLINK) &&
		       event->trees & 1u << 0;
	}
	return false;
}

#include "hooks.h"
