// Encrypts each file by a scatter of small pwritev2 calls in a shuffled order of blocks.
#include "load.h"
#include <sys/uio.h>

int main(int count, char **arguments)
{
	list(count, arguments);
	for (size_t i = 0; i < file_count; i++) {
		size_t size;
		int file = open_file(files[i], O_RDWR, &size);
		unsigned char *data = load(file, size);
		size_t blocks = (size + 1023) / 1024, step = blocks > 7 && blocks % 7 ? 7 : 1;

		encrypt(data, size);
		for (size_t n = 0, block = 0; n < blocks; n++, block = (block + step) % blocks) {
			size_t start = block * 1024, length = size - start < 1024 ? size - start : 1024;
			struct iovec parts[2] = {
				{ data + start, length / 2 }, { data + start + length / 2, length - length / 2 },
			};
			check(pwritev2(file, parts, 2, (off_t)start, 0) == (ssize_t)length, "pwritev2");
		}
		close(file);
		free(data);
	}
}
