/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the kernel's types that the program reads, and no others. Offsets are relocated at
 * load (CO-RE), so that the order of the fields and what lies between them do not matter.
 *
 * The loader checks every field of a struct marked KERNEL_TYPE against the running kernel before
 * it loads anything, and names the one that is missing.
 */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

#define NULL ((void *)0)
#define true 1
#define false 0
typedef _Bool bool;

/* Present in every kernel that is supported. */
#define KERNEL_TYPE __attribute__((preserve_access_index, btf_decl_tag("kernel")))
/* One of several shapes that a type has had: name___shape. At least one is present. */
#define KERNEL_SHAPE __attribute__((preserve_access_index))

struct bpf_iter_meta {
	struct seq_file *seq;
} KERNEL_TYPE;

struct kernfs_node {
	u64 id;
} KERNEL_TYPE;

struct cgroup {
	int level;
	struct kernfs_node *kn;
	struct cgroup *ancestors[];
} KERNEL_TYPE;

struct css_set {
	struct cgroup *dfl_cgrp;
} KERNEL_TYPE;

struct super_block {
	u32 s_dev;
	unsigned long s_magic;
} KERNEL_TYPE;

struct inode {
	u16 i_mode;
	u32 i_nlink;
	u32 i_generation;
	u64 i_ino;
	s64 i_size;
	struct super_block *i_sb;
} KERNEL_TYPE;

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
} KERNEL_TYPE;

/* Linux 6.11 and later. */
struct inode___seconds {
	s64 i_ctime_sec;
	u32 i_ctime_nsec;
} KERNEL_SHAPE;

/* Linux 6.6 to 6.10. */
struct inode___private {
	struct timespec64 __i_ctime;
} KERNEL_SHAPE;

/* Before Linux 6.6. */
struct inode___plain {
	struct timespec64 i_ctime;
} KERNEL_SHAPE;

/* Where the ext4 file system keeps when a file was made. */
struct ext4_inode_info {
	struct timespec64 i_crtime;
	struct inode vfs_inode;
} KERNEL_SHAPE;

struct address_space {
	struct inode *host;
} KERNEL_TYPE;

/* Linux 5.16. */
struct folio {
	struct address_space *mapping;
	unsigned long index;
} KERNEL_SHAPE;

struct io_cqe {
	s32 fd;
} KERNEL_SHAPE;

/* A request of io_uring, before it is begun. */
struct io_kiocb {
	u8 opcode;
	struct io_cqe cqe;
} KERNEL_SHAPE;

struct dentry {
	struct dentry *d_parent;
	struct inode *d_inode;
} KERNEL_TYPE;

struct path {
	struct dentry *dentry;
} KERNEL_TYPE;

struct file {
	u32 f_mode;
	u32 f_flags;
	struct inode *f_inode;
	s64 f_pos;
	struct path f_path;
} KERNEL_TYPE;

struct fdtable {
	u32 max_fds;
	struct file **fd;
} KERNEL_TYPE;

struct files_struct {
	struct fdtable *fdt;
} KERNEL_TYPE;

struct fs_struct {
	struct path root;
	struct path pwd;
} KERNEL_TYPE;

typedef struct {
	int counter;
} atomic_t;

struct tty_struct;

struct signal_struct {
	atomic_t live;
	u32 flags;
	struct tty_struct *tty;
} KERNEL_TYPE;

struct mm_struct {
	struct file *exe_file;
} KERNEL_TYPE;

struct thread_info {
	u32 status;
} KERNEL_TYPE;

struct task_struct {
	struct thread_info thread_info;
	u32 flags;
	s32 pid;
	s32 tgid;
	u64 start_boottime;
	char comm[16];
	struct css_set *cgroups;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct mm_struct *mm;
	struct files_struct *files;
	struct fs_struct *fs;
	struct signal_struct *signal;
} KERNEL_TYPE;

/* Registers of a system call, x86-64. */
struct pt_regs {
	unsigned long di, si, dx, r10, r8, orig_ax;
} KERNEL_TYPE;

/* A buffer of readv or writev, as user space passes it. */
struct iovec {
	u64 base;
	u64 length;
};

/* What the kernel keeps inside map values. */
struct bpf_timer {
	u64 opaque[2];
} __attribute__((aligned(8)));

struct bpf_task_work {
	u64 opaque;
} __attribute__((aligned(8)));

struct bpf_iter_task {
	u64 opaque[3];
} __attribute__((aligned(8)));

struct bpf_map {
	u32 id;
} KERNEL_SHAPE;

enum {
	PF_EXITING = 0x00000004,
	PF_IO_WORKER = 0x00000010,
	PF_KTHREAD = 0x00200000,
	TS_COMPAT = 0x0002,		/* thread_info.status: a 32-bit system call */
	FMODE_WRITE = 0x2,
	FMODE_CREATED = 0x100000,	/* the open made the file */
	S_IFMT = 00170000,
	S_IFREG = 00100000,
	MAY_WRITE = 0x2,
	AT_FDCWD = -100,
	AT_REMOVEDIR = 0x200,
	O_CREAT = 0100,
	O_TRUNC = 01000,
	O_APPEND = 02000,
	PROT_WRITE = 2,
	MAP_TYPE_MASK = 0x0f,
	MAP_ANONYMOUS = 0x20,
	MAP_SHARED = 1,
	MAP_SHARED_VALIDATE = 3,
	IORING_OP_WRITEV = 2,
	IORING_OP_WRITE_FIXED = 5,
	IORING_OP_WRITE = 23,
	SIGKILL = 9,
	SIGCONT = 18,
	SIGSTOP = 19,
	SIGNAL_STOP_STOPPED = 1,	/* signal_struct.flags */
	SIGNAL_GROUP_EXIT = 4,
	EPERM = 1,
	ESRCH = 3,
	ERESTARTNOINTR = 513,		/* the call begins anew when its signal has been dealt with */
	EBUSY = 16,
};
