// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/scratch.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* In memory, as sysfs is: a tree has thousands of files and is gone in a second. */
int tree_setup(void **state)
{
	char *root = strdup("/dev/shm/vpasid-tree-XXXXXX");

	*state = root;
	return root && mkdtemp(root) ? 0 : -1;
}

int tree_teardown(void **state)
{
	int ret = remove_tree(*state);

	free(*state);
	return ret;
}

static void make_parents(const char *path)
{
	struct path parent = path_of("%s", path);

	for (char *at = parent.text + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		assert_true(!mkdir(parent.text, 0755) || errno == EEXIST);
		*at = '/';
	}
}

void tree_directory(const char *root, const char *path)
{
	make_parents(path_of("%s/%s/", root, path).text);
}

void tree_file(const char *root, const char *path, const char *content)
{
	struct path full = path_of("%s/%s", root, path);
	FILE *file;

	make_parents(full.text);
	file = fopen(full.text, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
	assert_int_equal(fclose(file), 0);
}

void tree_link(const char *root, const char *path, const char *target)
{
	struct path full = path_of("%s/%s", root, path);

	make_parents(full.text);
	unlink(full.text);
	assert_int_equal(symlink(target, full.text), 0);
}

const char *tree_read(const char *root, const char *path)
{
	static char content[4096];
	FILE *file = fopen(path_of("%s/%s", root, path).text, "r");
	size_t length;

	assert_non_null(file);
	length = fread(content, 1, sizeof(content) - 1, file);
	content[length] = '\0';
	fclose(file);
	return content;
}

void tree_device(const char *root, const char *class, const char *path, const char *number)
{
	const char *name = strrchr(path, '/') + 1;
	struct path device = path_of("%s/sys/devices/%s", root, path);

	tree_link(root, path_of("sys/devices/%s/subsystem", path).text,
		  path_of("%s/sys/class/%s", root, class).text);
	tree_link(root, path_of("sys/class/%s/%s", class, name).text, device.text);
	if (number)
		tree_file(root, path_of("sys/devices/%s/dev", path).text,
			  path_of("%s\n", number).text);
}

void tree_drop_root(const char *root)
{
	assert_int_equal(chmod(root, 0755), 0);
	if (!getuid())
		assert_int_equal(seteuid(65534), 0);
}

void tree_regain_root(void)
{
	if (!getuid())
		assert_int_equal(seteuid(0), 0);
}

void tree_function(const char *root, const char *bdf)
{
	struct path device = path_of("sys/devices/pci0000:00/%s", bdf);

	tree_directory(root, device.text);
	tree_link(root, path_of("sys/bus/pci/devices/%s", bdf).text,
		  path_of("%s/%s", root, device.text).text);
	tree_link(root, path_of("%s/subsystem", device.text).text,
		  path_of("%s/sys/bus/pci", root).text);
}
