// Encrypts one file, then becomes itself anew for the next: TREE [NUMBER]
#include "load.h"

int main(int count, char **arguments)
{
	char next[32];
	size_t size, number = count > 2 ? strtoul(arguments[2], NULL, 10) : 0;

	list(count, arguments);
	if (number >= file_count)
		return 0;
	int file = open_file(files[number], O_RDWR, &size);
	unsigned char *data = load(file, size);

	encrypt(data, size);
	check(pwrite(file, data, size, 0) == (ssize_t)size && !close(file), files[number]);
	snprintf(next, sizeof next, "%zu", number + 1);
	execl("/proc/self/exe", arguments[0], arguments[1], next, (char *)NULL);
	check(0, "execl");
}
