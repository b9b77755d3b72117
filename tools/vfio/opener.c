// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/sysfs.h"
#include "vfio/opener.h"

/* By device number: a VMM may know the file by another name in its own /dev. */
static bool has_open(const char *pid, const struct stat *wanted)
{
	DIR *directory = opendir(path_of("/proc/%s/fd", pid).text);
	const struct dirent *entry;
	struct stat open_file;
	bool found = false;

	if (!directory)
		return false;
	while (!found && (entry = readdir(directory)))
		found = isdigit(entry->d_name[0]) &&
			!fstatat(dirfd(directory), entry->d_name, &open_file, 0) &&
			(open_file.st_mode & S_IFMT) == (wanted->st_mode & S_IFMT) &&
			open_file.st_rdev == wanted->st_rdev;
	closedir(directory);
	return found;
}

bool opener_find(const char *path, struct opener *opener)
{
	const struct dirent *entry;
	struct stat wanted;
	bool found = false;
	DIR *directory;

	if (stat(path, &wanted) || !(S_ISCHR(wanted.st_mode) || S_ISBLK(wanted.st_mode)))
		return false;
	directory = opendir("/proc");
	if (!directory)
		return false;

	while (!found && (entry = readdir(directory))) {
		/* 0 for what isn't a process */
		opener->pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (opener->pid <= 0 || opener->pid == getpid() ||
		    !has_open(entry->d_name, &wanted))
			continue;
		found = true;
		sysfs_read(path_of("/proc/%s/comm", entry->d_name).text, opener->command,
			   sizeof(opener->command));
	}
	closedir(directory);
	return found;
}
