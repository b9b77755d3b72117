// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts/module.h"
#include "support/parameter.h"
#include "support/sysfs.h"

/* MODULE_SIG_STRING of the kernel's include/linux/module_signature.h */
#define SIGNATURE "~Module signature appended~\n"

/* The file that a line of modules.dep is about, if that is the module's: "updates/NAME.ko.xz:" */
static bool is_of(char *line, const char *name)
{
	char *end = strchr(line, ':'), *file;
	size_t length = strlen(name);

	if (!end)
		return false;
	*end = '\0';
	file = strrchr(line, '/');
	file = file ? file + 1 : line;
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
		if (is_of(line, name) && snprintf(path, size, "%s", line) < (int)size)
			found = FACT_YES;
	free(line);
	fclose(file);
	return found;
}

static enum fact has_signature(const char *path)
{
	char end[sizeof(SIGNATURE) - 1];
	const char *suffix = strrchr(path, '.');
	enum fact has = FACT_UNKNOWN;
	off_t size;
	int fd;

	if (!suffix || strcmp(suffix, ".ko") != 0)
		return FACT_UNKNOWN;
	fd = sysfs_open(path, O_RDONLY);
	if (fd < 0)
		return FACT_UNKNOWN;
	size = lseek(fd, 0, SEEK_END);
	if (size >= 0 && (size_t)size < sizeof(end))
		has = FACT_NO;
	else if (pread(fd, end, sizeof(end), size - (off_t)sizeof(end)) == sizeof(end))
		has = fact_of(!memcmp(end, SIGNATURE, sizeof(end)));
	close(fd);
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
		module->loaded =
			fact_of(sysfs_exists(path_of("%s/module/%s", host->sysfs, name).text));
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
	return fact_of(sysfs_exists(path_of("%s/bus/pci/drivers/%s", host->sysfs, name).text));
}

/* A variable's file begins with 4 bytes of attributes: Documentation/filesystems/efivarfs.rst */
static enum fact read_secure_boot(const char *sysfs)
{
	char value[16];
	int length;

	if (!sysfs_exists(path_of("%s/firmware/efi", sysfs).text))
		return FACT_NO;
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
	char value[8];

	if (sysfs_read(path_of("%s/module/module/parameters/sig_enforce", sysfs).text, value,
		       sizeof(value)) > 0)
		return parameter_bool(value);
	return sysfs_exists(path_of("%s/module", sysfs).text) ? FACT_NO : FACT_UNKNOWN;
}

/* "none [integrity] confidentiality". Without that LSM, securityfs has other files alone. */
static enum fact read_lockdown(const char *sysfs)
{
	char value[64];

	if (sysfs_read(path_of("%s/kernel/security/lockdown", sysfs).text, value, sizeof(value)) >
	    0)
		return fact_of(!strstr(value, "[none]"));
	return sysfs_exists(path_of("%s/kernel/security/lsm", sysfs).text) ? FACT_NO : FACT_UNKNOWN;
}

void module_policy_read(const struct host *host, struct module_policy *policy)
{
	*policy = (struct module_policy){ 0 };
	/* A recorded sysfs may have left them out. */
	if (host->kind != HOST_LIVE)
		return;
	policy->secure_boot = read_secure_boot(host->sysfs);
	policy->sig_enforce = read_sig_enforce(host->sysfs);
	policy->lockdown = read_lockdown(host->sysfs);
}

/* module_sig_check() of kernel/module/signing.c */
enum fact module_policy_enforces(const struct module_policy *policy)
{
	if (policy->sig_enforce == FACT_YES || policy->lockdown == FACT_YES)
		return FACT_YES;
	if (policy->sig_enforce == FACT_NO && policy->lockdown == FACT_NO)
		return FACT_NO;
	/* Only Secure Boot has a kernel lock itself down unasked. */
	return policy->sig_enforce == FACT_NO && policy->secure_boot == FACT_NO ? FACT_NO
										: FACT_UNKNOWN;
}

const char *module_policy_reason(const struct module_policy *policy)
{
	if (policy->lockdown != FACT_YES)
		return "module.sig_enforce is on";
	return policy->secure_boot == FACT_YES ? "Secure Boot, and the kernel is locked down"
					       : "the kernel is locked down";
}
