// SPDX-License-Identifier: MIT
/*
 * make_host DIRECTORY COUNT: a made host of that many functions, for test scripts. The
 * directory is there and empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/made_host.h"

int main(int argc, char **argv)
{
	int ret;

	if (argc != 3) {
		fputs("usage: make_host DIRECTORY COUNT\n", stderr);
		return 2;
	}
	ret = made_host(argv[1], strtoul(argv[2], NULL, 10));
	if (ret)
		fprintf(stderr, "make_host: %s: %s\n", argv[1], strerror(-ret));
	return ret ? 1 : 0;
}
