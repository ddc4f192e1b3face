/* Overwrites the files that it is given with other bytes through io_uring. */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char bytes[1 << 16];

int main(int count, char **paths)
{
	struct io_uring_params params = { 0 };
	int ring = syscall(SYS_io_uring_setup, 4, &params);
	int both = PROT_READ | PROT_WRITE;
	struct io_uring_sqe *entries;
	unsigned *tail, *index;
	char *queue;

	if (ring < 0)
		return 1;
	queue = mmap(0, params.sq_off.array + params.sq_entries * sizeof(*index), both, MAP_SHARED,
		     ring, IORING_OFF_SQ_RING);
	entries = mmap(0, params.sq_entries * sizeof(*entries), both, MAP_SHARED, ring,
		       IORING_OFF_SQES);
	if (queue == MAP_FAILED || entries == MAP_FAILED)
		return 1;
	tail = (unsigned *)(queue + params.sq_off.tail);
	index = (unsigned *)(queue + params.sq_off.array);
	for (int i = 1; i < count; i++) {
		int file = open(paths[i], O_RDWR);
		ssize_t length = read(file, bytes, sizeof(bytes));
		unsigned at = *tail & (params.sq_entries - 1);

		if (length < 0)
			return 1;
		for (ssize_t b = 0; b < length; b++)
			bytes[b] ^= rand();
		memset(&entries[at], 0, sizeof(entries[at]));
		entries[at].opcode = IORING_OP_WRITE;
		entries[at].fd = file;
		entries[at].addr = (unsigned long)bytes;
		entries[at].len = length;
		index[at] = at;
		__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
		if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) != 1)
			return 1;
		close(file);
	}
	return 0;
}
