// SPDX-License-Identifier: MIT
/*
 * peek BDF OFFSET LENGTH [VF_TOKEN]: one read of config space by a VFIO user. Prints how many
 * bytes came, and these.
 */
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

int main(int argc, char **argv)
{
	static uint8_t config[PCI_CFG_SPACE_EXP_SIZE];
	size_t length;
	ssize_t count;
	int device;

	if (argc < 4)
		return 2;
	device = open_device(argv[1], argc > 4 ? argv[4] : NULL);
	length = strtoul(argv[3], NULL, 0);
	count = read_config(device, strtoul(argv[2], NULL, 0), config,
			    length < sizeof(config) ? length : sizeof(config));
	if (count < 0) {
		printf("%s\n", strerror((int)-count));
		return 1;
	}
	printf("%zd:", count);
	for (ssize_t i = 0; i < count; i++)
		printf(" %02x", config[i]);
	putchar('\n');
	return 0;
}
