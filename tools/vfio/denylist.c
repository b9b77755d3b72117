// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/parameter.h"
#include "support/sysfs.h"
#include "vfio/denylist.h"
#include "vfio/vfio.h"

#define VENDOR_INTEL  0x8086
#define PARAMETER     "disable_denylist"
#define BLANKS	      " \t\r\n"
#define MAX_LINE_SIZE 8192

bool denylist_has(uint16_t vendor, uint16_t device)
{
	static const uint16_t devices[] = {
		0x19e2, /* PCI_DEVICE_ID_INTEL_QAT_C3XXX */
		0x19e3, /* PCI_DEVICE_ID_INTEL_QAT_C3XXX_VF */
		0x37c8, /* PCI_DEVICE_ID_INTEL_QAT_C62X */
		0x37c9, /* PCI_DEVICE_ID_INTEL_QAT_C62X_VF */
		0x0435, /* PCI_DEVICE_ID_INTEL_QAT_DH895XCC */
		0x0443, /* PCI_DEVICE_ID_INTEL_QAT_DH895XCC_VF */
		0x0b25, /* PCI_DEVICE_ID_INTEL_DSA_SPR0 */
		0x0cfe, /* PCI_DEVICE_ID_INTEL_IAX_SPR0 */
	};

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (vendor == VENDOR_INTEL && device == devices[i])
			return true;
	return false;
}

/* A module's name has "_" where its driver's may have "-". */
static struct path module_of(const char *driver)
{
	struct path module = path_of("%s", driver);

	for (char *at = module.text; *at; at++)
		if (*at == '-')
			*at = '_';
	return module;
}

/* The last one counts. The kernel refuses to load a module with a value that it can't read. */
static void take_parameter(const struct parameter *parameter, const char *name, enum fact *disabled)
{
	enum fact value;

	if (!parameter_is_named(parameter, name))
		return;
	value = parameter->value ? parameter_bool(parameter->value) : FACT_YES;
	if (value != FACT_UNKNOWN)
		*disabled = value;
}

/* "options MODULE WORD...", modprobe.d(5) */
static void take_options(const char *path, const char *module, enum fact *disabled)
{
	FILE *file = sysfs_stream(path);
	struct parameter parameter;
	char *line = NULL;
	size_t size = 0;

	while (file && getline(&line, &size, file) > 0) {
		char *rest = NULL, *command = strtok_r(line, BLANKS, &rest);
		const char *name = command ? strtok_r(NULL, BLANKS, &rest) : NULL;

		if (!name || strcmp(command, "options") != 0 ||
		    strcmp(module_of(name).text, module) != 0)
			continue;
		while (parameter_next(&rest, &parameter))
			take_parameter(&parameter, PARAMETER, disabled);
	}
	free(line);
	if (file)
		fclose(file);
}

static void take_directory(const char *path, const char *module, enum fact *disabled)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		size_t length = strlen(entry->d_name);

		if (length > 5 && !strcmp(entry->d_name + length - 5, ".conf"))
			take_options(path_of("%s/%s", path, entry->d_name).text, module, disabled);
	}
	if (directory)
		closedir(directory);
}

/* "MODULE.WORD". modprobe, unlike the kernel, reads on behind "--". */
static void take_command_line(char *text, const char *module, enum fact *disabled)
{
	struct path name = path_of("%s." PARAMETER, module);
	struct parameter parameter;

	while (*text)
		if (parameter_next(&text, &parameter))
			take_parameter(&parameter, name.text, disabled);
}

/* Of a module that isn't loaded: what modprobe finds in its files and on the command line. */
static enum fact by_modprobe(const char *root, const char *module)
{
	static const char *const directories[] = { "/lib/modprobe.d", "/usr/lib/modprobe.d",
						   "/usr/local/lib/modprobe.d", "/run/modprobe.d",
						   "/etc/modprobe.d" };
	enum fact disabled = FACT_NO;
	char line[MAX_LINE_SIZE];

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		take_directory(path_of("%s%s", root, directories[i]).text, module, &disabled);
	if (sysfs_read(path_of("%s/proc/cmdline", root).text, line, sizeof(line)) > 0)
		take_command_line(line, module, &disabled);
	return disabled;
}

enum fact denylist_is_disabled(const char *sysfs, const char *root, const char *driver)
{
	const struct path module = module_of(driver);
	char value[8];

	if (sysfs_read(path_of("%s/module/%s/parameters/" PARAMETER, sysfs, module.text).text,
		       value, sizeof(value)) > 0)
		return parameter_bool(value);
	if (strcmp(module.text, PASID_DRIVER) != 0 && strcmp(module.text, "vfio_pci") != 0)
		return FACT_UNKNOWN;
	if (!root || sysfs_exists(path_of("%s/module/%s", sysfs, module.text).text))
		return FACT_UNKNOWN;
	return by_modprobe(root, module.text);
}

void denylist_todo(const char *driver, struct why *todo)
{
	because(todo, 0,
		"if you accept that risk: `modprobe -r %s`, then `modprobe %s "
		"disable_denylist=1`; for good: \"options %s disable_denylist=1\" in a file of "
		"/etc/modprobe.d",
		driver, driver, driver);
}

int denylist_explain(uint16_t vendor, uint16_t device, const char *driver, struct why *why)
{
	struct why todo;

	denylist_todo(driver, &todo);
	return because(why, -EPERM,
		       "%04x:%04x is on the denylist of VFIO's drivers (" DENYLIST_RISK
		       "), and %s refuses it; %s",
		       vendor, device, driver, todo.text);
}
