// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/made_tree.h"

void made_tree_clear(struct made_tree *tree)
{
	tree->count = 0;
	tree->used = 0;
}

static void *keep(struct made_tree *tree, const void *data, size_t size)
{
	void *copy = tree->bytes + tree->used;

	if (size > sizeof(tree->bytes) - tree->used) {
		fputs("a made tree is too large\n", stderr);
		abort();
	}
	memcpy(copy, data, size);
	tree->used += size;
	return copy;
}

static struct made_node *add(struct made_tree *tree, enum made_kind kind, const char *path)
{
	struct made_node *node = &tree->nodes[tree->count++];

	if (tree->count > MADE_TREE_NODES) {
		fputs("a made tree has too many files\n", stderr);
		abort();
	}
	*node = (struct made_node){ .kind = kind, .path = keep(tree, path, strlen(path) + 1) };
	return node;
}

void made_tree_directory(struct made_tree *tree, const char *path)
{
	add(tree, MADE_DIRECTORY, path);
}

void made_tree_file(struct made_tree *tree, const char *path, const void *data, size_t size)
{
	struct made_node *node = add(tree, MADE_FILE, path);

	node->data = keep(tree, data, size);
	node->size = size;
}

void made_tree_link(struct made_tree *tree, const char *path, const char *target)
{
	struct made_node *node = add(tree, MADE_LINK, path);

	node->size = strlen(target);
	node->data = keep(tree, target, node->size + 1);
}

void made_tree_pipe(struct made_tree *tree, const char *path)
{
	add(tree, MADE_PIPE, path);
}

static int write_file(const struct made_node *node, int root)
{
	int fd = openat(root, node->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	ssize_t written = 0;

	if (fd < 0)
		return -1;
	if (node->size)
		written = write(fd, node->data, node->size);
	close(fd);
	return written == (ssize_t)node->size ? 0 : -1;
}

static int write_node(const struct made_node *node, int root)
{
	switch (node->kind) {
	case MADE_DIRECTORY:
		return mkdirat(root, node->path, 0755);
	case MADE_LINK:
		return symlinkat((const char *)node->data, root, node->path);
	case MADE_PIPE:
		return mkfifoat(root, node->path, 0644);
	default:
		return write_file(node, root);
	}
}

int made_tree_write(const struct made_tree *tree, int root)
{
	for (size_t i = 0; i < tree->count; i++)
		if (write_node(&tree->nodes[i], root))
			return -errno;
	return 0;
}

void made_tree_remove(const struct made_tree *tree, int root)
{
	for (size_t i = tree->count; i-- > 0;)
		unlinkat(root, tree->nodes[i].path,
			 tree->nodes[i].kind == MADE_DIRECTORY ? AT_REMOVEDIR : 0);
}

/* Output */

static bool is_text(const struct made_node *node)
{
	for (size_t i = 0; i < node->size; i++)
		if (!node->data[i] || node->data[i] >= 0x7f)
			return false;
	return node->size < 1024;
}

static void print_text(const struct made_node *node, FILE *stream)
{
	fputs(": \"", stream);
	for (size_t i = 0; i < node->size; i++) {
		if (node->data[i] == '\n')
			fputs("\\n", stream);
		else if (isprint(node->data[i]))
			fputc(node->data[i], stream);
		else
			fprintf(stream, "\\x%02x", node->data[i]);
	}
	fputs("\"\n", stream);
}

static void print_bytes(const struct made_node *node, const char *before, FILE *stream)
{
	static const uint8_t zeros[16];

	fprintf(stream, ": %zu bytes\n", node->size);
	for (size_t at = 0; at < node->size; at += 16) {
		size_t length = node->size - at < 16 ? node->size - at : 16;

		if (!memcmp(node->data + at, zeros, length))
			continue;
		fprintf(stream, "%s    %02zx:", before, at);
		for (size_t i = 0; i < length; i++)
			fprintf(stream, " %02x", node->data[at + i]);
		fputc('\n', stream);
	}
}

void made_tree_print(const struct made_tree *tree, const char *before, FILE *stream)
{
	for (size_t i = 0; i < tree->count; i++) {
		const struct made_node *node = &tree->nodes[i];

		fprintf(stream, "%s%s", before, node->path);
		if (node->kind == MADE_DIRECTORY)
			fputs("/\n", stream);
		else if (node->kind == MADE_PIPE)
			fputs(" is a pipe\n", stream);
		else if (node->kind == MADE_LINK)
			fprintf(stream, " -> %s\n", (const char *)node->data);
		else if (is_text(node))
			print_text(node, stream);
		else
			print_bytes(node, before, stream);
	}
}
