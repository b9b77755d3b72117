// SPDX-License-Identifier: MIT
/*
 * vfio_view_test BDF VF_TOKEN FLAG...: opens a function through VFIO, and compares what that
 * shows, byte by byte, with what vpasid_vfio_view() makes of the function's own config space, as
 * sysfs has it at the same time. A FLAG is vf, guarded or no-dvsec. Prints where they differ.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vpasid/vfio_view.h>

#include "device.h"

static unsigned long read_id(const char *bdf, const char *attribute)
{
	char path[128], text[16] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, attribute);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0) {
		perror(path);
		exit(1);
	}
	close(fd);
	return strtoul(text, NULL, 0);
}

static void read_own(const char *bdf, uint8_t *config)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", bdf);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, config, VPASID_CONFIG_SIZE) != VPASID_CONFIG_SIZE) {
		perror(path);
		exit(1);
	}
	close(fd);
}

static uint32_t flag_of(const char *name)
{
	if (!strcmp(name, "vf"))
		return VPASID_VFIO_VIEW_VF;
	if (!strcmp(name, "guarded"))
		return VPASID_VFIO_VIEW_GUARDED;
	if (!strcmp(name, "no-dvsec"))
		return VPASID_VFIO_VIEW_NO_DVSEC;
	fprintf(stderr, "%s: no such flag\n", name);
	exit(2);
}

/* Registers that belong to the host, and to the user who has the function open */
static bool depends_on_host(unsigned int offset)
{
	return (offset >= PCI_COMMAND && offset < PCI_STATUS) ||
	       (offset >= PCI_BASE_ADDRESS_0 && offset < PCI_CARDBUS_CIS) ||
	       (offset >= PCI_ROM_ADDRESS && offset < PCI_CAPABILITY_LIST) ||
	       offset == PCI_INTERRUPT_LINE || offset == PCI_INTERRUPT_PIN;
}

static int compare(const uint8_t *config, const uint8_t *view, const uint8_t *shown)
{
	int differences = 0;

	for (unsigned int i = 0; i < VPASID_CONFIG_SIZE; i++) {
		if (view[i] == shown[i] || depends_on_host(i))
			continue;
		printf("# 0x%03x: VFIO shows %02x, the view has %02x, the function %02x\n", i,
		       shown[i], view[i], config[i]);
		differences++;
	}
	return differences;
}

int main(int argc, char **argv)
{
	static uint8_t config[VPASID_CONFIG_SIZE], view[VPASID_CONFIG_SIZE];
	static uint8_t shown[VPASID_CONFIG_SIZE];
	struct vpasid_vfio_view_request request = { .argsz = sizeof(request),
						    .config = config,
						    .size = sizeof(config) };
	int device, ret;

	if (argc < 3)
		return 2;
	for (int i = 3; i < argc; i++)
		request.flags |= flag_of(argv[i]);
	if (request.flags & VPASID_VFIO_VIEW_VF) {
		request.vendor = (uint16_t)read_id(argv[1], "vendor");
		request.device = (uint16_t)read_id(argv[1], "device");
	}
	device = open_device(argv[1], argv[2]);
	if (read_config(device, 0, shown, sizeof(shown)) != sizeof(shown))
		return 1;
	read_own(argv[1], config);
	ret = vpasid_vfio_view(&request, view);
	if (ret) {
		printf("# no view: %s\n", strerror(-ret));
		return 1;
	}
	return compare(config, view, shown) ? 1 : 0;
}
