// SPDX-License-Identifier: GPL-2.0
// The shipping policy of examples/dwell.num, written by hand for one kernel and one file system
// (ext4): what the generated program is measured against. Its numbers stand in the code, it takes
// no rules, makes no report and has no fallback.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
typedef _Bool bool;

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
#define KERNEL __attribute__((preserve_access_index))
#define UINT(name, value) int (*name)[value]
#define TYPE(name, type) typeof(type) *name

static void *(*const lookup)(void *, const void *) = (void *)1;
static long (*const update)(void *, const void *, const void *, u64) = (void *)2;
static u64 (*const now_ns)(void) = (void *)5;
static u32 (*const random)(void) = (void *)7;
static long (*const send_signal)(u32) = (void *)109;
static long (*const read_user)(void *, u32, const void *) = (void *)112;
static long (*const read_kernel)(void *, u32, const void *) = (void *)113;
static u64 (*const ancestor_cgroup)(int) = (void *)123;
static void *(*const storage)(void *, void *, void *, u64) = (void *)156;
static struct task_struct *(*const current_task)(void) = (void *)158;

struct super_block { u32 s_dev; } KERNEL;
struct inode { u16 i_mode; u64 i_ino; s64 i_size; u32 i_nlink; struct super_block *i_sb; } KERNEL;
struct timespec64 { s64 tv_sec; } KERNEL;
struct ext4_inode_info { struct timespec64 i_crtime; struct inode vfs_inode; } KERNEL;
struct dentry { struct inode *d_inode; struct dentry *d_parent; } KERNEL;
struct path { struct dentry *dentry; } KERNEL;
struct file { u32 f_mode; struct inode *f_inode; s64 f_pos; struct path f_path; } KERNEL;
struct fdtable { u32 max_fds; struct file **fd; } KERNEL;
struct files_struct { struct fdtable *fdt; } KERNEL;
struct task_struct {
	u32 flags; int pid, tgid; u64 start_boottime;
	struct task_struct *group_leader; struct files_struct *files;
} KERNEL;
struct pt_regs { unsigned long di, si, dx, r10, orig_ax; } KERNEL;

const volatile struct { u64 group, tree; } told SEC(".rodata.told") = {};

enum { RANDOM = 1, ENCODED = 2, CONTAINER = 3, TEXT = 4 };
enum { MOST = 24 << 16, TAINTED = 8 << 16, SLICE = 64 };
#define HALF_LIFE 300000000000ULL

struct bucket {
	u64 began, taint, points_at, ledger;
	u32 points, lost, writes;
};
struct {
	UINT(type, 1); UINT(max_entries, 16384);
	TYPE(key, u64); TYPE(value, struct bucket);
} buckets SEC(".maps");

struct mine { u64 bucket; };
struct {
	UINT(type, 29); UINT(map_flags, 1); TYPE(key, int); TYPE(value, struct mine);
} tasks SEC(".maps");

struct record { s64 born; u64 size; u32 read, pairs; u8 reads, source, output, lost; };
struct {
	UINT(type, 9); UINT(max_entries, 65536); TYPE(key, u64); TYPE(value, struct record);
} files SEC(".maps");

struct room { u8 bytes[256]; u16 counts[256]; };
struct {
	UINT(type, 6); UINT(max_entries, 1); TYPE(key, u32); TYPE(value, struct room);
} rooms SEC(".maps");

u64 price = 1;

INLINE bool in_group(void) { return ancestor_cgroup(1) == told.group; }

INLINE struct bucket *bucket_of(struct task_struct *task, u64 now)
{
	struct task_struct *leader = task->group_leader;
	struct mine *mine = storage(&tasks, leader, (void *)0, 1);
	struct bucket fresh = { .began = now };
	struct bucket *bucket;

	if (!mine)
		return (void *)0;
	if (!mine->bucket)
		mine->bucket = leader->start_boottime;
	bucket = lookup(&buckets, &mine->bucket);
	if (bucket)
		return bucket;
	update(&buckets, &mine->bucket, &fresh, 1);
	return lookup(&buckets, &mine->bucket);
}

/* 2^(−i/64) in Q16, by four squarings of the table's root: i < 64. */
INLINE u32 decayed(u32 points, u64 elapsed)
{
	u64 shift = elapsed / HALF_LIFE, part = elapsed % HALF_LIFE * 64 / HALF_LIFE;
	u64 value = points;

	if (shift > 31)
		return 0;
	for (int bit = 0; bit < 6; bit++) {
		static const u32 root[6] = { 64830, 64132, 62757, 60097, 55109, 46341 };
		if (part >> bit & 1)
			value = value * root[bit] >> 16;
	}
	return value >> shift;
}

/* Adds points; the current process is killed if its bucket has no time left. */
INLINE void add(struct bucket *bucket, u32 points, u64 now)
{
	u64 worth, budget;
	u32 sum = decayed(bucket->points, now - bucket->points_at) + (points << 16);

	bucket->points = sum > MOST ? MOST : sum;
	bucket->points_at = now;
	if (!bucket->taint && bucket->points > TAINTED)
		bucket->taint = now;
	if (!bucket->taint)
		return;
	worth = 65536 - ((u64)bucket->points * 65536 / MOST);
	budget = 5000000000ULL / price * worth >> 16;
	if (now - bucket->taint >= budget)
		send_signal(9);
}

INLINE struct file *file_of(u32 fd)
{
	struct fdtable *table = current_task()->files->fdt;
	struct file *file = (void *)0;

	if (fd < table->max_fds)
		read_kernel(&file, sizeof(file), table->fd + fd);
	return file ? __builtin_preserve_access_index(file) : file;
}

#define GET(base, field)                                                                           \
	({                                                                                         \
		typeof((base)->field) value_;                                                      \
		read_kernel(&value_, sizeof(value_), __builtin_preserve_access_index(&(base)->field)); \
		value_;                                                                            \
	})

INLINE struct record *record_of(struct inode *inode)
{
	u64 key = GET(inode, i_ino);
	u64 offset = __builtin_preserve_field_info(((struct ext4_inode_info *)0)->vfs_inode, 0);
	struct ext4_inode_info *info = (void *)((char *)inode - offset);
	struct record *record = lookup(&files, &key), fresh = {};

	if (record)
		return record;
	fresh.born = GET(info, i_crtime.tv_sec);
	fresh.size = GET(inode, i_size);
	update(&files, &key, &fresh, 0);
	return lookup(&files, &key);
}

/* What 256 bytes look like: class, and Σ c·(c − 1) above it. */
__attribute__((noinline)) u32 look_at(u64 bytes, u64 length)
{
	u32 zero = 0, sum = 0, kinds = 0, head, class = TEXT;
	struct room *room = lookup(&rooms, &zero);

	if (!room || length < 256 || read_user(room->bytes, 256, (void *)bytes))
		return TEXT;
	__builtin_memset(room->counts, 0, sizeof(room->counts));
	for (int i = 0; i < 256; i++) {
		u16 *count = &room->counts[room->bytes[i]];
		kinds += ((u32)*count - 1) >> 31; /* without a branch */
		sum += 2 * (*count)++;
	}
	head = *(u32 *)room->bytes;
	if ((head & 0xffffff) == 0x088b1f || head == 0x474e5089 || (head & 0xffffff) == 0xffd8ff ||
	    head == 0x04034b50 || head == 0x587a37fd || head == 0xfd2fb528 || head == 0xafbc7a37)
		class = CONTAINER;
	else if (sum <= 440)
		class = RANDOM;
	else if (kinds <= 90 && sum * kinds < 256 * 290)
		class = ENCODED;
	return sum << 8 | class;
}

INLINE bool is_old(struct record *record, struct bucket *bucket)
{
	return (u64)record->born * 1000000000ULL < bucket->began;
}

INLINE void lose(struct bucket *bucket, struct record *record, u8 output, u64 now)
{
	u32 points = 0;

	if (record->lost)
		return;
	record->lost = 1;
	bucket->lost++;
	if (record->reads && output == RANDOM)
		points = 4 + (record->pairs > 900 * record->reads);
	else if (record->reads && output == ENCODED && record->pairs > 900 * record->reads)
		points = 4;
	if (points)
		add(bucket, points, now);
}

INLINE void write_to(struct pt_regs *regs, u64 nr)
{
	struct file *file = file_of(regs->di);
	struct record *record;
	struct bucket *bucket;
	struct inode *inode;
	u64 now = now_ns(), position;

	if (!file)
		return;
	inode = GET(file, f_inode);
	if ((GET(inode, i_mode) & 0170000) != 0100000)
		return;
	bucket = bucket_of(current_task(), now);
	record = record_of(inode);
	if (!bucket || !record)
		return;
	position = nr == 18 ? regs->r10 : (u64)GET(file, f_pos);
	if (bucket->writes++ > 64 && random() & 7)
		return;
	record->output = look_at(regs->si, regs->dx);
	if (record->output == RANDOM)
		bucket->ledger += regs->dx;
	if (is_old(record, bucket) && position < record->size)
		lose(bucket, record, record->output, now);
}

SEC("tp_btf/sys_enter") int enter(u64 *context)
{
	u64 nr = context[1];

	if (nr != 1 && nr != 18 && nr != 20 && nr != 296 && nr != 77)
		return 0;
	if (in_group())
		write_to((struct pt_regs *)context[0], nr);
	return 0;
}

SEC("tp_btf/sys_exit") int leave(u64 *context)
{
	struct pt_regs *regs = (struct pt_regs *)context[0];
	u64 nr = regs->orig_ax;
	struct record *record;
	struct inode *inode;
	struct file *file;
	u32 found;

	if ((nr != 0 && nr != 17) || (s64)context[1] < 256 || !in_group())
		return 0;
	file = file_of(regs->di);
	if (!file)
		return 0;
	inode = GET(file, f_inode);
	if ((GET(inode, i_mode) & 0170000) != 0100000)
		return 0;
	record = record_of(inode);
	if (!record || (record->reads >= 2 && random() & 7))
		return 0;
	found = look_at(regs->si, context[1]);
	record->source = found;
	record->pairs += found >> 8;
	record->reads++;
	return 0;
}

INLINE int gone(struct inode *inode)
{
	struct bucket *bucket;
	struct record *record;
	u8 output = 0;
	u64 now;

	if (!in_group() || (GET(inode, i_mode) & 0170000) != 0100000)
		return 0;
	now = now_ns();
	bucket = bucket_of(current_task(), now);
	record = record_of(inode);
	if (!bucket || !record || !is_old(record, bucket))
		return 0;
	if (bucket->ledger >= record->size * 3 / 4) {
		bucket->ledger -= record->size * 3 / 4;
		output = RANDOM;
	}
	lose(bucket, record, output, now);
	return 0;
}

SEC("tp_btf/ext4_truncate_enter") int truncate(u64 *context)
{
	return gone((struct inode *)context[0]);
}

SEC("tp_btf/ext4_unlink_enter") int unlink(u64 *context)
{
	return gone(GET((struct dentry *)context[1], d_inode));
}

SEC("tp_btf/sched_process_fork") int fork(u64 *context)
{
	struct task_struct *child = (struct task_struct *)context[1];
	struct mine *parent, *copy;

	if (!in_group())
		return 0;
	parent = storage(&tasks, ((struct task_struct *)context[0])->group_leader, (void *)0, 1);
	copy = storage(&tasks, child, (void *)0, 1);
	if (parent && copy)
		copy->bucket = parent->bucket;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
