// Encrypts each file in place by splice from a pipe: vmsplice in, splice out, no write call.
#include "load.h"
#include <sys/uio.h>

int main(int count, char **arguments)
{
	int ends[2];

	list(count, arguments);
	check(!pipe(ends), "pipe");
	for (size_t i = 0; i < file_count; i++) {
		size_t size;
		int file = open_file(files[i], O_RDWR, &size);
		unsigned char *data = load(file, size);
		loff_t at = 0;

		encrypt(data, size);
		while ((size_t)at < size) {
			size_t left = size - (size_t)at;
			struct iovec part = { data + at, left < 32768 ? left : 32768 };
			ssize_t inside = vmsplice(ends[1], &part, 1, 0);

			check(inside > 0, "vmsplice");
			while (inside > 0) {
				ssize_t moved = splice(ends[0], NULL, file, &at, (size_t)inside, 0);
				check(moved > 0, "splice");
				inside -= moved;
			}
		}
		close(file);
		free(data);
	}
}
