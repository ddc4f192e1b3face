// SPDX-License-Identifier: MIT OR Apache-2.0
// A process that does what its arguments say, one after the other. Exits 0 at their end, 2 when a
// system call fails. It ends by itself after a minute, whatever happens.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char **words;
static char block[4096];
static int number;

static int need(long result, const char *what)
{
	if (result < 0)
		err(2, "%s", what);
	return result;
}

static const char *next(void)
{
	if (!*words)
		errx(2, "an argument is missing");
	return *words++;
}

static int opened(int flags)
{
	const char *path = next();

	return need(open(path, flags | O_CLOEXEC, 0644), path);
}

static void join(void)
{
	int fd = opened(O_WRONLY);

	need(write(fd, "0", 1), "join");
	close(fd);
}

// Overwrites the first block of a file, each time through another call.
static void overwrite(void)
{
	const char *how = next();
	struct iovec vector = { block, sizeof(block) };
	int fd = opened(O_RDWR), source;
	loff_t zero = 0, start = 0;

	if (!strcmp(how, "write"))
		need(write(fd, block, sizeof(block)), how);
	else if (!strcmp(how, "pwrite"))
		need(pwrite(fd, block, sizeof(block), 0), how);
	else if (!strcmp(how, "writev"))
		need(writev(fd, &vector, 1), how);
	else if (!strcmp(how, "pwritev"))
		need(pwritev(fd, &vector, 1, 0), how);
	else if (!strcmp(how, "pwritev2"))
		need(pwritev2(fd, &vector, 1, 0, RWF_DSYNC), how);
	else if (!strcmp(how, "ftruncate"))
		need(ftruncate(fd, 1), how);
	else {
		source = need(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "source");
		if (!strcmp(how, "sendfile"))
			need(sendfile(fd, source, &start, sizeof(block)), how);
		else if (!strcmp(how, "copy_file_range"))
			need(copy_file_range(fd, &zero, fd, &(loff_t){ sizeof(block) },
					     sizeof(block), 0), how);
		else
			errx(2, "no such call: %s", how);
		close(source);
	}
	close(fd);
}

static void fill(void)
{
	const char *with = next();

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = strcmp(with, "random") ? "etaoin shrdlu"[i % 13] : rand();
}

static void *spin(void *unused)
{
	for (;;)
		__asm__ volatile("" ::: "memory");
	return unused;
}

static void *run_rest(void *path)
{
	execv(path, words);
	err(2, "exec");
}

static void exec_rest(int from_thread)
{
	pthread_t thread;

	*--words = "victim";
	if (!from_thread)
		run_rest("/proc/self/exe");
	need(-pthread_create(&thread, NULL, run_rest, "/proc/self/exe"), "thread");
	for (;;)
		pause();
}

static void fork_rest(void)
{
	int status;
	pid_t child = need(fork(), "fork");

	// The child says so itself: then it comes before what its own child says.
	if (child == 0) {
		dprintf(1, "%d\n", getpid());
		return;
	}
	need(waitpid(child, &status, 0), "wait");
	exit(WIFSIGNALED(status) ? 9 : WEXITSTATUS(status));
}

// Makes so many children, a few at a time, that do nothing.
static void storm(void)
{
	for (int left = atoi(next()), alive = 0; left > 0 || alive > 0;) {
		if (left > 0 && alive < 8) {
			if (need(fork(), "fork") == 0)
				_exit(0);
			left--;
			alive++;
		} else {
			need(wait(NULL), "wait");
			alive--;
		}
	}
}

// Goes on as its own child, so many times, as fast as it can.
static void hop(void)
{
	for (int left = atoi(next()); left > 0; left--)
		if (need(fork(), "fork") > 0)
			_exit(0);
}

// Makes so many children that go on with the rest, each with its own number, and waits for them.
static void workers(void)
{
	int status, failed = 0;

	for (int left = atoi(next()); left > 0; left--)
		if (need(fork(), "fork") == 0) {
			number = left;
			return;
		}
	while (wait(&status) > 0)
		failed |= status;
	exit(failed ? 2 : 0);
}

// Goes on as its own child, which nobody waits for.
static void detach(void)
{
	if (need(fork(), "fork") > 0)
		_exit(0);
}

// Adds up for a while, with a system call now and then, and says what came of it.
static void add_up(void)
{
	unsigned long sum = 0;

	for (unsigned long i = 1; i <= 40000000; i++) {
		sum += i;
		if (i % 100000 == 0)
			getppid();
	}
	need(dprintf(1, "%lu\n", sum), "say");
}

// The main thread leaves; another one spins.
static void leave_main(void)
{
	pthread_t thread;

	need(-pthread_create(&thread, NULL, spin, NULL), "thread");
	pthread_exit(NULL);
}

int main(int argc, char **argv)
{
	char byte;

	alarm(60);
	for (words = argv + (argc > 0); *words;) {
		const char *word = next();

		if (!strcmp(word, "join"))
			join();
		else if (!strcmp(word, "cd"))
			need(chdir(next()), "cd");
		else if (!strcmp(word, "fill"))
			fill();
		else if (!strcmp(word, "overwrite"))
			overwrite();
		else if (!strcmp(word, "open-truncate"))
			close(opened(O_WRONLY | O_TRUNC | O_CREAT));
		else if (!strcmp(word, "open-append"))
			close(opened(O_WRONLY | O_APPEND | O_CREAT));
		else if (!strcmp(word, "create"))
			close(opened(O_WRONLY | O_CREAT | O_EXCL));
		else if (!strcmp(word, "truncate"))
			need(truncate(next(), 1), "truncate");
		else if (!strcmp(word, "unlink"))
			need(unlink(next()), "unlink");
		else if (!strcmp(word, "unlink-in")) {
			int folder = opened(O_RDONLY | O_DIRECTORY);

			need(unlinkat(folder, next(), 0), "unlinkat");
			close(folder);
		} else if (!strcmp(word, "rename")) {
			const char *from = next();

			need(rename(from, next()), "rename");
		} else if (!strcmp(word, "name"))
			need(prctl(PR_SET_NAME, next()), "name");
		else if (!strcmp(word, "hear")) /* goes on when a byte comes */
			need(read(0, &byte, 1) == 1 ? 0 : -1, "hear");
		else if (!strcmp(word, "say")) {
			const char *said = next();

			need(dprintf(1, "%s\n", said), "say");
		} else if (!strcmp(word, "call"))
			for (;;)
				getppid();
		else if (!strcmp(word, "spin"))
			spin(NULL);
		else if (!strcmp(word, "sleep"))
			for (;;)
				pause();
		else if (!strcmp(word, "leave-main"))
			leave_main();
		else if (!strcmp(word, "fork"))
			fork_rest();
		else if (!strcmp(word, "storm"))
			storm();
		else if (!strcmp(word, "hop"))
			hop();
		else if (!strcmp(word, "workers"))
			workers();
		else if (!strcmp(word, "unlink-mine")) { /* the path goes on with the worker's number */
			char path[4096];

			snprintf(path, sizeof(path), "%s%d", next(), number);
			need(unlink(path), path);
		} else if (!strcmp(word, "detach"))
			detach();
		else if (!strcmp(word, "setsid"))
			need(setsid(), "setsid");
		else if (!strcmp(word, "add-up"))
			add_up();
		else if (!strcmp(word, "exec"))
			exec_rest(0);
		else if (!strcmp(word, "exec-from-thread"))
			exec_rest(1);
		else
			errx(2, "unknown: %s", word);
	}
	return 0;
}
