// SPDX-License-Identifier: GPL-2.0-or-later
/* The functions of a host, by sysfs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "list/inventory.h"
#include "pci/pasid_walk.h"
#include "support/sysfs.h"

#define DRIVER_SIZE 64
#define UEVENT_SIZE 4096

struct reader {
	const char *sysfs;
	bool wakes;
	bool all;
	struct inventory *inventory;
	size_t room;
	struct why *why;
};

static int out_of_memory(struct why *why)
{
	return because(why, -ENOMEM, "out of memory");
}

/* Names that many functions have, each once. */

static const char *intern_driver(struct reader *reader, const char *name)
{
	struct inventory *inventory = reader->inventory;
	char **drivers;

	for (size_t i = 0; i < inventory->driver_count; i++) {
		if (!strcmp(inventory->drivers[i], name))
			return inventory->drivers[i];
	}
	drivers = reallocarray(inventory->drivers, inventory->driver_count + 1, sizeof(*drivers));
	if (!drivers)
		return NULL;
	inventory->drivers = drivers;
	drivers[inventory->driver_count] = strdup(name);
	if (!drivers[inventory->driver_count])
		return NULL;
	return drivers[inventory->driver_count++];
}

static const struct iommu *intern_iommu(struct reader *reader, const char *name)
{
	struct inventory *inventory = reader->inventory;
	struct iommu **iommus, *iommu;

	for (size_t i = 0; i < inventory->iommu_count; i++) {
		if (!strcmp(inventory->iommus[i]->name, name))
			return inventory->iommus[i];
	}
	iommus =
		reallocarray(inventory->iommus, inventory->iommu_count + 1, sizeof(struct iommu *));
	if (!iommus)
		return NULL;
	inventory->iommus = iommus;
	iommu = malloc(sizeof(*iommu));
	if (!iommu)
		return NULL;
	iommu_read(reader->sysfs, name, iommu);
	iommus[inventory->iommu_count++] = iommu;
	return iommu;
}

/* What the kernel tells of a function in one file, without asking the hardware */

static const char *value_of(const char *uevent, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = uevent; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == '=')
			return line + length + 1;
	}
	return NULL;
}

static int set_driver(struct reader *reader, struct inventory_function *function, const char *name)
{
	function->driver = intern_driver(reader, name);
	return function->driver ? 0 : out_of_memory(reader->why);
}

static int take_uevent(struct reader *reader, struct inventory_function *function,
		       const char *uevent)
{
	const char *driver = value_of(uevent, "DRIVER"), *value;
	char name[DRIVER_SIZE] = "";
	unsigned int vendor, device, class;

	if (driver)
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(driver, "\n"), driver);
	value = value_of(uevent, "PCI_ID");
	if (value && sscanf(value, "%4x:%4x", &vendor, &device) == 2) {
		function->vendor = vendor;
		function->device = device;
	}
	value = value_of(uevent, "PCI_CLASS");
	if (value && sscanf(value, "%6x", &class) == 1)
		function->class = class;
	return set_driver(reader, function, name);
}

static unsigned long number_of(const struct reader *reader,
			       const struct inventory_function *function, const char *attribute,
			       unsigned long max)
{
	unsigned long number;

	if (sysfs_read_number(pci_path(reader->sysfs, function->bdf.text, attribute).text,
			      &number) ||
	    number > max)
		return 0;
	return number;
}

/* A recorded tree may lack that file, and have the others. */
static int take_attributes(struct reader *reader, struct inventory_function *function)
{
	char driver[DRIVER_SIZE];

	sysfs_link_name(pci_path(reader->sysfs, function->bdf.text, "driver").text, driver,
			sizeof(driver));
	function->vendor = number_of(reader, function, "vendor", UINT16_MAX);
	function->device = number_of(reader, function, "device", UINT16_MAX);
	function->class = number_of(reader, function, "class", 0xffffff);
	return set_driver(reader, function, driver);
}

static int read_identity(struct reader *reader, struct inventory_function *function)
{
	char uevent[UEVENT_SIZE];

	if (sysfs_read(pci_path(reader->sysfs, function->bdf.text, "uevent").text, uevent,
		       sizeof(uevent)) > 0)
		return take_uevent(reader, function, uevent);
	return take_attributes(reader, function);
}

static void read_physfn(const struct reader *reader, struct inventory_function *function)
{
	char pf[sizeof(function->pf.text)];
	struct path path = pci_path(reader->sysfs, function->bdf.text, "physfn");

	function->is_vf =
		!sysfs_link_name(path.text, pf, sizeof(pf)) && !bdf_parse(pf, &function->pf);
}

/* PASID */

static bool is_asleep(const struct reader *reader, const struct inventory_function *function)
{
	struct path path = pci_path(reader->sysfs, function->bdf.text, "power/runtime_status");
	char status[16];

	return sysfs_read(path.text, status, sizeof(status)) > 0 && !strncmp(status, "suspend", 7);
}

static void set_unknown(struct inventory_function *function, int error)
{
	function->state = PASID_UNKNOWN;
	function->error = error;
}

static void take_walk(struct inventory_function *function, const struct pasid_walk *walk)
{
	function->dwords = walk->dwords;
	function->capability = walk->capability;
	function->control = walk->control;
	if (!walk->offset)
		function->state = PASID_NONE;
	else
		function->state = walk->control & PCI_PASID_CTRL_ENABLE ? PASID_ENABLED : PASID_OFF;
}

/* A VF has no capability of its own. */
static void read_pasid(const struct reader *reader, struct inventory_function *function)
{
	struct pasid_walk walk;
	int fd, ret;

	if (!reader->wakes && is_asleep(reader, function)) {
		function->state = PASID_ASLEEP;
		return;
	}
	fd = sysfs_open(pci_path(reader->sysfs, function->bdf.text, "config").text, O_RDONLY);
	if (fd < 0) {
		set_unknown(function, fd);
		return;
	}
	ret = pasid_walk(fd, &walk);
	close(fd);
	take_walk(function, &walk);
	if (ret)
		set_unknown(function, ret);
}

static int read_function(struct reader *reader, struct inventory_function *function)
{
	int ret = read_identity(reader, function);

	if (ret)
		return ret;
	read_physfn(reader, function);
	if (!function->is_vf)
		read_pasid(reader, function);
	return 0;
}

static int add_function(struct reader *reader, const struct bdf *bdf)
{
	struct inventory *inventory = reader->inventory;
	struct inventory_function *function;

	if (inventory->count == reader->room) {
		size_t room = reader->room ? 2 * reader->room : 64;
		void *functions = reallocarray(inventory->functions, room, sizeof(*function));

		if (!functions)
			return out_of_memory(reader->why);
		inventory->functions = functions;
		reader->room = room;
	}
	function = &inventory->functions[inventory->count++];
	memset(function, 0, sizeof(*function));
	function->bdf = *bdf;
	return read_function(reader, function);
}

static int read_functions(struct reader *reader, DIR *directory)
{
	const struct dirent *entry;
	struct bdf bdf;
	int ret = 0;

	while (!ret && (entry = readdir(directory))) {
		if (!bdf_parse(entry->d_name, &bdf))
			ret = add_function(reader, &bdf);
	}
	return ret;
}

/* What is known when all are */

static unsigned long long order_of(const struct bdf *bdf)
{
	return (unsigned long long)bdf->domain << 16 | bdf->bus << 8 | bdf->device << 3 |
	       bdf->function;
}

static int by_bdf(const void *a, const void *b)
{
	const struct inventory_function *first = a, *second = b;
	unsigned long long x = order_of(&first->bdf), y = order_of(&second->bdf);

	return x < y ? -1 : x > y;
}

static void share_of_pf(const struct inventory *inventory, struct inventory_function *vf)
{
	const struct inventory_function key = { .bdf = vf->pf };
	const struct inventory_function *pf =
		bsearch(&key, inventory->functions, inventory->count, sizeof(key), by_bdf);

	if (!pf || pf->is_vf) {
		set_unknown(vf, -ENOENT);
		return;
	}
	vf->state = pf->state;
	vf->error = pf->error;
	vf->capability = pf->capability;
	vf->control = pf->control;
}

/* Of those that have PASID, or may have, unless all are wanted. */
static int complete(struct reader *reader, struct inventory_function *function)
{
	char iommu[IOMMU_NAME_SIZE];

	function->is_pf =
		!function->is_vf &&
		sysfs_exists(pci_path(reader->sysfs, function->bdf.text, "sriov_totalvfs").text);
	if (iommu_name_of(reader->sysfs, function->bdf.text, iommu, sizeof(iommu)) || !*iommu)
		return 0;
	function->iommu = intern_iommu(reader, iommu);
	return function->iommu ? 0 : out_of_memory(reader->why);
}

static int complete_all(struct reader *reader)
{
	struct inventory *inventory = reader->inventory;
	int ret = 0;

	/* Of none, there is no array, which qsort() must have. */
	if (inventory->count)
		qsort(inventory->functions, inventory->count, sizeof(*inventory->functions),
		      by_bdf);
	for (size_t i = 0; i < inventory->count && !ret; i++) {
		struct inventory_function *function = &inventory->functions[i];

		if (function->is_vf)
			share_of_pf(inventory, function);
		if (reader->all || function->state != PASID_NONE)
			ret = complete(reader, function);
	}
	return ret;
}

int inventory_read(const char *sysfs, bool all, bool wakes, struct inventory *inventory,
		   struct why *why)
{
	struct reader reader = {
		.sysfs = sysfs, .all = all, .wakes = wakes, .inventory = inventory, .why = why
	};
	struct path path = path_of("%s/bus/pci/devices", sysfs);
	DIR *directory = opendir(path.text);
	int ret;

	*inventory = (struct inventory){ 0 };
	if (!directory)
		return because(why, -errno, "%s: %s", path.text, sysfs_strerror(-errno));
	ret = read_functions(&reader, directory);
	closedir(directory);
	if (!ret)
		ret = complete_all(&reader);
	if (ret)
		inventory_free(inventory);
	return ret;
}
