// SPDX-License-Identifier: MIT
/*
 * features BDF [VF_TOKEN]: what the device answers to each VFIO_DEVICE_FEATURE
 * but PASID's stable one, a line for each number, operation and size. The output of two
 * drivers is compared; the answers themselves are the kernel's business.
 */
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "device.h"

#define ROOM 32

static const struct {
	const char *name;
	uint32_t flags;
} operations[] = {
	{ "none", 0 },
	{ "probe", VFIO_DEVICE_FEATURE_PROBE },
	{ "probe|get", VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_GET },
	{ "probe|set", VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_SET },
	{ "get", VFIO_DEVICE_FEATURE_GET },
	{ "set", VFIO_DEVICE_FEATURE_SET },
	{ "get|set", VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET },
};

static const size_t sizes[] = { 0, 1, 4, 8, 16, ROOM };

static void show(int device, uint32_t number, size_t operation, size_t size)
{
	/* a payload that is valid for some: low power's flags, a token of 7s */
	uint8_t payload[ROOM];
	int ret;

	memset(payload, number == VFIO_DEVICE_FEATURE_PCI_VF_TOKEN ? 7 : 0, sizeof(payload));
	ret = get_feature(device, operations[operation].flags | number, payload, size);

	printf("feature %#x %s size %zu: %s", number, operations[operation].name, size,
	       ret ? strerror(-ret) : "success");
	for (size_t i = 0; !ret && i < size; i++)
		printf(" %02x", payload[i]);
	putchar('\n');
}

int main(int argc, char **argv)
{
	static const uint32_t numbers[] = { 0,	1,  2,	3,	4,	5,	6,
					    7,	8,  9,	10,	11,	12,	13,
					    14, 15, 64, 0x7fff, 0xf01a, 0xf01c, 0xffff };
	int device = open_device(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : NULL);

	for (size_t n = 0; n < sizeof(numbers) / sizeof(numbers[0]); n++)
		for (size_t op = 0; op < sizeof(operations) / sizeof(operations[0]); op++)
			for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
				show(device, numbers[n], op, sizes[s]);
	return 0;
}
