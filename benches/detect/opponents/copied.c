// Encrypts each file in memory and brings it back with sendfile or, from a file beside the tree,
// copy_file_range: no write call on the tree. Arguments: TREE sendfile|range
#include "load.h"
#include <sys/mman.h>
#include <sys/sendfile.h>

static int scratch(int by_range)
{
	const char *folder = getenv("W");

	if (!by_range)
		return memfd_create("scratch", 0);
	return folder ? open(folder, O_TMPFILE | O_RDWR, 0600) : -1;
}

int main(int count, char **arguments)
{
	int by_range = count > 2 && !strcmp(arguments[2], "range");

	list(count, arguments);
	for (size_t i = 0; i < file_count; i++) {
		size_t size;
		int file = open_file(files[i], O_RDWR, &size), from = scratch(by_range);
		unsigned char *data = load(file, size);
		loff_t at = 0;

		encrypt(data, size);
		check(from >= 0 && pwrite(from, data, size, 0) == (ssize_t)size, "scratch");
		while ((size_t)at < size) {
			ssize_t moved = by_range
				? copy_file_range(from, &at, file, NULL, size - (size_t)at, 0)
				: sendfile(file, from, &at, size - (size_t)at);
			check(moved > 0, "copy");
		}
		close(file);
		close(from);
		free(data);
	}
}
