/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a process does to files that were there before its bucket, and the points that the spec
 * gives for it.
 *
 *	destroyed	overwritten, truncated, unlinked, renamed over
 *	replaced	… after it was read, while random-looking, encoded or packed bytes take its
 *			place: in the file itself, or in one that the bucket made
 *	type lost	its first bytes told a known type, and now tell none
 *	unseen		changed by bytes that no system call passes: a shared mapping, io_uring, a pipe
 *
 * Each counts once for a file. Reads and writes are sampled: the first of each file and bucket, then
 * one in eight. traces.h has what no argument of a system call tells.
 *
 * Not seen: what another bucket has read.
 */
#pragma once

#include "acts.h"
#include "ledger.h"
#include "syscalls.h"

enum {
	ALWAYS_READ = 2,	/* samples of a file that are always taken */
	ALWAYS_WRITTEN = 64,	/* of a bucket */
	ALWAYS_OVERWRITTEN = 16, /* of a file: its first bytes, or old ones that may yet be replaced */
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
		   struct sight *sight, u64 now);

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
		ledger->seen.files[kind] += sight->sights >> kind & 1;
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
	if (SIGHTS_UNDER_TREES)
		room->event.at = (u64)at;
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

/* What it means that bytes which look so take the place of an old file's. */
INLINE u32 sights_of(const struct record *record, u32 looked, bool head)
{
	u32 sights = SIGHT_DESTROYED, content = looked & LOOK_CONTENT;
	u32 source = record->source & LOOK_CONTENT;

	if (!record->reads)
		return sights;
	if (content == CONTENT_RANDOM && source != CONTENT_RANDOM)
		sights |= SIGHT_REPLACED | SIGHT_RANDOM;
	else if (content == CONTENT_ENCODED && source != CONTENT_ENCODED)
		sights |= SIGHT_REPLACED | SIGHT_ENCODED;
	else if (content == CONTENT_CONTAINER)
		sights |= SIGHT_REPLACED | SIGHT_CONTAINER;
	/* A picture in base64 is still one. */
	if (head && record->source & LOOK_TYPED && !(looked & LOOK_TYPED) &&
	    content != CONTENT_UNKNOWN && (content != CONTENT_ENCODED || was_plain(record)))
		sights |= SIGHT_TYPE_LOST;
	return sights;
}

/* An old file goes, or all that is in it. */
INLINE bool witness_end(struct inode *inode, struct dentry *at, u64 now)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct member *member;
	struct ledger *ledger;
	struct record *record;
	u32 content;

	if ((READ(inode, i_mode) & S_IFMT) != S_IFREG)
		return false;
	member = bucket_for(leader, now);
	if (!member)
		return false;
	ledger = ledger_of(member);
	record = record_of(inode, member);
	if (!ledger || !record || record->sights & SIGHT_DESTROYED || !is_older(record, member))
		return false;
	content = record->reads ? take(ledger, record) : CONTENT_UNKNOWN;
	return witness(member, leader, record,
		       sights_of(record, content, content == CONTENT_RANDOM ||
							  content == CONTENT_ENCODED),
		       at, now);
}

/* One in so many, once the first are through. */
INLINE bool is_sampled(u32 before, u32 always)
{
	return before < always || bpf_get_prandom_u32() % THEN_ONE_IN == 0;
}

/* Notes what a bucket writes to a file of its own: what was not there before, once. */
INLINE void note_output(struct ledger *ledger, struct record *record, const struct target *target,
			u32 looked, u64 added)
{
	u32 content = looked & LOOK_CONTENT;

	if (target->offset == 0 && content == CONTENT_CONTAINER) {
		ledger->container = looked;
		ledger->container_head = 0;
		bpf_probe_read_user(&ledger->container_head, sizeof(ledger->container_head),
				    (const void *)target->bytes);
	}
	if (content <= CONTENT_CONTAINER)
		ledger->bytes[content] += added;
}

/* A system call is about to write. */
INLINE void witness_write(const struct target *target, struct member *member,
			  struct task_struct *leader, u64 now)
{
	struct inode *inode = READ(target->file, f_inode);
	struct record *record = record_of(inode, member), *from;
	bool head = target->offset == 0, old, over, telling;
	struct ledger *ledger = ledger_of(member);
	u32 weight, looked, first = 0, before, always;
	u64 end, length, added = target->length;

	if (!record || !ledger)
		return;
	old = is_older(record, member);
	over = old && target->offset < record->size;
	if (!old) {
		end = (target->offset == AT_END ? record->size : target->offset) + target->length;
		if (end <= record->size && !head)
			return;
		added = end > record->size ? end - record->size : 0;
		if (added > target->length)
			added = target->length;
		record->size += added;
	}
	telling = head || (over && !(record->sights & SIGHT_REPLACED));
	before = telling ? record->writes : ledger->writes;
	always = telling ? ALWAYS_OVERWRITTEN : ALWAYS_WRITTEN;
	if (!is_sampled(before, always))
		return;
	weight = before < always ? 1 : THEN_ONE_IN;
	if (telling && before < always)
		record->writes++;
	ledger->writes++;
	if (SIGHTS & SIGHT_UNSEEN && over && target->length && !target->bytes && !target->from) {
		witness(member, leader, record, SIGHT_DESTROYED | SIGHT_UNSEEN,
			(struct dentry *)ADDRESS(target->file, f_path.dentry), now);
		return;
	}
	if (target->from) {
		/* From file to file: what was written there. */
		from = record_of(READ(target->from, f_inode), member);
		looked = from ? from->output : CONTENT_UNKNOWN;
		/* It was read, too, though nobody saw what. */
		if (from && !from->reads)
			from->reads = 1;
	} else {
		/* What is beyond the end takes nobody's place: it may fill a block. */
		length = over && target->length > record->size - target->offset
				 ? record->size - target->offset
				 : target->length;
		looked = content_of(target->bytes, length, head);
	}
	if (head) {
		record->output = looked;
		bpf_probe_read_user(&first, sizeof(first), (const void *)target->bytes);
	} else if ((record->output & LOOK_CONTENT) == CONTENT_CONTAINER) {
		looked = record->output;
	}
	if (!over) {
		note_output(ledger, record, target, looked, added * weight);
		return;
	}
	if ((looked & LOOK_CONTENT) == CONTENT_CONTAINER && head &&
	    !is_new_form(record, looked, first))
		looked &= ~LOOK_CONTENT;
	witness(member, leader, record, sights_of(record, looked, head),
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
	if (!record->reads || head)
		record->source = looked;
	if (head)
		bpf_probe_read_user(&record->source_head, sizeof(record->source_head),
				    (const void *)target->bytes);
	/* At the end of the file nothing is read; what a mapping reads is not known. */
	record->reads += !target->bytes | !!target->length;
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

/* An old file's bytes can change, or do, without a system call that says which. */
INLINE void witness_unseen(struct inode *inode, u64 now)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct member *member;
	struct record *record;

	if ((READ(inode, i_mode) & S_IFMT) != S_IFREG)
		return;
	member = bucket_for(leader, now);
	record = member ? record_of(inode, member) : NULL;
	if (record && record->size && is_older(record, member))
		witness(member, leader, record, SIGHT_DESTROYED | SIGHT_UNSEEN, NULL, now);
}

/* Whether a call has mapped a file so that what is written to memory goes there. */
INLINE bool shares_writes(const struct call *call)
{
	u64 type = call->args[3] & MAP_TYPE_MASK;

	return call->nr == NR_mmap && call->args[2] & PROT_WRITE &&
	       (type == MAP_SHARED || type == MAP_SHARED_VALIDATE);
}

/* What a system call is about to do. `event` is what the spec's lines for file events look at, NULL
 * if it is none. */
INLINE void evidence_on_entry(const struct call *call, const struct target *target,
			      const struct file_event *event, struct task_struct *leader,
			      struct member *member, u64 now)
{
	if (!ADDS || is_left_alone(leader))
		return;
	if (!member)
		member = bucket_for(leader, now);
	if (!member)
		return;
	if (is_in(called, call->nr) && witness_event(member, leader, NULL, call->nr, now))
		return;
	if (event && EVENTS_ADDED & event->kind &&
	    witness_event(member, leader, event, NO_CALL, now))
		return;
	if (!SIGHTS || !target)
		return;
	if (target->kind == FILE_WRITE)
		witness_write(target, member, leader, now);
	else if (target->length < (u64)READ(READ(target->file, f_inode), i_size))
		witness_end(READ(target->file, f_inode),
			    (struct dentry *)ADDRESS(target->file, f_path.dentry), now);
}

/* The same of a call that has succeeded. */
INLINE void evidence_on_exit(const struct call *call, u64 result, const struct file_event *event,
			     struct task_struct *leader, u64 now)
{
	struct member *member;
	struct target target;

	if (!ADDS || is_left_alone(leader))
		return;
	member = bucket_for(leader, now);
	if (!member)
		return;
	if (event && EVENTS_ADDED & event->kind && witness_event(member, leader, event, NO_CALL, now))
		return;
	if (!SIGHTS)
		return;
	witness_open(call, result, member, now);
	if (!target_on_exit(call, result, &target))
		return;
	if (SIGHTS & SIGHT_UNSEEN && shares_writes(call))
		witness_unseen(READ(target.file, f_inode), now);
	witness_read(&target, member);
}
