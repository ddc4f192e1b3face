/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What no argument of a system call tells: which file a path led to that is gone by now, and whose
 * bytes a mapping or io_uring changes. These programs are for kernels and file systems that have
 * their tracepoints: what begins with `?` is loaded where it can be attached.
 *
 * A file that is removed, renamed over or emptied leaves the page cache on every file system, in the
 * task that does it. ext4 also tells of those that were not in memory.
 */
#pragma once

#include "evidence.h"

/* A file that is gone or empty. */
INLINE bool has_ended(struct inode *inode)
{
	return READ(inode, i_nlink) == 0 || READ(inode, i_size) == 0;
}

#if SIGHTS
/* Also when memory is short, or in part: then the file is neither gone nor empty. */
SEC("?tp_btf/mm_filemap_delete_from_page_cache")
int on_page_dropped(u64 *context)
{
	struct address_space *mapping;
	struct folio *folio;
	struct inode *inode;

	folio = AS(struct folio, (void *)context[0]);
	if (READ(folio, index))
		return 0;
	mapping = READ(folio, mapping);
	inode = READ(mapping, host);
	if (has_ended(inode) && current_in_scope())
		witness_end(inode, NULL, bpf_ktime_get_ns());
	return 0;
}

SEC("?tp_btf/ext4_unlink_enter")
int on_ext4_unlink(u64 *context)
{
	struct dentry *dentry;
	struct inode *inode;

	if (!current_in_scope())
		return 0;
	dentry = AS(struct dentry, (void *)context[1]);
	inode = READ(dentry, d_inode);
	/* Another name of it may stay. */
	if (READ(inode, i_nlink) == 1)
		witness_end(inode, dentry, bpf_ktime_get_ns());
	return 0;
}

SEC("?tp_btf/ext4_evict_inode")
int on_ext4_evict(u64 *context)
{
	struct inode *inode;

	inode = AS(struct inode, (void *)context[0]);
	if (READ(inode, i_nlink) == 0 && current_in_scope())
		witness_end(inode, NULL, bpf_ktime_get_ns());
	return 0;
}

SEC("?tp_btf/ext4_truncate_enter")
int on_ext4_truncate(u64 *context)
{
	struct inode *inode;

	inode = AS(struct inode, (void *)context[0]);
	if (READ(inode, i_nlink) && current_in_scope())
		witness_end(inode, NULL, bpf_ktime_get_ns());
	return 0;
}
#endif

#if SIGHTS & SIGHT_UNSEEN
/* Whether the task writes to memory or for io_uring, rather than in a call that says what. */
INLINE bool writes_unseen(struct task_struct *task)
{
	struct pt_regs *regs = bpf_task_pt_regs(task);

	return task->flags & PF_IO_WORKER || regs->orig_ax == NO_SYSTEM_CALL ||
	       regs->orig_ax == NR_io_uring_enter;
}

/* Says nothing of pages that were dirty before: a mapping is also looked at when it is made. */
SEC("?tp_btf/writeback_dirty_folio")
int on_page_dirtied(u64 *context)
{
	struct address_space *mapping;
	struct inode *inode;

	if (!context[1])
		return 0;
	mapping = AS(struct address_space, (void *)context[1]);
	inode = READ(mapping, host);
	/* Most of these pages are the file system's own. */
	if (!is_regular_inode(inode) || !current_in_scope() ||
	    !writes_unseen(bpf_get_current_task_btf()))
		return 0;
	witness_unseen(inode, bpf_ktime_get_ns());
	return 0;
}

/* Files that are registered with the ring have no descriptor here: their pages tell. */
INLINE int witness_request(u64 *context)
{
	struct io_kiocb *request;
	struct file *file;
	u8 opcode;

	if (!current_in_scope())
		return 0;
	request = AS(struct io_kiocb, (void *)context[0]);
	opcode = READ(request, opcode);
	if (opcode != IORING_OP_WRITE && opcode != IORING_OP_WRITEV &&
	    opcode != IORING_OP_WRITE_FIXED)
		return 0;
	file = file_of(READ(request, cqe.fd));
	if (file)
		witness_unseen(READ(file, f_inode), bpf_ktime_get_ns());
	return 0;
}

SEC("?tp_btf/io_uring_submit_req")
int on_io_uring_request(u64 *context)
{
	return witness_request(context);
}

/* What it was called before Linux 6.3. */
SEC("?tp_btf/io_uring_submit_sqe")
int on_io_uring_entry(u64 *context)
{
	return witness_request(context);
}
#endif
