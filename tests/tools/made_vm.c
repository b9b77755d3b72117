// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_vm.h"
#include "support/machine.h"
#include "support/tree.h"

void add_iommu(const char *root, const char *name)
{
	tree_file(root, path_of(REGISTERS, name, "ecap").text, "3ef9e86f050df\n");
	tree_file(root, path_of(REGISTERS, name, "cap").text, "19ed008c40780c66\n");
}

void put_on_vfio(const char *root, const char *path, const char *driver, const char *iommu)
{
	unlink(path_of("%s/%s/driver", root, path).text);
	unlink(path_of("%s/%s/iommu", root, path).text);
	tree_link(root, path_of("%s/driver", path).text,
		  path_of("../../../../bus/pci/drivers/%s", driver).text);
	tree_link(root, path_of("%s/iommu", path).text,
		  path_of("../../../virtual/iommu/%s", iommu).text);
	tree_file(root, path_of("%s/vfio-dev/vfio0/dev", path).text, "511:0\n");
}

void add_function(const char *root, const char *below, const char *bdf, unsigned int type,
		  const char *iommu)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct path path;

	machine_fill_endpoint(config);
	config[0x40 + PCI_EXP_FLAGS] = (uint8_t)(2 | type << 4);
	path = machine_add_function(root, below, bdf, config, sizeof(config));
	put_on_vfio(root, path.text, "vfio-pci", iommu);
	tree_link(root, path_of("%s/iommu_group", path.text).text,
		  "../../../../kernel/iommu_groups/7");
}

int made_vm_setup(void **state)
{
	const char *root;

	if (machine_setup(state))
		return -1;
	root = *state;
	add_iommu(root, "dmar0");
	put_on_vfio(root, DEVICES PORT "/" FUNCTION, "vfio-pci", "dmar0");
	tree_file(root, "proc/sys/kernel/osrelease", "7.3.4-test\n");
	tree_directory(root, "sys/class/misc/iommu");
	return 0;
}
