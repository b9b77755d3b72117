// SPDX-License-Identifier: MIT
/*
 * chain_test BDF [VF_TOKEN]: the PASID capability is in the function's own chain
 * and not in the one that VFIO shows. What else is in the chain is in both.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define MAX_CAPABILITIES 64

struct chain {
	uint16_t ids[MAX_CAPABILITIES];
	size_t count;
};

static uint32_t dword(const uint8_t *config, unsigned int offset)
{
	uint32_t value;

	memcpy(&value, config + offset, sizeof(value));
	return value;
}

/* IDs of 0 are left out: so VFIO hides a capability at the chain's head. */
static struct chain walk(const uint8_t *config)
{
	struct chain chain = { 0 };
	unsigned int offset = PCI_CFG_SPACE_SIZE;

	for (int hops = 0; hops < MAX_CAPABILITIES && offset >= PCI_CFG_SPACE_SIZE; hops++) {
		uint32_t header = dword(config, offset);

		if (PCI_EXT_CAP_ID(header))
			chain.ids[chain.count++] = PCI_EXT_CAP_ID(header);
		offset = PCI_EXT_CAP_NEXT(header);
	}
	return chain;
}

static bool has(const struct chain *chain, uint16_t id)
{
	for (size_t i = 0; i < chain->count; i++)
		if (chain->ids[i] == id)
			return true;
	return false;
}

static void read_sysfs_config(const char *bdf, uint8_t *config)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", bdf);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, config, PCI_CFG_SPACE_EXP_SIZE) != PCI_CFG_SPACE_EXP_SIZE) {
		perror(path);
		exit(2);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	static uint8_t physical[PCI_CFG_SPACE_EXP_SIZE], virtual[PCI_CFG_SPACE_EXP_SIZE];
	const char *bdf = argc > 1 ? argv[1] : "";
	int device = open_device(bdf, argc > 2 ? argv[2] : NULL);
	struct chain theirs, ours;

	read_sysfs_config(bdf, physical);
	for (unsigned int offset = 0; offset < sizeof(virtual); offset += 4)
		if (read_config(device, offset, virtual + offset, 4) != 4) {
			fprintf(stderr, "%s: can't read config offset %#x\n", bdf, offset);
			return 2;
		}

	theirs = walk(physical);
	ours = walk(virtual);
	tap(has(&theirs, PCI_EXT_CAP_ID_PASID), "PASID is in the function's own chain");
	tap(!has(&ours, PCI_EXT_CAP_ID_PASID), "PASID is not in the chain that VFIO shows");
	tap(ours.count > 0, "%zu other capabilities are", ours.count);
	return tap_plan();
}
