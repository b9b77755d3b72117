// SPDX-License-Identifier: MIT
/*
 * dma_buf BDF [VF_TOKEN]: asks feature 11 to export a page of BAR 0 as a dma-buf, which it
 * does since Linux 6.19. Prints "exported N bytes", or the error: "Inappropriate ioctl for
 * device" from a kernel in which 11 is no feature of the core's.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"

#define PAGE 4096

/* VFIO_DEVICE_FEATURE_DMA_BUF of <linux/vfio.h>, which this machine's may lack */
struct dma_buf_feature {
	struct vfio_device_feature header;
	uint32_t region_index, open_flags, flags, range_count;
	struct {
		uint64_t offset, length;
	} range;
};

static void enable_memory(int device)
{
	uint16_t command = 0x6; /* Memory Space, Bus Master */

	write_config(device, 0x04, &command, sizeof(command));
}

int main(int argc, char **argv)
{
	int device = open_device(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : NULL);
	struct dma_buf_feature feature = {
		.header = { .argsz = sizeof(feature), .flags = VFIO_DEVICE_FEATURE_GET | 11 },
		.region_index = VFIO_PCI_BAR0_REGION_INDEX,
		.open_flags = O_RDWR | O_CLOEXEC,
		.range_count = 1,
		.range.length = PAGE,
	};
	int fd;

	enable_memory(device);
	fd = ioctl(device, VFIO_DEVICE_FEATURE, &feature);
	if (fd < 0)
		puts(strerror(errno));
	else
		printf("exported %lld bytes\n", (long long)lseek(fd, 0, SEEK_END));
	return 0;
}
