// Whole files in memory.
#pragma once
#include "tree.h"

// Reads a whole file into memory that the caller frees, rounded up to whole blocks.
static unsigned char *load(int file, size_t size)
{
	size_t room = (size + 4095) / 4096 * 4096;
	unsigned char *data = aligned_alloc(4096, room);

	check(data != NULL, "aligned_alloc");
	for (size_t done = 0; done < size;) {
		ssize_t got = pread(file, data + done, room - done, (off_t)done);
		check(got > 0, "pread");
		done += (size_t)got;
	}
	return data;
}
