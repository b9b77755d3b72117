/* SPDX-License-Identifier: MIT */
/*
 * A list of files and links, that can be written as a tree, printed, and removed again.
 */
#ifndef TESTS_MADE_TREE_H
#define TESTS_MADE_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MADE_TREE_NODES 1024
#define MADE_TREE_BYTES (1 << 18)

enum made_kind {
	MADE_FILE,
	MADE_LINK,
	MADE_DIRECTORY,
	MADE_PIPE,
};

struct made_node {
	enum made_kind kind;
	const char *path;
	const uint8_t *data; /* the content of a file, or the target of a link */
	size_t size;
};

struct made_tree {
	struct made_node nodes[MADE_TREE_NODES];
	size_t count;
	uint8_t bytes[MADE_TREE_BYTES];
	size_t used;
};

/**
 * made_tree_clear() - an empty tree
 * @tree: Filled in.
 */
void made_tree_clear(struct made_tree *tree);

/**
 * made_tree_directory(), made_tree_file(), made_tree_link(), made_tree_pipe() - add a node
 * @tree: What to add it to; nothing is written yet.
 * @path: From the root of the tree. Its directory must have been added before.
 * @data: The content of the file; it is copied.
 * @size: Of @data.
 * @target: The target of the link.
 *
 * A tree that is too large ends the program.
 */
void made_tree_directory(struct made_tree *tree, const char *path);
void made_tree_file(struct made_tree *tree, const char *path, const void *data, size_t size);
void made_tree_link(struct made_tree *tree, const char *path, const char *target);
void made_tree_pipe(struct made_tree *tree, const char *path);

/**
 * made_tree_write() - write a tree
 * @tree: The tree.
 * @root: A directory, open.
 *
 * Return: 0 or a negative errno.
 */
int made_tree_write(const struct made_tree *tree, int root);

/**
 * made_tree_remove() - remove a tree that was written
 * @tree: The tree.
 * @root: The directory.
 */
void made_tree_remove(const struct made_tree *tree, int root);

/**
 * made_tree_print() - print the paths, targets and contents of a tree
 * @tree: The tree.
 * @before: Printed at the beginning of each line.
 * @stream: Where it is printed to.
 *
 * Content that isn't text is printed in lines of 16 bytes, as lspci -xxxx does, but without
 * lines of zeros.
 */
void made_tree_print(const struct made_tree *tree, const char *before, FILE *stream);

#endif /* TESTS_MADE_TREE_H */
