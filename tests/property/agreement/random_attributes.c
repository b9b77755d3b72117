// SPDX-License-Identifier: MIT
/* The files and links in which the kernel shows a function. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "random_host.h"

/* Driver names that reports have to escape, or that are as long as can be. */
static const char *const odd_names[] = {
	"quo\"ted",    "back\\slash",
	"a b",	       "f\xc3\xbcr",
	"\xff\xfe",    "\x1b[31mred",
	"name=\"x\"}", "a_driver_with_a_name_of_exactly_fifty_five_characters_x",
};

struct maker {
	struct random *random;
	struct made_host *host;
	struct made_function *function;
};

static void path_in(const struct maker *maker, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", maker->function->path, name);
}

static void add_file(struct maker *maker, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add_file(struct maker *maker, const char *name, const char *format, ...)
{
	char path[256], text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	path_in(maker, name, path, sizeof(path));
	made_tree_file(&maker->host->tree, path, text, strlen(text));
}

static void add_directory(struct maker *maker, const char *name)
{
	char path[256];

	path_in(maker, name, path, sizeof(path));
	made_tree_directory(&maker->host->tree, path);
}

/* Links to @target, a path from the root of the tree. The link is relative, as the kernel's. */
static void add_link(struct maker *maker, const char *name, const char *target)
{
	char path[256], up[256] = "";
	size_t length = 0;

	for (const char *at = maker->function->path; (at = strchr(at, '/')); at++)
		length += (size_t)snprintf(up + length, sizeof(up) - length, "../");
	snprintf(up + length, sizeof(up) - length, "../%s", target);
	path_in(maker, name, path, sizeof(path));
	made_tree_link(&maker->host->tree, path, up);
}

static bool is_odd(const struct maker *maker)
{
	return maker->host->oddness && one_in(maker->random, maker->host->oddness);
}

/* Makes something else in place of a text file. Returns whether a text can be read from it. */
static bool add_odd_file(struct maker *maker, const char *name)
{
	char path[256], text[5000];

	path_in(maker, name, path, sizeof(path));
	switch (random_below(maker->random, 8)) {
	case 0:
		add_directory(maker, name);
		note_odd(maker->function, "%s is a directory", name);
		return false;
	case 1:
		made_tree_link(&maker->host->tree, path, "nowhere");
		note_odd(maker->function, "%s is a link to nothing", name);
		return false;
	case 2:
		made_tree_link(&maker->host->tree, path, "vendor");
		note_odd(maker->function, "%s is a link to vendor", name);
		return false;
	case 3:
		made_tree_pipe(&maker->host->tree, path);
		note_odd(maker->function, "%s is a pipe", name);
		return false;
	case 4:
		memset(text, '1', sizeof(text));
		made_tree_file(&maker->host->tree, path, text, sizeof(text));
		note_odd(maker->function, "%s is too long", name);
		return true;
	case 5:
		add_file(maker, name, "%s", "");
		note_odd(maker->function, "%s is empty", name);
		return true;
	case 6:
		note_odd(maker->function, "%s is missing", name);
		return false;
	default:
		add_file(maker, name, "%s\n",
			 "odd\x1b"
			 "text \"\\");
		note_odd(maker->function, "%s is garbage", name);
		return true;
	}
}

/* Makes something else in place of a link. */
static void add_odd_link(struct maker *maker, const char *name)
{
	char path[256], target[300];

	path_in(maker, name, path, sizeof(path));
	switch (random_below(maker->random, 6)) {
	case 0:
		add_directory(maker, name);
		note_odd(maker->function, "%s is a directory", name);
		return;
	case 1:
		add_file(maker, name, "%s\n", "0000:00:00.0");
		note_odd(maker->function, "%s is a file", name);
		return;
	case 2:
		made_tree_link(&maker->host->tree, path, ".");
		note_odd(maker->function, "%s leads to .", name);
		return;
	case 3:
		made_tree_link(&maker->host->tree, path, "../..");
		note_odd(maker->function, "%s leads to ../..", name);
		return;
	case 4:
		made_tree_link(&maker->host->tree, path, "../nowhere/");
		note_odd(maker->function, "%s leads to ../nowhere/", name);
		return;
	default:
		memset(target, 'x', sizeof(target) - 1);
		target[sizeof(target) - 1] = '\0';
		memcpy(target, "../", 3);
		made_tree_link(&maker->host->tree, path, target);
		note_odd(maker->function, "%s leads to a name that is too long", name);
	}
}

/* Returns whether the file has the number. */
static bool add_number(struct maker *maker, const char *name, const char *format,
		       unsigned int value)
{
	char text[32];

	if (is_odd(maker)) {
		add_odd_file(maker, name);
		return false;
	}
	snprintf(text, sizeof(text), format, value);
	add_file(maker, name, "%s", text);
	return true;
}

static void add_ids(struct maker *maker)
{
	struct made_function *function = maker->function;
	bool is_fine = add_number(maker, "vendor", "0x%04x\n", function->vendor);

	is_fine &= add_number(maker, "device", "0x%04x\n", function->device);
	function->id = is_fine ? KNOWN : NOT_KNOWN;
	function->is_bridge =
		add_number(maker, "class", "0x%06x\n", function->class) ? KNOWN : NOT_KNOWN;
	if (one_in(maker->random, 2)) {
		add_number(maker, "subsystem_vendor", "0x%04x\n", function->vendor);
		add_number(maker, "subsystem_device", "0x%04x\n", 0x0001);
	}
	if (!one_in(maker->random, 4))
		add_number(maker, "revision", "0x%02x\n", 0x21);
}

static const char *choose_driver(struct maker *maker)
{
	static const char *const names[] = { "vfio-pci", "nvme", "pasid_vfio_pci", "idxd", "" };

	if (maker->function->role >= ROLE_ROOT_PORT)
		return "pcieport";
	if (is_odd(maker))
		return odd_names[random_below(maker->random,
					      sizeof(odd_names) / sizeof(odd_names[0]))];
	return names[random_below(maker->random, 5)];
}

/* If uevent has another text, the commands may believe it, or the other files. */
static void add_odd_uevent(struct maker *maker)
{
	struct made_function *function = maker->function;

	if (!add_odd_file(maker, "uevent"))
		return;
	function->driver = NOT_KNOWN;
	function->id = NOT_KNOWN;
	function->is_bridge = NOT_KNOWN;
}

/* It says the same as the other files. */
static void add_uevent(struct maker *maker)
{
	const struct made_function *function = maker->function;
	bool is_bound = *function->driver_name;

	add_file(maker, "uevent",
		 "%s%s%sPCI_CLASS=%04X\nPCI_ID=%04X:%04X\nPCI_SUBSYS_ID=%04X:0001\n"
		 "PCI_SLOT_NAME=%s\nMODALIAS=pci:v0000%04X\n",
		 is_bound ? "DRIVER=" : "", is_bound ? function->driver_name : "",
		 is_bound ? "\n" : "", function->class, function->vendor, function->device,
		 function->vendor, function->bdf, function->vendor);
}

static void add_driver_link(struct maker *maker)
{
	struct made_function *function = maker->function;
	char target[256];

	if (is_odd(maker)) {
		add_odd_link(maker, "driver");
		function->driver = KNOWN_UNKNOWN;
	} else if (*function->driver_name) {
		snprintf(target, sizeof(target), "bus/pci/drivers/%s", function->driver_name);
		add_link(maker, "driver", target);
	}
}

static void add_driver(struct maker *maker)
{
	struct made_function *function = maker->function;

	function->driver_name = choose_driver(maker);
	function->driver = *function->driver_name ? KNOWN : KNOWN_NOTHING;
	add_driver_link(maker);
	if (is_odd(maker)) {
		add_odd_uevent(maker);
	} else if (!one_in(maker->random, 4)) {
		add_uevent(maker);
		if (function->driver == KNOWN_UNKNOWN)
			function->driver = NOT_KNOWN;
	}
	if (is_odd(maker))
		add_odd_file(maker, "driver_override");
	else if (one_in(maker->random, 4))
		add_file(maker, "driver_override", "%s\n",
			 one_in(maker->random, 2) ? "(null)" : "vfio-pci");
}

static void add_kind(struct maker *maker)
{
	struct made_function *function = maker->function;
	char target[64];

	function->kind = KNOWN;
	if (function->is_vf && function->pf_name_known == KNOWN_UNKNOWN) {
		add_odd_link(maker, "physfn");
	} else if (function->is_vf) {
		snprintf(target, sizeof(target), "../%s", function->pf_name);
		add_link(maker, "physfn", target);
	}
	if (!function->is_pf)
		return;
	if (!add_number(maker, "sriov_totalvfs", "%u\n", 4))
		function->kind = NOT_KNOWN;
	if (!one_in(maker->random, 8))
		add_number(maker, "sriov_numvfs", "%u\n", 2);
}

/* The IOMMU and the group */

static void add_iommu(struct maker *maker)
{
	struct made_function *function = maker->function;
	char target[128];

	function->iommu = KNOWN_NOTHING;
	if (!maker->host->iommu_count || one_in(maker->random, 6))
		return;
	if (is_odd(maker)) {
		add_odd_link(maker, "iommu");
		function->iommu = NOT_KNOWN;
		return;
	}
	function->iommu = KNOWN;
	function->iommu_index =
		(int)random_below(maker->random, (unsigned int)maker->host->iommu_count);
	snprintf(target, sizeof(target), "devices/virtual/iommu/%s",
		 maker->host->iommus[function->iommu_index].name);
	add_link(maker, "iommu", target);
}

static void add_group_file(struct maker *maker, unsigned int group)
{
	static const char *const types[] = { "DMA", "DMA-FQ", "identity", "blocked" };
	struct made_tree *tree = &maker->host->tree;
	char path[128];
	const char *type = types[random_below(maker->random, 4)];

	snprintf(path, sizeof(path), "kernel/iommu_groups/%u", group);
	made_tree_directory(tree, path);
	snprintf(path, sizeof(path), "kernel/iommu_groups/%u/devices", group);
	made_tree_directory(tree, path);
	snprintf(path, sizeof(path), "kernel/iommu_groups/%u/type", group);
	if (!is_odd(maker))
		made_tree_file(tree, path, type, strlen(type));
}

static void join_group(struct maker *maker, unsigned int group)
{
	char path[128], target[256];

	snprintf(path, sizeof(path), "kernel/iommu_groups/%u/devices/%s", group,
		 maker->function->bdf);
	snprintf(target, sizeof(target), "../../../../%s", maker->function->path);
	made_tree_link(&maker->host->tree, path, target);
}

/* A group of its own, or that of the function before it. */
static void add_group(struct maker *maker)
{
	int index = (int)(maker->function - maker->host->functions);
	unsigned int group = (unsigned int)index;
	char target[128];

	if (one_in(maker->random, 6)) {
		maker->function->group = -1;
		return;
	}
	if (is_odd(maker)) {
		add_odd_link(maker, "iommu_group");
		maker->function->group = -1;
		return;
	}
	if (index && maker->function[-1].group >= 0 && one_in(maker->random, 3))
		group = (unsigned int)maker->function[-1].group;
	else
		add_group_file(maker, group);
	maker->function->group = (int)group;
	join_group(maker, group);
	snprintf(target, sizeof(target), "kernel/iommu_groups/%u", group);
	add_link(maker, "iommu_group", target);
}

/* Power */

/* power_state is there since Linux 5.10. */
static void add_power(struct maker *maker)
{
	static const struct {
		const char *state, *status;
	} powers[] = {
		{ "D0", "active" },	    { "D0", "active" },	       { "D0", "active" },
		{ "D0", "unsupported" },    { "D0", "suspended" },     { "D3hot", "suspended" },
		{ "D3hot", "suspended" },   { "D3cold", "suspended" }, { "D3hot", "active" },
		{ "unknown", "suspended" }, { "D0", "suspending" },    { "D0", "resuming" },
	};
	unsigned int which = random_below(maker->random, 2) ? 0 : random_below(maker->random, 12);
	struct made_function *function = maker->function;
	bool has_state = !one_in(maker->random, 6), has_status = !one_in(maker->random, 6);

	function->asleep = KNOWN;
	function->suspended = KNOWN;
	add_directory(maker, "power");
	if (is_odd(maker)) {
		add_odd_file(maker, "power_state");
		function->asleep = NOT_KNOWN;
	} else if (has_state) {
		add_file(maker, "power_state", "%s\n", powers[which].state);
	}
	if (is_odd(maker)) {
		add_odd_file(maker, "power/runtime_status");
		function->asleep = NOT_KNOWN;
		function->suspended = NOT_KNOWN;
	} else if (has_status) {
		add_file(maker, "power/runtime_status", "%s\n", powers[which].status);
		function->is_suspended = !strncmp(powers[which].status, "suspend", 7);
	}
	function->sleeps =
		has_state ? !strcmp(powers[which].state, "D3cold") : function->is_suspended;
	if (function->sleeps)
		note_odd(function, "it is asleep");
	else if (function->is_suspended)
		note_odd(function, "it is suspended, but not asleep");
}

/* The rest */

static void add_vfio(struct maker *maker)
{
	if (!strstr(maker->function->driver_name, "vfio"))
		return;
	if (one_in(maker->random, 2))
		return;
	add_directory(maker, "vfio-dev");
	add_directory(maker, "vfio-dev/vfio0");
	add_file(maker, "vfio-dev/vfio0/dev", "%s\n", "511:0");
}

static void add_config(struct maker *maker)
{
	struct made_function *function = maker->function;
	char path[256];

	if (is_odd(maker)) {
		function->space.state = add_odd_file(maker, "config") ? STATE_OPEN : STATE_UNKNOWN;
		function->space.place =
			function->space.state == STATE_UNKNOWN ? KNOWN_NOTHING : NOT_KNOWN;
		return;
	}
	function->has_config = true;
	path_in(maker, "config", path, sizeof(path));
	made_tree_file(&maker->host->tree, path, function->space.config, function->space.size);
}

/* Its directory, and the bus's link to it. */
static void add_on_bus(struct maker *maker)
{
	struct made_function *function = maker->function;
	char path[128], target[256];

	snprintf(path, sizeof(path), "bus/pci/devices/%s", function->bdf);
	snprintf(target, sizeof(target), "../../../%s", function->path);
	if (!maker->host->is_flat)
		made_tree_link(&maker->host->tree, path, target);
	made_tree_directory(&maker->host->tree, function->path);
}

/* The host bridge below a VMD */
static void add_inner_bus(struct maker *maker)
{
	if (maker->function->is_vmd)
		add_directory(maker, "pci10000:e0");
}

void random_attributes(struct random *random, struct made_host *host,
		       struct made_function *function)
{
	struct maker maker = { random, host, function };

	add_on_bus(&maker);
	add_inner_bus(&maker);
	add_ids(&maker);
	add_driver(&maker);
	add_kind(&maker);
	add_iommu(&maker);
	add_group(&maker);
	add_power(&maker);
	add_vfio(&maker);
	add_config(&maker);
	if (function->role >= ROLE_ROOT_PORT && !one_in(random, 8))
		add_file(&maker, "secondary_bus_number", "%d\n", 1);
}
