// Encrypts each file in place with O_DIRECT, past the page cache.
#include "load.h"

int main(int count, char **arguments)
{
	list(count, arguments);
	for (size_t i = 0; i < file_count; i++) {
		size_t size;
		int file = open_file(files[i], O_RDWR | O_DIRECT, &size);
		unsigned char *data = load(file, size);
		size_t whole = (size + 4095) / 4096 * 4096;

		encrypt(data, size);
		check(pwrite(file, data, whole, 0) == (ssize_t)whole, "pwrite");
		check(!ftruncate(file, (off_t)size) && !close(file), files[i]);
		free(data);
	}
}
