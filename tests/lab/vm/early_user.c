// SPDX-License-Identifier: MIT
/*
 * early_user BDF CONTROL COMMAND ARG...: a user of VFIO has the function open, and keeps it open
 * while the command runs. Prints the feature's answers before and after, and the results of
 * his writes to PASID Control, at the offset CONTROL; what he switches off he switches on again.
 */
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "run.h"

static const char *bdf;
static unsigned int control;
static int device;

static const char *told(void)
{
	static char text[64];
	struct vfio_device_feature_pasid_ext ext;
	int ret = get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
			      &ext, sizeof(ext));

	if (ret)
		return strerror(-ret);
	snprintf(text, sizeof(text), "PASIDs of %u bits", ext.pasid.width);
	return text;
}

static void write_control(uint16_t word)
{
	if (write_config(device, control, &word, sizeof(word)) != sizeof(word))
		exit(1);
}

static void ask_and_write(const char *when, const char *command)
{
	uint16_t user = config_word(device, control), before = hardware_word(bdf, control), after;

	write_control(0);
	after = hardware_word(bdf, control);
	printf("  %-6s %-24s %-31s %04x        %04x -> %04x  %s\n", when, command, told(), user,
	       before, after, before == after ? "stopped" : "let through");
	if (before != after)
		write_control(before);
}

int main(int argc, char **argv)
{
	char command[64] = "";
	int status;

	if (argc < 4)
		return 2;
	bdf = argv[1];
	control = strtoul(argv[2], NULL, 0);
	for (int i = 3; i < argc; i++)
		snprintf(command + strlen(command), sizeof(command) - strlen(command), "%s%s",
			 i > 3 ? " " : "", argv[i]);
	device = open_device(bdf, NULL);

	printf("A VFIO user has %s open, asks for its PASID and writes 0000 to PASID Control:\n",
	       bdf);
	printf("  %-31s %-31s user reads  hardware      write\n", "", "the answer");
	ask_and_write("before", command);
	fflush(stdout);
	status = run(argv + 3);
	ask_and_write("after", command);
	return status;
}
