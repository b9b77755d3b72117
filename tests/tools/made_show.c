// SPDX-License-Identifier: GPL-2.0-or-later
#include <json-c/json.h>
#include <json-c/json_pointer.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_show.h"
#include "show/show.h"
#include "support/machine.h"
#include "support/tree.h"

#define VF_DEVICE DEVICES PORT "/" VF

struct host host;
static struct path sysfs;
struct function *function;
struct show show;
static struct vpasid_quirks *quirks;
struct why why;
int config_reads;

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	config_reads++;
	return __real_pread64(fd, buffer, size, offset);
}

void put_ats(uint8_t *config, unsigned int last, unsigned int pri)
{
	machine_put(config, last + 2, 2, 1 | 0x280 << 4);
	machine_put(config, 0x280, 4, PCI_EXT_CAP_ID_ATS | 1 << 16 | pri << 20);
	machine_put(config, 0x284, 4, 0x0025 | 0x8001u << 16);
	if (!pri)
		return;
	machine_put(config, pri, 4, PCI_EXT_CAP_ID_PRI | 1 << 16);
	machine_put(config, pri + 4, 4, 0x0001 | 0x8000u << 16);
	if (pri + PCI_EXT_CAP_PRI_SIZEOF > VPASID_CONFIG_SIZE)
		return;
	machine_put(config, pri + 8, 4, 512);
	machine_put(config, pri + 12, 4, 32);
}

static void make_pf(const char *root, const uint8_t *config)
{
	machine_write_config(root, DEVICE, config, VPASID_CONFIG_SIZE);
	tree_file(root, DEVICE "/class", "0x010802\n");
	tree_file(root, DEVICE "/revision", "0x21\n");
	tree_file(root, DEVICE "/subsystem_vendor", "0xabcd\n");
	tree_file(root, DEVICE "/subsystem_device", "0x0001\n");
	tree_file(root, DEVICE "/sriov_totalvfs", "8\n");
	tree_file(root, DEVICE "/sriov_numvfs", "4\n");
	tree_file(root, DEVICE "/driver_override", "pasid_vfio_pci\n");
	tree_file(root, DEVICE "/power_state", "D0\n");
	tree_file(root, DEVICE "/power/runtime_status", "active\n");
	tree_link(root, DEVICE "/driver", "../../../../bus/pci/drivers/pasid_vfio_pci");
	tree_file(root, DEVICE "/vfio-dev/vfio3/dev", "511:3\n");
	tree_directory(root, "sys/class/misc/iommu");
	tree_file(root, "dev/vfio/7", "");
}

static void make_vf(const char *root)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct path vf;

	machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ARI | 1 << 16);
	put_ats(config, 0x100, 0);
	machine_put(config, 0x286, 2, 0);
	vf = machine_add_function(root, PORT "/", VF, config, sizeof(config));
	tree_link(root, path_of("%s/physfn", vf.text).text, "../" FUNCTION);
	tree_link(root, VF_DEVICE "/iommu", "../../../virtual/iommu/dmar0");
	tree_link(root, VF_DEVICE "/iommu_group", "../../../../kernel/iommu_groups/7");
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/" FUNCTION);
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/" VF);
}

int setup(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	if (machine_setup(state))
		return -1;
	machine_fill_endpoint(config);
	put_ats(config, 0x200, 0x2a0);
	make_pf(*state, config);
	make_vf(*state);
	config_reads = 0;
	return 0;
}

int close_host(void **state)
{
	(void)state;
	place_free(&show.place);
	host_close(&host);
	return 0;
}

int teardown(void **state)
{
	close_host(state);
	return tree_teardown(state);
}

int new_quirks(void **state)
{
	(void)state;
	quirks = vpasid_quirks_new();
	return quirks ? 0 : -1;
}

int free_quirks(void **state)
{
	(void)state;
	vpasid_quirks_free(quirks);
	return 0;
}

int read_function(const char *bdf_text)
{
	struct bdf bdf = machine_bdf(bdf_text);

	function = host_function(&host, &bdf);
	assert_non_null(function);
	return show_read(function, quirks, &show, &why);
}

int read_tree(const char *root, const char *bdf, bool is_host, bool wakes)
{
	close_host(NULL);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, is_host ? root : NULL, wakes);
	return read_function(bdf);
}

static void rename_as(const char **name, const char *other)
{
	if (**name)
		*name = other;
}

void read_host(void **state, const char *bdf)
{
	if (read_tree(*state, bdf, true, false))
		fail_msg("%s", why.text);
	/* Names are those of whichever pci.ids there is. */
	rename_as(&function->name, "A name");
	rename_as(&function->subsystem_name, "A board");
	rename_as(&function->class_name, "A class");
}

bool is_printed(const char *part)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	bool found;

	assert_non_null(stream);
	show_print(&show, stream, false);
	fclose(stream);
	found = strstr(text, part);
	free(text);
	return found;
}

void assert_member(struct json_object *object, const char *pointer, const char *expected)
{
	struct json_object *value;
	const char *text = "-";

	if (!json_pointer_get(object, pointer, &value))
		text = json_object_to_json_string_ext(
			value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (strcmp(text, expected) != 0)
		fail_msg("%s is %s, not %s", pointer, text, expected);
}

void assert_members(const struct member *members, size_t count)
{
	struct json_object *object = show_to_json(&show, NULL);

	for (size_t i = 0; i < count; i++)
		assert_member(object, members[i].pointer, members[i].expected);
	json_object_put(object);
}
