/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a process does to files that were there before its bucket, and the points that the spec
 * gives for it.
 *
 *	destroyed	overwritten, truncated, unlinked, renamed over
 *	replaced	… after it was read, while random-looking, encoded or packed bytes take its
 *			place: in the file itself, or in one that the bucket made
 *	type lost	its first bytes told a known type, and now tell none
 *	unseen		changed by no system call that writes: a shared mapping, io_uring
 *
 * Each counts once for a file. Reads and writes are sampled: the first of each file and bucket, then
 * one in eight.
 *
 * Not seen: removals on file systems without the tracepoints of REMOVALS; what another bucket read.
 */
#pragma once

#include "acts.h"
#include "ledger.h"
#include "syscalls.h"

enum {
	ALWAYS_READ = 2,	/* samples of a file that are always taken */
	ALWAYS_WRITTEN = 64,	/* of a bucket */
	THEN_ONE_IN = 8,
};

/* What is seen in one go. In memory, since the function that weighs it takes numbers. */
enum { NO_CALL = ~0U };

struct sight {
	u32 sights;		/* SIGHT_…; 0 for a file event or a system call as such */
	u32 plain;		/* the bytes that gave way were */
	u32 nr;			/* system call, or NO_CALL */
	u32 reserved;
	struct file_event event;
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct sight);
} sight_room SEC(".maps");

INLINE struct sight *sight_here(void)
{
	return bpf_map_lookup_elem(&sight_room, &(u32){ 0 });
}

/* The generated rows: adds the points of every line that fits. Returns how many did. */
INLINE u32 add_all(struct member *member, struct ledger *ledger, struct task_struct *leader,
		   const struct sight *sight, u64 now);

/* Gives the points for what is in the room to a row's bucket. */
CHECKED_ONCE u32 count_evidence(u32 index, u64 now)
{
	struct member *member = bpf_map_lookup_elem(&members, &index);
	struct sight *sight = sight_here();
	struct ledger *ledger;

	if (!member || !sight)
		return 0;
	ledger = ledger_of(member);
	if (!ledger)
		return 0;
	for (u32 kind = 0; kind < SIGHT_KINDS; kind++)
		ledger->seen[kind] += sight->sights >> kind & 1;
	return add_all(member, ledger, bpf_get_current_task_btf()->group_leader, sight, now);
}

/* Counts what is new of a file. Returns whether the current process was stopped or killed. */
INLINE bool witness(struct member *member, struct task_struct *leader, struct record *record,
		    u32 sights, struct dentry *at, u64 now)
{
	u32 fresh = sights & ~record->sights;
	struct sight *room = sight_here();

	if (!fresh || !room)
		return false;
	record->sights |= fresh;
	if (fresh & SIGHT_DESTROYED)
		__sync_fetch_and_add(&member->lost, 1);
	__builtin_memset(room, 0, sizeof(*room));
	room->sights = fresh;
	room->plain = was_plain(record);
	room->nr = NO_CALL;
	room->event.age = AGE_UNKNOWN;
	if (SIGHTS_UNDER_TREES && at)
		room->event.trees = trees_above((u64)at);
	return count_evidence(index_of(member), now) && weigh(member, leader, now);
}

/* A file event or a system call as such. Returns whether the current process was stopped or killed. */
INLINE bool witness_event(struct member *member, struct task_struct *leader,
			  const struct file_event *event, u32 nr, u64 now)
{
	struct sight *room = sight_here();

	if (!room)
		return false;
	__builtin_memset(room, 0, sizeof(*room));
	room->nr = nr;
	if (event)
		room->event = *event;
	return count_evidence(index_of(member), now) && weigh(member, leader, now);
}

/* What it means that content takes the place of an old file's bytes. */
INLINE u32 sights_of(const struct record *record, u32 content, bool head, bool typed)
{
	u32 sights = SIGHT_DESTROYED;

	if (!record->reads)
		return sights;
	if (content == CONTENT_RANDOM && record->source != CONTENT_RANDOM)
		sights |= SIGHT_REPLACED | SIGHT_RANDOM;
	else if (content == CONTENT_ENCODED && record->source != CONTENT_ENCODED)
		sights |= SIGHT_REPLACED | SIGHT_ENCODED;
	else if (content == CONTENT_CONTAINER)
		sights |= SIGHT_REPLACED | SIGHT_CONTAINER;
	if (head && record->source_typed && !typed && content != CONTENT_UNKNOWN)
		sights |= SIGHT_TYPE_LOST;
	return sights;
}

/* An old file goes, or all that is in it. */
INLINE bool witness_end(struct inode *inode, struct dentry *at, u64 now)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct member *member = bucket_for(leader, now);
	struct ledger *ledger;
	struct record *record;
	u32 sights, content;

	if (!member || (READ(inode, i_mode) & S_IFMT) != S_IFREG)
		return false;
	ledger = ledger_of(member);
	record = record_of(inode, member);
	if (!ledger || !record || record->sights & SIGHT_DESTROYED || !is_older(record, member))
		return false;
	content = record->reads ? take(ledger, record) : CONTENT_UNKNOWN;
	/* The same container again is a copy. */
	if (content == CONTENT_CONTAINER && record->source_head == ledger->container_head)
		content = CONTENT_UNKNOWN;
	sights = sights_of(record, content, content == CONTENT_RANDOM || content == CONTENT_ENCODED,
			   false);
	return witness(member, leader, record, sights, at, now);
}

/* One in so many, once the first are through. */
INLINE bool is_sampled(u32 before, u32 always)
{
	return before < always || bpf_get_prandom_u32() % THEN_ONE_IN == 0;
}

/* A system call is about to write. Returns whether its process was stopped or killed. */
INLINE bool witness_write(const struct target *target, struct member *member,
			  struct task_struct *leader, u64 now)
{
	struct inode *inode = READ(target->file, f_inode);
	struct record *record = record_of(inode, member);
	struct ledger *ledger = ledger_of(member);
	u32 weight = 1, looked, content;
	bool head = target->offset == 0, over;
	struct record *from;

	if (!record || !ledger)
		return false;
	record->written = true;
	over = target->offset < record->size && is_older(record, member);
	if (!(over && !(record->sights & SIGHT_REPLACED))) {
		if (!head && !is_sampled(ledger->writes, ALWAYS_WRITTEN))
			return false;
		if (ledger->writes >= ALWAYS_WRITTEN && !head)
			weight = THEN_ONE_IN;
	}
	ledger->writes++;
	if (target->from) {
		/* From file to file: what was written there, else what was read. */
		from = record_of(READ(target->from, f_inode), member);
		looked = from && from->written ? from->output : CONTENT_UNKNOWN;
	} else {
		looked = content_of(target->bytes, target->length, head);
	}
	content = looked & LOOK_CONTENT;
	if (head)
		record->output = content;
	else if (record->output == CONTENT_CONTAINER)
		content = CONTENT_CONTAINER;
	if (!over) {
		ledger->bytes[content] += target->length * weight;
		if (head && content == CONTENT_CONTAINER)
			bpf_probe_read_user(&ledger->container_head, sizeof(ledger->container_head),
					    (const void *)target->bytes);
		return false;
	}
	if (head && content == CONTENT_CONTAINER && record->source == CONTENT_CONTAINER)
		content = CONTENT_UNKNOWN; /* a picture that is made smaller stays one */
	return witness(member, leader, record,
		       sights_of(record, content, head, looked & LOOK_TYPED),
		       (struct dentry *)ADDRESS(target->file, f_path.dentry), now);
}

/* A system call has read. */
INLINE void witness_read(const struct target *target, struct member *member)
{
	struct record *record = record_of(READ(target->file, f_inode), member);
	bool head = target->offset == 0;
	u32 looked;

	if (!record || record->sights & SIGHT_DESTROYED ||
	    !is_sampled(record->reads, ALWAYS_READ))
		return;
	looked = content_of(target->bytes, target->length, head);
	if (!record->reads)
		record->source = looked & LOOK_CONTENT;
	if (head) {
		record->source = looked & LOOK_CONTENT;
		record->source_typed = !!(looked & LOOK_TYPED);
		bpf_probe_read_user(&record->source_head, sizeof(record->source_head),
				    (const void *)target->bytes);
	}
	record->reads++;
	record->plain += !!(looked & LOOK_PLAIN);
}

/* A system call has opened a file: if it made it, the file is not older than the bucket. */
INLINE void witness_open(const struct call *call, u32 fd, struct member *member, u64 now)
{
	struct record *record;
	struct file *file;

	if (!(open_flags(call) & O_CREAT))
		return;
	file = file_of(fd);
	if (!file || !(READ(file, f_mode) & FMODE_CREATED) || !is_regular(file))
		return;
	record = record_of(READ(file, f_inode), member);
	if (record)
		record->made = now;
}

/* Bytes of a page become others, whoever does it. */
INLINE void witness_page(struct inode *inode, u64 offset)
{
	u64 now = bpf_ktime_get_ns();
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct member *member;
	struct record *record;

	if ((READ(inode, i_mode) & S_IFMT) != S_IFREG)
		return;
	member = bucket_for(leader, now);
	record = member ? record_of(inode, member) : NULL;
	if (!record || record->written || offset >= record->size || !is_older(record, member))
		return;
	witness(member, leader, record, SIGHT_DESTROYED | SIGHT_UNSEEN, NULL, now);
}

/* What begins with `?` is loaded where the kernel has the tracepoint. */

#if SIGHTS & ~SIGHT_UNSEEN
SEC("?tp_btf/ext4_unlink_enter")
int on_ext4_unlink(u64 *context)
{
	struct dentry *dentry = (struct dentry *)context[1];
	struct inode *inode;

	if (!current_in_scope())
		return 0;
	dentry = AS(struct dentry, dentry);
	inode = READ(dentry, d_inode);
	/* Another name of it stays. */
	if (READ(inode, i_nlink) == 1)
		witness_end(inode, dentry, bpf_ktime_get_ns());
	return 0;
}

/* A file that another was renamed over, when nobody has it open. */
SEC("?tp_btf/ext4_evict_inode")
int on_ext4_evict(u64 *context)
{
	struct inode *inode;

	if (!current_in_scope())
		return 0;
	inode = AS(struct inode, (void *)context[0]);
	if (READ(inode, i_nlink) == 0)
		witness_end(inode, NULL, bpf_ktime_get_ns());
	return 0;
}

SEC("?tp_btf/ext4_truncate_enter")
int on_ext4_truncate(u64 *context)
{
	struct inode *inode;

	if (!current_in_scope())
		return 0;
	inode = AS(struct inode, (void *)context[0]);
	if (READ(inode, i_nlink))
		witness_end(inode, NULL, bpf_ktime_get_ns());
	return 0;
}
#endif

#if SIGHTS & SIGHT_UNSEEN
SEC("?tp_btf/writeback_dirty_folio")
int on_dirty_folio(u64 *context)
{
	struct address_space *mapping;

	if (!current_in_scope() || !context[1])
		return 0;
	mapping = AS(struct address_space, (void *)context[1]);
	witness_page(READ(mapping, host), 0);
	return 0;
}
#endif
