// SPDX-License-Identifier: MIT
/*
 * PASID Control of the hardware, looked at without an access to config space.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vpasid/config.h>

#include "device.h"
#include "hammer.h"
#include "hammer_sysfs.h"
#include "long.h"

unsigned int hidden_start[FUNCTIONS], hidden_end[FUNCTIONS];

/* The PASID capability of a function; 0: it has none, as VFs. And what the kernel puts there. */
static unsigned int capability[FUNCTIONS];
static uint16_t made[FUNCTIONS];

static int open_config(int index)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), PCI "devices/%s/config", functions[index].bdf);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		exit(2);
	}
	return fd;
}

static int read_dword(void *opaque, uint16_t offset, uint32_t *value)
{
	return pread(*(int *)opaque, value, sizeof(*value), offset) == sizeof(*value) ? 0 : -EIO;
}

static uint16_t control_of(int index)
{
	uint8_t hardware[PCI_CFG_SPACE_EXP_SIZE];
	uint16_t control;

	read_hardware(functions[index].bdf, hardware);
	memcpy(&control, hardware + capability[index] + PCI_PASID_CTRL, sizeof(control));
	return control;
}

static void restore(int index, int config)
{
	if (control_of(index) != made[index] &&
	    pwrite(config, &made[index], sizeof(*made), capability[index] + PCI_PASID_CTRL) < 0)
		perror(functions[index].bdf);
}

/* VFIO can't hide the header of the first capability, only its ID: the registers are guarded. */
static void find(int index)
{
	const struct vfio_device_feature_pasid_ext *answer = &functions[index].answer;
	int config = open_config(index);
	int at = vpasid_ext_cap_find(read_dword, &config, PCI_EXT_CAP_ID_PASID);

	if (at > 0) {
		capability[index] = at;
		hidden_start[index] = at + (at == PCI_CFG_SPACE_SIZE ? PCI_PASID_CAP : 0);
		hidden_end[index] = at + PCI_EXT_CAP_PASID_SIZEOF;
		made[index] =
			answer->pasid.width ? PCI_PASID_CTRL_ENABLE | answer->enabled << 1 : 0;
		restore(index, config);
	}
	close(config);
}

void control_find(void)
{
	for (int i = 0; i < FUNCTIONS; i++)
		find(i);
}

void control_restore(void)
{
	for (int i = 0; i < FUNCTIONS; i++) {
		int config = capability[i] ? open_config(i) : -1;

		if (config < 0)
			continue;
		restore(i, config);
		close(config);
	}
}

static void tell_change(int function, uint16_t control)
{
	if (long_shared->changed++)
		return;
	snprintf(long_shared->first_change, sizeof(long_shared->first_change),
		 "PASID Control of %s is %#x, and was %#x", functions[function].name, control,
		 made[function]);
}

void control_look(int function)
{
	unsigned int disturbances = long_shared->disturbances;
	uint16_t control;

	/* an odd number: one is taking place */
	if (!capability[function] || disturbances % 2)
		return;
	control = control_of(function);
	if (long_shared->disturbances != disturbances)
		return;
	long_shared->looks++;
	if (control != made[function])
		tell_change(function, control);
}
