// SPDX-License-Identifier: MIT
/*
 * poke BDF OFFSET WORD PLANTED [VF_TOKEN]: a VFIO user writes two bytes into config space.
 * Prints the value before and after: as the user reads it, and as the "hardware"
 * of the function PLANTED has it. Closing the device has the kernel restore its own.
 */
#include <stdio.h>
#include <stdlib.h>

#include "device.h"

int main(int argc, char **argv)
{
	uint16_t user_before, user_after, before, after;
	unsigned int offset;
	uint16_t value;
	int device;

	if (argc < 5)
		return 2;
	device = open_device(argv[1], argc > 5 ? argv[5] : NULL);
	offset = strtoul(argv[2], NULL, 0);
	value = strtoul(argv[3], NULL, 0);
	user_before = config_word(device, offset);
	before = hardware_word(argv[4], offset);
	if (write_config(device, offset, &value, sizeof(value)) != sizeof(value))
		return 1;
	user_after = config_word(device, offset);
	after = hardware_word(argv[4], offset);
	printf("%04x %04x %04x %04x\n", user_before, user_after, before, after);
	return 0;
}
