// SPDX-License-Identifier: MIT
/*
 * interpose_test MODULE BDF OFFSET [VF_TOKEN]: a user has the function open, asleep or not, while
 * the module that answers and guards comes; it can't go before he closes the function. Its
 * PASID, of 20 bits, is enabled and stands at OFFSET.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "run.h"
#include "tap.h"
#include "vfio/vfio.h"

static char *module;
static const char *bdf;
static unsigned int control;

static struct vfio vfio;
static int device;

static bool answers(void)
{
	struct vfio_device_feature_pasid_ext ext;

	return !get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
			    &ext, sizeof(ext)) &&
	       ext.pasid.width == 20;
}

static int error_of_feature(void)
{
	struct vfio_device_feature_pasid_ext ext;

	return get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, &ext,
			   sizeof(ext));
}

static void open_it(const char *token)
{
	open_vfio(bdf, token, &vfio);
	device = vfio.device;
}

/* Whether a user's write of another value than the present one is taken and dropped */
static bool drops_write(void)
{
	uint16_t before = hardware_word(bdf, control), other = before ^ 1;

	return write_config(device, control, &other, sizeof(other)) == sizeof(other) &&
	       hardware_word(bdf, control) == before;
}

static bool load(void)
{
	char *const command[] = { "modprobe", module, NULL };

	return !run(command);
}

static int unload(void)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? errno : 0;
}

static bool low_power(uint32_t feature)
{
	struct vfio_device_low_power_entry_with_wakeup unused;

	return !get_feature(device, VFIO_DEVICE_FEATURE_SET | feature, &unused, 0);
}

static bool is_suspended(void)
{
	char path[96], status[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/power/runtime_status", bdf);
	file = fopen(path, "r");
	if (!file || !fgets(status, sizeof(status), file))
		exit(2);
	fclose(file);
	return !strcmp(status, "suspended\n");
}

static bool falls_asleep(void)
{
	for (int tries = 0; tries < 60000 && !is_suspended(); tries++)
		usleep(1000);
	return is_suspended();
}

/* The module is there, and a user who had the function open before has it open. */
static void test_loaded(void)
{
	tap(answers(), "it answers on the file descriptor that is there");
	tap(!config_word(device, control) && drops_write(), "the guard is there");
	tap(unload() == EWOULDBLOCK, "the module can't be unloaded while the function is open");
	tap(answers() && !config_word(device, control) && drops_write(),
	    "it answers and guards as before");
}

static void test_open(const char *token)
{
	uint16_t seen;

	open_it(token);
	tap(error_of_feature() == -ENOTTY, "before, there is no such feature");
	seen = config_word(device, control);
	tap(seen == hardware_word(bdf, control) && seen, "and the user reads PASID Control, %04x",
	    seen);
	tap(load(), "the module comes while the function is open");
	test_loaded();
	vfio_close(&vfio);
	tap(!unload(), "closed, the module can be unloaded");
	open_it(token);
	tap(error_of_feature() == -ENOTTY, "without it there is no such feature");
	tap(config_word(device, control) == seen, "and the user reads PASID Control");
	tap(!drops_write(), "and writes it");
	vfio_close(&vfio);
}

static void test_low_power(const char *token)
{
	open_it(token);
	tap(low_power(VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY) && falls_asleep(),
	    "the user has it suspended");
	tap(load(), "the module comes while it is");
	tap(falls_asleep(), "it is suspended again, the user having nothing to do with that");
	tap(answers(), "it answers, which wakes it");
	tap(low_power(VFIO_DEVICE_FEATURE_LOW_POWER_EXIT), "the user wakes it");
	test_loaded();
	vfio_close(&vfio);
	tap(!unload(), "closed, the module can be unloaded");
}

int main(int argc, char **argv)
{
	const char *token = argc > 4 ? argv[4] : NULL;

	if (argc < 4)
		return 2;
	module = argv[1];
	bdf = argv[2];
	control = strtoul(argv[3], NULL, 0) + PCI_PASID_CTRL;
	test_open(token);
	test_low_power(token);
	return tap_plan();
}
