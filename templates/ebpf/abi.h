/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the program and its daemon share. Every struct has an equal in the daemon's `abi` module;
 * its tests compare the two through this object's BTF. Fields are laid out without padding.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC, prices Q(F), processes thread group ids of the first
 * pid namespace.
 */
#pragma once

#include "kernel_types.h"

#define ABI_VERSION 2

enum {
	MAX_EXEMPT = 256,	/* processes that are never looked at */
	MAX_TREES = 8,		/* trees that rules may name */
	MAX_DEPTH = 32,		/* folders between a file and the root of its tree */
	MAX_PATH = 256,		/* bytes of a path that are looked at; a power of two */
	MAX_CASES = 512,	/* cases of one run of `arithmetic` */
};

/* What can be done to a file. */
enum {
	FILE_WRITE = 1,
	FILE_RENAME = 2,
	FILE_UNLINK = 4,
	FILE_TRUNCATE = 8,
};

/* Section .rodata.config: the compiler fills in the first part, the loader the second. */
struct config {
	u32 abi_version;
	u32 members;		/* slots: how many processes can be tainted at once */
	u32 trees;
	u32 classes;
	u32 rules;
	u32 frac_bits;		/* F */
	u32 events;		/* what the rules look at */
	u32 reserved;
	char fibre[64];
	char price_map[64];

	u64 cgroup;		/* id of the cgroup that is looked at, with all below it */
	u32 level;		/* its depth below the root of the hierarchy */
	u32 whole_host;		/* look at every process instead */
	u32 observe_only;	/* do everything but the signal */
	u32 unused;
};

/* A folder above a protected tree. */
struct above {
	u64 ino;
	u32 dev;
	u32 rest;		/* where in `path` what lies below the folder begins */
};

/* Map `trees`: where a protected tree is. */
struct tree {
	u64 ino;
	u32 dev;
	u32 depth;		/* entries of `above`, from the root down */
	struct above above[MAX_DEPTH];
	char path[MAX_PATH];	/* absolute, ends in 0 */
};

enum member_state {
	MEMBER_FREE = 0,
	MEMBER_LIVE = 1,	/* tainted, within its budget */
	MEMBER_OVERDUE = 2,	/* beyond its budget, and only observed */
	MEMBER_KILLED = 3,	/* signalled, not gone yet */
	MEMBER_LEAVING = 4,
};

/* Map `members`: one tainted process each. User space reads it without a lock: a row counts when
 * `state` and `start` are the same before and after. */
struct member {
	u64 start;		/* when the process was made, CLOCK_BOOTTIME: with tgid its identity */
	u64 taint;		/* when its clock started */
	u64 last_event;
	u64 budget;		/* at the price that was last looked at */
	u32 state;
	u32 tgid;
	u32 class;
	u32 rule;		/* the rule that tainted it */
	char comm[16];
};

enum event_kind {
	EVENT_TAINTED = 1,
	EVENT_INHERITED = 2,	/* made by a tainted process */
	EVENT_KILLED = 3,
	EVENT_OVERDUE = 4,	/* would have been killed */
	EVENT_CLEARED = 5,	/* quiet for long enough, out of scope, or now excepted */
	EVENT_EXITED = 6,	/* by itself */
};

/* Who sent the signal. */
enum kill_path {
	PATH_NONE = 0,
	PATH_TIMER = 1,
	PATH_TASK_WORK = 2,	/* the process itself, asked by the timer */
	PATH_SYSTEM_CALL = 3,	/* on entry to a call that a rule looks at */
	PATH_NO_SLOT = 4,	/* at once: no slot or no timer was to be had */
	PATH_DAEMON = 5,	/* the daemon, asked by the timer */
};

/* Ring `events`. */
struct event {
	u64 time;
	u64 dwell;
	u64 budget;
	u64 price;
	u32 kind;
	u32 path;
	u32 tgid;
	u32 parent;		/* EVENT_INHERITED: from whom */
	u32 class;
	u32 rule;
	char comm[16];
};

/* What `overdue_tasks` names: a process and the signal that the daemon sends to it. */
struct errand {
	u64 start;		/* CLOCK_BOOTTIME */
	u32 tgid;
	u32 signal;
};

/* Map `stats`: what went wrong, counted from the load on. */
struct stats {
	u64 events_lost;	/* the ring was full */
	u64 no_memory;		/* no storage for a process: its event was not counted */
	u64 no_slot;		/* processes that were killed because all slots were taken */
	u64 timer_errors;
	u64 signal_errors;	/* signals that the kernel refused; each was tried again */
	u64 slots_lost;
};

/* Argument of `locate`: the directory that a file descriptor of the caller is open on. */
struct location {
	u32 fd;
	u32 dev;
	u64 ino;
};

/* Argument of `spare`: a process that is never looked at from now on. */
struct exemption {
	u32 tgid;
	u32 found;
};

/* Argument of `find_cgroup`. */
struct cgroup_query {
	u64 id;
	u32 level;
	u32 found;
};

/* Argument of `reprice`. */
struct reprice_request {
	u64 price;
	s64 wall_offset;	/* CLOCK_REALTIME − CLOCK_MONOTONIC */
};

/* The price update's constants, as in the daemon's `PriceRule`. */
struct price_rule {
	u32 carry_bits;
	u32 reserved;
	u64 price_lo;
	u64 price_hi;
	u64 capacity;
	u64 step_num;
	u64 step_fixed;
	u64 step_member;
};

/* U(x) = w·log x on a box, as in the daemon's `Reciprocal`. */
struct reciprocal {
	u64 numerator;
	u64 lo;
	u64 hi;
};

/* Map `cases`: one comparison of the kernel's arithmetic with the daemon's. */
struct arithmetic_case {
	struct price_rule rule;
	struct reciprocal demand_of;
	u64 accumulator;
	u64 use;
	u64 price;
	u32 members;
	u32 reserved;
	u64 updated;		/* result: the accumulator */
	u64 demand;		/* result */
};
