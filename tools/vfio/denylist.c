// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "support/sysfs.h"
#include "vfio/denylist.h"

#define VENDOR_INTEL  0x8086
#define PARAMETER     "disable_denylist"
#define BLANKS	      " \t\r\n"
#define MAX_LINE_SIZE 4096

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

/* As the kernel's kstrtobool() */
static bool is_true(const char *value)
{
	return *value == '1' || *value == 'y' || *value == 'Y' || *value == 't' || *value == 'T' ||
	       !strncasecmp(value, "on", 2);
}

/* The last word disable_denylist or disable_denylist=VALUE of @words, if there is one. */
static void take_words(char *words, const char *prefix, enum fact *disabled)
{
	char *rest = NULL;

	for (char *word = strtok_r(words, BLANKS, &rest); word;
	     word = strtok_r(NULL, BLANKS, &rest)) {
		if (strncmp(word, prefix, strlen(prefix)) != 0)
			continue;
		word += strlen(prefix);
		if (!strcmp(word, PARAMETER))
			*disabled = FACT_YES;
		else if (!strncmp(word, PARAMETER "=", sizeof(PARAMETER)))
			*disabled = fact_of(is_true(word + sizeof(PARAMETER)));
	}
}

/* "options MODULE WORD...", modprobe.d(5) */
static void take_options(const char *path, const char *module, enum fact *disabled)
{
	FILE *file = sysfs_stream(path);
	char *line = NULL;
	size_t size = 0;

	while (file && getline(&line, &size, file) > 0) {
		char *rest = NULL, *command = strtok_r(line, BLANKS, &rest);
		const char *name = command ? strtok_r(NULL, BLANKS, &rest) : NULL;

		if (name && !strcmp(command, "options") && !strcmp(module_of(name).text, module))
			take_words(rest, "", disabled);
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
		take_words(line, path_of("%s.", module).text, &disabled);
	return disabled;
}

enum fact denylist_is_disabled(const char *sysfs, const char *root, const char *driver)
{
	const struct path module = module_of(driver);
	char value[8];

	if (sysfs_read(path_of("%s/module/%s/parameters/" PARAMETER, sysfs, module.text).text,
		       value, sizeof(value)) > 0)
		return fact_of(is_true(value));
	if (strcmp(module.text, "pasid_vfio_pci") != 0 && strcmp(module.text, "vfio_pci") != 0)
		return FACT_UNKNOWN;
	if (!root || sysfs_exists(path_of("%s/module/%s", sysfs, module.text).text))
		return FACT_UNKNOWN;
	return by_modprobe(root, module.text);
}

int denylist_explain(uint16_t vendor, uint16_t device, const char *driver, struct why *why)
{
	because(why, -EPERM,
		"%04x:%04x is on the denylist of VFIO's drivers (" DENYLIST_RISK
		"), and %s refuses it; ",
		vendor, device, driver);
	because_also(why, DENYLIST_TODO(driver));
	return -EPERM;
}
