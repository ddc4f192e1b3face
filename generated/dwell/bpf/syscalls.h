/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System calls that change files, by their numbers on x86-64.
 */
#pragma once

#include "files.h"

enum {
	NR_write = 1,
	NR_open = 2,
	NR_pwrite64 = 18,
	NR_writev = 20,
	NR_sendfile = 40,
	NR_truncate = 76,
	NR_ftruncate = 77,
	NR_rename = 82,
	NR_creat = 85,
	NR_unlink = 87,
	NR_openat = 257,
	NR_unlinkat = 263,
	NR_renameat = 264,
	NR_splice = 275,
	NR_pwritev = 296,
	NR_renameat2 = 316,
	NR_copy_file_range = 326,
	NR_pwritev2 = 328,
	NR_openat2 = 437,
};

#define BIT_IN(word, nr) ((nr) / 64 == (word) ? 1ULL << (nr) % 64 : 0)
#define WRITES(word)                                                                               \
	(BIT_IN(word, NR_write) | BIT_IN(word, NR_pwrite64) | BIT_IN(word, NR_writev) |            \
	 BIT_IN(word, NR_sendfile) | BIT_IN(word, NR_splice) | BIT_IN(word, NR_pwritev) |          \
	 BIT_IN(word, NR_copy_file_range) | BIT_IN(word, NR_pwritev2))
#define RENAMES(word)                                                                              \
	(BIT_IN(word, NR_rename) | BIT_IN(word, NR_renameat) | BIT_IN(word, NR_renameat2))
#define UNLINKS(word) (BIT_IN(word, NR_unlink) | BIT_IN(word, NR_unlinkat))
#define OPENS(word)                                                                                \
	(BIT_IN(word, NR_open) | BIT_IN(word, NR_creat) | BIT_IN(word, NR_openat) |                \
	 BIT_IN(word, NR_openat2))
#define TRUNCATES(word) (BIT_IN(word, NR_truncate) | BIT_IN(word, NR_ftruncate) | OPENS(word))
#define WATCHED(word)                                                                              \
	((EVENTS & FILE_WRITE ? WRITES(word) : 0) | (EVENTS & FILE_RENAME ? RENAMES(word) : 0) |   \
	 (EVENTS & FILE_UNLINK ? UNLINKS(word) : 0) |                                              \
	 (EVENTS & FILE_TRUNCATE ? TRUNCATES(word) : 0))
/* Those that are looked at on the way out. */
#define LEAVING(word) (WATCHED(word) & ~WRITES(word) & ~BIT_IN(word, NR_ftruncate))

/* A power of two, so that the verifier can follow the index. */
enum { NR_WORDS = 8 };

static const u64 watched[NR_WORDS] = { WATCHED(0), WATCHED(1), WATCHED(2), WATCHED(3),
				       WATCHED(4), WATCHED(5), WATCHED(6), WATCHED(7) };
static const u64 leaving[NR_WORDS] = { LEAVING(0), LEAVING(1), LEAVING(2), LEAVING(3),
				       LEAVING(4), LEAVING(5), LEAVING(6), LEAVING(7) };

INLINE bool is_in(const u64 *mask, u64 nr)
{
	return nr < NR_WORDS * 64 && mask[nr / 64] >> nr % 64 & 1;
}

/* A system call of the current task. */
struct call {
	u64 nr;
	u64 args[4];
};

INLINE struct call call_of(u64 nr, struct pt_regs *regs)
{
	return (struct call){ nr, { regs->di, regs->si, regs->dx, regs->r10 } };
}

INLINE bool is_32_bit(struct task_struct *task)
{
	return task->thread_info.status & TS_COMPAT;
}

/* What a call is about to do to an open file. Returns whether it is a regular file. */
INLINE bool event_on_entry(const struct call *call, u64 now, struct file_event *event)
{
	struct inode *inode;
	struct file *file;
	u32 fd = call->args[0];

	*event = (struct file_event){ .kind = FILE_WRITE };
	switch (call->nr) {
	case NR_write:
	case NR_pwrite64:
		event->bytes = call->args[1];
		event->length = call->args[2];
		break;
	case NR_writev:
	case NR_pwritev:
	case NR_pwritev2:
	case NR_sendfile:
		break;
	case NR_splice:
	case NR_copy_file_range:
		fd = call->args[2];
		break;
	case NR_ftruncate:
		event->kind = FILE_TRUNCATE;
		break;
	default:
		return false;
	}
	file = file_of(fd);
	if (!file || !(READ(file, f_mode) & FMODE_WRITE))
		return false;
	inode = READ(file, f_inode);
	if ((READ(inode, i_mode) & S_IFMT) != S_IFREG)
		return false;
	event->age = age_of(inode, now);
	event->trees = TREES ? trees_above(ADDRESS(file, f_path.dentry)) : 0;
	if (EVENTS & FILE_TRUNCATE && event->age > 0)
		note_change(inode, now);
	return true;
}

INLINE u64 open_flags(const struct call *call)
{
	u64 flags = 0;

	switch (call->nr) {
	case NR_creat:
		return O_CREAT | O_TRUNC;
	case NR_open:
		return call->args[1];
	case NR_openat:
		return call->args[2];
	case NR_openat2:
		/* struct open_how begins with the flags. */
		bpf_probe_read_user(&flags, sizeof(flags), (const void *)call->args[2]);
		return flags;
	}
	return 0;
}

/* What an open has done to the file that it returned. Returns whether it truncated an old one. */
INLINE bool event_of_open(const struct call *call, u32 fd, u64 now, struct file_event *event)
{
	u64 flags = open_flags(call);
	struct inode *inode;
	struct file *file;
	bool made;

	if (!(flags & (O_TRUNC | O_CREAT)))
		return false;
	file = file_of(fd);
	if (!file)
		return false;
	inode = READ(file, f_inode);
	made = READ(file, f_mode) & FMODE_CREATED;
	if ((READ(inode, i_mode) & S_IFMT) != S_IFREG || (!made && !(flags & O_TRUNC)))
		return false;
	*event = (struct file_event){ .kind = FILE_TRUNCATE, .age = age_before_open(inode, now) };
	event->trees = TREES ? trees_above(ADDRESS(file, f_path.dentry)) : 0;
	note_change(inode, now);
	return !made;
}

/* What a call that has succeeded did to a file that it names. */
INLINE bool event_on_exit(const struct call *call, u64 result, u64 now,
			  struct file_event *event)
{
	u64 path = call->args[0], other = 0;
	s32 folder = AT_FDCWD, other_folder = AT_FDCWD;

	*event = (struct file_event){ .age = AGE_UNKNOWN };
	switch (call->nr) {
	case NR_open:
	case NR_creat:
	case NR_openat:
	case NR_openat2:
		return event_of_open(call, result, now, event);
	case NR_truncate:
		event->kind = FILE_TRUNCATE;
		break;
	case NR_unlink:
		event->kind = FILE_UNLINK;
		break;
	case NR_unlinkat:
		if (call->args[2] & AT_REMOVEDIR)
			return false;
		event->kind = FILE_UNLINK;
		folder = call->args[0];
		path = call->args[1];
		break;
	case NR_rename:
		event->kind = FILE_RENAME;
		other = call->args[1];
		break;
	case NR_renameat:
	case NR_renameat2:
		event->kind = FILE_RENAME;
		folder = call->args[0];
		path = call->args[1];
		other_folder = call->args[2];
		other = call->args[3];
		break;
	default:
		return false;
	}
	if (TREES) {
		event->trees = trees_of_path(folder, path);
		if (other)
			event->trees |= trees_of_path(other_folder, other);
	}
	return true;
}
