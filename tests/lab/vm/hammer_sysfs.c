// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hammer_sysfs.h"

int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

int put_of(const char *bdf, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "devices/%s/%s", bdf, file);
	return put(path, text);
}

void get_of(const char *bdf, const char *file, char *word, size_t size)
{
	char path[128];
	ssize_t length = -1;
	int fd;

	snprintf(path, sizeof(path), PCI "devices/%s/%s", bdf, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		length = read(fd, word, size - 1);
		close(fd);
	}
	word[length > 0 ? length : 0] = '\0';
	word[strcspn(word, " \n")] = '\0';
}

void link_of(const char *bdf, const char *link, char *name, size_t size)
{
	char path[128], target[256];
	ssize_t length;

	snprintf(path, sizeof(path), PCI "devices/%s/%s", bdf, link);
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	snprintf(name, size, "%s", strrchr(target, '/') ? strrchr(target, '/') + 1 : "");
}

bool exists(const char *bdf)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "devices/%s", bdf);
	return !access(path, F_OK);
}

bool has_lost_bar(const char *bdf)
{
	char path[128], assigned[32];
	uint32_t bar = 0;
	int fd;

	get_of(bdf, "resource", assigned, sizeof(assigned));
	snprintf(path, sizeof(path), PCI "devices/%s/config", bdf);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (pread(fd, &bar, sizeof(bar), PCI_BASE_ADDRESS_0) != sizeof(bar))
		bar = 0;
	close(fd);
	return (bar & PCI_BASE_ADDRESS_MEM_MASK) != (uint32_t)strtoull(assigned, NULL, 16);
}

int unbind(const char *bdf)
{
	return put_of(bdf, "driver/unbind", bdf);
}

/* The driver's file waits until nobody else probes the function, as 7.3 does asynchronously. */
static int give(const char *bdf, const char *driver)
{
	char path[128];
	int ret = unbind(bdf);

	snprintf(path, sizeof(path), PCI "drivers/%s/bind", driver);
	return ret && ret != -ENOENT ? ret : put(path, bdf);
}

int bind_to(const char *bdf, const char *driver)
{
	char name[64];
	int ret = put_of(bdf, "driver_override", driver);

	link_of(bdf, "driver", name, sizeof(name));
	if (ret || !strcmp(name, driver))
		return ret;
	ret = give(bdf, driver);
	return ret == -EBUSY ? give(bdf, driver) : ret;
}

int make_vfs(const char *pf, unsigned int n)
{
	char number[16];
	int ret;

	snprintf(number, sizeof(number), "%u", n);
	ret = put_of(pf, "reset_method", "\n");
	if (!ret)
		ret = put_of(pf, "sriov_numvfs", "0");
	if (!ret && n)
		ret = put_of(pf, "sriov_numvfs", number);
	return ret;
}

unsigned int entries(const char *path)
{
	DIR *directory = opendir(path);
	unsigned int count = 0;
	struct dirent *entry;

	if (!directory)
		return 0;
	while ((entry = readdir(directory)))
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}
