// Encrypts each file by io_uring: reads and writes are submissions, not calls.
#include "tree.h"
#include <liburing.h>

static struct io_uring ring;

// Waits for one submission; its result.
static int finish(void)
{
	struct io_uring_cqe *done;

	check(io_uring_submit_and_wait(&ring, 1) == 1 && !io_uring_wait_cqe(&ring, &done), "io_uring");
	int result = done->res;
	io_uring_cqe_seen(&ring, done);
	return result;
}

int main(int count, char **arguments)
{
	list(count, arguments);
	check(!io_uring_queue_init(8, &ring, 0), "io_uring_queue_init");
	for (size_t i = 0; i < file_count; i++) {
		size_t size;
		int file = open_file(files[i], O_RDWR, &size);
		unsigned char *data = malloc(size);

		check(data != NULL, "malloc");
		io_uring_prep_read(io_uring_get_sqe(&ring), file, data, (unsigned)size, 0);
		check(finish() == (int)size, "read");
		encrypt(data, size);
		io_uring_prep_write(io_uring_get_sqe(&ring), file, data, (unsigned)size, 0);
		check(finish() == (int)size, "write");
		free(data);
		close(file);
	}
}
