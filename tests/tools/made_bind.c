// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_bind.h"
#include "support/tree.h"

const struct bdf bdf = { .device = 5, .text = BDF };

void set_driver(const char *root, const char *driver)
{
	tree_directory(root, path_of("sys/bus/pci/drivers/%s", driver).text);
	tree_file(root, path_of("sys/bus/pci/drivers/%s/bind", driver).text, "");
	tree_file(root, path_of("sys/bus/pci/drivers/%s/unbind", driver).text, "");
	tree_link(root, PCI "/driver", path_of("%s/sys/bus/pci/drivers/%s", root, driver).text);
}

int made_bind_setup(void **state)
{
	const char *root;

	if (tree_setup(state))
		return -1;
	root = *state;
	tree_function(root, BDF);
	tree_file(root, PCI "/driver_override", "(null)\n");
	tree_file(root, PCI "/config", "0123456789abcd\x80");
	tree_link(root, PCI "/iommu_group", "../../../kernel/iommu_groups/5");
	set_driver(root, "nvme");
	tree_file(root, "sys/bus/pci/drivers_probe", "");
	tree_file(root, "proc/self/mountinfo", "");
	tree_directory(root, "run");
	return 0;
}

struct bind_options options_for(void **state, bool force)
{
	return (struct bind_options){
		.root = *state, .driver = "pasid_vfio_pci", .is_default = true, .force = force
	};
}

void assert_bind_check(void **state, bool force, int ret, enum bind_result result, const char *why)
{
	struct bind_options options = options_for(state, force);
	struct bind bind = { .bdf = bdf };

	assert_int_equal(bind_check(&bind, &options), ret);
	assert_int_equal(bind.result, result);
	if (!strstr(bind.why.text, why))
		print_error("%s\n", bind.why.text);
	assert_non_null(strstr(bind.why.text, why));
}

void assert_unbinds(void **state, struct bind *bind)
{
	struct bind_options options = options_for(state, false);

	*bind = (struct bind){ .bdf = bdf };
	tree_directory(*state, PCI "/vfio-dev/vfio0");
	set_driver(*state, "pasid_vfio_pci");
	tree_file(*state, PCI "/driver_override", "pasid_vfio_pci\n");
	assert_int_equal(unbind_check(bind, &options), 0);
	unbind_act(bind, &options);
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/pasid_vfio_pci/unbind"), BDF);
}
