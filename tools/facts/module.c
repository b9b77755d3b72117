// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/module.h"
#include "support/parameter.h"
#include "support/sysfs.h"
#include "vfio/vfio.h"

/* MODULE_SIG_STRING of the kernel's include/linux/module_signature.h */
#define SIGNATURE "~Module signature appended~\n"

/* The file that a line of modules.dep is about, if that is the module's: "updates/NAME.ko.xz:" */
static bool is_of(const char *line, const char *name)
{
	const char *end = strchr(line, ':'), *file = line;
	size_t length = strlen(name);

	if (!end)
		return false;
	for (const char *at = line; at < end; at++)
		if (*at == '/')
			file = at + 1;
	for (size_t i = 0; i < length; i++)
		if ((file[i] == '-' ? '_' : file[i]) != name[i])
			return false;
	return !strncmp(file + length, ".ko", 3);
}

/* The file is depmod(8)'s. @path is relative to its directory. */
static enum fact find_file(const char *directory, const char *name, char *path, size_t size)
{
	FILE *file = sysfs_stream(path_of("%s/modules.dep", directory).text);
	enum fact found = FACT_NO;
	char *line = NULL;
	size_t room = 0;

	if (!file)
		return FACT_UNKNOWN;
	while (found == FACT_NO && getline(&line, &room, file) >= 0)
		if (is_of(line, name) &&
		    snprintf(path, size, "%.*s", (int)strcspn(line, ":"), line) < (int)size)
			found = FACT_YES;
	free(line);
	fclose(file);
	return found;
}

void modules_filter(FILE *in, FILE *out)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, in) >= 0)
		if (is_of(line, PASID_DRIVER) || is_of(line, PASID_MODULE))
			fprintf(out, "%.*s:\n", (int)strcspn(line, ":"), line);
	free(line);
}

static enum fact ends_in_signature(FILE *file)
{
	char end[sizeof(SIGNATURE) - 1];
	off_t size;

	if (fseeko(file, 0, SEEK_END))
		return FACT_UNKNOWN;
	size = ftello(file);
	if (size >= 0 && (size_t)size < sizeof(end))
		return FACT_NO;
	if (fseeko(file, -(off_t)sizeof(end), SEEK_END) ||
	    fread(end, 1, sizeof(end), file) != sizeof(end))
		return FACT_UNKNOWN;
	return fact_of(!memcmp(end, SIGNATURE, sizeof(end)));
}

void module_filter(FILE *in, FILE *out)
{
	if (ends_in_signature(in) == FACT_YES)
		fputs(SIGNATURE, out);
}

static enum fact has_signature(const char *path)
{
	const char *suffix = strrchr(path, '.');
	FILE *file = suffix && !strcmp(suffix, ".ko") ? sysfs_stream(path) : NULL;
	enum fact has;

	if (!file)
		return FACT_UNKNOWN;
	has = ends_in_signature(file);
	fclose(file);
	return has;
}

void module_read(struct host *host, const char *name, struct module *module)
{
	const char *release = host_release(host);
	struct path directory;
	char file[256];

	*module = (struct module){ 0 };
	if (!host->sysfs)
		return;
	if (sysfs_exists(path_of("%s/module", host->sysfs).text))
		module->loaded = sysfs_has(path_of("%s/module/%s", host->sysfs, name).text);
	if (!host->root || !*release)
		return;
	directory = path_of("%s/lib/modules/%s", host->root, release);
	module->installed = find_file(directory.text, name, file, sizeof(file));
	if (module->installed == FACT_YES)
		module->has_signature = has_signature(path_of("%s/%s", directory.text, file).text);
}

enum fact host_has_driver(const struct host *host, const char *name)
{
	if (!sysfs_exists(path_of("%s/bus/pci/drivers", host->sysfs).text))
		return FACT_UNKNOWN;
	return sysfs_has(path_of("%s/bus/pci/drivers/%s", host->sysfs, name).text);
}

/* A variable's file begins with 4 bytes of attributes: Documentation/filesystems/efivarfs.rst */
static enum fact read_secure_boot(const char *sysfs)
{
	enum fact has_efi = sysfs_has(path_of("%s/firmware/efi", sysfs).text);
	char value[16];
	int length;

	if (has_efi != FACT_YES)
		return has_efi;
	length = sysfs_read(path_of("%s/firmware/efi/efivars/SecureBoot-"
				    "8be4df61-93ca-11d2-aa0d-00e098032b8c",
				    sysfs)
				    .text,
			    value, sizeof(value));
	return length == 5 ? fact_of(value[4]) : FACT_UNKNOWN;
}

/* A kernel without CONFIG_MODULE_SIG has no such parameter, and loads all. */
static enum fact read_sig_enforce(const char *sysfs)
{
	struct path path = path_of("%s/module/module/parameters/sig_enforce", sysfs);
	char value[8];
	int length = sysfs_read(path.text, value, sizeof(value));

	if (length > 0)
		return parameter_bool(value);
	if (length != -ENOENT)
		return FACT_UNKNOWN;
	return sysfs_exists(path_of("%s/module", sysfs).text) ? FACT_NO : FACT_UNKNOWN;
}

/* "none [integrity] confidentiality". Without that LSM, securityfs has other files alone. */
static enum fact read_lockdown(const char *sysfs)
{
	struct path path = path_of("%s/kernel/security/lockdown", sysfs);
	char value[64];
	int length = sysfs_read(path.text, value, sizeof(value));

	if (length > 0)
		return fact_of(!strstr(value, "[none]"));
	if (length != -ENOENT)
		return FACT_UNKNOWN;
	return sysfs_exists(path_of("%s/kernel/security/lsm", sysfs).text) ? FACT_NO : FACT_UNKNOWN;
}

void module_policy_read(struct host *host, struct module_policy *policy)
{
	*policy = (struct module_policy){ 0 };
	/* A recorded sysfs may have left them out. */
	if (host->kind != HOST_LIVE)
		return;
	policy->secure_boot = read_secure_boot(host->sysfs);
	policy->sig_enforce = read_sig_enforce(host->sysfs);
	policy->lockdown = read_lockdown(host->sysfs);
	policy->asks_lockdown = host_kernel(host)->command_line.locked_down;
}

/* module_sig_check() of kernel/module/signing.c */
enum fact module_policy_enforces(const struct module_policy *policy)
{
	if (policy->sig_enforce == FACT_YES || policy->lockdown == FACT_YES)
		return FACT_YES;
	if (policy->sig_enforce == FACT_NO && policy->lockdown == FACT_NO)
		return FACT_NO;
	/* Where lockdown can't be read: only Secure Boot makes a kernel lock itself down unasked.
	 */
	return policy->sig_enforce == FACT_NO && policy->secure_boot == FACT_NO &&
			       !policy->asks_lockdown
		       ? FACT_NO
		       : FACT_UNKNOWN;
}

const char *module_policy_reason(const struct module_policy *policy)
{
	if (policy->lockdown != FACT_YES)
		return "module.sig_enforce is on";
	return policy->secure_boot == FACT_YES ? "Secure Boot, and the kernel is locked down"
					       : "the kernel is locked down";
}
