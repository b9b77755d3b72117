// SPDX-License-Identifier: MIT
/*
 * quiet_test BDF PF WIDTH [VF_TOKEN]: the feature, with that width, touches no config space,
 * and is right while the PF reads as all ones. The planter counts, and puts the PF to sleep.
 */
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "tap.h"

#define PLANTER "/sys/kernel/debug/planter/"
#define CALLS	1000

static char asleep[128];

static bool ask(int device, struct vfio_device_feature_pasid_ext *ext)
{
	return !get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, ext,
			    sizeof(*ext));
}

static bool ask_often(int device, const struct vfio_device_feature_pasid_ext *expected)
{
	struct vfio_device_feature_pasid_ext ext;

	for (int i = 0; i < CALLS; i++)
		if (!ask(device, &ext) || memcmp(&ext, expected, sizeof(ext)) != 0)
			return false;
	return true;
}

static void put_to_sleep(bool sleeps)
{
	FILE *file = fopen(asleep, "w");

	if (!file || fprintf(file, "%d\n", sleeps) < 0 || fclose(file)) {
		perror(asleep);
		exit(2);
	}
}

static bool config_reads_as_ones(const char *pf)
{
	char path[128];
	unsigned int id = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", pf);
	file = fopen(path, "r");
	if (!file || fread(&id, sizeof(id), 1, file) != 1)
		return false;
	fclose(file);
	return id == 0xffffffff;
}

int main(int argc, char **argv)
{
	const char *bdf = argc > 1 ? argv[1] : "";
	const char *pf = argc > 2 ? argv[2] : "";
	unsigned long width = argc > 3 ? strtoul(argv[3], NULL, 0) : 0;
	int device = open_device(bdf, argc > 4 ? argv[4] : NULL);
	struct vfio_device_feature_pasid_ext first;
	unsigned long long before;

	snprintf(asleep, sizeof(asleep), PLANTER "%s/asleep", pf);
	if (!tap(ask(device, &first) && first.pasid.width == width, "the width is %lu", width))
		return tap_plan();

	before = read_number(PLANTER "accesses");
	tap(config_reads_as_ones(pf) || read_number(PLANTER "accesses") > before,
	    "the planter counts a read of the config space");

	before = read_number(PLANTER "accesses");
	tap(ask_often(device, &first), "%d calls, one answer", CALLS);
	tap(read_number(PLANTER "accesses") == before, "not one config access in them");

	put_to_sleep(true);
	tap(config_reads_as_ones(pf), "the PF %s reads as all ones now", pf);
	tap(ask_often(device, &first), "the answer is right all the same");
	put_to_sleep(false);
	tap(!config_reads_as_ones(pf), "the PF is awake again");
	return tap_plan();
}
