/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the program speaks to the kernel: helpers by their number in the kernel's interface, and
 * functions ("kfuncs") that are used only where the running kernel has them.
 */
#pragma once

#include "kernel_types.h"

struct seq_file;

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
/* A function that the verifier checks once, for any arguments, instead of at every call. It takes
 * numbers: a pointer would have to be proved. */
#define CHECKED_ONCE __attribute__((noinline))

/* Map definitions: libbpf reads them from the types of an anonymous struct's members. */
#define MAP_UINT(name, value) int (*name)[value]
#define MAP_TYPE(name, type) typeof(type) *name

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_QUEUE = 22,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,

	BPF_F_NO_PREALLOC = 1,
	BPF_F_MMAPABLE = 1024,

	BPF_ANY = 0,
	BPF_NOEXIST = 1,
	BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
	CLOCK_MONOTONIC = 1,
};

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value,
					 u64 flags) = (void *)2;
static long (*const bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static u32 (*const bpf_get_prandom_u32)(void) = (void *)7;
static long (*const bpf_map_push_elem)(void *map, const void *value, u64 flags) = (void *)87;
static long (*const bpf_map_pop_elem)(void *map, void *value) = (void *)88;
static long (*const bpf_send_signal)(u32 signal) = (void *)109;
static long (*const bpf_send_signal_thread)(u32 signal) = (void *)117;
static long (*const bpf_probe_read_user)(void *to, u32 size, const void *from) = (void *)112;
static long (*const bpf_probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
static long (*const bpf_probe_read_user_str)(void *to, u32 size, const void *from) = (void *)114;
static u64 (*const bpf_get_current_ancestor_cgroup_id)(int level) = (void *)123;
static long (*const bpf_seq_write)(struct seq_file *file, const void *data, u32 size) = (void *)127;
static void *(*const bpf_ringbuf_reserve)(void *ring, u64 size, u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *record, u64 flags) = (void *)132;
static void *(*const bpf_task_storage_get)(void *map, struct task_struct *task, void *value,
					   u64 flags) = (void *)156;
static struct task_struct *(*const bpf_get_current_task_btf)(void) = (void *)158;
static long (*const bpf_timer_init)(struct bpf_timer *timer, void *map, u64 flags) = (void *)169;
static long (*const bpf_timer_set_callback)(struct bpf_timer *timer, void *callback) = (void *)170;
static long (*const bpf_timer_start)(struct bpf_timer *timer, u64 ns, u64 flags) = (void *)171;
static struct pt_regs *(*const bpf_task_pt_regs)(struct task_struct *task) = (void *)175;
static long (*const bpf_loop)(u32 rounds, void *callback, void *context, u64 flags) = (void *)181;

#define KFUNC extern __attribute__((section(".ksyms"), weak))

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID };
enum {
	BPF_TASK_ITER_ALL_PROCS = 0,
	BPF_TASK_ITER_PROC_THREADS = 2, /* 1 would be every thread there is */
};

/* Linux 6.2. */
KFUNC void *bpf_rdonly_cast(const void *object, u32 btf_id);
KFUNC struct task_struct *bpf_task_acquire(struct task_struct *task);
KFUNC struct task_struct *bpf_task_from_pid(s32 pid);
KFUNC void bpf_task_release(struct task_struct *task);
KFUNC void bpf_rcu_read_lock(void);
KFUNC void bpf_rcu_read_unlock(void);
/* Linux 6.4. */
KFUNC struct cgroup *bpf_cgroup_from_id(u64 id);
KFUNC void bpf_cgroup_release(struct cgroup *cgroup);
/* Linux 6.7. */
KFUNC int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, u32 flags);
KFUNC struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it);
KFUNC void bpf_iter_task_destroy(struct bpf_iter_task *it);
/* Linux 6.13. */
KFUNC int bpf_send_signal_task(struct task_struct *task, int signal, enum pid_type type,
			       u64 value);
/* Linux 6.18. */
KFUNC int bpf_task_work_schedule_signal_impl(struct task_struct *task, struct bpf_task_work *work,
					     void *map__map,
					     int (*callback)(struct bpf_map *, void *, void *),
					     void *aux__prog);

/* Whether the running kernel has a kfunc: the verifier removes the branch that is not taken. */
#define HAS(kfunc) (!!(kfunc))

/* Whether the running kernel's struct has a field. */
#define FIELD_EXISTS(field) __builtin_preserve_field_info(field, 2)
/* The type's number in the running kernel's BTF. */
#define KERNEL_TYPE_ID(type) __builtin_btf_type_id(*(type *)0, 1)

/* A pointer that came from memory, as one that READ can follow. */
#define AS(type, pointer)                                                                          \
	(HAS(bpf_rdonly_cast) ? (type *)bpf_rdonly_cast(pointer, KERNEL_TYPE_ID(type))             \
			      : (type *)(pointer))

/* pointer->field, 0 if the memory is not there. Only for what came from AS or READ. */
#define READ(pointer, field)                                                                       \
	({                                                                                         \
		typeof((pointer)->field) value_ = 0;                                               \
		if (HAS(bpf_rdonly_cast))                                                          \
			value_ = (pointer)->field;                                                 \
		else                                                                               \
			bpf_probe_read_kernel(&value_, sizeof(value_), &(pointer)->field);         \
		value_;                                                                            \
	})

/* The pointer pointer->field as a number, which can be handed to a function that is checked once. */
#define ADDRESS(pointer, field)                                                                    \
	({                                                                                         \
		u64 address_ = 0;                                                                  \
		bpf_probe_read_kernel(&address_, sizeof(address_), &(pointer)->field);             \
		address_;                                                                          \
	})
