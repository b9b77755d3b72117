// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <vpasid/config.h>

#include "support/machine.h"
#include "support/tree.h"

struct bdf machine_bdf(const char *text)
{
	struct bdf bdf;

	assert_int_equal(bdf_parse(text, &bdf), 0);
	return bdf;
}

void machine_put(uint8_t *config, unsigned int offset, unsigned int bytes, uint32_t value)
{
	for (unsigned int i = 0; i < bytes; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

/* A PCIe capability at 0x40 behind one of power management, ACS at 0x100. */
void machine_fill(uint8_t *config, unsigned int type, bool is_bridge)
{
	memset(config, 0, VPASID_CONFIG_SIZE);
	machine_put(config, PCI_VENDOR_ID, 4, 0x56781234);
	machine_put(config, PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
	config[PCI_REVISION_ID] = 0x21;
	config[PCI_HEADER_TYPE] = is_bridge ? PCI_HEADER_TYPE_BRIDGE : PCI_HEADER_TYPE_NORMAL;
	config[PCI_CAPABILITY_LIST] = 0xc0;
	machine_put(config, 0xc0, 2, PCI_CAP_ID_PM | 0x40 << 8);
	machine_put(config, 0x40, 4, PCI_CAP_ID_EXP | (2u | type << 4) << 16);
	machine_put(config, 0x40 + PCI_EXP_DEVCAP2, 4, PCI_EXP_DEVCAP2_EE_PREFIX);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16 | 0x180u << 20);
	machine_put(config, 0x104, 4, 0x5f | 0x1d << 16);
	machine_put(config, 0x180, 4, PCI_EXT_CAP_ID_DSN | 1 << 16);
}

void machine_fill_endpoint(uint8_t *config)
{
	machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
	machine_put(config, 0x180, 4, PCI_EXT_CAP_ID_PASID | 1 << 16 | 0x200u << 20);
	machine_put(config, 0x184, 4, 20 << 8 | 6 | 7 << 16);
	machine_put(config, 0x200, 4, PCI_EXT_CAP_ID_SRIOV | 1 << 16);
	machine_put(config, 0x200 + PCI_SRIOV_CTRL, 2, PCI_SRIOV_CTRL_VFE);
	machine_put(config, 0x200 + PCI_SRIOV_NUM_VF, 2, 4);
	machine_put(config, 0x200 + PCI_SRIOV_VF_OFFSET, 2, 1);
	machine_put(config, 0x200 + PCI_SRIOV_VF_STRIDE, 2, 2);
}

void machine_fill_port(uint8_t *config)
{
	machine_fill(config, PCI_EXP_TYPE_ROOT_PORT, true);
	config[PCI_SECONDARY_BUS] = 1;
	config[PCI_SUBORDINATE_BUS] = 2;
}

void machine_write_config(const char *root, const char *path, const uint8_t *config, size_t size)
{
	struct path full = path_of("%s/%s/config", root, path);
	FILE *file;

	tree_file(root, path_of("%s/config", path).text, "");
	file = fopen(full.text, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(config, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* A function at a path below the root bus; returns the path. */
struct path machine_add_function(const char *root, const char *below, const char *bdf,
				 const uint8_t *config, size_t size)
{
	struct path path = path_of(DEVICES "%s%s", below, bdf);

	tree_directory(root, path.text);
	tree_link(root, path_of("sys/bus/pci/devices/%s", bdf).text,
		  path_of("../../../devices/pci0000:00/%s%s", below, bdf).text);
	tree_file(root, path_of("%s/vendor", path.text).text, "0x1234\n");
	tree_file(root, path_of("%s/device", path.text).text, "0x5678\n");
	machine_write_config(root, path.text, config, size);
	return path;
}

int machine_open_dump(struct host *host, const char *text, size_t length, struct why *why)
{
	int fd = memfd_create("dump", 0), named = atoi(strrchr(MACHINE_DUMP, '/') + 1), ret;

	assert_int_equal(write(fd, text, length), length);
	assert_int_equal(dup2(fd, named), named);
	close(fd);
	ret = host_open_dump(host, MACHINE_DUMP, why);
	close(named);
	return ret;
}

int machine_setup(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	const char *root;

	if (tree_setup(state))
		return -1;
	root = *state;
	machine_fill_port(config);
	machine_add_function(root, "", PORT, config, sizeof(config));
	machine_fill_endpoint(config);
	machine_add_function(root, PORT "/", FUNCTION, config, sizeof(config));
	tree_file(root, DEVICES PORT "/secondary_bus_number", "1\n");
	tree_link(root, DEVICES PORT "/" FUNCTION "/iommu", "../../../virtual/iommu/dmar0");
	tree_link(root, DEVICES PORT "/" FUNCTION "/iommu_group",
		  "../../../../kernel/iommu_groups/7");
	tree_link(root, DEVICES PORT "/" FUNCTION "/driver", "../../../../bus/pci/drivers/nvme");
	tree_file(root, "sys/class/iommu/dmar0/intel-iommu/ecap", "490080f00f4a\n");
	tree_file(root, "sys/kernel/iommu_groups/7/type", "DMA-FQ\n");
	tree_file(root, "proc/sys/kernel/osrelease", "6.12.0-test\n");
	tree_file(root, "proc/cmdline", "quiet intel_iommu=on,sm_on\n");
	return 0;
}
