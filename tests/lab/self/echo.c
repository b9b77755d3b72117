// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints where it runs and its arguments, then a megabyte of all byte values to stdout, and
 * another one to stderr; its exit status is 42. In the VM it must do as it does outside.
 */
#include <stdio.h>
#include <unistd.h>

#define MEGABYTE (1 << 20)

/* Not random, but no two blocks alike, so that nothing can be lost unseen. */
static void print_noise(FILE *stream, unsigned int state)
{
	unsigned int i;

	for (i = 0; i < MEGABYTE; i++) {
		state = state * 1103515245 + 12345;
		fputc((int)(state >> 16 & 0xff), stream);
	}
}

int main(int argc, char **argv)
{
	char directory[4096];
	int i;

	/* A system call for each byte would take long in the VM. */
	setvbuf(stderr, NULL, _IOFBF, 4096);

	if (!getcwd(directory, sizeof(directory)))
		return 1;
	printf("%s\n", directory);
	for (i = 0; i < argc; i++)
		printf("%d: <%s>\n", i, argv[i]);

	print_noise(stdout, 1);
	print_noise(stderr, 2);
	return 42;
}
