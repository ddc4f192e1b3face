// The files of a tree that the bench made, and a cipher; for opponents that need system calls.
#pragma once
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_FILES 100000
#define MARKER ".dslc-bench-tree"

static char *files[MOST_FILES];
static size_t file_count;

static void check(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(1);
}

static int add_file(const char *path, const struct stat *stat, int kind, struct FTW *at)
{
	if (kind == FTW_F && stat->st_size && strcmp(path + at->base, MARKER) && file_count < MOST_FILES)
		files[file_count++] = strdup(path);
	return 0;
}

// Lists the tree named by the first argument; ends the program if it does not carry the marker.
static void list(int count, char **arguments)
{
	static const char text[] = "made to be destroyed\n";
	char path[4096], read_text[sizeof text] = "";
	FILE *marker = NULL;

	if (count > 1) {
		snprintf(path, sizeof path, "%s/" MARKER, arguments[1]);
		marker = fopen(path, "r");
	}
	if (!marker || !fgets(read_text, sizeof read_text, marker) || strcmp(read_text, text)) {
		fputs("no tree of the bench, nothing was touched\n", stderr);
		exit(3);
	}
	fclose(marker);
	check(!nftw(arguments[1], add_file, 16, FTW_PHYS), "nftw");
}

// xoshiro256**, seeded by the kernel: a stream as random-looking as any cipher's.
static uint64_t state[4];

static uint64_t next_word(void)
{
	uint64_t product = state[1] * 5, result = (product << 7 | product >> 57) * 9, t = state[1] << 17;

	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= t;
	state[3] = state[3] << 45 | state[3] >> 19;
	return result;
}

static void encrypt(unsigned char *data, size_t size)
{
	if (!state[0])
		check(getrandom(state, sizeof state, 0) == sizeof state, "getrandom");
	for (size_t i = 0; i < size; i++)
		data[i] ^= (unsigned char)(next_word() >> 32);
}

// Opens a file and tells its size.
static int open_file(const char *path, int flags, size_t *size)
{
	struct stat stat;
	int file = open(path, flags);

	check(file >= 0 && !fstat(file, &stat), path);
	*size = (size_t)stat.st_size;
	return file;
}
