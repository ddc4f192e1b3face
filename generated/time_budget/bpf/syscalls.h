/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System calls that change files, by their numbers on x86-64.
 */
#pragma once

#include "files.h"

enum {
	NR_read = 0,
	NR_write = 1,
	NR_open = 2,
	NR_mmap = 9,
	NR_pread64 = 17,
	NR_pwrite64 = 18,
	NR_readv = 19,
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
	NR_preadv = 295,
	NR_pwritev = 296,
	NR_renameat2 = 316,
	NR_copy_file_range = 326,
	NR_preadv2 = 327,
	NR_pwritev2 = 328,
	NR_io_uring_enter = 426,
	NR_openat2 = 437,
};

/* orig_ax of a task that came into the kernel by an exception. */
#define NO_SYSTEM_CALL (~0UL)
/* The offset of what is appended. */
#define AT_END (~0ULL)

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
#define READS(word)                                                                                \
	(BIT_IN(word, NR_read) | BIT_IN(word, NR_pread64) | BIT_IN(word, NR_readv) |               \
	 BIT_IN(word, NR_preadv) | BIT_IN(word, NR_preadv2) | BIT_IN(word, NR_mmap))
#define CHANGES(word)                                                                              \
	((EVENTS & FILE_WRITE || SIGHTS ? WRITES(word) : 0) |                                      \
	 (EVENTS & FILE_RENAME ? RENAMES(word) : 0) | (EVENTS & FILE_UNLINK ? UNLINKS(word) : 0) | \
	 (EVENTS & FILE_TRUNCATE ? TRUNCATES(word) : 0) |                                          \
	 (SIGHTS ? BIT_IN(word, NR_ftruncate) : 0))
#define WATCHED(word) (CHANGES(word) | CALLS(word))
/* Those of them that are looked at on the way in. */
#define ENTERING(word)                                                                             \
	((CHANGES(word) & (WRITES(word) | BIT_IN(word, NR_ftruncate))) | CALLS(word))
/* Those that are looked at on the way out. */
#define LEAVING(word)                                                                              \
	((CHANGES(word) & ~WRITES(word) & ~BIT_IN(word, NR_ftruncate)) |                           \
	 (SIGHTS ? READS(word) | OPENS(word) : 0))

/* A power of two, so that the verifier can follow the index. */
enum { NR_WORDS = 8 };

static const u64 watched[NR_WORDS] = { WATCHED(0), WATCHED(1), WATCHED(2), WATCHED(3),
				       WATCHED(4), WATCHED(5), WATCHED(6), WATCHED(7) };
static const u64 entering[NR_WORDS] = { ENTERING(0), ENTERING(1), ENTERING(2), ENTERING(3),
					ENTERING(4), ENTERING(5), ENTERING(6), ENTERING(7) };
static const u64 leaving[NR_WORDS] = { LEAVING(0), LEAVING(1), LEAVING(2), LEAVING(3),
				       LEAVING(4), LEAVING(5), LEAVING(6), LEAVING(7) };

static const u64 called[NR_WORDS] = { CALLS(0), CALLS(1), CALLS(2), CALLS(3),
				      CALLS(4), CALLS(5), CALLS(6), CALLS(7) };

INLINE bool is_in(const u64 *mask, u64 nr)
{
	return nr < NR_WORDS * 64 && mask[nr / 64] >> nr % 64 & 1;
}

/* Whether a call touches no file's bytes, as far as its registers tell: most that open a file leave
 * it as it is, and most mappings have no file. */
INLINE bool is_idle(u64 nr, const struct pt_regs *regs)
{
	switch (nr) {
	case NR_open:
		return !(regs->si & (O_CREAT | O_TRUNC));
	case NR_openat:
		return !(regs->dx & (O_CREAT | O_TRUNC));
	case NR_mmap:
		return regs->r10 & MAP_ANONYMOUS;
	}
	return false;
}

/* A system call of the current task. */
struct call {
	u64 nr;
	u64 args[5];
};

INLINE struct call call_of(u64 nr, struct pt_regs *regs)
{
	return (struct call){ nr, { regs->di, regs->si, regs->dx, regs->r10, regs->r8 } };
}

INLINE bool is_32_bit(struct task_struct *task)
{
	return task->thread_info.status & TS_COMPAT;
}

/* What a call moves, and where. */
struct target {
	struct file *file;
	struct file *from;	/* the other file, of calls between two */
	u64 bytes;		/* address in user space; 0 when the call does not pass any */
	u64 length;
	u64 offset;		/* in the file, or AT_END */
	u32 kind;		/* FILE_… */
	u32 reserved;
};

INLINE bool is_regular(struct file *file)
{
	return is_regular_inode(READ(file, f_inode));
}

/* The first of the buffers that a call names. */
INLINE void first_buffer(struct target *target, u64 vector)
{
	struct iovec first = {};

	bpf_probe_read_user(&first, sizeof(first), (const void *)vector);
	target->bytes = first.base;
	target->length = first.length;
}

/* Where a call that names no offset writes. */
INLINE u64 next_offset(struct file *file)
{
	return READ(file, f_flags) & O_APPEND ? AT_END : (u64)READ(file, f_pos);
}

/* What a call is about to change of an open, regular file. Returns whether it is one. */
INLINE bool target_on_entry(const struct call *call, struct target *target)
{
	u32 fd = call->args[0], from = ~0U;
	bool placed = false;

	*target = (struct target){ .kind = FILE_WRITE, .length = call->args[2] };
	switch (call->nr) {
	case NR_pwrite64:
		placed = true;
		target->bytes = call->args[1];
		break;
	case NR_write:
		target->bytes = call->args[1];
		break;
	case NR_pwritev:
	case NR_pwritev2:
		placed = call->args[3] != ~0ULL;
		first_buffer(target, call->args[1]);
		break;
	case NR_writev:
		first_buffer(target, call->args[1]);
		break;
	case NR_sendfile:
		from = call->args[1];
		target->length = call->args[3];
		break;
	case NR_splice:
	case NR_copy_file_range:
		from = call->args[0];
		fd = call->args[2];
		target->length = call->args[4];
		break;
	case NR_ftruncate:
		target->kind = FILE_TRUNCATE;
		target->length = call->args[1];
		break;
	default:
		return false;
	}
	target->file = file_of(fd);
	if (!target->file || !(READ(target->file, f_mode) & FMODE_WRITE) ||
	    !is_regular(target->file))
		return false;
	target->offset = placed ? call->args[3] : next_offset(target->file);
	if (from != ~0U) {
		target->from = file_of(from);
		if (target->from && !is_regular(target->from))
			target->from = NULL;
	}
	return true;
}

/* What a call has read of a regular file. Returns whether it has. */
INLINE bool target_on_exit(const struct call *call, u64 result, struct target *target)
{
	u32 fd = call->args[0];
	bool placed = false;

	*target = (struct target){ .bytes = call->args[1], .length = result };
	switch (call->nr) {
	case NR_read:
		break;
	case NR_pread64:
		placed = true;
		break;
	case NR_readv:
		first_buffer(target, call->args[1]);
		break;
	case NR_preadv:
	case NR_preadv2:
		placed = call->args[3] != ~0ULL;
		first_buffer(target, call->args[1]);
		break;
	case NR_mmap:
		/* Its bytes are not there yet. */
		fd = call->args[4];
		placed = true;
		target->bytes = target->length = 0;
		break;
	default:
		return false;
	}
	if (target->length > result)
		target->length = result;
	target->file = file_of(fd);
	if (!target->file || !is_regular(target->file))
		return false;
	target->offset = call->nr == NR_mmap ? AT_END
			 : placed	     ? call->args[3]
					     : (u64)READ(target->file, f_pos) - result;
	return true;
}

/* The event that a change of an open file is. */
INLINE void event_of(const struct target *target, u64 now, struct file_event *event)
{
	struct inode *inode = READ(target->file, f_inode);

	*event = (struct file_event){ .kind = target->kind,
				      .age = age_of(inode, now),
				      .bytes = target->bytes,
				      .length = target->length };
	event->at = TREES ? ADDRESS(target->file, f_path.dentry) : 0;
	if (EVENTS & FILE_TRUNCATE && event->age > 0)
		note_change(inode, now);
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
	event->at = TREES ? ADDRESS(file, f_path.dentry) : 0;
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
