/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of files and of buckets, so that what gives way can be compared with what
 * takes its place.
 *
 * A file's record says how old it is and what was read from it. A bucket's ledger says how much of
 * which content it has written to files of its own: when it then removes a file that it had read,
 * as much is taken off as that file held.
 */
#pragma once

#include "bucket.h"
#include "content.h"

enum {
	MAX_RECORDS = 65536,	/* files; the least recently used is forgotten */
	EXT4_MAGIC = 0xef53,
	/* What a container may have shrunk a file to, as its part. */
	SMALLEST_PART = 12,
};

struct record {
	u64 bucket;	/* id: whose reads and sights these are */
	u64 made;	/* when this program saw it made, CLOCK_MONOTONIC; 0: it did not */
	s64 born;	/* what its file system says, CLOCK_REALTIME; 0: it does not */
	u64 size;	/* when it was first seen, or last grew unread */
	u32 reads;	/* samples of what was read */
	u32 plain;	/* how many of them were plain */
	u32 sights;	/* what was counted of it */
	u32 source_head;	/* its first bytes when they were read */
	u32 generation;	/* of its inode, whose number is used again */
	u8 source;	/* LOOK_… of what was read first */
	u8 output;	/* LOOK_… of its first bytes as they were last written */
	u16 writes;	/* samples of what could tell that it is replaced, up to ALWAYS_OVERWRITTEN */
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_LRU_HASH);
	MAP_UINT(max_entries, SIGHTS ? MAX_RECORDS : 1);
	MAP_TYPE(key, struct inode_id);
	MAP_TYPE(value, struct record);
} records SEC(".maps");

/* Beside `members`, by the same index. */
struct ledger {
	struct seen seen;
	u64 bytes[CONTENT_CONTAINER + 1];	/* written to files of its own, by content */
	u32 writes;
	u32 container;		/* LOOK_… of the container that was begun last, */
	u32 container_head;	/* and its first bytes */
	u32 reserved;
	struct window windows[ADDS];
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, ADDS ? ROWS : 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct ledger);
} ledgers SEC(".maps");

INLINE struct ledger *ledger_of(const struct member *member)
{
	u32 index = index_of(member);
	struct ledger *ledger = bpf_map_lookup_elem(&ledgers, &index);

	if (ledger && ledger->seen.bucket != member->id) {
		__builtin_memset(ledger, 0, sizeof(*ledger));
		ledger->seen.bucket = member->id;
	}
	return ledger;
}

/* When an inode was made, by its file system: nanoseconds of CLOCK_REALTIME, 0 if it does not say. */
INLINE s64 born_at(struct inode *inode)
{
	struct ext4_inode_info *own = NULL;
	struct super_block *super = READ(inode, i_sb);

	if (!FIELD_EXISTS(own->i_crtime) || READ(super, s_magic) != EXT4_MAGIC)
		return 0;
	own = AS(struct ext4_inode_info,
		 (void *)((u64)inode - __builtin_preserve_field_info(own->vfs_inode, 0)));
	return READ(own, i_crtime.tv_sec) * 1000000000LL + READ(own, i_crtime.tv_nsec);
}

/* Another bucket's reads and sights are forgotten, and those of an inode that is gone. */
INLINE void begin_record(struct record *record, struct inode *inode, u64 bucket)
{
	record->bucket = bucket;
	record->size = READ(inode, i_size);
	record->reads = record->plain = record->sights = record->source_head = 0;
	record->source = record->output = record->writes = 0;
}

/* The record of a file in the hands of a bucket. */
INLINE struct record *record_of(struct inode *inode, const struct member *member)
{
	u32 generation = READ(inode, i_generation);
	struct inode_id id = inode_id(inode);
	struct record *record = bpf_map_lookup_elem(&records, &id), fresh = {};

	if (!record || record->generation != generation) {
		fresh.generation = generation;
		fresh.born = born_at(inode);
		begin_record(&fresh, inode, member->id);
		bpf_map_update_elem(&records, &id, &fresh, BPF_ANY);
		return bpf_map_lookup_elem(&records, &id);
	}
	if (record->bucket != member->id)
		begin_record(record, inode, member->id);
	return record;
}

/* Whether a file was there before the bucket. What this program did not see made, on a file system
 * that keeps no such time, was. */
INLINE bool is_older(const struct record *record, const struct member *member)
{
	struct wall *clock = bpf_map_lookup_elem(&wall, &(u32){ 0 });

	if (record->made)
		return record->made < member->began;
	if (!record->born || !clock)
		return true;
	return record->born < (s64)member->began + clock->offset;
}

/* More plain than not, of what was read. */
INLINE bool was_plain(const struct record *record)
{
	return record->reads && 2 * record->plain > record->reads;
}

/* Whether a container that takes a file's place is another form of it, and not a picture made
 * smaller or a store packed anew. What was read through a mapping may have been either. */
INLINE bool is_new_form(const struct record *record, u32 looked, u32 head)
{
	u32 source = record->source & LOOK_CONTENT;

	return (source != CONTENT_CONTAINER && source != CONTENT_UNKNOWN) ||
	       (looked & LOOK_ARCHIVE && record->source_head != head);
}

/* Takes off a bucket's ledger what may be the new form of a file that goes, and says what it is. */
INLINE u32 take(struct ledger *ledger, const struct record *record)
{
	u64 most = record->size, some = most * 3 / 4 + 1;

	for (u32 content = CONTENT_RANDOM; content <= CONTENT_ENCODED; content++)
		if (ledger->bytes[content] >= some) {
			ledger->bytes[content] -= most < ledger->bytes[content]
							  ? most
							  : ledger->bytes[content];
			return content;
		}
	if (ledger->bytes[CONTENT_CONTAINER] > most / SMALLEST_PART &&
	    is_new_form(record, ledger->container, ledger->container_head)) {
		some = most / 4;
		ledger->bytes[CONTENT_CONTAINER] -=
			some < ledger->bytes[CONTENT_CONTAINER] ? some
								: ledger->bytes[CONTENT_CONTAINER];
		return CONTENT_CONTAINER;
	}
	return CONTENT_UNKNOWN;
}
