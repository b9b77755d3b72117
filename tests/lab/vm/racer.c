// SPDX-License-Identifier: MIT
/*
 * racer FILE SECONDS: makes a data race in the kernel. FILE is a boolean of debugfs, which the
 * kernel reads and writes without a lock: one thread writes Y and N in turn, the other one reads.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *path;
static atomic_bool stop;

static void *write_values(void *unused)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	(void)unused;
	for (unsigned int i = 0; !stop; i++)
		if (pwrite(fd, i & 1 ? "Y" : "N", 1, 0) != 1)
			return "the file can't be written";
	close(fd);
	return NULL;
}

static void *read_values(void *unused)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char value;

	(void)unused;
	while (!stop)
		if (pread(fd, &value, 1, 0) != 1)
			return "the file can't be read";
	close(fd);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t writer, reader;
	void *write_error, *read_error;

	if (argc != 3)
		return 2;
	path = argv[1];
	if (pthread_create(&writer, NULL, write_values, NULL) ||
	    pthread_create(&reader, NULL, read_values, NULL))
		return 1;
	sleep((unsigned int)atoi(argv[2]));
	stop = true;
	pthread_join(writer, &write_error);
	pthread_join(reader, &read_error);
	if (write_error || read_error)
		fprintf(stderr, "racer: %s: %s\n", path,
			(char *)(write_error ? write_error : read_error));
	return write_error || read_error;
}
