/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a system call does to which file.
 *
 * A file that is open is found through its descriptor, on entry to the call: its inode still tells
 * when it was last changed, and its folders where it is. What is named by a path is looked at on
 * the way out, when the path is in memory and the call has succeeded; the path then leads from the
 * caller's root, its working directory or an open folder.
 *
 * Not seen: writes through shared mappings and io_uring; 32-bit system calls; a path that reaches
 * a tree through a symbolic link or through `..` after its first name; what is mounted below a
 * tree.
 */
#pragma once

#include "scope.h"

/* Counts as old: a path does not lead to the inode before the call, and after it there is none. */
#define AGE_UNKNOWN (~0ULL)

struct file_event {
	u32 kind;
	u32 trees;		/* bit t: the file is under tree t; see trees_of */
	u64 at;			/* its dentry, while nobody has asked for the trees */
	u64 age;		/* since the last change of the inode, before this one */
	u64 bytes;		/* address in user space; 0 when the call does not pass any */
	u64 length;
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, MAX_TREES);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct tree);
} trees SEC(".maps");

struct wall {
	s64 offset;
};

/* CLOCK_REALTIME − CLOCK_MONOTONIC, which the daemon refreshes. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct wall);
} wall SEC(".maps");

struct inode_id {
	u64 ino;
	u32 dev;
	u32 reserved;
};

/* When this program saw an inode made or changed: an open that truncates shows it only when its
 * own change of the time has been made. */
struct {
	MAP_UINT(type, BPF_MAP_TYPE_LRU_HASH);
	MAP_UINT(max_entries, 8192);
	MAP_TYPE(key, struct inode_id);
	MAP_TYPE(value, u64);
} changed SEC(".maps");

enum { NOTE_EVERY_NS = 1000000 };

/* Room for what does not fit on the stack. */
struct scratch {
	u64 noted;		/* the inode that was last put into `changed` from this processor, */
	u64 noted_at;		/* and when */
	char path[MAX_PATH];
	u16 counts[256];
};

struct {
	MAP_UINT(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	MAP_UINT(max_entries, 1);
	MAP_TYPE(key, u32);
	MAP_TYPE(value, struct scratch);
} scratches SEC(".maps");

INLINE struct scratch *scratch(void)
{
	return bpf_map_lookup_elem(&scratches, &(u32){ 0 });
}

INLINE struct tree *tree_at(u32 index)
{
	return bpf_map_lookup_elem(&trees, &index);
}

/* The open file behind a descriptor of the current process. */
INLINE struct file *file_of(u32 fd)
{
	struct fdtable *table = bpf_get_current_task_btf()->files->fdt;
	struct file *file = NULL;

	if (fd < table->max_fds)
		bpf_probe_read_kernel(&file, sizeof(file), table->fd + fd);
	return file ? AS(struct file, file) : NULL;
}

INLINE bool is_regular_inode(struct inode *inode)
{
	return (READ(inode, i_mode) & S_IFMT) == S_IFREG;
}

INLINE struct inode_id inode_id(struct inode *inode)
{
	struct super_block *super = READ(inode, i_sb);

	return (struct inode_id){ .ino = READ(inode, i_ino), .dev = READ(super, s_dev) };
}

/* When an inode last changed, in nanoseconds of CLOCK_REALTIME. */
INLINE s64 changed_at(struct inode *inode)
{
	struct inode___seconds *seconds = (void *)inode;
	struct inode___private *private = (void *)inode;
	struct inode___plain *plain = (void *)inode;
	s64 sec;
	u32 nsec;

	if (FIELD_EXISTS(seconds->i_ctime_sec)) {
		sec = READ(seconds, i_ctime_sec);
		nsec = READ(seconds, i_ctime_nsec);
	} else if (FIELD_EXISTS(private->__i_ctime)) {
		sec = READ(private, __i_ctime.tv_sec);
		nsec = READ(private, __i_ctime.tv_nsec);
	} else {
		sec = READ(plain, i_ctime.tv_sec);
		nsec = READ(plain, i_ctime.tv_nsec);
	}
	/* The top bit says that somebody has asked for the time. */
	return sec * 1000000000LL + (nsec & 0x7fffffff);
}

INLINE u64 age_of(struct inode *inode, u64 now)
{
	struct wall *clock = bpf_map_lookup_elem(&wall, &(u32){ 0 });
	s64 age;

	if (!clock)
		return AGE_UNKNOWN;
	age = (s64)now + clock->offset - changed_at(inode);
	return age > 0 ? age : 0;
}

/* Who writes to a file all the time is noted once a millisecond. */
INLINE void note_change(struct inode *inode, u64 now)
{
	struct scratch *room = scratch();
	struct inode_id id;

	if (!room || (room->noted == (u64)inode && now - room->noted_at < NOTE_EVERY_NS))
		return;
	id = inode_id(inode);
	bpf_map_update_elem(&changed, &id, &now, BPF_ANY);
	room->noted = (u64)inode;
	room->noted_at = now;
}

/* The age of an inode that an open has truncated. If this program did not see it change, nobody
 * in its scope did so lately. */
INLINE u64 age_before_open(struct inode *inode, u64 now)
{
	struct inode_id id = inode_id(inode);
	u64 *then = bpf_map_lookup_elem(&changed, &id);

	return then && *then <= now ? now - *then : AGE_UNKNOWN;
}

/* The trees that the folder or file with the dentry at an address is in, as bits. */
CHECKED_ONCE u32 trees_above(u64 address)
{
	struct dentry *dentry = AS(struct dentry, (void *)address), *parent;
	u32 found = 0;

	for (int i = 0; i < MAX_DEPTH; i++) {
		struct inode *inode = READ(dentry, d_inode);
		struct inode_id id = inode_id(inode);

		for (u32 t = 0; t < TREES; t++) {
			struct tree *tree = tree_at(t);

			if (tree && tree->ino == id.ino && tree->dev == id.dev)
				found |= 1u << t;
		}
		parent = READ(dentry, d_parent);
		if (parent == dentry)
			break;
		dentry = parent;
	}
	return found;
}

/* The trees of an event: they are looked for when a line asks, which most events do not come to. */
INLINE u32 trees_of(struct file_event *event)
{
	if (event->at) {
		event->trees = trees_above(event->at);
		event->at = 0;
	}
	return event->trees;
}

/* Whether the path in the scratch area, from byte `from` on and starting at a folder, leads into a
 * tree that lies below that folder. */
CHECKED_ONCE u32 leads_into(u32 index, u64 ino, u32 dev, u32 from)
{
	struct scratch *room = scratch();
	struct tree *tree = tree_at(index);
	u32 rest = MAX_PATH;

	if (!room || !tree)
		return false;
	for (u32 i = 0; i < MAX_DEPTH && i < tree->depth; i++)
		if (tree->above[i].ino == ino && tree->above[i].dev == dev)
			rest = tree->above[i].rest;
	if (rest >= MAX_PATH)
		return false;
	for (u32 i = 0; i < MAX_PATH; i++) {
		char want = tree->path[(rest + i) % MAX_PATH];
		char have = room->path[(from + i) % MAX_PATH];

		if (want == 0)
			return have == '/' || have == 0;
		if (want != have)
			return false;
	}
	return false;
}

/* How much of `/`, `./` or `../` is at a place of the path in the scratch area. */
CHECKED_ONCE u32 leading(u32 from)
{
	struct scratch *room = scratch();
	char first, second, third;

	if (!room)
		return 0;
	first = room->path[from % MAX_PATH];
	second = room->path[(from + 1) % MAX_PATH];
	third = room->path[(from + 2) % MAX_PATH];
	if (first == '/')
		return 1;
	if (first == '.' && second == '/')
		return 2;
	return first == '.' && second == '.' && third == '/' ? 3 : 0;
}

/* The trees that a path of the current process leads into, as bits. */
CHECKED_ONCE u32 trees_of_path(s32 folder, u64 user_path)
{
	struct fs_struct *fs = bpf_get_current_task_btf()->fs;
	struct scratch *room = scratch();
	struct inode_id id;
	struct file *file;
	u32 from = 0, found;
	u64 base;

	if (!room || bpf_probe_read_user_str(room->path, sizeof(room->path),
					     (const void *)user_path) <= 1)
		return 0;
	if (room->path[0] == '/') {
		base = ADDRESS(fs, root.dentry);
	} else if (folder == AT_FDCWD) {
		base = ADDRESS(fs, pwd.dentry);
	} else {
		file = file_of(folder);
		if (!file)
			return 0;
		base = ADDRESS(file, f_path.dentry);
	}
	for (int i = 0; i < MAX_DEPTH; i++) {
		u32 length = leading(from);

		if (length == 0)
			break;
		if (length == sizeof("../") - 1)
			base = ADDRESS(AS(struct dentry, (void *)base), d_parent);
		from += length;
	}
	found = trees_above(base);
	id = inode_id(READ(AS(struct dentry, (void *)base), d_inode));
	for (u32 t = 0; t < TREES; t++)
		if (leads_into(t, id.ino, id.dev, from))
			found |= 1u << t;
	return found;
}
