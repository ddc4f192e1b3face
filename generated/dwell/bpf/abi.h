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

#define ABI_VERSION 3

enum {
	MAX_EXEMPT = 256,	/* processes that are never looked at */
	MAX_TREES = 8,		/* trees that rules may name */
	MAX_DEPTH = 32,		/* folders between a file and the root of its tree */
	MAX_PATH = 256,		/* bytes of a path that are looked at; a power of two */
	MAX_CASES = 512,	/* cases of one run of `arithmetic` */
	MAX_EVIDENCE = 4,	/* evidences of a spec */
	MAX_EXES = 16,		/* executables that a spec may name */
	MAX_CGROUPS = 16,	/* control groups that a spec may name */
};

/* Which processes are one bucket, the member of the spec's open set. */
#define BUCKET_PROCESS 0	/* each by itself; a child begins with a copy */
#define BUCKET_TREE 1		/* a process and all that came from it */
#define BUCKET_CGROUP 2		/* all of one control group */

/* What is done to a bucket whose dwell passed its budget. */
enum act_kind {
	ACT_KILL = 0,
	ACT_FREEZE = 1,		/* stopped until a person decides */
	ACT_THROTTLE = 2,	/* told; the daemon carries it out */
	ACT_ASK = 3,		/* stopped until a person decides, or the daemon when the time is up */
	ACT_OBSERVE = 4,	/* told */
};

enum verdict {
	VERDICT_RELEASE = 0,
	VERDICT_KILL = 1,
};

/* What can be done to a file. */
enum {
	FILE_WRITE = 1,
	FILE_RENAME = 2,
	FILE_UNLINK = 4,
	FILE_TRUNCATE = 8,
	FILE_SEEN = 16,		/* also what becomes of their bytes */
};

/* What can be seen of a file that was there before a bucket. */
#define SIGHT_DESTROYED 1
#define SIGHT_REPLACED 2
#define SIGHT_RANDOM 4		/* replaced by what looks random */
#define SIGHT_ENCODED 8		/* … by what is even over a small alphabet */
#define SIGHT_CONTAINER 16	/* … by a container of a known type */
#define SIGHT_TYPE_LOST 32
#define SIGHT_UNSEEN 64
#define SIGHT_KINDS 7

/* Where a row of the map `ledgers` begins: how many files were seen so by a bucket, by the bits above. */
struct seen {
	u64 bucket;		/* id: the row has had others before */
	u32 files[SIGHT_KINDS];
	u32 reserved;
};

/* Section .rodata.config: the compiler fills in the first part, the loader the second. */
struct config {
	u32 abi_version;
	u32 members;		/* rows: buckets at once, and the shared one */
	u32 trees;
	u32 classes;
	u32 rules;
	u32 frac_bits;		/* F */
	u32 events;		/* what the rules look at */
	u32 bucket;		/* BUCKET_… */
	u32 evidences;
	u32 acts;
	u32 exes;
	u32 cgroups;
	char fibre[64];
	char price_map[64];
	u64 half_life[MAX_EVIDENCE];	/* of each evidence */
	char evidence[MAX_EVIDENCE][64];	/* its name */
	char exe_paths[MAX_EXES][MAX_PATH];	/* absolute */
	char cgroup_paths[MAX_CGROUPS][MAX_PATH];	/* from the root of the hierarchy */

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

/* Map `exes`: an executable that the spec names. */
struct executable {
	u64 ino;
	u32 dev;
	u32 reserved;
};

/* Map `cgroups`: a control group that the spec names; it stands for all below it, too. */
struct control_group {
	u64 id;
	u32 level;
	u32 reserved;
};

enum member_state {
	MEMBER_FREE = 0,
	MEMBER_WATCHED = 1,	/* its clock stands */
	MEMBER_LIVE = 2,	/* its clock runs, within its budget */
	MEMBER_OVERDUE = 3,	/* beyond its budget, and goes on */
	MEMBER_KILLED = 4,	/* being killed */
	MEMBER_STOPPED = 5,	/* stopped, until somebody decides */
	MEMBER_RELEASED = 6,	/* somebody let it go; otherwise as WATCHED */
	MEMBER_LEAVING = 7,
};

/* Map `members`: one bucket each; the last row is the one that those share who find no other.
 * User space reads it without a lock: a row counts when `id` is the same before and after. */
struct member {
	u64 id;			/* generation << 16 | index of the row */
	u64 start;		/* when its first process was made, CLOCK_BOOTTIME */
	u64 cgroup;		/* in which it began: an id */
	u64 began;
	u64 taint;		/* when its clock started */
	u64 last_event;
	u64 budget;		/* at the price that was last looked at */
	u64 points_at[MAX_EVIDENCE];	/* when the points had halved as they have now */
	u32 points[MAX_EVIDENCE];	/* Q16 */
	u32 state;
	u32 tgid;		/* its first process */
	u32 actor;		/* the process that last did what a rule or an evidence looks at */
	u32 class;
	u32 rule;		/* the rule that started the clock */
	u32 act;		/* what was done: an index, NO_ACT if nothing was */
	u32 processes;		/* that have not ended */
	u32 lost;		/* files that were there before it and that it destroyed */
	char comm[16];		/* of `tgid`, then of who started the clock */
};

enum { NO_ACT = 0xffffffff };

enum event_kind {
	EVENT_TAINTED = 1,
	EVENT_INHERITED = 2,	/* a process of its own, made by a tainted one */
	EVENT_ACTED = 3,
	EVENT_OVERDUE = 4,	/* no act fits, or all is only observed */
	EVENT_CLEARED = 5,	/* quiet for long enough, out of scope, or spared by now */
	EVENT_EXITED = 6,	/* by itself */
	EVENT_DECIDED = 7,	/* by a person */
};

/* What found that the budget was spent. */
enum act_path {
	PATH_NONE = 0,
	PATH_TIMER = 1,
	PATH_SYSTEM_CALL = 2,	/* on entry to a call that the spec looks at */
};

/* Ring `events`. */
struct event {
	u64 time;
	u64 dwell;
	u64 budget;
	u64 price;
	u64 bucket;		/* id */
	u32 kind;
	u32 path;
	u32 tgid;
	u32 actor;
	u32 class;
	u32 rule;
	u32 detail;		/* EVENT_INHERITED: from whom; EVENT_ACTED: act; EVENT_DECIDED: verdict */
	u32 state;
	u32 processes;
	u32 lost;
	u32 points[MAX_EVIDENCE];
	char comm[16];
};

/* What `overdue_tasks` names: a process and the signal that the daemon sends to it. */
struct errand {
	u64 start;		/* CLOCK_BOOTTIME */
	u32 tgid;
	u32 signal;
};

/* What `held_processes` names: a process that the daemon keeps in a control group. */
struct held_process {
	u64 start;		/* CLOCK_BOOTTIME */
	u64 bucket;		/* id */
	u32 tgid;
	u32 state;		/* MEMBER_STOPPED, or MEMBER_OVERDUE with an act that slows */
	u32 act;
	u32 reserved;
};

/* Map `stats`: what went wrong, counted from the load on. */
struct stats {
	u64 events_lost;	/* the ring was full */
	u64 no_memory;		/* no storage for a process: its event was not counted, or its bucket lost */
	u64 no_slot;		/* processes that share a bucket because all others were taken */
	u64 timer_errors;
	u64 signal_errors;	/* signals that the kernel went on refusing; each is tried again */
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

/* Argument of `decide`: how a bucket that waits goes on. */
struct decision {
	u64 bucket;		/* id */
	u32 verdict;
	u32 reserved;
};

/* What `decide` returns. */
enum decided {
	DECIDED = 0,
	DECIDED_GONE = 1,	/* there is no such bucket any more */
	DECIDED_IDLE = 2,	/* nothing was done to it that could be taken back */
};

/* Argument of `adopt`: a process of a bucket of an older version of this program. */
struct adoption {
	struct member row;	/* that of its bucket; the points are in the order of this version */
	u64 bucket;		/* id here, 0 for the first process; result: the id, 0 if it is in none */
	u32 tgid;
	u32 reserved;
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
	u32 points[2];		/* of two evidences, Q16 */
	u32 decayed;		/* result: of points[0] */
	u64 per_point[2];	/* what each point takes from the worth, Q32 */
	u64 elapsed;
	u64 half_life;
	u64 updated;		/* result: the accumulator */
	u64 demand;		/* result: at the worth that is left */
};
