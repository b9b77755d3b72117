// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/function.h"
#include "facts/host.h"
#include "facts/source.h"
#include "support/output.h"
#include "support/sysfs.h"

#define FIRST_TABLE 64

/* What isn't in a recording isn't known; but most readers know just that it isn't there. */
static void complain_of_unknown(const struct host *host)
{
	if (host->recording.unknown_count)
		complain("%s has no information about %s%s; make a new recording with this version "
			 "of vpasid, and with --wake if devices sleep",
			 host->name, host->recording.unknown ? host->recording.unknown : "files",
			 host->recording.unknown_count > 1 ? " and others" : "");
}

void host_close(struct host *host)
{
	complain_of_unknown(host);
	for (size_t i = 0; i < host->function_count; i++) {
		free(host->functions[i]->config);
		free(host->functions[i]->hops);
		free(host->functions[i]->siblings);
		free(host->functions[i]);
	}
	for (size_t i = 0; i < host->iommu_count; i++)
		free(host->iommus[i]);
	for (size_t i = 0; i < host->text_count; i++)
		free(host->texts[i]);
	free(host->functions);
	free(host->table);
	free(host->dumped_pfs);
	free(host->iommus);
	free(host->texts);
	free(host->kernel);
	free(host->presence);
	/* In a host that is all zeros and was never opened, fd 0 isn't ours. */
	if (host->source)
		sysfs_directory_close(&host->devices);
	dump_free(&host->dump);
	recording_free(&host->recording);
	*host = (struct host){ .devices.fd = -1 };
}

/* Records by BDF */

static uint64_t number_of(const struct bdf *bdf)
{
	return (uint64_t)bdf->domain << 16 | bdf->bus << 8 | bdf->device << 3 | bdf->function;
}

/* The slot of a function, or the one where it would go. Fibonacci hashing, linear probing. */
static size_t slot_of(struct function *const *table, size_t size, const struct bdf *bdf)
{
	uint64_t number = number_of(bdf);
	size_t slot = number * 0x9e3779b97f4a7c15ull >> 32 & (size - 1);

	while (table[slot] && number_of(&table[slot]->pci.bdf) != number)
		slot = (slot + 1) & (size - 1);
	return slot;
}

/* At least half of the table stays empty. */
static int make_room(struct host *host)
{
	size_t size = host->table_size ? 2 * host->table_size : FIRST_TABLE;
	struct function **table, **functions;

	if (2 * (host->function_count + 1) <= host->table_size)
		return 0;
	table = calloc(size, sizeof(struct function *));
	functions = reallocarray(host->functions, size / 2, sizeof(struct function *));
	if (functions)
		host->functions = functions;
	if (!table || !functions) {
		free(table);
		return -ENOMEM;
	}
	for (size_t i = 0; i < host->function_count; i++)
		table[slot_of(table, size, &functions[i]->pci.bdf)] = functions[i];
	free(host->table);
	host->table = table;
	host->table_size = size;
	return 0;
}

struct function *host_function(struct host *host, const struct bdf *bdf)
{
	struct function *function;
	size_t slot;

	if (make_room(host))
		return NULL;
	slot = slot_of(host->table, host->table_size, bdf);
	if (host->table[slot])
		return host->table[slot];
	function = calloc(1, sizeof(*function));
	if (!function)
		return NULL;
	function->host = host;
	function->pci.bdf = *bdf;
	function->name = function->subsystem_name = function->class_name = "";
	function->why = "";
	function->path_why = "";
	host->table[slot] = function;
	host->functions[host->function_count++] = function;
	return function;
}

static int by_bdf(const void *left, const void *right)
{
	uint64_t a = number_of(&(*(struct function *const *)left)->pci.bdf);
	uint64_t b = number_of(&(*(struct function *const *)right)->pci.bdf);

	return (a > b) - (a < b);
}

void host_sort(struct function **functions, size_t count)
{
	if (count)
		qsort(functions, count, sizeof(struct function *), by_bdf);
}

int host_find_functions(struct host *host, struct why *why)
{
	int ret = host->source->find_functions(host, why);

	if (!ret)
		host_sort(host->functions, host->function_count);
	return ret;
}

/* What functions have in common */

const struct kernel *host_kernel(struct host *host)
{
	if (!host->kernel) {
		host->kernel = calloc(1, sizeof(*host->kernel));
		if (host->kernel && host->root)
			kernel_read(host->root, host->kernel);
	}
	return host->kernel;
}

const char *host_release(struct host *host)
{
	if (!host->has_read_release && host->root)
		kernel_read_release(host->root, host->release);
	host->has_read_release = true;
	return host->release;
}

const struct iommu *host_iommu(struct host *host, const char *name)
{
	struct iommu **iommus, *iommu;

	for (size_t i = 0; i < host->iommu_count; i++)
		if (!strcmp(host->iommus[i]->name, name))
			return host->iommus[i];
	iommus = reallocarray(host->iommus, host->iommu_count + 1, sizeof(struct iommu *));
	if (!iommus)
		return NULL;
	host->iommus = iommus;
	iommu = malloc(sizeof(*iommu));
	if (!iommu)
		return NULL;
	iommu_read(host->sysfs, name, host_release(host), iommu);
	iommus[host->iommu_count++] = iommu;
	return iommu;
}

static int by_name(const void *left, const void *right)
{
	return strverscmp((*(struct iommu *const *)left)->name,
			  (*(struct iommu *const *)right)->name);
}

static int take_iommu(void *context, const struct sysfs_entry *entry)
{
	if (*entry->name == '.' || strlen(entry->name) >= IOMMU_NAME_SIZE)
		return 0;
	return host_iommu(context, entry->name) ? 0 : -ENOMEM;
}

int host_find_iommus(struct host *host)
{
	int ret = 0;

	/* A directory that can't be read is what host_iommu_presence() is about. */
	if (host->sysfs)
		ret = sysfs_list(path_of("%s/class/iommu", host->sysfs).text, take_iommu, host);
	if (host->iommu_count)
		qsort(host->iommus, host->iommu_count, sizeof(struct iommu *), by_name);
	return ret == -ENOMEM ? ret : 0;
}

const char *iommu_table_name(enum iommu_table table)
{
	static const char *const names[IOMMU_TABLES] = {
		[IOMMU_TABLE_NONE] = "none", [IOMMU_TABLE_DMAR] = "DMAR",
		[IOMMU_TABLE_IVRS] = "IVRS", [IOMMU_TABLE_IORT] = "IORT",
		[IOMMU_TABLE_VIOT] = "VIOT",
	};

	return names[table];
}

/* A recorded sysfs may have left out all of the class. */
static enum fact are_driven(const struct host *host)
{
	struct path classes = path_of("%s/class/iommu", host->sysfs);
	char name[IOMMU_NAME_SIZE];

	switch (sysfs_entry(classes.text, "", name, sizeof(name))) {
	case 0:
		return FACT_YES;
	case -ENOENT:
		return host->kind == HOST_LIVE || sysfs_exists(classes.text) ? FACT_NO
									     : FACT_UNKNOWN;
	default:
		return FACT_UNKNOWN;
	}
}

static void find_table(const char *sysfs, struct iommu_presence *presence)
{
	struct path tables = path_of("%s/firmware/acpi/tables", sysfs);

	presence->tables = sysfs_has(tables.text);
	if (presence->tables != FACT_YES) {
		presence->is_device_tree =
			sysfs_exists(path_of("%s/firmware/devicetree/base", sysfs).text);
		return;
	}
	for (enum iommu_table table = IOMMU_TABLES - 1; table > IOMMU_TABLE_NONE; table--) {
		enum fact has =
			sysfs_has(path_of("%s/%s", tables.text, iommu_table_name(table)).text);

		if (has == FACT_YES)
			presence->table = table;
		else if (has == FACT_UNKNOWN)
			presence->tables = FACT_UNKNOWN;
	}
}

const struct iommu_presence *host_iommu_presence(struct host *host)
{
	if (!host->presence) {
		host->presence = calloc(1, sizeof(*host->presence));
		if (host->presence && host->sysfs) {
			host->presence->driven = are_driven(host);
			find_table(host->sysfs, host->presence);
		}
	}
	return host->presence;
}

bool host_assigns_late(struct host *host)
{
	const struct iommu_presence *presence = host_iommu_presence(host);

	return presence && presence->driven == FACT_YES &&
	       (presence->is_device_tree || presence->table == IOMMU_TABLE_IORT ||
		presence->table == IOMMU_TABLE_VIOT) &&
	       kernel_since(host_release(host), 6, 15) != FACT_YES;
}

bool host_asks_late_for_acs(struct host *host)
{
	const struct iommu_presence *presence = host_iommu_presence(host);

	return presence && presence->driven == FACT_YES && presence->is_device_tree &&
	       kernel_since(host_release(host), 7, 3) != FACT_YES;
}

enum fact host_has_iommufd(struct host *host)
{
	if (host->has_iommufd != FACT_UNKNOWN || !host->sysfs)
		return host->has_iommufd;
	/* A recorded sysfs may have left out all of that class. */
	if (host->kind == HOST_LIVE || sysfs_exists(path_of("%s/class/misc", host->sysfs).text))
		host->has_iommufd = sysfs_has(path_of("%s/class/misc/iommu", host->sysfs).text);
	return host->has_iommufd;
}

const char *host_wake_option(const struct host *host)
{
	return host->kind == HOST_LIVE && !host->is_root ? "--wake, as root," : "--wake";
}

const char *host_text(struct host *host, const char *format, ...)
{
	char **texts = reallocarray(host->texts, host->text_count + 1, sizeof(char *));
	va_list arguments;
	char *text;
	int length;

	if (!texts)
		return "out of memory";
	host->texts = texts;
	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return "out of memory";
	texts[host->text_count++] = text;
	return text;
}
