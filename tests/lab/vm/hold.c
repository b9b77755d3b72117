// SPDX-License-Identifier: MIT
/*
 * hold BDF [VF_TOKEN]: keeps the device open and asks it all the time, until VFIO
 * requests it back or a SIGTERM comes; prints "open" once it is. A wrong answer
 * ends it with 1. With DEAF in the environment it doesn't hear VFIO's request.
 */
#include <errno.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "device.h"

static volatile sig_atomic_t stop;

static void on_term(int signal)
{
	(void)signal;
	stop = 1;
}

static bool ask(int device, struct vfio_device_feature_pasid_ext *ext)
{
	return !get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, ext,
			    sizeof(*ext));
}

int main(int argc, char **argv)
{
	int device = open_device(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : NULL);
	struct vfio_device_feature_pasid_ext first, ext;
	bool deaf = getenv("DEAF") != NULL;
	int request = eventfd(0, EFD_NONBLOCK);
	unsigned long calls = 0;
	uint64_t count;

	signal(SIGTERM, on_term);
	if (hear_requests(device, request) || !ask(device, &first))
		return 1;
	puts("open");
	fflush(stdout);

	while (!stop && (deaf || read(request, &count, sizeof(count)) < 0)) {
		if (!ask(device, &ext) || memcmp(&ext, &first, sizeof(ext)) != 0) {
			puts("wrong answer");
			return 1;
		}
		calls++;
		usleep(1000);
	}
	printf("%s after %lu calls\n", stop ? "terminated" : "requested", calls);
	return 0;
}
