/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Made trees: what a host shows in /sys, /proc and /run, in a directory of its own.
 */
#ifndef TOOL_TREE_H
#define TOOL_TREE_H

/*
 * For cmocka's setup and teardown: *state is the root of a new, empty tree. It is in memory, as
 * sysfs is, and goes away with the test: see scratch.h.
 */
int tree_setup(void **state);
int tree_teardown(void **state);

/* Each makes the directories above it, too. They end the test if they fail. */
void tree_directory(const char *root, const char *path);
void tree_file(const char *root, const char *path, const char *content);
void tree_link(const char *root, const char *path, const char *target);

/* The content of a file; a static buffer. */
const char *tree_read(const char *root, const char *path);

/*
 * A device of @class, at sys/devices/@path, with its link in sys/class/@class; a
 * block device has a "dev" of @number.
 */
void tree_device(const char *root, const char *class, const char *path, const char *number);

/*
 * Drops what root may do more than others, and takes it back: between the two the tree
 * can be read, as far as modes go. No-ops for others than root.
 */
void tree_drop_root(const char *root);
void tree_regain_root(void);

/* A PCI function on bus 0, at sys/devices/pci0000:00/@bdf, with a bus link. */
void tree_function(const char *root, const char *bdf);

#endif /* TOOL_TREE_H */
