// Encrypts each file through a shared, writable mapping: no write call.
#include "tree.h"
#include <sys/mman.h>

int main(int count, char **arguments)
{
	list(count, arguments);
	for (size_t i = 0; i < file_count; i++) {
		size_t size;
		int file = open_file(files[i], O_RDWR, &size);
		unsigned char *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

		check(data != MAP_FAILED, "mmap");
		encrypt(data, size);
		check(!munmap(data, size) && !close(file), files[i]);
	}
}
